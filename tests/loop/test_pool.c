/* test_pool.c - workers: order, bounds, stopping, and a storm for ThreadSanitizer. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "jobmatch/loop.h"
#include "jobmatch/metrics.h"

struct job {
    int in, out; /* written by the worker, read after done */
    bool done, ran;
};

static _Atomic int gate, blocked, live_workers, dead_workers;

static void *make_state(unsigned index, void *arg)
{
    int *calls = calloc(1, sizeof *calls);
    (void)index, (void)arg;
    atomic_fetch_add(&live_workers, 1);
    return calls;
}

static void drop_state(void *state, void *arg)
{
    (void)arg;
    atomic_fetch_add(&dead_workers, 1);
    free(state);
}

static void square(const struct jm_worker *w, void *arg)
{
    struct job *j = arg;
    if (w->state)
        ++*(int *)w->state;
    j->out = j->in * j->in;
}

static void wait_at_gate(const struct jm_worker *w, void *arg)
{
    (void)w, (void)arg;
    atomic_fetch_add(&blocked, 1);
    while (!atomic_load(&gate))
        usleep(200);
}

static void mark(void *arg, bool ran)
{
    struct job *j = arg;
    assert_false(j->done);
    j->done = true;
    j->ran = ran;
}

struct setup {
    struct jm_metrics *metrics;
    struct jm_loop *loop;
    struct jm_pool *pool;
};

static void start(struct setup *s, unsigned workers, size_t capacity)
{
    struct jm_err err = { 0 };
    struct jm_pool_options o = { .workers = workers, .capacity = capacity, .name = "test",
                                 .worker_init = make_state, .worker_fini = drop_state };
    gate = blocked = live_workers = dead_workers = 0;
    s->metrics = jm_metrics_new();
    s->loop = jm_loop_new(&jm_clock_system, s->metrics, &err);
    s->pool = jm_pool_new(s->loop, &o, s->metrics, &err);
    assert_non_null(s->pool);
}

static void finish(struct setup *s)
{
    jm_loop_free(s->loop);
    jm_metrics_free(s->metrics);
}

static void wait_for(_Atomic int *n, int want)
{
    for (int i = 0; i < 4000 && atomic_load(n) < want; i++)
        usleep(200);
    assert_true(atomic_load(n) >= want);
}

static void jobs_run_on_workers_and_end_on_the_loop(void **state)
{
    (void)state;
    struct setup s;
    struct job jobs[50];
    start(&s, 3, 50);
    for (int i = 0; i < 50; i++) {
        jobs[i] = (struct job){ .in = i };
        assert_int_equal(jm_pool_submit(s.pool, square, mark, &jobs[i]), 0);
    }
    assert_int_equal(jm_pool_depth(s.pool), 50);
    for (int i = 0; i < 2000 && jm_pool_depth(s.pool); i++) {
        jm_loop_turn(s.loop, false);
        usleep(500);
    }
    assert_int_equal(jm_pool_finished(s.pool), 50);
    assert_int_equal(jm_pool_longest_us(s.pool), 0);
    for (int i = 0; i < 50; i++) {
        assert_true(jobs[i].done && jobs[i].ran);
        assert_int_equal(jobs[i].out, i * i);
    }
    jm_pool_stop(s.pool, true);
    assert_int_equal(live_workers, 3);
    assert_int_equal(dead_workers, 3);
    finish(&s);
}

static void a_full_pool_refuses_and_tells(void **state)
{
    (void)state;
    struct setup s;
    struct job jobs[3] = { { 0 } };
    start(&s, 1, 2);
    assert_int_equal(jm_pool_submit(s.pool, wait_at_gate, mark, &jobs[0]), 0);
    assert_int_equal(jm_pool_submit(s.pool, square, mark, &jobs[1]), 0);
    assert_int_equal(jm_pool_submit(s.pool, square, mark, &jobs[2]), -1);
    wait_for(&blocked, 1);
    usleep(20000);
    assert_true(jm_pool_longest_us(s.pool) >= 20000);
    assert_int_equal(jm_pool_finished(s.pool), 0);
    struct jm_metric *refused = jm_metrics_get(s.metrics, JM_COUNTER, "jobmatch_pool_refused_total",
                                               "", "pool=\"test\"");
    assert_int_equal(jm_metric_value(refused), 1);
    atomic_store(&gate, 1);
    for (int i = 0; i < 2000 && jm_pool_depth(s.pool); i++) {
        jm_loop_turn(s.loop, false);
        usleep(500);
    }
    assert_int_equal(jm_pool_submit(s.pool, square, mark, &jobs[2]), 0); /* room again */
    jm_pool_stop(s.pool, true);
    assert_true(jobs[2].done && jobs[2].ran);
    finish(&s);
}

