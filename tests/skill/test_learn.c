/* test_learn.c - weights, the linear gate and the tagger: learned here from invented sentences, so
 * that each test knows what there was to learn; and what ships, beside the shipped dictionary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "dictfiles.h"
#include "jobmatch/buf.h"
#include "jobmatch/eval.h"
#include "jobmatch/learn.h"

static const char words[] =
    "@skills 1\n"
    "agile = Agile | method\n"
    "docker = Docker | tool\n"
    "sql = SQL | code\n"
    "python = Python | code\n";

static struct jm_dict *small_dict(void)
{
    struct jm_err err = {0};
    struct jm_dict *d = jm_dict_new();
    assert_int_equal(jm_dict_add(d, "a.skills", words, strlen(words), &err), 0);
    assert_int_equal(jm_dict_seal(d, &err), 0);
    return d;
}

struct example {
    const char *text, *tags; /* one letter a word */
};
static const struct example examples[] = {
    {"Some experience with Agile methods", "OOOBO"},
    {"Solid experience with Docker", "OOOB"},
    {"Strong knowledge of hydraulic pumps", "OOOBI"},
    {"Strong knowledge of property law", "OOOBI"},
    {"Solid experience with welding robots", "OOOBI"},
    {"We work in an Agile environment", "OOOOOO"},
    {"Join our Agile environment in Rome", "OOOOOO"},
    {"Join our Docker crew in Rome", "OOOOOO"},
    {"We have lunch in the garden", "OOOOOO"},
    {"Knowledge of marine biology is wanted", "OOBIOO"},
};
enum { N_EXAMPLES = sizeof examples / sizeof *examples, ROUNDS = 12, FOLDS = 3 };

static size_t cut(const char *text, char *copy, const char **out)
{
    size_t n = 0;
    strcpy(copy, text);
    for (char *p = strtok(copy, " "); p; p = strtok(NULL, " "))
        out[n++] = p;
    return n;
}

static void learn_tagger(const struct jm_dict *d, struct jm_buf *out)
{
    char copy[200];
    const char *tokens[20];
    struct jm_err err = {0};
    struct jm_tag_trainer *t = jm_tag_trainer_new(d);
    assert_non_null(t);
    for (uint32_t i = 0; i < N_EXAMPLES * ROUNDS; i++) {
        size_t n = cut(examples[i % N_EXAMPLES].text, copy, tokens);
        assert_int_equal(
            jm_tag_trainer_add(t, tokens, examples[i % N_EXAMPLES].tags, n, i, &err), 0);
    }
    assert_int_equal(jm_tag_train(t, out, &err), 0);
    jm_tag_trainer_free(t);
}

static void learn_gate(const struct jm_dict *d, struct jm_buf *out)
{
    char copy[200];
    const char *tokens[20];
    struct jm_err err = {0};
    struct jm_gate_report r;
    struct jm_gate_trainer *t = jm_gate_trainer_new(d);
    assert_non_null(t);
    for (uint32_t i = 0; i < N_EXAMPLES * ROUNDS; i++) {
        size_t n = cut(examples[i % N_EXAMPLES].text, copy, tokens);
        assert_int_equal(
            jm_gate_trainer_add(t, tokens, examples[i % N_EXAMPLES].tags, n, i, &err), 0);
    }
    assert_int_equal(jm_gate_train(t, FOLDS, &r, out, &err), 0);
    assert_int_equal(r.examples, 5 * ROUNDS);
    assert_int_equal(r.judged, r.examples);
    assert_int_equal(r.right, 2 * ROUNDS);
    jm_gate_trainer_free(t);
}

/* The claim that starts at the word, NULL if none does. */
static const struct jm_claim *claim_at(const struct jm_extraction *e, const char *text,
                                       const char *word)
{
    uint32_t at = (uint32_t)(strstr(text, word) - text);
    for (size_t i = 0; i < e->n_claims; i++)
        if (e->claims[i].beg == at)
            return &e->claims[i];
    return NULL;
}

