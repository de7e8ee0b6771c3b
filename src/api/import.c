/* import.c - a page of documents, one JSON document a line, with a verdict for each line.
 *
 * A worker reads all lines; then the loop hands them to the store in slices and writes the answer
 * in slices, so that a page of ten thousand small lines never holds it. It goes out when every line
 * has its verdict. A bad line never stops the rest, and a line that could not be kept now says "retry": true. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/format.h"
#include "jobmatch/loop.h"

enum { MAX_LINES = 10000, MAX_LINE = 256 * 1024, SLICE = 64, ANSWER_SLICE = 500,
       LINE_ARENA = 8 << 20 };

struct line {
    unsigned no;
    const char *raw; /* in the body */
    size_t raw_len;
    char *source, *id, *title; /* own memory; NULL unknown */
    struct jm_reading reading;
    struct jm_format_problem why;
    bool bad, remove;
    int64_t version;
    struct jm_put_result result;
    struct import *page;
};

struct import {
    struct jm_call *call;
    struct import *next, **prev; /* all pages of the api */
    struct jm_defer next_slice;
    struct line *lines;
    size_t n, cap, submitted, answered, told;
    unsigned count[JM_PUT_ERROR + 1];
    struct jm_buf out;
    struct jm_loop *loop;
    const char *source; /* ?source=, for lines that name none */
    bool strict, too_many, no_memory;
    int64_t as_of_s;
};

static void line_fini(struct line *l)
{
    free(l->source);
    free(l->id);
    free(l->title);
    jm_buf_fini(&l->reading.compact);
}

static void import_free(struct import *m)
{
    jm_loop_undefer(m->loop, &m->next_slice);
    *m->prev = m->next;
    if (m->next)
        m->next->prev = m->prev;
    for (size_t i = m->told; i < m->n; i++)
        line_fini(&m->lines[i]);
    free(m->lines);
    jm_buf_fini(&m->out);
    free(m);
}

/* --- on the worker --------------------------------------------------------------------------- */

static int keep(char **to, const char *s)
{
    *to = s ? strdup(s) : NULL;
    return s && !*to ? -1 : 0;
}

static int read_line(struct jm_engine *e, struct import *m, struct line *l, struct jm_arena *arena)
{
    struct jm_format_key key = {0};
    if (l->raw_len > MAX_LINE) {
        l->why.kind = JM_FORMAT_LIMIT;
        snprintf(l->why.detail, sizeof l->why.detail, "a line may have %d bytes", MAX_LINE);
        return -1;
    }
    int rc = jm_format_key(arena, l->raw, l->raw_len, m->source, &key, &l->why);
    if (keep(&l->source, key.source) || keep(&l->id, key.external_id)) {
        l->why.kind = JM_FORMAT_NO_MEMORY;
        return -1;
    }
    l->remove = key.deleted;
    l->version = key.version;
    if (rc || l->remove)
        return rc;
    struct jm_doc_name name = {m->call->tenant, l->source, l->id};
    if (jm_reading_run(e, &name, m->call->route->kind, JM_MEDIA_JSON, l->raw, l->raw_len, m->strict,
                       m->as_of_s, arena, &l->reading, &l->why))
        return -1;
    if (keep(&l->title, l->reading.title)) {
        l->why.kind = JM_FORMAT_NO_MEMORY;
        return -1;
    }
    return 0;
}

static struct line *add_line(struct import *m)
{
    if (m->n == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 64;
        struct line *p = realloc(m->lines, cap * sizeof *p);
        if (!p)
            return NULL;
        m->lines = p;
        m->cap = cap;
    }
    struct line *l = &m->lines[m->n++];
    *l = (struct line){.page = m};
    return l;
}

static void run_page(struct jm_engine *e, void *arg)
{
    struct import *m = arg;
    struct jm_arena arena;
    struct jm_format_lines it = {0};
    const char *raw;
    size_t len;
    jm_arena_init(&arena, LINE_ARENA);
    it.text = jm_http_body(m->call->req, &it.bytes);
    while (jm_format_next_line(&it, &raw, &len)) {
        if (m->n == MAX_LINES) {
            m->too_many = true;
            break;
        }
        struct line *l = add_line(m);
        if (!l) {
            m->no_memory = true;
            break;
        }
        l->no = it.line_no;
        l->raw = raw;
        l->raw_len = len;
        l->bad = read_line(e, m, l, &arena) != 0;
        jm_arena_reset(&arena);
    }
    jm_arena_fini(&arena);
}

/* --- the answer ------------------------------------------------------------------------------ */

static void problem_of(const struct line *l, int *status, const char **slug, const char **detail)
{
    if (l->bad) {
        *status = l->why.kind == JM_FORMAT_NO_MEMORY ? 503 : l->why.kind == JM_FORMAT_INVALID ? 422
                                                                                            : 400;
        *slug = l->why.kind == JM_FORMAT_INVALID ? "invalid" : "not-readable";
        *detail = l->why.detail;
    } else if (l->result.verdict == JM_PUT_CONFLICT) {
        *status = 409;
        *slug = "version-conflict";
        *detail = "this version is stored with other content; send a higher version";
    } else {
        *status = l->result.err.code == JM_EUNAVAIL ? 503 : 422;
        *slug = *status == 503 ? "unavailable" : "refused";
        *detail = l->result.err.text;
    }
}

