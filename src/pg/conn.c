/* conn.c - one connection's life.
 *
 *   WAITING --timer--> CONNECTING --polled--> PREPARING --all prepared--> IDLE <--> BUSY
 *      ^                   |                      |                        |         |
 *      +------ pg_broken(): the socket closed, a deadline passed, reset ------+---------+
 *
 * Only pg_broken() leaves towards WAITING and only pg_set_state() writes the state. The read event stays
 * armed for the connection's whole life (an idle server's death shows there); the write event only
 * while PQflush() has bytes left. The socket may change between two PQconnectPoll() calls, so the
 * events are made anew each time. One timer serves all deadlines: it is set to the earliest and,
 * when it fires, everything is looked at again. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conn_int.h"
#include "jobmatch/log.h"

enum { CONNECT_MS = 5000, SLICE_US = 2000, BACKOFF_MIN_MS = 50, BACKOFF_MAX_MS = 3000 };

static void pump(struct jm_pg *pg);

/* --- deadlines ------------------------------------------------------------------------------- */

void pg_arm(struct jm_pg *pg, int64_t at_us)
{
    if (at_us >= pg->timer_at_us)
        return;
    int64_t wait = at_us - pg_now_us(pg);
    if (wait < 0)
        wait = 0;
    struct timeval tv = {wait / 1000000, wait % 1000000};
    pg->timer_at_us = at_us;
    event_add(pg->ev_timer, &tv);
}

void pg_set_state(struct jm_pg *pg, enum jm_pg_state state, int64_t until_us)
{
    pg->state = state;
    pg->state_until_us = until_us;
    if (until_us != INT64_MAX)
        pg_arm(pg, until_us);
}

/* --- answers --------------------------------------------------------------------------------- */

void pg_query_free(struct query *q)
{
    jm_pg_args_fini(&q->args);
    free(q->stmt);
    free(q->sql);
    free(q);
}

static void answer(struct query *q, struct jm_pg_answer *a)
{
    q->cb(q->arg, a);
    pg_query_free(q);
}

void pg_answer_lost(struct query *q, enum jm_pg_fate fate, const char *why)
{
    struct jm_pg_answer a = {.fate = fate};
    jm_err_set(&a.err, JM_EUNAVAIL, "database: %s", why);
    answer(q, &a);
}

/* The server shuts down or lost its footing: whether the commit happened is not known. */
static bool sqlstate_is_unknown(const char *s)
{
    return strncmp(s, "57P", 3) == 0 || strncmp(s, "08", 2) == 0;
}

/* Takes `res`. */
static void answer_result(struct query *q, PGresult *res)
{
    struct jm_pg_answer a = {.fate = JM_PG_DONE, .res = res};
    ExecStatusType st = PQresultStatus(res);
    if (st != PGRES_TUPLES_OK && st != PGRES_COMMAND_OK && st != PGRES_EMPTY_QUERY) {
        const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
        const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
        a.res = NULL;
        snprintf(a.sqlstate, sizeof a.sqlstate, "%s", state ? state : "");
        a.fate = sqlstate_is_unknown(a.sqlstate) || !state ? JM_PG_UNKNOWN : JM_PG_FAILED;
        jm_err_set(&a.err, a.fate == JM_PG_FAILED ? JM_EDB : JM_EUNAVAIL, "database: %s (%s)",
                   text ? text : "unexpected answer", a.sqlstate);
    }
    answer(q, &a);
    if (!a.take)
        PQclear(res);
}

struct query *pg_queue_pop(struct jm_pg *pg)
{
    struct query *q = pg->head;
    pg->head = q->next;
    if (!pg->head)
        pg->tail = &pg->head;
    pg->queued--;
    return q;
}

/* Those whose turn did not come in time. The queue is taken apart first: callbacks may add. */
static void expire_waiting(struct jm_pg *pg, int64_t now)
{
    struct query *late = NULL, **late_tail = &late, **at = &pg->head;
    while (*at) {
        struct query *q = *at;
        if (q->deadline_us > now) {
            pg_arm(pg, q->deadline_us);
            at = &q->next;
            continue;
        }
        *at = q->next;
        q->next = NULL;
        *late_tail = q;
        late_tail = &q->next;
        pg->queued--;
    }
    pg->tail = at;
    while (late) {
        struct query *q = late;
        late = q->next;
        pg_answer_lost(q, JM_PG_NOTSENT, "no free connection in time");
    }
}

