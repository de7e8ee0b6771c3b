/* numbers.c - the number a token spells, in digits or, up to twenty, in the words of ten languages.
 *
 * "un" and "ein" are articles far more often than numbers, so one is English only. */
#include <string.h>
#include <strings.h>

#include "extract_int.h"

static long word_number(const char *s, size_t n)
{
    static const struct {
        uint8_t value;
        const char *words; /* between blanks */
    } spelt[] = {
        {0, " zero "}, {1, " one "}, {2, " two zwei deux dos twee due dois duas dwa dwóch två doi două "},
        {3, " three drei trois tres drie tre três trzy trzech trei "},
        {4, " four vier quatre cuatro quattro quatro cztery czterech fyra patru "},
        {5, " five fünf cinq cinco vijf cinque pięć pięciu fem cinci "},
        {6, " six sechs seis zes sei sześć sześciu sex șase "},
        {7, " seven sieben siete zeven sette sete sju șapte "},
        {8, " eight acht huit ocho otto oito åtta opt "},
        {9, " nine neun neuf nueve negen nove nio nouă "},
        {10, " ten zehn dix diez tien dieci dez dziesięć tio zece "},
        {11, " eleven elf onze once "}, {12, " twelve zwölf douze doce twaalf "},
        {13, " thirteen "}, {14, " fourteen "}, {15, " fifteen fünfzehn quinze quince vijftien "},
        {16, " sixteen "}, {17, " seventeen "}, {18, " eighteen "}, {19, " nineteen "},
        {20, " twenty zwanzig vingt veinte twintig "}};
    for (size_t k = 0; n >= 2 && k < sizeof spelt / sizeof *spelt; k++)
        for (const char *p = spelt[k].words + 1; *p; p += strcspn(p, " ") + 1)
            if (strcspn(p, " ") == n && !strncasecmp(p, s, n))
                return spelt[k].value;
    return -1;
}

long token_number(const struct jm_text_view *v, size_t i)
{
    const struct jm_token *t = &v->tokens[i];
    const char *s = v->plain + t->beg;
    size_t n = t->end - t->beg;
    long value = 0;
    if (!(t->flags & JM_TOK_DIGIT))
        return n <= 10 ? word_number(s, n) : -1;
    for (size_t k = 0; k < n && s[k] != '.'; k++) {
        if (s[k] < '0' || s[k] > '9' || value > 100000000)
            return -1;
        value = value * 10 + (s[k] - '0');
    }
    return value;
}
