/* judge_train.c - learn the gate: logistic regression over hashed features.
 *
 * Likelihood with an L2 prior, stochastic gradient with AdaGrad steps in a seeded order; the result
 * is the mean of what the last rounds left. The thresholds come from cross-validation: the highest at which KEEP of the right claims stay, for
 * surfaces the dictionary calls ambiguous and for plain names apart. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "given.h"
#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/learn.h"
#include "judge.h"
#include "weights.h"

enum { LOG2 = 15, BUCKETS = 1 << LOG2, EPOCHS = 15, AVERAGED = 5, SEED = 20261123 };
static const double STEP = .1, PRIOR = 1.5, KEEP[3] = {0, .85, .82};

struct example {
    struct judge_features f;
    uint32_t number;
    int32_t sum; /* points in cross-validation */
    uint8_t right, threshold; /* threshold 0: the gate has no say */
};

struct jm_gate_trainer {
    const struct jm_dict *d;
    struct jm_extractor *x;
    struct example *a;
    size_t n, cap;
    double *w, *g, *mean;
};

struct jm_gate_trainer *jm_gate_trainer_new(const struct jm_dict *d)
{
    struct jm_gate_trainer *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->d = d;
    t->x = jm_extractor_new();
    t->w = calloc(BUCKETS + 1, sizeof *t->w);
    t->g = calloc(BUCKETS + 1, sizeof *t->g);
    t->mean = calloc(BUCKETS + 1, sizeof *t->mean);
    if (t->x && t->w && t->g && t->mean)
        return t;
    jm_gate_trainer_free(t);
    return NULL;
}

void jm_gate_trainer_free(struct jm_gate_trainer *t)
{
    if (!t)
        return;
    jm_extractor_free(t->x);
    free(t->a);
    free(t->w);
    free(t->g);
    free(t->mean);
    free(t);
}

static bool is_right(const struct given *g, const char *tags, uint32_t beg, uint32_t end)
{
    uint32_t from, to;
    given_touched(g, beg, end, &from, &to);
    for (; from < to; from++)
        if (tags[from] != 'O')
            return true;
    return false;
}

struct document { /* being added */
    struct jm_gate_trainer *t;
    const struct given *g;
    const char *tags;
    uint32_t number;
    int rc;
};

/* The rules have spoken, the gate has not. */
static void add_hits(struct jm_extractor *x, void *arg)
{
    struct document *d = arg;
    struct jm_gate_trainer *t = d->t;
    for (size_t c = 0; c < x->cands.n && d->rc == 0; c++) {
        const struct hit *h = &x->cands.a[c];
        if (!judge_can(x, c))
            continue;
        d->rc = dict_grow((void **)&t->a, t->n, &t->cap, sizeof *t->a, NULL);
        if (d->rc)
            return;
        struct example *e = &t->a[t->n++];
        *e = (struct example){.number = d->number};
        e->threshold = judge_may(x, c) ? (uint8_t)judge_threshold(x, h) : 0;
        judge_features(x, c, &e->f);
        e->right = is_right(d->g, d->tags, x->v->tokens[h->tok].beg,
                            x->v->tokens[h->tok + h->n - 1].end);
    }
}

int jm_gate_trainer_add(struct jm_gate_trainer *t, const char *const *tokens, const char *tags,
                        size_t n, uint32_t number, struct jm_err *err)
{
    struct given g;
    struct document d = {.t = t, .g = &g, .tags = tags, .number = number};
    t->x->observe = add_hits;
    t->x->observe_arg = &d;
    int rc = given_read(&g, tokens, n, err);
    if (rc == 0 && !given_extract(&g, t->x, t->d, false, err))
        rc = -1;
    given_free(&g);
    t->x->observe = NULL;
    return d.rc ? jm_err_set(err, JM_ENOMEM, "out of memory for training") : rc;
}

/* --- learning -------------------------------------------------------------------------------- */

static double sum_of(const struct jm_gate_trainer *t, const struct example *e)
{
    double sum = t->w[BUCKETS];
    for (size_t i = 0; i < e->f.n; i++)
        sum += t->w[e->f.hash[i] & (BUCKETS - 1)];
    return sum;
}

static void pull(struct jm_gate_trainer *t, size_t b, double gradient)
{
    t->g[b] += gradient * gradient;
    t->w[b] += STEP * gradient / sqrt(t->g[b] + 1e-6);
}

static void learn_one(struct jm_gate_trainer *t, const struct example *e, const uint32_t *seen)
{
    double off = e->right - 1 / (1 + exp(-sum_of(t, e)));
    pull(t, BUCKETS, off);
    for (size_t i = 0; i < e->f.n; i++) {
        size_t b = e->f.hash[i] & (BUCKETS - 1);
        pull(t, b, off - PRIOR * t->w[b] / seen[b]);
    }
}

