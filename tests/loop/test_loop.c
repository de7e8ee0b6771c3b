/* test_loop.c - turns, deferred calls, timers, descriptors, signals, the measure of the hold. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "jobmatch/buf.h"
#include "jobmatch/loop.h"
#include "jobmatch/metrics.h"

static struct jm_loop *new_loop(struct jm_metrics *m)
{
    struct jm_err err = { 0 };
    struct jm_loop *loop = jm_loop_new(&jm_clock_system, m, &err);
    assert_non_null(loop);
    return loop;
}

static int64_t now_us(void)
{
    return jm_mono_us(&jm_clock_system);
}

/* Turn until *n reaches `want`, at most `ms`. */
static void turn_until(struct jm_loop *loop, const int *n, int want, int64_t ms)
{
    for (int64_t end = now_us() + ms * 1000; *n < want && now_us() < end; usleep(500))
        assert_int_equal(jm_loop_turn(loop, false), 0);
}

static void count_up(void *arg)
{
    ++*(int *)arg;
}

static void spin_us(int64_t us)
{
    for (int64_t end = now_us() + us; now_us() < end;)
        ;
}

/* --- deferred --------------------------------------------------------------------------------- */

struct again {
    struct jm_loop *loop;
    struct jm_defer d, *cancel;
    int runs, left;
};

static void defer_again(void *arg)
{
    struct again *a = arg;
    a->runs++;
    if (a->cancel)
        jm_loop_undefer(a->loop, a->cancel);
    if (a->left-- > 0)
        jm_loop_defer(a->loop, &a->d, defer_again, a);
}

static void deferred_runs_once_and_in_the_next_turn_if_deferred_inside(void **state)
{
    (void)state;
    struct again a = { .loop = new_loop(NULL), .left = 2 };
    jm_loop_defer(a.loop, &a.d, defer_again, &a);
    jm_loop_defer(a.loop, &a.d, defer_again, &a);
    assert_int_equal(a.runs, 0);
    for (int want = 1; want <= 3; want++) {
        jm_loop_turn(a.loop, true); /* does not wait: there is something to do */
        assert_int_equal(a.runs, want);
    }
    jm_loop_turn(a.loop, false);
    assert_int_equal(a.runs, 3);
    jm_loop_free(a.loop);
}

static void a_deferred_call_may_cancel_another(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    struct again b = { .loop = loop }, a = { .loop = loop, .cancel = &b.d };
    jm_loop_defer(loop, &a.d, defer_again, &a);
    jm_loop_defer(loop, &b.d, defer_again, &b);
    jm_loop_turn(loop, false);
    assert_int_equal(a.runs, 1);
    assert_int_equal(b.runs, 0);
    jm_loop_undefer(loop, &b.d); /* not queued: nothing happens */
    jm_loop_free(loop);
}

static void free_it(void *arg)
{
    free(arg); /* the object that holds the jm_defer itself */
}

static void a_deferred_call_may_free_its_own_object(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    struct again *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    jm_loop_defer(loop, &a->d, free_it, a);
    jm_loop_defer(loop, &b->d, free_it, b);
    jm_loop_turn(loop, false);
    jm_loop_free(loop);
}

/* --- timers ----------------------------------------------------------------------------------- */

static void timers_fire_once_or_repeat(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    int once = 0, every = 0, never = 0;
    struct jm_timer *a = jm_timer_new(loop, count_up, &once);
    struct jm_timer *b = jm_timer_new(loop, count_up, &every);
    struct jm_timer *c = jm_timer_new(loop, count_up, &never);
    int64_t start = now_us();
    jm_timer_once(a, 20);
    jm_timer_every(b, 10);
    jm_timer_once(c, 15);
    assert_true(jm_timer_pending(a) && jm_timer_pending(b) && jm_timer_pending(c));
    jm_timer_stop(c);
    turn_until(loop, &once, 1, 900);
    assert_int_equal(once, 1);
    assert_true(now_us() - start >= 19000);
    turn_until(loop, &every, 5, 900);
    assert_int_equal(every, 5);
    assert_true(now_us() - start >= 49000);
    assert_int_equal(once, 1);
    assert_int_equal(never, 0);
    assert_false(jm_timer_pending(a));
    assert_true(jm_timer_pending(b));
    jm_timer_once(a, 0);
    jm_loop_turn(loop, true);
    assert_int_equal(once, 2);
    jm_timer_free(a);
    jm_timer_free(b);
    jm_timer_free(c);
    jm_timer_free(NULL);
    jm_loop_free(loop);
}

