/* buf.h - a growable run of bytes, always NUL-terminated behind its length.
 *
 * Appending reports failure once and remembers it: after the first failed allocation every later
 * append does nothing and jm_buf_ok() is false, so a writer checks once, at its end. */
#ifndef JM_BUF_H
#define JM_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jm_buf {
    char *data; /* NULL until the first append */
    size_t len, cap;
    bool failed;
};

void jm_buf_init(struct jm_buf *b);
void jm_buf_fini(struct jm_buf *b); /* accepts a zeroed object */
void jm_buf_clear(struct jm_buf *b); /* keeps the memory */
bool jm_buf_ok(const struct jm_buf *b);
int jm_buf_reserve(struct jm_buf *b, size_t more_bytes); /* -1: out of memory */
void jm_buf_add(struct jm_buf *b, const void *data, size_t bytes);
void jm_buf_str(struct jm_buf *b, const char *s);
void jm_buf_ch(struct jm_buf *b, char c);
void jm_buf_fmt(struct jm_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A JSON string literal with quotes; `s` must be valid UTF-8. */
void jm_buf_json(struct jm_buf *b, const char *s, size_t bytes);
/* Hand the bytes to the caller, who frees them; NULL if an append failed. */
char *jm_buf_steal(struct jm_buf *b, size_t *len);
/* The text, "" when empty. Valid until the next append. */
const char *jm_buf_cstr(const struct jm_buf *b);

#endif
