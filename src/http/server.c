/* server.c - the server: listeners, admission, the end.
 *
 * Admission is decided at accept(): over a cap the client gets a ready-made 503 and is closed, so a
 * refused connection never costs more than that. When descriptors run out accept() fails and the
 * backlog stays readable, which would spin the loop; then one reserve descriptor is given up to
 * take, tell and close one client, and accepting pauses for 100 ms. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jobmatch/log.h"

enum { BACKLOG = 1024, ACCEPTS_PER_TURN = 64, PAUSE_MS = 100, FULL_LOG_US = 1000000 };

void jm_http_options_default(struct jm_http_options *o)
{
    *o = (struct jm_http_options){ .max_header_bytes = 8192,
                                   .max_body_bytes = 1024 * 1024,
                                   .max_body_total_bytes = 64 * 1024 * 1024,
                                   .header_ms = 10000,
                                   .body_ms = 30000,
                                   .idle_ms = 60000,
                                   .request_ms = 10000,
                                   .write_ms = 30000,
                                   .max_connections = 1024,
                                   .max_connections_per_ip = 256 };
}

/* --- the dead --------------------------------------------------------------------------------- */

static void reap(void *arg)
{
    struct jm_http *h = arg;
    for (struct conn *c; (c = h->dead_conns);) {
        h->dead_conns = c->next;
        http_conn_free(c);
    }
    for (struct jm_http_req *r; (r = h->dead_reqs);) {
        h->dead_reqs = r->next;
        r->next = r->prev = r;
        http_req_free(r);
    }
    if (h->metrics.body_bytes)
        jm_metric_set(h->metrics.body_bytes, (int64_t)h->body_bytes);
    if (!h->draining || h->n_conns || h->reqs.next != &h->reqs || !h->on_idle)
        return;
    void (*on_idle)(void *arg) = h->on_idle;
    h->on_idle = NULL;
    on_idle(h->idle_arg); /* may free h */
}

void http_reap_later(struct jm_http *h)
{
    jm_loop_defer(h->loop, &h->reap, reap, h);
}

void http_count_refused(struct jm_http *h, const char *slug)
{
    char label[64];
    if (!h->registry)
        return;
    snprintf(label, sizeof label, "problem=\"%s\"", slug);
    jm_metric_add(jm_metrics_get(h->registry, JM_COUNTER, "jobmatch_http_refused_total",
                                 "Connections and requests the server refused itself.", label),
                  1);
}

/* --- admission -------------------------------------------------------------------------------- */

static void read_peer(struct http_peer *p, const struct sockaddr_storage *from)
{
    memset(p, 0, sizeof *p);
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *a = (const struct sockaddr_in *)from;
        inet_ntop(AF_INET, &a->sin_addr, p->text, sizeof p->text);
        memcpy(p->key + 12, &a->sin_addr, 4);
        p->counted = true;
    } else if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *a = (const struct sockaddr_in6 *)from;
        inet_ntop(AF_INET6, &a->sin6_addr, p->text, sizeof p->text);
        memcpy(p->key, &a->sin6_addr, 8); /* one customer has a /64 */
        if (IN6_IS_ADDR_V4MAPPED(&a->sin6_addr))
            memcpy(p->key + 12, (const uint8_t *)&a->sin6_addr + 12, 4);
        p->counted = true;
    } else {
        strcpy(p->text, "unix");
    }
}

/* One more from there: false if that is one too many. */
static bool count_peer(struct jm_http *h, const struct http_peer *p)
{
    if (!p->counted || !h->o.max_connections_per_ip)
        return true;
    uint64_t *n = jm_map_get(&h->per_ip, p->key, sizeof p->key);
    if (n && *n >= h->o.max_connections_per_ip)
        return false;
    if (n) {
        ++*n;
        return true;
    }
    return jm_map_put(&h->per_ip, p->key, sizeof p->key, 1) == 0;
}

void http_uncount_peer(struct jm_http *h, const struct http_peer *p)
{
    if (!p->counted || !h->o.max_connections_per_ip)
        return;
    uint64_t *n = jm_map_get(&h->per_ip, p->key, sizeof p->key);
    if (n && --*n == 0)
        jm_map_del(&h->per_ip, p->key, sizeof p->key);
}

