/* sum.c - what all claims of a document say about each skill together. */
#include <stdlib.h>
#include <string.h>

#include "dict_int.h"

struct ranked { /* a sum and how much it matters */
    struct jm_skill_sum sum;
    uint32_t rank;
};

static int by_skill(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return x->sum.skill < y->sum.skill ? -1 : x->sum.skill > y->sum.skill;
}

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    return by_skill(a, b);
}

static struct ranked from_claim(const struct jm_claim *c)
{
    return (struct ranked){.sum = {.skill = c->skill, .mentions = 1, .years = c->years,
                                   .level = c->level, .last_year = c->last_year, .must = c->must,
                                   .nice = c->nice, .in_title = c->in_title}};
}

/* Must wins over nice: a skill asked for once is asked for. */
static void merge(struct jm_skill_sum *into, const struct jm_skill_sum *c)
{
    into->mentions = into->mentions < 255 ? (uint8_t)(into->mentions + 1) : 255;
    into->years = c->years > into->years ? c->years : into->years;
    into->level = c->level > into->level ? c->level : into->level;
    into->last_year = c->last_year > into->last_year ? c->last_year : into->last_year;
    into->must |= c->must;
    into->nice |= c->nice;
    into->in_title |= c->in_title;
}

size_t jm_extract_sum(const struct jm_dict *d, const struct jm_extraction *e,
                      struct jm_skill_sum *out, size_t max)
{
    struct ranked *all = malloc((e->n_accepted + 1) * sizeof *all);
    size_t n = 0, kept = 0;
    if (!all)
        return 0;
    for (size_t i = 0; i < e->n_claims; i++)
        if (e->claims[i].accepted)
            all[n++] = from_claim(&e->claims[i]);
    qsort(all, n, sizeof *all, by_skill);
    for (size_t i = 0; i < n; i++) {
        if (kept && all[kept - 1].sum.skill == all[i].sum.skill)
            merge(&all[kept - 1].sum, &all[i].sum);
        else
            all[kept++] = all[i];
    }
    for (size_t i = 0; i < kept; i++) {
        struct jm_skill_sum *s = &all[i].sum;
        s->nice = s->nice && !s->must;
        all[i].rank = (s->must ? 2000u : s->nice ? 1000u : 0u) + d->entries[s->skill].pub.idf * 50u +
                      s->mentions;
    }
    if (kept > max) {
        qsort(all, kept, sizeof *all, by_rank);
        kept = max;
        qsort(all, kept, sizeof *all, by_skill);
    }
    for (size_t i = 0; i < kept; i++)
        out[i] = all[i].sum;
    free(all);
    return kept;
}
