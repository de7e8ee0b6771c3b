/* levels.c - how well a skill is known, as the text says it: a word ("basic", "very good") in the
 * clause, in the next cell of a table or at the end of an item, and signs: "●●●○○", "4/5". */
#include <string.h>

#include "context_int.h"

/* Does what stands at the tokens [from, to) end in a bracket that closes before `to`? "Java (5
 * years), Kafka". */
bool context_closed_off(const struct jm_text_view *v, size_t from, size_t to)
{
    for (size_t k = from; k <= to; k++) {
        if (v->tokens[k].gap & JM_GAP_CLOSE)
            return true;
        if (v->tokens[k].gap & JM_GAP_OPEN)
            return false;
    }
    return false;
}

/* "Excel, 5 years of Python", "Excel, basics of SQL": of what follows; not "Excel, 5 years of
 * experience". `end` is the token behind. */
bool context_of_next(const struct jm_text_view *v, size_t end)
{
    static const char *const of[] = {"of", "with", "in",  "using", "mit", "avec", "de",
                                     "en", "con",  "met", "di",    "com", "med",  "av",
                                     "w",  "z",    "cu",  "în",    NULL};
    static const char *const same[] = {"it",         "this",     "experience", "professional",
                                       "commercial", "industry", "relevant",   "work",
                                       "erfahrung",  NULL};
    return end < v->n_tokens && v->tokens[end].gap == JM_GAP_BLANK && fact_word_at(v, end, of) &&
           !fact_word_at(v, end + 1, same);
}

/* "TypeScript, notions de Go", "Duits, een basiskennis Frans": a comma, the level, and at once
 * another skill. */
static bool level_of_next(const struct jm_extractor *x, const struct hit *h, struct near n)
{
    size_t i = hits_from(&x->cands, n.end), end = h->tok + h->n;
    return n.tok - end <= 1 && (x->v->tokens[end].gap & JM_GAP_COMMA) && i < x->cands.n &&
           x->cands.a[i].tok == n.end && x->v->tokens[n.end].gap == JM_GAP_BLANK;
}

/* Does a word for a level, which ends before token `from`, reach over the skills between? "Basic
 * SQL, Python and R"; not "basic Python for analysis, run the kitchen". */
static bool reaches(const struct jm_extractor *x, const struct hit *h, size_t from)
{
    enum { WORDS = 3 }; /* "gute Deutschkenntnisse in Wort und Schrift, Französisch" */
    for (size_t i = hits_from(&x->cands, h->tok); i > 0; i--) {
        const struct hit *o = &x->cands.a[i - 1];
        size_t end = o->tok + o->n;
        if (end <= from)
            break;
        if (o->state != V_IN || end > h->tok)
            continue;
        bool item = (x->v->tokens[h->tok].gap & JM_GAP_COMMA) || gate_connector(x->v, h->tok - 1);
        if (comma_in(x->v, end, h->tok) && (!item || h->tok - end > WORDS))
            return false;
        h = o;
    }
    return true;
}

/* "Software Proficiency: QuickBooks, Excel": what a list is of, not how well. */
static bool heads_list(const struct jm_text_view *v, struct near n)
{
    static const char *const nouns[] = {"proficiency", "proficiencies", "expertise", NULL};
    return !n.after && (v->tokens[n.end].gap & JM_GAP_COLON) && fact_word_at(v, n.end - 1, nouns);
}

/* "Python advanced, Java": a level between another skill and a comma is that one's. */
static bool of_one_before(const struct jm_extractor *x, struct near n)
{
    if (!(x->v->tokens[n.end].gap & JM_GAP_COMMA)) /* mostly */
        return false;
    for (size_t i = hits_from(&x->cands, n.tok); i > 0 && x->cands.a[i - 1].tok + 4 > n.tok; i--)
        if (x->cands.a[i - 1].tok + x->cands.a[i - 1].n == n.tok)
            return true;
    return false;
}

/* Tokens between the skill and a word for its level, a comma for three; 1000: it is another's.
 * "Java (expert)" is nearest of all. */
