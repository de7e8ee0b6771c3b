/* guard.c - request heads, read strictly.  See guard.h.
 *
 * Two passes. The scan runs over bytes as they come and only knows lines: it finds the blank line,
 * bounds the size and refuses what is hopeless early, so that garbage does not occupy a connection
 * until its deadline. The parse then sees one complete head whose lines all end with CRLF and
 * hold no control characters. It is a plain splitter and a table of the fields we care about. */
#include "guard.h"

#include <string.h>
#include <strings.h>

static int refuse(struct http_refusal *why, int status, const char *slug, const char *detail)
{
    *why = (struct http_refusal){ .status = status, .slug = slug, .detail = detail };
    return -1;
}

static int bad_head(struct http_refusal *why, const char *detail)
{
    return refuse(why, 400, "bad-head", detail);
}

/* --- scan ------------------------------------------------------------------------------------- */

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t') || c == 0x7f;
}

static int too_long(const struct http_scan *s, struct http_refusal *why)
{
    if (!s->has_line)
        return refuse(why, 414, "uri-too-long", "the request line is longer than is read here");
    return refuse(why, 431, "header-too-large", "the headers are longer than is read here");
}

/* The byte at s->at ends or begins a line wrongly, or is fine (0). */
static int judge(const struct http_scan *s, const char *bytes, struct http_refusal *why)
{
    unsigned char c = (unsigned char)bytes[s->at];
    bool after_cr = s->at > s->line && bytes[s->at - 1] == '\r';
    if (after_cr && c != '\n')
        return bad_head(why, "a CR without its LF");
    if (c == '\n')
        return after_cr ? 0 : bad_head(why, "a LF without its CR: lines end with both");
    if (c == '\r')
        return 0;
    if (is_control(c))
        return bad_head(why, "a control character in the request head");
    if (s->at == s->line && (c == ' ' || c == '\t'))
        return bad_head(why, "a line that begins with a blank: headers are not folded here");
    return 0;
}

enum http_read http_head_scan(struct http_scan *s, const char *bytes, size_t len, size_t max_bytes,
                              struct http_refusal *why)
{
    for (; s->at < len; s->at++) {
        if (s->at >= max_bytes) {
            too_long(s, why);
            return HTTP_REFUSED;
        }
        if (judge(s, bytes, why))
            return HTTP_REFUSED;
        if (bytes[s->at] != '\n')
            continue;
        bool empty = s->at == s->line + 1;
        if (empty && !s->has_line) {
            bad_head(why, "an empty line where the request line should be");
            return HTTP_REFUSED;
        }
        s->line = s->at + 1;
        s->has_line = true;
        if (empty) {
            s->at++;
            return HTTP_DONE;
        }
    }
    return HTTP_MORE;
}

/* --- small classes of characters -------------------------------------------------------------- */