static const struct jm_extraction *read_text(struct jm_extractor *x, const struct jm_dict *d,
                                             enum jm_kind kind, const char *text)
{
    struct jm_err err = {0};
    struct jm_extract_input in = {.kind = kind, .text = text, .text_bytes = strlen(text),
                                  .phrases = true, .rejected = true};
    const struct jm_extraction *e = jm_extract(x, d, &in, &err);
    assert_non_null(e);
    return e;
}

/* A reader with the small dictionary, and what it has been taught. */
struct learner {
    struct jm_dict *d;
    struct jm_extractor *x;
};

static struct learner learner_open(void)
{
    return (struct learner){small_dict(), jm_extractor_new()};
}

static void learner_teach(struct learner *l,
                          void (*learn)(const struct jm_dict *d, struct jm_buf *out))
{
    struct jm_buf w = {0};
    struct jm_err err = {0};
    learn(l->d, &w);
    assert_int_equal(jm_dict_weigh(l->d, w.data, w.len, &err), 0);
    jm_buf_fini(&w);
}

static void learner_close(struct learner *l)
{
    jm_extractor_free(l->x);
    jm_dict_free(l->d);
}

static void test_training_twice_gives_the_same_bytes(void **state)
{
    struct jm_dict *d = small_dict();
    struct jm_buf a = {0}, b = {0};
    (void)state;
    learn_tagger(d, &a);
    learn_tagger(d, &b);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    jm_buf_clear(&a);
    jm_buf_clear(&b);
    learn_gate(d, &a);
    learn_gate(d, &b);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    jm_buf_fini(&a);
    jm_buf_fini(&b);
    jm_dict_free(d);
}

static void test_the_gate_rejects_and_says_why(void **state)
{
    static const char text[] = "We work in an Agile environment\n\nSolid experience with Docker";
    struct learner l = learner_open();
    (void)state;
    assert_true(claim_at(read_text(l.x, l.d, JM_JOB, text), text, "Agile")->accepted);
    learner_teach(&l, learn_gate);
    const struct jm_extraction *e = read_text(l.x, l.d, JM_JOB, text);
    const struct jm_claim *agile = claim_at(e, text, "Agile");
    const struct jm_claim *docker = claim_at(e, text, "Docker");
    assert_false(agile->accepted);
    assert_string_equal(agile->rule, "gate");
    assert_true(agile->judged && agile->gate_sum < 0 && agile->gate_points[0] < 0);
    assert_true(jm_gate_feature_name(agile->gate_what[0])[0] != 0);
    assert_true(docker->accepted);
    learner_close(&l);
}

/* Postings taught it: a résumé's claims are not its business, nor is a list. */
static void test_the_gate_leaves_resumes_and_lists_alone(void **state)
{
    static const char *const texts[] = {"Join our docker crew in Rome", "Python, SQL, Docker"};
    static const enum jm_kind kinds[] = {JM_CANDIDATE, JM_JOB};
    struct learner l = learner_open();
    (void)state;
    learner_teach(&l, learn_gate);
    assert_false(claim_at(read_text(l.x, l.d, JM_JOB, texts[0]), texts[0], "docker")->accepted);
    assert_true(claim_at(read_text(l.x, l.d, kinds[0], texts[0]), texts[0], "docker")->accepted);
    assert_int_equal(read_text(l.x, l.d, kinds[1], texts[1])->n_accepted, 3);
    learner_close(&l);
}

/* Who is sought is the strongest word a posting has, whatever the labels say. */
static void test_the_gate_keeps_the_names_of_roles(void **state)
{
    static const char text[] = "Join our Docker engineers in Rome";
    struct learner l = learner_open();
    (void)state;
    learner_teach(&l, learn_gate);
    const struct jm_claim *c = claim_at(read_text(l.x, l.d, JM_JOB, text), text, "Docker");
    assert_true(c->accepted && c->in_role && c->judged && c->gate_sum < 0);
    learner_close(&l);
}

