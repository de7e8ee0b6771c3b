/* gate.c - is this hit the skill, or an ordinary word that looks like it?
 *
 * The dictionary says how ambiguous each surface is. A plain surface is in. The others need a
 * reason that can be pointed at: the letter case, a list of other skills, a companion word, "in
 * Go", "Go developer", "Go 1.22"; and counter-phrases ("going forward", "go to market") beat
 * every reason. The rule's name is the claim's explanation, so every return is a constant. */
#include <stdlib.h>
#include <string.h>

#include "gate_int.h"

bool gate_exact_case(const struct jm_extractor *x, const struct hit *h)
{
    const char *want = dict_text(x->d, surface_of(x, h));
    const char *s = x->v->plain + x->v->tokens[h->tok].beg;
    const char *end = x->v->plain + x->v->tokens[h->tok + h->n - 1].end;
    for (; *want; want++) {
        if (!dict_letter(*want))
            continue;
        while (s < end && !dict_letter(*s))
            s++;
        if (s == end || *s != *want)
            return false;
        s++;
    }
    return s == end || *s == 's' || !dict_letter(*s) || (*s >= '0' && *s <= '9');
}

bool gate_shouting(const struct jm_extractor *x, const struct hit *h)
{
    size_t from = sentence_from(x, h->tok, 6), to = sentence_to(x, h->tok, 8);
    uint64_t caps = marks_at(x->caps, from, to - from), words;
    uint64_t mine = ((UINT64_C(1) << h->n) - 1) << (h->tok - from);
    if (!(caps & ~mine)) /* hardly ever goes on */
        return false;
    words = marks_at(x->words, from, to - from) & ~mine;
    int n_words = __builtin_popcountll(words), n_caps = __builtin_popcountll(caps & ~mine);
    return n_words >= 2 && n_caps * 4 >= n_words * 3;
}

static const struct entry *entry_of(const struct jm_extractor *x, const struct hit *h)
{
    return &x->d->entries[surface_of(x, h)->owner];
}

bool gate_technical(enum jm_skill_kind k)
{
    return k == JM_SKILL_CODE || k == JM_SKILL_TOOL || k == JM_SKILL_METHOD ||
           k == JM_SKILL_FIELD || k == JM_SKILL_EQUIPMENT || k == JM_SKILL_CERTIFICATE;
}

/* A sure skill near by that the dictionary relates to this one. */
static bool related_near(const struct jm_extractor *x, size_t c, size_t reach)
{
    const struct hit *h = &x->cands.a[c];
    uint32_t mine = surface_of(x, h)->owner;
    for (int dir = -1; dir <= 1; dir += 2) {
        for (size_t i = c + (size_t)dir; i < x->cands.n; i += (size_t)dir) {
            const struct hit *o = &x->cands.a[i];
            size_t apart = o->tok > h->tok ? o->tok - h->tok : h->tok - o->tok;
            uint32_t other = surface_of(x, o)->owner;
            if (apart > reach)
                break;
            if ((o->strong || o->state == V_IN) && other != mine &&
                (jm_dict_related_pm(x->d, mine, other) ||
                 x->d->entries[mine].pub.parent == (int32_t)other ||
                 x->d->entries[other].pub.parent == (int32_t)mine))
                return true;
        }
    }
    return false;
}

/* Tokens between a reason-giving cue and the hit before which it stands; 99: none. */
static size_t used_before(const struct jm_extractor *x, const struct hit *h)
{
    size_t from = h->tok > 10 ? h->tok - 10 : 0, best = 99;
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < h->tok; i++) {
        const struct hit *q = &x->cues.a[i];
        size_t end = q->tok + q->n;
        if (q->cue != CUE_USE || end > h->tok || h->tok - end > 2)
            continue;
        bool broken = false;
        for (size_t k = end; k <= h->tok; k++)
            broken |= (x->v->tokens[k].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_LINE | JM_GAP_QUOTE |
                                                         JM_GAP_COLON | JM_GAP_OPEN)) != 0;
        if (!broken && h->tok - end < best)
            best = h->tok - end;
    }
    return best;
}

