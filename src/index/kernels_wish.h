/* kernels_wish.h - what the kernels judge 32 wishes by. */
#ifndef JM_INDEX_KERNELS_WISH_H
#define JM_INDEX_KERNELS_WISH_H

#include "percolate_int.h"

enum { SIGNATURE_WORDS = 64, SIGNATURE_BITS = SIGNATURE_WORDS * 16 };

/* A document, as the columns are asked about it. Where it does not know a field it passes. */
struct wish_probe {
    uint16_t workplace, employment; /* bits that pass, where the cell has them */
    uint16_t remote;                /* the same, for place_free */
    uint16_t place;                 /* its number */
    uint16_t pay;                   /* pay_code() */
    uint16_t max_weight;            /* in the upper half, the lower all ones */
    bool all_places;                /* its place is unknown */
    uint16_t signature[SIGNATURE_WORDS]; /* bit number % 1024 of each of its terms, and bit 0 */
};

static inline bool signature_has(const struct wish_probe *q, uint32_t number)
{
    return q->signature[number % SIGNATURE_BITS / 16] >> number % 16 & 1;
}

#endif
