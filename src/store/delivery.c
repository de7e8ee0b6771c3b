/* delivery.c - what is due, and what became of it. Nothing is claimed in the database: the owner of
 * a shard is the only one who sends its events, and says so with its epoch when it reports. */
#include <stdlib.h>
#include <string.h>

#include "store_int.h"

enum { ENDPOINTS_MAX = 256, PER_ENDPOINT_MAX = 256, OUTCOMES_MAX = 256, RESPONSE_MAX = 4096,
       COLUMNS_NEXT = 5 };

const struct jm_pg_stmt deliver_stmts[] = {
    {"load_endpoints",
     "SELECT id, tenant, url, ('match.created' = ANY (types))::int"
     " + 2 * ('match.updated' = ANY (types))::int + 4 * ('match.withdrawn' = ANY (types))::int"
     " + 8 * ('job.matched' = ANY (types))::int, secret, old_secret, old_secret_until, state,"
     " reason, created_at, updated_at FROM jobmatch.endpoint WHERE state < 2 ORDER BY id"},
    {"create_endpoint",
     "INSERT INTO jobmatch.endpoint (tenant, url, types, secret)"
     " SELECT $1::int4, $2::text, $3::text[], $4::bytea WHERE (SELECT count(*)"
     "  FROM jobmatch.endpoint WHERE tenant = $1::int4 AND state < 2) < $5::int4 RETURNING id"},
    {"update_endpoint",
     "WITH u AS (UPDATE jobmatch.endpoint SET url = $3::text, types = $4::text[],"
     "  state = $5::int2, reason = $6::text, updated_at = now()"
     "  WHERE tenant = $1::int4 AND id = $2::int8 AND state < 2 RETURNING id, state),"
     "c AS (UPDATE jobmatch.delivery d SET state = 3, reason = 'endpoint deleted',"
     "  done_at = now() FROM u WHERE u.state = 2 AND d.endpoint = u.id AND d.state = 0"
     "  AND d.event_seq IN (SELECT event_seq FROM jobmatch.delivery WHERE endpoint = $2::int8"
     "   AND state = 0 ORDER BY next_at LIMIT 5000))"
     "SELECT 1 FROM u"},
    {"rotate_secret",
     "UPDATE jobmatch.endpoint SET old_secret = secret, old_secret_until = $4::timestamptz,"
     " secret = $3::bytea, updated_at = now()"
     " WHERE tenant = $1::int4 AND id = $2::int8 AND state < 2 RETURNING 1"},
    {"load_deliveries",
     "(SELECT x.event_seq, x.endpoint, x.tenant, x.shard, x.attempts, x.next_at, o.created_at,"
     " o.event_id, o.type, o.body FROM unnest($1::int8[]) AS e (id) CROSS JOIN LATERAL ("
     "  SELECT d.* FROM jobmatch.delivery d WHERE d.endpoint = e.id AND d.state = 0"
     "   AND d.next_at <= now() AND d.shard = ANY ($2::int2[])"
     "   ORDER BY d.next_at, d.event_seq LIMIT $3::int4) x"
     " JOIN jobmatch.outbox o ON o.seq = x.event_seq AND o.tenant = x.tenant"
     "  AND o.shard = x.shard ORDER BY x.next_at, x.event_seq)"
     " UNION ALL SELECT 0, 0, 0, 0::int2, 0::int2, min(x.next_at), NULL, '', '', ''"
     "  FROM unnest($1::int8[]) AS e (id) CROSS JOIN LATERAL (SELECT d.next_at"
     "   FROM jobmatch.delivery d WHERE d.endpoint = e.id AND d.state = 0 AND d.next_at > now()"
     "   AND d.shard = ANY ($2::int2[]) ORDER BY d.next_at LIMIT 1) x"},
    {"finish_deliveries",
     "WITH o AS (SELECT * FROM unnest($2::int8[], $3::int8[], $4::int2[], $5::int4[], $6::int2[],"
     " $7::timestamptz[], $8::text[], $9::int2[], $10::timestamptz[], $11::int4[], $12::int4[],"
     " $13::text[], $14::text[]) AS t (event_seq, endpoint, shard, epoch, state, next_at, reason,"
     " attempt, started_at, duration_ms, http_status, error, response)),"
     "own AS (SELECT shard, epoch FROM jobmatch.shard_lease WHERE owner = $1::text"
     " AND (shard, epoch) IN (SELECT shard, epoch FROM o) ORDER BY shard FOR SHARE),"
     "good AS MATERIALIZED (SELECT o.*, d.tenant FROM o JOIN own USING (shard, epoch)"
     " JOIN jobmatch.delivery d ON d.endpoint = o.endpoint AND d.event_seq = o.event_seq"
     "  AND d.shard = o.shard),"
     "u AS (UPDATE jobmatch.delivery d SET state = g.state, reason = g.reason,"
     "  next_at = coalesce(g.next_at, d.next_at), attempts = greatest(d.attempts, g.attempt),"
     "  done_at = CASE WHEN g.state > 0 THEN now() END FROM good g"
     "  WHERE d.endpoint = g.endpoint AND d.event_seq = g.event_seq AND d.tenant = g.tenant"
     "  AND d.shard = g.shard AND d.state = 0),"
     "l AS (INSERT INTO jobmatch.attempt (event_seq, endpoint, tenant, shard, attempt, started_at,"
     "  duration_ms, http_status, error, response) SELECT event_seq, endpoint, tenant, shard,"
     "  attempt, started_at, duration_ms, http_status, error, response FROM good"
     "  WHERE attempt > 0 ON CONFLICT DO NOTHING)"
     "SELECT count(*) FROM o WHERE (shard, epoch) NOT IN (SELECT shard, epoch FROM own)"},
    {"prune",
     "WITH low AS (SELECT xid, seq FROM jobmatch.match_cursor ORDER BY xid, seq LIMIT 1),"
     "c AS (DELETE FROM jobmatch.change WHERE ctid = ANY (ARRAY(SELECT h.ctid"
     "  FROM jobmatch.change h, low WHERE (h.xid, h.seq) <= (low.xid, low.seq)"
     "  AND h.at < now() - $1::int8 * interval '1 s' ORDER BY h.xid, h.seq LIMIT $2::int4))"
     "  RETURNING 1),"
     "a AS (DELETE FROM jobmatch.attempt WHERE ctid = ANY (ARRAY(SELECT ctid"
     "  FROM jobmatch.attempt WHERE started_at < now() - interval '30 d' LIMIT $2::int4))"
     "  RETURNING 1),"
     "o AS (SELECT b.seq, b.tenant, b.shard FROM jobmatch.outbox b"
     "  WHERE b.created_at < now() - interval '30 d' AND NOT EXISTS (SELECT"
     "   FROM jobmatch.endpoint e JOIN jobmatch.delivery d ON d.endpoint = e.id"
     "   WHERE e.tenant = b.tenant AND d.event_seq = b.seq AND d.state = 0)"
     "  ORDER BY b.seq LIMIT $2::int4),"
     "od AS (DELETE FROM jobmatch.delivery d USING o, jobmatch.endpoint e WHERE"
     "  e.tenant = o.tenant AND d.endpoint = e.id AND d.event_seq = o.seq),"
     "oo AS (DELETE FROM jobmatch.outbox b USING o WHERE b.seq = o.seq AND b.tenant = o.tenant"
     "  AND b.shard = o.shard RETURNING 1),"
     "t AS (DELETE FROM jobmatch.document WHERE ctid = ANY (ARRAY(SELECT ctid"
     "  FROM jobmatch.document WHERE deleted AND updated_at < now() - interval '30 d'"
     "  LIMIT $2::int4)) RETURNING 1),"
     "x AS (UPDATE jobmatch.delivery SET state = 3, reason = 'endpoint deleted',"
     "  done_at = now() WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM jobmatch.endpoint e"
     "  JOIN jobmatch.delivery d ON d.endpoint = e.id AND d.state = 0 WHERE e.state = 2"
     "  LIMIT $2::int4)))"
     "SELECT (SELECT count(*) FROM c), (SELECT count(*) FROM a), (SELECT count(*) FROM oo),"
     " (SELECT count(*) FROM t)"},
};
const size_t n_deliver_stmts = sizeof deliver_stmts / sizeof deliver_stmts[0];

