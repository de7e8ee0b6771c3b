/* degrees.c - the degree a text asks for or states.
 *
 * Short names of degrees are other things as often ("an LLM", "HBO and Netflix", "Associate IV"),
 * so each must stand as one writes it, and what stands beside it must not say otherwise. */
#include <string.h>

#include "extract_int.h"

/* "Secondary school teacher", "high school students": a school, not what was learned there. */
static bool only_a_school(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const school[] = {"school", NULL};
    static const char *const learned[] = {
        "diploma",   "diplomas", "education", "graduate",   "graduates",     "graduation",
        "degree",    "level",    "leaver",    "leavers",    "certificate",   "certificates",
        "completed", "leaving",  "or",        "and",        "qualification", "qualifications",
        "is",        "required", "preferred", "equivalent", "with",          "in",
        "at",        NULL};
    size_t end = h->tok + h->n;
    return fact_word_at(x->v, end - 1, school) && end < x->v->n_tokens &&
           x->v->tokens[end].gap == JM_GAP_BLANK && !fact_word_at(x->v, end, learned);
}

/* "Associate's" is a degree, "Associate IV" a rank. */
static bool with_apostrophe(const struct jm_text_view *v, size_t tok)
{
    size_t end = v->tokens[tok].end;
    return (end < v->bytes && v->plain[end] == '\'') ||
           (end + 3 <= v->bytes && !memcmp(v->plain + end, "\xe2\x80\x99", 3));
}

/* "Sales Associate" is a rank, "Associate of Arts" a degree, as what begins an entry of schools. */
static bool associate_rank(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const degree[] = {"degree", "in", "or", "degrees", NULL};
    static const char *const of[] = {"of", NULL}, *const heading[] = {"education", NULL};
    const struct jm_text_view *v = x->v;
    const struct jm_token *t = &v->tokens[h->tok];
    size_t end = h->tok + 1;
    if (with_apostrophe(v, h->tok) || fact_word_at(v, end, degree) ||
        (fact_word_at(v, end, of) && end + 1 < v->n_tokens && (t[2].flags & JM_TOK_UPPER)))
        return false;
    bool many = t->end - t->beg > strlen("associate");
    if (many && (t->gap & JM_GAP_BULLET)) /* "- Associates" */
        return false;
    bool opens = starts_sentence(v, h->tok) || fact_word_at(v, h->tok - 1, heading) ||
                 (t[-1].flags & JM_TOK_DIGIT);
    return x->in->kind != JM_CANDIDATE || x->zone[h->tok] != JM_ZONE_EDUCATION || !opens;
}

/* What names a degree by itself or beside one of the short names that are other things as well. */
static const char *const proofs[] = {"degree",   "degrees",   "bsn",        "rn",        "nursing",
                                     "wo",       "hbo",       "mbo",        "niveau",    "level",
                                     "diploma",  "werk",      "denkniveau", "opleiding", "master",
                                     "bachelor", "education", NULL};

static bool proven(const struct jm_extractor *x, const struct hit *h)
{
    enum { NEAR = 3 };
    size_t from = h->tok > NEAR ? h->tok - NEAR : 0, end = h->tok + h->n;
    return fact_word_in(x->v, from, h->tok, proofs) || fact_word_in(x->v, end, end + NEAR, proofs);
}

/* "Steel toe caps", "CapCut", "coach associates", "HBO and Netflix", "MSN Autos": a word or a
 * company, not the short name of a degree. */
static bool only_a_word(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const cap[] = {"cap", "caps", NULL};
    static const char *const associate[] = {"associates", "associate", NULL};
    static const char *const dutch[] = {"hbo", "mbo", NULL}, *const nurse[] = {"msn", NULL};
    const struct jm_text_view *v = x->v;
    const struct jm_token *t = &v->tokens[h->tok];
    if (h->n != 1)
        return false;
    if (fact_word_at(v, h->tok, cap))
        return !(t->flags & JM_TOK_CAPS) || t->end - t->beg != 3;
    if (fact_word_at(v, h->tok, associate))
        return associate_rank(x, h);
    if (fact_word_at(v, h->tok, nurse) ||
        (x->facts.lang != JM_LANG_NL && fact_word_at(v, h->tok, dutch)))
        return !proven(x, h);
    return false;
}

