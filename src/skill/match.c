/* match.c - one pass of the automaton over the tokens.
 *
 * Filters say at which tokens a phrase can start. There the trie is walked as far as it goes, over
 * the token's exact form, its simpler form (singular, without version) and, where a word was cut
 * at an inner capital, its joined form.
 * What may stand between the tokens of a surface is blanks, a tight hyphen or a line wrap, and
 * whatever the surface itself has there ("CI/CD"). All skills are kept, longest first: which one
 * wins is known when the gates have spoken. Cues are noted beside them and do not compete. */
#include <stdlib.h>
#include <string.h>

#include "extract_int.h"
#include "marks.h"

enum { MAX_AT = 24, BETWEEN_PHRASES = MARKS_APART };
enum { BLOCK = 64 };                /* walks that are prepared together */
#define GOES_ON (UINT32_C(1) << 31) /* of a start: more than the word by itself may be there */

struct walk {
    const struct jm_extractor *x;
    struct hit *out;
    size_t n, max, start;
};

/* Signs between two tokens that a surface must have too. */
static unsigned telling_gap(unsigned gap)
{
    const unsigned soft = JM_GAP_BLANK | JM_GAP_HYPHEN | JM_GAP_GLUED | JM_GAP_LINE;
    unsigned hard = gap & ~soft;
    if (gap & JM_GAP_DOT)
        hard &= ~(unsigned)JM_GAP_STOP; /* Node.Js */
    if ((gap & JM_GAP_HYPHEN) && (gap & (JM_GAP_BLANK | JM_GAP_LINE)))
        hard |= JM_GAP_OTHER; /* a dash, not a hyphen */
    return hard;
}

/* Surface s was reached, and the others of the same words. */
static void note(struct walk *w, uint32_t s, size_t n_tokens, unsigned hard)
{
    const struct jm_dict *d = w->x->d;
    for (; s; s = d->surfaces[s].next) {
        unsigned allowed = d->surfaces[s].gaps;
        if (d->surfaces[s].flags & SURF_CUE)
            allowed |= JM_GAP_QUOTE | JM_GAP_SLASH;
        if ((hard & ~allowed) || w->n == w->max)
            continue;
        w->out[w->n++] =
            (struct hit){.tok = (uint32_t)w->start, .surface = s, .n = (uint8_t)n_tokens};
    }
}

