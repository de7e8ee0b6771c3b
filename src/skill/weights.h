/* weights.h - a linear model as data: hashed features to small integers.
 *
 * The file: "jmw1", the kind of model, log2 of the number of buckets, units of weight per 1.0 of
 * log-odds, WEIGHTS_FIXED numbers whose meaning is the model's, then one byte a bucket and a hash
 * of everything before. All numbers little-endian. A feature is a 64-bit hash; its bucket is the
 * low bits. The byte is a signed weight (gate), or two codes of four bits (tagger): many small
 * weights kept apart are worth more than few exact ones that share buckets. */
#ifndef JM_WEIGHTS_H
#define JM_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"

struct jm_buf;

enum weights_kind { WEIGHTS_GATE = 1, WEIGHTS_TAGGER = 2, WEIGHTS_KINDS };
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
/* Append a file to `out`. */
void weights_write(struct jm_buf *out, enum weights_kind kind, unsigned log2,
                   const int32_t fixed[WEIGHTS_FIXED], const uint8_t *table);

/* Four bits for a weight, the nearest of 15, and back. */
extern const int8_t weights_levels[16];
uint8_t weights_code(double units);

static inline uint8_t weights_byte(const struct weights *w, uint64_t feature)
{
    return w->table[feature & w->mask];
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
