/* test_deliver.c - the deliverer between a fake store and the real receiver on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fake_store.h"
#include "jobmatch/log.h"
#include "receiver_process.h"
#include "webhook/policy.h"

#define SECRET "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
#define OTHER "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define HOUR_US INT64_C(3600000000)

static int64_t shift_us; /* of the wall clock */

static int64_t mono(void *arg)
{
    return jm_clock_system.mono_us(arg);
}
static int64_t wall(void *arg)
{
    return jm_clock_system.wall_us(arg) + shift_us;
}
static uint64_t dice(void *arg)
{
    return jm_clock_system.random(arg);
}
static const struct jm_clock test_clock = {mono, wall, dice, NULL};
static const int64_t quick_ms[JM_WEBHOOK_ATTEMPTS - 1] = {20, 20, 20, 20, 20, 20, 20, 20, 20};

static struct jm_loop *loop;
static struct fake *fake;
static struct receiver receiver;
static struct jm_webhook_guard *guard;
static struct jm_webhook *hook;
static struct jm_webhook_options options;

static int setup(void **state)
{
    (void)state;
    shift_us = 0;
    loop = jm_loop_new(&test_clock, NULL, NULL);
    fake = calloc(1, sizeof *fake);
    fake->loop = loop;
    fake->load_ms = 3;
    fake->finish_ms = 1;
    guard = jm_webhook_guard_new("127.0.0.0/8", false, NULL);
    options = (struct jm_webhook_options){
        .connect_timeout_ms = 500, .total_timeout_ms = 1000, .endpoint_rate_per_s = 1000,
        .poll_busy_ms = 5, .poll_idle_ms = 20, .report_delay_ms = 5, .breaker_open_ms = 150,
        .retry_ms = quick_ms};
    return 0;
}

static void stop(void)
{
    jm_webhook_free(hook);
    hook = NULL;
}

static int teardown(void **state)
{
    (void)state;
    stop();
    while (fake->pending_calls > 0) /* answers to a deliverer that is gone */
        jm_loop_turn(loop, true);
    receiver_stop(&receiver);
    jm_webhook_guard_free(guard);
    jm_loop_free(loop);
    free(fake);
    return 0;
}

static void start(void)
{
    struct jm_webhook_store table = fake_table(fake);
    struct jm_err err = {0};
    hook = jm_webhook_new(loop, &table, guard, NULL, &options, &err);
    assert_non_null(hook);
    jm_webhook_start(hook);
}

static void tick(void *arg)
{
    (void)arg;
}

/* Turn the loop until `endpoint` (0: all) has `n` rows in `state`, or `ms` are over. */
static bool wait_rows(uint64_t endpoint, enum jm_delivery_state state, size_t n, int ms)
{
    int64_t until = jm_loop_mono_us(loop) + ms * 1000;
    struct jm_timer *t = jm_timer_new(loop, tick, NULL);
    jm_timer_every(t, 5);
    while (fake_count(fake, endpoint, state) < n && jm_loop_mono_us(loop) < until)
        assert_int_equal(jm_loop_turn(loop, true), 0);
    jm_timer_free(t);
    return fake_count(fake, endpoint, state) >= n;
}

static void run_ms(int ms)
{
    assert_false(wait_rows(0, JM_DELIVERY_PENDING, FAKE_ROWS + 1, ms));
}

/* Signed so that the receiver's check passes; each once; what is loaded again is not sent again. */
static void delivers_each_event_once(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    for (int e = 0; e < 5; e++) {
        uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
        for (int i = 0; i < 300; i++)
            fake_event(fake, id);
    }
    fake->load_ms = 15; /* answers are stale when they come */
    start();
    assert_true(wait_rows(0, JM_DELIVERY_DONE, 1500, 20000));
    assert_int_equal(receiver_count(&receiver, NULL), 1500);
    struct jm_webhook_stats s;
    run_ms(60);
    jm_webhook_get_stats(hook, &s);
    assert_true(s.attempts == 1500 && s.delivered == 1500 && s.retried == 0 && s.dead == 0);
    assert_true(s.queued == 0 && s.in_flight == 0 && s.unreported == 0 && s.endpoints == 5);
    assert_true(fake->reports < 400); /* in batches */
}

