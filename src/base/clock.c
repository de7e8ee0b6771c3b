/* clock.c - the system clock, and RFC 3339 both ways. */
#include "jobmatch/clock.h"

#include <stdio.h>
#include <time.h>

#include "jobmatch/bytes.h"

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t sys_mono(void *arg)
{
    (void)arg;
    return read_clock(CLOCK_BOOTTIME);
}

static int64_t sys_wall(void *arg)
{
    (void)arg;
    return read_clock(CLOCK_REALTIME);
}

static uint64_t sys_random(void *arg)
{
    (void)arg;
    uint64_t r;
    jm_random(&r, sizeof r);
    return r;
}

const struct jm_clock jm_clock_system = {sys_mono, sys_wall, sys_random, NULL};

/* After Howard Hinnant's days_from_civil: eras of 400 years, years starting in March. */
int64_t jm_days_from_civil(int year, unsigned month, unsigned day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void jm_time_format(char out[32], int64_t wall_us, bool with_ms)
{
    int64_t us = wall_us % 1000000;
    if (us < 0)
        us += 1000000;
    time_t s = (time_t)((wall_us - us) / 1000000);
    struct tm tm;
    gmtime_r(&s, &tm);
    size_t n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
    if (with_ms)
        snprintf(out + n, 32 - n, ".%03dZ", (int)(us / 1000));
    else
        snprintf(out + n, 32 - n, "Z");
}

/* Exactly `count` digits at *p; advances. */
static bool digits(const char **p, const char *end, int count, int *out)
{
    int v = 0;
    for (int i = 0; i < count; i++, (*p)++) {
        if (*p >= end || **p < '0' || **p > '9')
            return false;
        v = v * 10 + (**p - '0');
    }
    *out = v;
    return true;
}

static bool one(const char **p, const char *end, const char *set)
{
    for (; *set; set++)
        if (*p < end && **p == *set) {
            (*p)++;
            return true;
        }
    return false;
}

static bool parse_zone(const char **p, const char *end, int *minutes)
{
    *minutes = 0;
    if (one(p, end, "Zz"))
        return true;
    bool minus = *p < end && **p == '-';
    int h, m;
    if (!one(p, end, "+-") || !digits(p, end, 2, &h) || !one(p, end, ":") ||
        !digits(p, end, 2, &m) || h > 23 || m > 59)
        return false;
    *minutes = (minus ? -1 : 1) * (h * 60 + m);
    return true;
}

static bool parse_clock(const char **p, const char *end, int64_t *us)
{
    int h, m, s, zone;
    if (!digits(p, end, 2, &h) || !one(p, end, ":") || !digits(p, end, 2, &m) ||
        !one(p, end, ":") || !digits(p, end, 2, &s) || h > 23 || m > 59 || s > 60)
        return false;
    int64_t frac = 0, scale = 100000;
    if (one(p, end, ".")) {
        const char *from = *p;
        for (; *p < end && **p >= '0' && **p <= '9'; (*p)++, scale /= 10)
            frac += (**p - '0') * scale;
        if (*p == from)
            return false;
    }
    if (!parse_zone(p, end, &zone))
        return false;
    *us = ((int64_t)h * 3600 + m * 60 + s - (int64_t)zone * 60) * 1000000 + frac;
    return true;
}

static int month_days(int y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return m == 2 && leap ? 29 : days[m - 1];
}

int jm_time_parse(int64_t *wall_us, const char *text, size_t bytes)
{
    const char *p = text, *end = text + bytes;
    int y, mo, d;
    int64_t clock_us = 0;
    if (!digits(&p, end, 4, &y) || !one(&p, end, "-") || !digits(&p, end, 2, &mo) ||
        !one(&p, end, "-") || !digits(&p, end, 2, &d))
        return -1;
    if (mo < 1 || mo > 12 || d < 1 || d > month_days(y, mo))
        return -1;
    if (p < end && (!one(&p, end, "Tt ") || !parse_clock(&p, end, &clock_us)))
        return -1;
    if (p != end)
        return -1;
    *wall_us = jm_days_from_civil(y, (unsigned)mo, (unsigned)d) * 86400 * 1000000 + clock_us;
    return 0;
}
