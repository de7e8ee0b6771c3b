/* store.h - what is kept, and how it is kept true. PostgreSQL is the only truth.
 *
 * Life of a posting here: jm_store_put() queues it; up to 256 rows leave in one statement on one
 * of two write connections; after COMMIT every caller gets his verdict. The row, its compact
 * matching form and a change record were one transaction. The feed then hands the committed
 * change, in (xid, seq) order, to the index: first a snapshot of everything, then every change
 * after it. What the matcher finds goes back through jm_store_commit_matches(): pairs, ledger,
 * outbox events, deliveries and the shard's match cursor, again one transaction, fenced by the
 * lease of the shard. Deliveries are read by whoever owns the shard.
 *
 * Rules for every function here
 * - Call on the loop's thread only. Nothing blocks. All input is copied before a call returns.
 * - A function that takes a callback returns 0 and calls it exactly once, later, never from inside
 *   the call; or it returns -1 with `err` set and never calls it. What a callback is given is
 *   valid only until it returns. A callback may call any store function except jm_store_free().
 * - JM_EUNAVAIL means "not now": the database is away, stalled or the queue is full. For a write
 *   it may mean "unknown": repeat it, every write here may be repeated. It comes within 8 s.
 * - Times are microseconds since 1970 (UTC); 0 is "none". Strings are UTF-8 without NUL. */
#ifndef JM_STORE_H
#define JM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"
#include "jobmatch/model.h"

struct jm_loop;
struct jm_metrics;
struct jm_store;

/* --- life ------------------------------------------------------------------------------------ */

struct jm_store_options {
    struct jm_loop *loop;     /* borrowed, as is all below */
    const char *conninfo;     /* libpq keywords: a unix socket directory or hostaddr, no DNS */
    const char *owner;        /* this daemon's name in leases; NULL: host:pid:random */
    struct jm_metrics *metrics;    /* NULL: none */
    size_t queue_rows, queue_bytes; /* bound on puts in memory; 0: 20,000 rows, 64 MiB */
    uint32_t query_timeout_ms;      /* client watchdog; 0: 6,000 */
    uint32_t score_step;  /* match.updated when the score moved this far; 0: 50 of 1,000 */
    bool allow_unsafe;    /* tests only: run with fsync or synchronous_commit off */
    bool no_migrate;      /* fail with JM_ESCHEMA instead of applying missing migrations */
};

/* NULL: out of memory, or a conninfo that cannot be parsed or would need DNS (JM_EINVAL). */
struct jm_store *jm_store_new(const struct jm_store_options *o, struct jm_err *err);
/* Closes all connections and calls every outstanding callback with JM_EUNAVAIL. For a clean end
 * call jm_store_drain() first. NULL is allowed. */
void jm_store_free(struct jm_store *s);

/* Connect and migrate, retrying with backoff while the database is away. `cb` runs once: err NULL
 * when ready; JM_ESCHEMA (newer schema or a changed checksum: exit 78) or JM_EDENIED (settings that
 * would lose acknowledged rows, server older than 15, missing rights) when retrying is useless. */
typedef void jm_store_done_cb(void *arg, const struct jm_err *err);
int jm_store_start(struct jm_store *s, jm_store_done_cb *cb, void *arg, struct jm_err *err);

/* Refuse new work, finish what is queued, release the leases; then `cb`, with JM_EUNAVAIL if it
 * took longer than `timeout_ms`. */
int jm_store_drain(struct jm_store *s, uint32_t timeout_ms, jm_store_done_cb *cb, void *arg,
                   struct jm_err *err);

struct jm_store_state {
    bool started;          /* migrated and running */
    bool up;               /* a write connection is usable */
    bool feed_ready;       /* the snapshot is complete */
    int64_t feed_lag_us;   /* age of the oldest committed change not yet delivered; 0: none */
    int64_t horizon_lag_us; /* how long a foreign transaction has been holding the feed back */
    unsigned shards_owned;
    size_t put_rows, put_bytes; /* waiting or in flight */
    uint64_t system_identifier;
    uint32_t timeline, schema_version;
    uint64_t feed_resets, reconnects;
};
void jm_store_state(const struct jm_store *s, struct jm_store_state *out); /* memory only */

/* --- documents ------------------------------------------------------------------------------- */

enum jm_doc_status { JM_STATUS_OPEN = 0, JM_STATUS_CLOSED = 1 }; /* closed: filled, or paused */

