/* gate.c - the breaker, the rate and the pause of one endpoint: see gate.h. */
#include "gate.h"

#include <string.h>

#define SECOND_US INT64_C(1000000)
#define SLOT_US (30 * SECOND_US)
#define PAUSE_MAX_US (600 * SECOND_US)
enum {
    TRIP_IN_A_ROW = 10, TRIP_MIN = 10, TRIP_PERCENT = 70, OPEN_MAX_TIMES = 20, OK_PER_STEP = 100
};

void jm_webhook_gate_init(struct jm_webhook_gate *g, uint32_t rate_per_s, int64_t first_open_us,
                          int64_t now_us)
{
    memset(g, 0, sizeof *g);
    g->rate_per_s = g->max_rate_per_s = rate_per_s ? rate_per_s : 1;
    g->tokens_u = SECOND_US;
    g->tokens_at_us = now_us;
    g->halved_at_us = now_us - SECOND_US;
    g->first_open_us = g->open_for_us = first_open_us;
}

/* A tenth of a second's worth may go in one burst, but always one request. */
static void refill(struct jm_webhook_gate *g, int64_t now_us)
{
    int64_t dt = now_us - g->tokens_at_us;
    int64_t cap = (int64_t)g->rate_per_s * (SECOND_US / 10);
    if (cap < SECOND_US)
        cap = SECOND_US;
    if (dt > 10 * SECOND_US)
        dt = 10 * SECOND_US;
    if (dt > 0)
        g->tokens_u += dt * (int64_t)g->rate_per_s;
    if (g->tokens_u > cap)
        g->tokens_u = cap;
    g->tokens_at_us = now_us;
}

int64_t jm_webhook_gate_shut_us(const struct jm_webhook_gate *g, int64_t now_us)
{
    int64_t until = g->pause_until_us;
    if (g->state == JM_BREAKER_OPEN && g->open_until_us > until)
        until = g->open_until_us;
    return until > now_us ? until - now_us : 0;
}

int64_t jm_webhook_gate_ask(struct jm_webhook_gate *g, int64_t now_us, bool *probe)
{
    *probe = false;
    if (g->state == JM_BREAKER_HALF_OPEN && g->probing)
        return JM_GATE_WAIT;
    int64_t shut_us = jm_webhook_gate_shut_us(g, now_us);
    if (shut_us > 0)
        return shut_us;
    refill(g, now_us);
    if (g->tokens_u < SECOND_US)
        return (SECOND_US - g->tokens_u) / g->rate_per_s + 1;
    g->tokens_u -= SECOND_US;
    if (g->state != JM_BREAKER_CLOSED) {
        g->state = JM_BREAKER_HALF_OPEN;
        g->probing = *probe = true;
    }
    return 0;
}

static void count(struct jm_webhook_gate *g, bool ok, int64_t now_us)
{
    int64_t number = now_us / SLOT_US;
    size_t i = (size_t)(number % JM_GATE_SLOTS);
    if (g->window[i].number != number) {
        g->window[i].number = number;
        g->window[i].ok = g->window[i].failed = 0;
    }
    g->window[i].ok += ok;
    g->window[i].failed += !ok;
    g->in_a_row = ok ? 0 : g->in_a_row + 1;
}

static bool tripped(const struct jm_webhook_gate *g, int64_t now_us)
{
    uint64_t ok = 0, failed = 0;
    int64_t oldest = now_us / SLOT_US - JM_GATE_SLOTS + 1;
    for (size_t i = 0; i < JM_GATE_SLOTS; i++) {
        if (g->window[i].number >= oldest) {
            ok += g->window[i].ok;
            failed += g->window[i].failed;
        }
    }
    return g->in_a_row >= TRIP_IN_A_ROW ||
           (ok + failed >= TRIP_MIN && failed * 100 >= (ok + failed) * TRIP_PERCENT);
}

static void open_for(struct jm_webhook_gate *g, int64_t us, int64_t now_us)
{
    g->state = JM_BREAKER_OPEN;
    g->probing = false;
    g->open_for_us = us;
    g->open_until_us = now_us + us;
}

static void step_breaker(struct jm_webhook_gate *g, bool ok, bool probe, int64_t now_us)
{
    if (g->state == JM_BREAKER_CLOSED) {
        count(g, ok, now_us);
        if (!ok && tripped(g, now_us))
            open_for(g, g->first_open_us, now_us);
    } else if (probe && ok) {
        g->state = JM_BREAKER_CLOSED;
        g->probing = false;
        g->in_a_row = 0;
        memset(g->window, 0, sizeof g->window);
        g->open_for_us = g->first_open_us;
    } else if (probe) {
        int64_t twice = g->open_for_us * 2, most = g->first_open_us * OPEN_MAX_TIMES;
        open_for(g, twice < most ? twice : most, now_us);
    }
}

static void step_rate(struct jm_webhook_gate *g, enum jm_webhook_verdict v, int64_t now_us)
{
    if (v == JM_VERDICT_OK && ++g->ok_since_step >= OK_PER_STEP) {
        g->ok_since_step = 0;
        if (g->rate_per_s < g->max_rate_per_s)
            g->rate_per_s++;
    } else if (v == JM_VERDICT_THROTTLE) {
        g->ok_since_step = 0;
        /* Four requests that were under way together are one sign, not four. */
        if (now_us - g->halved_at_us >= SECOND_US) {
            refill(g, now_us);
            g->rate_per_s = g->rate_per_s > 1 ? g->rate_per_s / 2 : 1;
            g->halved_at_us = now_us;
        }
    }
}

void jm_webhook_gate_result(struct jm_webhook_gate *g, enum jm_webhook_verdict v, bool probe,
                            int64_t retry_after_us, int64_t now_us)
{
    step_breaker(g, v == JM_VERDICT_OK, probe, now_us);
    step_rate(g, v, now_us);
    if (v == JM_VERDICT_THROTTLE && retry_after_us > 0) {
        int64_t pause = retry_after_us < PAUSE_MAX_US ? retry_after_us : PAUSE_MAX_US;
        if (now_us + pause > g->pause_until_us)
            g->pause_until_us = now_us + pause;
    }
}

void jm_webhook_gate_cancel(struct jm_webhook_gate *g, bool probe, int64_t now_us)
{
    if (probe && g->state == JM_BREAKER_HALF_OPEN)
        open_for(g, g->open_for_us, now_us);
}
