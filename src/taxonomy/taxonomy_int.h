/* taxonomy_int.h - what the files of taxonomy share: lines of dictionary format 1, and names as
 * the dictionary's automaton sees them. */
#ifndef JM_TAXONOMY_INT_H
#define JM_TAXONOMY_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/skill.h"
#include "jobmatch/text.h"

/* --- line.c: pieces of a line --------------------------------------------------------------- */

struct span {
    const char *s; /* NULL: nothing */
    size_t n;
};
struct entry_line { /* id = Name ^gate | kind | clauses */
    struct span id, name, gate, kind, clauses;
};
struct clause {
    struct span word; /* "alias.de" */
    struct span body;
};

struct span span_of(const char *s);
struct span span_trim(struct span t);
bool span_is(struct span t, const char *word);
/* Cut the part before `sep` off `rest`, trimmed; false when nothing is left. */
bool span_cut(struct span *rest, char sep, struct span *part);
/* The next line of a text without its line end; false at the end. */
bool span_line(struct span *text, struct span *line);
/* False for comments, directives and blank lines. Syntax is not judged here. */
bool line_entry(struct span line, struct entry_line *out);
bool line_clause(struct span *clauses, struct clause *out);
/* "Go ^word" into its two parts; gate.s is NULL without one. */
void line_gate(struct span item, struct span *name, struct span *gate);
/* The language of "alias.de"; JM_LANG_UNKNOWN for "alias". False: another clause. */
bool line_alias(struct span word, enum jm_lang *lang);

/* --- name.c: a name as the automaton sees it ------------------------------------------------ */

enum { NAME_MAX_TOKENS = 16, NAME_MAX_BYTES = 160 };

struct name_view {
    uint64_t key;      /* of its tokens; 0: it has no word, or too many, or is not UTF-8 */
    size_t n_tokens;
    bool plain;        /* one word that nothing marks as a name but a first capital */
    bool in_part;      /* the reader passes over letters of it, as in "people@work" */
    const char *risk;  /* why it needs a gate, NULL if it does not */
    const char *gate;  /* the gate to give it then */
};
/* `t` is the caller's working memory. */
struct name_view name_look(struct jm_text *t, struct span name);

#endif
