/* context.c - what a sentence says about the skill it names: must, nice, not, years, level.
 *
 * A cue governs the clause it stands in. Clauses are cut at full stops, line breaks and
 * semicolons; "Java required, Go a plus" is cut at the comma too when both sides have a cue of
 * their own, by taking the nearest cue. */
#include <stdlib.h>
#include <string.h>

#include "extract_int.h"

struct near {
    long distance; /* tokens between, 1000: none */
    bool after;
};

enum { N_NEAR = CUE_EXPERT - CUE_NICE + 1 };
struct clause {
    size_t from, to, first_cue;
    uint64_t kinds; /* bit k: a cue of that enum jm_cue is in it */
    struct near near[N_NEAR]; /* the nearest cue of every kind that a sentence has */
};

static struct near near_of(const struct clause *c, enum jm_cue cue)
{
    return c->near[cue - CUE_NICE];
}

/* What the clause says around the hit, in one pass over its cues. "No" counts before the skill
 * only. */
static void read_cues(const struct jm_extractor *x, const struct hit *h, struct clause *c)
{
    size_t end = h->tok + h->n;
    for (size_t k = 0; k < N_NEAR; k++)
        c->near[k] = (struct near){.distance = 1000};
    if (!(c->kinds >> CUE_NICE & ((1u << N_NEAR) - 1)))
        return;
    for (size_t i = c->first_cue; i < x->cues.n && x->cues.a[i].tok < c->to; i++) {
        const struct hit *q = &x->cues.a[i];
        bool after = q->tok >= end;
        if (q->cue < CUE_NICE || q->cue > CUE_EXPERT || (q->cue == CUE_NOT && q->tok >= h->tok))
            continue;
        long d = after ? (long)(q->tok - end) : (long)h->tok - (long)(q->tok + q->n);
        struct near *best = &c->near[q->cue - CUE_NICE];
        if (d >= 0 && d < best->distance)
            *best = (struct near){d, after};
    }
}

enum { CLAUSE_REACH = SENTENCE_REACH };

static size_t clause_from(const struct jm_extractor *x, size_t i)
{
    const struct jm_token *t = x->v->tokens;
    size_t from = sentence_from(x, i, CLAUSE_REACH);
    for (size_t k = i; k > from; k--)
        if (t[k].gap & JM_GAP_SEMI)
            return k;
    return from;
}

static size_t clause_to(const struct jm_extractor *x, size_t i)
{
    const struct jm_token *t = x->v->tokens;
    size_t to = sentence_to(x, i, CLAUSE_REACH);
    for (size_t k = i + 1; k < to; k++)
        if (t[k].gap & JM_GAP_SEMI)
            return k;
    return to;
}

/* "no PHP": the word stands right before, or before a list that the skill is in. */
static bool is_negated(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    const struct jm_text_view *v = x->v;
    struct near after = near_of(c, CUE_NOT_AFTER), must = near_of(c, CUE_MUST);
    bool asked = must.after && must.distance < after.distance; /* "German is required, French not" */
    if (after.after && after.distance <= 6 && !asked)
        return true;
    struct near not = near_of(c, CUE_NOT);
    if (not.distance > 5)
        return false;
    size_t at = h->tok - (size_t)not.distance;
    for (size_t k = at; k <= h->tok; k++)
        if (v->tokens[k].gap & (JM_GAP_COMMA | JM_GAP_COLON | JM_GAP_OPEN) && not.distance > 2)
            return false;
    /* "not only Java", "no less than", "why not Java?" leave the skill standing */
    if (at < v->n_tokens && not.distance > 0) {
        const struct jm_token *t = &v->tokens[at];
        size_t n = t->end - t->beg;
        const char *w = v->plain + t->beg;
        if ((n == 4 && !strncasecmp(w, "only", 4)) || (n == 4 && !strncasecmp(w, "less", 4)) ||
            (n == 4 && !strncasecmp(w, "just", 4)) || (n == 3 && !strncasecmp(w, "nur", 3)) ||
            (n == 7 && !strncasecmp(w, "limited", 7)))
            return false;
    }
    return not.distance <= 3;
}

