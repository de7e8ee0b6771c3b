/* years.c - how many years of experience are asked for, or had. */
#include <string.h>

#include "extract_int.h"

/* "Vertriebserfahrung", "verkoopervaring": experience is the end of many words. */
static bool compound_experience(const struct jm_text_view *v, size_t i)
{
    static const char *const ends[] = {"erfahrung", "ervaring", "erfarenhet", NULL};
    const struct jm_token *t = &v->tokens[i];
    for (const char *const *e = ends; *e; e++) {
        size_t n = strlen(*e);
        if (t->end - t->beg > n && !memcmp(v->plain + t->end - n, *e, n))
            return true;
    }
    return false;
}

/* "5 years of experience"; a profile says it without the word: "a plumber for 9 years". */
static bool about_experience(const struct jm_extractor *x, size_t first, size_t from, size_t to)
{
    static const char *const since[] = {"for", "seit", "depuis", "desde", "sinds", "al", NULL};
    static const char *const am[] = {"been",      "worked",  "working", "am",   "bin", "suis",
                                     "soy",       "ben",     "have",    "work", "run", "arbeite",
                                     "travaille", "trabajo", "lavoro",  "werk", NULL};
    if (fact_cue_in(x, CUE_EXPERIENCE, from, to))
        return true;
    for (size_t i = from; i < to; i++)
        if (compound_experience(x->v, i))
            return true;
    return x->in->kind == JM_CANDIDATE && first && fact_word_at(x->v, first - 1, since) &&
           fact_word_in(x->v, sentence_from(x, first, 15), first, am);
}

/* "10+ years in business", "in operation": what follows is not a trade. */
static bool of_company(const struct jm_text_view *v, size_t i)
{
    static const char *const words[] = {"business", "operation", "existence", "market",
                                        "markt",    "marknaden", "rynku",     NULL};
    return fact_word_at(v, i, words) &&
           (i + 1 == v->n_tokens || (v->tokens[i + 1].gap & ~(unsigned)JM_GAP_BLANK));
}

/* "Wij bouwen al 12 jaar", "mit 25-jähriger Erfahrung am Markt": how long there has been a company.
 * Tokens [first, end) are the years. */
bool years_of_company(const struct jm_extractor *x, size_t first, size_t end)
{
    enum { REACH = 5 };
    static const char *const since[] = {"al", "seit", "sinds", "sedan", "od", NULL};
    static const char *const ours[] = {"wij", "we", "wir", "vi", "jesteśmy", "firma", "nas", NULL};
    if (x->in->kind != JM_JOB || x->facts.lang == JM_LANG_EN)
        return false;
    if (first && fact_word_at(x->v, first - 1, since) &&
        fact_word_in(x->v, sentence_from(x, first, 12), first, ours))
        return true;
    size_t to = sentence_to(x, end - 1, REACH);
    for (size_t i = end; i < to; i++)
        if (of_company(x->v, i))
            return true;
    return false;
}

/* "Our founders have over 20 years of experience": `first` is the number. */
static bool years_of_ours(const struct jm_extractor *x, size_t first)
{
    static const char *const about[] = {"over", "more",  "than", "nearly", "almost",     "combined",
                                        "a",    "total", "of",   "some",   "collective", NULL};
    static const char *const had[] = {"have", "has", "bring", "brings", "had", NULL};
    static const char *const ours[] = {"we", "our", "founders", "founder", "company", "firm", NULL};
    static const char *const others[] = {"you",     "candidate", "candidates",
                                         "who",     "applicant", "applicants",
                                         "someone", "need",      NULL};
    size_t from = sentence_from(x, first, 12), at = first;
    while (at > from && fact_word_at(x->v, at - 1, about))
        at--;
    return x->in->kind == JM_JOB && at > from && fact_word_at(x->v, at - 1, had) &&
           fact_word_in(x->v, from, at, ours) && !fact_word_in(x->v, from, at, others);
}

/* "3 years (5 preferred)": does a bracket open before token `to`? */
static bool opens_before(const struct jm_text_view *v, size_t from, size_t to)
{
    for (; from < to; from++)
        if (v->tokens[from].gap & JM_GAP_OPEN)
            return true;
    return false;
}

/* "5 years of experience preferred", "ideally 3 years": a wish ends what is said, or begins it. */
static bool years_wished(const struct jm_extractor *x, const struct hit *h, size_t first)
{
    const unsigned ends = GAP_SENTENCE | JM_GAP_COMMA | JM_GAP_SEMI;
    size_t from = clause_from(x, h->tok, 30), to = clause_to(x, h->tok, 30);
    for (size_t i = hits_from(&x->says, from); i < x->says.n && x->says.a[i].tok < to; i++) {
        const struct hit *q = &x->says.a[i];
        size_t behind = q->tok + q->n;
        if (q->cue != CUE_NICE || fact_cue_in(x, CUE_YEARS, h->tok + 1, q->tok))
            continue;
        if (q->tok < first && (behind == first || (q->tok == from && first - behind <= 3)))
            return true;
        if (q->tok > h->tok && !comma_in(x->v, h->tok + h->n, q->tok) &&
            !opens_before(x->v, h->tok + h->n, q->tok) &&
            (behind >= x->v->n_tokens || (x->v->tokens[behind].gap & ends)))
            return !fact_cue_in(x, CUE_MUST, h->tok, q->tok);
    }
    return false;
}

