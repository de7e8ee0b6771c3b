/* context.c - what a sentence says about the skill it names: must, nice, not, years, level.
 *
 * A cue governs the clause it stands in. Clauses are cut at full stops, line breaks and
 * semicolons; "Java required, Go a plus" is cut at the comma too when both sides have a cue of
 * their own, by taking the nearest cue. */
#include <stdlib.h>
#include <string.h>

#include "context_int.h"

/* Is the word before token i the beginning of another than the hit? "NoSQL", "no-code tests". */
static bool half_word(const struct jm_text_view *v, size_t i, size_t hit)
{
    unsigned gap = i < v->n_tokens ? v->tokens[i].gap : JM_GAP_BLANK;
    return gap == JM_GAP_GLUED || (gap == JM_GAP_HYPHEN && i != hit);
}

/* "Invasive und nicht-invasive Beatmung": here the word behind is denied, and no skill. */
static bool nicht_word(const struct jm_text_view *v, const struct hit *q)
{
    static const char *const nicht[] = {"nicht", "niet", NULL};
    size_t end = q->tok + q->n;
    return q->n == 1 && end < v->n_tokens && v->tokens[end].gap == JM_GAP_HYPHEN &&
           fact_word_at(v, q->tok, nicht);
}

/* Is a word for a level the beginning of a longer name? "SolidWorks", "Basic Safety Training". */
static bool in_name(const struct jm_extractor *x, const struct hit *q)
{
    size_t i = hits_from(&x->cands, q->tok);
    return half_word(x->v, q->tok + q->n, SIZE_MAX) ||
           (i < x->cands.n && x->cands.a[i].tok == q->tok && x->cands.a[i].n > q->n);
}

/* "Terraform and a public cloud (AWS preferred)", "food hygiene (L3 = bonus)": is the cue in a
 * bracket with a skill or another name, and the hit outside? */
static bool of_bracket(const struct jm_extractor *x, const struct hit *h, const struct hit *q,
                       const struct clause *c)
{
    if (!(c->gaps & JM_GAP_OPEN)) /* mostly */
        return false;
    const struct jm_token *t = x->v->tokens;
    size_t open = q->tok, close = q->tok + q->n;
    while (open > c->from && !(t[open].gap & (JM_GAP_OPEN | JM_GAP_CLOSE)))
        open--;
    if (!(t[open].gap & JM_GAP_OPEN))
        return false;
    while (close < c->to && !(t[close].gap & JM_GAP_CLOSE))
        close++;
    if (h->tok >= open && h->tok < close)
        return false;
    for (size_t k = open; k < q->tok; k++)
        if (t[k].flags & (JM_TOK_UPPER | JM_TOK_DIGIT)) /* "(Female preferred)" */
            return true;
    size_t i = hits_from(&x->cands, open);
    return i < x->cands.n && x->cands.a[i].tok < close;
}

/* "Bookkeeping, ideally with IFRS", "inglés, se valorará alemán": a wish behind a comma or dash
 * with more words behind it is of those, not of what stands before. */
static bool of_what_follows(const struct jm_text_view *v, const struct hit *q,
                            const struct clause *c)
{
    static const char *const of_both[] = {"but", "for",  "not",  "nor",  "aber", "nicht",
                                          "für", "mais", "pero", "maar", "ma",   "mas",
                                          "ale", "men",  "dar",  "and",  "if",   NULL};
    const unsigned apart = JM_GAP_COMMA | JM_GAP_SEMI | JM_GAP_CLOSE | JM_GAP_COLON;
    size_t end = q->tok + q->n;
    bool joined = q->tok &&
                  v->tokens[q->tok].gap == JM_GAP_BLANK && /* "maths, and ideally Welsh" */
                  gate_connector(v, q->tok - 1);
    unsigned before = v->tokens[q->tok].gap;
    return (joined || (before & JM_GAP_COMMA) || is_dash(before)) && end < c->to &&
           !(v->tokens[end].gap & apart) && !fact_word_at(v, end, of_both);
}

/* "£60K + discretionary bonus": a bare "bonus" is a wish only behind a sign ("L3 = bonus"). */
static bool bonus_paid(const struct jm_text_view *v, const struct hit *q)
{
    static const char *const bonus[] = {"bonus", NULL};
    return q->n == 1 && v->tokens[q->tok].gap == JM_GAP_BLANK && fact_word_at(v, q->tok, bonus);
}

