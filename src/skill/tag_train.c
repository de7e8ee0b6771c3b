/* tag_train.c - learn the tagger: a linear-chain conditional random field.
 *
 * Likelihood with an L2 prior, by stochastic gradient with AdaGrad steps, sentence after sentence
 * in a seeded order; the result is the mean of what the last rounds left. Features seen once or
 * twice are left out: they would only fill buckets. The learned numbers are rounded (weights.h);
 * what the reader uses is integers only. All numbers here were chosen by cross-validation: steps
 * four times as long tell more spans and get fewer right. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "given.h"
#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/learn.h"
#include "jobmatch/map.h"
#include "tag_int.h"
#include "weights.h"

enum { LOG2 = 18, BUCKETS = 1 << LOG2, OUTPUTS = 2, MIN_SEEN = 3, SEED = 20261123 };
enum { EPOCHS = 16, AVERAGED = 10 /* the last so many count */ };
static const double STEP = .03, PRIOR = 4;

struct sentence {
    size_t at, n; /* tokens */
    uint32_t group;
};

struct jm_tag_trainer {
    const struct jm_dict *d;
    struct jm_extractor *x;
    struct sentence *sents;
    size_t n_sents, cap_sents;
    /* by token: gold label, whether a sentence begins, its features */
    uint8_t *gold, *first;
    uint32_t *feat_at;
    size_t n_tokens, cap_gold, cap_first, cap_at;
    uint64_t *feats;
    size_t n_feats, cap_feats;
};

/* What is being learned: weights, sums of squared gradients, and how often a bucket is met. */
struct learner {
    double (*w)[OUTPUTS], (*g)[OUTPUTS], (*mean)[OUTPUTS];
    uint32_t *seen;
    double trans[WEIGHTS_FIXED], trans_g[WEIGHTS_FIXED], trans_mean[WEIGHTS_FIXED];
    uint32_t folds, fold; /* folds 0: learn from all */
    double *alpha, *beta, *here; /* by token of a sentence, TAG_LABELS each */
    uint8_t *keep;               /* by feature: kept */
};

struct jm_tag_trainer *jm_tag_trainer_new(const struct jm_dict *d)
{
    struct jm_tag_trainer *t = calloc(1, sizeof *t);
    if (t && !(t->x = jm_extractor_new())) {
        free(t);
        return NULL;
    }
    if (t)
        t->d = d;
    return t;
}

void jm_tag_trainer_free(struct jm_tag_trainer *t)
{
    if (!t)
        return;
    jm_extractor_free(t->x);
    free(t->sents);
    free(t->gold);
    free(t->first);
    free(t->feat_at);
    free(t->feats);
    free(t);
}

/* --- sentences ------------------------------------------------------------------------------- */

static int grow_tokens(struct jm_tag_trainer *t, struct jm_err *err)
{
    return dict_grow((void **)&t->gold, t->n_tokens + 1, &t->cap_gold, 1, err) ||
           dict_grow((void **)&t->first, t->n_tokens + 1, &t->cap_first, 1, err) ||
           dict_grow((void **)&t->feat_at, t->n_tokens + 1, &t->cap_at, sizeof *t->feat_at, err)
               ? -1 : 0;
}

static int add_features(struct jm_tag_trainer *t, const struct tag_token *tok, size_t n, size_t i,
                        struct jm_err *err)
{
    uint64_t f[TAG_FEATURES_MAX];
    size_t k = tag_features(tok, n, i, f);
    t->feat_at[t->n_tokens] = (uint32_t)t->n_feats;
    for (size_t j = 0; j < k; j++) {
        if (dict_grow((void **)&t->feats, t->n_feats, &t->cap_feats, sizeof *t->feats, err))
            return -1;
        t->feats[t->n_feats++] = f[j];
    }
    return 0;
}

/* Our tokens take the label of the given token they begin in; B only at the first of them. */
static int add_tokens(struct jm_tag_trainer *t, const struct tag_token *tok, const char *tags,
                      const uint32_t *start, size_t n, struct jm_err *err)
{
    const struct jm_text_view *v = t->x->v;
    size_t given = 0, last = SIZE_MAX;
    uint8_t before = TAG_O;
    for (size_t i = 0; i < v->n_tokens; i++) {
        bool begun = false; /* a B among the given tokens since ours before */
        while (given + 1 < n && start[given + 1] <= v->tokens[i].beg) {
            given++;
            begun |= tags[given] == 'B';
        }
        if (i == 0)
            begun = tags[given] == 'B';
        bool begins = (begun && given != last) || before == TAG_O || tok[i].first;
        uint8_t label = tags[given] == 'O' ? TAG_O : begins ? TAG_B : TAG_I;
        last = given;
        before = label;
        if (grow_tokens(t, err) || add_features(t, tok, v->n_tokens, i, err))
            return -1;
        t->gold[t->n_tokens] = label;
        t->first[t->n_tokens++] = tok[i].first;
    }
    return grow_tokens(t, err) ? -1 : 0;
}

