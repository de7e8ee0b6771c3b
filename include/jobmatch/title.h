/* title.h - job titles as sparse features, and how alike two titles are.
 *
 * A title becomes at most 40 weighted features: the occupations of a kernel that it is close to,
 * its words and their first letters, hashed; without a kernel its words and character 3-4-grams.
 * Seniority words ("senior", "lead") are split off: they are read as seniority elsewhere and say
 * nothing of the trade. The features of all documents live in one id space
 * [JM_TITLE_BASE, 2 * JM_TITLE_BASE), so that an index can sum their products like any other term.
 * Two feature lists are comparable only when they were made with the same kernel. How it works and
 * how well: docs/TITLES.md. */
#ifndef JM_TITLE_H
#define JM_TITLE_H

#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"
#include "jobmatch/model.h"

struct jm_buf;
struct jm_title_kernel; /* immutable, shared by all threads */

/* Read a kernel file (made by jm_title_kernel_build); `bytes` is copied. NULL: JM_EINVAL with what
 * is wrong, or JM_ENOMEM. */
struct jm_title_kernel *jm_title_kernel_load(const void *bytes, size_t len, struct jm_err *err);
void jm_title_kernel_free(struct jm_title_kernel *k);
/* Of the kernel (NULL: none) and of the rules that make features: features of two versions do not
 * compare. */
uint64_t jm_title_kernel_version(const struct jm_title_kernel *k);
size_t jm_title_kernel_bytes(const struct jm_title_kernel *k); /* memory */

/* Build a kernel file from lines "occupation TAB label", "occupation TAB labels TAB one; another",
 * "occupation TAB TAB description", "occupation TAB skills TAB names" and "occupation TAB group TAB
 * wider group". Takes up to a minute: for the offline command. `progress` (NULL: nobody) hears in
 * between how much of which stage is done. */
typedef void jm_title_progress(const char *stage, unsigned percent);
int jm_title_kernel_build(const char *lines, size_t len, jm_title_progress *progress,
                          struct jm_buf *out, struct jm_err *err)
    __attribute__((warn_unused_result));

/* The working memory of one thread, about 2 MB with a kernel, with the features of recent titles.
 * Borrows the kernel; NULL: words and character grams only. NULL: out of memory. */
struct jm_title_reader;
struct jm_title_reader *jm_title_reader_new(const struct jm_title_kernel *k);
void jm_title_reader_free(struct jm_title_reader *r);

/* The features of a title (UTF-8, malformed bytes are skipped), by ascending id, unique, weights
 * 1..255 with a euclidean length of about 255. Returns how many, 0 for a title without a letter. */
size_t jm_title_features(struct jm_title_reader *r, const char *title, size_t bytes,
                         struct jm_doc_feature out[JM_DOC_MAX_TITLE_FEATURES]);

/* Cosine of two feature lists in per mille, 0..1000. Integer arithmetic. */
unsigned jm_title_cosine(const struct jm_doc_feature *a, size_t na, const struct jm_doc_feature *b,
                         size_t nb);

/* The same for two titles as text. */
unsigned jm_title_similarity(struct jm_title_reader *r, const char *a, const char *b);

#endif
