/* test_taxonomy.c - the check finds each kind of problem, all at once; an import gives what the
 * check and the loader accept, and names stay with their first owner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/skill.h"
#include "jobmatch/taxonomy.h"
#include "taxonomy/csv.h"

/* --- tables --------------------------------------------------------------------------------- */

static int collect(void *arg, const struct csv_row *row, struct jm_err *err)
{
    (void)err;
    for (size_t i = 0; i < row->n; i++) {
        assert_int_equal(strlen(row->field[i]), row->bytes[i]);
        jm_buf_fmt(arg, "%s<%s>", i ? "" : "\n", row->field[i]);
    }
    jm_buf_fmt(arg, "@%u", row->line);
    return 0;
}

/* The rows of `text` fed in pieces of `step` bytes; "!" and the message on an error. */
static char *rows_of(const char *text, size_t step, bool tabs)
{
    struct jm_buf out = {0};
    struct jm_err err = {0};
    struct csv c = {.separator = tabs ? '\t' : ',', .quotes = !tabs, .on_row = collect,
                    .arg = &out};
    size_t len = strlen(text);
    int rc = 0;
    for (size_t at = 0; rc == 0 && at < len; at += step)
        rc = csv_feed(&c, text + at, len - at < step ? len - at : step, &err);
    if (rc || csv_end(&c, &err))
        jm_buf_fmt(&out, "!%s", err.text);
    csv_fini(&c);
    return jm_buf_steal(&out, &len);
}

static void assert_rows(const char *text, bool tabs, const char *expected)
{
    for (size_t step = 1; step < 9; step++) {
        char *rows = rows_of(text, step, tabs);
        assert_string_equal(rows, expected);
        free(rows);
    }
}

static void test_csv_cells(void **state)
{
    (void)state;
    assert_rows("a,b\n1,2\n", false, "\n<a><b>@1\n<1><2>@2");
    assert_rows("\xef\xbb\xbf" "a,b\r\n1,2", false, "\n<a><b>@1\n<1><2>@2");
    assert_rows("\xef\xbb\xbf" "\"a\",b\n", false, "\n<a><b>@1");
    assert_rows("\"x, y\",\"say \"\"hi\"\"\"\n", false, "\n<x, y><say \"hi\">@1");
    assert_rows("\"two\nlines\",b\nc,d\n", false, "\n<two\nlines><b>@1\n<c><d>@3");
    assert_rows("a,,\n\n\n,\n", false, "\n<a><><>@1\n<><>@4");
    assert_rows("a\rb\rc", false, "\n<a>@1\n<b>@2\n<c>@3");
    assert_rows("5\" pipe,b\n", false, "\n<5\" pipe><b>@1");
    assert_rows("a\t\"b\n\"c\td\n", true, "\n<a><\"b>@1\n<\"c><d>@2");
    assert_rows("", false, "");
}

static void test_csv_errors(void **state)
{
    (void)state;
    assert_rows("a\n\"open\nb\n", false, "\n<a>@1!2: a quote is not closed");
    char many[80];
    memset(many, ',', sizeof many);
    many[79] = 0;
    assert_rows(many, false, "!1: more than 64 columns");
    char *big = calloc(1, CSV_MAX_ROW + 2);
    assert_non_null(big);
    memset(big, 'x', CSV_MAX_ROW + 1);
    char *rows = rows_of(big, 65536, false);
    assert_non_null(strstr(rows, "over 1 MiB"));
    free(rows);
    free(big);
}

/* --- check ---------------------------------------------------------------------------------- */

static long check_two(const char *a, const char *b, struct jm_buf *report)
{
    struct jm_err err = {0};
    struct jm_taxonomy_file f[2] = {{"a.skills", a, strlen(a)}, {"b.skills", b, strlen(b)}};
    long n = jm_taxonomy_check(f, 2, report, &err);
    assert_true(n >= 0);
    return n;
}

