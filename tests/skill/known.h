/* known.h - differences between the labelled texts and the program that we know of.
 *
 * Shares of thousands of labels hide that one got worse. So every difference is a line of a list that
 * is kept with the texts: a new one fails the test, and so does one that is gone, until the list is
 * written anew (JM_CORPUS_WRITE=1) and its change is read. */
#ifndef KNOWN_H
#define KNOWN_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"

#define KNOWN_PATH "tests/skill/corpus/known.tsv"

struct known {
    char **lines;
    size_t n, cap;
};

static void known_add(struct known *k, const char *line, size_t len)
{
    if (k->n == k->cap) {
        k->cap = k->cap ? k->cap * 2 : 256;
        k->lines = realloc(k->lines, k->cap * sizeof *k->lines);
        assert_non_null(k->lines);
    }
    char *copy = strndup(line, len);
    assert_non_null(copy);
    for (char *p = copy; *p; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    k->lines[k->n++] = copy;
}

/* The case, what differs, the skill or fact, and the words or values. */
static void known_note(struct known *k, const char *name, const char *what, const char *id,
                       const char *words, size_t len)
{
    char line[512];
    int n = snprintf(line, sizeof line, "%s\t%s\t%s\t%.*s", name, what, id, (int)len, words);
    known_add(k, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

static int known_order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void known_read(struct known *k, const char *all)
{
    for (const char *p = all; *p;) {
        size_t n = strcspn(p, "\n");
        if (n && *p != '#')
            known_add(k, p, n);
        p += n + (p[n] == '\n');
    }
}

static void known_write(const struct known *k)
{
    FILE *f = fopen(KNOWN_PATH, "w");
    assert_non_null(f);
    fputs("# Labels of these texts that the program does not meet: case, what differs, skill or fact, words.\n",
          f);
    for (size_t i = 0; i < k->n; i++)
        fprintf(f, "%s\n", k->lines[i]);
    assert_int_equal(fclose(f), 0);
}

/* Print what only one of two sorted lists has; how many lines that is. */
static size_t known_compare(const struct known *seen, const struct known *listed)
{
    size_t differ = 0;
    for (size_t i = 0, k = 0; i < seen->n || k < listed->n;) {
        int order = i == seen->n     ? 1
                    : k == listed->n ? -1
                                     : strcmp(seen->lines[i], listed->lines[k]);
        if (order)
            printf("%s: %s\n", order < 0 ? "new difference" : "mended, and still listed",
                   order < 0 ? seen->lines[i] : listed->lines[k]);
        differ += order != 0;
        i += order <= 0;
        k += order >= 0;
    }
    return differ;
}

static void known_free(struct known *k)
{
    for (size_t i = 0; i < k->n; i++)
        free(k->lines[i]);
    free(k->lines);
    *k = (struct known){0};
}

/* Hold what was seen against the list, given as the text of its file. */
static void known_judge(struct known *seen, const char *file)
{
    struct known listed = {0};
    qsort(seen->lines, seen->n, sizeof *seen->lines, known_order);
    if (getenv("JM_CORPUS_WRITE")) {
        known_write(seen);
        return;
    }
    known_read(&listed, file);
    qsort(listed.lines, listed.n, sizeof *listed.lines, known_order);
    size_t differ = known_compare(seen, &listed);
    known_free(&listed);
    if (differ)
        fail_msg("%zu differences to %s; if they are meant: JM_CORPUS_WRITE=1, and read its change",
                 differ, KNOWN_PATH);
}

#endif
