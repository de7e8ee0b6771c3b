/* test_policy.c - verdicts, schedule, Retry-After, health, gate: tables and time by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "webhook/gate.h"

#define S INT64_C(1000000)
#define NOW (INT64_C(1795334400) * S) /* 2026-11-22T08:00:00Z, a Sunday */

static struct jm_webhook_answer status(int code)
{
    return (struct jm_webhook_answer){.status = code, .retry_after_us = -1};
}

static void verdicts(void **state)
{
    (void)state;
    static const struct {
        int status;
        bool timed_out, refused;
        enum jm_webhook_verdict want;
        const char *reason;
    } t[] = {
        {200, 0, 0, JM_VERDICT_OK, "delivered"},     {204, 0, 0, JM_VERDICT_OK, "delivered"},
        {299, 0, 0, JM_VERDICT_OK, "delivered"},     {200, 1, 0, JM_VERDICT_OK, "delivered"},
        {301, 0, 0, JM_VERDICT_FAIL, "redirect"},    {302, 0, 0, JM_VERDICT_FAIL, "redirect"},
        {307, 0, 0, JM_VERDICT_FAIL, "redirect"},    {400, 0, 0, JM_VERDICT_FAIL, "status"},
        {401, 0, 0, JM_VERDICT_FAIL, "status"},      {404, 0, 0, JM_VERDICT_FAIL, "status"},
        {410, 0, 0, JM_VERDICT_GONE, "gone"},        {429, 0, 0, JM_VERDICT_THROTTLE, "throttled"},
        {500, 0, 0, JM_VERDICT_FAIL, "status"},      {502, 0, 0, JM_VERDICT_THROTTLE, "throttled"},
        {503, 0, 0, JM_VERDICT_THROTTLE, "throttled"},
        {504, 0, 0, JM_VERDICT_THROTTLE, "throttled"},
        {0, 1, 0, JM_VERDICT_THROTTLE, "timeout"},   {0, 0, 0, JM_VERDICT_FAIL, "network"},
        {0, 0, 1, JM_VERDICT_FAIL, "refused"},       {999, 0, 0, JM_VERDICT_FAIL, "status"},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct jm_webhook_answer a = {t[i].status, t[i].timed_out, t[i].refused, false, -1};
        assert_int_equal(jm_webhook_judge(&a), t[i].want);
        assert_string_equal(jm_webhook_reason(&a), t[i].reason);
    }
}

