/* test_match.c - matches: what an arrival changes, events and deliveries in the same transaction,
 * repetition, fencing, lists, and what becomes of deliveries. */
#include "storetest.h"

enum { JOBS = 4, CANDIDATES = 6 };

static struct jm_store *s;
static uint64_t job[JOBS], cand[CANDIDATES];
static unsigned shard_of_job[JOBS], shard_of_cand[CANDIDATES];
static unsigned woken;

static void on_wake(void *arg)
{
    ++*(unsigned *)arg;
}

static void own_all(struct jm_store *st)
{
    struct jm_store_state state;
    assert_int_equal(jm_store_leases_start(st, NULL, NULL, NULL), 0);
    for (int i = 0; i < 1000; i++) {
        jm_store_state(st, &state);
        if (state.shards_owned == JM_SHARDS)
            return;
        run_for(2);
    }
    fail_msg("%u shards owned", state.shards_owned);
}

static int setup(void **state)
{
    char id[16];
    schema_fresh(state);
    s = store_open("one");
    woken = 0;
    jm_store_on_deliveries(s, on_wake, &woken);
    own_all(s);
    for (int i = 0; i < JOBS; i++) {
        snprintf(id, sizeof id, "j %d", i);
        struct jm_put_result r = put_text(s, JM_JOB, id, 1, "job");
        job[i] = r.doc_id;
        shard_of_job[i] = r.shard;
    }
    for (int i = 0; i < CANDIDATES; i++) {
        snprintf(id, sizeof id, "c%d", i);
        struct jm_put_result r = put_text(s, JM_CANDIDATE, id, 1, "candidate");
        cand[i] = r.doc_id;
        shard_of_cand[i] = r.shard;
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static uint64_t endpoint(uint32_t types)
{
    struct done d = {0};
    struct jm_endpoint e = {.tenant = 1, .url = "http://127.0.0.1:1/hook", .types = types,
                            .secret_len = 32};
    assert_int_equal(jm_store_create_endpoint(s, &e, on_id, &d, NULL), 0);
    wait_for(&d.called, 5000);
    assert_int_equal(d.err.code, JM_OK);
    return d.id;
}

struct committed {
    bool called;
    struct jm_err err;
    struct jm_match_result r;
};

static void on_commit(void *arg, const struct jm_err *err, const struct jm_match_result *r)
{
    struct committed *c = arg;
    c->called = true;
    if (err)
        c->err = *err;
    else
        c->r = *r;
}

static struct jm_match_pair pair(int j, int c, uint16_t score, char band)
{
    return (struct jm_match_pair){.job_id = job[j], .candidate_id = cand[c], .job_version = 1,
                                  .candidate_version = 1, .score = score, .fit = score,
                                  .want = 700, .evidence = 600, .band = band, .points = "points",
                                  .points_len = 6};
}

static struct jm_match_arrival job_arrival(int j, const struct jm_match_pair *p, size_t n)
{
    struct jm_match_arrival a = {.tenant = 1, .kind = JM_JOB, .doc_id = job[j], .version = 1,
                                 .shard = shard_of_job[j], .pairs = p, .n_pairs = n,
                                 .total = (uint32_t)n};
    assert_true(jm_store_owns(s, a.shard, &a.epoch));
    return a;
}

static struct jm_match_arrival cand_arrival(int c, const struct jm_match_pair *p, size_t n)
{
    struct jm_match_arrival a = {.tenant = 1, .kind = JM_CANDIDATE, .doc_id = cand[c],
                                 .version = 1, .shard = shard_of_cand[c], .pairs = p,
                                 .n_pairs = n, .total = (uint32_t)n};
    assert_true(jm_store_owns(s, a.shard, &a.epoch));
    return a;
}

static struct jm_match_result commit(const struct jm_match_arrival *a, size_t n)
{
    struct committed c = {0};
    struct jm_match_batch b = {.arrivals = a, .n_arrivals = n, .config_hash = 11,
                               .dict_version = 7};
    assert_int_equal(jm_store_commit_matches(s, &b, on_commit, &c, NULL), 0);
    wait_for(&c.called, 9000);
    if (c.err.code)
        fail_msg("%s", c.err.text);
    return c.r;
}

static void expect(struct jm_match_result r, unsigned created, unsigned updated,
                   unsigned withdrawn, unsigned unchanged, unsigned events)
{
    assert_int_equal(r.created, created);
    assert_int_equal(r.updated, updated);
    assert_int_equal(r.withdrawn, withdrawn);
    assert_int_equal(r.unchanged, unchanged);
    assert_int_equal(r.events, events);
}

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
    wait_for(&d.called, 5000);
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
    wait_for(&c.called, 5000);
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
    wait_for(&o.called, 5000);
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

/* --- deliveries ------------------------------------------------------------------------------ */

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
    wait_for(&l.called, 5000);
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
    wait_for(&f.called, 5000);
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
    wait_for(&d.called, 5000);
    assert_int_equal(load(e, 1, 256).n, 0);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.delivery WHERE state = 3"), 2);
    d = (struct done){0};
    assert_int_equal(jm_store_update_endpoint(s, &del, on_done, &d, NULL), 0);
    wait_for(&d.called, 5000);
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
    wait_for(&d.called, 5000);
    assert_int_equal(jm_store_load_endpoints(s, on_endpoints, &all, NULL), 0);
    wait_for(&all.called, 5000);
    assert_int_equal(all.n, 1);
    assert_int_equal(all.first.secret_len, 40);
    assert_memory_equal(all.first.secret, fresh, 40);
    assert_int_equal(all.first.old_secret_len, 32);
    assert_int_equal(all.first.old_secret_until_us, until);
    assert_int_equal(all.first.types, JM_EVENT_MATCH_UPDATED | JM_EVENT_JOB_MATCHED);
    d = (struct done){0};
    assert_int_equal(jm_store_rotate_secret(s, 2, e, fresh, 40, until, on_done, &d, NULL), 0);
    wait_for(&d.called, 5000);
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
    assert_int_equal(jm_store_drain(s, 5000, on_done, &d, NULL), 0); /* gives them back */
    wait_for(&d.called, 6000);
    assert_false(jm_store_owns(s, 7, NULL));
    int64_t start = test_now_us();
    while (!jm_store_owns(two, 7, &after) && test_now_us() - start < 8000000)
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
        cmocka_unit_test_setup_teardown(test_deliveries_until_they_are_over, setup, teardown),
        cmocka_unit_test_setup_teardown(test_secrets_rotate, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_owner_at_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pruning_keeps_what_is_needed, setup, teardown),
    };
    return cmocka_run_group_tests_name("store_match", tests, cluster_up, cluster_down) != 0;
}
