/* scan_word.c - one word of a plain text: where it ends, its hash, its simpler form.
 *
 * The hot path of the whole engine: every letter of every document passes here once. Plain ASCII
 * words are cut from a view of 64 bytes (scan_words); others are read sixteen bytes at a time
 * (sixteen.h); only words with bytes above 0x7f go through utf8proc.
 *
 * A capital behind a small letter starts a new token without a gap (JM_GAP_GLUED): "JavaScript" is
 * java + script, "timePlanetary" is time + planetary; the matcher tries the joined form too. */
#include <utf8proc.h>

#include "jobmatch/bytes.h"
#include "scan.h"

const uint8_t scan_class[256] = {
    [0 ... '\t'] = C_BLANK,      ['\n' ... '\r'] = C_LINE, [0x0e ... ' '] = C_BLANK,
    ['!' ... '/'] = C_SIGN,
    ['0' ... '9'] = C_DIGIT,     [':' ... '@'] = C_SIGN,    ['A' ... 'Z'] = C_UPPER,
    ['[' ... '`'] = C_SIGN,      ['a' ... 'z'] = C_LOWER,   ['{' ... 0x7f] = C_SIGN,
    [0x80 ... 0xff] = C_HIGH};

uint64_t scan_hash(const uint8_t *s, size_t n)
{
    uint64_t h = JM_HASH_SEED;
    for (size_t i = 0; i < n; i++)
        h = jm_hash_step(h, scan_class[s[i]] == C_UPPER ? s[i] | 0x20 : s[i]);
    return jm_hash_end(h);
}

/* The singular of a regular plural, for a word of n bytes that ends in s; 0 when it is not one. */
static uint64_t singular(const uint8_t *w, size_t n, const struct scan_word *a)
{
    if (n < 4) /* VMs */
        return n == 3 && (w[0] & 0x20) == 0 && w[2] == 's' ? jm_hash_end(a->hash[a->at - 1]) : 0;
    int b = w[n - 2] | 0x20, c = w[n - 3] | 0x20;
    if (w[n - 1] == 's' && scan_class[w[n - 2]] == C_UPPER)
        return jm_hash_end(a->hash[a->at - 1]); /* APIs, CPUs */
    if (b == 's' || b == 'u' || b == 'i')
        return 0;
    if (b == 'e' && c == 'i' && n > 4)
        return jm_hash_end(jm_hash_step(a->hash[a->at - 3], 'y'));
    bool sibilant = c == 's' || c == 'x' || c == 'z' || (c == 'h' && n > 4);
    if (b == 'e' && sibilant && !(c == 's' && n > 4 && (w[n - 4] | 0x20) == 'a'))
        return jm_hash_end(a->hash[a->at - 2]);
    return jm_hash_end(a->hash[a->at - 1]);
}

enum { LONG = 9 }; /* letters of a word that may be bent */

/* Does it end like a plural, a bent word ("-en", "-ern", "-eln") or a word with its version? One
 * branch that is hardly ever taken. */
static inline bool may_be_simpler(const uint8_t *w, size_t n)
{
    static const uint8_t last[256] = {['s'] = 1, ['S'] = 1, ['0' ... '9'] = 1, ['n'] = 2};
    static const uint8_t before[256] = {['e'] = 2, ['l'] = 2, ['r'] = 2};
    unsigned bent = n >= LONG ? before[w[n - 2]] : 0;
    return (last[w[n - 1]] & (1 | bent)) != 0;
}

/* How many letters a long word of n bytes that ends in n has too many: German "Leistungen" and
 * "Installationen", Dutch "vergunningen", Swedish "utbildningen" two, German "Messgeräten",
 * "Schaltern" one. */
