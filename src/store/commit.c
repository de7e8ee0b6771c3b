/* commit.c - what the matcher found, as one fenced transaction (jobmatch.commit_matches()).
 *
 * The function in the database does the work; this file turns a batch into its arrays. A conflict
 * with another daemon's transaction is tried again here; a lost answer is the caller's to repeat,
 * who may want to give up his shard first. */
#include <stdlib.h>
#include <string.h>

#include "store_int.h"

enum { TRIES = 4, POINTS_MAX = 4096, COMMIT_MS = 10000 };

const struct jm_pg_stmt match_stmts[] = {
    {"commit_matches",
     "SELECT created, updated, withdrawn, unchanged, events, deliveries, fenced"
     " FROM jobmatch.commit_matches($1::int4[], $2::int2[], $3::int8[], $4::int8[], $5::int2[],"
     " $6::int4[], $7::int4[], $8::int4[], $9::int8[], $10::int8[], $11::int8[], $12::int8[],"
     " $13::int2[], $14::int2[], $15::int2[], $16::int2[], $17::text[], $18::bytea[],"
     " $19::int2[], $20::int4[], $21::int8[], $22::int8[], $23::text, $24::int8, $25::int8,"
     " $26::int4)"},
};
const size_t n_match_stmts = sizeof match_stmts / sizeof match_stmts[0];

struct commit {
    struct jm_store *s;
    struct jm_pg_args args; /* kept for another try */
    unsigned tries;
    struct jm_match_advance *to; /* where the cursors go */
    size_t n_to;
    jm_match_cb *cb;
    void *arg;
};

/* --- arguments ------------------------------------------------------------------------------- */

#define ARRIVALS(type, element)                                                                   \
    do {                                                                                          \
        jm_pg_array_begin(a, type);                                                               \
        for (size_t i = 0; i < b->n_arrivals; i++) {                                              \
            const struct jm_match_arrival *r = &b->arrivals[i];                                   \
            element;                                                                              \
        }                                                                                         \
        jm_pg_array_end(a);                                                                       \
    } while (0)

#define PAIRS(type, element)                                                                      \
    do {                                                                                          \
        jm_pg_array_begin(a, type);                                                               \
        for (size_t i = 0; i < b->n_arrivals; i++)                                                \
            for (size_t k = 0; k < b->arrivals[i].n_pairs; k++) {                                 \
                const struct jm_match_pair *p = &b->arrivals[i].pairs[k];                         \
                element;                                                                          \
            }                                                                                     \
        jm_pg_array_end(a);                                                                       \
    } while (0)

#define CURSORS(type, element)                                                                    \
    do {                                                                                          \
        jm_pg_array_begin(a, type);                                                               \
        for (size_t i = 0; i < c->n_to; i++) {                                                    \
            const struct jm_match_advance *v = &c->to[i];                                         \
            element;                                                                              \
        }                                                                                         \
        jm_pg_array_end(a);                                                                       \
    } while (0)

static void build_arrivals(struct jm_pg_args *a, const struct jm_match_batch *b)
{
    ARRIVALS(JM_PG_INT4, jm_pg_el_i4(a, (int32_t)r->tenant));
    ARRIVALS(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)r->kind));
    ARRIVALS(JM_PG_INT8, jm_pg_el_i8(a, (int64_t)r->doc_id));
    ARRIVALS(JM_PG_INT8, jm_pg_el_i8(a, r->version));
    ARRIVALS(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)r->shard));
    ARRIVALS(JM_PG_INT4, jm_pg_el_i4(a, (int32_t)r->epoch));
    ARRIVALS(JM_PG_INT4, jm_pg_el_i4(a, (int32_t)r->total));
}

static void build_pairs(struct jm_pg_args *a, const struct jm_match_batch *b)
{
    PAIRS(JM_PG_INT4, (void)p; jm_pg_el_i4(a, (int32_t)i + 1));
    PAIRS(JM_PG_INT8, jm_pg_el_i8(a, (int64_t)p->job_id));
    PAIRS(JM_PG_INT8, jm_pg_el_i8(a, (int64_t)p->candidate_id));
    PAIRS(JM_PG_INT8, jm_pg_el_i8(a, p->job_version));
    PAIRS(JM_PG_INT8, jm_pg_el_i8(a, p->candidate_version));
    PAIRS(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)p->score));
    PAIRS(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)p->fit));
    PAIRS(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)p->want));
    PAIRS(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)p->evidence));
    PAIRS(JM_PG_TEXT, jm_pg_el_bytes(a, &p->band, 1));
    PAIRS(JM_PG_BYTEA, jm_pg_el_bytes(a, p->points, p->points_len));
}

static void build_cursors(struct jm_pg_args *a, const struct commit *c)
{
    CURSORS(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)v->shard));
    CURSORS(JM_PG_INT4, jm_pg_el_i4(a, (int32_t)v->epoch));
    CURSORS(JM_PG_INT8, jm_pg_el_i8(a, (int64_t)v->cursor.xid));
    CURSORS(JM_PG_INT8, jm_pg_el_i8(a, (int64_t)v->cursor.seq));
}

/* All cursors named in the batch, arrivals' and plain ones. */
static void collect_cursors(struct commit *c, const struct jm_match_batch *b)
{
    for (size_t i = 0; i < b->n_arrivals; i++) {
        const struct jm_match_arrival *r = &b->arrivals[i];
        if (r->cursor.xid)
            c->to[c->n_to++] = (struct jm_match_advance){r->shard, r->epoch, r->cursor};
    }
    for (size_t i = 0; i < b->n_advance; i++)
        c->to[c->n_to++] = b->advance[i];
}