static void must_or_nice(const struct jm_extractor *x, const struct clause *around,
                         struct jm_claim *c)
{
    struct near nice = near_of(around, CUE_NICE), must = near_of(around, CUE_MUST);
    const struct jm_skill *s = &x->d->entries[c->skill].pub;
    if (nice.distance < 1000 && nice.distance <= must.distance)
        c->nice = true;
    else if (must.distance < 1000)
        c->must = true;
    else if (c->zone == JM_ZONE_NICE)
        c->nice = true;
    else if (c->zone == JM_ZONE_MUST || c->zone == JM_ZONE_TITLE)
        c->must = true;
    if (s->kind == JM_SKILL_KIND_SOFT)
        c->must = false;
}

/* "5+ years of Java", "Java (5 years)", "Java: 3-5 years". */
static uint8_t years_near(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    size_t end = h->tok + h->n;
    if (!(c->kinds >> CUE_YEARS & 1))
        return 0;
    for (size_t i = c->first_cue; i < x->cues.n && x->cues.a[i].tok < c->to; i++) {
        const struct hit *y = &x->cues.a[i];
        struct years said;
        bool before = y->tok < h->tok && h->tok - y->tok <= 12;
        bool behind = y->tok > end && y->tok - end <= 3;
        if (y->cue == CUE_YEARS && (before || behind) && years_said(x, y, &said))
            return (uint8_t)said.low;
    }
    return 0;
}

static uint8_t level_near(const struct clause *c)
{
    static const enum jm_cue cues[] = {CUE_EXPERT, CUE_ADVANCED, CUE_WORKING, CUE_BASIC};
    long best = 7;
    uint8_t level = JM_LEVEL_UNKNOWN;
    for (size_t k = 0; k < 4; k++) {
        struct near n = near_of(c, cues[k]);
        bool tight = !n.after || n.distance <= 1;
        if (n.distance < best && tight) {
            best = n.distance;
            level = (uint8_t)(JM_LEVEL_EXPERT - k);
        }
    }
    return level;
}

static uint64_t kinds_in(const struct jm_extractor *x, size_t first_cue, size_t to)
{
    _Static_assert(CUES <= 64, "a bit for every kind of cue");
    uint64_t kinds = 0;
    for (size_t i = first_cue; i < x->cues.n && x->cues.a[i].tok < to; i++)
        kinds |= UINT64_C(1) << x->cues.a[i].cue;
    return kinds;
}

/* The clause around a token. Skills of one clause come one after the other, so the last is kept;
 * one that was cut at its reach is another for every token. */
static struct clause clause_of(struct jm_extractor *x, size_t tok)
{
    if (tok < x->clause_from || tok >= x->clause_to) {
        x->clause_from = clause_from(x, tok);
        x->clause_to = clause_to(x, tok);
        x->clause_cues = hits_from(&x->cues, x->clause_from);
        x->clause_kinds = kinds_in(x, x->clause_cues, x->clause_to);
    }
    struct clause c;
    c.from = x->clause_from;
    c.to = x->clause_to;
    c.first_cue = x->clause_cues;
    c.kinds = x->clause_kinds;
    if (c.to - c.from >= CLAUSE_REACH)
        x->clause_to = 0;
    return c;
}

void context_fill(struct jm_extractor *x, const struct hit *h, struct jm_claim *claim)
{
    struct clause c = clause_of(x, h->tok);
    read_cues(x, h, &c);
    claim->negated = is_negated(x, h, &c);
    if (x->in->kind == JM_JOB)
        must_or_nice(x, &c, claim);
    claim->years = years_near(x, h, &c);
    claim->level = level_near(&c);
    if (x->in->kind == JM_CANDIDATE && !x->in_title)
        claim->last_year = dates_year_at(x, h->tok);
}
