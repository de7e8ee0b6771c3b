/* put_batch.c - group commit: one statement for up to 256 documents.
 *
 * The statement reads what is stored, decides a verdict for each row, writes those that win and
 * announces them in `change`; being one statement it is one transaction. It answers a line for each
 * row (its verdict) and a line for each row written. A row that should have been written and was
 * not met a writer of another daemon in between: it goes round again. A refused batch is halved
 * until the bad row stands alone. A lost answer sends the batch again: rows that had been committed
 * then come back as unchanged. */
#include <string.h>

#include "jobmatch/log.h"
#include "put_int.h"

enum { LOOK_AHEAD = 2048, LINGER_US = 2000, SILENT_US = 1000000, RETRY_MS = 100,
       VERDICT_REREAD = 8, WRITTEN = 9 };

const struct jm_pg_stmt put_stmts[] = {
    {"put",
     "WITH i AS (SELECT * FROM unnest($1::int4[], $2::int2[], $3::int2[], $4::text[], $5::text[],"
     " $6::int8[], $7::bytea[], $8::int2[], $9::bool[], $10::bool[], $11::text[], $12::text[],"
     " $13::int8[], $14::timestamptz[], $15::bytea[], $16::bytea[]) WITH ORDINALITY AS t (tenant,"
     " shard, kind, source, external_id, version, sha256, status, deleted, reread, title,"
     " media_type, dict_version, expires_at, compact, raw, ord)),"
     "j AS MATERIALIZED (SELECT i.*, o.version AS old_version, coalesce(o.doc_id, CASE WHEN"
     "  i.version > 0 OR NOT i.deleted THEN nextval('jobmatch.document_id') END) AS doc_id,"
     " CASE WHEN o.doc_id IS NULL THEN"
     "   CASE WHEN NOT i.deleted THEN 0 WHEN i.version > 0 THEN 2 ELSE 6 END"
     "  WHEN i.version IN (0, o.version) AND i.sha256 = o.sha256 THEN CASE WHEN i.reread AND"
     "   (i.compact, i.dict_version) IS DISTINCT FROM (o.compact, o.dict_version)"
     "   THEN 8 ELSE 3 END"
     "  WHEN i.version = o.version THEN 5 WHEN i.version > 0 AND i.version < o.version THEN 4"
     "  WHEN i.deleted THEN 2 WHEN o.deleted THEN 0 ELSE 1 END AS verdict"
     " FROM i LEFT JOIN jobmatch.document o USING (tenant, kind, source, external_id, shard)),"
     "w AS (INSERT INTO jobmatch.document AS d (doc_id, tenant, shard, kind, source, external_id,"
     "  version, sha256, status, deleted, title, media_type, dict_version, expires_at, compact,"
     "  raw) SELECT doc_id, tenant, shard, kind, source, external_id, CASE WHEN version > 0"
     "  THEN version ELSE coalesce(old_version, 0) + (verdict <> 8)::int END, sha256, status,"
     "  deleted, title, media_type, dict_version, expires_at, compact, raw FROM j"
     "  WHERE verdict IN (0, 1, 2, 8)"
     " ON CONFLICT ON CONSTRAINT document_key DO UPDATE SET version = excluded.version,"
     "  sha256 = excluded.sha256, status = excluded.status, deleted = excluded.deleted,"
     "  title = excluded.title, media_type = excluded.media_type,"
     "  dict_version = excluded.dict_version, expires_at = excluded.expires_at,"
     "  compact = excluded.compact, raw = excluded.raw, updated_at = now()"
     "  WHERE d.version < excluded.version OR (d.version = excluded.version"
     "   AND d.sha256 = excluded.sha256 AND (d.compact, d.dict_version)"
     "   IS DISTINCT FROM (excluded.compact, excluded.dict_version))"
     " RETURNING d.doc_id, d.version, d.tenant, d.shard, d.kind, d.deleted),"
     "c AS (INSERT INTO jobmatch.change (tenant, shard, kind, doc_id, version, op)"
     " SELECT tenant, shard, kind, doc_id, version,"
     "  CASE WHEN deleted THEN 'd' ELSE 'p' END::\"char\" FROM w)"
     "SELECT verdict, ord, doc_id, old_version FROM j"
     " UNION ALL SELECT 9, 0, doc_id, version FROM w"},
};
const size_t n_put_stmts = sizeof put_stmts / sizeof put_stmts[0];

/* --- the arguments, a column at a time ------------------------------------------------------- */

#define COLUMN(type, element)                                                                     \
    do {                                                                                          \
        jm_pg_array_begin(a, type);                                                               \
        for (size_t i = 0; i < b->n; i++) {                                                       \
            const struct put_row *r = b->rows[i];                                                 \
            element;                                                                              \
        }                                                                                         \
        jm_pg_array_end(a);                                                                       \
    } while (0)

