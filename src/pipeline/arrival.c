/* arrival.c - the queue of arrivals: one list in feed order, a stage for each.
 *
 *   WAITING -> RANKING -> DONE -> committed and gone
 *                  `-> FETCHING -> JUDGING -> DONE     (an update whose ranking was full)
 *
 * Arrivals are ranked in any order and committed in feed order, so that the match cursor never
 * passes one that is not committed. One commit is under way at a time; while it runs, the next
 * batch collects: the batch grows with the load by itself. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/log.h"
#include "jobmatch/skill.h"

enum { RETRY_MS = 250, BATCH_PAIRS = 800 /* keeps building one statement below 2 ms */ };

static void arrival_free(struct jm_arrival *a)
{
    free(a->pairs);
    free(a->points);
    free(a->earlier);
    free(a->source);
    free(a->external_id);
    free(a);
}

void jm_arrivals_free(struct jm_pipeline *p)
{
    while (p->head) {
        struct jm_arrival *next = p->head->next;
        arrival_free(p->head);
        p->head = next;
    }
    p->tail = &p->head;
    p->n_arrivals = 0;
}

/* No lease has epoch 0: the store leaves them out, and the feed brings what still matters again. */
void jm_arrivals_void(struct jm_pipeline *p)
{
    for (struct jm_arrival *a = p->head; a; a = a->next)
        a->row.epoch = 0;
}

static void start_ranking(struct jm_arrival *a);

int jm_arrival_enqueue(struct jm_pipeline *p, const struct jm_feed_doc *d, bool updated, bool gone)
{
    uint32_t epoch;
    if (!jm_store_owns(p->o.store, d->shard, &epoch))
        return 0; /* the new owner gets the change again */
    struct jm_arrival *a = calloc(1, sizeof *a);
    if (!a || !(a->source = strdup(d->source)) || !(a->external_id = strdup(d->external_id))) {
        if (a)
            arrival_free(a);
        return -1;
    }
    a->p = p;
    a->row = (struct jm_match_arrival){.tenant = d->tenant, .kind = d->kind, .doc_id = d->doc_id,
                                       .version = d->version, .shard = d->shard, .epoch = epoch,
                                       .cursor = d->cursor};
    a->updated = updated;
    a->gone = gone;
    a->changed_at_us = d->changed_at_us;
    a->queued_at_us = jm_wall_us(p->clock);
    *p->tail = a;
    p->tail = &a->next;
    p->n_arrivals++;
    p->arrivals++;
    if (gone) {
        a->stage = JM_ARRIVAL_DONE;
    } else {
        a->stage = JM_ARRIVAL_WAITING;
        p->n_waiting++;
        start_ranking(a);
    }
    return 0;
}

/* --- on workers ------------------------------------------------------------------------------ */

static void run_rank(const struct jm_worker *w, void *arg)
{
    struct jm_arrival *a = arg;
    struct jm_engine *e = jm_pools_engine(w);
    if (e)
        jm_arrival_rank(e, a);
    else
        a->failed = true;
}

static void run_judge(const struct jm_worker *w, void *arg)
{
    struct jm_arrival *a = arg;
    struct jm_engine *e = jm_pools_engine(w);
    if (e)
        jm_arrival_judge_earlier(e, a);
    else
        a->failed = true;
}

/* --- stages ---------------------------------------------------------------------------------- */

static void start_over(struct jm_arrival *a)
{
    if (a->p->stopped)
        return;
    free(a->pairs);
    free(a->points);
    free(a->earlier);
    a->pairs = NULL;
    a->points = NULL;
    a->earlier = NULL;
    a->n_earlier = 0;
    a->row.pairs = NULL;
    a->row.n_pairs = 0;
    a->failed = false;
    a->stage = JM_ARRIVAL_WAITING;
    a->p->n_waiting++;
    jm_timer_once(a->p->retry, RETRY_MS);
}

static void on_judged(void *arg, bool ran)
{
    struct jm_arrival *a = arg;
    a->p->n_working--;
    if (!ran || a->failed)
        start_over(a);
    else
        a->stage = JM_ARRIVAL_DONE;
    jm_arrivals_step(a->p);
}

static void on_earlier(void *arg, const struct jm_err *err, const struct jm_match_list *l)
{
    struct jm_arrival *a = arg;
    a->p->n_working--;
    if (err || a->p->stopped || (l->n > 0 && !(a->earlier = malloc(l->n * sizeof *a->earlier)))) {
        start_over(a);
    } else if (l->n == 0) {
        a->stage = JM_ARRIVAL_DONE;
    } else {
        for (size_t i = 0; i < l->n; i++)
            a->earlier[a->n_earlier++] = l->rows[i].other_id;
        a->stage = JM_ARRIVAL_JUDGING;
        if (jm_pool_submit(a->p->pools.match, run_judge, on_judged, a))
            start_over(a);
        else
            a->p->n_working++;
    }
    jm_arrivals_step(a->p);
}

/* The ranking is full, so pairs of an earlier version may hold without being listed: read them. */
static void fetch_earlier(struct jm_arrival *a)
{
    struct jm_match_query q = {.tenant = a->row.tenant, .kind = a->row.kind, .source = a->source,
                               .external_id = a->external_id, .limit = JM_MATCH_LIST_MAX};
    a->stage = JM_ARRIVAL_FETCHING;
    if (jm_store_list_matches(a->p->o.store, &q, on_earlier, a, NULL))
        start_over(a);
    else
        a->p->n_working++;
}

static void on_ranked(void *arg, bool ran)
{
    struct jm_arrival *a = arg;
    a->p->n_working--;
    if (!ran || a->failed || a->p->stopped)
        start_over(a);
    else if (a->full && a->updated)
        fetch_earlier(a);
    else
        a->stage = JM_ARRIVAL_DONE;
    jm_arrivals_step(a->p);
}