static void wake_is_faster_than_the_poll(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    options.poll_busy_ms = options.poll_idle_ms = 60000;
    start();
    run_ms(100);
    fake_event(fake, id);
    run_ms(300);
    assert_int_equal(fake_count(fake, id, JM_DELIVERY_DONE), 0);
    jm_webhook_wake(hook);
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 1, 1000));
}

static void retries_until_exhausted(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, NULL, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/zoo/status/500");
    struct fake_row *r = fake_event(fake, id);
    start();
    assert_true(wait_rows(id, JM_DELIVERY_DEAD, 1, 10000));
    assert_int_equal(r->attempts, 10);
    assert_int_equal(r->status, 500);
    assert_string_equal(r->reason, "exhausted");
    run_ms(100);
    assert_int_equal(r->finals, 1);
}

/* A 301 is a failure, and nothing comes at its target. */
static void redirects_are_not_followed(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, NULL, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/zoo/redirect");
    struct fake_row *r = fake_event(fake, id);
    start();
    while (r->attempts == 0)
        jm_loop_turn(loop, true);
    assert_int_equal(r->status, 301);
    assert_int_equal(receiver_count(&receiver, NULL), 0);
}

static void gone_disables_the_endpoint(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, NULL, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/zoo/status/410");
    options.endpoint_concurrency = 1;
    for (int i = 0; i < 20; i++)
        fake_event(fake, id);
    start();
    assert_true(wait_rows(id, JM_DELIVERY_DEAD, 1, 5000));
    run_ms(300);
    assert_int_equal(fake->eps[0].state, JM_ENDPOINT_DISABLED);
    assert_string_equal(fake->eps[0].reason, "the endpoint answered 410 Gone");
    assert_int_equal(fake->updates, 1);
    assert_int_equal(fake_count(fake, id, JM_DELIVERY_DEAD), 1); /* the rest waits untouched */
    assert_int_equal(fake->rows[5].attempts, 0);
    /* the user repairs it: what waited is delivered */
    fake->eps[0].state = JM_ENDPOINT_ACTIVE;
    snprintf(fake->urls[0], sizeof fake->urls[0], "http://127.0.0.1:%d/hook",
             receiver.port);
    fake->reasons[0][0] = '\0';
    jm_webhook_endpoint_changed(hook, id);
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 19, 5000));
}

/* 4 sockets for the one that never answers; the others do not notice it. */
static void slow_endpoint_starves_nobody(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    uint64_t slow = fake_endpoint(fake, SECRET, receiver.port, "/zoo/never");
    for (int i = 0; i < 600; i++)
        fake_event(fake, slow);
    for (int e = 0; e < 20; e++) {
        uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
        for (int i = 0; i < 50; i++)
            fake_event(fake, id);
    }
    options.total_timeout_ms = 60000;
    options.in_flight = 32;
    start();
    int64_t begun = jm_loop_mono_us(loop);
    assert_true(wait_rows(0, JM_DELIVERY_DONE, 1000, 20000));
    struct jm_webhook_stats s;
    jm_webhook_get_stats(hook, &s);
    assert_int_equal(s.in_flight, 4);
    assert_true(s.queued <= 256);
    print_message("1000 deliveries beside a dead endpoint: %lld ms\n",
                  (long long)(jm_loop_mono_us(loop) - begun) / 1000);
}

/* Of 16 requests in all, one tenant's three endpoints get four, however much waits for them. */
static void one_tenant_gets_a_quarter(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, NULL, NULL);
    for (int e = 0; e < 3; e++) {
        uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/zoo/never");
        fake->eps[e].tenant = 7;
        for (int i = 0; i < 20; i++)
            fake_event(fake, id);
    }
    options.in_flight = 16;
    options.total_timeout_ms = 60000;
    start();
    run_ms(200);
    struct jm_webhook_stats s;
    jm_webhook_get_stats(hook, &s);
    assert_int_equal(s.in_flight, 4);
    uint64_t other = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    fake_event(fake, other);
    jm_webhook_endpoint_changed(hook, other);
    assert_true(wait_rows(other, JM_DELIVERY_DONE, 1, 2000));
}

