/* renumber.c - better numbers for the rows of a load of whole texts.
 *
 * A long document's record tells how far it is from row to row, in fewer bits the nearer they are
 * (long.c). So the commonest rows come first, the commoner the earlier; and the others, which most
 * documents have few of, in the order of where in the order of documents they are most often: what
 * a document has of these, its likes have too, and so it is close together. */
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "work.h"

enum {
    PLACES = 128,     /* equal parts of the order of documents */
    SAMPLE = 1 << 18, /* of them at most, so that counts fit */
    SLICE = 1 << 14
};

struct renumbering {
    const struct load_order *in;
    uint32_t *entries; /* the same as in `in` */
    uint32_t *number;  /* by row as it was: as it will be */
};

static void count_places(const struct load_order *in, uint16_t (*count)[PLACES])
{
    uint32_t step = in->n_docs / SAMPLE + 1;
    for (uint32_t i = 0; i < in->n_docs; i += step) {
        uint64_t end = in->start[in->perm[i] + 1];
        for (uint64_t x = in->start[in->perm[i]]; x < end; x++)
            count[entry_row(in->entries[x])][(uint64_t)i * PLACES / in->n_docs]++;
    }
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The rarer the larger. */
static uint64_t key_of_total(const uint16_t *count, uint32_t row)
{
    uint32_t total = 0;
    for (uint32_t p = 0; p < PLACES; p++)
        total += count[p];
    return (uint64_t)(UINT32_MAX - total) << 32 | row;
}

static uint64_t key_of_place(const uint16_t *count, uint32_t row)
{
    uint32_t best = 0;
    for (uint32_t p = 1; p < PLACES; p++)
        best = count[p] > count[best] ? p : best;
    return (uint64_t)best << 48 | (uint64_t)(UINT16_MAX - count[best]) << 32 | row;
}

static void choose_numbers(uint16_t (*count)[PLACES], uint64_t *keys, uint32_t n, uint32_t *number)
{
    uint32_t common = n < COMMON_ROWS ? n : COMMON_ROWS;
    for (uint32_t i = 0; i < n; i++)
        keys[i] = key_of_total(count[i], i);
    qsort(keys, n, sizeof *keys, by_key);
    for (uint32_t i = common; i < n; i++)
        keys[i] = key_of_place(count[(uint32_t)keys[i]], (uint32_t)keys[i]);
    qsort(keys + common, n - common, sizeof *keys, by_key);
    for (uint32_t i = 0; i < n; i++)
        number[(uint32_t)keys[i]] = i;
}

static int rename_slice(void *arg, uint32_t slice, unsigned worker)
{
    struct renumbering *r = arg;
    const uint64_t *start = r->in->start;
    (void)worker;
    uint32_t end = (slice + 1) * SLICE < r->in->n_docs ? (slice + 1) * SLICE : r->in->n_docs;
    for (uint32_t i = slice * SLICE; i < end; i++) {
        for (uint64_t x = start[i]; x < start[i + 1]; x++)
            r->entries[x] = entry(r->number[entry_row(r->entries[x])], entry_weight(r->entries[x]));
        sort_numbers(r->entries + start[i], start[i + 1] - start[i] - 1); /* the place stays last */
    }
    return 0;
}

/* The terms of all rows, which have no tables yet. */
static void move_terms(struct jm_index *ix, const uint32_t *number, uint64_t *terms)
{
    for (uint32_t i = 0; i < ix->n_rows; i++)
        terms[number[i]] = row_at(ix, i)->term;
    for (uint32_t i = 0; i < ix->n_rows; i++)
        row_at(ix, i)->term = (uint32_t)terms[i];
    for (uint32_t i = 0; i < ix->terms->cap; i++) {
        uint64_t v = ix->terms->slot[i];
        if (v)
            STORE_RELEASE(&ix->terms->slot[i], (v >> 32) << 32 | number[(uint32_t)v]);
    }
}

int renumber_rows(struct jm_index *ix, const struct load_order *in, uint32_t *entries,
                  unsigned threads)
{
    uint32_t n = ix->n_rows;
    uint16_t(*count)[PLACES] = calloc(n + 1ul, sizeof *count);
    uint64_t *keys = malloc((n + 1ul) * sizeof *keys);
    struct renumbering r = {in, entries, malloc((n + 1ul) * sizeof *r.number)};
    int rc = count && keys && r.number ? 0 : -1;
    if (rc == 0) {
        count_places(in, count);
        choose_numbers(count, keys, n, r.number);
        work_share(threads, (in->n_docs + SLICE - 1) / SLICE, rename_slice, &r);
        move_terms(ix, r.number, keys);
    }
    free(r.number);
    free(keys);
    free(count);
    return rc;
}
