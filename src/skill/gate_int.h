/* gate_int.h - questions about one hit that more than the gate asks. */
#ifndef JM_GATE_INT_H
#define JM_GATE_INT_H

#include "extract_int.h"

/* Is the hit written in the letter case of the dictionary? */
bool gate_exact_case(const struct jm_extractor *x, const struct hit *h);
/* Are the words around it all capitals, so that capitals prove nothing? */
bool gate_shouting(const struct jm_extractor *x, const struct hit *h);
/* A kind whose neighbours in a list are evidence. */
bool gate_technical(enum jm_skill_kind k);
/* A companion word of the dictionary within `reach` tokens on either side. */
bool gate_companion(const struct jm_extractor *x, const struct hit *h, size_t reach);
/* Once, before the next two (company.c). */
void names_init(struct jm_extractor *x);
/* Is candidate c part of a company's name? (company.c) */
bool gate_company(const struct jm_extractor *x, size_t c);
/* Of an address or a person: "Jenkins Road", "Dr. Pascal Lambert"? */
bool gate_other_name(const struct jm_extractor *x, const struct hit *h);
/* Do two hits, a before b, stand side by side in a list? 2: with a sign or "and", 1: by blanks. */
int gate_side_by_side(const struct jm_text_view *v, const struct hit *a, const struct hit *b);

/* Is candidate c beside another skill in a list with signs? */
bool gate_in_list(const struct jm_extractor *x, size_t c);
/* Is it people or things that the name of a language tells of: "a Polish deli", "our German
 * plants"? */
bool gate_people(const struct jm_text_view *v, const struct hit *h);

#endif
