/* trie.c - sealing, part two: from surfaces to the automaton.
 *
 * A surface is cut into tokens by the same tokeniser as the documents, so both agree by
 * construction on what "C++", "front-end" or "R&D" is. The tokens' hashes make a trie whose edges
 * live in one open-addressing table: a step costs one probe, and a bitmap over the first tokens
 * turns away almost every word of a text before any probe.
 *
 * Variants are made here, after everything the files say is in: "front-end" and "Power BI" are
 * found as "frontend" and "powerbi" too, unless some surface says otherwise already. */
#include <stdlib.h>
#include <string.h>

#include "dict_int.h"
#include "jobmatch/buf.h"

struct builder {
    struct jm_dict *d;
    struct jm_text *text;
    struct jm_map64 edges;
    uint32_t *terminal;
    size_t n_nodes, cap_nodes;
    struct jm_err *err;
};

enum { ROOT = 1 };

static int new_node(struct builder *b, uint32_t *node)
{
    if (dict_grow((void **)&b->terminal, b->n_nodes, &b->cap_nodes, sizeof *b->terminal, b->err))
        return -1;
    b->terminal[b->n_nodes] = 0;
    *node = (uint32_t)b->n_nodes++;
    return 0;
}

/* The node at the end of the hashes, made if `make`; NODE_NONE when absent or on error. */
static uint32_t path(struct builder *b, const uint64_t *hashes, size_t n, bool make)
{
    uint32_t node = ROOT;
    for (size_t i = 0; i < n; i++) {
        uint64_t key = edge_key(node, hashes[i]);
        const uint64_t *to = jm_map64_get(&b->edges, key);
        if (to) {
            node = (uint32_t)*to;
            continue;
        }
        uint32_t fresh;
        if (!make || new_node(b, &fresh))
            return NODE_NONE;
        if (jm_map64_put(&b->edges, key, fresh)) {
            jm_err_set(b->err, JM_ENOMEM, "out of memory for the automaton");
            return NODE_NONE;
        }
        if (i == 0)
            b->d->root_bits[(hashes[0] & (ROOT_BITS - 1)) >> 6] |= UINT64_C(1) << (hashes[0] & 63);
        node = fresh;
    }
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

static bool same_skill_twice(const struct surface *a, const struct surface *b)
{
    return a->owner == b->owner && a->gate == b->gate && !((a->flags ^ b->flags) & SURF_CUE) &&
           (a->gate != GATE_CASE || !strcmp(a->text, b->text));
}

/* May two skills share the spelling? Only when letter case or language tells them apart, or when
 * one of them never matches by itself. */
static bool told_apart(const struct surface *a, const struct surface *b)
{
    if ((a->flags | b->flags) & SURF_CUE)
        return true;
    if (a->gate == GATE_NO || b->gate == GATE_NO)
        return true;
    if (a->gate == GATE_CASE && b->gate == GATE_CASE && strcmp(a->text, b->text))
        return true;
    return a->lang && b->lang && a->lang != b->lang;
}

/* Hang surface `s` on `node`; false in *hung when an equal one hangs there already. */
static int hang(struct builder *b, uint32_t node, uint32_t s, bool *hung)
{
    struct jm_dict *d = b->d;
    struct surface *mine = &d->surfaces[s];
    *hung = false;
    for (uint32_t i = b->terminal[node]; i; i = d->surfaces[i].next) {
        struct surface *other = &d->surfaces[i];
        if (same_skill_twice(other, mine)) {
            other->gaps |= mine->gaps;
            other->lang = other->lang == mine->lang ? mine->lang : 0;
            return 0;
        }
        if (other->owner != mine->owner && !told_apart(other, mine))
            return dict_fail(d, mine->place, b->err, "'%s' of '%s' is a surface of '%s' already",
                             mine->text, d->entries[mine->owner].pub.id,
                             d->entries[other->owner].pub.id);
    }
    mine->next = b->terminal[node];
    b->terminal[node] = s;
    *hung = true;
    return 0;
}

static int insert(struct builder *b, uint32_t s)
{
    uint64_t hashes[MAX_SURFACE_TOKENS];
    uint16_t gaps;
    bool hung;
    struct surface *mine = &b->d->surfaces[s];
    size_t n = tokens_of(b, mine->text, hashes, &gaps);
    if (!n)
        return dict_fail(b->d, mine->place, b->err, "'%s' has no word or more than %d", mine->text,
                         MAX_SURFACE_TOKENS);
    mine->n_tokens = (uint8_t)n;
    mine->gaps = gaps;
    uint32_t node = path(b, hashes, n, true);
    return node ? hang(b, node, s, &hung) : -1;
}

/* "I-DEAS" run together is a word of everyday; "e-learning" is not. */
static bool single_letter_name(const char *text)
{
    return text[0] >= 'A' && text[0] <= 'Z' && text[1] == '-';
}

/* The hash of the tokens run together, 0 when they should not be. */
static uint64_t joined_hash(struct builder *b, const struct surface *s)
{
    const uint16_t tight = JM_GAP_HYPHEN | JM_GAP_GLUED | JM_GAP_DOT | JM_GAP_SLASH;
    struct jm_buf run;
    bool blanks = s->gaps & JM_GAP_BLANK;
    if (s->n_tokens < 2 || s->n_tokens > (blanks ? 2 : 4) || (s->gaps & ~(tight | JM_GAP_BLANK)) ||
        s->gate == GATE_DENY || single_letter_name(s->text) || s->gate == GATE_NO || (blanks && (s->gate || s->lang)))
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
    bool hung;
    uint64_t hash = joined_hash(b, &b->d->surfaces[s]);
    if (!hash)
        return 0;
    uint32_t node = path(b, &hash, 1, true);
    if (!node)
        return -1;
    for (uint32_t i = b->terminal[node]; i; i = b->d->surfaces[i].next)
        if (!(b->d->surfaces[i].flags & SURF_CUE))
            return 0; /* said otherwise already */
    struct surface made = b->d->surfaces[s];
    made.flags |= SURF_MADE;
    made.n_tokens = 1;
    made.gaps = 0;
    made.next = 0;
    if (!dict_add_surface(b->d, made, b->err))
        return -1;
    return hang(b, node, (uint32_t)b->d->n_surfaces - 1, &hung);
}

static int by_owner(const void *a, const void *b)
{
    const struct raw_phrase *x = a, *y = b;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* Companions and counter-phrases to token hashes, in order of the skills. */
static int compile_phrases(struct builder *b)
{
    struct jm_dict *d = b->d;
    uint64_t hashes[MAX_SURFACE_TOKENS];
    uint16_t gaps;
    for (size_t i = 0; i < d->n_entries; i++)
        d->entries[i].seq_first = d->entries[i].seq_n = 0;
    if (d->n_phrases)
        qsort(d->phrases, d->n_phrases, sizeof *d->phrases, by_owner);
    for (size_t i = 0; i < d->n_phrases; i++) {
        const struct raw_phrase *p = &d->phrases[i];
        struct entry *e = &d->entries[p->owner];
        size_t n = tokens_of(b, p->text, hashes, &gaps);
        if (!n)
            return dict_fail(d, e->place, b->err, "'%s' has no word or more than %d", p->text,
                             MAX_SURFACE_TOKENS);
        if (dict_grow((void **)&d->seqs, d->n_seqs, &d->cap_seqs, sizeof *d->seqs, b->err))
            return -1;
        if (!e->seq_n)
            e->seq_first = (uint32_t)d->n_seqs;
        e->seq_n++;
        d->seqs[d->n_seqs++] = (struct word_seq){p->owner, (uint32_t)d->n_seq_hashes, (uint8_t)n,
                                                 p->is_not};
        for (size_t h = 0; h < n; h++) {
            if (dict_grow((void **)&d->seq_hashes, d->n_seq_hashes, &d->cap_seq_hashes,
                          sizeof *d->seq_hashes, b->err))
                return -1;
            d->seq_hashes[d->n_seq_hashes++] = hashes[h];
        }
    }
    return 0;
}

/* The edges found so far into the final table, three quarters full at most. */
static int freeze(struct builder *b)
{
    struct jm_dict *d = b->d;
    uint64_t key, node;
    size_t cap = 1024, pos = 0;
    while (cap * 3 < b->edges.count * 4 + 4)
        cap *= 2;
    d->edges = calloc(cap, sizeof *d->edges);
    d->edge_bits = calloc(EDGE_BITS / 64, sizeof *d->edge_bits);
    if (!d->edges || !d->edge_bits)
        return jm_err_set(b->err, JM_ENOMEM, "out of memory for the automaton");
    d->edge_cap = cap;
    while (jm_map64_next(&b->edges, &pos, &key, &node)) {
        size_t i = key & (cap - 1);
        while (d->edges[i].key)
            i = (i + 1) & (cap - 1);
        d->edges[i] = (struct edge){key, (uint32_t)node};
        d->edge_bits[key >> 43 >> 6] |= UINT64_C(1) << (key >> 43 & 63);
    }
    d->terminal = b->terminal;
    d->n_nodes = b->n_nodes;
    b->terminal = NULL;
    return 0;
}

static int build(struct builder *b)
{
    struct jm_dict *d = b->d;
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
    return compile_phrases(b) || freeze(b) ? -1 : 0;
}

int dict_build_trie(struct jm_dict *d, struct jm_err *err)
{
    struct builder b = {.d = d, .err = err, .text = jm_text_new()};
    jm_map64_init(&b.edges);
    d->root_bits = calloc(ROOT_BITS / 64, sizeof *d->root_bits);
    int rc = b.text && d->root_bits ? build(&b) : jm_err_set(err, JM_ENOMEM, "out of memory");
    free(b.terminal);
    jm_map64_fini(&b.edges);
    jm_text_free(b.text);
    return rc;
}
