/* uses: match */
/* match_rank.c - one posting against many candidates, one candidate against many postings.
 *
 * Invented documents (tests/match/world.h), as rich as real ones: some 15 skills, 3 titles, 120
 * words. Prints the time to fill the corpus from stored rows, bytes a candidate, and the latency
 * of exact top-10 lists with the pairs scored for each. Arguments: documents a side (100000),
 * queries (300). */
#include <time.h>

#include "../match/world.h"
#include "jobmatch/corpus.h"

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void fill(struct world *w, struct jm_corpus *c, enum jm_kind kind, uint64_t first,
                 uint32_t n)
{
    struct jm_err err = {0};
    enum { BATCH = 1000 };
    struct jm_buf rows[BATCH] = {{0}};
    double spent = 0;
    size_t before = jm_corpus_bytes(c), compact = 0;
    for (uint32_t i = 0; i < n; i += BATCH) {
        for (uint32_t j = 0; j < BATCH; j++) {
            jm_buf_clear(&rows[j]);
            if (jm_doc_encode(w_draw(w, kind), &rows[j]))
                abort();
            compact += rows[j].len;
        }
        double start = now_ms();
        for (uint32_t j = 0; j < BATCH; j++) {
            char external[32];
            snprintf(external, sizeof external, "bench/%llu",
                     (unsigned long long)(first + i + j));
            struct jm_change ch = {.kind = kind, .tenant = 1, .version = 1, .external = external,
                                   .doc_id = first + i + j,
                                   .compact = rows[j].data, .compact_bytes = rows[j].len};
            if (jm_corpus_apply(c, &ch, &err) != JM_APPLY_DONE)
                abort();
        }
        jm_corpus_reclaim(c);
        spent += now_ms() - start;
    }
    for (uint32_t j = 0; j < BATCH; j++)
        jm_buf_fini(&rows[j]);
    printf("%-9s  %7.0f documents/s decoded and applied, %5zu bytes each in memory, %4zu stored\n",
           jm_kind_name(kind), n / spent * 1e3, (jm_corpus_bytes(c) - before) / n, compact / n);
}

static void ask(struct world *w, struct jm_corpus_reader *r, enum jm_kind kind, uint32_t queries)
{
    static struct jm_hit hits[10];
    double *ms = calloc(queries, sizeof *ms), total = 0;
    uint64_t scored = 0, scans = 0;
    struct jm_err err = {0};
    for (uint32_t i = 0; i < queries; i++) {
        struct jm_doc *d = w_keep(w, kind);
        struct jm_rank_query q = {.doc = d, .k = 10, .as_of_s = W_NOW};
        struct jm_rank_stats st;
        double start = now_ms();
        jm_corpus_enter(r);
        if (jm_rank(r, &q, hits, &st, &err) < 0)
            abort();
        jm_corpus_leave(r);
        ms[i] = now_ms() - start;
        total += ms[i];
        scored += st.scored;
        scans += st.scanned_all;
        free(d);
    }
    qsort(ms, queries, sizeof *ms, by_value);
    printf("one %-9s  p50 %.2f ms  p90 %.2f ms  p99 %.2f ms  mean %.2f ms; %llu pairs scored a "
           "list, %llu of %u lists by a full scan\n", jm_kind_name(kind), ms[queries / 2],
           ms[queries * 9 / 10], ms[queries * 99 / 100], total / queries,
           (unsigned long long)(scored / queries), (unsigned long long)scans, queries);
    free(ms);
}

static void brute(struct world *w, struct jm_corpus_reader *r, uint32_t n)
{
    static struct jm_hit hits[10];
    struct jm_doc *d = w_keep(w, JM_JOB);
    struct jm_rank_query q = {.doc = d, .k = 10, .as_of_s = W_NOW};
    struct jm_err err = {0};
    double start = now_ms();
    jm_corpus_enter(r);
    if (jm_rank_brute(r, &q, hits, NULL, &err) < 0)
        abort();
    jm_corpus_leave(r);
    printf("one pair scored: %.0f ns (full scan)\n", (now_ms() - start) * 1e6 / n);
    free(d);
}

int main(int argc, char **argv)
{
    static struct world w;
    struct jm_err err = {0};
    uint32_t n = argc > 1 ? (uint32_t)atoi(argv[1]) : 100000;
    uint32_t queries = argc > 2 ? (uint32_t)atoi(argv[2]) : 300;
    w_open(&w, 42);
    struct jm_corpus *c = jm_corpus_new(w.m, &err);
    if (jm_corpus_load_begin(c, &err))
        abort();
    fill(&w, c, JM_JOB, 1, n);
    fill(&w, c, JM_CANDIDATE, 1000000001, n);
    double start = now_ms();
    if (jm_corpus_load_end(c, 2, &err))
        abort();
    double indexed = now_ms() - start;
    printf("indexed  %8.0f documents/s on 2 threads; %zu bytes a document in all\n",
           2 * n / indexed * 1e3, jm_corpus_bytes(c) / (2 * n));
    fill(&w, c, JM_CANDIDATE, 2000000001, n / 20); /* beside the load: one by one */
    struct jm_corpus_reader *r = jm_corpus_register(c);
    ask(&w, r, JM_JOB, queries);
    ask(&w, r, JM_CANDIDATE, queries);
    brute(&w, r, n);
    jm_corpus_unregister(r);
    jm_corpus_free(c);
    w_close(&w);
    return 0;
}
