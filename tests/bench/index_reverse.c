/* uses: index */
/* index_reverse.c - which of a million alerts does a posting meet? The percolator against a plain
 * rarest-term filing, in one run.
 *
 * usage: index_reverse [alerts=1000000] [seed=1] [postings=1000]
 *        index_reverse FOLDER [postings=1000]    alerts.tsv and queries.tsv of another generator
 *
 * The plain filing is what a careful programmer writes: each alert in 24 bytes, whole, in one array
 * ordered by its rarest required skill, judged by the place first and the skills by a table of
 * flags. It is static, and its answer is not sorted. Both meet every posting in turn, the best of
 * five rounds counts, and every answer is compared. Then postings are met while a writer replaces a
 * fifth of the alerts by themselves, so that the answers must stay the same. */
#include <pthread.h>
#include <sys/mman.h>

#include "index_data.h"
#include "jobmatch/percolate.h"

enum { ROUNDS = 5 };

struct plain_alert {
    uint32_t id;
    uint16_t req[2]; /* besides the one it is filed under; that one again if there are fewer */
    uint16_t any[GEN_ALERT_TERMS - 3];
    uint8_t n_any;
    bool remote;
    uint16_t place, pay;
};
struct plain {
    uint32_t start[DATA_TERMS + 1];
    struct plain_alert *alerts;
    bool has[DATA_TERMS];
};
struct world {
    struct gen_alert *alerts;
    struct data_query *postings;
    uint32_t n, n_postings;
    uint32_t df[DATA_TERMS];
    struct plain plain;
    struct jm_percolate *p;
    uint32_t **want; /* by posting: how many, then the alerts */
    double *us[3];   /* by posting: plain, ours, ours while alerts change */
    bool stop;
};

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* ---- the plain filing ----------------------------------------------------------------------- */

static uint32_t rarest(const struct world *w, const struct gen_alert *a)
{
    uint32_t best = a->terms[0];
    for (uint32_t i = 1; i < a->n_must; i++)
        if (w->df[a->terms[i]] < w->df[best])
            best = a->terms[i];
    return best;
}

static struct plain_alert plain_of(const struct gen_alert *a, uint32_t id, uint32_t home)
{
    struct plain_alert p = {id, {(uint16_t)home, (uint16_t)home}, {0}, a->n_any, a->remote,
                            a->place, a->pay};
    uint32_t n = 0;
    for (uint32_t i = 0; i < a->n_must; i++)
        if (a->terms[i] != home)
            p.req[n++] = a->terms[i];
    memcpy(p.any, a->terms + a->n_must, a->n_any * sizeof *p.any);
    return p;
}

static void plain_build(struct world *w)
{
    struct plain *p = &w->plain;
    uint32_t *at = malloc(sizeof p->start);
    size_t bytes = (w->n * sizeof *p->alerts + (2ul << 20)) & ~((2ul << 20) - 1);
    for (uint32_t i = 0; i < w->n; i++)
        p->start[rarest(w, &w->alerts[i]) + 1]++;
    for (uint32_t t = 0; t < DATA_TERMS; t++)
        p->start[t + 1] += p->start[t];
    p->alerts = aligned_alloc(2 << 20, bytes);
    madvise(p->alerts, bytes, MADV_HUGEPAGE); /* ours has huge pages too */
    memcpy(at, p->start, sizeof p->start);
    for (uint32_t i = 0; i < w->n; i++) {
        uint32_t home = rarest(w, &w->alerts[i]);
        p->alerts[at[home]++] = plain_of(&w->alerts[i], i, home);
    }
    free(at);
}

static bool plain_meets(const struct plain *p, const struct plain_alert *a,
                        const struct jm_index_facets *f)
{
    if ((a->place && a->place != f->place) || a->pay > f->pay ||
        (a->remote && !(f->workplace & GEN_REMOTE)) || !p->has[a->req[0]] || !p->has[a->req[1]])
        return false;
    bool any = a->n_any == 0;
    for (uint32_t i = 0; i < a->n_any && !any; i++)
        any = p->has[a->any[i]];
    return any;
}