/* It names the product, whether or not the labels call that asking; its maker it does not ask for. */
static void test_the_gate_spares_products_written_as_names(void **state)
{
    static const char *const texts[] = {"Join our Docker crew in Rome", "Join us at Docker in Rome"};
    struct learner l = learner_open();
    (void)state;
    learner_teach(&l, learn_gate);
    const struct jm_claim *c = claim_at(read_text(l.x, l.d, JM_JOB, texts[0]), texts[0], "Docker");
    assert_true(c->accepted && c->spared && c->judged && c->gate_sum < 0);
    c = claim_at(read_text(l.x, l.d, JM_JOB, texts[1]), texts[1], "Docker");
    assert_true(!c->spared && c->judged && c->accepted == (c->gate_sum >= 0));
    learner_close(&l);
}

static void test_the_tagger_finds_what_no_dictionary_has(void **state)
{
    static const char text[] = "Strong knowledge of hydraulic law. We have lunch in the garden.";
    struct learner l = learner_open();
    (void)state;
    assert_int_equal(read_text(l.x, l.d, JM_JOB, text)->n_phrases, 0);
    learner_teach(&l, learn_tagger);
    const struct jm_extraction *e = read_text(l.x, l.d, JM_JOB, text);
    assert_int_equal(e->n_phrases, 1);
    assert_int_equal(e->phrases[0].beg, strstr(text, "hydraulic") - text);
    assert_int_equal(e->phrases[0].end, strstr(text, ". We") - text);
    assert_false(e->phrases[0].known);
    assert_in_range(e->phrases[0].sure_pm, 300, 1000);
    assert_int_equal(e->n_claims, 0); /* a phrase is no skill */
    learner_close(&l);
}

static void test_only_the_gate_changes_the_version(void **state)
{
    struct jm_dict *d = small_dict();
    struct jm_buf gate = {0}, tagger = {0};
    struct jm_err err = {0};
    (void)state;
    learn_gate(d, &gate);
    learn_tagger(d, &tagger);
    uint64_t before = jm_dict_version(d);
    assert_int_equal(jm_dict_weigh(d, tagger.data, tagger.len, &err), 0);
    assert_true(jm_dict_version(d) == before);
    assert_int_equal(jm_dict_weigh(d, gate.data, gate.len, &err), 0);
    assert_true(jm_dict_version(d) != before);
    assert_int_equal(jm_dict_weigh(d, gate.data, gate.len, &err), -1);
    assert_non_null(strstr(err.text, "already"));
    jm_buf_fini(&gate);
    jm_buf_fini(&tagger);
    jm_dict_free(d);
}

/* The tagger learns from sentences that the gate learned from: what the gate says of these it will
 * never say as well again, so the tagger must not look at it. */
static void test_the_gate_does_not_move_the_tagger(void **state)
{
    static const char text[] = "We work in an Agile environment\n\nKnowledge of hydraulic law";
    struct learner l = learner_open();
    struct jm_buf with = {0}, without = {0};
    uint16_t sure;
    (void)state;
    learn_tagger(l.d, &without);
    learner_teach(&l, learn_tagger);
    const struct jm_extraction *e = read_text(l.x, l.d, JM_JOB, text);
    assert_int_equal(e->n_phrases, 1);
    assert_int_equal(e->n_accepted, 1);
    sure = e->phrases[0].sure_pm;
    learner_teach(&l, learn_gate);
    e = read_text(l.x, l.d, JM_JOB, text);
    assert_int_equal(e->n_accepted, 0); /* the gate does speak */
    assert_int_equal(e->n_phrases, 1);
    assert_int_equal(e->phrases[0].sure_pm, sure);
    learn_tagger(l.d, &with);
    assert_int_equal(with.len, without.len);
    assert_memory_equal(with.data, without.data, with.len);
    jm_buf_fini(&with);
    jm_buf_fini(&without);
    learner_close(&l);
}