static void build_keys(struct jm_pg_args *a, const struct put_batch *b)
{
    COLUMN(JM_PG_INT4, jm_pg_el_i4(a, (int32_t)r->tenant));
    COLUMN(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)r->shard));
    COLUMN(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)r->kind));
    COLUMN(JM_PG_TEXT, jm_pg_el_bytes(a, r->source, strlen(r->source)));
    COLUMN(JM_PG_TEXT, jm_pg_el_bytes(a, r->external_id, strlen(r->external_id)));
    COLUMN(JM_PG_INT8, jm_pg_el_i8(a, r->version));
    COLUMN(JM_PG_BYTEA, jm_pg_el_bytes(a, r->sha256, r->deleted ? 0 : sizeof r->sha256));
    COLUMN(JM_PG_INT2, jm_pg_el_i2(a, (int16_t)r->status));
    COLUMN(JM_PG_BOOL, jm_pg_el_bool(a, r->deleted));
    COLUMN(JM_PG_BOOL, jm_pg_el_bool(a, r->reread));
}

static void build_content(struct jm_pg_args *a, const struct put_batch *b)
{
    COLUMN(JM_PG_TEXT, jm_pg_el_bytes(a, r->title, strlen(r->title)));
    COLUMN(JM_PG_TEXT, jm_pg_el_bytes(a, r->media_type, strlen(r->media_type)));
    COLUMN(JM_PG_INT8, jm_pg_el_i8(a, (int64_t)r->dict_version));
    COLUMN(JM_PG_TIMESTAMPTZ, jm_pg_el_time(a, r->expires_at_us));
    COLUMN(JM_PG_BYTEA, jm_pg_el_bytes(a, r->deleted ? NULL : r->compact, r->compact_len));
    COLUMN(JM_PG_BYTEA, jm_pg_el_bytes(a, r->deleted ? NULL : r->raw, r->raw_len));
}

/* --- taking rows ----------------------------------------------------------------------------- */

static void collect(struct puts *p, struct put_batch *b)
{
    struct put_row **at = &p->head;
    size_t bytes = 0, max = PUT_BATCH_ROWS;
    b->n = 0;
    for (unsigned seen = 0; *at && b->n < max && seen < LOOK_AHEAD; seen++) {
        struct put_row *r = *at;
        if (r->alone && r->alone < max)
            max = r->alone > b->n ? r->alone : b->n;
        if (b->n >= max || (b->n && bytes + r->bytes > PUT_BATCH_BYTES))
            break;
        if (jm_map64_get(&p->busy_keys, r->key) || jm_map64_put(&p->busy_keys, r->key, 1) != 0) {
            at = &r->next;
            continue;
        }
        put_unlink(p, at);
        bytes += r->bytes;
        b->rows[b->n++] = r;
    }
}

static void release_keys(struct puts *p, struct put_row **rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        jm_map64_del(&p->busy_keys, rows[i]->key);
}

/* --- the answer ------------------------------------------------------------------------------ */

static void settle(struct jm_store *s, struct put_row *r, int verdict, uint64_t doc_id,
                   int64_t version)
{
    struct jm_put_result res = {.doc_id = doc_id, .version = version, .shard = r->shard};
    res.verdict = verdict == VERDICT_REREAD ? JM_PUT_UPDATED : (enum jm_verdict)verdict;
    if (r->resent && r->deleted && res.verdict == JM_PUT_UNCHANGED)
        res.verdict = JM_PUT_DELETED; /* by the try whose answer was lost */
    put_settle(s, r, &res);
}

/* Doc ids of the rows written, to their versions. -1: out of memory. */
static int map_written(struct jm_map64 *written, const PGresult *res)
{
    for (int i = 0; i < PQntuples(res); i++)
        if (jm_pg_get_int(res, i, 0) == WRITTEN &&
            jm_map64_put(written, (uint64_t)jm_pg_get_int(res, i, 2),
                         (uint64_t)jm_pg_get_int(res, i, 3)) != 0)
            return -1;
    return 0;
}

static void committed(struct jm_store *s, struct put_row **rows, size_t n, const PGresult *res)
{
    struct jm_map64 written;
    struct put_row *again[PUT_BATCH_ROWS];
    size_t n_again = 0;
    jm_map64_init(&written);
    bool mapped = map_written(&written, res) == 0;
    for (int i = 0; i < PQntuples(res); i++) {
        int verdict = (int)jm_pg_get_int(res, i, 0);
        size_t ord = (size_t)jm_pg_get_int(res, i, 1);
        if (verdict == WRITTEN || ord < 1 || ord > n)
            continue;
        uint64_t id = (uint64_t)jm_pg_get_int(res, i, 2);
        bool writes = verdict <= JM_PUT_DELETED || verdict == VERDICT_REREAD;
        const uint64_t *version = writes ? jm_map64_get(&written, id) : NULL;
        if (writes && (!version || !mapped))
            again[n_again++] = rows[ord - 1];
        else
            settle(s, rows[ord - 1], verdict, id,
                   version ? (int64_t)*version : jm_pg_get_int(res, i, 3));
    }
    jm_map64_fini(&written);
    put_requeue(s, again, n_again);
    feed_wake(s);
}

