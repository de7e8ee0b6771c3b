/* feed.c - the change feed: a snapshot, then every commit in order.
 *
 *   DOWN --up--> IDENTIFY --same cluster, snapshot complete--> FOLLOW <--poll--+
 *                    |                                            +------------+
 *                    +--first time or another cluster--> SNAPSHOT --> FOLLOW
 *
 * SNAPSHOT is one REPEATABLE READ transaction: note pg_snapshot_xmin(), COPY the compact rows.
 * FOLLOW starts at that xmin, so it repeats some rows and misses none; applying by version makes
 * repeats harmless. A page of changes is read below the xmin of its own snapshot: no transaction with a
 * smaller number can still commit. Each change is joined with the document as it is now, because
 * transactions do not commit in the order of their numbers: the last page about a document always
 * carries its last version. Pages are handed out in slices of 2 ms. */
#include <stdlib.h>

#include "jobmatch/log.h"
#include "store_int.h"

enum { PAGE_ROWS = 1000, BUSY_MS = 20, WOKEN_MS = 3, IDLE_MS = 250, SLICE_US = 2000,
       LAG_EVERY_US = 1000000, ALARM_US = 5000000, COPY_TIMEOUT_MS = 20000 };

const struct jm_pg_stmt feed_stmts[] = {
    {"feed_identify",
     "SELECT system_identifier, timeline, rebased FROM jobmatch.feed_identify()"},
    {"feed_page",
     "SELECT c.xid, c.seq, c.at, d.tenant, d.kind, d.doc_id, d.source, d.external_id, d.version,"
     " d.shard, d.status, d.expires_at, d.deleted, d.compact FROM ("
     "  SELECT xid, seq, at, tenant, shard, doc_id FROM jobmatch.change"
     "   WHERE (xid, seq) > ($1::int8::text::xid8, $2::int8)"
     "     AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, seq LIMIT $3::int4) c"
     " JOIN jobmatch.document d ON d.tenant = c.tenant AND d.doc_id = c.doc_id"
     "  AND d.shard = c.shard ORDER BY c.xid, c.seq"},
    {"feed_lag",
     "SELECT clock_timestamp(), c.at, c.xid < pg_snapshot_xmin(pg_current_snapshot()),"
     " (SELECT format('pid=%s db=%s', a.pid, a.datname) FROM pg_stat_activity a"
     "   WHERE a.backend_xid IS NOT NULL ORDER BY age(a.backend_xid) DESC LIMIT 1)"
     " FROM jobmatch.change c WHERE (c.xid, c.seq) > ($1::int8::text::xid8, $2::int8)"
     " ORDER BY c.xid, c.seq LIMIT 1"},
};
const size_t n_feed_stmts = sizeof feed_stmts / sizeof feed_stmts[0];

static const char sql_begin[] =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text";
static const char sql_copy[] =
    "COPY (SELECT tenant, kind, doc_id, source, external_id, version, shard, status, expires_at,"
    " compact FROM jobmatch.document WHERE NOT deleted) TO STDOUT (FORMAT binary)";

static void page_ask(struct jm_store *s);

int jm_cursor_cmp(struct jm_cursor a, struct jm_cursor b)
{
    if (a.xid != b.xid)
        return a.xid < b.xid ? -1 : 1;
    return a.seq < b.seq ? -1 : a.seq > b.seq;
}

static void failed(struct jm_store *s, const struct jm_pg_answer *a, const char *what)
{
    char q[240];
    if (s->closing || a->fate != JM_PG_FAILED)
        return; /* the connection is gone: feed_down() has been told */
    jm_log(JM_LOG_ERROR, "store", "the feed stopped", "doing=%s error=%s", what,
           jm_log_q(q, sizeof q, a->err.text));
    jm_pg_reset(s->feed_pg, "the feed starts again");
}

/* If it cannot even be queued the connection starts again, and with it the feed. */
static void ask(struct jm_store *s, struct jm_pg_query q)
{
    struct jm_err err = {0};
    q.arg = s;
    if (!q.timeout_ms)
        q.timeout_ms = s->o.query_timeout_ms;
    if (jm_pg_send(s->feed_pg, &q, &err) != 0)
        jm_pg_reset(s->feed_pg, err.text);
}

