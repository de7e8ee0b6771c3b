/* answer.c - the bytes of an answer: status line, headers, problem documents (RFC 9457).
 *
 * Pure but for the date. Every answer says what it is and that it is neither to be stored nor to
 * be guessed at; there is no HTML in this server. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jobmatch/bytes.h"

static const struct {
    int status;
    const char *text;
} status_table[] = {
    { 200, "OK" },
    { 201, "Created" },
    { 202, "Accepted" },
    { 204, "No Content" },
    { 207, "Multi-Status" },
    { 303, "See Other" },
    { 304, "Not Modified" },
    { 308, "Permanent Redirect" },
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 406, "Not Acceptable" },
    { 408, "Request Timeout" },
    { 409, "Conflict" },
    { 410, "Gone" },
    { 411, "Length Required" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 415, "Unsupported Media Type" },
    { 417, "Expectation Failed" },
    { 422, "Unprocessable Content" },
    { 428, "Precondition Required" },
    { 429, "Too Many Requests" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 502, "Bad Gateway" },
    { 503, "Service Unavailable" },
    { 504, "Gateway Timeout" },
    { 505, "HTTP Version Not Supported" },
};

const char *jm_http_status_text(int status)
{
    for (size_t i = 0; i < sizeof status_table / sizeof *status_table; i++)
        if (status_table[i].status == status)
            return status_table[i].text;
    return "";
}

/* IMF-fixdate by hand: strftime's names follow the locale. Made once a second. */
const char *http_date(struct jm_http *h)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = (time_t)(jm_wall_us(jm_loop_clock(h->loop)) / 1000000);
    if (now == h->date_second && h->date[0])
        return h->date;
    struct tm tm;
    gmtime_r(&now, &tm);
    struct jm_buf b;
    jm_buf_init(&b);
    jm_buf_fmt(&b, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * tm.tm_wday, tm.tm_mday,
               months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    h->date_second = now;
    h->date[0] = 0;
    strncat(h->date, jm_buf_cstr(&b), sizeof h->date - 1);
    jm_buf_fini(&b);
    return h->date;
}

void http_answer_write(struct jm_buf *out, const struct http_answer *a)
{
    bool bodiless = a->status == 204 || a->status == 304;
    jm_buf_fmt(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", a->status, jm_http_status_text(a->status),
               a->date);
    if (!bodiless)
        jm_buf_fmt(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
                   a->content_type ? a->content_type : "application/json", a->bytes);
    if (!a->has_cache_control)
        jm_buf_str(out, "Cache-Control: no-store\r\n");
    jm_buf_fmt(out, "X-Content-Type-Options: nosniff\r\nX-Request-Id: %s\r\n", a->id);
    if (a->close)
        jm_buf_str(out, "Connection: close\r\n");
    if (a->extra)
        jm_buf_str(out, a->extra);
    jm_buf_str(out, "\r\n");
    if (!bodiless && !a->head_only)
        jm_buf_add(out, a->body, a->bytes);
}

/* As a JSON string; bytes that are no UTF-8 (a detail may quote the client) become '?'. */
static void add_text(struct jm_buf *out, const char *s)
{
    size_t len = strlen(s), bad_at;
    if (jm_utf8_ok(s, len, NULL)) {
        jm_buf_json(out, s, len);
        return;
    }
    char *copy = strdup(s);
    while (copy && !jm_utf8_ok(copy, len, &bad_at))
        copy[bad_at] = '?';
    jm_buf_json(out, copy ? copy : "", copy ? len : 0);
    free(copy);
}

static void add_member(struct jm_buf *out, const char *name, const char *value)
{
    jm_buf_fmt(out, ",\"%s\":", name);
    add_text(out, value);
}

static void add_faults(struct jm_buf *out, const struct jm_http_fault *faults, size_t n)
{
    jm_buf_str(out, ",\"errors\":[");
    for (size_t i = 0; i < n; i++) {
        jm_buf_str(out, i ? ",{\"detail\":" : "{\"detail\":");
        add_text(out, faults[i].detail ? faults[i].detail : "");
        if (faults[i].pointer)
            add_member(out, "pointer", faults[i].pointer);
        jm_buf_ch(out, '}');
    }
    jm_buf_ch(out, ']');
}

void jm_http_problem_json(struct jm_buf *out, int status, const char *slug, const char *title,
                          const char *detail, const char *request_id,
                          const struct jm_http_fault *faults, size_t n)
{
    jm_buf_fmt(out, "{\"type\":\"/problems/%s\"", slug);
    add_member(out, "title", title ? title : jm_http_status_text(status));
    jm_buf_fmt(out, ",\"status\":%d", status);
    if (detail)
        add_member(out, "detail", detail);
    if (request_id)
        add_member(out, "request_id", request_id);
    if (n)
        add_faults(out, faults, n);
    jm_buf_ch(out, '}');
}

void http_refusal_write(struct jm_buf *out, struct jm_http *h, const struct http_refusal *why,
                        const char *id, bool head_only)
{
    struct jm_buf body;
    jm_buf_init(&body);
    jm_http_problem_json(&body, why->status, why->slug, NULL, why->detail, id, NULL, 0);
    struct http_answer a = { .status = why->status,
                             .content_type = "application/problem+json",
                             .body = jm_buf_cstr(&body),
                             .bytes = body.len,
                             .id = id,
                             .extra = why->status == 503 ? "Retry-After: 1\r\n" : NULL,
                             .head_only = head_only,
                             .close = true,
                             .date = http_date(h) };
    http_answer_write(out, &a);
    jm_buf_fini(&body);
}
