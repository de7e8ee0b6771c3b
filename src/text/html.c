/* html.c - HTML to plain text, keeping where every stretch came from.
 *
 * A scanner, not a parser: job ads are fragments, pasted from word processors, cut in the middle.
 * Tags become nothing (inline), a line break (br, tr, div) or an empty line (p, headings, lists);
 * a list item starts with a bullet; script, style and comments go; entities are resolved.
 * Ads that were escaped once too often ("&lt;p&gt;") are read as the markup they were meant to be.
 * Whatever is not markup stays as it is: "a < b" and "<3" are text. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jobmatch/bytes.h"
#include "text_int.h"

enum tag_effect { TAG_INLINE, TAG_BREAK, TAG_BLOCK, TAG_ITEM, TAG_CELL, TAG_SKIP };

static const struct {
    const char *name;
    enum tag_effect effect;
} tags[] = {
    {"p", TAG_BLOCK},      {"br", TAG_BREAK},     {"li", TAG_ITEM},      {"ul", TAG_BLOCK},
    {"ol", TAG_BLOCK},     {"div", TAG_BREAK},    {"span", TAG_INLINE},  {"b", TAG_INLINE},
    {"strong", TAG_INLINE}, {"i", TAG_INLINE},    {"em", TAG_INLINE},    {"u", TAG_INLINE},
    {"h1", TAG_BLOCK},     {"h2", TAG_BLOCK},     {"h3", TAG_BLOCK},     {"h4", TAG_BLOCK},
    {"h5", TAG_BLOCK},     {"h6", TAG_BLOCK},     {"tr", TAG_BREAK},     {"td", TAG_CELL},
    {"th", TAG_CELL},      {"table", TAG_BLOCK},  {"tbody", TAG_BREAK},  {"thead", TAG_BREAK},
    {"script", TAG_SKIP},  {"style", TAG_SKIP},   {"head", TAG_SKIP},    {"title", TAG_SKIP},
    {"noscript", TAG_SKIP}, {"template", TAG_SKIP}, {"a", TAG_INLINE},   {"hr", TAG_BLOCK},
    {"section", TAG_BLOCK}, {"article", TAG_BLOCK}, {"header", TAG_BLOCK}, {"footer", TAG_BLOCK},
    {"main", TAG_BLOCK},   {"nav", TAG_BLOCK},    {"dt", TAG_BREAK},     {"dd", TAG_BREAK},
    {"dl", TAG_BLOCK},     {"blockquote", TAG_BLOCK}, {"pre", TAG_BLOCK}, {"html", TAG_BREAK},
    {"body", TAG_BREAK},   {"font", TAG_INLINE},  {"img", TAG_INLINE},   {"form", TAG_BLOCK},
    {"sub", TAG_INLINE},   {"sup", TAG_INLINE},   {"small", TAG_INLINE}, {"center", TAG_BREAK},
    {"meta", TAG_INLINE},  {"link", TAG_INLINE},  {"o:p", TAG_INLINE},   {"code", TAG_INLINE},
    {"svg", TAG_SKIP},     {"input", TAG_INLINE}, {"button", TAG_BREAK}, {"label", TAG_INLINE},
    {"s", TAG_INLINE},     {"del", TAG_INLINE},   {"mark", TAG_INLINE},  {"time", TAG_INLINE},
};

static const struct {
    const char *name;
    uint16_t cp;
} entities[] = {
    {"amp", '&'},       {"lt", '<'},        {"gt", '>'},        {"quot", '"'},
    {"apos", '\''},     {"nbsp", 0xa0},     {"bull", 0x2022},   {"middot", 0xb7},
    {"ndash", 0x2013},  {"mdash", 0x2014},  {"lsquo", 0x2018},  {"rsquo", 0x2019},
    {"ldquo", 0x201c},  {"rdquo", 0x201d},  {"sbquo", 0x201a},  {"bdquo", 0x201e},
    {"hellip", 0x2026}, {"euro", 0x20ac},   {"pound", 0xa3},    {"yen", 0xa5},
    {"cent", 0xa2},     {"sect", 0xa7},     {"copy", 0xa9},     {"reg", 0xae},
    {"trade", 0x2122},  {"deg", 0xb0},      {"plusmn", 0xb1},   {"frac12", 0xbd},
    {"laquo", 0xab},    {"raquo", 0xbb},    {"auml", 0xe4},     {"ouml", 0xf6},
    {"uuml", 0xfc},     {"Auml", 0xc4},     {"Ouml", 0xd6},     {"Uuml", 0xdc},
    {"szlig", 0xdf},    {"eacute", 0xe9},   {"egrave", 0xe8},   {"ecirc", 0xea},
    {"euml", 0xeb},     {"agrave", 0xe0},   {"aacute", 0xe1},   {"acirc", 0xe2},
    {"aring", 0xe5},    {"Aring", 0xc5},    {"aelig", 0xe6},    {"oslash", 0xf8},
    {"ccedil", 0xe7},   {"ntilde", 0xf1},   {"iacute", 0xed},   {"oacute", 0xf3},
    {"ocirc", 0xf4},    {"otilde", 0xf5},   {"atilde", 0xe3},   {"uacute", 0xfa},
    {"ugrave", 0xf9},   {"ucirc", 0xfb},    {"iuml", 0xef},     {"icirc", 0xee},
    {"ograve", 0xf2},   {"igrave", 0xec},   {"Agrave", 0xc0},   {"Egrave", 0xc8},
    {"Aacute", 0xc1},   {"Oacute", 0xd3},   {"Uacute", 0xda},   {"Ntilde", 0xd1},
    {"Ccedil", 0xc7},   {"Oslash", 0xd8},   {"AElig", 0xc6},    {"oelig", 0x153},
    {"OElig", 0x152},   {"scaron", 0x161},  {"Scaron", 0x160},  {"ordm", 0xba},
    {"ordf", 0xaa},     {"lsaquo", 0x2039}, {"rsaquo", 0x203a}, {"Eacute", 0xc9},
    {"rarr", 0x2192},   {"times", 0xd7},    {"ensp", ' '},      {"emsp", ' '},
    {"thinsp", ' '},    {"shy", 0xad},      {"zwnj", 0x200c},   {"iexcl", 0xa1},
    {"iquest", 0xbf},   {"num", '#'},       {"plus", '+'},      {"lpar", '('},
    {"rpar", ')'},      {"sol", '/'},       {"comma", ','},     {"period", '.'},
    {"colon", ':'},     {"NewLine", '\n'},  {"Tab", '\t'},
};

struct html {
    struct jm_text *t;
    const char *s;
    size_t bytes, i;
    bool escaped; /* "&lt;p&gt;" is markup */
    bool keep_lines; /* no block markup at all: line breaks are the author's */
    bool unclosed; /* a skipped element had no end: do not search for one again */
    bool failed;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void note_run(struct html *h, size_t source, size_t src_bytes)
{
    struct jm_text *t = h->t;
    if (t->n_runs == t->cap_runs) {
        size_t cap = t->cap_runs ? t->cap_runs * 2 : 256;
        struct jm_text_run *runs = realloc(t->runs, cap * sizeof *runs);
        if (!runs) {
            h->failed = true;
            return;
        }
        t->runs = runs;
        t->cap_runs = cap;
    }
    t->runs[t->n_runs++] = (struct jm_text_run){
        .plain = (uint32_t)t->plain.len, .source = (uint32_t)source,
        .src_bytes = (uint32_t)src_bytes};
}

