/* segment.c - the writer's side of segments: a row's postings in a range of blocks, in memory of
 * their own.
 *
 * Inside a segment only whole items and bytes of quilts change, each by one store. The slots of
 * visible documents are in the old value and in the new one, so a search may read either. What
 * needs another place or quilt is a new segment. */
#include <stdlib.h>
#include <string.h>

#include "index_int.h"

static size_t narrow_bytes(uint32_t n, uint32_t quilts, bool strips)
{
    return sizeof(struct segment) + (n + quilts + (strips ? BLOCK_STRIPS : 0)) * sizeof(uint16_t) +
           quilts * sizeof(struct quilt);
}

static size_t wide_bytes(uint32_t n)
{
    return sizeof(struct segment) + n * sizeof(uint32_t);
}

size_t segment_bytes(const struct segment *s)
{
    return s->form == FORM_WIDE     ? wide_bytes(s->n)
           : s->form == FORM_PACKED ? packed_bytes(s)
                                    : narrow_bytes(s->n, s->quilts, segment_in_strips(s));
}

static void release(void *segment, void *arg)
{
    mem_release(&((struct jm_index *)arg)->mem, segment, segment_bytes(segment));
}

void segment_retire(struct jm_index *ix, struct segment *s)
{
    jm_epoch_retire(ix->epoch, s, release, ix);
}

void quilt_put(struct quilt *q, uint32_t slot, uint32_t units)
{
    uint8_t *byte = &q->bytes[slot & 31], other = slot & 32 ? 15 : 240;
    STORE_RELAXED(byte, (uint8_t)((*byte & other) | units << (slot >> 5 << 2)));
}

/* ---- new ------------------------------------------------------------------------------------ */

static uint32_t chunk_of(uint32_t posting)
{
    return posting >> ITEM_CHUNK & (BLOCK_CHUNKS - 1);
}

/* How a segment is laid out that is not wide. */
struct layout {
    uint32_t quilts, items; /* items: postings of chunks without a quilt */
    bool strips;
    uint8_t quilt_of[BLOCK_CHUNKS];    /* its number + 1; 0: none */
    uint16_t in_strip[BLOCK_STRIPS]; /* of the items */
};

static void lay_out(struct layout *l, const uint32_t *postings, uint32_t n)
{
    uint16_t count[BLOCK_CHUNKS] = {0};
    *l = (struct layout){.items = n};
    if (n < QUILT_FROM)
        return;
    for (uint32_t i = 0; i < n; i++)
        count[chunk_of(postings[i])]++;
    for (uint32_t c = 0; c < BLOCK_CHUNKS; c++) {
        if (count[c] < QUILT_FROM) {
            l->in_strip[c / STRIP_CHUNKS] = (uint16_t)(l->in_strip[c / STRIP_CHUNKS] + count[c]);
            continue;
        }
        l->quilt_of[c] = (uint8_t)++l->quilts;
        l->items -= count[c];
    }
    l->strips = l->items >= STRIPS_FROM;
}

size_t segment_size(struct mould mould, const uint32_t *postings, uint32_t n, uint32_t spare)
{
    struct layout l;
    if (mould.form == FORM_WIDE)
        return wide_bytes(n);
    if (mould.form == FORM_PACKED)
        return packed_size(mould, postings, n);
    lay_out(&l, postings, n);
    return narrow_bytes(l.items + spare, l.quilts, l.strips);
}

/* Where each strip begins, into at[]. What there is to spare is behind the last. */
static void mark_strips(struct segment *s, const struct layout *l, uint32_t *at)
{
    uint32_t end = 0;
    for (uint32_t i = 0; i < BLOCK_STRIPS; i++) {
        at[i] = end;
        end += l->in_strip[i];
        s->item[i] = (uint16_t)end;
    }
}

