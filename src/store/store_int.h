/* store_int.h - what the files of this module share.
 *
 * One struct jm_store holds a part for each file: puts (put.c), feed (feed.c), leases (lease.c).
 * Connections by role, so that nothing waits behind what it should not: two for group commit, one
 * each for matches, reads, the feed, the leases and the deliveries. */
#ifndef JM_STORE_INT_H
#define JM_STORE_INT_H

#include <event2/event.h>

#include "jobmatch/bytes.h"
#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/map.h"
#include "jobmatch/metrics.h"
#include "jobmatch/pg.h"
#include "jobmatch/store.h"

enum { STORE_WRITERS = 2, PUT_BATCH_ROWS = 256, PUT_BATCH_BYTES = 1 << 20 };

struct put_row;
struct put_batch { /* what one write connection is doing */
    struct jm_store *s;
    unsigned slot;
    struct put_row *rows[PUT_BATCH_ROWS];
    size_t n;
    int64_t sent_us; /* 0: free */
    bool up;
};
struct puts {
    struct put_row *head, **tail; /* waiting, oldest first */
    struct put_row *late;         /* taken out, about to be answered */
    struct put_row *done, **done_tail; /* settled, to be answered in slices */
    size_t rows, bytes;           /* waiting and in flight */
    size_t wait_rows, wait_bytes;
    struct jm_map64 busy_keys;    /* keys in flight */
    struct put_batch batch[STORE_WRITERS];
    struct jm_timer *linger, *sweep;
    struct jm_defer defer, answers;
    int64_t down_since_us; /* 0: a writer is up */
    bool silent; /* a writer was lost after a long silence: no grace for new rows */
};

enum feed_phase { FEED_OFF, FEED_DOWN, FEED_IDENTIFY, FEED_SNAPSHOT, FEED_FOLLOW };
struct feed {
    struct jm_feed_ops ops;
    void *arg;
    enum feed_phase phase;
    uint64_t system_identifier;
    uint32_t timeline;
    bool have_snapshot; /* the listener's state is complete up to `cursor` */
    bool paused, polling, wake, rewound, fatal_copy;
    struct jm_cursor cursor;
    struct jm_buf carry; /* bytes of a COPY row that is not complete yet */
    bool copy_header;
    PGresult *page; /* being handed out */
    int page_row;
    struct jm_timer *poll, *more;
    int64_t idle_ms;
    int64_t lag_us, horizon_us, lag_asked_us, lag_known_us;
    uint64_t resets, documents, changes;
};

struct lease {
    uint32_t epoch;
    bool owned;
    struct jm_cursor matched; /* the shard's match cursor as we know it */
    struct jm_cursor seen;    /* the last change handed out that needs matching */
};
struct leases {
    bool on, asking;
    struct lease shard[JM_SHARDS];
    unsigned owned;
    int64_t asked_us, renewed_us; /* start of the tick in flight, of the last good one */
    struct jm_timer *tick, *fence;
    jm_lease_cb *on_change;
    void *arg;
};

struct starter; /* start.c */
struct drainer; /* drain.c */

struct store_metrics {
    struct jm_metric *puts[8], *put_batches, *put_retries, *put_seconds, *put_rows, *put_bytes,
        *refused, *feed_docs, *feed_changes, *feed_resets, *feed_lag_us, *shards, *matches[3],
        *events, *deliveries_made, *attempts, *fenced, *reconnects, *up, *bisects;
};

struct jm_store {
    struct jm_store_options o;
    char *conninfo, *owner;
    struct jm_pg *write[STORE_WRITERS], *match, *read, *feed_pg, *lease_pg, *deliver;
    bool started, draining, closing;
    uint32_t schema_version;
    struct puts puts;
    struct feed feed;
    struct leases leases;
    struct starter *starter;
    struct drainer *drainer;
    struct jm_timer *prune_timer;
    void (*on_deliveries)(void *arg);
    void *on_deliveries_arg;
    struct jm_metrics *own_registry; /* when the caller has none */
    struct store_metrics m;
    uint64_t connects;
};

