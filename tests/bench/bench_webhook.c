/* uses: webhook */
/* bench_webhook.c - deliveries a second to the real receiver on loopback, and what a dead endpoint
 * costs the others: 60 endpoints with 60 events each, alone, then beside one that never answers.
 *
 * The store is the tests' fake (answers after 1 ms), so this is the deliverer, libcurl and the
 * receiver's threads on one machine. Latency runs from the start to the recorded outcome. */
#include <stdio.h>
#include <stdlib.h>

#include "jobmatch/err.h"
#define assert_true(x) JM_ASSERT(x)
#define assert_non_null(x) JM_ASSERT((x) != NULL)
#define assert_int_equal(a, b) JM_ASSERT((a) == (b))
#define fail_msg(...) (fprintf(stderr, __VA_ARGS__), exit(1))

#include "../webhook/fake_store.h"
#include "../webhook/receiver_process.h"
#include "jobmatch/log.h"

enum { HEALTHY = 60, EVENTS = 60, DEAD_EVENTS = 400 };
#define SECRET "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void fill(struct fake *f, int port, bool dead)
{
    for (int e = 0; e < HEALTHY; e++) {
        uint64_t id = fake_endpoint(f, SECRET, port, "/hook");
        for (int i = 0; i < EVENTS; i++)
            fake_event(f, id);
    }
    if (!dead)
        return;
    uint64_t id = fake_endpoint(f, SECRET, port, "/zoo/never");
    for (int i = 0; i < DEAD_EVENTS; i++)
        fake_event(f, id);
}

/* Note for each row when its outcome was first seen. Returns how many are done. */
static size_t note_done(const struct fake *f, int64_t *done_us, int64_t now_us)
{
    size_t n = 0;
    for (size_t i = 0; i < HEALTHY * EVENTS; i++) {
        bool done = f->rows[i].state == JM_DELIVERY_DONE;
        n += done;
        if (done && done_us[i] == 0)
            done_us[i] = now_us;
    }
    return n;
}

static void run(const char *name, int port, bool dead)
{
    static int64_t done_us[HEALTHY * EVENTS];
    struct jm_loop *loop = jm_loop_new(&jm_clock_system, NULL, NULL);
    struct fake *f = calloc(1, sizeof *f);
    struct jm_webhook_guard *guard = jm_webhook_guard_new("127.0.0.1", false, NULL);
    struct jm_webhook_options o = {.endpoint_rate_per_s = 1000000};
    int64_t worst_us = 0;
    memset(done_us, 0, sizeof done_us);
    f->loop = loop;
    f->load_ms = f->finish_ms = 1;
    fill(f, port, dead);
    struct jm_webhook_store table = fake_table(f);
    struct jm_webhook *w = jm_webhook_new(loop, &table, guard, NULL, &o, NULL);
    int64_t begun = jm_loop_mono_us(loop);
    jm_webhook_start(w);
    for (size_t n = 0; n < HEALTHY * EVENTS;) {
        assert_int_equal(jm_loop_turn(loop, true), 0);
        int64_t hold_us = jm_loop_hold_us(loop);
        worst_us = hold_us > worst_us ? hold_us : worst_us;
        n = note_done(f, done_us, jm_loop_mono_us(loop) - begun);
    }
    double s = (double)(jm_loop_mono_us(loop) - begun) / 1e6;
    qsort(done_us, HEALTHY * EVENTS, sizeof *done_us, by_value);
    printf("%-28s %7.0f deliveries/s   p50 %4.0f ms   p99 %4.0f ms   longest turn %.1f ms\n", name,
           HEALTHY * EVENTS / s, (double)done_us[HEALTHY * EVENTS / 2] / 1e3,
           (double)done_us[HEALTHY * EVENTS * 99 / 100] / 1e3, (double)worst_us / 1e3);
    jm_webhook_free(w);
    while (f->pending_calls > 0)
        jm_loop_turn(loop, true);
    jm_webhook_guard_free(guard);
    jm_loop_free(loop);
    free(f);
}

int main(void)
{
    struct receiver r = {0};
    jm_log_init(2, JM_LOG_ERROR);
    receiver_start(&r, "127.0.0.1", 0, SECRET, NULL);
    run("60 healthy endpoints", r.port, false);
    run("60 healthy, 1 dead", r.port, true);
    receiver_stop(&r);
    return 0;
}
