/* api.h - the HTTP API: one table of routes, one file a resource.
 *
 * A request passes the router (404, 405), the key check (401, 403, 429) and reaches its handler
 * with the tenant known. Reading a document runs on a worker, keeping it in the store; whoever
 * holds the request answers it exactly once. Everything on the loop's thread. */
#ifndef JM_API_H
#define JM_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/buf.h"
#include "jobmatch/err.h"
#include "jobmatch/http.h"

struct jm_api;
struct jm_dict;
struct jm_loop;
struct jm_metrics;
struct jm_pipeline;
struct jm_store;
struct jm_webhook;
struct jm_webhook_guard;

struct jm_api_options { /* all borrowed for its life */
    struct jm_loop *loop;
    struct jm_store *store;
    struct jm_pipeline *pipeline;
    struct jm_webhook *webhook;
    struct jm_webhook_guard *guard; /* judges endpoint URLs */
    struct jm_metrics *metrics;
    const struct jm_dict *dict;
};

struct jm_api *jm_api_new(const struct jm_api_options *o, struct jm_err *err);
void jm_api_free(struct jm_api *a); /* accepts NULL; the server must be gone */
/* For struct jm_http_handlers; `arg` is the api. */
void jm_api_on_head(struct jm_http_req *req, void *arg);
void jm_api_on_request(struct jm_http_req *req, void *arg);
void jm_api_on_finish(struct jm_http_req *req, int status, size_t body_bytes, int64_t duration_us,
                      void *arg);
/* Read the keys now and every 30 s; until they are read, requests with a key get 503. */
void jm_api_start(struct jm_api *a);
/* /readyz says no from now on. */
void jm_api_draining(struct jm_api *a);

/* "METHOD /path" a line: the table, for the documents to be checked against. */
void jm_api_routes(struct jm_buf *out);

/* --- API keys: jm_<id>_<secret>_<crc>; only SHA-256(secret) is kept ------------------------- */

enum { JM_KEY_TEXT = 64, JM_KEY_ID = 9 };
struct jm_key {
    char id[JM_KEY_ID];
    uint8_t sha256[32];
};
/* A fresh key; `text` is shown once and never stored. */
void jm_key_new(struct jm_key *k, char text[JM_KEY_TEXT]);
/* -1 if the text is no key of ours: wrong shape or a typing error (the checksum). */
int jm_key_parse(struct jm_key *k, const char *text) __attribute__((warn_unused_result));

/* Scopes, as comma-separated words. -1: an unknown word. */
enum jm_scope { JM_SCOPE_INGEST = 1, JM_SCOPE_READ = 2, JM_SCOPE_WEBHOOK = 4, JM_SCOPE_OPS = 8,
                JM_SCOPE_ALL = 15 };
int jm_scope_parse(const char *words);

#endif
