/* kernel_int.h - the kernel in memory, and its file.
 *
 * File, little-endian: "JMTK", u32 format (1), u32 counts (occupations, labels, features,
 * postings, neighbours a occupation), then the arrays below in order, then a u64 hash of all
 * before it. Features are sorted by hash; postings of a feature are sorted by label. */
#ifndef JM_KERNEL_INT_H
#define JM_KERNEL_INT_H

#include "title_int.h"

enum { KERNEL_FORMAT = 1, KERNEL_NEIGHBOURS = 20, KERNEL_HEAD = 28, KERNEL_OCC_MAX = 1 << 16 };

struct kernel_counts {
    uint32_t occs, labels, feats, posts, neighbours;
};

struct jm_title_kernel {
    uint8_t *bytes; /* the whole file; the arrays point into it */
    size_t len;
    uint64_t version;
    struct kernel_counts n;
    const uint8_t *feat_hash; /* u64 each */
    const uint8_t *feat_post; /* u32 each, feats + 1 */
    const uint8_t *feat_idf;  /* u8 each */
    const uint8_t *post_label; /* u32 each */
    const uint8_t *post_weight; /* u8 each */
    const uint8_t *label_occ; /* u16 each */
    const uint8_t *occ_damp;  /* u8 each: 255 / labels^.25 */
    const uint8_t *near_occ;  /* u16 each, neighbours by occupation */
    const uint8_t *near_cos;  /* u8 each: 255 * cosine; 0: no neighbour */
};

#endif
