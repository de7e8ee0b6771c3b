/* uses: store */
/* ingest.c - durable documents a second through the store, beside the same rows put in by a bare
 * `INSERT ... SELECT FROM unnest()` on two blocking connections: no upsert, no verdicts, no change
 * record. Both write a table with the columns and keys of jobmatch.document, in turns, on the same
 * server. The goal is 0.7 of the bare rate. Arguments: rows a round (30000), rounds (5). */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../pgtest.h"
#include "jobmatch/bytes.h"
#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/pg.h"
#include "jobmatch/store.h"

enum { RAW = 1500, COMPACT = 700, BATCH = 256, IN_FLIGHT = 6000 };

static struct pgtest pg;
static struct jm_loop *loop;
static char raw[64][RAW + 1], compact[64][COMPACT];
static int answered, bad;

static double now_s(void)
{
    return (double)jm_mono_us(&jm_clock_system) / 1e6;
}

/* Words, so that it compresses about as text does. */
static void make_data(void)
{
    uint64_t seed = 42;
    for (int k = 0; k < 64; k++) {
        for (int i = 0; i < RAW; i++) {
            uint64_t r = jm_rand_next(&seed);
            raw[k][i] = r % 6 == 0 ? ' ' : (char)('a' + (r >> 8) % 26 * ((r >> 20) % 3 > 0));
        }
        for (int i = 0; i < COMPACT; i++)
            compact[k][i] = (char)jm_rand_next(&seed);
    }
}

static void on_done(void *arg, const struct jm_err *err)
{
    *(int *)arg = err ? -1 : 1;
    if (err)
        fprintf(stderr, "%s\n", err->text);
}

static void on_put(void *arg, const struct jm_put_result *r)
{
    (void)arg;
    answered++;
    bad += r->verdict != JM_PUT_CREATED;
}

static double through_store(struct jm_store *s, int round, int rows)
{
    double start = now_s();
    answered = 0;
    for (int i = 0; answered < rows;) {
        for (int n = 0; i < rows && i - answered < IN_FLIGHT && n < 64; i++, n++) {
            char id[32];
            snprintf(id, sizeof id, "s%d-%d", round, i);
            struct jm_put p = {.tenant = 1, .kind = JM_CANDIDATE, .source = "bench",
                               .external_id = id, .version = 1, .raw = raw[i % 64],
                               .raw_len = RAW, .compact = compact[i % 64],
                               .compact_len = COMPACT, .title = "Electrician"};
            if (jm_store_put(s, &p, on_put, NULL, NULL) != 0)
                break;
        }
        jm_loop_turn(loop, i == rows || i - answered >= IN_FLIGHT);
    }
    return (double)rows / (now_s() - start);
}

/* --- bare ------------------------------------------------------------------------------------ */

static const char sql_bare[] =
    "INSERT INTO bare (tenant, shard, kind, status, deleted, version, dict_version, source,"
    " external_id, sha256, title, media_type, compact, raw) SELECT 1, shard, 1, 0, false, 1, 1,"
    " 'bench', id, sha, 'Electrician', 'application/json', compact, raw"
    " FROM unnest($1::int2[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[])"
    " AS t (shard, id, sha, compact, raw)";

struct bare {
    int round, part, rows;
};

static void bare_batch(struct jm_pg_args *a, const struct bare *b, int from, int n)
{
    char id[32];
    uint8_t sha[32];
    jm_pg_args_init(a);
    jm_pg_array_begin(a, JM_PG_INT2);
    for (int i = from; i < from + n; i++)
        jm_pg_el_i2(a, (int16_t)(i % 64));
    jm_pg_array_end(a);
    jm_pg_array_begin(a, JM_PG_TEXT);
    for (int i = from; i < from + n; i++) {
        snprintf(id, sizeof id, "b%d-%d-%d", b->round, b->part, i);
        jm_pg_el_bytes(a, id, strlen(id));
    }
    jm_pg_array_end(a);
    jm_pg_array_begin(a, JM_PG_BYTEA);
    for (int i = from; i < from + n; i++) {
        jm_sha256(sha, raw[i % 64], RAW);
        jm_pg_el_bytes(a, sha, sizeof sha);
    }
    jm_pg_array_end(a);
    jm_pg_array_begin(a, JM_PG_BYTEA);
    for (int i = from; i < from + n; i++)
        jm_pg_el_bytes(a, compact[i % 64], COMPACT);
    jm_pg_array_end(a);
    jm_pg_array_begin(a, JM_PG_BYTEA);
    for (int i = from; i < from + n; i++)
        jm_pg_el_bytes(a, raw[i % 64], RAW);
    jm_pg_array_end(a);
}

static void *bare_run(void *arg)
{
    const struct bare *b = arg;
    PGconn *c = PQconnectdb(pg.conninfo);
    PQclear(PQprepare(c, "bare", sql_bare, 0, NULL));
    for (int from = 0; from < b->rows; from += BATCH) {
        const char *values[5];
        int lengths[5], formats[5] = {1, 1, 1, 1, 1};
        struct jm_pg_args a;
        bare_batch(&a, b, from, b->rows - from < BATCH ? b->rows - from : BATCH);
        for (int i = 0; i < 5; i++) {
            values[i] = a.data.data + a.v[i].at;
            lengths[i] = a.v[i].len;
        }
        PGresult *r = PQexecPrepared(c, "bare", 5, values, lengths, formats, 1);
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            fprintf(stderr, "%s", PQerrorMessage(c));
        PQclear(r);
        jm_pg_args_fini(&a);
    }
    PQfinish(c);
    return NULL;
}

static double bare(int round, int rows)
{
    pthread_t t[2];
    struct bare b[2] = {{round, 0, rows / 2}, {round, 1, rows - rows / 2}};
    double start = now_s();
    for (int i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, bare_run, &b[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    return (double)rows / (now_s() - start);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    int rows = argc > 1 ? atoi(argv[1]) : 30000, rounds = argc > 2 ? atoi(argv[2]) : 5;
    double ours[64], theirs[64];
    int started = 0;
    rounds = rounds > 64 ? 64 : rounds;
    make_data();
    pgtest_start(&pg, NULL);
    loop = jm_loop_new(&jm_clock_system, NULL, NULL);
    struct jm_store_options o = {.loop = loop, .conninfo = pg.conninfo};
    struct jm_store *s = jm_store_new(&o, NULL);
    if (!s || jm_store_start(s, on_done, &started, NULL) != 0)
        return 1;
    while (!started)
        jm_loop_turn(loop, true);
    free(pgtest_sql(&pg, "CREATE TABLE bare (LIKE jobmatch.document INCLUDING ALL)"));
    through_store(s, -1, rows / 4);
    bare(-1, rows / 4);
    for (int i = 0; i < rounds; i++) {
        ours[i] = through_store(s, i, rows);
        theirs[i] = bare(i, rows);
        printf("round %d: store %.0f rows/s, bare unnest %.0f rows/s\n", i + 1, ours[i], theirs[i]);
    }
    qsort(ours, (size_t)rounds, sizeof ours[0], by_value);
    qsort(theirs, (size_t)rounds, sizeof theirs[0], by_value);
    printf("ingest_durable_rows_per_s=%.0f bare_unnest_rows_per_s=%.0f ratio=%.2f (goal 0.70)\n",
           ours[rounds / 2], theirs[rounds / 2], ours[rounds / 2] / theirs[rounds / 2]);
    jm_store_free(s);
    jm_loop_free(loop);
    pgtest_stop(&pg);
    return started < 0 || bad != 0;
}
