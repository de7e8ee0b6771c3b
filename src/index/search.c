/* search.c - the k best documents, exactly, while looking at few of them.
 *
 * 1. Bounds: for every chunk, the sum over the query's terms of weight x the chunk's maximum.
 * 2. A batch of chunks with the best bounds: for every slot of these, the sum over the terms. The
 *    heaviest terms go first, and three times on the way the chunks are dropped none of whose
 *    slots can still get there.
 * 3. The slots that reach the k-th best so far are looked up in their records: are they visible,
 *    whose are they? If weights are in units of more than 1, or the sums had to be scaled to fit
 *    16 bits, a sum is an upper bound and the record also says the points.
 * 2 and 3 are repeated with the chunks that still reach the k-th best: few at first, to raise it
 * quickly, then in rounds eight times as long, until there is none. Before the second round the
 * bounds are tightened by the maxima of quarters of chunks, where that saves more than it costs.
 *
 * Fresh documents, which no row knows, are scored from their records before all that. */
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

/* The records of the candidates that still have one: found, and asked for. */
static uint32_t find_records(struct jm_index_reader *r)
{
    const struct jm_index *ix = r->index;
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_candidates; i++) {
        struct candidate c = r->candidates[i];
        uint32_t handle = LOAD_ACQUIRE(slot_at(ix, c.slot));
        if (handle == 0)
            continue;
        c.record = handle - 1;
        const char *rec = mem_at(&ix->mem, c.record);
        __builtin_prefetch(rec);
        if (!r->exact || r->query->filter)
            __builtin_prefetch(rec + 64);
        r->candidates[n++] = c;
    }
    return n;
}

static void score_candidates(struct jm_index_reader *r)
{
    uint32_t n = find_records(r);
    uint16_t least = mark(r);
    for (uint32_t i = 0; i < n; i++) {
        struct candidate c = r->candidates[i];
        const struct record *rec = mem_at(&r->index->mem, c.record);
        if (c.bound < least || !record_visible(rec, r->moment))
            continue;
        uint32_t points = r->sums_are_points ? c.bound : query_points(r, rec), before = r->least;
        if (points < before || !passes(r->query->filter, rec))
            continue;
        offer(r, (struct jm_index_hit){rec->doc, points});
        if (r->least != before)
            least = mark(r);
    }
    r->n_candidates = 0;
}

/* Those that have not settled, of which the rows know nothing. */
static void score_fresh(struct jm_index_reader *r)
{
    enum { AHEAD = 8 };
    const struct jm_index *ix = r->index;
    for (uint32_t i = r->fresh_first; i != r->fresh_end; i++) {
        uint32_t ahead = LOAD_RELAXED(slot_at(ix, fresh_slot(ix, i + AHEAD)));
        if (ahead)
            __builtin_prefetch(mem_at(&ix->mem, ahead - 1));
        uint32_t handle = LOAD_ACQUIRE(slot_at(ix, fresh_slot(ix, i)));
        const struct record *rec = handle ? mem_at(&ix->mem, handle - 1) : NULL;
        if (!rec || !record_visible(rec, r->moment))
            continue;
        uint32_t points = query_points(r, rec);
        if (points >= r->least && passes(r->query->filter, rec))
            offer(r, (struct jm_index_hit){rec->doc, points});
    }
}

/* One more to be looked up. True: there were enough, and all have been; the mark may have risen. */
static bool add_candidate(struct jm_index_reader *r, uint32_t slot, uint16_t bound)
{
    __builtin_prefetch(slot_at(r->index, slot));
    r->candidates[r->n_candidates++] = (struct candidate){slot, 0, bound};
    if (r->n_candidates < CANDIDATES)
        return false;
    score_candidates(r);
    return true;
}