static size_t bent(const uint8_t *w, size_t n)
{
    if (n < LONG || w[n - 1] != 'n')
        return 0;
    if (w[n - 2] != 'e')
        return w[n - 3] == 'e' && (w[n - 2] == 'r' || w[n - 2] == 'l');
    const uint8_t *end = w + n - 2;
    bool whole = !memcmp(end - 2, "ng", 2) || !memcmp(end - 3, "ion", 3) ||
                 !memcmp(end - 3, "het", 3) || !memcmp(end - 4, "heit", 4) ||
                 !memcmp(end - 4, "keit", 4);
    return whole ? 2 : 1;
}

/* The simpler form of an ASCII word: without version digits, the singular, or less bent. */
static uint64_t simpler(const uint8_t *w, size_t n, const struct scan_word *a)
{
    size_t letters = n, more;
    if ((w[n - 1] | 0x20) == 's')
        return singular(w, n, a);
    if (w[n - 1] == 'n')
        return (more = bent(w, n)) ? jm_hash_end(a->hash[a->at - more]) : 0;
    while (letters > 0 && (scan_class[w[letters - 1]] == C_DIGIT || w[letters - 1] == '.'))
        letters--;
    bool version = letters < n && letters >= 3 && scan_class[w[0]] != C_DIGIT;
    return version ? scan_hash(w, letters) : 0;
}

bool scan_invisible(uint32_t cp)
{
    return cp == 0xad || cp == 0x200c || cp == 0x200d || cp == 0xfeff || cp == 0x2060;
}

bool scan_high(uint32_t cp, uint16_t *gap)
{
    *gap = JM_GAP_OTHER;
    if (scan_invisible(cp))
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
    const uint8_t *word = (const uint8_t *)jm_buf_cstr(fold);
    size_t n = fold->len;
    size_t more = n > 4 && word[n - 1] == 's' && word[n - 2] != 's' ? 1 : bent(word, n);
    tok->hash = scan_hash(word, n);
    tok->alt = more ? scan_hash(word, n - more) : 0;
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
    return len && scan_high(cp, &gap) ? len : 0;
}

/* The signs that belong to the word ending at i: "++", "#", a single "+". */
static size_t trailing_sign(const struct scan *c, size_t beg, size_t i)
{
    uint8_t next = i < c->n ? c->s[i] : 0, after = i + 1 < c->n ? c->s[i + 1] : 0;
    uint8_t third = i + 2 < c->n ? c->s[i + 2] : 0;
    if (scan_class[c->s[i - 1]] == C_DIGIT)
        return 0;
    if (next == '+' && after == '+' && third != '+')
        return 2;
    if (next == '#' && i - beg <= 2 && scan_class[after] >= C_BLANK)
        return 1;
    if (next == '+' && after != '+' && scan_class[after] > C_DIGIT)
        return 1;
    return 0;
}

/* The hashes behind each of eight more bytes. Most words are short, but what lies behind the end is
 * cheaper computed than asked about. */
static inline void hash_eight(uint64_t *h, const uint8_t *s)
{
    h[1] = jm_hash_step(h[0], s[0]);
    h[2] = jm_hash_step(h[1], s[1]);
    h[3] = jm_hash_step(h[2], s[2]);
    h[4] = jm_hash_step(h[3], s[3]);
    h[5] = jm_hash_step(h[4], s[4]);
    h[6] = jm_hash_step(h[5], s[5]);
    h[7] = jm_hash_step(h[6], s[6]);
    h[8] = jm_hash_step(h[7], s[7]);
}

/* The sixteen bytes at i; NUL for those behind the text. */
static inline struct sixteen look(struct scan *c, size_t i)
{
    if (__builtin_expect(c->n - i >= 16, 1))
        return sixteen_look(c->s + i, c->folded);
    memset(c->last, 0, sizeof c->last);
    memcpy(c->last, c->s + i, c->n - i);
    return sixteen_look(c->last, c->folded);
}

