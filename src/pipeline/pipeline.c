/* pipeline.c - the door: making, starting, asking, ending. See pipeline.h. */
#include <stdlib.h>

#include "internal.h"

enum { TICK_MS = 500, DAY_S = 86400 };

static void on_retry(void *arg)
{
    jm_arrivals_step(arg);
}

static void make_metrics(struct jm_pipeline *p, struct jm_metrics *m)
{
    static const char *const what[] = {"change=\"created\"", "change=\"updated\"",
                                       "change=\"withdrawn\""};
    p->m_queue = jm_metrics_get(m, JM_GAUGE, "jobmatch_arrivals_waiting",
                                "Documents accepted and not yet matched.", NULL);
    p->m_latency = jm_metrics_get(m, JM_HISTOGRAM, "jobmatch_match_latency_seconds",
                                  "From the commit of a document to the commit of its matches.",
                                  NULL);
    for (int i = 0; i < 3; i++)
        p->m_pairs[i] = jm_metrics_get(m, JM_COUNTER, "jobmatch_pairs_total",
                                       "Matches created, updated and withdrawn.", what[i]);
    p->m_jobs = jm_metrics_get(m, JM_GAUGE, "jobmatch_documents", "Documents in the corpus.",
                               "kind=\"job\"");
    p->m_candidates = jm_metrics_get(m, JM_GAUGE, "jobmatch_documents", "Documents in the corpus.",
                                     "kind=\"candidate\"");
}

struct jm_pipeline *jm_pipeline_new(const struct jm_pipeline_options *o, struct jm_err *err)
{
    struct jm_pipeline *p = calloc(1, sizeof *p);
    if (!p) {
        jm_err_set(err, JM_ENOMEM, "out of memory");
        return NULL;
    }
    p->o = *o;
    p->tail = &p->head;
    p->clock = jm_loop_clock(o->loop);
    make_metrics(p, o->metrics);
    p->retry = jm_timer_new(o->loop, on_retry, p);
    p->tick = jm_timer_new(o->loop, jm_pipeline_tick, p);
    if (!p->retry || !p->tick || jm_pools_init(&p->pools, o, err)) {
        jm_err_set(err, JM_ENOMEM, "out of memory");
        jm_pipeline_free(p);
        return NULL;
    }
    return p;
}

void jm_pipeline_stop(struct jm_pipeline *p)
{
    if (!p)
        return;
    p->stopped = true;
    jm_pools_stop(&p->pools);
}

void jm_pipeline_free(struct jm_pipeline *p)
{
    if (!p)
        return;
    jm_pipeline_stop(p);
    jm_pools_fini(&p->pools);
    jm_timer_free(p->retry);
    jm_timer_free(p->tick);
    jm_arrivals_free(p);
    jm_expiry_clear(&p->expiry);
    free(p);
}

int jm_pipeline_start(struct jm_pipeline *p, struct jm_err *err)
{
    jm_timer_every(p->tick, TICK_MS);
    return jm_store_feed_start(p->o.store, &jm_pipeline_feed_ops, p, err);
}

void jm_pipeline_tune(struct jm_pipeline *p, uint16_t floor, unsigned results)
{
    p->o.floor = floor;
    p->o.results = results;
}

void jm_pipeline_drain(struct jm_pipeline *p, void (*done)(void *arg), void *arg)
{
    p->draining = true;
    p->drained = done;
    p->drained_arg = arg;
    jm_timer_once(p->retry, 1); /* never from inside this call */
}

uint64_t jm_pipeline_doc_version(const struct jm_pipeline *p)
{
    return jm_prepare_version(jm_matcher_dict(p->o.matcher), p->o.kernel);
}

int64_t jm_pipeline_as_of_s(const struct jm_pipeline *p)
{
    return jm_wall_us(p->clock) / 1000000 / DAY_S * DAY_S;
}

void jm_pipeline_state(const struct jm_pipeline *p, struct jm_pipeline_state *out)
{
    const struct jm_corpus *c = p->pools.now->corpus;
    int64_t a = jm_pool_longest_us(p->pools.match), b = jm_pool_longest_us(p->pools.ask);
    *out = (struct jm_pipeline_state){
        .ready = p->ready,
        .queued = p->n_arrivals,
        .oldest_us = p->head ? jm_wall_us(p->clock) - p->head->queued_at_us : 0,
        .jobs = jm_corpus_count(c, JM_JOB),
        .candidates = jm_corpus_count(c, JM_CANDIDATE),
        .arrivals = p->arrivals,
        .pairs_created = p->created,
        .pairs_updated = p->updated,
        .pairs_withdrawn = p->withdrawn,
        .worker_progress = jm_pool_finished(p->pools.match) + jm_pool_finished(p->pools.ask),
        .worker_longest_us = a > b ? a : b};
}

int jm_pipeline_dump(struct jm_pipeline *p, struct jm_buf *out)
{
    return jm_corpus_dump(p->pools.now->corpus, out);
}

/* --- asking ---------------------------------------------------------------------------------- */

struct ask {
    void (*run)(struct jm_engine *e, void *arg);
    void (*done)(void *arg, bool ran);
    void *arg;
    bool no_engine;
};

static void run_ask(const struct jm_worker *w, void *arg)
{
    struct ask *k = arg;
    struct jm_engine *e = jm_pools_engine(w);
    if (e)
        k->run(e, k->arg);
    else
        k->no_engine = true;
}

static void ask_done(void *arg, bool ran)
{
    struct ask *k = arg;
    k->done(k->arg, ran && !k->no_engine);
    free(k);
}

int jm_pipeline_ask(struct jm_pipeline *p, void (*run)(struct jm_engine *e, void *arg),
                    void (*done)(void *arg, bool ran), void *arg)
{
    struct ask *k = malloc(sizeof *k);
    if (!k)
        return -1;
    *k = (struct ask){run, done, arg, false};
    if (p->pools.ask && jm_pool_submit(p->pools.ask, run_ask, ask_done, k) == 0)
        return 0;
    free(k);
    return -1;
}
