/* explain.c - the working of one pair, kept: points that add up, skills line by line, what could
 * not be checked, and the smallest change that would lift the band.
 *
 * The numbers come from the same functions as the list's (score.h), never from a second formula. */
#include <string.h>

#include "explain.h"
#include "jobmatch/arena.h"
#include "tables.h"

/* Shares of `total` by largest remainder, so that they add up to it exactly. */
static void share_out(unsigned total, const uint32_t *amount, size_t n, int16_t *out)
{
    uint64_t sum = 0;
    uint32_t rest[JM_COMPONENTS];
    unsigned given = 0;
    for (size_t i = 0; i < n; i++)
        sum += amount[i];
    for (size_t i = 0; i < n; i++) {
        uint64_t part = sum ? (uint64_t)amount[i] * total : 0;
        out[i] = (int16_t)(sum ? part / sum : 0);
        rest[i] = (uint32_t)(sum ? part % sum : 0);
        given += (unsigned)out[i];
    }
    for (; given < total && sum; given++) { /* ties: the earlier component */
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (rest[i] > rest[best])
                best = i;
        out[best]++;
        rest[best] = 0;
    }
}

static void explain_side(struct jm_explanation *e, const struct pair *p, int from, int to,
                         unsigned total)
{
    uint32_t got[JM_COMPONENTS] = {0}, most[JM_COMPONENTS] = {0};
    int16_t points[JM_COMPONENTS], max[JM_COMPONENTS];
    size_t n = (size_t)(to - from);
    bool any = false;
    for (int c = from; c < to; c++) {
        uint32_t w = p->known[c] ? p->m->scoring.weight[c] : 0;
        got[c - from] = w * p->value[c];
        most[c - from] = w;
        any = any || w;
    }
    share_out(total, got, n, points);
    share_out(any ? 1000 : 0, most, n, max);
    for (int c = from; c < to; c++)
        e->parts[c] = (struct jm_why_part){
            .known = p->known[c], .value = p->value[c], .points = points[c - from],
            .max = max[c - from], .inferred = p->inferred && (c == JM_W_TITLE || c == JM_W_SKILL)};
}

static const char *skill_name(const struct jm_matcher *m, uint64_t key)
{
    int32_t i = jm_dict_by_key(m->dict, key);
    return i >= 0 ? jm_dict_skill(m->dict, (uint32_t)i)->name : "a skill of another dictionary";
}

static bool explain_skills(struct jm_explanation *e, const struct pair *p, struct jm_arena *a)
{
    size_t n = p->job->n_skills;
    e->skills = jm_arena_array(a, n ? n : 1, sizeof *e->skills);
    if (!e->skills)
        return false;
    e->n_skills = n;
    for (size_t i = 0; i < n; i++) {
        const struct jm_doc_skill *asked = &p->job->skills[i];
        const struct jm_doc_skill *by = p->by[i] >= 0 ? &p->person->skills[p->by[i]] : NULL;
        e->skills[i] = (struct jm_why_skill){
            .asked = asked->key, .asked_name = skill_name(p->m, asked->key),
            .must = (asked->flags & JM_SKILL_MUST) != 0, .how = p->how[i],
            .credit = p->credit[i], .recency = 1000,
            .missing = p->people_known && jm_is_must(asked) &&
                       p->credit[i] < p->m->scoring.missing_below};
        if (by) {
            e->skills[i].by = by->key;
            e->skills[i].by_name = skill_name(p->m, by->key);
            e->skills[i].recency =
                (uint16_t)jm_recency_pm(&p->m->scoring, p->year, by->last_year);
        }
    }
    return true;
}

static bool add_clause(struct jm_explanation *e, const struct pair *p, enum jm_veto v,
                       unsigned clause_state, struct jm_arena *a)
{
    const char *text = jm_clause_text(p, v, e->viewer, a);
    if (text)
        e->clauses[e->n_clauses++] = (struct jm_why_clause){
            .veto = (uint8_t)v, .state = (uint8_t)clause_state, .text = text};
    return text != NULL;
}

/* Hidden clauses come first and as one, so that neither their number nor their place tells which
 * of them it was. */
static bool explain_clauses(struct jm_explanation *e, const struct pair *p, struct jm_arena *a)
{
    bool hidden = false, ok = true;
    e->clauses = jm_arena_array(a, JM_VETOES, sizeof *e->clauses);
    for (unsigned v = 1; v < JM_VETOES; v++)
        hidden = hidden || (jm_clause_hidden((enum jm_veto)v, e->viewer) &&
                            p->clause[v] == JM_CLAUSE_FELL);
    if (e->clauses && hidden) {
        e->score.veto = JM_VETO_UNAVAILABLE;
        ok = add_clause(e, p, JM_VETO_UNAVAILABLE, JM_CLAUSE_FELL, a);
    }
    for (unsigned v = 1; e->clauses && ok && v < JM_VETOES; v++)
        if (p->clause[v] != JM_CLAUSE_PASSED && !jm_clause_hidden((enum jm_veto)v, e->viewer))
            ok = add_clause(e, p, (enum jm_veto)v, p->clause[v], a);
    return e->clauses && ok;
}