/* Letters and digits from w->end on. A capital behind a small letter ends the word. */
static inline void read_run(struct scan *c, struct scan_word *w)
{
    uint32_t lower_before = 0, lower = 0, upper = 0;
    unsigned run;
    size_t i = w->end;
    for (;; i += 16) {
        struct sixteen x = look(c, i);
        uint32_t ends = ~(x.lower | x.upper | x.digit) | (x.upper & (x.lower << 1 | lower_before));
        run = (unsigned)__builtin_ctz(ends); /* bit 16 is set */
        uint32_t mine = ~ends & (ends - 1);
        lower |= x.lower & mine;
        upper |= x.upper & mine;
        hash_eight(w->hash + 3, c->folded);
        if (run <= 8)
            break;
        hash_eight(w->hash + 11, c->folded + 8);
        if (run < 16)
            break;
        /* cppcheck-suppress overlappingWriteFunction ; it takes elements for bytes */
        memcpy(w->hash, w->hash + 16, 4 * sizeof *w->hash);
        lower_before = x.lower >> 15;
    }
    w->letters |= (unsigned)(lower != 0) | (unsigned)(upper != 0) << 1;
    w->at = 3 + run;
    w->end = i + run;
}

static inline void read_ascii(struct scan *c, struct scan_word *w, size_t from)
{
    w->end = from;
    w->letters = 0;
    w->hash[3] = JM_HASH_SEED;
    read_run(c, w);
}

/* "1.5": a dot between digits is inside. */
static bool take_inner_dot(struct scan *c, struct scan_word *w)
{
    if (c->s[w->end] != '.' || scan_class[c->s[w->end - 1]] != C_DIGIT ||
        scan_class_at(c, w->end + 1) != C_DIGIT)
        return false;
    uint64_t last[3] = {w->hash[w->at - 2], w->hash[w->at - 1], w->hash[w->at]};
    memcpy(w->hash, last, sizeof last);
    w->hash[3] = jm_hash_step(last[2], '.');
    w->end++;
    read_run(c, w);
    return true;
}

/* The end of a word that has bytes above 0x7f, from its first byte on: once they began, a capital
 * ends it no longer. */
static void read_high(const struct scan *c, struct scan_word *w, size_t i)
{
    uint8_t before = C_BLANK;
    bool high = false;
    w->letters = 0;
    for (; i < c->n; i++) {
        uint8_t k = scan_class[c->s[i]];
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
                             scan_class[c->s[i + 1]] == C_DIGIT;
            if (!inner_dot)
                break;
        }
        w->letters |= k == C_LOWER ? 1 : k == C_UPPER ? 2 : 0;
        before = k;
    }
    w->end = i;
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
    if (i < c->n && c->s[i] == 's' && (i + 1 == c->n || (scan_class[c->s[i + 1]] >= C_BLANK)))
        c->i = i + 1;
}


/* By the class of the first byte and the letters there are: 1 small ones, 2 capitals. */
static const uint8_t flags_of[C_HIGH + 1][4] = {
    [C_LOWER] = {0, JM_TOK_ASCII, 0, JM_TOK_ASCII | JM_TOK_MIXED},
    [C_UPPER] = {0, 0, JM_TOK_ASCII | JM_TOK_UPPER | JM_TOK_CAPS, JM_TOK_ASCII | JM_TOK_UPPER},
    [C_DIGIT] = {JM_TOK_ASCII | JM_TOK_DIGIT, JM_TOK_ASCII | JM_TOK_DIGIT,
                 JM_TOK_ASCII | JM_TOK_DIGIT | JM_TOK_CAPS, JM_TOK_ASCII | JM_TOK_DIGIT}};

static inline void set_word(struct scan *c, struct jm_token *tok, size_t from)
{
    const struct scan_word *w = &c->word;
    tok->end = (uint32_t)w->end;
    tok->flags = flags_of[scan_class[c->s[from]]][w->letters];
}

/* A word that does not simply end: a sign or a character above 0x7f follows, or a dot goes
 * before. */
