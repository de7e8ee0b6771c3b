/* test_sender.c - the sender against the real receiver at its worst, and against bad names.
 *
 * getaddrinfo() below stands in for the system's (libcurl calls this one), so that names can be
 * slow or change their address between two look-ups. Only 127.0.0.0/8 is ever dialled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>

#include "jobmatch/buf.h"
#include "jobmatch/loop.h"
#include "receiver_process.h"
#include "webhook/sender.h"

static atomic_uint lookups;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **res)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
        (int (*)(const char *, const char *, const struct addrinfo *,
                 struct addrinfo **))dlsym(RTLD_NEXT, "getaddrinfo");
    unsigned n = atomic_fetch_add(&lookups, 1);
    if (node && strcmp(node, "slow.test") == 0) {
        sleep(2);
        return EAI_AGAIN;
    }
    if (node && strcmp(node, "rebind.test") == 0)
        node = n % 2 ? "127.0.0.1" : "127.0.0.2";
    if (node && strcmp(node, "inside.test") == 0)
        node = "127.0.0.1";
    if (node && strcmp(node, "nowhere.test") == 0)
        return EAI_NONAME;
    return real(node, service, hints, res);
}

static struct jm_loop *loop;
static struct receiver receiver;

static int group_setup(void **state)
{
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1", 1); /* must never be used */
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    loop = jm_loop_new(&jm_clock_system, NULL, NULL);
    receiver_start(&receiver, "127.0.0.1", 0, NULL, NULL);
    return loop ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    receiver_stop(&receiver);
    jm_loop_free(loop);
    return 0;
}

struct got {
    unsigned ended, ok;
    int status;
    bool timed_out, refused;
    int64_t retry_after_us, duration_us;
    size_t body_bytes;
    char error[256];
};

static void on_end(void *arg, const struct jm_webhook_response *r)
{
    struct got *g = arg;
    g->ended++;
    g->ok += r->status == 200;
    g->status = r->status;
    g->timed_out = r->timed_out;
    g->refused = r->refused;
    g->retry_after_us = r->retry_after_us;
    g->duration_us = r->duration_us;
    g->body_bytes = r->body_bytes;
    snprintf(g->error, sizeof g->error, "%s", r->error);
}

static struct jm_webhook_sender *sender(struct jm_webhook_guard *g, int64_t connect_ms,
                                        int64_t total_ms)
{
    struct jm_webhook_options o = {.connect_timeout_ms = connect_ms, .total_timeout_ms = total_ms};
    struct jm_webhook_sender *s = jm_webhook_sender_new(loop, g, &o, NULL);
    assert_non_null(s);
    return s;
}

static void post(struct jm_webhook_sender *s, const char *url, struct got *g)
{
    struct jm_webhook_request r = {url, "evt_1", 1795334400, "v1,x", "{\"type\":\"t\"}", 12};
    assert_int_equal(jm_webhook_sender_post(s, &r, on_end, g, NULL), 0);
}

static void run_until(struct got *g, unsigned ended)
{
    while (g->ended < ended)
        assert_int_equal(jm_loop_turn(loop, true), 0);
}

static struct got fetch(struct jm_webhook_sender *s, const char *host, int port, const char *path)
{
    struct got g = {0};
    char url[256];
    snprintf(url, sizeof url, "http://%s:%d%s", host, port, path);
    post(s, url, &g);
    run_until(&g, 1);
    return g;
}

/* What each misbehaviour gives. Those that must time out have 700 ms in all; the others as long as
 * a busy machine may need for thousands of small writes. */