/* The tokens from `at` on, sentence by sentence: the chain does not reach beyond. */
static int add_sentences(struct jm_tag_trainer *t, size_t at, uint32_t number, struct jm_err *err)
{
    for (size_t end; at < t->n_tokens; at = end) {
        for (end = at + 1; end < t->n_tokens && !t->first[end]; end++)
            ;
        if (dict_grow((void **)&t->sents, t->n_sents, &t->cap_sents, sizeof *t->sents, err))
            return -1;
        t->sents[t->n_sents++] = (struct sentence){at, end - at, number};
    }
    return 0;
}

int jm_tag_trainer_add(struct jm_tag_trainer *t, const char *const *tokens, const char *tags,
                       size_t n, uint32_t number, struct jm_err *err)
{
    struct given g;
    struct tag_token *tok = NULL;
    int rc = -1;
    size_t at = t->n_tokens;
    if (given_read(&g, tokens, n, err) == 0 && given_extract(&g, t->x, t->d, false, err)) {
        tok = calloc(t->x->v->n_tokens + 1, sizeof *tok);
        rc = tok ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory for training");
    }
    if (rc == 0) {
        tag_tokens(t->x, tok);
        rc = add_tokens(t, tok, tags, g.start, n, err);
        t->feat_at[t->n_tokens] = (uint32_t)t->n_feats;
    }
    if (rc == 0)
        rc = add_sentences(t, at, number, err);
    free(tok);
    given_free(&g);
    return rc;
}

/* --- the chain ------------------------------------------------------------------------------- */

/* log of the sum of exp over the labels */
static double soft_sum(const double a[TAG_LABELS])
{
    double top = fmax(fmax(a[TAG_O], a[TAG_B]), a[TAG_I]);
    return top + log(exp(a[TAG_O] - top) + exp(a[TAG_B] - top) + exp(a[TAG_I] - top));
}

static double move(const struct learner *l, int from, int to, bool first)
{
    if (to == TAG_I && (first || from == TAG_O))
        return -1e9;
    return first ? l->trans[TAG_FIXED_START + to] : l->trans[from * TAG_LABELS + to];
}

static void score_tokens(const struct jm_tag_trainer *t, struct learner *l,
                         const struct sentence *s)
{
    for (size_t i = 0; i < s->n; i++) {
        double *h = l->here + i * TAG_LABELS;
        h[0] = h[1] = h[2] = 0;
        for (uint32_t f = t->feat_at[s->at + i]; f < t->feat_at[s->at + i + 1]; f++) {
            const double *w = l->w[t->feats[f] & (BUCKETS - 1)];
            if (l->keep[f]) {
                h[TAG_B] += w[0];
                h[TAG_I] += w[1];
            }
        }
    }
}

static void forward_backward(const struct jm_tag_trainer *t, struct learner *l,
                             const struct sentence *s)
{
    double sum[TAG_LABELS];
    for (size_t i = 0; i < s->n; i++)
        for (int to = 0; to < TAG_LABELS; to++) {
            for (int from = 0; from < TAG_LABELS; from++)
                sum[from] = (i ? l->alpha[(i - 1) * TAG_LABELS + (size_t)from]
                               : from == TAG_O ? 0 : -1e9) +
                            move(l, from, to, t->first[s->at + i]);
            l->alpha[i * TAG_LABELS + (size_t)to] =
                soft_sum(sum) + l->here[i * TAG_LABELS + (size_t)to];
        }
    for (size_t i = s->n; i--;)
        for (int from = 0; from < TAG_LABELS; from++) {
            for (int to = 0; to < TAG_LABELS && i + 1 < s->n; to++)
                sum[to] = l->beta[(i + 1) * TAG_LABELS + (size_t)to] +
                          l->here[(i + 1) * TAG_LABELS + (size_t)to] +
                          move(l, from, to, t->first[s->at + i + 1]);
            l->beta[i * TAG_LABELS + (size_t)from] = i + 1 < s->n ? soft_sum(sum) : 0;
        }
}

static void pull(double *w, double *g2, double gradient)
{
    *g2 += gradient * gradient;
    *w += STEP * gradient / sqrt(*g2 + 1e-6);
}