static uint32_t plain_match(struct plain *p, const struct gen_doc *d, uint32_t *ids)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->n; i++)
        p->has[jm_index_term_id(d->terms[i])] = true;
    for (uint32_t i = 0; i < d->n; i++) {
        uint32_t t = jm_index_term_id(d->terms[i]);
        for (uint32_t x = p->start[t]; x < p->start[t + 1]; x++)
            if (plain_meets(p, &p->alerts[x], &d->facets))
                ids[n++] = p->alerts[x].id;
    }
    for (uint32_t i = 0; i < d->n; i++)
        p->has[jm_index_term_id(d->terms[i])] = false;
    return n;
}

/* ---- ours ----------------------------------------------------------------------------------- */

static void add_alert(struct world *w, uint32_t id)
{
    const struct gen_alert *a = &w->alerts[id];
    uint32_t terms[GEN_ALERT_TERMS], place = a->place;
    for (uint32_t i = 0; i < GEN_ALERT_TERMS; i++)
        terms[i] = a->terms[i];
    struct jm_index_filter f = {.places = &place, .n_places = place != 0, .pay_min = a->pay,
                                .workplace = a->remote ? GEN_REMOTE : 0};
    struct jm_wish wish = {.must = terms, .n_must = a->n_must, .any = terms + a->n_must,
                           .n_any = a->n_any, .filter = &f};
    JM_ASSERT(jm_percolate_add(w->p, id, &wish, NULL) == 0);
}

static void ours_build(struct world *w)
{
    uint32_t *terms = malloc(DATA_TERMS * sizeof *terms);
    for (uint32_t t = 0; t < DATA_TERMS; t++)
        terms[t] = t;
    w->p = jm_percolate_new(NULL);
    JM_ASSERT(w->p && jm_percolate_hint(w->p, terms, w->df, DATA_TERMS, NULL) == 0);
    for (uint32_t i = 0; i < w->n; i++)
        add_alert(w, i);
    free(terms);
}

static void keep_least(double *at, double us, uint32_t round)
{
    *at = round && *at < us ? *at : us;
}

static double meet(struct world *w, struct jm_percolate_reader *r, uint32_t i)
{
    const struct gen_doc *d = &w->postings[i].doc;
    const uint32_t *ids;
    size_t n;
    double t0 = now_us();
    JM_ASSERT(jm_percolate_match(r, d->terms, d->n, &d->facets, &ids, &n, NULL) == 0);
    double us = now_us() - t0;
    JM_ASSERT(n == w->want[i][0] && memcmp(ids, w->want[i] + 1, n * sizeof *ids) == 0);
    return us;
}

static void compare(struct world *w)
{
    struct jm_percolate_reader *r = jm_percolate_reader_new(w->p, NULL);
    uint32_t *ids = malloc(w->n * sizeof *ids);
    double matches = 0;
    for (uint32_t round = 0; round < ROUNDS; round++)
        for (uint32_t i = 0; i < w->n_postings; i++) {
            double t0 = now_us();
            uint32_t n = plain_match(&w->plain, &w->postings[i].doc, ids);
            keep_least(&w->us[0][i], now_us() - t0, round);
            if (round == 0) {
                qsort(ids, n, sizeof *ids, by_id);
                w->want[i] = malloc((n + 1ul) * sizeof *ids);
                w->want[i][0] = n;
                memcpy(w->want[i] + 1, ids, n * sizeof *ids);
                matches += n;
            }
            keep_least(&w->us[1][i], meet(w, r, i), round);
        }
    printf("%u postings meet %.0f alerts each on the mean, all answers the same\n", w->n_postings,
           matches / w->n_postings);
    free(ids);
    jm_percolate_reader_free(r);
}

