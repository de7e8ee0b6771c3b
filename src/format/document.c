/* document.c - our own JSON shape, as tables: one row a field.
 *
 * Enumerations are read by the model's own parsers, so the names on the wire exist once. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"

enum { MAX_LIST = 64, MAX_SKILLS = 256, MAX_POSITIONS = 64, MAX_EXCLUDE = 64 };

/* --- parts ---------------------------------------------------------------------------------- */

static int read_lat(struct jm_reader *r, const json_t *v, void *to)
{
    double d = json_number_value(v);
    if (!json_is_number(v) || !(d >= -90 && d <= 90))
        return jm_reader_expected(r, "a latitude from -90 to 90", v);
    *(double *)to = d;
    return 0;
}

static int read_lon(struct jm_reader *r, const json_t *v, void *to)
{
    double d = json_number_value(v);
    if (!json_is_number(v) || !(d >= -180 && d <= 180))
        return jm_reader_expected(r, "a longitude from -180 to 180", v);
    *(double *)to = d;
    return 0;
}

static const struct jm_reader_field place_fields[] = {
    {"country", jm_read_country, offsetof(struct jm_place, country)},
    {"region", jm_read_string, offsetof(struct jm_place, region)},
    {"city", jm_read_string, offsetof(struct jm_place, city)},
    {"lat", read_lat, offsetof(struct jm_place, lat)},
    {"lon", read_lon, offsetof(struct jm_place, lon)},
    {0},
};

static int read_place(struct jm_reader *r, const json_t *v, void *to)
{
    struct jm_place *p = to;
    if (json_is_string(v))
        return jm_format_place_text(r->arena, json_string_value(v), p) ? jm_reader_no_memory(r) : 0;
    if (jm_reader_object(r, v, place_fields, p))
        return -1;
    bool lat = json_is_number(json_object_get(v, "lat"));
    bool lon = json_is_number(json_object_get(v, "lon"));
    if (lat != lon)
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "lat and lon belong together");
    p->has_point = lat;
    return 0;
}

static int read_period(struct jm_reader *r, const json_t *v, void *to)
{
    int p = json_is_string(v) ? jm_period_parse(json_string_value(v)) : -1;
    if (p < 0)
        return jm_reader_expected(r, "hour, day, week, month or year", v);
    *(enum jm_period *)to = (enum jm_period)p;
    return 0;
}

static const struct jm_reader_field pay_fields[] = {
    {"min", jm_read_amount, offsetof(struct jm_pay, min)},
    {"max", jm_read_amount, offsetof(struct jm_pay, max)},
    {"currency", jm_read_currency, offsetof(struct jm_pay, currency)},
    {"period", read_period, offsetof(struct jm_pay, period)},
    {0},
};

static int read_pay(struct jm_reader *r, const json_t *v, void *to)
{
    struct jm_pay *p = to;
    if (jm_reader_object(r, v, pay_fields, p))
        return -1;
    if ((p->min > 0 || p->max > 0) && (!p->currency[0] || p->period == JM_PERIOD_NONE))
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path,
                              "an amount needs both currency and period");
    if (p->max > 0 && p->min > p->max)
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "min is above max");
    return 0;
}

static int read_cefr(struct jm_reader *r, const json_t *v, void *to)
{
    int c = json_is_string(v) ? jm_cefr_parse(json_string_value(v)) : -1;
    if (c < 0)
        return jm_reader_expected(r, "a level A1, A2, B1, B2, C1, C2 or native", v);
    *(enum jm_cefr *)to = (enum jm_cefr)c;
    return 0;
}

static int read_language_code(struct jm_reader *r, const json_t *v, void *to)
{
    const char *s = json_string_value(v);
    char *out = to;
    if (!s || !jm_code2(s))
        return jm_reader_expected(r, "a two-letter language code such as de", v);
    for (int i = 0; i < 2; i++)
        out[i] = (char)(s[i] | 0x20);
    out[2] = '\0';
    return 0;
}