/* Say 503 and close. What the client has sent so far is read, or closing would reset it. */
static void turn_away(struct jm_http *h, int fd, const char *detail)
{
    struct http_refusal why = { 503, "busy", detail };
    struct jm_buf out;
    char id[HTTP_ID_BYTES];
    jm_buf_init(&out);
    http_req_make_id(h, id);
    http_refusal_write(&out, h, &why, id, false);
    if (send(fd, jm_buf_cstr(&out), out.len, MSG_NOSIGNAL) == (ssize_t)out.len &&
        !shutdown(fd, SHUT_WR))
        for (int i = 0; i < 4; i++)
            if (recv(fd, h->scratch, sizeof h->scratch, 0) < (ssize_t)sizeof h->scratch)
                break;
    jm_buf_fini(&out);
    close(fd);
    http_count_refused(h, why.slug);
}

static void admit(struct jm_http *h, int fd, const struct sockaddr_storage *from)
{
    struct http_peer peer;
    int one = 1;
    read_peer(&peer, from);
    if (h->n_conns >= h->o.max_connections) {
        turn_away(h, fd, "too many connections right now");
        return;
    }
    if (!count_peer(h, &peer)) {
        turn_away(h, fd, "too many connections from your address");
        return;
    }
    if (peer.counted)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (http_conn_new(h, fd, &peer)) {
        http_uncount_peer(h, &peer);
        turn_away(h, fd, "no memory for another connection right now");
        return;
    }
    if (h->metrics.total) {
        jm_metric_add(h->metrics.total, 1);
        jm_metric_set(h->metrics.open, h->n_conns);
    }
}

/* --- out of descriptors ----------------------------------------------------------------------- */

static void watch_listeners(struct jm_http *h, int mask)
{
    for (unsigned i = 0; i < h->n_listeners; i++)
        if (jm_io_watch(h->listeners[i].io, mask))
            jm_log(JM_LOG_ERROR, "http", "a listener cannot be watched", "fd=%d",
                   h->listeners[i].fd);
}

static void resume(void *arg)
{
    struct jm_http *h = arg;
    watch_listeners(h, JM_IO_READ);
}

static void log_full(struct jm_http *h, int error)
{
    int64_t now_us = jm_loop_mono_us(h->loop);
    h->full_since++;
    if (h->full_logged_us && now_us - h->full_logged_us < FULL_LOG_US)
        return;
    jm_log(JM_LOG_WARN, "http", "cannot accept connections", "times=%llu errno=%d",
           (unsigned long long)h->full_since, error);
    h->full_logged_us = now_us;
    h->full_since = 0;
}

static void on_full(struct jm_http *h, int listener_fd, int error)
{
    log_full(h, error);
    if (h->spare_fd >= 0) {
        close(h->spare_fd);
        int fd = accept4(listener_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            turn_away(h, fd, "too many open files right now");
    }
    h->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    watch_listeners(h, 0);
    jm_timer_once(h->resume, PAUSE_MS);
}

static void on_acceptable(int what, void *arg)
{
    (void)what;
    struct listener *l = arg;
    struct sockaddr_storage from;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        socklen_t len = sizeof from;
        memset(&from, 0, sizeof from);
        int fd = accept4(l->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            admit(l->http, fd, &from);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            on_full(l->http, l->fd, errno);
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            return; /* EAGAIN: all taken */
        }
    }
}

/* --- listening -------------------------------------------------------------------------------- */

int jm_http_listen_fd(struct jm_http *h, int fd, struct jm_err *err)
{
    int listening = 0;
    socklen_t len = sizeof listening;
    if (h->n_listeners == HTTP_MAX_LISTENERS)
        return jm_err_set(err, JM_ELIMIT, "more than %d listeners", HTTP_MAX_LISTENERS);
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) || !listening)
        return jm_err_set(err, JM_EINVAL, "descriptor %d is not a listening socket", fd);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) || fcntl(fd, F_SETFD, FD_CLOEXEC))
        return jm_err_errno(err, JM_EIO, "listening socket %d cannot be prepared", fd);
    struct listener *l = &h->listeners[h->n_listeners];
    *l = (struct listener){ .http = h, .fd = fd };
    l->io = jm_io_new(h->loop, fd, on_acceptable, l);
    if (!l->io || jm_io_watch(l->io, JM_IO_READ)) {
        jm_io_free(l->io);
        return jm_err_errno(err, JM_EIO, "listening socket %d cannot be watched", fd);
    }
    h->n_listeners++;
    return 0;
}

/* "0.0.0.0", "::1" and a port; 0 if it is no numeric address. */
static socklen_t read_address(struct sockaddr_storage *to, const char *address, uint16_t port)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)to;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
    memset(to, 0, sizeof *to);
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        return sizeof *v6;
    }
    return 0;
}

