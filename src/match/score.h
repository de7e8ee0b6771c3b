/* score.h - one pair on the bench: what the files that score it share.
 *
 * tables.c fills the raw agreement (skill credits, title cosines, the words' share) from tables
 * built around the query; fits.c and wants.c turn it and the facts into component values 0..1000,
 * rounded down; veto.c checks the clauses; score.c sums. Every value is rounded down so that the
 * bound in bound.c stays a bound. */
#ifndef JM_MATCH_SCORE_H
#define JM_MATCH_SCORE_H

#include "matcher.h"

struct pair {
    const struct jm_matcher *m;
    const struct jm_doc *job, *person;
    int64_t as_of_s;
    int year;
    /* by the job's skill */
    uint16_t credit[JM_DOC_MAX_SKILLS]; /* best of all, after recency and level */
    uint16_t plain[JM_DOC_MAX_SKILLS];  /* best of the recent ones, before both */
    int16_t by[JM_DOC_MAX_SKILLS];      /* the person's skill behind `credit`; -1 none */
    uint8_t how[JM_DOC_MAX_SKILLS];
    uint16_t wanted[JM_DOC_MAX_SKILLS]; /* by the person's skill: best credit in the job */
    uint16_t title[JM_DOC_MAX_TITLES];  /* cosine with the job's title, per mille */
    uint64_t words;                     /* sum of products of the shared words' weights */
    /* the results */
    uint16_t value[JM_COMPONENTS];
    bool known[JM_COMPONENTS], inferred;
    uint8_t clause[JM_VETOES]; /* enum jm_clause_state */
    unsigned missing, musts;
    bool people_known; /* the job asks musts and the person shows skills */
};

/* Component values. */
void jm_pair_fits(struct pair *p);
void jm_pair_text(struct pair *p); /* again, once `words` is known */
void jm_pair_wants(struct pair *p);
void jm_pair_clauses(struct pair *p);

/* How recently a skill was used, and how its years compare: per mille. */
unsigned jm_recency_pm(const struct jm_scoring *s, int year, unsigned last_year);
unsigned jm_years_pm(unsigned has, unsigned asked);

/* Nearness of the best place: km when both have a point. */
enum near_how { NEAR_UNKNOWN, NEAR_POINT, NEAR_CITY, NEAR_REGION, NEAR_COUNTRY, NEAR_ABROAD };
struct near {
    enum near_how how;
    uint32_t km;
};
struct near jm_near(const struct jm_doc *job, const struct jm_doc *person);
/* Where the person would sit, as far as the job says; n = 0: it does not say. */
size_t jm_seats(const struct jm_doc *job, uint16_t *out, size_t max);

static inline bool jm_is_must(const struct jm_doc_skill *s)
{
    return (s->flags & JM_SKILL_MUST) && !(s->flags & JM_SKILL_CERT);
}
static inline bool jm_is_nice(const struct jm_doc_skill *s)
{
    return !(s->flags & JM_SKILL_MUST) && !(s->flags & JM_SKILL_CERT);
}
static inline bool jm_is_recent(const struct jm_doc_skill *s, int year)
{
    return s->last_year == 0 || s->last_year + 3 >= year;
}

/* One side: round(sum w*s / sum w) over the known components from..to-1; evidence per mille. */
unsigned jm_pair_total(const struct pair *p, int from, int to, unsigned *evidence);
/* F after the caps for missing musts. */
unsigned jm_pair_capped(const struct pair *p, unsigned f);
/* Fill `out` from the finished pair. */
void jm_pair_score(const struct pair *p, enum jm_direction direction, struct jm_score *out);

/* The tables around a query. */
struct jm_scorer;
void jm_scorer_fill(struct jm_scorer *s, const struct jm_doc *other); /* all but the words */
void jm_scorer_words(struct jm_scorer *s); /* the words of the pair last filled */
/* Everything: agreement, values, clauses. The pair belongs to the scorer. */
const struct pair *jm_scorer_work(struct jm_scorer *s, const struct jm_doc *other);
/* The same for a list: false, with `out` unfinished, when the pair cannot reach `least_key` or,
 * unless `vetoed` is asked for, is vetoed. The words, which cost most, are then never looked at. */
bool jm_scorer_above(struct jm_scorer *s, const struct jm_doc *other, uint32_t least_key,
                     bool vetoed, struct jm_score *out);

#endif
