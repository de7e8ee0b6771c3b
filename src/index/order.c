/* order.c - an order in which neighbours share terms: recursive graph bisection.
 *
 * The published algorithm (Dhulipala and others, 2016): cut the documents in two halves, move
 * documents between them while that makes the lists of gaps cheaper, go on with each half. Three
 * differences: a round moves by selection (the half with the smallest gains goes left) instead of
 * sorting and swapping pairs; a part ends at one chunk; and few rounds are made, because the first
 * ones bring nearly all. The result depends on the input alone, not on the number of threads: both
 * halves of a cut are independent. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "index_int.h"

enum { ROUNDS = 4 };

/* What all parts share. */
struct bisection {
    const uint64_t *start;
    const uint32_t *rows;
    const float *log2_of;
    uint32_t *perm;
    uint32_t leaf, n_rows, n_docs;
};

/* One thread's scratch. left and right first count a row's documents in each half, then hold what
 * moving one of them would gain. */
union tally {
    uint32_t n;
    float gain;
};
struct scratch {
    union tally (*of)[2]; /* by row: left, right */
    uint32_t *seen;       /* rows of this part */
    float *gain;          /* by document of this part */
};

static int scratch_init(struct scratch *s, uint32_t n_rows, uint32_t n_docs)
{
    s->of = calloc(n_rows + 1, sizeof *s->of);
    s->seen = malloc((n_rows + 1) * sizeof *s->seen);
    s->gain = malloc((n_docs + 1) * sizeof *s->gain);
    return s->of && s->seen && s->gain ? 0 : -1;
}

static void scratch_fini(struct scratch *s)
{
    free(s->of);
    free(s->seen);
    free(s->gain);
}

/* Put the `k` smallest gains first. */
static void select_smallest(float *gain, uint32_t *perm, int64_t n, int64_t k)
{
    int64_t lo = 0, hi = n - 1;
    while (lo < hi) {
        float pivot = gain[lo + (hi - lo) / 2];
        int64_t i = lo, j = hi;
        while (i <= j) {
            while (gain[i] < pivot)
                i++;
            while (gain[j] > pivot)
                j--;
            if (i > j)
                break;
            float g = gain[i];
            uint32_t p = perm[i];
            gain[i] = gain[j];
            perm[i++] = perm[j];
            gain[j] = g;
            perm[j--] = p;
        }
        if (k <= j)
            hi = j;
        else if (k >= i)
            lo = i;
        else
            return;
    }
}

/* Bits to write the gaps of d documents among 2^log2_n, about. */
static float cost(const struct bisection *b, uint32_t d, float log2_n)
{
    return (float)d * (log2_n - b->log2_of[d + 1]);
}

/* From counts to gains: left = gain of moving one from left to right; right = the loss of moving
 * one from right to left. Either way: the larger, the further right the document belongs. */
static void gains_of_rows(const struct bisection *b, struct scratch *s, uint32_t n_seen,
                          uint32_t n_left, uint32_t n_right)
{
    float ll = b->log2_of[n_left], lr = b->log2_of[n_right];
    for (uint32_t i = 0; i < n_seen; i++) {
        union tally *t = s->of[s->seen[i]];
        uint32_t l = t[0].n, r = t[1].n;
        float now = cost(b, l, ll) + cost(b, r, lr), to_right = 0, to_left = 0;
        if (l)
            to_right = now - cost(b, l - 1, ll) - cost(b, r + 1, lr);
        if (r)
            to_left = now - cost(b, l + 1, ll) - cost(b, r - 1, lr);
        t[0].gain = to_right;
        t[1].gain = -to_left;
    }
}

static uint32_t count_rows(const struct bisection *b, struct scratch *s, const uint32_t *perm,
                           uint32_t n, uint32_t half)
{
    uint32_t n_seen = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i + 8 < n)
            __builtin_prefetch(&b->rows[b->start[perm[i + 8]]]);
        for (uint64_t x = b->start[perm[i]]; x < b->start[perm[i] + 1]; x++) {
            union tally *t = s->of[b->rows[x]];
            if (!t[0].n && !t[1].n)
                s->seen[n_seen++] = b->rows[x];
            t[i >= half].n++;
        }
    }
    return n_seen;
}

