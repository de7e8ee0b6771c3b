/* engine.c - the corpus in its present generation, and the workers that read it.
 *
 * Workers hold a registered reader of one generation. Before each job they compare it with the
 * present one, under a lock that is held for a few instructions; so a new corpus after a failover
 * needs no stop of the workers. */
#include <stdlib.h>

#include "internal.h"

enum { ASK_WORKERS_MAX = 4, ASK_QUEUE = 1024 };

static void generation_release(struct jm_generation *g)
{
    if (g && --g->refs == 0) {
        jm_corpus_free(g->corpus);
        free(g);
    }
}

static void leave_generation(struct jm_engine_worker *w)
{
    jm_corpus_unregister(w->engine.reader);
    w->engine.reader = NULL;
    generation_release(w->generation);
    w->generation = NULL;
}

struct jm_engine *jm_pools_engine(const struct jm_worker *worker)
{
    struct jm_engine_worker *w = worker->state;
    if (!w)
        return NULL;
    pthread_mutex_lock(&w->pools->lock);
    if (w->generation != w->pools->now) {
        leave_generation(w);
        w->generation = w->pools->now;
        w->generation->refs++;
        w->engine.reader = jm_corpus_register(w->generation->corpus);
        if (!w->engine.reader)
            leave_generation(w);
    }
    pthread_mutex_unlock(&w->pools->lock);
    return w->engine.reader ? &w->engine : NULL;
}

static void *worker_init(unsigned worker, void *arg)
{
    (void)worker;
    struct jm_engine_worker *w = calloc(1, sizeof *w);
    struct jm_pools *p = arg;
    if (!w || !(w->engine.prepare = jm_prepare_new(p->kernel))) {
        free(w);
        return NULL;
    }
    w->pools = p;
    w->engine.matcher = p->matcher;
    return w;
}

static void worker_fini(void *state, void *arg)
{
    struct jm_pools *p = arg;
    struct jm_engine_worker *w = state;
    if (!w)
        return;
    pthread_mutex_lock(&p->lock);
    leave_generation(w);
    pthread_mutex_unlock(&p->lock);
    jm_prepare_free(w->engine.prepare);
    free(w);
}

int jm_pools_renew(struct jm_pools *p, struct jm_err *err)
{
    struct jm_generation *g = calloc(1, sizeof *g);
    if (!g || !(g->corpus = jm_corpus_new(p->matcher, err)))
        goto fail;
    struct jm_corpus_reader *r = jm_corpus_register(g->corpus);
    if (!r)
        goto fail;
    g->refs = 1;
    pthread_mutex_lock(&p->lock);
    if (p->now) {
        jm_corpus_unregister(p->loop_reader);
        generation_release(p->now);
    }
    p->now = g;
    p->loop_reader = r;
    pthread_mutex_unlock(&p->lock);
    return 0;
fail:
    if (g)
        jm_corpus_free(g->corpus);
    free(g);
    return jm_err_set(err, JM_ENOMEM, "out of memory for a new corpus");
}

int jm_pools_init(struct jm_pools *p, const struct jm_pipeline_options *o, struct jm_err *err)
{
    pthread_mutex_init(&p->lock, NULL);
    p->matcher = o->matcher;
    p->kernel = o->kernel;
    if (jm_pools_renew(p, err))
        return -1;
    struct jm_pool_options po = {.workers = o->workers, .capacity = o->queue, .name = "match",
                                 .worker_init = worker_init, .worker_fini = worker_fini, .arg = p};
    p->match = jm_pool_new(o->loop, &po, o->metrics, err);
    po.name = "ask";
    po.workers = o->workers < ASK_WORKERS_MAX ? o->workers : ASK_WORKERS_MAX;
    po.capacity = ASK_QUEUE;
    p->ask = p->match ? jm_pool_new(o->loop, &po, o->metrics, err) : NULL;
    return p->ask ? 0 : -1;
}

void jm_pools_stop(struct jm_pools *p)
{
    if (p->match)
        jm_pool_stop(p->match, false);
    if (p->ask)
        jm_pool_stop(p->ask, false);
    p->match = p->ask = NULL;
}

void jm_pools_fini(struct jm_pools *p)
{
    jm_pools_stop(p);
    if (p->now) {
        jm_corpus_unregister(p->loop_reader);
        generation_release(p->now);
    }
    pthread_mutex_destroy(&p->lock);
}
