/* index_int.h - the structures of the index; private to src/index.
 *
 * A document lives in a slot; 64 slots are a chunk; 64 chunks are a block, the unit in which slot
 * memory grows. Slots hold the truth: the document's number, its life span and its record of
 * terms. Everything else (rows, masks) only over-approximates it, so that a search may skip most
 * of the truth: a row may claim a term too many or a weight too high, never too few or too low. */
#ifndef JM_INDEX_INT_H
#define JM_INDEX_INT_H

#include <string.h>

#include "jobmatch/epoch.h"
#include "jobmatch/err.h"
#include "jobmatch/index.h"

enum {
    CHUNK_SLOTS = 64,
    BLOCK_CHUNKS = 64,
    BLOCK_SLOTS = CHUNK_SLOTS * BLOCK_CHUNKS,
    STRIP_CHUNKS = 4, /* neighbours */
    BLOCK_STRIPS = BLOCK_CHUNKS / STRIP_CHUNKS,
    BLOCKS_MAX = (1 << 28) / BLOCK_SLOTS, /* a slot has 28 bits */
    ROWS_PAGE = 4096,
    ROW_PAGES = 4096,
    DOCS_PAGE = 1 << 16,
    LOAD_FILL = 56,    /* slots of a chunk that a load fills; the rest is for later arrivals */
    LISTED_DOCS = 2,   /* documents in a block on the mean, for a row to be listed, */
    DENSE_DOCS = 32,   /* and for it to be dense; */
    TEXT_TERMS = 64,   /* where documents have more terms than this on the mean: */
    PACKED_DOCS = 1,   /* for it to be packed, */
    DENSE_TEXTS = 128, /* and for it to be dense */
    COMMON_ROWS = 4096, /* these come first, more or less */
    LIST_BLOCKS = 64,
    LIST_CHUNKS = LIST_BLOCKS * BLOCK_CHUNKS,
    QUARTER = CHUNK_SLOTS / 4,
    SLOT_NONE = 0,     /* slots of chunk 0 are never used */
    CHUNK_ANY = 0
};

#define LOAD_RELAXED(p) __atomic_load_n((p), __ATOMIC_RELAXED)
#define LOAD_ACQUIRE(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define STORE_RELAXED(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#ifdef __SANITIZE_THREAD__ /* which knows no fences, and needs none to tell races */
#define FENCE(order) __asm__ volatile("" ::: "memory")
#else
#define FENCE(order) __atomic_thread_fence(order)
#endif
#define STORE_RELEASE(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

/* Ask for a cache line. The empty asm is there because gcc takes a function that only prefetches for
 * one without effect, and drops the calls of it. */
static inline void ask_for_line(const void *line)
{
    __builtin_prefetch(line);
    __asm__ volatile("");
}

/* ---- memory: mem.c ------------------------------------------------------------------------ */

enum { MEM_UNIT = 8, MEM_SEGMENT = 16 << 20, MEM_SEGMENTS = 1023, MEM_CLASSES = 288 };
enum { MEM_HANDLE_BITS = 21 }; /* of a place in a segment */

struct mem_free {
    struct mem_free *next;
};
/* Size-class blocks in large segments on huge pages, 16 GB of them at most. A block has a 31-bit
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
size_t mem_rounded(size_t bytes); /* what a block of so many really takes */
uint32_t mem_handle(struct mem *m, const void *p); /* a block of at most MEM_SEGMENT / 4 */
static inline void *mem_at(const struct mem *m, uint32_t handle)
{
    return m->segments[handle >> MEM_HANDLE_BITS] +
           (size_t)(handle & ((1u << MEM_HANDLE_BITS) - 1)) * MEM_UNIT;
}
void *mem_map(size_t bytes); /* zeroed, on huge pages where there are some; NULL: none */
void mem_unmap(void *p, size_t bytes);

/* ---- rows: row.c, table.c, segment.c -------------------------------------------------------- */

