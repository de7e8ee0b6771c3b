/* args.c - query parameters in PostgreSQL's binary form.
 *
 * All values of a query share one buffer; a parameter is an offset and a length, turned into
 * pointers only when it is sent, because the buffer moves while it grows. Arrays are built in
 * place: the element count and the length of the parameter are patched at the end. Binary, not
 * text, because a document's bytes then need no escaping and no second copy. */
#include <string.h>

#include "jobmatch/pg.h"

static const int64_t pg_epoch_us = INT64_C(946684800000000); /* 2000-01-01 */

int64_t jm_pg_time_to_wall_us(int64_t pg_us)
{
    return pg_us + pg_epoch_us;
}

static void put_be32(struct jm_buf *b, uint32_t v)
{
    uint8_t p[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    jm_buf_add(b, p, sizeof p);
}

static void put_be64(struct jm_buf *b, uint64_t v)
{
    put_be32(b, (uint32_t)(v >> 32));
    put_be32(b, (uint32_t)v);
}

void jm_pg_args_init(struct jm_pg_args *a)
{
    memset(a, 0, sizeof *a);
    jm_buf_init(&a->data);
}

void jm_pg_args_fini(struct jm_pg_args *a)
{
    jm_buf_fini(&a->data);
    a->n = 0;
}

bool jm_pg_args_ok(const struct jm_pg_args *a)
{
    return !a->overflow && jm_buf_ok(&a->data) && a->data.len <= INT32_MAX;
}

/* Start the next parameter at the end of the buffer. */
static bool arg_open(struct jm_pg_args *a)
{
    if (a->n == JM_PG_ARGS_MAX) {
        a->overflow = true;
        return false;
    }
    a->v[a->n].at = a->data.len;
    return true;
}

static void arg_close(struct jm_pg_args *a)
{
    a->v[a->n].len = (int)(a->data.len - a->v[a->n].at);
    a->n++;
}

void jm_pg_null(struct jm_pg_args *a)
{
    if (!arg_open(a))
        return;
    a->v[a->n++].len = -1;
}

void jm_pg_bool(struct jm_pg_args *a, bool v)
{
    if (!arg_open(a))
        return;
    jm_buf_ch(&a->data, v);
    arg_close(a);
}

void jm_pg_i2(struct jm_pg_args *a, int16_t v)
{
    if (!arg_open(a))
        return;
    jm_buf_ch(&a->data, (char)((uint16_t)v >> 8));
    jm_buf_ch(&a->data, (char)v);
    arg_close(a);
}

void jm_pg_i4(struct jm_pg_args *a, int32_t v)
{
    if (!arg_open(a))
        return;
    put_be32(&a->data, (uint32_t)v);
    arg_close(a);
}

void jm_pg_i8(struct jm_pg_args *a, int64_t v)
{
    if (!arg_open(a))
        return;
    put_be64(&a->data, (uint64_t)v);
    arg_close(a);
}

void jm_pg_bytes(struct jm_pg_args *a, const void *p, size_t n)
{
    if (!p) {
        jm_pg_null(a);
        return;
    }
    if (!arg_open(a))
        return;
    jm_buf_add(&a->data, p, n);
    arg_close(a);
}

void jm_pg_str(struct jm_pg_args *a, const char *s)
{
    jm_pg_bytes(a, s, s ? strlen(s) : 0);
}

void jm_pg_time(struct jm_pg_args *a, int64_t wall_us)
{
    if (wall_us == 0)
        jm_pg_null(a);
    else
        jm_pg_i8(a, wall_us - pg_epoch_us);
}

/* dimensions, has-nulls, element type, then length and lower bound of the one dimension */
void jm_pg_array_begin(struct jm_pg_args *a, enum jm_pg_type element)
{
    if (!arg_open(a))
        return;
    put_be32(&a->data, 1);
    put_be32(&a->data, 1);
    put_be32(&a->data, (uint32_t)element);
    a->array_at = a->data.len;
    a->array_count = 0;
    put_be32(&a->data, 0);
    put_be32(&a->data, 1);
}

static void el_len(struct jm_pg_args *a, uint32_t len)
{
    a->array_count++;
    put_be32(&a->data, len);
}

void jm_pg_el_bool(struct jm_pg_args *a, bool v)
{
    el_len(a, 1);
    jm_buf_ch(&a->data, v);
}

void jm_pg_el_i2(struct jm_pg_args *a, int16_t v)
{
    el_len(a, 2);
    jm_buf_ch(&a->data, (char)((uint16_t)v >> 8));
    jm_buf_ch(&a->data, (char)v);
}

void jm_pg_el_i4(struct jm_pg_args *a, int32_t v)
{
    el_len(a, 4);
    put_be32(&a->data, (uint32_t)v);
}

void jm_pg_el_i8(struct jm_pg_args *a, int64_t v)
{
    el_len(a, 8);
    put_be64(&a->data, (uint64_t)v);
}

void jm_pg_el_bytes(struct jm_pg_args *a, const void *p, size_t n)
{
    el_len(a, p ? (uint32_t)n : UINT32_MAX);
    if (p)
        jm_buf_add(&a->data, p, n);
}

void jm_pg_el_time(struct jm_pg_args *a, int64_t wall_us)
{
    if (wall_us == 0)
        el_len(a, UINT32_MAX);
    else
        jm_pg_el_i8(a, wall_us - pg_epoch_us);
}

void jm_pg_array_end(struct jm_pg_args *a)
{
    if (!jm_pg_args_ok(a))
        return;
    if (a->array_count == 0) { /* an empty array has no dimensions at all */
        memset(a->data.data + a->v[a->n].at, 0, 4);
        a->data.len = a->array_at;
    } else {
        uint32_t n = a->array_count;
        uint8_t be[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
        memcpy(a->data.data + a->array_at, be, 4);
    }
    arg_close(a);
}
