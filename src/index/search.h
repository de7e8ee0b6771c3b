/* search.h - a searching thread's memory and the steps of a search; private to src/index. */
#ifndef JM_INDEX_SEARCH_H
#define JM_INDEX_SEARCH_H

#include "kernels.h"

/* One term of the query, as this search found it. */
struct query_term {
    uint32_t term, weight, row;
    const struct table *table;
    const struct dense *dense; /* NULL: none */
    struct lift lift;
};

struct candidate {
    uint32_t slot;
    uint32_t record; /* a handle */
    uint16_t bound;
};

enum { CANDIDATES = 128 };

struct jm_index_reader {
    struct jm_index *index;
    struct jm_epoch_reader *epoch;
    const struct kernels *k;
    /* the query */
    const struct jm_index_query *query;
    struct query_term terms[JM_INDEX_QUERY_TERMS];
    uint32_t n_terms;   /* merged */
    uint32_t n_present; /* of them in the index; these come first */
    uint64_t scale;     /* bound = points * scale / 2^32, rounded down */
    uint32_t moment, n_chunks;
    /* the answer so far: a heap with its worst on top */
    struct jm_index_hit *hits;
    uint32_t n_hits;
    uint32_t least; /* points an answer needs at least */
    /* scratch */
    uint16_t *bounds;   /* by chunk */
    uint16_t *place_of; /* by chunk; all 0 between batches */
    uint32_t cap_chunks;
    uint32_t *weight_of; /* by row: the query's weight */
    uint32_t cap_rows;
    uint16_t *lanes; /* BATCH * 64 */
    uint32_t *chunks; /* those to look into; has room for all */
    struct batch batch;
    struct candidate candidates[CANDIDATES];
    uint32_t n_candidates;
};

/* The query's own half: check, merge, look the terms up. 0, or -1 with err. query.c */
int query_prepare(struct jm_index_reader *r, const struct jm_index_query *query,
                  struct jm_err *err);
void query_forget(struct jm_index_reader *r); /* undo what prepare wrote into weight_of */
uint32_t query_points(const struct jm_index_reader *r, const struct record *rec);

#endif
