/* judge.c - the linear gate at work; what it is and when it speaks is in judge.h. */
#include "judge.h"

#include <string.h>

#include "gate_int.h"
#include "jobmatch/bytes.h"
#include "weights.h"

enum { NEAR = 6 };

/* Templates by number; the order is part of the weights. */
static const char *const names[] = {
    "skill", "kind", "rule", "skill and rule", "letter case", "word before", "second word before",
    "word after", "second word after", "skill and word before", "skill and word after",
    "words before", "words after", "part of the text", "sign before", "sign after",
    "start of the sentence", "end of the sentence", "other skills in the sentence",
    "skill to the left", "skill to the right", "phrase of use before", "heading above", "line",
    "word in the sentence before", "word in the sentence after", "ending of the word after",
    "letter case of the neighbours", "skill and letter case", "rule and sign after",
    "in a list", "skill and list", "asked for", "name of a role"};
enum { TEMPLATES = sizeof names / sizeof *names };

const char *jm_gate_feature_name(uint8_t what) { return what < TEMPLATES ? names[what] : ""; }

static void add(struct judge_features *f, unsigned what, uint64_t value)
{
    if (f->n == JUDGE_FEATURES_MAX)
        return;
    f->what[f->n] = (uint8_t)what;
    f->hash[f->n++] = feature_of(64 + what, value);
}

struct span { /* the sentence around a hit, and the hit, in tokens */
    size_t from, to, beg, end;
};

static uint64_t word(const struct jm_extractor *x, const struct span *s, size_t i)
{
    return i >= s->from && i < s->to ? x->v->tokens[i].hash : 0; /* i wraps below 0: not < to */
}

static unsigned form(const struct jm_extractor *x, const struct span *s, size_t i)
{
    return i >= s->from && i < s->to
               ? x->v->tokens[i].flags & (JM_TOK_UPPER | JM_TOK_CAPS | JM_TOK_DIGIT) : 8;
}

static unsigned sign(const struct jm_extractor *x, const struct span *s, size_t i)
{
    return i > s->from && i < s->to ? x->v->tokens[i].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_LINE)
                                    : 1;
}

static void add_words(struct judge_features *f, const struct jm_extractor *x, const struct span *s,
                      uint64_t skill)
{
    uint64_t before = word(x, s, s->beg - 1), after = word(x, s, s->end);
    add(f, 5, before);
    add(f, 6, word(x, s, s->beg - 2));
    add(f, 7, after);
    add(f, 8, word(x, s, s->end + 1));
    add(f, 9, feature_pair(skill, before));
    add(f, 10, feature_pair(skill, after));
    add(f, 11, feature_pair(word(x, s, s->beg - 2), before));
    add(f, 12, feature_pair(after, word(x, s, s->end + 1)));
    for (size_t i = s->beg > s->from + NEAR ? s->beg - NEAR : s->from; i < s->beg; i++)
        add(f, 24, x->v->tokens[i].hash);
    for (size_t i = s->end; i < s->to && i < s->end + NEAR; i++)
        add(f, 25, x->v->tokens[i].hash);
}

/* Tokens to the next other candidate on one side of the sentence, at most NEAR. */
static size_t apart(const struct jm_extractor *x, size_t c, const struct span *s, bool left)
{
    if (left) {
        for (size_t i = c; i--;) {
            const struct hit *o = &x->cands.a[i];
            if (o->tok < s->from || o->tok + NEAR < s->beg)
                break;
            if (o->tok + o->n <= s->beg && (o->strong || o->state == V_IN))
                return s->beg - (o->tok + o->n);
        }
        return NEAR;
    }
    for (size_t i = c + 1; i < x->cands.n && x->cands.a[i].tok < s->to; i++) {
        const struct hit *o = &x->cands.a[i];
        if (o->tok >= s->end + NEAR)
            break;
        if (o->tok >= s->end && (o->strong || o->state == V_IN))
            return o->tok - s->end;
    }
    return NEAR;
}

static void add_around(struct judge_features *f, const struct jm_extractor *x, size_t c,
                       const struct span *s)
{
    size_t left = apart(x, c, s, true), right = apart(x, c, s, false), use = NEAR;
    for (size_t i = hits_from(&x->cues, s->from); i < x->cues.n && x->cues.a[i].tok < s->beg; i++) {
        const struct hit *q = &x->cues.a[i];
        if (cue_of(surface_of(x, q)->owner) == CUE_USE && q->tok + q->n <= s->beg &&
            s->beg - (q->tok + q->n) < use)
            use = s->beg - (q->tok + q->n);
    }
    add(f, 18, (unsigned)(left < NEAR) + (right < NEAR));
    add(f, 19, left);
    add(f, 20, right);
    add(f, 21, use);
}

static unsigned letters(const struct jm_extractor *x, const struct hit *h)
{
    unsigned flags = x->v->tokens[h->tok].flags & (JM_TOK_UPPER | JM_TOK_CAPS);
    return flags | (unsigned)gate_exact_case(x, h) << 4 | (unsigned)gate_shouting(x, h) << 5;
}

