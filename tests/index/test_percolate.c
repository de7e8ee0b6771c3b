/* test_percolate.c - wishes against a naive reference, on every instruction set, while they change,
 * and where moments wrap. JM_TEST_SEED picks the seed, JM_TEST_STEPS the operations of a run. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "index/percolate_int.h"
#include "jobmatch/err.h"
#include "model_wish.h"

static uint64_t env_number(const char *name, uint64_t otherwise)
{
    const char *v = getenv(name);
    return v ? strtoull(v, NULL, 10) : otherwise;
}

static struct model_wishes *wishes_new(uint32_t run)
{
    struct model_wishes *all = calloc(1, sizeof *all);
    assert_non_null(all);
    all->m.rng = env_number("JM_TEST_SEED", 11) + run;
    all->m.vocabulary = 250;
    all->m.max_weight = 30;
    print_message("seed %lu\n", (unsigned long)all->m.rng);
    return all;
}

static void compare(struct model_wishes *all, struct jm_percolate_reader *r)
{
    static uint32_t want[MODEL_WISHES];
    struct model_doc d;
    const uint32_t *ids;
    size_t n;
    rnd_doc(&all->m, &d);
    d.facets.pay = rnd(&all->m, 3) ? d.facets.pay : d.facets.pay * 300 + 40;
    size_t n_want = model_match(all, &d, 0, MODEL_WISHES, want);
    assert_int_equal(jm_percolate_match(r, d.terms, d.n, &d.facets, &ids, &n, NULL), 0);
    assert_int_equal(n, n_want);
    if (n)
        assert_memory_equal(ids, want, n * sizeof *ids);
}

static void check(const struct jm_percolate *p)
{
    struct jm_err err = {0};
    if (jm_percolate_check(p, &err) < 0)
        fail_msg("%s", err.text);
}

static void step(struct model_wishes *all, struct jm_percolate *p, struct jm_percolate_reader *r)
{
    uint32_t id = rnd(&all->m, MODEL_WISHES), what = rnd(&all->m, 100);
    struct model_wish *k = &all->wish[id];
    if (what < 70) {
        rnd_wish(&all->m, k);
        assert_int_equal(jm_percolate_add(p, id, &k->w, NULL), 0);
    } else if (what < 97) {
        assert_int_equal(jm_percolate_remove(p, id), k->there);
        k->there = false;
    } else {
        compare(all, r);
    }
}

static void run(struct model_wishes *all, struct jm_percolate *p, uint64_t steps)
{
    struct jm_percolate_reader *r = jm_percolate_reader_new(p, NULL);
    for (uint64_t i = 0; i < steps; i++) {
        step(all, p, r);
        if (i % (steps / 4 + 1) == 0)
            check(p);
    }
    for (int i = 0; i < 50; i++)
        compare(all, r);
    check(p);
    jm_percolate_reader_free(r);
}

static void test_wishes_every_isa(void **state)
{
    static const char *const isas[] = {"portable", "sse2", "avx2", "avx512"};
    const char *best = jm_index_isa();
    uint32_t term = 977, count = 5;
    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        if (!jm_index_isa_force(isas[i]))
            continue;
        print_message("%s\n", isas[i]);
        struct model_wishes *all = wishes_new(i);
        struct jm_percolate *p = jm_percolate_new(NULL);
        assert_int_equal(jm_percolate_hint(p, &term, &count, 1, NULL), 0);
        run(all, p, env_number("JM_TEST_STEPS", 20000));
        jm_percolate_free(p);
        free(all);
    }
    assert_true(jm_index_isa_force(best));
}

/* Moments are compared modulo 2^32: old cells must not become young when they wrap. */
static void test_moments_wrap(void **state)
{
    static const uint32_t starts[] = {UINT32_MAX - 9000, (1u << 31) - 9000, (1u << 30) - 9000};
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        struct model_wishes *all = wishes_new(40 + i);
        struct jm_percolate *p = jm_percolate_new(NULL);
        p->now = p->settled = starts[i];
        run(all, p, 20000);
        for (uint32_t far = 0; far < 4; far++) { /* 2^30 changes of which nothing was left */
            uint32_t next = (p->now & ~((1u << 30) - 1)) + (1u << 30);
            p->now = p->settled = next - 10;
            run(all, p, 2000);
        }
        jm_percolate_free(p);
        free(all);
    }
}

/* A minimum alone files a wish under the terms without which it cannot be reached. */
static void test_minimum_without_terms(void **state)
{
    struct jm_percolate *p = jm_percolate_new(NULL);
    struct jm_percolate_reader *r = jm_percolate_reader_new(p, NULL);
    struct jm_index_want want[2] = {{5, 1}, {6, 100}};
    struct jm_wish w = {.terms = want, .n_terms = 2, .floor = 300}, never = w;
    struct jm_index_facets none = {0};
    struct jm_index_term yes = jm_index_term(6, 3), no = jm_index_term(5, 255);
    struct jm_percolate_stats st;
    const uint32_t *ids;
    size_t n;
    (void)state;
    never.floor = 101 * 255 + 1;
    assert_int_equal(jm_percolate_add(p, 7, &w, NULL), 0);
    assert_int_equal(jm_percolate_add(p, 8, &never, NULL), 0);
    jm_percolate_stats(p, &st);
    assert_int_equal(st.wishes, 2);
    assert_int_equal(st.unfiled, 0);
    assert_int_equal(jm_percolate_match(r, &yes, 1, &none, &ids, &n, NULL), 0);
    assert_int_equal(n, 1);
    assert_int_equal(ids[0], 7);
    assert_int_equal(jm_percolate_match(r, &no, 1, &none, &ids, &n, NULL), 0);
    assert_int_equal(n, 0);
    check(p);
    assert_true(jm_percolate_remove(p, 7) && jm_percolate_remove(p, 8));
    assert_false(jm_percolate_remove(p, 8));
    check(p);
    jm_percolate_reader_free(r);
    jm_percolate_free(p);
}

