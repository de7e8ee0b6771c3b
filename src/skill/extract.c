/* extract.c - one extraction from end to end.
 *
 * The title and the text are read one after the other by the same steps: tokens, matches, zones,
 * dates, gates, claims, facts. Gates run twice: what the first round let in ("Kubernetes") is a
 * reason for its neighbours in the second ("Go"). Tokens that a claim uses are marked, so that a
 * shorter surface inside a longer one is no claim. */
#include <stdlib.h>
#include <string.h>

#include "gate_int.h"
#include "judge.h"

const char *jm_zone_name(enum jm_zone z)
{
    static const char *const names[JM_ZONES] = {"body",  "title", "must",   "nice", "duties",
                                                "benefits", "about", "legal", "skills", "work",
                                                "education", "other"};
    return (unsigned)z < JM_ZONES ? names[z] : "";
}

const char *jm_skill_level_name(enum jm_skill_level l)
{
    static const char *const names[] = {"", "basic", "working", "advanced", "expert"};
    return (unsigned)l <= JM_LEVEL_EXPERT ? names[l] : "";
}

const char *jm_fact_kind_name(enum jm_fact_kind k)
{
    static const char *const names[JM_FACT_KINDS] = {"years",  "seniority", "language",   "degree",
                                                     "pay",    "workplace", "employment", "eligible"};
    return (unsigned)k < JM_FACT_KINDS ? names[k] : "";
}

struct jm_extractor *jm_extractor_new(void)
{
    struct jm_extractor *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->text = jm_text_new();
    x->title = jm_text_new();
    if (!x->text || !x->title) {
        jm_extractor_free(x);
        return NULL;
    }
    roles_init(x);
    names_init(x);
    numbers_init(x);
    titles_init(x);
    return x;
}

void jm_extractor_free(struct jm_extractor *x)
{
    if (!x)
        return;
    free(x->phrases);
    free(x->claims);
    free(x->dated);
    free(x->zone);
    free(x->starts);
    free(x->sentences);
    free(x->digits);
    free(x->says.a);
    free(x->parts.a);
    free(x->cues.a);
    free(x->cands.a);
    jm_text_free(x->title);
    jm_text_free(x->text);
    free(x);
}

struct jm_text *jm_extractor_text(struct jm_extractor *x) { return x->text; }

void fact_note(struct jm_extractor *x, enum jm_fact_kind kind, size_t from, size_t to,
               const char *rule)
{
    struct jm_facts *f = &x->facts;
    if (f->n_where == JM_FACTS_MAX || from >= to)
        return;
    f->where[f->n_where++] = (struct jm_fact){
        .kind = kind, .in_title = x->in_title, .rule = rule,
        .beg = (uint32_t)jm_text_source(x->cur, x->v->tokens[from].beg, false),
        .end = (uint32_t)jm_text_source(x->cur, x->v->tokens[to - 1].end, true)};
}

static bool covered(const struct jm_extractor *x, const struct hit *h)
{
    return marks_at(x->covered, h->tok, h->n) != 0;
}

/* Hits that need no reason, and so can be one for others. */
static void find_strong(struct jm_extractor *x)
{
    for (size_t c = 0; c < x->cands.n; c++) {
        struct hit *h = &x->cands.a[c];
        const struct surface *s = surface_of(x, h);
        const struct entry *e = &x->d->entries[s->owner];
        __builtin_prefetch(&x->d->seqs[e->seq_first]); /* the gates ask for them soon */
        bool sure = s->gate == GATE_NONE ||
                    (s->gate == GATE_CASE && (x->v->tokens[h->tok].flags & JM_TOK_CAPS) &&
                     gate_exact_case(x, h) && !gate_shouting(x, h));
        h->strong = sure && gate_technical((enum jm_skill_kind)s->kind);
    }
}

