/* lease.c - which shards are ours.
 *
 * Every 5 s one statement on a connection of its own renews what we hold and takes what has
 * expired (15 s, by the server's clock). By our clock we give everything up 10 s after the start
 * of the last good renewal: a daemon cut off from the database stops before another one begins.
 * That is courtesy; what makes it safe is the epoch that every owned write carries. A shard won
 * comes with its match cursor, and the feed goes back there for the changes nobody has matched. */
#include "jobmatch/log.h"
#include "store_int.h"

enum { RENEW_MS = 5000, RETRY_MS = 1000, FENCE_US = 10000000 };

const struct jm_pg_stmt lease_stmts[] = {
    {"lease_tick",
     "WITH held AS (SELECT l.shard FROM jobmatch.shard_lease l JOIN unnest($2::int2[], $3::int4[])"
     "  AS h (shard, epoch) USING (shard, epoch) WHERE l.owner = $1::text"
     "  ORDER BY l.shard FOR UPDATE OF l),"
     "renew AS (UPDATE jobmatch.shard_lease l SET expires_at = clock_timestamp() + interval '15 s'"
     "  FROM held WHERE l.shard = held.shard RETURNING l.shard, l.epoch),"
     "free AS (SELECT shard FROM jobmatch.shard_lease WHERE shard <> ALL ($2::int2[])"
     "  AND (expires_at < clock_timestamp() OR owner = $1::text)"
     "  ORDER BY shard FOR UPDATE SKIP LOCKED),"
     "take AS (UPDATE jobmatch.shard_lease l SET owner = $1::text, epoch = epoch + 1,"
     "  expires_at = clock_timestamp() + interval '15 s' FROM free WHERE l.shard = free.shard"
     "  RETURNING l.shard, l.epoch),"
     "quiet AS (UPDATE jobmatch.match_cursor c SET xid = $5::int8::text::xid8, seq = $6::int8,"
     "  updated_at = now() FROM renew WHERE c.shard = renew.shard AND c.shard = ANY ($4::int2[])"
     "  AND (c.xid, c.seq) < ($5::int8::text::xid8, $6::int8))"
     "SELECT shard, epoch, false, '0'::xid8, 0::int8 FROM renew UNION ALL"
     " SELECT t.shard, t.epoch, true, c.xid, c.seq FROM take t"
     " JOIN jobmatch.match_cursor c USING (shard)"},
    {"lease_release",
     "UPDATE jobmatch.shard_lease SET expires_at = '-infinity', owner = '' WHERE owner = $1::text"},
};
const size_t n_lease_stmts = sizeof lease_stmts / sizeof lease_stmts[0];

static void tick(void *arg);

static void tell(struct jm_store *s, unsigned shard, bool owned)
{
    struct leases *l = &s->leases;
    l->shard[shard].owned = owned;
    l->owned += owned ? 1 : -1U;
    jm_metric_set(s->m.shards, l->owned);
    if (l->on_change)
        l->on_change(l->arg, shard, owned, l->shard[shard].epoch);
}

void leases_lost_all(struct jm_store *s)
{
    if (s->leases.owned)
        jm_log(s->draining ? JM_LOG_INFO : JM_LOG_WARN, "store", "leases given up",
               "shards=%u", s->leases.owned);
    for (unsigned i = 0; i < JM_SHARDS; i++)
        if (s->leases.shard[i].owned)
            tell(s, i, false);
}

static void on_fence(void *arg)
{
    leases_lost_all(arg);
}

/* One line of the answer. Returns true when the shard was won. */
static bool take_row(struct jm_store *s, const PGresult *res, int row, bool kept[JM_SHARDS],
                     struct jm_cursor *back)
{
    unsigned shard = (unsigned)jm_pg_get_int(res, row, 0) % JM_SHARDS;
    struct lease *l = &s->leases.shard[shard];
    kept[shard] = true;
    if (!jm_pg_get_bool(res, row, 2))
        return false;
    if (l->owned)
        tell(s, shard, false);
    l->epoch = (uint32_t)jm_pg_get_int(res, row, 1);
    l->matched.xid = (uint64_t)jm_pg_get_int(res, row, 3);
    l->matched.seq = (uint64_t)jm_pg_get_int(res, row, 4);
    l->seen = (struct jm_cursor){0, 0};
    if (jm_cursor_cmp(l->matched, *back) < 0)
        *back = l->matched;
    tell(s, shard, true);
    return true;
}

static void apply(struct jm_store *s, const PGresult *res)
{
    struct leases *l = &s->leases;
    bool kept[JM_SHARDS] = {false};
    struct jm_cursor back = {UINT64_MAX, UINT64_MAX};
    unsigned won = 0;
    l->renewed_us = l->asked_us;
    for (int i = 0; i < PQntuples(res); i++)
        won += take_row(s, res, i, kept, &back);
    for (unsigned i = 0; i < JM_SHARDS; i++)
        if (!kept[i] && l->shard[i].owned)
            tell(s, i, false);
    int64_t left = FENCE_US - (store_now_us(s) - l->renewed_us);
    jm_timer_once(l->fence, left > 0 ? left / 1000 : 0);
    if (won) {
        jm_log(JM_LOG_INFO, "store", "leases taken", "shards=%u owned=%u", won, l->owned);
        feed_rewind(s, back);
    }
}

