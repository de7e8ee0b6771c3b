/* record.c - the form in which a document is kept: as small as its rows, weights and facets
 * allow, because at millions of documents this is half of the index.
 *
 * A row is told by its distance from the one before, in twelve bits; further ones by steps of
 * weight 0 between. Where those would be more than the others, all steps are wide. A long document
 * of light weights is written in bits instead: long.c.
 *
 * The facets are kept as a mask of their 32 bytes and those bytes that are not zero: nearly all
 * numbers are small, and most documents know few of them. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "index_int.h"

enum { HEAD = offsetof(struct record, data), LONG_FROM = 64 };
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

static uint32_t steps_of(const struct record *r)
{
    return r->n_form & RECORD_N;
}

static uint32_t step_at(const struct record *r, uint32_t i)
{
    uint32_t wide;
    uint16_t narrow;
    if (r->n_form & RECORD_WIDE) {
        memcpy(&wide, r->data + 4ul * i, sizeof wide);
        return wide;
    }
    memcpy(&narrow, r->data + 2ul * i, sizeof narrow);
    return narrow;
}

uint32_t record_n(const struct record *r)
{
    uint32_t n = 0;
    if (r->n_form & RECORD_BITS)
        return steps_of(r);
    for (uint32_t i = 0; i < steps_of(r); i++)
        n += (step_at(r, i) & ITEM_WEIGHT) != 0;
    return n;
}

static size_t steps_bytes(const struct record *r)
{
    return steps_of(r) * (r->n_form & RECORD_WIDE ? 4ul : 2ul);
}

/* Where the facets begin. */
static size_t facets_at(const struct record *r)
{
    if (r->n_form & RECORD_BITS)
        return long_written(r->data);
    return steps_bytes(r) + (r->n_form & RECORD_HEAVY ? record_n(r) : 0);
}

static uint32_t mask_of(const struct record *r)
{
    uint32_t mask;
    memcpy(&mask, r->data + facets_at(r), sizeof mask);
    return mask;
}

static size_t bytes_with(size_t facets, uint32_t mask)
{
    return HEAD + facets + sizeof mask + (size_t)__builtin_popcount(mask);
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

enum { RANKED = 64 };
typedef int32_t four __attribute__((vector_size(16)));

/* Each goes where its rank says, the earlier first of equal ones. No branch depends on what they
 * are, so that it takes half as long as inserting one after the other. */
static void sort_by_rank(uint32_t *v, size_t n)
{
    const four ahead = {0, 1, 2, 3};
    uint32_t in[RANKED];
    int32_t key[RANKED];
    size_t filled = 0;
    for (; filled < n; filled++) {
        in[filled] = v[filled];
        key[filled] = (int32_t)(v[filled] ^ 1u << 31);
    }
    for (; filled % 4; filled++)
        key[filled] = INT32_MAX;
    for (size_t i = 0; i < n; i++) {
        four less = {0}, some;
        for (size_t j = 0; j < filled; j += 4) {
            memcpy(&some, key + j, sizeof some);
            less -= (some < key[i]) | ((some == key[i]) & (ahead + (int32_t)j < (int32_t)i));
        }
        v[less[0] + less[1] + less[2] + less[3]] = in[i];
    }
}

void sort_numbers(uint32_t *v, size_t n)
{
    if (n > RANKED)
        qsort(v, n, sizeof *v, by_value);
    else
        sort_by_rank(v, n);
}

static uint16_t form_of(const uint32_t *entries, size_t n)
{
    size_t steps = n;
    uint32_t row = 0, heavy = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t far = entry_row(entries[i]) - row;
        steps += far ? (far - 1) / STEP_FAR : 0;
        row += far;
        heavy |= entry_weight(entries[i]) > WEIGHT_UNITS ? RECORD_HEAVY : 0u;
    }
    if (n >= LONG_FROM && !heavy)
        return (uint16_t)(RECORD_BITS | n);
    return (uint16_t)(heavy | (steps > 2 * n ? RECORD_WIDE | n : steps));
}

