/* uses: index */
/* index_ranked.c - the index against the plain loop, in one run, on made-up data.
 *
 * usage: index_ranked [documents=1000000] [seed=1] [queries=400]
 *        index_ranked FOLDER [queries=400]    candidates.tsv and queries.tsv of another generator
 *
 * The plain loop is what a careful programmer writes first: one array of document numbers and one
 * of weights for each term, 16-bit accumulators, and a scan that clears them and looks for values
 * over the k-th best. Both answer every query in turn, the best of three rounds counts, and every
 * answer is compared. */
#include <pthread.h>

#include "index_data.h"

enum { MEAN = 18, K_MAX = 200, ROUNDS = 3 };

struct plain {
    uint64_t start[DATA_TERMS + 1];
    uint32_t *doc;
    uint8_t *weight;
    uint16_t *acc;
    const struct jm_index_facets *facets;
    uint32_t n;
};
struct world {
    uint32_t n, n_queries;
    struct jm_index_doc *docs;
    struct data_query *queries;
    struct plain plain;
    struct jm_index *ix;
    bool stop;
    uint64_t searches;
};

static void plain_build(struct plain *p, const struct jm_index_doc *docs, uint32_t n,
                        struct jm_index_facets *facets)
{
    p->n = (n + 63) & ~63u;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < docs[i].n_terms; j++)
            p->start[jm_index_term_id(docs[i].terms[j]) + 1]++;
    for (uint32_t t = 0; t < DATA_TERMS; t++)
        p->start[t + 1] += p->start[t];
    p->doc = malloc(p->start[DATA_TERMS] * 4);
    p->weight = malloc(p->start[DATA_TERMS]);
    p->acc = aligned_alloc(64, p->n * 2ul);
    memset(p->acc, 0, p->n * 2ul);
    uint64_t *at = malloc(sizeof p->start);
    memcpy(at, p->start, sizeof p->start);
    for (uint32_t i = 0; i < n; i++) {
        facets[i] = docs[i].facets;
        for (uint32_t j = 0; j < docs[i].n_terms; j++) {
            uint64_t x = at[jm_index_term_id(docs[i].terms[j])]++;
            p->doc[x] = i;
            p->weight[x] = jm_index_term_weight(docs[i].terms[j]);
        }
    }
    p->facets = facets;
    free(at);
}

static bool worse(struct jm_index_hit a, struct jm_index_hit b)
{
    return a.points < b.points || (a.points == b.points && a.doc > b.doc);
}

static void sift(struct jm_index_hit *h, uint32_t n, uint32_t i)
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
static uint16_t offer(struct jm_index_hit *h, uint32_t *n, uint32_t k, struct jm_index_hit x)
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

/* Scan and clear, 32 accumulators at a time. */
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

static struct jm_index_query query_of(const struct data_query *q, bool filter, uint32_t k)
{
    return (struct jm_index_query){q->want, q->doc.n, filter ? &q->filter : NULL, k, 0};
}

/* Both on every query; `same` off when the index has moved on from the plain loop's data. */
static void compare(struct world *w, const char *what, bool filter, uint32_t k, bool same)
{
    struct jm_index_reader *r = jm_index_reader_new(w->ix, NULL);
    double *plain = malloc(w->n_queries * 8), *ours = malloc(w->n_queries * 8);
    struct jm_index_hit a[K_MAX], b[K_MAX];
    uint32_t wrong = 0;
    for (uint32_t round = 0; round < ROUNDS; round++)
        for (uint32_t i = 0; i < w->n_queries; i++) {
            struct jm_index_query q = query_of(&w->queries[i], filter, k);
            size_t n_b;
            double t0 = now_us();
            uint32_t n_a = plain_search(&w->plain, &w->queries[i], filter, k, a);
            double t1 = now_us();
            JM_ASSERT(jm_index_search(r, &q, b, &n_b, NULL) == 0);
            double t2 = now_us();
            plain[i] = round && plain[i] < t1 - t0 ? plain[i] : t1 - t0;
            ours[i] = round && ours[i] < t2 - t1 ? ours[i] : t2 - t1;
            wrong += same && (n_a != n_b || memcmp(a, b, n_b * sizeof *a) != 0);
        }
    double p50 = at_share(plain, w->n_queries, .5), p99 = at_share(plain, w->n_queries, .99);
    double o50 = at_share(ours, w->n_queries, .5), o99 = at_share(ours, w->n_queries, .99);
    printf("%-22s k=%-3u plain p50 %7.1f p99 %7.1f  index p50 %7.1f p99 %7.1f us  "
           "ratio p50 %.2f p99 %.2f  wrong %u\n",
           what, k, p50, p99, o50, o99, o50 / p50, o99 / p99, wrong);
    JM_ASSERT(wrong == 0);
    jm_index_reader_free(r);
    free(plain);
    free(ours);
}

