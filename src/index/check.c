/* check.c - the invariants of an index, in words and then in code; and its figures.
 *
 * A visible document's number maps to its slot and back. For every term of a document that is in
 * the rows (visible, in limbo or dead), the table of its row has the chunk, with the slot's bit
 * set and a maximum not below the weight, and so has the dense array; the row's max_weight is not
 * below it either. No bit is set that such a document does not account for. Counts agree. */
#include <string.h>

#include "index_int.h"

/* Is the slot in the rows? */
static bool slot_filled(const struct jm_index *ix, uint32_t s)
{
    const struct block *b = ix->blocks[s / BLOCK_SLOTS];
    return s >= CHUNK_SLOTS && !(b->free[s / CHUNK_SLOTS % BLOCK_CHUNKS] >> s % CHUNK_SLOTS & 1);
}

static int check_posting(const struct jm_index *ix, uint32_t s, uint32_t row_no, uint8_t weight,
                         struct jm_err *err)
{
    if (row_no >= ix->n_rows || weight == 0)
        return jm_err_set(err, JM_EINTERNAL, "slot %u: no row %u or weight 0", s, row_no);
    const struct row *row = row_at(ix, row_no);
    uint32_t chunk = s / CHUNK_SLOTS;
    uint32_t at = row->table ? table_find(row->table, chunk) : UINT32_MAX;
    if (at == UINT32_MAX)
        return jm_err_set(err, JM_EINTERNAL, "row %u does not know chunk %u", row_no, chunk);
    if (entry_max(row->table->entry[at]) < weight)
        return jm_err_set(err, JM_EINTERNAL, "row %u: the maximum of chunk %u is too low", row_no,
                          chunk);
    uint64_t e = row->table->entry[at];
    if (!(table_bits(row->table, e) >> s % CHUNK_SLOTS & 1))
        return jm_err_set(err, JM_EINTERNAL, "row %u does not know slot %u", row_no, s);
    const struct quilt *q = &row->table->quilts[(uint32_t)(e >> 32) & ~ENTRY_SET];
    if (e >> 63 && quilt_get(q, s % CHUNK_SLOTS) * row->table->unit < weight)
        return jm_err_set(err, JM_EINTERNAL, "row %u: slot %u weighs more", row_no, s);
    if (row->max_weight < weight)
        return jm_err_set(err, JM_EINTERNAL, "row %u: max_weight is too low", row_no);
    return 0;
}

static int check_slots(const struct jm_index *ix, uint64_t *postings, struct jm_err *err)
{
    uint64_t docs = 0, seen = 0, filled = 0;
    for (uint32_t s = 0; s < ix->n_blocks * BLOCK_SLOTS; s++) {
        if (slot_filled(ix, s) != (*slot_at(ix, s) != 0))
            return jm_err_set(err, JM_EINTERNAL, "slot %u: filled or free?", s);
        if (!slot_filled(ix, s))
            continue;
        const struct record *r = record_at(ix, s);
        filled++;
        for (uint32_t i = 0; i < record_n(r); i++)
            if (check_posting(ix, s, record_row(r, i), record_weight(r, i), err) < 0)
                return -1;
        *postings += record_n(r);
        if (!record_visible(r, ix->now))
            continue;
        docs++;
        seen += record_n(r);
        if (index_slot_of(ix, r->doc) != s)
            return jm_err_set(err, JM_EINTERNAL, "document %u is not mapped to slot %u",
                              r->doc, s);
    }
    if (docs != ix->stats.docs || seen != ix->stats.postings)
        return jm_err_set(err, JM_EINTERNAL, "%lu documents counted, %lu found",
                          (unsigned long)ix->stats.docs, (unsigned long)docs);
    if (filled != docs + ix->n_limbo + ix->n_dead)
        return jm_err_set(err, JM_EINTERNAL, "slots have been lost");
    return 0;
}

