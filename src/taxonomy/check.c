/* check.c - every problem of a dictionary at once.
 *
 * Syntax is judged by the loader itself, a line at a time; what only the whole shows (ids, parents,
 * cycles, names of two skills) is found here. When all of that is clean the loader gets the whole
 * dictionary and has the last word. */
#include <stdlib.h>
#include <string.h>

#include "jobmatch/arena.h"
#include "jobmatch/map.h"
#include "jobmatch/taxonomy.h"
#include "taxonomy_int.h"

struct place {
    uint32_t file, line;
};
struct problem {
    struct place at;
    const char *text;
};
struct skill {
    struct place at;
    struct span id;
    enum jm_skill_kind kind;
    bool has_proof; /* companions or related skills */
    int32_t parent; /* -1 */
    uint32_t seen;  /* of the walk that met it last */
};
struct name {
    uint64_t key;
    uint32_t skill;
    enum jm_lang lang;
    struct span text, gate;
};
struct ref {
    uint32_t skill;
    struct span id;
    bool parent;
};

struct check {
    const struct jm_taxonomy_file *files;
    struct jm_arena strings;
    struct jm_text *text;
    struct jm_map ids;
    struct problem *problems;
    size_t n_problems, cap_problems;
    struct skill *skills;
    size_t n_skills, cap_skills;
    struct name *names;
    size_t n_names, cap_names;
    struct ref *refs;
    size_t n_refs, cap_refs;
    bool no_memory;
};

