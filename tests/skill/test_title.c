/* test_title.c - title features, their cosine, and the kernel from labels to file and back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/map.h"
#include "jobmatch/text.h"
#include "jobmatch/title.h"
#include "skill/kernel_int.h"

static unsigned similar(const struct jm_title_kernel *k, const char *a, const char *b)
{
    struct jm_title_reader *r = jm_title_reader_new(k);
    assert_non_null(r);
    unsigned pm = jm_title_similarity(r, a, b);
    assert_int_equal(jm_title_similarity(r, b, a), pm);
    jm_title_reader_free(r);
    return pm;
}

static size_t features(const struct jm_title_kernel *k, const char *title,
                       struct jm_doc_feature *f)
{
    struct jm_title_reader *r = jm_title_reader_new(k);
    assert_non_null(r);
    size_t n = jm_title_features(r, title, strlen(title), f);
    jm_title_reader_free(r);
    return n;
}

static void assert_well_formed(const struct jm_doc_feature *f, size_t n)
{
    unsigned square = 0;
    assert_true(n <= JM_DOC_MAX_TITLE_FEATURES);
    for (size_t i = 0; i < n; i++) {
        assert_true(f[i].id >= JM_TITLE_BASE && f[i].id < 2 * JM_TITLE_BASE && f[i].weight > 0);
        assert_true(!i || f[i - 1].id < f[i].id);
        square += (unsigned)f[i].weight * f[i].weight;
    }
    if (n)
        assert_true(square > 120 * 120 && square < 280 * 280);
}

static void assert_same(const struct jm_doc_feature *a, size_t na, const struct jm_doc_feature *b,
                        size_t nb)
{
    assert_int_equal(na, nb);
    for (size_t i = 0; i < na; i++)
        assert_true(a[i].id == b[i].id && a[i].weight == b[i].weight);
}

static void test_features(void **state)
{
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES];
    (void)state;
    size_t n = features(NULL, "Senior Software Engineer (m/f/d)", f);
    assert_true(n > 5);
    assert_well_formed(f, n);
    assert_int_equal(features(NULL, "", f), 0);
    assert_int_equal(features(NULL, "123 (m/f/d)", f), 0);
    assert_well_formed(f, features(NULL, "Pfl\xe4ger", f));
}

/* A word that says how one is employed, and may be the trade itself. */
static void test_noise_that_is_the_trade(void **state)
{
    static const struct {
        const char *title, *plain;
        bool same;
    } cases[] = {{"Contract Software Engineer", "software engineer", true},
                 {"Nurse - Contract", "nurse", true},
                 {"Contract Manager", "manager", false},
                 {"Contract Mgr", "contract manager", true},
                 {"Home Office Accountant", "accountant", true},
                 {"Sales Manager (London Office)", "sales manager (london)", true},
                 {"Office Manager", "manager", false},
                 {"Principal Engineer", "engineer", true},
                 {"Assistant Principal Engineer", "assistant engineer", true},
                 {"School Principal", "school", false},
                 {"Assistant Principal (m/f/d)", "assistant", false}};
    struct jm_doc_feature a[JM_DOC_MAX_TITLE_FEATURES], b[JM_DOC_MAX_TITLE_FEATURES];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t na = features(NULL, cases[i].title, a), nb = features(NULL, cases[i].plain, b);
        bool same = na == nb;
        for (size_t k = 0; same && k < na; k++)
            same = a[k].id == b[k].id && a[k].weight == b[k].weight;
        if (same != cases[i].same)
            fail_msg("'%s' and '%s'", cases[i].title, cases[i].plain);
    }
}

static void test_similarity(void **state)
{
    (void)state;
    assert_int_equal(similar(NULL, "Sr. Software Eng.", "software engineer"), 1000);
    assert_int_equal(similar(NULL, "Lead Nurse", "nurses"), 1000);
    assert_true(similar(NULL, "nurse", "nursing assistant") >
                similar(NULL, "nurse", "truck driver"));
    assert_int_equal(similar(NULL, "nurse", ""), 0);
}

/* --- the kernel ------------------------------------------------------------------------------ */

