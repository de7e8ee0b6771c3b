/* load.c - filling an empty corpus: terms are held back by number and indexed all at once. */
#include <stdlib.h>
#include <string.h>

#include "corpus_int.h"

static int hold(struct side *s, uint32_t number, const struct bound_doc *d, struct jm_err *err)
{
    if (number >= s->cap_held) {
        size_t cap = s->cap_held ? s->cap_held * 2 : 4096;
        while (cap <= number)
            cap *= 2;
        struct held *held = realloc(s->held, cap * sizeof *held);
        if (!held)
            return jm_err_set(err, JM_ENOMEM, "out of memory while loading");
        memset(held + s->cap_held, 0, (cap - s->cap_held) * sizeof *held);
        s->held = held;
        s->cap_held = cap;
    }
    struct jm_index_term *terms = malloc((d->n + 1) * sizeof *terms);
    if (!terms)
        return jm_err_set(err, JM_ENOMEM, "out of memory while loading");
    memcpy(terms, d->terms, d->n * sizeof *terms);
    free(s->held[number].terms);
    s->held[number] = (struct held){terms, (uint32_t)d->n, d->facets};
    return 0;
}

int jm_side_put(struct jm_corpus *c, struct side *s, uint32_t number, struct jm_err *err)
{
    const struct bound_doc *d = &c->scratch;
    if (c->loading)
        return hold(s, number, d, err);
    return jm_index_put(s->index, number, d->terms, d->n, &d->facets, err);
}

void jm_side_del(struct jm_corpus *c, struct side *s, uint32_t number)
{
    if (!c->loading) {
        jm_index_del(s->index, number);
    } else if (number < s->cap_held) {
        free(s->held[number].terms);
        s->held[number].terms = NULL;
    }
}

void jm_side_drop_held(struct side *s)
{
    for (size_t i = 0; i < s->cap_held; i++)
        free(s->held[i].terms);
    free(s->held);
    s->held = NULL;
    s->cap_held = 0;
}

int jm_corpus_load_begin(struct jm_corpus *c, struct jm_err *err)
{
    if (c->loading || jm_corpus_count(c, JM_JOB) || jm_corpus_count(c, JM_CANDIDATE))
        return jm_err_set(err, JM_EINVAL, "only an empty corpus can be loaded");
    c->loading = true;
    return 0;
}

static int load_side(struct side *s, unsigned threads, struct jm_err *err)
{
    struct jm_index_doc *docs = malloc((s->cap_held + 1) * sizeof *docs);
    size_t n = 0;
    if (!docs)
        return jm_err_set(err, JM_ENOMEM, "out of memory while loading");
    for (size_t i = 0; i < s->cap_held; i++)
        if (s->held[i].terms)
            docs[n++] = (struct jm_index_doc){.doc = (uint32_t)i, .n_terms = s->held[i].n,
                                              .terms = s->held[i].terms,
                                              .facets = s->held[i].facets};
    int rc = n ? jm_index_load(s->index, docs, n, threads, err) : 0;
    free(docs);
    jm_side_drop_held(s);
    return rc;
}

int jm_corpus_load_end(struct jm_corpus *c, unsigned threads, struct jm_err *err)
{
    int rc = 0;
    c->loading = false;
    for (int k = 0; k < 2 && rc == 0; k++)
        rc = load_side(&c->sides[k], threads, err);
    return rc;
}