void judge_features(const struct jm_extractor *x, size_t c, struct judge_features *f)
{
    const struct hit *h = &x->cands.a[c];
    const struct surface *su = surface_of(x, h);
    const struct jm_skill *k = &x->d->entries[su->owner].pub;
    const struct jm_claim *claim = &x->claims[h->claim - 1];
    const char *rule = claim->rule;
    struct span s = {sentence_from(x, h->tok, 40), sentence_to(x, h->tok + h->n - 1, 40),
                     h->tok, (size_t)h->tok + h->n};
    uint64_t rule_hash = jm_hash64(rule, strlen(rule));
    unsigned shape = letters(x, h), list = gate_in_list(x, c);
    f->n = 0;
    add(f, 0, k->key);
    add(f, 1, (uint64_t)k->kind << 8 | su->gate);
    add(f, 2, rule_hash);
    add(f, 3, feature_pair(k->key, rule_hash));
    add(f, 4, shape << 8 | su->gate);
    add_words(f, x, &s, k->key);
    add(f, 13, x->zone[h->tok]);
    add(f, 14, sign(x, &s, s.beg));
    add(f, 15, sign(x, &s, s.end));
    add(f, 16, s.beg - s.from < 4 ? s.beg - s.from : 4);
    add(f, 17, s.to - s.end < 4 ? s.to - s.end : 4);
    add_around(f, x, c, &s);
    add(f, 27, form(x, &s, s.beg - 1) << 4 | form(x, &s, s.end));
    add(f, 28, feature_pair(k->key, shape));
    add(f, 29, feature_pair(rule_hash, sign(x, &s, s.end)));
    add(f, 30, list);
    add(f, 31, feature_pair(k->key, list));
    add(f, 32, (unsigned)claim->must << 1 | claim->nice);
    add(f, 33, claim->in_role);
}

/* "node.js developers", "Ruby on Rails web engineer", "analytics engineer": part of a role's name.
 * Who is sought is the strongest word a posting has. */
static bool in_role(const struct jm_extractor *x, const struct hit *h)
{
    const struct jm_text_view *v = x->v;
    const unsigned tight = JM_GAP_BLANK | JM_GAP_HYPHEN | JM_GAP_SLASH | JM_GAP_LINE;
    size_t end = h->tok + h->n;
    if (role_word_at(x, end - 1))
        return true;
    for (size_t i = end; i < v->n_tokens && i < end + 2 && !(v->tokens[i].gap & ~tight); i++)
        if (role_word_at(x, i))
            return true;
    return false;
}

bool judge_can(const struct jm_extractor *x, size_t c)
{
    const struct hit *h = &x->cands.a[c];
    if (x->in->kind != JM_JOB || x->in_title || !h->claim)
        return false;
    const struct jm_claim *k = &x->claims[h->claim - 1];
    return k->accepted && k->zone != JM_ZONE_TITLE &&
           gate_technical((enum jm_skill_kind)surface_of(x, h)->kind);
}

/* "air freight, CargoWise.": signs on both sides and a sure skill in the sentence. Names that the
 * dictionary lacks stand between the others of such a list. */
static bool is_item(const struct jm_extractor *x, size_t c)
{
    const unsigned open = JM_GAP_COMMA | JM_GAP_COLON | JM_GAP_SEMI | JM_GAP_SLASH | JM_GAP_BULLET;
    const unsigned close = JM_GAP_COMMA | JM_GAP_SEMI | JM_GAP_SLASH | JM_GAP_STOP | JM_GAP_BULLET |
                           JM_GAP_LINE | JM_GAP_PARA;
    const struct jm_text_view *v = x->v;
    const struct hit *h = &x->cands.a[c];
    size_t end = h->tok + h->n;
    size_t from = sentence_from(x, h->tok, 40), to = sentence_to(x, end - 1, 40);
    if (!(v->tokens[h->tok].gap & open) || (end < v->n_tokens && !(v->tokens[end].gap & close)))
        return false;
    for (size_t i = hits_from(&x->cands, from); i < x->cands.n && x->cands.a[i].tok < to; i++)
        if (i != c && x->cands.a[i].state == V_IN)
            return true;
    return false;
}

bool judge_may(const struct jm_extractor *x, size_t c)
{
    enum jm_lang lang = x->facts.lang;
    const struct surface *su = surface_of(x, &x->cands.a[c]);
    if (!judge_can(x, c) || (lang != JM_LANG_EN && lang != JM_LANG_UNKNOWN) ||
        (su->langs && !(su->langs & 1u << JM_LANG_EN)))
        return false;
    const struct jm_claim *k = &x->claims[x->cands.a[c].claim - 1];
    if (k->must || k->nice || k->years || (k->level && su->gate == GATE_CASE))
        return false;
    /* it learned from English ads for technology; of other trades it judges the doubtful words */
    if (su->gate == GATE_NONE && x->d->entries[su->owner].other_trade)
        return false;
    return strcmp(k->rule, "own line") != 0 && !gate_in_list(x, c) && !is_item(x, c);
}

