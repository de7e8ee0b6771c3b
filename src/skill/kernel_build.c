/* kernel_build.c - the occupation kernel from a list of labels, offline.
 *
 * Two things are made. An inverted index from words and grams to labels, by which a title finds
 * occupations. And the neighbours of each occupation: positive pointwise mutual information of
 * label words by occupation, projected on its 300 strongest directions (kernel_svd.c), cosine, kept
 * from .3 on. Floating point is fine here: the result is a file, made once and shared. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/map.h"
#include "kernel_build.h"

enum { MAX_LABELS = 1 << 20 };

struct feat {
    uint64_t hash;
    uint32_t df, number; /* number: after sorting; UINT32_MAX dropped */
    bool gram;
};

struct post {
    uint32_t feat, label;
    uint8_t weight;
};

struct label {
    uint32_t occ, first; /* first of its entries in label_feats */
    uint16_t n_words, n_grams;
};

struct build {
    struct jm_map occs;      /* occupation id to number */
    struct jm_map64 feat_of; /* hash to index in feats */
    struct jm_map64 seen;    /* label within occupation */
    struct label *labels;
    size_t n_labels, cap_labels;
    uint32_t *label_feats;
    size_t n_label_feats, cap_label_feats;
    struct feat *feats;
    size_t n_feats, cap_feats;
    struct post *posts;
    size_t n_posts, cap_posts;
    uint32_t n_kept;
    struct jm_err *err;
};

static int grow(void **array, size_t n, size_t *cap, size_t item_bytes)
{
    if (n < *cap)
        return 0;
    size_t more = *cap ? *cap * 2 : 1024;
    void *p = reallocarray(*array, more, item_bytes);
    if (!p)
        return -1;
    *array = p;
    *cap = more;
    return 0;
}

/* Count a feature of a label. */
static int add_feat(struct build *b, uint64_t hash, bool gram)
{
    const uint64_t *at = jm_map64_get(&b->feat_of, hash);
    uint32_t index = at ? (uint32_t)*at : (uint32_t)b->n_feats;
    if (!at) {
        if (grow((void **)&b->feats, b->n_feats, &b->cap_feats, sizeof *b->feats) ||
            jm_map64_put(&b->feat_of, hash, index))
            return -1;
        b->feats[b->n_feats++] = (struct feat){.hash = hash, .gram = gram};
    }
    b->feats[index].df++;
    if (grow((void **)&b->label_feats, b->n_label_feats, &b->cap_label_feats,
             sizeof *b->label_feats))
        return -1;
    b->label_feats[b->n_label_feats++] = index;
    return 0;
}

static int add_label(struct build *b, uint32_t occ, const char *text, size_t len)
{
    struct title_lex lex;
    uint64_t same = jm_mix64(occ);
    title_lex_read(text, len, &lex);
    for (size_t i = 0; i < lex.n_words; i++)
        same += jm_mix64(lex.words[i].hash);
    if (!lex.n_words || jm_map64_get(&b->seen, same))
        return 0;
    if (jm_map64_put(&b->seen, same, 1) ||
        grow((void **)&b->labels, b->n_labels, &b->cap_labels, sizeof *b->labels))
        return -1;
    b->labels[b->n_labels++] = (struct label){occ, (uint32_t)b->n_label_feats,
                                              (uint16_t)lex.n_words, (uint16_t)lex.n_grams};
    for (size_t i = 0; i < lex.n_words; i++)
        if (add_feat(b, lex.words[i].hash, false))
            return -1;
    for (size_t i = 0; i < lex.n_grams; i++)
        if (add_feat(b, lex.grams[i].hash, true))
            return -1;
    return 0;
}

static int read_line(struct build *b, const char *line, size_t len, unsigned number)
{
    const char *tab = memchr(line, '\t', len);
    if (!tab || tab == line)
        return jm_err_set(b->err, JM_EINVAL, "line %u: expected 'occupation TAB label'", number);
    size_t id_bytes = (size_t)(tab - line);
    const uint64_t *at = jm_map_get(&b->occs, line, id_bytes);
    uint32_t occ = at ? (uint32_t)*at : (uint32_t)b->occs.count;
    if (!at && jm_map_put(&b->occs, line, id_bytes, occ))
        return jm_err_set(b->err, JM_ENOMEM, "out of memory for the labels");
    if (b->occs.count > BUILD_MAX_OCCS || b->n_labels >= MAX_LABELS)
        return jm_err_set(b->err, JM_ELIMIT, "more than %d occupations or %d labels",
                          BUILD_MAX_OCCS, MAX_LABELS);
    if (add_label(b, occ, tab + 1, len - id_bytes - 1))
        return jm_err_set(b->err, JM_ENOMEM, "out of memory for the labels");
    return 0;
}

