/* endpoints.c - where events go. A secret is shown once, when it is made. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/bytes.h"
#include "jobmatch/format.h"
#include "jobmatch/webhook.h"

enum { MAX_OVERLAP_S = 7 * 86400, DEFAULT_OVERLAP_S = 86400 };

struct edit { /* in the request's arena */
    struct jm_call *call;
    struct jm_endpoint e;
    char secret[JM_WEBHOOK_SECRET_TEXT];
    int64_t overlap_s;
};

static struct edit *new_edit(struct jm_call *c)
{
    struct edit *d = jm_arena_alloc(jm_http_arena(c->req), sizeof *d);
    if (!d) {
        jm_call_no_memory(c);
        return NULL;
    }
    d->call = c;
    d->e.tenant = c->tenant;
    return d;
}

static int fresh_secret(struct edit *d)
{
    struct jm_webhook_secret s;
    jm_webhook_secret_new(d->secret);
    if (jm_webhook_secret_parse(&s, d->secret, NULL))
        return -1;
    memcpy(d->e.secret, s.key, s.bytes);
    d->e.secret_len = s.bytes;
    explicit_bzero(&s, sizeof s);
    return 0;
}

/* --- create ----------------------------------------------------------------------------------- */

static int read_types(struct edit *d, const json_t *v)
{
    size_t i;
    json_t *item;
    if (!v)
        d->e.types = JM_EVENT_ALL;
    json_array_foreach(v, i, item)
    {
        int bit = json_is_string(item) ? jm_event_type_parse(json_string_value(item)) : -1;
        if (bit < 0)
            return -1;
        d->e.types |= (uint32_t)bit;
    }
    return d->e.types ? 0 : -1;
}

/* What is wrong with the body; NULL: nothing. */
static const char *read_body(struct edit *d, const json_t *v, struct jm_err *err, const char **at)
{
    const char *url = json_string_value(json_object_get(v, "url"));
    *at = "/url";
    if (!url)
        return "expected a string";
    if (jm_webhook_guard_url(d->call->api->o.guard, url, err))
        return err->text;
    d->e.url = jm_arena_strndup(jm_http_arena(d->call->req), url, strlen(url));
    if (!d->e.url)
        return "out of memory";
    *at = "/types";
    if (read_types(d, json_object_get(v, "types")))
        return "a list of match.created, match.updated, match.withdrawn, job.matched";
    *at = "/secret";
    const char *secret = json_string_value(json_object_get(v, "secret"));
    struct jm_webhook_secret s;
    if (!secret)
        return fresh_secret(d) ? "no secret could be made" : NULL;
    if (jm_webhook_secret_parse(&s, secret, err))
        return err->text;
    memcpy(d->e.secret, s.key, s.bytes);
    d->e.secret_len = s.bytes;
    snprintf(d->secret, sizeof d->secret, "%s", secret);
    return NULL;
}

static void put_types(struct jm_buf *b, uint32_t types)
{
    bool first = true;
    jm_buf_str(b, ",\"types\":[");
    for (uint32_t bit = 1; bit <= JM_EVENT_JOB_MATCHED; bit <<= 1)
        if (types & bit) {
            jm_buf_fmt(b, "%s\"%s\"", first ? "" : ",",
                       jm_event_type_name((enum jm_event_type)bit));
            first = false;
        }
    jm_buf_ch(b, ']');
}

static void on_created(void *arg, const struct jm_err *err, uint64_t id)
{
    struct edit *d = arg;
    if (err) {
        jm_call_store_error(d->call, err);
        return;
    }
    struct jm_buf b = {0};
    jm_buf_fmt(&b, "{\"id\":\"%" PRIu64 "\",\"url\":", id);
    jm_buf_json(&b, d->e.url, strlen(d->e.url));
    put_types(&b, d->e.types);
    jm_buf_fmt(&b, ",\"secret\":\"%s\"}\n", d->secret);
    jm_webhook_endpoint_changed(d->call->api->o.webhook, id);
    jm_call_json(d->call, 201, &b);
}

void jm_endpoint_create(struct jm_call *c)
{
    struct edit *d = new_edit(c);
    struct jm_format_problem why = {0};
    struct jm_err err = {0};
    size_t len;
    const char *at, *body = jm_http_body(c->req, &len);
    if (!d)
        return;
    json_t *v = NULL;
    if (jm_format_guard(body, len, &why) == 0)
        v = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
    if (!v) {
        jm_http_problem(c->req, 400, "not-readable", NULL,
                        why.detail[0] ? why.detail : "the body is not valid JSON", NULL);
        return;
    }
    const char *bad = read_body(d, v, &err, &at);
    json_decref(v);
    if (bad) {
        jm_call_invalid(c, at, bad);
        return;
    }
    jm_err_clear(&err);
    if (jm_store_create_endpoint(c->api->o.store, &d->e, on_created, d, &err))
        jm_call_store_error(c, &err);
}

