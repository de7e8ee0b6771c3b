/* conn.c - the life of one connection.  The states are in internal.h.
 *
 *   IDLE -> HEAD -> BODY -> HANDLER -> WRITE -> IDLE ...        keep-alive, pipelining in order
 *              \-------\---------\---> WRITE -> LINGER -> DEAD  refused, deadline, last answer
 *
 * Readiness only moves bytes between the socket and c->in / c->out; step() then looks at what is
 * there and takes one step. Requests of one connection are strictly one after the other, so the
 * memory a connection can hold is bounded: a head, a body, an answer, and a little read-ahead.
 * While the handler works reading goes on (up to that read-ahead): a reset is then seen at once.
 * The end of the stream is no reset: a client may have closed only its sending half. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jobmatch/log.h"

enum {
    STEPS_PER_TURN = 32, /* a pipeline of cheap requests shares the loop */
    LINGER_MS = 1000,
    LINGER_BYTES = 4 * 1024 * 1024
};

static void on_ready(int what, void *arg);
static void on_deadline(void *arg);
static void run(struct conn *c);

int http_conn_new(struct jm_http *h, int fd, const struct http_peer *peer)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        return -1;
    c->http = h;
    c->fd = fd;
    c->peer = *peer;
    c->io = jm_io_new(h->loop, fd, on_ready, c);
    c->deadline = jm_timer_new(h->loop, on_deadline, c);
    if (!c->io || !c->deadline || jm_io_watch(c->io, JM_IO_READ)) {
        c->fd = -1;
        http_conn_free(c);
        return -1;
    }
    jm_timer_once(c->deadline, h->o.idle_ms);
    c->next = &h->conns;
    c->prev = h->conns.prev;
    c->prev->next = c;
    h->conns.prev = c;
    h->n_conns++;
    return 0;
}

void http_conn_free(struct conn *c)
{
    jm_io_free(c->io);
    jm_timer_free(c->deadline);
    jm_buf_fini(&c->in);
    jm_buf_fini(&c->out);
    free(c);
}

void http_conn_close(struct conn *c)
{
    struct jm_http *h = c->http;
    if (c->state == CONN_DEAD)
        return;
    c->state = CONN_DEAD;
    if (c->req) {
        struct jm_http_req *r = c->req;
        http_req_finish(r, 499, 0);
        c->req = NULL;
        http_req_part(r);
    }
    jm_loop_undefer(h->loop, &c->kick);
    jm_timer_stop(c->deadline);
    jm_io_watch(c->io, 0);
    close(c->fd);
    http_uncount_peer(h, &c->peer);
    c->prev->next = c->next;
    c->next->prev = c->prev;
    c->next = h->dead_conns;
    h->dead_conns = c;
    h->n_conns--;
    if (h->metrics.open)
        jm_metric_set(h->metrics.open, h->n_conns);
    http_reap_later(h);
}

static void move(struct conn *c, enum conn_state to)
{
    const struct jm_http_options *o = &c->http->o;
    const int64_t deadline_ms[] = { [CONN_IDLE] = o->idle_ms,     [CONN_HEAD] = o->header_ms,
                                    [CONN_BODY] = o->body_ms,     [CONN_HANDLER] = o->request_ms,
                                    [CONN_WRITE] = o->write_ms,   [CONN_LINGER] = LINGER_MS };
    c->state = to;
    jm_timer_once(c->deadline, deadline_ms[to]);
}

static size_t unread(const struct conn *c)
{
    return c->in.len - c->in_at;
}

/* --- answering -------------------------------------------------------------------------------- */

static void kicked(void *arg)
{
    run(arg);
}

/* `out` has the answer: part from the request and let it go out. */
static void send_answer(struct conn *c, bool last)
{
    struct jm_http_req *r = c->req;
    c->last |= last;
    c->req = NULL;
    if (r)
        http_req_part(r);
    move(c, CONN_WRITE);
    if (!c->running)
        jm_loop_defer(c->http->loop, &c->kick, kicked, c);
}

void http_conn_answer(struct conn *c, const struct http_answer *a)
{
    struct http_answer full = *a;
    bool body_unread = c->state == CONN_BODY;
    full.date = http_date(c->http);
    full.close = c->last || body_unread || c->req->head.wants_close || c->http->draining;
    full.head_only = c->req->head.method == JM_HEAD;
    http_answer_write(&c->out, &full);
    http_req_finish(c->req, a->status, a->bytes);
    send_answer(c, full.close);
}

