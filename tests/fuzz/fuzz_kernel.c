/* uses: skill */
/* fuzz_kernel.c - any bytes as a title kernel (the checksum is not asked for here); what loads
 * must give features of any title. And any bytes as labels to build one from. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/text.h"
#include "jobmatch/title.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void read_title(struct jm_title_reader *r, const char *s, size_t n)
{
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES], g[JM_DOC_MAX_TITLE_FEATURES];
    size_t found = jm_title_features(r, s, n, f);
    if (found > JM_DOC_MAX_TITLE_FEATURES || jm_title_features(r, s, n, g) != found ||
        jm_title_cosine(f, found, g, found) > 1000)
        abort();
    for (size_t i = 0; i < found; i++)
        if (f[i].id != g[i].id || f[i].weight != g[i].weight ||
            !f[i].weight || f[i].id < JM_TITLE_BASE || f[i].id >= 2 * JM_TITLE_BASE ||
            (i && f[i - 1].id >= f[i].id))
            abort();
}

static void use(const struct jm_title_kernel *k, const uint8_t *data, size_t bytes)
{
    struct jm_title_reader *r = jm_title_reader_new(k);
    if (!r)
        abort();
    read_title(r, "head chef of the kitchen, truck driver and nurse", 48);
    read_title(r, "software developer", 18);
    read_title(r, "cook chef lorry waiter hotel sister registered programmer", 57);
    read_title(r, (const char *)data, bytes < 100 ? bytes : 100);
    jm_title_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_err err = {0};
    struct jm_title_kernel *k = jm_title_kernel_load(data, bytes, &err);
    if (!k && !err.text[0])
        abort();
    if (k)
        use(k, data, bytes);
    jm_title_kernel_free(k);
    if (bytes > 4096)
        return 0;
    struct jm_buf out = {0};
    jm_err_clear(&err);
    if (jm_title_kernel_build((const char *)data, bytes, NULL, &out, &err) == 0) {
        k = jm_title_kernel_load(out.data, out.len, &err);
        if (!k) /* what we build, we load */
            abort();
        use(k, data, bytes);
        jm_title_kernel_free(k);
    } else if (!err.text[0]) {
        abort();
    }
    jm_buf_fini(&out);
    return 0;
}
