/* tag_features.c - what the tagger looks at: words, their shape and affixes, the dictionary's
 * surfaces, the signs between, all within two tokens; what a list of things hangs on, the words of
 * the sentence, and what kind of line it is. */
#include <string.h>

#include "jobmatch/bytes.h"
#include "tag_int.h"
#include "weights.h"

/* Capitals, small letters, digits, signs, each run once; then the length up to four. */
static uint32_t shape_of(const char *s, size_t n)
{
    uint32_t shape = 0;
    unsigned last = 0;
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        unsigned k = c >= 'A' && c <= 'Z' ? 1 : c >= '0' && c <= '9' ? 3
                     : (c >= 'a' && c <= 'z') || (uint8_t)c >= 0x80 ? 2 : 4;
        if (k != last && shape < 1 << 20)
            shape = shape << 3 | k;
        last = k;
    }
    return shape << 3 | (uint32_t)(n < 5 ? n : 5);
}

static void affixes(struct tag_token *t, const char *s, size_t n)
{
    char low[64];
    if (n > sizeof low)
        n = sizeof low;
    for (size_t i = 0; i < n; i++)
        low[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] | 0x20) : s[i];
    for (size_t k = 0; k < 3; k++) {
        size_t len = k + 2 < n ? k + 2 : n;
        t->pre[k] = jm_hash64(low, len);
        t->suf[k] = jm_hash64(low + n - len, len);
    }
}

/* What stands before, so that "CI / CD" and "CI/CD" look the same; a dash is no hyphen. */
static uint32_t even_gap(unsigned gap)
{
    gap &= ~(unsigned)(JM_GAP_LINE | JM_GAP_PARA);
    if (gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_HYPHEN))
        gap &= ~(unsigned)JM_GAP_BLANK;
    return gap;
}

/* By the rules alone: the gate learned from the sentences the tagger learns from, so its verdicts
 * on these are better than they will ever be again. */
static bool let_in(const struct hit *h) { return h->state == V_IN || h->state == V_TURNED; }

static void mark_surface(const struct jm_extractor *x, const struct hit *h, struct tag_token *out)
{
    const struct surface *s = surface_of(x, h);
    uint32_t kind = x->d->entries[s->owner].pub.kind;
    uint32_t what = 1u | kind << 4 | (uint32_t)s->gate << 8 |
                    (uint32_t)let_in(h) << 12 | (uint32_t)(s->flags & SURF_NAME) << 13;
    const struct jm_skill *k = &x->d->entries[s->owner].pub;
    uint32_t sector = (uint32_t)jm_hash64(k->sector, strlen(k->sector)) << 4 | k->idf;
    for (size_t i = 0; i < h->n; i++)
        if (out[h->tok + i].dict)
            return;
    for (size_t i = 0; i < h->n; i++) {
        uint32_t place = h->n == 1 ? 0 : i == 0 ? 1 : i + 1 == h->n ? 3 : 2;
        out[h->tok + i].dict = what | place << 1;
        out[h->tok + i].sector = sector;
    }
}

/* Accepted surfaces first, then the longest of the others. */
static void mark_surfaces(const struct jm_extractor *x, struct tag_token *out)
{
    for (int round = 0; round < 2; round++)
        for (size_t c = 0; c < x->cands.n; c++)
            if (let_in(&x->cands.a[c]) == (round == 0))
                mark_surface(x, &x->cands.a[c], out);
}

enum { SHORT_LINE = 5, LONG_LINE = 40 };

/* What the lines above say: headings stand alone on theirs, and rule what follows. */
static void mark_lines(const struct jm_text_view *v, struct tag_token *out)
{
    const unsigned breaks = JM_GAP_LINE | JM_GAP_PARA | JM_GAP_BULLET;
    uint64_t above = 0, section = 0, line = 0;
    size_t words = 0, number = 0;
    for (size_t i = 0; i < v->n_tokens; i++) {
        if (i && out[i].first && (v->tokens[i].gap & breaks)) {
            above = words <= SHORT_LINE ? line : 1;
            if (words <= SHORT_LINE && (v->tokens[i].gap & JM_GAP_COLON))
                section = line;
            line = words = 0;
            number++;
        }
        line = feature_pair(line, out[i].word);
        words++;
        out[i].line_above = above;
        out[i].section = section;
        out[i].line = (uint8_t)(number < 15 ? number : 15);
    }
}