/* A row says which slots have a term, and how heavy. A weight is four bits, in units of the table,
 * rounded up: weights to 15 have the unit 1 and are exact, and so is then the sum over a query's
 * rows. By the number of documents a row is
 *
 *   sparse  segments of several blocks, of wide items of 32 bits: slot (28), weight (4), ascending;
 *           a weight of 0 is a grave, or a place reserved.
 *   listed  a segment for each block, of items of 16 bits: chunk (6), slot (6), weight (4). They
 *           are in no order, and 0 is a free place. But a segment of many is in strips: the
 *           items of four neighbouring chunks are together, so that a search passes over the
 *           others; late arrivals are behind all strips, if there are any. A chunk with many of
 *           them has a quilt instead. For the bounds there are lists: segments of the next level,
 *           which say of 4,096 chunks what a segment says of 4,096 slots: who has the term, and its
 *           largest weight there. And for each block it is known which strips of it have the row.
 *   dense   segments like these. Nearly every block has many chunks with the row, so that the
 *           largest weights of all of them take no more room than lists, and are quicker to add;
 *           and those of the quarters of every chunk, which make bounds tighter.
 *   packed  instead of listed, where documents are whole texts: segments of several blocks, of
 *           items of 16 bits, block by block (packed.c). There are no lists: bounds are made of
 *           the items. Dense rows of texts do without quarters.
 *
 * An item changes by one store, so that a search reads it whole while the writer is at work. */
enum {
    ITEM_WEIGHT = 15,  /* the bits of it */
    ITEM_CHUNK = 10,   /* the bits below it, of an item of 16 bits */
    QUILT_FROM = 17,   /* so many items of a chunk are better in a quilt */
    STRIPS_FROM = 64,  /* and so many of a block in strips */
    WEIGHT_UNITS = 15,
    WIDE_FEW = 128,    /* so many wide items are one segment, */
    WIDE_MOST = 1024,  /* which has no more than these, unless it covers a single block; */
    PACKED_MANY = 512, /* a packed one has about so many, */
    PACKED_MOST = 2048 /* and no more than these */
};
/* A chunk's weights in four bits each; 0: the slot does not have the term. Slots 0-31 are the low
 * halves of the bytes, 32-63 the high halves. */
struct quilt {
    uint8_t bytes[32];
};
/* Never grows: another place means another segment, published by one store. */
struct segment {
    uint16_t n; /* places for items */
    uint8_t quilts;
    uint8_t form;
    uint16_t item[]; /* wide: of 32 bits. In strips: first, where each ends. Then the chunks of */
};                   /* the quilts, and the quilts */
enum { FORM_WIDE, FORM_PACKED, FORM_PLAIN, FORM_STRIPS,
       FORM_LATE /* in strips, and some behind them */ };
/* How segments of a table are made: wide, packed, or otherwise (FORM_PLAIN); of 1 << shift blocks;
 * packed ones perhaps with places to spare in every block. */
struct mould {
    uint8_t form, shift;
    bool spare;
};

/* Segment i covers the blocks from i << shift, list i those from i * 64. */
struct table {
    uint32_t bytes; /* of the whole block of memory */
    uint32_t n_segments, n_lists;
    uint32_t rebuild_at;  /* writer's: with so many documents another shape may suit better, */
    uint32_t moved;       /* and how many segments are not where they were built */
    uint32_t raised;      /* counts twice for every maximum that grows: odd while one does */
    uint16_t unit;
    uint8_t form, shift;  /* FORM_WIDE: sparse; FORM_PACKED: packed */
    bool quarters;        /* dense, and not of texts: */
    struct quilt *maxima; /* dense: [n_segments], by block, then chunk; then, if `quarters`, */
                          /* [n_segments][4], of the quarters of the chunks */
    uint16_t *present;    /* listed: [n_segments], by block: a bit for each strip */
    uint32_t *lists;      /* listed: where they are; 0: none */
    uint32_t *segments;   /* where they are; 0: none */
    uint64_t rest[];      /* what these point to; then lists and segments as they were built, one */
};                        /* behind the other, if that is not too large */
struct row {
    struct table *table; /* NULL until the first posting */
    uint32_t docs;       /* writer's: documents that have the term */
    uint32_t term;
    uint32_t next;       /* writer's: row number + 1, in line to be built anew */
    bool in_line;
    uint8_t max_weight;  /* never falls */
};