static bool used_after(const struct jm_extractor *x, const struct hit *h)
{
    size_t end = h->tok + h->n;
    if (end >= x->v->n_tokens ||
        (x->v->tokens[end].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_HYPHEN)))
        return false;
    for (size_t i = hits_from(&x->cues, end); i < x->cues.n && x->cues.a[i].tok == end; i++)
        if (x->cues.a[i].cue == CUE_USE_AFTER)
            return true;
    return false;
}

/* "Go 1.22", "Spring 5"; not "Spring 2024", not "go 5 days". */
static bool version_behind(const struct jm_extractor *x, const struct hit *h)
{
    size_t end = h->tok + h->n;
    const struct jm_text_view *v = x->v;
    if (end >= v->n_tokens || v->tokens[end].gap != JM_GAP_BLANK)
        return false;
    const struct jm_token *t = &v->tokens[end];
    size_t n = t->end - t->beg;
    if (!(t->flags & JM_TOK_DIGIT) || n > 5)
        return false;
    bool dotted = memchr(v->plain + t->beg, '.', n) != NULL;
    bool closes = end + 1 == v->n_tokens || (v->tokens[end + 1].gap & ~(unsigned)JM_GAP_BLANK);
    return dotted || (n <= 2 && closes);
}

static bool in_brackets(const struct jm_text_view *v, size_t i)
{
    const struct jm_token *t = &v->tokens[i];
    return (t->gap & JM_GAP_OPEN) && t->end - t->beg == 1 && t->end < v->bytes &&
           v->plain[t->end] == ')';
}

/* "Maths (B), French (C)": a mark of an exam, among others or where schools are listed. */
static bool is_mark(const struct jm_extractor *x, size_t tok)
{
    enum { NEAR = 8 };
    if (!in_brackets(x->v, tok))
        return false;
    bool marks = x->zone[tok] == JM_ZONE_EDUCATION;
    for (size_t i = tok > NEAR ? tok - NEAR : 0; i < x->v->n_tokens && i < tok + NEAR; i++)
        marks |= i != tok && in_brackets(x->v, i);
    return marks;
}

/* A single letter that is part of something else: "R&D", "C-level", "J. R. Smith", "plan B". */
static bool letter_elsewhere(const struct jm_extractor *x, const struct hit *h)
{
    const struct jm_text_view *v = x->v;
    const struct jm_token *t = &v->tokens[h->tok];
    size_t end = h->tok + h->n;
    const unsigned bad = JM_GAP_GLUED | JM_GAP_HYPHEN | JM_GAP_DOT | JM_GAP_QUOTE | JM_GAP_OTHER;
    if (!(t->flags & JM_TOK_CAPS))
        return true;
    if (h->tok && !(t->gap & (JM_GAP_BLANK | JM_GAP_LINE)) && (t->gap & bad))
        return true;
    if (end < v->n_tokens) {
        unsigned gap = v->tokens[end].gap;
        if ((gap & bad) && !(gap & (JM_GAP_BLANK | JM_GAP_LINE | JM_GAP_COMMA)))
            return true;
        if (v->plain[v->tokens[end].beg] == '&')
            return true;
    }
    return t->end < v->bytes && v->plain[t->end] == '.' && h->tok && !starts_sentence(v, h->tok) &&
           (v->tokens[h->tok - 1].flags & JM_TOK_CAPS) &&
           v->tokens[h->tok - 1].end - v->tokens[h->tok - 1].beg == 1;
}

/* An item alone on its line, as lists of skills have them. */
static bool own_line(const struct jm_text_view *v, const struct hit *h)
{
    const unsigned line = JM_GAP_LINE | JM_GAP_PARA | JM_GAP_BULLET;
    size_t end = h->tok + h->n;
    return (v->tokens[h->tok].flags & JM_TOK_UPPER) &&
           (h->tok == 0 || (v->tokens[h->tok].gap & line)) &&
           (end == v->n_tokens || (v->tokens[end].gap & line));
}

/* "Cook, Senior Living": a trade at the beginning of a title, parted from what follows. */
static bool opens_title(const struct jm_extractor *x, const struct hit *h)
{
    const unsigned apart = JM_GAP_COMMA | JM_GAP_OPEN | JM_GAP_SLASH | JM_GAP_SEMI;
    const struct surface *s = surface_of(x, h);
    return x->in_title && h->tok == 0 && h->n < x->v->n_tokens &&
           (x->v->tokens[0].flags & JM_TOK_UPPER) && (x->v->tokens[h->n].gap & apart) &&
           (s->kind == JM_SKILL_TASK || s->kind == JM_SKILL_FIELD);
}

