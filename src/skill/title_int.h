/* title_int.h - titles as words and character grams, for features, projection and kernel build. */
#ifndef JM_TITLE_INT_H
#define JM_TITLE_INT_H

#include <stdbool.h>

#include "jobmatch/text.h"
#include "jobmatch/title.h"

enum {
    TITLE_MAX_BYTES = 200, /* of a title; what is longer is cut */
    TITLE_MAX_WORDS = 12,
    TITLE_MAX_GRAMS = 160,
    OCC_BASE = JM_TITLE_BASE + (1 << 21), /* ids below: words and grams; from here: occupations */
    LEX_MASK = (1 << 21) - 1
};

struct title_part { /* a word or a gram of a title */
    uint64_t hash;
    uint8_t damp; /* 1..8: how telling, without a kernel */
};

struct title_lex {
    struct title_part words[TITLE_MAX_WORDS], grams[TITLE_MAX_GRAMS];
    size_t n_words, n_grams;
};

/* Normalise: fold, drop seniority, brackets of "(m/f/d)" and places after a dash, undo common
 * abbreviations, singular; then words and 3-4-grams, each once. */
void title_lex_read(const char *title, size_t bytes, struct title_lex *out);

/* Occupations close to the title, heaviest first: feature ids OCC_BASE + occupation. */
enum { TITLE_OCC_MAX = 100 };
struct title_occ {
    uint32_t occ;
    uint32_t weight; /* any scale */
};
size_t kernel_project(const struct jm_title_kernel *k, const struct title_lex *lex,
                      struct title_occ *out, size_t max);
/* Spread a projection over the neighbours of its occupations. */
size_t kernel_spread(const struct jm_title_kernel *k, const struct title_occ *in, size_t n,
                     struct title_occ *out, size_t max);

#endif
