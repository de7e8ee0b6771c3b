/* fits.c - F: how the person fits the job, one function a component.
 *
 * A component is known only when both sides speak about it. Values are per mille, rounded down. */
#include "fixed.h"
#include "score.h"

unsigned jm_recency_pm(const struct jm_scoring *s, int year, unsigned last_year)
{
    int ago = last_year ? year - (int)last_year : 0;
    return ago > 0 ? jm_fx_half_pm((unsigned)ago, s->recency_half_life_years) : 1000;
}

/* ((has + .5) / (asked + .5))^.7 */
unsigned jm_years_pm(unsigned has, unsigned asked)
{
    return has >= asked ? 1000 : jm_fx_pow_pm(2 * has + 1, 2 * asked + 1, 700);
}

static void set(struct pair *p, enum jm_component c, uint64_t value)
{
    p->known[c] = true;
    p->value[c] = (uint16_t)(value > 1000 ? 1000 : value);
}

/* The geometric mean of .2 + .8 credit never exceeds the arithmetic one; rounding must not make
 * it so, for the index bounds it by the arithmetic one. */
static unsigned guard(const struct pair *p)
{
    int64_t log = 0;
    uint32_t sum = 0, n = 0;
    for (size_t i = 0; i < p->job->n_skills; i++) {
        if (!jm_is_must(&p->job->skills[i]))
            continue;
        unsigned v = 200 + 800u * p->credit[i] / 1000;
        log += p->m->log1000[v];
        sum += v;
        n++;
    }
    uint32_t geometric = jm_fx_exp2((int32_t)(log / n)) >> 16;
    return geometric < sum / n ? geometric : sum / n;
}

static void skills(struct pair *p)
{
    uint32_t got[2] = {0}, all[2] = {0};
    p->missing = p->musts = 0;
    for (size_t i = 0; i < p->job->n_skills; i++) {
        const struct jm_doc_skill *s = &p->job->skills[i];
        bool must = jm_is_must(s);
        if (s->flags & JM_SKILL_CERT)
            continue;
        got[must] += (uint32_t)s->idf * p->credit[i];
        all[must] += s->idf;
        p->musts += must;
        p->missing += must && p->credit[i] < p->m->scoring.missing_below;
    }
    p->people_known = all[1] > 0 && p->person->n_skills > 0;
    if (p->people_known) {
        set(p, JM_F_MUST, got[1] / all[1]);
        set(p, JM_F_GUARD, guard(p));
    }
    if (all[0] > 0 && p->person->n_skills > 0)
        set(p, JM_F_NICE, got[0] / all[0]);
}

static void titles(struct pair *p)
{
    const struct jm_scoring *s = &p->m->scoring;
    unsigned best = 0, latest = 0, sum = 0, n = 0;
    for (size_t i = 0; i < p->person->n_titles; i++) {
        if (p->person->titles[i].role == JM_TITLE_WANTED)
            continue;
        if (p->person->titles[i].role == JM_TITLE_LATEST)
            latest = p->title[i];
        if (p->title[i] > best)
            best = p->title[i];
        sum += p->title[i];
        n++;
    }
    if (p->job->n_titles && n)
        set(p, JM_F_TITLE,
            (best * s->title_best + latest * s->title_latest + sum / n * s->title_mean) / 1000);
}

void jm_pair_text(struct pair *p)
{
    uint64_t full = (uint64_t)p->job->term_sum * 255 * p->m->scoring.text_full_permille;
    if (p->job->n_terms && p->person->n_terms && full)
        set(p, JM_F_TEXT, p->words * 1000 * 1000 / full);
}

static void experience(struct pair *p)
{
    unsigned least = p->job->years_min, most = p->job->years_max, has = p->person->years_min;
    if (has == JM_YEARS_UNKNOWN || (least == JM_YEARS_UNKNOWN && most == JM_YEARS_UNKNOWN))
        return;
    if (least != JM_YEARS_UNKNOWN && has < least) {
        set(p, JM_F_EXPERIENCE, jm_years_pm(has, least));
    } else if (most != JM_YEARS_UNKNOWN && has > most) {
        unsigned excess = (has - most) * 30;
        set(p, JM_F_EXPERIENCE, excess < 300 ? 1000 - excess : 700);
    } else {
        set(p, JM_F_EXPERIENCE, 1000);
    }
}

static void seniority(struct pair *p)
{
    int asked = p->job->seniority, has = p->person->seniority;
    static const uint16_t apart[] = {1000, 800, 400, 150};
    if (!asked || !has)
        return;
    int d = asked > has ? asked - has : has - asked;
    set(p, JM_F_SENIORITY, d == 1 && has < asked ? 700 : d <= 3 ? apart[d] : 0);
}

static void degree(struct pair *p)
{
    static const uint16_t below[] = {1000, 600, 300};
    unsigned asked = p->job->degree, has = p->person->degree;
    bool years = (p->job->flags & JM_DOC_DEGREE_OR_EXPERIENCE) &&
                 p->person->years_min != JM_YEARS_UNKNOWN &&
                 p->person->years_min >= (p->job->years_min != JM_YEARS_UNKNOWN
                                              ? p->job->years_min : 3);
    if (asked <= JM_NO_DEGREE || (!has && !years))
        return;
    if (years || has >= asked)
        set(p, JM_F_DEGREE, 1000);
    else
        set(p, JM_F_DEGREE, asked - has <= 2 ? below[asked - has] : 0);
}

static void certificates(struct pair *p)
{
    uint32_t got = 0, all = 0;
    bool shows = false;
    for (size_t i = 0; i < p->job->n_skills; i++)
        if (p->job->skills[i].flags & JM_SKILL_CERT) {
            got += (uint32_t)p->job->skills[i].idf * p->credit[i];
            all += p->job->skills[i].idf;
        }
    for (size_t i = 0; all && i < p->person->n_skills; i++)
        shows = shows || (p->person->skills[i].flags & JM_SKILL_CERT);
    if (all && shows)
        set(p, JM_F_CERTIFICATE, got / all);
}

static const struct jm_doc_language *speaks(const struct jm_doc *person, uint16_t code)
{
    for (size_t i = 0; i < person->n_languages; i++)
        if (person->languages[i].code == code)
            return &person->languages[i];
    return NULL;
}

/* A language named without a level leaves the mean when a level is asked. */
static void languages(struct pair *p)
{
    static const uint16_t below[] = {1000, 600, 200};
    unsigned sum = 0, n = 0;
    if (!p->person->n_languages)
        return;
    for (size_t i = 0; i < p->job->n_languages; i++) {
        const struct jm_doc_language *asked = &p->job->languages[i];
        const struct jm_doc_language *has = speaks(p->person, asked->code);
        if (has && asked->level && !has->level)
            continue;
        unsigned short_by = 0;
        if (has && has->level < asked->level)
            short_by = (unsigned)asked->level - has->level;
        sum += !has ? 0 : short_by <= 2 ? below[short_by] : 0;
        n++;
    }
    if (n)
        set(p, JM_F_LANGUAGE, sum / n);
}

void jm_pair_fits(struct pair *p)
{
    for (int c = 0; c < JM_F_END; c++) {
        p->known[c] = false;
        p->value[c] = 0;
    }
    skills(p);
    titles(p);
    jm_pair_text(p);
    experience(p);
    seniority(p);
    degree(p);
    certificates(p);
    languages(p);
}
