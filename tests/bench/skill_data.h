/* skill_data.h - what the benchmarks of reading share: real postings, the dictionary alone and with ESCO
 * and O*NET imported, and a clock that other programs do not move. */
#ifndef SKILL_DATA_H
#define SKILL_DATA_H

#include <jansson.h>
#include <time.h>

#include "../skill/dictfiles.h"
#include "jobmatch/buf.h"
#include "jobmatch/taxonomy.h"

struct doc {
    char *title, *text;
    size_t title_bytes, text_bytes;
};
struct docs {
    struct doc *a;
    size_t n, bytes; /* of the texts */
};

static inline const char *data_dir(void)
{
    const char *data = getenv("JOBMATCH_DATA");
    return data ? data : "../shared/data";
}

static inline const char *skills_dir(void)
{
    const char *dir = getenv("JOBMATCH_SKILLS");
    return dir ? dir : "config/skills";
}

/* Time of this thread: what others take on the same processor does not count. */
static inline double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline int by_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static inline double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_double);
    return v[n / 2];
}

static inline void docs_add(struct docs *d, const char *title, const char *text, size_t bytes)
{
    d->a = reallocarray(d->a, d->n + 1, sizeof *d->a);
    char *copy = strndup(text, bytes);
    d->a[d->n++] = (struct doc){strdup(title), copy, strlen(title), bytes};
    d->bytes += bytes;
}

static inline void docs_free(struct docs *d)
{
    for (size_t i = 0; i < d->n; i++) {
        free(d->a[i].title);
        free(d->a[i].text);
    }
    free(d->a);
}

/* The texts of a file of the data. Empty, and said so, when it is not there. */
static inline struct docs read_docs(const char *who, const char *name)
{
    struct docs out = {0};
    char path[512];
    size_t len;
    snprintf(path, sizeof path, "%s/%s", data_dir(), name);
    char *all = read_whole(path, &len);
    if (!all)
        printf("%s: skipped, %s is not there\n", who, path);
    for (char *line = all, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        size_t n = next ? (size_t)(next - line) : strlen(line);
        next = next ? next + 1 : NULL;
        json_t *j = json_loadb(line, n, 0, NULL);
        const char *text = json_string_value(json_object_get(j, "text"));
        const char *title = json_string_value(json_object_get(j, "title"));
        if (text)
            docs_add(&out, title ? title : "", text, strlen(text));
        json_decref(j);
    }
    free(all);
    return out;
}

static inline struct docs read_postings(const char *who)
{
    return read_docs(who, "jobs/postings.ndjson");
}

/* --- our dictionary with ESCO and O*NET ------------------------------------------------------- */

static inline int read_table(struct jm_taxonomy *t, enum jm_taxonomy_table table, const char *name,
                             enum jm_lang lang, struct jm_err *err)
{
    char path[512];
    size_t len;
    snprintf(path, sizeof path, "%s/%s", data_dir(), name);
    char *text = read_whole(path, &len);
    int rc = 0;
    if (text)
        rc = jm_taxonomy_open(t, table, name, lang, err) || jm_taxonomy_feed(t, text, len, err) ||
             jm_taxonomy_close(t, err);
    free(text);
    return rc;
}

static inline int read_tables(struct jm_taxonomy *t, struct jm_err *err)
{
    char name[64];
    int rc = 0;
    for (int lang = JM_LANG_EN; !rc && lang < JM_LANGS; lang++) {
        snprintf(name, sizeof name, "esco/skills_%s.csv", jm_lang_code((enum jm_lang)lang));
        rc = read_table(t, JM_TABLE_ESCO_SKILLS, name, (enum jm_lang)lang, err);
    }
    return rc ||
           read_table(t, JM_TABLE_ESCO_BROADER, "esco/broaderRelationsSkillPillar_en.csv",
                      JM_LANG_EN, err) ||
           read_table(t, JM_TABLE_ESCO_RELATED, "esco/skillSkillRelations_en.csv", JM_LANG_EN,
                      err) ||
           read_table(t, JM_TABLE_ONET_TECHNOLOGY, "onet/Technology Skills.txt", JM_LANG_EN, err);
}

/* The import written out: our files with what came to them, then the new skills. */
static inline int write_import(struct jm_taxonomy *t, const struct jm_taxonomy_file *files,
                               size_t n, struct jm_dict *d, struct jm_err *err)
{
    struct jm_buf out = {0};
    int rc = 0;
    for (size_t i = 0; !rc && i <= n; i++) {
        jm_buf_clear(&out);
        rc = (i < n ? jm_taxonomy_write_base(t, &files[i], &out, err)
                    : jm_taxonomy_write_new(t, "bench", &out, err)) ||
             jm_dict_add(d, i < n ? files[i].name : "import", jm_buf_cstr(&out), out.len, err);
    }
    jm_buf_fini(&out);
    return rc;
}

/* Ours, ESCO and O*NET in one, with the weights that an import takes along. NULL: `err` says why.
 */
static inline struct jm_dict *load_three(struct jm_err *err)
{
    char pattern[512];
    glob_t found;
    struct jm_taxonomy_file files[64];
    size_t n = 0;
    struct jm_taxonomy *t = jm_taxonomy_new();
    struct jm_dict *d = jm_dict_new();
    snprintf(pattern, sizeof pattern, "%s/*.skills", skills_dir());
    int rc = !t || !d || glob(pattern, 0, NULL, &found);
    if (rc)
        jm_err_set(err, JM_EINVAL, "no %s: start in the project's folder", pattern);
    for (; !rc && n < found.gl_pathc && n < 64; n++) {
        files[n].name = found.gl_pathv[n];
        files[n].text = read_whole(found.gl_pathv[n], &files[n].len);
        rc = !files[n].text || jm_taxonomy_base(t, &files[n], err);
    }
    rc = rc || read_tables(t, err) || write_import(t, files, n, d, err) || jm_dict_seal(d, err) ||
         weigh_shipped(d, skills_dir(), err);
    for (size_t i = 0; i < n; i++)
        free((char *)(uintptr_t)files[i].text);
    globfree(&found);
    jm_taxonomy_free(t);
    if (!rc)
        return d;
    jm_dict_free(d);
    return NULL;
}

#endif
