/* kernel_sgd.c - learning the vectors of words.
 *
 * A title's vector is the sum of its words', scaled to length 1: no layers, and each word's share
 * can be told. In each step BATCH groups are drawn, of each a label and a partner: another of its
 * labels, or a text about it. Each label should be closer to its partner than to the partners of
 * the others, and the other way round (softmax of cosines / TEMPERATURE). The gradient of a word is
 * divided by the root of the sum of its squares so far, so rare words learn as fast as common ones.
 * The inner loops have a fixed length and add along rows, which compilers turn into vector
 * instructions. One seed: the same input gives the same vectors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "kernel_learn.h"

#ifdef JM_FUZZ /* a fuzzer does not wait: a step costs the square of the batch */
enum { BATCH = 8, ROUNDS = 1, MIN_STEPS = 1 };
#else
enum { BATCH = 256, ROUNDS = 10, MIN_STEPS = 20 };
#endif
enum { TEXT_PM = 500 };
static const float TEMPERATURE = .2f, RATE = .1f;

struct side { /* one of the two of each pair */
    uint32_t example[BATCH];
    float v[BATCH][KERNEL_DIMS], length[BATCH], slope[BATCH][KERNEL_DIMS];
};
struct sgd {
    const struct learn_set *set;
    float *vectors, *past; /* past: by word, sum of squared slopes */
    double *until;         /* by group: sum of weights up to it */
    uint64_t seed;
    uint32_t group[BATCH];
    struct side a, b;
    float turned[KERNEL_DIMS][BATCH]; /* b.v */
    float p[BATCH][BATCH];            /* e^(cosine / temperature), then how much that is too much */
};

static uint32_t draw(struct sgd *s, uint32_t n)
{
    return (uint32_t)((jm_rand_next(&s->seed) >> 32) * n >> 32);
}

static uint32_t draw_group(struct sgd *s)
{
    size_t lo = 0, hi = s->set->n_groups - 1;
    double x = (double)(jm_rand_next(&s->seed) >> 11) / (double)(UINT64_C(1) << 53) * s->until[hi];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->until[mid] > x)
            hi = mid;
        else
            lo = mid + 1;
    }
    return (uint32_t)lo;
}

static void draw_pair(struct sgd *s, size_t i)
{
    uint32_t at = draw_group(s);
    const struct learn_group *g = &s->set->groups[at];
    s->group[i] = at;
    s->a.example[i] = s->b.example[i] = g->labels + draw(s, g->n_labels);
    if (g->n_texts && draw(s, 1000) < TEXT_PM)
        s->b.example[i] = g->texts + draw(s, g->n_texts);
    for (int tries = 0; tries < 2 && s->b.example[i] == s->a.example[i]; tries++)
        s->b.example[i] = g->labels + draw(s, g->n_labels);
}

static void read_example(const struct sgd *s, struct side *side, size_t i)
{
    const struct learn_example *e = &s->set->examples[side->example[i]];
    float *v = side->v[i], square = 0;
    memset(v, 0, sizeof side->v[i]);
    for (uint32_t w = e->first; w < e->first + e->n; w++) {
        const float *word = s->vectors + (size_t)s->set->words[w] * KERNEL_DIMS;
        for (int k = 0; k < KERNEL_DIMS; k++)
            v[k] += word[k];
    }
    for (int k = 0; k < KERNEL_DIMS; k++)
        square += v[k] * v[k];
    side->length[i] = sqrtf(square) + 1e-6f;
    for (int k = 0; k < KERNEL_DIMS; k++)
        v[k] /= side->length[i];
}

static void compare(struct sgd *s)
{
    for (int i = 0; i < BATCH; i++)
        for (int k = 0; k < KERNEL_DIMS; k++)
            s->turned[k][i] = s->b.v[i][k];
    memset(s->p, 0, sizeof s->p);
    for (int i = 0; i < BATCH; i++) {
        for (int k = 0; k < KERNEL_DIMS; k++)
            for (int j = 0; j < BATCH; j++)
                s->p[i][j] += s->a.v[i][k] * s->turned[k][j];
        for (int j = 0; j < BATCH; j++)
            s->p[i][j] =
                i != j && s->group[i] == s->group[j] ? 0 : expf((s->p[i][j] - 1) / TEMPERATURE);
    }
}

