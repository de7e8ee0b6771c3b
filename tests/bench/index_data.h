/* index_data.h - what the index benchmarks work on: made up from a seed, or read from the files of
 * another generator, and the clock and the percentiles they report with.
 *
 * A folder has candidates.tsv, queries.tsv (number, term:weight ..., loc= years= salary= remote=)
 * and alerts.tsv (number, req=a,b any=c,d|- loc=L|- salary=S|- remote=1|-). */
#ifndef TESTS_BENCH_INDEX_DATA_H
#define TESTS_BENCH_INDEX_DATA_H

#include <stdio.h>
#include <time.h>

#include "index_gen.h"
#include "jobmatch/err.h"

enum { DATA_TERMS = 14000, DATA_MEAN = 18, DATA_STRAY = 12, DATA_QUERY_STRAY = 8 };

struct data_query {
    struct gen_doc doc;
    struct jm_index_want want[JM_INDEX_DOC_TERMS];
    struct jm_index_filter filter; /* the place, and at most five years less */
    uint32_t place;
};

static inline double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

/* The time this thread had a core: what other programs on the machine take does not count. */
static inline double thread_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static inline int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value below which a share of them lies; sorts them. */
static inline double at_share(double *v, size_t n, double share)
{
    qsort(v, n, sizeof *v, by_size);
    return v[(size_t)((double)(n - 1) * share)];
}

static inline struct jm_index_doc data_doc(uint32_t number, const struct gen_doc *d)
{
    struct jm_index_term *t = malloc(d->n * sizeof *t + 1);
    memcpy(t, d->terms, d->n * sizeof *t);
    return (struct jm_index_doc){number, d->n, t, d->facets};
}

static inline void data_finish_query(struct data_query *q)
{
    for (uint32_t j = 0; j < q->doc.n; j++)
        q->want[j] = (struct jm_index_want){jm_index_term_id(q->doc.terms[j]),
                                            jm_index_term_weight(q->doc.terms[j])};
    uint8_t years = q->doc.facets.years;
    q->place = q->doc.facets.place;
    q->filter = (struct jm_index_filter){.places = &q->place, .n_places = 1,
                                         .years_min = (uint8_t)(years > 6 ? years - 5 : 1)};
}

/* ---- made up -------------------------------------------------------------------------------- */

static inline struct jm_index_doc *data_make_docs(struct gen *g, uint32_t n)
{
    struct jm_index_doc *docs = calloc(n, sizeof *docs);
    struct gen_doc *d = malloc(sizeof *d);
    for (uint32_t i = 0; i < n; i++) {
        gen_doc(g, gen_length(g), DATA_STRAY, d);
        docs[i] = data_doc(i, d);
    }
    free(d);
    return docs;
}

/* Queries of `least` to `most` terms. */
static inline struct data_query *data_make_queries(struct gen *g, uint32_t n, uint32_t least,
                                                   uint32_t most)
{
    struct data_query *q = calloc(n, sizeof *q);
    for (uint32_t i = 0; i < n; i++) {
        gen_doc(g, least + gen_below(g, most - least + 1), DATA_QUERY_STRAY, &q[i].doc);
        data_finish_query(&q[i]);
    }
    return q;
}

/* ---- read ----------------------------------------------------------------------------------- */

static inline FILE *data_open(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r");
    if (!f)
        perror(path);
    return f;
}

static inline uint32_t data_field(const char *line, const char *name)
{
    const char *at = strstr(line, name);
    at = at ? at + strlen(name) : "-";
    return *at == '-' ? UINT32_MAX : (uint32_t)strtoul(at, NULL, 10);
}

static inline void data_parse_doc(char *line, struct gen_doc *d)
{
    char *at = strchr(line, '\t');
    d->n = 0;
    while (at && d->n < JM_INDEX_DOC_TERMS && (at[0] == ' ' || d->n == 0)) {
        uint32_t term = (uint32_t)strtoul(at + 1, &at, 10);
        d->terms[d->n++] = jm_index_term(term, (uint8_t)strtoul(at + 1, &at, 10));
    }
    d->facets = (struct jm_index_facets){
        .place = data_field(line, "loc=") + 1, .years = (uint8_t)(data_field(line, "years=") + 1),
        .pay = data_field(line, "salary="),
        .workplace = data_field(line, "remote=") == 1 ? 1 | GEN_REMOTE : 1};
}