static void put_line(struct jm_buf *b, const struct line *l)
{
    bool error = l->bad || l->result.verdict == JM_PUT_ERROR ||
                 l->result.verdict == JM_PUT_CONFLICT;
    jm_buf_fmt(b, "{\"line\":%u", l->no);
    if (l->source) {
        jm_buf_str(b, ",\"source\":");
        jm_buf_json(b, l->source, strlen(l->source));
    }
    if (l->id) {
        jm_buf_str(b, ",\"id\":");
        jm_buf_json(b, l->id, strlen(l->id));
    }
    if (error) {
        int status;
        const char *slug, *detail;
        char fragment[160];
        problem_of(l, &status, &slug, &detail);
        snprintf(fragment, sizeof fragment, "#%s", l->why.pointer);
        struct jm_http_fault fault = {detail, fragment};
        jm_buf_fmt(b, ",\"result\":\"error\"%s,\"problem\":",
                   status == 503 ? ",\"retry\":true" : "");
        jm_http_problem_json(b, status, slug, NULL, detail, NULL, &fault, l->why.pointer[0] ? 1 : 0);
    } else {
        jm_buf_fmt(b, ",\"result\":\"%s\",\"version\":%" PRId64, jm_verdict_name(l->result.verdict),
                   l->result.version);
        if (l->reading.ignored)
            jm_buf_fmt(b, ",\"ignored_keys\":%u", l->reading.ignored);
    }
    jm_buf_str(b, "}\n");
}

static void finish(struct import *m)
{
    struct jm_call *c = m->call;
    size_t len;
    jm_buf_fmt(&m->out, "{\"summary\":{\"lines\":%zu", m->n);
    for (int v = 0; v <= JM_PUT_ERROR; v++)
        if (v != JM_PUT_CONFLICT)
            jm_buf_fmt(&m->out, ",\"%s\":%u", jm_verdict_name((enum jm_verdict)v), m->count[v]);
    jm_buf_str(&m->out, "}}\n");
    char *text = jm_buf_steal(&m->out, &len);
    import_free(m);
    if (text)
        jm_http_reply_take(c->req, 200, "application/x-ndjson", text, len);
    else
        jm_call_no_memory(c);
}

static void answer_slice(void *arg)
{
    struct import *m = arg;
    for (size_t i = 0; i < ANSWER_SLICE && m->told < m->n; i++) {
        struct line *l = &m->lines[m->told++];
        bool error = l->bad || l->result.verdict == JM_PUT_CONFLICT;
        m->count[error ? JM_PUT_ERROR : l->result.verdict]++;
        put_line(&m->out, l);
        line_fini(l);
    }
    if (m->told < m->n)
        jm_loop_defer(m->loop, &m->next_slice, answer_slice, m);
    else
        finish(m);
}

/* --- on the loop ----------------------------------------------------------------------------- */

static void one_answered(struct import *m)
{
    if (++m->answered == m->n)
        jm_loop_defer(m->loop, &m->next_slice, answer_slice, m);
}

static void on_line(void *arg, const struct jm_put_result *r)
{
    struct line *l = arg;
    l->result = *r;
    one_answered(l->page);
}

static void submit_line(struct import *m, struct line *l)
{
    struct jm_put p = jm_reading_put(&l->reading);
    p.tenant = m->call->tenant;
    p.kind = m->call->route->kind;
    p.source = l->source;
    p.external_id = l->id;
    p.version = l->version;
    p.remove = l->remove;
    p.raw = l->raw;
    p.raw_len = l->raw_len;
    p.title = l->title; /* its own memory: the worker's arena is gone */
    l->result.verdict = JM_PUT_ERROR;
    if (l->bad || jm_store_put(m->call->api->o.store, &p, on_line, l, &l->result.err))
        one_answered(m);
}

static void submit_slice(void *arg)
{
    struct import *m = arg;
    for (size_t i = 0; i < SLICE && m->submitted < m->n; i++)
        submit_line(m, &m->lines[m->submitted++]);
    if (m->submitted < m->n)
        jm_loop_defer(m->loop, &m->next_slice, submit_slice, m);
}

static void on_page(void *arg, bool ran)
{
    struct import *m = arg;
    struct jm_call *c = m->call;
    if (ran && !m->too_many && !m->no_memory && m->n > 0) {
        submit_slice(m);
        return;
    }
    if (!ran)
        jm_call_busy(c, "the daemon is stopping");
    else if (m->no_memory)
        jm_call_no_memory(c);
    else if (m->too_many)
        jm_http_problem(c->req, 413, "too-many-lines", NULL,
                        "a page may have 10,000 lines; send more pages", NULL);
    else
        jm_http_problem(c->req, 400, "empty", NULL, "the page has no line", NULL);
    import_free(m);
}

void jm_import(struct jm_call *c)
{
    struct import *m = calloc(1, sizeof *m);
    if (!m) {
        jm_call_no_memory(c);
        return;
    }
    m->call = c;
    m->loop = c->api->o.loop;
    m->next = c->api->pages;
    m->prev = &c->api->pages;
    c->api->pages = m;
    if (m->next)
        m->next->prev = &m->next;
    m->strict = jm_call_flag(c, "strict");
    m->source = jm_http_query(c->req, "source");
    m->as_of_s = jm_pipeline_as_of_s(c->api->o.pipeline);
    if (jm_media_parse(jm_http_header(c->req, "Content-Type")) != JM_MEDIA_JSON) {
        import_free(m);
        jm_http_problem(c->req, 415, "media-type", NULL, "send application/x-ndjson", NULL);
    } else if (jm_pipeline_ask(c->api->o.pipeline, run_page, on_page, m)) {
        import_free(m);
        jm_call_busy(c, "too many pages wait to be read");
    }
}

void jm_import_end(struct jm_api *a)
{
    while (a->pages)
        import_free(a->pages);
}
