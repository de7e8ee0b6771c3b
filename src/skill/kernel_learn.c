/* kernel_learn.c - what the vectors of words are learned from.
 *
 * Groups of labels that should lie close together: those of one occupation, with its description
 * and its skills; and, asked less often, those of one wider group (ISCO unit groups, broad
 * occupations of SOC). Words that stand in no label are left out: no title's projection meets
 * them. Pairs of words that stand side by side in several labels ("human resources", "front desk")
 * have vectors of their own beside those of their words. */
#include "kernel_learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"

enum { PAIR_LABELS = 4 };             /* a pair counts from so many labels on */
static const float WIDE_WEIGHT = .3f; /* of a wider group beside an occupation of as many labels */

/* --- notes ----------------------------------------------------------------------------------- */

void learn_notes_init(struct learn_notes *n)
{
    *n = (struct learn_notes){0};
    jm_map_init(&n->groups);
}

void learn_notes_fini(struct learn_notes *n)
{
    jm_map_fini(&n->groups);
    free(n->group_of);
    free(n->pairs);
    free(n->hashes);
    free(n->texts);
}

int learn_note_text(struct learn_notes *n, uint32_t occ)
{
    if (build_grow((void **)&n->texts, n->n_texts, &n->cap_texts, sizeof *n->texts))
        return -1;
    n->texts[n->n_texts++] = (struct learn_text){occ, n->n_hashes, 0};
    return 0;
}

int learn_note_word(struct learn_notes *n, uint64_t hash)
{
    if (build_grow((void **)&n->hashes, n->n_hashes, &n->cap_hashes, sizeof *n->hashes))
        return -1;
    n->hashes[n->n_hashes++] = hash;
    n->texts[n->n_texts - 1].n++;
    return 0;
}

int learn_note_pair(struct learn_notes *n, uint64_t hash)
{
    if (build_grow((void **)&n->pairs, n->n_pairs, &n->cap_pairs, sizeof *n->pairs))
        return -1;
    n->pairs[n->n_pairs++] = hash;
    return 0;
}

int learn_note_group(struct learn_notes *n, uint32_t occ, const char *name, size_t len)
{
    const uint64_t *at = jm_map_get(&n->groups, name, len);
    uint32_t number = at ? (uint32_t)*at : (uint32_t)n->groups.count + 1;
    if (!at && jm_map_put(&n->groups, name, len, number))
        return -1;
    while (n->n_groups_of <= occ) {
        if (build_grow((void **)&n->group_of, n->n_groups_of, &n->cap_groups_of,
                       sizeof *n->group_of))
            return -1;
        n->group_of[n->n_groups_of++] = 0;
    }
    n->group_of[occ] = number;
    return 0;
}

/* --- pairs ----------------------------------------------------------------------------------- */

