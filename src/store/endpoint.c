/* endpoint.c - where tenants want their events. Few rows, kept in memory by whoever sends. */
#include <stdlib.h>
#include <string.h>

#include "store_int.h"

static const char *const type_names[] = {"match.created", "match.updated", "match.withdrawn",
                                         "job.matched"};
enum { TYPES = 4 };

const char *jm_event_type_name(enum jm_event_type t)
{
    for (int i = 0; i < TYPES; i++)
        if ((int)t == 1 << i)
            return type_names[i];
    return "";
}

int jm_event_type_parse(const char *name)
{
    for (int i = 0; i < TYPES; i++)
        if (strcmp(name, type_names[i]) == 0)
            return 1 << i;
    return -1;
}

static void add_types(struct jm_pg_args *a, uint32_t mask)
{
    jm_pg_array_begin(a, JM_PG_TEXT);
    for (int i = 0; i < TYPES; i++)
        if (mask & 1U << i)
            jm_pg_el_bytes(a, type_names[i], strlen(type_names[i]));
    jm_pg_array_end(a);
}

static size_t read_secret(uint8_t out[JM_SECRET_MAX], const PGresult *r, int row, int col)
{
    size_t len;
    const void *p = jm_pg_get_bytes(r, row, col, &len);
    if (!p || len > JM_SECRET_MAX)
        return 0;
    memcpy(out, p, len);
    return len;
}

static void row_read(struct jm_endpoint *e, const PGresult *r, int i)
{
    *e = (struct jm_endpoint){
        .id = (uint64_t)jm_pg_get_int(r, i, 0),
        .tenant = (uint32_t)jm_pg_get_int(r, i, 1),
        .url = jm_pg_get_text(r, i, 2),
        .types = (uint32_t)jm_pg_get_int(r, i, 3),
        .old_secret_until_us = jm_pg_get_time(r, i, 6),
        .state = (enum jm_endpoint_state)jm_pg_get_int(r, i, 7),
        .reason = jm_pg_get_text(r, i, 8),
        .created_at_us = jm_pg_get_time(r, i, 9),
        .updated_at_us = jm_pg_get_time(r, i, 10),
    };
    e->secret_len = read_secret(e->secret, r, i, 4);
    e->old_secret_len = read_secret(e->old_secret, r, i, 5);
}

static void on_endpoints(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    struct jm_err err = a->err;
    size_t n = a->fate == JM_PG_DONE ? (size_t)PQntuples(a->res) : 0;
    struct jm_endpoint *e = calloc(n + 1, sizeof *e);
    if (!e) {
        jm_err_set(&err, JM_ENOMEM, "out of memory for endpoints");
        n = 0;
    }
    for (size_t i = 0; i < n; i++)
        row_read(&e[i], a->res, (int)i);
    c->cb.endpoints(c->arg, err.code ? &err : NULL, e, n);
    if (e)
        explicit_bzero(e, (n + 1) * sizeof *e);
    free(e);
    free(c);
}

int jm_store_load_endpoints(struct jm_store *s, jm_endpoints_cb *cb, void *arg, struct jm_err *err)
{
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.endpoints = cb;
    return store_ask(s->deliver, "load_endpoints", NULL, 0, on_endpoints, c, err);
}

static void on_created(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    struct jm_err full = {0};
    const struct jm_err *err = store_answer_err(a);
    bool made = a->fate == JM_PG_DONE && PQntuples(a->res) > 0;
    uint64_t id = made ? (uint64_t)jm_pg_get_int(a->res, 0, 0) : 0;
    if (!made && !err) {
        jm_err_set(&full, JM_ELIMIT, "a tenant may have %d endpoints", JM_ENDPOINTS_MAX);
        err = &full;
    }
    c->cb.id(c->arg, err, id);
    free(c);
}

int jm_store_create_endpoint(struct jm_store *s, const struct jm_endpoint *e, jm_id_cb *cb,
                             void *arg, struct jm_err *err)
{
    struct jm_pg_args a;
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.id = cb;
    jm_pg_args_init(&a);
    jm_pg_i4(&a, (int32_t)e->tenant);
    jm_pg_str(&a, e->url);
    add_types(&a, e->types);
    jm_pg_bytes(&a, e->secret, e->secret_len);
    jm_pg_i4(&a, JM_ENDPOINTS_MAX);
    return store_ask(s->deliver, "create_endpoint", &a, 0, on_created, c, err);
}

int jm_store_update_endpoint(struct jm_store *s, const struct jm_endpoint *e, jm_store_done_cb *cb,
                             void *arg, struct jm_err *err)
{
    struct jm_pg_args a;
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.done = cb;
    c->u[0] = JM_ENOTFOUND;
    jm_pg_args_init(&a);
    jm_pg_i4(&a, (int32_t)e->tenant);
    jm_pg_i8(&a, (int64_t)e->id);
    jm_pg_str(&a, e->url);
    add_types(&a, e->types);
    jm_pg_i2(&a, (int16_t)e->state);
    jm_pg_str(&a, e->reason ? e->reason : "");
    return store_ask(s->deliver, "update_endpoint", &a, 0, store_on_done, c, err);
}

int jm_store_rotate_secret(struct jm_store *s, uint32_t tenant, uint64_t id, const uint8_t *secret,
                           size_t secret_len, int64_t old_until_us, jm_store_done_cb *cb, void *arg,
                           struct jm_err *err)
{
    struct jm_pg_args a;
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.done = cb;
    c->u[0] = JM_ENOTFOUND;
    jm_pg_args_init(&a);
    jm_pg_i4(&a, (int32_t)tenant);
    jm_pg_i8(&a, (int64_t)id);
    jm_pg_bytes(&a, secret, secret_len);
    jm_pg_time(&a, old_until_us);
    return store_ask(s->deliver, "rotate_secret", &a, 0, store_on_done, c, err);
}
