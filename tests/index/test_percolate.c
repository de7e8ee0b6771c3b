/* test_percolate.c - wishes against a naive reference. JM_TEST_SEED picks the seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "jobmatch/err.h"
#include "jobmatch/percolate.h"
#include "model.h"

enum { WISHES = 3000, STEPS = 20000 };

struct kept {
    bool there;
    uint32_t must[4], any[4], places[3];
    struct jm_index_want want[5];
    struct jm_index_filter filter;
    struct jm_wish w;
};

static void rnd_wish(struct model *m, struct kept *k)
{
    k->there = true;
    for (int i = 0; i < 4; i++) {
        k->must[i] = rnd_term(m);
        k->any[i] = rnd_term(m);
    }
    for (uint32_t i = 0; i < 5; i++)
        k->want[i] = (struct jm_index_want){(rnd(m, 50) * 5 + i) * 977, (uint16_t)(1 + rnd(m, 9))};
    rnd_filter(m, &k->filter, k->places);
    k->w = (struct jm_wish){.must = k->must, .any = k->any, .terms = k->want,
                            .filter = rnd(m, 2) ? &k->filter : NULL, .n_must = rnd(m, 4),
                            .n_any = rnd(m, 5), .n_terms = rnd(m, 6),
                            .floor = rnd(m, 3) ? 0 : rnd(m, 40)};
}

static uint32_t weight(const struct model_doc *d, uint32_t term)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (jm_index_term_id(d->terms[i]) == term)
            return jm_index_term_weight(d->terms[i]);
    return 0;
}

static bool meets(const struct jm_wish *w, const struct model_doc *d)
{
    bool any = w->n_any == 0;
    uint32_t points = 0;
    for (uint32_t i = 0; i < w->n_must; i++)
        if (!weight(d, w->must[i]))
            return false;
    for (uint32_t i = 0; i < w->n_any; i++)
        any |= weight(d, w->any[i]) != 0;
    for (uint32_t i = 0; i < w->n_terms; i++)
        points += w->terms[i].weight * weight(d, w->terms[i].term);
    return any && points >= w->floor && jm_index_filter_passes(w->filter, &d->facets);
}

static void compare(struct model *m, struct kept *kept, struct jm_percolate_reader *r)
{
    struct model_doc d;
    const uint32_t *ids;
    size_t n, at = 0;
    rnd_doc(m, &d);
    assert_int_equal(jm_percolate_match(r, d.terms, d.n, &d.facets, &ids, &n, NULL), 0);
    for (uint32_t i = 0; i < WISHES; i++) {
        if (!kept[i].there || !meets(&kept[i].w, &d))
            continue;
        assert_true(at < n);
        assert_int_equal(ids[at++], i);
    }
    assert_int_equal(at, n);
}

static void test_wishes(void **state)
{
    const char *seed = getenv("JM_TEST_SEED");
    struct model *m = calloc(1, sizeof *m);
    struct kept *kept = calloc(WISHES, sizeof *kept);
    struct jm_percolate *p = jm_percolate_new(NULL);
    struct jm_percolate_reader *r = jm_percolate_reader_new(p, NULL);
    uint32_t term = 977, count = 5;
    (void)state;
    m->rng = seed ? strtoull(seed, NULL, 10) : 11;
    m->vocabulary = 250;
    m->max_weight = 30;
    print_message("seed %lu\n", (unsigned long)m->rng);
    assert_int_equal(jm_percolate_hint(p, &term, &count, 1, NULL), 0);
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t id = rnd(m, WISHES), what = rnd(m, 100);
        if (what < 70) {
            rnd_wish(m, &kept[id]);
            assert_int_equal(jm_percolate_add(p, id, &kept[id].w, NULL), 0);
        } else if (what < 97) {
            assert_int_equal(jm_percolate_remove(p, id), kept[id].there);
            kept[id].there = false;
        } else {
            compare(m, kept, r);
        }
    }
    assert_int_equal(jm_percolate_check(p, NULL), 0);
    jm_percolate_reader_free(r);
    jm_percolate_free(p);
    free(kept);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_wishes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
