/* file.c - the dictionary's text format, one skill a line (docs/SKILLS.md).
 *
 * Only what one line shows is checked here; unknown parents, cycles and surfaces claimed twice
 * come out when the whole is sealed. Every message starts with "file:line:". */
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "jobmatch/bytes.h"

struct span {
    const char *s;
    size_t n;
};

struct line {
    struct dict_draft *d;
    struct jm_err *err;
    uint32_t place;
    const char **sector;
    uint32_t skill; /* its number so far */
    unsigned seen;  /* clauses seen, a bit each */
};

static struct span trim(struct span t)
{
    while (t.n && (t.s[0] == ' ' || t.s[0] == '\t'))
        t.s++, t.n--;
    while (t.n && (t.s[t.n - 1] == ' ' || t.s[t.n - 1] == '\t' || t.s[t.n - 1] == '\r'))
        t.n--;
    return t;
}

/* Cut the part before `sep` off `rest`; false when nothing is left. */
static bool next_part(struct span *rest, char sep, struct span *part)
{
    if (!rest->s)
        return false;
    const char *at = memchr(rest->s, sep, rest->n);
    part->s = rest->s;
    part->n = at ? (size_t)(at - rest->s) : rest->n;
    rest->n = at ? rest->n - part->n - 1 : 0;
    rest->s = at ? at + 1 : NULL;
    *part = trim(*part);
    return true;
}

static bool equals(struct span t, const char *word)
{
    return t.n == strlen(word) && !memcmp(t.s, word, t.n);
}

static const char *keep(struct line *l, struct span t)
{
    const char *s = jm_arena_strndup(&l->d->strings, t.s, t.n);
    if (!s)
        jm_err_set(l->err, JM_ENOMEM, "out of memory for the dictionary");
    return s;
}

static bool id_ok(struct span t)
{
    for (size_t i = 0; i < t.n; i++)
        if (!((t.s[i] >= 'a' && t.s[i] <= 'z') || (t.s[i] >= '0' && t.s[i] <= '9') ||
              (t.s[i] == '-' && i)))
            return false;
    return t.n > 0 && t.n <= 80;
}

/* "Go ^word": cut the gate off the surface. */
static int split_gate(struct line *l, struct span *t, uint8_t *gate)
{
    static const struct {
        const char *name;
        uint8_t gate;
    } gates[] = {{"case", GATE_CASE}, {"word", GATE_WORD}, {"letter", GATE_LETTER},
                 {"deny", GATE_DENY}, {"no", GATE_NO}};
    *gate = GATE_NONE;
    const char *at = memrchr(t->s, '^', t->n);
    if (!at)
        return 0;
    struct span name = trim((struct span){at + 1, t->n - (size_t)(at - t->s) - 1});
    for (size_t i = 0; i < sizeof gates / sizeof *gates; i++) {
        if (equals(name, gates[i].name)) {
            *gate = gates[i].gate;
            *t = trim((struct span){t->s, (size_t)(at - t->s)});
            return 0;
        }
    }
    return draft_fail(l->d, l->place, l->err, "unknown gate ^%.*s (case, word, letter, deny, no)",
                     (int)name.n, name.s);
}

static int add_surface(struct line *l, struct span t, uint8_t lang, uint8_t flags)
{
    struct raw_surface s = {.owner = l->skill, .place = l->place, .flags = flags,
                            .langs = (uint16_t)(lang ? 1u << lang : 0)};
    if (split_gate(l, &t, &s.gate))
        return -1;
    if (!t.n)
        return draft_fail(l->d, l->place, l->err, "empty name or alias");
    s.text = keep(l, t);
    if (strchr("$@%~", t.s[0]))
        s.flags |= SURF_SIGN;
    return s.text && draft_add_surface(l->d, s, l->err) ? 0 : -1;
}

static int each_alias(struct line *l, struct span list, uint8_t lang)
{
    struct span part;
    while (next_part(&list, ';', &part))
        if (part.n && add_surface(l, part, lang, 0))
            return -1;
    return 0;
}

/* ".6" or "0.6" to per mille; 0 if it is not in (0, .9]. */
static uint16_t read_weight(struct span t)
{
    unsigned pm = 0, scale = 100;
    size_t i = t.n && t.s[0] == '0' ? 1 : 0;
    if (i >= t.n || t.s[i] != '.' || t.n - i < 2 || t.n - i > 4)
        return 0;
    for (i++; i < t.n; i++, scale /= 10) {
        if (t.s[i] < '0' || t.s[i] > '9')
            return 0;
        pm += (unsigned)(t.s[i] - '0') * scale;
    }
    return pm <= 900 ? (uint16_t)pm : 0;
}