static void test_check_says_everything(void **state)
{
    (void)state;
    struct jm_buf r = {0};
    const char *a = "@skills 1\n"
                    "python = Python | code | alias Py3k; monty | parent nothing\n"
                    "go = Go | code\n"
                    "broken = Broken\n"
                    "one = First thing | field | parent two\n"
                    "two = Second thing | field | parent one | related ghost .5\n"
                    "ml = ML | field\n"
                    "it = Deny me ^deny | tool\n"
                    "bom = \xef\xbb\xbf | field\n";
    const char *b = "@skills 1\n"
                    "python = Other python | code\n"
                    "snake = Snake handling | task | alias Monty; self care\n"
                    "self = Self | field | parent self\n";
    static const char *const expected[] = {
        "a.skills:2: parent 'nothing' of 'python' is not a skill\n",
        "a.skills:3: 'Go' has only one or two letters and needs a gate (^deny)\n",
        "a.skills:4: skill 'broken' has no kind\n",
        "a.skills:6: related 'ghost' of 'two' is not a skill\n",
        "is its own ancestor\n",
        "a.skills:7: 'ML' has only one or two letters and needs a gate (^deny)\n",
        "a.skills:8: 'Deny me' is ^deny, but 'it' has nothing to prove it (with, related)\n",
        "a.skills:9: '\xef\xbb\xbf' has no word or more than 16\n",
        "b.skills:2: skill id 'python' is defined twice (a.skills:2)\n",
        "b.skills:3: 'Monty' of 'snake' is a name of 'python' already (a.skills:2)\n",
        "b.skills:4: parent 'self' of 'self' is the skill itself\n"};
    long n = check_two(a, b, &r);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (!strstr(jm_buf_cstr(&r), expected[i]))
            fail_msg("missing: %s in\n%s", expected[i], jm_buf_cstr(&r));
    assert_int_equal(n, sizeof expected / sizeof *expected);
    jm_buf_fini(&r);
}

static void test_check_accepts(void **state)
{
    (void)state;
    struct jm_buf r = {0};
    const char *a = "@skills 1\n# comment\n"
                    "go = Go ^word | code | alias.de Gehen\n"
                    "cpp = C++ | code\n"
                    "walk = Walking | task | alias.nl gehen | alias.fr gehen\n"
                    "c = C ^letter | code | with gcc\n";
    const char *b = "@skills 1\n"
                    "aids = AIDS ^case | field\n"
                    "hearing = Hearing aids | equipment | alias aids ^case\n";
    if (check_two(a, b, &r))
        fail_msg("%s", jm_buf_cstr(&r));
    jm_buf_fini(&r);
}

/* --- import --------------------------------------------------------------------------------- */

static void feed(struct jm_taxonomy *t, enum jm_taxonomy_table table, const char *name,
                 enum jm_lang lang, const char *text)
{
    struct jm_err err = {0};
    size_t len = strlen(text);
    assert_int_equal(jm_taxonomy_open(t, table, name, lang, &err), 0);
    for (size_t at = 0; at < len; at += 7)
        assert_int_equal(jm_taxonomy_feed(t, text + at, len - at < 7 ? len - at : 7, &err), 0);
    if (jm_taxonomy_close(t, &err))
        fail_msg("%s", err.text);
}

static void assert_sound(const struct jm_buf *a, const struct jm_buf *b)
{
    struct jm_buf r = {0};
    if (check_two(a ? jm_buf_cstr(a) : "@skills 1\n", jm_buf_cstr(b), &r))
        fail_msg("%s\n%s", jm_buf_cstr(&r), jm_buf_cstr(b));
    jm_buf_fini(&r);
}

static void assert_has(const struct jm_buf *b, const char *text)
{
    if (!strstr(jm_buf_cstr(b), text))
        fail_msg("'%s' is not in\n%s", text, jm_buf_cstr(b));
}

