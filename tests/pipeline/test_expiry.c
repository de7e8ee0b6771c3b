/* test_expiry.c - which job expires next: order, due times, entries that no longer hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jobmatch/bytes.h"
#include "pipeline/internal.h"

static void nothing_is_due_before_its_time(void **state)
{
    (void)state;
    struct jm_expiry x = {0};
    uint64_t id = 0;
    assert_false(jm_expiry_due(&x, INT64_MAX, &id));
    assert_int_equal(jm_expiry_add(&x, 100, 7), 0);
    assert_false(jm_expiry_due(&x, 99, &id));
    assert_true(jm_expiry_due(&x, 100, &id));
    assert_int_equal(id, 7);
    assert_false(jm_expiry_due(&x, INT64_MAX, &id));
    jm_expiry_clear(&x);
}

static void the_earliest_comes_first(void **state)
{
    (void)state;
    enum { N = 3000 };
    static int64_t at[N];
    struct jm_expiry x = {0};
    uint64_t seed = 20261122, id;
    for (uint64_t i = 0; i < N; i++) {
        at[i] = (int64_t)(jm_rand_next(&seed) % 500);
        assert_int_equal(jm_expiry_add(&x, at[i], i), 0);
        if (i % 3 == 0 && jm_expiry_due(&x, 100, &id)) { /* taken out and put back */
            assert_true(at[id] <= 100);
            assert_int_equal(jm_expiry_add(&x, at[id], id), 0);
        }
    }
    int64_t last = 0;
    for (int i = 0; i < N; i++) {
        assert_true(jm_expiry_due(&x, 500, &id));
        assert_true(at[id] >= last);
        last = at[id];
        at[id] = -1; /* each comes once: the next time it would be too early */
    }
    assert_int_equal(x.n, 0);
    jm_expiry_clear(&x);
}

static bool even(void *arg, int64_t at_s, uint64_t doc_id)
{
    ++*(int *)arg;
    return at_s == 10 * (int64_t)doc_id && doc_id % 2 == 0;
}

static void a_prune_keeps_one_entry_of_what_holds(void **state)
{
    (void)state;
    struct jm_expiry x = {0};
    uint64_t id;
    int asked = 0;
    jm_expiry_prune(&x, even, &asked);
    assert_int_equal(asked, 0);
    for (uint64_t round = 0; round < 5; round++)
        for (uint64_t i = 100; i > 0; i--) {
            assert_int_equal(jm_expiry_add(&x, 10 * (int64_t)i, i), 0);
            assert_int_equal(jm_expiry_add(&x, 3 * (int64_t)i + 1, i), 0);
        }
    jm_expiry_prune(&x, even, &asked);
    assert_int_equal(x.n, 50);
    for (uint64_t i = 2; i <= 100; i += 2) {
        assert_false(jm_expiry_due(&x, 10 * (int64_t)i - 1, &id));
        assert_true(jm_expiry_due(&x, 10 * (int64_t)i, &id));
        assert_int_equal(id, i);
    }
    jm_expiry_clear(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_due_before_its_time),
        cmocka_unit_test(the_earliest_comes_first),
        cmocka_unit_test(a_prune_keeps_one_entry_of_what_holds),
    };
    return cmocka_run_group_tests_name("expiry", tests, NULL, NULL) != 0;
}