/* Score the slots of the batch whose bounds are in [from, below) and reach the mark. */
static void score_batch(struct jm_index_reader *r, uint32_t from, uint32_t below)
{
    const struct batch *b = &r->batch;
    uint32_t least = mark(r) > from ? mark(r) : from;
    size_t n = r->k->collect_ge(b->lanes, b->n * 64ul, (uint16_t)least, r->lanes_found);
    for (size_t i = 0; i < n; i++) {
        uint32_t lane = r->lanes_found[i];
        if (b->lanes[lane] >= below || b->lanes[lane] < least)
            continue;
        uint32_t slot = b->chunks[lane / CHUNK_SLOTS] * CHUNK_SLOTS + lane % CHUNK_SLOTS;
        if (add_candidate(r, slot, b->lanes[lane]))
            least = mark(r) > from ? mark(r) : from;
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

/* The items of a chunk are neighbours: what a heavier one adds to what the ones before it added. */
static void bound_by_items(uint16_t *bounds, uint32_t n, const struct segment *s,
                           const uint16_t *worth)
{
    const uint32_t *items = segment_wide(s);
    uint32_t last = UINT32_MAX, best = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t item = LOAD_RELAXED(&items[i]), chunk = item >> ITEM_CHUNK;
        uint32_t before = chunk == last ? best : 0, more = worth[item & ITEM_WEIGHT];
        last = chunk;
        best = more > before ? more : before;
        chunk = chunk < n ? chunk : 0;
        bounds[chunk] = sum_to_limit(bounds[chunk], (uint16_t)(best - before));
    }
}

/* A list has an item for each chunk of its 64 blocks that has the row. Bounds have room for all
 * chunks of these, though the last may not be there yet. */
static void bound_by_list(const struct jm_index_reader *r, uint16_t *bounds,
                          const struct segment *list, const uint16_t *worth)
{
    const uint16_t *items = segment_items(list);
    for (uint32_t i = 0; i < list->n; i++) {
        uint32_t item = LOAD_RELAXED(&items[i]);
        bounds[item >> 4] = sum_to_limit(bounds[item >> 4], worth[item & ITEM_WEIGHT]);
    }
    for (uint32_t q = 0; q < list->quilts; q++)
        r->k->add_quilts(bounds + segment_quilt_chunk(list, q) * BLOCK_CHUNKS,
                         segment_quilt(list, q), 1, worth);
}

static void bound_by_lists(const struct jm_index_reader *r, uint16_t *bounds,
                           const struct table *t, const uint16_t *worth)
{
    uint32_t n = (r->n_chunks + LIST_CHUNKS - 1) / LIST_CHUNKS;
    for (uint32_t i = 0; i < n && i < t->n_lists; i++) {
        const struct segment *list = table_list(r->index, t, i);
        if (list)
            bound_by_list(r, bounds + (size_t)i * LIST_CHUNKS, list, worth);
    }
}

/* Add a row's largest weights to bounds, by chunk; what comes next is `ahead`. */
static void bound_by_table(const struct jm_index_reader *r, uint16_t *bounds,
                           const struct table *t, const uint16_t *worth, const void *ahead)
{
    uint32_t blocks = r->n_chunks / BLOCK_CHUNKS, n = t->n_segments;
    if (t->maxima) {
        r->k->add_maxima(bounds, t->maxima, n < blocks ? n : blocks, worth, ahead);
        return;
    }
    bound_by_lists(r, bounds, t, worth);
    for (uint32_t i = 0; t->form == FORM_WIDE && i < n; i++) {
        const struct segment *s = table_segment(r->index, t, i);
        if (i + 4 < n && t->segments[i + 4])
            __builtin_prefetch(table_segment(r->index, t, i + 4));
        if (s)
            bound_by_items(bounds, r->n_chunks, s, worth);
    }
    for (uint32_t i = 0; t->form == FORM_PACKED && i << t->shift < blocks && i < n; i++) {
        const struct segment *s = table_segment(r->index, t, i);
        if (s)
            r->k->bound_packed(bounds + ((size_t)i * BLOCK_CHUNKS << t->shift), s, worth);
    }
}

static void bound_by_row(struct jm_index_reader *r, uint32_t term)
{
    struct query_term *t = &r->terms[term];
    t->raised = LOAD_ACQUIRE(&t->table->raised);
    bound_by_table(r, r->bounds, t->table, t->worth,
                   term ? r->terms[term - 1].table->maxima : NULL);
}

/* The start of what bound_by_row() reads next: the rest the hardware foresees. */
static void ask_for(const struct jm_index_reader *r, uint32_t term)
{
    if (term >= r->n_present)
        return;
    const struct table *t = r->terms[term].table;
    const char *p = t->maxima ? (const char *)t->maxima
                    : t->lists ? (const char *)(t->present + t->n_segments)
                               : (const char *)t->segments;
    for (unsigned i = 0; i < 8; i++)
        ask_for_line(p + 64 * i);
}

/* The light terms first: what they add is kept, for dropping chunks after the heavier ones. */
static void bound_chunks(struct jm_index_reader *r)
{
    enum { AHEAD = 2 };
    memset(r->bounds, 0, padded(r) * sizeof *r->bounds);
    for (uint32_t i = 0; i < AHEAD; i++)
        ask_for(r, r->n_present - 1 - i);
    for (uint32_t i = r->n_present; i-- > 0;) {
        ask_for(r, i - AHEAD);
        for (uint32_t j = 0; j < STAGES && r->gated != GATE_NARROW; j++)
            if (i + 1 == r->stage[j])
                memcpy(r->rest[j], r->bounds, padded(r) * sizeof *r->bounds);
        bound_by_row(r, i);
    }
    r->bounds[0] = 0; /* no documents there, but what newer chunks were added to */
}

static void batch_begin(struct jm_index_reader *r, const uint32_t *chunks, uint32_t n)
{
    struct batch *b = &r->batch;
    memset(b->lanes, 0, n * 64ul * sizeof *b->lanes);
    b->n = n;
    b->n_blocks = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t block = chunks[i] / BLOCK_CHUNKS;
        if (b->n_blocks == 0 || b->blocks[b->n_blocks - 1] != block) {
            b->alive[b->n_blocks] = 0;
            b->blocks[b->n_blocks++] = block;
            b->number[block] = (uint16_t)b->n_blocks;
            memset(b->lanes_of[b->n_blocks], 0xff, sizeof b->lanes_of[0]);
        }
        b->alive[b->n_blocks - 1] |= 1ull << chunks[i] % BLOCK_CHUNKS;
        b->spot[i] = (uint16_t)(b->n_blocks * BLOCK_CHUNKS + chunks[i] % BLOCK_CHUNKS);
        b->lanes_of[b->n_blocks][chunks[i] % BLOCK_CHUNKS] = (uint16_t)(i * 64);
        b->chunks[i] = chunks[i];
        b->bound[i] = r->bounds[chunks[i]];
        r->bounds[chunks[i]] = 0;
    }
    batch_note_strips(b);
}