static void fill_narrow(struct segment *s, size_t bytes, const uint32_t *postings, uint32_t n)
{
    struct layout l;
    uint32_t at[BLOCK_STRIPS] = {0};
    lay_out(&l, postings, n);
    memset(s, 0, bytes);
    s->quilts = (uint8_t)l.quilts;
    s->form = l.strips ? FORM_STRIPS : FORM_PLAIN;
    s->n = (uint16_t)((bytes - narrow_bytes(0, l.quilts, l.strips)) / sizeof(uint16_t)); /* all */
    if (l.strips)
        mark_strips(s, &l, at);
    uint16_t *items = segment_items(s);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t chunk = chunk_of(postings[i]);
        if (!l.quilt_of[chunk]) {
            items[at[l.strips ? chunk / STRIP_CHUNKS : 0]++] = (uint16_t)postings[i];
            continue;
        }
        items[s->n + l.quilt_of[chunk] - 1u] = (uint16_t)chunk;
        quilt_put(segment_quilt(s, l.quilt_of[chunk] - 1u), postings[i] >> 4 & 63,
                  postings[i] & ITEM_WEIGHT);
    }
}

void segment_fill(struct segment *s, size_t bytes, struct mould mould, const uint32_t *postings,
                  uint32_t n)
{
    if (mould.form == FORM_PLAIN) {
        fill_narrow(s, bytes, postings, n);
    } else if (mould.form == FORM_PACKED) {
        packed_fill(s, mould, postings, n);
    } else {
        *s = (struct segment){.n = (uint16_t)n, .form = FORM_WIDE};
        memcpy(segment_wide(s), postings, n * sizeof *postings);
    }
}

/* ---- read ----------------------------------------------------------------------------------- */

/* A segment's slots as bits, by chunk, and their weights: in this way they are in order. */
struct spread {
    uint64_t slots[BLOCK_CHUNKS];
    uint8_t weight[BLOCK_SLOTS];
};

static void spread_put(struct spread *to, uint32_t item)
{
    uint64_t there = (item & ITEM_WEIGHT) != 0;
    to->slots[item >> ITEM_CHUNK] |= there << (item >> 4 & 63);
    if (there)
        to->weight[item >> 4] = item & ITEM_WEIGHT;
}

static void spread_segment(const struct segment *s, struct spread *to)
{
    memset(to->slots, 0, sizeof to->slots);
    for (uint32_t i = 0; i < s->n; i++)
        spread_put(to, segment_items(s)[i]);
    for (uint32_t q = 0; q < s->quilts; q++)
        for (uint32_t slot = 0; slot < CHUNK_SLOTS; slot++)
            spread_put(to, segment_quilt_chunk(s, q) << ITEM_CHUNK | slot << 4 |
                               quilt_get(segment_quilt(s, q), slot));
}

static uint32_t narrow_list(const struct segment *s, uint32_t number, uint32_t *out,
                            uint32_t room)
{
    struct spread all;
    uint32_t n = 0, first = number << 16;
    spread_segment(s, &all);
    for (uint32_t chunk = 0; chunk < BLOCK_CHUNKS; chunk++)
        for (uint64_t m = all.slots[chunk]; m && n < room; m &= m - 1) {
            uint32_t slot = chunk * CHUNK_SLOTS + (uint32_t)__builtin_ctzll(m);
            out[n++] = first | slot << 4 | all.weight[slot];
        }
    return n;
}

uint32_t segment_list(const struct segment *s, uint32_t number, uint32_t *out, uint32_t room)
{
    uint32_t n = 0;
    if (s && s->form == FORM_PACKED)
        return packed_list(s, number, out, room);
    if (s && s->form != FORM_WIDE)
        return narrow_list(s, number, out, room);
    for (uint32_t j = 0; s && j < s->n && n < room; j++) {
        out[n] = segment_wide(s)[j];
        n += (out[n] & ITEM_WEIGHT) != 0;
    }
    return n;
}

/* The chunk's quilt. NULL: it has none. */
static struct quilt *quilt_of_chunk(const struct segment *s, uint32_t slot)
{
    for (uint32_t q = 0; q < s->quilts; q++)
        if (segment_quilt_chunk(s, q) == slot / CHUNK_SLOTS % BLOCK_CHUNKS)
            return segment_quilt(s, q);
    return NULL;
}