/* Chances by row and by column, less what they should be; then the slope of both sides. */
static void judge(struct sgd *s)
{
    float row[BATCH] = {0}, column[BATCH] = {0};
    for (int i = 0; i < BATCH; i++)
        for (int j = 0; j < BATCH; j++) {
            row[i] += s->p[i][j];
            column[j] += s->p[i][j];
        }
    memset(s->a.slope, 0, sizeof s->a.slope);
    memset(s->b.slope, 0, sizeof s->b.slope);
    for (int i = 0; i < BATCH; i++)
        for (int j = 0; j < BATCH; j++) {
            float over = (s->p[i][j] / (row[i] + 1e-20f) + s->p[i][j] / (column[j] + 1e-20f) -
                          (i == j ? 2 : 0)) /
                         (2 * TEMPERATURE);
            for (int k = 0; k < KERNEL_DIMS; k++)
                s->a.slope[i][k] += over * s->b.v[j][k];
            for (int k = 0; k < KERNEL_DIMS; k++)
                s->b.slope[j][k] += over * s->a.v[i][k];
        }
}

static void move(struct sgd *s, struct side *side, size_t i, float rate)
{
    const struct learn_example *e = &s->set->examples[side->example[i]];
    float *slope = side->slope[i], along = 0, square = 0;
    for (int k = 0; k < KERNEL_DIMS; k++)
        along += slope[k] * side->v[i][k];
    for (int k = 0; k < KERNEL_DIMS; k++) {
        slope[k] = (slope[k] - along * side->v[i][k]) / side->length[i];
        square += slope[k] * slope[k];
    }
    for (uint32_t w = e->first; w < e->first + e->n; w++) {
        uint32_t word = s->set->words[w];
        float *v = s->vectors + (size_t)word * KERNEL_DIMS;
        s->past[word] += square / KERNEL_DIMS;
        float step = rate / sqrtf(s->past[word] + 1e-8f);
        for (int k = 0; k < KERNEL_DIMS; k++)
            v[k] -= step * slope[k];
    }
}

static void step(struct sgd *s, float rate)
{
    for (size_t i = 0; i < BATCH; i++) {
        draw_pair(s, i);
        read_example(s, &s->a, i);
        read_example(s, &s->b, i);
    }
    compare(s);
    judge(s);
    for (size_t i = 0; i < BATCH; i++)
        move(s, &s->a, i, rate);
    for (size_t i = 0; i < BATCH; i++)
        move(s, &s->b, i, rate);
}

static size_t steps_for(const struct learn_set *set)
{
    size_t labels = 0;
    for (size_t g = 0; g < set->n_groups; g++)
        labels += set->groups[g].n_labels;
    labels = labels * ROUNDS / BATCH;
    return labels < MIN_STEPS ? MIN_STEPS : labels;
}

int kernel_sgd(const struct learn_set *set, size_t n_words, jm_title_progress *progress,
               float *vectors)
{
    struct sgd *s = calloc(1, sizeof *s);
    float *past = calloc(n_words + 1, sizeof *past);
    double *until = calloc(set->n_groups + 1, sizeof *until), sum = 0;
    bool ready = s && past && until;
    for (size_t g = 0; ready && g < set->n_groups; g++)
        until[g] = sum += set->groups[g].weight;
    if (ready)
        *s = (struct sgd){.set = set, .vectors = vectors, .past = past, .until = until, .seed = 1};
    size_t n = set->n_groups ? steps_for(set) : 0;
    for (size_t i = 0; ready && i < n; i++) {
        if (progress && (i == 0 || 100 * i / n > 100 * (i - 1) / n))
            progress("learning", (unsigned)(100 * i / n));
        step(s, RATE * (1 - (float)i / (float)n));
    }
    free(until);
    free(past);
    free(s);
    return ready ? 0 : -1;
}
