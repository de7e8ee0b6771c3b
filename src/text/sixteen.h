/* sixteen.h - sixteen bytes of a text at a time.
 *
 * A text is mostly ASCII letters in short runs. Asked one by one, bytes cost a branch each, and the
 * last one of a run is guessed wrong. Here one look gives masks with a bit for each of sixteen
 * bytes, the first byte lowest. SSE2 is part of every x86-64; elsewhere a plain loop says the same. */
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
    uint8_t folded[16];           /* the bytes, capitals made small */
};

#ifdef __SSE2__
/* Which bytes are from `least` on, at most `more` beyond it? */
static inline __m128i sixteen_in(__m128i v, char least, char more)
{
    __m128i above = _mm_sub_epi8(v, _mm_set1_epi8(least));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(more)), above);
}

static inline void sixteen_look(struct sixteen *x, const uint8_t *s)
{
    const __m128i bit = _mm_set1_epi8(0x20); /* what small letters have and capitals lack */
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);
    __m128i letter = sixteen_in(_mm_or_si128(v, bit), 'a', 25);
    uint32_t letters = (uint32_t)_mm_movemask_epi8(letter);
    uint32_t small = (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(v, 2));
    x->lower = letters & small;
    x->upper = letters & ~small;
    x->digit = (uint32_t)_mm_movemask_epi8(sixteen_in(v, '0', 9));
    _mm_storeu_si128((__m128i *)(void *)x->folded, _mm_or_si128(v, _mm_and_si128(letter, bit)));
}
#else
static inline void sixteen_look(struct sixteen *x, const uint8_t *s)
{
    x->lower = x->upper = x->digit = 0;
    for (unsigned i = 0; i < 16; i++) {
        uint32_t small = s[i] >= 'a' && s[i] <= 'z', capital = s[i] >= 'A' && s[i] <= 'Z';
        x->lower |= small << i;
        x->upper |= capital << i;
        x->digit |= (uint32_t)(s[i] >= '0' && s[i] <= '9') << i;
        x->folded[i] = capital ? s[i] | 0x20 : s[i];
    }
}
#endif

/* The same where only n bytes may be read; NUL behind them. */
static inline void sixteen_look_at(struct sixteen *x, const uint8_t *s, size_t n)
{
    if (__builtin_expect(n < 16, 0)) {
        uint8_t last[16] = {0};
        memcpy(last, s, n);
        sixteen_look(x, last);
    } else {
        sixteen_look(x, s);
    }
}

#endif
