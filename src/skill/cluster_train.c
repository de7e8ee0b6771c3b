/* cluster_train.c - learn which words stand for each other: classes of words from plain text.
 *
 * The exchange algorithm (Martin, Liermann and Ney, 1998): every word is in one class; word after
 * word moves to the class in which the pairs of neighbouring classes tell most about each other,
 * round after round. "Kafka" and "RabbitMQ" end up together without a list that says so, and a
 * word that no labelled sentence has is known by its class. It is done three times, for few, more
 * and many classes: the few say what sort of word it is, the many what it means. Words are known by
 * their hashes only; sentences that were there already (boilerplate) do not count again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dict_int.h"
#include "jobmatch/bytes.h"
#include "jobmatch/buf.h"
#include "jobmatch/learn.h"
#include "jobmatch/map.h"
#include "jobmatch/text.h"
#include "weights.h"

enum { LOG2 = 17, CLASSES = CLUSTERS_FINE, MIN_SEEN = 5, ROUNDS = 8 };
enum { EDGE = 0 }; /* word and class: a border */
enum { TABLE = 1 << 20, BREAKS = JM_GAP_STOP | JM_GAP_LINE | JM_GAP_PARA | JM_GAP_BULLET };

struct jm_cluster_trainer {
    struct jm_text *text;
    struct jm_map64 ids, sentences;
    uint64_t *hash; /* by word */
    uint32_t *seen;
    size_t n_words, cap_hash, cap_seen;
    uint32_t *all; /* the words of all sentences, EDGE between */
    size_t n_all, cap_all;
};

struct near { /* a neighbour, and how often it is one */
    uint32_t word, times;
};

struct side { /* the neighbours of every word on one side: of word i [at[i], at[i + 1]) */
    size_t *at;
    struct near *a;
    uint64_t *total; /* by word */
};

struct classes {
    size_t n_words;
    uint16_t n; /* classes, EDGE among them; at most CLASSES */
    struct side right, left;
    uint16_t *of;                       /* by word */
    uint16_t *found[CLUSTER_SIZES];     /* the same of every size, `of` is one of them */
    double *pairs, *as_left, *as_right; /* counts of pairs of classes; of a class in either place */
    double *logs; /* n log n */
    /* of the word being moved: how often it stands before and after each class */
    double before[CLASSES], after[CLASSES], self;
    uint16_t before_used[CLASSES], after_used[CLASSES];
    size_t n_before, n_after;
};

struct jm_cluster_trainer *jm_cluster_trainer_new(void)
{
    struct jm_cluster_trainer *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    jm_map64_init(&t->ids);
    jm_map64_init(&t->sentences);
    t->text = jm_text_new();
    if (t->text)
        return t;
    jm_cluster_trainer_free(t);
    return NULL;
}

void jm_cluster_trainer_free(struct jm_cluster_trainer *t)
{
    if (!t)
        return;
    jm_text_free(t->text);
    jm_map64_fini(&t->ids);
    jm_map64_fini(&t->sentences);
    free(t->hash);
    free(t->seen);
    free(t->all);
    free(t);
}

/* --- text ------------------------------------------------------------------------------------ */

static int add_word(struct jm_cluster_trainer *t, uint64_t hash, struct jm_err *err)
{
    uint64_t *known = jm_map64_get(&t->ids, hash), id = known ? *known : t->n_words;
    if (dict_grow((void **)&t->all, t->n_all, &t->cap_all, sizeof *t->all, err))
        return -1;
    if (!known) {
        if (dict_grow((void **)&t->hash, id, &t->cap_hash, sizeof *t->hash, err) ||
            dict_grow((void **)&t->seen, id, &t->cap_seen, sizeof *t->seen, err) ||
            jm_map64_put(&t->ids, hash, id))
            return -1;
        t->hash[id] = hash;
        t->seen[id] = 0;
        t->n_words++;
    }
    t->seen[id]++;
    t->all[t->n_all++] = (uint32_t)id;
    return 0;
}

