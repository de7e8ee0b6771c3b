/* row.c - the writer's side of rows: which chunks have a term, how heavy, in which slots.
 *
 * Readers walk a table while it is written. Every change is one store that a reader may see early
 * or late without harm: before a document is published its bits are set and its maxima raised, and
 * bits are taken back only when no reader can see the document they stood for. A table that must
 * grow is built anew and published by one pointer; so is a dense array. */
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

static struct table *table_new(struct jm_index *ix, uint32_t cap, uint32_t quilts, uint32_t unit)
{
    size_t bytes = sizeof(struct table) + 64 + (size_t)cap * 8 + quilts * sizeof(struct quilt);
    struct table *t = bytes <= UINT32_MAX ? mem_alloc(&ix->mem, bytes) : NULL;
    if (!t)
        return NULL;
    memset(t, 0, sizeof *t);
    t->bytes = (uint32_t)bytes;
    t->cap = cap;
    t->quilts_cap = quilts;
    t->unit = unit;
    t->entry = (uint64_t *)(((uintptr_t)(t + 1) + 63) & ~(uintptr_t)63);
    t->quilts = (struct quilt *)(t->entry + cap);
    memset(t->entry, 0, (size_t)cap * 8);
    return t;
}

/* Where a chunk that is not there goes: the first free entry. */
static uint32_t table_vacancy(const struct table *t, uint32_t chunk)
{
    uint32_t i = chunk_home(chunk, t->cap);
    while (t->entry[i])
        i = i + 1 == t->cap ? 0 : i + 1;
    return i;
}

static uint32_t quilt_take(struct table *t)
{
    uint32_t q = t->quilts_free;
    if (q == 0) {
        JM_ASSERT(t->quilts_used < t->quilts_cap);
        q = ++t->quilts_used;
    } else {
        memcpy(&t->quilts_free, t->quilts[q - 1].bytes, 4);
    }
    for (unsigned i = 0; i < sizeof(struct quilt); i++)
        STORE_RELAXED(&t->quilts[q - 1].bytes[i], 0);
    return q - 1;
}

static void quilt_give(struct table *t, uint32_t number)
{
    uint8_t next[4];
    memcpy(next, &t->quilts_free, 4);
    for (unsigned i = 0; i < 4; i++)
        STORE_RELAXED(&t->quilts[number].bytes[i], next[i]);
    t->quilts_free = number + 1;
}

static void quilt_put(struct table *t, struct quilt *q, uint32_t slot, uint32_t weight)
{
    uint32_t units = (weight + t->unit - 1) / t->unit;
    uint8_t old = q->bytes[slot & 31], other = slot & 32 ? 15 : 240;
    STORE_RELAXED(&q->bytes[slot & 31], (uint8_t)((old & other) | units << (slot >> 5 << 2)));
}

static uint32_t quilt_max(const struct table *t, const struct quilt *q)
{
    uint32_t low = 0, high = 0;
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t l = q->bytes[i] & 15u, h = q->bytes[i] >> 4;
        low = l > low ? l : low;
        high = h > high ? h : high;
    }
    uint32_t best = (low > high ? low : high) * t->unit;
    return best < UINT8_MAX ? best : UINT8_MAX;
}

static bool quilt_empty(const struct quilt *q)
{
    uint64_t part[4];
    memcpy(part, q, sizeof part);
    return (part[0] | part[1] | part[2] | part[3]) == 0;
}

/* The high half of an entry for at most ENTRY_INLINE slots. */
static uint32_t slots_of_bits(uint64_t bits)
{
    uint32_t slots = 0;
    for (unsigned shift = 0; bits; bits &= bits - 1, shift += 7)
        slots |= ((uint32_t)__builtin_ctzll(bits) + 1) << shift;
    return slots;
}

static uint64_t entry_of(uint32_t chunk, uint32_t max, uint32_t slots)
{
    return (uint64_t)slots << 32 | chunk << 8 | max;
}

static uint32_t copy_quilt(struct table *to, const struct table *from, uint32_t number)
{
    uint32_t q = quilt_take(to);
    if (to->unit == from->unit) {
        to->quilts[q] = from->quilts[number];
        return ENTRY_SET | q;
    }
    for (uint32_t s = 0; s < CHUNK_SLOTS; s++)
        quilt_put(to, &to->quilts[q], s, quilt_get(&from->quilts[number], s) * from->unit);
    return ENTRY_SET | q;
}

static void table_copy(struct table *to, const struct table *from)
{
    for (uint32_t i = 0; i < from->cap; i++) {
        uint64_t e = from->entry[i];
        uint32_t slots = (uint32_t)(e >> 32);
        if (entry_max(e) == 0)
            continue;
        uint64_t bits = table_bits(from, e);
        if (__builtin_popcountll(bits) > ENTRY_INLINE)
            slots = copy_quilt(to, from, slots & ~ENTRY_SET);
        else
            slots = slots_of_bits(bits);
        to->entry[table_vacancy(to, entry_chunk(e))] =
            entry_of(entry_chunk(e), entry_max(e), slots);
        to->used++;
        to->live++;
    }
}

