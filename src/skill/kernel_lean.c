/* kernel_lean.c - which of the occupations found a title leans to.
 *
 * Labels and neighbours say which occupations come into question. Beside what they say, each of
 * these counts as much as its direction is the title's, where the cosine is above a half: a title
 * that no label is ("social media strategist") still finds its trade among those that share a word.
 * Integers throughout. */
#include <string.h>

#include "jobmatch/bytes.h"
#include "kernel_int.h"

enum { HALF_PM = 500, LENGTH = 1 << 20, LEAN_PM = 700 /* beside 1000 of labels and neighbours */ };

uint64_t kernel_pair_hash(uint64_t first, uint64_t second)
{
    return jm_mix64(first + jm_mix64(second));
}

static void add(int16_t v[KERNEL_DIMS], const int8_t *vectors, int32_t number)
{
    for (int d = 0; number >= 0 && d < KERNEL_DIMS; d++)
        v[d] = (int16_t)(v[d] + vectors[(size_t)number * KERNEL_DIMS + (size_t)d]);
}

/* Sum of the vectors of the words and of the pairs; its squared length. */
static int64_t direction(const struct jm_title_kernel *k, const struct title_lex *lex,
                         int16_t v[KERNEL_DIMS])
{
    int64_t square = 0;
    memset(v, 0, KERNEL_DIMS * sizeof *v);
    for (size_t i = 0; i < lex->n_words; i++) {
        add(v, k->word_vec, kernel_word(k, lex->words[i].hash));
        if (i > 0)
            add(v, k->pair_vec,
                kernel_pair(k, kernel_pair_hash(lex->words[i - 1].hash, lex->words[i].hash)));
    }
    for (int d = 0; d < KERNEL_DIMS; d++)
        square += v[d] * v[d];
    return square;
}

/* By how much the cosine is above a half, per mille. */
static uint64_t lean_to(const int8_t *occ, const int16_t v[KERNEL_DIMS], int64_t length)
{
    int32_t dot = 0;
    for (int d = 0; d < KERNEL_DIMS; d++)
        dot += occ[d] * v[d];
    if (dot <= 127 * length * HALF_PM / 1000)
        return 0;
    return (uint64_t)(dot * INT64_C(1000) / (127 * length)) - HALF_PM;
}

/* Both lists get a fixed length, so that they count the same for every title. */
void kernel_lean(const struct jm_title_kernel *k, struct title_scratch *s,
                 const struct title_lex *lex)
{
    int16_t v[KERNEL_DIMS];
    uint64_t old = 0, lean = 0;
    int64_t length = (int64_t)title_isqrt((uint64_t)direction(k, lex, v));
    if (!length)
        return;
    for (size_t i = 0; i < s->n_occs; i++) {
        uint32_t occ = s->occ_hit[i];
        uint64_t sum = s->occ_sum[occ] >> 8;
        old += sum * sum;
        s->occ_lean[i] = (uint16_t)lean_to(k->occ_vec + (size_t)occ * KERNEL_DIMS, v, length);
        lean += (uint64_t)s->occ_lean[i] * s->occ_lean[i];
    }
    old = title_isqrt(old);
    lean = title_isqrt(lean);
    for (size_t i = 0; old && lean && i < s->n_occs; i++) {
        uint64_t *sum = &s->occ_sum[s->occ_hit[i]];
        *sum =
            (*sum >> 8) * LENGTH / old + (uint64_t)s->occ_lean[i] * LENGTH * LEAN_PM / 1000 / lean;
    }
}
