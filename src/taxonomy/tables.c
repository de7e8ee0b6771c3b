/* tables.c - the tables of ESCO, O*NET and our own CSV: which column is what, and what a row says.
 *
 * A table of skills only notes its rows (import.c gives names away at its end); tables of
 * relations look up both ends, collections one; tables of occupations become lines for the title
 * kernel. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "import_int.h"
#include "jobmatch/bytes.h"

static const struct {
    enum jm_taxonomy_table table;
    const char *header;
    enum role role;
    bool required;
} columns[] = {
    {JM_TABLE_ESCO_SKILLS, "conceptUri", ROLE_SOURCE, true},
    {JM_TABLE_ESCO_SKILLS, "preferredLabel", ROLE_NAME, true},
    {JM_TABLE_ESCO_SKILLS, "altLabels", ROLE_ALIAS, false},
    {JM_TABLE_ESCO_SKILLS, "hiddenLabels", ROLE_ALIAS, false},
    {JM_TABLE_ESCO_SKILLS, "skillType", ROLE_KIND, false},
    {JM_TABLE_ESCO_BROADER, "conceptUri", ROLE_FROM, true},
    {JM_TABLE_ESCO_BROADER, "broaderUri", ROLE_TO, true},
    {JM_TABLE_ESCO_RELATED, "originalSkillUri", ROLE_FROM, true},
    {JM_TABLE_ESCO_RELATED, "relatedSkillUri", ROLE_TO, true},
    {JM_TABLE_ESCO_RELATED, "relationType", ROLE_KIND, false},
    {JM_TABLE_ESCO_OCCUPATIONS, "conceptUri", ROLE_SOURCE, true},
    {JM_TABLE_ESCO_OCCUPATIONS, "preferredLabel", ROLE_NAME, true},
    {JM_TABLE_ESCO_OCCUPATIONS, "altLabels", ROLE_ALIAS, false},
    {JM_TABLE_ESCO_OCCUPATIONS, "hiddenLabels", ROLE_ALIAS, false},
    {JM_TABLE_ESCO_OCCUPATIONS, "description", ROLE_TEXT, false},
    {JM_TABLE_ESCO_OCCUPATIONS, "iscoGroup", ROLE_GROUP, false},
    {JM_TABLE_ESCO_OCCUPATION_SKILLS, "occupationUri", ROLE_SOURCE, true},
    {JM_TABLE_ESCO_OCCUPATION_SKILLS, "relationType", ROLE_KIND, false},
    {JM_TABLE_ESCO_OCCUPATION_SKILLS, "skillUri", ROLE_TO, true},
    {JM_TABLE_ESCO_TRANSVERSAL, "conceptUri", ROLE_FROM, true},
    {JM_TABLE_ESCO_LANGUAGES, "conceptUri", ROLE_FROM, true},
    {JM_TABLE_ONET_TECHNOLOGY, "Example", ROLE_NAME, true},
    {JM_TABLE_ONET_TITLES, "O*NET-SOC Code", ROLE_SOURCE, true},
    {JM_TABLE_ONET_TITLES, "Title", ROLE_NAME, true},
    {JM_TABLE_ONET_TITLES, "Alternate Title", ROLE_ALIAS, false},
    {JM_TABLE_ONET_TITLES, "Short Title", ROLE_ALIAS, false},
    {JM_TABLE_ONET_OCCUPATIONS, "O*NET-SOC Code", ROLE_SOURCE, true},
    {JM_TABLE_ONET_OCCUPATIONS, "Title", ROLE_NAME, true},
    {JM_TABLE_ONET_OCCUPATIONS, "Description", ROLE_TEXT, true},
    {JM_TABLE_CSV, "name", ROLE_NAME, true},
    {JM_TABLE_CSV, "id", ROLE_SOURCE, false},
    {JM_TABLE_CSV, "kind", ROLE_KIND, false},
    {JM_TABLE_CSV, "parent", ROLE_PARENT, false},
    {JM_TABLE_CSV, "idf", ROLE_IDF, false},
    {JM_TABLE_CSV, "alias", ROLE_ALIAS, false},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

/* In a list of the user's own " Name" is "name". */
static enum role role_of(const struct jm_taxonomy *t, const char *header, enum jm_lang *lang)
{
    char own[16];
    struct span h = span_trim(span_of(header));
    *lang = t->lang;
    if (t->table == JM_TABLE_CSV && h.n < sizeof own) {
        for (size_t i = 0; i <= h.n; i++)
            own[i] = i == h.n ? '\0' : (char)tolower((unsigned char)h.s[i]);
        h.s = own;
    }
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (columns[i].table == t->table && span_is(h, columns[i].header))
            return columns[i].role;
    if (t->table == JM_TABLE_CSV && line_alias(h, lang))
        return ROLE_ALIAS;
    return ROLE_NONE;
}

