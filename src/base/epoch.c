/* epoch.c - epoch-based reclamation with one global counter and a bucket list by epoch.
 *
 * A reader announces the global epoch it entered under; the writer tags each retired object with
 * the epoch at its retirement and moves the global epoch on. An object may go when every reader
 * inside announced a later epoch. enter() needs one sequentially consistent fence so that its
 * announcement is seen before its first read; that is the only cost on the read side. */
#include "jobmatch/epoch.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "jobmatch/err.h"

struct jm_epoch_reader {
    _Atomic uint64_t epoch; /* 0: outside */
    struct jm_epoch *domain;
    unsigned depth; /* the owner's only */
    struct jm_epoch_reader *next;
    char pad[64]; /* readers do not share a cache line */
};

struct retired {
    void *ptr;
    void (*free_fn)(void *ptr, void *arg);
    void *arg;
    uint64_t epoch;
};

struct jm_epoch {
    _Atomic uint64_t global;
    pthread_mutex_t lock; /* the reader list */
    struct jm_epoch_reader *readers;
    struct retired *queue; /* ring, oldest first */
    size_t head, count, cap;
};

struct jm_epoch *jm_epoch_new(void)
{
    struct jm_epoch *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    atomic_init(&e->global, 1);
    pthread_mutex_init(&e->lock, NULL);
    return e;
}

void jm_epoch_free(struct jm_epoch *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->count; i++) {
        struct retired *r = &e->queue[(e->head + i) % e->cap];
        r->free_fn(r->ptr, r->arg);
    }
    while (e->readers) {
        struct jm_epoch_reader *next = e->readers->next;
        free(e->readers);
        e->readers = next;
    }
    free(e->queue);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

struct jm_epoch_reader *jm_epoch_register(struct jm_epoch *e)
{
    struct jm_epoch_reader *r = aligned_alloc(64, (sizeof *r + 63) & ~(size_t)63);
    if (!r)
        return NULL;
    atomic_init(&r->epoch, 0);
    r->domain = e;
    r->depth = 0;
    pthread_mutex_lock(&e->lock);
    r->next = e->readers;
    e->readers = r;
    pthread_mutex_unlock(&e->lock);
    return r;
}

void jm_epoch_unregister(struct jm_epoch *e, struct jm_epoch_reader *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&e->lock);
    struct jm_epoch_reader **p = &e->readers;
    while (*p != r)
        p = &(*p)->next;
    *p = r->next;
    pthread_mutex_unlock(&e->lock);
    free(r);
}

void jm_epoch_enter(struct jm_epoch_reader *r)
{
    if (r->depth++ > 0)
        return;
    uint64_t now = atomic_load_explicit(&r->domain->global, memory_order_acquire);
    atomic_exchange_explicit(&r->epoch, now, memory_order_seq_cst);
}

void jm_epoch_leave(struct jm_epoch_reader *r)
{
    JM_ASSERT(r->depth > 0);
    if (--r->depth == 0)
        atomic_store_explicit(&r->epoch, 0, memory_order_release);
}

/* The oldest epoch any reader is in; UINT64_MAX if none is inside. */
static uint64_t oldest_reader(struct jm_epoch *e)
{
    uint64_t oldest = UINT64_MAX;
    pthread_mutex_lock(&e->lock);
    for (struct jm_epoch_reader *r = e->readers; r; r = r->next) {
        uint64_t in = atomic_load_explicit(&r->epoch, memory_order_seq_cst);
        if (in && in < oldest)
            oldest = in;
    }
    pthread_mutex_unlock(&e->lock);
    return oldest;
}

size_t jm_epoch_reclaim(struct jm_epoch *e)
{
    if (e->count == 0)
        return 0;
    atomic_fetch_add_explicit(&e->global, 1, memory_order_seq_cst);
    uint64_t oldest = oldest_reader(e);
    /* not what a free_fn retires meanwhile: a reader may have entered since, and hold it */
    for (size_t n = e->count; n > 0 && e->queue[e->head].epoch < oldest; n--) {
        struct retired r = e->queue[e->head];
        e->head = (e->head + 1) % e->cap;
        e->count--;
        r.free_fn(r.ptr, r.arg);
    }
    return e->count;
}

static bool queue_grow(struct jm_epoch *e)
{
    size_t cap = e->cap ? e->cap * 2 : 64;
    struct retired *q = malloc(cap * sizeof *q);
    if (!q)
        return false;
    for (size_t i = 0; i < e->count; i++)
        q[i] = e->queue[(e->head + i) % e->cap];
    free(e->queue);
    e->queue = q;
    e->head = 0;
    e->cap = cap;
    return true;
}

void jm_epoch_retire(struct jm_epoch *e, void *ptr, void (*free_fn)(void *ptr, void *arg),
                     void *arg)
{
    uint64_t now = atomic_load_explicit(&e->global, memory_order_seq_cst);
    if (e->count == e->cap && !queue_grow(e)) {
        atomic_fetch_add_explicit(&e->global, 1, memory_order_seq_cst);
        while (oldest_reader(e) <= now)
            sched_yield();
        free_fn(ptr, arg);
        return;
    }
    e->queue[(e->head + e->count) % e->cap] =
        (struct retired){.ptr = ptr, .free_fn = free_fn, .arg = arg, .epoch = now};
    e->count++;
}
