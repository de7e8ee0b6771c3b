/* eval.c - the engine on labelled files, in the forms that scorers of rankings read.
 *
 * TREC runs (query, Q0, document, rank, score, tag) for rankings, one JSON line per sentence for
 * spans, "id TAB 0|1" for ambiguous words. Needs neither daemon nor database. Nothing here knows
 * the right answers: that is the scorer's part. */
#include "jobmatch/eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/format.h"
#include "jobmatch/map.h"
#include "offline.h"
#include "sentences.h"

struct options {
    const char *queries, *corpus, *profiles, *file;
    struct jm_offline_options engine;
    size_t keep; /* documents per query */
};

enum { MAX_SPANS = 65536, KEEP = 1000 };

static int complain(const char *file, const struct jm_err *err)
{
    fprintf(stderr, "jobmatch: %s%s%s\n", file ? file : "", file ? ": " : "",
            err->text[0] ? err->text : "out of memory");
    return -1;
}

/* --- titles, occupations, links ------------------------------------------------------------- */

static int eval_ranked(struct jm_cli *c, const struct options *o, bool links)
{
    struct jm_buf queries = {0}, corpus = {0}, out = {0};
    struct jm_resource_paths paths = {.skills = c->skills_dir, .kernel = o->engine.kernel};
    struct jm_title_kernel *k = NULL;
    struct jm_err err = {0};
    int rc = jm_cli_read_text(o->queries, &queries) || jm_cli_read_text(o->corpus, &corpus) ? -1 : 0;
    if (rc == 0 && !links && jm_resource_kernel(&paths, &k, &err))
        rc = complain(NULL, &err);
    if (rc == 0) {
        const char *q = jm_buf_cstr(&queries), *d = jm_buf_cstr(&corpus);
        if (links ? jm_eval_links(q, queries.len, d, corpus.len, o->keep, &out, &err)
                  : jm_eval_titles(k, q, queries.len, d, corpus.len, o->keep, &out, &err))
            rc = complain(NULL, &err);
    }
    fwrite(jm_buf_cstr(&out), 1, rc ? 0 : out.len, stdout);
    jm_title_kernel_free(k);
    jm_buf_fini(&out);
    jm_buf_fini(&corpus);
    jm_buf_fini(&queries);
    return rc;
}

/* --- spans and ambiguous words -------------------------------------------------------------- */

/* The spans of each line of a document, counted from the line's first token. */
static void print_lines(const struct jm_sentences *s, const struct jm_eval_span *spans, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < s->n_lines; i++) {
        const char *between = "";
        fputs("{\"spans\":[", stdout);
        for (; k < n && spans[k].from < s->lines[i + 1]; k++) {
            printf("%s[%zu,%zu]", between, spans[k].from - s->lines[i], spans[k].to - s->lines[i]);
            between = ",";
        }
        puts("]}");
    }
}

static int each_document(struct jm_extractor *x, const struct jm_dict *d, const char *file)
{
    static struct jm_eval_span spans[MAX_SPANS];
    struct jm_sentences s;
    struct jm_err err = {0};
    int rc = jm_sentences_open(&s, file), more = 0;
    while (rc == 0 && (more = jm_sentences_next(&s)) > 0) {
        long n = jm_eval_spans(x, d, s.tokens, s.n, spans, MAX_SPANS, &err);
        if (n < 0)
            rc = complain(file, &err);
        else
            print_lines(&s, spans, (size_t)n);
    }
    jm_sentences_close(&s);
    return rc || more < 0 ? -1 : 0;
}

static int eval_extraction(struct jm_cli *c, const struct options *o, bool spans)
{
    struct jm_buf text = {0}, out = {0};
    struct jm_err err = {0};
    struct jm_dict *d = NULL;
    struct jm_extractor *x = jm_extractor_new();
    int rc = (!spans && jm_cli_read_text(o->file, &text)) || !(d = jm_cli_dict(c)) ? -1 : 0;
    if (rc == 0 && !x)
        rc = complain(NULL, &err);
    if (rc == 0 && spans)
        rc = each_document(x, d, o->file);
    else if (rc == 0 && jm_eval_ambiguous(x, d, jm_buf_cstr(&text), text.len, &out, &err))
        rc = complain(o->file, &err);
    fwrite(jm_buf_cstr(&out), 1, rc ? 0 : out.len, stdout);
    jm_extractor_free(x);
    jm_dict_free(d);
    jm_buf_fini(&out);
    jm_buf_fini(&text);
    return rc;
}

/* --- match ---------------------------------------------------------------------------------- */

struct scored {
    const char *id;
    struct jm_score score;
};

static int by_list(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->score.list != y->score.list)
        return x->score.list > y->score.list ? -1 : 1;
    return strcmp(x->id, y->id);
}

/* The score column is the list score of people for a job, 0..100 with one decimal: it depends on
 * the pair alone, so it compares over jobs. Bands and vetoes do not reorder: the labels know
 * nothing of pay or place. */
