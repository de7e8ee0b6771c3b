/* row.c - the writer's side of rows: which slots have a term, and how heavy.
 *
 * Readers walk a row while it is written. Every change is one store that a reader may see early
 * or late without harm: before a document is published its items are there, and they are taken
 * back only when no reader can see the document they stood for. What must grow is built anew and
 * published by one pointer: mostly a segment of a few hundred bytes (segment.c), seldom the table.
 */
#include <stdlib.h>
#include <string.h>

#include "index_int.h"

static void release_block(void *block, void *arg)
{
    struct jm_index *ix = arg;
    uint32_t bytes;
    memcpy(&bytes, block, sizeof bytes);
    mem_release(&ix->mem, block, bytes);
}

void index_retire(struct jm_index *ix, void *block)
{
    if (block)
        jm_epoch_retire(ix->epoch, block, release_block, ix);
}

/* ---- term -> row ---------------------------------------------------------------------------- */

static uint32_t term_home(uint32_t term, uint32_t cap)
{
    return (uint32_t)((uint64_t)(term * 0x9e3779b1u) * cap >> 32);
}

uint32_t row_of_term(const struct jm_index *ix, uint32_t term)
{
    const struct term_map *m = LOAD_ACQUIRE(&ix->terms);
    if (!m)
        return UINT32_MAX;
    for (uint32_t i = term_home(term, m->cap);; i = i + 1 == m->cap ? 0 : i + 1) {
        uint64_t v = LOAD_ACQUIRE(&m->slot[i]);
        if (v >> 32 == (uint64_t)term + 1)
            return (uint32_t)v;
        if (v == 0)
            return UINT32_MAX;
    }
}

static void map_insert(struct term_map *m, uint64_t v)
{
    uint32_t i = term_home((uint32_t)(v >> 32) - 1, m->cap);
    while (m->slot[i])
        i = i + 1 == m->cap ? 0 : i + 1;
    STORE_RELEASE(&m->slot[i], v);
    m->count++;
}

static int map_grow(struct jm_index *ix)
{
    struct term_map *old = ix->terms;
    uint32_t cap = old ? old->cap * 2 : 1024;
    size_t bytes = sizeof *old + cap * sizeof old->slot[0];
    struct term_map *m = mem_alloc(&ix->mem, bytes);
    if (!m)
        return -1;
    memset(m, 0, bytes);
    m->bytes = (uint32_t)bytes;
    m->cap = cap;
    for (uint32_t i = 0; old && i < old->cap; i++)
        if (old->slot[i])
            map_insert(m, old->slot[i]);
    STORE_RELEASE(&ix->terms, m);
    index_retire(ix, old);
    return 0;
}

uint32_t row_make(struct jm_index *ix, uint32_t term)
{
    uint32_t r = row_of_term(ix, term);
    if (r != UINT32_MAX)
        return r;
    struct term_map *m = ix->terms;
    if ((!m || m->count + 1 > m->cap / 2) && map_grow(ix) < 0)
        return UINT32_MAX;
    r = ix->n_rows;
    if (!ix->row_pages[r / ROWS_PAGE]) {
        struct row *page = mem_alloc(&ix->mem, ROWS_PAGE * sizeof *page);
        if (!page)
            return UINT32_MAX;
        memset(page, 0, ROWS_PAGE * sizeof *page);
        STORE_RELEASE(&ix->row_pages[r / ROWS_PAGE], page);
    }
    row_at(ix, r)->term = term;
    STORE_RELAXED(&ix->n_rows, ix->n_rows + 1);
    map_insert(ix->terms, (uint64_t)(term + 1) << 32 | r);
    return r;
}

/* ---- tables --------------------------------------------------------------------------------- */

enum {
    SEGMENT_MOST = 96, /* entries of a segment, unless it covers a single block */
    SHIFT_ALL = 17     /* one segment covers any chunk there can be */
};

/* A row taken apart: its postings, by ascending chunk. */
struct postings {
    const uint32_t *slots;
    const uint8_t *weights;
    uint32_t n;
    uint32_t heaviest; /* at least that heavy a one must be expressible */
};

/* How many postings from `at` on are in one chunk. */
static uint32_t run_length(const struct postings *p, uint32_t at)
{
    uint32_t n = 1, chunk = p->slots[at] / CHUNK_SLOTS;
    while (at + n < p->n && p->slots[at + n] / CHUNK_SLOTS == chunk)
        n++;
    return n;
}

