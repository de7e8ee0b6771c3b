/* pipeline.h - from a committed change to committed matches.
 *
 * The life of a change: the store's feed delivers it on the loop; it is applied to the corpus (the
 * only way in); if its shard is ours it becomes an arrival in a bounded queue. A worker ranks it
 * against the other side on a snapshot. Finished arrivals leave in feed order, many in one
 * transaction: pairs, ledger, events, match cursor. What was not committed is delivered again
 * after a restart, because the cursor did not move.
 *
 * A pair is a match when no veto falls, its score (the person fits the job) reaches the floor and
 * its band is C or better: a fact of the pair alone, whichever side arrived. An arrival brings its
 * best `results` pairs; pairs it had before and that still hold are kept.
 *
 * Two pools of workers share the corpus: `match` for arrivals and `ask` for requests, so that a
 * bulk import never makes a reader wait behind it. All functions belong to the loop's thread. */
#ifndef JM_PIPELINE_H
#define JM_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/arena.h"
#include "jobmatch/buf.h"
#include "jobmatch/corpus.h"
#include "jobmatch/err.h"
#include "jobmatch/match.h"

struct jm_loop;
struct jm_metrics;
struct jm_store;
struct jm_pipeline;

struct jm_pipeline_options {
    struct jm_loop *loop;             /* what it is given is borrowed for its life */
    struct jm_store *store;
    const struct jm_matcher *matcher;
    const struct jm_title_kernel *kernel; /* NULL: titles by words only */
    struct jm_metrics *metrics;
    unsigned workers;                 /* matching threads; asking gets as many again, at most 4 */
    size_t queue;                     /* arrivals that may wait */
    uint16_t floor;                   /* least score of a match */
    unsigned results;                 /* pairs an arrival brings, 1..200 */
};

struct jm_pipeline *jm_pipeline_new(const struct jm_pipeline_options *o, struct jm_err *err);
/* Start the feed; leases follow once the corpus is complete. The store must be started. */
int jm_pipeline_start(struct jm_pipeline *p, struct jm_err *err) __attribute__((warn_unused_result));
/* New values for floor and results, from the next arrival on. */
void jm_pipeline_tune(struct jm_pipeline *p, uint16_t floor, unsigned results);
/* Take no more arrivals, finish those under way, then call `done` once from the loop. */
void jm_pipeline_drain(struct jm_pipeline *p, void (*done)(void *arg), void *arg);
/* End the workers: what runs ends, and every outstanding `done` of jm_pipeline_ask() is called. The
 * order of the end is jm_pipeline_stop(), jm_store_free(), jm_pipeline_free(): the workers' last
 * callbacks may still use the store, the store's last ones the pipeline. Both accept NULL. */
void jm_pipeline_stop(struct jm_pipeline *p);
void jm_pipeline_free(struct jm_pipeline *p);

struct jm_pipeline_state {
    bool ready;               /* the corpus is complete */
    size_t queued;            /* arrivals not yet committed */
    int64_t oldest_us;        /* age of the oldest of them */
    size_t jobs, candidates;  /* in the corpus */
    uint64_t arrivals, pairs_created, pairs_updated, pairs_withdrawn; /* since start */
    uint64_t worker_progress; /* grows while workers finish jobs */
    int64_t worker_longest_us; /* how long the longest running job has been running */
};
void jm_pipeline_state(const struct jm_pipeline *p, struct jm_pipeline_state *out);

/* What a worker lends to a job that runs on it. */
struct jm_engine {
    struct jm_corpus_reader *reader;
    struct jm_prepare *prepare;
    const struct jm_matcher *matcher;
};
/* Run `run` on an asking worker, then `done` on the loop (ran = false: stopped before). -1: too
 * many wait already, answer 503. */
int jm_pipeline_ask(struct jm_pipeline *p, void (*run)(struct jm_engine *e, void *arg),
                    void (*done)(void *arg, bool ran), void *arg)
    __attribute__((warn_unused_result));
/* The day matching counts from, in seconds since 1970: midnight UTC, so that a score does not
 * drift within a day. */
int64_t jm_pipeline_as_of_s(const struct jm_pipeline *p);
/* The dict_version of documents read today: dictionary and title kernel. */
uint64_t jm_pipeline_doc_version(const struct jm_pipeline *p);
/* Every document in the corpus, one line each (jm_corpus_dump). */
int jm_pipeline_dump(struct jm_pipeline *p, struct jm_buf *out);

#endif
