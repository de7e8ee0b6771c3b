/* token.c - the words of a plain text.
 *
 * The hot path of the whole engine: every byte of every document passes here once. ASCII is
 * handled by two 256-byte tables and a running hash; only words with bytes above 0x7f go through
 * utf8proc. Between two words the signs are gathered into one mask (enum jm_gap), from which
 * later stages read sentences, lists, bullets and what may stand inside a phrase.
 *
 * A capital behind a small letter starts a new token without a gap (JM_GAP_GLUED): "JavaScript" is
 * java + script, "timePlanetary" is time + planetary; the matcher tries the joined form too. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "jobmatch/bytes.h"
#include "text_int.h"

enum { C_LOWER, C_UPPER, C_DIGIT, C_BLANK, C_LINE, C_SIGN, C_HIGH };

struct scan {
    struct jm_text *t;
    const uint8_t *s;
    size_t n, i;
    uint32_t gap;
    bool dot_stop; /* the STOP in `gap` came from a dot: a small letter after it takes it back */
    bool line_start, failed;
};

static const uint8_t class_of[256] = {
    [0 ... '\t'] = C_BLANK,      ['\n' ... '\r'] = C_LINE, [0x0e ... ' '] = C_BLANK,
    ['!' ... '/'] = C_SIGN,
    ['0' ... '9'] = C_DIGIT,     [':' ... '@'] = C_SIGN,    ['A' ... 'Z'] = C_UPPER,
    ['[' ... '`'] = C_SIGN,      ['a' ... 'z'] = C_LOWER,   ['{' ... 0x7f] = C_SIGN,
    [0x80 ... 0xff] = C_HIGH};

static const uint16_t gap_of[128] = {
    ['-'] = JM_GAP_HYPHEN, ['_'] = JM_GAP_HYPHEN, ['/'] = JM_GAP_SLASH,  ['\\'] = JM_GAP_SLASH,
    [','] = JM_GAP_COMMA,  [';'] = JM_GAP_SEMI,   [':'] = JM_GAP_COLON,  ['('] = JM_GAP_OPEN,
    ['['] = JM_GAP_OPEN,   ['{'] = JM_GAP_OPEN,   ['<'] = JM_GAP_OPEN,   [')'] = JM_GAP_CLOSE,
    [']'] = JM_GAP_CLOSE,  ['}'] = JM_GAP_CLOSE,  ['>'] = JM_GAP_CLOSE,  ['!'] = JM_GAP_STOP,
    ['?'] = JM_GAP_STOP,   ['|'] = JM_GAP_BULLET, ['"'] = JM_GAP_QUOTE,  ['\''] = JM_GAP_QUOTE,
    ['`'] = JM_GAP_QUOTE};

static __attribute__((noinline)) bool more_tokens(struct scan *c)
{
    struct jm_text *t = c->t;
    size_t cap = t->cap_tokens ? t->cap_tokens * 2 : 1024;
    struct jm_token *tokens = realloc(t->tokens, cap * sizeof *tokens);
    if (!tokens) {
        c->failed = true;
        return false;
    }
    t->tokens = tokens;
    t->cap_tokens = cap;
    return true;
}

static inline struct jm_token *new_token(struct scan *c)
{
    if (c->t->n_tokens == c->t->cap_tokens && !more_tokens(c))
        return NULL;
    return &c->t->tokens[c->t->n_tokens++];
}

static uint64_t hash_folded(const uint8_t *s, size_t n, int extra)
{
    uint64_t h = JM_HASH_SEED;
    for (size_t i = 0; i < n; i++)
        h = jm_hash_step(h, class_of[s[i]] == C_UPPER ? s[i] | 0x20 : s[i]);
    if (extra)
        h = jm_hash_step(h, (uint8_t)extra);
    return jm_hash_end(h);
}

/* A word of ASCII letters and digits while it is read: where it ends, the classes of its bytes, and
 * the running hash before its last three bytes, from which the singular costs nothing. */
struct ascii_word {
    size_t end;
    unsigned classes; /* a bit each */
    uint64_t h, h1, h2, h3; /* of all bytes, all but the last, but the last two, but three */
};

