/* config.h - the daemon's configuration: one table drives everything.
 *
 * Each option is one row {name, type, default, bounds, reloadable, doc}. The parser, --check,
 * --print-config, the reload on HUP and the man page all read the same table.
 *
 * File: `[section]` lines and `key = value` lines; `#` starts a comment; a value may stand in
 * double quotes. Sizes take KiB, MiB, GiB; durations take ms, s, m, h. The environment overrides
 * the file (JOBMATCH_HTTP_LISTEN for http.listen), the command line (--set http.listen=...)
 * overrides both. Unknown keys are errors, with the nearest known name. */
#ifndef JM_CONFIG_H
#define JM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"

enum jm_config_type { JM_CFG_STRING, JM_CFG_INT, JM_CFG_BOOL, JM_CFG_SIZE, JM_CFG_DURATION };
enum { JM_CFG_MAX_OPTIONS = 64 };

struct jm_config {
    /* strings are owned by the object */
    char *http_listen;
    int64_t http_max_body_bytes, http_max_header_bytes;
    int64_t http_max_connections, http_max_connections_per_ip;
    int64_t http_read_timeout_ms, http_idle_timeout_ms, http_request_timeout_ms;
    char *db_conninfo;
    bool db_allow_unsafe;
    int64_t db_query_timeout_ms, db_queue_bytes;
    char *skills_dir, *skills_kernel, *match_scoring_file;
    int64_t match_workers, match_floor, match_results, match_queue;
    bool webhook_allow_http;
    char *webhook_allow_addresses;
    int64_t webhook_timeout_ms, webhook_rate;
    char *log_level;
    int64_t shutdown_timeout_ms;
    const char *origin[JM_CFG_MAX_OPTIONS]; /* per table row: where the value came from */
};

struct jm_config_option {
    const char *name; /* "http.listen" */
    enum jm_config_type type;
    const char *def;
    int64_t min, max; /* of the parsed number; strings: length */
    bool reloadable;
    size_t offset;
    const char *doc; /* one sentence */
};

/* The table, ended by a row without a name. */
extern const struct jm_config_option jm_config_table[];

/* Defaults. -1: out of memory. Release with jm_config_fini(), which accepts a zeroed object. */
int jm_config_init(struct jm_config *c) __attribute__((warn_unused_result));
void jm_config_fini(struct jm_config *c);

/* Parse the text of a configuration file into `c`. All errors are collected in `errors`, one
 * "file:line: message" a line. Returns how many there were. */
int jm_config_parse(struct jm_config *c, const char *file, const char *text, size_t bytes,
                    struct jm_buf *errors);
/* Read `file` and parse it; an unreadable file is one error. */
int jm_config_load(struct jm_config *c, const char *file, struct jm_buf *errors);
/* Apply JOBMATCH_SECTION_KEY variables of the environment. */
int jm_config_environment(struct jm_config *c, struct jm_buf *errors);
/* Set one option from text. `origin` is kept and must be a constant or live as long as `c`. */
int jm_config_set(struct jm_config *c, const char *name, const char *value, const char *origin,
                  struct jm_err *err) __attribute__((warn_unused_result));

/* Every option with its value and origin, in file syntax; passwords in db.conninfo masked. */
void jm_config_print(const struct jm_config *c, struct jm_buf *out);
/* Take the reloadable options of `next` into `c`; names of changed options that need a restart
 * are appended to `restart`, blank-separated. Returns how many were taken. -1: out of memory. */
int jm_config_reload(struct jm_config *c, const struct jm_config *next, struct jm_buf *restart);
/* The OPTIONS section of the manual page, mdoc. */
void jm_config_mdoc(struct jm_buf *out);

#endif
