/* test_prepare.c - from documents to their matching form: what is read from where, what wins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <limits.h>

#include "match/prepare.h"
#include "world.h"

static const char dict_text[] =
    "@skills 1\n@version prepare.1\n@sector technology\n"
    "python = Python | code | idf 3\n"
    "django = Django | tool | parent python | idf 5\n"
    "sql = SQL | code | idf 3\n"
    "kubernetes = Kubernetes | tool | alias K8s | idf 6\n"
    "terraform = Terraform | tool | idf 6\n"
    "kafka = Kafka | tool | idf 5\n"
    "jenkins = Jenkins | tool | idf 4\n"
    "prometheus = Prometheus | tool | idf 5\n"
    "forklift = Forklift licence | licence | alias forklift license | idf 6\n"
    "teamwork = Teamwork | soft | idf 1\n"
    "german = German language | language | idf 3\n";

struct kit {
    struct jm_dict *dict;
    struct jm_prepare *p;
    struct jm_doc_name name;
};

static int open_kit(void **state)
{
    static struct kit k;
    struct jm_err err = {0};
    k.dict = jm_dict_new();
    if (jm_dict_add(k.dict, "prepare", dict_text, sizeof dict_text - 1, &err) ||
        jm_dict_seal(k.dict, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return -1;
    }
    k.p = jm_prepare_new(NULL);
    k.name = (struct jm_doc_name){.tenant = 3, .source = "feed", .external_id = "j-1"};
    *state = &k;
    return k.p ? 0 : -1;
}

static int close_kit(void **state)
{
    struct kit *k = *state;
    jm_prepare_free(k->p);
    jm_dict_free(k->dict);
    return 0;
}

static const struct jm_doc *job(struct kit *k, struct jm_job *j)
{
    struct jm_err err = {0};
    const struct jm_doc *d = jm_prepare_job(k->p, k->dict, &k->name, j, W_NOW, &err);
    if (!d)
        fail_msg("prepare: %s", err.text);
    struct jm_buf b = {0};
    assert_int_equal(jm_doc_encode(d, &b), 0); /* whatever was prepared can be stored */
    jm_buf_fini(&b);
    return d;
}

static const struct jm_doc *person(struct kit *k, struct jm_candidate *c)
{
    struct jm_err err = {0};
    const struct jm_doc *d = jm_prepare_candidate(k->p, k->dict, &k->name, c, W_NOW, &err);
    if (!d)
        fail_msg("prepare: %s", err.text);
    struct jm_buf b = {0};
    assert_int_equal(jm_doc_encode(d, &b), 0);
    jm_buf_fini(&b);
    return d;
}

static const struct jm_doc_skill *skill(const struct jm_doc *d, const char *id)
{
    for (size_t i = 0; i < d->n_skills; i++)
        if (d->skills[i].key == jm_key64("skill", id, strlen(id)))
            return &d->skills[i];
    return NULL;
}

static struct jm_job blank_job(void)
{
    return (struct jm_job){.years_min = JM_YEARS_UNKNOWN, .years_max = JM_YEARS_UNKNOWN};
}

