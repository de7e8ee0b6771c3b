/* uri.c - a request's path and query, cut first and percent-decoded after.
 *
 * In this order, so that an encoded slash or ampersand stays part of its piece. Decoded text must
 * be UTF-8 without control characters: it becomes keys in a database that cannot hold a NUL, and
 * lines in a log. Dot segments have no meaning here; nothing is a file. */
#include "guard.h"

#include <string.h>

#include "jobmatch/arena.h"
#include "jobmatch/bytes.h"

static int refuse(struct http_refusal *why, const char *detail)
{
    *why = (struct http_refusal){ .status = 400, .slug = "bad-address", .detail = detail };
    return -1;
}

static int no_memory(struct http_refusal *why)
{
    *why = (struct http_refusal){ .status = 503, .slug = "busy",
                                  .detail = "no memory for the request right now" };
    return -1;
}

static bool is_clean(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
            return false;
    return jm_utf8_ok(s, len, NULL);
}

/* Decode in[0..len) into the arena; a query also turns '+' into a blank. NULL and why. */
static const char *decode(const char *in, size_t len, bool query, struct jm_arena *arena,
                          struct http_refusal *why)
{
    char *out = jm_arena_alloc(arena, len + 1);
    size_t n = 0;
    if (!out) {
        no_memory(why);
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)in[i];
        if (in[i] == '%') {
            if (len - i < 3 || jm_unhex(&byte, 1, in + i + 1, 2) != 1) {
                refuse(why, "a % that is not followed by two hex digits");
                return NULL;
            }
            i += 2;
        } else if (query && in[i] == '+') {
            byte = ' ';
        }
        out[n++] = (char)byte;
    }
    out[n] = 0;
    if (!is_clean(out, n)) {
        refuse(why, "the address does not decode to UTF-8 without control characters");
        return NULL;
    }
    return out;
}

static size_t count_char(const char *s, char c)
{
    size_t n = 0;
    for (; *s; s++)
        n += *s == c;
    return n;
}

static int split_path(struct http_uri *u, const char *path, struct jm_arena *arena,
                      struct http_refusal *why)
{
    if (*path != '/' || !path[1])
        return 0; /* "/" and the "*" of OPTIONS */
    u->segments = jm_arena_array(arena, count_char(path, '/'), sizeof *u->segments);
    if (!u->segments)
        return no_memory(why);
    while (*path) {
        path++; /* the slash */
        size_t len = strcspn(path, "/");
        const char *s = decode(path, len, false, arena, why);
        if (!s)
            return -1;
        u->segments[u->n_segments++] = s;
        path += len;
    }
    return 0;
}

static int add_param(struct http_uri *u, const char *at, size_t len, struct jm_arena *arena,
                     struct http_refusal *why)
{
    const char *equals = memchr(at, '=', len);
    size_t name_len = equals ? (size_t)(equals - at) : len;
    struct http_param *p = &u->params[u->n_params];
    p->name = decode(at, name_len, true, arena, why);
    p->value = equals ? decode(equals + 1, len - name_len - 1, true, arena, why) : "";
    if (!p->name || !p->value)
        return -1;
    u->n_params++;
    return 0;
}

static int split_query(struct http_uri *u, const char *query, struct jm_arena *arena,
                       struct http_refusal *why)
{
    u->params = jm_arena_array(arena, count_char(query, '&') + 1, sizeof *u->params);
    if (!u->params)
        return no_memory(why);
    for (;;) {
        size_t len = strcspn(query, "&");
        if (len && add_param(u, query, len, arena, why))
            return -1;
        if (!query[len])
            return 0;
        query += len + 1;
    }
}

int http_uri_parse(struct http_uri *u, const char *path, const char *query, struct jm_arena *arena,
                   struct http_refusal *why)
{
    memset(u, 0, sizeof *u);
    if (split_path(u, path, arena, why))
        return -1;
    return query ? split_query(u, query, arena, why) : 0;
}
