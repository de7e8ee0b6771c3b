/* kernel_project.c - from the words of a title to the occupations it is close to.
 *
 * A title is compared with every label that shares a telling word with it (cosine of weighted
 * words, 0..255). The cosine counts to the sixth power, so that one good label beats many faint
 * ones; an occupation's sum is damped by how many labels it has. The best occupations then hand a
 * quarter of their weight, times the cosine, to each neighbour; and all these are weighed by their
 * direction too (kernel_lean.c). Integers throughout, and sums that
 * do not depend on the order of the words.
 *
 * Cost: words like "manager" stand in every eighth label. A word whose share of the title is too
 * small to find a label alone only adds to labels that others found. */
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "kernel_int.h"

enum {
    FAINT = 96,       /* below this cosine (of 255) words alone do not find a label */
    SELF = 4 * 255,   /* an occupation's own weight beside 255 * cosine for its neighbours */
    SCALE = 1 << 16,
    LOOK_UP_COST = 12 /* of a label in a list of postings, in postings read one after another */
};

int title_scratch_init(struct title_scratch *s, const struct jm_title_kernel *k)
{
    *s = (struct title_scratch){0};
    if (!k)
        return 0;
    s->label_sum = calloc(k->n.labels + 1, sizeof *s->label_sum);
    s->label_hit = calloc(k->n.labels + 1, sizeof *s->label_hit);
    s->occ_sum = calloc(k->n.occs + 1, sizeof *s->occ_sum);
    s->occ_hit = calloc(k->n.occs + 1, sizeof *s->occ_hit);
    s->occ_lean = calloc(k->n.occs + 1, sizeof *s->occ_lean);
    return s->occ_lean && s->label_sum && s->label_hit && s->occ_sum && s->occ_hit ? 0 : -1;
}

void title_scratch_fini(struct title_scratch *s)
{
    free(s->occ_lean);
    free(s->occ_hit);
    free(s->occ_sum);
    free(s->label_hit);
    free(s->label_sum);
    *s = (struct title_scratch){0};
}

static int32_t find_hash(const uint8_t *sorted, uint32_t n, uint64_t hash)
{
    uint32_t lo = 0, hi = n, want = kernel_short_hash(hash);
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (jm_get_u32(sorted + 4 * (size_t)mid) < want)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && jm_get_u32(sorted + 4 * (size_t)lo) == want ? (int32_t)lo : -1;
}

int32_t kernel_word(const struct jm_title_kernel *k, uint64_t hash)
{
    return find_hash(k->word_hash, k->n.words, hash);
}

int32_t kernel_pair(const struct jm_title_kernel *k, uint64_t hash)
{
    return find_hash(k->pair_hash, k->n.pairs, hash);
}

void kernel_weigh(const struct jm_title_kernel *k, const struct title_lex *lex,
                  uint8_t weight[TITLE_MAX_WORDS])
{
    for (size_t i = 0; i < lex->n_words; i++) {
        int32_t w = kernel_word(k, lex->words[i].hash);
        weight[i] = w < 0 ? TITLE_WEIGHT_MAX : k->word_weight[w];
        if (lex->words[i].aside)
            weight[i] = (uint8_t)((weight[i] + 1) / 2);
    }
}

struct query_word {
    uint32_t word;
    uint32_t weight; /* of a title of length 255, rounded down */
};

static int lightest_first(const void *a, const void *b)
{
    const struct query_word *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return x->word < y->word ? -1 : x->word > y->word;
}

/* The words that the kernel knows. Unknown ones count in the length: half an unknown title is only
 * half alike. */
static size_t query_of(const struct jm_title_kernel *k, const struct title_lex *lex,
                       const uint8_t *weight, struct query_word *out)
{
    uint32_t square = 0, length = 1;
    size_t n = 0;
    for (size_t i = 0; i < lex->n_words; i++) {
        int32_t w = kernel_word(k, lex->words[i].hash);
        square += (uint32_t)weight[i] * weight[i];
        bool again = false; /* of two words with one short hash the first counts */
        for (size_t j = 0; j < n; j++)
            again = again || out[j].word == (uint32_t)w;
        if (w >= 0 && !again)
            out[n++] = (struct query_word){(uint32_t)w, weight[i]};
    }
    while (length * length < square)
        length++;
    for (size_t i = 0; i < n; i++)
        out[i].weight = out[i].weight * 255 / length;
    if (n > 1)
        qsort(out, n, sizeof *out, lightest_first);
    return n;
}

/* How many of the lightest words cannot reach FAINT together; never all of them. */
static size_t faint_words(const struct query_word *q, size_t n)
{
    uint32_t square = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        square += q[i].weight * q[i].weight;
        if (square > FAINT * FAINT)
            return i;
    }
    return n ? n - 1 : 0;
}

static void find_labels(const struct jm_title_kernel *k, struct title_scratch *s,
                        const struct query_word *q)
{
    for (uint32_t p = k->post_first[q->word]; p < k->post_first[q->word + 1]; p++) {
        uint32_t label = k->posts[p] >> 8, more = q->weight * (k->posts[p] & 255);
        if (more && !s->label_sum[label])
            s->label_hit[s->n_labels++] = label;
        s->label_sum[label] = (uint16_t)(s->label_sum[label] + more);
    }
}

