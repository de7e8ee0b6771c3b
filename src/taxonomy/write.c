/* write.c - the result of an import as dictionary files.
 *
 * A base file keeps its lines as people wrote them; names that came to a skill are put behind its
 * own. Lines stay below what the loader reads; names beyond that are reported, not cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_int.h"

enum { LINE_BUDGET = 15000, MAX_RELATED = 16 };

static int by_concept(const void *a, const void *b)
{
    const struct alias *x = a, *y = b;
    if (x->concept != y->concept)
        return x->concept < y->concept ? -1 : 1;
    if (x->lang != y->lang)
        return x->lang < y->lang ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static int by_from(const void *a, const void *b)
{
    const struct relation *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->pm != y->pm)
        return x->pm > y->pm ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

static void sort_all(struct jm_taxonomy *t)
{
    if (t->n_aliases)
        qsort(t->aliases, t->n_aliases, sizeof *t->aliases, by_concept);
    if (t->n_relations)
        qsort(t->relations, t->n_relations, sizeof *t->relations, by_from);
    t->sorted = true;
}

/* The aliases [from, to) of a concept in one language. */
static void aliases_of(const struct jm_taxonomy *t, uint32_t concept, enum jm_lang lang,
                       size_t *from, size_t *to)
{
    size_t lo = 0, hi = t->n_aliases;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const struct alias *a = &t->aliases[mid];
        if (a->concept < concept || (a->concept == concept && a->lang < lang))
            lo = mid + 1;
        else
            hi = mid;
    }
    for (*from = *to = lo; *to < t->n_aliases && t->aliases[*to].concept == concept &&
                           t->aliases[*to].lang == lang; ++*to)
        ;
}

/* Names into `out`, each behind "; " or, the first, behind `lead`. */
static void put_names(struct jm_taxonomy *t, size_t from, size_t to, const char *lead,
                      size_t line_start, struct jm_buf *out)
{
    for (size_t i = from; i < to; i++) {
        const struct alias *a = &t->aliases[i];
        if (out->len - line_start > LINE_BUDGET) {
            t->sums.unusable += to - i;
            jm_buf_fmt(&t->report, "%s: %zu names do not fit on its line\n",
                       t->concepts[a->concept].id, to - i);
            return;
        }
        jm_buf_fmt(out, "%s%s", i == from ? lead : "; ", a->text);
        if (a->gate)
            jm_buf_fmt(out, " ^%s", a->gate);
    }
}

static void put_new_clause(struct jm_taxonomy *t, uint32_t concept, enum jm_lang lang,
                           size_t line_start, struct jm_buf *out)
{
    char lead[24];
    size_t from, to;
    aliases_of(t, concept, lang, &from, &to);
    snprintf(lead, sizeof lead, " | alias%s%s ", lang ? "." : "", jm_lang_code(lang));
    put_names(t, from, to, lead, line_start, out);
}

/* One base line with the names that came. */
static void put_extended(struct jm_taxonomy *t, struct span line, const struct entry_line *e,
                         uint32_t concept, struct jm_buf *out)
{
    struct span clauses = e->clauses;
    struct clause cl;
    enum jm_lang lang;
    bool done[JM_LANGS] = {0};
    size_t line_start = out->len, from, to;
    const char *at = line.s;
    while (line_clause(&clauses, &cl)) {
        if (!line_alias(cl.word, &lang) || done[lang])
            continue;
        struct span last = cl.body.n ? cl.body : cl.word;
        const char *end = last.s + last.n;
        jm_buf_add(out, at, (size_t)(end - at));
        aliases_of(t, concept, lang, &from, &to);
        put_names(t, from, to, cl.body.n ? "; " : " ", line_start, out);
        done[lang] = true;
        at = end;
    }
    struct span rest = {at, line.n - (size_t)(at - line.s)};
    while (rest.n && strchr(" \t\r", rest.s[rest.n - 1]))
        rest.n--;
    jm_buf_add(out, rest.s, rest.n);
    for (int l = 0; l < JM_LANGS; l++)
        if (!done[l])
            put_new_clause(t, concept, (enum jm_lang)l, line_start, out);
}

int jm_taxonomy_write_base(struct jm_taxonomy *t, const struct jm_taxonomy_file *file,
                           struct jm_buf *out, struct jm_err *err)
{
    struct span text = {file->text, file->len}, line;
    struct entry_line e;
    if (!t->sorted)
        sort_all(t);
    while (span_line(&text, &line)) {
        const uint64_t *n = line_entry(line, &e) ? jm_map_get(&t->ids, e.id.s, e.id.n) : NULL;
        if (n)
            put_extended(t, line, &e, (uint32_t)*n, out);
        else
            jm_buf_add(out, line.s, line.n);
        jm_buf_ch(out, '\n');
    }
    return jm_buf_ok(out) ? 0 : import_no_memory(err);
}

static void put_relations(const struct jm_taxonomy *t, uint32_t concept, struct jm_buf *out)
{
    size_t lo = 0, hi = t->n_relations;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (t->relations[mid].from < concept)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (size_t i = lo; i < t->n_relations && t->relations[i].from == concept &&
                        i - lo < MAX_RELATED; i++)
        jm_buf_fmt(out, "%s%s .%u", i == lo ? " | related " : "; ",
                   t->concepts[t->relations[i].to].id, t->relations[i].pm / 100);
}

static void put_concept(struct jm_taxonomy *t, uint32_t number, struct jm_buf *out)
{
    const struct concept *c = &t->concepts[number];
    size_t line_start = out->len;
    jm_buf_fmt(out, "%s = %s", c->id, c->name);
    if (c->gate)
        jm_buf_fmt(out, " ^%s", c->gate);
    jm_buf_fmt(out, " | %s", jm_skill_kind_name(c->kind));
    if (c->parent != NO_CONCEPT)
        jm_buf_fmt(out, " | parent %s", t->concepts[c->parent].id);
    put_relations(t, number, out);
    if (c->idf)
        jm_buf_fmt(out, " | idf %u", c->idf);
    for (int l = 0; l < JM_LANGS; l++)
        put_new_clause(t, number, (enum jm_lang)l, line_start, out);
    jm_buf_ch(out, '\n');
}

int jm_taxonomy_write_new(struct jm_taxonomy *t, const char *version, struct jm_buf *out,
                          struct jm_err *err)
{
    if (!t->sorted)
        sort_all(t);
    if (!out->len) {
        jm_buf_fmt(out, "@skills 1\n@version %s\n", version);
        jm_buf_str(out, "# made by an import; the licence of its source applies\n");
    }
    for (size_t i = 0; i < t->n_concepts; i++)
        if (t->concepts[i].fresh)
            put_concept(t, (uint32_t)i, out);
    return jm_buf_ok(out) ? 0 : import_no_memory(err);
}
