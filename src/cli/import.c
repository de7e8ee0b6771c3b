/* import.c - send files of documents, page by page, until every line has its verdict.
 *
 * A page that meets 503 or 429 is sent again after the time the server asked for; lines that the
 * server could not keep for the moment are sent again in a page of their own. Every refused line
 * is named with its file and number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "jobmatch/format.h"

enum { PAGE_BYTES = 512 * 1024, PAGE_LINES = 1000, MAX_TRIES = 12 };

struct page {
    struct jm_buf text;
    unsigned line_no[PAGE_LINES]; /* in the file */
    size_t n;
};

struct import {
    struct jm_cli *c;
    const char *path; /* of the API, with query */
    const char *file;
    struct page page, again;
    size_t sent, errors, created, updated, unchanged;
    bool progress;
    time_t started;
};

static void show_progress(struct import *m, bool last)
{
    double s = difftime(time(NULL), m->started);
    if (!m->progress && !last)
        return;
    fprintf(stderr, "%s%s: %zu lines, %zu created, %zu updated, %zu unchanged, %zu errors%s",
            m->progress ? "\r" : "", m->file, m->sent, m->created, m->updated, m->unchanged,
            m->errors, last ? "" : " ");
    if (s >= 1)
        fprintf(stderr, " (%.0f/s)", (double)m->sent / s);
    if (last)
        fputc('\n', stderr);
}

static void page_add(struct page *p, const char *line, size_t len, unsigned no)
{
    jm_buf_add(&p->text, line, len);
    jm_buf_ch(&p->text, '\n');
    p->line_no[p->n++] = no;
}

static void page_clear(struct page *p)
{
    jm_buf_clear(&p->text);
    p->n = 0;
}

/* One verdict. Lines to try again go to the next page. */
static void take_verdict(struct import *m, json_t *v, const char *line, size_t len, unsigned no)
{
    const char *result = json_string_value(json_object_get(v, "result"));
    const json_t *problem = json_object_get(v, "problem");
    if (json_is_true(json_object_get(v, "retry"))) {
        page_add(&m->again, line, len, no);
        return;
    }
    m->sent++;
    if (!result || strcmp(result, "error") == 0) {
        const char *detail = json_string_value(json_object_get(problem, "detail"));
        const json_t *at = json_object_get(json_array_get(json_object_get(problem, "errors"), 0),
                                           "pointer");
        m->errors++;
        fprintf(stderr, "%s%s:%u: %s%s%s\n", m->progress ? "\n" : "", m->file, no,
                at ? json_string_value(at) : "", at ? ": " : "", detail ? detail : "refused");
    } else if (strcmp(result, "created") == 0) {
        m->created++;
    } else if (strcmp(result, "updated") == 0 || strcmp(result, "deleted") == 0) {
        m->updated++;
    } else {
        m->unchanged++;
    }
}

/* The answer has a line for each of ours, in order. */
static int take_answer(struct import *m, const struct page *p, const struct jm_buf *answer)
{
    struct jm_format_lines ours = {.text = p->text.data, .bytes = p->text.len};
    struct jm_format_lines theirs = {.text = answer->data, .bytes = answer->len};
    const char *a, *b;
    size_t na, nb;
    for (size_t i = 0; i < p->n; i++) {
        json_t *v = NULL;
        if (!jm_format_next_line(&ours, &a, &na) || !jm_format_next_line(&theirs, &b, &nb) ||
            !(v = json_loadb(b, nb, 0, NULL))) {
            fprintf(stderr, "jobmatch: %s: the answer has no verdict for line %u\n", m->file,
                    p->line_no[i]);
            return -1;
        }
        take_verdict(m, v, a, na, p->line_no[i]);
        json_decref(v);
    }
    return 0;
}

static void wait_a_while(long asked_s, int attempt)
{
    unsigned s = asked_s > 0 ? (unsigned)asked_s : 1u << (attempt < 4 ? attempt : 4);
    sleep(s < 30 ? s : 30);
}

