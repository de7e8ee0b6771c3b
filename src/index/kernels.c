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

static void K(add_bytes)(uint16_t *acc, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        acc[i] = (uint16_t)(acc[i] + LOAD_RELAXED(&bytes[i]));
}

static void K(add_quilts)(uint16_t *acc, const struct quilt *q, size_t n, const uint16_t *worth)
{
    for (size_t i = 0; i < n; i++, acc += 64)
        for (unsigned j = 0; j < 32; j++) {
            uint8_t b = LOAD_RELAXED(&q[i].bytes[j]);
            acc[j] = sum_to_limit(acc[j], worth[b & 15]);
            acc[j + 32] = sum_to_limit(acc[j + 32], worth[b >> 4]);
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

/* The chunks whose largest weight is not 0. */
static uint64_t K(present)(const struct quilt *q)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < 32; i++) {
        uint64_t byte = LOAD_RELAXED(&q->bytes[i]);
        bits |= (uint64_t)((byte & 15) != 0) << i | (uint64_t)(byte > 15) << (i + 32);
    }
    return bits;
}

static void K(keep)(uint16_t *lanes, uint64_t these)
{
    for (unsigned i = 0; i < 64; i++)
        lanes[i] = (uint16_t)(lanes[i] & -(these >> i & 1));
}
#define keep_sse2 keep_portable
#define keep_avx2 keep_portable

/* What items add to the lanes. Without a branch on whether their chunks are still of interest: what
 * is of others goes to lanes that nobody reads. */
static inline void add_item(uint32_t item, uint32_t base, const uint16_t *worth, uint16_t *lanes)
{
    uint16_t *lane = &lanes[base + (item >> 4 & 63)];
    *lane = (uint16_t)(*lane + worth[item & ITEM_WEIGHT]);
}

static inline void add_items_any(const uint16_t *items, uint32_t n, const uint16_t *lanes_of,
                                 const uint16_t *worth, struct batch *b, uint32_t *later)
{
    (void)later;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t item = LOAD_RELAXED(&items[i]);
        add_item(item, lanes_of[item >> ITEM_CHUNK], worth, b->lanes);
    }
}
#define add_items_portable add_items_any
#define add_items_sse2 add_items_any
#define add_items_avx2 add_items_any

static inline void add_wide_any(const uint32_t *items, uint32_t n, const uint16_t *worth,
                                const struct batch *b)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t item = LOAD_RELAXED(&items[i]);
        add_item(item, batch_lanes_of(b, item >> 16)[item >> ITEM_CHUNK & 63], worth, b->lanes);
    }
}
#define add_wide_portable add_wide_any
#define add_wide_sse2 add_wide_any
#define add_wide_avx2 add_wide_any

/* A quilt's chunk is known, and its largest weight. */
static inline void bound_quilts(uint16_t *bounds, const struct segment *s, const uint16_t *worth)
{
    for (uint32_t q = 0; q < s->quilts; q++) {
        uint32_t mark = LOAD_RELAXED(&packed_marks(s)[q]);
        bounds[mark >> 4] = sum_to_limit(bounds[mark >> 4], worth[mark & ITEM_WEIGHT]);
    }
}

static inline void bound_packed_any(uint16_t *bounds, const struct segment *s,
                                    const uint16_t *worth)
{
    const uint16_t *items = packed_items(s);
    bound_quilts(bounds, s, worth);
    uint32_t i = 0;
    for (uint32_t block = 0; block < 1u << packed_shift(s); block++, bounds += BLOCK_CHUNKS) {
        uint32_t last = UINT32_MAX, before = 0;
        for (uint32_t end = i + packed_count(s, block); i < end; i++) {
            uint32_t item = LOAD_RELAXED(&items[i]), chunk = item >> ITEM_CHUNK;
            uint32_t most = worth[item & ITEM_WEIGHT], known = chunk == last ? before : 0;
            known = known < most ? known : most;
            bounds[chunk] = sum_to_limit(bounds[chunk], (uint16_t)(most - known));
            last = chunk;
            before = most;
        }
    }
}
#define bound_packed_portable bound_packed_any
#define bound_packed_sse2     bound_packed_any
#define bound_packed_avx2     bound_packed_any

