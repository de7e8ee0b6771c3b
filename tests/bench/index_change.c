/* uses: index */
/* index_change.c - loading and changing the index: seconds, bytes by part, how long a put takes
 * while a thread searches, and what the changes do to the searches' time.
 *
 * usage: index_change [documents=1000000] [seed=1] [puts=1000000]
 *
 * Every put replaces a random document by one never seen before, followed by improve(8). Puts are
 * timed by the wall clock, which counts what other programs take: to read the thread's own costs
 * more than a put. */
#include <pthread.h>

#include "index_data.h"

enum { QUERIES = 200, ROUNDS = 3, STEPS = 5, K = 10, BUDGET = 8 };

struct world {
    struct jm_index *ix;
    struct data_query *queries;
    struct gen gen;
    uint32_t n_docs;
    bool stop;
};

static double search_us(struct jm_index_reader *r, const struct data_query *dq)
{
    struct jm_index_query q = {.terms = dq->want, .n_terms = dq->doc.n, .k = K};
    struct jm_index_hit hits[K];
    size_t n;
    double start = thread_us();
    JM_ASSERT(jm_index_search(r, &q, hits, &n, NULL) == 0);
    return thread_us() - start;
}

static void *search_on(void *arg)
{
    struct world *w = arg;
    struct jm_index_reader *r = jm_index_reader_new(w->ix, NULL);
    JM_ASSERT(r);
    for (uint32_t i = 0; !__atomic_load_n(&w->stop, __ATOMIC_RELAXED); i++)
        search_us(r, &w->queries[i % QUERIES]);
    jm_index_reader_free(r);
    return NULL;
}

static void report_searches(struct world *w, uint32_t puts)
{
    double us[QUERIES];
    struct jm_index_reader *r = jm_index_reader_new(w->ix, NULL);
    JM_ASSERT(r);
    for (uint32_t round = 0; round < ROUNDS; round++)
        for (uint32_t i = 0; i < QUERIES; i++) {
            double t = search_us(r, &w->queries[i]);
            us[i] = round && us[i] < t ? us[i] : t;
        }
    jm_index_reader_free(r);
    printf("after %9u puts: top-10 p50 %.1f us, p99 %.1f us\n", puts,
           at_share(us, QUERIES, .5), at_share(us, QUERIES, .99));
}

static void report_memory(const struct world *w)
{
    struct jm_index_stats s;
    jm_index_stats(w->ix, &s);
    double n = (double)s.docs;
    printf("bytes a document: %.1f (records and slots %.1f, rows %.1f, facets %.1f, maps %.1f)\n",
           (double)s.bytes / n, (double)s.bytes_documents / n, (double)s.bytes_bounds / n,
           (double)s.bytes_facets / n, (double)s.bytes_maps / n);
}

static void one_put(struct world *w, struct gen_doc *d, double *put, double *improve)
{
    gen_doc(&w->gen, gen_length(&w->gen), DATA_STRAY, d);
    uint32_t doc = gen_below(&w->gen, w->n_docs);
    double start = now_us();
    JM_ASSERT(jm_index_put(w->ix, doc, d->terms, d->n, &d->facets, NULL) == 0);
    double done = now_us();
    jm_index_improve(w->ix, BUDGET);
    *put = done - start;
    *improve = now_us() - done;
}

static void change(struct world *w, uint32_t n)
{
    static struct gen_doc d;
    double *put = malloc((n + 1) * sizeof *put), *improve = malloc((n + 1) * sizeof *improve);
    pthread_t reader;
    JM_ASSERT(put && improve && n > 0);
    w->stop = false;
    JM_ASSERT(pthread_create(&reader, NULL, search_on, w) == 0);
    for (uint32_t i = 0; i < n; i++)
        one_put(w, &d, &put[i], &improve[i]);
    __atomic_store_n(&w->stop, true, __ATOMIC_RELAXED);
    pthread_join(reader, NULL);
    printf("put p50 %.2f p99 %.2f max %.0f us, improve(%d) p50 %.2f p99 %.2f max %.0f us\n",
           at_share(put, n, .5), at_share(put, n, .99), at_share(put, n, 1), BUDGET,
           at_share(improve, n, .5), at_share(improve, n, .99), at_share(improve, n, 1));
    free(put);
    free(improve);
}

int main(int argc, char **argv)
{
    struct world *w = calloc(1, sizeof *w);
    struct jm_err err = {0};
    JM_ASSERT(w);
    w->n_docs = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    uint32_t puts = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1000000;
    gen_init(&w->gen, seed, DATA_TERMS, DATA_MEAN, 1);
    w->queries = data_make_queries(&w->gen, QUERIES, 8, 30);
    struct jm_index_doc *docs = data_make_docs(&w->gen, w->n_docs);
    w->ix = jm_index_new(&err);
    clock_t cpu = clock();
    double start = now_us();
    JM_ASSERT(w->ix && jm_index_load(w->ix, docs, w->n_docs, 2, &err) == 0);
    printf("seed %lu, %u documents: load %.2f s on two threads, %.2f s of their time\n",
           (unsigned long)seed, w->n_docs, (now_us() - start) * 1e-6,
           (double)(clock() - cpu) / CLOCKS_PER_SEC);
    report_memory(w);
    report_searches(w, 0);
    for (uint32_t i = 1; i <= STEPS; i++) {
        change(w, puts / STEPS);
        report_searches(w, puts / STEPS * i);
    }
    report_memory(w);
    JM_ASSERT(jm_index_check(w->ix, &err) == 0);
    jm_index_free(w->ix);
    return 0;
}
