/* query.c - what a search does before it looks at any document: checks and merges the query's
 * terms, finds their rows, and decides how points become 16-bit bounds.
 *
 * Bounds are sums of 16-bit numbers, one for each term, that must not overflow whatever the
 * weights. If the largest conceivable sum fits, a bound is in points. Otherwise points are scaled
 * down and every term's share is rounded up, so that a bound is never too low. */
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
    r->n_present = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct query_term t = r->terms[i];
        const struct row *row = row_at(r->index, t.row);
        t.table = LOAD_ACQUIRE(&row->table);
        if (!t.table)
            continue;
        t.dense = LOAD_ACQUIRE(&row->dense);
        t.lift.clamp = LOAD_RELAXED(&row->max_weight);
        r->weight_of[t.row] = t.weight;
        __builtin_prefetch(t.table);
        r->terms[r->n_present++] = t;
    }
}

static void set_lifts(struct jm_index_reader *r)
{
    uint64_t most = 0, heaviest = 1, sum = 0;
    for (uint32_t i = 0; i < r->n_present; i++) {
        most += (uint64_t)r->terms[i].weight * r->terms[i].lift.clamp;
        sum += r->terms[i].weight;
        heaviest = r->terms[i].weight > heaviest ? r->terms[i].weight : heaviest;
    }
    bool exact = most <= UINT16_MAX, any_weight = sum * UINT8_MAX <= UINT16_MAX;
    r->scale = 1ull << 32;
    if (!exact) {
        uint64_t by_sum = ((UINT16_MAX - 3ull * r->n_present) << 32) / most;
        uint64_t by_one = (255ull << 32) / heaviest;
        r->scale = by_sum < by_one ? by_sum : by_one;
    }
    for (uint32_t i = 0; i < r->n_present; i++) {
        struct lift *l = &r->terms[i].lift;
        __uint128_t scaled = (__uint128_t)r->terms[i].weight * 256 * r->scale;
        l->q = exact ? r->terms[i].weight
                     : (uint32_t)((scaled + UINT32_MAX) >> 32);
        l->clamp = any_weight ? UINT8_MAX : l->clamp; /* then nothing can overflow */
        l->add = exact ? 0 : 255;
        l->shift = exact ? 0 : 8;
    }
}

/* Heaviest first: they decide soonest which chunks can be dropped. */
static int by_share(const void *a, const void *b)
{
    const struct query_term *x = a, *y = b;
    uint64_t sx = (uint64_t)x->weight * x->lift.clamp, sy = (uint64_t)y->weight * y->lift.clamp;
    return (sx < sy) - (sx > sy);
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
    if (r->n_chunks <= r->cap_chunks)
        return 0;
    uint32_t cap = (r->n_chunks + r->n_chunks / 4 + 255) & ~255u;
    uint16_t *bounds = mem_map(cap * sizeof *bounds);
    uint16_t *place_of = mem_map(cap * sizeof *place_of);
    uint32_t *chunks = mem_map(cap * sizeof *chunks);
    if (!bounds || !place_of || !chunks) {
        mem_unmap(bounds, cap * sizeof *bounds);
        mem_unmap(place_of, cap * sizeof *place_of);
        mem_unmap(chunks, cap * sizeof *chunks);
        return -1;
    }
    mem_unmap(r->bounds, r->cap_chunks * sizeof *bounds);
    mem_unmap(r->place_of, r->cap_chunks * sizeof *place_of);
    mem_unmap(r->chunks, r->cap_chunks * sizeof *chunks);
    r->bounds = bounds;
    r->place_of = place_of;
    r->chunks = chunks;
    r->cap_chunks = cap;
    return 0;
}

int query_prepare(struct jm_index_reader *r, const struct jm_index_query *query,
                  struct jm_err *err)
{
    if (check(query, err) < 0)
        return -1;
    r->query = query;
    r->moment = LOAD_ACQUIRE(&r->index->now);
    r->n_chunks = LOAD_ACQUIRE(&r->index->n_chunks);
    if (reserve(r) < 0)
        return jm_err_set(err, JM_ENOMEM, "no memory for a search");
    merge(r, query);
    find_rows(r);
    qsort(r->terms, r->n_present, sizeof r->terms[0], by_share);
    set_lifts(r);
    return 0;
}

void query_forget(struct jm_index_reader *r)
{
    for (uint32_t i = 0; i < r->n_present; i++)
        r->weight_of[r->terms[i].row] = 0;
}

static uint32_t narrow_points(const uint32_t *weight_of, const struct record *rec)
{
    uint32_t points = 0, n = record_n(rec);
    const uint8_t *row = rec->data, *w = rec->data + 2ul * n;
    for (uint32_t i = 0; i + 1 < n; i += 2, row += 4, w++) {
        uint16_t pair[2];
        memcpy(pair, row, sizeof pair);
        points += weight_of[pair[0]] * (*w & 15u) + weight_of[pair[1]] * (uint32_t)(*w >> 4);
    }
    return n & 1 ? points + weight_of[record_row(rec, n - 1)] * (*w & 15u) : points;
}

uint32_t query_points(const struct jm_index_reader *r, const struct record *rec)
{
    uint32_t points = 0, n = record_n(rec);
    /* rows of a visible document existed when cap_rows was set */
    if (!(rec->n_form & (RECORD_WIDE | RECORD_HEAVY)))
        return narrow_points(r->weight_of, rec);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t row = record_row(rec, i);
        points += row < r->cap_rows ? r->weight_of[row] * record_weight(rec, i) : 0;
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
    r->lanes = mem_map(BATCH * 64 * sizeof *r->lanes);
    r->epoch = jm_epoch_register(ix->epoch);
    if (r->lanes && r->epoch)
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
    mem_unmap(r->bounds, r->cap_chunks * sizeof *r->bounds);
    mem_unmap(r->place_of, r->cap_chunks * sizeof *r->place_of);
    mem_unmap(r->chunks, r->cap_chunks * sizeof *r->chunks);
    mem_unmap(r->weight_of, r->cap_rows * sizeof *r->weight_of);
    mem_unmap(r->lanes, BATCH * 64 * sizeof *r->lanes);
    mem_unmap(r, sizeof *r);
}
