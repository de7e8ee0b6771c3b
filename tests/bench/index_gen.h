/* index_gen.h - a made-up job market for the index benchmarks, the same for a seed everywhere.
 *
 * Skills have a popularity (Zipf) and each of 300 trades has its own list of 40 to 340 of them,
 * half of them popular ones. A document draws most of its skills from one to three trades and the
 * rest from everybody's; its length is lognormal, its weights are 1 to 10. An alert asks for one
 * to three skills of a trade, sometimes for one of a few more, for a place, a pay, remote work.
 * Integers decide every draw. */
#ifndef TESTS_BENCH_INDEX_GEN_H
#define TESTS_BENCH_INDEX_GEN_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "jobmatch/index.h"

enum {
    GEN_TRADES = 300, GEN_LIST_MIN = 40, GEN_LIST_SPAN = 300, GEN_PLACES = 400,
    GEN_ALERT_TERMS = 8, GEN_REMOTE = 2 /* bit in workplace */
};

struct gen_table {
    uint32_t n;
    uint32_t *upto; /* cumulative, of 2^31 */
    uint32_t *id;
};
struct gen {
    uint64_t rng;
    uint32_t n_terms, shortest;
    uint32_t wide;  /* a trade's list is so many times longer */
    uint32_t *seen; /* by term: the last document that has it */
    uint32_t n_docs;
    struct gen_table all, trade[GEN_TRADES], trades, place, length;
};
struct gen_doc {
    uint32_t n;
    struct jm_index_term terms[JM_INDEX_DOC_TERMS];
    struct jm_index_facets facets;
};
/* n_must terms that it asks for all of, then n_any of which it asks for one. */
struct gen_alert {
    uint16_t terms[GEN_ALERT_TERMS];
    uint8_t n_must, n_any;
    bool remote;
    uint16_t place, pay; /* 0: any */
};

static inline uint32_t gen_below(struct gen *g, uint32_t n)
{
    return (uint32_t)((jm_rand_next(&g->rng) >> 32) * n >> 32);
}

/* Draws ids (or 0..n-1) by weight. */
static inline struct gen_table gen_weighted(uint32_t n, const double *weight, const uint32_t *ids)
{
    struct gen_table t = {n, malloc(n * 4ul), malloc(n * 4ul)};
    double sum = 0, at = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += weight[i];
    for (uint32_t i = 0; i < n; i++) {
        at += weight[i];
        t.upto[i] = (uint32_t)(at / sum * 2147483648.0);
        t.id[i] = ids ? ids[i] : i;
    }
    t.upto[n - 1] = 1u << 31;
    return t;
}

/* Zipf with an exponent and an offset. */
static inline struct gen_table gen_zipf(uint32_t n, double offset, double power,
                                        const uint32_t *ids)
{
    double *weight = malloc(n * sizeof *weight);
    for (uint32_t i = 0; i < n; i++)
        weight[i] = pow(i + offset, -power);
    struct gen_table t = gen_weighted(n, weight, ids);
    free(weight);
    return t;
}

static inline uint32_t gen_draw(struct gen *g, const struct gen_table *t)
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

/* Lengths about `mean`, from a quarter of it to ten thirds, and at most what a document holds. */
static inline void gen_lengths(struct gen *g, uint32_t mean)
{
    double weight[JM_INDEX_DOC_TERMS];
    uint32_t n = 0, longest = mean * 10 / 3;
    longest = longest < JM_INDEX_DOC_TERMS ? longest : JM_INDEX_DOC_TERMS;
    g->shortest = 1 + mean / 4;
    for (uint32_t x = g->shortest; x <= longest; x++) {
        double off = (log(x) - log(mean * 0.9)) / 0.5;
        weight[n++] = exp(-off * off / 2) / x;
    }
    g->length = gen_weighted(n, weight, NULL);
}

static inline uint32_t gen_length(struct gen *g) { return g->shortest + gen_draw(g, &g->length); }

/* True once for each term in a document. */
static inline bool gen_new(struct gen *g, uint32_t term)
{
    bool new = g->seen[term] != g->n_docs;
    g->seen[term] = g->n_docs;
    return new;
}

