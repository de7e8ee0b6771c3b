/* test_fault.c - the server dies, stops and comes back while rows are on their way.
 *
 * What was acknowledged is there afterwards; what was not may be there or not; every caller is
 * answered, within 8 s. */
#include "storetest.h"

enum { ROWS = 4000, KILLS = 5, LATEST_MS = 8000 };

struct row {
    bool answered;
    int64_t put_us, answered_us;
    enum jm_verdict verdict;
    enum jm_err_code code;
};

static struct jm_store *s;
static struct row rows[ROWS * KILLS];

static int setup(void **state)
{
    schema_fresh(state);
    memset(rows, 0, sizeof rows);
    s = store_open("one");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static void on_row(void *arg, const struct jm_put_result *r)
{
    struct row *x = arg;
    assert_false(x->answered);
    x->answered = true;
    x->answered_us = test_now_us();
    x->verdict = r->verdict;
    x->code = r->err.code;
}

/* Put row `i` as a document of its own. False: refused at once. */
static bool put_row(int i)
{
    char id[16], raw[600];
    snprintf(id, sizeof id, "r%d", i);
    memset(raw, 'x', sizeof raw);
    snprintf(raw, sizeof raw, "document %d", i);
    raw[strlen(raw)] = ' ';
    struct jm_put p = put_of(JM_CANDIDATE, id, 1, "");
    p.raw = raw;
    p.raw_len = sizeof raw;
    rows[i].put_us = test_now_us();
    return jm_store_put(s, &p, on_row, &rows[i], NULL) == 0;
}

static bool stored(int i)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM jobmatch.document WHERE"
             " external_id = 'r%d'", i);
    return pgtest_num(&pg, sql) == 1;
}

static bool acknowledged(const struct row *r)
{
    return r->answered && (r->verdict == JM_PUT_CREATED || r->verdict == JM_PUT_UNCHANGED);
}

static void wait_until_writable(void)
{
    struct jm_err err = {0};
    int64_t end = test_now_us() + 15000000;
    while (test_now_us() < end) {
        struct put_done d = {0};
        struct jm_put p = put_of(JM_JOB, "probe", 0, "probe");
        if (jm_store_put(s, &p, on_put, &d, &err) == 0) {
            wait_for(&d.called, 20000);
            if (d.r.verdict != JM_PUT_ERROR)
                return;
        }
        run_for(20);
    }
    fail_msg("not writable again: %s", err.text);
}

static void test_kill_the_server_in_mid_batch(void **state)
{
    int acked = 0, unknown = 0, refused = 0;
    (void)state;
    for (int k = 0; k < KILLS; k++) {
        int from = k * ROWS, to = from + ROWS, next = from;
        int64_t kill_at = test_now_us() + 20000 + rand() % 60000;
        while (next < to && test_now_us() < kill_at) {
            for (int i = 0; i < 50 && next < to; i++)
                refused += !put_row(next++);
            jm_loop_turn(loop, false);
        }
        pgtest_kill(&pg);
        run_for(100);
        pgtest_again(&pg);
        for (int i = from; i < next; i++)
            if (rows[i].put_us)
                wait_for(&rows[i].answered, LATEST_MS);
        wait_until_writable();
        for (int i = from; i < next; i++) {
            acked += acknowledged(&rows[i]);
            unknown += !acknowledged(&rows[i]);
        }
    }
    print_message("kills=%d acknowledged=%d not=%d refused=%d\n", KILLS, acked, unknown, refused);
    assert_true(acked > 0);
    for (int i = 0; i < ROWS * KILLS; i++)
        if (acknowledged(&rows[i]) && i % 7 == 0)
            assert_true(stored(i));
    assert_true(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.document") >= acked);
    /* nothing is there without its change, nothing twice */
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.document"),
                     pgtest_num(&pg, "SELECT count(DISTINCT doc_id) FROM jobmatch.change"));
}

static void test_a_stopped_server_answers_in_time(void **state)
{
    int sent = 0;
    (void)state;
    for (; sent < 300; sent++)
        assert_true(put_row(sent));
    jm_loop_turn(loop, false);
    pgtest_signal(&pg, SIGSTOP);
    int64_t stopped = test_now_us();
    int refused = 0;
    while (test_now_us() - stopped < 11000000) { /* others keep coming */
        if (sent < 3000 && !put_row(sent++)) {
            rows[sent - 1] = (struct row){0};
            refused++;
        }
        run_for(5);
    }
    for (int i = 0; i < sent; i++)
        if (rows[i].put_us) {
            assert_true(rows[i].answered);
            assert_true(rows[i].answered_us - rows[i].put_us < LATEST_MS * 1000LL);
            assert_true(acknowledged(&rows[i]) || rows[i].code == JM_EUNAVAIL);
        }
    assert_true(refused > 100); /* after three silent seconds they are refused at once */
    pgtest_signal(&pg, SIGCONT);
    wait_until_writable();
    for (int i = 0; i < 300; i++)
        if (acknowledged(&rows[i]) && i % 11 == 0)
            assert_true(stored(i));
}

