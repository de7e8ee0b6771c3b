/* kernels.c - the inner loops for AVX-512, AVX2, baseline x86-64 and any machine, and the one
 * place where one of them is chosen.
 *
 * They differ in speed alone: all arithmetic is on integers that cannot overflow (search.c sees to
 * that). Vector loads may race with the writer's byte stores; each byte is then old or new, and
 * either is right (row.c). ThreadSanitizer cannot know that, so under it the portable set, whose
 * loads are atomic, is the only one; so it is under clang (the fuzzers), which knows no pragma for
 * the target. */
#include "kernels.h"
#include "kernels_wish.h"

#include <string.h>

#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define X86_KERNELS 1
#include <immintrin.h>
#endif

/* ---- portable ------------------------------------------------------------------------------- */

#define K(name) name##_portable

static void K(add_dense)(uint16_t *acc, const uint8_t *max, size_t n, const struct lift *l)
{
    for (size_t i = 0; i < n; i++)
        acc[i] = (uint16_t)(acc[i] + lift_up(l, LOAD_RELAXED(&max[i])));
}

static void K(add_quilt)(uint16_t *lanes, const struct quilt *q, const struct lift *l,
                         uint32_t unit)
{
    for (unsigned i = 0; i < 32; i++) {
        uint8_t b = LOAD_RELAXED(&q->bytes[i]);
        lanes[i] = (uint16_t)(lanes[i] + lift_up(l, (b & 15) * unit));
        lanes[i + 32] = (uint16_t)(lanes[i + 32] + lift_up(l, (b >> 4) * unit));
    }
}

static size_t K(count_ge)(const uint16_t *acc, size_t n, uint16_t least)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += acc[i] >= least;
    return count;
}

static uint16_t K(largest)(const uint16_t *acc, size_t n)
{
    uint16_t best = 0;
    for (size_t i = 0; i < n; i++)
        best = acc[i] > best ? acc[i] : best;
    return best;
}

static size_t K(collect_ge)(const uint16_t *acc, size_t n, uint16_t least, uint32_t *out)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        if (acc[i] >= least)
            out[found++] = (uint32_t)i;
    return found;
}

static uint64_t K(lanes_ge)(const uint16_t *lanes, uint16_t least)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < 64; i++)
        bits |= (uint64_t)(lanes[i] >= least) << i;
    return bits;
}

/* The entries in [i, end) whose chunks are in the batch. */
static unsigned K(find_places)(const struct table *t, uint32_t i, uint32_t end,
                               const struct batch *b, uint32_t *found)
{
    unsigned n = 0;
    for (; i < end; i++) {
        uint32_t e = (uint32_t)LOAD_RELAXED(&t->entry[i]);
        uint32_t chunk = e >> 8 < b->n_chunks ? e >> 8 : 0;
        found[n] = i;
        n += b->place_of[chunk] != 0;
    }
    return n;
}

#include "kernels_body.h"
#define WISH_PORTABLE
#include "kernels_wish_body.h"
#undef WISH_PORTABLE
#undef K

#define KERNELS(isa)                                                                             \
    {                                                                                            \
        #isa, add_dense_##isa, count_ge_##isa, largest_##isa, collect_ge_##isa, walk_##isa,      \
            probe_##isa, lanes_ge_##isa, drop_##isa, sift_wishes_##isa                           \
    }

#ifdef X86_KERNELS

/* ---- what the vector sets share: a compare that yields a bit for each of 64 lanes ------------ */

#define VECTOR_SCANS                                                                             \
    static size_t K(count_ge)(const uint16_t *acc, size_t n, uint16_t least)                     \
    {                                                                                            \
        size_t count = 0;                                                                        \
        for (size_t i = 0; i < n; i += 64)                                                       \
            count += (size_t)__builtin_popcountll(K(lanes_ge)(acc + i, least));                  \
        return count;                                                                            \
    }                                                                                            \
    static size_t K(collect_ge)(const uint16_t *acc, size_t n, uint16_t least, uint32_t *out)    \
    {                                                                                            \
        size_t found = 0;                                                                        \
        for (size_t i = 0; i < n; i += 64)                                                       \
            for (uint64_t b = K(lanes_ge)(acc + i, least); b; b &= b - 1)                        \
                out[found++] = (uint32_t)i + (uint32_t)__builtin_ctzll(b);                       \
        return found;                                                                            \
    }

