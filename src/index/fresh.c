/* fresh.c - where a document lives right after its put.
 *
 * To lay a document among its like and into the rows of its terms takes a dozen cache misses and
 * as many stores as it has terms. The caller of a put does not wait for that: the record goes into
 * the next slot of the fresh block, a ring that no row knows, and searches look at all documents
 * there by themselves. improve(), or a put that finds many fresh ones, settles them in the order in
 * which they came.
 *
 * A search reads fresh_first, then its moment, then fresh_end: what settled before the first is
 * visible in its new slot at that moment, and what came before the last is in the ring. If it has
 * to wait for a core in between, the ring may have come round: fresh_from(). */
#include "index_int.h"

/* The block that will be the ring: the second or a later one, so that fresh_at is not 0. */
static int make_ring(struct jm_index *ix)
{
    if (ix->n_blocks == 0 && index_grow(ix) < 0)
        return -1;
    if (index_grow(ix) < 0)
        return -1;
    struct block *b = ix->blocks[ix->n_blocks - 1];
    for (uint32_t c = 0; c < BLOCK_CHUNKS; c++)
        b->free[c] = 0; /* nothing settles here */
    ix->n_free -= b->n_free;
    b->n_free = 0;
    STORE_RELEASE(&ix->fresh_at, (ix->n_blocks - 1) * BLOCK_SLOTS);
    return 0;
}

uint32_t fresh_room(struct jm_index *ix)
{
    if (!ix->fresh_at && make_ring(ix) < 0)
        return SLOT_NONE;
    uint32_t slot = fresh_slot(ix, ix->fresh_end);
    /* what lay there long ago may still be seen by a search that takes its time */
    return ix->fresh_end - ix->fresh_first < FRESH_MOST && !*slot_at(ix, slot) ? slot : SLOT_NONE;
}

bool fresh_settle(struct jm_index *ix)
{
    if (ix->fresh_first == ix->fresh_end)
        return false;
    uint32_t slot = fresh_slot(ix, ix->fresh_first);
    bool living = *slot_at(ix, slot) && !record_at(ix, slot)->died;
    if (living && index_move(ix, slot, CHUNK_ANY) < 0)
        return false;
    STORE_RELEASE(&ix->fresh_first, ix->fresh_first + 1);
    return true;
}