static void drop_page(struct feed *f)
{
    PQclear(f->page);
    f->page = NULL;
    jm_timer_stop(f->more);
}

/* --- following ------------------------------------------------------------------------------- */

static void page_end(struct jm_store *s)
{
    struct feed *f = &s->feed;
    int n = PQntuples(f->page);
    PQclear(f->page);
    f->page = NULL;
    f->idle_ms = n ? BUSY_MS : f->idle_ms * 2 > IDLE_MS ? IDLE_MS : f->idle_ms * 2;
    int64_t wait = n == PAGE_ROWS ? 0 : f->wake ? WOKEN_MS : f->idle_ms;
    f->wake = false;
    jm_timer_once(f->poll, wait);
}

static bool needs_match(const struct jm_store *s, unsigned shard, struct jm_cursor c)
{
    return jm_store_owns(s, shard, NULL) &&
           jm_cursor_cmp(c, s->leases.shard[shard].matched) > 0;
}

static void change_read(const struct jm_store *s, struct jm_feed_doc *d, const PGresult *r, int i)
{
    *d = (struct jm_feed_doc){
        .cursor = {(uint64_t)jm_pg_get_int(r, i, 0), (uint64_t)jm_pg_get_int(r, i, 1)},
        .changed_at_us = jm_pg_get_time(r, i, 2),
        .tenant = (uint32_t)jm_pg_get_int(r, i, 3),
        .kind = (enum jm_kind)jm_pg_get_int(r, i, 4),
        .doc_id = (uint64_t)jm_pg_get_int(r, i, 5),
        .source = jm_pg_get_text(r, i, 6),
        .external_id = jm_pg_get_text(r, i, 7),
        .version = jm_pg_get_int(r, i, 8),
        .shard = (unsigned)jm_pg_get_int(r, i, 9) % JM_SHARDS,
        .status = (enum jm_doc_status)jm_pg_get_int(r, i, 10),
        .expires_at_us = jm_pg_get_time(r, i, 11),
        .deleted = jm_pg_get_bool(r, i, 12),
    };
    d->compact = jm_pg_get_bytes(r, i, 13, &d->compact_len);
    d->needs_match = needs_match(s, d->shard, d->cursor);
}

static void page_step(void *arg)
{
    struct jm_store *s = arg;
    struct feed *f = &s->feed;
    int64_t stop = store_now_us(s) + SLICE_US;
    while (f->page && !f->paused && f->page_row < PQntuples(f->page)) {
        struct jm_feed_doc d;
        change_read(s, &d, f->page, f->page_row++);
        f->cursor = d.cursor;
        if (d.needs_match)
            s->leases.shard[d.shard].seen = d.cursor;
        f->changes++;
        jm_metric_add(s->m.feed_changes, 1);
        if (f->ops.on_change(f->arg, &d) != 0)
            f->paused = true;
        if (f->page_row % 8 == 0 && store_now_us(s) >= stop) {
            jm_timer_once(f->more, 0);
            return;
        }
    }
    if (f->page && !f->paused)
        page_end(s);
}

static void on_page(void *arg, struct jm_pg_answer *a)
{
    struct jm_store *s = arg;
    struct feed *f = &s->feed;
    f->polling = false;
    if (a->fate != JM_PG_DONE || s->closing) {
        failed(s, a, "page");
        return;
    }
    if (f->rewound) { /* asked for from a place that is no longer ours */
        f->rewound = false;
        jm_timer_once(f->poll, 0);
        return;
    }
    a->take = true;
    f->page = a->res;
    f->page_row = 0;
    page_step(s);
}

static void on_lag(void *arg, struct jm_pg_answer *a)
{
    struct jm_store *s = arg;
    struct feed *f = &s->feed;
    if (a->fate != JM_PG_DONE || s->closing) {
        f->polling = false;
        failed(s, a, "lag");
        return;
    }
    f->rewound = false;
    bool behind = PQntuples(a->res) > 0;
    int64_t age = behind ? jm_pg_get_time(a->res, 0, 0) - jm_pg_get_time(a->res, 0, 1) : 0;
    bool visible = behind && jm_pg_get_bool(a->res, 0, 2);
    f->lag_us = age > 0 ? age : 0;
    f->horizon_us = visible ? 0 : f->lag_us;
    f->lag_known_us = store_now_us(s);
    jm_metric_set(s->m.feed_lag_us, f->lag_us);
    if (f->horizon_us > ALARM_US)
        jm_log(JM_LOG_WARN, "store", "an open transaction holds the feed back",
               "lag_ms=%lld %s", (long long)(f->horizon_us / 1000),
               jm_pg_get_text(a->res, 0, 3));
    page_ask(s);
}