static int by_hash(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Those of PAIR_LABELS labels, as short hashes, ascending. */
static int choose_pairs(const struct learn_notes *notes, struct learned *out)
{
    size_t n = notes->n_pairs;
    uint32_t *p = out->pairs = calloc(n + 1, sizeof *p);
    if (!p)
        return -1;
    for (size_t i = 0; i < n; i++)
        p[i] = kernel_short_hash(notes->pairs[i]);
    qsort(p, n, sizeof *p, by_hash);
    for (size_t i = 0, to; i < n; i = to) {
        for (to = i; to < n && p[to] == p[i]; to++)
            ;
        if (to - i >= PAIR_LABELS && out->n_pairs < KERNEL_MAX_WORDS)
            p[out->n_pairs++] = p[i];
    }
    return 0;
}

/* The number of a pair behind the words, or -1. */
static int64_t pair_number(const struct learn_input *in, const struct learned *l, uint64_t hash)
{
    uint32_t want = kernel_short_hash(hash);
    const uint32_t *at = bsearch(&want, l->pairs, l->n_pairs, sizeof want, by_hash);
    return at ? (int64_t)in->n_words + (at - l->pairs) : -1;
}

/* --- examples -------------------------------------------------------------------------------- */

struct collect { /* what the examples are collected from, and into */
    const struct learn_input *in;
    const struct learn_notes *notes;
    const struct learned *out; /* its pairs */
    struct learn_set set;
};

static int begin_example(struct learn_set *s)
{
    if (build_grow((void **)&s->examples, s->n_examples, &s->cap_examples, sizeof *s->examples))
        return -1;
    s->examples[s->n_examples++] = (struct learn_example){(uint32_t)s->n, 0};
    return 0;
}

static int add_word(struct learn_set *s, uint32_t word)
{
    if (build_grow((void **)&s->words, s->n, &s->cap, sizeof *s->words))
        return -1;
    s->words[s->n++] = word;
    s->examples[s->n_examples - 1].n++;
    return 0;
}

static int add_group(struct learn_set *s, const struct learn_group *g)
{
    if (build_grow((void **)&s->groups, s->n_groups, &s->cap_groups, sizeof *s->groups))
        return -1;
    s->groups[s->n_groups++] = *g;
    return 0;
}

static int add_label(struct collect *c, const struct kernel_label *l)
{
    if (begin_example(&c->set))
        return -1;
    for (uint32_t i = l->first; i < l->first + l->n_words; i++)
        if (add_word(&c->set, c->in->entries[i]))
            return -1;
    for (uint32_t i = l->first_pair; i < l->first_pair + l->n_pairs; i++) {
        int64_t pair = pair_number(c->in, c->out, c->notes->pairs[i]);
        if (pair >= 0 && add_word(&c->set, (uint32_t)pair))
            return -1;
    }
    return 0;
}

static int add_labels(struct collect *c, size_t from, size_t to)
{
    for (size_t l = from; l < to; l++)
        if (add_label(c, &c->in->labels[l]))
            return -1;
    return 0;
}

static int add_text(struct collect *c, const struct learn_text *t)
{
    if (begin_example(&c->set))
        return -1;
    for (size_t i = t->first; i < t->first + t->n; i++) {
        int64_t word = c->in->number(c->in->arg, c->notes->hashes[i]);
        if (word >= 0 && add_word(&c->set, (uint32_t)word))
            return -1;
    }
    return 0;
}

/* An occupation's labels, and behind them the texts about it; these are sorted by occupation. */
static int add_occupation(struct collect *c, size_t from, size_t to, size_t *text)
{
    uint32_t occ = c->in->labels[from].occ, n = (uint32_t)(to - from);
    struct learn_group g = {
        .labels = (uint32_t)c->set.n_examples, .n_labels = n, .weight = sqrtf((float)n)};
    if (add_labels(c, from, to))
        return -1;
    g.texts = (uint32_t)c->set.n_examples;
    while (*text < c->notes->n_texts && c->notes->texts[*text].occ < occ)
        ++*text;
    for (; *text < c->notes->n_texts && c->notes->texts[*text].occ == occ; ++*text)
        if (add_text(c, &c->notes->texts[*text]))
            return -1;
    g.n_texts = (uint32_t)c->set.n_examples - g.texts;
    return add_group(&c->set, &g);
}

/* first: by occupation, of its labels. */
static int add_wide_group(struct collect *c, uint32_t group, const size_t *first)
{
    struct learn_group g = {.labels = (uint32_t)c->set.n_examples};
    for (size_t o = 0; o < c->notes->n_groups_of; o++)
        if (c->notes->group_of[o] == group && add_labels(c, first[o], first[o + 1]))
            return -1;
    g.n_labels = (uint32_t)c->set.n_examples - g.labels;
    g.weight = WIDE_WEIGHT * sqrtf((float)g.n_labels);
    return g.n_labels ? add_group(&c->set, &g) : 0;
}

static int by_occ(const void *a, const void *b)
{
    const struct learn_text *x = a, *y = b;
    if (x->occ != y->occ)
        return x->occ < y->occ ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static int collect(struct collect *c)
{
    const struct learn_input *in = c->in;
    size_t text = 0, *first = calloc(in->n_occs + 2, sizeof *first);
    int rc = first ? 0 : -1;
    if (c->notes->n_texts)
        qsort(c->notes->texts, c->notes->n_texts, sizeof *c->notes->texts, by_occ);
    for (size_t o = 0, l = 0; !rc && o < in->n_occs; o++) {
        first[o] = l;
        while (l < in->n_labels && in->labels[l].occ == o)
            l++;
        first[o + 1] = l;
        rc = l > first[o] ? add_occupation(c, first[o], l, &text) : 0;
    }
    for (uint32_t g = 1; !rc && g <= c->notes->groups.count; g++)
        rc = add_wide_group(c, g, first);
    free(first);
    return rc;
}

/* --- numbers of a byte ----------------------------------------------------------------------- */

static void to_bytes(const float *v, size_t n, int8_t *out)
{
    float top = 1e-9f;
    for (size_t i = 0; i < n; i++)
        top = fabsf(v[i]) > top ? fabsf(v[i]) : top;
    for (size_t i = 0; i < n; i++)
        out[i] = (int8_t)lrintf(v[i] * 127 / top);
}

/* Add the direction of a label, as it will be at work. */
static void add_direction(const struct learn_set *set, uint32_t example, const int8_t *vectors,
                          double sum[KERNEL_DIMS])
{
    const struct learn_example *e = &set->examples[example];
    int v[KERNEL_DIMS] = {0};
    double square = 1e-9;
    for (uint32_t i = e->first; i < e->first + e->n; i++)
        for (size_t k = 0; k < KERNEL_DIMS; k++)
            v[k] += vectors[(size_t)set->words[i] * KERNEL_DIMS + k];
    for (size_t k = 0; k < KERNEL_DIMS; k++)
        square += (double)v[k] * v[k];
    for (size_t k = 0; k < KERNEL_DIMS; k++)
        sum[k] += v[k] / sqrt(square);
}

/* The mean direction of each occupation's labels; the first groups are the occupations. */
static void mean_directions(const struct collect *c, const int8_t *vectors, int8_t *occs)
{
    size_t group = 0;
    for (size_t o = 0, l = 0; o < c->in->n_occs; o++) {
        double sum[KERNEL_DIMS] = {0}, square = 1e-9;
        if (l == c->in->n_labels || c->in->labels[l].occ != o)
            continue; /* it has no label, so no group */
        const struct learn_group *g = &c->set.groups[group++];
        for (uint32_t i = 0; i < g->n_labels; i++)
            add_direction(&c->set, g->labels + i, vectors, sum);
        for (size_t k = 0; k < KERNEL_DIMS; k++)
            square += sum[k] * sum[k];
        for (size_t k = 0; k < KERNEL_DIMS; k++)
            occs[o * KERNEL_DIMS + k] = (int8_t)lrint(127 * sum[k] / sqrt(square));
        l += g->n_labels;
    }
}

void learned_fini(struct learned *l)
{
    free(l->vectors);
    free(l->pairs);
}

int kernel_learn(const struct learn_input *in, const struct learn_notes *notes, struct learned *out)
{
    struct collect c = {.in = in, .notes = notes, .out = out};
    uint64_t seed = 1;
    float *v = NULL;
    *out = (struct learned){0};
    int rc = choose_pairs(notes, out) || collect(&c) ? -1 : 0;
    size_t units = in->n_words + out->n_pairs, n = units * KERNEL_DIMS;
    out->n_vectors = units + in->n_occs;
    if (!rc && (!(v = calloc(n + 1, sizeof *v)) ||
                !(out->vectors = calloc(out->n_vectors + 1, KERNEL_DIMS))))
        rc = -1;
    for (size_t i = 0; !rc && i < n; i++)
        v[i] = ((float)(jm_rand_next(&seed) >> 40) / (1 << 24) - .5f) * .2f;
    if (!rc && !(rc = kernel_sgd(&c.set, units, in->progress, v))) {
        to_bytes(v, n, out->vectors);
        mean_directions(&c, out->vectors, out->vectors + n);
    }
    free(c.set.groups);
    free(c.set.words);
    free(c.set.examples);
    free(v);
    return rc;
}