/* Score the pair again as if the person had these of the job's skills in full. */
static struct jm_score suppose(const struct pair *p, enum jm_direction direction, size_t from,
                               size_t to, bool musts_only)
{
    struct pair q = *p;
    struct jm_score s;
    for (size_t i = from; i < to; i++)
        if (!musts_only || jm_is_must(&q.job->skills[i]))
            q.credit[i] = q.plain[i] = 1000;
    jm_pair_fits(&q);
    jm_pair_wants(&q);
    jm_pair_score(&q, direction, &s);
    return s;
}

/* One skill that lifts the band, the one with the smallest lift; else all musts together. */
static bool explain_change(struct jm_explanation *e, const struct pair *p, struct jm_arena *a)
{
    size_t n = p->job->n_skills, best = n;
    struct jm_score now = {0}, s;
    const char *from = jm_band_name((enum jm_band)e->score.band);
    for (size_t i = 0; i < n && p->person->n_skills; i++) {
        if (p->credit[i] == 1000)
            continue;
        s = suppose(p, e->direction, i, i + 1, false);
        if (s.band > e->score.band && (best == n || s.list < now.list)) {
            best = i;
            now = s;
        }
    }
    if (best < n) {
        e->change.skill = p->job->skills[best].key;
        e->change.text = jm_arena_fmt(a, "%s would lift it from %s to %s",
                                      skill_name(p->m, e->change.skill), from,
                                      jm_band_name((enum jm_band)now.band));
    } else {
        now = suppose(p, e->direction, 0, p->person->n_skills ? n : 0, true);
        if (now.band <= e->score.band)
            return true;
        e->change.text = jm_arena_fmt(a, "all required skills together would lift it from %s to %s",
                                      from, jm_band_name((enum jm_band)now.band));
    }
    e->change.found = true;
    e->change.band = (uint8_t)now.band;
    e->change.list = now.list;
    return e->change.text != NULL;
}

/* What the employer must not see: the wishes part by part, for they give away the pay floor. */
static void hide(struct jm_explanation *e)
{
    if (e->viewer != JM_VIEW_EMPLOYER)
        return;
    for (int c = JM_F_END; c < JM_COMPONENTS; c++)
        e->parts[c] = (struct jm_why_part){0};
}

static const char *first_title(const struct jm_doc *d, struct jm_arena *a)
{
    for (size_t i = 0; i < d->n_titles; i++)
        if (d->titles[i].role == JM_TITLE_JOB || d->titles[i].role == JM_TITLE_LATEST)
            return jm_arena_strndup(a, d->titles[i].text, strlen(d->titles[i].text));
    return "";
}

static bool fill(struct jm_explanation *e, struct jm_scorer *s, const struct jm_doc *person,
                 struct jm_arena *a)
{
    const struct pair *p = jm_scorer_work(s, person);
    unsigned evidence;
    jm_pair_score(p, e->direction, &e->score);
    e->f_raw = (uint16_t)jm_pair_total(p, 0, JM_F_END, &evidence);
    e->w_raw = (uint16_t)jm_pair_total(p, JM_F_END, JM_COMPONENTS, &evidence);
    e->f_cap = (int16_t)(e->score.f - e->f_raw);
    explain_side(e, p, 0, JM_F_END, e->f_raw);
    explain_side(e, p, JM_F_END, JM_COMPONENTS, e->w_raw);
    e->job_title = first_title(p->job, a);
    e->person_title = first_title(p->person, a);
    if (p->job->external)
        e->job_external = jm_arena_strndup(a, p->job->external, strlen(p->job->external));
    if (p->person->external)
        e->person_external = jm_arena_strndup(a, p->person->external, strlen(p->person->external));
    e->scoring_hash = jm_scoring_hash(&p->m->scoring);
    e->dict_version = jm_dict_version(p->m->dict);
    e->as_of_s = p->as_of_s;
    hide(e);
    return e->job_title && e->person_title && explain_skills(e, p, a) &&
           explain_clauses(e, p, a) && explain_change(e, p, a);
}

struct jm_explanation *jm_explain(const struct jm_matcher *m, const struct jm_doc *job,
                                  const struct jm_doc *person, enum jm_direction direction,
                                  enum jm_viewer viewer, int64_t as_of_s, struct jm_arena *a)
{
    struct jm_explanation *e = jm_arena_alloc(a, sizeof *e);
    struct jm_scorer *s = jm_scorer_new(m, job, as_of_s);
    if (e && s) {
        e->direction = direction;
        e->viewer = viewer;
        if (!fill(e, s, person, a))
            e = NULL;
    } else {
        e = NULL;
    }
    jm_scorer_free(s);
    return e;
}
