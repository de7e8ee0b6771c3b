/* config.c - the option table and what reads it. See config.h. */
#include "jobmatch/config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(f) offsetof(struct jm_config, f)
#define KIB 1024
#define MIB (1024 * 1024)

const struct jm_config_option jm_config_table[] = {
    {"http.listen", JM_CFG_STRING, "127.0.0.1:8077", 1, 255, false, FIELD(http_listen),
     "Address and port of the HTTP API; port 0 takes a free one. Keep it on loopback behind a "
     "TLS proxy."},
    {"http.max_body", JM_CFG_SIZE, "1MiB", KIB, 16 * MIB, false, FIELD(http_max_body_bytes),
     "Largest request body; a larger one is answered with 413."},
    {"http.max_header", JM_CFG_SIZE, "8KiB", KIB, 64 * KIB, false, FIELD(http_max_header_bytes),
     "Largest request head; a larger one is answered with 431."},
    {"http.max_connections", JM_CFG_INT, "512", 1, 100000, false, FIELD(http_max_connections),
     "Connections served at once; further ones are answered with 503 and closed."},
    {"http.max_connections_per_ip", JM_CFG_INT, "256", 1, 100000, false,
     FIELD(http_max_connections_per_ip), "Connections served at once for one client address."},
    {"http.read_timeout", JM_CFG_DURATION, "20s", 100, 600000, false, FIELD(http_read_timeout_ms),
     "Time a client has to send one whole request, counted from its first byte."},
    {"http.idle_timeout", JM_CFG_DURATION, "60s", 100, 3600000, false, FIELD(http_idle_timeout_ms),
     "Time a kept-alive connection may wait for its next request."},
    {"http.request_timeout", JM_CFG_DURATION, "20s", 100, 600000, false,
     FIELD(http_request_timeout_ms),
     "Time a request may be worked on before it is answered with 503."},
    {"db.conninfo", JM_CFG_STRING, "dbname=jobmatch", 1, 4096, false, FIELD(db_conninfo),
     "Connection string for PostgreSQL, as libpq understands it. Passwords belong in a pgpass "
     "file."},
    {"db.allow_unsafe", JM_CFG_BOOL, "no", 0, 1, false, FIELD(db_allow_unsafe),
     "Run although fsync, full_page_writes or synchronous_commit is off. For tests only: "
     "acknowledged rows can be lost."},
    {"db.query_timeout", JM_CFG_DURATION, "5s", 100, 60000, false, FIELD(db_query_timeout_ms),
     "Time one statement may take before its connection is closed and callers are told to try "
     "again."},
    {"db.queue", JM_CFG_SIZE, "64MiB", MIB, (int64_t)4096 * MIB, false, FIELD(db_queue_bytes),
     "Documents that may wait for PostgreSQL; beyond it writes are answered with 503."},
    {"skills.dir", JM_CFG_STRING, JM_PREFIX "/share/jobmatch/skills", 1, 4096, false,
     FIELD(skills_dir), "The skill dictionary: a folder of *.skills files, or a compiled file."},
    {"skills.kernel", JM_CFG_STRING, "", 0, 4096, false, FIELD(skills_kernel),
     "The title kernel, a file; empty for titles.kernel beside the dictionary, if it is there."},
    {"match.scoring_file", JM_CFG_STRING, "", 0, 4096, false, FIELD(match_scoring_file),
     "File with scoring weights (key = value); empty for the shipped ones."},
    {"match.workers", JM_CFG_INT, "2", 1, 64, false, FIELD(match_workers),
     "Threads that read documents and match."},
    {"match.floor", JM_CFG_INT, "500", 1, 1000, true, FIELD(match_floor),
     "Lowest list score that makes a pair a match."},
    {"match.results", JM_CFG_INT, "50", 1, 200, true, FIELD(match_results),
     "Most matches that one arriving document brings."},
    {"match.queue", JM_CFG_INT, "4096", 16, 1000000, false, FIELD(match_queue),
     "Documents that may wait for a matching thread; the change feed pauses beyond it."},
    {"webhook.allow_http", JM_CFG_BOOL, "no", 0, 1, false, FIELD(webhook_allow_http),
     "Allow endpoints without TLS."},
    {"webhook.allow_addresses", JM_CFG_STRING, "", 0, 4096, false, FIELD(webhook_allow_addresses),
     "Address ranges (CIDR, blank-separated) that webhooks may reach although they are private, "
     "such as 127.0.0.0/8."},
    {"webhook.timeout", JM_CFG_DURATION, "15s", 100, 30000, false, FIELD(webhook_timeout_ms),
     "Time one delivery attempt may take."},
    {"webhook.rate", JM_CFG_INT, "50", 1, 10000, false, FIELD(webhook_rate),
     "Most deliveries a second to one endpoint; fewer while it refuses them."},
    {"log.level", JM_CFG_STRING, "info", 1, 16, true, FIELD(log_level),
     "error, warn, info or debug."},
    {"daemon.shutdown_timeout", JM_CFG_DURATION, "25s", 100, 600000, true,
     FIELD(shutdown_timeout_ms), "Time the drain may take after TERM before the daemon stops hard."},
    {0},
};

