/* match.h - what a match is worth, and why.
 *
 * The story of one pair: `prepare` turns a posting or a profile into its compact form (struct
 * jm_doc) once, at ingest. A matcher (dictionary + weights, immutable) scores any job x person
 * pair: first the vetoes, then F ("the person fits the job") and W ("the job fits the person"),
 * both 0..1000, then a band from score and evidence. `explain` is the same computation with its
 * working kept. corpus.h holds all documents and ranks them.
 *
 * A pair's score depends on the two documents, the weights, the dictionary and `as_of_s`, and on
 * nothing else; all arithmetic is on integers, so every machine and thread gives the same bytes.
 *
 * No I/O, no clock, no locks. A struct jm_matcher may be used by any number of threads; the
 * scratch objects (jm_prepare, jm_scorer) belong to one thread each. */
#ifndef JM_MATCH_H
#define JM_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"
#include "jobmatch/model.h"

struct jm_dict;
struct jm_extractor;
struct jm_title_kernel;
struct json_t;

/* --- configuration -------------------------------------------------------------------------- */

enum jm_component { /* of F, then of W */
    JM_F_MUST, JM_F_GUARD, JM_F_NICE, JM_F_TITLE, JM_F_TEXT, JM_F_EXPERIENCE, JM_F_SENIORITY,
    JM_F_DEGREE, JM_F_CERTIFICATE, JM_F_LANGUAGE,
    JM_W_TITLE, JM_W_SKILL, JM_W_PAY, JM_W_PLACE, JM_W_WORKPLACE, JM_W_CONTRACT, JM_W_TIMEZONE,
    JM_W_FRESH,
    JM_COMPONENTS, JM_F_END = JM_W_TITLE
};

enum jm_veto {
    JM_VETO_NONE, JM_VETO_TENANT, JM_VETO_CLOSED, JM_VETO_EXPIRED, JM_VETO_PAUSED,
    JM_VETO_ELIGIBILITY, JM_VETO_WORKPLACE, JM_VETO_DISTANCE, JM_VETO_PAY, JM_VETO_LANGUAGE,
    JM_VETO_CERTIFICATE, JM_VETO_AVOIDED, JM_VETO_EXCLUDED, JM_VETO_MUSTS,
    JM_VETO_UNAVAILABLE, /* in an explanation: a reason that is the other side's own */
    JM_VETOES
};

enum jm_veto_mode { JM_VETO_OFF, JM_VETO_FLAG, JM_VETO_ON };

struct jm_scoring {
    uint16_t weight[JM_COMPONENTS];   /* 0..1000 */
    uint8_t veto[JM_VETOES];          /* enum jm_veto_mode; the tenant's is always on */
    uint16_t cap_one_missing, cap_more_missing; /* 700, 500 */
    uint16_t must_min_permille;       /* musts with any credit, of all; below: JM_VETO_MUSTS */
    uint16_t credit_child, credit_related, credit_parent; /* permille: 900, 800 (x cos), 500 */
    uint16_t missing_below;           /* a must credited less (permille) is missing: 300 */
    uint16_t recency_half_life_years; /* 8 */
    uint16_t text_full_permille;      /* share of a posting's word weight that counts as full */
    uint16_t title_best, title_latest, title_mean; /* permille, together 1000 */
    uint16_t place_scale_km, fresh_half_life_days; /* 30, 14 */
    uint16_t person_floor; /* least W in lists of people */
    uint16_t list_f_permille;         /* a seeker's list: F^.4 W^.6 */
};

/* The shipped weights: priors until feedback has fitted them. */
void jm_scoring_default(struct jm_scoring *s);
/* Set one key ("weight.must", "veto.pay", "cap.one_missing" ...) from text. -1: unknown key or a
 * value out of range; `err` says which and what is allowed. */
int jm_scoring_set(struct jm_scoring *s, const char *key, const char *value, struct jm_err *err);
/* "key = value" lines, # comments; unknown keys are errors with their line. */
int jm_scoring_parse(struct jm_scoring *s, const char *text, size_t len, struct jm_err *err);
/* Every key with its value, one "key = value" a line, in a fixed order: parseable again. */
void jm_scoring_print(const struct jm_scoring *s, struct jm_buf *out);
/* Names the configuration in logs, rows and the ledger: the same values give the same hash. */
uint64_t jm_scoring_hash(const struct jm_scoring *s);

/* --- the matcher ---------------------------------------------------------------------------- */

struct jm_matcher;

