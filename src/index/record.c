/* record.c - the form in which a document is kept: as small as its row numbers, weights and facets
 * allow, because at millions of documents this is half of the index.
 *
 * The facets are kept as a mask of their 32 bytes and those bytes that are not zero: nearly all
 * numbers are small, and most documents know few of them. */
#include <stddef.h>
#include <string.h>

#include "index_int.h"

enum { HEAD = offsetof(struct record, data) };
_Static_assert(sizeof(struct jm_index_facets) == 32, "a mask of 32 bits stands for its bytes");

static uint32_t facets_mask(const struct jm_index_facets *facets)
{
    uint8_t bytes[32];
    uint32_t mask = 0;
    memcpy(bytes, facets, sizeof bytes);
    for (unsigned i = 0; i < 32; i++)
        mask |= (uint32_t)(bytes[i] != 0) << i;
    return mask;
}

static uint32_t mask_of(const struct record *r)
{
    uint32_t mask;
    memcpy(&mask, r->data + record_rows_bytes(r) + record_weights_bytes(r), sizeof mask);
    return mask;
}

static size_t bytes_with(const struct record *r, uint32_t mask)
{
    return HEAD + record_rows_bytes(r) + record_weights_bytes(r) + sizeof mask +
           (size_t)__builtin_popcount(mask);
}

struct record *record_new(struct jm_index *ix, const uint32_t *rows,
                          const struct jm_index_term *terms, size_t n,
                          const struct jm_index_facets *facets)
{
    struct record form = {.n_form = (uint16_t)n};
    for (size_t i = 0; i < n; i++) {
        form.n_form |= rows[i] > UINT16_MAX ? RECORD_WIDE : 0;
        form.n_form |= jm_index_term_weight(terms[i]) > 15 ? RECORD_HEAVY : 0;
    }
    struct record *r = mem_alloc(&ix->mem, bytes_with(&form, facets_mask(facets)));
    if (!r)
        return NULL;
    r->n_form = form.n_form;
    ix->stats.bytes_facets += sizeof(uint32_t) + (size_t)__builtin_popcount(facets_mask(facets));
    return r;
}

struct record *record_copy(struct jm_index *ix, const struct record *r)
{
    size_t bytes = bytes_with(r, mask_of(r));
    struct record *copy = mem_alloc(&ix->mem, bytes);
    if (!copy)
        return NULL;
    memcpy(copy, r, bytes);
    copy->born = copy->died = 0;
    ix->stats.bytes_facets += sizeof(uint32_t) + (size_t)__builtin_popcount(mask_of(r));
    return copy;
}

void record_free(struct jm_index *ix, struct record *r)
{
    ix->stats.bytes_facets -= sizeof(uint32_t) + (size_t)__builtin_popcount(mask_of(r));
    mem_release(&ix->mem, r, bytes_with(r, mask_of(r)));
}

static uint8_t *write_rows(struct record *r, const uint32_t *rows, uint32_t n)
{
    uint8_t *to = r->data;
    if (r->n_form & RECORD_WIDE) {
        memcpy(to, rows, n * sizeof *rows);
        return to + n * sizeof *rows;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint16_t narrow = (uint16_t)rows[i];
        memcpy(to + 2ul * i, &narrow, 2);
    }
    return to + 2ul * n;
}

static uint8_t *write_weights(uint8_t *to, const struct record *r,
                              const struct jm_index_term *terms, uint32_t n)
{
    if (r->n_form & RECORD_HEAVY) {
        for (uint32_t i = 0; i < n; i++)
            *to++ = jm_index_term_weight(terms[i]);
        return to;
    }
    for (uint32_t i = 0; i + 1 < n; i += 2)
        *to++ = (uint8_t)(jm_index_term_weight(terms[i]) |
                          jm_index_term_weight(terms[i + 1]) << 4);
    if (n & 1)
        *to++ = jm_index_term_weight(terms[n - 1]);
    return to;
}

void record_write(struct record *r, uint32_t doc, const uint32_t *rows,
                  const struct jm_index_term *terms, const struct jm_index_facets *facets)
{
    uint32_t mask = facets_mask(facets);
    uint8_t *to = write_weights(write_rows(r, rows, record_n(r)), r, terms, record_n(r));
    r->doc = doc;
    r->born = r->died = 0;
    memcpy(to, &mask, sizeof mask);
    to += sizeof mask;
    for (uint32_t m = mask; m; m &= m - 1)
        *to++ = ((const uint8_t *)facets)[__builtin_ctz(m)];
}

struct jm_index_facets record_facets(const struct record *r)
{
    struct jm_index_facets facets = {0};
    const uint8_t *from = r->data + record_rows_bytes(r) + record_weights_bytes(r) + 4;
    for (uint32_t m = mask_of(r); m; m &= m - 1)
        ((uint8_t *)&facets)[__builtin_ctz(m)] = *from++;
    return facets;
}
