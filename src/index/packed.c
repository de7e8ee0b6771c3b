/* packed.c - the writer's side of packed segments: postings of whole texts, for whose rows handles,
 * heads and lists of every block would take as much as the items.
 *
 * A segment covers several blocks. First is one word: how many (as a shift), and whether the index
 * that follows has bytes, the number of each block's items, or 16 bits, where these end. Then the
 * items, block by block; those of a chunk, the heaviest first, so that the others add nothing to
 * its bound (kernels.c). An item of weight 0 is a free place. A chunk of many has a quilt instead,
 * known by its mark: block (6), chunk (6), largest weight (4). The marks are behind the items, and
 * the quilts behind the marks. */
#include <stdlib.h>
#include <string.h>

#include "index_int.h"

enum { QUILTS_MOST = 255 };

/* ---- new ------------------------------------------------------------------------------------ */

/* How many items and quilts there will be, and in which form their numbers. */
struct layout {
    uint32_t items, quilts;
    bool bytes;
    uint16_t count[LIST_BLOCKS];
};

/* The end of the postings of the same chunk. */
static uint32_t chunk_end(const uint32_t *postings, uint32_t from, uint32_t n)
{
    uint32_t to = from;
    while (to < n && postings[to] >> ITEM_CHUNK == postings[from] >> ITEM_CHUNK)
        to++;
    return to;
}

static uint32_t block_in(uint32_t posting, uint32_t shift)
{
    return posting >> 16 & ((1u << shift) - 1);
}

static bool in_quilt(const struct layout *l, uint32_t n)
{
    return n >= QUILT_FROM && l->quilts < QUILTS_MOST;
}

/* A place to spare for each block, and one for each eight items. */
static void add_places(struct layout *l, uint32_t shift)
{
    for (uint32_t i = 0; i < 1u << shift; i++) {
        uint32_t places = 1u + l->count[i] / SPARE;
        l->count[i] = (uint16_t)(l->count[i] + places);
        l->items += places;
        l->bytes &= l->count[i] <= UINT8_MAX;
    }
}

static void lay_out(struct layout *l, struct mould mould, const uint32_t *postings, uint32_t n)
{
    memset(l, 0, sizeof *l);
    l->bytes = true;
    for (uint32_t from = 0, to; from < n; from = to) {
        to = chunk_end(postings, from, n);
        if (in_quilt(l, to - from)) {
            l->quilts++;
            continue;
        }
        uint16_t *count = &l->count[block_in(postings[from], mould.shift)];
        *count = (uint16_t)(*count + to - from);
        l->items += to - from;
        l->bytes &= *count <= UINT8_MAX;
    }
    if (mould.spare)
        add_places(l, mould.shift);
}

static size_t bytes_of(uint32_t items, uint32_t quilts, uint32_t shift, bool bytes)
{
    return sizeof(struct segment) +
           (packed_index_words(shift, bytes) + items + quilts) * sizeof(uint16_t) +
           quilts * sizeof(struct quilt);
}

size_t packed_bytes(const struct segment *s)
{
    return bytes_of(s->n, s->quilts, packed_shift(s), packed_counts(s));
}

size_t packed_size(struct mould mould, const uint32_t *postings, uint32_t n)
{
    struct layout l;
    lay_out(&l, mould, postings, n);
    return bytes_of(l.items, l.quilts, mould.shift, l.bytes);
}

static void fill_index(struct segment *s, const struct layout *l, uint32_t shift)
{
    uint32_t end = 0;
    s->item[0] = (uint16_t)(shift | (uint32_t)l->bytes << 8);
    memset(s->item + 1, 0, (packed_index_words(shift, l->bytes) - 1) * sizeof *s->item);
    for (uint32_t i = 0; i < 1u << shift; i++) {
        end += l->count[i];
        if (l->bytes)
            ((uint8_t *)(s->item + 1))[i] = (uint8_t)l->count[i];
        else
            s->item[1 + i] = (uint16_t)end;
    }
}

/* The postings of a chunk, heaviest first. */
static void fill_chunk(uint16_t *items, const uint32_t *postings, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = i;
        for (; at > 0 && (items[at - 1] & ITEM_WEIGHT) < (postings[i] & ITEM_WEIGHT); at--)
            items[at] = items[at - 1];
        items[at] = (uint16_t)postings[i];
    }
}

static uint16_t fill_quilt(struct quilt *q, uint32_t shift, const uint32_t *postings, uint32_t n)
{
    uint32_t most = 0;
    memset(q, 0, sizeof *q);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t units = postings[i] & ITEM_WEIGHT;
        quilt_put(q, postings[i] >> 4 & 63, units);
        most = units > most ? units : most;
    }
    return (uint16_t)(block_in(*postings, shift) << 10 | (*postings >> ITEM_CHUNK & 63) << 4 |
                      most);
}

