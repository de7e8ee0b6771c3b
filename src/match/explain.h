/* explain.h - shared by explain.c, clause_text.c and render.c. */
#ifndef JM_MATCH_EXPLAIN_H
#define JM_MATCH_EXPLAIN_H

#include "score.h"

/* What a clause that did not simply pass says to this viewer; NULL: out of memory. */
const char *jm_clause_text(const struct pair *p, enum jm_veto v, enum jm_viewer viewer,
                           struct jm_arena *a);
/* Whether the clause is none of this viewer's business. */
bool jm_clause_hidden(enum jm_veto v, enum jm_viewer viewer);

#endif
