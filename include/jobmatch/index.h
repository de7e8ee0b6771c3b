/* index.h - exact top-k over weighted terms, updated in place.
 *
 * One struct jm_index holds one kind of document (candidates, or jobs). A document is a number the
 * caller chose, a sorted list of weighted terms (skills, title features and hashed words share one
 * space of 2^24 ids) and one struct of facets. A query is a list of weighted terms; the points of
 * a document are the sum over shared terms of query weight x document weight. The answer is the k
 * best documents that pass the filter, exactly, ties by the smaller document number: the same
 * bytes whatever the thread, the history of the index or the CPU.
 *
 * Threads. One writer at a time calls put, del, load, improve and check (a lock of the caller's,
 * or one thread); every thread that searches owns a struct jm_index_reader. Readers take no lock
 * and never wait for the writer; a search sees the index as it was at one moment between its call
 * and its return, and every put that returned before the call. A reader inside a search delays
 * only the reuse of memory.
 *
 * This is a pure library: no I/O, no clock. How it works is told in docs/INDEX.md. */
#ifndef JM_INDEX_H
#define JM_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jm_err;
struct jm_index;
struct jm_index_reader;

enum {
    JM_INDEX_TERM_MAX = (1 << 24) - 1, /* largest term id */
    JM_INDEX_DOC_TERMS = 512,          /* terms in a document */
    JM_INDEX_QUERY_TERMS = 512,        /* terms in a query, after merging repeated ones */
    JM_INDEX_WEIGHT_SUM = 16843009,    /* sum of a query's weights: points then fit 32 bits */
    JM_INDEX_K_MAX = 10000,
    JM_INDEX_PLACES = 1024,            /* places in a filter */
    JM_INDEX_DOC_MAX = 1 << 27         /* document numbers are below this; keep them dense */
};

/* One term of a document in four bytes. Build it with jm_index_term(). */
struct jm_index_term {
    uint32_t term_weight; /* term << 8 | weight */
};

static inline struct jm_index_term jm_index_term(uint32_t term, uint8_t weight)
{
    return (struct jm_index_term){term << 8 | weight};
}
static inline uint32_t jm_index_term_id(struct jm_index_term t) { return t.term_weight >> 8; }
static inline uint8_t jm_index_term_weight(struct jm_index_term t)
{
    return (uint8_t)(t.term_weight & 255);
}

/* What a filter looks at. In every field except flags 0 means "unknown", and an unknown value
 * excludes nobody. What the numbers stand for is the caller's: the index compares them. */
struct jm_index_facets {
    uint64_t eligible;  /* set of countries, a bit each (hashed) */
    uint32_t tenant;
    uint32_t place;
    uint32_t pay;
    uint32_t languages; /* set */
    uint32_t flags;     /* set; no unknown */
    uint8_t workplace;  /* set: on site, hybrid, remote ... */
    uint8_t employment; /* set: permanent, contract ... */
    uint8_t years;      /* store years + 1 */
    uint8_t level;      /* store level + 1 */
};

/* Every clause is off when it is zero. A document passes if it passes every clause that is on;
 * a clause on a field the document does not know is passed. */
struct jm_index_filter {
    uint64_t eligible;      /* shares a bit */
    const uint32_t *places; /* the document's place is one of these; any order, none 0 */
    uint32_t n_places;      /* at most JM_INDEX_PLACES */
    uint8_t place_free;     /* ... or its workplace shares a bit with this */
    uint8_t workplace;      /* shares a bit */
    uint8_t employment;     /* shares a bit */
    uint8_t years_min, years_max;
    uint8_t level_min, level_max;
    uint32_t tenant;        /* equal */
    uint32_t pay_min, pay_max;
    uint32_t languages;     /* the document has all of these */
    uint32_t flags_all;     /* all of these are set */
    uint32_t flags_none;    /* none of these is set */
};

/* True if `f` lets `d` through; the definition the index is tested against. NULL passes all. */
bool jm_index_filter_passes(const struct jm_index_filter *f, const struct jm_index_facets *d);

struct jm_index_want {
    uint32_t term;
    uint16_t weight; /* 1..65535 */
};

struct jm_index_query {
    const struct jm_index_want *terms; /* any order; repeated terms add up */
    size_t n_terms;
    const struct jm_index_filter *filter; /* NULL: none */
    uint32_t k;     /* 1..JM_INDEX_K_MAX */
    uint32_t floor; /* least points of an answer, inclusive; 0 is 1: some term must be shared */
};