struct answer {
    bool called;
    enum jm_err_code code;
};

static void on_get(void *arg, const struct jm_err *err, const struct jm_stored *docs, size_t n)
{
    struct answer *a = arg;
    (void)docs, (void)n;
    a->called = true;
    a->code = err ? err->code : JM_OK;
}

static void test_reads_of_a_stopped_server_fail_in_time(void **state)
{
    struct answer a[20] = {0};
    (void)state;
    pgtest_signal(&pg, SIGSTOP);
    for (int i = 0; i < 20; i++)
        assert_int_equal(jm_store_get(s, 1, JM_JOB, "test", "x", on_get, &a[i], NULL), 0);
    int64_t start = test_now_us();
    for (int i = 0; i < 20; i++) {
        wait_for(&a[i].called, LATEST_MS);
        assert_int_equal(a[i].code, JM_EUNAVAIL);
    }
    assert_true(test_now_us() - start < LATEST_MS * 1000LL);
    pgtest_signal(&pg, SIGCONT);
    wait_until_writable();
}

/* Cut off from the server the leases are given up by our own clock, before others may take them. */
static void test_self_fencing(void **state)
{
    struct jm_store_state st;
    (void)state;
    assert_int_equal(jm_store_leases_start(s, NULL, NULL, NULL), 0);
    run_for(300);
    jm_store_state(s, &st);
    assert_int_equal(st.shards_owned, JM_SHARDS);
    pgtest_signal(&pg, SIGSTOP);
    int64_t start = test_now_us();
    while (jm_store_owns(s, 0, NULL) && test_now_us() - start < 12000000)
        run_for(20);
    assert_true(test_now_us() - start < 10200000);
    pgtest_signal(&pg, SIGCONT);
    for (start = test_now_us(); !jm_store_owns(s, 0, NULL) && test_now_us() - start < 9000000;)
        run_for(20);
    assert_true(jm_store_owns(s, 0, NULL)); /* its own lease, with a new epoch */
}

/* Answers that get lost: the commit happened or not, sending again makes both the same. */
static void test_lost_answers_are_resolved(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 100; i++)
            assert_true(put_row(round * 100 + i));
        run_for(2 + round % 4);
        free(pgtest_sql(&pg, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                             " WHERE application_name LIKE 'jobmatchd write%'"));
        for (int i = 0; i < 100; i++)
            wait_for(&rows[round * 100 + i].answered, LATEST_MS);
    }
    for (int i = 0; i < 2000; i++)
        assert_true(acknowledged(&rows[i]));
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.document"), 2000);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.change"), 2000);
}

/* --- matches --------------------------------------------------------------------------------- */

struct committed {
    bool called;
    enum jm_err_code code;
};

static void on_commit(void *arg, const struct jm_err *err, const struct jm_match_result *r)
{
    struct committed *c = arg;
    (void)r;
    c->called = true;
    c->code = err ? err->code : JM_OK;
}

/* The connection dies at random moments and every batch is repeated until it is answered: each pair
 * has one ledger row, one event and one delivery. */
