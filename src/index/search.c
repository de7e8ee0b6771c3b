/* search.c - the k best documents, exactly, while looking at few of them.
 *
 * 1. Bounds: for every chunk, the sum over the query's terms of weight x the chunk's maximum.
 * 2. A batch of chunks with the best bounds: for every slot of these, the sum over the terms whose
 *    bit it has set. Chunk maxima are sums over different documents; with the bits few slots are
 *    left (at a million documents and k = 10: 440 chunks, then 300 slots).
 * 3. The slots whose bound reaches the k-th best so far are scored from their records.
 * 2 and 3 are repeated with the chunks that still reach the k-th best, at most BATCH at a time,
 * best first, until there is none. The first batch is small; it sets the mark for the rest. */
#include <string.h>

#include "search.h"

static bool worse(struct jm_index_hit a, struct jm_index_hit b)
{
    return a.points < b.points || (a.points == b.points && a.doc > b.doc);
}

static void sift_down(struct jm_index_hit *h, uint32_t n, uint32_t i)
{
    struct jm_index_hit x = h[i];
    for (uint32_t c; (c = 2 * i + 1) < n; i = c) {
        c += c + 1 < n && worse(h[c + 1], h[c]);
        if (!worse(h[c], x))
            break;
        h[i] = h[c];
    }
    h[i] = x;
}

static void offer(struct jm_index_reader *r, struct jm_index_hit x)
{
    struct jm_index_hit *h = r->hits;
    if (x.points < r->least)
        return;
    if (r->n_hits < r->query->k) {
        uint32_t i = r->n_hits++;
        for (; i > 0 && worse(x, h[(i - 1) / 2]); i = (i - 1) / 2)
            h[i] = h[(i - 1) / 2];
        h[i] = x;
    } else if (worse(h[0], x)) {
        h[0] = x;
        sift_down(h, r->n_hits, 0);
    }
    if (r->n_hits == r->query->k)
        r->least = h[0].points; /* an equal one may still win by its number */
}

/* The smallest bound that a document of `least` points can have. */
static uint16_t mark(const struct jm_index_reader *r)
{
    uint64_t b = (uint64_t)(((__uint128_t)r->least * r->scale) >> 32);
    return b < 1 ? 1 : b > UINT16_MAX ? UINT16_MAX : (uint16_t)b;
}

/* ---- slots ---------------------------------------------------------------------------------- */

static bool passes(const struct jm_index_filter *f, const struct record *rec)
{
    if (!f)
        return true;
    struct jm_index_facets facets = record_facets(rec);
    return jm_index_filter_passes(f, &facets);
}

static void score_candidates(struct jm_index_reader *r)
{
    const struct jm_index *ix = r->index;
    uint32_t n = 0;
    uint16_t least = mark(r);
    for (uint32_t i = 0; i < r->n_candidates; i++) {
        struct candidate c = r->candidates[i];
        uint32_t handle = LOAD_ACQUIRE(slot_at(ix, c.slot));
        if (handle == 0)
            continue;
        c.record = handle - 1;
        const char *rec = mem_at(&ix->mem, c.record);
        __builtin_prefetch(rec);
        __builtin_prefetch(rec + 64);
        r->candidates[n++] = c;
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct record *rec = mem_at(&ix->mem, r->candidates[i].record);
        if (r->candidates[i].bound < least || !record_visible(rec, r->moment) ||
            !passes(r->query->filter, rec))
            continue;
        uint32_t before = r->least;
        offer(r, (struct jm_index_hit){rec->doc, query_points(r, rec)});
        if (r->least != before)
            least = mark(r);
    }
    r->n_candidates = 0;
}

/* Score the slots of the batch whose bounds are in [from, below) and reach the mark. */
static void score_batch(struct jm_index_reader *r, uint32_t from, uint32_t below)
{
    const struct batch *b = &r->batch;
    uint32_t least = mark(r) > from ? mark(r) : from;
    for (uint32_t i = 0; i < b->n_alive; i++) {
        const uint16_t *lanes = b->lanes + b->alive[i] * 64ul;
        for (uint64_t m = r->k->lanes_ge(lanes, (uint16_t)least); m; m &= m - 1) {
            uint32_t s = (uint32_t)__builtin_ctzll(m);
            if (lanes[s] >= below)
                continue;
            uint32_t slot = b->chunks[b->alive[i]] * CHUNK_SLOTS + s;
            __builtin_prefetch(slot_at(r->index, slot));
            r->candidates[r->n_candidates++] = (struct candidate){slot, 0, lanes[s]};
            if (r->n_candidates == CANDIDATES) {
                score_candidates(r);
                least = mark(r) > from ? mark(r) : from;
            }
        }
    }
    score_candidates(r);
}