int row_reserve(struct jm_index *ix, struct row *row, uint32_t chunks, uint32_t quilts)
{
    struct table *old = row->table;
    uint32_t cap = chunks + chunks / 5 + 1; /* filled to 5/6 at first, to 11/12 at most */
    cap = (cap + LINE_ENTRIES - 1) & ~(LINE_ENTRIES - 1u);
    uint32_t unit = row->max_weight ? (row->max_weight + 14u) / 15 : 1;
    struct table *t = table_new(ix, cap, quilts + quilts / 8, unit);
    if (!t)
        return -1;
    if (old)
        table_copy(t, old);
    STORE_RELEASE(&row->table, t);
    index_retire(ix, old);
    return 0;
}

/* How many entries need a quilt. */
static uint32_t quilts_needed(const struct table *t)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->cap; i++) {
        uint64_t e = t->entry[i];
        n += entry_max(e) && (e >> 63) &&
             __builtin_popcountll(table_bits(t, e)) > ENTRY_INLINE;
    }
    return n;
}

/* Does the array of maxima reach the chunk? If not it grows, all at once for this row alone. */
static int dense_reach(struct jm_index *ix, struct row *row, uint32_t chunk)
{
    struct dense *old = row->dense;
    if (!old || chunk < old->cap)
        return 0;
    uint32_t cap = (ix->n_chunks + ix->n_chunks / 8 + 64) & ~63u;
    struct dense *d = mem_alloc(&ix->mem, sizeof *d + cap);
    if (!d)
        return -1;
    d->bytes = (uint32_t)(sizeof *d + cap);
    d->cap = cap;
    memcpy(d->max, old->max, old->cap);
    memset(d->max + old->cap, 0, cap - old->cap);
    STORE_RELEASE(&row->dense, d);
    index_retire(ix, old);
    return 0;
}

int row_densify(struct jm_index *ix, struct row *row)
{
    const struct table *t = row->table;
    uint32_t cap = (ix->n_chunks + 63) & ~63u;
    struct dense *d = mem_alloc(&ix->mem, sizeof *d + cap);
    if (!d)
        return -1;
    d->bytes = (uint32_t)(sizeof *d + cap);
    d->cap = cap;
    memset(d->max, 0, cap);
    for (uint32_t i = 0; i < t->cap; i++)
        if (t->entry[i])
            d->max[entry_chunk(t->entry[i])] = entry_max(t->entry[i]);
    STORE_RELEASE(&row->dense, d);
    return 0;
}

void row_ask_for(const struct jm_index *ix, const uint32_t *rows, size_t n, uint32_t chunk)
{
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(row_at(ix, rows[i]));
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(row_at(ix, rows[i])->table);
    for (size_t i = 0; i < n; i++) {
        const struct row *row = row_at(ix, rows[i]);
        if (row->table)
            __builtin_prefetch(&row->table->entry[chunk_home(chunk, row->table->cap)]);
        if (row->dense)
            __builtin_prefetch(&row->dense->max[chunk]);
    }
    for (size_t i = 0; i < n; i++) {
        const struct table *t = row_at(ix, rows[i])->table;
        uint64_t e = t ? t->entry[chunk_home(chunk, t->cap)] : 0;
        if (e >> 63)
            __builtin_prefetch(&t->quilts[(uint32_t)(e >> 32) & ~ENTRY_SET]);
    }
}

int row_prepare(struct jm_index *ix, struct row *row, uint32_t chunk, uint8_t weight)
{
    struct table *t = row->table;
    if (weight > row->max_weight)
        STORE_RELAXED(&row->max_weight, weight);
    if (!t)
        return row_reserve(ix, row, 1, 0);
    if (dense_reach(ix, row, chunk) < 0)
        return -1;
    if (weight > 15 * t->unit)
        return row_reserve(ix, row, t->live + t->live / 8 + 1, quilts_needed(t) + 1);
    uint32_t at = table_find(t, chunk);
    if (at == UINT32_MAX) {
        if (t->used + 1 + t->cap / 12 < t->cap)
            return 0;
        /* a dense array is for speed: without memory for it the row simply stays as it is */
        if (!row->dense && t->live > 64 && t->live > ix->n_chunks >> DENSE_SHIFT)
            (void)row_densify(ix, row);
        return row_reserve(ix, row, t->live + t->live / 8 + 1, quilts_needed(t));
    }
    uint32_t slots = (uint32_t)(t->entry[at] >> 32);
    bool full = !(slots & ENTRY_SET) && slots >> 21;
    if (!full || t->quilts_free || t->quilts_used < t->quilts_cap)
        return 0;
    uint32_t quilts = quilts_needed(t);
    return row_reserve(ix, row, t->live + 1, quilts + quilts / 4 + 2);
}

