/* score.c - from component values to F, W, list score and band. */
#include <stdlib.h>

#include "score.h"
#include "tables.h"

unsigned jm_pair_total(const struct pair *p, int from, int to, unsigned *evidence)
{
    uint32_t sum = 0, known = 0, all = 0;
    for (int c = from; c < to; c++) {
        uint32_t w = p->m->scoring.weight[c];
        all += w;
        if (p->known[c]) {
            known += w;
            sum += w * p->value[c];
        }
    }
    *evidence = all ? known * 1000 / all : 0;
    return known ? (2 * sum + known) / (2 * known) : 0;
}

unsigned jm_pair_capped(const struct pair *p, unsigned f)
{
    const struct jm_scoring *s = &p->m->scoring;
    unsigned cap = 1000;
    if (p->people_known && p->missing)
        cap = p->missing == 1 ? s->cap_one_missing : s->cap_more_missing;
    return f < cap ? f : cap;
}

static uint32_t clause_flags(const struct pair *p, struct jm_score *out)
{
    uint32_t flags = 0;
    out->veto = JM_VETO_NONE;
    for (unsigned v = 1; v < JM_VETOES; v++) {
        if (p->clause[v] == JM_CLAUSE_FELL && out->veto == JM_VETO_NONE)
            out->veto = (uint16_t)v;
        if (p->clause[v] == JM_CLAUSE_UNKNOWN || p->clause[v] == JM_CLAUSE_FLAGGED)
            flags |= 1u << v;
    }
    return flags;
}

/* What the list sorts by, and how much of it is known. */
static void list_score(const struct pair *p, enum jm_direction direction, struct jm_score *out)
{
    unsigned fp = p->m->scoring.list_f_permille, evidence;
    if (out->f_evidence == 0 || (direction == JM_JOBS_FOR_PERSON && out->w_evidence == 0)) {
        bool use_f = out->f_evidence > 0;
        out->list = use_f ? out->f : out->w;
        evidence = use_f ? out->f_evidence : out->w_evidence;
        out->flags |= JM_FLAG_ONE_SIDED;
    } else if (direction == JM_PEOPLE_FOR_JOB) {
        out->list = out->f;
        evidence = out->f_evidence;
    } else {
        out->list = (uint16_t)jm_matcher_blend(p->m, out->f, out->w);
        evidence = (fp * out->f_evidence + (1000 - fp) * out->w_evidence) / 1000;
    }
    bool enough = p->job->n_skills >= 3 && p->person->n_skills >= 3;
    out->band = enough ? (uint16_t)jm_band_of(out->list, evidence) : JM_BAND_NONE;
    out->key = jm_list_key(out->band, out->list);
}

void jm_pair_score(const struct pair *p, enum jm_direction direction, struct jm_score *out)
{
    unsigned fe, we;
    *out = (struct jm_score){0};
    unsigned f = jm_pair_total(p, 0, JM_F_END, &fe);
    out->f = (uint16_t)jm_pair_capped(p, f);
    out->w = (uint16_t)jm_pair_total(p, JM_F_END, JM_COMPONENTS, &we);
    out->f_evidence = (uint16_t)fe;
    out->w_evidence = (uint16_t)we;
    out->missing_musts = (uint16_t)(p->people_known ? p->missing : 0);
    out->flags = clause_flags(p, out) | (p->inferred ? JM_FLAG_INFERRED : 0) |
                 (out->f < f ? JM_FLAG_CAPPED : 0);
    list_score(p, direction, out);
}

static void work_but_words(struct jm_scorer *s, const struct jm_doc *other)
{
    jm_scorer_fill(s, other);
    jm_pair_fits(&s->pair);
    jm_pair_wants(&s->pair);
    jm_pair_clauses(&s->pair);
}

const struct pair *jm_scorer_work(struct jm_scorer *s, const struct jm_doc *other)
{
    work_but_words(s, other);
    jm_scorer_words(s);
    return &s->pair;
}

static enum jm_direction direction_of(const struct jm_scorer *s)
{
    return s->job_asks ? JM_PEOPLE_FOR_JOB : JM_JOBS_FOR_PERSON;
}

bool jm_scorer_above(struct jm_scorer *s, const struct jm_doc *other, uint32_t least_key,
                     bool vetoed, struct jm_score *out)
{
    work_but_words(s, other);
    jm_pair_score(&s->pair, direction_of(s), out);
    if (out->key < least_key || (out->veto && !vetoed))
        return false;
    jm_scorer_words(s);
    jm_pair_score(&s->pair, direction_of(s), out);
    return true;
}

void jm_scorer_pair(struct jm_scorer *s, const struct jm_doc *other, struct jm_score *out)
{
    jm_pair_score(jm_scorer_work(s, other), direction_of(s), out);
}

int jm_score_pair(const struct jm_matcher *m, const struct jm_doc *job, const struct jm_doc *person,
                  enum jm_direction direction, int64_t as_of_s, struct jm_score *out)
{
    struct jm_scorer *s = jm_scorer_new(m, job, as_of_s);
    if (!s)
        return -1;
    jm_pair_score(jm_scorer_work(s, person), direction, out);
    jm_scorer_free(s);
    return 0;
}
