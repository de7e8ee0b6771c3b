/* dict.c - the dictionary from its folder or its compiled file, with what belongs to it.
 *
 * A compiled file is mapped, not read: its pages are shared by all programs that use it, and a
 * program that is started anew finds them in memory. Replace such a file by renaming another over
 * it, as `jobmatch taxonomy compile` does: one that is written over changes under its readers. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

static struct jm_dict *open_folder(const char *dir, struct jm_err *err)
{
    struct dirent **names = NULL;
    struct jm_dict *d = NULL;
    int n = scandir(dir, &names, is_skills_file, alphasort);
    if (n < 0)
        jm_err_errno(err, JM_EIO, "cannot read the skills folder %s", dir);
    else if (n == 0)
        jm_err_set(err, JM_EINVAL, "no *.skills file in %s", dir);
    else
        d = build(dir, names, n, err);
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
    return d;
}

struct mapping {
    void *bytes;
    size_t len;
};

static void unmap(void *arg)
{
    struct mapping *m = arg;
    munmap(m->bytes, m->len);
    free(m);
}

static struct jm_dict *open_mapping(const char *path, struct mapping *m, struct jm_err *err)
{
    struct jm_err why = {0};
    struct jm_dict *d = jm_dict_open(m->bytes, m->len, unmap, m, &why);
    if (!d) {
        unmap(m);
        resource_fail(err, path, &why);
    }
    return d;
}

static struct jm_dict *open_compiled(const char *path, size_t len, struct jm_err *err)
{
    struct mapping *m = malloc(sizeof *m);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        jm_err_errno(err, JM_EIO, "cannot open %s", path);
        goto fail;
    }
    if (!m || !len) {
        jm_err_set(err, m ? JM_EINVAL : JM_ENOMEM, "%s: %s", path,
                   m ? "is empty" : "out of memory");
        goto fail;
    }
    *m = (struct mapping){mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0), len};
    if (m->bytes == MAP_FAILED) {
        jm_err_errno(err, JM_EIO, "cannot map %s", path);
        goto fail;
    }
    close(fd);
    return open_mapping(path, m, err);
fail:
    if (fd >= 0)
        close(fd);
    free(m);
    return NULL;
}

/* What was learned for the dictionary, where it lies beside it. */
static int add_weights(struct jm_dict *d, const char *skills, const char *name, struct jm_err *err)
{
    char path[RESOURCE_PATH_BYTES], *data;
    struct jm_err why = {0};
    size_t bytes = 0;
    if (resource_beside(skills, name, path, &data, &bytes, err))
        return -1;
    int rc = data && jm_dict_weigh(d, data, bytes, &why) ? resource_fail(err, path, &why) : 0;
    free(data);
    return rc;
}

struct jm_dict *jm_resource_dict(const char *skills, struct jm_err *err)
{
    struct stat st;
    bool compiled = stat(skills, &st) == 0 && S_ISREG(st.st_mode);
    struct jm_dict *d = compiled ? open_compiled(skills, (size_t)st.st_size, err)
                                 : open_folder(skills, err);
    static const char *const names[] = {"gate.weights", "tagger.weights", "words.clusters"};
    for (size_t i = 0; d && i < sizeof names / sizeof *names; i++)
        if (add_weights(d, skills, names[i], err)) {
            jm_dict_free(d);
            d = NULL;
        }
    return d;
}