/* The singular of a regular plural, for a word of n bytes that ends in s; 0 when it is not one. */
static uint64_t singular(const uint8_t *w, size_t n, const struct ascii_word *a)
{
    if (n < 4) /* VMs */
        return n == 3 && (w[0] & 0x20) == 0 && w[2] == 's' ? jm_hash_end(a->h1) : 0;
    int b = w[n - 2] | 0x20, c = w[n - 3] | 0x20;
    if (w[n - 1] == 's' && class_of[w[n - 2]] == C_UPPER)
        return jm_hash_end(a->h1); /* APIs, CPUs */
    if (b == 's' || b == 'u' || b == 'i')
        return 0;
    if (b == 'e' && c == 'i' && n > 4)
        return jm_hash_end(jm_hash_step(a->h3, 'y'));
    bool sibilant = c == 's' || c == 'x' || c == 'z' || (c == 'h' && n > 4);
    if (b == 'e' && sibilant && !(c == 's' && n > 4 && (w[n - 4] | 0x20) == 'a'))
        return jm_hash_end(a->h2);
    return jm_hash_end(a->h1);
}

/* The simpler form of an ASCII word: without version digits, or the singular. */
static uint64_t simpler(const uint8_t *w, size_t n, const struct ascii_word *a)
{
    size_t letters = n;
    if ((w[n - 1] | 0x20) == 's')
        return singular(w, n, a);
    while (letters > 0 && (class_of[w[letters - 1]] == C_DIGIT || w[letters - 1] == '.'))
        letters--;
    bool version = letters < n && letters >= 3 && class_of[w[0]] != C_DIGIT;
    return version ? hash_folded(w, letters, 0) : 0;
}

/* A code point above 0x7f: part of a word? If not, what gap it is. */
static bool high_is_word(uint32_t cp, uint16_t *gap)
{
    *gap = JM_GAP_OTHER;
    if (cp == 0xad || cp == 0x200c || cp == 0x200d || cp == 0xfeff || cp == 0x2060)
        return true; /* invisible: stays inside the word, the fold drops it */
    if (cp >= 0xc0 && cp < 0x250)
        return cp != 0xd7 && cp != 0xf7;
    if (cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200b) || cp == 0x202f || cp == 0x205f ||
        cp == 0x3000)
        *gap = JM_GAP_BLANK;
    else if (cp >= 0x2010 && cp <= 0x2015)
        *gap = JM_GAP_HYPHEN;
    else if (cp == 0x2028 || cp == 0x2029 || cp == 0x85)
        *gap = JM_GAP_LINE;
    else if (cp == 0x2018 || cp == 0x2019 || cp == 0x201c || cp == 0x201d || cp == 0xab ||
             cp == 0xbb)
        *gap = JM_GAP_QUOTE;
    else if (cp == 0x2022 || cp == 0xb7 || cp == 0x25cf || cp == 0x25aa || cp == 0x25ab ||
             cp == 0x25e6 || cp == 0x2023 || cp == 0x2043 || cp == 0x25a0 || cp == 0x25ba ||
             cp == 0x2713 || cp == 0x2714 || cp == 0x27a2 || cp == 0x2794 || cp == 0x2605 ||
             (cp >= 0xe000 && cp <= 0xf8ff))
        *gap = JM_GAP_BULLET;
    else if (cp == 0x3001 || cp == 0xff0c)
        *gap = JM_GAP_COMMA;
    else if (cp == 0x3002)
        *gap = JM_GAP_STOP;
    else {
        utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)cp);
        return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO && k != UTF8PROC_CATEGORY_NO;
    }
    return false;
}

/* Hash and flags of a word that has bytes above 0x7f. */
static void fold_high(struct scan *c, struct jm_token *tok)
{
    struct jm_buf *fold = &c->t->fold;
    uint32_t cp = 0;
    jm_buf_clear(fold);
    const char *w = (const char *)c->s + tok->beg;
    if (jm_text_fold(w, tok->end - tok->beg, fold)) {
        jm_buf_clear(fold);
        jm_buf_add(fold, w, tok->end - tok->beg);
    }
    tok->hash = hash_folded((const uint8_t *)jm_buf_cstr(fold), fold->len, 0);
    tok->alt = fold->len > 4 && fold->data[fold->len - 1] == 's' && fold->data[fold->len - 2] != 's'
                   ? hash_folded((const uint8_t *)fold->data, fold->len - 1, 0) : 0;
    jm_utf8_next(w, tok->end - tok->beg, &cp);
    if (utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_LU)
        tok->flags |= JM_TOK_UPPER;
    tok->flags &= (uint8_t)~(JM_TOK_ASCII | JM_TOK_CAPS);
}

