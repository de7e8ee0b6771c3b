/* test_pg.c - one connection: parameters there and back, both deadlines, the queue, COPY with
 * pauses, broken connections, the end. On a real server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../pgtest.h"
#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/pg.h"

static struct pgtest server;
static struct jm_loop *loop;
static struct jm_pg *pg;
static int ups, downs;

static const struct jm_pg_stmt stmts[] = {
    {"echo", "SELECT $1::bool, $2::int2, $3::int4, $4::int8, $5::text, $6::bytea,"
             " $7::timestamptz, $8::int8[], $9::text[], $10::bytea[], $11::int4[],"
             " $12::timestamptz[], $13::bool[], $14::int2[]"},
    {"size", "SELECT octet_length($1::bytea)"},
    {"sum", "SELECT sum(x)::int8, count(*) FROM unnest($1::int8[]) x"},
};

static void on_up(void *arg)
{
    (void)arg;
    ups++;
}

static void on_down(void *arg)
{
    (void)arg;
    downs++;
}

static struct jm_pg_options options(void)
{
    return (struct jm_pg_options){.loop = loop, .conninfo = server.conninfo, .name = "test",
                                  .stmts = stmts, .n_stmts = 3, .queue_max = 8, .on_up = on_up,
                                  .on_down = on_down};
}

struct answer {
    bool called;
    enum jm_pg_fate fate;
    char sqlstate[6];
    PGresult *res;
};

static void on_answer(void *arg, struct jm_pg_answer *a)
{
    struct answer *x = arg;
    assert_false(x->called);
    x->called = true;
    x->fate = a->fate;
    memcpy(x->sqlstate, a->sqlstate, sizeof x->sqlstate);
    x->res = a->res;
    a->take = a->res != NULL;
}

static int64_t now_us(void)
{
    return jm_mono_us(&jm_clock_system);
}

static void run_for(int64_t ms)
{
    for (int64_t end = now_us() + ms * 1000; now_us() < end; usleep(200))
        jm_loop_turn(loop, false);
}

static void wait_for(const bool *flag, int64_t ms)
{
    for (int64_t end = now_us() + ms * 1000; !*flag && now_us() < end; usleep(100))
        jm_loop_turn(loop, false);
    assert_true(*flag);
}

static void submit(const char *sql, uint32_t timeout_ms, struct answer *a)
{
    struct jm_pg_query q = {.sql = sql, .timeout_ms = timeout_ms, .cb = on_answer, .arg = a};
    struct jm_err err = {0};
    *a = (struct answer){0};
    if (jm_pg_send(pg, &q, &err) != 0)
        fail_msg("%s", err.text);
    assert_false(a->called); /* never from inside */
}

static struct answer ask(const char *sql, uint32_t timeout_ms)
{
    struct answer a;
    submit(sql, timeout_ms, &a);
    wait_for(&a.called, 10000);
    PQclear(a.res);
    a.res = NULL;
    return a;
}

static int setup(void **state)
{
    struct jm_pg_options o = options();
    (void)state;
    ups = downs = 0;
    pg = jm_pg_new(&o, NULL);
    for (int i = 0; i < 2000 && !ups; i++)
        run_for(2);
    return ups == 1 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    jm_pg_free(pg);
    return 0;
}

