/* context.c - what a sentence says about the skill it names: must, nice, not, years, level.
 *
 * A cue governs the clause it stands in. Clauses are cut at full stops, line breaks and
 * semicolons; "Java required, Go a plus" is cut at the comma too when both sides have a cue of
 * their own, by taking the nearest cue. */
#include <stdlib.h>
#include <string.h>

#include "gate_int.h"

struct near {
    int distance; /* tokens between, 1000: none */
    uint32_t tok, end; /* the cue's tokens */
    bool after;
};

enum { N_NEAR = CUE_EXPERT - CUE_NICE + 1 };
struct clause {
    size_t from, to, first_cue, first_say;
    unsigned gaps; /* the signs of all its tokens */
    bool years; /* a cue for years is in it */
    bool says;  /* so is one of what is said of a skill; else `near` is not set */
    struct near near[N_NEAR]; /* the nearest cue of every kind that a sentence has */
};

static struct near near_of(const struct clause *c, enum jm_cue cue)
{
    return c->says ? c->near[cue - CUE_NICE] : (struct near){.distance = 1000};
}

/* Is the word before token i the beginning of another than the hit? "NoSQL", "no-code tests". */
static bool half_word(const struct jm_text_view *v, size_t i, size_t hit)
{
    unsigned gap = i < v->n_tokens ? v->tokens[i].gap : JM_GAP_BLANK;
    return gap == JM_GAP_GLUED || (gap == JM_GAP_HYPHEN && i != hit);
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
        if (t[k].flags & (JM_TOK_CAPS | JM_TOK_DIGIT))
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
    unsigned before = v->tokens[q->tok].gap;
    size_t end = q->tok + q->n;
    bool dash = (before & JM_GAP_HYPHEN) && (before & JM_GAP_BLANK);
    return ((before & JM_GAP_COMMA) || dash) && end < c->to && !(v->tokens[end].gap & apart) &&
           !fact_word_at(v, end, of_both);
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
    static const char *const ideally[] = {"ideally", "preferably", "idealerweise", "idéalement", NULL};
    size_t end = q->tok + q->n;
    if (q->n != 1)
        return false;
    if (fact_word_at(v, q->tok, plus))
        return v->tokens[q->tok].gap == JM_GAP_BLANK && end < v->n_tokens &&
               v->tokens[end].gap == JM_GAP_BLANK;
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
        if ((x->v->tokens[k].gap & JM_GAP_HYPHEN) && (x->v->tokens[k].gap & JM_GAP_BLANK)) {
            size_t i = hits_from(&x->cands, k);
            return i < x->cands.n && x->cands.a[i].tok < q->tok;
        }
    return false;
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
        if ((q->cue == CUE_NOT && (q->tok >= h->tok || half_word(x->v, q->tok + q->n, h->tok))) ||
            (q->cue >= CUE_BASIC && in_name(x, q)) || (q->cue == CUE_MUST && at_times(x->v, q)) || (q->cue == CUE_NICE && (bonus_paid(x->v, q) || opens_more(x->v, q, after))) ||
            ((q->cue == CUE_NICE || q->cue == CUE_MUST) &&
             (of_bracket(x, h, q, c) ||
              (after && (of_what_follows(x->v, q, c) || ((c->gaps & JM_GAP_HYPHEN) && behind_dash(x, end, q)))))))
            continue;
        long d = after ? (long)(q->tok - end) : (long)h->tok - (long)(q->tok + q->n);
        struct near *best = &c->near[q->cue - CUE_NICE];
        if (d >= 0 && d < best->distance)
            *best = (struct near){(int)d, q->tok, q->tok + q->n, after};
    }
}

enum { CLAUSE_REACH = SENTENCE_REACH };

/* The skill that stands beside the hit in a list, on its left or right; NULL: none. */
static const struct hit *beside(const struct jm_extractor *x, const struct hit *h, bool left)
{
    size_t from = left ? (h->tok > 8 ? h->tok - 8 : 0) : h->tok + 1;
    for (size_t i = hits_from(&x->cands, from); i < x->cands.n; i++) {
        const struct hit *o = &x->cands.a[i];
        if (left ? o->tok >= h->tok : o->tok > h->tok + h->n + 2)
            return NULL;
        if ((left ? gate_side_by_side(x->v, o, h) : gate_side_by_side(x->v, h, o)) == 2)
            return o;
    }
    return NULL;
}

