/* test_limits.c - what the server does to those who take too much: time, bytes, connections. */
#include "wire.h"

#include <event2/event.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define HOST "Host: x\r\n"

static struct jm_http_options quick(void)
{
    struct jm_http_options o;
    jm_http_options_default(&o);
    o.header_ms = 150;
    o.body_ms = 150;
    o.idle_ms = 150;
    o.request_ms = 150;
    o.write_ms = 150;
    return o;
}

/* Send one byte every 10 ms until the server ends it; the time that took. */
static int64_t drip(struct wire *w, const char *start, struct jm_buf *b)
{
    int fd = dial(w);
    int64_t begin = now_ms();
    jm_buf_clear(b);
    put(w, fd, start);
    while (now_ms() - begin < 3000 && get(w, fd, b, "\r\n\r\n", 10) == GOT_TIMEOUT)
        put(w, fd, "a");
    get(w, fd, b, NULL, 900);
    close(fd);
    return now_ms() - begin;
}

static void a_dripping_head_dies(void **state)
{
    (void)state;
    struct jm_http_options o = quick();
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, &o);
    int64_t ms = drip(&w, "GET / HTTP/1.1\r\nA: ", &b);
    assert_true(ms >= 140 && ms < 1500);
    assert_int_equal(memcmp(jm_buf_cstr(&b), "HTTP/1.1 408 ", 13), 0);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void a_dripping_body_dies(void **state)
{
    (void)state;
    struct jm_http_options o = quick();
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, &o);
    int64_t ms = drip(&w, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9999\r\n\r\n", &b);
    assert_true(ms >= 140 && ms < 1500);
    assert_int_equal(memcmp(jm_buf_cstr(&b), "HTTP/1.1 408 ", 13), 0);
    ms = drip(&w, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfff\r\n", &b);
    assert_true(ms >= 140 && ms < 1500);
    assert_int_equal(memcmp(jm_buf_cstr(&b), "HTTP/1.1 408 ", 13), 0);
    assert_int_equal(w.n_finished, 2);
    assert_int_equal(w.n_requests, 0);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void idle_connections_close_silently(void **state)
{
    (void)state;
    struct jm_http_options o = quick();
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, &o);
    int fd = dial(&w);
    assert_int_equal(get(&w, fd, &b, NULL, 900), GOT_CLOSED);
    assert_int_equal(b.len, 0);
    close(fd);
    wire_stop(&w);
}

static void the_handlers_deadline_answers_and_the_late_reply_is_dropped(void **state)
{
    (void)state;
    struct jm_http_options o = quick();
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, &o);
    int fd = dial(&w);
    put(&w, fd, "GET /hold HTTP/1.1\r\n" HOST "\r\nGET /echo/next HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(get(&w, fd, &b, NULL, 900), GOT_CLOSED);
    assert_int_equal(memcmp(jm_buf_cstr(&b), "HTTP/1.1 503 ", 13), 0);
    assert_non_null(strstr(b.data, "Retry-After: 1\r\n"));
    assert_non_null(strstr(b.data, "/problems/deadline"));
    assert_int_equal(count(&b, "HTTP/1.1 "), 1);
    assert_int_equal(w.last_status, 503);
    assert_true(jm_http_gone(w.held[0]));
    jm_http_reply(w.held[0], 200, NULL, "late", 4);
    turn(&w, 20, NULL, 0);
    assert_int_equal(w.n_finished, 1);
    close(fd);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void who_does_not_read_is_cut_off(void **state)
{
    (void)state;
    struct jm_http_options o = quick();
    struct wire w;
    size_t big = 32 * 1024 * 1024;
    wire_start(&w, &o);
    int fd = dial(&w);
    put(&w, fd, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    turn(&w, 140, &w.n_held, 1);
    jm_http_reply_take(w.held[0], 200, "text/plain", calloc(1, big), big);
    turn(&w, 50, NULL, 0);
    assert_int_equal(jm_http_connections(w.http), 1);
    turn(&w, 400, NULL, 0);
    assert_int_equal(jm_http_connections(w.http), 0);
    close(fd);
    wire_stop(&w);
}

static void too_big_is_413_431_or_414(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf q = { 0 }, b = { 0 };
    wire_start(&w, NULL);
    const char *big = "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2097152\r\n\r\n";
    jm_buf_str(&q, big);
    for (int i = 0; i < 2 * 1024; i++)
        jm_buf_fmt(&q, "%01024d", 0);
    assert_int_equal(ask(&w, q.data, q.len, &b), 413); /* though all 2 MiB were being sent */
    assert_int_equal(ask(&w, big, strlen(big), &b), 413);
    jm_buf_clear(&q);
    jm_buf_str(&q, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 20; i++)
        jm_buf_fmt(&q, "10000\r\n%065536d\r\n", 0);
    assert_int_equal(ask(&w, q.data, q.len, &b), 413);
    jm_buf_clear(&q);
    jm_buf_fmt(&q, "GET / HTTP/1.1\r\n" HOST "A: %09000d\r\n\r\n", 0);
    assert_int_equal(ask(&w, q.data, q.len, &b), 431);
    jm_buf_clear(&q);
    jm_buf_fmt(&q, "GET /%09000d HTTP/1.1\r\n" HOST "\r\n", 0);
    assert_int_equal(ask(&w, q.data, q.len, &b), 414);
    assert_int_equal(w.n_requests, 0);
    jm_buf_fini(&q);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void all_bodies_together_are_bounded(void **state)
{
    (void)state;
    struct jm_http_options o;
    struct wire w;
    struct jm_buf b = { 0 }, q = { 0 };
    jm_http_options_default(&o);
    o.max_body_total_bytes = 3000;
    wire_start(&w, &o);
    jm_buf_fmt(&q, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n%01000d", 0);
    int fds[3];
    for (unsigned i = 0; i < 3; i++) {
        fds[i] = dial(&w);
        put_n(&w, fds[i], q.data, q.len);
        turn(&w, 500, &w.n_held, i + 1);
    }
    assert_int_equal(ask(&w, q.data, q.len, &b), 503);
    assert_non_null(strstr(b.data, "Retry-After: 1\r\n"));
    assert_int_equal(w.n_held, 3);
    jm_http_reply(w.held[0], 204, NULL, NULL, 0);
    turn(&w, 20, NULL, 0);
    int fd = dial(&w);
    put_n(&w, fd, q.data, q.len);
    turn(&w, 500, &w.n_held, 4);
    assert_int_equal(w.n_held, 4);
    for (unsigned i = 1; i < 4; i++)
        jm_http_reply(w.held[i], 204, NULL, NULL, 0);
    for (unsigned i = 0; i < 3; i++)
        close(fds[i]);
    close(fd);
    jm_buf_fini(&q);
    jm_buf_fini(&b);
    wire_stop(&w);
}

/* `first` are let in, one more gets 503, and after one left there is room again. */
static void check_cap(const struct jm_http_options *o, unsigned first)
{
    struct wire w;
    struct jm_buf b = { 0 };
    int fds[16];
    wire_start(&w, o);
    for (unsigned i = 0; i < first; i++)
        fds[i] = dial(&w);
    turn(&w, 30, NULL, 0);
    assert_int_equal(jm_http_connections(w.http), first);
    int extra = dial(&w);
    assert_int_equal(get(&w, extra, &b, NULL, 900), GOT_CLOSED);
    assert_int_equal(memcmp(jm_buf_cstr(&b), "HTTP/1.1 503 ", 13), 0);
    assert_non_null(strstr(b.data, "Retry-After: 1\r\n"));
    close(extra);
    close(fds[0]);
    turn(&w, 30, NULL, 0);
    assert_int_equal(jm_http_connections(w.http), first - 1);
    jm_buf_clear(&b);
    fds[0] = dial(&w);
    put(&w, fds[0], "GET /echo/in HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(get(&w, fds[0], &b, "\r\n\r\nin", 900), GOT_TEXT);
    for (unsigned i = 0; i < first; i++)
        close(fds[i]);
    jm_buf_clear(&b);
    jm_metrics_print(w.metrics, &b);
    assert_non_null(strstr(b.data, "jobmatch_http_refused_total{problem=\"busy\"} 1"));
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void connections_are_capped(void **state)
{
    (void)state;
    struct jm_http_options o;
    jm_http_options_default(&o);
    o.max_connections = 4;
    check_cap(&o, 4);
}

static void connections_are_capped_by_address(void **state)
{
    (void)state;
    struct jm_http_options o;
    jm_http_options_default(&o);
    o.max_connections_per_ip = 3;
    check_cap(&o, 3);
}

/* --- out of descriptors, in a process of its own ---------------------------------------------- */

static int64_t cpu_us(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000LL + u.ru_utime.tv_usec +
           u.ru_stime.tv_usec;
}

static void on_tick(void *arg)
{
    (void)arg; /* only so that the loop looks at the time */
}

/* The server's process: descriptors run out; serve for `ms`, then report through exit codes. */
static void exhausted_server(struct wire *w, int log_fd, int64_t ms)
{
    struct rlimit r;
    int probe = open("/dev/null", O_RDONLY);
    getrlimit(RLIMIT_NOFILE, &r);
    r.rlim_cur = (rlim_t)probe + 5; /* room for five: then the backlog stays full */
    close(probe);
    if (setrlimit(RLIMIT_NOFILE, &r))
        _exit(2);
    jm_log_init(log_fd, JM_LOG_WARN);
    int64_t end = now_ms() + ms, cpu = cpu_us();
    struct jm_timer *tick = jm_timer_new(w->loop, on_tick, NULL);
    jm_timer_every(tick, 20);
    while (now_ms() < end)
        jm_loop_turn(w->loop, true);
    cpu = cpu_us() - cpu;
    jm_timer_free(tick);
    _exit(cpu * 100 > ms * 1000 * 5 ? 3 : 0); /* above 5 % of one processor */
}

static void full_descriptor_table_does_not_spin(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    int log_pipe[2], fds[40], status = 0;
    wire_start(&w, NULL);
    uint16_t port = jm_http_port(w.http);
    assert_int_equal(pipe2(log_pipe, O_CLOEXEC | O_NONBLOCK), 0);
    for (int i = 0; i < 40; i++)
        fds[i] = dial_port(port); /* the kernel accepts them into the backlog */
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        event_reinit(jm_loop_base(w.loop));
        for (int i = 0; i < 40; i++)
            close(fds[i]);
        exhausted_server(&w, log_pipe[1], 900);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    unsigned told = 0;
    for (int i = 0; i < 40; i++) {
        char answer[600] = "";
        if (recv(fds[i], answer, sizeof answer - 1, MSG_DONTWAIT) > 0 &&
            strstr(answer, "503 Service Unavailable"))
            told++;
        close(fds[i]);
    }
    assert_in_range(told, 2, 20); /* one each 100 ms */
    jm_buf_reserve(&b, 65536);
    ssize_t n = read(log_pipe[0], b.data, 65535);
    assert_true(n > 0);
    b.data[n] = 0;
    assert_int_equal(count(&b, "cannot accept"), 1); /* one line a second */
    close(log_pipe[0]);
    close(log_pipe[1]);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void accepting_resumes_when_descriptors_are_back(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    struct rlimit before, tight;
    wire_start(&w, NULL);
    int fd = dial(&w), late = dial(&w);
    getrlimit(RLIMIT_NOFILE, &before);
    tight = before;
    tight.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    turn(&w, 30, NULL, 0);
    assert_int_equal(jm_http_connections(w.http), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    put(&w, late, "GET /echo/in HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(get(&w, late, &b, "\r\n\r\nin", 900), GOT_TEXT);
    close(fd);
    close(late);
    jm_buf_fini(&b);
    wire_stop(&w);
}

/* The processor's time of this thread, in which the loop runs: what others take does not count. */
static double thread_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* While somebody sends the worst heads there are, the loop is never held for long. */
static void hostile_input_does_not_hold_the_loop(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf q = { 0 }, b = { 0 };
    wire_start(&w, NULL);
    jm_buf_str(&q, "GET /");
    for (int i = 0; i < 2600; i++)
        jm_buf_str(&q, i % 3 ? "%41" : "/&a");
    jm_buf_str(&q, "?");
    for (int i = 0; i < 150; i++)
        jm_buf_str(&q, "a&");
    jm_buf_str(&q, " HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    assert_in_range(q.len, 8000, 8192);
    double before = thread_ms();
    for (int i = 0; i < 50; i++)
        assert_int_equal(ask(&w, q.data, q.len, &b), 404);
    assert_true(thread_ms() - before < 50 * 50); /* generous: sanitizers */
    jm_buf_fini(&q);
    jm_buf_fini(&b);
    wire_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dripping_head_dies),
        cmocka_unit_test(a_dripping_body_dies),
        cmocka_unit_test(idle_connections_close_silently),
        cmocka_unit_test(the_handlers_deadline_answers_and_the_late_reply_is_dropped),
        cmocka_unit_test(who_does_not_read_is_cut_off),
        cmocka_unit_test(too_big_is_413_431_or_414),
        cmocka_unit_test(all_bodies_together_are_bounded),
        cmocka_unit_test(connections_are_capped),
        cmocka_unit_test(connections_are_capped_by_address),
        cmocka_unit_test(full_descriptor_table_does_not_spin),
        cmocka_unit_test(accepting_resumes_when_descriptors_are_back),
        cmocka_unit_test(hostile_input_does_not_hold_the_loop),
    };
    return cmocka_run_group_tests_name("http limits", tests, NULL, NULL) != 0;
}
