/* trie.c - sealing, part two: every surface into a trie.
 *
 * A surface is cut into tokens by the same tokeniser as the documents, so both agree by
 * construction on what "C++", "front-end" or "R&D" is; its tokens' hashes are the path. compile.c
 * gives the trie its final form.
 *
 * Variants are made here, after everything the files say is in: "front-end" and "Power BI" are
 * found as "frontend" and "powerbi" too, unless some surface says otherwise already. */
#include <stdlib.h>
#include <string.h>

#include "draft.h"

struct builder {
    struct dict_draft *d;
    struct jm_text *text;
    struct jm_err *err;
};

static int new_node(struct builder *b, uint32_t *node)
{
    struct dict_draft *d = b->d;
    if (dict_grow((void **)&d->terminal, d->n_nodes, &d->cap_nodes, sizeof *d->terminal, b->err))
        return -1;
    d->terminal[d->n_nodes] = 0;
    *node = (uint32_t)d->n_nodes++;
    return 0;
}

/* The node behind `hash` from `node`, made when it is not there. NODE_NONE: out of memory. */
static uint32_t step(struct builder *b, uint32_t node, uint64_t hash)
{
    struct dict_draft *d = b->d;
    uint64_t key = trie_key(node, hash);
    const uint64_t *to = jm_map64_get(&d->steps, key);
    uint32_t fresh;
    if (to)
        return (uint32_t)*to;
    if (dict_grow((void **)&d->edges, d->n_edges, &d->cap_edges, sizeof *d->edges, b->err) ||
        new_node(b, &fresh))
        return NODE_NONE;
    d->edges[d->n_edges++] = (struct trie_edge){hash, node};
    if (jm_map64_put(&d->steps, key, fresh)) {
        jm_err_set(b->err, JM_ENOMEM, "out of memory for the automaton");
        return NODE_NONE;
    }
    return fresh;
}

/* The node at the end of the hashes; NODE_NONE on error. */
static uint32_t path(struct builder *b, const uint64_t *hashes, size_t n)
{
    uint32_t node = NODE_ROOT;
    for (size_t i = 0; i < n && node; i++)
        node = step(b, node, hashes[i]);
    return node;
}

/* Tokens of a phrase into hashes; the gaps between them into *gaps. Returns how many, 0 on error,
 * also when there are more than MAX_SURFACE_TOKENS. */
static size_t tokens_of(struct builder *b, const char *text, uint64_t *hashes, uint16_t *gaps)
{
    const struct jm_text_view *v = jm_text_read(b->text, text, strlen(text), JM_TEXT_PLAIN, b->err);
    *gaps = 0;
    if (!v || !v->n_tokens || v->n_tokens > MAX_SURFACE_TOKENS)
        return 0;
    for (size_t i = 0; i < v->n_tokens; i++) {
        hashes[i] = v->tokens[i].hash;
        if (i)
            *gaps |= v->tokens[i].gap;
    }
    return v->n_tokens;
}

static bool same_skill_twice(const struct raw_surface *a, const struct raw_surface *b)
{
    return a->owner == b->owner && a->gate == b->gate && !((a->flags ^ b->flags) & SURF_CUE) &&
           (a->gate != GATE_CASE || !strcmp(a->text, b->text));
}

/* May two skills share the spelling? Only when letter case or language tells them apart, when one
 * of them needs a companion and so goes first where it has one ("AI" of cows), or when one never
 * matches by itself. */
static bool told_apart(const struct raw_surface *a, const struct raw_surface *b)
{
    if ((a->flags | b->flags) & SURF_CUE)
        return true;
    if (a->gate == GATE_NO || b->gate == GATE_NO ||
        (a->gate == GATE_DENY) != (b->gate == GATE_DENY))
        return true;
    if (a->gate == GATE_CASE && b->gate == GATE_CASE && strcmp(a->text, b->text))
        return true;
    return a->langs && b->langs && !(a->langs & b->langs);
}

