/* test_index.c - the index against a naive reference: random operations from printed seeds, every
 * instruction set, and searches that run while the index changes.
 *
 * JM_TEST_SEED picks the seed, JM_TEST_STEPS the number of operations of a run. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "index/kernels.h"
#include "jobmatch/err.h"
#include "model.h"

static uint64_t env_number(const char *name, uint64_t otherwise)
{
    const char *v = getenv(name);
    return v ? strtoull(v, NULL, 10) : otherwise;
}

static struct model *model_new(uint32_t run, uint32_t vocabulary, uint8_t max_weight)
{
    struct model *m = calloc(1, sizeof *m);
    assert_non_null(m);
    m->rng = env_number("JM_TEST_SEED", 20261122) + run;
    m->vocabulary = vocabulary;
    m->max_weight = max_weight;
    print_message("seed %lu vocabulary %u weights to %u\n", (unsigned long)m->rng, vocabulary,
                  max_weight);
    return m;
}

static void put(struct model *m, struct jm_index *ix, uint32_t doc)
{
    struct jm_err err = {0};
    struct model_doc *d = &m->docs[doc];
    d->there = true;
    rnd_doc(m, d);
    assert_int_equal(jm_index_put(ix, doc, d->terms, d->n, &d->facets, &err), 0);
}

static void compare(struct model *m, struct jm_index_reader *r)
{
    static struct jm_index_hit want[MODEL_DOCS], got[JM_INDEX_K_MAX];
    struct model_query q;
    struct jm_err err = {0};
    size_t n_got;
    rnd_query(m, &q);
    size_t n_want = model_search(m, &q.q, want);
    assert_int_equal(jm_index_search(r, &q.q, got, &n_got, &err), 0);
    assert_int_equal(n_got, n_want);
    if (n_want)
        assert_memory_equal(got, want, n_want * sizeof *want);
    uint32_t doc = rnd(m, MODEL_DOCS), points = 0;
    int there = jm_index_points(r, &q.q, doc, &points, &err);
    assert_int_equal(there, m->docs[doc].there);
    if (there)
        assert_int_equal(points, model_points(&m->docs[doc], &q.q));
}

static void check(const struct jm_index *ix)
{
    struct jm_err err = {0};
    if (jm_index_check(ix, &err) < 0)
        fail_msg("%s", err.text);
}

static void step(struct model *m, struct jm_index *ix, struct jm_index_reader *r)
{
    uint32_t doc = rnd(m, rnd(m, 2) ? MODEL_DOCS : 200), what = rnd(m, 100);
    if (what < 70) {
        put(m, ix, doc);
    } else if (what < 90) {
        assert_int_equal(jm_index_del(ix, doc), m->docs[doc].there);
        m->docs[doc].there = false;
    } else if (what < 94) {
        compare(m, r);
    } else {
        jm_index_improve(ix, rnd(m, 20));
    }
    assert_int_equal(jm_index_has(ix, doc), m->docs[doc].there);
}

static void load_model(struct model *m, struct jm_index *ix, unsigned threads)
{
    struct jm_index_doc *docs = calloc(MODEL_DOCS, sizeof *docs);
    struct jm_err err = {0};
    size_t n = 0;
    for (uint32_t d = 0; d < MODEL_DOCS; d++) {
        if (!m->docs[d].there)
            continue;
        docs[n++] = (struct jm_index_doc){d, m->docs[d].n, m->docs[d].terms, m->docs[d].facets};
    }
    assert_int_equal(jm_index_load(ix, docs, n, threads, &err), 0);
    free(docs);
}

#ifdef __SANITIZE_THREAD__ /* a run has one thread: nothing for TSan to find */
enum { STEPS_FOR_ONE = 10 };
#else
enum { STEPS_FOR_ONE = 1 };
#endif

