/* feed_row.c - one document out of a COPY BINARY stream or of a page of changes.
 *
 * The stream: an 11-byte signature, flags, the length of an extension; then for each row a field
 * count and each field with its length; at the end a count of -1. A piece from libpq is usually
 * one row, but nothing promises it, so an incomplete row is carried over to the next piece. */
#include <string.h>

#include "jobmatch/log.h"
#include "store_int.h"

enum { FIELDS = 10, HEADER = 19 };

static const char signature[11] = "PGCOPY\n\377\r\n";

struct field {
    const uint8_t *p;
    size_t len;
    bool null;
};

static int64_t be(const uint8_t *p, size_t n)
{
    uint64_t v = n && (p[0] & 0x80) ? UINT64_MAX : 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

static int64_t num(const struct field *f)
{
    return f->null ? 0 : be(f->p, f->len);
}

/* Split a row. Returns its bytes, 0 if it is not complete, -1 if it is not ours, -2 at the end. */
static long split(struct field f[FIELDS], const uint8_t *p, size_t len)
{
    size_t at = 2;
    if (len < 2)
        return 0;
    if (be(p, 2) == -1)
        return -2;
    if (be(p, 2) != FIELDS)
        return -1;
    for (int i = 0; i < FIELDS; i++) {
        if (len - at < 4)
            return 0;
        int64_t n = be(p + at, 4);
        at += 4;
        f[i] = (struct field){.p = p + at, .null = n < 0};
        if (n < 0)
            continue;
        if ((uint64_t)n > len - at)
            return 0;
        f[i].len = (size_t)n;
        at += (size_t)n;
    }
    return (long)at;
}

/* Fields carry no NUL behind them: the two strings are copied into `text`. False: too long. */
static bool to_doc(struct jm_feed_doc *d, const struct field f[FIELDS], char text[512])
{
    size_t source = f[3].len, ext = f[4].len;
    if (source + ext + 2 > 512)
        return false;
    memcpy(text, f[3].p, source);
    text[source] = 0;
    memcpy(text + source + 1, f[4].p, ext);
    text[source + 1 + ext] = 0;
    *d = (struct jm_feed_doc){
        .tenant = (uint32_t)num(&f[0]),
        .kind = (enum jm_kind)num(&f[1]),
        .doc_id = (uint64_t)num(&f[2]),
        .source = text,
        .external_id = text + source + 1,
        .version = num(&f[5]),
        .shard = (unsigned)num(&f[6]),
        .status = (enum jm_doc_status)num(&f[7]),
        .expires_at_us = f[8].null ? 0 : jm_pg_time_to_wall_us(num(&f[8])),
        .compact = f[9].p,
        .compact_len = f[9].len,
    };
    return true;
}

/* Parse as many whole rows as there are; *used is how far it came. */
static int rows(const uint8_t *p, size_t len, size_t *used,
                int (*fn)(void *arg, const struct jm_feed_doc *d), void *arg)
{
    int pause = 0;
    *used = 0;
    for (;;) {
        struct field f[FIELDS];
        struct jm_feed_doc d;
        char text[512];
        long n = split(f, p + *used, len - *used);
        if (n == -2)
            *used = len;
        if (n == 0 || n == -2)
            return pause;
        if (n < 0 || !to_doc(&d, f, text))
            return -1;
        *used += (size_t)n;
        pause |= fn(arg, &d);
    }
}

int feed_copy_rows(struct feed *f, const void *data, size_t len,
                   int (*fn)(void *arg, const struct jm_feed_doc *d), void *arg)
{
    const uint8_t *p = data;
    size_t used, skip = 0;
    bool carried = f->carry.len > 0;
    if (carried) {
        jm_buf_add(&f->carry, data, len);
        p = (const uint8_t *)f->carry.data;
        len = f->carry.len;
    }
    if (!f->copy_header && len >= HEADER) {
        skip = HEADER + (size_t)(uint32_t)be(p + 15, 4);
        if (memcmp(p, signature, sizeof signature) != 0 || skip > len)
            return -1;
        f->copy_header = true;
    }
    int r = f->copy_header ? rows(p + skip, len - skip, &used, fn, arg) : (used = 0, 0);
    if (r < 0)
        return -1;
    used += skip;
    if (carried) {
        memmove(f->carry.data, f->carry.data + used, len - used);
        f->carry.len = len - used;
    } else if (used < len) {
        jm_buf_add(&f->carry, p + used, len - used);
    }
    return jm_buf_ok(&f->carry) ? r : -1;
}
