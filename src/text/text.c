/* text.c - reading one text: its form, its plain text, its tokens.
 *
 * The life of a text: jm_text_read() checks that it is UTF-8, turns HTML into plain text while
 * noting where every stretch came from (html.c), cuts it into tokens (token.c) and guesses the
 * language (lang.c). Plain input is not copied. The same struct jm_text then answers where a byte
 * came from, and which words make the text's features (terms.c). */
#include "text_int.h"

#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"

struct jm_text *jm_text_new(void)
{
    struct jm_text *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    jm_buf_init(&t->plain);
    jm_buf_init(&t->fold);
    return t;
}

void jm_text_free(struct jm_text *t)
{
    if (!t)
        return;
    for (int i = 0; i < JM_LANGS; i++)
        if (t->stemmers[i])
            sb_stemmer_delete(t->stemmers[i]);
    free(t->words);
    free(t->features);
    free(t->stems);
    free(t->slots);
    jm_buf_fini(&t->fold);
    free(t->tokens);
    free(t->runs);
    jm_buf_fini(&t->plain);
    free(t);
}

const struct jm_text_view *jm_text_read(struct jm_text *t, const char *s, size_t bytes,
                                        enum jm_text_form form, struct jm_err *err)
{
    size_t bad_at = 0;
    if (bytes > JM_TEXT_MAX_BYTES) {
        jm_err_set(err, JM_ELIMIT, "text of %zu bytes is over the limit of %d", bytes,
                   JM_TEXT_MAX_BYTES);
        return NULL;
    }
    if (!jm_utf8_ok(s, bytes, &bad_at)) {
        jm_err_set(err, JM_EINVAL, "text is not UTF-8 at byte %zu", bad_at);
        return NULL;
    }
    t->n_runs = t->n_tokens = 0;
    t->view = (struct jm_text_view){.plain = s ? s : "", .bytes = bytes};
    if (form == JM_TEXT_HTML || (form == JM_TEXT_GUESS && jm_text_looks_html(s, bytes))) {
        if (jm_text_from_html(t, s, bytes, err))
            return NULL;
        t->view.plain = jm_buf_cstr(&t->plain);
        t->view.bytes = t->plain.len;
    }
    if (jm_text_tokenise(t, err))
        return NULL;
    t->view.tokens = t->tokens;
    t->view.n_tokens = t->n_tokens;
    if (t->n_tokens < 6)
        return &t->view; /* too little to vote on */
    if (!t->words && !(t->words = jm_words_load())) {
        jm_err_set(err, JM_ENOMEM, "out of memory for the word tables");
        return NULL;
    }
    t->view.lang = jm_lang_vote(t->words, t->tokens, t->n_tokens);
    return &t->view;
}

static const struct jm_text_run *run_of(const struct jm_text *t, size_t plain_offset)
{
    size_t lo = 0, hi = t->n_runs;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->runs[mid].plain <= plain_offset)
            lo = mid;
        else
            hi = mid;
    }
    return &t->runs[lo];
}

size_t jm_text_source(const struct jm_text *t, size_t plain_offset, bool end)
{
    if (!t->n_runs)
        return plain_offset;
    if (end && plain_offset == 0)
        return 0;
    size_t at = end ? plain_offset - 1 : plain_offset;
    const struct jm_text_run *run = run_of(t, at);
    if (run->src_bytes)
        return run->source + (end ? run->src_bytes : 0);
    return run->source + (at - run->plain) + (end ? 1 : 0);
}

int jm_text_plain(const char *s, size_t bytes, enum jm_text_form form, struct jm_buf *out)
{
    if (form == JM_TEXT_HTML || (form == JM_TEXT_GUESS && jm_text_looks_html(s, bytes))) {
        struct jm_text *t = jm_text_new();
        if (!t || jm_text_from_html(t, s, bytes, NULL)) {
            jm_text_free(t);
            return -1;
        }
        jm_buf_add(out, t->plain.data, t->plain.len);
        jm_text_free(t);
    } else {
        jm_buf_add(out, s, bytes);
    }
    return jm_buf_ok(out) ? 0 : -1;
}