/* "Beekeeping" is in no labelled sentence, but stands in texts where the labelled "hydraulic" does;
 * "gossip" stands elsewhere. */
static void learn_clusters(const struct jm_dict *d, struct jm_buf *out)
{
    static const char *const around[][2] = {
        {"the", "unit is on floor"}, {"ask the", "unit about plan"}, {"our", "unit has members"},
        {"they all like", "over tea"}, {"stop that", "or leave"}, {"some", "never ends"}};
    static const char *const named[][4] = {{"hydraulic", "beekeeping", "welding", "property"},
                                           {"gossip", "garden", "lunch", "crew"}};
    struct jm_cluster_trainer *t = jm_cluster_trainer_new();
    struct jm_cluster_report r;
    struct jm_err err = {0};
    char text[100];
    (void)d;
    assert_non_null(t);
    for (size_t i = 0; i < 240; i++) {
        /* a number, for a sentence counts once */
        int n = snprintf(text, sizeof text, "%s %s %s %zu", around[i % 6][0],
                         named[i % 6 / 3][i / 6 % 4], around[i % 6][1], i / 24);
        assert_int_equal(jm_cluster_trainer_add(t, text, (size_t)n, &err), 0);
    }
    assert_int_equal(jm_cluster_train(t, &r, out, &err), 0);
    assert_true(r.words > 20 && r.tokens > 1500);
    jm_cluster_trainer_free(t);
}

static uint16_t sure_of(struct learner *l, const char *text)
{
    const struct jm_extraction *e = read_text(l->x, l->d, JM_JOB, text);
    return e->n_phrases ? e->phrases[0].sure_pm : 0;
}

static void test_a_word_is_known_by_its_class(void **state)
{
    struct learner l = learner_open();
    struct jm_buf again = {0}, once = {0};
    (void)state;
    learn_clusters(l.d, &once);
    learn_clusters(l.d, &again);
    assert_int_equal(once.len, again.len);
    assert_memory_equal(once.data, again.data, once.len);
    learner_teach(&l, learn_clusters);
    learner_teach(&l, learn_tagger);
    uint16_t like = sure_of(&l, "Strong knowledge of beekeeping pumps");
    uint16_t unlike = sure_of(&l, "Strong knowledge of gossip pumps");
    assert_true(like > unlike);
    jm_buf_fini(&once);
    jm_buf_fini(&again);
    learner_close(&l);
}

static void refuse(struct jm_dict *d, const void *bytes, size_t len, const char *why)
{
    struct jm_err err = {0};
    assert_int_equal(jm_dict_weigh(d, bytes, len, &err), -1);
    assert_non_null(strstr(err.text, why));
}

static void test_damaged_weights_are_refused(void **state)
{
    struct jm_dict *d = small_dict();
    struct jm_buf w = {0};
    (void)state;
    learn_gate(d, &w);
    refuse(d, w.data, 0, "not a file of weights");
    refuse(d, "jmw2 and more of it, long enough to be read as a head of a file, but it is not one "
              "of ours", 90, "not a file of weights");
    refuse(d, w.data, w.len - 1, "another form");
    w.data[w.len / 2] = (char)(w.data[w.len / 2] ^ 1);
    refuse(d, w.data, w.len, "damaged");
    w.data[8] = 40; /* 2^40 buckets */
    refuse(d, w.data, w.len, "another form");
    jm_buf_fini(&w);
    jm_dict_free(d);
}

static void test_cross_validation_counts_spans(void **state)
{
    char copy[200];
    const char *tokens[20];
    struct jm_err err = {0};
    struct jm_learn_scores s = {0};
    struct jm_dict *d = small_dict();
    struct jm_tag_trainer *t = jm_tag_trainer_new(d);
    (void)state;
    for (uint32_t i = 0; i < N_EXAMPLES * ROUNDS; i++) {
        size_t n = cut(examples[i % N_EXAMPLES].text, copy, tokens);
        assert_int_equal(
            jm_tag_trainer_add(t, tokens, examples[i % N_EXAMPLES].tags, n, i / N_EXAMPLES, &err),
            0);
    }
    for (uint32_t fold = 0; fold < FOLDS; fold++)
        assert_int_equal(jm_tag_validate(t, FOLDS, fold, &s, &err), 0);
    assert_int_equal(s.truth, 6 * ROUNDS);
    assert_int_equal(s.right, s.truth); /* every sentence of a fold is in the others too */
    jm_tag_trainer_free(t);
    jm_dict_free(d);
}

