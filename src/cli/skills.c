/* skills.c - what the dictionary reads in a file, without a daemon: the text with its spans marked,
 * then a table of claims with the rule that let each in, and of facts if asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "jobmatch/skill.h"
#include "jobmatch/text.h"

struct options {
    bool rejected, html, phrases, facts, candidate;
    const char *file;
    struct jm_text_origins origins; /* of the repaired text in the file */
};

/* The byte of the file where byte `at` of the repaired text stands. */
static unsigned in_file(const struct options *o, uint32_t at)
{
    return (unsigned)jm_text_origin(&o->origins, at);
}

static const char *rejected_why(const struct jm_claim *k)
{
    return k->accepted ? (k->must ? "must" : k->nice ? "nice" : "") : "rejected";
}

/* A text may come from anybody: what a terminal would obey is shown as "?". In a cell of a table a
 * line break is a blank. Returns the characters shown. */
static size_t print_text(const char *s, size_t n, bool cell)
{
    size_t shown = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = (uint8_t)s[i], next = i + 1 < n ? (uint8_t)s[i + 1] : 0;
        bool high = c == 0xc2 && next >= 0x80 && next <= 0x9f;
        bool blank = c == '\n' || c == '\t' || (c == '\r' && next == '\n');
        bool control = high || c == 0x7f || (c < ' ' && !blank);
        putchar(control ? '?' : blank && cell ? ' ' : c);
        shown += (c & 0xc0) != 0x80;
        i += high;
    }
    return shown;
}

/* A cell as wide as `most` characters; of what is longer the end is left out. */
static void print_cell(const char *s, size_t n, size_t most)
{
    size_t at = 0, last = 0, chars = 0;
    for (; at < n && chars <= most; at++)
        if (((uint8_t)s[at] & 0xc0) != 0x80 && chars++ == most - 1)
            last = at; /* where the last character begins that fits */
    bool cut = chars > most;
    size_t wide = print_text(s, cut ? last : n, true);
    printf("%s%*s ", cut ? "…" : "", (int)(most - wide - cut), "");
}

static void print_marked(const struct jm_cli *c, const struct jm_extraction *e, const char *text,
                         size_t bytes)
{
    const char *on = c->colour ? "\033[1;32m" : "[", *off = c->colour ? "\033[0m" : "]";
    size_t at = 0;
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *k = &e->claims[i];
        if (!k->accepted || k->beg < at)
            continue;
        print_text(text + at, k->beg - at, false);
        fputs(on, stdout);
        print_text(text + k->beg, k->end - k->beg, false);
        fputs(off, stdout);
        at = k->end;
    }
    print_text(text + at, bytes - at, false);
    printf("\n\n");
}

/* What spoke most against a claim that the linear gate rejected. */
static void print_reasons(const struct jm_claim *k)
{
    if (strcmp(k->rule, "gate") != 0)
        return;
    printf("  %.1f below the gate's threshold:", -k->gate_sum / (double)JM_GATE_UNIT);
    for (size_t i = 0; i < JM_GATE_REASONS && k->gate_points[i] < 0; i++)
        printf("%s %s %.1f", i ? "," : "", jm_gate_feature_name(k->gate_what[i]),
               k->gate_points[i] / (double)JM_GATE_UNIT);
    putchar('\n');
}

static void print_table(const struct jm_dict *d, const struct jm_extraction *e, const char *text,
                        const struct options *o)
{
    printf("%-26s %-24s %-10s %-9s %-12s %5s %-8s %4s %6s\n", "skill", "as written", "asked",
           "zone", "rule", "years", "level", "last", "byte");
    if (!e->n_claims)
        puts("(no skill found)");
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *k = &e->claims[i];
        const char *name = jm_dict_skill(d, k->skill)->name;
        print_cell(name, strlen(name), 26);
        print_cell(text + k->beg, k->end - k->beg, 24);
        printf("%-10s %-9s %-12s %5.0u %-8s %4.0u %6u\n", rejected_why(k),
               jm_zone_name((enum jm_zone)k->zone), k->rule, k->years,
               jm_skill_level_name((enum jm_skill_level)k->level), k->last_year,
               in_file(o, k->beg));
        print_reasons(k);
    }
}

