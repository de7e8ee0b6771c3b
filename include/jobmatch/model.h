/* model.h - what a job posting, a candidate and their matching form are.
 *
 * The life of a document: `format` reads any outside shape into a struct jm_job or struct
 * jm_candidate (strings and arrays in one arena). `match` prepares it, with the skill claims and
 * features found in its text, into a struct jm_doc: the compact form that is all that matching
 * needs. The encoded jm_doc is stored beside the raw document, travels in the change feed and
 * fills the index; a restart never reads raw text again.
 *
 * "Unknown" is a value of its own everywhere (0 unless noted) and never counts as agreement. */
#ifndef JM_MODEL_H
#define JM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/arena.h"
#include "jobmatch/err.h"

enum jm_kind { JM_JOB = 0, JM_CANDIDATE = 1 };

/* Bit masks; 0 is unknown. */
enum jm_workplace { JM_ONSITE = 1, JM_HYBRID = 2, JM_REMOTE = 4 };
enum jm_employment {
    JM_FULL_TIME = 1, JM_PART_TIME = 2, JM_CONTRACT = 4, JM_TEMPORARY = 8,
    JM_INTERNSHIP = 16, JM_APPRENTICESHIP = 32, JM_VOLUNTEER = 64, JM_PER_DIEM = 128
};
enum jm_period { JM_PERIOD_NONE, JM_HOUR, JM_DAY, JM_WEEK, JM_MONTH, JM_YEAR };
enum jm_degree {
    JM_DEGREE_UNKNOWN, JM_NO_DEGREE, JM_HIGH_SCHOOL, JM_VOCATIONAL, JM_ASSOCIATE, JM_BACHELOR,
    JM_MASTER, JM_DOCTORATE
};
/* CEFR, then native. */
enum jm_cefr { JM_CEFR_UNKNOWN, JM_A1, JM_A2, JM_B1, JM_B2, JM_C1, JM_C2, JM_NATIVE };
enum jm_seniority {
    JM_SENIORITY_UNKNOWN, JM_INTERN, JM_JUNIOR, JM_MID, JM_SENIOR, JM_LEAD, JM_DIRECTOR, JM_EXECUTIVE
};
enum { JM_YEARS_UNKNOWN = 255 };

struct jm_place {
    char country[3]; /* ISO 3166-1 alpha-2, upper case; "" unknown */
    const char *region, *city; /* as written; NULL unknown */
    bool has_point;
    double lat, lon; /* degrees */
};

struct jm_pay {
    double min, max; /* in `currency` for one `period`; 0 unknown */
    char currency[4]; /* ISO 4217; "" unknown */
    enum jm_period period;
};

struct jm_language {
    char code[4]; /* ISO 639-1 lower case */
    enum jm_cefr level;
    bool required;
};

struct jm_stated_skill {
    const char *name; /* as sent; the dictionary resolves it */
    bool must, nice; /* a job's; neither: must */
    bool wanted; /* a candidate wants to work with it */
    double years; /* 0 unknown */
    int last_used_year; /* 0 unknown */
};

struct jm_position {
    const char *title, *company, *text; /* NULL unknown */
    int from_month, to_month; /* year * 12 + month - 1; 0 unknown; to = INT_MAX: current */
};

/* Lists are (array, count) in the document's arena. */
struct jm_job {
    int64_t version;
    const char *title, *text, *company, *url; /* text: as sent, may be HTML; NULL unknown */
    bool text_is_html, closed;
    struct jm_place *places;
    size_t n_places;
    char (*eligible)[3]; /* countries where the person may sit */
    size_t n_eligible;
    uint8_t workplace, employment; /* masks */
    struct jm_pay pay;
    struct jm_language *languages;
    size_t n_languages;
    struct jm_stated_skill *skills;
    size_t n_skills;
    const char **certificates;
    size_t n_certificates;
    uint8_t years_min, years_max; /* JM_YEARS_UNKNOWN */
    enum jm_seniority seniority;
    enum jm_degree degree;
    bool degree_or_experience;
    int64_t posted_at_us, expires_at_us; /* 0 unknown */
    const char **exclude; /* candidate external ids: the employer's do-not-contact list */
    size_t n_exclude;
};