static bool article_before(const struct jm_text_view *v, size_t tok)
{
    static const char *const articles[] = {"the", "a", "der", "die", "le", "la", "el", NULL};
    return tok && fact_word_at(v, tok - 1, articles);
}

/* "- some React" below "Nice to have": a name written as one, behind smaller words of a line that
 * asks for something, and nothing of a longer name behind it. */
static bool asked_for(const struct jm_extractor *x, const struct hit *h)
{
    const struct jm_text_view *v = x->v;
    uint8_t zone = x->zone[h->tok];
    size_t end = h->tok + h->n;
    if ((zone != JM_ZONE_MUST && zone != JM_ZONE_NICE) || !gate_exact_case(x, h) ||
        gate_shouting(x, h) || h->tok == 0)
        return false;
    if (starts_sentence(v, h->tok)) /* "- ADR mile widziane" */
        return fact_cue_in(x, CUE_NICE, end, end + 1);
    if (v->tokens[h->tok - 1].flags & JM_TOK_UPPER)
        return false;
    return end == v->n_tokens || (v->tokens[end].gap & ~(unsigned)JM_GAP_BLANK);
}

/* "Scripts in Bash; the Christmas bash is fun": the text writes the name with a capital elsewhere.
 */
static bool named_in_full(const struct jm_extractor *x, size_t c)
{
    enum { NEAR = 32 };
    uint32_t mine = surface_of(x, &x->cands.a[c])->owner;
    for (size_t i = c > NEAR ? c - NEAR : 0; i < x->cands.n && i < c + NEAR; i++) {
        const struct hit *o = &x->cands.a[i];
        if (o->state == V_IN && surface_of(x, o)->owner == mine &&
            (x->v->tokens[o->tok].flags & JM_TOK_UPPER))
            return true;
    }
    return false;
}

/* How far the reasons of a hit in small letters may stand: the name of a product needs them in its
 * own sentence ("We use Java. In spring we plant trees"). */
static size_t small_reach(const struct jm_extractor *x, const struct hit *h, size_t reach)
{
    if (!gate_is_product(x, h))
        return reach;
    size_t before = h->tok - sentence_from(x, h->tok, reach);
    size_t behind = sentence_to(x, h->tok + h->n - 1, reach) - (h->tok + h->n);
    if (!before && !behind) /* an item of a list */
        return reach;
    return before > behind ? before : behind;
}

/* The reasons that its own place in the text gives; no neighbour that is let in changes them. */
static const char *place_reason(const struct jm_extractor *x, const struct hit *h)
{
    if (opens_title(x, h))
        return "own line";
    if (own_line(x->v, h) && (x->in_title || x->zone[h->tok] == JM_ZONE_TITLE ||
                              gate_exact_case(x, h))) /* "Lawyer" is all of a title */
        return "own line";
    return NULL;
}

/* Likewise, but they count less than a list. */
static const char *use_reason(const struct jm_extractor *x, const struct hit *h, bool upper)
{
    size_t apart = used_before(x, h);
    if (upper ? apart <= 2 : apart == 0 || (apart == 1 && article_before(x->v, h->tok)))
        return "used";
    if (upper && (used_after(x, h) || version_behind(x, h)))
        return "used";
    return upper && asked_for(x, h) ? "asked for" : NULL;
}

/* The reasons that do not depend on letter case; NULL when there is none. Asked again, only what
 * the neighbours say can be new. */
static const char *reason(struct jm_extractor *x, size_t c, size_t reach, bool again)
{
    const struct hit *h = &x->cands.a[c];
    bool upper = x->v->tokens[h->tok].flags & JM_TOK_UPPER;
    struct sides sides = gate_look_aside(x, c);
    const char *why = NULL;
    if (sides.sure)
        return "list";
    if (sides.open >= 2 && upper)
        return "list of names";
    if (!again && (why = place_reason(x, h)))
        return why;
    if (sides.faint >= 2)
        return "list";
    if (!again && (why = use_reason(x, h, upper)))
        return why;
    if (!upper && gate_is_product(x, h) && named_in_full(x, c))
        return NULL;
    if (!upper)
        reach = small_reach(x, h, reach / 2);
    if (!again && gate_companion(x, h, reach))
        return "companion";
    return related_near(x, c, reach) ? "related skill" : NULL;
}

