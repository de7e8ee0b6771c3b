/* index_gen.h - a made-up job market for the index benchmark, the same for a seed everywhere.
 *
 * Skills have a popularity (Zipf) and each of some hundred trades has its own list of them, with a
 * few popular ones mixed in. A document draws most of its skills from one to three trades and the
 * rest from everybody's; weights are a sum of coin throws. Integers decide every draw. */
#ifndef TESTS_BENCH_INDEX_GEN_H
#define TESTS_BENCH_INDEX_GEN_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "jobmatch/index.h"

enum { GEN_TRADES = 300, GEN_LIST = 160, GEN_PLACES = 400 };

struct gen_table {
    uint32_t n;
    uint32_t *upto; /* cumulative, of 2^31 */
    uint32_t *id;
};
struct gen {
    uint64_t rng;
    uint32_t n_terms, mean;
    struct gen_table all, trade[GEN_TRADES], trades, place;
};
struct gen_doc {
    uint32_t n;
    struct jm_index_term terms[JM_INDEX_DOC_TERMS];
    struct jm_index_facets facets;
};

static uint32_t gen_below(struct gen *g, uint32_t n)
{
    return (uint32_t)((jm_rand_next(&g->rng) >> 32) * n >> 32);
}

/* Zipf with an exponent and an offset over ids (or 0..n-1). */
static struct gen_table gen_zipf(uint32_t n, double offset, double power, const uint32_t *ids)
{
    struct gen_table t = {n, malloc(n * 4ul), malloc(n * 4ul)};
    double sum = 0, at = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += pow(i + offset, -power);
    for (uint32_t i = 0; i < n; i++) {
        at += pow(i + offset, -power);
        t.upto[i] = (uint32_t)(at / sum * 2147483648.0);
        t.id[i] = ids ? ids[i] : i;
    }
    t.upto[n - 1] = 1u << 31;
    return t;
}

static uint32_t gen_draw(struct gen *g, const struct gen_table *t)
{
    uint32_t r = gen_below(g, 1u << 31), lo = 0, hi = t->n - 1;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (t->upto[mid] > r)
            hi = mid;
        else
            lo = mid + 1;
    }
    return t->id[lo];
}

static void gen_init(struct gen *g, uint64_t seed, uint32_t n_terms, uint32_t mean)
{
    uint32_t *shuffled = malloc(n_terms * 4ul), list[GEN_LIST];
    g->rng = seed;
    g->n_terms = n_terms;
    g->mean = mean;
    for (uint32_t i = 0; i < n_terms; i++)
        shuffled[i] = i;
    for (uint32_t i = n_terms - 1; i > 0; i--) {
        uint32_t j = gen_below(g, i + 1), t = shuffled[i];
        shuffled[i] = shuffled[j];
        shuffled[j] = t;
    }
    g->all = gen_zipf(n_terms, 3, 1.0, shuffled);
    for (uint32_t t = 0; t < GEN_TRADES; t++) {
        for (uint32_t i = 0; i < GEN_LIST; i++)
            list[i] = gen_below(g, 5) < 2 ? gen_draw(g, &g->all)
                                          : shuffled[gen_below(g, n_terms)];
        g->trade[t] = gen_zipf(GEN_LIST, 2, 0.9, list);
    }
    g->trades = gen_zipf(GEN_TRADES, 4, 0.6, NULL);
    g->place = gen_zipf(GEN_PLACES, 2, 1.0, NULL);
    free(shuffled);
}

static int gen_by_term(const void *a, const void *b)
{
    const struct jm_index_term *x = a, *y = b;
    return (x->term_weight > y->term_weight) - (x->term_weight < y->term_weight);
}

static uint8_t gen_weight(struct gen *g)
{
    uint64_t coins = jm_rand_next(&g->rng) & jm_rand_next(&g->rng);
    coins |= jm_rand_next(&g->rng) & 0x249249; /* a little more than a quarter */
    return (uint8_t)(1 + __builtin_popcountll(coins & 0x1ffff) * 9 / 17);
}

/* n distinct terms, sorted. */
static void gen_doc(struct gen *g, uint32_t n, uint32_t stray_percent, struct gen_doc *d)
{
    uint32_t trade[3], roll = gen_below(g, 100), n_trades = roll < 55 ? 1 : roll < 85 ? 2 : 3;
    for (uint32_t i = 0; i < n_trades; i++)
        trade[i] = gen_draw(g, &g->trades);
    d->n = 0;
    for (uint32_t tries = 0; d->n < n && tries < 8 * n; tries++) {
        uint32_t pick = gen_below(g, 100) < 60 ? 0 : gen_below(g, n_trades), twice = 0;
        uint32_t term = gen_below(g, 100) < stray_percent ? gen_draw(g, &g->all)
                                                          : gen_draw(g, &g->trade[trade[pick]]);
        for (uint32_t i = 0; i < d->n; i++)
            twice |= jm_index_term_id(d->terms[i]) == term;
        if (!twice)
            d->terms[d->n++] = jm_index_term(term, gen_weight(g));
    }
    qsort(d->terms, d->n, sizeof d->terms[0], gen_by_term);
    uint32_t years = gen_below(g, 12) + gen_below(g, 12) + gen_below(g, 8);
    d->facets = (struct jm_index_facets){.place = 1 + gen_draw(g, &g->place),
                                         .years = (uint8_t)(years + 1),
                                         .pay = 20 + 5 * gen_below(g, 8) + 2 * years,
                                         .workplace = gen_below(g, 2) ? 1 : 3};
}

/* A length with a long tail: the mean of three, scaled. */
static uint32_t gen_length(struct gen *g)
{
    uint32_t m = g->mean, n = 5 + gen_below(g, m / 2 + 1) + gen_below(g, m / 2 + 1);
    if (gen_below(g, 5) == 0)
        n += gen_below(g, 2 * m);
    return n < 3 * m + 6 ? n : 3 * m + 6;
}

#endif