static int add_sentence(struct jm_cluster_trainer *t, const struct jm_token *tok, size_t n,
                        struct jm_err *err)
{
    uint64_t all = n;
    for (size_t i = 0; i < n; i++)
        all = feature_pair(all, tok[i].hash);
    if (jm_map64_get(&t->sentences, all))
        return 0;
    int rc = jm_map64_put(&t->sentences, all, 1) || add_word(t, EDGE, err);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = add_word(t, tok[i].hash, err);
    return rc || add_word(t, EDGE, err) ? -1 : 0;
}

int jm_cluster_trainer_add(struct jm_cluster_trainer *t, const char *text, size_t bytes,
                           struct jm_err *err)
{
    const struct jm_text_view *v = jm_text_read(t->text, text, bytes, JM_TEXT_GUESS, err);
    if (!v)
        return -1;
    int rc = t->n_words ? 0 : add_word(t, EDGE, err); /* the first word is the border */
    for (size_t i = 0, end; i < v->n_tokens && rc == 0; i = end) {
        for (end = i + 1; end < v->n_tokens && !(v->tokens[end].gap & BREAKS); end++)
            ;
        rc = add_sentence(t, v->tokens + i, end - i, err);
    }
    return rc ? jm_err_set(err, JM_ENOMEM, "out of memory for words") : 0;
}

/* --- words and their neighbours -------------------------------------------------------------- */

struct ranked {
    uint32_t word, seen;
};

static int by_rank(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->seen != b->seen)
        return a->seen > b->seen ? -1 : 1;
    return a->word < b->word ? -1 : a->word > b->word;
}

/* New numbers, most frequent first, EDGE before all; rare words get UINT32_MAX. */
static uint32_t *rank_words(const struct jm_cluster_trainer *t, size_t *n)
{
    struct ranked *r = calloc(t->n_words + 1, sizeof *r);
    uint32_t *number = calloc(t->n_words + 1, sizeof *number);
    *n = 0;
    for (uint32_t i = 0; r && number && i < t->n_words; i++) {
        number[i] = UINT32_MAX;
        if (i == EDGE || t->seen[i] >= MIN_SEEN)
            r[(*n)++] = (struct ranked){i, i == EDGE ? UINT32_MAX : t->seen[i]};
    }
    if (r && number) {
        qsort(r, *n, sizeof *r, by_rank);
        for (uint32_t i = 0; i < *n; i++)
            number[r[i].word] = i;
    } else {
        free(number);
        number = NULL;
    }
    free(r);
    return number;
}