static void test_repeated_commits_happen_once(void **state)
{
    enum { BATCHES = 40, PAIRS = 5 };
    struct put_done d;
    struct done made = {0};
    uint64_t cand[PAIRS];
    int lost = 0;
    (void)state;
    assert_int_equal(jm_store_leases_start(s, NULL, NULL, NULL), 0);
    struct jm_endpoint e = {.tenant = 1, .url = "http://x/", .types = JM_EVENT_MATCH_CREATED,
                            .secret_len = 24};
    assert_int_equal(jm_store_create_endpoint(s, &e, on_id, &made, NULL), 0);
    wait_for(&made.called, 20000);
    for (int i = 0; i < PAIRS; i++)
        cand[i] = put_text(s, JM_CANDIDATE, (char[]){'c', (char)('0' + i), 0}, 1, "x").doc_id;
    for (int b = 0; b < BATCHES; b++) {
        char id[16];
        struct jm_match_pair p[PAIRS];
        snprintf(id, sizeof id, "j%d", b);
        d.r = put_text(s, JM_JOB, id, 1, "x");
        for (int i = 0; i < PAIRS; i++)
            p[i] = (struct jm_match_pair){.job_id = d.r.doc_id, .candidate_id = cand[i],
                                          .job_version = 1, .candidate_version = 1, .score = 800,
                                          .band = 'A', .points = "p", .points_len = 1};
        struct jm_match_arrival a = {.tenant = 1, .kind = JM_JOB, .doc_id = d.r.doc_id,
                                     .version = 1, .shard = d.r.shard, .pairs = p,
                                     .n_pairs = PAIRS};
        struct jm_match_batch batch = {.arrivals = &a, .n_arrivals = 1};
        for (int i = 0; i < 2000 && !jm_store_owns(s, a.shard, &a.epoch); i++)
            run_for(10); /* the leases come when they come */
        assert_true(jm_store_owns(s, a.shard, &a.epoch));
        struct committed c = {.code = JM_EUNAVAIL};
        for (int tries = 0; c.code != JM_OK && tries < 20; tries++) {
            c = (struct committed){0};
            struct jm_err no = {0};
            if (jm_store_commit_matches(s, &batch, on_commit, &c, &no)) { /* not connected now */
                assert_int_equal(no.code, JM_EUNAVAIL);
                c.code = no.code;
                run_for(200);
                continue;
            }
            if (tries < 2) {
                run_for(rand() % 8);
                free(pgtest_sql(&pg, "SELECT count(pg_terminate_backend(pid)) FROM"
                                     " pg_stat_activity WHERE application_name ="
                                     " 'jobmatchd match'"));
            }
            wait_for(&c.called, 20000);
            lost += c.code != JM_OK;
        }
        assert_int_equal(c.code, JM_OK);
    }
    print_message("answers lost: %d\n", lost);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.v_matches"), BATCHES * PAIRS);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.ledger"), BATCHES * PAIRS);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.outbox"), BATCHES * PAIRS);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.delivery"), BATCHES * PAIRS);
}

/* --- failover -------------------------------------------------------------------------------- */

static struct {
    unsigned resets, docs, changes;
    bool ready;
} heard;

static void on_reset(void *arg)
{
    (void)arg;
    heard.resets++;
    heard.docs = 0;
    heard.ready = false;
}

static int on_doc(void *arg, const struct jm_feed_doc *doc)
{
    (void)arg, (void)doc;
    heard.docs++;
    return 0;
}

static void on_ready(void *arg)
{
    (void)arg;
    heard.ready = true;
}

static int on_change(void *arg, const struct jm_feed_doc *doc)
{
    (void)arg, (void)doc;
    heard.changes++;
    return 0;
}

/* The server comes back as a promoted standby: another timeline, so the index is built again. */
static void test_a_promoted_standby_is_noticed(void **state)
{
    static const struct jm_feed_ops ops = {on_reset, on_doc, on_ready, on_change};
    struct jm_store_state st;
    char cmd[400];
    (void)state;
    memset(&heard, 0, sizeof heard);
    for (int i = 0; i < 100; i++)
        assert_true(put_row(i));
    for (int i = 0; i < 100; i++)
        wait_for(&rows[i].answered, LATEST_MS);
    assert_int_equal(jm_store_feed_start(s, &ops, NULL, NULL), 0);
    wait_for(&heard.ready, 20000);
    assert_int_equal(heard.docs, 100);
    jm_store_state(s, &st);
    uint32_t before = st.timeline;
    pgtest_kill(&pg);
    snprintf(cmd, sizeof cmd, "touch %s/data/standby.signal && chown --reference=%s/data"
             " %s/data/standby.signal", pg.dir, pg.dir, pg.dir);
    assert_int_equal(system(cmd), 0);
    pgtest_again(&pg);
    run_for(300);
    free(pgtest_sql(&pg, "SELECT pg_promote()"));
    wait_until_writable();
    for (int i = 0; i < 3000 && (heard.resets < 2 || !heard.ready); i++)
        run_for(10);
    jm_store_state(s, &st);
    assert_int_equal(heard.resets, 2);
    assert_in_range(heard.docs, 100, 101); /* the probe may come before or after the snapshot */
    assert_true(st.timeline > before);
    unsigned seen = heard.changes;
    assert_true(put_row(200));
    wait_for(&rows[200].answered, LATEST_MS);
    for (int i = 0; i < 300 && heard.changes == seen; i++)
        run_for(10);
    assert_true(heard.changes > seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kill_the_server_in_mid_batch, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_stopped_server_answers_in_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reads_of_a_stopped_server_fail_in_time, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_self_fencing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lost_answers_are_resolved, setup, teardown),
        cmocka_unit_test_setup_teardown(test_repeated_commits_happen_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_promoted_standby_is_noticed, setup, teardown),
    };
    srand(7);
    return cmocka_run_group_tests_name("store_fault", tests, cluster_up, cluster_down) != 0;
}