/* The postings of a word in [from, to) are sorted by label: the one of this label, or 0. */
static uint32_t posting_of(const struct jm_title_kernel *k, uint32_t from, uint32_t to,
                           uint32_t label)
{
    uint32_t end = to;
    while (from < to) {
        uint32_t mid = from + (to - from) / 2;
        if (k->posts[mid] >> 8 < label)
            from = mid + 1;
        else
            to = mid;
    }
    return from < end && k->posts[from] >> 8 == label ? k->posts[from] : 0;
}

/* Few labels and a long list: look each of them up. */
static void look_up_labels(const struct jm_title_kernel *k, struct title_scratch *s,
                           const struct query_word *q)
{
    uint32_t from = k->post_first[q->word], to = k->post_first[q->word + 1];
    for (size_t i = 0; i < s->n_labels; i++) {
        uint16_t *sum = &s->label_sum[s->label_hit[i]];
        *sum = (uint16_t)(*sum + q->weight * (posting_of(k, from, to, s->label_hit[i]) & 255));
    }
}

static void add_to_labels(const struct jm_title_kernel *k, struct title_scratch *s,
                          const struct query_word *q)
{
    if (s->n_labels * LOOK_UP_COST < k->post_first[q->word + 1] - k->post_first[q->word]) {
        look_up_labels(k, s, q);
        return;
    }
    for (uint32_t p = k->post_first[q->word]; p < k->post_first[q->word + 1]; p++) {
        uint32_t label = k->posts[p] >> 8;
        if (s->label_sum[label])
            s->label_sum[label] =
                (uint16_t)(s->label_sum[label] + q->weight * (k->posts[p] & 255));
    }
}

static void add_occ(struct title_scratch *s, uint32_t occ, uint64_t weight)
{
    if (!s->occ_sum[occ])
        s->occ_hit[s->n_occs++] = occ;
    s->occ_sum[occ] += weight;
}

/* 254^6 >> 12 in each of 2^20 labels, times a damp of 255, is below 2^64. */
static void sum_labels(const struct jm_title_kernel *k, struct title_scratch *s)
{
    s->best = 0;
    for (size_t i = 0; i < s->n_labels; i++) {
        uint32_t label = s->label_hit[i];
        uint64_t cosine = s->label_sum[label] >> 8;
        s->best = cosine > s->best ? (uint32_t)cosine : s->best;
        uint64_t weight = cosine * cosine * cosine * cosine * cosine * cosine >> 12;
        s->label_sum[label] = 0;
        if (weight)
            add_occ(s, k->label_occ[label], weight);
    }
    s->n_labels = 0;
    for (size_t i = 0; i < s->n_occs; i++)
        s->occ_sum[s->occ_hit[i]] *= k->occ_damp[s->occ_hit[i]];
}

/* Heaviest first, then by number. */
static bool before(const struct title_occ *a, const struct title_occ *b)
{
    return a->weight != b->weight ? a->weight > b->weight : a->occ < b->occ;
}

static size_t insert(struct title_occ *list, size_t n, size_t max, struct title_occ item)
{
    size_t at = n < max ? n : max - 1;
    if (n == max && !before(&item, &list[at]))
        return n;
    for (; at > 0 && before(&item, &list[at - 1]); at--)
        list[at] = list[at - 1];
    list[at] = item;
    return n < max ? n + 1 : n;
}

/* The heaviest occupations, scaled to SCALE; the sums are 0 again. */
static size_t take_heaviest(struct title_scratch *s, struct title_occ *out, size_t max)
{
    size_t n = 0, kept = 0;
    unsigned shift = 0;
    for (size_t i = 0; i < s->n_occs; i++) {
        uint32_t occ = s->occ_hit[i];
        n = insert(out, n, max, (struct title_occ){occ, s->occ_sum[occ]});
        s->occ_sum[occ] = 0;
    }
    s->n_occs = 0;
    while (n && out[0].weight >> shift >= UINT64_C(1) << 40)
        shift++;
    uint64_t top = n ? out[0].weight >> shift : 1;
    for (size_t i = 0; i < n; i++) {
        out[i].weight = (out[i].weight >> shift) * SCALE / top;
        kept += out[i].weight > 0; /* they fall: what is kept comes first */
    }
    return kept;
}

static void spread(const struct jm_title_kernel *k, struct title_scratch *s,
                   const struct title_occ *in, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        add_occ(s, in[i].occ, (uint64_t)in[i].weight * SELF);
        for (uint32_t j = 0; j < k->n.neighbours; j++) {
            size_t at = (size_t)in[i].occ * k->n.neighbours + j;
            if (!k->near_cos[at])
                break; /* nearest first */
            add_occ(s, jm_get_u16(k->near_occ + 2 * at), (uint64_t)in[i].weight * k->near_cos[at]);
        }
    }
}

size_t kernel_project(const struct jm_title_kernel *k, struct title_scratch *s,
                      const struct title_lex *lex, const uint8_t weight[TITLE_MAX_WORDS],
                      struct title_occ *out, size_t max)
{
    struct query_word q[TITLE_MAX_WORDS];
    struct title_occ near[TITLE_OCC_MAX];
    size_t n = query_of(k, lex, weight, q), faint = faint_words(q, n);
    for (size_t i = n; i > faint; i--)
        find_labels(k, s, &q[i - 1]);
    for (size_t i = faint; i > 0; i--)
        add_to_labels(k, s, &q[i - 1]);
    sum_labels(k, s);
    spread(k, s, near, take_heaviest(s, near, TITLE_OCC_MAX));
    kernel_lean(k, s, lex);
    return take_heaviest(s, out, max);
}
