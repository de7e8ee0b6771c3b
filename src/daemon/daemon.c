/* daemon.c - one running daemon: start, signals, reload, drain.
 *
 * Start: listen first (an address in use shows at once), then store, then feed, keys and webhooks.
 * Until the store has migrated and the corpus is complete, /readyz says no and reads get 503.
 * Drain, on TERM: no new requests -> matches committed -> deliveries reported -> store emptied and
 * leases released -> end. Each step calls the next; a deadline ends it all; so does a second TERM. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "jobmatch/api.h"
#include "jobmatch/http.h"
#include "jobmatch/log.h"
#include "jobmatch/loop.h"
#include "jobmatch/metrics.h"
#include "jobmatch/pipeline.h"
#include "jobmatch/resource.h"
#include "jobmatch/sd.h"
#include "jobmatch/skill.h"
#include "jobmatch/store.h"
#include "jobmatch/version.h"
#include "jobmatch/webhook.h"

enum { STUCK_US = 30 * 1000000 };

struct daemon {
    const struct jm_args *args;
    struct jm_config *config;
    struct jm_loop *loop;
    struct jm_metrics *metrics;
    struct jm_http *http;
    struct jm_store *store;
    struct jm_pipeline *pipeline;
    struct jm_webhook_guard *guard;
    struct jm_webhook *webhook;
    struct jm_api *api;
    struct jm_timer *watchdog, *deadline;
    bool store_started, draining;
    int status;
};

/* --- drain, step by step ---------------------------------------------------------------------- */

static void stop_now(struct daemon *d, int status)
{
    d->status = status;
    jm_loop_stop(d->loop);
}

static void on_store_drained(void *arg, const struct jm_err *err)
{
    struct daemon *d = arg;
    jm_log(JM_LOG_INFO, "daemon", "stopped", "clean=%s", err ? "no" : "yes");
    stop_now(d, JM_EXIT_OK);
}

static void on_webhook_drained(void *arg)
{
    struct daemon *d = arg;
    if (!d->store_started ||
        jm_store_drain(d->store, (uint32_t)d->config->shutdown_timeout_ms, on_store_drained, d, NULL))
        stop_now(d, JM_EXIT_OK);
}

static void on_pipeline_drained(void *arg)
{
    struct daemon *d = arg;
    jm_webhook_drain(d->webhook, on_webhook_drained, d);
}

static void on_http_drained(void *arg)
{
    struct daemon *d = arg;
    jm_pipeline_drain(d->pipeline, on_pipeline_drained, d);
}

static void on_deadline(void *arg)
{
    jm_log(JM_LOG_WARN, "daemon", "the drain took too long, stopping; nothing acknowledged is lost",
           NULL);
    stop_now(arg, JM_EXIT_OK);
}

static void on_stop(int signo, void *arg)
{
    struct daemon *d = arg;
    if (d->draining) {
        stop_now(d, JM_EXIT_OK);
        return;
    }
    d->draining = true;
    jm_log(JM_LOG_INFO, "daemon", "draining", "signal=%d", signo);
    (void)jm_sd_stopping("draining");
    jm_api_draining(d->api);
    jm_timer_once(d->deadline, d->config->shutdown_timeout_ms);
    jm_http_drain(d->http, on_http_drained, d);
}

/* --- reload ------------------------------------------------------------------------------------ */

static void apply_reloadable(struct daemon *d)
{
    int level = jm_log_level_parse(d->config->log_level);
    if (level >= 0)
        jm_log_set_level((enum jm_log_level)level);
    jm_pipeline_tune(d->pipeline, (uint16_t)d->config->match_floor,
                     (unsigned)d->config->match_results);
}

static void on_reload(int signo, void *arg)
{
    struct daemon *d = arg;
    struct jm_config next;
    struct jm_buf restart = {0};
    (void)signo;
    (void)jm_sd_reloading();
    if (jm_config_init(&next) || jm_args_config(d->args, &next)) {
        jm_log(JM_LOG_ERROR, "daemon", "configuration has errors, the old one stays", NULL);
    } else {
        int taken = jm_config_reload(d->config, &next, &restart);
        apply_reloadable(d);
        jm_log(JM_LOG_INFO, "daemon", "configuration reloaded", "taken=%d needs_restart=\"%s\"",
               taken, jm_buf_cstr(&restart));
    }
    jm_config_fini(&next);
    jm_buf_fini(&restart);
    (void)jm_sd_ready("running");
}