static void learn_transitions(const struct jm_tag_trainer *t, struct learner *l,
                              const struct sentence *s, double z)
{
    double grad[WEIGHTS_FIXED] = {0};
    for (size_t i = 0; i < s->n; i++) {
        bool first = t->first[s->at + i];
        for (int from = 0; from < TAG_LABELS; from++)
            for (int to = 0; to < TAG_LABELS; to++) {
                double a = i ? l->alpha[(i - 1) * TAG_LABELS + (size_t)from]
                             : from == TAG_O ? 0 : -1e9;
                double p = exp(a + move(l, from, to, first) +
                               l->here[i * TAG_LABELS + (size_t)to] +
                               l->beta[i * TAG_LABELS + (size_t)to] - z);
                grad[first ? TAG_FIXED_START + to : from * TAG_LABELS + to] -= p;
            }
        int from = i ? t->gold[s->at + i - 1] : TAG_O, to = t->gold[s->at + i];
        grad[first ? TAG_FIXED_START + to : from * TAG_LABELS + to] += 1;
    }
    for (int k = 0; k < WEIGHTS_FIXED; k++)
        if (grad[k] != 0)
            pull(&l->trans[k], &l->trans_g[k], grad[k]);
}

static void learn_features(const struct jm_tag_trainer *t, struct learner *l,
                           const struct sentence *s, size_t i, double z)
{
    double grad[OUTPUTS];
    for (int k = 0; k < OUTPUTS; k++) {
        size_t at = i * TAG_LABELS + (size_t)k + TAG_B;
        grad[k] = (t->gold[s->at + i] == k + TAG_B) - exp(l->alpha[at] + l->beta[at] - z);
    }
    for (uint32_t f = t->feat_at[s->at + i]; f < t->feat_at[s->at + i + 1]; f++) {
        size_t b = t->feats[f] & (BUCKETS - 1);
        for (int k = 0; k < OUTPUTS && l->keep[f]; k++)
            pull(&l->w[b][k], &l->g[b][k], grad[k] - PRIOR * l->w[b][k] / l->seen[b]);
    }
}

static void learn_sentence(const struct jm_tag_trainer *t, struct learner *l,
                           const struct sentence *s)
{
    score_tokens(t, l, s);
    forward_backward(t, l, s);
    double z = soft_sum(l->alpha + (s->n - 1) * TAG_LABELS);
    learn_transitions(t, l, s, z);
    for (size_t i = 0; i < s->n; i++)
        learn_features(t, l, s, i, z);
}

/* --- learning -------------------------------------------------------------------------------- */

static bool held_out(const struct learner *l, const struct sentence *s)
{
    return l->folds && s->group % l->folds == l->fold;
}

static void learner_free(struct learner *l)
{
    free(l->w);
    free(l->g);
    free(l->mean);
    free(l->seen);
    free(l->alpha);
    free(l->beta);
    free(l->here);
    free(l->keep);
}

/* Which features are met often enough, counted by their full hash. */
static int choose_features(const struct jm_tag_trainer *t, struct learner *l)
{
    struct jm_map64 count;
    int rc = 0;
    jm_map64_init(&count);
    for (size_t k = 0; k < t->n_sents && !rc; k++) {
        const struct sentence *s = &t->sents[k];
        uint32_t end = held_out(l, s) ? 0 : t->feat_at[s->at + s->n];
        for (uint32_t f = t->feat_at[s->at]; f < end && !rc; f++) {
            uint64_t *n = jm_map64_get(&count, t->feats[f]);
            if (n)
                ++*n;
            else
                rc = jm_map64_put(&count, t->feats[f], 1);
        }
    }
    for (size_t f = 0; f < t->n_feats && !rc; f++) {
        const uint64_t *n = jm_map64_get(&count, t->feats[f]);
        l->keep[f] = n && *n >= MIN_SEEN;
        l->seen[t->feats[f] & (BUCKETS - 1)] += l->keep[f];
    }
    jm_map64_fini(&count);
    return rc;
}

static int learner_init(const struct jm_tag_trainer *t, struct learner *l)
{
    size_t longest = 1;
    for (size_t i = 0; i < t->n_sents; i++)
        longest = t->sents[i].n > longest ? t->sents[i].n : longest;
    l->w = calloc(BUCKETS, sizeof *l->w);
    l->g = calloc(BUCKETS, sizeof *l->g);
    l->mean = calloc(BUCKETS, sizeof *l->mean);
    l->seen = calloc(BUCKETS, sizeof *l->seen);
    l->keep = calloc(t->n_feats + 1, 1);
    l->alpha = calloc(longest * TAG_LABELS, sizeof *l->alpha);
    l->beta = calloc(longest * TAG_LABELS, sizeof *l->beta);
    l->here = calloc(longest * TAG_LABELS, sizeof *l->here);
    return l->w && l->g && l->mean && l->seen && l->keep && l->alpha && l->beta && l->here
               ? choose_features(t, l) : -1;
}

static void add_to_mean(struct learner *l)
{
    for (size_t b = 0; b < BUCKETS; b++)
        for (int k = 0; k < OUTPUTS; k++)
            l->mean[b][k] += l->w[b][k] / AVERAGED;
    for (int k = 0; k < WEIGHTS_FIXED; k++)
        l->trans_mean[k] += l->trans[k] / AVERAGED;
}

