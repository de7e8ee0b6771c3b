/* guard.c - where a webhook may go: the URL at registration, the address at the moment of dialling.
 *
 * The URL is taken apart by libcurl's own parser, the one that will dial it, so two parsers can
 * never disagree about the host. On top of that only the plain spelling is accepted: what stands
 * behind `scheme://` must be exactly the host that libcurl read, so `0x7f.1`, `127.1`, `%31`,
 * user names, backslashes and missing slashes fall out without a list of tricks.
 *
 * A name can point anywhere tomorrow. What protects us is jm_webhook_guard_address() on the very
 * sockaddr that is connected, for every new connection. */
#include "jobmatch/webhook.h"

#include <curl/curl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "address.h"
#include "jobmatch/clock.h"

enum { MAX_ALLOW = 64, MAX_OWN = 256 };
#define OWN_FRESH_US INT64_C(10000000)

struct jm_webhook_guard {
    bool allow_http;
    struct jm_cidr allow[MAX_ALLOW];
    size_t n_allow;
    struct jm_address own[MAX_OWN];
    size_t n_own;
    int64_t own_read_us; /* 0: never */
};

struct jm_webhook_guard *jm_webhook_guard_new(const char *allow, bool allow_http,
                                              struct jm_err *err)
{
    struct jm_webhook_guard *g = calloc(1, sizeof *g);
    if (!g) {
        jm_err_set(err, JM_ENOMEM, "out of memory");
        return NULL;
    }
    g->allow_http = allow_http;
    for (const char *p = allow ? allow : "";;) {
        p += strspn(p, ", \t");
        size_t n = strcspn(p, ", \t");
        if (n == 0)
            return g;
        if (g->n_allow == MAX_ALLOW)
            jm_err_set(err, JM_ELIMIT, "at most %d address ranges", MAX_ALLOW);
        else if (jm_cidr_parse(&g->allow[g->n_allow], p, n, err) == 0) {
            g->n_allow++;
            p += n;
            continue;
        }
        free(g);
        return NULL;
    }
}

void jm_webhook_guard_free(struct jm_webhook_guard *g)
{
    free(g);
}

static bool allowed(const struct jm_webhook_guard *g, const struct jm_address *a)
{
    for (size_t i = 0; i < g->n_allow; i++)
        if (jm_cidr_has(&g->allow[i], a))
            return true;
    return false;
}

/* --- the address ------------------------------------------------------------------------- */

/* If the list cannot be read the old one stays: the table of address.c does not depend on it. */
static void read_own(struct jm_webhook_guard *g, int64_t now_us)
{
    struct ifaddrs *list;
    g->own_read_us = now_us;
    if (getifaddrs(&list) != 0)
        return;
    g->n_own = 0;
    for (struct ifaddrs *i = list; i && g->n_own < MAX_OWN; i = i->ifa_next) {
        if (!i->ifa_addr)
            continue;
        size_t bytes = i->ifa_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                          : sizeof(struct sockaddr_in);
        if (jm_address_of(&g->own[g->n_own], i->ifa_addr, bytes))
            g->n_own++;
    }
    freeifaddrs(list);
}

const char *jm_webhook_guard_address(struct jm_webhook_guard *g, const struct sockaddr *sa,
                                     size_t bytes)
{
    struct jm_address a;
    if (!jm_address_of(&a, sa, bytes))
        return "unknown family";
    if (allowed(g, &a))
        return NULL;
    const char *class = jm_address_class(&a);
    if (class)
        return class;
    int64_t now_us = jm_mono_us(&jm_clock_system);
    if (g->own_read_us == 0 || now_us - g->own_read_us > OWN_FRESH_US)
        read_own(g, now_us);
    for (size_t i = 0; i < g->n_own; i++)
        if (jm_address_equal(&g->own[i], &a))
            return "own address";
    return NULL;
}

/* --- the URL ----------------------------------------------------------------------------- */

struct parts {
    char *scheme, *host, *port, *user, *password;
};

static void parts_fini(struct parts *p)
{
    curl_free(p->scheme);
    curl_free(p->host);
    curl_free(p->port);
    curl_free(p->user);
    curl_free(p->password);
}

static int split(struct parts *p, const char *url, struct jm_err *err)
{
    memset(p, 0, sizeof *p);
    CURLU *u = curl_url();
    if (!u)
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    CURLUcode rc = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    if (rc == CURLUE_OK)
        rc = curl_url_get(u, CURLUPART_SCHEME, &p->scheme, 0);
    if (rc == CURLUE_OK)
        rc = curl_url_get(u, CURLUPART_HOST, &p->host, 0);
    if (rc == CURLUE_OK)
        rc = curl_url_get(u, CURLUPART_PORT, &p->port, CURLU_DEFAULT_PORT);
    curl_url_get(u, CURLUPART_USER, &p->user, 0);
    curl_url_get(u, CURLUPART_PASSWORD, &p->password, 0);
    curl_url_cleanup(u);
    return rc == CURLUE_OK ? 0 : jm_err_set(err, JM_EINVAL, "this is not a URL: %s",
                                            curl_url_strerror(rc));
}

