/* model.h - the naive reference: an array of documents, and random ones to put in it. */
#ifndef TESTS_INDEX_MODEL_H
#define TESTS_INDEX_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "jobmatch/index.h"

enum { MODEL_DOCS = 6000, MODEL_TERMS = 256, MODEL_FEW = 64 };

struct model_doc {
    bool there;
    uint32_t n;
    struct jm_index_term terms[MODEL_TERMS];
    struct jm_index_facets facets;
};

struct model {
    uint64_t rng;
    uint32_t vocabulary; /* term ids are spread over the whole range */
    uint8_t max_weight;
    bool texts; /* documents of many terms */
    struct model_doc docs[MODEL_DOCS];
};

struct model_query {
    struct jm_index_want want[40];
    uint32_t places[3];
    struct jm_index_filter filter;
    struct jm_index_query q;
};

static inline uint32_t rnd(struct model *m, uint32_t n)
{
    return (uint32_t)(jm_rand_next(&m->rng) >> 33) % n;
}

/* A term: small numbers are common. */
static inline uint32_t rnd_term(struct model *m)
{
    uint32_t a = rnd(m, m->vocabulary), b = rnd(m, m->vocabulary);
    return (a < b ? a : b) * 977u % (JM_INDEX_TERM_MAX + 1u);
}

static inline int by_term_id(const void *a, const void *b)
{
    const struct jm_index_term *x = a, *y = b;
    return (x->term_weight > y->term_weight) - (x->term_weight < y->term_weight);
}

/* A few places have most documents, hundreds have the rest; 0 is unknown. */
static inline uint32_t rnd_place(struct model *m)
{
    return rnd(m, 3) ? rnd(m, 12) : 12 + rnd(m, 400);
}

static inline struct jm_index_facets rnd_facets(struct model *m)
{
    return (struct jm_index_facets){
        .tenant = rnd(m, 4), .place = rnd_place(m), .pay = rnd(m, 5) * 100,
        .eligible = rnd(m, 3) ? 1ull << rnd(m, 64) : 0, .languages = rnd(m, 8),
        .flags = rnd(m, 4), .workplace = (uint8_t)rnd(m, 8), .employment = (uint8_t)rnd(m, 4),
        .years = (uint8_t)rnd(m, 20), .level = (uint8_t)rnd(m, 6)};
}

/* Half of the documents have nothing but terms of one of 40 trades, as real ones have: chunks get
 * full of a term that few others have. */
static inline uint32_t rnd_term_of(struct model *m, uint32_t trade)
{
    enum { TRADES = 40, WIDTH = 16, TEXT_WIDTH = 400 };
    if (trade >= TRADES)
        return rnd_term(m);
    uint32_t nth = rnd(m, m->texts ? TEXT_WIDTH : WIDTH);
    return (trade * (m->vocabulary / TRADES) + nth) % m->vocabulary;
}

static inline void rnd_doc(struct model *m, struct model_doc *d)
{
    uint32_t trade = rnd(m, 80);
    uint32_t want = rnd(m, 50) ? 1 + rnd(m, m->texts ? MODEL_TERMS : MODEL_FEW) : 0, n = 0;
    for (uint32_t i = 0; i < want; i++)
        d->terms[i] = jm_index_term(rnd_term_of(m, trade),
                                    (uint8_t)(1 + rnd(m, m->max_weight)));
    qsort(d->terms, want, sizeof d->terms[0], by_term_id);
    for (uint32_t i = 0; i < want; i++)
        if (n == 0 || jm_index_term_id(d->terms[n - 1]) != jm_index_term_id(d->terms[i]))
            d->terms[n++] = d->terms[i];
    d->n = n;
    d->facets = rnd_facets(m);
}

static inline void rnd_filter(struct model *m, struct jm_index_filter *f, uint32_t *places)
{
    memset(f, 0, sizeof *f);
    f->tenant = rnd(m, 3) ? 0 : 1 + rnd(m, 3);
    f->n_places = rnd(m, 3) ? 0 : 1 + rnd(m, 3);
    f->places = places;
    for (uint32_t i = 0; i < f->n_places; i++)
        places[i] = 1 + rnd_place(m);
    f->place_free = (uint8_t)(rnd(m, 2) ? 0 : 4);
    f->workplace = (uint8_t)(rnd(m, 3) ? 0 : 1 + rnd(m, 7));
    f->employment = (uint8_t)(rnd(m, 3) ? 0 : 1 + rnd(m, 3));
    f->years_min = (uint8_t)(rnd(m, 3) ? 0 : rnd(m, 12));
    f->years_max = (uint8_t)(rnd(m, 4) ? 0 : rnd(m, 20));
    f->level_min = (uint8_t)(rnd(m, 4) ? 0 : rnd(m, 4));
    f->level_max = (uint8_t)(rnd(m, 4) ? 0 : rnd(m, 6));
    f->pay_min = rnd(m, 4) ? 0 : 150;
    f->pay_max = rnd(m, 4) ? 0 : 350;
    f->languages = rnd(m, 4) ? 0 : rnd(m, 8);
    f->eligible = rnd(m, 4) ? 0 : jm_rand_next(&m->rng);
    f->flags_all = rnd(m, 4) ? 0 : rnd(m, 4);
    f->flags_none = rnd(m, 4) ? 0 : rnd(m, 4);
}

static inline void rnd_query(struct model *m, struct model_query *q)
{
    static const uint32_t heaviest[] = {10, 255, 65535};
    uint32_t n = 1 + rnd(m, 40), top = heaviest[rnd(m, 3)];
    for (uint32_t i = 0; i < n; i++) {
        q->want[i].term = rnd_term(m);
        q->want[i].weight = (uint16_t)(1 + rnd(m, top));
    }
    rnd_filter(m, &q->filter, q->places);
    q->q = (struct jm_index_query){.terms = q->want, .n_terms = n,
                                   .filter = rnd(m, 2) ? &q->filter : NULL,
                                   .k = rnd(m, 4) ? 1 + rnd(m, 200) : 1 + rnd(m, 8000),
                                   .floor = rnd(m, 3) ? 0 : rnd(m, top * 40)};
}

static inline uint32_t model_points(const struct model_doc *d, const struct jm_index_query *q)
{
    uint32_t points = 0;
    for (uint32_t i = 0; i < d->n; i++)
        for (size_t j = 0; j < q->n_terms; j++)
            if (q->terms[j].term == jm_index_term_id(d->terms[i]))
                points += (uint32_t)q->terms[j].weight * jm_index_term_weight(d->terms[i]);
    return points;
}

static inline int by_rank(const void *a, const void *b)
{
    const struct jm_index_hit *x = a, *y = b;
    if (x->points != y->points)
        return x->points < y->points ? 1 : -1;
    return x->doc < y->doc ? -1 : 1;
}

/* The answer, found the slow way; `out` has room for MODEL_DOCS. */
static inline size_t model_search(const struct model *m, const struct jm_index_query *q,
                                  struct jm_index_hit *out)
{
    size_t n = 0;
    for (uint32_t d = 0; d < MODEL_DOCS; d++) {
        if (!m->docs[d].there || !jm_index_filter_passes(q->filter, &m->docs[d].facets))
            continue;
        uint32_t points = model_points(&m->docs[d], q);
        if (points > 0 && points >= q->floor)
            out[n++] = (struct jm_index_hit){d, points};
    }
    qsort(out, n, sizeof *out, by_rank);
    return n < q->k ? n : q->k;
}

#endif
