/* api.c - the table of routes, the router, and the answers everyone needs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/loop.h"

const struct jm_route jm_api_table[] = {
    {JM_GET, "/livez", 0, jm_health_live, JM_JOB},
    {JM_GET, "/readyz", 0, jm_health_ready, JM_JOB},
    {JM_GET, "/healthz", 0, jm_health_ready, JM_JOB},
    {JM_GET, "/metrics", 0, jm_health_metrics, JM_JOB},
    {JM_GET, "/v1/status", JM_SCOPE_READ, jm_health_status, JM_JOB},
    {JM_GET, "/v1/dump", JM_SCOPE_OPS, jm_health_dump, JM_JOB},
    {JM_POST, "/v1/jobs/import", JM_SCOPE_INGEST, jm_import, JM_JOB},
    {JM_POST, "/v1/candidates/import", JM_SCOPE_INGEST, jm_import, JM_CANDIDATE},
    {JM_PUT, "/v1/jobs/{source}/{id}", JM_SCOPE_INGEST, jm_ingest_put, JM_JOB},
    {JM_GET, "/v1/jobs/{source}/{id}", JM_SCOPE_READ, jm_ingest_get, JM_JOB},
    {JM_DELETE, "/v1/jobs/{source}/{id}", JM_SCOPE_INGEST, jm_ingest_delete, JM_JOB},
    {JM_PUT, "/v1/candidates/{source}/{id}", JM_SCOPE_INGEST, jm_ingest_put, JM_CANDIDATE},
    {JM_GET, "/v1/candidates/{source}/{id}", JM_SCOPE_READ, jm_ingest_get, JM_CANDIDATE},
    {JM_DELETE, "/v1/candidates/{source}/{id}", JM_SCOPE_INGEST, jm_ingest_delete, JM_CANDIDATE},
    {JM_GET, "/v1/jobs/{source}/{id}/candidates", JM_SCOPE_READ, jm_results_list, JM_JOB},
    {JM_GET, "/v1/candidates/{source}/{id}/jobs", JM_SCOPE_READ, jm_results_list, JM_CANDIDATE},
    {JM_GET, "/v1/explain", JM_SCOPE_READ, jm_results_explain, JM_JOB},
    {JM_POST, "/v1/skills", JM_SCOPE_READ, jm_skills_read, JM_JOB},
    {JM_POST, "/v1/endpoints", JM_SCOPE_WEBHOOK, jm_endpoint_create, JM_JOB},
    {JM_GET, "/v1/endpoints", JM_SCOPE_WEBHOOK, jm_endpoint_list, JM_JOB},
    {JM_DELETE, "/v1/endpoints/{id}", JM_SCOPE_WEBHOOK, jm_endpoint_delete, JM_JOB},
    {JM_POST, "/v1/endpoints/{id}/rotate", JM_SCOPE_WEBHOOK, jm_endpoint_rotate, JM_JOB},
    {JM_POST, "/v1/endpoints/{id}/enable", JM_SCOPE_WEBHOOK, jm_endpoint_enable, JM_JOB},
    {0},
};

void jm_api_routes(struct jm_buf *out)
{
    for (const struct jm_route *r = jm_api_table; r->path; r++)
        jm_buf_fmt(out, "%s %s\n", jm_http_method_name(r->method), r->path);
}

/* Does the path fit the pattern? Braces take one whole segment. */
static bool path_fits(const char *pattern, const struct jm_http_req *req)
{
    size_t n = jm_http_segments(req);
    for (size_t i = 0; i < n; i++) {
        const char *seg = jm_http_segment(req, i);
        if (*pattern++ != '/')
            return false;
        size_t len = strcspn(pattern, "/");
        if (pattern[0] == '{' ? seg[0] == '\0' : strlen(seg) != len || memcmp(seg, pattern, len))
            return false;
        pattern += len;
    }
    return *pattern == '\0';
}

/* The route; if only the method is wrong, *allow lists the right ones. A named segment wins over
 * a braced one because it stands earlier in the table. */
static const struct jm_route *find_route(const struct jm_http_req *req, char *allow, size_t bytes)
{
    enum jm_http_method m = jm_http_method(req);
    enum jm_http_method want = m == JM_HEAD ? JM_GET : m;
    size_t n = 0;
    allow[0] = '\0';
    for (const struct jm_route *r = jm_api_table; r->path; r++) {
        if (!path_fits(r->path, req))
            continue;
        if (r->method == want)
            return r;
        n += (size_t)snprintf(allow + n, bytes - n, "%s%s%s", n ? ", " : "",
                              jm_http_method_name(r->method), r->method == JM_GET ? ", HEAD" : "");
    }
    return NULL;
}

static void answer_no_route(struct jm_http_req *req, const char *allow)
{
    if (!allow[0]) {
        jm_http_problem(req, 404, "no-such-route", NULL, "there is nothing at this path", NULL);
        return;
    }
    jm_http_set_header(req, "Allow", allow);
    if (jm_http_method(req) == JM_OPTIONS)
        jm_http_reply(req, 204, NULL, NULL, 0);
    else
        jm_http_problem(req, 405, "method-not-allowed", NULL,
                        "this path has other methods; see the Allow header", NULL);
}

/* Route and key are checked when the head is there, before the body is read. */
void jm_api_on_head(struct jm_http_req *req, void *arg)
{
    char allow[128];
    const struct jm_route *r = find_route(req, allow, sizeof allow);
    if (!r) {
        answer_no_route(req, allow);
        return;
    }
    struct jm_call *c = jm_arena_alloc(jm_http_arena(req), sizeof *c);
    if (!c) {
        jm_http_problem(req, 503, "out-of-memory", NULL, NULL, NULL);
        return;
    }
    *c = (struct jm_call){.api = arg, .req = req, .route = r};
    jm_http_set_user(req, c);
    if (r->scope)
        (void)jm_auth_check(c);
}

