/* token.c - a plain text cut into tokens: what stands between the words (scan_word.c reads those).
 *
 * Between two words the signs are gathered into one mask (enum jm_gap), from which later stages
 * read sentences, lists, bullets and what may stand inside a phrase. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jobmatch/bytes.h"
#include "scan.h"

/* A slash and a bracket are not among them: "Mozo/a", "chargé(e)". */
const uint16_t scan_gap_of[256] = {
    [' '] = JM_GAP_BLANK,  ['\t'] = JM_GAP_BLANK, ['\n'] = JM_GAP_LINE,  ['-'] = JM_GAP_HYPHEN,
    ['_'] = JM_GAP_HYPHEN, ['\\'] = JM_GAP_SLASH, [','] = JM_GAP_COMMA,  ['['] = JM_GAP_OPEN,
    [';'] = JM_GAP_SEMI,   [':'] = JM_GAP_COLON,  ['{'] = JM_GAP_OPEN,   ['<'] = JM_GAP_OPEN,
    [')'] = JM_GAP_CLOSE,  [']'] = JM_GAP_CLOSE,  ['}'] = JM_GAP_CLOSE,  ['>'] = JM_GAP_CLOSE,
    ['!'] = JM_GAP_STOP,   ['?'] = JM_GAP_STOP,   ['|'] = JM_GAP_BULLET, ['"'] = JM_GAP_QUOTE,
    ['\''] = JM_GAP_QUOTE, ['`'] = JM_GAP_QUOTE};

bool scan_more_tokens(struct scan *c)
{
    struct jm_text *t = c->t;
    size_t cap = t->cap_tokens ? t->cap_tokens * 2 : 1024;
    struct jm_token *tokens = realloc(t->tokens, cap * sizeof *tokens);
    if (!tokens) {
        c->failed = true;
        c->n = 0; /* the end */
        return false;
    }
    t->tokens = tokens;
    t->cap_tokens = cap;
    return true;
}

/* The rest of a web or mail address up to a blank: its words are nobody's skills. */
static void skip_address(struct scan *c)
{
    while (c->i < c->n && scan_class[c->s[c->i]] != C_BLANK && scan_class[c->s[c->i]] != C_LINE)
        c->i++;
    c->gap |= JM_GAP_OTHER;
}

/* "&" is the word "and", except in an entity that was left over. */
static void take_ampersand(struct scan *c)
{
    struct jm_token *tok = scan_new_token(c);
    uint32_t gap = c->gap & UINT16_MAX;
    if (!tok)
        return;
    *tok = (struct jm_token){.beg = (uint32_t)c->i,
                             .end = (uint32_t)c->i + 1,
                             .gap = (uint16_t)(gap ? gap : JM_GAP_GLUED)};
    tok->hash = scan_hash((const uint8_t *)"and", 3);
    c->gap -= gap;
    c->i++;
}

static bool small_letter(const struct scan *c, const struct jm_token *tok)
{
    return tok->end - tok->beg == 1 && scan_class[c->s[tok->beg]] == C_LOWER;
}

/* Is the last token an abbreviation, after which a dot ends nothing? */
static bool abbreviation(const struct scan *c)
{
    static const char *const known[] = { /* by length, a blank behind each */
        [2] = "eg ie sr jr dr no vs ca st mr ms co yr np bv ",
        [3] = "etc bzw inc ltd mrs max min usw ggf std ext tel yrs kat tys evt ",
        [4] = "incl prof resp inkl mind evtl dept bijv godz ",
        [5] = "",
        [6] = "approx "};
    const struct jm_text *t = c->t;
    if (!t->n_tokens)
        return true;
    const struct jm_token *last = &t->tokens[t->n_tokens - 1];
    const char *s = (const char *)c->s + last->beg;
    size_t n = last->end - last->beg;
    if (n == 1 && scan_class_at(c, last->beg) != C_DIGIT)
        return (last->gap & (JM_GAP_DOT | JM_GAP_STOP)) || !(last->flags & JM_TOK_UPPER) ||
               (t->n_tokens > 1 && small_letter(c, last - 1)); /* "z. B." */
    for (const char *p = n >= 2 && n <= 6 ? known[n] : ""; *p; p += n + 1)
        if (!((*p ^ *s) & ~0x20) && !strncasecmp(p, s, n))
            return true;
    return false;
}

