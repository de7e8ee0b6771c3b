/* deliver.c - the deliverer: loads what is due, lets endpoints take turns, sends.
 *
 * Fairness: endpoints with a queue stand in a ring and send one request a turn, as far as their
 * gate (gate.h), their concurrency and their tenant's quarter of all requests allow. A slow
 * endpoint holds four requests and a few queued deliveries, never the ring.
 *
 * Memory: the backlog stays in the database. Most loads are shallow, 8 deliveries of each of up to
 * 256 endpoints; an endpoint that had more is then read deep, at most endpoint_memory of it, while
 * memory is less than half full. An endpoint whose breaker is open holds none. */
#include "deliver.h"

#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/log.h"
#include "jobmatch/metrics.h"

enum { WAKE_MS = 2, DROP_SHUT_US = 1000000, RETRY_US = 1000000 };

struct jm_webhook *jm_webhook_ticket_back(struct ticket *t)
{
    t->busy = false;
    struct jm_webhook *w = t->w;
    if (!w)
        free(t);
    return w;
}

void jm_webhook_queue_push(struct queue *q, struct delivery *d)
{
    d->next = NULL;
    if (q->tail)
        q->tail->next = d;
    else
        q->head = d;
    q->tail = d;
    q->n++;
}

struct delivery *jm_webhook_queue_pop(struct queue *q)
{
    struct delivery *d = q->head;
    if (!d)
        return NULL;
    q->head = d->next;
    if (!q->head)
        q->tail = NULL;
    q->n--;
    return d;
}

void jm_webhook_delivery_free(struct jm_webhook *w, struct delivery *d)
{
    jm_map64_del(&w->known, d->key);
    free(d->texts);
    free(d);
}

/* --- loading ------------------------------------------------------------------------------- */

static struct delivery *delivery_new(const struct jm_delivery *r, struct endpoint *ep, uint64_t key)
{
    size_t id_bytes = strlen(r->event_id) + 1;
    struct delivery *d = malloc(sizeof *d + id_bytes + r->body_len);
    if (!d)
        return NULL;
    char *text = (char *)(d + 1);
    memset(d, 0, sizeof *d);
    d->ep = ep;
    d->event_seq = r->event_seq;
    d->key = key;
    d->shard = r->shard;
    d->epoch = r->epoch;
    d->attempts = r->attempts;
    d->event_at_us = r->event_at_us;
    d->event_id = memcpy(text, r->event_id, id_bytes);
    d->body = memcpy(text + id_bytes, r->body, r->body_len);
    d->body_len = r->body_len;
    return d;
}

/* True if it was not in hand before. */
static bool accept_row(struct jm_webhook *w, const struct jm_delivery *r)
{
    struct endpoint *ep = jm_webhook_find(w, r->endpoint);
    if (!ep)
        return false;
    ep->rows++;
    uint64_t key = jm_webhook_seed(r->event_seq, r->endpoint);
    bool shut = jm_webhook_gate_shut_us(&ep->gate, jm_loop_mono_us(w->loop)) > DROP_SHUT_US;
    if (!ep->active || shut || jm_map64_get(&w->known, key) ||
        jm_webhook_in_hand(ep) >= w->o.endpoint_memory)
        return false;
    struct delivery *d = delivery_new(r, ep, key);
    if (!d || jm_map64_put(&w->known, key, (uint64_t)(uintptr_t)d) != 0) {
        free(d);
        return false;
    }
    jm_webhook_queue_push(&ep->queue, d);
    w->stats.queued++;
    jm_webhook_ready_add(w, ep);
    return true;
}

/* Busy until every endpoint was asked once for nothing, then slower and slower. */
static void poll_again(struct jm_webhook *w, size_t fresh)
{
    w->asked_in_vain = fresh > 0 || w->woken ? 0 : w->asked_in_vain + w->n_ask;
    if (w->woken) {
        w->woken = false;
        w->poll_delay_ms = w->o.poll_busy_ms;
        jm_timer_once(w->poll_timer, WAKE_MS);
        return;
    }
    if (fresh > 0 || (w->n_ask > 0 && w->asked_in_vain < w->n_eps))
        w->poll_delay_ms = w->o.poll_busy_ms;
    else if (w->poll_delay_ms * 2 < w->o.poll_idle_ms)
        w->poll_delay_ms *= 2;
    else
        w->poll_delay_ms = w->o.poll_idle_ms;
    jm_timer_once(w->poll_timer, w->poll_delay_ms);
}

