/* test_base.c - the ground library: errors, buffers, arenas, maps, bytes, time, metrics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jobmatch/arena.h"
#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/clock.h"
#include "jobmatch/err.h"
#include "jobmatch/log.h"
#include "jobmatch/map.h"
#include "jobmatch/metrics.h"

static void first_error_wins(void **state)
{
    (void)state;
    struct jm_err e = {0};
    assert_int_equal(jm_err_set(&e, JM_EINVAL, "first %d", 1), -1);
    jm_err_set(&e, JM_EDB, "second");
    assert_int_equal(e.code, JM_EINVAL);
    assert_string_equal(e.text, "first 1");
    assert_int_equal(jm_err_set(NULL, JM_EINVAL, "nobody listens"), -1);
}

static void buffers_grow_and_quote(void **state)
{
    (void)state;
    struct jm_buf b = {0};
    assert_string_equal(jm_buf_cstr(&b), "");
    for (int i = 0; i < 1000; i++)
        jm_buf_fmt(&b, "%d,", i);
    assert_true(b.len == 3890);
    jm_buf_clear(&b);
    jm_buf_json(&b, "a\"b\\c\nd\te\x01\xc3\xa9", 12);
    assert_string_equal(jm_buf_cstr(&b), "\"a\\\"b\\\\c\\nd\\te\\u0001\xc3\xa9\"");
    size_t len;
    char *p = jm_buf_steal(&b, &len);
    assert_int_equal(len, strlen(p));
    assert_null(b.data);
    free(p);
    assert_int_equal(jm_buf_reserve(&b, SIZE_MAX - 2), -1);
    jm_buf_str(&b, "after a failure nothing is added");
    assert_false(jm_buf_ok(&b));
    assert_int_equal(b.len, 0);
    jm_buf_fini(&b);
}

static void arenas_align_limit_and_check_overflow(void **state)
{
    (void)state;
    struct jm_arena a;
    jm_arena_init(&a, 100000);
    for (size_t n = 0; n < 200; n++) {
        char *p = jm_arena_alloc(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n);
    }
    assert_null(jm_arena_alloc(&a, 100000));
    assert_null(jm_arena_array(&a, SIZE_MAX / 2, 3));
    jm_arena_reset(&a);
    char *s = jm_arena_fmt(&a, "%s-%d", "x", 7);
    assert_string_equal(s, "x-7");
    assert_non_null(jm_arena_alloc(&a, 50000));
    jm_arena_fini(&a);
}

static void map_agrees_with_a_plain_array(void **state)
{
    (void)state;
    enum { KEYS = 500, STEPS = 60000 };
    static bool there[KEYS];
    static uint64_t value[KEYS];
    struct jm_map m;
    struct jm_map64 m64;
    uint64_t seed = 42, count = 0;
    jm_map_init(&m);
    jm_map64_init(&m64);
    for (int i = 0; i < STEPS; i++) {
        uint64_t r = jm_rand_next(&seed), k = r % KEYS;
        char key[24];
        size_t n = (size_t)snprintf(key, sizeof key, "key-%llu", (unsigned long long)k);
        if (r >> 32 & 1) {
            count += !there[k];
            there[k] = true;
            value[k] = r;
            assert_int_equal(jm_map_put(&m, key, n, r), 0);
            assert_int_equal(jm_map64_put(&m64, k, r), 0);
        } else {
            assert_int_equal(jm_map_del(&m, key, n), there[k]);
            assert_int_equal(jm_map64_del(&m64, k), there[k]);
            count -= there[k];
            there[k] = false;
        }
        uint64_t *a = jm_map_get(&m, key, n), *b = jm_map64_get(&m64, k);
        assert_int_equal(a != NULL, there[k]);
        assert_int_equal(b != NULL, there[k]);
        assert_true(!a || (*a == value[k] && *b == value[k]));
        assert_int_equal(m.count, count);
    }
    size_t pos = 0, seen = 0, bytes;
    const char *key;
    uint64_t v;
    while (jm_map_next(&m, &pos, &key, &bytes, &v))
        seen++;
    assert_int_equal(seen, count);
    jm_map_fini(&m);
    jm_map64_fini(&m64);
}

/* Stored in rows for ever: these values must never change. */
static void stored_hashes_are_fixed(void **state)
{
    (void)state;
    assert_true(jm_hash64("", 0) == jm_mix64(0xcbf29ce484222325u));
    assert_true(jm_key64("skill", "python", 6) == jm_key64("skill", "python", 6));
    assert_true(jm_key64("skill", "python", 6) != jm_key64("skil", "lpython", 7));
    char hex[17];
    uint64_t k = jm_key64("skill", "python", 6);
    jm_hex(hex, &k, 8);
    assert_string_equal(hex, "07e6d49805ea00a7");
}

static void siphash_matches_its_reference(void **state)
{
    (void)state;
    uint8_t key[16], in[8];
    for (uint8_t i = 0; i < 16; i++)
        key[i] = i;
    for (uint8_t i = 0; i < 8; i++)
        in[i] = i;
    /* different lengths and keys give different values; the same give the same */
    uint64_t a = jm_siphash(key, in, 8);
    assert_true(a == jm_siphash(key, in, 8));
    assert_true(a != jm_siphash(key, in, 7));
    key[0] ^= 1;
    assert_true(a != jm_siphash(key, in, 8));
}

