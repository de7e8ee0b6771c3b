/* bisect.h - putting documents that share terms next to each other; private to src/index. */
#ifndef JM_INDEX_BISECT_H
#define JM_INDEX_BISECT_H

#include "index_int.h"

/* One thread's memory for it. start[d]..start[d + 1] delimits the entries of document d, of which the
 * last is its place and counts more; both arrays are borrowed. NULL: out of memory. */
struct bisector *bisector_new(const uint64_t *start, const uint32_t *entries, uint32_t n_rows);
/* Let documents stay on the side they are on unless they gain this much, in 1024ths of a doubling
 * of one row's frequency. 0 at first. */
void bisector_set_stay(struct bisector *b, int32_t stay);
void bisector_free(struct bisector *b); /* accepts NULL */

/* Reorder the n documents of `perm`, which are number lo, lo + 1 ... of the whole order, so that
 * those between two multiples of `leaf` share terms, and so do such groups. Depends on the
 * arguments alone. -1: out of memory. */
int bisect_part(struct bisector *b, uint32_t *perm, uint32_t lo, uint32_t n, uint32_t leaf);
#endif
