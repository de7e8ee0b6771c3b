/* pool.c - worker threads over one bounded queue, and the way back to the loop.
 *
 * All slots are allocated at the start, so accepting a job never allocates. A slot goes free ->
 * queued -> running -> finished -> free; queue and finished list are guarded by one mutex, held
 * for a few instructions. Workers wake the loop through an eventfd, once for any number of
 * finished jobs. What a job computes for microseconds does not belong here: a hand-over costs
 * about 10 us.
 *
 * Signals stay on the loop's thread: workers are born with all of them blocked. */
#include "internal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct job {
    void (*run)(const struct jm_worker *w, void *arg);
    void (*done)(void *arg, bool ran);
    void *arg;
    bool ran;
    struct job *next;
};

struct job_list {
    struct job *first, **end;
};

struct worker {
    struct jm_pool *pool;
    pthread_t thread;
    struct jm_worker me;
    _Atomic int64_t since_us; /* start of the running job; 0: idle */
};

struct jm_pool {
    struct jm_loop *loop;
    struct jm_pool_options o;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;                    /* guarded by lock, as the next two lines */
    bool signalled;                   /* the eventfd is written and not yet read */
    struct job_list queued, finished;
    int eventfd;
    struct jm_io *io;
    struct job *slots, *free;         /* free, depth: the loop's */
    size_t depth;
    _Atomic uint64_t n_finished;
    struct jm_metric *depth_metric, *refused_metric;
    unsigned started;
    struct worker *workers;
};

static void list_init(struct job_list *l)
{
    l->first = NULL;
    l->end = &l->first;
}

static void list_push(struct job_list *l, struct job *j)
{
    j->next = NULL;
    *l->end = j;
    l->end = &j->next;
}

static struct job *list_pop(struct job_list *l)
{
    struct job *j = l->first;
    if (j && !(l->first = j->next))
        l->end = &l->first;
    return j;
}

/* The next job, or NULL when it is time to go. */
static struct job *next_job(struct jm_pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->queued.first && !p->stopping)
        pthread_cond_wait(&p->wake, &p->lock);
    struct job *j = list_pop(&p->queued);
    pthread_mutex_unlock(&p->lock);
    return j;
}

