/* table.c - the shape of a row: how its postings are laid out, and what is known of its chunks.
 *
 * A table is built whole, from the postings; what changes in it later are single items, bytes and
 * handles, each by one store (row.c). */
#include <stdlib.h>
#include <string.h>

#include "index_int.h"

enum { SHIFT_ALL = 16 /* one segment covers any slot there can be */ };

struct shape {
    uint32_t unit, n_segments, n_lists;
    struct mould mould;
    bool dense, quarters;
    size_t segments, present, maxima, bytes; /* where these begin in a table, and where it ends */
};

/* The postings of some level: of slots, or of chunks for lists. */
struct level {
    const struct postings *p;
    struct mould mould;
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

/* Few segments, with many items each: more would be less to read, but handles and heads take
 * room. */
static uint32_t shift_of_wide(const struct jm_index *ix, const struct postings *p)
{
    enum { MANY = 32 };
    uint32_t shift = 0;
    if (p->n <= WIDE_FEW)
        return SHIFT_ALL;
    while (ix->n_blocks >> shift && p->n / (ix->n_blocks >> shift) < MANY)
        shift++;
    while (shift && largest_segment(p, shift) > WIDE_MOST)
        shift--;
    return shift;
}

/* As few segments as their blocks' ends, handles and copies make worth it. */
static uint32_t shift_of_packed(const struct jm_index *ix, const struct postings *p)
{
    uint32_t shift = 0;
    while ((1u << shift) < LIST_BLOCKS && p->n / ix->n_blocks << shift < PACKED_MANY)
        shift++;
    while (shift && largest_segment(p, shift) > PACKED_MOST)
        shift--;
    return shift;
}

static size_t align_to(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) & ~(unit - 1);
}

static struct shape shape_of(const struct jm_index *ix, const struct postings *p, bool roomy)
{
    uint32_t blocks = ix->n_blocks + ix->n_blocks / 32 + 1;
    struct shape s = {.unit = p->unit};
    bool texts = ix->texts;
    bool wide = p->n <= BLOCK_CHUNKS || p->n <= ix->n_blocks * (texts ? PACKED_DOCS : LISTED_DOCS);
    s.dense = !wide && p->n > ix->n_blocks * (texts ? DENSE_TEXTS : DENSE_DOCS);
    bool listed = !wide && !s.dense && !texts;
    s.quarters = s.dense && !texts;
    s.mould = (struct mould){wide                ? FORM_WIDE
                             : listed || s.dense ? FORM_PLAIN
                                                 : FORM_PACKED, 0, roomy};
    if (s.mould.form != FORM_PLAIN)
        s.mould.shift = (uint8_t)(wide ? shift_of_wide(ix, p) : shift_of_packed(ix, p));
    s.n_segments = s.mould.shift == SHIFT_ALL ? 1 : (blocks >> s.mould.shift) + 1;
    s.n_lists = listed ? s.n_segments / LIST_BLOCKS + 1 : 0;
    s.segments = sizeof(struct table) + s.n_lists * sizeof(uint32_t);
    s.present = s.segments + s.n_segments * sizeof(uint32_t);
    s.bytes = align_to(s.present + (listed ? s.n_segments * sizeof(uint16_t) : 0), MEM_UNIT);
    s.maxima = align_to(s.bytes, 64);
    if (s.dense)
        s.bytes = s.maxima + s.n_segments * (s.quarters ? 5ul : 1ul) * sizeof(struct quilt);
    return s;
}

/* With `room` bytes for its lists and segments. */
static struct table *table_new(struct jm_index *ix, const struct shape *s, size_t room)
{
    struct table *t = mem_alloc(&ix->mem, s->bytes + room);
    if (!t)
        return NULL;
    char *at = (char *)t;
    memset(t, 0, s->bytes);
    t->bytes = (uint32_t)(s->bytes + room);
    t->n_segments = s->n_segments;
    t->n_lists = s->n_lists;
    t->unit = (uint16_t)s->unit;
    t->form = s->mould.form;
    t->quarters = s->quarters;
    t->shift = s->mould.shift;
    t->segments = (uint32_t *)(at + s->segments);
    t->lists = s->n_lists ? (uint32_t *)t->rest : NULL;
    t->present = s->n_lists ? (uint16_t *)(at + s->present) : NULL;
    t->maxima = s->dense ? (struct quilt *)(at + s->maxima) : NULL;
    return t;
}

/* ---- free ----------------------------------------------------------------------------------- */