/* A line of many words is a paragraph: there other things are told than in a line of a list. */
static void mark_long_lines(const struct jm_text_view *v, struct tag_token *out)
{
    const unsigned breaks = JM_GAP_LINE | JM_GAP_PARA;
    for (size_t i = 0, end; i < v->n_tokens; i = end) {
        for (end = i + 1; end < v->n_tokens && !(v->tokens[end].gap & breaks); end++)
            ;
        for (size_t k = i; k < end; k++)
            out[k].long_line = end - i >= LONG_LINE;
    }
}

/* May the token be one of several things in a row: a skill, a name, a number, "and", "or"? */
static bool is_item(const struct jm_text_view *v, const struct tag_token *t, size_t i)
{
    const char *s = v->plain + v->tokens[i].beg;
    size_t n = v->tokens[i].end - v->tokens[i].beg;
    return (t[i].dict & 0x1000) || (*s >= 'A' && *s <= 'Z' && !t[i].first) ||
           (*s >= '0' && *s <= '9') || (n == 3 && memcmp(s, "and", 3) == 0) ||
           (n == 2 && memcmp(s, "or", 2) == 0);
}

/* What a list hangs on: in "knowledge of Java, Go and Rust" it is "of" for all three. */
static void mark_heads(const struct jm_text_view *v, struct tag_token *out)
{
    uint64_t head = 0, before = 0, tail = 0;
    for (size_t i = 0; i < v->n_tokens; i++) {
        if (out[i].first)
            head = before = 0;
        out[i].head = head;
        out[i].head_before = before;
        if (!is_item(v, out, i)) {
            before = head;
            head = out[i].word;
        }
    }
    for (size_t i = v->n_tokens; i--;) {
        out[i].tail = tail;
        if (!is_item(v, out, i))
            tail = out[i].word;
        if (out[i].first)
            tail = 0;
    }
}

enum { FAR = 9, MANY = 10 };

/* Distances to the nearest accepted skill on either side, and to a phrase like "experience with"
 * on the left, within the sentence. */
static void mark_distances(const struct jm_extractor *x, struct tag_token *out, size_t n)
{
    for (size_t i = 0; i < x->cues.n; i++) {
        const struct hit *h = &x->cues.a[i];
        if (cue_of(surface_of(x, h)->owner) == CUE_USE)
            out[h->tok + h->n - 1].cue = 1;
    }
    uint8_t cue = FAR, hit = FAR;
    for (size_t i = 0; i < n; i++) {
        bool starts = out[i].cue == 1;
        cue = out[i].first || cue >= FAR ? FAR : cue + 1;
        hit = out[i].first || hit >= FAR ? FAR : hit + 1;
        out[i].cue = cue;
        out[i].hit_left = hit;
        cue = starts ? 0 : cue;
        hit = out[i].dict & 0x1000 ? 0 : hit;
    }
    hit = FAR;
    for (size_t i = n; i--;) {
        out[i].hit_right = hit;
        hit = out[i].dict & 0x1000 ? 1 : hit >= FAR ? FAR : hit + 1;
        hit = out[i].first ? FAR : hit;
    }
    uint8_t before = 0; /* hits of the sentence before and one; 0: there is none */
    for (size_t i = 0, end; i < n; i = end) {
        uint8_t hits = 0;
        for (end = i; end < n && (end == i || !out[end].first); end++)
            hits = (uint8_t)(hits + ((out[end].dict & 0x1000) && hits < 6));
        for (size_t k = i; k < end; k++) {
            out[k].hits = hits;
            out[k].hits_before = before;
            out[k].words = (uint8_t)(end - i < MANY ? end - i : MANY);
        }
        before = hits + 1;
    }
}