static const struct jm_reader_field language_fields[] = {
    {"code", read_language_code, offsetof(struct jm_language, code)},
    {"level", read_cefr, offsetof(struct jm_language, level)},
    {"required", jm_read_bool, offsetof(struct jm_language, required)},
    {0},
};

static int read_language(struct jm_reader *r, const json_t *v, void *to)
{
    struct jm_language *l = to;
    l->required = true;
    if (json_is_string(v))
        return read_language_code(r, v, l->code);
    if (jm_reader_object(r, v, language_fields, l))
        return -1;
    if (!l->code[0])
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "a language needs a code");
    return 0;
}

static int read_year(struct jm_reader *r, const json_t *v, void *to)
{
    json_int_t y = json_integer_value(v);
    if (!json_is_integer(v) || y < 1950 || y > 2100)
        return jm_reader_expected(r, "a year such as 2024", v);
    *(int *)to = (int)y;
    return 0;
}

static const struct jm_reader_field skill_fields[] = {
    {"name", jm_read_string, offsetof(struct jm_stated_skill, name)},
    {"must", jm_read_bool, offsetof(struct jm_stated_skill, must)},
    {"nice", jm_read_bool, offsetof(struct jm_stated_skill, nice)},
    {"wanted", jm_read_bool, offsetof(struct jm_stated_skill, wanted)},
    {"years", jm_read_amount, offsetof(struct jm_stated_skill, years)},
    {"last_used", read_year, offsetof(struct jm_stated_skill, last_used_year)},
    {0},
};

static int read_skill(struct jm_reader *r, const json_t *v, void *to)
{
    struct jm_stated_skill *s = to;
    if (json_is_string(v))
        return jm_read_string(r, v, &s->name);
    if (jm_reader_object(r, v, skill_fields, s))
        return -1;
    if (!s->name)
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "a skill needs a name");
    return 0;
}

/* "2019", "2019-04" or a full date, to year * 12 + month - 1. */
static int read_month(struct jm_reader *r, const json_t *v, void *to)
{
    int y, m = 1, used = 0;
    const char *s = json_string_value(v);
    if (!s || sscanf(s, "%4d%n-%2d%n", &y, &used, &m, &used) < 1 || y < 1900 || y > 2100 ||
        m < 1 || m > 12 || (s[used] != '\0' && s[used] != '-'))
        return jm_reader_expected(r, "a month such as 2019-04", v);
    *(int *)to = y * 12 + m - 1;
    return 0;
}

static const struct jm_reader_field position_fields[] = {
    {"title", jm_read_string, offsetof(struct jm_position, title)},
    {"company", jm_read_string, offsetof(struct jm_position, company)},
    {"text", jm_read_string, offsetof(struct jm_position, text)},
    {"from", read_month, offsetof(struct jm_position, from_month)},
    {"to", read_month, offsetof(struct jm_position, to_month)},
    {0},
};

static int read_position(struct jm_reader *r, const json_t *v, void *to)
{
    struct jm_position *p = to;
    if (jm_reader_object(r, v, position_fields, p))
        return -1;
    if (p->from_month && !p->to_month)
        p->to_month = INT_MAX; /* begun and not ended */
    if (p->to_month && p->from_month > p->to_month)
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "from is after to");
    return 0;
}

/* --- small enumerations and masks ------------------------------------------------------------ */

static int read_seniority(struct jm_reader *r, const json_t *v, void *to)
{
    int s = json_is_string(v) ? jm_seniority_parse(json_string_value(v)) : -1;
    if (s < 0)
        return jm_reader_expected(
            r, "intern, junior, mid, senior, lead, director or executive", v);
    *(enum jm_seniority *)to = (enum jm_seniority)s;
    return 0;
}

static int read_degree(struct jm_reader *r, const json_t *v, void *to)
{
    int d = json_is_string(v) ? jm_degree_parse(json_string_value(v)) : -1;
    if (d < 0)
        return jm_reader_expected(
            r, "none, high_school, vocational, associate, bachelor, master or doctorate", v);
    *(enum jm_degree *)to = (enum jm_degree)d;
    return 0;
}

