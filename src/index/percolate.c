/* percolate.c - wishes filed under one term that a document must have to meet them.
 *
 * A wish is filed under its rarest must-term, or, if it has none, under each of its any-terms, or
 * else in a list that is looked at for every document. A document looks into the files of its own
 * terms and judges what it finds there exactly. One read-write lock: matches run side by side, and
 * an add or remove waits for them and they for it, for the microsecond that it takes. */
#include "jobmatch/percolate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/err.h"
#include "jobmatch/map.h"

struct wish {
    struct jm_wish w; /* its pointers point behind it */
    struct jm_index_filter filter;
    size_t bytes;
    uint32_t filed_under; /* a must-term */
    uint64_t data[];
};

struct file {
    uint32_t *ids;
    uint32_t n, cap;
};

struct jm_percolate {
    pthread_rwlock_t lock;
    struct jm_map64 file_of; /* term -> number of its file */
    struct jm_map64 common;  /* term -> documents that have it, as hinted */
    struct file *files;      /* 0: the wishes without terms */
    uint32_t n_files, cap_files;
    struct wish **wishes;
    uint32_t cap;
    struct jm_percolate_stats stats;
};

struct jm_percolate_reader {
    struct jm_percolate *p;
    uint32_t *ids;
    size_t cap;
};

struct jm_percolate *jm_percolate_new(struct jm_err *err)
{
    struct jm_percolate *p = calloc(1, sizeof *p);
    if (!p) {
        jm_err_set(err, JM_ENOMEM, "no memory for a percolator");
        return NULL;
    }
    pthread_rwlock_init(&p->lock, NULL);
    jm_map64_init(&p->file_of);
    jm_map64_init(&p->common);
    p->files = calloc(16, sizeof *p->files);
    p->n_files = 1;
    p->cap_files = 16;
    if (p->files)
        return p;
    jm_percolate_free(p);
    jm_err_set(err, JM_ENOMEM, "no memory for a percolator");
    return NULL;
}

void jm_percolate_free(struct jm_percolate *p)
{
    if (!p)
        return;
    for (uint32_t i = 0; i < p->cap; i++)
        free(p->wishes[i]);
    for (uint32_t i = 0; p->files && i < p->n_files; i++)
        free(p->files[i].ids);
    free(p->files);
    free(p->wishes);
    jm_map64_fini(&p->file_of);
    jm_map64_fini(&p->common);
    pthread_rwlock_destroy(&p->lock);
    free(p);
}

static const void *append(char **at, const void *from, size_t bytes)
{
    char *to = *at;
    if (bytes)
        memcpy(to, from, bytes);
    *at += bytes;
    return to;
}

static struct wish *copy(const struct jm_wish *w)
{
    uint32_t n_places = w->filter ? w->filter->n_places : 0;
    size_t bytes = w->n_terms * sizeof *w->terms +
                   (w->n_must + w->n_any + n_places) * sizeof(uint32_t);
    struct wish *c = calloc(1, sizeof *c + bytes);
    if (!c)
        return NULL;
    char *at = (char *)c->data;
    c->w = *w;
    c->bytes = sizeof *c + bytes;
    c->w.terms = append(&at, w->terms, w->n_terms * sizeof *w->terms);
    c->w.must = append(&at, w->must, w->n_must * sizeof *w->must);
    c->w.any = append(&at, w->any, w->n_any * sizeof *w->any);
    if (w->filter) {
        c->filter = *w->filter;
        c->filter.places = append(&at, w->filter->places, n_places * sizeof(uint32_t));
        c->w.filter = &c->filter;
    }
    return c;
}

static int grow(struct jm_percolate *p, uint32_t id)
{
    if (id < p->cap)
        return 0;
    uint32_t cap = p->cap ? p->cap : 1024;
    while (cap <= id)
        cap *= 2;
    struct wish **w = realloc(p->wishes, cap * sizeof *w);
    if (!w)
        return -1;
    memset(w + p->cap, 0, (cap - p->cap) * sizeof *w);
    p->wishes = w;
    p->cap = cap;
    return 0;
}

/* ---- files ---------------------------------------------------------------------------------- */

/* The file of a term; UINT32_MAX: none. */
static uint32_t file_of(const struct jm_percolate *p, uint32_t term)
{
    const uint64_t *f = jm_map64_get(&p->file_of, term);
    return f ? (uint32_t)*f : UINT32_MAX;
}

/* Room for one more in the term's file, which is made if need be. -1: out of memory. */
static int file_reserve(struct jm_percolate *p, uint32_t number)
{
    struct file *f = &p->files[number];
    if (f->n < f->cap)
        return 0;
    uint32_t cap = f->cap ? f->cap * 2 : 4;
    uint32_t *ids = realloc(f->ids, cap * sizeof *ids);
    if (!ids)
        return -1;
    f->ids = ids;
    f->cap = cap;
    return 0;
}