static void make_world(struct world *w, int argc, char **argv)
{
    static struct gen g;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    bool folder = argc > 1 && strchr(argv[1], '/');
    const char *last = folder ? argc > 2 ? argv[2] : "400" : argc > 3 ? argv[3] : "400";
    w->n_queries = (uint32_t)strtoul(last, NULL, 10);
    if (folder) {
        w->docs = data_read_docs(argv[1], "candidates.tsv", &w->n);
        w->queries = data_read_queries(argv[1], w->n_queries, &w->n_queries);
        printf("documents of %s, %s\n", argv[1], jm_index_isa());
    } else {
        w->n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
        gen_init(&g, seed, DATA_TERMS, MEAN);
        w->docs = data_make_docs(&g, w->n);
        w->queries = data_make_queries(&g, w->n_queries, 8, 30);
        printf("documents made up from seed %lu, %s\n", (unsigned long)seed, jm_index_isa());
    }
    JM_ASSERT(w->docs && w->queries);
}

static void *search_on(void *arg)
{
    struct world *w = arg;
    struct jm_index_reader *r = jm_index_reader_new(w->ix, NULL);
    struct jm_index_hit hits[10];
    uint64_t done = 0;
    size_t n;
    while (!__atomic_load_n(&w->stop, __ATOMIC_RELAXED)) {
        struct jm_index_query q = query_of(&w->queries[done % w->n_queries], false, 10);
        JM_ASSERT(jm_index_search(r, &q, hits, &n, NULL) == 0);
        done++;
    }
    __atomic_fetch_add(&w->searches, done, __ATOMIC_RELAXED);
    jm_index_reader_free(r);
    return NULL;
}

static double throughput(struct world *w, unsigned threads)
{
    pthread_t t[2];
    w->searches = 0;
    __atomic_store_n(&w->stop, false, __ATOMIC_RELAXED);
    double start = now_us();
    for (unsigned i = 0; i < threads; i++)
        pthread_create(&t[i], NULL, search_on, w);
    nanosleep(&(struct timespec){.tv_sec = 2}, NULL);
    __atomic_store_n(&w->stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(t[i], NULL);
    return (double)w->searches / (now_us() - start) * 1e6;
}

/* Replace `n` documents by others' content while one thread searches. */
static void change(struct world *w, uint32_t n)
{
    uint64_t rng = 99;
    double *put = malloc(n * 8ul), rest = 0;
    pthread_t t;
    __atomic_store_n(&w->stop, false, __ATOMIC_RELAXED);
    pthread_create(&t, NULL, search_on, w);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t doc = (uint32_t)(jm_rand_next(&rng) % w->n);
        const struct jm_index_doc *d = &w->docs[jm_rand_next(&rng) % w->n];
        double t0 = now_us();
        JM_ASSERT(jm_index_put(w->ix, doc, d->terms, d->n_terms, &d->facets, NULL) == 0);
        double t1 = now_us();
        jm_index_improve(w->ix, 2);
        put[i] = t1 - t0;
        rest += now_us() - t1;
    }
    __atomic_store_n(&w->stop, true, __ATOMIC_RELAXED);
    pthread_join(t, NULL);
    printf("upsert, one reader: p50 %.2f p99 %.2f max %.0f us; improve %.2f us each (%u)\n",
           at_share(put, n, .5), at_share(put, n, .99), at_share(put, n, 1), rest / n, n);
    free(put);
}

int main(int argc, char **argv)
{
    struct world *w = calloc(1, sizeof *w);
    struct jm_err err = {0};
    struct jm_index_stats st;
    make_world(w, argc, argv);
    plain_build(&w->plain, w->docs, w->n, malloc((w->n + 64ul) * sizeof *w->plain.facets));
    w->ix = jm_index_new(&err);
    double t = now_us();
    JM_ASSERT(w->ix && jm_index_load(w->ix, w->docs, w->n, 2, &err) == 0);
    t = now_us() - t;
    jm_index_stats(w->ix, &st);
    printf("%u documents, %lu postings, load %.1f s, %lu bytes a document, %s\n", w->n,
           (unsigned long)st.postings, t * 1e-6, (unsigned long)(st.bytes / st.docs),
           jm_index_isa());
    compare(w, "ranked", false, 10, true);
    compare(w, "ranked", false, 100, true);
    compare(w, "ranked", false, 200, true);
    compare(w, "ranked, place and years", true, 10, true);
    double one = throughput(w, 1), two = throughput(w, 2);
    printf("throughput: one thread %.0f/s, two %.0f/s: x %.2f\n", one, two, two / one);
    change(w, w->n / 5);
    compare(w, "after 20 % changed", false, 10, false);
    puts("Xapian, PostgreSQL: not run by this benchmark");
    jm_index_free(w->ix);
    return 0;
}
