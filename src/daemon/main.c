/* main.c - jobmatchd: reads the command line and hands over. Only wiring lives here. */
#include <stdio.h>
#include <string.h>

#include "daemon.h"
#include "jobmatch/api.h"
#include "jobmatch/log.h"
#include "jobmatch/resource.h"
#include "jobmatch/version.h"

static int print_and_free(struct jm_buf *b)
{
    fputs(jm_buf_cstr(b), stdout);
    bool ok = jm_buf_ok(b) && fflush(stdout) == 0;
    jm_buf_fini(b);
    return ok ? JM_EXIT_OK : JM_EXIT_FAILED;
}

/* Commands that need no configuration. -1: it is another one. */
static int run_plain(const struct jm_args *a)
{
    struct jm_buf b = {0};
    switch (a->command) {
    case JM_CMD_HELP:
        jm_args_help();
        return JM_EXIT_OK;
    case JM_CMD_VERSION:
        puts("jobmatchd " JM_VERSION);
        return JM_EXIT_OK;
    case JM_CMD_ROUTES:
        jm_api_routes(&b);
        return print_and_free(&b);
    case JM_CMD_MDOC:
        jm_config_mdoc(&b);
        return print_and_free(&b);
    default:
        return -1;
    }
}

static int run_loaded(const struct jm_args *a, struct jm_config *c)
{
    struct jm_resources l;
    struct jm_resource_paths paths = {c->skills_dir, c->skills_kernel, c->match_scoring_file};
    struct jm_err err = {0};
    if (jm_resources_open(&l, &paths, &err)) {
        fprintf(stderr, "jobmatchd: %s\n", err.text);
        return a->command == JM_CMD_CHECK ? JM_EXIT_FAILED : JM_EXIT_CONFIG;
    }
    int rc = JM_EXIT_OK;
    if (a->command == JM_CMD_CHECK)
        puts("jobmatchd: configuration, dictionary and scoring are fine");
    else if (a->command == JM_CMD_DUMP_INDEX)
        rc = jm_tool_dump_index(c, &l);
    else
        rc = jm_daemon_run(a, c, &l);
    jm_resources_close(&l);
    return rc;
}

static int run_configured(const struct jm_args *a, struct jm_config *c)
{
    struct jm_buf b = {0};
    if (jm_args_config(a, c))
        return a->command == JM_CMD_CHECK ? JM_EXIT_FAILED : JM_EXIT_CONFIG;
    int level = jm_log_level_parse(c->log_level);
    if (level < 0) {
        fprintf(stderr, "jobmatchd: log.level: expected error, warn, info or debug\n");
        return JM_EXIT_CONFIG;
    }
    jm_log_init(2, (enum jm_log_level)level);
    switch (a->command) {
    case JM_CMD_PRINT_CONFIG:
        jm_config_print(c, &b);
        return print_and_free(&b);
    case JM_CMD_KEY_CREATE:
        return jm_tool_key_create(a, c);
    case JM_CMD_KEY_REVOKE:
        return jm_tool_key_revoke(a, c);
    default:
        return run_loaded(a, c);
    }
}

int main(int argc, char **argv)
{
    struct jm_args a;
    struct jm_err err = {0};
    if (jm_args_parse(&a, argc, argv, &err)) {
        fprintf(stderr, "jobmatchd: %s\n", err.text);
        return JM_EXIT_USAGE;
    }
    int rc = run_plain(&a);
    if (rc >= 0)
        return rc;
    struct jm_config c;
    if (jm_config_init(&c)) {
        fprintf(stderr, "jobmatchd: out of memory\n");
        return JM_EXIT_TEMPFAIL;
    }
    rc = run_configured(&a, &c);
    jm_config_fini(&c);
    return rc;
}