/* All documents of a file; *n is how many. NULL: it cannot be read. */
static inline struct jm_index_doc *data_read_docs(const char *folder, const char *name,
                                                  uint32_t *n)
{
    FILE *f = data_open(folder, name);
    struct jm_index_doc *docs = NULL;
    struct gen_doc d;
    char line[8192];
    for (*n = 0; f && fgets(line, sizeof line, f); ++*n) {
        if ((*n & (*n - 1)) == 0)
            docs = realloc(docs, (*n ? *n * 2ul : 1) * sizeof *docs);
        data_parse_doc(line, &d);
        docs[*n] = data_doc((uint32_t)strtoul(line, NULL, 10), &d);
    }
    if (f)
        fclose(f);
    return docs;
}

static inline struct data_query *data_read_queries(const char *folder, uint32_t most, uint32_t *n)
{
    struct jm_index_doc *docs = data_read_docs(folder, "queries.tsv", n);
    *n = *n < most ? *n : most;
    struct data_query *q = docs ? calloc(*n, sizeof *q) : NULL;
    for (uint32_t i = 0; q && i < *n; i++) {
        q[i].doc.n = docs[i].n_terms;
        memcpy(q[i].doc.terms, docs[i].terms, docs[i].n_terms * sizeof *docs[i].terms);
        q[i].doc.facets = docs[i].facets;
        data_finish_query(&q[i]);
    }
    return q;
}

static inline uint32_t data_parse_terms(const char *at, uint16_t *terms, uint32_t room)
{
    uint32_t n = 0;
    while (n < room && *at >= '0' && *at <= '9') {
        char *end;
        terms[n++] = (uint16_t)strtoul(at, &end, 10);
        at = *end == ',' ? end + 1 : "";
    }
    return n;
}

static inline void data_parse_alert(const char *line, struct gen_alert *a)
{
    const char *req = strstr(line, "req="), *any = strstr(line, "any=");
    uint32_t place = data_field(line, "loc="), pay = data_field(line, "salary=");
    *a = (struct gen_alert){.place = (uint16_t)(place == UINT32_MAX ? 0 : place + 1),
                            .pay = (uint16_t)(pay == UINT32_MAX ? 0 : pay),
                            .remote = data_field(line, "remote=") == 1};
    a->n_must = (uint8_t)(req ? data_parse_terms(req + 4, a->terms, GEN_ALERT_TERMS) : 0);
    a->n_any = (uint8_t)(any ? data_parse_terms(any + 4, a->terms + a->n_must,
                                                GEN_ALERT_TERMS - a->n_must) : 0);
}

static inline struct gen_alert *data_read_alerts(const char *folder, uint32_t *n)
{
    FILE *f = data_open(folder, "alerts.tsv");
    struct gen_alert *a = NULL;
    char line[1024];
    for (*n = 0; f && fgets(line, sizeof line, f); ++*n) {
        if ((*n & (*n - 1)) == 0)
            a = realloc(a, (*n ? *n * 2ul : 1) * sizeof *a);
        data_parse_alert(line, &a[*n]);
    }
    if (f)
        fclose(f);
    return a;
}

/* FOLDER [QUERIES], or [N [SEED [QUERIES]]]. */
struct data_args {
    const char *folder; /* NULL: made up */
    uint32_t n, n_queries;
    uint64_t seed;
};

static inline struct data_args data_args_read(int argc, char **argv, uint32_t queries)
{
    bool folder = argc > 1 && strchr(argv[1], '/');
    const char *last = folder ? argc > 2 ? argv[2] : NULL : argc > 3 ? argv[3] : NULL;
    return (struct data_args){.folder = folder ? argv[1] : NULL,
                              .n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000,
                              .n_queries = last ? (uint32_t)strtoul(last, NULL, 10) : queries,
                              .seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1};
}

#endif
