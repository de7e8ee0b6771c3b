/* uses: skill */
/* fuzz_dictionary.c - any bytes as a dictionary; what seals must extract, from its own text too.
 *
 * The first part up to a NUL is the dictionary, the rest the document. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "jobmatch/skill.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void extract(struct jm_extractor *x, const struct jm_dict *d, const char *s, size_t n,
                    enum jm_kind kind)
{
    struct jm_err err = {0};
    struct jm_skill_sum sum[16];
    struct jm_extract_input in = {.kind = kind, .text = s, .text_bytes = n, .title = s,
                                  .title_bytes = n < 80 ? n : 0, .form = JM_TEXT_GUESS,
                                  .this_year = 2026, .rejected = true};
    const struct jm_extraction *e = jm_extract(x, d, &in, &err);
    for (size_t i = 0; e && i < e->n_claims; i++) {
        const struct jm_claim *c = &e->claims[i];
        if (c->end > n || c->beg >= c->end || c->skill >= jm_dict_count(d) || !c->rule ||
            (c->must && c->nice))
            abort();
    }
    if (e && jm_extract_sum(d, e, sum, 16) > 16)
        abort();
    if (!e && jm_utf8_ok(s, n, NULL))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_dict *d = jm_dict_new();
    struct jm_err err = {0};
    const char *s = (const char *)data;
    const char *nul = bytes ? memchr(s, 0, bytes) : NULL;
    size_t n = nul ? (size_t)(nul - s) : bytes;
    if (!d)
        abort();
    if (jm_dict_add(d, "f", s, n, &err) || jm_dict_seal(d, &err)) {
        if (!err.text[0])
            abort();
    } else {
        struct jm_extractor *x = jm_extractor_new();
        if (!x)
            abort();
        extract(x, d, s, n, JM_JOB);
        if (nul)
            extract(x, d, nul + 1, bytes - n - 1, JM_CANDIDATE);
        jm_extractor_free(x);
        jm_dict_resolve(d, s, n < 100 ? n : 100);
    }
    jm_dict_free(d);
    return 0;
}