static int by_value(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

/* All pairs of neighbours, the first in the high half, sorted; a rare word breaks the chain. */
static uint64_t *list_pairs(const struct jm_cluster_trainer *t, const uint32_t *number, bool turned,
                            size_t *n)
{
    uint64_t *pairs = calloc(t->n_all + 1, sizeof *pairs);
    *n = 0;
    for (size_t i = 1; pairs && i < t->n_all; i++) {
        uint64_t a = number[t->all[i - 1]], b = number[t->all[i]];
        if (a != UINT32_MAX && b != UINT32_MAX && (a || b))
            pairs[(*n)++] = turned ? b << 32 | a : a << 32 | b;
    }
    if (pairs)
        qsort(pairs, *n, sizeof *pairs, by_value);
    return pairs;
}

static int count_side(const struct jm_cluster_trainer *t, const uint32_t *number, size_t n_words,
                      bool turned, struct side *s)
{
    size_t n, kept = 0;
    uint64_t *pairs = list_pairs(t, number, turned, &n);
    s->at = calloc(n_words + 2, sizeof *s->at);
    s->total = calloc(n_words + 1, sizeof *s->total);
    s->a = pairs ? calloc(n + 1, sizeof *s->a) : NULL;
    if (!s->at || !s->total || !s->a) {
        free(pairs);
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (i && pairs[i] == pairs[i - 1]) {
            s->a[kept - 1].times++;
        } else {
            s->a[kept++] = (struct near){(uint32_t)pairs[i], 1};
            s->at[(pairs[i] >> 32) + 1]++;
        }
        s->total[pairs[i] >> 32]++;
    }
    for (size_t i = 0; i < n_words; i++)
        s->at[i + 1] += s->at[i];
    free(pairs);
    return 0;
}

/* --- exchange -------------------------------------------------------------------------------- */

static double weight_of(const struct classes *c, double n)
{
    return n < TABLE ? c->logs[(size_t)n] : n * log(n);
}

/* What the objective gains when a count grows from `n` by `more`. */
static double gain(const struct classes *c, double n, double more)
{
    return weight_of(c, n + more) - weight_of(c, n);
}

/* How often the word stands before and after each class, without itself. */
static void look_around(struct classes *c, uint32_t word)
{
    c->self = 0;
    c->n_before = c->n_after = 0;
    for (size_t i = c->right.at[word]; i < c->right.at[word + 1]; i++) {
        const struct near *o = &c->right.a[i];
        uint16_t k = c->of[o->word];
        if (o->word == word) {
            c->self = o->times;
            continue;
        }
        if (c->before[k] == 0)
            c->before_used[c->n_before++] = k;
        c->before[k] += o->times;
    }
    for (size_t i = c->left.at[word]; i < c->left.at[word + 1]; i++) {
        const struct near *o = &c->left.a[i];
        uint16_t k = c->of[o->word];
        if (o->word == word)
            continue;
        if (c->after[k] == 0)
            c->after_used[c->n_after++] = k;
        c->after[k] += o->times;
    }
}

/* Take the word out of a class (sign -1) or put it in (1). */
static void shift(struct classes *c, uint32_t word, size_t k, double sign)
{
    for (size_t i = 0; i < c->n_before; i++)
        c->pairs[k * CLASSES + c->before_used[i]] += sign * c->before[c->before_used[i]];
    for (size_t i = 0; i < c->n_after; i++)
        c->pairs[(size_t)c->after_used[i] * CLASSES + k] += sign * c->after[c->after_used[i]];
    c->pairs[k * CLASSES + k] += sign * c->self;
    c->as_left[k] += sign * (double)c->right.total[word];
    c->as_right[k] += sign * (double)c->left.total[word];
}

static double worth(const struct classes *c, uint32_t word, size_t k)
{
    const double *row = c->pairs + k * CLASSES;
    double s = 0;
    for (size_t i = 0; i < c->n_before; i++)
        s += gain(c, row[c->before_used[i]], c->before[c->before_used[i]]);
    for (size_t i = 0; i < c->n_after; i++) {
        size_t q = c->after_used[i];
        s += gain(c, c->pairs[q * CLASSES + k] + (q == k ? c->before[k] : 0), c->after[q]);
    }
    s += gain(c, row[k] + c->before[k] + c->after[k], c->self);
    return s - gain(c, c->as_left[k], (double)c->right.total[word]) -
           gain(c, c->as_right[k], (double)c->left.total[word]);
}

/* Returns how many words moved. */
static size_t exchange(struct classes *c)
{
    size_t moved = 0;
    for (uint32_t word = EDGE + 1; word < c->n_words; word++) {
        uint16_t from = c->of[word], to = from;
        double best = -INFINITY;
        look_around(c, word);
        shift(c, word, from, -1);
        for (uint16_t k = EDGE + 1; k < c->n; k++) {
            double s = worth(c, word, k);
            if (s > best + 1e-9) {
                best = s;
                to = k;
            }
        }
        shift(c, word, to, 1);
        c->of[word] = to;
        moved += to != from;
        for (size_t i = 0; i < c->n_before; i++)
            c->before[c->before_used[i]] = 0;
        for (size_t i = 0; i < c->n_after; i++)
            c->after[c->after_used[i]] = 0;
    }
    return moved;
}

static const uint16_t sizes[CLUSTER_SIZES] = {CLUSTERS_FINE, CLUSTERS_MIDDLE, CLUSTERS_COARSE};

static int classes_init(struct classes *c)
{
    for (size_t k = 0; k < CLUSTER_SIZES; k++)
        if (!(c->found[k] = calloc(c->n_words + 1, sizeof *c->found[k])))
            return -1;
    c->pairs = calloc((size_t)CLASSES * CLASSES, sizeof *c->pairs);
    c->as_left = calloc(CLASSES, sizeof *c->as_left);
    c->as_right = calloc(CLASSES, sizeof *c->as_right);
    c->logs = calloc(TABLE, sizeof *c->logs);
    if (!c->pairs || !c->as_left || !c->as_right || !c->logs)
        return -1;
    for (size_t i = 1; i < TABLE; i++)
        c->logs[i] = (double)i * log((double)i);
    return 0;
}

/* Every word in some class, and what follows from that. */
static void classes_begin(struct classes *c, size_t size)
{
    c->of = c->found[size];
    c->n = sizes[size];
    memset(c->pairs, 0, (size_t)CLASSES * CLASSES * sizeof *c->pairs);
    memset(c->as_left, 0, CLASSES * sizeof *c->as_left);
    memset(c->as_right, 0, CLASSES * sizeof *c->as_right);
    for (size_t i = EDGE + 1; i < c->n_words; i++)
        c->of[i] = (uint16_t)(1 + (i - 1) % (c->n - 1u));
    for (size_t i = 0; i < c->n_words; i++)
        for (size_t k = c->right.at[i]; k < c->right.at[i + 1]; k++) {
            uint16_t a = c->of[i], b = c->of[c->right.a[k].word];
            c->pairs[(size_t)a * CLASSES + b] += c->right.a[k].times;
            c->as_left[a] += c->right.a[k].times;
            c->as_right[b] += c->right.a[k].times;
        }
}

static void classes_free(struct classes *c)
{
    free(c->right.at);
    free(c->right.a);
    free(c->right.total);
    free(c->left.at);
    free(c->left.a);
    free(c->left.total);
    for (size_t k = 0; k < CLUSTER_SIZES; k++)
        free(c->found[k]);
    free(c->pairs);
    free(c->as_left);
    free(c->as_right);
    free(c->logs);
    free(c);
}

/* The most frequent word of a bucket has it. */
static int write_classes(const struct jm_cluster_trainer *t, const struct classes *c,
                         const uint32_t *number, struct jm_buf *out)
{
    const int32_t fixed[WEIGHTS_FIXED] = {CLUSTERS_FINE, CLUSTERS_MIDDLE, CLUSTERS_COARSE};
    uint8_t *table = calloc((size_t)1 << LOG2, weights_width(WEIGHTS_CLUSTERS));
    uint32_t *owner = calloc((size_t)1 << LOG2, sizeof *owner);
    for (size_t i = EDGE + 1; table && owner && i < t->n_words; i++) {
        size_t b = t->hash[i] & ((1 << LOG2) - 1);
        uint32_t n = number[i];
        if (n == UINT32_MAX || (owner[b] && owner[b] < n))
            continue;
        owner[b] = n;
        const uint16_t of[] = {c->found[0][n], c->found[1][n], c->found[2][n]};
        jm_put_u32(table + 4 * b, cluster_entry(t->hash[i], of));
    }
    if (table && owner)
        weights_write(out, WEIGHTS_CLUSTERS, LOG2, fixed, table);
    bool ok = table && owner && jm_buf_ok(out);
    free(table);
    free(owner);
    return ok ? 0 : -1;
}

int jm_cluster_train(struct jm_cluster_trainer *t, struct jm_cluster_report *report,
                     struct jm_buf *out, struct jm_err *err)
{
    struct classes *c = calloc(1, sizeof *c);
    size_t n = 0;
    uint32_t *number = c ? rank_words(t, &n) : NULL;
    int rc = number ? 0 : -1;
    if (rc == 0) {
        c->n_words = n;
        rc = count_side(t, number, n, false, &c->right) ||
             count_side(t, number, n, true, &c->left) || classes_init(c);
    }
    *report = (struct jm_cluster_report){.tokens = t->n_all, .words = n};
    for (size_t done = 0; rc == 0 && done < CLUSTER_SIZES; done++) {
        classes_begin(c, CLUSTER_SIZES - 1 - done);
        for (int round = 0; round < ROUNDS; round++)
            report->moved = exchange(c);
    }
    if (rc == 0)
        rc = write_classes(t, c, number, out);
    if (c)
        classes_free(c);
    free(number);
    return rc ? jm_err_set(err, JM_ENOMEM, "out of memory for training") : 0;
}
