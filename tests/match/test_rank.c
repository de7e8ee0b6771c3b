/* test_rank.c - ranking by the index gives exactly what scoring everything gives.
 *
 * Random corpora, both directions, with vetoes, filters, floors, pages and skip lists, compared
 * hit by hit with jm_rank_brute(); and the bound itself, pair by pair. Seeds are printed on
 * failure. JM_RANK_CASES sets how many queries (default 3000). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/single_threaded.h>
#include <cmocka.h>

#include "jobmatch/corpus.h"
#include "match/bound.h"
#include "world.h"

static void apply_drawn(struct world *w, struct jm_corpus *c, uint64_t id, enum jm_kind kind)
{
    struct jm_buf b = {0};
    struct jm_err err = {0};
    char external[32];
    snprintf(external, sizeof external, "test/%llu", (unsigned long long)id);
    assert_int_equal(jm_doc_encode(w_draw(w, kind), &b), 0);
    struct jm_change ch = {.kind = kind, .tenant = 1, .doc_id = id, .version = 1,
                           .external = external, .compact = b.data, .compact_bytes = b.len};
    if (jm_corpus_apply(c, &ch, &err) != JM_APPLY_DONE)
        fail_msg("apply: %s", err.text);
    jm_buf_fini(&b);
}

static void fill(struct world *w, struct jm_corpus *c, uint32_t jobs, uint32_t people)
{
    for (uint32_t i = 0; i < jobs; i++)
        apply_drawn(w, c, 1 + i, JM_JOB);
    for (uint32_t i = 0; i < people; i++)
        apply_drawn(w, c, 100000 + i, JM_CANDIDATE);
}

static struct jm_rank_query draw_query(struct world *w, const struct jm_doc *d, uint64_t *skip)
{
    struct jm_rank_query q = {.doc = d, .k = 1 + w_rand(w, w_chance(w, 80) ? 20 : 300),
                              .as_of_s = W_NOW};
    if (w_chance(w, 20))
        q.list_floor = (uint16_t)w_rand(w, 700);
    if (w_chance(w, 10))
        q.band_floor = (uint8_t)w_rand(w, 5);
    q.keep_vetoed = w_chance(w, 20);
    if (w_chance(w, 20))
        q.filter.workplace = (uint8_t)(1 + w_rand(w, 7));
    if (w_chance(w, 10))
        q.filter.country = jm_code2("DE");
    if (w_chance(w, 10))
        q.filter.years_min = (uint8_t)(1 + w_rand(w, 10));
    if (w_chance(w, 10)) {
        q.filter.skills[0] = w->keys[w_rand(w, W_SKILLS)];
        q.filter.n_skills = 1;
    }
    if (w_chance(w, 20)) {
        for (uint32_t i = 0; i < 50; i++)
            skip[i] = (d->kind == JM_JOB ? 100000u : 1u) + i * 3;
        q.skip = skip;
        q.n_skip = 50;
    }
    return q;
}

static void same_lists(const struct jm_hit *a, int na, const struct jm_hit *b, int nb,
                       uint64_t seed)
{
    if (na != nb)
        fail_msg("seed %llu: %d hits, brute force %d", (unsigned long long)seed, na, nb);
    for (int i = 0; i < na; i++)
        if (a[i].doc_id != b[i].doc_id || a[i].score.key != b[i].score.key)
            fail_msg("seed %llu: hit %d is %llu (key %u), brute force %llu (key %u)",
                     (unsigned long long)seed, i, (unsigned long long)a[i].doc_id,
                     a[i].score.key, (unsigned long long)b[i].doc_id, b[i].score.key);
}

static void one_query(struct world *w, struct jm_corpus_reader *r, enum jm_kind kind,
                      uint64_t seed, uint32_t *scanned)
{
    static struct jm_hit a[JM_RANK_MAX_K], b[JM_RANK_MAX_K];
    struct jm_rank_stats st;
    struct jm_err err = {0};
    uint64_t skip[50];
    struct jm_doc *d = w_keep(w, kind);
    struct jm_rank_query q = draw_query(w, d, skip);
    for (int page = 0; page < 2; page++) {
        int na = jm_rank(r, &q, a, &st, &err), nb = jm_rank_brute(r, &q, b, NULL, &err);
        if (na < 0 || nb < 0)
            fail_msg("seed %llu: %s", (unsigned long long)seed, err.text);
        same_lists(a, na, b, nb, seed);
        *scanned += st.scanned_all;
        if (na == 0)
            break;
        q.has_after = true;
        q.after_key = a[na - 1].score.key;
        q.after_id = a[na - 1].doc_id;
    }
    free(d);
}

/* JM_RANK_CASES: fewer for builds that are slow. */
static uint32_t rank_cases(void)
{
    const char *text = getenv("JM_RANK_CASES");
    return text ? (uint32_t)atoi(text) : 3000;
}

