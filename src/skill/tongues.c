/* tongues.c - human languages asked for or spoken, with their level.
 *
 * "English" alone is no requirement ("English breakfast", "send your CV in English"): a level, a
 * word such as "spoken", or another language beside it must confirm it. CEFR where it is written,
 * else the nearest step for the usual words. */
#include <string.h>

#include "gate_int.h"

/* "English, good French": the level behind the comma belongs to the next language. */
static bool level_of_next(const struct jm_extractor *x, size_t level)
{
    const struct hit *q = &x->cues.a[level];
    size_t end = q->tok + q->n;
    for (size_t i = level + 1; i < x->cues.n && x->cues.a[i].tok <= end + 2; i++) {
        const struct hit *o = &x->cues.a[i];
        if (o->cue == CUE_TONGUE && o->tok >= end && !comma_in(x->v, end, o->tok))
            return true;
    }
    return false;
}

/* "English, good French", "Twi and some French", "C1 de valenciano (Mitjà) y B2 de inglés": a comma
 * or "and" before the level. */
static bool parted(const struct jm_text_view *v, size_t end, size_t level)
{
    return comma_in(v, end, level) || (level > end && gate_connector(v, level - 1));
}

/* "B1": a step of the scale, not a word that may be one. */
static bool written(const struct jm_extractor *x, const struct hit *q)
{
    const struct jm_token *t = &x->v->tokens[q->tok];
    return q->n == 1 && t->end - t->beg == 2 && x->v->plain[t->beg + 1] <= '9';
}

/* "German is a strong plus": strong is the plus; "elementary school" is a school. */
static bool of_wish(const struct jm_extractor *x, const struct hit *q)
{
    static const char *const wish[] = {"plus",     "advantage", "asset",   "preference",
                                       "bonus",    "school",    "schools", "teacher",
                                       "teachers", "education", "grades",  NULL};
    return fact_word_at(x->v, q->tok + q->n, wish);
}

/* Is there nothing but "and" between the two names? */
static bool joined(const struct jm_text_view *v, size_t end, size_t tok)
{
    if (tok == end && (v->tokens[tok].gap & JM_GAP_SLASH)) /* "bilingual English/Spanish" */
        return true;
    /* "Deutsch- und Englischkenntnisse" */
    return tok == end + 1 && !(v->tokens[end].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_HYPHEN)) &&
           v->tokens[tok].gap == JM_GAP_BLANK && gate_connector(v, end);
}

/* The level nearest to the name, with no other language between; UNKNOWN if none within reach.
 * What follows wins over what stands before: "English C1, German B2"; and a written step over a
 * word: "good German (at least B1)". */
static enum jm_cefr level_near(const struct jm_extractor *x, const struct hit *h, size_t from,
                               size_t to)
{
    enum jm_cefr before = JM_CEFR_UNKNOWN, after = JM_CEFR_UNKNOWN;
    size_t end = h->tok + h->n, other_end = SIZE_MAX, level_end = 0;
    size_t reach =
        end; /* where the level may stand: behind the name, or behind the next joined to it */
    bool others = false; /* `before` stands right behind another language */
    bool sure = false;   /* `after` is written */
    bool shared = false; /* "goda kunskaper i svenska och engelska": `before` is of both */
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < to; i++) {
        const struct hit *q = &x->cues.a[i];
        uint32_t owner = surface_of(x, q)->owner;
        bool inside =
            q->tok < end && (size_t)q->tok + q->n > h->tok; /* "engleză" of "limba engleză" */
        if (cue_of(owner) == CUE_TONGUE && !inside) {
            if (q->tok >= end && !(reach == end && joined(x->v, end, q->tok)))
                break;
            if (q->tok >= end) { /* "Deutsch und Türkisch fließend" */
                reach = (size_t)q->tok + q->n;
                continue;
            }
            shared = joined(x->v, q->tok + q->n, h->tok);
            if (!shared)
                before = JM_CEFR_UNKNOWN;
            other_end = (size_t)q->tok + q->n;
        } else if (cue_of(owner) == CUE_CEFR && q->tok + q->n > level_end && !of_wish(x, q)) {
            level_end = (size_t)q->tok + q->n; /* the "goda" of "mycket goda" says no more */
            enum jm_cefr level = (enum jm_cefr)cue_value(owner);
            if (q->tok < h->tok && !comma_in(x->v, q->tok + q->n, h->tok)) {
                before = level;
                others = other_end != SIZE_MAX && q->tok - other_end <= 2;
            } else if (q->tok < h->tok) {
                continue;
            } else if (reach > end) {
                if (!after && !before && !written(x, q) && q->tok <= reach + 1 &&
                    !comma_in(x->v, reach, q->tok))
                    after = level;
            } else if ((!after || (!sure && written(x, q))) &&
                       q->tok - end <= (written(x, q) ? 8 : 5) &&
                       !(parted(x->v, end, q->tok) && level_of_next(x, i))) {
                after = level;
                sure = written(x, q);
            }
        }
    }
    if (!after)
        return before;
    if (others || sure || shared) /* "English C1 and French B1" */
        return after;
    unsigned gap = x->v->tokens[end < x->v->n_tokens ? end : end - 1].gap;
    return before && !(gap & (JM_GAP_OPEN | JM_GAP_COLON | JM_GAP_HYPHEN)) && before > after
               ? before
               : after;
}

