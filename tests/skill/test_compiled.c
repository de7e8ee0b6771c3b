/* test_compiled.c - the compiled form: the same dictionary again, and no trust in its bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dictfiles.h"
#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "skill/image.h"

static const char source[] =
    "@skills 1\n@version 7.1\n@sector technology\n"
    "go = Go ^word | code | alias Golang; Go lang | with gRPC | not go to market | idf 6\n"
    "kubernetes = Kubernetes | tool | alias k8s | related go .5 | parent devops\n"
    "devops = DevOps | method | alias.de Entwicklungsbetrieb\n"
    "ci = CI/CD | method | alias continuous integration; front-end build\n";
static const char text[] = "Requirements:\n- 5 years of Go and Kubernetes, CI/CD\nNice to have: "
                           "Golang with gRPC, k8s, continuous integration, frontend build";

static struct jm_dict *from_text(void)
{
    struct jm_err err = {0};
    struct jm_dict *d = jm_dict_new();
    assert_non_null(d);
    assert_int_equal(jm_dict_add(d, "t.skills", source, strlen(source), &err), 0);
    assert_int_equal(jm_dict_seal(d, &err), 0);
    return d;
}

static void image_of(const struct jm_dict *d, struct jm_buf *out)
{
    struct jm_err err = {0};
    jm_buf_init(out);
    assert_int_equal(jm_dict_write(d, out, &err), 0);
}

static void image_of_text(struct jm_buf *image)
{
    struct jm_dict *d = from_text();
    image_of(d, image);
    jm_dict_free(d);
}

/* Where a section begins, and how many items it has. */
static void *section_of(const struct jm_buf *image, enum image_section section, uint64_t *count)
{
    const struct image_head *head = (const struct image_head *)(const void *)image->data;
    *count = head->part[section].count;
    return image->data + head->part[section].offset;
}

/* What the dictionary reads in a text, as bytes. */
static void claims_of(const struct jm_dict *d, const char *s, size_t n, struct jm_buf *out)
{
    struct jm_err err = {0};
    struct jm_extractor *x = jm_extractor_new();
    struct jm_extract_input in = {.kind = JM_JOB, .text = s, .text_bytes = n, .rejected = true};
    const struct jm_extraction *e = jm_extract(x, d, &in, &err);
    assert_non_null(e);
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *c = &e->claims[i];
        jm_buf_fmt(out, "%s %u-%u %d%d%d %u %s\n", jm_dict_skill(d, c->skill)->id, c->beg, c->end,
                   c->accepted, c->must, c->nice, c->years, c->rule);
    }
    jm_extractor_free(x);
}

static void assert_same_dictionary(const struct jm_dict *a, const struct jm_dict *b)
{
    assert_int_equal(jm_dict_count(a), jm_dict_count(b));
    assert_int_equal(jm_dict_version(a), jm_dict_version(b));
    assert_string_equal(jm_dict_version_name(a), jm_dict_version_name(b));
    for (uint32_t i = 0; i < jm_dict_count(a); i++) {
        const struct jm_skill *s = jm_dict_skill(a, i), *t = jm_dict_skill(b, i);
        assert_string_equal(s->id, t->id);
        assert_string_equal(s->name, t->name);
        assert_string_equal(s->sector, t->sector);
        assert_true(s->key == t->key && s->kind == t->kind && s->idf == t->idf &&
                    s->parent == t->parent && s->n_related == t->n_related);
        for (uint32_t r = 0; r < s->n_related; r++)
            assert_true(s->related[r].skill == t->related[r].skill &&
                        s->related[r].weight_pm == t->related[r].weight_pm);
        assert_int_equal(jm_dict_by_id(b, s->id), i);
        assert_int_equal(jm_dict_by_key(b, s->key), i);
    }
}

static void test_opened_is_what_was_sealed(void **state)
{
    struct jm_buf image, again, a = {0}, b = {0};
    struct jm_err err = {0};
    (void)state;
    struct jm_dict *d = from_text(), *e = from_text();
    image_of(d, &image);
    image_of(e, &again);
    assert_int_equal(image.len, again.len);
    assert_memory_equal(image.data, again.data, image.len); /* the same text, the same bytes */
    struct jm_dict *o = jm_dict_open(image.data, image.len, NULL, NULL, &err);
    assert_non_null(o);
    assert_same_dictionary(d, o);
    assert_int_equal(jm_dict_resolve(o, "Golang", 6), jm_dict_by_id(d, "go"));
    claims_of(d, text, strlen(text), &a);
    claims_of(o, text, strlen(text), &b);
    assert_true(a.len > 100);
    assert_string_equal(jm_buf_cstr(&a), jm_buf_cstr(&b));
    jm_buf_fini(&b);
    jm_buf_fini(&a);
    jm_dict_free(o);
    jm_dict_free(e);
    jm_dict_free(d);
    jm_buf_fini(&again);
    jm_buf_fini(&image);
}

