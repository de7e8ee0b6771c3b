/* ingest.c - one document: put, get, delete.
 *
 * A put is read on a worker, kept by the store, and answered only after COMMIT. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/format.h"

struct ingest { /* in the request's arena */
    struct jm_call *call;
    enum jm_media media;
    bool strict;
    int64_t version; /* from ?version=, 0 none */
    int64_t as_of_s;
    struct jm_reading reading;
    struct jm_format_problem why;
    bool bad;
};

static const char *source_of(const struct jm_call *c)
{
    return jm_http_segment(c->req, 2);
}

static const char *id_of(const struct jm_call *c)
{
    return jm_http_segment(c->req, 3);
}

static bool name_ok(struct jm_call *c)
{
    if (jm_format_source_ok(source_of(c)) && jm_format_id_ok(id_of(c)))
        return true;
    jm_http_problem(c->req, 400, "bad-id", NULL,
                    "source takes 1 to 100 bytes without '/', id 1 to 200; no control characters",
                    NULL);
    return false;
}

static void answer_format_problem(struct jm_call *c, const struct jm_format_problem *why)
{
    if (why->kind == JM_FORMAT_NO_MEMORY) {
        jm_call_no_memory(c);
    } else if (why->kind == JM_FORMAT_SYNTAX) {
        jm_http_problem(c->req, 400, "not-readable", NULL, why->detail, NULL);
    } else if (why->kind == JM_FORMAT_LIMIT && !why->pointer[0]) {
        jm_http_problem(c->req, 400, "over-limit", NULL, why->detail, NULL);
    } else {
        jm_call_invalid(c, why->pointer, why->detail);
    }
}

static void on_put(void *arg, const struct jm_put_result *r)
{
    struct ingest *g = arg;
    struct jm_call *c = g->call;
    if (r->verdict == JM_PUT_ERROR) {
        jm_call_store_error(c, &r->err);
        return;
    }
    if (r->verdict == JM_PUT_CONFLICT) {
        jm_http_problem(c->req, 409, "version-conflict", NULL,
                        "this version is stored with other content; send a higher version", NULL);
        return;
    }
    struct jm_buf b = {0};
    jm_buf_fmt(&b, "{\"result\":\"%s\",\"version\":%" PRId64, jm_verdict_name(r->verdict),
               r->version);
    if (g->reading.ignored)
        jm_buf_fmt(&b, ",\"ignored_keys\":%u", g->reading.ignored);
    jm_buf_str(&b, "}\n");
    jm_call_json(c, r->verdict == JM_PUT_CREATED ? 201 : 200, &b);
}

static void run_reading(struct jm_engine *e, void *arg)
{
    struct ingest *g = arg;
    struct jm_call *c = g->call;
    size_t len;
    const char *body = jm_http_body(c->req, &len);
    struct jm_doc_name name = {c->tenant, source_of(c), id_of(c)};
    g->bad = jm_reading_run(e, &name, c->route->kind, g->media, body, len, g->strict, g->as_of_s,
                            jm_http_arena(c->req), &g->reading, &g->why) != 0;
}

static const char *media_name(enum jm_media m)
{
    return m == JM_MEDIA_JSON ? "application/json"
           : m == JM_MEDIA_HTML ? "text/html" : "text/plain";
}

static void on_read(void *arg, bool ran)
{
    struct ingest *g = arg;
    struct jm_call *c = g->call;
    struct jm_err err = {0};
    if (!ran) {
        jm_call_busy(c, "the daemon is stopping");
        return;
    }
    if (g->bad) {
        answer_format_problem(c, &g->why);
        return;
    }
    struct jm_put p = jm_reading_put(&g->reading);
    p.tenant = c->tenant;
    p.kind = c->route->kind;
    p.source = source_of(c);
    p.external_id = id_of(c);
    p.version = g->version ? g->version : g->reading.version;
    p.media_type = media_name(g->media);
    p.raw = jm_http_body(c->req, &p.raw_len);
    if (jm_store_put(c->api->o.store, &p, on_put, g, &err))
        jm_call_store_error(c, &err);
    jm_buf_fini(&g->reading.compact);
}

