/* entity.c - character references in cells: tables that went through a web form say "R&amp;D". */
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "jobmatch/bytes.h"

static const struct {
    const char *name;
    uint32_t cp;
} entities[] = {{"amp", '&'},    {"lt", '<'},     {"gt", '>'},     {"quot", '"'},   {"apos", '\''},
                {"nbsp", ' '},   {"eacute", 0xe9}, {"auml", 0xe4}, {"ouml", 0xf6},  {"uuml", 0xfc},
                {"szlig", 0xdf}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"rsquo", 0x2019}};

enum { NAME_MAX = 8 };

static uint32_t by_number(const char *s, size_t n)
{
    uint32_t cp = 0, base = n > 1 && (s[0] == 'x' || s[0] == 'X') ? 16 : 10;
    for (size_t i = base == 16; i < n; i++) {
        char c = s[i] >= 'A' && s[i] <= 'F' ? (char)(s[i] + 32) : s[i];
        uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 : 99;
        if (digit >= base || cp > 0x10ffff)
            return 0;
        cp = cp * base + digit;
    }
    return cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) ? 0 : cp;
}

/* The code point of "&...;" at s, its length in *used; 0: it is none, or a control sign. */
static uint32_t read_entity(const char *s, size_t n, size_t *used)
{
    const char *end = memchr(s, ';', n < NAME_MAX + 2 ? n : NAME_MAX + 2);
    size_t len = end ? (size_t)(end - s) - 1 : 0;
    uint32_t cp = 0;
    if (len > 1 && s[1] == '#')
        cp = by_number(s + 2, len - 1);
    for (size_t i = 0; len && !cp && i < sizeof entities / sizeof *entities; i++)
        if (strlen(entities[i].name) == len && !memcmp(entities[i].name, s + 1, len))
            cp = entities[i].cp;
    *used = len + 2;
    return cp < ' ' ? 0 : cp;
}

size_t csv_decode(char *s, size_t n)
{
    size_t to = 0, used;
    char *amp = memchr(s, '&', n);
    if (!amp)
        return n;
    for (size_t i = to = (size_t)(amp - s); i < n;) {
        uint32_t cp = s[i] == '&' ? read_entity(s + i, n - i, &used) : 0;
        if (cp) { /* never longer than what it replaces */
            to += jm_utf8_put(s + to, cp);
            i += used;
        } else {
            s[to++] = s[i++];
        }
    }
    s[to] = '\0';
    return to;
}
