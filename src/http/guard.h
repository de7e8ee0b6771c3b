/* guard.h - what may come in: the strict reader of request heads and chunked bodies.
 *
 * Pure functions over bytes: no socket, no clock, no allocation but the body buffer. Where RFC 9112
 * lets a server repair or guess, this one refuses, because two programs that guess differently
 * about where a request ends are what request smuggling lives on. */
#ifndef JM_HTTP_GUARD_H
#define JM_HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/http.h"

struct jm_buf;

enum { HTTP_MAX_FIELDS = 100 };
enum http_read { HTTP_MORE, HTTP_DONE, HTTP_REFUSED };

/* Why not: the answer's status, its problem slug, and a sentence for people. Constants. */
struct http_refusal {
    int status;
    const char *slug, *detail;
};

/* --- finding the end of a head ---------------------------------------------------------------- */

struct http_scan { /* zeroed at the start of each request */
    size_t at;     /* bytes judged so far; after HTTP_DONE the length of the head */
    size_t line;   /* where the current line starts */
    bool has_line; /* the request line is complete */
};
/* Look at bytes[0..len) of which the first s->at were seen before. Refuses at once what no later
 * byte could repair: bare CR or LF, control characters, lines that begin with a blank, too long. */
enum http_read http_head_scan(struct http_scan *s, const char *bytes, size_t len, size_t max_bytes,
                              struct http_refusal *why);

/* --- reading a head --------------------------------------------------------------------------- */

struct http_field {
    char *name, *value;
};
struct http_head { /* points into the bytes given to http_head_parse() */
    enum jm_http_method method;
    char *path, *query; /* raw; query NULL if there is no '?' */
    unsigned minor;     /* HTTP/1.<minor> */
    struct http_field fields[HTTP_MAX_FIELDS];
    size_t n_fields;
    int64_t content_length; /* -1: none */
    bool chunked, expects_continue, wants_close;
};
/* `bytes` is one head as http_head_scan() delimits it; it is cut up in place. 0, or -1 and why. */
int http_head_parse(struct http_head *h, char *bytes, size_t len, struct http_refusal *why);
/* First value of that name in any case; NULL if absent. */
const char *http_head_field(const struct http_head *h, const char *name);

/* --- a chunked body --------------------------------------------------------------------------- */

struct http_chunks { /* zeroed at the start of each body */
    int state;
    unsigned digits;
    size_t left;
};
/* Append decoded bytes to `body` (at most `max_bytes` in all) and tell how many of in[0..len) were
 * used. No extensions, no trailers, at most 8 hex digits. */
enum http_read http_chunks_feed(struct http_chunks *c, const char *in, size_t len, size_t *used,
                                struct jm_buf *body, size_t max_bytes, struct http_refusal *why);

/* --- addresses (uri.c) ------------------------------------------------------------------------ */

struct jm_arena;
struct http_param {
    const char *name, *value;
};
struct http_uri {
    const char **segments;
    size_t n_segments;
    struct http_param *params;
    size_t n_params;
};
/* Cut and decode path and query (may be NULL). 0, or -1 and why. */
int http_uri_parse(struct http_uri *u, const char *path, const char *query, struct jm_arena *arena,
                   struct http_refusal *why);

#endif