/* Nobody listens: the breaker opens after ten, what waits keeps its attempts; then it recovers. */
static void open_breaker_uses_no_attempts(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    int port = receiver.port;
    receiver_kill(&receiver);
    uint64_t id = fake_endpoint(fake, SECRET, port, "/hook");
    for (int i = 0; i < 60; i++)
        fake_event(fake, id);
    options.breaker_open_ms = 2500;
    start();
    run_ms(1200);
    unsigned attempts = 0;
    for (size_t i = 0; i < fake->n_rows; i++)
        attempts += fake->rows[i].attempts;
    assert_in_range(attempts, 10, 13); /* three more may have been under way */
    struct jm_webhook_stats s;
    jm_webhook_get_stats(hook, &s);
    assert_int_equal(s.open_breakers, 1);
    assert_int_equal(s.queued, 0); /* a blocked endpoint holds no memory */
    receiver_start(&receiver, "127.0.0.1", port, SECRET, NULL);
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 60, 10000));
    jm_webhook_get_stats(hook, &s);
    assert_int_equal(s.open_breakers, 0);
}

static void retry_after_is_respected(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, NULL, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/zoo/retry-after/30");
    struct fake_row *r = fake_event(fake, id), *later;
    start();
    while (r->attempts == 0)
        jm_loop_turn(loop, true);
    int64_t wait_us = r->next_at_us - jm_wall_us(&test_clock);
    assert_in_range(wait_us, 28000000, 30000000);
    later = fake_event(fake, id); /* the whole endpoint is left alone meanwhile */
    run_ms(200);
    assert_int_equal(later->attempts, 0);
}

static void inside_addresses_are_refused(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, NULL, NULL);
    jm_webhook_guard_free(guard);
    guard = jm_webhook_guard_new("127.0.0.2", true, NULL);
    /* by its URL, and, through an allowed URL, by the address that its name has */
    uint64_t by_url = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    uint64_t by_name = fake_endpoint(fake, SECRET, 0, "/hook");
    struct fake_row *a = fake_event(fake, by_url), *b = fake_event(fake, by_name);
    snprintf(fake->urls[1], sizeof fake->urls[1], "http://localhost:80/hook");
    start();
    while (a->attempts == 0 || b->attempts == 0)
        jm_loop_turn(loop, true);
    assert_true(a->status == 0 && strstr(a->error, "not a public address"));
    assert_true(b->status == 0 && strstr(b->error, "may not be dialled"));
    assert_int_equal(receiver_count(&receiver, NULL), 0);
}

static void too_large_event_is_dead_and_blames_nobody(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    for (int i = 0; i < 15; i++)
        fake_event(fake, id)->big = true;
    struct fake_row *r = fake_event(fake, id);
    start();
    assert_true(wait_rows(id, JM_DELIVERY_DEAD, 15, 5000));
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 1, 1000)); /* the breaker stayed closed */
    assert_string_equal(fake->rows[0].reason, "too large");
    assert_int_equal(r->attempts, 1);
    assert_int_equal(receiver_count(&receiver, NULL), 1);
}

static void rotation_sends_both_until_the_old_one_ends(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, OTHER, NULL); /* knows only the old secret */
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    struct jm_webhook_secret old;
    assert_int_equal(jm_webhook_secret_parse(&old, OTHER, NULL), 0);
    memcpy(fake->eps[0].old_secret, old.key, old.bytes);
    fake->eps[0].old_secret_len = old.bytes;
    fake->eps[0].old_secret_until_us = jm_wall_us(&test_clock) + HOUR_US;
    fake_event(fake, id);
    start();
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 1, 5000));
    fake->eps[0].old_secret_until_us = jm_wall_us(&test_clock) - 1;
    jm_webhook_endpoint_changed(hook, id);
    run_ms(50);
    struct fake_row *r = fake_event(fake, id);
    while (r->attempts == 0)
        jm_loop_turn(loop, true);
    assert_int_equal(r->status, 401);
}

/* Killed and begun anew 25 times at odd moments: each event arrives, under one id, at least once,
 * and twice at most as often as something was under way at a kill. */
