/* learn.h - make the weights of the linear gate and of the tagger from labelled sentences, and
 * classes of words from plain text.
 *
 * For `jobmatch train`: the daemon never learns. The result is a file of weights
 * (jm_dict_add_weights); the same sentences in the same order, the same dictionary and the same
 * seed give the same bytes on one machine and build. No I/O. */
#ifndef JM_LEARN_H
#define JM_LEARN_H

#include <stddef.h>
#include <stdint.h>

#include "jobmatch/skill.h"

struct jm_buf;

/* --- the tagger ------------------------------------------------------------------------------ */

struct jm_tag_trainer;

struct jm_learn_scores { /* counts of spans: right, told, and in truth */
    uint32_t right, told, truth;
};

/* NULL: out of memory. `d` is sealed and outlives the trainer. */
struct jm_tag_trainer *jm_tag_trainer_new(const struct jm_dict *d);
void jm_tag_trainer_free(struct jm_tag_trainer *t);
/* One document: its tokens (JM_EVAL_BREAK, tagged 'O', ends a line), and for each 'B', 'I' or 'O'.
 * Cross-validation puts documents of the same number modulo `folds` together. */
int jm_tag_trainer_add(struct jm_tag_trainer *t, const char *const *tokens, const char *tags,
                       size_t n, uint32_t number, struct jm_err *err)
    __attribute__((warn_unused_result));
/* Learn from all sentences and append the file of weights to `out`. */
int jm_tag_train(struct jm_tag_trainer *t, struct jm_buf *out, struct jm_err *err)
    __attribute__((warn_unused_result));
/* Cross-validation: learn from the documents whose number is not `fold` modulo `folds`, tag the
 * others. Adds to `scores`. */
int jm_tag_validate(struct jm_tag_trainer *t, uint32_t folds, uint32_t fold,
                    struct jm_learn_scores *scores, struct jm_err *err)
    __attribute__((warn_unused_result));

/* --- classes of words ------------------------------------------------------------------------ */

struct jm_cluster_trainer;

struct jm_cluster_report { /* tokens read; words with a class; words that the last round moved */
    uint64_t tokens, words, moved;
};

/* NULL: out of memory. */
struct jm_cluster_trainer *jm_cluster_trainer_new(void);
void jm_cluster_trainer_free(struct jm_cluster_trainer *t);
/* Read a text, well-formed UTF-8, without labels. -1: JM_ENOMEM, JM_EINVAL, JM_ELIMIT. */
int jm_cluster_trainer_add(struct jm_cluster_trainer *t, const char *text, size_t bytes,
                           struct jm_err *err) __attribute__((warn_unused_result));
/* Put the words into classes and append the file to `out`. */
int jm_cluster_train(struct jm_cluster_trainer *t, struct jm_cluster_report *report,
                     struct jm_buf *out, struct jm_err *err) __attribute__((warn_unused_result));

/* --- the gate -------------------------------------------------------------------------------- */

struct jm_gate_trainer;

struct jm_gate_report { /* claims learned from; those the gate judges, in cross-validation */
    uint32_t examples, judged, right, kept, kept_right;
};

struct jm_gate_trainer *jm_gate_trainer_new(const struct jm_dict *d);
void jm_gate_trainer_free(struct jm_gate_trainer *t);
/* One document, as for the tagger. A claim is right when it touches a tagged token. */
int jm_gate_trainer_add(struct jm_gate_trainer *t, const char *const *tokens, const char *tags,
                        size_t n, uint32_t number, struct jm_err *err)
    __attribute__((warn_unused_result));
/* Learn, choose the thresholds by cross-validation, and append the file of weights to `out`. */
int jm_gate_train(struct jm_gate_trainer *t, uint32_t folds, struct jm_gate_report *report,
                  struct jm_buf *out, struct jm_err *err) __attribute__((warn_unused_result));

#endif
