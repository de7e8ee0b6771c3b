/* matchfile.c - `match file`: rank profiles in files for a posting in a file, with the reasons.
 *
 * For trying things out and for support: what would the daemon say about this pair? People who
 * are vetoed stay on the list, at its end, with the clause that fell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/format.h"
#include "offline.h"

struct row {
    const struct jm_offline_doc *who;
    struct jm_score score;
};

/* Best first; the vetoed last; then in the order given. */
static int by_rank(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (!x->score.veto != !y->score.veto)
        return x->score.veto ? 1 : -1;
    if (x->score.key != y->score.key)
        return x->score.key > y->score.key ? -1 : 1;
    return x->who->doc->doc_id < y->who->doc->doc_id ? -1 : 1;
}

static int read_one(struct jm_offline *o, const char *file, struct jm_offline_docs *out)
{
    struct jm_buf text = {0};
    size_t n = strlen(file);
    if (n > 7 && strcmp(file + n - 7, ".ndjson") == 0)
        return jm_offline_read_lines(o, JM_CANDIDATE, file, out);
    int rc = jm_cli_read(file, &text);
    if (rc == 0)
        rc = jm_offline_keep(out, strdup(file),
                             jm_offline_read(o, JM_CANDIDATE, file, jm_buf_cstr(&text), text.len));
    jm_buf_fini(&text);
    return rc;
}

static struct jm_doc *read_posting(struct jm_offline *o, const char *file)
{
    struct jm_buf text = {0};
    struct jm_doc *job = NULL;
    if (jm_cli_read(file, &text) == 0)
        job = jm_offline_read(o, JM_JOB, file, jm_buf_cstr(&text), text.len);
    if (job)
        job->external = file;
    jm_buf_fini(&text);
    return job;
}

static int print_text(const struct jm_explanation *e, size_t rank, const char *id)
{
    struct jm_buf out = {0};
    jm_explanation_text(e, 100, &out);
    bool ok = jm_buf_ok(&out);
    printf("%s%zu. %s\n%s", rank > 1 ? "\n" : "", rank, id, jm_buf_cstr(&out));
    jm_buf_fini(&out);
    return ok ? 0 : -1;
}

static int show(const struct jm_cli *c, const struct jm_offline *o, const struct jm_doc *job,
                const struct row *r, size_t rank)
{
    struct jm_arena arena;
    int rc = -1;
    jm_arena_init(&arena, 0);
    const struct jm_explanation *e = jm_explain(o->res.matcher, job, r->who->doc, JM_PEOPLE_FOR_JOB,
                                                JM_VIEW_OPERATOR, o->as_of_s, &arena);
    if (e && !c->json)
        rc = print_text(e, rank, r->who->id);
    json_t *v = e && c->json ? jm_explanation_json(e) : NULL;
    if (v && json_object_set_new(v, "id", json_string(r->who->id)) == 0)
        rc = json_dumpf(v, stdout, JSON_COMPACT) || putchar('\n') == EOF ? -1 : 0;
    json_decref(v);
    jm_arena_fini(&arena);
    return rc;
}

static int rank(const struct jm_cli *c, const struct jm_offline *o, const struct jm_doc *job,
                const struct jm_offline_docs *people)
{
    struct row *rows = calloc(people->n + 1, sizeof *rows);
    struct jm_scorer *s = jm_scorer_new(o->res.matcher, job, o->as_of_s);
    int rc = rows && s ? 0 : -1;
    for (size_t i = 0; rc == 0 && i < people->n; i++) {
        rows[i].who = &people->a[i];
        jm_scorer_pair(s, people->a[i].doc, &rows[i].score);
    }
    if (rc == 0 && people->n)
        qsort(rows, people->n, sizeof *rows, by_rank);
    for (size_t i = 0; rc == 0 && i < people->n && i < c->limit; i++)
        rc = show(c, o, job, &rows[i], i + 1);
    if (rc)
        fputs("jobmatch: out of memory\n", stderr);
    jm_scorer_free(s);
    free(rows);
    return rc;
}

int jm_cli_match_file(struct jm_cli *c, int argc, char **argv)
{
    struct jm_offline o;
    struct jm_offline_docs people = {0};
    struct jm_doc *job = NULL;
    if (argc < 3)
        return jm_cli_usage(&jm_cli_match);
    int rc = jm_offline_open(&o, c, &(struct jm_offline_options){0});
    if (rc == 0 && !(job = read_posting(&o, argv[1])))
        rc = -1;
    for (int i = 2; rc == 0 && i < argc; i++)
        rc = read_one(&o, argv[i], &people);
    if (rc == 0)
        rc = rank(c, &o, job, &people);
    free(job);
    jm_offline_docs_free(&people);
    jm_offline_close(&o);
    return rc ? JM_CLI_FAILED : JM_CLI_OK;
}
