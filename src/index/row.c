/* row.c - the writer's side of rows: which slots have a term, and how heavy.
 *
 * Readers walk a row while it is written. Every change is one store that a reader may see early
 * or late without harm: before a document is published its items are there, and they are taken
 * back only when no reader can see the document they stood for. What must grow is built anew and
 * published by one pointer: mostly a segment of a few hundred bytes (segment.c), seldom the table
 * (table.c).
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
        ask_for_line(&ix->terms->slot[term_home(term, ix->terms->cap)]);
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

/* ---- change --------------------------------------------------------------------------------- */

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
    struct table *t = p.items ? table_build(ix, &p, false) : NULL;
    free(p.items);
    if (!t)
        return -1;
    row->docs = n;
    STORE_RELEASE(&row->table, t);
    return 0;
}

/* Build the table anew, in the shape that suits it now, for weights up to max_weight. */
static int rebuild(struct jm_index *ix, struct row *row)
{
    struct table *old = row->table, *t = NULL;
    struct postings p = {malloc((row->docs + 1ul) * sizeof *p.items), 0,
                         unit_for(row->max_weight)};
    if (p.items) {
        for (uint32_t i = 0; old && i < old->n_segments; i++)
            p.n += segment_list(table_segment(ix, old, i), i, p.items + p.n, row->docs - p.n);
        for (uint32_t i = 0; i < p.n && p.unit != old->unit; i++) {
            uint32_t weight = (p.items[i] & ITEM_WEIGHT) * old->unit;
            p.items[i] = (p.items[i] & ~(uint32_t)ITEM_WEIGHT) | (weight + p.unit - 1) / p.unit;
        }
        t = table_build(ix, &p, true);
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

/* A place for the slot's chunk in its list. */
static int prepare_list(struct jm_index *ix, uint32_t row_no, uint32_t slot)
{
    struct table *t = row_at(ix, row_no)->table;
    uint32_t chunk = slot / CHUNK_SLOTS, i = slot / BLOCK_SLOTS / LIST_BLOCKS;
    struct segment *s = table_list(ix, t, i);
    if (s && (segment_weight(s, chunk) || segment_has_room(s, chunk)))
        return 0;
    struct segment *roomy = segment_with_room(ix, s, (struct mould){.form = FORM_PLAIN}, i, chunk);
    if (!roomy)
        return -1;
    table_set_list(ix, t, i, roomy);
    note_wear(ix, row_no);
    return 0;
}

/* A place for the slot in its segment. */
static int prepare_segment(struct jm_index *ix, uint32_t row_no, uint32_t slot)
{
    struct row *row = row_at(ix, row_no);
    struct table *t = row->table;
    uint32_t i = slot / BLOCK_SLOTS >> t->shift;
    struct segment *s = table_segment(ix, t, i);
    if (s && segment_has_room(s, slot))
        return 0;
    uint32_t most = t->form == FORM_PACKED ? PACKED_MOST : WIDE_MOST;
    if (s && s->n > most + most / 3 && t->shift) {
        if (rebuild(ix, row) < 0)
            return -1;
        t = row->table;
        i = slot / BLOCK_SLOTS >> t->shift;
        s = table_segment(ix, t, i);
    }
    struct mould mould = {t->form, t->shift, true};
    struct segment *roomy = segment_with_room(ix, s, mould, i, slot);
    if (!roomy)
        return -1;
    table_set_segment(ix, t, i, roomy);
    note_wear(ix, row_no);
    return 0;
}

int row_prepare(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight)
{
    struct row *row = row_at(ix, row_no);
    if (weight > row->max_weight)
        STORE_RELAXED(&row->max_weight, weight);
    if (must_rebuild(row, slot, weight) && rebuild(ix, row) < 0)
        return -1;
    if (prepare_segment(ix, row_no, slot) < 0)
        return -1;
    return row->table->lists ? prepare_list(ix, row_no, slot) : 0;
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
    segment_add(segment_of(ix, t, slot), slot, units);
    table_raise(ix, t, slot, units);
    STORE_RELAXED(&row->docs, row->docs + 1);
}

void row_remove(struct jm_index *ix, uint32_t row_no, uint32_t slot)
{
    struct row *row = row_at(ix, row_no);
    struct table *t = row->table;
    uint32_t units = segment_remove(segment_of(ix, t, slot), slot);
    JM_ASSERT(units > 0);
    table_lower(ix, t, slot, units);
    STORE_RELAXED(&row->docs, row->docs - 1);
}

/* The start of a segment, and where it knows of the slot, more or less. */
static void ask_for_segment(const struct segment *s)
{
    ask_for_line(s);
    ask_for_line((const char *)s + 64);
}

void row_ask_for(const struct jm_index *ix, const uint32_t *entries, size_t n, uint32_t slot)
{
    uint32_t block = slot / BLOCK_SLOTS;
    for (size_t i = 0; i < n; i++)
        ask_for_line(row_at(ix, entry_row(entries[i])));
    for (size_t i = 0; i < n; i++)
        ask_for_line(row_at(ix, entry_row(entries[i]))->table);
    for (size_t i = 0; i < n; i++) {
        const struct table *t = row_at(ix, entry_row(entries[i]))->table;
        if (!t)
            continue;
        ask_for_line(&t->segments[block >> t->shift]);
        if (t->maxima)
            ask_for_line(&t->maxima[block]);
        if (t->lists)
            ask_for_line(&t->lists[block / LIST_BLOCKS]);
    }
    for (size_t i = 0; i < n; i++) {
        const struct table *t = row_at(ix, entry_row(entries[i]))->table;
        const struct segment *s = t ? segment_of(ix, t, slot) : NULL;
        if (s)
            ask_for_segment(s);
        if (t && t->lists && (s = table_list(ix, t, block / LIST_BLOCKS)))
            ask_for_segment(s);
    }
}

uint64_t row_bytes(const struct jm_index *ix, const struct row *row)
{
    return row->table ? table_bytes(ix, row->table) : 0;
}