static __attribute__((noinline)) void finish_odd(struct scan *c, struct jm_token *tok, size_t from)
{
    struct scan_word *w = &c->word;
    const uint8_t *s = c->s;
    size_t n;
    while (w->end > from && w->end < c->n && take_inner_dot(c, w))
        ;
    if (w->end < c->n && s[w->end] >= 0x80 && high_word(c, w->end)) {
        read_high(c, w, from);
        set_word(c, tok, from);
        fold_high(c, tok);
    } else {
        set_word(c, tok, from);
        n = trailing_sign(c, tok->beg, w->end);
        tok->end += (uint32_t)n;
        if (n || from != tok->beg) {
            const uint8_t *word = s + tok->beg;
            bool plus = n == 1 && s[w->end] == '+';
            tok->flags |= JM_TOK_SIGN;
            tok->hash = scan_hash(word, tok->end - tok->beg);
            tok->alt = plus ? scan_hash(word, w->end - tok->beg)
                       : n  ? 0 : scan_hash(word + 1, w->end - tok->beg - 1);
        } else {
            tok->hash = jm_hash_end(w->hash[w->at]);
            tok->alt = simpler(s + from, w->end - from, w);
        }
    }
    c->i = tok->end;
    skip_possessive(c);
}

/* What stands before the word at `from`, for its token. */
static inline uint16_t gap_before(const struct scan *c, size_t from)
{
    uint32_t gap = c->gap;
    if ((gap & SCAN_DOT_STOP) && scan_class[c->s[from]] == C_LOWER &&
        !(gap & (JM_GAP_LINE | JM_GAP_PARA)))
        gap &= (uint32_t)~JM_GAP_STOP;
    return (uint16_t)gap ? (uint16_t)gap : JM_GAP_GLUED;
}

/* Begin a token at c->i whose word begins at `from`. */
static inline struct jm_token *begin(struct scan *c, size_t from)
{
    struct jm_token *tok = scan_new_token(c);
    if (!tok)
        return NULL;
    tok->beg = (uint32_t)c->i;
    tok->gap = gap_before(c, from);
    tok->spare = 0;
    c->gap = 0;
    return tok;
}

void scan_word(struct scan *c, size_t from)
{
    /* what may belong to the word before it */
    static const bool odd[256] = {['.'] = true, ['+'] = true, ['#'] = true, ['\''] = true,
                                  [0x80 ... 0xff] = true};
    struct scan_word *w = &c->word;
    struct jm_token *tok = begin(c, from);
    if (!tok)
        return;
    read_ascii(c, w, from);
    size_t end = w->end;
    if ((end < c->n && odd[c->s[end]]) || from != c->i) {
        finish_odd(c, tok, from);
        return;
    }
    set_word(c, tok, from);
    tok->hash = jm_hash_end(w->hash[w->at]);
    tok->alt = may_be_simpler(c->s + from, end - from) ? simpler(c->s + from, end - from, w) : 0;
    c->i = end;
}

/* --- plain words -------------------------------------------------------------------------------- */

/* Look at the 64 bytes from i on. */
static void move_view(struct scan *c, size_t i)
{
    struct scan_view *v = &c->view;
    const uint8_t *s = c->s + i;
    if (__builtin_expect(c->n - i < SCAN_VIEW, 0)) {
        memset(v->last, 0, sizeof v->last);
        memcpy(v->last, s, c->n - i);
        s = v->last;
    }
    struct sixteen x = sixteen_look(s, v->folded), y = sixteen_look(s + 16, v->folded + 16);
    uint32_t lower = x.lower | y.lower << 16, upper = x.upper | y.upper << 16;
    uint32_t digit = x.digit | y.digit << 16;
    x = sixteen_look(s + 32, v->folded + 32);
    y = sixteen_look(s + 48, v->folded + 48);
    v->lower = lower | (uint64_t)(x.lower | y.lower << 16) << 32;
    v->upper = upper | (uint64_t)(x.upper | y.upper << 16) << 32;
    uint64_t word = v->lower | v->upper | digit | (uint64_t)(x.digit | y.digit << 16) << 32;
    v->ends = ~word | (v->upper & v->lower << 1);
    v->from = i;
}