static void cursor_args(struct jm_pg_args *a, const struct feed *f)
{
    jm_pg_args_init(a);
    jm_pg_i8(a, (int64_t)f->cursor.xid);
    jm_pg_i8(a, (int64_t)f->cursor.seq);
}

static void page_ask(struct jm_store *s)
{
    struct jm_pg_args a;
    cursor_args(&a, &s->feed);
    jm_pg_i4(&a, PAGE_ROWS);
    ask(s, (struct jm_pg_query){.stmt = "feed_page", .args = &a, .cb = on_page});
}

static void on_poll(void *arg)
{
    struct jm_store *s = arg;
    struct feed *f = &s->feed;
    int64_t now = store_now_us(s);
    if (f->phase != FEED_FOLLOW || f->polling || f->page || f->paused)
        return;
    f->polling = true;
    if (now - f->lag_asked_us < LAG_EVERY_US) {
        page_ask(s);
        return;
    }
    struct jm_pg_args a;
    cursor_args(&a, f);
    f->lag_asked_us = now;
    ask(s, (struct jm_pg_query){.stmt = "feed_lag", .args = &a, .cb = on_lag});
}

static void follow(struct jm_store *s)
{
    s->feed.phase = FEED_FOLLOW;
    s->feed.idle_ms = BUSY_MS;
    jm_timer_once(s->feed.poll, 0);
}

/* --- the snapshot ---------------------------------------------------------------------------- */

static int snapshot_doc(void *arg, const struct jm_feed_doc *d)
{
    struct jm_store *s = arg;
    s->feed.documents++;
    jm_metric_add(s->m.feed_docs, 1);
    return s->feed.ops.on_snapshot_doc(s->feed.arg, d);
}

static int on_copy(void *arg, const void *data, size_t len)
{
    struct jm_store *s = arg;
    struct feed *f = &s->feed;
    if (f->fatal_copy)
        return 0;
    int r = feed_copy_rows(f, data, len, snapshot_doc, s);
    f->fatal_copy = r < 0;
    f->paused = r > 0;
    return r > 0;
}

static void on_snapshot_end(void *arg, struct jm_pg_answer *a)
{
    struct jm_store *s = arg;
    struct feed *f = &s->feed;
    if (a->fate != JM_PG_DONE || s->closing) {
        failed(s, a, "snapshot");
        return;
    }
    f->have_snapshot = true;
    jm_log(JM_LOG_INFO, "store", "snapshot complete", "documents=%llu",
           (unsigned long long)f->documents);
    f->ops.on_ready(f->arg);
    follow(s);
}

static void on_copied(void *arg, struct jm_pg_answer *a)
{
    struct jm_store *s = arg;
    if (a->fate != JM_PG_DONE || s->closing) {
        failed(s, a, "copy");
        return;
    }
    if (s->feed.fatal_copy || s->feed.carry.len) {
        jm_log(JM_LOG_ERROR, "store", "the snapshot's stream is damaged", NULL);
        jm_pg_reset(s->feed_pg, "damaged COPY stream");
        return;
    }
    ask(s, (struct jm_pg_query){.sql = "COMMIT", .cb = on_snapshot_end});
}

static void on_begun(void *arg, struct jm_pg_answer *a)
{
    struct jm_store *s = arg;
    struct feed *f = &s->feed;
    if (a->fate != JM_PG_DONE || s->closing) {
        failed(s, a, "begin");
        return;
    }
    f->cursor = (struct jm_cursor){strtoull(PQgetvalue(a->res, 0, 0), NULL, 10), 0};
    jm_buf_clear(&f->carry);
    f->copy_header = f->fatal_copy = false;
    f->documents = 0;
    f->ops.on_reset(f->arg);
    ask(s, (struct jm_pg_query){.sql = sql_copy, .cb = on_copied, .on_copy = on_copy,
                                .timeout_ms = COPY_TIMEOUT_MS});
}

