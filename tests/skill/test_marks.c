/* test_marks.c - tokens as bits: four at a time they are what they are one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "jobmatch/bytes.h"
#include "skill/marks.h"

static struct jm_token any_token(uint64_t *seed)
{
    uint64_t r = jm_rand_next(seed);
    struct jm_token t = {
        .beg = (uint32_t)(r >> 40), .gap = (uint16_t)r, .flags = (uint8_t)(r >> 16)};
    t.end = t.beg + (uint32_t)(r >> 24) % 6;
    if (r >> 32 & 1)
        t.alt = r >> 33 & 1 ? 1 : UINT64_C(1) << 63; /* either half alone */
    return t;
}

static void test_as_one_by_one(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (unsigned round = 0; round < 2000; round++) {
        struct jm_token t[MARKS];
        struct marks want = {0};
        size_t n = round % (MARKS + 1);
        for (unsigned i = 0; i < MARKS; i++)
            t[i] = any_token(&seed);
        for (unsigned i = 0; i < n; i++)
            marks_add(&want, &t[i], i);
        struct marks got = marks_of(t, n);
        assert_memory_equal(&got, &want, sizeof got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_one_by_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