/* The weight a row has in a slot, from the document itself. */
static uint8_t weight_in(const struct jm_index *ix, uint32_t row_no, uint32_t slot)
{
    const struct record *r = record_at(ix, slot);
    for (uint32_t i = 0; i < record_n(r); i++)
        if (record_row(r, i) == row_no)
            return record_weight(r, i);
    return 0;
}

static uint32_t quilt_from(struct jm_index *ix, uint32_t row_no, uint32_t chunk, uint64_t bits)
{
    struct table *t = row_at(ix, row_no)->table;
    uint32_t q = quilt_take(t);
    for (; bits; bits &= bits - 1) {
        uint32_t slot = chunk * CHUNK_SLOTS + (uint32_t)__builtin_ctzll(bits);
        quilt_put(t, &t->quilts[q], slot % CHUNK_SLOTS, weight_in(ix, row_no, slot));
    }
    return ENTRY_SET | q;
}

void row_add(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight)
{
    struct row *row = row_at(ix, row_no);
    struct table *t = row->table;
    uint32_t chunk = slot / CHUNK_SLOTS, bit = slot % CHUNK_SLOTS;
    uint32_t at = table_find(t, chunk);
    if (at == UINT32_MAX) {
        at = table_vacancy(t, chunk);
        t->used++;
    }
    uint64_t e = t->entry[at];
    uint32_t slots = (uint32_t)(e >> 32);
    uint32_t max = entry_max(e) > weight ? entry_max(e) : weight;
    if (entry_max(e) == 0) {
        slots = bit + 1;
        t->live++;
    } else if (slots & ENTRY_SET) {
        quilt_put(t, &t->quilts[slots & ~ENTRY_SET], bit, weight);
    } else if (slots >> 21) {
        slots = quilt_from(ix, row_no, chunk, table_bits(t, e) | 1ull << bit);
    } else {
        slots = slots_of_bits(table_bits(t, e) | 1ull << bit);
    }
    STORE_RELEASE(&t->entry[at], entry_of(chunk, max, slots));
    if (row->dense)
        STORE_RELAXED(&row->dense->max[chunk], (uint8_t)max);
    row->docs++;
}

void row_fill(struct row *row, const uint32_t *slots, const uint8_t *weights, uint32_t n)
{
    struct table *t = row->table;
    uint32_t chunk = slots[0] / CHUNK_SLOTS, where = 0, max = 0;
    struct quilt *q = NULL;
    if (n > ENTRY_INLINE) {
        where = ENTRY_SET | quilt_take(t);
        q = &t->quilts[where & ~ENTRY_SET];
    }
    for (uint32_t i = 0; i < n; i++) {
        max = weights[i] > max ? weights[i] : max;
        if (q)
            quilt_put(t, q, slots[i] % CHUNK_SLOTS, weights[i]);
        else
            where |= (slots[i] % CHUNK_SLOTS + 1) << 7 * i;
    }
    STORE_RELEASE(&t->entry[table_vacancy(t, chunk)], entry_of(chunk, max, where));
    t->used++;
    t->live++;
    row->docs += n;
}

/* The entry without the slot. A quilt stays a quilt while a slot is left in it: a search may be
 * about to read it. */
static uint64_t entry_without(struct jm_index *ix, uint32_t row_no, uint64_t e, uint32_t slot,
                              uint8_t weight)
{
    struct table *t = row_at(ix, row_no)->table;
    uint32_t slots = (uint32_t)(e >> 32), max = entry_max(e), chunk = entry_chunk(e);
    if (slots & ENTRY_SET) {
        struct quilt *q = &t->quilts[slots & ~ENTRY_SET];
        quilt_put(t, q, slot % CHUNK_SLOTS, 0);
        if (quilt_empty(q)) {
            quilt_give(t, slots & ~ENTRY_SET);
            return entry_of(chunk, 0, slots);
        }
        uint32_t left = max > weight ? max : quilt_max(t, q);
        return entry_of(chunk, left < max ? left : max, slots);
    }
    uint64_t bits = table_bits(t, e) & ~(1ull << (slot % CHUNK_SLOTS));
    if (max == weight) {
        max = 0;
        for (uint64_t b = bits; b; b &= b - 1) {
            uint8_t w = weight_in(ix, row_no, chunk * CHUNK_SLOTS + (uint32_t)__builtin_ctzll(b));
            max = w > max ? w : max;
        }
    }
    return entry_of(chunk, bits ? max : 0, slots_of_bits(bits));
}

void row_remove(struct jm_index *ix, uint32_t row_no, uint32_t slot, uint8_t weight)
{
    struct row *row = row_at(ix, row_no);
    struct table *t = row->table;
    uint32_t at = table_find(t, slot / CHUNK_SLOTS);
    JM_ASSERT(at != UINT32_MAX);
    uint64_t e = entry_without(ix, row_no, t->entry[at], slot, weight);
    STORE_RELEASE(&t->entry[at], e);
    if (row->dense)
        STORE_RELAXED(&row->dense->max[entry_chunk(e)], entry_max(e));
    t->live -= entry_max(e) == 0;
    row->docs--;
}
