/* skill.h - the skill dictionary, and what a text says about skills and conditions.
 *
 * struct jm_dict is built from dictionary texts (format 1, docs/SKILLS.md) and sealed, or opened
 * from the bytes that an earlier sealing gave, and from then on immutable: any number of threads
 * read it without a lock. struct jm_extractor is the working memory of one thread. Nothing here
 * reads a file, a clock or a random number: the same input, the same dictionary and the same
 * release give the same bytes.
 *
 * One extraction: text -> tokens (text.h) -> zones (must, nice, benefits ...) -> one pass of the
 * automaton, longest phrase first -> a gate for every ambiguous surface -> claims with span and
 * rule. Rejected candidates are kept with their reason. */
#ifndef JM_SKILL_H
#define JM_SKILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"
#include "jobmatch/model.h"
#include "jobmatch/text.h"

struct jm_buf;

/* --- dictionary ------------------------------------------------------------------------------ */

enum jm_skill_kind {
    JM_SKILL_CODE, JM_SKILL_TOOL, JM_SKILL_METHOD, JM_SKILL_FIELD, JM_SKILL_TASK,
    JM_SKILL_KIND_SOFT, JM_SKILL_LANGUAGE, JM_SKILL_CERTIFICATE, JM_SKILL_LICENCE,
    JM_SKILL_EQUIPMENT, JM_SKILL_KINDS
};

struct jm_skill_related {
    uint32_t skill;      /* number of the other skill */
    uint16_t weight_pm;  /* per mille, 1..900 */
};

struct jm_skill {
    uint64_t key;        /* jm_key64("skill", id) */
    const char *id, *name, *sector;
    enum jm_skill_kind kind;
    uint8_t idf;         /* 1..10 */
    int32_t parent;      /* number of the broader skill, -1 none */
    const struct jm_skill_related *related; /* heaviest first */
    uint32_t n_related;
};

struct jm_dict; /* skills are numbered 0..jm_dict_count()-1 in order of id */

struct jm_dict *jm_dict_new(void); /* NULL: out of memory */
/* Add one dictionary file; `bytes` is copied. On error `err` says "file:line: what". */
int jm_dict_add(struct jm_dict *d, const char *file_name, const char *bytes, size_t len,
                struct jm_err *err) __attribute__((warn_unused_result));
/* Check what only the whole shows (unknown parents, cycles, a surface claimed twice), then build
 * the automaton. Afterwards the dictionary never changes. */
int jm_dict_seal(struct jm_dict *d, struct jm_err *err) __attribute__((warn_unused_result));
/* Give a sealed dictionary the weights that `jobmatch train` made: of the gate, of the tagger, or
 * the classes of words that the tagger looks at, as the bytes say (copied); at most one of each, before any other thread reads the dictionary. The
 * gate's hash becomes part of the version; the tagger decides no claim. */
int jm_dict_weigh(struct jm_dict *d, const void *bytes, size_t len, struct jm_err *err)
    __attribute__((warn_unused_result));
void jm_dict_free(struct jm_dict *d);

/* The compiled form: what sealing made, as one run of bytes that can be written to a file, mapped
 * and used as it lies there (docs/SKILLS.md). It belongs to this release and kind of machine. */
int jm_dict_write(const struct jm_dict *d, struct jm_buf *out, struct jm_err *err)
    __attribute__((warn_unused_result));
/* Use such bytes: a sealed dictionary. They may come from anywhere and are checked; they start at a
 * multiple of 8, and must stay until `release` (NULL allowed) is called with `arg`, by
 * jm_dict_free(). NULL: JM_EINVAL with what is wrong, or JM_ENOMEM; `release` is not called
 * then. */
struct jm_dict *jm_dict_open(const void *bytes, size_t len, void (*release)(void *arg), void *arg,
                             struct jm_err *err);

