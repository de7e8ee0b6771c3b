/* csv.h - a table read in pieces, a row at a time; memory is bounded by the longest row.
 *
 * Comma-separated with quotes (a quoted cell may hold commas, line ends and "" for a quote), or
 * tab-separated without. Where the separator is 0 the first row tells it: comma, semicolon or tab
 * (spreadsheets write what their country does). A byte order mark is skipped, CRLF is one line end,
 * "&amp;" in a cell is "&". */
#ifndef JM_TAXONOMY_CSV_H
#define JM_TAXONOMY_CSV_H

#include <stdbool.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"

enum { CSV_MAX_FIELDS = 64, CSV_MAX_ROW = 1 << 20 };

struct csv_row {
    const char *field[CSV_MAX_FIELDS]; /* NUL-terminated */
    size_t bytes[CSV_MAX_FIELDS];
    size_t n;
    unsigned line; /* where the row starts */
};

struct csv {
    char separator;
    bool quotes;
    int (*on_row)(void *arg, const struct csv_row *row, struct jm_err *err); /* -1 stops */
    void *arg;
    /* inside */
    struct jm_buf text; /* cells of the row, each with its NUL */
    size_t start[CSV_MAX_FIELDS], n;
    enum { CSV_START, CSV_PLAIN, CSV_QUOTED, CSV_AFTER_QUOTE } state;
    bool after_cr;
    unsigned line, row_line;
};

int csv_feed(struct csv *c, const char *bytes, size_t len, struct jm_err *err);
int csv_end(struct csv *c, struct jm_err *err); /* the last row, if it has no line end */
void csv_fini(struct csv *c);

/* entity.c: resolve the character references of `n` bytes in place, with a NUL behind; how many
 * bytes are left. */
size_t csv_decode(char *s, size_t n);

#endif
