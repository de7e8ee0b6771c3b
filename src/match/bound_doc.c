/* bound_doc.c - what a document puts into the index. See bound.h for the promise it keeps. */
#include <stdlib.h>

#include "bound_int.h"

struct asks jm_bound_asks(const struct jm_scoring *s, const struct jm_doc *job)
{
    struct asks a = {0};
    bool cert = false;
    for (size_t i = 0; i < job->n_skills; i++) {
        const struct jm_doc_skill *k = &job->skills[i];
        a.must_idf += jm_is_must(k) ? k->idf : 0;
        a.nice_idf += jm_is_nice(k) ? k->idf : 0;
        a.musts += jm_is_must(k);
        a.all_idf += k->idf;
        cert = cert || (k->flags & JM_SKILL_CERT);
    }
    a.skills = (a.musts ? (uint64_t)s->weight[JM_F_MUST] + s->weight[JM_F_GUARD] : 0) +
               (a.nice_idf ? s->weight[JM_F_NICE] : 0);
    a.guard_floor = a.musts ? s->weight[JM_F_GUARD] : 0; /* .2 of it is a gift */
    a.title = job->n_titles ? s->weight[JM_F_TITLE] : 0;
    a.words = job->n_terms ? s->weight[JM_F_TEXT] : 0;
    bool years = job->years_min != JM_YEARS_UNKNOWN || job->years_max != JM_YEARS_UNKNOWN;
    a.experience = years ? s->weight[JM_F_EXPERIENCE] : 0;
    a.seniority = job->seniority ? s->weight[JM_F_SENIORITY] : 0;
    a.degree = job->degree > JM_NO_DEGREE ? s->weight[JM_F_DEGREE] : 0;
    a.rest = a.experience + a.seniority + a.degree + (cert ? s->weight[JM_F_CERTIFICATE] : 0) +
             (job->n_languages ? s->weight[JM_F_LANGUAGE] : 0);
    a.d = a.skills + a.title + a.words + a.rest;
    return a;
}

void jm_bound_share(const struct jm_scoring *s, const struct asks *a, const struct jm_doc_skill *k,
                    uint64_t *num, uint64_t *den)
{
    if (jm_is_must(k)) { /* w idf / idfs + .8 guard / n, over d */
        *num = (uint64_t)s->weight[JM_F_MUST] * k->idf * a->musts * 10 +
               (uint64_t)s->weight[JM_F_GUARD] * 8 * a->must_idf;
        *den = a->d * a->must_idf * a->musts * 10;
    } else if (jm_is_nice(k)) {
        *num = (uint64_t)s->weight[JM_F_NICE] * k->idf;
        *den = a->d * a->nice_idf;
    } else {
        *num = 0;
        *den = 1;
    }
}