static int read_workplace_bit(struct jm_reader *r, const json_t *v, void *to)
{
    int bit = json_is_string(v) ? jm_workplace_parse(json_string_value(v)) : -1;
    if (bit < 0)
        return jm_reader_expected(r, "onsite, hybrid or remote", v);
    *(int *)to = bit;
    return 0;
}

static int read_employment_bit(struct jm_reader *r, const json_t *v, void *to)
{
    int bit = json_is_string(v) ? jm_employment_parse(json_string_value(v)) : -1;
    if (bit < 0)
        return jm_reader_expected(r, "full_time, part_time, contract, temporary, internship, "
                                     "apprenticeship, volunteer or per_diem", v);
    *(int *)to = bit;
    return 0;
}

static int read_mask(struct jm_reader *r, const json_t *v, void *to,
                     int (*one)(struct jm_reader *r, const json_t *v, void *to))
{
    void *bits;
    size_t n;
    if (jm_reader_list(r, v, 8, sizeof(int), true, one, &bits, &n))
        return -1;
    for (size_t i = 0; i < n; i++)
        *(uint8_t *)to = (uint8_t)(*(uint8_t *)to | ((int *)bits)[i]);
    return 0;
}

static int read_workplace(struct jm_reader *r, const json_t *v, void *to)
{
    return read_mask(r, v, to, read_workplace_bit);
}

static int read_employment(struct jm_reader *r, const json_t *v, void *to)
{
    return read_mask(r, v, to, read_employment_bit);
}

static int read_years(struct jm_reader *r, const json_t *v, void *to)
{
    double y = json_number_value(v);
    if (!json_is_number(v) || !(y >= 0 && y <= 70))
        return jm_reader_expected(r, "a number of years from 0 to 70", v);
    *(uint8_t *)to = (uint8_t)y;
    return 0;
}

static const struct jm_reader_field years_fields[] = {
    {"min", read_years, offsetof(struct jm_job, years_min)},
    {"max", read_years, offsetof(struct jm_job, years_max)},
    {0},
};

static int read_job_years(struct jm_reader *r, const json_t *v, void *to)
{
    struct jm_job *j = to;
    if (json_is_number(v))
        return read_years(r, v, &j->years_min);
    if (jm_reader_object(r, v, years_fields, j))
        return -1;
    if (j->years_min != JM_YEARS_UNKNOWN && j->years_max < j->years_min)
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "min is above max");
    return 0;
}

static int read_choice(struct jm_reader *r, const json_t *v, const char *no, const char *yes,
                       bool *to)
{
    const char *s = json_string_value(v);
    if (!s || (strcmp(s, no) != 0 && strcmp(s, yes) != 0)) {
        char what[64];
        snprintf(what, sizeof what, "%s or %s", no, yes);
        return jm_reader_expected(r, what, v);
    }
    *to = strcmp(s, yes) == 0;
    return 0;
}

static int read_text_format(struct jm_reader *r, const json_t *v, void *to)
{
    return read_choice(r, v, "plain", "html", to);
}

static int read_job_status(struct jm_reader *r, const json_t *v, void *to)
{
    return read_choice(r, v, "open", "closed", to);
}

static int read_candidate_status(struct jm_reader *r, const json_t *v, void *to)
{
    return read_choice(r, v, "active", "paused", to);
}

static int read_radius(struct jm_reader *r, const json_t *v, void *to)
{
    json_int_t km = json_integer_value(v);
    if (!json_is_integer(v) || km < 0 || km > 20000)
        return jm_reader_expected(r, "whole kilometres from 0 to 20000", v);
    *(uint16_t *)to = (uint16_t)km;
    return 0;
}

/* --- lists ----------------------------------------------------------------------------------- */