static void refuse(struct conn *c, const struct http_refusal *why)
{
    char id[HTTP_ID_BYTES];
    struct jm_http_req *r = c->req;
    if (!r)
        http_req_make_id(c->http, id);
    http_count_refused(c->http, why->slug);
    jm_log(JM_LOG_DEBUG, "http", "refused a request", "request=%s status=%d problem=%s",
           r ? r->id : id, why->status, why->slug);
    http_refusal_write(&c->out, c->http, why, r ? r->id : id, r && r->head.method == JM_HEAD);
    if (r)
        http_req_finish(r, why->status, 0);
    send_answer(c, true);
}

static void on_deadline(void *arg)
{
    static const struct http_refusal slow_head = {
        408, "timeout", "the request head did not arrive in time" };
    static const struct http_refusal slow_body = {
        408, "timeout", "the request body did not arrive in time" };
    static const struct http_refusal slow_work = {
        503, "deadline", "the answer was not ready in time; it may still take effect" };
    struct conn *c = arg;
    if (c->state == CONN_HEAD) {
        refuse(c, &slow_head);
    } else if (c->state == CONN_BODY) {
        refuse(c, &slow_body);
    } else if (c->state == CONN_HANDLER) {
        refuse(c, &slow_work);
    } else {
        /* in WRITE the client does not read: a reset also frees what the kernel holds for it */
        struct linger now = { .l_onoff = c->state == CONN_WRITE, .l_linger = 0 };
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        http_conn_close(c);
    }
}

/* --- steps: true if there may be another one to take at once ---------------------------------- */

static bool dispatch(struct conn *c)
{
    struct jm_http *h = c->http;
    move(c, CONN_HANDLER);
    c->req->handed = true;
    h->n_in_flight++;
    if (h->metrics.in_flight)
        jm_metric_set(h->metrics.in_flight, h->n_in_flight);
    h->on.on_request(c->req, h->on.arg);
    return true;
}

