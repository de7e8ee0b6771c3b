/* webhook.h - delivers events to endpoints: at least once, signed, and never to our own house.
 *
 * The life of a delivery: the store commits an event with one delivery row per endpoint. The
 * deliverer (struct jm_webhook) loads due rows, signs the stored bytes, POSTs them, and reports
 * what came of it: delivered, retry at a time, or dead. Rows change only by that report, so the
 * schedule lives in the database and a restart loses nothing; an event that was under way is sent
 * again under the same webhook-id.
 *
 * It knows the store only as the five calls of struct jm_webhook_store. The daemon wires them to
 * PostgreSQL, the tests to an array.
 *
 * Everything here belongs to the loop's thread, except the pure functions, which any thread may
 * call. */
#ifndef JM_WEBHOOK_H
#define JM_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"
#include "jobmatch/store.h"

struct sockaddr;
struct jm_buf;
struct jm_loop;
struct jm_metrics;

/* --- secrets and signatures (Standard Webhooks 1.0.0, scheme v1) ------------------------ */

enum {
    JM_WEBHOOK_SECRET_MIN = 24, JM_WEBHOOK_SECRET_MAX = 64, /* bytes of the key */
    JM_WEBHOOK_ID_MAX = 64,      /* bytes of a webhook-id */
    JM_WEBHOOK_BODY_MAX = 256 * 1024, /* a larger event is dead, not sent */
    JM_WEBHOOK_URL_MAX = 2048,
    JM_WEBHOOK_LOG_MAX = 4096,   /* bytes of an answer that are kept */
    JM_WEBHOOK_ATTEMPTS = 10
};

struct jm_webhook_secret {
    uint8_t key[JM_WEBHOOK_SECRET_MAX];
    uint8_t bytes;
};

/* A fresh `whsec_...` text of 32 random bytes. `out` holds JM_WEBHOOK_SECRET_TEXT bytes. */
enum { JM_WEBHOOK_SECRET_TEXT = 96 };
void jm_webhook_secret_new(char out[JM_WEBHOOK_SECRET_TEXT]);
/* Read `whsec_` + base64 of 24 to 64 bytes. The caller clears the key when done with it. */
int jm_webhook_secret_parse(struct jm_webhook_secret *out, const char *text, struct jm_err *err)
    __attribute__((warn_unused_result));

/* Append the value of webhook-signature, one `v1,...` for each secret, newest first. -1 (JM_EINVAL)
 * if the id has a character outside [A-Za-z0-9_-] or is too long, or there is no secret. */
int jm_webhook_sign(struct jm_buf *out, const struct jm_webhook_secret *secrets, size_t n_secrets,
                    const char *id, int64_t timestamp_s, const void *body, size_t body_bytes,
                    struct jm_err *err) __attribute__((warn_unused_result));
/* What a receiver does: true if any signature of `header` fits the secret and `timestamp_s` is
 * within `tolerance_s` of `now_s`. */
bool jm_webhook_verify(const struct jm_webhook_secret *secret, const char *header, const char *id,
                       int64_t timestamp_s, int64_t now_s, int64_t tolerance_s, const void *body,
                       size_t body_bytes);

/* --- where we may send ------------------------------------------------------------------ */

/* Which addresses and URLs are allowed beyond the public ones. */
struct jm_webhook_guard;
/* `allow`: CIDRs separated by commas or blanks ("127.0.0.0/8, ::1/128"), "" or NULL for none; an
 * address inside one may be dialled though it is not public, by http and on any port.
 * `allow_http`: plain http to public addresses too, and port 80. NULL: JM_EINVAL names the bad
 * CIDR. */
struct jm_webhook_guard *jm_webhook_guard_new(const char *allow, bool allow_http,
                                              struct jm_err *err);
void jm_webhook_guard_free(struct jm_webhook_guard *g); /* accepts NULL */
/* The check at registration: scheme, host, port (443, 8443), no user name, no fragment, no odd
 * spelling of an address. 0, or -1 with a text that tells the user what to change. Names are not
 * resolved here: what counts is jm_webhook_guard_address() at the moment of dialling. */
int jm_webhook_guard_url(const struct jm_webhook_guard *g, const char *url, struct jm_err *err)
    __attribute__((warn_unused_result));
/* NULL if this very address may be dialled, else why not ("loopback", "private", ...): a constant.
 * Addresses of our own interfaces are refused; they are read again every 10 s. */