/* Was the same skill let in elsewhere? */
static bool named_elsewhere(const struct jm_extractor *x, const struct hit *h, size_t first_claim)
{
    enum { FIRST = 512 }; /* claims; a text names its skills sooner */
    uint32_t skill = surface_of(x, h)->owner;
    if (!gate_exact_case(x, h) || !(x->v->tokens[h->tok].flags & JM_TOK_UPPER) ||
        surface_of(x, h)->gate == GATE_DENY || starts_sentence(x->v, h->tok))
        return false;
    for (size_t i = first_claim, seen = 0; i < x->n_claims && seen < FIRST; i++) {
        seen += x->claims[i].accepted;
        if (x->claims[i].accepted && x->claims[i].skill == skill)
            return true;
    }
    return false;
}

static struct jm_claim *new_claim(struct jm_extractor *x, const struct hit *h)
{
    if (dict_grow((void **)&x->claims, x->n_claims, &x->cap_claims, sizeof *x->claims, NULL)) {
        x->failed = true;
        return NULL;
    }
    struct jm_claim *c = &x->claims[x->n_claims++];
    uint32_t sign = (surface_of(x, h)->flags & SURF_SIGN) && x->v->tokens[h->tok].beg;
    *c = (struct jm_claim){
        .skill = surface_of(x, h)->owner, .in_title = x->in_title,
        .zone = x->zone[h->tok],
        .beg = (uint32_t)jm_text_source(x->cur, x->v->tokens[h->tok].beg - sign, false),
        .end = (uint32_t)jm_text_source(x->cur, x->v->tokens[h->tok + h->n - 1].end, true)};
    return c;
}

static void accept(struct jm_extractor *x, struct hit *h, const char *rule)
{
    struct jm_claim *c = new_claim(x, h);
    if (!c)
        return;
    cover(x, h->tok, (size_t)h->tok + h->n);
    h->claim = (uint32_t)x->n_claims;
    c->rule = rule;
    context_fill(x, h, c);
    c->accepted = !c->negated;
    if (c->negated) {
        c->rule = "negated";
        c->must = c->nice = false;
    }
}

static void reject(struct jm_extractor *x, const struct hit *h, const char *why)
{
    struct jm_claim *c = x->in->rejected ? new_claim(x, h) : NULL;
    if (c)
        c->rule = why;
}

/* Why nothing in the hit's part of the text counts, so that no gate need look and it is no reason
 * for others; NULL: it counts. */
static const char *set_aside(const struct jm_extractor *x, struct hit *h)
{
    enum jm_zone zone = x->zone[h->tok];
    if (!zone_uncounted((uint8_t)zone) && zone != JM_ZONE_OTHER)
        return NULL;
    h->state = V_OUT;
    return zone == JM_ZONE_OTHER && x->in->kind == JM_JOB ? "negated" /* "you don't need:" */
                                                           : jm_zone_name(zone);
}

static const char *no_reason(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const why[] = {"", "letter case", "ordinary word", "single letter", "denied",
                                      "never by itself"};
    return why[surface_of(x, h)->gate];
}

static void run_gates(struct jm_extractor *x, size_t first_claim)
{
    for (size_t c = 0; c < x->cands.n && !x->failed; c++) {
        struct hit *h = &x->cands.a[c];
        if (set_aside(x, h) || covered(x, h))
            continue;
        const char *rule = gate_decide(x, c);
        if (h->state == V_IN)
            accept(x, h, rule);
    }
    for (size_t c = 0; c < x->cands.n && !x->failed; c++) {
        struct hit *h = &x->cands.a[c];
        if (h->state == V_IN || covered(x, h))
            continue;
        const char *rule = set_aside(x, h);
        if (!rule)
            rule = gate_decide_again(x, c);
        else if (x->in->rejected && gate_counter_phrase(x, h)) /* says more */
            rule = "counter-phrase";
        if (h->state == V_IN)
            accept(x, h, rule);
        else if (h->state == V_OPEN && named_elsewhere(x, h, first_claim))
            accept(x, h, "named elsewhere");
        else
            reject(x, h, rule ? rule : no_reason(x, h));
    }
}