struct unit {
    const char *name;
    int64_t factor;
};
static const struct unit size_units[] = {
    {"B", 1}, {"KiB", KIB}, {"MiB", MIB}, {"GiB", (int64_t)KIB * MIB}, {NULL, 0}};
static const struct unit time_units[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {NULL, 0}};

static int parse_number(int64_t *out, const char *text, const struct unit *units)
{
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno || end == text)
        return -1;
    while (*end == ' ')
        end++;
    int64_t factor = 1;
    if (units) {
        for (; units->name && strcmp(units->name, end) != 0; units++)
            ;
        if (!units->name && (*end || v != 0))
            return -1;
        factor = units->name ? units->factor : 1;
    } else if (*end) {
        return -1;
    }
    return __builtin_mul_overflow((int64_t)v, factor, out) ? -1 : 0;
}

static int parse_bool(int64_t *out, const char *text)
{
    static const char *const words[] = {"no", "yes", "off", "on", "false", "true", "0", "1"};
    for (unsigned i = 0; i < 8; i++)
        if (strcmp(text, words[i]) == 0) {
            *out = i & 1;
            return 0;
        }
    return -1;
}

static int parse_value(const struct jm_config_option *o, const char *text, int64_t *v)
{
    switch (o->type) {
    case JM_CFG_STRING:
        *v = (int64_t)strlen(text);
        return 0;
    case JM_CFG_INT:
        return parse_number(v, text, NULL);
    case JM_CFG_BOOL:
        return parse_bool(v, text);
    case JM_CFG_SIZE:
        return parse_number(v, text, size_units);
    case JM_CFG_DURATION:
        return parse_number(v, text, time_units);
    }
    return -1;
}

static const char *expected(enum jm_config_type t)
{
    static const char *const text[] = {
        "text", "a whole number", "yes or no", "a size such as 512KiB or 1MiB",
        "a duration such as 500ms, 20s or 5m"};
    return text[t];
}

/* Levenshtein distance, bounded by small names. */
static unsigned distance(const char *a, const char *b)
{
    size_t n = strlen(b);
    unsigned row[64];
    if (n >= 63)
        return 99;
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; a[i - 1]; i++) {
        unsigned diag = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned up = row[j], sub = diag + (a[i - 1] != b[j - 1]);
            unsigned best = up + 1 < row[j - 1] + 1 ? up + 1 : row[j - 1] + 1;
            row[j] = sub < best ? sub : best;
            diag = up;
        }
    }
    return row[n];
}

static const struct jm_config_option *find_option(const char *name, const char **nearest)
{
    unsigned best = 5;
    *nearest = NULL;
    for (const struct jm_config_option *o = jm_config_table; o->name; o++) {
        if (strcmp(o->name, name) == 0)
            return o;
        unsigned d = distance(name, o->name);
        if (d < best) {
            best = d;
            *nearest = o->name;
        }
    }
    return NULL;
}

static char **string_at(const struct jm_config *c, const struct jm_config_option *o)
{
    return (char **)((char *)(uintptr_t)c + o->offset);
}

static int64_t number_at(const struct jm_config *c, const struct jm_config_option *o)
{
    const char *p = (const char *)c + o->offset;
    return o->type == JM_CFG_BOOL ? *(const bool *)p : *(const int64_t *)(const void *)p;
}

static int store_value(struct jm_config *c, const struct jm_config_option *o, const char *text,
                       int64_t v)
{
    if (o->type == JM_CFG_STRING) {
        char *copy = strdup(text);
        if (!copy)
            return -1;
        free(*string_at(c, o));
        *string_at(c, o) = copy;
    } else if (o->type == JM_CFG_BOOL) {
        *(bool *)((char *)c + o->offset) = v != 0;
    } else {
        *(int64_t *)(void *)((char *)c + o->offset) = v;
    }
    return 0;
}

