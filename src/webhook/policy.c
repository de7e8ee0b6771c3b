/* policy.c - verdict, schedule and health: see policy.h.
 *
 * The schedule is the example of Standard Webhooks (75 h 35 min 5 s over ten attempts). Retry-After
 * counts as "not before": it can make a pause longer, never shorter, and never longer than a day,
 * so that a confused receiver cannot park a delivery for good. */
#include "policy.h"

#include <curl/curl.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "jobmatch/clock.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

const int64_t jm_webhook_schedule_ms[JM_WEBHOOK_ATTEMPTS - 1] = {
    5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR,
    24 * HOUR,
};

enum jm_webhook_verdict jm_webhook_judge(const struct jm_webhook_answer *a)
{
    if (a->status >= 200 && a->status <= 299)
        return JM_VERDICT_OK;
    switch (a->status) {
    case 410:
        return JM_VERDICT_GONE;
    case 429: case 502: case 503: case 504:
        return JM_VERDICT_THROTTLE;
    case 0:
        return a->timed_out ? JM_VERDICT_THROTTLE : JM_VERDICT_FAIL;
    default:
        return JM_VERDICT_FAIL;
    }
}

const char *jm_webhook_reason(const struct jm_webhook_answer *a)
{
    if (a->status == 0)
        return a->hopeless ? "too large" : a->unsendable ? "unsendable" : a->refused ? "refused" :
               a->timed_out ? "timeout" : "network";
    switch (jm_webhook_judge(a)) {
    case JM_VERDICT_OK:
        return "delivered";
    case JM_VERDICT_GONE:
        return "gone";
    case JM_VERDICT_THROTTLE:
        return "throttled";
    case JM_VERDICT_FAIL:
        break;
    }
    return a->status >= 300 && a->status <= 399 ? "redirect" : "status";
}

uint64_t jm_webhook_seed(uint64_t event_seq, uint64_t endpoint)
{
    return jm_mix64(jm_mix64(event_seq) ^ endpoint);
}

int64_t jm_webhook_pause_us(const int64_t *schedule_ms, uint64_t seed, uint32_t attempt)
{
    JM_ASSERT(attempt >= 1 && attempt < JM_WEBHOOK_ATTEMPTS);
    int64_t base_us = schedule_ms[attempt - 1] * 1000;
    uint64_t r = jm_mix64(seed + attempt);
    int64_t permille = 800 + (int64_t)(r % 401);
    return base_us / 1000 * permille;
}

static int64_t clamp_pause(int64_t us)
{
    if (us < 0)
        return 0;
    return us > JM_WEBHOOK_RETRY_AFTER_MAX_US ? JM_WEBHOOK_RETRY_AFTER_MAX_US : us;
}

int64_t jm_webhook_retry_after(const char *value, size_t bytes, int64_t now_us)
{
    char text[64];
    while (bytes > 0 && strchr(" \t\r\n", value[bytes - 1]))
        bytes--;
    while (bytes > 0 && (*value == ' ' || *value == '\t'))
        value++, bytes--;
    if (bytes == 0 || bytes >= sizeof text || memchr(value, '\0', bytes))
        return -1;
    memcpy(text, value, bytes);
    text[bytes] = '\0';
    size_t digits = strspn(text, "0123456789");
    if (digits == bytes) {
        int64_t s = 0;
        for (size_t i = 0; i < digits && s < 1000000; i++)
            s = s * 10 + (text[i] - '0');
        return clamp_pause(s * 1000000);
    }
    /* A date begins with the day's name; curl's reader alone would take almost anything. */
    if (digits > 0 || !strchr("MTWFS", text[0]))
        return -1;
    time_t t = curl_getdate(text, NULL);
    if (t == -1)
        return -1;
    if (t > now_us / 1000000 + 86400)
        return JM_WEBHOOK_RETRY_AFTER_MAX_US;
    return clamp_pause((int64_t)t * 1000000 - now_us);
}

struct jm_webhook_plan jm_webhook_plan(const int64_t *schedule_ms, uint64_t seed,
                                       uint32_t attempt, int64_t event_at_us,
                                       const struct jm_webhook_answer *a, int64_t now_us)
{
    enum jm_webhook_verdict v = jm_webhook_judge(a);
    if (v == JM_VERDICT_OK)
        return (struct jm_webhook_plan){JM_DELIVERY_DONE, "delivered", 0};
    if (v == JM_VERDICT_GONE)
        return (struct jm_webhook_plan){JM_DELIVERY_DEAD, "gone", 0};
    if (a->hopeless)
        return (struct jm_webhook_plan){JM_DELIVERY_DEAD, "too large", 0};
    if (attempt >= JM_WEBHOOK_ATTEMPTS)
        return (struct jm_webhook_plan){JM_DELIVERY_DEAD, "exhausted", 0};
    int64_t pause = jm_webhook_pause_us(schedule_ms, seed, attempt);
    if (a->retry_after_us > pause)
        pause = a->retry_after_us;
    if (now_us + pause - event_at_us > JM_WEBHOOK_MAX_AGE_US)
        return (struct jm_webhook_plan){JM_DELIVERY_DEAD, "too old", 0};
    return (struct jm_webhook_plan){JM_DELIVERY_PENDING, jm_webhook_reason(a), pause};
}

struct jm_webhook_health jm_webhook_health_step(int64_t failing_since_us,
                                                enum jm_webhook_verdict v, int64_t now_us)
{
    struct jm_webhook_health h = {0};
    if (v == JM_VERDICT_OK)
        return h;
    h.failing_since_us = failing_since_us ? failing_since_us : now_us;
    if (v == JM_VERDICT_GONE)
        h.disable = "the endpoint answered 410 Gone";
    else if (now_us - h.failing_since_us >= JM_WEBHOOK_DISABLE_AFTER_US)
        h.disable = "only failures for 120 hours";
    return h;
}

static const char failing[] = "failing since ";

void jm_webhook_failing_text(char out[64], int64_t failing_since_us)
{
    out[0] = '\0';
    if (failing_since_us == 0)
        return;
    memcpy(out, failing, sizeof failing);
    jm_time_format(out + sizeof failing - 1, failing_since_us, false);
}

int64_t jm_webhook_failing_parse(const char *reason)
{
    int64_t us;
    size_t n = sizeof failing - 1;
    if (!reason || strncmp(reason, failing, n) != 0)
        return 0;
    return jm_time_parse(&us, reason + n, strlen(reason + n)) == 0 ? us : 0;
}
