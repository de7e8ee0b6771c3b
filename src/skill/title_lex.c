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

struct word {
    const char *s;
    size_t n;
    bool joined; /* to the word before it, by a blank */
    bool aside;  /* in brackets */
};

static bool is(const struct word *w, const char *text)
{
    return strlen(text) == w->n && !memcmp(text, w->s, w->n);
}

static bool noisy(const struct word *w)
{
    return listed(noise, sizeof noise / sizeof *noise, w->s, w->n) ||
           (*w->s >= '0' && *w->s <= '9');
}

/* "Contract manager" deals with contracts, a contract nurse has one. */
static bool of_contracts(const struct word *w, size_t i, size_t n)
{
    static const char *const heads[] = {"manager",    "mgr",        "management", "administrator",
                                        "admin",      "specialist", "officer",    "analyst",
                                        "negotiator", "coordinator"};
    return i + 1 < n && w[i + 1].joined &&
           listed(heads, sizeof heads / sizeof *heads, w[i + 1].s, w[i + 1].n);
}

/* "Office manager"; not "home office", "London office", "office based". */
static bool of_an_office(const struct word *w, size_t i, size_t n)
{
    return i + 1 < n && w[i + 1].joined && !is(&w[i + 1], "based") && !noisy(&w[i + 1]) &&
           !(i && is(&w[i - 1], "home"));
}

/* "School principal", "assistant principal"; not "principal engineer". */
static bool heads_a_school(const struct word *w, size_t i, size_t n)
{
    static const char *const before[] = {"school",    "college",   "academy", "elementary",
                                         "secondary", "primary",   "middle",  "high",
                                         "vice",      "deputy",    "asst",    "assistant",
                                         "preschool", "kindergarten"};
    return i && w[i].joined && !(i + 1 < n && w[i + 1].joined && !noisy(&w[i + 1])) &&
           listed(before, sizeof before / sizeof *before, w[i - 1].s, w[i - 1].n);
}

/* Three of the words that are dropped are the trade itself in some company. */
static bool dropped(const struct word *w, size_t i, size_t n)
{
    if (!noisy(&w[i]))
        return false;
    return !((is(&w[i], "contract") && of_contracts(w, i, n)) ||
             (is(&w[i], "office") && of_an_office(w, i, n)) ||
             (is(&w[i], "principal") && heads_a_school(w, i, n)));
}

static void take_word(struct title_lex *out, const struct word *w, bool grams)
{
    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++) {
        if (!is(w, short_forms[i].from))
            continue;
        for (const char *p = short_forms[i].to; *p;) {
            size_t n = strcspn(p, " ");
            add_word(out, p, n, grams);
            p += p[n] ? n + 1 : n;
        }
        return;
    }
    add_word(out, w->s, w->n, grams);
}

static bool word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80 || c == '+' ||
           c == '#';
}

/* The words of a folded title; brackets that do not close reach to its end. */
static size_t cut_words(const char *s, size_t bytes, struct word *out, size_t max)
{
    bool aside = false, joined = false;
    size_t n = 0;
    for (size_t i = 0; i < bytes && n < max;) {
        size_t from = i;
        while (i < bytes && word_byte(s[i]))
            i++;
        if (i > from)
            out[n++] = (struct word){s + from, i - from, joined, aside};
        for (joined = true; i < bytes && !word_byte(s[i]); i++) {
            aside = s[i] == '(' || (aside && s[i] != ')');
            joined &= s[i] == ' ';
        }
    }
    return n;
}

void title_lex_read(const char *title, size_t bytes, bool grams, struct title_lex *out)
{
    struct word words[TITLE_MAX_BYTES];
    struct jm_buf folded;
    out->n_words = out->n_grams = 0;
    if (bytes > TITLE_MAX_BYTES)
        for (bytes = TITLE_MAX_BYTES; bytes && ((uint8_t)title[bytes] & 0xc0) == 0x80; bytes--)
            ;
    jm_buf_init(&folded);
    if (!jm_text_fold(title, bytes, &folded)) {
        const char *s = jm_buf_cstr(&folded);
        size_t n = cut_words(s, folded.len, words, TITLE_MAX_BYTES);
        for (size_t i = 0; i < n; i++) {
            size_t before = out->n_words;
            words[i].n = words[i].n < TITLE_MAX_BYTES ? words[i].n : TITLE_MAX_BYTES;
            if (!dropped(words, i, n))
                take_word(out, &words[i], grams);
            for (; before < out->n_words; before++)
                out->words[before].aside = words[i].aside;
        }
    }
    jm_buf_fini(&folded);
}