struct jm_put {
    uint32_t tenant;
    enum jm_kind kind;
    const char *source, *external_id; /* 1..100 and 1..200 bytes */
    int64_t version;   /* 1..JM_VERSION_MAX; 0: stored version + 1 when the content differs */
    bool remove;       /* leave a tombstone; the fields below are ignored */
    bool reread;       /* same content, read with a new dictionary: replace the compact form */
    const char *media_type; /* of `raw`; NULL: application/json */
    const void *raw;   /* the document as sent, <= 1 MiB; its SHA-256 is the content's identity */
    size_t raw_len;
    const void *compact; /* jm_doc_encode() */
    size_t compact_len;
    uint64_t dict_version; /* of the dictionary that read it */
    const char *title; /* NULL: none; cut to 500 bytes */
    enum jm_doc_status status;
    int64_t expires_at_us;
};

enum jm_verdict {
    JM_PUT_CREATED, JM_PUT_UPDATED, JM_PUT_DELETED,
    JM_PUT_UNCHANGED, /* same version (or version 0), same content */
    JM_PUT_STALE,     /* the stored version is higher */
    JM_PUT_CONFLICT,  /* same version, other content */
    JM_PUT_ABSENT,    /* a delete without version of what does not exist */
    JM_PUT_ERROR      /* `err` says why; JM_EUNAVAIL: repeat; JM_EDB: this row was refused */
};
const char *jm_verdict_name(enum jm_verdict v); /* "created" ... "error" */

struct jm_put_result {
    enum jm_verdict verdict;
    uint64_t doc_id;  /* 0 for absent and error */
    int64_t version;  /* the one now stored */
    unsigned shard;
    struct jm_err err;
};
typedef void jm_put_cb(void *arg, const struct jm_put_result *r);

/* Durable when the callback says created, updated or deleted. Rows of one key keep their order.
 * -1: JM_EUNAVAIL (queue full, database away, draining), JM_EINVAL, JM_ELIMIT. */
int jm_store_put(struct jm_store *s, const struct jm_put *p, jm_put_cb *cb, void *arg,
                 struct jm_err *err);

struct jm_stored {
    uint32_t tenant;
    enum jm_kind kind;
    uint64_t doc_id;
    const char *source, *external_id, *title, *media_type;
    int64_t version;
    unsigned shard;
    enum jm_doc_status status;
    bool deleted;
    int64_t created_at_us, updated_at_us, expires_at_us;
    const void *raw, *compact; /* NULL and 0 in a tombstone, or when not asked for */
    size_t raw_len, compact_len;
};
/* `docs` in the order of ascending doc_id; n = 0: not found. */
typedef void jm_get_cb(void *arg, const struct jm_err *err, const struct jm_stored *docs,
                       size_t n);
int jm_store_get(struct jm_store *s, uint32_t tenant, enum jm_kind kind, const char *source,
                 const char *external_id, jm_get_cb *cb, void *arg, struct jm_err *err);
/* At most 500 ids of one tenant. `with_raw` false leaves raw and compact out. */
int jm_store_get_ids(struct jm_store *s, uint32_t tenant, const uint64_t *doc_ids, size_t n,
                     bool with_raw, jm_get_cb *cb, void *arg, struct jm_err *err);
/* Documents of all tenants whose compact form was read by another dictionary, with raw, to read
 * them again and put them with `reread`: at most `limit` (<= 200) of the next 5,000 documents
 * behind after_doc_id (0: from the start). `behind` is how far was looked, 0 at the end. */
typedef void jm_outdated_cb(void *arg, const struct jm_err *err, const struct jm_stored *docs,
                            size_t n, uint64_t behind);
int jm_store_get_outdated(struct jm_store *s, uint64_t dict_version, uint64_t after_doc_id,
                          unsigned limit, jm_outdated_cb *cb, void *arg, struct jm_err *err);

/* --- tenants and keys ------------------------------------------------------------------------ */

struct jm_tenant {
    uint32_t id;
    const char *name;
};
struct jm_api_key {
    const char *id; /* the public part, 1..32 bytes */
    uint32_t tenant;
    uint8_t sha256[32]; /* of the secret part */
    const char *scopes; /* "ingest,read": words of the API's own */
    const char *note;   /* who has it; NULL: none */
    int64_t created_at_us, expires_at_us;
    bool revoked;
};
typedef void jm_keys_cb(void *arg, const struct jm_err *err, const struct jm_tenant *tenants,
                        size_t n_tenants, const struct jm_api_key *keys, size_t n_keys);
