/* test_dict.c - the dictionary format: what is accepted, and what every mistake says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "jobmatch/bytes.h"
#include "jobmatch/skill.h"

#define HEAD "@skills 1\n@version 1.0\n@sector technology\n"

static struct jm_dict *dict_of(const char *text, struct jm_err *err)
{
    struct jm_dict *d = jm_dict_new();
    assert_non_null(d);
    if (jm_dict_add(d, "t.skills", text, strlen(text), err) || jm_dict_seal(d, err)) {
        jm_dict_free(d);
        return NULL;
    }
    return d;
}

static void expect_error(const char *text, const char *want)
{
    struct jm_err err = {0};
    assert_null(dict_of(text, &err));
    if (!strstr(err.text, want))
        fail_msg("'%s' does not say '%s'", err.text, want);
}

static void test_errors(void **state)
{
    (void)state;
    expect_error("go = Go | code\n", "t.skills:1: the first line must be");
    expect_error("@skills 2\n", "t.skills:1: format '2'");
    expect_error(HEAD "go\n", "t.skills:4: expected");
    expect_error(HEAD "Go = Go | code\n", "t.skills:4: 'Go' is not a skill id");
    expect_error(HEAD "go = Go | codes\n", "t.skills:4: unknown kind 'codes'");
    expect_error(HEAD "go = Go\n", "t.skills:4: skill 'go' has no kind");
    expect_error(HEAD "go = Go ^wrod | code\n", "t.skills:4: unknown gate ^wrod");
    expect_error(HEAD "go = Go | code | idf 11\n", "idf '11' is not 1..10");
    expect_error(HEAD "go = Go | code | alias a | alias b\n", "clause 'alias' twice");
    expect_error(HEAD "go = Go | code | colour red\n", "unknown clause 'colour'");
    expect_error(HEAD "go = Go | code | alias.xx a\n", "unknown clause 'alias.xx'");
    expect_error(HEAD "cad = CAD | field | not CAD $\n", "'CAD $' has signs that nothing reads");
    expect_error(HEAD "go = Go | code | parent c\n", "t.skills:4: parent 'c' of 'go' is not a skill");
    expect_error(HEAD "go = Go | code | related go .5\n", "is the skill itself");
    expect_error(HEAD "go = Go | code | related c\n", "needs a weight");
    expect_error(HEAD "a = Aa | code | parent b\nb = Bb | code | parent a\n", "its own ancestor");
    expect_error(HEAD "a = Aa | code\na = Bb | code\n", "t.skills:5: skill id 'a' is defined twice");
    expect_error(HEAD "a = Aa | code\nb = Bb | code | alias aa\n",
                 "t.skills:5: 'aa' of 'b' is a surface of 'a' already");
    expect_error(HEAD "a = Aa | code\nb = Bb | code | alias AA ^case\n", "surface of 'a' already");
    expect_error(HEAD "a = ++ | code\n", "has no word");
    expect_error(HEAD "\xff", "not UTF-8");
}

static void test_lookups(void **state)
{
    struct jm_err err = {0};
    struct jm_dict *d = dict_of(
        HEAD "postgresql = PostgreSQL | tool | alias Postgres | parent sql | idf 4\n"
             "sql = SQL | code | related postgresql .5; nosql 0.25 | idf 3\n"
             "nosql = NoSQL | tool\n"
             "cpp = C++ | code\nc = C ^letter | code\n"
             "rest = REST ^case | method | alias RESTful\nsleep = Rest ^case | soft\n"
             "teams = Teams ^no | tool | alias Microsoft Teams | alias.de Teams-Chat\n", &err);
    (void)state;
    assert_non_null(d);
    assert_int_equal(jm_dict_count(d), 8);
    assert_string_equal(jm_dict_version_name(d), "1.0");
    int32_t pg = jm_dict_by_id(d, "postgresql"), sql = jm_dict_by_id(d, "sql");
    assert_true(pg >= 0 && sql >= 0);
    assert_int_equal(jm_dict_by_key(d, jm_key64("skill", "sql", 3)), sql);
    assert_int_equal(jm_dict_by_id(d, "none"), -1);
    assert_int_equal(jm_dict_skill(d, (uint32_t)pg)->parent, sql);
    assert_int_equal(jm_dict_skill(d, (uint32_t)pg)->idf, 4);
    assert_string_equal(jm_dict_skill(d, (uint32_t)pg)->sector, "technology");
    assert_true(jm_dict_is_a(d, (uint32_t)pg, (uint32_t)sql));
    assert_false(jm_dict_is_a(d, (uint32_t)sql, (uint32_t)pg));
    assert_int_equal(jm_dict_related_pm(d, (uint32_t)pg, (uint32_t)sql), 500);
    assert_int_equal(jm_dict_related_pm(d, (uint32_t)sql, (uint32_t)pg), 500);
    assert_int_equal(jm_dict_skill(d, (uint32_t)sql)->related[0].weight_pm, 500);
    const struct {
        const char *name, *id;
    } names[] = {{"Postgres", "postgresql"}, {"postgre sql", "postgresql"}, {"POSTGRESQL", "postgresql"},
                 {"C++", "cpp"},             {"C++ 17", "cpp"},             {"C", "c"},
                 {"SQL skills", "sql"},      {"REST", "rest"},              {"Rest", "sleep"},
                 {"Teams", "teams"},         {"microsoft teams", "teams"},  {"C#", NULL},
                 {"", NULL},                 {"unheard of", NULL}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int32_t n = jm_dict_resolve(d, names[i].name, strlen(names[i].name));
        if (names[i].id)
            assert_int_equal(n, jm_dict_by_id(d, names[i].id));
        else
            assert_int_equal(n, -1);
    }
    jm_dict_free(d);
}

/* Two skills share a name when one of them needs a companion: where it has one it goes first. Who
 * states the name means the other. */