static const char labels[] =
    "cook\tcook\ncook\tchef\ncook\tline cook\ncook\tkitchen chef\ncook\t\tPrepares meals.\n"
    "driver\ttruck driver\ndriver\tlorry driver\ndriver\theavy goods vehicle driver\n"
    "nurse\tnurse\nnurse\tregistered nurse\nnurse\tward sister\n"
    "dev\tsoftware developer\ndev\tsoftware engineer\ndev\tapplication programmer\n"
    "waiter\twaiter\nwaiter\ttable server\nwaiter\t\tServes meals.\n"
    "stay\thotel receptionist\nstay\tlobby clerk\nstay\t\tWelcomes guests.\n";

static void build(const char *lines, struct jm_buf *file)
{
    struct jm_err err = {0};
    assert_int_equal(jm_title_kernel_build(lines, strlen(lines), NULL, file, &err), 0);
}

/* The file of `labels`, which most tests want: built once, for building is slow. */
static void put_labels_file(struct jm_buf *out)
{
    static struct jm_buf file;
    if (!file.len)
        build(labels, &file);
    jm_buf_add(out, file.data, file.len);
}

static struct jm_title_kernel *loaded(struct jm_buf *file)
{
    struct jm_err err = {0};
    struct jm_title_kernel *k = jm_title_kernel_load(file->data, file->len, &err);
    assert_non_null(k);
    assert_true(jm_title_kernel_bytes(k) > file->len);
    jm_buf_fini(file);
    return k;
}

static struct jm_title_kernel *built(const char *lines)
{
    struct jm_buf file = {0};
    build(lines, &file);
    return loaded(&file);
}

static struct jm_title_kernel *of_labels(void)
{
    struct jm_buf file = {0};
    put_labels_file(&file);
    return loaded(&file);
}

static void test_kernel(void **state)
{
    (void)state;
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES];
    struct jm_title_kernel *k = of_labels();
    /* what no letter says: a lorry is a truck, a chef is a cook */
    assert_true(similar(k, "lorry driver", "truck driver") > 600);
    assert_true(similar(k, "chef", "cook") > 500);
    assert_true(similar(NULL, "chef", "cook") < 200);
    assert_true(similar(k, "chef", "nurse") < 200);
    assert_int_equal(similar(k, "nurse", "Lead Nurses (m/f/d)"), 1000);
    /* a word that it does not know still has its letters */
    assert_true(similar(k, "zookeeper", "zookeeping") > 300);
    assert_well_formed(f, features(k, "zookeeper", f));
    assert_well_formed(f, features(k, "chef driver nurse developer waiter clerk cook sister", f));
    jm_title_kernel_free(k);
}

/* the first two of ten occupations share their description and not one word of their labels */
static void test_descriptions_make_neighbours(void **state)
{
    (void)state;
    struct jm_buf lines = {0};
    for (unsigned o = 0; o < 10; o++) {
        jm_buf_fmt(&lines, "o%u\tlabel%u\no%u\t\t", o, o, o);
        for (unsigned w = 0; w < 20; w++)
            jm_buf_fmt(&lines, "word%u, ", 20 * (o ? o - 1 : 0) + w);
        jm_buf_ch(&lines, '\n');
    }
    struct jm_title_kernel *k = built(jm_buf_cstr(&lines));
    assert_true(similar(k, "label0", "label1") > similar(k, "label0", "label2"));
    assert_true(similar(k, "label2", "label3") == similar(k, "label0", "label2"));
    jm_title_kernel_free(k);
    jm_buf_fini(&lines);
}

/* what the vectors of occupations of "o<number> ..." lines say of two of them */
static int closeness(const struct jm_title_kernel *k, uint32_t a, uint32_t b)
{
    int dot = 0;
    for (uint32_t d = 0; d < KERNEL_DIMS; d++)
        dot += k->occ_vec[a * KERNEL_DIMS + d] * k->occ_vec[b * KERNEL_DIMS + d];
    return dot;
}

