/* fake_store.h - the deliverer's store as arrays, with PostgreSQL's manners: an answer comes later,
 * shows the rows as they were when the question was asked, and may be an error. */
#ifndef FAKE_STORE_H
#define FAKE_STORE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/webhook.h"

enum { FAKE_ROWS = 4096, FAKE_ENDPOINTS = 64, FAKE_FIRST_ID = 100 };

struct fake_row {
    uint64_t seq, endpoint;
    unsigned shard;
    enum jm_delivery_state state;
    unsigned attempts, finals; /* finals: how often it reached a final state */
    int64_t next_at_us, event_at_us;
    char id[32], body[128], reason[64], error[256];
    int status;
    bool big; /* its body is over the limit */
};

struct fake {
    struct jm_loop *loop;
    struct fake_row rows[FAKE_ROWS];
    size_t n_rows, first[FAKE_ENDPOINTS], end[FAKE_ENDPOINTS]; /* first, end: an endpoint's rows */
    struct jm_endpoint eps[FAKE_ENDPOINTS];
    char urls[FAKE_ENDPOINTS][128], reasons[FAKE_ENDPOINTS][128];
    size_t n_eps;
    char big_body[JM_WEBHOOK_BODY_MAX + 1];
    bool lost[64];
    int64_t load_ms, finish_ms;
    unsigned fail_finish, fail_load;   /* the next so many: JM_EUNAVAIL */
    uint64_t poison_seq;               /* an outcome of this with an error text: JM_EDB */
    unsigned updates, reports, pending_calls;
};

struct fake_call {
    struct fake *f;
    struct jm_timer *timer;
    void *cb, *arg;
    struct jm_delivery *rows;
    size_t n;
    struct jm_delivery_outcome *outcomes;
    struct jm_endpoint e;
    bool failed;
    int kind;
};

static inline struct fake_row *fake_find(struct fake *f, uint64_t seq, uint64_t endpoint)
{
    struct fake_row *r = seq > 0 && seq <= f->n_rows ? &f->rows[seq - 1] : NULL;
    return r && r->endpoint == endpoint ? r : NULL;
}

static inline void fake_record(struct fake *f, const struct jm_delivery_outcome *o)
{
    struct fake_row *r = fake_find(f, o->event_seq, o->endpoint);
    if (!r || f->lost[o->shard] || r->state != JM_DELIVERY_PENDING || o->attempt <= r->attempts)
        return; /* fenced, or recorded before */
    r->state = o->state;
    r->attempts = o->attempt;
    r->next_at_us = o->next_at_us;
    r->status = o->http_status;
    r->finals += o->state != JM_DELIVERY_PENDING;
    snprintf(r->reason, sizeof r->reason, "%s", o->reason ? o->reason : "");
    snprintf(r->error, sizeof r->error, "%s", o->error ? o->error : "");
}

static inline void fake_answer_finish(struct fake_call *c, const struct jm_err *err)
{
    struct fake *f = c->f;
    struct jm_err refused = {JM_EDB, "value out of range"};
    for (size_t i = 0; !err && i < c->n; i++)
        if (c->outcomes[i].event_seq == f->poison_seq && c->outcomes[i].error)
            err = &refused;
    for (size_t i = 0; !err && i < c->n; i++)
        fake_record(f, &c->outcomes[i]);
    ((jm_finish_cb *)c->cb)(c->arg, err, 0);
}

static inline void fake_answer_update(struct fake_call *c)
{
    for (size_t i = 0; i < c->f->n_eps; i++) {
        if (c->f->eps[i].id != c->e.id)
            continue;
        c->f->eps[i].state = c->e.state;
        snprintf(c->f->reasons[i], sizeof c->f->reasons[i], "%s", c->e.reason);
    }
    free((char *)c->e.reason);
    c->f->updates++;
    ((jm_store_done_cb *)c->cb)(c->arg, NULL);
}

static inline void fake_answer(void *arg)
{
    struct fake_call *c = arg;
    struct jm_err away = {JM_EUNAVAIL, "the database is away"}, *err = c->failed ? &away : NULL;
    jm_timer_free(c->timer);
    c->f->pending_calls--;
    if (c->kind == 0)
        ((jm_endpoints_cb *)c->cb)(c->arg, err, c->f->eps, c->f->n_eps);
    else if (c->kind == 1)
        ((jm_deliveries_cb *)c->cb)(c->arg, err, c->rows, c->n, 0);
    else if (c->kind == 2)
        fake_answer_finish(c, err);
    else
        fake_answer_update(c);
    free(c->rows);
    for (size_t i = 0; c->outcomes && i < c->n; i++)
        free((char *)c->outcomes[i].error);
    free(c->outcomes);
    free(c);
}

static inline struct fake_call *fake_later(struct fake *f, int kind, void *cb, void *arg,
                                           int64_t delay_ms)
{
    struct fake_call *c = calloc(1, sizeof *c);
    *c = (struct fake_call){.f = f, .cb = cb, .arg = arg, .kind = kind};
    c->timer = jm_timer_new(f->loop, fake_answer, c);
    jm_timer_once(c->timer, delay_ms);
    f->pending_calls++;
    return c;
}

static inline int fake_load_endpoints(void *arg, jm_endpoints_cb *cb, void *cb_arg,
                                      struct jm_err *err)
{
    (void)err;
    fake_later(arg, 0, (void *)cb, cb_arg, 1);
    return 0;
}

