/* test_feed.c - the change feed: snapshot and follow, writers that commit out of order, pausing,
 * rewinding at a takeover, another cluster. */
#include "storetest.h"

#include <pthread.h>

#include "jobmatch/map.h"

struct listener {
    struct jm_map64 versions; /* doc id to the last version delivered */
    bool ready;
    unsigned resets, snapshot, changes, wanted;
    unsigned pause_after; /* 0: never */
    bool paused;
    struct jm_cursor last;
    bool backwards;
};

static struct jm_store *s;
static struct listener l;

static void on_reset(void *arg)
{
    struct listener *x = arg;
    jm_map64_fini(&x->versions);
    jm_map64_init(&x->versions);
    x->resets++;
    x->ready = false;
}

static int take(struct listener *x, const struct jm_feed_doc *d)
{
    uint64_t *v = jm_map64_get(&x->versions, d->doc_id);
    assert_false(x->paused);
    assert_string_equal(d->source, "test");
    if (!d->deleted)
        assert_memory_equal(d->compact, "\1compact", 8);
    if (!v || *v <= (uint64_t)d->version)
        assert_int_equal(jm_map64_put(&x->versions, d->doc_id, (uint64_t)d->version), 0);
    if (!x->pause_after || --x->pause_after)
        return 0;
    x->paused = true;
    return 1;
}

static int on_snapshot_doc(void *arg, const struct jm_feed_doc *d)
{
    ((struct listener *)arg)->snapshot++;
    return take(arg, d);
}

static void on_ready(void *arg)
{
    ((struct listener *)arg)->ready = true;
}

static int on_change(void *arg, const struct jm_feed_doc *d)
{
    struct listener *x = arg;
    x->changes++;
    x->wanted += d->needs_match;
    x->backwards |= jm_cursor_cmp(d->cursor, x->last) <= 0;
    x->last = d->cursor;
    return take(x, d);
}

static const struct jm_feed_ops ops = {on_reset, on_snapshot_doc, on_ready, on_change};

