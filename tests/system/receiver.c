/* receiver.c - a small webhook receiver for the demo and the tests, good and bad at will.
 *
 *   receiver [--address IP] [--port N] [--secret whsec_...] [--secret-file FILE] [--log FILE]
 *            [--mode MODE] [--with-parent]
 *
 * It prints `listening 127.0.0.1:PORT`, then a line for each event that came:
 *   received evt_... match.created job=... signature ok
 * The secret file is read again for every request, so it may appear later, and may hold several
 * secrets, one a line. --log appends the id of each event that was answered with 2xx, one a line,
 * before the answer goes out. A wrong signature is answered 401.
 *
 * MODE, or a path /zoo/MODE in the request, says how to misbehave:
 *   status/NNN  redirect  retry-after/S  retry-date/S  slow/MS  never  drip  huge  bighead  flood
 *   gzip  badchunk  reset  resetbody  close
 * One thread a connection and blocking sockets: it is a tool for loopback, not a server. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "jobmatch/buf.h"
#include "jobmatch/webhook.h"

enum { HEAD_MAX = 64 * 1024, BODY_MAX = 1024 * 1024, TOLERANCE_S = 300 };

struct options {
    const char *address, *secret, *secret_file, *mode;
    int log_fd;
    int port;
};
static struct options opt = {.address = "127.0.0.1", .mode = "status/200", .log_fd = -1};

struct request {
    char path[256], id[JM_WEBHOOK_ID_MAX + 1], signature[1024];
    long long timestamp_s;
    size_t length;
    char *body;
};

/* --- reading ---------------------------------------------------------------------------------- */

static int send_all(int fd, const void *data, size_t bytes)
{
    const char *p = data;
    while (bytes > 0) {
        ssize_t n = send(fd, p, bytes, MSG_NOSIGNAL);
        if (n <= 0)
            return -1;
        p += n;
        bytes -= (size_t)n;
    }
    return 0;
}

static void header(struct request *r, const char *line)
{
    if (strncasecmp(line, "content-length:", 15) == 0)
        r->length = strtoul(line + 15, NULL, 10);
    else if (strncasecmp(line, "webhook-timestamp:", 18) == 0)
        r->timestamp_s = strtoll(line + 18, NULL, 10);
    else if (strncasecmp(line, "webhook-id: ", 12) == 0)
        snprintf(r->id, sizeof r->id, "%s", line + 12);
    else if (strncasecmp(line, "webhook-signature: ", 19) == 0)
        snprintf(r->signature, sizeof r->signature, "%s", line + 19);
}

static void parse_head(struct request *r, char *head)
{
    char *rest = head;
    char *line = strsep(&rest, "\n");
    sscanf(line, "POST %255s", r->path);
    while ((line = strsep(&rest, "\n")) != NULL) {
        line[strcspn(line, "\r")] = '\0';
        header(r, line);
    }
}

/* 0: a request is in `r`, its body in r->body; `in` keeps what came after it. -1: no more. */
static int read_request(int fd, struct jm_buf *in, struct request *r)
{
    char *end;
    memset(r, 0, sizeof *r);
    while (!in->data || !(end = memmem(in->data, in->len, "\r\n\r\n", 4))) {
        char piece[4096];
        ssize_t n = in->len < HEAD_MAX ? recv(fd, piece, sizeof piece, 0) : 0;
        if (n <= 0)
            return -1;
        jm_buf_add(in, piece, (size_t)n);
    }
    *end = '\0';
    size_t head = (size_t)(end - in->data) + 4;
    parse_head(r, in->data);
    if (r->length > BODY_MAX || !(r->body = malloc(r->length + 1)))
        return -1;
    size_t have = in->len - head < r->length ? in->len - head : r->length;
    memcpy(r->body, in->data + head, have);
    memmove(in->data, in->data + head + have, in->len - head - have);
    in->len -= head + have;
    while (have < r->length) {
        ssize_t n = recv(fd, r->body + have, r->length - have, 0);
        if (n <= 0)
            return -1;
        have += (size_t)n;
    }
    return 0;
}

/* --- verifying and saying --------------------------------------------------------------------- */

/* 1: fits; 0: does not; -1: there is no secret yet. */
static int fits(const char *text, const struct request *r)
{
    struct jm_webhook_secret secret;
    if (jm_webhook_secret_parse(&secret, text, NULL) != 0)
        return -1;
    return jm_webhook_verify(&secret, r->signature, r->id, r->timestamp_s, time(NULL), TOLERANCE_S,
                             r->body, r->length);
}

