/* file.c - whole files into memory, and the files beside a dictionary. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "jobmatch/buf.h"
#include "resource_int.h"

enum { MAX_FILE = 256 << 20 };

char *jm_resource_read(const char *path, size_t *bytes, struct jm_err *err)
{
    struct jm_buf b = {0};
    char chunk[65536], *data = NULL;
    size_t n;
    FILE *f = fopen(path, "re");
    if (!f) {
        jm_err_errno(err, JM_EIO, "cannot open %s", path);
        return NULL;
    }
    while (b.len < MAX_FILE && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        jm_buf_add(&b, chunk, n);
    if (ferror(f))
        jm_err_errno(err, JM_EIO, "cannot read %s", path);
    else if (b.len >= MAX_FILE)
        jm_err_set(err, JM_ELIMIT, "%s is over %d MB", path, MAX_FILE >> 20);
    else if (!(data = jm_buf_steal(&b, bytes)))
        jm_err_set(err, JM_ENOMEM, "out of memory for %s", path);
    jm_buf_fini(&b);
    fclose(f);
    return data;
}

int resource_fail(struct jm_err *err, const char *path, const struct jm_err *why)
{
    enum jm_err_code code = why->code ? why->code : JM_ENOMEM;
    return jm_err_set(err, code, "%s: %s", path, why->text[0] ? why->text : "out of memory");
}

int resource_beside(const char *skills, const char *name, char path[RESOURCE_PATH_BYTES],
                    char **data, size_t *bytes, struct jm_err *err)
{
    struct stat st;
    const char *slash = strrchr(skills, '/');
    int dir_bytes = (int)strlen(skills);
    *data = NULL;
    if (stat(skills, &st) == 0 && S_ISREG(st.st_mode)) /* compiled: its folder */
        dir_bytes = slash ? (int)(slash - skills) : 0;
    snprintf(path, RESOURCE_PATH_BYTES, "%.*s%s%s", dir_bytes, skills,
             dir_bytes || slash ? "/" : "", name);
    if (stat(path, &st) != 0)
        return errno == ENOENT ? 0 : jm_err_errno(err, JM_EIO, "cannot look at %s", path);
    *data = jm_resource_read(path, bytes, err);
    return *data ? 0 : -1;
}
