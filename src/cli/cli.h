/* cli.h - the jobmatch client: one command, one file, one row.
 *
 * Data goes to stdout, progress and complaints to stderr. Colour and aligned tables only on a
 * terminal. The key comes from JOBMATCH_API_KEY or a file, never from the command line, where
 * everyone could read it. */
#ifndef JM_CLI_H
#define JM_CLI_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"

struct jm_dict;
struct jm_title_kernel;

enum { JM_CLI_OK = 0, JM_CLI_FAILED = 1, JM_CLI_USAGE = 2, JM_CLI_UNAVAILABLE = 69 };

struct jm_cli {
    const char *url;        /* without a trailing slash */
    char *key;              /* NULL: none */
    const char *skills_dir;
    bool json, quiet, colour;
    unsigned limit;
};

struct jm_cli_command {
    const char *name, *args, *help;
    int (*run)(struct jm_cli *c, int argc, char **argv); /* argv[0] is the command's name */
};
extern const struct jm_cli_command jm_cli_import, jm_cli_match, jm_cli_explain, jm_cli_skills,
    jm_cli_status, jm_cli_eval, jm_cli_taxonomy, jm_cli_train;

/* `match file JOB CANDIDATE...`: no daemon; argv[0] is "file". */
int jm_cli_match_file(struct jm_cli *c, int argc, char **argv);

/* One request. `method`, `path` ("/v1/..."), optional body. The answer is appended to `out`.
 * Returns the HTTP status, or -1 with `err` when there was none. *retry_after_s: what the server
 * asked for, 0 if nothing. */
long jm_cli_call(struct jm_cli *c, const char *method, const char *path, const char *content_type,
                 const void *body, size_t bytes, struct jm_buf *out, long *retry_after_s,
                 struct jm_err *err);
/* GET that must be 200; complains by itself. NULL on failure. */
json_t *jm_cli_get(struct jm_cli *c, const char *path);
/* Say what an answer that is not 2xx means. */
void jm_cli_complain(const char *what, long status, const struct jm_buf *answer,
                     const struct jm_err *err);
/* Append `text` percent-encoded. */
void jm_cli_escape(struct jm_buf *b, const char *text);
/* A whole file, "-" is stdin. -1: complained. */
int jm_cli_read(const char *path, struct jm_buf *out);
/* The same as UTF-8, whatever it was saved as, without a byte order mark. */
int jm_cli_read_text(const char *path, struct jm_buf *out);
/* The dictionary of --skills-dir; NULL: complained. */
struct jm_dict *jm_cli_dict(struct jm_cli *c);
int jm_cli_usage(const struct jm_cli_command *cmd);

#endif
