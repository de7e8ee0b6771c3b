/* kernels_wish_body.h - sifting wishes, for each instruction set. Included by kernels.c where K is
 * defined, once with each of the WISH_... Not a header.
 *
 * The bits of a cell are read first, and its other columns were written before them: what has bits
 * is whole. (Vector loads are not reordered by x86; portable reads use acquire.) */

#ifdef WISH_PORTABLE
/* Do the terms of cell `i` pass? `block` points to the first line. */
static bool K(terms_pass)(const uint16_t *block, enum list_kind kind, unsigned i,
                          const struct wish_probe *q)
{
    bool any = kind != LIST_ANY;
    for (unsigned c = 0; !any && c < ANY_COLUMNS; c++)
        any = signature_has(q, LOAD_RELAXED(&block[(LINE_ANY + c) * CELLS + i]));
    return any && signature_has(q, LOAD_RELAXED(&block[LINE_MUST * CELLS + i])) &&
           signature_has(q, LOAD_RELAXED(&block[LINE_MUST2 * CELLS + i]));
}

static bool K(facets_pass)(const uint16_t *block, enum list_kind kind, unsigned i,
                           const struct wish_probe *q)
{
    uint16_t bits = LOAD_ACQUIRE(&block[LINE_BITS * CELLS + i]);
    uint16_t place = LOAD_RELAXED(&block[LINE_PLACE * CELLS + i]);
    uint16_t more = kind == LIST_FORM ? LOAD_RELAXED(&block[LINE_MORE * CELLS + i]) : 0;
    return (bits & q->workplace) && (bits & q->employment) && more <= q->max_weight &&
           (place == 0 || place == q->place || q->all_places || (more & q->remote)) &&
           LOAD_RELAXED(&block[LINE_PAY * CELLS + i]) <= q->pay;
}

static size_t K(sift_wishes)(const struct wish_list *l, uint32_t block, uint32_t n_blocks,
                             const struct wish_probe *q, uint32_t *out)
{
    size_t n = 0;
    for (uint32_t b = block; b < block + n_blocks; b++) {
        const uint16_t *at = (const void *)list_line(l, b, 0);
        for (unsigned i = 0; i < CELLS; i++)
            if (K(facets_pass)(at, l->kind, i, q) && K(terms_pass)(at, l->kind, i, q))
                out[n++] = b * CELLS + i;
    }
    return n;
}
#endif

#ifdef WISH_SSE2
/* Which of the eight lanes are 0, as two bits each. */
static uint32_t K(zeros)(__m128i v)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi16(v, _mm_setzero_si128()));
}

static uint32_t K(equal)(__m128i v, uint16_t x)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi16(v, _mm_set1_epi16((short)x)));
}

/* Facets eight at a time, two bits each. */
static uint32_t K(facets_pass)(const __m128i *line, enum list_kind kind,
                               const struct wish_probe *q)
{
    __m128i bits = _mm_load_si128(line + LINE_BITS * 4);
    __m128i place = _mm_load_si128(line + LINE_PLACE * 4);
    __m128i pay = _mm_load_si128(line + LINE_PAY * 4), more = _mm_setzero_si128();
    if (kind == LIST_FORM)
        more = _mm_load_si128(line + LINE_MORE * 4);
    uint32_t no = K(zeros)(_mm_and_si128(bits, _mm_set1_epi16((short)q->workplace))) |
                  K(zeros)(_mm_and_si128(bits, _mm_set1_epi16((short)q->employment)));
    uint32_t yes = K(zeros)(_mm_subs_epu16(pay, _mm_set1_epi16((short)q->pay))) &
                   K(zeros)(_mm_subs_epu16(more, _mm_set1_epi16((short)q->max_weight)));
    uint32_t here = K(zeros)(place) | K(equal)(place, q->place) | (q->all_places ? 0xffff : 0) |
                    (~K(zeros)(_mm_and_si128(more, _mm_set1_epi16((short)q->remote))) & 0xffff);
    return yes & here & ~no;
}

/* ... and the terms of those that pass one by one. */
static size_t K(sift_wishes)(const struct wish_list *l, uint32_t block, uint32_t n_blocks,
                             const struct wish_probe *q, uint32_t *out)
{
    size_t n = 0;
    for (uint32_t b = block; b < block + n_blocks; b++) {
        const __m128i *line = (const void *)list_line(l, b, 0);
        for (unsigned i = 0; i < CELLS; i += 8)
            for (uint32_t m = K(facets_pass)(line + i / 8, l->kind, q) & 0x5555; m; m &= m - 1) {
                unsigned cell = i + (unsigned)__builtin_ctz(m) / 2;
                if (terms_pass_portable((const void *)line, l->kind, cell, q))
                    out[n++] = b * CELLS + cell;
            }
    }
    return n;
}
#endif

