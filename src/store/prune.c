/* prune.c - taking away what nobody needs, in steps small enough to disturb nobody. */
#include <stdlib.h>

#include "jobmatch/log.h"
#include "store_int.h"

enum { STEP_ROWS = 5000, STEPS_MAX = 500, EVERY_MS = 600000, KEEP_CHANGES_S = 86400,
       STEP_TIMEOUT_MS = 6000 };

struct prune_call {
    struct jm_store *s;
    int64_t keep_s;
    unsigned steps;
    struct jm_prune_result sum;
    jm_prune_cb *cb;
    void *arg;
};

static int step(struct prune_call *p, struct jm_err *err);

static void on_step(void *arg, struct jm_pg_answer *a)
{
    struct prune_call *p = arg;
    struct jm_err err = a->err;
    bool full = false;
    if (a->fate == JM_PG_DONE) {
        uint64_t n[4], *sums[4] = {&p->sum.changes, &p->sum.attempts, &p->sum.events,
                                   &p->sum.tombstones};
        for (int i = 0; i < 4; i++) {
            n[i] = (uint64_t)jm_pg_get_int(a->res, 0, i);
            *sums[i] += n[i];
            full |= n[i] == STEP_ROWS;
        }
        if (full && ++p->steps < STEPS_MAX && !p->s->closing && step(p, &err) == 0)
            return;
    }
    p->cb(p->arg, err.code ? &err : NULL, &p->sum);
    free(p);
}

static int step(struct prune_call *p, struct jm_err *err)
{
    struct jm_pg_args a;
    jm_pg_args_init(&a);
    jm_pg_i8(&a, p->keep_s);
    jm_pg_i4(&a, STEP_ROWS);
    struct jm_pg_query q = {.stmt = "prune", .args = &a, .cb = on_step, .arg = p,
                            .timeout_ms = STEP_TIMEOUT_MS};
    return jm_pg_send(p->s->deliver, &q, err);
}

int jm_store_prune(struct jm_store *s, int64_t keep_s, jm_prune_cb *cb, void *arg,
                   struct jm_err *err)
{
    if (!s->started || s->closing)
        return jm_err_set(err, JM_EUNAVAIL, "the store is not running");
    struct prune_call *p = calloc(1, sizeof *p);
    if (!p)
        return jm_err_set(err, JM_ENOMEM, "out of memory to prune");
    *p = (struct prune_call){.s = s, .keep_s = keep_s, .cb = cb, .arg = arg};
    if (step(p, err) == 0)
        return 0;
    free(p);
    return -1;
}

static void on_pruned(void *arg, const struct jm_err *err, const struct jm_prune_result *r)
{
    char q[200];
    (void)arg;
    if (err)
        jm_log(JM_LOG_WARN, "store", "pruning failed", "error=%s",
               jm_log_q(q, sizeof q, err->text));
    else if (r && r->changes + r->attempts + r->events + r->tombstones)
        jm_log(JM_LOG_INFO, "store", "pruned", "changes=%llu attempts=%llu events=%llu",
               (unsigned long long)r->changes, (unsigned long long)r->attempts,
               (unsigned long long)r->events);
}

static void on_time(void *arg)
{
    struct jm_store *s = arg;
    struct jm_err err = {0};
    if (jm_store_owns(s, 0, NULL) && jm_store_prune(s, KEEP_CHANGES_S, on_pruned, s, &err) != 0)
        on_pruned(s, &err, NULL);
}

int prune_init(struct jm_store *s)
{
    s->prune_timer = jm_timer_new(s->o.loop, on_time, s);
    if (!s->prune_timer)
        return -1;
    jm_timer_every(s->prune_timer, EVERY_MS);
    return 0;
}