static void test_refusals(void **state)
{
    struct jm_percolate *p = jm_percolate_new(NULL);
    struct jm_percolate_reader *r = jm_percolate_reader_new(p, NULL);
    struct jm_err err = {0};
    uint32_t large = JM_INDEX_TERM_MAX + 1u;
    struct jm_wish w = {.must = &large, .n_must = 1}, many = {.n_must = JM_WISH_MUST + 1};
    struct jm_index_term twice[2] = {jm_index_term(5, 1), jm_index_term(5, 1)};
    struct jm_index_facets none = {0};
    const uint32_t *ids;
    size_t n;
    (void)state;
    assert_int_equal(jm_percolate_add(p, 1, &w, &err), -1);
    assert_int_equal(err.code, JM_EINVAL);
    assert_int_equal(jm_percolate_add(p, 1, &many, NULL), -1);
    w.n_must = 0;
    assert_int_equal(jm_percolate_add(p, JM_INDEX_DOC_MAX, &w, NULL), -1);
    assert_int_equal(jm_percolate_match(r, twice, 2, &none, &ids, &n, NULL), -1);
    assert_int_equal(jm_percolate_match(r, NULL, 0, &none, &ids, &n, NULL), 0);
    assert_int_equal(n, 0);
    check(p);
    jm_percolate_reader_free(r);
    jm_percolate_free(p);
}

/* ---- matches while the wishes change ------------------------------------------------------- */

enum { THREADS = 2, SAME = 3000, DOCS = 40 };

struct shared {
    struct jm_percolate *p;
    struct model_wishes *all;
    struct model_doc docs[DOCS];
    uint32_t want[DOCS][SAME];
    size_t n_want[DOCS];
    bool stop;
};

/* The writer puts each wish below SAME again as it was: no match may notice. */
static void *match_same(void *arg)
{
    struct shared *s = arg;
    struct jm_percolate_reader *r = jm_percolate_reader_new(s->p, NULL);
    for (uint32_t i = 0; !__atomic_load_n(&s->stop, __ATOMIC_RELAXED); i = (i + 1) % DOCS) {
        const uint32_t *ids;
        size_t n, same = 0;
        int rc = jm_percolate_match(r, s->docs[i].terms, s->docs[i].n, &s->docs[i].facets, &ids, &n,
                                    NULL);
        while (rc == 0 && same < n && ids[same] < SAME)
            same++;
        if (rc < 0 || same != s->n_want[i] || memcmp(ids, s->want[i], same * sizeof *ids) != 0)
            jm_panic(__FILE__, __LINE__, "a match saw the wishes in between");
    }
    jm_percolate_reader_free(r);
    return NULL;
}

static void change(struct shared *s, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++) {
        uint32_t same = rnd(&s->all->m, SAME), other = SAME + rnd(&s->all->m, MODEL_WISHES - SAME);
        assert_int_equal(jm_percolate_add(s->p, same, &s->all->wish[same].w, NULL), 0);
        if (rnd(&s->all->m, 3) == 0) {
            (void)jm_percolate_remove(s->p, other);
            continue;
        }
        rnd_wish(&s->all->m, &s->all->wish[other]);
        assert_int_equal(jm_percolate_add(s->p, other, &s->all->wish[other].w, NULL), 0);
    }
}

static void test_matches_see_moments(void **state)
{
    struct shared *s = calloc(1, sizeof *s);
    pthread_t threads[THREADS];
    (void)state;
    s->all = wishes_new(99);
    s->p = jm_percolate_new(NULL);
    for (uint32_t i = 0; i < SAME; i++) {
        rnd_wish(&s->all->m, &s->all->wish[i]);
        assert_int_equal(jm_percolate_add(s->p, i, &s->all->wish[i].w, NULL), 0);
    }
    for (uint32_t i = 0; i < DOCS; i++) {
        rnd_doc(&s->all->m, &s->docs[i]);
        s->n_want[i] = model_match(s->all, &s->docs[i], 0, SAME, s->want[i]);
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, match_same, s), 0);
    change(s, env_number("JM_TEST_STEPS", 20000) * 2);
    __atomic_store_n(&s->stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    check(s->p);
    jm_percolate_free(s->p);
    free(s->all);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wishes_every_isa), cmocka_unit_test(test_moments_wrap),
        cmocka_unit_test(test_minimum_without_terms), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_matches_see_moments)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
