/* model_wish.h - random wishes, and the naive way of asking which of them a document meets. */
#ifndef TESTS_INDEX_MODEL_WISH_H
#define TESTS_INDEX_MODEL_WISH_H

#include "jobmatch/percolate.h"
#include "model.h"

enum { MODEL_MUST = 6, MODEL_ANY = 9, MODEL_WANT = 5, MODEL_WISHES = 4000 };

struct model_wish {
    bool there;
    uint32_t must[MODEL_MUST], any[MODEL_ANY], places[3];
    struct jm_index_want want[MODEL_WANT];
    struct jm_index_filter filter;
    struct jm_wish w;
};

struct model_wishes {
    struct model m; /* only its generator is used */
    struct model_wish wish[MODEL_WISHES];
};

/* What most alerts ask for, in the columns of a list; and now and then something else. */
static inline void rnd_alert_filter(struct model *m, struct model_wish *k)
{
    static const uint32_t pays[] = {0, 100, 350, 12340, 123450};
    k->filter = (struct jm_index_filter){.places = k->places, .n_places = rnd(m, 2),
                                         .pay_min = pays[rnd(m, 5)],
                                         .workplace = (uint8_t)(rnd(m, 3) ? 0 : 1 + rnd(m, 7)),
                                         .employment = (uint8_t)(rnd(m, 4) ? 0 : 1 + rnd(m, 3)),
                                         .place_free = (uint8_t)(rnd(m, 4) ? 0 : 4)};
    k->places[0] = rnd(m, 40) ? 1 + rnd(m, 12) : rnd(m, 2) * UINT32_MAX;
}

static inline void rnd_wish(struct model *m, struct model_wish *k)
{
    k->there = true;
    for (int i = 0; i < MODEL_MUST; i++)
        k->must[i] = rnd_term(m);
    for (int i = 0; i < MODEL_ANY; i++)
        k->any[i] = rnd_term(m);
    for (uint32_t i = 0; i < MODEL_WANT; i++)
        k->want[i] = (struct jm_index_want){(rnd(m, 50) * 5 + i) * 977, (uint16_t)(1 + rnd(m, 9))};
    if (rnd(m, 3))
        rnd_alert_filter(m, k);
    else
        rnd_filter(m, &k->filter, k->places);
    uint32_t many = rnd(m, 8) ? 3 : 0;
    k->w = (struct jm_wish){.must = k->must, .any = k->any, .terms = k->want,
                            .filter = rnd(m, 4) ? &k->filter : NULL,
                            .n_must = rnd(m, MODEL_MUST + 1 - many),
                            .n_any = rnd(m, 3) ? 0 : rnd(m, MODEL_ANY + 1 - many),
                            .n_terms = rnd(m, MODEL_WANT + 1),
                            .floor = rnd(m, 4) ? 0 : rnd(m, 400)};
}

static inline uint32_t model_weight(const struct model_doc *d, uint32_t term)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (jm_index_term_id(d->terms[i]) == term)
            return jm_index_term_weight(d->terms[i]);
    return 0;
}

static inline bool model_meets(const struct jm_wish *w, const struct model_doc *d)
{
    bool any = w->n_any == 0;
    uint32_t points = 0;
    for (uint32_t i = 0; i < w->n_must; i++)
        if (!model_weight(d, w->must[i]))
            return false;
    for (uint32_t i = 0; i < w->n_any; i++)
        any |= model_weight(d, w->any[i]) != 0;
    for (uint32_t i = 0; i < w->n_terms; i++)
        points += w->terms[i].weight * model_weight(d, w->terms[i].term);
    return any && points >= w->floor && jm_index_filter_passes(w->filter, &d->facets);
}

/* The wishes of [from, to) that the document meets, ascending; `ids` has room for all. */
static inline size_t model_match(const struct model_wishes *all, const struct model_doc *d,
                                 uint32_t from, uint32_t to, uint32_t *ids)
{
    size_t n = 0;
    for (uint32_t i = from; i < to; i++)
        if (all->wish[i].there && model_meets(&all->wish[i].w, d))
            ids[n++] = i;
    return n;
}

#endif
