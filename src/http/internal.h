/* internal.h - the server's own structures: server, connection, request.  Not for other modules.
 *
 * Who owns what: the server owns all three kinds. A connection has at most one request at a time
 * (c->req), a request at most one connection (r->conn). They part when the request is answered, by
 * its handler or over its head (deadline, client gone); a request then lives on until its
 * handler has answered. Dead ones go to the server's lists and are freed at the end of the turn. */
#ifndef JM_HTTP_INTERNAL_H
#define JM_HTTP_INTERNAL_H

#include "guard.h"

#include "jobmatch/arena.h"
#include "jobmatch/buf.h"
#include "jobmatch/http.h"
#include "jobmatch/loop.h"
#include "jobmatch/map.h"
#include "jobmatch/metrics.h"

enum {
    HTTP_MAX_LISTENERS = 8,
    HTTP_SCRATCH_BYTES = 64 * 1024,  /* one read */
    HTTP_PIPELINE_BYTES = 16 * 1024, /* read ahead of the current request, beyond a head */
    HTTP_SPARE_REQS = 64,
    HTTP_SPARE_ARENA = 32 * 1024,    /* an arena that grew beyond is not kept */
    HTTP_PEER_BYTES = 46,
    HTTP_ID_BYTES = 65
};

/* The life of a connection. Only move() in conn.c changes the state, and it sets the deadline. */
enum conn_state {
    CONN_IDLE,    /* waits for the first byte of a request */
    CONN_HEAD,    /* has some of a head */
    CONN_BODY,    /* has a head, some of a body */
    CONN_HANDLER, /* the handler has the request */
    CONN_WRITE,   /* an answer goes out */
    CONN_LINGER,  /* answered for the last time: reads into the void so that the client, still
                     sending, gets to see the answer instead of a reset */
    CONN_DEAD     /* closed, waits to be freed */
};

struct http_peer {
    char text[HTTP_PEER_BYTES];
    uint8_t key[16]; /* the address that limits count by */
    bool counted;    /* false for unix sockets */
};

struct conn {
    struct jm_http *http;
    struct conn *next, *prev; /* ring of the living; next also chains the dead */
    int fd;
    struct jm_io *io;
    struct jm_timer *deadline;
    struct jm_defer kick;
    struct http_peer peer;
    enum conn_state state;
    bool running;   /* inside conn_run() */
    bool eof;       /* the client sends no more */
    bool last;      /* close after the answer in `out` */
    struct jm_buf in;
    size_t in_at;   /* in[0..in_at) is used up */
    int64_t first_us; /* first byte of the current head */
    struct http_scan scan;
    struct http_chunks chunks;
    struct jm_http_req *req;
    struct jm_buf out;
    size_t out_at;
    size_t lingered; /* bytes thrown away */
};

struct jm_http_req {
    struct jm_http *http;
    struct conn *conn;               /* NULL: an answer would go nowhere */
    struct jm_http_req *next, *prev; /* ring of the living; next also chains the dead */
    struct jm_arena arena;
    struct http_head head;
    struct http_uri uri;
    struct jm_buf body;
    size_t body_limit;
    char id[HTTP_ID_BYTES], peer[HTTP_PEER_BYTES];
    int64_t arrived_us;
    bool handed;   /* on_request has it: the handler owes an answer */
    bool finished; /* on_finish was told */
    bool dead;
    void *user;
    struct jm_buf extra; /* response header lines */
    bool has_cache_control;
};

struct listener {
    struct jm_http *http;
    int fd;
    struct jm_io *io;
};

struct http_metrics { /* NULL without a registry */
    struct jm_metric *open, *total, *in_flight, *late, *body_bytes;
};

struct jm_http {
    struct jm_loop *loop;
    struct jm_http_options o;
    struct jm_http_handlers on;
    struct jm_metrics *registry;
    struct http_metrics metrics;
    struct listener listeners[HTTP_MAX_LISTENERS];
    unsigned n_listeners;
    struct conn conns;         /* ring heads */
    struct jm_http_req reqs;
    struct conn *dead_conns;
    struct jm_http_req *dead_reqs;
    struct jm_http_req *spare_reqs; /* cleared, with one arena block each, for the next requests */
    unsigned n_spare_reqs;
    struct jm_defer reap;
    unsigned n_conns, n_in_flight;
    size_t body_bytes;         /* of all living requests */
    struct jm_map per_ip;      /* address to number of connections */
    bool draining;
    void (*on_idle)(void *arg);
    void *idle_arg;
    int spare_fd;              /* given up when descriptors run out */
    struct jm_timer *resume;   /* accept again */
    int64_t full_logged_us;
    uint64_t full_since;
    int64_t date_second;
    char date[32];
    char scratch[HTTP_SCRATCH_BYTES];
};

/* --- answer.c: bytes of an answer ------------------------------------------------------------- */

struct http_answer {
    int status;
    const char *content_type; /* NULL: application/json */
    const char *body;
    size_t bytes;
    const char *id;
    const char *extra; /* complete header lines or NULL */
    bool has_cache_control, head_only, close;
    const char *date;
};
void http_answer_write(struct jm_buf *out, const struct http_answer *a);
const char *http_date(struct jm_http *h);
/* A whole refusal, ready to send. `h` gives the date. */
void http_refusal_write(struct jm_buf *out, struct jm_http *h, const struct http_refusal *why,
                        const char *id, bool head_only);

/* --- conn.c ----------------------------------------------------------------------------------- */

/* Takes over `fd`. -1: no memory; fd is still the caller's. */
int http_conn_new(struct jm_http *h, int fd, const struct http_peer *peer);
void http_conn_close(struct conn *c);
/* Queue the answer to c->req, part the two, and go on at the end of the turn. */
void http_conn_answer(struct conn *c, const struct http_answer *a);
void http_conn_free(struct conn *c);

/* --- request.c -------------------------------------------------------------------------------- */

/* From c->in[in_at..in_at+head_bytes): parsed, listed, connected. NULL and why. */
struct jm_http_req *http_req_new(struct conn *c, size_t head_bytes, struct http_refusal *why);
void http_req_finish(struct jm_http_req *r, int status, size_t body_bytes);
/* The connection is through with it. It dies now unless its handler still owes an answer. */
void http_req_part(struct jm_http_req *r);
void http_req_free(struct jm_http_req *r); /* to the spare ones, if there is room */
void http_req_free_spare(struct jm_http *h);
void http_req_make_id(struct jm_http *h, char id[HTTP_ID_BYTES]);

/* --- server.c --------------------------------------------------------------------------------- */

void http_reap_later(struct jm_http *h);
void http_count_refused(struct jm_http *h, const char *slug);
void http_uncount_peer(struct jm_http *h, const struct http_peer *peer);

#endif
