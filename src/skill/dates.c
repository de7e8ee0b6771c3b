/* dates.c - the dated positions of a résumé.
 *
 * "2018 - 2021", "Jan 2019 to Present", "06/2016 – 12/2018": a range of years opens a position;
 * what follows, until the next range or a heading of another part ("Skills"), was last used in its
 * last year. The headings of parts stand among the dates as borders, with year 0.
 * Two years of a range lie between 1960 and 2060 and do not run backwards. */
#include <stdlib.h>
#include <string.h>

#include "extract_int.h"

enum { FIRST_YEAR = 1960, LAST_YEAR = 2060 };

static bool cue_at(const struct jm_extractor *x, size_t tok, enum jm_cue cue)
{
    return fact_cue_in(x, cue, tok, tok + 1);
}

/* The first token of the line that token i is in, at least `least`. */
static size_t line_begin(const struct jm_text_view *v, size_t i, size_t least)
{
    while (i > least && !zone_line_starts(v, i))
        i--;
    return i;
}

/* "Mar'21", "Aug ’19", "Jan-18", "11/04": two digits behind an apostrophe and a month, or a month's
 * number.
 */
static long year_of_two(const struct jm_extractor *x, size_t i)
{
    enum { LAST = 40 }; /* of this century */
    const struct jm_token *t = &x->v->tokens[i];
    const char *s = x->v->plain + t->beg;
    long n = token_number(x, i);
    if (!i || n < 0 || (n > LAST && n < FIRST_YEAR % 100))
        return 0;
    bool quote = t->beg > 2 && (s[-1] == '\'' || !memcmp(s - 3, "’", 3) || !memcmp(s - 3, "‘", 3));
    bool month = (quote || t->gap == JM_GAP_HYPHEN) && cue_at(x, i - 1, CUE_MONTH);
    if (t->gap == JM_GAP_SLASH && !(i + 1 < x->v->n_tokens && (t[1].gap & JM_GAP_SLASH)))
        month = !(t[-1].gap & JM_GAP_SLASH) && token_number(x, i - 1) >= 1 &&
                token_number(x, i - 1) <= 12;
    if (!month)
        return 0;
    return n > LAST ? 1900 + n : 2000 + n;
}

/* "2019", and the year of "03.2019" and "01.03.2019", which are one word. */
long dates_year_of(const struct jm_extractor *x, size_t i)
{
    const struct jm_token *t = &x->v->tokens[i];
    const char *s = x->v->plain + t->end - 4;
    size_t bytes = t->end - t->beg;
    bool dotted = bytes > 5 && bytes <= 10 && s[-1] == '.';
    long n = 0;
    if (bytes == 2 && (t->flags & JM_TOK_DIGIT))
        return year_of_two(x, i);
    if (!(t->flags & JM_TOK_DIGIT) || (bytes != 4 && !dotted))
        return 0;
    for (size_t k = 0; k < 4; k++) {
        if (s[k] < '0' || s[k] > '9')
            return 0;
        n = n * 10 + (s[k] - '0');
    }
    return n >= FIRST_YEAR && n <= LAST_YEAR ? n : 0;
}

static const char *const seasons[] = {
    "summer", "winter", "spring",   "autumn", "fall",    "sommer", "frühling", "frühjahr",
    "herbst", "été",    "hiver",    "verano", "otoño",   "zomer",  "estate",   "inverno",
    "verão",  "lato",   "sommaren", "vinter", "vintern", "vara",   "iarna",    NULL};

/* "Acme AG, since 2018", "Acme AG (since 2018)": do the tokens [i, to) end a line that is no item
 * of a list? */
static bool ends_head(const struct jm_extractor *x, size_t i, size_t to)
{
    const struct jm_text_view *v = x->v;
    if (!(v->tokens[i].gap & (JM_GAP_COMMA | JM_GAP_OPEN)) && !is_dash(v->tokens[i].gap))
        return false;
    i = line_begin(v, i, 0);
    return !(v->tokens[i].gap & JM_GAP_BULLET) && (to == v->n_tokens || zone_line_starts(v, to));
}

/* "Since 2018: ...", "seit 03/2019", "desde marzo de 2019" at the beginning of a line or sentence.
 */
