/* kernel_learn.h - vectors of words, learned so that names of one trade lie close together.
 *
 * kernel_learn.c collects examples and scales the result, kernel_sgd.c learns. Offline. */
#ifndef JM_KERNEL_LEARN_H
#define JM_KERNEL_LEARN_H

#include "jobmatch/map.h"
#include "kernel_build.h"

/* --- what the reader of the lists notes ------------------------------------------------------ */

struct learn_text { /* a description, or the skills, of an occupation */
    uint32_t occ;
    size_t first, n; /* in hashes */
};
struct learn_notes {
    struct learn_text *texts;
    size_t n_texts, cap_texts;
    uint64_t *hashes; /* of words */
    size_t n_hashes, cap_hashes;
    uint64_t *pairs; /* of words side by side in labels, by label */
    size_t n_pairs, cap_pairs;
    uint32_t *group_of; /* by occupation: its group + 1, 0: none */
    size_t n_groups_of, cap_groups_of;
    struct jm_map groups; /* name to number */
};

void learn_notes_init(struct learn_notes *n);
void learn_notes_fini(struct learn_notes *n);
/* A text begins; learn_note_word adds to the last one. -1: out of memory. */
int learn_note_text(struct learn_notes *n, uint32_t occ);
int learn_note_word(struct learn_notes *n, uint64_t hash);
int learn_note_pair(struct learn_notes *n, uint64_t hash);
/* The occupation is of a wider group ("isco:2512"). */
int learn_note_group(struct learn_notes *n, uint32_t occ, const char *name, size_t len);

/* --- examples -------------------------------------------------------------------------------- */

struct learn_example { /* a label or a text */
    uint32_t first, n; /* in words */
};
struct learn_group {
    uint32_t labels, n_labels, texts, n_texts; /* examples: from, and how many */
    float weight;                              /* how often it is asked */
};
struct learn_set {
    struct learn_example *examples;
    size_t n_examples, cap_examples;
    uint32_t *words;
    size_t n, cap;
    struct learn_group *groups;
    size_t n_groups, cap_groups;
};

/* Improve vectors[n_words * KERNEL_DIMS]. -1: out of memory. */
int kernel_sgd(const struct learn_set *set, size_t n_words, jm_title_progress *progress,
               float *vectors);

/* --- the door -------------------------------------------------------------------------------- */

struct learn_input {
    const struct kernel_label *labels; /* by occupation */
    const uint32_t *entries;           /* word numbers */
    size_t n_labels, n_words, n_occs;
    /* the number of a word of a text, -1: in no label */
    int64_t (*number)(const void *arg, uint64_t hash);
    const void *arg;
    jm_title_progress *progress; /* NULL: nobody */
};
struct learned {
    uint32_t *pairs; /* short hashes, ascending */
    size_t n_pairs, n_vectors;
    int8_t *vectors; /* KERNEL_DIMS each: of words and pairs, on one scale; of occupations, of
                        length 127 */
};
/* -1: out of memory. Free with learned_fini in any case. */
int kernel_learn(const struct learn_input *in, const struct learn_notes *notes,
                 struct learned *out);
void learned_fini(struct learned *l);

#endif
