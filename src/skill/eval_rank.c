/* eval_rank.c - rankings of labelled lists: titles by similarity, skill labels for a sentence. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/eval.h"
#include "jobmatch/map.h"

struct line { /* "id TAB text" */
    const char *id, *text;
    size_t id_bytes, text_bytes;
};
struct lines {
    struct line *a;
    size_t n, cap;
};
struct scored {
    size_t doc;
    double score;
};

/* A run is cut at blanks and has each document once: an id is one word and stands once. */
static int judge_id(struct jm_map *seen, const char *id, size_t n, const char *what, unsigned line,
                    struct jm_err *err)
{
    if (!n || memchr(id, ' ', n))
        return jm_err_set(err, JM_EINVAL, "%s, line %u: the id '%.*s' is not one word", what, line,
                          (int)(n < 60 ? n : 60), id);
    const uint64_t *first = jm_map_get(seen, id, n);
    if (first)
        return jm_err_set(err, JM_EINVAL, "%s, line %u: the id '%.*s' stands in line %u already",
                          what, line, (int)(n < 60 ? n : 60), id, (unsigned)*first);
    return jm_map_put(seen, id, n, line) ? jm_err_set(err, JM_ENOMEM, "out of memory") : 0;
}

static int add_lines(struct lines *l, struct jm_map *seen, const char *s, size_t len,
                     const char *what, struct jm_err *err)
{
    for (unsigned number = 1; len; number++) {
        const char *nl = memchr(s, '\n', len);
        size_t n = nl ? (size_t)(nl - s) : len;
        const char *tab = memchr(s, '\t', n);
        if (n && !tab)
            return jm_err_set(err, JM_EINVAL, "%s, line %u: expected 'id TAB text'", what, number);
        if (n && judge_id(seen, s, (size_t)(tab - s), what, number, err))
            return -1;
        if (l->n == l->cap) {
            size_t cap = l->cap ? l->cap * 2 : 1024;
            struct line *a = reallocarray(l->a, cap, sizeof *a);
            if (!a)
                return jm_err_set(err, JM_ENOMEM, "out of memory");
            l->a = a;
            l->cap = cap;
        }
        if (n)
            l->a[l->n++] = (struct line){s, tab + 1, (size_t)(tab - s),
                                         n - (size_t)(tab - s) - 1};
        len -= nl ? n + 1 : n;
        s += nl ? n + 1 : n;
    }
    return 0;
}

static int read_lines(struct lines *l, const char *s, size_t len, const char *what,
                      struct jm_err *err)
{
    struct jm_map seen;
    jm_map_init(&seen);
    int rc = add_lines(l, &seen, s, len, what, err);
    jm_map_fini(&seen);
    return rc || l->n ? rc : jm_err_set(err, JM_EINVAL, "%s: no line of 'id TAB text'", what);
}

static int by_score(const void *a, const void *b)
{
    const struct scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

static void put_run(struct jm_buf *out, const struct line *q, const struct lines *docs,
                    struct scored *s, size_t n, size_t keep)
{
    qsort(s, n, sizeof *s, by_score);
    for (size_t i = 0; i < n && i < keep; i++)
        jm_buf_fmt(out, "%.*s Q0 %.*s %zu %.6f jobmatch\n", (int)q->id_bytes, q->id,
                   (int)docs->a[s[i].doc].id_bytes, docs->a[s[i].doc].id, i + 1, s[i].score);
}

/* --- titles ---------------------------------------------------------------------------------- */

struct features {
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES];
    size_t n;
};

int jm_eval_titles(const struct jm_title_kernel *k, const char *queries, size_t queries_len,
                   const char *corpus, size_t corpus_len, size_t keep, struct jm_buf *out,
                   struct jm_err *err)
{
    struct lines q = {0}, docs = {0};
    struct features *f = NULL, mine;
    struct scored *s = NULL;
    struct jm_title_reader *r = jm_title_reader_new(k);
    int rc = read_lines(&q, queries, queries_len, "queries", err) ||
                     read_lines(&docs, corpus, corpus_len, "corpus", err)
                 ? -1 : 0;
    if (!rc) {
        f = calloc(docs.n + 1, sizeof *f);
        s = calloc(docs.n + 1, sizeof *s);
        rc = f && s && r ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory");
    }
    for (size_t i = 0; !rc && i < docs.n; i++)
        f[i].n = jm_title_features(r, docs.a[i].text, docs.a[i].text_bytes, f[i].f);
    for (size_t i = 0; !rc && i < q.n; i++) {
        size_t n = 0;
        mine.n = jm_title_features(r, q.a[i].text, q.a[i].text_bytes, mine.f);
        for (size_t j = 0; j < docs.n; j++) {
            unsigned pm = jm_title_cosine(mine.f, mine.n, f[j].f, f[j].n);
            if (pm)
                s[n++] = (struct scored){j, pm};
        }
        put_run(out, &q.a[i], &docs, s, n, keep);
    }
    jm_title_reader_free(r);
    free(s);
    free(f);
    free(docs.a);
    free(q.a);
    return rc || jm_buf_ok(out) ? rc : jm_err_set(err, JM_ENOMEM, "out of memory");
}

/* --- links ----------------------------------------------------------------------------------- */

enum { MAX_STEMS = 100, MIN_WORD_BYTES = 3, WORD_BIT = 1 << 30 };

/* The words of each label, by term; a label is spoken of when the sentence covers its words, rare
 * ones most. */
