/* prepare.c - gathering a document: skills, titles, words, places, and the final lay-out.
 *
 * What is a posting's own and a profile's own is in prepare_job.c and prepare_person.c. */
#include "prepare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixed.h"
#include "jobmatch/bytes.h"

struct jm_prepare *jm_prepare_new(const struct jm_title_kernel *kernel)
{
    struct jm_prepare *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->kernel = kernel;
    jm_arena_init(&p->arena, 0);
    jm_buf_init(&p->joined);
    jm_buf_init(&p->plain);
    jm_map64_init(&p->by_skill);
    p->extractor = jm_extractor_new();
    p->text = jm_text_new();
    p->titles_reader = jm_title_reader_new(kernel);
    if (!p->extractor || !p->text || !p->titles_reader) {
        jm_prepare_free(p);
        return NULL;
    }
    return p;
}

void jm_prepare_free(struct jm_prepare *p)
{
    if (!p)
        return;
    jm_title_reader_free(p->titles_reader);
    jm_text_free(p->text);
    jm_extractor_free(p->extractor);
    jm_map64_fini(&p->by_skill);
    jm_buf_fini(&p->plain);
    jm_buf_fini(&p->joined);
    jm_arena_fini(&p->arena);
    free(p);
}

uint64_t jm_prepare_version(const struct jm_dict *dict, const struct jm_title_kernel *kernel)
{
    return jm_mix64(jm_dict_version(dict) ^ jm_mix64(jm_title_kernel_version(kernel)));
}

struct jm_extractor *jm_prepare_extractor(struct jm_prepare *p) { return p->extractor; }

void jm_prepare_begin(struct jm_prepare *p, const struct jm_dict *dict,
                      const struct jm_doc_name *name, enum jm_kind kind, int64_t as_of_s,
                      struct jm_err *err)
{
    jm_arena_reset(&p->arena);
    jm_buf_clear(&p->joined);
    for (size_t i = 0; i < p->n_skills; i++)
        jm_map64_del(&p->by_skill, p->skills[i].skill + 1);
    p->n_skills = 0;
    p->dict = dict;
    p->err = err;
    p->year = jm_fx_year(as_of_s);
    p->doc = (struct jm_doc){.kind = kind, .tenant = name->tenant, .company = "",
                             .years_min = JM_YEARS_UNKNOWN, .years_max = JM_YEARS_UNKNOWN,
                             .dict_version = jm_prepare_version(dict, p->kernel),
                             .titles = p->titles};
}

void jm_prepare_skill(struct jm_prepare *p, uint32_t skill, unsigned flags, unsigned years,
                      unsigned last_year, unsigned mentions, bool asked)
{
    const struct jm_skill *s = jm_dict_skill(p->dict, skill);
    if (s->kind == JM_SKILL_LANGUAGE) /* people's languages have a list of their own */
        return;
    if (s->kind == JM_SKILL_CERTIFICATE || s->kind == JM_SKILL_LICENCE)
        flags |= JM_SKILL_CERT;
    if (s->kind == JM_SKILL_KIND_SOFT)
        flags |= JM_SKILL_SOFT;
    uint64_t *at = jm_map64_get(&p->by_skill, skill + 1);
    if (!at) {
        if (p->n_skills == GATHER_SKILLS || jm_map64_put(&p->by_skill, skill + 1, p->n_skills))
            return;
        p->skills[p->n_skills] = (struct gathered_skill){.skill = skill};
        at = jm_map64_get(&p->by_skill, skill + 1);
        p->n_skills++;
    }
    struct gathered_skill *g = &p->skills[*at];
    g->flags = (uint8_t)(g->flags | flags);
    g->asked |= asked;
    if (years > g->years)
        g->years = (uint8_t)(years > 60 ? 60 : years);
    if (last_year > g->last_year)
        g->last_year = (uint16_t)last_year;
    unsigned sum = g->mentions + mentions;
    g->mentions = (uint8_t)(sum > 255 ? 255 : sum);
}