struct own {
    struct jm_timer *t;
    struct jm_io *io;
    int runs;
};

static void free_own_timer(void *arg)
{
    struct own *o = arg;
    o->runs++;
    jm_timer_free(o->t);
}

static void a_timer_may_free_itself(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    struct own o = { 0 };
    o.t = jm_timer_new(loop, free_own_timer, &o);
    jm_timer_every(o.t, 1);
    turn_until(loop, &o.runs, 1, 900);
    jm_loop_turn(loop, false);
    assert_int_equal(o.runs, 1);
    jm_loop_free(loop);
}

static void a_stalled_loop_gets_one_call_not_a_burst(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    int n = 0;
    struct jm_timer *t = jm_timer_new(loop, count_up, &n);
    jm_timer_every(t, 5);
    usleep(100000);
    for (int i = 0; i < 3; i++)
        jm_loop_turn(loop, false);
    assert_in_range(n, 1, 2);
    jm_timer_free(t);
    jm_loop_free(loop);
}

/* --- descriptors ------------------------------------------------------------------------------ */

static void free_own_io(int what, void *arg)
{
    struct own *o = arg;
    (void)what;
    o->runs++;
    jm_io_free(o->io);
}

static void note_what(int what, void *arg)
{
    *(int *)arg |= what;
}

