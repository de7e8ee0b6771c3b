/* title.c - titles as sparse features, and their cosine.
 *
 * The vector of a title has up to three parts, each of a fixed length, so that the cosine of two
 * vectors is the weighted sum of the cosines of the parts: occupations (with a kernel), words,
 * character grams. Everything is integer arithmetic on hashed features. */
#include <stdlib.h>
#include <string.h>

#include "title_int.h"

/* Squared lengths of the parts, per mille of the whole. */
enum { PART_WORDS_ALONE = 600, PART_GRAMS_ALONE = 400,
       PART_OCC = 800, PART_WORDS = 180, PART_GRAMS = 20 };
enum { MAX_OCC = 34, MAX_WORDS = 4, MAX_GRAMS = 2 };

struct raw { /* a feature before scaling */
    uint32_t id;
    uint64_t weight;
};

static uint64_t isqrt(uint64_t n)
{
    uint64_t lo = 0, hi = UINT64_C(1) << 32;
    while (hi - lo > 1) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (mid * mid <= n)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static int by_weight(const void *a, const void *b)
{
    const struct raw *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_id(const void *a, const void *b)
{
    const struct jm_doc_feature *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Keep the heaviest `max`, scale them to a length of 255 * sqrt(share / 1000), append to out. */
static size_t scale(struct raw *raw, size_t n, size_t max, unsigned share,
                    struct jm_doc_feature *out)
{
    uint64_t square = 0, top = 0;
    qsort(raw, n, sizeof *raw, by_weight);
    if (n > max)
        n = max;
    for (size_t i = 0; i < n; i++)
        top = raw[i].weight > top ? raw[i].weight : top;
    if (!top)
        return 0;
    for (size_t i = 0; i < n; i++) {
        raw[i].weight = raw[i].weight * 4096 / top;
        square += raw[i].weight * raw[i].weight;
    }
    uint64_t length = isqrt(square), want = isqrt((uint64_t)255 * 255 * share * 1000);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t w = (raw[i].weight * want / 1000 + length / 2) / length;
        if (w)
            out[kept++] = (struct jm_doc_feature){raw[i].id, (uint8_t)(w > 255 ? 255 : w)};
    }
    return kept;
}

static size_t lexical(const struct title_part *parts, size_t n, struct raw *raw)
{
    for (size_t i = 0; i < n; i++)
        raw[i] = (struct raw){JM_TITLE_BASE + (uint32_t)(parts[i].hash & LEX_MASK), parts[i].damp};
    return n;
}

static size_t occupations(const struct jm_title_kernel *k, const struct title_lex *lex,
                          struct raw *raw)
{
    struct title_occ near[TITLE_OCC_MAX], spread[TITLE_OCC_MAX];
    size_t n = k ? kernel_project(k, lex, near, 50) : 0;
    n = n ? kernel_spread(k, near, n, spread, TITLE_OCC_MAX) : 0;
    for (size_t i = 0; i < n; i++)
        raw[i] = (struct raw){OCC_BASE + spread[i].occ, spread[i].weight};
    return n;
}

/* Two features may hash to one id: add them up. */
static size_t merge(struct jm_doc_feature *f, size_t n)
{
    size_t kept = 0;
    qsort(f, n, sizeof *f, by_id);
    for (size_t i = 0; i < n; i++) {
        if (kept && f[kept - 1].id == f[i].id) {
            unsigned sum = f[kept - 1].weight + f[i].weight;
            f[kept - 1].weight = (uint8_t)(sum > 255 ? 255 : sum);
        } else {
            f[kept++] = f[i];
        }
    }
    return kept;
}

size_t jm_title_features(const struct jm_title_kernel *k, const char *title, size_t bytes,
                         struct jm_doc_feature out[JM_DOC_MAX_TITLE_FEATURES])
{
    struct title_lex lex;
    struct raw raw[TITLE_MAX_GRAMS + TITLE_OCC_MAX]; /* one use at a time */
    title_lex_read(title, bytes, &lex);
    if (!lex.n_words)
        return 0;
    size_t n = scale(raw, occupations(k, &lex, raw), MAX_OCC, PART_OCC, out);
    bool alone = n == 0;
    size_t words = lexical(lex.words, lex.n_words, raw);
    n += scale(raw, words, alone ? TITLE_MAX_WORDS : MAX_WORDS,
               alone ? PART_WORDS_ALONE : PART_WORDS, out + n);
    size_t grams = lexical(lex.grams, lex.n_grams, raw);
    n += scale(raw, grams, alone ? JM_DOC_MAX_TITLE_FEATURES - n : MAX_GRAMS,
               alone ? PART_GRAMS_ALONE : PART_GRAMS, out + n);
    return merge(out, n);
}

static uint64_t square_of(const struct jm_doc_feature *f, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (uint64_t)f[i].weight * f[i].weight;
    return sum;
}

unsigned jm_title_cosine(const struct jm_doc_feature *a, size_t na, const struct jm_doc_feature *b,
                         size_t nb)
{
    uint64_t dot = 0;
    for (size_t i = 0, j = 0; i < na && j < nb;) {
        if (a[i].id == b[j].id)
            dot += (uint64_t)a[i++].weight * b[j++].weight;
        else if (a[i].id < b[j].id)
            i++;
        else
            j++;
    }
    uint64_t norm = isqrt(square_of(a, na) * square_of(b, nb));
    uint64_t pm = norm ? dot * 1000 / norm : 0;
    return (unsigned)(pm > 1000 ? 1000 : pm);
}

unsigned jm_title_similarity(const struct jm_title_kernel *k, const char *a, const char *b)
{
    struct jm_doc_feature fa[JM_DOC_MAX_TITLE_FEATURES], fb[JM_DOC_MAX_TITLE_FEATURES];
    size_t na = jm_title_features(k, a, strlen(a), fa);
    size_t nb = jm_title_features(k, b, strlen(b), fb);
    return jm_title_cosine(fa, na, fb, nb);
}
