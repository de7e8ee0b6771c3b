/* draft.c - the life of a dictionary in the making, and what its stages share. */
#include "draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct dict_draft *draft_new(void)
{
    struct dict_draft *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    jm_arena_init(&d->strings, 0);
    jm_map64_init(&d->by_key);
    jm_map64_init(&d->steps);
    d->version_name = "";
    return d;
}

void draft_free(struct dict_draft *d)
{
    if (!d)
        return;
    jm_map64_fini(&d->steps);
    free(d->terminal);
    free(d->edges);
    jm_map64_fini(&d->by_key);
    free(d->related);
    free(d->seq_hashes);
    free(d->seqs);
    free(d->phrases);
    free(d->refs);
    free(d->surfaces);
    free(d->skills);
    jm_arena_fini(&d->strings);
    free(d);
}

int draft_fail(const struct dict_draft *d, uint32_t place, struct jm_err *err, const char *fmt, ...)
{
    char what[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    unsigned file = place >> 20;
    return jm_err_set(err, JM_EINVAL, "%s:%u: %s", file < d->n_files ? d->file_names[file] : "?",
                      place & 0xfffff, what);
}

int dict_grow(void **array, size_t n, size_t *cap, size_t item_bytes, struct jm_err *err)
{
    if (n < *cap)
        return 0;
    size_t more = *cap ? *cap * 2 : 64;
    void *p = reallocarray(*array, more, item_bytes);
    if (!p)
        return jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
    *array = p;
    *cap = more;
    return 0;
}

struct raw_surface *draft_add_surface(struct dict_draft *d, struct raw_surface s,
                                      struct jm_err *err)
{
    if (d->n_surfaces == 0)
        d->n_surfaces = 1; /* 0 means "none" */
    if (dict_grow((void **)&d->surfaces, d->n_surfaces, &d->cap_surfaces, sizeof s, err))
        return NULL;
    struct raw_surface *out = &d->surfaces[d->n_surfaces++];
    *out = s;
    return out;
}