static void schedule_and_jitter(void **state)
{
    (void)state;
    static const int64_t want_s[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
    int64_t sum = 0, lowest = INT64_MAX, highest = 0;
    for (uint32_t a = 1; a <= 9; a++) {
        assert_int_equal(jm_webhook_schedule_ms[a - 1], want_s[a - 1] * 1000);
        sum += want_s[a - 1];
    }
    assert_int_equal(sum, 75 * 3600 + 35 * 60 + 5);
    for (uint64_t seq = 1; seq <= 2000; seq++) {
        uint64_t seed = jm_webhook_seed(seq, 7);
        int64_t us = jm_webhook_pause_us(jm_webhook_schedule_ms, seed, 1);
        assert_int_equal(us, jm_webhook_pause_us(jm_webhook_schedule_ms, seed, 1));
        assert_in_range(us, 4 * S, 6 * S);
        lowest = us < lowest ? us : lowest;
        highest = us > highest ? us : highest;
    }
    assert_true(lowest < 4050000 && highest > 5950000); /* the whole range is used */
    assert_int_not_equal(jm_webhook_seed(1, 2), jm_webhook_seed(2, 1));
}

static void plans(void **state)
{
    (void)state;
    struct jm_webhook_answer a = status(500);
    struct jm_webhook_plan p;
    for (uint32_t attempt = 1; attempt <= 9; attempt++) {
        p = jm_webhook_plan(jm_webhook_schedule_ms, 1, attempt, NOW, &a, NOW);
        assert_int_equal(p.state, JM_DELIVERY_PENDING);
        assert_int_equal(p.delay_us, jm_webhook_pause_us(jm_webhook_schedule_ms, 1, attempt));
    }
    p = jm_webhook_plan(jm_webhook_schedule_ms, 1, 10, NOW, &a, NOW);
    assert_int_equal(p.state, JM_DELIVERY_DEAD);
    assert_string_equal(p.reason, "exhausted");
    p = jm_webhook_plan(jm_webhook_schedule_ms, 1, 3, NOW - 120 * 3600 * S, &a, NOW);
    assert_int_equal(p.state, JM_DELIVERY_DEAD);
    assert_string_equal(p.reason, "too old");
    a = status(410);
    p = jm_webhook_plan(jm_webhook_schedule_ms, 1, 1, NOW, &a, NOW);
    assert_int_equal(p.state, JM_DELIVERY_DEAD);
    a = status(204);
    p = jm_webhook_plan(jm_webhook_schedule_ms, 1, 10, NOW - 200 * 3600 * S, &a, NOW);
    assert_int_equal(p.state, JM_DELIVERY_DONE);
    a = (struct jm_webhook_answer){.unsendable = true, .hopeless = true, .retry_after_us = -1};
    p = jm_webhook_plan(jm_webhook_schedule_ms, 1, 1, NOW, &a, NOW);
    assert_int_equal(p.state, JM_DELIVERY_DEAD);
    assert_string_equal(p.reason, "too large");
    a = status(429); /* not before: longer counts, shorter does not */
    a.retry_after_us = 3600 * S;
    p = jm_webhook_plan(jm_webhook_schedule_ms, 1, 1, NOW, &a, NOW);
    assert_int_equal(p.delay_us, 3600 * S);
    a.retry_after_us = 1 * S;
    assert_true(jm_webhook_plan(jm_webhook_schedule_ms, 1, 1, NOW, &a, NOW).delay_us >= 4 * S);
}

static void retry_after(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t want_s; /* -1: not understood */
    } t[] = {
        {"0", 0}, {"120", 120}, {"  7 \r\n", 7}, {"86400", 86400}, {"86401", 86400},
        {"1000000000000", 86400}, {"99999999999999999999999999999", 86400},
        {"Sun, 22 Nov 2026 08:01:40 GMT", 100}, {"Sun, 22 Nov 2026 07:00:00 GMT", 0},
        {"Sunday, 22-Nov-26 08:01:40 GMT", 100}, {"Sun Nov 22 08:01:40 2026", 100},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 86400}, {"Thu, 01 Jan 1970 00:00:01 GMT", 0},
        {"", -1}, {"  ", -1}, {"-5", -1}, {"+5", -1}, {"1.5", -1}, {"5 minutes", -1}, {"0x10", -1},
        {"soon", -1}, {"Sun, 99 Nov 2026 08:01:40 GMT", -1}, {"Funday", -1},
        {"Sun, 22 Nov 2026 08:01:40 GMT and a very long tail that nobody would ever write", -1},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        int64_t got = jm_webhook_retry_after(t[i].text, strlen(t[i].text), NOW);
        if (got != (t[i].want_s < 0 ? -1 : t[i].want_s * S))
            fail_msg("\"%s\" gave %lld", t[i].text, (long long)got);
    }
    assert_int_equal(jm_webhook_retry_after("5\0" "5", 3, NOW), -1);
}

static void health(void **state)
{
    (void)state;
    struct jm_webhook_health h = jm_webhook_health_step(0, JM_VERDICT_OK, NOW);
    assert_true(h.failing_since_us == 0 && !h.disable);
    h = jm_webhook_health_step(0, JM_VERDICT_FAIL, NOW);
    assert_true(h.failing_since_us == NOW && !h.disable);
    h = jm_webhook_health_step(NOW, JM_VERDICT_THROTTLE, NOW + 120 * 3600 * S - 1);
    assert_true(h.failing_since_us == NOW && !h.disable);
    h = jm_webhook_health_step(NOW, JM_VERDICT_THROTTLE, NOW + 120 * 3600 * S);
    assert_non_null(h.disable);
    h = jm_webhook_health_step(NOW, JM_VERDICT_OK, NOW + 130 * 3600 * S);
    assert_true(h.failing_since_us == 0 && !h.disable);
    assert_non_null(jm_webhook_health_step(0, JM_VERDICT_GONE, NOW).disable);
    char text[64];
    jm_webhook_failing_text(text, NOW);
    assert_string_equal(text, "failing since 2026-11-22T08:00:00Z");
    assert_int_equal(jm_webhook_failing_parse(text), NOW);
    assert_int_equal(jm_webhook_failing_parse("paused by us"), 0);
    assert_int_equal(jm_webhook_failing_parse("failing since ever"), 0);
    assert_int_equal(jm_webhook_failing_parse(NULL), 0);
    jm_webhook_failing_text(text, 0);
    assert_string_equal(text, "");
}

