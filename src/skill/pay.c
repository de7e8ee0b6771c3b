/* pay.c - the pay a posting states, or a profile asks for.
 *
 * A number is pay only with a currency and with a reason: a period ("per hour") or a word for pay
 * beside it, and no word for other money (revenue, funding, bonus, million) near. The amount must
 * be possible for its period. Ranges share currency and thousands: "$120-150k", "50.000 – 60.000
 * €". A profile tells of old pay too, so there a word for the wish must stand beside it. No amount
 * is better than a wrong one: a wrong one vetoes people. */
#include <string.h>

#include "extract_int.h"

struct amount {
    size_t beg, end;   /* bytes of the plain text */
    size_t tok, after; /* first token, one past the last */
    double value;
    uint32_t unit;    /* 1000 where written with k, 100000 in lakhs, else 1 */
    uint8_t currency; /* index, 0 unknown */
    uint8_t period;   /* of "12.50ph"; enum jm_period */
};

static const struct {
    char code[4];
    const char *sign;
    double scale; /* how many make about one dollar */
} currencies[] = {
    {"", NULL, 1},       {"USD", "$", 1},    {"EUR", "€", 1},      {"GBP", "£", 1},
    {"CHF", "CHF", 1},   {"CAD", "C$", 1},   {"AUD", "A$", 1},     {"PLN", "zł", 4},
    {"SEK", "SEK", 10},  {"NOK", "NOK", 10}, {"DKK", "DKK", 7},    {"INR", "₹", 80},
    {"RON", "RON", 5},   {"CZK", "Kč", 23},  {"SGD", "S$", 1},     {"BRL", "R$", 5},
    {"JPY", "¥", 140},   {"ZAR", "R", 10},   {"CAD", "CA$", 1},    {"AUD", "AU$", 1},
    {"USD", "US$", 1},   {"MXN", "MXN", 18}, {"COP", "COP", 4000}, {"CLP", "CLP", 900},
    {"ARS", "ARS", 1000}};
