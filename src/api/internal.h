/* internal.h - what the resources of the API share. */
#ifndef JM_API_INTERNAL_H
#define JM_API_INTERNAL_H

#include "jobmatch/api.h"
#include "jobmatch/clock.h"
#include "jobmatch/map.h"
#include "jobmatch/metrics.h"
#include "jobmatch/model.h"
#include "jobmatch/pipeline.h"
#include "jobmatch/store.h"

struct jm_call;

/* One row of the table. A segment in braces takes anything. */
struct jm_route {
    enum jm_http_method method;
    const char *path;
    int scope; /* 0: open to all */
    void (*handle)(struct jm_call *c);
    enum jm_kind kind; /* where jobs and candidates share a handler */
};
extern const struct jm_route jm_api_table[];

/* A request with what the router found out. Lives in the request's arena. */
struct jm_call {
    struct jm_api *api;
    struct jm_http_req *req;
    const struct jm_route *route;
    uint32_t tenant;
    int scopes;
};

struct jm_auth_key {
    uint32_t tenant;
    int scopes;
    uint8_t sha256[32];
    int64_t expires_at_us;
    bool revoked;
};

struct jm_api {
    struct jm_api_options o;
    const struct jm_clock *clock;
    struct jm_auth_key *keys;
    struct jm_map key_ids; /* id to number in keys */
    bool keys_loaded, draining;
    struct jm_timer *reload;
    struct jm_map bad_keys; /* client address to wrong keys in this minute */
    int64_t bad_minute;
    struct jm_metric *m_auth_failed;
    struct import *pages; /* import.c's, under way */
    struct jm_reread *reread;
};

/* auth.c. True if the call may go on; otherwise it has been answered. */
bool jm_auth_check(struct jm_call *c);
void jm_auth_reload(void *api);
void jm_auth_fini(struct jm_api *a);

/* Common answers. Each answers the request. */
void jm_call_json(struct jm_call *c, int status, struct jm_buf *body); /* takes the buffer */
void jm_call_no_memory(struct jm_call *c);
void jm_call_busy(struct jm_call *c, const char *detail); /* 503 with Retry-After */
void jm_call_not_found(struct jm_call *c, const char *what);
void jm_call_store_error(struct jm_call *c, const struct jm_err *err);
void jm_call_invalid(struct jm_call *c, const char *pointer, const char *detail); /* 422 */
/* Query parameters. -1: answered with 400. Absent: `def`. */
int jm_call_number(struct jm_call *c, const char *name, int64_t min, int64_t max, int64_t def,
                   int64_t *out) __attribute__((warn_unused_result));
bool jm_call_flag(struct jm_call *c, const char *name);

/* Handlers by file. */
void jm_ingest_put(struct jm_call *c);
void jm_ingest_get(struct jm_call *c);
void jm_ingest_delete(struct jm_call *c);
void jm_import(struct jm_call *c);
void jm_import_end(struct jm_api *a); /* forget the pages under way: nobody answers them any more */
void jm_results_list(struct jm_call *c);
void jm_results_explain(struct jm_call *c);
void jm_endpoint_create(struct jm_call *c);
void jm_endpoint_list(struct jm_call *c);
void jm_endpoint_delete(struct jm_call *c);
void jm_endpoint_rotate(struct jm_call *c);
void jm_endpoint_enable(struct jm_call *c);
void jm_skills_read(struct jm_call *c);
void jm_health_live(struct jm_call *c);
void jm_health_ready(struct jm_call *c);
void jm_health_metrics(struct jm_call *c);
void jm_health_status(struct jm_call *c);
void jm_health_dump(struct jm_call *c);

/* reading.c: a document from bytes to what the store keeps; on a worker. */
struct jm_format_problem;
struct jm_reading {
    struct jm_buf compact;
    int64_t version, expires_at_us;
    uint64_t dict_version;
    const char *title; /* in the arena */
    enum jm_doc_status status;
    unsigned ignored;  /* unknown keys */
};
enum jm_media { JM_MEDIA_JSON, JM_MEDIA_TEXT, JM_MEDIA_HTML, JM_MEDIA_OTHER };
enum jm_media jm_media_parse(const char *content_type);
int jm_reading_run(struct jm_engine *e, const struct jm_doc_name *name, enum jm_kind kind,
                   enum jm_media media, const char *bytes, size_t len, bool strict, int64_t as_of_s,
                   struct jm_arena *arena, struct jm_reading *out, struct jm_format_problem *why)
    __attribute__((warn_unused_result));

/* A put of what was read; who, under which name and from which bytes is the caller's to add. Borrows
 * compact and title. */
struct jm_put jm_reading_put(const struct jm_reading *r);

/* reread.c: documents of an older dictionary are read again, once after each start. */
struct jm_reread;
struct jm_reread *jm_reread_new(struct jm_api *a); /* NULL: out of memory */
void jm_reread_start(struct jm_reread *r);
void jm_reread_state(const struct jm_reread *r, bool *ended, uint64_t *done, uint64_t *failed);
void jm_reread_free(struct jm_reread *r); /* accepts NULL */

#endif