static uint32_t entries_for(uint32_t run)
{
    return run > ENTRY_RUN * ENTRY_ITEMS ? 1 : (run + ENTRY_ITEMS - 1) / ENTRY_ITEMS;
}

struct shape {
    uint32_t chunks, entries;
    uint32_t unit, shift;
    bool dense;
};

/* The most entries a segment would have. */
static uint32_t largest_segment(const struct postings *p, uint32_t shift)
{
    uint32_t most = 0, entries = 0, last = UINT32_MAX;
    for (uint32_t at = 0, run; at < p->n; at += run) {
        uint32_t segment = p->slots[at] / BLOCK_SLOTS >> shift;
        run = run_length(p, at);
        entries = segment == last ? entries : 0;
        last = segment;
        entries += entries_for(run);
        most = entries > most ? entries : most;
    }
    return most;
}

static struct shape shape_of(const struct jm_index *ix, const struct postings *p)
{
    struct shape s = {.shift = SHIFT_ALL};
    uint32_t max = p->heaviest ? p->heaviest : 1;
    for (uint32_t at = 0, run; at < p->n; at += run) {
        run = run_length(p, at);
        s.chunks++;
        s.entries += entries_for(run);
    }
    for (uint32_t i = 0; i < p->n; i++)
        max = p->weights[i] > max ? p->weights[i] : max;
    s.unit = (max + WEIGHT_UNITS - 1) / WEIGHT_UNITS;
    s.dense = s.chunks > 64 && s.chunks > ix->n_chunks >> DENSE_SHIFT;
    if (s.dense)
        s.shift = 0;
    if (s.shift && s.entries > SEGMENT_MOST)
        for (s.shift = 0; ix->n_blocks >> s.shift > 1; s.shift++)
            continue;
    while (s.shift && s.shift < SHIFT_ALL && largest_segment(p, s.shift) > SEGMENT_MOST)
        s.shift--;
    return s;
}

static struct table *table_new(struct jm_index *ix, const struct shape *s)
{
    uint32_t blocks = ix->n_blocks + ix->n_blocks / 8 + 1;
    uint32_t n = s->shift == SHIFT_ALL ? 1 : (blocks >> s->shift) + 1;
    size_t bytes = sizeof(struct table) + n * sizeof(uint32_t);
    size_t maxima = (bytes + 63) & ~(size_t)63;
    if (s->dense)
        bytes = maxima + n * sizeof(struct quilt);
    struct table *t = mem_alloc(&ix->mem, bytes);
    if (!t)
        return NULL;
    memset(t, 0, bytes);
    t->bytes = (uint32_t)bytes;
    t->n_segments = n;
    t->unit = (uint16_t)s->unit;
    t->shift = (uint16_t)s->shift;
    t->maxima = s->dense ? (struct quilt *)((char *)t + maxima) : NULL;
    return t;
}

static void set_segment(struct jm_index *ix, struct table *t, uint32_t i, struct segment *s)
{
    STORE_RELEASE(&t->segment[i], mem_handle(&ix->mem, s) + 1);
}

/* Free a table nobody has seen. */
static void table_discard(struct jm_index *ix, struct table *t)
{
    for (uint32_t i = 0; i < t->n_segments; i++)
        if (t->segment[i])
            segment_release(ix, table_segment(ix, t, i));
    mem_release(&ix->mem, t, t->bytes);
}

static void table_retire(struct jm_index *ix, struct table *t)
{
    for (uint32_t i = 0; t && i < t->n_segments; i++)
        segment_retire(ix, table_segment(ix, t, i));
    index_retire(ix, t);
}