/* "You have shipped software for 5+ years"; not "we have been here for 10 years". */
static bool years_for(const struct jm_extractor *x, size_t first)
{
    static const char *const since[] = {"for",   "seit", "depuis", "desde",
                                        "sinds", "da",   "od",     NULL};
    static const char *const company[] = {
        "we",    "our", "us",  "company", "clients", "customers", "wir",   "uns", "nous",
        "notre", "wij", "noi", "team",    "unser",   "empresa",   "firma", NULL};
    return first && fact_word_at(x->v, first - 1, since) &&
           !fact_word_in(x->v, sentence_from(x, first, 20), first, company);
}

/* "8+ years of professional software development"; not of age. */
static bool years_of_work(const struct jm_text_view *v, size_t end)
{
    static const char *const of[] = {"of", NULL};
    static const char *const other[] = {"age",       "history", "growth",     "operation",
                                        "school",    "service", "success",    "college",
                                        "education", "study",   "university", NULL};
    return fact_word_at(v, end, of) && end + 1 < v->n_tokens &&
           !((v->tokens[end].gap | v->tokens[end + 1].gap) & GAP_SENTENCE) &&
           !fact_word_at(v, end + 1, other);
}

/* "4+ years building models". */
static bool doing_at(const struct jm_text_view *v, size_t i)
{
    size_t bytes = i < v->n_tokens ? v->tokens[i].end - v->tokens[i].beg : 0;
    return bytes > 5 && v->tokens[i].gap == JM_GAP_BLANK &&
           !strncasecmp(v->plain + v->tokens[i].end - 3, "ing", 3);
}

/* "8+ years SAP FICO": a skill follows at once. */
static bool years_of_skill(const struct jm_extractor *x, size_t end)
{
    size_t i = hits_from(&x->cands, end);
    return i < x->cands.n && x->cands.a[i].tok == end && x->v->tokens[end].gap == JM_GAP_BLANK;
}

/* "3+ years with Go", below "requirements" without the plus, and "at least 2 years in an agency":
 * asked of the person, though no word for experience stands there. */
static bool years_with(const struct jm_extractor *x, const struct hit *h, size_t first)
{
    static const char *const with[] = {
        "with", "in",   "as",  "using", "working", "hands", "behind", "pqe",  "mit",
        "im",   "als",  "bei", "avec",  "en",      "comme", "dans",   "chez", "con",
        "como", "come", "nel", "nella", "com",     "em",    "met",    "bij",  "med",
        "som",  "inom", "w",   "na",    "jako",    "ca",    "în",     "cu",   NULL};
    static const char *const least[] = {
        "minimum",    "min",        "least",    "between",  "zwischen", "entre", "tussen",
        "mindestens", "wenigstens", "minimaal", "minstens", "minst",    "moins", "menos",
        "almeno",     "minim",      "minimo",   "mínimo",   "najmniej", NULL};
    static const char *const more[] = {"plus", NULL}, *const min[] = {"min", "minimum", NULL};
    bool plus = first < h->tok && (x->v->plain[x->v->tokens[h->tok - 1].end] == '+' ||
                                   fact_word_at(x->v, h->tok - 1, more));
    bool asked =
        plus || x->zone[h->tok] == JM_ZONE_MUST || (first && fact_word_at(x->v, first - 1, least));
    size_t end = h->tok + h->n;
    if (fact_word_at(x->v, end, min)) { /* "2 yrs min in hatted restaurants" */
        asked = true;
        end++;
    }
    if (x->in->kind != JM_JOB || !asked)
        return false;
    if (end < x->v->n_tokens && (x->v->tokens[end].gap & GAP_SENTENCE))
        end = x->v->n_tokens;
    return (fact_word_at(x->v, end, with) && !of_company(x->v, end + 1)) || doing_at(x->v, end) ||
           (end < x->v->n_tokens && years_of_skill(x, end)) ||
           (x->zone[h->tok] == JM_ZONE_MUST && (years_for(x, first) || years_of_work(x->v, end)));
}

/* "35 years of age", "3 to 5 years old". */
static bool is_age(const struct jm_text_view *v, size_t end)
{
    static const char *const age[] = {"age", "old", "alt",    "edad",   "âge", "idade",
                                      "età", "oud", "gammal", "vârstă", NULL};
    static const char *const of[] = {"of", "de", "d", "di", NULL};
    return fact_word_at(v, end, age) || (fact_word_at(v, end, of) && fact_word_at(v, end + 1, age));
}

/* Where a résumé begins it says how long: "Electrician, 14 years in a plant", "Nine years as ...".
 * Where nothing follows it may be an age, unless nobody works at that age. "(3 years)" and "5 years
 * with PHP" are of one skill. */
