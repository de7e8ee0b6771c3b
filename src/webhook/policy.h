/* policy.h - what follows from an answer: pure, no clock, no socket.
 *
 * An attempt meets an answer; the answer gets a verdict; delivery × verdict gives a plan (final,
 * or again after a pause), endpoint × verdict gives its health. How fast an endpoint may be asked
 * at all is gate.h's. */
#ifndef JM_WEBHOOK_POLICY_H
#define JM_WEBHOOK_POLICY_H

#include "jobmatch/webhook.h"

enum jm_webhook_verdict {
    JM_VERDICT_OK,       /* 2xx */
    JM_VERDICT_FAIL,     /* any other answer, a redirect too, or none */
    JM_VERDICT_THROTTLE, /* 429, 502, 503, 504, timeout: a failure that says "slower" */
    JM_VERDICT_GONE      /* 410: the endpoint asks to be left alone for good */
};

struct jm_webhook_answer {
    int status;             /* final status of HTTP; 0: none came */
    bool timed_out;         /* meaningful without a status */
    bool refused;           /* the guard refused every address of the host */
    bool unsendable;        /* bad URL, id or secret: it was not even tried */
    int64_t retry_after_us; /* from now on; -1: not said */
    bool hopeless;          /* unsendable to anybody: the event is too large */
};

enum jm_webhook_verdict jm_webhook_judge(const struct jm_webhook_answer *a);
/* A constant for logs and rows: "delivered", "redirect", "status", "timeout", ... */
const char *jm_webhook_reason(const struct jm_webhook_answer *a);

#define JM_WEBHOOK_HOUR_US INT64_C(3600000000)
#define JM_WEBHOOK_MAX_AGE_US (120 * JM_WEBHOOK_HOUR_US)
#define JM_WEBHOOK_DISABLE_AFTER_US (120 * JM_WEBHOOK_HOUR_US)
#define JM_WEBHOOK_RETRY_AFTER_MAX_US (24 * JM_WEBHOOK_HOUR_US)

/* The pauses before attempts 2 to 10. */
extern const int64_t jm_webhook_schedule_ms[JM_WEBHOOK_ATTEMPTS - 1];

/* The pause after failed attempt `attempt` (1..9), ±20 %, always the same for the same delivery
 * (`seed`) and attempt, so that a restart does not roll the dice again. */
uint64_t jm_webhook_seed(uint64_t event_seq, uint64_t endpoint);
int64_t jm_webhook_pause_us(const int64_t *schedule_ms, uint64_t seed, uint32_t attempt);

/* The value of a Retry-After header (seconds or a date), as microseconds from `now_us` on, within
 * 0..24 h. -1: neither. */
int64_t jm_webhook_retry_after(const char *value, size_t bytes, int64_t now_us);

struct jm_webhook_plan {
    enum jm_delivery_state state; /* DONE, PENDING (again after delay_us) or DEAD */
    const char *reason; /* constant */
    int64_t delay_us;   /* PENDING only */
};
/* `attempt` is the number of the one just made, 1 for the first. */
struct jm_webhook_plan jm_webhook_plan(const int64_t *schedule_ms, uint64_t seed,
                                       uint32_t attempt, int64_t event_at_us,
                                       const struct jm_webhook_answer *a, int64_t now_us);

/* Endpoint × verdict: the endpoint's health after it. */
struct jm_webhook_health {
    int64_t failing_since_us; /* wall clock of the first failure since the last success; 0: none */
    const char *disable;      /* NULL, or why it must be disabled: a constant */
};
struct jm_webhook_health jm_webhook_health_step(int64_t failing_since_us,
                                                enum jm_webhook_verdict v, int64_t now_us);

/* Since when an active endpoint fails, kept in its `reason` so that the 120 h survive restarts and
 * people see it: "failing since 2026-11-22T10:00:00Z". `out` holds 64 bytes; 0 gives "". */
void jm_webhook_failing_text(char out[64], int64_t failing_since_us);
int64_t jm_webhook_failing_parse(const char *reason); /* 0: it is not such a text */

#endif
