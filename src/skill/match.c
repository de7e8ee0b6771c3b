/* match.c - one pass of the automaton over the tokens.
 *
 * First every token gets the numbers of its words in the dictionary. Then, at every token, the trie
 * is walked as far as it goes, over the token's exact form, its simpler form (singular, without
 * version) and, where a word was cut at an inner capital, its joined form.
 * What may stand between the tokens of a surface is blanks, a tight hyphen or a line wrap, and
 * whatever the surface itself has there ("CI/CD"). All skills are kept, longest first: which one
 * wins is known when the gates have spoken. Cues are noted beside them and do not compete. */
#include <stdlib.h>
#include <string.h>

#include "extract_int.h"

enum { MAX_AT = 24, BETWEEN_PHRASES = JM_GAP_PARA | JM_GAP_BULLET | JM_GAP_SEMI };
enum { BLOCK = 64 }; /* walks that are prepared together */
#define GOES_ON (UINT32_C(1) << 31) /* of a start: more than the word by itself may be there */

struct walk {
    const struct jm_extractor *x;
    struct hit *out;
    size_t n, max, start;
    unsigned simpler; /* words on the way taken by their simpler form */
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
        w->out[w->n++] = (struct hit){.tok = (uint32_t)w->start, .surface = s,
                                      .n = (uint8_t)n_tokens, .simpler = w->simpler > 0};
    }
}

/* The word that a run of glued tokens from i makes together; its length in *run. */
static uint32_t joined_word(const struct jm_extractor *x, size_t i, size_t *run)
{
    const struct jm_text_view *v = x->v;
    size_t last = i;
    char word[48];
    while (last + 1 < v->n_tokens && v->tokens[last + 1].gap == JM_GAP_GLUED && last < i + 4)
        last++;
    size_t n = v->tokens[last].end - v->tokens[i].beg;
    if (last == i || n >= sizeof word)
        return NO_WORD;
    for (size_t k = 0; k < n; k++) {
        char c = v->plain[v->tokens[i].beg + k];
        word[k] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    *run = last - i + 1;
    return dict_word_of(x->d, jm_text_word_hash(word, n));
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
    const struct token_words *forms = &w->x->words[next];
    bool joined = next + 1 < v->n_tokens && v->tokens[next + 1].gap == JM_GAP_GLUED;
    if (!joined &&
        !(node->filter & (word_filter_bit(forms->exact) | word_filter_bit(forms->simpler))))
        return;
    walk(w, to, next, hard | telling_gap(v->tokens[next].gap));
}

static void walk(struct walk *w, uint32_t node, size_t i, unsigned hard)
{
    const struct jm_extractor *x = w->x;
    struct token_words forms = x->words[i];
    uint32_t to = dict_step(x->d, node, forms.exact);
    if (to)
        arrive(w, to, i + 1, hard);
    if (forms.simpler != NO_WORD && (to = dict_step(x->d, node, forms.simpler)))
        arrive(w, to, i + 1, hard);
    if (i + 1 < x->v->n_tokens && x->v->tokens[i + 1].gap == JM_GAP_GLUED) {
        size_t run = 1;
        if ((to = dict_step(x->d, node, joined_word(x, i, &run))))
            arrive(w, to, i + run, hard);
    }
}

/* Of two of one length the one that is spelt so goes first: "SSRS" is not two of "SSR". */
static bool goes_before(const struct hit *a, const struct hit *b)
{
    return a->n != b->n ? a->n > b->n : a->surface < b->surface;
}

/* Longest first. There are few, and mostly in order. */
static void sort_hits(struct hit *h, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct hit mine = h[i];
        size_t k = i;
        for (; k > 0 && goes_before(&mine, &h[k - 1]); k--)
            h[k] = h[k - 1];
        h[k] = mine;
    }
}

/* What token i is by itself: nothing can follow it. */
static void note_word(struct walk *w, size_t i)
{
    const struct jm_extractor *x = w->x;
    struct token_words forms = x->words[i];
    if (forms.exact < x->d->n_ends)
        note(w, forms.exact + 2, 1, 0);
    if (forms.simpler < x->d->n_ends)
        note(w, forms.simpler + 2, 1, 0);
}

/* All surfaces at a start, longest first; returns how many (at most max). */
static size_t match_at(const struct jm_extractor *x, uint32_t start, struct hit *out, size_t max)
{
    struct walk w = {.x = x, .out = out, .max = max, .start = start & ~GOES_ON};
    if (start & GOES_ON)
        walk(&w, NODE_ROOT, w.start, 0);
    else
        note_word(&w, w.start);
    sort_hits(out, w.n);
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
    if (n < x->cap_words)
        return 0;
    n++;
    struct token_words *words = realloc(x->words, n * 2 * sizeof *words);
    if (words)
        x->words = words;
    uint32_t *digits = realloc(x->digits, n * 2 * sizeof *digits);
    if (digits)
        x->digits = digits;
    uint32_t *starts = realloc(x->starts, n * 2 * sizeof *starts);
    if (starts)
        x->starts = starts;
    if (!words || !digits || !starts)
        return -1;
    x->cap_words = n * 2;
    return 0;
}

/* Can a phrase start with these two words? */
static inline unsigned pair_may(const struct jm_dict *d, uint32_t first, uint32_t second)
{
    uint32_t bit = pair_bit(d, first, second);
    return (unsigned)(d->pairs[bit >> 6] >> (bit & 63)) & (first < d->n_starts) &
           (second != NO_WORD);
}

/* The numbers of the words of token i, and the bit asked for that tells whether a phrase starts
 * with it and the token before. */