bool jm_prepare_stated(struct jm_prepare *p, const char *name, unsigned flags, unsigned years,
                       unsigned last_year)
{
    int32_t skill = name ? jm_dict_resolve(p->dict, name, strlen(name)) : -1;
    if (skill < 0)
        return false;
    jm_prepare_skill(p, (uint32_t)skill, flags | JM_SKILL_STATED, years, last_year, 1, true);
    return true;
}

const struct jm_extraction *jm_prepare_read(struct jm_prepare *p, const char *title,
                                            const char *text, bool html, unsigned last_year)
{
    struct jm_extract_input in = {.kind = p->doc.kind, .title = title, .text = text,
                                  .title_bytes = title ? strlen(title) : 0,
                                  .text_bytes = text ? strlen(text) : 0,
                                  .form = html ? JM_TEXT_HTML : JM_TEXT_GUESS,
                                  .this_year = p->year};
    const struct jm_extraction *e = jm_extract(p->extractor, p->dict, &in, p->err);
    if (!e)
        return NULL;
    size_t n = jm_extract_sum(p->dict, e, p->sums, PIECE_SKILLS);
    for (size_t i = 0; i < n; i++) {
        const struct jm_skill_sum *s = &p->sums[i];
        unsigned flags = s->must ? JM_SKILL_MUST : s->nice ? JM_SKILL_NICE : 0;
        jm_prepare_skill(p, s->skill, flags, s->years, s->last_year ? s->last_year : last_year,
                         s->mentions, s->in_title || s->must);
    }
    return e;
}

int jm_prepare_title(struct jm_prepare *p, enum jm_title_role role, const char *title)
{
    if (!title || p->doc.n_titles == JM_DOC_MAX_TITLES)
        return 0;
    size_t len = strlen(title);
    if (len > JM_DOC_MAX_TITLE_BYTES) {
        len = JM_DOC_MAX_TITLE_BYTES;
        while (len > 0 && ((unsigned char)title[len] & 0xc0) == 0x80)
            len--;
    }
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES];
    size_t n = jm_title_features(p->titles_reader, title, len, f);
    if (n == 0)
        return 0;
    uint32_t *ids = jm_arena_array(&p->arena, n, sizeof *ids);
    uint8_t *weights = jm_arena_array(&p->arena, n, 1);
    char *text = jm_arena_strndup(&p->arena, title, len);
    if (!ids || !weights || !text)
        return jm_err_set(p->err, JM_ENOMEM, "out of memory for a title");
    for (size_t i = 0; i < n; i++) {
        ids[i] = f[i].id;
        weights[i] = f[i].weight;
    }
    p->titles[p->doc.n_titles++] = (struct jm_doc_title){
        .role = role, .text = text, .ids = ids, .weights = weights, .n_features = (uint16_t)n};
    return 0;
}

void jm_prepare_join(struct jm_prepare *p, const char *text, bool html)
{
    if (!text || !*text)
        return;
    if (p->joined.len)
        jm_buf_str(&p->joined, "\n\n");
    jm_text_plain(text, strlen(text), html ? JM_TEXT_HTML : JM_TEXT_GUESS, &p->joined);
}

/* A person keeps the words that weigh most in any posting: how often said times how telling. */
static unsigned worth(const struct jm_doc_feature *f)
{
    return (unsigned)f->weight * jm_text_term_idf(f->id);
}

