/* test_put.c - group commit: the verdicts, the order of one key's rows, bad rows, bounds. */
#include "storetest.h"

enum { MANY = 1000 };

static struct jm_store *s;

static int setup(void **state)
{
    schema_fresh(state);
    s = store_open("one");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_close(s);
    return 0;
}

static void expect(struct jm_put_result r, enum jm_verdict v, int64_t version)
{
    if (r.verdict != v)
        fail_msg("verdict %s, expected %s (%s)", jm_verdict_name(r.verdict), jm_verdict_name(v),
                 r.err.text);
    assert_int_equal(r.version, version);
}

static void test_verdicts_with_versions(void **state)
{
    (void)state;
    struct jm_put_result first = put_text(s, JM_JOB, "a", 3, "three");
    expect(first, JM_PUT_CREATED, 3);
    assert_true(first.doc_id > 0);
    assert_int_equal(first.shard, jm_shard(1, JM_JOB, "test", "a"));
    expect(put_text(s, JM_JOB, "a", 3, "three"), JM_PUT_UNCHANGED, 3);
    expect(put_text(s, JM_JOB, "a", 3, "other"), JM_PUT_CONFLICT, 3);
    expect(put_text(s, JM_JOB, "a", 2, "three"), JM_PUT_STALE, 3);
    struct jm_put_result next = put_text(s, JM_JOB, "a", 5, "five");
    expect(next, JM_PUT_UPDATED, 5);
    assert_int_equal(next.doc_id, first.doc_id);
    expect(put_text(s, JM_CANDIDATE, "a", 1, "same id, other kind"), JM_PUT_CREATED, 1);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.change"), 3);
}

static void test_versions_we_count(void **state)
{
    (void)state;
    expect(put_text(s, JM_JOB, "a", 0, "one"), JM_PUT_CREATED, 1);
    expect(put_text(s, JM_JOB, "a", 0, "one"), JM_PUT_UNCHANGED, 1);
    expect(put_text(s, JM_JOB, "a", 0, "two"), JM_PUT_UPDATED, 2);
    expect(put_text(s, JM_JOB, "a", 9, "nine"), JM_PUT_UPDATED, 9);
    expect(put_text(s, JM_JOB, "a", 0, "ten"), JM_PUT_UPDATED, 10);
}

static void test_deletes_leave_tombstones(void **state)
{
    struct jm_put del = {.tenant = 1, .kind = JM_JOB, .source = "test", .external_id = "a",
                         .remove = true};
    (void)state;
    expect(put_wait(s, &del), JM_PUT_ABSENT, 0);
    expect(put_text(s, JM_JOB, "a", 4, "x"), JM_PUT_CREATED, 4);
    del.version = 3;
    expect(put_wait(s, &del), JM_PUT_STALE, 4);
    del.version = 0;
    expect(put_wait(s, &del), JM_PUT_DELETED, 5);
    expect(put_wait(s, &del), JM_PUT_UNCHANGED, 5);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.document WHERE deleted"
                                     " AND raw IS NULL AND compact IS NULL AND title = ''"), 1);
    expect(put_text(s, JM_JOB, "a", 4, "x"), JM_PUT_STALE, 5);
    expect(put_text(s, JM_JOB, "a", 6, "x"), JM_PUT_CREATED, 6);
    del.external_id = "never seen";
    del.version = 8;
    expect(put_wait(s, &del), JM_PUT_DELETED, 8);
    expect(put_text(s, JM_JOB, "never seen", 7, "late"), JM_PUT_STALE, 8);
}

static void test_reread_replaces_the_compact_form_only(void **state)
{
    struct jm_put p = put_of(JM_JOB, "a", 2, "text");
    (void)state;
    expect(put_wait(s, &p), JM_PUT_CREATED, 2);
    p.compact = "\1newform";
    p.dict_version = 8;
    expect(put_wait(s, &p), JM_PUT_UNCHANGED, 2);
    p.reread = true;
    expect(put_wait(s, &p), JM_PUT_UPDATED, 2);
    expect(put_wait(s, &p), JM_PUT_UNCHANGED, 2);
    p.version = 0;
    p.dict_version = 9;
    expect(put_wait(s, &p), JM_PUT_UPDATED, 2);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.document"
                                     " WHERE compact = '\\x016e6577666f726d' AND version = 2"), 1);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.change"), 3);
}

/* Many rows in one turn of the loop: full batches, and the rows of one key in their order. */
static void test_order_within_a_key(void **state)
{
    static struct put_done d[MANY];
    char id[16], raw[32];
    (void)state;
    memset(d, 0, sizeof d);
    for (int i = 0; i < MANY; i++) {
        snprintf(id, sizeof id, "k%d", i % 100);
        snprintf(raw, sizeof raw, "text %d", i);
        struct jm_put p = put_of(JM_CANDIDATE, id, 0, raw);
        assert_int_equal(jm_store_put(s, &p, on_put, &d[i], NULL), 0);
        assert_false(d[i].called);
    }
    for (int i = 0; i < MANY; i++) {
        wait_for(&d[i].called, 20000);
        expect(d[i].r, i < 100 ? JM_PUT_CREATED : JM_PUT_UPDATED, i / 100 + 1);
    }
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.document WHERE version = 10"
                                     " AND convert_from(raw, 'UTF8') ~ '^text 9'"), 100);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.change"), MANY);
}

