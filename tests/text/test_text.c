/* test_text.c - repair, HTML, tokens with offsets, terms, language. */
#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <utf8proc.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/text.h"

static void expect_repair(const char *in, size_t n, const char *want, bool repaired)
{
    struct jm_buf out;
    jm_buf_init(&out);
    long repairs = jm_text_repair(in, n, &out);
    assert_string_equal(jm_buf_cstr(&out), want);
    assert_true((repairs > 0) == repaired);
    assert_true(jm_utf8_ok(out.data, out.len, NULL));
    jm_buf_fini(&out);
}

static void test_repair(void **state)
{
    (void)state;
    expect_repair("caf\xe9 \x96 5 \x80", 10, "café – 5 €", true);
    expect_repair("donâ€™t", strlen("donâ€™t"), "don’t", true);
    expect_repair("CafÃ©", strlen("CafÃ©"), "Café", true);
    expect_repair("Über Größe, señor, naïve – “ok”", strlen("Über Größe, señor, naïve – “ok”"),
                  "Über Größe, señor, naïve – “ok”", false);
    expect_repair("a\0b", 3, "a b", true);
    expect_repair("\xc3", 1, "Ã", true);
}

/* `word` of the repaired text stands in the input where `from` does. */
static void expect_origin(const char *in, const char *word, const char *from)
{
    struct jm_buf out;
    struct jm_text_origins o = {0};
    jm_buf_init(&out);
    assert_true(jm_text_repair_from(in, strlen(in), &out, &o) > 0);
    size_t beg = (size_t)(strstr(jm_buf_cstr(&out), word) - out.data), end = beg + strlen(word);
    assert_int_equal(jm_text_origin(&o, beg), strstr(in, from) - in);
    assert_int_equal(jm_text_origin(&o, end) - jm_text_origin(&o, beg), strlen(from));
    assert_int_equal(jm_text_origin(&o, out.len), strlen(in));
    jm_text_origins_fini(&o);
    jm_buf_fini(&out);
}

static void test_spans_after_repair_are_of_the_file(void **state)
{
    (void)state;
    expect_origin("caf\xe9 \x96 Python \x96 SQL", "Python", "Python");
    expect_origin("caf\xe9 \x96 Python", "café", "caf\xe9");
    expect_origin("donâ€™t know Go", "don’t", "donâ€™t");
    expect_origin("CafÃƒÂ© twice, and Rust", "Café", "CafÃƒÂ©");
    expect_origin("CafÃƒÂ© twice, and Rust", "Rust", "Rust");
}

/* Tokens of `in` joined with "|", as the original bytes they came from. */
static void expect_tokens(const char *in, enum jm_text_form form, const char *want)
{
    struct jm_text *t = jm_text_new();
    struct jm_err err = {0};
    char got[1024] = "";
    const struct jm_text_view *v = jm_text_read(t, in, strlen(in), form, &err);
    assert_non_null(v);
    for (size_t i = 0; i < v->n_tokens; i++) {
        size_t beg = jm_text_source(t, v->tokens[i].beg, false);
        size_t end = jm_text_source(t, v->tokens[i].end, true);
        assert_true(beg < end && end <= strlen(in));
        strncat(got, in + beg, end - beg);
        if (i + 1 < v->n_tokens)
            strcat(got, "|");
    }
    assert_string_equal(got, want);
    jm_text_free(t);
}

static void test_tokens(void **state)
{
    (void)state;
    expect_tokens("Mozo/a ASSISTANT/E chargé(e) Omaha/NE Java/SE", JM_TEXT_PLAIN,
                  "Mozo|ASSISTANT|chargé|Omaha|NE|Java|SE");
    expect_tokens("C++, C# and .NET", JM_TEXT_PLAIN, "C++|C#|and|.NET");
    expect_tokens("Node.js CI/CD R&D A/B", JM_TEXT_PLAIN, "Node|js|CI|CD|R|&|D|A|B");
    expect_tokens("timePlanetary", JM_TEXT_PLAIN, "time|Planetary");
    expect_tokens("driver's driver’s don't", JM_TEXT_PLAIN, "driver|driver|don|t");
    expect_tokens("5+ years, 2.0 and 802.11", JM_TEXT_PLAIN, "5|years|2.0|and|802.11");
    expect_tokens("see https://a.example/java or x@example.com now", JM_TEXT_PLAIN,
                  "see|or|x|now");
    expect_tokens("Füße naïve", JM_TEXT_PLAIN, "Füße|naïve");
    expect_tokens("", JM_TEXT_PLAIN, "");
}