static void batch_end(struct jm_index_reader *r)
{
    struct batch *b = &r->batch;
    for (uint32_t i = 0; i < b->n_blocks; i++)
        b->number[b->blocks[i]] = 0;
}

static void ask_for_handles(const struct batch *b, const struct table *t)
{
    for (uint32_t i = 0; i < b->n_blocks; i++) {
        ask_for_line(&t->segments[b->blocks[i] >> t->shift]);
        if (t->present)
            ask_for_line(&t->present[b->blocks[i]]);
    }
}

static struct visit *visit_term(struct jm_index_reader *r, uint32_t term)
{
    struct visit *v = &r->visits[term % 2];
    v->n = 0;
    if (term + 1 < r->n_present)
        ask_for_handles(&r->batch, r->terms[term + 1].table);
    if (term < r->n_present)
        r->k->visit(r->terms[term].table, &r->batch, v);
    return v;
}

/* What a row of places adds. */
static const uint16_t once[16] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* Which slots of the batch's chunks pass; chunks without any are forgotten. */
static void find_passing(struct jm_index_reader *r)
{
    struct batch *b = &r->batch;
    if (r->gated == GATE_NONE) {
        memset(b->pass, 0xff, b->n * sizeof *b->pass);
        return;
    }
    for (uint32_t i = 0; i < r->n_gate; i++) {
        r->k->visit(r->gate[i], b, &r->visits[0]);
        r->k->sweep(&r->visits[0], once, b);
    }
    for (uint32_t i = 0; i < b->n; i++) {
        b->pass[i] = r->k->lanes_ge(b->lanes + i * 64ul, 1);
        batch_keep(b, i, b->pass[i] != 0);
    }
    batch_note_strips(b);
    memset(b->lanes, 0, b->n * 64ul * sizeof *b->lanes);
}

/* The slots that pass, where they are too few to add up the rows for them. */
static void score_passing(struct jm_index_reader *r)
{
    struct batch *b = &r->batch;
    uint16_t least = mark(r);
    for (uint32_t i = 0; i < b->n; i++)
        for (uint64_t m = b->bound[i] < least ? 0 : b->pass[i]; m; m &= m - 1) {
            uint32_t slot = b->chunks[i] * CHUNK_SLOTS + (uint32_t)__builtin_ctzll(m);
            if (add_candidate(r, slot, b->bound[i]))
                least = mark(r);
        }
    score_candidates(r);
}

/* Steps 2 and 3 for the chunks of a batch. */
static void search_batch(struct jm_index_reader *r, const uint32_t *chunks, uint32_t n)
{
    batch_begin(r, chunks, n);
    find_passing(r);
    if (r->gated == GATE_NARROW) {
        score_passing(r);
        batch_end(r);
        return;
    }
    struct visit *next = visit_term(r, 0);
    /* what the terms to come may add was summed up when all that this search can see was in the
     * rows: a chunk that cannot make up for it is dropped */
    for (uint32_t i = 0; i < r->n_present; i++) {
        for (uint32_t j = 0; j < STAGES; j++)
            if (i == r->stage[j] && r->n_hits == r->query->k)
                r->k->drop(&r->batch, r->rest[j], mark(r));
        struct visit *v = next;
        next = visit_term(r, i + 1);
        r->k->sweep(v, r->terms[i].worth, &r->batch);
    }
    batch_end(r);
    for (uint32_t i = 0; r->gated != GATE_NONE && i < n; i++)
        r->k->keep(r->batch.lanes + i * 64ul, r->batch.pass[i]);
    uint32_t want = r->query->k - r->n_hits, first = UINT16_MAX + 1;
    if (want > 0) { /* there is no mark yet: the most promising slots make one */
        first = mark_for(r, r->batch.lanes, n * 64ul, want + want / 2, mark(r));
        score_batch(r, first, UINT16_MAX + 1);
    }
    score_batch(r, 1, first);
}

