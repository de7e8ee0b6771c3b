/* bound.h - what a document puts into the index, what a query asks of it, and the promise between.
 *
 * The promise: for every pair, (points of the index + base) is at least the exact list score, on a
 * scale where BOUND_FULL is 1000. Hence no document with fewer points than bound_points(s) can
 * reach the list score s, and ranking may stop there. Why it holds:
 *
 *  - F is sum(w s) / sum(w) over the components both speak about. Leaving one out never gives more
 *    than counting it as perfect, so what a document lacks counts as 1 ("lack" terms), and the sum
 *    runs over everything the job asks.
 *  - The best of several credits is at most their sum; the geometric mean of the guard is at most
 *    the arithmetic one; best, latest and mean title are at most the maximum.
 *  - F^p W^(1-p) <= p F + (1-p) W.
 *  - Values are rounded down, weights here are rounded up; caps and vetoes only take away.
 *
 * Components that the index does not see (words, pay, contract ...) count as 1. Words are left out
 * on purpose: they would be three quarters of all postings and buy little, for ranking looks at
 * them last (jm_scorer_above). */
#ifndef JM_MATCH_BOUND_H
#define JM_MATCH_BOUND_H

#include "jobmatch/index.h"
#include "matcher.h"

enum { QUERY_FULL = 65535, DOC_FULL = 255, BOUND_FULL = QUERY_FULL * DOC_FULL,
       DOC_DRAFTS = 2048, QUERY_DRAFTS = 8192 };

struct bound_doc {
    struct jm_index_term terms[JM_INDEX_DOC_TERMS];
    size_t n;
    struct jm_index_facets facets;
    /* scratch */
    uint32_t draft[DOC_DRAFTS]; /* as jm_index_term */
    size_t n_draft;
};

struct bound_want {
    uint64_t key; /* while gathering: of a skill or feature; then the term */
    uint32_t weight;
};

struct bound_query {
    struct jm_index_want terms[JM_INDEX_QUERY_TERMS];
    size_t n;
    struct jm_index_filter filter;
    uint64_t base; /* points that every document may have unseen */
    bool usable;   /* false: too many terms, or nothing to ask: score everything */
    /* scratch */
    struct bound_want draft[QUERY_DRAFTS];
    size_t n_draft;
};

void jm_bound_doc(const struct jm_matcher *m, const struct jm_doc *d, struct bound_doc *out);
/* `vetoes`: leave out by filter what the vetoes would take away anyhow. */
void jm_bound_query(const struct jm_matcher *m, const struct jm_doc *q, int64_t as_of_s,
                    bool vetoes, struct bound_query *out);
/* The most a document with so many points may score; the least points for a score. */
unsigned jm_bound_list(const struct bound_query *q, uint32_t points);
uint32_t jm_bound_points(const struct bound_query *q, unsigned list);

#endif