/* the first two of eight occupations ask for the same skills, whose words are labels elsewhere */
static void test_skills_teach_vectors(void **state)
{
    (void)state;
    struct jm_buf lines = {0};
    for (unsigned o = 0; o < 8; o++)
        jm_buf_fmt(&lines, "o%u\tname%u\no%u\tskills\tskill%u, skill%u\n", o, o, o,
                   o == 1 ? 0 : o, o == 1 ? 10 : o + 10);
    for (unsigned s = 0; s < 20; s++)
        jm_buf_fmt(&lines, "s%u\tskill%u\n", s, s);
    struct jm_title_kernel *k = built(jm_buf_cstr(&lines));
    for (uint32_t o = 2; o < 8; o++)
        assert_true(closeness(k, 0, 1) > closeness(k, 0, o));
    assert_true(closeness(k, 0, 0) > 15000); /* about 127 * 127 */
    jm_title_kernel_free(k);
    jm_buf_fini(&lines);
}

/* four groups of two occupations that share no word */
static void test_groups_teach_vectors(void **state)
{
    (void)state;
    struct jm_buf lines = {0};
    for (unsigned o = 0; o < 8; o++)
        jm_buf_fmt(&lines, "o%u\tname%u\no%u\tgroup\tg%u\n", o, o, o, o / 2);
    struct jm_title_kernel *k = built(jm_buf_cstr(&lines));
    for (uint32_t o = 2; o < 8; o++)
        assert_true(closeness(k, 0, 1) > closeness(k, 0, o));
    jm_title_kernel_free(k);
    jm_buf_fini(&lines);
}

/* the same kernel, to the byte, from a line for each label and from one line for all */
static void test_labels_of_one_line(void **state)
{
    (void)state;
    struct jm_buf one = {0}, many = {0};
    build("cook\tcook\ncook\tchef\ncook\tline cook\nnurse\tward sister\n", &many);
    build("cook\tlabels\tcook;chef; line cook;\nnurse\tlabels\tward sister\n", &one);
    assert_int_equal(one.len, many.len);
    assert_memory_equal(one.data, many.data, one.len);
    jm_buf_fini(&many);
    jm_buf_fini(&one);
}

/* "front desk" stands in four labels, "desk clerk" in one */
static void test_pairs_of_words(void **state)
{
    (void)state;
    struct jm_title_kernel *k = built("a\tfront desk clerk\nb\tfront desk agent\n"
                                      "c\tfront of desk\nd\tfront desk host\n");
    uint64_t front = jm_text_word_hash("front", 5), desk = jm_text_word_hash("desk", 4);
    assert_int_equal(k->n.pairs, 1);
    assert_int_equal(kernel_pair(k, kernel_pair_hash(front, desk)), 0);
    assert_int_equal(kernel_pair(k, kernel_pair_hash(desk, front)), -1);
    jm_title_kernel_free(k);
}

static void test_kernel_is_reproducible(void **state)
{
    (void)state;
    struct jm_buf one = {0}, two = {0};
    struct jm_title_kernel *k = of_labels(), *other = built("a\tb\n");
    put_labels_file(&one);
    build(labels, &two);
    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.data, two.data, one.len);
    assert_null(memmem(one.data, one.len, "nurse", 5)); /* numbers only */
    assert_true(jm_title_kernel_version(k) != jm_title_kernel_version(other));
    assert_true(jm_title_kernel_version(k) != jm_title_kernel_version(NULL));
    jm_title_kernel_free(other);
    jm_title_kernel_free(k);
    jm_buf_fini(&two);
    jm_buf_fini(&one);
}

/* the cache never shows: the second answer is the first, and another title in its place is not */
static void test_reader_repeats_itself(void **state)
{
    (void)state;
    static const char *const words[] = {"chef", "lorry", "nurse", "software", "driver", "sister"};
    struct jm_title_kernel *k = of_labels();
    struct jm_title_reader *r = jm_title_reader_new(k);
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES], g[JM_DOC_MAX_TITLE_FEATURES];
    uint64_t seed = 7;
    for (int i = 0; i < 6000; i++) {
        char title[160];
        snprintf(title, sizeof title, "%s %s x%u", words[jm_rand_next(&seed) % 6],
                 words[jm_rand_next(&seed) % 6], (unsigned)(jm_rand_next(&seed) % 3000));
        size_t n = jm_title_features(r, title, strlen(title), f);
        assert_same(f, n, g, jm_title_features(r, title, strlen(title), g));
        if (i % 100 == 0)
            assert_same(f, n, g, features(k, title, g));
    }
    jm_title_reader_free(r);
    jm_title_kernel_free(k);
}

