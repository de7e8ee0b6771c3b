/* corpus.h - labelled texts: one case a line, labels inside the text.
 *
 *   J(name): Title || We use [Go=go+must] and [k8s=kubernetes]; {going=go+word} forward. ## years=5
 *
 * J job, R résumé; the name is optional. [surface=id] is an expected claim, {surface=id} an
 * expected rejection; id/id means that either will do. Behind the id: +must +nice +plain (neither)
 * +5y +2021 (last year) +undated +basic +working +advanced +expert (level) +opt (a careful reader may see it
 * so or not) +late (overlooked at first, likewise); of a rejection its reason: +word +negated +papers +benefits +about +legal.
 * "\n" is a line break, "\xNN" a byte, "\*40(text)" the text forty times. "##" starts expected
 * facts: years=3-5 seniority=senior degree=bachelor pay=50000-60000EUR/year workplace=remote
 * lang=en:C1 eligible=US, "-" for none. A case is closed: every accepted claim must be labelled,
 * and pay and eligible that are not mentioned must not be read. */
#ifndef CORPUS_H
#define CORPUS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct label {
    size_t beg, end;
    bool in_title, want, must, nice, plain, optional, undated;
    unsigned years, last_year, level;
    char why[12], id[160];
};

struct labelled {
    bool person, has_title;
    char name[40], title[512], text[32768], facts[512];
    struct label labels[64];
    size_t n;
};

static bool corpus_is(const char *s, size_t n, const char *word)
{
    return strlen(word) == n && !memcmp(s, word, n);
}

/* One mark behind the id: "must", "5y", "2021", "basic", "benefits". */
static bool corpus_mark(struct label *l, const char *s, size_t n)
{
    static const char *const levels[] = {"", "basic", "working", "advanced", "expert"};
    static const char *const whys[] = {"word", "negated", "papers", "benefits", "about", "legal"};
    unsigned v = (unsigned)strtoul(s, NULL, 10);
    for (unsigned k = 1; k < 5; k++)
        if (corpus_is(s, n, levels[k]))
            return (l->level = k) != 0;
    for (size_t k = 0; k < 6; k++)
        if (corpus_is(s, n, whys[k]))
            return snprintf(l->why, sizeof l->why, "%s", whys[k]) > 0;
    if (corpus_is(s, n, "must"))
        l->must = true;
    else if (corpus_is(s, n, "nice"))
        l->nice = true;
    else if (corpus_is(s, n, "plain"))
        l->plain = true;
    else if (corpus_is(s, n, "undated"))
        l->undated = true;
    else if (corpus_is(s, n, "opt") || corpus_is(s, n, "late"))
        l->optional = true;
    else if (v && s[n - 1] == 'y')
        l->years = v;
    else if (v > 1900)
        l->last_year = v;
    else
        return false;
    return true;
}

/* "id/id+must+5y" into the label. */
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
        if (!corpus_mark(l, s + from, i - from))
            return false;
    }
    return true;
}

/* Is `id` one of the label's? */
static bool corpus_id(const struct label *l, const char *id)
{
    size_t n = strlen(id);
    for (const char *p = l->id; *p; p += strcspn(p, "/"), p += *p == '/')
        if (corpus_is(p, strcspn(p, "/"), id) && n)
            return true;
    return false;
}

/* Write what the escape at s stands for; returns the bytes read, 0: not an escape. */
static size_t corpus_escape(const char *s, size_t n, char *out, size_t *o, size_t out_bytes)
{
    const char *open = memchr(s, '(', n), *close = open ? memchr(s, ')', n) : NULL;
    if (n < 2 || s[0] != '\\')
        return 0;
    if (s[1] == 'n') {
        out[(*o)++] = '\n';
        return 2;
    }
    if (s[1] == 'x' && n >= 4) {
        char hex[3] = {s[2], s[3], 0};
        out[(*o)++] = (char)strtoul(hex, NULL, 16);
        return 4;
    }
    if (s[1] != '*' || !close)
        return 0;
    size_t bytes = (size_t)(close - open) - 1;
    for (unsigned long k = strtoul(s + 2, NULL, 10); k && *o + bytes + 2 < out_bytes; k--) {
        memcpy(out + *o, open + 1, bytes);
        *o += bytes;
    }
    return (size_t)(close - s) + 1;
}

/* Copy `s` to `out` without the labels, which go to `c`. A bracket without "=id" is text. */
static bool corpus_strip(struct labelled *c, const char *s, size_t n, bool title, char *out,
                         size_t out_bytes)
{
    size_t o = 0;
    for (size_t i = 0; i < n;) {
        char close = s[i] == '[' ? ']' : s[i] == '{' ? '}' : 0;
        const char *end = close ? memchr(s + i, close, n - i) : NULL;
        const char *eq = end ? memrchr(s + i, '=', (size_t)(end - s) - i) : NULL;
        size_t escaped = corpus_escape(s + i, n - i, out, &o, out_bytes);
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
            i = (size_t)(end - s) + 1;
        } else if (escaped) {
            i += escaped;
        } else {
            out[o++] = s[i++];
        }
    }
    out[o] = 0;
    return true;
}

/* Read one line; false when it is not a case. */
static bool corpus_read(struct labelled *c, const char *line)
{
    size_t n = strcspn(line, "\n");
    const char *colon = memchr(line, ':', n);
    memset(c, 0, sizeof *c);
    if (n < 4 || (line[0] != 'J' && line[0] != 'R') || !colon || (line[1] != ':' && line[1] != '('))
        return false;
    c->person = line[0] == 'R';
    if (line[1] == '(')
        snprintf(c->name, sizeof c->name, "%.*s", (int)(colon - line) - 3, line + 2);
    n -= (size_t)(colon + 2 - line);
    line = colon + 2;
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