/* --- the socket ------------------------------------------------------------------------------ */

static void drop_events(struct jm_pg *pg)
{
    if (pg->ev_read)
        event_free(pg->ev_read);
    if (pg->ev_write)
        event_free(pg->ev_write);
    pg->ev_read = pg->ev_write = NULL;
}

/* Everything that ends a connection comes through here. */
void pg_broken(struct jm_pg *pg, const char *why)
{
    bool was_up = jm_pg_up(pg);
    char quoted[200], text[160];
    snprintf(text, sizeof text, "%s", why);
    text[strcspn(text, "\r\n")] = 0;
    if (pg->state != JM_PG_CLOSED)
        jm_log(pg->failures ? JM_LOG_DEBUG : JM_LOG_WARN, "pg", "connection lost",
               "conn=%s error=%s", pg->o.name, jm_log_q(quoted, sizeof quoted, text));
    drop_events(pg);
    PQclear(pg->kept);
    pg->kept = NULL;
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg->paused = pg->copying = false;
    if (pg->state != JM_PG_CLOSED) {
        unsigned shift = pg->failures < 6 ? pg->failures : 6;
        int64_t ms = BACKOFF_MIN_MS << shift;
        ms = ms > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : ms;
        ms = ms / 2 + (int64_t)(jm_clock_random(jm_loop_clock(pg->o.loop)) % (uint64_t)ms);
        pg->failures++;
        pg_set_state(pg, JM_PG_WAITING, pg_now_us(pg) + ms * 1000);
    }
    struct query *q = pg->cur;
    pg->cur = NULL;
    if (q)
        pg_answer_lost(q, JM_PG_UNKNOWN, text);
    if (pg->o.drop_waiting)
        while (pg->head)
            pg_answer_lost(pg_queue_pop(pg), JM_PG_NOTSENT, text);
    if (was_up && pg->o.on_down)
        pg->o.on_down(pg->o.arg);
}

static int flush(struct jm_pg *pg)
{
    int r = PQflush(pg->conn);
    if (r < 0)
        return -1;
    if (r > 0)
        event_add(pg->ev_write, NULL);
    else
        event_del(pg->ev_write);
    return 0;
}

/* --- connecting and preparing ---------------------------------------------------------------- */

static void on_socket(evutil_socket_t fd, short what, void *arg);

static int make_events(struct jm_pg *pg)
{
    int fd = PQsocket(pg->conn);
    drop_events(pg);
    if (fd < 0)
        return -1;
    pg->ev_read = event_new(jm_loop_base(pg->o.loop), fd, EV_READ | EV_PERSIST, on_socket, pg);
    pg->ev_write = event_new(jm_loop_base(pg->o.loop), fd, EV_WRITE | EV_PERSIST, on_socket, pg);
    return pg->ev_read && pg->ev_write ? 0 : -1;
}

static void became_idle(struct jm_pg *pg)
{
    bool first = pg->state == JM_PG_PREPARING;
    pg_set_state(pg, JM_PG_IDLE, INT64_MAX);
    if (first) {
        pg->failures = 0;
        pg->connects++;
        if (pg->o.on_up)
            pg->o.on_up(pg->o.arg);
    }
    event_active(pg->ev_pump, EV_TIMEOUT, 1);
}

static void prepare_next(struct jm_pg *pg)
{
    if (pg->next_stmt == pg->o.n_stmts) {
        became_idle(pg);
        return;
    }
    const struct jm_pg_stmt *s = &pg->o.stmts[pg->next_stmt++];
    if (!PQsendPrepare(pg->conn, s->name, s->sql, 0, NULL) || flush(pg) != 0)
        pg_broken(pg, PQerrorMessage(pg->conn));
}

