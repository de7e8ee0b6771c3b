/* cues.h - the small phrases that are not skills but say what a text is about: headings, "nice to
 * have", "no", "must", levels. They live in the same automaton as the skills, so that one pass
 * finds both. */
#ifndef JM_CUES_H
#define JM_CUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum jm_cue {
    /* headings: what zone the lines below are; in order of enum jm_zone (cue_zone) */
    CUE_H_BODY, CUE_H_MUST, CUE_H_NICE, CUE_H_DUTIES, CUE_H_BENEFITS, CUE_H_ABOUT, CUE_H_LEGAL,
    CUE_H_SKILLS, CUE_H_WORK, CUE_H_EDUCATION, CUE_H_OTHER, CUE_H_UNASKED,
    CUE_HEADINGS, /* those above are headings */
    /* inside a sentence */
    CUE_NICE = CUE_HEADINGS, /* "is a plus" */
    CUE_MUST,     /* "required" */
    CUE_NOT,      /* before the skill: "no", "without" */
    CUE_NOT_AFTER, /* behind it: "not required" */
    CUE_USE,      /* a reason to read the next word as a skill: "experience with" */
    CUE_USE_AFTER, /* the same behind it: "developer", "programming" */
    CUE_BASIC, CUE_WORKING, CUE_ADVANCED, CUE_EXPERT, /* levels */
    CUE_IN_BENEFIT, CUE_IN_LEGAL, CUE_IN_ABOUT, /* a sentence of that kind, whatever the zone */
    CUE_IN_APPLY, /* "send your CV": what follows asks for nothing */
    CUE_IN_ASKED, /* "subject to a DBS check": asked, also among the benefits */
    CUE_SEEKS,  /* "we are looking for": no longer about the company */
    CUE_OTHERS, /* "berichten an", "en lien avec": who is named next is somebody else */
    CUE_SECTOR, /* "entreprise du secteur": what is named next is the company's business */
    /* facts (cues_facts.c); the ones with a value carry it in cue_value() */
    CUE_YEARS,      /* "years" */
    CUE_EXPERIENCE, /* "experience" */
    CUE_SENIORITY,  /* enum jm_seniority */
    CUE_DEGREE,     /* enum jm_degree */
    CUE_OR_EXPERIENCE, /* "or equivalent experience" */
    CUE_WORKPLACE,  /* enum jm_workplace */
    CUE_NOT_REMOTE, /* "no remote", "not a remote position" */
    CUE_EMPLOYMENT, /* enum jm_employment */
    CUE_TONGUE,     /* a human language; the ISO 639-1 code packed by jm_code2() */
    CUE_CEFR,       /* enum jm_cefr */
    CUE_LANG_CONTEXT, /* words by which a language is meant as a skill: "spoken", "fluency" */
    CUE_COUNTRY,    /* a country, packed; or one of enum jm_region */
    CUE_ONLY,       /* "only", "based in": the country is a condition */
    CUE_ELIGIBLE,   /* "must be based in", "authorized to work in": the country follows */
    CUE_PAY,        /* "salary", "pay range" */
    CUE_NOT_PAY,    /* "revenue", "funding", "bonus" */
    CUE_PERIOD,     /* enum jm_period */
    CUE_CURRENCY,   /* index in the table of pay.c */
    CUE_PRESENT,    /* "present", "today": the open end of a dated position */
    CUE_MONTH,      /* 1..12 */
    CUE_WISH,       /* "looking for": what a profile says next is a wish */
    CUE_PAY_WISH,   /* "salary expectation" */
    CUES
};

enum jm_region { REGION_EU = 1, REGION_EEA, REGION_EUROPE, REGION_DACH, REGION_NORTH_AMERICA,
                 REGION_BENELUX, REGION_NORDICS };

enum { CUE_ADJECTIVE = 1 << 16 }; /* of a CUE_COUNTRY: "Australian" */

struct cue_row {
    enum jm_cue cue;
    uint32_t value;
    const char *phrases; /* separated by ';' */
};
extern const struct cue_row jm_heading_cues[], jm_fact_cues[];
extern const unsigned jm_heading_cues_count, jm_fact_cues_count;

static inline enum jm_cue cue_of(uint32_t owner) { return (enum jm_cue)(owner & 255); }
static inline uint32_t cue_value(uint32_t owner) { return owner >> 8; }

static inline uint32_t cue_owner(const struct cue_row *r)
{
    return (uint32_t)r->cue | r->value << 8;
}

/* All cues, one row after the other; NULL behind the last. */
const struct cue_row *cue_row(size_t i);
/* How many bytes of its phrases are read: all; only the first few where a fuzzer builds a
 * dictionary for every input. */
size_t cue_phrases_bytes(const struct cue_row *row);
/* Is it the owner of a row? Readers index tables by a cue's value. */
bool cue_known(uint32_t owner);

#endif