/* `text` in the output stands for src_bytes at `source`. */
static void emit_for(struct html *h, const char *text, size_t len, size_t source, size_t src_bytes)
{
    note_run(h, source, src_bytes ? src_bytes : 1);
    jm_buf_add(&h->t->plain, text, len);
}

/* Line breaks: never more than one empty line, none at the start. */
static void emit_break(struct html *h, unsigned lines, size_t source, size_t src_bytes)
{
    struct jm_buf *out = &h->t->plain;
    size_t end = out->len;
    unsigned have = 0;
    while (end > 0 && (out->data[end - 1] == '\n' || out->data[end - 1] == ' '))
        have += out->data[--end] == '\n';
    if (end == 0 || have >= lines)
        return;
    emit_for(h, "\n\n", lines - have, source, src_bytes);
}

static enum tag_effect effect_of(const char *name, size_t len, bool *known)
{
    *known = true;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (!((*tags[i].name ^ *name) & ~0x20) && strlen(tags[i].name) == len &&
            !strncasecmp(tags[i].name, name, len))
            return tags[i].effect;
    *known = false;
    return TAG_INLINE;
}

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':';
}

struct tag {
    size_t name, name_bytes, end; /* offsets; end: behind ">" */
    bool closing;
};

/* The tag whose name starts at `at` and that `close` ends; false if it is not one. A tag is over
 * after 4,096 bytes: what comes later was no tag. */