/* "SQL plus some Java", "develop reports Ideally you know SAP": a word that joins, or that begins a
 * sentence whose stop was lost, says nothing of what stands before it. */
static bool opens_more(const struct jm_text_view *v, const struct hit *q, bool after)
{
    static const char *const plus[] = {"plus", NULL};
    static const char *const when[] = {"if", "for", "when", NULL};
    static const char *const ideally[] = {"ideally", "preferably", "idealerweise", "idéalement",
                                          NULL};
    size_t end = q->tok + q->n;
    if (q->n != 1)
        return false;
    if (fact_word_at(v, q->tok, plus))
        return !(v->tokens[q->tok].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_COMMA)) &&
               end < v->n_tokens && v->tokens[end].gap == JM_GAP_BLANK &&
               !fact_word_at(v, end, when);
    return after && (v->tokens[q->tok].flags & JM_TOK_UPPER) && fact_word_at(v, q->tok, ideally);
}

/* "When required", "as and when required": now and then, no condition. */
static bool at_times(const struct jm_text_view *v, const struct hit *q)
{
    static const char *const words[] = {"when", "as", "where", "if", "whenever", "wherever", NULL};
    return q->n == 1 && q->tok && v->tokens[q->tok].gap == JM_GAP_BLANK &&
           fact_word_at(v, q->tok - 1, words);
}

/* "Written English – German would be a plus": is a dash with another skill behind it before the
 * cue? */
static bool behind_dash(const struct jm_extractor *x, size_t end, const struct hit *q)
{
    for (size_t k = end; k < q->tok; k++)
        if (is_dash(x->v->tokens[k].gap)) {
            size_t i = hits_from(&x->cands, k);
            return i < x->cands.n && x->cands.a[i].tok < q->tok;
        }
    return false;
}

/* "Typing would be good, first class client care": what is said of an item ends with its comma. */
static bool said_of_item(const struct jm_text_view *v, const struct hit *q, size_t tok)
{
    static const char *const verbs[] = {"would", "is", "will", NULL};
    size_t end = q->tok + q->n;
    return q->n > 1 && end <= tok && fact_word_at(v, q->tok, verbs) && comma_in(v, end, tok);
}

/* Is a wish or a condition of other things in the clause than the hit? */
static bool asks_for_others(const struct jm_extractor *x, const struct hit *h, const struct hit *q,
                            const struct clause *c)
{
    size_t end = h->tok + h->n;
    bool after = q->tok >= end;
    if (of_bracket(x, h, q, c))
        return true;
    if (q->cue == CUE_MUST ? at_times(x->v, q) : bonus_paid(x->v, q) || opens_more(x->v, q, after))
        return true;
    if (!after)
        return said_of_item(x->v, q, h->tok);
    return of_what_follows(x->v, q, c) || ((c->gaps & JM_GAP_HYPHEN) && behind_dash(x, end, q));
}

/* Does what the cue says not hold of the hit? */
static bool not_of(const struct jm_extractor *x, const struct hit *h, const struct hit *q,
                   const struct clause *c)
{
    if (q->cue == CUE_NOT)
        return q->tok >= h->tok || half_word(x->v, q->tok + q->n, h->tok) || nicht_word(x->v, q);
    if (q->cue == CUE_NICE || q->cue == CUE_MUST)
        return asks_for_others(x, h, q, c);
    return q->cue >= CUE_BASIC && in_name(x, q);
}

/* What the clause says around the hit, in one pass over its cues. "No" counts before the skill
 * only. */
static void read_cues(const struct jm_extractor *x, const struct hit *h, struct clause *c)
{
    size_t end = h->tok + h->n;
    c->says = c->first_say < x->says.n && x->says.a[c->first_say].tok < c->to;
    if (!c->says) /* mostly */
        return;
    for (size_t k = 0; k < N_NEAR; k++)
        c->near[k] = (struct near){.distance = 1000};
    for (size_t i = c->first_say; i < x->says.n && x->says.a[i].tok < c->to; i++) {
        const struct hit *q = &x->says.a[i];
        bool after = q->tok >= end;
        if (not_of(x, h, q, c))
            continue;
        long d = after ? (long)(q->tok - end) : (long)h->tok - (long)(q->tok + q->n);
        struct near *best = &c->near[q->cue - CUE_NICE];
        if (d >= 0 && d < best->distance)
            *best = (struct near){(int)d, q->tok, q->tok + q->n, after};
    }
}