/* Whatever form its words have and wherever it stands, a phrase of two words is walked to. */
static void test_phrases_are_found_in_every_form(void **state)
{
    static const char *const texts[] = {"continuous integration",
                                        "We do continuous integration",
                                        "continuous integrations daily",
                                        "Continuous-Integration, tests",
                                        "front-end builds of ours",
                                        "frontEnd build",
                                        "front-end build"};
    static const char *const none[] = {"continuous; integration", "continuous delivery",
                                       "integration continuous",  "continuous\n\nintegration",
                                       "front page build",        "continuous"};
    struct jm_buf claims = {0};
    (void)state;
    struct jm_dict *d = from_text();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        jm_buf_clear(&claims);
        claims_of(d, texts[i], strlen(texts[i]), &claims);
        if (strncmp(jm_buf_cstr(&claims), "ci ", 3) != 0)
            fail_msg("no claim in '%s'", texts[i]);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        jm_buf_clear(&claims);
        claims_of(d, none[i], strlen(none[i]), &claims);
        if (claims.len)
            fail_msg("'%s' in '%s'", jm_buf_cstr(&claims), none[i]);
    }
    jm_buf_fini(&claims);
    jm_dict_free(d);
}

/* The dictionary that ships, and everything the labelled corpus holds. */
static void test_shipped_dictionary_survives_compiling(void **state)
{
    struct jm_err err = {0};
    struct jm_buf image, a = {0}, b = {0};
    (void)state;
    struct jm_dict *d = load_shipped(&err);
    assert_non_null(d);
    image_of(d, &image);
    struct jm_dict *o = jm_dict_open(image.data, image.len, NULL, NULL, &err);
    assert_non_null(o);
    assert_int_equal(weigh_shipped(o, getenv("JOBMATCH_SKILLS") ? getenv("JOBMATCH_SKILLS")
                                                                : "config/skills", &err), 0);
    assert_same_dictionary(d, o);
    size_t len;
    char *jobs = read_whole("tests/skill/corpus/jobs.txt", &len);
    assert_non_null(jobs);
    claims_of(d, jobs, len, &a);
    claims_of(o, jobs, len, &b);
    assert_true(a.len > 1000);
    assert_string_equal(jm_buf_cstr(&a), jm_buf_cstr(&b));
    free(jobs);
    jm_buf_fini(&b);
    jm_buf_fini(&a);
    jm_dict_free(o);
    jm_dict_free(d);
    jm_buf_fini(&image);
}

static void expect_refused(const void *bytes, size_t len, const char *want)
{
    struct jm_err err = {0};
    struct jm_dict *d = jm_dict_open(bytes, len, NULL, NULL, &err);
    assert_null(d);
    if (!strstr(err.text, want))
        fail_msg("'%s' does not say '%s'", err.text, want);
}

static void put_sum(struct jm_buf *image)
{
    jm_put_u64((uint8_t *)image->data + image->len - 8, image_sum(image->data, image->len - 8));
}

static void test_damage_is_refused(void **state)
{
    struct jm_buf image;
    (void)state;
    image_of_text(&image);
    expect_refused("JMSKILLS", 8, "not a compiled");
    expect_refused(source, strlen(source), "not a compiled");
    for (size_t len = 0; len < image.len; len += len < 400 ? 1 : 997)
        expect_refused(image.data, len,
                       len < sizeof(struct image_head) + 8 ? "not a compiled" : "cut short");
    expect_refused(image.data, image.len - 1, "cut short");
    for (size_t at = sizeof(struct image_head); at < image.len; at += 1009) {
        image.data[at] ^= 4;
        expect_refused(image.data, image.len, "checksum");
        image.data[at] ^= 4;
    }
    jm_buf_fini(&image);
}

static void test_another_release_is_refused(void **state)
{
    struct jm_buf image;
    (void)state;
    image_of_text(&image);
    struct image_head *head = (struct image_head *)(void *)image.data;
    head->engine++;
    put_sum(&image);
    expect_refused(image.data, image.len, "compile it again");
    head->engine--;
    head->order = 0x04030201;
    expect_refused(image.data, image.len, "kind of machine");
    jm_buf_fini(&image);
}

