/* kernel.c - the occupation kernel from its file.
 *
 * The file is checked once, every number in it against the arrays that it points into, so that the
 * hot path (kernel_project.c) need not. */
#include "kernel_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"

static uint16_t u16_at(const uint8_t *p, size_t i) { return jm_get_u16(p + 2 * i); }
static uint32_t u32_at(const uint8_t *p, size_t i) { return jm_get_u32(p + 4 * i); }

/* Point the arrays into the bytes; false when the file is too short or too long. */
static bool lay_out(struct jm_title_kernel *k)
{
    const struct kernel_counts *n = &k->n;
    uint64_t near = (uint64_t)n->occs * n->neighbours;
    const struct {
        const uint8_t **at;
        uint64_t bytes;
    } parts[] = {{&k->word_hash, 4 * (uint64_t)n->words},
                 {&k->pair_hash, 4 * (uint64_t)n->pairs},
                 {&k->entry_word, 2 * (uint64_t)n->entries},
                 {&k->occ_labels, 4 * (uint64_t)n->occs}, {&k->near_occ, 2 * near},
                 {&k->word_weight, n->words},             {&k->label_words, n->labels},
                 {&k->near_cos, near},
                 {(const uint8_t **)&k->word_vec, KERNEL_DIMS * (uint64_t)n->words},
                 {(const uint8_t **)&k->pair_vec, KERNEL_DIMS * (uint64_t)n->pairs},
                 {(const uint8_t **)&k->occ_vec, KERNEL_DIMS * (uint64_t)n->occs}};
    uint64_t at = KERNEL_HEAD;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *parts[i].at = k->bytes + at;
        at += parts[i].bytes;
        if (at > k->len)
            return false;
    }
    return at + 8 == k->len;
}

static bool limits_hold(const struct kernel_counts *n)
{
    return n->occs > 0 && n->occs <= KERNEL_MAX_OCCS && n->words <= KERNEL_MAX_WORDS &&
           n->labels <= KERNEL_MAX_LABELS && n->pairs <= KERNEL_MAX_WORDS && n->neighbours <= 64;
}

/* The entries of each label are known words, ascending: no word stands in a label twice. */
static bool labels_hold(const struct jm_title_kernel *k)
{
    uint64_t labels = 0, at = 0;
    for (uint32_t o = 0; o < k->n.occs; o++)
        labels += u32_at(k->occ_labels, o);
    for (uint32_t l = 0; l < k->n.labels; l++) {
        uint64_t end = at + k->label_words[l];
        if (end == at || k->label_words[l] > TITLE_MAX_WORDS || end > k->n.entries)
            return false;
        for (uint64_t i = at; i < end; i++)
            if (u16_at(k->entry_word, i) >= k->n.words ||
                (i > at && u16_at(k->entry_word, i - 1) >= u16_at(k->entry_word, i)))
                return false;
        at = end;
    }
    return labels == k->n.labels && at == k->n.entries;
}

/* Every index inside its array, every weight above 0? */
static bool consistent(const struct jm_title_kernel *k)
{
    for (uint32_t w = 0; w < k->n.words; w++)
        if (!k->word_weight[w] || (w && u32_at(k->word_hash, w - 1) >= u32_at(k->word_hash, w)))
            return false;
    for (uint32_t w = 1; w < k->n.pairs; w++)
        if (u32_at(k->pair_hash, w - 1) >= u32_at(k->pair_hash, w))
            return false;
    for (uint64_t i = 0; i < (uint64_t)k->n.occs * k->n.neighbours; i++)
        if (u16_at(k->near_occ, i) >= k->n.occs)
            return false;
    return labels_hold(k);
}

/* --- the index ------------------------------------------------------------------------------- */

static void number_labels(struct jm_title_kernel *k)
{
    uint32_t label = 0;
    for (uint32_t o = 0; o < k->n.occs; o++) {
        uint32_t n = u32_at(k->occ_labels, o);
        k->occ_damp[o] = (uint8_t)(255 / sqrt(sqrt(n ? n : 1)));
        for (uint32_t i = 0; i < n; i++)
            k->label_occ[label++] = (uint16_t)o;
    }
}