/* --- damage ---------------------------------------------------------------------------------- */

static void test_damaged_kernel(void **state)
{
    (void)state;
    struct jm_buf file = {0};
    struct jm_err err = {0};
    put_labels_file(&file);
    for (size_t i = 0; i < file.len; i += 7) {
        file.data[i] ^= 1;
        assert_null(jm_title_kernel_load(file.data, file.len, &err));
        file.data[i] ^= 1;
    }
    for (size_t n = 0; n < file.len; n += 11)
        assert_null(jm_title_kernel_load(file.data, n, &err));
    jm_buf_fini(&file);
}

/* A right checksum over wrong numbers: refused, or harmless. */
static void test_kernel_with_wrong_numbers(void **state)
{
    (void)state;
    struct jm_buf file = {0};
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES];
    size_t refused = 0;
    put_labels_file(&file);
    for (size_t i = 4; i + 8 < file.len; i++) {
        struct jm_err err = {0};
        uint8_t *p = (uint8_t *)file.data, was = p[i];
        p[i] = (uint8_t)(was ^ (0x80 | i % 128));
        jm_put_u64(p + file.len - 8, jm_hash64(p, file.len - 8));
        struct jm_title_kernel *k = jm_title_kernel_load(p, file.len, &err);
        refused += k == NULL;
        if (k)
            assert_well_formed(f, features(k, "chef driver nurse developer", f));
        else
            assert_true(err.text[0]);
        jm_title_kernel_free(k);
        p[i] = was;
    }
    assert_true(refused > 100);
    jm_buf_fini(&file);
}

/* a word twice in one label would overflow the sum of its cosine */
static void test_kernel_refuses_a_word_twice(void **state)
{
    (void)state;
    struct jm_buf file = {0};
    struct jm_err err = {0};
    build("a\tred fox\n", &file);
    uint8_t *p = (uint8_t *)file.data, *entries = p + KERNEL_HEAD + 2 * 4;
    jm_put_u16(entries + 2, jm_get_u16(entries));
    jm_put_u64(p + file.len - 8, jm_hash64(p, file.len - 8));
    assert_null(jm_title_kernel_load(p, file.len, &err));
    assert_non_null(strstr(err.text, "contradicts"));
    jm_buf_fini(&file);
}

static void test_old_kernel_says_so(void **state)
{
    (void)state;
    struct jm_buf file = {0};
    struct jm_err err = {0};
    put_labels_file(&file);
    file.data[4] = 1;
    assert_null(jm_title_kernel_load(file.data, file.len, &err));
    assert_non_null(strstr(err.text, "format 1"));
    jm_buf_fini(&file);
}

static void test_build_errors(void **state)
{
    (void)state;
    struct jm_buf file = {0};
    struct jm_err err = {0};
    assert_int_equal(jm_title_kernel_build("a\tb\nno tab\n", 11, NULL, &file, &err), -1);
    assert_non_null(strstr(err.text, "line 2"));
    jm_err_clear(&err);
    assert_int_equal(jm_title_kernel_build("", 0, NULL, &file, &err), -1);
    jm_err_clear(&err);
    assert_int_equal(jm_title_kernel_build("a\t\tonly told\n", 13, NULL, &file, &err), -1);
    jm_err_clear(&err);
    assert_int_equal(jm_title_kernel_build("a\tb\na\twages\t9\n", 14, NULL, &file, &err), -1);
    assert_non_null(strstr(err.text, "line 2: 'wages'"));
    jm_buf_fini(&file);
}

/* --- the shipped kernel ---------------------------------------------------------------------- */