/* The postings [from, to), which go into one segment. */
static int build_segment(struct jm_index *ix, struct table *t, const struct postings *p,
                         uint32_t from, uint32_t to)
{
    uint32_t entries = 0, quilts = 0, made = 0, q = 0;
    for (uint32_t at = from, run; at < to; at += run) {
        run = run_length(p, at);
        entries += entries_for(run);
        quilts += run > ENTRY_RUN * ENTRY_ITEMS;
    }
    struct segment *s = segment_new(ix, entries, quilts);
    if (!s)
        return -1;
    for (uint32_t at = from, run; at < to; at += run) {
        uint16_t items[CHUNK_SLOTS];
        uint32_t chunk = p->slots[at] / CHUNK_SLOTS;
        run = run_length(p, at);
        for (uint32_t i = 0; i < run; i++)
            items[i] = (uint16_t)((p->weights[at + i] + t->unit - 1u) / t->unit |
                                  p->slots[at + i] % CHUNK_SLOTS << 4);
        uint32_t n = entries_of_items(chunk, items, run, s->entry + made,
                                      segment_quilt(s, q), q);
        q += (s->entry[made] & ENTRY_SET) != 0;
        uint32_t max = entry_max(s->entry[made]);
        if (t->maxima)
            quilt_put(&t->maxima[chunk / BLOCK_CHUNKS], chunk % BLOCK_CHUNKS, max);
        made += n;
    }
    set_segment(ix, t, p->slots[from] / BLOCK_SLOTS >> t->shift, s);
    t->entries += entries;
    return 0;
}

static struct table *table_build(struct jm_index *ix, const struct postings *p)
{
    struct shape shape = shape_of(ix, p);
    struct table *t = table_new(ix, &shape);
    for (uint32_t from = 0, to; t && from < p->n; from = to) {
        uint32_t segment = p->slots[from] / BLOCK_SLOTS >> t->shift;
        for (to = from + 1; to < p->n && p->slots[to] / BLOCK_SLOTS >> t->shift == segment; to++)
            continue;
        if (build_segment(ix, t, p, from, to) < 0) {
            table_discard(ix, t);
            return NULL;
        }
    }
    if (t)
        t->rebuild_at = t->entries + t->entries / 2 + SEGMENT_MOST;
    return t;
}

int row_build(struct jm_index *ix, struct row *row, const uint32_t *slots, const uint8_t *weights,
              uint32_t n)
{
    struct table *t = table_build(ix, &(struct postings){slots, weights, n, 0});
    if (!t)
        return -1;
    for (uint32_t i = 0; i < n; i++)
        row->max_weight = weights[i] > row->max_weight ? weights[i] : row->max_weight;
    row->docs = n;
    STORE_RELEASE(&row->table, t);
    return 0;
}

/* ---- change --------------------------------------------------------------------------------- */

struct list {
    uint32_t *slots;
    uint8_t *weights;
    uint32_t n;
};

static void list_entry(struct list *l, const struct segment *s, uint64_t e, uint32_t unit)
{
    for (uint32_t slot = 0; slot < CHUNK_SLOTS; slot++) {
        uint32_t w = entry_weight(s, e, slot) * unit;
        if (w == 0)
            continue;
        l->slots[l->n] = entry_chunk(e) * CHUNK_SLOTS + slot;
        l->weights[l->n++] = (uint8_t)(w < UINT8_MAX ? w : UINT8_MAX);
    }
}

/* Build the table anew, in the shape that suits it now, for weights up to `heaviest`. */
static int rebuild(struct jm_index *ix, struct row *row, uint8_t heaviest)
{
    struct table *old = row->table, *t = NULL;
    struct list l = {malloc((row->docs + 1ul) * sizeof *l.slots), malloc(row->docs + 1ul), 0};
    if (l.slots && l.weights) {
        for (uint32_t i = 0; old && i < old->n_segments; i++) {
            const struct segment *s = table_segment(ix, old, i);
            for (uint32_t j = 0; s && j < s->n; j++)
                list_entry(&l, s, s->entry[j], old->unit);
        }
        t = table_build(ix, &(struct postings){l.slots, l.weights, l.n, heaviest});
    }
    free(l.slots);
    free(l.weights);
    if (!t)
        return -1;
    STORE_RELEASE(&row->table, t);
    table_retire(ix, old);
    return 0;
}

static bool must_rebuild(const struct table *t, uint32_t chunk, uint8_t weight)
{
    return !t || weight > WEIGHT_UNITS * t->unit || t->entries > t->rebuild_at ||
           chunk / BLOCK_CHUNKS >> t->shift >= t->n_segments;
}

