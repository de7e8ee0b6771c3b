/* test_explain.c - the explanation adds up, agrees with the list, and keeps private things so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <jansson.h>

#include "jobmatch/arena.h"
#include "world.h"

static void check_sums(const struct jm_explanation *e)
{
    int f = 0, w = 0, f_max = 0, w_max = 0;
    bool known = false, speaks = false;
    for (int c = 0; c < JM_COMPONENTS; c++) {
        const struct jm_why_part *p = &e->parts[c];
        *(c < JM_F_END ? &f : &w) += p->points;
        *(c < JM_F_END ? &f_max : &w_max) += p->max;
        known = known || (c < JM_F_END && p->known);
        speaks = speaks || (c >= JM_F_END && p->known);
        assert_true(p->points >= 0 && p->points <= p->max + 1);
        if (!p->known)
            assert_true(p->points == 0 && p->max == 0);
    }
    assert_int_equal(f, e->f_raw);
    assert_int_equal(f + e->f_cap, e->score.f);
    assert_int_equal(w, e->score.w);
    assert_int_equal(f_max, known ? 1000 : 0);
    assert_int_equal(w_max, speaks ? 1000 : 0);
}

static void points_add_up_and_agree_with_the_list(void **state)
{
    (void)state;
    static struct world w;
    unsigned changes = 0;
    for (uint64_t seed = 50; seed < 60; seed++) {
        w_open(&w, seed);
        for (int i = 0; i < 150; i++) {
            struct jm_arena a = {0};
            struct jm_doc *job = w_keep(&w, JM_JOB), *person = w_keep(&w, JM_CANDIDATE);
            enum jm_direction dir = i % 2 ? JM_PEOPLE_FOR_JOB : JM_JOBS_FOR_PERSON;
            struct jm_explanation *e =
                jm_explain(w.m, job, person, dir, JM_VIEW_OPERATOR, W_NOW, &a);
            struct jm_score s;
            assert_non_null(e);
            check_sums(e);
            assert_int_equal(jm_score_pair(w.m, job, person, dir, W_NOW, &s), 0);
            assert_memory_equal(&s, &e->score, sizeof s);
            if (e->change.found) {
                assert_true(e->change.band > s.band);
                assert_non_null(e->change.text);
                changes++;
            }
            unsigned missing = 0;
            for (size_t k = 0; k < e->n_skills; k++)
                missing += e->skills[k].missing;
            assert_int_equal(missing, s.missing_musts);
            jm_arena_fini(&a);
            free(job);
            free(person);
        }
        w_close(&w);
    }
    assert_true(changes > 20);
}

static char *render(struct world *w, const struct jm_doc *job, const struct jm_doc *person,
                    enum jm_direction dir, enum jm_viewer viewer)
{
    struct jm_arena a = {0};
    struct jm_buf b = {0};
    struct jm_explanation *e = jm_explain(w->m, job, person, dir, viewer, W_NOW, &a);
    assert_non_null(e);
    json_t *json = jm_explanation_json(e);
    assert_non_null(json);
    char *text = json_dumps(json, JSON_PRESERVE_ORDER);
    jm_buf_str(&b, text);
    jm_buf_ch(&b, '\n');
    jm_explanation_text(e, 80, &b);
    json_decref(json);
    free(text);
    jm_arena_fini(&a);
    return jm_buf_steal(&b, NULL);
}

/* Change nothing but what is private, and the employer must see the same bytes (while the pay is
 * enough: a pair that is vetoed for pay says so, without the figure). */
