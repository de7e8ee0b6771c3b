/* resource_int.h - between the files of this room. */
#ifndef JM_RESOURCE_INT_H
#define JM_RESOURCE_INT_H

#include "jobmatch/resource.h"

enum { RESOURCE_PATH_BYTES = 4400 };

/* file.c: a file that may be missing, beside the dictionary. *data is NULL when it is not there;
 * otherwise it is the caller's to free, and `path` names it for messages. -1: cannot be read. */
int resource_beside(const char *skills, const char *name, char path[RESOURCE_PATH_BYTES],
                    char **data, size_t *bytes, struct jm_err *err);
/* Set `err` to "path: why". Returns -1. */
int resource_fail(struct jm_err *err, const char *path, const struct jm_err *why);

#endif
