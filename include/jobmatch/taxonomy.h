/* taxonomy.h - caring for dictionaries: checking them, and making them from other people's lists.
 *
 * Everything is text in, text out: no file is opened here. The check finds all problems at once
 * (the loader in skill.h stops at the first). An import reads tables of ESCO, O*NET or a CSV file
 * and gives dictionary files of format 1 (docs/SKILLS.md), by itself or merged into a dictionary
 * that exists: a concept that the dictionary knows under one of its names brings its other names
 * to it; a name that already belongs to another skill stays there and is reported. */
#ifndef JM_TAXONOMY_H
#define JM_TAXONOMY_H

#include <stddef.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"
#include "jobmatch/text.h"

/* --- check ---------------------------------------------------------------------------------- */

struct jm_taxonomy_file {
    const char *name, *text; /* text: `len` bytes and a NUL */
    size_t len;
};

/* Append one line "file:line: what" per problem, in order of files and lines: syntax, ids defined
 * twice, unknown parents and relations, cycles, a name of two skills, a short or ordinary word
 * without a gate, a gate that nothing can open. Returns how many, -1: out of memory. */
long jm_taxonomy_check(const struct jm_taxonomy_file *files, size_t n, struct jm_buf *report,
                       struct jm_err *err) __attribute__((warn_unused_result));

/* --- import --------------------------------------------------------------------------------- */

enum jm_taxonomy_table {
    JM_TABLE_ESCO_SKILLS,     /* skills_<lang>.csv, also of several languages, one after another */
    JM_TABLE_ESCO_BROADER,    /* broaderRelationsSkillPillar_<lang>.csv; after the skills */
    JM_TABLE_ESCO_RELATED,    /* skillSkillRelations_<lang>.csv; after the skills */
    JM_TABLE_ESCO_OCCUPATIONS, /* occupations_<lang>.csv: titles and descriptions */
    JM_TABLE_ESCO_OCCUPATION_SKILLS, /* occupationSkillRelations_<lang>.csv; after the skills */
    JM_TABLE_ESCO_TRANSVERSAL, /* transversalSkillsCollection_<lang>.csv: they are soft skills */
    JM_TABLE_ESCO_LANGUAGES,   /* languageSkillsCollection_<lang>.csv; both after the skills */
    JM_TABLE_ONET_TECHNOLOGY, /* "Technology Skills.txt" */
    JM_TABLE_ONET_TITLES,     /* "Alternate Titles.txt" */
    JM_TABLE_ONET_OCCUPATIONS, /* "Occupation Data.txt": descriptions */
    JM_TABLE_CSV              /* columns name [id kind parent idf alias alias.de ...], in any letter
                               * case, behind commas, semicolons or tabs */
};

struct jm_taxonomy; /* one import; one thread */

struct jm_taxonomy *jm_taxonomy_new(void); /* NULL: out of memory */
void jm_taxonomy_free(struct jm_taxonomy *t);
/* A file of the dictionary to merge into; before the first table. `text` must outlive `t`. */
int jm_taxonomy_base(struct jm_taxonomy *t, const struct jm_taxonomy_file *file,
                     struct jm_err *err) __attribute__((warn_unused_result));
/* Read one table: open, feed in pieces of any size, close. The language is that of its labels;
 * English ones count in every text. Errors say "file:line: what". */
int jm_taxonomy_open(struct jm_taxonomy *t, enum jm_taxonomy_table table, const char *file_name,
                     enum jm_lang lang, struct jm_err *err) __attribute__((warn_unused_result));
int jm_taxonomy_feed(struct jm_taxonomy *t, const char *bytes, size_t len, struct jm_err *err)
    __attribute__((warn_unused_result));
int jm_taxonomy_close(struct jm_taxonomy *t, struct jm_err *err)
    __attribute__((warn_unused_result));

/* After the last table. A base file with the names that came to its skills. -1: out of memory. */
int jm_taxonomy_write_base(struct jm_taxonomy *t, const struct jm_taxonomy_file *file,
                           struct jm_buf *out, struct jm_err *err);
/* The skills that are new, as one dictionary file; its head only where `out` is empty, so that they
 * can be put behind what a former import made. */
int jm_taxonomy_write_new(struct jm_taxonomy *t, const char *version, struct jm_buf *out,
                          struct jm_err *err);
/* Lines for jm_title_kernel_build(): labels and descriptions; empty without occupations. */
const struct jm_buf *jm_taxonomy_titles(const struct jm_taxonomy *t);

struct jm_taxonomy_sums {
    size_t rows, created, merged; /* concepts */
    size_t names_added, names_known, conflicts, unusable;
    size_t unused_columns; /* of a CSV */
};
const struct jm_taxonomy_sums *jm_taxonomy_sums(const struct jm_taxonomy *t);
/* One line a conflict or unusable name: "file:line: ...". */
const struct jm_buf *jm_taxonomy_report(const struct jm_taxonomy *t);

#endif