static const char skills_en[] =
    "conceptUri,skillType,preferredLabel,altLabels\n"
    "http://x/skill/1,skill/competence,bake bread,\"baking bread\nmake loaves\"\n"
    "http://x/skill/2,knowledge,Quick (computer programming),loafing\n"
    "http://x/skill/3,skill/competence,bake,\"make loaves\nbaking goods\"\n"
    "http://x/skill/4,knowledge,R,\n"
    "http://x/skill/5,knowledge,snakelang,\"Python 4\nsnakey\"\n"
    "http://x/skill/6,knowledge,a|b,\n";
static const char skills_de[] = "conceptUri,skillType,preferredLabel,altLabels\n"
                                "http://x/skill/1,,Brot backen,\n"
                                "http://x/skill/3,,backen,Brot backen\n";
static const char broader[] = "conceptUri,broaderUri\n"
                              "http://x/skill/1,http://x/skill/3\n"
                              "http://x/skill/3,http://x/skill/1\n"
                              "http://x/skill/2,http://x/group/9\n";
static const char related[] = "originalSkillUri,relationType,relatedSkillUri\n"
                              "http://x/skill/2,essential,http://x/skill/4\n"
                              "http://x/skill/2,optional,http://x/skill/5\n";
static const char base_text[] = "@skills 1\n"
                                "# ours\n"
                                "python = Python | code | alias Python 4 | idf 3\n"
                                "rlang = R ^letter | code | with statistics\n";

static void test_import_esco_into_ours(void **state)
{
    (void)state;
    struct jm_err err = {0};
    struct jm_buf fresh = {0}, mine = {0};
    struct jm_taxonomy *t = jm_taxonomy_new();
    struct jm_taxonomy_file base = {"ours.skills", base_text, sizeof base_text - 1};
    assert_non_null(t);
    assert_int_equal(jm_taxonomy_base(t, &base, &err), 0);
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_en.csv", JM_LANG_EN, skills_en);
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_de.csv", JM_LANG_DE, skills_de);
    feed(t, JM_TABLE_ESCO_BROADER, "broader.csv", JM_LANG_EN, broader);
    feed(t, JM_TABLE_ESCO_RELATED, "related.csv", JM_LANG_EN, related);
    assert_int_equal(jm_taxonomy_write_base(t, &base, &mine, &err), 0);
    assert_int_equal(jm_taxonomy_write_new(t, "1", &fresh, &err), 0);
    assert_sound(&mine, &fresh);
    assert_has(&fresh, "esco-1 = bake bread | task | parent esco-3 | alias baking bread; "
                       "make loaves | alias.de Brot backen\n");
    assert_has(&fresh, "esco-2 = Quick ^word | field | related rlang .5; ");
    assert_has(&fresh, "esco-3 = bake ^word | task | alias baking goods | alias.de backen ^word\n");
    /* R is ours already; "snakelang" came with one of our names among three: not enough */
    assert_null(strstr(jm_buf_cstr(&fresh), "esco-4"));
    assert_has(&fresh, "esco-5 = snakelang ^word | field | alias snakey ^no\n");
    assert_has(&mine, "# ours\npython = Python | code | alias Python 4 | idf 3\n");
    assert_has(jm_taxonomy_report(t), "skills_en.csv:5: 'make loaves' stays with esco-1\n");
    assert_has(jm_taxonomy_report(t), "'Python 4' stays with python\n");
    assert_has(jm_taxonomy_report(t), "skills_de.csv:3: 'Brot backen' stays with esco-1\n");
    assert_has(jm_taxonomy_report(t), "'a|b' cannot be a name; the concept is left out\n");
    assert_int_equal(jm_taxonomy_sums(t)->created, 4);
    assert_int_equal(jm_taxonomy_sums(t)->merged, 1);
    jm_buf_fini(&mine);
    jm_buf_fini(&fresh);
    jm_taxonomy_free(t);
}

