/* scan.h - a plain text while it is cut into tokens: token.c reads what stands between words,
 * scan_word.c the words. */
#ifndef JM_SCAN_H
#define JM_SCAN_H

#include "sixteen.h"
#include "text_int.h"

enum { C_LOWER, C_UPPER, C_DIGIT, C_BLANK, C_LINE, C_SIGN, C_HIGH };
extern const uint8_t scan_class[256];
/* The gap that one byte makes between two words; 0: more must be known. */
extern const uint16_t scan_gap_of[256];

/* Kept beside the gap, above its bits. */
enum {
    SCAN_DOT_STOP = 1 << 16, /* STOP came from a dot: a small letter behind takes it back */
    SCAN_LINE_START = 1 << 17
};

/* The running hash behind each of a word's last bytes, from which the singular costs nothing:
 * hash[at] is that of all bytes, hash[at - 1] of all but the last ... */
struct scan_word {
    size_t end;
    unsigned letters; /* 1: it has small ones; 2: capitals */
    unsigned at;
    uint64_t hash[3 + 1 + 16];
};

enum { SCAN_VIEW = 64 };

/* What 64 bytes of the text are, a bit for each, the first lowest. Words are cut from it; only where
 * one reaches the end of what is seen, the view moves on. */
struct scan_view {
    size_t from;
    uint64_t lower, upper;
    uint64_t ends; /* no letter or digit, or a capital behind a small letter */
    uint8_t folded[SCAN_VIEW + 16]; /* with capitals made small */
    uint8_t last[SCAN_VIEW];        /* the end of the text and zeros */
};

struct scan {
    struct jm_text *t;
    const uint8_t *s;
    size_t n, i;
    uint32_t gap; /* since the last token: enum jm_gap, SCAN_... */
    bool failed;
    struct scan_word word;
    uint8_t folded[16], last[16]; /* sixteen bytes with capitals made small; the last of the text */
    struct scan_view view;
};

/* Room for more tokens; false: out of memory, and `failed`. */
bool scan_more_tokens(struct scan *c);
/* The next token; NULL: out of memory, and `failed`. */
static inline struct jm_token *scan_new_token(struct scan *c)
{
    if (c->t->n_tokens == c->t->cap_tokens && !scan_more_tokens(c))
        return NULL;
    return &c->t->tokens[c->t->n_tokens++];
}
/* The ASCII word at c->i, and those behind it as long as a blank or a plain sign stands between.
 * Stops before an address. */
void scan_words(struct scan *c);
/* The word whose first letter or digit is at `from`; c->i is there, or at the dot before it. */
void scan_word(struct scan *c, size_t from);
uint64_t scan_hash(const uint8_t *s, size_t n);
/* A code point above 0x7f: part of a word? If not, what gap it is. */
bool scan_high(uint32_t cp, uint16_t *gap);
/* A sign that no reader sees: soft hyphens, joiners, a byte order mark. */
bool scan_invisible(uint32_t cp);

static inline uint8_t scan_class_at(const struct scan *c, size_t i)
{
    return i < c->n ? scan_class[c->s[i]] : C_BLANK;
}

/* Does a web address start at i? */
static inline bool scan_address(const struct scan *c, size_t i)
{
    const uint8_t *s = c->s + i;
    size_t n = c->n - i;
    uint32_t four;
    if (n < 7)
        return false;
    memcpy(&four, s, 4);
    four |= 0x20202020; /* small letters; the dot has the bit */
    if (!memcmp(&four, "http", 4))
        return n > 8 && (!memcmp(s + 4, "://", 3) || !memcmp(s + 5, "://", 3));
    return !memcmp(&four, "www.", 4) && s[3] == '.';
}

#endif
