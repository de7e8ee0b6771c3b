/* endpoint.c - the table of endpoints: read from the store, and told to it what only we know.
 *
 * The list is read at start, every 30 s, and when the API says that something changed. An endpoint
 * that answered 410, or only failed for 120 h, is disabled through the store; since when an active
 * one fails is noted there after an hour of failures, so that a restart does not reset the 120 h.
 * Both are written right after a fresh read, over what was read, so as not to undo a change of
 * the user's. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver.h"
#include "jobmatch/log.h"

enum { REFRESH_MS = 30000, REFRESH_RETRY_MS = 1000, REFRESH_SOON_MS = 50 };
#define NOTE_AFTER_US JM_WEBHOOK_HOUR_US

struct endpoint *jm_webhook_find(const struct jm_webhook *w, uint64_t id)
{
    uint64_t *p = jm_map64_get(&w->by_id, id);
    return p ? (struct endpoint *)(uintptr_t)*p : NULL;
}

size_t jm_webhook_in_hand(const struct endpoint *ep)
{
    return ep->queue.n + ep->n_under_way + ep->n_ended;
}

void jm_webhook_ready_add(struct jm_webhook *w, struct endpoint *ep)
{
    if (ep->next_ready)
        return;
    if (!w->ready) {
        w->ready = ep->next_ready = ep->prev_ready = ep;
        return;
    }
    ep->next_ready = w->ready;
    ep->prev_ready = w->ready->prev_ready;
    ep->prev_ready->next_ready = ep;
    w->ready->prev_ready = ep;
}

void jm_webhook_ready_remove(struct jm_webhook *w, struct endpoint *ep)
{
    if (!ep->next_ready)
        return;
    if (w->ready == ep)
        w->ready = ep->next_ready == ep ? NULL : ep->next_ready;
    ep->next_ready->prev_ready = ep->prev_ready;
    ep->prev_ready->next_ready = ep->next_ready;
    ep->next_ready = ep->prev_ready = NULL;
}

void jm_webhook_drop_queue(struct jm_webhook *w, struct endpoint *ep)
{
    for (struct delivery *d; (d = jm_webhook_queue_pop(&ep->queue)) != NULL;) {
        w->stats.queued--;
        jm_webhook_delivery_free(w, d);
    }
    jm_webhook_ready_remove(w, ep);
}

static void endpoint_free(struct endpoint *ep)
{
    OPENSSL_cleanse(&ep->secret, sizeof ep->secret);
    OPENSSL_cleanse(&ep->old_secret, sizeof ep->old_secret);
    free(ep->url);
    free(ep);
}

void jm_webhook_endpoints_free(struct jm_webhook *w)
{
    for (size_t i = 0; i < w->n_eps; i++)
        endpoint_free(w->eps[i]);
    free(w->eps);
    w->eps = NULL;
    w->n_eps = w->cap_eps = 0;
}

/* --- from the store ----------------------------------------------------------------------- */

static struct endpoint *endpoint_new(struct jm_webhook *w, uint64_t id)
{
    if (w->n_eps == w->cap_eps) {
        size_t cap = w->cap_eps ? w->cap_eps * 2 : 16;
        struct endpoint **more = realloc(w->eps, cap * sizeof *more);
        if (!more)
            return NULL;
        w->eps = more;
        w->cap_eps = cap;
    }
    struct endpoint *ep = calloc(1, sizeof *ep);
    if (!ep || jm_map64_put(&w->by_id, id, (uint64_t)(uintptr_t)ep) != 0) {
        free(ep);
        return NULL;
    }
    ep->w = w;
    ep->id = id;
    ep->reset = true;
    w->eps[w->n_eps++] = ep;
    return ep;
}

static void copy_secret(struct jm_webhook_secret *out, const uint8_t *key, size_t bytes)
{
    memset(out, 0, sizeof *out);
    if (bytes <= sizeof out->key) {
        memcpy(out->key, key, bytes);
        out->bytes = (uint8_t)bytes;
    }
}

static void take_url(struct jm_webhook *w, struct endpoint *ep, char *url)
{
    struct jm_err err = {0};
    free(ep->url);
    ep->url = url;
    ep->bad_url[0] = '\0';
    if (jm_webhook_guard_url(w->guard, url, &err) != 0)
        snprintf(ep->bad_url, sizeof ep->bad_url, "%s", err.text);
}

static void reset(struct jm_webhook *w, struct endpoint *ep)
{
    jm_webhook_gate_init(&ep->gate, w->o.endpoint_rate_per_s, w->o.breaker_open_ms * 1000,
                         jm_loop_mono_us(w->loop));
    ep->failing_since_us = 0;
    ep->disable = NULL;
    ep->succeeded = false;
    ep->reset = false;
}

/* Another daemon may have noted failures of its shards; a success here outweighs an older note. */
static void take_note(struct endpoint *ep, const char *reason)
{
    int64_t since_us = jm_webhook_failing_parse(reason);
    ep->noted = since_us != 0;
    if (!ep->noted)
        ep->succeeded = false;
    else if (!ep->succeeded && (!ep->failing_since_us || since_us < ep->failing_since_us))
        ep->failing_since_us = since_us;
}

