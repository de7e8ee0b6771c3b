/* gate.h - may this endpoint be asked now?  Circuit breaker, rate and pause of one endpoint.
 *
 * Pure: time is a number that the caller passes. The breaker as state × event:
 *
 *              ask                        ok                     failure
 *   CLOSED     allowed                    count                  count; 10 in a row, or 70 % of at
 *                                                                least 10 in 5 min: -> OPEN
 *   OPEN       time over: -> HALF_OPEN,   (late answer: ignored) (late answer: ignored)
 *              allowed as the probe
 *   HALF_OPEN  not while the probe runs   the probe's: -> CLOSED the probe's: -> OPEN, twice as
 *                                                                long, at most 20 times the first
 *
 * What is not allowed is not sent, so an open breaker uses up no attempt of any delivery. The rate
 * is a token bucket whose rate falls by half (at most once a second) when the endpoint says
 * "slower" and grows by 1/s for 100 successes. Nothing here is stored: after a restart an endpoint
 * starts closed and at full rate. */
#ifndef JM_WEBHOOK_GATE_H
#define JM_WEBHOOK_GATE_H

#include "policy.h"

enum jm_webhook_breaker { JM_BREAKER_CLOSED, JM_BREAKER_OPEN, JM_BREAKER_HALF_OPEN };
enum { JM_GATE_SLOTS = 10 }; /* of 30 s each */

struct jm_webhook_gate {
    enum jm_webhook_breaker state;
    bool probing;          /* HALF_OPEN: the probe is under way */
    uint32_t in_a_row;     /* failures since the last success */
    struct {
        int64_t number;    /* which 30 s since time 0 */
        uint32_t ok, failed;
    } window[JM_GATE_SLOTS];
    int64_t first_open_us, open_for_us, open_until_us;

    uint32_t rate_per_s, max_rate_per_s, ok_since_step;
    int64_t tokens_u;      /* millionths of a request */
    int64_t tokens_at_us, halved_at_us;

    int64_t pause_until_us; /* the endpoint said Retry-After */
};

void jm_webhook_gate_init(struct jm_webhook_gate *g, uint32_t rate_per_s, int64_t first_open_us,
                          int64_t now_us);
enum { JM_GATE_WAIT = -1 };
/* 0: send one request now (a token is taken; *probe says whether it is the breaker's probe, and
 * goes into the result). > 0: not before so many microseconds. JM_GATE_WAIT: not before the probe
 * has its result. */
int64_t jm_webhook_gate_ask(struct jm_webhook_gate *g, int64_t now_us, bool *probe);
/* How long breaker and pause alone will say no, in microseconds; takes nothing, 0: they do not. */
int64_t jm_webhook_gate_shut_us(const struct jm_webhook_gate *g, int64_t now_us);
/* The request ended. Each allowed request gives exactly one result or one cancel. */
void jm_webhook_gate_result(struct jm_webhook_gate *g, enum jm_webhook_verdict v, bool probe,
                            int64_t retry_after_us, int64_t now_us);
/* It ended without a verdict about the endpoint. */
void jm_webhook_gate_cancel(struct jm_webhook_gate *g, bool probe, int64_t now_us);

#endif
