/* test_eval.c - rankings of labelled lists: which labels a sentence speaks of. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "jobmatch/buf.h"
#include "jobmatch/eval.h"

static const char labels[] = "a\twork in teams\nb\tHaskell\nc\tmaintain wind turbines\n"
                             "d\tmanage teams\ne\tC#\nf\tbake bread\n";

/* The first label of the only query. */
static void assert_first(const char *sentence, const char *label)
{
    struct jm_buf out = {0}, want = {0};
    struct jm_err err = {0};
    char query[200];
    snprintf(query, sizeof query, "q\t%s\n", sentence);
    assert_int_equal(jm_eval_links(query, strlen(query), labels, sizeof labels - 1, 1, &out, &err),
                     0);
    jm_buf_fmt(&want, "q Q0 %s 1 ", label);
    if (strncmp(jm_buf_cstr(&out), jm_buf_cstr(&want), want.len) != 0)
        fail_msg("'%s': %s", sentence, jm_buf_cstr(&out));
    jm_buf_fini(&want);
    jm_buf_fini(&out);
}

static void test_links(void **state)
{
    (void)state;
    assert_first("Experience with Haskell in production", "b");
    assert_first("You maintain our wind turbine park", "c");
    assert_first("baking bread every night", "f");
}

/* no stem of this label counts in an ad, its words do */
static void test_links_find_everyday_words(void **state)
{
    (void)state;
    assert_first("Ability to work in a team", "a");
    assert_first("You manage a team of five", "d");
}

static void test_links_errors(void **state)
{
    (void)state;
    struct jm_buf out = {0};
    struct jm_err err = {0};
    assert_int_equal(jm_eval_links("no tab\n", 7, labels, sizeof labels - 1, 1, &out, &err), -1);
    assert_non_null(strstr(err.text, "line 1"));
    jm_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_links),
                                       cmocka_unit_test(test_links_find_everyday_words),
                                       cmocka_unit_test(test_links_errors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