static void test_name_of_two_skills(void **state)
{
    struct jm_err err = {0};
    struct jm_dict *d = dict_of(HEAD "ai = Artificial intelligence | field | alias AI ^case\n"
                                     "breeding = Breeding | task | alias AI ^deny | with cows\n"
                                     "cook = Cooking | task | alias chef\n"
                                     "chef = Chef Infra | tool | alias Chef ^deny | with Puppet\n",
                                &err);
    struct jm_extractor *x = jm_extractor_new();
    const struct {
        const char *text, *id;
    } cases[] = {{"We use AI.", "ai"},
                 {"Milking, AI of cows.", "breeding"},
                 {"The Chef plans it", "cook"},
                 {"Puppet or Chef", "chef"}};
    (void)state;
    assert_true(d && x);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct jm_extract_input in = {
            .kind = JM_JOB, .text = cases[i].text, .text_bytes = strlen(cases[i].text)};
        const struct jm_extraction *e = jm_extract(x, d, &in, &err);
        assert_non_null(e);
        assert_int_equal(e->n_accepted, 1);
        assert_string_equal(jm_dict_skill(d, e->claims[0].skill)->id, cases[i].id);
    }
    assert_int_equal(jm_dict_resolve(d, "AI", 2), jm_dict_by_id(d, "ai"));
    assert_int_equal(jm_dict_resolve(d, "Chef", 4), jm_dict_by_id(d, "cook"));
    jm_extractor_free(x);
    jm_dict_free(d);
}

static void test_version(void **state)
{
    struct jm_err err = {0};
    struct jm_dict *a = dict_of(HEAD "go = Go | code\nc = C | code\n", &err);
    struct jm_dict *b = dict_of(HEAD "c = C | code\ngo = Go | code\n", &err);
    struct jm_dict *c = dict_of(HEAD "go = Go | code\nc = C | code | idf 2\n", &err);
    (void)state;
    assert_true(a && b && c);
    assert_int_equal(jm_dict_by_id(a, "go"), jm_dict_by_id(b, "go"));
    assert_true(jm_dict_version(a) != jm_dict_version(c));
    jm_dict_free(c);
    jm_dict_free(b);
    jm_dict_free(a);
}

