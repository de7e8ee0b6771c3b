/* daemon.h - the parts of one running daemon, and who starts and stops them.
 *
 * args.c   the command line
 * tools.c  the one-shot commands: keys, index dump
 * daemon.c start, signals, reload, drain
 * main.c   chooses between them */
#ifndef JM_DAEMON_H
#define JM_DAEMON_H

#include <stdbool.h>
#include <stddef.h>

#include "jobmatch/config.h"
#include "jobmatch/err.h"

struct jm_resources;

enum { JM_EXIT_OK = 0, JM_EXIT_FAILED = 1, JM_EXIT_USAGE = 2, JM_EXIT_UNAVAILABLE = 69,
       JM_EXIT_TEMPFAIL = 75, JM_EXIT_CONFIG = 78 };

enum jm_command {
    JM_CMD_RUN, JM_CMD_HELP, JM_CMD_VERSION, JM_CMD_CHECK, JM_CMD_PRINT_CONFIG, JM_CMD_ROUTES,
    JM_CMD_MDOC, JM_CMD_DUMP_INDEX, JM_CMD_KEY_CREATE, JM_CMD_KEY_REVOKE
};

enum { JM_ARGS_MAX_SET = 32 };
struct jm_args {
    enum jm_command command;
    const char *config_file; /* NULL: the default one, if it exists */
    const char *set[JM_ARGS_MAX_SET]; /* "name=value" */
    size_t n_set;
    const char *tenant, *scopes, *note, *key_id;
};
/* -1: `err` says what is wrong. Strings are borrowed from argv. */
int jm_args_parse(struct jm_args *a, int argc, char **argv, struct jm_err *err);
void jm_args_help(void);
/* File, environment, --set: errors go to stderr. Returns how many there were. */
int jm_args_config(const struct jm_args *a, struct jm_config *c);

/* These return an exit status. What was read from files does not change while the daemon runs. */
int jm_daemon_run(const struct jm_args *a, struct jm_config *c, struct jm_resources *l);
int jm_tool_key_create(const struct jm_args *a, const struct jm_config *c);
int jm_tool_key_revoke(const struct jm_args *a, const struct jm_config *c);
int jm_tool_dump_index(const struct jm_config *c, struct jm_resources *l);

#endif
