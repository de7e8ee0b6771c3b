/* uses: taxonomy */
/* fuzz_taxonomy.c - any bytes as a table to import; what comes out must be a sound dictionary.
 *
 * The first byte chooses the table and the size of the pieces, the rest is the table. A second
 * table (after a NUL) makes relations and second languages reachable. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/taxonomy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const char base_text[] = "@skills 1\n"
                                "python = Python | code | alias Python 4; Py ^word | idf 3\n"
                                "go = Go ^word | code | alias.de Gehen | parent python\n"
                                "r = R ^letter | code | alias | with statistics\n";

static int read_table(struct jm_taxonomy *t, enum jm_taxonomy_table table, enum jm_lang lang,
                      const char *s, size_t n, size_t step)
{
    struct jm_err err = {0};
    int rc = jm_taxonomy_open(t, table, "f", lang, &err);
    for (size_t at = 0; rc == 0 && at < n; at += step)
        rc = jm_taxonomy_feed(t, s + at, n - at < step ? n - at : step, &err);
    if (rc == 0)
        rc = jm_taxonomy_close(t, &err);
    if (rc && !err.text[0])
        abort();
    return rc;
}

static void check(struct jm_taxonomy *t, const struct jm_taxonomy_file *base)
{
    struct jm_err err = {0};
    struct jm_buf mine = {0}, fresh = {0}, report = {0};
    if (jm_taxonomy_write_base(t, base, &mine, &err) ||
        jm_taxonomy_write_new(t, "1", &fresh, &err))
        abort();
    struct jm_taxonomy_file files[2] = {{"a", jm_buf_cstr(&mine), mine.len},
                                        {"b", jm_buf_cstr(&fresh), fresh.len}};
    if (jm_taxonomy_check(files, 2, &report, &err) != 0) {
        fprintf(stderr, "%s%s\n%s", jm_buf_cstr(&report), err.text, jm_buf_cstr(&fresh));
        abort();
    }
    jm_buf_fini(&report);
    jm_buf_fini(&fresh);
    jm_buf_fini(&mine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_taxonomy_file base = {"base", base_text, sizeof base_text - 1};
    struct jm_err err = {0};
    if (bytes < 2)
        return 0;
    struct jm_taxonomy *t = jm_taxonomy_new();
    const char *s = (const char *)data + 1;
    size_t n = bytes - 1;
    const char *nul = memchr(s, 0, n);
    size_t first = nul ? (size_t)(nul - s) : n;
    enum jm_taxonomy_table table = (enum jm_taxonomy_table)(data[0] % (JM_TABLE_CSV + 1));
    if (!t || jm_taxonomy_base(t, &base, &err))
        abort();
    bool read = !read_table(t, table, JM_LANG_EN, s, first, (size_t)(data[0] >> 4) + 1);
    if (read && nul)
        read = !read_table(t, table == JM_TABLE_ESCO_SKILLS && data[0] & 8 ? JM_TABLE_ESCO_BROADER
                                                                           : table,
                           JM_LANG_DE, nul + 1, n - first - 1, 64);
    if (read)
        check(t, &base);
    jm_taxonomy_free(t);

    struct jm_buf report = {0}, copy = {0};
    jm_buf_add(&copy, s, n); /* and as a dictionary to check */
    struct jm_taxonomy_file file = {"f", jm_buf_cstr(&copy), n};
    if (jm_taxonomy_check(&file, 1, &report, &err) < 0)
        abort();
    jm_buf_fini(&copy);
    jm_buf_fini(&report);
    return 0;
}