int jm_store_load_keys(struct jm_store *s, jm_keys_cb *cb, void *arg, struct jm_err *err);
/* Find or create by name (1..63 bytes); `id` is the tenant's. Tenant 1 is "default". */
typedef void jm_id_cb(void *arg, const struct jm_err *err, uint64_t id);
int jm_store_ensure_tenant(struct jm_store *s, const char *name, jm_id_cb *cb, void *arg,
                           struct jm_err *err);
/* JM_ECONFLICT: the key id exists with another secret. The same again is fine. */
int jm_store_create_key(struct jm_store *s, const struct jm_api_key *k, jm_store_done_cb *cb,
                        void *arg, struct jm_err *err);
int jm_store_revoke_key(struct jm_store *s, const char *key_id, jm_store_done_cb *cb, void *arg,
                        struct jm_err *err); /* JM_ENOTFOUND */

/* --- the change feed ------------------------------------------------------------------------- */

struct jm_cursor { /* a place in the order of commits */
    uint64_t xid, seq;
};
int jm_cursor_cmp(struct jm_cursor a, struct jm_cursor b); /* <0, 0, >0 */

struct jm_feed_doc {
    uint32_t tenant;
    enum jm_kind kind;
    uint64_t doc_id;
    const char *source, *external_id;
    int64_t version; /* the one stored now: may be newer than the change that announced it */
    unsigned shard;
    bool deleted;    /* then there is no compact form */
    enum jm_doc_status status;
    int64_t expires_at_us;
    const void *compact;
    size_t compact_len;
    struct jm_cursor cursor;  /* of the change; {0,0} in the snapshot */
    int64_t changed_at_us;    /* 0 in the snapshot */
    bool needs_match; /* this shard is ours and the change lies behind its match cursor */
};
/* A document can come more than once: apply it when its version is not older than yours. A change
 * can come again, after a lease was taken over, for its `needs_match` only. */
struct jm_feed_ops {
    /* Forget everything: a snapshot follows. At start, and when the database is another one. */
    void (*on_reset)(void *arg);
    /* Return 0 to go on, 1 to pause until jm_store_feed_resume(), which may not be called from
     * inside; a few more documents may still come. */
    int (*on_snapshot_doc)(void *arg, const struct jm_feed_doc *d);
    void (*on_ready)(void *arg); /* the snapshot is complete; changes follow */
    int (*on_change)(void *arg, const struct jm_feed_doc *d); /* as on_snapshot_doc */
};
/* Once, after jm_store_start() is done. Reconnects by itself and never skips a change. */
int jm_store_feed_start(struct jm_store *s, const struct jm_feed_ops *ops, void *arg,
                        struct jm_err *err);
void jm_store_feed_resume(struct jm_store *s);

/* --- leases ---------------------------------------------------------------------------------- */

/* Compete for the 64 shards: TTL 15 s, renewed every 5 s, given up by our own clock 10 s after the
 * start of the last good renewal. Call from on_ready, so that who owns a shard has a warm index.
 * `on_change` (may be NULL) is called for each shard won or lost. */
typedef void jm_lease_cb(void *arg, unsigned shard, bool owned, uint32_t epoch);
int jm_store_leases_start(struct jm_store *s, jm_lease_cb *on_change, void *arg,
                          struct jm_err *err);
/* *epoch (may be NULL) is set when true. */
bool jm_store_owns(const struct jm_store *s, unsigned shard, uint32_t *epoch);

/* --- matches --------------------------------------------------------------------------------- */

enum { JM_MATCH_LIST_MAX = 200, JM_MATCH_BATCH_MAX = 64 };

struct jm_match_pair {
    uint64_t job_id, candidate_id;          /* doc_id */
    int64_t job_version, candidate_version; /* the versions that were judged */
    uint16_t score, fit, want, evidence;    /* 0..1000 */
    char band;                              /* 'A'..'E', '-' not enough data */
    const void *points; /* the explanation in the matcher's compact form, <= 4 KiB; opaque here */
    size_t points_len;
};
/* One document that came or changed, with its whole new list. A pair it had before and that is not
 * in the list is withdrawn if it was judged on an older version of this document: the list is
 * bounded, so being outside it is no judgement. A document that is deleted, closed or expired has
 * an empty list and takes all its pairs with it. */