static void connected(struct jm_pg *pg)
{
    if (make_events(pg) != 0 || PQsetnonblocking(pg->conn, 1) != 0) {
        pg_broken(pg, "cannot watch the socket");
        return;
    }
    event_add(pg->ev_read, NULL);
    pg->next_stmt = 0;
    pg_set_state(pg, JM_PG_PREPARING, pg->state_until_us);
    prepare_next(pg);
}

static void connect_step(struct jm_pg *pg)
{
    PostgresPollingStatusType st = PQconnectPoll(pg->conn);
    if (st == PGRES_POLLING_OK) {
        connected(pg);
    } else if (st == PGRES_POLLING_FAILED || make_events(pg) != 0) {
        pg_broken(pg, PQerrorMessage(pg->conn));
    } else {
        event_add(st == PGRES_POLLING_READING ? pg->ev_read : pg->ev_write, NULL);
    }
}

static void connect_start(struct jm_pg *pg)
{
    const char *keys[] = {"dbname", "application_name", "client_encoding", "options",
                          "target_session_attrs", "keepalives_idle", "keepalives_interval",
                          "keepalives_count", NULL};
    char app[64];
    snprintf(app, sizeof app, "jobmatchd %s", pg->o.name);
    const char *values[] = {pg->o.conninfo, app, "UTF8", pg->o.session ? pg->o.session : "",
                            "read-write", "5", "5", "3", NULL};
    uint32_t ms = pg->o.connect_timeout_ms ? pg->o.connect_timeout_ms : CONNECT_MS;
    pg_set_state(pg, JM_PG_CONNECTING, pg_now_us(pg) + (int64_t)ms * 1000);
    pg->conn = PQconnectStartParams(keys, values, 1);
    if (!pg->conn || PQstatus(pg->conn) == CONNECTION_BAD) {
        pg_broken(pg, pg->conn ? PQerrorMessage(pg->conn) : "out of memory");
        return;
    }
    if (make_events(pg) != 0)
        pg_broken(pg, "cannot watch the socket");
    else
        event_add(pg->ev_write, NULL);
}

/* --- a query in flight ----------------------------------------------------------------------- */

static int send_query(struct jm_pg *pg, const struct query *q)
{
    const char *values[JM_PG_ARGS_MAX];
    int lengths[JM_PG_ARGS_MAX], formats[JM_PG_ARGS_MAX], n = (int)q->args.n;
    for (int i = 0; i < n; i++) {
        bool null = q->args.v[i].len < 0;
        values[i] = null ? NULL : q->args.data.data + q->args.v[i].at;
        lengths[i] = null ? 0 : q->args.v[i].len;
        formats[i] = 1;
    }
    if (q->stmt)
        return PQsendQueryPrepared(pg->conn, q->stmt, n, values, lengths, formats, 1);
    if (n == 0)
        return PQsendQuery(pg->conn, q->sql);
    return PQsendQueryParams(pg->conn, q->sql, n, NULL, values, lengths, formats, 1);
}

void pg_touch_deadline(struct jm_pg *pg)
{
    pg->cur->deadline_us = pg_now_us(pg) + (int64_t)pg->cur->timeout_ms * 1000;
    pg_arm(pg, pg->cur->deadline_us);
}

/* Start the next waiting query if the connection is free. */
static void pump(struct jm_pg *pg)
{
    if (pg->state != JM_PG_IDLE || !pg->head)
        return;
    struct query *q = pg_queue_pop(pg);
    pg->cur = q;
    pg_set_state(pg, JM_PG_BUSY, INT64_MAX);
    pg_touch_deadline(pg);
    if (!send_query(pg, q) || flush(pg) != 0)
        pg_broken(pg, PQerrorMessage(pg->conn));
    else
        jm_pg_args_fini(&q->args); /* libpq has its own copy now */
}

static void keep(struct jm_pg *pg, PGresult *res)
{
    if (pg->kept && PQresultStatus(pg->kept) == PGRES_FATAL_ERROR) {
        PQclear(res);
        return;
    }
    PQclear(pg->kept);
    pg->kept = res;
}

