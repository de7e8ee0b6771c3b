/* kernels.h - the inner loops of a search, one set for each instruction set; kernels.c picks. */
#ifndef JM_INDEX_KERNELS_H
#define JM_INDEX_KERNELS_H

#include "index_int.h"

struct wish_list;
struct wish_probe;

enum { BATCH = 256 /* their lanes fill a first-level cache */, LATER = 512 };

/* Chunks looked into at once, ascending. A place is a chunk's number in the batch. */
struct batch {
    const struct jm_index *index;
    uint32_t n, n_blocks;
    uint32_t chunks[BATCH]; /* by place */
    uint16_t bound[BATCH];  /* by place: what it was taken for */
    uint32_t blocks[BATCH]; /* those the chunks are in, ascending */
    uint64_t alive[BATCH];  /* by number of the block in the batch: its chunks still of interest */
    uint16_t strips[BATCH]; /* ... and its strips that have such chunks */
    uint16_t spot[BATCH];   /* by place: in lanes_of, all of it being one array */
    uint16_t *lanes;        /* by place: 64 sums, one for each slot */
    /* by number of the block in the batch, plus 1, and by chunk: where its lanes begin, or DEAD;
     * the first is of all other blocks */
    uint16_t lanes_of[BATCH + 1][BLOCK_CHUNKS];
    uint16_t *number; /* by block of the index, cap_blocks of them: plus 1; 0: not in it */
    uint32_t cap_blocks;
    uint64_t pass[BATCH]; /* by place: the slots that the filter's places let through */
    /* where adding is put off (add_later): lanes, and what a row adds to them */
    uint16_t later_lane[LATER + 32], later_worth[LATER + 32]; /* vectors are stored whole */
};
enum { DEAD = UINT16_MAX, BATCH_LANES = DEAD + 64 }; /* the last ones are of chunks that are dead */

static inline const uint16_t *batch_lanes_of(const struct batch *b, uint32_t block)
{
    return b->lanes_of[block < b->cap_blocks ? b->number[block] : 0];
}

/* The strips of a block that have chunks still of interest. */
static inline uint32_t batch_strips(const struct batch *b, uint32_t block)
{
    uint32_t number = block < b->cap_blocks ? b->number[block] : 0;
    return number ? b->strips[number - 1] : 0;
}

/* Tell that anew, by what is alive. */
static inline void batch_note_strips(struct batch *b)
{
    for (uint32_t i = 0; i < b->n_blocks; i++) { /* any of four neighbouring bits, then these */
        uint64_t some = b->alive[i];
        some |= some >> 1;
        some = (some | some >> 2) & 0x1111111111111111;
        some = (some | some >> 3) & 0x0303030303030303;
        some = (some | some >> 6) & 0x000f000f000f000f;
        some = (some | some >> 12) & 0x000000ff000000ff;
        b->strips[i] = (uint16_t)(some | some >> 24);
    }
}

/* Keep the batch's i-th chunk, or forget it for good. Without a branch: nobody can foresee it. */
static inline void batch_keep(struct batch *b, uint32_t i, bool keep)
{
    uint32_t spot = b->spot[i];
    uint16_t gone = (uint16_t)(keep - 1);
    (&b->lanes_of[0][0])[spot] |= gone;
    b->alive[spot / BLOCK_CHUNKS - 1] &= ~((uint64_t)!keep << spot % BLOCK_CHUNKS);
    b->pass[i] &= -(uint64_t)keep;
}

/* The segments of a row that a batch needs, asked for but perhaps not there yet. */
struct visit {
    uint32_t n;
    const struct segment *segments[BATCH];
    uint32_t blocks[BATCH]; /* the (first) block of each */
};

/* A dense row of the query, and what its table had in `raised` before bounds were added up. */
struct dense_row {
    const struct table *table;
    const uint16_t *worth;
    uint32_t raised;
};

/* What rows add to a block's chunks: to the whole chunks, and to their four quarters. */
struct parts {
    lanes8 sum[5][8];
};

/* A list that changes while it is read may count a chunk twice, and so do late items of a packed
 * segment: too high a bound does no harm, but one that begins again at 0 would. */
static inline uint16_t sum_to_limit(uint16_t a, uint16_t b)
{
    uint16_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT16_MAX : sum;
}

struct kernels {
    const char *name;
    /* acc[i] += bytes[i] for i < n; reads and writes up to the next multiple of 64. */
    void (*add_bytes)(uint16_t *acc, const uint8_t *bytes, size_t n);
    /* acc[64 i + s] += worth[weight of slot s in quilts[i]] for i < n, to the limit of 16 bits */
    void (*add_quilts)(uint16_t *acc, const struct quilt *quilts, size_t n, const uint16_t *worth);
    /* n is a multiple of 64 in these. */
    size_t (*count_ge)(const uint16_t *acc, size_t n, uint16_t least);
    uint16_t (*largest)(const uint16_t *acc, size_t n);
    size_t (*collect_ge)(const uint16_t *acc, size_t n, uint16_t least, uint32_t *out);
    /* As add_quilts(); meanwhile as many bytes from `ahead` on are asked for, unless NULL. */
    void (*add_maxima)(uint16_t *acc, const struct quilt *quilts, size_t n, const uint16_t *worth,
                       const void *ahead);
    /* The bounds of a block's chunks: what dense rows add to a chunk is no more than what they add
     * to one of its quarters. Those of block `next` are asked for. False, and nothing is done: a
     * maximum has grown since, and what it took part in before is not known. */
    bool (*tighten)(uint16_t *bounds, const struct dense_row *rows, size_t n, uint32_t block,
                    uint32_t next);
    /* Add what the items of a packed segment are worth to the bounds of its chunks, those of its
     * first block first: of neighbours in one chunk, what each adds to the one before it. */
    void (*bound_packed)(uint16_t *bounds, const struct segment *s, const uint16_t *worth);
    /* Find the segments of a row that the batch needs and ask for them. */
    void (*visit)(const struct table *t, const struct batch *b, struct visit *v);
    /* Add a row's weights, each as worth[weight], to the lanes of the chunks that are alive. */
    void (*sweep)(const struct visit *v, const uint16_t *worth, struct batch *b);
    /* The lanes of one chunk that are at least `least`. */
    uint64_t (*lanes_ge)(const uint16_t *lanes, uint16_t least);
    /* Forget the chunks of the batch none of whose lanes, of those that pass, can reach `least`
     * with what rests[chunk] may still add. */
    void (*drop)(struct batch *b, const uint16_t *rests, uint16_t least);
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
