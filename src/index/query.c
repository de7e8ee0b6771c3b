/* query.c - what a search does before it looks at any document: checks and merges the query's
 * terms, finds their rows, and decides how points become 16-bit bounds.
 *
 * Bounds are sums of 16-bit numbers, one for each term, that must not overflow whatever the
 * weights. What a weight adds is looked up by its sixteen values. If the largest conceivable sum
 * fits, a bound is in points. Otherwise points are scaled down and every term's share is rounded
 * up, so that a bound is never too low. */
#include <stdlib.h>
#include <string.h>

#include "search.h"

static int check(const struct jm_index_query *q, struct jm_err *err)
{
    uint64_t sum = 0;
    if (q->k < 1 || q->k > JM_INDEX_K_MAX)
        return jm_err_set(err, JM_EINVAL, "k is %u, it must be 1..%d", q->k, JM_INDEX_K_MAX);
    if (q->filter && q->filter->n_places > JM_INDEX_PLACES)
        return jm_err_set(err, JM_ELIMIT, "%u places in a filter, at most %d are possible",
                          q->filter->n_places, JM_INDEX_PLACES);
    if (q->n_terms > JM_INDEX_QUERY_TERMS)
        return jm_err_set(err, JM_ELIMIT, "%zu terms in a query, at most %d are possible",
                          q->n_terms, JM_INDEX_QUERY_TERMS);
    for (size_t i = 0; i < q->n_terms; i++) {
        if (q->terms[i].term > JM_INDEX_TERM_MAX || q->terms[i].weight == 0)
            return jm_err_set(err, JM_EINVAL, "query term %zu has weight 0 or too large an id", i);
        sum += q->terms[i].weight;
    }
    if (sum > JM_INDEX_WEIGHT_SUM)
        return jm_err_set(err, JM_ELIMIT, "the weights of the query sum to more than %d",
                          JM_INDEX_WEIGHT_SUM);
    return 0;
}

static int by_term(const void *a, const void *b)
{
    const struct query_term *x = a, *y = b;
    return (x->term > y->term) - (x->term < y->term);
}

static void merge(struct jm_index_reader *r, const struct jm_index_query *q)
{
    bool sorted = true;
    for (size_t i = 0; i < q->n_terms; i++) {
        r->terms[i].term = q->terms[i].term;
        r->terms[i].weight = q->terms[i].weight;
        sorted &= i == 0 || q->terms[i - 1].term < q->terms[i].term;
    }
    r->n_terms = (uint32_t)q->n_terms;
    if (sorted)
        return;
    qsort(r->terms, q->n_terms, sizeof r->terms[0], by_term);
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_terms; i++) {
        if (n && r->terms[n - 1].term == r->terms[i].term)
            r->terms[n - 1].weight += r->terms[i].weight;
        else
            r->terms[n++] = r->terms[i];
    }
    r->n_terms = n;
}

/* The terms that some document has; weight_of is set for them. In steps, each of which asks for
 * the memory of the next: one after another the misses would cost more than the bounds. */
static void find_rows(struct jm_index_reader *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_terms; i++) {
        struct query_term t = r->terms[i];
        t.row = row_of_term(r->index, t.term);
        if (t.row == UINT32_MAX || t.row >= r->cap_rows)
            continue;
        __builtin_prefetch(row_at(r->index, t.row));
        r->terms[n++] = t;
    }
    for (uint32_t i = 0; i < n; i++) {
        r->terms[i].table = LOAD_ACQUIRE(&row_at(r->index, r->terms[i].row)->table);
        __builtin_prefetch(r->terms[i].table);
    }
    r->n_present = r->n_fresh = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct query_term t = r->terms[i];
        const struct row *row = row_at(r->index, t.row);
        if (!t.table) { /* so far only fresh documents have it */
            r->weight_of[t.row] = t.weight;
            r->fresh_rows[r->n_fresh++] = t.row;
            continue;
        }
        uint32_t max = LOAD_RELAXED(&row->max_weight);
        t.units = (max + t.table->unit - 1u) / t.table->unit;
        t.units = t.units < WEIGHT_UNITS ? t.units : WEIGHT_UNITS;
        r->weight_of[t.row] = t.weight;
        r->terms[r->n_present++] = t;
    }
}

