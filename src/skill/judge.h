/* judge.h - the linear gate: a second look at claims the rules let in.
 *
 * Rules decide first. A claim that rules prove (a list of skills, a line of its own), one in a
 * title, and every claim of a résumé stay: the gate learned from sentences of postings. For the
 * others some 30 hashed features are summed; below the threshold the claim is rejected with rule
 * "gate", and its heaviest features say why. */
#ifndef JM_JUDGE_H
#define JM_JUDGE_H

#include "extract_int.h"

enum { JUDGE_FEATURES_MAX = 64, JUDGE_PLAIN = 1, JUDGE_GATED = 2 }; /* thresholds in fixed[] */

struct judge_features {
    uint64_t hash[JUDGE_FEATURES_MAX];
    uint8_t what[JUDGE_FEATURES_MAX]; /* number of its template */
    size_t n;
};

/* Is this accepted hit one to learn from; and does the gate have a say in it? */
bool judge_can(const struct jm_extractor *x, size_t c);
bool judge_may(const struct jm_extractor *x, size_t c);
void judge_features(const struct jm_extractor *x, size_t c, struct judge_features *out);
/* Which threshold of fixed[] holds for the hit. */
unsigned judge_threshold(const struct jm_extractor *x, const struct hit *h);
/* Judge all accepted hits of the part being read. */
void judge_all(struct jm_extractor *x);

#endif
