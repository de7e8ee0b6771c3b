/* matcher.h - the matcher's tables, for the files of this module.
 *
 * Between skills there is one relation, credit(asked, has) in per mille: same 1000, a narrower
 * skill than asked (child, any depth), related, the broader one (parent). It is laid out here
 * once per dictionary and configuration, as lists in both directions, so that a scorer built
 * around a job (asked is fixed) and one built around a person (has is fixed) agree. */
#ifndef JM_MATCH_MATCHER_H
#define JM_MATCH_MATCHER_H

#include "jobmatch/match.h"
#include "jobmatch/skill.h"

struct relation {
    uint64_t other;   /* key */
    uint16_t credit;  /* per mille, 1..1000 */
    uint8_t how;      /* enum jm_credit_how */
};

struct relation_list {
    const struct relation *items; /* by falling credit, then key */
    uint32_t n;
};

struct jm_matcher {
    const struct jm_dict *dict;
    struct jm_scoring scoring;
    struct relation *relations;
    struct relation_list *by_asked, *by_has; /* by dictionary number */
    int32_t log1000[1001];                   /* log2 of 0..1000 in Q16; [0] unused */
};

/* What satisfies `asked` (a key), itself not included; empty for unknown keys. */
struct relation_list jm_matcher_asked(const struct jm_matcher *m, uint64_t asked);
/* What `has` satisfies, itself not included. */
struct relation_list jm_matcher_has(const struct jm_matcher *m, uint64_t has);
/* F^p W^(1-p) for a seeker's list; 0 if either is 0. */
unsigned jm_matcher_blend(const struct jm_matcher *m, unsigned f, unsigned w);
/* Sort key of a list: band, then score. */
static inline uint32_t jm_list_key(unsigned band, unsigned list) { return band << 10 | list; }
/* The band of a score with this evidence (per mille). */
unsigned jm_band_of(unsigned score, unsigned evidence);

#endif
