/* import.c - concepts of another list come to ours.
 *
 * A table is read to its end before names are given away: preferred names first, then the others,
 * so that a second name of one concept never takes the first name of another. A name belongs to
 * one skill. Who comes late leaves it there, and the report says so. */
#include <stdlib.h>
#include <string.h>

#include "import_int.h"
#include "jobmatch/bytes.h"

struct jm_taxonomy *jm_taxonomy_new(void)
{
    struct jm_taxonomy *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    jm_arena_init(&t->strings, 0);
    jm_map64_init(&t->owners);
    jm_map64_init(&t->silent);
    jm_map_init(&t->ids);
    jm_map_init(&t->sources);
    t->text = jm_text_new();
    if (!t->text) {
        jm_taxonomy_free(t);
        return NULL;
    }
    return t;
}

void jm_taxonomy_free(struct jm_taxonomy *t)
{
    if (!t)
        return;
    csv_fini(&t->csv);
    free(t->labels);
    free(t->rows);
    free(t->relations);
    free(t->aliases);
    free(t->concepts);
    jm_buf_fini(&t->report);
    jm_buf_fini(&t->titles);
    jm_map_fini(&t->sources);
    jm_map_fini(&t->ids);
    jm_map64_fini(&t->silent);
    jm_map64_fini(&t->owners);
    jm_text_free(t->text);
    jm_arena_fini(&t->strings);
    free(t);
}

int import_no_memory(struct jm_err *err)
{
    return jm_err_set(err, JM_ENOMEM, "out of memory");
}

int import_grow(void **array, size_t n, size_t *cap, size_t item_bytes, struct jm_err *err)
{
    if (n < *cap)
        return 0;
    size_t more = *cap ? *cap * 2 : 1024;
    void *p = reallocarray(*array, more, item_bytes);
    if (!p)
        return import_no_memory(err);
    *array = p;
    *cap = more;
    return 0;
}

int32_t import_by_source(const struct jm_taxonomy *t, const char *source)
{
    const uint64_t *n = jm_map_get(&t->sources, source, strlen(source));
    return n ? (int32_t)*n : NO_CONCEPT;
}

/* --- who owns a name ------------------------------------------------------------------------ */

/* A name counts in every text (lang 0) or in one language; two languages may share a spelling. */
static uint64_t key_in(uint64_t key, unsigned lang)
{
    return lang ? jm_mix64(key ^ lang) : key;
}
enum { ANY_LANG = JM_LANGS };

static int32_t owner_of(const struct jm_taxonomy *t, uint64_t key, enum jm_lang lang)
{
    const uint64_t *n = jm_map64_get(&t->owners, key);
    if (!n)
        n = jm_map64_get(&t->owners, key_in(key, lang ? (unsigned)lang : ANY_LANG));
    return n ? (int32_t)*n : NO_CONCEPT;
}

static int own(struct jm_taxonomy *t, uint64_t key, enum jm_lang lang, uint32_t concept,
               struct jm_err *err)
{
    uint64_t k = key_in(key, lang), any = key_in(key, ANY_LANG);
    if ((!jm_map64_get(&t->owners, k) && jm_map64_put(&t->owners, k, concept)) ||
        (!jm_map64_get(&t->owners, any) && jm_map64_put(&t->owners, any, concept)))
        return import_no_memory(err);
    return 0;
}

/* --- names ---------------------------------------------------------------------------------- */

static bool plain_text(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.s[i] < ' ' || s.s[i] == 127 || strchr(";|^", s.s[i]))
            return false;
    return s.n > 0 && s.n <= NAME_MAX_BYTES;
}

/* "Swift (computer programming)" is named Swift; that it had to be said makes it ambiguous. */
static struct span without_remark(struct span s, bool *remark)
{
    const char *open = s.n && s.s[s.n - 1] == ')' ? memrchr(s.s, '(', s.n) : NULL;
    *remark = open && open > s.s;
    return *remark ? span_trim((struct span){s.s, (size_t)(open - s.s)}) : s;
}

static bool all_caps(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.s[i] < 'A' || s.s[i] > 'Z')
            return false;
    return s.n <= 5;
}

struct name {
    struct span text;
    uint64_t key;
    const char *gate;
    bool plain; /* one word that nothing marks as a name */
};

enum { LONG_WORD_BYTES = 10 };

