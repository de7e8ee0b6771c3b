/* uses: http base */
/* fuzz_http_guard.c - request heads, addresses and chunked bodies from arbitrary bytes.
 *
 * The first byte chooses the size of the pieces the input arrives in. Beyond not crashing it checks
 * what the rest of the server relies on: the verdict does not depend on the pieces, an accepted
 * head keeps every promise of the guard when looked at by other means, decoded text is clean. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/guard.h"
#include "jobmatch/arena.h"
#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_HEAD = 4096, MAX_BODY = 4096 };

static void check(int cond)
{
    if (!cond)
        abort();
}

static enum http_read scan_in_pieces(struct http_scan *s, const char *in, size_t len, size_t piece,
                                     struct http_refusal *why)
{
    enum http_read got = HTTP_MORE;
    memset(s, 0, sizeof *s);
    for (size_t seen = 0; seen < len && got == HTTP_MORE;) {
        seen = len - seen > piece ? seen + piece : len;
        got = http_head_scan(s, in, seen, MAX_HEAD, why);
        check(s->at <= seen);
    }
    return got;
}

static size_t count_field(const struct http_head *h, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_fields; i++)
        n += !strcasecmp(h->fields[i].name, name);
    return n;
}

/* The promises, read off the result rather than off the parser. */
static void check_head(const struct http_head *h)
{
    bool bodiless = h->method != JM_POST && h->method != JM_PUT && h->method != JM_PATCH;
    check(h->minor <= 1 && (h->minor == 0 || count_field(h, "host") == 1));
    check(count_field(h, "content-length") <= 1 && count_field(h, "transfer-encoding") <= 1);
    check((h->content_length >= 0) == (count_field(h, "content-length") == 1));
    check(h->chunked == (count_field(h, "transfer-encoding") == 1));
    check(!(h->chunked && h->content_length >= 0));
    check(!bodiless || (!h->chunked && h->content_length <= 0));
    check(*h->path == '/' || (h->method == JM_OPTIONS && !strcmp(h->path, "*")));
    for (size_t i = 0; i < h->n_fields; i++) {
        check(h->fields[i].name[0] && !strpbrk(h->fields[i].name, " \t\r\n:"));
        check(!strpbrk(h->fields[i].value, "\r\n"));
    }
}

static void check_text(const char *s)
{
    check(jm_utf8_ok(s, strlen(s), NULL));
    for (; *s; s++)
        check((unsigned char)*s >= 0x20 && *s != 0x7f);
}

static void try_uri(const struct http_head *h)
{
    struct jm_arena arena;
    struct http_uri u;
    struct http_refusal why = { 0 };
    jm_arena_init(&arena, 1 << 20);
    if (http_uri_parse(&u, h->path, h->query, &arena, &why) == 0) {
        for (size_t i = 0; i < u.n_segments; i++)
            check_text(u.segments[i]);
        for (size_t i = 0; i < u.n_params; i++) {
            check_text(u.params[i].name);
            check_text(u.params[i].value);
        }
    } else {
        check(why.status == 400 || why.status == 503);
    }
    jm_arena_fini(&arena);
}

static enum http_read chunks_in_pieces(const char *in, size_t len, size_t piece,
                                       struct jm_buf *body, size_t *total)
{
    struct http_chunks c = { 0 };
    struct http_refusal why = { 0 };
    enum http_read got = HTTP_MORE;
    *total = 0;
    while (*total < len && got == HTTP_MORE) {
        size_t used, n = len - *total > piece ? piece : len - *total;
        got = http_chunks_feed(&c, in + *total, n, &used, body, MAX_BODY, &why);
        check(used <= n && (used == n || got != HTTP_MORE));
        check(body->len <= MAX_BODY);
        *total += used;
    }
    check(got != HTTP_REFUSED || why.status == 400 || why.status == 413);
    return got;
}

static void try_chunks(const char *in, size_t len, size_t piece)
{
    struct jm_buf whole = { 0 }, cut = { 0 };
    size_t whole_used, cut_used;
    enum http_read a = chunks_in_pieces(in, len, len ? len : 1, &whole, &whole_used);
    enum http_read b = chunks_in_pieces(in, len, piece, &cut, &cut_used);
    check(a == b && whole.len == cut.len && (a != HTTP_DONE || whole_used == cut_used));
    check(!whole.len || !memcmp(whole.data, cut.data, whole.len));
    jm_buf_fini(&whole);
    jm_buf_fini(&cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_scan s, s2;
    struct http_refusal why = { 0 }, why2 = { 0 };
    struct http_head h;
    if (!size)
        return 0;
    size_t piece = 1 + data[0] % 16, len = size - 1;
    char *in = malloc(len + 1); /* exact, so that an overrun is seen */
    check(in != NULL);
    memcpy(in, data + 1, len);
    in[len] = 0;
    enum http_read got = scan_in_pieces(&s, in, len, len ? len : 1, &why);
    check(got == scan_in_pieces(&s2, in, len, piece, &why2));
    check(got == HTTP_MORE || s.at == s2.at);
    check(got != HTTP_REFUSED || (why.status == why2.status && why.slug == why2.slug));
    if (got == HTTP_DONE) {
        char *head = strndup(in, s.at); /* a scanned head holds no NUL */
        check(head && strlen(head) == s.at);
        if (http_head_parse(&h, head, s.at, &why) == 0) {
            check_head(&h);
            try_uri(&h);
        } else {
            check(why.status >= 400 && why.slug && why.detail);
        }
        free(head);
        try_chunks(in + s.at, len - s.at, piece);
    }
    try_chunks(in, len, piece);
    free(in);
    return 0;
}