static void on_answer(void *arg, struct jm_pg_answer *a)
{
    struct jm_store *s = arg;
    struct leases *l = &s->leases;
    l->asking = false;
    if (s->closing || !l->on)
        return;
    if (a->fate == JM_PG_DONE)
        apply(s, a->res);
    jm_timer_once(l->tick, a->fate == JM_PG_DONE ? RENEW_MS : RETRY_MS);
}

/* Shards of which everything handed out has been matched: their cursors follow the feed, so that a
 * takeover need not read the whole history again and old changes can be pruned. */
static void add_quiet(const struct jm_store *s, struct jm_pg_args *a)
{
    jm_pg_array_begin(a, JM_PG_INT2);
    for (unsigned i = 0; i < JM_SHARDS; i++) {
        const struct lease *l = &s->leases.shard[i];
        if (l->owned && s->feed.phase == FEED_FOLLOW && jm_cursor_cmp(l->seen, l->matched) <= 0)
            jm_pg_el_i2(a, (int16_t)i);
    }
    jm_pg_array_end(a);
    jm_pg_i8(a, (int64_t)s->feed.cursor.xid);
    jm_pg_i8(a, (int64_t)s->feed.cursor.seq);
}

static void tick(void *arg)
{
    struct jm_store *s = arg;
    struct leases *l = &s->leases;
    struct jm_pg_args a;
    struct jm_err err = {0};
    if (!l->on || l->asking || s->draining)
        return;
    if (s->feed.phase != FEED_OFF && !s->feed.have_snapshot) { /* not before the index is warm */
        jm_timer_once(l->tick, RETRY_MS);
        return;
    }
    jm_pg_args_init(&a);
    jm_pg_str(&a, s->owner);
    jm_pg_array_begin(&a, JM_PG_INT2);
    for (unsigned i = 0; i < JM_SHARDS; i++)
        if (l->shard[i].owned)
            jm_pg_el_i2(&a, (int16_t)i);
    jm_pg_array_end(&a);
    jm_pg_array_begin(&a, JM_PG_INT4);
    for (unsigned i = 0; i < JM_SHARDS; i++)
        if (l->shard[i].owned)
            jm_pg_el_i4(&a, (int32_t)l->shard[i].epoch);
    jm_pg_array_end(&a);
    add_quiet(s, &a);
    struct jm_pg_query q = {.stmt = "lease_tick", .args = &a, .cb = on_answer, .arg = s,
                            .timeout_ms = s->o.query_timeout_ms, .queue_ms = RETRY_MS};
    l->asked_us = store_now_us(s);
    l->asking = jm_pg_send(s->lease_pg, &q, &err) == 0;
    if (!l->asking)
        jm_timer_once(l->tick, RETRY_MS);
}

void leases_up(struct jm_store *s)
{
    if (s->leases.on)
        jm_timer_once(s->leases.tick, 0);
}

void leases_matched(struct jm_store *s, unsigned shard, struct jm_cursor to)
{
    struct lease *l = &s->leases.shard[shard % JM_SHARDS];
    if (jm_cursor_cmp(l->matched, to) < 0)
        l->matched = to;
}

int jm_store_leases_start(struct jm_store *s, jm_lease_cb *on_change, void *arg, struct jm_err *err)
{
    if (!s->started || s->draining)
        return jm_err_set(err, JM_EUNAVAIL, "the store is not running");
    if (s->leases.on)
        return jm_err_set(err, JM_EINVAL, "the leases are started already");
    s->leases.on = true;
    s->leases.on_change = on_change;
    s->leases.arg = arg;
    jm_timer_once(s->leases.tick, 0);
    return 0;
}

/* The clock decides, not the timer: the process may have been stopped. */
bool jm_store_owns(const struct jm_store *s, unsigned shard, uint32_t *epoch)
{
    const struct leases *l = &s->leases;
    if (shard >= JM_SHARDS || !l->shard[shard].owned ||
        store_now_us(s) - l->renewed_us >= FENCE_US)
        return false;
    if (epoch)
        *epoch = l->shard[shard].epoch;
    return true;
}

int leases_init(struct jm_store *s)
{
    s->leases.tick = jm_timer_new(s->o.loop, tick, s);
    s->leases.fence = jm_timer_new(s->o.loop, on_fence, s);
    return s->leases.tick && s->leases.fence ? 0 : -1;
}

void leases_fini(struct jm_store *s)
{
    jm_timer_free(s->leases.tick);
    jm_timer_free(s->leases.fence);
}
