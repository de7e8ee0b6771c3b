/* pgtest.h - a real PostgreSQL for a C test: tests/pgtest.sh in a folder of its own under /tmp.
 *
 * Include it in one test. Run from the top of the tree (as `make` does) or set JOBMATCH_TOP. A test
 * that cannot have a server prints why and exits with 77: without a server these tests fail. */
#ifndef JM_PGTEST_H
#define JM_PGTEST_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

struct pgtest {
    char dir[64];
    char conninfo[160];
};

static int pgtest_do(const struct pgtest *t, const char *verb)
{
    const char *top = getenv("JOBMATCH_TOP");
    char cmd[512];
    snprintf(cmd, sizeof cmd, "%s/tests/pgtest.sh %s %s >/dev/null", top ? top : ".", verb, t->dir);
    int r = system(cmd);
    return r == -1 || !WIFEXITED(r) ? -1 : WEXITSTATUS(r);
}

/* Make and start a cluster. `conf` is added to postgresql.conf; NULL: nothing. */
static inline void pgtest_start(struct pgtest *t, const char *conf)
{
    snprintf(t->dir, sizeof t->dir, "/tmp/jobmatch-pgtest-XXXXXX");
    if (!mkdtemp(t->dir)) {
        perror("mkdtemp");
        exit(77);
    }
    setenv("PGTEST_CONF", conf ? conf : "", 1);
    snprintf(t->conninfo, sizeof t->conninfo, "host=%s user=jobmatch dbname=jobmatch", t->dir);
    if (pgtest_do(t, "start") != 0) {
        fprintf(stderr, "no PostgreSQL for this test\n");
        exit(77);
    }
}

static inline void pgtest_again(struct pgtest *t) /* after pgtest_kill() */
{
    if (pgtest_do(t, "start") != 0)
        abort();
}

static inline void pgtest_kill(struct pgtest *t)
{
    if (pgtest_do(t, "kill") != 0)
        abort();
}

static inline void pgtest_stop(struct pgtest *t)
{
    char cmd[128];
    pgtest_do(t, "stop");
    snprintf(cmd, sizeof cmd, "rm -rf %s", t->dir);
    if (system(cmd) != 0)
        fprintf(stderr, "could not remove %s\n", t->dir);
}

/* Send a signal to the postmaster and all its children; several times, because a signal is not
 * instant and a backend may be forked behind the first look. */
static inline void pgtest_signal(const struct pgtest *t, int signo)
{
    char path[128], line[32];
    snprintf(path, sizeof path, "%s/data/postmaster.pid", t->dir);
    FILE *f = fopen(path, "r");
    if (!f || !fgets(line, sizeof line, f))
        abort();
    fclose(f);
    int master = atoi(line), kid;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", master, master);
    for (int round = 0; round < 5; round++) {
        kill(master, signo);
        if (!(f = fopen(path, "r")))
            abort();
        while (fscanf(f, "%d", &kid) == 1)
            kill(kid, signo);
        fclose(f);
        usleep(5000);
    }
}

/* Run SQL on a connection of its own; the first value of the last statement, to be freed. NULL: SQL
 * failed (the message is printed) or there is no value. */
static inline char *pgtest_sql(const struct pgtest *t, const char *sql)
{
    PGconn *c = PQconnectdb(t->conninfo);
    PQclear(PQexec(c, "SET client_min_messages = warning"));
    PGresult *r = PQexec(c, sql);
    char *out = NULL;
    if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) > 0 && !PQgetisnull(r, 0, 0))
        out = strdup(PQgetvalue(r, 0, 0));
    else if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
        fprintf(stderr, "sql: %s", PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    return out;
}

static inline long long pgtest_num(const struct pgtest *t, const char *sql)
{
    char *v = pgtest_sql(t, sql);
    long long n = v ? atoll(v) : -1;
    free(v);
    return n;
}

#endif