/* Everyday words of public lists were skills by name: "time" was thermoplastic materials. */
static void test_single_plain_words_of_public_lists_are_cautious(void **state)
{
    (void)state;
    static const char words[] =
        "conceptUri,skillType,preferredLabel,altLabels\n"
        "http://x/skill/1,knowledge,plastic materials,\"kneading\nPETG\nPolyBend\npolymer 3000\"\n"
        "http://x/skill/2,knowledge,betting,turf\n"
        "http://x/skill/3,knowledge,people@work,\n";
    static const char german[] = "conceptUri,skillType,preferredLabel,altLabels\n"
                                 "http://x/skill/1,,Kunststoffe,\"Knete\nKunststoffverarbeitung\"\n";
    static const char products[] = "O*NET-SOC Code\tExample\tCommodity Code\n"
                                   "1\tTableau\t2\n1\tTrackBase\t2\n1\tpeople@work\t2\n";
    struct jm_err err = {0};
    struct jm_buf esco = {0}, onet = {0};
    struct jm_taxonomy *t = jm_taxonomy_new(), *o = jm_taxonomy_new();
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_en.csv", JM_LANG_EN, words);
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_de.csv", JM_LANG_DE, german);
    feed(o, JM_TABLE_ONET_TECHNOLOGY, "tech.txt", JM_LANG_EN, products);
    assert_int_equal(jm_taxonomy_write_new(t, "1", &esco, &err), 0);
    assert_int_equal(jm_taxonomy_write_new(o, "1", &onet, &err), 0);
    assert_sound(NULL, &esco);
    assert_sound(NULL, &onet);
    assert_has(&esco, "esco-1 = plastic materials | field | alias kneading ^no; PETG ^case; PolyBend; "
                      "polymer 3000 | alias.de Kunststoffe; Knete ^word; Kunststoffverarbeitung\n");
    assert_has(&esco, "esco-2 = betting ^word | field | alias turf ^no\n");
    assert_has(&onet, "onet-tableau = Tableau ^case | tool");
    assert_has(&onet, "onet-trackbase = TrackBase | tool");
    assert_null(strstr(jm_buf_cstr(&esco), "people"));
    assert_null(strstr(jm_buf_cstr(&onet), "people"));
    assert_has(jm_taxonomy_report(o), "'people@work' cannot be a name");
    jm_taxonomy_free(o);
    jm_taxonomy_free(t);
    jm_buf_fini(&onet);
    jm_buf_fini(&esco);
}

static void test_import_extends_our_lines(void **state)
{
    (void)state;
    static const char csv[] = "name,alias,alias.de,alias.fr,kind,parent\n"
                              "Python,pythonista code;Parsel,Schlangensprache,,code,\n"
                              "Beekeeping,apiary work,Imkerei,apiculture,task,python\n"
                              "Beekeeping,hive care,,,task,\n";
    struct jm_err err = {0};
    struct jm_buf fresh = {0}, mine = {0}, again = {0};
    struct jm_taxonomy_file base = {"ours.skills", base_text, sizeof base_text - 1};
    struct jm_taxonomy *t = jm_taxonomy_new();
    assert_int_equal(jm_taxonomy_base(t, &base, &err), 0);
    feed(t, JM_TABLE_CSV, "own.csv", JM_LANG_EN, csv);
    assert_int_equal(jm_taxonomy_write_base(t, &base, &mine, &err), 0);
    assert_int_equal(jm_taxonomy_write_new(t, "1", &fresh, &err), 0);
    jm_taxonomy_free(t);
    assert_sound(&mine, &fresh);
    assert_has(&mine, "python = Python | code | alias Python 4; pythonista code; Parsel | idf 3"
                      " | alias.de Schlangensprache\n");
    assert_has(&fresh, "beekeeping = Beekeeping | task | parent python | alias apiary work; "
                       "hive care | alias.de Imkerei | alias.fr apiculture\n");
    /* the same again changes nothing */
    struct jm_taxonomy_file next = {"ours.skills", jm_buf_cstr(&mine), mine.len};
    struct jm_taxonomy_file made = {"new.skills", jm_buf_cstr(&fresh), fresh.len};
    t = jm_taxonomy_new();
    assert_int_equal(jm_taxonomy_base(t, &next, &err), 0);
    assert_int_equal(jm_taxonomy_base(t, &made, &err), 0);
    feed(t, JM_TABLE_CSV, "own.csv", JM_LANG_EN, csv);
    assert_int_equal(jm_taxonomy_write_base(t, &next, &again, &err), 0);
    assert_string_equal(jm_buf_cstr(&again), jm_buf_cstr(&mine));
    assert_int_equal(jm_taxonomy_sums(t)->created, 0);
    assert_int_equal(jm_taxonomy_sums(t)->names_added, 0);
    jm_taxonomy_free(t);
    jm_buf_fini(&again);
    jm_buf_fini(&mine);
    jm_buf_fini(&fresh);
}

