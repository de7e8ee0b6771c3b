/* What a program reads at start: the dictionary's folder and what lies beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "jobmatch/buf.h"
#include "jobmatch/learn.h"
#include "jobmatch/resource.h"
#include "jobmatch/skill.h"
#include "jobmatch/title.h"

struct folder {
    char path[64];
};

static void path_in(const struct folder *f, const char *name, char out[256])
{
    snprintf(out, 256, "%s/%s", f->path, name);
}

static void put(const struct folder *f, const char *name, const void *bytes, size_t len)
{
    char path[256];
    path_in(f, name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void put_text(const struct folder *f, const char *name, const char *text)
{
    put(f, name, text, strlen(text));
}

static int setup(void **state)
{
    struct folder *f = calloc(1, sizeof *f);
    assert_non_null(f);
    strcpy(f->path, "/tmp/jm-resource-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"a.skills", "b.skills", "c.txt", "titles.kernel", "gate.weights",
                                        "other.kernel", "scoring", "all.dict", NULL};
    struct folder *f = *state;
    char path[256];
    for (size_t i = 0; names[i]; i++) {
        path_in(f, names[i], path);
        unlink(path);
    }
    assert_int_equal(rmdir(f->path), 0);
    free(f);
    return 0;
}

static void put_kernel(const struct folder *f, const char *name)
{
    static const char labels[] = "1\tnurse\n1\tstaff nurse\n2\twelder\n2\tpipe welder\n";
    struct jm_buf out = {0};
    assert_int_equal(jm_title_kernel_build(labels, strlen(labels), NULL, &out, NULL), 0);
    put(f, name, out.data, out.len);
    jm_buf_fini(&out);
}

static void test_all_skills_files_make_one_dictionary(void **state)
{
    struct folder *f = *state;
    put_text(f, "a.skills", "@skills 1\ngo = Go ^word | code | related kafka .6\n");
    put_text(f, "b.skills", "@skills 1\nkafka = Kafka | tool\n");
    put_text(f, "c.txt", "no dictionary");
    struct jm_err err = {0};
    struct jm_dict *d = jm_resource_dict(f->path, &err);
    assert_non_null(d);
    assert_int_equal(jm_dict_count(d), 2);
    jm_dict_free(d);
}

/* The gate that was learned for the dictionary comes with it, or the dictionary does not come. */
static void test_weights_beside_the_dictionary_belong_to_it(void **state)
{
    static const char *const tokens[] = {"Go"};
    struct folder *f = *state;
    struct jm_err err = {0};
    struct jm_gate_report r;
    struct jm_buf w = {0};
    put_text(f, "a.skills", "@skills 1\ngo = Go ^word | code\n");
    struct jm_dict *d = jm_resource_dict(f->path, &err);
    assert_non_null(d);
    uint64_t without = jm_dict_version(d);
    struct jm_gate_trainer *t = jm_gate_trainer_new(d);
    assert_int_equal(jm_gate_trainer_add(t, tokens, "O", 1, 0, &err), 0);
    assert_int_equal(jm_gate_train(t, 2, &r, &w, &err), 0);
    jm_gate_trainer_free(t);
    jm_dict_free(d);
    put(f, "gate.weights", w.data, w.len);
    d = jm_resource_dict(f->path, &err);
    assert_non_null(d);
    assert_true(jm_dict_version(d) != without);
    jm_dict_free(d);
    put(f, "gate.weights", w.data, w.len - 1);
    assert_null(jm_resource_dict(f->path, &err));
    assert_non_null(strstr(err.text, "gate.weights"));
    jm_buf_fini(&w);
}

static void test_an_empty_or_missing_folder_is_named(void **state)
{
    struct folder *f = *state;
    struct jm_err err = {0};
    assert_null(jm_resource_dict(f->path, &err));
    assert_non_null(strstr(err.text, f->path));
    struct jm_err gone = {0};
    assert_null(jm_resource_dict("/nonexistent/skills", &gone));
    assert_non_null(strstr(gone.text, "/nonexistent/skills"));
}

static void test_the_kernel_beside_the_dictionary_is_read(void **state)
{
    struct folder *f = *state;
    struct jm_resources r;
    struct jm_resource_paths p = {.skills = f->path};
    struct jm_err err = {0};
    put_text(f, "a.skills", "@skills 1\nkafka = Kafka | tool\n");
    assert_int_equal(jm_resources_open(&r, &p, &err), 0);
    assert_null(r.kernel);
    jm_resources_close(&r);
    put_kernel(f, "titles.kernel");
    assert_int_equal(jm_resources_open(&r, &p, &err), 0);
    assert_non_null(r.kernel);
    assert_non_null(r.matcher);
    jm_resources_close(&r);
    jm_resources_close(&r);
}

