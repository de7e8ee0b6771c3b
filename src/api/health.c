/* health.c - is it alive, is it ready, what is it doing. None of these asks the database. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "internal.h"
#include "jobmatch/log.h"
#include "jobmatch/loop.h"
#include "jobmatch/skill.h"
#include "jobmatch/version.h"
#include "jobmatch/webhook.h"

static const int64_t lag_limit_us = 5000000;

static void reply_text(struct jm_call *c, int status, const char *type, struct jm_buf *b)
{
    size_t len;
    char *text = jm_buf_steal(b, &len);
    if (text)
        jm_http_reply_take(c->req, status, type, text, len);
    else
        jm_call_no_memory(c);
}

void jm_health_live(struct jm_call *c)
{
    jm_http_reply(c->req, 200, "text/plain; charset=utf-8", "ok\n", 3);
}

void jm_health_ready(struct jm_call *c)
{
    struct jm_store_state st;
    struct jm_pipeline_state p;
    jm_store_state(c->api->o.store, &st);
    jm_pipeline_state(c->api->o.pipeline, &p);
    const struct {
        const char *name;
        bool ok;
    } checks[] = {{"database", st.up}, {"index", p.ready}, {"lag", st.feed_lag_us < lag_limit_us},
                  {"keys", c->api->keys_loaded}, {"not draining", !c->api->draining}};
    bool ok = true;
    struct jm_buf b = {0};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        ok = ok && checks[i].ok;
        jm_buf_fmt(&b, "[%c]%s %s\n", checks[i].ok ? '+' : '-', checks[i].name,
                   checks[i].ok ? "ok" : "failed");
    }
    jm_buf_str(&b, ok ? "ready\n" : "not ready\n");
    reply_text(c, ok ? 200 : 503, "text/plain; charset=utf-8", &b);
}

/* Gauges that are cheaper to read when asked than to keep. */
static void set_process_gauges(struct jm_api *a)
{
    struct jm_metrics *m = a->o.metrics;
    struct rusage ru;
    struct jm_store_state st;
    struct jm_webhook_stats wh;
    getrusage(RUSAGE_SELF, &ru);
    jm_store_state(a->o.store, &st);
    jm_webhook_get_stats(a->o.webhook, &wh);
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "jobmatch_build_info", "Constant 1.",
                                 "version=\"" JM_VERSION "\""), 1);
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "process_max_resident_memory_bytes",
                                 "Largest resident memory so far.", NULL), ru.ru_maxrss * 1024);
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "jobmatch_db_up",
                                 "1 if a write connection is usable.", NULL), st.up);
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "jobmatch_feed_lag_microseconds",
                                 "Age of the oldest change not yet in the index.", NULL),
                  st.feed_lag_us);
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "jobmatch_shards_owned", "Shards leased.", NULL),
                  st.shards_owned);
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "jobmatch_put_queue_rows",
                                 "Documents waiting for the database.", NULL),
                  (int64_t)st.put_rows);
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "jobmatch_webhook_queued",
                                 "Deliveries loaded and not finished.", NULL),
                  (int64_t)wh.queued);
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "jobmatch_log_lines_dropped",
                                 "Log lines lost because their reader was stuck.", NULL),
                  (int64_t)jm_log_dropped());
    jm_metric_set(jm_metrics_get(m, JM_GAUGE, "jobmatch_loop_hold_microseconds",
                                 "Longest turn of the loop in the last seconds.", NULL),
                  jm_loop_hold_us(a->o.loop));
}

void jm_health_metrics(struct jm_call *c)
{
    struct jm_buf b = {0};
    set_process_gauges(c->api);
    jm_metrics_print(c->api->o.metrics, &b);
    reply_text(c, 200, "text/plain; version=0.0.4; charset=utf-8", &b);
}

void jm_health_status(struct jm_call *c)
{
    struct jm_store_state st;
    struct jm_pipeline_state p;
    struct jm_webhook_stats wh;
    struct jm_buf b = {0};
    bool reread;
    uint64_t done, failed;
    jm_store_state(c->api->o.store, &st);
    jm_pipeline_state(c->api->o.pipeline, &p);
    jm_webhook_get_stats(c->api->o.webhook, &wh);
    jm_buf_fmt(&b, "{\"version\":\"" JM_VERSION "\",\"dictionary\":\"%s\",\"skills\":%zu,",
               jm_dict_version_name(c->api->o.dict), jm_dict_count(c->api->o.dict));
    jm_buf_fmt(&b, "\"database\":{\"up\":%s,\"feed_lag_us\":%" PRId64 ",\"waiting_rows\":%zu,"
                   "\"shards_owned\":%u,\"schema\":%u,\"reconnects\":%" PRIu64 "},",
               st.up ? "true" : "false", st.feed_lag_us, st.put_rows, st.shards_owned,
               st.schema_version, st.reconnects);
    jm_buf_fmt(&b, "\"corpus\":{\"ready\":%s,\"jobs\":%zu,\"candidates\":%zu},",
               p.ready ? "true" : "false", p.jobs, p.candidates);
    jm_buf_fmt(&b, "\"matching\":{\"waiting\":%zu,\"oldest_us\":%" PRId64 ",\"arrivals\":%" PRIu64
                   ",\"created\":%" PRIu64 ",\"updated\":%" PRIu64 ",\"withdrawn\":%" PRIu64 "},",
               p.queued, p.oldest_us, p.arrivals, p.pairs_created, p.pairs_updated,
               p.pairs_withdrawn);
    jm_reread_state(c->api->reread, &reread, &done, &failed);
    jm_buf_fmt(&b, "\"reread\":{\"complete\":%s,\"done\":%" PRIu64 ",\"failed\":%" PRIu64 "},",
               reread ? "true" : "false", done, failed);
    jm_buf_fmt(&b, "\"webhooks\":{\"attempts\":%" PRIu64 ",\"delivered\":%" PRIu64
                   ",\"retried\":%" PRIu64 ",\"dead\":%" PRIu64 ",\"queued\":%zu}}\n",
               wh.attempts, wh.delivered, wh.retried, wh.dead, wh.queued);
    jm_call_json(c, 200, &b);
}

void jm_health_dump(struct jm_call *c)
{
    struct jm_buf b = {0};
    if (jm_pipeline_dump(c->api->o.pipeline, &b)) {
        jm_buf_fini(&b);
        jm_call_no_memory(c);
        return;
    }
    reply_text(c, 200, "text/plain; charset=utf-8", &b);
}