enum { USD = 1, EUR = 2, CAD = 5, AUD = 6, INR = 11, ZAR = 17 };
enum { N_CURRENCIES = sizeof currencies / sizeof *currencies, LAKH = 100000 };

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
static bool small(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Do letters at s belong to the "k" before? "45km", "45kW" do, "45kSkills" is two words. */
static bool word_goes_on(const char *s, const char *end)
{
    bool glued = end - s > 2 && !small(s[0]) && small(s[1]) && small(s[2]);
    return s < end && small((char)(s[0] | 0x20)) && !glued;
}

/* "45–58 tkr", "11 tys. zł", "60 TEUR", "55 T€": where the word for a thousand ends; NULL: there is none. */
static const char *behind_thousand(const char *p, const char *end)
{
    p += p < end && *p == ' ';
    size_t left = (size_t)(end - p);
    if (left >= 3 && (!memcmp(p, "tkr", 3) || !memcmp(p, "tys", 3)))
        return p + 3;
    if (left >= 4 && (!memcmp(p, "TEUR", 4) || !memcmp(p, "T€", 4)))
        return p + 1; /* the currency follows */
    return NULL;
}

/* Read "120,000.50", "50.000", "45k", "60 000", "12,50,000" at s; returns the end. */
static const char *read_number(const char *s, const char *end, double *value, uint32_t *unit)
{
    double v = 0;
    const char *p = s;
    while (p < end && digit(*p) && p - s < 9)
        v = v * 10 + (*p++ - '0');
    while (end - p > 4 && *p == ',' && digit(p[1]) && digit(p[2]) && p[3] == ',' && digit(p[4])) {
        v = v * 100 + (p[1] - '0') * 10 + (p[2] - '0');
        p += 3;
    }
    while (end - p >= 4 && *p && strchr(",.' ", *p) && digit(p[1]) && digit(p[2]) && digit(p[3]) &&
           !(end - p > 4 && digit(p[4]))) {
        v = v * 1000 + (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
        p += 4;
    }
    if (end - p >= 2 && (*p == '.' || *p == ',') && digit(p[1])) {
        double place = .1;
        for (p++; p < end && digit(*p); p++, place /= 10)
            v += (*p - '0') * place;
    }
    if (end - p > 4 && *p == ' ' && (p[1] | 0x20) == 'k' && !memcmp(p + 2, "€", 3))
        p++; /* "38 k€" */
    const char *behind = behind_thousand(p, end);
    bool k = p < end && (*p == 'k' || *p == 'K') && !word_goes_on(p + 1, end);
    *unit = k || behind ? 1000 : 1;
    if (behind)
        p = behind;
    else if (k)
        p++;
    else if (end - p > 3 && (!memcmp(p, ".-", 2) || !memcmp(p, ",-", 2)))
        p += 2;
    *value = v * *unit;
    return p;
}

/* Can a currency sign begin or end with this byte? Beside most numbers there is another. */
static bool of_sign(char c)
{
    return c == '$' || c == 'z' || upper(c) || (uint8_t)c >= 0x80;
}

/* The currency sign that ends at `s` or starts there. */
static uint8_t sign_before(const char *from, const char *s)
{
    if (s > from && s[-1] == ' ')
        s--;
    uint8_t found = 0;
    if (s == from || !of_sign(s[-1]))
        return 0;
    for (uint8_t c = 1; c < N_CURRENCIES; c++) {
        size_t n = strlen(currencies[c].sign);
        size_t left = (size_t)(s - from);
        if (left < n || memcmp(s - n, currencies[c].sign, n) != 0)
            continue;
        bool one = !currencies[c].sign[1];
        bool other = one && left > n && upper(s[-2]); /* "NZ$", "HR 12" */
        if (!other)
            found = !found || n > strlen(currencies[found].sign) ? c : found;
    }
    return found;
}

static uint8_t sign_after(const char *s, const char *end)
{
    if (s < end && *s == ' ')
        s++;
    if (s == end || !of_sign(*s))
        return 0;
    for (uint8_t c = 1; c < N_CURRENCIES; c++) {
        size_t n = strlen(currencies[c].sign);
        if (c != ZAR && (size_t)(end - s) >= n && !memcmp(s, currencies[c].sign, n))
            return c;
    }
    return 0;
}

/* A currency by name ("USD", "euros") at the tokens around. */
static uint8_t currency_word(const struct jm_extractor *x, size_t tok, size_t after)
{
    static const char *const crowns[] = {"kr", "kronor", NULL};
    static const char *const swedish[] = {"lön",   "månadslön", "timlön", "mån", "månad", "månaden",
                                          "timme", "timmen",    "tim",    "år",  NULL};
    static const char *const ral[] = {"ral", NULL}; /* a year's gross pay in Italy, always euros */
    if (fact_word_in(x->v, tok > 5 ? tok - 5 : 0, tok, ral))
        return EUR;
    size_t from = tok ? tok - 1 : 0;
    bool in_swedish = x->facts.lang == JM_LANG_SV;
    for (size_t i = tok > 3 ? tok - 3 : 0; !x->facts.lang && i <= after + 2; i++)
        in_swedish |= fact_word_at(x->v, i, swedish);
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok <= after; i++) {
        uint32_t owner = surface_of(x, &x->cues.a[i])->owner;
        /* "kr" is Swedish only in Swedish */
        if (cue_of(owner) == CUE_CURRENCY &&
            (in_swedish || !fact_word_at(x->v, x->cues.a[i].tok, crowns)))
            return (uint8_t)cue_value(owner);
    }
    return 0;
}

/* "£12.50ph", "£26000pa": a period written behind the number at once. */
static enum jm_period glued_period(const char *s, const char *end)
{
    static const struct {
        const char *word;
        enum jm_period period;
    } glued[] = {
        {"ph", JM_HOUR}, {"pd", JM_DAY}, {"pw", JM_WEEK}, {"pcm", JM_MONTH}, {"pa", JM_YEAR}};
    for (size_t i = 0; i < sizeof glued / sizeof *glued; i++) {
        size_t n = strlen(glued[i].word);
        if ((size_t)(end - s) >= n && !memcmp(s, glued[i].word, n) &&
            (s + n == end || !small((char)(s[n] | 0x20))))
            return glued[i].period;
    }
    return JM_PERIOD_NONE;
}

/* "R650", "R55k": rand, in one word with their number; "R5038007" is none of pay. */
static bool rand_at(const struct jm_text_view *v, size_t i)
{
    enum { LONGEST = 7 };
    const struct jm_token *t = &v->tokens[i];
    const char *s = v->plain + t->beg;
    size_t n = t->end - t->beg;
    return n > 1 && n <= LONGEST && s[0] == 'R' && digit(s[1]);
}

/* "18 LPA", "Rs. 6 lakhs": in hundreds of thousands of rupees, and a year's. */
static void in_lakhs(const struct jm_text_view *v, struct amount *a)
{
    static const char *const lakhs[] = {"lpa", "lakh", "lakhs", "lac", "lacs", NULL};
    if (a->unit > 1 || a->value >= 1000 || !fact_word_at(v, a->after, lakhs))
        return;
    a->unit = LAKH;
    a->value *= LAKH;
    a->currency = INR;
}

/* Is a word for pay one of the few before the token, and none for what comes on top of it? */
static bool pay_word_before(const struct jm_extractor *x, size_t tok)
{
    static const char *const on_top[] = {"prime", "primes",    "prima",    "premio",   "prémio",
                                         "primă", "indennità", "subsidio", "subsídio", NULL};
    size_t from = tok > 4 ? tok - 4 : 0;
    return fact_cue_in(x, CUE_PAY, from, tok) && !fact_word_in(x->v, from, tok, on_top);
}

/* "Salario 30-35K", "retribuzione 38k": thousands of euros, in the languages that say no more. */
static bool thousands_of_euros(const struct jm_extractor *x, const struct amount *a)
{
    uint8_t lang = x->facts.lang;
    return a->unit == 1000 && (lang == JM_LANG_ES || lang == JM_LANG_IT) &&
           pay_word_before(x, a->tok);
}

/* Dollars in French are Canada's; in Spanish a peso has the same sign, and only a word can tell. */
static uint8_t whose_dollars(const struct jm_extractor *x, const struct amount *a)
{
    const char *plain = x->v->plain;
    if (x->facts.lang == JM_LANG_FR)
        return CAD;
    if (x->facts.lang != JM_LANG_ES)
        return USD;
    uint8_t named = sign_after(plain + a->end, plain + x->v->bytes);
    return named > USD ? named : currency_word(x, a->tok, a->after);
}

/* The amount at token i; its tokens are [tok, after). */
static struct amount amount_at(const struct jm_extractor *x, size_t i)
{
    const struct jm_text_view *v = x->v;
    bool rand = rand_at(v, i);
    struct amount a = {.beg = v->tokens[i].beg + rand, .tok = i};
    const char *end = v->plain + v->bytes;
    const char *p = read_number(v->plain + a.beg, end, &a.value, &a.unit);
    a.end = (size_t)(p - v->plain);
    a.period = (uint8_t)glued_period(p, end);
    a.after = i + 1;
    while (a.after < v->n_tokens && v->tokens[a.after].beg < a.end)
        a.after++;
    a.currency = sign_before(v->plain, v->plain + a.beg);
    if (!a.currency)
        a.currency = sign_after(p, end);
    if (!a.currency)
        a.currency = currency_word(x, a.tok, a.after);
    else if (a.currency == USD)
        a.currency = whose_dollars(x, &a);
    if (!a.currency && thousands_of_euros(x, &a))
        a.currency = EUR;
    in_lakhs(v, &a);
    return a;
}

enum { RANGE_WORDS = 3 }; /* "$190,000 per year - USD $211,000" */

/* Does b continue a as the upper end of a range? */
static bool is_range(const struct jm_extractor *x, const struct amount *a, const struct amount *b)
{
    static const char *const to[] = {"to",     "bis",  "à",        "a",  "and", "und",  "do",
                                     "tot",    "till", "y",        "e",  "i",   "och",  "și",
                                     "si",     "et",   "en",       "al", "até", "până", "la",
                                     "rising", "up",   "steigend", NULL};
    static const char *const unit[] = {"usd",   "eur",  "gbp",   "us",  "au",       "ca",
                                       "r",     "per",  "hour",  "pa",  "day",      "week",
                                       "month", "year", "annum", "max", "maximaal", NULL};
    if (b->tok - a->after > RANGE_WORDS || b->beg - a->end > 32)
        return false;
    bool dash = x->v->tokens[b->tok].gap & JM_GAP_HYPHEN;
    for (size_t i = a->after; i < b->tok; i++) {
        bool joins = fact_word_at(x->v, i, to);
        if (!joins && !fact_word_at(x->v, i, unit))
            return false;
        dash |= joins || (x->v->tokens[i].gap & JM_GAP_HYPHEN);
    }
    return dash; /* not "£12.40 per hour, 36 hours" */
}

/* "12 MONTH FTC", "36 months": how long, not how often. */
static bool duration(const struct jm_text_view *v, size_t tok, size_t after)
{
    const unsigned joins = JM_GAP_BLANK | JM_GAP_HYPHEN;
    return tok && tok != after && (v->tokens[tok - 1].flags & JM_TOK_DIGIT) &&
           !(v->tokens[tok].gap & ~joins);
}

/* The period named behind the amount, or before it in the sentence. */
static enum jm_period period_near(const struct jm_extractor *x, size_t tok, size_t after)
{
    enum jm_period before = JM_PERIOD_NONE;
    size_t from = sentence_from(x, tok, 10);
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok <= after + 4;
         i++) {
        const struct hit *h = &x->cues.a[i];
        uint32_t owner = surface_of(x, h)->owner;
        if (cue_of(owner) != CUE_PERIOD || duration(x->v, h->tok, after))
            continue;
        if (h->tok >= after)
            return (enum jm_period)cue_value(owner);
        if (h->tok < tok)
            before = (enum jm_period)cue_value(owner);
    }
    return before;
}

