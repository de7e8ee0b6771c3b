/* test_score.c - values computed by hand, the vetoes clause by clause, and properties that hold
 * for any pair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "match/fixed.h"
#include "match/score.h"
#include "match/tables.h"
#include "world.h"

/* --- a small dictionary and one pair ---------------------------------------------------------- */

static const char dict_text[] =
    "@skills 1\n@version golden.1\n@sector technology\n"
    "python = Python | code | idf 3\n"
    "django = Django | tool | parent python | idf 5\n"
    "sql = SQL | code | related postgresql .6 | idf 3\n"
    "postgresql = PostgreSQL | tool | idf 5\n"
    "kubernetes = Kubernetes | tool | idf 6\n"
    "excel = Excel ^case | tool | idf 3\n"
    "first-aid = First aid certificate | certificate | idf 5\n"
    "teamwork = Teamwork | soft | idf 1\n";

struct golden {
    struct jm_dict *dict;
    struct jm_scoring scoring;
    struct jm_matcher *m;
    struct jm_doc job, person;
    struct jm_doc_skill asked[8], has[8];
    struct jm_doc_title job_title, titles[3];
    struct jm_doc_place seat, home;
    struct jm_doc_language asks, speaks[2];
    uint16_t job_eligible[2], eligible[2];
    uint64_t avoids[1], excludes[1];
};

static uint64_t key(const char *id) { return jm_key64("skill", id, strlen(id)); }

static void add(struct jm_doc *d, const char *id, unsigned idf, unsigned flags, unsigned years,
                unsigned last_year)
{
    d->skills[d->n_skills++] = (struct jm_doc_skill){
        .key = key(id), .idf = (uint8_t)idf, .flags = (uint8_t)flags, .years = (uint8_t)years,
        .mentions = 1, .last_year = (uint16_t)last_year};
    qsort(d->skills, d->n_skills, sizeof *d->skills, w_by_key);
}

static void empty(struct golden *g)
{
    g->job = (struct jm_doc){.kind = JM_JOB, .tenant = 1, .company = "Mill", .skills = g->asked,
                             .titles = &g->job_title, .places = &g->seat,
                             .languages = &g->asks, .eligible = g->job_eligible,
                             .lists = g->excludes, .years_min = JM_YEARS_UNKNOWN,
                             .years_max = JM_YEARS_UNKNOWN, .self_key = 7};
    g->person = (struct jm_doc){.kind = JM_CANDIDATE, .tenant = 1, .company = "",
                                .skills = g->has, .titles = g->titles, .places = &g->home,
                                .languages = g->speaks, .eligible = g->eligible,
                                .lists = g->avoids, .years_min = JM_YEARS_UNKNOWN,
                                .years_max = JM_YEARS_UNKNOWN, .self_key = 8};
}