/* One row that PostgreSQL refuses, in several places of a full batch: only it fails. */
static void test_a_bad_row_stands_alone(void **state)
{
    static struct put_done d[256];
    char id[32];
    (void)state;
    const int places[] = {0, 1, 127, 200, 255};
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
        memset(d, 0, sizeof d);
        for (int i = 0; i < 256; i++) {
            snprintf(id, sizeof id, "p%zu-%d", k, i);
            struct jm_put p = put_of(JM_JOB, id, 1, "text");
            if (i == places[k])
                p.title = "not UTF-8: \xff";
            assert_int_equal(jm_store_put(s, &p, on_put, &d[i], NULL), 0);
        }
        for (int i = 0; i < 256; i++) {
            wait_for(&d[i].called, 20000);
            expect(d[i].r, i == places[k] ? JM_PUT_ERROR : JM_PUT_CREATED, i != places[k]);
            if (i == places[k])
                assert_int_equal(d[i].r.err.code, JM_EDB);
        }
    }
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.document"), 5 * 255);
}

static void test_two_stores_write_the_same_keys(void **state)
{
    static struct put_done d[2][MANY];
    struct jm_store *both[2] = {s, store_open("two")};
    char id[16], raw[32];
    (void)state;
    memset(d, 0, sizeof d);
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < 2; k++) {
            snprintf(id, sizeof id, "k%d", i % 50);
            snprintf(raw, sizeof raw, "%d of %d", i, k);
            struct jm_put p = put_of(JM_JOB, id, 0, raw);
            assert_int_equal(jm_store_put(both[k], &p, on_put, &d[k][i], NULL), 0);
        }
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < 2; k++) {
            wait_for(&d[k][i].called, 20000);
            assert_in_range(d[k][i].r.verdict, JM_PUT_CREATED, JM_PUT_UNCHANGED);
        }
    /* every accepted content raised the version by one */
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.change"),
                     pgtest_num(&pg, "SELECT sum(version)::bigint FROM jobmatch.document"));
    store_close(both[1]);
}

static void test_limits_and_refusals(void **state)
{
    struct jm_err err = {0};
    struct put_done d = {0};
    char id[202];
    (void)state;
    memset(id, 'x', 201);
    id[201] = 0;
    struct jm_put p = put_of(JM_JOB, id, 1, "text");
    assert_int_equal(jm_store_put(s, &p, on_put, &d, &err), -1);
    assert_int_equal(err.code, JM_EINVAL);
    jm_err_clear(&err);
    p.external_id = "a";
    p.raw_len = (1 << 20) + 1;
    assert_int_equal(jm_store_put(s, &p, on_put, &d, &err), -1);
    assert_int_equal(err.code, JM_ELIMIT);
    jm_err_clear(&err);
    struct jm_store *small = store_new_with(&(struct jm_store_options){.queue_rows = 3});
    struct done started = {0};
    struct put_done many[4] = {0};
    p = put_of(JM_JOB, "a", 0, "text");
    assert_int_equal(jm_store_put(small, &p, on_put, &d, &err), -1);
    assert_int_equal(err.code, JM_EUNAVAIL); /* not started */
    jm_err_clear(&err);
    assert_int_equal(jm_store_start(small, on_done, &started, NULL), 0);
    wait_for(&started.called, 20000);
    for (int i = 0; i < 4; i++)
        assert_int_equal(jm_store_put(small, &p, on_put, &many[i], &err), i < 3 ? 0 : -1);
    assert_int_equal(err.code, JM_EUNAVAIL); /* the queue is full */
    for (int i = 0; i < 3; i++)
        wait_for(&many[i].called, 20000);
    store_close(small);
    assert_false(d.called);
}

struct got {
    bool called;
    size_t n;
    uint64_t behind;
    char raw[64], title[64];
    struct jm_stored first;
};

static void on_get(void *arg, const struct jm_err *err, const struct jm_stored *docs, size_t n)
{
    struct got *g = arg;
    assert_null(err);
    g->called = true;
    g->n = n;
    if (!n)
        return;
    g->first = docs[0];
    snprintf(g->title, sizeof g->title, "%s", docs[0].title);
    snprintf(g->raw, sizeof g->raw, "%.*s", (int)docs[0].raw_len, (const char *)docs[0].raw);
}

static void on_outdated(void *arg, const struct jm_err *err, const struct jm_stored *docs, size_t n,
                        uint64_t behind)
{
    struct got *g = arg;
    g->behind = behind;
    on_get(arg, err, docs, n);
}

