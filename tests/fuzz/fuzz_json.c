/* uses: format */
/* fuzz_json.c - any bytes as a job, a candidate and an import key; strict and not. */
#include <stdint.h>
#include <stdlib.h>

#include "jobmatch/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_arena a;
    struct jm_job j;
    struct jm_candidate c;
    struct jm_format_key k;
    struct jm_format_problem why = {0};
    const char *s = (const char *)data;
    jm_arena_init(&a, 8 << 20);
    for (int strict = 0; strict < 2; strict++) {
        unsigned ignored = 0;
        if (jm_format_job(&a, s, bytes, strict, &j, &ignored, &why) && why.kind == JM_FORMAT_OK)
            abort(); /* a refusal without a reason */
        why.kind = JM_FORMAT_OK;
        if (jm_format_candidate(&a, s, bytes, strict, &c, &ignored, &why) &&
            why.kind == JM_FORMAT_OK)
            abort();
        why.kind = JM_FORMAT_OK;
    }
    if (jm_format_key(&a, s, bytes, "src", &k, &why) == 0 && !jm_format_id_ok(k.external_id))
        abort();
    if (jm_format_job_text(&a, s, bytes, false, &j, &why) == 0 && !j.text)
        abort();
    jm_arena_fini(&a);
    return 0;
}