/* "12 x 3.400 €", "14x 2.100 €": so many months' pay a year. */
static bool times_a_year(const struct jm_text_view *v, size_t tok)
{
    static const char *const times[] = {"x", NULL};
    if (!tok)
        return false;
    size_t k = tok > 1 && fact_word_at(v, tok - 1, times) ? tok - 2 : tok - 1;
    const char *s = v->plain + v->tokens[k].beg;
    size_t n = v->tokens[tok].beg - v->tokens[k].beg;
    return n > 2 && n < 12 && s[0] == '1' && s[1] >= '2' && s[1] <= '6' &&
           (memchr(s + 2, 'x', n - 2) || memmem(s + 2, n - 2, "×", strlen("×")));
}

/* Amounts that people earn in one period, in dollars or so. */
static bool possible(double v, enum jm_period p, uint8_t currency)
{
    static const double low[] = {0, 3, 30, 100, 250, 5000};
    static const double high[] = {0, 500, 4000, 15000, 60000, 1500000};
    v /= currencies[currency].scale;
    return p != JM_PERIOD_NONE && v >= low[p] && v <= high[p];
}

/* Where pay is told by the month, a number alone is a month's; in euros if it is named as pay. */
static enum jm_period guess_period(double v, uint8_t currency, bool named)
{
    static const char *const monthly[] = {"PLN", "RON", "BRL", "CZK", "SEK", "ZAR",
                                          "MXN", "COP", "CLP", "ARS", NULL};
    v /= currencies[currency].scale;
    for (const char *const *code = monthly; *code && v >= 250 && v < 12000; code++)
        if (!strcmp(currencies[currency].code, *code))
            return JM_MONTH;
    bool euros = currency == EUR || !strcmp(currencies[currency].code, "CHF");
    if (named && euros && v >= 1400 && v < 12000) /* "Lohn CHF 4'800 - 5'600" */
        return JM_MONTH;
    return v >= 12000 ? JM_YEAR : v >= 8 && v <= 150 ? JM_HOUR : JM_PERIOD_NONE;
}