/* What the header has instead of the column that is missing, as far as it fits a message. */
static int missing_column(const struct csv_row *row, const char *wanted, struct jm_err *err)
{
    char have[120] = "";
    size_t n = 0;
    const uint8_t *bom = (const uint8_t *)row->field[0];
    if ((bom[0] == 0xff && bom[1] == 0xfe) || (bom[0] == 0xfe && bom[1] == 0xff))
        return jm_err_set(err, JM_EINVAL, "%u: this is UTF-16; save it as UTF-8 (iconv -f UTF-16 "
                          "-t UTF-8)", row->line);
    for (size_t i = 0; i < row->n && n < sizeof have - 1; i++)
        n += (size_t)snprintf(have + n, sizeof have - n, "%s%s", i ? ", " : "", row->field[i]);
    for (size_t i = 0; have[i]; i++)
        if ((unsigned char)have[i] < ' ' || (unsigned char)have[i] > '~')
            have[i] = '?';
    return jm_err_set(err, JM_EINVAL, "%u: there is no column '%s'; the columns are: %s", row->line,
                      wanted, have);
}

static void note_unused(struct jm_taxonomy *t, const struct csv_row *row)
{
    for (size_t i = 0; i < row->n && t->table == JM_TABLE_CSV; i++) {
        if (t->role[i] != ROLE_NONE || !row->bytes[i])
            continue;
        t->sums.unused_columns++;
        jm_buf_fmt(&t->report, "%s:%u: the column '%s' is not used (used are name, id, kind, parent, "
                   "idf, alias, alias.de and other languages)\n", t->file, row->line, row->field[i]);
    }
}

static int read_header(struct jm_taxonomy *t, const struct csv_row *row, struct jm_err *err)
{
    unsigned seen = 0;
    for (size_t i = 0; i < row->n; i++) {
        t->role[i] = (uint8_t)role_of(t, row->field[i], &t->role_lang[i]);
        seen |= 1u << t->role[i];
    }
    for (size_t i = row->n; i < CSV_MAX_FIELDS; i++)
        t->role[i] = ROLE_NONE;
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (columns[i].table == t->table && columns[i].required &&
            !(seen & (1u << columns[i].role)))
            return missing_column(row, columns[i].header, err);
    note_unused(t, row);
    t->has_header = true;
    return 0;
}

/* UTF-8 of a cell, however it was saved. */
static struct span clean(struct jm_taxonomy *t, struct span s)
{
    struct jm_buf fixed = {0};
    if (s.n && !jm_utf8_ok(s.s, s.n, NULL) && jm_text_repair(s.s, s.n, &fixed) > 0) {
        const char *kept = jm_arena_strndup(&t->strings, jm_buf_cstr(&fixed), fixed.len);
        s = kept ? (struct span){kept, fixed.len} : s;
    }
    jm_buf_fini(&fixed);
    return s;
}

