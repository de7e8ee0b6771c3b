/* segment.c - the writer's side of segments: a row's postings in a range of blocks, in memory of
 * their own.
 *
 * Inside a segment only whole items and bytes of quilts change, each by one store. The slots of
 * visible documents are in the old value and in the new one, so a search may read either. What
 * needs another place or quilt is a new segment. */
#include <stdlib.h>
#include <string.h>

#include "index_int.h"

static size_t dense_bytes(uint32_t n, uint32_t quilts)
{
    return sizeof(struct segment) + (n + quilts) * sizeof(uint16_t) +
           quilts * sizeof(struct quilt);
}

static size_t sparse_bytes(uint32_t n)
{
    return sizeof(struct segment) + n * sizeof(uint32_t);
}

uint64_t segment_bytes(const struct table *t, const struct segment *s)
{
    return mem_rounded(t->maxima ? dense_bytes(s->n, s->quilts) : sparse_bytes(s->n));
}

void segment_release(struct jm_index *ix, const struct table *t, struct segment *s)
{
    mem_release(&ix->mem, s, segment_bytes(t, s));
}

static void release_dense(void *segment, void *arg)
{
    const struct segment *s = segment;
    mem_release(&((struct jm_index *)arg)->mem, segment, dense_bytes(s->n, s->quilts));
}

static void release_sparse(void *segment, void *arg)
{
    const struct segment *s = segment;
    mem_release(&((struct jm_index *)arg)->mem, segment, sparse_bytes(s->n));
}

void segment_retire(struct jm_index *ix, const struct table *t, struct segment *s)
{
    if (s)
        jm_epoch_retire(ix->epoch, s, t->maxima ? release_dense : release_sparse, ix);
}

void quilt_put(struct quilt *q, uint32_t slot, uint32_t units)
{
    uint8_t *byte = &q->bytes[slot & 31], other = slot & 32 ? 15 : 240;
    STORE_RELAXED(byte, (uint8_t)((*byte & other) | units << (slot >> 5 << 2)));
}

/* ---- new ------------------------------------------------------------------------------------ */

/* Chunks with many postings get a quilt: its number + 1 into quilt_of, by chunk; how many. */
static uint32_t count_quilts(const uint32_t *postings, uint32_t n, uint8_t *quilt_of,
                             uint32_t *in_quilts)
{
    uint8_t count[BLOCK_CHUNKS] = {0};
    uint32_t quilts = 0;
    for (uint32_t i = 0; i < n; i++)
        count[postings[i] >> ITEM_CHUNK & (BLOCK_CHUNKS - 1)]++;
    *in_quilts = 0;
    for (uint32_t c = 0; c < BLOCK_CHUNKS; c++) {
        quilt_of[c] = (uint8_t)(count[c] >= QUILT_FROM ? ++quilts : 0);
        *in_quilts += quilt_of[c] ? count[c] : 0;
    }
    return quilts;
}

static struct segment *dense_build(struct jm_index *ix, const uint32_t *postings, uint32_t n,
                                   uint32_t spare)
{
    uint8_t quilt_of[BLOCK_CHUNKS];
    uint32_t in_quilts, quilts = count_quilts(postings, n, quilt_of, &in_quilts);
    uint32_t places = n - in_quilts + spare, at = 0;
    size_t bytes = dense_bytes(places, quilts);
    places += (uint32_t)((mem_rounded(bytes) - bytes) / sizeof(uint16_t));
    struct segment *s = mem_alloc(&ix->mem, dense_bytes(places, quilts));
    if (!s)
        return NULL;
    memset(s, 0, dense_bytes(places, quilts));
    s->n = (uint16_t)places;
    s->quilts = (uint16_t)quilts;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t chunk = postings[i] >> ITEM_CHUNK & (BLOCK_CHUNKS - 1);
        if (!quilt_of[chunk]) {
            s->item[at++] = (uint16_t)postings[i];
            continue;
        }
        s->item[places + quilt_of[chunk] - 1] = (uint16_t)chunk;
        quilt_put(segment_quilt(s, quilt_of[chunk] - 1u), postings[i] >> 4 & 63,
                  postings[i] & ITEM_WEIGHT);
    }
    return s;
}

struct segment *segment_build(struct jm_index *ix, bool dense, const uint32_t *postings,
                              uint32_t n, uint32_t spare)
{
    if (dense)
        return dense_build(ix, postings, n, spare);
    struct segment *s = mem_alloc(&ix->mem, sparse_bytes(n));
    if (!s)
        return NULL;
    s->n = (uint16_t)n;
    s->quilts = 0;
    memcpy(segment_wide(s), postings, n * sizeof *postings);
    return s;
}