/* How far a companion or a related skill may stand, in tokens. */
enum { CASE_REACH = 12, WORD_REACH = 20, LETTER_REACH = 10 };

/* "18 meses", "Docker e dei principi CI/CD": a small word of another language than English that has
 * the letters of a short abbreviation. No list makes it one. */
static bool small_abbreviation(const struct jm_extractor *x, const struct hit *h)
{
    const char *want = dict_text(x->d, surface_of(x, h));
    const struct jm_token *t = &x->v->tokens[h->tok];
    return x->facts.lang > JM_LANG_EN && h->n == 1 && t->end - t->beg <= 5 &&
           !(t->flags & JM_TOK_UPPER) && want[0] >= 'A' && want[0] <= 'Z' && want[1] >= 'A' &&
           want[1] <= 'Z';
}

static const char *decide_case(struct jm_extractor *x, size_t c)
{
    struct hit *h = &x->cands.a[c];
    bool exact = gate_exact_case(x, h), shouting = gate_shouting(x, h);
    const struct jm_token *t = &x->v->tokens[h->tok];
    bool caps = t->flags & JM_TOK_CAPS;
    size_t end = h->tok + h->n;
    bool closed = end == x->v->n_tokens || (x->v->tokens[end].gap & ~(unsigned)JM_GAP_BLANK) ||
                  (exact && h->n == 1 && starts_sentence(x->v, h->tok) && level_in_item(x, h));
    bool proves =
        exact && !shouting && (caps || h->n > 1 || closed || !starts_sentence(x->v, h->tok));
    if (proves || ((t->flags & JM_TOK_UPPER) && gate_tongue_asked(x, h)) ||
        (caps && !shouting && t->end - t->beg > 3))
        return "case";
    return reason(x, c, CASE_REACH, false);
}

/* "models in R and reports": behind "in", and before a sign or a small word that goes on. */
static bool in_letter(const struct jm_text_view *v, const struct hit *h)
{
    static const char *const in[] = {"in", NULL};
    static const char *const on[] = {"and", "or", "to", "for", "with", "using", NULL};
    const unsigned sign = JM_GAP_COMMA | JM_GAP_SEMI | JM_GAP_STOP | JM_GAP_LINE | JM_GAP_PARA;
    size_t end = h->tok + h->n;
    if (!h->tok || !fact_word_at(v, h->tok - 1, in) || (v->tokens[h->tok - 1].flags & JM_TOK_UPPER))
        return false;
    if (end == v->n_tokens || (v->tokens[end].gap & sign))
        return true;
    return fact_word_at(v, end, on) && end + 1 < v->n_tokens &&
           !(v->tokens[end + 1].flags & JM_TOK_CAPS);
}

/* "R$ 2.200", "45 et 55 K€" */
static bool of_money(const struct jm_text_view *v, size_t tok)
{
    size_t end = v->tokens[tok].end;
    return (end < v->bytes && v->plain[end] == '$') ||
           (end + 3 <= v->bytes && !memcmp(v->plain + end, "€", 3));
}

static const char *decide_letter(struct jm_extractor *x, size_t c, bool again)
{
    enum { RARE = 8 }; /* "in K" is in a kindergarten */
    struct hit *h = &x->cands.a[c];
    if (of_money(x->v, h->tok) || letter_elsewhere(x, h) || is_mark(x, h->tok))
        return NULL;
    const char *why = gate_shouting(x, h) && !gate_look_aside(x, c).sure
                          ? NULL
                          : reason(x, c, LETTER_REACH, again);
    return !why && !again && entry_of(x, h)->pub.idf < RARE && in_letter(x->v, h) ? "used" : why;
}

/* "Access control, patrols": small letters in the dictionary, a capital because a sentence begins.
 */
static bool begins_with(const struct jm_extractor *x, const struct hit *h)
{
    const char *want = dict_text(x->d, surface_of(x, h));
    const struct jm_token *t = &x->v->tokens[h->tok];
    return *want >= 'a' && *want <= 'z' && h->n > 1 && !(t->flags & JM_TOK_CAPS) &&
           starts_sentence(x->v, h->tok);
}