/* An extraction is a function of its input: the same twice, whatever was read between. */
static void test_repeatable(void **state)
{
    struct jm_err err = {0};
    struct jm_dict *d = dict_of(HEAD "go = Go ^word | code | not going forward\njava = Java | code\n", &err);
    struct jm_extractor *x = jm_extractor_new();
    const char *texts[] = {"Java, Go and more", "Going forward we write Java"};
    size_t seen[2][2];
    (void)state;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 2; i++) {
            struct jm_extract_input in = {.kind = JM_JOB, .text = texts[i],
                                          .text_bytes = strlen(texts[i]),
                                          .rejected = true};
            const struct jm_extraction *e = jm_extract(x, d, &in, &err);
            assert_non_null(e);
            seen[round][i] = e->n_accepted * 100 + e->n_claims;
        }
    assert_int_equal(seen[0][0], seen[1][0]);
    assert_int_equal(seen[0][1], seen[1][1]);
    assert_int_equal(seen[0][0], 202);
    jm_extractor_free(x);
    jm_dict_free(d);
}

static void test_sum(void **state)
{
    struct jm_err err = {0};
    struct jm_dict *d = dict_of(HEAD "java = Java | code | idf 3\nsql = SQL | code\nphp = PHP | code\n", &err);
    struct jm_extractor *x = jm_extractor_new();
    struct jm_skill_sum sum[8];
    const char *text = "Requirements:\n- 5 years of Java\nNice to have:\n- Java 17\n- SQL\n- no PHP\n";
    struct jm_extract_input in = {.kind = JM_JOB, .text = text, .text_bytes = strlen(text)};
    const struct jm_extraction *e = jm_extract(x, d, &in, &err);
    (void)state;
    assert_non_null(e);
    assert_int_equal(jm_extract_sum(d, e, sum, 8), 2);
    assert_int_equal(sum[0].skill, jm_dict_by_id(d, "java"));
    assert_true(sum[0].must && !sum[0].nice && sum[0].mentions == 2 && sum[0].years == 5);
    assert_true(sum[1].nice && !sum[1].must);
    assert_int_equal(jm_extract_sum(d, e, sum, 1), 1);
    assert_int_equal(sum[0].skill, jm_dict_by_id(d, "java"));
    jm_extractor_free(x);
    jm_dict_free(d);
}

/* A new extractor has no zones yet, and an empty text needs none (the sanitizers watch). */
static void test_empty_text(void **state)
{
    struct jm_err err = {0};
    struct jm_dict *d = dict_of(HEAD "java = Java | code\n", &err);
    struct jm_extractor *x = jm_extractor_new();
    (void)state;
    for (int kind = JM_JOB; kind <= JM_CANDIDATE; kind++) {
        struct jm_extract_input in = {.kind = (enum jm_kind)kind, .text = "", .title = ""};
        const struct jm_extraction *e = jm_extract(x, d, &in, &err);
        assert_non_null(e);
        assert_int_equal(e->n_claims, 0);
    }
    jm_extractor_free(x);
    jm_dict_free(d);
}

/* What a résumé has behind a name (levels as points or signs) is looked for at the end of a text
 * too, and no NUL is there (the sanitizers watch). */
static void test_name_at_the_very_end(void **state)
{
    static const char *const ends[] = {"Java", "Java ", "Java \xe2\x97\x8f", "Java: 4/", "Java (",
                                       "Java R", "Java (R", "Java, 45", "Java $", "Java 5 T", "Java \xe2\x80\x99"};
    struct jm_err err = {0};
    struct jm_dict *d = dict_of(HEAD "java = Java | code\n", &err);
    struct jm_extractor *x = jm_extractor_new();
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(ends[i]);
        char *text = malloc(n);
        assert_non_null(text);
        memcpy(text, ends[i], n);
        struct jm_extract_input in = {.kind = JM_CANDIDATE, .text = text, .text_bytes = n};
        const struct jm_extraction *e = jm_extract(x, d, &in, &err);
        assert_non_null(e);
        assert_int_equal(e->n_claims, 1);
        free(text);
    }
    jm_extractor_free(x);
    jm_dict_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_errors),
                                       cmocka_unit_test(test_lookups),
                                       cmocka_unit_test(test_name_of_two_skills),
                                       cmocka_unit_test(test_version),
                                       cmocka_unit_test(test_repeatable),
                                       cmocka_unit_test(test_sum),
                                       cmocka_unit_test(test_empty_text),
                                       cmocka_unit_test(test_name_at_the_very_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
