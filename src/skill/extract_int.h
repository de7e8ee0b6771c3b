/* extract_int.h - the working memory of one extraction, shared by its stages.
 *
 * Stages, each a file: match.c finds candidates and cues in one pass; zones.c says what part of the
 * document each token is in, zones_title.c where its title is; gate*.c let candidates in or name the
 * reason why not; context.c adds must, nice, years, levels.c level, and negated.c whether it is denied;
 * dates.c the dated positions of a résumé; facts.c, years.c, tongues.c, pay.c and places.c read the
 * conditions. */
#ifndef JM_EXTRACT_INT_H
#define JM_EXTRACT_INT_H

#include "cues.h"
#include "dict_int.h"

struct hit { /* a surface found at a token: skill candidate or cue */
    uint32_t tok;     /* first token */
    uint32_t surface; /* number in the dictionary */
    uint8_t n;        /* tokens */
    uint8_t strong : 1; /* candidates: needs no reason, so it can be one for others */
    uint8_t state;    /* candidates: enum verdict */
    uint8_t cue;      /* cues: enum jm_cue */
    uint32_t claim;   /* candidates let in: number of the claim + 1, until the claims are sorted */
};
enum verdict { V_OPEN, V_IN, V_OUT, V_TURNED }; /* TURNED: in by the rules, later rejected */

struct hits {
    struct hit *a;
    size_t n, cap;
};

struct dated { /* a position's dates: from this token on, until the next */
    uint32_t tok;
    uint16_t year; /* 0: a heading, behind which the dates before say nothing */
};

/* Some words by their hashes; less than half of the slots are taken. */
struct word_set {
    uint64_t slot[1024];
};
static inline size_t set_place(const struct word_set *s, uint64_t hash)
{
    enum { MASK = sizeof s->slot / sizeof *s->slot - 1 };
    size_t i = hash & MASK;
    while (s->slot[i] && s->slot[i] != hash)
        i = (i + 1) & MASK;
    return i;
}
static inline void set_add(struct word_set *s, uint64_t hash)
{
    s->slot[set_place(s, hash)] = hash;
}
static inline bool set_has(const struct word_set *s, uint64_t hash)
{
    return s->slot[set_place(s, hash)] != 0;
}
/* Words of a list that NULL ends, in small letters; roles.c. */
void set_add_words(struct word_set *set, const char *const *words);

struct jm_extractor {
    struct jm_text *text, *title;
    /* the part being read: the title or the text */
    const struct jm_dict *d;
    const struct jm_extract_input *in;
    struct jm_text *cur;
    const struct jm_text_view *v;
    bool in_title;
    uint32_t *digits; /* the tokens that start with a digit: years, pay, dates */
    uint32_t *starts; /* the tokens that can start a phrase; see match.c */
    size_t cap_starts, n_digits, n_starts;
    /* a bit for every token (marks.h); `sentences` is starts_sentence() */
    uint64_t *sentences, *clauses, *words, *caps;
    uint64_t *covered; /* an accepted claim, or a heading, is on the token */
    struct hits cands, cues;
    struct hits parts; /* of the cues: headings, and those that say what part a sentence is of */
    struct hits says;  /* of the cues: what is said of a skill, CUE_NICE to CUE_EXPERT */
    uint8_t *zone;     /* by token, enum jm_zone */
    size_t cap_zone;
    struct dated *dated;
    size_t n_dated, cap_dated;
    struct word_set trades, people, before_roles; /* roles.c's names, and words before them */
    struct word_filter names;  /* company.c's words beside names */
    struct word_set numbers;   /* numbers.c's words */
    struct word_set titles, sentence_words; /* zones_title.c's words */
    size_t clause_from, clause_to;   /* tokens of the clause last read; to 0: none */
    size_t clause_cues, clause_says; /* its first cue, and the first of `says` */
    unsigned clause_gaps;            /* the signs of its tokens */
    bool clause_years;               /* it has a cue for years */
    bool tells_of_others;            /* the text has a CUE_OTHERS */
    bool tells_of_sector;            /* and a CUE_SECTOR */
    /* the answer */
    struct jm_claim *claims;
    size_t n_claims, cap_claims, n_accepted;
    struct jm_phrase *phrases;
    size_t n_phrases, cap_phrases;
    struct jm_facts facts;
    struct jm_extraction out;
    bool failed; /* out of memory */
    /* set by the gate's trainer: called in place of the gate, while hits know their claims */
    void (*observe)(struct jm_extractor *x, void *arg);
    void *observe_arg;
};

