/* skills.c - what the dictionary reads in a file, without a daemon: the text with its spans marked,
 * then a table of claims with the rule that let each in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "jobmatch/skill.h"
#include "jobmatch/text.h"

struct options {
    bool rejected, html, phrases;
    const char *file;
};

static const char *rejected_why(const struct jm_claim *k)
{
    return k->accepted ? (k->must ? "must" : k->nice ? "nice" : "") : "rejected";
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
        fwrite(text + at, 1, k->beg - at, stdout);
        printf("%s%.*s%s", on, (int)(k->end - k->beg), text + k->beg, off);
        at = k->end;
    }
    fwrite(text + at, 1, bytes - at, stdout);
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
                        bool rejected)
{
    printf("%-26s %-24s %-10s %-9s %-12s %5s %6s\n", "skill", "as written", "", "zone", "rule",
           "years", "byte");
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *k = &e->claims[i];
        if (!k->accepted && !rejected)
            continue;
        int len = (int)(k->end - k->beg);
        printf("%-26.26s %-24.*s %-10s %-9s %-12s %5.0u %6u\n", jm_dict_skill(d, k->skill)->name,
               len < 24 ? len : 24, text + k->beg, rejected_why(k),
               jm_zone_name((enum jm_zone)k->zone), k->rule, k->years, k->beg);
        print_reasons(k);
    }
}

static void print_phrases(const struct jm_extraction *e, const char *text)
{
    printf("\n%-52s %-9s %5s %6s\n", "phrase", "zone", "sure", "byte");
    for (size_t i = 0; i < e->n_phrases; i++) {
        const struct jm_phrase *p = &e->phrases[i];
        printf("%-52.*s %-9s  .%03u %6u%s\n", (int)(p->end - p->beg), text + p->beg,
               jm_zone_name((enum jm_zone)p->zone), p->sure_pm < 999 ? p->sure_pm : 999u, p->beg, p->known ? "" : "  unlisted");
    }
}

static json_t *gate_json(const struct jm_claim *k)
{
    json_t *why = json_array();
    for (size_t i = 0; i < JM_GATE_REASONS && k->gate_points[i] < 0; i++)
        json_array_append_new(why, json_pack("{s:s, s:i}", "what",
                                             jm_gate_feature_name(k->gate_what[i]), "points",
                                             (int)k->gate_points[i]));
    return json_pack("{s:i, s:o}", "points", (int)k->gate_sum, "against", why);
}

static void add_phrases(json_t *list, const struct jm_extraction *e, const char *text)
{
    for (size_t i = 0; i < e->n_phrases; i++) {
        const struct jm_phrase *p = &e->phrases[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s%, s:i, s:i, s:s, s:b, s:i}", "kind", "phrase", "surface",
                            text + p->beg, (size_t)(p->end - p->beg), "begin", (int)p->beg, "end",
                            (int)p->end, "zone", jm_zone_name((enum jm_zone)p->zone), "listed",
                            (int)p->known, "sure_pm", (int)p->sure_pm));
    }
}

static void print_json(const struct jm_dict *d, const struct jm_extraction *e, const char *text,
                       bool rejected)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *k = &e->claims[i];
        const struct jm_skill *s = jm_dict_skill(d, k->skill);
        if (!k->accepted && !rejected)
            continue;
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s%, s:i, s:i, s:b, s:s, s:s, s:b, s:b, s:i}", "id", s->id,
                            "name", s->name, "surface", text + k->beg, (size_t)(k->end - k->beg),
                            "begin", (int)k->beg, "end", (int)k->end, "accepted", (int)k->accepted,
                            "rule", k->rule, "zone", jm_zone_name((enum jm_zone)k->zone), "must",
                            (int)k->must, "nice", (int)k->nice, "years", (int)k->years));
        if (k->judged)
            json_object_set_new(json_array_get(list, json_array_size(list) - 1), "gate",
                                gate_json(k));
    }
    add_phrases(list, e, text);
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
    struct jm_extract_input in = {.kind = JM_JOB, .text = jm_buf_cstr(text),
                                  .text_bytes = text->len, .phrases = o->phrases,
                                  .form = o->html ? JM_TEXT_HTML : JM_TEXT_GUESS};
    const struct jm_extraction *e = x ? jm_extract(x, d, &in, &err) : NULL;
    if (!e)
        fprintf(stderr, "jobmatch: %s: %s\n", o->file, x ? err.text : "out of memory");
    else if (c->json)
        print_json(d, e, in.text, o->rejected);
    else {
        print_marked(c, e, in.text, in.text_bytes);
        print_table(d, e, in.text, o->rejected);
        if (o->phrases)
            print_phrases(e, in.text);
    }
    jm_extractor_free(x);
    return e ? JM_CLI_OK : JM_CLI_FAILED;
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
        else if (strcmp(argv[i], "--json") == 0)
            c->json = true;
        else
            o.file = argv[i];
    }
    if (!o.file)
        return jm_cli_usage(&jm_cli_skills);
    struct jm_buf raw = {0}, text = {0};
    struct jm_dict *d = NULL;
    int rc = JM_CLI_FAILED;
    if (jm_cli_read(o.file, &raw) == 0 &&
        jm_text_repair(jm_buf_cstr(&raw), raw.len, &text) >= 0 && (d = jm_cli_dict(c)))
        rc = show(c, &o, d, &text);
    jm_dict_free(d);
    jm_buf_fini(&raw);
    jm_buf_fini(&text);
    return rc;
}

const struct jm_cli_command jm_cli_skills = {
    "skills", "[--rejected] [--phrases] [--html] [--json] FILE",
    "The text with its skills marked, and a table of claims; needs no daemon.", run};
