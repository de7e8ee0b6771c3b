/* phrases.c - the tagger's labels as phrases: spans of the original text. */
#include <stdlib.h>
#include <string.h>

#include "tag_int.h"
#include "weights.h"

struct work {
    struct tag_token *tok;
    int32_t (*here)[TAG_LABELS];
    uint8_t *first, *label;
    uint16_t *sure; /* per mille, where a phrase begins */
};

/* "Enterprise Resource Planning (ERP)" ends behind its bracket. */
static uint32_t end_of(const struct jm_text_view *v, size_t from, size_t to)
{
    uint32_t end = v->tokens[to - 1].end;
    int open = 0;
    for (size_t i = from + 1; i < to; i++)
        open += ((v->tokens[i].gap & JM_GAP_OPEN) != 0) - ((v->tokens[i].gap & JM_GAP_CLOSE) != 0);
    uint32_t at = end;
    while (at < v->bytes && v->plain[at] == ' ')
        at++;
    return open > 0 && at < v->bytes && v->plain[at] == ')' ? at + 1 : end;
}

static bool has_claim(const struct jm_extractor *x, const struct jm_phrase *p)
{
    for (size_t i = 0; i < x->n_claims; i++) {
        const struct jm_claim *c = &x->claims[i];
        if (c->accepted && c->in_title == p->in_title && c->beg < p->end && c->end > p->beg)
            return true;
    }
    return false;
}

static int add_phrase(struct jm_extractor *x, size_t from, size_t to, uint16_t sure_pm)
{
    const struct jm_text_view *v = x->v;
    if (dict_grow((void **)&x->phrases, x->n_phrases, &x->cap_phrases, sizeof *x->phrases, NULL))
        return -1;
    struct jm_phrase *p = &x->phrases[x->n_phrases++];
    *p = (struct jm_phrase){
        .beg = (uint32_t)jm_text_source(x->cur, v->tokens[from].beg, false),
        .end = (uint32_t)jm_text_source(x->cur, end_of(v, from, to), true),
        .in_title = x->in_title, .zone = x->zone[from], .sure_pm = sure_pm};
    p->known = has_claim(x, p);
    return 0;
}

static int label_tokens(const struct jm_extractor *x, struct work *w)
{
    uint64_t f[TAG_FEATURES_MAX];
    size_t n = x->v->n_tokens;
    tag_tokens(x, w->tok);
    for (size_t i = 0; i < n; i++) {
        w->first[i] = w->tok[i].first;
        tag_scores(&x->d->tagger, f, tag_features(w->tok, n, i, f), w->here[i]);
    }
    return tag_best(&x->d->tagger, (const int32_t(*)[TAG_LABELS])w->here, w->first, n, w->label,
                    w->sure);
}

int phrases_find(struct jm_extractor *x)
{
    size_t n = x->v->n_tokens;
    if (!x->d->tagger.bytes || !n)
        return 0;
    struct work w = {.tok = calloc(n, sizeof *w.tok), .here = calloc(n, sizeof *w.here),
                     .first = calloc(n, 1), .label = calloc(n, 1),
                     .sure = calloc(n, sizeof *w.sure)};
    int rc = w.tok && w.here && w.first && w.label && w.sure ? 0 : -1;
    if (rc == 0)
        rc = label_tokens(x, &w);
    for (size_t i = 0, end; i < n && rc == 0; i = end) {
        end = i + 1;
        if (w.label[i] != TAG_B)
            continue;
        while (end < n && w.label[end] == TAG_I)
            end++;
        rc = add_phrase(x, i, end, w.sure[i]);
    }
    free(w.tok);
    free(w.here);
    free(w.first);
    free(w.label);
    free(w.sure);
    return rc;
}
