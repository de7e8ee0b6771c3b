/* line.c - lines of dictionary format 1 in pieces, for reading beside the loader's own reader.
 *
 * The loader (skill) alone decides what is valid; this only finds the places. */
#include <string.h>

#include "taxonomy_int.h"

struct span span_of(const char *s)
{
    return (struct span){s, strlen(s)};
}

struct span span_trim(struct span t)
{
    while (t.n && (t.s[0] == ' ' || t.s[0] == '\t'))
        t.s++, t.n--;
    while (t.n && (t.s[t.n - 1] == ' ' || t.s[t.n - 1] == '\t' || t.s[t.n - 1] == '\r'))
        t.n--;
    return t;
}

bool span_is(struct span t, const char *word)
{
    return t.n == strlen(word) && memcmp(t.s, word, t.n) == 0;
}

bool span_cut(struct span *rest, char sep, struct span *part)
{
    if (!rest->s)
        return false;
    const char *at = rest->n ? memchr(rest->s, sep, rest->n) : NULL;
    struct span all = *rest;
    *rest = at ? (struct span){at + 1, all.n - (size_t)(at - all.s) - 1} : (struct span){0};
    *part = span_trim((struct span){all.s, at ? (size_t)(at - all.s) : all.n});
    return true;
}

bool span_line(struct span *text, struct span *line)
{
    if (!text->n)
        return false;
    const char *nl = memchr(text->s, '\n', text->n);
    size_t n = nl ? (size_t)(nl - text->s) : text->n;
    *line = (struct span){text->s, n};
    text->s += nl ? n + 1 : n;
    text->n -= nl ? n + 1 : n;
    return true;
}

bool line_entry(struct span line, struct entry_line *out)
{
    struct span item;
    *out = (struct entry_line){0};
    line = span_trim(line);
    if (!line.n || line.s[0] == '#' || line.s[0] == '@')
        return false;
    if (!span_cut(&line, '=', &out->id) || !span_cut(&line, '|', &item))
        return false;
    line_gate(item, &out->name, &out->gate);
    span_cut(&line, '|', &out->kind);
    out->clauses = line;
    return true;
}

bool line_clause(struct span *clauses, struct clause *out)
{
    struct span text;
    if (!span_cut(clauses, '|', &text))
        return false;
    out->word = (struct span){text.s, 0};
    while (out->word.n < text.n && text.s[out->word.n] != ' ')
        out->word.n++;
    out->body = span_trim((struct span){text.s + out->word.n, text.n - out->word.n});
    return true;
}

void line_gate(struct span item, struct span *name, struct span *gate)
{
    const char *at = item.n ? memrchr(item.s, '^', item.n) : NULL;
    *name = item;
    *gate = (struct span){0};
    if (at) {
        *name = span_trim((struct span){item.s, (size_t)(at - item.s)});
        *gate = span_trim((struct span){at + 1, item.n - (size_t)(at - item.s) - 1});
    }
}

bool line_alias(struct span word, enum jm_lang *lang)
{
    *lang = JM_LANG_UNKNOWN;
    if (span_is(word, "alias"))
        return true;
    if (word.n != 8 || memcmp(word.s, "alias.", 6) != 0)
        return false;
    *lang = jm_lang_parse(word.s + 6, 2);
    return *lang != JM_LANG_UNKNOWN;
}