static void test_html(void **state)
{
    (void)state;
    expect_tokens("<p>Java<b>Script</b> &amp; C&#43;&#43;</p><li>caf&eacute;</li>", JM_TEXT_HTML,
                  "Java|Script|&amp;|C&#43;&#43;|caf&eacute;");
    expect_tokens("a < b and <3 x<script>var java;</script>y", JM_TEXT_HTML, "a|b|and|3|x|y");
    expect_tokens("&lt;p&gt;Java&lt;/p&gt;", JM_TEXT_GUESS, "Java");
    expect_tokens("<!-- java --><style>go</style>sql", JM_TEXT_HTML, "sql");
    expect_tokens("<div", JM_TEXT_HTML, "div");
}

/* Old pages write the bytes of windows-1252 as numbers, as browsers understand them. */
static void test_entities_of_1252(void **state)
{
    struct jm_buf out = {0};
    const char *in = "<p>We&#146;re &#128;45.000 &#150; &#x80;50.000, pi&ugrave; per&ograve;</p>";
    (void)state;
    assert_int_equal(jm_text_plain(in, strlen(in), JM_TEXT_HTML, &out), 0);
    assert_non_null(strstr(jm_buf_cstr(&out), "We’re €45.000 – €50.000, più però"));
    jm_buf_fini(&out);
}

static uint16_t gap_before(const char *in, size_t token)
{
    struct jm_text *t = jm_text_new();
    const struct jm_text_view *v = jm_text_read(t, in, strlen(in), JM_TEXT_GUESS, NULL);
    assert_true(v && token < v->n_tokens);
    uint16_t gap = v->tokens[token].gap;
    jm_text_free(t);
    return gap;
}

static void test_gaps(void **state)
{
    (void)state;
    assert_true(gap_before("One. Two", 1) & JM_GAP_STOP);
    assert_false(gap_before("e.g. Two", 2) & JM_GAP_STOP);
    assert_false(gap_before("approx. five", 1) & JM_GAP_STOP);
    assert_true(gap_before("a\n- b", 1) & JM_GAP_BULLET);
    assert_true(gap_before("a\n\nb", 1) & JM_GAP_PARA);
    assert_true(gap_before("<ul><li>a</li><li>b</li></ul>", 1) & JM_GAP_BULLET);
    /* a text with entities, but no markup, keeps its lines */
    assert_int_equal(gap_before("a &amp; b\n- c\n- d", 4) & (JM_GAP_BULLET | JM_GAP_PARA),
                     JM_GAP_BULLET);
    assert_true(gap_before("a &amp; b\n\nc", 3) & JM_GAP_PARA);
    assert_true(gap_before("a, b", 1) & JM_GAP_COMMA);
    assert_int_equal(gap_before("node.js", 1), JM_GAP_DOT);
    assert_true(gap_before("experience.Java", 1) & JM_GAP_STOP);
}

