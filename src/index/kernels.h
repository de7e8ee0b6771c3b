/* kernels.h - the inner loops of a search, one set for each instruction set; kernels.c picks. */
#ifndef JM_INDEX_KERNELS_H
#define JM_INDEX_KERNELS_H

#include "index_int.h"

struct wish_list;
struct wish_probe;

enum { BATCH = 4096 };

/* What a weight in a row is worth to the query, as a 16-bit upper bound: (q * w + add) >> shift.
 * Weights above `clamp` belong to documents newer than the query. */
struct lift {
    uint32_t q;
    uint16_t add;
    uint8_t shift, clamp;
};

static inline uint32_t lift_up(const struct lift *l, uint32_t weight)
{
    uint32_t w = weight < l->clamp ? weight : l->clamp;
    return (l->q * w + l->add) >> l->shift;
}

/* Chunks looked into at once. A place is a chunk's number in the batch. */
struct batch {
    const uint32_t *chunks; /* by place */
    uint16_t *lanes;        /* by place: 64 bounds, one for each slot */
    const uint16_t *place_of; /* by chunk: place + 1, or 0 */
    const struct jm_index *index;
    uint32_t moment;        /* of the search */
    uint32_t n_chunks;      /* length of place_of */
    uint32_t n_alive;
    uint16_t alive[BATCH];  /* places still of interest, ascending */
    uint16_t rest[BATCH];   /* by place: what the terms to come may add at most */
};

struct kernels {
    const char *name;
    /* acc[i] += lift(max[i]) for i < n; reads and writes up to the next multiple of 64. */
    void (*add_dense)(uint16_t *acc, const uint8_t *max, size_t n, const struct lift *l);
    /* n is a multiple of 64 in these. */
    size_t (*count_ge)(const uint16_t *acc, size_t n, uint16_t least);
    uint16_t (*largest)(const uint16_t *acc, size_t n);
    size_t (*collect_ge)(const uint16_t *acc, size_t n, uint16_t least, uint32_t *out);
    /* Add the term to the lanes of the batch's chunks and take it from what they may still get:
     * by walking the table, or by looking each chunk up (`d`, if not NULL, says which are
     * there). `next` is the table that will be probed next, or NULL. */
    void (*walk)(const struct table *t, const struct lift *l, struct batch *b);
    void (*probe)(const struct table *t, const struct dense *d, const struct lift *l,
                  struct batch *b, const struct table *next);
    /* The lanes of one chunk that are at least `least`. */
    uint64_t (*lanes_ge)(const uint16_t *lanes, uint16_t least);
    /* Forget the chunks none of whose slots can reach `least` any more. Not those that changed
     * since the search began: what was taken from `rest` may be more than was put in. */
    void (*drop)(struct batch *b, uint16_t least);
    /* The cells of some blocks of a list that the document may meet, judged by all columns but the
     * moments, terms by signature: into `out`, with room for all cells of these blocks and 32
     * more. Returns how many. */
    size_t (*sift_wishes)(const struct wish_list *l, uint32_t block, uint32_t n_blocks,
                          const struct wish_probe *q, uint32_t *out);
};

const struct kernels *kernels_get(void);

#endif