/* "(PhD counts)", "You don't need a PhD": not asked for. */
static bool degree_denied(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to)
{
    static const char *const counts[] = {"counts", "welcome", "students", NULL};
    size_t end = h->tok + h->n;
    if (fact_word_at(x->v, end, counts))
        return true;
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < to; i++) {
        const struct hit *q = &x->cues.a[i];
        if (q->cue == CUE_NOT_AFTER && q->tok >= end && q->tok < end + 3) /* "is not needed" */
            return true;
        if (q->cue == CUE_NOT && (size_t)q->tok + q->n <= h->tok && h->tok - (q->tok + q->n) <= 2 &&
            !comma_in(x->v, q->tok + q->n, h->tok))
            return true;
    }
    return false;
}

/* "10 years, or 6 with a Master's degree": one of two ways. */
static bool shortens_years(const struct jm_extractor *x, size_t tok)
{
    static const char *const article[] = {"a", "an", NULL}, *const with[] = {"with", NULL};
    static const char *const years[] = {"years", "yrs", NULL};
    tok -= tok && fact_word_at(x->v, tok - 1, article);
    if (tok < 2 || !fact_word_at(x->v, tok - 1, with))
        return false;
    tok -= tok > 2 && fact_word_at(x->v, tok - 2, years);
    return token_number(x, tok - 2) > 0;
}

/* Two-letter names of degrees are words in small letters. */
static bool degree_stands(const struct jm_extractor *x, const struct hit *h)
{
    const struct jm_token *t = &x->v->tokens[h->tok];
    size_t n = t->end - t->beg;
    static const char *const in[] = {"in", "of", "degree", "degrees", NULL};
    static const char *const of[] = {"of", NULL}, *const the[] = {"the", NULL};
    static const char *const other[] = {
        "flat",      "flats",     "pad",        "party",    "parties",   "apartment",   "student",
        "students",  "candidate", "candidates", "position", "positions", "studentship", "project",
        "programme", "program",   "research",   "thesis",   "theses",    "supervision", NULL};
    static const char *const taught[] = {"taught", "teach", "teaches", "teaching", NULL};
    static const char *const alone[] = {"master", NULL};
    static const char *const dutch[] = {"hbo", "mbo", "wo", NULL};
    static const char *const heading[] = {"ausbildung", "studium", NULL};
    static const char *const subject[] = {
        "degree", "en", "in", "de", "di", "em", "i", "w", "spécialité", "professionnel", NULL};
    size_t end = h->tok + h->n;
    if (fact_word_at(x->v, end, other) || only_a_school(x, h) || /* "bachelor party" */
        only_a_word(x, h))
        return false;
    /* "clases en ESO y Bachillerato": who is taught */
    static const char *const pupils[] = {"secundaria", "eso", NULL};
    if (h->tok > 1 && fact_word_in(x->v, h->tok - 2, h->tok, pupils))
        return false;
    static const char *const magister[] = {"magister", NULL};
    if (x->facts.lang == JM_LANG_NL && fact_word_at(x->v, h->tok, magister)) /* a program */
        return false;
    if (h->tok && fact_word_at(x->v, h->tok - 1, taught)) /* "taught GCSE science" */
        return false;
    if (x->in->kind == JM_CANDIDATE && h->n == 1 && end < x->v->n_tokens &&
        (t->gap & (JM_GAP_LINE | JM_GAP_PARA)) &&
        (x->v->tokens[end].gap & (JM_GAP_LINE | JM_GAP_PARA)) &&
        x->zone[h->tok] == JM_ZONE_EDUCATION &&
        fact_word_at(x->v, h->tok, heading)) /* "Ausbildung" above all of them */
        return false;
    if (h->n == 1 && fact_word_at(x->v, h->tok, alone))
        return fact_word_at(x->v, end, subject) ||
               ((t->flags & JM_TOK_UPPER) && x->in->kind == JM_CANDIDATE &&
                x->zone[h->tok] == JM_ZONE_EDUCATION);
    if (h->n == 2 &&
        fact_word_at(x->v, h->tok + 1, of)) { /* "Master of Science", not "master of" */
        end += fact_word_at(x->v, end, the);
        return (t->flags & JM_TOK_UPPER) && end < x->v->n_tokens &&
               (x->v->tokens[end].flags & JM_TOK_UPPER);
    }
    if (n <= 3 && !(t->flags & JM_TOK_UPPER) && !fact_word_at(x->v, h->tok, dutch))
        return false;
    if (h->n == 1 && n == 2) /* "MD", but also the state */
        return (t->flags & JM_TOK_CAPS) && fact_word_at(x->v, h->tok + 1, in);
    return true;
}

