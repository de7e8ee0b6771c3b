/* check.c - the invariants of an index, in words and then in code; and its figures.
 *
 * A visible document's number maps to its slot and back. For every term of a document that is in
 * the rows (visible, in limbo or dead), the row has an item with the slot and its weight, in units,
 * rounded up, and the row of its place has one; the row's max_weight is not below it. No item is
 * there that such a document does not account for. Items are in the right segment, those of sparse
 * rows in order, and the maxima of dense rows and the lists of listed ones are what their items
 * say. Counts agree. */
#include <stdlib.h>
#include <string.h>

#include "index_int.h"

/* Is the slot in the rows? */
static bool slot_filled(const struct jm_index *ix, uint32_t s)
{
    const struct block *b = ix->blocks[s / BLOCK_SLOTS];
    if (slot_fresh(ix, s))
        return *slot_at(ix, s) != 0;
    return s >= CHUNK_SLOTS && !(b->free[s / CHUNK_SLOTS % BLOCK_CHUNKS] >> s % CHUNK_SLOTS & 1);
}

static uint32_t weight_in_row(const struct jm_index *ix, const struct table *t, uint32_t slot)
{
    const struct segment *s = table_segment(ix, t, slot / BLOCK_SLOTS >> t->shift);
    return s ? segment_weight(s, slot) : 0;
}

static int check_posting(const struct jm_index *ix, uint32_t s, uint32_t row_no, uint8_t weight,
                         struct jm_err *err)
{
    if (row_no >= ix->n_rows || weight == 0)
        return jm_err_set(err, JM_EINTERNAL, "slot %u: no row %u or weight 0", s, row_no);
    const struct row *row = row_at(ix, row_no);
    uint32_t units = row->table ? weight_in_row(ix, row->table, s) : 0;
    if (units == 0)
        return jm_err_set(err, JM_EINTERNAL, "row %u does not know slot %u", row_no, s);
    if (units * row->table->unit < weight || (row->table->unit == 1 && units != weight))
        return jm_err_set(err, JM_EINTERNAL, "row %u: slot %u weighs %u, not %u", row_no, s,
                          units, weight);
    if (row->max_weight < weight)
        return jm_err_set(err, JM_EINTERNAL, "row %u: max_weight is too low", row_no);
    return 0;
}

