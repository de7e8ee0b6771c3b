/* uses: index */
/* fuzz_index.c - bytes are operations on a small index; its invariants must hold afterwards. */
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"
#include "jobmatch/index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(struct jm_index *ix, const uint8_t *op)
{
    struct jm_index_term terms[20];
    struct jm_index_facets facets = {.place = op[3]};
    size_t n = op[2] % 20;
    uint32_t id = op[3] % 4u;
    for (size_t i = 0; i < n; i++, id += 1u + op[1] % 5u)
        terms[i] = jm_index_term(id, (uint8_t)(1 + (op[3] + i * op[2]) % 255));
    JM_ASSERT(jm_index_put(ix, op[1], terms, n, &facets, NULL) == 0);
}

static void search(struct jm_index_reader *r, const uint8_t *op)
{
    struct jm_index_want want[2] = {{op[1] % 16u, (uint16_t)(op[2] * 256 + 1)}, {op[3] % 16u, 3}};
    struct jm_index_query q = {want, 2, NULL, 1u + op[2] % 64u, 0};
    struct jm_index_hit hits[64];
    size_t n;
    JM_ASSERT(jm_index_search(r, &q, hits, &n, NULL) == 0);
    for (size_t i = 1; i < n; i++)
        JM_ASSERT(hits[i - 1].points > hits[i].points ||
                  (hits[i - 1].points == hits[i].points && hits[i - 1].doc < hits[i].doc));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jm_index *ix = jm_index_new(NULL);
    struct jm_index_reader *r = ix ? jm_index_reader_new(ix, NULL) : NULL;
    JM_ASSERT(r);
    for (size_t i = 0; i + 4 <= size; i += 4) {
        if (data[i] % 8 < 5)
            put(ix, data + i);
        else if (data[i] % 8 == 5)
            (void)jm_index_del(ix, data[i + 1]);
        else if (data[i] % 8 == 6)
            search(r, data + i);
        else
            (void)jm_index_improve(ix, data[i + 1] % 8u);
    }
    JM_ASSERT(jm_index_check(ix, NULL) == 0);
    jm_index_reader_free(r);
    jm_index_free(ix);
    return 0;
}
