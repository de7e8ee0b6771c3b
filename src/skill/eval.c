/* eval.c - the extractor on labelled files: ambiguous words and skill spans. */
#include "jobmatch/eval.h"

#include <stdlib.h>
#include <string.h>

#include "dict_int.h"
#include "given.h"
#include "jobmatch/buf.h"

/* Fields of one line, cut at tabs; returns how many (at most max, the last takes the rest). */
static size_t split_tabs(const char *line, size_t len, const char **field, size_t *bytes, size_t max)
{
    size_t n = 0;
    const char *end = line + len;
    while (n < max) {
        const char *tab = n + 1 < max ? memchr(line, '\t', (size_t)(end - line)) : NULL;
        field[n] = line;
        bytes[n++] = (size_t)((tab ? tab : end) - line);
        if (!tab)
            break;
        line = tab + 1;
    }
    return n;
}

/* Bytes [*beg, *end) of the blank-separated token `index`. */
static bool token_bytes(const char *s, size_t len, size_t index, size_t *beg, size_t *end)
{
    size_t at = 0;
    for (; index; index--) {
        const char *blank = memchr(s + at, ' ', len - at);
        if (!blank)
            return false;
        at = (size_t)(blank - s) + 1;
    }
    const char *blank = memchr(s + at, ' ', len - at);
    *beg = at;
    *end = blank ? (size_t)(blank - s) : len;
    return true;
}

static const struct jm_extraction *extract(struct jm_extractor *x, const struct jm_dict *d,
                                           const char *s, size_t len, struct jm_err *err)
{
    struct jm_extract_input in = {.kind = JM_JOB, .text = s, .text_bytes = len};
    return jm_extract(x, d, &in, err);
}

/* Is it a claim to the skill `named`, or to a narrower or related one ("Spring Boot")? "Back
 * office" is a claim too, but not to the skill that "office" names. */
static bool speaks_of(const struct jm_dict *d, const struct jm_claim *c, int32_t named)
{
    enum jm_skill_kind kind = jm_dict_skill(d, c->skill)->kind;
    if (named < 0) /* a name that is no surface by itself: "office" in "Microsoft Office" */
        return kind == JM_SKILL_CODE || kind == JM_SKILL_TOOL || kind == JM_SKILL_METHOD;
    return jm_dict_is_a(d, c->skill, (uint32_t)named) ||
           jm_dict_related_pm(d, c->skill, (uint32_t)named);
}

/* Job titles are not labelled as skills in these files, so claims there do not report; nor do those
 * in names of roles ("React developer") and of products ("our Postgres clusters") that the gate
 * would reject if it could. */
static bool claimed(const struct jm_dict *d, const struct jm_extraction *e, int32_t named,
                    size_t beg, size_t end)
{
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *c = &e->claims[i];
        if (c->accepted && c->beg < end && c->end > beg && c->zone != JM_ZONE_TITLE &&
            !((c->in_role || c->spared) && c->gate_sum < 0) && speaks_of(d, c, named))
            return true;
    }
    return false;
}

int jm_eval_ambiguous(struct jm_extractor *x, const struct jm_dict *d, const char *tsv, size_t len,
                      struct jm_buf *out, struct jm_err *err)
{
    for (unsigned number = 1; len; number++) {
        const char *nl = memchr(tsv, '\n', len), *field[5];
        size_t line = nl ? (size_t)(nl - tsv) : len, bytes[5], beg, end;
        if (line) {
            if (split_tabs(tsv, line, field, bytes, 5) != 5)
                return jm_err_set(err, JM_EINVAL, "line %u: expected id, name, gold, token, text "
                                  "with tabs between", number);
            if (*field[3] < '0' || *field[3] > '9' ||
                !token_bytes(field[4], bytes[4], strtoul(field[3], NULL, 10), &beg, &end))
                return jm_err_set(err, JM_EINVAL, "line %u: the text has no token '%.*s' (they are "
                                  "cut at blanks and counted from 0)", number,
                                  (int)(bytes[3] < 20 ? bytes[3] : 20), field[3]);
            const struct jm_extraction *e = extract(x, d, field[4], bytes[4], err);
            if (!e)
                return -1;
            int32_t named = jm_dict_resolve(d, field[1], bytes[1]);
            jm_buf_add(out, field[0], bytes[0]);
            jm_buf_fmt(out, "\t%d\n", claimed(d, e, named, beg, end));
        }
        len -= nl ? line + 1 : line;
        tsv += nl ? line + 1 : line;
    }
    return jm_buf_ok(out) ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory");
}

/* Hard skills only: what one is good at as a person, and human languages, are another layer. */
static bool hard(const struct jm_dict *d, uint32_t skill)
{
    enum jm_skill_kind k = jm_dict_skill(d, skill)->kind;
    return k != JM_SKILL_KIND_SOFT && k != JM_SKILL_TASK;
}

/* The labels of such files take in a bracket that closes behind a phrase and opened before it: in
 * train 27 of 31 times in lines of fewer tokens than this, 7 of 47 times in longer ones. */
enum { SHORT_LINE = 40 };

static uint32_t behind_bracket(const char *const *tokens, size_t n, struct jm_eval_span s)
{
    if (s.to == n || strcmp(tokens[s.to], ")") != 0)
        return s.to;
    size_t beg = s.from, end = s.to;
    while (beg > 0 && strcmp(tokens[beg - 1], JM_EVAL_BREAK) != 0)
        beg--;
    while (end < n && strcmp(tokens[end], JM_EVAL_BREAK) != 0)
        end++;
    return end - beg < SHORT_LINE ? s.to + 1 : s.to;
}

/* The tagger's phrases, where it has weights; else the claims. */
static long spans_of(const struct jm_dict *d, const struct jm_extraction *e, const struct given *g,
                     const char *const *tokens, struct jm_eval_span *out, size_t max)
{
    size_t found = 0, all = d->tagger.bytes ? e->n_phrases : e->n_claims;
    for (size_t i = 0; i < all && found < max; i++) {
        const struct jm_claim *c = d->tagger.bytes ? NULL : &e->claims[i];
        if (c && (!c->accepted || c->zone == JM_ZONE_TITLE || !hard(d, c->skill)))
            continue;
        struct jm_eval_span s;
        given_touched(g, c ? c->beg : e->phrases[i].beg, c ? c->end : e->phrases[i].end, &s.from,
                      &s.to);
        s.to = behind_bracket(tokens, g->n, s);
        if (!found || out[found - 1].to <= s.from)
            out[found++] = s;
    }
    return (long)found;
}

long jm_eval_spans(struct jm_extractor *x, const struct jm_dict *d, const char *const *tokens,
                   size_t n, struct jm_eval_span *out, size_t max, struct jm_err *err)
{
    struct given g;
    long found = -1;
    if (given_read(&g, tokens, n, err) == 0) {
        const struct jm_extraction *e = given_extract(&g, x, d, true, err);
        found = e ? spans_of(d, e, &g, tokens, out, max) : -1;
    }
    given_free(&g);
    return found;
}
