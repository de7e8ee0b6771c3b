/* title.c - titles as sparse features, and their cosine.
 *
 * The vector of a title has up to three parts, each of a fixed length, so that the cosine of two
 * vectors is the weighted sum of the cosines of the parts: occupations, words and their prefixes,
 * or without a kernel words and character grams. Everything is integer arithmetic on hashed
 * features. */
#include <stdlib.h>
#include <string.h>

#include "title_int.h"

/* Squared lengths of the parts, per mille of the whole. */
enum { PART_WORDS_ALONE = 600, PART_GRAMS_ALONE = 400, PART_OCC = 714, COSINE_FULL = 255 };
enum { MAX_WORDS = 5 }; /* and as many prefixes */

struct raw { /* a feature before scaling */
    uint32_t id;
    uint64_t weight;
};

uint64_t title_isqrt(uint64_t n)
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
    if (!n)
        return 0;
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
    uint64_t length = title_isqrt(square), want = title_isqrt((uint64_t)255 * 255 * share * 1000);
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

static size_t without_kernel(const struct title_lex *lex, struct jm_doc_feature *out)
{
    struct raw raw[TITLE_MAX_GRAMS]; /* one use at a time */
    size_t found = lexical(lex->words, lex->n_words, raw);
    size_t n = scale(raw, found, TITLE_MAX_WORDS, PART_WORDS_ALONE, out);
    found = lexical(lex->grams, lex->n_grams, raw);
    return n + scale(raw, found, JM_DOC_MAX_TITLE_FEATURES - n, PART_GRAMS_ALONE, out + n);
}

/* As much as the closest label is like the title: where the lists hardly know a title ("Backend
 * Engineer"), its words say more than the trades they were guessed to be. */
static unsigned occupations_share(const struct title_scratch *s)
{
    return PART_OCC * s->best / COSINE_FULL;
}

static size_t with_kernel(const struct jm_title_kernel *k, struct title_scratch *s,
                          const struct title_lex *lex, struct jm_doc_feature *out)
{
    struct title_occ occ[JM_DOC_MAX_TITLE_FEATURES];
    struct raw raw[JM_DOC_MAX_TITLE_FEATURES]; /* more than a title has words */
    uint8_t weight[TITLE_MAX_WORDS];
    kernel_weigh(k, lex, weight);
    size_t words = lex->n_words < MAX_WORDS ? lex->n_words : MAX_WORDS;
    size_t max = JM_DOC_MAX_TITLE_FEATURES - 2 * words; /* the words and their prefixes */
    size_t n_occ = kernel_project(k, s, lex, weight, occ, max);
    for (size_t i = 0; i < n_occ; i++)
        raw[i] = (struct raw){OCC_BASE + occ[i].occ, occ[i].weight};
    unsigned share = occupations_share(s), rest = (1000 - share) / 2;
    size_t n = scale(raw, n_occ, max, share, out);
    for (size_t i = 0; i < lex->n_words; i++)
        raw[i] = (struct raw){JM_TITLE_BASE + (uint32_t)(lex->words[i].hash & LEX_MASK), weight[i]};
    n += scale(raw, lex->n_words, MAX_WORDS, rest, out + n);
    for (size_t i = 0; i < lex->n_words; i++)
        raw[i] = (struct raw){JM_TITLE_BASE + (uint32_t)(lex->prefix[i] & LEX_MASK), weight[i]};
    return n + scale(raw, lex->n_words, MAX_WORDS, rest, out + n);
}

size_t title_features(const struct jm_title_kernel *k, struct title_scratch *s, const char *title,
                      size_t bytes, struct jm_doc_feature out[JM_DOC_MAX_TITLE_FEATURES])
{
    struct title_lex lex;
    title_lex_read(title, bytes, k == NULL, &lex);
    if (!lex.n_words)
        return 0;
    return merge(out, k ? with_kernel(k, s, &lex, out) : without_kernel(&lex, out));
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
    uint64_t norm = title_isqrt(square_of(a, na) * square_of(b, nb));
    uint64_t pm = norm ? dot * 1000 / norm : 0;
    return (unsigned)(pm > 1000 ? 1000 : pm);
}