static void test_import_onet(void **state)
{
    (void)state;
    struct jm_err err = {0};
    struct jm_buf fresh = {0};
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_ONET_TECHNOLOGY, "Technology Skills.txt", JM_LANG_EN,
         "O*NET-SOC Code\tTitle\tExample\n1\tBaker\tOvenware C++\n1\tBaker\tDough \"Pro\"\n"
         "2\tMiller\tOvenware C++\n");
    feed(t, JM_TABLE_ONET_TITLES, "Alternate Titles.txt", JM_LANG_EN,
         "O*NET-SOC Code\tTitle\tAlternate Title\tShort Title\n1\tBakers\tBread Baker\t\n"
         "1\tBakers\tPastry Cook\tPC\n2\tMillers\tGrain Miller\t\n");
    assert_int_equal(jm_taxonomy_write_new(t, "1", &fresh, &err), 0);
    assert_has(&fresh, "onet-ovenware-c-plus-plus = Ovenware C++ | tool\n"
                       "onet-dough-pro = Dough \"Pro\" | tool\n");
    assert_sound(NULL, &fresh);
    assert_string_equal(jm_buf_cstr(jm_taxonomy_titles(t)),
                        "onet:1\tBakers\nonet:1\tBread Baker\nonet:1\tPastry Cook\nonet:1\tPC\n"
                        "onet:2\tMillers\nonet:2\tGrain Miller\n");
    jm_buf_fini(&fresh);
    jm_taxonomy_free(t);
}

/* wider groups: ISCO's by a column, SOC's by the code; skills by the name they have here */
static void test_import_groups_and_skills(void **state)
{
    (void)state;
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_en.csv", JM_LANG_EN,
         "conceptUri,preferredLabel,altLabels\ns/1,knead dough,\ns/2,bake bread,\n");
    feed(t, JM_TABLE_ESCO_OCCUPATIONS, "occupations_en.csv", JM_LANG_EN,
         "conceptUri,iscoGroup,preferredLabel\no/1,7512,baker\no/2,,miller\n");
    feed(t, JM_TABLE_ESCO_OCCUPATION_SKILLS, "occupationSkillRelations_en.csv", JM_LANG_EN,
         "occupationUri,relationType,skillType,skillUri\no/1,essential,skill,s/1\n"
         "o/1,essential,skill,s/2\no/1,essential,skill,s/9\no/1,optional,skill,s/1\n"
         "o/2,optional,skill,s/2\n");
    feed(t, JM_TABLE_ONET_TITLES, "Alternate Titles.txt", JM_LANG_EN,
         "O*NET-SOC Code\tTitle\tAlternate Title\n51-3011.00\tBakers\tBread Baker\n");
    assert_string_equal(jm_buf_cstr(jm_taxonomy_titles(t)),
                        "esco:1\tbaker\nesco:1\tgroup\tisco:7512\nesco:2\tmiller\n"
                        "esco:1\tskills\tknead dough, bake bread\nesco:1\tskills\tknead dough\n"
                        "esco:2\tskills\tbake bread\n"
                        "onet:51-3011.00\tBakers\nonet:51-3011.00\tgroup\tsoc:51-301\n"
                        "onet:51-3011.00\tBread Baker\n");
    jm_taxonomy_free(t);
}

