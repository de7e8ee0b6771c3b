/* test_format.c - our JSON shape: what is read, what is refused and where, limits, text, lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jobmatch/format.h"

static struct jm_arena arena;
static struct jm_job job;
static struct jm_candidate person;
static struct jm_format_problem why;

static int setup(void **state)
{
    (void)state;
    jm_arena_init(&arena, 8 << 20);
    why = (struct jm_format_problem){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    jm_arena_fini(&arena);
    return 0;
}

static int read_job(const char *json)
{
    why = (struct jm_format_problem){0};
    return jm_format_job(&arena, json, strlen(json), false, &job, NULL, &why);
}

static int read_person(const char *json)
{
    why = (struct jm_format_problem){0};
    return jm_format_candidate(&arena, json, strlen(json), false, &person, NULL, &why);
}

static void a_whole_job_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_job(
        "{\"version\":3,\"title\":\"Baker\",\"text\":\"<p>x</p>\",\"text_format\":\"html\","
        "\"company\":\"Korn\",\"status\":\"closed\",\"locations\":[{\"country\":\"de\",\"city\":"
        "\"Ulm\",\"lat\":48.4,\"lon\":10}],\"workplace\":\"remote\",\"employment\":[\"full_time\","
        "\"temporary\"],\"eligible_countries\":[\"DE\",\"at\"],\"pay\":{\"min\":10.5,\"max\":12,"
        "\"currency\":\"eur\",\"period\":\"hour\"},\"languages\":[{\"code\":\"DE\",\"level\":\"B2\"},"
        "\"en\"],\"skills\":[\"Rye\",{\"name\":\"Ovens\",\"nice\":true,\"years\":2}],"
        "\"experience_years\":{\"min\":2,\"max\":5},\"seniority\":\"senior\",\"degree\":\"bachelor\","
        "\"expires_at\":\"2026-12-31T00:00:00Z\",\"exclude_candidates\":[\"a\"],\"url\":null}"), 0);
    assert_int_equal(job.version, 3);
    assert_true(job.text_is_html && job.closed);
    assert_string_equal(job.places[0].country, "DE");
    assert_true(job.places[0].has_point && job.places[0].lat > 48);
    assert_int_equal(job.workplace, JM_REMOTE);
    assert_int_equal(job.employment, JM_FULL_TIME | JM_TEMPORARY);
    assert_int_equal(job.n_eligible, 2);
    assert_string_equal(job.eligible[1], "AT");
    assert_string_equal(job.pay.currency, "EUR");
    assert_int_equal(job.pay.period, JM_HOUR);
    assert_int_equal(job.n_languages, 2);
    assert_string_equal(job.languages[0].code, "de");
    assert_true(job.languages[1].required && job.languages[1].level == JM_CEFR_UNKNOWN);
    assert_string_equal(job.skills[0].name, "Rye");
    assert_true(job.skills[1].nice && job.skills[1].years == 2);
    assert_int_equal(job.years_min, 2);
    assert_int_equal(job.seniority, JM_SENIOR);
    assert_int_equal(job.degree, JM_BACHELOR);
    assert_true(job.expires_at_us > 0);
    assert_null(job.url);
}

static void a_whole_candidate_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_person(
        "{\"text\":\"x\",\"headline\":\"Cook\",\"positions\":[{\"title\":\"Chef\",\"from\":\"2019-04\"},"
        "{\"title\":\"Cook\",\"from\":\"2015\",\"to\":\"2019-03-31\"}],\"skills\":[{\"name\":\"Sushi\","
        "\"last_used\":2020,\"wanted\":true}],\"location\":{\"city\":\"Oslo\"},\"radius_km\":30,"
        "\"relocate\":true,\"workplace\":[\"onsite\"],\"wanted_titles\":\"Head chef\","
        "\"experience_years\":7.5,\"avoid_companies\":[\"Bad\"],\"status\":\"paused\"}"), 0);
    assert_int_equal(person.n_positions, 2);
    assert_int_equal(person.positions[0].from_month, 2019 * 12 + 3);
    assert_int_equal(person.positions[0].to_month, INT_MAX);
    assert_int_equal(person.positions[1].to_month, 2019 * 12 + 2);
    assert_true(person.skills[0].wanted && person.skills[0].last_used_year == 2020);
    assert_int_equal(person.years, 7);
    assert_true(person.relocate && person.paused);
    assert_string_equal(person.wanted_titles[0], "Head chef");
}

static void places_may_be_plain_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *country, *region, *city;
    } table[] = {
        {"Sunnyvale, California, United States", "US", "California", "Sunnyvale"},
        {"Tokyo, Japan", "JP", NULL, "Tokyo"},
        {"Berlin", "", NULL, "Berlin"},
        {"Deutschland", "DE", NULL, NULL},
        {" Linz ,  AT ", "AT", NULL, "Linz"},
        {"Remote, anywhere", "", "anywhere", "Remote"},
        {", ,", "", NULL, NULL},
        {"", "", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"title\":\"x\",\"locations\":[\"%s\"]}", table[i].text);
        assert_int_equal(read_job(json), 0);
        assert_int_equal(job.n_places, 1);
        assert_string_equal(job.places[0].country, table[i].country);
        if (table[i].city)
            assert_string_equal(job.places[0].city, table[i].city);
        else
            assert_true(!job.places[0].city || !job.places[0].city[0]);
        if (table[i].region)
            assert_string_equal(job.places[0].region, table[i].region);
    }
}

static void complaints_name_their_field(void **state)
{
    (void)state;
    static const struct {
        const char *json, *pointer, *word;
    } table[] = {
        {"{\"title\":5}", "/title", "a string, got 5"},
        {"{\"title\":\"x\",\"skills\":[\"a\",{\"name\":7}]}", "/skills/1/name", "a string"},
        {"{\"title\":\"x\",\"skills\":[{}]}", "/skills/0", "needs a name"},
        {"{\"title\":\"x\",\"locations\":[{\"lat\":91,\"lon\":0}]}", "/locations/0/lat", "latitude"},
        {"{\"title\":\"x\",\"locations\":[{\"lat\":1}]}", "/locations/0", "belong together"},
        {"{\"title\":\"x\",\"pay\":{\"min\":-1}}", "/pay/min", "0 to 1e12"},
        {"{\"title\":\"x\",\"pay\":{\"min\":1}}", "/pay", "currency and period"},
        {"{\"title\":\"x\",\"languages\":[{\"level\":\"B2\"}]}", "/languages/0", "needs a code"},
        {"{\"title\":\"x\",\"languages\":[{\"code\":\"de\",\"level\":\"X1\"}]}",
         "/languages/0/level", "got \"X1\""},
        {"{\"title\":\"x\",\"experience_years\":{\"min\":9,\"max\":3}}", "/experience_years", "above"},
        {"{\"title\":\"x\",\"status\":\"gone\"}", "/status", "open or closed"},
        {"{\"title\":\"x\",\"posted_at\":\"yesterday\"}", "/posted_at", "a time"},
        {"{\"title\":\"x\",\"version\":0}", "/version", "at least 1"},
        {"{\"company\":\"x\"}", "/text", "a title or a text"},
        {"{\"title\":\"  \",\"text\":\"\\n\"}", "/text", "a title or a text"},
        {"[]", "", "an object, got a list"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(read_job(table[i].json), -1);
        assert_string_equal(why.pointer, table[i].pointer);
        assert_non_null(strstr(why.detail, table[i].word));
    }
    assert_int_equal(read_person("{\"headline\":\"x\"}"), -1);
    assert_int_equal(read_person("{\"text\":\"x\",\"positions\":[{\"from\":\"2020-02\",\"to\":"
                                 "\"2019-01\"}]}"), -1);
    assert_string_equal(why.pointer, "/positions/0");
    assert_int_equal(read_person("{\"text\":\"x\",\"positions\":[{\"from\":\"20-2\"}]}"), -1);
}

static void unknown_keys_count_or_fail(void **state)
{
    (void)state;
    const char *json = "{\"title\":\"x\",\"titel\":1,\"pay\":{\"mim\":2}}";
    unsigned ignored = 0;
    assert_int_equal(jm_format_job(&arena, json, strlen(json), false, &job, &ignored, &why), 0);
    assert_int_equal(ignored, 2);
    assert_int_equal(jm_format_job(&arena, json, strlen(json), true, &job, NULL, &why), -1);
    assert_string_equal(why.pointer, "/titel");
}

static char *nested(size_t depth)
{
    char *s = malloc(depth * 2 + 20);
    size_t n = (size_t)sprintf(s, "{\"title\":");
    memset(s + n, '[', depth);
    memset(s + n + depth, ']', depth);
    strcpy(s + n + 2 * depth, "}");
    return s;
}

static void depth_and_values_are_bounded_before_parsing(void **state)
{
    (void)state;
    for (size_t d = 31; d <= 32; d++) { /* and the object itself */
        char *s = nested(d);
        assert_int_equal(jm_format_guard(s, strlen(s), &why), d == 31 ? 0 : -1);
        free(s);
    }
    assert_int_equal(why.kind, JM_FORMAT_LIMIT);
    char *bomb = malloc(100000), *p = bomb;
    p += sprintf(p, "[");
    for (int i = 0; i < 15000; i++)
        p += sprintf(p, "{},");
    sprintf(p, "1]");
    why = (struct jm_format_problem){0};
    assert_int_equal(jm_format_guard(bomb, strlen(bomb), &why), -1);
    assert_non_null(strstr(why.detail, "20000 values"));
    free(bomb);
    /* brackets inside strings do not count */
    assert_int_equal(jm_format_guard("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"", 42, &why), 0);
}

static void bad_bytes_are_refused(void **state)
{
    (void)state;
    assert_int_equal(jm_format_guard("{\"a\":\"\xff\"}", 9, &why), -1);
    assert_non_null(strstr(why.detail, "byte 6"));
    assert_int_equal(jm_format_guard("{\"a\"\0}", 7, &why), -1);
    assert_int_equal(read_job("{\"title\":\"a\\u0000b\"}"), -1);
    assert_int_equal(read_job("{\"title\":\"a\",\"title\":\"b\"}"), -1);
    assert_int_equal(read_job("\xef\xbb\xbf{\"title\":\"bom\"}"), -1);
    assert_int_equal(read_job("{\"title\":\"x\"} trailing"), -1);
}

static void plain_text_is_repaired_and_titled(void **state)
{
    (void)state;
    const char *t = "\n  Caf\xe9 manager \r\nWe \x93like\x94 coffee";
    assert_int_equal(jm_format_job_text(&arena, t, strlen(t), false, &job, &why), 0);
    assert_string_equal(job.title, "Caf\xc3\xa9 manager");
    assert_non_null(strstr(job.text, "\xe2\x80\x9clike\xe2\x80\x9d"));
    assert_int_equal(jm_format_candidate_text(&arena, " \n\t", 3, false, &person, &why), -1);
    char *line = malloc(1000);
    memset(line, 'x', 999);
    line[999] = '\0';
    assert_int_equal(jm_format_job_text(&arena, line, 999, false, &job, &why), 0);
    assert_null(job.title);
    free(line);
}

static void lines_are_framed(void **state)
{
    (void)state;
    struct jm_format_lines it = {.text = "a\r\n\n  \r\nbc\n\nlast", .bytes = 17};
    const char *line;
    size_t len;
    assert_true(jm_format_next_line(&it, &line, &len));
    assert_true(len == 1 && it.line_no == 1);
    assert_true(jm_format_next_line(&it, &line, &len));
    assert_true(len == 2 && it.line_no == 4 && memcmp(line, "bc", 2) == 0);
    assert_true(jm_format_next_line(&it, &line, &len));
    assert_true(it.line_no == 6 && len > 0);
    assert_false(jm_format_next_line(&it, &line, &len));
}

static void keys_and_ids(void **state)
{
    (void)state;
    struct jm_format_key k;
    const char *json = "{\"external_id\":\"7\",\"deleted\":true,\"version\":4,\"text\":5}";
    assert_int_equal(jm_format_key(&arena, json, strlen(json), "ats", &k, &why), 0);
    assert_string_equal(k.source, "ats");
    assert_true(k.deleted && k.version == 4);
    assert_int_equal(jm_format_key(&arena, json, strlen(json), NULL, &k, &why), -1);
    assert_string_equal(why.pointer, "/source");
    assert_true(jm_format_id_ok("a b\xc3\xa9"));
    assert_false(jm_format_id_ok(""));
    assert_true(jm_format_id_ok("a/b"));
    assert_true(jm_format_source_ok("ats"));
    assert_false(jm_format_source_ok("a/b"));
    assert_false(jm_format_id_ok("a\nb"));
    assert_false(jm_format_id_ok("\xff"));
    char longest[202];
    memset(longest, 'x', 201);
    longest[201] = '\0';
    assert_false(jm_format_id_ok(longest));
    longest[200] = '\0';
    assert_true(jm_format_id_ok(longest));
}

static void memory_is_bounded_by_the_arena(void **state)
{
    (void)state;
    struct jm_arena small;
    jm_arena_init(&small, 32);
    const char *json = "{\"title\":\"a title that is longer than the arena has bytes for, really\"}";
    assert_int_equal(jm_format_job(&small, json, strlen(json), false, &job, NULL, &why), -1);
    assert_int_equal(why.kind, JM_FORMAT_NO_MEMORY);
    jm_arena_fini(&small);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_whole_job_is_read),
        T(a_whole_candidate_is_read),
        T(places_may_be_plain_text),
        T(complaints_name_their_field),
        T(unknown_keys_count_or_fail),
        T(depth_and_values_are_bounded_before_parsing),
        T(bad_bytes_are_refused),
        T(plain_text_is_repaired_and_titled),
        T(lines_are_framed),
        T(keys_and_ids),
        T(memory_is_bounded_by_the_arena),
    };
    return cmocka_run_group_tests_name("format", tests, NULL, NULL) != 0;
}
