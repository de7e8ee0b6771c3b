/* title_lex.c - a job title as words and character grams.
 *
 * "Sr. Software Eng. (m/w/d) - Berlin" and "software engineer" should be the same to a machine:
 * case, brackets, seniority and the usual abbreviations are noise. Prefixes and grams see that
 * "nurse" and "nursing" are alike where words do not. */
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/text.h"
#include "title_int.h"

/* Words that say how senior, how much or where, not what. */
static const char *const noise[] = {
    "senior", "sr",    "junior", "jr",      "lead",    "principal", "staff",   "entry",  "level",
    "mid",    "intern", "internship", "trainee", "graduate", "i",    "ii",      "iii",    "iv",
    "the",    "of",    "and",    "for",     "in",      "at",        "to",      "a",      "an",
    "with",   "m",     "w",      "d",       "f",       "x",         "remote",  "hybrid", "onsite",
    "full",   "part",  "time",   "contract", "permanent", "temporary", "und",  "de",     "et",
    "la",     "le",    "der",    "die",     "fulltime", "parttime", "home",    "office", "hiring",
    "urgent", "job",   "new",    "experienced", "mfd", "mwd",      "fmd",     "hf",     "div"};

static const struct {
    const char *from, *to;
} short_forms[] = {
    {"dev", "developer"},      {"eng", "engineer"},       {"engr", "engineer"},
    {"mgr", "manager"},        {"asst", "assistant"},     {"assoc", "associate"},
    {"admin", "administrator"}, {"tech", "technician"},   {"rep", "representative"},
    {"coord", "coordinator"},  {"dir", "director"},       {"exec", "executive"},
    {"acct", "accountant"},    {"swe", "software engineer"}, {"qa", "quality assurance"},
    {"hr", "human resources"}, {"rn", "registered nurse"}, {"lpn", "licensed practical nurse"},
    {"cna", "nursing assistant"}, {"pa", "personal assistant"}, {"pm", "project manager"},
    {"sysadmin", "system administrator"}, {"dba", "database administrator"},
    {"ux", "user experience"}, {"ui", "user interface"},  {"ml", "machine learning"},
    {"ai", "artificial intelligence"}, {"sw", "software"}, {"fe", "frontend"}, {"be", "backend"},
    {"hgv", "heavy goods vehicle"}, {"gp", "general practitioner"}, {"ops", "operations"},
    {"programmer", "developer"}, {"specialist", "specialist"}, {"vp", "vice president"},
    {"svc", "service"},        {"maint", "maintenance"},  {"supv", "supervisor"}};

/* Words of so many titles that they tell little apart; anything else counts TITLE_DAMP. */
static const struct {
    const char *word;
    uint8_t damp;
} common[] = {{"manager", 3},     {"engineer", 4},   {"assistant", 3}, {"specialist", 2},
              {"officer", 3},     {"director", 3},   {"coordinator", 3}, {"analyst", 4},
              {"developer", 4},   {"representative", 3}, {"consultant", 3}, {"technician", 4},
              {"associate", 2},   {"worker", 3},     {"supervisor", 3}, {"executive", 3},
              {"administrator", 3}, {"operator", 4}, {"agent", 4},     {"advisor", 4},
              {"head", 2},        {"team", 2},       {"general", 3},   {"service", 4},
              {"professional", 2}, {"chief", 3},     {"expert", 2},    {"leader", 3},
              {"president", 3},   {"vice", 3},       {"clerk", 4},     {"deputy", 3},
              {"group", 3},       {"global", 3},     {"regional", 3},  {"national", 3},
              {"international", 3}, {"area", 3},     {"district", 3},  {"corporate", 3},
              {"department", 3},  {"division", 3},   {"partner", 3}};

static bool listed(const char *const *list, size_t n, const char *w, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == len && !memcmp(list[i], w, len))
            return true;
    return false;
}

