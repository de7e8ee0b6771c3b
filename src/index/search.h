/* search.h - a searching thread's memory and the steps of a search; private to src/index. */
#ifndef JM_INDEX_SEARCH_H
#define JM_INDEX_SEARCH_H

#include "kernels.h"

/* One term of the query, as this search found it. */
struct query_term {
    uint32_t term, weight, row;
    uint32_t units; /* the largest weight of the row that this search can meet, in units */
    uint32_t raised; /* the table's, before bounds were added up */
    const struct table *table;
    uint16_t worth[16]; /* by weight in units: what it adds to a bound */
};

struct candidate {
    uint32_t slot;
    uint32_t record; /* a handle */
    uint16_t bound;     /* or points */
};

enum { CANDIDATES = 128, STAGES = 3 };

/* What a filter by place does for a search: nothing (no such filter, or too many documents pass);
 * the slots it lets through are found by batch; or there are so few that chunks without any are
 * left out; and then, unless the documents are texts, only these are scored. gate.c */
enum gate { GATE_NONE, GATE_WIDE, GATE_CLOSED, GATE_NARROW };

struct jm_index_reader {
    struct jm_index *index;
    struct jm_epoch_reader *epoch;
    const struct kernels *k;
    /* the query */
    const struct jm_index_query *query;
    struct query_term terms[JM_INDEX_QUERY_TERMS];
    uint32_t n_terms;   /* merged */
    uint32_t n_present; /* of them in the index; these come first, the heaviest first */
    uint32_t stage[STAGES]; /* after so many of them chunks may be dropped */
    uint64_t scale;     /* bound = points * scale / 2^32, rounded down */
    bool exact;         /* no weight or sum had to be rounded, */
    bool sums_are_points; /* and it is slots that are summed up: no need to ask the record */
    uint32_t moment, n_chunks;
    uint32_t fresh_first, fresh_end; /* the documents that are looked at one by one */
    uint32_t fresh_rows[JM_INDEX_QUERY_TERMS], n_fresh; /* of terms that only these have */
    /* the answer so far: a heap with its worst on top */
    struct jm_index_hit *hits;
    uint32_t n_hits;
    uint32_t least; /* points an answer needs at least */
    /* scratch */
    uint16_t *bounds;   /* by chunk */
    uint16_t *rest[STAGES]; /* by chunk: the bounds of the terms from stage[i] on alone */
    uint32_t cap_chunks;
    uint32_t *weight_of; /* by row: the query's weight */
    uint32_t cap_rows;
    uint32_t *chunks; /* those to look into; has room for all */
    struct dense_row dense[JM_INDEX_QUERY_TERMS];
    uint32_t n_dense;
    uint32_t *lanes_found; /* BATCH * 64 */
    const struct table *gate[JM_INDEX_PLACES + 1]; /* rows of places */
    uint32_t n_gate;
    enum gate gated;
    uint64_t gate_docs; /* about how many documents are in them */
    struct batch batch;
    struct visit visits[2];
    struct candidate candidates[CANDIDATES];
    uint32_t n_candidates;
};

/* Decides, and finds the rows. */
enum gate gate_of(struct jm_index_reader *r);

/* The query's own half: check, merge, look the terms up. 0, or -1 with err. query.c */
int query_prepare(struct jm_index_reader *r, const struct jm_index_query *query,
                  struct jm_err *err);
void query_forget(struct jm_index_reader *r); /* undo what prepare wrote into weight_of */
/* Of a document that is visible: its rows existed when weight_of was made; or of any. */
uint32_t query_points(const struct jm_index_reader *r, const struct record *rec);
uint32_t query_points_of_any(const struct jm_index_reader *r, const struct record *rec);

#endif