static void on_deliveries(void *arg, const struct jm_err *err, const struct jm_delivery *rows,
                          size_t n, int64_t next_due_us)
{
    struct jm_webhook *w = jm_webhook_ticket_back(arg);
    size_t fresh = 0;
    (void)next_due_us; /* the idle poll is frequent enough */
    if (!w)
        return;
    for (size_t i = 0; !err && i < n && w->state == WEBHOOK_RUNNING; i++)
        fresh += accept_row(w, &rows[i]);
    for (size_t i = 0; i < w->n_ask; i++) {
        struct endpoint *ep = jm_webhook_find(w, w->ask[i]);
        if (ep && !err)
            ep->deep = ep->rows >= w->ask_per;
    }
    jm_webhook_free_settled(w);
    if (w->state != WEBHOOK_RUNNING)
        return;
    poll_again(w, fresh);
    if (fresh > 0)
        jm_webhook_pump_soon(w);
}

static size_t in_memory(const struct jm_webhook *w)
{
    return w->stats.queued + w->stats.in_flight + w->stats.unreported;
}

/* More than half of what may be held leaves room for rows that are not yet known. */
static bool wants(const struct jm_webhook *w, const struct endpoint *ep, bool deep, int64_t now_us)
{
    unsigned per = deep ? w->o.endpoint_memory : ASK_SHALLOW;
    return ep->active && ep->deep == deep && jm_webhook_in_hand(ep) <= per / 2 &&
           jm_webhook_gate_shut_us(&ep->gate, now_us) == 0;
}

/* Fill w->ask from where the last such load stopped. */
static size_t gather(struct jm_webhook *w, bool deep)
{
    size_t most = deep ? ASK_DEEP : ASK_MAX, at = w->ask_at[deep];
    int64_t now_us = jm_loop_mono_us(w->loop);
    w->n_ask = 0;
    if (in_memory(w) >= (deep ? w->o.total_memory / 2 : w->o.total_memory))
        return 0;
    for (size_t i = 0; i < w->n_eps && w->n_ask < most; i++, at++) {
        if (at >= w->n_eps)
            at = 0;
        struct endpoint *ep = w->eps[at];
        if (!wants(w, ep, deep, now_us))
            continue;
        ep->rows = 0;
        w->ask[w->n_ask++] = ep->id;
    }
    w->ask_at[deep] = at;
    w->ask_per = deep ? w->o.endpoint_memory : ASK_SHALLOW;
    return w->n_ask;
}

/* A deep endpoint that may not be read deep now must not wait for it. */
static void flatten(struct jm_webhook *w)
{
    for (size_t i = 0; i < w->n_eps; i++)
        if (jm_webhook_in_hand(w->eps[i]) == 0)
            w->eps[i]->deep = false;
}

void jm_webhook_poll(void *arg)
{
    struct jm_webhook *w = arg;
    struct jm_err err = {0};
    if (w->state != WEBHOOK_RUNNING || w->load->busy)
        return;
    w->ask_deep = !w->ask_deep;
    if (in_memory(w) >= w->o.total_memory / 2)
        flatten(w);
    if (gather(w, w->ask_deep) == 0 && gather(w, !w->ask_deep) == 0) {
        poll_again(w, 0);
        return;
    }
    w->load->busy = true;
    if (w->store.load_deliveries(w->store.arg, w->ask, w->n_ask, w->ask_per, on_deliveries,
                                 w->load, &err) != 0) {
        w->load->busy = false;
        poll_again(w, 0);
    }
}

void jm_webhook_wake(struct jm_webhook *w)
{
    if (w->state != WEBHOOK_RUNNING || w->woken)
        return;
    w->asked_in_vain = 0;
    w->woken = w->load->busy;
    if (!w->woken)
        jm_timer_once(w->poll_timer, WAKE_MS);
}

/* --- sending ------------------------------------------------------------------------------- */

static uint64_t *tenant_count(struct jm_webhook *w, uint32_t tenant)
{
    uint64_t *n = jm_map64_get(&w->under_way_of, tenant);
    if (!n && jm_map64_put(&w->under_way_of, tenant, 0) == 0)
        n = jm_map64_get(&w->under_way_of, tenant);
    return n;
}

static void count_metrics(struct jm_webhook *w, const struct delivery *d)
{
    bool ok = d->outcome.state == JM_DELIVERY_DONE, dead = d->outcome.state == JM_DELIVERY_DEAD;
    w->stats.attempts++;
    *(ok ? &w->stats.delivered : dead ? &w->stats.dead : &w->stats.retried) += 1;
    if (!w->m_seconds)
        return;
    jm_metric_add(ok ? w->m_delivered : dead ? w->m_dead : w->m_retried, 1);
    jm_metric_observe_us(w->m_seconds, (int64_t)d->outcome.duration_ms * 1000);
}