/* "A degree in law (Honours an advantage)": is the wish at `wish` one of a bracket with a name? */
static bool wish_in_bracket(const struct jm_text_view *v, size_t end, size_t wish)
{
    bool inside = false, named = false;
    for (size_t k = end; k < wish; k++) {
        unsigned gap = v->tokens[k].gap;
        inside = (inside || (gap & JM_GAP_OPEN)) && !(gap & JM_GAP_CLOSE);
        named = inside && (named || (v->tokens[k].flags & JM_TOK_UPPER));
    }
    return named;
}

/* "BA required, MS or PhD preferred", "Bachelor's degree, MBA a plus", "a Master's is a plus, a
 * Bachelor's is a must": is the wish in q of another than the degree h? */
static bool wish_of_other(const struct jm_extractor *x, const struct hit *h, const struct hit *q,
                          size_t from)
{
    size_t end = h->tok + h->n, behind = q->tok + q->n;
    if (q->tok >= end)
        return fact_cue_in(x, CUE_MUST, end, q->tok) || context_wish_of_last(x, end, q->tok);
    return behind <= h->tok && comma_in(x->v, behind, h->tok) &&
           (fact_cue_in(x, CUE_DEGREE, from, q->tok) || fact_cue_in(x, CUE_MUST, end, end + 3));
}

/* Is the degree h wished for, in the clause [from, to)? Not in "a degree, ideally in physics". */
static bool degree_wished(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to)
{
    size_t end = h->tok + h->n;
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < to; i++) {
        const struct hit *q = &x->cues.a[i];
        size_t behind = q->tok + q->n;
        bool of_next = q->tok >= end && (x->v->tokens[q->tok].gap & JM_GAP_COMMA) && behind < to &&
                       x->v->tokens[behind].gap == JM_GAP_BLANK;
        if (q->cue == CUE_NICE && !of_next && !wish_in_bracket(x->v, end, q->tok) &&
            !wish_of_other(x, h, q, from))
            return true;
    }
    return false;
}

/* "BSc, expected June 2028", "2024 - present", "pursuing a Bachelor's", "Studium (ohne Abschluss)":
 * not had yet, or never. */
static bool degree_unfinished(const struct jm_extractor *x, size_t from, size_t to)
{
    static const char *const open[] = {"pursuing",    "expected",   "anticipated", "unfinished",
                                       "incomplete",  "incompleto", "incompleta",  "inacabado",
                                       "abgebrochen", "inachevé",   "trakcie",     "progress",
                                       "avbruten",    NULL};
    static const char *const not_done[] = {"ohne", "sin", "sem",  "non", "não",
                                           "niet", "not", "fără", "bez", NULL};
    static const char *const done[] = {"abschluss",  "abgeschlossen", "terminar",   "finalizar",
                                       "completato", "completata",    "terminé",    "achevé",
                                       "concluído",  "concluída",     "terminado",  "afgerond",
                                       "completed",  "finished",      "finalizată", NULL};
    bool school = x->zone[from] == JM_ZONE_EDUCATION;
    for (size_t i = from; i < to; i++)
        if (fact_word_at(x->v, i, open) || (school && dates_year_of(x, i) > x->in->this_year) ||
            (i > from && fact_word_at(x->v, i, done) && fact_word_at(x->v, i - 1, not_done)))
            return true;
    return school && fact_cue_in(x, CUE_PRESENT, from, to);
}

void degree_read(struct jm_extractor *x, const struct hit *h, enum jm_degree degree)
{
    struct jm_facts *f = &x->facts;
    uint8_t zone = x->zone[h->tok];
    bool job = x->in->kind == JM_JOB;
    if (!zone_asks(x, zone) || x->in_title || !degree_stands(x, h))
        return;
    /* "diploma required; Bachelor's preferred" */
    size_t from = clause_from(x, h->tok, 30), to = clause_to(x, h->tok, 30);
    if (!job && ((zone == JM_ZONE_WORK && degree == JM_HIGH_SCHOOL) || /* it was worked at */
                 degree_unfinished(x, from, to)))
        return;
    if (job && (zone == JM_ZONE_NICE || degree_wished(x, h, from, to)))
        return;
    if (job && (degree_denied(x, h, from, to) || shortens_years(x, h->tok)))
        return;
    bool better = job ? degree < f->degree || !f->degree : degree > f->degree;
    if (!better)
        return;
    f->degree = degree;
    fact_note(x, JM_FACT_DEGREE, h->tok, h->tok + h->n, job ? "asked" : "stated");
    if (job && fact_cue_in(x, CUE_OR_EXPERIENCE, from, to))
        f->degree_or_experience = true;
}