static void on_identity(void *arg, struct jm_pg_answer *a)
{
    struct jm_store *s = arg;
    struct feed *f = &s->feed;
    if (a->fate != JM_PG_DONE || s->closing) {
        failed(s, a, "identify");
        return;
    }
    uint64_t id = (uint64_t)jm_pg_get_int(a->res, 0, 0);
    uint32_t timeline = (uint32_t)jm_pg_get_int(a->res, 0, 1);
    if (f->have_snapshot && f->system_identifier == id && f->timeline == timeline) {
        follow(s);
        return;
    }
    if (f->have_snapshot)
        jm_log(JM_LOG_WARN, "store", "another cluster or timeline: rebuilding", "timeline=%u",
               timeline);
    leases_lost_all(s); /* lease.c takes them again behind the snapshot */
    drop_page(f);
    f->paused = false;
    f->system_identifier = id;
    f->timeline = timeline;
    f->have_snapshot = false;
    f->phase = FEED_SNAPSHOT;
    f->resets++;
    jm_metric_add(s->m.feed_resets, 1);
    ask(s, (struct jm_pg_query){.sql = sql_begin, .cb = on_begun});
}

/* --- events from outside --------------------------------------------------------------------- */

void feed_up(struct jm_store *s)
{
    if (s->feed.phase == FEED_OFF)
        return;
    s->feed.phase = FEED_IDENTIFY;
    s->feed.polling = s->feed.rewound = false;
    ask(s, (struct jm_pg_query){.stmt = "feed_identify", .cb = on_identity, .timeout_ms = 30000});
}

void feed_down(struct jm_store *s)
{
    struct feed *f = &s->feed;
    if (f->phase == FEED_OFF)
        return;
    if (f->phase == FEED_SNAPSHOT)
        f->paused = false;
    f->phase = FEED_DOWN;
    jm_timer_stop(f->poll);
}

void feed_wake(struct jm_store *s)
{
    struct feed *f = &s->feed;
    f->idle_ms = BUSY_MS;
    if (f->phase != FEED_FOLLOW)
        return;
    if (f->polling || f->page)
        f->wake = true;
    else
        jm_timer_once(f->poll, 0);
}

/* The page in hand, if any, is dropped: what it held comes again in its place. */
void feed_rewind(struct jm_store *s, struct jm_cursor to)
{
    struct feed *f = &s->feed;
    if (jm_cursor_cmp(to, f->cursor) >= 0)
        return;
    f->cursor = to;
    drop_page(f);
    f->rewound = f->polling;
    feed_wake(s);
}

void jm_store_feed_resume(struct jm_store *s)
{
    struct feed *f = &s->feed;
    if (!f->paused)
        return;
    f->paused = false;
    if (f->phase == FEED_SNAPSHOT)
        jm_pg_resume(s->feed_pg);
    else if (f->page)
        jm_timer_once(f->more, 0);
    else if (f->phase == FEED_FOLLOW)
        jm_timer_once(f->poll, 0);
}

int jm_store_feed_start(struct jm_store *s, const struct jm_feed_ops *ops, void *arg,
                        struct jm_err *err)
{
    if (!s->started)
        return jm_err_set(err, JM_EUNAVAIL, "the store is not running");
    if (s->feed.phase != FEED_OFF)
        return jm_err_set(err, JM_EINVAL, "the feed is started already");
    s->feed.ops = *ops;
    s->feed.arg = arg;
    s->feed.phase = FEED_DOWN;
    if (jm_pg_up(s->feed_pg))
        feed_up(s);
    return 0;
}

int feed_init(struct jm_store *s)
{
    s->feed.poll = jm_timer_new(s->o.loop, on_poll, s);
    s->feed.more = jm_timer_new(s->o.loop, page_step, s);
    s->feed.idle_ms = BUSY_MS;
    return s->feed.poll && s->feed.more ? 0 : -1;
}

void feed_fini(struct jm_store *s)
{
    PQclear(s->feed.page);
    jm_timer_free(s->feed.poll);
    jm_timer_free(s->feed.more);
    jm_buf_fini(&s->feed.carry);
}