struct posting {
    uint32_t term, doc;
};
struct link_index {
    struct jm_text *text;
    struct posting *p;
    size_t n, cap;
    double *total; /* by label: sum of idf */
    double *score;
    size_t n_docs;
};

static int by_term(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;
    if (x->term != y->term)
        return x->term < y->term ? -1 : 1;
    return x->doc < y->doc ? -1 : x->doc > y->doc;
}

/* Stems and, behind them, the words as they stand (singular): of "work in teams" the stems of an
 * ad keep nothing, and a label of two words is too short to tell its language, so to stem well. */
static size_t terms_of(struct jm_text *t, const struct line *l, struct jm_doc_feature *out)
{
    const struct jm_text_view *v = jm_text_read(t, l->text, l->text_bytes, JM_TEXT_PLAIN, NULL);
    size_t n = v ? jm_text_terms(t, out, MAX_STEMS) : 0;
    for (size_t i = 0; v && i < v->n_tokens && n < JM_DOC_MAX_TERMS; i++) {
        const struct jm_token *tok = &v->tokens[i];
        uint32_t id = (uint32_t)((tok->alt ? tok->alt : tok->hash) >> 34) | (uint32_t)WORD_BIT;
        bool again = tok->end - tok->beg < MIN_WORD_BYTES;
        for (size_t k = 0; k < n && !again; k++)
            again = out[k].id == id;
        if (!again)
            out[n++] = (struct jm_doc_feature){.id = id};
    }
    return n;
}

static int index_labels(struct link_index *ix, const struct lines *docs)
{
    struct jm_doc_feature f[JM_DOC_MAX_TERMS];
    for (size_t i = 0; i < docs->n; i++) {
        size_t n = terms_of(ix->text, &docs->a[i], f);
        if (ix->n + n > ix->cap) {
            size_t cap = (ix->n + n) * 2;
            struct posting *p = reallocarray(ix->p, cap, sizeof *p);
            if (!p)
                return -1;
            ix->p = p;
            ix->cap = cap;
        }
        for (size_t k = 0; k < n; k++)
            ix->p[ix->n++] = (struct posting){f[k].id, (uint32_t)i};
    }
    if (ix->n)
        qsort(ix->p, ix->n, sizeof *ix->p, by_term);
    return 0;
}

static size_t range_of(const struct link_index *ix, uint32_t term, size_t *from)
{
    size_t lo = 0, hi = ix->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (ix->p[mid].term < term)
            lo = mid + 1;
        else
            hi = mid;
    }
    *from = lo;
    while (lo < ix->n && ix->p[lo].term == term)
        lo++;
    return lo - *from;
}

static void weigh_labels(struct link_index *ix)
{
    for (size_t i = 0, to; i < ix->n; i = to) {
        for (to = i; to < ix->n && ix->p[to].term == ix->p[i].term; to++)
            ;
        double idf = log(1 + (double)ix->n_docs / (double)(to - i));
        for (size_t k = i; k < to; k++)
            ix->total[ix->p[k].doc] += idf;
    }
}

static size_t score_labels(struct link_index *ix, const struct line *query, struct scored *s)
{
    struct jm_doc_feature f[JM_DOC_MAX_TERMS];
    size_t n = terms_of(ix->text, query, f), kept = 0, from;
    memset(ix->score, 0, ix->n_docs * sizeof *ix->score);
    for (size_t k = 0; k < n; k++) {
        size_t df = range_of(ix, f[k].id, &from);
        double idf = df ? log(1 + (double)ix->n_docs / (double)df) : 0;
        for (size_t i = from; i < from + df; i++)
            ix->score[ix->p[i].doc] += idf;
    }
    for (size_t d = 0; d < ix->n_docs; d++) {
        if (ix->score[d] <= 0)
            continue;
        double cover = ix->score[d] / ix->total[d];
        s[kept++] = (struct scored){d, cover * cover * cover * sqrt(ix->score[d])};
    }
    return kept;
}

int jm_eval_links(const char *queries, size_t queries_len, const char *corpus, size_t corpus_len,
                  size_t keep, struct jm_buf *out, struct jm_err *err)
{
    struct lines q = {0}, docs = {0};
    struct link_index ix = {.text = jm_text_new()};
    struct scored *s = NULL;
    int rc = read_lines(&q, queries, queries_len, "queries", err) ||
                     read_lines(&docs, corpus, corpus_len, "corpus", err)
                 ? -1 : 0;
    ix.n_docs = docs.n;
    if (!rc) {
        ix.total = calloc(docs.n + 1, sizeof *ix.total);
        ix.score = calloc(docs.n + 1, sizeof *ix.score);
        s = calloc(docs.n + 1, sizeof *s);
        if (!ix.text || !ix.total || !ix.score || !s || index_labels(&ix, &docs))
            rc = jm_err_set(err, JM_ENOMEM, "out of memory");
    }
    if (!rc)
        weigh_labels(&ix);
    for (size_t i = 0; !rc && i < q.n; i++)
        put_run(out, &q.a[i], &docs, s, score_labels(&ix, &q.a[i], s), keep);
    free(s);
    free(ix.score);
    free(ix.total);
    free(ix.p);
    jm_text_free(ix.text);
    free(docs.a);
    free(q.a);
    return rc || jm_buf_ok(out) ? rc : jm_err_set(err, JM_ENOMEM, "out of memory");
}
