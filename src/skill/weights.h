/* weights.h - a linear model as data: hashed features to small integers.
 *
 * The file: "jmw1", the kind of model, log2 of the number of buckets, units of weight per 1.0 of
 * log-odds, WEIGHTS_FIXED numbers whose meaning is the model's, then one or two bytes a bucket and a hash
 * of everything before. All numbers little-endian. A feature is a 64-bit hash; its bucket is the
 * low bits. A bucket is a signed weight (gate) or two (tagger, for B and I), or, in the same form,
 * the class of a word (clusters): 9 bits, and 7 of the word's hash, so that other words have none. */
#ifndef JM_WEIGHTS_H
#define JM_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"

struct jm_buf;

/* 2 was a tagger of another form */
enum weights_kind { WEIGHTS_GATE = 1, WEIGHTS_TAGGER = 3, WEIGHTS_CLUSTERS = 4 };
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

static inline size_t weights_width(enum weights_kind kind) { return kind == WEIGHTS_GATE ? 1 : 2; }

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

enum { CLUSTER_MAX = 511 };
static inline uint16_t cluster_entry(uint64_t word, uint16_t cluster)
{
    return (uint16_t)(cluster | word >> 57 << 9);
}
/* The class of a word, 1 to CLUSTER_MAX; 0: none is known. */
static inline uint16_t weights_cluster(const struct weights *w, uint64_t word)
{
    if (!w->bytes)
        return 0;
    const uint8_t *p = w->table + 2 * (word & w->mask);
    uint16_t entry = (uint16_t)(p[0] | p[1] << 8), cluster = entry & CLUSTER_MAX;
    return entry == cluster_entry(word, cluster) ? cluster : 0;
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
