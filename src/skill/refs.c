/* refs.c - sealing, part one: the order of the skills, their parents and relations.
 *
 * Skills are numbered by id, so that numbers do not depend on the order of the files. Relations
 * are made symmetric (the larger weight wins) and stand in one array, heaviest first. */
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "jobmatch/bytes.h"

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct raw_skill *)a)->pub.id, ((const struct raw_skill *)b)->pub.id);
}

/* Sort the entries and rewrite the owners that were numbered in file order. */
static int number_skills(struct dict_draft *d, struct jm_err *err)
{
    uint32_t *now = calloc(d->n_skills + 1, sizeof *now);
    if (!now)
        return jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
    if (d->n_skills)
        qsort(d->skills, d->n_skills, sizeof *d->skills, by_id);
    for (size_t i = 0; i < d->n_skills; i++)
        now[d->skills[i].number] = (uint32_t)i;
    for (size_t i = 1; i < d->n_surfaces; i++)
        d->surfaces[i].owner = now[d->surfaces[i].owner];
    for (size_t i = 0; i < d->n_refs; i++)
        d->refs[i].owner = now[d->refs[i].owner];
    for (size_t i = 0; i < d->n_phrases; i++)
        d->phrases[i].owner = now[d->phrases[i].owner];
    free(now);
    for (size_t i = 0; i < d->n_skills; i++) {
        struct raw_skill *e = &d->skills[i];
        if (i && !strcmp(e->pub.id, d->skills[i - 1].pub.id))
            return draft_fail(d, e->place, err, "skill id '%s' is defined twice", e->pub.id);
        if (jm_map64_get(&d->by_key, e->pub.key))
            return draft_fail(d, e->place, err, "skill id '%s' collides with another, rename it",
                             e->pub.id);
        if (jm_map64_put(&d->by_key, e->pub.key, i))
            return jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
    }
    return 0;
}

static int check_cycles(const struct dict_draft *d, struct jm_err *err)
{
    for (size_t i = 0; i < d->n_skills; i++) {
        size_t steps = 0;
        for (int32_t n = d->skills[i].pub.parent; n >= 0; n = d->skills[n].pub.parent)
            if ((size_t)n == i || ++steps > 32)
                return draft_fail(d, d->skills[i].place, err,
                                 "'%s' is its own ancestor, or more than 32 levels deep",
                                 d->skills[i].pub.id);
    }
    return 0;
}

struct pair {
    uint32_t a, b;
    uint16_t pm;
};

static int by_pair(const void *x, const void *y)
{
    const struct pair *p = x, *q = y;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    if (p->b != q->b)
        return p->b < q->b ? -1 : 1;
    return (int)q->pm - (int)p->pm;
}

static int by_weight(const void *x, const void *y)
{
    const struct jm_skill_related *p = x, *q = y;
    if (p->weight_pm != q->weight_pm)
        return (int)q->weight_pm - (int)p->weight_pm;
    return p->skill < q->skill ? -1 : p->skill > q->skill;
}

static int32_t by_name(const struct dict_draft *d, const char *id)
{
    const uint64_t *n = jm_map64_get(&d->by_key, jm_key64("skill", id, strlen(id)));
    return n && !strcmp(d->skills[*n].pub.id, id) ? (int32_t)*n : -1;
}

/* Resolve parents; put related pairs, both ways, into `pairs`. */
static int resolve(struct dict_draft *d, struct pair *pairs, size_t *n, struct jm_err *err)
{
    for (size_t i = 0; i < d->n_refs; i++) {
        const struct raw_ref *r = &d->refs[i];
        int32_t to = by_name(d, r->id);
        if (to < 0 || (uint32_t)to == r->owner)
            return draft_fail(d, r->place, err, "%s '%s' of '%s' %s",
                             r->weight_pm ? "related" : "parent", r->id,
                             d->skills[r->owner].pub.id,
                             to < 0 ? "is not a skill" : "is the skill itself");
        if (!r->weight_pm) {
            d->skills[r->owner].pub.parent = to;
            continue;
        }
        pairs[(*n)++] = (struct pair){r->owner, (uint32_t)to, r->weight_pm};
        pairs[(*n)++] = (struct pair){(uint32_t)to, r->owner, r->weight_pm};
    }
    return 0;
}

static void store_related(struct dict_draft *d, struct pair *pairs, size_t n)
{
    if (n)
        qsort(pairs, n, sizeof *pairs, by_pair);
    for (size_t i = 0; i < n; i++) {
        struct jm_skill *s = &d->skills[pairs[i].a].pub;
        if (i && pairs[i - 1].a == pairs[i].a && pairs[i - 1].b == pairs[i].b)
            continue;
        if (!s->n_related)
            d->skills[pairs[i].a].related_first = (uint32_t)d->n_related;
        d->related[d->n_related++] = (struct jm_skill_related){pairs[i].b, pairs[i].pm};
        s->n_related++;
    }
    for (size_t i = 0; i < d->n_skills; i++) {
        const struct jm_skill *s = &d->skills[i].pub;
        if (s->n_related > 1)
            qsort(&d->related[d->skills[i].related_first], s->n_related, sizeof *d->related,
                  by_weight);
    }
}

int draft_link(struct dict_draft *d, struct jm_err *err)
{
    size_t n = 0;
    if (number_skills(d, err))
        return -1;
    struct pair *pairs = calloc(d->n_refs * 2 + 1, sizeof *pairs);
    d->related = calloc(d->n_refs * 2 + 1, sizeof *d->related);
    int rc = pairs && d->related ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory for relations");
    if (!rc)
        rc = resolve(d, pairs, &n, err);
    if (!rc)
        rc = check_cycles(d, err);
    if (!rc)
        store_related(d, pairs, n);
    free(pairs);
    return rc;
}
