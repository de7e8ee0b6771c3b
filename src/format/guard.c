/* guard.c - limits on JSON before the parser, and the framing of NDJSON.
 *
 * The parser turns 1 MB of `[{},{},...]` into tens of megabytes, and nests without a useful bound.
 * Both are counted here on the bytes, in one pass that allocates nothing. It does not judge the
 * grammar: that is the parser's. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"
#include "jobmatch/bytes.h"

/* A value that is quoted may have been cut inside a character, and the answer is JSON. */
static void whole(char *text)
{
    size_t bad;
    while (!jm_utf8_ok(text, strlen(text), &bad))
        text[bad] = '?';
}

int jm_format_fail(struct jm_format_problem *why, int kind, const char *pointer, const char *fmt,
                   ...)
{
    va_list ap;
    va_start(ap, fmt);
    why->kind = kind;
    snprintf(why->pointer, sizeof why->pointer, "%s", pointer);
    vsnprintf(why->detail, sizeof why->detail, fmt, ap);
    va_end(ap);
    whole(why->pointer);
    whole(why->detail);
    return -1;
}

/* The offset just behind a string that opens at `i`, or `bytes` if it never closes. */
static size_t skip_string(const char *s, size_t bytes, size_t i)
{
    for (i++; i < bytes; i++) {
        if (s[i] == '\\')
            i++;
        else if (s[i] == '"')
            return i + 1;
    }
    return bytes;
}

int jm_format_guard(const char *json, size_t bytes, struct jm_format_problem *why)
{
    size_t bad;
    if (!jm_utf8_ok(json, bytes, &bad))
        return jm_format_fail(why, JM_FORMAT_SYNTAX, "",
                              "the text is not valid UTF-8 at byte %zu (0x%02x)", bad,
                              (unsigned char)json[bad]);
    if (memchr(json, '\0', bytes))
        return jm_format_fail(why, JM_FORMAT_SYNTAX, "", "the text holds a NUL byte");
    size_t depth = 0, values = 0;
    for (size_t i = 0; i < bytes;) {
        char c = json[i];
        if (c == '"') {
            i = skip_string(json, bytes, i);
            values++;
            continue;
        }
        i++;
        if (c == '[' || c == '{') {
            values++;
            if (++depth > JM_FORMAT_MAX_DEPTH)
                return jm_format_fail(why, JM_FORMAT_LIMIT, "",
                                      "nested deeper than %d levels at byte %zu",
                                      JM_FORMAT_MAX_DEPTH, i - 1);
        } else if (c == ']' || c == '}') {
            depth -= depth > 0;
        } else if (c == ',') {
            values++;
        }
        if (values > JM_FORMAT_MAX_VALUES)
            return jm_format_fail(why, JM_FORMAT_LIMIT, "", "more than %d values",
                                  JM_FORMAT_MAX_VALUES);
    }
    return 0;
}

bool jm_format_next_line(struct jm_format_lines *it, const char **line, size_t *len)
{
    while (it->pos < it->bytes) {
        const char *from = it->text + it->pos;
        const char *nl = memchr(from, '\n', it->bytes - it->pos);
        size_t n = nl ? (size_t)(nl - from) : it->bytes - it->pos;
        it->pos += n + (nl != NULL);
        it->line_no++;
        if (n > 0 && from[n - 1] == '\r')
            n--;
        size_t blank = 0;
        while (blank < n && (from[blank] == ' ' || from[blank] == '\t'))
            blank++;
        if (blank < n) {
            *line = from;
            *len = n;
            return true;
        }
    }
    return false;
}

static bool name_ok(const char *name, size_t max)
{
    size_t n = strlen(name);
    if (n == 0 || n > max || !jm_utf8_ok(name, n, NULL))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return false;
    return true;
}

bool jm_format_id_ok(const char *id)
{
    return name_ok(id, 200);
}

bool jm_format_source_ok(const char *source)
{
    return name_ok(source, 100) && !strchr(source, '/');
}
