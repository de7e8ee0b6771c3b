/* index_plain.h - the yardstick: what a careful programmer writes first. One array of document
 * numbers and one of weights for each term, 16-bit accumulators (32-bit ones would be slower), and
 * a scan by vectors that clears them and looks for values over the k-th best. And the comparison of
 * it with the index, in turn on every query, answer by answer. */
#ifndef TESTS_BENCH_INDEX_PLAIN_H
#define TESTS_BENCH_INDEX_PLAIN_H

#include "index_data.h"

enum { K_MAX = 200 };

struct plain {
    uint32_t n, n_terms;
    uint64_t *start;
    uint32_t *doc;
    uint8_t *weight;
    uint16_t *acc;
    struct jm_index_facets *facets;
};
/* Microseconds. */
struct times {
    double plain50, plain99, ours50, ours99;
};

static inline void plain_build(struct plain *p, const struct jm_index_doc *docs, uint32_t n,
                               uint32_t n_terms)
{
    *p = (struct plain){.n = (n + 63) & ~63u, .n_terms = n_terms};
    p->start = calloc(n_terms + 1ul, sizeof *p->start);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < docs[i].n_terms; j++)
            p->start[jm_index_term_id(docs[i].terms[j]) + 1]++;
    for (uint32_t t = 0; t < n_terms; t++)
        p->start[t + 1] += p->start[t];
    p->doc = malloc(p->start[n_terms] * sizeof *p->doc + 1);
    p->weight = malloc(p->start[n_terms] + 1);
    p->acc = aligned_alloc(64, p->n * sizeof *p->acc);
    p->facets = calloc(p->n, sizeof *p->facets);
    memset(p->acc, 0, p->n * sizeof *p->acc);
    uint64_t *at = malloc((n_terms + 1ul) * sizeof *at);
    memcpy(at, p->start, (n_terms + 1ul) * sizeof *at);
    for (uint32_t i = 0; i < n; i++) {
        p->facets[i] = docs[i].facets;
        for (uint32_t j = 0; j < docs[i].n_terms; j++) {
            uint64_t x = at[jm_index_term_id(docs[i].terms[j])]++;
            p->doc[x] = i;
            p->weight[x] = jm_index_term_weight(docs[i].terms[j]);
        }
    }
    free(at);
}

static inline void plain_free(struct plain *p)
{
    free(p->start);
    free(p->doc);
    free(p->weight);
    free(p->acc);
    free(p->facets);
}

static inline bool worse(struct jm_index_hit a, struct jm_index_hit b)
{
    return a.points < b.points || (a.points == b.points && a.doc > b.doc);
}

static inline void sift(struct jm_index_hit *h, uint32_t n, uint32_t i)
{
    struct jm_index_hit x = h[i];
    for (uint32_t c; (c = 2 * i + 1) < n; i = c) {
        c += c + 1 < n && worse(h[c + 1], h[c]);
        if (!worse(h[c], x))
            break;
        h[i] = h[c];
    }
    h[i] = x;
}

/* Offer a document to the heap of k; the points a later one must exceed. */
static inline uint16_t offer(struct jm_index_hit *h, uint32_t *n, uint32_t k,
                             struct jm_index_hit x)
{
    if (*n < k) {
        uint32_t i = (*n)++;
        for (; i > 0 && worse(x, h[(i - 1) / 2]); i = (i - 1) / 2)
            h[i] = h[(i - 1) / 2];
        h[i] = x;
    } else if (worse(h[0], x)) {
        h[0] = x;
        sift(h, k, 0);
    }
    return *n < k ? 0 : (uint16_t)h[0].points;
}

typedef uint16_t lanes32 __attribute__((vector_size(64)));

