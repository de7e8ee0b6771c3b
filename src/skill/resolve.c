/* resolve.c - a skill by the name somebody states: "Postgres", "JS", "Microsoft Excel 2019".
 *
 * A stated name says itself that it is a skill, so gates are skipped; letter case only chooses
 * between skills that it tells apart. The whole name must be one surface; if it is not, a trailing
 * version number and words such as "skills" or "programming" are dropped. */
#include <stdlib.h>
#include <string.h>

#include "dict_int.h"
#include "jobmatch/bytes.h"

/* The best surface whose tokens are exactly tokens[0..n): same case first, and of two skills the
 * one that needs no companion. */
static int32_t exact(const struct jm_dict *d, const struct jm_text_view *v, size_t n,
                     const char *name, size_t len)
{
    uint32_t node = NODE_ROOT;
    for (size_t i = 0; i < n && node != NODE_NONE; i++) {
        uint32_t to = dict_step(d, node, v->tokens[i].hash);
        if (to == NODE_NONE && v->tokens[i].alt)
            to = dict_step(d, node, v->tokens[i].alt);
        node = to;
    }
    int32_t found = -1, denied = -1;
    for (uint32_t s = dict_surface(d, node); s; s = d->surfaces[s].next) {
        const struct surface *f = &d->surfaces[s];
        if (f->flags & SURF_CUE)
            continue;
        const char *text = dict_text(d, f);
        bool same = strlen(text) == len && !memcmp(text, name, len);
        if (f->gate == GATE_DENY) {
            if (same || (denied < 0 && !(f->flags & SURF_SIGN)))
                denied = (int32_t)f->owner;
            continue;
        }
        if (same)
            return (int32_t)f->owner;
        if ((found < 0 || !f->langs) && !(f->flags & SURF_SIGN))
            found = (int32_t)f->owner;
    }
    return found >= 0 ? found : denied;
}

/* The whole name run together: "JavaScript" is two tokens and the surface "javascript" too. */
static int32_t joined(const struct jm_dict *d, const struct jm_text_view *v)
{
    char word[64];
    size_t n = 0;
    for (size_t i = 0; i < v->n_tokens; i++)
        for (uint32_t k = v->tokens[i].beg; k < v->tokens[i].end; k++) {
            char c = v->plain[k];
            if (n == sizeof word)
                return -1;
            word[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
        }
    uint32_t node = n ? dict_step(d, NODE_ROOT, jm_text_word_hash(word, n)) : NODE_NONE;
    for (uint32_t s = dict_surface(d, node); s; s = d->surfaces[s].next)
        if (!(d->surfaces[s].flags & SURF_CUE))
            return (int32_t)d->surfaces[s].owner;
    return -1;
}

static bool droppable(const struct jm_text_view *v, size_t i)
{
    static const char *const words[] = {"skills", "skill", "programming", "language", "knowledge",
                                        "experience", "development", "framework", "basics"};
    const struct jm_token *t = &v->tokens[i];
    size_t n = t->end - t->beg;
    if (t->flags & JM_TOK_DIGIT)
        return true;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strlen(words[k]) == n && !strncasecmp(words[k], v->plain + t->beg, n))
            return true;
    return false;
}

int32_t jm_dict_resolve(const struct jm_dict *d, const char *name, size_t len)
{
    struct jm_text *text = d->sealed && len <= 200 ? jm_text_new() : NULL;
    int32_t found = -1;
    const struct jm_text_view *v = text ? jm_text_read(text, name, len, JM_TEXT_PLAIN, NULL) : NULL;
    if (v && v->n_tokens) {
        size_t n = v->n_tokens;
        found = exact(d, v, n, name, len);
        if (found < 0)
            found = joined(d, v);
        while (found < 0 && n > 1 && droppable(v, n - 1))
            found = exact(d, v, --n, name, len);
    }
    jm_text_free(text);
    return found;
}
