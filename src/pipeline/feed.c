/* feed.c - the store's feed into the corpus and the queue; jobs that expire. */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/log.h"

/* EXPIRE_LATE_S: the database judges by its own clock and to the microsecond; never be early. */
enum { EXPIRE_ARRIVALS = 64, EXPIRE_LOOKS = 1024, EXPIRE_LATE_S = 3, EXPIRY_SLACK = 16384 };

/* When the job that is in the corpus expires; 0: never, or there is none. */
static int64_t expiry_of(struct jm_pipeline *p, uint64_t doc_id)
{
    jm_corpus_enter(p->pools.loop_reader);
    const struct jm_doc *doc = jm_corpus_get(p->pools.loop_reader, doc_id);
    int64_t at_s = doc && doc->kind == JM_JOB ? doc->expires_at_s : 0;
    jm_corpus_leave(p->pools.loop_reader);
    return at_s;
}

static int apply(struct jm_pipeline *p, const struct jm_feed_doc *d, enum jm_applied *applied)
{
    char external[320];
    struct jm_err err = {0};
    int64_t at_s = d->kind == JM_JOB && !d->deleted ? d->expires_at_us / 1000000 : 0;
    int64_t before_s = at_s > 0 ? expiry_of(p, d->doc_id) : 0;
    snprintf(external, sizeof external, "%s/%s", d->source, d->external_id);
    struct jm_change ch = {.kind = d->kind, .deleted = d->deleted, .tenant = d->tenant,
                           .doc_id = d->doc_id, .version = d->version, .external = external,
                           .compact = d->compact, .compact_bytes = d->compact_len};
    *applied = jm_corpus_apply(p->pools.now->corpus, &ch, &err);
    if (*applied == JM_APPLY_FAILED) {
        char q[200];
        jm_log(JM_LOG_ERROR, "pipeline", "document not indexed; send it again",
               "doc=%llu version=%lld error=%s", (unsigned long long)d->doc_id,
               (long long)d->version, jm_log_q(q, sizeof q, err.text));
        return -1;
    }
    if (*applied == JM_APPLY_DONE && at_s > 0 && at_s != before_s)
        return jm_expiry_add(&p->expiry, at_s, d->doc_id);
    return 0;
}

static void on_reset(void *arg)
{
    struct jm_pipeline *p = arg;
    struct jm_err err = {0};
    p->ready = false;
    jm_expiry_clear(&p->expiry);
    jm_arrivals_void(p);
    if (jm_pools_renew(&p->pools, &err) ||
        jm_corpus_load_begin(p->pools.now->corpus, &err))
        jm_panic(__FILE__, __LINE__, "out of memory for the corpus");
    jm_log(JM_LOG_INFO, "pipeline", "loading all documents", NULL);
}

static int on_snapshot_doc(void *arg, const struct jm_feed_doc *d)
{
    struct jm_pipeline *p = arg;
    enum jm_applied applied;
    (void)apply(p, d, &applied); /* a document that cannot be read must not stop the rest */
    return 0;
}

static void on_ready(void *arg)
{
    struct jm_pipeline *p = arg;
    struct jm_pipeline_state st;
    struct jm_err err = {0};
    bool first = !p->ready;
    /* laid out at once, on all workers' cores; nobody is served before, so the loop may wait */
    if (first && jm_corpus_load_end(p->pools.now->corpus, p->o.workers, &err))
        jm_panic(__FILE__, __LINE__, "out of memory for the index");
    p->ready = true;
    jm_pipeline_state(p, &st);
    jm_log(JM_LOG_INFO, "pipeline", "all documents loaded", "jobs=%zu candidates=%zu bytes=%zu",
           st.jobs, st.candidates, jm_corpus_bytes(p->pools.now->corpus));
    if (first && jm_store_leases_start(p->o.store, NULL, NULL, &err) && err.code != JM_ECONFLICT)
        jm_log(JM_LOG_ERROR, "pipeline", "leases not started", "error=\"%s\"", err.text);
}