struct record *record_new(struct jm_index *ix, const uint32_t *entries, size_t n,
                          const struct jm_index_facets *facets)
{
    struct record form = {.n_form = form_of(entries, n)};
    uint32_t mask = facets_mask(facets);
    size_t heavy = form.n_form & RECORD_HEAVY ? n : 0;
    size_t bytes = form.n_form & RECORD_BITS ? long_bytes(entries, n) : steps_bytes(&form) + heavy;
    struct record *r = mem_alloc(&ix->mem, bytes_with(bytes, mask));
    if (!r)
        return NULL;
    r->n_form = form.n_form;
    ix->stats.bytes_facets += sizeof(uint32_t) + (size_t)__builtin_popcount(mask);
    return r;
}

struct record *record_copy(struct jm_index *ix, const struct record *r)
{
    size_t bytes = bytes_with(facets_at(r), mask_of(r));
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
    mem_release(&ix->mem, r, bytes_with(facets_at(r), mask_of(r)));
}

static uint8_t *put_step(uint8_t *to, uint32_t far, uint32_t weight)
{
    uint16_t step = (uint16_t)(far << 4 | weight);
    memcpy(to, &step, sizeof step);
    return to + sizeof step;
}

static uint8_t *write_steps(const struct record *r, uint8_t *to, const uint32_t *entries, size_t n)
{
    uint32_t row = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t weight = r->n_form & RECORD_HEAVY ? 1 : entry_weight(entries[i]);
        uint32_t wide = entry_row(entries[i]) << 4 | weight;
        if (r->n_form & RECORD_WIDE) {
            memcpy(to, &wide, sizeof wide);
            to += sizeof wide;
            continue;
        }
        for (; entry_row(entries[i]) - row > STEP_FAR; row += STEP_FAR)
            to = put_step(to, STEP_FAR, 0);
        to = put_step(to, entry_row(entries[i]) - row, weight);
        row = entry_row(entries[i]);
    }
    return to;
}

void record_write(struct record *r, uint32_t doc, const uint32_t *entries, size_t n,
                  const struct jm_index_facets *facets)
{
    uint32_t mask = facets_mask(facets);
    uint8_t *to = r->data;
    if (r->n_form & RECORD_BITS) {
        long_write(to, entries, n);
        to += long_written(to);
    } else {
        to = write_steps(r, to, entries, n);
    }
    for (size_t i = 0; r->n_form & RECORD_HEAVY && i < n; i++)
        *to++ = entry_weight(entries[i]);
    r->doc = doc;
    r->born = r->died = 0;
    memcpy(to, &mask, sizeof mask);
    to += sizeof mask;
    for (uint32_t m = mask; m; m &= m - 1)
        *to++ = ((const uint8_t *)facets)[__builtin_ctz(m)];
}

uint32_t record_entries(const struct record *r, uint32_t *entries)
{
    const uint8_t *heavy = r->n_form & RECORD_HEAVY ? r->data + steps_bytes(r) : NULL;
    uint32_t n = 0, row = 0;
    if (r->n_form & RECORD_BITS) {
        long_read(r->data, entries, steps_of(r));
        return steps_of(r);
    }
    for (uint32_t i = 0; i < steps_of(r); i++) {
        uint32_t step = step_at(r, i), weight = step & ITEM_WEIGHT;
        row = r->n_form & RECORD_WIDE ? step >> 4 : row + (step >> 4);
        if (weight) {
            entries[n] = entry(row, heavy ? heavy[n] : (uint8_t)weight);
            n++;
        }
    }
    return n;
}

struct jm_index_facets record_facets(const struct record *r)
{
    struct jm_index_facets facets = {0};
    const uint8_t *from = r->data + facets_at(r) + 4;
    for (uint32_t m = mask_of(r); m; m &= m - 1)
        ((uint8_t *)&facets)[__builtin_ctz(m)] = *from++;
    return facets;
}
