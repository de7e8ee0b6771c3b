/* place.c - which free slot a new document gets: one among documents like it.
 *
 * A load leaves a few slots of every chunk free and draws two maps of what it has laid where. The
 * block map says for each common row how much more often than elsewhere its term is found in each
 * block; the chunk map says for each block which of its chunks have the term several times. A
 * document goes to the block, and there to the chunk, that its terms point to most and that has
 * room. The maps are not kept up to date: what arrives follows them, and so they stay true.
 * Without maps (an index never loaded) the first free slot will do. */
#include <math.h>
#include <string.h>

#include "kernels.h"

enum {
    MAP_BUCKETS = 1024, /* of terms in the chunk map of a block */
    SEVERAL = 5         /* documents of a chunk, for its term to be in the map */
};

struct place {
    uint32_t n_rows;           /* the first, thus mostly common ones */
    uint32_t n_blocks, stride; /* n_blocks, rounded up to 64 */
    uint8_t *block_map;        /* [n_rows][stride] */
    uint64_t (*chunk_map)[MAP_BUCKETS]; /* [n_blocks]: a bit for each chunk */
    uint16_t *score;           /* [stride]: scratch, and */
    uint32_t *best;            /* [stride], and */
    uint32_t *count;           /* [n_blocks] */
};

static uint32_t bucket_of(uint32_t row)
{
    return row * 0x9e3779b1u >> 22;
}

/* Count a row's documents by block, and mark the chunks that have several. */
static void count_row(struct place *p, uint32_t row, const uint32_t *slots, uint32_t n)
{
    uint32_t same = 0;
    memset(p->count, 0, p->n_blocks * sizeof *p->count);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t chunk = slots[i] / CHUNK_SLOTS;
        same = i && slots[i - 1] / CHUNK_SLOTS == chunk ? same + 1 : 1;
        p->count[chunk / BLOCK_CHUNKS]++;
        if (same == SEVERAL)
            p->chunk_map[chunk / BLOCK_CHUNKS][bucket_of(row)] |= 1ull << chunk % BLOCK_CHUNKS;
    }
}

void place_map_row(struct jm_index *ix, uint32_t row, const uint32_t *slots, uint32_t n)
{
    struct place *p = ix->place;
    count_row(p, row, slots, n);
    float usual = (float)n / (float)p->n_blocks + 1;
    for (uint32_t b = 0; row < p->n_rows && b < p->n_blocks; b++) {
        float lift = p->count[b] ? 16 * log2f((float)(p->count[b] + 1) / usual) : 0;
        p->block_map[(size_t)row * p->stride + b] = (uint8_t)(lift > 0 ? lift : 0);
    }
}

int place_begin(struct jm_index *ix)
{
    struct place *p = mem_alloc(&ix->mem, sizeof *p);
    if (!p || ix->n_blocks == 0)
        return p ? 0 : -1;
    p->n_rows = ix->n_rows < COMMON_ROWS ? ix->n_rows : COMMON_ROWS;
    p->n_blocks = ix->n_blocks;
    p->stride = (ix->n_blocks + 63) & ~63u;
    p->block_map = mem_alloc(&ix->mem, (size_t)p->n_rows * p->stride + 1);
    p->chunk_map = mem_alloc(&ix->mem, p->n_blocks * sizeof *p->chunk_map);
    p->score = mem_alloc(&ix->mem, p->stride * sizeof *p->score);
    p->best = mem_alloc(&ix->mem, p->stride * sizeof *p->best);
    p->count = mem_alloc(&ix->mem, p->n_blocks * sizeof *p->count);
    if (!p->block_map || !p->chunk_map || !p->score || !p->best || !p->count)
        return -1; /* what was taken goes with the index */
    memset(p->block_map, 0, (size_t)p->n_rows * p->stride);
    memset(p->chunk_map, 0, p->n_blocks * sizeof *p->chunk_map);
    ix->place = p;
    return 0;
}

/* The block most like the document that has room. */
static uint32_t best_block(struct jm_index *ix, const uint32_t *entries, size_t n)
{
    struct place *p = ix->place;
    const struct kernels *k = kernels_get();
    memset(p->score, 0, p->stride * sizeof *p->score);
    for (size_t i = 0; i < n; i++)
        if (entry_row(entries[i]) < p->n_rows)
            k->add_bytes(p->score, p->block_map + (size_t)entry_row(entries[i]) * p->stride, p->stride);
    for (int tries = 0; tries < 8; tries++) {
        uint16_t top = k->largest(p->score, p->stride);
        size_t found = top ? k->collect_ge(p->score, p->stride, top, p->best) : 0;
        for (size_t i = 0; i < found; i++) {
            if (ix->blocks[p->best[i]]->n_free)
                return p->best[i];
            p->score[p->best[i]] = 0;
        }
    }
    return UINT32_MAX;
}

static uint32_t best_chunk(const struct jm_index *ix, uint32_t block, const uint32_t *entries,
                           size_t n)
{
    const uint64_t *map = ix->place->chunk_map[block];
    const struct block *b = ix->blocks[block];
    uint16_t score[BLOCK_CHUNKS] = {0};
    uint32_t best = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&map[bucket_of(entry_row(entries[i]))]);
    for (size_t i = 0; i < n; i++) {
        uint64_t m = map[bucket_of(entry_row(entries[i]))];
        unsigned chunks = (unsigned)__builtin_popcountll(m | 1); /* the fewer, the more it says */
        unsigned says = (unsigned)__builtin_clz(chunks) - 24;
        for (; m; m &= m - 1)
            score[__builtin_ctzll(m)] = (uint16_t)(score[__builtin_ctzll(m)] + says);
    }
    for (uint32_t c = 0; c < BLOCK_CHUNKS; c++)
        if (b->free[c] && (best == UINT32_MAX || score[c] > score[best]))
            best = c;
    return best;
}

static uint32_t any_block(struct jm_index *ix)
{
    while (ix->blocks[ix->hint]->n_free == 0)
        ix->hint = (ix->hint + 1) % ix->n_blocks;
    return ix->hint;
}

uint32_t place_choose(struct jm_index *ix, const uint32_t *entries, size_t n)
{
    uint32_t block = ix->place ? best_block(ix, entries, n) : UINT32_MAX, chunk = UINT32_MAX;
    if (block != UINT32_MAX)
        chunk = best_chunk(ix, block, entries, n);
    else
        block = any_block(ix);
    const struct block *b = ix->blocks[block];
    for (uint32_t c = 0; chunk == UINT32_MAX; c++)
        chunk = b->free[c] ? c : UINT32_MAX;
    return (block * BLOCK_CHUNKS + chunk) * CHUNK_SLOTS +
           (uint32_t)__builtin_ctzll(b->free[chunk]);
}

void place_take(struct jm_index *ix, uint32_t slot)
{
    struct block *b = ix->blocks[slot / BLOCK_SLOTS];
    b->free[slot / CHUNK_SLOTS % BLOCK_CHUNKS] &= ~(1ull << slot % CHUNK_SLOTS);
    b->n_free--;
    ix->n_free--;
}

void place_give(struct jm_index *ix, uint32_t slot)
{
    struct block *b = ix->blocks[slot / BLOCK_SLOTS];
    b->free[slot / CHUNK_SLOTS % BLOCK_CHUNKS] |= 1ull << slot % CHUNK_SLOTS;
    b->n_free++;
    ix->n_free++;
}