/* The first cell of a role; "" when there is none. */
static struct span cell(struct jm_taxonomy *t, const struct csv_row *row, enum role role)
{
    for (size_t i = 0; i < row->n; i++)
        if (t->role[i] == role)
            return clean(t, span_trim((struct span){row->field[i], row->bytes[i]}));
    return (struct span){"", 0};
}

/* --- skills --------------------------------------------------------------------------------- */

static const char *keep(struct jm_taxonomy *t, struct span s)
{
    return jm_arena_strndup(&t->strings, s.s, s.n);
}

/* An id from any text: "C++" is c-plus-plus; what has no Latin letter gets a number. */
static const char *slug(struct jm_taxonomy *t, const char *prefix, struct span s)
{
    char out[72];
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < s.n && n < 60; i++) {
        char ch = s.s[i] >= 'A' && s.s[i] <= 'Z' ? (char)(s.s[i] + 32) : s.s[i];
        const char *sign = ch == '+' ? "plus" : ch == '#' ? "sharp" : NULL;
        bool word = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
        if ((sign || (word && gap)) && n)
            out[n++] = '-';
        if (sign)
            n = (size_t)(stpcpy(out + n, sign) - out);
        else if (word)
            out[n++] = ch;
        gap = sign || !word;
    }
    if (n == 0 || s.n > 60) /* unreadable, or cut: the whole decides */
        return jm_arena_fmt(&t->strings, "%s%.*s%s%08x", prefix, (int)(n < 48 ? n : 48), out,
                            n ? "-" : "x", (unsigned)jm_hash64(s.s, s.n));
    return jm_arena_fmt(&t->strings, "%s%.*s", prefix, (int)n, out);
}

static struct span last_segment(struct span uri)
{
    const char *slash = uri.n ? memrchr(uri.s, '/', uri.n) : NULL;
    return slash ? (struct span){slash + 1, uri.n - (size_t)(slash + 1 - uri.s)} : uri;
}

static enum jm_skill_kind kind_of(const struct jm_taxonomy *t, struct span cell_text)
{
    if (t->table == JM_TABLE_ONET_TECHNOLOGY)
        return JM_SKILL_TOOL;
    if (t->table == JM_TABLE_ESCO_SKILLS)
        return span_is(cell_text, "knowledge") ? JM_SKILL_FIELD : JM_SKILL_TASK;
    int k = jm_skill_kind_parse(cell_text.s, cell_text.n);
    return k < 0 ? JM_SKILL_FIELD : (enum jm_skill_kind)k;
}

static int note_label(struct jm_taxonomy *t, struct span text, enum jm_lang lang, bool preferred,
                      struct jm_err *err)
{
    text = span_trim(text);
    if (!text.n)
        return 0;
    const char *s = keep(t, text);
    if (!s || IMPORT_GROW(t, labels, err))
        return import_no_memory(err);
    t->labels[t->n_labels++] = (struct label){(uint32_t)t->n_rows - 1, lang, preferred,
                                              {s, text.n}};
    return 0;
}

/* Names in one cell: a line each in ESCO (or cut by bars), semicolons in our CSV. */
static int note_cell(struct jm_taxonomy *t, struct span list, enum jm_lang lang,
                     struct jm_err *err)
{
    size_t from = 0;
    for (size_t i = 0; i <= list.n; i++) {
        bool cut = i == list.n || list.s[i] == '\n' ||
                   list.s[i] == (t->table == JM_TABLE_CSV ? ';' : '|');
        if (!cut)
            continue;
        if (note_label(t, (struct span){list.s + from, i - from}, lang, false, err))
            return -1;
        from = i + 1;
    }
    return 0;
}

/* 1..10; 0 for anything else. */
static uint8_t read_idf(struct span s)
{
    return s.n == 1 && s.s[0] >= '1' && s.s[0] <= '9' ? (uint8_t)(s.s[0] - '0')
           : span_is(s, "10")                         ? 10 : 0;
}