static int open_golden(void **state)
{
    static struct golden g;
    struct jm_err err = {0};
    memset(&g, 0, sizeof g);
    g.dict = jm_dict_new();
    if (jm_dict_add(g.dict, "golden", dict_text, sizeof dict_text - 1, &err) ||
        jm_dict_seal(g.dict, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return -1;
    }
    jm_scoring_default(&g.scoring);
    g.m = jm_matcher_new(g.dict, &g.scoring, &err);
    empty(&g);
    *state = &g;
    return g.m ? 0 : -1;
}

static int close_golden(void **state)
{
    struct golden *g = *state;
    jm_matcher_free(g->m);
    jm_dict_free(g->dict);
    return 0;
}

static struct jm_score score(struct golden *g)
{
    struct jm_score s;
    jm_doc_measure(&g->job);
    jm_doc_measure(&g->person);
    assert_int_equal(jm_score_pair(g->m, &g->job, &g->person, JM_PEOPLE_FOR_JOB, W_NOW, &s), 0);
    return s;
}

/* The value of one component in per mille; -1 unknown. */
static int value(struct golden *g, enum jm_component c)
{
    jm_doc_measure(&g->job);
    jm_doc_measure(&g->person);
    struct jm_scorer *s = jm_scorer_new(g->m, &g->job, W_NOW);
    const struct pair *p = jm_scorer_work(s, &g->person);
    int v = p->known[c] ? p->value[c] : -1;
    jm_scorer_free(s);
    return v;
}

static int clause(struct golden *g, enum jm_veto v)
{
    struct jm_scorer *s = jm_scorer_new(g->m, &g->job, W_NOW);
    int state = jm_scorer_work(s, &g->person)->clause[v];
    jm_scorer_free(s);
    return state;
}

/* --- by hand ------------------------------------------------------------------------------------ */

static void ask_three(struct golden *g)
{
    add(&g->job, "python", 3, JM_SKILL_MUST, 0, 0);
    add(&g->job, "sql", 3, JM_SKILL_MUST, 0, 0);
    add(&g->job, "kubernetes", 6, JM_SKILL_MUST, 0, 0);
}

static void skills_by_hand(void **state)
{
    struct golden *g = *state;
    ask_three(g);
    add(&g->person, "django", 5, 0, 0, 0);     /* a child of python: .9 */
    add(&g->person, "postgresql", 5, 0, 0, 0); /* related to sql: .8 * .6 = .48 */
    add(&g->person, "excel", 3, 0, 0, 0);
    /* (3 * 900 + 3 * 480 + 6 * 0) / 12 = 345 */
    assert_int_equal(value(g, JM_F_MUST), 345);
    /* cube root of .92 * .584 * .2 = .4754 */
    assert_int_equal(value(g, JM_F_GUARD), 475);
    assert_int_equal(value(g, JM_F_NICE), -1);
    struct jm_score s = score(g);
    /* (22 * 345 + 6 * 475) / 28 = 372.9; evidence 28 / 77; kubernetes is missing */
    assert_int_equal(s.f, 373);
    assert_int_equal(s.f_evidence, 363);
    assert_int_equal(s.missing_musts, 1);
    /* inferred wish: the same coverage; 8 of 62 */
    assert_int_equal(s.w, 345);
    assert_int_equal(s.w_evidence, 129);
    assert_true(s.flags & JM_FLAG_INFERRED);
    assert_int_equal(s.band, JM_BAND_D);
    assert_int_equal(s.list, 373);
}

static void one_missing_must_caps_at_700_two_at_500(void **state)
{
    struct golden *g = *state;
    ask_three(g);
    add(&g->job, "excel", 3, JM_SKILL_MUST, 0, 0);
    add(&g->person, "python", 3, 0, 0, 0);
    add(&g->person, "sql", 3, 0, 0, 0);
    add(&g->person, "kubernetes", 6, 0, 0, 0);
    struct jm_score s = score(g);
    /* musts 12/15 = 800, guard (1*1*1*.2)^(1/4) = 668: (22*800 + 6*668)/28 = 771.7 */
    assert_int_equal(s.f, 700);
    assert_true(s.flags & JM_FLAG_CAPPED);
    add(&g->job, "django", 5, JM_SKILL_MUST, 0, 0); /* has its parent only: .5, not missing */
    assert_int_equal(score(g).missing_musts, 1);
    add(&g->job, "postgresql", 5, JM_SKILL_MUST, 0, 0); /* related: .48 */
    g->scoring.missing_below = 490;
    jm_matcher_free(g->m);
    g->m = jm_matcher_new(g->dict, &g->scoring, NULL);
    s = score(g);
    assert_int_equal(s.missing_musts, 2);
    assert_true(s.f <= 500);
}

static void age_and_years_of_a_skill(void **state)
{
    struct golden *g = *state;
    add(&g->job, "python", 3, JM_SKILL_MUST, 5, 0);
    add(&g->person, "python", 3, 0, 0, 2018); /* eight years ago in 2026: a half */
    assert_int_equal(value(g, JM_F_MUST), 500);
    g->has[0].last_year = 0;
    g->has[0].years = 2; /* (2.5 / 5.5)^.7 = .5758 */
    assert_int_equal(value(g, JM_F_MUST), 575);
    g->has[0].years = 9;
    assert_int_equal(value(g, JM_F_MUST), 1000);
}

static void ladders_by_hand(void **state)
{
    struct golden *g = *state;
    g->job.years_min = 5;
    g->job.years_max = 8;
    assert_int_equal(value(g, JM_F_EXPERIENCE), -1);
    const int years[][2] = {{2, 575}, {5, 1000}, {8, 1000}, {10, 940}, {40, 700}};
    for (size_t i = 0; i < 5; i++) {
        g->person.years_min = (uint8_t)years[i][0];
        assert_int_equal(value(g, JM_F_EXPERIENCE), years[i][1]);
    }
    g->job.seniority = JM_SENIOR;
    const int steps[][2] = {{JM_SENIORITY_UNKNOWN, -1}, {JM_SENIOR, 1000}, {JM_MID, 700},
                            {JM_LEAD, 800}, {JM_JUNIOR, 400}, {JM_INTERN, 150},
                            {JM_EXECUTIVE, 150}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        g->person.seniority = (uint8_t)steps[i][0];
        assert_int_equal(value(g, JM_F_SENIORITY), steps[i][1]);
    }
    g->job.degree = JM_MASTER;
    assert_int_equal(value(g, JM_F_DEGREE), -1);
    g->person.degree = JM_BACHELOR;
    assert_int_equal(value(g, JM_F_DEGREE), 600);
    g->job.flags = JM_DOC_DEGREE_OR_EXPERIENCE; /* forty years: counts as met */
    assert_int_equal(value(g, JM_F_DEGREE), 1000);
    g->person.degree = JM_DOCTORATE;
    assert_int_equal(value(g, JM_F_DEGREE), 1000);
}

static void languages_by_hand(void **state)
{
    struct golden *g = *state;
    g->asks = (struct jm_doc_language){.code = jm_code2("de"), .level = JM_C1};
    g->job.n_languages = 1;
    assert_int_equal(value(g, JM_F_LANGUAGE), -1);
    g->speaks[0] = (struct jm_doc_language){.code = jm_code2("de"), .level = JM_B2};
    g->person.n_languages = 1;
    assert_int_equal(value(g, JM_F_LANGUAGE), 600);
    g->speaks[0].level = JM_CEFR_UNKNOWN; /* named without a level: not agreement */
    assert_int_equal(value(g, JM_F_LANGUAGE), -1);
    g->speaks[0].code = jm_code2("fr");
    assert_int_equal(value(g, JM_F_LANGUAGE), 0);
}

static const uint32_t ids[] = {8388610, 8388620, 8388630};
static const uint8_t weights[] = {3, 4, 12};

static struct jm_doc_title title(enum jm_title_role role, size_t from, size_t n)
{
    return (struct jm_doc_title){.role = role, .text = "Title", .ids = ids + from,
                                 .weights = weights + from, .n_features = (uint16_t)n};
}

static void titles_by_hand(void **state)
{
    struct golden *g = *state;
    g->job_title = title(JM_TITLE_JOB, 0, 2); /* (3, 4): length 5 */
    g->job.n_titles = 1;
    assert_int_equal(value(g, JM_F_TITLE), -1);
    g->titles[0] = title(JM_TITLE_LATEST, 1, 1); /* (4): 16 / 20 = .8 */
    g->titles[1] = title(JM_TITLE_PAST, 0, 2);   /* the same: 1 */
    g->person.n_titles = 2;
    /* .5 * 1 + .3 * .8 + .2 * .9 = .92 */
    assert_int_equal(value(g, JM_F_TITLE), 920);
    assert_int_equal(value(g, JM_W_TITLE), 800); /* inferred from the latest */
    g->titles[2] = title(JM_TITLE_WANTED, 2, 1); /* wants something else */
    g->person.n_titles = 3;
    assert_int_equal(value(g, JM_F_TITLE), 920);
    assert_int_equal(value(g, JM_W_TITLE), 0);
}

static void wishes_by_hand(void **state)
{
    struct golden *g = *state;
    memcpy(g->job.currency, "EUR", 4);
    memcpy(g->person.currency, "EUR", 4);
    g->job.pay_max = 54000;
    assert_int_equal(value(g, JM_W_PAY), -1);
    g->person.pay_min = 60000; /* e^(-4 * 6000 / 60000) = .6703 */
    assert_int_equal(value(g, JM_W_PAY), 670);
    g->person.pay_min = 54000;
    assert_int_equal(value(g, JM_W_PAY), 1000);
    g->person.currency[0] = 'X';
    assert_int_equal(value(g, JM_W_PAY), -1);
    g->seat = (struct jm_doc_place){.country = jm_code2("DE"), .has_point = true,
                                    .lat_e5 = 5000000, .lon_e5 = 1000000};
    g->home = g->seat;
    g->job.n_places = g->person.n_places = 1;
    g->home.lat_e5 += 53960; /* 60.0 km north: 30 beyond the usual 30: e^-1 = .3679 */
    assert_int_equal(value(g, JM_W_PLACE), 367);
    g->person.radius_km = 60;
    assert_int_equal(value(g, JM_W_PLACE), 1000);
    g->job.workplace = JM_ONSITE;
    g->person.workplace = JM_HYBRID;
    assert_int_equal(value(g, JM_W_WORKPLACE), 400);
    g->person.workplace = JM_REMOTE;
    assert_int_equal(value(g, JM_W_WORKPLACE), 0);
    g->job.employment = JM_FULL_TIME;
    g->person.employment = JM_PART_TIME;
    assert_int_equal(value(g, JM_W_CONTRACT), 300);
    g->job.posted_at_s = W_NOW - 14 * 86400; /* .5 + .5 * .5 */
    assert_int_equal(value(g, JM_W_FRESH), 750);
}

static void freshness_alone_is_no_wish(void **state)
{
    struct golden *g = *state;
    g->job.posted_at_s = W_NOW;
    assert_int_equal(value(g, JM_W_FRESH), -1);
}

static void integer_mathematics(void **state)
{
    struct golden *g = *state;
    assert_int_equal(jm_matcher_blend(g->m, 700, 500), 572); /* 700^.4 500^.6 = 572.03 */
    assert_int_equal(jm_matcher_blend(g->m, 900, 100), 241); /* 240.8 */
    assert_int_equal(jm_matcher_blend(g->m, 1000, 1000), 1000);
    assert_int_equal(jm_matcher_blend(g->m, 0, 1000), 0);
    assert_int_equal(jm_fx_pow_pm(5, 11, 700), 575);
    assert_int_equal(jm_fx_half_pm(0, 8), 1000);
    assert_int_equal(jm_fx_half_pm(16, 8), 250);
    assert_int_equal(jm_fx_decay_pm(30, 30), 367);
    assert_int_equal(jm_fx_sqrt(UINT64_C(1) << 62), 1u << 31);
    assert_int_equal(jm_fx_year(0), 1970);
    assert_int_equal(jm_fx_year(-1), 1969);
    assert_int_equal(jm_fx_year(W_NOW), 2026);
    assert_int_equal(jm_fx_year(1704067199), 2023);
    assert_int_equal(jm_fx_year(1704067200), 2024);
    /* Berlin to Hamburg: 255 km */
    assert_in_range(jm_fx_distance_km(5252000, 1340500, 5355000, 999300), 252, 258);
    assert_int_equal(jm_fx_distance_km(100000, 17990000, 100000, -17990000), 22); /* the date line */
    for (uint32_t f = 1, last = 0; f <= 1000; f++) { /* monotone */
        uint32_t now = jm_matcher_blend(g->m, f, 500);
        assert_true(now >= last);
        last = now;
    }
}

static void an_empty_profile_is_not_45_percent(void **state)
{
    struct golden *g = *state;
    ask_three(g);
    struct jm_score s = score(g);
    assert_int_equal(s.band, JM_BAND_NONE);
    assert_int_equal(s.f_evidence, 0);
    assert_int_equal(s.list, 0);
    assert_int_equal(s.missing_musts, 0); /* unknown is not missing either */
}

/* --- vetoes --------------------------------------------------------------------------------------- */

static void place_and_rights(void **state)
{
    struct golden *g = *state;
    assert_int_equal(clause(g, JM_VETO_ELIGIBILITY), JM_CLAUSE_PASSED); /* nobody asks */
    g->job_eligible[0] = jm_code2("DE");
    g->job.n_eligible = 1;
    assert_int_equal(clause(g, JM_VETO_ELIGIBILITY), JM_CLAUSE_UNKNOWN);
    g->home.country = jm_code2("DE");
    g->person.n_places = 1;
    assert_int_equal(clause(g, JM_VETO_ELIGIBILITY), JM_CLAUSE_PASSED);
    g->eligible[0] = jm_code2("US");
    g->person.n_eligible = 1;
    assert_int_equal(clause(g, JM_VETO_ELIGIBILITY), JM_CLAUSE_FELL);
    g->eligible[0] = jm_code2("DE");
    assert_int_equal(clause(g, JM_VETO_ELIGIBILITY), JM_CLAUSE_PASSED);
    g->job.n_eligible = 0; /* remote is not anywhere */
    g->job.workplace = JM_REMOTE;
    assert_int_equal(clause(g, JM_VETO_ELIGIBILITY), JM_CLAUSE_UNKNOWN);
    g->person.workplace = JM_ONSITE;
    assert_int_equal(clause(g, JM_VETO_WORKPLACE), JM_CLAUSE_FELL);
    g->job.workplace = JM_ONSITE | JM_REMOTE;
    assert_int_equal(clause(g, JM_VETO_WORKPLACE), JM_CLAUSE_PASSED);
    g->job.workplace = 0;
    assert_int_equal(clause(g, JM_VETO_WORKPLACE), JM_CLAUSE_UNKNOWN);
    g->job.workplace = JM_ONSITE;
    g->seat = (struct jm_doc_place){.has_point = true, .lat_e5 = 5000000, .lon_e5 = 1000000};
    g->home = g->seat;
    g->home.lat_e5 += 100000; /* 111 km */
    g->job.n_places = 1;
    assert_int_equal(clause(g, JM_VETO_DISTANCE), JM_CLAUSE_UNKNOWN); /* no radius */
    g->person.radius_km = 110;
    assert_int_equal(clause(g, JM_VETO_DISTANCE), JM_CLAUSE_FELL);
    g->person.radius_km = 111;
    assert_int_equal(clause(g, JM_VETO_DISTANCE), JM_CLAUSE_PASSED);
    g->person.radius_km = 5;
    g->person.flags = JM_DOC_RELOCATE;
    assert_int_equal(clause(g, JM_VETO_DISTANCE), JM_CLAUSE_PASSED);
}

static void pay_language_certificate_lists(void **state)
{
    struct golden *g = *state;
    memcpy(g->job.currency, "EUR", 4);
    memcpy(g->person.currency, "EUR", 4);
    g->person.pay_min = 60000;
    assert_int_equal(clause(g, JM_VETO_PAY), JM_CLAUSE_UNKNOWN);
    g->job.pay_max = 59999;
    assert_int_equal(clause(g, JM_VETO_PAY), JM_CLAUSE_FELL);
    g->job.pay_max = 60000;
    assert_int_equal(clause(g, JM_VETO_PAY), JM_CLAUSE_PASSED);
    g->asks = (struct jm_doc_language){.code = jm_code2("de"), .level = JM_B2, .required = true};
    g->job.n_languages = 1;
    assert_int_equal(clause(g, JM_VETO_LANGUAGE), JM_CLAUSE_UNKNOWN);
    g->speaks[0] = (struct jm_doc_language){.code = jm_code2("de"), .level = JM_B1};
    g->person.n_languages = 1;
    assert_int_equal(clause(g, JM_VETO_LANGUAGE), JM_CLAUSE_FELL);
    g->speaks[0].level = JM_NATIVE;
    assert_int_equal(clause(g, JM_VETO_LANGUAGE), JM_CLAUSE_PASSED);
    add(&g->job, "first-aid", 5, JM_SKILL_MUST | JM_SKILL_CERT, 0, 0);
    assert_int_equal(clause(g, JM_VETO_CERTIFICATE), JM_CLAUSE_UNKNOWN);
    add(&g->person, "excel", 3, JM_SKILL_CERT, 0, 0); /* shows certificates, not this one */
    assert_int_equal(clause(g, JM_VETO_CERTIFICATE), JM_CLAUSE_FLAGGED); /* the shipped mode */
    assert_int_equal(score(g).veto, JM_VETO_NONE);
    g->avoids[0] = 7; /* the job's company */
    g->person.n_lists = 1;
    assert_int_equal(score(g).veto, JM_VETO_AVOIDED);
    g->excludes[0] = 8;
    g->job.n_lists = 1;
    assert_int_equal(clause(g, JM_VETO_EXCLUDED), JM_CLAUSE_FELL);
}

static void life_of_the_documents(void **state)
{
    struct golden *g = *state;
    g->job.expires_at_s = W_NOW + 1;
    assert_int_equal(score(g).veto, JM_VETO_NONE);
    g->job.expires_at_s = W_NOW;
    assert_int_equal(score(g).veto, JM_VETO_EXPIRED);
    g->job.flags = JM_DOC_CLOSED;
    assert_int_equal(score(g).veto, JM_VETO_CLOSED);
    g->person.tenant = 2;
    assert_int_equal(score(g).veto, JM_VETO_TENANT);
    g->person.tenant = 1;
    g->job = (struct jm_doc){.kind = JM_JOB, .tenant = 1, .company = ""};
    g->person.flags = JM_DOC_CLOSED;
    assert_int_equal(score(g).veto, JM_VETO_PAUSED);
}

/* --- configuration ---------------------------------------------------------------------------- */

static void configuration_prints_and_parses(void **state)
{
    struct golden *g = *state;
    struct jm_buf a = {0}, b = {0};
    struct jm_scoring s, t;
    struct jm_err err = {0};
    jm_scoring_default(&s);
    uint64_t shipped = jm_scoring_hash(&s);
    assert_true(shipped == jm_scoring_hash(jm_matcher_scoring(g->m)));
    static const char text[] = "# ours\nweight.must = 30\nveto.pay=flag\n\n cap.one_missing = 650 # x";
    assert_int_equal(jm_scoring_parse(&s, text, sizeof text - 1, &err), 0);
    assert_int_equal(s.weight[JM_F_MUST], 30);
    assert_int_equal(s.veto[JM_VETO_PAY], JM_VETO_FLAG);
    assert_true(jm_scoring_hash(&s) != shipped);
    jm_scoring_print(&s, &a);
    jm_scoring_default(&t);
    assert_int_equal(jm_scoring_parse(&t, a.data, a.len, &err), 0);
    jm_scoring_print(&t, &b);
    assert_string_equal(a.data, b.data);
    assert_true(jm_scoring_hash(&s) == jm_scoring_hash(&t));
    jm_buf_fini(&a);
    jm_buf_fini(&b);
    static const char *const bad[] = {"weight.must = 1001", "weight.must = x", "weight.luck = 1",
                                      "veto.pay = maybe", "veto.tenant = off", "just words",
                                      "title.best = 900"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (struct jm_err){0};
        assert_int_equal(jm_scoring_parse(&t, bad[i], strlen(bad[i]), &err), -1);
        assert_true(err.text[0] != '\0');
        assert_true(jm_scoring_hash(&s) == jm_scoring_hash(&t)); /* unchanged */
    }
}

/* --- for any pair ------------------------------------------------------------------------------ */

static void both_sides_agree(void **state)
{
    (void)state;
    static struct world w;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        w_open(&w, seed);
        for (int i = 0; i < 100; i++) {
            struct jm_doc *job = w_keep(&w, JM_JOB), *person = w_keep(&w, JM_CANDIDATE);
            struct jm_scorer *a = jm_scorer_new(w.m, job, W_NOW);
            struct jm_scorer *b = jm_scorer_new(w.m, person, W_NOW);
            struct pair p = *jm_scorer_work(a, person), q = *jm_scorer_work(b, job);
            assert_memory_equal(p.value, q.value, sizeof p.value);
            assert_memory_equal(p.known, q.known, sizeof p.known);
            assert_memory_equal(p.clause, q.clause, sizeof p.clause);
            assert_memory_equal(p.title, q.title, person->n_titles * sizeof *p.title);
            assert_memory_equal(p.by, q.by, job->n_skills * sizeof *p.by);
            assert_memory_equal(p.how, q.how, job->n_skills);
            struct jm_score one, two;
            jm_pair_score(&p, JM_JOBS_FOR_PERSON, &one);
            jm_scorer_pair(b, job, &two);
            assert_memory_equal(&one, &two, sizeof one);
            jm_scorer_free(a);
            jm_scorer_free(b);
            free(job);
            free(person);
        }
        w_close(&w);
    }
}