int row_prepare(struct jm_index *ix, struct row *row, uint32_t chunk, uint8_t weight)
{
    if (weight > row->max_weight)
        STORE_RELAXED(&row->max_weight, weight);
    if (must_rebuild(row->table, chunk, weight) && rebuild(ix, row, row->max_weight) < 0)
        return -1;
    struct table *t = row->table;
    uint32_t i = chunk / BLOCK_CHUNKS >> t->shift;
    struct segment *s = table_segment(ix, t, i);
    if (s && segment_room(s, segment_find(s, chunk), chunk) != UINT32_MAX)
        return 0;
    if (s && s->n > SEGMENT_MOST + SEGMENT_MOST / 3 && t->shift) {
        if (rebuild(ix, row, row->max_weight) < 0)
            return -1;
        t = row->table;
        i = chunk / BLOCK_CHUNKS >> t->shift;
        s = table_segment(ix, t, i);
    }
    struct segment *roomy = segment_with_room(ix, s, chunk);
    if (!roomy)
        return -1;
    t->entries += roomy->n - (s ? s->n : 0u);
    set_segment(ix, t, i, roomy);
    segment_retire(ix, s);
    return 0;
}

static struct segment *segment_of(const struct jm_index *ix, const struct table *t,
                                  uint32_t chunk)
{
    return table_segment(ix, t, chunk / BLOCK_CHUNKS >> t->shift);
}

/* Write down the largest weight among a chunk's entries. */
static void set_maximum(struct table *t, const struct segment *s, uint32_t chunk)
{
    uint32_t max = 0;
    if (!t->maxima)
        return;
    uint32_t at = segment_find(s, chunk);
    for (; at < s->n && entry_chunk(s->entry[at]) == chunk; at++)
        max = entry_max(s->entry[at]) > max ? entry_max(s->entry[at]) : max;
    quilt_put(&t->maxima[chunk / BLOCK_CHUNKS], chunk % BLOCK_CHUNKS, max);
}

void row_add(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight)
{
    struct row *row = row_at(ix, row_no);
    struct table *t = row->table;
    uint32_t chunk = slot / CHUNK_SLOTS;
    struct segment *s = segment_of(ix, t, chunk);
    uint32_t at = segment_room(s, segment_find(s, chunk), chunk);
    segment_add(s, at, slot, (weight + t->unit - 1u) / t->unit);
    set_maximum(t, s, chunk);
    STORE_RELAXED(&row->docs, row->docs + 1);
}

void row_remove(struct jm_index *ix, uint32_t row_no, uint32_t slot)
{
    struct row *row = row_at(ix, row_no);
    struct table *t = row->table;
    uint32_t chunk = slot / CHUNK_SLOTS;
    struct segment *s = segment_of(ix, t, chunk);
    uint32_t at = segment_find(s, chunk);
    while (!entry_weight(s, s->entry[at], slot)) {
        at++;
        JM_ASSERT(at < s->n && entry_chunk(s->entry[at]) == chunk);
    }
    segment_remove(s, at, slot);
    set_maximum(t, s, chunk);
    STORE_RELAXED(&row->docs, row->docs - 1);
}

void row_ask_for(const struct jm_index *ix, const uint32_t *rows, size_t n, uint32_t chunk)
{
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(row_at(ix, rows[i]));
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(row_at(ix, rows[i])->table);
    for (size_t i = 0; i < n; i++) {
        const struct table *t = row_at(ix, rows[i])->table;
        if (!t)
            continue;
        __builtin_prefetch(&t->segment[chunk / BLOCK_CHUNKS >> t->shift]);
        if (t->maxima)
            __builtin_prefetch(&t->maxima[chunk / BLOCK_CHUNKS]);
    }
    for (size_t i = 0; i < n; i++) {
        const struct table *t = row_at(ix, rows[i])->table;
        const struct segment *s = t ? segment_of(ix, t, chunk) : NULL;
        if (!s)
            continue;
        __builtin_prefetch(s);
        __builtin_prefetch((const char *)s + 64);
    }
}

uint64_t row_bytes(const struct jm_index *ix, const struct row *row)
{
    const struct table *t = row->table;
    uint64_t bytes = t ? t->bytes : 0;
    for (uint32_t i = 0; t && i < t->n_segments; i++) {
        const struct segment *s = table_segment(ix, t, i);
        if (s)
            bytes += sizeof *s + s->n * sizeof s->entry[0] + s->quilts * sizeof(struct quilt);
    }
    return bytes;
}