static uint8_t damp_of(const char *w, size_t len)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strlen(common[i].word) == len && !memcmp(common[i].word, w, len))
            return common[i].damp;
    return TITLE_DAMP;
}

static void add_part(struct title_part *parts, size_t *n, size_t max, uint64_t hash, uint8_t damp)
{
    for (size_t i = 0; i < *n; i++)
        if (parts[i].hash == hash)
            return;
    if (*n < max)
        parts[(*n)++] = (struct title_part){hash, damp};
}

/* Grams of " word " by bytes: UTF-8 letters of two bytes count as two, which does no harm. */
static void add_grams(struct title_lex *out, const char *w, size_t len, uint8_t damp)
{
    char padded[TITLE_MAX_BYTES + 2];
    padded[0] = ' ';
    memcpy(padded + 1, w, len);
    padded[len + 1] = ' ';
    for (size_t n = 3; n <= 4; n++)
        for (size_t i = 0; i + n <= len + 2; i++)
            add_part(out->grams, &out->n_grams, TITLE_MAX_GRAMS,
                     jm_text_word_hash(padded + i, n) ^ n, damp);
}

/* The first letters; the hash is not that of a word of just these letters. */
static uint64_t prefix_hash(const char *w, size_t len)
{
    size_t n = 0;
    for (unsigned letters = 0; n < len; n++)
        if (((uint8_t)w[n] & 0xc0) != 0x80 && letters++ == TITLE_PREFIX)
            break;
    return jm_mix64(jm_text_word_hash(w, n));
}

static void add_word(struct title_lex *out, const char *w, size_t len, bool grams)
{
    if (len > 3 && w[len - 1] == 's' && w[len - 2] != 's' && w[len - 2] != 'u' && w[len - 2] != 'i')
        len--;
    uint8_t damp = damp_of(w, len);
    size_t before = out->n_words;
    add_part(out->words, &out->n_words, TITLE_MAX_WORDS, jm_text_word_hash(w, len), damp);
    if (out->n_words > before)
        out->prefix[before] = prefix_hash(w, len);
    if (grams)
        add_grams(out, w, len, damp);
}

static void take_word(struct title_lex *out, const char *w, size_t len, bool grams)
{
    if (!len || listed(noise, sizeof noise / sizeof *noise, w, len) || (*w >= '0' && *w <= '9'))
        return;
    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++) {
        if (strlen(short_forms[i].from) != len || memcmp(short_forms[i].from, w, len))
            continue;
        for (const char *p = short_forms[i].to; *p;) {
            size_t n = strcspn(p, " ");
            add_word(out, p, n, grams);
            p += p[n] ? n + 1 : n;
        }
        return;
    }
    add_word(out, w, len, grams);
}

static bool word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80 || c == '+' ||
           c == '#';
}

void title_lex_read(const char *title, size_t bytes, bool grams, struct title_lex *out)
{
    struct jm_buf folded;
    bool aside = false;
    out->n_words = out->n_grams = 0;
    if (bytes > TITLE_MAX_BYTES)
        for (bytes = TITLE_MAX_BYTES; bytes && ((uint8_t)title[bytes] & 0xc0) == 0x80; bytes--)
            ;
    jm_buf_init(&folded);
    if (!jm_text_fold(title, bytes, &folded)) {
        const char *s = jm_buf_cstr(&folded);
        for (size_t i = 0; i < folded.len;) {
            size_t from = i;
            while (i < folded.len && word_byte(s[i]))
                i++;
            size_t before = out->n_words;
            take_word(out, s + from, i - from < TITLE_MAX_BYTES ? i - from : TITLE_MAX_BYTES,
                      grams);
            for (; before < out->n_words; before++)
                out->words[before].aside = aside;
            for (; i < folded.len && !word_byte(s[i]); i++)
                aside = s[i] == '(' || (aside && s[i] != ')');
        }
    }
    jm_buf_fini(&folded);
}
