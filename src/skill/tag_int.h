/* tag_int.h - the tagger's view of a text: what its features are made of.
 *
 * The tagger says for every token whether a named piece of knowledge begins (B), goes on (I) or
 * is not there (O): a linear chain over hashed features. The trainer
 * uses the very same features (tag_features.c), so both agree by construction. */
#ifndef JM_TAG_INT_H
#define JM_TAG_INT_H

#include "extract_int.h"
#include "weights.h"

enum tag_label { TAG_O, TAG_B, TAG_I, TAG_LABELS };
enum { TAG_FEATURES_MAX = 200 };

struct tag_token {
    uint64_t word, stem;
    uint64_t pre[3], suf[3]; /* of 2, 3 and 4 bytes */
    uint16_t cluster[CLUSTER_SIZES]; /* of the word; 0: none is known */
    uint32_t shape, gap;     /* gap: what stands before, blanks evened out */
    uint64_t head, head_before, tail; /* the nearest words around that are no items of a list */
    bool glued, long_line;            /* no blank before it; its line has many words */
    uint32_t sector;         /* of the skill, with its rarity */
    uint8_t cue, hit_left, hit_right, hits; /* tokens since "experience with", to skills; how many */
    uint8_t hits_before, words; /* skills in the sentence before, and one; words in this */
    uint32_t dict;           /* the surface around it: place, kind, gate, verdict */
    uint32_t to_left;        /* tokens since the sentence began */
    uint64_t line_above, section; /* the line above if it is short; the last one with a colon */
    uint8_t zone, line;      /* line: number of the line, 0..15 */
    bool first;              /* of its sentence: nothing before it counts */
};

/* The tokens of the part being read; `out` has room for x->v->n_tokens. After the gates. */
void tag_tokens(const struct jm_extractor *x, struct tag_token *out);
/* The features of token i, at most TAG_FEATURES_MAX; returns how many. */
size_t tag_features(const struct tag_token *t, size_t n, size_t i, uint64_t *out);

/* tagger.c: what a token with these features is worth as B and as I, over O; and the labels (enum
 * tag_label) of n tokens that are best told, with the chance of each phrase, per mille, at its B.
 * -1: out of memory. */
void tag_scores(const struct weights *w, const uint64_t *f, size_t n, int32_t out[TAG_LABELS]);
int tag_best(const struct weights *w, const int32_t (*here)[TAG_LABELS], const uint8_t *first,
             size_t n, uint8_t *label, uint16_t *sure);

/* In weights.fixed: transitions from*TAG_LABELS+to, then what a sentence's first token adds. */
enum { TAG_FIXED_START = TAG_LABELS * TAG_LABELS };

#endif
