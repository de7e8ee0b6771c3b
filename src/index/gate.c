/* gate.c - rows of places: which slots a filter by place lets through.
 *
 * Every document is in one more row, that of its place, built and changed as the rows of terms
 * are; places share 65,536 rows by a hash, and the unknown place has its own. A search whose
 * filter names places that few documents have starts from these rows: chunks without such a slot
 * are out, and in the others only such slots are scored (search.c), unless scoring a slot by its
 * record takes long: those of whole texts are in bits. Like all rows these may claim
 * too much, never too little; the record's facets decide. */
#include "search.h"

/* A filter is narrow or wide if fewer than one slot in so many passes. */
enum { NARROW = 16, WIDE = 2 };

static uint32_t term_of_place(uint32_t place)
{
    return JM_INDEX_TERM_MAX + 1u + (place ? 1u + (place * 0x9e3779b1u >> 16) : 0u);
}

uint32_t gate_row(struct jm_index *ix, uint32_t place)
{
    return row_make(ix, term_of_place(place));
}

uint32_t gate_row_of(const struct jm_index *ix, uint32_t place)
{
    return row_of_term(ix, term_of_place(place));
}

/* ---- search --------------------------------------------------------------------------------- */

static void gate_add(struct jm_index_reader *r, uint32_t row_no)
{
    if (row_no == UINT32_MAX)
        return;
    const struct row *row = row_at(r->index, row_no);
    const struct table *t = LOAD_ACQUIRE(&row->table);
    if (!t)
        return;
    r->gate_docs += LOAD_RELAXED(&row->docs);
    r->gate[r->n_gate++] = t;
}

enum gate gate_of(struct jm_index_reader *r)
{
    const struct jm_index_filter *f = r->query->filter;
    uint64_t slots = (uint64_t)r->n_chunks * CHUNK_SLOTS;
    r->n_gate = 0;
    r->gate_docs = 0;
    if (!f || f->n_places == 0 || f->place_free)
        return GATE_NONE;
    gate_add(r, gate_row_of(r->index, 0));
    for (uint32_t i = 0; i < f->n_places; i++)
        gate_add(r, gate_row_of(r->index, f->places[i]));
    return r->gate_docs < slots / NARROW ? LOAD_RELAXED(&r->index->texts) ? GATE_CLOSED : GATE_NARROW
           : r->gate_docs < slots / WIDE ? GATE_WIDE
                                         : GATE_NONE;
}
