/* long.c - the entries of a long document in bits, three quarters of what steps take.
 *
 * A number is written as Rice did: the part above some low bits as so many ones and a zero, then
 * the low bits. How many these are follows the numbers: for the distance from row to row they
 * suit the mean of the latest ones, for rows are numbered as they come up, and the common ones lie
 * close together. A weight is told by its rank: the document's usual weight, the ones beside it,
 * and so on; how many low bits the ranks have is the document's choice. Parts that are large are an
 * escape, and the number follows as it is.
 *
 * First three bytes: how many bytes it all takes (16 bits), the usual weight, the ranks' low bits
 * (4 bits each). */
#include <string.h>

#include "index_int.h"

enum {
    HEAD = 3,
    ESCAPE = 24, /* ones */
    RAW = 24,    /* bits of a number behind them */
    RANK_LOW = 4 /* choices of low bits for ranks */
};

/* ---- what is the document's own ------------------------------------------------------------- */

struct usual {
    uint32_t weight, low;
};

/* 0 for the usual weight, 1 and 2 for the next above and below, and so on. */
static uint32_t rank_of(uint32_t weight, uint32_t usual)
{
    return weight > usual ? 2 * (weight - usual) - 1 : 2 * (usual - weight);
}

static uint32_t weight_of_rank(uint32_t rank, uint32_t usual)
{
    return rank & 1 ? usual + rank / 2 + 1 : usual - rank / 2;
}

static uint32_t number_bits(uint32_t v, uint32_t low)
{
    return v >> low < ESCAPE ? (v >> low) + 1 + low : ESCAPE + RAW;
}

/* The mean weight, and the low bits that make the ranks shortest; *bits is what they take. */
static struct usual usual_of(const uint32_t *entries, size_t n, uint32_t *bits)
{
    uint32_t sum = 0, count[2 * WEIGHT_UNITS + 1] = {0};
    struct usual u = {0};
    for (size_t i = 0; i < n; i++)
        sum += entry_weight(entries[i]);
    JM_ASSERT(n > 0);
    u.weight = (sum + (uint32_t)n / 2) / (uint32_t)n;
    for (size_t i = 0; i < n; i++)
        count[rank_of(entry_weight(entries[i]), u.weight)]++;
    *bits = UINT32_MAX;
    for (uint32_t low = 0; low < RANK_LOW; low++) {
        uint32_t all = 0;
        for (uint32_t rank = 0; rank <= 2 * WEIGHT_UNITS; rank++)
            all += count[rank] * number_bits(rank, low);
        u.low = all < *bits ? low : u.low;
        *bits = all < *bits ? all : *bits;
    }
    return u;
}

/* ---- how far it is from row to row ---------------------------------------------------------- */

/* Twice the mean of the latest distances, more or less. */
enum { SUM_FIRST = 2 * 16 };

static uint32_t far_low(uint32_t sum)
{
    return 31u - (uint32_t)__builtin_clz(sum * 3 / 4 | 1);
}

static uint32_t far_next(uint32_t sum, uint32_t far)
{
    return sum + far - sum / 2;
}

size_t long_bytes(const uint32_t *entries, size_t n)
{
    uint32_t bits, row = 0, sum = SUM_FIRST;
    (void)usual_of(entries, n, &bits);
    for (size_t i = 0; i < n; i++) {
        uint32_t far = entry_row(entries[i]) - row;
        bits += number_bits(far, far_low(sum));
        sum = far_next(sum, far);
        row += far;
    }
    return HEAD + (bits + 7) / 8;
}

/* ---- write ---------------------------------------------------------------------------------- */

struct writer {
    uint8_t *to;
    uint64_t bits; /* not yet written, the first lowest */
    uint32_t n;
};

static void put_bits(struct writer *w, uint32_t v, uint32_t n)
{
    w->bits |= (uint64_t)v << w->n;
    for (w->n += n; w->n >= 8; w->n -= 8, w->bits >>= 8)
        *w->to++ = (uint8_t)w->bits;
}

static void put_number(struct writer *w, uint32_t v, uint32_t low)
{
    if (v >> low >= ESCAPE) {
        put_bits(w, (1u << ESCAPE) - 1, ESCAPE);
        put_bits(w, v, RAW);
        return;
    }
    put_bits(w, (1u << (v >> low)) - 1, (v >> low) + 1);
    put_bits(w, v & ((1u << low) - 1), low);
}

void long_write(uint8_t *to, const uint32_t *entries, size_t n)
{
    uint32_t bits, row = 0, sum = SUM_FIRST;
    struct usual u = usual_of(entries, n, &bits);
    struct writer w = {to + HEAD, 0, 0};
    for (size_t i = 0; i < n; i++) {
        uint32_t far = entry_row(entries[i]) - row;
        put_number(&w, far, far_low(sum));
        put_number(&w, rank_of(entry_weight(entries[i]), u.weight), u.low);
        sum = far_next(sum, far);
        row += far;
    }
    if (w.n)
        *w.to++ = (uint8_t)w.bits;
    uint16_t bytes = (uint16_t)(w.to - to);
    memcpy(to, &bytes, sizeof bytes);
    to[2] = (uint8_t)(u.weight << 4 | u.low);
}

/* ---- read ----------------------------------------------------------------------------------- */

struct bit_reader {
    const uint8_t *from, *end;
    uint64_t bits;
    uint32_t n;
};

/* Enough for an escape, or a number without one, unless there is no more. */
static void refill(struct bit_reader *r)
{
    uint32_t word;
    if (r->n < 32 && r->end - r->from >= (ptrdiff_t)sizeof word) {
        memcpy(&word, r->from, sizeof word);
        r->bits |= (uint64_t)word << r->n;
        r->from += sizeof word;
        r->n += 32;
    }
    for (; r->n <= 56 && r->from < r->end && r->end - r->from < (ptrdiff_t)sizeof word; r->n += 8)
        r->bits |= (uint64_t)*r->from++ << r->n;
}

static uint32_t get_bits(struct bit_reader *r, uint32_t n)
{
    uint32_t v = (uint32_t)(r->bits & ((1ull << n) - 1));
    r->bits >>= n;
    r->n -= n;
    return v;
}

static uint32_t get_number(struct bit_reader *r, uint32_t low)
{
    refill(r);
    uint32_t high = (uint32_t)__builtin_ctzll(~r->bits);
    if (high >= ESCAPE) {
        get_bits(r, ESCAPE);
        refill(r);
        return get_bits(r, RAW);
    }
    get_bits(r, high + 1);
    refill(r);
    return high << low | get_bits(r, low);
}

size_t long_written(const uint8_t *from)
{
    uint16_t bytes;
    memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

void long_read(const uint8_t *from, uint32_t *entries, size_t n)
{
    struct usual u = {from[2] >> 4, from[2] & 15u};
    struct bit_reader r = {from + HEAD, from + long_written(from), 0, 0};
    uint32_t row = 0, sum = SUM_FIRST;
    for (size_t i = 0; i < n; i++) {
        uint32_t far = get_number(&r, far_low(sum));
        row += far;
        sum = far_next(sum, far);
        entries[i] = entry(row, (uint8_t)weight_of_rank(get_number(&r, u.low), u.weight));
    }
}