static void refuse(struct jm_store *s, struct put_row *r, const struct jm_err *err)
{
    struct jm_put_result res = {.verdict = JM_PUT_ERROR, .shard = r->shard, .err = *err};
    put_settle(s, r, &res);
}

/* The data of some row is at fault: look for it by halving. */
static void bisect(struct jm_store *s, struct put_row **rows, size_t n, const struct jm_err *err)
{
    if (n == 1) {
        refuse(s, rows[0], err);
        return;
    }
    jm_metric_add(s->m.bisects, 1);
    for (size_t i = 0; i < n; i++)
        rows[i]->alone = (uint16_t)((n + 1) / 2);
    put_requeue(s, rows, n);
}

static bool class_is(const char *sqlstate, const char *two)
{
    return strncmp(sqlstate, two, 2) == 0;
}

/* The server said no to the whole batch. True: try again a little later. */
static bool failed(struct put_batch *b, struct put_row **rows, size_t n,
                   const struct jm_pg_answer *a)
{
    struct jm_store *s = b->s;
    const char *st = a->sqlstate;
    if (class_is(st, "22") || class_is(st, "23") || class_is(st, "54") || class_is(st, "21")) {
        bisect(s, rows, n, &a->err);
        return false;
    }
    bool read_only = strcmp(st, "25006") == 0;
    if (class_is(st, "40") || class_is(st, "53") || class_is(st, "55") || class_is(st, "57") ||
        class_is(st, "58") || read_only) {
        put_requeue(s, rows, n);
        if (read_only)
            jm_pg_reset(s->write[b->slot], "the server is read-only");
        return true;
    }
    for (size_t i = 0; i < n; i++)
        refuse(s, rows[i], &a->err);
    return false;
}

static void on_answer(void *arg, struct jm_pg_answer *a)
{
    struct put_batch *b = arg;
    struct jm_store *s = b->s;
    struct put_row *rows[PUT_BATCH_ROWS];
    size_t n = b->n;
    bool later = false;
    memcpy(rows, b->rows, n * sizeof rows[0]);
    s->puts.silent |= a->fate == JM_PG_UNKNOWN && store_now_us(s) - b->sent_us > SILENT_US;
    b->n = 0;
    b->sent_us = 0;
    release_keys(&s->puts, rows, n);
    if (a->fate == JM_PG_DONE) {
        committed(s, rows, n, a->res);
    } else if (a->fate == JM_PG_FAILED) {
        later = failed(b, rows, n, a);
    } else {
        for (size_t i = 0; i < n; i++)
            rows[i]->resent |= a->fate == JM_PG_UNKNOWN;
        put_requeue(s, rows, n);
    }
    if (later)
        jm_timer_once(s->puts.linger, RETRY_MS);
    else
        put_dispatch_soon(s);
}

/* --- sending --------------------------------------------------------------------------------- */

static void batch_send(struct put_batch *b)
{
    struct jm_store *s = b->s;
    struct jm_pg_args a;
    struct jm_err err = {0};
    jm_pg_args_init(&a);
    build_keys(&a, b);
    build_content(&a, b);
    struct jm_pg_query q = {.stmt = "put", .args = &a, .cb = on_answer, .arg = b,
                            .timeout_ms = s->o.query_timeout_ms};
    b->sent_us = store_now_us(s);
    jm_metric_add(s->m.put_batches, 1);
    if (jm_pg_send(s->write[b->slot], &q, &err) == 0)
        return;
    jm_log(JM_LOG_WARN, "store", "batch not sent", "rows=%zu", b->n);
    struct put_row *rows[PUT_BATCH_ROWS];
    size_t n = b->n;
    memcpy(rows, b->rows, n * sizeof rows[0]);
    b->n = 0;
    b->sent_us = 0;
    release_keys(&s->puts, rows, n);
    put_requeue(s, rows, n);
    jm_timer_once(s->puts.linger, RETRY_MS);
}

static bool due(const struct jm_store *s)
{
    const struct puts *p = &s->puts;
    return p->wait_rows >= PUT_BATCH_ROWS || p->wait_bytes >= PUT_BATCH_BYTES ||
           (p->head && store_now_us(s) - p->head->came_us >= LINGER_US);
}

/* Give work to every free writer. */
void puts_dispatch(struct jm_store *s)
{
    struct puts *p = &s->puts;
    if (s->closing)
        return;
    for (unsigned i = 0; i < STORE_WRITERS && due(s); i++) {
        struct put_batch *b = &p->batch[i];
        if (b->sent_us || !b->up)
            continue;
        collect(p, b);
        if (b->n == 0)
            break;
        batch_send(b);
    }
    if (p->head && !due(s) && !jm_timer_pending(p->linger))
        jm_timer_once(p->linger, LINGER_US / 1000);
}
