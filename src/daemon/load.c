/* load.c - what the daemon reads from files at start: dictionary, title kernel, scoring. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon.h"
#include "jobmatch/buf.h"
#include "jobmatch/match.h"
#include "jobmatch/skill.h"
#include "jobmatch/title.h"

enum { MAX_FILE = 256 << 20 };

char *jm_read_file(const char *path, size_t *bytes, struct jm_err *err)
{
    struct jm_buf b = {0};
    char chunk[65536];
    size_t n;
    FILE *f = fopen(path, "re");
    if (!f) {
        jm_err_errno(err, JM_EIO, "cannot open %s", path);
        return NULL;
    }
    while (b.len < MAX_FILE && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        jm_buf_add(&b, chunk, n);
    if (ferror(f) || b.len >= MAX_FILE) {
        jm_err_errno(err, JM_EIO, "cannot read %s", path);
        jm_buf_fini(&b);
    }
    fclose(f);
    if (err && err->code)
        return NULL;
    return jm_buf_steal(&b, bytes);
}

static int is_skills_file(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 7 && strcmp(e->d_name + n - 7, ".skills") == 0;
}

static int add_files(struct jm_dict *d, const char *dir, struct dirent **names, int n,
                     struct jm_err *err)
{
    for (int i = 0; i < n; i++) {
        char path[4400];
        size_t bytes;
        snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
        char *text = jm_read_file(path, &bytes, err);
        int rc = text ? jm_dict_add(d, names[i]->d_name, text, bytes, err) : -1;
        free(text);
        if (rc)
            return -1;
    }
    return jm_dict_seal(d, err);
}

static struct jm_dict *load_dict(const char *dir, struct jm_err *err)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, is_skills_file, alphasort);
    struct jm_dict *d = NULL;
    if (n < 0) {
        jm_err_errno(err, JM_EIO, "cannot read the skills folder %s", dir);
        return NULL;
    }
    if (n == 0)
        jm_err_set(err, JM_EINVAL, "no *.skills file in %s (option skills.dir)", dir);
    else if ((d = jm_dict_new()) && add_files(d, dir, names, n, err)) {
        jm_dict_free(d);
        d = NULL;
    }
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
    return d;
}

/* The kernel is optional: 0 without one. */
static int load_kernel(struct jm_loaded *l, const char *dir, struct jm_err *err)
{
    char path[4400];
    struct stat st;
    size_t bytes;
    snprintf(path, sizeof path, "%s/titles.kernel", dir);
    if (stat(path, &st) != 0)
        return 0;
    char *data = jm_read_file(path, &bytes, err);
    if (data)
        l->kernel = jm_title_kernel_load(data, bytes, err);
    free(data);
    return l->kernel ? 0 : -1;
}

static int load_scoring(struct jm_scoring *s, const char *path, struct jm_err *err)
{
    size_t bytes;
    jm_scoring_default(s);
    if (!path[0])
        return 0;
    char *text = jm_read_file(path, &bytes, err);
    int rc = text ? jm_scoring_parse(s, text, bytes, err) : -1;
    free(text);
    return rc;
}

int jm_load(struct jm_loaded *l, const struct jm_config *c, struct jm_err *err)
{
    struct jm_scoring scoring;
    *l = (struct jm_loaded){0};
    if (!(l->dict = load_dict(c->skills_dir, err)) || load_kernel(l, c->skills_dir, err) ||
        load_scoring(&scoring, c->match_scoring_file, err) ||
        !(l->matcher = jm_matcher_new(l->dict, &scoring, err))) {
        jm_err_set(err, JM_ENOMEM, "out of memory");
        jm_loaded_fini(l);
        return -1;
    }
    return 0;
}

void jm_loaded_fini(struct jm_loaded *l)
{
    jm_matcher_free(l->matcher);
    jm_title_kernel_free(l->kernel);
    jm_dict_free(l->dict);
    *l = (struct jm_loaded){0};
}