unsigned judge_threshold(const struct jm_extractor *x, const struct hit *h)
{
    return surface_of(x, h)->gate == GATE_NONE ? JUDGE_PLAIN : JUDGE_GATED;
}

/* Does the sentence speak of who makes it? "at Lucidchart", "Quizlet is hiring". */
static bool like_company(const struct jm_text_view *v, const struct hit *h)
{
    static const char *const before[] = {"at", "join", "joining", "by", "about", "from", "acquired",
                                         NULL};
    static const char *const behind[] = {
        "is", "was", "are", "has", "have", "had", "did", "does", "will", "offers", "provides",
        "helps", "builds", "makes", "runs", "s", "inc", "software", "labs", "hires", NULL};
    size_t end = h->tok + h->n;
    if (!(v->tokens[end - 1].flags & JM_TOK_UPPER)) /* "Excel spreadsheets are" */
        return false;
    if (h->tok && fact_word_at(v, h->tok - 1, before))
        return true;
    return end < v->n_tokens && !(v->tokens[end].gap & GAP_SENTENCE) &&
           fact_word_at(v, end, behind) && starts_sentence(v, h->tok);
}

static bool capital_inside(const char *name)
{
    for (name += *name != 0; *name; name++)
        if (*name >= 'A' && *name <= 'Z')
            return true;
    return false;
}

/* A product that is written as a name and is one by no doubt of the dictionary ("our
 * Postgres clusters", "Unreal Engine"), or capitals beside a companion ("RAG services with LangGraph"). What the gate
 * learned is whether ads ask for a thing; that they name it stands. */
static bool spares(const struct jm_extractor *x, const struct hit *h)
{
    const struct surface *su = surface_of(x, h);
    enum jm_skill_kind kind = x->d->entries[su->owner].pub.kind;
    const struct jm_token *t = &x->v->tokens[h->tok];
    if (!(t->flags & JM_TOK_UPPER) || !gate_exact_case(x, h) || gate_shouting(x, h))
        return false;
    bool held = kind == JM_SKILL_CERTIFICATE || kind == JM_SKILL_LICENCE;
    if (su->gate == GATE_CASE || (su->gate == GATE_DENY && held)) /* "Cat B, C1, CPC" */
        return kind != JM_SKILL_FIELD && capital_inside(dict_text(x->d, su)) &&
               ((held && su->gate == GATE_CASE) || gate_companion(x, h, 12));
    if (su->gate != GATE_NONE)
        return false;
    if (kind == JM_SKILL_CODE)
        return true;
    return (kind == JM_SKILL_TOOL || kind == JM_SKILL_CERTIFICATE || kind == JM_SKILL_EQUIPMENT) &&
           !like_company(x->v, h);
}

/* Keep the heaviest features that speak against. */
static void keep_reason(struct jm_claim *k, uint8_t what, int8_t points)
{
    for (size_t i = 0; i < JM_GATE_REASONS; i++) {
        if (points >= k->gate_points[i])
            continue;
        for (size_t j = JM_GATE_REASONS - 1; j > i; j--) {
            k->gate_points[j] = k->gate_points[j - 1];
            k->gate_what[j] = k->gate_what[j - 1];
        }
        k->gate_points[i] = points;
        k->gate_what[i] = what;
        return;
    }
}

static void judge(struct jm_extractor *x, size_t c)
{
    const struct weights *w = &x->d->gate;
    struct hit *h = &x->cands.a[c];
    struct jm_claim *k = &x->claims[h->claim - 1];
    struct judge_features f;
    int32_t sum = w->fixed[0], least = w->fixed[judge_threshold(x, h)];
    judge_features(x, c, &f);
    for (size_t i = 0; i < f.n; i++)
        sum += weights_one(w, f.hash[i]);
    k->judged = true;
    k->gate_sum = (int16_t)(sum - least);
    k->spared = spares(x, h);
    if (sum >= least || k->in_role || k->spared)
        return;
    for (size_t i = 0; i < f.n; i++)
        keep_reason(k, f.what[i], weights_one(w, f.hash[i]));
    k->accepted = false;
    k->rule = "gate";
}

void judge_all(struct jm_extractor *x)
{
    for (size_t c = 0; c < x->cands.n; c++)
        if (x->cands.a[c].claim)
            x->claims[x->cands.a[c].claim - 1].in_role = in_role(x, &x->cands.a[c]);
    if (x->observe)
        x->observe(x, x->observe_arg);
    if (!x->d->gate.bytes || x->observe)
        return;
    for (size_t c = 0; c < x->cands.n; c++)
        if (judge_may(x, c))
            judge(x, c);
    for (size_t c = 0; c < x->cands.n; c++)
        if (x->cands.a[c].claim && !x->claims[x->cands.a[c].claim - 1].accepted)
            x->cands.a[c].state = V_TURNED;
}
