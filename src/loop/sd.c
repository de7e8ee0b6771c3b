/* sd.c - sd_notify and socket activation without libsystemd.  See sd.h for why. */
#include "jobmatch/sd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_FD = 3, MAX_FDS = 64 };

/* 0 if `path` does not fit or is neither a path nor an abstract name. */
static socklen_t fill_address(struct sockaddr_un *a, const char *path)
{
    size_t len = strlen(path);
    if (len < 2 || len >= sizeof a->sun_path || (path[0] != '/' && path[0] != '@'))
        return 0;
    memset(a, 0, sizeof *a);
    a->sun_family = AF_UNIX;
    memcpy(a->sun_path, path, len);
    if (path[0] == '@')
        a->sun_path[0] = 0; /* abstract: a NUL, then exactly these bytes */
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (path[0] == '/'));
}

int jm_sd_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    if (!path || !*path)
        return 0;
    struct sockaddr_un a;
    socklen_t a_len = fill_address(&a, path);
    if (!a_len) {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    ssize_t n = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&a, a_len);
    int saved = errno;
    close(fd);
    errno = saved;
    return n < 0 ? -1 : 1;
}

/* One STATUS line holds no line end: it would start the next assignment. */
static void one_line(char *s)
{
    for (; *s; s++)
        if (*s == '\n' || *s == '\r')
            *s = ' ';
}

static int notify_with_status(const char *first, const char *status)
{
    char line[512], message[600];
    snprintf(line, sizeof line, "%s", status ? status : "");
    one_line(line);
    snprintf(message, sizeof message, status ? "%s\nSTATUS=%s" : "%s", first, line);
    return jm_sd_notify(message);
}

int jm_sd_ready(const char *status)
{
    return notify_with_status("READY=1", status);
}

int jm_sd_stopping(const char *status)
{
    return notify_with_status("STOPPING=1", status);
}

int jm_sd_status(const char *fmt, ...)
{
    char message[512] = "STATUS=";
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message + 7, sizeof message - 7, fmt, ap);
    va_end(ap);
    one_line(message);
    return jm_sd_notify(message);
}

int jm_sd_reloading(void)
{
    struct timespec ts;
    char message[80];
    clock_gettime(CLOCK_MONOTONIC, &ts); /* the manager compares it with its own */
    snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)ts.tv_sec * 1000000 + ts.tv_nsec / 1000);
    return jm_sd_notify(message);
}

int jm_sd_watchdog(void)
{
    return jm_sd_notify("WATCHDOG=1");
}

/* A positive decimal number below `limit`, or -1. */
static int64_t env_number(const char *name, int64_t limit)
{
    const char *s = getenv(name);
    char *end;
    if (!s || *s < '0' || *s > '9')
        return -1;
    errno = 0;
    long long v = strtoll(s, &end, 10);
    return errno || *end || v >= limit ? -1 : v;
}

int64_t jm_sd_watchdog_usec(void)
{
    int64_t usec = env_number("WATCHDOG_USEC", INT64_MAX);
    if (usec <= 0)
        return 0;
    if (getenv("WATCHDOG_PID") && env_number("WATCHDOG_PID", INT32_MAX) != getpid())
        return 0;
    return usec;
}

int jm_sd_listen_fds(int *first)
{
    *first = FIRST_FD;
    bool mine = getenv("LISTEN_FDS") && env_number("LISTEN_PID", INT32_MAX) == getpid();
    int64_t n = mine ? env_number("LISTEN_FDS", MAX_FDS + 1) : 0;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    for (int fd = FIRST_FD; fd < FIRST_FD + n; fd++)
        if (fcntl(fd, F_SETFD, FD_CLOEXEC))
            return -1;
    return n < 0 ? -1 : (int)n;
}