/* Was an earlier version of this document in the corpus? Then it may have pairs. */
static bool known(struct jm_pipeline *p, uint64_t doc_id)
{
    jm_corpus_enter(p->pools.loop_reader);
    bool yes = jm_corpus_get(p->pools.loop_reader, doc_id) != NULL;
    jm_corpus_leave(p->pools.loop_reader);
    return yes;
}

static int on_change(void *arg, const struct jm_feed_doc *d)
{
    struct jm_pipeline *p = arg;
    enum jm_applied applied;
    bool updated = known(p, d->doc_id);
    (void)apply(p, d, &applied);
    (void)jm_corpus_reclaim(p->pools.now->corpus);
    if (d->needs_match && !p->draining) {
        bool gone = d->deleted || d->status == JM_STATUS_CLOSED;
        if (jm_arrival_enqueue(p, d, updated, gone))
            jm_panic(__FILE__, __LINE__, "out of memory for an arrival");
        jm_arrivals_step(p);
    }
    p->paused = p->n_arrivals >= p->o.queue;
    return p->paused;
}

const struct jm_feed_ops jm_pipeline_feed_ops = {on_reset, on_snapshot_doc, on_ready, on_change};

/* A job whose time is over withdraws its matches, once, when its moment comes. If its shard is not
 * ours it is looked at again: we may take it over before its owner came to it. True: queued. */
static bool expire(struct jm_pipeline *p, uint64_t doc_id, int64_t now_s)
{
    bool queued = false;
    jm_corpus_enter(p->pools.loop_reader);
    const struct jm_doc *doc = jm_corpus_get(p->pools.loop_reader, doc_id);
    if (doc && doc->expires_at_s > 0 && doc->expires_at_s <= now_s && doc->external) {
        char source[320];
        snprintf(source, sizeof source, "%s", doc->external);
        char *slash = strchr(source, '/');
        if (slash) {
            *slash = '\0';
            struct jm_feed_doc d = {.tenant = doc->tenant, .kind = JM_JOB, .doc_id = doc_id,
                                    .version = doc->version, .source = source,
                                    .external_id = slash + 1,
                                    .shard = jm_shard(doc->tenant, JM_JOB, source, slash + 1)};
            queued = jm_store_owns(p->o.store, d.shard, NULL) &&
                     jm_arrival_enqueue(p, &d, true, true) == 0;
            if (!queued)
                (void)jm_expiry_add(&p->expiry, now_s + JM_EXPIRY_AGAIN_S, doc_id);
        }
    }
    jm_corpus_leave(p->pools.loop_reader);
    return queued;
}

static bool expiry_holds(void *arg, int64_t at_s, uint64_t doc_id)
{
    struct jm_pipeline *p = arg;
    int64_t real_s = expiry_of(p, doc_id);
    return real_s > 0 && (real_s == at_s || real_s <= jm_wall_us(p->clock) / 1000000);
}

void jm_pipeline_tick(void *arg)
{
    struct jm_pipeline *p = arg;
    int64_t now_s = jm_wall_us(p->clock) / 1000000;
    uint64_t doc_id;
    int queued = 0;
    /* a few at a time: after a long stop many may be due */
    for (int i = 0; i < EXPIRE_LOOKS && queued < EXPIRE_ARRIVALS && p->ready && !p->draining &&
                    p->n_arrivals < p->o.queue &&
                    jm_expiry_due(&p->expiry, now_s - EXPIRE_LATE_S, &doc_id); i++)
        queued += expire(p, doc_id, now_s);
    if (p->expiry.n > 2 * jm_corpus_count(p->pools.now->corpus, JM_JOB) + EXPIRY_SLACK)
        jm_expiry_prune(&p->expiry, expiry_holds, p);
    jm_metric_set(p->m_jobs, (int64_t)jm_corpus_count(p->pools.now->corpus, JM_JOB));
    jm_metric_set(p->m_candidates, (int64_t)jm_corpus_count(p->pools.now->corpus, JM_CANDIDATE));
    (void)jm_corpus_reclaim(p->pools.now->corpus);
    jm_arrivals_step(p);
}