enum { CLAUSE_REACH = SENTENCE_REACH };

/* "A Rosette kitchen, food hygiene, chocolate work a plus": a wish behind the last of several items
 * is of that one; not "Java, Go and Rust a plus", "Java, Go are a plus". */
bool context_wish_of_last(const struct jm_extractor *x, size_t end, size_t wish)
{
    static const char *const of_all[] = {"are",  "would", "will", "were",     "all", "both",
                                         "sont", "son",   "sono", "seraient", "são",
        /* "nu este necesară, dar constituie un avantaj" */
        "but", "aber", "mais", "pero", "maar", "ma", "mas", "ale", "men", "dar", "însă", "però", NULL};
    /* "Deutschkenntnisse in Wort und Schrift, Französischkenntnisse sind ...": of a list only */
    static const char *const are[] = {"är", "sind", "wären", "zijn", "są", NULL};
    static const char *const in[] = {"i", NULL}; /* "and" in Polish only */
    const struct jm_text_view *v = x->v;
    size_t last = wish;
    bool list = end < v->n_tokens && (v->tokens[end].gap & JM_GAP_COMMA);
    while (last > end && !(v->tokens[last].gap & JM_GAP_COMMA)) {
        bool closes = v->tokens[last].gap & JM_GAP_CLOSE;
        while (closes && last > end && !(v->tokens[last].gap & JM_GAP_OPEN))
            last--;
        if (closes && !(v->tokens[last].gap & JM_GAP_OPEN))
            return false; /* "(French, German) is a plus" */
        last -= last > end;
    }
    if (last == wish || !(v->tokens[last].gap & JM_GAP_COMMA))
        return false;
    size_t i = hits_from(&x->cands, last);
    list = list && i < x->cands.n && x->cands.a[i].tok == last;
    for (size_t k = last; k <= wish; k++)
        if ((gate_connector(v, k) && (x->facts.lang == JM_LANG_PL || !fact_word_at(v, k, in))) ||
            fact_word_at(v, k, of_all) || (list && fact_word_at(v, k, are)))
            return false;
    return true;
}

/* "Gärna inom geriatrik, har B-körkort": another clause begins between the wish and the skill. */
static bool wish_ended(const struct jm_text_view *v, size_t from, size_t to)
{
    static const char *const verbs[] = {"har",  "talar", "är",   "have", "has",      "are",
                                        "hast", "haben", "bist", "hebt", "bent",     "spreekt",
                                        "masz", "znasz", "ai",   "hai",  "posiadasz", NULL};
    for (size_t k = from; k < to; k++)
        if ((v->tokens[k].gap & JM_GAP_COMMA) && fact_word_in(v, k, k + 2 < to ? k + 2 : to, verbs))
            return true;
    return false;
}