/* The names of a mask's bits, "remote hybrid". */
static void mask_text(unsigned mask, bool employment, char *out, size_t bytes)
{
    size_t n = 0;
    for (unsigned bit = 1; bit && bit <= mask && n < bytes; bit <<= 1)
        if (mask & bit)
            n += (size_t)snprintf(out + n, bytes - n, "%s%s", n ? " " : "",
                                  employment ? jm_employment_name((enum jm_employment)bit)
                                             : jm_workplace_name((enum jm_workplace)bit));
}

static void pay_text(const struct jm_pay *p, char *out, size_t bytes)
{
    static const char *const periods[] = {"", "hour", "day", "week", "month", "year"};
    if (p->max > p->min)
        snprintf(out, bytes, "%.10g-%.10g %s/%s", p->min, p->max, p->currency, periods[p->period]);
    else
        snprintf(out, bytes, "%.10g %s/%s", p->min, p->currency, periods[p->period]);
}

/* What was made of all that stands in the text about one kind of fact. */
static void fact_text(const struct jm_facts *f, enum jm_fact_kind kind, char *out, size_t bytes)
{
    size_t n = 0;
    *out = 0;
    if (kind == JM_FACT_YEARS)
        snprintf(out, bytes, f->years_max == JM_YEARS_UNKNOWN ? "%u" : "%u-%u", f->years_min,
                 f->years_max);
    else if (kind == JM_FACT_SENIORITY)
        snprintf(out, bytes, "%s", jm_seniority_name(f->seniority));
    else if (kind == JM_FACT_DEGREE)
        snprintf(out, bytes, "%s%s", jm_degree_name(f->degree),
                 f->degree_or_experience ? " or experience" : "");
    else if (kind == JM_FACT_PAY)
        pay_text(&f->pay, out, bytes);
    else if (kind == JM_FACT_WORKPLACE || kind == JM_FACT_EMPLOYMENT)
        mask_text(kind == JM_FACT_WORKPLACE ? f->workplace : f->employment,
                  kind == JM_FACT_EMPLOYMENT, out, bytes);
    else if (kind == JM_FACT_LANGUAGE)
        for (size_t i = 0; i < f->n_languages && n < bytes; i++)
            n += (size_t)snprintf(out + n, bytes - n, "%s%s%s%s", i ? " " : "",
                                  f->languages[i].code, f->languages[i].level ? ":" : "",
                                  f->languages[i].level ? jm_cefr_name(f->languages[i].level) : "");
    else
        for (size_t i = 0; i < f->n_eligible && n < bytes; i++)
            n += (size_t)snprintf(out + n, bytes - n, "%s%s", i ? " " : "", f->eligible[i]);
}

static void print_facts(const struct jm_extraction *e, const char *text, const struct options *o)
{
    char value[512];
    printf("\n%-10s %-32s %-28s %6s  %s\n", "fact", "as written", "rule", "byte", "read as");
    for (size_t i = 0; i < e->facts->n_where; i++) {
        const struct jm_fact *f = &e->facts->where[i];
        fact_text(e->facts, f->kind, value, sizeof value);
        printf("%-10s ", jm_fact_kind_name(f->kind));
        print_cell(text + f->beg, f->end - f->beg, 32);
        printf("%-28s %6u  %s\n", f->rule, in_file(o, f->beg), value);
    }
}

