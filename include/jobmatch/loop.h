/* loop.h - the one event loop, its timers, descriptors, signals, and the workers beside it.
 *
 * A thin layer over libevent's core: one struct jm_loop per process, driven by one thread, built
 * without locks. Everything that comes from another thread comes through a struct jm_pool.
 * A turn of the loop is: wait for the kernel, run what is ready, run the deferred calls. The time
 * from the end of the wait to the end of the turn is the turn's hold; nothing else can run
 * meanwhile, so it is measured for each turn and must stay below 5 ms.
 *
 * Unless a comment says otherwise a function here may be called by the loop's thread only. */
#ifndef JM_LOOP_H
#define JM_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/clock.h"
#include "jobmatch/err.h"

struct event_base;
struct jm_metrics;
struct jm_loop;

/* `clock` and `metrics` are borrowed for the loop's life; metrics may be NULL. Ignores SIGPIPE for
 * the whole process and makes libevent's fatal errors abort with a log line instead of exit(1).
 * NULL and `err` on failure. */
struct jm_loop *jm_loop_new(const struct jm_clock *clock, struct jm_metrics *metrics,
                            struct jm_err *err);
/* Every timer, io, signal and pool on it must be gone. Accepts NULL. */
void jm_loop_free(struct jm_loop *loop);

/* For libraries that want raw events. A raw callback calls jm_loop_touch() once so that its turn
 * is measured even if nothing else of ours runs in it. */
struct event_base *jm_loop_base(struct jm_loop *loop);
void jm_loop_touch(struct jm_loop *loop);
const struct jm_clock *jm_loop_clock(struct jm_loop *loop);
static inline int64_t jm_loop_mono_us(struct jm_loop *loop)
{
    return jm_mono_us(jm_loop_clock(loop));
}

/* Run until jm_loop_stop(). 0, or -1 if libevent failed. */
int jm_loop_run(struct jm_loop *loop, struct jm_err *err) __attribute__((warn_unused_result));
/* End jm_loop_run() at the end of this turn. */
void jm_loop_stop(struct jm_loop *loop);
/* One turn; waits for an event only if `wait` (tests, and loops inside start-up). -1 on failure. */
int jm_loop_turn(struct jm_loop *loop, bool wait);

/* Turns so far: a watchdog sees by it that the loop moves. */
uint64_t jm_loop_turns(const struct jm_loop *loop);
/* The longest hold of a turn that ended within the last one to two seconds. Also observed for
 * every turn in the histogram jobmatch_loop_hold_seconds. */
int64_t jm_loop_hold_us(struct jm_loop *loop);

/* --- deferred calls ------------------------------------------------------------------------- */

/* Lives inside the caller's object, zeroed. Queueing it twice before it runs is one run. It runs
 * once, at the end of the turn, outside every other callback: the place to free things. Deferring
 * again from inside `fn` runs it in the next turn. */
struct jm_defer {
    void (*fn)(void *arg);
    void *arg;
    struct jm_defer *next, *prev; /* the loop's */
    bool queued;                  /* the loop's */
};
void jm_loop_defer(struct jm_loop *loop, struct jm_defer *d, void (*fn)(void *arg), void *arg);
/* No-op if it is not queued. Do it before the object around it dies. */
void jm_loop_undefer(struct jm_loop *loop, struct jm_defer *d);

/* --- timers --------------------------------------------------------------------------------- */

struct jm_timer;
/* Made stopped. NULL: out of memory. */
struct jm_timer *jm_timer_new(struct jm_loop *loop, void (*on_time)(void *arg), void *arg)
    __attribute__((warn_unused_result));
/* Stops it. Allowed inside its own callback. Accepts NULL. */
void jm_timer_free(struct jm_timer *t);
/* (Re)start: once after `delay_ms` (0: at the next turn), or every `delay_ms` (>= 1). */
void jm_timer_once(struct jm_timer *t, int64_t delay_ms);
void jm_timer_every(struct jm_timer *t, int64_t period_ms);
void jm_timer_stop(struct jm_timer *t);
bool jm_timer_pending(const struct jm_timer *t);

/* --- descriptors ---------------------------------------------------------------------------- */

enum jm_io_what { JM_IO_READ = 1, JM_IO_WRITE = 2 };
struct jm_io;
/* Level triggered. `fd` is borrowed and must outlive the jm_io. Made watching nothing. `on_ready`
 * gets one of JM_IO_READ, JM_IO_WRITE a call; errors and hang-ups show as either.
 * NULL: out of memory. */
struct jm_io *jm_io_new(struct jm_loop *loop, int fd, void (*on_ready)(int what, void *arg),
                        void *arg) __attribute__((warn_unused_result));
/* Watch this mask from now on (0: nothing). -1: the kernel refused. */
int jm_io_watch(struct jm_io *io, int mask);
/* Allowed inside its own callback. Does not close the descriptor; close it after. NULL is fine. */
void jm_io_free(struct jm_io *io);

/* --- signals -------------------------------------------------------------------------------- */

/* Deliver `signo` as a callback on the loop from now on; at most 8 signals. Gone with the loop. */
int jm_loop_on_signal(struct jm_loop *loop, int signo, void (*on_signal)(int signo, void *arg),
                      void *arg, struct jm_err *err) __attribute__((warn_unused_result));

/* --- workers -------------------------------------------------------------------------------- */

/* Threads with all signals blocked, over one bounded queue. A job's `run` happens on a worker and
 * touches only what the submitter lent it; `done` happens on the loop, in the order of completion,
 * exactly once for each accepted job. */
struct jm_pool;
struct jm_pool_options {
    unsigned workers;    /* 1..64 */
    size_t capacity;     /* accepted and not yet done, 1..1,000,000 */
    const char *name;    /* metric label and thread name, at most 10 letters; NULL: "work" */
    /* Per-worker state, made and destroyed on the worker's thread; NULL if there is none. */
    void *(*worker_init)(unsigned worker, void *arg);
    void (*worker_fini)(void *state, void *arg);
    void *arg;
};
struct jm_worker {
    unsigned index; /* 0..workers-1 */
    void *state;    /* of worker_init, or NULL */
};
struct jm_pool *jm_pool_new(struct jm_loop *loop, const struct jm_pool_options *o,
                            struct jm_metrics *metrics, struct jm_err *err);
/* 0, or -1 when `capacity` jobs are under way or the pool is stopping: answer 503, try later.
 * `done` gets ran = false if the pool was stopped before the job ran; it may be NULL. */
int jm_pool_submit(struct jm_pool *p, void (*run)(const struct jm_worker *w, void *arg),
                   void (*done)(void *arg, bool ran), void *arg)
    __attribute__((warn_unused_result));
size_t jm_pool_depth(const struct jm_pool *p); /* accepted and not yet done */
/* For the watchdog; from any thread. Jobs finished so far, and how long the longest running job
 * runs already (0: all idle): not stuck means finished grows or the longest is short. */
uint64_t jm_pool_finished(const struct jm_pool *p);
int64_t jm_pool_longest_us(const struct jm_pool *p);
/* Wait for the workers and run every outstanding `done`, all inside this call, then free the pool.
 * drain: queued jobs still run; otherwise only the running ones end and the rest is discarded. */
void jm_pool_stop(struct jm_pool *p, bool drain);

#endif