static int add_ref(struct line *l, struct span id, uint16_t weight_pm)
{
    struct dict_draft *d = l->d;
    if (!id_ok(id))
        return draft_fail(d, l->place, l->err, "'%.*s' is not a skill id", (int)id.n, id.s);
    if (dict_grow((void **)&d->refs, d->n_refs, &d->cap_refs, sizeof *d->refs, l->err))
        return -1;
    struct raw_ref *r = &d->refs[d->n_refs];
    *r = (struct raw_ref){.owner = l->skill, .place = l->place, .id = keep(l, id),
                          .weight_pm = weight_pm};
    d->n_refs++;
    return r->id ? 0 : -1;
}

static int each_related(struct line *l, struct span list)
{
    struct span part;
    while (next_part(&list, ';', &part)) {
        const char *blank = memrchr(part.s, ' ', part.n);
        struct span id = part, weight = {0};
        if (blank) {
            weight = trim((struct span){blank, part.n - (size_t)(blank - part.s)});
            id = trim((struct span){part.s, (size_t)(blank - part.s)});
        }
        uint16_t pm = weight.n ? read_weight(weight) : 0;
        if (!pm)
            return draft_fail(l->d, l->place, l->err,
                             "related '%.*s' needs a weight above 0 and up to .9", (int)part.n,
                             part.s);
        if (add_ref(l, id, pm))
            return -1;
    }
    return 0;
}

/* Has the phrase a word of signs only ("CAD $")? No text has it, and what is left may be the skill's
 * own name, which would then never count. "&" is a word. */
static bool has_bare_signs(struct span phrase)
{
    bool seen = false;
    for (size_t i = 0; i <= phrase.n; i++) {
        if (i == phrase.n || phrase.s[i] == ' ') {
            if (!seen)
                return true;
            seen = false;
        } else {
            seen |= dict_letter(phrase.s[i]) || phrase.s[i] == '&';
        }
    }
    return false;
}

static int each_phrase(struct line *l, struct span list, bool is_not)
{
    struct dict_draft *d = l->d;
    struct span part;
    while (next_part(&list, ';', &part)) {
        if (!part.n)
            continue;
        if (has_bare_signs(part))
            return draft_fail(d, l->place, l->err, "'%.*s' has signs that nothing reads",
                              (int)part.n, part.s);
        if (dict_grow((void **)&d->phrases, d->n_phrases, &d->cap_phrases, sizeof *d->phrases,
                      l->err))
            return -1;
        const char *text = keep(l, part);
        if (!text)
            return -1;
        d->phrases[d->n_phrases++] = (struct raw_phrase){l->skill, text, is_not};
    }
    return 0;
}

static int read_idf(struct line *l, struct span t)
{
    int v = t.n == 1 ? t.s[0] - '0' : equals(t, "10") ? 10 : 0;
    if (v < 1 || v > 10)
        return draft_fail(l->d, l->place, l->err, "idf '%.*s' is not 1..10", (int)t.n, t.s);
    l->d->skills[l->skill].pub.idf = (uint8_t)v;
    return 0;
}

enum clause { CL_ALIAS, CL_PARENT, CL_RELATED, CL_WITH, CL_NOT, CL_IDF, CL_SECTOR, CL_COUNT };
static const char *const clause_names[CL_COUNT] = {"alias", "parent", "related", "with",
                                                   "not",   "idf",    "sector"};

/* Which clause `word` opens; -1 none. "alias.de" gives CL_ALIAS and the language. */
static int clause_of(struct span word, uint8_t *lang)
{
    *lang = JM_LANG_UNKNOWN;
    if (word.n == 8 && !memcmp(word.s, "alias.", 6)) {
        *lang = (uint8_t)jm_lang_parse(word.s + 6, 2);
        return *lang ? CL_ALIAS : -1;
    }
    for (int c = 0; c < CL_COUNT; c++)
        if (equals(word, clause_names[c]))
            return c;
    return -1;
}

static int read_clause(struct line *l, struct span text)
{
    struct span word = {text.s, 0};
    uint8_t lang;
    while (word.n < text.n && text.s[word.n] != ' ')
        word.n++;
    int c = clause_of(word, &lang);
    if (c < 0)
        return draft_fail(l->d, l->place, l->err, "unknown clause '%.*s'", (int)word.n, word.s);
    unsigned bit = 1u << (c == CL_ALIAS ? CL_COUNT + lang : c);
    if (l->seen & bit)
        return draft_fail(l->d, l->place, l->err, "clause '%.*s' twice", (int)word.n, word.s);
    l->seen |= bit;
    struct span rest = trim((struct span){text.s + word.n, text.n - word.n});
    struct jm_skill *skill = &l->d->skills[l->skill].pub;
    switch (c) {
    case CL_ALIAS:
        return each_alias(l, rest, lang);
    case CL_PARENT:
        return add_ref(l, rest, 0);
    case CL_RELATED:
        return each_related(l, rest);
    case CL_WITH:
    case CL_NOT:
        return each_phrase(l, rest, c == CL_NOT);
    case CL_IDF:
        return read_idf(l, rest);
    default:
        skill->sector = keep(l, rest);
        return skill->sector ? 0 : -1;
    }
}