static void add_facts(json_t *list, const struct jm_extraction *e, const char *text,
                      const struct options *o)
{
    char value[512];
    for (size_t i = 0; i < e->facts->n_where; i++) {
        const struct jm_fact *f = &e->facts->where[i];
        fact_text(e->facts, f->kind, value, sizeof value);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s%, s:i, s:i, s:s, s:s}", "kind", "fact", "fact",
                            jm_fact_kind_name(f->kind), "surface", text + f->beg,
                            (size_t)(f->end - f->beg), "begin", (int)in_file(o, f->beg), "end",
                            (int)in_file(o, f->end), "rule", f->rule, "value", value));
    }
}

static void print_phrases(const struct jm_extraction *e, const char *text, const struct options *o)
{
    printf("\n%-52s %-9s %5s %6s\n", "phrase", "zone", "sure", "byte");
    for (size_t i = 0; i < e->n_phrases; i++) {
        const struct jm_phrase *p = &e->phrases[i];
        print_cell(text + p->beg, p->end - p->beg, 52);
        printf("%-9s  .%03u %6u%s\n", jm_zone_name((enum jm_zone)p->zone),
               p->sure_pm < 999 ? p->sure_pm : 999u, in_file(o, p->beg),
               p->known ? "" : "  unlisted");
    }
}

static json_t *gate_json(const struct jm_claim *k)
{
    json_t *why = json_array();
    for (size_t i = 0; i < JM_GATE_REASONS && k->gate_points[i] < 0; i++)
        json_array_append_new(why,
                              json_pack("{s:s, s:i}", "what", jm_gate_feature_name(k->gate_what[i]),
                                        "points", (int)k->gate_points[i]));
    return json_pack("{s:i, s:o}", "points", (int)k->gate_sum, "against", why);
}

static void add_phrases(json_t *list, const struct jm_extraction *e, const char *text,
                        const struct options *o)
{
    for (size_t i = 0; i < e->n_phrases; i++) {
        const struct jm_phrase *p = &e->phrases[i];
        json_array_append_new(
            list,
            json_pack("{s:s, s:s%, s:i, s:i, s:s, s:b, s:i}", "kind", "phrase", "surface",
                      text + p->beg, (size_t)(p->end - p->beg), "begin", (int)in_file(o, p->beg),
                      "end", (int)in_file(o, p->end), "zone", jm_zone_name((enum jm_zone)p->zone),
                      "listed", (int)p->known, "sure_pm", (int)p->sure_pm));
    }
}

static void print_json(const struct jm_dict *d, const struct jm_extraction *e, const char *text,
                       const struct options *o)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *k = &e->claims[i];
        const struct jm_skill *s = jm_dict_skill(d, k->skill);
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s%, s:i, s:i, s:b, s:s, s:s, s:b, s:b, s:i, s:s, s:i}",
                            "id", s->id, "name", s->name, "surface", text + k->beg,
                            (size_t)(k->end - k->beg), "begin", (int)in_file(o, k->beg), "end",
                            (int)in_file(o, k->end), "accepted", (int)k->accepted, "rule", k->rule,
                            "zone", jm_zone_name((enum jm_zone)k->zone), "must", (int)k->must,
                            "nice", (int)k->nice, "years", (int)k->years, "level",
                            jm_skill_level_name((enum jm_skill_level)k->level), "last_year",
                            (int)k->last_year));
        if (k->judged)
            json_object_set_new(json_array_get(list, json_array_size(list) - 1), "gate",
                                gate_json(k));
    }
    add_phrases(list, e, text, o);
    if (o->facts)
        add_facts(list, e, text, o);
    char *out = json_dumps(list, JSON_INDENT(1));
    puts(out ? out : "[]");
    free(out);
    json_decref(list);
}