struct jm_index_hit {
    uint32_t doc, points;
};

/* One document for jm_index_load(). The terms are borrowed for the call. */
struct jm_index_doc {
    uint32_t doc;
    uint32_t n_terms;
    const struct jm_index_term *terms; /* strictly ascending by term, weight 1..255 */
    struct jm_index_facets facets;
};

struct jm_index_stats {
    uint64_t docs, postings, terms;
    uint64_t bytes;     /* all memory of the index, without the readers' own */
    uint64_t bytes_documents, bytes_bounds, bytes_facets, bytes_maps; /* its parts */
    uint64_t chunks;
    uint64_t rows_dense, rows_sparse; /* a row with lists counts as dense */
    uint64_t stale;     /* removed documents whose bounds improve() has not tightened yet */
};

/* An empty index. NULL: out of memory. */
struct jm_index *jm_index_new(struct jm_err *err) __attribute__((warn_unused_result));
/* No reader may be left. Accepts NULL. */
void jm_index_free(struct jm_index *ix);

/* Insert the document or replace it. `terms` strictly ascending, weights 1..255; copied. Writer.
 * On return the next search sees it. -1: JM_EINVAL, JM_ELIMIT or JM_ENOMEM, index unchanged. */
int jm_index_put(struct jm_index *ix, uint32_t doc, const struct jm_index_term *terms,
                 size_t n_terms, const struct jm_index_facets *facets, struct jm_err *err)
    __attribute__((warn_unused_result));
/* Writer. True if the document was there. */
bool jm_index_del(struct jm_index *ix, uint32_t doc);

/* Fill a new index; much faster than single puts, and similar documents are laid side by side
 * (what makes queries fast), on up to `threads` threads (0 or 1: the caller's alone). The result
 * does not depend on `threads`. Repeated document numbers are JM_EINVAL. Writer. After a failure
 * the index is empty again. */
int jm_index_load(struct jm_index *ix, const struct jm_index_doc *docs, size_t n_docs,
                  unsigned threads, struct jm_err *err) __attribute__((warn_unused_result));

/* Lay documents put lately among their like and into the rows, take removed ones out of the rows,
 * build scattered rows anew and move documents to their like, for about `budget` documents' worth
 * of work (some microseconds each); one call in some hundred plans the next moves, which takes
 * half a millisecond, or builds a row, which takes up to some. Never needed for correct answers,
 * but puts get ten times slower when 256 documents wait: the owner calls it when idle, and with a
 * small budget (8) after each put under steady load. Returns true if there is more to do. Writer. */
bool jm_index_improve(struct jm_index *ix, unsigned budget);

bool jm_index_has(const struct jm_index *ix, uint32_t doc); /* writer */
void jm_index_stats(const struct jm_index *ix, struct jm_index_stats *out); /* writer */
/* Walk everything and compare it with everything else. -1 and a text: an invariant is broken.
 * Takes seconds at a million documents. Writer. */
int jm_index_check(const struct jm_index *ix, struct jm_err *err)
    __attribute__((warn_unused_result));

/* A searching thread's scratch memory. Any thread may create and free them. NULL: no memory. */
struct jm_index_reader *jm_index_reader_new(struct jm_index *ix, struct jm_err *err)
    __attribute__((warn_unused_result));
void jm_index_reader_free(struct jm_index_reader *r); /* accepts NULL */

/* The best documents into `hits` (room for query->k), best first: more points, then the smaller
 * number. *n_hits is how many there are. -1: JM_EINVAL or JM_ELIMIT (the query), JM_ENOMEM. */
int jm_index_search(struct jm_index_reader *r, const struct jm_index_query *query,
                    struct jm_index_hit *hits, size_t *n_hits, struct jm_err *err)
    __attribute__((warn_unused_result));

/* The points of one document whatever the filter, k and floor: 1 and *points, 0 if there is no
 * such document, -1 as jm_index_search(). */
int jm_index_points(struct jm_index_reader *r, const struct jm_index_query *query, uint32_t doc,
                    uint32_t *points, struct jm_err *err) __attribute__((warn_unused_result));

/* The instruction set in use: "avx512", "avx2", "sse2" (baseline x86-64) or "portable".
 * jm_index_isa_force() picks one by name for tests and benchmarks, before any search runs; false:
 * this CPU or build does not have it. The answers do not depend on it. */
const char *jm_index_isa(void);
bool jm_index_isa_force(const char *name);

#endif