/* The word that a run of glued tokens from i makes together, 0 if none; its length in *run. */
static uint64_t joined_word(const struct jm_extractor *x, size_t i, size_t *run)
{
    const struct jm_text_view *v = x->v;
    size_t last = i;
    char word[48];
    while (last + 1 < v->n_tokens && v->tokens[last + 1].gap == JM_GAP_GLUED && last < i + 4)
        last++;
    size_t n = v->tokens[last].end - v->tokens[i].beg;
    if (last == i || n >= sizeof word)
        return 0;
    for (size_t k = 0; k < n; k++) {
        char c = v->plain[v->tokens[i].beg + k];
        word[k] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    *run = last - i + 1;
    return jm_text_word_hash(word, n);
}

static void walk(struct walk *w, uint32_t node, size_t i, unsigned hard);

/* Before token `next` the walk stands at node `to`: note what ends there and go on. */
static void arrive(struct walk *w, uint32_t to, size_t next, unsigned hard)
{
    const struct jm_text_view *v = w->x->v;
    if (to & NODE_LEAF) {
        note(w, to & (NODE_LEAF - 1), next - w->start, hard);
        return;
    }
    const struct dict_node *node = &w->x->d->nodes[to];
    if (node->surface)
        note(w, node->surface, next - w->start, hard);
    if (next >= v->n_tokens || next - w->start >= MAX_SURFACE_TOKENS ||
        (v->tokens[next].gap & BETWEEN_PHRASES))
        return;
    const struct jm_token *t = &v->tokens[next];
    bool joined = next + 1 < v->n_tokens && t[1].gap == JM_GAP_GLUED;
    if (!joined && !(node->filter & (node_bit(t->hash) | node_bit(t->alt))))
        return;
    walk(w, to, next, hard | telling_gap(t->gap));
}

/* From `node` over token i, whose exact form leads to node `to`. */
static void walk_on(struct walk *w, uint32_t node, uint32_t to, size_t i, unsigned hard)
{
    const struct jm_extractor *x = w->x;
    const struct jm_token *t = &x->v->tokens[i];
    if (to)
        arrive(w, to, i + 1, hard);
    if (t->alt && (to = dict_step(x->d, node, t->alt)))
        arrive(w, to, i + 1, hard);
    if (i + 1 < x->v->n_tokens && t[1].gap == JM_GAP_GLUED) {
        size_t run = 1;
        uint64_t hash = joined_word(x, i, &run);
        if (hash && (to = dict_step(x->d, node, hash)))
            arrive(w, to, i + run, hard);
    }
}

static void walk(struct walk *w, uint32_t node, size_t i, unsigned hard)
{
    walk_on(w, node, dict_step(w->x->d, node, w->x->v->tokens[i].hash), i, hard);
}

/* Of two of one length the one that needs a companion goes first; then the one that is spelt so:
 * "SSRS" is not two of "SSR". */
static bool goes_before(const struct jm_dict *d, const struct hit *a, const struct hit *b)
{
    if (a->n != b->n)
        return a->n > b->n;
    bool deny = d->surfaces[a->surface].gate == GATE_DENY;
    if (deny != (d->surfaces[b->surface].gate == GATE_DENY))
        return deny;
    return a->surface < b->surface;
}

/* Longest first. There are few, and mostly in order. */
static void sort_hits(const struct jm_dict *d, struct hit *h, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct hit mine = h[i];
        size_t k = i;
        for (; k > 0 && goes_before(d, &mine, &h[k - 1]); k--)
            h[k] = h[k - 1];
        h[k] = mine;
    }
}

/* What token i, whose exact form leads to node `to`, is by itself: nothing can follow it. */
static void note_word(struct walk *w, uint32_t to, size_t i)
{
    const struct jm_token *t = &w->x->v->tokens[i];
    const struct jm_dict *d = w->x->d;
    note(w, dict_surface(d, to), 1, 0);
    if (t->alt)
        note(w, dict_surface(d, dict_step(d, NODE_ROOT, t->alt)), 1, 0);
}

/* All surfaces at a start, longest first; returns how many (at most max). `to` is the first node on
 * the way. */
static size_t match_at(const struct jm_extractor *x, uint32_t start, uint32_t to, struct hit *out,
                       size_t max)
{
    struct walk w = {.x = x, .out = out, .max = max, .start = start & ~GOES_ON};
    if (start & GOES_ON)
        walk_on(&w, NODE_ROOT, to, w.start, 0);
    else
        note_word(&w, to, w.start);
    sort_hits(x->d, out, w.n);
    return w.n;
}

/* Room for the hits at one more token. */
static inline bool hits_room(struct hits *hits)
{
    if (hits->n + MAX_AT <= hits->cap)
        return true;
    size_t cap = hits->cap * 2 + MAX_AT;
    struct hit *more = realloc(hits->a, cap * sizeof *more);
    if (!more)
        return false;
    hits->a = more;
    hits->cap = cap;
    return true;
}

/* For n tokens, and one behind each list. What the lists hold is made anew for every text. */
static int make_room(struct jm_extractor *x, size_t n)
{
    if (n < x->cap_starts)
        return 0;
    n = (n + 1) * 2;
    size_t blocks = n / MARKS + 2;
    uint32_t *digits = realloc(x->digits, n * sizeof *digits);
    if (digits)
        x->digits = digits;
    uint32_t *starts = realloc(x->starts, n * sizeof *starts);
    if (starts)
        x->starts = starts;
    uint64_t *marks = realloc(x->sentences, 5 * blocks * sizeof *marks);
    if (marks) {
        x->sentences = marks; /* all five are one piece */
        x->clauses = marks + blocks;
        x->words = marks + 2 * blocks;
        x->caps = marks + 3 * blocks;
        x->covered = marks + 4 * blocks;
    }
    if (!digits || !starts || !marks)
        return -1;
    x->cap_starts = n;
    return 0;
}

