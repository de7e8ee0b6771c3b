/* given.c - tokens to a text and back. */
#include "given.h"

#include <stdlib.h>

int given_read(struct given *g, const char *const *tokens, size_t n, struct jm_err *err)
{
    *g = (struct given){.n = n, .start = calloc(n + 1, sizeof *g->start)};
    for (size_t i = 0; g->start && i < n; i++) {
        if (i)
            jm_buf_ch(&g->text, ' ');
        g->start[i] = (uint32_t)g->text.len;
        jm_buf_str(&g->text, tokens[i]);
    }
    if (!g->start || !jm_buf_ok(&g->text))
        return jm_err_set(err, JM_ENOMEM, "out of memory for a document of tokens");
    g->start[n] = (uint32_t)g->text.len;
    return 0;
}

void given_free(struct given *g)
{
    jm_buf_fini(&g->text);
    free(g->start);
    *g = (struct given){.n = 0};
}

void given_touched(const struct given *g, uint32_t beg, uint32_t end, uint32_t *from, uint32_t *to)
{
    size_t lo = 0, hi = g->n ? g->n - 1 : 0;
    while (lo < hi) { /* the last token that begins at or before beg */
        size_t mid = (lo + hi + 1) / 2;
        if (g->start[mid] <= beg)
            lo = mid;
        else
            hi = mid - 1;
    }
    *from = (uint32_t)lo;
    for (*to = *from + 1; *to < g->n && g->start[*to] < end; ++*to)
        ;
}

const struct jm_extraction *given_extract(const struct given *g, struct jm_extractor *x,
                                          const struct jm_dict *d, bool phrases,
                                          struct jm_err *err)
{
    struct jm_extract_input in = {.kind = JM_JOB, .text = jm_buf_cstr(&g->text),
                                  .text_bytes = g->text.len, .phrases = phrases};
    return jm_extract(x, d, &in, err);
}
