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
/* The longest phrase around the hit that is not the skill, in tokens beyond the hit, plus 1; 0:
 * none. (gate_phrase.c) */
size_t gate_counter_phrase(const struct jm_extractor *x, const struct hit *h);
/* A companion word of the dictionary within `reach` tokens on either side, in the same paragraph.
 * (gate_phrase.c) */
bool gate_companion(const struct jm_extractor *x, const struct hit *h, size_t reach);
/* Once, before the next two (company.c). */
void names_init(struct jm_extractor *x);
/* Is candidate c part of a company's name? (company.c) */
bool gate_company(const struct jm_extractor *x, size_t c);
/* Of an address or a person: "Jenkins Road", "Dr. Pascal Lambert"? */
bool gate_other_name(const struct jm_extractor *x, const struct hit *h);
/* What the company deals in: "entreprise active dans le secteur de la construction"? */
bool gate_sector(const struct jm_extractor *x, const struct hit *h);
/* roles.c; roles_init() once before. Is token i the last word of a role's name: "engineer"? */
void roles_init(struct jm_extractor *x);
bool role_word_at(const struct jm_extractor *x, size_t i);
/* The name of a role that is not the one sought: "report to the Finance Manager"? */
bool role_of_others(const struct jm_extractor *x, const struct hit *h);
/* levels.c: the level that is all of what stands behind the name in its item, as in "Excel
 * advanced"; enum jm_skill_level */
uint8_t level_in_item(const struct jm_extractor *x, const struct hit *h);
/* --- gate_list.c ------------------------------------------------------------------------------ */

struct sides {
    int sure, open; /* neighbours that are skills, or may be */
    int faint;      /* sure ones beside a word in small letters, with only a blank between */
};
/* Look at the items before and behind candidate c in the list. */
struct sides gate_look_aside(const struct jm_extractor *x, size_t c);
/* A name that the dictionary writes with a capital: "Spring", not "pandas". */
bool gate_is_product(const struct jm_extractor *x, const struct hit *h);
/* Do two hits, a before b, stand side by side in a list? 2: with a sign or "and", 1: by blanks. */
int gate_side_by_side(const struct jm_text_view *v, const struct hit *a, const struct hit *b);

/* Is candidate c beside another skill in a list with signs? */
bool gate_in_list(const struct jm_extractor *x, size_t c);
/* Is token i a small word that joins the items of a list? */
bool gate_connector(const struct jm_text_view *v, size_t i);
/* --- gate_tongue.c ---------------------------------------------------------------------------- */

/* Is it people or things that the name of a language tells of: "a Polish deli", "our German
 * plants"? */
bool gate_people(const struct jm_extractor *x, const struct hit *h);
/* Why the name of a language does not mean that it is spoken; NULL: it may, or is none. */
const char *gate_tongue_barred(const struct jm_extractor *x, const struct hit *h);
/* "We pay a German language course": what one may learn there. */
bool gate_tongue_course(const struct jm_extractor *x, const struct hit *h);
/* Is it a language that is asked for or claimed: "Dutch C2", "speaks Polish and English"? */
bool gate_tongue_asked(const struct jm_extractor *x, const struct hit *h);

#endif
