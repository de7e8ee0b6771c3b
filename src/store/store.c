/* store.c - opening and closing: the connections by role, and what they have in common. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobmatch/log.h"
#include "store_int.h"

/* Plans for arrays must not depend on how many rows the first batches had, and a server-side limit
 * stands behind each of our own. */
#define COMMON "-c lock_timeout=2000 -c idle_in_transaction_session_timeout=5000 -c jit=off " \
               "-c client_min_messages=warning "
static const char session_short[] = COMMON "-c statement_timeout=5000";
static const char session_put[] = COMMON "-c statement_timeout=5000 -c enable_seqscan=off "
                                  "-c enable_mergejoin=off -c plan_cache_mode=force_generic_plan";
static const char session_match[] = COMMON "-c statement_timeout=10000 -c enable_seqscan=off";
static const char session_feed[] = "-c statement_timeout=0 -c jit=off -c enable_seqscan=on "
                                   "-c idle_in_transaction_session_timeout=60000";

/* --- calls ----------------------------------------------------------------------------------- */

struct call *store_call_new(struct jm_store *s, void *arg, struct jm_err *err)
{
    if (!s->started || s->closing) {
        jm_err_set(err, JM_EUNAVAIL, "the store is not running");
        return NULL;
    }
    struct call *c = calloc(1, sizeof *c);
    if (!c) {
        jm_err_set(err, JM_ENOMEM, "out of memory for a query");
        return NULL;
    }
    c->s = s;
    c->arg = arg;
    return c;
}

int store_ask(struct jm_pg *pg, const char *stmt, struct jm_pg_args *args, uint32_t timeout_ms,
              jm_pg_cb *on_answer, struct call *c, struct jm_err *err)
{
    uint32_t watchdog = c->s->o.query_timeout_ms;
    struct jm_pg_query q = {.stmt = stmt, .args = args, .cb = on_answer, .arg = c};
    q.timeout_ms = timeout_ms ? timeout_ms : watchdog;
    q.queue_ms = watchdog;
    if (jm_pg_send(pg, &q, err) != 0) {
        free(c);
        return -1;
    }
    return 0;
}

const struct jm_err *store_answer_err(const struct jm_pg_answer *a)
{
    return a->fate == JM_PG_DONE ? NULL : &a->err;
}

/* --- connections ----------------------------------------------------------------------------- */

static void count_up(struct jm_store *s)
{
    s->connects++;
    jm_metric_add(s->m.reconnects, 1);
}

static void on_write_up(void *arg)
{
    struct put_batch *b = arg;
    count_up(b->s);
    puts_writer_up(b->s, b->slot);
}

static void on_write_down(void *arg)
{
    struct put_batch *b = arg;
    puts_writer_down(b->s, b->slot);
}

static void on_feed_up(void *arg)
{
    count_up(arg);
    feed_up(arg);
}

static void on_feed_down(void *arg)
{
    feed_down(arg);
}

static void on_lease_up(void *arg)
{
    count_up(arg);
    leases_up(arg);
}

static void on_other_up(void *arg)
{
    count_up(arg);
}

static struct jm_pg *open_one(struct jm_store *s, struct jm_pg_options o, struct jm_err *err)
{
    o.loop = s->o.loop;
    o.conninfo = s->conninfo;
    if (!o.session)
        o.session = session_short;
    return jm_pg_new(&o, err);
}

int store_open_pool(struct jm_store *s, struct jm_err *err)
{
    static const char *const write_names[STORE_WRITERS] = {"write0", "write1"};
    for (unsigned i = 0; i < STORE_WRITERS; i++) {
        struct jm_pg_options o = {.name = write_names[i], .session = session_put,
                                  .stmts = put_stmts, .n_stmts = n_put_stmts,
                                  .on_up = on_write_up, .on_down = on_write_down,
                                  .arg = &s->puts.batch[i]};
        s->write[i] = open_one(s, o, err);
    }
    struct jm_pg_options match = {.name = "match", .session = session_match, .stmts = match_stmts,
                                  .n_stmts = n_match_stmts, .on_up = on_other_up, .arg = s};
    struct jm_pg_options rd = {.name = "read", .stmts = read_stmts, .n_stmts = n_read_stmts,
                               .on_up = on_other_up, .arg = s};
    struct jm_pg_options feed = {.name = "feed", .session = session_feed, .stmts = feed_stmts,
                                 .n_stmts = n_feed_stmts, .drop_waiting = true, .on_up = on_feed_up,
                                 .on_down = on_feed_down, .arg = s};
    struct jm_pg_options lease = {.name = "lease", .stmts = lease_stmts, .n_stmts = n_lease_stmts,
                                  .on_up = on_lease_up, .arg = s};
    struct jm_pg_options deliver = {.name = "deliver", .stmts = deliver_stmts,
                                    .n_stmts = n_deliver_stmts, .on_up = on_other_up, .arg = s};
    s->match = open_one(s, match, err);
    s->read = open_one(s, rd, err);
    s->feed_pg = open_one(s, feed, err);
    s->lease_pg = open_one(s, lease, err);
    s->deliver = open_one(s, deliver, err);
    return s->write[0] && s->write[1] && s->match && s->read && s->feed_pg && s->lease_pg &&
           s->deliver ? 0 : -1;
}

