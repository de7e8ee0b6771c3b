/* main.c - jobmatch: common options, then a command from the table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "jobmatch/version.h"

static const struct jm_cli_command *const commands[] = {
    &jm_cli_import, &jm_cli_match, &jm_cli_explain, &jm_cli_skills, &jm_cli_status,
    &jm_cli_eval,   &jm_cli_taxonomy, &jm_cli_train,
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void help(void)
{
    puts("usage: jobmatch [OPTIONS] COMMAND [ARGUMENTS]\n\ncommands:");
    for (size_t i = 0; i < N_COMMANDS; i++)
        printf("  %s %s\n      %s\n", commands[i]->name, commands[i]->args, commands[i]->help);
    puts("\noptions:\n"
         "  --url URL          where the daemon is (JOBMATCH_URL; http://127.0.0.1:8077)\n"
         "  --key-file FILE    the API key (or JOBMATCH_API_KEY holds the key itself)\n"
         "  --skills-dir PATH  the dictionary, a folder or a compiled file, for commands that\n"
         "                     need no daemon (JOBMATCH_SKILLS_DIR)\n"
         "  --limit N          rows in a list (20)\n"
         "  --json             the daemon's own answer instead of a table\n"
         "  --quiet            no progress\n"
         "  --version, --help\n\nManual: jobmatch(1).");
}

/* `jobmatch COMMAND --help`, anywhere behind the command. */
static bool asks_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int run_command(struct jm_cli *c, int argc, char **argv)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(argv[0], commands[i]->name) != 0)
            continue;
        if (!asks_help(argc, argv))
            return commands[i]->run(c, argc, argv);
        printf("usage: jobmatch [OPTIONS] %s %s\n\n%s\n\nOptions: jobmatch --help. Manual: "
               "jobmatch(1).\n", commands[i]->name, commands[i]->args, commands[i]->help);
        return JM_CLI_OK;
    }
    fprintf(stderr, "jobmatch: unknown command %s; see --help\n", argv[0]);
    return JM_CLI_USAGE;
}

static int read_key(struct jm_cli *c, const char *file)
{
    struct jm_buf b = {0};
    const char *env = getenv("JOBMATCH_API_KEY");
    if (!file) {
        c->key = env && *env ? strdup(env) : NULL;
        return 0;
    }
    if (jm_cli_read(file, &b)) {
        jm_buf_fini(&b);
        return -1;
    }
    c->key = strndup(jm_buf_cstr(&b), strcspn(jm_buf_cstr(&b), "\r\n"));
    jm_buf_fini(&b);
    return 0;
}

static const char *env_or(const char *name, const char *def)
{
    const char *v = getenv(name);
    return v && *v ? v : def;
}

/* The installed dictionary; a program that runs where it was built takes the one it was built with.
 * `near` keeps the path. */
static const char *default_skills(char *near, size_t bytes)
{
    static const char installed[] = JM_PREFIX "/share/jobmatch/skills";
    ssize_t n = access(installed, R_OK) ? readlink("/proc/self/exe", near, bytes - 1) : -1;
    if (n <= 0)
        return installed;
    near[n] = '\0';
    for (int up = 0; up < 3; up++) { /* build/<profile>/jobmatch */
        char *slash = strrchr(near, '/');
        if (!slash)
            return installed;
        *slash = '\0';
    }
    size_t len = strlen(near);
    if (snprintf(near + len, bytes - len, "/config/skills") >= (int)(bytes - len) ||
        access(near, R_OK))
        return installed;
    return near;
}

/* Reads the options before the command. Returns its place in argv, or -1 - exit status. */
static int options(struct jm_cli *c, int argc, char **argv, const char **key_file)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        const char *o = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(o, "--help") == 0 || strcmp(o, "-h") == 0) {
            help();
            return -1 - JM_CLI_OK;
        } else if (strcmp(o, "--version") == 0) {
            puts("jobmatch " JM_VERSION);
            return -1 - JM_CLI_OK;
        } else if (strcmp(o, "--json") == 0) {
            c->json = true;
        } else if (strcmp(o, "--quiet") == 0) {
            c->quiet = true;
        } else if (value && strcmp(o, "--url") == 0) {
            c->url = argv[++i];
        } else if (value && strcmp(o, "--key-file") == 0) {
            *key_file = argv[++i];
        } else if (value && strcmp(o, "--skills-dir") == 0) {
            c->skills_dir = argv[++i];
        } else if (value && strcmp(o, "--limit") == 0 && atoi(value) > 0) {
            c->limit = (unsigned)atoi(argv[++i]);
        } else {
            fprintf(stderr, "jobmatch: %s is unknown or lacks its value; see --help\n", o);
            return -1 - JM_CLI_USAGE;
        }
    }
    return i;
}

int main(int argc, char **argv)
{
    char near[4096];
    struct jm_cli c = {.url = env_or("JOBMATCH_URL", "http://127.0.0.1:8077"),
                       .skills_dir = env_or("JOBMATCH_SKILLS_DIR",
                                            default_skills(near, sizeof near)),
                       .limit = 20};
    const char *key_file = NULL, *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    c.colour = isatty(1) && !(no_colour && *no_colour) && !(term && strcmp(term, "dumb") == 0);
    int at = options(&c, argc, argv, &key_file);
    if (at < 0)
        return -1 - at;
    if (at == argc) {
        fputs("jobmatch: no command; see --help\n", stderr);
        return JM_CLI_USAGE;
    }
    if (read_key(&c, key_file))
        return JM_CLI_FAILED;
    int rc = run_command(&c, argc - at, argv + at);
    free(c.key);
    return rc;
}
