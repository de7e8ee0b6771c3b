/* uses: model base */
/* fuzz_doc.c - the decoder of the matching form on any bytes.
 *
 * What decodes must encode again, and that must decode to the same bytes: the encoder and the
 * decoder agree on what is valid. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"
#include "jobmatch/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jm_err err = {0};
    struct jm_doc *d = jm_doc_decode(data, size, &err);
    if (!d) {
        JM_ASSERT(err.code == JM_EINVAL);
        return 0;
    }
    struct jm_buf once, twice;
    jm_buf_init(&once);
    jm_buf_init(&twice);
    JM_ASSERT(jm_doc_encode(d, &once) == 0);
    struct jm_doc *again = jm_doc_decode(once.data, once.len, NULL);
    JM_ASSERT(again && jm_doc_encode(again, &twice) == 0);
    JM_ASSERT(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    free(again);
    free(d);
    jm_buf_fini(&once);
    jm_buf_fini(&twice);
    return 0;
}
