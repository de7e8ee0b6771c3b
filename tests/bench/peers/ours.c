/* uses: index */
/* ours.c - makes the data for the peers, answers the queries with the index, and writes down the
 * answers that the peers must give too.
 *
 * usage: ours FOLDER [documents=200000] [seed=1] [queries=100]
 * writes candidates.tsv, queries.tsv and answers.tsv (query, then document:points ...) */
#include "../index_plain.h"

enum { K = 10, ROUNDS = 3 };

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    JM_ASSERT(f);
    return f;
}

static void write_doc(FILE *f, uint32_t number, const struct jm_index_term *t, uint32_t n)
{
    fprintf(f, "%u", number);
    for (uint32_t i = 0; i < n; i++)
        fprintf(f, "%c%u:%u", i ? ' ' : '\t', jm_index_term_id(t[i]), jm_index_term_weight(t[i]));
    fputs("\tloc=0 years=0 salary=0 remote=0\n", f);
}

static void write_answers(const char *folder, struct jm_index *ix, const struct data_query *queries,
                          uint32_t n)
{
    struct jm_index_reader *r = jm_index_reader_new(ix, NULL);
    struct jm_index_hit hits[K];
    FILE *f = create(folder, "answers.tsv");
    for (uint32_t i = 0; i < n; i++) {
        struct jm_index_query q = query_of(&queries[i], false, K);
        size_t n_hits;
        JM_ASSERT(jm_index_search(r, &q, hits, &n_hits, NULL) == 0);
        fprintf(f, "%u\t", i);
        for (size_t j = 0; j < n_hits; j++)
            fprintf(f, "%s%u:%u", j ? " " : "", hits[j].doc, hits[j].points);
        fputc('\n', f);
    }
    fclose(f);
    jm_index_reader_free(r);
}

int main(int argc, char **argv)
{
    static struct gen g;
    struct plain plain;
    if (argc < 2)
        return 2;
    uint32_t n = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 200000, wrong;
    uint32_t n_queries = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 100;
    gen_init(&g, argc > 3 ? strtoull(argv[3], NULL, 10) : 1, DATA_TERMS, DATA_MEAN, 1);
    struct jm_index_doc *docs = data_make_docs(&g, n);
    struct data_query *queries = data_make_queries(&g, n_queries, 8, 30);
    FILE *f = create(argv[1], "candidates.tsv");
    for (uint32_t i = 0; i < n; i++)
        write_doc(f, i, docs[i].terms, docs[i].n_terms);
    fclose(f);
    f = create(argv[1], "queries.tsv");
    for (uint32_t i = 0; i < n_queries; i++)
        write_doc(f, i, queries[i].doc.terms, queries[i].doc.n);
    fclose(f);
    struct jm_index *ix = load(docs, n, 2);
    plain_build(&plain, docs, n, DATA_TERMS);
    write_answers(argv[1], ix, queries, n_queries);
    struct times t = measure(&plain, ix, queries, n_queries, false, K, ROUNDS, &wrong);
    JM_ASSERT(wrong == 0);
    report("peers' data", K, t, 0, 0);
    f = create(argv[1], "ours_us");
    fprintf(f, "%f\n", t.ours50);
    fclose(f);
    jm_index_free(ix);
    return 0;
}
