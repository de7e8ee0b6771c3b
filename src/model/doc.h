/* doc.h - what the encoder and the decoder of the matching form agree on.
 *
 * All numbers are little-endian. Ids of ascending lists are stored as differences in 7-bit groups
 * (low first, high bit: more follows), which makes a word two bytes plus one of weight.
 *
 *   head (DOC_HEAD bytes, see the offsets below)
 *   places      country u16, region u32, city u32, has_point u8, lat i32, lon i32
 *   eligible    u16 each
 *   languages   code u16, level u8, required u8
 *   skills      key u64, idf, flags, years, mentions u8, last_year u16
 *   lists       u64 each
 *   titles      role u8, text bytes u8, text, features u8, then (difference, weight u8) each
 *   company     bytes u16, text
 *   words       (difference, weight u8) each
 *
 * Nothing may follow. A change of meaning takes a new format byte; the decoder keeps the old. */
#ifndef JM_MODEL_DOC_H
#define JM_MODEL_DOC_H

enum { DOC_FORMAT = 1 };

enum { /* offsets in the head */
    AT_FORMAT = 0, AT_KIND = 1, AT_FLAGS = 2, AT_WORKPLACE = 3, AT_EMPLOYMENT = 4,
    AT_YEARS_MIN = 5, AT_YEARS_MAX = 6, AT_SENIORITY = 7, AT_DEGREE = 8, AT_RADIUS = 9,
    AT_TENANT = 11, AT_DICT = 15, AT_POSTED = 23, AT_EXPIRES = 31, AT_SELF = 39,
    AT_PAY_MIN = 47, AT_PAY_MAX = 51, AT_CURRENCY = 55, AT_PLACES = 59, AT_ELIGIBLE = 60,
    AT_LANGUAGES = 61, AT_SKILLS = 62, AT_TITLES = 63, AT_TERMS = 64, AT_LISTS = 65,
    AT_FEATURES = 66, /* u16: features of all titles together */
    AT_TEXT = 68,     /* u16: bytes of all texts together, with a NUL each */
    DOC_HEAD = 70
};

enum { PLACE_BYTES = 19, LANGUAGE_BYTES = 4, SKILL_BYTES = 14, COMPANY_MAX = 1000 };

#endif