static int verify(const struct request *r)
{
    int best = opt.secret ? fits(opt.secret, r) : -1;
    FILE *f = opt.secret_file ? fopen(opt.secret_file, "re") : NULL;
    char line[256];
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\r\n")] = '\0';
        int one = fits(line, r);
        best = one > best ? one : best;
    }
    if (f)
        fclose(f);
    return best;
}

/* A plain value, or the `source/id` of an object that has both. NULL: neither. */
static char *value_text(const json_t *value)
{
    const char *source = json_string_value(json_object_get(value, "source"));
    const char *id = json_string_value(json_object_get(value, "id"));
    json_t *both = source && id ? json_sprintf("%s/%s", source, id) : NULL;
    char *text = NULL;
    if (both)
        text = json_dumps(both, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    else if (json_is_string(value) || json_is_number(value))
        text = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    json_decref(both);
    return text;
}

/* The type, and what `data` says in short: thin events hold ids, scores and a link only. */
static void describe(struct jm_buf *out, const struct request *r)
{
    json_t *doc = json_loadb(r->body, r->length, 0, NULL);
    const char *type = json_string_value(json_object_get(doc, "type"));
    const char *key;
    json_t *value;
    jm_buf_fmt(out, " %s", type ? type : "(no type)");
    json_object_foreach(json_object_get(doc, "data"), key, value) {
        char *text = strcmp(key, "link") != 0 ? value_text(value) : NULL;
        if (text && out->len < 400)
            jm_buf_fmt(out, " %s=%s", key, text);
        free(text);
    }
    json_decref(doc);
}

static void say(const struct request *r, int ok)
{
    struct jm_buf line = {0};
    jm_buf_fmt(&line, "received %s", r->id);
    describe(&line, r);
    jm_buf_fmt(&line, " signature %s\n", ok > 0 ? "ok" : ok == 0 ? "BAD" : "not checked");
    if (jm_buf_ok(&line) && write(STDOUT_FILENO, line.data, line.len) < 0)
        _exit(1);
    jm_buf_fini(&line);
}

static void log_id(const struct request *r)
{
    char line[JM_WEBHOOK_ID_MAX + 2];
    int n = snprintf(line, sizeof line, "%s\n", r->id);
    if (opt.log_fd >= 0 && write(opt.log_fd, line, (size_t)n) != n)
        _exit(1);
}

/* --- answering -------------------------------------------------------------------------------- */

static int send_text(int fd, const char *text)
{
    return send_all(fd, text, strlen(text));
}

static int answer(int fd, int status, const char *headers)
{
    char text[512];
    bool bare = status == 204;
    int n = snprintf(text, sizeof text, "HTTP/1.1 %d Answer\r\n%s%s\r\n%s", status,
                     bare ? "" : "content-length: 3\r\n", headers, bare ? "" : "ok\n");
    return send_all(fd, text, (size_t)n);
}

static int answer_retry(int fd, long seconds, bool date)
{
    char value[64], line[96];
    time_t at = time(NULL) + seconds;
    struct tm tm;
    gmtime_r(&at, &tm);
    if (date)
        strftime(value, sizeof value, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    else
        snprintf(value, sizeof value, "%ld", seconds);
    snprintf(line, sizeof line, "Retry-After: %s\r\n", value);
    return answer(fd, 429, line);
}

/* Send `head`, then `piece` again and again with a pause until the other side gives up. */
static int repeat(int fd, const char *head, const char *piece, size_t bytes, unsigned pause_ms)
{
    if (send_text(fd, head) != 0)
        return -1;
    while (send_all(fd, piece, bytes) == 0)
        usleep(pause_ms * 1000);
    return -1;
}

static int reset(int fd, const char *head)
{
    struct linger now = {1, 0};
    if (send_text(fd, head) != 0)
        return -1;
    usleep(20000);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return -1;
}

static int answer_redirect(int fd)
{
    char line[128];
    snprintf(line, sizeof line, "Location: http://%s:%d/redirected\r\n", opt.address, opt.port);
    return answer(fd, 301, line);
}

static int answer_bad_chunk(int fd)
{
    send_text(fd, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n!\r\n");
    return -1;
}

static int misbehave(int fd, const char *mode, long n)
{
    static char block[16384];
    if (strncmp(mode, "status/", 7) == 0)
        return answer(fd, (int)n, "");
    if (strncmp(mode, "retry-", 6) == 0)
        return answer_retry(fd, n, mode[6] == 'd');
    if (strncmp(mode, "slow/", 5) == 0)
        return usleep((useconds_t)n * 1000), answer(fd, 200, "");
    if (strcmp(mode, "redirect") == 0)
        return answer_redirect(fd);
    if (strcmp(mode, "never") == 0)
        return pause();
    if (strcmp(mode, "drip") == 0)
        return repeat(fd, "HTTP/1.1 200 OK\r\nx: ", "y", 1, 100);
    if (strcmp(mode, "huge") == 0)
        return repeat(fd, "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n", block,
                      sizeof block, 0);
    if (strcmp(mode, "bighead") == 0)
        return repeat(fd, "HTTP/1.1 200 OK\r\n", "x-filler: 0123456789abcdef\r\n", 28, 0);
    if (strcmp(mode, "flood") == 0)
        return repeat(fd, "", "HTTP/1.1 100 Continue\r\n\r\n", 25, 0);
    if (strcmp(mode, "gzip") == 0)
        return answer(fd, 200, "content-encoding: gzip\r\n");
    if (strcmp(mode, "badchunk") == 0)
        return answer_bad_chunk(fd);
    if (strcmp(mode, "reset") == 0)
        return reset(fd, "");
    if (strcmp(mode, "resetbody") == 0)
        return reset(fd, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\npart");
    if (strcmp(mode, "close") == 0)
        return answer(fd, 200, ""), -1;
    return answer(fd, 404, "");
}

static int serve(int fd, const struct request *r)
{
    const char *mode = strncmp(r->path, "/zoo/", 5) == 0 ? r->path + 5 : opt.mode;
    const char *slash = strchr(mode, '/');
    long n = slash ? strtol(slash + 1, NULL, 10) : 0;
    int ok = verify(r);
    say(r, ok);
    if (ok == 0)
        return answer(fd, 401, "");
    bool good = strncmp(mode, "slow/", 5) == 0 || strcmp(mode, "close") == 0 ||
                (strncmp(mode, "status/", 7) == 0 && n >= 200 && n <= 299);
    if (good)
        log_id(r);
    return misbehave(fd, mode, n);
}

static void *connection(void *arg)
{
    int fd = (int)(intptr_t)arg;
    struct jm_buf in = {0};
    struct request r;
    int rc = 0;
    while (rc == 0) {
        rc = read_request(fd, &in, &r);
        if (rc == 0)
            rc = serve(fd, &r);
        free(r.body);
    }
    jm_buf_fini(&in);
    close(fd);
    return NULL;
}

/* --- start ------------------------------------------------------------------------------------ */

static int listen_on(void)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
    socklen_t len = sizeof sa;
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (inet_pton(AF_INET, opt.address, &sa.sin_addr) != 1 || fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&sa, sizeof sa) != 0 || listen(fd, 512) != 0 ||
        getsockname(fd, (struct sockaddr *)&sa, &len) != 0)
        return -1;
    opt.port = ntohs(sa.sin_port);
    return fd;
}

static int usage(void)
{
    fputs("usage: receiver [--address IP] [--port N] [--secret whsec_...] [--secret-file FILE]\n"
          "                [--log FILE] [--mode MODE] [--with-parent]\n", stderr);
    return 64;
}

static int parse(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--with-parent") == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            continue;
        }
        if (i + 1 == argc)
            return -1;
        const char *name = argv[i], *value = argv[++i];
        if (strcmp(name, "--address") == 0)
            opt.address = value;
        else if (strcmp(name, "--port") == 0)
            opt.port = atoi(value);
        else if (strcmp(name, "--secret") == 0)
            opt.secret = value;
        else if (strcmp(name, "--secret-file") == 0)
            opt.secret_file = value;
        else if (strcmp(name, "--mode") == 0)
            opt.mode = value;
        else if (strcmp(name, "--log") == 0)
            opt.log_fd = open(value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        else
            return -1;
        if (strcmp(name, "--log") == 0 && opt.log_fd < 0)
            return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (parse(argc, argv) != 0)
        return usage();
    int listener = listen_on();
    if (listener < 0) {
        fprintf(stderr, "receiver: %s:%d: %s\n", opt.address, opt.port, strerror(errno));
        return 1;
    }
    printf("listening %s:%d\n", opt.address, opt.port);
    fflush(stdout);
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        pthread_t thread;
        if (fd < 0) {
            usleep(10000);
            continue;
        }
        if (pthread_create(&thread, NULL, connection, (void *)(intptr_t)fd) != 0)
            close(fd);
        else
            pthread_detach(thread);
    }
}
