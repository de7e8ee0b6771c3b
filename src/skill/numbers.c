/* numbers.c - the number a token spells, in digits or, up to twenty, in the words of ten languages;
 * tens and ones of two words ("twenty-five", "vinte e cinco") are read together.
 *
 * "un" and "ein" are articles far more often than numbers, so one is English only; "one year" of
 * other languages is a phrase (CUE_YEARS with a value). */
#include <string.h>
#include <strings.h>

#include "cues.h"
#include "extract_int.h"

struct spelt {
    uint8_t value;
    const char *words; /* between blanks */
};

static long look_up(const struct spelt *spelt, size_t count, const char *s, size_t n)
{
    for (size_t k = 0; n >= 2 && k < count; k++)
        for (const char *p = spelt[k].words + 1; *p; p = strchr(p, ' ') + 1)
            if (!((*p ^ *s) & ~0x20) && !strncasecmp(p, s, n) && p[n] == ' ')
                return spelt[k].value;
    return -1;
}

static const struct spelt ones_and_teens[] = {
    {0, " zero "},
    {1, " one "},
    {2, " two zwei deux dos twee due dois duas dwa dwóch två doi două "},
    {3, " three drei trois tres drie tre três trzy trzech trei "},
    {4, " four vier quatre cuatro quattro quatro cztery czterech fyra patru "},
    {5, " five fünf cinq cinco vijf cinque pięć pięciu fem cinci "},
    {6, " six sechs seis zes sei sześć sześciu sex șase "},
    {7, " seven sieben siete zeven sette sete siedem siedmiu sju șapte "},
    {8, " eight acht huit ocho otto oito osiem ośmiu åtta opt "},
    {9, " nine neun neuf nueve negen nove dziewięć dziewięciu nio nouă "},
    {10, " ten zehn dix diez tien dieci dez dziesięć dziesięciu tio zece "},
    {11, " eleven elf onze once undici jedenaście elva unsprezece "},
    {12, " twelve zwölf douze doce twaalf dodici doze dwanaście tolv "
         "doisprezece "},
    {13, " thirteen dreizehn treize trece dertien tredici treze trzynaście tretton "
         "treisprezece "},
    {14, " fourteen vierzehn quatorze catorce veertien quattordici catorze czternaście "
         "fjorton "},
    {15, " fifteen fünfzehn quinze quince vijftien quindici piętnaście piętnastu femton "
         "cincisprezece "},
    {16, " sixteen sechzehn seize dieciséis zestien sedici dezasseis szesnaście "
         "sexton "},
    {17, " seventeen siebzehn diecisiete zeventien diciassette dezassete siedemnaście "
         "sjutton "},
    {18, " eighteen achtzehn dieciocho achttien diciotto dezoito osiemnaście arton "},
    {19, " nineteen neunzehn diecinueve negentien diciannove dezanove nitton "},
    {25, " fünfundzwanzig veinticinco vijfentwintig venticinque tjugofem "}};

static const struct spelt tens[] = {
    {10, " dix "}, /* "dix-sept" */
    {20, " twenty zwanzig vingt veinte twintig venti vinte dwadzieścia dwudziestu tjugo "
         "douăzeci "},
    {30, " thirty dreißig trente treinta dertig trenta trinta trzydzieści trzydziestu trettio "
         "treizeci "},
    {40, " forty vierzig quarante cuarenta veertig quaranta quarenta czterdzieści fyrtio "}};

static long word_tens(const char *s, size_t n)
{
    return look_up(tens, sizeof tens / sizeof *tens, s, n);
}

static void add_spelt(struct word_set *set, const struct spelt *spelt, size_t count)
{
    for (size_t k = 0; k < count; k++)
        for (const char *p = spelt[k].words + 1; *p; p += strcspn(p, " ") + 1)
            set_add(set, jm_text_word_hash(p, strcspn(p, " ")));
}

void numbers_init(struct jm_extractor *x)
{
    add_spelt(&x->numbers, ones_and_teens, sizeof ones_and_teens / sizeof *ones_and_teens);
    add_spelt(&x->numbers, tens, sizeof tens / sizeof *tens);
}

long token_number(const struct jm_extractor *x, size_t i)
{
    enum { LONGEST = 16 }; /* bytes of a word above */
    const struct jm_text_view *v = x->v;
    const struct jm_token *t = &v->tokens[i];
    const char *s = v->plain + t->beg;
    size_t n = t->end - t->beg;
    long value = 0;
    if (!(t->flags & JM_TOK_DIGIT)) {
        if (n > LONGEST || !set_has(&x->numbers, t->hash))
            return -1;
        value = look_up(ones_and_teens, sizeof ones_and_teens / sizeof *ones_and_teens, s, n);
        long more = value < 0 ? word_tens(s, n) : -1;
        return more > 10 ? more : value;
    }
    for (size_t k = 0; k < n && s[k] != '.'; k++) {
        if (s[k] < '0' || s[k] > '9' || value > 100000000)
            return -1;
        value = value * 10 + (s[k] - '0');
    }
    return value;
}

