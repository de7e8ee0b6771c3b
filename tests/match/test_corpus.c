/* test_corpus.c - versions, deletes, look-ups, dumps that do not depend on history, and readers
 * beside a running writer (which is what TSan is for). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "jobmatch/corpus.h"
#include "world.h"

enum { DOCS = 300 };

struct rows { /* encoded documents, two versions each */
    struct jm_buf row[DOCS][2];
    enum jm_kind kind[DOCS];
};

static struct rows rows;
static struct world world;

static int open_rows(void **state)
{
    (void)state;
    w_open(&world, 11);
    for (int i = 0; i < DOCS; i++) {
        rows.kind[i] = i % 3 ? JM_CANDIDATE : JM_JOB;
        for (int v = 0; v < 2; v++)
            if (jm_doc_encode(w_draw(&world, rows.kind[i]), &rows.row[i][v]))
                return -1;
    }
    return 0;
}

static int close_rows(void **state)
{
    (void)state;
    for (int i = 0; i < DOCS; i++)
        for (int v = 0; v < 2; v++)
            jm_buf_fini(&rows.row[i][v]);
    w_close(&world);
    return 0;
}

static enum jm_applied apply(struct jm_corpus *c, int i, int version, bool deleted)
{
    struct jm_err err = {0};
    char external[32];
    snprintf(external, sizeof external, "feed/%d", i);
    struct jm_change ch = {.kind = rows.kind[i], .deleted = deleted, .tenant = 1,
                           .doc_id = (uint64_t)i + 1, .version = version, .external = external,
                           .compact = rows.row[i][version % 2].data,
                           .compact_bytes = rows.row[i][version % 2].len};
    enum jm_applied a = jm_corpus_apply(c, &ch, &err);
    if (a == JM_APPLY_FAILED)
        fail_msg("apply %d: %s", i, err.text);
    return a;
}

static struct jm_corpus *corpus(void)
{
    struct jm_err err = {0};
    struct jm_corpus *c = jm_corpus_new(world.m, &err);
    assert_non_null(c);
    return c;
}

static void older_never_replaces_newer(void **state)
{
    (void)state;
    struct jm_corpus *c = corpus();
    struct jm_corpus_reader *r = jm_corpus_register(c);
    struct jm_err err = {0};
    assert_int_equal(apply(c, 0, 5, false), JM_APPLY_DONE);
    assert_int_equal(apply(c, 0, 5, false), JM_APPLY_STALE);
    assert_int_equal(apply(c, 0, 4, false), JM_APPLY_STALE);
    assert_int_equal(apply(c, 0, 4, true), JM_APPLY_STALE);
    assert_int_equal(apply(c, 0, 6, false), JM_APPLY_DONE);
    jm_corpus_enter(r);
    assert_int_equal(jm_corpus_get(r, 1)->version, 6);
    assert_ptr_equal(jm_corpus_get(r, 1), jm_corpus_find(r, 1, JM_JOB, "feed/0"));
    assert_null(jm_corpus_find(r, 2, JM_JOB, "feed/0"));
    assert_null(jm_corpus_find(r, 1, JM_CANDIDATE, "feed/0"));
    assert_null(jm_corpus_get(r, 2));
    jm_corpus_leave(r);
    assert_int_equal(apply(c, 0, 7, true), JM_APPLY_DONE);
    assert_int_equal(apply(c, 0, 6, false), JM_APPLY_STALE); /* stays erased */
    assert_int_equal(jm_corpus_count(c, JM_JOB), 0);
    jm_corpus_enter(r);
    assert_null(jm_corpus_get(r, 1));
    assert_null(jm_corpus_find(r, 1, JM_JOB, "feed/0"));
    jm_corpus_leave(r);
    assert_int_equal(apply(c, 0, 8, false), JM_APPLY_DONE); /* sent anew */
    assert_int_equal(apply(c, 9, 3, true), JM_APPLY_DONE);  /* delete of an unknown one */
    assert_int_equal(apply(c, 9, 2, false), JM_APPLY_STALE);
    assert_int_equal(jm_corpus_check(c, &err), 0);
    jm_corpus_unregister(r);
    jm_corpus_free(c);
}

static void a_version_read_by_another_dictionary_counts_again(void **state)
{
    (void)state;
    struct jm_corpus *c = corpus();
    struct jm_corpus_reader *r = jm_corpus_register(c);
    struct jm_err err = {0};
    struct jm_doc *d = jm_doc_decode(rows.row[0][1].data, rows.row[0][1].len, &err);
    struct jm_buf again = {0};
    assert_non_null(d);
    d->dict_version += 1;
    assert_int_equal(jm_doc_encode(d, &again), 0);
    struct jm_change ch = {.kind = rows.kind[0], .tenant = 1, .doc_id = 1, .version = 5,
                           .external = "feed/0", .compact = again.data, .compact_bytes = again.len};
    assert_int_equal(apply(c, 0, 5, false), JM_APPLY_DONE);
    assert_int_equal(jm_corpus_apply(c, &ch, &err), JM_APPLY_DONE);
    assert_int_equal(jm_corpus_apply(c, &ch, &err), JM_APPLY_STALE);
    jm_corpus_enter(r);
    assert_true(jm_corpus_get(r, 1)->dict_version == d->dict_version);
    jm_corpus_leave(r);
    ch.version = 4;
    assert_int_equal(jm_corpus_apply(c, &ch, &err), JM_APPLY_STALE);
    assert_int_equal(jm_corpus_check(c, &err), 0);
    jm_corpus_unregister(r);
    jm_corpus_free(c);
    jm_buf_fini(&again);
    free(d);
}