struct jm_match_arrival {
    uint32_t tenant;
    enum jm_kind kind;
    uint64_t doc_id;
    int64_t version;
    unsigned shard;  /* the document's */
    uint32_t epoch;  /* of jm_store_owns() when matching began */
    struct jm_cursor cursor; /* of the change; {0,0}: do not advance */
    const struct jm_match_pair *pairs;
    size_t n_pairs; /* <= JM_MATCH_LIST_MAX */
    uint32_t total; /* how many matched in all: "57 matched, 9 shown" */
};
struct jm_match_advance { /* changes up to here need no list: superseded, or not ours to match */
    unsigned shard;
    uint32_t epoch;
    struct jm_cursor cursor;
};
struct jm_match_batch {
    const struct jm_match_arrival *arrivals; /* each document once; <= JM_MATCH_BATCH_MAX */
    size_t n_arrivals;
    const struct jm_match_advance *advance; /* <= JM_SHARDS */
    size_t n_advance;
    uint64_t config_hash, dict_version;
};
struct jm_match_result {
    uint32_t created, updated, withdrawn, unchanged; /* pairs */
    uint32_t events, deliveries;
    uint32_t fenced; /* arrivals dropped because their shard's lease was lost */
};
/* `err` NULL: committed; JM_EINVAL: some row of it can never be. One transaction for the whole
 * batch: pairs, ledger, outbox, deliveries, match cursors. An event is written only where an
 * endpoint of the tenant that is not deleted has subscribed to its type. The cursor of a shard
 * moves to the highest cursor given for it, so commit the arrivals of a shard in feed order.
 * Repeating a batch writes nothing and makes no event twice. A pair judged on newer versions is
 * never replaced by an older judgement. */
typedef void jm_match_cb(void *arg, const struct jm_err *err, const struct jm_match_result *r);
int jm_store_commit_matches(struct jm_store *s, const struct jm_match_batch *b, jm_match_cb *cb,
                            void *arg, struct jm_err *err);

/* --- results --------------------------------------------------------------------------------- */

struct jm_match_query {
    uint32_t tenant;
    enum jm_kind kind; /* whose list: a job's candidates, or a candidate's jobs */
    const char *source, *external_id;
    bool has_after;    /* continue behind (after_score, after_id) */
    uint16_t after_score;
    uint64_t after_id; /* doc_id of the other side */
    unsigned limit;    /* 1..200 */
    bool with_points;
};
struct jm_match_row {
    uint64_t other_id; /* doc_id of the other side */
    const char *source, *external_id, *title; /* of the other side */
    uint16_t score, fit, want, evidence;
    char band;
    int64_t job_version, candidate_version, match_version;
    int64_t created_at_us, updated_at_us;
    uint64_t config_hash, dict_version;
    const void *points; /* NULL unless asked for */
    size_t points_len;
};
/* By score descending, then other_id ascending. `doc` (without raw and compact) is the document
 * asked for; NULL: there is none, or it was deleted. `matched_version` is the document version the
 * list was made for, 0: not matched yet; `total` how many matched in all. */
struct jm_match_list {
    const struct jm_stored *doc;
    int64_t matched_version, matched_at_us;
    uint32_t total;
    const struct jm_match_row *rows;
    size_t n;
    bool more;
};
typedef void jm_match_list_cb(void *arg, const struct jm_err *err, const struct jm_match_list *l);
int jm_store_list_matches(struct jm_store *s, const struct jm_match_query *q, jm_match_list_cb *cb,
                          void *arg, struct jm_err *err);

/* --- endpoints and deliveries ---------------------------------------------------------------- */

enum jm_event_type { /* bits */
    JM_EVENT_MATCH_CREATED = 1, JM_EVENT_MATCH_UPDATED = 2, JM_EVENT_MATCH_WITHDRAWN = 4,
    JM_EVENT_JOB_MATCHED = 8
};
enum { JM_EVENT_ALL = 15, JM_SECRET_MAX = 64, JM_ENDPOINTS_MAX = 100 /* of a tenant */ };
const char *jm_event_type_name(enum jm_event_type t); /* "match.created" ... */
int jm_event_type_parse(const char *name);            /* its bit or -1 */

enum jm_endpoint_state {
    JM_ENDPOINT_ACTIVE = 0, JM_ENDPOINT_DISABLED = 1, JM_ENDPOINT_DELETED = 2
};

struct jm_endpoint {
    uint64_t id;
    uint32_t tenant;
    const char *url; /* 1..2000 bytes */
    uint32_t types;  /* enum jm_event_type bits */
    uint8_t secret[JM_SECRET_MAX], old_secret[JM_SECRET_MAX];
    size_t secret_len, old_secret_len; /* old 0: none */
    int64_t old_secret_until_us;       /* sign with both until then */
    enum jm_endpoint_state state;
    const char *reason; /* why disabled; "" */
    int64_t created_at_us, updated_at_us;
};
/* All that are not deleted. */
typedef void jm_endpoints_cb(void *arg, const struct jm_err *err, const struct jm_endpoint *e,
                             size_t n);
