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

void row_ask_for_term(const struct jm_index *ix, uint32_t term)
{
    if (ix->terms)
        __builtin_prefetch(&ix->terms->slot[term_home(term, ix->terms->cap)]);
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
    SEGMENT_MOST = 128, /* items of a sparse segment, unless it covers a single block */
    SHIFT_ALL = 16      /* one segment covers any slot there can be */
};

/* A row taken apart: slot << 4 | weight in units, ascending. */
struct postings {
    uint32_t *items;
    uint32_t n;
    uint32_t unit;
};

struct shape {
    uint32_t unit, shift;
    bool dense, fine;
};

static uint32_t block_of(uint32_t posting)
{
    return posting >> 16;
}

/* The end of the postings from `from` on that go into one segment. */
static uint32_t segment_end(const struct postings *p, uint32_t from, uint32_t shift)
{
    uint32_t to = from, i = block_of(p->items[from]) >> shift;
    while (to < p->n && block_of(p->items[to]) >> shift == i)
        to++;
    return to;
}

/* The most postings a segment would have. */
static uint32_t largest_segment(const struct postings *p, uint32_t shift)
{
    uint32_t most = 0;
    for (uint32_t from = 0, to; from < p->n; from = to) {
        to = segment_end(p, from, shift);
        most = to - from > most ? to - from : most;
    }
    return most;
}

static struct shape shape_of(const struct jm_index *ix, const struct postings *p)
{
    struct shape s = {.unit = p->unit, .shift = SHIFT_ALL};
    s.dense = p->n > BLOCK_CHUNKS && p->n > ix->n_blocks * DENSE_DOCS;
    s.fine = s.dense && p->n > ix->n_blocks * FINE_DOCS;
    if (s.dense)
        s.shift = 0;
    if (s.shift && p->n > SEGMENT_MOST)
        for (s.shift = 0; ix->n_blocks >> s.shift > 1; s.shift++)
            continue;
    while (s.shift && s.shift < SHIFT_ALL && largest_segment(p, s.shift) > SEGMENT_MOST)
        s.shift--;
    return s;
}

/* Of a table without its segments; where its maxima begin into *maxima. */
static size_t table_bytes(const struct jm_index *ix, const struct shape *s, uint32_t *n,
                          size_t *maxima)
{
    uint32_t blocks = ix->n_blocks + ix->n_blocks / 32 + 1;
    *n = s->shift == SHIFT_ALL ? 1 : (blocks >> s->shift) + 1;
    size_t bytes = sizeof(struct table) + *n * sizeof(uint32_t);
    bytes = (bytes + MEM_UNIT - 1) & ~(size_t)(MEM_UNIT - 1);
    *maxima = (bytes + 63) & ~(size_t)63;
    return s->dense ? *maxima + *n * (s->fine ? 5 : 1) * sizeof(struct quilt) : bytes;
}

/* With `room` bytes for its segments, which begin where *segments is set. */
static struct table *table_new(struct jm_index *ix, const struct shape *s, size_t room,
                               char **segments)
{
    uint32_t n;
    size_t maxima, bytes = table_bytes(ix, s, &n, &maxima);
    struct table *t = mem_alloc(&ix->mem, bytes + room);
    if (!t)
        return NULL;
    memset(t, 0, bytes);
    t->bytes = (uint32_t)(bytes + room);
    t->n_segments = n;
    t->unit = (uint16_t)s->unit;
    t->shift = (uint16_t)s->shift;
    t->fine = s->fine;
    t->maxima = s->dense ? (struct quilt *)((char *)t + maxima) : NULL;
    *segments = room ? (char *)t + bytes : NULL;
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
            segment_release(ix, t, table_segment(ix, t, i));
    mem_release(&ix->mem, t, t->bytes);
}

static void table_retire(struct jm_index *ix, struct table *t)
{
    for (uint32_t i = 0; t && i < t->n_segments; i++)
        segment_retire(ix, t, table_segment(ix, t, i));
    index_retire(ix, t);
}

static void raise(struct table *t, struct quilt *q, uint32_t chunk, uint32_t units)
{
    if (quilt_get(q, chunk) >= units)
        return;
    STORE_RELAXED(&t->raised, t->raised + 1);
    FENCE(__ATOMIC_RELEASE);
    quilt_put(q, chunk, units);
    STORE_RELEASE(&t->raised, t->raised + 1);
}