/* What the user's own CSV must get right; the others' columns are not ours to judge. */
static int judge_row(struct jm_taxonomy *t, const struct csv_row *row, struct jm_err *err)
{
    struct span kind = cell(t, row, ROLE_KIND), idf = cell(t, row, ROLE_IDF);
    if (t->table != JM_TABLE_CSV)
        return 0;
    if (!cell(t, row, ROLE_NAME).n)
        return jm_err_set(err, JM_EINVAL, "%u: the row has no name", row->line);
    if (kind.n && jm_skill_kind_parse(kind.s, kind.n) < 0)
        return jm_err_set(err, JM_EINVAL, "%u: unknown kind '%.60s' (code, tool, method, field, "
                          "task, soft, language, certificate, licence, equipment)", row->line,
                          kind.s);
    return idf.n && !read_idf(idf)
               ? jm_err_set(err, JM_EINVAL, "%u: idf '%.60s' is not 1..10", row->line, idf.s) : 0;
}

static int skill_row(struct jm_taxonomy *t, const struct csv_row *row, struct jm_err *err)
{
    struct span name = cell(t, row, ROLE_NAME), source = cell(t, row, ROLE_SOURCE);
    struct span parent = cell(t, row, ROLE_PARENT);
    if (judge_row(t, row, err) || IMPORT_GROW(t, rows, err))
        return -1;
    if (!name.n) { /* a translation that is not there yet */
        t->sums.unusable++;
        jm_buf_fmt(&t->report, "%s:%u: the row has no name and is left out\n", t->file, row->line);
        return 0;
    }
    bool esco = t->table == JM_TABLE_ESCO_SKILLS;
    const char *prefix = esco ? "esco-" : t->table == JM_TABLE_CSV ? "" : "onet-";
    struct row *r = &t->rows[t->n_rows];
    *r = (struct row){.line = row->line, .kind = kind_of(t, cell(t, row, ROLE_KIND)),
                      .first_label = (uint32_t)t->n_labels, .concept = NO_CONCEPT};
    r->id = slug(t, prefix, source.n ? last_segment(source) : name);
    r->own_id = source.n > 0;
    r->source = r->own_id ? keep(t, source)
                          : jm_arena_fmt(&t->strings, "=%.*s", (int)name.n, name.s);
    r->parent = parent.n ? keep(t, parent) : NULL;
    r->idf = read_idf(cell(t, row, ROLE_IDF));
    if (!r->id || !r->source || (parent.n && !r->parent))
        return import_no_memory(err);
    t->n_rows++;
    /* English names count everywhere: ads in every language use them */
    enum jm_lang lang = t->lang == JM_LANG_EN ? JM_LANG_UNKNOWN : t->lang;
    if (note_label(t, name, lang, true, err))
        return -1;
    for (size_t i = 0; i < row->n; i++) {
        enum jm_lang own = t->role_lang[i] == JM_LANG_EN ? JM_LANG_UNKNOWN : t->role_lang[i];
        if (t->role[i] == ROLE_ALIAS &&
            note_cell(t, clean(t, (struct span){row->field[i], row->bytes[i]}), own, err))
            return -1;
    }
    return 0;
}

/* --- relations ------------------------------------------------------------------------------ */

static int relation_row(struct jm_taxonomy *t, const struct csv_row *row, struct jm_err *err)
{
    struct span a = cell(t, row, ROLE_FROM), b = cell(t, row, ROLE_TO);
    const uint64_t *from = jm_map_get(&t->sources, a.s, a.n);
    const uint64_t *to = jm_map_get(&t->sources, b.s, b.n);
    if (!from || !to || *from == *to)
        return 0; /* a group, or both ends are one skill here */
    if (t->table == JM_TABLE_ESCO_BROADER) {
        import_set_parent(t, (int32_t)*from, (int32_t)*to); /* of several the first that fits */
        return 0;
    }
    if (!t->concepts[*from].fresh)
        return 0;
    if (IMPORT_GROW(t, relations, err))
        return -1;
    bool essential = span_is(cell(t, row, ROLE_KIND), "essential");
    t->relations[t->n_relations++] =
        (struct relation){(uint32_t)*from, (uint32_t)*to, essential ? 500 : 300};
    return 0;
}