static int rank(const struct jm_offline *o, const struct options *opt,
                const struct jm_offline_doc *job, const struct jm_offline_docs *people)
{
    struct scored *s = calloc(people->n + 1, sizeof *s);
    struct jm_scorer *scorer = jm_scorer_new(o->res.matcher, job->doc, o->as_of_s);
    if (!s || !scorer) {
        free(s);
        jm_scorer_free(scorer);
        fputs("jobmatch: out of memory\n", stderr);
        return -1;
    }
    for (size_t i = 0; i < people->n; i++) {
        s[i].id = people->a[i].id;
        jm_scorer_pair(scorer, people->a[i].doc, &s[i].score);
    }
    if (people->n)
        qsort(s, people->n, sizeof *s, by_list);
    for (size_t i = 0; i < people->n && i < opt->keep; i++)
        printf("%s Q0 %s %zu %.1f jobmatch\n", job->id, s[i].id, i + 1,
               s[i].score.list / 10.0);
    jm_scorer_free(scorer);
    free(s);
    return 0;
}

/* The columns of a run are cut at blanks, and its scorers refuse a document that is there twice. */
static int judge_ids(const struct jm_offline_docs *docs, const char *file)
{
    struct jm_map seen;
    const char *wrong = docs->n ? NULL : "has no line";
    size_t i = 0;
    jm_map_init(&seen);
    for (; i < docs->n && !wrong; i++) {
        const char *id = docs->a[i].id;
        if (!*id || strchr(id, ' '))
            wrong = "is not one word";
        else if (jm_map_get(&seen, id, strlen(id)))
            wrong = "is there twice";
        else if (jm_map_put(&seen, id, strlen(id), 1))
            wrong = "is too much: out of memory";
    }
    jm_map_fini(&seen);
    if (wrong && i)
        fprintf(stderr, "jobmatch: %s: the id '%s' %s\n", file, docs->a[i - 1].id, wrong);
    else if (wrong)
        fprintf(stderr, "jobmatch: %s %s\n", file, wrong);
    return wrong ? -1 : 0;
}

static int eval_match(struct jm_cli *c, const struct options *opt)
{
    struct jm_offline o;
    struct jm_offline_docs jobs = {0}, people = {0};
    int rc = jm_offline_open(&o, c, &opt->engine);
    if (rc == 0)
        rc = jm_offline_read_lines(&o, JM_JOB, opt->queries, &jobs);
    if (rc == 0)
        rc = jm_offline_read_lines(&o, JM_CANDIDATE, opt->profiles, &people);
    if (rc == 0)
        rc = judge_ids(&jobs, opt->queries) || judge_ids(&people, opt->profiles) ? -1 : 0;
    for (size_t i = 0; rc == 0 && i < jobs.n; i++)
        rc = rank(&o, opt, &jobs.a[i], &people);
    jm_offline_docs_free(&jobs);
    jm_offline_docs_free(&people);
    jm_offline_close(&o);
    return rc;
}

/* --- the command ---------------------------------------------------------------------------- */

static int read_options(struct jm_cli *c, struct options *o, int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        const char *a = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        const char **to = strcmp(a, "--queries") == 0      ? &o->queries
                          : strcmp(a, "--corpus") == 0     ? &o->corpus
                          : strcmp(a, "--profiles") == 0   ? &o->profiles
                          : strcmp(a, "--kernel") == 0     ? &o->engine.kernel
                          : strcmp(a, "--scoring") == 0    ? &o->engine.scoring
                          : strcmp(a, "--as-of") == 0      ? &o->engine.as_of
                          : strcmp(a, "--skills-dir") == 0 ? &c->skills_dir
                                                           : NULL;
        if (to && value) {
            *to = argv[++i];
        } else if (value && strcmp(a, "--keep") == 0 && atoi(value) > 0) {
            o->keep = (size_t)atoi(argv[++i]);
        } else if (to || a[0] == '-' || o->file) {
            fprintf(stderr, "jobmatch: eval: %s is unknown or lacks its value\n", a);
            return -1;
        } else {
            o->file = a;
        }
    }
    return 0;
}

static int run(struct jm_cli *c, int argc, char **argv)
{
    struct options o = {.keep = KEEP};
    const char *what = argc > 1 ? argv[1] : "";
    bool lists = strcmp(what, "titles") == 0 || strcmp(what, "occupations") == 0,
         links = strcmp(what, "links") == 0, match = strcmp(what, "match") == 0,
         spans = strcmp(what, "spans") == 0, words = strcmp(what, "ambiguous") == 0;
    if (read_options(c, &o, argc, argv))
        return JM_CLI_USAGE;
    int rc;
    if ((lists || links) && o.queries && o.corpus && !o.file)
        rc = eval_ranked(c, &o, links);
    else if ((spans || words) && o.file)
        rc = eval_extraction(c, &o, spans);
    else if (match && o.queries && o.profiles && !o.file)
        rc = eval_match(c, &o);
    else
        return jm_cli_usage(&jm_cli_eval);
    if (fflush(stdout) || ferror(stdout)) {
        perror("jobmatch: cannot write");
        rc = -1;
    }
    return rc ? JM_CLI_FAILED : JM_CLI_OK;
}

const struct jm_cli_command jm_cli_eval = {
    "eval",
    "titles|occupations|links --queries F.tsv --corpus F.tsv [--kernel F] [--keep N]\n"
    "       eval spans GOLD.jsonl | eval ambiguous OCC.tsv\n"
    "       eval match --queries F --profiles F.ndjson [--kernel F] [--scoring F]\n"
    "                  [--as-of YYYY-MM-DD]",
    "The engine on labelled files: TREC runs, spans and verdicts for a scorer; needs no daemon.",
    run};
