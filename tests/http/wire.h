/* wire.h - a server and its clients in one process and one thread, for the tests of http.
 *
 * The client side is plain sockets; whoever waits turns the loop meanwhile. The handler acts by the
 * first path segment: "echo" answers at once, "hold" keeps the request in w->held for the test to
 * answer, anything else is 404. */
#ifndef TEST_WIRE_H
#define TEST_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "jobmatch/buf.h"
#include "jobmatch/clock.h"
#include "jobmatch/http.h"
#include "jobmatch/log.h"
#include "jobmatch/loop.h"
#include "jobmatch/metrics.h"

struct wire {
    struct jm_loop *loop;
    struct jm_metrics *metrics;
    struct jm_http *http;
    struct jm_http_req *held[64];
    unsigned n_held, n_requests, n_finished;
    int last_status;
    int64_t refuse_above; /* on_head answers 401 to a body longer than this */
    char seen_order[256]; /* first letter of the second path segment of each request */
};

static void wire_on_head(struct jm_http_req *req, void *arg)
{
    struct wire *w = arg;
    const char *length = jm_http_header(req, "content-length");
    if (w->refuse_above && length && atoll(length) > w->refuse_above)
        jm_http_problem(req, 401, "no-key", NULL, "no key", NULL);
}

static void wire_on_request(struct jm_http_req *req, void *arg)
{
    struct wire *w = arg;
    const char *what = jm_http_segment(req, 0), *second = jm_http_segment(req, 1);
    char mark[2] = { second ? second[0] : '-', 0 };
    w->n_requests++;
    if (strlen(w->seen_order) < sizeof w->seen_order - 1)
        strcat(w->seen_order, mark);
    if (what && !strcmp(what, "echo")) {
        size_t n;
        const char *body = jm_http_body(req, &n);
        jm_http_set_header(req, "X-Method", jm_http_method_name(jm_http_method(req)));
        jm_http_reply(req, 200, "text/plain", n ? body : second ? second : "-",
                      n ? n : strlen(second ? second : "-"));
    } else if (what && !strcmp(what, "hold") && w->n_held < 64) {
        w->held[w->n_held++] = req;
    } else {
        jm_http_problem(req, 404, "not-found", NULL, "nothing here", NULL);
    }
}

static void wire_on_finish(struct jm_http_req *req, int status, size_t bytes, int64_t us, void *arg)
{
    struct wire *w = arg;
    (void)req, (void)bytes;
    assert_true(us >= 0);
    w->n_finished++;
    w->last_status = status;
}

static inline void wire_start(struct wire *w, const struct jm_http_options *o)
{
    struct jm_err err = { 0 };
    struct jm_http_options def;
    struct jm_http_handlers on = { wire_on_request, wire_on_head, wire_on_finish, w };
    memset(w, 0, sizeof *w);
    jm_log_init(open("/dev/null", O_WRONLY | O_CLOEXEC), JM_LOG_ERROR);
    jm_http_options_default(&def);
    w->metrics = jm_metrics_new();
    w->loop = jm_loop_new(&jm_clock_system, w->metrics, &err);
    assert_non_null(w->loop);
    w->http = jm_http_new(w->loop, o ? o : &def, &on, w->metrics, &err);
    assert_non_null(w->http);
    assert_int_equal(jm_http_listen(w->http, "127.0.0.1", 0, &err), 0);
    assert_true(jm_http_port(w->http) > 0);
}

static inline void wire_stop(struct wire *w)
{
    jm_http_free(w->http);
    jm_loop_free(w->loop);
    jm_metrics_free(w->metrics);
}

static inline int64_t now_ms(void)
{
    return jm_mono_us(&jm_clock_system) / 1000;
}

/* Turn the loop for that long at most, or until *n reaches `want` (n may be NULL). */
static inline void turn(struct wire *w, int64_t ms, const unsigned *n, unsigned want)
{
    int64_t end = now_ms() + ms;
    do {
        jm_loop_turn(w->loop, false);
        if (n && *n >= want)
            return;
        poll(NULL, 0, 1);
    } while (now_ms() < end);
}

static inline int dial_port(uint16_t port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static inline int dial(struct wire *w)
{
    return dial_port(jm_http_port(w->http));
}

/* All of it, turning the loop while the socket is full; false if the server hung up. */
static inline bool put_n(struct wire *w, int fd, const char *s, size_t len)
{
    while (len) {
        ssize_t n = send(fd, s, len, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return false;
        if (n > 0)
            s += n, len -= (size_t)n;
        jm_loop_turn(w->loop, false);
    }
    return true;
}

static inline bool put(struct wire *w, int fd, const char *s)
{
    return put_n(w, fd, s, strlen(s));
}

enum got { GOT_CLOSED, GOT_TEXT, GOT_TIMEOUT };
/* Read into b until `text` occurs in it (NULL: until the end of the stream). */
static inline enum got get(struct wire *w, int fd, struct jm_buf *b, const char *text, int64_t ms)
{
    int64_t end = now_ms() + ms;
    char part[65536];
    for (;;) {
        if (text && b->data && memmem(b->data, b->len, text, strlen(text)))
            return GOT_TEXT;
        jm_loop_turn(w->loop, false);
        ssize_t n = recv(fd, part, sizeof part, 0);
        if (n > 0)
            jm_buf_add(b, part, (size_t)n);
        else if (n == 0 || errno != EAGAIN)
            return GOT_CLOSED;
        else if (now_ms() >= end)
            return GOT_TIMEOUT;
        else
            poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 1);
    }
}

static inline unsigned count(const struct jm_buf *b, const char *text)
{
    unsigned n = 0;
    for (const char *p = jm_buf_cstr(b); (p = strstr(p, text)); p++)
        n++;
    return n;
}

/* Send, read to the end of the stream, close: the first status, 0 if nothing came. */
static inline int ask(struct wire *w, const char *bytes, size_t len, struct jm_buf *answer)
{
    int fd = dial(w), status = 0;
    jm_buf_clear(answer);
    put_n(w, fd, bytes, len);
    if (get(w, fd, answer, NULL, 900) == GOT_TIMEOUT) {
        shutdown(fd, SHUT_WR);
        get(w, fd, answer, NULL, 900);
    }
    close(fd);
    sscanf(jm_buf_cstr(answer), "HTTP/1.1 %d", &status);
    return status;
}

#endif