static void must_or_nice(const struct jm_extractor *x, const struct hit *h,
                         const struct clause *around, struct jm_claim *c)
{
    struct near nice = near_of(around, CUE_NICE), must = near_of(around, CUE_MUST);
    const struct jm_skill *s = &x->d->entries[c->skill].pub;
    if (nice.distance < 1000 && !nice.after && wish_ended(x->v, nice.end, h->tok))
        nice.distance = 1000;
    if (nice.distance < 1000 && nice.after && context_wish_of_last(x, h->tok + h->n, nice.tok))
        nice.distance = 1000;
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

/* "2 years in sales, driving licence, English": a comma behind what the years are of, before any
 * skill. */
static bool of_none(const struct jm_extractor *x, const struct hit *y, const struct hit *h)
{
    size_t end = y->tok + y->n, i = hits_from(&x->cands, end);
    size_t first = i < x->cands.n && x->cands.a[i].tok < h->tok ? x->cands.a[i].tok : h->tok;
    return comma_in(x->v, end, first);
}

/* "Accountant (ACCA or CIMA), about 6 years": a bracket that the skill is in closes, and a comma.
 */
static bool shut_off(const struct jm_text_view *v, size_t end, size_t tok)
{
    for (size_t k = end; k <= tok; k++) {
        if (v->tokens[k].gap & JM_GAP_OPEN)
            return false;
        if ((v->tokens[k].gap & (JM_GAP_CLOSE | JM_GAP_COMMA)) == (JM_GAP_CLOSE | JM_GAP_COMMA))
            return true;
    }
    return false;
}

/* "SNS, SQS (4 years)": a comma, and years in a bracket. */
static bool of_last_in_bracket(const struct jm_text_view *v, size_t end, size_t years)
{
    return years > end && (v->tokens[years].gap & JM_GAP_OPEN) && comma_in(v, end, years - 1);
}

/* "5+ years of Java", "Java (5 years)", "Java: 3-5 years": the nearest before, unless some follow
 * at once. */
static uint8_t years_near(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    size_t end = h->tok + h->n;
    long before = 0, behind = 0;
    if (!c->years)
        return 0;
    for (size_t i = c->first_cue; i < x->cues.n && x->cues.a[i].tok < c->to; i++) {
        const struct hit *y = &x->cues.a[i];
        struct years said;
        if (y->cue != CUE_YEARS || y->tok + 12 < h->tok || !years_said(x, y, &said) ||
            years_of_company(x, said.first, y->tok + y->n))
            continue;
        if (y->tok > end && context_of_list(x->v, h, c, said.first, (size_t)y->tok + y->n))
            return (uint8_t)said.low;
        if (y->tok > end + 3 || of_last_in_bracket(x->v, end, said.first))
            continue;
        if (y->tok < h->tok && !context_closed_off(x->v, y->tok + 1, h->tok) && !of_none(x, y, h))
            before = said.low;
        else if (said.first == end && !comma_in(x->v, end, end))
            return (uint8_t)said.low;
        else if (y->tok > end && !behind && !shut_off(x->v, end, said.first) &&
                 !(comma_in(x->v, end, said.first) && context_of_next(x->v, y->tok + y->n)))
            behind = said.low;
    }
    return (uint8_t)(before ? before : behind);
}

static bool has_years(const struct jm_extractor *x, size_t first_cue, size_t to)
{
    bool found = false;
    for (size_t i = first_cue; i < x->cues.n && x->cues.a[i].tok < to; i++)
        found |= x->cues.a[i].cue == CUE_YEARS;
    return found;
}

/* The clause around a token. Skills of one clause come one after the other, so the last is kept;
 * one that was cut at its reach is another for every token. */
static struct clause clause_of(struct jm_extractor *x, size_t tok)
{
    if (tok < x->clause_from || tok >= x->clause_to) {
        x->clause_from = mark_before(x->clauses, tok, CLAUSE_REACH);
        x->clause_to = mark_behind(x->clauses, x->v->n_tokens, tok, CLAUSE_REACH);
        x->clause_cues = hits_from(&x->cues, x->clause_from);
        x->clause_says = hits_from(&x->says, x->clause_from);
        x->clause_years = has_years(x, x->clause_cues, x->clause_to);
        x->clause_gaps = 0;
        bool says = x->clause_says < x->says.n && x->says.a[x->clause_says].tok < x->clause_to;
        for (size_t i = x->clause_from; says && i < x->clause_to; i++) /* nobody asks else */
            x->clause_gaps |= x->v->tokens[i].gap;
    }
    struct clause c;
    c.from = x->clause_from;
    c.to = x->clause_to;
    c.first_cue = x->clause_cues;
    c.first_say = x->clause_says;
    c.years = x->clause_years;
    c.gaps = x->clause_gaps;
    c.says = false; /* read_cues() will tell */
    if (c.to - c.from >= CLAUSE_REACH)
        x->clause_to = 0;
    return c;
}

void context_fill(struct jm_extractor *x, const struct hit *h, struct jm_claim *claim)
{
    struct clause c = clause_of(x, h->tok);
    read_cues(x, h, &c);
    claim->negated = context_negated(x, h, &c);
    if (x->in->kind == JM_JOB)
        must_or_nice(x, h, &c, claim);
    claim->years = years_near(x, h, &c);
    claim->level = context_level(x, h, &c);
    if (x->in->kind == JM_CANDIDATE && !x->in_title)
        claim->last_year = dates_year_at(x, h->tok);
}