static const struct {
    const char *mode;
    int status;
    bool timed_out;
    const char *error; /* "" none; otherwise a part of it */
    int64_t retry_after_s; /* -1: not said; -2: 95 to 100 */
} zoo[] = {
    {"status/200", 200, 0, "", -1},       {"status/204", 204, 0, "", -1},
    {"status/404", 404, 0, "", -1},       {"status/410", 410, 0, "", -1},
    {"status/500", 500, 0, "", -1},       {"redirect", 301, 0, "", -1},
    {"retry-after/7", 429, 0, "", 7},     {"retry-after/1000000000000", 429, 0, "", 86400},
    {"retry-date/100", 429, 0, "", -2},   {"retry-date/-100", 429, 0, "", 0},
    {"slow/50", 200, 0, "", -1},          {"never", 0, 1, "timed out", -1},
    {"drip", 0, 1, "timed out", -1},      {"huge", 200, 0, "cut at 16 KiB", -1},
    {"bighead", 0, 0, "head is too long", -1}, {"flood", 0, 0, "head is too long", -1},
    {"gzip", 200, 0, "", -1},             {"badchunk", 200, 0, "", -3},
    {"reset", 0, 0, "", -1},              {"resetbody", 200, 0, "", -3},
    {"close", 200, 0, "", -1},            {"close", 200, 0, "", -1},
    {"unknown", 404, 0, "", -1},
};

static void meets_the_zoo(void **state)
{
    (void)state;
    struct jm_webhook_guard *guard = jm_webhook_guard_new("127.0.0.1", false, NULL);
    struct jm_webhook_sender *hasty = sender(guard, 500, 700), *patient = sender(guard, 5000, 20000);
    for (size_t i = 0; i < sizeof zoo / sizeof *zoo; i++) {
        char path[64];
        snprintf(path, sizeof path, "/zoo/%s", zoo[i].mode);
        struct got g = fetch(zoo[i].timed_out ? hasty : patient, "127.0.0.1", receiver.port, path);
        if (g.status != zoo[i].status || g.timed_out != zoo[i].timed_out || g.refused ||
            !strstr(g.error, zoo[i].error) || (zoo[i].timed_out && g.duration_us > 900000) ||
            g.body_bytes > JM_WEBHOOK_LOG_MAX)
            fail_msg("%s: status %d, timeout %d, refused %d, \"%s\", %lld us, %zu bytes",
                     zoo[i].mode, g.status, g.timed_out, g.refused, g.error,
                     (long long)g.duration_us, g.body_bytes);
        if (zoo[i].retry_after_s >= -1)
            assert_int_equal(g.retry_after_us, zoo[i].retry_after_s < 0 ? -1
                                                   : zoo[i].retry_after_s * 1000000);
        else if (zoo[i].retry_after_s == -2)
            assert_in_range(g.retry_after_us, 95000000, 100000000);
    }
    jm_webhook_sender_free(hasty);
    jm_webhook_sender_free(patient);
    jm_webhook_guard_free(guard);
}

static void many_at_once(void **state)
{
    (void)state;
    struct jm_webhook_guard *guard = jm_webhook_guard_new("127.0.0.1", false, NULL);
    struct jm_webhook_sender *s = sender(guard, 3000, 5000);
    struct got g = {0};
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/zoo/status/200", receiver.port);
    for (unsigned round = 1; round <= 4; round++) {
        for (int i = 0; i < 64; i++)
            post(s, url, &g);
        run_until(&g, round * 64);
    }
    assert_int_equal(g.ok, 256);
    jm_webhook_sender_free(s);
    jm_webhook_guard_free(guard);
}

static void freed_with_calls_under_way(void **state)
{
    (void)state;
    struct jm_webhook_guard *guard = jm_webhook_guard_new("127.0.0.1", false, NULL);
    struct jm_webhook_sender *s = sender(guard, 3000, 5000);
    struct got g = {0};
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/zoo/never", receiver.port);
    for (int i = 0; i < 8; i++)
        post(s, url, &g);
    for (int i = 0; i < 10; i++)
        jm_loop_turn(loop, false);
    jm_webhook_sender_free(s);
    assert_int_equal(g.ended, 0);
    jm_webhook_guard_free(guard);
}

static int listener(const char *address, int *port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
    socklen_t len = sizeof sa;
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, address, &sa.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    assert_int_equal(listen(fd, 512), 0);
    getsockname(fd, (struct sockaddr *)&sa, &len);
    *port = ntohs(sa.sin_port);
    return fd;
}

static unsigned connections(int fd)
{
    unsigned n = 0;
    for (int c; (c = accept(fd, NULL, NULL)) >= 0; n++)
        close(c);
    return n;
}

