/* test_guard.c - the strict readers by table: heads, chunks, addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/guard.h"
#include "jobmatch/arena.h"
#include "jobmatch/buf.h"

#define N(a) (sizeof(a) / sizeof *(a))
#define HOST "Host: x\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"
/* a literal with its length, since some hold a NUL */
#define B(s) s, sizeof(s) - 1

static const struct {
    const char *bytes;
    size_t len;
    int status;
} attacks[] = {
    /* where does this request end? */
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n" CHUNKED "\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST CHUNKED "Content-Length: 5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 4\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: -5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 5 5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 5.0\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: five\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length : 5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length\t: 5\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \"chunked\"\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \x0b" "chunked\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunk\xc5\xb1\r\n\r\n"), 400 },
    { B("POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n chunked\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"), 400 },
    { B("HEAD / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"), 400 },
    { B("DELETE / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"), 400 },
    { B("OPTIONS / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"), 400 },
    { B("PUT / HTTP/1.1\r\n" HOST "\r\n"), 411 },
    { B("PATCH / HTTP/1.1\r\n" HOST "\r\n"), 411 },
    /* where does this line end? */
    { B("GET / HTTP/1.1\n" HOST "\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost: x\r\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "A: b\r\n folded\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "A: b\r\n\tfolded\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n Host: x\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n"), 400 },
    { B("GET /\0 HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "A: \x1b[2J\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "A: \x7f\r\n\r\n"), 400 },
    { B("\r\nGET / HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B(" GET / HTTP/1.1\r\n" HOST "\r\n"), 400 },
    /* what is this header? */
    { B("GET / HTTP/1.1\r\n" HOST "NoColon\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST ": empty\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "A B: c\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "A(b): c\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "\xc3\xa9: c\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "Authorization: a\r\nAuthorization: b\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "Content-Type: a\r\ncontent-type: b\r\n\r\n"), 400 },
    { B("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nExpect: a-miracle\r\n\r\n"), 417 },
    /* for whom is it? */
    { B("GET / HTTP/1.1\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST "Host: y\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"), 400 },
    { B("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"), 400 },
    { B("GET http://y/ HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET http://x HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET http:///a HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET ftp://x/ HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET x HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET * HTTP/1.1\r\n" HOST "\r\n"), 400 },
    /* request lines */
    { B("GET  / HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET /  HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET / HTTP/1.1 \r\n" HOST "\r\n"), 400 },
    { B("GET\t/\tHTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET /a b HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET /#a HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET /\\a HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET /\r\n\r\n"), 400 },
    { B("GET / http/1.1\r\n" HOST "\r\n"), 400 },
    { B("GET / HTTP/1.10\r\n" HOST "\r\n"), 400 },
    { B("GET / HTTP/1\r\n" HOST "\r\n"), 400 },
    { B("GET / HTTP/1.2\r\n" HOST "\r\n"), 505 },
    { B("GET / HTTP/2.0\r\n" HOST "\r\n"), 505 },
    { B("PRI * HTTP/2.0\r\n\r\n"), 505 },
    { B("FOO / HTTP/1.1\r\n" HOST "\r\n"), 501 },
    { B("get / HTTP/1.1\r\n" HOST "\r\n"), 501 },
    { B("CONNECT x:1 HTTP/1.1\r\n" HOST "\r\n"), 501 },
    { B("TRACE / HTTP/1.1\r\n" HOST "\r\n"), 501 },
    { B("G=T / HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("G\"T / HTTP/1.1\r\n" HOST "\r\n"), 400 },
    { B("\x16\x03\x01\x02\x00\x01\x00\x01\xfc"), 400 }, /* TLS on the plain port */
};

/* As the server does: scan, then parse a copy. `step` bytes a time. 0: accepted, -1: unfinished. */
static int read_head(const char *bytes, size_t len, size_t step, size_t max, struct http_head *h,
                     char **copy)
{
    struct http_scan s = { 0 };
    struct http_refusal why = { 0 };
    enum http_read got = HTTP_MORE;
    *copy = NULL;
    for (size_t seen = 0; seen < len && got == HTTP_MORE;) {
        seen = seen + step < len ? seen + step : len;
        got = http_head_scan(&s, bytes, seen, max, &why);
    }
    if (got == HTTP_MORE)
        return -1;
    if (got == HTTP_DONE) {
        *copy = strndup(bytes, s.at);
        assert_non_null(*copy);
        if (http_head_parse(h, *copy, s.at, &why) == 0)
            return 0;
    }
    assert_non_null(why.slug);
    assert_true(why.detail && strlen(why.detail) > 8);
    return why.status;
}

static void refuses_every_attack(void **state)
{
    (void)state;
    struct http_head h;
    char *copy;
    assert_true(N(attacks) >= 40);
    for (size_t i = 0; i < N(attacks); i++) {
        for (size_t step = 1; step <= attacks[i].len; step += attacks[i].len - 1) {
            int status = read_head(attacks[i].bytes, attacks[i].len, step, 8192, &h, &copy);
            free(copy);
            if (status != attacks[i].status)
                fail_msg("attack %zu (%.40s...): %d instead of %d", i, attacks[i].bytes, status,
                         attacks[i].status);
        }
    }
}

static const struct {
    const char *bytes, *path, *query;
    enum jm_http_method method;
    int64_t length;
    bool chunked, close;
} fine[] = {
    { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "/", NULL, JM_GET, -1, false, false },
    { "GET /a?b=c&d HTTP/1.1\r\nhost:x:80\r\n\r\n", "/a", "b=c&d", JM_GET, -1, false, false },
    { "GET / HTTP/1.0\r\n\r\n", "/", NULL, JM_GET, -1, false, true },
    { "POST / HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 5\r\n\r\n", "/", NULL, JM_POST, 5 },
    { "POST / HTTP/1.1\r\nHost: x\r\n\r\n", "/", NULL, JM_POST, -1 },
    { "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n", "/", NULL, JM_PUT, -1,
      true },
    { "DELETE / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "/", NULL, JM_DELETE, 0 },
    { "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "*", NULL, JM_OPTIONS, -1 },
    { "PATCH /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: keep-alive, Close\r\n\r\n",
      "/a", NULL, JM_PATCH, 0, false, true },
    { "HEAD http://X:80/a?b HTTP/1.1\r\nHost: x:80\r\n\r\n", "/a", "b", JM_HEAD, -1 },
    { "GET / HTTP/1.1\r\nHost: x\r\nA:\r\nB: \t c d \t\r\nB: e\r\nC: \xe9\r\n\r\n", "/", NULL,
      JM_GET, -1 },
};

static void accepts_what_is_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(fine); i++) {
        struct http_head h;
        char *copy;
        int status = read_head(fine[i].bytes, strlen(fine[i].bytes), 1, 8192, &h, &copy);
        if (status)
            fail_msg("%s: refused with %d", fine[i].bytes, status);
        assert_string_equal(h.path, fine[i].path);
        if (fine[i].query)
            assert_string_equal(h.query, fine[i].query);
        else
            assert_null(h.query);
        assert_int_equal(h.method, fine[i].method);
        assert_int_equal(h.content_length, fine[i].length);
        assert_int_equal(h.chunked, fine[i].chunked);
        assert_int_equal(h.wants_close, fine[i].close);
        free(copy);
    }
}

static void trims_values_and_finds_the_first(void **state)
{
    (void)state;
    struct http_head h;
    char *copy;
    const char *bytes = fine[N(fine) - 1].bytes;
    assert_int_equal(read_head(bytes, strlen(bytes), 7, 8192, &h, &copy), 0);
    assert_string_equal(http_head_field(&h, "a"), "");
    assert_string_equal(http_head_field(&h, "b"), "c d");
    assert_string_equal(http_head_field(&h, "C"), "\xe9");
    assert_null(http_head_field(&h, "d"));
    free(copy);
}

static void bounds_sizes(void **state)
{
    (void)state;
    static char bytes[10000];
    struct http_head h;
    char *copy;
    memset(bytes, 'a', sizeof bytes);
    memcpy(bytes, "GET /", 5);
    assert_int_equal(read_head(bytes, 8192, 8192, 8192, &h, &copy), -1); /* may still end */
    assert_int_equal(read_head(bytes, 8193, 8193, 8192, &h, &copy), 414);
    memcpy(bytes, "GET / HTTP/1.1\r\nHost: x\r\nA: ", 28);
    assert_int_equal(read_head(bytes, 8193, 8193, 8192, &h, &copy), 431);
    memcpy(bytes + 8188, "\r\n\r\n", 4);
    assert_int_equal(read_head(bytes, 8192, 8192, 8192, &h, &copy), 0); /* exactly full */
    free(copy);
}

static void bounds_the_number_of_fields(void **state)
{
    (void)state;
    struct http_head h;
    char *copy;
    struct jm_buf b = { 0 };
    jm_buf_str(&b, "GET / HTTP/1.1\r\nHost: x\r\n");
    for (int i = 1; i < HTTP_MAX_FIELDS; i++)
        jm_buf_str(&b, "A: b\r\n");
    size_t full = b.len;
    jm_buf_str(&b, "\r\n");
    assert_int_equal(read_head(b.data, b.len, b.len, 8192, &h, &copy), 0);
    free(copy);
    b.len = full;
    jm_buf_str(&b, "A: b\r\n\r\n");
    assert_int_equal(read_head(b.data, b.len, b.len, 8192, &h, &copy), 431);
    free(copy);
    jm_buf_fini(&b);
}

static void stops_at_the_end_of_a_head(void **state)
{
    (void)state;
    struct http_scan s = { 0 };
    struct http_refusal why;
    const char *two = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /\n\n\0";
    assert_int_equal(http_head_scan(&s, two, strlen(two), 8192, &why), HTTP_DONE);
    assert_int_equal(s.at, 27);
}

/* --- chunks ----------------------------------------------------------------------------------- */

static const struct {
    const char *in;
    enum http_read got;
    const char *body; /* or, refused, the status */
    int status;
} chunk_cases[] = {
    { "5\r\nhello\r\n0\r\n\r\n", HTTP_DONE, "hello", 0 },
    { "0005\r\nhello\r\n000\r\n\r\n", HTTP_DONE, "hello", 0 },
    { "a\r\n0123456789\r\nB\r\nabcdefghijk\r\n0\r\n\r\nGET", HTTP_DONE,
      "0123456789abcdefghijk", 0 },
    { "0\r\n\r\n", HTTP_DONE, "", 0 },
    { "5\r\nhel", HTTP_MORE, "hel", 0 },
    { "5", HTTP_MORE, "", 0 },
    { "0x5\r\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "+5\r\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "-5\r\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { " 5\r\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "5 \r\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "5;a=b\r\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "5;\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "5\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "5\rxhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "\r\n5\r\nhello\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "5\r\nhello0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "5\r\nhello\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "5\r\nhello!\r\n0\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "123456789\r\n", HTTP_REFUSED, NULL, 400 },
    { "ffffffff\r\nx", HTTP_REFUSED, NULL, 413 },
    { "15\r\n012345678901234567890\r\n1\r\nx", HTTP_REFUSED, NULL, 413 },
    { "0\r\nTrailer: x\r\n\r\n", HTTP_REFUSED, NULL, 400 },
    { "0\r\n\n", HTTP_REFUSED, NULL, 400 },
    { "0\r\n\rX", HTTP_REFUSED, NULL, 400 },
};

static void decodes_chunks_in_any_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(chunk_cases); i++) {
        for (size_t step = 1; step < 8; step++) {
            struct http_chunks c = { 0 };
            struct http_refusal why = { 0 };
            struct jm_buf body = { 0 };
            enum http_read got = HTTP_MORE;
            size_t at = 0, len = strlen(chunk_cases[i].in);
            while (at < len && got == HTTP_MORE) {
                size_t n = at + step < len ? step : len - at, used;
                got = http_chunks_feed(&c, chunk_cases[i].in + at, n, &used, &body, 21, &why);
                assert_true(used <= n);
                at += used;
            }
            assert_true(body.len <= 21);
            if (chunk_cases[i].status) {
                assert_int_equal(got, HTTP_REFUSED);
                assert_int_equal(why.status, chunk_cases[i].status);
            } else {
                assert_int_equal(got, chunk_cases[i].got);
                assert_string_equal(jm_buf_cstr(&body), chunk_cases[i].body);
            }
            if (got == HTTP_DONE)
                assert_memory_equal(chunk_cases[i].in + at - 2, "\r\n", 2);
            jm_buf_fini(&body);
        }
    }
}

/* --- addresses -------------------------------------------------------------------------------- */

static void cuts_before_it_decodes(void **state)
{
    (void)state;
    struct jm_arena a;
    struct http_uri u;
    struct http_refusal why;
    jm_arena_init(&a, 0);
    const char *path = "/v1/jobs/a%2Fb/%C3%A9+/", *query = "q=a+b%26&x&=y&q=2";
    assert_int_equal(http_uri_parse(&u, path, query, &a, &why), 0);
    assert_int_equal(u.n_segments, 5);
    assert_string_equal(u.segments[0], "v1");
    assert_string_equal(u.segments[2], "a/b");
    assert_string_equal(u.segments[3], "\xc3\xa9+");
    assert_string_equal(u.segments[4], "");
    assert_int_equal(u.n_params, 4);
    assert_string_equal(u.params[0].name, "q");
    assert_string_equal(u.params[0].value, "a b&");
    assert_string_equal(u.params[1].value, "");
    assert_string_equal(u.params[2].name, "");
    assert_int_equal(http_uri_parse(&u, "/", NULL, &a, &why), 0);
    assert_int_equal(u.n_segments, 0);
    jm_arena_fini(&a);
}

static void refuses_addresses_that_decode_badly(void **state)
{
    (void)state;
    static const char *const bad[] = { "/%00", "/a%0ab", "/%7f", "/%", "/%4", "/%zz", "/%ff",
                                       "/%c0%80", "/%ed%a0%80", "/%+1" };
    struct jm_arena a;
    struct http_uri u;
    jm_arena_init(&a, 0);
    for (size_t i = 0; i < N(bad); i++) {
        struct http_refusal why = { 0 };
        assert_int_equal(http_uri_parse(&u, bad[i], NULL, &a, &why), -1);
        assert_int_equal(why.status, 400);
        assert_int_equal(http_uri_parse(&u, "/", bad[i], &a, &why), -1);
    }
    jm_arena_fini(&a);
}

static void without_memory_an_address_is_503(void **state)
{
    (void)state;
    struct jm_arena a;
    struct http_uri u;
    struct http_refusal why = { 0 };
    jm_arena_init(&a, 1);
    assert_int_equal(http_uri_parse(&u, "/some/longer/path/than/that", "a=b", &a, &why), -1);
    assert_int_equal(why.status, 503);
    jm_arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_every_attack),
        cmocka_unit_test(accepts_what_is_right),
        cmocka_unit_test(trims_values_and_finds_the_first),
        cmocka_unit_test(bounds_sizes),
        cmocka_unit_test(bounds_the_number_of_fields),
        cmocka_unit_test(stops_at_the_end_of_a_head),
        cmocka_unit_test(decodes_chunks_in_any_cut),
        cmocka_unit_test(cuts_before_it_decodes),
        cmocka_unit_test(refuses_addresses_that_decode_badly),
        cmocka_unit_test(without_memory_an_address_is_503),
    };
    return cmocka_run_group_tests_name("http guard", tests, NULL, NULL) != 0;
}