static void keep_marks(struct jm_extractor *x, size_t block, const struct marks *m)
{
    x->sentences[block] = m->sentence;
    x->clauses[block] = m->clause;
    x->words[block] = m->word;
    x->caps[block] = m->caps;
}

static inline unsigned pair_may(const struct jm_dict *d, uint64_t first, uint64_t second)
{
    return filter_has(d->pairs, d->pair_mask, pair_key(first, second));
}

/* Which tokens of a block a phrase may start at, a bit for each. */
struct block {
    uint64_t end;  /* the word by itself may be a phrase */
    uint64_t more; /* one may start with it and the next word */
};

/* Ask the filters for n tokens as they stand, and the next word of each. Without a branch: nothing
 * foretells the answers. What they lie in is fetched for all of them first. */
static struct block ask_filters(const struct jm_dict *d, const struct jm_token *t, size_t n)
{
    uint64_t key[MARKS];
    struct block b = {0, 0};
    for (size_t i = 0; i < n; i++) {
        key[i] = pair_key(t[i].hash, t[i + 1].hash);
        __builtin_prefetch(&d->pairs[filter_word(key[i], d->pair_mask)]);
        __builtin_prefetch(&d->ends[filter_word(t[i].hash, d->end_mask)]);
    }
    for (size_t i = 0; i < n; i++) {
        b.end = b.end >> 1 | (uint64_t)filter_has(d->ends, d->end_mask, t[i].hash) << 63;
        b.more = b.more >> 1 | (uint64_t)filter_has(d->pairs, d->pair_mask, key[i]) << 63;
    }
    if (n && n < MARKS) {
        b.end >>= MARKS - n;
        b.more >>= MARKS - n;
    }
    return b;
}

/* The same for simpler forms, of the tokens that have one (`mine`) or whose next has (`next`). */
static void ask_simpler(const struct jm_dict *d, const struct jm_token *t, uint64_t mine,
                        uint64_t next, struct block *b)
{
    for (uint64_t left = mine; left; left &= left - 1) {
        int i = __builtin_ctzll(left);
        uint64_t alt = t[i].alt;
        unsigned more = pair_may(d, alt, t[i + 1].hash);
        if (t[i + 1].alt)
            more |= pair_may(d, alt, t[i + 1].alt);
        b->end |= (uint64_t)filter_has(d->ends, d->end_mask, alt) << i;
        b->more |= (uint64_t)more << i;
    }
    for (uint64_t left = next; left; left &= left - 1) {
        int i = __builtin_ctzll(left);
        b->more |= (uint64_t)pair_may(d, t[i].hash, t[i + 1].alt) << i;
    }
}