void tag_tokens(const struct jm_extractor *x, struct tag_token *out)
{
    const struct jm_text_view *v = x->v;
    for (size_t i = 0; i < v->n_tokens; i++) {
        const struct jm_token *t = &v->tokens[i];
        bool first = starts_sentence(v, i);
        out[i] = (struct tag_token){.word = t->hash,
                                    .stem = t->alt ? t->alt : t->hash,
                                    .first = first,
                                    .glued = !(t->gap & (JM_GAP_BLANK | JM_GAP_LINE | JM_GAP_PARA)),
                                    .gap = even_gap(t->gap),
                                    .zone = x->zone[i],
                                    .shape = shape_of(v->plain + t->beg, t->end - t->beg),
                                    .to_left = first ? 0 : out[i - 1].to_left + 1};
        weights_clusters(&x->d->clusters, t->hash, out[i].cluster);
        affixes(&out[i], v->plain + t->beg, t->end - t->beg);
    }
    mark_lines(v, out);
    mark_surfaces(x, out);
    mark_distances(x, out, v->n_tokens);
    mark_long_lines(v, out);
    mark_heads(v, out);
}

/* --- the features ---------------------------------------------------------------------------- */

struct window { /* five tokens around the one in question; NULL beyond the sentence */
    const struct tag_token *at[5];
};
enum { HERE = 2 };

static struct window window_at(const struct tag_token *t, size_t n, size_t i)
{
    struct window w = {{NULL}};
    w.at[HERE] = &t[i];
    for (size_t k = 1; k <= HERE && k <= i && !t[i - k + 1].first; k++)
        w.at[HERE - k] = &t[i - k];
    for (size_t k = 1; k <= HERE && i + k < n && !t[i + k].first; k++)
        w.at[HERE + k] = &t[i + k];
    return w;
}

struct sink {
    uint64_t *out;
    size_t n;
    unsigned template;
};

static void add(struct sink *s, uint64_t value)
{
    if (s->n < TAG_FEATURES_MAX)
        s->out[s->n++] = feature_of(s->template, value);
    s->template++;
}

#define FIELD(name, type)                                                                         \
    static uint64_t name##_at(const struct window *w, int k)                                      \
    {                                                                                             \
        const struct tag_token *t = w->at[HERE + k];                                              \
        return t ? (uint64_t)t->name + 1 : 0;                                                     \
    }
FIELD(word, uint64_t)
FIELD(stem, uint64_t)
FIELD(shape, uint32_t)
FIELD(gap, uint32_t)
FIELD(dict, uint32_t)
FIELD(glued, bool)

static uint64_t cluster_at(const struct window *w, int k, size_t size)
{
    const struct tag_token *t = w->at[HERE + k];
    return t ? t->cluster[size] + 1u : 0;
}

static void add_words(struct sink *s, const struct window *w)
{
    for (int k = -2; k <= 2; k++)
        add(s, word_at(w, k));
    for (int k = -1; k <= 1; k++)
        add(s, stem_at(w, k));
    for (int k = -2; k <= 1; k++)
        add(s, feature_pair(word_at(w, k), word_at(w, k + 1)));
    add(s, feature_pair(word_at(w, -1), word_at(w, 1)));
    add(s, feature_pair(feature_pair(word_at(w, -2), word_at(w, -1)), word_at(w, 0)));
}

static void add_forms(struct sink *s, const struct window *w)
{
    const struct tag_token *t = w->at[HERE];
    for (int k = 0; k < 3; k++) {
        add(s, t->pre[k]);
        add(s, t->suf[k]);
    }
    add(s, w->at[HERE - 1] ? w->at[HERE - 1]->suf[1] : 0);
    add(s, w->at[HERE + 1] ? w->at[HERE + 1]->suf[1] : 0);
    for (int k = -2; k <= 2; k++)
        add(s, shape_at(w, k));
    add(s, feature_pair(shape_at(w, -1), shape_at(w, 0)));
    add(s, feature_pair(shape_at(w, 0), shape_at(w, 1)));
    add(s, feature_pair(word_at(w, -1), shape_at(w, 0)));
    add(s, feature_pair(word_at(w, 1), shape_at(w, 0)));
}

