/* tagger.c - named knowledge that no dictionary has to know: "phrases".
 *
 * The best sequence of B, I and O over the tokens of the text, in integers: the same weights give
 * the same phrases on every machine. Memory is one byte a token for the way back. */
#include <stdlib.h>
#include <string.h>

#include "tag_int.h"
#include "weights.h"

enum { IMPOSSIBLE = -(1 << 28) };

void tag_scores(const struct weights *w, const uint64_t *f, size_t n, int32_t out[TAG_LABELS])
{
    out[TAG_O] = out[TAG_B] = out[TAG_I] = 0;
    while (n--) {
        uint8_t b = weights_byte(w, f[n]);
        out[TAG_B] += weights_levels[b & 15];
        out[TAG_I] += weights_levels[b >> 4];
    }
}

/* One step of Viterbi; the way back of each label is two bits of the result. */
static uint8_t step(const struct weights *w, int32_t best[TAG_LABELS], bool first,
                    const int32_t here[TAG_LABELS])
{
    int32_t next[TAG_LABELS];
    uint8_t back = 0;
    for (int to = 0; to < TAG_LABELS; to++) {
        int from_best = 0;
        int32_t top = INT32_MIN;
        for (int from = 0; from < TAG_LABELS; from++) {
            bool broken = to == TAG_I && (first || from == TAG_O);
            int32_t s = best[from] + (broken  ? IMPOSSIBLE
                                      : first ? w->fixed[TAG_FIXED_START + to]
                                              : w->fixed[from * TAG_LABELS + to]);
            if (s > top) {
                top = s;
                from_best = from;
            }
        }
        next[to] = top + here[to];
        back |= (uint8_t)(from_best << (2 * to));
    }
    /* only differences count: keep the numbers small over a long text */
    for (int to = 0; to < TAG_LABELS; to++)
        best[to] = next[to] - next[TAG_O] < IMPOSSIBLE ? IMPOSSIBLE : next[to] - next[TAG_O];
    return back;
}

void tag_best(const struct weights *w, const int32_t (*here)[TAG_LABELS], const uint8_t *first,
              size_t n, uint8_t *label)
{
    int32_t best[TAG_LABELS] = {0, IMPOSSIBLE, IMPOSSIBLE};
    for (size_t i = 0; i < n; i++)
        label[i] = step(w, best, first[i], here[i]);
    int at = 0;
    for (int k = 1; k < TAG_LABELS; k++)
        if (best[k] > best[at])
            at = k;
    for (size_t i = n; i--;) {
        uint8_t back = label[i];
        label[i] = (uint8_t)at;
        at = back >> (2 * at) & 3;
    }
}