/* ---- read ----------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t dense_list(const struct segment *s, uint32_t block, uint32_t *out, uint32_t room)
{
    uint32_t n = 0, first = block << 16;
    bool sorted = s->quilts == 0;
    for (uint32_t i = 0; i < s->n && n < room; i++) {
        if (!(s->item[i] & ITEM_WEIGHT))
            continue;
        out[n] = first | s->item[i];
        sorted &= n == 0 || out[n - 1] < out[n];
        n++;
    }
    for (uint32_t q = 0; q < s->quilts; q++)
        for (uint32_t slot = 0; slot < CHUNK_SLOTS && n < room; slot++) {
            out[n] = first | segment_quilt_chunk(s, q) << ITEM_CHUNK | slot << 4 |
                     quilt_get(segment_quilt(s, q), slot);
            n += (out[n] & ITEM_WEIGHT) != 0;
        }
    if (!sorted)
        qsort(out, n, sizeof *out, by_value);
    return n;
}

uint32_t segment_list(const struct jm_index *ix, const struct table *t, uint32_t i, uint32_t *out,
                      uint32_t room)
{
    const struct segment *s = table_segment(ix, t, i);
    uint32_t n = 0;
    if (s && t->maxima)
        return dense_list(s, i, out, room);
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
static uint32_t sparse_find(const struct segment *s, uint32_t slot)
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

/* The item of the slot in a dense segment; s->n: none. */
static uint32_t dense_find(const struct segment *s, uint32_t slot)
{
    uint32_t i = 0;
    while (i < s->n && (s->item[i] >> 4 != slot % BLOCK_SLOTS || !(s->item[i] & ITEM_WEIGHT)))
        i++;
    return i;
}

uint32_t segment_weight(const struct table *t, const struct segment *s, uint32_t slot)
{
    if (!t->maxima) {
        uint32_t at = sparse_find(s, slot);
        return at < s->n && segment_wide(s)[at] >> 4 == slot ? segment_wide(s)[at] & ITEM_WEIGHT
                                                             : 0;
    }
    const struct quilt *q = quilt_of_chunk(s, slot);
    uint32_t at = dense_find(s, slot);
    return (q ? quilt_get(q, slot % CHUNK_SLOTS) : 0u) +
           (at < s->n ? s->item[at] & (uint32_t)ITEM_WEIGHT : 0);
}

uint32_t segment_max(const struct segment *s, uint32_t slot, uint32_t n)
{
    uint32_t max = 0, first = slot % BLOCK_SLOTS;
    const struct quilt *q = quilt_of_chunk(s, slot);
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t w = (s->item[i] >> 4) - first < n ? s->item[i] & 15u : 0;
        max = w > max ? w : max;
    }
    for (uint32_t i = slot % CHUNK_SLOTS; q && i < slot % CHUNK_SLOTS + n; i++)
        max = quilt_get(q, i) > max ? quilt_get(q, i) : max;
    return max;
}

/* ---- change --------------------------------------------------------------------------------- */

/* A place of a dense segment without an item; s->n: none. */
static uint32_t free_place(const struct segment *s)
{
    uint32_t i = s->n; /* those at the end are free from the start */
    while (i > 0 && s->item[i - 1] & ITEM_WEIGHT)
        i--;
    return i ? i - 1 : s->n;
}

/* A grave of a sparse one, where the slot's item would be in order; s->n: none. */
static uint32_t grave_for(const struct segment *s, uint32_t slot)
{
    uint32_t at = sparse_find(s, slot);
    if (at < s->n && !(segment_wide(s)[at] & ITEM_WEIGHT))
        return at;
    return at > 0 && !(segment_wide(s)[at - 1] & ITEM_WEIGHT) ? at - 1 : s->n;
}

bool segment_has_room(const struct table *t, const struct segment *s, uint32_t slot)
{
    return t->maxima ? quilt_of_chunk(s, slot) || free_place(s) < s->n
                     : grave_for(s, slot) < s->n;
}

struct segment *segment_with_room(struct jm_index *ix, const struct table *t, uint32_t i,
                                  uint32_t slot)
{
    uint32_t some[1024], *list = some;
    const struct segment *s = table_segment(ix, t, i);
    uint32_t room = s ? s->n + (uint32_t)s->quilts * CHUNK_SLOTS + 1 : 1;
    if (room > sizeof some / sizeof *some && !(list = malloc(room * sizeof *list)))
        return NULL;
    uint32_t n = segment_list(ix, t, i, list, room - 1), at = n;
    if (!t->maxima) {
        for (; at > 0 && list[at - 1] >> 4 > slot; at--)
            list[at] = list[at - 1];
        list[at] = slot << 4;
        n++;
    }
    struct segment *c = segment_build(ix, t->maxima != NULL, list, n, 1 + n / 8);
    if (list != some)
        free(list);
    return c;
}

void segment_add(const struct table *t, struct segment *s, uint32_t slot, uint32_t units)
{
    if (!t->maxima) {
        STORE_RELAXED(&segment_wide(s)[grave_for(s, slot)], slot << 4 | units);
        return;
    }
    struct quilt *q = quilt_of_chunk(s, slot);
    if (q)
        quilt_put(q, slot % CHUNK_SLOTS, units);
    else
        STORE_RELAXED(&s->item[free_place(s)], (uint16_t)(slot << 4 | units));
}

void segment_remove(const struct table *t, struct segment *s, uint32_t slot)
{
    if (!t->maxima) {
        STORE_RELAXED(&segment_wide(s)[sparse_find(s, slot)], slot << 4);
        return;
    }
    struct quilt *q = quilt_of_chunk(s, slot);
    if (q && quilt_get(q, slot % CHUNK_SLOTS))
        quilt_put(q, slot % CHUNK_SLOTS, 0);
    else
        STORE_RELAXED(&s->item[dense_find(s, slot)], 0);
}
