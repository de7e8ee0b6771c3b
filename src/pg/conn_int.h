/* conn_int.h - a connection's inside, shared by conn.c (its life) and door.c (its functions). */
#ifndef JM_PG_CONN_INT_H
#define JM_PG_CONN_INT_H

#include <event2/event.h>

#include "jobmatch/loop.h"
#include "jobmatch/pg.h"

struct query {
    struct query *next;
    char *stmt, *sql;
    struct jm_pg_args args;
    jm_pg_copy_cb *on_copy;
    uint32_t timeout_ms;
    int64_t deadline_us; /* while waiting: of its turn; in flight: of the answer */
    jm_pg_cb *cb;
    void *arg;
};

struct jm_pg {
    struct jm_pg_options o;
    enum jm_pg_state state;
    PGconn *conn;
    struct event *ev_read, *ev_write, *ev_timer, *ev_pump;
    int64_t timer_at_us;   /* what ev_timer is set to; INT64_MAX: not set */
    int64_t state_until_us; /* WAITING: retry; CONNECTING and PREPARING: give up */
    struct query *cur, *head, **tail;
    size_t queued, next_stmt;
    PGresult *kept; /* first error, else last result, of the query in flight */
    unsigned failures; /* connects in a row that came to nothing */
    uint64_t connects;
    bool paused, copying;
};

static inline int64_t pg_now_us(const struct jm_pg *pg)
{
    return jm_loop_mono_us(pg->o.loop);
}

/* conn.c */
void pg_arm(struct jm_pg *pg, int64_t at_us); /* look at all deadlines then, or before */
void pg_set_state(struct jm_pg *pg, enum jm_pg_state state, int64_t until_us);
void pg_broken(struct jm_pg *pg, const char *why);
void pg_touch_deadline(struct jm_pg *pg);
struct query *pg_queue_pop(struct jm_pg *pg);
void pg_query_free(struct query *q);
void pg_answer_lost(struct query *q, enum jm_pg_fate fate, const char *why);
void pg_on_timer(evutil_socket_t fd, short what, void *arg);
void pg_on_pump(evutil_socket_t fd, short what, void *arg);

#endif
