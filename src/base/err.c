/* err.c - see err.h. */
#include "jobmatch/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int jm_err_set(struct jm_err *err, enum jm_err_code code, const char *fmt, ...)
{
    if (!err || err->code != JM_OK)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    err->code = code;
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    return -1;
}

int jm_err_errno(struct jm_err *err, enum jm_err_code code, const char *fmt, ...)
{
    int saved = errno;
    if (err && err->code == JM_OK) {
        va_list ap;
        va_start(ap, fmt);
        err->code = code;
        int n = vsnprintf(err->text, sizeof err->text, fmt, ap);
        va_end(ap);
        if (n >= 0 && (size_t)n < sizeof err->text)
            snprintf(err->text + n, sizeof err->text - (size_t)n, ": %s", strerror(saved));
    }
    errno = saved;
    return -1;
}

void jm_err_clear(struct jm_err *err)
{
    err->code = JM_OK;
    err->text[0] = '\0';
}

void jm_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "level=error mod=base msg=\"assertion failed\" at=%s:%d what=\"%s\"\n", file,
            line, what);
    abort();
}