/* The filter is asked where the points would do. */
static __attribute__((target_clones("arch=x86-64-v4", "avx2", "default"))) uint32_t
plain_search(struct plain *p, const struct data_query *q, bool filter, uint32_t k,
             struct jm_index_hit *h)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < q->doc.n; i++) {
        uint16_t w = q->want[i].weight;
        uint64_t end = p->start[q->want[i].term + 1];
        for (uint64_t x = p->start[q->want[i].term]; x < end; x++)
            p->acc[p->doc[x]] = (uint16_t)(p->acc[p->doc[x]] + w * p->weight[x]);
    }
    uint16_t over = 0;
    for (uint32_t i = 0; i < p->n; i += 32) {
        lanes32 *v = (lanes32 *)(void *)(p->acc + i), hit = (lanes32)(*v > over);
        uint64_t any[8], some = 0;
        memcpy(any, &hit, sizeof any);
        for (int j = 0; j < 8; j++)
            some |= any[j];
        for (uint32_t j = 0; some && j < 32; j++)
            if (p->acc[i + j] > over &&
                (!filter || jm_index_filter_passes(&q->filter, &p->facets[i + j])))
                over = offer(h, &n, k, (struct jm_index_hit){i + j, p->acc[i + j]});
        *v = (lanes32){0};
    }
    for (uint32_t m = n; m > 1;) {
        struct jm_index_hit x = h[0];
        h[0] = h[--m];
        h[m] = x;
        sift(h, m, 0);
    }
    return n;
}

static inline struct jm_index_query query_of(const struct data_query *q, bool filter, uint32_t k)
{
    return (struct jm_index_query){q->want, q->doc.n, filter ? &q->filter : NULL, k, 0};
}

/* Both on every query, the best of some rounds by the thread's clock; how many answers differ into
 * *wrong. */
static inline struct times measure(struct plain *p, struct jm_index *ix,
                                   const struct data_query *queries, uint32_t n, bool filter,
                                   uint32_t k, uint32_t rounds, uint32_t *wrong)
{
    struct jm_index_reader *r = jm_index_reader_new(ix, NULL);
    double *plain = malloc(n * sizeof *plain), *ours = malloc(n * sizeof *ours);
    struct jm_index_hit a[K_MAX], b[K_MAX];
    *wrong = 0;
    for (uint32_t round = 0; round < rounds; round++)
        for (uint32_t i = 0; i < n; i++) {
            struct jm_index_query q = query_of(&queries[i], filter, k);
            size_t n_b;
            double t0 = thread_us();
            uint32_t n_a = plain_search(p, &queries[i], filter, k, a);
            double t1 = thread_us();
            JM_ASSERT(jm_index_search(r, &q, b, &n_b, NULL) == 0);
            double t2 = thread_us();
            plain[i] = round && plain[i] < t1 - t0 ? plain[i] : t1 - t0;
            ours[i] = round && ours[i] < t2 - t1 ? ours[i] : t2 - t1;
            *wrong += n_a != n_b || memcmp(a, b, n_b * sizeof *a) != 0;
        }
    struct times t = {at_share(plain, n, .5), at_share(plain, n, .99), at_share(ours, n, .5),
                      at_share(ours, n, .99)};
    jm_index_reader_free(r);
    free(plain);
    free(ours);
    return t;
}

/* A line of the report; a goal of 0 is none. */
static inline void report(const char *what, uint32_t k, struct times t, double goal50,
                          double goal99)
{
    printf("%-26s k=%-4u plain %7.1f %8.1f   index %7.1f %8.1f us   ratio %.2f %.2f", what, k,
           t.plain50, t.plain99, t.ours50, t.ours99, t.ours50 / t.plain50,
           t.ours99 / t.plain99);
    if (goal50 > 0)
        printf("   goal %.2f", goal50);
    if (goal99 > 0)
        printf(" %.2f", goal99);
    putchar('\n');
}

static inline struct jm_index *load(const struct jm_index_doc *docs, uint32_t n, unsigned threads)
{
    struct jm_index *ix = jm_index_new(NULL);
    struct jm_index_stats st;
    double t = now_us();
    JM_ASSERT(ix && jm_index_load(ix, docs, n, threads, NULL) == 0);
    t = (now_us() - t) * 1e-6;
    jm_index_stats(ix, &st);
    printf("%u documents of %.1f terms: loaded in %.1f s on %u threads, %.0f bytes each "
           "(records %.0f, rows %.0f, facets %.0f, maps %.0f)\n", n, (double)st.postings / n, t,
           threads, (double)st.bytes / n, (double)st.bytes_documents / n,
           (double)st.bytes_bounds / n, (double)st.bytes_facets / n, (double)st.bytes_maps / n);
    return ix;
}

#endif
