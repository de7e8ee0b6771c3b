/* internal.h - what the files of the pipeline share.
 *
 * engine.c   the corpus in its present generation, the two pools, worker state
 * judge.c    what runs on a worker: rank an arrival, judge its pairs (pure but for the corpus)
 * arrival.c  the queue of arrivals and their commits, on the loop
 * feed.c     the store's feed into corpus and queue; expiry */
#ifndef JM_PIPELINE_INTERNAL_H
#define JM_PIPELINE_INTERNAL_H

#include <pthread.h>

#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/metrics.h"
#include "jobmatch/pipeline.h"
#include "jobmatch/store.h"

/* A corpus and who uses it: after a failover the feed starts over with a new one, while workers
 * may still be reading the old. The last to leave frees it. */
struct jm_generation {
    struct jm_corpus *corpus;
    unsigned refs; /* under jm_pools.lock */
};

struct jm_pools {
    pthread_mutex_t lock; /* the present generation and all reference counts */
    struct jm_generation *now;
    const struct jm_matcher *matcher;
    const struct jm_title_kernel *kernel;
    struct jm_pool *match, *ask;
    struct jm_corpus_reader *loop_reader; /* of `now`, for the loop's own look-ups */
};

struct jm_engine_worker { /* a worker thread's own */
    struct jm_pools *pools;
    struct jm_generation *generation;
    struct jm_engine engine;
};

int jm_pools_init(struct jm_pools *p, const struct jm_pipeline_options *o, struct jm_err *err);
void jm_pools_stop(struct jm_pools *p); /* ends the threads; twice is once */
void jm_pools_fini(struct jm_pools *p);
/* Start over with an empty corpus. */
int jm_pools_renew(struct jm_pools *p, struct jm_err *err);
/* The engine of this worker on the present corpus; NULL: out of memory. */
struct jm_engine *jm_pools_engine(const struct jm_worker *w);

enum jm_arrival_stage {
    JM_ARRIVAL_WAITING,  /* for a worker */
    JM_ARRIVAL_RANKING,  /* on a worker */
    JM_ARRIVAL_FETCHING, /* its earlier pairs are being read */
    JM_ARRIVAL_JUDGING,  /* earlier pairs on a worker */
    JM_ARRIVAL_DONE      /* ready for commit */
};

struct jm_arrival {
    struct jm_pipeline *p;
    enum jm_arrival_stage stage;
    struct jm_match_arrival row; /* pairs point to `pairs` */
    struct jm_match_pair *pairs; /* JM_MATCH_LIST_MAX of them, with their points in `points` */
    uint8_t (*points)[1 + 2 * JM_COMPONENTS];
    char *source, *external_id;
    bool updated;    /* an earlier version may have pairs */
    bool gone;       /* deleted or expired: its list is empty */
    bool full;       /* the ranking found `results` pairs and there may be more */
    bool failed;     /* out of memory on the worker: try again */
    uint16_t floor;
    unsigned results;
    int64_t as_of_s, now_s, changed_at_us, queued_at_us;
    uint64_t *earlier; /* doc_ids to judge */
    size_t n_earlier;
    struct jm_arrival *next;
};

/* judge.c; on a worker */
void jm_arrival_rank(struct jm_engine *e, struct jm_arrival *a);
void jm_arrival_judge_earlier(struct jm_engine *e, struct jm_arrival *a);

/* Jobs by the time they expire: a binary heap. */
struct jm_expiry {
    struct jm_expiring {
        int64_t at_s;
        uint64_t doc_id;
    } *heap;
    size_t n, cap;
};
int jm_expiry_add(struct jm_expiry *x, int64_t at_s, uint64_t doc_id);
bool jm_expiry_due(struct jm_expiry *x, int64_t now_s, uint64_t *doc_id);
/* Keep an entry of each pair for which `holds`. */
void jm_expiry_prune(struct jm_expiry *x, bool (*holds)(void *arg, int64_t at_s, uint64_t doc_id),
                     void *arg);
void jm_expiry_clear(struct jm_expiry *x);

struct jm_pipeline {
    struct jm_pipeline_options o;
    const struct jm_clock *clock;
    struct jm_pools pools;
    struct jm_expiry expiry;
    struct jm_arrival *head, **tail; /* in feed order */
    size_t n_arrivals, n_waiting, n_working; /* in all; for a worker; under way */
    bool paused, committing, draining, ready, stopped;
    size_t in_commit, batch_max; /* batch_max 0: no row is suspected */
    void (*drained)(void *arg);
    void *drained_arg;
    struct jm_timer *retry, *tick;
    uint64_t arrivals, created, updated, withdrawn;
    struct jm_metric *m_queue, *m_latency, *m_rank, *m_pairs[3], *m_jobs, *m_candidates;
};

/* arrival.c */
int jm_arrival_enqueue(struct jm_pipeline *p, const struct jm_feed_doc *d, bool updated, bool gone);
void jm_arrivals_step(struct jm_pipeline *p); /* start, collect and commit what can be */
void jm_arrivals_void(struct jm_pipeline *p); /* another database: commit none of them */
void jm_arrivals_free(struct jm_pipeline *p);

/* feed.c */
enum { JM_EXPIRY_AGAIN_S = 5 };
extern const struct jm_feed_ops jm_pipeline_feed_ops;
void jm_pipeline_tick(void *arg);

#endif