static inline int fake_load_deliveries(void *arg, const uint64_t *endpoints, size_t n,
                                       unsigned per_endpoint, jm_deliveries_cb *cb, void *cb_arg,
                                       struct jm_err *err)
{
    struct fake *f = arg;
    int64_t now_us = jm_wall_us(jm_loop_clock(f->loop));
    (void)err;
    assert_true(n > 0 && n <= 256 && per_endpoint > 0 && per_endpoint <= 256);
    struct fake_call *c = fake_later(f, 1, (void *)cb, cb_arg, f->load_ms);
    c->rows = calloc(FAKE_ROWS, sizeof *c->rows);
    if (f->fail_load > 0) {
        f->fail_load--;
        c->failed = true;
    }
    for (size_t e = 0; e < n; e++) {
        unsigned left = per_endpoint;
        size_t at = (size_t)(endpoints[e] - FAKE_FIRST_ID);
        for (size_t i = f->first[at]; i < f->end[at] && left > 0; i++) {
            struct fake_row *r = &f->rows[i];
            if (r->endpoint != endpoints[e] || r->state != JM_DELIVERY_PENDING ||
                r->next_at_us > now_us || f->lost[r->shard])
                continue;
            left--;
            struct jm_delivery *d = &c->rows[c->n++];
            *d = (struct jm_delivery){
                .event_seq = r->seq, .endpoint = r->endpoint, .tenant = 1, .shard = r->shard,
                .epoch = 1, .attempts = (uint16_t)r->attempts, .next_at_us = r->next_at_us,
                .event_at_us = r->event_at_us, .event_id = r->id,
                .type = JM_EVENT_MATCH_CREATED, .body = r->body, .body_len = strlen(r->body)};
            if (r->big) {
                d->body = f->big_body;
                d->body_len = sizeof f->big_body;
            }
        }
    }
    return 0;
}

static inline int fake_finish(void *arg, const struct jm_delivery_outcome *o, size_t n,
                              jm_finish_cb *cb, void *cb_arg, struct jm_err *err)
{
    struct fake *f = arg;
    (void)err;
    assert_true(n > 0 && n <= 256);
    struct fake_call *c = fake_later(f, 2, (void *)cb, cb_arg, f->finish_ms);
    c->outcomes = calloc(n, sizeof *o);
    c->n = n;
    for (size_t i = 0; i < n; i++) {
        c->outcomes[i] = o[i];
        c->outcomes[i].error = o[i].error ? strdup(o[i].error) : NULL;
        assert_true(o[i].state != JM_DELIVERY_DEAD || o[i].reason);
        assert_true(o[i].attempt >= 1 && o[i].attempt <= JM_WEBHOOK_ATTEMPTS);
    }
    f->reports++;
    if (f->fail_finish > 0) {
        f->fail_finish--;
        c->failed = true;
    }
    return 0;
}

static inline int fake_update(void *arg, const struct jm_endpoint *e, jm_store_done_cb *cb,
                              void *cb_arg, struct jm_err *err)
{
    (void)err;
    struct fake_call *c = fake_later(arg, 3, (void *)cb, cb_arg, 1);
    c->e = *e;
    c->e.reason = strdup(e->reason);
    return 0;
}

static inline bool fake_owns(void *arg, unsigned shard, uint32_t *epoch)
{
    *epoch = 1;
    return !((struct fake *)arg)->lost[shard];
}

static inline struct jm_webhook_store fake_table(struct fake *f)
{
    return (struct jm_webhook_store){fake_load_endpoints, fake_load_deliveries, fake_finish,
                                     fake_update, fake_owns, f};
}

/* Returns the endpoint's id. */
static inline uint64_t fake_endpoint(struct fake *f, const char *secret, int port,
                                     const char *path)
{
    size_t i = f->n_eps++;
    struct jm_webhook_secret s;
    assert_int_equal(jm_webhook_secret_parse(&s, secret, NULL), 0);
    snprintf(f->urls[i], sizeof f->urls[i], "http://127.0.0.1:%d%s", port, path);
    struct jm_endpoint *e = &f->eps[i];
    memset(e, 0, sizeof *e);
    e->id = FAKE_FIRST_ID + i;
    e->tenant = 1 + (uint32_t)i;
    e->url = f->urls[i];
    e->reason = f->reasons[i];
    e->types = JM_EVENT_ALL;
    memcpy(e->secret, s.key, s.bytes);
    e->secret_len = s.bytes;
    return e->id;
}

static inline struct fake_row *fake_event(struct fake *f, uint64_t endpoint)
{
    JM_ASSERT(f->n_rows < FAKE_ROWS);
    struct fake_row *r = &f->rows[f->n_rows++];
    memset(r, 0, sizeof *r);
    r->seq = f->n_rows;
    size_t at = (size_t)(endpoint - FAKE_FIRST_ID);
    if (f->end[at] == 0)
        f->first[at] = f->n_rows - 1;
    f->end[at] = f->n_rows;
    r->endpoint = endpoint;
    r->shard = (unsigned)(r->seq % 64);
    r->event_at_us = r->next_at_us = jm_wall_us(jm_loop_clock(f->loop));
    snprintf(r->id, sizeof r->id, "evt_%026llu", (unsigned long long)r->seq);
    snprintf(r->body, sizeof r->body, "{\"type\":\"match.created\",\"data\":{\"n\":%llu}}",
             (unsigned long long)r->seq);
    return r;
}

static inline size_t fake_count(const struct fake *f, uint64_t endpoint, enum jm_delivery_state s)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_rows; i++)
        n += (endpoint == 0 || f->rows[i].endpoint == endpoint) && f->rows[i].state == s;
    return n;
}

#endif
