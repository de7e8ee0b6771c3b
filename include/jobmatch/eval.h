/* eval.h - the engine on labelled files, for `jobmatch eval`: texts in, lines out, no I/O.
 *
 * Every function appends to `out` what the scorers read (TREC runs, verdicts, spans). Input is a
 * whole file as text; a line that is not understood is an error that names it. */
#ifndef JM_EVAL_H
#define JM_EVAL_H

#include <stddef.h>
#include <stdint.h>

#include "jobmatch/skill.h"
#include "jobmatch/title.h"

struct jm_buf;

/* Lines "occurrence-id TAB name TAB gold TAB token-index TAB text"; tokens of the text are cut at
 * blanks. Out: "occurrence-id TAB 0|1", 1 when an accepted claim covers that token. */
int jm_eval_ambiguous(struct jm_extractor *x, const struct jm_dict *d, const char *tsv, size_t len,
                      struct jm_buf *out, struct jm_err *err) __attribute__((warn_unused_result));

struct jm_eval_span { /* tokens [from, to) */
    uint32_t from, to;
};
/* Spans of hard skills in a document given as tokens, where JM_EVAL_BREAK ends a line; at most
 * `max`. With the tagger's weights they are its phrases, without them the claims. -1: error. */
#define JM_EVAL_BREAK "\n\n"
long jm_eval_spans(struct jm_extractor *x, const struct jm_dict *d, const char *const *tokens,
                   size_t n, struct jm_eval_span *out, size_t max, struct jm_err *err);

/* Lines "id TAB text" twice: every query against every document by title similarity; the best
 * `keep` of each as a TREC run. */
int jm_eval_titles(const struct jm_title_kernel *k, const char *queries, size_t queries_len,
                   const char *corpus, size_t corpus_len, size_t keep, struct jm_buf *out,
                   struct jm_err *err) __attribute__((warn_unused_result));

/* The same for sentences against skill labels: which labels does the sentence speak of? */
int jm_eval_links(const char *queries, size_t queries_len, const char *corpus, size_t corpus_len,
                  size_t keep, struct jm_buf *out, struct jm_err *err)
    __attribute__((warn_unused_result));

#endif
