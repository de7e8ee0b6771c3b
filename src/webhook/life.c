/* life.c - the deliverer's beginning and end. */
#include <openssl/crypto.h>
#include <stdlib.h>

#include "deliver.h"
#include "jobmatch/metrics.h"

static void fill(struct jm_webhook_options *o)
{
#define DEFAULT(field, value)                                                                      \
    if (o->field == 0)                                                                             \
        o->field = (value)
    DEFAULT(connect_timeout_ms, 5000);
    DEFAULT(total_timeout_ms, 15000);
    DEFAULT(endpoint_concurrency, 4);
    DEFAULT(endpoint_rate_per_s, 50);
    DEFAULT(endpoint_memory, 256);
    DEFAULT(total_memory, 8192);
    DEFAULT(in_flight, 512);
    DEFAULT(poll_busy_ms, 20);
    DEFAULT(poll_idle_ms, 250);
    DEFAULT(report_delay_ms, 50);
    DEFAULT(breaker_open_ms, 30000);
    DEFAULT(retry_ms, jm_webhook_schedule_ms);
#undef DEFAULT
    if (o->endpoint_memory > 256) /* what one load may bring of one endpoint */
        o->endpoint_memory = 256;
    if (o->endpoint_memory < ASK_SHALLOW)
        o->endpoint_memory = ASK_SHALLOW;
}

static void add_metrics(struct jm_webhook *w, struct jm_metrics *m)
{
    static const char name[] = "jobmatch_webhook_attempts_total",
                      help[] = "Webhook attempts by what became of the delivery.";
    if (!m)
        return;
    w->m_delivered = jm_metrics_get(m, JM_COUNTER, name, help, "result=\"delivered\"");
    w->m_retried = jm_metrics_get(m, JM_COUNTER, name, help, "result=\"retry\"");
    w->m_dead = jm_metrics_get(m, JM_COUNTER, name, help, "result=\"dead\"");
    w->m_seconds = jm_metrics_get(m, JM_HISTOGRAM, "jobmatch_webhook_attempt_seconds",
                                  "Duration of a webhook attempt.", NULL);
}

static struct ticket *ticket_new(struct jm_webhook *w)
{
    struct ticket *t = calloc(1, sizeof *t);
    if (t)
        t->w = w;
    return t;
}

static void ticket_free(struct ticket *t)
{
    if (t && t->busy)
        t->w = NULL;
    else
        free(t);
}

static void refresh(void *arg)
{
    jm_webhook_refresh(arg);
}

static int make_parts(struct jm_webhook *w, struct jm_err *err)
{
    w->load = ticket_new(w);
    w->finish = ticket_new(w);
    w->refresh = ticket_new(w);
    w->update = ticket_new(w);
    w->poll_timer = jm_timer_new(w->loop, jm_webhook_poll, w);
    w->pump_timer = jm_timer_new(w->loop, jm_webhook_pump, w);
    w->report_timer = jm_timer_new(w->loop, jm_webhook_report, w);
    w->refresh_timer = jm_timer_new(w->loop, refresh, w);
    if (!w->load || !w->finish || !w->refresh || !w->update || !w->poll_timer || !w->pump_timer ||
        !w->report_timer || !w->refresh_timer)
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    w->sender = jm_webhook_sender_new(w->loop, w->guard, &w->o, err);
    return w->sender ? 0 : -1;
}

struct jm_webhook *jm_webhook_new(struct jm_loop *loop, const struct jm_webhook_store *store,
                                  struct jm_webhook_guard *guard, struct jm_metrics *metrics,
                                  const struct jm_webhook_options *opts, struct jm_err *err)
{
    struct jm_webhook *w = calloc(1, sizeof *w);
    if (!w) {
        jm_err_set(err, JM_ENOMEM, "out of memory");
        return NULL;
    }
    w->loop = loop;
    w->store = *store;
    w->guard = guard;
    w->o = *opts;
    fill(&w->o);
    w->report_max = REPORT_MAX;
    w->poll_delay_ms = w->o.poll_busy_ms;
    jm_map64_init(&w->by_id);
    jm_map64_init(&w->under_way_of);
    jm_map64_init(&w->known);
    add_metrics(w, metrics);
    if (make_parts(w, err) == 0)
        return w;
    jm_webhook_free(w);
    return NULL;
}

void jm_webhook_start(struct jm_webhook *w)
{
    JM_ASSERT(w->state == WEBHOOK_NEW);
    w->state = WEBHOOK_RUNNING;
    jm_webhook_refresh(w);
}

static void drop_all(struct jm_webhook *w)
{
    for (size_t i = 0; i < w->n_eps; i++)
        jm_webhook_drop_queue(w, w->eps[i]);
}

static void say_drained(void *arg)
{
    struct jm_webhook *w = arg;
    void (*fn)(void *) = w->on_drained;
    w->on_drained = NULL;
    if (fn)
        fn(w->on_drained_arg);
}

void jm_webhook_check_drained(struct jm_webhook *w)
{
    bool reported = w->ended.n == 0 || w->report_backoff_ms > 0;
    if (w->state == WEBHOOK_DRAINING && w->stats.in_flight == 0 && reported && !w->finish->busy)
        jm_loop_defer(w->loop, &w->drained, say_drained, w);
}

void jm_webhook_drain(struct jm_webhook *w, void (*done)(void *arg), void *arg)
{
    w->on_drained = done;
    w->on_drained_arg = arg;
    w->state = WEBHOOK_DRAINING;
    drop_all(w);
    jm_timer_stop(w->poll_timer);
    jm_timer_stop(w->pump_timer);
    jm_timer_stop(w->refresh_timer);
    w->report_backoff_ms = 0;
    if (!w->finish->busy)
        jm_timer_once(w->report_timer, 0);
    jm_webhook_check_drained(w);
}

/* `known` holds every delivery there is, in whatever list. */
static void free_known(struct jm_webhook *w)
{
    size_t pos = 0;
    uint64_t key, value;
    while (jm_map64_next(&w->known, &pos, &key, &value)) {
        struct delivery *d = (struct delivery *)(uintptr_t)value;
        if (d)
            free(d->texts);
        free(d);
    }
    jm_map64_fini(&w->known);
}

void jm_webhook_free(struct jm_webhook *w)
{
    if (!w)
        return;
    jm_loop_undefer(w->loop, &w->pump_soon);
    jm_loop_undefer(w->loop, &w->drained);
    jm_webhook_sender_free(w->sender);
    jm_timer_free(w->poll_timer);
    jm_timer_free(w->pump_timer);
    jm_timer_free(w->report_timer);
    jm_timer_free(w->refresh_timer);
    ticket_free(w->load);
    ticket_free(w->finish);
    ticket_free(w->refresh);
    ticket_free(w->update);
    jm_webhook_endpoints_free(w);
    jm_map64_fini(&w->by_id);
    jm_map64_fini(&w->under_way_of);
    free_known(w);
    free(w);
}

void jm_webhook_get_stats(const struct jm_webhook *w, struct jm_webhook_stats *out)
{
    *out = w->stats;
    for (size_t i = 0; i < w->n_eps; i++) {
        out->endpoints += w->eps[i]->active;
        out->open_breakers += w->eps[i]->gate.state != JM_BREAKER_CLOSED;
    }
}
