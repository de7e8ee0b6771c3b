/* sender.c - libcurl's multi interface on the loop, with every default that is not ours turned off.
 *
 * What is fixed here: http and https only, HTTP/1.1, no redirects, no proxy from the environment,
 * no netrc, no cookies, TLS 1.2 or newer with peer and host verified, nothing decompressed. The
 * guard sees every address at the moment of dialling (open_socket()), also when a kept connection
 * died and libcurl dials again. Names are resolved on libcurl's own threads; QUICK_EXIT keeps it
 * from joining such a thread on the loop when the connect timeout ends a slow look-up.
 *
 * An answer is read up to 16 KiB of head and 16 KiB of body, then the connection is dropped. Once
 * the head of the final answer is whole, its status counts, whatever happens to the body after. */
#include "sender.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/loop.h"
#include "jobmatch/version.h"
#include "policy.h"

enum { HEAD_MAX = 16 * 1024, BODY_MAX = 16 * 1024, IDLE_CALLS = 64, KEPT_CONNECTIONS = 256 };

struct call {
    struct jm_webhook_sender *sender;
    struct call *next, *prev; /* in busy, or next alone in idle */
    CURL *easy;
    struct curl_slist *headers;
    void (*on_end)(void *arg, const struct jm_webhook_response *resp);
    void *arg;
    int64_t started_us;
    const char *refused;    /* the guard's last word, NULL: it never said no */
    size_t head_bytes, body_bytes;
    int status;             /* set when a final head is complete */
    int64_t retry_after_us;
    bool over;              /* a limit of ours cut the answer */
    struct jm_buf kept;
    char error[CURL_ERROR_SIZE];
};

struct jm_webhook_sender {
    struct jm_loop *loop;
    struct jm_webhook_guard *guard;
    CURLM *multi;
    struct jm_timer *timer;
    struct call *busy, *idle;
    size_t n_idle;
    long connect_timeout_ms, total_timeout_ms;
    char *ca_file;
};

void jm_webhook_clean(struct jm_buf *out, const char *text, size_t bytes, size_t max)
{
    size_t room = max;
    while (bytes > 0) {
        uint32_t cp;
        unsigned n = *text ? jm_utf8_next(text, bytes, &cp) : 0;
        unsigned needs = n ? n : 3;
        if (needs > room)
            return;
        jm_buf_add(out, n ? text : "\xef\xbf\xbd", needs);
        room -= needs;
        text += n ? n : 1;
        bytes -= n ? n : 1;
    }
}

/* --- what libcurl calls during a transfer ------------------------------------------------- */

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct call *c = arg;
    (void)purpose;
    const char *no = jm_webhook_guard_address(c->sender->guard, &a->addr, a->addrlen);
    if (no) {
        c->refused = no;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
    static const char name[] = "retry-after:";
    struct call *c = arg;
    size_t bytes = size * n;
    c->head_bytes += bytes;
    if (c->head_bytes > HEAD_MAX) {
        c->over = true;
        return 0;
    }
    if (bytes >= 5 && memcmp(line, "HTTP/", 5) == 0)
        c->retry_after_us = -1;
    if (bytes > sizeof name - 1 && strncasecmp(line, name, sizeof name - 1) == 0) {
        int64_t now_us = jm_wall_us(jm_loop_clock(c->sender->loop));
        c->retry_after_us = jm_webhook_retry_after(line + sizeof name - 1,
                                                   bytes - sizeof name + 1, now_us);
    }
    if (bytes <= 2 && (line[0] == '\r' || line[0] == '\n')) {
        long code = 0;
        curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &code);
        if (code >= 200)
            c->status = (int)code;
    }
    return bytes;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct call *c = arg;
    size_t bytes = size * n;
    size_t room = JM_WEBHOOK_LOG_MAX - c->kept.len;
    jm_buf_add(&c->kept, data, bytes < room ? bytes : room);
    c->body_bytes += bytes;
    if (c->body_bytes > BODY_MAX) {
        c->over = true;
        return 0;
    }
    return bytes;
}

/* --- calls --------------------------------------------------------------------------------- */

static void call_free(struct call *c)
{
    if (!c)
        return;
    if (c->easy)
        curl_easy_cleanup(c->easy);
    curl_slist_free_all(c->headers);
    jm_buf_fini(&c->kept);
    free(c);
}

static int set_fixed(struct call *c)
{
    CURL *e = c->easy;
    const struct jm_webhook_sender *s = c->sender;
    CURLcode bad = CURLE_OK;
#define SET(option, value)                                                                         \
    do {                                                                                           \
        CURLcode rc_ = curl_easy_setopt(e, option, value);                                         \
        if (rc_ != CURLE_OK)                                                                       \
            bad = rc_;                                                                             \
    } while (0)
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOPROXY, "*");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, s->connect_timeout_ms);
    SET(CURLOPT_TIMEOUT_MS, s->total_timeout_ms);
    SET(CURLOPT_BUFFERSIZE, 16384L);
    SET(CURLOPT_USERAGENT, "jobmatchd/" JM_VERSION);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, c);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, c);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, c);
    SET(CURLOPT_ERRORBUFFER, c->error);
    SET(CURLOPT_PRIVATE, c);
    SET(CURLOPT_POST, 1L);
    if (s->ca_file)
        SET(CURLOPT_CAINFO, s->ca_file);