/* Wrong numbers under a right checksum: refused, or harmless to read. */
static void test_forged_numbers_do_no_harm(void **state)
{
    struct jm_buf image, claims = {0};
    uint64_t seed = 20261123;
    unsigned opened = 0, refused = 0;
    (void)state;
    image_of_text(&image);
    struct image_head head = *(struct image_head *)(void *)image.data;
    for (int round = 0; round < 3000; round++) {
        struct jm_err err = {0};
        const struct image_part *p = &head.part[jm_rand_next(&seed) % SECTIONS];
        size_t bytes = p->count * image_item_bytes((enum image_section)(p - head.part));
        if (bytes < 4)
            continue;
        char *at = image.data + p->offset + jm_rand_next(&seed) % (bytes - 3), old[4];
        uint32_t value = (uint32_t)jm_rand_next(&seed) >> (jm_rand_next(&seed) % 32);
        memcpy(old, at, 4);
        memcpy(at, &value, 4);
        put_sum(&image);
        struct jm_dict *o = jm_dict_open(image.data, image.len, NULL, NULL, &err);
        opened += o != NULL;
        refused += o == NULL;
        if (o) {
            jm_buf_clear(&claims);
            claims_of(o, text, strlen(text), &claims);
            jm_dict_resolve(o, "Golang", 6);
        }
        jm_dict_free(o);
        memcpy(at, old, 4);
    }
    assert_true(opened > 100 && refused > 100);
    jm_buf_fini(&claims);
    jm_buf_fini(&image);
}

/* A walk asks for the table of every node it comes to, before it knows that there is none: a leaf's
 * is that of the node that is none. */
static void test_no_node_with_a_table_outside_is_refused(void **state)
{
    struct jm_buf image;
    (void)state;
    image_of_text(&image);
    uint64_t count;
    struct dict_node *nodes = section_of(&image, SEC_NODES, &count);
    assert_true(count > 2 && nodes[count - 1].filter); /* leaves are not among them */
    nodes[NODE_NONE].table = UINT32_MAX;
    put_sum(&image);
    expect_refused(image.data, image.len, "contradicts itself");
    jm_buf_fini(&image);
}

/* A leaf is the number of a surface: there must be one. */
static void test_leaf_without_a_surface_is_refused(void **state)
{
    struct jm_buf image;
    (void)state;
    image_of_text(&image);
    uint64_t n_slots, n_surfaces, i = 0, *slots = section_of(&image, SEC_SLOTS, &n_slots);
    section_of(&image, SEC_SURFACES, &n_surfaces);
    while (i < n_slots && !(slot_node(slots[i]) & NODE_LEAF))
        i++;
    assert_true(i < n_slots);
    const uint32_t wrong[] = {0, (uint32_t)n_surfaces, NODE_LEAF - 1};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        slots[i] = slot_of(slots[i], NODE_LEAF | wrong[k]);
        put_sum(&image);
        expect_refused(image.data, image.len, "contradicts itself");
    }
    jm_buf_fini(&image);
}

static void on_release(void *arg) { ++*(int *)arg; }

static void test_release_is_called_once_and_not_on_failure(void **state)
{
    struct jm_buf image;
    struct jm_err err = {0};
    int released = 0;
    (void)state;
    image_of_text(&image);
    struct jm_dict *o = jm_dict_open(image.data, image.len, on_release, &released, &err);
    assert_non_null(o);
    assert_int_equal(released, 0);
    jm_dict_free(o);
    assert_int_equal(released, 1);
    assert_null(jm_dict_open(image.data, image.len - 1, on_release, &released, &err));
    assert_int_equal(released, 1);
    jm_buf_fini(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opened_is_what_was_sealed),
        cmocka_unit_test(test_phrases_are_found_in_every_form),
        cmocka_unit_test(test_shipped_dictionary_survives_compiling),
        cmocka_unit_test(test_damage_is_refused),
        cmocka_unit_test(test_another_release_is_refused),
        cmocka_unit_test(test_forged_numbers_do_no_harm),
        cmocka_unit_test(test_no_node_with_a_table_outside_is_refused),
        cmocka_unit_test(test_leaf_without_a_surface_is_refused),
        cmocka_unit_test(test_release_is_called_once_and_not_on_failure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
