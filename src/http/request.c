/* request.c - one request: made from a head, read through accessors, answered once. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jobmatch/log.h"

enum { ARENA_BYTES = 8 * 1024 * 1024 };

/* --- made and unmade -------------------------------------------------------------------------- */

void http_req_make_id(struct jm_http *h, char id[HTTP_ID_BYTES])
{
    snprintf(id, HTTP_ID_BYTES, "%016llx",
             (unsigned long long)jm_clock_random(jm_loop_clock(h->loop)));
}

static void choose_id(struct jm_http_req *r)
{
    static const char sane[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const char *given = http_head_field(&r->head, "x-request-id");
    size_t len = given ? strlen(given) : 0;
    if (len > 0 && len < HTTP_ID_BYTES && strspn(given, sane) == len)
        memcpy(r->id, given, len + 1);
    else
        http_req_make_id(r->http, r->id);
}

static int read_head(struct jm_http_req *r, const char *bytes, size_t len,
                     struct http_refusal *why)
{
    char *copy = jm_arena_strndup(&r->arena, bytes, len);
    if (!copy) {
        *why = (struct http_refusal){ 503, "busy", "no memory for the request right now" };
        return -1;
    }
    if (http_head_parse(&r->head, copy, len, why))
        return -1;
    return http_uri_parse(&r->uri, r->head.path, r->head.query, &r->arena, why);
}

/* Blank, with an empty arena. Reusing the last ones keeps the heap from growing and shrinking by
 * an arena block for every request of a busy turn. */
static struct jm_http_req *blank(struct jm_http *h)
{
    struct jm_http_req *r = h->spare_reqs;
    if (r) {
        h->spare_reqs = r->next;
        h->n_spare_reqs--;
        r->dead = false;
    } else if ((r = calloc(1, sizeof *r))) {
        jm_arena_init(&r->arena, ARENA_BYTES);
        r->http = h;
    }
    return r;
}

struct jm_http_req *http_req_new(struct conn *c, size_t head_bytes, struct http_refusal *why)
{
    struct jm_http *h = c->http;
    struct jm_http_req *r = blank(h);
    if (!r) {
        *why = (struct http_refusal){ 503, "busy", "no memory for the request right now" };
        return NULL;
    }
    r->conn = c;
    r->next = r->prev = r;
    r->arrived_us = c->first_us;
    r->body_limit = h->o.max_body_bytes;
    if (read_head(r, c->in.data + c->in_at, head_bytes, why)) {
        http_req_free(r);
        return NULL;
    }
    choose_id(r);
    memcpy(r->peer, c->peer.text, sizeof r->peer);
    r->next = &h->reqs;
    r->prev = h->reqs.prev;
    r->prev->next = r;
    h->reqs.prev = r;
    return r;
}

void http_req_free(struct jm_http_req *r)
{
    struct jm_http *h = r->http;
    r->prev->next = r->next;
    r->next->prev = r->prev;
    h->body_bytes -= r->body.len;
    jm_buf_fini(&r->body);
    jm_buf_fini(&r->extra);
    if (h->n_spare_reqs == HTTP_SPARE_REQS || r->arena.bytes > HTTP_SPARE_ARENA) {
        jm_arena_fini(&r->arena);
        free(r);
        return;
    }
    struct jm_arena arena = r->arena;
    jm_arena_reset(&arena);
    memset(r, 0, sizeof *r);
    r->http = h;
    r->arena = arena;
    r->dead = true; /* whoever answers it now answers twice */
    r->next = h->spare_reqs;
    h->spare_reqs = r;
    h->n_spare_reqs++;
}

void http_req_free_spare(struct jm_http *h)
{
    for (struct jm_http_req *r; (r = h->spare_reqs);) {
        h->spare_reqs = r->next;
        jm_arena_fini(&r->arena);
        free(r);
    }
}

void http_req_finish(struct jm_http_req *r, int status, size_t body_bytes)
{
    struct jm_http *h = r->http;
    if (r->finished)
        return;
    r->finished = true;
    if (h->on.on_finish)
        h->on.on_finish(r, status, body_bytes, jm_loop_mono_us(h->loop) - r->arrived_us, h->on.arg);
}

/* Off the ring of the living; freed at the end of the turn. */
static void die(struct jm_http_req *r)
{
    struct jm_http *h = r->http;
    r->prev->next = r->next;
    r->next->prev = r->prev;
    r->prev = r;
    r->next = h->dead_reqs;
    h->dead_reqs = r;
    r->dead = true;
    http_reap_later(h);
}

void http_req_part(struct jm_http_req *r)
{
    r->conn = NULL;
    if (!r->handed)
        die(r);
}

/* The handler has answered, whatever became of it. */
static void settle(struct jm_http_req *r)
{
    struct jm_http *h = r->http;
    r->handed = false;
    h->n_in_flight--;
    if (h->metrics.in_flight)
        jm_metric_set(h->metrics.in_flight, h->n_in_flight);
}

/* --- accessors -------------------------------------------------------------------------------- */

enum jm_http_method jm_http_method(const struct jm_http_req *req)
{
    return req->head.method;
}

const char *jm_http_raw_path(const struct jm_http_req *req)
{
    return req->head.path;
}

size_t jm_http_segments(const struct jm_http_req *req)
{
    return req->uri.n_segments;
}

const char *jm_http_segment(const struct jm_http_req *req, size_t i)
{
    return i < req->uri.n_segments ? req->uri.segments[i] : NULL;
}

const char *jm_http_query(const struct jm_http_req *req, const char *name)
{
    for (size_t i = 0; i < req->uri.n_params; i++)
        if (!strcmp(req->uri.params[i].name, name))
            return req->uri.params[i].value;
    return NULL;
}

bool jm_http_query_at(const struct jm_http_req *req, size_t i, const char **name,
                      const char **value)
{
    if (i >= req->uri.n_params)
        return false;
    *name = req->uri.params[i].name;
    *value = req->uri.params[i].value;
    return true;
}

const char *jm_http_header(const struct jm_http_req *req, const char *name)
{
    return http_head_field(&req->head, name);
}

const char *jm_http_body(const struct jm_http_req *req, size_t *bytes)
{
    *bytes = req->body.len;
    return jm_buf_cstr(&req->body);
}

const char *jm_http_peer(const struct jm_http_req *req)
{
    return req->peer;
}

const char *jm_http_id(const struct jm_http_req *req)
{
    return req->id;
}

int64_t jm_http_arrived_us(const struct jm_http_req *req)
{
    return req->arrived_us;
}

bool jm_http_gone(const struct jm_http_req *req)
{
    return !req->conn;
}

struct jm_arena *jm_http_arena(struct jm_http_req *req)
{
    return &req->arena;
}

void jm_http_set_user(struct jm_http_req *req, void *user)
{
    req->user = user;
}

void *jm_http_user(const struct jm_http_req *req)
{
    return req->user;
}

void jm_http_limit_body(struct jm_http_req *req, size_t bytes)
{
    if (bytes < req->body_limit)
        req->body_limit = bytes;
}

/* --- answering -------------------------------------------------------------------------------- */

static bool is_ours(const char *name)
{
    static const char *const ours[] = { "content-type", "content-length", "connection", "date",
                                        "transfer-encoding", "x-request-id",
                                        "x-content-type-options" };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!strcasecmp(name, ours[i]))
            return true;
    return false;
}