static bool years_of_trade(const struct jm_extractor *x, const struct hit *h, const struct years *y)
{
    enum { BEGINNING = 40, HEAD = 5, NO_AGE = 17, LONG = 10 };
    static const char *const at[] = {
        "in",   "as",    "at",   "on",   "working", "im",  "als",  "bei", "beim",  "auf", "an",
        "en",   "comme", "dans", "chez", "como",    "bij", "come", "nel", "nella", "nei", "w",
        "jako", "na",    "som",  "inom", "på",      "ca",  "în",   "em",  "no",    NULL};
    static const char *const with[] = {"with", "for", "bei", "mit", NULL};
    /* "a sous chef with eleven years in kitchens" */
    static const char *const having[] = {"with", "mit",  "avec", "con",   "met",  "med",
                                         "com",  "cu",   "z",    "after", "nach", "après",
                                         "tras", "dopo", "após", "efter", "după", NULL};
    static const char *const jahre[] = {"jahre", "jahren", NULL}; /* "zehn Jahre Offizin" */
    const unsigned apart = GAP_SENTENCE | JM_GAP_COMMA | JM_GAP_SEMI | JM_GAP_COLON | JM_GAP_HYPHEN;
    const struct jm_text_view *v = x->v;
    static const char *const about[] = {
        "over",  "more",  "than", "nearly", "almost", "about", "around", "approximately",
        "some",  "über",  "mehr", "als",    "rund",   "knapp", "plus",   "de",
        "más",   "oltre", "più",  "di",     "ruim",   "meer",  "dan",    "mais",
        "ponad", "över",  "mer",  "än",     "peste",  NULL};
    size_t end = h->tok + h->n, from = y->first;
    while (from && fact_word_at(v, from - 1, about))
        from--;
    uint8_t zone = x->zone[h->tok];
    if (fact_cue_in(x, CUE_YEARS, sentence_from(x, y->first, 30), y->first))
        return false; /* "eight years as a clerk, 2 years as" */
    if (x->in->kind != JM_CANDIDATE || zone == JM_ZONE_EDUCATION ||
        (zone == JM_ZONE_SKILLS && y->low < LONG) || y->first > BEGINNING ||
        (from && !(v->tokens[from].gap & apart) && !fact_word_at(v, from - 1, having)))
        return false;
    if (end == v->n_tokens || (v->tokens[end].gap & (GAP_SENTENCE | JM_GAP_COMMA | JM_GAP_SEMI)))
        return y->high <= NO_AGE;
    if (y->first <= HEAD &&
        fact_word_at(v, end, with)) /* "Lift engineer, 17 years with two makers" */
        return x->cands.n && x->cands.a[0].tok < y->first;
    bool noun = fact_word_at(v, h->tok, jahre) && (v->tokens[end].flags & JM_TOK_UPPER);
    return noun || fact_word_at(v, end, at) || doing_at(v, end) || years_of_work(v, end);
}

/* "un an d'expérience": "un" is an article, unless experience is what follows at once. */
static bool article_of_experience(const struct jm_extractor *x, size_t end)
{
    size_t to = end;
    while (to < x->v->n_tokens && to < end + 3 &&
           !(x->v->tokens[to].gap & (GAP_SENTENCE | JM_GAP_COMMA)))
        to++;
    return fact_cue_in(x, CUE_EXPERIENCE, end, to);
}

/* "4 years of experience may be substituted for the degree": no more than another way. */
static bool in_place_of(const struct jm_extractor *x, size_t end)
{
    static const char *const words[] = {"substituted", "substitute", "lieu", "substitutes", NULL};
    return fact_word_in(x->v, end, sentence_to(x, end - 1, 9), words);
}

void years_read(struct jm_extractor *x, const struct hit *h)
{
    struct jm_facts *f = &x->facts;
    struct years y;
    if (f->years_min != JM_YEARS_UNKNOWN || !zone_asks(x, x->zone[h->tok]) ||
        x->zone[h->tok] == JM_ZONE_NICE || !years_said(x, h, &y) || is_age(x->v, h->tok + h->n) ||
        years_of_company(x, y.first, h->tok + h->n))
        return;
    size_t from = y.first > 9 ? y.first - 9 : 0, begin = sentence_from(x, h->tok, 30);
    size_t to = clause_to(x, h->tok, 12);
    bool digit = x->v->tokens[h->tok].flags & JM_TOK_DIGIT; /* "1 an", no article */
    if (y.first == h->tok && !digit) {
        if (!article_of_experience(x, h->tok + h->n))
            return;
    } else if (!about_experience(x, y.first, from > begin ? from : begin, to) &&
               !years_with(x, h, y.first) && !years_of_trade(x, h, &y)) {
        return;
    }
    if (in_place_of(x, h->tok + h->n) || years_of_ours(x, y.first) ||
        (x->in->kind == JM_JOB && years_wished(x, h, y.first)))
        return;
    f->years_min = (uint8_t)y.low;
    if (y.high > y.low)
        f->years_max = (uint8_t)y.high;
    fact_note(x, JM_FACT_YEARS, y.first, h->tok + h->n, "years of experience");
}
