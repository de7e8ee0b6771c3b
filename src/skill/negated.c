/* negated.c - is the skill said not to be needed, or not to be had?
 *
 * "No PHP", "PHP is not required", "SQL behöver du inte kunna", "TNCC (expired 2022)". A word for
 * not reaches over a list, not over a comma or another skill that was asked for. */
#include <string.h>

#include "context_int.h"

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
    return fact_word_at(x->v, tok, without) && fact_word_in(x->v, from, tok, no);
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
        if (fact_word_in(x->v, (size_t)x->cands.a[i].tok + x->cands.a[i].n, to, turns))
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
        if (is_dash(gap) || (skill < to && (gap & JM_GAP_OPEN)))
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
    if (after.distance && other_between(x, h->tok + h->n, after.tok))
        return false;
    return !comma_in(x->v, h->tok + h->n, after.tok) || beside(x, h, false);
}

/* Do signs part a negation, which ends before token `from`, from the skill? */
static bool parted(const struct jm_text_view *v, size_t from, size_t tok)
{
    unsigned signs = JM_GAP_COMMA | JM_GAP_CLOSE | (from < tok ? JM_GAP_COLON | JM_GAP_OPEN : 0);
    for (size_t k = from; k <= tok; k++) {
        unsigned gap = v->tokens[k].gap;
        if ((gap & signs) || is_dash(gap))
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
        return true;
    return fact_cue_in(x, CUE_NOT_AFTER, end, end + 1);
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

/* "exp. 04/2020", "valid until 2019", "gültig bis 2020": a year before this one behind a word for
 * the end; not "from 2010 until 2011". */
static bool over_at(const struct jm_extractor *x, size_t i, size_t to)
{
    static const char *const ends[] = {"exp",      "expires", "expiry",   "expiration",
                                       "scadenza", "caduca",  "validade", NULL};
    static const char *const valid[] = {"valid",  "gültig",  "valable", "válido", "válida",
                                        "valido", "geldig",  "ważne",   "ważny",  "ważna",
                                        "giltig", "giltigt", "valabil", NULL};
    if (!fact_word_at(x->v, i, ends) && !fact_word_at(x->v, i, valid))
        return false;
    for (size_t k = i + 1; k < to && k <= i + 5; k++) {
        long year = dates_year_of(x, k);
        if (year)
            return year < x->in->this_year;
    }
    return false;
}

/* "TNCC (expired 2022)", "forklift licence lapsed 2021", "first aid - valid until 2020". */
static bool has_lapsed(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    static const char *const lapsed[] = {"expired",  "lapsed",   "abgelaufen", "expiré",
                                         "expirée",  "caducado", "verlopen",   "scaduto",
                                         "expirado", NULL};
    enum { REACH = 5 };
    size_t end = h->tok + h->n, to = end + 3 < c->to ? end + 3 : c->to;
    uint8_t kind = surface_of(x, h)->kind;
    if (kind != JM_SKILL_CERTIFICATE && kind != JM_SKILL_LICENCE &&
        !(x->in->kind == JM_CANDIDATE && x->zone[h->tok] == JM_ZONE_EDUCATION))
        return false;
    for (size_t i = end; i < c->to && i < end + REACH; i++) {
        if (x->v->tokens[i].gap & (JM_GAP_COMMA | JM_GAP_SEMI) && i > end)
            return false;
        if ((i < to && fact_word_at(x->v, i, lapsed)) || over_at(x, i, c->to))
            return true;
    }
    return false;
}

/* "Limba germană nu este necesară, dar constituie un avantaj": behind the "not" a "but", and a wish
 * with no other skill before it. */
static bool wished_after_all(const struct jm_extractor *x, const struct hit *h,
                             const struct clause *c)
{
    static const char *const but[] = {"but", "aber", "mais", "pero", "maar", "ma",   "mas",
                                      "ale", "men",  "dar",  "însă", "però", "sino", NULL};
    struct near nice = near_of(c, CUE_NICE);
    size_t end = h->tok + h->n;
    if (nice.distance >= 1000 || !nice.after || !fact_word_in(x->v, end, nice.tok, but))
        return false;
    size_t next = hits_from(&x->cands, end);
    return next == x->cands.n || x->cands.a[next].tok >= nice.tok;
}

/* "no PHP": the word stands right before, or before a list that the skill is in. */
bool context_negated(const struct jm_extractor *x, const struct hit *h, const struct clause *c)
{
    /* "not only Java", "no less than", "why not Java?" leave the skill standing */
    static const char *const only[] = {
        "only",    "less",   "fewer",    "just",  "merely", "simply",  "solely",
        "limited", "matter", "is",       "nur",   "bloß",   "weniger", "vor",
        "afraid",  "shy",    "hesitate", "worry", "numai",  "alleen",  "seulement",
        "solo",    "sólo",   "tylko",    "bara",  "só",     "doar",    NULL};
    if (wished_after_all(x, h, c))
        return false;
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
    if (surface_of(x, h)->kind == JM_SKILL_KIND_SOFT && h->tok - at == 2 &&
        gate_connector(x->v, h->tok - 1)) /* "geen prater en stressbestendig" */
        return false;
    return (h->tok - at <= 3 || (h->tok - at <= 6 && words_between(x->v, at, h->tok) <= 2)) &&
           !turned(x, at, h->tok) && !parted(x->v, at, h->tok);
}