static void damage_changes_nothing(void **state)
{
    (void)state;
    struct jm_corpus *c = corpus();
    struct jm_err err = {0};
    struct jm_buf before = {0}, after = {0};
    for (int i = 0; i < 20; i++)
        apply(c, i, 1, false);
    assert_int_equal(jm_corpus_dump(c, &before), 0);
    struct jm_change bad = {.kind = JM_JOB, .tenant = 1, .doc_id = 1, .version = 9,
                            .external = "feed/0", .compact = "nonsense", .compact_bytes = 8};
    assert_int_equal(jm_corpus_apply(c, &bad, &err), JM_APPLY_FAILED);
    assert_int_equal(err.code, JM_EINVAL);
    bad.compact = rows.row[1][0].data; /* a candidate's row under a job's id */
    bad.compact_bytes = rows.row[1][0].len;
    assert_int_equal(jm_corpus_apply(c, &bad, NULL), JM_APPLY_FAILED);
    bad.kind = JM_CANDIDATE;
    assert_int_equal(jm_corpus_apply(c, &bad, NULL), JM_APPLY_FAILED); /* changed its kind */
    bad.doc_id = 0;
    assert_int_equal(jm_corpus_apply(c, &bad, NULL), JM_APPLY_FAILED);
    assert_int_equal(jm_corpus_dump(c, &after), 0);
    assert_string_equal(before.data, after.data);
    jm_buf_fini(&before);
    jm_buf_fini(&after);
    jm_corpus_free(c);
}

/* Two histories that end alike give the same dump and the same lists. */
static void history_does_not_show(void **state)
{
    (void)state;
    struct jm_corpus *a = corpus(), *b = corpus();
    struct jm_err err = {0};
    struct jm_buf da = {0}, db = {0};
    for (int i = 0; i < DOCS; i++)
        if (i % 7)
            apply(a, i, 2, false);
    uint64_t seed = 3;
    for (int i = DOCS - 1; i >= 0; i--) {
        if (jm_rand_next(&seed) % 2)
            apply(b, i, 1, false);
        if (jm_rand_next(&seed) % 4 == 0)
            apply(b, i, 1, true);
    }
    for (int i = DOCS - 1; i >= 0; i--) {
        apply(b, (i * 7 + 3) % DOCS, 2, false);
        jm_corpus_reclaim(b);
    }
    for (int i = 0; i < DOCS; i += 7)
        apply(b, i, 3, true);
    assert_int_equal(jm_corpus_check(a, &err), 0);
    assert_int_equal(jm_corpus_check(b, &err), 0);
    assert_int_equal(jm_corpus_dump(a, &da), 0);
    assert_int_equal(jm_corpus_dump(b, &db), 0);
    assert_string_equal(da.data, db.data);
    struct jm_corpus_reader *ra = jm_corpus_register(a), *rb = jm_corpus_register(b);
    struct jm_hit ha[50], hb[50];
    int listed = 0;
    for (int i = 0; i < 40; i++) {
        struct jm_doc *d = w_keep(&world, i % 2 ? JM_JOB : JM_CANDIDATE);
        struct jm_rank_query q = {.doc = d, .k = 50, .as_of_s = W_NOW};
        int na = jm_rank(ra, &q, ha, NULL, &err), nb = jm_rank(rb, &q, hb, NULL, &err);
        assert_int_equal(na, nb);
        listed += na;
        for (int k = 0; k < na; k++) {
            assert_true(ha[k].doc_id == hb[k].doc_id);
            assert_memory_equal(&ha[k].score, &hb[k].score, sizeof ha[k].score);
        }
        free(d);
    }
    assert_true(listed > 100);
    assert_true(jm_corpus_bytes(a) > 100000);
    jm_corpus_unregister(ra);
    jm_corpus_unregister(rb);
    jm_corpus_free(a);
    jm_corpus_free(b);
    jm_buf_fini(&da);
    jm_buf_fini(&db);
}

