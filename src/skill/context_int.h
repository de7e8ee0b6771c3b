/* context_int.h - the clause around a skill, as context.c and negated.c read it. */
#ifndef JM_CONTEXT_INT_H
#define JM_CONTEXT_INT_H

#include "gate_int.h"

struct near {
    int distance;      /* tokens between, 1000: none */
    uint32_t tok, end; /* the cue's tokens */
    bool after;
};

enum { N_NEAR = CUE_EXPERT - CUE_NICE + 1 };
struct clause {
    size_t from, to, first_cue, first_say;
    unsigned gaps;            /* the signs of all its tokens */
    bool years;               /* a cue for years is in it */
    bool says;                /* so is one of what is said of a skill; else `near` is not set */
    struct near near[N_NEAR]; /* the nearest cue of every kind that a sentence has */
};

static inline struct near near_of(const struct clause *c, enum jm_cue cue)
{
    return c->says ? c->near[cue - CUE_NICE] : (struct near){.distance = 1000};
}

/* Does the clause say that the skill is not asked for, or not had? (negated.c) */
bool context_negated(const struct jm_extractor *x, const struct hit *h, const struct clause *c);

/* levels.c: how well the skill is known; enum jm_level */
uint8_t context_level(const struct jm_extractor *x, const struct hit *h, const struct clause *c);
/* Is what stands at the tokens [p, to) said of all of a list, or of a bracket, that the hit is in?
 */
bool context_of_list(const struct jm_text_view *v, const struct hit *h, const struct clause *c,
                     size_t p, size_t to);
/* Does what stands at the tokens [from, to) end in a bracket that closes before `to`? */
bool context_closed_off(const struct jm_text_view *v, size_t from, size_t to);
/* Is it said of what follows at token `end`, not of what stands before? */
bool context_of_next(const struct jm_text_view *v, size_t end);

#endif