/* A mark that about `few` to 2 * `few` of acc[n] reach, and at least `least`. */
static uint16_t mark_for(const struct jm_index_reader *r, const uint16_t *acc, size_t n,
                         size_t few, uint16_t least)
{
    uint32_t lo = least, hi = (uint32_t)r->k->largest(acc, n) + 1;
    while (lo + 1 < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        size_t count = r->k->count_ge(acc, n, (uint16_t)mid);
        if (count < few)
            hi = mid;
        else
            lo = mid;
        if (count >= few && count <= 2 * few)
            break;
    }
    return (uint16_t)lo;
}

/* ---- chunks --------------------------------------------------------------------------------- */

static size_t padded(const struct jm_index_reader *r)
{
    return ((size_t)r->n_chunks + 63) & ~(size_t)63;
}

static void bound_by_table(struct jm_index_reader *r, const struct table *t, const struct lift *l)
{
    uint16_t *bounds = r->bounds;
    uint32_t n = r->n_chunks;
    if (l->clamp == 255 && l->shift == 0) { /* nothing to clamp or scale: by far the most */
        for (uint32_t i = 0; i < t->cap; i++) {
            uint32_t e = (uint32_t)LOAD_RELAXED(&t->entry[i]);
            uint32_t chunk = e >> 8 < n ? e >> 8 : 0;
            bounds[chunk] = (uint16_t)(bounds[chunk] + (e & 255) * l->q);
        }
        return;
    }
    for (uint32_t i = 0; i < t->cap; i++) {
        uint32_t e = (uint32_t)LOAD_RELAXED(&t->entry[i]);
        uint32_t chunk = e >> 8 < n ? e >> 8 : 0;
        bounds[chunk] = (uint16_t)(bounds[chunk] + lift_up(l, e & 255));
    }
}

/* The start of what bound_chunks() reads next: the rest the hardware foresees. */
static void ask_for(const struct query_term *t)
{
    const char *p = t->dense ? (const char *)t->dense : (const char *)t->table;
    for (unsigned i = 0; i < 8; i++)
        __builtin_prefetch(p + 64 * i);
}

static void bound_chunks(struct jm_index_reader *r)
{
    enum { AHEAD = 2 };
    memset(r->bounds, 0, padded(r) * sizeof *r->bounds);
    for (uint32_t i = 0; i < r->n_present && i < AHEAD; i++)
        ask_for(&r->terms[i]);
    for (uint32_t i = 0; i < r->n_present; i++) {
        const struct query_term *t = &r->terms[i];
        if (i + AHEAD < r->n_present)
            ask_for(&r->terms[i + AHEAD]);
        if (!t->dense) {
            bound_by_table(r, t->table, &t->lift);
            continue;
        }
        size_t n = t->dense->cap < r->n_chunks ? t->dense->cap : r->n_chunks;
        r->k->add_dense(r->bounds, t->dense->max, n, &t->lift);
    }
    r->bounds[0] = 0; /* no documents there, but what newer chunks were added to */
}

static void batch_begin(struct jm_index_reader *r, const uint32_t *chunks, size_t n)
{
    struct batch *b = &r->batch;
    b->chunks = chunks;
    b->lanes = r->lanes;
    b->place_of = r->place_of;
    b->n_chunks = r->n_chunks;
    b->index = r->index;
    b->moment = r->moment;
    b->n_alive = (uint32_t)n;
    memset(r->lanes, 0, n * 64 * sizeof *r->lanes);
    for (size_t i = 0; i < n; i++) {
        r->place_of[chunks[i]] = (uint16_t)(i + 1);
        b->alive[i] = (uint16_t)i;
        b->rest[i] = r->bounds[chunks[i]];
        r->bounds[chunks[i]] = 0;
    }
}

/* Is walking the whole table cheaper than looking the batch's chunks up? */
static bool should_walk(const struct query_term *t, size_t n)
{
    enum { PROBE_COST = 10 }; /* in steps of a walk */
    return (t->dense ? n / 2 : n) * PROBE_COST > t->table->cap;
}

