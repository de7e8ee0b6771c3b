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

enum { MAX_AT = 24, BETWEEN_PHRASES = JM_GAP_PARA | JM_GAP_BULLET | JM_GAP_SEMI };
enum { BLOCK = 64 }; /* tokens, or walks, that are prepared together */
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

static void note(struct walk *w, uint32_t node, size_t n_tokens, unsigned hard)
{
    const struct jm_dict *d = w->x->d;
    for (uint32_t s = d->nodes[node].surface; s; s = d->surfaces[s].next) {
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
    const struct dict_node *node = &w->x->d->nodes[to];
    if (node->surface)
        note(w, to, next - w->start, hard);
    if (!node->filter || next >= v->n_tokens ||
        next - w->start >= MAX_SURFACE_TOKENS || (v->tokens[next].gap & BETWEEN_PHRASES))
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
    note(w, to, 1, 0);
    if (t->alt)
        note(w, dict_step(w->x->d, NODE_ROOT, t->alt), 1, 0);
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

static void push(struct jm_extractor *x, struct hits *hits, struct hit h)
{
    if (hits->n == hits->cap &&
        dict_grow((void **)&hits->a, hits->n, &hits->cap, sizeof h, NULL)) {
        x->failed = true;
        return;
    }
    hits->a[hits->n++] = h;
}

/* For n tokens, and one behind each list. */
static int make_room(struct jm_extractor *x, size_t n)
{
    if (n < x->cap_starts)
        return 0;
    n++;
    uint32_t *digits = realloc(x->digits, n * 2 * sizeof *digits);
    if (digits)
        x->digits = digits;
    uint32_t *starts = realloc(x->starts, n * 2 * sizeof *starts);
    if (starts)
        x->starts = starts;
    uint64_t *sentences = realloc(x->sentences, (n * 2 / 64 + 2) * sizeof *sentences);
    if (sentences)
        x->sentences = sentences;
    if (!digits || !starts || !sentences)
        return -1;
    x->cap_starts = n * 2;
    return 0;
}

static inline unsigned pair_may(const struct jm_dict *d, uint64_t first, uint64_t second)
{
    return filter_has(d->pairs, d->pair_mask, pair_key(first, second));
}

/* Is the word of a token a phrase (1), can one start with it and the next (GOES_ON), or neither
 * (0)? Most tokens start none; asked without a branch where nothing tells which. `pair` is the key
 * of both words as they stand. */
static inline uint32_t may_start(const struct jm_dict *d, const struct jm_token *t, uint64_t pair)
{
    bool joined = t[1].gap == JM_GAP_GLUED;
    bool next_joined = t[2].gap == JM_GAP_GLUED; /* that form is not looked up here */
    bool apart = t[1].gap & BETWEEN_PHRASES;
    unsigned end = filter_has(d->ends, d->end_mask, t[0].hash);
    unsigned more = filter_has(d->pairs, d->pair_mask, pair);
    if (t[0].alt) {
        end |= filter_has(d->ends, d->end_mask, t[0].alt);
        more |= pair_may(d, t[0].alt, t[1].hash);
        if (t[1].alt)
            more |= pair_may(d, t[0].alt, t[1].alt);
    }
    if (t[1].alt)
        more |= pair_may(d, t[0].hash, t[1].alt);
    return (joined | ((more | next_joined) & !apart)) << 31 | end;
}

/* A bit for every token of a block that starts a sentence. */
static uint64_t sentence_bits(const struct jm_token *t, size_t n)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned line = t[i].gap & JM_GAP_LINE, named = t[i].flags & (JM_TOK_UPPER | JM_TOK_DIGIT);
        unsigned ends = t[i].gap & (JM_GAP_STOP | JM_GAP_PARA | JM_GAP_BULLET);
        bits |= (uint64_t)((ends != 0) | ((line != 0) & (named != 0))) << i;
    }
    return bits;
}

/* List the tokens that can start a phrase, and those with digits; mark those that start a sentence.
 * What the filters are asked for is fetched for a block of tokens at once. */