/* Public lists name everything by everyday words: of the single plain words of ESCO two in a
 * hundred are a skill where they stand. A second name that is such a word says nothing in a text
 * ("time", "scale"): people may state it, no more. A first name needs a reason ("betting"), a
 * product its capital. Words of languages that write compounds in one are told apart by their
 * length. Several words, words in capitals and lists of the user's own are believed. */
static const char *cautious(const struct jm_taxonomy *t, const struct name *n, enum jm_lang lang,
                            bool preferred)
{
    bool marked = n->gate && n->gate[0] == 'c'; /* all capitals */
    if (t->table == JM_TABLE_CSV || marked || !(n->gate || n->plain))
        return n->gate;
    if (lang)
        return n->gate || n->text.n < LONG_WORD_BYTES ? "word" : NULL;
    if (!preferred)
        return "no";
    if (n->gate)
        return n->gate;
    bool product = t->table == JM_TABLE_ONET_TECHNOLOGY;
    return product && n->text.s[0] >= 'A' && n->text.s[0] <= 'Z' ? "case" : "word";
}

/* Clean a label; false: it cannot be a name of the dictionary. */
static bool read_name(struct jm_taxonomy *t, struct span label, struct name *out)
{
    bool remark;
    label = span_trim(label);
    while (label.n && strchr(";, ", label.s[label.n - 1]))
        label.n--;
    out->text = without_remark(label, &remark);
    if (!plain_text(out->text) || !jm_utf8_ok(out->text.s, out->text.n, NULL))
        return false;
    struct name_view v = name_look(t->text, out->text);
    out->key = v.key;
    out->plain = v.plain;
    out->gate = v.risk && v.gate[0] == 'l' ? "letter"
                : v.risk                   ? "word"
                : v.n_tokens == 1 && all_caps(out->text) ? "case"
                : v.n_tokens == 1 && remark              ? "word"
                                                         : NULL;
    return v.key != 0 && !v.in_part;
}

static void report(struct jm_taxonomy *t, unsigned line, const char *fmt, struct span name,
                   const char *other)
{
    jm_buf_fmt(&t->report, "%s:%u: ", t->file, line);
    jm_buf_fmt(&t->report, "'%.*s' ", (int)(name.n < 80 ? name.n : 80), name.s);
    jm_buf_fmt(&t->report, "%s%s\n", fmt, other);
}

static int add_alias(struct jm_taxonomy *t, uint32_t concept, const struct label *l,
                     struct jm_err *err)
{
    struct name name;
    unsigned line = t->rows[l->row].line;
    uint32_t order = (uint32_t)(t->n_labels_before + (size_t)(l - t->labels)); /* as in the list */
    if (!read_name(t, l->text, &name)) {
        t->sums.unusable++;
        report(t, line, "cannot be a name (signs ; | ^, length, an address, or no word)",
               l->text, "");
        return 0;
    }
    const char *gate = cautious(t, &name, l->lang, l->preferred);
    const uint64_t *silent = gate && strcmp(gate, "no") == 0 ? jm_map64_get(&t->silent, name.key)
                                                             : NULL;
    int32_t owner = owner_of(t, name.key, l->lang);
    if (owner == NO_CONCEPT && silent) /* no text tells the two apart; who came first keeps it */
        owner = (int32_t)*silent;
    if (owner == (int32_t)concept) {
        t->sums.names_known++;
        return 0;
    }
    if (owner != NO_CONCEPT) {
        t->sums.conflicts++;
        report(t, line, "stays with ", name.text, t->concepts[owner].id);
        return 0;
    }
    const char *text = jm_arena_strndup(&t->strings, name.text.s, name.text.n);
    if (!text || IMPORT_GROW(t, aliases, err))
        return import_no_memory(err);
    t->aliases[t->n_aliases] = (struct alias){concept, order, l->lang, text, gate};
    t->n_aliases++;
    t->sums.names_added++;
    return own(t, name.key, l->lang, concept, err);
}

/* --- the base ------------------------------------------------------------------------------- */

static int base_name(struct jm_taxonomy *t, uint32_t concept, struct span item, enum jm_lang lang,
                     struct jm_err *err)
{
    struct span name, gate;
    line_gate(item, &name, &gate);
    struct name_view v = name_look(t->text, name);
    if (v.key && span_is(gate, "no"))
        return !jm_map64_get(&t->silent, v.key) && jm_map64_put(&t->silent, v.key, concept)
                   ? import_no_memory(err) : 0;
    return v.key ? own(t, v.key, lang, concept, err) : 0;
}