static uint64_t share_of(const struct query_term *t)
{
    return (uint64_t)t->weight * t->table->unit * t->units;
}

static void set_worths(struct jm_index_reader *r)
{
    uint64_t most = 0;
    r->exact = true;
    for (uint32_t i = 0; i < r->n_present; i++) {
        most += share_of(&r->terms[i]);
        r->exact &= r->terms[i].table->unit == 1;
    }
    bool fits = most <= UINT16_MAX;
    r->exact &= fits;
    r->scale = fits ? 1ull << 32 : ((UINT16_MAX - (uint64_t)r->n_present) << 32) / most;
    for (uint32_t i = 0; i < r->n_present; i++) {
        struct query_term *t = &r->terms[i];
        for (uint32_t w = 0; w < 16; w++) {
            uint64_t v = (uint64_t)t->weight * t->table->unit * (w < t->units ? w : t->units);
            __uint128_t scaled = fits ? 0 : (__uint128_t)v * r->scale + UINT32_MAX;
            t->worth[w] = (uint16_t)(fits ? v : (uint64_t)(scaled >> 32));
        }
    }
}

/* Where a quarter, a half, three quarters of all that can be had are through. */
static void set_stages(struct jm_index_reader *r)
{
    uint64_t all = 0, done = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_present; i++)
        all += share_of(&r->terms[i]);
    for (uint32_t i = 0; i < STAGES; i++) {
        while (n < r->n_present && done * (STAGES + 1) < all * (i + 1))
            done += share_of(&r->terms[n++]);
        r->stage[i] = n;
    }
}

/* Heaviest first: they decide soonest which chunks can be dropped. */
static int by_share(const void *a, const void *b)
{
    const struct query_term *x = a, *y = b;
    uint64_t sx = share_of(x), sy = share_of(y);
    return sx != sy ? (sx < sy) - (sx > sy) : (x->term > y->term) - (x->term < y->term);
}

static void release_chunks(struct jm_index_reader *r)
{
    size_t chunks = r->cap_chunks, blocks = chunks / BLOCK_CHUNKS;
    mem_unmap(r->bounds, chunks * sizeof *r->bounds);
    for (uint32_t i = 0; i < STAGES; i++) {
        mem_unmap(r->rest[i], chunks * sizeof *r->rest[i]);
        r->rest[i] = NULL;
    }
    mem_unmap(r->chunks, (chunks + 1) * sizeof *r->chunks);
    mem_unmap(r->batch.number, (blocks + 1) * sizeof *r->batch.number);
    r->cap_chunks = r->batch.cap_blocks = 0;
    r->bounds = r->batch.number = NULL;
    r->chunks = NULL;
}

static int reserve_chunks(struct jm_index_reader *r)
{
    uint32_t cap = (r->n_chunks + r->n_chunks / 4 + LIST_CHUNKS) & ~(LIST_CHUNKS - 1u);
    size_t blocks = cap / BLOCK_CHUNKS;
    release_chunks(r);
    r->cap_chunks = cap;
    r->batch.cap_blocks = (uint32_t)blocks;
    r->bounds = mem_map(cap * sizeof *r->bounds);
    r->chunks = mem_map((cap + 1ul) * sizeof *r->chunks);
    r->batch.number = mem_map((blocks + 1) * sizeof *r->batch.number); /* read two at a time */
    bool all = r->bounds && r->chunks && r->batch.number;
    for (uint32_t i = 0; i < STAGES; i++)
        all &= (r->rest[i] = mem_map(cap * sizeof *r->rest[i])) != NULL;
    if (all)
        return 0;
    release_chunks(r);
    return -1;
}