static int find_starts(struct jm_extractor *x)
{
    const struct jm_dict *d = x->d;
    const struct jm_token *t = x->v->tokens;
    size_t n = x->v->n_tokens, n_starts = 0, n_digits = 0;
    uint64_t key[BLOCK];
    if (make_room(x, n))
        return -1;
    uint32_t *starts = x->starts, *digits = x->digits;
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t end = at + BLOCK < n ? at + BLOCK : n;
        size_t last = end + 2 <= n ? end : n < at + 2 ? at : n - 2; /* two follow those before it */
        for (size_t i = at; i < last; i++) {
            key[i - at] = pair_key(t[i].hash, t[i + 1].hash);
            __builtin_prefetch(&d->pairs[filter_word(key[i - at], d->pair_mask)]);
            __builtin_prefetch(&d->ends[filter_word(t[i].hash, d->end_mask)]);
        }
        for (size_t i = at; i < last; i++) {
            uint32_t may = may_start(d, t + i, key[i - at]);
            starts[n_starts] = (uint32_t)i | (may & GOES_ON);
            n_starts += may != 0;
        }
        for (size_t i = last; i < end; i++)
            starts[n_starts++] = (uint32_t)i | GOES_ON;
        for (size_t i = at; i < end; i++) {
            digits[n_digits] = (uint32_t)i;
            n_digits += (t[i].flags & JM_TOK_DIGIT) != 0;
        }
        x->sentences[at / BLOCK] = sentence_bits(t + at, end - at);
    }
    x->sentences[(n + BLOCK - 1) / BLOCK] = 0;
    if (n)
        x->sentences[0] |= 1;
    x->n_starts = n_starts;
    x->n_digits = n_digits;
    return 0;
}

/* Is a surface of other languages than the text's meant? An English résumé may list "español:
 * nativo", so names of languages pass; the gate asks for the level. */
static bool foreign(const struct jm_extractor *x, const struct surface *s)
{
    enum jm_lang lang = x->facts.lang;
    return s->langs && lang && !(s->langs & 1u << lang) &&
           s->kind != JM_SKILL_LANGUAGE;
}

/* Phrases of a sentence compete: "not required" is not "required". Headings and facts do not. */
static bool competes(enum jm_cue cue)
{
    return cue >= CUE_NICE && cue <= CUE_EXPERT;
}

/* Keep all skills at this token, longest first, and the cues. */
static void keep(struct jm_extractor *x, struct hit *at, size_t n, size_t *cue_end)
{
    size_t cue_n = 0;
    for (size_t k = 0; k < n; k++) {
        const struct surface *s = surface_of(x, &at[k]);
        bool cue = s->flags & SURF_CUE;
        if (cue && competes(cue_of(s->owner))) {
            if (at[k].n < cue_n || at[k].tok + at[k].n <= *cue_end)
                continue;
            cue_n = at[k].n;
        }
        if (cue) {
            at[k].cue = (uint8_t)cue_of(s->owner);
            push(x, &x->cues, at[k]);
        } else if (s->gate != GATE_NO && !foreign(x, s)) {
            push(x, &x->cands, at[k]);
            __builtin_prefetch(&x->d->entries[s->owner]);
            __builtin_prefetch(&x->d->entries[s->owner].seq_first);
            __builtin_prefetch(dict_text(x->d, s));
        }
    }
    if (cue_n && at[0].tok + cue_n > *cue_end)
        *cue_end = at[0].tok + cue_n;
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
    const struct dict_node *root = &d->nodes[NODE_ROOT], *node, *second[BLOCK];
    const uint64_t *slot[BLOCK];
    const struct jm_token *t = x->v->tokens;
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(
            &d->slots[node_slots(root) + node_slot(root, t[starts[k] & ~GOES_ON].hash)]);
    for (size_t k = 0; k < n; k++) {
        first[k] = dict_step(d, NODE_ROOT, t[starts[k] & ~GOES_ON].hash);
        __builtin_prefetch(&d->nodes[first[k]]);
    }
    for (size_t k = 0; k < n; k++) {
        size_t next = (starts[k] & ~GOES_ON) + 1;
        node = &d->nodes[first[k]];
        __builtin_prefetch(&d->surfaces[node->surface]);
        slot[k] = d->slots;
        if (next < x->v->n_tokens)
            slot[k] += node_slots(node) + node_slot(node, t[next].hash);
        __builtin_prefetch(slot[k]);
    }
    for (size_t k = 0; k < n; k++) {
        size_t next = (starts[k] & ~GOES_ON) + 1;
        bool found = next < x->v->n_tokens && slot_is(*slot[k], t[next].hash);
        second[k] = &d->nodes[slot_node(*slot[k]) & -(uint32_t)found];
        __builtin_prefetch(second[k]);
    }
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(&d->surfaces[second[k]->surface]);
}

int match_all(struct jm_extractor *x)
{
    struct hit at[MAX_AT];
    uint32_t first[BLOCK];
    size_t cue_end = 0;
    x->cands.n = x->cues.n = 0;
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