/* Hang surface `s` on `node`, unless an equal one hangs there already. */
static int hang(struct builder *b, uint32_t node, uint32_t s)
{
    struct dict_draft *d = b->d;
    struct raw_surface *mine = &d->surfaces[s];
    for (uint32_t i = b->d->terminal[node]; i; i = d->surfaces[i].next) {
        struct raw_surface *other = &d->surfaces[i];
        if (same_skill_twice(other, mine)) {
            other->gaps |= mine->gaps;
            other->langs = other->langs && mine->langs ? other->langs | mine->langs : 0;
            return 0;
        }
        if (other->owner != mine->owner && !told_apart(other, mine))
            return draft_fail(d, mine->place, b->err,
                              "'%s' of '%s' is a surface of '%s' already", mine->text,
                              d->skills[mine->owner].pub.id, d->skills[other->owner].pub.id);
    }
    mine->next = b->d->terminal[node];
    b->d->terminal[node] = s;
    return 0;
}

static int insert(struct builder *b, uint32_t s)
{
    uint64_t hashes[MAX_SURFACE_TOKENS];
    uint16_t gaps;
    struct raw_surface *mine = &b->d->surfaces[s];
    size_t n = tokens_of(b, mine->text, hashes, &gaps);
    if (!n)
        return draft_fail(b->d, mine->place, b->err, "'%s' has no word or more than %d",
                          mine->text, MAX_SURFACE_TOKENS);
    mine->n_tokens = (uint8_t)n;
    mine->gaps = mine->own_gaps = gaps;
    uint32_t node = path(b, hashes, n);
    return node ? hang(b, node, s) : -1;
}

/* "I-DEAS" run together is a word of everyday; "e-learning" is not. */
static bool single_letter_name(const char *text)
{
    return text[0] >= 'A' && text[0] <= 'Z' && text[1] == '-';
}

/* The hash of the tokens run together, 0 when they should not be. */
static uint64_t joined_hash(struct builder *b, const struct raw_surface *s)
{
    const uint16_t tight = JM_GAP_HYPHEN | JM_GAP_GLUED | JM_GAP_DOT | JM_GAP_SLASH;
    struct jm_buf run;
    bool blanks = s->own_gaps & JM_GAP_BLANK;
    if (s->n_tokens < 2 || s->n_tokens > (blanks ? 2 : 4) ||
        (s->own_gaps & ~(tight | JM_GAP_BLANK)) ||
        s->gate == GATE_DENY || single_letter_name(s->text) || s->gate == GATE_NO ||
        (blanks && (s->gate || s->langs)))
        return 0;
    const struct jm_text_view *v = jm_text_read(b->text, s->text, strlen(s->text), JM_TEXT_PLAIN,
                                                NULL);
    if (!v)
        return 0;
    jm_buf_init(&run);
    uint64_t hash = 0;
    for (size_t i = 0; i < v->n_tokens; i++)
        jm_buf_add(&run, v->plain + v->tokens[i].beg, v->tokens[i].end - v->tokens[i].beg);
    struct jm_buf folded;
    jm_buf_init(&folded);
    if (jm_buf_ok(&run) && run.len >= (blanks ? 6u : 3u) && !memchr(run.data, '&', run.len) &&
        !jm_text_fold(run.data, run.len, &folded))
        hash = jm_text_word_hash(folded.data, folded.len);
    jm_buf_fini(&folded);
    jm_buf_fini(&run);
    return hash;
}

static int insert_joined(struct builder *b, uint32_t s)
{
    uint64_t hash = joined_hash(b, &b->d->surfaces[s]);
    if (!hash)
        return 0;
    uint32_t node = path(b, &hash, 1);
    if (!node)
        return -1;
    for (uint32_t i = b->d->terminal[node]; i; i = b->d->surfaces[i].next)
        if (!(b->d->surfaces[i].flags & SURF_CUE))
            return 0; /* said otherwise already */
    struct raw_surface made = b->d->surfaces[s];
    made.from = s;
    made.flags |= SURF_MADE;
    made.n_tokens = 1;
    made.gaps = 0;
    made.next = 0;
    if (!draft_add_surface(b->d, made, b->err))
        return -1;
    return hang(b, node, (uint32_t)b->d->n_surfaces - 1);
}