/* Was it built with the table, in the table's own memory? */
static bool inside(const struct table *t, const struct segment *s)
{
    return (uintptr_t)s - (uintptr_t)t < t->bytes;
}

/* The segments and lists that are not, one after another: *i counts. NULL: there are no more. */
static struct segment *next_outside(const struct jm_index *ix, const struct table *t, uint32_t *i)
{
    while (*i < t->n_segments + t->n_lists) {
        uint32_t j = (*i)++;
        struct segment *s = j < t->n_segments ? table_segment(ix, t, j)
                                              : table_list(ix, t, j - t->n_segments);
        if (s && !inside(t, s))
            return s;
    }
    return NULL;
}

/* Free a table nobody has seen. */
static void table_discard(struct jm_index *ix, struct table *t)
{
    struct segment *s;
    for (uint32_t i = 0; (s = next_outside(ix, t, &i));)
        mem_release(&ix->mem, s, segment_bytes(s));
    mem_release(&ix->mem, t, t->bytes);
}

void table_retire(struct jm_index *ix, struct table *t)
{
    struct segment *s;
    for (uint32_t i = 0; t && (s = next_outside(ix, t, &i));)
        segment_retire(ix, s);
    index_retire(ix, t);
}

uint64_t table_bytes(const struct jm_index *ix, const struct table *t)
{
    uint64_t bytes = t->bytes;
    const struct segment *s;
    for (uint32_t i = 0; (s = next_outside(ix, t, &i));)
        bytes += mem_rounded(segment_bytes(s));
    return bytes;
}

/* ---- build ---------------------------------------------------------------------------------- */

static size_t size_of_part(const struct level *l, uint32_t from, uint32_t to)
{
    uint32_t n = to - from;
    return segment_size(l->mould, l->p->items + from, n, l->mould.spare ? 1 + n / SPARE : n / SPARE / 2);
}

static size_t room_for(const struct level *l)
{
    size_t room = 0;
    for (uint32_t from = 0, to; from < l->p->n; from = to) {
        to = segment_end(l->p, from, l->mould.shift);
        room += size_of_part(l, from, to);
    }
    return room;
}

/* Segments or lists for all postings of a level, *at bytes from the table's begin on; if that is 0,
 * wherever there is memory. -1: there is none. */
static int fill_level(struct jm_index *ix, struct table *t, uint32_t *handles,
                      const struct level *l, size_t *at)
{
    for (uint32_t from = 0, to; from < l->p->n; from = to) {
        to = segment_end(l->p, from, l->mould.shift);
        size_t bytes = size_of_part(l, from, to);
        bytes = *at ? bytes : mem_rounded(bytes);
        struct segment *s = *at ? (void *)((char *)t + *at) : mem_alloc(&ix->mem, bytes);
        if (!s)
            return -1;
        segment_fill(s, bytes, l->mould, l->p->items + from, to - from);
        handles[block_of(l->p->items[from]) >> l->mould.shift] =
            *at ? SEGMENT_INSIDE | (uint32_t)(*at / 2) : mem_handle(&ix->mem, s) + 1;
        *at = *at ? *at + bytes : 0;
    }
    return 0;
}

static uint32_t present_bit(uint32_t slot)
{
    return 1u << slot / CHUNK_SLOTS / STRIP_CHUNKS % BLOCK_STRIPS;
}

/* The chunks that have postings, and the largest weight in each: what lists are made of. */
static void condense(const struct postings *p, struct postings *chunks)
{
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t chunk = p->items[i] >> ITEM_CHUNK, units = p->items[i] & ITEM_WEIGHT;
        uint32_t *last = chunks->n ? &chunks->items[chunks->n - 1] : NULL;
        if (!last || *last >> 4 != chunk)
            chunks->items[chunks->n++] = chunk << 4 | units;
        else if ((*last & ITEM_WEIGHT) < units)
            *last = chunk << 4 | units;
    }
}

static void raise_maxima(struct table *t, uint32_t slot, uint32_t units);