/* The texts move into one allocation of the delivery's; without memory the row has none. */
static void keep_texts(struct delivery *d, const struct jm_webhook_response *r)
{
    size_t error = strlen(r->error);
    d->texts = malloc(error + 1 + r->body_bytes + 1);
    if (!d->texts)
        return;
    memcpy(d->texts, r->error, error + 1);
    memcpy(d->texts + error + 1, r->body, r->body_bytes);
    d->outcome.error = error ? d->texts : NULL;
    d->outcome.response = r->body_bytes ? d->texts + error + 1 : NULL;
    d->outcome.response_len = r->body_bytes;
}

static void fill_outcome(struct jm_webhook *w, struct delivery *d,
                         const struct jm_webhook_answer *a, const struct jm_webhook_response *r)
{
    int64_t now_us = webhook_wall_us(w);
    unsigned attempt = d->attempts + 1u;
    struct jm_webhook_plan p = jm_webhook_plan(w->o.retry_ms, d->key, attempt, d->event_at_us, a,
                                               now_us);
    d->outcome = (struct jm_delivery_outcome){
        .event_seq = d->event_seq, .endpoint = d->ep->id, .shard = d->shard, .epoch = d->epoch,
        .state = p.state,
        .next_at_us = p.state == JM_DELIVERY_PENDING ? now_us + p.delay_us : 0,
        .reason = p.state == JM_DELIVERY_DEAD ? p.reason : NULL,
        .attempt = (uint16_t)attempt,
        .started_at_us = d->started_at_us,
        .duration_ms = (uint32_t)(r->duration_us / 1000),
        .http_status = r->status,
    };
    keep_texts(d, r);
}

static void settle_answer(struct jm_webhook *w, struct delivery *d,
                          const struct jm_webhook_answer *a, const struct jm_webhook_response *r)
{
    struct endpoint *ep = d->ep;
    enum jm_webhook_verdict v = jm_webhook_judge(a);
    int64_t now_us = jm_loop_mono_us(w->loop);
    if (a->hopeless) /* says nothing about the endpoint */
        jm_webhook_gate_cancel(&ep->gate, d->probe, now_us);
    else
        jm_webhook_gate_result(&ep->gate, v, d->probe, a->retry_after_us, now_us);
    fill_outcome(w, d, a, r);
    count_metrics(w, d);
    jm_log(v == JM_VERDICT_OK ? JM_LOG_DEBUG : JM_LOG_INFO, "webhook", "attempt",
           "event=%s endpoint=%llu attempt=%u status=%d result=\"%s\"", d->event_id,
           (unsigned long long)ep->id, d->outcome.attempt, r->status, jm_webhook_reason(a));
    jm_webhook_ended(w, d);
    if (ep->active && !a->hopeless)
        jm_webhook_note_health(w, ep, v);
    if (jm_webhook_gate_shut_us(&ep->gate, now_us) > DROP_SHUT_US)
        jm_webhook_drop_queue(w, ep);
}

static void on_end(void *arg, const struct jm_webhook_response *r)
{
    struct delivery *d = arg;
    struct jm_webhook *w = d->ep->w;
    struct jm_webhook_answer a = {r->status, r->timed_out, r->refused, false, r->retry_after_us};
    uint64_t *n = tenant_count(w, d->ep->tenant);
    if (n && *n > 0)
        --*n;
    d->ep->n_under_way--;
    w->stats.in_flight--;
    settle_answer(w, d, &a, r);
    jm_webhook_pump_soon(w);
    jm_webhook_check_drained(w);
}

static int sign(struct jm_webhook *w, const struct delivery *d, int64_t now_s, struct jm_buf *out,
                struct jm_err *err)
{
    const struct endpoint *ep = d->ep;
    struct jm_webhook_secret secrets[2] = {ep->secret, ep->old_secret};
    bool both = ep->old_secret.bytes > 0 && webhook_wall_us(w) < ep->old_secret_until_us;
    return jm_webhook_sign(out, secrets, ep->secret.bytes == 0 ? 0 : both ? 2 : 1, d->event_id,
                           now_s, d->body, d->body_len, err);
}

static int post(struct jm_webhook *w, struct delivery *d, struct jm_err *err)
{
    struct jm_buf signature = {0};
    int64_t now_s = d->started_at_us / 1000000;
    int rc = -1;
    if (d->ep->bad_url[0] != '\0')
        return jm_err_set(err, JM_EINVAL, "%s", d->ep->bad_url);
    if (d->body_len > JM_WEBHOOK_BODY_MAX)
        return jm_err_set(err, JM_ELIMIT, "the event has more than %d bytes", JM_WEBHOOK_BODY_MAX);
    if (sign(w, d, now_s, &signature, err) == 0) {
        struct jm_webhook_request r = {d->ep->url, d->event_id, now_s, jm_buf_cstr(&signature),
                                       d->body, d->body_len};
        rc = jm_webhook_sender_post(w->sender, &r, on_end, d, err);
    }
    jm_buf_fini(&signature);
    return rc;
}

