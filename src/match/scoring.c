/* scoring.c - the weights of a match as configuration.
 *
 * One table says every key, its place in struct jm_scoring, its default and its range; parser,
 * printer, defaults and hash all follow from it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "jobmatch/match.h"

struct key {
    const char *name;
    size_t at;
    uint16_t fallback, min, max;
};

#define WEIGHT(name, c, value) \
    {"weight." name, offsetof(struct jm_scoring, weight[c]), value, 0, 1000}
#define VALUE(name, field, value, lo, hi) {name, offsetof(struct jm_scoring, field), value, lo, hi}

static const struct key keys[] = {
    WEIGHT("must", JM_F_MUST, 22),
    WEIGHT("guard", JM_F_GUARD, 6),
    WEIGHT("nice", JM_F_NICE, 6),
    WEIGHT("title", JM_F_TITLE, 16),
    WEIGHT("text", JM_F_TEXT, 12),
    WEIGHT("experience", JM_F_EXPERIENCE, 5),
    WEIGHT("seniority", JM_F_SENIORITY, 4),
    WEIGHT("degree", JM_F_DEGREE, 2),
    WEIGHT("certificate", JM_F_CERTIFICATE, 2),
    WEIGHT("language", JM_F_LANGUAGE, 2),
    WEIGHT("wanted_title", JM_W_TITLE, 16),
    WEIGHT("wanted_skill", JM_W_SKILL, 8),
    WEIGHT("pay", JM_W_PAY, 12),
    WEIGHT("place", JM_W_PLACE, 10),
    WEIGHT("workplace", JM_W_WORKPLACE, 6),
    WEIGHT("contract", JM_W_CONTRACT, 4),
    WEIGHT("timezone", JM_W_TIMEZONE, 3),
    WEIGHT("fresh", JM_W_FRESH, 3),
    VALUE("cap.one_missing", cap_one_missing, 700, 0, 1000),
    VALUE("cap.more_missing", cap_more_missing, 500, 0, 1000),
    VALUE("must.min_permille", must_min_permille, 0, 0, 1000),
    VALUE("must.missing_below", missing_below, 300, 1, 1000),
    VALUE("credit.child", credit_child, 900, 0, 1000),
    VALUE("credit.related", credit_related, 800, 0, 1000),
    VALUE("credit.parent", credit_parent, 500, 0, 1000),
    VALUE("recency.half_life_years", recency_half_life_years, 8, 1, 100),
    VALUE("text.full_permille", text_full_permille, 250, 10, 1000),
    VALUE("title.best", title_best, 500, 0, 1000),
    VALUE("title.latest", title_latest, 300, 0, 1000),
    VALUE("title.mean", title_mean, 200, 0, 1000),
    VALUE("place.scale_km", place_scale_km, 30, 1, 1000),
    VALUE("fresh.half_life_days", fresh_half_life_days, 14, 1, 1000),
    VALUE("person_floor", person_floor, 0, 0, 1000),
    VALUE("list.f_permille", list_f_permille, 400, 0, 1000),
};
enum { KEYS = sizeof keys / sizeof *keys };

static const char *const modes[] = {[JM_VETO_OFF] = "off", [JM_VETO_FLAG] = "flag",
                                    [JM_VETO_ON] = "on"};

static uint16_t *place_of(struct jm_scoring *s, const struct key *k)
{
    return (uint16_t *)(void *)((char *)s + k->at);
}

void jm_scoring_default(struct jm_scoring *s)
{
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < KEYS; i++)
        *place_of(s, &keys[i]) = keys[i].fallback;
    for (int v = JM_VETO_TENANT; v < JM_VETOES; v++)
        s->veto[v] = JM_VETO_ON;
    s->veto[JM_VETO_CERTIFICATE] = JM_VETO_FLAG; /* few profiles list every certificate */
}