static void a_job_with_everything(void **state)
{
    struct kit *k = *state;
    struct jm_place place = {.country = "DE", .city = "Köln", .has_point = true, .lat = 50.94,
                             .lon = 6.96};
    struct jm_stated_skill skills[] = {{.name = "K8s", .must = true, .years = 3},
                                       {.name = "Terraform", .nice = true},
                                       {.name = "teamwork"}, {.name = "Basket weaving"}};
    const char *certificates[] = {"Forklift license"}, *exclude[] = {"c-9"};
    char eligible[2][3] = {"DE", "at"};
    struct jm_job j = blank_job();
    j.title = "Platform Engineer";
    j.text = "We run a large platform. You will write Python services.";
    j.company = "Nordlicht GmbH";
    j.places = &place;
    j.n_places = 1;
    j.skills = skills;
    j.n_skills = 4;
    j.certificates = certificates;
    j.n_certificates = 1;
    j.exclude = exclude;
    j.n_exclude = 1;
    j.eligible = eligible;
    j.n_eligible = 2;
    j.pay = (struct jm_pay){.min = 5000, .max = 6000, .currency = "EUR", .period = JM_MONTH};
    j.posted_at_us = INT64_C(1700000000000000);
    j.closed = true;
    const struct jm_doc *d = job(k, &j);
    assert_int_equal(d->tenant, 3);
    assert_int_equal(d->flags, JM_DOC_CLOSED);
    assert_int_equal(skill(d, "kubernetes")->flags, JM_SKILL_MUST | JM_SKILL_STATED);
    assert_int_equal(skill(d, "kubernetes")->years, 3);
    assert_int_equal(skill(d, "terraform")->flags, JM_SKILL_NICE | JM_SKILL_STATED);
    /* a soft skill is never a must by itself */
    assert_int_equal(skill(d, "teamwork")->flags, JM_SKILL_NICE | JM_SKILL_STATED | JM_SKILL_SOFT);
    assert_int_equal(skill(d, "forklift")->flags, JM_SKILL_MUST | JM_SKILL_STATED | JM_SKILL_CERT);
    assert_int_equal(d->pay_min, 60000);
    assert_int_equal(d->pay_max, 72000);
    assert_int_equal(d->places[0].lat_e5, 5094000);
    assert_int_equal(d->eligible[1], jm_code2("AT"));
    assert_true(d->self_key == jm_name_key("company", "nordlicht GMBH"));
    assert_true(d->lists[0] == jm_key64("person", "c-9", 3));
    assert_int_equal(d->n_titles, 1);
    assert_int_equal(d->titles[0].role, JM_TITLE_JOB);
    assert_true(d->n_terms > 3 && d->n_terms <= 80);
    assert_int_equal(d->posted_at_s, 1700000000);
    assert_string_equal(d->company, "Nordlicht GmbH");
}

static void text_fills_only_what_is_unknown(void **state)
{
    struct kit *k = *state;
    static const char text[] =
        "Requirements:\n- 5+ years of experience with Python\n- SQL\n- Bachelor's degree\n\n"
        "Nice to have:\n- Terraform\n";
    struct jm_job j = blank_job();
    j.title = "Senior Python Developer";
    j.text = text;
    const struct jm_doc *d = job(k, &j);
    assert_true(skill(d, "python")->flags & JM_SKILL_MUST);
    assert_true(skill(d, "sql")->flags & JM_SKILL_MUST);
    assert_true(skill(d, "terraform")->flags & JM_SKILL_NICE);
    assert_int_equal(d->seniority, JM_SENIOR);
    assert_int_equal(d->degree, JM_BACHELOR);
    j.seniority = JM_LEAD;
    j.degree = JM_MASTER;
    j.years_min = 2;
    d = job(k, &j);
    assert_int_equal(d->seniority, JM_LEAD);
    assert_int_equal(d->degree, JM_MASTER);
    assert_int_equal(d->years_min, 2);
}

static void an_ad_that_never_says_required_still_asks(void **state)
{
    struct kit *k = *state;
    struct jm_job j = blank_job();
    j.text = "You will build things with Python and Kubernetes in a friendly team.";
    const struct jm_doc *d = job(k, &j);
    assert_true(skill(d, "python")->flags & JM_SKILL_MUST);
    assert_true(skill(d, "kubernetes")->flags & JM_SKILL_MUST);
    /* of many things named in passing, the few that it is most about */
    j.text = "You write Terraform, keep Kubernetes and Prometheus running, look after SQL "
             "and Kafka, help with Jenkins and answer the phone. Terraform is your home, "
             "Kubernetes your garden.";
    d = job(k, &j);
    unsigned musts = 0;
    for (size_t i = 0; i < d->n_skills; i++)
        musts += (d->skills[i].flags & JM_SKILL_MUST) != 0;
    assert_int_equal(musts, 5);
    assert_true(skill(d, "terraform")->flags & JM_SKILL_MUST);
    assert_true(skill(d, "kubernetes")->flags & JM_SKILL_MUST);
    assert_true(d->n_skills > 5);
    /* one word of asking, and the rest is an advantage */
    j.text = "You write Terraform and keep Kubernetes running. Required: Django.";
    d = job(k, &j);
    assert_true(skill(d, "django")->flags & JM_SKILL_MUST);
    assert_int_equal(skill(d, "terraform")->flags & (JM_SKILL_MUST | JM_SKILL_NICE),
                     JM_SKILL_NICE);
}