static void close_pool(struct jm_store *s)
{
    struct jm_pg **all[] = {&s->write[0], &s->write[1], &s->match, &s->read, &s->feed_pg,
                            &s->lease_pg, &s->deliver};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct jm_pg *pg = *all[i];
        *all[i] = NULL;
        jm_pg_free(pg);
    }
}

/* --- the object ------------------------------------------------------------------------------ */

static char *default_owner(void)
{
    char host[64] = "host", text[128];
    uint32_t salt;
    gethostname(host, sizeof host - 1);
    jm_random(&salt, sizeof salt);
    snprintf(text, sizeof text, "%s:%d:%08x", host, (int)getpid(), salt);
    return strdup(text);
}

static void set_defaults(struct jm_store *s)
{
    if (!s->o.queue_rows)
        s->o.queue_rows = 20000;
    if (!s->o.queue_bytes)
        s->o.queue_bytes = (size_t)64 << 20;
    if (!s->o.query_timeout_ms)
        s->o.query_timeout_ms = 6000;
    if (!s->o.score_step)
        s->o.score_step = 50;
}

struct jm_store *jm_store_new(const struct jm_store_options *o, struct jm_err *err)
{
    if (jm_pg_check_conninfo(o->conninfo, err) != 0)
        return NULL;
    struct jm_store *s = calloc(1, sizeof *s);
    if (!s)
        goto fail;
    s->o = *o;
    set_defaults(s);
    s->conninfo = strdup(o->conninfo);
    s->owner = o->owner ? strdup(o->owner) : default_owner();
    if (!s->conninfo || !s->owner)
        goto fail;
    store_metrics_init(s);
    if (puts_init(s) != 0 || feed_init(s) != 0 || leases_init(s) != 0 ||
        prune_init(s) != 0)
        goto fail;
    return s;
fail:
    jm_err_set(err, JM_ENOMEM, "out of memory for the store");
    jm_store_free(s);
    return NULL;
}

void jm_store_free(struct jm_store *s)
{
    if (!s)
        return;
    s->closing = true;
    store_start_free(s);
    store_drain_free(s);
    close_pool(s);
    puts_fini(s);
    feed_fini(s);
    leases_fini(s);
    jm_timer_free(s->prune_timer);
    jm_metrics_free(s->own_registry);
    free(s->conninfo);
    free(s->owner);
    free(s);
}

void jm_store_state(const struct jm_store *s, struct jm_store_state *out)
{
    int64_t now = store_now_us(s);
    *out = (struct jm_store_state){
        .started = s->started,
        .feed_ready = s->feed.have_snapshot,
        .shards_owned = s->leases.owned,
        .put_rows = s->puts.rows,
        .put_bytes = s->puts.bytes,
        .system_identifier = s->feed.system_identifier,
        .timeline = s->feed.timeline,
        .schema_version = s->schema_version,
        .feed_resets = s->feed.resets,
        .reconnects = s->connects,
    };
    for (unsigned i = 0; i < STORE_WRITERS; i++)
        out->up |= s->write[i] && jm_pg_up(s->write[i]);
    out->feed_lag_us = s->feed.lag_us;
    /* a feed that cannot ask falls behind by the time since it last could */
    if (s->feed.lag_known_us && now - s->feed.lag_known_us > 2000000)
        out->feed_lag_us += now - s->feed.lag_known_us;
    out->horizon_lag_us = s->feed.horizon_us;
}

void jm_store_on_deliveries(struct jm_store *s, void (*fn)(void *arg), void *arg)
{
    s->on_deliveries = fn;
    s->on_deliveries_arg = arg;
}
