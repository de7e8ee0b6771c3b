/* load.c - filling an empty index at once.
 *
 * The documents are put in order (order.c) and laid into the chunks one after another, a few slots
 * of each left free. Tables are made in their final size: a first walk counts. */
#include <stdlib.h>
#include <string.h>

#include "index_int.h"

struct loading {
    const struct jm_index_doc *docs;
    uint32_t n_docs;
    uint32_t numbered, laid; /* how many have their number in the map, are in the rows */
    uint64_t *start; /* n_docs + 1 */
    uint32_t *rows;  /* of all terms */
    uint32_t *perm;
    /* by row: chunks, chunks that need a quilt, the chunk counted last and its count */
    struct census {
        uint32_t chunks, quilts, last, n;
    } *census;
};

static void loading_fini(struct loading *l)
{
    free(l->start);
    free(l->rows);
    free(l->perm);
    free(l->census);
}

static int check_docs(struct jm_index *ix, struct loading *l, struct jm_err *err)
{
    for (uint32_t i = 0; i < l->n_docs; i++) {
        uint32_t doc = l->docs[i].doc;
        if (doc >= JM_INDEX_DOC_MAX)
            return jm_err_set(err, JM_ELIMIT, "document number %u is too large", doc);
        if (index_check_terms(l->docs[i].terms, l->docs[i].n_terms, err) < 0)
            return -1;
        if (index_slot_of(ix, doc) != SLOT_NONE)
            return jm_err_set(err, JM_EINVAL, "document %u is there twice", doc);
        if (index_map_doc(ix, doc, UINT32_MAX) < 0)
            return jm_err_set(err, JM_ENOMEM, "no memory for document %u", doc);
        l->numbered++;
    }
    return 0;
}

static int find_rows(struct jm_index *ix, struct loading *l)
{
    uint64_t total = 0;
    l->start = malloc((l->n_docs + 1ul) * sizeof *l->start);
    l->perm = malloc((l->n_docs + 1ul) * sizeof *l->perm);
    if (!l->start || !l->perm)
        return -1;
    for (uint32_t i = 0; i < l->n_docs; i++) {
        l->start[i] = total;
        total += l->docs[i].n_terms;
    }
    l->start[l->n_docs] = total;
    if (!(l->rows = malloc((total + 1) * sizeof *l->rows)))
        return -1;
    uint32_t *out = l->rows;
    for (uint32_t i = 0; i < l->n_docs; i++)
        for (uint32_t j = 0; j < l->docs[i].n_terms; j++)
            if ((*out++ = row_make(ix, jm_index_term_id(l->docs[i].terms[j]))) == UINT32_MAX)
                return -1;
    l->census = calloc(ix->n_rows + 1ul, sizeof *l->census);
    return l->census ? 0 : -1;
}

/* The slot of the i-th document in the order. */
static uint32_t slot_for(uint32_t i)
{
    return (i / LOAD_FILL + 1) * CHUNK_SLOTS + i % LOAD_FILL;
}

static int make_tables(struct jm_index *ix, struct loading *l)
{
    for (uint32_t i = 0; i < l->n_docs; i++) {
        uint32_t chunk = slot_for(i) / CHUNK_SLOTS, d = l->perm[i];
        for (uint64_t x = l->start[d]; x < l->start[d + 1]; x++) {
            struct census *c = &l->census[l->rows[x]];
            if (c->last != chunk) {
                c->last = chunk;
                c->n = 0;
                c->chunks++;
            }
            c->quilts += ++c->n == ENTRY_INLINE + 1;
            uint8_t weight = jm_index_term_weight(l->docs[d].terms[x - l->start[d]]);
            struct row *row = row_at(ix, l->rows[x]);
            row->max_weight = weight > row->max_weight ? weight : row->max_weight;
        }
    }
    for (uint32_t r = 0; r < ix->n_rows; r++)
        if (row_reserve(ix, row_at(ix, r), l->census[r].chunks, l->census[r].quilts) < 0)
            return -1;
    return 0;
}