/* --- the gate: state x event ------------------------------------------------------------------ */

static struct jm_webhook_gate g;

static void fresh(uint32_t rate)
{
    jm_webhook_gate_init(&g, rate, 30 * S, NOW);
}

static void result(enum jm_webhook_verdict v, bool probe, int64_t at)
{
    jm_webhook_gate_result(&g, v, probe, -1, at);
}

static void opens_after_ten_in_a_row(void **state)
{
    (void)state;
    fresh(1000);
    for (int i = 0; i < 20; i++) /* enough successes that the share stays below 70 % */
        result(JM_VERDICT_OK, false, NOW);
    for (int i = 0; i < 9; i++)
        result(JM_VERDICT_FAIL, false, NOW);
    assert_int_equal(g.state, JM_BREAKER_CLOSED);
    result(JM_VERDICT_FAIL, false, NOW);
    assert_int_equal(g.state, JM_BREAKER_OPEN);
    assert_int_equal(jm_webhook_gate_shut_us(&g, NOW), 30 * S);
}

static void opens_at_seventy_percent_of_ten(void **state)
{
    (void)state;
    fresh(1000);
    for (int i = 0; i < 3; i++) { /* 2 failures, 1 success: 6 of 9, never ten in a row */
        result(JM_VERDICT_FAIL, false, NOW);
        result(JM_VERDICT_FAIL, false, NOW);
        result(JM_VERDICT_OK, false, NOW);
    }
    assert_int_equal(g.state, JM_BREAKER_CLOSED);
    result(JM_VERDICT_FAIL, false, NOW); /* 7 of 10 */
    assert_int_equal(g.state, JM_BREAKER_OPEN);
    fresh(1000); /* the same failures, but the first ones are more than 5 min old */
    for (int i = 0; i < 6; i++)
        result(i % 3 == 2 ? JM_VERDICT_OK : JM_VERDICT_FAIL, false, NOW);
    for (int i = 0; i < 4; i++)
        result(i == 2 ? JM_VERDICT_OK : JM_VERDICT_FAIL, false, NOW + 301 * S);
    assert_int_equal(g.state, JM_BREAKER_CLOSED);
}

static void half_open_probe_and_doubling(void **state)
{
    (void)state;
    bool probe;
    int64_t t = NOW;
    fresh(1000);
    for (int i = 0; i < 10; i++)
        result(JM_VERDICT_FAIL, false, t);
    static const int64_t pauses[] = {30, 60, 120, 240, 480, 600, 600};
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        assert_int_equal(jm_webhook_gate_ask(&g, t, &probe), pauses[i] * S);
        assert_int_equal(jm_webhook_gate_ask(&g, t + pauses[i] * S - 1, &probe), 1);
        t += pauses[i] * S;
        assert_int_equal(jm_webhook_gate_ask(&g, t, &probe), 0);
        assert_true(probe);
        assert_int_equal(g.state, JM_BREAKER_HALF_OPEN);
        assert_int_equal(jm_webhook_gate_ask(&g, t + 5 * S, &probe), JM_GATE_WAIT); /* one only */
        assert_false(probe);
        result(JM_VERDICT_OK, false, t); /* a late answer from before says nothing */
        assert_int_equal(g.state, JM_BREAKER_HALF_OPEN);
        result(JM_VERDICT_FAIL, true, t);
        assert_int_equal(g.state, JM_BREAKER_OPEN);
    }
    result(JM_VERDICT_OK, false, t);
    assert_int_equal(g.state, JM_BREAKER_OPEN);
    t += 600 * S;
    assert_int_equal(jm_webhook_gate_ask(&g, t, &probe), 0);
    result(JM_VERDICT_OK, true, t);
    assert_int_equal(g.state, JM_BREAKER_CLOSED);
    result(JM_VERDICT_FAIL, false, t); /* counting began anew, and so did the pause */
    assert_int_equal(g.state, JM_BREAKER_CLOSED);
    for (int i = 0; i < 9; i++)
        result(JM_VERDICT_FAIL, false, t);
    assert_int_equal(jm_webhook_gate_ask(&g, t, &probe), 30 * S);
}