static void restarts_lose_nothing(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, "slow/20");
    for (int e = 0; e < 4; e++) {
        uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
        for (int i = 0; i < 150; i++)
            fake_event(fake, id);
    }
    size_t at_risk = 0;
    for (int kill_no = 0; kill_no < 25; kill_no++) {
        struct jm_webhook_stats s;
        start();
        run_ms(10 + kill_no * 7 % 50);
        jm_webhook_get_stats(hook, &s);
        at_risk += s.in_flight + s.unreported;
        stop();
    }
    start();
    assert_true(wait_rows(0, JM_DELIVERY_DONE, 600, 30000));
    unsigned total = receiver_count(&receiver, NULL);
    for (size_t i = 0; i < fake->n_rows; i++)
        assert_true(receiver_count(&receiver, fake->rows[i].id) >= 1);
    assert_true(total >= 600 && total <= 600 + at_risk);
    print_message("25 restarts: 600 events, %u requests, %zu at risk\n", total, at_risk);
}

/* The schedule lives in the store: a retry that became due while nobody ran is made. */
static void retry_survives_a_restart(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    int port = receiver.port;
    receiver_kill(&receiver);
    uint64_t id = fake_endpoint(fake, SECRET, port, "/hook");
    struct fake_row *r = fake_event(fake, id);
    options.retry_ms = jm_webhook_schedule_ms;
    start();
    while (r->attempts == 0)
        jm_loop_turn(loop, true);
    assert_in_range(r->next_at_us - jm_wall_us(&test_clock), 3500000, 6000000);
    stop();
    receiver_start(&receiver, "127.0.0.1", port, SECRET, NULL);
    start();
    run_ms(200);
    assert_int_equal(receiver_count(&receiver, r->id), 0); /* not early */
    shift_us += 6000000;
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 1, 5000));
    assert_int_equal(r->attempts, 2);
}

static void reports_are_repeated_until_recorded(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    for (int i = 0; i < 50; i++)
        fake_event(fake, id);
    fake->fail_finish = 3;
    fake->fail_load = 2;
    start();
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 50, 10000));
    assert_int_equal(receiver_count(&receiver, NULL), 50);
}

/* One outcome that PostgreSQL refuses does not keep the others from being recorded. */
static void poison_outcome_is_isolated(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    uint64_t good = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    uint64_t bad = fake_endpoint(fake, SECRET, receiver.port, "/zoo/reset");
    struct fake_row *r = fake_event(fake, bad);
    for (int i = 0; i < 20; i++)
        fake_event(fake, good);
    fake->poison_seq = r->seq;
    options.report_delay_ms = 100;
    start();
    assert_true(wait_rows(good, JM_DELIVERY_DONE, 20, 20000));
    for (int i = 0; i < 200 && r->attempts == 0; i++)
        run_ms(50);
    assert_true(r->attempts >= 1); /* recorded at last, without its text */
    assert_string_equal(r->error, "");
}

static void lost_shards_are_not_sent(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, "slow/30");
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    for (int i = 0; i < 128; i++)
        fake_event(fake, id);
    start();
    while (fake_count(fake, id, JM_DELIVERY_DONE) < 8)
        jm_loop_turn(loop, true);
    struct jm_webhook_stats s;
    jm_webhook_get_stats(hook, &s);
    unsigned most = (unsigned)(s.attempts + s.in_flight);
    memset(fake->lost, true, sizeof fake->lost);
    run_ms(300);
    assert_true(receiver_count(&receiver, NULL) <= most);
    memset(fake->lost, false, sizeof fake->lost);
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 128, 10000));
}

static bool drained;
static void on_drained(void *arg)
{
    (void)arg;
    drained = true;
}

static void drain_reports_what_was_under_way(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, "slow/150");
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    for (int i = 0; i < 40; i++)
        fake_event(fake, id);
    start();
    struct jm_webhook_stats s = {0};
    while (s.in_flight < 4) {
        jm_loop_turn(loop, true);
        jm_webhook_get_stats(hook, &s);
    }
    drained = false;
    jm_webhook_drain(hook, on_drained, NULL);
    assert_false(drained);
    while (!drained)
        jm_loop_turn(loop, true);
    assert_int_equal(fake_count(fake, id, JM_DELIVERY_DONE), s.delivered + 4);
    assert_int_equal(receiver_count(&receiver, NULL), s.delivered + 4);
    jm_webhook_get_stats(hook, &s);
    assert_true(s.in_flight == 0 && s.queued == 0 && s.unreported == 0);
}