static void never_dials_inside(void **state)
{
    (void)state;
    static const char *const hosts[] = {"127.0.0.1", "localhost", "inside.test", "127.1", "0.0.0.0",
                                        "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]"};
    struct jm_webhook_guard *guard = jm_webhook_guard_new("", true, NULL);
    struct jm_webhook_sender *s = sender(guard, 500, 700);
    int port = 0, fd = listener("127.0.0.1", &port);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct got g = fetch(s, hosts[i], port, "/");
        assert_int_equal(g.status, 0);
        if (!g.refused || !strstr(g.error, "may not be dialled"))
            fail_msg("%s: \"%s\"", hosts[i], g.error);
    }
    assert_int_equal(connections(fd), 0);
    struct got g = fetch(s, "nowhere.test", port, "/");
    assert_true(g.status == 0 && !g.refused && !g.timed_out && g.error[0]);
    close(fd);
    jm_webhook_sender_free(s);
    jm_webhook_guard_free(guard);
}

/* A name that alternates between an allowed and a forbidden address: the forbidden one is never
 * reached. Nothing is kept alive (mode close), so every request dials anew. */
static void rebinding_reaches_nothing(void **state)
{
    (void)state;
    struct receiver outside = {0};
    receiver_start(&outside, "127.0.0.2", 0, NULL, "close");
    int port = outside.port, fd = listener("127.0.0.1", &port);
    unsigned refused = 0, ok = 0;
    for (int i = 0; i < 100; i++) { /* a new sender each time: libcurl caches names */
        struct jm_webhook_guard *guard = jm_webhook_guard_new("127.0.0.2", true, NULL);
        struct jm_webhook_sender *s = sender(guard, 500, 700);
        struct got g = fetch(s, "rebind.test", port, "/");
        refused += g.refused;
        ok += g.status == 200;
        jm_webhook_sender_free(s);
        jm_webhook_guard_free(guard);
    }
    assert_int_equal(connections(fd), 0);
    assert_int_equal(refused + ok, 100);
    assert_true(refused >= 40 && ok >= 40);
    close(fd);
    receiver_kill(&outside);
    unlink(outside.log);
}

static void slow_names_do_not_hold_the_loop(void **state)
{
    (void)state;
    struct jm_webhook_guard *guard = jm_webhook_guard_new("127.0.0.1", true, NULL);
    struct jm_webhook_sender *s = sender(guard, 300, 700);
    struct got slow = {0};
    post(s, "http://slow.test/", &slow);
    struct got quick = fetch(s, "127.0.0.1", receiver.port, "/zoo/status/200");
    assert_int_equal(quick.status, 200);
    assert_int_equal(slow.ended, 0);
    run_until(&slow, 1);
    assert_true(slow.timed_out);
    assert_in_range(slow.duration_us, 250000, 600000);
    assert_true(jm_loop_hold_us(loop) < 100000);
    jm_webhook_sender_free(s);
    jm_webhook_guard_free(guard);
    sleep(2); /* let the resolver's thread end, for the leak checkers */
}

static void cleans_text(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        size_t bytes, max;
        const char *want;
    } t[] = {
        {"plain", 5, 100, "plain"},           {"plain", 5, 3, "pla"},
        {"a\0b", 3, 100, "a\xef\xbf\xbd" "b"}, {"\xff\xfe", 2, 100, "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xc3\xa4\xc3", 3, 100, "\xc3\xa4\xef\xbf\xbd"}, {"\xc3\xa4", 2, 1, ""},
        {"ab\xff", 3, 4, "ab"},               {"", 0, 10, ""},
    };
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct jm_buf out = {0};
        jm_webhook_clean(&out, t[i].in, t[i].bytes, t[i].max);
        assert_string_equal(jm_buf_cstr(&out), t[i].want);
        jm_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meets_the_zoo),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(freed_with_calls_under_way),
        cmocka_unit_test(never_dials_inside),
        cmocka_unit_test(rebinding_reaches_nothing),
        cmocka_unit_test(slow_names_do_not_hold_the_loop),
        cmocka_unit_test(cleans_text),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