/* Python beside Django is its heading; stated in a field it stays a demand. */
static void a_heading_is_not_one_more_demand(void **state)
{
    struct kit *k = *state;
    struct jm_job j = blank_job();
    j.text = "Requirements\n- Django\n- Python\n";
    const struct jm_doc *d = job(k, &j);
    assert_int_equal(skill(d, "django")->flags & (JM_SKILL_MUST | JM_SKILL_NICE), JM_SKILL_MUST);
    assert_int_equal(skill(d, "python")->flags & (JM_SKILL_MUST | JM_SKILL_NICE), JM_SKILL_NICE);
    struct jm_stated_skill stated = {.name = "Python", .must = true};
    j.skills = &stated;
    j.n_skills = 1;
    d = job(k, &j);
    assert_true(skill(d, "python")->flags & JM_SKILL_MUST);
}

static void a_profile_with_a_history(void **state)
{
    struct kit *k = *state;
    struct jm_position positions[] = {
        {.title = "Platform Engineer", .text = "Kubernetes and Terraform.",
         .from_month = 2022 * 12, .to_month = INT_MAX},
        {.title = "Python Developer", .text = "Django, SQL.", .from_month = 2015 * 12,
         .to_month = 2017 * 12 + 11},
        {.title = "Intern", .from_month = 2017 * 12, .to_month = 2017 * 12 + 11}};
    struct jm_stated_skill skills[] = {{.name = "SQL", .years = 4, .last_used_year = 2020},
                                       {.name = "Terraform", .wanted = true}};
    const char *wanted[] = {"Site Reliability Engineer"}, *avoid[] = {"Nordlicht", "--"};
    struct jm_candidate c = {.years = JM_YEARS_UNKNOWN, .positions = positions, .n_positions = 3,
                             .skills = skills, .n_skills = 2, .wanted_titles = wanted,
                             .n_wanted_titles = 1, .avoid = avoid, .n_avoid = 2,
                             .relocate = true, .radius_km = 40};
    const struct jm_doc *d = person(k, &c);
    assert_int_equal(skill(d, "kubernetes")->last_year, 2026);
    assert_int_equal(skill(d, "django")->last_year, 2017);
    assert_int_equal(skill(d, "sql")->last_year, 2020);
    assert_int_equal(skill(d, "sql")->years, 4);
    assert_true(skill(d, "terraform")->flags & JM_SKILL_WANTED);
    assert_int_equal(d->n_titles, 3); /* "Intern" says a level, not a trade */
    assert_int_equal(d->titles[0].role, JM_TITLE_WANTED);
    assert_int_equal(d->titles[1].role, JM_TITLE_LATEST);
    assert_int_equal(d->titles[2].role, JM_TITLE_PAST);
    /* 2015-2017 once, and 2022 to the end of 2026: the internship overlaps */
    assert_int_equal(d->years_min, 8);
    assert_int_equal(d->flags, JM_DOC_RELOCATE);
    assert_int_equal(d->n_lists, 1);
    assert_true(d->lists[0] == jm_name_key("company", "Nordlicht"));
    assert_true(d->self_key == jm_key64("person", "j-1", 3));
}

static void an_avoid_list_is_never_cut(void **state)
{
    struct kit *k = *state;
    const char *avoid[JM_DOC_MAX_LIST + 1];
    struct jm_err err = {0};
    for (size_t i = 0; i <= JM_DOC_MAX_LIST; i++)
        avoid[i] = "Firm";
    struct jm_candidate c = {.years = JM_YEARS_UNKNOWN, .avoid = avoid,
                             .n_avoid = JM_DOC_MAX_LIST + 1};
    assert_null(jm_prepare_candidate(k->p, k->dict, &k->name, &c, W_NOW, &err));
    assert_int_equal(err.code, JM_ELIMIT);
    c.n_avoid--;
    assert_int_equal(person(k, &c)->n_lists, JM_DOC_MAX_LIST);
}

