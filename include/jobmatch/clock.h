/* clock.h - time and randomness, through one small table so that a simulator can drive them. */
#ifndef JM_CLOCK_H
#define JM_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jm_clock {
    int64_t (*mono_us)(void *arg);  /* CLOCK_BOOTTIME: for deadlines; goes on while suspended */
    int64_t (*wall_us)(void *arg);  /* since 1970, UTC: for what people read and for signatures */
    uint64_t (*random)(void *arg);
    void *arg;
};

/* The real one. */
extern const struct jm_clock jm_clock_system;

static inline int64_t jm_mono_us(const struct jm_clock *c) { return c->mono_us(c->arg); }
static inline int64_t jm_wall_us(const struct jm_clock *c) { return c->wall_us(c->arg); }
static inline uint64_t jm_clock_random(const struct jm_clock *c) { return c->random(c->arg); }

/* RFC 3339 in UTC, "2026-11-22T10:00:00Z", or with milliseconds. `out` holds 32 bytes. */
void jm_time_format(char out[32], int64_t wall_us, bool with_ms);
/* RFC 3339 date or date-time to microseconds since 1970; a date alone is midnight UTC.
 * -1 if it is not one. */
int jm_time_parse(int64_t *wall_us, const char *text, size_t bytes);
/* Days since 1970-01-01 of a proleptic Gregorian date. */
int64_t jm_days_from_civil(int year, unsigned month, unsigned day);

#endif