/* --- list ------------------------------------------------------------------------------------- */

static void on_list(void *arg, const struct jm_err *err, const struct jm_endpoint *e, size_t n)
{
    struct jm_call *c = arg;
    if (err) {
        jm_call_store_error(c, err);
        return;
    }
    struct jm_buf b = {0};
    bool first = true;
    jm_buf_str(&b, "{\"items\":[");
    for (size_t i = 0; i < n; i++) {
        if (e[i].tenant != c->tenant)
            continue;
        jm_buf_fmt(&b, "%s{\"id\":\"%" PRIu64 "\",\"url\":", first ? "" : ",", e[i].id);
        jm_buf_json(&b, e[i].url, strlen(e[i].url));
        put_types(&b, e[i].types);
        jm_buf_fmt(&b, ",\"state\":\"%s\",\"reason\":",
                   e[i].state == JM_ENDPOINT_ACTIVE ? "active" : "disabled");
        jm_buf_json(&b, e[i].reason, strlen(e[i].reason));
        jm_buf_ch(&b, '}');
        first = false;
    }
    jm_buf_str(&b, "]}\n");
    jm_call_json(c, 200, &b);
}

void jm_endpoint_list(struct jm_call *c)
{
    struct jm_err err = {0};
    if (jm_store_load_endpoints(c->api->o.store, on_list, c, &err))
        jm_call_store_error(c, &err);
}

/* --- delete, rotate, enable -------------------------------------------------------------------- */

static struct edit *edit_of_path(struct jm_call *c)
{
    const char *s = jm_http_segment(c->req, 2);
    char *end;
    unsigned long long id = strtoull(s, &end, 10);
    if (*end || id == 0 || id > INT64_MAX) {
        jm_call_not_found(c, "endpoint");
        return NULL;
    }
    struct edit *d = new_edit(c);
    if (d)
        d->e.id = id;
    return d;
}

static void on_edited(void *arg, const struct jm_err *err)
{
    struct edit *d = arg;
    struct jm_call *c = d->call;
    if (err) {
        jm_call_store_error(c, err);
        return;
    }
    jm_webhook_endpoint_changed(c->api->o.webhook, d->e.id);
    if (!d->secret[0]) {
        jm_http_reply(c->req, 204, NULL, NULL, 0);
        return;
    }
    struct jm_buf b = {0};
    jm_buf_fmt(&b, "{\"id\":\"%" PRIu64 "\",\"secret\":\"%s\",\"old_secret_valid_s\":%" PRId64 "}\n",
               d->e.id, d->secret, d->overlap_s);
    jm_call_json(c, 200, &b);
}

/* Deleting and enabling write the whole row, so the present one is read first. */
static void on_found(void *arg, const struct jm_err *err, const struct jm_endpoint *e, size_t n)
{
    struct edit *d = arg;
    struct jm_err no = {0};
    enum jm_endpoint_state state = d->e.state;
    if (err) {
        jm_call_store_error(d->call, err);
        return;
    }
    size_t i = 0;
    while (i < n && (e[i].id != d->e.id || e[i].tenant != d->e.tenant))
        i++;
    if (i == n) {
        jm_call_not_found(d->call, "endpoint");
        return;
    }
    struct jm_endpoint row = e[i];
    row.state = state;
    row.reason = "";
    if (jm_store_update_endpoint(d->call->api->o.store, &row, on_edited, d, &no))
        jm_call_store_error(d->call, &no);
}

static void change_state(struct jm_call *c, enum jm_endpoint_state state)
{
    struct edit *d = edit_of_path(c);
    struct jm_err err = {0};
    if (!d)
        return;
    d->e.state = state;
    if (jm_store_load_endpoints(c->api->o.store, on_found, d, &err))
        jm_call_store_error(c, &err);
}

void jm_endpoint_delete(struct jm_call *c)
{
    change_state(c, JM_ENDPOINT_DELETED);
}

void jm_endpoint_enable(struct jm_call *c)
{
    change_state(c, JM_ENDPOINT_ACTIVE);
}

void jm_endpoint_rotate(struct jm_call *c)
{
    struct edit *d = edit_of_path(c);
    struct jm_err err = {0};
    if (!d || jm_call_number(c, "overlap", 0, MAX_OVERLAP_S, DEFAULT_OVERLAP_S, &d->overlap_s))
        return;
    if (fresh_secret(d)) {
        jm_call_no_memory(c);
        return;
    }
    int64_t until = jm_wall_us(c->api->clock) + d->overlap_s * 1000000;
    if (jm_store_rotate_secret(c->api->o.store, d->e.tenant, d->e.id, d->e.secret, d->e.secret_len,
                               until, on_edited, d, &err))
        jm_call_store_error(c, &err);
}