/* A run of random operations, from nothing or from a load. */
static void run_model(uint32_t run, uint32_t vocabulary, uint8_t max_weight, bool load)
{
    struct model *m = model_new(run, vocabulary, max_weight);
    struct jm_err err = {0};
    struct jm_index *ix = jm_index_new(&err);
    assert_non_null(ix);
    for (uint32_t d = 0; load && d < MODEL_DOCS; d++) {
        m->docs[d].there = rnd(m, 5) != 0;
        rnd_doc(m, &m->docs[d]);
    }
    if (load)
        load_model(m, ix, 2);
    struct jm_index_reader *r = jm_index_reader_new(ix, &err);
    assert_non_null(r);
    uint64_t steps = env_number("JM_TEST_STEPS", 6000) / STEPS_FOR_ONE;
    for (uint64_t i = 0; i < steps; i++) {
        step(m, ix, r);
        if (i % (steps / 4 + 1) == 0)
            check(ix);
    }
    for (int i = 0; i < 20; i++)
        compare(m, r);
    jm_index_reader_free(r);
    while (jm_index_improve(ix, 1000))
        continue;
    check(ix);
    jm_index_free(ix);
    free(m);
}

static void test_model_every_isa(void **state)
{
    static const char *const isas[] = {"portable", "sse2", "avx2", "avx512"};
    const char *best = jm_index_isa();
    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        if (!jm_index_isa_force(isas[i]))
            continue;
        print_message("%s\n", isas[i]);
        run_model(i, 300, 10, false);
        run_model(i + 10, 3000, 255, true);
        run_model(i + 20, 40, 200, true);
        run_model(i + 30, 20000, 15, false);
    }
    assert_true(jm_index_isa_force(best));
    assert_false(jm_index_isa_force("abacus"));
}

/* Row numbers above 65535 have another form of record. */
static void test_many_terms(void **state)
{
    struct jm_err err = {0};
    struct jm_index *ix = jm_index_new(&err);
    struct jm_index_term terms[500];
    struct jm_index_facets none = {0};
    (void)state;
    for (uint32_t d = 0; d < 150; d++) {
        for (uint32_t i = 0; i < 500; i++)
            terms[i] = jm_index_term(d * 500 + i, (uint8_t)(1 + (d + i) % 255));
        assert_int_equal(jm_index_put(ix, d, terms, 500, &none, &err), 0);
    }
    struct jm_index_reader *r = jm_index_reader_new(ix, &err);
    for (uint32_t d = 0; d < 150; d += 7) {
        struct jm_index_want want[2] = {{d * 500 + 3, 7}, {d * 500 + 499, 65535}};
        struct jm_index_query q = {want, 2, NULL, 10, 0};
        struct jm_index_hit hit[10];
        size_t n;
        assert_int_equal(jm_index_search(r, &q, hit, &n, &err), 0);
        assert_int_equal(n, 1);
        assert_int_equal(hit[0].doc, d);
        assert_int_equal(hit[0].points,
                         7 * (1 + (d + 3) % 255) + 65535 * (1 + (d + 499) % 255));
    }
    check(ix);
    jm_index_reader_free(r);
    jm_index_free(ix);
}