static bool read_tag(const struct html *h, size_t at, const char *close, struct tag *tag)
{
    size_t i = at, limit = h->bytes - at > 4096 ? at + 4096 : h->bytes;
    size_t close_bytes = strlen(close);
    tag->closing = i < limit && h->s[i] == '/';
    if (tag->closing)
        i++;
    tag->name = i;
    while (i < limit && name_char(h->s[i]))
        i++;
    tag->name_bytes = i - tag->name;
    if (!tag->name_bytes || !name_char(h->s[tag->name]) || h->s[tag->name] <= '9')
        return false;
    for (char quote = 0; i + close_bytes <= limit; i++) {
        char c = h->s[i];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (!memcmp(h->s + i, close, close_bytes)) {
            tag->end = i + close_bytes;
            return true;
        } else if ((c == '"' || c == '\'') && h->s[i - 1] == '=') {
            quote = c;
        } else if (c == '<' || (c == '&' && i + 4 <= limit && !memcmp(h->s + i, "&lt;", 4))) {
            return false;
        }
    }
    return false;
}

/* Past the end tag of a skipped element; past the start tag alone when there is none. */
static size_t skip_element(struct html *h, const struct tag *tag)
{
    for (size_t i = tag->end; !h->unclosed && i + tag->name_bytes + 2 <= h->bytes;
         i++) {
        const char *lt = memchr(h->s + i, '<', h->bytes - i);
        if (!lt)
            break;
        i = (size_t)(lt - h->s);
        if (i + 2 + tag->name_bytes <= h->bytes && lt[1] == '/' &&
            !strncasecmp(lt + 2, h->s + tag->name, tag->name_bytes)) {
            const char *gt = memchr(lt, '>', h->bytes - i);
            return gt ? (size_t)(gt - h->s) + 1 : h->bytes;
        }
    }
    h->unclosed = true;
    return tag->end;
}

static void apply_tag(struct html *h, const struct tag *tag, size_t from)
{
    bool known;
    enum tag_effect effect = effect_of(h->s + tag->name, tag->name_bytes, &known);
    size_t src = tag->end - from;
    h->i = tag->end;
    switch (effect) {
    case TAG_INLINE:
        if (!known)
            emit_for(h, " ", 1, from, src);
        break;
    case TAG_BREAK:
        emit_break(h, 1, from, src);
        break;
    case TAG_BLOCK:
        emit_break(h, 2, from, src);
        break;
    case TAG_ITEM:
        emit_break(h, 1, from, src);
        if (!tag->closing)
            emit_for(h, "\xe2\x80\xa2 ", 4, from, src);
        break;
    case TAG_CELL:
        emit_for(h, " | ", 3, from, src);
        break;
    case TAG_SKIP:
        if (!tag->closing)
            h->i = skip_element(h, tag);
        emit_break(h, 1, from, h->i - from);
        break;
    }
}