static int check_row(const struct jm_index *ix, uint32_t row_no, uint64_t *postings,
                     struct jm_err *err)
{
    const struct row *row = row_at(ix, row_no);
    const struct table *t = row->table;
    uint32_t live = 0, used = 0, docs = 0;
    for (uint32_t i = 0; t && i < t->cap; i++) {
        uint64_t e = t->entry[i];
        uint32_t chunk = entry_chunk(e), max = entry_max(e), slots = (uint32_t)(e >> 32);
        used += e != 0;
        live += max != 0;
        if (e && table_find(t, chunk) != i)
            return jm_err_set(err, JM_EINTERNAL, "row %u has chunk %u twice", row_no, chunk);
        if (max)
            docs += (uint32_t)__builtin_popcountll(table_bits(t, e));
        if (max && (slots & ENTRY_SET) && (slots & ~ENTRY_SET) >= t->quilts_used)
            return jm_err_set(err, JM_EINTERNAL, "row %u: no quilt", row_no);
        if (e && row->dense &&
            (chunk >= row->dense->cap || row->dense->max[chunk] != max))
            return jm_err_set(err, JM_EINTERNAL, "row %u: the dense array differs", row_no);
    }
    if (t && (t->live != live || t->used != used))
        return jm_err_set(err, JM_EINTERNAL, "row %u has miscounted its chunks", row_no);
    if (row->docs != docs || row_of_term(ix, row->term) != row_no)
        return jm_err_set(err, JM_EINTERNAL, "row %u has miscounted its documents", row_no);
    *postings += docs;
    return 0;
}

static int check_free(const struct jm_index *ix, struct jm_err *err)
{
    uint32_t total = 0;
    for (uint32_t b = 0; b < ix->n_blocks; b++) {
        uint32_t n = 0;
        for (uint32_t c = 0; c < BLOCK_CHUNKS; c++)
            n += (uint32_t)__builtin_popcountll(ix->blocks[b]->free[c]);
        if (n != ix->blocks[b]->n_free)
            return jm_err_set(err, JM_EINTERNAL, "block %u has miscounted its free slots", b);
        total += n;
    }
    return total == ix->n_free
               ? 0
               : jm_err_set(err, JM_EINTERNAL, "the index has miscounted its free slots");
}

int jm_index_check(const struct jm_index *ix, struct jm_err *err)
{
    uint64_t by_slot = 0, by_row = 0;
    if (check_slots(ix, &by_slot, err) < 0 || check_free(ix, err) < 0)
        return -1;
    for (uint32_t r = 0; r < ix->n_rows; r++)
        if (check_row(ix, r, &by_row, err) < 0)
            return -1;
    if (by_slot != by_row)
        return jm_err_set(err, JM_EINTERNAL, "the rows have bits no document accounts for");
    return 0;
}

static void add_row_stats(const struct row *row, struct jm_index_stats *out)
{
    if (row->table)
        out->bytes_bounds += row->table->bytes;
    if (row->dense)
        out->bytes_bounds += row->dense->bytes;
    out->rows_dense += row->dense != NULL;
    out->rows_sparse += row->table && !row->dense;
}

void jm_index_stats(const struct jm_index *ix, struct jm_index_stats *out)
{
    *out = ix->stats;
    out->terms = ix->n_rows;
    out->chunks = ix->n_chunks;
    out->stale = ix->n_dead + ix->n_limbo;
    out->bytes = ix->mem.bytes + sizeof *ix;
    for (uint32_t r = 0; r < ix->n_rows; r++)
        add_row_stats(row_at(ix, r), out);
    for (size_t i = 0; i < JM_INDEX_DOC_MAX / DOCS_PAGE; i++)
        out->bytes_maps += ix->doc_pages[i] ? DOCS_PAGE * sizeof(uint32_t) : 0;
    out->bytes_maps += ix->terms ? ix->terms->bytes : 0;
    out->bytes_documents =
        ix->mem.bytes - out->bytes_bounds - out->bytes_facets - out->bytes_maps;
}