static inline struct gen_table gen_trade(struct gen *g, const uint32_t *shuffled)
{
    uint32_t n = 0, want = g->wide * (GEN_LIST_MIN + gen_below(g, GEN_LIST_SPAN));
    uint32_t *list = malloc(want * sizeof *list);
    g->n_docs++;
    for (uint32_t tries = 0; n < want && tries < 4 * want; tries++) {
        uint32_t term = gen_below(g, 2) ? gen_draw(g, &g->all) : shuffled[gen_below(g, g->n_terms)];
        if (gen_new(g, term))
            list[n++] = term;
    }
    for (uint32_t i = n - 1; i > 0; i--) { /* popular in general is not popular here */
        uint32_t j = gen_below(g, i + 1), t = list[i];
        list[i] = list[j];
        list[j] = t;
    }
    struct gen_table t = gen_zipf(n, 2, 0.9, list);
    free(list);
    return t;
}

static inline void gen_init(struct gen *g, uint64_t seed, uint32_t n_terms, uint32_t mean,
                            uint32_t wide)
{
    uint32_t *shuffled = malloc(n_terms * 4ul);
    g->seen = calloc(n_terms, sizeof *g->seen);
    g->wide = wide;
    g->rng = seed;
    g->n_terms = n_terms;
    for (uint32_t i = 0; i < n_terms; i++)
        shuffled[i] = i;
    for (uint32_t i = n_terms - 1; i > 0; i--) {
        uint32_t j = gen_below(g, i + 1), t = shuffled[i];
        shuffled[i] = shuffled[j];
        shuffled[j] = t;
    }
    g->all = gen_zipf(n_terms, 3, 1.0, shuffled);
    for (uint32_t t = 0; t < GEN_TRADES; t++)
        g->trade[t] = gen_trade(g, shuffled);
    g->trades = gen_zipf(GEN_TRADES, 4, 0.6, NULL);
    g->place = gen_zipf(GEN_PLACES, 2, 1.0, NULL);
    gen_lengths(g, mean);
    free(shuffled);
}

static inline int gen_by_term(const void *a, const void *b)
{
    const struct jm_index_term *x = a, *y = b;
    return (x->term_weight > y->term_weight) - (x->term_weight < y->term_weight);
}

static inline uint8_t gen_weight(struct gen *g)
{
    uint8_t w = 1;
    for (int i = 0; i < 9; i++)
        w = (uint8_t)(w + (gen_below(g, 100) < 42));
    return w;
}

/* n distinct terms, sorted. */
static inline void gen_doc(struct gen *g, uint32_t n, uint32_t stray_percent, struct gen_doc *d)
{
    uint32_t trade[3], roll = gen_below(g, 100), n_trades = roll < 55 ? 1 : roll < 85 ? 2 : 3;
    for (uint32_t i = 0; i < n_trades; i++)
        trade[i] = gen_draw(g, &g->trades);
    d->n = 0;
    g->n_docs++;
    for (uint32_t tries = 0; d->n < n && tries < 20 * n; tries++) {
        uint32_t pick = n_trades == 1 || gen_below(g, 100) < 60 ? 0
                                                                : 1 + gen_below(g, n_trades - 1);
        uint32_t term = gen_below(g, 100) < stray_percent ? gen_draw(g, &g->all)
                                                          : gen_draw(g, &g->trade[trade[pick]]);
        if (gen_new(g, term))
            d->terms[d->n++] = jm_index_term(term, gen_weight(g));
    }
    qsort(d->terms, d->n, sizeof d->terms[0], gen_by_term);
    uint32_t years = gen_below(g, 12) + gen_below(g, 12) + gen_below(g, 8);
    d->facets = (struct jm_index_facets){.place = 1 + gen_draw(g, &g->place),
                                         .years = (uint8_t)(years + 1),
                                         .pay = 20 + 5 * gen_below(g, 8) + 2 * years,
                                         .workplace = gen_below(g, 2) ? 1 : 1 | GEN_REMOTE};
}

static inline void gen_alert(struct gen *g, struct gen_alert *a)
{
    uint32_t trade = gen_draw(g, &g->trades), n = 0;
    *a = (struct gen_alert){.n_must = (uint8_t)(1 + (gen_below(g, 100) < 65) +
                                                (gen_below(g, 100) < 35)),
                            .n_any = (uint8_t)(gen_below(g, 100) < 30 ? 2 + gen_below(g, 4) : 0)};
    g->n_docs++;
    while (n < a->n_must + a->n_any) {
        uint32_t term = gen_below(g, 10) ? gen_draw(g, &g->trade[trade]) : gen_draw(g, &g->all);
        if (gen_new(g, term))
            a->terms[n++] = (uint16_t)term;
    }
    if (gen_below(g, 100) < 60)
        a->place = (uint16_t)(1 + gen_draw(g, &g->place));
    if (gen_below(g, 100) < 40)
        a->pay = (uint16_t)(30 + 5 * gen_below(g, 12));
    a->remote = gen_below(g, 100) < 20;
}

#endif