static void test_forms(void **state)
{
    struct jm_text *t = jm_text_new();
    const char *in = "JAVA java databases Database python3 python ＪＡＶＡ";
    const struct jm_text_view *v = jm_text_read(t, in, strlen(in), JM_TEXT_PLAIN, NULL);
    (void)state;
    assert_int_equal(v->n_tokens, 7);
    assert_true(v->tokens[0].hash == v->tokens[1].hash);
    assert_true(v->tokens[2].alt == v->tokens[3].hash);
    assert_true(v->tokens[4].alt == v->tokens[5].hash);
    assert_true(v->tokens[6].hash == v->tokens[0].hash); /* full-width letters */
    v = jm_text_read(t, "APIs API CPUs CPU BUS bus", 25, JM_TEXT_PLAIN, NULL);
    assert_true(v->tokens[0].alt == v->tokens[1].hash); /* a plural of capitals */
    assert_true(v->tokens[2].alt == v->tokens[3].hash);
    assert_true(v->tokens[4].alt == 0 && v->tokens[5].alt == 0);
    jm_text_free(t);
}

/* Words of every length, at every distance from the end of the text: they are read in blocks. */
static void test_lengths(void **state)
{
    struct jm_text *t = jm_text_new();
    (void)state;
    for (size_t n = 1; n <= 70; n++)
        for (size_t behind = 0; behind < 34; behind++) {
            char text[120], folded[80];
            for (size_t i = 0; i < n; i++) {
                folded[i] = i % 5 == 3 ? '7' : (char)('a' + (i * 7 + n) % 18);
                text[i] = i < n / 2 && i % 5 != 3 ? (char)(folded[i] - 0x20) : folded[i];
            }
            text[n] = folded[n] = 's';
            memset(text + n + 1, '.', behind);
            char *exact = malloc(n + 1 + behind); /* no byte behind it may be read */
            memcpy(exact, text, n + 1 + behind);
            const struct jm_text_view *v = jm_text_read(t, exact, n + 1 + behind, JM_TEXT_PLAIN, NULL);
            assert_true(v && v->n_tokens == 1 && v->tokens[0].end == n + 1);
            assert_true(v->tokens[0].hash == jm_text_word_hash(folded, n + 1));
            if (n > 3 && !strchr("suiehxz", folded[n - 1]))
                assert_true(v->tokens[0].alt == jm_text_word_hash(folded, n));
            free(exact);
        }
    jm_text_free(t);
}

/* Plain words are cut from a view of 64 bytes: wherever it begins and ends, they are the same. */
static void test_words_at_every_place(void **state)
{
    static const struct {
        const char *word;
        uint8_t flags;
        uint16_t gap;
    } want[] = {{"We", JM_TOK_ASCII | JM_TOK_UPPER, JM_GAP_BLANK},
                {"build", JM_TOK_ASCII, JM_GAP_BLANK},
                {"APIS", JM_TOK_ASCII | JM_TOK_UPPER | JM_TOK_CAPS, JM_GAP_BLANK},
                {"4x4", JM_TOK_ASCII | JM_TOK_DIGIT, JM_GAP_BLANK},
                {"Java", JM_TOK_ASCII | JM_TOK_UPPER, JM_GAP_BLANK},
                {"Script", JM_TOK_ASCII | JM_TOK_UPPER, JM_GAP_GLUED},
                {"internationalisation", JM_TOK_ASCII, JM_GAP_BLANK},
                {"sixteenlettersss", JM_TOK_ASCII, JM_GAP_BLANK},
                {"1.5", JM_TOK_ASCII | JM_TOK_DIGIT, JM_GAP_BLANK},
                {"c++", JM_TOK_ASCII | JM_TOK_SIGN, JM_GAP_BLANK},
                {"end", JM_TOK_ASCII, JM_GAP_BLANK}};
    static const char words[] =
        "We build APIS 4x4 JavaScript internationalisation sixteenlettersss 1.5 c++ end";
    struct jm_text *t = jm_text_new();
    (void)state;
    for (size_t before = 1; before < 150; before++) {
        char *exact = malloc(before + sizeof words - 1), folded[32]; /* no byte behind it is read */
        memset(exact, 'x', before);
        exact[before - 1] = ' ';
        memcpy(exact + before, words, sizeof words - 1);
        const struct jm_text_view *v =
            jm_text_read(t, exact, before + sizeof words - 1, JM_TEXT_PLAIN, NULL);
        assert_non_null(v);
        size_t first = before > 1, n = sizeof want / sizeof *want;
        assert_int_equal(v->n_tokens, n + first);
        for (size_t i = 0; i < n; i++) {
            const struct jm_token *k = &v->tokens[first + i];
            size_t len = strlen(want[i].word);
            assert_int_equal(k->end - k->beg, len);
            assert_memory_equal(v->plain + k->beg, want[i].word, len);
            for (size_t b = 0; b < len; b++)
                folded[b] = (char)tolower(want[i].word[b]);
            assert_true(k->hash == jm_text_word_hash(folded, len));
            assert_int_equal(k->flags, want[i].flags);
            assert_int_equal(k->gap & want[i].gap, want[i].gap);
        }
        free(exact);
    }
    jm_text_free(t);
}