static void nothing_at_all(void **state)
{
    struct kit *k = *state;
    struct jm_job j = blank_job();
    struct jm_candidate c = {.years = JM_YEARS_UNKNOWN};
    const struct jm_doc *d = job(k, &j);
    assert_int_equal(d->n_skills + d->n_titles + d->n_terms + d->n_places, 0);
    assert_int_equal(d->years_min, JM_YEARS_UNKNOWN);
    d = person(k, &c);
    assert_int_equal(d->n_skills + d->n_titles + d->n_terms + d->n_places, 0);
    assert_int_equal(d->years_min, JM_YEARS_UNKNOWN);
    assert_int_equal(d->pay_min, 0);
}

static void the_same_document_gives_the_same_bytes(void **state)
{
    struct kit *k = *state;
    struct jm_job j = blank_job();
    struct jm_buf a = {0}, b = {0};
    j.title = "Python Developer";
    j.text = "Python, SQL, Django and Kubernetes.";
    assert_int_equal(jm_doc_encode(job(k, &j), &a), 0);
    struct jm_candidate c = {.text = "Terraform everywhere", .years = 4};
    person(k, &c);
    assert_int_equal(jm_doc_encode(job(k, &j), &b), 0);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    jm_buf_fini(&a);
    jm_buf_fini(&b);
}

static void titles_at_the_head_of_a_text(void **state)
{
    (void)state;
    static const struct { const char *text, *title; } cases[] = {
        {"HR COORDINATOR\nSummary\nApplicant screening", "HR COORDINATOR"},
        {"Web Developer Web Developer Full Stack Web Developer New York, NY", "Web Developer"},
        {"Title: Dispensing Optician\nWebindex: 1", "Dispensing Optician"},
        {"Jane Roe\n12 Elm Street", NULL},
        {"jane@example.org engineer", NULL},
        {"We are looking for an engineer who can do many things and more besides, in our old town "
         "by the sea", NULL},
        {"Softwareentwickler\nErfahrung", "Softwareentwickler"},
        {"", NULL},
        {NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[JM_DOC_MAX_TITLE_BYTES + 1];
        bool found = jm_title_from_text(cases[i].text, out);
        assert_int_equal(found, cases[i].title != NULL);
        if (found)
            assert_string_equal(out, cases[i].title);
    }
}

/* A plain profile says what it wants in words; what a position paid is no wish. */
static void a_text_states_wishes(void **state)
{
    struct kit *k = *state;
    struct jm_candidate c = {.years = JM_YEARS_UNKNOWN};
    c.text = "I am looking for a fully remote position. Salary expectation: 50,000 EUR per year.";
    const struct jm_doc *d = person(k, &c);
    assert_int_equal(d->pay_min, 50000);
    assert_string_equal(d->currency, "EUR");
    assert_int_equal(d->workplace, JM_REMOTE);
    c.pay = (struct jm_pay){.min = 60000, .currency = "EUR", .period = JM_YEAR};
    c.workplace = JM_ONSITE;
    d = person(k, &c);
    assert_int_equal(d->pay_min, 60000); /* a field beats the text */
    assert_int_equal(d->workplace, JM_ONSITE);
    struct jm_candidate old = {.years = JM_YEARS_UNKNOWN};
    old.text = "Work experience\nAcme, 2015 - 2019\nSalary: 52,000 EUR per year, worked remotely.";
    d = person(k, &old);
    assert_int_equal(d->pay_min, 0);
    assert_int_equal(d->workplace, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_with_everything),
        cmocka_unit_test(text_fills_only_what_is_unknown),
        cmocka_unit_test(an_ad_that_never_says_required_still_asks),
        cmocka_unit_test(a_heading_is_not_one_more_demand),
        cmocka_unit_test(a_profile_with_a_history),
        cmocka_unit_test(a_text_states_wishes),
        cmocka_unit_test(an_avoid_list_is_never_cut),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(the_same_document_gives_the_same_bytes),
        cmocka_unit_test(titles_at_the_head_of_a_text),
    };
    return cmocka_run_group_tests_name("prepare", tests, open_kit, close_kit) != 0;
}