int jm_config_set(struct jm_config *c, const char *name, const char *value, const char *origin,
                  struct jm_err *err)
{
    const char *nearest;
    const struct jm_config_option *o = find_option(name, &nearest);
    if (!o)
        return jm_err_set(err, JM_EINVAL, "unknown option %.80s%s%s%s", name,
                          nearest ? ", did you mean " : "", nearest ? nearest : "",
                          nearest ? "?" : "");
    int64_t v;
    if (parse_value(o, value, &v))
        return jm_err_set(err, JM_EINVAL, "%s: expected %s, got \"%.60s\"", name,
                          expected(o->type), value);
    if (v < o->min || v > o->max)
        return jm_err_set(err, JM_EINVAL, "%s: %.40s is outside %" PRId64 "..%" PRId64, name,
                          value, o->min, o->max);
    if (store_value(c, o, value, v))
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    c->origin[o - jm_config_table] = origin;
    return 0;
}

int jm_config_init(struct jm_config *c)
{
    *c = (struct jm_config){0};
    for (const struct jm_config_option *o = jm_config_table; o->name; o++) {
        struct jm_err err = {0};
        if (jm_config_set(c, o->name, o->def, "default", &err)) {
            JM_ASSERT(err.code == JM_ENOMEM); /* a default must be valid */
            jm_config_fini(c);
            return -1;
        }
    }
    return 0;
}

void jm_config_fini(struct jm_config *c)
{
    for (const struct jm_config_option *o = jm_config_table; o->name; o++)
        if (o->type == JM_CFG_STRING)
            free(*string_at(c, o));
    *c = (struct jm_config){0};
}

/* --- the file ------------------------------------------------------------------------------- */

static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    char *end = s + strlen(s);
    while (end > s && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return s;
}

/* Cut the comment, take the quotes off. */
static int clean_value(char **value)
{
    char *v = *value;
    if (*v == '"') {
        char *close = strchr(v + 1, '"');
        if (!close)
            return -1;
        char *rest = trim(close + 1);
        if (*rest && *rest != '#')
            return -1;
        *close = '\0';
        *value = v + 1;
        return 0;
    }
    for (char *p = v; *p; p++)
        if (*p == '#' && (p == v || isspace((unsigned char)p[-1]))) {
            *p = '\0';
            break;
        }
    *value = trim(v);
    return 0;
}

struct file_state {
    struct jm_config *c;
    char section[64];
};

static int parse_line(struct file_state *f, char *line, struct jm_err *err)
{
    line = trim(line);
    if (!*line || *line == '#')
        return 0;
    if (*line == '[') {
        char *close = strchr(line, ']');
        if (!close || *trim(close + 1))
            return jm_err_set(err, JM_EINVAL, "a section is written [name]");
        *close = '\0';
        snprintf(f->section, sizeof f->section, "%s", trim(line + 1));
        return 0;
    }
    char *eq = strchr(line, '=');
    if (!eq)
        return jm_err_set(err, JM_EINVAL, "expected key = value, got \"%.40s\"", line);
    *eq = '\0';
    char *key = trim(line), *value = trim(eq + 1), name[160];
    if (clean_value(&value))
        return jm_err_set(err, JM_EINVAL, "%.60s: the quotes are not closed", key);
    snprintf(name, sizeof name, "%s%s%.80s", f->section, f->section[0] ? "." : "", key);
    return jm_config_set(f->c, name, value, "file", err);
}

int jm_config_parse(struct jm_config *c, const char *file, const char *text, size_t bytes,
                    struct jm_buf *errors)
{
    struct file_state f = {.c = c};
    int bad = 0, line_no = 0;
    for (size_t i = 0; i < bytes;) {
        const char *nl = memchr(text + i, '\n', bytes - i);
        size_t len = nl ? (size_t)(nl - (text + i)) : bytes - i;
        struct jm_err err = {0};
        char line[8192];
        line_no++;
        if (len >= sizeof line || memchr(text + i, '\0', len)) {
            jm_err_set(&err, JM_EINVAL, "line is too long or holds a NUL byte");
        } else {
            memcpy(line, text + i, len);
            line[len] = '\0';
            (void)parse_line(&f, line, &err);
        }
        if (err.code) {
            jm_buf_fmt(errors, "%s:%d: %s\n", file, line_no, err.text);
            bad++;
        }
        i += len + 1;
    }
    return bad;
}

int jm_config_load(struct jm_config *c, const char *file, struct jm_buf *errors)
{
    struct jm_buf text = {0};
    char chunk[4096];
    size_t n;
    int bad;
    FILE *f = fopen(file, "re");
    if (!f) {
        jm_buf_fmt(errors, "%s: cannot open: %s\n", file, strerror(errno));
        return 1;
    }
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        jm_buf_add(&text, chunk, n);
    if (ferror(f) || !jm_buf_ok(&text)) {
        jm_buf_fmt(errors, "%s: cannot read: %s\n", file, strerror(errno));
        bad = 1;
    } else {
        bad = jm_config_parse(c, file, jm_buf_cstr(&text), text.len, errors);
    }
    fclose(f);
    jm_buf_fini(&text);
    return bad;
}