static const char *const told_behind[] = {"basic",  "base",  "brutto", "brut", "bruts", "bruto",
                                          "brutos", "netto", "netos",  "neto", "lordi", "lordo",
                                          "netti",  "gross", "fix",    "doe",  "vb",    NULL};

/* "Basic £32,000", "£24,000 basic", "52.000 € brutto": words for pay only beside a year's. */
static bool pay_word_beside(const struct jm_extractor *x, size_t tok, size_t after)
{
    static const char *const before[] = {"basic", "base",  "fix",   "bis", "brutto",
                                         "netto", "lordi", "netti", NULL};
    return (tok && fact_word_at(x->v, tok - 1, before) &&
            !(x->v->tokens[tok].gap & (JM_GAP_STOP | JM_GAP_COMMA))) ||
           (fact_word_at(x->v, after, told_behind) &&
            !(x->v->tokens[after].gap & (GAP_SENTENCE | JM_GAP_COMMA)));
}

/* Is "brutto" or "netto" said of the amount, as only pay is? */
static bool told_before_tax(const struct jm_extractor *x, size_t after)
{
    static const char *const words[] = {"brutto", "brut",     "bruts",   "bruto",     "brutos",
                                        "netto",  "netos",    "neto",    "lordi",     "lordo",
                                        "netti",  "net",      "nets",    "lorda",     "netta",
                                        "bruta",  "líquidos", "líquido", "ilíquidos", NULL};
    after += fact_cue_in(x, CUE_CURRENCY, after, after + 1);
    return x->facts.lang != JM_LANG_EN && fact_word_at(x->v, after, words);
}