/* Bytes of the word-part of a high character at i, 0 if it is not one. */
static size_t high_word(const struct scan *c, size_t i)
{
    uint32_t cp;
    uint16_t gap;
    unsigned len = jm_utf8_next((const char *)c->s + i, c->n - i, &cp);
    return len && high_is_word(cp, &gap) ? len : 0;
}

/* The signs that belong to the word ending at i: "++", "#", a single "+". */
static size_t trailing_sign(const struct scan *c, size_t beg, size_t i)
{
    uint8_t next = i < c->n ? c->s[i] : 0, after = i + 1 < c->n ? c->s[i + 1] : 0;
    uint8_t third = i + 2 < c->n ? c->s[i + 2] : 0;
    if (class_of[c->s[i - 1]] == C_DIGIT)
        return 0;
    if (next == '+' && after == '+' && third != '+')
        return 2;
    if (next == '#' && i - beg <= 2 && (class_of[after] == C_BLANK || class_of[after] >= C_LINE ||
                                        after == 0))
        return 1;
    if (next == '+' && after != '+' && class_of[after] != C_LOWER && class_of[after] != C_UPPER &&
        class_of[after] != C_DIGIT)
        return 1;
    return 0;
}

/* Read ASCII letters and digits from a->end on. A capital behind a small letter ends the word: a
 * new token starts there. A dot between digits is inside. */
static void read_ascii(const struct scan *c, struct ascii_word *a)
{
    const uint8_t *s = c->s;
    size_t i = a->end;
    uint8_t before = C_BLANK;
    for (; i < c->n; i++) {
        uint8_t ch = s[i], k = class_of[ch];
        if (k > C_DIGIT) {
            bool inner_dot = ch == '.' && before == C_DIGIT && i + 1 < c->n &&
                             class_of[s[i + 1]] == C_DIGIT;
            if (!inner_dot)
                break;
        } else if (k == C_UPPER) {
            if (before == C_LOWER)
                break;
            ch |= 0x20;
        }
        a->classes |= 1u << k;
        a->h3 = a->h2;
        a->h2 = a->h1;
        a->h1 = a->h;
        a->h = jm_hash_step(a->h, ch);
        before = k;
    }
    a->end = i;
}

/* The end of a word that has bytes above 0x7f, from its first byte on: once they began, a capital
 * ends it no longer. */
static void read_high(const struct scan *c, struct ascii_word *a, size_t i)
{
    uint8_t before = C_BLANK;
    bool high = false;
    a->classes = 0;
    for (; i < c->n; i++) {
        uint8_t k = class_of[c->s[i]];
        if (k == C_UPPER && before == C_LOWER && !high)
            break;
        if (k == C_HIGH) {
            size_t len = high_word(c, i);
            if (!len)
                break;
            high = true;
            i += len - 1;
        } else if (k > C_DIGIT) {
            bool inner_dot = c->s[i] == '.' && before == C_DIGIT && i + 1 < c->n &&
                             class_of[c->s[i + 1]] == C_DIGIT;
            if (!inner_dot)
                break;
        }
        a->classes |= 1u << k;
        before = k;
    }
    a->end = i;
}

static void finish_ascii(struct scan *c, struct jm_token *tok, const struct ascii_word *a)
{
    const uint8_t *w = c->s + tok->beg;
    size_t n = tok->end - tok->beg;
    uint8_t next = tok->end < c->n ? c->s[tok->end] : 0;
    size_t sign = next == '+' || next == '#' ? trailing_sign(c, tok->beg, tok->end) : 0;
    if (sign) {
        tok->hash = hash_folded(w, n + sign, 0);
        tok->alt = sign == 1 && w[n] == '+' ? hash_folded(w, n, 0) : 0;
        tok->flags |= JM_TOK_SIGN;
        tok->end += (uint32_t)sign;
    } else if (w[0] == '.') {
        tok->hash = hash_folded(w, n, 0);
        tok->alt = hash_folded(w + 1, n - 1, 0);
        tok->flags |= JM_TOK_SIGN;
    } else {
        tok->hash = jm_hash_end(a->h);
        tok->alt = simpler(w, n, a);
    }
}

