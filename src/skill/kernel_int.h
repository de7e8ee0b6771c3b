/* kernel_int.h - the kernel in memory, and its file.
 *
 * File, little-endian: "JMTK", u32 format (3), u32 counts (occupations, labels, words, entries,
 * neighbours an occupation, pairs of words), then the arrays below in order, then a u64 hash of
 * all before it. Words are sorted by hash, pairs too; labels stand by occupation; an entry is one
 * word of one label. There is no text in it: a word is 32 bits of its hash. The index from words
 * to labels is made on load, it is larger than what it is made of. */
#ifndef JM_KERNEL_INT_H
#define JM_KERNEL_INT_H

#include "title_int.h"

enum {
    KERNEL_FORMAT = 3,
    KERNEL_NEIGHBOURS = 20,
    KERNEL_HEAD = 32,
    KERNEL_DIMS = 64, /* of the learned vectors */
    KERNEL_MAX_OCCS = 1 << 16,   /* numbers of two bytes */
    KERNEL_MAX_WORDS = 1 << 16, /* and pairs */
    KERNEL_MAX_LABELS = 1 << 20, /* so that no sum overflows, see kernel_project.c */
    KERNEL_COS_MIN_PM = 250      /* of a neighbour */
};

struct kernel_counts {
    uint32_t occs, labels, words, entries, neighbours, pairs;
};

struct jm_title_kernel {
    uint8_t *bytes; /* the whole file; these point into it: */
    const uint8_t *word_hash;   /* u32 each */
    const uint8_t *pair_hash;   /* u32 each, of two words side by side */
    const uint8_t *entry_word;  /* u16 each */
    const uint8_t *occ_labels;  /* u32 each: how many labels it has */
    const uint8_t *near_occ;    /* u16 each, neighbours by occupation */
    const uint8_t *word_weight; /* u8 each: how telling, 1..255 */
    const uint8_t *label_words; /* u8 each: how many words it has */
    const uint8_t *near_cos;    /* u8 each: 255 * cosine; 0: no neighbour */
    const int8_t *word_vec;     /* KERNEL_DIMS each, one scale */
    const int8_t *pair_vec;     /* the same */
    const int8_t *occ_vec;      /* KERNEL_DIMS each, of length 127 */
    size_t len;
    uint64_t version;
    struct kernel_counts n;
    /* made on load */
    uint16_t *label_occ;
    uint8_t *occ_damp;    /* 255 / labels^.25 */
    uint32_t *post_first; /* by word, words + 1 */
    uint32_t *posts;      /* label << 8 | weight of the word in it */
};

static inline uint32_t kernel_short_hash(uint64_t hash) { return (uint32_t)(hash >> 32); }

#endif