/* --- watchdog ---------------------------------------------------------------------------------- */

static void on_watchdog(void *arg)
{
    struct daemon *d = arg;
    struct jm_pipeline_state st;
    jm_pipeline_state(d->pipeline, &st);
    if (st.worker_longest_us < STUCK_US)
        (void)jm_sd_watchdog();
    else
        jm_log(JM_LOG_ERROR, "daemon", "a worker is stuck, the watchdog is not fed",
               "longest_us=%lld", (long long)st.worker_longest_us);
}

/* --- start ------------------------------------------------------------------------------------- */

static void on_deliveries(void *arg)
{
    jm_webhook_wake(arg);
}

static void on_store_started(void *arg, const struct jm_err *err)
{
    struct daemon *d = arg;
    struct jm_err no = {0};
    if (d->draining)
        return; /* told to stop before it began */
    if (err) {
        char q[300];
        jm_log(JM_LOG_ERROR, "daemon", "cannot use this database", "error=%s",
               jm_log_q(q, sizeof q, err->text));
        stop_now(d, err->code == JM_ESCHEMA || err->code == JM_EDENIED ? JM_EXIT_CONFIG
                                                                       : JM_EXIT_TEMPFAIL);
        return;
    }
    d->store_started = true;
    jm_store_on_deliveries(d->store, on_deliveries, d->webhook);
    jm_api_start(d->api);
    jm_webhook_start(d->webhook);
    if (jm_pipeline_start(d->pipeline, &no)) {
        jm_log(JM_LOG_ERROR, "daemon", "the feed does not start", "error=\"%s\"", no.text);
        stop_now(d, JM_EXIT_TEMPFAIL);
        return;
    }
    jm_log(JM_LOG_INFO, "daemon", "database ready", NULL);
    (void)jm_sd_ready("running");
}

/* "127.0.0.1:8077" or "[::1]:8077". */
static int listen_on(struct daemon *d, struct jm_err *err)
{
    char address[256];
    const char *text = d->config->http_listen, *colon = strrchr(text, ':');
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;
    if (!colon || !colon[1] || *end || port < 0 || port > 65535)
        return jm_err_set(err, JM_EINVAL, "http.listen: expected address:port, got %s", text);
    snprintf(address, sizeof address, "%.*s", (int)(colon - text), text);
    size_t n = strlen(address);
    if (address[0] == '[' && n > 2 && address[n - 1] == ']') {
        memmove(address, address + 1, n - 2);
        address[n - 2] = '\0';
    }
    return jm_http_listen(d->http, address, (uint16_t)port, err);
}

static int start_http(struct daemon *d, struct jm_err *err)
{
    const struct jm_config *c = d->config;
    struct jm_http_options o;
    struct jm_http_handlers h = {.on_request = jm_api_on_request, .on_head = jm_api_on_head,
                                 .on_finish = jm_api_on_finish, .arg = d->api};
    int first = 0, fds = jm_sd_listen_fds(&first), rc = 0;
    jm_http_options_default(&o);
    o.max_header_bytes = (size_t)c->http_max_header_bytes;
    o.max_body_bytes = (size_t)c->http_max_body_bytes;
    o.header_ms = o.body_ms = o.write_ms = c->http_read_timeout_ms;
    o.idle_ms = c->http_idle_timeout_ms;
    o.request_ms = c->http_request_timeout_ms;
    o.max_connections = (unsigned)c->http_max_connections;
    o.max_connections_per_ip = (unsigned)c->http_max_connections_per_ip;
    if (!(d->http = jm_http_new(d->loop, &o, &h, d->metrics, err)))
        return -1;
    for (int i = 0; i < fds && rc == 0; i++)
        rc = jm_http_listen_fd(d->http, first + i, err);
    return fds > 0 ? rc : listen_on(d, err);
}

