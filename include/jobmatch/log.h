/* log.h - logfmt lines on stderr: `level=info mod=store msg="migrated" version=3`.
 *
 * One global logger per process (the only global state there is). Under systemd the line carries
 * the journald priority prefix instead of a time stamp. Lines hold ids, never personal data.
 * Safe from every thread: one line is one write(2). A write that would block is dropped and
 * counted, so a stuck log reader never stops the loop. */
#ifndef JM_LOG_H
#define JM_LOG_H

#include <stdint.h>

enum jm_log_level { JM_LOG_ERROR = 0, JM_LOG_WARN, JM_LOG_INFO, JM_LOG_DEBUG };

/* `fd` is not owned. Detects journald by JOURNAL_STREAM. Call once, before threads. */
void jm_log_init(int fd, enum jm_log_level level);
void jm_log_set_level(enum jm_log_level level);
/* "error", "warn", "info", "debug" to a level; -1 if none of them. */
int jm_log_level_parse(const char *name);
/* Lines dropped since start because the reader was stuck. */
uint64_t jm_log_dropped(void);

/* Write one line. `msg` is a constant sentence without values; `fmt` formats the pairs that
 * follow it, already in logfmt ("shard=%d error=%s"), or NULL. Keeps errno. Text from outside
 * goes through jm_log_q() first. */
void jm_log(enum jm_log_level level, const char *mod, const char *msg, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Quote `text` for use as a logfmt value, cut to fit `out`; returns `out`. */
const char *jm_log_q(char *out, unsigned out_bytes, const char *text);

#endif