struct jm_candidate {
    int64_t version;
    const char *text, *headline;
    bool text_is_html, paused;
    struct jm_position *positions; /* newest first */
    size_t n_positions;
    struct jm_stated_skill *skills;
    size_t n_skills;
    struct jm_place place;
    uint16_t radius_km; /* 0 unknown */
    bool relocate;
    char (*eligible)[3]; /* countries where the person may work */
    size_t n_eligible;
    uint8_t workplace, employment; /* what the person accepts */
    struct jm_pay pay; /* min: the floor, private */
    struct jm_language *languages;
    size_t n_languages;
    const char **certificates;
    size_t n_certificates;
    const char **wanted_titles;
    size_t n_wanted_titles;
    uint8_t years; /* JM_YEARS_UNKNOWN */
    enum jm_seniority seniority;
    enum jm_degree degree;
    const char **avoid; /* companies the person avoids or hides from: private */
    size_t n_avoid;
};

/* --- the matching form ---------------------------------------------------------------------- */

enum jm_skill_flag {
    JM_SKILL_MUST = 1,    /* job: required */
    JM_SKILL_NICE = 2,    /* job: an advantage */
    JM_SKILL_WANTED = 4,  /* candidate: wants to work with it */
    JM_SKILL_STATED = 8,  /* came in a structured field */
    JM_SKILL_CERT = 16,   /* a certificate or licence */
    JM_SKILL_SOFT = 32    /* never a must by itself */
};

struct jm_doc_skill {
    uint64_t key;       /* jm_key64("skill", dictionary id) */
    uint8_t idf;        /* 1..10, from the dictionary */
    uint8_t flags;      /* enum jm_skill_flag */
    uint8_t years;      /* 0 unknown */
    uint8_t mentions;   /* 1..255 */
    uint16_t last_year; /* 0 unknown */
};

struct jm_doc_feature { /* one weighted feature of a title or one word of the text */
    uint32_t id;
    uint8_t weight;
};

enum jm_title_role { JM_TITLE_JOB, JM_TITLE_LATEST, JM_TITLE_PAST, JM_TITLE_WANTED };

struct jm_doc_title {
    enum jm_title_role role;
    const char *text; /* for people; never NULL, at most JM_DOC_MAX_TITLE_BYTES */
    const uint32_t *ids;    /* features by ascending id: two arrays, 5 bytes each */
    const uint8_t *weights; /* 1..255 */
    uint16_t n_features;
    uint16_t length;        /* euclidean length of the weights, rounded up; jm_doc_measure() */
};

struct jm_doc_language {
    uint16_t code; /* two letters, first in the high byte */
    uint8_t level; /* enum jm_cefr */
    bool required;
};

enum jm_doc_flag { JM_DOC_CLOSED = 1, JM_DOC_RELOCATE = 2, JM_DOC_DEGREE_OR_EXPERIENCE = 4 };

enum { JM_DOC_MAX_SKILLS = 128, JM_DOC_MAX_TITLES = 8, JM_DOC_MAX_TITLE_FEATURES = 40,
       JM_DOC_MAX_TERMS = 255, JM_DOC_MAX_PLACES = 16, JM_DOC_MAX_LIST = 64,
       JM_DOC_MAX_ELIGIBLE = 255, JM_DOC_MAX_LANGUAGES = 32, JM_DOC_MAX_TITLE_BYTES = 160 };

struct jm_doc_place {
    uint16_t country; /* two letters as jm_doc_language.code; 0 unknown */
    uint32_t region, city; /* hashes of the folded names; 0 unknown */
    bool has_point;
    int32_t lat_e5, lon_e5; /* degrees * 1e5 */
};