/* Borrow `dict` (must outlive the matcher), copy `s`. NULL: out of memory. */
struct jm_matcher *jm_matcher_new(const struct jm_dict *dict, const struct jm_scoring *s,
                                  struct jm_err *err);
void jm_matcher_free(struct jm_matcher *m); /* accepts NULL */
const struct jm_scoring *jm_matcher_scoring(const struct jm_matcher *m);
const struct jm_dict *jm_matcher_dict(const struct jm_matcher *m);

/* --- prepare: document to matching form ------------------------------------------------------ */

struct jm_prepare; /* scratch of one thread */

struct jm_doc_name { /* whose document it is */
    uint32_t tenant;
    const char *source, *external_id;
};

/* The dict_version of what is read with these. */
uint64_t jm_prepare_version(const struct jm_dict *dict, const struct jm_title_kernel *kernel);
/* Borrows the title kernel (title.h; NULL: words and character grams only). Its version enters the
 * document's dict_version. NULL: out of memory. */
struct jm_prepare *jm_prepare_new(const struct jm_title_kernel *kernel);
void jm_prepare_free(struct jm_prepare *p);
/* Its extractor, for reading a text that is no document. The next prepare uses it again. */
struct jm_extractor *jm_prepare_extractor(struct jm_prepare *p);
/* Read the claims, titles, words and facts of a document. Structured fields win; text fills only
 * what they leave unknown. The result belongs to `p` and lives until its next call. It is ready
 * for jm_doc_encode(); doc_id is 0, version is the document's. NULL: out of memory (JM_ENOMEM) or
 * over a limit that cannot be cut (JM_ELIMIT). Long lists are cut to the heaviest entries.
 * `as_of_s` (seconds since 1970) decides how recent a position is. */
const struct jm_doc *jm_prepare_job(struct jm_prepare *p, const struct jm_dict *dict,
                                    const struct jm_doc_name *name, const struct jm_job *job,
                                    int64_t as_of_s, struct jm_err *err);
const struct jm_doc *jm_prepare_candidate(struct jm_prepare *p, const struct jm_dict *dict,
                                          const struct jm_doc_name *name,
                                          const struct jm_candidate *c, int64_t as_of_s,
                                          struct jm_err *err);

/* --- score ---------------------------------------------------------------------------------- */

enum jm_band {
    JM_BAND_NONE, /* not enough data */
    JM_BAND_E, JM_BAND_D, JM_BAND_C, JM_BAND_B, JM_BAND_A
};

enum jm_flag { /* what could not be checked, or was checked and only flagged */
    JM_FLAG_ONE_SIDED = 1u << 16,    /* one side said nothing: the list uses the other score */
    JM_FLAG_INFERRED = 1u << 17,     /* the person stated no wish: recent titles and skills used */
    JM_FLAG_CAPPED = 1u << 18        /* a missing must lowered F */
    /* bit v < 16: veto clause v is unknown, or would veto but is set to "flag" */
};

enum jm_direction {
    JM_PEOPLE_FOR_JOB, /* sorted by F, W >= person_floor */
    JM_JOBS_FOR_PERSON /* sorted by F^.4 W^.6 */
};

struct jm_score { /* no padding: two equal scores are equal bytes */
    uint32_t flags;           /* enum jm_flag and clause bits */
    uint32_t key;             /* band then list: bigger is better; ties by smaller doc_id */
    uint16_t veto;            /* enum jm_veto: the first clause that fell, JM_VETO_NONE */
    uint16_t band;            /* enum jm_band of `list` and its evidence */
    uint16_t missing_musts;
    uint16_t f, w;            /* 0..1000 after caps */
    uint16_t f_evidence, w_evidence; /* permille */
    uint16_t list;            /* 0..1000: what the list of this direction sorts by, inside a band */
};

/* One document against many. Borrows matcher and query for its life. */
struct jm_scorer;
struct jm_scorer *jm_scorer_new(const struct jm_matcher *m, const struct jm_doc *query,
                                int64_t as_of_s); /* NULL: out of memory */
void jm_scorer_free(struct jm_scorer *s);
/* Score the query against a document of the other kind. `other` of the same kind is a bug. The
 * direction follows from the query's kind. Scores are computed even when a veto fell. */
void jm_scorer_pair(struct jm_scorer *s, const struct jm_doc *other, struct jm_score *out);

