/* test_model.c - the index and the percolator live many short lives of random operations beside a
 * naive reference; every answer must be the reference's to the byte.
 *
 * Each life has its own seed, which is printed and decides all: how many documents, terms and
 * weights there are, what is done. Each search is made by a reader of every instruction set.
 * Now and then the documents are loaded anew, on one thread or on several, or in another order:
 * another layout, the same answers. Threads that search meanwhile see to it that the writer always
 * has company.
 *
 * JM_MODEL_STEPS operations (`make check-model STEPS=...`), from JM_TEST_SEED, JM_MODEL_READERS
 * threads beside. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "jobmatch/err.h"
#include "model_wish.h"

enum { ISAS = 4, READERS_MAX = 8 };

struct life {
    struct model m;
    struct model_wishes *wishes;
    uint32_t n_docs, n_wishes, n_isas;
    struct jm_index *ix;
    struct jm_percolate *p;
    struct jm_index_reader *searches[ISAS];
    struct jm_percolate_reader *matches[ISAS];
    bool stop;
    uint64_t wanted; /* by the threads: seed of their own */
    pthread_t threads[READERS_MAX];
    unsigned n_threads;
};

struct totals {
    uint64_t steps, lives, searches, matches, loads;
};
static struct totals totals;

static uint64_t env_number(const char *name, uint64_t otherwise)
{
    const char *v = getenv(name);
    return v && *v ? strtoull(v, NULL, 10) : otherwise;
}

/* ---- threads that search meanwhile ---------------------------------------------------------- */

static void search_once(struct model *own, struct jm_index_reader *r, struct jm_index_hit *hits)
{
    struct model_query q;
    size_t n;
    rnd_query(own, &q);
    JM_ASSERT(jm_index_search(r, &q.q, hits, &n, NULL) == 0);
    JM_ASSERT(n <= q.q.k);
    for (size_t i = 0; i < n; i++) {
        JM_ASSERT(hits[i].points >= (q.q.floor ? q.q.floor : 1));
        JM_ASSERT(i == 0 || by_rank(&hits[i - 1], &hits[i]) < 0);
    }
}

static void match_once(struct model *own, struct jm_percolate_reader *r)
{
    struct model_doc d;
    const uint32_t *ids;
    size_t n;
    rnd_doc(own, &d);
    JM_ASSERT(jm_percolate_match(r, d.terms, d.n, &d.facets, &ids, &n, NULL) == 0);
    for (size_t i = 1; i < n; i++)
        JM_ASSERT(ids[i - 1] < ids[i]);
}

static void *keep_company(void *arg)
{
    struct life *l = arg;
    struct model *own = calloc(1, sizeof *own);
    struct jm_index_hit *hits = malloc(JM_INDEX_K_MAX * sizeof *hits);
    struct jm_index_reader *r = jm_index_reader_new(l->ix, NULL);
    struct jm_percolate_reader *pr = jm_percolate_reader_new(l->p, NULL);
    own->rng = __atomic_add_fetch(&l->wanted, 1, __ATOMIC_RELAXED);
    own->vocabulary = l->m.vocabulary;
    own->max_weight = l->m.max_weight;
    while (!__atomic_load_n(&l->stop, __ATOMIC_RELAXED)) {
        search_once(own, r, hits);
        match_once(own, pr);
    }
    jm_index_reader_free(r);
    jm_percolate_reader_free(pr);
    free(hits);
    free(own);
    return NULL;
}

static void company_comes(struct life *l)
{
    static const char *const isas[ISAS] = {"avx512", "avx2", "sse2", "portable"};
    const char *best = jm_index_isa();
    l->n_isas = 0;
    for (uint32_t i = 0; i < ISAS; i++)
        if (jm_index_isa_force(isas[i])) {
            l->searches[l->n_isas] = jm_index_reader_new(l->ix, NULL);
            l->matches[l->n_isas++] = jm_percolate_reader_new(l->p, NULL);
        }
    assert_true(jm_index_isa_force(best));
    __atomic_store_n(&l->stop, false, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < l->n_threads; i++)
        assert_int_equal(pthread_create(&l->threads[i], NULL, keep_company, l), 0);
}