/* A collection says of what kind its concepts are: soft skills, languages. */
static int collection_row(struct jm_taxonomy *t, const struct csv_row *row)
{
    struct span a = cell(t, row, ROLE_FROM);
    const uint64_t *at = jm_map_get(&t->sources, a.s, a.n);
    if (at && t->concepts[*at].fresh)
        t->concepts[*at].kind = t->table == JM_TABLE_ESCO_LANGUAGES ? JM_SKILL_LANGUAGE
                                                                    : JM_SKILL_KIND_SOFT;
    return 0;
}

/* --- occupations ---------------------------------------------------------------------------- */

/* "occupation TAB label", or "occupation TAB kind TAB text"; the kind of a description is "". */
static void begin_line(struct jm_taxonomy *t, struct span occupation, const char *kind)
{
    bool onet = t->table == JM_TABLE_ONET_TITLES || t->table == JM_TABLE_ONET_OCCUPATIONS;
    jm_buf_str(&t->titles, onet ? "onet:" : "esco:");
    jm_buf_add(&t->titles, occupation.s, occupation.n);
    jm_buf_ch(&t->titles, '\t');
    if (kind)
        jm_buf_fmt(&t->titles, "%s\t", kind);
}

static void put_text(struct jm_taxonomy *t, struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        jm_buf_ch(&t->titles, (unsigned char)text.s[i] < ' ' ? ' ' : text.s[i]);
}

static void put_title(struct jm_taxonomy *t, struct span occupation, struct span label,
                      const char *kind)
{
    label = span_trim(label);
    if (!label.n)
        return;
    begin_line(t, occupation, kind);
    put_text(t, label);
    jm_buf_ch(&t->titles, '\n');
}

/* ISCO's unit group; of a SOC code the broad occupation, its first five digits. */
static void put_group(struct jm_taxonomy *t, const struct csv_row *row, struct span occupation)
{
    struct span group = cell(t, row, ROLE_GROUP);
    bool soc = t->table == JM_TABLE_ONET_TITLES && occupation.n > 6;
    if (soc)
        group = (struct span){occupation.s, 6};
    if (!group.n)
        return;
    begin_line(t, occupation, "group");
    jm_buf_str(&t->titles, soc ? "soc:" : "isco:");
    put_text(t, group);
    jm_buf_ch(&t->titles, '\n');
}

static bool plain_id(struct span id)
{
    return id.n && !memchr(id.s, '\t', id.n) && !memchr(id.s, '\n', id.n);
}

static int occupation_row(struct jm_taxonomy *t, const struct csv_row *row, struct jm_err *err)
{
    struct span occupation = last_segment(cell(t, row, ROLE_SOURCE));
    if (!plain_id(occupation))
        return jm_err_set(err, JM_EINVAL, "%u: the row names no occupation", row->line);
    if (!t->last_occupation || !span_is(occupation, t->last_occupation)) {
        put_title(t, occupation, cell(t, row, ROLE_NAME), NULL);
        put_title(t, occupation, cell(t, row, ROLE_TEXT), "");
        put_group(t, row, occupation);
        t->last_occupation = keep(t, occupation);
    }
    for (size_t i = 0; i < row->n; i++) {
        struct span list = clean(t, (struct span){row->field[i], row->bytes[i]}), label;
        if (t->role[i] == ROLE_ALIAS && list.n)
            while (span_cut(&list, '\n', &label))
                put_title(t, occupation, label, NULL);
    }
    return t->last_occupation && jm_buf_ok(&t->titles) ? 0 : import_no_memory(err);
}

