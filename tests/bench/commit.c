/* uses: store */
/* commit.c - matches a second through jm_store_commit_matches(), and how long one arrival takes:
 * new lists, the same lists again, and new lists with an endpoint that wants every event.
 * Arguments: pairs a list (100), arrivals a batch (16), batches (40). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../pgtest.h"
#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/store.h"

enum { JOBS = 3000, CANDIDATES = 3000 };

static struct pgtest pg;
static struct jm_loop *loop;
static struct jm_store *s;
static int answered;
static struct jm_match_result last;

static double now_s(void)
{
    return (double)jm_mono_us(&jm_clock_system) / 1e6;
}

static void on_done(void *arg, const struct jm_err *err)
{
    *(int *)arg = err ? -1 : 1;
    if (err)
        fprintf(stderr, "%s\n", err->text);
}

static void on_id(void *arg, const struct jm_err *err, uint64_t id)
{
    (void)id;
    on_done(arg, err);
}

static void on_commit(void *arg, const struct jm_err *err, const struct jm_match_result *r)
{
    (void)arg;
    answered = 1;
    if (err) {
        fprintf(stderr, "%s\n", err->text);
        exit(1);
    }
    last = *r;
}

/* Documents 1..JOBS are jobs, the next CANDIDATES candidates; shard = id % 64. */
static void fill(void)
{
    char sql[600];
    snprintf(sql, sizeof sql,
             "INSERT INTO jobmatch.document (doc_id, tenant, shard, kind, source, external_id,"
             " version, sha256, status, deleted, title, media_type, dict_version, compact, raw)"
             " SELECT n, 1, n %% 64, (n > %d)::int, 'bench', 'external-' || n, 1, '\\x00', 0,"
             " false, 'Electrician', '', 1, '\\x00', '\\x00' FROM generate_series(1, %d) n;"
             " ANALYZE jobmatch.document", JOBS, JOBS + CANDIDATES);
    free(pgtest_sql(&pg, sql));
}

/* One batch of job arrivals from job `first` on; returns seconds. */
static double commit(int first, int arrivals, int pairs)
{
    static struct jm_match_pair p[JM_MATCH_BATCH_MAX][JM_MATCH_LIST_MAX];
    struct jm_match_arrival a[JM_MATCH_BATCH_MAX];
    struct jm_match_batch b = {.arrivals = a, .n_arrivals = (size_t)arrivals, .config_hash = 1,
                               .dict_version = 1};
    static const char points[160] = "the explanation in compact form";
    for (int i = 0; i < arrivals; i++) {
        uint64_t job = (uint64_t)(first + i) % JOBS + 1;
        for (int k = 0; k < pairs; k++) {
            uint64_t c = (job * 7919 + (uint64_t)k * 13) % CANDIDATES;
            p[i][k] = (struct jm_match_pair){
                .job_id = job, .candidate_id = JOBS + 1 + c, .job_version = 1,
                .candidate_version = 1, .score = (uint16_t)(400 + k), .fit = 500, .want = 500,
                .evidence = 600, .band = 'C', .points = points, .points_len = sizeof points};
        }
        a[i] = (struct jm_match_arrival){.tenant = 1, .kind = JM_JOB, .doc_id = job, .version = 1,
                                         .shard = (unsigned)(job % 64), .pairs = p[i],
                                         .n_pairs = (size_t)pairs, .total = (uint32_t)pairs};
        if (!jm_store_owns(s, a[i].shard, &a[i].epoch))
            exit(1);
    }
    double start = now_s();
    answered = 0;
    if (jm_store_commit_matches(s, &b, on_commit, NULL, NULL) != 0)
        exit(1);
    while (!answered)
        jm_loop_turn(loop, true);
    return now_s() - start;
}

static void series(const char *name, int first, int batches, int arrivals, int pairs)
{
    double sum = 0, worst = 0;
    for (int i = 0; i < batches; i++) {
        double t = commit(first + i * arrivals, arrivals, pairs);
        sum += t;
        worst = t > worst ? t : worst;
    }
    printf("%-34s %2d arrivals x %3d pairs: mean %.1f ms, worst %.1f ms, %.0f pairs/s, "
           "last: %u new %u same %u events\n", name, arrivals, pairs, 1e3 * sum / batches,
           1e3 * worst, (double)arrivals * pairs * batches / sum, last.created, last.unchanged,
           last.events);
}

int main(int argc, char **argv)
{
    int pairs = argc > 1 ? atoi(argv[1]) : 100, arrivals = argc > 2 ? atoi(argv[2]) : 16;
    int batches = argc > 3 ? atoi(argv[3]) : 40, flag = 0;
    if (pairs < 1 || pairs > JM_MATCH_LIST_MAX || arrivals < 1 || arrivals > JM_MATCH_BATCH_MAX)
        return 2;
    pgtest_start(&pg, NULL);
    loop = jm_loop_new(&jm_clock_system, NULL, NULL);
    struct jm_store_options o = {.loop = loop, .conninfo = pg.conninfo};
    if (!(s = jm_store_new(&o, NULL)) || jm_store_start(s, on_done, &flag, NULL) != 0)
        return 1;
    while (!flag)
        jm_loop_turn(loop, true);
    fill();
    if (jm_store_leases_start(s, NULL, NULL, NULL) != 0)
        return 1;
    while (!jm_store_owns(s, 63, NULL))
        jm_loop_turn(loop, true);
    series("new lists", 0, batches, arrivals, pairs);
    series("the same again", 0, batches, arrivals, pairs);
    series("one arrival, new", batches * arrivals, batches, 1, 20);
    struct jm_endpoint e = {.tenant = 1, .url = "http://127.0.0.1:1/", .types = JM_EVENT_ALL,
                            .secret_len = 32};
    flag = 0;
    if (jm_store_create_endpoint(s, &e, on_id, &flag, NULL) != 0)
        return 1;
    while (!flag)
        jm_loop_turn(loop, true);
    series("new lists, an event each", JOBS / 2, batches / 2, arrivals, pairs);
    jm_store_free(s);
    jm_loop_free(loop);
    pgtest_stop(&pg);
    return flag < 0;
}