static void put(struct bound_doc *o, uint32_t term, uint64_t weight)
{
    if (weight && o->n_draft < DOC_DRAFTS)
        o->draft[o->n_draft++] = term << 8 | (uint32_t)(weight < DOC_FULL ? weight : DOC_FULL);
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static void finish_doc(struct bound_doc *o)
{
    size_t n = 0;
    bool overflow = false;
    qsort(o->draft, o->n_draft, sizeof *o->draft, by_number);
    for (size_t i = 0; i < o->n_draft; i++) { /* the last of equal terms is the heaviest */
        if (i + 1 < o->n_draft && o->draft[i] >> 8 == o->draft[i + 1] >> 8)
            continue;
        if (n == JM_INDEX_DOC_TERMS) {
            overflow = true;
            break;
        }
        o->terms[n++].term_weight = o->draft[i];
    }
    o->n = n;
    if (overflow) { /* then one term alone: every query asks for it with all its might */
        o->terms[0] = jm_index_term(attribute_term(A_OVERFLOW, 0), DOC_FULL);
        o->n = 1;
    }
}

static uint32_t years_class(unsigned years)
{
    return years == JM_YEARS_UNKNOWN ? JM_YEARS_UNKNOWN : years < YEARS_TOP ? years : YEARS_TOP;
}

static void person_terms(const struct jm_doc *d, struct bound_doc *o)
{
    bool held = false;
    for (size_t i = 0; i < d->n_skills; i++)
        put(o, skill_term(d->skills[i].key), DOC_FULL);
    for (size_t i = 0; i < d->n_titles; i++)
        if (d->titles[i].role != JM_TITLE_WANTED) {
            const struct jm_doc_title *t = &d->titles[i];
            for (size_t j = 0; t->length && j < t->n_features; j++)
                put(o, title_term(t->ids[j]), up(t->weights[j], t->length, DOC_FULL));
            held = true;
        }
    if (!d->n_skills)
        put(o, attribute_term(A_NO_SKILLS, 0), DOC_FULL);
    if (!held)
        put(o, attribute_term(A_NO_TITLE, 0), DOC_FULL);
    put(o, attribute_term(A_SENIORITY, d->seniority), DOC_FULL);
    put(o, attribute_term(A_YEARS, years_class(d->years_min)), DOC_FULL);
    put(o, attribute_term(A_DEGREE, d->degree), DOC_FULL);
}

/* A job's place, as far as the bound can use it: remote or several or unclear: free. */
static void put_place(struct bound_doc *o, const struct jm_doc *d)
{
    const struct jm_doc_place *p = d->n_places == 1 ? &d->places[0] : NULL;
    if (!p || (d->workplace & JM_REMOTE) || (!p->has_point && !p->country)) {
        put(o, attribute_term(A_PLACE_FREE, 0), DOC_FULL);
    } else if (p->has_point) {
        put(o, attribute_term(A_CELL, cell_of(p->lat_e5, p->lon_e5)), DOC_FULL);
        put(o, attribute_term(A_ANY_CELL, 0), DOC_FULL);
    } else {
        put(o, attribute_term(A_COUNTRY, p->country), DOC_FULL);
        put(o, attribute_term(A_ANY_COUNTRY, 0), DOC_FULL);
    }
}

/* Shares of F (of the list's f) and of W have terms of their own: what W is divided by depends on
 * who asks. */
static void job_terms(const struct jm_matcher *m, const struct jm_doc *d, struct bound_doc *o)
{
    const struct jm_scoring *s = &m->scoring;
    const struct asks a = jm_bound_asks(s, d);
    uint64_t every = DOC_FULL * 1000;
    if (a.d)
        every = up((a.rest + a.words) * 10 + a.guard_floor * 2, a.d * 10, DOC_FULL * 1000);
    for (size_t i = 0; i < d->n_skills; i++) {
        uint64_t num, den;
        jm_bound_share(s, &a, &d->skills[i], &num, &den);
        uint64_t share = up(num * 1000, den * UNIT_SKILL_PM, DOC_FULL);
        if (share > DOC_FULL) /* in 1/255 of a per mille, as `every` */
            every += (share - DOC_FULL) * UNIT_SKILL_PM;
        put(o, skill_term(d->skills[i].key), share);
        put(o, wish_term(d->skills[i].key), up(d->skills[i].idf, a.all_idf, DOC_FULL));
    }
    for (size_t j = 0; d->n_titles && d->titles[0].length && j < d->titles[0].n_features; j++) {
        const struct jm_doc_title *t = &d->titles[0];
        put(o, title_term(t->ids[j]), up(t->weights[j] * a.title, t->length * a.d, DOC_FULL));
        put(o, wished_title_term(t->ids[j]), up(t->weights[j], t->length, DOC_FULL));
    }
    put(o, attribute_term(A_EVERY, 0), up(every, 1000, 1));
    if (a.d) {
        put(o, attribute_term(A_HAS_SKILLS, 0), up(a.skills, a.d, DOC_FULL));
        put(o, attribute_term(A_HAS_TITLE, 0), up(a.title, a.d, DOC_FULL));
    }
    if (!d->n_skills)
        put(o, attribute_term(A_NO_SKILLS, 0), DOC_FULL);
    if (!d->n_titles)
        put(o, attribute_term(A_NO_TITLE, 0), DOC_FULL);
    put_place(o, d);
    put(o, attribute_term(A_WORKPLACE, d->workplace), DOC_FULL);
}

static uint64_t code_bit(uint16_t code) { return (uint64_t)1 << (jm_mix64(code) & 63); }

uint64_t jm_bound_seats(const struct jm_doc *d)
{
    uint16_t seats[256];
    uint64_t bits = 0;
    size_t n = d->kind == JM_JOB ? jm_seats(d, seats, 256) : 0;
    for (size_t i = 0; i < n; i++)
        bits |= code_bit(seats[i]);
    for (size_t i = 0; d->kind == JM_CANDIDATE && i < d->n_eligible; i++)
        bits |= code_bit(d->eligible[i]);
    return bits;
}

void jm_bound_doc(const struct jm_matcher *m, const struct jm_doc *d, struct bound_doc *o)
{
    o->n_draft = 0;
    if (d->kind == JM_JOB)
        job_terms(m, d, o);
    else
        person_terms(d, o);
    finish_doc(o);
    o->facets = (struct jm_index_facets){.tenant = d->tenant, .flags = d->flags & JM_DOC_CLOSED,
                                         .workplace = d->workplace, .eligible = jm_bound_seats(d)};
}