/* The number that ends with token i, which may be the second word of it; *first is where it
 * begins. */
static long number_to(const struct jm_extractor *x, size_t i, size_t *first)
{
    const struct jm_text_view *v = x->v;
    static const char *const links[] = {"e", "y", "și", "si", "and", NULL};
    long ones = token_number(x, i);
    *first = i;
    if (ones < 1 || ones > 9 || !i || (v->tokens[i].flags & JM_TOK_DIGIT))
        return ones;
    size_t at = i > 1 && fact_word_at(v, i - 1, links) ? i - 2 : i - 1;
    const struct jm_token *t = &v->tokens[at];
    long ten = word_tens(v->plain + t->beg, t->end - t->beg);
    if (ten < 10 || (v->tokens[i].gap & GAP_SENTENCE) ||
        (ten == 10 && !(v->tokens[i].gap & JM_GAP_HYPHEN)))
        return ones;
    *first = at;
    return ten + ones;
}

/* "5 years continuous UK residency": of another thing than work. */
static bool of_residence(const struct jm_text_view *v, size_t end)
{
    static const char *const words[] = {"residency", "residence", "residing", NULL};
    return fact_word_in(v, end, end + 4, words);
}

/* "Less than 1 year", "weniger als 2 Jahre" before token i: how many, it does not say. */
static bool less_than(const struct jm_text_view *v, size_t i)
{
    static const char *const less[] = {"less",   "fewer", "weniger", "moins",  "menos",
                                       "minder", "meno",  "mniej",   "mindre", NULL};
    static const char *const than[] = {"than", "als", "de", "di", "dan", "niż", "än", NULL};
    static const char *const no[] = {"no", "not", "nicht", "pas", "niet", "non", "nie", NULL};
    return i > 1 && fact_word_at(v, i - 1, than) && fact_word_at(v, i - 2, less) &&
           !(i > 2 && fact_word_at(v, i - 3, no)); /* "no fewer than" */
}

bool years_said(const struct jm_extractor *x, const struct hit *h, struct years *out)
{
    static const char *const to[] = {"to",  "or", "bis", "oder", "à",    "a",  "o", "ou",
                                     "tot", "of", "do",  "till", "până", "la", NULL};
    /* "between 3 and 6" */
    static const char *const between[] = {"between", "zwischen", "entre", "tussen", "tra", NULL};
    static const char *const and[] = {"and", "und", "et", "y", "en", "e", NULL};
    static const char *const plus[] = {"plus", NULL}, *const more[] = {"more", "mehr", "plus",
                                                                       NULL};
    const struct jm_text_view *v = x->v;
    uint32_t value = cue_value(surface_of(x, h)->owner);
    *out = (struct years){.low = value, .high = value, .first = h->tok};
    bool glued = value && (v->tokens[h->tok].flags & JM_TOK_DIGIT); /* "3-5yrs" */
    if (value && !glued)
        return true;
    if (!h->tok)
        return glued;
    if (of_residence(v, h->tok + h->n))
        return false;
    size_t last = h->tok - 1; /* "8 plus years" */
    if (last && fact_word_at(v, last, plus))
        last--;
    if (last > 1 && fact_word_at(v, last, more) && fact_word_at(v, last - 1, to)) /* "3 or more" */
        last -= 2;
    if (!glued)
        out->low = out->high = number_to(x, last, &out->first);
    size_t at = out->first, first;
    if (less_than(v, at))
        return false;
    bool range = at && (v->tokens[at].gap & (JM_GAP_HYPHEN | JM_GAP_SLASH));
    bool joined =
        at > 1 && (fact_word_at(v, at - 1, to) ||
                   (at > 2 && fact_word_at(v, at - 1, and) && fact_word_at(v, at - 3, between)));
    if (joined && !range && !((v->tokens[at].gap | v->tokens[at - 1].gap) & GAP_SENTENCE)) {
        range = true;
        at--;
    }
    long low = range ? number_to(x, at - 1, &first) : -1;
    if (low >= 0 && low < out->high) { /* "0-3 years" asks for none */
        out->low = low;
        out->first = first;
    }
    return out->low > 0 && out->high <= 40;
}
