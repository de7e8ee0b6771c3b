/* deliver.h - the deliverer's inside, shared by deliver.c, endpoint.c and report.c only.
 *
 * Where a delivery is, is which list holds it, and one function moves it on:
 *
 *   loaded (deliver.c) -> endpoint's queue -> under way (the sender) -> ended -> settled -> freed
 *        \-> dropped: shard lost, endpoint gone, disabled or blocked; its row is still due
 *
 * `known` holds every delivery that is in any of these places, because a load brings unfinished
 * rows again. "settled" exists for one race: a load that began before a report was committed may
 * still bring the row of a delivery that is done; it stays known until that load is over. */
#ifndef JM_WEBHOOK_DELIVER_H
#define JM_WEBHOOK_DELIVER_H

#include "gate.h"
#include "jobmatch/clock.h"
#include "jobmatch/loop.h"
#include "jobmatch/map.h"
#include "sender.h"

struct jm_metric;

enum { ASK_MAX = 256, ASK_SHALLOW = 8, ASK_DEEP = 8, REPORT_MAX = 256, REPORT_AT = 200,
       UNREPORTED_MAX = 4096, SENDS_PER_TURN = 16 };

struct delivery {
    struct delivery *next;
    struct endpoint *ep;
    uint64_t event_seq, key; /* key: of `known` */
    unsigned shard;
    uint32_t epoch;
    uint16_t attempts;
    bool probe;
    int64_t event_at_us, started_at_us; /* wall clock */
    const char *event_id, *body; /* behind the struct */
    size_t body_len;
    struct jm_delivery_outcome outcome; /* once ended; its texts are in `texts` */
    char *texts;
};

struct queue {
    struct delivery *head, *tail;
    size_t n;
};

struct endpoint {
    struct jm_webhook *w;
    uint64_t id;
    uint32_t tenant;
    char *url;
    struct jm_webhook_secret secret, old_secret; /* bytes 0: none */
    int64_t old_secret_until_us;
    bool active;    /* loaded as such, and not disabled by us since */
    bool seen;      /* in the last list of endpoints */
    bool deep;      /* the last load brought as much as was asked for */
    bool reset;     /* the API said that it changed */
    char bad_url[240]; /* why the guard does not like the URL; "" */
    struct jm_webhook_gate gate;
    struct queue queue;
    size_t n_under_way, n_ended; /* ended: until reported */
    size_t rows;    /* of the load under way */
    int64_t failing_since_us;
    bool noted;     /* the store's reason says since when it fails */
    bool succeeded; /* here, since that was noted: the note must go */
    const char *disable; /* not NULL: tell the store */
    struct endpoint *next_ready, *prev_ready; /* ring of those with a queue */
};

/* What a callback of the store gets: it outlives the deliverer if it must. */
struct ticket {
    struct jm_webhook *w; /* NULL: the deliverer is gone, free the ticket */
    bool busy;
};

struct jm_webhook {
    struct jm_loop *loop;
    struct jm_webhook_store store;
    struct jm_webhook_guard *guard;
    struct jm_webhook_options o; /* every default filled in */
    struct jm_webhook_sender *sender;
    enum { WEBHOOK_NEW, WEBHOOK_RUNNING, WEBHOOK_DRAINING } state;

    struct endpoint **eps;
    size_t n_eps, cap_eps;
    struct jm_map64 by_id;       /* id -> struct endpoint * */
    struct jm_map64 under_way_of; /* tenant -> requests under way */
    struct endpoint *ready;      /* whose turn is next */
    struct jm_map64 known;       /* key -> struct delivery *; 0: see isolate_first() */

    struct ticket *load, *finish, *refresh, *update;
    struct jm_timer *poll_timer, *pump_timer, *report_timer, *refresh_timer;
    struct jm_defer pump_soon, drained;
    size_t ask_at[2];            /* rotation over eps: shallow, deep */
    bool ask_deep, woken, refresh_again;
    uint64_t ask[ASK_MAX];
    size_t n_ask;
    unsigned ask_per;
    size_t asked_in_vain;        /* endpoints asked since a load brought anything new */
    int64_t poll_delay_ms, report_backoff_ms;

    struct queue ended, settled;
    size_t n_reporting, report_max; /* of `ended`, under way in a report; batch size now */
    void (*on_drained)(void *arg);
    void *on_drained_arg;

    struct jm_webhook_stats stats;
    struct jm_metric *m_delivered, *m_retried, *m_dead, *m_seconds;
};

static inline int64_t webhook_wall_us(const struct jm_webhook *w)
{
    return jm_wall_us(jm_loop_clock(w->loop));
}

/* endpoint.c */
struct endpoint *jm_webhook_find(const struct jm_webhook *w, uint64_t id);
/* Read all endpoints of the store, then tell it what we know better (disabled, failing). */
void jm_webhook_refresh(struct jm_webhook *w);
void jm_webhook_endpoints_free(struct jm_webhook *w);
/* A verdict came: health, and a refresh if the store must hear of it. */
void jm_webhook_note_health(struct jm_webhook *w, struct endpoint *ep, enum jm_webhook_verdict v);
size_t jm_webhook_in_hand(const struct endpoint *ep);
void jm_webhook_ready_add(struct jm_webhook *w, struct endpoint *ep);
void jm_webhook_ready_remove(struct jm_webhook *w, struct endpoint *ep);
/* Forget what is queued; the rows stay due in the database. */
void jm_webhook_drop_queue(struct jm_webhook *w, struct endpoint *ep);

/* report.c */
/* Takes the delivery, whose outcome is filled in. */
void jm_webhook_ended(struct jm_webhook *w, struct delivery *d);
void jm_webhook_report(void *w);
/* The load that ran beside a report is over. */
void jm_webhook_free_settled(struct jm_webhook *w);

/* deliver.c */
void jm_webhook_delivery_free(struct jm_webhook *w, struct delivery *d); /* and no longer known */
void jm_webhook_queue_push(struct queue *q, struct delivery *d);
struct delivery *jm_webhook_queue_pop(struct queue *q);
void jm_webhook_poll(void *w); /* ask the store for what is due */
void jm_webhook_pump(void *w); /* let endpoints take turns */
void jm_webhook_pump_soon(struct jm_webhook *w);
void jm_webhook_check_drained(struct jm_webhook *w);
/* Claim the ticket's answer: NULL if the deliverer is gone. */
struct jm_webhook *jm_webhook_ticket_back(struct ticket *t);

#endif
