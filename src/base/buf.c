/* buf.c - see buf.h. */
#include "jobmatch/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jm_buf_init(struct jm_buf *b)
{
    *b = (struct jm_buf){0};
}

void jm_buf_fini(struct jm_buf *b)
{
    free(b->data);
    *b = (struct jm_buf){0};
}

void jm_buf_clear(struct jm_buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->data)
        b->data[0] = '\0';
}

bool jm_buf_ok(const struct jm_buf *b)
{
    return !b->failed;
}

int jm_buf_reserve(struct jm_buf *b, size_t more)
{
    if (b->failed)
        return -1;
    if (more > SIZE_MAX / 2 - b->len - 1)
        goto fail;
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return 0;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap *= 2;
    char *p = realloc(b->data, cap);
    if (!p)
        goto fail;
    if (!b->data)
        p[0] = '\0';
    b->data = p;
    b->cap = cap;
    return 0;
fail:
    b->failed = true;
    return -1;
}

void jm_buf_add(struct jm_buf *b, const void *data, size_t bytes)
{
    if (bytes == 0 || jm_buf_reserve(b, bytes))
        return;
    memcpy(b->data + b->len, data, bytes);
    b->len += bytes;
    b->data[b->len] = '\0';
}

void jm_buf_str(struct jm_buf *b, const char *s)
{
    jm_buf_add(b, s, strlen(s));
}

void jm_buf_ch(struct jm_buf *b, char c)
{
    jm_buf_add(b, &c, 1);
}

void jm_buf_fmt(struct jm_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n >= 0 && jm_buf_reserve(b, (size_t)n) == 0) {
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void jm_buf_json(struct jm_buf *b, const char *s, size_t bytes)
{
    static const char *const hex = "0123456789abcdef";
    size_t from = 0;
    jm_buf_ch(b, '"');
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        jm_buf_add(b, s + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            char esc[2] = {'\\', (char)c};
            jm_buf_add(b, esc, 2);
        } else if (c == '\n') {
            jm_buf_add(b, "\\n", 2);
        } else if (c == '\t') {
            jm_buf_add(b, "\\t", 2);
        } else {
            char esc[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            jm_buf_add(b, esc, 6);
        }
    }
    jm_buf_add(b, s + from, bytes - from);
    jm_buf_ch(b, '"');
}

char *jm_buf_steal(struct jm_buf *b, size_t *len)
{
    if (jm_buf_reserve(b, 0)) {
        jm_buf_fini(b);
        return NULL;
    }
    char *p = b->data;
    if (len)
        *len = b->len;
    *b = (struct jm_buf){0};
    return p;
}

const char *jm_buf_cstr(const struct jm_buf *b)
{
    return b->data ? b->data : "";
}