/* "Not a day without SQL", "you can't do it without SQL". */
static bool not_without(const struct jm_extractor *x, size_t from, size_t tok)
{
    static const char *const without[] = {"without", "ohne", "sans", "sin",  "zonder", "senza",
                                          "sem",     "bez",  "utan", "fără", NULL};
    static const char *const no[] = {"not",     "cannot", "t",      "never",   "nobody",
                                     "nothing", "nicht",  "nie",    "niemand", "pas",
                                     "jamais",  "nunca",  "niet",   "nooit",   "non",
                                     "mai",     "inte",   "aldrig", "nu",      NULL};
    if (!fact_word_at(x->v, tok, without))
        return false;
    for (size_t i = from; i < tok; i++)
        if (fact_word_at(x->v, i, no))
            return true;
    return false;
}

/* "Instead of Java we use Kotlin", "away from Perl to Python": a word between turns the sentence.
 */
static bool turned(const struct jm_extractor *x, size_t from, size_t to)
{
    static const char *const turns[] = {
        "we",       "you",     "i",         "they",      "to",     "into",      "but",    "use",
        "uses",     "is",      "are",       "our",       "wir",    "ihr",       "sie",    "auf",
        "zu",       "sondern", "aber",      "nous",      "vous",   "vers",      "mais",   "pero",
        "sino",     "a",       "wij",       "naar",      "maar",   "ma",        "bensì",  "mas",
        "ale",      "lecz",    "na",        "vi",        "till",   "men",       "dar",    "ci",
        "la",       "nutzen",  "verwenden", "utilisons", "usamos", "gebruiken", "usiamo", "używamy",
        "använder", "folosim", NULL};
    for (size_t i = hits_from(&x->cands, from); i < x->cands.n && x->cands.a[i].tok < to; i++)
        for (size_t k = x->cands.a[i].tok + x->cands.a[i].n; k < to; k++)
            if (fact_word_at(x->v, k, turns))
                return true;
    return false;
}

/* Does token i begin like one of the words? */
static bool begins_like(const struct jm_text_view *v, size_t i, const char *const *words)
{
    const struct jm_token *t = &v->tokens[i];
    size_t n = t->end - t->beg;
    const char *s = v->plain + t->beg;
    for (; *words; words++)
        if (strlen(*words) <= n && !strncasecmp(*words, s, strlen(*words)))
            return n < 3 || strncasecmp(s + n - 2, "ly", 2) != 0; /* "not necessarily" */
    return false;
}

/* "SQL behöver du inte kunna", "conhecimentos de SAP não são obrigatórios": behind the skill a
 * "not", and soon a word for knowing or asking, in whatever form. */
static bool negated_by_verb(const struct jm_extractor *x, const struct hit *h,
                            const struct clause *c)
{
    static const char *const no[] = {"nicht", "niet", "geen", "inte", "ej", "inget", "nie",
                                     "non",   "pas",  "no",   "não",  "nu", NULL};
    static const char *const asked[] = {
        "können",       "kennen",    "beherrsch", "mitbring",  "nötig",      "notwendig",
        "erforderlich", "vorausge",  "kunna",     "krav",      "nodig",      "vereist",
        "kunnen",       "must",      "znać",      "potrzebn",  "wymaga",     "konieczn",
        "niezbędn",     "conosc",    "richiest",  "necessari", "obbligator", "connaître",
        "maîtris",      "requis",    "nécess",    "exig",      "indispens",  "imprescind",
        "necesar",      "obligator", "saber",     "conocer",   "obrigat",    "necessári",
        "cunoa",        NULL};
    struct near nice = near_of(c, CUE_NICE); /* "est un plus mais pas indispensable" */
    size_t said = 0;
    if (x->facts.lang == JM_LANG_EN) /* has phrases of its own */
        return false;
    for (size_t i = h->tok + h->n; i < c->to && i < h->tok + h->n + 7; i++) {
        if (x->v->tokens[i].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_LINE | JM_GAP_QUOTE))
            return false;
        if (fact_word_at(x->v, i, no))
            said = i;
        else if (said && i - said < 3 && begins_like(x->v, i, asked))
            return !nice.after || nice.tok > said;
    }
    return false;
}

/* "Linux - some Perl (not needed)": does a dash, or a bracket behind another skill, part the tokens
 * [from, to]? */
static bool other_between(const struct jm_extractor *x, size_t from, size_t to)
{
    size_t first = hits_from(&x->cands, from);
    size_t skill = first < x->cands.n ? x->cands.a[first].tok : to;
    for (size_t k = from; k <= to; k++) {
        unsigned gap = x->v->tokens[k].gap;
        if (((gap & JM_GAP_HYPHEN) && (gap & JM_GAP_BLANK)) || (skill < to && (gap & JM_GAP_OPEN)))
            return true;
    }
    return false;
}