static inline void add_later_any(struct batch *b, uint32_t n)
{
    (void)b, (void)n; /* nothing was put off */
}
#define add_later_portable add_later_any
#define add_later_sse2     add_later_any
#define add_later_avx2     add_later_any

/* Of n chunks, those that are alive, as bits. */
static inline uint64_t alive_chunks_any(const uint16_t *chunks, uint32_t n,
                                        const uint16_t *lanes_of)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < n; i++)
        bits |= (uint64_t)(lanes_of[chunks[i]] != DEAD) << i;
    return bits;
}
#define alive_chunks_portable alive_chunks_any
#define alive_chunks_sse2     alive_chunks_any
#define alive_chunks_avx2     alive_chunks_any

#define ADD_PARTS                                                                                  \
    static void K(add_parts)(struct parts * p, const struct dense_row *rows, size_t n,             \
                             uint32_t block)                                                       \
    {                                                                                              \
        for (size_t i = 0; i < n; i++)                                                             \
            for (unsigned part = 0; block < rows[i].table->n_segments && part < 5; part++)         \
                K(add_quilts)                                                                      \
                ((uint16_t *)p->sum[part], table_part(rows[i].table, block, part), 1,              \
                 rows[i].worth);                                                                   \
    }

ADD_PARTS
#include "kernels_body.h"
#define WISH_PORTABLE
#include "kernels_wish_body.h"
#undef WISH_PORTABLE
#undef K

#define KERNELS(isa)                                                                             \
    {                                                                                            \
        #isa, add_bytes_##isa, add_quilts_##isa, count_ge_##isa, largest_##isa,                  \
            collect_ge_##isa, add_maxima_##isa, tighten_##isa, bound_packed_##isa, visit_##isa,  \
            sweep_##isa, lanes_ge_##isa, drop_##isa, keep_##isa, sift_wishes_##isa               \
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

static void K(add_bytes)(uint16_t *acc, const uint8_t *bytes, size_t n)
{
    __m128i zero = _mm_setzero_si128();
    for (size_t i = 0; i < n; i += 16) {
        __m128i w = _mm_loadu_si128((const void *)(bytes + i)), *a = (void *)(acc + i);
        __m128i lo = _mm_unpacklo_epi8(w, zero), hi = _mm_unpackhi_epi8(w, zero);
        _mm_storeu_si128(a, _mm_add_epi16(_mm_loadu_si128(a), lo));
        _mm_storeu_si128(a + 1, _mm_add_epi16(_mm_loadu_si128(a + 1), hi));
    }
}

static void K(add_quilts)(uint16_t *acc, const struct quilt *q, size_t n, const uint16_t *worth)
{
    add_quilts_portable(acc, q, n, worth);
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

static uint64_t K(present)(const struct quilt *q)
{
    __m128i nibble = _mm_set1_epi8(15), zero = _mm_setzero_si128();
    uint64_t none = 0;
    for (unsigned i = 0; i < 32; i += 16) {
        __m128i b = _mm_loadu_si128((const void *)(q->bytes + i));
        __m128i lo = _mm_cmpeq_epi8(_mm_and_si128(b, nibble), zero);
        __m128i hi = _mm_cmpeq_epi8(_mm_andnot_si128(nibble, b), zero);
        none |= (uint64_t)(uint32_t)_mm_movemask_epi8(lo) << i;
        none |= (uint64_t)(uint32_t)_mm_movemask_epi8(hi) << (i + 32);
    }
    return ~none;
}

VECTOR_SCANS
ADD_PARTS
#include "kernels_body.h"
#define WISH_SSE2
#include "kernels_wish_body.h"
#undef WISH_SSE2
#undef K

/* ---- AVX2 ----------------------------------------------------------------------------------- */

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt")
#define K(name) name##_avx2

static void K(add_bytes)(uint16_t *acc, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i += 16) {
        __m256i w = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)(bytes + i)));
        __m256i *a = (void *)(acc + i);
        _mm256_storeu_si256(a, _mm256_add_epi16(_mm256_loadu_si256(a), w));
    }
}

