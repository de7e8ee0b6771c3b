/* offline.c - documents from files to their matching form, without the daemon.
 *
 * The same readers, the same preparing and the same encoded form as in the daemon, so that a pair
 * scores here what it scores there. */
#include "offline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jobmatch/format.h"

enum { ARENA_LIMIT = 64 << 20 };

static int read_day(const char *as_of, int64_t *out)
{
    struct tm tm = {0};
    const char *end = as_of ? strptime(as_of, "%Y-%m-%d", &tm) : "";
    if (!end || *end) {
        fprintf(stderr, "jobmatch: '%s' is not a day (YYYY-MM-DD)\n", as_of);
        return -1;
    }
    *out = as_of ? (int64_t)timegm(&tm) : (int64_t)time(NULL);
    return 0;
}

int jm_offline_open(struct jm_offline *o, struct jm_cli *c, const struct jm_offline_options *opt)
{
    struct jm_resource_paths paths = {c->skills_dir, opt->kernel, opt->scoring};
    struct jm_err err = {0};
    *o = (struct jm_offline){0};
    if (read_day(opt->as_of, &o->as_of_s))
        return -1;
    if (jm_resources_open(&o->res, &paths, &err) == 0 &&
        (o->prepare = jm_prepare_new(o->res.kernel)))
        return 0;
    fprintf(stderr, "jobmatch: %s\n", err.text[0] ? err.text : "out of memory");
    return -1;
}

void jm_offline_close(struct jm_offline *o)
{
    jm_prepare_free(o->prepare);
    jm_resources_close(&o->res);
}

/* --- one document ---------------------------------------------------------------------------- */

static bool is_json(const char *s, size_t len)
{
    size_t i = 0;
    while (i < len && strchr(" \t\r\n", s[i]) && s[i])
        i++;
    return i < len && s[i] == '{';
}

static int read_job(struct jm_arena *a, const char *bytes, size_t len, struct jm_job *job,
                    struct jm_format_problem *why)
{
    if (is_json(bytes, len))
        return jm_format_job(a, bytes, len, false, job, NULL, why);
    if (jm_format_job_text(a, bytes, len, false, job, why))
        return -1;
    if (!memchr(bytes, '\n', len))
        job->title = NULL; /* else the only line would speak twice */
    return 0;
}

static int read_candidate(struct jm_arena *a, const char *bytes, size_t len,
                          struct jm_candidate *c, struct jm_format_problem *why)
{
    return is_json(bytes, len) ? jm_format_candidate(a, bytes, len, false, c, NULL, why)
                               : jm_format_candidate_text(a, bytes, len, false, c, why);
}

static const struct jm_doc *prepare(struct jm_offline *o, enum jm_kind kind, const char *bytes,
                                    size_t len, struct jm_arena *a, struct jm_format_problem *why,
                                    struct jm_err *err)
{
    struct jm_doc_name name = {.tenant = 1, .source = "file", .external_id = "file"};
    union {
        struct jm_job job;
        struct jm_candidate person;
    } u;
    memset(&u, 0, sizeof u);
    if (kind == JM_JOB)
        return read_job(a, bytes, len, &u.job, why)
                   ? NULL
                   : jm_prepare_job(o->prepare, o->res.dict, &name, &u.job, o->as_of_s, err);
    return read_candidate(a, bytes, len, &u.person, why)
               ? NULL
               : jm_prepare_candidate(o->prepare, o->res.dict, &name, &u.person, o->as_of_s, err);
}

struct jm_doc *jm_offline_read(struct jm_offline *o, enum jm_kind kind, const char *what,
                               const char *bytes, size_t len)
{
    struct jm_arena arena;
    struct jm_buf compact = {0};
    struct jm_format_problem why = {0};
    struct jm_err err = {0};
    struct jm_doc *out = NULL;
    jm_arena_init(&arena, ARENA_LIMIT);
    const struct jm_doc *d = prepare(o, kind, bytes, len, &arena, &why, &err);
    if (d && !jm_doc_encode(d, &compact))
        out = jm_doc_decode(compact.data, compact.len, &err);
    if (!out)
        fprintf(stderr, "jobmatch: %s: %s%s%s\n", what, why.pointer, why.pointer[0] ? ": " : "",
                why.detail[0] ? why.detail : err.text[0] ? err.text : "out of memory");
    jm_buf_fini(&compact);
    jm_arena_fini(&arena);
    return out;
}

/* --- many ------------------------------------------------------------------------------------ */

int jm_offline_keep(struct jm_offline_docs *l, char *id, struct jm_doc *doc)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;
        struct jm_offline_doc *a = reallocarray(l->a, cap, sizeof *a);
        if (a) {
            l->a = a;
            l->cap = cap;
        }
    }
    if (!id || !doc || l->n == l->cap) {
        if (doc)
            fputs("jobmatch: out of memory\n", stderr);
        free(id);
        free(doc);
        return -1;
    }
    doc->external = id;
    doc->doc_id = l->n + 1;
    l->a[l->n++] = (struct jm_offline_doc){id, doc};
    return 0;
}

void jm_offline_docs_free(struct jm_offline_docs *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->a[i].id);
        free(l->a[i].doc);
    }
    free(l->a);
    *l = (struct jm_offline_docs){0};
}

/* The id of a line; *text and *len become what follows it. NULL: `why` says what is missing. */
static char *id_of(const char **text, size_t *len, struct jm_format_problem *why)
{
    if (is_json(*text, *len)) {
        struct jm_arena arena;
        struct jm_format_key key;
        jm_arena_init(&arena, ARENA_LIMIT);
        char *id = jm_format_key(&arena, *text, *len, "file", &key, why) ? NULL
                                                                         : strdup(key.external_id);
        jm_arena_fini(&arena);
        return id;
    }
    const char *tab = memchr(*text, '\t', *len);
    if (!tab) {
        snprintf(why->detail, sizeof why->detail, "expected JSON or 'id TAB text'");
        return NULL;
    }
    char *id = strndup(*text, (size_t)(tab - *text));
    *len -= (size_t)(tab + 1 - *text);
    *text = tab + 1;
    return id;
}

int jm_offline_read_lines(struct jm_offline *o, enum jm_kind kind, const char *file,
                          struct jm_offline_docs *out)
{
    struct jm_buf text = {0};
    const char *line;
    size_t len;
    char what[4500];
    int rc = jm_cli_read_text(file, &text);
    struct jm_format_lines it = {.text = jm_buf_cstr(&text), .bytes = text.len};
    while (rc == 0 && jm_format_next_line(&it, &line, &len)) {
        struct jm_format_problem why = {0};
        snprintf(what, sizeof what, "%s:%u", file, it.line_no);
        char *id = id_of(&line, &len, &why);
        if (id)
            rc = jm_offline_keep(out, id, jm_offline_read(o, kind, what, line, len));
        else
            fprintf(stderr, "jobmatch: %s: %s%s%s\n", what, why.pointer, why.pointer[0] ? ": " : "",
                    why.detail);
        rc = id ? rc : -1;
    }
    jm_buf_fini(&text);
    return rc;
}
