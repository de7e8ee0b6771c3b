/* test_key.c - API keys and their scopes: what is taken for one of ours and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "jobmatch/api.h"
#include "jobmatch/bytes.h"

enum { KEY_CHARS = 3 + 8 + 1 + 32 + 1 + 8 };

static void a_new_key_is_read_back(void **state)
{
    (void)state;
    char text[JM_KEY_TEXT], other[JM_KEY_TEXT];
    struct jm_key made, read, second;
    jm_key_new(&made, text);
    assert_int_equal(strlen(text), KEY_CHARS);
    assert_int_equal(jm_key_parse(&read, text), 0);
    assert_string_equal(read.id, made.id);
    assert_memory_equal(read.sha256, made.sha256, sizeof made.sha256);
    assert_memory_equal(text + 3, made.id, 8);
    uint8_t sha[32]; /* of the secret alone */
    jm_sha256(sha, text + 12, 32);
    assert_memory_equal(sha, made.sha256, sizeof sha);
    jm_key_new(&second, other);
    assert_string_not_equal(second.id, made.id);
    assert_memory_not_equal(second.sha256, made.sha256, sizeof made.sha256);
}

static void one_wrong_character_is_seen(void **state)
{
    (void)state;
    char text[JM_KEY_TEXT];
    struct jm_key k;
    jm_key_new(&k, text);
    for (size_t i = 0; i < KEY_CHARS; i++) {
        char was = text[i];
        text[i] = was == 'x' ? 'y' : 'x';
        assert_int_equal(jm_key_parse(&k, text), -1);
        text[i] = (char)(was ^ 0x80);
        assert_int_equal(jm_key_parse(&k, text), -1);
        text[i] = was;
    }
    assert_int_equal(jm_key_parse(&k, text), 0);
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    char text[JM_KEY_TEXT], longer[JM_KEY_TEXT + 2];
    struct jm_key k;
    jm_key_new(&k, text);
    memcpy(longer, text, KEY_CHARS);
    memcpy(longer + KEY_CHARS, "0", 2);
    const char *const wrong[] = {
        "", "jm_", "nonsense", longer, text + 1, "Bearer ",
        "jm_aaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb_00000000",
        "jm_________________________________________________"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(jm_key_parse(&k, wrong[i]), -1);
}

static void scopes_are_words_by_commas(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        int bits;
    } table[] = {
        {"", 0},
        {"read", JM_SCOPE_READ},
        {"ingest,read", JM_SCOPE_INGEST | JM_SCOPE_READ},
        {"read,read,", JM_SCOPE_READ},
        {"webhook,ops", JM_SCOPE_WEBHOOK | JM_SCOPE_OPS},
        {"all", JM_SCOPE_ALL},
        {"ops,all", JM_SCOPE_ALL},
        {"reader", -1},
        {"rea", -1},
        {"Read", -1},
        {"read, ingest", -1},
        {",read", -1},
        {"read,nonsense", -1},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(jm_scope_parse(table[i].words), table[i].bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_key_is_read_back),
        cmocka_unit_test(one_wrong_character_is_seen),
        cmocka_unit_test(other_shapes_are_refused),
        cmocka_unit_test(scopes_are_words_by_commas),
    };
    return cmocka_run_group_tests_name("key", tests, NULL, NULL) != 0;
}