static void drain_ends_without_the_database(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    fake_event(fake, id);
    fake->fail_finish = 1000;
    start();
    while (receiver_count(&receiver, NULL) == 0)
        run_ms(20);
    drained = false;
    jm_webhook_drain(hook, on_drained, NULL);
    for (int i = 0; i < 100 && !drained; i++)
        run_ms(20);
    assert_true(drained);
    assert_int_equal(fake_count(fake, id, JM_DELIVERY_PENDING), 1);
}

/* The 120 h live in the store's reason text, so a restart in between does not reset them. */
static void long_failure_is_noted_then_disables(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, NULL, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/zoo/status/500");
    struct fake_row *r = fake_event(fake, id);
    start();
    while (r->attempts == 0)
        jm_loop_turn(loop, true);
    shift_us += 2 * HOUR_US;
    for (int i = 0; i < 100 && fake->updates == 0; i++)
        run_ms(20);
    assert_int_equal(fake->updates, 1);
    assert_int_equal(fake->eps[0].state, JM_ENDPOINT_ACTIVE);
    assert_int_equal(strncmp(fake->reasons[0], "failing since 2", 15), 0);
    stop();
    shift_us += 119 * HOUR_US;
    start();
    fake_event(fake, id);
    for (int i = 0; i < 100 && fake->eps[0].state == JM_ENDPOINT_ACTIVE; i++)
        run_ms(20);
    assert_int_equal(fake->eps[0].state, JM_ENDPOINT_DISABLED);
    assert_string_equal(fake->reasons[0], "only failures for 120 hours");
}

static void success_clears_the_note(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, NULL);
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    jm_webhook_failing_text(fake->reasons[0], jm_wall_us(&test_clock) - 119 * HOUR_US);
    fake_event(fake, id);
    start();
    assert_true(wait_rows(id, JM_DELIVERY_DONE, 1, 5000));
    for (int i = 0; i < 100 && fake->updates == 0; i++)
        run_ms(20);
    assert_string_equal(fake->reasons[0], "");
    run_ms(300);
    assert_int_equal(fake->updates, 1);
}

static void deleted_endpoint_is_forgotten(void **state)
{
    (void)state;
    receiver_start(&receiver, "127.0.0.1", 0, SECRET, "slow/50");
    uint64_t id = fake_endpoint(fake, SECRET, receiver.port, "/hook");
    for (int i = 0; i < 200; i++)
        fake_event(fake, id);
    start();
    while (fake_count(fake, id, JM_DELIVERY_DONE) < 4)
        jm_loop_turn(loop, true);
    fake->n_eps = 0;
    jm_webhook_endpoint_changed(hook, id);
    run_ms(400);
    unsigned then = receiver_count(&receiver, NULL);
    run_ms(200);
    assert_int_equal(receiver_count(&receiver, NULL), then);
    assert_true(then < 40);
    struct jm_webhook_stats s;
    jm_webhook_get_stats(hook, &s);
    assert_true(s.queued == 0 && s.in_flight == 0 && s.unreported == 0 && s.endpoints == 0);
}

int main(void)
{
    jm_log_init(2, JM_LOG_ERROR);
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(delivers_each_event_once), T(wake_is_faster_than_the_poll), T(retries_until_exhausted),
        T(redirects_are_not_followed), T(gone_disables_the_endpoint),
        T(slow_endpoint_starves_nobody), T(one_tenant_gets_a_quarter),
        T(open_breaker_uses_no_attempts),
        T(retry_after_is_respected), T(inside_addresses_are_refused),
        T(too_large_event_is_dead_and_blames_nobody),
        T(rotation_sends_both_until_the_old_one_ends), T(restarts_lose_nothing),
        T(retry_survives_a_restart), T(reports_are_repeated_until_recorded),
        T(poison_outcome_is_isolated), T(lost_shards_are_not_sent),
        T(drain_reports_what_was_under_way), T(drain_ends_without_the_database),
        T(long_failure_is_noted_then_disables), T(success_clears_the_note),
        T(deleted_endpoint_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