static int check_characters(const char *url, struct jm_err *err)
{
    size_t n = strnlen(url, JM_WEBHOOK_URL_MAX + 1);
    if (n > JM_WEBHOOK_URL_MAX)
        return jm_err_set(err, JM_ELIMIT, "a URL has at most %d bytes", JM_WEBHOOK_URL_MAX);
    for (size_t i = 0; i < n; i++)
        if (url[i] <= ' ' || url[i] >= 0x7f || strchr("\\\"<>^`{|}", url[i]))
            return jm_err_set(err, JM_EINVAL,
                              "byte %zu of the URL must be percent-encoded (host: punycode)", i);
    return 0;
}

/* The text behind `://` is the host as libcurl understood it, then a port, a path or the end. */
static bool plainly_spelled(const char *url, const struct parts *p)
{
    size_t scheme = strlen(p->scheme), host = strlen(p->host);
    if (strncasecmp(url, p->scheme, scheme) != 0 || strncmp(url + scheme, "://", 3) != 0)
        return false;
    const char *rest = url + scheme + 3;
    return host > 0 && strncasecmp(rest, p->host, host) == 0 &&
           (rest[host] == '\0' || strchr(":/?", rest[host]));
}

/* 1: an address; 0: a name; -1: neither, such as 127.1 or 1.2.3.4.5. */
static int host_kind(const char *host, struct jm_address *a)
{
    char inner[64];
    size_t n = strlen(host);
    if (host[0] == '[') {
        if (n < 3 || n - 2 >= sizeof inner || host[n - 1] != ']')
            return -1;
        memcpy(inner, host + 1, n - 2);
        inner[n - 2] = '\0';
        return jm_address_parse(a, inner) ? 1 : -1;
    }
    if (jm_address_parse(a, host))
        return 1;
    while (n > 0 && host[n - 1] == '.')
        n--;
    size_t last = n;
    while (last > 0 && host[last - 1] != '.')
        last--;
    bool name = n > 0 && n <= 253 && last < n && !strchr("0123456789", host[last]);
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    return name && strspn(host, letters) == strlen(host) ? 0 : -1;
}

static int check_port(const struct jm_webhook_guard *g, const char *port, struct jm_err *err)
{
    if (strcmp(port, "443") == 0 || strcmp(port, "8443") == 0 ||
        (g->allow_http && strcmp(port, "80") == 0))
        return 0;
    return jm_err_set(err, JM_EINVAL, "port %s is not allowed: use 443 or 8443%s", port,
                      g->allow_http ? ", or 80 for http" : "");
}

static int check_parts(const struct jm_webhook_guard *g, const char *url, const struct parts *p,
                       struct jm_err *err)
{
    bool https = strcasecmp(p->scheme, "https") == 0;
    if (!https && strcasecmp(p->scheme, "http") != 0)
        return jm_err_set(err, JM_EINVAL, "the URL must start with https://");
    if (p->user || p->password)
        return jm_err_set(err, JM_EINVAL, "the URL must not hold a user name or password");
    if (strchr(url, '#')) /* also an empty one, which libcurl does not report */
        return jm_err_set(err, JM_EINVAL, "the URL must not have a fragment (#)");
    struct jm_address a;
    int kind = host_kind(p->host, &a);
    if (kind < 0 || !plainly_spelled(url, p))
        return jm_err_set(err, JM_EINVAL, "write the host as a plain name or address");
    if (kind == 1 && allowed(g, &a))
        return 0;
    if (!https && !g->allow_http)
        return jm_err_set(err, JM_EINVAL, "plain http is not allowed: use https://");
    const char *class = kind == 1 ? jm_address_class(&a) : NULL;
    if (class)
        return jm_err_set(err, JM_EDENIED, "%s is not a public address (%s)", p->host, class);
    return check_port(g, p->port, err);
}

int jm_webhook_guard_url(const struct jm_webhook_guard *g, const char *url, struct jm_err *err)
{
    struct parts p;
    if (check_characters(url, err) != 0)
        return -1;
    int rc = split(&p, url, err);
    if (rc == 0)
        rc = check_parts(g, url, &p, err);
    parts_fini(&p);
    return rc;
}