/* The first item of this slot or a later one; s->n: none. */
static uint32_t wide_find(const struct segment *s, uint32_t slot)
{
    uint32_t lo = 0, hi = s->n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (segment_wide(s)[mid] >> 4 < slot)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The first item from `at` on that is one of the `span` values from `low` on; n: none. */
static uint32_t find_item(const uint16_t *items, uint32_t at, uint32_t n, uint16_t low,
                          uint16_t span)
{
    for (; at + 8 <= n; at += 8) {
        lanes8 v;
        uint64_t hit[2];
        memcpy(&v, items + at, sizeof v);
        v = (lanes8)(v - low < span);
        memcpy(hit, &v, sizeof hit);
        if (hit[0] | hit[1])
            break;
    }
    while (at < n && (uint16_t)(items[at] - low) >= span)
        at++;
    return at;
}

static uint32_t strip_of(uint32_t slot)
{
    return slot / (CHUNK_SLOTS * STRIP_CHUNKS) % BLOCK_STRIPS;
}

/* The same in the slot's strip and behind all strips. */
static uint32_t find_for_slot(const struct segment *s, uint32_t slot, uint16_t low, uint16_t span)
{
    const uint16_t *items = segment_items(s);
    uint32_t end = strip_end(s, strip_of(slot));
    uint32_t at = find_item(items, strip_begin(s, strip_of(slot)), end, low, span);
    return at < end ? at : find_item(items, strips_end(s), s->n, low, span);
}

/* The item of the slot in one that is not wide; s->n: none. */
static uint32_t narrow_find(const struct segment *s, uint32_t slot)
{
    return find_for_slot(s, slot, (uint16_t)(slot << 4 | 1), WEIGHT_UNITS);
}

/* A place for the slot; s->n: none. */
static uint32_t free_place(const struct segment *s, uint32_t slot)
{
    return find_for_slot(s, slot, 0, 1);
}

uint32_t segment_weight(const struct segment *s, uint32_t slot)
{
    if (s->form == FORM_PACKED)
        return packed_weight(s, slot);
    if (s->form == FORM_WIDE) {
        uint32_t at = wide_find(s, slot);
        return at < s->n && segment_wide(s)[at] >> 4 == slot ? segment_wide(s)[at] & ITEM_WEIGHT
                                                             : 0;
    }
    const struct quilt *q = quilt_of_chunk(s, slot);
    uint32_t at = narrow_find(s, slot);
    return (q ? quilt_get(q, slot % CHUNK_SLOTS) : 0u) +
           (at < s->n ? segment_items(s)[at] & (uint32_t)ITEM_WEIGHT : 0);
}

/* The largest weight of n slots from `first` of the block on, among some items. */
static uint32_t max_of_items(const uint16_t *items, uint32_t i, uint32_t end, uint32_t first,
                             uint32_t n)
{
    uint32_t max = 0;
    lanes8 most = {0};
    for (; i + 8 <= end; i += 8) {
        lanes8 v;
        memcpy(&v, items + i, sizeof v);
        v = v & ITEM_WEIGHT & (lanes8)((v >> 4) - (uint16_t)first < (uint16_t)n);
        most = lanes8_larger(v, most);
    }
    for (unsigned j = 0; j < 8; j++)
        max = most[j] > max ? most[j] : max;
    for (; i < end; i++) {
        uint32_t w = (items[i] >> 4) - first < n ? items[i] & 15u : 0;
        max = w > max ? w : max;
    }
    return max;
}

uint32_t segment_max(const struct segment *s, uint32_t slot, uint32_t n)
{
    const struct quilt *q = quilt_of_chunk(s, slot);
    const uint16_t *items = segment_items(s);
    uint32_t first = slot % BLOCK_SLOTS, strip = strip_of(slot);
    uint32_t max = max_of_items(items, strip_begin(s, strip), strip_end(s, strip), first, n);
    uint32_t more = max_of_items(items, strips_end(s), s->n, first, n);
    max = more > max ? more : max;
    for (uint32_t j = slot % CHUNK_SLOTS; q && j < slot % CHUNK_SLOTS + n; j++)
        max = quilt_get(q, j) > max ? quilt_get(q, j) : max;
    return max;
}

bool segment_has_strip(const struct segment *s, uint32_t slot)
{
    uint32_t first = slot / (CHUNK_SLOTS * STRIP_CHUNKS) * STRIP_CHUNKS;
    for (uint32_t chunk = first; chunk < first + STRIP_CHUNKS; chunk++)
        if (segment_max(s, chunk * CHUNK_SLOTS, CHUNK_SLOTS) > 0)
            return true;
    return false;
}

/* ---- change --------------------------------------------------------------------------------- */

/* A grave of a wide one, where the slot's item would be in order; s->n: none. */
static uint32_t grave_for(const struct segment *s, uint32_t slot)
{
    uint32_t at = wide_find(s, slot);
    if (at < s->n && !(segment_wide(s)[at] & ITEM_WEIGHT))
        return at;
    return at > 0 && !(segment_wide(s)[at - 1] & ITEM_WEIGHT) ? at - 1 : s->n;
}

bool segment_has_room(const struct segment *s, uint32_t slot)
{
    if (s->form == FORM_PACKED)
        return packed_has_room(s, slot);
    return s->form == FORM_WIDE ? grave_for(s, slot) < s->n
                                : quilt_of_chunk(s, slot) || free_place(s, slot) < s->n;
}

/* Put a place for this slot into ascending postings, which have room for it. */
static void insert_place(uint32_t slot, uint32_t *list, uint32_t n)
{
    for (; n > 0 && list[n - 1] >> 4 > slot; n--)
        list[n] = list[n - 1];
    list[n] = slot << 4;
}

struct segment *segment_with_room(struct jm_index *ix, const struct segment *s, struct mould mould,
                                  uint32_t number, uint32_t slot)
{
    uint32_t some[1024], *list = some;
    uint32_t most = s ? s->n + (uint32_t)s->quilts * CHUNK_SLOTS : 0;
    uint32_t room = most + 1;
    if (room > sizeof some / sizeof *some && !(list = malloc(room * sizeof *list)))
        return NULL;
    uint32_t n = segment_list(s, number, list, most);
    if (mould.form == FORM_WIDE)
        insert_place(slot, list, n++);
    size_t bytes = mem_rounded(segment_size(mould, list, n, 1 + n / SPARE));
    struct segment *c = mem_alloc(&ix->mem, bytes);
    if (c)
        segment_fill(c, bytes, mould, list, n);
    if (list != some)
        free(list);
    return c;
}

void segment_add(struct segment *s, uint32_t slot, uint32_t units)
{
    if (s->form == FORM_WIDE) {
        STORE_RELAXED(&segment_wide(s)[grave_for(s, slot)], slot << 4 | units);
        return;
    }
    if (s->form == FORM_PACKED) {
        packed_add(s, slot, units);
        return;
    }
    struct quilt *q = quilt_of_chunk(s, slot);
    if (q) {
        quilt_put(q, slot % CHUNK_SLOTS, units);
        return;
    }
    uint32_t at = free_place(s, slot);
    if (segment_in_strips(s) && at >= strips_end(s))
        STORE_RELAXED(&s->form, (uint8_t)FORM_LATE);
    STORE_RELAXED(&segment_items(s)[at], (uint16_t)(slot << 4 | units));
}

void segment_set(struct segment *s, uint32_t slot, uint32_t units)
{
    struct quilt *q = quilt_of_chunk(s, slot);
    uint32_t at = narrow_find(s, slot);
    if (at < s->n)
        STORE_RELAXED(&segment_items(s)[at], (uint16_t)(units ? slot << 4 | units : 0));
    else
        quilt_put(q, slot % CHUNK_SLOTS, units);
}

uint32_t segment_remove(struct segment *s, uint32_t slot)
{
    uint32_t units = 0;
    if (s->form == FORM_WIDE) {
        uint32_t at = wide_find(s, slot), item = at < s->n ? segment_wide(s)[at] : 0;
        if (item >> 4 != slot)
            return 0;
        STORE_RELAXED(&segment_wide(s)[at], slot << 4);
        return item & ITEM_WEIGHT;
    }
    if (s->form == FORM_PACKED)
        return packed_remove(s, slot);
    struct quilt *q = quilt_of_chunk(s, slot);
    if (q && (units = quilt_get(q, slot % CHUNK_SLOTS))) {
        quilt_put(q, slot % CHUNK_SLOTS, 0);
        return units;
    }
    uint32_t at = narrow_find(s, slot);
    if (at < s->n) {
        units = segment_items(s)[at] & (uint32_t)ITEM_WEIGHT;
        STORE_RELAXED(&segment_items(s)[at], 0);
    }
    return units;
}