static int base_entry(struct jm_taxonomy *t, const struct entry_line *e, struct jm_err *err)
{
    struct span clauses = e->clauses, item;
    struct clause cl;
    enum jm_lang lang;
    if (IMPORT_GROW(t, concepts, err))
        return -1;
    uint32_t number = (uint32_t)t->n_concepts;
    struct concept *c = &t->concepts[number];
    *c = (struct concept){.id = jm_arena_strndup(&t->strings, e->id.s, e->id.n),
                          .name = jm_arena_strndup(&t->strings, e->name.s, e->name.n),
                          .parent = NO_CONCEPT};
    if (!c->id || !c->name || jm_map_put(&t->ids, e->id.s, e->id.n, number))
        return import_no_memory(err);
    t->n_concepts++;
    if (!span_is(e->gate, "no") && base_name(t, number, e->name, JM_LANG_UNKNOWN, err))
        return -1;
    while (line_clause(&clauses, &cl))
        while (line_alias(cl.word, &lang) && span_cut(&cl.body, ';', &item))
            if (item.n && base_name(t, number, item, lang, err))
                return -1;
    return 0;
}

int jm_taxonomy_base(struct jm_taxonomy *t, const struct jm_taxonomy_file *file,
                     struct jm_err *err)
{
    struct span text = {file->text, file->len}, line;
    struct entry_line e;
    while (span_line(&text, &line))
        if (line_entry(line, &e) && base_entry(t, &e, err))
            return -1;
    return 0;
}

/* --- rows to concepts ----------------------------------------------------------------------- */

/* A concept of the base that owns at least half of the row's names, and no other owns one. */
static int32_t by_names(struct jm_taxonomy *t, size_t first, size_t end)
{
    int32_t found = NO_CONCEPT;
    size_t hits = 0;
    struct name name;
    for (size_t i = first; i < end; i++) {
        int32_t owner = read_name(t, t->labels[i].text, &name)
                            ? owner_of(t, name.key, t->labels[i].lang) : NO_CONCEPT;
        if (owner == NO_CONCEPT || t->concepts[owner].fresh)
            continue;
        if (found != NO_CONCEPT && owner != found)
            return NO_CONCEPT;
        found = owner;
        hits++;
    }
    return hits * 2 >= end - first ? found : NO_CONCEPT;
}

static int create(struct jm_taxonomy *t, struct row *r, const struct name *name,
                  struct jm_err *err)
{
    if (IMPORT_GROW(t, concepts, err))
        return -1;
    uint32_t number = (uint32_t)t->n_concepts;
    struct concept *c = &t->concepts[number];
    if (jm_map_get(&t->ids, r->id, strlen(r->id))) /* made of a name that looks alike: "Ä" and "Ö" */
        r->id = jm_arena_fmt(&t->strings, "%s-%08x", r->id, (unsigned)name->key);
    if (!r->id)
        return import_no_memory(err);
    *c = (struct concept){r->id, jm_arena_strndup(&t->strings, name->text.s, name->text.n),
                          cautious(t, name, JM_LANG_UNKNOWN, true), r->kind, r->idf, true,
                          NO_CONCEPT};
    if (!c->name || jm_map_put(&t->ids, r->id, strlen(r->id), number))
        return import_no_memory(err);
    t->n_concepts++;
    t->sums.created++;
    r->concept = (int32_t)number;
    return own(t, name->key, JM_LANG_UNKNOWN, number, err);
}

/* The concept of an id that the list gave; it is said where its name is another. */
static int32_t by_id(struct jm_taxonomy *t, const struct row *r, struct span name)
{
    int32_t found = import_by_source(t, r->source);
    const uint64_t *at = r->own_id ? jm_map_get(&t->ids, r->id, strlen(r->id)) : NULL;
    if (found == NO_CONCEPT && at)
        found = (int32_t)*at;
    if (found != NO_CONCEPT && t->table == JM_TABLE_CSV &&
        !span_is(name, t->concepts[found].name))
        report(t, r->line, "has the id of ", name, t->concepts[found].name);
    return found;
}