static const char *decide_deny(struct jm_extractor *x, size_t c, bool again)
{
    struct hit *h = &x->cands.a[c];
    if (!gate_exact_case(x, h) && !begins_with(x, h))
        return NULL;
    if (!again && gate_companion(x, h, 8) && !gate_shouting(x, h))
        return "companion";
    struct sides sides = gate_look_aside(x, c);
    if (sides.sure && related_near(x, c, 12))
        return "list";
    return NULL;
}

/* A two-word counter-phrase ("swift and") loses to a list of sure skills, and to "experience with"
 * right before, when the name is written as a name. */
static bool outweighs_phrase(const struct jm_extractor *x, size_t c)
{
    const struct hit *h = &x->cands.a[c];
    if (!(x->v->tokens[h->tok].flags & JM_TOK_UPPER) || !gate_exact_case(x, h) ||
        gate_shouting(x, h) || starts_sentence(x->v, h->tok))
        return false;
    return gate_in_list(x, c) || used_before(x, h) == 0;
}

/* By how ambiguous the surface is. Asked again, only what the neighbours say can be new. */
static const char *decide_by_gate(struct jm_extractor *x, size_t c, bool again)
{
    const struct hit *h = &x->cands.a[c];
    const struct surface *s = surface_of(x, h);
    const char *rule;
    switch ((enum jm_gate)s->gate) {
    case GATE_NONE:
        return again                  ? NULL
               : s->flags & SURF_NAME ? "name"
               : s->flags & SURF_MADE ? "variant"
                                      : "alias";
    case GATE_CASE:
        if (small_abbreviation(x, h))
            return NULL;
        return again ? reason(x, c, CASE_REACH, true) : decide_case(x, c);
    case GATE_WORD:
        rule = reason(x, c, WORD_REACH, again);
        return !rule && !again && gate_tongue_asked(x, h) ? "list" : rule;
    case GATE_LETTER:
        return decide_letter(x, c, again);
    case GATE_DENY:
        return decide_deny(x, c, again);
    case GATE_NO:
        break;
    }
    return NULL;
}

static const char *let_in(struct hit *h, const char *rule)
{
    h->state = rule ? V_IN : V_OPEN;
    return rule;
}

/* "$27/hr": what the amount is for. */
static bool unit_of_number(const struct jm_text_view *v, const struct hit *h)
{
    const struct jm_token *t = &v->tokens[h->tok];
    return h->n == 1 && t->gap == JM_GAP_SLASH && h->tok && !(t->flags & JM_TOK_UPPER) &&
           (v->tokens[h->tok - 1].flags & JM_TOK_DIGIT);
}

const char *gate_decide(struct jm_extractor *x, size_t c)
{
    struct hit *h = &x->cands.a[c];
    const struct surface *s = surface_of(x, h);
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    const char *barred;
    bool glued = v->tokens[h->tok].gap == JM_GAP_GLUED ||
                 (end < v->n_tokens && v->tokens[end].gap == JM_GAP_GLUED &&
                  v->plain[v->tokens[end].beg] != '&' && v->plain[v->tokens[end].beg] != '.');
    h->state = V_OUT;
    if (unit_of_number(v, h) && s->gate != GATE_NONE)
        return "inside another word";
    if (glued && (s->gate != GATE_NONE || v->tokens[end - 1].end - v->tokens[h->tok].beg < 4))
        return "inside another word";
    if (!hit_has_sign(x, h))
        return "without its sign";
    if (gate_company(x, c))
        return "company";
    if (gate_other_name(x, h))
        return "other name";
    if (gate_sector(x, h))
        return "company";
    if (role_of_others(x, h))
        return "role of others";
    size_t counter = gate_counter_phrase(x, h);
    if (counter && !(counter == 2 && (outweighs_phrase(x, c) || gate_tongue_asked(x, h))))
        return "counter-phrase";
    if ((barred = gate_tongue_barred(x, h)))
        return barred;
    return let_in(h, decide_by_gate(x, c, false));
}

const char *gate_decide_again(struct jm_extractor *x, size_t c)
{
    struct hit *h = &x->cands.a[c];
    if (h->state != V_OPEN) /* a list may outweigh the phrase that it was part of */
        return gate_decide(x, c);
    return let_in(h, decide_by_gate(x, c, true));
}