/* what occupations say for the kernel: labels, and descriptions behind a second tab */
static void test_import_descriptions(void **state)
{
    (void)state;
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_ESCO_OCCUPATIONS, "occupations_en.csv", JM_LANG_EN,
         "conceptUri,preferredLabel,altLabels,description\n"
         "o/1,baker,bread baker,\"Bakers bake.\nBread, too.\"\no/2,nurse,,\n");
    feed(t, JM_TABLE_ONET_OCCUPATIONS, "Occupation Data.txt", JM_LANG_EN,
         "O*NET-SOC Code\tTitle\tDescription\n1\tBakers\tBake bread.\n");
    assert_string_equal(jm_buf_cstr(jm_taxonomy_titles(t)),
                        "esco:1\tbaker\nesco:1\t\tBakers bake. Bread, too.\nesco:1\tbread baker\n"
                        "esco:2\tnurse\nonet:1\tBakers\nonet:1\t\tBake bread.\n");
    jm_taxonomy_free(t);
}

static void test_import_collections_say_the_kind(void **state)
{
    (void)state;
    struct jm_err err = {0};
    struct jm_buf fresh = {0};
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_en.csv", JM_LANG_EN,
         "conceptUri,preferredLabel\ns/1,show initiative\ns/2,Hungarian\ns/3,bake bread\n");
    feed(t, JM_TABLE_ESCO_TRANSVERSAL, "transversal.csv", JM_LANG_EN,
         "conceptType,conceptUri\nx,s/1\nx,s/9\n");
    feed(t, JM_TABLE_ESCO_LANGUAGES, "languages.csv", JM_LANG_EN, "conceptUri\ns/2\n");
    assert_int_equal(jm_taxonomy_write_new(t, "1", &fresh, &err), 0);
    assert_has(&fresh, "esco-1 = show initiative | soft\n");
    assert_has(&fresh, "| language\n");
    assert_has(&fresh, "esco-3 = bake bread | task\n");
    jm_buf_fini(&fresh);
    jm_taxonomy_free(t);
}

static void test_import_decodes_character_references(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *is;
    } cases[] = {{"R&amp;D", "R&D"},          {"a &lt;b&gt; &quot;c&quot;", "a <b> \"c\""},
                 {"caf&#233;", "caf\xc3\xa9"}, {"caf&#xE9;s", "caf\xc3\xa9s"},
                 {"AT&T; R&D", "AT&T; R&D"},   {"&#0;&#x110000;&;&#;", "&#0;&#x110000;&;&#;"},
                 {"&#xD800;&#10;", "&#xD800;&#10;"}, {"&amp;amp;", "&amp;"}, {"&", "&"}, {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char cell[64];
        snprintf(cell, sizeof cell, "%s", cases[i].cell);
        size_t n = csv_decode(cell, strlen(cell));
        assert_string_equal(cell, cases[i].is);
        assert_int_equal(n, strlen(cases[i].is));
    }
    struct jm_err err = {0};
    struct jm_buf fresh = {0};
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_CSV, "own.csv", JM_LANG_EN, "name,alias\nR&amp;D work,H&amp;B work; x y\n");
    assert_int_equal(jm_taxonomy_write_new(t, "1", &fresh, &err), 0);
    assert_has(&fresh, "= R&D work | field | alias H&B work; x y\n");
    jm_buf_fini(&fresh);
    jm_taxonomy_free(t);
}

/* A list of the user's own comes as his spreadsheet saved it. */
static void test_import_reads_what_spreadsheets_write(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "\xef\xbb\xbfname;kind;alias.de\r\nBeta press;tool;\"B\xe4" "ckerpresse;Teigpresse\"\r\n",
        "Name,Kind,Alias.DE\nBeta press,tool,B\xc3\xa4" "ckerpresse;Teigpresse\n",
        "name\tkind\talias.de\nBeta press\ttool\tB\xe4" "ckerpresse;Teigpresse\n"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct jm_err err = {0};
        struct jm_buf fresh = {0};
        struct jm_taxonomy *t = jm_taxonomy_new();
        feed(t, JM_TABLE_CSV, "own.csv", JM_LANG_EN, forms[i]);
        assert_int_equal(jm_taxonomy_write_new(t, "1", &fresh, &err), 0);
        assert_has(&fresh, "beta-press = Beta press | tool | alias.de B\xc3\xa4" "ckerpresse; Teigpresse\n");
        jm_buf_fini(&fresh);
        jm_taxonomy_free(t);
    }
}

