/* segment.c - the writer's side of segments: entries of a range of chunks, in memory of their own.
 *
 * Inside a segment only whole entries and bytes of quilts change, each by one store. The slots of
 * visible documents are in the old value and in the new one, so a search may read either. What
 * needs another entry or quilt is a new segment. */
#include <string.h>

#include "index_int.h"

static size_t segment_bytes(uint32_t n, uint32_t quilts)
{
    return sizeof(struct segment) + n * sizeof(uint64_t) + quilts * sizeof(struct quilt);
}

struct segment *segment_new(struct jm_index *ix, uint32_t n, uint32_t quilts)
{
    struct segment *s = mem_alloc(&ix->mem, segment_bytes(n, quilts));
    if (!s)
        return NULL;
    s->n = (uint16_t)n;
    s->quilts = (uint16_t)quilts;
    s->pad = 0;
    return s;
}

void segment_release(struct jm_index *ix, struct segment *s)
{
    mem_release(&ix->mem, s, segment_bytes(s->n, s->quilts));
}

static void release_retired(void *segment, void *arg)
{
    segment_release(arg, segment);
}

void segment_retire(struct jm_index *ix, struct segment *s)
{
    if (s)
        jm_epoch_retire(ix->epoch, s, release_retired, ix);
}

/* ---- quilts --------------------------------------------------------------------------------- */

void quilt_put(struct quilt *q, uint32_t slot, uint32_t units)
{
    uint8_t *byte = &q->bytes[slot & 31], other = slot & 32 ? 15 : 240;
    STORE_RELAXED(byte, (uint8_t)((*byte & other) | units << (slot >> 5 << 2)));
}

static uint32_t quilt_max(const struct quilt *q)
{
    uint32_t low = 0, high = 0;
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t l = q->bytes[i] & 15u, h = q->bytes[i] >> 4;
        low = l > low ? l : low;
        high = h > high ? h : high;
    }
    return low > high ? low : high;
}

/* ---- entries -------------------------------------------------------------------------------- */

static uint64_t entry_empty(uint32_t chunk)
{
    return (uint64_t)chunk << 40;
}

uint32_t entry_count(const struct segment *s, uint64_t e)
{
    uint32_t count = 0;
    if (!(e & ENTRY_SET)) {
        for (unsigned i = 0; i < ENTRY_ITEMS; i++)
            count += (entry_item(e, i) & 15) != 0;
        return count;
    }
    for (uint32_t i = 0; i < CHUNK_SLOTS; i++)
        count += quilt_get(segment_quilt(s, entry_quilt(e)), i) != 0;
    return count;
}

/* The entry with one item more, for which it has room. */
static uint64_t entry_with(uint64_t e, uint32_t item)
{
    uint64_t out = entry_empty(entry_chunk(e));
    unsigned shift = 0;
    bool put = false;
    for (unsigned i = 0; i < ENTRY_ITEMS && shift < ENTRY_ITEMS * ENTRY_ITEM_BITS; i++) {
        uint32_t old = entry_item(e, i);
        if (!put && (old & 15) < (item & 15)) {
            out |= (uint64_t)item << shift;
            shift += ENTRY_ITEM_BITS;
            put = true;
        }
        if (!(old & 15))
            break;
        out |= (uint64_t)old << shift;
        shift += ENTRY_ITEM_BITS;
    }
    if (!put)
        out |= (uint64_t)item << shift;
    return out;
}

static uint64_t entry_without(uint64_t e, uint32_t slot)
{
    uint64_t out = entry_empty(entry_chunk(e));
    unsigned shift = 0;
    for (unsigned i = 0; i < ENTRY_ITEMS; i++) {
        uint32_t item = entry_item(e, i);
        if (!(item & 15) || item >> 4 == slot)
            continue;
        out |= (uint64_t)item << shift;
        shift += ENTRY_ITEM_BITS;
    }
    return out;
}

uint32_t segment_room(const struct segment *s, uint32_t at, uint32_t chunk)
{
    for (; at < s->n && entry_chunk(s->entry[at]) == chunk; at++)
        if ((s->entry[at] & ENTRY_SET) || !(entry_item(s->entry[at], ENTRY_ITEMS - 1) & 15))
            return at;
    return UINT32_MAX;
}

void segment_add(struct segment *s, uint32_t at, uint32_t slot, uint32_t units)
{
    uint64_t e = s->entry[at];
    if (e & ENTRY_SET) {
        quilt_put(segment_quilt(s, entry_quilt(e)), slot % CHUNK_SLOTS, units);
        if (units > entry_max(e))
            STORE_RELEASE(&s->entry[at], (e & ~15ull) | units);
    } else {
        STORE_RELEASE(&s->entry[at], entry_with(e, units | slot % CHUNK_SLOTS << 4));
    }
}

void segment_remove(struct segment *s, uint32_t at, uint32_t slot)
{
    uint64_t e = s->entry[at];
    if (e & ENTRY_SET) {
        struct quilt *q = segment_quilt(s, entry_quilt(e));
        uint32_t units = quilt_get(q, slot % CHUNK_SLOTS);
        quilt_put(q, slot % CHUNK_SLOTS, 0);
        if (units == entry_max(e))
            STORE_RELEASE(&s->entry[at], (e & ~15ull) | quilt_max(q));
    } else {
        STORE_RELEASE(&s->entry[at], entry_without(e, slot % CHUNK_SLOTS));
    }
}

