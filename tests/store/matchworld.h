/* matchworld.h - a store with a few jobs and candidates whose shards are all ours, and matches of
 * them. */
#ifndef JM_MATCHWORLD_H
#define JM_MATCHWORLD_H

#include "storetest.h"

enum { JOBS = 4, CANDIDATES = 6 };

static struct jm_store *s;
static uint64_t job[JOBS], cand[CANDIDATES];
static unsigned shard_of_job[JOBS], shard_of_cand[CANDIDATES];
static unsigned woken;

static inline void on_wake(void *arg)
{
    ++*(unsigned *)arg;
}

static inline void own_all(struct jm_store *st)
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

static inline int setup(void **state)
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

static inline int teardown(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static inline uint64_t endpoint(uint32_t types)
{
    struct done d = {0};
    struct jm_endpoint e = {.tenant = 1, .url = "http://127.0.0.1:1/hook", .types = types,
                            .secret_len = 32};
    assert_int_equal(jm_store_create_endpoint(s, &e, on_id, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(d.err.code, JM_OK);
    return d.id;
}

struct committed {
    bool called;
    struct jm_err err;
    struct jm_match_result r;
};

static inline void on_commit(void *arg, const struct jm_err *err, const struct jm_match_result *r)
{
    struct committed *c = arg;
    c->called = true;
    if (err)
        c->err = *err;
    else
        c->r = *r;
}

static inline struct jm_match_pair pair(int j, int c, uint16_t score, char band)
{
    return (struct jm_match_pair){.job_id = job[j], .candidate_id = cand[c], .job_version = 1,
                                  .candidate_version = 1, .score = score, .fit = score,
                                  .want = 700, .evidence = 600, .band = band, .points = "points",
                                  .points_len = 6};
}

static inline struct jm_match_arrival job_arrival(int j, const struct jm_match_pair *p, size_t n)
{
    struct jm_match_arrival a = {.tenant = 1, .kind = JM_JOB, .doc_id = job[j], .version = 1,
                                 .shard = shard_of_job[j], .pairs = p, .n_pairs = n,
                                 .total = (uint32_t)n};
    assert_true(jm_store_owns(s, a.shard, &a.epoch));
    return a;
}

static inline struct jm_match_arrival cand_arrival(int c, const struct jm_match_pair *p, size_t n)
{
    struct jm_match_arrival a = {.tenant = 1, .kind = JM_CANDIDATE, .doc_id = cand[c],
                                 .version = 1, .shard = shard_of_cand[c], .pairs = p,
                                 .n_pairs = n, .total = (uint32_t)n};
    assert_true(jm_store_owns(s, a.shard, &a.epoch));
    return a;
}

static inline struct jm_match_result commit(const struct jm_match_arrival *a, size_t n)
{
    struct committed c = {0};
    struct jm_match_batch b = {.arrivals = a, .n_arrivals = n, .config_hash = 11,
                               .dict_version = 7};
    assert_int_equal(jm_store_commit_matches(s, &b, on_commit, &c, NULL), 0);
    wait_for(&c.called, 20000);
    if (c.err.code)
        fail_msg("%s", c.err.text);
    return c.r;
}

static inline void expect(struct jm_match_result r, unsigned created, unsigned updated,
                   unsigned withdrawn, unsigned unchanged, unsigned events)
{
    assert_int_equal(r.created, created);
    assert_int_equal(r.updated, updated);
    assert_int_equal(r.withdrawn, withdrawn);
    assert_int_equal(r.unchanged, unchanged);
    assert_int_equal(r.events, events);
}

#endif