/* "PHP is not required", "PHP and Perl are not needed"; not what a comma parts from it, or what was
 * asked or wished for first: "German is required, French not", "PHP is a plus, but not needed". */
static bool negated_behind(const struct jm_extractor *x, const struct hit *h,
                           const struct clause *c)
{
    struct near after = near_of(c, CUE_NOT_AFTER), must = near_of(c, CUE_MUST);
    struct near nice = near_of(c, CUE_NICE);
    if (!after.after || after.distance > 6 || (must.after && must.distance < after.distance) ||
        (nice.after && nice.distance < after.distance))
        return false;
    if (other_between(x, h->tok + h->n, after.tok))
        return false;
    return !comma_in(x->v, h->tok + h->n, after.tok) || beside(x, h, false);
}

/* Do signs part a negation, which ends before token `from`, from the skill? */
static bool parted(const struct jm_text_view *v, size_t from, size_t tok)
{
    unsigned signs = JM_GAP_COMMA | JM_GAP_CLOSE | (from < tok ? JM_GAP_COLON | JM_GAP_OPEN : 0);
    for (size_t k = from; k <= tok; k++) {
        unsigned gap = v->tokens[k].gap;
        if ((gap & signs) || ((gap & JM_GAP_HYPHEN) && (gap & JM_GAP_BLANK)))
            return true;
    }
    return false;
}

/* "Nu" is not in Romanian, now in Dutch and Swedish; the Portuguese "no" is "in the", the Swedish
 * "sin" is "his". */
static bool means_else(const struct jm_extractor *x, size_t tok)
{
    static const char *const nu[] = {"nu", NULL}, *const no[] = {"no", NULL};
    static const char *const sin[] = {"sin", NULL};
    uint8_t lang = x->facts.lang;
    return (lang != JM_LANG_RO && fact_word_at(x->v, tok, nu)) ||
           (lang == JM_LANG_PT && fact_word_at(x->v, tok, no)) ||
           (lang == JM_LANG_SV && fact_word_at(x->v, tok, sin));
}

/* "Magento? Niet nodig.", "Disponibile a trasferte: no". */
static bool answered_no(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const no[] = {"no", "nein", "non", "nee", "não", "nie", "nej", "nu", NULL};
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    if (end >= v->n_tokens || !(v->tokens[end].gap & (JM_GAP_COLON | JM_GAP_STOP)))
        return false;
    bool asked = v->plain[v->tokens[end - 1].end] == '?';
    if (!asked && !(v->tokens[end].gap & JM_GAP_COLON))
        return false;
    size_t behind = v->tokens[end].end;
    bool last = end + 1 == v->n_tokens || (v->tokens[end + 1].gap & ~(unsigned)JM_GAP_BLANK) ||
                v->plain[behind] == '.';
    if (fact_word_at(v, end, no) && last)
        return asked || (v->tokens[end].gap & JM_GAP_COLON);
    for (size_t i = hits_from(&x->cues, end); i < x->cues.n && x->cues.a[i].tok == end; i++)
        if (x->cues.a[i].cue == CUE_NOT_AFTER)
            return true;
    return false;
}

/* Words between a negation and what it denies, small ones left out: "no previous experience with",
 * "ni tener el título de". */
static size_t words_between(const struct jm_text_view *v, size_t from, size_t to)
{
    static const char *const small[] = {
        "a",          "an",        "the",    "any",       "of",         "in",          "with",
        "prior",      "your",      "der",    "die",       "das",        "den",         "dem",
        "im",         "mit",       "von",    "de",        "la",         "le",          "les",
        "des",        "du",        "l",      "d",         "en",         "el",          "los",
        "las",        "del",       "di",     "il",        "lo",         "una",         "un",
        "o",          "os",        "as",     "do",        "da",         "em",          "het",
        "een",        "van",       "w",      "z",         "av",         "i",           "cu",
        "ca",         "de",        "saber",  "tener",     "título",     "experiencia", "expérience",
        "experience", "knowledge", "kennis", "erfahrung", "esperienza", "être",        "expert",
        "e",          "se",        NULL};
    size_t n = 0;
    for (; from < to; from++)
        n += !fact_word_at(v, from, small);
    return n;
}

