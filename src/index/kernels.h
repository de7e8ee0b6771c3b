/* kernels.h - the inner loops of a search, one set for each instruction set; kernels.c picks. */
#ifndef JM_INDEX_KERNELS_H
#define JM_INDEX_KERNELS_H

#include "index_int.h"

struct wish_list;
struct wish_probe;

enum { BATCH = 256 }; /* their lanes fill a first-level cache */

/* Chunks looked into at once, ascending. A place is a chunk's number in the batch. */
struct batch {
    const struct jm_index *index;
    uint32_t n, n_blocks;
    uint32_t chunks[BATCH]; /* by place */
    uint32_t blocks[BATCH]; /* those the chunks are in, ascending */
    uint16_t *lanes;        /* by place: 64 sums, one for each slot */
    /* by block, of the whole index; the masks are 0 where the batch has nothing */
    uint32_t cap_blocks;
    uint64_t *all, *alive;  /* its chunks in the batch, and those still of interest */
    uint16_t *place;        /* of the first of them */
    uint64_t pass[BATCH];   /* by place: the slots that the filter's places let through */
};

/* The segments of a row that a batch needs, asked for but perhaps not there yet. */
struct visit {
    uint32_t n;
    const struct segment *segments[BATCH];
    uint32_t blocks[BATCH]; /* the (first) block of each */
};

struct kernels {
    const char *name;
    /* acc[i] += bytes[i] for i < n; reads and writes up to the next multiple of 64. */
    void (*add_bytes)(uint16_t *acc, const uint8_t *bytes, size_t n);
    /* acc[64 i + s] += worth[weight of slot s in quilts[i]] for i < n */
    void (*add_quilts)(uint16_t *acc, const struct quilt *quilts, size_t n,
                       const uint16_t *worth);
    /* n is a multiple of 64 in these. */
    size_t (*count_ge)(const uint16_t *acc, size_t n, uint16_t least);
    uint16_t (*largest)(const uint16_t *acc, size_t n);
    size_t (*collect_ge)(const uint16_t *acc, size_t n, uint16_t least, uint32_t *out);
    /* Add a row's weights, each as worth[weight], to the lanes of the chunks that are alive. */
    void (*sweep)(const struct visit *v, bool by_block, const uint16_t *worth,
                  const struct batch *b);
    /* The lanes of one chunk that are at least `least`. */
    uint64_t (*lanes_ge)(const uint16_t *lanes, uint16_t least);
    /* Clear the lanes of a chunk but these. */
    void (*keep)(uint16_t *lanes, uint64_t these);
    /* The cells of some blocks of a list that the document may meet, judged by all columns but the
     * moments, terms by signature: into `out`, with room for all cells of these blocks and 32
     * more. Returns how many. */
    size_t (*sift_wishes)(const struct wish_list *l, uint32_t block, uint32_t n_blocks,
                          const struct wish_probe *q, uint32_t *out);
};

const struct kernels *kernels_get(void);

#endif
