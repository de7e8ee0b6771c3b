/* loop.c - the turn of the loop: wait, callbacks, deferred calls, and how long it held.
 *
 * libevent 2.1 has no hook between its wait and its callbacks, so the hold is found from both ends:
 * each turn is one event_base_loop(EVLOOP_ONCE), so its end is ours to see; and the first callback
 * of the turn compares libevent's cached time, taken right after epoll_wait, with the time now.
 * Every callback made through this module does that (jm_loop_touch); a turn in which nothing of
 * ours ran is not counted. The base keeps the precise clock: the coarse one is 4 ms off, which is
 * all we want to measure.
 *
 * Deferred calls run here, below libevent, so freeing anything in them is safe. */
#include "internal.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "jobmatch/log.h"

static void on_fatal(int code)
{
    jm_log(JM_LOG_ERROR, "loop", "libevent gave up", "code=%d", code);
    abort();
}

static void on_libevent_log(int severity, const char *text)
{
    char q[400];
    if (severity >= EVENT_LOG_WARN)
        jm_log(severity == EVENT_LOG_WARN ? JM_LOG_WARN : JM_LOG_ERROR, "loop", "libevent says",
               "text=%s", jm_log_q(q, sizeof q, text));
}

static struct event_base *new_base(struct jm_err *err)
{
    struct event_config *cfg = event_config_new();
    struct event_base *base = NULL;
    if (cfg && !event_config_set_flag(cfg, EVENT_BASE_FLAG_NOLOCK) &&
        !event_config_set_flag(cfg, EVENT_BASE_FLAG_PRECISE_TIMER))
        base = event_base_new_with_config(cfg);
    if (cfg)
        event_config_free(cfg);
    if (!base)
        jm_err_errno(err, JM_EIO, "the event loop could not be made");
    return base;
}

struct jm_loop *jm_loop_new(const struct jm_clock *clock, struct jm_metrics *metrics,
                            struct jm_err *err)
{
    event_set_fatal_callback(on_fatal);
    event_set_log_callback(on_libevent_log);
    signal(SIGPIPE, SIG_IGN); /* a vanished peer is an error code, not a death */
    struct jm_loop *loop = calloc(1, sizeof *loop);
    if (!loop) {
        jm_err_set(err, JM_ENOMEM, "no memory for the event loop");
        return NULL;
    }
    loop->base = new_base(err);
    if (!loop->base) {
        free(loop);
        return NULL;
    }
    loop->clock = clock;
    loop->deferred.next = loop->deferred.prev = &loop->deferred;
    if (metrics)
        loop->hold_metric = jm_metrics_get(metrics, JM_HISTOGRAM, "jobmatch_loop_hold_seconds",
                                           "Time one turn of the event loop kept it.", NULL);
    return loop;
}

void jm_loop_free(struct jm_loop *loop)
{
    if (!loop)
        return;
    JM_ASSERT(loop->users == 0);
    for (unsigned i = 0; i < loop->n_signals; i++)
        event_free(loop->signals[i].ev);
    event_base_free(loop->base);
    free(loop);
}

struct event_base *jm_loop_base(struct jm_loop *loop)
{
    return loop->base;
}

const struct jm_clock *jm_loop_clock(struct jm_loop *loop)
{
    return loop->clock;
}

uint64_t jm_loop_turns(const struct jm_loop *loop)
{
    return loop->turns;
}

void jm_loop_touch(struct jm_loop *loop)
{
    if (loop->touched)
        return;
    loop->touched = true;
    struct timeval cached, now;
    int64_t mono_us = jm_mono_us(loop->clock);
    int64_t since_us = 0;
    if (!event_base_gettimeofday_cached(loop->base, &cached) && !gettimeofday(&now, NULL))
        since_us = (int64_t)(now.tv_sec - cached.tv_sec) * 1000000 + (now.tv_usec - cached.tv_usec);
    /* the two are wall time: when somebody sets the clock, believe only what is possible */
    if (since_us < 0)
        since_us = 0;
    if (since_us > mono_us - loop->entered_us)
        since_us = mono_us - loop->entered_us;
    loop->started_us = mono_us - since_us;
}

/* Move the two windows of one second so that `second` is the newer one. */
static void roll(struct jm_loop *loop, int64_t second)
{
    if (second == loop->second)
        return;
    loop->worst_before_us = second == loop->second + 1 ? loop->worst_now_us : 0;
    loop->worst_now_us = 0;
    loop->second = second;
}

static void note_hold(struct jm_loop *loop)
{
    int64_t now_us = jm_mono_us(loop->clock);
    int64_t hold_us = now_us - loop->started_us;
    roll(loop, now_us / 1000000);
    if (hold_us > loop->worst_now_us)
        loop->worst_now_us = hold_us;
    if (loop->hold_metric)
        jm_metric_observe_us(loop->hold_metric, hold_us);
}

int64_t jm_loop_hold_us(struct jm_loop *loop)
{
    roll(loop, jm_mono_us(loop->clock) / 1000000);
    return loop->worst_now_us > loop->worst_before_us ? loop->worst_now_us : loop->worst_before_us;
}

static void unlink_deferred(struct jm_defer *d)
{
    d->prev->next = d->next;
    d->next->prev = d->prev;
    d->next = d->prev = NULL;
    d->queued = false;
}

static void link_before(struct jm_defer *at, struct jm_defer *d)
{
    d->next = at;
    d->prev = at->prev;
    at->prev->next = d;
    at->prev = d;
}

void jm_loop_defer(struct jm_loop *loop, struct jm_defer *d, void (*fn)(void *arg), void *arg)
{
    d->fn = fn;
    d->arg = arg;
    if (d->queued)
        return;
    d->queued = true;
    link_before(&loop->deferred, d);
}

void jm_loop_undefer(struct jm_loop *loop, struct jm_defer *d)
{
    (void)loop;
    if (d->queued)
        unlink_deferred(d);
}

static bool has_deferred(const struct jm_loop *loop)
{
    return loop->deferred.next != &loop->deferred;
}

/* Run what is queued now; what gets queued meanwhile stands behind the marker and waits. */
static void run_deferred(struct jm_loop *loop)
{
    struct jm_defer marker = { .queued = true };
    link_before(&loop->deferred, &marker);
    while (loop->deferred.next != &marker) {
        struct jm_defer *d = loop->deferred.next;
        unlink_deferred(d);
        jm_loop_touch(loop);
        d->fn(d->arg); /* may free what holds d */
    }
    unlink_deferred(&marker);
}

int jm_loop_turn(struct jm_loop *loop, bool wait)
{
    bool block = wait && !has_deferred(loop);
    loop->touched = false;
    loop->entered_us = jm_mono_us(loop->clock);
    int rc = event_base_loop(loop->base, EVLOOP_ONCE | (block ? 0 : EVLOOP_NONBLOCK));
    if (rc < 0)
        return -1;
    if (has_deferred(loop))
        run_deferred(loop);
    if (loop->touched)
        note_hold(loop);
    loop->turns++;
    return 0;
}

int jm_loop_run(struct jm_loop *loop, struct jm_err *err)
{
    loop->stopping = false;
    while (!loop->stopping)
        if (jm_loop_turn(loop, true))
            return jm_err_errno(err, JM_EIO, "the event loop failed");
    return 0;
}

void jm_loop_stop(struct jm_loop *loop)
{
    loop->stopping = true;
}
