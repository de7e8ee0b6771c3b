/* kernel_build.h - between the label reader, the neighbour search and learning. */
#ifndef JM_KERNEL_BUILD_H
#define JM_KERNEL_BUILD_H

#include "kernel_int.h"

enum { BUILD_RANK = 300 };

struct kernel_label {
    uint32_t occ, first; /* first of its entries, which are words */
    uint32_t first_pair; /* of hashes of two words side by side */
    uint8_t n_words, n_pairs;
};

struct occ_word {
    uint32_t occ, word;
    float value;
};
struct occ_words {
    struct occ_word *pairs; /* may repeat a pair; sorted and merged in place */
    size_t n_pairs, cap_pairs;
    uint32_t n_occ, n_words;
};
/* Room for one more item. -1: out of memory. */
int build_grow(void **array, size_t n, size_t *cap, size_t item_bytes);

struct neighbour {
    uint16_t occ;
    uint8_t cos; /* 255 * cosine; 0: none */
};

/* The KERNEL_NEIGHBOURS nearest occupations of each in near[n_occ * that], nearest first, by the
 * mean of their cosines in the `n` views of the same occupations. */
int kernel_neighbours(struct occ_words *views, size_t n, struct neighbour *near,
                      jm_title_progress *progress, struct jm_err *err);

#endif
