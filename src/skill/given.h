/* given.h - a document given as tokens, as labelled files have them: one text, blanks between. */
#ifndef JM_GIVEN_H
#define JM_GIVEN_H

#include "jobmatch/buf.h"
#include "jobmatch/skill.h"

struct given {
    struct jm_buf text;
    uint32_t *start; /* by token: its first byte; start[n] is the length */
    size_t n;
};

/* -1 with JM_ENOMEM. Always free. */
int given_read(struct given *g, const char *const *tokens, size_t n, struct jm_err *err);
void given_free(struct given *g);
/* The given tokens [*from, *to) that bytes [beg, end) touch. */
void given_touched(const struct given *g, uint32_t beg, uint32_t end, uint32_t *from, uint32_t *to);
/* Extract from it as from a posting. */
const struct jm_extraction *given_extract(const struct given *g, struct jm_extractor *x,
                                          const struct jm_dict *d, bool phrases,
                                          struct jm_err *err);

#endif