#ifdef WISH_AVX2
enum { TABLES = 4 };

/* Bytes of two times sixteen numbers, in their order. */
static __m256i K(bytes_of)(__m256i a, __m256i b)
{
    return _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xd8);
}

/* Which of 32 numbers are in the signature, folded to half its length: 64 bytes in four tables. A
 * byte is looked up in each, and only where its number is of that table is the result not 0. */
static inline __attribute__((always_inline)) uint32_t
K(signed_by)(const __m256i *numbers, const __m256i *tables)
{
    __m256i v0 = _mm256_load_si256(numbers), v1 = _mm256_load_si256(numbers + 1);
    __m256i seven = _mm256_set1_epi16(7), most = _mm256_set1_epi16(63);
    __m256i at = K(bytes_of)(_mm256_and_si256(_mm256_srli_epi16(v0, 3), most),
                             _mm256_and_si256(_mm256_srli_epi16(v1, 3), most));
    __m256i bit = _mm256_shuffle_epi8(_mm256_set1_epi64x((long long)0x8040201008040201),
                                      K(bytes_of)(_mm256_and_si256(v0, seven),
                                                  _mm256_and_si256(v1, seven)));
    __m256i byte = _mm256_setzero_si256();
    for (unsigned t = 0; t < TABLES; t++) {
        __m256i in = _mm256_adds_epu8(_mm256_sub_epi8(at, _mm256_set1_epi8((char)(16 * t))),
                                      _mm256_set1_epi8(0x70));
        byte = _mm256_or_si256(byte, _mm256_shuffle_epi8(tables[t], in));
    }
    __m256i hit = _mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), bit);
    return (uint32_t)_mm256_movemask_epi8(hit);
}

static inline __attribute__((always_inline)) __m256i
K(facets_pass)(const __m256i *line, enum list_kind kind, const struct wish_probe *q)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i bits = _mm256_load_si256(line + LINE_BITS * 2);
    __m256i place = _mm256_load_si256(line + LINE_PLACE * 2);
    __m256i pay = _mm256_load_si256(line + LINE_PAY * 2), more = zero;
    if (kind == LIST_FORM)
        more = _mm256_load_si256(line + LINE_MORE * 2);
    __m256i work = _mm256_and_si256(bits, _mm256_set1_epi16((short)q->workplace));
    __m256i employ = _mm256_and_si256(bits, _mm256_set1_epi16((short)q->employment));
    __m256i remote = _mm256_and_si256(more, _mm256_set1_epi16((short)q->remote));
    __m256i over = _mm256_or_si256(_mm256_subs_epu16(pay, _mm256_set1_epi16((short)q->pay)),
                                   _mm256_subs_epu16(more,
                                                     _mm256_set1_epi16((short)q->max_weight)));
    __m256i here = _mm256_or_si256(_mm256_cmpeq_epi16(place, zero),
                                   _mm256_cmpeq_epi16(place, _mm256_set1_epi16((short)q->place)));
    here = _mm256_or_si256(here, _mm256_cmpgt_epi16(remote, zero));
    here = _mm256_or_si256(here, _mm256_set1_epi16(q->all_places ? -1 : 0));
    __m256i no = _mm256_or_si256(_mm256_cmpeq_epi16(work, zero),
                                 _mm256_cmpeq_epi16(employ, zero));
    return _mm256_andnot_si256(no, _mm256_and_si256(here, _mm256_cmpeq_epi16(over, zero)));
}

