/* fold.c - NFKC and casefold of a word, by utf8proc.
 *
 * Only words with bytes above 0x7f come here; ASCII words are folded by the tokeniser itself. */
#include <stdlib.h>
#include <utf8proc.h>

#include "text_int.h"

int jm_text_fold(const char *s, size_t bytes, struct jm_buf *out)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)bytes, &folded,
                                      UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                          UTF8PROC_IGNORE | UTF8PROC_STABLE);
    if (n < 0)
        return -1;
    jm_buf_add(out, folded, (size_t)n);
    free(folded);
    return jm_buf_ok(out) ? 0 : -1;
}

uint64_t jm_text_word_hash(const char *folded, size_t bytes)
{
    uint64_t h = JM_HASH_SEED;
    for (size_t i = 0; i < bytes; i++)
        h = jm_hash_step(h, (uint8_t)folded[i]);
    return jm_hash_end(h);
}