static int file_open(struct jm_percolate *p, uint32_t term)
{
    if (file_of(p, term) != UINT32_MAX)
        return file_reserve(p, file_of(p, term));
    if (p->n_files == p->cap_files) {
        struct file *more = realloc(p->files, 2ul * p->cap_files * sizeof *more);
        if (!more)
            return -1;
        memset(more + p->cap_files, 0, p->cap_files * sizeof *more);
        p->files = more;
        p->cap_files *= 2;
    }
    if (jm_map64_put(&p->file_of, term, p->n_files) < 0)
        return -1;
    return file_reserve(p, p->n_files++);
}

static uint64_t commonness(const struct jm_percolate *p, uint32_t term)
{
    const uint64_t *hinted = jm_map64_get(&p->common, term);
    uint32_t f = file_of(p, term);
    return hinted ? *hinted : f == UINT32_MAX ? 0 : p->files[f].n;
}

static int file_prepare(struct jm_percolate *p, struct wish *w)
{
    for (uint32_t i = 0; i < w->w.n_must; i++)
        if (i == 0 || commonness(p, w->w.must[i]) < commonness(p, w->filed_under))
            w->filed_under = w->w.must[i];
    if (w->w.n_must)
        return file_open(p, w->filed_under);
    for (uint32_t i = 0; i < w->w.n_any; i++)
        if (file_open(p, w->w.any[i]) < 0)
            return -1;
    return w->w.n_any ? 0 : file_reserve(p, 0);
}

static void file_put(struct file *f, uint32_t id, bool add)
{
    uint32_t i = 0;
    while (i < f->n && f->ids[i] != id)
        i++;
    if (add && i == f->n)
        f->ids[f->n++] = id;
    else if (!add && i < f->n)
        f->ids[i] = f->ids[--f->n];
}

/* Enter the wish into its files, or take it out of them. A new one is in none yet. */
static void file_wish(struct jm_percolate *p, uint32_t id, const struct wish *w, bool add)
{
    if (w->w.n_must) {
        struct file *f = &p->files[file_of(p, w->filed_under)];
        if (add)
            f->ids[f->n++] = id;
        else
            file_put(f, id, false);
        return;
    }
    for (uint32_t i = 0; i < w->w.n_any; i++)
        file_put(&p->files[file_of(p, w->w.any[i])], id, add);
    if (w->w.n_any == 0)
        file_put(&p->files[0], id, add);
}

static void replace(struct jm_percolate *p, uint32_t id, struct wish *w)
{
    struct wish *old = p->wishes[id];
    if (old)
        file_wish(p, id, old, false);
    if (w)
        file_wish(p, id, w, true);
    p->wishes[id] = w;
    if (old) {
        p->stats.wishes--;
        p->stats.bytes -= old->bytes;
        p->stats.unfiled -= old->w.n_must + old->w.n_any == 0;
    }
    if (w) {
        p->stats.wishes++;
        p->stats.bytes += w->bytes;
        p->stats.unfiled += w->w.n_must + w->w.n_any == 0;
    }
    free(old);
}

int jm_percolate_add(struct jm_percolate *p, uint32_t id, const struct jm_wish *wish,
                     struct jm_err *err)
{
    if (id >= JM_INDEX_DOC_MAX)
        return jm_err_set(err, JM_ELIMIT, "wish number %u is too large", id);
    if (wish->n_must > JM_WISH_MUST || wish->n_any > JM_WISH_ANY ||
        wish->n_terms > JM_WISH_TERMS ||
        (wish->filter && wish->filter->n_places > JM_INDEX_PLACES))
        return jm_err_set(err, JM_ELIMIT, "wish %u has too many terms or places", id);
    struct wish *w = copy(wish);
    if (!w)
        return jm_err_set(err, JM_ENOMEM, "no memory for wish %u", id);
    pthread_rwlock_wrlock(&p->lock);
    int rc = grow(p, id) < 0 || file_prepare(p, w) < 0 ? -1 : 0;
    if (rc == 0)
        replace(p, id, w);
    pthread_rwlock_unlock(&p->lock);
    if (rc == 0)
        return 0;
    free(w);
    return jm_err_set(err, JM_ENOMEM, "no memory for wish %u", id);
}

bool jm_percolate_remove(struct jm_percolate *p, uint32_t id)
{
    pthread_rwlock_wrlock(&p->lock);
    bool had = id < p->cap && p->wishes[id];
    if (had)
        replace(p, id, NULL);
    pthread_rwlock_unlock(&p->lock);
    return had;
}