/* Send one page until the server takes it. -1: given up, complained. */
static int send_page(struct import *m, const struct page *p)
{
    struct jm_buf answer = {0};
    int rc = -1;
    for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
        struct jm_err err = {0};
        long after = 0;
        jm_buf_clear(&answer);
        long status = jm_cli_call(m->c, "POST", m->path, "application/x-ndjson", p->text.data,
                                  p->text.len, &answer, &after, &err);
        if (status == 200) {
            rc = take_answer(m, p, &answer);
            break;
        }
        if ((status >= 0 && status != 503 && status != 429) || attempt + 1 == MAX_TRIES) {
            jm_cli_complain(m->file, status, &answer, &err);
            break;
        }
        wait_a_while(after, attempt);
    }
    jm_buf_fini(&answer);
    return rc;
}

static int flush(struct import *m)
{
    for (int attempt = 0; m->page.n > 0; attempt++) {
        page_clear(&m->again);
        if (send_page(m, &m->page))
            return -1;
        show_progress(m, false);
        struct page t = m->page;
        m->page = m->again;
        m->again = t;
        if (m->page.n == 0)
            break;
        if (attempt == MAX_TRIES) {
            fprintf(stderr, "jobmatch: %s: %zu lines could not be kept; run it again\n", m->file,
                    m->page.n);
            return -1;
        }
        wait_a_while(1, attempt);
    }
    page_clear(&m->page);
    return 0;
}

static int import_file(struct import *m, const char *file)
{
    struct jm_buf text = {0};
    const char *line;
    size_t len;
    m->file = file;
    m->sent = m->errors = m->created = m->updated = m->unchanged = 0;
    m->started = time(NULL);
    int rc = jm_cli_read(file, &text);
    struct jm_format_lines it = {.text = jm_buf_cstr(&text), .bytes = text.len};
    while (rc == 0 && jm_format_next_line(&it, &line, &len)) {
        if (m->page.n == PAGE_LINES || (m->page.n > 0 && m->page.text.len + len > PAGE_BYTES))
            rc = flush(m);
        if (rc == 0)
            page_add(&m->page, line, len, it.line_no);
    }
    if (rc == 0)
        rc = flush(m);
    if (!m->c->quiet)
        show_progress(m, true);
    jm_buf_fini(&text);
    return rc || m->errors ? -1 : 0;
}

static int run(struct jm_cli *c, int argc, char **argv)
{
    int i = 1, rc = JM_CLI_OK;
    const char *source = NULL;
    struct jm_buf path = {0};
    if (argc < 3 || (strcmp(argv[1], "jobs") != 0 && strcmp(argv[1], "candidates") != 0))
        return jm_cli_usage(&jm_cli_import);
    jm_buf_fmt(&path, "/v1/%s/import", argv[i++]);
    if (i + 1 < argc && strcmp(argv[i], "--source") == 0) {
        source = argv[i + 1];
        i += 2;
        jm_buf_str(&path, "?source=");
        jm_cli_escape(&path, source);
    }
    struct import *m = calloc(1, sizeof *m);
    if (!m || i == argc) {
        free(m);
        jm_buf_fini(&path);
        return jm_cli_usage(&jm_cli_import);
    }
    m->c = c;
    m->path = jm_buf_cstr(&path);
    m->progress = !c->quiet && isatty(2);
    for (; i < argc; i++)
        if (import_file(m, argv[i]))
            rc = JM_CLI_FAILED;
    jm_buf_fini(&m->page.text);
    jm_buf_fini(&m->again.text);
    jm_buf_fini(&path);
    free(m);
    return rc;
}

const struct jm_cli_command jm_cli_import = {
    "import", "jobs|candidates [--source NAME] FILE...",
    "Send NDJSON files (- is stdin), one document a line; names every refused line.", run};