static void test_reading_back(void **state)
{
    struct got g = {0};
    struct jm_put p = put_of(JM_JOB, "a/ü", 4, "the text");
    (void)state;
    p.expires_at_us = INT64_C(1767225600000000);
    p.title = "Bäcker";
    uint64_t id = put_wait(s, &p).doc_id;
    assert_int_equal(jm_store_get(s, 1, JM_JOB, "test", "a/ü", on_get, &g, NULL), 0);
    wait_for(&g.called, 20000);
    assert_int_equal(g.n, 1);
    assert_string_equal(g.raw, "the text");
    assert_string_equal(g.title, "Bäcker");
    assert_int_equal(g.first.version, 4);
    assert_int_equal(g.first.doc_id, id);
    assert_int_equal(g.first.expires_at_us, p.expires_at_us);
    assert_int_equal(g.first.compact_len, 8);
    g = (struct got){0};
    assert_int_equal(jm_store_get(s, 2, JM_JOB, "test", "a/ü", on_get, &g, NULL), 0);
    wait_for(&g.called, 20000);
    assert_int_equal(g.n, 0); /* another tenant's */
    uint64_t ids[] = {id, id + 999};
    g = (struct got){0};
    assert_int_equal(jm_store_get_ids(s, 1, ids, 2, false, on_get, &g, NULL), 0);
    wait_for(&g.called, 20000);
    assert_int_equal(g.n, 1);
    assert_null(g.first.raw);
}

static struct got outdated(uint64_t dict_version, uint64_t behind, unsigned limit)
{
    struct got g = {0};
    assert_int_equal(jm_store_get_outdated(s, dict_version, behind, limit, on_outdated, &g, NULL),
                     0);
    wait_for(&g.called, 20000);
    return g;
}

static void test_documents_of_an_older_dictionary(void **state)
{
    uint64_t first = put_text(s, JM_JOB, "a", 1, "x").doc_id;
    uint64_t second = put_text(s, JM_CANDIDATE, "b", 1, "y").doc_id;
    (void)state;
    assert_true(first < second);
    struct got g = outdated(7, 0, 10);
    assert_int_equal(g.n, 0);
    assert_int_equal(g.behind, second); /* looked at, none was old */
    g = outdated(8, 0, 10);
    assert_int_equal(g.n, 2);
    assert_string_equal(g.raw, "x");
    assert_int_equal(g.behind, second);
    g = outdated(8, 0, 1);
    assert_int_equal(g.n, 1);
    assert_int_equal(g.behind, first); /* the rest is still to be looked at */
    g = outdated(8, second, 10);
    assert_int_equal(g.n, 0);
    assert_int_equal(g.behind, 0); /* the end */
}

struct keys {
    bool called;
    size_t tenants, keys, revoked;
};

static void on_keys(void *arg, const struct jm_err *err, const struct jm_tenant *t, size_t n_t,
                    const struct jm_api_key *k, size_t n_k)
{
    struct keys *out = arg;
    assert_null(err);
    out->called = true;
    out->tenants = n_t;
    out->keys = n_k;
    assert_string_equal(t[0].name, "default");
    for (size_t i = 0; i < n_k; i++)
        out->revoked += k[i].revoked;
    if (n_k)
        assert_int_equal(k[0].sha256[31], 9);
}

static void test_tenants_and_keys(void **state)
{
    struct done a = {0}, b = {0}, c = {0}, d = {0}, e = {0};
    struct keys k = {0};
    struct jm_api_key key = {.id = "k1", .scopes = "ingest,read", .note = "tests"};
    (void)state;
    assert_int_equal(jm_store_ensure_tenant(s, "acme", on_id, &a, NULL), 0);
    wait_for(&a.called, 20000);
    assert_true(a.id > 1);
    assert_int_equal(jm_store_ensure_tenant(s, "acme", on_id, &b, NULL), 0);
    wait_for(&b.called, 20000);
    assert_int_equal(a.id, b.id);
    key.tenant = (uint32_t)a.id;
    key.sha256[31] = 9;
    assert_int_equal(jm_store_create_key(s, &key, on_done, &c, NULL), 0);
    wait_for(&c.called, 20000);
    assert_int_equal(c.err.code, JM_OK);
    key.sha256[0] = 1;
    assert_int_equal(jm_store_create_key(s, &key, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(d.err.code, JM_ECONFLICT);
    assert_int_equal(jm_store_revoke_key(s, "k1", on_done, &e, NULL), 0);
    wait_for(&e.called, 20000);
    assert_int_equal(e.err.code, JM_OK);
    e = (struct done){0};
    assert_int_equal(jm_store_revoke_key(s, "k2", on_done, &e, NULL), 0);
    wait_for(&e.called, 20000);
    assert_int_equal(e.err.code, JM_ENOTFOUND);
    assert_int_equal(jm_store_load_keys(s, on_keys, &k, NULL), 0);
    wait_for(&k.called, 20000);
    assert_int_equal(k.tenants, 2);
    assert_int_equal(k.keys, 1);
    assert_int_equal(k.revoked, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_verdicts_with_versions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_versions_we_count, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deletes_leave_tombstones, setup, teardown),
        cmocka_unit_test_setup_teardown(test_documents_of_an_older_dictionary, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reread_replaces_the_compact_form_only, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_order_within_a_key, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_bad_row_stands_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_stores_write_the_same_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits_and_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reading_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tenants_and_keys, setup, teardown),
    };
    return cmocka_run_group_tests_name("store_put", tests, cluster_up, cluster_down) != 0;
}