static inline void look_up(struct jm_extractor *x, const struct jm_token *t, size_t i)
{
    const struct jm_dict *d = x->d;
    struct token_words w = {dict_word_of(d, t[i].hash), NO_WORD};
    if (t[i].alt)
        w.simpler = dict_word_of(d, t[i].alt);
    x->words[i] = w;
    if (i)
        __builtin_prefetch(&d->pairs[pair_bit(d, x->words[i - 1].exact, w.exact) >> 6]);
}

/* Is the word of token i a phrase (1), can one start with it and the next (GOES_ON), or neither
 * (0)? Most tokens start none; asked without a branch where nothing tells which. */
static inline uint32_t may_start(const struct jm_extractor *x, const struct jm_token *t, size_t i)
{
    const struct jm_dict *d = x->d;
    const struct token_words *w = &x->words[i];
    bool joined = t[i + 1].gap == JM_GAP_GLUED;
    bool next_joined = t[i + 2].gap == JM_GAP_GLUED; /* that form is not looked up yet */
    bool apart = t[i + 1].gap & BETWEEN_PHRASES;
    unsigned pair = pair_may(d, w[0].exact, w[1].exact);
    if (w[0].simpler != NO_WORD || w[1].simpler != NO_WORD)
        pair |= pair_may(d, w[0].simpler, w[1].exact) | pair_may(d, w[0].exact, w[1].simpler) |
                pair_may(d, w[0].simpler, w[1].simpler);
    unsigned on = joined | ((pair | next_joined) & !apart);
    return on << 31 | (w[0].exact < d->n_ends) | (w[0].simpler < d->n_ends);
}

/* Look up all words and list the tokens that can start a phrase. The tables are larger than the
 * nearest memory, so what the tokens ahead need is asked for while this one is looked up. */
static int find_starts(struct jm_extractor *x)
{
    enum { AHEAD = 12, BEHIND = 6 };
    const struct jm_dict *d = x->d;
    const struct jm_token *t = x->v->tokens;
    size_t n = x->v->n_tokens, n_starts = 0;
    if (make_room(x, n))
        return -1;
    x->n_digits = 0;
    for (size_t i = 0; i < n + BEHIND; i++) {
        if (i + AHEAD < n) {
            __builtin_prefetch(&d->words[t[i + AHEAD].hash & d->word_mask]);
            __builtin_prefetch(&d->words[t[i + AHEAD].alt & d->word_mask]);
        }
        if (i < n) {
            look_up(x, t, i);
            x->digits[x->n_digits] = (uint32_t)i;
            x->n_digits += (t[i].flags & JM_TOK_DIGIT) != 0;
        }
        if (i >= BEHIND) {
            size_t k = i - BEHIND;
            uint32_t may = k + 2 < n ? may_start(x, t, k) : GOES_ON;
            x->starts[n_starts] = (uint32_t)k | (may & GOES_ON);
            n_starts += may != 0;
        }
    }
    x->words[n] = (struct token_words){NO_WORD, NO_WORD};
    x->n_starts = n_starts;
    return 0;
}

/* Is a surface of other languages than the text's meant? An English résumé may list "español:
 * nativo", so names of languages pass; the gate asks for the level. */
static bool foreign(const struct jm_extractor *x, const struct surface *s)
{
    enum jm_lang lang = x->facts.lang;
    return s->langs && lang && !(s->langs & 1u << lang) &&
           x->d->entries[s->owner].pub.kind != JM_SKILL_LANGUAGE;
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

/* Where a walk from `node` over `word` looks first. */
static inline const struct dict_slot *first_slot(const struct jm_dict *d,
                                                 const struct dict_node *node, uint32_t word)
{
    static const struct dict_slot none = {NO_WORD, NODE_NONE};
    return node->filter ? &d->slots[node_slots(node) + word_slot(word, node_log2(node))] : &none;
}

/* Ask for the memory that the walks from n starts will need: a walk by itself waits for each node
 * in turn, here all wait together. The exact forms of two words are nearly all that walks ask for.
 */
static inline
    __attribute__((always_inline)) /* else gcc sees no effect and drops the call */
    void
    fetch(const struct jm_extractor *x, const uint32_t *starts, size_t n)
{
    const struct jm_dict *d = x->d;
    const struct dict_node *node[BLOCK];
    const struct dict_slot *slot[BLOCK];
    uint32_t next[BLOCK];
    for (size_t k = 0; k < n; k++) {
        uint32_t word = x->words[starts[k] & ~GOES_ON].exact;
        node[k] = &d->nodes[(word + 2) & -(uint32_t)(word < d->n_starts)];
        __builtin_prefetch(node[k]);
    }
    for (size_t k = 0; k < n; k++) {
        __builtin_prefetch(&d->surfaces[node[k]->surface]);
        next[k] = x->words[(starts[k] & ~GOES_ON) + 1].exact;
        slot[k] = first_slot(d, node[k], next[k]);
        __builtin_prefetch(slot[k]);
    }
    for (size_t k = 0; k < n; k++) {
        bool found = slot[k]->word == next[k] && next[k] != NO_WORD;
        node[k] = &d->nodes[slot[k]->to & -(uint32_t)found];
        __builtin_prefetch(node[k]);
    }
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(&d->surfaces[node[k]->surface]);
}

int match_all(struct jm_extractor *x)
{
    struct hit at[MAX_AT];
    size_t cue_end = 0;
    x->cands.n = x->cues.n = 0;
    if (find_starts(x))
        return -1;
    for (size_t k = 0; k < x->n_starts && !x->failed; k++) {
        size_t left = x->n_starts - k;
        if (k % BLOCK == 0)
            fetch(x, x->starts + k, left < BLOCK ? left : BLOCK);
        size_t n = match_at(x, x->starts[k], at, MAX_AT);
        keep(x, at, n, &cue_end);
    }
    return x->failed ? -1 : 0;
}
