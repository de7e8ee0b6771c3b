/* uses: webhook base */
/* fuzz_url.c - any bytes as an endpoint's URL, an address range, a Retry-After, an answer's body.
 *
 * An accepted URL must be plain: printable, http(s), no user name, and its host not an inside
 * address. What is cleaned for the log must be valid UTF-8 within its bound. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "webhook/address.h"
#include "webhook/policy.h"
#include "webhook/sender.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_accepted(const char *url)
{
    const char *host = strstr(url, "://");
    JM_ASSERT(host && (strncasecmp(url, "https", 5) == 0 || strncasecmp(url, "http", 4) == 0));
    host += 3;
    size_t n = strcspn(host, "/?");
    JM_ASSERT(n > 0 && !memchr(host, '@', n) && !memchr(host, '%', n) && !memchr(host, '\\', n));
    for (const char *p = url; *p; p++)
        JM_ASSERT(*p > ' ' && *p < 0x7f && *p != '#');
    char literal[64] = "";
    size_t end = host[0] == '[' ? strcspn(host, "]") : strcspn(host, ":/?");
    size_t from = host[0] == '[' ? 1 : 0;
    if (end - from < sizeof literal)
        memcpy(literal, host + from, end - from);
    struct jm_address a;
    if (jm_address_parse(&a, literal))
        JM_ASSERT(jm_address_class(&a) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static struct jm_webhook_guard *guard;
    struct jm_err err = {0};
    struct jm_cidr cidr;
    struct jm_buf clean = {0};
    char *text = malloc(bytes + 1);
    if (!text || (!guard && !(guard = jm_webhook_guard_new("", true, NULL))))
        abort();
    memcpy(text, data, bytes);
    text[bytes] = '\0';
    if (jm_webhook_guard_url(guard, text, &err) == 0)
        check_accepted(text);
    else
        JM_ASSERT(err.text[0] != '\0');
    if (jm_cidr_parse(&cidr, text, bytes, NULL) == 0)
        JM_ASSERT(jm_cidr_has(&cidr, &cidr.net));
    int64_t pause_us = jm_webhook_retry_after(text, bytes, INT64_C(1795334400000000));
    JM_ASSERT(pause_us >= -1 && pause_us <= JM_WEBHOOK_RETRY_AFTER_MAX_US);
    jm_webhook_clean(&clean, text, bytes, 100);
    JM_ASSERT(clean.len <= 100 && jm_utf8_ok(jm_buf_cstr(&clean), clean.len, NULL));
    JM_ASSERT(!clean.data || !memchr(clean.data, '\0', clean.len));
    jm_buf_fini(&clean);
    free(text);
    return 0;
}