/* Shares of a label of length 255, rounded down: a sum of products stays within 255 * 255. */
static void post_label(struct jm_title_kernel *k, uint32_t label, uint32_t from, uint32_t to)
{
    double square = 0;
    for (uint32_t i = from; i < to; i++) {
        double w = k->word_weight[u16_at(k->entry_word, i)];
        square += w * w;
    }
    for (uint32_t i = from; i < to; i++) {
        uint16_t word = u16_at(k->entry_word, i);
        double share = 255 * k->word_weight[word] / sqrt(square);
        k->posts[k->post_first[word]++] = label << 8 | (uint8_t)(share > 255 ? 255 : share);
    }
}

/* A counting sort: post_first holds the ends of the lists while they fill. */
static void index_words(struct jm_title_kernel *k)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < k->n.entries; i++)
        k->post_first[u16_at(k->entry_word, i) + 1]++;
    for (uint32_t w = 0; w < k->n.words; w++)
        k->post_first[w + 1] += k->post_first[w];
    for (uint32_t l = 0; l < k->n.labels; l++) {
        post_label(k, l, at, at + k->label_words[l]);
        at += k->label_words[l];
    }
    memmove(k->post_first + 1, k->post_first, k->n.words * sizeof *k->post_first);
    k->post_first[0] = 0;
}

static int make_index(struct jm_title_kernel *k, struct jm_err *err)
{
    k->label_occ = calloc(k->n.labels + 1, sizeof *k->label_occ);
    k->occ_damp = calloc(k->n.occs + 1, 1);
    k->post_first = calloc(k->n.words + 2, sizeof *k->post_first);
    k->posts = calloc(k->n.entries + 1, sizeof *k->posts);
    if (!k->label_occ || !k->occ_damp || !k->post_first || !k->posts)
        return jm_err_set(err, JM_ENOMEM, "out of memory for the title kernel");
    number_labels(k);
    index_words(k);
    return 0;
}

/* --- the file -------------------------------------------------------------------------------- */

static int check_head(const uint8_t *p, size_t len, struct jm_err *err)
{
    if (len < KERNEL_HEAD + 8 || memcmp(p, "JMTK", 4))
        return jm_err_set(err, JM_EINVAL, "not a title kernel");
    if (jm_get_u32(p + 4) != KERNEL_FORMAT)
        return jm_err_set(err, JM_EINVAL, "a title kernel of format %u; this program reads %d, "
                          "build it again", jm_get_u32(p + 4), KERNEL_FORMAT);
#ifndef JM_FUZZ /* a fuzzer does not guess checksums */
    if (jm_hash64(p, len - 8) != jm_get_u64(p + len - 8))
        return jm_err_set(err, JM_EINVAL, "the title kernel is damaged: its checksum is wrong");
#endif
    return 0;
}

struct jm_title_kernel *jm_title_kernel_load(const void *bytes, size_t len, struct jm_err *err)
{
    const uint8_t *p = bytes;
    if (check_head(p, len, err))
        return NULL;
    struct jm_title_kernel *k = calloc(1, sizeof *k);
    if (!k || !(k->bytes = malloc(len))) {
        free(k);
        jm_err_set(err, JM_ENOMEM, "out of memory for a title kernel of %zu bytes", len);
        return NULL;
    }
    memcpy(k->bytes, p, len);
    k->len = len;
    k->version = jm_get_u64(p + len - 8);
    k->n = (struct kernel_counts){u32_at(p, 2), u32_at(p, 3), u32_at(p, 4), u32_at(p, 5),
                                  u32_at(p, 6), u32_at(p, 7)};
    if (!limits_hold(&k->n) || !lay_out(k) || !consistent(k))
        jm_err_set(err, JM_EINVAL, "the title kernel contradicts itself");
    else if (make_index(k, err) == 0)
        return k;
    jm_title_kernel_free(k);
    return NULL;
}

void jm_title_kernel_free(struct jm_title_kernel *k)
{
    if (!k)
        return;
    free(k->posts);
    free(k->post_first);
    free(k->occ_damp);
    free(k->label_occ);
    free(k->bytes);
    free(k);
}

uint64_t jm_title_kernel_version(const struct jm_title_kernel *k)
{
    return jm_mix64((k ? k->version : 0) ^ TITLE_RULES);
}

size_t jm_title_kernel_bytes(const struct jm_title_kernel *k)
{
    return !k ? 0
              : k->len + k->n.labels * sizeof *k->label_occ + k->n.occs +
                    (k->n.words + 1) * sizeof *k->post_first + k->n.entries * sizeof *k->posts;
}