/* One round. False: nothing wants to move any more. */
static bool improve_cut(const struct bisection *b, struct scratch *s, uint32_t *perm, uint32_t n,
                        uint32_t half)
{
    uint32_t n_seen = count_rows(b, s, perm, n, half);
    gains_of_rows(b, s, n_seen, half, n - half);
    float most_left = -INFINITY, least_right = INFINITY;
    for (uint32_t i = 0; i < n; i++) {
        if (i + 8 < n)
            __builtin_prefetch(&b->rows[b->start[perm[i + 8]]]);
        float g = 0;
        for (uint64_t x = b->start[perm[i]]; x < b->start[perm[i] + 1]; x++)
            g += s->of[b->rows[x]][i >= half].gain;
        s->gain[i] = g;
        if (i < half)
            most_left = g > most_left ? g : most_left;
        else
            least_right = g < least_right ? g : least_right;
    }
    for (uint32_t i = 0; i < n_seen; i++)
        s->of[s->seen[i]][0].n = s->of[s->seen[i]][1].n = 0;
    if (most_left <= least_right)
        return false;
    select_smallest(s->gain, perm, n, half);
    return true;
}

static uint32_t cut(const struct bisection *b, struct scratch *s, uint32_t lo, uint32_t n)
{
    uint32_t leaves = (n + b->leaf - 1) / b->leaf;
    uint32_t half = (leaves + 1) / 2 * b->leaf;
    for (int i = 0; i < ROUNDS; i++)
        if (!improve_cut(b, s, b->perm + lo, n, half))
            break;
    return half;
}

static void bisect(const struct bisection *b, struct scratch *s, uint32_t lo, uint32_t n)
{
    if (n <= b->leaf)
        return;
    uint32_t half = cut(b, s, lo, n);
    bisect(b, s, lo, half);
    bisect(b, s, lo + half, n - half);
}

/* ---- threads: the first cut is made by one, then each half by its own, and so on ---------- */

struct part {
    const struct bisection *b;
    struct scratch *scratch;
    uint32_t lo, n;
    unsigned threads;
    int rc;
};

static void *bisect_part(void *arg);

static int bisect_shared(const struct bisection *b, struct scratch *s, uint32_t lo, uint32_t n,
                         unsigned threads)
{
    if (threads < 2 || n <= 64 * b->leaf) {
        bisect(b, s, lo, n);
        return 0;
    }
    uint32_t half = cut(b, s, lo, n);
    struct scratch other;
    struct part right = {b, &other, lo + half, n - half, threads / 2, 0};
    pthread_t thread;
    bool own = scratch_init(&other, b->n_rows, n - half) == 0 &&
               pthread_create(&thread, NULL, bisect_part, &right) == 0;
    int rc = bisect_shared(b, s, lo, half, threads - threads / 2);
    if (own)
        pthread_join(thread, NULL);
    else
        right.rc = bisect_shared(b, s, lo + half, n - half, 1);
    scratch_fini(&other);
    return rc < 0 ? rc : right.rc;
}

static void *bisect_part(void *arg)
{
    struct part *p = arg;
    p->rc = bisect_shared(p->b, p->scratch, p->lo, p->n, p->threads);
    return NULL;
}

int order_bisect(const uint64_t *start, const uint32_t *rows, uint32_t n_docs, uint32_t n_rows,
                 uint32_t leaf, unsigned threads, uint32_t *perm)
{
    struct scratch s = {0};
    float *log2_of = malloc((n_docs + 3) * sizeof *log2_of);
    int rc = log2_of ? scratch_init(&s, n_rows, n_docs) : -1;
    if (rc == 0) {
        log2_of[0] = 0;
        for (uint32_t i = 1; i < n_docs + 3; i++)
            log2_of[i] = log2f((float)i);
        for (uint32_t i = 0; i < n_docs; i++)
            perm[i] = i;
        struct bisection b = {start, rows, log2_of, perm, leaf, n_rows, n_docs};
        rc = bisect_shared(&b, &s, 0, n_docs, threads);
    }
    scratch_fini(&s);
    free(log2_of);
    return rc;
}
