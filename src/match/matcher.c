/* matcher.c - the relation table and the small tables of the matcher. See matcher.h. */
#include "matcher.h"

#include <stdlib.h>
#include <string.h>

#include "fixed.h"

struct edge {
    uint32_t asked, has;
    uint16_t credit;
    uint8_t how;
};

struct edges {
    struct edge *items;
    size_t n, cap;
};

enum { LEAST_COSINE_PM = 300 };

static bool add_edge(struct edges *e, uint32_t asked, uint32_t has, unsigned credit, unsigned how)
{
    if (asked == has || credit == 0)
        return true;
    if (e->n == e->cap) {
        size_t cap = e->cap ? e->cap * 2 : 1024;
        struct edge *items = realloc(e->items, cap * sizeof *items);
        if (!items)
            return false;
        e->items = items;
        e->cap = cap;
    }
    e->items[e->n++] = (struct edge){asked, has, (uint16_t)credit, (uint8_t)how};
    return true;
}

static bool edges_of(struct edges *e, const struct jm_dict *d, const struct jm_scoring *s,
                     uint32_t i)
{
    const struct jm_skill *skill = jm_dict_skill(d, i);
    for (uint32_t j = 0; j < skill->n_related; j++) {
        const struct jm_skill_related *r = &skill->related[j];
        unsigned credit = r->weight_pm >= LEAST_COSINE_PM
                              ? (unsigned)s->credit_related * r->weight_pm / 1000 : 0;
        if (!add_edge(e, i, r->skill, credit, JM_CREDIT_RELATED) ||
            !add_edge(e, r->skill, i, credit, JM_CREDIT_RELATED))
            return false;
    }
    if (skill->parent >= 0 &&
        !add_edge(e, i, (uint32_t)skill->parent, s->credit_parent, JM_CREDIT_PARENT))
        return false;
    for (int32_t up = skill->parent; up >= 0; up = jm_dict_skill(d, (uint32_t)up)->parent)
        if (!add_edge(e, (uint32_t)up, i, s->credit_child, JM_CREDIT_CHILD))
            return false;
    return true;
}

/* By pair, the best credit first: what follows with the same pair is dropped. */
static int by_pair(const void *x, const void *y)
{
    const struct edge *a = x, *b = y;
    if (a->asked != b->asked)
        return a->asked < b->asked ? -1 : 1;
    if (a->has != b->has)
        return a->has < b->has ? -1 : 1;
    if (a->credit != b->credit)
        return a->credit > b->credit ? -1 : 1;
    return (a->how > b->how) - (a->how < b->how);
}

static int by_has(const void *x, const void *y)
{
    const struct edge *a = x, *b = y;
    if (a->has != b->has)
        return a->has < b->has ? -1 : 1;
    return (a->asked > b->asked) - (a->asked < b->asked);
}

static void unique(struct edges *e)
{
    size_t n = 0;
    qsort(e->items, e->n, sizeof *e->items, by_pair);
    for (size_t i = 0; i < e->n; i++)
        if (n == 0 || e->items[n - 1].asked != e->items[i].asked ||
            e->items[n - 1].has != e->items[i].has)
            e->items[n++] = e->items[i];
    e->n = n;
}

static int by_credit(const void *x, const void *y)
{
    const struct relation *a = x, *b = y;
    if (a->credit != b->credit)
        return a->credit > b->credit ? -1 : 1;
    return a->other < b->other ? -1 : a->other > b->other;
}

/* One direction: lists by `asked` or by `has`, written from `out` on. */
static void lay_out(const struct edges *e, const struct jm_dict *d, bool asked,
                    struct relation *out, struct relation_list *lists)
{
    for (size_t i = 0; i < e->n;) {
        uint32_t key = asked ? e->items[i].asked : e->items[i].has;
        struct relation *first = out;
        for (; i < e->n && (asked ? e->items[i].asked : e->items[i].has) == key; i++) {
            uint32_t other = asked ? e->items[i].has : e->items[i].asked;
            *out++ = (struct relation){.other = jm_dict_skill(d, other)->key,
                                       .credit = e->items[i].credit, .how = e->items[i].how};
        }
        qsort(first, (size_t)(out - first), sizeof *first, by_credit);
        lists[key] = (struct relation_list){first, (uint32_t)(out - first)};
    }
}

static bool build_relations(struct jm_matcher *m)
{
    struct edges e = {0};
    size_t n = jm_dict_count(m->dict);
    bool ok = true;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = edges_of(&e, m->dict, &m->scoring, i);
    m->by_asked = calloc(n + 1, sizeof *m->by_asked);
    m->by_has = calloc(n + 1, sizeof *m->by_has);
    m->relations = malloc((2 * e.n + 1) * sizeof *m->relations);
    ok = ok && m->by_asked && m->by_has && m->relations;
    if (ok && e.n > 0) {
        unique(&e);
        lay_out(&e, m->dict, true, m->relations, m->by_asked);
        qsort(e.items, e.n, sizeof *e.items, by_has);
        lay_out(&e, m->dict, false, m->relations + e.n, m->by_has);
    }
    free(e.items);
    return ok;
}

struct jm_matcher *jm_matcher_new(const struct jm_dict *dict, const struct jm_scoring *s,
                                  struct jm_err *err)
{
    struct jm_matcher *m = calloc(1, sizeof *m);
    if (m) {
        m->dict = dict;
        m->scoring = *s;
        for (uint32_t i = 1; i <= 1000; i++)
            m->log1000[i] = jm_fx_log2(i);
        if (build_relations(m))
            return m;
    }
    jm_matcher_free(m);
    jm_err_set(err, JM_ENOMEM, "out of memory for the matcher");
    return NULL;
}

void jm_matcher_free(struct jm_matcher *m)
{
    if (!m)
        return;
    free(m->relations);
    free(m->by_has);
    free(m->by_asked);
    free(m);
}

const struct jm_scoring *jm_matcher_scoring(const struct jm_matcher *m) { return &m->scoring; }
const struct jm_dict *jm_matcher_dict(const struct jm_matcher *m) { return m->dict; }

struct relation_list jm_matcher_asked(const struct jm_matcher *m, uint64_t asked)
{
    int32_t i = jm_dict_by_key(m->dict, asked);
    return i >= 0 ? m->by_asked[i] : (struct relation_list){NULL, 0};
}

struct relation_list jm_matcher_has(const struct jm_matcher *m, uint64_t has)
{
    int32_t i = jm_dict_by_key(m->dict, has);
    return i >= 0 ? m->by_has[i] : (struct relation_list){NULL, 0};
}

unsigned jm_matcher_blend(const struct jm_matcher *m, unsigned f, unsigned w)
{
    if (f == 0 || w == 0)
        return 0;
    int64_t p = m->scoring.list_f_permille;
    int64_t log = (p * m->log1000[f] + (1000 - p) * m->log1000[w]) / 1000;
    uint32_t v = (jm_fx_exp2((int32_t)log) + JM_FX_ONE / 2) >> 16;
    return v > 1000 ? 1000 : v;
}

unsigned jm_band_of(unsigned score, unsigned evidence)
{
    static const struct { uint16_t score, evidence; uint8_t band; } steps[] = {
        {800, 600, JM_BAND_A}, {650, 500, JM_BAND_B}, {500, 400, JM_BAND_C}, {350, 0, JM_BAND_D},
    };
    if (evidence < 300)
        return JM_BAND_NONE;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (score >= steps[i].score && evidence >= steps[i].evidence)
            return steps[i].band;
    return JM_BAND_E;
}