/* All of a record that is in the rows. */
static int check_postings(const struct jm_index *ix, uint32_t s, const struct record *r,
                          uint64_t *postings, struct jm_err *err)
{
    uint32_t entries[JM_INDEX_DOC_TERMS], n = record_entries(r, entries);
    for (uint32_t i = 0; i < n; i++)
        if (check_posting(ix, s, entry_row(entries[i]), entry_weight(entries[i]), err) < 0)
            return -1;
    *postings += n + 1;
    return check_posting(ix, s, gate_row_of(ix, record_facets(r).place), 1, err);
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
        if (!slot_fresh(ix, s) && check_postings(ix, s, r, postings, err) < 0)
            return -1;
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

/* What a list and `present` say of a chunk. */
static bool list_true(const struct jm_index *ix, const struct table *t, uint32_t block,
                      const struct segment *s, uint32_t chunk)
{
    const struct segment *list = table_list(ix, t, block / LIST_BLOCKS);
    bool present = t->present[block] >> chunk / STRIP_CHUNKS & 1;
    return segment_weight(list, block * BLOCK_CHUNKS + chunk) ==
               segment_max(s, chunk * CHUNK_SLOTS, CHUNK_SLOTS) &&
           segment_has_strip(s, chunk * CHUNK_SLOTS) == present;
}

static bool maxima_true(const struct jm_index *ix, const struct table *t, uint32_t block,
                        const struct segment *s, uint32_t chunk)
{
    uint32_t slot = chunk * CHUNK_SLOTS;
    if (t->lists)
        return list_true(ix, t, block, s, chunk);
    bool so = quilt_get(&t->maxima[block], chunk) == segment_max(s, slot, CHUNK_SLOTS);
    for (uint32_t q = 0; t->quarters && q < 4; q++)
        so &= quilt_get(&table_quarters(t, block)[q], chunk) ==
              segment_max(s, slot + q * QUARTER, QUARTER);
    return so;
}

/* Items behind all strips are only where a search looks for them. */
static bool late_known(const struct segment *s)
{
    bool so = true;
    for (uint32_t i = strips_end(s); segment_form(s) == FORM_STRIPS && i < s->n; i++)
        so &= segment_items(s)[i] == 0;
    return so;
}

/* A segment's postings, each once and where it belongs, and what the maxima say of its chunks. */
static int check_segment(const struct jm_index *ix, const struct table *t, uint32_t number,
                         const struct row *row, uint32_t *docs, struct jm_err *err)
{
    uint32_t *list = malloc((row->docs + 1ul) * sizeof *list);
    if (!list)
        return jm_err_set(err, JM_ENOMEM, "no memory to check a row");
    const struct segment *s = table_segment(ix, t, number);
    uint32_t n = segment_list(s, number, list, row->docs + 1);
    int rc = 0;
    for (uint32_t i = 0; i < n && rc == 0; i++)
        if (list[i] >> 16 >> t->shift != number || (i && list[i - 1] >> 4 >= list[i] >> 4))
            rc = jm_err_set(err, JM_EINTERNAL, "slot %u is not in order in segment %u",
                            list[i] >> 4, number);
    for (uint32_t c = 0; t->form == FORM_PLAIN && c < BLOCK_CHUNKS && rc == 0; c++)
        if (!maxima_true(ix, t, number, s, c))
            rc = jm_err_set(err, JM_EINTERNAL, "chunk %u of block %u: another maximum", c, number);
    if (rc == 0 && t->form == FORM_PACKED && !packed_true(s))
        rc = jm_err_set(err, JM_EINTERNAL, "segment %u has a quilt of another maximum", number);
    if (rc == 0 && !late_known(s))
        rc = jm_err_set(err, JM_EINTERNAL, "segment %u keeps a late item for itself", number);
    for (uint32_t i = 1; t->form == FORM_WIDE && i < s->n && rc == 0; i++)
        if (segment_wide(s)[i - 1] >> 4 >= segment_wide(s)[i] >> 4)
            rc = jm_err_set(err, JM_EINTERNAL, "graves of segment %u are out of order", number);
    free(list);
    *docs += n;
    return rc;
}

static int check_row(const struct jm_index *ix, uint32_t row_no, uint64_t *postings,
                     struct jm_err *err)
{
    const struct row *row = row_at(ix, row_no);
    const struct table *t = row->table;
    uint32_t docs = 0;
    for (uint32_t i = 0; t && i < t->n_segments; i++) {
        if (table_segment(ix, t, i) && check_segment(ix, t, i, row, &docs, err) < 0)
            return -1;
    }
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

void jm_index_stats(const struct jm_index *ix, struct jm_index_stats *out)
{
    *out = ix->stats;
    out->terms = 0;
    out->chunks = ix->n_chunks;
    out->stale = ix->n_dead + ix->n_limbo;
    out->bytes = ix->mem.bytes + sizeof *ix;
    for (uint32_t r = 0; r < ix->n_rows; r++) {
        const struct table *t = row_at(ix, r)->table;
        out->terms += row_at(ix, r)->term <= JM_INDEX_TERM_MAX;
        out->bytes_bounds += row_bytes(ix, row_at(ix, r));
        out->rows_dense += t && t->form != FORM_WIDE;
        out->rows_sparse += t && t->form == FORM_WIDE;
    }
    for (size_t i = 0; i < JM_INDEX_DOC_MAX / DOCS_PAGE; i++)
        out->bytes_maps += ix->doc_pages[i] ? DOCS_PAGE * sizeof(uint32_t) : 0;
    out->bytes_maps += ix->terms ? ix->terms->bytes : 0;
    out->bytes_documents =
        ix->mem.bytes - out->bytes_bounds - out->bytes_facets - out->bytes_maps;
}
