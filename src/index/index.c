/* index.c - the life of a document in the index: put, delete, and what is left to do afterwards.
 *
 * A put never changes a document in place. It writes the new form into a fresh slot and makes it
 * visible, and the old one invisible, by storing the next moment into ix->now. Later the document
 * settles in the same way: in a free slot among its like, which the rows have been told about. A
 * search reads `now` once and judges every slot by it, so it sees each document exactly once
 * whatever the writer does meanwhile. The old slot rests in limbo until the searches of its time
 * are over (epoch.h), is then taken out of the rows (unindex), and is free again. */
#include <string.h>

#include "index_int.h"

struct jm_index *jm_index_new(struct jm_err *err)
{
    struct jm_index *ix = mem_map(sizeof *ix);
    if (!ix) {
        jm_err_set(err, JM_ENOMEM, "no memory for an index");
        return NULL;
    }
    ix->now = 1;
    ix->n_chunks = 1;
    ix->epoch = jm_epoch_new();
    if (ix->epoch)
        return ix;
    mem_unmap(ix, sizeof *ix);
    jm_err_set(err, JM_ENOMEM, "no memory for an index");
    return NULL;
}

void jm_index_free(struct jm_index *ix)
{
    if (!ix)
        return;
    jm_epoch_free(ix->epoch);
    refine_fini(ix);
    mem_fini(&ix->mem);
    mem_unmap(ix, sizeof *ix);
}

int index_check_terms(const struct jm_index_term *terms, size_t n, struct jm_err *err)
{
    if (n > JM_INDEX_DOC_TERMS)
        return jm_err_set(err, JM_ELIMIT, "%zu terms in a document, at most %d are possible", n,
                          JM_INDEX_DOC_TERMS);
    for (size_t i = 0; i < n; i++) {
        if (jm_index_term_weight(terms[i]) == 0)
            return jm_err_set(err, JM_EINVAL, "term %u has weight 0",
                              jm_index_term_id(terms[i]));
        if (i && jm_index_term_id(terms[i]) <= jm_index_term_id(terms[i - 1]))
            return jm_err_set(err, JM_EINVAL, "terms are not ascending at %zu", i);
    }
    return 0;
}

/* ---- slots ---------------------------------------------------------------------------------- */

int index_grow(struct jm_index *ix)
{
    uint32_t b = ix->n_blocks;
    struct block *block = b < BLOCKS_MAX ? mem_alloc(&ix->mem, sizeof *block) : NULL;
    if (!block)
        return -1;
    memset(block, 0, sizeof *block);
    memset(block->free, 0xff, sizeof block->free);
    block->n_free = BLOCK_SLOTS;
    if (b == 0) {
        block->free[0] = 0; /* chunk 0 is the mark of a free table entry */
        block->n_free -= CHUNK_SLOTS;
    }
    ix->n_free += block->n_free;
    STORE_RELEASE(&ix->blocks[b], block);
    ix->n_blocks++;
    STORE_RELEASE(&ix->n_chunks, ix->n_blocks * BLOCK_CHUNKS);
    return 0;
}

uint32_t index_slot_of(const struct jm_index *ix, uint32_t doc)
{
    const uint32_t *page =
        doc < JM_INDEX_DOC_MAX ? LOAD_ACQUIRE(&ix->doc_pages[doc / DOCS_PAGE]) : NULL;
    return page ? LOAD_ACQUIRE(&page[doc % DOCS_PAGE]) : SLOT_NONE;
}

/* Room for the document's number in the map, so that setting it cannot fail. */
static int map_reach(struct jm_index *ix, uint32_t doc)
{
    if (ix->doc_pages[doc / DOCS_PAGE])
        return 0;
    uint32_t *page = mem_alloc(&ix->mem, DOCS_PAGE * sizeof *page);
    if (!page)
        return -1;
    memset(page, 0, DOCS_PAGE * sizeof *page);
    STORE_RELEASE(&ix->doc_pages[doc / DOCS_PAGE], page);
    return 0;
}

int index_map_doc(struct jm_index *ix, uint32_t doc, uint32_t slot)
{
    if (map_reach(ix, doc) < 0)
        return -1;
    STORE_RELEASE(&ix->doc_pages[doc / DOCS_PAGE][doc % DOCS_PAGE], slot);
    return 0;
}

void index_fill(struct jm_index *ix, uint32_t slot, const struct record *r)
{
    STORE_RELEASE(slot_at(ix, slot), mem_handle(&ix->mem, r) + 1);
}

/* ---- leaving -------------------------------------------------------------------------------- */

/* No search can see the slot any more: its place in the rows may be taken back. */
static void slot_is_dead(void *arg_slot, void *arg)
{
    struct jm_index *ix = arg;
    uint32_t slot = (uint32_t)(uintptr_t)arg_slot;
    if (ix->n_dead)
        record_at(ix, ix->dead_last)->doc = slot;
    else
        ix->dead_first = slot;
    ix->dead_last = slot;
    ix->n_dead++;
    ix->n_limbo--;
}

