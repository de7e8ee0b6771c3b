/* test_match.c - matches: what an arrival changes, events and deliveries in the same transaction,
 * repetition, fencing, and lists. */
#include "matchworld.h"

static void test_the_life_of_a_list(void **state)
{
    (void)state;
    endpoint(JM_EVENT_ALL);
    struct jm_match_pair p[3] = {pair(0, 0, 900, 'A'), pair(0, 1, 700, 'B'), pair(0, 2, 500, 'C')};
    struct jm_match_arrival a = job_arrival(0, p, 3);
    expect(commit(&a, 1), 3, 0, 0, 0, 4); /* three pairs and one job.matched */
    assert_int_equal(woken, 1);
    expect(commit(&a, 1), 0, 0, 0, 3, 0); /* repeated: nothing twice */
    p[0].score = 920;                     /* moved by less than a step: quietly */
    p[1].score = 640;                     /* over a step */
    p[2].band = 'D';
    expect(commit(&a, 1), 0, 3, 0, 0, 2);
    p[0].score = 949; /* 49 from what was told */
    expect(commit(&a, 1), 0, 1, 0, 2, 0);
    p[0].score = 950; /* 50: told */
    expect(commit(&a, 1), 0, 1, 0, 2, 1);
    a.n_pairs = 1; /* a bounded list is no judgement on who is outside it */
    expect(commit(&a, 1), 0, 0, 0, 1, 0);
    a.version = 2; /* but those judged on an older version are gone */
    for (int i = 0; i < 3; i++)
        p[i].job_version = 2;
    expect(commit(&a, 1), 0, 0, 2, 1, 3); /* and the new version's job.matched */
    expect(commit(&a, 1), 0, 0, 0, 1, 0);
    a.n_pairs = 2; /* back again: created, with a higher match version */
    expect(commit(&a, 1), 1, 0, 0, 1, 1);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.ledger"),
                     3 + 3 + 1 + 1 + 2 + 1);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.outbox"), 4 + 2 + 1 + 3 + 1);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.delivery"), 11);
    assert_int_equal(pgtest_num(&pg, "SELECT count(DISTINCT event_id) FROM jobmatch.outbox"
                                     " WHERE event_id ~ '^evt_[0-9a-z]{26}$'"), 11);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.v_matches"), 2);
    char *body = pgtest_sql(&pg, "SELECT body::json->'data'->>'link' FROM jobmatch.outbox"
                                 " WHERE type = 'match.created' ORDER BY seq LIMIT 1");
    assert_string_equal(body, "/v1/explain?job=test/j%200&candidate=test/c0");
    free(body);
}

static void test_both_directions_meet_in_one_pair(void **state)
{
    (void)state;
    endpoint(JM_EVENT_ALL);
    struct jm_match_pair from_job[2] = {pair(0, 0, 900, 'A'), pair(0, 1, 700, 'B')};
    struct jm_match_pair from_cand[2] = {pair(0, 0, 900, 'A'), pair(1, 0, 800, 'A')};
    struct jm_match_arrival both[2] = {job_arrival(0, from_job, 2), cand_arrival(0, from_cand, 2)};
    expect(commit(both, 2), 3, 0, 0, 0, 4);
    expect(commit(both, 2), 0, 0, 0, 3, 0);
    /* the candidate goes: all his pairs do, the other's stays */
    struct jm_match_arrival gone = cand_arrival(0, NULL, 0);
    gone.version = 2;
    expect(commit(&gone, 1), 0, 0, 2, 0, 2);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.v_matches"), 1);
}

/* A job's time runs out without a new version of it. */
static void test_an_expired_job_takes_its_pairs_with_it(void **state)
{
    (void)state;
    struct jm_match_pair p[2] = {pair(0, 0, 900, 'A'), pair(0, 1, 700, 'B')};
    struct jm_match_arrival a = job_arrival(0, p, 2);
    expect(commit(&a, 1), 2, 0, 0, 0, 0);
    a.n_pairs = 0;
    expect(commit(&a, 1), 0, 0, 0, 0, 0);
    free(pgtest_sql(&pg, "UPDATE jobmatch.document SET expires_at = now() WHERE kind = 0"));
    expect(commit(&a, 1), 0, 0, 2, 0, 0);
}