static void hand_back(struct jm_pool *p, struct job *j)
{
    pthread_mutex_lock(&p->lock);
    list_push(&p->finished, j);
    bool tell = !p->signalled;
    p->signalled = true;
    pthread_mutex_unlock(&p->lock);
    uint64_t one = 1;
    while (tell && write(p->eventfd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct jm_pool *p = w->pool;
    if (p->o.worker_init)
        w->me.state = p->o.worker_init(w->me.index, p->o.arg);
    for (struct job *j; (j = next_job(p));) {
        atomic_store(&w->since_us, jm_mono_us(p->loop->clock));
        j->run(&w->me, j->arg);
        j->ran = true;
        atomic_store(&w->since_us, 0);
        atomic_fetch_add(&p->n_finished, 1);
        hand_back(p, j);
    }
    if (p->o.worker_fini)
        p->o.worker_fini(w->me.state, p->o.arg);
    return NULL;
}

/* Call `done` for everything finished so far and free the slots. */
static void deliver(struct jm_pool *p)
{
    pthread_mutex_lock(&p->lock);
    struct job *j = p->finished.first;
    list_init(&p->finished);
    p->signalled = false;
    pthread_mutex_unlock(&p->lock);
    for (struct job *next; j; j = next) {
        next = j->next;
        void (*done)(void *arg, bool ran) = j->done;
        void *arg = j->arg;
        bool ran = j->ran;
        j->next = p->free; /* free before done(), which may submit again */
        p->free = j;
        p->depth--;
        if (done)
            done(arg, ran);
    }
    if (p->depth_metric)
        jm_metric_set(p->depth_metric, (int64_t)p->depth);
}

static void on_finished(int what, void *arg)
{
    (void)what;
    struct jm_pool *p = arg;
    uint64_t n;
    if (read(p->eventfd, &n, sizeof n) == (ssize_t)sizeof n)
        deliver(p);
}

static int start_workers(struct jm_pool *p, struct jm_err *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = 0;
    for (; p->started < p->o.workers; p->started++) {
        struct worker *w = &p->workers[p->started];
        w->pool = p;
        w->me.index = p->started;
        if ((rc = pthread_create(&w->thread, NULL, worker_main, w)))
            break;
        char name[16];
        snprintf(name, sizeof name, "%.10s-%u", p->o.name, p->started);
        pthread_setname_np(w->thread, name);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = rc;
    return rc ? jm_err_errno(err, JM_EIO, "worker %u could not be started", p->started) : 0;
}

static void add_metrics(struct jm_pool *p, struct jm_metrics *metrics)
{
    char label[40];
    snprintf(label, sizeof label, "pool=\"%.10s\"", p->o.name);
    p->depth_metric = jm_metrics_get(metrics, JM_GAUGE, "jobmatch_pool_depth",
                                     "Jobs accepted by a worker pool and not done.", label);
    p->refused_metric = jm_metrics_get(metrics, JM_COUNTER, "jobmatch_pool_refused_total",
                                       "Jobs refused because the pool was full.", label);
}

static int pool_start(struct jm_pool *p, struct jm_metrics *metrics, struct jm_err *err)
{
    p->slots = calloc(p->o.capacity, sizeof *p->slots);
    p->workers = calloc(p->o.workers, sizeof *p->workers);
    if (!p->slots || !p->workers)
        return jm_err_set(err, JM_ENOMEM, "no memory for a pool of %zu jobs", p->o.capacity);
    for (size_t i = p->o.capacity; i-- > 0;) {
        p->slots[i].next = p->free;
        p->free = &p->slots[i];
    }
    p->eventfd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (p->eventfd < 0 || !(p->io = jm_io_new(p->loop, p->eventfd, on_finished, p)) ||
        jm_io_watch(p->io, JM_IO_READ))
        return jm_err_errno(err, JM_EIO, "no event descriptor for the workers");
    if (metrics)
        add_metrics(p, metrics);
    return start_workers(p, err);
}

struct jm_pool *jm_pool_new(struct jm_loop *loop, const struct jm_pool_options *o,
                            struct jm_metrics *metrics, struct jm_err *err)
{
    if (o->workers < 1 || o->workers > 64 || o->capacity < 1 || o->capacity > 1000000) {
        jm_err_set(err, JM_EINVAL, "a pool has 1..64 workers and room for 1..1000000 jobs");
        return NULL;
    }
    struct jm_pool *p = calloc(1, sizeof *p);
    if (!p) {
        jm_err_set(err, JM_ENOMEM, "no memory for a worker pool");
        return NULL;
    }
    p->loop = loop;
    p->o = *o;
    if (!p->o.name)
        p->o.name = "work";
    p->eventfd = -1;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    list_init(&p->queued);
    list_init(&p->finished);
    loop->users++;
    if (pool_start(p, metrics, err)) {
        jm_pool_stop(p, false);
        return NULL;
    }
    return p;
}

int jm_pool_submit(struct jm_pool *p, void (*run)(const struct jm_worker *w, void *arg),
                   void (*done)(void *arg, bool ran), void *arg)
{
    struct job *j = p->free;
    if (!j || p->stopping) { /* only the loop writes stopping: reading it here needs no lock */
        if (p->refused_metric)
            jm_metric_add(p->refused_metric, 1);
        return -1;
    }
    p->free = j->next;
    *j = (struct job){ .run = run, .done = done, .arg = arg };
    p->depth++;
    pthread_mutex_lock(&p->lock);
    list_push(&p->queued, j);
    pthread_mutex_unlock(&p->lock);
    pthread_cond_signal(&p->wake);
    if (p->depth_metric)
        jm_metric_set(p->depth_metric, (int64_t)p->depth);
    return 0;
}

size_t jm_pool_depth(const struct jm_pool *p)
{
    return p->depth;
}

uint64_t jm_pool_finished(const struct jm_pool *p)
{
    return atomic_load(&p->n_finished);
}

int64_t jm_pool_longest_us(const struct jm_pool *p)
{
    int64_t now_us = jm_mono_us(p->loop->clock), longest_us = 0;
    for (unsigned i = 0; i < p->started; i++) {
        int64_t since_us = atomic_load(&p->workers[i].since_us);
        if (since_us && now_us - since_us > longest_us)
            longest_us = now_us - since_us;
    }
    return longest_us;
}

void jm_pool_stop(struct jm_pool *p, bool drain)
{
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    if (!drain) /* unrun: straight to finished */
        for (struct job *j; (j = list_pop(&p->queued));)
            list_push(&p->finished, j);
    pthread_mutex_unlock(&p->lock);
    pthread_cond_broadcast(&p->wake);
    for (unsigned i = 0; i < p->started; i++)
        pthread_join(p->workers[i].thread, NULL);
    deliver(p);
    jm_io_free(p->io);
    if (p->eventfd >= 0)
        close(p->eventfd);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    p->loop->users--;
    free(p->workers);
    free(p->slots);
    free(p);
}
