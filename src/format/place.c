/* place.c - a place written as people write it: "Sunnyvale, California, United States".
 *
 * The last part is a country if it is the name or code of one (ISO 3166-1, English short names and
 * what people write instead); the first part is the city; what is between is the region. Nothing is
 * guessed: "Remote" or "Berlin" alone is kept as a city without a country. */
#include <string.h>
#include <strings.h>

#include "reader.h"

/* "CC name" by code; a code may have several names. */
static const char *const countries[] = {
    "AD Andorra", "AE United Arab Emirates", "AE UAE", "AF Afghanistan", "AL Albania", "AM Armenia",
    "AO Angola", "AR Argentina", "AT Austria", "AT Österreich", "AU Australia", "AZ Azerbaijan",
    "BA Bosnia and Herzegovina", "BB Barbados", "BD Bangladesh", "BE Belgium", "BE Belgique",
    "BE België", "BF Burkina Faso", "BG Bulgaria", "BH Bahrain", "BI Burundi", "BJ Benin",
    "BN Brunei", "BO Bolivia", "BR Brazil", "BR Brasil", "BS Bahamas", "BT Bhutan", "BW Botswana",
    "BY Belarus", "BZ Belize", "CA Canada", "CD Democratic Republic of the Congo",
    "CF Central African Republic", "CG Congo", "CH Switzerland", "CH Schweiz", "CH Suisse",
    "CI Ivory Coast", "CI Côte d'Ivoire", "CL Chile", "CM Cameroon", "CN China", "CO Colombia",
    "CR Costa Rica", "CU Cuba", "CV Cape Verde", "CY Cyprus", "CZ Czechia", "CZ Czech Republic",
    "DE Germany", "DE Deutschland", "DJ Djibouti", "DK Denmark", "DK Danmark", "DM Dominica",
    "DO Dominican Republic", "DZ Algeria", "EC Ecuador", "EE Estonia", "EG Egypt", "ER Eritrea",
    "ES Spain", "ES España", "ET Ethiopia", "FI Finland", "FI Suomi", "FJ Fiji", "FR France",
    "GA Gabon", "GB United Kingdom", "GB UK", "GB Great Britain", "GB England", "GB Scotland",
    "GB Wales", "GB Northern Ireland", "GD Grenada", "GE Georgia (country)", "GH Ghana",
    "GM Gambia", "GN Guinea", "GQ Equatorial Guinea", "GR Greece", "GT Guatemala",
    "GW Guinea-Bissau", "GY Guyana", "HK Hong Kong", "HN Honduras", "HR Croatia", "HT Haiti",
    "HU Hungary", "ID Indonesia", "IE Ireland", "IL Israel", "IN India", "IQ Iraq", "IR Iran",
    "IS Iceland", "IT Italy", "IT Italia", "JM Jamaica", "JO Jordan", "JP Japan", "KE Kenya",
    "KG Kyrgyzstan", "KH Cambodia", "KM Comoros", "KP North Korea", "KR South Korea", "KR Korea",
    "KW Kuwait", "KZ Kazakhstan", "LA Laos", "LB Lebanon", "LI Liechtenstein", "LK Sri Lanka",
    "LR Liberia", "LS Lesotho", "LT Lithuania", "LU Luxembourg", "LU Luxemburg", "LV Latvia",
    "LY Libya", "MA Morocco", "MC Monaco", "MD Moldova", "ME Montenegro", "MG Madagascar",
    "MK North Macedonia", "ML Mali", "MM Myanmar", "MN Mongolia", "MO Macao", "MR Mauritania",
    "MT Malta", "MU Mauritius", "MV Maldives", "MW Malawi", "MX Mexico", "MX México",
    "MY Malaysia", "MZ Mozambique", "NA Namibia", "NE Niger", "NG Nigeria", "NI Nicaragua",
    "NL Netherlands", "NL The Netherlands", "NL Nederland", "NO Norway", "NO Norge", "NP Nepal",
    "NZ New Zealand", "OM Oman", "PA Panama", "PE Peru", "PG Papua New Guinea", "PH Philippines",
    "PK Pakistan", "PL Poland", "PL Polska", "PR Puerto Rico", "PS Palestine", "PT Portugal",
    "PY Paraguay", "QA Qatar", "RO Romania", "RO România", "RS Serbia", "RU Russia", "RW Rwanda",
    "SA Saudi Arabia", "SC Seychelles", "SD Sudan", "SE Sweden", "SE Sverige", "SG Singapore",
    "SI Slovenia", "SK Slovakia", "SL Sierra Leone", "SM San Marino", "SN Senegal", "SO Somalia",
    "SR Suriname", "SS South Sudan", "SV El Salvador", "SY Syria", "SZ Eswatini", "TD Chad",
    "TG Togo", "TH Thailand", "TJ Tajikistan", "TL Timor-Leste", "TM Turkmenistan", "TN Tunisia",
    "TR Turkey", "TR Türkiye", "TT Trinidad and Tobago", "TW Taiwan", "TZ Tanzania", "UA Ukraine",
    "UG Uganda", "US United States", "US United States of America", "US USA", "US U.S.A.", "US U.S.",
    "UY Uruguay", "UZ Uzbekistan", "VA Vatican City", "VE Venezuela", "VN Vietnam", "YE Yemen",
    "ZA South Africa", "ZM Zambia", "ZW Zimbabwe"};

static bool country_of(char out[3], const char *text, size_t bytes)
{
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        const char *c = countries[i];
        bool name = strlen(c + 3) == bytes && strncasecmp(c + 3, text, bytes) == 0;
        bool code = bytes == 2 && memcmp(c, text, 2) == 0; /* "DE", not "de" */
        if (name || code) {
            memcpy(out, c, 2);
            out[2] = '\0';
            return true;
        }
    }
    return false;
}

/* Cut outer blanks. */
static const char *trimmed(const char *s, const char *end, size_t *bytes)
{
    while (s < end && (*s == ' ' || *s == '\t'))
        s++;
    while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *bytes = (size_t)(end - s);
    return s;
}

int jm_format_place_text(struct jm_arena *arena, const char *text, struct jm_place *out)
{
    const char *end = text + strlen(text), *comma = strrchr(text, ',');
    size_t n;
    const char *last = trimmed(comma ? comma + 1 : text, end, &n);
    if (country_of(out->country, last, n)) {
        if (!comma)
            return 0;
        end = comma;
    }
    comma = memchr(text, ',', (size_t)(end - text));
    const char *city = trimmed(text, comma ? comma : end, &n);
    if (n > 0 && !(out->city = jm_arena_strndup(arena, city, n)))
        return -1;
    if (!comma)
        return 0;
    const char *region = trimmed(comma + 1, end, &n);
    if (n > 0 && !(out->region = jm_arena_strndup(arena, region, n)))
        return -1;
    return 0;
}
