/* pg.h - PostgreSQL on the loop: one connection as a state machine, and the bytes that go over it.
 *
 * A connection runs one query at a time and keeps a bounded queue of those waiting (batches by
 * unnest beat libpq's pipeline here, and a connection with one query in flight has one error
 * domain). It connects, prepares its table of statements, works, and when it breaks it connects
 * again with jittered backoff, for ever. Session state: the prepared statements and the start-up
 * `options`, nothing else.
 *
 * Each query has two deadlines: how long it may wait for its turn, how long the server may take.
 * The second one is ours, not the server's: a stopped server answers no timeout of its own. When
 * it passes the socket is closed and the query's fate is "unknown".
 *
 * One thread: the loop's. Callbacks never run inside jm_pg_send(). jm_pg_free() must not be called
 * from a callback of the same connection. */
#ifndef JM_PG_H
#define JM_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"

struct jm_loop;
struct jm_pg;

enum jm_pg_state {
    JM_PG_WAITING,    /* not connected: the retry timer runs */
    JM_PG_CONNECTING, /* PQconnectPoll() */
    JM_PG_PREPARING,  /* connected: statements go over one by one */
    JM_PG_IDLE,
    JM_PG_BUSY,
    JM_PG_CLOSED      /* being freed */
};

struct jm_pg_stmt {
    const char *name, *sql;
};

struct jm_pg_options {
    struct jm_loop *loop;     /* borrowed */
    const char *conninfo;     /* see jm_pg_check_conninfo(); must outlive the connection */
    const char *name;         /* "write0": for logs and application_name; must outlive it */
    const char *session;      /* start-up options, "-c statement_timeout=5000"; NULL: none */
    const struct jm_pg_stmt *stmts; /* prepared at every connect; must outlive it */
    size_t n_stmts;
    uint32_t connect_timeout_ms; /* 0: 5,000 */
    size_t queue_max;            /* 0: 1,024 queries waiting */
    bool drop_waiting; /* when it breaks, answer what waits (not sent) instead of keeping it */
    /* Usable now, and no longer usable. Either may be NULL. */
    void (*on_up)(void *arg);
    void (*on_down)(void *arg);
    void *arg;
};

/* JM_EINVAL unless it parses and names a unix socket or a numeric hostaddr: a host name alone would
 * block the loop in the resolver. */
int jm_pg_check_conninfo(const char *conninfo, struct jm_err *err);

/* Starts connecting from the loop. NULL: out of memory. */
struct jm_pg *jm_pg_new(const struct jm_pg_options *o, struct jm_err *err);
/* What is outstanding is answered (unknown or not sent) before it returns. NULL is allowed. */
void jm_pg_free(struct jm_pg *pg);

enum jm_pg_state jm_pg_state(const struct jm_pg *pg);
bool jm_pg_up(const struct jm_pg *pg);            /* idle or busy */
size_t jm_pg_queued(const struct jm_pg *pg);      /* waiting, without the one in flight */
uint64_t jm_pg_connects(const struct jm_pg *pg);  /* how often it came up */
int jm_pg_server_version(const struct jm_pg *pg); /* 150004; 0 when not connected */

/* --- parameters, in binary ------------------------------------------------------------------- */

enum { JM_PG_ARGS_MAX = 40 };
struct jm_pg_args {
    struct jm_buf data;
    struct { size_t at; int len; } v[JM_PG_ARGS_MAX]; /* len -1: NULL */
    unsigned n;
    size_t array_at; /* of the array being built */
    uint32_t array_count;
    bool overflow;
};
void jm_pg_args_init(struct jm_pg_args *a);
void jm_pg_args_fini(struct jm_pg_args *a); /* accepts a zeroed object */
bool jm_pg_args_ok(const struct jm_pg_args *a);
void jm_pg_null(struct jm_pg_args *a);
void jm_pg_bool(struct jm_pg_args *a, bool v);
void jm_pg_i2(struct jm_pg_args *a, int16_t v);
void jm_pg_i4(struct jm_pg_args *a, int32_t v);
void jm_pg_i8(struct jm_pg_args *a, int64_t v);  /* also xid8, which the cast must name */
void jm_pg_bytes(struct jm_pg_args *a, const void *p, size_t n); /* bytea or text; NULL: NULL */
void jm_pg_str(struct jm_pg_args *a, const char *s);             /* NULL: NULL */
void jm_pg_time(struct jm_pg_args *a, int64_t wall_us);          /* timestamptz; 0: NULL */

