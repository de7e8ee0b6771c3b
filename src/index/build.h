/* build.h - the rows and records of a load; private to src/index. */
#ifndef JM_INDEX_BUILD_H
#define JM_INDEX_BUILD_H

#include "index_int.h"

/* The documents of a load in their order: number i of the order is docs[perm[i]], whose entries
 * are entries[start[perm[i]]] .. entries[start[perm[i] + 1]]; the last of them is its place. */
struct load_order {
    const struct jm_index_doc *docs;
    uint32_t n_docs;
    const uint64_t *start;
    const uint32_t *entries, *perm;
};

/* Where number i is laid. */
static inline uint32_t load_slot(uint32_t i)
{
    return (1 + i / LOAD_FILL) * CHUNK_SLOTS + i % LOAD_FILL;
}

/* Give the rows, which are empty, other numbers, so that long records get short. `entries` are those
 * of `in`. -1: out of memory, nothing was done. renumber.c */
int renumber_rows(struct jm_index *ix, const struct load_order *in, uint32_t *entries,
                  unsigned threads);

/* Write the records, unborn, into their slots, then the rows of all of them. The helpers among the
 * threads do not allocate. -1: out of memory; what was made goes with the index. */
int build_records(struct jm_index *ix, const struct load_order *in, unsigned threads);
int build_rows(struct jm_index *ix, const struct load_order *in, unsigned threads);

#endif