const char *jm_webhook_guard_address(struct jm_webhook_guard *g, const struct sockaddr *sa,
                                     size_t bytes);

/* --- the seam to the store -------------------------------------------------------------- */

/* What the deliverer needs of the store, call by call with the contract of jobmatch/store.h; `arg`
 * is the first argument of each. jm_webhook_store_of() fills it; a test fills it with a fake. */
struct jm_webhook_store {
    int (*load_endpoints)(void *arg, jm_endpoints_cb *cb, void *cb_arg, struct jm_err *err);
    int (*load_deliveries)(void *arg, const uint64_t *endpoints, size_t n, unsigned per_endpoint,
                           jm_deliveries_cb *cb, void *cb_arg, struct jm_err *err);
    int (*finish_deliveries)(void *arg, const struct jm_delivery_outcome *o, size_t n,
                             jm_finish_cb *cb, void *cb_arg, struct jm_err *err);
    /* to disable an endpoint, and to note in `reason` since when an active one fails */
    int (*update_endpoint)(void *arg, const struct jm_endpoint *e, jm_store_done_cb *cb,
                           void *cb_arg, struct jm_err *err);
    bool (*owns)(void *arg, unsigned shard, uint32_t *epoch);
    void *arg;
};
struct jm_webhook_store jm_webhook_store_of(struct jm_store *s);

/* --- the deliverer ---------------------------------------------------------------------- */

struct jm_webhook_options { /* zeroed: the default in brackets */
    int64_t connect_timeout_ms;  /* names, TCP and TLS [5,000] */
    int64_t total_timeout_ms;    /* [15,000] */
    uint32_t endpoint_concurrency; /* [4] */
    uint32_t endpoint_rate_per_s;  /* start and ceiling of an endpoint's rate [50] */
    uint32_t endpoint_memory;    /* deliveries of one endpoint in memory [256] */
    uint32_t total_memory;       /* deliveries in memory [8,192]: nothing is loaded above it */
    uint32_t in_flight;          /* requests under way [512]; one tenant gets a quarter of it */
    int64_t poll_busy_ms, poll_idle_ms; /* [20, 250] */
    int64_t report_delay_ms;     /* [50]; 200 outcomes go at once */
    int64_t breaker_open_ms;     /* first pause of an open breaker [30,000]; doubles up to 20x */
    const int64_t *retry_ms;     /* JM_WEBHOOK_ATTEMPTS - 1 pauses; NULL: the spec's schedule */
    const char *ca_file;         /* extra trust store, PEM; NULL: the system's */
};

struct jm_webhook;
/* `loop`, `guard` and `metrics` (or NULL) are borrowed for its life; `store` and `opts` are copied.
 * Nothing is loaded or sent before jm_webhook_start(). NULL: JM_ENOMEM or JM_EIO. */
struct jm_webhook *jm_webhook_new(struct jm_loop *loop, const struct jm_webhook_store *store,
                                  struct jm_webhook_guard *guard, struct jm_metrics *metrics,
                                  const struct jm_webhook_options *opts, struct jm_err *err);
void jm_webhook_start(struct jm_webhook *w);
/* The store committed deliveries (jm_store_on_deliveries): look now instead of at the next poll.
 * Cheap; call it often. */
void jm_webhook_wake(struct jm_webhook *w);
/* The API created, changed, disabled, deleted or re-keyed an endpoint: read all of them anew now
 * (it happens by itself every 30 s), forget what is queued for this one and reset its breaker.
 * A request under way still ends and is reported. */
void jm_webhook_endpoint_changed(struct jm_webhook *w, uint64_t endpoint);
/* Start nothing new, let what is under way end, report it, then call `done` once, never from
 * inside this call. The total timeout bounds the sending, the store the reporting. */
void jm_webhook_drain(struct jm_webhook *w, void (*done)(void *arg), void *arg);
/* Drops what is under way: whoever owns the row sends it again. May be called before or after
 * jm_store_free(), after draining or not, but not from inside a callback. Accepts NULL. */
void jm_webhook_free(struct jm_webhook *w);

struct jm_webhook_stats {
    uint64_t attempts, delivered, retried, dead; /* since start */
    size_t queued, in_flight, unreported, endpoints, open_breakers; /* now */
};
void jm_webhook_get_stats(const struct jm_webhook *w, struct jm_webhook_stats *out);

#endif