static int make_parts(struct daemon *d, struct jm_resources *l, struct jm_err *err)
{
    const struct jm_config *c = d->config;
    struct jm_store_options so = {.loop = d->loop, .conninfo = c->db_conninfo,
                                  .metrics = d->metrics, .queue_bytes = (size_t)c->db_queue_bytes,
                                  .query_timeout_ms = (uint32_t)c->db_query_timeout_ms,
                                  .allow_unsafe = c->db_allow_unsafe};
    if (!(d->store = jm_store_new(&so, err)))
        return -1;
    struct jm_pipeline_options po = {
        .loop = d->loop, .store = d->store, .matcher = l->matcher, .kernel = l->kernel,
        .metrics = d->metrics, .workers = (unsigned)c->match_workers,
        .queue = (size_t)c->match_queue, .floor = (uint16_t)c->match_floor,
        .results = (unsigned)c->match_results};
    if (!(d->pipeline = jm_pipeline_new(&po, err)))
        return -1;
    d->guard = jm_webhook_guard_new(c->webhook_allow_addresses, c->webhook_allow_http, err);
    struct jm_webhook_store ws = jm_webhook_store_of(d->store);
    struct jm_webhook_options wo = {.total_timeout_ms = c->webhook_timeout_ms,
                                   .endpoint_rate_per_s = (uint32_t)c->webhook_rate};
    if (!d->guard ||
        !(d->webhook = jm_webhook_new(d->loop, &ws, d->guard, d->metrics, &wo, err)))
        return -1;
    struct jm_api_options ao = {.loop = d->loop, .store = d->store, .pipeline = d->pipeline,
                                .webhook = d->webhook, .guard = d->guard, .metrics = d->metrics,
                                .dict = l->dict};
    return (d->api = jm_api_new(&ao, err)) ? 0 : -1;
}

static int watch_signals(struct daemon *d, struct jm_err *err)
{
    if (jm_loop_on_signal(d->loop, SIGTERM, on_stop, d, err) ||
        jm_loop_on_signal(d->loop, SIGINT, on_stop, d, err) ||
        jm_loop_on_signal(d->loop, SIGHUP, on_reload, d, err))
        return -1;
    d->watchdog = jm_timer_new(d->loop, on_watchdog, d);
    d->deadline = jm_timer_new(d->loop, on_deadline, d);
    if (!d->watchdog || !d->deadline)
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    int64_t usec = jm_sd_watchdog_usec();
    if (usec > 2000)
        jm_timer_every(d->watchdog, usec / 2000);
    return 0;
}

static int start(struct daemon *d, struct jm_resources *l, struct jm_err *err)
{
    d->metrics = jm_metrics_new();
    if (!d->metrics)
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    if (!(d->loop = jm_loop_new(&jm_clock_system, d->metrics, err)) || make_parts(d, l, err) ||
        watch_signals(d, err))
        return -1;
    if (start_http(d, err)) {
        d->status = err->code == JM_EINVAL ? JM_EXIT_CONFIG : JM_EXIT_UNAVAILABLE;
        return -1;
    }
    jm_log(JM_LOG_INFO, "daemon", "listening", "version=" JM_VERSION " port=%u skills=%zu "
           "dictionary=%s pid=%d", jm_http_port(d->http), jm_dict_count(l->dict),
           jm_dict_version_name(l->dict), (int)getpid());
    return jm_store_start(d->store, on_store_started, d, err);
}

/* Workers, then the store: their last callbacks answer requests, so the server goes after them. */
static void finish(struct daemon *d)
{
    jm_pipeline_stop(d->pipeline);
    jm_store_free(d->store);
    jm_http_free(d->http);
    jm_webhook_free(d->webhook);
    jm_pipeline_free(d->pipeline);
    jm_api_free(d->api);
    jm_webhook_guard_free(d->guard);
    jm_timer_free(d->watchdog);
    jm_timer_free(d->deadline);
    jm_loop_free(d->loop);
    jm_metrics_free(d->metrics);
}

int jm_daemon_run(const struct jm_args *a, struct jm_config *c, struct jm_resources *l)
{
    struct daemon d = {.args = a, .config = c, .status = JM_EXIT_OK};
    struct jm_err err = {0};
    if (start(&d, l, &err)) {
        fprintf(stderr, "jobmatchd: %s\n", err.text);
        if (d.status == JM_EXIT_OK)
            d.status = err.code == JM_EINVAL ? JM_EXIT_CONFIG : JM_EXIT_FAILED;
    } else if (jm_loop_run(d.loop, &err)) {
        fprintf(stderr, "jobmatchd: %s\n", err.text);
        d.status = JM_EXIT_FAILED;
    }
    finish(&d);
    return d.status;
}