/* Code point of the entity at s[i] ("&...;"), its length in *len; 0 if it is none. */
static uint32_t read_entity(const char *s, size_t bytes, size_t *len)
{
    size_t n = 1;
    uint32_t cp = 0;
    if (bytes > 3 && s[1] == '#') {
        bool hex = s[2] == 'x' || s[2] == 'X';
        for (n = hex ? 3 : 2; n < bytes && n < 10; n++) {
            int c = (uint8_t)s[n] | 0x20;
            int digit = c >= '0' && c <= '9'          ? c - '0'
                        : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0)
                break;
            cp = cp * (hex ? 16 : 10) + (uint32_t)digit;
        }
        *len = n < bytes && s[n] == ';' ? n + 1 : n;
        bool some = n > (hex ? 3u : 2u), real = cp < 0x110000 && (cp < 0xd800 || cp > 0xdfff);
        if (cp >= 0x80 &&
            cp <= 0x9f) /* "&#146;", "&#128;": meant as bytes, as browsers read them */
            cp = jm_text_from_1252((uint8_t)cp);
        return some && real ? cp : 0;
    }
    while (n < bytes && n < 9 && name_char(s[n]) && s[n] != ':')
        n++;
    if (n == bytes || s[n] != ';')
        return 0;
    *len = n + 1;
    for (size_t e = 0; e < sizeof entities / sizeof *entities; e++)
        if (*entities[e].name == s[1] && strlen(entities[e].name) == n - 1 &&
            !memcmp(entities[e].name, s + 1, n - 1))
            return entities[e].cp;
    return 0;
}

static void on_entity(struct html *h)
{
    struct tag tag;
    size_t len = 0;
    const char *at = h->s + h->i;
    if (h->escaped && h->bytes - h->i > 4 && !memcmp(at, "&lt;", 4) &&
        read_tag(h, h->i + 4, "&gt;", &tag)) {
        apply_tag(h, &tag, h->i);
        return;
    }
    uint32_t cp = read_entity(at, h->bytes - h->i, &len);
    /* escaped twice: "&amp;nbsp;" */
    if (cp == '&' && len == 5 && h->bytes - h->i > 6) {
        size_t inner_len = 0;
        uint32_t inner;
        struct jm_buf pair;
        jm_buf_init(&pair);
        jm_buf_ch(&pair, '&');
        jm_buf_add(&pair, at + 5, h->bytes - h->i - 5 > 10 ? 10 : h->bytes - h->i - 5);
        inner = jm_buf_ok(&pair) ? read_entity(pair.data, pair.len, &inner_len) : 0;
        jm_buf_fini(&pair);
        if (inner) {
            cp = inner;
            len = 5 + inner_len - 1;
        }
    }
    if (!cp) {
        emit_for(h, "&", 1, h->i, 1);
        h->i++;
        return;
    }
    char utf8[4];
    unsigned n = jm_utf8_put(utf8, cp);
    emit_for(h, cp == 0xa0 || cp < 0x20 ? " " : utf8, cp == 0xa0 || cp < 0x20 ? 1 : n, h->i, len);
    h->i += len;
}

static void on_angle(struct html *h)
{
    struct tag tag;
    const char *at = h->s + h->i;
    size_t left = h->bytes - h->i;
    if (left > 3 && !memcmp(at, "<!--", 4)) {
        const char *end = memmem(at, left, "-->", 3);
        h->i = end ? (size_t)(end - h->s) + 3 : h->bytes;
    } else if (left > 1 && (at[1] == '!' || at[1] == '?') &&
               memchr(at, '>', left < 4096 ? left : 4096)) {
        h->i = (size_t)((const char *)memchr(at, '>', left) - h->s) + 1;
    } else if (read_tag(h, h->i + 1, ">", &tag)) {
        apply_tag(h, &tag, h->i);
    } else {
        emit_for(h, "<", 1, h->i, 1);
        h->i++;
    }
}

