/* veto.c - the clauses that no number of points can buy off.
 *
 * A clause is unknown when one side asks for something and the other is silent: that is a flag for
 * the reader, never a veto. Where nobody asks, the clause has simply passed. */
#include <string.h>

#include "score.h"

typedef enum jm_clause_state clause_fn(const struct pair *p);

static enum jm_clause_state fell_if(bool fell) { return fell ? JM_CLAUSE_FELL : JM_CLAUSE_PASSED; }

static enum jm_clause_state tenant(const struct pair *p)
{
    return fell_if(p->job->tenant != p->person->tenant);
}

static enum jm_clause_state closed(const struct pair *p)
{
    return fell_if(p->job->flags & JM_DOC_CLOSED);
}

static enum jm_clause_state expired(const struct pair *p)
{
    return fell_if(p->job->expires_at_s && p->job->expires_at_s <= p->as_of_s);
}

static enum jm_clause_state paused(const struct pair *p)
{
    return fell_if(p->person->flags & JM_DOC_CLOSED);
}

size_t jm_seats(const struct jm_doc *job, uint16_t *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < job->n_eligible && n < max; i++)
        out[n++] = job->eligible[i];
    if (n || (job->workplace & JM_REMOTE)) /* "remote" is not "anywhere": it is unknown */
        return n;
    for (size_t i = 0; i < job->n_places && n < max; i++)
        if (job->places[i].country)
            out[n++] = job->places[i].country;
    return n;
}

static bool among(uint16_t code, const uint16_t *list, size_t n)
{
    for (size_t i = 0; code && i < n; i++)
        if (list[i] == code)
            return true;
    return false;
}

/* May the person work where the seat is? Living there passes where rights are not stated. */
static enum jm_clause_state eligibility(const struct pair *p)
{
    uint16_t seats[256];
    size_t n = jm_seats(p->job, seats, 256);
    const struct jm_doc *who = p->person;
    for (size_t i = 0; i < who->n_eligible; i++)
        if (among(who->eligible[i], seats, n))
            return JM_CLAUSE_PASSED;
    if (who->n_eligible)
        return n ? JM_CLAUSE_FELL : JM_CLAUSE_UNKNOWN;
    if (who->n_places && among(who->places[0].country, seats, n))
        return JM_CLAUSE_PASSED;
    return n ? JM_CLAUSE_UNKNOWN : JM_CLAUSE_PASSED;
}

static enum jm_clause_state workplace(const struct pair *p)
{
    unsigned job = p->job->workplace, wish = p->person->workplace;
    if (!wish)
        return JM_CLAUSE_PASSED;
    return job ? fell_if(!(job & wish)) : JM_CLAUSE_UNKNOWN;
}

/* A seat on site must lie within the stated radius, unless the person would move. */
static enum jm_clause_state distance(const struct pair *p)
{
    unsigned job = p->job->workplace;
    if ((job & JM_REMOTE) || (p->person->flags & JM_DOC_RELOCATE) || !p->job->n_places)
        return JM_CLAUSE_PASSED;
    struct near n = jm_near(p->job, p->person);
    if (n.how == NEAR_CITY)
        return JM_CLAUSE_PASSED;
    if (n.how != NEAR_POINT || !p->person->radius_km || !job)
        return JM_CLAUSE_UNKNOWN;
    return fell_if(n.km > p->person->radius_km);
}

static enum jm_clause_state pay(const struct pair *p)
{
    uint32_t floor = p->person->pay_min;
    if (!floor)
        return JM_CLAUSE_PASSED;
    if (memcmp(p->job->currency, p->person->currency, 3) != 0)
        return JM_CLAUSE_UNKNOWN;
    if (!p->job->pay_max)
        return p->job->pay_min >= floor ? JM_CLAUSE_PASSED : JM_CLAUSE_UNKNOWN;
    return fell_if(floor > p->job->pay_max);
}

