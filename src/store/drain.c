/* drain.c - the orderly end: no new puts, everything outstanding answered, leases given back so
 * that another daemon need not wait for them to expire. */
#include <stdlib.h>

#include "store_int.h"

enum { DRAIN_TICK_MS = 10 };

struct drainer {
    struct jm_store *s;
    struct jm_timer *timer;
    int64_t until_us;
    bool releasing;
    jm_store_done_cb *cb;
    void *arg;
};

static void finish(struct drainer *d, const struct jm_err *err)
{
    jm_store_done_cb *cb = d->cb;
    void *arg = d->arg;
    d->s->drainer = NULL;
    jm_timer_free(d->timer);
    free(d);
    cb(arg, err);
}

static void on_released(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    struct jm_store *s = c->s;
    free(c);
    if (!s->drainer || s->closing)
        return;
    leases_lost_all(s);
    finish(s->drainer, store_answer_err(a));
}

static bool quiet(const struct jm_pg *pg)
{
    return jm_pg_queued(pg) == 0 && jm_pg_state(pg) != JM_PG_BUSY;
}

static void release(struct drainer *d)
{
    struct jm_pg_args a;
    struct jm_err err = {0};
    d->releasing = true;
    d->s->leases.on = false;
    jm_timer_stop(d->s->leases.tick);
    jm_pg_args_init(&a);
    jm_pg_str(&a, d->s->owner);
    struct call *c = store_call_new(d->s, NULL, &err);
    if (!c)
        jm_pg_args_fini(&a);
    if (!c || store_ask(d->s->lease_pg, "lease_release", &a, 0, on_released, c, &err) != 0)
        finish(d, &err);
}

static void on_tick(void *arg)
{
    struct drainer *d = arg;
    struct jm_store *s = d->s;
    struct jm_err err = {0};
    if (store_now_us(s) > d->until_us) {
        jm_err_set(&err, JM_EUNAVAIL, "the store could not finish in time");
        finish(d, &err);
    } else if (!d->releasing && puts_empty(s) &&
               (!s->started || (quiet(s->match) && quiet(s->deliver) && quiet(s->read)))) {
        if (s->started)
            release(d);
        else
            finish(d, NULL);
    }
}

int jm_store_drain(struct jm_store *s, uint32_t timeout_ms, jm_store_done_cb *cb, void *arg,
                   struct jm_err *err)
{
    if (s->drainer)
        return jm_err_set(err, JM_EINVAL, "the store is draining already");
    struct drainer *d = calloc(1, sizeof *d);
    if (d)
        d->timer = jm_timer_new(s->o.loop, on_tick, d);
    if (!d || !d->timer) {
        free(d);
        return jm_err_set(err, JM_ENOMEM, "out of memory to drain the store");
    }
    d->s = s;
    d->cb = cb;
    d->arg = arg;
    d->until_us = store_now_us(s) + (int64_t)timeout_ms * 1000;
    s->draining = true;
    s->drainer = d;
    jm_timer_every(d->timer, DRAIN_TICK_MS);
    return 0;
}

void store_drain_free(struct jm_store *s)
{
    struct jm_err err = {0};
    jm_err_set(&err, JM_EUNAVAIL, "the store is closing");
    if (s->drainer)
        finish(s->drainer, &err);
}