/* "'s" behind a word belongs to it and says nothing. */
static void skip_possessive(struct scan *c)
{
    size_t i = c->i;
    if (i < c->n && c->s[i] == '\'')
        i++;
    else if (i + 2 < c->n && !memcmp(c->s + i, "\xe2\x80\x99", 3))
        i += 3;
    else
        return;
    if (i < c->n && c->s[i] == 's' && (i + 1 == c->n || (class_of[c->s[i + 1]] >= C_BLANK)))
        c->i = i + 1;
}

/* The rest of a web or mail address up to a blank: its words are nobody's skills. */
static void skip_address(struct scan *c)
{
    while (c->i < c->n && class_of[c->s[c->i]] != C_BLANK && class_of[c->s[c->i]] != C_LINE)
        c->i++;
    c->gap |= JM_GAP_OTHER;
}

static bool is_address(const struct scan *c)
{
    const char *s = (const char *)c->s + c->i;
    size_t n = c->n - c->i;
    if (n < 7 || ((s[1] | 0x20) != 't' && (s[1] | 0x20) != 'w'))
        return false;
    return (n > 8 && !strncasecmp(s, "http", 4) && (!memcmp(s + 4, "://", 3) ||
                                                    !memcmp(s + 5, "://", 3))) ||
           (n > 6 && !strncasecmp(s, "www.", 4));
}

static uint8_t flags_of(uint8_t first, unsigned classes)
{
    bool lower = classes & 1u << C_LOWER, upper = classes & 1u << C_UPPER;
    unsigned flags = JM_TOK_ASCII;
    flags |= first == C_UPPER ? JM_TOK_UPPER : first == C_DIGIT ? JM_TOK_DIGIT : 0;
    flags |= upper && !lower ? JM_TOK_CAPS : 0;
    flags |= upper && lower && first == C_LOWER ? JM_TOK_MIXED : 0;
    return (uint8_t)flags;
}

static void take_word(struct scan *c, size_t word_from)
{
    uint8_t start = c->s[c->i] | 0x20, first = class_of[c->s[word_from]];
    if ((start == 'h' || start == 'w') && is_address(c)) {
        skip_address(c);
        return;
    }
    struct jm_token *tok = new_token(c);
    struct ascii_word a = {.end = word_from, .h = JM_HASH_SEED};
    if (!tok)
        return;
    read_ascii(c, &a);
    bool high = a.end < c->n && class_of[c->s[a.end]] == C_HIGH && high_word(c, a.end);
    if (high)
        read_high(c, &a, word_from);
    uint32_t gap = c->gap;
    if (c->dot_stop && first == C_LOWER && !(gap & (JM_GAP_LINE | JM_GAP_PARA)))
        gap &= (uint32_t)~JM_GAP_STOP;
    if (!gap && c->t->n_tokens > 1)
        gap = JM_GAP_GLUED;
    *tok = (struct jm_token){.beg = (uint32_t)c->i, .end = (uint32_t)a.end, .gap = (uint16_t)gap,
                             .flags = flags_of(first, a.classes)};
    c->gap = 0;
    c->dot_stop = c->line_start = false;
    if (high)
        fold_high(c, tok);
    else
        finish_ascii(c, tok, &a);
    c->i = tok->end;
    skip_possessive(c);
}

/* "&" is the word "and", except in an entity that was left over. */
static void take_ampersand(struct scan *c)
{
    static const uint8_t and_word[] = "and";
    struct jm_token *tok = new_token(c);
    if (!tok)
        return;
    *tok = (struct jm_token){.beg = (uint32_t)c->i, .end = (uint32_t)c->i + 1,
                             .gap = (uint16_t)(c->gap ? c->gap : JM_GAP_GLUED)};
    tok->hash = hash_folded(and_word, 3, 0);
    c->gap = 0;
    c->i++;
}

/* Abbreviations after which a dot ends nothing. */
static bool abbreviation(const struct scan *c)
{
    static const char *const known[] = {"eg",  "ie",  "etc", "incl", "approx", "sr",  "jr",  "dr",
                                        "no",  "vs",  "bzw", "ca",   "inc",    "ltd", "st",  "mr",
                                        "mrs", "ms",  "prof", "resp", "max",   "min", "usw", "ggf",
                                        "inkl", "mind", "evtl", "std", "dept",  "ext", "tel", "co"};
    const struct jm_text *t = c->t;
    if (!t->n_tokens)
        return true;
    const struct jm_token *last = &t->tokens[t->n_tokens - 1];
    size_t n = last->end - last->beg;
    if (n == 1 && class_of[c->s[last->beg]] != C_DIGIT)
        return (last->gap & (JM_GAP_DOT | JM_GAP_STOP)) || !(last->flags & JM_TOK_UPPER);
    const char *s = (const char *)c->s + last->beg;
    for (size_t i = 0; n <= 6 && i < sizeof known / sizeof *known; i++)
        if (!((*known[i] ^ *s) & ~0x20) && strlen(known[i]) == n && !strncasecmp(known[i], s, n))
            return true;
    return false;
}

