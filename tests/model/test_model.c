/* test_model.c - names, keys, and the stored form of a document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/model.h"

static void names_parse_back(void **state)
{
    (void)state;
    for (int s = JM_INTERN; s <= JM_EXECUTIVE; s++)
        assert_int_equal(jm_seniority_parse(jm_seniority_name((enum jm_seniority)s)), s);
    for (int d = JM_NO_DEGREE; d <= JM_DOCTORATE; d++)
        assert_int_equal(jm_degree_parse(jm_degree_name((enum jm_degree)d)), d);
    for (int c = JM_A1; c <= JM_NATIVE; c++)
        assert_int_equal(jm_cefr_parse(jm_cefr_name((enum jm_cefr)c)), c);
    for (int w = 1; w <= JM_REMOTE; w *= 2)
        assert_int_equal(jm_workplace_parse(jm_workplace_name((enum jm_workplace)w)), w);
    for (int e = 1; e <= JM_PER_DIEM; e *= 2)
        assert_int_equal(jm_employment_parse(jm_employment_name((enum jm_employment)e)), e);
    assert_int_equal(jm_period_parse("week"), JM_WEEK);
    assert_int_equal(jm_seniority_parse("wizard"), -1);
    assert_string_equal(jm_seniority_name(JM_SENIORITY_UNKNOWN), "unknown");
}

static void codes_and_pay(void **state)
{
    (void)state;
    char text[3];
    jm_code2_text(text, jm_code2("de"));
    assert_string_equal(text, "DE");
    assert_int_equal(jm_code2("D"), 0);
    assert_int_equal(jm_code2("DEU"), 0);
    assert_int_equal(jm_code2("1E"), 0);
    assert_int_equal(jm_code2(NULL), 0);
    assert_true(jm_pay_per_year(20, JM_HOUR) == 41600);
    assert_true(jm_pay_per_year(5000, JM_MONTH) == 60000);
    assert_true(jm_pay_per_year(5000, JM_PERIOD_NONE) == 0);
    assert_true(jm_pay_per_year(-1, JM_YEAR) == 0);
}

static void keys_fold_and_stay(void **state)
{
    (void)state;
    assert_true(jm_name_key("company", "Nord-Licht GmbH") == jm_name_key("company", "nordlicht gmbh"));
    assert_true(jm_name_key("company", "A") != jm_name_key("city", "A"));
    assert_true(jm_name_key("company", " - ") == 0);
    assert_true(jm_name_key("company", NULL) == 0);
    char longer[400];
    memset(longer, 'x', sizeof longer - 1);
    longer[399] = '\0';
    assert_true(jm_name_key("city", longer) == jm_key64("city", longer, 399));
}

/* The shard is in rows on disk: these values must never change. */
static void shards_are_fixed(void **state)
{
    (void)state;
    unsigned seen[JM_SHARDS] = {0}, used = 0;
    for (int i = 0; i < 2000; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        unsigned s = jm_shard(1, JM_JOB, "feed", id);
        assert_true(s < JM_SHARDS);
        used += seen[s]++ == 0;
    }
    assert_int_equal(used, JM_SHARDS);
    assert_int_equal(jm_shard(1, JM_JOB, "feed", "1001"), 31);
    assert_int_equal(jm_shard(1, JM_CANDIDATE, "feed", "1001"), 9);
    assert_int_equal(jm_shard(2, JM_JOB, "feed", "1001"), 43);
    assert_int_equal(jm_shard(1, JM_JOB, "fee", "d1001"), 13);
}

struct parts { /* a document with one of everything */
    struct jm_doc doc;
    struct jm_doc_skill skills[2];
    struct jm_doc_title titles[2];
    struct jm_doc_place places[1];
    struct jm_doc_language languages[1];
    uint16_t eligible[2];
    uint64_t lists[1];
    uint32_t ids[3], terms[3];
    uint8_t weights[3], term_weights[3];
};

static void build(struct parts *p)
{
    *p = (struct parts){
        .skills = {{.key = 5, .idf = 3, .flags = JM_SKILL_MUST, .years = 4, .mentions = 2,
                    .last_year = 2024},
                   {.key = UINT64_MAX, .idf = 10, .mentions = 255}},
        .places = {{.country = 0x4445, .region = 1, .city = 2, .has_point = true,
                    .lat_e5 = -9000000, .lon_e5 = 18000000}},
        .languages = {{.code = 0x444e, .level = JM_B2, .required = true}},
        .eligible = {0x4445, 0x4652}, .lists = {77},
        .ids = {8388608, 8388609, 16777215}, .weights = {3, 4, 255},
        .terms = {4194304, 4194500, UINT32_MAX}, .term_weights = {1, 128, 255}};
    p->titles[0] = (struct jm_doc_title){.role = JM_TITLE_JOB, .text = "Nurse", .ids = p->ids,
                                         .weights = p->weights, .n_features = 2};
    p->titles[1] = (struct jm_doc_title){.role = JM_TITLE_PAST, .text = "", .ids = p->ids + 2,
                                         .weights = p->weights + 2, .n_features = 1};
    p->doc = (struct jm_doc){
        .kind = JM_JOB, .flags = JM_DOC_RELOCATE, .tenant = 9, .dict_version = 1234567890123,
        .posted_at_s = -5, .expires_at_s = INT64_MAX, .places = p->places, .n_places = 1,
        .eligible = p->eligible, .n_eligible = 2, .languages = p->languages, .n_languages = 1,
        .skills = p->skills, .n_skills = 2, .titles = p->titles, .n_titles = 2,
        .term_ids = p->terms, .term_weights = p->term_weights, .n_terms = 3, .lists = p->lists,
        .n_lists = 1, .self_key = 42, .company = "Ward", .workplace = 5, .employment = 255,
        .years_min = 3, .years_max = JM_YEARS_UNKNOWN, .seniority = JM_LEAD,
        .degree = JM_BACHELOR, .radius_km = 65535, .pay_min = 1, .pay_max = UINT32_MAX,
        .currency = "EUR"};
}

