/* gate_phrase.c - the dictionary's phrases around a hit: those that are not the skill ("going
 * forward"), and companions that prove it.
 *
 * There may be hundreds of them for one skill; a small filter of the words around the hit turns
 * nearly all away. */
#include "gate_int.h"

static bool token_matches(const struct jm_token *t, uint64_t hash)
{
    return t->hash == hash || t->alt == hash;
}

static inline bool seq_at(const struct jm_extractor *x, const struct word_seq *q, size_t i)
{
    const struct jm_text_view *v = x->v;
    const uint64_t *hashes = x->d->seq_hashes + q->first;
    if (!token_matches(&v->tokens[i], hashes[0]) || i + q->n > v->n_tokens)
        return false;
    for (size_t k = 1; k < q->n; k++)
        if (!token_matches(&v->tokens[i + k], hashes[k]) ||
            (v->tokens[i + k].gap & (JM_GAP_PARA | JM_GAP_BULLET)))
            return false;
    return true;
}

static inline void add_token(struct word_filter *f, const struct jm_token *t)
{
    filter_add(f, t->hash);
    filter_add(f, t->alt);
}

size_t gate_counter_phrase(const struct jm_extractor *x, const struct hit *h)
{
    enum { SHORT = 4 };
    const struct entry *e = &x->d->entries[surface_of(x, h)->owner];
    const struct word_seq *q = &x->d->seqs[e->seq_first], *end = q + e->not_n;
    const struct jm_token *t = &x->v->tokens[h->tok];
    struct word_filter near = {0};
    size_t longest = 0;
    if (q == end)
        return 0;
    size_t from = h->tok + h->n > SHORT ? h->tok + h->n - SHORT : 0, to = h->tok + SHORT;
    for (size_t i = from; i < to && i < x->v->n_tokens; i++)
        add_token(&near, &x->v->tokens[i]);
    for (; q < end; q++) {
        if (!((q->n > SHORT) | filter_may(&near, q->place)) || q->n < h->n) /* mostly */
            continue;
        uint64_t first = x->d->seq_hashes[q->first];
        size_t beyond = (size_t)(q->n - h->n), most = beyond < h->tok ? beyond : h->tok;
        for (size_t off = 0; off <= most && beyond >= longest; off++)
            if (token_matches(t - off, first) && seq_at(x, q, h->tok - off))
                longest = beyond + 1;
    }
    return longest;
}

bool gate_companion(const struct jm_extractor *x, const struct hit *h, size_t reach)
{
    const struct entry *e = &x->d->entries[surface_of(x, h)->owner];
    const struct jm_text_view *v = x->v;
    struct word_filter near = {0};
    if (e->seq_n == e->not_n)
        return false;
    size_t from = h->tok, low = h->tok > reach ? h->tok - reach : 0;
    size_t end = h->tok + h->n, to = end;
    size_t high = end + reach < v->n_tokens ? end + reach : v->n_tokens;
    while (from > low && !(v->tokens[from].gap & JM_GAP_PARA))
        add_token(&near, &v->tokens[--from]);
    while (to < high && !(v->tokens[to].gap & JM_GAP_PARA))
        add_token(&near, &v->tokens[to++]);
    for (uint32_t s = e->not_n; s < e->seq_n; s++) {
        const struct word_seq *q = &x->d->seqs[e->seq_first + s];
        if (!filter_may(&near, q->place))
            continue;
        uint64_t first = x->d->seq_hashes[q->first]; /* mostly it is another word of that place */
        for (size_t i = from; i < to; i++)
            if (token_matches(&v->tokens[i], first) && (i + q->n <= h->tok || i >= end) &&
                seq_at(x, q, i))
                return true;
    }
    return false;
}
