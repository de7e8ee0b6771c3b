/* reader.c - see reader.h. */
#include "reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "jobmatch/clock.h"

json_t *jm_reader_parse(const char *json, size_t bytes, struct jm_format_problem *why)
{
    if (jm_format_guard(json, bytes, why))
        return NULL;
    json_error_t e;
    json_t *v = json_loadb(json, bytes, JSON_REJECT_DUPLICATES, &e);
    if (!v)
        jm_format_fail(why, JM_FORMAT_SYNTAX, "", "not valid JSON at line %d column %d: %.160s",
                       e.line, e.column, e.text);
    return v;
}

static const char *type_name(const json_t *v)
{
    static const char *const names[] = {"an object", "a list", "a string", "a number", "a number",
                                        "true",      "false",  "null"};
    return names[json_typeof(v)];
}

int jm_reader_expected(struct jm_reader *r, const char *what, const json_t *got)
{
    if (json_is_string(got))
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "expected %s, got \"%.60s\"",
                              what, json_string_value(got));
    if (json_is_number(got))
        return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "expected %s, got %g", what,
                              json_number_value(got));
    return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path, "expected %s, got %s", what,
                          type_name(got));
}

int jm_reader_no_memory(struct jm_reader *r)
{
    return jm_format_fail(r->why, JM_FORMAT_NO_MEMORY, r->path,
                          "the document needs more memory than one document may");
}

/* Go one level down in the pointer; returns where to cut it again. */
static size_t push(struct jm_reader *r, const char *name)
{
    size_t at = strlen(r->path);
    snprintf(r->path + at, sizeof r->path - at, "/%s", name);
    return at;
}

static const struct jm_reader_field *find_field(const struct jm_reader_field *f, const char *key)
{
    for (; f->key; f++)
        if (strcmp(f->key, key) == 0)
            return f;
    return NULL;
}

int jm_reader_object(struct jm_reader *r, const json_t *v, const struct jm_reader_field *fields,
                     void *base)
{
    if (!json_is_object(v))
        return jm_reader_expected(r, "an object", v);
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)(uintptr_t)v, key, item)
    {
        const struct jm_reader_field *f = find_field(fields, key);
        size_t at = push(r, key);
        if (!f) {
            r->ignored++;
            if (r->strict)
                return jm_format_fail(r->why, JM_FORMAT_INVALID, r->path,
                                      "unknown key; see the document's fields in the API docs");
        } else if (f->read && !json_is_null(item) && f->read(r, item, (char *)base + f->offset)) {
            return -1;
        }
        r->path[at] = '\0';
    }
    return 0;
}

int jm_reader_list(struct jm_reader *r, const json_t *v, size_t max, size_t size, bool scalar_ok,
                   int (*one)(struct jm_reader *r, const json_t *v, void *to), void **items,
                   size_t *count)
{
    bool single = !json_is_array(v);
    if (single && !scalar_ok)
        return jm_reader_expected(r, "a list", v);
    size_t n = single ? 1 : json_array_size(v);
    if (n > max)
        return jm_format_fail(r->why, JM_FORMAT_LIMIT, r->path, "at most %zu items, got %zu", max,
                              n);
    char *out = jm_arena_array(r->arena, n ? n : 1, size);
    if (!out)
        return jm_reader_no_memory(r);
    for (size_t i = 0; i < n; i++) {
        char name[24];
        snprintf(name, sizeof name, "%zu", i);
        size_t at = single ? strlen(r->path) : push(r, name);
        if (one(r, single ? v : json_array_get(v, i), out + i * size))
            return -1;
        r->path[at] = '\0';
    }
    *items = out;
    *count = n;
    return 0;
}

int jm_read_string(struct jm_reader *r, const json_t *v, void *to)
{
    if (!json_is_string(v))
        return jm_reader_expected(r, "a string", v);
    size_t n = json_string_length(v);
    if (n > JM_FORMAT_MAX_TEXT)
        return jm_format_fail(r->why, JM_FORMAT_LIMIT, r->path, "longer than %d bytes",
                              JM_FORMAT_MAX_TEXT);
    char *copy = jm_arena_strndup(r->arena, json_string_value(v), n);
    if (!copy)
        return jm_reader_no_memory(r);
    *(const char **)to = copy;
    return 0;
}

int jm_read_bool(struct jm_reader *r, const json_t *v, void *to)
{
    if (!json_is_boolean(v))
        return jm_reader_expected(r, "true or false", v);
    *(bool *)to = json_is_true(v);
    return 0;
}

int jm_read_amount(struct jm_reader *r, const json_t *v, void *to)
{
    double d = json_number_value(v);
    if (!json_is_number(v) || !(d >= 0) || d > 1e12)
        return jm_reader_expected(r, "a number from 0 to 1e12", v);
    *(double *)to = d;
    return 0;
}

int jm_read_version(struct jm_reader *r, const json_t *v, void *to)
{
    if (!json_is_integer(v) || json_integer_value(v) < 1 || json_integer_value(v) > JM_VERSION_MAX)
        return jm_reader_expected(r, "a whole number of at least 1 and below 2^62", v);
    *(int64_t *)to = json_integer_value(v);
    return 0;
}

int jm_read_time(struct jm_reader *r, const json_t *v, void *to)
{
    int64_t us;
    if (!json_is_string(v) ||
        jm_time_parse(&us, json_string_value(v), json_string_length(v)))
        return jm_reader_expected(r, "a time such as 2026-11-01T08:00:00Z", v);
    *(int64_t *)to = us;
    return 0;
}

/* Letters only, made upper case. */
static int read_code(struct jm_reader *r, const json_t *v, char *to, size_t letters,
                     const char *what)
{
    const char *s = json_string_value(v);
    if (!s || json_string_length(v) != letters)
        return jm_reader_expected(r, what, v);
    for (size_t i = 0; i < letters; i++) {
        char c = s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] - 32) : s[i];
        if (c < 'A' || c > 'Z')
            return jm_reader_expected(r, what, v);
        to[i] = c;
    }
    to[letters] = '\0';
    return 0;
}

int jm_read_country(struct jm_reader *r, const json_t *v, void *to)
{
    return read_code(r, v, to, 2, "a two-letter country code such as DE");
}

int jm_read_currency(struct jm_reader *r, const json_t *v, void *to)
{
    return read_code(r, v, to, 3, "a three-letter currency code such as EUR");
}
