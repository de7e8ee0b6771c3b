/* uses: index */
/* index_ranked.c - the index against the plain loop, in one run: ranked searches with and without
 * a filter, while a fifth of the documents changes and afterwards, and on two cores.
 *
 * usage: index_ranked [documents=1000000] [seed=1] [queries=400]
 *        index_ranked FOLDER [queries=400]    candidates.tsv and queries.tsv of another generator
 *
 * Both answer every query in turn, the best of three rounds counts, and every answer is compared.
 * While the documents change an answer is checked for what must hold at any moment: it is in
 * order, no document is there twice, and each has the points of its old or of its new form.
 * Afterwards it must again be the plain loop's, over the documents as they are then. */
#include <pthread.h>

#include "index_plain.h"

enum { ROUNDS = 3, CHANGED_SHARE = 5, SEEN_MAX = 1 << 20 };

struct world {
    uint32_t n, n_queries;
    struct jm_index_doc *docs, *later; /* as loaded; as they will be */
    struct data_query *queries;
    struct plain plain;
    struct jm_index *ix;
    bool stop;
    uint64_t searches;
    double cpu_us; /* of the searching threads */
};

static void compare(struct world *w, const char *what, bool filter, uint32_t k, double goal50,
                    double goal99)
{
    uint32_t wrong;
    struct times t = measure(&w->plain, w->ix, w->queries, w->n_queries, filter, k, ROUNDS,
                             &wrong);
    report(what, k, t, goal50, goal99);
    JM_ASSERT(wrong == 0);
}

static void make_world(struct world *w, int argc, char **argv)
{
    static struct gen g;
    struct data_args a = data_args_read(argc, argv, 400);
    w->n_queries = a.n_queries;
    if (a.folder) {
        w->docs = data_read_docs(a.folder, "candidates.tsv", &w->n);
        w->queries = data_read_queries(a.folder, w->n_queries, &w->n_queries);
        printf("documents of %s, %s\n", a.folder, jm_index_isa());
    } else {
        w->n = a.n;
        gen_init(&g, a.seed, DATA_TERMS, DATA_MEAN, 1);
        w->docs = data_make_docs(&g, w->n);
        w->queries = data_make_queries(&g, w->n_queries, 8, 30);
        printf("documents made up from seed %lu, %s\n", (unsigned long)a.seed, jm_index_isa());
    }
    JM_ASSERT(w->docs && w->queries);
    w->later = malloc(w->n * sizeof *w->later);
    memcpy(w->later, w->docs, w->n * sizeof *w->later);
}

/* ---- two cores ------------------------------------------------------------------------------- */

static pthread_mutex_t sum_lock = PTHREAD_MUTEX_INITIALIZER;

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
    jm_index_reader_free(r);
    pthread_mutex_lock(&sum_lock);
    w->searches += done;
    w->cpu_us += thread_us();
    pthread_mutex_unlock(&sum_lock);
    return NULL;
}

/* Searches a second; *by_cpu: a second that the threads had a core. */
static double throughput(struct world *w, unsigned threads, double *by_cpu)
{
    pthread_t t[2];
    w->searches = 0;
    w->cpu_us = 0;
    __atomic_store_n(&w->stop, false, __ATOMIC_RELAXED);
    double start = now_us();
    for (unsigned i = 0; i < threads; i++)
        pthread_create(&t[i], NULL, search_on, w);
    nanosleep(&(struct timespec){.tv_nsec = 700000000}, NULL);
    __atomic_store_n(&w->stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(t[i], NULL);
    *by_cpu = (double)w->searches / w->cpu_us * 1e6 * threads;
    return (double)w->searches / (now_us() - start) * 1e6;
}

/* In turn, because the machine is never quiet. */
static void two_cores(struct world *w)
{
    enum { TURNS = 5 };
    double one[TURNS], two[TURNS], gain[TURNS], by_cpu[TURNS], cpu1, cpu2;
    for (int i = 0; i < TURNS; i++) {
        one[i] = throughput(w, 1, &cpu1);
        two[i] = throughput(w, 2, &cpu2);
        gain[i] = two[i] / one[i];
        by_cpu[i] = cpu2 / cpu1;
    }
    printf("throughput, top-10: one thread %.0f/s, two %.0f/s: x %.2f; by the time they had a core "
           "x %.2f, goal 1.80\n", at_share(one, TURNS, .5), at_share(two, TURNS, .5),
           at_share(gain, TURNS, .5), at_share(by_cpu, TURNS, .5));
}

/* ---- while documents change ------------------------------------------------------------------ */

static uint32_t points_of(const struct jm_index_doc *d, const struct data_query *q)
{
    uint32_t points = 0;
    for (uint32_t i = 0, j = 0; i < d->n_terms && j < q->doc.n;) {
        uint32_t a = jm_index_term_id(d->terms[i]), b = q->want[j].term;
        if (a == b)
            points += (uint32_t)jm_index_term_weight(d->terms[i]) * q->want[j].weight;
        i += a <= b;
        j += b <= a;
    }
    return points;
}

static bool could_be(const struct world *w, const struct data_query *q,
                     const struct jm_index_hit *h, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i && !worse(h[i], h[i - 1]))
            return false;
        if (h[i].points != points_of(&w->docs[h[i].doc], q) &&
            h[i].points != points_of(&w->later[h[i].doc], q))
            return false;
    }
    return true;
}

