/* test_start.c - migrations and what the store refuses to run on. */
#include "storetest.h"

static struct done start(const struct jm_store_options *o, struct jm_store **out)
{
    struct done d = {0};
    *out = store_new_with(o);
    assert_int_equal(jm_store_start(*out, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    return d;
}

static void expect_refusal(enum jm_err_code code, const char *part)
{
    struct jm_store *s;
    struct done d = start(&(struct jm_store_options){0}, &s);
    assert_int_equal(d.err.code, code);
    if (!strstr(d.err.text, part))
        fail_msg("\"%s\" does not say \"%s\"", d.err.text, part);
    jm_store_free(s);
}

static void test_migrates_once(void **state)
{
    struct jm_store *s;
    struct jm_store_state st;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct done d = start(&(struct jm_store_options){0}, &s);
        assert_int_equal(d.err.code, JM_OK);
        jm_store_state(s, &st);
        assert_true(st.started);
        store_close(s);
    }
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.migration"), st.schema_version);
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM jobmatch.shard_lease"), 64);
    assert_int_equal(pgtest_num(&pg,
        "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'jobmatch'"
        " AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
        " AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)"), 0);
}

static void test_two_start_at_once(void **state)
{
    struct jm_store *a = store_new_with(&(struct jm_store_options){.owner = "a"});
    struct jm_store *b = store_new_with(&(struct jm_store_options){.owner = "b"});
    struct done da = {0}, db = {0};
    (void)state;
    assert_int_equal(jm_store_start(a, on_done, &da, NULL), 0);
    assert_int_equal(jm_store_start(b, on_done, &db, NULL), 0);
    wait_for(&da.called, 20000);
    wait_for(&db.called, 20000);
    assert_int_equal(da.err.code, JM_OK);
    assert_int_equal(db.err.code, JM_OK);
    store_close(a);
    store_close(b);
}

static void test_refuses_another_schema(void **state)
{
    struct jm_store *s;
    (void)state;
    struct done none = start(&(struct jm_store_options){.no_migrate = true}, &s);
    assert_int_equal(none.err.code, JM_ESCHEMA);
    jm_store_free(s);
    store_close(store_open("one"));
    free(pgtest_sql(&pg, "INSERT INTO jobmatch.migration VALUES (999, 'future', 'x')"));
    expect_refusal(JM_ESCHEMA, "migration 999");
    free(pgtest_sql(&pg, "DELETE FROM jobmatch.migration WHERE version = 999;"
                         "UPDATE jobmatch.migration SET checksum = 'x' WHERE version = 1"));
    expect_refusal(JM_ESCHEMA, "another content");
}

static void test_a_failing_migration_leaves_nothing(void **state)
{
    (void)state;
    free(pgtest_sql(&pg, "CREATE SCHEMA jobmatch; CREATE TABLE jobmatch.shard_lease (x int)"));
    expect_refusal(JM_ESCHEMA, "already exists");
    assert_int_equal(pgtest_num(&pg, "SELECT count(*) FROM pg_class c JOIN pg_namespace n"
                                     " ON n.oid = c.relnamespace WHERE nspname = 'jobmatch'"), 1);
}

static void reload(const char *sql)
{
    free(pgtest_sql(&pg, sql));
    free(pgtest_sql(&pg, "SELECT pg_reload_conf()"));
    usleep(300000);
}

static void test_refuses_to_lose_rows(void **state)
{
    struct jm_store *s;
    static const char *const names[] = {"fsync", "synchronous_commit", "full_page_writes"};
    char sql[80];
    (void)state;
    for (int i = 0; i < 3; i++) {
        snprintf(sql, sizeof sql, "ALTER SYSTEM SET %s = off", names[i]);
        reload(sql);
        expect_refusal(JM_EDENIED, names[i]);
        if (i == 0) {
            struct done d = start(&(struct jm_store_options){.allow_unsafe = true}, &s);
            assert_int_equal(d.err.code, JM_OK);
            store_close(s);
        }
        snprintf(sql, sizeof sql, "ALTER SYSTEM RESET %s", names[i]);
        reload(sql);
    }
}

static void test_needs_no_more_rights_than_the_owner(void **state)
{
    struct jm_store *s;
    struct jm_err err = {0};
    char conninfo[160];
    (void)state;
    free(pgtest_sql(&pg, "DO $$ BEGIN CREATE ROLE plain LOGIN; EXCEPTION WHEN duplicate_object THEN"
                         " NULL; END $$; GRANT CREATE ON DATABASE jobmatch TO plain"));
    snprintf(conninfo, sizeof conninfo, "host=%s user=plain dbname=jobmatch", pg.dir);
    struct jm_store_options o = {.loop = loop, .conninfo = conninfo};
    struct done d = {0};
    assert_non_null(s = jm_store_new(&o, &err));
    assert_int_equal(jm_store_start(s, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(d.err.code, JM_OK);
    assert_int_equal(put_text(s, JM_JOB, "a", 1, "x").verdict, JM_PUT_CREATED);
    assert_int_equal(pgtest_num(&pg, "SET ROLE plain;"
                                     "SELECT timeline FROM jobmatch.feed_identify()"),
                     1);
    store_close(s);
    free(pgtest_sql(&pg, "DROP SCHEMA jobmatch CASCADE;"
                         "REVOKE CREATE ON DATABASE jobmatch FROM plain"));
    d = (struct done){0};
    assert_non_null(s = jm_store_new(&o, &err));
    assert_int_equal(jm_store_start(s, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    assert_int_equal(d.err.code, JM_EDENIED);
    jm_store_free(s);
}

static void test_waits_for_the_server(void **state)
{
    struct done d = {0};
    (void)state;
    pgtest_kill(&pg);
    struct jm_store *s = store_new_with(&(struct jm_store_options){0});
    assert_int_equal(jm_store_start(s, on_done, &d, NULL), 0);
    run_for(500);
    assert_false(d.called);
    pgtest_again(&pg);
    wait_for(&d.called, 20000);
    assert_int_equal(d.err.code, JM_OK);
    store_close(s);
}

static void test_closing_while_starting(void **state)
{
    struct done d = {0};
    (void)state;
    struct jm_store *s = store_new_with(&(struct jm_store_options){0});
    assert_int_equal(jm_store_start(s, on_done, &d, NULL), 0);
    run_for(2);
    jm_store_free(s);
    assert_true(d.called);
}

static void test_conninfo_must_not_need_dns(void **state)
{
    struct jm_err err = {0};
    (void)state;
    struct jm_store_options o = {.loop = loop, .conninfo = "host=db.example.org dbname=x"};
    assert_null(jm_store_new(&o, &err));
    assert_int_equal(err.code, JM_EINVAL);
    jm_err_clear(&err);
    o.conninfo = "this is not one";
    assert_null(jm_store_new(&o, &err));
    assert_int_equal(err.code, JM_EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_migrates_once, schema_fresh),
        cmocka_unit_test_setup(test_two_start_at_once, schema_fresh),
        cmocka_unit_test_setup(test_refuses_another_schema, schema_fresh),
        cmocka_unit_test_setup(test_a_failing_migration_leaves_nothing, schema_fresh),
        cmocka_unit_test_setup(test_refuses_to_lose_rows, schema_fresh),
        cmocka_unit_test_setup(test_needs_no_more_rights_than_the_owner, schema_fresh),
        cmocka_unit_test_setup(test_waits_for_the_server, schema_fresh),
        cmocka_unit_test_setup(test_closing_while_starting, schema_fresh),
        cmocka_unit_test(test_conninfo_must_not_need_dns),
    };
    return cmocka_run_group_tests_name("store_start", tests, cluster_up, cluster_down) != 0;
}