void jm_api_on_request(struct jm_http_req *req, void *arg)
{
    (void)arg;
    struct jm_call *c = jm_http_user(req);
    c->route->handle(c);
}

void jm_api_on_finish(struct jm_http_req *req, int status, size_t body_bytes, int64_t duration_us,
                      void *arg)
{
    struct jm_api *a = arg;
    struct jm_call *c = jm_http_user(req);
    char labels[160];
    (void)body_bytes;
    const char *route = c ? c->route->path : "none";
    snprintf(labels, sizeof labels, "method=\"%s\",route=\"%s\",code=\"%d\"",
             jm_http_method_name(jm_http_method(req)), route, status);
    jm_metric_add(jm_metrics_get(a->o.metrics, JM_COUNTER, "jobmatch_http_requests_total",
                                 "Requests by route and status.", labels), 1);
    snprintf(labels, sizeof labels, "route=\"%s\"", route);
    jm_metric_observe_us(jm_metrics_get(a->o.metrics, JM_HISTOGRAM,
                                        "jobmatch_http_request_duration_seconds",
                                        "From the first byte of a request to its answer.", labels),
                         duration_us);
}

struct jm_api *jm_api_new(const struct jm_api_options *o, struct jm_err *err)
{
    struct jm_api *a = calloc(1, sizeof *a);
    if (a) {
        a->o = *o;
        a->clock = jm_loop_clock(o->loop);
        a->reload = jm_timer_new(o->loop, jm_auth_reload, a);
        a->reread = jm_reread_new(a);
    }
    if (!a || !a->reload || !a->reread) {
        jm_api_free(a);
        jm_err_set(err, JM_ENOMEM, "out of memory");
        return NULL;
    }
    jm_map_init(&a->key_ids);
    jm_map_init(&a->bad_keys);
    a->m_auth_failed = jm_metrics_get(o->metrics, JM_COUNTER, "jobmatch_auth_failures_total",
                                      "Requests refused for their key.", NULL);
    return a;
}

void jm_api_free(struct jm_api *a)
{
    if (!a)
        return;
    jm_timer_free(a->reload);
    jm_reread_free(a->reread);
    jm_import_end(a);
    jm_auth_fini(a);
    free(a);
}

void jm_api_start(struct jm_api *a)
{
    jm_auth_reload(a);
    jm_reread_start(a->reread);
}

void jm_api_draining(struct jm_api *a)
{
    a->draining = true;
}

/* --- common answers -------------------------------------------------------------------------- */

void jm_call_json(struct jm_call *c, int status, struct jm_buf *body)
{
    size_t len;
    char *text = jm_buf_steal(body, &len);
    if (text)
        jm_http_reply_take(c->req, status, NULL, text, len);
    else
        jm_call_no_memory(c);
}

void jm_call_no_memory(struct jm_call *c)
{
    jm_call_busy(c, "out of memory for this request");
}

void jm_call_busy(struct jm_call *c, const char *detail)
{
    char after[8];
    snprintf(after, sizeof after, "%u", 1 + (unsigned)(jm_clock_random(c->api->clock) % 5));
    jm_http_set_header(c->req, "Retry-After", after);
    jm_http_problem(c->req, 503, "unavailable", NULL, detail, NULL);
}

void jm_call_not_found(struct jm_call *c, const char *what)
{
    char detail[160];
    snprintf(detail, sizeof detail, "there is no such %s", what);
    jm_http_problem(c->req, 404, "not-found", NULL, detail, NULL);
}

void jm_call_invalid(struct jm_call *c, const char *pointer, const char *detail)
{
    char fragment[160];
    snprintf(fragment, sizeof fragment, "#%s", pointer);
    jm_http_problem(c->req, 422, "invalid", NULL, detail, fragment);
}

void jm_call_store_error(struct jm_call *c, const struct jm_err *err)
{
    switch (err->code) {
    case JM_EUNAVAIL:
        jm_call_busy(c, "the database does not answer now; nothing was acknowledged, try again");
        break;
    case JM_ENOTFOUND:
        jm_call_not_found(c, "object");
        break;
    case JM_EINVAL:
    case JM_ELIMIT:
        jm_http_problem(c->req, 422, "invalid", NULL, err->text, NULL);
        break;
    case JM_ENOMEM:
        jm_call_no_memory(c);
        break;
    default:
        jm_http_problem(c->req, 500, "database", NULL, err->text, NULL);
    }
}

int jm_call_number(struct jm_call *c, const char *name, int64_t min, int64_t max, int64_t def,
                   int64_t *out)
{
    const char *s = jm_http_query(c->req, name);
    char *end, detail[160];
    *out = def;
    if (!s)
        return 0;
    errno = 0;
    long long v = strtoll(s, &end, 10);
    if (*s && !*end && !errno && v >= min && v <= max) {
        *out = v;
        return 0;
    }
    snprintf(detail, sizeof detail, "%s: expected a whole number from %" PRId64 " to %" PRId64,
             name, min, max);
    jm_http_problem(c->req, 400, "bad-parameter", NULL, detail, NULL);
    return -1;
}

bool jm_call_flag(struct jm_call *c, const char *name)
{
    const char *s = jm_http_query(c->req, name);
    return s && (!*s || strcmp(s, "1") == 0 || strcmp(s, "true") == 0 || strcmp(s, "yes") == 0);
}