int jm_store_load_endpoints(struct jm_store *s, jm_endpoints_cb *cb, void *arg,
                            struct jm_err *err);
/* Uses tenant, url, types, secret; gives the new id. JM_ELIMIT: the tenant has enough. */
int jm_store_create_endpoint(struct jm_store *s, const struct jm_endpoint *e, jm_id_cb *cb,
                             void *arg, struct jm_err *err);
/* Sets url, types, state, reason of (tenant, id). Deleting cancels its open deliveries.
 * JM_ENOTFOUND. */
int jm_store_update_endpoint(struct jm_store *s, const struct jm_endpoint *e, jm_store_done_cb *cb,
                             void *arg, struct jm_err *err);
/* The present secret stays valid until `old_until_us`. JM_ENOTFOUND. */
int jm_store_rotate_secret(struct jm_store *s, uint32_t tenant, uint64_t id, const uint8_t *secret,
                           size_t secret_len, int64_t old_until_us, jm_store_done_cb *cb, void *arg,
                           struct jm_err *err);

enum jm_delivery_state {
    JM_DELIVERY_PENDING = 0, JM_DELIVERY_DONE = 1, JM_DELIVERY_DEAD = 2, JM_DELIVERY_CANCELLED = 3
};
struct jm_delivery {
    uint64_t event_seq, endpoint;
    uint32_t tenant;
    unsigned shard;
    uint32_t epoch;       /* of the lease under which it was loaded */
    uint16_t attempts;    /* made so far */
    int64_t next_at_us, event_at_us;
    const char *event_id; /* "evt_" and 26 characters: the same on every try */
    enum jm_event_type type;
    const char *body;     /* JSON, signed and sent as it is */
    size_t body_len;
};
/* Due deliveries of owned shards, oldest first, at most `per_endpoint` (<= 256) of each endpoint
 * given (<= 256 of them). A delivery comes again until it is finished: keep a set of those in
 * hand. `next_due_us` is when the next one not yet due will be (0: none known). */
typedef void jm_deliveries_cb(void *arg, const struct jm_err *err, const struct jm_delivery *d,
                              size_t n, int64_t next_due_us);
int jm_store_load_deliveries(struct jm_store *s, const uint64_t *endpoints, size_t n,
                             unsigned per_endpoint, jm_deliveries_cb *cb, void *arg,
                             struct jm_err *err);

struct jm_delivery_outcome {
    uint64_t event_seq, endpoint;
    unsigned shard;
    uint32_t epoch; /* as loaded */
    enum jm_delivery_state state; /* PENDING: try again at next_at_us */
    int64_t next_at_us;
    const char *reason; /* of DEAD and CANCELLED; NULL else */
    uint16_t attempt;   /* 1.. : its attempt number; 0: no attempt was made (cancelled) */
    int64_t started_at_us;
    uint32_t duration_ms;
    int http_status;    /* 0: none came */
    const char *error;  /* transport error; NULL: none */
    const char *response; /* first bytes of the body, valid UTF-8; cut to 4 KiB; NULL: none */
    size_t response_len;
};
/* At most 256. Writes state and attempt log in one transaction; `stale` counts the outcomes that
 * were dropped because the shard's lease is no longer ours. Repeating is harmless. */
typedef void jm_finish_cb(void *arg, const struct jm_err *err, unsigned stale);
int jm_store_finish_deliveries(struct jm_store *s, const struct jm_delivery_outcome *o, size_t n,
                               jm_finish_cb *cb, void *arg, struct jm_err *err);
/* `fn` is called, on the loop, after a commit of ours has created deliveries. One listener. */
void jm_store_on_deliveries(struct jm_store *s, void (*fn)(void *arg), void *arg);

/* --- upkeep ---------------------------------------------------------------------------------- */

struct jm_prune_result {
    uint64_t changes, attempts, events, tombstones;
};
/* Runs by itself every 10 minutes (the lease of shard 0 decides where); by hand for tests. Removes,
 * in bounded steps: changes older than `keep_s` that every match cursor has passed, attempts and
 * finished events older than 30 days,
 * tombstones older than 30 days. */
typedef void jm_prune_cb(void *arg, const struct jm_err *err, const struct jm_prune_result *r);
int jm_store_prune(struct jm_store *s, int64_t keep_s, jm_prune_cb *cb, void *arg,
                   struct jm_err *err);

#endif