static bool is_token(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (!c || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return len > 0;
}

static bool is_digits(const char *s)
{
    return *s && strspn(s, "0123456789") == strlen(s);
}

/* uri-host [":" port]: a name, an IPv4 address or a bracketed IPv6 address. */
static bool is_host(const char *s)
{
    size_t n;
    if (*s == '[') {
        n = 1 + strspn(s + 1, "0123456789abcdefABCDEF:.");
        if (n < 3 || s[n++] != ']')
            return false;
    } else {
        n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~");
    }
    if (!n)
        return false;
    if (!s[n])
        return true;
    return s[n] == ':' && is_digits(s + n + 1) && strlen(s + n + 1) <= 5;
}

/* Does the comma-separated list hold this token? */
static bool list_has(const char *list, const char *token)
{
    size_t len = strlen(token);
    while (*list) {
        list += strspn(list, " \t,");
        size_t n = strcspn(list, " \t,");
        if (n == len && !strncasecmp(list, token, n))
            return true;
        list += n;
    }
    return false;
}

/* --- request line ----------------------------------------------------------------------------- */

static int parse_version(struct http_head *h, const char *v, struct http_refusal *why)
{
    bool shaped = !strncmp(v, "HTTP/", 5) && strspn(v + 5, "0123456789") == 1 && v[6] == '.' &&
                  strspn(v + 7, "0123456789") == 1 && !v[8];
    if (!shaped)
        return bad_head(why, "the request line does not end with an HTTP version");
    if (v[5] != '1' || v[7] > '1')
        return refuse(why, 505, "version-unknown", "this server speaks HTTP/1.1 and HTTP/1.0");
    h->minor = (unsigned)(v[7] - '0');
    return 0;
}

/* "http://host/path" to "/path"; *authority gets the host, which must equal the Host field. */
static int cut_authority(char **target, char **authority, struct http_refusal *why)
{
    size_t scheme = !strncasecmp(*target, "http://", 7) ? 7 : 8;
    if (scheme == 8 && strncasecmp(*target, "https://", 8))
        return bad_head(why, "the request target is neither a path nor an http address");
    char *host = *target + scheme;
    char *path = host + strcspn(host, "/?");
    if (*path != '/')
        return bad_head(why, "an address as request target needs a path, at least '/'");
    /* the host moves to the front, over the scheme, to make room for its NUL */
    size_t len = (size_t)(path - host);
    *authority = memmove(*target, host, len);
    (*authority)[len] = 0;
    *target = path;
    return 0;
}

static int parse_target(struct http_head *h, char *target, char **authority,
                        struct http_refusal *why)
{
    for (const char *p = target; *p; p++)
        if ((unsigned char)*p <= 0x20 || (unsigned char)*p >= 0x7f || *p == '#' || *p == '\\')
            return bad_head(why, "the request target holds a character that must be %-encoded");
    bool star = !strcmp(target, "*") && h->method == JM_OPTIONS;
    if (*target != '/' && !star && cut_authority(&target, authority, why))
        return -1;
    h->path = target;
    h->query = strchr(target, '?');
    if (h->query)
        *h->query++ = 0;
    return 0;
}

static int parse_request_line(struct http_head *h, char *line, char **authority,
                              struct http_refusal *why)
{
    char *target = strchr(line, ' ');
    char *version = target ? strchr(target + 1, ' ') : NULL;
    if (!version || strchr(version + 1, ' ') || strchr(line, '\t'))
        return bad_head(why, "the request line is not method, target and version, one space between");
    *target++ = 0;
    *version++ = 0;
    if (!is_token(line, strlen(line)) || !*target)
        return bad_head(why, "the request line has no method or no target");
    if (parse_version(h, version, why))
        return -1;
    int method = jm_http_method_parse(line, strlen(line));
    if (method < 0)
        return refuse(why, 501, "method-unknown", "this server does not know that method");
    h->method = (enum jm_http_method)method;
    return parse_target(h, target, authority, why);
}

/* --- fields ----------------------------------------------------------------------------------- */

static int parse_field(struct http_head *h, char *line, struct http_refusal *why)
{
    char *colon = strchr(line, ':');
    if (!colon)
        return bad_head(why, "a header line without a colon");
    if (!is_token(line, (size_t)(colon - line)))
        return bad_head(why, "a header name that is no token (a blank before the colon?)");
    if (h->n_fields == HTTP_MAX_FIELDS)
        return refuse(why, 431, "header-too-large", "more than 100 header lines");
    *colon = 0;
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t len = strlen(value);
    while (len && (value[len - 1] == ' ' || value[len - 1] == '\t'))
        len--;
    value[len] = 0;
    h->fields[h->n_fields++] = (struct http_field){ .name = line, .value = value };
    return 0;
}

static int on_length(struct http_head *h, const char *value, struct http_refusal *why)
{
    if (!is_digits(value) || strlen(value) > 18)
        return bad_head(why, "Content-Length is not a plain number");
    h->content_length = 0;
    for (; *value; value++)
        h->content_length = h->content_length * 10 + (*value - '0');
    return 0;
}

static int on_coding(struct http_head *h, const char *value, struct http_refusal *why)
{
    if (strcasecmp(value, "chunked"))
        return bad_head(why, "Transfer-Encoding is not exactly: chunked");
    if (h->minor == 0)
        return bad_head(why, "Transfer-Encoding in an HTTP/1.0 request");
    h->chunked = true;
    return 0;
}

static int on_host(struct http_head *h, const char *value, struct http_refusal *why)
{
    (void)h;
    return is_host(value) ? 0 : bad_head(why, "Host is not a host name with an optional port");
}

static int on_expect(struct http_head *h, const char *value, struct http_refusal *why)
{
    if (strcasecmp(value, "100-continue"))
        return refuse(why, 417, "expectation-failed", "only Expect: 100-continue is known");
    h->expects_continue = h->minor > 0;
    return 0;
}

/* What may occur only once, and who looks at its value. */
static const struct once {
    const char *name;
    int (*on_value)(struct http_head *h, const char *value, struct http_refusal *why);
    const char *twice;
} once_table[] = {
    { "host", on_host, "more than one Host" },
    { "content-length", on_length, "more than one Content-Length" },
    { "transfer-encoding", on_coding, "more than one Transfer-Encoding" },
    { "expect", on_expect, "more than one Expect" },
    { "content-type", NULL, "more than one Content-Type" },
    { "authorization", NULL, "more than one Authorization" },
};
enum { N_ONCE = sizeof once_table / sizeof *once_table };

static int check_fields(struct http_head *h, struct http_refusal *why)
{
    bool seen[N_ONCE] = { false };
    for (size_t i = 0; i < h->n_fields; i++) {
        const struct http_field *f = &h->fields[i];
        if (!strcasecmp(f->name, "connection"))
            h->wants_close |= list_has(f->value, "close");
        for (size_t k = 0; k < N_ONCE; k++) {
            if (strcasecmp(f->name, once_table[k].name))
                continue;
            if (seen[k])
                return bad_head(why, once_table[k].twice);
            seen[k] = true;
            if (once_table[k].on_value && once_table[k].on_value(h, f->value, why))
                return -1;
        }
    }
    return 0;
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool takes_body(enum jm_http_method m)
{
    return m == JM_POST || m == JM_PUT || m == JM_PATCH;
}

static int check_whole(const struct http_head *h, const char *authority, struct http_refusal *why)
{
    const char *host = http_head_field(h, "host");
    if (h->minor > 0 && !host)
        return bad_head(why, "HTTP/1.1 needs a Host header");
    if (authority && (!is_host(authority) || (host && strcasecmp(host, authority))))
        return bad_head(why, "the address in the request line and Host disagree");
    if (h->chunked && h->content_length >= 0)
        return bad_head(why, "both Content-Length and Transfer-Encoding");
    if (!takes_body(h->method) && (h->chunked || h->content_length > 0))
        return bad_head(why, "this method takes no body");
    if ((h->method == JM_PUT || h->method == JM_PATCH) && !h->chunked && h->content_length < 0)
        return refuse(why, 411, "length-required", "PUT and PATCH need Content-Length or chunked");
    return 0;
}

/* Cut off the next line of a scanned head and return it; NULL at the blank one. */
static char *next_line(char **at)
{
    char *line = *at;
    char *end = strchr(line, '\r');
    *end = 0;
    *at = end + 2;
    return end == line ? NULL : line;
}

int http_head_parse(struct http_head *h, char *bytes, size_t len, struct http_refusal *why)
{
    struct http_scan s = { 0 };
    enum http_read scanned = http_head_scan(&s, bytes, len, SIZE_MAX, why);
    if (scanned == HTTP_REFUSED)
        return -1;
    if (scanned == HTTP_MORE || s.at != len)
        return bad_head(why, "not exactly one head");
    memset(h, 0, sizeof *h);
    h->content_length = -1;
    char *authority = NULL, *at = bytes;
    if (parse_request_line(h, next_line(&at), &authority, why))
        return -1;
    for (char *line; (line = next_line(&at));)
        if (parse_field(h, line, why))
            return -1;
    if (check_fields(h, why) || check_whole(h, authority, why))
        return -1;
    h->wants_close |= h->minor == 0;
    return 0;
}

const char *http_head_field(const struct http_head *h, const char *name)
{
    for (size_t i = 0; i < h->n_fields; i++)
        if (!strcasecmp(h->fields[i].name, name))
            return h->fields[i].value;
    return NULL;
}

static const char *const method_names[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
                                            "OPTIONS" };
enum { N_METHODS = sizeof method_names / sizeof *method_names };

const char *jm_http_method_name(enum jm_http_method m)
{
    return method_names[m];
}

int jm_http_method_parse(const char *name, size_t len)
{
    for (int i = 0; i < N_METHODS; i++)
        if (strlen(method_names[i]) == len && !memcmp(method_names[i], name, len))
            return i;
    return -1;
}
