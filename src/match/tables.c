/* tables.c - a query document laid out for meeting many others.
 *
 * Two small hash tables that fit the first-level cache: skill key -> which of the query's skills it
 * concerns and with what credit; feature id -> its weights in the query's titles (one lane a
 * title) or words. Meeting a document is then one look-up per skill, feature and word of it, in
 * either direction, with the same result: the relation lists agree and the sums are integers. */
#include <stdlib.h>
#include <string.h>

#include "fixed.h"
#include "score.h"
#include "tables.h"

static uint32_t power_of_two(size_t least)
{
    uint32_t n = 16;
    while (n < least)
        n *= 2;
    return n;
}

/* --- skills ---------------------------------------------------------------------------------- */

struct draft { /* a link before it is filed under its key */
    uint64_t key;
    struct link link;
};

static int by_draft(const void *x, const void *y)
{
    const struct draft *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->link.index > b->link.index) - (a->link.index < b->link.index);
}

static struct relation_list others(const struct jm_scorer *s, uint64_t key)
{
    return s->job_asks ? jm_matcher_asked(s->pair.m, key) : jm_matcher_has(s->pair.m, key);
}

static size_t draft_links(const struct jm_scorer *s, struct draft *out)
{
    size_t n = 0;
    for (uint8_t i = 0; i < s->query->n_skills; i++) {
        uint64_t key = s->query->skills[i].key;
        struct relation_list r = others(s, key);
        if (out)
            out[n] = (struct draft){key, {.index = i, .how = JM_CREDIT_SAME, .credit = 1000}};
        n++;
        for (uint32_t j = 0; j < r.n; j++, n++)
            if (out)
                out[n] = (struct draft){r.items[j].other, {.index = i, .how = r.items[j].how,
                                                           .credit = r.items[j].credit}};
    }
    return n;
}

static bool build_links(struct jm_scorer *s)
{
    size_t n = draft_links(s, NULL);
    struct draft *d = malloc((n + 1) * sizeof *d);
    s->links = malloc((n + 1) * sizeof *s->links);
    s->key_mask = power_of_two(2 * n) - 1;
    s->keys = calloc(s->key_mask + 1, sizeof *s->keys);
    bool ok = d && s->links && s->keys;
    if (ok) {
        draft_links(s, d);
        qsort(d, n, sizeof *d, by_draft);
    }
    for (size_t i = 0; ok && i < n;) {
        uint32_t at = (uint32_t)d[i].key & s->key_mask;
        while (s->keys[at].n)
            at = (at + 1) & s->key_mask;
        s->keys[at] = (struct key_slot){.key = d[i].key, .first = (uint32_t)i};
        for (uint64_t key = d[i].key; i < n && d[i].key == key; i++) {
            s->links[i] = d[i].link;
            s->keys[at].n++;
        }
    }
    s->n_links = n;
    free(d);
    return ok;
}

static const struct key_slot *find_key(const struct jm_scorer *s, uint64_t key)
{
    for (uint32_t at = (uint32_t)key & s->key_mask; s->keys[at].n; at = (at + 1) & s->key_mask)
        if (s->keys[at].key == key)
            return &s->keys[at];
    return NULL;
}

/* --- features -------------------------------------------------------------------------------- */

static struct id_slot *find_id(const struct jm_scorer *s, uint32_t id)
{
    uint32_t at = (id * 0x9e3779b1u) & s->id_mask;
    while (s->ids[at].id && s->ids[at].id != id)
        at = (at + 1) & s->id_mask;
    return &s->ids[at];
}

static bool build_ids(struct jm_scorer *s)
{
    const struct jm_doc *q = s->query;
    size_t n = q->n_terms;
    for (size_t i = 0; i < q->n_titles; i++)
        n += q->titles[i].n_features;
    s->id_mask = power_of_two(2 * n) - 1;
    s->ids = calloc(s->id_mask + 1, sizeof *s->ids);
    if (!s->ids)
        return false;
    for (size_t i = 0; i < q->n_titles; i++)
        for (size_t j = 0; j < q->titles[i].n_features; j++) {
            struct id_slot *slot = find_id(s, q->titles[i].ids[j]);
            slot->id = q->titles[i].ids[j];
            slot->weight[i] = q->titles[i].weights[j];
        }
    for (size_t i = 0; i < q->n_terms; i++) {
        struct id_slot *slot = find_id(s, q->term_ids[i]);
        slot->id = q->term_ids[i];
        slot->weight[WORD_LANE] = q->term_weights[i];
    }
    return true;
}

/* --- meeting --------------------------------------------------------------------------------- */

