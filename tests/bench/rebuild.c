/* uses: store */
/* rebuild.c - compact rows a second out of PostgreSQL into the feed's listener: what a restart
 * costs before decoding and indexing. Rows have 700 bytes of compact form and 1,500 of raw document; the
 * raw bytes must not slow it down. Arguments: documents (200000), rounds (3). */
#include <stdio.h>
#include <stdlib.h>

#include "../pgtest.h"
#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/store.h"

static struct pgtest pg;
static struct jm_loop *loop;

struct listener {
    unsigned long long docs, bytes;
    bool ready;
};

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

static void on_reset(void *arg)
{
    *(struct listener *)arg = (struct listener){0};
}

static int on_doc(void *arg, const struct jm_feed_doc *d)
{
    struct listener *l = arg;
    l->docs++;
    l->bytes += d->compact_len;
    return 0;
}

static void on_ready(void *arg)
{
    ((struct listener *)arg)->ready = true;
}

static struct jm_store *open_store(void)
{
    struct jm_store_options o = {.loop = loop, .conninfo = pg.conninfo};
    struct jm_store *s = jm_store_new(&o, NULL);
    int started = 0;
    if (!s || jm_store_start(s, on_done, &started, NULL) != 0)
        exit(1);
    while (!started)
        jm_loop_turn(loop, true);
    if (started < 0)
        exit(1);
    return s;
}

static void fill(long docs)
{
    char sql[900];
    snprintf(sql, sizeof sql,
             "INSERT INTO jobmatch.document (tenant, shard, kind, source, external_id, version,"
             " sha256, status, deleted, title, media_type, dict_version, compact, raw)"
             " SELECT 1, n %% 64, n %% 2, 'bench', 'external-' || n, 1, sha256(n::text::bytea), 0,"
             " false, 'Electrician', 'application/json', 1,"
             " (SELECT string_agg(sha256((n::text || k)::bytea), '')"
             "   FROM generate_series(1, 22) k),"
             " (SELECT string_agg(md5((n %% 1000 + k)::text)::bytea, '')"
             "   FROM generate_series(1, 47) k)"
             " FROM generate_series(1, %ld) n; ANALYZE jobmatch.document", docs);
    free(pgtest_sql(&pg, sql));
}

int main(int argc, char **argv)
{
    long docs = argc > 1 ? atol(argv[1]) : 200000;
    int rounds = argc > 2 ? atoi(argv[2]) : 3;
    static const struct jm_feed_ops ops = {on_reset, on_doc, on_ready, on_doc};
    double best = 0;
    pgtest_start(&pg, NULL);
    loop = jm_loop_new(&jm_clock_system, NULL, NULL);
    jm_store_free(open_store());
    fill(docs);
    for (int i = 0; i < rounds; i++) {
        struct jm_store *s = open_store();
        struct listener l = {0};
        double start = now_s();
        if (jm_store_feed_start(s, &ops, &l, NULL) != 0)
            return 1;
        while (!l.ready)
            jm_loop_turn(loop, true);
        double rate = (double)l.docs / (now_s() - start);
        printf("round %d: %llu documents, %.0f a second, %.0f MB/s, loop held at most %.1f ms\n",
               i + 1, l.docs, rate, rate * (double)l.bytes / (double)l.docs / 1e6,
               (double)jm_loop_hold_us(loop) / 1e3);
        best = rate > best ? rate : best;
        jm_store_free(s);
    }
    printf("rebuild_rows_per_s=%.0f (goal 150000)\n", best);
    jm_loop_free(loop);
    pgtest_stop(&pg);
    return 0;
}
