/* metrics.c - see metrics.h.
 *
 * Families and series sit in plain lists under one lock, which only finding and printing take;
 * the hot path holds a pointer to its series and adds atomically. */
#include "jobmatch/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"

enum { MAX_SERIES = 4096, BUCKETS = 14 };

static const int64_t bucket_us[BUCKETS] = {500,    1000,   2500,   5000,    10000,   25000,   50000,
                                           100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000};

struct jm_metric {
    _Atomic int64_t value; /* histogram: sum of microseconds */
    _Atomic int64_t bucket[BUCKETS + 1];
    char *labels;
    struct jm_metric *next;
};

struct family {
    const char *name, *help;
    enum jm_metric_kind kind;
    struct jm_metric *series, *last;
    struct family *next;
};

struct jm_metrics {
    pthread_mutex_t lock;
    struct family *first, *last;
    size_t series;
    struct jm_metric sink;
};

struct jm_metrics *jm_metrics_new(void)
{
    struct jm_metrics *m = calloc(1, sizeof *m);
    if (m)
        pthread_mutex_init(&m->lock, NULL);
    return m;
}

static void free_family(struct family *f)
{
    while (f->series) {
        struct jm_metric *next = f->series->next;
        free(f->series->labels);
        free(f->series);
        f->series = next;
    }
    free(f);
}

void jm_metrics_free(struct jm_metrics *m)
{
    if (!m)
        return;
    while (m->first) {
        struct family *next = m->first->next;
        free_family(m->first);
        m->first = next;
    }
    pthread_mutex_destroy(&m->lock);
    free(m);
}

static struct family *find_family(struct jm_metrics *m, enum jm_metric_kind kind, const char *name,
                                  const char *help)
{
    for (struct family *f = m->first; f; f = f->next)
        if (strcmp(f->name, name) == 0)
            return f;
    struct family *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->name = name;
    f->help = help;
    f->kind = kind;
    if (m->last)
        m->last->next = f;
    else
        m->first = f;
    m->last = f;
    return f;
}

static struct jm_metric *find_series(struct jm_metrics *m, struct family *f, const char *labels)
{
    for (struct jm_metric *s = f->series; s; s = s->next)
        if (strcmp(s->labels, labels) == 0)
            return s;
    if (m->series >= MAX_SERIES)
        return NULL;
    struct jm_metric *s = calloc(1, sizeof *s);
    if (!s || !(s->labels = strdup(labels))) {
        free(s);
        return NULL;
    }
    if (f->last)
        f->last->next = s;
    else
        f->series = s;
    f->last = s;
    m->series++;
    return s;
}

struct jm_metric *jm_metrics_get(struct jm_metrics *m, enum jm_metric_kind kind, const char *name,
                                 const char *help, const char *labels)
{
    pthread_mutex_lock(&m->lock);
    struct family *f = find_family(m, kind, name, help);
    struct jm_metric *s = f ? find_series(m, f, labels ? labels : "") : NULL;
    pthread_mutex_unlock(&m->lock);
    return s ? s : &m->sink;
}

void jm_metric_add(struct jm_metric *s, int64_t n)
{
    atomic_fetch_add_explicit(&s->value, n, memory_order_relaxed);
}

void jm_metric_set(struct jm_metric *s, int64_t v)
{
    atomic_store_explicit(&s->value, v, memory_order_relaxed);
}

int64_t jm_metric_value(const struct jm_metric *s)
{
    return atomic_load_explicit(&s->value, memory_order_relaxed);
}

void jm_metric_observe_us(struct jm_metric *s, int64_t us)
{
    int i = 0;
    while (i < BUCKETS && us > bucket_us[i])
        i++;
    atomic_fetch_add_explicit(&s->bucket[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->value, us, memory_order_relaxed);
}

static void print_histogram(const struct family *f, struct jm_metric *s, struct jm_buf *out)
{
    const char *comma = s->labels[0] ? "," : "";
    int64_t sum = 0;
    for (int i = 0; i <= BUCKETS; i++) {
        sum += atomic_load_explicit(&s->bucket[i], memory_order_relaxed);
        jm_buf_fmt(out, "%s_bucket{%s%sle=\"", f->name, s->labels, comma);
        if (i < BUCKETS)
            jm_buf_fmt(out, "%g", (double)bucket_us[i] / 1e6);
        else
            jm_buf_str(out, "+Inf");
        jm_buf_fmt(out, "\"} %lld\n", (long long)sum);
    }
    const char *open = s->labels[0] ? "{" : "", *close = s->labels[0] ? "}" : "";
    jm_buf_fmt(out, "%s_sum%s%s%s %.6f\n", f->name, open, s->labels, close,
               (double)jm_metric_value(s) / 1e6);
    jm_buf_fmt(out, "%s_count%s%s%s %lld\n", f->name, open, s->labels, close, (long long)sum);
}

void jm_metrics_print(struct jm_metrics *m, struct jm_buf *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    pthread_mutex_lock(&m->lock);
    for (struct family *f = m->first; f; f = f->next) {
        jm_buf_fmt(out, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help, f->name, kinds[f->kind]);
        for (struct jm_metric *s = f->series; s; s = s->next) {
            if (f->kind == JM_HISTOGRAM)
                print_histogram(f, s, out);
            else if (s->labels[0])
                jm_buf_fmt(out, "%s{%s} %lld\n", f->name, s->labels, (long long)jm_metric_value(s));
            else
                jm_buf_fmt(out, "%s %lld\n", f->name, (long long)jm_metric_value(s));
        }
    }
    pthread_mutex_unlock(&m->lock);
}
