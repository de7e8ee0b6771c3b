/* watch.c - what wakes the loop: timers, descriptors, signals.
 *
 * Each wraps one or two libevent events and adds two things: the turn gets measured, and the
 * callback may free its own object (nothing is touched after it returned). */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>

struct jm_timer {
    struct jm_loop *loop;
    struct event *ev;
    void (*on_time)(void *arg);
    void *arg;
    struct timeval period;
    bool repeats;
};

struct jm_io {
    struct jm_loop *loop;
    struct event *reading, *writing;
    void (*on_ready)(int what, void *arg);
    void *arg;
    int mask;
};

static struct timeval to_timeval(int64_t ms)
{
    return (struct timeval){ .tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000 };
}

static void timer_fired(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct jm_timer *t = arg;
    jm_loop_touch(t->loop);
    /* from now, not from when it was due: after a stall there is one call, not a burst */
    if (t->repeats)
        evtimer_add(t->ev, &t->period);
    t->on_time(t->arg);
}

struct jm_timer *jm_timer_new(struct jm_loop *loop, void (*on_time)(void *arg), void *arg)
{
    struct jm_timer *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    *t = (struct jm_timer){ .loop = loop, .on_time = on_time, .arg = arg };
    t->ev = evtimer_new(loop->base, timer_fired, t);
    if (!t->ev) {
        free(t);
        return NULL;
    }
    loop->users++;
    return t;
}

void jm_timer_free(struct jm_timer *t)
{
    if (!t)
        return;
    t->loop->users--;
    event_free(t->ev);
    free(t);
}

void jm_timer_once(struct jm_timer *t, int64_t delay_ms)
{
    struct timeval tv = to_timeval(delay_ms < 0 ? 0 : delay_ms);
    t->repeats = false;
    JM_ASSERT(evtimer_add(t->ev, &tv) == 0);
}

void jm_timer_every(struct jm_timer *t, int64_t period_ms)
{
    JM_ASSERT(period_ms >= 1);
    t->period = to_timeval(period_ms);
    t->repeats = true;
    JM_ASSERT(evtimer_add(t->ev, &t->period) == 0);
}

void jm_timer_stop(struct jm_timer *t)
{
    t->repeats = false;
    evtimer_del(t->ev);
}

bool jm_timer_pending(const struct jm_timer *t)
{
    return evtimer_pending(t->ev, NULL) != 0;
}

static void io_ready(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    struct jm_io *io = arg;
    jm_loop_touch(io->loop);
    io->on_ready(what & EV_READ ? JM_IO_READ : JM_IO_WRITE, io->arg);
}

struct jm_io *jm_io_new(struct jm_loop *loop, int fd, void (*on_ready)(int what, void *arg),
                        void *arg)
{
    struct jm_io *io = calloc(1, sizeof *io);
    if (!io)
        return NULL;
    *io = (struct jm_io){ .loop = loop, .on_ready = on_ready, .arg = arg };
    loop->users++;
    io->reading = event_new(loop->base, fd, EV_READ | EV_PERSIST, io_ready, io);
    io->writing = event_new(loop->base, fd, EV_WRITE | EV_PERSIST, io_ready, io);
    if (io->reading && io->writing)
        return io;
    jm_io_free(io);
    return NULL;
}

static int watch_one(struct event *ev, bool was, bool wanted)
{
    if (was == wanted)
        return 0;
    return wanted ? event_add(ev, NULL) : event_del(ev);
}

int jm_io_watch(struct jm_io *io, int mask)
{
    int before = io->mask;
    io->mask = mask;
    int rc = watch_one(io->reading, before & JM_IO_READ, mask & JM_IO_READ);
    rc |= watch_one(io->writing, before & JM_IO_WRITE, mask & JM_IO_WRITE);
    return rc ? -1 : 0;
}

void jm_io_free(struct jm_io *io)
{
    if (!io)
        return;
    io->loop->users--;
    if (io->reading)
        event_free(io->reading);
    if (io->writing)
        event_free(io->writing);
    free(io);
}

static void signal_came(evutil_socket_t signo, short what, void *arg)
{
    (void)what;
    struct jm_loop *loop = arg;
    jm_loop_touch(loop);
    for (unsigned i = 0; i < loop->n_signals; i++)
        if (loop->signals[i].signo == signo)
            loop->signals[i].on_signal(signo, loop->signals[i].arg);
}

int jm_loop_on_signal(struct jm_loop *loop, int signo, void (*on_signal)(int signo, void *arg),
                      void *arg, struct jm_err *err)
{
    if (loop->n_signals == LOOP_MAX_SIGNALS)
        return jm_err_set(err, JM_ELIMIT, "more than %d signals on one loop", LOOP_MAX_SIGNALS);
    struct event *ev = evsignal_new(loop->base, signo, signal_came, loop);
    if (!ev || evsignal_add(ev, NULL)) {
        if (ev)
            event_free(ev);
        return jm_err_errno(err, JM_EIO, "signal %d cannot be received", signo);
    }
    loop->signals[loop->n_signals++] =
        (struct loop_signal){ .ev = ev, .on_signal = on_signal, .arg = arg, .signo = signo };
    return 0;
}