static void ranking_equals_brute_force(void **state)
{
    (void)state;
    uint32_t cases = rank_cases(), scanned = 0;
    static struct world w;
    struct jm_err err = {0};
    for (uint32_t done = 0; done < cases;) {
        uint64_t seed = 1000 + done;
        w_open(&w, seed);
        struct jm_corpus *c = jm_corpus_new(w.m, &err);
        assert_non_null(c);
        uint32_t size = 50 + w_rand(&w, 1500);
        fill(&w, c, size, size);
        struct jm_corpus_reader *r = jm_corpus_register(c);
        jm_corpus_enter(r);
        for (uint32_t i = 0; i < 250 && done < cases; i++, done++)
            one_query(&w, r, i % 2 ? JM_JOB : JM_CANDIDATE, seed, &scanned);
        jm_corpus_leave(r);
        jm_corpus_unregister(r);
        assert_int_equal(jm_corpus_check(c, &err), 0);
        jm_corpus_free(c);
        w_close(&w);
    }
    print_message("%u queries, %u pages by a full scan\n", cases, scanned);
}

/* More candidates for the list than one search returns: the way by parts. */
static void a_large_corpus_by_parts(void **state)
{
    (void)state;
    static struct world w;
    struct jm_err err = {0};
    uint32_t scanned = 0;
    w_open(&w, 7);
    struct jm_corpus *c = jm_corpus_new(w.m, &err);
    fill(&w, c, 24000, 24000);
    struct jm_corpus_reader *r = jm_corpus_register(c);
    jm_corpus_enter(r);
    for (uint32_t i = 0, n = rank_cases() < 3000 ? 8 : 40; i < n; i++)
        one_query(&w, r, i % 2 ? JM_JOB : JM_CANDIDATE, 7, &scanned);
    jm_corpus_leave(r);
    jm_corpus_unregister(r);
    jm_corpus_free(c);
    w_close(&w);
    print_message("%u pages by a full scan\n", scanned);
}

/* The promise of bound.h, for every pair. */
static void points_bound_every_score(void **state)
{
    (void)state;
    static struct world w;
    static struct bound_doc bd;
    static struct bound_query bq;
    struct jm_err err = {0};
    for (uint64_t seed = 1; seed <= 30; seed++) {
        w_open(&w, seed);
        struct jm_index *ix = jm_index_new(&err);
        struct jm_doc *docs[100];
        enum jm_kind kind = seed % 2 ? JM_CANDIDATE : JM_JOB;
        for (uint32_t i = 0; i < 100; i++) {
            docs[i] = w_keep(&w, kind);
            jm_bound_doc(w.m, docs[i], &bd);
            assert_int_equal(jm_index_put(ix, i, bd.terms, bd.n, &bd.facets, &err), 0);
        }
        struct jm_index_reader *r = jm_index_reader_new(ix, &err);
        for (uint32_t n = 0; n < 20; n++) {
            struct jm_doc *q = w_keep(&w, kind == JM_JOB ? JM_CANDIDATE : JM_JOB);
            struct jm_scorer *s = jm_scorer_new(w.m, q, W_NOW);
            jm_bound_query(w.m, q, W_NOW, false, &bq);
            struct jm_index_query iq = {.terms = bq.terms, .n_terms = bq.n, .k = 1};
            for (uint32_t i = 0; bq.usable && i < 100; i++) {
                struct jm_score score;
                uint32_t points = 0;
                jm_scorer_pair(s, docs[i], &score);
                assert_int_equal(jm_index_points(r, &iq, i, &points, &err), 1);
                if (score.list > jm_bound_list(&bq, points))
                    fail_msg("seed %llu query %u doc %u: score %u, bound %u",
                             (unsigned long long)seed, n, i, score.list,
                             jm_bound_list(&bq, points));
                assert_true(points >= jm_bound_points(&bq, score.list));
            }
            jm_scorer_free(s);
            free(q);
        }
        jm_index_reader_free(r);
        jm_index_free(ix);
        for (uint32_t i = 0; i < 100; i++)
            free(docs[i]);
        w_close(&w);
    }
}

/* Why `make tsan` leaves all this out: it is slow there, and there is no race to find. */
static void nothing_above_started_a_thread(void **state)
{
    (void)state;
    assert_true(__libc_single_threaded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_bound_every_score),
        cmocka_unit_test(ranking_equals_brute_force),
        cmocka_unit_test(a_large_corpus_by_parts),
        cmocka_unit_test(nothing_above_started_a_thread),
    };
    return cmocka_run_group_tests_name("rank", tests, NULL, NULL) != 0;
}
