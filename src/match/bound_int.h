/* bound_int.h - the term space and the shares that bound_doc.c and bound_query.c agree on.
 *
 * The 24-bit term space: [0, 2^22) skills and attributes, hashed; wished titles and titles above.
 * A collision adds points that are not there: the bound stays a bound. Repeated terms keep the
 * largest weight in a document and add up in a query, for
 * (q1 + q2) * max(d1, d2) >= q1 d1 + q2 d2. */
#ifndef JM_MATCH_BOUND_INT_H
#define JM_MATCH_BOUND_INT_H

#include "bound.h"
#include "jobmatch/bytes.h"
#include "score.h"

/* Attributes of a document, as terms of their own. */
enum attribute {
    A_OVERFLOW = 1,  /* more terms than fit: always looked at */
    A_EVERY,         /* job: what every person may have of it unseen */
    A_HAS_SKILLS, A_HAS_TITLE, /* job: the share of F that a silent person leaves */
    A_NO_SKILLS, A_NO_TITLE, /* the document is silent */
    A_SENIORITY, A_YEARS, A_DEGREE,
    A_PLACE_FREE, A_CELL, A_ANY_CELL, A_COUNTRY, A_ANY_COUNTRY, A_WORKPLACE, A_NO_PLACE
};

enum { SKILL_SPACE = (1 << 22) - 1, TITLE_SPACE = JM_TITLE_BASE,
       YEARS_TOP = 20 };

/* A skill's share of F is stored in units of so many per mille, for a byte to hold it well; what
 * exceeds the unit is moved to A_EVERY. */
enum { UNIT_SKILL_PM = 250 };

static inline uint32_t attribute_term(enum attribute a, uint32_t value)
{
    return (uint32_t)jm_mix64((uint64_t)a << 32 | value) & SKILL_SPACE;
}

static inline uint32_t skill_term(uint64_t key) { return (uint32_t)(key >> 20) & SKILL_SPACE; }
static inline uint32_t wish_term(uint64_t key)
{
    return (uint32_t)jm_mix64(key) & SKILL_SPACE;
}
static inline uint32_t wished_title_term(uint32_t id) /* in the words' space */
{
    return JM_TERM_BASE | (id & SKILL_SPACE);
}
static inline uint32_t title_term(uint32_t id) { return TITLE_SPACE | (id & (TITLE_SPACE - 1)); }

/* scale * num / den, rounded up. */
static inline uint64_t up(uint64_t num, uint64_t den, uint64_t scale)
{
    unsigned __int128 v = (unsigned __int128)num * scale + den - 1;
    return den ? (uint64_t)(v / den) : scale;
}

/* One-degree cells of the map. */
static inline uint32_t cell_of(int32_t lat_e5, int32_t lon_e5)
{
    return (uint32_t)((lat_e5 + 9000000) / 100000) * 361 + (uint32_t)((lon_e5 + 18000000) / 100000);
}

/* What a job asks: the denominators of F. */
struct asks {
    uint32_t must_idf, nice_idf, musts, all_idf;
    uint64_t d; /* sum of the weights of all it asks */
    uint64_t skills, title, words, guard_floor, rest; /* weights */
    uint64_t experience, seniority, degree; /* parts of rest */
};

struct asks jm_bound_asks(const struct jm_scoring *s, const struct jm_doc *job);
/* The share of F that full credit for this skill is worth, as num / den. */
void jm_bound_share(const struct jm_scoring *s, const struct asks *a, const struct jm_doc_skill *k,
                    uint64_t *num, uint64_t *den);
/* Countries as bits: of a job's seats, of a person's rights. */
uint64_t jm_bound_seats(const struct jm_doc *d);

#endif