/* Near another language: "German and some Dutch"; not "a Polish deli, Dutch ovens". */
static bool beside_a_tongue(const struct jm_extractor *x, size_t i)
{
    const struct hit *h = &x->cues.a[i];
    for (size_t k = i > 6 ? i - 6 : 0; k < x->cues.n && k <= i + 6; k++) {
        const struct hit *o = &x->cues.a[k];
        size_t apart = o->tok > h->tok ? o->tok - h->tok : h->tok - o->tok;
        if (apart && apart <= 3 && o->cue == CUE_TONGUE && !gate_people(x, o))
            return true;
    }
    return false;
}

static bool about_applying(const struct jm_extractor *x, size_t from, size_t tok)
{
    static const char *const apply[] = {"cv",        "resume",       "résumé",    "application",
                                        "apply",     "applications", "documents", "letter",
                                        "bewerbung", "unterlagen",   NULL};
    static const char *const in[] = {"in", "auf", "en", NULL};
    return tok && fact_word_at(x->v, tok - 1, in) && fact_word_in(x->v, from, tok, apply);
}

/* "No German needed", "German is not required"; not "no German, English B2" of English. */
static bool not_needed(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to)
{
    static const char *const only[] = {"only", "just", "nur", "seulement", "solo", "sólo", NULL};
    size_t end = h->tok + h->n;
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < to; i++) {
        const struct hit *q = &x->cues.a[i];
        size_t behind = q->tok + q->n;
        if (q->cue == CUE_NOT_AFTER && q->tok >= end && !comma_in(x->v, end, q->tok))
            return true;
        if (q->cue == CUE_NOT && behind <= h->tok && h->tok - behind <= 3 &&
            !fact_word_at(x->v, behind, only) && !comma_in(x->v, behind, h->tok))
            return true;
    }
    return false;
}

/* "polish the floor": what is also a verb must be written as a name. */
static bool verb_like(const struct jm_extractor *x, const struct hit *h, bool confirmed)
{
    static const char *const verbs[] = {"polish", NULL};
    if (h->n != 1 || !fact_word_at(x->v, h->tok, verbs))
        return false;
    return !(x->v->tokens[h->tok].flags & JM_TOK_UPPER) ||
           (starts_sentence(x->v, h->tok) && !confirmed);
}

static void add_tongue(struct jm_extractor *x, const struct hit *h, enum jm_cefr level,
                       bool required)
{
    struct jm_facts *f = &x->facts;
    char code[3];
    jm_code2_text(code, (uint16_t)cue_value(surface_of(x, h)->owner));
    code[0] |= 0x20;
    code[1] |= 0x20;
    for (size_t i = 0; i < f->n_languages; i++) {
        if (memcmp(f->languages[i].code, code, 3))
            continue;
        struct jm_language *old = &f->languages[i];
        bool first = required && !old->required && x->in->kind == JM_JOB;
        if (first || (level > old->level && required == old->required)) /* not "B2; C1 is a plus" */
            old->level = level ? level : old->level;
        old->required |= required;
        return;
    }
    if (f->n_languages == JM_FACTS_LANGUAGES)
        return;
    struct jm_language *l = &f->languages[f->n_languages++];
    *l = (struct jm_language){.level = level, .required = required};
    memcpy(l->code, code, 3);
    fact_note(x, JM_FACT_LANGUAGE, h->tok, h->tok + h->n,
              level ? "language and level" : "language");
}

/* Is there a wish in the tokens [from, to), and not only of the last language: "Deutsch in Wort und
 * Schrift, Französisch von Vorteil"? */
static bool wished_for(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to)
{
    size_t end = h->tok + h->n;
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < to; i++) {
        const struct hit *q = &x->cues.a[i];
        if (q->cue == CUE_NICE && (q->tok < end || !context_wish_of_last(x, end, q->tok)))
            return true;
    }
    return false;
}

void tongues_read(struct jm_extractor *x)
{
    for (size_t i = 0; i < x->cues.n; i++) {
        const struct hit *h = &x->cues.a[i];
        uint8_t zone = x->zone[h->tok];
        if (h->cue != CUE_TONGUE || !zone_asks(x, zone))
            continue;
        size_t from = sentence_from(x, h->tok, 8), to = sentence_to(x, h->tok, 10);
        if (about_applying(x, from, h->tok) || gate_people(x, h))
            continue;
        enum jm_cefr level = level_near(x, h, from, to);
        bool said = level || fact_cue_in(x, CUE_LANG_CONTEXT, from, to) || beside_a_tongue(x, i) ||
                    x->in_title;
        if (verb_like(x, h, level || beside_a_tongue(x, i)))
            continue;
        if (!said || not_needed(x, h, from, to) || (!level && gate_tongue_course(x, h)))
            continue;
        bool nice = zone == JM_ZONE_NICE || wished_for(x, h, from, to);
        add_tongue(x, h, level, x->in->kind == JM_JOB && !nice);
    }
}