/* Learn from the examples whose number is not `fold` modulo `folds`; folds 0: from all. */
static int learn(struct jm_gate_trainer *t, uint32_t folds, uint32_t fold)
{
    uint64_t seed = SEED;
    size_t *order = calloc(t->n + 1, sizeof *order), n = 0;
    uint32_t *seen = calloc(BUCKETS, sizeof *seen);
    memset(t->w, 0, (BUCKETS + 1) * sizeof *t->w);
    memset(t->g, 0, (BUCKETS + 1) * sizeof *t->g);
    memset(t->mean, 0, (BUCKETS + 1) * sizeof *t->mean);
    for (size_t i = 0; order && seen && i < t->n; i++) {
        const struct example *e = &t->a[i];
        if (folds && e->number % folds == fold)
            continue;
        order[n++] = i;
        for (size_t k = 0; k < e->f.n; k++)
            seen[e->f.hash[k] & (BUCKETS - 1)]++;
    }
    for (int epoch = 0; order && seen && epoch < EPOCHS; epoch++) {
        for (size_t i = n; i; i--) {
            size_t k = jm_rand_next(&seed) % i, swap = order[k];
            order[k] = order[i - 1];
            order[i - 1] = swap;
            learn_one(t, &t->a[swap], seen);
        }
        for (size_t b = 0; epoch >= EPOCHS - AVERAGED && b <= BUCKETS; b++)
            t->mean[b] += t->w[b] / AVERAGED;
    }
    memcpy(t->w, t->mean, (BUCKETS + 1) * sizeof *t->w);
    int rc = order && seen ? 0 : -1;
    free(order);
    free(seen);
    return rc;
}

/* --- thresholds ------------------------------------------------------------------------------ */

static int by_sum(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The highest sum at which KEEP of the right claims stay. */
static int choose(const struct jm_gate_trainer *t, unsigned which, int32_t *least)
{
    int32_t *sums = calloc(t->n + 1, sizeof *sums);
    size_t n = 0;
    if (!sums)
        return -1;
    for (size_t i = 0; i < t->n; i++)
        if (t->a[i].right && t->a[i].threshold == which)
            sums[n++] = t->a[i].sum;
    qsort(sums, n, sizeof *sums, by_sum);
    *least = n ? sums[(size_t)((1 - KEEP[which]) * (double)n)] : INT32_MIN / 2;
    free(sums);
    return 0;
}

static void count(const struct jm_gate_trainer *t, const int32_t *fixed, struct jm_gate_report *r)
{
    *r = (struct jm_gate_report){.examples = (uint32_t)t->n};
    for (size_t i = 0; i < t->n; i++) {
        if (!t->a[i].threshold)
            continue;
        r->judged++;
        bool kept = t->a[i].sum >= fixed[t->a[i].threshold];
        r->right += t->a[i].right;
        r->kept += kept;
        r->kept_right += kept && t->a[i].right;
    }
}

static int32_t units(double w)
{
    return (int32_t)nearbyint(w * WEIGHTS_UNIT);
}

static void write_out(const struct jm_gate_trainer *t, int32_t *fixed, struct jm_buf *out)
{
    uint8_t table[BUCKETS];
    for (size_t b = 0; b < BUCKETS; b++)
        table[b] = weights_byte_of(t->w[b] * WEIGHTS_UNIT);
    fixed[0] = units(t->w[BUCKETS]);
    weights_write(out, WEIGHTS_GATE, LOG2, fixed, table);
}

int jm_gate_train(struct jm_gate_trainer *t, uint32_t folds, struct jm_gate_report *report,
                  struct jm_buf *out, struct jm_err *err)
{
    int32_t fixed[WEIGHTS_FIXED] = {0};
    int rc = folds > 1 ? 0 : jm_err_set(err, JM_EINVAL, "the gate needs at least two folds");
    for (uint32_t fold = 0; rc == 0 && fold < folds; fold++) {
        rc = learn(t, folds, fold);
        for (size_t i = 0; rc == 0 && i < t->n; i++)
            if (t->a[i].number % folds == fold)
                t->a[i].sum = units(sum_of(t, &t->a[i]));
    }
    if (rc == 0)
        rc = choose(t, JUDGE_PLAIN, &fixed[JUDGE_PLAIN]) ||
             choose(t, JUDGE_GATED, &fixed[JUDGE_GATED]) || learn(t, 0, 0);
    if (rc)
        return jm_err_set(err, JM_ENOMEM, "out of memory for training");
    count(t, fixed, report);
    write_out(t, fixed, out);
    return jm_buf_ok(out) ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory for training");
}