static int setup(void **state)
{
    schema_fresh(state);
    s = store_open("one");
    jm_map64_fini(&l.versions);
    l = (struct listener){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_close(s);
    jm_map64_fini(&l.versions);
    return 0;
}

static void fill(int from, int to)
{
    static struct put_done d[20000];
    char id[16];
    for (int i = from; i < to; i++) {
        snprintf(id, sizeof id, "d%d", i);
        d[i] = (struct put_done){0};
        struct jm_put p = put_of(i % 2 ? JM_JOB : JM_CANDIDATE, id, 0, id);
        assert_int_equal(jm_store_put(s, &p, on_put, &d[i], NULL), 0);
    }
    for (int i = from; i < to; i++)
        wait_for(&d[i].called, 20000);
}

/* Until the listener has every document in its last version. */
static void catch_up(void)
{
    int64_t end = test_now_us() + 20000000; /* others want the disk too; loss is for ever */
    long long docs = pgtest_num(&pg, "SELECT count(*) FROM jobmatch.document");
    long long sum = pgtest_num(&pg, "SELECT coalesce(sum(version), 0) FROM jobmatch.document");
    for (;;) {
        size_t pos = 0;
        uint64_t id, version, have = 0;
        while (jm_map64_next(&l.versions, &pos, &id, &version))
            have += version;
        if ((long long)l.versions.count == docs && (long long)have == sum)
            return;
        if (test_now_us() > end)
            fail_msg("%zu of %lld documents, versions %llu of %lld", l.versions.count, docs,
                     (unsigned long long)have, sum);
        run_for(5);
    }
}

static void test_snapshot_then_changes(void **state)
{
    (void)state;
    fill(0, 1500);
    assert_int_equal(jm_store_feed_start(s, &ops, &l, NULL), 0);
    wait_for(&l.ready, 20000);
    assert_int_equal(l.snapshot, 1500);
    assert_int_equal(l.resets, 1);
    fill(1500, 1800);
    struct jm_put del = {.tenant = 1, .kind = JM_CANDIDATE, .source = "test",
                         .external_id = "d0", .remove = true};
    assert_int_equal(put_wait(s, &del).verdict, JM_PUT_DELETED);
    catch_up();
    assert_false(l.backwards);
    struct jm_store_state st;
    run_for(1500);
    jm_store_state(s, &st);
    assert_true(st.feed_ready);
    assert_true(st.feed_lag_us < 1000000);
}

static void test_a_commit_is_visible_soon(void **state)
{
    (void)state;
    assert_int_equal(jm_store_feed_start(s, &ops, &l, NULL), 0);
    wait_for(&l.ready, 20000);
    int soon = 0;
    for (int i = 0; i < 9; i++) {
        run_for(600); /* idle: the poll interval has grown to 250 ms */
        fill(i, i + 1);
        int64_t start = test_now_us();
        while ((int)l.changes <= i && test_now_us() < start + 9000000)
            run_for(1);
        soon += test_now_us() - start < 100000;
    }
    assert_int_equal(l.changes, 9);
    assert_true(soon >= 6); /* woken: polled it would be two in five; others may want the core */
}

/* Writers of our own, each with transactions of random length that commit out of order. */
static _Atomic bool writers_stop;

static void *writer(void *arg)
{
    PGconn *c = PQconnectdb(pg.conninfo);
    unsigned me = (unsigned)(uintptr_t)arg, n = 0, seed = me;
    while (!writers_stop) {
        char sql[512];
        PQclear(PQexec(c, "BEGIN"));
        for (int i = 0; i < 3; i++, n++) {
            unsigned id = i ? n : (unsigned)rand_r(&seed) % 20 * 64 + n % 64; /* some shared */
            snprintf(sql, sizeof sql, "WITH d AS (INSERT INTO jobmatch.document (tenant, shard,"
                     " kind, source, external_id, version, sha256, status, deleted, title,"
                     " media_type, dict_version, compact) VALUES (1, %u, 0, 'test', 'w%u-%u', 1,"
                     " '', 0, false, '', '', 1, '\\x01636f6d70616374')"
                     " ON CONFLICT ON CONSTRAINT document_key DO UPDATE SET version ="
                     " document.version + 1 RETURNING *) INSERT INTO jobmatch.change (tenant,"
                     " shard, kind, doc_id, version, op) SELECT tenant, shard, kind, doc_id,"
                     " version, 'p' FROM d", n % 64, i ? me : 99, id);
            PQclear(PQexec(c, sql));
            usleep((unsigned)rand_r(&seed) % 4000);
        }
        PQclear(PQexec(c, "COMMIT"));
    }
    PQfinish(c);
    return NULL;
}

static void test_concurrent_writers_lose_nothing(void **state)
{
    pthread_t t[8];
    (void)state;
    writers_stop = false;
    for (size_t i = 0; i < 8; i++)
        pthread_create(&t[i], NULL, writer, (void *)(uintptr_t)(i + 1));
    run_for(300);
    assert_int_equal(jm_store_feed_start(s, &ops, &l, NULL), 0);
    run_for(4000);
    writers_stop = true;
    for (size_t i = 0; i < 8; i++)
        pthread_join(t[i], NULL);
    catch_up();
    assert_false(l.backwards);
    assert_true(l.changes > 500);
}

static void test_pausing_holds_everything_back(void **state)
{
    (void)state;
    fill(0, 3000);
    l.pause_after = 10;
    assert_int_equal(jm_store_feed_start(s, &ops, &l, NULL), 0);
    for (int i = 0; i < 500 && !l.paused; i++)
        run_for(5);
    assert_true(l.paused);
    run_for(300);
    assert_int_equal(l.snapshot, 10);
    l.paused = false;
    jm_store_feed_resume(s);
    wait_for(&l.ready, 20000);
    assert_int_equal(l.snapshot, 3000);
    l.pause_after = 1;
    fill(3000, 3200);
    for (int i = 0; i < 500 && !l.paused; i++)
        run_for(5);
    assert_true(l.paused);
    unsigned seen = l.changes;
    run_for(300);
    assert_int_equal(l.changes, seen);
    l.paused = false;
    jm_store_feed_resume(s);
    catch_up();
}

/* What nobody has matched comes again, marked, to whoever takes the leases. */
static void test_a_takeover_rewinds(void **state)
{
    (void)state;
    fill(0, 200);
    assert_int_equal(jm_store_feed_start(s, &ops, &l, NULL), 0);
    wait_for(&l.ready, 20000);
    run_for(100);
    assert_int_equal(l.wanted, 0);
    assert_int_equal(jm_store_leases_start(s, NULL, NULL, NULL), 0);
    for (int i = 0; i < 400 && l.wanted < 200; i++)
        run_for(5);
    assert_int_equal(l.wanted, 200);
    fill(200, 210);
    for (int i = 0; i < 400 && l.wanted < 210; i++)
        run_for(5);
    assert_int_equal(l.wanted, 210);
}

/* A restored database has another identity: the cursors start anew and unmatched work returns. */
static void test_another_cluster_is_noticed(void **state)
{
    (void)state;
    fill(0, 50);
    assert_int_equal(jm_store_feed_start(s, &ops, &l, NULL), 0);
    wait_for(&l.ready, 20000);
    assert_int_equal(jm_store_leases_start(s, NULL, NULL, NULL), 0);
    for (int i = 0; i < 400 && l.wanted < 50; i++)
        run_for(5);
    /* as after dump and restore: transaction ids of the future, another identifier */
    free(pgtest_sql(&pg, "UPDATE jobmatch.feed_identity SET system_identifier = 1;"
                         "UPDATE jobmatch.change SET xid = '999999999';"
                         "UPDATE jobmatch.match_cursor SET xid = '999999999'"));
    store_close(s);
    jm_map64_fini(&l.versions);
    l = (struct listener){0};
    s = store_open("two");
    assert_int_equal(jm_store_feed_start(s, &ops, &l, NULL), 0);
    wait_for(&l.ready, 20000);
    assert_int_equal(jm_store_leases_start(s, NULL, NULL, NULL), 0);
    for (int i = 0; i < 400 && l.wanted < 50; i++)
        run_for(5);
    assert_int_equal(l.wanted, 50);
    fill(50, 60);
    catch_up();
}

/* The connection breaks in the middle of the snapshot: it starts again. */
static void test_a_broken_snapshot_starts_again(void **state)
{
    (void)state;
    fill(0, 3000);
    l.pause_after = 20;
    assert_int_equal(jm_store_feed_start(s, &ops, &l, NULL), 0);
    for (int i = 0; i < 500 && !l.paused; i++)
        run_for(5);
    free(pgtest_sql(&pg, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                         " WHERE application_name = 'jobmatchd feed'"));
    l.paused = false;
    jm_store_feed_resume(s);
    wait_for(&l.ready, 20000);
    assert_int_equal(l.resets, 2);
    catch_up();
    free(pgtest_sql(&pg, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                         " WHERE application_name = 'jobmatchd feed'"));
    fill(3000, 3100);
    catch_up();
    assert_int_equal(l.resets, 2); /* followed on from its cursor */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_snapshot_then_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_commit_is_visible_soon, setup, teardown),
        cmocka_unit_test_setup_teardown(test_concurrent_writers_lose_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pausing_holds_everything_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_takeover_rewinds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_cluster_is_noticed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_broken_snapshot_starts_again, setup, teardown),
    };
    return cmocka_run_group_tests_name("store_feed", tests, cluster_up, cluster_down) != 0;
}
