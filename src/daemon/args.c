/* args.c - the command line of jobmatchd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"

static const char default_config[] = "/etc/jobmatch/jobmatch.conf";

static const struct {
    const char *name;
    enum jm_command command;
} switches[] = {
    {"--help", JM_CMD_HELP}, {"-h", JM_CMD_HELP}, {"--version", JM_CMD_VERSION},
    {"--check", JM_CMD_CHECK}, {"-t", JM_CMD_CHECK}, {"--print-config", JM_CMD_PRINT_CONFIG},
    {"--dump-routes", JM_CMD_ROUTES}, {"--dump-index", JM_CMD_DUMP_INDEX},
    {"--config-mdoc", JM_CMD_MDOC},
};

void jm_args_help(void)
{
    fputs("usage: jobmatchd [--config FILE] [--set NAME=VALUE]... [COMMAND]\n"
          "\n"
          "Without a command it runs in the foreground and logs to stderr.\n"
          "\n"
          "  --check             check configuration, dictionary and scoring; 0 if all is well\n"
          "  --print-config      every option with its value and where it came from\n"
          "  --dump-index        build the index from the database and print one line a document\n"
          "  --dump-routes       the HTTP routes\n"
          "  key create [--tenant NAME] [--scopes WORDS] [--note TEXT]\n"
          "                      make an API key and print it once; scopes: ingest, read,\n"
          "                      webhook, ops, all (default)\n"
          "  key revoke ID       ID is the part of the key behind \"jm_\"\n"
          "  --version, --help\n"
          "\n"
          "Signals: TERM or INT drains and stops (twice: at once), HUP reloads the\n"
          "configuration. Exit: 0 done, 1 failed, 2 usage, 69 cannot listen, 75 try again,\n"
          "78 configuration or schema.\n"
          "\n"
          "Manual: jobmatchd(8), jobmatch.conf(5).\n",
          stdout);
}

static int key_command(struct jm_args *a, int argc, char **argv, int *i, struct jm_err *err)
{
    const char *verb = *i + 1 < argc ? argv[++*i] : "";
    if (strcmp(verb, "create") == 0) {
        a->command = JM_CMD_KEY_CREATE;
    } else if (strcmp(verb, "revoke") == 0 && *i + 1 < argc) {
        a->command = JM_CMD_KEY_REVOKE;
        a->key_id = argv[++*i];
        if (strncmp(a->key_id, "jm_", 3) == 0)
            a->key_id += 3;
    } else {
        return jm_err_set(err, JM_EINVAL, "key takes create, or revoke ID");
    }
    return 0;
}

/* An option with a value. 1: not one of them. */
static int value_option(struct jm_args *a, const char *name, const char *value, struct jm_err *err)
{
    const struct {
        const char *name;
        const char **to;
    } table[] = {{"--config", &a->config_file}, {"--tenant", &a->tenant},
                 {"--scopes", &a->scopes}, {"--note", &a->note}, {"--set", NULL}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(name, table[i].name) != 0)
            continue;
        if (!value)
            return jm_err_set(err, JM_EINVAL, "%s needs a value", name);
        if (table[i].to) {
            *table[i].to = value;
        } else {
            if (a->n_set == JM_ARGS_MAX_SET || !strchr(value, '='))
                return jm_err_set(err, JM_EINVAL, "--set takes NAME=VALUE, at most %d times",
                                  JM_ARGS_MAX_SET);
            a->set[a->n_set++] = value;
        }
        return 0;
    }
    return 1;
}

int jm_args_parse(struct jm_args *a, int argc, char **argv, struct jm_err *err)
{
    *a = (struct jm_args){.tenant = "default", .scopes = "all"};
    for (int i = 1; i < argc; i++) {
        size_t k = 0;
        const size_t n = sizeof switches / sizeof *switches;
        while (k < n && strcmp(argv[i], switches[k].name) != 0)
            k++;
        if (k < n) {
            a->command = switches[k].command;
            continue;
        }
        if (strcmp(argv[i], "key") == 0) {
            if (key_command(a, argc, argv, &i, err))
                return -1;
            continue;
        }
        int rc = value_option(a, argv[i], i + 1 < argc ? argv[i + 1] : NULL, err);
        if (rc > 0)
            return jm_err_set(err, JM_EINVAL, "unknown argument %s; see --help", argv[i]);
        if (rc < 0)
            return -1;
        i++;
    }
    return 0;
}

static int apply_sets(const struct jm_args *a, struct jm_config *c, struct jm_buf *errors)
{
    int bad = 0;
    for (size_t i = 0; i < a->n_set; i++) {
        struct jm_err err = {0};
        char name[128];
        const char *eq = strchr(a->set[i], '=');
        snprintf(name, sizeof name, "%.*s", (int)(eq - a->set[i]), a->set[i]);
        if (jm_config_set(c, name, eq + 1, "command line", &err)) {
            jm_buf_fmt(errors, "--set %s: %s\n", a->set[i], err.text);
            bad++;
        }
    }
    return bad;
}

int jm_args_config(const struct jm_args *a, struct jm_config *c)
{
    struct jm_buf errors = {0};
    int bad = 0;
    const char *file = a->config_file;
    if (!file && access(default_config, R_OK) == 0)
        file = default_config;
    if (file)
        bad += jm_config_load(c, file, &errors);
    bad += jm_config_environment(c, &errors);
    bad += apply_sets(a, c, &errors);
    if (bad)
        fputs(jm_buf_cstr(&errors), stderr);
    jm_buf_fini(&errors);
    return bad;
}