/* "aliases" in place of "alias" was read over without a word. */
static void test_import_says_which_columns_it_does_not_use(void **state)
{
    (void)state;
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_CSV, "own.csv", JM_LANG_EN, "name,aliases,\nBeta press,x y,\n");
    assert_has(jm_taxonomy_report(t), "own.csv:1: the column 'aliases' is not used");
    assert_int_equal(jm_taxonomy_sums(t)->unused_columns, 1);
    jm_taxonomy_free(t);
}

/* Ids made of names that look alike joined two skills: both were "pfel". */
static void test_import_keeps_names_apart_whose_ids_look_alike(void **state)
{
    (void)state;
    struct jm_err err = {0};
    struct jm_buf fresh = {0};
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_CSV, "own.csv", JM_LANG_EN,
         "name,id\n\xc3\x84pfel,\n\xc3\x96pfel,\nbread,b\ncakes,b\nbread,b\n");
    assert_int_equal(jm_taxonomy_write_new(t, "1", &fresh, &err), 0);
    assert_sound(NULL, &fresh);
    assert_has(&fresh, "pfel = \xc3\x84pfel | field\npfel-");
    assert_has(&fresh, " = \xc3\x96pfel | field\nb = bread | field | alias cakes\n");
    assert_has(jm_taxonomy_report(t), "own.csv:5: 'cakes' has the id of bread\n");
    jm_buf_fini(&fresh);
    jm_taxonomy_free(t);
}

/* What a list calls by an everyday word came once more with every import of it. */
static void test_import_again_adds_nothing(void **state)
{
    (void)state;
    static const char esco[] = "conceptUri,preferredLabel,altLabels\n"
                               "s/1,knead dough,\"kneading\nkneading of dough\"\n";
    struct jm_err err = {0};
    struct jm_buf made = {0}, again = {0};
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_en.csv", JM_LANG_EN, esco);
    assert_int_equal(jm_taxonomy_write_new(t, "1", &made, &err), 0);
    assert_has(&made, "alias kneading ^no; kneading of dough\n");
    jm_taxonomy_free(t);
    struct jm_taxonomy_file base = {"import-esco.skills", jm_buf_cstr(&made), made.len};
    t = jm_taxonomy_new();
    assert_int_equal(jm_taxonomy_base(t, &base, &err), 0);
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_en.csv", JM_LANG_EN, esco);
    assert_int_equal(jm_taxonomy_write_base(t, &base, &again, &err), 0);
    assert_int_equal(jm_taxonomy_write_new(t, "1", &again, &err), 0);
    assert_string_equal(jm_buf_cstr(&again), jm_buf_cstr(&made));
    jm_taxonomy_free(t);
    jm_buf_fini(&again);
    jm_buf_fini(&made);
}

/* The names of one concept stood below another one too, and the first of the two had them. */
static void test_import_gives_a_name_to_the_concept_that_it_is_like(void **state)
{
    (void)state;
    struct jm_err err = {0};
    struct jm_buf made = {0};
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_en.csv", JM_LANG_EN,
         "conceptUri,preferredLabel,altLabels\n"
         "s/1,fix small clocks,\"writing in Frisian\nwrite Frysk\nsmall clock repair\"\n"
         "s/2,write Frisian,\"writing in Frisian\nwrite Frysk\"\n");
    assert_int_equal(jm_taxonomy_write_new(t, "1", &made, &err), 0);
    assert_has(&made, "esco-1 = fix small clocks | task | alias small clock repair\n"
                      "esco-2 = write Frisian | task | alias writing in Frisian; write Frysk\n");
    assert_has(jm_taxonomy_report(t), "skills_en.csv:2: 'write Frysk' stays with esco-2\n");
    jm_buf_fini(&made);
    jm_taxonomy_free(t);
}

