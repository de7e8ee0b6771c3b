/* chunks.c - a chunked body, decoded byte by byte as it arrives.
 *
 * Stricter than RFC 9112: no chunk extensions and no trailer fields. No client we know sends
 * either, and servers and proxies disagree about both. */
#include "guard.h"

#include <string.h>

#include "jobmatch/buf.h"

enum { SIZE, SIZE_LF, DATA, DATA_CR, DATA_LF, LAST_CR, LAST_LF };

static int refuse(struct http_refusal *why, int status, const char *slug, const char *detail)
{
    *why = (struct http_refusal){ .status = status, .slug = slug, .detail = detail };
    return -1;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static int on_size(struct http_chunks *c, char ch, struct http_refusal *why)
{
    int v = hex_value(ch);
    if (v >= 0 && c->digits < 8) {
        c->left = c->left * 16 + (size_t)v;
        c->digits++;
        return 0;
    }
    if (ch != '\r' || !c->digits)
        return refuse(why, 400, "bad-chunk", "a chunk size is 1 to 8 hex digits and nothing else");
    c->state = SIZE_LF;
    return 0;
}

static int expect(struct http_chunks *c, char ch, char wanted, int next, struct http_refusal *why)
{
    if (ch != wanted)
        return refuse(why, 400, "bad-chunk",
                      c->state == LAST_CR ? "fields after the last chunk are not accepted"
                                          : "a chunk does not end where its size says");
    c->state = next;
    return 0;
}

/* One byte outside of chunk data. 1: the body is complete. */
static int on_frame(struct http_chunks *c, char ch, struct http_refusal *why)
{
    switch (c->state) {
    case SIZE:
        return on_size(c, ch, why);
    case SIZE_LF:
        return expect(c, ch, '\n', c->left ? DATA : LAST_CR, why);
    case DATA_CR:
        return expect(c, ch, '\r', DATA_LF, why);
    case DATA_LF:
        c->digits = 0;
        return expect(c, ch, '\n', SIZE, why);
    case LAST_CR:
        return expect(c, ch, '\r', LAST_LF, why);
    default:
        return expect(c, ch, '\n', LAST_LF, why) ? -1 : 1;
    }
}

static int on_data(struct http_chunks *c, const char *in, size_t len, size_t *used,
                   struct jm_buf *body)
{
    size_t n = len < c->left ? len : c->left;
    jm_buf_add(body, in, n);
    c->left -= n;
    *used += n;
    if (!c->left)
        c->state = DATA_CR;
    return jm_buf_ok(body) ? 0 : -1;
}

enum http_read http_chunks_feed(struct http_chunks *c, const char *in, size_t len, size_t *used,
                                struct jm_buf *body, size_t max_bytes, struct http_refusal *why)
{
    *used = 0;
    while (*used < len) {
        if (c->state == DATA) {
            if (c->left > max_bytes - body->len) {
                refuse(why, 413, "body-too-large", "the body is longer than allowed here");
                return HTTP_REFUSED;
            }
            if (on_data(c, in + *used, len - *used, used, body)) {
                refuse(why, 503, "busy", "no memory for the body right now");
                return HTTP_REFUSED;
            }
            continue;
        }
        int rc = on_frame(c, in[(*used)++], why);
        if (rc)
            return rc > 0 ? HTTP_DONE : HTTP_REFUSED;
    }
    return HTTP_MORE;
}