static void company_goes(struct life *l)
{
    __atomic_store_n(&l->stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < l->n_threads; i++)
        pthread_join(l->threads[i], NULL);
    for (uint32_t i = 0; i < l->n_isas; i++) {
        jm_index_reader_free(l->searches[i]);
        jm_percolate_reader_free(l->matches[i]);
    }
}

/* ---- operations ----------------------------------------------------------------------------- */

static void put(struct life *l, uint32_t doc)
{
    struct model_doc *d = &l->m.docs[doc];
    d->there = true;
    rnd_doc(&l->m, d);
    assert_int_equal(jm_index_put(l->ix, doc, d->terms, d->n, &d->facets, NULL), 0);
}

static void del(struct life *l, uint32_t doc)
{
    assert_int_equal(jm_index_del(l->ix, doc), l->m.docs[doc].there);
    l->m.docs[doc].there = false;
    assert_false(jm_index_has(l->ix, doc));
}

static void search(struct life *l)
{
    static struct jm_index_hit want[MODEL_DOCS], got[JM_INDEX_K_MAX];
    struct model_query q;
    size_t n;
    rnd_query(&l->m, &q);
    size_t n_want = model_search(&l->m, &q.q, want);
    for (uint32_t i = 0; i < l->n_isas; i++) {
        assert_int_equal(jm_index_search(l->searches[i], &q.q, got, &n, NULL), 0);
        assert_int_equal(n, n_want);
        if (n)
            assert_memory_equal(got, want, n * sizeof *got);
    }
    totals.searches++;
}

static void points(struct life *l, uint32_t doc)
{
    struct model_query q;
    uint32_t got = 0;
    rnd_query(&l->m, &q);
    int there = jm_index_points(l->searches[0], &q.q, doc, &got, NULL);
    assert_int_equal(there, l->m.docs[doc].there);
    if (there)
        assert_int_equal(got, model_points(&l->m.docs[doc], &q.q));
}

static void wish(struct life *l, bool add)
{
    uint32_t id = rnd(&l->m, l->n_wishes);
    struct model_wish *k = &l->wishes->wish[id];
    if (add) {
        rnd_wish(&l->m, k);
        assert_int_equal(jm_percolate_add(l->p, id, &k->w, NULL), 0);
    } else {
        assert_int_equal(jm_percolate_remove(l->p, id), k->there);
        k->there = false;
    }
}

static void match(struct life *l)
{
    static uint32_t want[MODEL_WISHES];
    struct model_doc d;
    const uint32_t *ids;
    size_t n;
    rnd_doc(&l->m, &d);
    size_t n_want = model_match(l->wishes, &d, 0, l->n_wishes, want);
    for (uint32_t i = 0; i < l->n_isas; i++) {
        int rc = jm_percolate_match(l->matches[i], d.terms, d.n, &d.facets, &ids, &n, NULL);
        assert_int_equal(rc, 0);
        assert_int_equal(n, n_want);
        if (n)
            assert_memory_equal(ids, want, n * sizeof *ids);
    }
    totals.matches++;
}

static void check(const struct life *l)
{
    struct jm_err err = {0};
    if (jm_index_check(l->ix, &err) < 0 || jm_percolate_check(l->p, &err) < 0)
        fail_msg("%s", err.text);
}