/* "TNCC (expired 2022)", "forklift licence lapsed 2021". */
static bool has_lapsed(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    static const char *const lapsed[] = {"expired",  "lapsed",  "abgelaufen", "expiré", "expirée",
                                         "caducado", "verlopen", "scaduto",   "expirado", NULL};
    size_t end = h->tok + h->n, to = end + 3 < c->to ? end + 3 : c->to;
    if (surface_of(x, h)->kind != JM_SKILL_CERTIFICATE && surface_of(x, h)->kind != JM_SKILL_LICENCE)
        return false;
    for (size_t i = end; i < to && !(x->v->tokens[i].gap & JM_GAP_COMMA); i++)
        if (fact_word_at(x->v, i, lapsed))
            return true;
    return false;
}

/* "no PHP": the word stands right before, or before a list that the skill is in. */
static bool is_negated(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    /* "not only Java", "no less than", "why not Java?" leave the skill standing */
    static const char *const only[] = {
        "only",    "less",   "fewer",    "just",  "merely", "simply",  "solely",
        "limited", "matter", "is",       "nur",   "bloß",   "weniger", "vor",
        "afraid",  "shy",    "hesitate", "worry", "numai",  "alleen",  "seulement",
        "solo",    "sólo",   "tylko",    "bara",  "só",     "doar",    NULL};
    if (negated_behind(x, h, c) || negated_by_verb(x, h, c) || has_lapsed(x, h, c) ||
        answered_no(x, h))
        return true;
    struct near no = near_of(c, CUE_NOT);
    if (no.distance > 8)
        return false;
    size_t at = h->tok - (size_t)no.distance;
    if (means_else(x, no.tok))
        return false;
    if (fact_word_at(x->v, at, only) || not_without(x, c->from, no.tok))
        return false;
    for (const struct hit *o; (o = beside(x, h, true)) && o->tok >= at &&
                              !(x->v->tokens[h->tok].gap & (JM_GAP_OPEN | JM_GAP_CLOSE));)
        h = o; /* to the head of the list */
    return (h->tok - at <= 3 || (h->tok - at <= 6 && words_between(x->v, at, h->tok) <= 2)) &&
           !turned(x, at, h->tok) && !parted(x->v, at, h->tok);
}

/* "A Rosette kitchen, food hygiene, chocolate work a plus": a wish behind the last of several items
 * is of that one; not "Java, Go and Rust a plus", "Java, Go are a plus". */
static bool of_last_item(const struct jm_text_view *v, size_t end, size_t wish)
{
    static const char *const of_all[] = {"are",     "would", "will",  "were", "all",  "both",
                                         "sind",    "wären", "sont",  "son",  "sono", "zijn",
                                         "seraient", "são",  "są",    "är",   NULL};
    size_t last = wish;
    while (last > end && !(v->tokens[last].gap & JM_GAP_COMMA))
        last--;
    if (last == wish || !(v->tokens[last].gap & JM_GAP_COMMA))
        return false;
    for (size_t k = last; k <= wish; k++)
        if (gate_connector(v, k) || fact_word_at(v, k, of_all))
            return false;
    return true;
}

static void must_or_nice(const struct jm_extractor *x, const struct hit *h,
                         const struct clause *around, struct jm_claim *c)
{
    struct near nice = near_of(around, CUE_NICE), must = near_of(around, CUE_MUST);
    const struct jm_skill *s = &x->d->entries[c->skill].pub;
    if (nice.distance < 1000 && nice.after && of_last_item(x->v, h->tok + h->n, nice.tok))
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

/* Does what stands at the tokens [from, to) end in a bracket that closes before `to`? "Java (5
 * years), Kafka". */
static bool closed_off(const struct jm_text_view *v, size_t from, size_t to)
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
static bool of_next(const struct jm_text_view *v, size_t end)
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

/* "2 years in sales, driving licence, English": a comma behind what the years are of, before any
 * skill. */
static bool of_none(const struct jm_extractor *x, const struct hit *y, const struct hit *h)
{
    size_t end = y->tok + y->n, i = hits_from(&x->cands, end);
    size_t first = i < x->cands.n && x->cands.a[i].tok < h->tok ? x->cands.a[i].tok : h->tok;
    return comma_in(x->v, end, first);
}

/* "Accountant (ACCA or CIMA), about 6 years": a bracket that the skill is in closes, and a comma. */
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
        if (y->cue != CUE_YEARS || y->tok + 12 < h->tok || y->tok > end + 3 ||
            !years_said(x, y, &said))
            continue;
        if (y->tok < h->tok && !closed_off(x->v, y->tok + 1, h->tok) && !of_none(x, y, h))
            before = said.low;
        else if (said.first == end && !comma_in(x->v, end, end))
            return (uint8_t)said.low;
        else if (y->tok > end && !behind && !shut_off(x->v, end, said.first) &&
                 !(comma_in(x->v, end, said.first) && of_next(x->v, y->tok + y->n)))
            behind = said.low;
    }
    return (uint8_t)(before ? before : behind);
}