static void test_refusals(void **state)
{
    struct jm_err err = {0};
    struct jm_index *ix = jm_index_new(&err);
    struct jm_index_facets none = {0};
    struct jm_index_term bad[2] = {jm_index_term(5, 1), jm_index_term(5, 2)};
    struct jm_index_term zero = jm_index_term(5, 0);
    (void)state;
    assert_int_equal(jm_index_put(ix, 1, bad, 2, &none, &err), -1);
    assert_int_equal(err.code, JM_EINVAL);
    assert_int_equal(jm_index_put(ix, 1, &zero, 1, &none, NULL), -1);
    assert_int_equal(jm_index_put(ix, JM_INDEX_DOC_MAX, bad, 1, &none, NULL), -1);
    assert_false(jm_index_has(ix, 1));
    assert_false(jm_index_del(ix, 1));
    struct jm_index_doc twice[2] = {{7, 1, bad, none}, {7, 1, bad, none}};
    assert_int_equal(jm_index_load(ix, twice, 2, 1, NULL), -1);
    assert_false(jm_index_has(ix, 7));
    check(ix);
    struct jm_index_reader *r = jm_index_reader_new(ix, &err);
    struct jm_index_want heavy[300], want = {5, 1};
    for (uint32_t i = 0; i < 300; i++)
        heavy[i] = (struct jm_index_want){i, 65535};
    struct jm_index_query q = {&want, 1, NULL, 0, 0}, sum = {heavy, 300, NULL, 5, 0};
    struct jm_index_hit hits[5];
    size_t n;
    assert_int_equal(jm_index_search(r, &q, hits, &n, NULL), -1);
    assert_int_equal(jm_index_search(r, &sum, hits, &n, NULL), -1);
    q.k = 5;
    assert_int_equal(jm_index_search(r, &q, hits, &n, NULL), 0);
    assert_int_equal(n, 0);
    jm_index_reader_free(r);
    jm_index_free(ix);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static uint64_t address_space(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%lu", &pages), 1);
    fclose(f);
    return pages * 4096ul;
}
#endif

/* Without memory a load fails as a whole, wherever it runs out. */
static void test_load_without_memory(void **state)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    (void)state;
    skip(); /* they reserve all addresses for themselves */
#else
    struct model *m = model_new(55, 3000, 20);
    struct rlimit was, tight;
    unsigned failed = 0;
    (void)state;
    for (uint32_t d = 0; d < MODEL_DOCS; d++) {
        m->docs[d].there = true;
        rnd_doc(m, &m->docs[d]);
    }
    struct jm_index_doc *docs = calloc(MODEL_DOCS, sizeof *docs);
    for (uint32_t d = 0; d < MODEL_DOCS; d++)
        docs[d] = (struct jm_index_doc){d, m->docs[d].n, m->docs[d].terms, m->docs[d].facets};
    getrlimit(RLIMIT_AS, &was);
    for (uint64_t spare = 1 << 20; spare < 120 << 20; spare += 2 << 20) {
        struct jm_err err = {0};
        struct jm_index *ix = jm_index_new(&err);
        tight = was;
        tight.rlim_cur = address_space() + spare;
        setrlimit(RLIMIT_AS, &tight);
        int rc = jm_index_load(ix, docs, MODEL_DOCS, 2, &err);
        setrlimit(RLIMIT_AS, &was);
        assert_true(rc == 0 || err.code == JM_ENOMEM);
        assert_int_equal(jm_index_has(ix, 5), rc == 0);
        check(ix);
        failed += rc < 0;
        jm_index_free(ix);
    }
    assert_true(failed > 3);
    free(docs);
    free(m);
#endif
}

/* improve() moves documents to their like; nobody can tell but by the slots. */
static void test_improve_moves_documents(void **state)
{
    struct model *m = model_new(66, 400, 15);
    struct jm_index *ix = jm_index_new(NULL);
    uint32_t *slot = calloc(MODEL_DOCS, sizeof *slot), moved = 0;
    (void)state;
    for (uint32_t d = 0; d < MODEL_DOCS; d++) {
        m->docs[d].there = true;
        rnd_doc(m, &m->docs[d]);
    }
    load_model(m, ix, 1);
    struct jm_index_reader *r = jm_index_reader_new(ix, NULL);
    for (uint32_t i = 0; i < 2 * MODEL_DOCS; i++)
        put(m, ix, rnd(m, MODEL_DOCS));
    for (uint32_t d = 0; d < MODEL_DOCS; d++)
        slot[d] = index_slot_of(ix, d);
    for (unsigned i = 0; jm_index_improve(ix, 7); i++)
        if (i % 32 == 0) /* the reference is slow */
            compare(m, r);
    compare(m, r);
    for (uint32_t d = 0; d < MODEL_DOCS; d++)
        moved += slot[d] != index_slot_of(ix, d);
    assert_true(moved > 100);
    check(ix);
    jm_index_reader_free(r);
    jm_index_free(ix);
    free(slot);
    free(m);
}

/* ---- searches while the index changes --------------------------------------------------- */

enum { THREADS = 2, SHARED_DOCS = 3000, SHARED_PUTS = 30000 };

struct shared {
    struct jm_index *ix;
    struct model *m;
    bool stop;
    unsigned searches;
};

/* The writer puts the same content again and again: no search may ever notice. */
static void *search_same(void *arg)
{
    struct shared *s = arg;
    static struct jm_index_hit want[THREADS][MODEL_DOCS], got[THREADS][JM_INDEX_K_MAX];
    unsigned me = __atomic_fetch_add(&s->searches, 1, __ATOMIC_RELAXED);
    struct model own = {.rng = s->m->rng + me, .vocabulary = s->m->vocabulary};
    struct jm_index_reader *r = jm_index_reader_new(s->ix, NULL);
    while (!__atomic_load_n(&s->stop, __ATOMIC_RELAXED)) {
        struct model_query q;
        size_t n;
        rnd_query(&own, &q);
        size_t n_want = model_search(s->m, &q.q, want[me]);
        for (int i = 0; i < 50; i++) {
            int rc = jm_index_search(r, &q.q, got[me], &n, NULL);
            if (rc < 0 || n != n_want || memcmp(got[me], want[me], n * sizeof **got) != 0)
                jm_panic(__FILE__, __LINE__, "a search saw the index in between");
        }
    }
    jm_index_reader_free(r);
    return NULL;
}

