/* test_reading.c - a document from bytes to what the store keeps: media types, what comes out of a
 * reading, and what a reading that fails says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/internal.h"
#include "jobmatch/format.h"
#include "jobmatch/skill.h"

enum { AS_OF_S = 1790000000 };
static const char dict_text[] = "@skills 1\n@version test.1\n@sector technology\n"
                                "baking = Bread baking | task\nwelding = Welding | task\n";

static struct jm_dict *dict;
static struct jm_engine engine;
static struct jm_arena arena;
static struct jm_format_problem why;

static int setup(void **state)
{
    (void)state;
    struct jm_scoring scoring;
    struct jm_err err = {0};
    jm_scoring_default(&scoring);
    if (!(dict = jm_dict_new()) ||
        jm_dict_add(dict, "test.skills", dict_text, sizeof dict_text - 1, &err) ||
        jm_dict_seal(dict, &err)) {
        print_error("%s\n", err.text);
        return -1;
    }
    engine.matcher = jm_matcher_new(dict, &scoring, &err);
    engine.prepare = jm_prepare_new(NULL);
    jm_arena_init(&arena, 8 << 20);
    return engine.matcher && engine.prepare ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    jm_prepare_free(engine.prepare);
    jm_matcher_free((struct jm_matcher *)(uintptr_t)engine.matcher);
    jm_dict_free(dict);
    jm_arena_fini(&arena);
    return 0;
}

static int run(enum jm_kind kind, enum jm_media media, bool strict, const char *text,
               struct jm_reading *out)
{
    const struct jm_doc_name name = {3, "hr", "1"};
    why = (struct jm_format_problem){0};
    jm_arena_reset(&arena);
    return jm_reading_run(&engine, &name, kind, media, text, strlen(text), strict, AS_OF_S, &arena,
                          out, &why);
}

static void media_types(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum jm_media media;
    } table[] = {
        {NULL, JM_MEDIA_JSON},
        {"application/json", JM_MEDIA_JSON},
        {"Application/JSON; charset=utf-8", JM_MEDIA_JSON},
        {"application/x-ndjson", JM_MEDIA_JSON},
        {"text/plain;charset=windows-1252", JM_MEDIA_TEXT},
        {"text/html ; charset=utf-8", JM_MEDIA_HTML},
        {"", JM_MEDIA_OTHER},
        {"text", JM_MEDIA_OTHER},
        {"text/plainer", JM_MEDIA_OTHER},
        {"application/pdf", JM_MEDIA_OTHER},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(jm_media_parse(table[i].type), table[i].media);
}

static void a_job_brings_what_the_store_needs(void **state)
{
    (void)state;
    struct jm_reading r;
    struct jm_err err = {0};
    assert_int_equal(run(JM_JOB, JM_MEDIA_JSON, false,
                         "{\"version\":4,\"title\":\"Baker\",\"text\":\"Bread baking\","
                         "\"status\":\"closed\",\"expires_at\":\"2026-12-01T00:00:00Z\",\"odd\":1}",
                         &r), 0);
    assert_int_equal(r.version, 4);
    assert_string_equal(r.title, "Baker");
    assert_int_equal(r.status, JM_STATUS_CLOSED);
    assert_int_equal(r.expires_at_us, INT64_C(1796083200000000));
    assert_int_equal(r.ignored, 1);
    struct jm_doc *d = jm_doc_decode(r.compact.data, r.compact.len, &err);
    assert_non_null(d);
    assert_int_equal(d->kind, JM_JOB);
    assert_int_equal(d->tenant, 3);
    assert_int_equal(d->n_skills, 1);
    assert_int_equal(d->expires_at_s, r.expires_at_us / 1000000);
    free(d);
    jm_buf_fini(&r.compact);
}

static void every_way_in_is_read(void **state)
{
    (void)state;
    static const struct {
        enum jm_kind kind;
        enum jm_media media;
        const char *text, *title;
    } table[] = {
        {JM_JOB, JM_MEDIA_TEXT, "Welder\nWelding of ships", "Welder"},
        {JM_JOB, JM_MEDIA_HTML, "<p>Welding</p>", NULL},
        {JM_CANDIDATE, JM_MEDIA_JSON, "{\"headline\":\"Baker\",\"text\":\"Bread baking\"}", "Baker"},
        {JM_CANDIDATE, JM_MEDIA_TEXT, "I weld. Welding since 2010.", NULL},
        {JM_CANDIDATE, JM_MEDIA_HTML, "<b>Bread baking</b>", NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct jm_reading r;
        struct jm_err err = {0};
        assert_int_equal(run(table[i].kind, table[i].media, false, table[i].text, &r), 0);
        if (table[i].title)
            assert_string_equal(r.title, table[i].title);
        else
            assert_null(r.title);
        assert_int_equal(r.status, JM_STATUS_OPEN);
        struct jm_doc *d = jm_doc_decode(r.compact.data, r.compact.len, &err);
        assert_non_null(d);
        assert_int_equal(d->kind, table[i].kind);
        assert_int_equal(d->n_skills, 1);
        free(d);
        jm_buf_fini(&r.compact);
    }
}

static void a_refusal_leaves_nothing_behind(void **state)
{
    (void)state;
    static const struct {
        enum jm_kind kind;
        enum jm_media media;
        bool strict;
        const char *text;
        int problem;
        const char *pointer;
    } table[] = {
        {JM_JOB, JM_MEDIA_JSON, false, "{", JM_FORMAT_SYNTAX, ""},
        {JM_JOB, JM_MEDIA_JSON, false, "[]", JM_FORMAT_INVALID, ""},
        {JM_JOB, JM_MEDIA_JSON, false, "{}", JM_FORMAT_INVALID, "/text"},
        {JM_JOB, JM_MEDIA_JSON, true, "{\"text\":\"x\",\"odd\":1}", JM_FORMAT_INVALID, "/odd"},
        {JM_JOB, JM_MEDIA_TEXT, false, " \n", JM_FORMAT_INVALID, ""},
        {JM_CANDIDATE, JM_MEDIA_JSON, false, "{\"text\":7}", JM_FORMAT_INVALID, "/text"},
        {JM_CANDIDATE, JM_MEDIA_JSON, false, "{\"version\":0}", JM_FORMAT_INVALID, "/version"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct jm_reading r;
        assert_int_equal(run(table[i].kind, table[i].media, table[i].strict, table[i].text, &r), -1);
        assert_int_equal(why.kind, table[i].problem);
        assert_string_equal(why.pointer, table[i].pointer);
        assert_true(why.detail[0] != '\0');
        assert_null(r.compact.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(media_types),
        cmocka_unit_test(a_job_brings_what_the_store_needs),
        cmocka_unit_test(every_way_in_is_read),
        cmocka_unit_test(a_refusal_leaves_nothing_behind),
    };
    return cmocka_run_group_tests_name("reading", tests, setup, teardown) != 0;
}
