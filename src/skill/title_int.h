/* title_int.h - titles as words, prefixes and grams, for features, projection and build. */
#ifndef JM_TITLE_INT_H
#define JM_TITLE_INT_H

#include <stdbool.h>

#include "jobmatch/text.h"
#include "jobmatch/title.h"

enum {
    TITLE_MAX_BYTES = 200, /* of a title; what is longer is cut */
    TITLE_MAX_WORDS = 12,
    TITLE_MAX_GRAMS = 160,
    TITLE_PREFIX = 4, /* letters that "bank", "banker" and "banking" share */
    TITLE_RULES = 5,  /* of this release: another number, other features from the same kernel */
    TITLE_DAMP = 8,   /* of a word that is not common to many trades */
    OCC_BASE = JM_TITLE_BASE + (1 << 21), /* ids below: words and grams; from here: occupations */
    LEX_MASK = (1 << 21) - 1
};

struct title_part { /* a word, a prefix or a gram of a title */
    uint64_t hash;
    uint8_t damp; /* 1..TITLE_DAMP: how telling, without a kernel */
    bool aside;   /* in brackets: half as telling */
};

struct title_lex {
    struct title_part words[TITLE_MAX_WORDS];
    uint64_t prefix[TITLE_MAX_WORDS]; /* of each word */
    struct title_part grams[TITLE_MAX_GRAMS];
    size_t n_words, n_grams;
};

/* Normalise: fold, drop seniority, brackets of "(m/f/d)" and other noise, undo common
 * abbreviations, singular; then words, each once, and if wanted their 3-4-grams. */
void title_lex_read(const char *title, size_t bytes, bool grams, struct title_lex *out);

/* --- occupations (kernel_project.c) ---------------------------------------------------------- */

enum { TITLE_OCC_MAX = 50, TITLE_WEIGHT_MAX = 255 };

struct title_occ {
    uint32_t occ;
    uint64_t weight; /* the heaviest has 65536 */
};

/* Working memory of one thread for one kernel; between two calls every sum is 0. */
struct title_scratch {
    uint16_t *label_sum;
    uint32_t *label_hit; /* labels whose sum is not 0 */
    uint64_t *occ_sum;
    uint32_t *occ_hit;
    uint16_t *occ_lean; /* beside occ_hit */
    size_t n_labels, n_occs;
    uint32_t best; /* cosine of the label closest to the last title, 0..255 */
};
int title_scratch_init(struct title_scratch *s, const struct jm_title_kernel *k);
void title_scratch_fini(struct title_scratch *s);

/* The number of the word, or of the pair of words, in the kernel; or -1. */
int32_t kernel_word(const struct jm_title_kernel *k, uint64_t hash);
int32_t kernel_pair(const struct jm_title_kernel *k, uint64_t hash);
/* Of two words side by side, by their hashes. */
uint64_t kernel_pair_hash(uint64_t first, uint64_t second);
/* How telling each word of the title is, 1..255: words that the kernel does not know tell most. */
void kernel_weigh(const struct jm_title_kernel *k, const struct title_lex *lex,
                  uint8_t weight[TITLE_MAX_WORDS]);
/* The occupations closest to the title with their neighbours, heaviest first, at most `max`. */
size_t kernel_project(const struct jm_title_kernel *k, struct title_scratch *s,
                      const struct title_lex *lex, const uint8_t weight[TITLE_MAX_WORDS],
                      struct title_occ *out, size_t max);

/* Weigh the occupations that were found by their direction too (kernel_lean.c). */
void kernel_lean(const struct jm_title_kernel *k, struct title_scratch *s,
                 const struct title_lex *lex);

/* --- features (title.c) ---------------------------------------------------------------------- */

uint64_t title_isqrt(uint64_t n);
size_t title_features(const struct jm_title_kernel *k, struct title_scratch *s, const char *title,
                      size_t bytes, struct jm_doc_feature out[JM_DOC_MAX_TITLE_FEATURES]);

#endif