static void add_signs(struct sink *s, const struct window *w)
{
    for (int k = -1; k <= 2; k++)
        add(s, gap_at(w, k));
    add(s, feature_pair(gap_at(w, 0), shape_at(w, 0)));
    add(s, feature_pair(gap_at(w, 0), word_at(w, 0)));
    add(s, feature_pair(gap_at(w, 0), word_at(w, -1)));
    add(s, feature_pair(gap_at(w, 1), word_at(w, 0)));
    add(s, feature_pair(gap_at(w, 1), word_at(w, 1)));
    add(s, feature_pair(gap_at(w, 0), gap_at(w, 1)));
}

static void add_dict(struct sink *s, const struct window *w)
{
    uint64_t d = dict_at(w, 0);
    for (int k = -2; k <= 2; k++)
        add(s, dict_at(w, k));
    for (int k = -1; k <= 1; k++)
        add(s, (dict_at(w, k) - 1) & 0x1007);
    add(s, (d - 1) & 0xff);
    add(s, feature_pair((dict_at(w, -1) - 1) & 0x10ff, (d - 1) & 0x10ff));
    add(s, feature_pair((d - 1) & 0x10ff, (dict_at(w, 1) - 1) & 0x10ff));
    add(s, feature_pair(d, word_at(w, -1)));
    add(s, feature_pair(d, word_at(w, 1)));
    add(s, feature_pair(d, word_at(w, 0)));
    add(s, feature_pair(d, shape_at(w, 0)));
    add(s, feature_pair(d, gap_at(w, 0)));
    add(s, feature_pair(d, gap_at(w, 1)));
}

/* Words of the sentence beyond the window, wherever they stand. */
static void add_bag(struct sink *s, const struct tag_token *t, size_t n, size_t i)
{
    unsigned left = s->template, right = s->template + 1;
    for (size_t k = 1; k <= 8 && k <= i && !t[i - k + 1].first; k++) {
        s->template = left;
        add(s, t[i - k].word);
    }
    for (size_t k = 1; k <= 5 && i + k < n && !t[i + k].first; k++) {
        s->template = right;
        add(s, t[i + k].word);
    }
    s->template = right + 1;
}

static void add_place(struct sink *s, const struct tag_token *t)
{
    uint32_t d = t->dict & 0x1000;
    add(s, t->zone);
    add(s, t->line < 4 ? t->line : t->line < 12 ? 4 : 5);
    add(s, t->line_above);
    add(s, t->section);
    add(s, feature_pair(t->line_above, d));
    add(s, feature_pair(t->section, d));
    add(s, feature_pair(t->line < 4 ? t->line : 4, d));
    add(s, feature_pair(t->zone, d));
    add(s, feature_pair(t->zone, t->dict));
}

static void add_near(struct sink *s, const struct tag_token *t)
{
    uint32_t d = t->dict & 0x1000;
    add(s, t->cue);
    add(s, feature_pair(t->cue, t->shape));
    add(s, feature_pair(t->cue, t->dict));
    add(s, feature_pair(t->cue, t->gap));
    add(s, t->hit_left);
    add(s, t->hit_right);
    add(s, t->hits);
    add(s, feature_pair(t->hit_left, t->shape));
    add(s, feature_pair(t->hit_right, t->shape));
    add(s, feature_pair(t->hits, d));
    add(s, feature_pair(t->hit_left, feature_pair(t->hit_right, d)));
    add(s, feature_pair(feature_pair(t->hit_left, t->hits), feature_pair(t->hit_right, d)));
    add(s, feature_pair(t->words, feature_pair(t->hits, d)));
    add(s, feature_pair(t->hits_before, feature_pair(t->hits, d)));
    add(s, t->sector);
    add(s, feature_pair(t->sector >> 4, d));
}