/* Letters that are folded without utf8proc fold to the same. */
static void test_fold(void **state)
{
    struct jm_buf out;
    (void)state;
    jm_buf_init(&out);
    for (uint32_t cp = 1; cp < 0x600; cp++) {
        char s[8] = "x";
        utf8proc_uint8_t *want = NULL;
        size_t n = 1 + jm_utf8_put(s + 1, cp);
        utf8proc_ssize_t want_n = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &want,
                                               UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                   UTF8PROC_CASEFOLD | UTF8PROC_IGNORE |
                                                   UTF8PROC_STABLE);
        jm_buf_clear(&out);
        assert_int_equal(jm_text_fold(s, n, &out), 0);
        assert_true(want_n == (utf8proc_ssize_t)out.len && !memcmp(want, jm_buf_cstr(&out), out.len));
        free(want);
    }
    jm_buf_fini(&out);
}

static enum jm_lang language_of(const char *in)
{
    struct jm_text *t = jm_text_new();
    const struct jm_text_view *v = jm_text_read(t, in, strlen(in), JM_TEXT_PLAIN, NULL);
    enum jm_lang lang = v ? v->lang : JM_LANG_UNKNOWN;
    jm_text_free(t);
    return lang;
}

/* What stands between two words is the same whether they are cut in a row or one by one, as before a
 * word that has bytes above 0x7f. */
static void test_signs_between_words(void **state)
{
    (void)state;
    static const char *const behind[] = {"", " ", "  ", "\n", " (", "- "};
    struct jm_text *row = jm_text_new(), *single = jm_text_new();
    for (int c = 1; c < 128; c++)
        for (size_t k = 0; k < sizeof behind / sizeof *behind; k++) {
            char a[64], b[64];
            if (isalnum(c) || strchr(".@+#", c)) /* what they are depends on the next letter */
                continue;
            snprintf(a, sizeof a, "one two%c%sdrei four", c, behind[k]);
            snprintf(b, sizeof b, "one two%c%sérei four", c, behind[k]);
            const struct jm_text_view *x = jm_text_read(row, a, strlen(a), JM_TEXT_PLAIN, NULL);
            const struct jm_text_view *y = jm_text_read(single, b, strlen(b), JM_TEXT_PLAIN, NULL);
            assert_true(x && y && x->n_tokens == y->n_tokens);
            for (size_t i = 0; i < x->n_tokens; i++)
                assert_int_equal(x->tokens[i].gap, y->tokens[i].gap);
        }
    jm_text_free(single);
    jm_text_free(row);
}