/* One pair by itself, in the given direction. -1: out of memory. */
int jm_score_pair(const struct jm_matcher *m, const struct jm_doc *job, const struct jm_doc *person,
                  enum jm_direction direction, int64_t as_of_s, struct jm_score *out);

/* --- explain -------------------------------------------------------------------------------- */

/* Who will read it. A private value (a person's pay floor and avoid list, an employer's
 * do-not-contact list) is shown only to the side that gave it and to the operator. */
enum jm_viewer { JM_VIEW_EMPLOYER, JM_VIEW_PERSON, JM_VIEW_OPERATOR };

enum jm_credit_how {
    JM_CREDIT_NONE, JM_CREDIT_SAME, JM_CREDIT_CHILD, JM_CREDIT_RELATED, JM_CREDIT_PARENT
};

struct jm_why_skill {
    uint64_t asked, by;       /* skill keys; by: 0 when nothing matched */
    const char *asked_name, *by_name; /* from the dictionary, the arena's; by_name NULL if none */
    uint8_t must;             /* 1 must, 0 nice */
    uint8_t how;              /* enum jm_credit_how */
    uint16_t credit;          /* permille, after recency and level */
    uint16_t recency;         /* permille factor inside credit; 1000: recent or unknown */
    bool missing;             /* a must below the threshold */
};

struct jm_why_part {
    bool known;               /* both sides speak about it */
    bool inferred;
    uint16_t value;           /* permille of this component */
    int16_t points, max;      /* sum over F: raw F; sum of max over known: 1000 */
};

struct jm_why_clause {
    uint8_t veto;             /* enum jm_veto */
    uint8_t state;            /* enum: 0 passed, 1 unknown, 2 flagged, 3 fell */
    const char *text;         /* both values, private ones left out for this viewer */
};
enum jm_clause_state { JM_CLAUSE_PASSED, JM_CLAUSE_UNKNOWN, JM_CLAUSE_FLAGGED, JM_CLAUSE_FELL };

struct jm_why_change {        /* the smallest change that would lift the band */
    bool found;
    uint64_t skill;           /* a missing must or nice; 0: a component instead */
    const char *text;         /* "Kubernetes would lift it from C to B" */
    uint8_t band;             /* the band it would reach */
    uint16_t list;
};

struct jm_explanation {
    struct jm_score score;
    enum jm_direction direction;
    enum jm_viewer viewer;
    const char *job_title, *person_title; /* "" unknown */
    const char *job_external, *person_external; /* may be NULL */
    uint16_t f_raw, w_raw;    /* before the cap; f_cap: -(f_raw - f) */
    int16_t f_cap;            /* points taken by the cap, <= 0: parts of F + f_cap = f */
    struct jm_why_part parts[JM_COMPONENTS];
    struct jm_why_skill *skills;
    size_t n_skills;
    struct jm_why_clause *clauses; /* those not simply passed */
    size_t n_clauses;
    struct jm_why_change change;
    uint64_t scoring_hash, dict_version;
    int64_t as_of_s;
};

/* Explain any pair, listed or not. What `viewer` must not see is not in the result at all: a
 * private clause, or a paused profile to an employer, becomes JM_VETO_UNAVAILABLE. Everything
 * lives in `a`. NULL: out of memory. */
struct jm_explanation *jm_explain(const struct jm_matcher *m, const struct jm_doc *job,
                                  const struct jm_doc *person, enum jm_direction direction,
                                  enum jm_viewer viewer, int64_t as_of_s, struct jm_arena *a);
/* A new JSON object (caller decrefs), keys in a fixed order. NULL: out of memory. */
struct json_t *jm_explanation_json(const struct jm_explanation *e);
/* Some 10-25 lines of plain text, at most `width` columns wide where names allow. */
void jm_explanation_text(const struct jm_explanation *e, unsigned width, struct jm_buf *out);
/* The score alone as JSON: band, f, w, list, evidence, flags, veto. For rows and operators: it
 * names private clauses and shows W. */
struct json_t *jm_score_json(const struct jm_score *s);
/* The same for one side's eyes: an employer reads "good", "fair" or "low" for W. */
struct json_t *jm_score_json_for(const struct jm_score *s, enum jm_viewer viewer);

const char *jm_component_name(enum jm_component c); /* "must", "title", "wanted_title" ... */
const char *jm_veto_name(enum jm_veto v);           /* "closed", "pay" ... */
const char *jm_band_name(enum jm_band b);           /* "A".."E", "not enough data" */
const char *jm_credit_name(enum jm_credit_how h);

#endif