/* What is true of a word is often true of its class. */
static void add_clusters(struct sink *s, const struct window *w)
{
    const struct tag_token *t = w->at[HERE];
    for (int k = -2; k <= 2; k++)
        add(s, cluster_at(w, k, 0));
    for (int k = -2; k <= 1; k++)
        add(s, feature_pair(cluster_at(w, k, 0), cluster_at(w, k + 1, 0)));
    add(s, feature_pair(t->cluster[0], t->shape));
    add(s, feature_pair(t->cluster[0], t->gap));
    add(s, feature_pair(t->cluster[0], gap_at(w, 1)));
    add(s, feature_pair(t->cluster[0], t->dict));
    for (size_t size = 1; size < CLUSTER_SIZES; size++) {
        for (int k = -2; k <= 2; k++)
            add(s, cluster_at(w, k, size));
        add(s, feature_pair(cluster_at(w, -1, size), cluster_at(w, 0, size)));
        add(s, feature_pair(cluster_at(w, 0, size), cluster_at(w, 1, size)));
    }
}

/* "Java/Python" without blanks is told as one. */
static void add_glue(struct sink *s, const struct window *w)
{
    const struct tag_token *t = w->at[HERE];
    uint64_t next = glued_at(w, 1);
    add(s, feature_pair(t->glued, t->gap));
    add(s, feature_pair(next, gap_at(w, 1)));
    add(s, feature_pair(t->glued, (t->dict & 0x1000) | next));
}

static void add_heads(struct sink *s, const struct tag_token *t)
{
    uint32_t d = t->dict & 0x1000;
    add(s, t->head);
    add(s, t->tail);
    add(s, feature_pair(t->head, t->head_before));
    add(s, feature_pair(t->head, t->tail));
    add(s, feature_pair(t->head, d));
    add(s, feature_pair(t->tail, d));
    add(s, feature_pair(t->head, t->shape));
    add(s, feature_pair(t->head, t->cluster[0]));
}

/* The first word of the sentence, often a verb. */
static void add_opening(struct sink *s, const struct tag_token *t, const struct tag_token *first)
{
    uint32_t d = t->dict & 0x1000;
    add(s, feature_pair(first->word, d));
    add(s, feature_pair(first->word, t->cluster[0]));
    add(s, first->cluster[0]);
    add(s, feature_pair(first->cluster[0], d));
    add(s, feature_pair(first->cluster[0], t->cluster[0]));
}

static void add_line(struct sink *s, const struct tag_token *t)
{
    add(s, t->long_line);
    add(s, feature_pair(t->long_line, t->dict & 0x1000));
    add(s, feature_pair(t->long_line, t->dict));
    add(s, feature_pair(t->long_line, t->gap));
    add(s, feature_pair(t->long_line, t->shape));
    add(s, feature_pair(t->long_line, t->zone));
}

size_t tag_features(const struct tag_token *t, size_t n, size_t i, uint64_t *out)
{
    struct window w = window_at(t, n, i);
    struct sink s = {out, 0, 1};
    add_place(&s, &t[i]);
    add(&s, t[i].to_left < 4 ? t[i].to_left : 4);
    add(&s, feature_pair(t[i].first, t[i].shape));
    add(&s, t[i - t[i].to_left].word);
    add_words(&s, &w);
    add_forms(&s, &w);
    add_signs(&s, &w);
    add_dict(&s, &w);
    add_near(&s, &t[i]);
    add_clusters(&s, &w);
    add_glue(&s, &w);
    add_heads(&s, &t[i]);
    add_opening(&s, &t[i], &t[i - t[i].to_left]);
    add_line(&s, &t[i]);
    add_bag(&s, t, n, i);
    return s.n;
}
