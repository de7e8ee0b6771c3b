/* test_title.c - title features, their cosine, and the kernel from labels to file and back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "jobmatch/buf.h"
#include "jobmatch/text.h"
#include "jobmatch/title.h"

static void test_features(void **state)
{
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES];
    unsigned square = 0;
    (void)state;
    size_t n = jm_title_features(NULL, "Senior Software Engineer (m/f/d)", 32, f);
    assert_true(n > 5 && n <= JM_DOC_MAX_TITLE_FEATURES);
    for (size_t i = 0; i < n; i++) {
        assert_true(f[i].id >= JM_TITLE_BASE && f[i].weight > 0);
        assert_true(!i || f[i - 1].id < f[i].id);
        square += (unsigned)f[i].weight * f[i].weight;
    }
    assert_true(square > 240 * 240 && square < 270 * 270);
    assert_int_equal(jm_title_features(NULL, "", 0, f), 0);
    assert_int_equal(jm_title_features(NULL, "123 (m/f/d)", 11, f), 0);
    assert_true(jm_title_features(NULL, "Pfl\xe4ger", 7, f) <= JM_DOC_MAX_TITLE_FEATURES);
}

static void test_similarity(void **state)
{
    (void)state;
    assert_int_equal(jm_title_similarity(NULL, "Sr. Software Eng.", "software engineer"), 1000);
    assert_int_equal(jm_title_similarity(NULL, "Lead Nurse", "nurses"), 1000);
    unsigned near = jm_title_similarity(NULL, "nurse", "nursing assistant");
    unsigned far = jm_title_similarity(NULL, "nurse", "truck driver");
    assert_true(near > far);
    assert_int_equal(jm_title_similarity(NULL, "nurse", ""), 0);
    assert_int_equal(jm_title_similarity(NULL, "cook", "chef de partie"),
                     jm_title_similarity(NULL, "chef de partie", "cook"));
}

static const char labels[] =
    "cook\tcook\ncook\tchef\ncook\tline cook\ncook\tkitchen chef\n"
    "driver\ttruck driver\ndriver\tlorry driver\ndriver\theavy goods vehicle driver\n"
    "nurse\tnurse\nnurse\tregistered nurse\nnurse\tward sister\n"
    "dev\tsoftware developer\ndev\tsoftware engineer\ndev\tapplication programmer\n";

static void test_kernel(void **state)
{
    struct jm_buf file;
    struct jm_err err = {0};
    (void)state;
    jm_buf_init(&file);
    assert_int_equal(jm_title_kernel_build(labels, strlen(labels), &file, &err), 0);
    struct jm_title_kernel *k = jm_title_kernel_load(file.data, file.len, &err);
    assert_non_null(k);
    assert_true(jm_title_kernel_version(k) != 0 && jm_title_kernel_bytes(k) == file.len);
    /* what no letter says: a lorry is a truck, a chef is a cook */
    assert_true(jm_title_similarity(k, "lorry driver", "truck driver") > 800);
    assert_true(jm_title_similarity(k, "chef", "cook") > 500);
    assert_true(jm_title_similarity(NULL, "chef", "cook") < 200);
    assert_true(jm_title_similarity(k, "chef", "nurse") < 200);
    for (size_t i = 0; i < file.len; i += 7) { /* a damaged file is refused, never read */
        file.data[i] ^= 1;
        assert_null(jm_title_kernel_load(file.data, file.len, &err));
        file.data[i] ^= 1;
    }
    for (size_t n = 0; n < file.len; n += 11)
        assert_null(jm_title_kernel_load(file.data, n, &err));
    jm_title_kernel_free(k);
    jm_buf_fini(&file);
}

static void test_kernel_errors(void **state)
{
    struct jm_buf file;
    struct jm_err err = {0};
    (void)state;
    jm_buf_init(&file);
    assert_int_equal(jm_title_kernel_build("a\tb\nno tab\n", 11, &file, &err), -1);
    assert_non_null(strstr(err.text, "line 2"));
    jm_err_clear(&err);
    assert_int_equal(jm_title_kernel_build("", 0, &file, &err), -1);
    jm_buf_fini(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_features), cmocka_unit_test(test_similarity),
        cmocka_unit_test(test_kernel), cmocka_unit_test(test_kernel_errors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