static void take(struct jm_webhook *w, const struct jm_endpoint *e)
{
    struct endpoint *ep = jm_webhook_find(w, e->id);
    bool enabled = e->state == JM_ENDPOINT_ACTIVE;
    if (!ep && (!enabled || !(ep = endpoint_new(w, e->id))))
        return;
    ep->seen = true;
    if (!enabled)
        ep->disable = NULL; /* the store knows */
    if (!ep->url || strcmp(ep->url, e->url) != 0) {
        char *url = strdup(e->url);
        if (!url)
            return;
        take_url(w, ep, url);
        ep->reset = true;
    }
    if (ep->reset || (enabled && !ep->active && !ep->disable))
        reset(w, ep);
    take_note(ep, e->reason);
    ep->tenant = e->tenant;
    copy_secret(&ep->secret, e->secret, e->secret_len);
    copy_secret(&ep->old_secret, e->old_secret, e->old_secret_len);
    ep->old_secret_until_us = e->old_secret_until_us;
    ep->active = enabled && !ep->disable;
    if (!ep->active)
        jm_webhook_drop_queue(w, ep);
}

static void sweep(struct jm_webhook *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->n_eps; i++) {
        struct endpoint *ep = w->eps[i];
        if (!ep->seen) {
            ep->active = false;
            jm_webhook_drop_queue(w, ep);
        }
        if (!ep->seen && jm_webhook_in_hand(ep) == 0) {
            jm_map64_del(&w->by_id, ep->id);
            endpoint_free(ep);
            continue;
        }
        ep->seen = false;
        w->eps[kept++] = ep;
    }
    w->n_eps = kept;
}

/* --- to the store ------------------------------------------------------------------------- */

void jm_webhook_note_health(struct jm_webhook *w, struct endpoint *ep, enum jm_webhook_verdict v)
{
    int64_t now_us = webhook_wall_us(w);
    struct jm_webhook_health h = jm_webhook_health_step(ep->failing_since_us, v, now_us);
    ep->failing_since_us = h.failing_since_us;
    if (h.disable && !ep->disable) {
        ep->disable = h.disable;
        ep->active = false;
        jm_webhook_drop_queue(w, ep);
        jm_log(JM_LOG_WARN, "webhook", "endpoint disabled", "endpoint=%llu reason=\"%s\"",
               (unsigned long long)ep->id, h.disable);
        jm_webhook_refresh(w);
    } else if (v == JM_VERDICT_OK && ep->noted && !ep->succeeded) {
        ep->succeeded = true;
        jm_webhook_refresh(w);
    } else if (v != JM_VERDICT_OK && !ep->noted && now_us - h.failing_since_us > NOTE_AFTER_US) {
        jm_webhook_refresh(w);
    }
}

/* True if the store should hear about it; fills in state and reason. */
static bool news(const struct jm_webhook *w, const struct endpoint *ep, struct jm_endpoint *e,
                 char text[64])
{
    if (e->state != JM_ENDPOINT_ACTIVE || !ep->url || strcmp(e->url, ep->url) != 0)
        return false;
    if (ep->disable) {
        e->state = JM_ENDPOINT_DISABLED;
        e->reason = ep->disable;
        return true;
    }
    bool late = ep->failing_since_us &&
                webhook_wall_us(w) - ep->failing_since_us > NOTE_AFTER_US;
    if (ep->noted ? !ep->succeeded : !late)
        return false;
    jm_webhook_failing_text(text, ep->noted ? 0 : ep->failing_since_us);
    e->reason = text;
    return true;
}

/* What the store made of it is read from the next list, which also lets the next update out. */
static void on_updated(void *arg, const struct jm_err *err)
{
    struct jm_webhook *w = jm_webhook_ticket_back(arg);
    if (w && w->state == WEBHOOK_RUNNING)
        jm_timer_once(w->refresh_timer, err ? REFRESH_RETRY_MS : REFRESH_SOON_MS);
}

static void update_one(struct jm_webhook *w, const struct jm_endpoint *list, size_t n)
{
    for (size_t i = 0; i < n && !w->update->busy && w->state == WEBHOOK_RUNNING; i++) {
        struct endpoint *ep = jm_webhook_find(w, list[i].id);
        struct jm_endpoint e = list[i];
        struct jm_err err = {0};
        char text[64];
        if (!ep || !news(w, ep, &e, text))
            continue;
        w->update->busy = true;
        if (w->store.update_endpoint(w->store.arg, &e, on_updated, w->update, &err) != 0) {
            w->update->busy = false;
            jm_timer_once(w->refresh_timer, REFRESH_RETRY_MS);
            return;
        }
    }
}

static void on_endpoints(void *arg, const struct jm_err *err, const struct jm_endpoint *e, size_t n)
{
    struct jm_webhook *w = jm_webhook_ticket_back(arg);
    if (!w || w->state != WEBHOOK_RUNNING)
        return;
    jm_timer_once(w->refresh_timer, err ? REFRESH_RETRY_MS : REFRESH_MS);
    if (err)
        return;
    for (size_t i = 0; i < n; i++)
        take(w, &e[i]);
    sweep(w);
    update_one(w, e, n);
    jm_webhook_wake(w);
    if (w->refresh_again)
        jm_webhook_refresh(w);
}

void jm_webhook_refresh(struct jm_webhook *w)
{
    struct jm_err err = {0};
    if (w->state != WEBHOOK_RUNNING)
        return;
    w->refresh_again = w->refresh->busy;
    if (w->refresh->busy)
        return;
    w->refresh->busy = true;
    if (w->store.load_endpoints(w->store.arg, on_endpoints, w->refresh, &err) != 0) {
        w->refresh->busy = false;
        jm_timer_once(w->refresh_timer, REFRESH_RETRY_MS);
    }
}

void jm_webhook_endpoint_changed(struct jm_webhook *w, uint64_t endpoint)
{
    struct endpoint *ep = jm_webhook_find(w, endpoint);
    if (ep) {
        jm_webhook_drop_queue(w, ep);
        ep->reset = true;
    }
    jm_webhook_refresh(w);
}