static void *meet_on(void *arg)
{
    struct world *w = arg;
    struct jm_percolate_reader *r = jm_percolate_reader_new(w->p, NULL);
    for (uint32_t round = 0; round < ROUNDS || !__atomic_load_n(&w->stop, __ATOMIC_RELAXED);
         round++)
        for (uint32_t i = 0; i < w->n_postings; i++)
            keep_least(&w->us[2][i], meet(w, r, i), round);
    jm_percolate_reader_free(r);
    return NULL;
}

/* A fifth of the alerts is replaced, by the same, while a thread meets postings. */
static void change(struct world *w)
{
    uint32_t n = w->n / 5;
    double *us = malloc((n + 1ul) * sizeof *us);
    uint64_t rng = 7;
    pthread_t t;
    pthread_create(&t, NULL, meet_on, w);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t id = (uint32_t)(jm_rand_next(&rng) % w->n);
        double t0 = now_us();
        add_alert(w, id);
        us[i] = now_us() - t0;
    }
    __atomic_store_n(&w->stop, true, __ATOMIC_RELAXED);
    pthread_join(t, NULL);
    printf("replacing an alert, one reader: p50 %.2f p99 %.2f us (%u)\n", at_share(us, n, .5),
           at_share(us, n, .99), n);
    free(us);
}

static void report(struct world *w)
{
    static const char *const what[3] = {"plain filing", "percolator", "... while alerts change"};
    double plain = at_share(w->us[0], w->n_postings, .5);
    for (int i = 0; i < 3; i++) {
        double p50 = at_share(w->us[i], w->n_postings, .5);
        double p99 = at_share(w->us[i], w->n_postings, .99);
        printf("%-24s p50 %6.1f p99 %6.1f us", what[i], p50, p99);
        if (i)
            printf("   ratio %.2f (goal .50)", p50 / plain);
        putchar('\n');
    }
}

static void make_world(struct world *w, int argc, char **argv)
{
    static struct gen g;
    struct data_args a = data_args_read(argc, argv, 1000);
    w->n_postings = a.n_queries;
    if (a.folder) {
        w->alerts = data_read_alerts(a.folder, &w->n);
        w->postings = data_read_queries(a.folder, w->n_postings, &w->n_postings);
        printf("alerts of %s, %s\n", a.folder, jm_index_isa());
    } else {
        w->n = a.n;
        gen_init(&g, a.seed, DATA_TERMS, DATA_MEAN, 1);
        w->alerts = malloc(w->n * sizeof *w->alerts);
        for (uint32_t i = 0; i < w->n; i++)
            gen_alert(&g, &w->alerts[i]);
        w->postings = data_make_queries(&g, w->n_postings, 8, 30);
        printf("alerts made up from seed %lu, %s\n", (unsigned long)a.seed, jm_index_isa());
    }
    JM_ASSERT(w->alerts && w->postings);
}

int main(int argc, char **argv)
{
    struct world *w = calloc(1, sizeof *w);
    struct jm_percolate_stats st;
    make_world(w, argc, argv);
    for (uint32_t i = 0; i < w->n; i++)
        for (uint32_t j = 0; j < w->alerts[i].n_must; j++)
            w->df[w->alerts[i].terms[j]]++;
    w->want = calloc(w->n_postings, sizeof *w->want);
    for (int i = 0; i < 3; i++)
        w->us[i] = calloc(w->n_postings, sizeof **w->us);
    plain_build(w);
    double t = now_us();
    ours_build(w);
    t = now_us() - t;
    jm_percolate_stats(w->p, &st);
    printf("%u alerts, added in %.1f s, %.0f bytes each (plain: %zu)\n", w->n, t * 1e-6,
           (double)st.bytes / w->n, sizeof(struct plain_alert));
    compare(w);
    change(w);
    report(w);
    JM_ASSERT(jm_percolate_check(w->p, NULL) == 0);
    jm_percolate_free(w->p);
    return 0;
}
