/* list.c - the ranked list of a job or a candidate, a page at a time: its head, then its rows. */
#include <stdlib.h>

#include "store_int.h"

enum { LIMIT_MAX = 200 };

struct list_call {
    struct jm_store *s;
    struct jm_match_query q; /* without its strings */
    unsigned limit;
    PGresult *head;
    jm_match_list_cb *cb;
    void *arg;
};

static void row_read(struct jm_match_row *m, const PGresult *r, int i)
{
    *m = (struct jm_match_row){
        .other_id = (uint64_t)jm_pg_get_int(r, i, 0),
        .source = jm_pg_get_text(r, i, 1),
        .external_id = jm_pg_get_text(r, i, 2),
        .title = jm_pg_get_text(r, i, 3),
        .score = (uint16_t)jm_pg_get_int(r, i, 4),
        .fit = (uint16_t)jm_pg_get_int(r, i, 5),
        .want = (uint16_t)jm_pg_get_int(r, i, 6),
        .evidence = (uint16_t)jm_pg_get_int(r, i, 7),
        .band = *jm_pg_get_text(r, i, 8),
        .job_version = jm_pg_get_int(r, i, 9),
        .candidate_version = jm_pg_get_int(r, i, 10),
        .match_version = jm_pg_get_int(r, i, 11),
        .created_at_us = jm_pg_get_time(r, i, 12),
        .updated_at_us = jm_pg_get_time(r, i, 13),
        .config_hash = (uint64_t)jm_pg_get_int(r, i, 14),
        .dict_version = (uint64_t)jm_pg_get_int(r, i, 15),
    };
    m->points = jm_pg_get_bytes(r, i, 16, &m->points_len);
}

static void finish(struct list_call *l, const struct jm_err *err, const PGresult *rows)
{
    struct jm_match_list out = {0};
    struct jm_match_row *m = NULL;
    struct jm_stored doc;
    struct jm_err oom = {0};
    if (!err && rows) {
        int n = PQntuples(rows);
        out.more = (unsigned)n > l->limit;
        out.n = out.more ? l->limit : (size_t)n;
        m = calloc(out.n + 1, sizeof *m);
        if (!m) {
            jm_err_set(&oom, JM_ENOMEM, "out of memory for a list");
            err = &oom;
        }
        for (size_t i = 0; m && i < out.n; i++)
            row_read(&m[i], rows, (int)i);
        store_read_doc(&doc, l->head, 0);
        out.doc = &doc;
        out.matched_version = jm_pg_get_int(l->head, 0, 14);
        out.matched_at_us = jm_pg_get_time(l->head, 0, 15);
        out.total = (uint32_t)jm_pg_get_int(l->head, 0, 16);
        out.rows = m;
    }
    l->cb(l->arg, err, err ? NULL : &out);
    free(m);
    PQclear(l->head);
    free(l);
}

static void on_rows(void *arg, struct jm_pg_answer *a)
{
    finish(arg, store_answer_err(a), a->res);
}

static int ask(struct list_call *l, const char *stmt, struct jm_pg_args *a, jm_pg_cb *cb,
               struct jm_err *err)
{
    struct jm_pg_query q = {.stmt = stmt, .args = a, .cb = cb, .arg = l,
                            .timeout_ms = l->s->o.query_timeout_ms,
                            .queue_ms = l->s->o.query_timeout_ms};
    return jm_pg_send(l->s->read, &q, err);
}

static int ask_rows(struct list_call *l, struct jm_err *err)
{
    struct jm_pg_args a;
    jm_pg_args_init(&a);
    jm_pg_i4(&a, (int32_t)l->q.tenant);
    jm_pg_i8(&a, jm_pg_get_int(l->head, 0, 2));
    jm_pg_i2(&a, l->q.has_after ? (int16_t)l->q.after_score : INT16_MAX);
    jm_pg_i8(&a, l->q.has_after ? (int64_t)l->q.after_id : 0);
    jm_pg_i4(&a, (int32_t)l->limit + 1); /* one more shows that there is more */
    jm_pg_bool(&a, l->q.with_points);
    return ask(l, l->q.kind == JM_JOB ? "match_list_job" : "match_list_candidate", &a, on_rows,
               err);
}

static void on_head(void *arg, struct jm_pg_answer *a)
{
    struct list_call *l = arg;
    struct jm_err err = a->err;
    if (a->fate == JM_PG_DONE && PQntuples(a->res) > 0) {
        a->take = true;
        l->head = a->res;
        if (l->s->closing)
            jm_err_set(&err, JM_EUNAVAIL, "the store is closing");
        else if (ask_rows(l, &err) == 0)
            return;
    }
    finish(l, err.code ? &err : NULL, NULL);
}

int jm_store_list_matches(struct jm_store *s, const struct jm_match_query *q, jm_match_list_cb *cb,
                          void *arg, struct jm_err *err)
{
    struct jm_pg_args a;
    if (!s->started || s->closing)
        return jm_err_set(err, JM_EUNAVAIL, "the store is not running");
    struct list_call *l = calloc(1, sizeof *l);
    if (!l)
        return jm_err_set(err, JM_ENOMEM, "out of memory for a list");
    *l = (struct list_call){.s = s, .q = *q, .cb = cb, .arg = arg};
    l->limit = q->limit < 1 ? 1 : q->limit > LIMIT_MAX ? LIMIT_MAX : q->limit;
    l->q.source = l->q.external_id = NULL;
    jm_pg_args_init(&a);
    jm_pg_i4(&a, (int32_t)q->tenant);
    jm_pg_i2(&a, (int16_t)q->kind);
    jm_pg_str(&a, q->source);
    jm_pg_str(&a, q->external_id);
    if (ask(l, "match_head", &a, on_head, err) == 0)
        return 0;
    free(l);
    return -1;
}
