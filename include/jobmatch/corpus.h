/* corpus.h - every posting and every profile in memory, and the exact best k of them.
 *
 * One writer thread applies the change feed; worker threads read. Documents are immutable: an
 * update publishes a new one and retires the old by epoch, so a reader inside enter/leave keeps
 * what it has found. There is one inverted index per kind; it holds, for every document, terms
 * whose sum is an upper bound of the exact score, which is what makes ranking cheap and exact.
 *
 * Ranking beside a running writer sees each document before or after an update, never half; the
 * list is exact for a corpus that stands still.
 *
 * The weights are part of what is indexed: another configuration means another corpus. */
#ifndef JM_CORPUS_H
#define JM_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"
#include "jobmatch/match.h"
#include "jobmatch/model.h"

struct jm_corpus;
struct jm_corpus_reader; /* one a thread */

/* Borrows the matcher for its life. NULL: out of memory. */
struct jm_corpus *jm_corpus_new(const struct jm_matcher *m, struct jm_err *err);
/* No reader may be registered any more. Accepts NULL. */
void jm_corpus_free(struct jm_corpus *c);

/* --- the writer (one thread) ---------------------------------------------------------------- */

struct jm_change {
    enum jm_kind kind;
    bool deleted;            /* erased: the rest but doc_id and version is ignored */
    uint32_t tenant;
    uint64_t doc_id;         /* the store's, unique over both kinds; never 0 */
    int64_t version;         /* the store's: never goes back for a doc_id */
    const char *external;    /* "source/external id" */
    const void *compact;     /* jm_doc_encode()'s bytes */
    size_t compact_bytes;
};

enum jm_applied {
    JM_APPLY_FAILED = -1,    /* corrupt bytes (JM_EINVAL) or memory; the corpus is unchanged */
    JM_APPLY_DONE = 0,
    JM_APPLY_STALE = 1       /* this version, read by this dictionary, or a newer one is there, or
                              * was deleted */
};
enum jm_applied jm_corpus_apply(struct jm_corpus *c, const struct jm_change *ch,
                                struct jm_err *err);
/* Filling an empty corpus: between begin and end, apply() keeps documents back from the index;
 * end() indexes all of them at once on `threads` threads, several times faster than one by one and with
 * faster lists afterwards. Look-ups work meanwhile, rankings find nothing yet. begin on a corpus
 * that is not empty: -1 JM_EINVAL. end -1: JM_ENOMEM, the corpus must be freed. */
int jm_corpus_load_begin(struct jm_corpus *c, struct jm_err *err);
int jm_corpus_load_end(struct jm_corpus *c, unsigned threads, struct jm_err *err);
/* Free what no reader can see any more; call between batches. Returns objects still waiting. */
size_t jm_corpus_reclaim(struct jm_corpus *c);
/* One line a document, sorted by (tenant, kind, doc_id): "tenant kind doc_id version external
 * sha256-of-compact", then one line of index figures per kind that do not depend on the order of
 * arrival. Two corpora with the same content print the same bytes. -1: out of memory. */
int jm_corpus_dump(struct jm_corpus *c, struct jm_buf *out);
/* Walk every structure and compare document, index and look-up tables. */
int jm_corpus_check(struct jm_corpus *c, struct jm_err *err);
/* Bytes held by documents, tables and indexes. */
size_t jm_corpus_bytes(const struct jm_corpus *c);

/* --- readers -------------------------------------------------------------------------------- */

struct jm_corpus_reader *jm_corpus_register(struct jm_corpus *c); /* NULL: out of memory */
void jm_corpus_unregister(struct jm_corpus_reader *r);            /* accepts NULL */
/* Documents returned below are valid between enter and leave. May nest. */
void jm_corpus_enter(struct jm_corpus_reader *r);
void jm_corpus_leave(struct jm_corpus_reader *r);

/* NULL: not there. Only between enter and leave. */
const struct jm_doc *jm_corpus_get(struct jm_corpus_reader *r, uint64_t doc_id);
const struct jm_doc *jm_corpus_find(struct jm_corpus_reader *r, uint32_t tenant, enum jm_kind kind,
                                    const char *external);
/* Documents of a kind, all tenants. Any thread. */
size_t jm_corpus_count(const struct jm_corpus *c, enum jm_kind kind);

/* --- rank ----------------------------------------------------------------------------------- */

enum { JM_RANK_MAX_K = 1000, JM_RANK_MAX_SKILLS = 8 };

/* What the asker wants to see; zeroed: everything. Unknown values pass no filter that is set. */
struct jm_filter {
    uint16_t country;        /* jm_code2(); a place of the document */
    uint8_t workplace, employment; /* masks: at least one bit in common */
    uint8_t years_min;       /* a person with at least so many years; a job asking no more: 0 off */
    uint8_t seniority_min, seniority_max;
    uint64_t skills[JM_RANK_MAX_SKILLS]; /* keys; the document has all of them */
    unsigned n_skills;
    int64_t open_at_s;       /* no job that expired by then: exact, where the score counts in days */
};

struct jm_rank_query {
    const struct jm_doc *doc; /* the asking job or person: in the corpus or not */
    unsigned k;              /* 1..JM_RANK_MAX_K */
    uint16_t list_floor;     /* least list score */
    uint8_t band_floor;      /* least enum jm_band; JM_BAND_NONE: all */
    bool keep_vetoed;        /* list vetoed pairs too (marked); for operators */
    struct jm_filter filter;
    const uint64_t *skip;    /* ascending doc_ids never to list: applied, dismissed, shown */
    size_t n_skip;
    bool has_after;          /* a page: only what sorts behind (after_key, after_id) */
    uint32_t after_key;
    uint64_t after_id;
    int64_t as_of_s;
};

struct jm_hit {
    uint64_t doc_id;
    int64_t version;
    const struct jm_doc *doc; /* valid until leave */
    struct jm_score score;
};

struct jm_rank_stats {
    uint32_t scored;         /* pairs scored exactly */
    uint32_t rounds;         /* times the pool grew */
    bool scanned_all;        /* the bound did not help */
    uint32_t vetoed;         /* among the scored */
};

/* The best `q->k` documents of the other kind in the query's tenant, best first: by band, list
 * score, smaller doc_id. `hits` holds q->k entries. Returns how many, or -1 (out of memory or
 * k out of range). Between enter and leave. `stats` may be NULL. */
int jm_rank(struct jm_corpus_reader *r, const struct jm_rank_query *q, struct jm_hit *hits,
            struct jm_rank_stats *stats, struct jm_err *err);
/* The same by scoring every document: for tests and for proving a list. */
int jm_rank_brute(struct jm_corpus_reader *r, const struct jm_rank_query *q, struct jm_hit *hits,
                  struct jm_rank_stats *stats, struct jm_err *err);
/* True if the document passes the filter; shared with the search. */
bool jm_filter_pass(const struct jm_filter *f, const struct jm_doc *doc);

#endif
