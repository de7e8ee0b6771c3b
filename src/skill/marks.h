/* marks.h - what 64 tokens are, a bit for each, the first lowest.
 *
 * Asked one by one, tokens cost a branch each that nothing foretells; as bits, what a stage looks
 * for is found by arithmetic on whole blocks. Four tokens are looked at together where there is
 * SSE2; elsewhere a plain loop says the same. */
#ifndef JM_MARKS_H
#define JM_MARKS_H

#include "jobmatch/text.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { MARKS = 64 };

struct marks {
    uint64_t sentence; /* starts a sentence */
    uint64_t clause;   /* starts a sentence, or stands behind a semicolon */
    uint64_t digit;    /* starts with a digit */
    uint64_t glued;    /* joined to the token before it */
    uint64_t apart;    /* no phrase goes on over the gap before it */
    uint64_t alt;      /* has a simpler form */
    uint64_t word;     /* three bytes and more, no number */
    uint64_t caps;     /* such a word in capitals */
};

enum {
    MARKS_WORD_BYTES = 3,
    MARKS_APART = JM_GAP_PARA | JM_GAP_BULLET | JM_GAP_SEMI,
    MARKS_ENDS = JM_GAP_STOP | JM_GAP_PARA | JM_GAP_BULLET
};

/* One token's, as bit i of `m`. */
static inline void marks_add(struct marks *m, const struct jm_token *t, unsigned i)
{
    bool line = t->gap & JM_GAP_LINE, named = t->flags & (JM_TOK_UPPER | JM_TOK_DIGIT);
    bool sentence = (t->gap & MARKS_ENDS) || (line && named), digit = t->flags & JM_TOK_DIGIT;
    bool word = !digit && t->end - t->beg >= MARKS_WORD_BYTES;
    m->sentence |= (uint64_t)sentence << i;
    m->clause |= (uint64_t)(sentence || (t->gap & JM_GAP_SEMI)) << i;
    m->digit |= (uint64_t)digit << i;
    m->glued |= (uint64_t)((t->gap & JM_GAP_GLUED) != 0) << i;
    m->apart |= (uint64_t)((t->gap & MARKS_APART) != 0) << i;
    m->alt |= (uint64_t)(t->alt != 0) << i;
    m->word |= (uint64_t)word << i;
    m->caps |= (uint64_t)(word && (t->flags & JM_TOK_CAPS)) << i;
}

#ifdef __SSE2__
_Static_assert(sizeof(struct jm_token) == 32 && offsetof(struct jm_token, alt) == 8 &&
                   offsetof(struct jm_token, gap) == 24 && offsetof(struct jm_token, flags) == 26,
               "marks_four() reads tokens by halves");

/* The bit of every number, as the lowest of its own of four. */
static inline uint64_t marks_bit(__m128i v, int bit)
{
    return (uint64_t)_mm_movemask_ps(_mm_castsi128_ps(_mm_slli_epi32(v, 31 - bit)));
}
static inline uint64_t marks_any(__m128i v, int bits)
{
    __m128i none = _mm_cmpeq_epi32(_mm_and_si128(v, _mm_set1_epi32(bits)), _mm_setzero_si128());
    return (uint64_t)_mm_movemask_ps(_mm_castsi128_ps(none)) ^ 15;
}

/* Four tokens', as bits i to i + 3. */
static inline void marks_four(struct marks *m, const struct jm_token *t, unsigned i)
{
    enum { SEMI = 5, LINE = 10, GLUED = 15, UPPER, CAPS, DIGIT }; /* bits of gap, then of flags */
    const __m128i *p = (const __m128i *)(const void *)t;
    __m128i t0 = _mm_loadu_si128(p + 1), t1 = _mm_loadu_si128(p + 3);
    __m128i t2 = _mm_loadu_si128(p + 5), t3 = _mm_loadu_si128(p + 7);
    __m128i v = _mm_unpacklo_epi64(_mm_unpackhi_epi32(t0, t1), _mm_unpackhi_epi32(t2, t3));
    __m128i a = _mm_unpacklo_epi32(t0, t1), b = _mm_unpacklo_epi32(t2, t3);
    __m128i bytes = _mm_sub_epi32(_mm_unpackhi_epi64(a, b), _mm_unpacklo_epi64(a, b));
    __m128i many = _mm_cmpgt_epi32(bytes, _mm_set1_epi32(MARKS_WORD_BYTES - 1));
    a = _mm_unpackhi_epi64(_mm_loadu_si128(p), _mm_loadu_si128(p + 2));
    b = _mm_unpackhi_epi64(_mm_loadu_si128(p + 4), _mm_loadu_si128(p + 6));
    __m128 low = _mm_shuffle_ps(_mm_castsi128_ps(a), _mm_castsi128_ps(b), 0x88);
    __m128 high = _mm_shuffle_ps(_mm_castsi128_ps(a), _mm_castsi128_ps(b), 0xdd);
    uint64_t digit = marks_bit(v, DIGIT), named = marks_bit(v, UPPER) | digit;
    uint64_t sentence = marks_any(v, MARKS_ENDS) | (marks_bit(v, LINE) & named);
    uint64_t word = marks_bit(many, 31) & ~digit;
    m->sentence |= sentence << i;
    m->clause |= (sentence | marks_bit(v, SEMI)) << i;
    m->digit |= digit << i;
    m->glued |= marks_bit(v, GLUED) << i;
    m->apart |= marks_any(v, MARKS_APART) << i;
    m->alt |= marks_any(_mm_castps_si128(_mm_or_ps(low, high)), -1) << i;
    m->word |= word << i;
    m->caps |= (word & marks_bit(v, CAPS)) << i;
}
#else
static inline void marks_four(struct marks *m, const struct jm_token *t, unsigned i)
{
    for (unsigned k = 0; k < 4; k++)
        marks_add(m, t + k, i + k);
}
#endif

/* Of n tokens, at most MARKS. */
static inline struct marks marks_of(const struct jm_token *t, size_t n)
{
    struct marks m = {0};
    unsigned i = 0;
    for (; i + 4 <= n; i += 4)
        marks_four(&m, t + i, i);
    for (; i < n; i++)
        marks_add(&m, t + i, i);
    return m;
}

#endif
