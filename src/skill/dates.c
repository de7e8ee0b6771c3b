/* dates.c - the dated positions of a résumé.
 *
 * "2018 - 2021", "Jan 2019 to Present", "06/2016 – 12/2018": a range of years opens a position;
 * what follows, until the next range or a heading of another part ("Skills"), was last used in its
 * last year.
 * Two years of a range lie between 1960 and 2060 and do not run backwards. */
#include <stdlib.h>

#include "extract_int.h"

enum { FIRST_YEAR = 1960, LAST_YEAR = 2060 };

/* "2019", and the year of "03.2019" and "01.03.2019", which are one word. */
static long year_at(const struct jm_extractor *x, size_t i)
{
    const struct jm_token *t = &x->v->tokens[i];
    const char *s = x->v->plain + t->end - 4;
    size_t bytes = t->end - t->beg;
    bool dotted = bytes > 5 && bytes <= 10 && s[-1] == '.';
    long n = 0;
    if (!(t->flags & JM_TOK_DIGIT) || (bytes != 4 && !dotted))
        return 0;
    for (size_t k = 0; k < 4; k++) {
        if (s[k] < '0' || s[k] > '9')
            return 0;
        n = n * 10 + (s[k] - '0');
    }
    return n >= FIRST_YEAR && n <= LAST_YEAR ? n : 0;
}

/* The cue at exactly this token; CUES if there is none of that kind. */
static bool cue_at(const struct jm_extractor *x, size_t tok, enum jm_cue cue)
{
    for (size_t i = hits_from(&x->cues, tok); i < x->cues.n && x->cues.a[i].tok == tok; i++)
        if (x->cues.a[i].cue == cue)
            return true;
    return false;
}

/* "Since 2018: ...", "seit 03/2019", "desde marzo de 2019" at the beginning of a line or sentence.
 */
static bool since(const struct jm_extractor *x, size_t i)
{
    static const char *const words[] = {"since", "seit",  "depuis", "desde", "sinds",
                                        "dal",   "vanaf", "od",     "sedan", "din",
                                        "ab",    "från",  "from",   NULL};
    static const char *const of[] = {"de", "del", NULL};
    size_t k = i;
    if (k && fact_word_at(x->v, k - 1, of))
        k--;
    while (k && i - k < 3 &&
           (cue_at(x, k - 1, CUE_MONTH) ||
            (x->v->tokens[k - 1].end - x->v->tokens[k - 1].beg <= 2 && token_number(x, k - 1) > 0)))
        k--;
    return k && fact_word_at(x->v, k - 1, words) &&
           (starts_sentence(x->v, k - 1) || (x->v->tokens[k - 1].gap & JM_GAP_LINE));
}

/* "2018-20": the same century; not the month of "2018-03", nor "2024 – 90-second film". */
static long short_year(const struct jm_extractor *x, size_t k, long from)
{
    const struct jm_token *t = &x->v->tokens[k];
    long last = x->in->this_year > 0 ? x->in->this_year + 1 : LAST_YEAR;
    long n = (t->flags & JM_TOK_DIGIT) && t->end - t->beg == 2 ? token_number(x, k) : 0;
    long year = n > 12 && n > from % 100 ? from - from % 100 + n : 0;
    bool word = k + 1 < x->v->n_tokens && t[1].gap == JM_GAP_HYPHEN;
    return year <= last && !word ? year : 0;
}

/* "2023 – a picture book", "2019: head chef": one year alone, where a line begins. */
static bool one_year(const struct jm_extractor *x, size_t i)
{
    const struct jm_text_view *v = x->v;
    return x->in->kind == JM_CANDIDATE && zone_line_starts(v, i) && i + 1 < v->n_tokens &&
           (v->tokens[i + 1].gap & (JM_GAP_HYPHEN | JM_GAP_COLON)) &&
           (v->tokens[i + 1].gap & JM_GAP_BLANK) && !zone_line_starts(v, i + 1);
}

/* The year in which the range that starts with the year at i ends; 0: no range. */
static uint16_t range_end(const struct jm_extractor *x, size_t i)
{
    static const char *const until[] = {"until", "till", "hasta", "jusqu",   "jusque", "fino",
                                        "até",   "până", "tills", "through", "à",      NULL};
    long from = year_at(x, i);
    bool dash = false;
    for (size_t k = i + 1; k < x->v->n_tokens && k <= i + 4; k++) {
        const struct jm_token *t = &x->v->tokens[k];
        dash |= (t->gap & (JM_GAP_HYPHEN | JM_GAP_SLASH)) != 0;
        bool word_to = (t->end - t->beg <= 3 || fact_word_at(x->v, k, until)) &&
                       !(t->flags & JM_TOK_DIGIT) && !cue_at(x, k, CUE_MONTH) &&
                       !cue_at(x, k, CUE_PRESENT);
        long to = year_at(x, k);
        if (!to && dash && k == i + 1)
            to = short_year(x, k, from);
        if (to)
            return to >= from && (dash || k > i + 1) ? (uint16_t)to : 0;
        if (cue_at(x, k, CUE_PRESENT))
            return (uint16_t)(x->in->this_year > 0 ? x->in->this_year : 0);
        if (!word_to && !cue_at(x, k, CUE_MONTH) && token_number(x, k) < 0)
            return 0;
    }
    return 0;
}

static int note_date(struct jm_extractor *x, size_t tok, uint16_t year)
{
    if (dict_grow((void **)&x->dated, x->n_dated, &x->cap_dated, sizeof *x->dated, NULL))
        return -1;
    x->dated[x->n_dated++] = (struct dated){(uint32_t)tok, year};
    return 0;
}

/* Where the position begins: with its sentence, or with its line, which may begin small ("augusti
 * 2017 – februari 2021"). */
static size_t line_from(const struct jm_extractor *x, size_t i)
{
    size_t from = sentence_from(x, i, 20);
    while (i > from && !zone_line_starts(x->v, i))
        i--;
    return i;
}

int dates_find(struct jm_extractor *x)
{
    size_t from = 0;
    x->n_dated = 0;
    for (size_t k = 0; k < x->n_digits; k++) {
        size_t i = x->digits[k];
        long begins = i >= from ? year_at(x, i) : 0;
        uint16_t end = begins ? range_end(x, i) : 0;
        bool alone = begins && !end;
        if (alone && x->in->this_year > begins && since(x, i))
            end = (uint16_t)x->in->this_year;
        else if (alone && one_year(x, i))
            end = (uint16_t)begins;
        if (end && note_date(x, line_from(x, i), end))
            return -1;
        if (end)
            from = i + (alone ? 1 : 3);
    }
    return 0;
}

uint16_t dates_year_at(const struct jm_extractor *x, uint32_t tok)
{
    uint8_t zone = x->zone[tok];
    const struct dated *found = NULL;
    for (size_t lo = 0, hi = x->n_dated; lo < hi;) {
        size_t mid = (lo + hi) / 2;
        if (x->dated[mid].tok <= tok) {
            found = &x->dated[mid];
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    bool part = zone == JM_ZONE_SKILLS || zone == JM_ZONE_OTHER || zone == JM_ZONE_BODY;
    if (!found || zone == JM_ZONE_EDUCATION || (part && x->zone[found->tok] != zone))
        return 0;
    return found->year;
}
