/* weights.c - read and write a linear model; the format is in weights.h. */
#include "weights.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"

static const char magic[4] = {'j', 'm', 'w', '1'};
enum { HEAD = 16 + 4 * WEIGHTS_FIXED, TAIL = 8 };

int weights_load(struct weights *w, const void *bytes, size_t len, enum weights_kind *kind,
                 struct jm_err *err)
{
    const uint8_t *p = bytes;
    if (len < HEAD + TAIL || memcmp(p, magic, sizeof magic) != 0)
        return jm_err_set(err, JM_EINVAL, "is not a file of weights");
    uint32_t what = jm_get_u32(p + 4), log2 = jm_get_u32(p + 8);
    if ((what != WEIGHTS_GATE && what != WEIGHTS_TAGGER && what != WEIGHTS_CLUSTERS) ||
        log2 > WEIGHTS_MAX_LOG2 || jm_get_u32(p + 12) != WEIGHTS_UNIT ||
        len != HEAD + (weights_width(what) << log2) + TAIL)
        return jm_err_set(err, JM_EINVAL, "holds weights of another form");
    if (jm_get_u64(p + len - TAIL) != jm_hash64(p, len - TAIL))
        return jm_err_set(err, JM_EINVAL, "is damaged: its hash does not fit");
    struct weights out = {.mask = (UINT64_C(1) << log2) - 1,
                          .hash = jm_get_u64(p + len - TAIL), .bytes = malloc(len)};
    if (!out.bytes)
        return jm_err_set(err, JM_ENOMEM, "out of memory for weights");
    memcpy(out.bytes, p, len);
    out.table = out.bytes + HEAD;
    for (size_t i = 0; i < WEIGHTS_FIXED; i++)
        out.fixed[i] = (int32_t)jm_get_u32(p + 16 + 4 * i);
    *w = out;
    *kind = (enum weights_kind)what;
    return 0;
}

void weights_free(struct weights *w)
{
    free(w->bytes);
    *w = (struct weights){0};
}

static void put_u32(struct jm_buf *out, uint32_t v)
{
    uint8_t b[4];
    jm_put_u32(b, v);
    jm_buf_add(out, b, sizeof b);
}

void weights_write(struct jm_buf *out, enum weights_kind kind, unsigned log2,
                   const int32_t fixed[WEIGHTS_FIXED], const uint8_t *table)
{
    uint8_t hash[8];
    size_t from = out->len;
    jm_buf_add(out, magic, sizeof magic);
    put_u32(out, kind);
    put_u32(out, log2);
    put_u32(out, WEIGHTS_UNIT);
    for (size_t i = 0; i < WEIGHTS_FIXED; i++)
        put_u32(out, (uint32_t)fixed[i]);
    jm_buf_add(out, table, weights_width(kind) << log2);
    if (!jm_buf_ok(out))
        return;
    jm_put_u64(hash, jm_hash64(out->data + from, out->len - from));
    jm_buf_add(out, hash, sizeof hash);
}

uint8_t weights_byte_of(double units)
{
    return (uint8_t)(int8_t)nearbyint(units > 127 ? 127 : units < -127 ? -127 : units);
}
