/* kernel_svd.c - which occupations have words in common, directly or through other occupations.
 *
 * The counts become positive pointwise mutual information, and the rows are projected on their
 * strongest 300 right directions. Cosines of the projected rows do not change under a rotation of
 * the basis, so block power iteration with Gram-Schmidt is enough and no full decomposition is
 * made. Several views of the occupations (words of labels; words of labels and descriptions) stand
 * side by side as parts of one row, each of the same length: a product of two rows is the mean of
 * the views' cosines. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "kernel_build.h"

enum { ITERATIONS = 5 };

struct dense { /* row-major */
    float *a;
    size_t rows, cols;
};

static int dense_new(struct dense *m, size_t rows, size_t cols)
{
    m->rows = rows;
    m->cols = cols;
    m->a = calloc(rows * cols + 1, sizeof *m->a);
    return m->a ? 0 : -1;
}

static int by_pair(const void *x, const void *y)
{
    const struct occ_word *a = x, *b = y;
    if (a->occ != b->occ)
        return a->occ < b->occ ? -1 : 1;
    return a->word < b->word ? -1 : a->word > b->word;
}

static void merge_pairs(struct occ_words *m)
{
    size_t kept = 0;
    if (m->n_pairs)
        qsort(m->pairs, m->n_pairs, sizeof *m->pairs, by_pair);
    for (size_t i = 0; i < m->n_pairs; i++) {
        if (kept && !by_pair(&m->pairs[kept - 1], &m->pairs[i]))
            m->pairs[kept - 1].value += m->pairs[i].value;
        else
            m->pairs[kept++] = m->pairs[i];
    }
    m->n_pairs = kept;
}

/* Counts to positive mutual information. */
static int to_ppmi(struct occ_words *m)
{
    double total = 0;
    double *row = calloc(m->n_occ + 1, sizeof *row), *col = calloc(m->n_words + 1, sizeof *col);
    if (!row || !col) {
        free(row);
        free(col);
        return -1;
    }
    merge_pairs(m);
    for (size_t i = 0; i < m->n_pairs; i++) {
        row[m->pairs[i].occ] += m->pairs[i].value;
        col[m->pairs[i].word] += m->pairs[i].value;
        total += m->pairs[i].value;
    }
    for (size_t i = 0; i < m->n_pairs; i++) {
        struct occ_word *p = &m->pairs[i];
        double pmi = log(p->value * total / (row[p->occ] * col[p->word]));
        p->value = pmi > 0 ? (float)pmi : 0;
    }
    free(row);
    free(col);
    return 0;
}

/* y = A v, or y = A^T v. */
static void multiply(const struct occ_words *m, bool transposed, const struct dense *v,
                     struct dense *y)
{
    memset(y->a, 0, y->rows * y->cols * sizeof *y->a);
    for (size_t i = 0; i < m->n_pairs; i++) {
        const struct occ_word *p = &m->pairs[i];
        const float *from = v->a + (transposed ? p->occ : p->word) * v->cols;
        float *to = y->a + (transposed ? p->word : p->occ) * y->cols;
        for (size_t k = 0; k < v->cols; k++)
            to[k] += p->value * from[k];
    }
}

static void transpose(const struct dense *from, float *to)
{
    for (size_t r = 0; r < from->rows; r++)
        for (size_t c = 0; c < from->cols; c++)
            to[c * from->rows + r] = from->a[r * from->cols + c];
}

static void to_unit(float *x, size_t n, double length)
{
    double square = 0;
    for (size_t i = 0; i < n; i++)
        square += (double)x[i] * x[i];
    float scale = square > 1e-12 ? (float)(length / sqrt(square)) : 0;
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
}

/* Make the columns of `m` orthonormal; works on the transpose for long runs of memory. */
static int orthonormalise(struct dense *m)
{
    struct dense t;
    if (dense_new(&t, m->cols, m->rows))
        return -1;
    transpose(m, t.a);
    for (size_t c = 0; c < t.rows; c++) {
        float *x = t.a + c * t.cols;
        for (size_t p = 0; p < c; p++) {
            const float *q = t.a + p * t.cols;
            float dot = 0;
            for (size_t r = 0; r < t.cols; r++)
                dot += x[r] * q[r];
            for (size_t r = 0; r < t.cols; r++)
                x[r] -= dot * q[r];
        }
        to_unit(x, t.cols, 1);
    }
    transpose(&t, m->a);
    free(t.a);
    return 0;
}

/* The rows of one view, each of the given length, into columns from `at` on of `out`. */
static int embed(struct occ_words *m, double length, struct dense *out, size_t at)
{
    struct dense v = {0}, y = {0};
    size_t rank = BUILD_RANK;
    uint64_t seed = 1;
    rank = rank > m->n_words ? m->n_words : rank;
    rank = rank > m->n_occ ? m->n_occ : rank;
    int rc = to_ppmi(m) || dense_new(&v, m->n_words, rank) || dense_new(&y, m->n_occ, rank);
    for (size_t i = 0; !rc && i < y.rows * y.cols; i++)
        y.a[i] = (float)(jm_rand_next(&seed) >> 40) / (1 << 24) - .5f;
    for (int i = 0; !rc && i < ITERATIONS; i++) {
        rc = orthonormalise(&y);
        multiply(m, true, &y, &v);
        if (!rc && i + 1 == ITERATIONS)
            rc = orthonormalise(&v);
        multiply(m, false, &v, &y);
    }
    for (size_t r = 0; !rc && r < y.rows; r++) {
        to_unit(y.a + r * rank, rank, length);
        memcpy(out->a + r * out->cols + at, y.a + r * rank, rank * sizeof *y.a);
    }
    free(y.a);
    free(v.a);
    return rc;
}

/* Keep the best neighbours, heaviest first. */
static void offer(struct neighbour *best, uint16_t other, uint8_t cos)
{
    size_t at = KERNEL_NEIGHBOURS;
    while (at > 0 && best[at - 1].cos < cos)
        at--;
    if (at == KERNEL_NEIGHBOURS)
        return;
    memmove(best + at + 1, best + at, (KERNEL_NEIGHBOURS - 1 - at) * sizeof *best);
    best[at] = (struct neighbour){other, cos};
}

static void nearest(const struct dense *e, struct neighbour *near)
{
    for (size_t a = 0; a < e->rows; a++) {
        for (size_t b = a + 1; b < e->rows; b++) {
            const float *x = e->a + a * e->cols, *y = e->a + b * e->cols;
            float dot = 0;
            for (size_t c = 0; c < e->cols; c++)
                dot += x[c] * y[c];
            if (dot < KERNEL_COS_MIN_PM / 1000.f)
                continue;
            uint8_t cos = (uint8_t)(dot >= 1 ? 255 : dot * 255);
            offer(near + a * KERNEL_NEIGHBOURS, (uint16_t)b, cos);
            offer(near + b * KERNEL_NEIGHBOURS, (uint16_t)a, cos);
        }
    }
}

int kernel_neighbours(struct occ_words *views, size_t n, struct neighbour *near,
                      jm_title_progress *progress, struct jm_err *err)
{
    struct dense rows = {0};
    int rc = dense_new(&rows, views[0].n_occ, n * BUILD_RANK);
    for (size_t i = 0; !rc && i < n; i++) {
        if (progress)
            progress("neighbours", (unsigned)(100 * i / n));
        rc = embed(&views[i], sqrt(1. / (double)n), &rows, i * BUILD_RANK);
    }
    if (!rc)
        nearest(&rows, near);
    free(rows.a);
    return rc ? jm_err_set(err, JM_ENOMEM, "out of memory for the kernel") : 0;
}