/* Let the slot die at `moment`, which is not yet now. */
static void slot_kill(struct jm_index *ix, uint32_t slot, uint32_t moment)
{
    struct record *r = record_at(ix, slot);
    STORE_RELEASE(&r->died, moment);
    ix->stats.docs--;
    ix->stats.postings -= record_n(r);
    index_note_texts(ix);
    ix->n_limbo++;
}

static void release_record(void *record, void *arg)
{
    record_free(arg, record);
}

/* The record goes later: a search that found the slot in a row a moment ago may be about to see
 * that its document is dead. */
void index_drop(struct jm_index *ix, uint32_t slot, bool in_rows)
{
    struct record *r = record_at(ix, slot);
    uint32_t entries[JM_INDEX_DOC_TERMS + 1], n = in_rows ? record_entries(r, entries) : 0;
    STORE_RELAXED(slot_at(ix, slot), 0);
    if (in_rows)
        entries[n++] = entry(gate_row_of(ix, record_facets(r).place), 1);
    row_ask_for(ix, entries, n, slot);
    for (uint32_t i = 0; i < n; i++)
        row_remove(ix, entry_row(entries[i]), slot);
    jm_epoch_retire(ix->epoch, r, release_record, ix);
    if (!slot_fresh(ix, slot))
        place_give(ix, slot);
}

static void unindex_one(struct jm_index *ix)
{
    uint32_t slot = ix->dead_first;
    ix->dead_first = record_at(ix, slot)->doc;
    ix->n_dead--;
    if (ix->n_dead)
        __builtin_prefetch(record_at(ix, ix->dead_first));
    index_drop(ix, slot, !slot_fresh(ix, slot));
}

bool jm_index_improve(struct jm_index *ix, unsigned budget)
{
    jm_epoch_reclaim(ix->epoch);
    for (; budget > 0 && fresh_settle(ix); budget--)
        continue;
    while (budget > 0 && ix->n_dead > 0) {
        budget -= !slot_fresh(ix, ix->dead_first); /* these are in no row */
        unindex_one(ix);
    }
    if (budget > 0 && ix->worn_first)
        row_renew(ix, budget);
    if (budget > 0 && refine_pending(ix))
        refine_some(ix, budget);
    return ix->n_dead > 0 || ix->fresh_first != ix->fresh_end || ix->worn_first ||
           refine_pending(ix);
}

/* What a put or delete owes: without it a caller who never improves would run out of slots. */
static void pay_debt(struct jm_index *ix)
{
    bool crowded = ix->fresh_end - ix->fresh_first >= FRESH_MOST;
    if ((ix->now & 15) == 0 && (crowded || ix->n_limbo > FRESH_MOST))
        jm_epoch_reclaim(ix->epoch);
    if (ix->n_dead > 64 + ix->stats.docs / 64)
        unindex_one(ix);
    if (crowded)
        (void)fresh_settle(ix);
}

/* Every moment before this one is over; what was set up for it is seen by the next search. */
static uint32_t next_moment(const struct jm_index *ix)
{
    return ix->now + 1 ? ix->now + 1 : 1;
}

/* Moments are compared modulo 2^32. Long before a slot is old enough to look young again, all
 * that were born too long ago get a later birthday; nobody can tell the difference. */
static void publish(struct jm_index *ix, uint32_t moment)
{
    STORE_RELEASE(&ix->now, moment);
    if (moment & ((1u << 29) - 1))
        return;
    for (uint32_t s = CHUNK_SLOTS; s < ix->n_blocks * BLOCK_SLOTS; s++) {
        struct record *r = *slot_at(ix, s) ? record_at(ix, s) : NULL;
        if (r && r->born && moment - r->born > 1u << 30)
            STORE_RELAXED(&r->born, moment - (1u << 30) ? moment - (1u << 30) : 1);
    }
}

bool jm_index_del(struct jm_index *ix, uint32_t doc)
{
    uint32_t slot = index_slot_of(ix, doc);
    if (slot == SLOT_NONE)
        return false;
    uint32_t moment = next_moment(ix);
    slot_kill(ix, slot, moment);
    STORE_RELEASE(&ix->doc_pages[doc / DOCS_PAGE][doc % DOCS_PAGE], SLOT_NONE);
    publish(ix, moment);
    jm_epoch_retire(ix->epoch, (void *)(uintptr_t)slot, slot_is_dead, ix);
    pay_debt(ix);
    return true;
}

/* ---- arriving ------------------------------------------------------------------------------- */

static uint32_t free_slot(struct jm_index *ix, const uint32_t *entries, size_t n)
{
    if (ix->n_free == 0 && ix->n_dead == 0 && ix->n_limbo)
        jm_epoch_reclaim(ix->epoch);
    while (ix->n_free == 0 && ix->n_dead)
        unindex_one(ix);
    if (ix->n_free == 0 && index_grow(ix) < 0)
        return SLOT_NONE;
    return place_choose(ix, entries, n);
}

