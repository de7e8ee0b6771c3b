/* context_int.h - the clause around a skill, as context.c and negated.c read it. */
#ifndef JM_CONTEXT_INT_H
#define JM_CONTEXT_INT_H

#include "gate_int.h"

struct near {
    int distance; /* tokens between, 1000: none */
    uint32_t tok, end; /* the cue's tokens */
    bool after;
};

enum { N_NEAR = CUE_EXPERT - CUE_NICE + 1 };
struct clause {
    size_t from, to, first_cue, first_say;
    unsigned gaps; /* the signs of all its tokens */
    bool years; /* a cue for years is in it */
    bool says;  /* so is one of what is said of a skill; else `near` is not set */
    struct near near[N_NEAR]; /* the nearest cue of every kind that a sentence has */
};

static inline struct near near_of(const struct clause *c, enum jm_cue cue)
{
    return c->says ? c->near[cue - CUE_NICE] : (struct near){.distance = 1000};
}

/* Does the clause say that the skill is not asked for, or not had? (negated.c) */
bool context_negated(const struct jm_extractor *x, const struct hit *h, const struct clause *c);

#endif