/* 16 weights to what they are worth: the low and the high bytes are looked up by themselves. */
static inline void worth_avx2(uint16_t *acc, __m128i weights, __m128i low, __m128i high)
{
    __m128i l = _mm_shuffle_epi8(low, weights), h = _mm_shuffle_epi8(high, weights);
    __m256i v = _mm256_set_m128i(_mm_unpackhi_epi8(l, h), _mm_unpacklo_epi8(l, h));
    __m256i *a = (void *)acc;
    _mm256_storeu_si256(a, _mm256_adds_epu16(_mm256_loadu_si256(a), v));
}

static void K(add_quilts)(uint16_t *acc, const struct quilt *q, size_t n, const uint16_t *worth)
{
    __m128i w0 = _mm_loadu_si128((const void *)worth);
    __m128i w1 = _mm_loadu_si128((const void *)(worth + 8));
    __m128i byte = _mm_set1_epi16(255), nibble = _mm_set1_epi8(15);
    __m128i low = _mm_packus_epi16(_mm_and_si128(w0, byte), _mm_and_si128(w1, byte));
    __m128i high = _mm_packus_epi16(_mm_srli_epi16(w0, 8), _mm_srli_epi16(w1, 8));
    for (size_t i = 0; i < n; i++, acc += 64)
        for (unsigned j = 0; j < 32; j += 16) {
            __m128i b = _mm_loadu_si128((const void *)(q[i].bytes + j));
            worth_avx2(acc + j, _mm_and_si128(b, nibble), low, high);
            worth_avx2(acc + j + 32, _mm_and_si128(_mm_srli_epi16(b, 4), nibble), low, high);
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

static uint64_t K(present)(const struct quilt *q)
{
    __m256i b = _mm256_loadu_si256((const void *)q->bytes), zero = _mm256_setzero_si256();
    __m256i nibble = _mm256_set1_epi8(15);
    __m256i lows = _mm256_and_si256(b, nibble), highs = _mm256_andnot_si256(nibble, b);
    uint32_t lo = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(lows, zero));
    uint32_t hi = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(highs, zero));
    return ~(lo | (uint64_t)hi << 32);
}

VECTOR_SCANS
ADD_PARTS
#include "kernels_body.h"
#define WISH_AVX2
#include "kernels_wish_body.h"
#undef WISH_AVX2
#undef K
#pragma GCC pop_options

/* ---- AVX-512 -------------------------------------------------------------------------------- */

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")
#define K(name) name##_avx512

static void K(add_bytes)(uint16_t *acc, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i += 32) {
        __m512i w = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)(bytes + i)));
        _mm512_storeu_si512(acc + i, _mm512_add_epi16(_mm512_loadu_si512(acc + i), w));
    }
}

/* Weights are looked up by five bits, of which the fifth belongs to the neighbour: both halves of
 * the table are alike. */
static inline __m512i worths_avx512(const uint16_t *worth)
{
    return _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)worth));
}

static inline void add_quilt_avx512(__m512i acc[2], const struct quilt *q, __m512i worths)
{
    __m512i b = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)q->bytes));
    acc[0] = _mm512_adds_epu16(acc[0], _mm512_permutexvar_epi16(b, worths));
    acc[1] = _mm512_adds_epu16(acc[1], _mm512_permutexvar_epi16(_mm512_srli_epi16(b, 4), worths));
}