/* --- loading --------------------------------------------------------------------------------- */

static void row_read(const struct jm_store *s, struct jm_delivery *d, const PGresult *r, int i)
{
    *d = (struct jm_delivery){
        .event_seq = (uint64_t)jm_pg_get_int(r, i, 0),
        .endpoint = (uint64_t)jm_pg_get_int(r, i, 1),
        .tenant = (uint32_t)jm_pg_get_int(r, i, 2),
        .shard = (unsigned)jm_pg_get_int(r, i, 3),
        .attempts = (uint16_t)jm_pg_get_int(r, i, 4),
        .next_at_us = jm_pg_get_time(r, i, 5),
        .event_at_us = jm_pg_get_time(r, i, 6),
        .event_id = jm_pg_get_text(r, i, 7),
        .type = (enum jm_event_type)jm_event_type_parse(jm_pg_get_text(r, i, 8)),
    };
    d->body = jm_pg_get_bytes(r, i, 9, &d->body_len);
    if (!jm_store_owns(s, d->shard, &d->epoch))
        d->epoch = 0; /* lost meanwhile: its report will be found stale */
}

static void on_deliveries(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    struct jm_err err = a->err;
    int64_t next_us = 0;
    size_t n = 0, rows = a->fate == JM_PG_DONE ? (size_t)PQntuples(a->res) : 0;
    struct jm_delivery *d = calloc(rows + 1, sizeof *d);
    if (!d)
        jm_err_set(&err, JM_ENOMEM, "out of memory for deliveries");
    for (size_t i = 0; d && i < rows; i++) {
        if (jm_pg_get_int(a->res, (int)i, 0) == 0)
            next_us = jm_pg_get_time(a->res, (int)i, COLUMNS_NEXT);
        else
            row_read(c->s, &d[n++], a->res, (int)i);
    }
    c->cb.deliveries(c->arg, err.code ? &err : NULL, d, n, next_us);
    free(d);
    free(c);
}

