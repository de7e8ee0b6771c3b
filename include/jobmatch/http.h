/* http.h - the HTTP/1.1 server: strict at the door, bounded inside, answers at any later time.
 *
 * One struct jm_http owns its listeners and connections. A request whose head and body passed the
 * guard (src/http/guard.h) reaches the one handler, which answers exactly once: at once or from any
 * later turn of the loop. What the guard refuses never gets there; it is answered with problem+json
 * and the connection closes. No TLS, no HTTP/2: a proxy in front has those.
 *
 * Everything runs on the loop's thread. One exception: while a request is unanswered it does not
 * change, so a worker may read it through the accessors marked [any]. */
#ifndef JM_HTTP_H
#define JM_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"

struct jm_arena;
struct jm_loop;
struct jm_metrics;
struct jm_http;
struct jm_http_req;

enum jm_http_method {
    JM_GET, JM_HEAD, JM_POST, JM_PUT, JM_PATCH, JM_DELETE, JM_OPTIONS
};

/* All deadlines are absolute: sending a byte now and then does not move them. */
struct jm_http_options {
    size_t max_header_bytes;     /* request line and headers; over it: 414 or 431 */
    size_t max_body_bytes;       /* over it: 413 */
    size_t max_body_total_bytes; /* all bodies in memory together; over it: 503 */
    int64_t header_ms;           /* first byte to end of head; over it: 408 */
    int64_t body_ms;             /* end of head to end of body; over it: 408 */
    int64_t idle_ms;             /* between requests; over it: closed without a word */
    int64_t request_ms;          /* handler; over it: 503 with Retry-After */
    int64_t write_ms;            /* answer to last byte taken by the client; over it: closed */
    unsigned max_connections;    /* over it: 503 and closed at once */
    unsigned max_connections_per_ip; /* 0: no limit; IPv6 counts by /64 */
};
/* 8192, 1 MiB, 64 MiB, 10 s, 30 s, 60 s, 10 s, 30 s, 1024, 256. */
void jm_http_options_default(struct jm_http_options *o);

struct jm_http_handlers {
    /* A complete request. Answer it, now or later. Required. */
    void (*on_request)(struct jm_http_req *req, void *arg);
    /* Before on_request, for every request: the head has arrived, its body may not have. Refuse
     * early by answering here (the connection then closes instead of reading the body and
     * on_request is not called), or lower the body's limit. May be NULL. */
    void (*on_head)(struct jm_http_req *req, void *arg);
    /* Exactly once for each request whose head passed the guard: it was answered with `status` (by
     * anyone: 503 is also the deadline's, 408 and 413 also the body's), or the client left before
     * (status 499). `body_bytes` of the answer; `duration_us` from the request's first byte. The
     * handler may still owe its answer; it must not answer from in here. May be NULL. */
    void (*on_finish)(struct jm_http_req *req, int status, size_t body_bytes, int64_t duration_us,
                      void *arg);
    void *arg;
};

/* `metrics` may be NULL. Handlers and options are copied. NULL and `err` on failure. */
struct jm_http *jm_http_new(struct jm_loop *loop, const struct jm_http_options *o,
                            const struct jm_http_handlers *h, struct jm_metrics *metrics,
                            struct jm_err *err);
/* Close everything now. Requests still unanswered die with it: nobody may answer them any more.
 * Not inside a handler. Accepts NULL. */
void jm_http_free(struct jm_http *h);

/* Listen on a numeric address; up to 8 listeners. Port 0 takes a free one. */
int jm_http_listen(struct jm_http *h, const char *address, uint16_t port, struct jm_err *err)
    __attribute__((warn_unused_result));
/* Listen on an inherited, already listening stream socket, which is then owned. */
int jm_http_listen_fd(struct jm_http *h, int fd, struct jm_err *err)
    __attribute__((warn_unused_result));
/* The port of the first TCP listener; 0 if there is none. */
uint16_t jm_http_port(const struct jm_http *h);

/* Stop accepting, close idle connections, answer what is under way with Connection: close; call
 * `on_idle` once, from the loop, when no connection is left and every request was answered by its
 * handler: jm_http_free() is safe then. */
void jm_http_drain(struct jm_http *h, void (*on_idle)(void *arg), void *arg);
unsigned jm_http_connections(const struct jm_http *h);
unsigned jm_http_in_flight(const struct jm_http *h); /* handed to on_request, not answered */

/* --- reading a request: all strings live until it is answered -------------------------------- */