void packed_fill(struct segment *s, struct mould mould, const uint32_t *postings, uint32_t n)
{
    struct layout l, filled = {0};
    lay_out(&l, mould, postings, n);
    *s = (struct segment){.n = (uint16_t)l.items, .quilts = (uint8_t)l.quilts, .form = FORM_PACKED};
    fill_index(s, &l, mould.shift);
    memset(packed_items(s), 0, l.items * sizeof(uint16_t));
    for (uint32_t from = 0, to; from < n; from = to) {
        uint32_t block = block_in(postings[from], mould.shift);
        to = chunk_end(postings, from, n);
        if (in_quilt(&filled, to - from)) {
            uint16_t mark =
                fill_quilt(packed_quilt(s, filled.quilts), mould.shift, postings + from, to - from);
            packed_marks(s)[filled.quilts++] = mark;
            continue;
        }
        uint16_t *items = packed_items(s) + packed_begin(s, block) + filled.count[block];
        fill_chunk(items, postings + from, to - from);
        filled.count[block] = (uint16_t)(filled.count[block] + to - from);
    }
}

/* ---- read ----------------------------------------------------------------------------------- */

static void insert(uint32_t *out, uint32_t n, uint32_t posting)
{
    for (; n > 0 && out[n - 1] > posting; n--)
        out[n] = out[n - 1];
    out[n] = posting;
}

/* What is in a block's quilts, from out[n] on; how many there are then. */
static uint32_t list_quilts(const struct segment *s, uint32_t block, uint32_t *out, uint32_t n,
                            uint32_t room)
{
    for (uint32_t q = 0; q < s->quilts; q++) {
        uint32_t mark = packed_marks(s)[q];
        for (uint32_t slot = 0; mark >> 10 == block_in(block << 16, packed_shift(s)) && slot < 64;
             slot++) {
            uint32_t units = quilt_get(packed_quilt(s, q), slot);
            if (units && n < room)
                out[n++] = block << 16 | (mark >> 4 & 63) << ITEM_CHUNK | slot << 4 | units;
        }
    }
    return n;
}

uint32_t packed_list(const struct segment *s, uint32_t number, uint32_t *out, uint32_t room)
{
    uint32_t n = 0, first = number << packed_shift(s), i = 0;
    for (uint32_t b = 0; b < 1u << packed_shift(s); b++) {
        n = list_quilts(s, first + b, out, n, room);
        for (uint32_t end = i + packed_count(s, b); i < end; i++)
            if (packed_items(s)[i] & ITEM_WEIGHT && n < room)
                insert(out, n++, (first + b) << 16 | packed_items(s)[i]);
    }
    return n;
}

/* The number of the chunk's quilt; s->quilts: it has none. */
static uint32_t find_quilt(const struct segment *s, uint32_t slot)
{
    uint32_t at = block_in(slot << 4, packed_shift(s)) << 6 | (slot >> 6 & 63), q = 0;
    while (q < s->quilts && packed_marks(s)[q] >> 4u != at)
        q++;
    return q;
}

/* The item of the slot, or a free place of its block; s->n: none. */
static uint32_t find_item(const struct segment *s, uint32_t slot, bool place)
{
    const uint16_t *items = packed_items(s);
    uint32_t block = block_in(slot << 4, packed_shift(s)), i = packed_begin(s, block);
    for (uint32_t end = i + packed_count(s, block); i < end; i++)
        if (place ? !(items[i] & ITEM_WEIGHT)
                  : items[i] >> 4 == slot % BLOCK_SLOTS && items[i] & ITEM_WEIGHT)
            return i;
    return s->n;
}

uint32_t packed_weight(const struct segment *s, uint32_t slot)
{
    uint32_t q = find_quilt(s, slot), i = find_item(s, slot, false);
    return (q < s->quilts ? quilt_get(packed_quilt(s, q), slot % CHUNK_SLOTS) : 0u) +
           (i < s->n ? packed_items(s)[i] & (uint32_t)ITEM_WEIGHT : 0);
}

bool packed_has_room(const struct segment *s, uint32_t slot)
{
    return find_quilt(s, slot) < s->quilts || find_item(s, slot, true) < s->n;
}

static uint32_t quilt_most(const struct quilt *q)
{
    uint32_t most = 0;
    for (uint32_t slot = 0; slot < CHUNK_SLOTS; slot++)
        most = quilt_get(q, slot) > most ? quilt_get(q, slot) : most;
    return most;
}

bool packed_true(const struct segment *s)
{
    bool so = true;
    for (uint32_t q = 0; q < s->quilts; q++)
        so &= (packed_marks(s)[q] & (uint32_t)ITEM_WEIGHT) == quilt_most(packed_quilt(s, q));
    return so;
}

/* ---- change --------------------------------------------------------------------------------- */

static void set_quilt(struct segment *s, uint32_t number, uint32_t slot, uint32_t units)
{
    uint16_t *mark = &packed_marks(s)[number];
    struct quilt *q = packed_quilt(s, number);
    quilt_put(q, slot % CHUNK_SLOTS, units);
    STORE_RELAXED(mark, (uint16_t)((*mark & ~(uint32_t)ITEM_WEIGHT) | quilt_most(q)));
}

void packed_add(struct segment *s, uint32_t slot, uint32_t units)
{
    uint32_t q = find_quilt(s, slot);
    if (q < s->quilts)
        set_quilt(s, q, slot, units);
    else
        STORE_RELAXED(&packed_items(s)[find_item(s, slot, true)], (uint16_t)(slot << 4 | units));
}

uint32_t packed_remove(struct segment *s, uint32_t slot)
{
    uint32_t units = packed_weight(s, slot), i = find_item(s, slot, false);
    if (i < s->n)
        STORE_RELAXED(&packed_items(s)[i], 0);
    else if (units)
        set_quilt(s, find_quilt(s, slot), slot, 0);
    return units;
}
