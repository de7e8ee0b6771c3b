/* kernel.c - the occupation kernel at work: load, project a title, spread over neighbours.
 *
 * A title is compared with every label it shares a word or gram with (one accumulator a label);
 * similarity counts to the fourth power, so that one good label beats many faint ones; an
 * occupation's sum is damped by how many labels it has. Integers throughout. */
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "kernel_int.h"

static uint16_t u16_at(const uint8_t *p, size_t i) { return jm_get_u16(p + 2 * i); }
static uint32_t u32_at(const uint8_t *p, size_t i) { return jm_get_u32(p + 4 * i); }

/* Point the arrays into the bytes; false when the file is too short. */
static bool lay_out(struct jm_title_kernel *k)
{
    const struct kernel_counts *n = &k->n;
    uint64_t near = (uint64_t)n->occs * n->neighbours;
    const struct {
        const uint8_t **at;
        uint64_t bytes;
    } parts[] = {{&k->feat_hash, 8 * (uint64_t)n->feats},   {&k->feat_post, 4 * ((uint64_t)n->feats + 1)},
                 {&k->post_label, 4 * (uint64_t)n->posts},  {&k->label_occ, 2 * (uint64_t)n->labels},
                 {&k->near_occ, 2 * near},                  {&k->feat_idf, n->feats},
                 {&k->post_weight, n->posts},               {&k->occ_damp, n->occs},
                 {&k->near_cos, near}};
    uint64_t at = KERNEL_HEAD;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *parts[i].at = k->bytes + at;
        at += parts[i].bytes;
        if (at > k->len)
            return false;
    }
    return at + 8 == k->len;
}

/* Every index inside its array? Checked once, so that the hot path need not. */
static bool consistent(const struct jm_title_kernel *k)
{
    for (uint32_t f = 0; f < k->n.feats; f++)
        if (u32_at(k->feat_post, f) > u32_at(k->feat_post, f + 1))
            return false;
    if (u32_at(k->feat_post, k->n.feats) != k->n.posts)
        return false;
    for (uint32_t p = 0; p < k->n.posts; p++)
        if (u32_at(k->post_label, p) >= k->n.labels)
            return false;
    for (uint32_t l = 0; l < k->n.labels; l++)
        if (u16_at(k->label_occ, l) >= k->n.occs)
            return false;
    for (uint64_t i = 0; i < (uint64_t)k->n.occs * k->n.neighbours; i++)
        if (u16_at(k->near_occ, i) >= k->n.occs)
            return false;
    return true;
}

struct jm_title_kernel *jm_title_kernel_load(const void *bytes, size_t len, struct jm_err *err)
{
    const uint8_t *p = bytes;
    if (len < KERNEL_HEAD + 8 || memcmp(p, "JMTK", 4) || jm_get_u32(p + 4) != KERNEL_FORMAT) {
        jm_err_set(err, JM_EINVAL, "not a title kernel of format %d", KERNEL_FORMAT);
        return NULL;
    }
    if (jm_hash64(p, len - 8) != jm_get_u64(p + len - 8)) {
        jm_err_set(err, JM_EINVAL, "the title kernel is damaged: its checksum is wrong");
        return NULL;
    }
    struct jm_title_kernel *k = calloc(1, sizeof *k);
    if (!k || !(k->bytes = malloc(len))) {
        free(k);
        jm_err_set(err, JM_ENOMEM, "out of memory for a title kernel of %zu bytes", len);
        return NULL;
    }
    memcpy(k->bytes, p, len);
    k->len = len;
    k->version = jm_get_u64(p + len - 8);
    k->n = (struct kernel_counts){u32_at(p, 2), u32_at(p, 3), u32_at(p, 4), u32_at(p, 5),
                                  u32_at(p, 6)};
    if (k->n.occs > KERNEL_OCC_MAX || k->n.neighbours > 64 || !lay_out(k) || !consistent(k)) {
        jm_err_set(err, JM_EINVAL, "the title kernel contradicts itself");
        jm_title_kernel_free(k);
        return NULL;
    }
    return k;
}

void jm_title_kernel_free(struct jm_title_kernel *k)
{
    if (!k)
        return;
    free(k->bytes);
    free(k);
}

uint64_t jm_title_kernel_version(const struct jm_title_kernel *k) { return k ? k->version : 0; }
size_t jm_title_kernel_bytes(const struct jm_title_kernel *k) { return k ? k->len : 0; }