static void test_a_named_kernel_goes_before_and_must_exist(void **state)
{
    struct folder *f = *state;
    char path[256];
    struct jm_title_kernel *k;
    struct jm_err err = {0};
    path_in(f, "other.kernel", path);
    struct jm_resource_paths p = {.skills = f->path, .kernel = path};
    put_text(f, "titles.kernel", "broken, but not the one that was asked for");
    assert_int_equal(jm_resource_kernel(&p, &k, &err), -1);
    assert_non_null(strstr(err.text, "other.kernel"));
    jm_err_clear(&err);
    put_kernel(f, "other.kernel");
    assert_int_equal(jm_resource_kernel(&p, &k, &err), 0);
    assert_non_null(k);
    jm_title_kernel_free(k);
    jm_err_clear(&err);
    p.kernel = ""; /* as if not named: the broken one beside the dictionary */
    assert_int_equal(jm_resource_kernel(&p, &k, &err), -1);
    assert_non_null(strstr(err.text, "titles.kernel"));
}

static void test_what_is_broken_is_named(void **state)
{
    struct folder *f = *state;
    char path[256];
    struct jm_resources r;
    struct jm_err kernel = {0}, scoring = {0}, dict = {0};
    path_in(f, "scoring", path);
    struct jm_resource_paths p = {.skills = f->path, .scoring = path};
    put_text(f, "a.skills", "@skills 1\nkafka = Kafka | tool\n");
    put_text(f, "scoring", "weight.nonsense = 3\n");
    assert_int_equal(jm_resources_open(&r, &p, &scoring), -1);
    assert_non_null(strstr(scoring.text, "scoring: "));
    put_text(f, "titles.kernel", "JMTK");
    assert_int_equal(jm_resources_open(&r, &p, &kernel), -1);
    assert_non_null(strstr(kernel.text, "titles.kernel: "));
    put_text(f, "b.skills", "@skills 1\nbroken\n");
    assert_int_equal(jm_resources_open(&r, &p, &dict), -1);
    assert_non_null(strstr(dict.text, "b.skills:2: "));
    assert_null(r.dict);
}

static void put_compiled(const struct folder *f, const char *name)
{
    struct jm_err err = {0};
    struct jm_buf image = {0};
    struct jm_dict *d = jm_resource_dict(f->path, &err);
    assert_non_null(d);
    assert_int_equal(jm_dict_write(d, &image, &err), 0);
    put(f, name, image.data, image.len);
    jm_buf_fini(&image);
    jm_dict_free(d);
}

static void test_a_compiled_file_stands_for_the_folder(void **state)
{
    struct folder *f = *state;
    char path[256];
    struct jm_resources folder, file;
    struct jm_err err = {0};
    put_text(f, "a.skills", "@skills 1\nkafka = Kafka | tool\n");
    put_kernel(f, "titles.kernel");
    put_compiled(f, "all.dict");
    path_in(f, "all.dict", path);
    struct jm_resource_paths a = {.skills = f->path}, b = {.skills = path};
    assert_int_equal(jm_resources_open(&folder, &a, &err), 0);
    assert_int_equal(jm_resources_open(&file, &b, &err), 0);
    assert_int_equal(jm_dict_version(folder.dict), jm_dict_version(file.dict));
    assert_int_equal(jm_dict_resolve(file.dict, "Kafka", 5), 0);
    assert_non_null(file.kernel); /* what lies beside the file is found too */
    jm_resources_close(&file);
    jm_resources_close(&folder);
}

static void test_a_broken_compiled_file_is_named(void **state)
{
    struct folder *f = *state;
    char path[256];
    struct jm_err empty = {0}, broken = {0};
    path_in(f, "all.dict", path);
    put_text(f, "all.dict", "");
    assert_null(jm_resource_dict(path, &empty));
    assert_non_null(strstr(empty.text, "all.dict: is empty"));
    put_text(f, "all.dict", "JMSKILLS, but not really");
    assert_null(jm_resource_dict(path, &broken));
    assert_non_null(strstr(broken.text, "all.dict: is not a compiled dictionary"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_skills_files_make_one_dictionary, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weights_beside_the_dictionary_belong_to_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_an_empty_or_missing_folder_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_kernel_beside_the_dictionary_is_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_named_kernel_goes_before_and_must_exist, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_is_broken_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_compiled_file_stands_for_the_folder, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_broken_compiled_file_is_named, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