static bool since(const struct jm_extractor *x, size_t i)
{
    static const char *const words[] = {"since", "seit",  "depuis", "desde", "sinds",
                                        "dal",   "vanaf", "od",     "sedan", "din",
                                        "ab",    "från",  "from",   NULL};
    static const char *const of[] = {"de", "del", "dem", "le", "el", "den", NULL};
    static const char *const first[] = {"1er", "1st", NULL};
    size_t k = i;
    if (k && fact_word_at(x->v, k - 1, of))
        k--;
    while (k && i - k < 3 &&
           (fact_word_at(x->v, k - 1, first) || fact_word_at(x->v, k - 1, of) ||
            cue_at(x, k - 1, CUE_MONTH) ||
            (x->v->tokens[k - 1].end - x->v->tokens[k - 1].beg <= 2 && token_number(x, k - 1) > 0)))
        k--;
    if (!k || !fact_word_at(x->v, k - 1, words))
        return false;
    return starts_sentence(x->v, k - 1) || (x->v->tokens[k - 1].gap & JM_GAP_LINE) ||
           ends_head(x, k - 1, i + 1);
}

/* "2018-20": the same century; not the month of "2018-03", a day, nor "2024 – 90-second film". */
static long short_year(const struct jm_extractor *x, size_t k, long from)
{
    const struct jm_token *t = &x->v->tokens[k];
    long last = x->in->this_year > 0 ? x->in->this_year + 1 : LAST_YEAR;
    long n = (t->flags & JM_TOK_DIGIT) && t->end - t->beg == 2 ? token_number(x, k) : 0;
    long year = n > 12 && n > from % 100 ? from - from % 100 + n : 0;
    bool word = k + 1 < x->v->n_tokens &&
                (t[1].gap == JM_GAP_HYPHEN || cue_at(x, k + 1, CUE_MONTH)); /* "20 Dec 2019" */
    return year <= last && !word ? year : 0;
}

/* "2023 – a picture book", "2019: head chef", "Summer 2018: camp leader": one year alone where a
 * line begins; below "Experience" also "Summer 2018  Trainee". */
static bool one_year(const struct jm_extractor *x, size_t i)
{
    const struct jm_text_view *v = x->v;
    bool summer = i && fact_word_at(v, i - 1, seasons);
    bool said = summer || (i && cue_at(x, i - 1, CUE_MONTH));
    size_t next = i + 1;
    if (x->in->kind != JM_CANDIDATE || next >= v->n_tokens || !zone_line_starts(v, i - said) ||
        zone_line_starts(v, next))
        return false;
    const struct jm_token *t = &v->tokens[next];
    if ((t->gap & (JM_GAP_HYPHEN | JM_GAP_COLON)) && (t->gap & JM_GAP_BLANK))
        return true;
    return summer && x->zone[i] == JM_ZONE_WORK && (t->flags & JM_TOK_UPPER);
}

/* The year in which the range that starts with the year at i ends; 0: no range. `behind` is the
 * token behind it. */
