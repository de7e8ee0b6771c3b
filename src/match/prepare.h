/* prepare.h - the scratch of one preparing thread, shared by the files prepare*.c.
 *
 * A document is gathered piece by piece: skills in a table by dictionary number, titles and words
 * in arrays, everything else straight into the jm_doc. Only at the end are the lists cut to what
 * matters most and laid out in the arena. */
#ifndef JM_MATCH_PREPARE_H
#define JM_MATCH_PREPARE_H

#include "jobmatch/arena.h"
#include "jobmatch/buf.h"
#include "jobmatch/map.h"
#include "jobmatch/match.h"
#include "jobmatch/skill.h"
#include "jobmatch/text.h"
#include "jobmatch/title.h"

enum { GATHER_SKILLS = 1024, JOB_TERMS = 80, PERSON_TERMS = 192,
       READ_TERMS = 1024, PIECE_SKILLS = 256 };

struct gathered_skill {
    uint32_t skill; /* dictionary number */
    uint8_t flags, years, mentions;
    uint16_t last_year;
    bool asked; /* a job: in the title or in a zone that asks */
};

struct jm_prepare {
    struct jm_arena arena;
    const struct jm_title_kernel *kernel;
    struct jm_extractor *extractor;
    struct jm_text *text;
    struct jm_title_reader *titles_reader;
    struct jm_buf joined, plain;
    struct jm_map64 by_skill; /* skill number + 1 -> index in skills */
    struct gathered_skill skills[GATHER_SKILLS];
    size_t n_skills;
    struct jm_doc_title titles[JM_DOC_MAX_TITLES];
    struct jm_doc_feature terms[READ_TERMS];
    struct jm_skill_sum sums[PIECE_SKILLS];
    /* of the call under way */
    const struct jm_dict *dict;
    struct jm_err *err;
    int year;
    struct jm_doc doc;
};

/* Start a document: forget the last one. */
void jm_prepare_begin(struct jm_prepare *p, const struct jm_dict *dict,
                      const struct jm_doc_name *name, enum jm_kind kind, int64_t as_of_s,
                      struct jm_err *err);
/* Lay out what was gathered; NULL: out of memory. */
const struct jm_doc *jm_prepare_end(struct jm_prepare *p);

/* Fold a skill in; `flags` are or-ed, years and last year keep the highest. */
void jm_prepare_skill(struct jm_prepare *p, uint32_t skill, unsigned flags, unsigned years,
                      unsigned last_year, unsigned mentions, bool asked);
/* The same for a stated name; false: the dictionary does not know it. */
bool jm_prepare_stated(struct jm_prepare *p, const char *name, unsigned flags, unsigned years,
                       unsigned last_year);
/* Extract one piece; its claims are folded in. `last_year`: of the piece, where the claims have
 * none. NULL: an error is set. */
const struct jm_extraction *jm_prepare_read(struct jm_prepare *p, const char *title,
                                            const char *text, bool html, unsigned last_year);
/* -1: an error is set. Ignores NULL, empty titles and titles beyond the limit. */
int jm_prepare_title(struct jm_prepare *p, enum jm_title_role role, const char *title);
/* The words of p->joined. */
int jm_prepare_terms(struct jm_prepare *p);
/* Append to p->joined as a paragraph of its own; NULL and "" add nothing. */
void jm_prepare_join(struct jm_prepare *p, const char *text, bool html);
int jm_prepare_places(struct jm_prepare *p, const struct jm_place *places, size_t n);
int jm_prepare_codes(struct jm_prepare *p, char (*countries)[3], size_t n);
int jm_prepare_languages(struct jm_prepare *p, const struct jm_language *l, size_t n);
int jm_prepare_pay(struct jm_prepare *p, const struct jm_pay *pay);
/* A title that stands at the head of a text, into `out`; false: none to see. */
bool jm_title_from_text(const char *text, char out[JM_DOC_MAX_TITLE_BYTES + 1]);

#endif
