/* lang.c - which language a text is in, by its stop words.
 *
 * Ten languages, a vote of the small words among the first 3,000 tokens: enough for ads and
 * résumés, where the alternatives are few. A tie or too few votes is "unknown", never a guess. */
#include <string.h>

#include "text_int.h"

static const char *const codes[JM_LANGS] = {"",   "en", "de", "fr", "es", "nl",
                                            "it", "pt", "pl", "sv", "ro"};

const char *jm_lang_code(enum jm_lang lang)
{
    return (unsigned)lang < JM_LANGS ? codes[lang] : "";
}

enum jm_lang jm_lang_parse(const char *code, size_t len)
{
    for (int l = 1; l < JM_LANGS; l++)
        if (len == 2 && !memcmp(codes[l], code, 2))
            return (enum jm_lang)l;
    return JM_LANG_UNKNOWN;
}

enum { VOTE_BLOCK = 64 };

/* Which of n tokens, at most VOTE_BLOCK, can be small words: about half are, in no order that a
 * processor could guess. */
static size_t pick(const struct jm_words *words, const struct jm_token *tokens, size_t n,
                   uint8_t *out)
{
    size_t picked = 0;
    for (size_t i = 0; i < n; i++) {
        out[picked] = (uint8_t)i;
        picked += jm_words_maybe(words, tokens[i].hash);
    }
    return picked;
}

static void count(const struct jm_words *words, const struct jm_token *tokens, size_t n,
                  uint64_t votes[JM_VOTES])
{
    uint8_t picked[VOTE_BLOCK + 1] = {0};
    size_t n_picked = pick(words, tokens, n, picked);
    for (size_t i = 0; i < n_picked; i++) {
        const struct jm_word_info *w = jm_words_find(words, tokens[picked[i]].hash);
        for (size_t k = 0; w && k < JM_VOTES; k++)
            votes[k] += w->votes[k];
    }
}

/* Who leads with at least four votes, and by how many. */
static enum jm_lang leader(const uint64_t votes[JM_VOTES], unsigned *lead)
{
    unsigned best = 0, second = 0;
    int winner = JM_LANG_UNKNOWN;
    for (int l = 1; l < JM_LANGS; l++) {
        unsigned mine = (uint16_t)(votes[l / 4] >> 16 * (l % 4));
        if (mine > best) {
            second = best;
            best = mine;
            winner = l;
        } else if (mine > second) {
            second = mine;
        }
    }
    *lead = best - second;
    return best >= 4 && best > second ? (enum jm_lang)winner : JM_LANG_UNKNOWN;
}

enum jm_lang jm_lang_vote(const struct jm_words *words, const struct jm_token *tokens, size_t n)
{
    enum { VOTERS = 3000, VOTES = 3 }; /* of a word: 16 bits hold them all */
    uint64_t votes[JM_VOTES] = {0};
    enum jm_lang winner = JM_LANG_UNKNOWN;
    unsigned lead;
    if (n > VOTERS)
        n = VOTERS;
    for (size_t at = 0; at < n; at += VOTE_BLOCK) {
        size_t left = n - at, block = left < VOTE_BLOCK ? left : VOTE_BLOCK;
        count(words, tokens + at, block, votes);
        winner = leader(votes, &lead);
        if (lead > VOTES * (left - block)) /* the others cannot change it any more */
            break;
    }
    return winner;
}
