/* test_delivery.c - what follows a match: deliveries, the secrets they are signed with, another
 * owner of the shards, and pruning. */
#include "matchworld.h"

struct loaded {
    bool called;
    size_t n;
    struct jm_delivery d[32];
    char event_id[32];
    int64_t next_due_us;
};

static void on_loaded(void *arg, const struct jm_err *err, const struct jm_delivery *d, size_t n,
                      int64_t next_due_us)
{
    struct loaded *l = arg;
    assert_null(err);
    l->called = true;
    l->n = n;
    l->next_due_us = next_due_us;
    memcpy(l->d, d, (n < 32 ? n : 32) * sizeof *d);
    if (n) {
        snprintf(l->event_id, sizeof l->event_id, "%s", d[0].event_id);
        assert_int_equal(d[0].body[0], '{');
        assert_int_equal(d[0].body[d[0].body_len - 1], '}');
    }
}

static struct loaded load(const uint64_t *endpoints, size_t n, unsigned each)
{
    struct loaded l = {0};
    assert_int_equal(jm_store_load_deliveries(s, endpoints, n, each, on_loaded, &l, NULL), 0);
    wait_for(&l.called, 20000);
    return l;
}

struct finished {
    bool called;
    unsigned stale;
};

static void on_finished(void *arg, const struct jm_err *err, unsigned stale)
{
    struct finished *f = arg;
    assert_null(err);
    f->called = true;
    f->stale = stale;
}

static unsigned finish(const struct jm_delivery_outcome *o, size_t n)
{
    struct finished f = {0};
    assert_int_equal(jm_store_finish_deliveries(s, o, n, on_finished, &f, NULL), 0);
    wait_for(&f.called, 20000);
    return f.stale;
}

static struct jm_delivery_outcome outcome(const struct jm_delivery *d, enum jm_delivery_state st)
{
    return (struct jm_delivery_outcome){.event_seq = d->event_seq, .endpoint = d->endpoint,
                                        .shard = d->shard, .epoch = d->epoch, .state = st,
                                        .attempt = (uint16_t)(d->attempts + 1),
                                        .started_at_us = jm_wall_us(&jm_clock_system),
                                        .duration_ms = 12, .http_status = 500,
                                        .response = "no", .response_len = 2};
}