/* "TypeScript, notions de Go", "Excel, gute Kenntnisse in SAP": a comma, the level, and at once
 * another skill. */
static bool level_of_next(const struct jm_extractor *x, const struct hit *h, struct near n)
{
    size_t i = hits_from(&x->cands, n.end);
    return (x->v->tokens[n.tok].gap & JM_GAP_COMMA) && n.tok == h->tok + h->n && i < x->cands.n &&
           x->cands.a[i].tok == n.end && x->v->tokens[n.end].gap == JM_GAP_BLANK;
}

/* Does a word for a level, which ends before token `from`, reach over the skills between? "Basic
 * SQL, Python and R"; not "basic Python for analysis, run the kitchen". */
static bool reaches(const struct jm_extractor *x, const struct hit *h, size_t from)
{
    for (size_t i = hits_from(&x->cands, h->tok); i > 0 && x->cands.a[i - 1].tok >= from; i--) {
        const struct hit *o = &x->cands.a[i - 1];
        size_t end = o->tok + o->n;
        if (o->state != V_IN || end > h->tok)
            continue;
        bool item = (x->v->tokens[h->tok].gap & JM_GAP_COMMA) || gate_connector(x->v, h->tok - 1);
        if (!item && comma_in(x->v, end, h->tok))
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
        return closed_off(v, n.tok + 1, h->tok) || !reaches(x, h, n.end) ? 1000 : n.distance;
    if (n.distance > 1 || (n.distance && (v->tokens[n.tok].gap & JM_GAP_OPEN)))
        return 1000;
    if (v->tokens[end].gap & (JM_GAP_OPEN | JM_GAP_COLON))
        return -1;
    if ((v->tokens[end].gap & JM_GAP_CLOSE) || of_next(v, n.end) || level_of_next(x, h, n))
        return 1000;
    return n.distance + 3 * comma_in(v, end, n.tok);
}

/* "| Java | expert |": the cell behind it is a level and no more. */
static uint8_t level_in_cell(const struct jm_extractor *x, const struct hit *h)
{
    const unsigned border = JM_GAP_BULLET | JM_GAP_LINE | JM_GAP_PARA;
    size_t end = h->tok + h->n;
    if (end + 1 < x->v->n_tokens && (x->v->tokens[end].gap & border) == JM_GAP_BULLET &&
        (x->v->tokens[end + 1].gap & border) == JM_GAP_BULLET && token_number(x, end) >= 0)
        end++; /* "| Java | 5 | expert |" */
    if (end >= x->v->n_tokens || (x->v->tokens[end].gap & border) != JM_GAP_BULLET)
        return JM_LEVEL_UNKNOWN;
    for (size_t i = hits_from(&x->cues, end); i < x->cues.n && x->cues.a[i].tok == end; i++) {
        const struct hit *q = &x->cues.a[i];
        size_t to = end + q->n;
        if (q->cue >= CUE_BASIC && q->cue <= CUE_EXPERT &&
            (to == x->v->n_tokens || (x->v->tokens[to].gap & border)))
            return (uint8_t)(JM_LEVEL_BASIC + (q->cue - CUE_BASIC));
    }
    return JM_LEVEL_UNKNOWN;
}

static uint8_t level_near(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    static const enum jm_cue cues[] = {CUE_EXPERT, CUE_ADVANCED, CUE_WORKING, CUE_BASIC};
    long best = 7;
    uint8_t cell = level_in_cell(x, h), level = cell;
    for (size_t k = 0; k < 4 && !cell && c->says; k++) {
        struct near n = near_of(c, cues[k]);
        if (!n.after && n.distance >= best)
            continue;
        long distance = level_distance(x, h, n);
        if (distance < best) {
            best = distance;
            level = (uint8_t)(JM_LEVEL_EXPERT - k);
        }
    }
    return level;
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
    claim->negated = is_negated(x, h, &c);
    if (x->in->kind == JM_JOB)
        must_or_nice(x, h, &c, claim);
    claim->years = years_near(x, h, &c);
    claim->level = level_near(x, h, &c);
    if (x->in->kind == JM_CANDIDATE && !x->in_title)
        claim->last_year = dates_year_at(x, h->tok);
}