/* The next term from `i` on to be looked up rather than walked. */
static uint32_t next_probe(const struct jm_index_reader *r, uint32_t i, size_t n)
{
    while (i < r->n_present && should_walk(&r->terms[i], n))
        i++;
    return i;
}

/* Add up the lanes. Walks first: their cost does not depend on how many chunks are alive. */
static void add_terms(struct jm_index_reader *r, size_t n)
{
    for (uint32_t t = 0; t < r->n_present; t++)
        if (should_walk(&r->terms[t], n))
            r->k->walk(r->terms[t].table, &r->terms[t].lift, &r->batch);
    uint32_t i = next_probe(r, 0, n);
    while (i < r->n_present && r->batch.n_alive) {
        const struct query_term *t = &r->terms[i];
        i = next_probe(r, i + 1, n);
        if (r->n_hits == r->query->k)
            r->k->drop(&r->batch, mark(r));
        r->k->probe(t->table, t->dense, &t->lift, &r->batch,
                    i < r->n_present ? r->terms[i].table : NULL);
    }
}

/* Steps 2 and 3 for the chunks of a batch. */
static void search_batch(struct jm_index_reader *r, const uint32_t *chunks, size_t n)
{
    batch_begin(r, chunks, n);
    add_terms(r, n);
    for (size_t i = 0; i < n; i++)
        r->place_of[chunks[i]] = 0;
    uint32_t want = r->query->k - r->n_hits, first = UINT16_MAX + 1;
    if (want > 0) { /* there is no mark yet: the most promising slots make one */
        first = mark_for(r, r->lanes, n * 64, want + want / 2, mark(r));
        score_batch(r, first, UINT16_MAX + 1);
    }
    score_batch(r, 1, first);
}

static void search_chunks(struct jm_index_reader *r)
{
    enum { FIRST = 16 };
    size_t n = padded(r), few = FIRST + r->query->k / 2;
    bound_chunks(r);
    for (;;) {
        uint16_t least = mark(r);
        size_t count = r->k->count_ge(r->bounds, n, least);
        if (count == 0)
            return;
        few = few < BATCH / 2 ? few : BATCH / 2;
        if (r->n_hits < r->query->k ? count > 2 * few : count > BATCH)
            least = mark_for(r, r->bounds, n, r->n_hits < r->query->k ? few : BATCH / 2, least);
        count = r->k->collect_ge(r->bounds, n, least, r->chunks);
        for (size_t i = 0; i < count; i += BATCH)
            search_batch(r, r->chunks + i, count - i < BATCH ? count - i : BATCH);
    }
}

/* Best first, in place: the heap's worst goes to the end, again and again. */
static void sort_hits(struct jm_index_hit *h, uint32_t n)
{
    while (n > 1) {
        struct jm_index_hit x = h[0];
        h[0] = h[--n];
        h[n] = x;
        sift_down(h, n, 0);
    }
}

int jm_index_search(struct jm_index_reader *r, const struct jm_index_query *query,
                    struct jm_index_hit *hits, size_t *n_hits, struct jm_err *err)
{
    *n_hits = 0;
    jm_epoch_enter(r->epoch);
    int rc = query_prepare(r, query, err);
    if (rc == 0) {
        r->hits = hits;
        r->n_hits = 0;
        r->least = query->floor ? query->floor : 1;
        search_chunks(r);
        query_forget(r);
        sort_hits(hits, r->n_hits);
        *n_hits = r->n_hits;
    }
    jm_epoch_leave(r->epoch);
    return rc;
}

int jm_index_points(struct jm_index_reader *r, const struct jm_index_query *query, uint32_t doc,
                    uint32_t *points, struct jm_err *err)
{
    const struct jm_index *ix = r->index;
    jm_epoch_enter(r->epoch);
    int rc = query_prepare(r, query, err);
    if (rc == 0) {
        /* a slot found in the map holds the document now or held it a moment ago */
        uint32_t slot = index_slot_of(ix, doc);
        rc = slot != SLOT_NONE && slot != UINT32_MAX;
        if (rc)
            *points = query_points(r, record_at(ix, slot));
        query_forget(r);
    }
    jm_epoch_leave(r->epoch);
    return rc;
}