int jm_store_load_deliveries(struct jm_store *s, const uint64_t *endpoints, size_t n,
                             unsigned per_endpoint, jm_deliveries_cb *cb, void *arg,
                             struct jm_err *err)
{
    struct jm_pg_args a;
    if (n > ENDPOINTS_MAX || per_endpoint > PER_ENDPOINT_MAX)
        return jm_err_set(err, JM_ELIMIT, "at most %d endpoints and %d deliveries of each",
                          ENDPOINTS_MAX, PER_ENDPOINT_MAX);
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.deliveries = cb;
    jm_pg_args_init(&a);
    jm_pg_array_begin(&a, JM_PG_INT8);
    for (size_t i = 0; i < n; i++)
        jm_pg_el_i8(&a, (int64_t)endpoints[i]);
    jm_pg_array_end(&a);
    jm_pg_array_begin(&a, JM_PG_INT2);
    for (unsigned i = 0; i < JM_SHARDS; i++)
        if (jm_store_owns(s, i, NULL))
            jm_pg_el_i2(&a, (int16_t)i);
    jm_pg_array_end(&a);
    jm_pg_i4(&a, (int32_t)per_endpoint);
    return store_ask(s->deliver, "load_deliveries", &a, 0, on_deliveries, c, err);
}

/* --- reporting ------------------------------------------------------------------------------- */

#define COLUMN(type, element)                                                                     \
    do {                                                                                          \
        jm_pg_array_begin(a, type);                                                               \
        for (size_t i = 0; i < n; i++) {                                                          \
            const struct jm_delivery_outcome *o = &all[i];                                        \
            element;                                                                              \
        }                                                                                         \
        jm_pg_array_end(a);                                                                       \
    } while (0)

/* Cut at 4 KiB, but not inside a character. */
static size_t response_len(const struct jm_delivery_outcome *o)
{
    size_t n = o->response_len;
    if (n <= RESPONSE_MAX)
        return n;
    for (n = RESPONSE_MAX; n > 0 && ((unsigned char)o->response[n] & 0xC0) == 0x80; n--)
        ;
    return n;
}

static void build(struct jm_pg_args *a, const struct jm_delivery_outcome *all, size_t n)
{
    COLUMN(JM_PG_INT8, jm_pg_el_i8(a, (int64_t)o->event_seq));
    COLUMN(JM_PG_INT8, jm_pg_el_i8(a, (int64_t)o->endpoint));
    COLUMN(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)o->shard));
    COLUMN(JM_PG_INT4, jm_pg_el_i4(a, (int32_t)o->epoch));
    COLUMN(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)o->state));
    COLUMN(JM_PG_TIMESTAMPTZ, jm_pg_el_time(a, o->next_at_us));
    COLUMN(JM_PG_TEXT, jm_pg_el_bytes(a, o->reason, o->reason ? strlen(o->reason) : 0));
    COLUMN(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)o->attempt));
    COLUMN(JM_PG_TIMESTAMPTZ, jm_pg_el_time(a, o->started_at_us));
    COLUMN(JM_PG_INT4, jm_pg_el_i4(a, (int32_t)o->duration_ms));
    COLUMN(JM_PG_INT4, jm_pg_el_i4(a, o->http_status));
    COLUMN(JM_PG_TEXT, jm_pg_el_bytes(a, o->error, o->error ? strlen(o->error) : 0));
    COLUMN(JM_PG_TEXT, jm_pg_el_bytes(a, o->response, response_len(o)));
}

static void on_finished(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    unsigned stale = a->fate == JM_PG_DONE ? (unsigned)jm_pg_get_int(a->res, 0, 0) : 0;
    if (strncmp(a->sqlstate, "40", 2) == 0) /* lost against another daemon: worth repeating */
        a->err.code = JM_EUNAVAIL;
    if (a->fate == JM_PG_DONE) {
        jm_metric_add(c->s->m.attempts, (int64_t)c->u[0]);
        jm_metric_add(c->s->m.fenced, stale);
    }
    c->cb.finish(c->arg, store_answer_err(a), stale);
    free(c);
}

int jm_store_finish_deliveries(struct jm_store *s, const struct jm_delivery_outcome *o, size_t n,
                               jm_finish_cb *cb, void *arg, struct jm_err *err)
{
    struct jm_pg_args a;
    if (n > OUTCOMES_MAX)
        return jm_err_set(err, JM_ELIMIT, "at most %d outcomes at once", OUTCOMES_MAX);
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.finish = cb;
    for (size_t i = 0; i < n; i++)
        c->u[0] += o[i].attempt > 0;
    jm_pg_args_init(&a);
    jm_pg_str(&a, s->owner);
    build(&a, o, n);
    return store_ask(s->deliver, "finish_deliveries", &a, 0, on_finished, c, err);
}