static void take_dot(struct scan *c)
{
    uint8_t after = scan_class_at(c, c->i + 1);
    uint8_t before = c->i ? scan_class[c->s[c->i - 1]] : C_BLANK;
    bool letter_after = after == C_LOWER || after == C_UPPER;
    bool word_before = before <= C_DIGIT || before == C_HIGH;
    bool dots = c->i && c->s[c->i - 1] == '.';
    if (letter_after && !word_before && !dots) { /* .NET */
        scan_word(c, c->i + 1);
        return;
    }
    c->i++;
    if (word_before && (letter_after || after == C_DIGIT)) {
        c->gap |= JM_GAP_DOT;
        bool letter = c->t->n_tokens && small_letter(c, &c->t->tokens[c->t->n_tokens - 1]);
        if (before == C_LOWER && after == C_UPPER && !letter) /* glued sentences, or Node.Js */
            c->gap |= JM_GAP_STOP | SCAN_DOT_STOP;
    } else if (!abbreviation(c)) {
        if (c->gap & JM_GAP_STOP)
            c->gap &= ~(uint32_t)SCAN_DOT_STOP;
        else
            c->gap |= JM_GAP_STOP | SCAN_DOT_STOP;
    }
}

/* Are the n bytes before i letters of a word? */
static bool letters_before(const struct scan *c, size_t i, size_t n)
{
    if (i < n)
        return false;
    for (size_t k = i - n; k < i; k++)
        if (scan_class[c->s[k]] > C_UPPER && scan_class[c->s[k]] != C_HIGH)
            return false;
    return true;
}

/* Bytes of the other gender's ending at i, behind a word and a sign: "mozo/a", "ASSISTANT(E)",
 * "infirmier(ère)", "développeur·euse", "Mitarbeiter/in"; 0: there is none. */
static size_t other_gender(const struct scan *c, size_t word_end, size_t i, bool dot)
{
    static const char *const endings[] = {
        "a",    "o",   "e",    "as",    "os",   "es",  "ă",     "ra",   "na",  "ca",
        "ne",   "se",  "te",   "euse",  "ère",  "ere", "trice", "rice", "ice", "ienne",
        "enne", "ive", "essa", "toare", "oare", "in",  "innen", "s",    NULL};
    bool capitals = scan_class_at(c, i) == C_UPPER;
    size_t from = i;
    while (i < c->n && (scan_class[c->s[i]] <= C_UPPER || c->s[i] >= 0xc0 ||
                        (c->s[i] >= 0x80 && c->s[i - 1] == 0xc3)))
        i++;
    size_t n = i - from;
    if (!n || n > 5 || !letters_before(c, word_end, capitals ? 4 : 3))
        return 0;
    if (capitals && scan_class[c->s[word_end - 1]] != C_UPPER) /* "Omaha/NE", "Java/SE" */
        return 0;
    uint8_t last = c->s[word_end - 1] | 0x20;
    for (const char *const *e = endings; *e; e++) {
        if (strlen(*e) != n || strncasecmp(*e, (const char *)c->s + from, n) != 0)
            continue;
        bool german = (*e)[0] == 'i' && (*e)[1] == 'n'; /* not "plug/in" */
        return (german && last != 'r' && last != 't') || ((*e)[0] == 's' && n == 1 && !dot) ? 0 : n;
    }
    return 0;
}

/* Skip "/a" and "(e)" behind a word: one word for people of either gender. */
static bool skip_gender(struct scan *c)
{
    bool open = c->s[c->i] == '(';
    size_t word = c->i, n;
    if (!word || c->gap || (c->s[word] != '/' && !open))
        return false;
    n = other_gender(c, word, word + 1, false);
    size_t end = word + 1 + n;
    if (!n || (open && (end == c->n || c->s[end] != ')')))
        return false;
    end += open;
    if (scan_class_at(c, end) <= C_DIGIT || scan_class_at(c, end) == C_HIGH)
        return false;
    c->i = end;
    return true;
}