void jm_ingest_put(struct jm_call *c)
{
    struct ingest *g = jm_arena_alloc(jm_http_arena(c->req), sizeof *g);
    if (!g) {
        jm_call_no_memory(c);
        return;
    }
    g->call = c;
    g->strict = jm_call_flag(c, "strict");
    g->media = jm_media_parse(jm_http_header(c->req, "Content-Type"));
    g->as_of_s = jm_pipeline_as_of_s(c->api->o.pipeline);
    if (!name_ok(c) || jm_call_number(c, "version", 1, JM_VERSION_MAX, 0, &g->version))
        return;
    if (g->media == JM_MEDIA_OTHER) {
        jm_http_problem(c->req, 415, "media-type", NULL,
                        "send application/json, text/plain or text/html", NULL);
        return;
    }
    if (jm_pipeline_ask(c->api->o.pipeline, run_reading, on_read, g))
        jm_call_busy(c, "too many documents wait to be read");
}

/* --- delete ---------------------------------------------------------------------------------- */

static void on_deleted(void *arg, const struct jm_put_result *r)
{
    struct jm_call *c = arg;
    if (r->verdict == JM_PUT_ERROR)
        jm_call_store_error(c, &r->err);
    else if (r->verdict == JM_PUT_STALE || r->verdict == JM_PUT_CONFLICT)
        jm_http_problem(c->req, 409, "version-conflict", NULL,
                        "a newer version is stored; it was not deleted", NULL);
    else
        jm_http_reply(c->req, 204, NULL, NULL, 0);
}

void jm_ingest_delete(struct jm_call *c)
{
    struct jm_err err = {0};
    struct jm_put p = {.tenant = c->tenant, .kind = c->route->kind, .source = source_of(c),
                       .external_id = id_of(c), .remove = true};
    if (!name_ok(c) || jm_call_number(c, "version", 1, JM_VERSION_MAX, 0, &p.version))
        return;
    if (jm_store_put(c->api->o.store, &p, on_deleted, c, &err))
        jm_call_store_error(c, &err);
}

/* --- get ------------------------------------------------------------------------------------- */

static void put_time(struct jm_buf *b, const char *key, int64_t us)
{
    char text[32];
    jm_time_format(text, us, true);
    jm_buf_fmt(b, ",\"%s\":%s%s%s", key, us ? "\"" : "", us ? text : "null", us ? "\"" : "");
}

static void put_document(struct jm_buf *b, const struct jm_stored *d)
{
    jm_buf_str(b, "{\"source\":");
    jm_buf_json(b, d->source, strlen(d->source));
    jm_buf_str(b, ",\"id\":");
    jm_buf_json(b, d->external_id, strlen(d->external_id));
    jm_buf_fmt(b, ",\"version\":%" PRId64 ",\"status\":\"%s\"", d->version,
               d->status == JM_STATUS_OPEN ? "open" : "closed");
    put_time(b, "created_at", d->created_at_us);
    put_time(b, "updated_at", d->updated_at_us);
    put_time(b, "expires_at", d->expires_at_us);
    jm_buf_str(b, ",\"media_type\":");
    jm_buf_json(b, d->media_type, strlen(d->media_type));
    jm_buf_str(b, ",\"document\":");
    if (strcmp(d->media_type, "application/json") == 0)
        jm_buf_add(b, d->raw, d->raw_len);
    else
        jm_buf_json(b, d->raw, d->raw_len);
    jm_buf_str(b, "}\n");
}

static void on_got(void *arg, const struct jm_err *err, const struct jm_stored *docs, size_t n)
{
    struct jm_call *c = arg;
    if (err) {
        jm_call_store_error(c, err);
        return;
    }
    if (n == 0 || docs[0].deleted) {
        jm_call_not_found(c, jm_kind_name(c->route->kind));
        return;
    }
    char etag[32];
    snprintf(etag, sizeof etag, "\"%" PRId64 "\"", docs[0].version);
    jm_http_set_header(c->req, "ETag", etag);
    const char *have = jm_http_header(c->req, "If-None-Match");
    if (have && strcmp(have, etag) == 0) {
        jm_http_reply(c->req, 304, NULL, NULL, 0);
        return;
    }
    struct jm_buf b = {0};
    put_document(&b, docs);
    jm_call_json(c, 200, &b);
}

void jm_ingest_get(struct jm_call *c)
{
    struct jm_err err = {0};
    if (!name_ok(c))
        return;
    if (jm_store_get(c->api->o.store, c->tenant, c->route->kind, source_of(c), id_of(c), on_got, c,
                     &err))
        jm_call_store_error(c, &err);
}