static int set_veto(struct jm_scoring *s, const char *name, const char *value, struct jm_err *err)
{
    for (int v = JM_VETO_TENANT + 1; v < JM_VETOES; v++) {
        if (strcmp(jm_veto_name((enum jm_veto)v), name) != 0)
            continue;
        for (uint8_t m = JM_VETO_OFF; m <= JM_VETO_ON; m++)
            if (strcmp(modes[m], value) == 0) {
                s->veto[v] = m;
                return 0;
            }
        return jm_err_set(err, JM_EINVAL, "veto.%s: on, off or flag, not \"%.40s\"", name, value);
    }
    return jm_err_set(err, JM_EINVAL, "unknown key \"veto.%.40s\"", name);
}

int jm_scoring_set(struct jm_scoring *s, const char *key, const char *value, struct jm_err *err)
{
    if (strncmp(key, "veto.", 5) == 0)
        return set_veto(s, key + 5, value, err);
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].name, key) != 0)
            continue;
        char *end;
        long v = strtol(value, &end, 10);
        if (end == value || *end || v < keys[i].min || v > keys[i].max)
            return jm_err_set(err, JM_EINVAL, "%s: a whole number from %u to %u, not \"%.40s\"",
                              key, keys[i].min, keys[i].max, value);
        *place_of(s, &keys[i]) = (uint16_t)v;
        return 0;
    }
    return jm_err_set(err, JM_EINVAL, "unknown key \"%.40s\"", key);
}

static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n > 0 && isspace((unsigned char)s[n - 1]))
        s[--n] = '\0';
    return s;
}

static int parse_line(struct jm_scoring *s, char *line, unsigned number, struct jm_err *err)
{
    line[strcspn(line, "#")] = '\0';
    char *text = trim(line), *eq = strchr(text, '=');
    if (!*text)
        return 0;
    if (!eq)
        return jm_err_set(err, JM_EINVAL, "line %u: expected \"key = value\"", number);
    *eq = '\0';
    struct jm_err why = {0};
    if (jm_scoring_set(s, trim(text), trim(eq + 1), &why))
        return jm_err_set(err, why.code, "line %u: %s", number, why.text);
    return 0;
}

int jm_scoring_parse(struct jm_scoring *s, const char *text, size_t len, struct jm_err *err)
{
    struct jm_scoring next = *s;
    unsigned number = 1;
    for (size_t at = 0; at < len; number++) {
        const char *nl = memchr(text + at, '\n', len - at);
        size_t n = nl ? (size_t)(nl - text) - at : len - at;
        char line[256];
        if (n >= sizeof line)
            return jm_err_set(err, JM_ELIMIT, "line %u is longer than 255 bytes", number);
        memcpy(line, text + at, n);
        line[n] = '\0';
        if (strlen(line) != n || parse_line(&next, line, number, err))
            return jm_err_set(err, JM_EINVAL, "line %u: a NUL byte", number);
        at += n + 1;
    }
    if (next.title_best + next.title_latest + next.title_mean != 1000)
        return jm_err_set(err, JM_EINVAL, "title.best + title.latest + title.mean must be 1000");
    *s = next;
    return 0;
}

void jm_scoring_print(const struct jm_scoring *s, struct jm_buf *out)
{
    for (size_t i = 0; i < KEYS; i++)
        jm_buf_fmt(out, "%s = %u\n", keys[i].name,
                   *place_of((struct jm_scoring *)(uintptr_t)s, &keys[i]));
    for (int v = JM_VETO_TENANT + 1; v < JM_VETOES; v++)
        jm_buf_fmt(out, "veto.%s = %s\n", jm_veto_name((enum jm_veto)v), modes[s->veto[v]]);
}

uint64_t jm_scoring_hash(const struct jm_scoring *s)
{
    uint64_t h = jm_hash64("scoring 1", 9);
    for (size_t i = 0; i < KEYS; i++)
        h = jm_mix64(h ^ jm_key64(keys[i].name, (const char *)place_of(
                                      (struct jm_scoring *)(uintptr_t)s, &keys[i]), 2));
    for (int v = JM_VETO_TENANT + 1; v < JM_VETOES; v++)
        h = jm_mix64(h ^ jm_key64(jm_veto_name((enum jm_veto)v), (const char *)&s->veto[v], 1));
    return h;
}