static void a_document_comes_back(void **state)
{
    (void)state;
    struct parts p;
    struct jm_buf b = {0}, again = {0};
    struct jm_err err = {0};
    build(&p);
    assert_int_equal(jm_doc_encode(&p.doc, &b), 0);
    struct jm_doc *d = jm_doc_decode(b.data, b.len, &err);
    assert_non_null(d);
    assert_int_equal(d->tenant, 9);
    assert_true(d->posted_at_s == -5 && d->expires_at_s == INT64_MAX && d->self_key == 42);
    assert_true(d->skills[1].key == UINT64_MAX && d->skills[1].mentions == 255);
    assert_int_equal(d->skills[0].last_year, 2024);
    assert_string_equal(d->titles[0].text, "Nurse");
    assert_int_equal(d->titles[0].length, 5);
    assert_int_equal(d->titles[1].ids[0], 16777215);
    assert_int_equal(d->term_sum, 384);
    assert_true(d->term_ids[2] == UINT32_MAX);
    assert_int_equal(d->places[0].lat_e5, -9000000);
    assert_true(d->languages[0].required);
    assert_string_equal(d->company, "Ward");
    assert_string_equal(d->currency, "EUR");
    assert_int_equal(d->years_max, JM_YEARS_UNKNOWN);
    assert_int_equal(jm_doc_encode(d, &again), 0);
    assert_int_equal(again.len, b.len);
    assert_memory_equal(again.data, b.data, b.len);
    free(d);
    jm_buf_fini(&b);
    jm_buf_fini(&again);
}

/* The stored bytes are an agreement with every later release. */
static void the_stored_form_is_stable(void **state)
{
    (void)state;
    struct parts p;
    struct jm_buf b = {0};
    uint8_t sha[32];
    char hex[65];
    build(&p);
    assert_int_equal(jm_doc_encode(&p.doc, &b), 0);
    jm_sha256(sha, b.data, b.len);
    jm_hex(hex, sha, sizeof sha);
    assert_int_equal(b.data[0], 1);
    assert_string_equal(hex,
                        "4eb1ff5d4dfa414249d0da637b2694f5118bd2a6793ad66eeac1c630ee44c0e6");
    jm_buf_fini(&b);
}

static void damage_is_refused(void **state)
{
    (void)state;
    struct parts p;
    struct jm_buf b = {0};
    build(&p);
    assert_int_equal(jm_doc_encode(&p.doc, &b), 0);
    for (size_t n = 0; n < b.len; n++) { /* every shorter form */
        struct jm_err err = {0};
        char *copy = malloc(n ? n : 1); /* exact, so that a read too far is seen */
        memcpy(copy, b.data, n);
        assert_null(jm_doc_decode(copy, n, &err));
        assert_int_equal(err.code, JM_EINVAL);
        free(copy);
    }
    jm_buf_ch(&b, 0);
    assert_null(jm_doc_decode(b.data, b.len, NULL)); /* and one byte more */
    b.data[0] = 2;
    struct jm_err err = {0};
    assert_null(jm_doc_decode(b.data, b.len - 1, &err));
    assert_non_null(strstr(err.text, "unknown format"));
    jm_buf_fini(&b);
}

static void every_flipped_bit_is_read_or_refused(void **state)
{
    (void)state;
    struct parts p;
    struct jm_buf b = {0};
    build(&p);
    assert_int_equal(jm_doc_encode(&p.doc, &b), 0);
    unsigned refused = 0;
    for (size_t i = 0; i < b.len * 8; i++) {
        b.data[i / 8] = (char)(b.data[i / 8] ^ (1 << i % 8));
        struct jm_doc *d = jm_doc_decode(b.data, b.len, NULL);
        refused += d == NULL;
        free(d);
        b.data[i / 8] = (char)(b.data[i / 8] ^ (1 << i % 8));
    }
    assert_true(refused > 50);
    jm_buf_fini(&b);
}

static void the_encoder_refuses_what_would_not_decode(void **state)
{
    (void)state;
    struct parts p;
    struct jm_buf b = {0};
    build(&p);
    p.skills[1].key = 5; /* twice */
    assert_int_equal(jm_doc_encode(&p.doc, &b), -1);
    build(&p);
    p.terms[1] = p.terms[0];
    assert_int_equal(jm_doc_encode(&p.doc, &b), -1);
    build(&p);
    p.weights[0] = 0;
    assert_int_equal(jm_doc_encode(&p.doc, &b), -1);
    build(&p);
    p.skills[0].idf = 11;
    assert_int_equal(jm_doc_encode(&p.doc, &b), -1);
    build(&p);
    char title[JM_DOC_MAX_TITLE_BYTES + 2];
    memset(title, 'x', sizeof title - 1);
    title[sizeof title - 1] = '\0';
    p.titles[0].text = title;
    assert_int_equal(jm_doc_encode(&p.doc, &b), -1);
    assert_int_equal(b.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_parse_back),
        cmocka_unit_test(codes_and_pay),
        cmocka_unit_test(keys_fold_and_stay),
        cmocka_unit_test(shards_are_fixed),
        cmocka_unit_test(a_document_comes_back),
        cmocka_unit_test(the_stored_form_is_stable),
        cmocka_unit_test(damage_is_refused),
        cmocka_unit_test(every_flipped_bit_is_read_or_refused),
        cmocka_unit_test(the_encoder_refuses_what_would_not_decode),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL) != 0;
}