/* Lines of a document are one text: what a heading says holds for the line below. */
static void test_spans_are_counted_in_given_tokens(void **state)
{
    static const char *const tokens[] = {"Strong", "knowledge", "of", "property", "law",
                                         JM_EVAL_BREAK, "lunch", "in", "the", "garden"};
    struct jm_eval_span spans[4];
    struct learner l = learner_open();
    struct jm_err err = {0};
    (void)state;
    learner_teach(&l, learn_tagger);
    assert_int_equal(jm_eval_spans(l.x, l.d, tokens, 10, spans, 4, &err), 1);
    assert_int_equal(spans[0].from, 3);
    assert_int_equal(spans[0].to, 5);
    learner_close(&l);
}

/* As in the labels of SkillSpan: what stands before a closing bracket takes it in, in short lines.
 */
static void test_spans_take_in_the_closing_bracket(void **state)
{
    const char *tokens[64] = {"(", "experience", "with", "Python", ")", JM_EVAL_BREAK};
    struct jm_eval_span spans[4];
    struct learner l = learner_open();
    struct jm_err err = {0};
    (void)state;
    assert_int_equal(jm_eval_spans(l.x, l.d, tokens, 5, spans, 4, &err), 1);
    assert_int_equal(spans[0].from, 3);
    assert_int_equal(spans[0].to, 5);
    for (size_t i = 6; i < 64; i++) /* another line makes this one no longer */
        tokens[i] = "garden";
    assert_int_equal(jm_eval_spans(l.x, l.d, tokens, 64, spans, 4, &err), 1);
    assert_int_equal(spans[0].to, 5);
    tokens[5] = "garden";
    assert_int_equal(jm_eval_spans(l.x, l.d, tokens, 64, spans, 4, &err), 1);
    assert_int_equal(spans[0].to, 4);
    learner_close(&l);
}

static void test_what_ships_keeps_a_bare_list_whole(void **state)
{
    static const char text[] = "Python, SQL, Docker, Kubernetes, Java, React, Git";
    struct jm_err err = {0};
    struct jm_dict *d = load_shipped(&err);
    struct jm_extractor *x = jm_extractor_new();
    (void)state;
    if (!d)
        fail_msg("%s", err.text);
    assert_int_equal(read_text(x, d, JM_JOB, text)->n_accepted, 7);
    assert_int_equal(read_text(x, d, JM_CANDIDATE, text)->n_accepted, 7);
    jm_extractor_free(x);
    jm_dict_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training_twice_gives_the_same_bytes),
        cmocka_unit_test(test_the_gate_rejects_and_says_why),
        cmocka_unit_test(test_the_gate_leaves_resumes_and_lists_alone),
        cmocka_unit_test(test_the_gate_keeps_the_names_of_roles),
        cmocka_unit_test(test_the_gate_spares_products_written_as_names),
        cmocka_unit_test(test_the_tagger_finds_what_no_dictionary_has),
        cmocka_unit_test(test_only_the_gate_changes_the_version),
        cmocka_unit_test(test_the_gate_does_not_move_the_tagger),
        cmocka_unit_test(test_a_word_is_known_by_its_class),
        cmocka_unit_test(test_damaged_weights_are_refused),
        cmocka_unit_test(test_cross_validation_counts_spans),
        cmocka_unit_test(test_spans_are_counted_in_given_tokens),
        cmocka_unit_test(test_spans_take_in_the_closing_bracket),
        cmocka_unit_test(test_what_ships_keeps_a_bare_list_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