static long level_distance(const struct jm_extractor *x, const struct hit *h, struct near n)
{
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    if (n.distance >= 1000 || heads_list(v, n))
        return 1000;
    if (!n.after && fact_cue_in(x, CUE_DEGREE, n.end, h->tok))
        return 1000; /* "an excellent Master's degree in physics" */
    if (!n.after)
        return context_closed_off(v, n.tok + 1, h->tok) || of_one_before(x, n) ||
                       !reaches(x, h, n.end)
                   ? 1000
                   : n.distance;
    if (n.distance > 1 || (n.distance && (v->tokens[n.tok].gap & JM_GAP_OPEN)))
        return 1000;
    if (v->tokens[end].gap & (JM_GAP_OPEN | JM_GAP_COLON))
        return -1;
    if ((v->tokens[end].gap & JM_GAP_CLOSE) || context_of_next(v, n.end) || level_of_next(x, h, n))
        return 1000;
    return n.distance + 3 * comma_in(v, end, n.tok);
}

/* The token behind the bracket that opens before `i`, if it closes on its line soon. */
static size_t past_bracket(const struct jm_text_view *v, size_t i)
{
    enum { REACH = 16 };
    for (size_t k = i + 1; k < v->n_tokens && k < i + REACH; k++) {
        if (v->tokens[k].gap & JM_GAP_CLOSE)
            return k;
        if (v->tokens[k].gap & GAP_SENTENCE)
            break;
    }
    return i;
}

/* The level that a cue is for. */
static uint8_t level_said(const struct hit *q)
{
    bool level = q->cue >= CUE_BASIC && q->cue <= CUE_EXPERT;
    return level ? (uint8_t)(JM_LEVEL_BASIC + (q->cue - CUE_BASIC)) : JM_LEVEL_UNKNOWN;
}

/* "| Java | expert |": the cell behind it is a level and no more. */
static uint8_t level_in_cell(const struct jm_extractor *x, const struct hit *h)
{
    const unsigned border = JM_GAP_BULLET | JM_GAP_LINE | JM_GAP_PARA;
    size_t end = h->tok + h->n;
    if (end < x->v->n_tokens &&
        (x->v->tokens[end].gap & JM_GAP_OPEN)) /* "| Excel (VBA) | expert |" */
        end = past_bracket(x->v, end);
    if (end + 1 < x->v->n_tokens && (x->v->tokens[end].gap & border) == JM_GAP_BULLET &&
        (x->v->tokens[end + 1].gap & border) == JM_GAP_BULLET && token_number(x, end) >= 0)
        end++; /* "| Java | 5 | expert |" */
    if (end >= x->v->n_tokens || (x->v->tokens[end].gap & border) != JM_GAP_BULLET)
        return JM_LEVEL_UNKNOWN;
    for (size_t i = hits_from(&x->cues, end); i < x->cues.n && x->cues.a[i].tok == end; i++) {
        const struct hit *q = &x->cues.a[i];
        size_t to = end + q->n;
        if (level_said(q) && (to == x->v->n_tokens || (x->v->tokens[to].gap & border)))
            return level_said(q);
    }
    return JM_LEVEL_UNKNOWN;
}

/* The level that a cue says, for words of a language's level too: "Excel redelijk", "Revit: mediu";
 * not for steps of its scale. */
static uint8_t level_of_cue(const struct jm_extractor *x, const struct hit *q)
{
    static const uint8_t of_cefr[] = {[JM_A1] = JM_LEVEL_BASIC,
                                      [JM_A2] = JM_LEVEL_BASIC,
                                      [JM_B1] = JM_LEVEL_WORKING,
                                      [JM_B2] = JM_LEVEL_WORKING,
                                      [JM_C1] = JM_LEVEL_ADVANCED};
    if (level_said(q))
        return level_said(q);
    const struct jm_token *t = &x->v->tokens[q->tok];
    uint32_t step = cue_value(surface_of(x, q)->owner);
    return q->cue == CUE_CEFR && t->end - t->beg > 2 && step < sizeof of_cefr ? of_cefr[step]
                                                                              : JM_LEVEL_UNKNOWN;
}