static int by_owner(const void *a, const void *b)
{
    const struct raw_phrase *x = a, *y = b;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Of each skill the counter-phrases first: they are asked of every hit, companions of few. */
static int by_use(const void *a, const void *b)
{
    const struct word_seq *x = a, *y = b;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    if (x->is_not != y->is_not)
        return x->is_not ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static int by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* How often the word is among n sorted ones. */
static size_t times(const uint64_t *sorted, size_t n, uint64_t word)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (sorted[mid] < word)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (hi = lo; hi < n && sorted[hi] == word;)
        hi++;
    return hi - lo;
}

/* Each of a skill's phrases is asked for by the word that the fewest of them share: the others are
 * mostly the skill's own, which stand at every hit. */
static int choose_words(struct dict_draft *d, struct word_seq *q, size_t n)
{
    size_t first = q[0].first, words = 0;
    for (size_t i = 0; i < n; i++)
        words += q[i].n;
    uint64_t *sorted = malloc(words * sizeof *sorted);
    if (!sorted)
        return -1;
    memcpy(sorted, d->seq_hashes + first, words * sizeof *sorted);
    qsort(sorted, words, sizeof *sorted, by_hash);
    for (size_t i = 0; i < n; i++) {
        const uint64_t *mine = d->seq_hashes + q[i].first;
        size_t best = SIZE_MAX;
        for (size_t k = 0; q[i].is_not && k < q[i].n; k++) {
            size_t shared = times(sorted, words, mine[k]);
            if (shared < best)
                q[i].place = filter_place(mine[k]);
            best = shared < best ? shared : best;
        }
    }
    free(sorted);
    return 0;
}

/* Companions and counter-phrases to token hashes, in order of the skills. */
static int compile_phrases(struct builder *b)
{
    struct dict_draft *d = b->d;
    uint64_t hashes[MAX_SURFACE_TOKENS];
    uint16_t gaps;
    if (d->n_phrases)
        qsort(d->phrases, d->n_phrases, sizeof *d->phrases, by_owner);
    for (size_t i = 0; i < d->n_phrases; i++) {
        const struct raw_phrase *p = &d->phrases[i];
        struct raw_skill *e = &d->skills[p->owner];
        size_t n = tokens_of(b, p->text, hashes, &gaps);
        if (!n)
            return draft_fail(d, e->place, b->err, "'%s' has no word or more than %d", p->text,
                              MAX_SURFACE_TOKENS);
        if (dict_grow((void **)&d->seqs, d->n_seqs, &d->cap_seqs, sizeof *d->seqs, b->err))
            return -1;
        if (!e->seq_n)
            e->seq_first = (uint32_t)d->n_seqs;
        e->seq_n++;
        e->not_n += p->is_not;
        d->seqs[d->n_seqs++] = (struct word_seq){p->owner, (uint32_t)d->n_seq_hashes, (uint8_t)n,
                                                 p->is_not, filter_place(hashes[0])};
        for (size_t h = 0; h < n; h++) {
            if (dict_grow((void **)&d->seq_hashes, d->n_seq_hashes, &d->cap_seq_hashes,
                          sizeof *d->seq_hashes, b->err))
                return -1;
            d->seq_hashes[d->n_seq_hashes++] = hashes[h];
        }
    }
    for (size_t i = 0; i < d->n_skills; i++)
        if (d->skills[i].seq_n &&
            choose_words(d, d->seqs + d->skills[i].seq_first, d->skills[i].seq_n))
            return jm_err_set(b->err, JM_ENOMEM, "out of memory");
    if (d->n_seqs)
        qsort(d->seqs, d->n_seqs, sizeof *d->seqs, by_use);
    return 0;
}

static int build(struct builder *b)
{
    struct dict_draft *d = b->d;
    uint32_t node;
    if (new_node(b, &node) || new_node(b, &node)) /* 0: none, 1: root */
        return -1;
    size_t said = d->n_surfaces;
    for (uint32_t s = 1; s < said; s++)
        if (insert(b, s))
            return -1;
    for (uint32_t s = 1; s < said; s++)
        if (!(d->surfaces[s].flags & SURF_CUE) && insert_joined(b, s))
            return -1;
    return compile_phrases(b);
}

int draft_build_trie(struct dict_draft *d, struct jm_err *err)
{
    struct builder b = {.d = d, .err = err, .text = jm_text_new()};
    int rc = b.text ? build(&b) : jm_err_set(err, JM_ENOMEM, "out of memory");
    jm_text_free(b.text);
    return rc;
}