size_t jm_dict_count(const struct jm_dict *d);
size_t jm_dict_surfaces(const struct jm_dict *d); /* names and aliases, with made variants */
size_t jm_dict_bytes(const struct jm_dict *d);    /* memory of the automaton */
size_t jm_dict_image_bytes(const struct jm_dict *d); /* of the whole compiled form */
uint64_t jm_dict_version(const struct jm_dict *d); /* hash of content and engine rules */
const char *jm_dict_version_name(const struct jm_dict *d); /* @version, e.g. "2026.11.1" */
const struct jm_skill *jm_dict_skill(const struct jm_dict *d, uint32_t number);
/* The number of a skill, or -1. */
int32_t jm_dict_by_id(const struct jm_dict *d, const char *id);
int32_t jm_dict_by_key(const struct jm_dict *d, uint64_t key);
/* A name as a person or an HR system states it ("Postgres", "JS", "C++ 17"): -1 if unknown. A
 * stated name needs no gate: it says itself that it is a skill. */
int32_t jm_dict_resolve(const struct jm_dict *d, const char *name, size_t len);
/* How related two skills are by their keys, per mille: 1000 same, else `related`, 0 none. */
unsigned jm_dict_related_pm(const struct jm_dict *d, uint32_t a, uint32_t b);
/* True if `ancestor` is `skill` or one of its parents. */
bool jm_dict_is_a(const struct jm_dict *d, uint32_t skill, uint32_t ancestor);
const char *jm_skill_kind_name(enum jm_skill_kind k); /* "code", "tool" ... */
int jm_skill_kind_parse(const char *s, size_t len);   /* -1 if none */

/* --- extraction ------------------------------------------------------------------------------ */

enum jm_zone {
    JM_ZONE_BODY, JM_ZONE_TITLE, JM_ZONE_MUST, JM_ZONE_NICE, JM_ZONE_DUTIES,
    JM_ZONE_BENEFITS, JM_ZONE_ABOUT, JM_ZONE_LEGAL, /* these three do not count */
    JM_ZONE_SKILLS, JM_ZONE_WORK, JM_ZONE_EDUCATION, JM_ZONE_OTHER, /* of a résumé */
    JM_ZONES
};
const char *jm_zone_name(enum jm_zone z);

enum jm_skill_level { JM_LEVEL_UNKNOWN, JM_LEVEL_BASIC, JM_LEVEL_WORKING, JM_LEVEL_ADVANCED,
                      JM_LEVEL_EXPERT };
const char *jm_skill_level_name(enum jm_skill_level l);

enum { JM_GATE_REASONS = 3, JM_GATE_UNIT = 32 /* points that are 1.0 of log-odds */ };
struct jm_claim {
    uint32_t skill;       /* number in the dictionary */
    uint32_t beg, end;    /* bytes of the original title or text */
    bool in_title;        /* the span is in the title, not in the text */
    bool accepted;        /* false: `rule` is the reason it was rejected */
    bool must, nice;      /* a job asks for it, or likes it; never both */
    bool in_role;         /* in the name of a role: "Go developer"; the gate only notes its view */
    bool spared;          /* a product written as a name: likewise */
    bool negated;         /* "no PHP", "not required": always rejected as well */
    uint8_t years;        /* 0 unknown */
    uint8_t level;        /* enum jm_skill_level */
    uint8_t zone;         /* enum jm_zone */
    uint16_t last_year;   /* of the dated position around it; 0 unknown */
    const char *rule;     /* short constant name of the rule that decided: "name", "list", ... */
    /* the linear gate: its points beyond the threshold, and of a rejected
     * claim the features that spoke most against it */
    bool judged;
    int16_t gate_sum;
    uint8_t gate_what[JM_GATE_REASONS];
    int8_t gate_points[JM_GATE_REASONS];
};
/* "word before"; what gate_what stands for. */
const char *jm_gate_feature_name(uint8_t what);