/* "£45,000 plus bonus", "+ equity": what comes on top does not make it other money. */
static bool on_top(const struct jm_extractor *x, size_t after)
{
    static const char *const words[] = {"plus", "and",  "und",  "et",  "y",
                                        "e",    "zzgl", "with", "mit", NULL};
    return after < x->v->n_tokens &&
           (fact_word_at(x->v, after, words) ||
            memchr(x->v->plain + x->v->tokens[after - 1].end, '+',
                   x->v->tokens[after].beg - x->v->tokens[after - 1].end));
}

/* The token behind the period that is named there. */
static size_t behind_period(const struct jm_extractor *x, size_t tok)
{
    for (size_t i = hits_from(&x->cues, tok); i < x->cues.n && x->cues.a[i].tok == tok; i++)
        if (x->cues.a[i].cue == CUE_PERIOD)
            return tok + x->cues.a[i].n;
    return tok;
}

static bool other_money(const struct jm_extractor *x, size_t tok, size_t after)
{
    size_t from = tok > 4 ? tok - 4 : 0;
    for (size_t i = tok; i > from; i--)
        if (starts_sentence(x->v, i))
            from = i;
    after += fact_cue_in(x, CUE_CURRENCY, after, after + 1); /* "90k EUR + equity" */
    after += fact_word_at(x->v, after, told_behind);         /* "$230,000 base + 15% bonus" */
    after = behind_period(x, after);                         /* "42 000 kr i månaden + bonus" */
    size_t to = after + 3 < sentence_to(x, after - 1, 8) ? after + 3 : sentence_to(x, after - 1, 8);
    return fact_cue_in(x, CUE_NOT_PAY, from, on_top(x, after) ? after : to);
}