static bool is_sendable(const char *s)
{
    for (; *s; s++)
        if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
            return false;
    return true;
}

void jm_http_set_header(struct jm_http_req *req, const char *name, const char *value)
{
    if (is_ours(name) || !is_sendable(value)) {
        jm_log(JM_LOG_ERROR, "http", "a response header was not sent", "request=%s header=%s",
               req->id, name);
        return;
    }
    if (!strcasecmp(name, "cache-control"))
        req->has_cache_control = true;
    jm_buf_fmt(&req->extra, "%s: %s\r\n", name, value);
}

void jm_http_reply(struct jm_http_req *req, int status, const char *content_type, const void *body,
                   size_t bytes)
{
    struct jm_http *h = req->http;
    JM_ASSERT(!req->dead); /* answered twice */
    if (req->handed)
        settle(req);
    if (!req->conn) {
        if (h->metrics.late)
            jm_metric_add(h->metrics.late, 1);
        die(req);
        return;
    }
    struct http_answer a = { .status = jm_buf_ok(&req->extra) ? status : 500,
                             .content_type = content_type,
                             .body = body,
                             .bytes = bytes,
                             .id = req->id,
                             .extra = jm_buf_cstr(&req->extra),
                             .has_cache_control = req->has_cache_control };
    http_conn_answer(req->conn, &a);
}

void jm_http_reply_take(struct jm_http_req *req, int status, const char *content_type, char *body,
                        size_t bytes)
{
    jm_http_reply(req, status, content_type, body, bytes);
    free(body);
}

void jm_http_problem_list(struct jm_http_req *req, int status, const char *slug, const char *title,
                          const char *detail, const struct jm_http_fault *faults, size_t n)
{
    struct jm_buf b;
    jm_buf_init(&b);
    jm_http_problem_json(&b, status, slug, title, detail, req->id, faults, n);
    jm_http_reply(req, status, "application/problem+json", jm_buf_cstr(&b), b.len);
    jm_buf_fini(&b);
}

void jm_http_problem(struct jm_http_req *req, int status, const char *slug, const char *title,
                     const char *detail, const char *pointer)
{
    struct jm_http_fault fault = { .detail = detail, .pointer = pointer };
    jm_http_problem_list(req, status, slug, title, detail, &fault, pointer ? 1 : 0);
}