static uint16_t range_end(const struct jm_extractor *x, size_t i, size_t *behind)
{
    static const char *const until[] = {"until",  "till",  "hasta", "jusqu",  "jusque",
                                        "fino",   "até",   "până",  "tills",  "through",
                                        "à",      "late",  "early", "mid",    "ende",
                                        "anfang", "mitte", "début", "spring", NULL};
    long from = dates_year_of(x, i);
    bool dash = false;
    for (size_t k = i + 1; k < x->v->n_tokens && k <= i + 4; k++) {
        const struct jm_token *t = &x->v->tokens[k];
        *behind = k + 1;
        dash |= (t->gap & (JM_GAP_HYPHEN | JM_GAP_SLASH)) != 0;
        bool word_to = (t->end - t->beg <= 3 || fact_word_at(x->v, k, until) ||
                        fact_word_at(x->v, k, seasons)) &&
                       !(t->flags & JM_TOK_DIGIT) && !cue_at(x, k, CUE_MONTH) &&
                       !cue_at(x, k, CUE_PRESENT);
        long to = dates_year_of(x, k);
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

int dates_border(struct jm_extractor *x, size_t tok)
{
    return note_date(x, tok, 0);
}

/* By token, a border first. */
static int by_token(const void *one, const void *other)
{
    const struct dated *a = one, *b = other;
    if (a->tok != b->tok)
        return a->tok < b->tok ? -1 : 1;
    return (a->year > b->year) - (a->year < b->year);
}

/* Is the sign before token i the "|" between the parts of a line? */
static bool bar_before(const struct jm_text_view *v, size_t i)
{
    const char *s = v->plain + v->tokens[i].beg;
    size_t n = v->tokens[i].beg;
    while (n && s[-1] == ' ')
        s--, n--;
    return n && s[-1] == '|';
}

/* "... unit tests Java Developer Nike Inc - Beaverton, OR September 2007 to": where all is one
 * line, the capitalised words before the date are the title and the employer. */
static size_t head_from(const struct jm_text_view *v, size_t date)
{
    enum { LONGEST = 14, STATE = 2 };
    const unsigned ends = GAP_SENTENCE | JM_GAP_SEMI | JM_GAP_COLON;
    size_t i = date;
    while (i && date - i < LONGEST && !(v->tokens[i].gap & ends)) {
        const struct jm_token *t = &v->tokens[i], *before = t - 1;
        bool state = t->end - t->beg == STATE && (t->flags & JM_TOK_CAPS);
        bool day =
            (before->flags & JM_TOK_DIGIT) && before->end - before->beg <= 2 && date - i <= 2;
        if (!day && (!(before->flags & JM_TOK_UPPER) || ((t->gap & JM_GAP_COMMA) && !state)))
            break;
        i--;
    }
    return i;
}

/* Where the position begins: with its sentence, or with its line, which may begin small ("augusti
 * 2017 – februari 2021") and have bars ("HEAD CHEF | The Gilded Hare | 2021 – today"). */
static size_t line_from(const struct jm_extractor *x, size_t date)
{
    enum { REACH = 20 };
    size_t reach = date > REACH ? date - REACH : 0;
    size_t i = line_begin(x->v, date, sentence_from(x, date, REACH));
    while (i > reach && bar_before(x->v, i))
        i = line_begin(x->v, i - 1, reach);
    return i == reach && !starts_sentence(x->v, i) ? head_from(x->v, date) : i;
}

/* Is a date all that the line says? "January 2022 - Present (4 years)" */
static bool date_alone(const struct jm_extractor *x, size_t line)
{
    enum { LONGEST = 12 };
    for (size_t i = line; i < x->v->n_tokens && (i == line || !zone_line_starts(x->v, i)); i++)
        if (i - line >= LONGEST || ((x->v->tokens[i].flags & JM_TOK_UPPER) &&
                                    !cue_at(x, i, CUE_MONTH) && !cue_at(x, i, CUE_PRESENT)))
            return false;
    return true;
}

/* A date that has a line for itself may stand below the title and the employer: the position begins
 * where its paragraph does, if that is short lines only, and behind the heading and the date
 * before, which end at `behind`. */
static size_t position_from(const struct jm_extractor *x, size_t i, size_t behind)
{
    enum { LINES = 3, LONGEST = 9 };
    const struct jm_text_view *v = x->v;
    size_t at = line_from(x, i), line = at;
    if (at < behind)
        return i;
    if ((v->tokens[at].gap & (JM_GAP_PARA | JM_GAP_BULLET)) || !date_alone(x, at))
        return at;
    for (unsigned n = 0; n < LINES && line > behind; n++) {
        size_t end = line;
        line = line_begin(v, line - 1, 0);
        unsigned gap = v->tokens[line].gap;
        if (line < behind || end - line > LONGEST || (gap & JM_GAP_BULLET))
            return at;
        if ((gap & JM_GAP_PARA) || !line)
            return line;
    }
    return at;
}

int dates_find(struct jm_extractor *x)
{
    size_t from = 0, borders = x->n_dated, border = 0;
    for (size_t k = 0; k < x->n_digits; k++) {
        size_t i = x->digits[k];
        size_t behind = i + 1;
        long begins = i >= from ? dates_year_of(x, i) : 0;
        uint16_t end = begins ? range_end(x, i, &behind) : 0;
        bool alone = begins && !end;
        if (alone && x->in->this_year > begins && since(x, i))
            end = (uint16_t)x->in->this_year;
        else if (alone && one_year(x, i))
            end = (uint16_t)begins;
        while (border < borders && x->dated[border].tok <= i)
            border++;
        size_t part = border ? x->dated[border - 1].tok : 0;
        if (end && note_date(x, position_from(x, i, part > from ? part : from), end))
            return -1;
        if (end)
            from = alone ? i + 1 : behind;
    }
    if (borders && borders < x->n_dated)
        qsort(x->dated, x->n_dated, sizeof *x->dated, by_token);
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