struct term_map {
    uint32_t bytes, cap, count, pad;
    uint64_t slot[]; /* term + 1 in the upper half, row in the lower; 0: free */
};

/* ---- documents ----------------------------------------------------------------------------- */

/* A term of a document as the index takes it: its row << 8 | its weight. A document's entries are
 * in ascending order. */
static inline uint32_t entry(uint32_t row, uint8_t weight) { return row << 8 | weight; }
static inline uint32_t entry_row(uint32_t e) { return e >> 8; }
static inline uint8_t entry_weight(uint32_t e) { return (uint8_t)e; }

/* One form of a document, from a put to the next. Visible at moment S: born <= S and (died is 0
 * or died > S), compared modulo 2^32; born 0 is not published. The data are steps of 16 bits: how
 * far the row is from the one before (12), weight (4); weight 0 only goes on. Then the facets
 * without their zero bytes. record.c */
struct record {
    uint32_t doc, born, died;
    uint16_t n_form; /* the number of steps, and */
    uint8_t data[];
};
enum {
    RECORD_WIDE = 1 << 15,  /* steps are of 32 bits: row, weight */
    RECORD_HEAVY = 1 << 14, /* weights have 8 bits and are behind the steps, which have 1 instead */
    RECORD_BITS = 1 << 13,  /* no steps, but bits: long.c */
    RECORD_N = (1 << 13) - 1,
    STEP_FAR = 4095
};

/* The writer's notes on a chunk, for refine.c. */
struct unrest {
    uint32_t next;    /* chunk in line */
    uint8_t arrivals; /* since it was bisected */
    uint8_t turn;     /* how often it was */
    uint8_t in_line;
};
struct block {
    uint32_t records[BLOCK_SLOTS]; /* handles + 1; 0: the slot is free */
    uint64_t free[BLOCK_CHUNKS];    /* writer's: slots that may be filled */
    uint32_t n_free;
    struct unrest unrest[BLOCK_CHUNKS];
};

struct jm_index {
    struct jm_epoch *epoch;
    uint32_t now;      /* the moment: released by every change */
    uint32_t n_chunks; /* in use, chunk 0 counted */
    uint32_t n_rows;
    bool texts;        /* documents have many terms: memory matters more, and bounds find less */
    struct term_map *terms;
    struct row *row_pages[ROW_PAGES];
    struct block *blocks[BLOCKS_MAX];
    uint32_t *doc_pages[JM_INDEX_DOC_MAX / DOCS_PAGE]; /* document -> slot */
    /* fresh.c: the slots fresh_at + i % BLOCK_SLOTS, fresh_first <= i < fresh_end */
    uint32_t fresh_at, fresh_first, fresh_end;
    /* the writer's alone */
    uint32_t n_blocks, n_free;
    uint32_t hint;         /* a block with free slots */
    uint32_t dead_first, dead_last; /* slots no reader sees, to be taken out of the rows, */
    uint32_t n_dead;                /* linked through record.doc */
    uint32_t n_limbo;               /* slots some reader may still see */
    uint32_t worn_first, worn_last; /* rows + 1 whose segments are scattered, linked by next */
    uint32_t worn_credit;           /* saved up for the next of them */
    struct place *place;
    struct refine *refine; /* NULL: nothing to refine yet */
    struct mem mem;
    struct jm_index_stats stats;
};