static void descriptors_wake_by_what_is_watched(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    int fds[2], seen = 0;
    assert_int_equal(pipe(fds), 0);
    struct jm_io *in = jm_io_new(loop, fds[0], note_what, &seen);
    struct jm_io *out = jm_io_new(loop, fds[1], note_what, &seen);
    jm_loop_turn(loop, false);
    assert_int_equal(seen, 0); /* watching nothing */
    assert_int_equal(jm_io_watch(out, JM_IO_WRITE), 0);
    jm_loop_turn(loop, true);
    assert_int_equal(seen, JM_IO_WRITE);
    assert_int_equal(jm_io_watch(out, 0), 0);
    assert_int_equal(jm_io_watch(in, JM_IO_READ), 0);
    seen = 0;
    jm_loop_turn(loop, false);
    assert_int_equal(seen, 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    jm_loop_turn(loop, true);
    assert_int_equal(seen, JM_IO_READ);
    jm_io_free(in);
    jm_io_free(out);
    struct own o = { 0 };
    o.io = jm_io_new(loop, fds[0], free_own_io, &o);
    jm_io_watch(o.io, JM_IO_READ | JM_IO_WRITE);
    jm_loop_turn(loop, true);
    jm_loop_turn(loop, false);
    assert_int_equal(o.runs, 1);
    close(fds[0]);
    close(fds[1]);
    jm_loop_free(loop);
}

/* --- signals ---------------------------------------------------------------------------------- */

static void on_signal(int signo, void *arg)
{
    ((int *)arg)[signo]++;
}

static void signals_arrive_as_callbacks(void **state)
{
    (void)state;
    static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };
    struct jm_loop *loop = new_loop(NULL);
    struct jm_err err = { 0 };
    int seen[64] = { 0 };
    for (int i = 0; i < 5; i++)
        assert_int_equal(jm_loop_on_signal(loop, signals[i], on_signal, seen, &err), 0);
    for (int i = 0; i < 5; i++) {
        kill(getpid(), signals[i]);
        turn_until(loop, &seen[signals[i]], 1, 900);
        assert_int_equal(seen[signals[i]], 1);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(jm_loop_on_signal(loop, SIGWINCH, on_signal, seen, &err), 0);
    assert_int_equal(jm_loop_on_signal(loop, SIGWINCH, on_signal, seen, &err), -1);
    assert_int_equal(err.code, JM_ELIMIT);
    jm_loop_free(loop);
}

static void broken_pipes_do_not_kill(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    close(fds[0]);
    assert_int_equal(write(fds[1], "x", 1), -1);
    close(fds[1]);
    jm_loop_free(loop);
}

/* --- run and hold ----------------------------------------------------------------------------- */

static void stop_loop(void *arg)
{
    jm_loop_stop(arg);
}

static void run_ends_at_stop(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    struct jm_err err = { 0 };
    struct jm_timer *t = jm_timer_new(loop, stop_loop, loop);
    jm_timer_once(t, 5);
    assert_int_equal(jm_loop_run(loop, &err), 0);
    assert_true(jm_loop_turns(loop) >= 1);
    jm_timer_free(t);
    jm_loop_free(loop);
}

static void hog(void *arg)
{
    spin_us(*(int64_t *)arg);
}

static void waiting_is_no_hold_but_working_is(void **state)
{
    (void)state;
    struct jm_metrics *m = jm_metrics_new();
    struct jm_loop *loop = new_loop(m);
    int64_t busy_us = 0;
    struct jm_timer *t = jm_timer_new(loop, hog, &busy_us);
    jm_timer_once(t, 150);
    jm_loop_turn(loop, true); /* waits 150 ms in the kernel */
    assert_in_range(jm_loop_hold_us(loop), 0, 100000);
    busy_us = 80000;
    jm_timer_once(t, 300);
    jm_loop_turn(loop, true); /* with the wait it would be 380 ms */
    assert_in_range(jm_loop_hold_us(loop), 80000, 299999);
    struct jm_buf b = { 0 };
    jm_metrics_print(m, &b);
    assert_non_null(strstr(b.data, "jobmatch_loop_hold_seconds_count 2\n"));
    jm_buf_fini(&b);
    jm_timer_free(t);
    jm_loop_free(loop);
    jm_metrics_free(m);
}

/* Two callbacks of one turn hold it together, and what came before the first touch counts too. */
static void the_hold_is_the_whole_turns(void **state)
{
    (void)state;
    struct jm_loop *loop = new_loop(NULL);
    int64_t busy_us = 40000;
    struct jm_defer d = { 0 };
    struct jm_timer *a = jm_timer_new(loop, hog, &busy_us);
    struct jm_timer *b = jm_timer_new(loop, hog, &busy_us);
    jm_timer_once(a, 0);
    jm_timer_once(b, 0);
    jm_loop_defer(loop, &d, hog, &busy_us);
    usleep(2000);
    jm_loop_turn(loop, false);
    assert_in_range(jm_loop_hold_us(loop), 120000, 250000);
    jm_timer_free(a);
    jm_timer_free(b);
    jm_loop_free(loop);
}

static int64_t fake_now_us;
static int64_t fake_mono(void *arg)
{
    (void)arg;
    return fake_now_us;
}

static void jump(void *arg)
{
    fake_now_us += *(int64_t *)arg;
}

static void the_worst_hold_is_forgotten_after_two_seconds(void **state)
{
    (void)state;
    struct jm_clock clock = jm_clock_system;
    struct jm_err err = { 0 };
    struct jm_defer d = { 0 };
    int64_t step_us = 7000;
    clock.mono_us = fake_mono;
    fake_now_us = 5000000;
    struct jm_loop *loop = jm_loop_new(&clock, NULL, &err);
    jm_loop_defer(loop, &d, jump, &step_us);
    jm_loop_turn(loop, false);
    assert_int_equal(jm_loop_hold_us(loop), 7000);
    fake_now_us += 900000;
    assert_int_equal(jm_loop_hold_us(loop), 7000);
    fake_now_us += 1100000;
    assert_int_equal(jm_loop_hold_us(loop), 0);
    jm_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deferred_runs_once_and_in_the_next_turn_if_deferred_inside),
        cmocka_unit_test(a_deferred_call_may_cancel_another),
        cmocka_unit_test(a_deferred_call_may_free_its_own_object),
        cmocka_unit_test(timers_fire_once_or_repeat),
        cmocka_unit_test(a_timer_may_free_itself),
        cmocka_unit_test(a_stalled_loop_gets_one_call_not_a_burst),
        cmocka_unit_test(descriptors_wake_by_what_is_watched),
        cmocka_unit_test(signals_arrive_as_callbacks),
        cmocka_unit_test(broken_pipes_do_not_kill),
        cmocka_unit_test(run_ends_at_stop),
        cmocka_unit_test(waiting_is_no_hold_but_working_is),
        cmocka_unit_test(the_hold_is_the_whole_turns),
        cmocka_unit_test(the_worst_hold_is_forgotten_after_two_seconds),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL) != 0;
}