struct jm_doc {
    enum jm_kind kind;
    uint8_t flags;
    uint32_t tenant;
    uint64_t doc_id;  /* store's; not in the encoded form */
    int64_t version;  /* store's; not in the encoded form */
    uint64_t dict_version; /* hash of the dictionary that read it */
    const char *external; /* "source/external id"; set by the owner, not in the encoded form */
    int64_t posted_at_s, expires_at_s; /* 0 unknown */
    struct jm_doc_place *places;
    uint16_t *eligible;
    struct jm_doc_language *languages;
    struct jm_doc_skill *skills; /* by ascending key, unique */
    struct jm_doc_title *titles;
    const uint32_t *term_ids; /* text words by ascending id */
    const uint8_t *term_weights; /* candidate: saturated BM25 tf part; job: 25 * idf class */
    uint32_t term_sum; /* of term_weights; jm_doc_measure() */
    uint64_t *lists; /* job: keys of excluded candidates; candidate: keys of avoided companies */
    uint64_t self_key; /* job: key of its company; candidate: key of its external id */
    const char *company; /* job: for people; "" unknown */
    uint8_t n_places, n_eligible, n_languages, n_skills, n_titles, n_terms, n_lists;
    uint8_t workplace, employment; /* masks */
    uint8_t years_min, years_max;  /* candidate: both are the person's years */
    uint8_t seniority, degree;
    uint16_t radius_km;
    uint32_t pay_min, pay_max; /* a year, whole units of `currency`; 0 unknown */
    char currency[4];
};

/* Append the compact form. It is little-endian, starts with a format byte and is stable: a newer
 * program reads what an older one wrote, or says so. -1: out of memory or a count over its limit. */
struct jm_buf;
int jm_doc_encode(const struct jm_doc *d, struct jm_buf *out);
/* Which dictionary read it, without reading the rest. 0: too short to say. */
uint64_t jm_doc_dict_version(const void *bytes, size_t len);
/* Read it back, everything in one allocation that the caller releases with free(). Every count
 * and length is checked: corrupt bytes give NULL and JM_EINVAL, never a crash. */
struct jm_doc *jm_doc_decode(const void *bytes, size_t len, struct jm_err *err);

/* Set the measured fields (title lengths, term_sum) of a document made by hand; decode does it. */
void jm_doc_measure(struct jm_doc *d);
/* Bytes of the one allocation behind a decoded document. */
size_t jm_doc_bytes(const struct jm_doc *d);

/* Names on the wire and in explanations. The *_parse functions return the value or -1. */
const char *jm_kind_name(enum jm_kind k); /* "job", "candidate" */
const char *jm_seniority_name(enum jm_seniority s);
int jm_seniority_parse(const char *s);
const char *jm_degree_name(enum jm_degree d);
int jm_degree_parse(const char *s);
const char *jm_cefr_name(enum jm_cefr c);
int jm_cefr_parse(const char *s);
int jm_workplace_parse(const char *s); /* one name to its bit */
const char *jm_workplace_name(enum jm_workplace one_bit);
int jm_employment_parse(const char *s);
const char *jm_employment_name(enum jm_employment one_bit);
int jm_period_parse(const char *s);
/* Amount for a year; hours at 2,080, days at 260, weeks at 52, months at 12. 0 if unknown. */
double jm_pay_per_year(double amount, enum jm_period p);
/* "DE" to a packed code; 0 if not two letters. Folds case. */
uint16_t jm_code2(const char *s);
void jm_code2_text(char out[3], uint16_t code);
/* Key of a name folded to lower-case ASCII letters and digits (other bytes kept). 0 if empty. */
uint64_t jm_name_key(const char *space, const char *name);
/* The home shard of a document, 0..63. Fixed for ever. */
unsigned jm_shard(uint32_t tenant, enum jm_kind kind, const char *source, const char *external_id);
enum { JM_SHARDS = 64 };

/* A document's version is 1 to this: far more than a clock counts in nanoseconds, and a version
 * that is counted up from it does not leave 64 bits. */
#define JM_VERSION_MAX (INT64_MAX / 2)

#endif