#undef SET
    return bad == CURLE_OK ? 0 : -1;
}

static struct call *call_new(struct jm_webhook_sender *s)
{
    struct call *c = s->idle;
    if (c) {
        s->idle = c->next;
        s->n_idle--;
        return c;
    }
    c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->sender = s;
    c->easy = curl_easy_init();
    if (c->easy && set_fixed(c) == 0)
        return c;
    call_free(c);
    return NULL;
}

static void call_rest(struct call *c)
{
    struct jm_webhook_sender *s = c->sender;
    curl_slist_free_all(c->headers);
    c->headers = NULL;
    jm_buf_clear(&c->kept);
    c->prev = NULL;
    if (s->n_idle >= IDLE_CALLS) {
        call_free(c);
        return;
    }
    c->next = s->idle;
    s->idle = c;
    s->n_idle++;
}

static int add_headers(struct call *c, const struct jm_webhook_request *r)
{
    struct jm_buf b = {0};
    jm_buf_fmt(&b, "webhook-id: %s%cwebhook-timestamp: %lld%cwebhook-signature: %s", r->id, 0,
               (long long)r->timestamp_s, 0, r->signature);
    if (!jm_buf_ok(&b))
        goto fail;
    const char *line[] = {"content-type: application/json", "accept: */*",
                          "accept-encoding: identity", "expect:", NULL, NULL, NULL};
    line[4] = b.data;
    line[5] = line[4] + strlen(line[4]) + 1;
    line[6] = line[5] + strlen(line[5]) + 1;
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        struct curl_slist *more = curl_slist_append(c->headers, line[i]);
        if (!more)
            goto fail;
        c->headers = more;
    }
    jm_buf_fini(&b);
    return 0;
fail:
    jm_buf_fini(&b);
    return -1;
}

static int set_request(struct call *c, const struct jm_webhook_request *r, struct jm_err *err)
{
    if (add_headers(c, r) != 0)
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    CURLcode rc = curl_easy_setopt(c->easy, CURLOPT_URL, r->url);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(c->easy, CURLOPT_POSTFIELDS, r->body);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_bytes);
    if (rc != CURLE_OK)
        return jm_err_set(err, JM_EINVAL, "the request cannot be made: %s",
                          curl_easy_strerror(rc));
    return 0;
}

int jm_webhook_sender_post(struct jm_webhook_sender *s, const struct jm_webhook_request *r,
                           void (*on_end)(void *arg, const struct jm_webhook_response *resp),
                           void *arg, struct jm_err *err)
{
    struct call *c = call_new(s);
    if (!c)
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    c->on_end = on_end;
    c->arg = arg;
    c->refused = NULL;
    c->head_bytes = c->body_bytes = 0;
    c->status = 0;
    c->retry_after_us = -1;
    c->over = false;
    c->error[0] = '\0';
    c->started_us = jm_loop_mono_us(s->loop);
    if (set_request(c, r, err) != 0)
        goto fail;
    CURLMcode rc = curl_multi_add_handle(s->multi, c->easy);
    if (rc != CURLM_OK) {
        jm_err_set(err, JM_EIO, "libcurl: %s", curl_multi_strerror(rc));
        goto fail;
    }
    c->prev = NULL;
    c->next = s->busy;
    if (s->busy)
        s->busy->prev = c;
    s->busy = c;
    return 0;
fail:
    call_rest(c);
    return -1;
}

static void unlink_busy(struct call *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        c->sender->busy = c->next;
    if (c->next)
        c->next->prev = c->prev;
}

static void finish(struct call *c, CURLcode rc)
{
    struct jm_webhook_sender *s = c->sender;
    struct jm_buf body = {0}, error = {0};
    struct jm_webhook_response r = {
        .status = c->status,
        .timed_out = c->status == 0 && rc == CURLE_OPERATION_TIMEDOUT,
        .refused = c->status == 0 && c->refused && rc == CURLE_COULDNT_CONNECT,
        .retry_after_us = c->status ? c->retry_after_us : -1,
        .duration_us = jm_loop_mono_us(s->loop) - c->started_us,
    };
    if (r.refused)
        jm_buf_fmt(&error, "the address may not be dialled: %s", c->refused);
    else if (c->over)
        jm_buf_str(&error, c->status ? "answer cut at 16 KiB" : "the answer's head is too long");
    else if (rc != CURLE_OK)
        jm_webhook_clean(&error, c->error[0] ? c->error : curl_easy_strerror(rc),
                         strlen(c->error[0] ? c->error : curl_easy_strerror(rc)), 200);
    jm_webhook_clean(&body, c->kept.data, c->kept.len, JM_WEBHOOK_LOG_MAX);
    r.error = jm_buf_cstr(&error);
    r.body = jm_buf_cstr(&body);
    r.body_bytes = body.len;
    unlink_busy(c);
    curl_multi_remove_handle(s->multi, c->easy);
    void (*on_end)(void *, const struct jm_webhook_response *) = c->on_end;
    void *arg = c->arg;
    call_rest(c);
    on_end(arg, &r);
    jm_buf_fini(&body);
    jm_buf_fini(&error);
}