/* ---- baseline x86-64 ------------------------------------------------------------------------ */

#define K(name) name##_sse2

static __m128i lift_sse2(__m128i w, __m128i q, bool scaled)
{
    if (!scaled)
        return _mm_mullo_epi16(w, q);
    __m128i some = _mm_min_epi16(w, _mm_set1_epi16(1));
    return _mm_add_epi16(_mm_mulhi_epu16(_mm_slli_epi16(w, 8), q), some);
}

static void K(add_dense)(uint16_t *acc, const uint8_t *max, size_t n, const struct lift *l)
{
    __m128i q = _mm_set1_epi16((short)l->q), clamp = _mm_set1_epi8((char)l->clamp);
    __m128i zero = _mm_setzero_si128();
    for (size_t i = 0; i < n; i += 16) {
        __m128i w = _mm_min_epu8(_mm_loadu_si128((const void *)(max + i)), clamp);
        __m128i *a = (void *)(acc + i);
        __m128i lo = lift_sse2(_mm_unpacklo_epi8(w, zero), q, l->shift);
        __m128i hi = lift_sse2(_mm_unpackhi_epi8(w, zero), q, l->shift);
        _mm_storeu_si128(a, _mm_add_epi16(_mm_loadu_si128(a), lo));
        _mm_storeu_si128(a + 1, _mm_add_epi16(_mm_loadu_si128(a + 1), hi));
    }
}

static void K(add_quilt)(uint16_t *lanes, const struct quilt *q, const struct lift *l,
                         uint32_t unit)
{
    __m128i by = _mm_set1_epi16((short)l->q), u = _mm_set1_epi16((short)unit);
    __m128i clamp = _mm_set1_epi16(l->clamp), low = _mm_set1_epi8(15);
    __m128i zero = _mm_setzero_si128();
    for (unsigned i = 0; i < 64; i += 16) {
        __m128i b = _mm_loadu_si128((const void *)(q->bytes + (i & 31)));
        b = _mm_and_si128(i < 32 ? b : _mm_srli_epi16(b, 4), low);
        __m128i w0 = _mm_mullo_epi16(_mm_unpacklo_epi8(b, zero), u);
        __m128i w1 = _mm_mullo_epi16(_mm_unpackhi_epi8(b, zero), u);
        __m128i *a = (void *)(lanes + i);
        w0 = lift_sse2(_mm_min_epi16(w0, clamp), by, l->shift);
        w1 = lift_sse2(_mm_min_epi16(w1, clamp), by, l->shift);
        _mm_storeu_si128(a, _mm_add_epi16(_mm_loadu_si128(a), w0));
        _mm_storeu_si128(a + 1, _mm_add_epi16(_mm_loadu_si128(a + 1), w1));
    }
}

static uint64_t K(lanes_ge)(const uint16_t *lanes, uint16_t least)
{
    __m128i below = _mm_set1_epi16((short)(least - 1)), zero = _mm_setzero_si128();
    uint64_t bits = 0;
    for (unsigned i = 0; i < 64; i += 16) {
        __m128i a = _mm_subs_epu16(_mm_loadu_si128((const void *)(lanes + i)), below);
        __m128i b = _mm_subs_epu16(_mm_loadu_si128((const void *)(lanes + i + 8)), below);
        __m128i none = _mm_packs_epi16(_mm_cmpeq_epi16(a, zero), _mm_cmpeq_epi16(b, zero));
        bits |= (uint64_t)(uint16_t)~_mm_movemask_epi8(none) << i;
    }
    return bits;
}

static uint16_t K(largest)(const uint16_t *acc, size_t n)
{
    return largest_portable(acc, n);
}

static unsigned K(find_places)(const struct table *t, uint32_t i, uint32_t end,
                               const struct batch *b, uint32_t *found)
{
    return find_places_portable(t, i, end, b, found);
}

VECTOR_SCANS
#include "kernels_body.h"
#define WISH_SSE2
#include "kernels_wish_body.h"
#undef WISH_SSE2
#undef K

/* ---- AVX2 ----------------------------------------------------------------------------------- */

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt")
#define K(name) name##_avx2

static __m256i lift_avx2(__m256i w, __m256i q, bool scaled)
{
    if (!scaled)
        return _mm256_mullo_epi16(w, q);
    return _mm256_add_epi16(_mm256_mulhi_epu16(_mm256_slli_epi16(w, 8), q),
                            _mm256_min_epi16(w, _mm256_set1_epi16(1)));
}

