/* tagger.c - named knowledge that no dictionary has to know: "phrases".
 *
 * From the points of the tokens come the chances of every step of the chain, from these the chance
 * that a phrase stands exactly at some tokens, and that anything stands there at all. Told are the
 * phrases that are worth it together: a place is told where the exact ends are likely, or where it
 * is nearly sure that something is there. All in whole numbers: the same weights give the same
 * phrases on every machine. Memory is some 50 bytes a token. */
#include <stdlib.h>
#include <string.h>

#include "chances.h"
#include "tag_int.h"
#include "weights.h"

/* What a phrase is worth: the chance of its ends, and ANY/100 of that of some phrase there, less
 * LEAST. Chosen by cross-validation: bolder tells more and is wrong more often. */
enum { ANY = 60, LEAST = CHANCE_ONE * 80 / 100, LONGEST = 12, IMPOSSIBLE = -(1 << 28) };

void tag_scores(const struct weights *w, const uint64_t *f, size_t n, int32_t out[TAG_LABELS])
{
    out[TAG_O] = out[TAG_B] = out[TAG_I] = 0;
    while (n--) {
        const int8_t *p = weights_two(w, f[n]);
        out[TAG_B] += p[0];
        out[TAG_I] += p[1];
    }
}

struct step { /* into a token: the chance of each label, by the label before */
    uint32_t to[TAG_LABELS][TAG_LABELS];
};

static int32_t points(const struct weights *w, int from, int to, bool first, int32_t here)
{
    if (to == TAG_I && (first || from == TAG_O))
        return IMPOSSIBLE;
    int32_t move = first ? w->fixed[TAG_FIXED_START + to] : w->fixed[from * TAG_LABELS + to];
    return (move + here) * (CHANCE_UNIT / WEIGHTS_UNIT);
}

/* From the end to the start: what lies behind each label decides how likely the step to it is. */
static void find_steps(const struct weights *w, const int32_t (*here)[TAG_LABELS],
                       const uint8_t *first, size_t n, struct step *steps)
{
    int32_t behind[TAG_LABELS] = {0};
    for (size_t i = n; i--;) {
        int32_t all[TAG_LABELS];
        for (int from = 0; from < TAG_LABELS; from++) {
            int32_t s[TAG_LABELS];
            for (int to = 0; to < TAG_LABELS; to++)
                s[to] = points(w, from, to, first[i], here[i][to]) + behind[to];
            all[from] = chance_either(chance_either(s[TAG_O], s[TAG_B]), s[TAG_I]);
            for (int to = 0; to < TAG_LABELS; to++)
                steps[i].to[from][to] = (uint32_t)chance_of(s[to] - all[from]);
        }
        /* only differences count: keep the numbers small over a long text */
        for (int from = 0; from < TAG_LABELS; from++)
            behind[from] = all[from] - all[TAG_O];
    }
}

static uint32_t times(uint32_t a, uint32_t b)
{
    return (uint32_t)(((uint64_t)a * b + CHANCE_ONE / 2) / CHANCE_ONE);
}

static void walk(uint32_t is[TAG_LABELS], const struct step *s)
{
    uint32_t next[TAG_LABELS];
    for (int to = 0; to < TAG_LABELS; to++)
        next[to] = times(is[TAG_O], s->to[TAG_O][to]) + times(is[TAG_B], s->to[TAG_B][to]) +
                   times(is[TAG_I], s->to[TAG_I][to]);
    memcpy(is, next, sizeof next);
}

struct choice { /* the best that ends before a token */
    int64_t worth;
    uint32_t exact; /* chance of the phrase that ends there */
    uint32_t tokens; /* of it; 0: none ends there */
};

/* The phrases that start at token i, whose labels have the chances `is`. */
static void weigh_from(const struct step *steps, const uint8_t *first, size_t n, size_t i,
                       const uint32_t is[TAG_LABELS], struct choice *best)
{
    uint32_t inside = is[TAG_B], none = is[TAG_O];
    if (inside + (uint32_t)CHANCE_ONE * ANY / 100 <= LEAST)
        return;
    for (size_t k = 0; k < LONGEST && i + k < n; k++) {
        int last = k ? TAG_I : TAG_B;
        uint32_t goes_on = i + k + 1 < n ? steps[i + k + 1].to[last][TAG_I] : 0;
        uint32_t exact = times(inside, goes_on < CHANCE_ONE ? CHANCE_ONE - goes_on : 0);
        int64_t any = none < CHANCE_ONE ? CHANCE_ONE - none : 0;
        int64_t worth = best[i].worth + exact + any * ANY / 100 - LEAST;
        if (worth > best[i + k + 1].worth)
            best[i + k + 1] = (struct choice){worth, exact, (uint32_t)k + 1};
        if (i + k + 1 == n || first[i + k + 1])
            break;
        inside = times(inside, goes_on);
        none = times(none, steps[i + k + 1].to[TAG_O][TAG_O]);
    }
}

int tag_best(const struct weights *w, const int32_t (*here)[TAG_LABELS], const uint8_t *first,
             size_t n, uint8_t *label, uint16_t *sure)
{
    struct step *steps = calloc(n + 1, sizeof *steps);
    struct choice *best = calloc(n + 1, sizeof *best);
    uint32_t is[TAG_LABELS] = {[TAG_O] = CHANCE_ONE};
    int rc = steps && best ? 0 : -1;
    if (rc == 0)
        find_steps(w, here, first, n, steps);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (i && best[i].worth <= best[i - 1].worth)
            best[i] = (struct choice){best[i - 1].worth, 0, 0};
        walk(is, &steps[i]);
        weigh_from(steps, first, n, i, is, best);
    }
    for (size_t i = n; rc == 0 && i;) {
        if (i == n && n > 1 && best[n].worth <= best[n - 1].worth)
            best[n].tokens = 0;
        size_t k = best[i].tokens;
        for (size_t j = 1; j < k; j++)
            label[i - j] = TAG_I;
        label[i - (k ? k : 1)] = k ? TAG_B : TAG_O;
        sure[i - (k ? k : 1)] = (uint16_t)((uint64_t)best[i].exact * 1000 / CHANCE_ONE);
        i -= k ? k : 1;
    }
    free(steps);
    free(best);
    return rc;
}