static void test_values_there_and_back(void **state)
{
    struct jm_pg_args a;
    struct answer r = {0};
    int64_t when = INT64_C(1780000000123456), before_2000 = INT64_C(123456789);
    (void)state;
    jm_pg_args_init(&a);
    jm_pg_bool(&a, true);
    jm_pg_i2(&a, -2);
    jm_pg_i4(&a, INT32_MIN);
    jm_pg_i8(&a, INT64_MAX);
    jm_pg_str(&a, "Grüße");
    jm_pg_bytes(&a, "a\0b", 3);
    jm_pg_time(&a, when);
    jm_pg_array_begin(&a, JM_PG_INT8);
    jm_pg_el_i8(&a, -5);
    jm_pg_el_i8(&a, INT64_MIN);
    jm_pg_array_end(&a);
    jm_pg_array_begin(&a, JM_PG_TEXT);
    jm_pg_el_bytes(&a, "", 0);
    jm_pg_el_bytes(&a, NULL, 0);
    jm_pg_array_end(&a);
    jm_pg_array_begin(&a, JM_PG_BYTEA);
    jm_pg_array_end(&a);
    jm_pg_null(&a);
    jm_pg_array_begin(&a, JM_PG_TIMESTAMPTZ);
    jm_pg_el_time(&a, before_2000);
    jm_pg_el_time(&a, 0);
    jm_pg_array_end(&a);
    jm_pg_array_begin(&a, JM_PG_BOOL);
    jm_pg_el_bool(&a, false);
    jm_pg_array_end(&a);
    jm_pg_array_begin(&a, JM_PG_INT2);
    jm_pg_el_i2(&a, 300);
    jm_pg_array_end(&a);
    struct jm_pg_query q = {.stmt = "echo", .args = &a, .cb = on_answer, .arg = &r};
    assert_int_equal(jm_pg_send(pg, &q, NULL), 0);
    wait_for(&r.called, 5000);
    assert_int_equal(r.fate, JM_PG_DONE);
    assert_true(jm_pg_get_bool(r.res, 0, 0));
    assert_int_equal(jm_pg_get_int(r.res, 0, 1), -2);
    assert_int_equal(jm_pg_get_int(r.res, 0, 2), INT32_MIN);
    assert_true(jm_pg_get_int(r.res, 0, 3) == INT64_MAX);
    assert_string_equal(jm_pg_get_text(r.res, 0, 4), "Grüße");
    size_t len;
    assert_memory_equal(jm_pg_get_bytes(r.res, 0, 5, &len), "a\0b", 3);
    assert_int_equal(len, 3);
    assert_true(jm_pg_get_time(r.res, 0, 6) == when);
    assert_null(jm_pg_get_bytes(r.res, 0, 10, &len)); /* NULL */
    assert_int_equal(jm_pg_get_int(r.res, 0, 10), 0);
    PQclear(r.res);
}

static void test_too_many_arguments_are_refused(void **state)
{
    struct jm_pg_args a;
    struct answer r = {0};
    struct jm_err err = {0};
    (void)state;
    jm_pg_args_init(&a);
    for (int i = 0; i <= JM_PG_ARGS_MAX; i++)
        jm_pg_i4(&a, i);
    struct jm_pg_query q = {.stmt = "echo", .args = &a, .cb = on_answer, .arg = &r};
    assert_int_equal(jm_pg_send(pg, &q, &err), -1);
    run_for(20);
    assert_false(r.called);
}

static void test_large_values_do_not_block(void **state)
{
    enum { SIZE = 24 << 20 };
    struct jm_pg_args a;
    struct answer r = {0};
    char *big = calloc(1, SIZE);
    (void)state;
    jm_pg_args_init(&a);
    jm_pg_bytes(&a, big, SIZE);
    free(big);
    struct jm_pg_query q = {
        .stmt = "size", .args = &a, .timeout_ms = 10000, .cb = on_answer, .arg = &r};
    assert_int_equal(jm_pg_send(pg, &q, NULL), 0);
    assert_int_equal(a.n, 0); /* taken */
    wait_for(&r.called, 10000);
    assert_int_equal(jm_pg_get_int(r.res, 0, 0), SIZE);
    PQclear(r.res);
    struct answer w = ask("SELECT repeat('x', 20000000)", 10000);
    assert_int_equal(w.fate, JM_PG_DONE);
}

static void test_an_error_leaves_the_connection(void **state)
{
    (void)state;
    struct answer a = ask("SELECT 1/0", 0);
    assert_int_equal(a.fate, JM_PG_FAILED);
    assert_string_equal(a.sqlstate, "22012");
    a = ask("CREATE TABLE t (x int); SELECT 1/0", 0); /* one transaction */
    assert_int_equal(a.fate, JM_PG_FAILED);
    assert_int_equal(pgtest_num(&server, "SELECT count(*) FROM pg_class WHERE relname = 't'"), 0);
    assert_int_equal(ask("SELECT 1", 0).fate, JM_PG_DONE);
    assert_int_equal(ask("", 0).fate, JM_PG_DONE);
    assert_int_equal(downs, 0);
}