int jm_config_environment(struct jm_config *c, struct jm_buf *errors)
{
    int bad = 0;
    for (const struct jm_config_option *o = jm_config_table; o->name; o++) {
        char var[96];
        int n = snprintf(var, sizeof var, "JOBMATCH_%s", o->name);
        for (int i = 9; i < n; i++)
            var[i] = var[i] == '.' ? '_' : (char)toupper((unsigned char)var[i]);
        const char *value = getenv(var);
        struct jm_err err = {0};
        if (value && jm_config_set(c, o->name, value, "environment", &err)) {
            jm_buf_fmt(errors, "%s: %s\n", var, err.text);
            bad++;
        }
    }
    return bad;
}

/* --- printing and reloading ----------------------------------------------------------------- */

static void print_masked(struct jm_buf *out, const char *conninfo)
{
    const char *p = strstr(conninfo, "password=");
    if (!p) {
        jm_buf_str(out, conninfo);
        return;
    }
    jm_buf_add(out, conninfo, (size_t)(p - conninfo));
    jm_buf_str(out, "password=***");
    const char *rest = strchr(p, ' ');
    if (rest)
        print_masked(out, rest);
}

static void print_value(const struct jm_config *c, const struct jm_config_option *o,
                        struct jm_buf *out)
{
    int64_t v = o->type == JM_CFG_STRING ? 0 : number_at(c, o);
    switch (o->type) {
    case JM_CFG_STRING:
        jm_buf_ch(out, '"');
        print_masked(out, *string_at(c, o));
        jm_buf_ch(out, '"');
        break;
    case JM_CFG_BOOL:
        jm_buf_str(out, v ? "yes" : "no");
        break;
    case JM_CFG_INT:
        jm_buf_fmt(out, "%" PRId64, v);
        break;
    case JM_CFG_SIZE:
        jm_buf_fmt(out, "%" PRId64 "%s", v % KIB ? v : v / KIB, v % KIB ? "B" : "KiB");
        break;
    case JM_CFG_DURATION:
        jm_buf_fmt(out, "%" PRId64 "ms", v);
        break;
    }
}

void jm_config_print(const struct jm_config *c, struct jm_buf *out)
{
    char section[64] = "";
    for (const struct jm_config_option *o = jm_config_table; o->name; o++) {
        size_t n = strcspn(o->name, ".");
        if (strncmp(section, o->name, n) != 0 || section[n]) {
            snprintf(section, sizeof section, "%.*s", (int)n, o->name);
            jm_buf_fmt(out, "%s[%s]\n", out->len ? "\n" : "", section);
        }
        jm_buf_fmt(out, "%s = ", o->name + n + 1);
        print_value(c, o, out);
        jm_buf_fmt(out, "  # %s\n", c->origin[o - jm_config_table]);
    }
}

static bool same_value(const struct jm_config *a, const struct jm_config *b,
                       const struct jm_config_option *o)
{
    if (o->type == JM_CFG_STRING)
        return strcmp(*string_at(a, o), *string_at(b, o)) == 0;
    return number_at(a, o) == number_at(b, o);
}

int jm_config_reload(struct jm_config *c, const struct jm_config *next, struct jm_buf *restart)
{
    int taken = 0;
    for (const struct jm_config_option *o = jm_config_table; o->name; o++) {
        if (same_value(c, next, o))
            continue;
        if (!o->reloadable) {
            jm_buf_fmt(restart, "%s%s", restart->len ? " " : "", o->name);
            continue;
        }
        const char *text = o->type == JM_CFG_STRING ? *string_at(next, o) : "";
        int64_t v = o->type == JM_CFG_STRING ? 0 : number_at(next, o);
        if (store_value(c, o, text, v))
            return -1;
        c->origin[o - jm_config_table] = next->origin[o - jm_config_table];
        taken++;
    }
    return taken;
}

/* mdoc wants each sentence on a line of its own. */
static void print_sentences(struct jm_buf *out, const char *doc)
{
    for (const char *end; (end = strstr(doc, ". ")); doc = end + 2)
        jm_buf_fmt(out, "%.*s\n", (int)(end + 1 - doc), doc);
    jm_buf_fmt(out, "%s\n", doc);
}

void jm_config_mdoc(struct jm_buf *out)
{
    jm_buf_str(out, ".Bl -tag -width Ds\n");
    for (const struct jm_config_option *o = jm_config_table; o->name; o++) {
        jm_buf_fmt(out, ".It Ic %s\n", o->name);
        print_sentences(out, o->doc);
        jm_buf_fmt(out, "Default: %s.\n%s", o->def[0] ? o->def : "empty",
                   o->reloadable ? "Taken over by a reload.\n" : "");
    }
    jm_buf_str(out, ".El\n");
}