static size_t K(sift_wishes)(const struct wish_list *l, uint32_t block, uint32_t n_blocks,
                             const struct wish_probe *q, uint32_t *out)
{
    const __m128i *signature = (const void *)q->signature;
    __m256i tables[TABLES];
    size_t n = 0;
    for (unsigned t = 0; t < TABLES; t++)
        tables[t] = _mm256_broadcastsi128_si256(_mm_or_si128(
            _mm_loadu_si128(signature + t), _mm_loadu_si128(signature + TABLES + t)));
    for (uint32_t b = block; b < block + n_blocks; b++) {
        const __m256i *line = (const void *)list_line(l, b, 0);
        __m256i pass = _mm256_packs_epi16(K(facets_pass)(line, l->kind, q),
                                          K(facets_pass)(line + 1, l->kind, q));
        pass = _mm256_permute4x64_epi64(pass, 0xd8);
        uint32_t m = (uint32_t)_mm256_movemask_epi8(pass), any = l->kind == LIST_ANY ? 0 : ~0u;
        m &= K(signed_by)(line + LINE_MUST * 2, tables);
        m &= K(signed_by)(line + LINE_MUST2 * 2, tables);
        for (unsigned c = LINE_ANY; (m & ~any) && c < LINE_ANY + ANY_COLUMNS; c++)
            any |= K(signed_by)(line + c * 2, tables);
        for (m &= any; m; m &= m - 1)
            out[n++] = b * CELLS + (uint32_t)__builtin_ctz(m);
    }
    return n;
}
#endif

#ifdef WISH_AVX512
static uint32_t K(signed_by)(const char *numbers, __m512i low, __m512i high)
{
    __m512i v = _mm512_load_si512((const void *)numbers);
    __m512i word = _mm512_permutex2var_epi16(low, _mm512_srli_epi16(v, 4), high);
    __m512i bit = _mm512_sllv_epi16(_mm512_set1_epi16(1),
                                    _mm512_and_si512(v, _mm512_set1_epi16(15)));
    return _mm512_test_epi16_mask(word, bit);
}

static uint32_t K(facets_pass)(const char *block, enum list_kind kind, const struct wish_probe *q)
{
    __m512i bits = _mm512_load_si512((const void *)(block + LINE_BITS * LINE_BYTES));
    __m512i place = _mm512_load_si512((const void *)(block + LINE_PLACE * LINE_BYTES));
    __m512i pay = _mm512_load_si512((const void *)(block + LINE_PAY * LINE_BYTES));
    uint32_t here = _mm512_testn_epi16_mask(place, place) |
                    _mm512_cmpeq_epi16_mask(place, _mm512_set1_epi16((short)q->place)) |
                    (q->all_places ? ~0u : 0);
    uint32_t pass = _mm512_test_epi16_mask(bits, _mm512_set1_epi16((short)q->workplace)) &
                    _mm512_test_epi16_mask(bits, _mm512_set1_epi16((short)q->employment)) &
                    _mm512_cmple_epu16_mask(pay, _mm512_set1_epi16((short)q->pay));
    if (kind == LIST_FORM) {
        __m512i more = _mm512_load_si512((const void *)(block + LINE_MORE * LINE_BYTES));
        here |= _mm512_test_epi16_mask(more, _mm512_set1_epi16((short)q->remote));
        pass &= _mm512_cmple_epu16_mask(more, _mm512_set1_epi16((short)q->max_weight));
    }
    return pass & here;
}

/* The numbers of the lanes in `m` after `base`; how many. Writes two vectors. */
static size_t K(list_lanes)(uint32_t m, uint32_t base, uint32_t *out)
{
    __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m512i low = _mm512_add_epi32(lane, _mm512_set1_epi32((int)base));
    __m512i high = _mm512_add_epi32(low, _mm512_set1_epi32(16));
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi32((__mmask16)m, low));
    _mm512_storeu_si512(out + __builtin_popcount(m & 0xffff),
                        _mm512_maskz_compress_epi32((__mmask16)(m >> 16), high));
    return (size_t)__builtin_popcount(m);
}

static size_t K(sift_wishes)(const struct wish_list *l, uint32_t block, uint32_t n_blocks,
                             const struct wish_probe *q, uint32_t *out)
{
    __m512i low = _mm512_loadu_si512(q->signature), high = _mm512_loadu_si512(q->signature + 32);
    size_t n = 0;
    for (uint32_t b = block; b < block + n_blocks; b++) {
        const char *at = list_line(l, b, 0);
        uint32_t m = K(facets_pass)(at, l->kind, q), any = l->kind == LIST_ANY ? 0 : ~0u;
        m &= K(signed_by)(at + LINE_MUST * LINE_BYTES, low, high);
        m &= K(signed_by)(at + LINE_MUST2 * LINE_BYTES, low, high);
        for (unsigned c = LINE_ANY; (m & ~any) && c < LINE_ANY + ANY_COLUMNS; c++)
            any |= K(signed_by)(at + c * LINE_BYTES, low, high);
        m &= any;
        if (m)
            n += K(list_lanes)(m, b * CELLS, out + n);
    }
    return n;
}
#endif