static int new_entry(struct line *l, struct span id)
{
    struct dict_draft *d = l->d;
    if (!id_ok(id))
        return draft_fail(d, l->place, l->err, "'%.*s' is not a skill id", (int)id.n, id.s);
    if (dict_grow((void **)&d->skills, d->n_skills, &d->cap_skills, sizeof *d->skills, l->err))
        return -1;
    l->skill = (uint32_t)d->n_skills;
    d->skills[d->n_skills++] = (struct raw_skill){.place = l->place, .number = l->skill};
    struct jm_skill *s = &d->skills[l->skill].pub;
    *s = (struct jm_skill){.id = keep(l, id), .sector = *l->sector, .idf = 6, .parent = -1};
    if (!s->id)
        return -1;
    s->key = jm_key64("skill", s->id, id.n);
    return 0;
}

static int read_skill(struct line *l, struct span text)
{
    struct span id, name, kind, clause;
    uint8_t gate;
    if (!next_part(&text, '=', &id) || !next_part(&text, '|', &name) || !name.n)
        return draft_fail(l->d, l->place, l->err, "expected 'id = Name | kind | ...'");
    if (new_entry(l, id) || add_surface(l, name, JM_LANG_UNKNOWN, SURF_NAME) ||
        split_gate(l, &name, &gate))
        return -1;
    struct jm_skill *s = &l->d->skills[l->skill].pub;
    s->name = keep(l, name);
    if (!s->name)
        return -1;
    if (!next_part(&text, '|', &kind))
        return draft_fail(l->d, l->place, l->err, "skill '%s' has no kind", s->id);
    int k = jm_skill_kind_parse(kind.s, kind.n);
    if (k < 0)
        return draft_fail(l->d, l->place, l->err, "unknown kind '%.*s'", (int)kind.n, kind.s);
    s->kind = (enum jm_skill_kind)k;
    while (next_part(&text, '|', &clause))
        if (clause.n && read_clause(l, clause))
            return -1;
    return 0;
}

static int read_directive(struct line *l, struct span text, bool first)
{
    struct span word, rest = text;
    next_part(&rest, ' ', &word);
    rest = rest.s ? trim(rest) : (struct span){"", 0};
    if (equals(word, "@skills"))
        return equals(rest, "1") ? 0 : draft_fail(l->d, l->place, l->err,
                                                 "format '%.*s' is not one this program reads (1)",
                                                 (int)rest.n, rest.s);
    if (first)
        return draft_fail(l->d, l->place, l->err, "the first line must be '@skills 1'");
    const char *value = keep(l, rest);
    if (!value)
        return -1;
    if (equals(word, "@version"))
        l->d->version_name = value;
    else if (equals(word, "@sector"))
        *l->sector = value;
    else
        return draft_fail(l->d, l->place, l->err, "unknown directive '%.*s'", (int)word.n, word.s);
    return 0;
}

static int read_line(struct line *l, struct span text, bool first)
{
    if (text.n > MAX_LINE_BYTES)
        return draft_fail(l->d, l->place, l->err, "line is over %d bytes", MAX_LINE_BYTES);
    text = trim(text);
    if (text.n && text.s[0] == '@')
        return read_directive(l, text, first);
    if (first)
        return draft_fail(l->d, l->place, l->err, "the first line must be '@skills 1'");
    return !text.n || text.s[0] == '#' ? 0 : read_skill(l, text);
}

static int read_lines(struct dict_draft *d, unsigned file, const char *bytes, size_t len,
                      struct jm_err *err)
{
    const char *sector = "";
    for (unsigned number = 1; len; number++) {
        const char *nl = memchr(bytes, '\n', len);
        struct span text = {bytes, nl ? (size_t)(nl - bytes) : len};
        struct line l = {.d = d, .err = err, .place = place_of(file, number), .sector = &sector};
        if (read_line(&l, text, number == 1))
            return -1;
        len -= nl ? text.n + 1 : text.n;
        bytes += nl ? text.n + 1 : text.n;
    }
    return 0;
}

int jm_dict_add(struct jm_dict *dict, const char *file_name, const char *bytes, size_t len,
                struct jm_err *err)
{
    struct dict_draft *d = dict->draft;
    if (!d || d->n_files == sizeof d->file_names / sizeof *d->file_names)
        return jm_err_set(err, JM_ELIMIT, "the dictionary takes no further file");
    const char *name = jm_arena_strndup(&d->strings, file_name, strlen(file_name));
    if (!name)
        return jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
    unsigned file = d->n_files++;
    d->file_names[file] = name;
    if (!jm_utf8_ok(bytes, len, NULL) || (len && memchr(bytes, 0, len)))
        return jm_err_set(err, JM_EINVAL, "%s: is not UTF-8 text", name);
    if (len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3))
        bytes += 3, len -= 3;
    return read_lines(d, file, bytes, len, err);
}