/* "Excel avanzado, Word: bom (Access básico)": a level that is all of what stands behind the name.
 */
uint8_t level_in_item(const struct jm_extractor *x, const struct hit *h)
{
    const unsigned border = GAP_SENTENCE | JM_GAP_COMMA | JM_GAP_SEMI | JM_GAP_CLOSE;
    size_t end = h->tok + h->n;
    if (end >= x->v->n_tokens || (x->v->tokens[end].gap & border) ||
        surface_of(x, h)->kind == JM_SKILL_LANGUAGE)
        return JM_LEVEL_UNKNOWN;
    for (size_t i = hits_from(&x->cues, end); i < x->cues.n && x->cues.a[i].tok == end; i++) {
        const struct hit *q = &x->cues.a[i];
        size_t to = end + q->n;
        bool other = q->cue == CUE_CEFR && x->v->tokens[end].gap == JM_GAP_BLANK &&
                     x->facts.lang == JM_LANG_EN; /* "on a daily basis", "ESL learners" */
        uint8_t level = other ? JM_LEVEL_UNKNOWN : level_of_cue(x, q);
        if (level && (to == x->v->n_tokens || (x->v->tokens[to].gap & border)))
            return level;
    }
    return JM_LEVEL_UNKNOWN;
}

/* So many points of so many: two of five are basic, five are expert. */
static uint8_t level_of_points(unsigned points, unsigned of)
{
    static const uint8_t fifths[] = {JM_LEVEL_BASIC,   JM_LEVEL_BASIC,    JM_LEVEL_BASIC,
                                     JM_LEVEL_WORKING, JM_LEVEL_ADVANCED, JM_LEVEL_EXPERT};
    return points && points <= of ? fifths[(points * 10 + of) / (2 * of)] : JM_LEVEL_UNKNOWN;
}

/* Is one of the signs, three bytes each, here? */
static bool sign_here(const char *s, const char *end, const char *signs)
{
    for (; end - s >= 3 && *signs; signs += 3)
        if (!memcmp(s, signs, 3))
            return true;
    return false;
}

/* "Menu development   ●●●●○", "PHP: ★★★": dots, stars and boxes, full and empty. */
static uint8_t level_in_dots(const struct jm_text_view *v, size_t end)
{
    enum { REACH = 40, FEWEST = 3, MOST = 10 };
    const char *s = v->plain + v->tokens[end - 1].end, *last = v->plain + v->bytes;
    unsigned full = 0, empty = 0;
    while (s < last && *s && strchr(" \t:(-", *s))
        s++;
    for (unsigned i = 0; i < REACH && s < last; i++) {
        bool is_full = sign_here(s, last, "●★■▮⬤◆█⚫⭐▰");
        bool is_empty = sign_here(s, last, "○☆□▯◯◇░⚪✩▱");
        if (*s != ' ' && !is_full && !is_empty)
            break;
        full += is_full;
        empty += is_empty;
        s += *s == ' ' ? 1 : 3;
    }
    unsigned all = full + empty;
    if (all < FEWEST || all > MOST)
        return JM_LEVEL_UNKNOWN;
    return level_of_points(full, !empty && all < 5 ? 5 : all);
}

/* "Excel 3/5", "SQL: 8/10", "Go (2 of 5)"; not the versions of "JUnit 4/5". */
static uint8_t level_in_points(const struct jm_extractor *x, size_t end)
{
    static const char *const of[] = {"of", "von", "sur", "de", "di", NULL};
    const struct jm_text_view *v = x->v;
    if (end + 1 >= v->n_tokens || !(v->tokens[end].flags & JM_TOK_DIGIT) ||
        (v->tokens[end].gap & (GAP_SENTENCE | JM_GAP_COMMA | JM_GAP_SLASH)))
        return JM_LEVEL_UNKNOWN;
    bool slash = v->tokens[end + 1].gap & JM_GAP_SLASH;
    size_t all = slash ? end + 1 : end + 2;
    if (all >= v->n_tokens || (!slash && !fact_word_at(v, end + 1, of)))
        return JM_LEVEL_UNKNOWN;
    long points = token_number(x, end), most = token_number(x, all);
    bool version = v->tokens[end].gap == JM_GAP_BLANK && points + 1 == most;
    bool more = all + 1 < v->n_tokens && (v->tokens[all + 1].gap & JM_GAP_SLASH);
    if (more || points < 1 || (most != 5 && most != 6 && most != 10) || version)
        return JM_LEVEL_UNKNOWN;
    return level_of_points((unsigned)points, (unsigned)most);
}

