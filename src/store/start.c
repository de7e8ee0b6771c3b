/* start.c - from a connection string to a running store: settings, schema, then the pool.
 *
 *   CHECK settings -> READ the migrations applied --complete--> done
 *                          |missing
 *                          v
 *                   LOCK (one transaction, advisory lock inside it) -> APPLY each -> COMMIT -> done
 *
 * A lost connection starts again at CHECK. What waiting cannot cure ends it: a newer or changed
 * schema, unsafe settings, missing rights. All migrations of one start are one transaction, so
 * there is no half-migrated database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/log.h"
#include "store_int.h"

enum step { CHECK, READ, LOCK, APPLY, COMMIT };
enum { MIGRATE_MS = 300000 };

static const char sql_check[] =
    "SELECT current_setting('server_version_num'), current_setting('fsync'), "
    "current_setting('synchronous_commit'), current_setting('full_page_writes'), "
    "to_regclass('jobmatch.migration') IS NOT NULL";
static const char sql_read[] = "SELECT version, checksum FROM jobmatch.migration ORDER BY version";
static const char sql_lock[] =
    "BEGIN; SELECT pg_advisory_xact_lock(x'6a6f626d61746368'::bigint);"
    "CREATE SCHEMA IF NOT EXISTS jobmatch;"
    "CREATE TABLE IF NOT EXISTS jobmatch.migration (version integer PRIMARY KEY, "
    "name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());"
    "COMMENT ON SCHEMA jobmatch IS 'jobmatchd: see COMMENT ON TABLE for each table.';"
    "COMMENT ON TABLE jobmatch.migration IS 'Which migrations were applied, and their SHA-256.';"
    "COMMENT ON COLUMN jobmatch.migration.version IS 'Number of the file.';"
    "COMMENT ON COLUMN jobmatch.migration.name IS 'Name of the file.';"
    "COMMENT ON COLUMN jobmatch.migration.checksum IS 'SHA-256 of the file, in hex.';"
    "COMMENT ON COLUMN jobmatch.migration.applied_at IS 'When.';"
    "SELECT version, checksum FROM jobmatch.migration ORDER BY version";

struct starter {
    struct jm_store *s;
    struct jm_pg *pg;
    enum step step;
    unsigned applied;
    jm_store_done_cb *cb;
    void *arg;
    struct jm_err err; /* why it ended, if it failed */
    struct jm_defer defer;
};

static void ask(struct starter *st, enum step step, const char *sql);

/* Finish outside of the connection's own callback. */
static void conclude(void *arg)
{
    struct starter *st = arg;
    struct jm_store *s = st->s;
    jm_store_done_cb *cb = st->cb;
    void *cb_arg = st->arg;
    struct jm_err err = st->err;
    s->starter = NULL;
    jm_pg_free(st->pg);
    free(st);
    if (!err.code && store_open_pool(s, &err) == 0) {
        s->schema_version = store_migration_count;
        s->puts.down_since_us = store_now_us(s);
        s->started = true;
    }
    cb(cb_arg, err.code ? &err : NULL);
}

static void end(struct starter *st)
{
    jm_loop_defer(st->s->o.loop, &st->defer, conclude, st);
}

static void checksum(char out[65], const struct store_migration *m)
{
    uint8_t sum[32];
    jm_sha256(sum, m->sql, strlen(m->sql));
    jm_hex(out, sum, sizeof sum);
}

static int check_settings(struct starter *st, const PGresult *r)
{
    const char *version = PQgetvalue(r, 0, 0);
    if (atoi(version) < 150000)
        return jm_err_set(&st->err, JM_EDENIED, "PostgreSQL %s is too old: 15 or newer is needed",
                          version);
    static const char *const names[] = {"fsync", "synchronous_commit", "full_page_writes"};
    for (int i = 0; i < 3; i++)
        if (strcmp(PQgetvalue(r, 0, i + 1), "off") == 0 && !st->s->o.allow_unsafe)
            return jm_err_set(&st->err, JM_EDENIED,
                              "the server runs with %s=off: acknowledged rows would be lost in a "
                              "crash; set it to on", names[i]);
    return 0;
}

static int check_schema(struct starter *st, const PGresult *r)
{
    int rows = PQntuples(r);
    for (int i = 0; i < rows; i++) {
        unsigned version = (unsigned)atoi(PQgetvalue(r, i, 0));
        char sum[65];
        if (version > store_migration_count)
            return jm_err_set(&st->err, JM_ESCHEMA,
                              "the schema has migration %u, this program knows %u: run a newer "
                              "jobmatchd", version, store_migration_count);
        if (version != (unsigned)i + 1)
            return jm_err_set(&st->err, JM_ESCHEMA, "migration %d is missing below %u", i + 1,
                              version);
        checksum(sum, &store_migrations[i]);
        if (strcmp(sum, PQgetvalue(r, i, 1)) != 0)
            return jm_err_set(&st->err, JM_ESCHEMA,
                              "migration %u (%s) was applied with another content", version,
                              store_migrations[i].name);
    }
    st->applied = (unsigned)rows;
    return 0;
}