/* Pay on target is not what is paid: a base named elsewhere goes before it. */
static bool on_target(const struct jm_extractor *x, size_t tok)
{
    static const char *const words[] = {"ote", "target", NULL};
    for (size_t i = tok; i > 0 && tok - i < 3; i--) {
        if (x->v->tokens[i].gap & (JM_GAP_COMMA | JM_GAP_SEMI | GAP_SENTENCE))
            return false;
        if (fact_word_at(x->v, i - 1, words))
            return true;
    }
    return false;
}

/* "Van, fuel card and £45k.", "£34,000 plus tips": a year's pay that is an item of its own. */
static bool stands_alone(const struct jm_extractor *x, const struct amount *a)
{
    static const char *const before[] = {"and", "circa", "ca", "around", "und", "et", NULL};
    static const char *const up[] = {"up", NULL}, *const to[] = {"to", NULL};
    const unsigned open = GAP_SENTENCE | JM_GAP_COMMA | JM_GAP_SEMI | JM_GAP_OPEN;
    const unsigned close = GAP_SENTENCE | JM_GAP_COMMA | JM_GAP_SEMI | JM_GAP_CLOSE;
    const struct jm_text_view *v = x->v;
    double value = a->value / currencies[a->currency].scale;
    if (value < 15000 || value > 250000 || x->in->kind != JM_JOB)
        return false;
    size_t tok = a->tok; /* "| up to £52,000 |" */
    if (tok > 1 && fact_word_at(v, tok - 1, to) && fact_word_at(v, tok - 2, up))
        tok -= 2;
    if (tok && !(v->tokens[tok].gap & open) && !fact_word_at(v, tok - 1, before))
        return false;
    return a->after == v->n_tokens || (v->tokens[a->after].gap & close) || on_top(x, a->after);
}

/* Is the amount in a profile what the person asks for? "salary expectation 50k", "part time, 18
 * pounds per hour"; not the pay of an old position. */
static bool wished(const struct jm_extractor *x, size_t tok, size_t after, bool period_stated)
{
    size_t from = sentence_from(x, tok, 12), to = after + 3;
    if (fact_cue_in(x, CUE_PAY_WISH, from, tok) || /* not "RAL attuale 32.000, RAL desiderata" */
        (fact_cue_in(x, CUE_PAY_WISH, tok, to) && !comma_in(x->v, after, after + 1)))
        return true;
    /* "looking for a head chef role, salary around £40k" */
    if (fact_cue_in(x, CUE_PAY, from, to) && x->zone[from] != JM_ZONE_WORK &&
        fact_cue_in(x, CUE_WISH, sentence_from(x, from, 20), to))
        return true;
    return period_stated && x->zone[from] != JM_ZONE_WORK && !dates_year_at(x, (uint32_t)from) &&
           (fact_cue_in(x, CUE_EMPLOYMENT, from, to) || fact_cue_in(x, CUE_WISH, from, to));
}

/* "$90k + super", "$110,000 pkg incl. superannuation": dollars of Australia; not "super friendly". */
static bool with_super(const struct jm_extractor *x, size_t from, size_t after)
{
    static const char *const super[] = {"super", NULL}, *const whole[] = {"superannuation", NULL};
    static const char *const behind[] = {"per", "pa", "and", "contribution", "contributions",
                                         "included", "guarantee", NULL};
    const struct jm_text_view *v = x->v;
    for (size_t i = from, to = sentence_to(x, after - 1, 8); i < to; i++)
        if (fact_word_at(v, i, whole) ||
            (fact_word_at(v, i, super) &&
             (i + 1 == v->n_tokens || v->tokens[i + 1].gap != JM_GAP_BLANK ||
              fact_word_at(v, i + 1, behind))))
            return true;
    return false;
}

