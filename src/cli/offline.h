/* offline.h - the matching engine inside the client: dictionary, title kernel, matcher, and
 * documents read from bytes, for commands that need neither daemon nor database. */
#ifndef JM_CLI_OFFLINE_H
#define JM_CLI_OFFLINE_H

#include "cli.h"
#include "jobmatch/match.h"
#include "jobmatch/model.h"
#include "jobmatch/resource.h"

struct jm_offline {
    struct jm_resources res;
    struct jm_prepare *prepare;
    int64_t as_of_s;
};

struct jm_offline_options {
    const char *kernel;  /* NULL: as the daemon, titles.kernel in the skills folder if it is there */
    const char *scoring; /* as match.scoring_file; NULL: the shipped weights */
    const char *as_of;   /* YYYY-MM-DD; NULL: now */
};
/* The dictionary of --skills-dir, kernel and weights. -1: complained. Always close. */
int jm_offline_open(struct jm_offline *o, struct jm_cli *c, const struct jm_offline_options *opt);
void jm_offline_close(struct jm_offline *o);

/* One document from JSON (first byte '{') or plain text; `what` names it in complaints. The result
 * belongs to the caller (free()); NULL: complained. One line of text is a text without a title. */
struct jm_doc *jm_offline_read(struct jm_offline *o, enum jm_kind kind, const char *what,
                               const char *bytes, size_t len);

/* Documents with their ids. */
struct jm_offline_docs {
    struct jm_offline_doc {
        char *id;
        struct jm_doc *doc;
    } *a;
    size_t n, cap;
};
/* One document: takes over both, also on failure (-1: complained). */
int jm_offline_keep(struct jm_offline_docs *l, char *id, struct jm_doc *doc);
/* Every line of a file: NDJSON with external_id, or lines "id TAB text". -1: complained. */
int jm_offline_read_lines(struct jm_offline *o, enum jm_kind kind, const char *file,
                          struct jm_offline_docs *out);
void jm_offline_docs_free(struct jm_offline_docs *l);

#endif