static void take_dot(struct scan *c)
{
    uint8_t after = c->i + 1 < c->n ? class_of[c->s[c->i + 1]] : C_BLANK;
    uint8_t before = c->i ? class_of[c->s[c->i - 1]] : C_BLANK;
    bool letter_after = after == C_LOWER || after == C_UPPER;
    bool word_before = before <= C_DIGIT || before == C_HIGH;
    bool dots = c->i && c->s[c->i - 1] == '.';
    if (letter_after && !word_before && !dots) { /* .NET */
        take_word(c, c->i + 1);
        return;
    }
    c->i++;
    if (word_before && (after == C_LOWER || after == C_UPPER || after == C_DIGIT)) {
        c->gap |= JM_GAP_DOT;
        if (before == C_LOWER && after == C_UPPER) { /* glued sentences, or Node.Js */
            c->gap |= JM_GAP_STOP;
            c->dot_stop = true;
        }
    } else if (!abbreviation(c)) {
        c->dot_stop = !(c->gap & JM_GAP_STOP);
        c->gap |= JM_GAP_STOP;
    }
}

static void take_sign(struct scan *c)
{
    uint8_t ch = c->s[c->i];
    uint8_t after = c->i + 1 < c->n ? c->s[c->i + 1] : ' ';
    if (ch == '.') {
        take_dot(c);
        return;
    }
    if (ch == '&') {
        take_ampersand(c);
        return;
    }
    if (ch == '@' && c->i && class_of[c->s[c->i - 1]] <= C_DIGIT && class_of[after] <= C_DIGIT) {
        skip_address(c);
        return;
    }
    bool mark = (ch == '-' || ch == '*' || ch == '+' || ch == '#') &&
                (class_of[after] == C_BLANK || after == ch);
    if (c->line_start && mark)
        c->gap |= JM_GAP_BULLET;
    else if (ch == '*' && class_of[after] == C_BLANK)
        c->gap |= JM_GAP_BULLET; /* lists that were put on one line */
    else
        c->gap |= gap_of[ch] ? gap_of[ch] : JM_GAP_OTHER;
    c->i++;
}

static void take_line(struct scan *c)
{
    bool cr = c->s[c->i] == '\r' && c->i + 1 < c->n && c->s[c->i + 1] == '\n';
    c->gap |= c->line_start && (c->gap & JM_GAP_LINE) ? JM_GAP_PARA | JM_GAP_LINE : JM_GAP_LINE;
    c->line_start = true;
    c->i += cr ? 2 : 1;
}

static void take_high(struct scan *c)
{
    uint32_t cp;
    uint16_t gap;
    unsigned len = jm_utf8_next((const char *)c->s + c->i, c->n - c->i, &cp);
    if (high_is_word(cp, &gap)) {
        take_word(c, c->i);
        return;
    }
    c->gap |= gap;
    if (gap == JM_GAP_LINE)
        c->line_start = true;
    c->i += len ? len : 1;
}

int jm_text_tokenise(struct jm_text *t, struct jm_err *err)
{
    struct scan c = {.t = t, .s = (const uint8_t *)t->view.plain, .n = t->view.bytes,
                     .gap = JM_GAP_PARA | JM_GAP_LINE, .line_start = true};
    while (c.i < c.n && !c.failed) {
        switch (class_of[c.s[c.i]]) {
        case C_LOWER:
        case C_UPPER:
        case C_DIGIT:
            take_word(&c, c.i);
            break;
        case C_BLANK:
            c.gap |= JM_GAP_BLANK;
            c.i++;
            break;
        case C_LINE:
            take_line(&c);
            break;
        case C_HIGH:
            take_high(&c);
            break;
        default:
            take_sign(&c);
        }
    }
    return c.failed ? jm_err_set(err, JM_ENOMEM, "out of memory for tokens") : 0;
}