static void sort_items(uint16_t *items, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        uint16_t x = items[i];
        uint32_t j = i;
        for (; j > 0 && (items[j - 1] & 15) < (x & 15); j--)
            items[j] = items[j - 1];
        items[j] = x;
    }
}

static uint64_t entry_of_quilt(uint32_t chunk, uint32_t max, uint32_t number)
{
    return ENTRY_SET | (uint64_t)chunk << 40 | number << 4 | max;
}

uint32_t entries_of_items(uint32_t chunk, uint16_t *items, uint32_t n, uint64_t *entry,
                          struct quilt *quilt, uint32_t quilt_no)
{
    uint32_t made = 0;
    if (quilt && n > ENTRY_RUN * ENTRY_ITEMS) { /* without a quilt there are fewer */
        memset(quilt, 0, sizeof *quilt);
        for (uint32_t i = 0; i < n; i++)
            quilt_put(quilt, items[i] >> 4, items[i] & 15);
        entry[0] = entry_of_quilt(chunk, quilt_max(quilt), quilt_no);
        return 1;
    }
    sort_items(items, n);
    for (uint32_t i = 0; i < n; i++) {
        if (i % ENTRY_ITEMS == 0)
            entry[made++] = entry_empty(chunk);
        entry[made - 1] |= (uint64_t)items[i] << i % ENTRY_ITEMS * ENTRY_ITEM_BITS;
    }
    return made;
}

/* ---- another entry -------------------------------------------------------------------------- */

/* The items of the chunk's entries from `at` on; how many. */
static uint32_t items_of_run(const struct segment *s, uint32_t at, uint32_t chunk,
                             uint16_t *items)
{
    uint32_t n = 0;
    for (; at < s->n && entry_chunk(s->entry[at]) == chunk; at++)
        for (unsigned i = 0; i < ENTRY_ITEMS; i++)
            if (entry_item(s->entry[at], i) & 15)
                items[n++] = (uint16_t)entry_item(s->entry[at], i);
    return n;
}

/* Count what a copy will hold beside the entries of `chunk`. */
static void count_others(const struct segment *s, uint32_t chunk, uint32_t *n, uint32_t *quilts)
{
    *n = *quilts = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        if (entry_max(s->entry[i]) == 0 || entry_chunk(s->entry[i]) == chunk)
            continue;
        (*n)++;
        *quilts += (s->entry[i] & ENTRY_SET) != 0;
    }
}

static uint64_t copy_entry(struct segment *to, const struct segment *from, uint64_t e,
                           uint32_t *quilts)
{
    if (!(e & ENTRY_SET))
        return e;
    *segment_quilt(to, *quilts) = *segment_quilt(from, entry_quilt(e));
    return entry_of_quilt(entry_chunk(e), entry_max(e), (*quilts)++);
}

/* A copy with its own quilt or entries for the items of `chunk` and one more. */
static void fill_room(struct segment *c, uint32_t made, uint32_t own, bool quilt, uint32_t quilt_no,
                      uint32_t chunk, uint16_t *items, uint32_t n)
{
    if (!quilt) {
        for (uint32_t j = 0; j < own; j++)
            c->entry[made + j] = entry_empty(chunk);
        (void)entries_of_items(chunk, items, n, c->entry + made, NULL, 0);
        return;
    }
    struct quilt *q = segment_quilt(c, quilt_no);
    memset(q, 0, sizeof *q);
    for (uint32_t j = 0; j < n; j++)
        quilt_put(q, items[j] >> 4, items[j] & 15);
    c->entry[made] = entry_of_quilt(chunk, quilt_max(q), quilt_no);
}

struct segment *segment_with_room(struct jm_index *ix, const struct segment *s, uint32_t chunk)
{
    static const struct segment none;
    uint16_t items[CHUNK_SLOTS];
    uint32_t others, quilts, made = 0, q = 0, i = 0;
    s = s ? s : &none;
    uint32_t run = segment_find(s, chunk), n = items_of_run(s, run, chunk, items);
    bool quilt = n >= ENTRY_RUN * ENTRY_ITEMS;
    uint32_t own = quilt ? 1 : n / ENTRY_ITEMS + 1;
    count_others(s, chunk, &others, &quilts);
    struct segment *c = segment_new(ix, others + own, quilts + quilt);
    if (!c)
        return NULL;
    for (; i < run; i++)
        if (entry_max(s->entry[i]))
            c->entry[made++] = copy_entry(c, s, s->entry[i], &q);
    fill_room(c, made, own, quilt, q, chunk, items, n);
    q += quilt;
    made += own;
    for (; i < s->n; i++)
        if (entry_max(s->entry[i]) && entry_chunk(s->entry[i]) != chunk)
            c->entry[made++] = copy_entry(c, s, s->entry[i], &q);
    return c;
}
