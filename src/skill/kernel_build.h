/* kernel_build.h - between the label reader and the neighbour search of the kernel build. */
#ifndef JM_KERNEL_BUILD_H
#define JM_KERNEL_BUILD_H

#include "kernel_int.h"

enum { BUILD_RANK = 300 };

struct occ_word {
    uint32_t occ, word;
    float value;
};
struct occ_words {
    struct occ_word *pairs; /* may repeat a pair; sorted and merged in place */
    size_t n_pairs, cap_pairs;
    uint32_t n_occ, n_words;
};
struct neighbour {
    uint16_t occ;
    uint8_t cos; /* 255 * cosine; 0: none */
};

/* The KERNEL_NEIGHBOURS nearest occupations of each in near[n_occ * that], nearest first, by the
 * mean of their cosines in the `n` views of the same occupations. */
int kernel_neighbours(struct occ_words *views, size_t n, struct neighbour *near,
                      struct jm_err *err);

#endif
