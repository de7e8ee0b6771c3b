/* index_int.h - the structures of the index; private to src/index.
 *
 * A document lives in a slot; 64 slots are a chunk; 64 chunks are a block, the unit in which slot
 * memory grows. Slots hold the truth: the document's number, its life span and its record of
 * terms. Everything else (rows, masks) only over-approximates it, so that a search may skip most
 * of the truth: a row may claim a term too many or a weight too high, never too few or too low. */
#ifndef JM_INDEX_INT_H
#define JM_INDEX_INT_H

#include "jobmatch/epoch.h"
#include "jobmatch/err.h"
#include "jobmatch/index.h"

enum {
    CHUNK_SLOTS = 64,
    BLOCK_CHUNKS = 64,
    BLOCK_SLOTS = CHUNK_SLOTS * BLOCK_CHUNKS,
    BLOCKS_MAX = JM_INDEX_DOC_MAX / BLOCK_SLOTS * 2,
    ROWS_PAGE = 4096,
    ROW_PAGES = 4096,
    DOCS_PAGE = 1 << 16,
    LOAD_FILL = 60,    /* slots of a chunk that a load fills; the rest is for later arrivals */
    DENSE_SHIFT = 4,   /* a row present in 1/16 of the chunks gets a dense array of maxima */
    SLOT_NONE = 0      /* slots of chunk 0 are never used */
};

#define LOAD_RELAXED(p) __atomic_load_n((p), __ATOMIC_RELAXED)
#define LOAD_ACQUIRE(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define STORE_RELAXED(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define STORE_RELEASE(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

/* ---- memory: mem.c ------------------------------------------------------------------------ */

enum { MEM_UNIT = 8, MEM_SEGMENT = 16 << 20, MEM_SEGMENTS = 2047, MEM_CLASSES = 256 };
enum { MEM_HANDLE_BITS = 21 }; /* of a place in a segment */

struct mem_free {
    struct mem_free *next;
};
/* Size-class blocks in large segments on huge pages, 32 GB of them at most. A block has a 32-bit
 * handle, half the size of a pointer. */
struct mem {
    char *segments[MEM_SEGMENTS];
    uint32_t n_segments;
    size_t used; /* of the last segment */
    struct mem_free *free[MEM_CLASSES];
    uint64_t bytes;       /* handed out */
    struct mem_large *large; /* blocks too big for a segment */
};

void *mem_alloc(struct mem *m, size_t bytes); /* aligned to 8, not zeroed; NULL: none */
void mem_release(struct mem *m, void *p, size_t bytes); /* the bytes it was asked for */
void mem_fini(struct mem *m);
uint32_t mem_handle(struct mem *m, const void *p); /* a block of at most MEM_SEGMENT / 4 */
static inline void *mem_at(const struct mem *m, uint32_t handle)
{
    return m->segments[handle >> MEM_HANDLE_BITS] +
           (size_t)(handle & ((1u << MEM_HANDLE_BITS) - 1)) * MEM_UNIT;
}
void *mem_map(size_t bytes); /* zeroed, on huge pages where there are some; NULL: none */
void mem_unmap(void *p, size_t bytes);

/* ---- rows: row.c -------------------------------------------------------------------------- */

/* Which chunks have the term: open addressing by chunk, linear probing. The low half of an entry
 * is chunk << 8 | the largest weight; 0 is free; a weight of 0 is a grave. The high half says
 * which slots have the term: up to four of them in seven bits each (slot + 1), or ENTRY_SET and
 * the number of a quilt. Four are enough for five chunks in six. */
#define ENTRY_SET 0x80000000u
enum { ENTRY_INLINE = 4, LINE_ENTRIES = 8 };
/* A chunk's weights in four bits each, in units of the table, rounded up; 0: the slot does not have
 * the term. Slots 0-31 are the low halves of the bytes, 32-63 the high halves. */
struct quilt {
    uint8_t bytes[32];
};
struct table {
    uint32_t bytes; /* of the whole block */
    uint32_t cap;   /* a multiple of LINE_ENTRIES */
    uint32_t used, live;
    uint32_t quilts_cap, quilts_used;
    uint32_t quilts_free; /* head of a list through the free ones, number + 1 */
    uint32_t unit;
    uint64_t *entry; /* on a cache line */
    struct quilt *quilts;
};
/* The maxima again, by chunk, for rows so full that adding a vector beats walking the table. */
struct dense {
    uint32_t bytes, cap;
    uint8_t max[];
};
struct row {
    struct table *table; /* NULL until the first posting */
    struct dense *dense; /* NULL: none */
    uint32_t docs;       /* writer's: documents that have the term */
    uint32_t term;
    uint8_t max_weight;  /* never falls */
};

struct term_map {
    uint32_t bytes, cap, count, pad;
    uint64_t slot[]; /* term + 1 in the upper half, row in the lower; 0: free */
};

/* ---- documents ----------------------------------------------------------------------------- */