static int learn(const struct jm_tag_trainer *t, struct learner *l)
{
    uint64_t seed = SEED;
    size_t *order = calloc(t->n_sents + 1, sizeof *order);
    int rc = order ? learner_init(t, l) : -1;
    for (size_t i = 0; order && i < t->n_sents; i++)
        order[i] = i;
    for (int e = 0; e < EPOCHS && rc == 0; e++) {
        for (size_t i = t->n_sents; i > 1; i--) {
            size_t k = jm_rand_next(&seed) % i, swap = order[k];
            order[k] = order[i - 1];
            order[i - 1] = swap;
        }
        for (size_t i = 0; i < t->n_sents; i++) {
            const struct sentence *s = &t->sents[order[i]];
            if (!held_out(l, s))
                learn_sentence(t, l, s);
        }
        if (e >= EPOCHS - AVERAGED)
            add_to_mean(l);
    }
    free(order);
    return rc;
}

static int32_t units(double w)
{
    return (int32_t)nearbyint(w * WEIGHTS_UNIT);
}

static int write_weights(const struct learner *l, struct jm_buf *out)
{
    int32_t fixed[WEIGHTS_FIXED];
    uint8_t *table = malloc(BUCKETS * OUTPUTS);
    if (!table)
        return -1;
    for (int k = 0; k < WEIGHTS_FIXED; k++)
        fixed[k] = units(l->trans_mean[k]);
    for (size_t b = 0; b < BUCKETS; b++)
        for (int k = 0; k < OUTPUTS; k++)
            table[b * OUTPUTS + (size_t)k] = weights_byte_of(l->mean[b][k] * WEIGHTS_UNIT);
    weights_write(out, WEIGHTS_TAGGER, LOG2, fixed, table);
    free(table);
    return jm_buf_ok(out) ? 0 : -1;
}

int jm_tag_train(struct jm_tag_trainer *t, struct jm_buf *out, struct jm_err *err)
{
    struct learner l = {.folds = 0};
    int rc = learn(t, &l) || write_weights(&l, out) ? -1 : 0;
    learner_free(&l);
    return rc ? jm_err_set(err, JM_ENOMEM, "out of memory for training") : 0;
}

/* --- cross-validation ------------------------------------------------------------------------ */

/* Spans of labels a that b has too (same ends), and how many a has. */
static uint32_t spans(const uint8_t *a, const uint8_t *b, size_t n, uint32_t *same)
{
    uint32_t count = 0;
    for (size_t i = 0, end; i < n; i++) {
        if (a[i] != TAG_B)
            continue;
        bool equal = b[i] == TAG_B;
        for (end = i + 1; end < n && a[end] == TAG_I; end++)
            equal &= b[end] == TAG_I;
        equal &= end == n || b[end] != TAG_I;
        count++;
        *same += equal;
    }
    return count;
}

static int tag_sentence(const struct jm_tag_trainer *t, const struct weights *w,
                        const struct sentence *s, struct jm_learn_scores *scores)
{
    int32_t(*here)[TAG_LABELS] = calloc(s->n + 1, sizeof *here);
    uint8_t *label = calloc(s->n + 1, 1);
    uint16_t *sure = calloc(s->n + 1, sizeof *sure);
    uint32_t ignored = 0;
    for (size_t i = 0; here && i < s->n; i++) {
        uint32_t from = t->feat_at[s->at + i], to = t->feat_at[s->at + i + 1];
        tag_scores(w, t->feats + from, to - from, here[i]);
    }
    int rc = here && label && sure ? 0 : -1;
    if (rc == 0)
        rc = tag_best(w, (const int32_t(*)[TAG_LABELS])here, t->first + s->at, s->n, label, sure);
    if (rc == 0) {
        scores->told += spans(label, t->gold + s->at, s->n, &scores->right);
        scores->truth += spans(t->gold + s->at, label, s->n, &ignored);
    }
    free(label);
    free(sure);
    free(here);
    return rc;
}

int jm_tag_validate(struct jm_tag_trainer *t, uint32_t folds, uint32_t fold,
                    struct jm_learn_scores *scores, struct jm_err *err)
{
    struct learner l = {.folds = folds, .fold = fold};
    struct weights w = {0};
    struct jm_buf out = {0};
    enum weights_kind kind;
    int rc = learn(t, &l) || write_weights(&l, &out) ||
             weights_load(&w, out.data, out.len, &kind, err);
    for (size_t i = 0; i < t->n_sents && rc == 0; i++)
        if (held_out(&l, &t->sents[i]))
            rc = tag_sentence(t, &w, &t->sents[i], scores);
    weights_free(&w);
    jm_buf_fini(&out);
    learner_free(&l);
    return rc ? jm_err_set(err, JM_ENOMEM, "out of memory for training") : 0;
}