/* --- sending --------------------------------------------------------------------------------- */

static void on_answer(void *arg, struct jm_pg_answer *a);

static void commit_free(struct commit *c)
{
    jm_pg_args_fini(&c->args);
    free(c->to);
    free(c);
}

/* The arguments are copied, because another try needs them. */
static int commit_send(struct commit *c, struct jm_err *err)
{
    struct jm_pg_args copy = c->args;
    jm_buf_init(&copy.data);
    jm_buf_add(&copy.data, c->args.data.data, c->args.data.len);
    struct jm_pg_query q = {.stmt = "commit_matches", .args = &copy, .cb = on_answer, .arg = c,
                            .timeout_ms = COMMIT_MS, .queue_ms = c->s->o.query_timeout_ms};
    return jm_pg_send(c->s->match, &q, err);
}

static void count(struct jm_store *s, const struct jm_match_result *r)
{
    jm_metric_add(s->m.matches[0], r->created);
    jm_metric_add(s->m.matches[1], r->updated);
    jm_metric_add(s->m.matches[2], r->withdrawn);
    jm_metric_add(s->m.events, r->events);
    jm_metric_add(s->m.deliveries_made, r->deliveries);
    jm_metric_add(s->m.fenced, r->fenced);
}

static void committed(struct commit *c, const PGresult *res)
{
    struct jm_store *s = c->s;
    struct jm_match_result r = {
        .created = (uint32_t)jm_pg_get_int(res, 0, 0),
        .updated = (uint32_t)jm_pg_get_int(res, 0, 1),
        .withdrawn = (uint32_t)jm_pg_get_int(res, 0, 2),
        .unchanged = (uint32_t)jm_pg_get_int(res, 0, 3),
        .events = (uint32_t)jm_pg_get_int(res, 0, 4),
        .deliveries = (uint32_t)jm_pg_get_int(res, 0, 5),
        .fenced = (uint32_t)jm_pg_get_int(res, 0, 6),
    };
    count(s, &r);
    for (size_t i = 0; i < c->n_to; i++) {
        uint32_t epoch;
        if (jm_store_owns(s, c->to[i].shard, &epoch) && epoch == c->to[i].epoch)
            leases_matched(s, c->to[i].shard, c->to[i].cursor);
    }
    c->cb(c->arg, NULL, &r);
    if (r.deliveries && s->on_deliveries)
        s->on_deliveries(s->on_deliveries_arg);
}

static void on_answer(void *arg, struct jm_pg_answer *a)
{
    struct commit *c = arg;
    struct jm_err err = {0};
    if (a->fate == JM_PG_DONE) {
        committed(c, a->res);
    } else {
        bool conflict = strncmp(a->sqlstate, "40", 2) == 0 || strcmp(a->sqlstate, "55P03") == 0;
        if (conflict && ++c->tries < TRIES && !c->s->closing && commit_send(c, &err) == 0)
            return;
        if (conflict)
            a->err.code = JM_EUNAVAIL;
        else if (strncmp(a->sqlstate, "22", 2) == 0 || strncmp(a->sqlstate, "23", 2) == 0)
            a->err.code = JM_EINVAL; /* what we wrote is at fault: it will not pass another time */
        c->cb(c->arg, &a->err, NULL);
    }
    commit_free(c);
}

static int check(const struct jm_match_batch *b, struct jm_err *err)
{
    if (b->n_arrivals > JM_MATCH_BATCH_MAX || b->n_advance > JM_SHARDS)
        return jm_err_set(err, JM_ELIMIT, "a batch has at most %d arrivals", JM_MATCH_BATCH_MAX);
    for (size_t i = 0; i < b->n_arrivals; i++) {
        const struct jm_match_arrival *r = &b->arrivals[i];
        if (r->n_pairs > JM_MATCH_LIST_MAX)
            return jm_err_set(err, JM_ELIMIT, "a list has at most %d pairs", JM_MATCH_LIST_MAX);
        for (size_t k = 0; k < r->n_pairs; k++)
            if (r->pairs[k].points_len > POINTS_MAX)
                return jm_err_set(err, JM_ELIMIT, "points have at most %d bytes", POINTS_MAX);
    }
    return 0;
}

int jm_store_commit_matches(struct jm_store *s, const struct jm_match_batch *b, jm_match_cb *cb,
                            void *arg, struct jm_err *err)
{
    if (check(b, err) != 0)
        return -1;
    if (!s->started || s->closing)
        return jm_err_set(err, JM_EUNAVAIL, "the store is not running");
    struct commit *c = calloc(1, sizeof *c);
    if (c)
        c->to = calloc(b->n_arrivals + b->n_advance + 1, sizeof *c->to);
    if (!c || !c->to) {
        free(c);
        return jm_err_set(err, JM_ENOMEM, "out of memory for matches");
    }
    c->s = s;
    c->cb = cb;
    c->arg = arg;
    collect_cursors(c, b);
    jm_pg_args_init(&c->args);
    build_arrivals(&c->args, b);
    build_pairs(&c->args, b);
    build_cursors(&c->args, c);
    jm_pg_str(&c->args, s->owner);
    jm_pg_i8(&c->args, (int64_t)b->config_hash);
    jm_pg_i8(&c->args, (int64_t)b->dict_version);
    jm_pg_i4(&c->args, (int32_t)s->o.score_step);
    if (commit_send(c, err) == 0)
        return 0;
    commit_free(c);
    return -1;
}