static struct jm_title_kernel *shipped(void)
{
    static char bytes[4 << 20];
    struct jm_err err = {0};
    FILE *f = fopen("config/skills/titles.kernel", "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_true(n > 0 && n < sizeof bytes); /* small enough to ship */
    struct jm_title_kernel *k = jm_title_kernel_load(bytes, n, &err);
    assert_non_null(k);
    return k;
}

static void test_shipped_kernel(void **state)
{
    static const struct {
        const char *title, *near, *far;
    } cases[] = {{"attorney", "lawyer", "carpenter"},
                 {"software engineer", "java programmer", "sales engineer"},
                 {"RN", "staff nurse", "nursery gardener"},
                 {"truck driver", "HGV driver", "bus conductor"},
                 {"physician", "medical doctor", "physicist"},
                 {"Sr. Accountant", "bookkeeper", "account executive"},
                 {"real estate agent", "realtor", "travel agent"},
                 {"flight attendant", "cabin crew member", "parking attendant"},
                 /* what trades.tsv joins, and without it the words would part */
                 {"kitchen porter", "sous chef", "hotel porter"},
                 {"backend engineer", "golang developer", "mechanical engineer"},
                 /* what is noise elsewhere */
                 {"contract manager", "contracts administrator", "store manager"},
                 {"office manager", "office administrator", "plant manager"},
                 {"assistant principal", "deputy headteacher", "personal assistant"}};
    (void)state;
    struct jm_title_kernel *k = shipped();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned near = similar(k, cases[i].title, cases[i].near);
        unsigned far = similar(k, cases[i].title, cases[i].far);
        if (near <= far)
            fail_msg("%s: %s %u, %s %u", cases[i].title, cases[i].near, near, cases[i].far, far);
    }
    jm_title_kernel_free(k);
}

/* Every line names a trade, each once, and titles of which words are left. */
static void test_shipped_trades(void **state)
{
    (void)state;
    char line[8192], *rest, *title;
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES];
    struct jm_map64 seen;
    FILE *file = fopen("config/skills/trades.tsv", "rb");
    assert_non_null(file);
    jm_map64_init(&seen);
    while (fgets(line, sizeof line, file)) {
        if (*line == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        const char *trade = strtok_r(line, "\t", &rest), *kind = strtok_r(NULL, "\t", &rest);
        uint64_t hash = trade ? jm_hash64(trade, strlen(trade)) : 0;
        if (!kind || strcmp(kind, "labels") || jm_map64_get(&seen, hash))
            fail_msg("%s: another kind of line, or a second one of the trade", trade);
        assert_int_equal(jm_map64_put(&seen, hash, 1), 0);
        while ((title = strtok_r(NULL, ";", &rest)))
            if (!features(NULL, title, f))
                fail_msg("%s: nothing is left of '%s'", trade, title);
    }
    assert_true(seen.count > 600);
    jm_map64_fini(&seen);
    fclose(file);
}

/* No list has "metaverse": the words decide, and what stands in brackets less than the rest. */
static void test_a_title_the_lists_hardly_know(void **state)
{
    (void)state;
    struct jm_title_kernel *k = shipped();
    const char *ad = "Senior Metaverse Engineer (Python)";
    unsigned same = similar(k, ad, "Senior Metaverse Engineer");
    assert_true(same > 600);
    assert_true(same > similar(k, ad, "Python Developer"));
    assert_true(same > 2 * similar(k, ad, "Mechanical Engineer"));
    jm_title_kernel_free(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_features), cmocka_unit_test(test_noise_that_is_the_trade),
        cmocka_unit_test(test_similarity),
        cmocka_unit_test(test_kernel), cmocka_unit_test(test_descriptions_make_neighbours),
        cmocka_unit_test(test_skills_teach_vectors),
        cmocka_unit_test(test_groups_teach_vectors), cmocka_unit_test(test_labels_of_one_line),
        cmocka_unit_test(test_pairs_of_words),
        cmocka_unit_test(test_kernel_is_reproducible), cmocka_unit_test(test_reader_repeats_itself),
        cmocka_unit_test(test_damaged_kernel), cmocka_unit_test(test_kernel_with_wrong_numbers),
        cmocka_unit_test(test_kernel_refuses_a_word_twice),
        cmocka_unit_test(test_old_kernel_says_so),
        cmocka_unit_test(test_build_errors), cmocka_unit_test(test_shipped_kernel),
        cmocka_unit_test(test_shipped_trades),
        cmocka_unit_test(test_a_title_the_lists_hardly_know)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
