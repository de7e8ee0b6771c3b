/* places.c - where the person may sit: "remote, EU only", "must be authorized to work in the US".
 *
 * A country that is only named (an office, a customer) is no condition; a condition needs one of
 * three shapes: "eligible to work in <country>", "<country> only", "remote (<country>)". */
#include <string.h>

#include "extract_int.h"

#define EU  "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
#define EEA EU " IS LI NO"

static const char *const regions[] = {
    [REGION_EU] = EU,
    [REGION_EEA] = EEA,
    [REGION_EUROPE] = EEA " CH GB AL BA ME MK RS UA MD XK",
    [REGION_DACH] = "DE AT CH",
    [REGION_NORTH_AMERICA] = "US CA MX",
    [REGION_BENELUX] = "BE NL LU",
    [REGION_NORDICS] = "DK FI IS NO SE",
};

static void add_country(struct jm_facts *f, const char *code)
{
    for (size_t i = 0; i < f->n_eligible; i++)
        if (!memcmp(f->eligible[i], code, 2))
            return;
    if (f->n_eligible == JM_FACTS_COUNTRIES)
        return;
    memcpy(f->eligible[f->n_eligible], code, 2);
    f->eligible[f->n_eligible++][2] = 0;
}

static void add_value(struct jm_facts *f, uint32_t value)
{
    if (value < sizeof regions / sizeof *regions && regions[value]) {
        for (const char *p = regions[value]; *p; p += p[2] ? 3 : 2)
            add_country(f, p);
        return;
    }
    char code[3];
    jm_code2_text(code, (uint16_t)value);
    add_country(f, code);
}

/* Is cue i a country as people write one ("us" is a pronoun)? */
static bool is_country(const struct jm_extractor *x, size_t i)
{
    const struct hit *h = &x->cues.a[i];
    const struct jm_token *t = &x->v->tokens[h->tok];
    if (h->cue != CUE_COUNTRY || !(t->flags & JM_TOK_UPPER))
        return false;
    return t->end - t->beg > 3 || (t->flags & JM_TOK_CAPS);
}

/* "remote" or "eligible to work in" right before, over at most `reach` small words. */
static bool opened_by(const struct jm_extractor *x, size_t i, enum jm_cue cue, size_t reach)
{
    size_t tok = x->cues.a[i].tok;
    for (size_t k = i; k > 0 && i - k < 8;) {
        const struct hit *h = &x->cues.a[--k];
        size_t end = h->tok + h->n;
        uint32_t owner = surface_of(x, h)->owner;
        if (end > tok)
            continue;
        if (tok - end > reach)
            return false;
        bool fits = cue_of(owner) == cue && (cue != CUE_WORKPLACE || cue_value(owner) == JM_REMOTE);
        if (!fits)
            continue;
        for (size_t t = end + 1; t <= tok; t++)
            if (x->v->tokens[t].gap & (GAP_SENTENCE & ~(unsigned)JM_GAP_BULLET))
                return false;
        unsigned gap = x->v->tokens[end].gap;
        return cue != CUE_WORKPLACE || (gap & (JM_GAP_OPEN | JM_GAP_HYPHEN | JM_GAP_COMMA |
                                               JM_GAP_SLASH | JM_GAP_COLON | JM_GAP_BULLET));
    }
    return false;
}

/* "A US-based production team", "We're a UK-based company": where others sit. */
static bool of_firm(const struct jm_text_view *v, size_t i)
{
    static const char *const based[] = {"based", NULL};
    static const char *const firm[] = {
        "team",         "teams",        "company", "startup",     "firm",        "client",
        "clients",      "business",     "agency",  "distributed", "customer",    "customers",
        "organisation", "organization", "group",   "charity",     "consultancy", "employer",
        "brand",        "studio",       NULL};
    static const char *const who[] = {"candidates", "applicants", "for",  "to", "in",
                                      "with",       "on",         "only", NULL};
    enum { REACH = 4 };
    if (!fact_word_at(v, i, based))
        return false;
    for (size_t k = i + 1; k <= i + REACH && k < v->n_tokens; k++) {
        if ((v->tokens[k].gap & (GAP_SENTENCE | JM_GAP_COMMA)) || fact_word_at(v, k, who))
            return false;
        if (fact_word_at(v, k, firm))
            return true;
    }
    return false;
}

static bool closed_by_only(const struct jm_extractor *x, size_t i)
{
    size_t end = x->cues.a[i].tok + x->cues.a[i].n;
    if (end < x->v->n_tokens && (x->v->tokens[end].gap & GAP_SENTENCE))
        return false;
    return fact_cue_in(x, CUE_ONLY, end, end + 1) && !of_firm(x->v, end);
}

/* "Must be a U.S. citizen", "US citizenship is required", "Canadian permanent residents only"; not
 * "a UK permanent role". */
static bool of_citizens(const struct jm_extractor *x, size_t i)
{
    static const char *const citizen[] = {"citizen",   "citizens",  "citizenship",
                                          "national",  "nationals", "passport",
                                          "residents", "resident",  NULL};
    static const char *const permanent[] = {"permanent", NULL};
    static const char *const must[] = {"must", "only", "required", "require", "requires", NULL};
    const struct hit *h = &x->cues.a[i];
    size_t who = h->tok + h->n;
    who += fact_word_at(x->v, who, permanent);
    return fact_word_at(x->v, who, citizen) &&
           fact_word_in(x->v, sentence_from(x, h->tok, 16), sentence_to(x, h->tok, 16), must);
}

/* The next country of the same list ("US, Canada or Mexico"). */
static bool continues(const struct jm_extractor *x, size_t last, size_t i)
{
    const struct hit *a = &x->cues.a[last], *b = &x->cues.a[i];
    size_t end = a->tok + a->n;
    if (b->tok < end || b->tok - end > 2)
        return false;
    for (size_t k = end; k <= b->tok; k++)
        if (x->v->tokens[k].gap & (GAP_SENTENCE | JM_GAP_CLOSE))
            return false;
    return true;
}

/* Why country i is a condition; NULL: it is none. `last` is the condition before it. */
static const char *condition(const struct jm_extractor *x, size_t i, size_t last)
{
    bool adjective = cue_value(surface_of(x, &x->cues.a[i])->owner) & CUE_ADJECTIVE;
    if (!adjective && opened_by(x, i, CUE_ELIGIBLE, 3))
        return "eligible to work in";
    if (!adjective && closed_by_only(x, i))
        return "only";
    if (of_citizens(x, i))
        return "citizens";
    if (!adjective && opened_by(x, i, CUE_WORKPLACE, 1))
        return "remote within";
    return last != SIZE_MAX && continues(x, last, i) ? "list" : NULL;
}

void places_read(struct jm_extractor *x)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < x->cues.n; i++) {
        if (!is_country(x, i))
            continue;
        const struct hit *h = &x->cues.a[i];
        if (x->zone[h->tok] == JM_ZONE_ABOUT)
            continue;
        const char *rule = condition(x, i, last);
        if (!rule)
            continue;
        last = i;
        add_value(&x->facts, cue_value(surface_of(x, h)->owner));
        fact_note(x, JM_FACT_ELIGIBLE, h->tok, h->tok + h->n, rule);
    }
}