static void K(add_quilts)(uint16_t *acc, const struct quilt *q, size_t n, const uint16_t *worth)
{
    __m512i worths = worths_avx512(worth);
    for (size_t i = 0; i < n; i++, acc += 64) {
        __m512i sums[2] = {_mm512_loadu_si512(acc), _mm512_loadu_si512(acc + 32)};
        add_quilt_avx512(sums, &q[i], worths);
        _mm512_storeu_si512(acc, sums[0]);
        _mm512_storeu_si512(acc + 32, sums[1]);
    }
}

/* The sums stay in registers until all rows are through. */
static void K(add_parts)(struct parts *p, const struct dense_row *rows, size_t n, uint32_t block)
{
    __m512i sums[5][2];
    memcpy(sums, p->sum, sizeof sums);
    for (size_t i = 0; i < n; i++) {
        if (block >= rows[i].table->n_segments)
            continue;
        __m512i worths = worths_avx512(rows[i].worth);
#pragma GCC unroll 5
        for (unsigned part = 0; part < 5; part++)
            add_quilt_avx512(sums[part], table_part(rows[i].table, block, part), worths);
    }
    memcpy(p->sum, sums, sizeof sums);
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

static void K(keep)(uint16_t *lanes, uint64_t these)
{
    __m512i lo = _mm512_maskz_loadu_epi16((__mmask32)these, lanes);
    __m512i hi = _mm512_maskz_loadu_epi16((__mmask32)(these >> 32), lanes + 32);
    _mm512_storeu_si512(lanes, lo);
    _mm512_storeu_si512(lanes + 32, hi);
}

/* What items add is put off until a row is through: found first and then added, it need not be
 * waited for. */
static void K(add_later)(struct batch *b, uint32_t n)
{
    uint16_t *lanes = b->lanes;
    for (uint32_t i = 0; i < n; i++) {
        uint16_t *lane = &lanes[b->later_lane[i]];
        *lane = (uint16_t)(*lane + b->later_worth[i]);
    }
}

static void bound_later(uint16_t *bounds, const uint16_t *lane, const uint16_t *worth, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        bounds[lane[i]] = sum_to_limit(bounds[lane[i]], worth[i]);
}

static const uint16_t to_31[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                   16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

/* Found first and then added, as by a sweep. */
static void K(bound_packed)(uint16_t *bounds, const struct segment *s, const uint16_t *worth)
{
    uint16_t lane[LATER + 32], more[LATER + 32]; /* vectors are stored whole */
    const uint16_t *items = packed_items(s);
    __m512i table = worths_avx512(worth);
    __m512i one_back = _mm512_sub_epi16(_mm512_loadu_si512(to_31), _mm512_set1_epi16(1));
    uint32_t later = 0;
    bound_quilts(bounds, s, worth);
    for (uint32_t block = 0, from = 0, end; block < 1u << packed_shift(s); block++, from = end) {
        __m512i first = _mm512_set1_epi16((short)(block * BLOCK_CHUNKS));
        end = from + packed_count(s, block);
        for (uint32_t i = from; i < end; i += 32) {
            __mmask32 there = _bzhi_u32(UINT32_MAX, end - i < 32 ? end - i : 32);
            __m512i item = _mm512_maskz_loadu_epi16(there, items + i); /* once: they may change */
            __m512i before = _mm512_permutexvar_epi16(one_back, item);
            __m512i chunk = _mm512_srli_epi16(item, ITEM_CHUNK);
            __mmask32 same =
                _mm512_mask_cmpeq_epi16_mask(~1u, chunk, _mm512_srli_epi16(before, ITEM_CHUNK));
            __m512i v = _mm512_subs_epu16(_mm512_permutexvar_epi16(item, table),
                                          _mm512_maskz_permutexvar_epi16(same, before, table));
            __mmask32 adds = _mm512_mask_test_epi16_mask(there, v, v);
            chunk = _mm512_add_epi16(chunk, first);
            _mm512_storeu_si512(lane + later, _mm512_maskz_compress_epi16(adds, chunk));
            _mm512_storeu_si512(more + later, _mm512_maskz_compress_epi16(adds, v));
            later += (uint32_t)__builtin_popcount(adds);
            if (later > LATER) {
                bound_later(bounds, lane, more, later);
                later = 0;
            }
        }
    }
    bound_later(bounds, lane, more, later);
}

/* Where the lanes of a block's 64 chunks begin fits two registers, and is looked up from there. */
static inline void K(add_items)(const uint16_t *items, uint32_t n, const uint16_t *lanes_of,
                                const uint16_t *worth, struct batch *b, uint32_t *later)
{
    __m512i low = _mm512_loadu_si512(lanes_of), high = _mm512_loadu_si512(lanes_of + 32);
    __m512i table = worths_avx512(worth);
    __m512i dead = _mm512_set1_epi16((short)DEAD), slot = _mm512_set1_epi16(63);
    for (uint32_t i = 0; i < n; i += 32) {
        __mmask32 there = _bzhi_u32(UINT32_MAX, n - i < 32 ? n - i : 32);
        __m512i item = _mm512_maskz_loadu_epi16(there, items + i);
        __m512i base = _mm512_permutex2var_epi16(low, _mm512_srli_epi16(item, ITEM_CHUNK), high);
        __mmask32 hit = _mm512_mask_cmpneq_epu16_mask(there, base, dead);
        __m512i at = _mm512_add_epi16(base, _mm512_and_si512(_mm512_srli_epi16(item, 4), slot));
        __m512i v = _mm512_permutexvar_epi16(item, table);
        _mm512_storeu_si512(b->later_lane + *later, _mm512_maskz_compress_epi16(hit, at));
        _mm512_storeu_si512(b->later_worth + *later, _mm512_maskz_compress_epi16(hit, v));
        *later += (uint32_t)__builtin_popcount(hit);
        if (*later > LATER) {
            K(add_later)(b, *later);
            *later = 0;
        }
    }
}

static inline uint64_t K(alive_chunks)(const uint16_t *chunks, uint32_t n, const uint16_t *lanes_of)
{
    __m512i low = _mm512_loadu_si512(lanes_of), high = _mm512_loadu_si512(lanes_of + 32);
    uint64_t bits = 0;
    for (uint32_t i = 0; i < n; i += 32) {
        __mmask32 there = _bzhi_u32(UINT32_MAX, n - i < 32 ? n - i : 32);
        __m512i chunk = _mm512_maskz_loadu_epi16(there, chunks + i);
        __m512i base = _mm512_permutex2var_epi16(low, chunk, high);
        bits |= (uint64_t)_mm512_mask_cmpneq_epu16_mask(there, base, _mm512_set1_epi16((short)DEAD))
                << i;
    }
    return bits;
}

/* Few items are of the batch's blocks: find these first. */
static inline void K(add_wide)(const uint32_t *items, uint32_t n, const uint16_t *worth,
                               const struct batch *b)
{
    __m512i cap = _mm512_set1_epi32((int)b->cap_blocks);
    for (uint32_t i = 0; i < n; i += 16) {
        __mmask16 there = (__mmask16)(n - i >= 16 ? UINT16_MAX : (1u << (n - i)) - 1);
        __m512i item = _mm512_maskz_loadu_epi32(there, items + i);
        __m512i block = _mm512_srli_epi32(item, 16);
        there = _mm512_mask_cmplt_epu32_mask(there, block, cap);
        __m512i number =
            _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), there, block, b->number, 2);
        unsigned hit = _mm512_mask_test_epi32_mask(there, number, _mm512_set1_epi32(UINT16_MAX));
        for (; hit; hit &= hit - 1)
            add_wide_any(items + i + __builtin_ctz(hit), 1, worth, b);
    }
}

static uint64_t K(present)(const struct quilt *q)
{
    __m256i b = _mm256_loadu_si256((const void *)q->bytes);
    uint64_t lo = _mm256_test_epi8_mask(b, _mm256_set1_epi8(15));
    uint64_t hi = _mm256_test_epi8_mask(b, _mm256_set1_epi8((char)240));
    return lo | hi << 32;
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
               __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2");
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