/* "Word, Excel (Access): very good", "Git, Maven (very good each)", "Java, Go - expert": is what
 * stands at [p, to) the last of its clause, and said of all of a list that the hit is in, or of a
 * bracket and what stands before it? */
bool context_of_list(const struct jm_text_view *v, const struct hit *h, const struct clause *c,
                     size_t p, size_t to)
{
    static const char *const each[] = {"each",    "all",   "jeweils", "alle",     "chacun",
                                       "cada",    "tous",  "todos",   "tutti",    "elk",
                                       "vardera", "każdy", "alles",   "ciascuno", NULL};
    size_t end = h->tok + h->n;
    bool of_each = p > end && fact_word_at(v, p - 1, each);
    p -= of_each;
    if (to < c->to && fact_word_at(v, to, each)) {
        of_each = true;
        to++;
    }
    if (to != c->to || p <= end || p >= v->n_tokens)
        return false;
    unsigned sign = v->tokens[p].gap;
    if (of_each)
        return true;
    if (!(sign & (JM_GAP_CLOSE | JM_GAP_COLON)) && !is_dash(sign))
        return false;
    size_t open = p - 1;
    while ((sign & JM_GAP_CLOSE) && open > c->from && !(v->tokens[open].gap & JM_GAP_OPEN))
        open--;
    if (sign & JM_GAP_CLOSE)
        return end >= open && h->tok <= p;
    for (size_t k = end; k < p; k++)
        if ((v->tokens[k].gap & (JM_GAP_COLON | JM_GAP_OPEN | JM_GAP_CLOSE)) ||
            is_dash(v->tokens[k].gap))
            return false;
    return true;
}

/* A level at the end of the clause that is said of a whole list. */
static uint8_t level_of_list(const struct jm_extractor *x, const struct hit *h,
                             const struct clause *c)
{
    for (size_t i = hits_from(&x->says, h->tok + h->n); i < x->says.n && x->says.a[i].tok < c->to;
         i++) {
        const struct hit *q = &x->says.a[i];
        if (q->cue >= CUE_BASIC && context_of_list(x->v, h, c, q->tok, (size_t)q->tok + q->n))
            return level_of_cue(x, q);
    }
    return JM_LEVEL_UNKNOWN;
}

/* What a résumé has behind the name: a word, points, signs. */
static uint8_t level_behind(const struct jm_extractor *x, const struct hit *h)
{
    size_t end = h->tok + h->n;
    uint8_t level = level_in_item(x, h);
    if (!level)
        level = level_in_points(x, end);
    return level ? level : level_in_dots(x->v, end);
}

uint8_t context_level(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    static const enum jm_cue cues[] = {CUE_EXPERT, CUE_ADVANCED, CUE_WORKING, CUE_BASIC};
    long best = 7;
    bool person = x->in->kind == JM_CANDIDATE;
    uint8_t sure = level_in_cell(x, h), level;
    if (!sure && person)
        sure = level_behind(x, h);
    level = sure;
    for (size_t k = 0; k < 4 && !sure && c->says; k++) {
        struct near n = near_of(c, cues[k]);
        if (!n.after && n.distance >= best)
            continue;
        long distance = level_distance(x, h, n);
        if (distance < best) {
            best = distance;
            level = (uint8_t)(JM_LEVEL_EXPERT - k);
        }
    }
    return level || !person || !c->says ? level : level_of_list(x, h, c);
}