/* Judge the range [a, b]; true when it is pay. */
static bool take(struct jm_extractor *x, const struct amount *a, const struct amount *b)
{
    struct jm_pay *pay = &x->facts.pay;
    uint8_t currency = a->currency ? a->currency : b->currency;
    double low = a->value, high = b->value;
    if (b->unit > a->unit && low < 1000)
        low *= b->unit;
    if (!currency || low > high)
        return false;
    size_t from = sentence_from(x, a->tok, 12);
    if (currency == USD && with_super(x, from, b->after))
        currency = AUD;
    bool worded = fact_cue_in(x, CUE_PAY, from, b->after + 3);
    bool beside =
        high >= 12000 * currencies[currency].scale && pay_word_beside(x, a->tok, b->after);
    bool taxed = told_before_tax(x, b->after); /* "3.700 – 4.300 Euro brutto" */
    bool named = worded || beside || taxed;
    if (!beside && other_money(x, a->tok, b->after)) /* "the budget is 85-95k base" is pay */
        return false;
    enum jm_period period = times_a_year(x->v, a->tok) ? JM_MONTH
                            : b->period                ? (enum jm_period)b->period
                                                       : period_near(x, a->tok, b->after);
    bool stated = possible(high, period, currency); /* not "35 hours, £26k-£30k" */
    if (!stated)
        period = taxed && high >= 1000 && high < 12000 * currencies[currency].scale
                     ? JM_MONTH
                     : guess_period(high, currency, named);
    if (x->in->kind != JM_JOB && !wished(x, a->tok, b->after, stated))
        return false;
    bool range = a != b && high >= 15000 * currencies[currency].scale;
    bool alone = a == b && stands_alone(x, a);
    if (!(named || stated || range || alone) || !possible(low, period, currency) ||
        !possible(high, period, currency) || high > low * 6)
        return false;
    *pay = (struct jm_pay){.min = low, .max = high, .period = period};
    memcpy(pay->currency, currencies[currency].code, 4);
    const char *rule = named ? "pay word" : stated ? "period" : range ? "range" : "amount alone";
    fact_note(x, JM_FACT_PAY, a->tok, b->after, rule);
    return true;
}

/* The first amount that is pay, of those that start at `starts`; `targets` counts the pay on target
 * that is passed over. */
static bool find_pay(struct jm_extractor *x, const uint32_t *starts, size_t n, bool target,
                     size_t *targets)
{
    const struct jm_text_view *v = x->v;
    size_t from = 0;
    for (size_t d = 0; d < n; d++) {
        size_t i = starts[d];
        if (i < from)
            continue;
        struct amount a = amount_at(x, i), b = a;
        size_t next = a.after;
        for (size_t k = a.after; k < v->n_tokens && k <= a.after + RANGE_WORDS; k++) {
            if (!(v->tokens[k].flags & JM_TOK_DIGIT) && !rand_at(v, k))
                continue;
            struct amount c = amount_at(x, k);
            if (is_range(x, &a, &c) && (c.value >= a.value || c.unit > 1)) {
                b = c;
                next = c.after;
            }
            break;
        }
        bool on = on_target(x, a.tok);
        *targets += on;
        if (on == target && take(x, &a, b.tok == a.tok ? &a : &b))
            return true;
        from = next;
    }
    return false;
}

/* The tokens that are rand and a number: at most `max` of them. */
static size_t list_rand(const struct jm_text_view *v, uint32_t *out, size_t max)
{
    const char *end = v->plain + v->bytes, *p = v->plain;
    size_t n = 0, i = 0;
    while (n < max && (p = memchr(p, 'R', (size_t)(end - p))) != NULL) {
        size_t at = (size_t)(p++ - v->plain);
        if (p == end || !digit(*p))
            continue;
        while (i < v->n_tokens && v->tokens[i].beg < at)
            i++;
        if (i < v->n_tokens && v->tokens[i].beg == at && rand_at(v, i))
            out[n++] = (uint32_t)i;
    }
    return n;
}

void pay_read(struct jm_extractor *x)
{
    enum { FEW = 16 };
    uint32_t rand[FEW];
    size_t targets = 0;
    if (find_pay(x, x->digits, x->n_digits, false, &targets) ||
        (targets && find_pay(x, x->digits, x->n_digits, true, &targets)))
        return;
    size_t n = list_rand(x->v, rand, FEW);
    find_pay(x, rand, n, false, &targets);
}