/* A concept that is not translated yet ended the import of a whole list. */
static void test_import_leaves_out_rows_without_a_name(void **state)
{
    (void)state;
    struct jm_taxonomy *t = jm_taxonomy_new();
    feed(t, JM_TABLE_ESCO_SKILLS, "skills_de.csv", JM_LANG_DE,
         "conceptUri,preferredLabel\ns/1,Brot backen\ns/2,\ns/3,Teig kneten\n");
    assert_int_equal(jm_taxonomy_sums(t)->created, 2);
    assert_string_equal(jm_buf_cstr(jm_taxonomy_report(t)),
                        "skills_de.csv:3: the row has no name and is left out\n");
    jm_taxonomy_free(t);
}

static void assert_refused(enum jm_taxonomy_table table, const char *text, const char *what)
{
    struct jm_err err = {0};
    struct jm_taxonomy *t = jm_taxonomy_new();
    int rc = jm_taxonomy_open(t, table, "f.csv", JM_LANG_EN, &err);
    assert_int_equal(rc, 0);
    rc = jm_taxonomy_feed(t, text, strlen(text), &err);
    if (rc == 0)
        rc = jm_taxonomy_close(t, &err);
    assert_int_equal(rc, -1);
    assert_string_equal(err.text, what);
    jm_taxonomy_free(t);
}

static void test_import_refuses(void **state)
{
    (void)state;
    assert_refused(JM_TABLE_CSV, "", "f.csv:1: the table is empty");
    assert_refused(JM_TABLE_CSV, "a,b\n1,2\n", "f.csv:1: there is no column 'name'; the columns are: a, b");
    assert_refused(JM_TABLE_CSV, "\xff\xfen", "f.csv:1: this is UTF-16; save it as UTF-8 (iconv -f "
                                              "UTF-16 -t UTF-8)");
    assert_refused(JM_TABLE_CSV, "name\nx\n\"y", "f.csv:3: a quote is not closed");
    assert_refused(JM_TABLE_CSV, "name,id\n\"\",7\n", "f.csv:2: the row has no name");
    assert_refused(JM_TABLE_CSV, "name,kind\nx,tool\ny,gadget\n",
                   "f.csv:3: unknown kind 'gadget' (code, tool, method, field, task, soft, "
                   "language, certificate, licence, equipment)");
    assert_refused(JM_TABLE_CSV, "name,idf\nx,11\n", "f.csv:2: idf '11' is not 1..10");
    assert_refused(JM_TABLE_ESCO_OCCUPATIONS, "conceptUri,preferredLabel\n,x\n",
                   "f.csv:2: the row names no occupation");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_cells),
        cmocka_unit_test(test_csv_errors),
        cmocka_unit_test(test_check_says_everything),
        cmocka_unit_test(test_check_accepts),
        cmocka_unit_test(test_import_esco_into_ours),
        cmocka_unit_test(test_single_plain_words_of_public_lists_are_cautious),
        cmocka_unit_test(test_import_extends_our_lines),
        cmocka_unit_test(test_import_groups_and_skills),
        cmocka_unit_test(test_import_descriptions),
        cmocka_unit_test(test_import_collections_say_the_kind),
        cmocka_unit_test(test_import_decodes_character_references),
        cmocka_unit_test(test_import_onet),
        cmocka_unit_test(test_import_reads_what_spreadsheets_write),
        cmocka_unit_test(test_import_says_which_columns_it_does_not_use),
        cmocka_unit_test(test_import_keeps_names_apart_whose_ids_look_alike),
        cmocka_unit_test(test_import_gives_a_name_to_the_concept_that_it_is_like),
        cmocka_unit_test(test_import_again_adds_nothing),
        cmocka_unit_test(test_import_leaves_out_rows_without_a_name),
        cmocka_unit_test(test_import_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
