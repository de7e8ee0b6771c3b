/* test_http.c - the server on the wire: requests, answers, pipelining, late answers, drain. */
#include "wire.h"

#define HOST "Host: x\r\n"

static void answers_and_keeps_the_connection(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "GET /echo/one HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(get(&w, fd, &b, "\r\n\r\none", 900), GOT_TEXT);
    assert_non_null(strstr(b.data, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(b.data, "\r\nContent-Type: text/plain\r\n"));
    assert_non_null(strstr(b.data, "\r\nContent-Length: 3\r\n"));
    assert_non_null(strstr(b.data, "\r\nCache-Control: no-store\r\n"));
    assert_non_null(strstr(b.data, "\r\nX-Content-Type-Options: nosniff\r\n"));
    assert_non_null(strstr(b.data, " GMT\r\n"));
    assert_null(strstr(b.data, "Connection: close"));
    put(&w, fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");
    assert_int_equal(get(&w, fd, &b, "\r\n\r\nhello", 900), GOT_TEXT);
    close(fd);
    turn(&w, 50, NULL, 0);
    assert_int_equal(w.n_finished, 2);
    assert_int_equal(jm_http_connections(w.http), 0);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void every_method_reaches_the_handler(void **state)
{
    (void)state;
    static const char *const names[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
    struct wire w;
    struct jm_buf b = { 0 }, q = { 0 };
    wire_start(&w, NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char mark[40];
        snprintf(mark, sizeof mark, "X-Method: %s\r\n", names[i]);
        jm_buf_clear(&q);
        jm_buf_fmt(&q, "%s /echo HTTP/1.1\r\n" HOST, names[i]);
        jm_buf_str(&q, "Content-Length: 0\r\nConnection: close\r\n\r\n");
        assert_int_equal(ask(&w, q.data, q.len, &b), 200);
        assert_non_null(strstr(b.data, mark));
        assert_non_null(strstr(b.data, "\r\nConnection: close\r\n"));
    }
    jm_buf_fini(&b);
    jm_buf_fini(&q);
    wire_stop(&w);
}

static void head_gets_headers_only(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    const char *q = "HEAD /echo/four HTTP/1.1\r\n" HOST "\r\nGET /echo/x HTTP/1.0\r\n\r\n";
    wire_start(&w, NULL);
    assert_int_equal(ask(&w, q, strlen(q), &b), 200);
    assert_non_null(strstr(b.data, "Content-Length: 4\r\n"));
    assert_null(strstr(b.data, "four"));
    assert_int_equal(count(&b, "HTTP/1.1 200 OK"), 2);
    assert_string_equal(b.data + b.len - 5, "\r\n\r\nx");
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf q = { 0 }, b = { 0 };
    wire_start(&w, NULL);
    for (int i = 0; i < 200; i++)
        jm_buf_fmt(&q, "POST /echo/%c HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\n%03d",
                   'a' + i % 26, i);
    jm_buf_str(&q, "GET /echo/last HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    assert_int_equal(ask(&w, q.data, q.len, &b), 200);
    assert_int_equal(w.n_requests, 201);
    const char *at = b.data;
    for (int i = 0; i < 200; i++) {
        char mark[16];
        snprintf(mark, sizeof mark, "\r\n\r\n%03d", i);
        at = strstr(at, mark);
        assert_non_null(at);
    }
    jm_buf_fini(&q);
    jm_buf_fini(&b);
    wire_stop(&w);
}

/* The second must wait for the first even if its answer would be ready. */
static void a_held_request_holds_its_pipeline(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "GET /hold/1 HTTP/1.1\r\n" HOST "\r\nGET /echo/2 HTTP/1.1\r\n" HOST "\r\n");
    turn(&w, 200, &w.n_held, 1);
    turn(&w, 30, NULL, 0);
    assert_string_equal(w.seen_order, "1");
    assert_int_equal(jm_http_in_flight(w.http), 1);
    jm_http_reply(w.held[0], 200, NULL, "{}", 2);
    assert_int_equal(jm_http_in_flight(w.http), 0);
    assert_int_equal(get(&w, fd, &b, "\r\n\r\n2", 900), GOT_TEXT);
    assert_true(strstr(b.data, "{}") < strstr(b.data, "\r\n\r\n2"));
    assert_non_null(strstr(b.data, "Content-Type: application/json\r\n"));
    assert_string_equal(w.seen_order, "12");
    close(fd);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void chunked_bodies_arrive_whole(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, NULL);
    int fd = dial(&w);
    const char *q = "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
                    "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /echo/next HTTP/1.1\r\n" HOST "\r\n";
    for (const char *p = q; *p; p++)
        put_n(&w, fd, p, 1);
    assert_int_equal(get(&w, fd, &b, "\r\n\r\nnext", 900), GOT_TEXT);
    assert_non_null(strstr(b.data, "\r\n\r\nhello world"));
    close(fd);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void expect_100_is_answered_before_the_body(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(get(&w, fd, &b, "HTTP/1.1 100 Continue\r\n\r\n", 900), GOT_TEXT);
    assert_int_equal(w.n_requests, 0);
    put(&w, fd, "ok");
    assert_int_equal(get(&w, fd, &b, "\r\n\r\nok", 900), GOT_TEXT);
    close(fd);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void on_head_refuses_before_the_body(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, NULL);
    w.refuse_above = 10;
    const char *q = "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 500000\r\n"
                    "Expect: 100-continue\r\n\r\n";
    assert_int_equal(ask(&w, q, strlen(q), &b), 401);
    assert_non_null(strstr(b.data, "Connection: close\r\n"));
    assert_null(strstr(b.data, "100 Continue"));
    assert_int_equal(w.n_requests, 0);
    assert_int_equal(w.n_finished, 1);
    assert_int_equal(w.last_status, 401);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void problems_name_field_and_request(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "GET /hold HTTP/1.1\r\n" HOST "X-Request-Id: my-1.a_b\r\n\r\n");
    turn(&w, 500, &w.n_held, 1);
    assert_string_equal(jm_http_id(w.held[0]), "my-1.a_b");
    assert_string_equal(jm_http_peer(w.held[0]), "127.0.0.1");
    jm_http_problem(w.held[0], 422, "invalid", NULL, "must be a \"number\" \xff", "#/salary/min");
    assert_int_equal(get(&w, fd, &b, "}]}", 900), GOT_TEXT);
    assert_non_null(strstr(b.data, "Content-Type: application/problem+json\r\n"));
    assert_non_null(strstr(b.data, "X-Request-Id: my-1.a_b\r\n"));
    assert_non_null(strstr(b.data,
        "{\"type\":\"/problems/invalid\",\"title\":\"Unprocessable Content\",\"status\":422,"
        "\"detail\":\"must be a \\\"number\\\" ?\",\"request_id\":\"my-1.a_b\",\"errors\":"
        "[{\"detail\":\"must be a \\\"number\\\" ?\",\"pointer\":\"#/salary/min\"}]}"));
    close(fd);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void a_strange_request_id_is_replaced(void **state)
{
    (void)state;
    struct wire w;
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "GET /hold HTTP/1.1\r\n" HOST "X-Request-Id: a\"b level=error\r\n\r\n");
    turn(&w, 500, &w.n_held, 1);
    assert_int_equal(strlen(jm_http_id(w.held[0])), 16);
    assert_int_equal(strspn(jm_http_id(w.held[0]), "0123456789abcdef"), 16);
    jm_http_reply(w.held[0], 204, NULL, NULL, 0);
    close(fd);
    wire_stop(&w);
}

static void response_headers_cannot_be_split(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "GET /hold?a=b HTTP/1.1\r\n" HOST "\r\n");
    turn(&w, 500, &w.n_held, 1);
    struct jm_http_req *r = w.held[0];
    assert_string_equal(jm_http_query(r, "a"), "b");
    assert_null(jm_http_query(r, "b"));
    jm_http_set_header(r, "X-Bad", "a\r\nSet-Cookie: b");
    jm_http_set_header(r, "Content-Length", "7");
    jm_http_set_header(r, "Cache-Control", "max-age=5");
    jm_http_set_header(r, "ETag", "\"7\"");
    jm_http_reply(r, 204, NULL, NULL, 0);
    assert_int_equal(get(&w, fd, &b, "\r\n\r\n", 900), GOT_TEXT);
    assert_null(strstr(b.data, "X-Bad"));
    assert_null(strstr(b.data, "Cookie"));
    assert_null(strstr(b.data, "Content-Length"));
    assert_null(strstr(b.data, "no-store"));
    assert_non_null(strstr(b.data, "Cache-Control: max-age=5\r\n"));
    assert_non_null(strstr(b.data, "ETag: \"7\"\r\n"));
    close(fd);
    jm_buf_fini(&b);
    wire_stop(&w);
}

/* Guard violations on the wire: problem+json, close, and nothing behind them runs. */
static void violations_close_and_drop_the_rest(void **state)
{
    (void)state;
    static const struct { const char *head; int status; } bad[] = {
        { "POST /echo/a HTTP/1.1\r\n" HOST
          "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
        { "POST /echo/a HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 5\r\n\r\n", 400 },
        { "POST /echo/a HTTP/1.1\r\n" HOST "Content-Length : 4\r\n\r\n", 400 },
        { "HEAD /echo/a HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\n", 400 },
        { "POST /echo/a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n", 400 },
        { "PUT /echo/a HTTP/1.1\r\n" HOST "\r\n", 411 },
        { "GET /echo/%00 HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "FOO /echo/a HTTP/1.1\r\n" HOST "\r\n", 501 },
        { "GET /echo/a HTTP/3.0\r\n" HOST "\r\n", 505 },
        { "GET /echo/a HTTP/1.1\n" HOST "\r\n", 400 },
    };
    struct wire w;
    struct jm_buf b = { 0 }, q = { 0 };
    wire_start(&w, NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        jm_buf_clear(&q);
        jm_buf_fmt(&q, "%sGET /echo/smuggled HTTP/1.1\r\n" HOST "\r\n", bad[i].head);
        assert_int_equal(ask(&w, q.data, q.len, &b), bad[i].status);
        assert_non_null(strstr(b.data, "Content-Type: application/problem+json\r\n"));
        assert_non_null(strstr(b.data, "Connection: close\r\n"));
        assert_int_equal(count(&b, "\r\nDate: "), 1);
        assert_null(strstr(b.data, "smuggled"));
    }
    assert_int_equal(w.n_requests, 0);
    jm_buf_fini(&b);
    jm_buf_fini(&q);
    wire_stop(&w);
}

static void an_answer_to_a_client_that_left_is_dropped(void **state)
{
    (void)state;
    struct wire w;
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    turn(&w, 500, &w.n_held, 1);
    assert_false(jm_http_gone(w.held[0]));
    struct linger reset = { 1, 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    turn(&w, 500, &w.n_finished, 1);
    assert_int_equal(w.last_status, 499);
    assert_true(jm_http_gone(w.held[0]));
    assert_int_equal(jm_http_connections(w.http), 0);
    assert_int_equal(jm_http_in_flight(w.http), 1);
    jm_http_set_header(w.held[0], "ETag", "\"1\"");
    jm_http_reply(w.held[0], 200, NULL, "late", 4);
    assert_int_equal(jm_http_in_flight(w.http), 0);
    turn(&w, 20, NULL, 0);
    assert_int_equal(w.n_finished, 1);
    wire_stop(&w);
}

static void half_closed_clients_get_their_answer(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    shutdown(fd, SHUT_WR);
    turn(&w, 500, &w.n_held, 1);
    turn(&w, 30, NULL, 0);
    assert_false(jm_http_gone(w.held[0]));
    jm_http_reply(w.held[0], 200, NULL, "{\"ok\":1}", 8);
    assert_int_equal(get(&w, fd, &b, NULL, 900), GOT_CLOSED);
    assert_non_null(strstr(b.data, "{\"ok\":1}"));
    close(fd);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void unanswered_requests_die_with_the_server(void **state)
{
    (void)state;
    struct wire w;
    wire_start(&w, NULL);
    int fd = dial(&w);
    put(&w, fd, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab");
    turn(&w, 500, &w.n_held, 1);
    assert_int_equal(w.n_held, 1);
    jm_http_free(w.http);
    w.http = NULL;
    assert_int_equal(w.last_status, 499);
    close(fd);
    wire_stop(&w);
}

static void is_idle(void *arg)
{
    ++*(unsigned *)arg;
}

static void drain_finishes_what_is_under_way(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    unsigned idle = 0;
    wire_start(&w, NULL);
    int sleeping = dial(&w), busy = dial(&w);
    uint16_t port = jm_http_port(w.http);
    put(&w, busy, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    turn(&w, 500, &w.n_held, 1);
    jm_http_drain(w.http, is_idle, &idle);
    assert_int_equal(get(&w, sleeping, &b, NULL, 900), GOT_CLOSED);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int refused = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(refused, (struct sockaddr *)&a, sizeof a), -1);
    assert_int_equal(idle, 0);
    jm_http_reply(w.held[0], 200, "text/plain", "bye", 3);
    assert_int_equal(get(&w, busy, &b, NULL, 900), GOT_CLOSED);
    assert_non_null(strstr(b.data, "Connection: close\r\n"));
    assert_non_null(strstr(b.data, "\r\n\r\nbye"));
    close(busy);
    turn(&w, 500, &idle, 1);
    turn(&w, 20, NULL, 0);
    assert_int_equal(idle, 1);
    close(sleeping);
    close(refused);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void drain_of_an_idle_server_ends_at_once(void **state)
{
    (void)state;
    struct wire w;
    unsigned idle = 0;
    wire_start(&w, NULL);
    jm_http_drain(w.http, is_idle, &idle);
    assert_int_equal(idle, 0); /* never from inside the call */
    jm_loop_turn(w.loop, false);
    assert_int_equal(idle, 1);
    wire_stop(&w);
}

static void big_answers_reach_slow_readers(void **state)
{
    (void)state;
    struct wire w;
    struct jm_buf b = { 0 };
    size_t big = 8 * 1024 * 1024;
    char *body = malloc(big);
    wire_start(&w, NULL);
    memset(body, 'z', big);
    int fd = dial(&w);
    put(&w, fd, "GET /hold HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    turn(&w, 500, &w.n_held, 1);
    jm_http_reply_take(w.held[0], 200, "text/plain", body, big);
    turn(&w, 100, NULL, 0);
    assert_int_equal(jm_http_connections(w.http), 1);
    assert_int_equal(get(&w, fd, &b, NULL, 5000), GOT_CLOSED);
    assert_true(b.len > big);
    assert_int_equal(b.data[b.len - 1], 'z');
    close(fd);
    jm_buf_fini(&b);
    wire_stop(&w);
}

static void inherited_sockets_listen(void **state)
{
    (void)state;
    struct wire w;
    struct jm_err err = { 0 };
    struct jm_buf b = { 0 };
    struct sockaddr_in a = { .sin_family = AF_INET };
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    wire_start(&w, NULL);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(jm_http_listen_fd(w.http, fd, &err), -1);
    assert_int_equal(err.code, JM_EINVAL);
    assert_int_equal(listen(fd, 5), 0);
    jm_err_clear(&err);
    assert_int_equal(jm_http_listen_fd(w.http, fd, &err), 0);
    assert_int_equal(jm_http_listen(w.http, "localhost", 0, &err), -1);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    int client = dial_port(ntohs(a.sin_port));
    put(&w, client, "GET /echo/in HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(get(&w, client, &b, "\r\n\r\nin", 900), GOT_TEXT);
    close(client);
    jm_buf_fini(&b);
    wire_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_keeps_the_connection),
        cmocka_unit_test(every_method_reaches_the_handler),
        cmocka_unit_test(head_gets_headers_only),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(a_held_request_holds_its_pipeline),
        cmocka_unit_test(chunked_bodies_arrive_whole),
        cmocka_unit_test(expect_100_is_answered_before_the_body),
        cmocka_unit_test(on_head_refuses_before_the_body),
        cmocka_unit_test(problems_name_field_and_request),
        cmocka_unit_test(a_strange_request_id_is_replaced),
        cmocka_unit_test(response_headers_cannot_be_split),
        cmocka_unit_test(violations_close_and_drop_the_rest),
        cmocka_unit_test(an_answer_to_a_client_that_left_is_dropped),
        cmocka_unit_test(half_closed_clients_get_their_answer),
        cmocka_unit_test(unanswered_requests_die_with_the_server),
        cmocka_unit_test(drain_finishes_what_is_under_way),
        cmocka_unit_test(drain_of_an_idle_server_ends_at_once),
        cmocka_unit_test(big_answers_reach_slow_readers),
        cmocka_unit_test(inherited_sockets_listen),
    };
    return cmocka_run_group_tests_name("http server", tests, NULL, NULL) != 0;
}
