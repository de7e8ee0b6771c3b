/* sender.h - one signed POST at a time per call, many calls at once, on the loop.
 *
 * A thin layer over libcurl's multi interface that knows nothing of deliveries. It decides no
 * policy; it only says what the network said. */
#ifndef JM_WEBHOOK_SENDER_H
#define JM_WEBHOOK_SENDER_H

#include "jobmatch/webhook.h"

struct jm_webhook_request {
    const char *url;
    const char *id;        /* webhook-id */
    int64_t timestamp_s;   /* webhook-timestamp */
    const char *signature; /* webhook-signature */
    const char *body;      /* must live until the callback */
    size_t body_bytes;
};

struct jm_webhook_response {
    int status;             /* of the final answer's head, if it came whole; 0: none */
    bool timed_out;
    bool refused;           /* no address of the host may be dialled */
    int64_t retry_after_us; /* -1: not said */
    int64_t duration_us;
    const char *error;      /* "" or what went wrong, with or without a status */
    const char *body;       /* valid UTF-8 without NUL, cut to JM_WEBHOOK_LOG_MAX */
    size_t body_bytes;
};

struct jm_webhook_sender;
/* `o` with every default filled in. `loop` and `guard` are borrowed. */
struct jm_webhook_sender *jm_webhook_sender_new(struct jm_loop *loop,
                                                struct jm_webhook_guard *guard,
                                                const struct jm_webhook_options *o,
                                                struct jm_err *err);
/* Ends every call without its callback. Accepts NULL. */
void jm_webhook_sender_free(struct jm_webhook_sender *s);

/* `on_end` is called once, later, on the loop, outside libcurl; it may start other calls. What it
 * is given is valid until it returns. -1: not started (JM_ENOMEM, JM_EINVAL for the URL). */
int jm_webhook_sender_post(struct jm_webhook_sender *s, const struct jm_webhook_request *r,
                           void (*on_end)(void *arg, const struct jm_webhook_response *resp),
                           void *arg, struct jm_err *err) __attribute__((warn_unused_result));

/* Append at most `max` bytes of valid UTF-8: what is malformed, and NUL, becomes U+FFFD. */
void jm_webhook_clean(struct jm_buf *out, const char *text, size_t bytes, size_t max);

#endif