static void K(add_dense)(uint16_t *acc, const uint8_t *max, size_t n, const struct lift *l)
{
    __m256i q = _mm256_set1_epi16((short)l->q);
    __m128i clamp = _mm_set1_epi8((char)l->clamp);
    for (size_t i = 0; i < n; i += 16) {
        __m128i b = _mm_min_epu8(_mm_loadu_si128((const void *)(max + i)), clamp);
        __m256i w = _mm256_cvtepu8_epi16(b);
        __m256i *a = (void *)(acc + i);
        _mm256_storeu_si256(a, _mm256_add_epi16(_mm256_loadu_si256(a), lift_avx2(w, q, l->shift)));
    }
}

static void K(add_quilt)(uint16_t *lanes, const struct quilt *q, const struct lift *l,
                         uint32_t unit)
{
    __m256i by = _mm256_set1_epi16((short)l->q), u = _mm256_set1_epi16((short)unit);
    __m256i clamp = _mm256_set1_epi16(l->clamp), low = _mm256_set1_epi16(15);
    for (unsigned i = 0; i < 64; i += 16) {
        __m256i b = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)(q->bytes + (i & 31))));
        b = i < 32 ? _mm256_and_si256(b, low) : _mm256_srli_epi16(b, 4);
        __m256i w = _mm256_min_epi16(_mm256_mullo_epi16(b, u), clamp);
        __m256i *a = (void *)(lanes + i);
        _mm256_storeu_si256(a, _mm256_add_epi16(_mm256_loadu_si256(a), lift_avx2(w, by, l->shift)));
    }
}

static uint64_t K(lanes_ge)(const uint16_t *lanes, uint16_t least)
{
    __m256i t = _mm256_set1_epi16((short)least);
    uint64_t bits = 0;
    for (unsigned i = 0; i < 64; i += 32) {
        __m256i a = _mm256_loadu_si256((const void *)(lanes + i));
        __m256i b = _mm256_loadu_si256((const void *)(lanes + i + 16));
        a = _mm256_cmpeq_epi16(_mm256_max_epu16(a, t), a);
        b = _mm256_cmpeq_epi16(_mm256_max_epu16(b, t), b);
        __m256i p = _mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0xd8);
        bits |= (uint64_t)(uint32_t)_mm256_movemask_epi8(p) << i;
    }
    return bits;
}

static uint16_t K(largest)(const uint16_t *acc, size_t n)
{
    __m256i best = _mm256_setzero_si256();
    for (size_t i = 0; i < n; i += 16)
        best = _mm256_max_epu16(best, _mm256_loadu_si256((const void *)(acc + i)));
    uint16_t lane[16];
    _mm256_storeu_si256((void *)lane, best);
    return largest_portable(lane, 16);
}

static unsigned K(find_places)(const struct table *t, uint32_t i, uint32_t end,
                               const struct batch *b, uint32_t *found)
{
    return find_places_portable(t, i, end, b, found);
}

VECTOR_SCANS
#include "kernels_body.h"
#define WISH_AVX2
#include "kernels_wish_body.h"
#undef WISH_AVX2
#undef K
#pragma GCC pop_options

/* ---- AVX-512 -------------------------------------------------------------------------------- */

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2,lzcnt,popcnt")
#define K(name) name##_avx512

static __m512i lift_avx512(__m512i w, __m512i q, bool scaled)
{
    if (!scaled)
        return _mm512_mullo_epi16(w, q);
    return _mm512_add_epi16(_mm512_mulhi_epu16(_mm512_slli_epi16(w, 8), q),
                            _mm512_min_epi16(w, _mm512_set1_epi16(1)));
}

static void K(add_dense)(uint16_t *acc, const uint8_t *max, size_t n, const struct lift *l)
{
    __m512i q = _mm512_set1_epi16((short)l->q);
    __m256i clamp = _mm256_set1_epi8((char)l->clamp);
    for (size_t i = 0; i < n; i += 32) {
        __m256i b = _mm256_min_epu8(_mm256_loadu_si256((const void *)(max + i)), clamp);
        __m512i w = _mm512_cvtepu8_epi16(b);
        w = lift_avx512(w, q, l->shift);
        _mm512_storeu_si512(acc + i, _mm512_add_epi16(_mm512_loadu_si512(acc + i), w));
    }
}