/* The head of the queue goes out. What cannot be sent at all is a failed attempt, or it would be
 * tried for ever; running out of memory is not the endpoint's fault and costs no attempt. */
static void send_head(struct jm_webhook *w, struct endpoint *ep, bool probe)
{
    struct jm_err err = {0};
    struct delivery *d = jm_webhook_queue_pop(&ep->queue);
    w->stats.queued--;
    d->probe = probe;
    d->started_at_us = webhook_wall_us(w);
    if (post(w, d, &err) == 0) {
        uint64_t *n = tenant_count(w, ep->tenant);
        if (n)
            ++*n;
        ep->n_under_way++;
        w->stats.in_flight++;
    } else if (err.code == JM_EINVAL || err.code == JM_ELIMIT) {
        struct jm_webhook_answer a = {.unsendable = true, .retry_after_us = -1};
        a.hopeless = err.code == JM_ELIMIT;
        struct jm_webhook_response r = {.error = err.text, .body = ""};
        settle_answer(w, d, &a, &r);
    } else {
        jm_webhook_gate_cancel(&ep->gate, probe, jm_loop_mono_us(w->loop));
        jm_webhook_delivery_free(w, d); /* its row is still due */
    }
}

static void drop_lost(struct jm_webhook *w, struct endpoint *ep)
{
    uint32_t epoch;
    for (struct delivery *d; (d = ep->queue.head) != NULL;) {
        if (w->store.owns(w->store.arg, d->shard, &epoch) && epoch == d->epoch)
            return;
        jm_webhook_queue_pop(&ep->queue);
        w->stats.queued--;
        jm_webhook_delivery_free(w, d);
    }
}

/* 0: one was sent. > 0: not before so many microseconds. < 0: when something has ended. */
static int64_t take_turn(struct jm_webhook *w, struct endpoint *ep)
{
    const uint64_t *n = tenant_count(w, ep->tenant);
    uint64_t quarter = w->o.in_flight / 4 ? w->o.in_flight / 4 : 1;
    bool probe;
    drop_lost(w, ep);
    if (!ep->queue.head || ep->n_under_way >= w->o.endpoint_concurrency || !n || *n >= quarter)
        return -1;
    int64_t wait_us = jm_webhook_gate_ask(&ep->gate, jm_loop_mono_us(w->loop), &probe);
    if (wait_us == 0)
        send_head(w, ep, probe);
    return wait_us;
}

/* One round of the ring. Returns how many were sent; *next_us: the earliest time to come again. */
static size_t one_round(struct jm_webhook *w, size_t most, int64_t *next_us)
{
    size_t sent = 0;
    struct endpoint *last = w->ready ? w->ready->prev_ready : NULL;
    for (bool more = last != NULL; more && sent < most;) {
        struct endpoint *ep = w->ready;
        more = ep != last;
        w->ready = ep->next_ready;
        int64_t wait_us = take_turn(w, ep);
        if (wait_us == 0)
            sent++;
        else if (wait_us > 0 && wait_us < *next_us)
            *next_us = wait_us;
        if (!ep->queue.head)
            jm_webhook_ready_remove(w, ep);
    }
    return sent;
}

void jm_webhook_pump(void *arg)
{
    struct jm_webhook *w = arg;
    int64_t next_us = RETRY_US;
    size_t sent = 0, round = 1;
    while (w->state == WEBHOOK_RUNNING && round > 0 && sent < SENDS_PER_TURN) {
        size_t free_slots = w->stats.in_flight < w->o.in_flight
                                ? w->o.in_flight - w->stats.in_flight : 0;
        size_t most = SENDS_PER_TURN - sent < free_slots ? SENDS_PER_TURN - sent : free_slots;
        if (w->stats.unreported >= UNREPORTED_MAX)
            most = 0;
        round = most ? one_round(w, most, &next_us) : 0;
        sent += round;
    }
    if (sent >= SENDS_PER_TURN)
        jm_webhook_pump_soon(w);
    else if (w->ready && w->state == WEBHOOK_RUNNING)
        jm_timer_once(w->pump_timer, next_us / 1000 + 1);
}

void jm_webhook_pump_soon(struct jm_webhook *w)
{
    jm_loop_defer(w->loop, &w->pump_soon, jm_webhook_pump, w);
}