/* --- the multi handle on the loop ----------------------------------------------------------- */

static void reap(struct jm_webhook_sender *s)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(s->multi, &left)) != NULL;) {
        if (m->msg != CURLMSG_DONE)
            continue;
        struct call *c = NULL;
        CURLcode rc = m->data.result; /* `m` dies with the removal of its handle */
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&c);
        finish(c, rc);
    }
}

struct watch {
    struct jm_webhook_sender *sender;
    struct jm_io *io;
    curl_socket_t fd;
};

static void on_ready(int what, void *arg)
{
    const struct watch *w = arg;
    struct jm_webhook_sender *s = w->sender;
    int mask = what == JM_IO_READ ? CURL_CSELECT_IN : CURL_CSELECT_OUT, running;
    curl_multi_socket_action(s->multi, w->fd, mask, &running);
    reap(s);
}

static void on_time(void *arg)
{
    struct jm_webhook_sender *s = arg;
    int running;
    curl_multi_socket_action(s->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    reap(s);
}

static int on_multi_timer(CURLM *multi, long timeout_ms, void *arg)
{
    struct jm_webhook_sender *s = arg;
    (void)multi;
    if (timeout_ms < 0)
        jm_timer_stop(s->timer);
    else
        jm_timer_once(s->timer, timeout_ms);
    return 0;
}

static void watch_free(struct watch *w)
{
    if (!w)
        return;
    jm_io_free(w->io);
    free(w);
}

static struct watch *watch_new(struct jm_webhook_sender *s, curl_socket_t fd)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->sender = s;
    w->fd = fd;
    w->io = jm_io_new(s->loop, fd, on_ready, w);
    if (w->io)
        return w;
    free(w);
    return NULL;
}

static int on_multi_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *sock_arg)
{
    struct jm_webhook_sender *s = arg;
    struct watch *w = sock_arg;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        curl_multi_assign(s->multi, fd, NULL);
        watch_free(w);
        return 0;
    }
    if (!w) {
        w = watch_new(s, fd);
        if (!w)
            return -1;
        curl_multi_assign(s->multi, fd, w);
    }
    int mask = (what & CURL_POLL_IN ? JM_IO_READ : 0) | (what & CURL_POLL_OUT ? JM_IO_WRITE : 0);
    return jm_io_watch(w->io, mask);
}

static int set_multi(struct jm_webhook_sender *s)
{
    return curl_multi_setopt(s->multi, CURLMOPT_SOCKETFUNCTION, on_multi_socket) == CURLM_OK &&
           curl_multi_setopt(s->multi, CURLMOPT_SOCKETDATA, s) == CURLM_OK &&
           curl_multi_setopt(s->multi, CURLMOPT_TIMERFUNCTION, on_multi_timer) == CURLM_OK &&
           curl_multi_setopt(s->multi, CURLMOPT_TIMERDATA, s) == CURLM_OK &&
           curl_multi_setopt(s->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS) == CURLM_OK
               ? 0 : -1;
}

struct jm_webhook_sender *jm_webhook_sender_new(struct jm_loop *loop,
                                                struct jm_webhook_guard *guard,
                                                const struct jm_webhook_options *o,
                                                struct jm_err *err)
{
    const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        !(v->features & CURL_VERSION_ASYNCHDNS)) {
        jm_err_set(err, JM_EIO, "libcurl must resolve names in threads, or it would stop the loop");
        return NULL;
    }
    struct jm_webhook_sender *s = calloc(1, sizeof *s);
    if (!s)
        goto fail;
    s->loop = loop;
    s->guard = guard;
    s->connect_timeout_ms = (long)o->connect_timeout_ms;
    s->total_timeout_ms = (long)o->total_timeout_ms;
    s->ca_file = o->ca_file ? strdup(o->ca_file) : NULL;
    s->timer = jm_timer_new(loop, on_time, s);
    s->multi = curl_multi_init();
    if ((o->ca_file && !s->ca_file) || !s->timer || !s->multi || set_multi(s) != 0)
        goto fail;
    return s;
fail:
    jm_webhook_sender_free(s);
    jm_err_set(err, JM_ENOMEM, "out of memory");
    return NULL;
}

void jm_webhook_sender_free(struct jm_webhook_sender *s)
{
    if (!s)
        return;
    while (s->busy) {
        struct call *c = s->busy;
        unlink_busy(c);
        curl_multi_remove_handle(s->multi, c->easy);
        call_free(c);
    }
    while (s->idle) {
        struct call *c = s->idle;
        s->idle = c->next;
        call_free(c);
    }
    if (s->multi)
        curl_multi_cleanup(s->multi);
    jm_timer_free(s->timer);
    free(s->ca_file);
    free(s);
}
