/* company.c - names that belong to a company: "Spring Recruitment", "Oracle Corp", "Java GmbH".
 *
 * The word behind says it: a legal form always, a line of business of agencies where both are
 * written as names. "Recruitment" itself, behind such a name, is not the skill either. */
#include <string.h>

#include "gate_int.h"

static const char *const agency[] = {"recruitment", "recruiting", "recruiters",
                                     "staffing",    "talent",     "personalvermittlung",
                                     "headhunting", NULL};
static const char *const forms[] = {"gmbh", "gmb" /* cut at its capital */,
                                    "ltd",  "limited",
                                    "inc",  "llc",
                                    "corp", "corporation",
                                    "ag",   "plc",
                                    "bv",   "srl",
                                    "pty",  "sarl",
                                    "kg",   "llp",
                                    NULL};
static const char *const ways[] = {"road", "street", "lane",    "avenue", "boulevard",
                                   "rd",   "ave",    "terrace", NULL};
static const char *const people[] = {"dr", "mr", "mrs", "ms", "prof", "herr", "frau", "mme", NULL};

void names_init(struct jm_extractor *x)
{
    static const char *const *const lists[] = {agency, forms, ways, people};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const char *const *word = lists[i]; *word; word++)
            filter_add(&x->names, jm_text_word_hash(*word, strlen(*word)));
}

/* Can the hit or a word beside it be one of the lists? Hardly ever. */
static bool beside_a_sign(const struct jm_extractor *x, const struct hit *h)
{
    const struct jm_token *t = x->v->tokens;
    size_t end = h->tok + h->n;
    return filter_may(&x->names, filter_place(t[h->tok].hash)) ||
           (end < x->v->n_tokens && filter_may(&x->names, filter_place(t[end].hash))) ||
           (h->tok && filter_may(&x->names, filter_place(t[h->tok - 1].hash)));
}

static bool is_name(const struct jm_text_view *v, size_t i)
{
    return i < v->n_tokens && (v->tokens[i].flags & JM_TOK_UPPER);
}

/* Only a blank between token i and the one before? */
static bool joined(const struct jm_text_view *v, size_t i)
{
    return i > 0 && i < v->n_tokens && v->tokens[i].gap == JM_GAP_BLANK;
}

static bool agency_word(const struct jm_text_view *v, size_t i)
{
    return is_name(v, i) && fact_word_at(v, i, agency);
}

static bool legal_form(const struct jm_text_view *v, size_t i)
{
    return is_name(v, i) && fact_word_at(v, i, forms);
}

/* Does a sentence speak of the company: a verb, a comma or its end behind the name. "Java
 * Recruitment experience" and "Python Talent Pool" do not. */
static bool ends_name(const struct jm_text_view *v, size_t i)
{
    static const char *const verbs[] = {"is", "are", "has", "was", "offers", "helps", "works",
                                        "or", "and", "on",  "for", "in",     "at",    NULL};
    return i >= v->n_tokens || (v->tokens[i].gap & ~(unsigned)JM_GAP_BLANK) || legal_form(v, i) ||
           fact_word_at(v, i, verbs);
}

/* A skill's name right before token i that a company could bear. */
static bool bearer_before(const struct jm_extractor *x, size_t c)
{
    size_t tok = x->cands.a[c].tok;
    for (size_t i = c; i--;) {
        const struct hit *o = &x->cands.a[i];
        if (o->tok + 4 < tok)
            break;
        if (o->tok + o->n == tok && is_name(x->v, o->tok) &&
            gate_technical((enum jm_skill_kind)surface_of(x, o)->kind))
            return true;
    }
    return false;
}

bool gate_company(const struct jm_extractor *x, size_t c)
{
    const struct hit *h = &x->cands.a[c];
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    if (x->in_title || !is_name(v, h->tok) || !beside_a_sign(x, h))
        return false;
    if (agency_word(v, h->tok))
        return joined(v, h->tok) && bearer_before(x, c) && ends_name(v, end);
    if (!joined(v, end) || gate_shouting(x, h))
        return false;
    return legal_form(v, end) || (agency_word(v, end) && ends_name(v, end + 1));
}

bool gate_other_name(const struct jm_extractor *x, const struct hit *h)
{
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    if (x->in_title || !is_name(v, h->tok) || !beside_a_sign(x, h))
        return false;
    if (joined(v, end) && is_name(v, end) && fact_word_at(v, end, ways))
        return true;
    return h->tok && is_name(v, h->tok - 1) && fact_word_at(v, h->tok - 1, people) &&
           joined(v, end) && is_name(v, end);
}

/* "Entreprise active dans le secteur de la construction": its business; not where experience in it
 * is asked for. */
bool gate_sector(const struct jm_extractor *x, const struct hit *h)
{
    uint8_t zone = x->zone[h->tok];
    if (!x->tells_of_sector || x->in_title || (zone != JM_ZONE_BODY && zone != JM_ZONE_DUTIES))
        return false;
    for (size_t i = hits_from(&x->parts, h->tok); i > 0 && x->parts.a[i - 1].tok + 8 > h->tok;
         i--) {
        const struct hit *q = &x->parts.a[i - 1];
        size_t end = q->tok + q->n;
        if (q->cue != CUE_SECTOR || end > h->tok || h->tok - end > 2)
            continue;
        size_t from = sentence_from(x, h->tok, 20);
        return from <= q->tok && !fact_cue_in(x, CUE_EXPERIENCE, from, q->tok);
    }
    return false;
}