static void test_the_watchdog(void **state)
{
    struct answer a, b;
    (void)state;
    int64_t start = now_us();
    submit("SELECT pg_sleep(20)", 400, &a);
    submit("SELECT 1", 3000, &b); /* waits behind it and survives the reconnect */
    wait_for(&a.called, 3000);
    assert_int_equal(a.fate, JM_PG_UNKNOWN);
    assert_in_range(now_us() - start, 390000, 700000);
    assert_int_equal(downs, 1);
    wait_for(&b.called, 5000);
    assert_int_equal(b.fate, JM_PG_DONE);
    PQclear(b.res);
    assert_int_equal(ups, 2);
}

static void test_the_queue_is_bounded(void **state)
{
    struct answer a, waiting[8], none = {0};
    struct jm_err err = {0};
    (void)state;
    submit("SELECT pg_sleep(1)", 3000, &a);
    run_for(20); /* in flight */
    for (int i = 0; i < 8; i++) {
        struct jm_pg_query q = {.sql = "SELECT 1", .queue_ms = 200, .cb = on_answer,
                                .arg = &waiting[i]};
        waiting[i] = (struct answer){0};
        assert_int_equal(jm_pg_send(pg, &q, NULL), 0);
    }
    struct jm_pg_query q = {.sql = "SELECT 1", .cb = on_answer, .arg = &none};
    assert_int_equal(jm_pg_send(pg, &q, &err), -1);
    assert_int_equal(err.code, JM_EUNAVAIL);
    for (int i = 0; i < 8; i++) {
        wait_for(&waiting[i].called, 600);
        assert_int_equal(waiting[i].fate, JM_PG_NOTSENT);
    }
    wait_for(&a.called, 3000);
    assert_int_equal(a.fate, JM_PG_DONE);
    PQclear(a.res);
    assert_false(none.called);
}

static void test_statements_come_back_after_a_break(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        free(pgtest_sql(&server, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                 " WHERE application_name = 'jobmatchd test'"));
        for (int k = 0; k < 1000 && ups < i + 2; k++)
            run_for(2);
        struct jm_pg_args a;
        struct answer r = {0};
        jm_pg_args_init(&a);
        jm_pg_array_begin(&a, JM_PG_INT8);
        for (int k = 1; k <= 1000; k++)
            jm_pg_el_i8(&a, k);
        jm_pg_array_end(&a);
        struct jm_pg_query q = {.stmt = "sum", .args = &a, .cb = on_answer, .arg = &r};
        assert_int_equal(jm_pg_send(pg, &q, NULL), 0);
        wait_for(&r.called, 5000);
        assert_int_equal(r.fate, JM_PG_DONE);
        assert_int_equal(jm_pg_get_int(r.res, 0, 0), 500500);
        PQclear(r.res);
    }
    assert_int_equal(downs, 3);
}

static void test_a_bad_statement_never_comes_up(void **state)
{
    static const struct jm_pg_stmt bad[] = {{"bad", "SELECT * FROM no_such_table"}};
    struct jm_pg_options o = options();
    struct answer a = {0};
    (void)state;
    o.stmts = bad;
    o.n_stmts = 1;
    struct jm_pg *other = jm_pg_new(&o, NULL);
    struct jm_pg_query q = {.sql = "SELECT 1", .queue_ms = 300, .cb = on_answer, .arg = &a};
    assert_int_equal(jm_pg_send(other, &q, NULL), 0);
    wait_for(&a.called, 1000);
    assert_int_equal(a.fate, JM_PG_NOTSENT);
    assert_int_equal(ups, 1);
    jm_pg_free(other);
}

/* --- COPY ------------------------------------------------------------------------------------ */

static struct {
    size_t bytes, pieces, pause_at;
    bool paused;
} copied;

static int on_copy(void *arg, const void *data, size_t len)
{
    (void)arg, (void)data;
    assert_false(copied.paused);
    copied.bytes += len;
    copied.pieces++;
    copied.paused = copied.pieces == copied.pause_at;
    return copied.paused;
}

