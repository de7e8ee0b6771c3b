/* uses: text */
/* fuzz_html.c - any UTF-8 as HTML: plain text comes out well-formed and its offsets stay inside. */
#include <stdint.h>
#include <stdlib.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_text *t = jm_text_new();
    struct jm_err err = {0};
    const char *s = (const char *)data;
    const struct jm_text_view *v = t ? jm_text_read(t, s, bytes, JM_TEXT_HTML, &err) : NULL;
    if (!v && (jm_utf8_ok(s, bytes, NULL) || err.code != JM_EINVAL))
        abort();
    if (v && !jm_utf8_ok(v->plain, v->bytes, NULL))
        abort();
    for (size_t i = 0; v && i <= v->bytes; i++)
        if (jm_text_source(t, i, false) > bytes || jm_text_source(t, i, true) > bytes)
            abort();
    jm_text_free(t);
    return 0;
}