static void raise_maxima(struct table *t, uint32_t slot, uint32_t units)
{
    uint32_t block = slot / BLOCK_SLOTS, chunk = slot / CHUNK_SLOTS % BLOCK_CHUNKS;
    if (t->maxima)
        raise(t, &t->maxima[block], chunk, units);
    if (t->fine)
        raise(t, &table_quarters(t, block)[slot / QUARTER % 4], chunk, units);
}

/* A slot of so many units has left the segment. */
static void lower(struct quilt *q, const struct segment *s, uint32_t slot, uint32_t n,
                  uint32_t units)
{
    uint32_t chunk = slot / CHUNK_SLOTS % BLOCK_CHUNKS;
    if (quilt_get(q, chunk) == units)
        quilt_put(q, chunk, segment_max(s, slot / n * n, n));
}

static void lower_maxima(struct table *t, const struct segment *s, uint32_t slot, uint32_t units)
{
    uint32_t block = slot / BLOCK_SLOTS;
    if (t->maxima)
        lower(&t->maxima[block], s, slot, CHUNK_SLOTS, units);
    if (t->fine)
        lower(&table_quarters(t, block)[slot / QUARTER % 4], s, slot, QUARTER, units);
}

static size_t size_of_part(const struct postings *p, const struct shape *s, uint32_t from,
                           uint32_t to)
{
    return segment_size(s->dense, p->items + from, to - from, (to - from) / SPARE / 2);
}

/* All segments in one piece: a search reads neighbours faster. 0: it would be too large. */
static size_t room_for(const struct jm_index *ix, const struct postings *p, const struct shape *s)
{
    uint32_t n;
    size_t room = 0, maxima, bytes = table_bytes(ix, s, &n, &maxima);
    for (uint32_t from = 0, to; from < p->n; from = to) {
        to = segment_end(p, from, s->shift);
        room += size_of_part(p, s, from, to);
    }
    return bytes + room <= MEM_SEGMENT / 4 ? room : 0;
}

static struct table *table_build(struct jm_index *ix, const struct postings *p)
{
    struct shape shape = shape_of(ix, p);
    char *at;
    struct table *t = table_new(ix, &shape, room_for(ix, p, &shape), &at);
    for (uint32_t from = 0, to; t && from < p->n; from = to) {
        to = segment_end(p, from, shape.shift);
        size_t bytes = size_of_part(p, &shape, from, to);
        struct segment *s = at ? (void *)at : mem_alloc(&ix->mem, bytes);
        if (!s) {
            table_discard(ix, t);
            return NULL;
        }
        segment_fill(s, bytes, shape.dense, p->items + from, to - from);
        set_segment(ix, t, block_of(p->items[from]) >> shape.shift, s);
        at = at ? at + bytes : NULL;
        for (uint32_t i = from; i < to; i++)
            raise_maxima(t, p->items[i] >> 4, p->items[i] & ITEM_WEIGHT);
    }
    if (t)
        t->rebuild_at = p->n + p->n / 2 + SEGMENT_MOST;
    return t;
}

static uint32_t unit_for(uint32_t heaviest)
{
    return heaviest ? (heaviest + WEIGHT_UNITS - 1) / WEIGHT_UNITS : 1;
}

int row_build(struct jm_index *ix, struct row *row, const uint32_t *slots, const uint8_t *weights,
              uint32_t n)
{
    struct postings p = {malloc((n + 1ul) * sizeof *p.items), n, 1};
    for (uint32_t i = 0; i < n; i++)
        row->max_weight = weights[i] > row->max_weight ? weights[i] : row->max_weight;
    p.unit = unit_for(row->max_weight);
    for (uint32_t i = 0; p.items && i < n; i++)
        p.items[i] = slots[i] << 4 | (weights[i] + p.unit - 1u) / p.unit;
    struct table *t = p.items ? table_build(ix, &p) : NULL;
    free(p.items);
    if (!t)
        return -1;
    row->docs = n;
    STORE_RELEASE(&row->table, t);
    return 0;
}

/* ---- change --------------------------------------------------------------------------------- */

/* Build the table anew, in the shape that suits it now, for weights up to max_weight. */
static int rebuild(struct jm_index *ix, struct row *row)
{
    struct table *old = row->table, *t = NULL;
    struct postings p = {malloc((row->docs + 1ul) * sizeof *p.items), 0,
                         unit_for(row->max_weight)};
    if (p.items) {
        for (uint32_t i = 0; old && i < old->n_segments; i++)
            p.n += segment_list(ix, old, i, p.items + p.n, row->docs - p.n);
        for (uint32_t i = 0; i < p.n && p.unit != old->unit; i++) {
            uint32_t weight = (p.items[i] & ITEM_WEIGHT) * old->unit;
            p.items[i] = (p.items[i] & ~(uint32_t)ITEM_WEIGHT) | (weight + p.unit - 1) / p.unit;
        }
        t = table_build(ix, &p);
    }
    free(p.items);
    if (!t)
        return -1;
    STORE_RELEASE(&row->table, t);
    table_retire(ix, old);
    return 0;
}

