/* table.c - see table.h. Full at most to half, marks included. */
#include "table.h"

#include <stdlib.h>

#include "jobmatch/epoch.h"
#include "jobmatch/err.h"

static char removed; /* its address marks a removed entry */
#define MARK ((void *)&removed)

static struct slots *slots_new(size_t cap)
{
    struct slots *s = malloc(sizeof *s + cap * sizeof s->at[0]);
    if (!s)
        return NULL;
    s->mask = (uint32_t)(cap - 1);
    for (size_t i = 0; i < cap; i++)
        atomic_init(&s->at[i], NULL);
    return s;
}

static void free_slots(void *slots, void *unused)
{
    (void)unused;
    free(slots);
}

void jm_table_fini(struct table *t)
{
    free(atomic_load(&t->slots));
    atomic_store(&t->slots, NULL);
}

int jm_table_reserve(struct table *t, struct jm_epoch *e)
{
    struct slots *old = atomic_load_explicit(&t->slots, memory_order_relaxed);
    size_t cap = old ? (size_t)old->mask + 1 : 0;
    if ((t->used + t->marks + 1) * 2 <= cap)
        return 0;
    size_t next = cap ? cap : 1024;
    while ((t->used + 1) * 4 > next) /* a quarter full, so that rebuilding stays rare */
        next *= 2;
    struct slots *s = slots_new(next);
    if (!s)
        return -1;
    for (size_t i = 0; i < cap; i++) {
        void *entry = atomic_load_explicit(&old->at[i], memory_order_relaxed);
        if (!entry || entry == MARK)
            continue;
        size_t at = t->hash_of(entry) & s->mask;
        while (atomic_load_explicit(&s->at[at], memory_order_relaxed))
            at = (at + 1) & s->mask;
        atomic_store_explicit(&s->at[at], entry, memory_order_relaxed);
    }
    t->marks = 0;
    atomic_store_explicit(&t->slots, s, memory_order_release);
    if (old)
        jm_epoch_retire(e, old, free_slots, NULL);
    return 0;
}

static _Atomic(void *) *slot_of(struct slots *s, uint64_t hash, table_test *test, const void *key)
{
    for (size_t at = hash & s->mask;; at = (at + 1) & s->mask) {
        void *entry = atomic_load_explicit(&s->at[at], memory_order_acquire);
        if (!entry || (entry != MARK && test(entry, key)))
            return &s->at[at];
    }
}

void jm_table_put(struct table *t, void *entry, table_test *test, const void *key)
{
    struct slots *s = atomic_load_explicit(&t->slots, memory_order_relaxed);
    _Atomic(void *) *slot = slot_of(s, t->hash_of(entry), test, key);
    if (!atomic_load_explicit(slot, memory_order_relaxed))
        t->used++;
    atomic_store_explicit(slot, entry, memory_order_release);
}

void jm_table_del(struct table *t, uint64_t hash, table_test *test, const void *key)
{
    struct slots *s = atomic_load_explicit(&t->slots, memory_order_relaxed);
    _Atomic(void *) *slot = s ? slot_of(s, hash, test, key) : NULL;
    if (slot && atomic_load_explicit(slot, memory_order_relaxed)) {
        atomic_store_explicit(slot, MARK, memory_order_release);
        t->used--;
        t->marks++;
    }
}

void *jm_table_find(const struct table *t, uint64_t hash, table_test *test, const void *key)
{
    struct slots *s = atomic_load_explicit(&t->slots, memory_order_acquire);
    return s ? atomic_load_explicit(slot_of(s, hash, test, key), memory_order_acquire) : NULL;
}

size_t jm_table_bytes(const struct table *t)
{
    struct slots *s = atomic_load_explicit(&t->slots, memory_order_acquire);
    return s ? sizeof *s + ((size_t)s->mask + 1) * sizeof s->at[0] : 0;
}