/* The same documents in a new index, loaded in some order on some threads. */
static void load_anew(struct life *l)
{
    struct jm_index_doc *docs = calloc(MODEL_DOCS, sizeof *docs);
    uint32_t n = 0, turn = rnd(&l->m, l->n_docs);
    for (uint32_t i = 0; i < l->n_docs; i++) {
        uint32_t d = (i + turn) % l->n_docs;
        const struct model_doc *from = &l->m.docs[d];
        if (from->there)
            docs[n++] = (struct jm_index_doc){d, from->n, from->terms, from->facets};
    }
    company_goes(l);
    jm_index_free(l->ix);
    l->ix = jm_index_new(NULL);
    assert_int_equal(jm_index_load(l->ix, docs, n, rnd(&l->m, 4), NULL), 0);
    company_comes(l);
    free(docs);
    totals.loads++;
}

static void step(struct life *l)
{
    uint32_t what = rnd(&l->m, 10000), doc = rnd(&l->m, rnd(&l->m, 2) ? l->n_docs : 40);
    doc %= l->n_docs;
    if (what < 4800)
        put(l, doc);
    else if (what < 6300)
        del(l, doc);
    else if (what < 7000)
        (void)jm_index_improve(l->ix, rnd(&l->m, 20));
    else if (what < 7200)
        search(l);
    else if (what < 7400)
        points(l, doc);
    else if (what < 9790)
        wish(l, what < 9000);
    else if (what < 9990)
        match(l);
    else if (what < 9995)
        load_anew(l);
    else
        check(l);
}

/* ---- lives ---------------------------------------------------------------------------------- */

static void live(uint64_t seed, uint64_t steps, unsigned n_threads)
{
    static const uint32_t sizes[] = {30, 300, 2000, MODEL_DOCS};
    static const uint32_t words[] = {30, 300, 3000, 30000};
    static const uint8_t weights[] = {1, 10, 60, 255};
    struct life *l = calloc(1, sizeof *l);
    l->m.rng = seed;
    l->n_docs = sizes[rnd(&l->m, 4)];
    l->n_wishes = sizes[rnd(&l->m, 3)];
    l->m.vocabulary = words[rnd(&l->m, 4)];
    l->m.max_weight = weights[rnd(&l->m, 4)];
    l->m.texts = rnd(&l->m, 3) == 0;
    l->n_threads = n_threads;
    l->wanted = seed << 8;
    print_message("seed %lu: %lu steps, %u documents, %u wishes, %u words, weights to %u%s\n",
                  (unsigned long)seed, (unsigned long)steps, l->n_docs, l->n_wishes,
                  l->m.vocabulary, l->m.max_weight, l->m.texts ? ", texts" : "");
    l->wishes = calloc(1, sizeof *l->wishes);
    l->ix = jm_index_new(NULL);
    l->p = jm_percolate_new(NULL);
    company_comes(l);
    for (uint64_t i = 0; i < steps; i++)
        step(l);
    check(l);
    company_goes(l);
    while (jm_index_improve(l->ix, 1000))
        continue;
    check(l);
    jm_index_free(l->ix);
    jm_percolate_free(l->p);
    free(l->wishes);
    free(l);
}

static void test_random_lives(void **state)
{
    uint64_t seed = env_number("JM_TEST_SEED", 20261123);
    uint64_t steps = env_number("JM_MODEL_STEPS", 12000);
    uint64_t threads = env_number("JM_MODEL_READERS", 1);
    (void)state;
    while (totals.steps < steps) {
        uint64_t lengths = seed + totals.lives, left = steps - totals.steps;
        uint64_t some = 1000 + jm_rand_next(&lengths) % (1 + steps / 8);
        some = some < left ? some : left;
        live(seed + totals.lives, some, threads < READERS_MAX ? (unsigned)threads : READERS_MAX);
        totals.lives++;
        totals.steps += some;
    }
    print_message("%lu steps in %lu lives from seed %lu on: %lu searches, %lu matches, %lu loads\n",
                  (unsigned long)totals.steps, (unsigned long)totals.lives, (unsigned long)seed,
                  (unsigned long)totals.searches, (unsigned long)totals.matches,
                  (unsigned long)totals.loads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_lives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