/* Find or make the concept of a row by its preferred name. */
static int place_row(struct jm_taxonomy *t, struct row *r, size_t end, struct jm_err *err)
{
    struct name name;
    const struct label *first = &t->labels[r->first_label];
    r->concept = by_id(t, r, first->text);
    if (r->concept == NO_CONCEPT) {
        bool usable = read_name(t, first->text, &name);
        r->concept = usable ? owner_of(t, name.key, JM_LANG_UNKNOWN) : NO_CONCEPT;
        if (r->concept == NO_CONCEPT)
            r->concept = by_names(t, r->first_label, end);
        if (r->concept != NO_CONCEPT)
            t->sums.merged++;
        else if (usable && create(t, r, &name, err))
            return -1;
        else if (!usable) {
            t->sums.unusable++;
            report(t, r->line, "cannot be a name; the concept is left out", first->text, "");
            return 0;
        }
    }
    return jm_map_put(&t->sources, r->source, strlen(r->source), (uint64_t)r->concept)
               ? import_no_memory(err) : 0;
}

bool import_set_parent(struct jm_taxonomy *t, int32_t from, int32_t to)
{
    struct concept *c = &t->concepts[from];
    unsigned depth = 0;
    if (!c->fresh || c->parent != NO_CONCEPT)
        return true;
    for (int32_t n = to; n != NO_CONCEPT; n = t->concepts[n].parent)
        if (n == from || ++depth > 14) /* well below what the dictionary allows */
            return false;
    c->parent = to;
    return true;
}

/* The parent that a CSV names by id or by name; unknown ones and loops are reported. */
static void set_parent(struct jm_taxonomy *t, const struct row *r)
{
    struct name name;
    if (!r->parent || r->concept == NO_CONCEPT)
        return;
    const uint64_t *id = jm_map_get(&t->ids, r->parent, strlen(r->parent));
    int32_t to = id ? (int32_t)*id
                 : read_name(t, span_of(r->parent), &name)
                     ? owner_of(t, name.key, JM_LANG_UNKNOWN) : NO_CONCEPT;
    if (to == NO_CONCEPT || !import_set_parent(t, r->concept, to))
        report(t, r->line, "cannot be the parent of ", span_of(r->parent),
               t->concepts[r->concept].id);
}

/* Does a name begin a word as the row's first name does, for four letters or more? */
static bool like_first(const struct jm_taxonomy *t, const struct label *l)
{
    struct span rest = t->labels[t->rows[l->row].first_label].text, word;
    while (span_cut(&rest, ' ', &word))
        for (size_t i = 0; word.n >= 4 && i + 4 <= l->text.n; i++)
            if ((i == 0 || l->text.s[i - 1] == ' ') && strncasecmp(l->text.s + i, word.s, 4) == 0)
                return true;
    return false;
}

/* Names that are like their row's first name go before the others: public lists have rows with the
 * names of another concept ("write Sardinian" below micromechanics). */
static int give_names(struct jm_taxonomy *t, bool like, struct jm_err *err)
{
    for (size_t i = 0; i < t->n_labels; i++) {
        const struct label *l = &t->labels[i];
        int32_t concept = t->rows[l->row].concept;
        if (concept != NO_CONCEPT && like_first(t, l) == like &&
            add_alias(t, (uint32_t)concept, l, err))
            return -1;
    }
    return 0;
}

int import_rows(struct jm_taxonomy *t, struct jm_err *err)
{
    for (size_t i = 0; i < t->n_rows; i++) {
        size_t end = i + 1 < t->n_rows ? t->rows[i + 1].first_label : t->n_labels;
        if (place_row(t, &t->rows[i], end, err))
            return -1;
    }
    if (give_names(t, true, err) || give_names(t, false, err))
        return -1;
    for (size_t i = 0; i < t->n_rows; i++)
        set_parent(t, &t->rows[i]);
    t->n_labels_before += t->n_labels;
    t->n_rows = t->n_labels = 0;
    return 0;
}

const struct jm_buf *jm_taxonomy_titles(const struct jm_taxonomy *t) { return &t->titles; }
const struct jm_buf *jm_taxonomy_report(const struct jm_taxonomy *t) { return &t->report; }
const struct jm_taxonomy_sums *jm_taxonomy_sums(const struct jm_taxonomy *t) { return &t->sums; }