/* A list field: the address of the array, then its count right behind it or given apart. */
#define LIST(fn, type, field, count, max, item, one, scalar)                                      \
    static int fn(struct jm_reader *r, const json_t *v, void *to)                                 \
    {                                                                                             \
        type *d = to;                                                                             \
        void *items;                                                                              \
        if (jm_reader_list(r, v, max, sizeof(item), scalar, one, &items, &d->count))              \
            return -1;                                                                            \
        d->field = items;                                                                         \
        return 0;                                                                                 \
    }

typedef char country_code[3];
LIST(job_places, struct jm_job, places, n_places, JM_DOC_MAX_PLACES, struct jm_place, read_place, true)
LIST(job_eligible, struct jm_job, eligible, n_eligible, MAX_LIST, country_code, jm_read_country, true)
LIST(job_languages, struct jm_job, languages, n_languages, 16, struct jm_language, read_language, true)
LIST(job_skills, struct jm_job, skills, n_skills, MAX_SKILLS, struct jm_stated_skill, read_skill, false)
LIST(job_certificates, struct jm_job, certificates, n_certificates, MAX_LIST, char *, jm_read_string, true)
LIST(job_exclude, struct jm_job, exclude, n_exclude, MAX_EXCLUDE, char *, jm_read_string, false)
LIST(cand_positions, struct jm_candidate, positions, n_positions, MAX_POSITIONS, struct jm_position,
     read_position, false)
LIST(cand_eligible, struct jm_candidate, eligible, n_eligible, MAX_LIST, country_code,
     jm_read_country, true)
LIST(cand_languages, struct jm_candidate, languages, n_languages, 16, struct jm_language,
     read_language, true)
LIST(cand_skills, struct jm_candidate, skills, n_skills, MAX_SKILLS, struct jm_stated_skill,
     read_skill, false)
LIST(cand_certificates, struct jm_candidate, certificates, n_certificates, MAX_LIST, char *,
     jm_read_string, true)
LIST(cand_wanted, struct jm_candidate, wanted_titles, n_wanted_titles, 8, char *, jm_read_string, true)
LIST(cand_avoid, struct jm_candidate, avoid, n_avoid, MAX_EXCLUDE, char *, jm_read_string, true)

/* --- the two documents ----------------------------------------------------------------------- */

/* Keys of the envelope; jm_format_key() reads them. */
#define ENVELOPE {"source", NULL, 0}, {"external_id", NULL, 0}, {"deleted", NULL, 0}

#define J(f) offsetof(struct jm_job, f)
static const struct jm_reader_field job_fields[] = {
    ENVELOPE,
    {"version", jm_read_version, J(version)},
    {"title", jm_read_string, J(title)},
    {"text", jm_read_string, J(text)},
    {"text_format", read_text_format, J(text_is_html)},
    {"company", jm_read_string, J(company)},
    {"url", jm_read_string, J(url)},
    {"status", read_job_status, J(closed)},
    {"locations", job_places, 0},
    {"workplace", read_workplace, J(workplace)},
    {"eligible_countries", job_eligible, 0},
    {"employment", read_employment, J(employment)},
    {"pay", read_pay, J(pay)},
    {"languages", job_languages, 0},
    {"skills", job_skills, 0},
    {"certificates", job_certificates, 0},
    {"experience_years", read_job_years, 0},
    {"seniority", read_seniority, J(seniority)},
    {"degree", read_degree, J(degree)},
    {"degree_or_experience", jm_read_bool, J(degree_or_experience)},
    {"posted_at", jm_read_time, J(posted_at_us)},
    {"expires_at", jm_read_time, J(expires_at_us)},
    {"exclude_candidates", job_exclude, 0},
    {0},
};