/* The head is read and on_head had its say: what about the body? */
static bool begin_body(struct conn *c)
{
    static const struct http_refusal too_large = {
        413, "body-too-large", "the body is longer than allowed here" };
    static const struct http_refusal busy = {
        503, "busy", "too many request bodies in memory right now" };
    struct jm_http_req *r = c->req;
    const struct http_head *head = &r->head;
    if (!head->chunked && head->content_length <= 0)
        return dispatch(c);
    size_t announced = head->chunked ? 0 : (size_t)head->content_length;
    if (announced > r->body_limit) {
        refuse(c, &too_large);
    } else if (c->http->body_bytes + announced > c->http->o.max_body_total_bytes) {
        refuse(c, &busy);
    } else {
        memset(&c->chunks, 0, sizeof c->chunks);
        if (head->expects_continue && !unread(c))
            jm_buf_str(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    return true;
}

static bool begin_request(struct conn *c)
{
    struct jm_http *h = c->http;
    struct http_refusal why;
    c->req = http_req_new(c, c->scan.at, &why);
    c->in_at += c->scan.at;
    memset(&c->scan, 0, sizeof c->scan);
    if (!c->req) {
        refuse(c, &why);
        return true;
    }
    bool has_body = c->req->head.chunked || c->req->head.content_length > 0;
    move(c, has_body ? CONN_BODY : CONN_HANDLER);
    if (h->on.on_head)
        h->on.on_head(c->req, h->on.arg);
    return c->req ? begin_body(c) : true;
}

static bool step_head(struct conn *c)
{
    struct http_refusal why;
    if (!unread(c)) {
        if (c->eof || c->http->draining)
            http_conn_close(c);
        return false;
    }
    if (c->state == CONN_IDLE) {
        c->first_us = jm_loop_mono_us(c->http->loop);
        move(c, CONN_HEAD);
    }
    switch (http_head_scan(&c->scan, c->in.data + c->in_at, unread(c), c->http->o.max_header_bytes,
                           &why)) {
    case HTTP_DONE:
        return begin_request(c);
    case HTTP_REFUSED:
        refuse(c, &why);
        return true;
    default:
        if (c->eof)
            http_conn_close(c);
        return false;
    }
}

static enum http_read take_length(struct conn *c, struct http_refusal *why)
{
    struct jm_http_req *r = c->req;
    size_t left = (size_t)r->head.content_length - r->body.len;
    size_t n = unread(c) < left ? unread(c) : left;
    jm_buf_add(&r->body, c->in.data + c->in_at, n);
    c->in_at += n;
    if (!jm_buf_ok(&r->body)) {
        *why = (struct http_refusal){ 503, "busy", "no memory for the body right now" };
        return HTTP_REFUSED;
    }
    return n == left ? HTTP_DONE : HTTP_MORE;
}

static enum http_read take_chunks(struct conn *c, struct http_refusal *why)
{
    size_t used;
    enum http_read got = http_chunks_feed(&c->chunks, c->in.data + c->in_at, unread(c), &used,
                                          &c->req->body, c->req->body_limit, why);
    c->in_at += used;
    return got;
}

static bool step_body(struct conn *c)
{
    struct jm_http *h = c->http;
    struct jm_http_req *r = c->req;
    struct http_refusal why;
    if (!unread(c)) {
        if (c->eof)
            http_conn_close(c);
        return false;
    }
    size_t before = r->body.len;
    enum http_read got = r->head.chunked ? take_chunks(c, &why) : take_length(c, &why);
    h->body_bytes += r->body.len - before;
    if (h->metrics.body_bytes)
        jm_metric_set(h->metrics.body_bytes, (int64_t)h->body_bytes);
    if (got != HTTP_REFUSED && h->body_bytes > h->o.max_body_total_bytes) {
        why = (struct http_refusal){ 503, "busy", "too many request bodies in memory right now" };
        got = HTTP_REFUSED;
    }
    if (got == HTTP_REFUSED)
        refuse(c, &why);
    else if (got == HTTP_DONE)
        return dispatch(c);
    return got == HTTP_REFUSED;
}

/* Send what is in `out`. False if the connection is lost. */
static bool flush(struct conn *c)
{
    while (c->out_at < c->out.len) {
        ssize_t n = send(c->fd, c->out.data + c->out_at, c->out.len - c->out_at, MSG_NOSIGNAL);
        if (n >= 0)
            c->out_at += (size_t)n;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return true;
        else if (errno != EINTR)
            return false;
    }
    jm_buf_fini(&c->out); /* a big answer does not stay with an idle connection */
    c->out_at = 0;
    return true;
}

static bool step_write(struct conn *c)
{
    if (!jm_buf_ok(&c->out) || !flush(c)) {
        http_conn_close(c);
        return false;
    }
    if (c->out.len)
        return false;
    if (!c->last) {
        move(c, CONN_IDLE);
        return true;
    }
    if (c->eof || shutdown(c->fd, SHUT_WR)) {
        http_conn_close(c);
        return false;
    }
    move(c, CONN_LINGER);
    return true;
}

static bool step_linger(struct conn *c)
{
    c->lingered += unread(c);
    c->in_at = c->in.len;
    if (c->eof || c->lingered > LINGER_BYTES)
        http_conn_close(c);
    return false;
}

static bool step(struct conn *c)
{
    switch (c->state) {
    case CONN_IDLE:
    case CONN_HEAD:
        return step_head(c);
    case CONN_BODY:
        return step_body(c);
    case CONN_WRITE:
        return step_write(c);
    case CONN_LINGER:
        return step_linger(c);
    case CONN_HANDLER:
    case CONN_DEAD:
        break;
    }
    return false;
}

/* --- readiness -------------------------------------------------------------------------------- */

static void compact(struct conn *c)
{
    if (!unread(c)) {
        jm_buf_fini(&c->in);
    } else if (c->in_at) {
        memmove(c->in.data, c->in.data + c->in_at, unread(c));
        c->in.len -= c->in_at;
        c->in.data[c->in.len] = 0;
    }
    c->in_at = 0;
}

static void watch(struct conn *c)
{
    size_t most = c->http->o.max_header_bytes + HTTP_PIPELINE_BYTES;
    int mask = 0;
    if (!c->eof && unread(c) < most)
        mask |= JM_IO_READ;
    if (c->out_at < c->out.len)
        mask |= JM_IO_WRITE;
    if (jm_io_watch(c->io, mask))
        http_conn_close(c);
}

static void run(struct conn *c)
{
    int steps = 0;
    c->running = true;
    while (steps < STEPS_PER_TURN && step(c))
        steps++;
    c->running = false;
    if (c->state != CONN_DEAD && c->out.len && c->state != CONN_WRITE && !flush(c))
        http_conn_close(c); /* "100 Continue" could not be said */
    if (c->state == CONN_DEAD)
        return;
    compact(c);
    if (steps == STEPS_PER_TURN)
        jm_loop_defer(c->http->loop, &c->kick, kicked, c);
    watch(c);
}

/* False: reset by the client. */
static bool fill(struct conn *c)
{
    struct jm_http *h = c->http;
    ssize_t n = recv(c->fd, h->scratch, sizeof h->scratch, 0);
    if (n > 0)
        jm_buf_add(&c->in, h->scratch, (size_t)n);
    else if (n == 0)
        c->eof = true;
    else
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return jm_buf_ok(&c->in);
}

static void on_ready(int what, void *arg)
{
    struct conn *c = arg;
    if (what == JM_IO_READ && !fill(c))
        http_conn_close(c);
    else
        run(c);
}
