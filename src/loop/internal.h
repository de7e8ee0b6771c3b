/* internal.h - what the files of src/loop share: the loop itself.  Not for other modules. */
#ifndef JM_LOOP_INTERNAL_H
#define JM_LOOP_INTERNAL_H

#include <event2/event.h>

#include "jobmatch/loop.h"
#include "jobmatch/metrics.h"

enum { LOOP_MAX_SIGNALS = 8 };

struct loop_signal {
    struct event *ev;
    void (*on_signal)(int signo, void *arg);
    void *arg;
    int signo;
};

struct jm_loop {
    struct event_base *base;
    const struct jm_clock *clock;
    struct jm_metric *hold_metric; /* NULL without metrics */
    bool stopping;
    uint64_t turns;

    /* measuring: see jm_loop_touch() */
    bool touched;
    int64_t entered_us; /* when libevent was entered for this turn */
    int64_t started_us; /* when the kernel's wait of this turn ended */
    int64_t second;     /* of the newest hold */
    int64_t worst_now_us, worst_before_us; /* in that second and in the one before */

    struct jm_defer deferred; /* ring with this head */
    struct loop_signal signals[LOOP_MAX_SIGNALS];
    unsigned n_signals;
    unsigned users; /* timers, ios and pools alive: must be 0 at the end */
};

#endif