static void K(add_quilt)(uint16_t *lanes, const struct quilt *q, const struct lift *l,
                         uint32_t unit)
{
    __m512i by = _mm512_set1_epi16((short)l->q), u = _mm512_set1_epi16((short)unit);
    __m512i clamp = _mm512_set1_epi16(l->clamp), low = _mm512_set1_epi16(15);
    __m512i b = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)q->bytes));
    __m512i w0 = _mm512_mullo_epi16(_mm512_and_si512(b, low), u);
    __m512i w1 = _mm512_mullo_epi16(_mm512_srli_epi16(b, 4), u);
    w0 = lift_avx512(_mm512_min_epi16(w0, clamp), by, l->shift);
    w1 = lift_avx512(_mm512_min_epi16(w1, clamp), by, l->shift);
    _mm512_storeu_si512(lanes, _mm512_add_epi16(_mm512_loadu_si512(lanes), w0));
    _mm512_storeu_si512(lanes + 32, _mm512_add_epi16(_mm512_loadu_si512(lanes + 32), w1));
}

static uint64_t K(lanes_ge)(const uint16_t *lanes, uint16_t least)
{
    __m512i t = _mm512_set1_epi16((short)least);
    uint64_t lo = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(lanes), t);
    uint64_t hi = _mm512_cmpge_epu16_mask(_mm512_loadu_si512(lanes + 32), t);
    return lo | hi << 32;
}

static uint16_t K(largest)(const uint16_t *acc, size_t n)
{
    __m512i best = _mm512_setzero_si512();
    for (size_t i = 0; i < n; i += 32)
        best = _mm512_max_epu16(best, _mm512_loadu_si512(acc + i));
    uint16_t lane[32];
    _mm512_storeu_si512(lane, best);
    return largest_portable(lane, 32);
}

static unsigned K(find_places)(const struct table *t, uint32_t i, uint32_t end,
                               const struct batch *b, uint32_t *found)
{
    __m512i low = _mm512_set1_epi64(0xffffffff), n_chunks = _mm512_set1_epi64(b->n_chunks);
    __m512i at = _mm512_add_epi64(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0),
                                  _mm512_set1_epi64(i));
    unsigned n = 0;
    for (; i < end; i += LINE_ENTRIES) {
        __m512i e = _mm512_and_si512(_mm512_loadu_si512(&t->entry[i]), low);
        __m512i chunk = _mm512_srli_epi64(e, 8);
        __mmask8 known = _mm512_cmplt_epu64_mask(chunk, n_chunks);
        __m256i place = _mm512_mask_i64gather_epi32(_mm256_setzero_si256(), known, chunk,
                                                    (const int *)b->place_of, 2);
        __mmask8 hit = _mm256_test_epi32_mask(place, _mm256_set1_epi32(0xffff));
        _mm256_storeu_si256((void *)(found + n),
                            _mm256_maskz_compress_epi32(hit, _mm512_cvtepi64_epi32(at)));
        n += (unsigned)__builtin_popcount(hit);
        at = _mm512_add_epi64(at, _mm512_set1_epi64(LINE_ENTRIES));
    }
    return n;
}

VECTOR_SCANS
#include "kernels_body.h"
#define WISH_AVX512
#include "kernels_wish_body.h"
#undef WISH_AVX512
#undef K
#pragma GCC pop_options

#endif /* X86_KERNELS */

/* ---- the choice ----------------------------------------------------------------------------- */

/* Best first. */
static const struct kernels all[] = {
#ifdef X86_KERNELS
    KERNELS(avx512), KERNELS(avx2), KERNELS(sse2),
#endif
    KERNELS(portable),
};
static const struct kernels *chosen;

static bool runs_here(const struct kernels *k)
{
#ifdef X86_KERNELS
    if (strcmp(k->name, "avx512") == 0)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("bmi2");
    if (strcmp(k->name, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
#endif
    return k->name != NULL;
}

const struct kernels *kernels_get(void)
{
    const struct kernels *k = LOAD_ACQUIRE(&chosen);
    if (k)
        return k;
    k = all;
    while (!runs_here(k))
        k++;
    STORE_RELEASE(&chosen, k);
    return k;
}

const char *jm_index_isa(void)
{
    return kernels_get()->name;
}

bool jm_index_isa_force(const char *name)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0 && runs_here(&all[i])) {
            STORE_RELEASE(&chosen, &all[i]);
            return true;
        }
    return false;
}