static void apply_next(struct starter *st)
{
    if (st->applied == store_migration_count) {
        ask(st, COMMIT, "COMMIT");
        return;
    }
    const struct store_migration *m = &store_migrations[st->applied];
    struct jm_buf sql;
    char sum[65];
    checksum(sum, m);
    jm_buf_init(&sql);
    jm_buf_str(&sql, m->sql);
    jm_buf_fmt(&sql, ";\nINSERT INTO jobmatch.migration (version, name, checksum) "
               "VALUES (%u, '%s', '%s')", m->version, m->name, sum);
    if (jm_buf_ok(&sql))
        ask(st, APPLY, sql.data);
    else
        jm_err_set(&st->err, JM_ENOMEM, "out of memory for migration %u", m->version);
    jm_buf_fini(&sql);
    if (st->err.code)
        end(st);
}

static void after_read(struct starter *st, const PGresult *r)
{
    if (check_schema(st, r) != 0 || (st->step == READ && st->applied == store_migration_count)) {
        end(st);
    } else if (st->s->o.no_migrate) {
        jm_err_set(&st->err, JM_ESCHEMA, "the schema is at migration %u, this program needs %u",
                   st->applied, store_migration_count);
        end(st);
    } else if (st->step == READ) {
        ask(st, LOCK, sql_lock);
    } else {
        apply_next(st);
    }
}

static void step_done(struct starter *st, const PGresult *r)
{
    switch (st->step) {
    case CHECK:
        if (check_settings(st, r) != 0)
            end(st);
        else if (PQgetvalue(r, 0, 4)[0] == 't')
            ask(st, READ, sql_read);
        else if (st->s->o.no_migrate)
            jm_err_set(&st->err, JM_ESCHEMA, "there is no schema yet"), end(st);
        else
            ask(st, LOCK, sql_lock);
        break;
    case READ:
    case LOCK:
        after_read(st, r);
        break;
    case APPLY:
        jm_log(JM_LOG_INFO, "store", "migrated", "version=%u name=%s", st->applied + 1,
               store_migrations[st->applied].name);
        st->applied++;
        apply_next(st);
        break;
    case COMMIT:
        end(st);
        break;
    }
}

/* Somebody holds a lock we need, or we lost a race: start again. */
static bool worth_retrying(const char *sqlstate)
{
    return strncmp(sqlstate, "40", 2) == 0 || strncmp(sqlstate, "53", 2) == 0 ||
           strcmp(sqlstate, "55P03") == 0 || strcmp(sqlstate, "57014") == 0;
}

static void on_answer(void *arg, struct jm_pg_answer *a)
{
    struct starter *st = arg;
    if (st->s->closing)
        return;
    if (a->fate == JM_PG_DONE) {
        step_done(st, a->res);
    } else if (a->fate == JM_PG_FAILED && !worth_retrying(a->sqlstate)) {
        bool rights = strcmp(a->sqlstate, "42501") == 0;
        jm_err_set(&st->err, rights ? JM_EDENIED : JM_ESCHEMA, "%s%s", a->err.text,
                   st->step == APPLY ? " while migrating" : "");
        end(st);
    } else if (a->fate == JM_PG_FAILED) {
        jm_pg_reset(st->pg, a->err.text);
    }
    /* otherwise the connection is gone and on_up() will begin again */
}

static void ask(struct starter *st, enum step step, const char *sql)
{
    struct jm_pg_query q = {.sql = sql, .cb = on_answer, .arg = st, .timeout_ms = MIGRATE_MS};
    st->step = step;
    if (jm_pg_send(st->pg, &q, &st->err) != 0)
        end(st);
}

static void on_up(void *arg)
{
    struct starter *st = arg;
    ask(st, CHECK, sql_check);
}

int jm_store_start(struct jm_store *s, jm_store_done_cb *cb, void *arg, struct jm_err *err)
{
    if (s->started || s->starter)
        return jm_err_set(err, JM_EINVAL, "the store is started already");
    struct starter *st = calloc(1, sizeof *st);
    if (!st)
        return jm_err_set(err, JM_ENOMEM, "out of memory to start the store");
    *st = (struct starter){.s = s, .cb = cb, .arg = arg};
    struct jm_pg_options o = {.loop = s->o.loop, .conninfo = s->conninfo, .name = "migrate",
                              .session = "-c lock_timeout=60000 -c client_min_messages=warning",
                              .drop_waiting = true,
                              .on_up = on_up, .arg = st};
    st->pg = jm_pg_new(&o, err);
    if (!st->pg) {
        free(st);
        return -1;
    }
    s->starter = st;
    return 0;
}

void store_start_free(struct jm_store *s)
{
    struct starter *st = s->starter;
    if (!st)
        return;
    struct jm_err err = {0};
    jm_err_set(&err, JM_EUNAVAIL, "the store is closing");
    jm_loop_undefer(s->o.loop, &st->defer);
    jm_pg_free(st->pg);
    s->starter = NULL;
    st->cb(st->arg, &err);
    free(st);
}
