/* weights.h - a linear model as data: hashed features to small integers.
 *
 * The file: "jmw1", the kind of model, log2 of the number of buckets, units of weight per 1.0 of
 * log-odds, WEIGHTS_FIXED numbers whose meaning is the model's, then one, two or four bytes a
 * bucket and a hash of everything before. All numbers little-endian. A feature is a 64-bit hash;
 * its bucket is the low bits. A bucket is a signed weight (gate) or two (tagger, for B and I), or,
 * in the same form, the classes of a word (clusters): 9 bits of a fine one, 7 and 5 of coarser
 * ones, and 11 of the word's hash, so that other words have none. */
#ifndef JM_WEIGHTS_H
#define JM_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "jobmatch/bytes.h"
#include "jobmatch/err.h"

struct jm_buf;

/* 2 and 3 were taggers of other features, 4 classes of one size */
enum weights_kind { WEIGHTS_GATE = 1, WEIGHTS_CLUSTERS = 5, WEIGHTS_TAGGER = 6 };
enum { WEIGHTS_FIXED = 12, WEIGHTS_UNIT = 32, WEIGHTS_MAX_LOG2 = 20 };

struct weights {
    uint8_t *bytes; /* the file; NULL: there is none */
    const uint8_t *table;
    uint64_t mask, hash;
    int32_t fixed[WEIGHTS_FIXED];
};

/* Check and copy. */
int weights_load(struct weights *w, const void *bytes, size_t len, enum weights_kind *kind,
                 struct jm_err *err);
void weights_free(struct weights *w);
/* Append a file to `out`; the table has weights_width(kind) bytes a bucket. */
void weights_write(struct jm_buf *out, enum weights_kind kind, unsigned log2,
                   const int32_t fixed[WEIGHTS_FIXED], const uint8_t *table);

static inline size_t weights_width(enum weights_kind kind)
{
    return kind == WEIGHTS_GATE ? 1 : kind == WEIGHTS_TAGGER ? 2 : 4;
}

/* The byte of weights for a number of units: the nearest it has. */
uint8_t weights_byte_of(double units);

/* Of the gate. */
static inline int8_t weights_one(const struct weights *w, uint64_t feature)
{
    return (int8_t)w->table[feature & w->mask];
}
/* Of the tagger: for B (0) and I (1). */
static inline const int8_t *weights_two(const struct weights *w, uint64_t feature)
{
    return (const int8_t *)w->table + 2 * (feature & w->mask);
}

/* How many classes there are of each size, 0 among them: none is known. */
enum { CLUSTER_SIZES = 3, CLUSTERS_FINE = 400, CLUSTERS_MIDDLE = 128, CLUSTERS_COARSE = 32 };
_Static_assert(CLUSTERS_FINE <= 512 && CLUSTERS_MIDDLE <= 128 && CLUSTERS_COARSE <= 32, "9, 7, 5");

static inline uint32_t cluster_entry(uint64_t word, const uint16_t of[CLUSTER_SIZES])
{
    return (uint32_t)(word >> 53) << 21 | (uint32_t)of[2] << 16 | (uint32_t)of[1] << 9 | of[0];
}
/* The classes of a word, each at least 1; all 0: none is known. */
static inline void weights_clusters(const struct weights *w, uint64_t word,
                                    uint16_t of[CLUSTER_SIZES])
{
    of[0] = of[1] = of[2] = 0;
    if (!w->bytes)
        return;
    uint32_t entry = jm_get_u32(w->table + 4 * (word & w->mask));
    if (entry >> 21 != word >> 53)
        return;
    of[0] = entry & 511;
    of[1] = entry >> 9 & 127;
    of[2] = entry >> 16 & 31;
}

/* A feature: what is asked (its number) and the answer. */
static inline uint64_t feature_of(unsigned template, uint64_t a)
{
    uint64_t x = (a ^ ((uint64_t)template << 56)) + UINT64_C(0x9e3779b97f4a7c15) * (template + 1);
    x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    return x ^ (x >> 32);
}
static inline uint64_t feature_pair(uint64_t a, uint64_t b)
{
    return a * UINT64_C(0x9e3779b97f4a7c15) + (b ^ (b >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
}

#endif
