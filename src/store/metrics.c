/* metrics.c - the store's series, made once. Without a registry of the caller's they go to one of
 * our own, so that no other file asks whether there are metrics. */
#include <stdio.h>

#include "store_int.h"

static struct jm_metric *one(struct jm_store *s, enum jm_metric_kind kind, const char *name,
                             const char *help, const char *labels)
{
    struct jm_metrics *r = s->o.metrics ? s->o.metrics : s->own_registry;
    return jm_metrics_get(r, kind, name, help, labels);
}

static void per_verdict(struct jm_store *s)
{
    for (int v = 0; v <= JM_PUT_ERROR; v++) {
        char labels[40];
        snprintf(labels, sizeof labels, "verdict=\"%s\"", jm_verdict_name((enum jm_verdict)v));
        s->m.puts[v] = one(s, JM_COUNTER, "jobmatch_store_puts_total", "Documents by verdict.",
                           labels);
    }
    static const char *const ops[] = {"op=\"created\"", "op=\"updated\"", "op=\"withdrawn\""};
    for (int i = 0; i < 3; i++)
        s->m.matches[i] = one(s, JM_COUNTER, "jobmatch_store_matches_total",
                              "Pairs changed, by operation.", ops[i]);
}

void store_metrics_init(struct jm_store *s)
{
    struct store_metrics *m = &s->m;
    if (!s->o.metrics)
        s->own_registry = jm_metrics_new();
    per_verdict(s);
    m->put_batches = one(s, JM_COUNTER, "jobmatch_store_put_batches_total", "Group commits.", NULL);
    m->put_retries = one(s, JM_COUNTER, "jobmatch_store_put_retries_total",
                         "Rows sent again after an unknown outcome or a conflict.", NULL);
    m->bisects = one(s, JM_COUNTER, "jobmatch_store_put_bisects_total",
                     "Batches split because a row was refused.", NULL);
    m->put_seconds = one(s, JM_HISTOGRAM, "jobmatch_store_put_seconds",
                         "From put to verdict.", NULL);
    m->put_rows = one(s, JM_GAUGE, "jobmatch_store_put_queue_rows", "Puts in memory.", NULL);
    m->put_bytes = one(s, JM_GAUGE, "jobmatch_store_put_queue_bytes", "Their bytes.", NULL);
    m->refused = one(s, JM_COUNTER, "jobmatch_store_put_refused_total",
                     "Puts refused at once: queue full or database away.", NULL);
    m->feed_docs = one(s, JM_COUNTER, "jobmatch_store_feed_documents_total",
                       "Documents handed out by snapshots.", NULL);
    m->feed_changes = one(s, JM_COUNTER, "jobmatch_store_feed_changes_total",
                          "Changes handed out.", NULL);
    m->feed_resets = one(s, JM_COUNTER, "jobmatch_store_feed_resets_total",
                         "Snapshots begun.", NULL);
    m->feed_lag_us = one(s, JM_GAUGE, "jobmatch_store_feed_lag_microseconds",
                         "Age of the oldest change not handed out.", NULL);
    m->shards = one(s, JM_GAUGE, "jobmatch_store_shards_owned", "Leases held.", NULL);
    m->events = one(s, JM_COUNTER, "jobmatch_store_events_total", "Outbox events written.", NULL);
    m->deliveries_made = one(s, JM_COUNTER, "jobmatch_store_deliveries_total",
                             "Deliveries created.", NULL);
    m->attempts = one(s, JM_COUNTER, "jobmatch_store_attempts_total", "Attempts logged.", NULL);
    m->fenced = one(s, JM_COUNTER, "jobmatch_store_fenced_total",
                    "Writes dropped because the lease was lost.", NULL);
    m->reconnects = one(s, JM_COUNTER, "jobmatch_store_connects_total",
                        "Connections that came up.", NULL);
    m->up = one(s, JM_GAUGE, "jobmatch_store_up", "1 when a write connection is usable.", NULL);
}