static void test_searches_see_moments(void **state)
{
    struct model *m = model_new(77, 500, 20);
    struct shared s = {.ix = jm_index_new(NULL), .m = m};
    pthread_t threads[THREADS];
    (void)state;
    for (uint32_t d = 0; d < SHARED_DOCS; d++)
        put(m, s.ix, d);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, search_same, &s), 0);
    uint64_t rng = 5;
    for (uint32_t i = 0; i < SHARED_PUTS; i++) {
        uint32_t doc = (uint32_t)(jm_rand_next(&rng) % SHARED_DOCS);
        struct model_doc *d = &m->docs[doc];
        assert_int_equal(jm_index_put(s.ix, doc, d->terms, d->n, &d->facets, NULL), 0);
        /* a document that no query's terms can reach comes and goes */
        struct jm_index_term odd = jm_index_term(JM_INDEX_TERM_MAX - i % 64, 255);
        assert_int_equal(jm_index_put(s.ix, SHARED_DOCS + i % 512, &odd, 1, &d->facets, NULL), 0);
        if (i % 3 == 0)
            jm_index_improve(s.ix, 4);
    }
    __atomic_store_n(&s.stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    check(s.ix);
    jm_index_free(s.ix);
    free(m);
}

/* A maximum that grew between adding up bounds and tightening them took away what it had never
 * added, and a document was missed. */
static void test_maxima_that_grew_do_not_tighten(void **state)
{
    struct quilt maxima[5] = {0};
    struct table t = {.n_segments = 1, .maxima = maxima, .raised = 6};
    uint16_t bounds[64] = {0}, worth[16];
    struct dense_row row = {&t, worth, 6};
    (void)state;
    for (uint16_t i = 0; i < 16; i++)
        worth[i] = (uint16_t)(10 * i);
    quilt_put(&maxima[0], 3, 9); /* 90, of which no quarter has more than 40; another row: 50 */
    for (unsigned q = 1; q < 5; q++)
        quilt_put(&maxima[q], 3, q);
    bounds[3] = 140;
    t.raised = 8;
    assert_false(kernels_get()->tighten(bounds, &row, 1, 0, UINT32_MAX));
    assert_int_equal(bounds[3], 140);
    t.raised = row.raised = 7; /* one is growing just now */
    assert_false(kernels_get()->tighten(bounds, &row, 1, 0, UINT32_MAX));
    t.raised = row.raised = 8;
    assert_true(kernels_get()->tighten(bounds, &row, 1, 0, UINT32_MAX));
    assert_int_equal(bounds[3], 90);
}

/* A search that waited for a core between two loads walked the ring twice and found documents
 * twice. */
static void test_fresh_ring_is_walked_once(void **state)
{
    (void)state;
    assert_int_equal(fresh_from(7, 7), 7);
    assert_int_equal(fresh_from(7, 7 + BLOCK_SLOTS), 7);
    assert_int_equal(fresh_from(7, 17 + BLOCK_SLOTS), 17);
    assert_int_equal(fresh_from(UINT32_MAX - 3, 5), UINT32_MAX - 3);
    assert_int_equal(fresh_from(UINT32_MAX - 3, BLOCK_SLOTS), 0);
}

/* A bound that went over its limit would begin again at 0, and the chunk be passed over. */
static void test_bounds_stop_at_their_limit(void **state)
{
    static const char *const isas[] = {"avx512", "avx2", "sse2", "portable"};
    const char *best = jm_index_isa();
    struct quilt q = {0};
    uint16_t worth[16] = {0, [9] = 1000};
    (void)state;
    quilt_put(&q, 3, 9);
    quilt_put(&q, 40, 9);
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
        uint16_t acc[64] = {[3] = 65000, [40] = 64535};
        if (!jm_index_isa_force(isas[i]))
            continue;
        kernels_get()->add_quilts(acc, &q, 1, worth);
        assert_int_equal(acc[3], UINT16_MAX);
        assert_int_equal(acc[40], UINT16_MAX);
        assert_int_equal(acc[4], 0);
    }
    assert_true(jm_index_isa_force(best));
}