static void test_older_judgements_change_nothing(void **state)
{
    (void)state;
    struct jm_match_pair p = pair(0, 0, 900, 'A');
    p.job_version = 3;
    struct jm_match_arrival a = job_arrival(0, &p, 1);
    a.version = 3;
    expect(commit(&a, 1), 1, 0, 0, 0, 0);
    p.job_version = 2;
    p.score = 100;
    a.version = 2;
    expect(commit(&a, 1), 0, 0, 0, 1, 0);
    a.n_pairs = 0; /* a late, older withdrawal */
    expect(commit(&a, 1), 0, 0, 0, 0, 0);
    p = pair(0, 0, 901, 'A'); /* newer candidate, older job: neither may replace the other */
    p.candidate_version = 2;
    p.job_version = 2;
    struct jm_match_arrival b = cand_arrival(0, &p, 1);
    b.version = 2;
    expect(commit(&b, 1), 0, 0, 0, 1, 0);
    assert_int_equal(pgtest_num(&pg, "SELECT score FROM jobmatch.match"), 900);
}

static void test_events_only_for_subscribers(void **state)
{
    (void)state;
    struct jm_match_pair p[2] = {pair(0, 0, 900, 'A'), pair(0, 1, 700, 'B')};
    struct jm_match_arrival a = job_arrival(0, p, 2);
    expect(commit(&a, 1), 2, 0, 0, 0, 0); /* nobody listens */
    uint64_t e = endpoint(JM_EVENT_MATCH_WITHDRAWN | JM_EVENT_JOB_MATCHED);
    a.n_pairs = 1;
    a.version = p[0].job_version = 2;
    expect(commit(&a, 1), 0, 0, 1, 1, 2);
    struct done d = {0};
    struct jm_endpoint off = {.tenant = 1, .id = e, .url = "http://x/", .types = JM_EVENT_ALL,
                              .state = JM_ENDPOINT_DISABLED, .reason = "gone"};
    assert_int_equal(jm_store_update_endpoint(s, &off, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(d.err.code, JM_OK);
    a.n_pairs = 2;
    struct jm_match_result r = commit(&a, 1);
    expect(r, 1, 0, 0, 1, 1); /* kept for a replay */
    assert_int_equal(r.deliveries, 0);
}

static void test_a_stale_owner_is_fenced(void **state)
{
    (void)state;
    struct jm_match_pair p = pair(0, 0, 900, 'A'), q = pair(1, 1, 800, 'A');
    struct jm_match_arrival a[2] = {job_arrival(0, &p, 1), job_arrival(1, &q, 1)};
    a[0].cursor = (struct jm_cursor){UINT32_MAX, 5};
    char sql[128];
    snprintf(sql, sizeof sql, "UPDATE jobmatch.shard_lease SET epoch = epoch + 1, owner = 'other'"
             " WHERE shard = %u", a[0].shard);
    assert_int_not_equal(a[0].shard, a[1].shard);
    free(pgtest_sql(&pg, sql));
    struct jm_match_result r = commit(a, 2);
    assert_int_equal(r.fenced, 1);
    assert_int_equal(r.created, 1);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.match_cursor WHERE seq = 5"),
                     0);
    a[1].cursor = (struct jm_cursor){UINT32_MAX, 6};
    r = commit(a, 2);
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.match_cursor WHERE seq = 6"),
                     1);
    a[1].cursor = (struct jm_cursor){UINT32_MAX, 4}; /* never backwards */
    commit(a, 2);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.match_cursor WHERE seq = 6"),
                     1);
}

static void test_a_deleted_side_makes_no_pair(void **state)
{
    (void)state;
    struct jm_put del = {.tenant = 1, .kind = JM_CANDIDATE, .source = "test",
                         .external_id = "c0", .remove = true};
    assert_int_equal(put_wait(s, &del).verdict, JM_PUT_DELETED);
    struct jm_match_pair p[2] = {pair(0, 0, 900, 'A'), pair(0, 1, 700, 'B')};
    struct jm_match_arrival a = job_arrival(0, p, 2);
    expect(commit(&a, 1), 1, 0, 0, 0, 0);
}

