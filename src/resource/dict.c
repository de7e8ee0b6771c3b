/* dict.c - the dictionary from its folder, with what belongs to it. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/skill.h"
#include "resource_int.h"

static int is_skills_file(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 7 && strcmp(e->d_name + n - 7, ".skills") == 0;
}

static int add_file(struct jm_dict *d, const char *dir, const char *name, struct jm_err *err)
{
    char path[RESOURCE_PATH_BYTES];
    size_t bytes;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    char *text = jm_resource_read(path, &bytes, err);
    int rc = text ? jm_dict_add(d, name, text, bytes, err) : -1;
    free(text);
    return rc;
}

static struct jm_dict *build(const char *dir, struct dirent **names, int n, struct jm_err *err)
{
    struct jm_dict *d = jm_dict_new();
    int rc = d ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
    for (int i = 0; rc == 0 && i < n; i++)
        rc = add_file(d, dir, names[i]->d_name, err);
    if (rc == 0)
        rc = jm_dict_seal(d, err);
    if (rc == 0)
        return d;
    jm_dict_free(d);
    return NULL;
}

struct jm_dict *jm_resource_dict(const char *skills, struct jm_err *err)
{
    struct dirent **names = NULL;
    struct jm_dict *d = NULL;
    int n = scandir(skills, &names, is_skills_file, alphasort);
    if (n < 0)
        jm_err_errno(err, JM_EIO, "cannot read the skills folder %s", skills);
    else if (n == 0)
        jm_err_set(err, JM_EINVAL, "no *.skills file in %s", skills);
    else
        d = build(skills, names, n, err);
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
    return d;
}
