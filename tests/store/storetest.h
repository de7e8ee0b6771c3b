/* storetest.h - a store on a loop on a real server, and waiting for its callbacks. */
#ifndef JM_STORETEST_H
#define JM_STORETEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../pgtest.h"
#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/store.h"

static struct pgtest pg; /* one cluster a test binary */
static struct jm_loop *loop;

static inline int64_t test_now_us(void)
{
    return jm_mono_us(&jm_clock_system);
}

/* Turn the loop until *flag is set; fails after `ms`. */
static inline void wait_for(const volatile bool *flag, int64_t ms)
{
    for (int64_t end = test_now_us() + ms * 1000; !*flag && test_now_us() < end;) {
        jm_loop_turn(loop, false);
        usleep(200);
    }
    assert_true(*flag);
}

static inline void run_for(int64_t ms)
{
    for (int64_t end = test_now_us() + ms * 1000; test_now_us() < end; usleep(200))
        jm_loop_turn(loop, false);
}

struct done {
    bool called;
    struct jm_err err;
    uint64_t id;
};

static inline void on_done(void *arg, const struct jm_err *err)
{
    struct done *d = arg;
    assert_false(d->called);
    d->called = true;
    if (err)
        d->err = *err;
}

static inline void on_id(void *arg, const struct jm_err *err, uint64_t id)
{
    on_done(arg, err);
    ((struct done *)arg)->id = id;
}

static inline struct jm_store *store_new_with(const struct jm_store_options *given)
{
    struct jm_store_options o = *given;
    struct jm_err err = {0};
    o.loop = loop;
    o.conninfo = pg.conninfo;
    struct jm_store *s = jm_store_new(&o, &err);
    if (!s)
        fail_msg("%s", err.text);
    return s;
}

/* Started and connected. */
static inline struct jm_store *store_open(const char *owner)
{
    struct jm_store *s = store_new_with(&(struct jm_store_options){.owner = owner});
    struct done d = {0};
    struct jm_store_state st = {0};
    assert_int_equal(jm_store_start(s, on_done, &d, NULL), 0);
    wait_for(&d.called, 20000);
    if (d.err.code)
        fail_msg("%s", d.err.text);
    for (int i = 0; i < 10000 && !st.up; i++) { /* 20 s, as above */
        run_for(2);
        jm_store_state(s, &st);
    }
    assert_true(st.up);
    return s;
}

static inline void store_close(struct jm_store *s)
{
    struct done d = {0};
    assert_int_equal(jm_store_drain(s, 10000, on_done, &d, NULL), 0);
    wait_for(&d.called, 11000);
    if (d.err.code)
        print_message("drain: %s\n", d.err.text);
    jm_store_free(s);
}

struct put_done {
    bool called;
    struct jm_put_result r;
};

static inline void on_put(void *arg, const struct jm_put_result *r)
{
    struct put_done *d = arg;
    assert_false(d->called);
    d->called = true;
    d->r = *r;
}

static inline struct jm_put put_of(enum jm_kind kind, const char *id, int64_t version,
                                   const char *raw)
{
    return (struct jm_put){.tenant = 1, .kind = kind, .source = "test", .external_id = id,
                           .version = version, .raw = raw, .raw_len = strlen(raw),
                           .compact = "\1compact", .compact_len = 8, .title = "A title",
                           .dict_version = 7};
}

static inline struct jm_put_result put_wait(struct jm_store *s, const struct jm_put *p)
{
    struct put_done d = {0};
    struct jm_err err = {0};
    if (jm_store_put(s, p, on_put, &d, &err) != 0)
        fail_msg("put: %s", err.text);
    wait_for(&d.called, 20000);
    return d.r;
}

static inline struct jm_put_result put_text(struct jm_store *s, enum jm_kind kind, const char *id,
                                            int64_t version, const char *raw)
{
    struct jm_put p = put_of(kind, id, version, raw);
    return put_wait(s, &p);
}

static inline int cluster_up(void **state)
{
    struct jm_err err = {0};
    (void)state;
    pgtest_start(&pg, NULL);
    loop = jm_loop_new(&jm_clock_system, NULL, &err);
    return loop ? 0 : -1;
}

static inline int cluster_down(void **state)
{
    (void)state;
    jm_loop_free(loop);
    pgtest_stop(&pg);
    return 0;
}

/* A fresh schema for each test. */
static inline int schema_fresh(void **state)
{
    (void)state;
    free(pgtest_sql(&pg, "DROP SCHEMA IF EXISTS jobmatch CASCADE"));
    return 0;
}

#endif