/* The rows of an occupation follow one another, those of a kind too: one line. */
static int occupation_skill_row(struct jm_taxonomy *t, const struct csv_row *row,
                                struct jm_err *err)
{
    struct span occupation = last_segment(cell(t, row, ROLE_SOURCE)), skill = cell(t, row, ROLE_TO);
    struct span kind = cell(t, row, ROLE_KIND);
    const uint64_t *at = jm_map_get(&t->sources, skill.s, skill.n);
    if (!plain_id(occupation))
        return jm_err_set(err, JM_EINVAL, "%u: the row names no occupation", row->line);
    if (!at)
        return 0;
    bool more = t->last_occupation && span_is(occupation, t->last_occupation) &&
                span_is(kind, t->last_list);
    if (more) {
        t->titles.len--;
        jm_buf_str(&t->titles, ", ");
    } else {
        begin_line(t, occupation, "skills");
        t->last_occupation = keep(t, occupation);
        t->last_list = keep(t, kind);
    }
    put_text(t, span_of(t->concepts[*at].name));
    jm_buf_ch(&t->titles, '\n');
    return t->last_occupation && t->last_list && jm_buf_ok(&t->titles) ? 0 : import_no_memory(err);
}

/* --- a table -------------------------------------------------------------------------------- */

int table_row(void *arg, const struct csv_row *row, struct jm_err *err)
{
    struct jm_taxonomy *t = arg;
    if (!t->has_header)
        return read_header(t, row, err);
    t->sums.rows++;
    switch (t->table) {
    case JM_TABLE_ESCO_BROADER:
    case JM_TABLE_ESCO_RELATED:
        return relation_row(t, row, err);
    case JM_TABLE_ESCO_TRANSVERSAL:
    case JM_TABLE_ESCO_LANGUAGES:
        return collection_row(t, row);
    case JM_TABLE_ESCO_OCCUPATIONS:
    case JM_TABLE_ONET_TITLES:
    case JM_TABLE_ONET_OCCUPATIONS:
        return occupation_row(t, row, err);
    case JM_TABLE_ESCO_OCCUPATION_SKILLS:
        return occupation_skill_row(t, row, err);
    default:
        return skill_row(t, row, err);
    }
}

/* "12: what" of the reader becomes "file:12: what". */
static int with_file(const struct jm_taxonomy *t, const struct jm_err *inner, struct jm_err *err)
{
    return jm_err_set(err, inner->code ? inner->code : JM_ENOMEM, "%s:%s", t->file,
                      inner->text[0] ? inner->text : " out of memory");
}

int jm_taxonomy_open(struct jm_taxonomy *t, enum jm_taxonomy_table table, const char *file_name,
                     enum jm_lang lang, struct jm_err *err)
{
    bool tabs = table == JM_TABLE_ONET_TECHNOLOGY || table == JM_TABLE_ONET_TITLES ||
                table == JM_TABLE_ONET_OCCUPATIONS;
    csv_fini(&t->csv);
    t->csv = (struct csv){.separator = tabs ? '\t' : table == JM_TABLE_CSV ? '\0' : ',',
                          .quotes = !tabs, .on_row = table_row, .arg = t};
    t->table = table;
    t->lang = lang;
    t->has_header = false;
    t->last_occupation = NULL;
    t->n_rows = t->n_labels = 0;
    t->file = keep(t, span_of(file_name));
    return t->file ? 0 : import_no_memory(err);
}

int jm_taxonomy_feed(struct jm_taxonomy *t, const char *bytes, size_t len, struct jm_err *err)
{
    struct jm_err inner = {0};
    return csv_feed(&t->csv, bytes, len, &inner) ? with_file(t, &inner, err) : 0;
}

int jm_taxonomy_close(struct jm_taxonomy *t, struct jm_err *err)
{
    struct jm_err inner = {0};
    if (csv_end(&t->csv, &inner))
        return with_file(t, &inner, err);
    if (!t->has_header)
        return jm_err_set(err, JM_EINVAL, "%s:1: the table is empty", t->file);
    return import_rows(t, err);
}
