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

/* The nearest cue of a kind in [from, to) around the claim [tok, end). A comma between costs. */
static struct near nearest(const struct jm_extractor *x, enum jm_cue cue, size_t from, size_t to,
                           size_t tok, size_t end)
{
    struct near best = {.distance = 1000};
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < to; i++) {
        const struct hit *h = &x->cues.a[i];
        if (cue_of(surface_of(x, h)->owner) != cue)
            continue;
        bool after = h->tok >= end;
        long d = after ? (long)(h->tok - end) : (long)tok - (long)(h->tok + h->n);
        if (d >= 0 && d < best.distance)
            best = (struct near){d, after};
    }
    return best;
}

static size_t clause_from(const struct jm_text_view *v, size_t i)
{
    size_t from = sentence_from(v, i, 60);
    for (size_t k = i; k > from; k--)
        if (v->tokens[k].gap & JM_GAP_SEMI)
            return k;
    return from;
}

static size_t clause_to(const struct jm_text_view *v, size_t i)
{
    size_t to = sentence_to(v, i, 60);
    for (size_t k = i + 1; k < to; k++)
        if (v->tokens[k].gap & JM_GAP_SEMI)
            return k;
    return to;
}

/* "no PHP": the word stands right before, or before a list that the skill is in. */
static bool is_negated(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to)
{
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    struct near after = nearest(x, CUE_NOT_AFTER, from, to, h->tok, end);
    if (after.after && after.distance <= 6)
        return true;
    struct near not = nearest(x, CUE_NOT, from, h->tok, h->tok, end);
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

static void must_or_nice(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to,
                         struct jm_claim *c)
{
    size_t end = h->tok + h->n;
    struct near nice = nearest(x, CUE_NICE, from, to, h->tok, end);
    struct near must = nearest(x, CUE_MUST, from, to, h->tok, end);
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
static uint8_t years_near(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to)
{
    size_t end = h->tok + h->n;
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < to; i++) {
        const struct hit *y = &x->cues.a[i];
        if (cue_of(surface_of(x, y)->owner) != CUE_YEARS || y->tok == 0)
            continue;
        long n = token_number(x->v, y->tok - 1);
        if (n <= 0 || n > 40)
            continue;
        size_t low = y->tok - 1;
        if (low > from && (x->v->tokens[low].gap & (JM_GAP_HYPHEN | JM_GAP_SLASH))) {
            long first = token_number(x->v, low - 1);
            n = first > 0 && first < n ? first : n;
        }
        bool before = y->tok < h->tok && h->tok - y->tok <= 12;
        bool behind = y->tok > end && y->tok - end <= 3;
        if (before || behind)
            return (uint8_t)n;
    }
    return 0;
}

static uint8_t level_near(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to)
{
    static const enum jm_cue cues[] = {CUE_EXPERT, CUE_ADVANCED, CUE_WORKING, CUE_BASIC};
    size_t end = h->tok + h->n;
    long best = 7;
    uint8_t level = JM_LEVEL_UNKNOWN;
    for (size_t k = 0; k < 4; k++) {
        struct near n = nearest(x, cues[k], from, to, h->tok, end);
        bool tight = !n.after || n.distance <= 1;
        if (n.distance < best && tight) {
            best = n.distance;
            level = (uint8_t)(JM_LEVEL_EXPERT - k);
        }
    }
    return level;
}

void context_fill(struct jm_extractor *x, const struct hit *h, struct jm_claim *claim)
{
    size_t from = clause_from(x->v, h->tok), to = clause_to(x->v, h->tok);
    claim->negated = is_negated(x, h, from, to);
    if (x->in->kind == JM_JOB)
        must_or_nice(x, h, from, to, claim);
    claim->years = years_near(x, h, from, to);
    claim->level = level_near(x, h, from, to);
    if (x->in->kind == JM_CANDIDATE && !x->in_title)
        claim->last_year = dates_year_at(x, h->tok);
}