static void test_deliveries_until_they_are_over(void **state)
{
    (void)state;
    uint64_t e[2] = {endpoint(JM_EVENT_ALL), endpoint(JM_EVENT_JOB_MATCHED)};
    struct jm_match_pair p[3] = {pair(0, 0, 900, 'A'), pair(0, 1, 700, 'B'), pair(0, 2, 500, 'C')};
    struct jm_match_arrival a = job_arrival(0, p, 3);
    assert_int_equal(commit(&a, 1).deliveries, 5);
    assert_int_equal(load(e, 2, 256).n, 5);
    assert_int_equal(load(e, 2, 2).n, 3); /* at most two of each */
    struct loaded l = load(e, 1, 256);
    assert_int_equal(l.n, 4);
    assert_int_equal(l.d[0].attempts, 0);
    assert_int_equal(l.next_due_us, 0);
    int64_t later = jm_wall_us(&jm_clock_system) + 60000000;
    struct jm_delivery_outcome o[3] = {outcome(&l.d[0], JM_DELIVERY_PENDING),
                                       outcome(&l.d[1], JM_DELIVERY_DONE),
                                       outcome(&l.d[2], JM_DELIVERY_DEAD)};
    o[0].next_at_us = later;
    o[2].reason = "gave up";
    assert_int_equal(finish(o, 3), 0);
    assert_int_equal(finish(o, 3), 0); /* repeated */
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.attempt"), 3);
    struct loaded rest = load(e, 1, 256);
    assert_int_equal(rest.n, 1);
    assert_true(llabs(rest.next_due_us - later) < 1000);
    free(pgtest_sql(&pg, "UPDATE jobmatch.delivery SET next_at = now() WHERE state = 0"));
    rest = load(e, 1, 256);
    assert_int_equal(rest.n, 2);
    assert_string_equal(rest.event_id[0] ? "evt_" : "", "evt_");
    int again = rest.d[0].event_seq == l.d[0].event_seq ? 0 : 1;
    assert_int_equal(rest.d[again].event_seq, l.d[0].event_seq); /* the same event again */
    assert_int_equal(rest.d[again].attempts, 1);
    struct jm_delivery_outcome late = outcome(&rest.d[0], JM_DELIVERY_DONE);
    late.epoch++; /* as if the shard had been lost and won again */
    assert_int_equal(finish(&late, 1), 1);
    assert_int_equal(load(e, 1, 256).n, 2);
    struct done d = {0};
    struct jm_endpoint del = {.tenant = 1, .id = e[0], .url = "http://x/",
                              .types = JM_EVENT_ALL, .state = JM_ENDPOINT_DELETED};
    assert_int_equal(jm_store_update_endpoint(s, &del, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(load(e, 1, 256).n, 0);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.delivery WHERE state = 3"), 2);
    d = (struct done){0};
    assert_int_equal(jm_store_update_endpoint(s, &del, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(d.err.code, JM_ENOTFOUND);
}

struct endpoints {
    bool called;
    size_t n;
    struct jm_endpoint first;
};

static void on_endpoints(void *arg, const struct jm_err *err, const struct jm_endpoint *e, size_t n)
{
    struct endpoints *o = arg;
    assert_null(err);
    o->called = true;
    o->n = n;
    if (n) {
        o->first = e[0];
        assert_string_equal(e[0].url, "http://127.0.0.1:1/hook");
    }
}

static void test_secrets_rotate(void **state)
{
    uint8_t fresh[40] = {1, 2, 3};
    struct done d = {0};
    struct endpoints all = {0};
    (void)state;
    uint64_t e = endpoint(JM_EVENT_MATCH_UPDATED | JM_EVENT_JOB_MATCHED);
    int64_t until = jm_wall_us(&jm_clock_system) + 3600000000;
    assert_int_equal(jm_store_rotate_secret(s, 1, e, fresh, 40, until, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(jm_store_load_endpoints(s, on_endpoints, &all, NULL), 0);
    wait_for(&all.called, 20000);
    assert_int_equal(all.n, 1);
    assert_int_equal(all.first.secret_len, 40);
    assert_memory_equal(all.first.secret, fresh, 40);
    assert_int_equal(all.first.old_secret_len, 32);
    assert_int_equal(all.first.old_secret_until_us, until);
    assert_int_equal(all.first.types, JM_EVENT_MATCH_UPDATED | JM_EVENT_JOB_MATCHED);
    d = (struct done){0};
    assert_int_equal(jm_store_rotate_secret(s, 2, e, fresh, 40, until, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(d.err.code, JM_ENOTFOUND); /* another tenant's */
}

/* --- leases and upkeep ----------------------------------------------------------------------- */

static void test_one_owner_at_a_time(void **state)
{
    (void)state;
    struct jm_store *two = store_open("two");
    struct jm_store_state st;
    uint32_t before, after;
    assert_int_equal(jm_store_leases_start(two, NULL, NULL, NULL), 0);
    run_for(500);
    jm_store_state(two, &st);
    assert_int_equal(st.shards_owned, 0);
    assert_true(jm_store_owns(s, 7, &before));
    struct done d = {0};
    assert_int_equal(jm_store_drain(s, 20000, on_done, &d, NULL), 0); /* gives them back */
    wait_for(&d.called, 21000);
    assert_false(jm_store_owns(s, 7, NULL));
    int64_t start = test_now_us();
    while (!jm_store_owns(two, 7, &after) && test_now_us() - start < 30000000) /* asks every 5 s */
        run_for(10);
    assert_true(jm_store_owns(two, 7, &after));
    assert_int_equal(after, before + 1);
    jm_store_free(s);
    s = two;
}

struct pruned {
    bool called;
    struct jm_prune_result r;
};

static void on_pruned(void *arg, const struct jm_err *err, const struct jm_prune_result *r)
{
    struct pruned *p = arg;
    assert_null(err);
    p->called = true;
    p->r = *r;
}

static struct jm_prune_result prune(int64_t keep_s)
{
    struct pruned p = {0};
    assert_int_equal(jm_store_prune(s, keep_s, on_pruned, &p, NULL), 0);
    wait_for(&p.called, 20000);
    return p.r;
}

static void test_pruning_keeps_what_is_needed(void **state)
{
    (void)state;
    endpoint(JM_EVENT_ALL);
    struct jm_match_pair p = pair(0, 0, 900, 'A');
    struct jm_match_arrival a = job_arrival(0, &p, 1);
    commit(&a, 1);
    assert_int_equal(prune(0).changes, 0); /* no cursor has passed them */
    free(pgtest_sql(&pg, "UPDATE jobmatch.match_cursor SET xid = pg_current_xact_id()"));
    assert_int_equal(prune(3600).changes, 0); /* too young */
    assert_int_equal(prune(0).changes, JOBS + CANDIDATES);
    free(pgtest_sql(&pg, "UPDATE jobmatch.outbox SET created_at = now() - interval '31 d'"));
    assert_int_equal(prune(0).events, 0); /* still to be delivered */
    free(pgtest_sql(&pg, "UPDATE jobmatch.delivery SET state = 1"));
    assert_int_equal(prune(0).events, 2);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.delivery"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_deliveries_until_they_are_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_secrets_rotate, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_owner_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pruning_keeps_what_is_needed, setup, teardown),
    };
    return cmocka_run_group_tests_name("store_delivery", tests, cluster_up, cluster_down) != 0;
}