static void private_values_stay_private(void **state)
{
    (void)state;
    static struct world w;
    w_open(&w, 77);
    for (int i = 0; i < 300; i++) {
        struct jm_doc *job = w_keep(&w, JM_JOB), *person = w_keep(&w, JM_CANDIDATE);
        memcpy(job->currency, "EUR", 4);
        memcpy(person->currency, "EUR", 4);
        job->pay_max = 50000;
        person->pay_min = 61237; /* more than offered: vetoed, and W changes */
        uint64_t avoid = job->self_key;
        person->flags = 0;
        person->lists = &avoid;
        person->n_lists = 1;
        char *seen = render(&w, job, person, JM_PEOPLE_FOR_JOB, JM_VIEW_EMPLOYER);
        assert_null(strstr(seen, "61237"));
        assert_null(strstr(seen, "avoid"));
        assert_null(strstr(seen, "wanted_title"));
        assert_non_null(strstr(seen, "unavailable"));
        free(seen);
        seen = render(&w, job, person, JM_JOBS_FOR_PERSON, JM_VIEW_PERSON);
        assert_non_null(strstr(seen, "61237"));
        assert_non_null(strstr(seen, "avoided"));
        free(seen);
        uint64_t exclude = person->self_key;
        job->lists = &exclude;
        job->n_lists = 1;
        person->n_lists = 0;
        seen = render(&w, job, person, JM_JOBS_FOR_PERSON, JM_VIEW_PERSON);
        assert_null(strstr(seen, "exclude"));
        assert_non_null(strstr(seen, "this posting is not available"));
        free(seen);
        free(job);
        free(person);
    }
    w_close(&w);
}

/* To the employer a person who avoids him and one who paused look alike. */
static void avoiding_looks_like_pausing(void **state)
{
    (void)state;
    static struct world w;
    w_open(&w, 78);
    struct jm_doc *job = w_keep(&w, JM_JOB), *person = w_keep(&w, JM_CANDIDATE);
    uint64_t avoid = job->self_key;
    job->n_lists = 0;
    person->flags = 0;
    person->lists = &avoid;
    person->n_lists = 1;
    char *a = render(&w, job, person, JM_PEOPLE_FOR_JOB, JM_VIEW_EMPLOYER);
    person->n_lists = 0;
    person->flags = JM_DOC_CLOSED;
    char *b = render(&w, job, person, JM_PEOPLE_FOR_JOB, JM_VIEW_EMPLOYER);
    assert_string_equal(a, b);
    free(a);
    free(b);
    free(job);
    free(person);
    w_close(&w);
}

static void text_is_short_and_within_its_width(void **state)
{
    (void)state;
    static struct world w;
    w_open(&w, 79);
    for (int i = 0; i < 100; i++) {
        struct jm_arena a = {0};
        struct jm_buf b = {0};
        struct jm_doc *job = w_keep(&w, JM_JOB), *person = w_keep(&w, JM_CANDIDATE);
        struct jm_explanation *e =
            jm_explain(w.m, job, person, JM_PEOPLE_FOR_JOB, JM_VIEW_EMPLOYER, W_NOW, &a);
        jm_explanation_text(e, 100, &b);
        unsigned lines = 0;
        for (const char *p = jm_buf_cstr(&b); *p; lines++) {
            size_t n = strcspn(p, "\n");
            assert_true(n <= 110);
            p += n + (p[n] == '\n');
        }
        assert_in_range(lines, 4, 40);
        jm_arena_fini(&a);
        jm_buf_fini(&b);
        free(job);
        free(person);
    }
    w_close(&w);
}

static void a_score_as_json(void **state)
{
    (void)state;
    struct jm_score s = {.band = JM_BAND_B, .list = 701, .flags = 1u << JM_VETO_PAY};
    json_t *j = jm_score_json(&s);
    char *text = json_dumps(j, JSON_COMPACT | JSON_PRESERVE_ORDER);
    assert_non_null(strstr(text, "\"band\":\"B\",\"score\":701"));
    assert_non_null(strstr(text, "\"unchecked\":[\"pay\"]"));
    free(text);
    json_decref(j);
    s.w = 700;
    s.w_evidence = 400;
    s.veto = JM_VETO_AVOIDED;
    j = jm_score_json_for(&s, JM_VIEW_EMPLOYER);
    assert_string_equal(json_string_value(json_object_get(j, "job_fits_person")), "good");
    assert_string_equal(json_string_value(json_object_get(j, "veto")), "unavailable");
    assert_null(json_object_get(j, "job_fits_person_evidence"));
    json_decref(j);
    j = jm_score_json_for(&s, JM_VIEW_PERSON);
    assert_int_equal(json_integer_value(json_object_get(j, "job_fits_person")), 700);
    assert_string_equal(json_string_value(json_object_get(j, "veto")), "avoided");
    json_decref(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_add_up_and_agree_with_the_list),
        cmocka_unit_test(private_values_stay_private),
        cmocka_unit_test(avoiding_looks_like_pausing),
        cmocka_unit_test(text_is_short_and_within_its_width),
        cmocka_unit_test(a_score_as_json),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL) != 0;
}
