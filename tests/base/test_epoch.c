/* test_epoch.c - readers keep what they hold; nothing is freed under them, nothing leaks. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "jobmatch/epoch.h"

enum { ALIVE = 0x600d, DEAD = 0xdead, ROUNDS = 20000 };

static _Atomic int freed;

struct object {
    _Atomic int state;
    int n;
};

static void free_object(void *ptr, void *arg)
{
    (void)arg;
    struct object *o = ptr;
    atomic_store(&o->state, DEAD);
    atomic_fetch_add(&freed, 1);
    free(o);
}

static struct object *new_object(int n)
{
    struct object *o = malloc(sizeof *o);
    atomic_init(&o->state, ALIVE);
    o->n = n;
    return o;
}

static void a_reader_inside_delays_the_free(void **state)
{
    (void)state;
    struct jm_epoch *e = jm_epoch_new();
    struct jm_epoch_reader *r = jm_epoch_register(e);
    freed = 0;
    jm_epoch_enter(r);
    jm_epoch_enter(r); /* nests */
    jm_epoch_retire(e, new_object(1), free_object, NULL);
    assert_int_equal(jm_epoch_reclaim(e), 1);
    jm_epoch_leave(r);
    assert_int_equal(jm_epoch_reclaim(e), 1);
    jm_epoch_leave(r);
    assert_int_equal(jm_epoch_reclaim(e), 0);
    assert_int_equal(freed, 1);
    /* one that enters afterwards does not delay what was retired before */
    jm_epoch_retire(e, new_object(2), free_object, NULL);
    (void)jm_epoch_reclaim(e);
    assert_int_equal(freed, 2);
    jm_epoch_retire(e, new_object(3), free_object, NULL);
    jm_epoch_unregister(e, r);
    jm_epoch_free(e);
    assert_int_equal(freed, 3);
}

/* The free function of one object enters a reader and retires the next, as a writer that unlinks
 * something when nobody looks for it any more. */
struct chain {
    struct jm_epoch *epoch;
    struct jm_epoch_reader *reader;
};

static void free_and_retire_another(void *ptr, void *arg)
{
    struct chain *c = arg;
    free_object(ptr, NULL);
    jm_epoch_enter(c->reader);
    jm_epoch_retire(c->epoch, new_object(2), free_object, NULL);
}

static void what_a_free_function_retires_waits_for_readers(void **state)
{
    (void)state;
    struct chain c = {.epoch = jm_epoch_new()};
    c.reader = jm_epoch_register(c.epoch);
    freed = 0;
    jm_epoch_retire(c.epoch, new_object(1), free_and_retire_another, &c);
    assert_int_equal(jm_epoch_reclaim(c.epoch), 1);
    assert_int_equal(freed, 1);
    assert_int_equal(jm_epoch_reclaim(c.epoch), 1); /* the reader is inside */
    jm_epoch_leave(c.reader);
    assert_int_equal(jm_epoch_reclaim(c.epoch), 0);
    assert_int_equal(freed, 2);
    jm_epoch_unregister(c.epoch, c.reader);
    jm_epoch_free(c.epoch);
}

static struct object *_Atomic shared;
static _Atomic bool stop, wrong;

static void *read_all_the_time(void *arg)
{
    struct jm_epoch *e = arg;
    struct jm_epoch_reader *r = jm_epoch_register(e);
    while (!atomic_load(&stop)) {
        jm_epoch_enter(r);
        struct object *o = atomic_load_explicit(&shared, memory_order_acquire);
        for (int i = 0; i < 50; i++)
            if (atomic_load(&o->state) != ALIVE)
                atomic_store(&wrong, true);
        jm_epoch_leave(r);
    }
    jm_epoch_unregister(e, r);
    return NULL;
}

static void readers_never_see_a_freed_object(void **state)
{
    (void)state;
    struct jm_epoch *e = jm_epoch_new();
    pthread_t t[3];
    freed = 0;
    atomic_store(&shared, new_object(0));
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&t[i], NULL, read_all_the_time, e), 0);
    for (int i = 1; i <= ROUNDS; i++) {
        struct object *old = atomic_exchange(&shared, new_object(i));
        jm_epoch_retire(e, old, free_object, NULL);
        if (i % 16 == 0)
            (void)jm_epoch_reclaim(e);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    assert_false(wrong);
    free_object(atomic_load(&shared), NULL);
    jm_epoch_free(e);
    assert_int_equal(freed, ROUNDS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_inside_delays_the_free),
        cmocka_unit_test(what_a_free_function_retires_waits_for_readers),
        cmocka_unit_test(readers_never_see_a_freed_object),
    };
    return cmocka_run_group_tests_name("epoch", tests, NULL, NULL) != 0;
}
