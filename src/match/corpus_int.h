/* corpus_int.h - inside the corpus, for corpus.c, dump.c and rank.c. */
#ifndef JM_MATCH_CORPUS_INT_H
#define JM_MATCH_CORPUS_INT_H

#include <stdatomic.h>

#include "bound.h"
#include "jobmatch/corpus.h"
#include "jobmatch/epoch.h"
#include "jobmatch/index.h"
#include "jobmatch/map.h"
#include "table.h"

enum { CHUNK = 8192, CHUNKS = 8192 }; /* at most 67 million documents a kind */
/* Documents are filed in parts by their number, for questions that one search cannot answer. */
enum { CORPUS_PARTS = 16 };
static inline uint32_t jm_part_flag(uint32_t number)
{
    return 1u << (8 + number % CORPUS_PARTS);
}

struct entry { /* a published document; immutable */
    struct jm_doc *doc;
    uint32_t number; /* dense, within its kind; reused after a delete */
    uint32_t bytes;
    char external[];
};

struct chunk {
    _Atomic(struct entry *) at[CHUNK];
};

struct held { /* a document kept back from the index during a load */
    struct jm_index_term *terms; /* NULL: none under this number */
    uint32_t n;
    struct jm_index_facets facets;
};

struct side { /* all documents of one kind */
    struct held *held; /* by number; the writer's */
    size_t cap_held;
    struct jm_index *index;
    _Atomic(struct chunk *) chunks[CHUNKS];
    _Atomic uint32_t numbers; /* handed out so far */
    _Atomic size_t count;
    uint32_t *spare; /* the writer's: numbers to hand out again */
    size_t n_spare, cap_spare;
};

struct jm_corpus {
    const struct jm_matcher *m;
    struct jm_epoch *epoch;
    struct side sides[2];
    struct table by_id, by_name;
    struct jm_map64 erased; /* doc_id -> version of the delete */
    _Atomic size_t doc_bytes;
    struct bound_doc scratch; /* the writer's */
    bool loading;
};

struct jm_corpus_reader {
    struct jm_corpus *c;
    struct jm_epoch_reader *epoch;
    struct jm_index_reader *index[2];
    struct bound_query query;
    struct jm_index_hit *found; /* JM_INDEX_K_MAX */
};

/* load.c: file the scratch under a number, or take it out again; the index or what is held back. */
int jm_side_put(struct jm_corpus *c, struct side *s, uint32_t number, struct jm_err *err);
void jm_side_del(struct jm_corpus *c, struct side *s, uint32_t number);
void jm_side_drop_held(struct side *s);

/* The entry of a number; NULL: none now. Inside the epoch. */
static inline struct entry *jm_side_at(const struct side *s, uint32_t number)
{
    if (number / CHUNK >= CHUNKS)
        return NULL;
    struct chunk *c = atomic_load_explicit(&s->chunks[number / CHUNK], memory_order_acquire);
    return c ? atomic_load_explicit(&c->at[number % CHUNK], memory_order_acquire) : NULL;
}

#endif
