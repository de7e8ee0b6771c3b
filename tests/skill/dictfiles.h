/* dictfiles.h - load the dictionary that ships, or the folder JOBMATCH_SKILLS names. */
#ifndef DICTFILES_H
#define DICTFILES_H

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/skill.h"

static inline char *read_whole(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    char *bytes = NULL;
    *len = 0;
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    if (size >= 0 && (bytes = malloc((size_t)size + 1)))
        *len = fread(bytes, 1, (size_t)size, f);
    if (bytes)
        bytes[*len] = 0;
    fclose(f);
    return bytes;
}

/* The weights beside the dictionary, if they are there. */
static inline int weigh_shipped(struct jm_dict *d, const char *dir, struct jm_err *err)
{
    static const char *const names[] = {"gate.weights", "tagger.weights", "words.clusters"};
    int rc = 0;
    for (size_t i = 0; !rc && i < 3; i++) {
        char path[512];
        size_t len;
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        char *bytes = read_whole(path, &len);
        rc = bytes ? jm_dict_weigh(d, bytes, len, err) : 0;
        free(bytes);
    }
    return rc;
}

/* NULL with the reason in `err`. */
static inline struct jm_dict *load_shipped(struct jm_err *err)
{
    const char *dir = getenv("JOBMATCH_SKILLS");
    char pattern[512];
    glob_t found;
    struct jm_dict *d = jm_dict_new();
    int rc = d ? 0 : -1;
    snprintf(pattern, sizeof pattern, "%s/*.skills", dir ? dir : "config/skills");
    if (glob(pattern, 0, NULL, &found))
        rc = jm_err_set(err, JM_ENOTFOUND, "no file matches %s", pattern);
    for (size_t i = 0; !rc && i < found.gl_pathc; i++) {
        size_t len;
        char *bytes = read_whole(found.gl_pathv[i], &len);
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        rc = bytes ? jm_dict_add(d, name, bytes, len, err) : -1;
        free(bytes);
    }
    globfree(&found);
    if (!rc)
        rc = jm_dict_seal(d, err);
    if (!rc)
        rc = weigh_shipped(d, dir ? dir : "config/skills", err);
    if (rc) {
        jm_dict_free(d);
        return NULL;
    }
    return d;
}

#endif