static void cancelled_probe_opens_again(void **state)
{
    (void)state;
    bool probe;
    fresh(1000);
    for (int i = 0; i < 10; i++)
        result(JM_VERDICT_FAIL, false, NOW);
    assert_int_equal(jm_webhook_gate_ask(&g, NOW + 30 * S, &probe), 0);
    jm_webhook_gate_cancel(&g, probe, NOW + 30 * S);
    assert_int_equal(jm_webhook_gate_ask(&g, NOW + 30 * S, &probe), 30 * S); /* not doubled */
}

/* How many requests the gate lets out in one second from `from` on, asked every millisecond. */
static unsigned let_out(int64_t from)
{
    unsigned n = 0;
    bool probe;
    for (int ms = 0; ms < 1000; ms++)
        while (jm_webhook_gate_ask(&g, from + ms * 1000, &probe) == 0)
            n++;
    return n;
}

static void rate_falls_and_grows(void **state)
{
    (void)state;
    fresh(50);
    assert_in_range(let_out(NOW), 50, 55);
    for (int i = 0; i < 4; i++) /* four together are one sign */
        result(JM_VERDICT_THROTTLE, false, NOW + 1 * S);
    assert_int_equal(g.rate_per_s, 25);
    assert_in_range(let_out(NOW + 2 * S), 25, 28);
    for (int i = 0; i < 8; i++) {
        fresh(50);
        for (int k = 0; k <= i; k++)
            result(JM_VERDICT_THROTTLE, false, NOW + (k + 1) * S);
        assert_int_equal(g.rate_per_s, 50 >> (i + 1) ? 50 >> (i + 1) : 1);
    }
    for (int i = 0; i < 100; i++) {
        g.state = JM_BREAKER_CLOSED;
        result(JM_VERDICT_OK, false, NOW + 20 * S);
    }
    assert_int_equal(g.rate_per_s, 2);
    for (int i = 0; i < 10000; i++)
        result(JM_VERDICT_OK, false, NOW + 20 * S);
    assert_int_equal(g.rate_per_s, 50); /* never above where it began */
    fresh(1);
    assert_in_range(let_out(NOW), 1, 2);
}

static void retry_after_pauses_the_endpoint(void **state)
{
    (void)state;
    bool probe;
    fresh(50);
    jm_webhook_gate_result(&g, JM_VERDICT_THROTTLE, false, 7 * S, NOW);
    assert_int_equal(jm_webhook_gate_ask(&g, NOW, &probe), 7 * S);
    assert_int_equal(jm_webhook_gate_ask(&g, NOW + 7 * S, &probe), 0);
    jm_webhook_gate_result(&g, JM_VERDICT_THROTTLE, false, 86400 * S, NOW + 8 * S);
    assert_int_equal(jm_webhook_gate_ask(&g, NOW + 8 * S, &probe), 600 * S); /* at most */
    jm_webhook_gate_result(&g, JM_VERDICT_THROTTLE, false, 1 * S, NOW + 8 * S);
    assert_int_equal(jm_webhook_gate_ask(&g, NOW + 8 * S, &probe), 600 * S); /* never shortened */
}

static void time_running_backwards_is_harmless(void **state)
{
    (void)state;
    bool probe;
    fresh(50);
    assert_int_equal(jm_webhook_gate_ask(&g, NOW, &probe), 0);
    for (int i = 0; i < 1000; i++)
        jm_webhook_gate_ask(&g, NOW - i * S, &probe);
    assert_true(g.tokens_u >= 0);
    assert_in_range(let_out(NOW + 3600 * S), 50, 55); /* no burst for the hour */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts), cmocka_unit_test(schedule_and_jitter), cmocka_unit_test(plans),
        cmocka_unit_test(retry_after), cmocka_unit_test(health),
        cmocka_unit_test(opens_after_ten_in_a_row),
        cmocka_unit_test(opens_at_seventy_percent_of_ten),
        cmocka_unit_test(half_open_probe_and_doubling),
        cmocka_unit_test(cancelled_probe_opens_again), cmocka_unit_test(rate_falls_and_grows),
        cmocka_unit_test(retry_after_pauses_the_endpoint),
        cmocka_unit_test(time_running_backwards_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