static void *open_gate_later(void *arg)
{
    usleep(30000);
    atomic_store(&gate, 1);
    return arg;
}

/* One job runs, four wait; stop while it still runs. */
static void stop_with(bool drain)
{
    struct setup s;
    struct job jobs[5] = { { 0 } };
    pthread_t opener;
    start(&s, 1, 5);
    assert_int_equal(jm_pool_submit(s.pool, wait_at_gate, mark, &jobs[0]), 0);
    for (int i = 1; i < 5; i++)
        assert_int_equal(jm_pool_submit(s.pool, square, mark, &jobs[i]), 0);
    wait_for(&blocked, 1);
    assert_int_equal(pthread_create(&opener, NULL, open_gate_later, NULL), 0);
    jm_pool_stop(s.pool, drain);
    pthread_join(opener, NULL);
    assert_true(jobs[0].done && jobs[0].ran);
    for (int i = 1; i < 5; i++) {
        assert_true(jobs[i].done);
        assert_int_equal(jobs[i].ran, drain);
    }
    finish(&s);
}

static void stop_drains(void **state)
{
    (void)state;
    stop_with(true);
}

static void stop_discards(void **state)
{
    (void)state;
    stop_with(false);
}

static void check_mask(const struct jm_worker *w, void *arg)
{
    sigset_t set;
    (void)w;
    pthread_sigmask(SIG_SETMASK, NULL, &set);
    ((struct job *)arg)->out = sigismember(&set, SIGTERM) && sigismember(&set, SIGHUP);
}

static void workers_take_no_signals(void **state)
{
    (void)state;
    struct setup s;
    struct job j = { 0 };
    sigset_t mine;
    start(&s, 1, 1);
    assert_int_equal(jm_pool_submit(s.pool, check_mask, mark, &j), 0);
    jm_pool_stop(s.pool, true);
    assert_int_equal(j.out, 1);
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    assert_false(sigismember(&mine, SIGTERM));
    finish(&s);
}

static void refuses_silly_options(void **state)
{
    (void)state;
    struct jm_err err = { 0 };
    struct jm_loop *loop = jm_loop_new(&jm_clock_system, NULL, &err);
    struct jm_pool_options o = { .workers = 0, .capacity = 1 };
    assert_null(jm_pool_new(loop, &o, NULL, &err));
    assert_int_equal(err.code, JM_EINVAL);
    jm_loop_free(loop);
}

/* --- storm ------------------------------------------------------------------------------------ */

enum { STORM_JOBS = 20000 };
struct storm {
    struct setup s;
    struct job *jobs;
    int next, done;
};

static void submit_more(struct storm *t);

static void storm_done(void *arg, bool ran)
{
    struct job *j = arg;
    assert_true(ran);
    assert_int_equal(j->out, j->in * j->in);
    j->done = true;
}

static void submit_more(struct storm *t)
{
    while (t->next < STORM_JOBS) {
        struct job *j = &t->jobs[t->next];
        j->in = t->next % 1000;
        if (jm_pool_submit(t->s.pool, square, storm_done, j))
            return;
        t->next++;
    }
}

static void a_storm_loses_nothing(void **state)
{
    (void)state;
    struct storm t = { 0 };
    int64_t end = jm_mono_us(&jm_clock_system) + 20000000;
    start(&t.s, 4, 64);
    t.jobs = calloc(STORM_JOBS, sizeof *t.jobs);
    while (t.next < STORM_JOBS && jm_mono_us(&jm_clock_system) < end) {
        submit_more(&t);
        jm_loop_turn(t.s.loop, true);
    }
    jm_pool_stop(t.s.pool, true);
    for (int i = 0; i < STORM_JOBS; i++)
        assert_true(t.jobs[i].done);
    free(t.jobs);
    finish(&t.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_run_on_workers_and_end_on_the_loop),
        cmocka_unit_test(a_full_pool_refuses_and_tells),
        cmocka_unit_test(stop_drains),
        cmocka_unit_test(stop_discards),
        cmocka_unit_test(workers_take_no_signals),
        cmocka_unit_test(refuses_silly_options),
        cmocka_unit_test(a_storm_loses_nothing),
    };
    return cmocka_run_group_tests_name("loop pool", tests, NULL, NULL) != 0;
}