/* Records and rows; nothing is visible yet. */
static int lay_out(struct jm_index *ix, struct loading *l)
{
    while (l->n_docs && ix->n_chunks <= slot_for(l->n_docs - 1) / CHUNK_SLOTS)
        if (index_grow(ix) < 0)
            return -1;
    for (uint32_t i = 0; i < l->n_docs; i++) {
        uint32_t slot = slot_for(i), d = l->perm[i];
        const struct jm_index_doc *doc = &l->docs[d];
        const uint32_t *rows = l->rows + l->start[d];
        if (i + 8 < l->n_docs) {
            __builtin_prefetch(l->rows + l->start[l->perm[i + 8]]);
            __builtin_prefetch(l->docs[l->perm[i + 8]].terms);
        }
        struct record *record = index_record(ix, doc->doc, rows, doc->terms, doc->n_terms,
                                             &doc->facets);
        if (!record)
            return -1;
        for (uint32_t j = 0; j < doc->n_terms; j++)
            if (row_prepare(ix, row_at(ix, rows[j]), slot / CHUNK_SLOTS,
                            jm_index_term_weight(doc->terms[j])) < 0)
                return -1;
        index_fill(ix, slot, record);
        for (uint32_t j = 0; j < doc->n_terms; j++)
            row_add(ix, rows[j], slot, jm_index_term_weight(doc->terms[j]));
        place_take(ix, slot);
        l->laid++;
    }
    return 0;
}

static int densify(struct jm_index *ix)
{
    for (uint32_t r = 0; r < ix->n_rows; r++) {
        struct row *row = row_at(ix, r);
        if (row->table->live > 64 && row->table->live > ix->n_chunks >> DENSE_SHIFT &&
            row_densify(ix, row) < 0)
            return -1;
    }
    return 0;
}

static void publish_all(struct jm_index *ix, const struct loading *l)
{
    for (uint32_t i = 0; i < l->n_docs; i++) {
        const struct jm_index_doc *doc = &l->docs[l->perm[i]];
        uint32_t slot = slot_for(i);
        STORE_RELEASE(&record_at(ix, slot)->born, ix->now + 1);
        STORE_RELEASE(&ix->doc_pages[doc->doc / DOCS_PAGE][doc->doc % DOCS_PAGE], slot);
    }
    ix->stats.docs = l->n_docs;
    ix->stats.postings = l->start[l->n_docs];
    STORE_RELEASE(&ix->now, ix->now + 1);
}

static void take_back(struct jm_index *ix, const struct loading *l)
{
    for (uint32_t i = 0; i < l->numbered; i++)
        (void)index_map_doc(ix, l->docs[i].doc, SLOT_NONE);
    for (uint32_t i = 0; i < l->laid; i++)
        index_unindex(ix, slot_for(i));
}

int jm_index_load(struct jm_index *ix, const struct jm_index_doc *docs, size_t n_docs,
                  unsigned threads, struct jm_err *err)
{
    struct loading l = {.docs = docs, .n_docs = (uint32_t)n_docs};
    if (ix->n_blocks)
        return jm_err_set(err, JM_EINVAL, "only a new index can be loaded");
    if (n_docs > JM_INDEX_DOC_MAX)
        return jm_err_set(err, JM_ELIMIT, "%zu documents are too many", n_docs);
    int rc = check_docs(ix, &l, err);
    if (rc == 0 && (find_rows(ix, &l) < 0 ||
                    order_bisect(l.start, l.rows, l.n_docs, ix->n_rows, LOAD_FILL, threads,
                                 l.perm) < 0 ||
                    make_tables(ix, &l) < 0 || lay_out(ix, &l) < 0 || densify(ix) < 0 ||
                    place_map(ix) < 0))
        rc = jm_err_set(err, JM_ENOMEM, "no memory to load %zu documents", n_docs);
    if (rc == 0)
        publish_all(ix, &l);
    else
        take_back(ix, &l);
    loading_fini(&l);
    return rc;
}
