/* uses: index */
/* fuzz_index.c - bytes are operations on a small index and a small percolator; their invariants
 * must hold afterwards. Now and then documents are long, as texts are. */
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"
#include "jobmatch/index.h"
#include "jobmatch/percolate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Documents have up to `most` terms. */
static void put(struct jm_index *ix, const uint8_t *op, size_t most)
{
    struct jm_index_term terms[256];
    struct jm_index_facets facets = {.place = op[3]};
    size_t n = op[2] % most;
    uint32_t id = op[3] % 4u;
    for (size_t i = 0; i < n; i++, id += 1u + op[1] % 5u)
        terms[i] = jm_index_term(id, (uint8_t)(1 + (op[3] + i * op[2]) % (most > 20 ? 15 : 255)));
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

static void wish(struct jm_percolate *p, const uint8_t *op)
{
    uint32_t terms[8], place = op[3] % 4u;
    struct jm_index_want want = {op[2] % 8u, 3};
    struct jm_index_filter filter = {.places = &place, .n_places = place != 0,
                                     .pay_min = op[3] * 1001u, .place_free = op[3] % 3u};
    for (uint32_t i = 0; i < 8; i++)
        terms[i] = (op[2] + i * op[3]) % 8u;
    struct jm_wish w = {.must = terms, .n_must = op[2] % 5u, .any = terms + 4,
                        .n_any = op[2] / 5u % 5u, .terms = &want, .n_terms = op[3] % 2u,
                        .floor = op[3] / 64u * 100u, .filter = op[2] % 3 ? &filter : NULL};
    JM_ASSERT(jm_percolate_add(p, op[1], &w, NULL) == 0);
}

static void match(struct jm_percolate_reader *r, const uint8_t *op)
{
    struct jm_index_term terms[4];
    struct jm_index_facets facets = {.place = op[2] % 4u, .pay = op[3] * 1000u,
                                     .workplace = op[2] / 4u % 4u};
    const uint32_t *ids;
    size_t n;
    for (uint32_t i = 0; i < 4; i++)
        terms[i] = jm_index_term(i * 2 + (op[1] >> i) % 2u, 1 + op[3] % 255u);
    JM_ASSERT(jm_percolate_match(r, terms, op[1] / 16u % 5u, &facets, &ids, &n, NULL) == 0);
    for (size_t i = 1; i < n; i++)
        JM_ASSERT(ids[i - 1] < ids[i]);
}

/* The upper bit of the first byte says whether the index or the percolator is meant. */
static void operate_wishes(struct jm_percolate *p, struct jm_percolate_reader *r,
                           const uint8_t *op)
{
    if (op[0] % 8 < 5)
        wish(p, op);
    else if (op[0] % 8 == 5)
        (void)jm_percolate_remove(p, op[1]);
    else
        match(r, op);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jm_percolate *p = jm_percolate_new(NULL);
    struct jm_percolate_reader *pr = p ? jm_percolate_reader_new(p, NULL) : NULL;
    struct jm_index *ix = jm_index_new(NULL);
    struct jm_index_reader *r = ix ? jm_index_reader_new(ix, NULL) : NULL;
    JM_ASSERT(r && pr);
    for (size_t i = 0; i + 4 <= size; i += 4) {
        if (data[i] & 128)
            operate_wishes(p, pr, data + i);
        else if (data[i] % 8 < 5)
            put(ix, data + i, size / 4 % 4 ? 20 : 256);
        else if (data[i] % 8 == 5)
            (void)jm_index_del(ix, data[i + 1]);
        else if (data[i] % 8 == 6)
            search(r, data + i);
        else
            (void)jm_index_improve(ix, data[i + 1] % 8u);
    }
    JM_ASSERT(jm_index_check(ix, NULL) == 0);
    JM_ASSERT(jm_percolate_check(p, NULL) == 0);
    jm_percolate_reader_free(pr);
    jm_percolate_free(p);
    jm_index_reader_free(r);
    jm_index_free(ix);
    return 0;
}