static enum jm_clause_state one_language(const struct jm_doc *who,
                                         const struct jm_doc_language *asked)
{
    for (size_t i = 0; i < who->n_languages; i++) {
        if (who->languages[i].code != asked->code)
            continue;
        if (asked->level && !who->languages[i].level)
            return JM_CLAUSE_UNKNOWN;
        return fell_if(who->languages[i].level < asked->level);
    }
    return who->n_languages ? JM_CLAUSE_FELL : JM_CLAUSE_UNKNOWN;
}

static enum jm_clause_state language(const struct pair *p)
{
    enum jm_clause_state worst = JM_CLAUSE_PASSED;
    for (size_t i = 0; i < p->job->n_languages; i++) {
        if (!p->job->languages[i].required)
            continue;
        enum jm_clause_state s = one_language(p->person, &p->job->languages[i]);
        if (s == JM_CLAUSE_FELL)
            return s;
        if (s == JM_CLAUSE_UNKNOWN)
            worst = s;
    }
    return worst;
}

static enum jm_clause_state certificate(const struct pair *p)
{
    bool lacking = false, shows = false;
    for (size_t i = 0; i < p->job->n_skills; i++) {
        unsigned f = p->job->skills[i].flags;
        lacking = lacking || ((f & JM_SKILL_CERT) && (f & JM_SKILL_MUST) &&
                              p->credit[i] < p->m->scoring.missing_below);
    }
    for (size_t i = 0; lacking && i < p->person->n_skills; i++)
        shows = shows || (p->person->skills[i].flags & JM_SKILL_CERT);
    return !lacking ? JM_CLAUSE_PASSED : shows ? JM_CLAUSE_FELL : JM_CLAUSE_UNKNOWN;
}

static bool listed(const struct jm_doc *owner, uint64_t key)
{
    for (size_t i = 0; key && i < owner->n_lists; i++)
        if (owner->lists[i] == key)
            return true;
    return false;
}

static enum jm_clause_state avoided(const struct pair *p)
{
    return fell_if(listed(p->person, p->job->self_key));
}

static enum jm_clause_state excluded(const struct pair *p)
{
    return fell_if(listed(p->job, p->person->self_key));
}

static enum jm_clause_state musts(const struct pair *p)
{
    unsigned least = p->m->scoring.must_min_permille, some = 0;
    if (!least || !p->musts)
        return JM_CLAUSE_PASSED;
    if (!p->people_known)
        return JM_CLAUSE_UNKNOWN;
    for (size_t i = 0; i < p->job->n_skills; i++)
        some += jm_is_must(&p->job->skills[i]) && p->credit[i] > 0;
    return fell_if(some * 1000 < least * p->musts);
}

static clause_fn *const clauses[JM_VETOES] = {
    [JM_VETO_TENANT] = tenant,           [JM_VETO_CLOSED] = closed,
    [JM_VETO_EXPIRED] = expired,         [JM_VETO_PAUSED] = paused,
    [JM_VETO_ELIGIBILITY] = eligibility, [JM_VETO_WORKPLACE] = workplace,
    [JM_VETO_DISTANCE] = distance,       [JM_VETO_PAY] = pay,
    [JM_VETO_LANGUAGE] = language,       [JM_VETO_CERTIFICATE] = certificate,
    [JM_VETO_AVOIDED] = avoided,         [JM_VETO_EXCLUDED] = excluded,
    [JM_VETO_MUSTS] = musts,
};

void jm_pair_clauses(struct pair *p)
{
    for (int v = 0; v < JM_VETOES; v++) {
        unsigned mode = v == JM_VETO_TENANT ? JM_VETO_ON : p->m->scoring.veto[v];
        unsigned s = clauses[v] && mode != JM_VETO_OFF ? clauses[v](p) : JM_CLAUSE_PASSED;
        p->clause[v] = (uint8_t)(s == JM_CLAUSE_FELL && mode == JM_VETO_FLAG ? JM_CLAUSE_FLAGGED
                                                                             : s);
    }
}
