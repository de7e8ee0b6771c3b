/* uses: text */
/* fuzz_tokenizer.c - any bytes: repaired text is UTF-8 and reads; every token lies inside it, in
 * order, and comes from bytes of the input. */
#include <stdint.h>
#include <stdlib.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check(struct jm_text *t, const char *s, size_t n, enum jm_text_form form)
{
    struct jm_doc_feature f[JM_DOC_MAX_TERMS];
    struct jm_err err = {0};
    const struct jm_text_view *v = jm_text_read(t, s, n, form, &err);
    size_t last = 0;
    if (!v)
        abort();
    for (size_t i = 0; i < v->n_tokens; i++) {
        const struct jm_token *k = &v->tokens[i];
        size_t beg = jm_text_source(t, k->beg, false), end = jm_text_source(t, k->end, true);
        if (k->beg < last || k->end <= k->beg || k->end > v->bytes || end > n || beg >= end ||
            !k->hash)
            abort();
        last = k->end;
    }
    size_t terms = jm_text_terms(t, f, JM_DOC_MAX_TERMS);
    for (size_t i = 1; i < terms; i++)
        if (f[i - 1].id >= f[i].id)
            abort();
}

/* Each character of the repaired text begins behind the one before it. */
static void check_origins(const struct jm_text_origins *o, const struct jm_buf *out, size_t bytes)
{
    size_t last = 0;
    for (size_t i = 0; i < out->len; i++) {
        if (((uint8_t)out->data[i] & 0xc0) == 0x80)
            continue;
        size_t at = jm_text_origin(o, i);
        if ((i && at <= last) || at >= bytes)
            abort();
        last = at;
    }
    if (jm_text_origin(o, out->len) != bytes)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_text *t = jm_text_new();
    struct jm_text_origins origins = {0};
    struct jm_buf out;
    jm_buf_init(&out);
    if (!t || jm_text_repair_from((const char *)data, bytes, &out, &origins) < 0 ||
        !jm_utf8_ok(out.data, out.len, NULL))
        abort();
    check_origins(&origins, &out, bytes);
    jm_text_origins_fini(&origins);
    check(t, jm_buf_cstr(&out), out.len, JM_TEXT_PLAIN);
    check(t, jm_buf_cstr(&out), out.len, JM_TEXT_GUESS);
    jm_buf_fini(&out);
    jm_text_free(t);
    return 0;
}