int jm_http_listen(struct jm_http *h, const char *address, uint16_t port, struct jm_err *err)
{
    struct sockaddr_storage to;
    int one = 1;
    socklen_t len = read_address(&to, address, port);
    if (!len)
        return jm_err_set(err, JM_EINVAL, "'%s' is not a numeric IPv4 or IPv6 address", address);
    int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return jm_err_errno(err, JM_EIO, "no socket for %s", address);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (to.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&to, len) || listen(fd, BACKLOG)) {
        jm_err_errno(err, JM_EIO, "cannot listen on %s port %u", address, port);
        close(fd);
        return -1;
    }
    if (jm_http_listen_fd(h, fd, err)) {
        close(fd);
        return -1;
    }
    return 0;
}

uint16_t jm_http_port(const struct jm_http *h)
{
    for (unsigned i = 0; i < h->n_listeners; i++) {
        struct sockaddr_storage at;
        socklen_t len = sizeof at;
        if (getsockname(h->listeners[i].fd, (struct sockaddr *)&at, &len))
            continue;
        if (at.ss_family == AF_INET)
            return ntohs(((struct sockaddr_in *)&at)->sin_port);
        if (at.ss_family == AF_INET6)
            return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
    }
    return 0;
}

static void close_listeners(struct jm_http *h)
{
    for (unsigned i = 0; i < h->n_listeners; i++) {
        jm_io_free(h->listeners[i].io);
        close(h->listeners[i].fd);
    }
    h->n_listeners = 0;
    jm_timer_stop(h->resume);
}

/* --- beginning and end ------------------------------------------------------------------------ */

static void add_metrics(struct jm_http *h)
{
    struct jm_metrics *m = h->registry;
    h->metrics = (struct http_metrics){
        .open = jm_metrics_get(m, JM_GAUGE, "jobmatch_http_connections", "Open connections.", NULL),
        .total = jm_metrics_get(m, JM_COUNTER, "jobmatch_http_connections_total",
                                "Connections accepted.", NULL),
        .in_flight = jm_metrics_get(m, JM_GAUGE, "jobmatch_http_requests_in_flight",
                                    "Requests their handler has not answered.", NULL),
        .late = jm_metrics_get(m, JM_COUNTER, "jobmatch_http_late_answers_total",
                               "Answers dropped: client gone or deadline passed.", NULL),
        .body_bytes = jm_metrics_get(m, JM_GAUGE, "jobmatch_http_body_bytes",
                                     "Request bodies in memory.", NULL),
    };
}

struct jm_http *jm_http_new(struct jm_loop *loop, const struct jm_http_options *o,
                            const struct jm_http_handlers *on, struct jm_metrics *metrics,
                            struct jm_err *err)
{
    struct jm_http *h = calloc(1, sizeof *h);
    if (!h) {
        jm_err_set(err, JM_ENOMEM, "no memory for the HTTP server");
        return NULL;
    }
    h->loop = loop;
    h->o = *o;
    h->on = *on;
    h->registry = metrics;
    h->conns.next = h->conns.prev = &h->conns;
    h->reqs.next = h->reqs.prev = &h->reqs;
    jm_map_init(&h->per_ip);
    h->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    h->resume = jm_timer_new(loop, resume, h);
    if (h->spare_fd < 0 || !h->resume) {
        jm_err_errno(err, JM_EIO, "the HTTP server cannot be made");
        jm_http_free(h);
        return NULL;
    }
    if (metrics)
        add_metrics(h);
    return h;
}

void jm_http_drain(struct jm_http *h, void (*on_idle)(void *arg), void *arg)
{
    h->draining = true;
    h->on_idle = on_idle;
    h->idle_arg = arg;
    close_listeners(h);
    for (struct conn *c = h->conns.next, *next; c != &h->conns; c = next) {
        next = c->next;
        if (c->state == CONN_IDLE && !c->running)
            http_conn_close(c);
    }
    http_reap_later(h);
}

void jm_http_free(struct jm_http *h)
{
    if (!h)
        return;
    if (h->resume)
        close_listeners(h);
    while (h->conns.next != &h->conns)
        http_conn_close(h->conns.next);
    h->on_idle = NULL;
    reap(h);
    while (h->reqs.next != &h->reqs)
        http_req_free(h->reqs.next);
    http_req_free_spare(h);
    jm_loop_undefer(h->loop, &h->reap);
    jm_timer_free(h->resume);
    jm_map_fini(&h->per_ip);
    if (h->spare_fd >= 0)
        close(h->spare_fd);
    free(h);
}

unsigned jm_http_connections(const struct jm_http *h)
{
    return h->n_conns;
}

unsigned jm_http_in_flight(const struct jm_http *h)
{
    return h->n_in_flight;
}