static int by_term_worth(const void *x, const void *y)
{
    const struct jm_doc_feature *a = x, *b = y;
    unsigned wa = worth(a), wb = worth(b);
    if (wa != wb)
        return wa > wb ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

static int by_id(const void *x, const void *y)
{
    const struct jm_doc_feature *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static size_t keep_person_terms(struct jm_doc_feature *t, size_t n)
{
    if (n <= PERSON_TERMS)
        return n;
    qsort(t, n, sizeof *t, by_term_worth);
    qsort(t, PERSON_TERMS, sizeof *t, by_id);
    return PERSON_TERMS;
}

/* A job keeps the words that tell most, weighted by how telling they are; how often it says them
 * is no measure of how much it wants them. */
static size_t keep_job_terms(struct jm_doc_feature *t, size_t n)
{
    for (size_t i = 0; i < n; i++) { /* sort key: idf, then frequency */
        unsigned idf = jm_text_term_idf(t[i].id);
        t[i].weight = (uint8_t)(idf * 25);
    }
    unsigned floor = 0;
    for (; n > JOB_TERMS; floor += 25) { /* drop whole classes, lightest first, then by id */
        size_t kept = 0, drop = n - JOB_TERMS;
        for (size_t i = 0; i < n; i++)
            if (t[i].weight > floor || !drop)
                t[kept++] = t[i];
            else
                drop--;
        n = kept;
    }
    return n;
}

int jm_prepare_terms(struct jm_prepare *p)
{
    if (p->joined.failed)
        return jm_err_set(p->err, JM_ENOMEM, "out of memory for a document's words");
    if (!p->joined.len)
        return 0;
    const struct jm_text_view *v =
        jm_text_read(p->text, p->joined.data, p->joined.len, JM_TEXT_PLAIN, p->err);
    if (!v)
        return -1;
    size_t n = jm_text_terms(p->text, p->terms, READ_TERMS);
    n = p->doc.kind == JM_JOB ? keep_job_terms(p->terms, n) : keep_person_terms(p->terms, n);
    uint32_t *ids = jm_arena_array(&p->arena, n ? n : 1, sizeof *ids);
    uint8_t *weights = jm_arena_array(&p->arena, n ? n : 1, 1);
    if (!ids || !weights)
        return jm_err_set(p->err, JM_ENOMEM, "out of memory for a document's words");
    for (size_t i = 0; i < n; i++) {
        ids[i] = p->terms[i].id;
        weights[i] = p->terms[i].weight ? p->terms[i].weight : 1;
    }
    p->doc.term_ids = ids;
    p->doc.term_weights = weights;
    p->doc.n_terms = (uint8_t)n;
    return 0;
}

int jm_prepare_places(struct jm_prepare *p, const struct jm_place *places, size_t n)
{
    if (n > JM_DOC_MAX_PLACES)
        n = JM_DOC_MAX_PLACES;
    struct jm_doc_place *out = jm_arena_array(&p->arena, n ? n : 1, sizeof *out);
    if (!out)
        return jm_err_set(p->err, JM_ENOMEM, "out of memory for places");
    uint8_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const struct jm_place *in = &places[i];
        struct jm_doc_place o = {.country = jm_code2(in->country),
                                 .region = (uint32_t)jm_name_key("region", in->region),
                                 .city = (uint32_t)jm_name_key("city", in->city)};
        if (in->has_point && fabs(in->lat) <= 90 && fabs(in->lon) <= 180) {
            o.has_point = true;
            o.lat_e5 = (int32_t)lround(in->lat * 1e5);
            o.lon_e5 = (int32_t)lround(in->lon * 1e5);
        }
        if (o.country || o.region || o.city || o.has_point)
            out[kept++] = o;
    }
    p->doc.places = out;
    p->doc.n_places = kept;
    return 0;
}

int jm_prepare_codes(struct jm_prepare *p, char (*countries)[3], size_t n)
{
    if (n > JM_DOC_MAX_ELIGIBLE)
        n = JM_DOC_MAX_ELIGIBLE;
    uint16_t *out = jm_arena_array(&p->arena, n ? n : 1, sizeof *out);
    if (!out)
        return jm_err_set(p->err, JM_ENOMEM, "out of memory for countries");
    uint8_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (jm_code2(countries[i]))
            out[kept++] = jm_code2(countries[i]);
    p->doc.eligible = out;
    p->doc.n_eligible = kept;
    return 0;
}

int jm_prepare_languages(struct jm_prepare *p, const struct jm_language *l, size_t n)
{
    if (n > JM_DOC_MAX_LANGUAGES)
        n = JM_DOC_MAX_LANGUAGES;
    struct jm_doc_language *out = jm_arena_array(&p->arena, n ? n : 1, sizeof *out);
    if (!out)
        return jm_err_set(p->err, JM_ENOMEM, "out of memory for languages");
    uint8_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (jm_code2(l[i].code))
            out[kept++] = (struct jm_doc_language){.code = jm_code2(l[i].code),
                                                   .level = (uint8_t)l[i].level,
                                                   .required = l[i].required};
    p->doc.languages = out;
    p->doc.n_languages = kept;
    return 0;
}

static uint32_t whole(double amount, enum jm_period period)
{
    double a = jm_pay_per_year(amount, period);
    return a >= 1 && a < 4e9 ? (uint32_t)(a + 0.5) : 0;
}

int jm_prepare_pay(struct jm_prepare *p, const struct jm_pay *pay)
{
    uint32_t min = whole(pay->min, pay->period), max = whole(pay->max, pay->period);
    if ((!min && !max) || !pay->currency[0])
        return 0;
    p->doc.pay_min = min;
    p->doc.pay_max = max >= min ? max : 0;
    memcpy(p->doc.currency, pay->currency, sizeof p->doc.currency);
    p->doc.currency[3] = '\0';
    return 1;
}

/* More skills than fit: what was stated or asked for first, then the most telling. */
static int by_worth(const void *x, const void *y, void *dict)
{
    const struct gathered_skill *a = x, *b = y;
    unsigned ranks[2] = {0}, i = 0;
    for (const struct gathered_skill *g = a; i < 2; g = b)
        ranks[i++] = (g->flags & (JM_SKILL_MUST | JM_SKILL_WANTED) ? 1000u : 0) +
                     (g->flags & JM_SKILL_STATED ? 500u : 0) +
                     jm_dict_skill(dict, g->skill)->idf * 10u +
                     (g->mentions > 9 ? 9u : g->mentions);
    if (ranks[0] != ranks[1])
        return ranks[0] > ranks[1] ? -1 : 1;
    return a->skill < b->skill ? -1 : a->skill > b->skill;
}

static int by_key(const void *x, const void *y)
{
    const struct jm_doc_skill *a = x, *b = y;
    return a->key < b->key ? -1 : a->key > b->key;
}

const struct jm_doc *jm_prepare_end(struct jm_prepare *p)
{
    size_t n = p->n_skills;
    if (n > JM_DOC_MAX_SKILLS) {
        /* the map's indices are about to lie: forget them first */
        for (size_t i = 0; i < n; i++)
            jm_map64_del(&p->by_skill, p->skills[i].skill + 1);
        qsort_r(p->skills, n, sizeof *p->skills, by_worth, (void *)(uintptr_t)p->dict);
        p->n_skills = n = JM_DOC_MAX_SKILLS;
    }
    struct jm_doc_skill *out = jm_arena_array(&p->arena, n ? n : 1, sizeof *out);
    if (!out) {
        jm_err_set(p->err, JM_ENOMEM, "out of memory for skills");
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        const struct gathered_skill *g = &p->skills[i];
        const struct jm_skill *s = jm_dict_skill(p->dict, g->skill);
        out[i] = (struct jm_doc_skill){.key = s->key, .idf = s->idf, .flags = g->flags,
                                       .years = g->years, .last_year = g->last_year,
                                       .mentions = g->mentions ? g->mentions : 1};
    }
    qsort(out, n, sizeof *out, by_key);
    p->doc.skills = out;
    p->doc.n_skills = (uint8_t)n;
    jm_doc_measure(&p->doc);
    return &p->doc;
}
