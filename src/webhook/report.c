/* report.c - what came of deliveries goes back to the store, in batches, until it is recorded.
 *
 * One report is under way at a time: up to 256 outcomes, sent when 200 have gathered or 50 ms after
 * the first. A report that failed is sent again with the same content. If PostgreSQL refuses one
 * (and is not merely away), the batch is halved until the outcome at fault stands alone; it is then
 * reported without its texts, and if even that is refused it stays known, so that it is not sent
 * to the endpoint for ever, until the next restart. */
#include <stdlib.h>

#include "deliver.h"
#include "jobmatch/log.h"

enum { BACKOFF_MIN_MS = 250, BACKOFF_MAX_MS = 5000 };

void jm_webhook_ended(struct jm_webhook *w, struct delivery *d)
{
    jm_webhook_queue_push(&w->ended, d);
    d->ep->n_ended++;
    w->stats.unreported++;
    if (w->report_backoff_ms > 0 || w->finish->busy)
        return;
    if (w->ended.n >= REPORT_AT || w->state == WEBHOOK_DRAINING)
        jm_timer_once(w->report_timer, 0);
    else if (!jm_timer_pending(w->report_timer))
        jm_timer_once(w->report_timer, w->o.report_delay_ms);
}

void jm_webhook_free_settled(struct jm_webhook *w)
{
    for (struct delivery *d; (d = jm_webhook_queue_pop(&w->settled)) != NULL;)
        jm_webhook_delivery_free(w, d);
}

static void settle_first(struct jm_webhook *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct delivery *d = jm_webhook_queue_pop(&w->ended);
        d->ep->n_ended--;
        if (d->ep->deep && jm_webhook_in_hand(d->ep) == w->o.endpoint_memory / 2)
            jm_webhook_wake(w);
        d->ep = NULL; /* it may go away before the delivery does */
        w->stats.unreported--;
        jm_webhook_queue_push(&w->settled, d);
    }
    if (!w->load->busy)
        jm_webhook_free_settled(w);
}

/* The first outcome alone was refused: first without its texts, then not at all. */
static void isolate_first(struct jm_webhook *w, const struct jm_err *err)
{
    struct delivery *d = w->ended.head;
    char q[300];
    if (d->texts) {
        free(d->texts);
        d->texts = NULL;
        d->outcome.error = d->outcome.response = NULL;
        d->outcome.response_len = 0;
        return;
    }
    jm_log(JM_LOG_ERROR, "webhook", "outcome refused by the store",
           "event=%s endpoint=%llu error=%s", d->event_id, (unsigned long long)d->outcome.endpoint,
           jm_log_q(q, sizeof q, err->text));
    jm_webhook_queue_pop(&w->ended);
    d->ep->n_ended--;
    w->stats.unreported--;
    uint64_t *known = jm_map64_get(&w->known, d->key);
    if (known)
        *known = 0; /* the key stays */
    free(d);
}

static void failed(struct jm_webhook *w, const struct jm_err *err)
{
    char q[300];
    if (w->report_backoff_ms == 0)
        jm_log(JM_LOG_WARN, "webhook", "report not recorded, will repeat", "outcomes=%zu error=%s",
               w->n_reporting, jm_log_q(q, sizeof q, err->text));
    if (err->code != JM_EUNAVAIL && w->n_reporting > 1)
        w->report_max = w->n_reporting / 2;
    else if (err->code != JM_EUNAVAIL && w->n_reporting == 1)
        isolate_first(w, err);
    w->n_reporting = 0;
    w->report_backoff_ms = w->report_backoff_ms ? w->report_backoff_ms * 2 : BACKOFF_MIN_MS;
    if (w->report_backoff_ms > BACKOFF_MAX_MS)
        w->report_backoff_ms = BACKOFF_MAX_MS;
    if (w->state != WEBHOOK_DRAINING)
        jm_timer_once(w->report_timer, w->report_backoff_ms);
    jm_webhook_check_drained(w);
}

static void on_finished(void *arg, const struct jm_err *err, unsigned stale)
{
    struct jm_webhook *w = jm_webhook_ticket_back(arg);
    if (!w)
        return;
    if (err) {
        failed(w, err);
        return;
    }
    if (stale > 0)
        jm_log(JM_LOG_WARN, "webhook", "outcomes of lost shards dropped", "count=%u", stale);
    settle_first(w, w->n_reporting);
    w->n_reporting = 0;
    w->report_backoff_ms = 0;
    w->report_max = w->report_max * 2 < REPORT_MAX ? w->report_max * 2 : REPORT_MAX;
    if (w->ended.n > 0)
        jm_timer_once(w->report_timer, w->ended.n >= REPORT_AT ? 0 : w->o.report_delay_ms);
    jm_webhook_pump_soon(w);
    jm_webhook_check_drained(w);
}

void jm_webhook_report(void *arg)
{
    struct jm_webhook *w = arg;
    if (w->finish->busy || w->ended.n == 0)
        return;
    struct jm_delivery_outcome batch[REPORT_MAX];
    struct jm_err err = {0};
    size_t n = 0;
    for (struct delivery *d = w->ended.head; d && n < w->report_max; d = d->next)
        batch[n++] = d->outcome;
    w->n_reporting = n;
    w->finish->busy = true;
    if (w->store.finish_deliveries(w->store.arg, batch, n, on_finished, w->finish, &err) != 0) {
        w->finish->busy = false;
        failed(w, &err);
    }
}