/* Past the words from h->i on that stay as they are: up to markup, or to a blank that does not. */
static size_t end_of_words(const struct html *h)
{
    static const bool stop[256] = {['<'] = true, ['&'] = true, [' '] = true, ['\t'] = true,
                                   ['\n'] = true, ['\r'] = true, ['\f'] = true};
    size_t i = h->i;
    for (;; i++) {
        while (i < h->bytes && !stop[(uint8_t)h->s[i]])
            i++;
        if (i + 1 >= h->bytes || i == h->i || h->s[i] != ' ' || is_blank(h->s[i + 1]))
            return i;
    }
}

/* Text up to the next markup; blanks squeezed to one. */
static void on_text(struct html *h)
{
    struct jm_buf *out = &h->t->plain;
    while (h->i < h->bytes && h->s[h->i] != '<' && h->s[h->i] != '&') {
        size_t from = h->i;
        h->i = end_of_words(h);
        if (h->i > from) {
            note_run(h, from, 0);
            jm_buf_add(out, h->s + from, h->i - from);
        }
        from = h->i;
        unsigned lines = 0;
        while (h->i < h->bytes && is_blank(h->s[h->i]))
            lines += h->s[h->i++] == '\n';
        if (h->i == from)
            continue;
        if (lines && h->keep_lines)
            emit_break(h, lines < 2 ? 1 : 2, from, h->i - from);
        else if (out->len && out->data[out->len - 1] != ' ' && out->data[out->len - 1] != '\n')
            emit_for(h, " ", 1, from, h->i - from);
    }
}

/* Is one of the needles in the text? They start with the same sign; letter case does not matter. */
static bool has_any(const char *s, size_t bytes, const char *const *needles)
{
    const char *end = s + bytes;
    for (const char *p = s; p < end && (p = memchr(p, **needles, (size_t)(end - p))); p++)
        for (const char *const *needle = needles; *needle; needle++)
            if ((size_t)(end - p) >= strlen(*needle) && !strncasecmp(p, *needle, strlen(*needle)))
                return true;
    return false;
}

static const char *const block_marks[] = {"<p", "<br", "<li", "<div", "<ul", "<td", "<h", NULL};
static const char *const escaped_marks[] = {"&lt;p", "&lt;br", "&lt;li", "&lt;div", "&lt;ul",
                                            "&lt;strong", "&lt;h", NULL};

bool jm_text_looks_html(const char *s, size_t bytes)
{
    static const char *const marks[] = {"</", "<br", "<p>", "<li>", "<p ", "<div", NULL};
    static const char *const entity[] = {"&nbsp;", "&rsquo;", "&ndash;", "&bull;", "&amp;", NULL};
    return bytes && (has_any(s, bytes, marks) || has_any(s, bytes, entity) ||
                     has_any(s, bytes, escaped_marks));
}

int jm_text_from_html(struct jm_text *t, const char *s, size_t bytes, struct jm_err *err)
{
    struct html h = {.t = t, .s = s, .bytes = bytes};
    jm_buf_clear(&t->plain);
    t->n_runs = 0;
    note_run(&h, 0, 0);
    bool blocks = bytes && has_any(s, bytes, block_marks);
    h.escaped = bytes && !blocks && has_any(s, bytes, escaped_marks);
    h.keep_lines = !blocks && !h.escaped;
    while (h.i < bytes) {
        if (s[h.i] == '<')
            on_angle(&h);
        else if (s[h.i] == '&')
            on_entity(&h);
        else
            on_text(&h);
    }
    if (h.failed || !jm_buf_ok(&t->plain))
        return jm_err_set(err, JM_ENOMEM, "out of memory for %zu bytes of HTML", bytes);
    return 0;
}
