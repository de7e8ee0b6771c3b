/* keys.c - tenants and API keys. */
#include <stdlib.h>
#include <string.h>

#include "store_int.h"

/* Tenants come first; their result is kept in the call until the keys are here too. */
struct keys_call {
    struct jm_store *s;
    jm_keys_cb *cb;
    void *arg;
    PGresult *tenants;
};

static void keys_end(struct keys_call *k, const struct jm_err *err, const PGresult *keys)
{
    struct jm_tenant *t = NULL;
    struct jm_api_key *a = NULL;
    struct jm_err oom = {0};
    size_t n_t = err ? 0 : (size_t)PQntuples(k->tenants), n_a = err ? 0 : (size_t)PQntuples(keys);
    if (!err && (!(t = calloc(n_t + 1, sizeof *t)) || !(a = calloc(n_a + 1, sizeof *a)))) {
        jm_err_set(&oom, JM_ENOMEM, "out of memory for %zu keys", n_a);
        err = &oom;
        n_t = n_a = 0;
    }
    for (size_t i = 0; i < n_t; i++)
        t[i] = (struct jm_tenant){.id = (uint32_t)jm_pg_get_int(k->tenants, (int)i, 0),
                                  .name = jm_pg_get_text(k->tenants, (int)i, 1)};
    for (size_t i = 0; i < n_a; i++) {
        int row = (int)i;
        size_t len;
        a[i] = (struct jm_api_key){.id = jm_pg_get_text(keys, row, 0),
                                   .tenant = (uint32_t)jm_pg_get_int(keys, row, 1),
                                   .scopes = jm_pg_get_text(keys, row, 3),
                                   .note = jm_pg_get_text(keys, row, 4),
                                   .created_at_us = jm_pg_get_time(keys, row, 5),
                                   .expires_at_us = jm_pg_get_time(keys, row, 6),
                                   .revoked = jm_pg_get_bool(keys, row, 7)};
        const void *sum = jm_pg_get_bytes(keys, row, 2, &len);
        memcpy(a[i].sha256, sum, len < sizeof a[i].sha256 ? len : sizeof a[i].sha256);
    }
    k->cb(k->arg, err, t, n_t, a, n_a);
    free(t);
    free(a);
    PQclear(k->tenants);
    free(k);
}

static void on_keys(void *arg, struct jm_pg_answer *a)
{
    keys_end(arg, store_answer_err(a), a->res);
}

static void on_tenants(void *arg, struct jm_pg_answer *a)
{
    struct keys_call *k = arg;
    struct jm_err err = a->err;
    struct jm_pg_query q = {.stmt = "load_keys", .cb = on_keys, .arg = k,
                            .timeout_ms = k->s->o.query_timeout_ms,
                            .queue_ms = k->s->o.query_timeout_ms};
    if (a->fate == JM_PG_DONE) {
        a->take = true;
        k->tenants = a->res;
        if (k->s->closing)
            jm_err_set(&err, JM_EUNAVAIL, "the store is closing");
        else if (jm_pg_send(k->s->read, &q, &err) == 0)
            return;
    }
    keys_end(k, &err, NULL);
}

int jm_store_load_keys(struct jm_store *s, jm_keys_cb *cb, void *arg, struct jm_err *err)
{
    if (!s->started || s->closing)
        return jm_err_set(err, JM_EUNAVAIL, "the store is not running");
    struct keys_call *k = calloc(1, sizeof *k);
    if (!k)
        return jm_err_set(err, JM_ENOMEM, "out of memory for keys");
    *k = (struct keys_call){.s = s, .cb = cb, .arg = arg};
    struct jm_pg_query q = {.stmt = "load_tenants", .cb = on_tenants, .arg = k,
                            .timeout_ms = s->o.query_timeout_ms,
                            .queue_ms = s->o.query_timeout_ms};
    if (jm_pg_send(s->read, &q, err) == 0)
        return 0;
    free(k);
    return -1;
}

static void on_id(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    struct jm_err err = a->err;
    uint64_t id = 0;
    if (a->fate == JM_PG_DONE && PQntuples(a->res) == 1)
        id = (uint64_t)jm_pg_get_int(a->res, 0, 0);
    else if (a->fate == JM_PG_DONE) /* made and not yet visible to our snapshot */
        jm_err_set(&err, JM_EUNAVAIL, "another program is just making it: try again");
    c->cb.id(c->arg, err.code ? &err : NULL, id);
    free(c);
}

int jm_store_ensure_tenant(struct jm_store *s, const char *name, jm_id_cb *cb, void *arg,
                           struct jm_err *err)
{
    struct jm_pg_args a;
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.id = cb;
    jm_pg_args_init(&a);
    jm_pg_str(&a, name);
    return store_ask(s->read, "ensure_tenant", &a, 0, on_id, c, err);
}

/* One row when it was done, none when it was not: c->u[0] is the error then. */
void store_on_done(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    struct jm_err err = a->err;
    if (a->fate == JM_PG_DONE && PQntuples(a->res) == 0)
        jm_err_set(&err, (enum jm_err_code)c->u[0], "%s", c->u[0] == JM_ECONFLICT
                   ? "it exists already and is different" : "there is none of that name");
    c->cb.done(c->arg, err.code ? &err : NULL);
    free(c);
}

int jm_store_create_key(struct jm_store *s, const struct jm_api_key *k, jm_store_done_cb *cb,
                        void *arg, struct jm_err *err)
{
    struct jm_pg_args a;
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.done = cb;
    c->u[0] = JM_ECONFLICT;
    jm_pg_args_init(&a);
    jm_pg_str(&a, k->id);
    jm_pg_i4(&a, (int32_t)k->tenant);
    jm_pg_bytes(&a, k->sha256, sizeof k->sha256);
    jm_pg_str(&a, k->scopes ? k->scopes : "");
    jm_pg_str(&a, k->note ? k->note : "");
    jm_pg_time(&a, k->expires_at_us);
    return store_ask(s->read, "create_key", &a, 0, store_on_done, c, err);
}

int jm_store_revoke_key(struct jm_store *s, const char *key_id, jm_store_done_cb *cb, void *arg,
                        struct jm_err *err)
{
    struct jm_pg_args a;
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.done = cb;
    c->u[0] = JM_ENOTFOUND;
    jm_pg_args_init(&a);
    jm_pg_str(&a, key_id);
    return store_ask(s->read, "revoke_key", &a, 0, store_on_done, c, err);
}