void index_arrive(struct jm_index *ix, uint32_t slot, struct record *record)
{
    uint32_t moment = next_moment(ix), doc = record->doc, old = index_slot_of(ix, doc);
    index_fill(ix, slot, record);
    STORE_RELEASE(&record->born, moment);
    if (slot_fresh(ix, slot))
        STORE_RELEASE(&ix->fresh_end, ix->fresh_end + 1);
    if (old != SLOT_NONE)
        slot_kill(ix, old, moment);
    STORE_RELEASE(&ix->doc_pages[doc / DOCS_PAGE][doc % DOCS_PAGE], slot);
    publish(ix, moment);
    ix->stats.docs++;
    ix->stats.postings += record_n(record);
    index_note_texts(ix);
    if (old != SLOT_NONE)
        jm_epoch_retire(ix->epoch, (void *)(uintptr_t)old, slot_is_dead, ix);
}

/* Make sure that the slot can be added to these rows. */
static int prepare_rows(struct jm_index *ix, const uint32_t *entries, uint32_t n, uint32_t slot)
{
    row_ask_for(ix, entries, n, slot);
    for (uint32_t i = 0; i < n; i++)
        if (row_prepare(ix, entry_row(entries[i]), slot, entry_weight(entries[i])) < 0)
            return -1;
    return 0;
}

int index_settle(struct jm_index *ix, struct record *r, uint32_t chunk)
{
    uint32_t entries[JM_INDEX_DOC_TERMS + 1], n = record_entries(r, entries), slot;
    uint32_t place = gate_row(ix, record_facets(r).place);
    if (place == UINT32_MAX)
        return -1;
    entries[n++] = entry(place, 1);
    if (chunk == CHUNK_ANY) {
        if ((slot = free_slot(ix, entries, n)) == SLOT_NONE)
            return -1;
    } else {
        uint64_t free = ix->blocks[chunk / BLOCK_CHUNKS]->free[chunk % BLOCK_CHUNKS];
        slot = chunk * CHUNK_SLOTS + (uint32_t)__builtin_ctzll(free);
    }
    if (prepare_rows(ix, entries, n, slot) < 0)
        return -1;
    place_take(ix, slot);
    for (uint32_t i = 0; i < n; i++)
        row_add(ix, entry_row(entries[i]), slot, entry_weight(entries[i]));
    index_arrive(ix, slot, r);
    if (chunk == CHUNK_ANY)
        refine_note(ix, slot / CHUNK_SLOTS);
    return 0;
}

/* All that a put needs before it can write: room in the map, rows, a record. */
static struct record *new_form(struct jm_index *ix, uint32_t doc,
                               const struct jm_index_term *terms, size_t n,
                               const struct jm_index_facets *facets)
{
    uint32_t entries[JM_INDEX_DOC_TERMS];
    if (map_reach(ix, doc) < 0)
        return NULL;
    uint32_t old = index_slot_of(ix, doc);
    if (old != SLOT_NONE)
        __builtin_prefetch(slot_at(ix, old));
    for (size_t i = 0; i < n; i++)
        row_ask_for_term(ix, jm_index_term_id(terms[i]));
    if (old != SLOT_NONE)
        __builtin_prefetch(record_at(ix, old), 1);
    for (size_t i = 0; i < n; i++) {
        uint32_t row = row_make(ix, jm_index_term_id(terms[i]));
        if (row == UINT32_MAX)
            return NULL;
        entries[i] = entry(row, jm_index_term_weight(terms[i]));
    }
    sort_numbers(entries, n);
    struct record *r = record_new(ix, entries, n, facets);
    if (r)
        record_write(r, doc, entries, n, facets);
    return r;
}

int jm_index_put(struct jm_index *ix, uint32_t doc, const struct jm_index_term *terms,
                 size_t n_terms, const struct jm_index_facets *facets, struct jm_err *err)
{
    if (doc >= JM_INDEX_DOC_MAX)
        return jm_err_set(err, JM_ELIMIT, "document number %u is too large", doc);
    if (index_check_terms(terms, n_terms, err) < 0)
        return -1;
    struct record *r = new_form(ix, doc, terms, n_terms, facets);
    if (!r)
        return jm_err_set(err, JM_ENOMEM, "no memory for document %u", doc);
    uint32_t slot = fresh_room(ix);
    if (slot != SLOT_NONE) {
        index_arrive(ix, slot, r);
    } else if (index_settle(ix, r, SLOT_NONE) < 0) {
        record_free(ix, r);
        return jm_err_set(err, JM_ENOMEM, "no memory for document %u", doc);
    }
    pay_debt(ix);
    return 0;
}

int index_move(struct jm_index *ix, uint32_t slot, uint32_t chunk)
{
    struct record *copy = record_copy(ix, record_at(ix, slot));
    if (!copy)
        return -1;
    if (index_settle(ix, copy, chunk) == 0)
        return 0;
    record_free(ix, copy);
    return -1;
}

bool jm_index_has(const struct jm_index *ix, uint32_t doc)
{
    return index_slot_of(ix, doc) != SLOT_NONE;
}