static void test_language(void **state)
{
    (void)state;
    assert_int_equal(language_of("We are looking for a nurse with experience in the care of people"), JM_LANG_EN);
    assert_int_equal(language_of("Wir suchen eine Pflegekraft für unser Haus und bieten dir viel"), JM_LANG_DE);
    assert_int_equal(language_of("Nous cherchons une infirmière pour notre équipe dans le centre"), JM_LANG_FR);
    assert_int_equal(language_of("Buscamos una enfermera para el hospital con experiencia en los cuidados"), JM_LANG_ES);
    assert_int_equal(language_of("Wij zoeken een verpleegkundige voor ons team en bieden je veel"), JM_LANG_NL);
    assert_int_equal(language_of("Cerchiamo un infermiere per il nostro ospedale con esperienza nella cura"), JM_LANG_IT);
    assert_int_equal(language_of("Procuramos uma enfermeira para o hospital com experiência em cuidados e não só"), JM_LANG_PT);
    assert_int_equal(language_of("Szukamy pielęgniarki do pracy w szpitalu oraz na oddziale dla dzieci"), JM_LANG_PL);
    assert_int_equal(language_of("Vi söker en sjuksköterska till vårt team och erbjuder dig mycket"), JM_LANG_SV);
    assert_int_equal(language_of("Căutăm o asistentă pentru spitalul nostru cu experiență în îngrijire și pentru copii"), JM_LANG_RO);
    /* short ads have few small words */
    assert_int_equal(language_of("Infermiere/a per RSA a Torino: prelievi. Contratto a tempo pieno, 1.900 euro al mese"), JM_LANG_IT);
    assert_int_equal(language_of("Kierowca kat. C+E, karta kierowcy. 9000 zł miesięcznie"), JM_LANG_PL);
    assert_int_equal(language_of("Undersköterska till hemtjänsten. Körkort B, lön 28 000 kr"), JM_LANG_SV);
    assert_int_equal(language_of("Java SQL Kafka Docker Redis Kubernetes Terraform"), JM_LANG_UNKNOWN);
}

static void test_terms(void **state)
{
    struct jm_text *t = jm_text_new();
    struct jm_doc_feature f[JM_DOC_MAX_TERMS], few[2];
    const char *in = "The nurses care for patients. Nurse, nursing; patient wards in the hospital.";
    (void)state;
    assert_non_null(jm_text_read(t, in, strlen(in), JM_TEXT_PLAIN, NULL));
    size_t n = jm_text_terms(t, f, JM_DOC_MAX_TERMS);
    assert_int_equal(n, 5); /* nurs, care, patient, ward, hospit */
    for (size_t i = 0; i < n; i++) {
        assert_true(f[i].id >= JM_TERM_BASE && f[i].id < JM_TITLE_BASE);
        assert_true(f[i].weight > 0);
        assert_true(!i || f[i - 1].id < f[i].id);
    }
    assert_int_equal(jm_text_terms(t, few, 2), 2);
    jm_text_free(t);
}

static void test_bounds(void **state)
{
    struct jm_text *t = jm_text_new();
    struct jm_err err = {0};
    size_t n = 400000;
    char *line = malloc(n);
    (void)state;
    for (size_t i = 0; i < n; i++)
        line[i] = i % 6 == 5 ? ' ' : (char)('a' + (i * 7) % 26);
    assert_non_null(jm_text_read(t, line, n, JM_TEXT_GUESS, &err));
    memset(line, '<', n);
    assert_non_null(jm_text_read(t, line, n, JM_TEXT_HTML, &err));
    for (size_t i = 0; i + 8 <= n; i += 8)
        memcpy(line + i, "<script>", 8);
    assert_non_null(jm_text_read(t, line, n, JM_TEXT_HTML, &err));
    assert_null(jm_text_read(t, "a\xff", 2, JM_TEXT_PLAIN, &err));
    assert_int_equal(err.code, JM_EINVAL);
    free(line);
    jm_text_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_repair),
                                       cmocka_unit_test(test_spans_after_repair_are_of_the_file),
                                       cmocka_unit_test(test_tokens),
                                       cmocka_unit_test(test_html),
                                       cmocka_unit_test(test_entities_of_1252),
                                       cmocka_unit_test(test_gaps),
                                       cmocka_unit_test(test_forms),
                                       cmocka_unit_test(test_language),
                                       cmocka_unit_test(test_terms),
                                       cmocka_unit_test(test_bounds),
                                       cmocka_unit_test(test_lengths),
                                       cmocka_unit_test(test_words_at_every_place),
                                       cmocka_unit_test(test_signs_between_words),
                                       cmocka_unit_test(test_fold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