/* Room for one more; NULL: out of memory, remembered. */
static void *more(struct check *c, void **array, size_t *n, size_t *cap, size_t bytes)
{
    if (*n == *cap) {
        size_t want = *cap ? *cap * 2 : 256;
        void *p = reallocarray(*array, want, bytes);
        if (!p) {
            c->no_memory = true;
            return NULL;
        }
        *array = p;
        *cap = want;
    }
    return (char *)*array + (*n)++ * bytes;
}
#define MORE(c, list) \
    more(c, (void **)&(c)->list, &(c)->n_##list, &(c)->cap_##list, sizeof *(c)->list)

#define SAY(c, place, ...) say(c, place, jm_arena_fmt(&(c)->strings, __VA_ARGS__))
static void say(struct check *c, struct place at, const char *text)
{
    struct problem *p = text ? MORE(c, problems) : NULL;
    if (p)
        *p = (struct problem){at, text};
    c->no_memory |= !text;
}

static const char *where(struct check *c, struct place p)
{
    const char *s = jm_arena_fmt(&c->strings, "%s:%u", c->files[p.file].name, p.line);
    return s ? s : "";
}

/* --- one line ------------------------------------------------------------------------------- */

/* Ask the loader about this line alone. False: it said no. */
static bool syntax_ok(struct check *c, struct place at, struct span line)
{
    struct jm_dict *d = jm_dict_new();
    struct jm_buf text = {0};
    struct jm_err err = {0};
    jm_buf_str(&text, at.line == 1 ? "" : "@skills 1\n");
    jm_buf_add(&text, line.s, line.n);
    int rc = d && jm_buf_ok(&text) ? jm_dict_add(d, "f", jm_buf_cstr(&text), text.len, &err) : -1;
    if (rc) {
        const char *what = strchr(err.text, ':');
        bool placed = what && what[1] >= '0' && what[1] <= '9'; /* "f:2: what" */
        what = placed ? strchr(what + 1, ':') : what;
        what = what ? what + 2 : "out of memory";
        SAY(c, at, "%s", what);
    }
    jm_buf_fini(&text);
    jm_dict_free(d);
    return rc == 0;
}

static void add_name(struct check *c, uint32_t skill, struct span text, struct span gate,
                     enum jm_lang lang)
{
    struct name_view v = name_look(c->text, text);
    struct name *n = v.key ? MORE(c, names) : NULL;
    const struct skill *s = &c->skills[skill];
    if (n)
        *n = (struct name){v.key, skill, lang, text, gate};
    if (!v.key)
        SAY(c, s->at, "'%.*s' has no word or more than %d", (int)text.n, text.s, NAME_MAX_TOKENS);
    bool product = s->kind == JM_SKILL_CODE || s->kind == JM_SKILL_TOOL;
    if (v.risk && !gate.s && (product || v.gate[0] != 'w'))
        SAY(c, s->at, "'%.*s' %s and needs a gate (^%s)", (int)text.n, text.s, v.risk, v.gate);
}

static void add_ref(struct check *c, uint32_t skill, struct span id, bool parent)
{
    struct ref *r = MORE(c, refs);
    if (r)
        *r = (struct ref){skill, id, parent};
}

static void read_clauses(struct check *c, uint32_t skill, struct span clauses)
{
    struct clause cl;
    struct span item, name, gate;
    enum jm_lang lang;
    while (line_clause(&clauses, &cl)) {
        if (span_is(cl.word, "parent"))
            add_ref(c, skill, cl.body, true);
        bool related = span_is(cl.word, "related"), alias = line_alias(cl.word, &lang);
        while ((related || alias) && span_cut(&cl.body, ';', &item)) {
            const char *blank = item.n ? memrchr(item.s, ' ', item.n) : NULL;
            struct span id = {item.s, blank ? (size_t)(blank - item.s) : 0};
            if (related && blank)
                add_ref(c, skill, span_trim(id), false);
            line_gate(item, &name, &gate);
            if (alias && name.n)
                add_name(c, skill, name, gate, lang);
        }
    }
}

static bool has_with(struct span clauses)
{
    struct clause cl;
    while (line_clause(&clauses, &cl))
        if (span_is(cl.word, "with") && cl.body.n)
            return true;
    return false;
}

static void read_entry(struct check *c, struct place at, const struct entry_line *e)
{
    const uint64_t *first = jm_map_get(&c->ids, e->id.s, e->id.n);
    if (first) {
        SAY(c, at, "skill id '%.*s' is defined twice (%s)", (int)e->id.n, e->id.s,
            where(c, c->skills[*first].at));
        return;
    }
    struct skill *s = MORE(c, skills);
    int kind = jm_skill_kind_parse(e->kind.s, e->kind.n);
    uint32_t number = (uint32_t)(c->n_skills - 1);
    if (!s || jm_map_put(&c->ids, e->id.s, e->id.n, number)) {
        c->no_memory = true;
        return;
    }
    *s = (struct skill){at, e->id, (enum jm_skill_kind)kind, has_with(e->clauses), -1, 0};
    add_name(c, number, e->name, e->gate, JM_LANG_UNKNOWN);
    read_clauses(c, number, e->clauses);
}

static void read_file(struct check *c, uint32_t file)
{
    struct span text = {c->files[file].text, c->files[file].len}, line;
    struct entry_line e;
    struct place at = {file, 0};
    if (!text.n)
        SAY(c, ((struct place){file, 1}), "the first line must be '@skills 1'");
    while (span_line(&text, &line)) {
        at.line++;
        if (syntax_ok(c, at, line) && line_entry(line, &e))
            read_entry(c, at, &e);
    }
}

/* --- the whole ------------------------------------------------------------------------------ */

static void resolve(struct check *c)
{
    for (size_t i = 0; i < c->n_refs; i++) {
        const struct ref *r = &c->refs[i];
        struct skill *s = &c->skills[r->skill];
        const uint64_t *to = jm_map_get(&c->ids, r->id.s, r->id.n);
        const char *what = r->parent ? "parent" : "related";
        if (!to || *to == r->skill)
            SAY(c, s->at, "%s '%.*s' of '%.*s' %s", what, (int)r->id.n, r->id.s, (int)s->id.n,
                s->id.s, to ? "is the skill itself" : "is not a skill");
        else if (r->parent)
            s->parent = (int32_t)*to;
        else
            s->has_proof = c->skills[*to].has_proof = true;
    }
}

static void find_closed(struct check *c)
{
    for (size_t i = 0; i < c->n_names; i++) {
        const struct name *n = &c->names[i];
        const struct skill *s = &c->skills[n->skill];
        if (span_is(n->gate, "deny") && !s->has_proof)
            SAY(c, s->at, "'%.*s' is ^deny, but '%.*s' has nothing to prove it (with, related)",
                (int)n->text.n, n->text.s, (int)s->id.n, s->id.s);
    }
}

/* Each cycle is said once, at the member from which the walk first closed it. */
static void find_cycles(struct check *c)
{
    for (uint32_t i = 0; i < c->n_skills; i++) {
        uint32_t walk = i + 1, steps = 0;
        int32_t n = (int32_t)i;
        for (; n >= 0 && !c->skills[n].seen; n = c->skills[n].parent)
            c->skills[n].seen = walk;
        if (n >= 0 && c->skills[n].seen == walk)
            SAY(c, c->skills[n].at, "'%.*s' is its own ancestor", (int)c->skills[n].id.n,
                c->skills[n].id.s);
        for (n = c->skills[i].parent; n >= 0 && steps <= 33; n = c->skills[n].parent)
            steps++;
        if (steps == 33)
            SAY(c, c->skills[i].at, "'%.*s' is more than 32 levels deep", (int)c->skills[i].id.n,
                c->skills[i].id.s);
    }
}

static int by_key(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->skill < y->skill ? -1 : x->skill > y->skill ? 1 : 0;
}

/* Two skills may share a spelling when letter case or language tells them apart, when one of them
 * needs a companion, or when one is never found by itself. The same rule as the loader's. */
static bool told_apart(const struct name *a, const struct name *b)
{
    if (span_is(a->gate, "no") || span_is(b->gate, "no") ||
        span_is(a->gate, "deny") != span_is(b->gate, "deny"))
        return true;
    if (span_is(a->gate, "case") && span_is(b->gate, "case") &&
        (a->text.n != b->text.n || memcmp(a->text.s, b->text.s, a->text.n) != 0))
        return true;
    return a->lang && b->lang && a->lang != b->lang;
}

static void find_shared(struct check *c)
{
    if (c->n_names)
        qsort(c->names, c->n_names, sizeof *c->names, by_key);
    for (size_t i = 1; i < c->n_names; i++) {
        const struct name *mine = &c->names[i];
        for (size_t k = i; k-- > 0 && c->names[k].key == mine->key;) {
            const struct name *other = &c->names[k];
            if (other->skill == mine->skill || told_apart(other, mine))
                continue;
            const struct skill *s = &c->skills[mine->skill], *o = &c->skills[other->skill];
            SAY(c, s->at, "'%.*s' of '%.*s' is a name of '%.*s' already (%s)", (int)mine->text.n,
                mine->text.s, (int)s->id.n, s->id.s, (int)o->id.n, o->id.s, where(c, o->at));
            break;
        }
    }
}

static void last_word(struct check *c, size_t n)
{
    struct jm_err err = {0};
    struct jm_dict *d = jm_dict_new();
    int rc = d ? 0 : -1;
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = jm_dict_add(d, c->files[i].name, c->files[i].text, c->files[i].len, &err);
    if (rc == 0)
        rc = jm_dict_seal(d, &err);
    if (rc)
        SAY(c, ((struct place){UINT32_MAX, 0}), "%s", err.text[0] ? err.text : "out of memory");
    jm_dict_free(d);
}

static int by_place(const void *a, const void *b)
{
    const struct problem *x = a, *y = b;
    if (x->at.file != y->at.file)
        return x->at.file < y->at.file ? -1 : 1;
    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    return strcmp(x->text, y->text);
}

static void put_report(struct check *c, struct jm_buf *report)
{
    if (c->n_problems)
        qsort(c->problems, c->n_problems, sizeof *c->problems, by_place);
    for (size_t i = 0; i < c->n_problems; i++) {
        const struct problem *p = &c->problems[i];
        if (p->at.file != UINT32_MAX) /* else the loader's own line says where */
            jm_buf_fmt(report, "%s:%u: ", c->files[p->at.file].name, p->at.line);
        jm_buf_fmt(report, "%s\n", p->text);
    }
}

long jm_taxonomy_check(const struct jm_taxonomy_file *files, size_t n, struct jm_buf *report,
                       struct jm_err *err)
{
    struct check c = {.files = files, .text = jm_text_new()};
    jm_arena_init(&c.strings, 0);
    jm_map_init(&c.ids);
    c.no_memory = !c.text;
    for (size_t i = 0; !c.no_memory && i < n; i++)
        read_file(&c, (uint32_t)i);
    if (!c.no_memory) {
        resolve(&c);
        find_closed(&c);
        find_cycles(&c);
        find_shared(&c);
        if (!c.n_problems)
            last_word(&c, n);
        put_report(&c, report);
    }
    long found = c.no_memory || !jm_buf_ok(report) ? jm_err_set(err, JM_ENOMEM, "out of memory")
                                                   : (long)c.n_problems;
    free(c.refs);
    free(c.names);
    free(c.skills);
    free(c.problems);
    jm_map_fini(&c.ids);
    jm_arena_fini(&c.strings);
    jm_text_free(c.text);
    return found;
}