static int show(struct jm_cli *c, const struct options *o, const struct jm_dict *d,
                const struct jm_buf *text)
{
    struct jm_extractor *x = jm_extractor_new();
    struct jm_err err = {0};
    time_t now = time(NULL);
    struct tm date = {0};
    localtime_r(&now, &date);
    struct jm_extract_input in = {.kind = o->candidate ? JM_CANDIDATE : JM_JOB,
                                  .text = jm_buf_cstr(text),
                                  .text_bytes = text->len,
                                  .phrases = o->phrases,
                                  .rejected = o->rejected,
                                  .this_year = date.tm_year + 1900,
                                  .form = o->html ? JM_TEXT_HTML : JM_TEXT_GUESS};
    const struct jm_extraction *e = x ? jm_extract(x, d, &in, &err) : NULL;
    if (!e)
        fprintf(stderr, "jobmatch: %s: %s\n", o->file, x ? err.text : "out of memory");
    else if (c->json)
        print_json(d, e, in.text, o);
    else {
        print_marked(c, e, in.text, in.text_bytes);
        print_table(d, e, in.text, o);
        if (o->facts)
            print_facts(e, in.text, o);
        if (o->phrases)
            print_phrases(e, in.text, o);
    }
    jm_extractor_free(x);
    return e ? JM_CLI_OK : JM_CLI_FAILED;
}

/* NUL and other controls that no text has, a program or a picture; UTF-16 comes that way too. */
static bool looks_binary(const struct jm_buf *raw)
{
    size_t odd = 0, n = raw->len < 4096 ? raw->len : 4096;
    const uint8_t *s = (const uint8_t *)jm_buf_cstr(raw);
    for (size_t i = 0; i < n; i++)
        odd += s[i] < 9 || (s[i] > 13 && s[i] < 27);
    return odd * 20 > n;
}

/* Read the file as the daemon would; says what is wrong with it. */
static int read_text(struct options *o, struct jm_buf *text)
{
    struct jm_buf raw = {0};
    int rc = jm_cli_read(o->file, &raw);
    const char *wrong = NULL;
    const char *head = jm_buf_cstr(&raw);
    bool foreign = strncmp(head, "%PDF-", 5) == 0 || strncmp(head, "{\\rtf", 5) == 0;
    if (!rc && (foreign || looks_binary(&raw)))
        wrong =
            "this is no text (a PDF, a file of a word processor, a picture, UTF-16?); make text "
            "of it first, as by pdftotext or iconv";
    else if (!rc && jm_text_repair_from(jm_buf_cstr(&raw), raw.len, text, &o->origins) < 0)
        wrong = "out of memory";
    else if (!rc && strspn(jm_buf_cstr(text), " \t\r\n") == text->len)
        wrong = "the file is empty";
    if (wrong)
        fprintf(stderr, "jobmatch: %s: %s\n", o->file, wrong);
    jm_buf_fini(&raw);
    return wrong ? -1 : rc;
}

static int run(struct jm_cli *c, int argc, char **argv)
{
    struct options o = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rejected") == 0)
            o.rejected = true;
        else if (strcmp(argv[i], "--html") == 0)
            o.html = true;
        else if (strcmp(argv[i], "--phrases") == 0)
            o.phrases = true;
        else if (strcmp(argv[i], "--facts") == 0)
            o.facts = true;
        else if (strcmp(argv[i], "--candidate") == 0)
            o.candidate = true;
        else if (strcmp(argv[i], "--json") == 0)
            c->json = true;
        else if (!o.file && (argv[i][0] != '-' || !argv[i][1]))
            o.file = argv[i];
        else
            return jm_cli_usage(&jm_cli_skills);
    }
    if (!o.file)
        return jm_cli_usage(&jm_cli_skills);
    struct jm_buf text = {0};
    struct jm_dict *d = NULL;
    int rc = JM_CLI_FAILED;
    if (read_text(&o, &text) == 0 && (d = jm_cli_dict(c)))
        rc = show(c, &o, d, &text);
    jm_dict_free(d);
    jm_buf_fini(&text);
    jm_text_origins_fini(&o.origins);
    return rc;
}

const struct jm_cli_command jm_cli_skills = {
    "skills", "[--rejected] [--phrases] [--facts] [--candidate] [--html] [--json] FILE",
    "The text with its skills marked, and a table of claims; needs no daemon.", run};