/* One form of a document, from a put to the next. Visible at moment S: born <= S and (died is 0
 * or died > S), compared modulo 2^32; born 0 is not published. The data are row numbers, in the
 * order of the terms; the weights; and the facets without their zero bytes. record.c */
struct record {
    uint32_t doc, born, died;
    uint16_t n_form; /* the number of terms, and */
    uint8_t data[];
};
enum {
    RECORD_WIDE = 1 << 15,  /* row numbers have 32 bits, not 16 */
    RECORD_HEAVY = 1 << 14, /* weights have 8 bits, not 4 */
    RECORD_N = (1 << 14) - 1
};

struct block {
    uint32_t records[BLOCK_SLOTS]; /* handles + 1; 0: the slot is free */
    uint32_t changed[BLOCK_CHUNKS]; /* the moment of the last arrival in the chunk */
    uint64_t free[BLOCK_CHUNKS];    /* writer's: slots that may be filled */
    uint32_t n_free;
};

struct jm_index {
    struct jm_epoch *epoch;
    uint32_t now;      /* the moment: released by every change */
    uint32_t n_chunks; /* in use, chunk 0 counted */
    uint32_t n_rows;
    struct term_map *terms;
    struct row *row_pages[ROW_PAGES];
    struct block *blocks[BLOCKS_MAX];
    uint32_t *doc_pages[JM_INDEX_DOC_MAX / DOCS_PAGE]; /* document -> slot */
    /* the writer's alone */
    uint32_t n_blocks, n_free;
    uint32_t hint;         /* a block with free slots */
    uint32_t dead_first, dead_last; /* slots no reader sees, to be taken out of the rows, */
    uint32_t n_dead;                /* linked through record.doc */
    uint32_t n_limbo;               /* slots some reader may still see */
    struct place *place;
    struct mem mem;
    struct jm_index_stats stats;
};

static inline uint32_t *slot_at(const struct jm_index *ix, uint32_t s)
{
    return &LOAD_RELAXED(&ix->blocks[s / BLOCK_SLOTS])->records[s % BLOCK_SLOTS];
}
/* The moment at which, or after which, a maximum of the chunk was raised last. */
static inline uint32_t *changed_at(const struct jm_index *ix, uint32_t chunk)
{
    return &LOAD_RELAXED(&ix->blocks[chunk / BLOCK_CHUNKS])->changed[chunk % BLOCK_CHUNKS];
}
/* What is in a slot that is filled. */
static inline struct record *record_at(const struct jm_index *ix, uint32_t s)
{
    return mem_at(&ix->mem, LOAD_ACQUIRE(slot_at(ix, s)) - 1);
}
static inline struct row *row_at(const struct jm_index *ix, uint32_t r)
{
    return &LOAD_RELAXED(&ix->row_pages[r / ROWS_PAGE])[r % ROWS_PAGE];
}
static inline bool record_visible(const struct record *r, uint32_t moment)
{
    uint32_t born = LOAD_RELAXED(&r->born), died = LOAD_RELAXED(&r->died);
    return born && (int32_t)(moment - born) >= 0 && (!died || (int32_t)(died - moment) > 0);
}
static inline uint32_t record_n(const struct record *r) { return r->n_form & RECORD_N; }
static inline size_t record_rows_bytes(const struct record *r)
{
    return record_n(r) * (r->n_form & RECORD_WIDE ? 4ul : 2ul);
}
static inline size_t record_weights_bytes(const struct record *r)
{
    return r->n_form & RECORD_HEAVY ? record_n(r) : (record_n(r) + 1ul) / 2;
}
static inline uint32_t record_row(const struct record *r, uint32_t i)
{
    uint32_t wide;
    uint16_t narrow;
    if (r->n_form & RECORD_WIDE) {
        __builtin_memcpy(&wide, r->data + 4 * (size_t)i, 4);
        return wide;
    }
    __builtin_memcpy(&narrow, r->data + 2 * (size_t)i, 2);
    return narrow;
}
static inline uint8_t record_weight(const struct record *r, uint32_t i)
{
    const uint8_t *weights = r->data + record_rows_bytes(r);
    if (r->n_form & RECORD_HEAVY)
        return weights[i];
    return (uint8_t)(weights[i / 2] >> (i & 1) * 4 & 15);
}