static void finish_query(struct jm_pg *pg)
{
    struct query *q = pg->cur;
    PGresult *res = pg->kept;
    pg->kept = NULL;
    if (pg->state == JM_PG_PREPARING) {
        bool ok = PQresultStatus(res) == PGRES_COMMAND_OK;
        if (ok)
            prepare_next(pg);
        else
            pg_broken(pg, PQresultErrorMessage(res));
        PQclear(res);
        return;
    }
    pg->cur = NULL;
    became_idle(pg);
    answer_result(q, res);
}

/* Hand out pieces for a slice of time. 1: the stream ended; 0: wait; -1: broken. */
static int copy_step(struct jm_pg *pg)
{
    int64_t stop = pg_now_us(pg) + SLICE_US;
    for (unsigned i = 1; !pg->paused; i++) {
        char *piece = NULL;
        int n = PQgetCopyData(pg->conn, &piece, 1);
        if (n == 0)
            return 0;
        if (n == -2)
            return -1;
        if (n == -1) {
            pg->copying = false;
            return 1;
        }
        if (pg->cur->on_copy && pg->cur->on_copy(pg->cur->arg, piece, (size_t)n) != 0) {
            pg->paused = true;
            event_del(pg->ev_read);
        }
        PQfreemem(piece);
        if (i % 16 == 0 && pg_now_us(pg) >= stop) {
            event_active(pg->ev_read, EV_READ, 1);
            return 0;
        }
    }
    return 0;
}

/* Take what has arrived. False: the connection is gone or changed under us. */
static bool take_results(struct jm_pg *pg)
{
    while (pg->cur || pg->state == JM_PG_PREPARING) {
        if (pg->copying) {
            pg_touch_deadline(pg);
            int r = copy_step(pg);
            if (r < 0)
                pg_broken(pg, PQerrorMessage(pg->conn));
            if (r <= 0)
                return r == 0;
        }
        if (PQisBusy(pg->conn))
            return true;
        PGresult *res = PQgetResult(pg->conn);
        if (!res) {
            finish_query(pg);
            return jm_pg_up(pg) || pg->state == JM_PG_PREPARING;
        }
        ExecStatusType st = PQresultStatus(res);
        if (st == PGRES_COPY_OUT)
            pg->copying = true;
        if (st == PGRES_COPY_OUT)
            PQclear(res);
        else
            keep(pg, res);
        if (st == PGRES_COPY_IN || st == PGRES_COPY_BOTH) {
            pg_broken(pg, "a query asked for COPY data");
            return false;
        }
    }
    return true;
}

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
    struct jm_pg *pg = arg;
    (void)fd;
    jm_loop_touch(pg->o.loop);
    if (pg->state == JM_PG_CONNECTING) {
        connect_step(pg);
        return;
    }
    if (pg->paused || !pg->conn)
        return;
    if ((what & EV_READ) && !PQconsumeInput(pg->conn)) {
        pg_broken(pg, PQerrorMessage(pg->conn));
        return;
    }
    if (flush(pg) != 0 || PQstatus(pg->conn) == CONNECTION_BAD) {
        pg_broken(pg, PQerrorMessage(pg->conn));
        return;
    }
    take_results(pg);
}

/* --- timer ----------------------------------------------------------------------------------- */

static void state_timeout(struct jm_pg *pg)
{
    if (pg->state == JM_PG_WAITING)
        connect_start(pg);
    else if (pg->state == JM_PG_CONNECTING || pg->state == JM_PG_PREPARING)
        pg_broken(pg, "connecting took too long");
}

void pg_on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct jm_pg *pg = arg;
    int64_t now = pg_now_us(pg);
    (void)fd, (void)what;
    jm_loop_touch(pg->o.loop);
    pg->timer_at_us = INT64_MAX;
    if (pg->state_until_us <= now)
        state_timeout(pg);
    else if (pg->state_until_us != INT64_MAX)
        pg_arm(pg, pg->state_until_us);
    if (pg->cur && !pg->paused) {
        if (pg->cur->deadline_us <= now)
            pg_broken(pg, "no answer in time");
        else
            pg_arm(pg, pg->cur->deadline_us);
    }
    expire_waiting(pg, now);
}

void pg_on_pump(evutil_socket_t fd, short what, void *arg)
{
    struct jm_pg *pg = arg;
    (void)fd, (void)what;
    jm_loop_touch(pg->o.loop);
    pump(pg);
}