/* The job's skill i met the person's skill j. */
static void meet_skill(struct jm_scorer *s, size_t i, size_t j, const struct link *l)
{
    struct pair *p = &s->pair;
    const struct jm_doc_skill *asked = &p->job->skills[i], *has = &p->person->skills[j];
    unsigned v = l->credit;
    if (l->credit > p->wanted[j])
        p->wanted[j] = l->credit;
    if (l->credit > p->plain[i] && jm_is_recent(has, p->year))
        p->plain[i] = l->credit;
    if (has->last_year && p->year > has->last_year) {
        int ago = p->year - has->last_year;
        v = v * s->recency[ago < RECENCY_YEARS ? ago : RECENCY_YEARS - 1] / 1000;
    }
    if (asked->years && has->years)
        v = v * jm_years_pm(has->years, asked->years) / 1000;
    bool tie = v == p->credit[i] && v > 0 && p->by[i] >= 0 &&
               (l->how < p->how[i] || (l->how == p->how[i] && (int)j < p->by[i]));
    if (v > p->credit[i] || tie) {
        p->credit[i] = (uint16_t)v;
        p->how[i] = l->how;
        p->by[i] = (int16_t)j;
    }
}

static void meet_skills(struct jm_scorer *s, const struct jm_doc *other)
{
    struct pair *p = &s->pair;
    memset(p->credit, 0, p->job->n_skills * sizeof *p->credit);
    memset(p->plain, 0, p->job->n_skills * sizeof *p->plain);
    memset(p->how, 0, p->job->n_skills * sizeof *p->how);
    memset(p->by, 0xff, p->job->n_skills * sizeof *p->by);
    memset(p->wanted, 0, p->person->n_skills * sizeof *p->wanted);
    for (size_t k = 0; k < other->n_skills; k++) {
        const struct key_slot *slot = find_key(s, other->skills[k].key);
        for (uint32_t n = 0; slot && n < slot->n; n++) {
            const struct link *l = &s->links[slot->first + n];
            if (s->job_asks)
                meet_skill(s, l->index, k, l);
            else
                meet_skill(s, k, l->index, l);
        }
    }
}

static unsigned cosine_pm(uint32_t dot, const struct jm_doc_title *a, const struct jm_doc_title *b)
{
    uint32_t lengths = (uint32_t)a->length * b->length;
    uint64_t pm = lengths ? (uint64_t)dot * 1000 / lengths : 0;
    return pm > 1000 ? 1000 : (unsigned)pm;
}

static void meet_title(struct jm_scorer *s, const struct jm_doc_title *t,
                       uint32_t dot[JM_DOC_MAX_TITLES])
{
    for (size_t i = 0; i < JM_DOC_MAX_TITLES; i++)
        dot[i] = 0;
    for (size_t j = 0; j < t->n_features; j++) {
        const struct id_slot *slot = find_id(s, t->ids[j]);
        if (!slot->id)
            continue;
        for (size_t i = 0; i < JM_DOC_MAX_TITLES; i++)
            dot[i] += (uint32_t)slot->weight[i] * t->weights[j];
    }
}

static void meet_titles(struct jm_scorer *s)
{
    struct pair *p = &s->pair;
    uint32_t dot[JM_DOC_MAX_TITLES];
    const struct jm_doc_title *job = p->job->n_titles ? &p->job->titles[0] : NULL;
    memset(p->title, 0, sizeof p->title);
    if (!job)
        return;
    if (!s->job_asks)
        meet_title(s, job, dot);
    for (size_t i = 0; i < p->person->n_titles; i++) {
        if (s->job_asks)
            meet_title(s, &p->person->titles[i], dot);
        p->title[i] = (uint16_t)cosine_pm(dot[s->job_asks ? 0 : i], job, &p->person->titles[i]);
    }
}

void jm_scorer_fill(struct jm_scorer *s, const struct jm_doc *other)
{
    struct pair *p = &s->pair;
    JM_ASSERT(other->kind != s->query->kind);
    p->job = s->job_asks ? s->query : other;
    p->person = s->job_asks ? other : s->query;
    meet_skills(s, other);
    meet_titles(s);
    p->words = UINT32_MAX; /* until jm_scorer_words(): as if all were shared */
}

void jm_scorer_words(struct jm_scorer *s)
{
    const struct jm_doc *other = s->job_asks ? s->pair.person : s->pair.job;
    uint64_t sum = 0;
    for (size_t i = 0; i < other->n_terms; i++)
        sum += (uint32_t)find_id(s, other->term_ids[i])->weight[WORD_LANE] *
               other->term_weights[i];
    s->pair.words = sum;
    jm_pair_text(&s->pair);
}

struct jm_scorer *jm_scorer_new(const struct jm_matcher *m, const struct jm_doc *query,
                                int64_t as_of_s)
{
    struct jm_scorer *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->query = query;
    s->job_asks = query->kind == JM_JOB;
    s->pair.m = m;
    s->pair.as_of_s = as_of_s;
    s->pair.year = jm_fx_year(as_of_s);
    for (int i = 0; i < RECENCY_YEARS; i++) /* older than that is as old as that */
        s->recency[i] = (uint16_t)jm_recency_pm(&m->scoring, i + 1000, 1000);
    if (!build_links(s) || !build_ids(s)) {
        jm_scorer_free(s);
        return NULL;
    }
    return s;
}

void jm_scorer_free(struct jm_scorer *s)
{
    if (!s)
        return;
    free(s->ids);
    free(s->keys);
    free(s->links);
    free(s);
}