/* Scratch memory for the index as large as it is now. */
static int reserve(struct jm_index_reader *r)
{
    uint32_t rows = LOAD_RELAXED(&r->index->n_rows);
    if (rows > r->cap_rows) {
        uint32_t cap = (rows + rows / 2 + 4096) & ~4095u;
        uint32_t *w = mem_map(cap * sizeof *w);
        if (!w)
            return -1;
        mem_unmap(r->weight_of, r->cap_rows * sizeof *w);
        r->weight_of = w;
        r->cap_rows = cap;
    }
    return r->n_chunks <= r->cap_chunks ? 0 : reserve_chunks(r);
}

int query_prepare(struct jm_index_reader *r, const struct jm_index_query *query,
                  struct jm_err *err)
{
    if (check(query, err) < 0)
        return -1;
    r->query = query;
    r->fresh_first = LOAD_ACQUIRE(&r->index->fresh_first);
    r->moment = LOAD_ACQUIRE(&r->index->now);
    r->fresh_end = LOAD_ACQUIRE(&r->index->fresh_end);
    r->fresh_first = fresh_from(r->fresh_first, r->fresh_end);
    r->n_chunks = LOAD_ACQUIRE(&r->index->n_chunks);
    if (reserve(r) < 0)
        return jm_err_set(err, JM_ENOMEM, "no memory for a search");
    merge(r, query);
    find_rows(r);
    qsort(r->terms, r->n_present, sizeof r->terms[0], by_share);
    set_worths(r);
    set_stages(r);
    return 0;
}

void query_forget(struct jm_index_reader *r)
{
    for (uint32_t i = 0; i < r->n_present; i++)
        r->weight_of[r->terms[i].row] = 0;
    for (uint32_t i = 0; i < r->n_fresh; i++)
        r->weight_of[r->fresh_rows[i]] = 0;
}

uint32_t query_points_of_any(const struct jm_index_reader *r, const struct record *rec)
{
    uint32_t points = 0, entries[JM_INDEX_DOC_TERMS], n = record_entries(rec, entries);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t row = entry_row(entries[i]);
        points += row < r->cap_rows ? r->weight_of[row] * entry_weight(entries[i]) : 0;
    }
    return points;
}

uint32_t query_points(const struct jm_index_reader *r, const struct record *rec)
{
    uint32_t points = 0, row = 0, n = rec->n_form & RECORD_N;
    if (rec->n_form & (RECORD_WIDE | RECORD_HEAVY | RECORD_BITS))
        return query_points_of_any(r, rec);
    for (uint32_t i = 0; i < n; i++) {
        uint16_t step;
        memcpy(&step, rec->data + 2ul * i, sizeof step);
        row += step >> 4;
        points += r->weight_of[row] * (step & ITEM_WEIGHT);
    }
    return points;
}

struct jm_index_reader *jm_index_reader_new(struct jm_index *ix, struct jm_err *err)
{
    struct jm_index_reader *r = mem_map(sizeof *r);
    if (!r)
        goto fail;
    r->index = ix;
    r->k = kernels_get();
    r->batch.index = ix;
    memset(r->batch.lanes_of[0], 0xff, sizeof r->batch.lanes_of[0]);
    r->batch.lanes = mem_map(BATCH_LANES * sizeof *r->batch.lanes);
    r->lanes_found = mem_map(BATCH * 64 * sizeof *r->lanes_found);
    r->epoch = jm_epoch_register(ix->epoch);
    if (r->batch.lanes && r->lanes_found && r->epoch)
        return r;
fail:
    jm_index_reader_free(r);
    jm_err_set(err, JM_ENOMEM, "no memory for a reader");
    return NULL;
}

void jm_index_reader_free(struct jm_index_reader *r)
{
    if (!r)
        return;
    if (r->epoch)
        jm_epoch_unregister(r->index->epoch, r->epoch);
    release_chunks(r);
    mem_unmap(r->weight_of, r->cap_rows * sizeof *r->weight_of);
    mem_unmap(r->batch.lanes, BATCH_LANES * sizeof *r->batch.lanes);
    mem_unmap(r->lanes_found, BATCH * 64 * sizeof *r->lanes_found);
    mem_unmap(r, sizeof *r);
}
