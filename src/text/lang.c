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

enum jm_lang jm_lang_vote(const struct jm_word_info *words, const struct jm_token *tokens, size_t n)
{
    unsigned votes[JM_LANGS] = {0}, best = 0, second = 0;
    int winner = JM_LANG_UNKNOWN;
    if (n > 3000)
        n = 3000;
    for (size_t i = 0; i < n; i++) {
        const struct jm_word_info *w = jm_words_find(words, tokens[i].hash);
        if (!w || !w->langs)
            continue;
        /* a word of one language says more than one that several share */
        unsigned weight = w->langs & (w->langs - 1) ? 1 : 3;
        for (unsigned left = w->langs; left; left &= left - 1)
            votes[__builtin_ctz(left)] += weight;
    }
    for (int l = 1; l < JM_LANGS; l++) {
        if (votes[l] > best) {
            second = best;
            best = votes[l];
            winner = l;
        } else if (votes[l] > second) {
            second = votes[l];
        }
    }
    return best >= 4 && best > second ? (enum jm_lang)winner : JM_LANG_UNKNOWN;
}