static void test_copy_can_pause(void **state)
{
    struct answer a = {0};
    (void)state;
    memset(&copied, 0, sizeof copied);
    copied.pause_at = 100;
    struct jm_pg_query q = {.sql = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 50000))"
                                   " TO STDOUT", .on_copy = on_copy, .timeout_ms = 300,
                            .cb = on_answer, .arg = &a};
    assert_int_equal(jm_pg_send(pg, &q, NULL), 0);
    for (int i = 0; i < 500 && !copied.paused; i++)
        run_for(2);
    assert_true(copied.paused);
    run_for(600); /* longer than the watchdog: a pause is ours, not the server's */
    assert_false(a.called);
    assert_int_equal(copied.pieces, 100);
    copied.paused = false;
    jm_pg_resume(pg);
    wait_for(&a.called, 10000);
    assert_int_equal(a.fate, JM_PG_DONE);
    PQclear(a.res);
    assert_int_equal(copied.pieces, 50000);
    assert_int_equal(copied.bytes, 50000 * 1001);
    assert_int_equal(ask("SELECT 1", 0).fate, JM_PG_DONE);
}

static void test_copy_that_fails_half_way(void **state)
{
    struct answer a = {0};
    (void)state;
    memset(&copied, 0, sizeof copied);
    struct jm_pg_query q = {.sql = "COPY (SELECT 1/(1000 - n) FROM generate_series(1, 2000) n)"
                                   " TO STDOUT", .on_copy = on_copy, .cb = on_answer, .arg = &a};
    assert_int_equal(jm_pg_send(pg, &q, NULL), 0);
    wait_for(&a.called, 5000);
    assert_int_equal(a.fate, JM_PG_FAILED);
    assert_string_equal(a.sqlstate, "22012");
    assert_int_equal(ask("SELECT 1", 0).fate, JM_PG_DONE);
    /* a statement that wants data from us ends the connection instead of hanging it */
    assert_int_equal(ask("COPY pg_class FROM STDIN", 2000).fate == JM_PG_DONE, 0);
    assert_int_equal(ask("SELECT 1", 0).fate, JM_PG_DONE);
}

static void test_reset_in_mid_copy(void **state)
{
    struct answer a = {0};
    (void)state;
    memset(&copied, 0, sizeof copied);
    copied.pause_at = 10;
    struct jm_pg_query q = {.sql = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 50000))"
                                   " TO STDOUT", .on_copy = on_copy, .cb = on_answer, .arg = &a};
    assert_int_equal(jm_pg_send(pg, &q, NULL), 0);
    for (int i = 0; i < 500 && !copied.paused; i++)
        run_for(2);
    jm_pg_reset(pg, "the test wants it");
    assert_true(a.called);
    assert_int_equal(a.fate, JM_PG_UNKNOWN);
    jm_pg_resume(pg); /* too late: harmless */
    assert_int_equal(ask("SELECT 1", 0).fate, JM_PG_DONE);
}

static void test_free_answers_everything(void **state)
{
    struct answer a, b;
    struct jm_pg_options o = options();
    (void)state;
    submit("SELECT pg_sleep(5)", 0, &a);
    run_for(20);
    submit("SELECT 1", 0, &b);
    jm_pg_free(pg);
    assert_int_equal(a.fate, JM_PG_UNKNOWN);
    assert_int_equal(b.fate, JM_PG_NOTSENT);
    assert_true(a.called && b.called);
    pg = jm_pg_new(&o, NULL); /* freed by the teardown while connecting */
    run_for(1);
}

static int group_setup(void **state)
{
    (void)state;
    pgtest_start(&server, NULL);
    loop = jm_loop_new(&jm_clock_system, NULL, NULL);
    return loop ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    jm_loop_free(loop);
    pgtest_stop(&server);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_values_there_and_back),
        TEST(test_too_many_arguments_are_refused),
        TEST(test_large_values_do_not_block),
        TEST(test_an_error_leaves_the_connection),
        TEST(test_the_watchdog),
        TEST(test_the_queue_is_bounded),
        TEST(test_statements_come_back_after_a_break),
        TEST(test_a_bad_statement_never_comes_up),
        TEST(test_copy_can_pause),
        TEST(test_copy_that_fails_half_way),
        TEST(test_reset_in_mid_copy),
        TEST(test_free_answers_everything),
    };
    return cmocka_run_group_tests_name("pg", tests, group_setup, group_teardown) != 0;
}
