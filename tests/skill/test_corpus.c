/* test_corpus.c - the labelled corpus against the dictionary that ships.
 *
 * Prints every difference, then precision and recall; fails below .98 and .95, on any expected
 * rejection that was let in, and on any wrong fact. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "corpus.h"
#include "dictfiles.h"

struct tally {
    unsigned cases, wanted, found, extra, let_in, wrong_facts, details;
};

static bool same_span(const struct label *l, const struct jm_claim *c)
{
    return l->in_title == c->in_title && l->beg == c->beg && l->end == c->end;
}

static void check_label(const struct labelled *c, const struct label *l, const struct jm_dict *d,
                        const struct jm_extraction *e, struct tally *t)
{
    const char *part = l->in_title ? c->title : c->text;
    const struct jm_claim *hit = NULL;
    for (size_t i = 0; i < e->n_claims && !hit; i++)
        if (e->claims[i].accepted && same_span(l, &e->claims[i]) &&
            !strcmp(jm_dict_skill(d, e->claims[i].skill)->id, l->id))
            hit = &e->claims[i];
    if (!l->want) {
        t->let_in += hit != NULL;
        if (hit)
            printf("let in: %s '%.*s' (%s) in: %s\n", l->id, (int)(l->end - l->beg),
                   part + l->beg, hit->rule, c->text);
        return;
    }
    t->wanted++;
    t->found += hit != NULL;
    if (!hit) {
        printf("missed: %s '%.*s' in: %s\n", l->id, (int)(l->end - l->beg), part + l->beg, c->text);
        return;
    }
    bool right = (!l->must || hit->must) && (!l->nice || hit->nice) &&
                 (!l->years || hit->years == l->years) &&
                 (!l->last_year || hit->last_year == l->last_year);
    t->details += !right;
    if (!right)
        printf("detail: %s must=%d nice=%d years=%u last=%u in: %s\n", l->id, hit->must, hit->nice,
               hit->years, hit->last_year, c->text);
}

static void check_extra(const struct labelled *c, const struct jm_dict *d,
                        const struct jm_extraction *e, struct tally *t)
{
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *claim = &e->claims[i];
        bool labelled = !claim->accepted;
        for (size_t k = 0; k < c->n && !labelled; k++)
            labelled = same_span(&c->labels[k], claim) &&
                       !strcmp(jm_dict_skill(d, claim->skill)->id, c->labels[k].id);
        t->extra += !labelled;
        if (!labelled)
            printf("extra: %s '%.*s' (%s) in: %s\n", jm_dict_skill(d, claim->skill)->id,
                   (int)(claim->end - claim->beg), (claim->in_title ? c->title : c->text) + claim->beg,
                   claim->rule, c->text);
    }
}

static void expect_fact(const struct labelled *c, const char *name, const char *got, struct tally *t)
{
    char key[32], want[160];
    snprintf(key, sizeof key, " %s=", name);
    const char *at = strstr(c->facts, key);
    if (!at)
        return;
    snprintf(want, sizeof want, "%.*s", (int)strcspn(at + strlen(key), " "), at + strlen(key));
    if (strcmp(want, got)) {
        t->wrong_facts++;
        printf("fact: %s is %s, expected %s in: %s\n", name, got, want, c->text);
    }
}

static void pay_text(const struct jm_pay *p, char *out, size_t bytes)
{
    static const char *const periods[] = {"", "hour", "day", "week", "month", "year"};
    if (!p->currency[0])
        snprintf(out, bytes, "-");
    else
        snprintf(out, bytes, "%.0f-%.0f%s/%s", p->min, p->max, p->currency, periods[p->period]);
}

static void check_facts(const struct labelled *c, const struct jm_facts *f, struct tally *t)
{
    char text[160] = "-";
    if (f->years_min != JM_YEARS_UNKNOWN)
        snprintf(text, sizeof text, f->years_max == JM_YEARS_UNKNOWN ? "%u" : "%u-%u", f->years_min,
                 f->years_max);
    expect_fact(c, "years", text, t);
    expect_fact(c, "seniority", f->seniority ? jm_seniority_name(f->seniority) : "-", t);
    expect_fact(c, "degree", f->degree ? jm_degree_name(f->degree) : "-", t);
    pay_text(&f->pay, text, sizeof text);
    expect_fact(c, "pay", text, t);
    snprintf(text, sizeof text, "%s%s%s%s", f->workplace & JM_REMOTE ? "remote" : "",
             f->workplace & JM_HYBRID ? "hybrid" : "", f->workplace & JM_ONSITE ? "onsite" : "",
             f->workplace ? "" : "-");
    expect_fact(c, "workplace", text, t);
    size_t n = 0;
    text[0] = 0;
    for (size_t i = 0; i < f->n_languages; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s:%s", i ? "," : "",
                              f->languages[i].code,
                              f->languages[i].level ? jm_cefr_name(f->languages[i].level) : "?");
    expect_fact(c, "lang", n ? text : "-", t);
    n = 0;
    for (size_t i = 0; i < f->n_eligible && i < 4; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i ? "," : "", f->eligible[i]);
    expect_fact(c, "eligible", n ? text : "-", t);
}

static void check_case(const struct labelled *c, struct jm_extractor *x, const struct jm_dict *d,
                       struct tally *t)
{
    struct jm_err err = {0};
    struct jm_extract_input in = {.kind = c->person ? JM_CANDIDATE : JM_JOB,
                                  .title = c->has_title ? c->title : NULL, .text = c->text,
                                  .title_bytes = strlen(c->title), .text_bytes = strlen(c->text),
                                  .form = JM_TEXT_GUESS, .this_year = 2026};
    const struct jm_extraction *e = jm_extract(x, d, &in, &err);
    assert_non_null(e);
    t->cases++;
    for (size_t i = 0; i < c->n; i++) {
        if (jm_dict_by_id(d, c->labels[i].id) < 0)
            printf("unknown skill id %s\n", c->labels[i].id);
        check_label(c, &c->labels[i], d, e, t);
    }
    check_extra(c, d, e, t);
    check_facts(c, e->facts, t);
}

static void test_corpus(void **state)
{
    static struct labelled c;
    struct tally t = {0};
    struct jm_err err = {0};
    struct jm_dict *d = load_shipped(&err);
    struct jm_extractor *x = jm_extractor_new();
    glob_t files;
    (void)state;
    if (!d)
        fail_msg("%s", err.text);
    assert_int_equal(glob("tests/skill/corpus/*.txt", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        size_t len;
        char *all = read_whole(files.gl_pathv[i], &len);
        assert_non_null(all);
        for (char *line = all, *next; line && *line; line = next) {
            next = strchr(line, '\n');
            next = next ? next + 1 : NULL;
            if (corpus_read(&c, line))
                check_case(&c, x, d, &t);
            else if (*line != '#' && *line != '\n')
                fail_msg("%s: not a case: %.60s", files.gl_pathv[i], line);
        }
        free(all);
    }
    globfree(&files);
    double precision = t.found / (double)(t.found + t.extra), recall = t.found / (double)t.wanted;
    printf("%u texts, %u claims expected, %u found, %u extra: precision %.3f recall %.3f; "
           "%u rejections let in, %u wrong facts, %u wrong details\n",
           t.cases, t.wanted, t.found, t.extra, precision, recall, t.let_in, t.wrong_facts,
           t.details);
    assert_true(precision >= .98);
    assert_true(recall >= .95);
    assert_int_equal(t.let_in + t.wrong_facts + t.details, 0);
    jm_extractor_free(x);
    jm_dict_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