static inline uint64_t first_bits(size_t n)
{
    return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

static uint32_t *list_bits(uint32_t *out, uint64_t bits, size_t at)
{
    for (; bits; bits &= bits - 1)
        *out++ = (uint32_t)at + (uint32_t)__builtin_ctzll(bits);
    return out;
}

/* List the tokens from `at` on, n of a block, that can start a phrase. Most start none. What stands
 * behind the block is in `next`. The last two of a text have not two behind them; they are listed.
 */
static uint32_t *list_starts(const struct jm_extractor *x, uint32_t *out, size_t at, size_t n,
                             const struct marks *m, const struct marks *next)
{
    const struct jm_token *t = x->v->tokens + at;
    size_t left = x->v->n_tokens - at, ask = left < 2 ? 0 : left - 2 < n ? left - 2 : n;
    uint64_t asked = first_bits(ask), last = first_bits(n) & ~asked;
    uint64_t joined = m->glued >> 1 | next->glued << 63;
    uint64_t next_joined = m->glued >> 2 | next->glued << 62; /* that form is not looked up here */
    uint64_t apart = m->apart >> 1 | next->apart << 63, alt = m->alt >> 1 | next->alt << 63;
    struct block b = ask_filters(x->d, t, ask);
    ask_simpler(x->d, t, m->alt & asked, alt & asked, &b);
    uint64_t more = ((joined | ((b.more | next_joined) & ~apart)) & asked) | last;
    for (uint64_t starts = b.end | more; starts; starts &= starts - 1) {
        int i = __builtin_ctzll(starts);
        *out++ = ((uint32_t)at + (uint32_t)i) | (uint32_t)(more >> i & 1) << 31;
    }
    return out;
}

/* List the tokens that can start a phrase, and those with digits; mark those that start a
 * sentence. */
static int find_starts(struct jm_extractor *x)
{
    const struct jm_token *t = x->v->tokens;
    size_t n = x->v->n_tokens;
    if (make_room(x, n))
        return -1;
    uint32_t *starts = x->starts, *digits = x->digits;
    struct marks m, next = marks_of(t, n < MARKS ? n : MARKS);
    for (size_t at = 0; at < n; at += MARKS) {
        size_t left = n - at, behind = left > MARKS ? left - MARKS : 0;
        m = next;
        next = marks_of(t + at + (behind ? MARKS : 0), behind < MARKS ? behind : MARKS);
        starts = list_starts(x, starts, at, left < MARKS ? left : MARKS, &m, &next);
        digits = list_bits(digits, m.digit, at);
        if (!at) {
            m.sentence |= 1;
            m.clause |= 1;
        }
        keep_marks(x, at / MARKS, &m);
    }
    keep_marks(x, (n + MARKS - 1) / MARKS, &(struct marks){0});
    memset(x->covered, 0, (n / MARKS + 2) * sizeof *x->covered);
    x->n_starts = (size_t)(starts - x->starts);
    x->n_digits = (size_t)(digits - x->digits);
    return 0;
}

/* Is a surface of other languages than the text's meant? An English résumé may list "español:
 * nativo", so names of languages pass; the gate asks for the level. */
static inline bool foreign(const struct jm_extractor *x, const struct surface *s)
{
    enum jm_lang lang = x->facts.lang;
    return s->langs && lang && !(s->langs & 1u << lang) && s->kind != JM_SKILL_LANGUAGE;
}

/* Phrases of a sentence compete: "not required" is not "required". Headings and facts do not. */
static bool competes(enum jm_cue cue)
{
    return cue >= CUE_NICE && cue <= CUE_EXPERT;
}

/* Is a cue behind one that won? One that wins says so. */
static bool beaten(const struct hit *h, size_t *won, size_t *cue_end)
{
    if (h->n < *won || h->tok + h->n <= *cue_end)
        return true;
    *won = h->n;
    return false;
}

/* Put a hit at the end of a list, to stay or to be written over by the next. */
static inline void put(struct hits *hits, const struct hit *h, bool stays)
{
    hits->a[hits->n] = *h;
    hits->n += stays;
}

/* Keep all skills at this token, longest first, and the cues. Which of both a hit is, nothing
 * foretells, so it is put to the end of all lists. */
static void keep(struct jm_extractor *x, struct hit *at, size_t n, size_t *cue_end)
{
    size_t won = 0;
    if (!hits_room(&x->cands) || !hits_room(&x->cues) || !hits_room(&x->parts) ||
        !hits_room(&x->says)) {
        x->failed = true;
        return;
    }
    for (size_t k = 0; k < n; k++) {
        const struct surface *s = surface_of(x, &at[k]);
        bool cue = s->flags & SURF_CUE, skill = !cue & (s->gate != GATE_NO) & !foreign(x, s);
        if (cue && !hit_has_sign(x, &at[k])) /* "an" is not "/an" */
            continue;
        enum jm_cue kind = cue ? cue_of(s->owner) : CUES;
        bool says = competes(kind);
        if (says && beaten(&at[k], &won, cue_end))
            continue;
        const struct entry *e = &x->d->entries[skill ? s->owner : 0];
        __builtin_prefetch(e);
        __builtin_prefetch(&e->seq_first);
        __builtin_prefetch(dict_text(x->d, s));
        put(&x->cands, &at[k], skill);
        at[k].cue = (uint8_t)kind;
        put(&x->cues, &at[k], cue);
        put(&x->says, &at[k], says);
        put(&x->parts, &at[k], !says & (kind < CUE_YEARS));
    }
    if (won && at[0].tok + won > *cue_end)
        *cue_end = at[0].tok + won;
}

/* Where a node, or of a leaf the surface, lies. */
static inline const void *node_place(const struct jm_dict *d, uint32_t node)
{
    return node & NODE_LEAF ? (const void *)&d->surfaces[node & (NODE_LEAF - 1)]
                            : (const void *)&d->nodes[node];
}

/* Find the first node of the walks from n starts, and ask for the memory that they will need: a
 * walk by itself waits for each node in turn, here all wait together. The exact forms of two words
 * are nearly all that walks ask for. */
static inline
    __attribute__((always_inline)) /* else gcc sees no effect and drops the call */
    void
    fetch(const struct jm_extractor *x, const uint32_t *starts, size_t n, uint32_t *first)
{
    const struct jm_dict *d = x->d;
    const struct dict_node *root = &d->nodes[NODE_ROOT], *node;
    const uint64_t *slot[BLOCK];
    uint32_t second[BLOCK];
    const struct jm_token *t = x->v->tokens;
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(
            &d->slots[node_slots(root) + node_slot(root, t[starts[k] & ~GOES_ON].hash)]);
    for (size_t k = 0; k < n; k++) {
        first[k] = dict_step(d, NODE_ROOT, t[starts[k] & ~GOES_ON].hash);
        __builtin_prefetch(node_place(d, first[k]));
    }
    for (size_t k = 0; k < n; k++) {
        size_t next = (starts[k] & ~GOES_ON) + 1;
        node = &d->nodes[node_inner(first[k])];
        __builtin_prefetch(&d->surfaces[node->surface]);
        slot[k] = d->slots;
        if (next < x->v->n_tokens) /* a word by itself asks for no more */
            slot[k] += (node_slots(node) + node_slot(node, t[next].hash)) & -(starts[k] >> 31);
        __builtin_prefetch(slot[k]);
    }
    for (size_t k = 0; k < n; k++) {
        size_t next = (starts[k] & ~GOES_ON) + 1;
        bool there = next < x->v->n_tokens && slot_is(*slot[k], t[next].hash);
        second[k] = slot_node(*slot[k]) & -(uint32_t)there;
        __builtin_prefetch(node_place(d, second[k]));
    }
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(&d->surfaces[d->nodes[node_inner(second[k])].surface]);
}

int match_all(struct jm_extractor *x)
{
    struct hit at[MAX_AT];
    uint32_t first[BLOCK];
    size_t cue_end = 0;
    x->cands.n = x->cues.n = x->parts.n = x->says.n = 0;
    if (find_starts(x))
        return -1;
    for (size_t from = 0, n; from < x->n_starts && !x->failed; from += n) {
        n = x->n_starts - from < BLOCK ? x->n_starts - from : BLOCK;
        fetch(x, x->starts + from, n, first);
        for (size_t k = 0; k < n; k++)
            keep(x, at, match_at(x, x->starts[from + k], first[k], at, MAX_AT), &cue_end);
    }
    return x->failed ? -1 : 0;
}