/* Hand it to a worker; it stays waiting if they have enough. */
static void start_ranking(struct jm_arrival *a)
{
    struct jm_pipeline *p = a->p;
    a->floor = p->o.floor;
    a->results = p->o.results;
    a->as_of_s = jm_pipeline_as_of_s(p);
    a->now_s = jm_wall_us(p->clock) / 1000000;
    if (jm_pool_submit(p->pools.match, run_rank, on_ranked, a))
        return;
    a->stage = JM_ARRIVAL_RANKING;
    p->n_waiting--;
    p->n_working++;
}

static void start_waiting(struct jm_pipeline *p)
{
    for (struct jm_arrival *a = p->head; a && p->n_waiting > 0; a = a->next) {
        if (a->stage != JM_ARRIVAL_WAITING)
            continue;
        start_ranking(a);
        if (a->stage == JM_ARRIVAL_WAITING)
            return; /* the next one that ends calls again */
    }
}

/* --- commit ---------------------------------------------------------------------------------- */

/* The feed brings fenced changes again, but nothing brings an expiry: try that one later. */
static void pop_committed(struct jm_pipeline *p, bool fenced)
{
    int64_t now = jm_wall_us(p->clock);
    for (; p->in_commit > 0; p->in_commit--) {
        struct jm_arrival *a = p->head;
        p->head = a->next;
        if (!p->head)
            p->tail = &p->head;
        p->n_arrivals--;
        if (fenced && a->gone && a->row.cursor.xid == 0)
            (void)jm_expiry_add(&p->expiry, now / 1000000 + JM_EXPIRY_AGAIN_S, a->row.doc_id);
        if (a->changed_at_us)
            jm_metric_observe_us(p->m_latency, now - a->changed_at_us);
        arrival_free(a);
    }
}

/* A row that the database can never take must not hold back everyone behind it: halve the batch
 * until it stands alone, then leave its arrival out. */
static void refused(struct jm_pipeline *p, const struct jm_err *err)
{
    char q[200];
    if (p->in_commit > 1) {
        p->batch_max = p->in_commit / 2;
        p->in_commit = 0;
        return;
    }
    jm_log(JM_LOG_ERROR, "pipeline", "matches of a document refused, left out",
           "doc=%llu version=%lld error=%s", (unsigned long long)p->head->row.doc_id,
           (long long)p->head->row.version, jm_log_q(q, sizeof q, err->text));
    p->batch_max = 0;
    pop_committed(p, false);
}

static void on_committed(void *arg, const struct jm_err *err, const struct jm_match_result *r)
{
    struct jm_pipeline *p = arg;
    p->committing = false;
    if (err && err->code == JM_EINVAL) {
        refused(p, err);
        jm_arrivals_step(p);
        return;
    }
    if (err) {
        char q[200];
        jm_log(JM_LOG_WARN, "pipeline", "matches not committed, trying again",
               "error=%s waiting=%zu", jm_log_q(q, sizeof q, err->text), p->n_arrivals);
        p->in_commit = 0;
        jm_timer_once(p->retry, RETRY_MS + (int64_t)(jm_clock_random(p->clock) % RETRY_MS));
        return;
    }
    p->batch_max = 0;
    p->created += r->created;
    p->updated += r->updated;
    p->withdrawn += r->withdrawn;
    jm_metric_add(p->m_pairs[0], r->created);
    jm_metric_add(p->m_pairs[1], r->updated);
    jm_metric_add(p->m_pairs[2], r->withdrawn);
    if (r->fenced)
        jm_log(JM_LOG_WARN, "pipeline", "leases lost, arrivals left to the new owner", "count=%u",
               r->fenced);
    pop_committed(p, r->fenced > 0);
    jm_arrivals_step(p);
}

static bool in_batch(const struct jm_match_arrival *rows, size_t n, uint64_t doc_id)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].doc_id == doc_id)
            return true;
    return false;
}

static void commit_done(struct jm_pipeline *p)
{
    struct jm_match_arrival rows[JM_MATCH_BATCH_MAX];
    size_t n = 0, pairs = 0, most = p->batch_max ? p->batch_max : JM_MATCH_BATCH_MAX;
    for (struct jm_arrival *a = p->head;
         a && a->stage == JM_ARRIVAL_DONE && n < most && pairs < BATCH_PAIRS;
         a = a->next) {
        if (in_batch(rows, n, a->row.doc_id))
            break;
        rows[n++] = a->row;
        pairs += a->row.n_pairs;
    }
    if (n == 0)
        return;
    struct jm_match_batch b = {
        .arrivals = rows, .n_arrivals = n,
        .config_hash = jm_scoring_hash(jm_matcher_scoring(p->o.matcher)),
        .dict_version = jm_dict_version(jm_matcher_dict(p->o.matcher))};
    struct jm_err err = {0};
    if (jm_store_commit_matches(p->o.store, &b, on_committed, p, &err)) {
        jm_timer_once(p->retry, RETRY_MS);
        return;
    }
    p->committing = true;
    p->in_commit = n;
}

void jm_arrivals_step(struct jm_pipeline *p)
{
    if (p->stopped)
        return;
    start_waiting(p);
    if (!p->committing && !jm_timer_pending(p->retry))
        commit_done(p);
    jm_metric_set(p->m_queue, (int64_t)p->n_arrivals);
    if (p->paused && p->n_arrivals < p->o.queue / 2 && !p->draining) {
        p->paused = false;
        jm_store_feed_resume(p->o.store);
    }
    if (p->draining && p->n_arrivals == 0 && p->drained) {
        void (*done)(void *) = p->drained;
        p->drained = NULL;
        done(p->drained_arg);
    }
}