int jm_percolate_hint(struct jm_percolate *p, const uint32_t *term, const uint32_t *count,
                      size_t n, struct jm_err *err)
{
    int rc = 0;
    pthread_rwlock_wrlock(&p->lock);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = jm_map64_put(&p->common, term[i], count[i]);
    pthread_rwlock_unlock(&p->lock);
    return rc == 0 ? 0 : jm_err_set(err, JM_ENOMEM, "no memory for the hints");
}

struct jm_percolate_reader *jm_percolate_reader_new(struct jm_percolate *p, struct jm_err *err)
{
    struct jm_percolate_reader *r = calloc(1, sizeof *r);
    if (!r)
        jm_err_set(err, JM_ENOMEM, "no memory for a reader");
    else
        r->p = p;
    return r;
}

void jm_percolate_reader_free(struct jm_percolate_reader *r)
{
    if (r)
        free(r->ids);
    free(r);
}

/* The weight of a term in the document, 0 if it has it not. */
static uint8_t weight_of(const struct jm_index_term *t, size_t n, uint32_t term)
{
    size_t lo = 0;
    for (size_t step = n; n && step; step /= 2)
        while (lo + step < n && jm_index_term_id(t[lo + step]) <= term)
            lo += step;
    return n && jm_index_term_id(t[lo]) == term ? jm_index_term_weight(t[lo]) : 0;
}

static bool meets(const struct jm_wish *w, const struct jm_index_term *t, size_t n,
                  const struct jm_index_facets *facets)
{
    bool any = w->n_any == 0;
    uint64_t points = 0;
    for (uint32_t i = 0; i < w->n_must; i++)
        if (weight_of(t, n, w->must[i]) == 0)
            return false;
    for (uint32_t i = 0; i < w->n_any && !any; i++)
        any = weight_of(t, n, w->any[i]) != 0;
    for (uint32_t i = 0; i < w->n_terms; i++)
        points += (uint64_t)w->terms[i].weight * weight_of(t, n, w->terms[i].term);
    return any && points >= w->floor && jm_index_filter_passes(w->filter, facets);
}

static int judge_file(struct jm_percolate_reader *r, const struct file *f, size_t *n,
                      const struct jm_index_term *terms, size_t n_terms,
                      const struct jm_index_facets *facets)
{
    if (*n + f->n > r->cap) {
        size_t cap = 2 * (*n + f->n);
        uint32_t *more = realloc(r->ids, cap * sizeof *more);
        if (!more)
            return -1;
        r->ids = more;
        r->cap = cap;
    }
    for (uint32_t i = 0; i < f->n; i++) {
        if (i + 8 < f->n)
            __builtin_prefetch(r->p->wishes[f->ids[i + 8]]);
        if (meets(&r->p->wishes[f->ids[i]]->w, terms, n_terms, facets))
            r->ids[(*n)++] = f->ids[i];
    }
    return 0;
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* A wish filed under several any-terms may have been found several times. */
static size_t sort_once(uint32_t *ids, size_t n)
{
    size_t kept = 0;
    if (n)
        qsort(ids, n, sizeof *ids, by_id);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || ids[i] != ids[kept - 1])
            ids[kept++] = ids[i];
    return kept;
}

int jm_percolate_match(struct jm_percolate_reader *r, const struct jm_index_term *terms,
                       size_t n_terms, const struct jm_index_facets *facets,
                       const uint32_t **ids, size_t *n_ids, struct jm_err *err)
{
    struct jm_percolate *p = r->p;
    size_t n = 0;
    pthread_rwlock_rdlock(&p->lock);
    int rc = judge_file(r, &p->files[0], &n, terms, n_terms, facets);
    for (size_t i = 0; i < n_terms && rc == 0; i++) {
        uint32_t f = file_of(p, jm_index_term_id(terms[i]));
        if (f != UINT32_MAX)
            rc = judge_file(r, &p->files[f], &n, terms, n_terms, facets);
    }
    pthread_rwlock_unlock(&p->lock);
    *ids = r->ids;
    *n_ids = rc == 0 ? sort_once(r->ids, n) : 0;
    return rc == 0 ? 0 : jm_err_set(err, JM_ENOMEM, "no memory for the answer");
}

void jm_percolate_stats(const struct jm_percolate *p, struct jm_percolate_stats *out)
{
    *out = p->stats;
}

int jm_percolate_check(const struct jm_percolate *p, struct jm_err *err)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < p->cap; i++)
        n += p->wishes[i] != NULL;
    return n == p->stats.wishes ? 0 : jm_err_set(err, JM_EINTERNAL, "wish count is off");
}
