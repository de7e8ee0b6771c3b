/* door.c - what others may do with a connection: make it, ask about it, queue a query, end it. */
#include <stdlib.h>
#include <string.h>

#include "conn_int.h"

enum { QUERY_MS = 6000, QUEUE_MAX = 1024 };

struct jm_pg *jm_pg_new(const struct jm_pg_options *o, struct jm_err *err)
{
    struct jm_pg *pg = calloc(1, sizeof *pg);
    if (!pg)
        goto fail;
    pg->o = *o;
    pg->tail = &pg->head;
    pg->timer_at_us = INT64_MAX;
    pg->ev_timer = evtimer_new(jm_loop_base(o->loop), pg_on_timer, pg);
    pg->ev_pump = evtimer_new(jm_loop_base(o->loop), pg_on_pump, pg);
    if (!pg->ev_timer || !pg->ev_pump)
        goto fail;
    pg_set_state(pg, JM_PG_WAITING, pg_now_us(pg));
    return pg;
fail:
    jm_err_set(err, JM_ENOMEM, "out of memory for a database connection");
    jm_pg_free(pg);
    return NULL;
}

void jm_pg_free(struct jm_pg *pg)
{
    if (!pg)
        return;
    pg_set_state(pg, JM_PG_CLOSED, INT64_MAX);
    pg->o.on_down = NULL;
    pg_broken(pg, "closing");
    while (pg->head)
        pg_answer_lost(pg_queue_pop(pg), JM_PG_NOTSENT, "closing");
    if (pg->ev_timer)
        event_free(pg->ev_timer);
    if (pg->ev_pump)
        event_free(pg->ev_pump);
    free(pg);
}

enum jm_pg_state jm_pg_state(const struct jm_pg *pg)
{
    return pg->state;
}

bool jm_pg_up(const struct jm_pg *pg)
{
    return pg->state == JM_PG_IDLE || pg->state == JM_PG_BUSY;
}

size_t jm_pg_queued(const struct jm_pg *pg)
{
    return pg->queued;
}

uint64_t jm_pg_connects(const struct jm_pg *pg)
{
    return pg->connects;
}

int jm_pg_server_version(const struct jm_pg *pg)
{
    return pg->conn ? PQserverVersion(pg->conn) : 0;
}

static struct query *query_new(const struct jm_pg_query *in, int64_t now)
{
    struct query *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    if (in->args) {
        q->args = *in->args;
        jm_pg_args_init(in->args);
    }
    q->stmt = in->stmt ? strdup(in->stmt) : NULL;
    q->sql = in->sql ? strdup(in->sql) : NULL;
    q->on_copy = in->on_copy;
    q->cb = in->cb;
    q->arg = in->arg;
    q->timeout_ms = in->timeout_ms ? in->timeout_ms : QUERY_MS;
    q->deadline_us = now + (int64_t)(in->queue_ms ? in->queue_ms : QUERY_MS) * 1000;
    if ((!q->stmt && !q->sql) || !jm_pg_args_ok(&q->args)) {
        pg_query_free(q);
        return NULL;
    }
    return q;
}

int jm_pg_send(struct jm_pg *pg, const struct jm_pg_query *in, struct jm_err *err)
{
    size_t max = pg->o.queue_max ? pg->o.queue_max : QUEUE_MAX;
    struct query *q = NULL;
    if (pg->state == JM_PG_CLOSED || pg->queued >= max)
        jm_err_set(err, JM_EUNAVAIL, "database: %zu queries are waiting already", pg->queued);
    else if (!(q = query_new(in, pg_now_us(pg))))
        jm_err_set(err, JM_ENOMEM, "out of memory for a query");
    if (!q) {
        if (in->args)
            jm_pg_args_fini(in->args);
        return -1;
    }
    *pg->tail = q;
    pg->tail = &q->next;
    pg->queued++;
    pg_arm(pg, q->deadline_us);
    event_active(pg->ev_pump, EV_TIMEOUT, 1);
    return 0;
}

void jm_pg_resume(struct jm_pg *pg)
{
    if (!pg->paused)
        return;
    pg->paused = false;
    pg_touch_deadline(pg);
    event_add(pg->ev_read, NULL);
    event_active(pg->ev_read, EV_READ, 1);
}

void jm_pg_reset(struct jm_pg *pg, const char *why)
{
    if (pg->conn && pg->state != JM_PG_CLOSED)
        pg_broken(pg, why);
}