/* What is in a strip was told by its first chunk's quilt; the others' documents were not found. */
static void test_strip_is_there_beside_a_quilt(void **state)
{
    enum { MANY = 9000, KIN = 90 };
    static struct jm_index_doc docs[MANY];
    static struct jm_index_term terms[MANY][3];
    struct jm_err err = {0};
    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t first = i < KIN ? 1000 : i % 300;
        for (uint32_t j = 0; j < 3; j++)
            terms[i][j] = jm_index_term(first + 300 * j, (uint8_t)(1 + (i + j) % 10));
        docs[i] = (struct jm_index_doc){.doc = i, .n_terms = 3, .terms = terms[i]};
    }
    struct jm_index *ix = jm_index_new(&err);
    assert_int_equal(jm_index_load(ix, docs, MANY, 1, &err), 0);
    struct jm_index_reader *r = jm_index_reader_new(ix, &err);
    struct jm_index_want want = {1300, 3};
    struct jm_index_query q = {.terms = &want, .n_terms = 1, .k = KIN};
    struct jm_index_hit hits[KIN];
    size_t n;
    for (uint32_t i = 0; i < KIN; i++) {
        assert_true(jm_index_del(ix, i * 7 % KIN)); /* 7 and 90 have no common divisor */
        while (jm_index_improve(ix, 10))
            continue;
        assert_int_equal(jm_index_search(r, &q, hits, &n, &err), 0);
        assert_int_equal(n, KIN - 1 - i);
        check(ix);
    }
    jm_index_reader_free(r);
    jm_index_free(ix);
}

/* Documents whose rows are near to each other and far apart, with weights of all sizes. */
static void test_records_of_every_form(void **state)
{
    enum { TERMS = 90000, EACH = 500, FORMS = 60 };
    static struct jm_index_term terms[EACH];
    struct jm_index_facets facets = {.place = 7, .years = 3};
    struct jm_err err = {0};
    struct jm_index *ix = jm_index_new(&err);
    (void)state;
    for (uint32_t d = 0; d < TERMS / EACH; d++) { /* rows are numbered as their terms come */
        for (uint32_t i = 0; i < EACH; i++)
            terms[i] = jm_index_term(d * EACH + i, (uint8_t)(d % 2 ? 9 : 200));
        assert_int_equal(jm_index_put(ix, d, terms, EACH, &facets, &err), 0);
    }
    struct jm_index_reader *r = jm_index_reader_new(ix, &err);
    for (uint32_t form = 0; form < FORMS; form++) {
        uint32_t n = 1 + form % 12, step = form < FORMS / 2 ? 4094 + form / 10 : TERMS / 13;
        uint32_t points = 0, sum = 0, doc = 1000 + form;
        struct jm_index_want want[12];
        for (uint32_t i = 0; i < n; i++) {
            uint8_t weight = (uint8_t)(1 + (form * 31 + i * 97) % (form % 3 ? 15 : 255));
            terms[i] = jm_index_term(i * step + form, weight);
            want[i] = (struct jm_index_want){i * step + form, (uint16_t)(1 + i)};
            sum += (1 + i) * weight;
        }
        assert_int_equal(jm_index_put(ix, doc, terms, n, &facets, &err), 0);
        struct jm_index_query q = {.terms = want, .n_terms = n, .k = 1};
        struct jm_index_hit hit;
        size_t found;
        assert_int_equal(jm_index_points(r, &q, doc, &points, &err), 1);
        assert_int_equal(points, sum);
        while (form % 2 && jm_index_improve(ix, 100))
            continue;
        assert_int_equal(jm_index_search(r, &q, &hit, &found, &err), 0);
        assert_true(found == 1 && (hit.doc != doc || hit.points == sum));
    }
    check(ix);
    jm_index_reader_free(r);
    jm_index_free(ix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fresh_ring_is_walked_once),
        cmocka_unit_test(test_maxima_that_grew_do_not_tighten),
        cmocka_unit_test(test_bounds_stop_at_their_limit),
        cmocka_unit_test(test_strip_is_there_beside_a_quilt),
        cmocka_unit_test(test_records_of_every_form),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_many_terms),
        cmocka_unit_test(test_load_without_memory),
        cmocka_unit_test(test_model_every_isa),
        cmocka_unit_test(test_improve_moves_documents),
        cmocka_unit_test(test_searches_see_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