static int by_place(const void *a, const void *b)
{
    const struct jm_claim *p = a, *q = b;
    if (p->beg != q->beg)
        return p->beg < q->beg ? -1 : 1;
    if (p->end != q->end)
        return p->end > q->end ? -1 : 1;
    if (p->accepted != q->accepted)
        return p->accepted ? -1 : 1;
    return p->skill < q->skill ? -1 : p->skill > q->skill;
}

/* In order of place. They come as two lists that are nearly in order: those let in at first sight and
 * the others. */
static void sort_claims(struct jm_claim *c, size_t n)
{
    enum { FEW = 64 };
    if (n > FEW) {
        qsort(c, n, sizeof *c, by_place);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct jm_claim mine = c[i];
        size_t k = i;
        for (; k > 0 && by_place(&mine, &c[k - 1]) < 0; k--)
            c[k] = c[k - 1];
        if (k != i)
            c[k] = mine;
    }
}

/* In order of place; what was rejected inside an accepted claim, twice, or unasked, goes. */
static void tidy(struct jm_extractor *x, size_t first)
{
    uint32_t accepted_end = 0;
    size_t kept = first;
    if (x->n_claims > first)
        sort_claims(x->claims + first, x->n_claims - first);
    for (size_t i = first; i < x->n_claims; i++) {
        const struct jm_claim *c = &x->claims[i];
        const struct jm_claim *last = kept > first ? &x->claims[kept - 1] : NULL;
        bool inside = !c->accepted && c->beg < accepted_end;
        bool twice = last && last->skill == c->skill && last->beg == c->beg && last->end == c->end;
        if (inside || twice || !(c->accepted || x->in->rejected))
            continue;
        if (c->accepted && c->end > accepted_end)
            accepted_end = c->end;
        x->n_accepted += c->accepted;
        x->claims[kept++] = *c;
    }
    x->n_claims = kept;
}

static int read_part(struct jm_extractor *x, const char *s, size_t bytes, bool title,
                     struct jm_err *err)
{
    size_t first = x->n_claims;
    x->in_title = title;
    x->clause_to = 0;
    x->cur = title ? x->title : x->text;
    x->v = jm_text_read(x->cur, s, bytes, title ? JM_TEXT_PLAIN : x->in->form, err);
    if (!x->v)
        return -1;
    if (!title && x->v->lang)
        x->facts.lang = x->v->lang;
    if (match_all(x) || zones_mark(x) || dates_find(x))
        return jm_err_set(err, JM_ENOMEM, "out of memory for an extraction");
    facts_read(x);
    find_strong(x);
    run_gates(x, first);
    if (x->failed)
        return jm_err_set(err, JM_ENOMEM, "out of memory for an extraction");
    judge_all(x);
    tidy(x, first);
    if (x->in->phrases && phrases_find(x))
        return jm_err_set(err, JM_ENOMEM, "out of memory for an extraction");
    return 0;
}

const struct jm_extraction *jm_extract(struct jm_extractor *x, const struct jm_dict *d,
                                       const struct jm_extract_input *in, struct jm_err *err)
{
    x->d = d;
    x->in = in;
    x->n_claims = x->n_accepted = x->n_phrases = 0;
    x->failed = false;
    x->facts = (struct jm_facts){.years_min = JM_YEARS_UNKNOWN, .years_max = JM_YEARS_UNKNOWN};
    if (!d->sealed) {
        jm_err_set(err, JM_EINTERNAL, "the dictionary is not sealed");
        return NULL;
    }
    if (in->title && in->title_bytes && read_part(x, in->title, in->title_bytes, true, err))
        return NULL;
    if (read_part(x, in->text ? in->text : "", in->text ? in->text_bytes : 0, false, err))
        return NULL;
    x->out = (struct jm_extraction){.claims = x->claims, .n_claims = x->n_claims,
                                    .n_accepted = x->n_accepted, .phrases = x->phrases,
                                    .n_phrases = x->n_phrases, .facts = &x->facts};
    return &x->out;
}