#define C(f) offsetof(struct jm_candidate, f)
static const struct jm_reader_field candidate_fields[] = {
    ENVELOPE,
    {"version", jm_read_version, C(version)},
    {"text", jm_read_string, C(text)},
    {"text_format", read_text_format, C(text_is_html)},
    {"headline", jm_read_string, C(headline)},
    {"status", read_candidate_status, C(paused)},
    {"positions", cand_positions, 0},
    {"skills", cand_skills, 0},
    {"location", read_place, C(place)},
    {"radius_km", read_radius, C(radius_km)},
    {"relocate", jm_read_bool, C(relocate)},
    {"workplace", read_workplace, C(workplace)},
    {"eligible_countries", cand_eligible, 0},
    {"employment", read_employment, C(employment)},
    {"languages", cand_languages, 0},
    {"pay", read_pay, C(pay)},
    {"certificates", cand_certificates, 0},
    {"wanted_titles", cand_wanted, 0},
    {"experience_years", read_years, C(years)},
    {"seniority", read_seniority, C(seniority)},
    {"degree", read_degree, C(degree)},
    {"avoid_companies", cand_avoid, 0},
    {0},
};

static bool blank(const char *s)
{
    return !s || s[strspn(s, " \t\r\n")] == '\0';
}

static int read_document(struct jm_arena *arena, const char *json, size_t bytes, bool strict,
                         const struct jm_reader_field *fields, void *out, unsigned *ignored,
                         struct jm_format_problem *why)
{
    struct jm_reader r = {.arena = arena, .why = why, .strict = strict};
    json_t *v = jm_reader_parse(json, bytes, why);
    if (!v)
        return -1;
    int rc = jm_reader_object(&r, v, fields, out);
    json_decref(v);
    if (ignored)
        *ignored += r.ignored;
    return rc;
}

int jm_format_job(struct jm_arena *arena, const char *json, size_t bytes, bool strict,
                  struct jm_job *out, unsigned *ignored, struct jm_format_problem *why)
{
    *out = (struct jm_job){.years_min = JM_YEARS_UNKNOWN, .years_max = JM_YEARS_UNKNOWN};
    if (read_document(arena, json, bytes, strict, job_fields, out, ignored, why))
        return -1;
    if (blank(out->title) && blank(out->text))
        return jm_format_fail(why, JM_FORMAT_INVALID, "/text", "a job needs a title or a text");
    if (blank(out->title) && !out->text_is_html)
        out->title = jm_format_first_line(arena, out->text);
    return 0;
}

int jm_format_candidate(struct jm_arena *arena, const char *json, size_t bytes, bool strict,
                        struct jm_candidate *out, unsigned *ignored,
                        struct jm_format_problem *why)
{
    *out = (struct jm_candidate){.years = JM_YEARS_UNKNOWN};
    if (read_document(arena, json, bytes, strict, candidate_fields, out, ignored, why))
        return -1;
    if (blank(out->text) && out->n_skills == 0 && out->n_positions == 0)
        return jm_format_fail(why, JM_FORMAT_INVALID, "/text",
                              "a candidate needs a text, skills or positions");
    return 0;
}

static const struct jm_reader_field key_fields[] = {
    {"source", jm_read_string, offsetof(struct jm_format_key, source)},
    {"external_id", jm_read_string, offsetof(struct jm_format_key, external_id)},
    {"deleted", jm_read_bool, offsetof(struct jm_format_key, deleted)},
    {"version", jm_read_version, offsetof(struct jm_format_key, version)},
    {0},
};

int jm_format_key(struct jm_arena *arena, const char *json, size_t bytes, const char *source,
                  struct jm_format_key *out, struct jm_format_problem *why)
{
    *out = (struct jm_format_key){0};
    if (read_document(arena, json, bytes, false, key_fields, out, NULL, why))
        return -1;
    if (!out->source)
        out->source = source;
    if (!out->source || !jm_format_source_ok(out->source))
        return jm_format_fail(why, JM_FORMAT_INVALID, "/source",
                              "needs 1 to 100 bytes without control characters or '/'");
    if (!out->external_id || !jm_format_id_ok(out->external_id))
        return jm_format_fail(why, JM_FORMAT_INVALID, "/external_id",
                              "needs 1 to 200 bytes without control characters");
    return 0;
}
