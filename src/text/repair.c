/* repair.c - well-formed UTF-8 from whatever came.
 *
 * Three repairs, in one pass: a malformed byte is taken for windows-1252 (what old HR systems
 * and word processors send); a sequence that is UTF-8 read as windows-1252 and encoded again
 * ("â€™" for an apostrophe, "Ã©" for é) is undone, once or twice over; NUL becomes a blank,
 * because PostgreSQL cannot keep it. Text that is right already comes out unchanged: the undoing
 * needs a whole multi-byte sequence spelled out, which no language writes. */
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "text_int.h"

/* 0x80..0x9f of windows-1252; 0: not assigned. */
static const uint16_t cp1252[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

uint32_t jm_text_from_1252(uint8_t byte)
{
    if (byte < 0x80 || byte > 0x9f)
        return byte;
    return cp1252[byte - 0x80] ? cp1252[byte - 0x80] : byte; /* C1 control, as browsers do */
}

/* The byte that windows-1252 writes for `cp`, or -1. */
static int to_1252(uint32_t cp)
{
    if (cp < 0x80 || (cp >= 0xa0 && cp <= 0xff))
        return (int)cp;
    if (cp >= 0x80 && cp <= 0x9f)
        return (int)cp;
    for (int i = 0; i < 32; i++)
        if (cp1252[i] == cp)
            return 0x80 + i;
    return -1;
}

/* If well-formed UTF-8 at s spells the bytes of one multi-byte character, give that character and
 * return how many input bytes spelled it; else 0. */
static size_t undo_double(const char *s, size_t bytes, uint32_t *out)
{
    char inner[4];
    size_t used = 0;
    unsigned want = 1;
    for (unsigned n = 0; n < want; n++) {
        uint32_t cp;
        unsigned len = jm_utf8_next(s + used, bytes - used, &cp);
        int byte = len ? to_1252(cp) : -1;
        if (byte < 0x80)
            return 0;
        if (n == 0)
            want = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
        else if ((byte & 0xc0) != 0x80)
            return 0;
        if (n >= want)
            return 0;
        inner[n] = (char)byte;
        used += len;
    }
    return jm_utf8_next(inner, want, out) == want ? used : 0;
}

static void put(struct jm_buf *out, uint32_t cp)
{
    char utf8[4];
    jm_buf_add(out, utf8, jm_utf8_put(utf8, cp));
}

/* One character of the input to the output; returns the bytes used, and says if it was repaired. */
static size_t repair_one(const char *s, size_t bytes, struct jm_buf *out, bool *repaired)
{
    uint32_t cp, inner;
    unsigned len = jm_utf8_next(s, bytes, &cp);
    size_t used = len ? undo_double(s, bytes, &inner) : 1;
    *repaired = used > 0;
    if (!len)
        put(out, jm_text_from_1252((uint8_t)*s));
    else if (used)
        put(out, inner);
    else
        jm_buf_add(out, s, used = len);
    return used;
}

/* What follows at `to` of the output came from `from` on. */
static bool note_step(struct jm_text_steps *steps, size_t from, size_t to)
{
    if (steps->n == steps->cap) {
        size_t cap = steps->cap * 2 + 32;
        struct jm_text_step *more = reallocarray(steps->a, cap, sizeof *more);
        if (!more)
            return false;
        steps->a = more;
        steps->cap = cap;
    }
    steps->a[steps->n++] = (struct jm_text_step){from, to};
    return true;
}

/* `steps` may be NULL. */
static long repair_pass(const char *s, size_t bytes, struct jm_buf *out,
                        struct jm_text_steps *steps)
{
    long repairs = 0;
    size_t i = 0, start = out->len;
    while (i < bytes) {
        size_t ascii = i;
        while (ascii < bytes && (uint8_t)s[ascii] < 0x80 && s[ascii])
            ascii++;
        jm_buf_add(out, s + i, ascii - i);
        i = ascii;
        if (i == bytes)
            break;
        bool repaired = true;
        if (s[i]) {
            i += repair_one(s + i, bytes - i, out, &repaired);
        } else {
            jm_buf_ch(out, ' ');
            i++;
        }
        repairs += repaired;
        if (repaired && steps && !note_step(steps, i, out->len - start))
            return -1;
    }
    return jm_buf_ok(out) ? repairs : -1;
}

/* The place in a pass's input of place `at` of its output. */
static size_t step_back(const struct jm_text_steps *steps, size_t at)
{
    size_t low = 0, high = steps->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (steps->a[mid].to <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? steps->a[low - 1].from + (at - steps->a[low - 1].to) : at;
}

size_t jm_text_origin(const struct jm_text_origins *o, size_t at)
{
    return step_back(&o->pass[0], step_back(&o->pass[1], at));
}

void jm_text_origins_fini(struct jm_text_origins *o)
{
    free(o->pass[0].a);
    free(o->pass[1].a);
    *o = (struct jm_text_origins){0};
}

long jm_text_repair(const char *s, size_t bytes, struct jm_buf *out)
{
    return jm_text_repair_from(s, bytes, out, NULL);
}

long jm_text_repair_from(const char *s, size_t bytes, struct jm_buf *out,
                         struct jm_text_origins *from)
{
    struct jm_buf once;
    jm_buf_init(&once);
    long first = repair_pass(s, bytes, &once, from ? &from->pass[0] : NULL);
    long second =
        first > 0 ? repair_pass(once.data, once.len, out, from ? &from->pass[1] : NULL) : 0;
    if (first == 0)
        jm_buf_add(out, once.data, once.len);
    jm_buf_fini(&once);
    if (first < 0 || second < 0 || !jm_buf_ok(out))
        return -1;
    return first + second;
}