static struct table *build_as(struct jm_index *ix, const struct shape *shape,
                              const struct postings *p, const struct postings *chunks)
{
    struct level slots = {p, shape->mould};
    struct level lists = {chunks, {FORM_PLAIN, 0, shape->mould.spare}};
    size_t room = room_for(&slots) + room_for(&lists);
    bool one_piece = shape->bytes + room <= MEM_SEGMENT / 4; /* a search reads neighbours faster */
    struct table *t = table_new(ix, shape, one_piece ? room : 0);
    if (!t)
        return NULL;
    size_t at = one_piece ? shape->bytes : 0;
    if (fill_level(ix, t, t->lists, &lists, &at) < 0 ||
        fill_level(ix, t, t->segments, &slots, &at) < 0) {
        table_discard(ix, t);
        return NULL;
    }
    for (uint32_t i = 0; t->maxima && i < p->n; i++)
        raise_maxima(t, p->items[i] >> 4, p->items[i] & ITEM_WEIGHT);
    for (uint32_t i = 0; t->present && i < p->n; i++)
        t->present[block_of(p->items[i])] |= (uint16_t)present_bit(p->items[i] >> 4);
    t->rebuild_at = p->n + p->n / 2 + WIDE_FEW;
    return t;
}

struct table *table_build(struct jm_index *ix, const struct postings *p, bool roomy)
{
    struct shape shape = shape_of(ix, p, roomy);
    struct postings chunks = {0};
    if (shape.n_lists) {
        chunks.items = malloc(p->n * sizeof *chunks.items);
        if (!chunks.items)
            return NULL;
        condense(p, &chunks);
    }
    struct table *t = build_as(ix, &shape, p, &chunks);
    free(chunks.items);
    return t;
}

/* ---- change --------------------------------------------------------------------------------- */

static void set_handle(struct jm_index *ix, const struct table *t, uint32_t *handle,
                       struct segment *before, struct segment *s)
{
    STORE_RELEASE(handle, mem_handle(&ix->mem, s) + 1);
    if (before && !inside(t, before))
        segment_retire(ix, before);
}

void table_set_segment(struct jm_index *ix, struct table *t, uint32_t i, struct segment *s)
{
    set_handle(ix, t, &t->segments[i], table_segment(ix, t, i), s);
}

void table_set_list(struct jm_index *ix, struct table *t, uint32_t i, struct segment *s)
{
    set_handle(ix, t, &t->lists[i], table_list(ix, t, i), s);
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
    raise(t, &t->maxima[block], chunk, units);
    if (t->quarters)
        raise(t, &table_quarters(t, block)[slot / QUARTER % 4], chunk, units);
}

static void raise_list(const struct jm_index *ix, struct table *t, uint32_t slot, uint32_t units)
{
    uint32_t block = slot / BLOCK_SLOTS, chunk = slot / CHUNK_SLOTS;
    struct segment *list = table_list(ix, t, block / LIST_BLOCKS);
    uint32_t before = segment_weight(list, chunk);
    if (before == 0)
        segment_add(list, chunk, units);
    else if (before < units)
        segment_set(list, chunk, units);
    STORE_RELAXED(&t->present[block], (uint16_t)(t->present[block] | present_bit(slot)));
}

void table_raise(struct jm_index *ix, struct table *t, uint32_t slot, uint32_t units)
{
    if (t->maxima)
        raise_maxima(t, slot, units);
    if (t->lists)
        raise_list(ix, t, slot, units);
}

static void lower(struct quilt *q, const struct segment *s, uint32_t slot, uint32_t n,
                  uint32_t units)
{
    uint32_t chunk = slot / CHUNK_SLOTS % BLOCK_CHUNKS;
    if (quilt_get(q, chunk) == units)
        quilt_put(q, chunk, segment_max(s, slot / n * n, n));
}

static void lower_list(const struct jm_index *ix, struct table *t, const struct segment *s,
                       uint32_t slot, uint32_t units)
{
    uint32_t block = slot / BLOCK_SLOTS, chunk = slot / CHUNK_SLOTS;
    struct segment *list = table_list(ix, t, block / LIST_BLOCKS);
    if (segment_weight(list, chunk) > units)
        return;
    uint32_t most = segment_max(s, chunk * CHUNK_SLOTS, CHUNK_SLOTS);
    segment_set(list, chunk, most);
    if (most == 0 && !segment_has_strip(s, slot))
        STORE_RELAXED(&t->present[block], (uint16_t)(t->present[block] & ~present_bit(slot)));
}

void table_lower(struct jm_index *ix, struct table *t, uint32_t slot, uint32_t units)
{
    uint32_t block = slot / BLOCK_SLOTS;
    const struct segment *s = t->form == FORM_PLAIN ? table_segment(ix, t, block) : NULL;
    if (t->maxima)
        lower(&t->maxima[block], s, slot, CHUNK_SLOTS, units);
    if (t->quarters)
        lower(&table_quarters(t, block)[slot / QUARTER % 4], s, slot, QUARTER, units);
    if (t->lists)
        lower_list(ix, t, s, slot, units);
}