static bool must_rebuild(const struct row *row, uint32_t slot, uint8_t weight)
{
    const struct table *t = row->table;
    return !t || weight > WEIGHT_UNITS * t->unit || row->docs > t->rebuild_at ||
           slot / BLOCK_SLOTS >> t->shift >= t->n_segments;
}

/* Many of its segments are somewhere else than they were built: get the row in line. */
static void note_wear(struct jm_index *ix, uint32_t row_no)
{
    struct row *row = row_at(ix, row_no);
    if (++row->table->moved < 4 + row->table->n_segments / 8 || row->in_line)
        return;
    row->next = 0;
    row->in_line = true;
    if (ix->worn_last)
        row_at(ix, ix->worn_last - 1)->next = row_no + 1;
    else
        ix->worn_first = row_no + 1;
    ix->worn_last = row_no + 1;
}

void row_renew(struct jm_index *ix, unsigned budget)
{
    enum { DOCS = 128 }; /* what one document taken out of the rows costs as much as */
    struct row *row = row_at(ix, ix->worn_first - 1);
    ix->worn_credit += budget;
    if (ix->worn_credit < row->docs / DOCS)
        return;
    ix->worn_credit = 0;
    ix->worn_first = row->next;
    ix->worn_last = row->next ? ix->worn_last : 0;
    row->in_line = false;
    if (row->table->moved)
        (void)rebuild(ix, row); /* without memory it stays as it is */
}

int row_prepare(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight)
{
    struct row *row = row_at(ix, row_no);
    if (weight > row->max_weight)
        STORE_RELAXED(&row->max_weight, weight);
    if (must_rebuild(row, slot, weight) && rebuild(ix, row) < 0)
        return -1;
    struct table *t = row->table;
    uint32_t i = slot / BLOCK_SLOTS >> t->shift;
    struct segment *s = table_segment(ix, t, i);
    if (s && segment_has_room(t, s, slot))
        return 0;
    if (s && s->n > SEGMENT_MOST + SEGMENT_MOST / 3 && t->shift) {
        if (rebuild(ix, row) < 0)
            return -1;
        t = row->table;
        i = slot / BLOCK_SLOTS >> t->shift;
        s = table_segment(ix, t, i);
    }
    struct segment *roomy = segment_with_room(ix, t, i, slot);
    if (!roomy)
        return -1;
    set_segment(ix, t, i, roomy);
    segment_retire(ix, t, s);
    note_wear(ix, row_no);
    return 0;
}

static struct segment *segment_of(const struct jm_index *ix, const struct table *t, uint32_t slot)
{
    return table_segment(ix, t, slot / BLOCK_SLOTS >> t->shift);
}

void row_add(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight)
{
    struct row *row = row_at(ix, row_no);
    struct table *t = row->table;
    uint32_t units = (weight + t->unit - 1u) / t->unit;
    segment_add(t, segment_of(ix, t, slot), slot, units);
    raise_maxima(t, slot, units);
    STORE_RELAXED(&row->docs, row->docs + 1);
}

void row_remove(struct jm_index *ix, uint32_t row_no, uint32_t slot)
{
    struct row *row = row_at(ix, row_no);
    struct table *t = row->table;
    struct segment *s = segment_of(ix, t, slot);
    uint32_t units = segment_remove(t, s, slot);
    JM_ASSERT(units > 0);
    lower_maxima(t, s, slot, units);
    STORE_RELAXED(&row->docs, row->docs - 1);
}

void row_ask_for(const struct jm_index *ix, const uint32_t *rows, size_t n, uint32_t slot)
{
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(row_at(ix, rows[i]));
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(row_at(ix, rows[i])->table);
    for (size_t i = 0; i < n; i++) {
        const struct table *t = row_at(ix, rows[i])->table;
        if (!t)
            continue;
        __builtin_prefetch(&t->segment[slot / BLOCK_SLOTS >> t->shift]);
        if (t->maxima)
            __builtin_prefetch(&t->maxima[slot / BLOCK_SLOTS]);
    }
    for (size_t i = 0; i < n; i++) {
        const struct table *t = row_at(ix, rows[i])->table;
        const struct segment *s = t ? segment_of(ix, t, slot) : NULL;
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
            bytes += segment_bytes(t, s);
    }
    return bytes;
}