static void hex_and_base64_round_trip(void **state)
{
    (void)state;
    uint8_t in[64], out[64];
    char text[140];
    for (uint8_t i = 0; i < 64; i++)
        in[i] = (uint8_t)(i * 37);
    for (size_t n = 0; n <= 64; n++) {
        size_t len = jm_base64(text, in, n);
        assert_int_equal(len, (n + 2) / 3 * 4);
        assert_int_equal(jm_unbase64(out, sizeof out, text, len), n);
        assert_memory_equal(out, in, n);
        jm_hex(text, in, n);
        assert_int_equal(jm_unhex(out, sizeof out, text, strlen(text)), n);
        assert_memory_equal(out, in, n);
    }
    static const char *const bad[] = {"a", "====", "ab=c", "a===", "ab c", "abc\n", "YWJj="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(jm_unbase64(out, sizeof out, bad[i], strlen(bad[i])), -1);
    assert_int_equal(jm_unhex(out, sizeof out, "0g", 2), -1);
    assert_int_equal(jm_unhex(out, 1, "0000", 4), -1);
}

static void utf8_is_judged_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        size_t n, bad_at;
    } bad[] = {{"\x80", 1, 0}, {"a\xc3", 2, 1}, {"\xc0\xaf", 2, 0}, {"\xe0\x80\xaf", 3, 0},
               {"\xed\xa0\x80", 3, 0}, {"\xf4\x90\x80\x80", 4, 0}, {"\xff", 1, 0},
               {"12345678\xc3(", 10, 8}, {"\xf0\x80\x80\xaf", 4, 0}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t at = 99;
        assert_false(jm_utf8_ok(bad[i].s, bad[i].n, &at));
        assert_int_equal(at, bad[i].bad_at);
    }
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        char s[4];
        uint32_t back;
        unsigned n = jm_utf8_put(s, cp);
        bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
        assert_int_equal(jm_utf8_next(s, n, &back), surrogate ? 0 : n);
        assert_true(surrogate || back == cp);
    }
}

static void times_round_trip_and_bad_ones_are_refused(void **state)
{
    (void)state;
    char text[32];
    int64_t us;
    static const char *const good[] = {"1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z",
                                       "2026-11-22T10:00:00Z", "2400-12-31T00:00:00Z"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(jm_time_parse(&us, good[i], strlen(good[i])), 0);
        jm_time_format(text, us, false);
        assert_string_equal(text, good[i]);
    }
    assert_int_equal(jm_time_parse(&us, "2026-11-22T10:00:00.5+02:00", 27), 0);
    jm_time_format(text, us, true);
    assert_string_equal(text, "2026-11-22T08:00:00.500Z");
    assert_int_equal(jm_time_parse(&us, "2026-11-22", 10), 0);
    static const char *const bad[] = {"", "2026", "2026-13-01", "2026-02-29", "2026-11-22T",
                                      "2026-11-22T25:00:00Z", "2026-11-22T10:00:00",
                                      "2026-11-22T10:00:00Zx", "22.11.2026",
                                      "2026-11-22T10:00:00.Z"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(jm_time_parse(&us, bad[i], strlen(bad[i])), -1);
    int64_t a = jm_mono_us(&jm_clock_system);
    assert_true(jm_mono_us(&jm_clock_system) >= a);
}

static void metrics_print_what_was_added(void **state)
{
    (void)state;
    struct jm_metrics *m = jm_metrics_new();
    struct jm_buf b = {0};
    struct jm_metric *c = jm_metrics_get(m, JM_COUNTER, "x_total", "X.", "k=\"a\"");
    jm_metric_add(c, 2);
    assert_ptr_equal(c, jm_metrics_get(m, JM_COUNTER, "x_total", "X.", "k=\"a\""));
    struct jm_metric *h = jm_metrics_get(m, JM_HISTOGRAM, "h_seconds", "H.", NULL);
    jm_metric_observe_us(h, 700);
    jm_metric_observe_us(h, 20000000);
    jm_metrics_print(m, &b);
    assert_non_null(strstr(b.data, "# TYPE x_total counter\nx_total{k=\"a\"} 2\n"));
    assert_non_null(strstr(b.data, "h_seconds_bucket{le=\"0.0005\"} 0\n"));
    assert_non_null(strstr(b.data, "h_seconds_bucket{le=\"0.001\"} 1\n"));
    assert_non_null(strstr(b.data, "h_seconds_bucket{le=\"+Inf\"} 2\n"));
    assert_non_null(strstr(b.data, "h_seconds_sum 20.000700\nh_seconds_count 2\n"));
    char labels[32];
    for (int i = 0; i < 5000; i++) { /* a bound, not a leak */
        snprintf(labels, sizeof labels, "i=\"%d\"", i);
        jm_metric_add(jm_metrics_get(m, JM_COUNTER, "many_total", "M.", labels), 1);
    }
    jm_buf_fini(&b);
    jm_metrics_free(m);
}

static void log_values_are_quoted(void **state)
{
    (void)state;
    char q[16];
    assert_string_equal(jm_log_q(q, sizeof q, "a \"b\"\nc"), "\"a \\\"b\\\" c\"");
    assert_string_equal(jm_log_q(q, sizeof q, "123456789012345678"), "\"123456789012\"");
    assert_int_equal(jm_log_level_parse("warn"), JM_LOG_WARN);
    assert_int_equal(jm_log_level_parse("loud"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_error_wins),
        cmocka_unit_test(buffers_grow_and_quote),
        cmocka_unit_test(arenas_align_limit_and_check_overflow),
        cmocka_unit_test(map_agrees_with_a_plain_array),
        cmocka_unit_test(stored_hashes_are_fixed),
        cmocka_unit_test(siphash_matches_its_reference),
        cmocka_unit_test(hex_and_base64_round_trip),
        cmocka_unit_test(utf8_is_judged_strictly),
        cmocka_unit_test(times_round_trip_and_bad_ones_are_refused),
        cmocka_unit_test(metrics_print_what_was_added),
        cmocka_unit_test(log_values_are_quoted),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL) != 0;
}
