/* gate_list.c - what stands beside a hit: the items of a list prove each other.
 *
 * "Go, Rust and Kafka": a sure skill beside a doubtful word, with a sign or a small word between, is
 * the best reason there is. Blanks alone count for less, everyday words of work for others of their kind. */
#include "gate_int.h"

bool gate_connector(const struct jm_text_view *v, size_t i)
{
    static const char *const words[] = {"and", "or", "und", "oder", "et", "ou", "y", "o", "e", "en",
                                        "of",  "och", "eller", "i", "lub", "oraz", "sau", "&", NULL};
    enum { LONGEST = 5 };
    return v->tokens[i].end - v->tokens[i].beg <= LONGEST && fact_word_at(v, i, words);
}

enum { LIST_SIGNS = JM_GAP_COMMA | JM_GAP_SLASH | JM_GAP_SEMI | JM_GAP_BULLET };

/* Is the hit all that its item of a bulleted list says? "• Writing deviations" is no item
 * "Writing". */
static bool whole_item(const struct jm_text_view *v, const struct hit *h)
{
    const unsigned border = JM_GAP_BULLET | JM_GAP_LINE | JM_GAP_PARA;
    size_t end = h->tok + h->n;
    return !h->tok || end >= v->n_tokens ||
           ((v->tokens[h->tok].gap & (border | LIST_SIGNS)) &&
            (v->tokens[end].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_HYPHEN)));
}

/* "C# and plain C", "Java and some Kotlin". */
static bool qualifies(const struct jm_text_view *v, size_t i)
{
    static const char *const words[] = {"plain", "pure", "modern", "raw", "core", "some",
                                        "basic", "vanilla", NULL};
    return fact_word_at(v, i, words);
}

int gate_side_by_side(const struct jm_text_view *v, const struct hit *a, const struct hit *b)
{
    size_t end = a->tok + a->n;
    if (end > b->tok || b->tok - end > 2)
        return 0;
    unsigned gap = 0;
    for (size_t i = end; i <= b->tok; i++) {
        gap |= v->tokens[i].gap;
        if (i < b->tok && !gate_connector(v, i) && !(i > end && qualifies(v, i)))
            return 0;
    }
    if ((gap & JM_GAP_BULLET) && !(whole_item(v, a) && whole_item(v, b)))
        return 0;
    bool connected = b->tok > end;
    if (gap & (JM_GAP_PARA | JM_GAP_COLON))
        return 0;
    if ((gap & JM_GAP_STOP) && !(gap & JM_GAP_BULLET))
        return 0;
    if (connected || (gap & LIST_SIGNS))
        return 2;
    return gap & (JM_GAP_CLOSE | JM_GAP_OPEN) ? 2 : 1;
}

/* The same of a hit and one before it (dir -1) or behind; most are too far away. */
static inline int side_of(const struct jm_extractor *x, const struct hit *h, const struct hit *o,
                          int dir)
{
    const struct hit *a = dir < 0 ? o : h, *b = dir < 0 ? h : o;
    size_t end = a->tok + a->n;
    return end > b->tok || b->tok - end > 2 ? 0 : gate_side_by_side(x->v, a, b);
}

bool gate_in_list(const struct jm_extractor *x, size_t c)
{
    const struct hit *h = &x->cands.a[c];
    for (int dir = -1; dir <= 1; dir += 2)
        for (size_t i = c + (size_t)dir; i < x->cands.n; i += (size_t)dir) {
            const struct hit *o = &x->cands.a[i];
            size_t apart = o->tok > h->tok ? o->tok - h->tok : h->tok - o->tok;
            if (apart > 8)
                break;
            uint32_t other = surface_of(x, o)->owner;
            if ((o->strong || o->state == V_IN) && other != surface_of(x, h)->owner &&
                gate_technical((enum jm_skill_kind)surface_of(x, o)->kind) &&
                side_of(x, h, o, dir) == 2)
                return true;
        }
    return false;
}

/* A name that the dictionary writes with a capital: "Spring", not "pandas". */
bool gate_is_product(const struct jm_extractor *x, const struct hit *h)
{
    const struct surface *s = surface_of(x, h);
    char first = *dict_text(x->d, s);
    return (s->kind == JM_SKILL_CODE || s->kind == JM_SKILL_TOOL) && first >= 'A' && first <= 'Z';
}

/* In a run of words with only blanks between: is the next one on that side a sure skill too? */
static bool run_goes_on(const struct jm_extractor *x, size_t c, int dir)
{
    const struct hit *h = &x->cands.a[c];
    for (size_t i = c + (size_t)dir; i < x->cands.n; i += (size_t)dir) {
        const struct hit *o = &x->cands.a[i];
        size_t apart = o->tok > h->tok ? o->tok - h->tok : h->tok - o->tok;
        if (apart > 8)
            return false;
        int side = side_of(x, h, o, dir);
        if (side && (o->strong || o->state == V_IN))
            return true;
    }
    return false;
}

/* What people do, know or are like. Its names are everyday words ("planning", "complaints"). */
static bool work(int kind)
{
    return kind == JM_SKILL_TASK || kind == JM_SKILL_FIELD || kind == JM_SKILL_SOFT;
}

/* Such a word that is all of an item of a list: among others of its kind it is what it says. */
static bool item_of_work(const struct jm_extractor *x, const struct hit *h)
{
    const struct jm_text_view *v = x->v;
    const struct surface *s = surface_of(x, h);
    size_t end = h->tok + h->n;
    return s->gate == GATE_WORD && work(s->kind) && !x->in_title &&
           (h->tok == 0 || (v->tokens[h->tok].gap & ~(unsigned)JM_GAP_BLANK)) &&
           (end == v->n_tokens || (v->tokens[end].gap & ~(unsigned)JM_GAP_BLANK));
}

/* Look at the items before and behind in the list. */
struct sides gate_look_aside(const struct jm_extractor *x, size_t c)
{
    const struct hit *h = &x->cands.a[c];
    bool upper = x->v->tokens[h->tok].flags & JM_TOK_UPPER;
    /* "diaries, Outlook, minute taking": tasks prove a name that is written as one */
    bool named = upper && !starts_sentence(x->v, h->tok) && gate_exact_case(x, h) &&
                 !gate_shouting(x, h);
    bool item = item_of_work(x, h), small = !upper && gate_is_product(x, h);
    struct sides out = {0, 0, 0};
    for (int dir = -1; dir <= 1; dir += 2) {
        int sure = 0, open = 0, faint = 0;
        for (size_t i = c + (size_t)dir; i < x->cands.n; i += (size_t)dir) {
            const struct hit *o = &x->cands.a[i];
            size_t apart = o->tok > h->tok ? o->tok - h->tok : h->tok - o->tok;
            if (apart > 12)
                break;
            int side = side_of(x, h, o, dir);
            const struct surface *s = surface_of(x, o);
            if (small && s->kind == JM_SKILL_FIELD)
                continue; /* "economics and dynamics" */
            if (!side || s->owner == surface_of(x, h)->owner ||
                !(gate_technical((enum jm_skill_kind)s->kind) ||
                  (side == 2 && (named || (item && work(s->kind))))))
                continue;
            if (side == 1 && !upper)
                faint += (o->strong || o->state == V_IN) ? 1 + run_goes_on(x, i, dir) : 0;
            else
                sure |= o->strong || o->state == V_IN;
            open |= o->state == V_OPEN && (x->v->tokens[o->tok].flags & JM_TOK_UPPER) && side == 2;
        }
        out.sure += sure;
        out.open += open && !sure;
        out.faint += faint > 2 ? 2 : faint;
    }
    return out;
}
