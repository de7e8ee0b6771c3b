/* test_config.c - the option table: parsing, origins, reload, printing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jobmatch/config.h"

static struct jm_config c;
static struct jm_buf errors;

static int setup(void **state)
{
    (void)state;
    return jm_config_init(&c);
}

static int teardown(void **state)
{
    (void)state;
    jm_config_fini(&c);
    jm_buf_fini(&errors);
    return 0;
}

static int parse(const char *text)
{
    jm_buf_clear(&errors);
    return jm_config_parse(&c, "t.conf", text, strlen(text), &errors);
}

static void values_units_comments_and_quotes(void **state)
{
    (void)state;
    assert_int_equal(parse("# comment\n[http]\n  listen = [::1]:0 # here\nmax_body = 2 MiB\n"
                           "idle_timeout=1m\n[db]\nconninfo = \"host=/x # no comment\"\n"
                           "[webhook]\nallow_http = yes\n"), 0);
    assert_string_equal(c.http_listen, "[::1]:0");
    assert_int_equal(c.http_max_body_bytes, 2 << 20);
    assert_int_equal(c.http_idle_timeout_ms, 60000);
    assert_string_equal(c.db_conninfo, "host=/x # no comment");
    assert_true(c.webhook_allow_http);
}

static void every_error_has_file_and_line(void **state)
{
    (void)state;
    assert_int_equal(parse("[http]\nlistn = x\nmax_body = 7 parsec\nmax_connections = 0\nnonsense\n"
                           "[oops\nidle_timeout = 5\nread_timeout = \"1s\n"), 7);
    const char *t = jm_buf_cstr(&errors);
    assert_non_null(strstr(t, "t.conf:2: unknown option http.listn, did you mean http.listen?"));
    assert_non_null(strstr(t, "t.conf:3: http.max_body: expected a size"));
    assert_non_null(strstr(t, "t.conf:4: http.max_connections: 0 is outside 1..100000"));
    assert_non_null(strstr(t, "t.conf:5: expected key = value"));
    assert_non_null(strstr(t, "t.conf:6: a section"));
    assert_non_null(strstr(t, "t.conf:7: http.idle_timeout: expected a duration"));
    assert_non_null(strstr(t, "t.conf:8: read_timeout: the quotes are not closed"));
}

static void environment_and_command_line_override(void **state)
{
    (void)state;
    setenv("JOBMATCH_MATCH_FLOOR", "610", 1);
    setenv("JOBMATCH_MATCH_RESULTS", "many", 1);
    jm_buf_clear(&errors);
    assert_int_equal(jm_config_environment(&c, &errors), 1);
    assert_int_equal(c.match_floor, 610);
    assert_non_null(strstr(jm_buf_cstr(&errors), "JOBMATCH_MATCH_RESULTS: "));
    unsetenv("JOBMATCH_MATCH_FLOOR");
    unsetenv("JOBMATCH_MATCH_RESULTS");
    assert_int_equal(jm_config_set(&c, "match.floor", "620", "command line", NULL), 0);
    struct jm_buf b = {0};
    jm_config_print(&c, &b);
    assert_non_null(strstr(b.data, "floor = 620  # command line"));
    assert_non_null(strstr(b.data, "results = 50  # default"));
    jm_buf_fini(&b);
}

static void passwords_are_masked_when_printed(void **state)
{
    (void)state;
    struct jm_buf b = {0};
    assert_int_equal(jm_config_set(&c, "db.conninfo", "password=a user=u password=b", "t", NULL), 0);
    jm_config_print(&c, &b);
    assert_non_null(strstr(b.data, "password=*** user=u password=***"));
    assert_null(strstr(b.data, "password=a"));
    jm_buf_fini(&b);
}

static void what_is_printed_parses_to_the_same(void **state)
{
    (void)state;
    struct jm_buf once = {0}, twice = {0};
    assert_int_equal(parse("[match]\nfloor = 555\n[log]\nlevel = warn\n"), 0);
    jm_config_print(&c, &once);
    jm_config_fini(&c);
    assert_int_equal(jm_config_init(&c), 0);
    assert_int_equal(parse(once.data), 0);
    assert_int_equal(c.match_floor, 555);
    jm_config_print(&c, &twice);
    assert_non_null(strstr(twice.data, "level = \"warn\""));
    jm_buf_fini(&once);
    jm_buf_fini(&twice);
}

static void reload_takes_what_it_may(void **state)
{
    (void)state;
    struct jm_config next;
    struct jm_buf restart = {0};
    assert_int_equal(jm_config_init(&next), 0);
    assert_int_equal(jm_config_set(&next, "match.floor", "444", "file", NULL), 0);
    assert_int_equal(jm_config_set(&next, "log.level", "debug", "file", NULL), 0);
    assert_int_equal(jm_config_set(&next, "match.workers", "9", "file", NULL), 0);
    assert_int_equal(jm_config_reload(&c, &next, &restart), 2);
    assert_string_equal(jm_buf_cstr(&restart), "match.workers");
    assert_int_equal(c.match_floor, 444);
    assert_string_equal(c.log_level, "debug");
    assert_int_equal(c.match_workers, 2);
    jm_buf_fini(&restart);
    jm_config_fini(&next);
}

static void every_option_is_in_the_manual_with_its_default(void **state)
{
    (void)state;
    struct jm_buf b = {0};
    jm_config_mdoc(&b);
    for (const struct jm_config_option *o = jm_config_table; o->name; o++) {
        assert_non_null(strstr(b.data, o->name));
        assert_true(o->doc[strlen(o->doc) - 1] == '.');
    }
    jm_buf_fini(&b);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(values_units_comments_and_quotes),
        T(every_error_has_file_and_line),
        T(environment_and_command_line_override),
        T(passwords_are_masked_when_printed),
        T(what_is_printed_parses_to_the_same),
        T(reload_takes_what_it_may),
        T(every_option_is_in_the_manual_with_its_default),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL) != 0;
}