/* The feature's number, or -1. */
static int64_t find_feature(const struct jm_title_kernel *k, uint64_t hash)
{
    uint32_t lo = 0, hi = k->n.feats;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (jm_get_u64(k->feat_hash + 8 * (size_t)mid) < hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    bool found = lo < k->n.feats && jm_get_u64(k->feat_hash + 8 * (size_t)lo) == hash;
    return found ? (int64_t)lo : -1;
}

struct query_feature {
    uint32_t feat;
    uint32_t weight; /* 0..255 after scaling */
};

/* The title's features known to the kernel, scaled to a length of 255. Words the kernel does not
 * know count in the length: half an unknown title is only half alike. */
static size_t query_of(const struct jm_title_kernel *k, const struct title_part *parts, size_t n,
                       struct query_feature *out)
{
    uint64_t square = 0;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t f = find_feature(k, parts[i].hash);
        uint32_t idf = f >= 0 ? k->feat_idf[f] : 200;
        square += (uint64_t)idf * idf;
        if (f >= 0)
            out[kept++] = (struct query_feature){(uint32_t)f, idf};
    }
    uint64_t length = 1;
    while (length * length < square)
        length++;
    for (size_t i = 0; i < kept; i++)
        out[i].weight = (uint32_t)(out[i].weight * 255 / length);
    return kept;
}

static void accumulate(const struct jm_title_kernel *k, const struct query_feature *q, size_t n,
                       uint32_t *label_sum)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t from = u32_at(k->feat_post, q[i].feat), to = u32_at(k->feat_post, q[i].feat + 1);
        for (uint32_t p = from; p < to; p++)
            label_sum[u32_at(k->post_label, p)] += q[i].weight * k->post_weight[p];
    }
}

static int heaviest_first(const void *a, const void *b)
{
    const struct title_occ *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->occ < y->occ ? -1 : x->occ > y->occ;
}

/* The heaviest of per-occupation sums, scaled so that the largest is 2^16. */
static size_t pick(const uint64_t *sum, uint32_t n_occ, struct title_occ *out, size_t max)
{
    uint64_t top = 0;
    for (uint32_t o = 0; o < n_occ; o++)
        top = sum[o] > top ? sum[o] : top;
    struct title_occ *all = top ? malloc(n_occ * sizeof *all) : NULL;
    size_t n = 0;
    for (uint32_t o = 0; all && o < n_occ; o++) {
        uint64_t w = (sum[o] >> 16) * 65536 / ((top >> 16) + 1);
        if (w)
            all[n++] = (struct title_occ){o, (uint32_t)w};
    }
    if (n > 1)
        qsort(all, n, sizeof *all, heaviest_first);
    if (n > max)
        n = max;
    if (n)
        memcpy(out, all, n * sizeof *out);
    free(all);
    return n;
}

size_t kernel_project(const struct jm_title_kernel *k, const struct title_lex *lex,
                      struct title_occ *out, size_t max)
{
    struct query_feature q[TITLE_MAX_GRAMS];
    uint32_t *sum = calloc(k->n.labels + 1, sizeof *sum);
    uint64_t *occ = calloc(k->n.occs + 1, sizeof *occ);
    size_t n = 0;
    if (sum && occ) {
        accumulate(k, q, query_of(k, lex->words, lex->n_words, q), sum);
        accumulate(k, q, query_of(k, lex->grams, lex->n_grams, q), sum);
        for (uint32_t l = 0; l < k->n.labels; l++) {
            uint64_t s = sum[l] >> 7; /* both cosines: at most 2 * 255 * 255 >> 7, 10 bits */
            if (s > 64)
                occ[u16_at(k->label_occ, l)] += s * s * s * s;
        }
        for (uint32_t o = 0; o < k->n.occs; o++)
            occ[o] = occ[o] * k->occ_damp[o];
        n = pick(occ, k->n.occs, out, max);
    }
    free(occ);
    free(sum);
    return n;
}

size_t kernel_spread(const struct jm_title_kernel *k, const struct title_occ *in, size_t n,
                     struct title_occ *out, size_t max)
{
    uint64_t *occ = calloc(k->n.occs + 1, sizeof *occ);
    if (!occ)
        return 0;
    for (size_t i = 0; i < n; i++) {
        occ[in[i].occ] += (uint64_t)in[i].weight * 255 << 16;
        for (uint32_t j = 0; j < k->n.neighbours; j++) {
            size_t at = (size_t)in[i].occ * k->n.neighbours + j;
            occ[u16_at(k->near_occ, at)] += (uint64_t)in[i].weight * k->near_cos[at] << 16;
        }
    }
    size_t kept = pick(occ, k->n.occs, out, max);
    free(occ);
    return kept;
}
