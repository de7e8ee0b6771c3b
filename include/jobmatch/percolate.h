/* percolate.h - the index turned round: which standing wishes does this document meet?
 *
 * A wish (a saved search, an alert profile) is kept; a document arrives; the answer is every wish
 * it meets, exactly. A wish asks for all of its must-terms, for at least one of its any-terms
 * (if it has some), for its filter, and, if it has a minimum, for enough points over its
 * weighted terms. Terms and facets are those of index.h.
 *
 * Threads. One writer at a time calls add, remove, hint, check and stats. Every matching thread
 * owns a struct jm_percolate_reader. Matches take no lock and never wait for the writer; a match
 * sees the wishes as they were at one moment between its call and its return: every wish whose
 * add returned before the call, none whose remove did, and no wish twice.
 *
 * How it works is told in src/index/percolate_int.h, what was measured in docs/INDEX.md. Fast are
 * wishes with up to three must-terms, six any-terms, one place, a least pay of at most four digits
 * before its zeros, workplace and employment; what else a wish asks for costs a look at its
 * copy when all of that has passed. */
#ifndef JM_PERCOLATE_H
#define JM_PERCOLATE_H

#include "jobmatch/index.h"

struct jm_percolate;
struct jm_percolate_reader;

enum {
    JM_WISH_MUST = 32, /* must-terms in a wish */
    JM_WISH_ANY = 256,
    JM_WISH_TERMS = 512 /* weighted terms */
};

/* Everything is copied by jm_percolate_add(). */
struct jm_wish {
    const uint32_t *must; /* every one of these; any order */
    const uint32_t *any;  /* and one of these, if there are any */
    const struct jm_index_want *terms; /* and these bring `floor` points; each term once */
    const struct jm_index_filter *filter; /* and this lets the document through; NULL: none */
    uint32_t n_must, n_any, n_terms;
    uint32_t floor; /* inclusive; 0: no minimum */
};

struct jm_percolate_stats {
    uint64_t wishes, bytes;
    uint64_t unfiled; /* wishes without any terms: looked at for every document */
};

struct jm_percolate *jm_percolate_new(struct jm_err *err) __attribute__((warn_unused_result));
void jm_percolate_free(struct jm_percolate *p); /* no reader may be left; accepts NULL */

/* Add the wish or replace it. `id` is the caller's, dense and below JM_INDEX_DOC_MAX. Writer.
 * -1: JM_ELIMIT, JM_EINVAL or JM_ENOMEM; a wish of that id that was there stays. */
int jm_percolate_add(struct jm_percolate *p, uint32_t id, const struct jm_wish *wish,
                     struct jm_err *err) __attribute__((warn_unused_result));
bool jm_percolate_remove(struct jm_percolate *p, uint32_t id); /* true if it was there. Writer */

/* How common the terms are among the documents to come (count[i] documents have term[i]): a wish
 * is filed under its rarest must-term. Without it, counted is how often wishes have asked for the
 * term. Affects speed alone, and only wishes added later. Writer. */
int jm_percolate_hint(struct jm_percolate *p, const uint32_t *term, const uint32_t *count,
                      size_t n, struct jm_err *err) __attribute__((warn_unused_result));

struct jm_percolate_reader *jm_percolate_reader_new(struct jm_percolate *p, struct jm_err *err)
    __attribute__((warn_unused_result));
void jm_percolate_reader_free(struct jm_percolate_reader *r); /* accepts NULL */

/* All wishes the document meets, ascending. *ids belongs to the reader and is good until its next
 * match. `terms` as for jm_index_put(). -1: JM_EINVAL, JM_ELIMIT, JM_ENOMEM. */
int jm_percolate_match(struct jm_percolate_reader *r, const struct jm_index_term *terms,
                       size_t n_terms, const struct jm_index_facets *facets,
                       const uint32_t **ids, size_t *n_ids, struct jm_err *err)
    __attribute__((warn_unused_result));

void jm_percolate_stats(const struct jm_percolate *p, struct jm_percolate_stats *out); /* writer */
int jm_percolate_check(const struct jm_percolate *p, struct jm_err *err)
    __attribute__((warn_unused_result)); /* writer; as jm_index_check() */

#endif