/* match.c */
int match_all(struct jm_extractor *x);
/* Does what stands in that zone say what is sought? Not benefits, the company, legal text, nor what
 * an ad says is not needed. */
static inline bool zone_asks(const struct jm_extractor *x, uint8_t zone)
{
    return zone < JM_ZONE_BENEFITS ||
           (zone > JM_ZONE_LEGAL && !(zone == JM_ZONE_OTHER && x->in->kind == JM_JOB));
}

/* zones_title.c; titles_init() once before: mark the title in the text of a posting that has none */
void titles_init(struct jm_extractor *x);
void zones_title(struct jm_extractor *x);
/* zones.c */
int zones_mark(struct jm_extractor *x);
/* gate.c: decide candidate c, NULL rule: keep open. Sets state; returns the rule or reason. */
const char *gate_decide(struct jm_extractor *x, size_t c);
/* The same once more, when others have been let in: what they cannot change is not asked again. */
const char *gate_decide_again(struct jm_extractor *x, size_t c);
/* context.c */
void context_fill(struct jm_extractor *x, const struct hit *h, struct jm_claim *claim);
/* phrases.c: the tagger's phrases of the part being read, if asked for. -1: out of memory */
int phrases_find(struct jm_extractor *x);
/* dates.c */
/* The part that begins at the token has nothing to do with the dates before. -1: out of memory */
int dates_border(struct jm_extractor *x, size_t tok);
/* The year that the token is, 1960 to 2060; 0: none. */
long dates_year_of(const struct jm_extractor *x, size_t i);
int dates_find(struct jm_extractor *x);
uint16_t dates_year_at(const struct jm_extractor *x, uint32_t tok);
/* facts */
void facts_read(struct jm_extractor *x);
/* years.c: of the cue for years `h`. */
void years_read(struct jm_extractor *x, const struct hit *h);
/* degrees.c: of the name of a degree `h`. */
void degree_read(struct jm_extractor *x, const struct hit *h, enum jm_degree degree);
void tongues_read(struct jm_extractor *x);
void pay_read(struct jm_extractor *x);
void places_read(struct jm_extractor *x);
/* Note where a fact was read: tokens [from, to). */
void fact_note(struct jm_extractor *x, enum jm_fact_kind kind, size_t from, size_t to,
               const char *rule);

/* facts.c: is the word at token i one of a NULL-ended list; is one of the tokens [from,
 * to); is a cue in them? */
bool fact_word_at(const struct jm_text_view *v, size_t i, const char *const *words);
bool fact_word_in(const struct jm_text_view *v, size_t from, size_t to, const char *const *words);
bool fact_cue_in(const struct jm_extractor *x, enum jm_cue cue, size_t from, size_t to);

/* --- small helpers ----------------------------------------------------------------------------- */

enum { GAP_SENTENCE = JM_GAP_STOP | JM_GAP_LINE | JM_GAP_PARA | JM_GAP_BULLET };

/* Is the border before token i one between sentences? A wrapped line is not: its next line
 * starts small and nothing ended the one before. */
static inline bool starts_sentence(const struct jm_text_view *v, size_t i)
{
    if (i == 0)
        return true;
    const struct jm_token *t = &v->tokens[i];
    if (t->gap & (JM_GAP_STOP | JM_GAP_PARA | JM_GAP_BULLET))
        return true;
    return (t->gap & JM_GAP_LINE) && (t->flags & (JM_TOK_UPPER | JM_TOK_DIGIT));
}

/* The last token with a mark at or before i, and the first behind it or the end of n; both at most
 * `reach` away. They look at two words of bits at most. */
static inline size_t mark_before(const uint64_t *marks, size_t i, size_t reach)
{
    size_t stop = i > reach ? i - reach : 0, at = i;
    uint64_t bits = marks[i >> 6] << (63 - (i & 63));
    if (!bits && i >= 64) {
        at = (i & ~(size_t)63) - 1;
        bits = marks[at >> 6];
    }
    at = bits ? at - (size_t)__builtin_clzll(bits) : 0;
    return at > stop ? at : stop;
}
static inline size_t mark_behind(const uint64_t *marks, size_t n, size_t i, size_t reach)
{
    size_t stop = i + reach < n ? i + reach : n, at = i + 1;
    if (at >= stop)
        return at < n ? at : n;
    uint64_t bits = marks[at >> 6] >> (at & 63);
    if (!bits) {
        at = (at | 63) + 1;
        bits = marks[at >> 6]; /* there is one word more than the tokens need */
    }
    at = bits ? at + (size_t)__builtin_ctzll(bits) : stop;
    return at < stop ? at : stop;
}