static inline int64_t store_now_us(const struct jm_store *s)
{
    return jm_loop_mono_us(s->o.loop);
}

/* One question on its way: whom to answer. */
struct call {
    struct jm_store *s;
    union {
        jm_store_done_cb *done;
        jm_get_cb *get;
        jm_outdated_cb *outdated;
        jm_keys_cb *keys;
        jm_id_cb *id;
        jm_match_cb *match;
        jm_match_list_cb *list;
        jm_endpoints_cb *endpoints;
        jm_deliveries_cb *deliveries;
        jm_finish_cb *finish;
        jm_prune_cb *prune;
    } cb;
    void *arg;
    uint64_t u[2]; /* the call's own */
};
struct call *store_call_new(struct jm_store *s, void *arg, struct jm_err *err);
/* Send a prepared statement for `c`; `on_answer` gets `c` and frees it. On failure `c` and `args`
 * are released. `timeout_ms` 0: the store's watchdog. */
int store_ask(struct jm_pg *pg, const char *stmt, struct jm_pg_args *args, uint32_t timeout_ms,
              jm_pg_cb *on_answer, struct call *c, struct jm_err *err);
/* The error of an answer, or NULL when it is DONE. */
const struct jm_err *store_answer_err(const struct jm_pg_answer *a);

/* Statements of each role, as tables for jm_pg_options. */
extern const struct jm_pg_stmt put_stmts[], match_stmts[], read_stmts[], feed_stmts[],
    lease_stmts[], deliver_stmts[];
extern const size_t n_put_stmts, n_match_stmts, n_read_stmts, n_feed_stmts, n_lease_stmts,
    n_deliver_stmts;

/* get.c: the first 14 columns of a document's row. */
void store_read_doc(struct jm_stored *d, const PGresult *r, int row);

/* keys.c: answers cb.done; no row means the error in u[0]. */
void store_on_done(void *arg, struct jm_pg_answer *a);
int prune_init(struct jm_store *s); /* prune.c */

/* store.c */
int store_open_pool(struct jm_store *s, struct jm_err *err);
void store_metrics_init(struct jm_store *s); /* metrics.c */

/* migrations.c: numbered from 1 without gaps. */
struct store_migration {
    unsigned version;
    const char *name, *sql;
};
extern const struct store_migration store_migrations[];
extern const unsigned store_migration_count;

/* start.c, drain.c */
void store_start_free(struct jm_store *s);
void store_drain_free(struct jm_store *s);

/* put.c */
int puts_init(struct jm_store *s);
void puts_fini(struct jm_store *s); /* answers what is left with JM_EUNAVAIL */
void puts_writer_up(struct jm_store *s, unsigned slot);
void puts_writer_down(struct jm_store *s, unsigned slot);
bool puts_empty(const struct jm_store *s);
/* put_batch.c */
void puts_dispatch(struct jm_store *s);

/* feed.c, feed_row.c */
int feed_init(struct jm_store *s);
void feed_fini(struct jm_store *s);
void feed_up(struct jm_store *s);
void feed_down(struct jm_store *s);
void feed_wake(struct jm_store *s); /* something of ours was committed */
/* Go back to `to`: changes behind it come again. */
void feed_rewind(struct jm_store *s, struct jm_cursor to);
/* Parse what arrived of a COPY BINARY stream and call `fn` for each document; returns 1 if one of
 * them asked to pause, -1 if the stream is not what we asked for. */
int feed_copy_rows(struct feed *f, const void *data, size_t len,
                   int (*fn)(void *arg, const struct jm_feed_doc *d), void *arg);

/* lease.c */
int leases_init(struct jm_store *s);
void leases_fini(struct jm_store *s);
void leases_up(struct jm_store *s);
void leases_lost_all(struct jm_store *s);
void leases_matched(struct jm_store *s, unsigned shard, struct jm_cursor to);

#endif
