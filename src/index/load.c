/* load.c - filling an empty index at once.
 *
 * The documents are put in order (order.c) and laid into the chunks one after another, a few slots
 * of each left free; records and rows are built whole (build.c), and one store makes all of it
 * visible. */
#include <stdlib.h>

#include "build.h"
#include "work.h"

struct loading {
    struct jm_index *ix;
    const struct jm_index_doc *docs;
    uint32_t n_docs;
    uint32_t numbered; /* how many have their number in the map */
    bool in_rows;      /* all are in the rows */
    unsigned threads;
    uint64_t *start; /* n_docs + 1 */
    uint32_t *entries; /* of all documents; at first only rows, in the order of the terms */
    uint32_t *perm;
};

static void loading_fini(struct loading *l)
{
    if (l->start)
        mem_unmap(l->entries, (l->start[l->n_docs] + 1) * sizeof *l->entries);
    mem_unmap(l->start, (l->n_docs + 1ul) * sizeof *l->start);
    mem_unmap(l->perm, (l->n_docs + 1ul) * sizeof *l->perm);
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

enum { SLICE = 1 << 14, SAMPLE_STEP = 16 };

/* The rows of the terms that have one; UINT32_MAX for the others. */
static int look_up_slice(void *arg, uint32_t slice, unsigned worker)
{
    struct loading *l = arg;
    (void)worker;
    uint32_t end = (slice + 1) * SLICE < l->n_docs ? (slice + 1) * SLICE : l->n_docs;
    for (uint32_t i = slice * SLICE; i < end; i++)
        for (uint32_t j = 0; j < l->docs[i].n_terms; j++)
            l->entries[l->start[i] + j] =
                row_of_term(l->ix, jm_index_term_id(l->docs[i].terms[j]));
    return 0;
}

static int enter_slice(void *arg, uint32_t slice, unsigned worker)
{
    struct loading *l = arg;
    (void)worker;
    uint32_t end = (slice + 1) * SLICE < l->n_docs ? (slice + 1) * SLICE : l->n_docs;
    for (uint32_t i = slice * SLICE; i < end; i++) {
        uint32_t *entries = l->entries + l->start[i];
        for (uint32_t j = 0; j < l->docs[i].n_terms; j++)
            entries[j] = entry(entries[j], jm_index_term_weight(l->docs[i].terms[j]));
        sort_numbers(entries, l->docs[i].n_terms);
        entries[l->docs[i].n_terms] = entry(entries[l->docs[i].n_terms], 1);
    }
    return 0;
}

/* Number the rows of a sample first, which knows nearly all postings' terms; then several threads
 * can look the terms up, and few are left to make. */
static int find_rows(struct loading *l)
{
    for (uint32_t i = 0; i < l->n_docs; i += SAMPLE_STEP)
        for (uint32_t j = 0; j < l->docs[i].n_terms; j++)
            if (row_make(l->ix, jm_index_term_id(l->docs[i].terms[j])) == UINT32_MAX)
                return -1;
    work_share(l->threads, (l->n_docs + SLICE - 1) / SLICE, look_up_slice, l);
    for (uint32_t i = 0; i < l->n_docs; i++)
        for (uint32_t j = 0; j < l->docs[i].n_terms; j++) {
            uint32_t *row = &l->entries[l->start[i] + j];
            if (*row == UINT32_MAX)
                *row = row_make(l->ix, jm_index_term_id(l->docs[i].terms[j]));
            if (*row == UINT32_MAX)
                return -1;
        }
    for (uint32_t i = 0; i < l->n_docs; i++) {
        uint32_t *row = &l->entries[l->start[i] + l->docs[i].n_terms];
        if ((*row = gate_row(l->ix, l->docs[i].facets.place)) == UINT32_MAX)
            return -1;
    }
    work_share(l->threads, (l->n_docs + SLICE - 1) / SLICE, enter_slice, l);
    return 0;
}

static int find_all(struct loading *l)
{
    uint64_t total = 0;
    l->start = mem_map((l->n_docs + 1ul) * sizeof *l->start);
    l->perm = mem_map((l->n_docs + 1ul) * sizeof *l->perm);
    if (!l->start || !l->perm)
        return -1;
    for (uint32_t i = 0; i < l->n_docs; i++) {
        l->start[i] = total;
        total += l->docs[i].n_terms + 1; /* the last is its place */
    }
    l->start[l->n_docs] = total;
    l->entries = mem_map((total + 1) * sizeof *l->entries);
    return l->entries ? find_rows(l) : -1;
}

static void publish_all(struct jm_index *ix, const struct loading *l)
{
    for (uint32_t i = 0; i < l->n_docs; i++) {
        const struct jm_index_doc *doc = &l->docs[l->perm[i]];
        uint32_t slot = load_slot(i);
        STORE_RELEASE(&record_at(ix, slot)->born, ix->now + 1);
        STORE_RELEASE(&ix->doc_pages[doc->doc / DOCS_PAGE][doc->doc % DOCS_PAGE], slot);
    }
    STORE_RELEASE(&ix->now, ix->now + 1);
}

static void take_back(struct jm_index *ix, const struct loading *l)
{
    for (uint32_t i = 0; i < l->numbered; i++)
        (void)index_map_doc(ix, l->docs[i].doc, SLOT_NONE);
    for (uint32_t s = CHUNK_SLOTS; s < ix->n_blocks * BLOCK_SLOTS; s++)
        if (*slot_at(ix, s))
            index_drop(ix, s, l->in_rows);
    ix->stats.docs = ix->stats.postings = 0;
    index_note_texts(ix);
}

static int fill(struct loading *l)
{
    if (find_all(l) < 0 || order_documents(l->start, l->entries, l->n_docs, l->ix->n_rows, LOAD_FILL,
                                           l->threads, l->perm) < 0)
        return -1;
    l->ix->stats.docs = l->n_docs;
    l->ix->stats.postings = l->start[l->n_docs] - l->n_docs;
    index_note_texts(l->ix);
    struct load_order in = {l->docs, l->n_docs, l->start, l->entries, l->perm};
    if (l->ix->texts && renumber_rows(l->ix, &in, l->entries, l->threads) < 0)
        return -1;
    if (build_records(l->ix, &in, l->threads) < 0 || build_rows(l->ix, &in, l->threads) < 0)
        return -1;
    l->in_rows = true;
    return 0;
}

int jm_index_load(struct jm_index *ix, const struct jm_index_doc *docs, size_t n_docs,
                  unsigned threads, struct jm_err *err)
{
    struct loading l = {.ix = ix, .docs = docs, .n_docs = (uint32_t)n_docs, .threads = threads};
    if (ix->n_blocks)
        return jm_err_set(err, JM_EINVAL, "only a new index can be loaded");
    if (n_docs > JM_INDEX_DOC_MAX)
        return jm_err_set(err, JM_ELIMIT, "%zu documents are too many", n_docs);
    int rc = check_docs(ix, &l, err);
    if (rc == 0 && fill(&l) < 0)
        rc = jm_err_set(err, JM_ENOMEM, "no memory to load %zu documents", n_docs);
    if (rc == 0)
        publish_all(ix, &l);
    else
        take_back(ix, &l);
    loading_fini(&l);
    return rc;
}