/* First token of the sentence around i, and one past its last. */
enum { SENTENCE_REACH = 60 };
static inline size_t sentence_from(const struct jm_extractor *x, size_t i, size_t reach)
{
    return mark_before(x->sentences, i, reach);
}
static inline size_t sentence_to(const struct jm_extractor *x, size_t i, size_t reach)
{
    return mark_behind(x->sentences, x->v->n_tokens, i, reach);
}
/* The same of the clause, which a semicolon ends too. */
static inline size_t clause_from(const struct jm_extractor *x, size_t i, size_t reach)
{
    return mark_before(x->clauses, i, reach);
}
static inline size_t clause_to(const struct jm_extractor *x, size_t i, size_t reach)
{
    return mark_behind(x->clauses, x->v->n_tokens, i, reach);
}

/* Is what stands before a token a dash, not a hyphen? */
static inline bool is_dash(unsigned gap)
{
    return (gap & JM_GAP_HYPHEN) && (gap & JM_GAP_BLANK);
}

/* The marks of `n` tokens from `from` on, at most 64, the first lowest. */
static inline uint64_t marks_at(const uint64_t *marks, size_t from, size_t n)
{
    uint64_t bits = marks[from >> 6] >> (from & 63);
    if (from & 63)
        bits |= marks[(from >> 6) + 1] << (64 - (from & 63));
    return n < 64 ? bits & ((UINT64_C(1) << n) - 1) : bits;
}

/* No hit is let in on the tokens [from, to) from now on. */
static inline void cover(struct jm_extractor *x, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        x->covered[i >> 6] |= UINT64_C(1) << (i & 63);
}

/* Benefits, about us, legal. */
static inline bool zone_uncounted(uint8_t zone)
{
    return zone >= JM_ZONE_BENEFITS && zone <= JM_ZONE_LEGAL;
}

/* Does a line or block begin at token i; stands a colon before it? */
static inline bool zone_line_starts(const struct jm_text_view *v, size_t i)
{
    return i == 0 || (v->tokens[i].gap & (JM_GAP_LINE | JM_GAP_PARA | JM_GAP_BULLET));
}
static inline bool zone_colon_before(const struct jm_text_view *v, size_t i)
{
    return i < v->n_tokens && (v->tokens[i].gap & JM_GAP_COLON);
}

static inline const struct surface *surface_of(const struct jm_extractor *x, const struct hit *h)
{
    return &x->d->surfaces[h->surface];
}

/* Is the sign there that a surface begins with: "$Universe", "/an"? */
static inline bool hit_has_sign(const struct jm_extractor *x, const struct hit *h)
{
    const struct surface *s = surface_of(x, h);
    uint32_t beg = x->v->tokens[h->tok].beg;
    return !(s->flags & SURF_SIGN) || (beg && x->v->plain[beg - 1] == dict_text(x->d, s)[0]);
}

/* Index of the first hit whose token is at or behind `tok`. */
static inline size_t hits_from(const struct hits *h, size_t tok)
{
    size_t lo = 0;
    for (size_t n = h->n; n > 0;) { /* no branch: which half, nothing foretells */
        size_t half = n / 2;
        bool behind = h->a[lo + half].tok < tok;
        lo += (half + 1) & -(size_t)behind;
        n = behind ? n - half - 1 : half;
    }
    return lo;
}

/* Is there a comma or semicolon before one of the tokens [from, to]? */
static inline bool comma_in(const struct jm_text_view *v, size_t from, size_t to)
{
    for (size_t k = from; k <= to && k < v->n_tokens; k++)
        if (v->tokens[k].gap & (JM_GAP_COMMA | JM_GAP_SEMI))
            return true;
    return false;
}

/* numbers.c; numbers_init() once before. */
void numbers_init(struct jm_extractor *x);
/* The number a token spells ("5", "12", "five"), -1 if none. */
long token_number(const struct jm_extractor *x, size_t i);
/* What stands before a cue for years: "5", "3 to 5", "twenty-five"; `first` is its first token.
 * False: no number from 1 to 40. */
struct years {
    long low, high;
    size_t first;
};
bool years_said(const struct jm_extractor *x, const struct hit *h, struct years *out);
/* Are the years in tokens [first, end) those of the company? */
bool years_of_company(const struct jm_extractor *x, size_t first, size_t end);
/* Is a wish at token `wish` only of the last of several items, of which one ends before `end`? */
bool context_wish_of_last(const struct jm_extractor *x, size_t end, size_t wish);

#endif