/* The chunks of a round, a batch at a time, but for those the mark has meanwhile passed. */
static void search_round(struct jm_index_reader *r, size_t n)
{
    uint32_t batch[BATCH];
    for (size_t i = 0; i < n;) {
        uint32_t filled = 0;
        uint16_t least = mark(r);
        for (; i < n && filled < BATCH; i++) {
            batch[filled] = r->chunks[i];
            filled += r->bounds[r->chunks[i]] >= least;
        }
        if (filled)
            search_batch(r, batch, filled);
    }
}

/* Leave out the chunks that have no document of the filter's places. */
static void close_chunks(struct jm_index_reader *r)
{
    uint16_t *open = (uint16_t *)r->chunks; /* which are not there yet */
    memset(open, 0, padded(r) * sizeof *open);
    for (uint32_t i = 0; i < r->n_gate; i++)
        bound_by_table(r, open, r->gate[i], once, NULL);
    for (size_t i = 0; i < padded(r); i += 8) {
        lanes8 bound, there;
        memcpy(&bound, r->bounds + i, sizeof bound);
        memcpy(&there, open + i, sizeof there);
        bound &= (lanes8)(there != 0);
        memcpy(r->bounds + i, &bound, sizeof bound);
    }
}

/* Tighten the bounds of the blocks that have some of the `count` chunks that reach the mark, if
 * these are many to a block: a block costs as much as looking into a few chunks. False: none. */
static bool tighten_bounds(struct jm_index_reader *r, size_t count)
{
    enum { WORTH_IT = 4 };
    uint16_t least = mark(r);
    uint32_t *blocks = r->chunks, n = 0;
    r->n_dense = 0;
    for (uint32_t i = 0; i < r->n_present; i++)
        if (r->terms[i].table->quarters)
            r->dense[r->n_dense++] = (struct dense_row){r->terms[i].table, r->terms[i].worth,
                                                        r->terms[i].raised};
    for (uint32_t i = 0; r->n_dense > 0 && i < r->n_chunks / BLOCK_CHUNKS; i++) {
        blocks[n] = i;
        n += r->k->lanes_ge(r->bounds + (size_t)i * BLOCK_CHUNKS, least) != 0;
    }
    blocks[n] = UINT32_MAX;
    uint32_t done = 0;
    while (count > (size_t)n * WORTH_IT && done < n &&
           r->k->tighten(r->bounds + (size_t)blocks[done] * BLOCK_CHUNKS, r->dense, r->n_dense,
                         blocks[done], blocks[done + 1]))
        done++;
    return done > 0;
}

static void search_chunks(struct jm_index_reader *r)
{
    enum { FIRST = 16 };
    size_t n = padded(r), few = FIRST + r->query->k / 2;
    bound_chunks(r);
    bool narrow = r->gated == GATE_NARROW;
    uint32_t times = narrow ? 3 : 8;
    if (r->gated >= GATE_CLOSED)
        close_chunks(r);
    if (narrow)
        few = FIRST + 2 * (size_t)r->query->k;
    bool tight = false;
    for (;; few *= r->n_hits < r->query->k ? 1 : times) {
        uint16_t least = mark(r);
        size_t count = r->k->count_ge(r->bounds, n, least);
        if (!tight && r->n_hits == r->query->k) {
            tight = true;
            if (tighten_bounds(r, count))
                count = r->k->count_ge(r->bounds, n, least);
        }
        if (count == 0)
            break;
        if (!narrow && r->n_hits < r->query->k && few > BATCH)
            few = BATCH;
        if (count > 2 * few)
            least = mark_for(r, r->bounds, n, few, least);
        count = r->k->collect_ge(r->bounds, n, least, r->chunks);
        search_round(r, count);
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
        r->gated = gate_of(r);
        r->sums_are_points = r->exact && r->gated != GATE_NARROW;
        score_fresh(r);
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
            *points = query_points_of_any(r, record_at(ix, slot));
        query_forget(r);
    }
    jm_epoch_leave(r->epoch);
    return rc;
}
