/* sixteen.h - sixteen bytes of a text at a time.
 *
 * A text is mostly ASCII letters in short runs. Asked one by one, bytes cost a branch each, and the
 * last one of a run is guessed wrong. Here one look gives masks with a bit for each of sixteen
 * bytes, the first lowest. SSE2 is part of every x86-64; elsewhere a plain loop says the same. */
#ifndef JM_SIXTEEN_H
#define JM_SIXTEEN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct sixteen {
    uint32_t lower, upper, digit; /* ASCII letters and digits */
};

#ifdef __SSE2__
/* Which bytes are from `least` on, at most `more` beyond it? */
static inline __m128i sixteen_in(__m128i v, char least, char more)
{
    __m128i above = _mm_sub_epi8(v, _mm_set1_epi8(least));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(more)), above);
}

/* The bytes with capitals made small go to `folded`. */
static inline struct sixteen sixteen_look(const uint8_t *s, uint8_t *folded)
{
    const __m128i bit = _mm_set1_epi8(0x20); /* what small letters have and capitals lack */
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);
    __m128i letter = sixteen_in(_mm_or_si128(v, bit), 'a', 25);
    uint32_t letters = (uint32_t)_mm_movemask_epi8(letter);
    uint32_t small = (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(v, 2));
    _mm_storeu_si128((__m128i *)(void *)folded, _mm_or_si128(v, _mm_and_si128(letter, bit)));
    return (struct sixteen){letters & small, letters & ~small,
                            (uint32_t)_mm_movemask_epi8(sixteen_in(v, '0', 9))};
}
#else
static inline struct sixteen sixteen_look(const uint8_t *s, uint8_t *folded)
{
    struct sixteen x = {0, 0, 0};
    for (unsigned i = 0; i < 16; i++) {
        uint32_t small = s[i] >= 'a' && s[i] <= 'z', capital = s[i] >= 'A' && s[i] <= 'Z';
        x.lower |= small << i;
        x.upper |= capital << i;
        x.digit |= (uint32_t)(s[i] >= '0' && s[i] <= '9') << i;
        folded[i] = capital ? s[i] | 0x20 : s[i];
    }
    return x;
}
#endif

#endif
