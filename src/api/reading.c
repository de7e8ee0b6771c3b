/* reading.c - a document from bytes to what the store keeps. Runs on a worker. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "internal.h"
#include "jobmatch/format.h"

enum jm_media jm_media_parse(const char *content_type)
{
    static const struct {
        const char *name;
        enum jm_media media;
    } table[] = {{"application/json", JM_MEDIA_JSON}, {"text/plain", JM_MEDIA_TEXT},
                 {"text/html", JM_MEDIA_HTML}, {"application/x-ndjson", JM_MEDIA_JSON}};
    if (!content_type)
        return JM_MEDIA_JSON;
    size_t n = strcspn(content_type, "; \t");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strlen(table[i].name) == n && strncasecmp(content_type, table[i].name, n) == 0)
            return table[i].media;
    return JM_MEDIA_OTHER;
}

static int no_memory(struct jm_format_problem *why)
{
    why->kind = JM_FORMAT_NO_MEMORY;
    snprintf(why->detail, sizeof why->detail, "out of memory for this document");
    return -1;
}

static int prepare_failed(struct jm_format_problem *why, const struct jm_err *err)
{
    why->kind = err->code == JM_ENOMEM ? JM_FORMAT_NO_MEMORY : JM_FORMAT_LIMIT;
    snprintf(why->detail, sizeof why->detail, "%.230s", err->text);
    return -1;
}

struct source {
    enum jm_media media;
    const char *bytes;
    size_t len;
    bool strict;
};

static const struct jm_doc *read_job(struct jm_engine *e, const struct jm_doc_name *name,
                                     const struct source *src, int64_t as_of_s,
                                     struct jm_arena *arena, struct jm_reading *out,
                                     struct jm_format_problem *why, struct jm_err *err)
{
    struct jm_job job;
    int rc = src->media == JM_MEDIA_JSON
                 ? jm_format_job(arena, src->bytes, src->len, src->strict, &job, &out->ignored, why)
                 : jm_format_job_text(arena, src->bytes, src->len, src->media == JM_MEDIA_HTML,
                                      &job, why);
    if (rc)
        return NULL;
    out->version = job.version;
    out->title = job.title;
    out->status = job.closed ? JM_STATUS_CLOSED : JM_STATUS_OPEN;
    out->expires_at_us = job.expires_at_us;
    return jm_prepare_job(e->prepare, jm_matcher_dict(e->matcher), name, &job, as_of_s, err);
}

static const struct jm_doc *read_candidate(struct jm_engine *e, const struct jm_doc_name *name,
                                           const struct source *src, int64_t as_of_s,
                                           struct jm_arena *arena, struct jm_reading *out,
                                           struct jm_format_problem *why, struct jm_err *err)
{
    struct jm_candidate c;
    int rc = src->media == JM_MEDIA_JSON
                 ? jm_format_candidate(arena, src->bytes, src->len, src->strict, &c, &out->ignored,
                                       why)
                 : jm_format_candidate_text(arena, src->bytes, src->len,
                                            src->media == JM_MEDIA_HTML, &c, why);
    if (rc)
        return NULL;
    out->version = c.version;
    out->title = c.headline;
    out->status = c.paused ? JM_STATUS_CLOSED : JM_STATUS_OPEN;
    return jm_prepare_candidate(e->prepare, jm_matcher_dict(e->matcher), name, &c, as_of_s, err);
}

int jm_reading_run(struct jm_engine *e, const struct jm_doc_name *name, enum jm_kind kind,
                   enum jm_media media, const char *bytes, size_t len, bool strict, int64_t as_of_s,
                   struct jm_arena *arena, struct jm_reading *out, struct jm_format_problem *why)
{
    struct jm_err err = {0};
    struct source src = {media, bytes, len, strict};
    *out = (struct jm_reading){0};
    const struct jm_doc *d =
        kind == JM_JOB ? read_job(e, name, &src, as_of_s, arena, out, why, &err)
                       : read_candidate(e, name, &src, as_of_s, arena, out, why, &err);
    if (!d)
        return why->kind == JM_FORMAT_OK ? prepare_failed(why, &err) : -1;
    out->dict_version = d->dict_version;
    if (jm_doc_encode(d, &out->compact)) {
        jm_buf_fini(&out->compact);
        return no_memory(why);
    }
    return 0;
}

struct jm_put jm_reading_put(const struct jm_reading *r)
{
    return (struct jm_put){.title = r->title, .dict_version = r->dict_version, .status = r->status,
                           .expires_at_us = r->expires_at_us, .compact = r->compact.data,
                           .compact_len = r->compact.len};
}