static inline uint32_t *slot_at(const struct jm_index *ix, uint32_t s)
{
    return &LOAD_RELAXED(&ix->blocks[s / BLOCK_SLOTS])->records[s % BLOCK_SLOTS];
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
typedef uint16_t lanes8 __attribute__((vector_size(16)));
static inline lanes8 lanes8_larger(lanes8 a, lanes8 b)
{
    lanes8 more = (lanes8)(a > b);
    return (a & more) | (b & ~more);
}

static inline uint8_t quilt_get(const struct quilt *q, uint32_t slot)
{
    return (uint8_t)(LOAD_RELAXED(&q->bytes[slot & 31]) >> (slot >> 5 << 2) & 15);
}
static inline uint8_t segment_form(const struct segment *s)
{
    return LOAD_RELAXED(&s->form);
}
static inline bool segment_in_strips(const struct segment *s)
{
    return segment_form(s) >= FORM_STRIPS;
}
/* Of one that is not wide. */
static inline uint16_t *segment_items(const struct segment *s)
{
    return (uint16_t *)(uintptr_t)s->item + (segment_in_strips(s) ? BLOCK_STRIPS : 0);
}
/* Where the items of a strip begin and end. Behind those of the last are items of any strip and
 * places to spare; of a segment that is not in strips it is all of them. */
static inline uint32_t strip_begin(const struct segment *s, uint32_t strip)
{
    return segment_in_strips(s) && strip ? s->item[strip - 1] : 0;
}
static inline uint32_t strip_end(const struct segment *s, uint32_t strip)
{
    return segment_in_strips(s) ? s->item[strip] : 0;
}
static inline uint32_t strips_end(const struct segment *s)
{
    return strip_end(s, BLOCK_STRIPS - 1);
}
static inline uint32_t segment_quilt_chunk(const struct segment *s, uint32_t number)
{
    return segment_items(s)[s->n + number];
}
static inline struct quilt *segment_quilt(const struct segment *s, uint32_t number)
{
    return (struct quilt *)(segment_items(s) + s->n + s->quilts) + number;
}
static inline uint32_t *segment_wide(const struct segment *s)
{
    return (uint32_t *)(uintptr_t)s->item;
}
/* Of a packed one (packed.c): how many blocks it covers, as a shift; does its index have the numbers
 * of items, in bytes; the words before its items. */
static inline uint32_t packed_shift(const struct segment *s)
{
    return s->item[0] & 255;
}
static inline bool packed_counts(const struct segment *s)
{
    return s->item[0] >> 8;
}
static inline uint32_t packed_index_words(uint32_t shift, bool counts)
{
    return 1 + (counts ? shift < 3 ? 4 : 1u << (shift - 1) : 1u << shift);
}
static inline uint16_t *packed_items(const struct segment *s)
{
    return (uint16_t *)(uintptr_t)s->item + packed_index_words(packed_shift(s), packed_counts(s));
}
static inline uint16_t *packed_marks(const struct segment *s)
{
    return packed_items(s) + s->n;
}
static inline struct quilt *packed_quilt(const struct segment *s, uint32_t number)
{
    return (struct quilt *)(packed_marks(s) + s->quilts) + number;
}
/* The number of items before those of a block, counted from the first of the segment. */
static inline uint32_t packed_begin(const struct segment *s, uint32_t block)
{
    const uint64_t even = 0x00ff00ff00ff00ff;
    uint64_t sum = 0, eight;
    if (!packed_counts(s))
        return block ? s->item[block] : 0;
    for (uint32_t i = 0; i < block; i += 8) {
        memcpy(&eight, (const uint8_t *)(s->item + 1) + i, sizeof eight);
        eight &= block - i < 8 ? (1ull << 8 * (block - i)) - 1 : UINT64_MAX;
        sum += (eight & even) + (eight >> 8 & even);
    }
    return (uint32_t)(sum * 0x0001000100010001 >> 48);
}
static inline uint32_t packed_count(const struct segment *s, uint32_t block)
{
    return packed_counts(s) ? ((const uint8_t *)(s->item + 1))[block]
                            : s->item[1 + block] - packed_begin(s, block);
}
/* The largest weights in the first, second, third and last quarters of a block's chunks. */
static inline struct quilt *table_quarters(const struct table *t, uint32_t block)
{
    return t->maxima + t->n_segments + 4ul * block;
}
/* The largest weights in a block's chunks (0), or in their quarters (1 to 4). */
static inline const struct quilt *table_part(const struct table *t, uint32_t block, unsigned part)
{
    return part ? &table_quarters(t, block)[part - 1] : &t->maxima[block];
}
/* A segment has a handle, plus 1, in the memory of the index, or in that of its table: half of how
 * many bytes from the table's begin. */
#define SEGMENT_INSIDE (1u << 31)
static inline struct segment *segment_at(const struct jm_index *ix, const struct table *t,
                                         const uint32_t *handles, uint32_t i, uint32_t n)
{
    uint32_t handle = i < n ? LOAD_ACQUIRE(&handles[i]) : 0;
    if (handle & SEGMENT_INSIDE)
        return (struct segment *)((char *)(uintptr_t)t + 2ul * (handle ^ SEGMENT_INSIDE));
    return handle ? mem_at(&ix->mem, handle - 1) : NULL;
}
static inline struct segment *table_segment(const struct jm_index *ix, const struct table *t,
                                            uint32_t i)
{
    return segment_at(ix, t, t->segments, i, t->n_segments);
}
static inline struct segment *table_list(const struct jm_index *ix, const struct table *t,
                                         uint32_t i)
{
    return segment_at(ix, t, t->lists, i, t->n_lists);
}

/* The row of a term; UINT32_MAX: none. Reader or writer. */
uint32_t row_of_term(const struct jm_index *ix, uint32_t term);
/* The same, making it. UINT32_MAX: out of memory. Writer. */
uint32_t row_make(struct jm_index *ix, uint32_t term);
/* Ask for what row_of_term() and row_make() look at first. */
void row_ask_for_term(const struct jm_index *ix, uint32_t term);
/* Fill an empty row: n documents, by ascending slot. -1: out of memory. */
int row_build(struct jm_index *ix, struct row *row, const uint32_t *slots, const uint8_t *weights,
              uint32_t n);
/* Ask for the memory that adding or removing this slot will touch. */
void row_ask_for(const struct jm_index *ix, const uint32_t *entries, size_t n, uint32_t slot);
/* Make sure that the next row_add of this slot and weight cannot fail. -1: out of memory. */
int row_prepare(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight);
/* Build the next of the worn rows anew, when budgets have saved up for it. */
void row_renew(struct jm_index *ix, unsigned budget);
void row_add(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight);
void row_remove(struct jm_index *ix, uint32_t row_no, uint32_t slot);
/* The row of documents that have the place, or one of those that share its row; made if need be,
 * or UINT32_MAX: out of memory, or not there. gate.c */
uint32_t gate_row(struct jm_index *ix, uint32_t place);
uint32_t gate_row_of(const struct jm_index *ix, uint32_t place);
uint64_t row_bytes(const struct jm_index *ix, const struct row *row);
void index_retire(struct jm_index *ix, void *block); /* a table or term map */
/* Writer: after stats.docs or stats.postings have changed. */
static inline void index_note_texts(struct jm_index *ix)
{
    STORE_RELAXED(&ix->texts, ix->stats.postings > ix->stats.docs * TEXT_TERMS);
}

/* table.c. A row taken apart: slot << 4 | weight in units, ascending. */
struct postings {
    uint32_t *items;
    uint32_t n;
    uint32_t unit;
};
/* A table in the shape that suits them; a roomy one has places to spare in every segment, for a row
 * that changes. NULL: out of memory. */
struct table *table_build(struct jm_index *ix, const struct postings *p, bool roomy);
uint64_t table_bytes(const struct jm_index *ix, const struct table *t); /* all it points to */
/* When no reader can see it any more, free it and what it points to. NULL: nothing. */
void table_retire(struct jm_index *ix, struct table *t);
/* Publish another segment (number i of the table), or list, and retire the one before. */
void table_set_segment(struct jm_index *ix, struct table *t, uint32_t i, struct segment *s);
void table_set_list(struct jm_index *ix, struct table *t, uint32_t i, struct segment *s);
/* A slot of so many units has joined the row, or has left its segment: set maxima and lists. */
void table_raise(struct jm_index *ix, struct table *t, uint32_t slot, uint32_t units);
void table_lower(struct jm_index *ix, struct table *t, uint32_t slot, uint32_t units);

/* segment.c. A posting is a slot and a weight in units: slot << 4 | weight. In a list, chunks are
 * the slots.
 *
 * The size of a segment for these, ascending, and `spare` more if it is FORM_PLAIN, ... */
size_t segment_size(struct mould mould, const uint32_t *postings, uint32_t n, uint32_t spare);
/* ... and to make it, in memory of that size or of more. */
void segment_fill(struct segment *s, size_t bytes, struct mould mould, const uint32_t *postings,
                  uint32_t n);
enum { SPARE = 8 }; /* a new segment that is not wide has one place in so many to spare */
size_t segment_bytes(const struct segment *s);
void segment_retire(struct jm_index *ix, struct segment *s);
/* The postings of a segment, ascending, into `out`, which has room for `room`; how many. NULL has
 * none. Its number, unless it is wide. */
uint32_t segment_list(const struct segment *s, uint32_t number, uint32_t *out, uint32_t room);
/* Has it a place for this slot, which it does not hold? */
bool segment_has_room(const struct segment *s, uint32_t slot);
/* A copy that has one, without graves; of NULL, if there is no segment yet. NULL: out of memory. */
struct segment *segment_with_room(struct jm_index *ix, const struct segment *s, struct mould mould,
                                  uint32_t number, uint32_t slot);
void segment_add(struct segment *s, uint32_t slot, uint32_t units);
/* The weight it had; 0: it was not there. */
uint32_t segment_remove(struct segment *s, uint32_t slot);
/* Another weight for a slot that it holds. These are not for wide or packed ones. */
void segment_set(struct segment *s, uint32_t slot, uint32_t units);
uint32_t segment_weight(const struct segment *s, uint32_t slot);
/* The largest weight of n slots of a chunk, from this one on. */
uint32_t segment_max(const struct segment *s, uint32_t slot, uint32_t n);
/* packed.c: the same for packed segments. */
size_t packed_size(struct mould mould, const uint32_t *postings, uint32_t n);
void packed_fill(struct segment *s, struct mould mould, const uint32_t *postings, uint32_t n);
size_t packed_bytes(const struct segment *s);
uint32_t packed_list(const struct segment *s, uint32_t number, uint32_t *out, uint32_t room);
bool packed_has_room(const struct segment *s, uint32_t slot);
void packed_add(struct segment *s, uint32_t slot, uint32_t units);
uint32_t packed_remove(struct segment *s, uint32_t slot);
uint32_t packed_weight(const struct segment *s, uint32_t slot);
bool packed_true(const struct segment *s); /* are its marks right? */
bool segment_has_strip(const struct segment *s, uint32_t slot); /* any slot of this one's strip */
void quilt_put(struct quilt *q, uint32_t slot, uint32_t units);

/* Set a slot free that nobody can see, and take it out of the rows if it is in them. */
void index_drop(struct jm_index *ix, uint32_t slot, bool in_rows);

/* ---- load, placement ------------------------------------------------------------------------ */

int index_check_terms(const struct jm_index_term *terms, size_t n, struct jm_err *err);
int index_grow(struct jm_index *ix); /* one block of free slots more */
int index_map_doc(struct jm_index *ix, uint32_t doc, uint32_t slot);
uint32_t index_slot_of(const struct jm_index *ix, uint32_t doc); /* SLOT_NONE: none */
/* Empty maps of an index that is being loaded, whose blocks and rows are there; then row by row,
 * with the slots ascending. -1: out of memory. place.c */
int place_begin(struct jm_index *ix);
void place_map_row(struct jm_index *ix, uint32_t row, const uint32_t *slots, uint32_t n);
/* A free slot near documents like this one; there must be one. */
uint32_t place_choose(struct jm_index *ix, const uint32_t *entries, size_t n);
void place_take(struct jm_index *ix, uint32_t slot);  /* it is no longer free */
void place_give(struct jm_index *ix, uint32_t slot);  /* it is free again */
void sort_numbers(uint32_t *v, size_t n); /* into ascending order. record.c */
/* Memory for a record of these entries; it knows its form. NULL: none. */
struct record *record_new(struct jm_index *ix, const uint32_t *entries, size_t n,
                          const struct jm_index_facets *facets);
/* Fill it; it is not yet born. */
void record_write(struct record *r, uint32_t doc, const uint32_t *entries, size_t n,
                  const struct jm_index_facets *facets);
uint32_t record_n(const struct record *r); /* its entries; walks over them */
/* long.c. The entries of a long document in bits. What they take, ... */
size_t long_bytes(const uint32_t *entries, size_t n);
void long_write(uint8_t *to, const uint32_t *entries, size_t n); /* ... to write them, ... */
size_t long_written(const uint8_t *from);                        /* ... and what they took. */
void long_read(const uint8_t *from, uint32_t *entries, size_t n);
/* The entries, into room for JM_INDEX_DOC_TERMS; how many. */
uint32_t record_entries(const struct record *r, uint32_t *entries);
struct jm_index_facets record_facets(const struct record *r);
/* The same document once more, not yet born. NULL: out of memory. */
struct record *record_copy(struct jm_index *ix, const struct record *r);
void record_free(struct jm_index *ix, struct record *r); /* one that has been written */
/* Put it into a free slot, where nobody sees it yet. */
void index_fill(struct jm_index *ix, uint32_t slot, const struct record *r);

/* A put lays its document into the fresh block, which no row knows and every search reads
 * whole; it settles among its like later. */
enum { FRESH_MOST = 256 };
static inline bool slot_fresh(const struct jm_index *ix, uint32_t slot)
{
    uint32_t at = LOAD_RELAXED(&ix->fresh_at);
    return slot / BLOCK_SLOTS == at / BLOCK_SLOTS && at;
}
static inline uint32_t fresh_slot(const struct jm_index *ix, uint32_t i)
{
    return LOAD_RELAXED(&ix->fresh_at) + i % BLOCK_SLOTS;
}
/* Where a search begins that read `first` long before `end`: each slot of the ring once. What it
 * can see is still there, for no slot is used again while such a search may see what is in it. */
static inline uint32_t fresh_from(uint32_t first, uint32_t end)
{
    return end - first > BLOCK_SLOTS ? end - BLOCK_SLOTS : first;
}
uint32_t fresh_room(struct jm_index *ix); /* SLOT_NONE: there is none just now */
/* Settle the oldest fresh document. False: no memory, or there is none. */
bool fresh_settle(struct jm_index *ix);
/* Publish the record, which is not yet born, in a slot that is free: the document's old form dies.
 * index.c */
void index_arrive(struct jm_index *ix, uint32_t slot, struct record *record);
/* The same in a slot of this chunk, which has room, or of the one where its like are (CHUNK_ANY),
 * which the rows are told of. -1: out of memory, the record is still the caller's. */
int index_settle(struct jm_index *ix, struct record *record, uint32_t chunk);

/* A document arrived in the chunk. refine.c */
void refine_note(struct jm_index *ix, uint32_t chunk);
bool refine_pending(const struct jm_index *ix);
/* About `budget` documents' worth of it; something must be pending. */
void refine_some(struct jm_index *ix, unsigned budget);
void refine_fini(struct jm_index *ix);
/* Move a visible document into a chunk that has a free slot, or where its like are (CHUNK_ANY).
 * -1: out of memory. index.c */
int index_move(struct jm_index *ix, uint32_t slot, uint32_t chunk);

/* Put documents that share terms next to each other, `leaf` at a time. start[n + 1] delimits the
 * rows of each document; perm is filled with the order, which does not depend on the number of
 * threads. -1: out of memory. order.c */
int order_documents(const uint64_t *start, const uint32_t *entries, uint32_t n_docs, uint32_t n_rows,
                    uint32_t leaf, unsigned threads, uint32_t *perm);

#endif
