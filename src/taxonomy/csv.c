/* csv.c - one byte after the other through four states; a row is handed out at its line end. */
#include "csv.h"

#include <string.h>

static int fail(const struct csv *c, struct jm_err *err, const char *what)
{
    return jm_err_set(err, JM_EINVAL, "%u: %s", c->row_line, what);
}

static void open_cell(struct csv *c)
{
    c->start[c->n++] = c->text.len;
}

static int next_cell(struct csv *c, struct jm_err *err)
{
    jm_buf_ch(&c->text, '\0');
    if (c->n == CSV_MAX_FIELDS)
        return fail(c, err, "more than 64 columns");
    open_cell(c);
    c->state = CSV_START;
    return 0;
}

/* Hand out the row; a line without anything is no row. */
static int end_row(struct csv *c, struct jm_err *err)
{
    struct csv_row row = {.n = c->n, .line = c->row_line};
    bool empty = c->n == 1 && c->text.len == 0 && c->state == CSV_START;
    jm_buf_ch(&c->text, '\0');
    if (!jm_buf_ok(&c->text))
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    for (size_t i = 0; i < c->n; i++) {
        size_t end = (i + 1 < c->n ? c->start[i + 1] : c->text.len) - 1;
        row.field[i] = c->text.data + c->start[i];
        row.bytes[i] = csv_decode(c->text.data + c->start[i], end - c->start[i]);
    }
    int rc = empty ? 0 : c->on_row(c->arg, &row, err);
    jm_buf_clear(&c->text);
    c->n = 0;
    c->state = CSV_START;
    if (!c->separator && !empty)
        c->separator = ','; /* one column: what its cells hold separates nothing */
    return rc;
}

static int take(struct csv *c, char ch, struct jm_err *err)
{
    if (c->n == 0) {
        c->row_line = c->line;
        open_cell(c);
    }
    if (c->text.len >= CSV_MAX_ROW)
        return fail(c, err, "the row is over 1 MiB; is a quote missing?");
    if (c->state == CSV_QUOTED) {
        if (ch == '"')
            c->state = CSV_AFTER_QUOTE;
        else
            jm_buf_ch(&c->text, ch);
        return 0;
    }
    if (c->state == CSV_AFTER_QUOTE && ch == '"') {
        jm_buf_ch(&c->text, ch);
        c->state = CSV_QUOTED;
        return 0;
    }
    if (!c->separator && (ch == ',' || ch == ';' || ch == '\t'))
        c->separator = ch;
    if (ch == c->separator)
        return next_cell(c, err);
    if (ch == '\n')
        return end_row(c, err);
    if (c->state == CSV_START && ch == '"' && c->quotes) {
        c->state = CSV_QUOTED;
        return 0;
    }
    c->state = CSV_PLAIN;
    jm_buf_ch(&c->text, ch);
    if (c->line == 1 && c->n == 1 && strcmp(jm_buf_cstr(&c->text), "\xef\xbb\xbf") == 0) {
        jm_buf_clear(&c->text); /* a byte order mark */
        c->state = CSV_START;
    }
    return 0;
}

int csv_feed(struct csv *c, const char *bytes, size_t len, struct jm_err *err)
{
    if (c->line == 0)
        c->line = 1;
    for (size_t i = 0; i < len; i++) {
        char ch = bytes[i];
        bool cr = ch == '\r' && c->state != CSV_QUOTED;
        bool lone = c->after_cr && ch != '\n'; /* the old line end of one byte */
        c->after_cr = cr;
        if (lone && take(c, '\n', err))
            return -1;
        c->line += lone;
        if (!cr && take(c, ch, err))
            return -1;
        c->line += ch == '\n';
    }
    return jm_buf_ok(&c->text) ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory");
}

int csv_end(struct csv *c, struct jm_err *err)
{
    if (c->state == CSV_QUOTED)
        return fail(c, err, "a quote is not closed");
    return c->n || c->after_cr ? take(c, '\n', err) : 0;
}

void csv_fini(struct csv *c)
{
    jm_buf_fini(&c->text);
}