static void test_batch_limits(void **state)
{
    (void)state;
    struct jm_err err = {0};
    struct committed c = {0};
    struct jm_match_arrival a = {.n_pairs = JM_MATCH_LIST_MAX + 1};
    struct jm_match_batch b = {.arrivals = &a, .n_arrivals = 1};
    assert_int_equal(jm_store_commit_matches(s, &b, on_commit, &c, &err), -1);
    assert_int_equal(err.code, JM_ELIMIT);
    b = (struct jm_match_batch){0}; /* an empty batch is fine */
    assert_int_equal(jm_store_commit_matches(s, &b, on_commit, &c, NULL), 0);
    wait_for(&c.called, 20000);
    assert_int_equal(c.err.code, JM_OK);
}

/* --- lists ----------------------------------------------------------------------------------- */

struct listed {
    bool called, found, more;
    size_t n;
    uint64_t ids[16];
    uint16_t scores[16];
    char first[32], band;
    size_t points_len;
    int64_t matched_version;
    uint32_t total;
};

static void on_list(void *arg, const struct jm_err *err, const struct jm_match_list *l)
{
    struct listed *o = arg;
    assert_null(err);
    o->called = true;
    o->found = l->doc != NULL;
    o->more = l->more;
    o->n = l->n;
    o->matched_version = l->matched_version;
    o->total = l->total;
    for (size_t i = 0; i < l->n && i < 16; i++) {
        o->ids[i] = l->rows[i].other_id;
        o->scores[i] = l->rows[i].score;
    }
    if (l->n) {
        snprintf(o->first, sizeof o->first, "%s", l->rows[0].external_id);
        o->band = l->rows[0].band;
        o->points_len = l->rows[0].points_len;
    }
}

static struct listed list(struct jm_match_query q)
{
    struct listed o = {0};
    q.source = "test";
    assert_int_equal(jm_store_list_matches(s, &q, on_list, &o, NULL), 0);
    wait_for(&o.called, 20000);
    return o;
}

static void test_lists_by_page(void **state)
{
    (void)state;
    struct jm_match_pair p[CANDIDATES];
    for (int i = 0; i < CANDIDATES; i++)
        p[i] = pair(0, i, i < 4 ? 800 : (uint16_t)(900 + i), 'A'); /* four of one score */
    struct jm_match_arrival a = job_arrival(0, p, CANDIDATES);
    a.total = 57;
    commit(&a, 1);
    struct jm_match_query q = {.tenant = 1, .kind = JM_JOB, .external_id = "j 0", .limit = 4,
                               .with_points = true};
    struct listed one = list(q);
    assert_true(one.found && one.more);
    assert_int_equal(one.n, 4);
    assert_int_equal(one.total, 57);
    assert_int_equal(one.matched_version, 1);
    assert_string_equal(one.first, "c5");
    assert_int_equal(one.points_len, 6);
    assert_int_equal(one.band, 'A');
    assert_int_equal(one.ids[2], cand[0]);
    q.has_after = true;
    q.after_score = one.scores[3];
    q.after_id = one.ids[3];
    q.with_points = false;
    struct listed two = list(q);
    assert_false(two.more);
    assert_int_equal(two.n, 2);
    assert_int_equal(two.ids[0], cand[2]);
    assert_int_equal(two.ids[1], cand[3]);
    assert_int_equal(two.points_len, 0);
    q = (struct jm_match_query){.tenant = 1, .kind = JM_CANDIDATE, .external_id = "c3",
                                .limit = 10};
    struct listed other = list(q);
    assert_int_equal(other.n, 1);
    assert_string_equal(other.first, "j 0");
    assert_int_equal(other.matched_version, 0);
    q.external_id = "nobody";
    assert_false(list(q).found);
    q.external_id = "c3";
    q.tenant = 2;
    assert_false(list(q).found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_life_of_a_list, setup, teardown),
        cmocka_unit_test_setup_teardown(test_both_directions_meet_in_one_pair, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_expired_job_takes_its_pairs_with_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_older_judgements_change_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_events_only_for_subscribers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_stale_owner_is_fenced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_deleted_side_makes_no_pair, setup, teardown),
        cmocka_unit_test_setup_teardown(test_batch_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lists_by_page, setup, teardown),
    };
    return cmocka_run_group_tests_name("store_match", tests, cluster_up, cluster_down) != 0;
}
