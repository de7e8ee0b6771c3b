/* err.h - how a function says what went wrong.
 *
 * The caller owns a struct jm_err (usually on its stack, zeroed) and passes it down.  The first
 * error wins: later calls of jm_err_set() on the same object change nothing, so the deepest
 * cause is kept.  Passing NULL is allowed everywhere and drops the text. */
#ifndef JM_ERR_H
#define JM_ERR_H

#include <stdbool.h>

enum jm_err_code {
    JM_OK = 0,
    JM_EINVAL,   /* the input is not what it should be: the text says where and what to do */
    JM_ELIMIT,   /* well-formed, but over a stated limit */
    JM_ENOTFOUND,
    JM_ECONFLICT, /* same version, other content */
    JM_ENOMEM,
    JM_EIO,      /* the operating system or the network said no; errno is in the text */
    JM_EDB,      /* PostgreSQL said no */
    JM_EUNAVAIL, /* not now: try again later */
    JM_ESCHEMA,  /* the database schema is newer or older than this program */
    JM_EDENIED,  /* not allowed */
    JM_EINTERNAL
};

struct jm_err {
    enum jm_err_code code;
    char text[240];
};

/* Set code and text unless `err` is NULL or already set. Always returns -1, so that a failing
 * function can `return jm_err_set(...)`. */
int jm_err_set(struct jm_err *err, enum jm_err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": <strerror(errno)>" appended. Keeps errno. */
int jm_err_errno(struct jm_err *err, enum jm_err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

void jm_err_clear(struct jm_err *err);

/* Abort with a message: for broken invariants and for memory at start-up. */
void jm_panic(const char *file, int line, const char *what) __attribute__((noreturn));

/* An assertion that stays in release builds. */
#define JM_ASSERT(cond) ((cond) ? (void)0 : jm_panic(__FILE__, __LINE__, #cond))

#endif