/* A fact the text states, with where it was read; its value is in struct jm_facts. */
enum jm_fact_kind {
    JM_FACT_YEARS, JM_FACT_SENIORITY, JM_FACT_LANGUAGE, JM_FACT_DEGREE, JM_FACT_PAY,
    JM_FACT_WORKPLACE, JM_FACT_EMPLOYMENT, JM_FACT_ELIGIBLE, JM_FACT_KINDS
};
const char *jm_fact_kind_name(enum jm_fact_kind k);
struct jm_fact {
    enum jm_fact_kind kind;
    uint32_t beg, end; /* bytes of the original title or text */
    bool in_title;
    const char *rule;
};

enum { JM_FACTS_MAX = 64, JM_FACTS_LANGUAGES = 16, JM_FACTS_COUNTRIES = 64 };
struct jm_facts {
    uint8_t years_min, years_max; /* asked, or (candidate) stated; JM_YEARS_UNKNOWN */
    enum jm_seniority seniority;  /* from the title only */
    enum jm_degree degree;
    bool degree_or_experience;
    struct jm_pay pay;            /* currency "" : none found */
    uint8_t workplace, employment; /* masks of model.h */
    struct jm_language languages[JM_FACTS_LANGUAGES];
    size_t n_languages;
    char eligible[JM_FACTS_COUNTRIES][3]; /* "EU only" is the list of its members */
    size_t n_eligible;
    enum jm_lang lang;            /* the text is written in */
    struct jm_fact where[JM_FACTS_MAX];
    size_t n_where;
};

struct jm_extract_input {
    enum jm_kind kind;
    const char *title, *text; /* well-formed UTF-8 (jm_text_repair); NULL allowed */
    size_t title_bytes, text_bytes;
    enum jm_text_form form;   /* of the text; the title is plain */
    int this_year;            /* what "present" means in a dated position; 0 unknown */
    bool rejected;            /* give the hits that are no claims too, each with its reason */
    bool phrases;             /* find phrases too: costs eight times all the rest */
};

/* A piece of knowledge that the text names, whether or not the dictionary has it: found by the
 * tagger, so only with its weights. No skill: it has no id and is not scored. */
struct jm_phrase {
    uint32_t beg, end; /* bytes of the original title or text */
    bool in_title;
    uint8_t zone;      /* enum jm_zone */
    bool known;        /* an accepted claim lies in it */
    uint16_t sure_pm;  /* chance that it begins and ends just there, per mille */
};

struct jm_extraction {
    const struct jm_claim *claims; /* title first, then by position; rejected ones when asked */
    size_t n_claims, n_accepted;
    const struct jm_phrase *phrases; /* by position, when asked for */
    size_t n_phrases;
    const struct jm_facts *facts;
};

struct jm_extractor;
struct jm_extractor *jm_extractor_new(void); /* one a thread; NULL: out of memory */
void jm_extractor_free(struct jm_extractor *x);
/* The result lives until the next call with the same extractor. NULL: JM_ENOMEM, JM_ELIMIT, or
 * JM_EINVAL for malformed UTF-8. */
const struct jm_extraction *jm_extract(struct jm_extractor *x, const struct jm_dict *d,
                                       const struct jm_extract_input *in, struct jm_err *err)
    __attribute__((warn_unused_result));
/* The tokens of the text of the last extraction, for jm_text_terms(): no second read needed. */
struct jm_text *jm_extractor_text(struct jm_extractor *x);

/* --- several claims to one skill -------------------------------------------------------------- */

struct jm_skill_sum { /* what a document says about one skill, all accepted claims together */
    uint32_t skill;
    uint8_t mentions, years, level; /* years and level: the highest; 0 unknown */
    uint16_t last_year;
    bool must, nice, in_title;
};
/* Fold the accepted claims, by ascending skill number, at most `max`; returns how many. When there
 * are more, the ones asked for, then the most telling are kept. */
size_t jm_extract_sum(const struct jm_dict *d, const struct jm_extraction *e,
                      struct jm_skill_sum *out, size_t max);

#endif
