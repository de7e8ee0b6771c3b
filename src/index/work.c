/* work.c - independent pieces of work on several threads: each takes the next piece until there
 * is none. A thread that cannot be had is done without. */
#include "work.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct sharing {
    int (*piece)(void *arg, uint32_t i, unsigned worker);
    void *arg;
    uint32_t n;
    _Atomic uint32_t next, workers;
    _Atomic int rc;
};

static void *work_on(void *arg)
{
    struct sharing *s = arg;
    unsigned worker = s->workers++;
    uint32_t i;
    while (!s->rc && (i = s->next++) < s->n)
        if (s->piece(s->arg, i, worker) < 0)
            s->rc = -1;
    return NULL;
}

int work_share(unsigned threads, uint32_t n, int (*piece)(void *arg, uint32_t i, unsigned worker),
               void *arg)
{
    struct sharing s = {.piece = piece, .arg = arg, .n = n};
    pthread_t helper[WORKERS_MAX];
    unsigned helpers = 0;
    while (helpers + 1 < threads && helpers + 1 < WORKERS_MAX && helpers + 1 < n &&
           pthread_create(&helper[helpers], NULL, work_on, &s) == 0)
        helpers++;
    work_on(&s);
    while (helpers > 0)
        pthread_join(helper[--helpers], NULL);
    return s.rc;
}
