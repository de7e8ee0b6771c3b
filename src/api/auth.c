/* auth.c - who is asking. Keys are read from the store into memory every 30 s; the check itself
 * touches no database, so that reads go on while PostgreSQL is away. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/bytes.h"
#include "jobmatch/log.h"
#include "jobmatch/loop.h"

enum { RELOAD_MS = 30000, RETRY_MS = 1000, BAD_PER_MINUTE = 10, BAD_ADDRESSES = 4096 };

static void clear_keys(struct jm_api *a)
{
    free(a->keys);
    a->keys = NULL;
    jm_map_fini(&a->key_ids);
    jm_map_init(&a->key_ids);
}

static void on_keys(void *arg, const struct jm_err *err, const struct jm_tenant *tenants,
                    size_t n_tenants, const struct jm_api_key *keys, size_t n)
{
    (void)tenants;
    (void)n_tenants;
    struct jm_api *a = arg;
    struct jm_auth_key *fresh = err ? NULL : calloc(n ? n : 1, sizeof *fresh);
    if (!fresh) { /* keep the old ones and ask again soon */
        jm_timer_once(a->reload, RETRY_MS);
        return;
    }
    clear_keys(a);
    a->keys = fresh;
    for (size_t i = 0; i < n; i++) {
        int scopes = jm_scope_parse(keys[i].scopes);
        fresh[i] = (struct jm_auth_key){.tenant = keys[i].tenant,
                                        .scopes = scopes < 0 ? 0 : scopes,
                                        .expires_at_us = keys[i].expires_at_us,
                                        .revoked = keys[i].revoked};
        memcpy(fresh[i].sha256, keys[i].sha256, sizeof fresh[i].sha256);
        if (jm_map_put(&a->key_ids, keys[i].id, strlen(keys[i].id), i))
            jm_log(JM_LOG_ERROR, "api", "key not loaded: out of memory", NULL);
    }
    a->keys_loaded = true;
    jm_timer_once(a->reload, RELOAD_MS);
}

void jm_auth_reload(void *api)
{
    struct jm_api *a = api;
    if (jm_store_load_keys(a->o.store, on_keys, a, NULL))
        jm_timer_once(a->reload, RETRY_MS);
}

void jm_auth_fini(struct jm_api *a)
{
    free(a->keys);
    jm_map_fini(&a->key_ids);
    jm_map_fini(&a->bad_keys);
}

/* Wrong keys of this client in the present minute. */
static uint64_t *bad_count(struct jm_api *a, const char *peer)
{
    int64_t minute = jm_mono_us(a->clock) / 60000000;
    if (minute != a->bad_minute || a->bad_keys.count > BAD_ADDRESSES) {
        jm_map_fini(&a->bad_keys);
        jm_map_init(&a->bad_keys);
        a->bad_minute = minute;
    }
    uint64_t *n = jm_map_get(&a->bad_keys, peer, strlen(peer));
    if (!n && jm_map_put(&a->bad_keys, peer, strlen(peer), 0) == 0)
        n = jm_map_get(&a->bad_keys, peer, strlen(peer));
    return n;
}

static const struct jm_auth_key *find_key(struct jm_call *c, const char *text)
{
    struct jm_key k;
    if (jm_key_parse(&k, text))
        return NULL;
    uint64_t *i = jm_map_get(&c->api->key_ids, k.id, strlen(k.id));
    const struct jm_auth_key *found = i ? &c->api->keys[*i] : NULL;
    if (!found || !jm_equal_ct(found->sha256, k.sha256, sizeof k.sha256) || found->revoked)
        return NULL;
    if (found->expires_at_us && found->expires_at_us <= jm_wall_us(c->api->clock))
        return NULL;
    return found;
}

static void refuse(struct jm_call *c, const char *detail)
{
    jm_metric_add(c->api->m_auth_failed, 1);
    jm_http_set_header(c->req, "WWW-Authenticate", "Bearer realm=\"jobmatch\"");
    jm_http_problem(c->req, 401, "unauthorized", NULL, detail, NULL);
}

/* Only wrong keys are slowed down: behind a proxy everyone has the same address, and whoever sends
 * wrong keys must not lock out those who send right ones. */
static void refuse_key(struct jm_call *c)
{
    uint64_t *bad = bad_count(c->api, jm_http_peer(c->req));
    if (bad && ++*bad > BAD_PER_MINUTE) {
        jm_metric_add(c->api->m_auth_failed, 1);
        jm_http_set_header(c->req, "Retry-After", "60");
        jm_http_problem(c->req, 429, "too-many-wrong-keys", NULL,
                        "too many wrong keys from this address; wait a minute", NULL);
    } else {
        refuse(c, "this key is unknown, revoked, expired or mistyped");
    }
}

bool jm_auth_check(struct jm_call *c)
{
    const char *h = jm_http_header(c->req, "Authorization");
    if (!c->api->keys_loaded) {
        jm_call_busy(c, "the keys are not loaded yet");
        return false;
    }
    if (!h || strncasecmp(h, "Bearer ", 7) != 0) {
        refuse(c, "send Authorization: Bearer <API key>; jobmatchd key create makes one");
        return false;
    }
    const struct jm_auth_key *k = find_key(c, h + 7 + strspn(h + 7, " "));
    if (!k) {
        refuse_key(c);
        return false;
    }
    c->tenant = k->tenant;
    c->scopes = k->scopes;
    if ((k->scopes & c->route->scope) == c->route->scope)
        return true;
    jm_http_problem(c->req, 403, "missing-scope", NULL, "this key lacks the scope for this route",
                    NULL);
    return false;
}
