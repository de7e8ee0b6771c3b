/* uses: index */
/* postgres.c - the same queries on a postings table in PostgreSQL with a covering index.
 *
 * usage: postgres FOLDER CONNINFO    reads what ours.c wrote; 1: an answer differs */
#include <libpq-fe.h>

#include "../index_data.h"

enum { K = 10 };

static PGresult *run(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);
    ExecStatusType s = PQresultStatus(r);
    if (s != PGRES_COMMAND_OK && s != PGRES_COPY_IN && s != PGRES_TUPLES_OK) {
        fprintf(stderr, "%s: %s", sql, PQerrorMessage(c));
        exit(1);
    }
    return r;
}

static void fill(PGconn *c, const struct jm_index_doc *docs, uint32_t n)
{
    char line[64];
    PQclear(run(c, "CREATE UNLOGGED TABLE bench_posting(term int, doc int, weight int)"));
    PQclear(run(c, "COPY bench_posting FROM STDIN"));
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < docs[i].n_terms; j++) {
            struct jm_index_term t = docs[i].terms[j];
            int bytes = snprintf(line, sizeof line, "%u\t%u\t%u\n", jm_index_term_id(t), i,
                                 jm_index_term_weight(t));
            JM_ASSERT(PQputCopyData(c, line, bytes) == 1);
        }
    JM_ASSERT(PQputCopyEnd(c, NULL) == 1);
    PQclear(PQgetResult(c));
    PQclear(run(c, "CREATE INDEX ON bench_posting(term) INCLUDE (doc, weight)"));
    PQclear(run(c, "VACUUM ANALYZE bench_posting"));
    PQclear(PQprepare(c, "ask", "SELECT p.doc, sum(p.weight * q.weight) FROM "
                      "unnest($1::int[], $2::int[]) AS q(term, weight) JOIN bench_posting p "
                      "USING (term) GROUP BY p.doc ORDER BY 2 DESC, 1 LIMIT 10", 2, NULL));
}

/* "{1,2,3}" of the terms or the weights. */
static void array_of(const struct data_query *q, bool weights, char *out)
{
    *out++ = '{';
    for (uint32_t i = 0; i < q->doc.n; i++)
        out += sprintf(out, i ? ",%u" : "%u", weights ? q->want[i].weight : q->want[i].term);
    strcpy(out, "}");
}

/* As a line of answers.tsv. */
static double ask(PGconn *c, uint32_t number, const struct data_query *q, char *answer)
{
    char terms[1024], weights[1024];
    const char *args[2] = {terms, weights};
    array_of(q, false, terms);
    array_of(q, true, weights);
    double t0 = now_us();
    PGresult *r = PQexecPrepared(c, "ask", 2, args, NULL, NULL, 0);
    double us = now_us() - t0;
    JM_ASSERT(PQresultStatus(r) == PGRES_TUPLES_OK);
    answer += sprintf(answer, "%u\t", number);
    for (int i = 0; i < PQntuples(r); i++)
        answer += sprintf(answer, "%s%s:%s", i ? " " : "", PQgetvalue(r, i, 0),
                          PQgetvalue(r, i, 1));
    strcpy(answer, "\n");
    PQclear(r);
    return us;
}

int main(int argc, char **argv)
{
    uint32_t n, n_queries, wrong = 0;
    if (argc < 3)
        return 2;
    struct jm_index_doc *docs = data_read_docs(argv[1], "candidates.tsv", &n);
    struct data_query *queries = data_read_queries(argv[1], UINT32_MAX, &n_queries);
    PGconn *c = PQconnectdb(argv[2]);
    FILE *answers = data_open(argv[1], "answers.tsv"), *ours = data_open(argv[1], "ours_us");
    double base = 0, *us = malloc((n_queries + 1ul) * sizeof *us), t = now_us();
    if (PQstatus(c) != CONNECTION_OK || !docs || !queries || !answers || !ours ||
        fscanf(ours, "%lf", &base) != 1)
        return 1;
    fill(c, docs, n);
    t = now_us() - t;
    for (uint32_t i = 0; i < n_queries; i++) {
        char want[4096] = "", got[4096];
        JM_ASSERT(fgets(want, sizeof want, answers));
        us[i] = ask(c, i, &queries[i], got); /* once to warm it */
        us[i] = ask(c, i, &queries[i], got);
        wrong += strcmp(want, got) != 0;
    }
    double p50 = at_share(us, n_queries, .5), p99 = at_share(us, n_queries, .99);
    printf("PostgreSQL %d, postings table   top-%d p50 %9.0f p99 %9.0f us, filled in %.0f s, "
           "%.0f times ours; %u answers differ\n", PQserverVersion(c) / 10000, K, p50, p99,
           t * 1e-6, p50 / base, wrong);
    PQclear(run(c, "DROP TABLE bench_posting"));
    PQfinish(c);
    return wrong != 0;
}
