/* uses: index */
/* index_text.c - whole texts: documents of 150 terms on the mean, queries of 80, the best 200,
 * beside the plain loop in one run, answers compared.
 *
 * usage: index_text [documents=1000000] [seed=1] [queries=200] */
#include "index_plain.h"

enum { WORDS = 60000, MEAN_WORDS = 150, QUERY_WORDS = 80, WIDE = 8, ROUNDS = 3 };

int main(int argc, char **argv)
{
    static struct gen g;
    uint32_t n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000, wrong;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    uint32_t n_queries = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 200;
    printf("texts made up from seed %lu, %s\n", (unsigned long)seed, jm_index_isa());
    gen_init(&g, seed, WORDS, MEAN_WORDS, WIDE);
    struct jm_index_doc *docs = data_make_docs(&g, n);
    struct data_query *queries = data_make_queries(&g, n_queries, QUERY_WORDS, QUERY_WORDS);
    struct jm_index *ix = load(docs, n, 2);
    struct plain plain;
    plain_build(&plain, docs, n, WORDS);
    static const uint32_t ks[] = {10, K_MAX};
    for (int i = 0; i < 2; i++) {
        struct times t = measure(&plain, ix, queries, n_queries, false, ks[i], ROUNDS, &wrong);
        report("texts, 80 terms", ks[i], t, 0, 0);
        JM_ASSERT(wrong == 0);
    }
    puts("goals: top-200 3000 us, 600 bytes a document");
    jm_index_free(ix);
    return 0;
}