struct writer {
    struct world *w;
    double *put, improve; /* us: each, all */
};

static uint32_t changed(const struct world *w) { return w->n / CHANGED_SHARE; }

/* The i-th document to change: a prime's multiples meet each once. */
static uint32_t victim(const struct world *w, uint32_t i)
{
    return (uint32_t)((i + 1ull) * 2147483647u % w->n);
}

static void *change(void *arg)
{
    struct writer *c = arg;
    struct world *w = c->w;
    for (uint32_t i = 0; i < changed(w); i++) {
        static struct jm_index_term terms[JM_INDEX_DOC_TERMS];
        const struct jm_index_doc *d = &w->later[victim(w, i)];
        memcpy(terms, d->terms, d->n_terms * sizeof *terms); /* a caller has just made them */
        double t0 = now_us();
        JM_ASSERT(jm_index_put(w->ix, d->doc, terms, d->n_terms, &d->facets, NULL) == 0);
        c->put[i] = now_us() - t0;
        double t1 = thread_us();
        (void)jm_index_improve(w->ix, 8);
        c->improve += thread_us() - t1;
    }
    __atomic_store_n(&w->stop, true, __ATOMIC_RELEASE);
    return NULL;
}

/* Each search once, beside the plain loop, for a time or until the writer is done. */
static struct times watch(struct world *w, bool until_stop)
{
    static double plain[SEEN_MAX], ours[SEEN_MAX];
    struct jm_index_reader *r = jm_index_reader_new(w->ix, NULL);
    struct jm_index_hit hits[10];
    double start = now_us();
    size_t n = 0, found;
    while (n < SEEN_MAX && (until_stop ? !__atomic_load_n(&w->stop, __ATOMIC_ACQUIRE)
                                       : now_us() - start < 1.5e6)) {
        const struct data_query *q = &w->queries[n % w->n_queries];
        struct jm_index_query ask = query_of(q, false, 10);
        double t0 = thread_us();
        plain_search(&w->plain, q, false, 10, hits);
        double t1 = thread_us();
        JM_ASSERT(jm_index_search(r, &ask, hits, &found, NULL) == 0);
        plain[n] = t1 - t0;
        ours[n++] = thread_us() - t1;
        JM_ASSERT(could_be(w, q, hits, found));
    }
    jm_index_reader_free(r);
    return (struct times){at_share(plain, n, .5), at_share(plain, n, .99), at_share(ours, n, .5),
                          at_share(ours, n, .99)};
}

static void under_change(struct world *w)
{
    struct writer c = {.w = w, .put = malloc((changed(w) + 1ul) * sizeof *c.put)};
    uint64_t rng = 99;
    pthread_t t;
    for (uint32_t i = 0; i < changed(w); i++) {
        uint32_t doc = victim(w, i);
        w->later[doc] = w->docs[jm_rand_next(&rng) % w->n];
        w->later[doc].doc = doc;
    }
    w->stop = false;
    struct times before = watch(w, false);
    pthread_create(&t, NULL, change, &c);
    struct times during = watch(w, true);
    pthread_join(t, NULL);
    report("each once, before", 10, before, 0, 0);
    report("... while 20 % change", 10, during, 0, 0);
    printf("  ratio to before: %.2f, of ratios to the plain loop %.2f, goal 1.10\n",
           during.ours50 / before.ours50,
           during.ours50 / during.plain50 / (before.ours50 / before.plain50));
    double improve = c.improve / changed(w), p50 = at_share(c.put, changed(w), .5);
    printf("upsert, a reader running: p50 %.2f p99 %.2f max %.0f us, goal 1.5 5; and %.2f us of "
           "improvement after each (%u)\n", p50, at_share(c.put, changed(w), .99),
           at_share(c.put, changed(w), 1), improve, changed(w));
    plain_free(&w->plain);
    plain_build(&w->plain, w->later, w->n, DATA_TERMS);
    compare(w, "after 20 % have changed", false, 10, 0.30, 0.50);
    free(c.put);
}

int main(int argc, char **argv)
{
    struct world *w = calloc(1, sizeof *w);
    make_world(w, argc, argv);
    for (uint32_t i = 0; i < w->n; i++)
        w->docs[i].doc = w->later[i].doc = i;
    plain_build(&w->plain, w->docs, w->n, DATA_TERMS);
    w->ix = load(w->docs, w->n, 2);
    puts("  goals: 160 bytes each, 5 million in 30 s\nmicroseconds, p50 and p99:");
    compare(w, "ranked", false, 10, 0.30, 0.50);
    compare(w, "ranked", false, 100, 0.45, 0);
    compare(w, "ranked", false, 200, 0, 0);
    compare(w, "... place and years", true, 10, 0.30, 0.50);
    compare(w, "... place and years", true, 100, 0.45, 0);
    two_cores(w);
    under_change(w);
    jm_index_free(w->ix);
    return 0;
}