static void above_never_drops_what_belongs(void **state)
{
    (void)state;
    static struct world w;
    w_open(&w, 5);
    for (int i = 0; i < 2000; i++) {
        struct jm_doc *job = w_keep(&w, JM_JOB), *person = w_keep(&w, JM_CANDIDATE);
        struct jm_scorer *s = jm_scorer_new(w.m, i % 2 ? job : person, W_NOW);
        const struct jm_doc *other = i % 2 ? person : job;
        struct jm_score full, part;
        jm_scorer_pair(s, other, &full);
        assert_true(jm_scorer_above(s, other, full.key, true, &part));
        assert_memory_equal(&full, &part, sizeof full);
        if (full.veto)
            assert_false(jm_scorer_above(s, other, 0, false, &part));
        jm_scorer_free(s);
        free(job);
        free(person);
    }
    w_close(&w);
}

int main(void)
{
#define GOLDEN(t) cmocka_unit_test_setup_teardown(t, open_golden, close_golden)
    const struct CMUnitTest tests[] = {
        GOLDEN(skills_by_hand),
        GOLDEN(one_missing_must_caps_at_700_two_at_500),
        GOLDEN(age_and_years_of_a_skill),
        GOLDEN(ladders_by_hand),
        GOLDEN(languages_by_hand),
        GOLDEN(titles_by_hand),
        GOLDEN(wishes_by_hand),
        GOLDEN(freshness_alone_is_no_wish),
        GOLDEN(integer_mathematics),
        GOLDEN(an_empty_profile_is_not_45_percent),
        GOLDEN(place_and_rights),
        GOLDEN(pay_language_certificate_lists),
        GOLDEN(life_of_the_documents),
        GOLDEN(configuration_prints_and_parses),
        cmocka_unit_test(both_sides_agree),
        cmocka_unit_test(above_never_drops_what_belongs),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL) != 0;
}
