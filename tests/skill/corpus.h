/* corpus.h - labelled texts: one case a line, labels inside the text.
 *
 *   J: Title || We use [Go=go+must] and [Kubernetes=kubernetes]; {going=go} forward. ## years=5
 *
 * J job, R résumé. [surface=id] is an expected claim, {surface=id} an expected rejection; behind
 * the id: +must +nice +5y +2021 (last year). "\n" is a line break, "##" starts expected facts:
 * years=3-5 seniority=senior degree=bachelor pay=50000-60000EUR/year workplace=remote lang=en:C1
 * eligible=US, "-" for none. Every accepted claim must be labelled: a case is closed. */
#ifndef CORPUS_H
#define CORPUS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct label {
    size_t beg, end;
    bool in_title, want, must, nice;
    unsigned years, last_year;
    char id[80];
};

struct labelled {
    bool person, has_title;
    char title[512], text[8192], facts[512];
    struct label labels[64];
    size_t n;
};

/* "id+must+5y" into the label. */
static bool corpus_label(struct label *l, const char *s, size_t n)
{
    size_t id = 0;
    while (id < n && s[id] != '+')
        id++;
    if (!id || id >= sizeof l->id)
        return false;
    memcpy(l->id, s, id);
    l->id[id] = 0;
    for (size_t i = id; i < n;) {
        size_t from = ++i;
        while (i < n && s[i] != '+')
            i++;
        unsigned v = (unsigned)strtoul(s + from, NULL, 10);
        if (i - from == 4 && !memcmp(s + from, "must", 4))
            l->must = true;
        else if (i - from == 4 && !memcmp(s + from, "nice", 4))
            l->nice = true;
        else if (v && s[i - 1] == 'y')
            l->years = v;
        else if (v > 1900)
            l->last_year = v;
        else
            return false;
    }
    return true;
}

/* Copy `s` to `out` without the labels, which go to `c`. A bracket without "=id" is text. */
static bool corpus_strip(struct labelled *c, const char *s, size_t n, bool title, char *out,
                         size_t out_bytes)
{
    size_t o = 0;
    for (size_t i = 0; i < n; i++) {
        char close = s[i] == '[' ? ']' : s[i] == '{' ? '}' : 0;
        const char *end = close ? memchr(s + i, close, n - i) : NULL;
        const char *eq = end ? memrchr(s + i, '=', (size_t)(end - s) - i) : NULL;
        if (o + 2 >= out_bytes)
            return false;
        if (eq) {
            struct label *l = &c->labels[c->n++];
            size_t bytes = (size_t)(eq - s) - i - 1;
            *l = (struct label){.beg = o, .end = o + bytes, .in_title = title, .want = close == ']'};
            if (c->n == 64 || o + bytes >= out_bytes ||
                !corpus_label(l, eq + 1, (size_t)(end - eq) - 1))
                return false;
            memcpy(out + o, s + i + 1, bytes);
            o += bytes;
            i = (size_t)(end - s);
        } else if (s[i] == '\\' && i + 1 < n && s[i + 1] == 'n') {
            out[o++] = '\n';
            i++;
        } else {
            out[o++] = s[i];
        }
    }
    out[o] = 0;
    return true;
}

/* Read one line; false when it is not a case. */
static bool corpus_read(struct labelled *c, const char *line)
{
    size_t n = strcspn(line, "\n");
    memset(c, 0, sizeof *c);
    if (n < 4 || (line[0] != 'J' && line[0] != 'R') || line[1] != ':')
        return false;
    c->person = line[0] == 'R';
    line += 3;
    n -= 3;
    const char *facts = memmem(line, n, " ## ", 4);
    if (facts) {
        snprintf(c->facts, sizeof c->facts, " %.*s ", (int)(line + n - facts - 4), facts + 4);
        n = (size_t)(facts - line);
    }
    const char *bar = memmem(line, n, " || ", 4);
    if (bar) {
        c->has_title = true;
        if (!corpus_strip(c, line, (size_t)(bar - line), true, c->title, sizeof c->title))
            return false;
        n -= (size_t)(bar - line) + 4;
        line = bar + 4;
    }
    return corpus_strip(c, line, n, false, c->text, sizeof c->text);
}

#endif