/* Where in the view the ASCII word at i stands; the bytes of it, or 0 when it is longer than words
 * are. */
static inline unsigned plain_run(struct scan *c, size_t i, unsigned *at)
{
    size_t off = i - c->view.from; /* wraps when i lies before it */
    /* the first byte is in the word whatever stands before it */
    uint64_t ends = off < SCAN_VIEW ? c->view.ends >> off & ~UINT64_C(1) : 0;
    if (!ends) {
        move_view(c, i);
        off = 0;
        ends = c->view.ends & ~UINT64_C(1);
    }
    *at = (unsigned)off;
    return ends ? (unsigned)__builtin_ctzll(ends) : 0;
}

/* The hash of the word's n bytes in the view, at most 16. */
static inline uint64_t plain_hash(struct scan *c, unsigned at, unsigned n)
{
    struct scan_word *w = &c->word;
    const uint8_t *folded = c->view.folded + at;
    w->hash[3] = JM_HASH_SEED;
    w->at = 3 + n;
    hash_eight(w->hash + 3, folded);
    if (n > 8)
        hash_eight(w->hash + 11, folded + 8);
    return jm_hash_end(w->hash[w->at]);
}

/* Does what follows a word ask for a closer look? By itself a dot does only behind a digit. */
static inline bool needs_look(const uint8_t *end)
{
    enum { ODD = 1, DOT };
    static const uint8_t kind[256] = {['+'] = ODD, ['#'] = ODD, ['\''] = ODD, ['.'] = DOT,
                                      [0x80 ... 0xff] = ODD};
    return kind[*end] && (kind[*end] == ODD || scan_class[end[-1]] == C_DIGIT);
}

/* A token of the word of n bytes at i, which stand at `at` in the view. */
static inline void plain_token(struct scan *c, struct jm_token *tok, size_t i, unsigned at,
                               unsigned n)
{
    const uint8_t *s = c->s + i;
    unsigned beyond = SCAN_VIEW - n; /* of 64 bits */
    unsigned letters = c->view.lower >> at << beyond != 0;
    letters |= (unsigned)(c->view.upper >> at << beyond != 0) << 1;
    tok->beg = (uint32_t)i;
    tok->end = (uint32_t)(i + n);
    tok->flags = flags_of[scan_class[*s]][letters];
    tok->spare = 0;
    tok->hash = plain_hash(c, at, n);
    tok->alt = may_be_simpler(s, n) ? simpler(s, n, &c->word) : 0;
}

/* From the end of a word over one sign or blank, and a blank behind it, to the next; what that is
 * as a gap goes to *gap. `end` itself: there is more than that, or no plain word. */
static inline size_t step_over(const struct scan *c, size_t end, uint16_t *gap)
{
    const uint8_t *s = c->s + end; /* two more are there */
    uint16_t one = scan_gap_of[s[0]];
    unsigned blank = s[1] == ' ';
    if (!one || scan_class[s[1 + blank]] > C_DIGIT || scan_address(c, end + 1 + blank))
        return end;
    *gap = (uint16_t)(one | blank * JM_GAP_BLANK);
    return end + 1 + blank;
}

void scan_words(struct scan *c)
{
    const uint8_t *s = c->s;
    const size_t bytes = c->n;
    uint16_t gap = gap_before(c, c->i);
    for (size_t i = c->i, next;; i = next) {
        unsigned at, n = plain_run(c, i, &at);
        size_t end = i + n;
        c->i = i;
        if (n - 1 >= 16 || end + 2 >= bytes || needs_look(s + end)) {
            c->gap = gap;
            scan_word(c, i);
            return;
        }
        struct jm_token *tok = scan_new_token(c);
        if (!tok)
            return;
        tok->gap = gap;
        plain_token(c, tok, i, at, n);
        next = step_over(c, end, &gap);
        if (next == end) {
            c->i = end;
            c->gap = 0;
            return;
        }
    }
}
