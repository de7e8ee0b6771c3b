/* build.c - the rows and records of a load, built whole rather than posting by posting.
 *
 * The postings are sorted by row (a counting sort, slices of the documents in parallel), so that a
 * row finds its chunks one after another, in memory that lies in sequence, and is built in its
 * final shape. Only the writer's own thread allocates; what the helpers fill does not overlap. */
#include "build.h"

#include <stdlib.h>
#include <string.h>

#include "work.h"

enum { SLICES = 8, RECORD_SLICE = 1 << 14, AHEAD = 8 };

struct building {
    struct jm_index *ix;
    const struct load_order *in;
    uint64_t *first;    /* by row: where its postings start, n_rows + 1 */
    uint64_t *next;     /* [SLICES][n_rows] */
    uint32_t *slot;     /* by posting, in the order of rows, then slots */
    uint8_t *weight;
    uint64_t n;
    uint32_t laid;      /* documents that have memory for their record */
};

static uint32_t slice_end(const struct building *b, uint32_t slice)
{
    return (uint32_t)((uint64_t)b->in->n_docs * (slice + 1) / SLICES);
}

static void ask_for_doc(const struct load_order *in, uint32_t i)
{
    if (i + AHEAD >= in->n_docs)
        return;
    uint32_t d = in->perm[i + AHEAD];
    ask_for_line(&in->docs[d]);
    ask_for_line(&in->entries[in->start[d]]);
}

/* ---- the sort ------------------------------------------------------------------------------- */

static int count_slice(void *arg, uint32_t slice, unsigned worker)
{
    struct building *b = arg;
    (void)worker;
    const struct load_order *in = b->in;
    uint64_t *count = b->next + (size_t)slice * b->ix->n_rows;
    for (uint32_t i = slice ? slice_end(b, slice - 1) : 0; i < slice_end(b, slice); i++) {
        ask_for_doc(in, i);
        for (uint64_t x = in->start[in->perm[i]]; x < in->start[in->perm[i] + 1]; x++)
            count[entry_row(in->entries[x])]++;
    }
    return 0;
}

/* From counts to where each slice puts its first posting of each row. */
static void sum_up(struct building *b)
{
    uint64_t at = 0;
    uint32_t n_rows = b->ix->n_rows;
    for (uint32_t r = 0; r < n_rows; r++) {
        b->first[r] = at;
        for (uint32_t s = 0; s < SLICES; s++) {
            uint64_t count = b->next[(size_t)s * n_rows + r];
            b->next[(size_t)s * n_rows + r] = at;
            at += count;
        }
    }
    b->first[n_rows] = at;
}

static int sort_slice(void *arg, uint32_t slice, unsigned worker)
{
    struct building *b = arg;
    (void)worker;
    const struct load_order *in = b->in;
    uint64_t *next = b->next + (size_t)slice * b->ix->n_rows;
    for (uint32_t i = slice ? slice_end(b, slice - 1) : 0; i < slice_end(b, slice); i++) {
        uint32_t d = in->perm[i];
        ask_for_doc(in, i);
        for (uint64_t x = in->start[d]; x < in->start[d + 1]; x++) {
            uint64_t at = next[entry_row(in->entries[x])]++;
            b->slot[at] = load_slot(i);
            b->weight[at] = entry_weight(in->entries[x]);
        }
    }
    return 0;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static int make_rows(const struct building *b)
{
    for (uint32_t r = 0; r < b->ix->n_rows; r++) {
        uint64_t at = b->first[r], n = b->first[r + 1] - at;
        if (row_build(b->ix, row_at(b->ix, r), b->slot + at, b->weight + at, (uint32_t)n) < 0)
            return -1;
        if (b->ix->place)
            place_map_row(b->ix, r, b->slot + at, (uint32_t)n);
    }
    return 0;
}

static void building_fini(struct building *b)
{
    mem_unmap(b->first, (b->ix->n_rows + 1ul) * sizeof *b->first);
    mem_unmap(b->next, (b->ix->n_rows + 1ul) * SLICES * sizeof *b->next);
    mem_unmap(b->slot, (b->n + 1) * sizeof *b->slot);
    mem_unmap(b->weight, b->n + 1);
}

int build_rows(struct jm_index *ix, const struct load_order *in, unsigned threads)
{
    struct building b = {.ix = ix, .in = in, .n = in->start[in->n_docs]};
    int rc = -1;
    b.first = mem_map((ix->n_rows + 1ul) * sizeof *b.first);
    b.next = mem_map((ix->n_rows + 1ul) * SLICES * sizeof *b.next);
    b.slot = mem_map((b.n + 1) * sizeof *b.slot);
    b.weight = mem_map(b.n + 1);
    if (b.first && b.next && b.slot && b.weight) {
        work_share(threads, SLICES, count_slice, &b);
        sum_up(&b);
        work_share(threads, SLICES, sort_slice, &b);
        rc = place_begin(ix) < 0 ? -1 : make_rows(&b);
    }
    building_fini(&b);
    return rc;
}

/* ---- records -------------------------------------------------------------------------------- */

static int write_records(void *arg, uint32_t slice, unsigned worker)
{
    struct building *b = arg;
    (void)worker;
    const struct load_order *in = b->in;
    uint32_t end = (slice + 1) * RECORD_SLICE;
    end = end < b->laid ? end : b->laid;
    for (uint32_t i = slice * RECORD_SLICE; i < end; i++) {
        const struct jm_index_doc *doc = &in->docs[in->perm[i]];
        ask_for_doc(in, i);
        record_write(record_at(b->ix, load_slot(i)), doc->doc,
                     in->entries + in->start[in->perm[i]], doc->n_terms, &doc->facets);
    }
    return 0;
}

int build_records(struct jm_index *ix, const struct load_order *in, unsigned threads)
{
    struct building b = {.ix = ix, .in = in};
    while (in->n_docs && ix->n_chunks <= load_slot(in->n_docs - 1) / CHUNK_SLOTS)
        if (index_grow(ix) < 0)
            return -1;
    for (; b.laid < in->n_docs; b.laid++) {
        uint32_t d = in->perm[b.laid];
        ask_for_doc(in, b.laid);
        struct record *r = record_new(ix, in->entries + in->start[d], in->docs[d].n_terms,
                                      &in->docs[d].facets);
        if (!r)
            break;
        index_fill(ix, load_slot(b.laid), r);
        place_take(ix, load_slot(b.laid));
    }
    work_share(threads, (b.laid + RECORD_SLICE - 1) / RECORD_SLICE, write_records, &b);
    return b.laid == in->n_docs ? 0 : -1;
}