static int read_lines(struct build *b, const char *s, size_t len)
{
    for (unsigned number = 1; len; number++) {
        const char *nl = memchr(s, '\n', len);
        size_t n = nl ? (size_t)(nl - s) : len;
        if (n && s[0] != '#' && read_line(b, s, s[n - 1] == '\r' ? n - 1 : n, number))
            return -1;
        len -= nl ? n + 1 : n;
        s += nl ? n + 1 : n;
    }
    return b->n_labels ? 0 : jm_err_set(b->err, JM_EINVAL, "no labels");
}

static uint8_t idf_of(const struct build *b, const struct feat *f)
{
    double n = (double)b->n_labels;
    double v = 255 * log(1 + n / f->df) / log(1 + n);
    return (uint8_t)(v < 1 ? 1 : v > 255 ? 255 : v);
}

static int by_hash(const void *x, const void *y)
{
    const struct feat *a = *(struct feat *const *)x, *b = *(struct feat *const *)y;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

/* Number the features by hash. Grams of every 15th label cost much and tell little; grams of one
 * label are no link between two. */
static int number_feats(struct build *b, struct feat ***sorted)
{
    *sorted = calloc(b->n_feats + 1, sizeof **sorted);
    if (!*sorted)
        return jm_err_set(b->err, JM_ENOMEM, "out of memory for the features");
    b->n_kept = 0;
    for (size_t i = 0; i < b->n_feats; i++) {
        struct feat *f = &b->feats[i];
        bool drop = f->gram && (f->df < 2 || (f->df > 200 && f->df > b->n_labels / 15));
        f->number = UINT32_MAX;
        if (!drop)
            (*sorted)[b->n_kept++] = f;
    }
    qsort(*sorted, b->n_kept, sizeof **sorted, by_hash);
    for (uint32_t i = 0; i < b->n_kept; i++)
        (*sorted)[i]->number = i;
    return 0;
}

static int post_part(struct build *b, uint32_t label, const uint32_t *feats, size_t n)
{
    double square = 0;
    for (size_t i = 0; i < n; i++) {
        double idf = idf_of(b, &b->feats[feats[i]]);
        square += idf * idf;
    }
    for (size_t i = 0; i < n; i++) {
        const struct feat *f = &b->feats[feats[i]];
        double w = 255 * idf_of(b, f) / sqrt(square);
        if (f->number == UINT32_MAX)
            continue;
        if (grow((void **)&b->posts, b->n_posts, &b->cap_posts, sizeof *b->posts))
            return jm_err_set(b->err, JM_ENOMEM, "out of memory for the postings");
        b->posts[b->n_posts++] = (struct post){f->number, label, (uint8_t)(w < 1 ? 1 : w)};
    }
    return 0;
}

static int by_feat(const void *x, const void *y)
{
    const struct post *a = x, *b = y;
    if (a->feat != b->feat)
        return a->feat < b->feat ? -1 : 1;
    return a->label < b->label ? -1 : a->label > b->label;
}

static int make_posts(struct build *b)
{
    for (uint32_t l = 0; l < b->n_labels; l++) {
        const struct label *label = &b->labels[l];
        const uint32_t *feats = b->label_feats + label->first;
        if (post_part(b, l, feats, label->n_words) ||
            post_part(b, l, feats + label->n_words, label->n_grams))
            return -1;
    }
    qsort(b->posts, b->n_posts, sizeof *b->posts, by_feat);
    return 0;
}

static void put_u16(struct jm_buf *out, uint32_t v)
{
    uint8_t p[2];
    jm_put_u16(p, (uint16_t)v);
    jm_buf_add(out, p, 2);
}
static void put_u32(struct jm_buf *out, uint32_t v)
{
    uint8_t p[4];
    jm_put_u32(p, v);
    jm_buf_add(out, p, 4);
}
static void put_u64(struct jm_buf *out, uint64_t v)
{
    uint8_t p[8];
    jm_put_u64(p, v);
    jm_buf_add(out, p, 8);
}

static void write_index(const struct build *b, struct feat **sorted, struct jm_buf *out)
{
    for (uint32_t i = 0; i < b->n_kept; i++)
        put_u64(out, sorted[i]->hash);
    for (uint32_t i = 0, p = 0; i <= b->n_kept; i++) {
        while (p < b->n_posts && b->posts[p].feat < i)
            p++;
        put_u32(out, p);
    }
    for (size_t p = 0; p < b->n_posts; p++)
        put_u32(out, b->posts[p].label);
    for (size_t l = 0; l < b->n_labels; l++)
        put_u16(out, b->labels[l].occ);
}

static void write_bytes(const struct build *b, struct feat **sorted, const struct neighbour *near,
                        struct jm_buf *out)
{
    size_t n_occ = b->occs.count;
    uint32_t *count = calloc(n_occ + 1, sizeof *count);
    if (!count) {
        out->failed = true;
        return;
    }
    for (size_t l = 0; l < b->n_labels; l++)
        count[b->labels[l].occ]++;
    for (uint32_t i = 0; i < b->n_kept; i++)
        jm_buf_ch(out, (char)idf_of(b, sorted[i]));
    for (size_t p = 0; p < b->n_posts; p++)
        jm_buf_ch(out, (char)b->posts[p].weight);
    for (size_t o = 0; o < n_occ; o++)
        jm_buf_ch(out, (char)(uint8_t)(255 / sqrt(sqrt(count[o] ? count[o] : 1))));
    for (size_t i = 0; i < n_occ * KERNEL_NEIGHBOURS; i++)
        jm_buf_ch(out, (char)near[i].cos);
    free(count);
}

static int write_file(const struct build *b, struct feat **sorted, const struct neighbour *near,
                      struct jm_buf *out)
{
    size_t from = out->len;
    jm_buf_add(out, "JMTK", 4);
    const uint32_t head[] = {KERNEL_FORMAT, (uint32_t)b->occs.count, (uint32_t)b->n_labels,
                             b->n_kept,     (uint32_t)b->n_posts,    KERNEL_NEIGHBOURS};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        put_u32(out, head[i]);
    write_index(b, sorted, out);
    for (size_t i = 0; i < b->occs.count * KERNEL_NEIGHBOURS; i++)
        put_u16(out, near[i].occ);
    write_bytes(b, sorted, near, out);
    if (!jm_buf_ok(out))
        return jm_err_set(b->err, JM_ENOMEM, "out of memory for the kernel file");
    put_u64(out, jm_hash64(out->data + from, out->len - from));
    return jm_buf_ok(out) ? 0 : jm_err_set(b->err, JM_ENOMEM, "out of memory");
}

/* The label words of each occupation, as pairs for the kernel: counts by (occupation, word). */
static int neighbours_of(struct build *b, struct neighbour *near)
{
    struct occ_words m = {.n_occ = (uint32_t)b->occs.count};
    size_t n = 0;
    uint32_t *column = calloc(b->n_feats + 1, sizeof *column);
    for (size_t l = 0; l < b->n_labels; l++)
        n += b->labels[l].n_words;
    m.pairs = calloc(n + 1, sizeof *m.pairs);
    int rc = column && m.pairs ? 0 : jm_err_set(b->err, JM_ENOMEM, "out of memory");
    for (size_t l = 0; !rc && l < b->n_labels; l++) {
        const struct label *label = &b->labels[l];
        for (size_t i = 0; i < label->n_words; i++) {
            uint32_t f = b->label_feats[label->first + i];
            if (!column[f])
                column[f] = ++m.n_words;
            m.pairs[m.n_pairs++] = (struct occ_word){label->occ, column[f] - 1, 1};
        }
    }
    if (!rc)
        rc = kernel_neighbours(&m, near, b->err);
    free(m.pairs);
    free(column);
    return rc;
}

int jm_title_kernel_build(const char *lines, size_t len, struct jm_buf *out, struct jm_err *err)
{
    struct build b = {.err = err};
    struct feat **sorted = NULL;
    struct neighbour *near = NULL;
    jm_map_init(&b.occs);
    jm_map64_init(&b.feat_of);
    jm_map64_init(&b.seen);
    int rc = read_lines(&b, lines, len);
    if (!rc) {
        near = calloc(b.occs.count * KERNEL_NEIGHBOURS, sizeof *near);
        rc = near ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory");
    }
    if (!rc)
        rc = number_feats(&b, &sorted);
    if (!rc)
        rc = make_posts(&b);
    if (!rc)
        rc = neighbours_of(&b, near);
    if (!rc)
        rc = write_file(&b, sorted, near, out);
    free(near);
    free(sorted);
    free(b.posts);
    free(b.feats);
    free(b.label_feats);
    free(b.labels);
    jm_map64_fini(&b.seen);
    jm_map64_fini(&b.feat_of);
    jm_map_fini(&b.occs);
    return rc;
}
