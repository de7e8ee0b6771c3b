/* metrics.h - counters, gauges and histograms in the Prometheus text format.
 *
 * A registry holds named families; a series is one set of labels, given as a ready string
 * (`route="/v1/jobs",code="200"`, values already escaped) or NULL. Series are found
 * once and kept: adding to one is an atomic operation, from any thread. */
#ifndef JM_METRICS_H
#define JM_METRICS_H

#include <stddef.h>
#include <stdint.h>

struct jm_buf;
struct jm_metrics;
struct jm_metric;

enum jm_metric_kind { JM_COUNTER, JM_GAUGE, JM_HISTOGRAM };

struct jm_metrics *jm_metrics_new(void);
void jm_metrics_free(struct jm_metrics *m);

/* Find or make a series. `name` and `help` are constants of the program; `labels` is copied.
 * Never NULL: when memory or the bound of 4,096 series is reached it returns a shared sink that
 * is not printed. */
struct jm_metric *jm_metrics_get(struct jm_metrics *m, enum jm_metric_kind kind, const char *name,
                                 const char *help, const char *labels);
void jm_metric_add(struct jm_metric *s, int64_t n);  /* counter or gauge */
void jm_metric_set(struct jm_metric *s, int64_t v);  /* gauge */
int64_t jm_metric_value(const struct jm_metric *s);
/* Histogram of seconds (buckets .0005 to 10), given in microseconds. */
void jm_metric_observe_us(struct jm_metric *s, int64_t us);
/* text/plain; version=0.0.4 */
void jm_metrics_print(struct jm_metrics *m, struct jm_buf *out);

#endif