/* A one-dimensional array: begin, one jm_pg_el_*() for each element, end. */
enum jm_pg_type {
    JM_PG_BOOL = 16, JM_PG_BYTEA = 17, JM_PG_INT8 = 20, JM_PG_INT2 = 21, JM_PG_INT4 = 23,
    JM_PG_TEXT = 25, JM_PG_TIMESTAMPTZ = 1184
};
void jm_pg_array_begin(struct jm_pg_args *a, enum jm_pg_type element);
void jm_pg_el_bool(struct jm_pg_args *a, bool v);
void jm_pg_el_i2(struct jm_pg_args *a, int16_t v);
void jm_pg_el_i4(struct jm_pg_args *a, int32_t v);
void jm_pg_el_i8(struct jm_pg_args *a, int64_t v);
void jm_pg_el_bytes(struct jm_pg_args *a, const void *p, size_t n); /* p NULL: a NULL element */
void jm_pg_el_time(struct jm_pg_args *a, int64_t wall_us);          /* 0: a NULL element */
void jm_pg_array_end(struct jm_pg_args *a);

/* --- results, in binary ---------------------------------------------------------------------- */

/* NULL reads as 0, "" or NULL. The column's type must be the one named (integers of 2, 4 and 8
 * bytes and xid8 all read by jm_pg_get_int). */
int64_t jm_pg_get_int(const PGresult *r, int row, int col);
bool jm_pg_get_bool(const PGresult *r, int row, int col);
const char *jm_pg_get_text(const PGresult *r, int row, int col);
const void *jm_pg_get_bytes(const PGresult *r, int row, int col, size_t *len);
int64_t jm_pg_get_time(const PGresult *r, int row, int col); /* wall_us; 0: NULL */
int64_t jm_pg_time_to_wall_us(int64_t pg_us); /* since 2000 to since 1970 */

/* --- queries --------------------------------------------------------------------------------- */

enum jm_pg_fate {
    JM_PG_DONE,    /* the server did it */
    JM_PG_FAILED,  /* the server refused it: nothing happened */
    JM_PG_NOTSENT, /* it never left: nothing happened */
    JM_PG_UNKNOWN  /* it left and no answer came: it may have happened */
};
struct jm_pg_answer {
    enum jm_pg_fate fate;
    PGresult *res;       /* of DONE, for the callback's time only, unless it sets */
    bool take;           /* ... this: then the caller of PQclear() is you */
    char sqlstate[6];    /* of FAILED; else "" */
    struct jm_err err;   /* JM_EDB for FAILED, JM_EUNAVAIL for the others */
};
typedef void jm_pg_cb(void *arg, struct jm_pg_answer *a);
/* A piece of a COPY stream. Return 0, or 1 to pause behind this piece until jm_pg_resume(). It must
 * not reset or resume the connection itself. */
typedef int jm_pg_copy_cb(void *arg, const void *data, size_t len);

struct jm_pg_query {
    const char *stmt;  /* a prepared statement's name, or */
    const char *sql;   /* plain SQL; several statements are allowed when there are no args */
    struct jm_pg_args *args;  /* emptied into the query; NULL: none */
    jm_pg_copy_cb *on_copy;   /* for COPY ... TO STDOUT */
    uint32_t timeout_ms; /* server's time; 0: 6,000. For COPY: between two pieces */
    uint32_t queue_ms;   /* time to wait for its turn; 0: 6,000 */
    jm_pg_cb *cb;
    void *arg;
};
/* Queue it. -1: JM_EUNAVAIL (queue full), JM_ENOMEM; then `args` are released too. */
int jm_pg_send(struct jm_pg *pg, const struct jm_pg_query *q, struct jm_err *err);
/* Go on with a paused COPY. */
void jm_pg_resume(struct jm_pg *pg);
/* Close the connection now, as if it had broken (the query in flight is unknown). It reconnects. */
void jm_pg_reset(struct jm_pg *pg, const char *why);

#endif