enum jm_http_method jm_http_method(const struct jm_http_req *req);            /* [any] */
const char *jm_http_method_name(enum jm_http_method m);                       /* [any] */
/* "GET" and so on; -1 if it is none of ours. */
int jm_http_method_parse(const char *name, size_t len);
/* As it came, without the query: for logs only. */
const char *jm_http_raw_path(const struct jm_http_req *req);                  /* [any] */
/* The path cut at '/', then percent-decoded: "/v1/jobs/a%2Fb" is "v1", "jobs", "a/b"; "/" has 0
 * segments and a trailing slash gives an empty last one. Valid UTF-8 without control characters
 * (anything else was answered 400). NULL past the end. */
size_t jm_http_segments(const struct jm_http_req *req);                       /* [any] */
const char *jm_http_segment(const struct jm_http_req *req, size_t i);         /* [any] */
/* Decoded value of the first parameter of that name ("" if it has no '='); NULL: absent. Valid
 * UTF-8 without NUL. jm_http_query_at() walks all of them; false past the end. */
const char *jm_http_query(const struct jm_http_req *req, const char *name);   /* [any] */
bool jm_http_query_at(const struct jm_http_req *req, size_t i, const char **name,
                      const char **value);                                    /* [any] */
/* First value of that header, any case of letters, without outer blanks; NULL: absent. Host,
 * Content-Length, Content-Type, Authorization and Expect never occur twice. */
const char *jm_http_header(const struct jm_http_req *req, const char *name);  /* [any] */
/* NUL-terminated behind its length; "" when there is none. NUL bytes inside are possible. */
const char *jm_http_body(const struct jm_http_req *req, size_t *bytes);       /* [any] */
const char *jm_http_peer(const struct jm_http_req *req); /* "127.0.0.1", "::1", "unix" [any] */
/* The client's X-Request-Id if it is 1..64 of [A-Za-z0-9._-], else 16 hex digits. Echoed. */
const char *jm_http_id(const struct jm_http_req *req);                        /* [any] */
int64_t jm_http_arrived_us(const struct jm_http_req *req); /* monotonic, first byte [any] */
/* True when an answer would be dropped: client gone or deadline passed. Saves work. Loop only. */
bool jm_http_gone(const struct jm_http_req *req);
/* Dies with the request, limit 8 MiB. Loop only, or one worker while it has the request. */
struct jm_arena *jm_http_arena(struct jm_http_req *req);
/* One pointer of the handler's, not touched here. */
void jm_http_set_user(struct jm_http_req *req, void *user);
void *jm_http_user(const struct jm_http_req *req);                            /* [any] */
/* In on_head only: this request's body may have at most `bytes` (never above the option). */
void jm_http_limit_body(struct jm_http_req *req, size_t bytes);

/* --- answering: exactly once; `req` is dead when the call returns ----------------------------- */

/* Add a response header before answering; copied. Content-Type, Content-Length, Connection and
 * Date are the server's. Cache-Control given here replaces the default no-store. A value with
 * control characters is not sent (and logged). */
void jm_http_set_header(struct jm_http_req *req, const char *name, const char *value);
/* Send `body` (copied; NULL with 0 bytes: none). `content_type` NULL: application/json. HEAD gets
 * the headers only. Every answer has X-Request-Id, Date, Cache-Control: no-store and
 * X-Content-Type-Options: nosniff. Dropped if jm_http_gone(). */
void jm_http_reply(struct jm_http_req *req, int status, const char *content_type, const void *body,
                   size_t bytes);
/* The same, then frees `body`, which came from malloc. */
void jm_http_reply_take(struct jm_http_req *req, int status, const char *content_type, char *body,
                        size_t bytes);

/* One thing that is wrong: `pointer` is a JSON Pointer as URI fragment, "#/salary/min". */
struct jm_http_fault {
    const char *detail, *pointer;
};
/* RFC 9457 with type "/problems/<slug>", title, status, detail, request_id, and errors[] if
 * `pointer` is not NULL or n > 0. `title` NULL: the status' own. detail may be NULL. */
void jm_http_problem(struct jm_http_req *req, int status, const char *slug, const char *title,
                     const char *detail, const char *pointer);
void jm_http_problem_list(struct jm_http_req *req, int status, const char *slug, const char *title,
                          const char *detail, const struct jm_http_fault *faults, size_t n);
struct jm_buf;
/* Only the JSON of such a problem, for a line in a bulk answer; request_id may be NULL. */
void jm_http_problem_json(struct jm_buf *out, int status, const char *slug, const char *title,
                          const char *detail, const char *request_id,
                          const struct jm_http_fault *faults, size_t n);
const char *jm_http_status_text(int status); /* "Not Found"; "" if unknown */

#endif