/* Eight neighbouring chunks share a cache line: searches tend to look for neighbours. */
static inline uint32_t chunk_home(uint32_t chunk, uint32_t cap)
{
    uint32_t hash = (chunk / LINE_ENTRIES) * 0x9e3779b1u;
    return (uint32_t)((uint64_t)hash * (cap / LINE_ENTRIES) >> 32) * LINE_ENTRIES +
           chunk % LINE_ENTRIES;
}
/* Where the table has the chunk; UINT32_MAX: nowhere. */
static inline uint32_t table_find(const struct table *t, uint32_t chunk)
{
    for (uint32_t i = chunk_home(chunk, t->cap);;) {
        uint32_t e = (uint32_t)LOAD_ACQUIRE(&t->entry[i]);
        if (e >> 8 == chunk)
            return i;
        if (e == 0)
            return UINT32_MAX;
        if (++i == t->cap)
            i = 0;
    }
}
static inline uint8_t quilt_get(const struct quilt *q, uint32_t slot)
{
    return (uint8_t)(q->bytes[slot & 31] >> (slot >> 5 << 2) & 15);
}
static inline uint64_t quilt_bits(const struct quilt *q)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < 32; i++) {
        bits |= (uint64_t)((q->bytes[i] & 15) != 0) << i;
        bits |= (uint64_t)(q->bytes[i] > 15) << (i + 32);
    }
    return bits;
}
/* The slots an entry stands for; the writer's, as are the two above. */
static inline uint64_t table_bits(const struct table *t, uint64_t entry)
{
    uint32_t slots = (uint32_t)(entry >> 32);
    uint64_t bits = 0;
    if (slots & ENTRY_SET)
        return quilt_bits(&t->quilts[slots & ~ENTRY_SET]);
    for (; slots; slots >>= 7)
        bits |= 1ull << ((slots & 127) - 1);
    return bits;
}
static inline uint8_t entry_max(uint64_t entry) { return (uint8_t)(entry & 255); }
static inline uint32_t entry_chunk(uint64_t entry) { return (uint32_t)entry >> 8; }

/* The row of a term; UINT32_MAX: none. Reader or writer. */
uint32_t row_of_term(const struct jm_index *ix, uint32_t term);
/* The same, making it. UINT32_MAX: out of memory. Writer. */
uint32_t row_make(struct jm_index *ix, uint32_t term);
/* A table for so many chunks, so many of them with quilts, and weights up to the row's
 * max_weight. */
int row_reserve(struct jm_index *ix, struct row *row, uint32_t chunks, uint32_t quilts);
/* Ask for the memory that adding or removing in this chunk will touch. */
void row_ask_for(const struct jm_index *ix, const uint32_t *rows, size_t n, uint32_t chunk);
/* Make sure that the next row_add of this chunk and weight cannot fail. -1: out of memory. */
int row_prepare(struct jm_index *ix, struct row *row, uint32_t chunk, uint8_t weight);
void row_add(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight);
void row_remove(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight);
/* Add n documents of one chunk, which the row does not have yet and whose table has room. */
void row_fill(struct row *row, const uint32_t *slots, const uint8_t *weights, uint32_t n);
int row_densify(struct jm_index *ix, struct row *row);
void index_retire(struct jm_index *ix, void *block); /* a table, dense or term map */

/* Take a slot nobody can see out of the rows and set it free. */
void index_unindex(struct jm_index *ix, uint32_t slot);
/* The same for one that may not have got into the rows. */
void index_drop(struct jm_index *ix, uint32_t slot, bool in_rows);

/* ---- load, placement ------------------------------------------------------------------------ */

int index_check_terms(const struct jm_index_term *terms, size_t n, struct jm_err *err);
int index_grow(struct jm_index *ix); /* one block of free slots more */
int index_map_doc(struct jm_index *ix, uint32_t doc, uint32_t slot);
uint32_t index_slot_of(const struct jm_index *ix, uint32_t doc); /* SLOT_NONE: none */
/* Draw the maps of an index just loaded. -1: out of memory. place.c */
int place_map(struct jm_index *ix);
/* A free slot near documents like this one; there must be one. */
uint32_t place_choose(struct jm_index *ix, const uint32_t *rows, size_t n);
void place_take(struct jm_index *ix, uint32_t slot);  /* it is no longer free */
void place_give(struct jm_index *ix, uint32_t slot);  /* it is free again */
/* Memory for a record of this document, whose rows exist; it knows their number. NULL: none. */
struct record *record_new(struct jm_index *ix, const uint32_t *rows,
                          const struct jm_index_term *terms, size_t n,
                          const struct jm_index_facets *facets);
/* Fill it; it is not yet born. */
void record_write(struct record *r, uint32_t doc, const uint32_t *rows,
                  const struct jm_index_term *terms, const struct jm_index_facets *facets);
struct jm_index_facets record_facets(const struct record *r);
void record_free(struct jm_index *ix, struct record *r); /* one that has been written */
/* Put it into a free slot, where nobody sees it yet. */
void index_fill(struct jm_index *ix, uint32_t slot, const struct record *r);

/* Put documents that share terms next to each other, `leaf` at a time. start[n + 1] delimits the
 * rows of each document; perm is filled with the order, which does not depend on the number of
 * threads. -1: out of memory. order.c */
int order_documents(const uint64_t *start, const uint32_t *rows, uint32_t n_docs, uint32_t n_rows,
                    uint32_t leaf, unsigned threads, uint32_t *perm);

#endif
