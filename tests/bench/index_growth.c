/* uses: index */
/* index_growth.c - how time and bytes grow with the number of documents, made up from one seed,
 * each size beside the plain loop and compared with it.
 *
 * usage: index_growth [seed=1] [documents=100000,1000000,5000000]
 *
 * A size that does not fit the memory that is free now is left out, with a line that says so. */
#include "index_plain.h"

enum { QUERIES = 200, ROUNDS = 2, BYTES_NEEDED = 900 /* a document, everything here together */ };

/* Bytes of memory that are free or could be. */
static double memory_free(void)
{
    char line[256];
    unsigned long kib = 0;
    FILE *f = fopen("/proc/meminfo", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %lu", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return (double)kib * 1024;
}

static void free_docs(struct jm_index_doc *docs, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        free((void *)(uintptr_t)docs[i].terms);
    free(docs);
}

/* Top-10 p50 of one size. */
static double one_size(uint64_t seed, uint32_t n)
{
    static struct gen g;
    struct plain plain;
    struct times t = {0};
    uint32_t wrong;
    gen_init(&g, seed, DATA_TERMS, DATA_MEAN, 1);
    struct data_query *queries = data_make_queries(&g, QUERIES, 8, 30);
    struct jm_index_doc *docs = data_make_docs(&g, n);
    struct jm_index *ix = load(docs, n, 2);
    plain_build(&plain, docs, n, DATA_TERMS);
    free_docs(docs, n);
    static const uint32_t ks[] = {100, 10};
    for (int i = 0; i < 2; i++) {
        t = measure(&plain, ix, queries, QUERIES, false, ks[i], ROUNDS, &wrong);
        report("ranked", ks[i], t, ks[i] == 10 ? 0.30 : 0.45, ks[i] == 10 ? 0.50 : 0);
        JM_ASSERT(wrong == 0);
    }
    jm_index_free(ix);
    plain_free(&plain);
    free(queries);
    return t.ours50;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    const char *sizes = argc > 2 ? argv[2] : "100000,1000000,5000000";
    double million = 0;
    printf("growth, seed %lu, %s\n", (unsigned long)seed, jm_index_isa());
    while (*sizes) {
        char *end;
        uint32_t n = (uint32_t)strtoul(sizes, &end, 10);
        sizes = *end ? end + 1 : end;
        if ((double)n * BYTES_NEEDED > memory_free()) {
            printf("%u documents: left out, not enough memory is free\n", n);
            continue;
        }
        double us = one_size(seed, n);
        million = n == 1000000 ? us : million;
        if (million > 0 && n > 1000000)
            printf("  top-10 at %.1f times 1 million: x %.2f in time\n", n / 1e6, us / million);
    }
    return 0;
}