static void take_sign(struct scan *c)
{
    uint8_t ch = c->s[c->i];
    uint8_t next = c->i + 1 < c->n ? c->s[c->i + 1] : ' ', after = scan_class[next];
    if (ch == '.') {
        take_dot(c);
        return;
    }
    if (ch == '&') {
        take_ampersand(c);
        return;
    }
    if ((ch == '/' || ch == '(') && skip_gender(c))
        return;
    if (ch == '@' && c->i && scan_class[c->s[c->i - 1]] <= C_DIGIT && after <= C_DIGIT) {
        skip_address(c);
        return;
    }
    bool mark = (ch == '-' || ch == '*' || ch == '+' || ch == '#' || ch == '>' || ch == '~') &&
                (after == C_BLANK || next == ch);
    if ((c->gap & SCAN_LINE_START) && mark)
        c->gap |= JM_GAP_BULLET;
    else if (ch == '*' && after == C_BLANK)
        c->gap |= JM_GAP_BULLET; /* lists that were put on one line */
    else
        c->gap |= ch == '/'         ? JM_GAP_SLASH
                  : ch == '('       ? JM_GAP_OPEN
                  : scan_gap_of[ch] ? scan_gap_of[ch]
                                    : JM_GAP_OTHER;
    c->i++;
}

static void take_line(struct scan *c)
{
    bool cr = c->s[c->i] == '\r' && c->i + 1 < c->n && c->s[c->i + 1] == '\n';
    if ((c->gap & SCAN_LINE_START) && (c->gap & JM_GAP_LINE))
        c->gap |= JM_GAP_PARA;
    c->gap |= JM_GAP_LINE | SCAN_LINE_START;
    c->i += cr ? 2 : 1;
}

/* "– Java", "» Java", "✅ Java", "👉 Java" where a line begins; other pictures stand before headings
 * too. */
static bool line_mark(const struct scan *c, uint32_t cp, uint16_t gap, unsigned len)
{
    size_t next = c->i + len;
    if (!(c->gap & SCAN_LINE_START))
        return false;
    if (gap == JM_GAP_HYPHEN || cp == 0xbb || cp == 0x203a)
        return next < c->n && scan_class[c->s[next]] == C_BLANK;
    return gap == JM_GAP_OTHER &&
           ((cp >= 0x2190 && cp <= 0x25ff) || (cp >= 0x2700 && cp <= 0x2bff) || cp == 0x1f449 ||
            (cp >= 0x1f536 && cp <= 0x1f53b));
}

static void take_high(struct scan *c)
{
    uint32_t cp;
    uint16_t gap;
    unsigned len = jm_utf8_next((const char *)c->s + c->i, c->n - c->i, &cp);
    if (scan_invisible(cp)) { /* before a word: no part of it, and nothing between it and others */
        c->i += len;
        return;
    }
    if (scan_high(cp, &gap)) {
        scan_word(c, c->i);
        return;
    }
    if (line_mark(c, cp, gap, len))
        gap = JM_GAP_BULLET;
    if (cp == 0xb7 && c->i && scan_class[c->s[c->i - 1]] != C_BLANK && c->i + len < c->n &&
        scan_class[c->s[c->i + len]] == C_LOWER) {
        size_t n = c->gap ? 0 : other_gender(c, c->i, c->i + len, true); /* "chargé·e" */
        if (n) {
            c->i += len + n;
            return;
        }
        gap = JM_GAP_DOT;
    }
    c->gap |= gap == JM_GAP_LINE ? gap | SCAN_LINE_START : gap;
    c->i += len ? len : 1;
}

int jm_text_tokenise(struct jm_text *t, struct jm_err *err)
{
    struct scan c = {.t = t,
                     .s = (const uint8_t *)t->view.plain,
                     .n = t->view.bytes,
                     .gap = JM_GAP_PARA | JM_GAP_LINE | SCAN_LINE_START,
                     .view = {.from = SIZE_MAX}};
    while (c.i < c.n) {
        uint8_t k = scan_class[c.s[c.i]];
        if (k == C_BLANK) {
            c.gap |= JM_GAP_BLANK;
            k = scan_class_at(&c, ++c.i);
        }
        if (k <= C_DIGIT) {
            if (scan_address(&c, c.i))
                skip_address(&c);
            else
                scan_words(&c);
        } else if (k == C_SIGN) {
            take_sign(&c);
        } else if (k == C_LINE) {
            take_line(&c);
        } else if (k == C_HIGH) {
            take_high(&c);
        }
    }
    return c.failed ? jm_err_set(err, JM_ENOMEM, "out of memory for tokens") : 0;
}