/* Loaded at once or applied one by one: the same corpus, and it goes on from there. */
static void a_load_equals_single_changes(void **state)
{
    (void)state;
    struct jm_corpus *a = corpus(), *b = corpus();
    struct jm_err err = {0};
    struct jm_buf da = {0}, db = {0};
    assert_int_equal(jm_corpus_load_begin(b, &err), 0);
    for (int i = 0; i < DOCS; i++) {
        apply(a, i, 2, false);
        apply(b, i, 1 + i % 2, false);
        if (i % 5 == 0)
            apply(b, i, 1, true); /* stale for half of them */
        apply(b, i, 2, false);
    }
    assert_int_equal(jm_corpus_load_end(b, 2, &err), 0);
    assert_int_equal(jm_corpus_load_begin(b, &err), -1);
    apply(a, 3, 4, false);
    apply(b, 3, 4, false);
    apply(a, 4, 3, true);
    apply(b, 4, 3, true);
    assert_int_equal(jm_corpus_check(b, &err), 0);
    assert_int_equal(jm_corpus_dump(a, &da), 0);
    assert_int_equal(jm_corpus_dump(b, &db), 0);
    assert_string_equal(da.data, db.data);
    jm_buf_fini(&da);
    jm_buf_fini(&db);
    jm_corpus_free(a);
    jm_corpus_free(b);
}

static void equals_stand_by_their_number(void **state)
{
    (void)state;
    struct jm_corpus *c = corpus();
    struct jm_err err = {0};
    const uint64_t order[] = {40, 10, 30, 20};
    for (int i = 0; i < 4; i++) {
        char external[32];
        snprintf(external, sizeof external, "same/%d", i);
        struct jm_change ch = {.kind = JM_CANDIDATE, .tenant = 1, .doc_id = order[i],
                               .version = 1, .external = external, .compact = rows.row[1][0].data,
                               .compact_bytes = rows.row[1][0].len};
        assert_int_equal(jm_corpus_apply(c, &ch, &err), JM_APPLY_DONE);
    }
    struct jm_corpus_reader *r = jm_corpus_register(c);
    struct jm_doc *job = w_keep(&world, JM_JOB);
    struct jm_hit hits[4];
    struct jm_rank_query q = {.doc = job, .k = 4, .as_of_s = W_NOW, .keep_vetoed = true};
    assert_int_equal(jm_rank(r, &q, hits, NULL, &err), 4);
    for (uint64_t i = 0; i < 4; i++)
        assert_int_equal(hits[i].doc_id, 10 * (i + 1));
    q.k = JM_RANK_MAX_K + 1;
    assert_int_equal(jm_rank(r, &q, hits, NULL, &err), -1);
    assert_int_equal(err.code, JM_ELIMIT);
    jm_corpus_unregister(r);
    jm_corpus_free(c);
    free(job);
}

/* --- readers beside the writer ------------------------------------------------------------------ */

struct reading {
    struct jm_corpus *c;
    atomic_bool stop;
    atomic_uint lists;
};

static void *read_on(void *arg)
{
    struct reading *g = arg;
    struct jm_corpus_reader *r = jm_corpus_register(g->c);
    struct jm_hit hits[20];
    for (uint64_t id = 1; !atomic_load(&g->stop); id = id % DOCS + 1) {
        jm_corpus_enter(r);
        const struct jm_doc *d = jm_corpus_get(r, id);
        if (d) {
            struct jm_rank_query q = {.doc = d, .k = 20, .as_of_s = W_NOW};
            struct jm_err err = {0};
            int n = jm_rank(r, &q, hits, NULL, &err);
            JM_ASSERT(n >= 0 && d->doc_id == id);
            for (int i = 0; i < n; i++)
                JM_ASSERT(hits[i].doc->kind != d->kind && hits[i].doc->doc_id == hits[i].doc_id);
            const struct jm_doc *same = jm_corpus_find(r, 1, d->kind, d->external);
            JM_ASSERT(!same || same->doc_id == id);
            atomic_fetch_add(&g->lists, 1);
        }
        jm_corpus_leave(r);
    }
    jm_corpus_unregister(r);
    return NULL;
}

static void readers_beside_a_writer(void **state)
{
    (void)state;
    struct reading g = {.c = corpus()};
    struct jm_err err = {0};
    pthread_t threads[3];
    int version[DOCS];
    uint64_t seed = 99;
    for (int i = 0; i < DOCS; i++)
        apply(g.c, i, version[i] = 1, false);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &g), 0);
    for (int n = 0; n < 3000 || atomic_load(&g.lists) < 200; n++) {
        int i = (int)(jm_rand_next(&seed) % DOCS);
        assert_int_equal(apply(g.c, i, ++version[i], jm_rand_next(&seed) % 5 == 0),
                         JM_APPLY_DONE);
        if (n % 16 == 0)
            jm_corpus_reclaim(g.c);
    }
    atomic_store(&g.stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(jm_corpus_check(g.c, &err), 0);
    jm_corpus_reclaim(g.c);
    assert_int_equal(jm_corpus_reclaim(g.c), 0);
    jm_corpus_free(g.c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(older_never_replaces_newer),
        cmocka_unit_test(a_version_read_by_another_dictionary_counts_again),
        cmocka_unit_test(damage_changes_nothing),
        cmocka_unit_test(history_does_not_show),
        cmocka_unit_test(a_load_equals_single_changes),
        cmocka_unit_test(equals_stand_by_their_number),
        cmocka_unit_test(readers_beside_a_writer),
    };
    return cmocka_run_group_tests_name("corpus", tests, open_rows, close_rows) != 0;
}
