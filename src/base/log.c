/* log.c - logfmt on one descriptor.
 *
 * A line is built on the stack and leaves in one write, so threads need no lock. stderr may be a
 * pipe whose reader is stuck: poll() with no wait comes first, and the line is dropped and counted
 * rather than holding the loop. */
#include "jobmatch/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobmatch/clock.h"

static int log_fd = 2;
static _Atomic int log_level = JM_LOG_INFO;
static bool log_journald;
static _Atomic uint64_t log_dropped;

static const char *const level_names[] = {"error", "warn", "info", "debug"};
static const int journald_priority[] = {3, 4, 6, 7};

static bool is_journald(int fd)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long dev, ino;
    struct stat st;
    return stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 && fstat(fd, &st) == 0 &&
           st.st_dev == (dev_t)dev && st.st_ino == (ino_t)ino;
}

void jm_log_init(int fd, enum jm_log_level level)
{
    log_fd = fd;
    log_level = (int)level;
    log_journald = is_journald(fd);
}

void jm_log_set_level(enum jm_log_level level)
{
    log_level = (int)level;
}

int jm_log_level_parse(const char *name)
{
    for (int i = 0; i < 4; i++)
        if (strcmp(name, level_names[i]) == 0)
            return i;
    return -1;
}

uint64_t jm_log_dropped(void)
{
    return log_dropped;
}

static size_t put_head(char *line, size_t cap, enum jm_log_level level)
{
    int n;
    if (log_journald) {
        n = snprintf(line, cap, "<%d>", journald_priority[level]);
    } else {
        char now[32];
        jm_time_format(now, jm_wall_us(&jm_clock_system), true);
        n = snprintf(line, cap, "ts=%s ", now);
    }
    return (size_t)n;
}

static void write_line(const char *line, size_t len)
{
    struct pollfd p = {.fd = log_fd, .events = POLLOUT};
    if (poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) && write(log_fd, line, len) == (ssize_t)len)
        return;
    atomic_fetch_add_explicit(&log_dropped, 1, memory_order_relaxed);
}

void jm_log(enum jm_log_level level, const char *mod, const char *msg, const char *fmt, ...)
{
    if ((int)level > log_level)
        return;
    int saved = errno;
    char line[1024];
    size_t cap = sizeof line - 1; /* room for the newline */
    size_t n = put_head(line, cap, level);
    int k = snprintf(line + n, cap - n, "level=%s mod=%s msg=\"%s\"", level_names[level], mod, msg);
    n = n + (size_t)k < cap ? n + (size_t)k : cap - 1;
    if (fmt && n + 1 < cap) {
        line[n++] = ' ';
        va_list ap;
        va_start(ap, fmt);
        k = vsnprintf(line + n, cap - n, fmt, ap);
        va_end(ap);
        if (k > 0)
            n = n + (size_t)k < cap ? n + (size_t)k : cap - 1;
    }
    line[n++] = '\n';
    write_line(line, n);
    errno = saved;
}

const char *jm_log_q(char *out, unsigned out_bytes, const char *text)
{
    unsigned n = 0;
    if (out_bytes < 3)
        return "";
    out[n++] = '"';
    for (const char *p = text ? text : ""; *p && n + 3 < out_bytes; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\')
            out[n++] = '\\';
        out[n++] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
    }
    out[n++] = '"';
    out[n] = '\0';
    return out;
}
