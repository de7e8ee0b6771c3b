/* fold.c - NFKC and casefold of a word, by utf8proc.
 *
 * Only words with bytes above 0x7f come here; ASCII words are folded by the tokeniser itself. The
 * letters that European languages add to it need no tables: utf8proc costs fifty times as much. */
#include <stdlib.h>
#include <utf8proc.h>

#include "jobmatch/bytes.h"
#include "text_int.h"

/* What a character of ASCII, Latin-1 or Latin Extended-A folds to, when that is one character; 0:
 * utf8proc knows. */
static uint32_t fold_latin(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 0x20 : cp;
    if (cp >= 0xc0 && cp <= 0xff && cp != 0xd7 && cp != 0xdf && cp != 0xf7)
        return cp | 0x20;
    if ((cp >= 0x100 && cp <= 0x12f) || (cp >= 0x14a && cp <= 0x177))
        return cp | 1; /* a capital, then its small letter */
    if ((cp >= 0x139 && cp <= 0x13e) || (cp >= 0x141 && cp <= 0x148) ||
        (cp >= 0x179 && cp <= 0x17e))
        return cp + (cp & 1); /* the same, from an odd number on */
    return 0;
}

/* Append the fold of a word of such characters; false, and nothing appended, when it has others. */
static bool fold_plain(const char *s, size_t bytes, struct jm_buf *out)
{
    char folded[2 * 64];
    size_t n = 0;
    if (bytes > 64)
        return false;
    for (size_t i = 0; i < bytes;) {
        uint32_t cp = 0;
        unsigned len = jm_utf8_next(s + i, bytes - i, &cp);
        uint32_t small = len ? fold_latin(cp) : 0;
        if (!small)
            return false;
        n += jm_utf8_put(folded + n, small);
        i += len;
    }
    jm_buf_add(out, folded, n);
    return true;
}


int jm_text_fold(const char *s, size_t bytes, struct jm_buf *out)
{
    utf8proc_uint8_t *folded = NULL;
    if (fold_plain(s, bytes, out))
        return jm_buf_ok(out) ? 0 : -1;
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
