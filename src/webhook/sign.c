/* sign.c - secrets and signatures of Standard Webhooks 1.0.0, scheme v1 (HMAC-SHA256).
 *
 * Signed is `id.timestamp.body` with the body's stored bytes. The id may not contain a dot, or two
 * different triples could give one text; so it is held to letters, digits, '-' and '_', which also
 * keeps header injection out. With several secrets (a rotation) there are several signatures in
 * one header, and a receiver accepts any that fits.
 *
 * The asymmetric scheme v1a is not made here. */
#include "jobmatch/webhook.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"

static const char prefix[] = "whsec_";
enum { PREFIX = sizeof prefix - 1, NEW_KEY_BYTES = 32, MAC_BYTES = 32, MAC_TEXT = 45 };

void jm_webhook_secret_new(char out[JM_WEBHOOK_SECRET_TEXT])
{
    uint8_t key[NEW_KEY_BYTES];
    jm_random(key, sizeof key);
    memcpy(out, prefix, PREFIX);
    jm_base64(out + PREFIX, key, sizeof key);
    OPENSSL_cleanse(key, sizeof key);
}

int jm_webhook_secret_parse(struct jm_webhook_secret *out, const char *text, struct jm_err *err)
{
    memset(out, 0, sizeof *out);
    if (strncmp(text, prefix, PREFIX) != 0)
        return jm_err_set(err, JM_EINVAL, "a webhook secret starts with whsec_");
    const char *b64 = text + PREFIX;
    size_t len = strnlen(b64, JM_WEBHOOK_SECRET_TEXT);
    long n = jm_unbase64(out->key, sizeof out->key, b64, len);
    if (n < JM_WEBHOOK_SECRET_MIN) {
        OPENSSL_cleanse(out, sizeof *out);
        return jm_err_set(err, JM_EINVAL,
                          "a webhook secret is whsec_ and the base64 of %d to %d bytes",
                          JM_WEBHOOK_SECRET_MIN, JM_WEBHOOK_SECRET_MAX);
    }
    out->bytes = (uint8_t)n;
    return 0;
}

static bool id_ok(const char *id)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t n = strspn(id, allowed);
    return n > 0 && n <= JM_WEBHOOK_ID_MAX && id[n] == '\0';
}

/* `v1,` is not included; `out` is base64 with its NUL. */
static int mac(char out[MAC_TEXT], const struct jm_webhook_secret *secret, const void *content,
               size_t bytes)
{
    uint8_t md[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!HMAC(EVP_sha256(), secret->key, secret->bytes, content, bytes, md, &n) || n != MAC_BYTES)
        return -1;
    jm_base64(out, md, n);
    return 0;
}

static void content_of(struct jm_buf *out, const char *id, int64_t timestamp_s, const void *body,
                       size_t body_bytes)
{
    jm_buf_fmt(out, "%s.%lld.", id, (long long)timestamp_s);
    jm_buf_add(out, body, body_bytes);
}

int jm_webhook_sign(struct jm_buf *out, const struct jm_webhook_secret *secrets, size_t n_secrets,
                    const char *id, int64_t timestamp_s, const void *body, size_t body_bytes,
                    struct jm_err *err)
{
    if (!id_ok(id))
        return jm_err_set(err, JM_EINVAL, "an event id is 1 to %d of A-Z a-z 0-9 _ -",
                          JM_WEBHOOK_ID_MAX);
    if (n_secrets == 0)
        return jm_err_set(err, JM_EINVAL, "the endpoint has no secret to sign with");
    struct jm_buf content = {0};
    content_of(&content, id, timestamp_s, body, body_bytes);
    int rc = jm_buf_ok(&content) ? 0 : -1;
    for (size_t i = 0; rc == 0 && i < n_secrets; i++) {
        char text[MAC_TEXT];
        rc = mac(text, &secrets[i], content.data, content.len);
        if (rc == 0)
            jm_buf_fmt(out, "%sv1,%s", i ? " " : "", text);
    }
    jm_buf_fini(&content);
    if (rc != 0 || !jm_buf_ok(out))
        return jm_err_set(err, JM_ENOMEM, "out of memory while signing");
    return 0;
}

/* Any `v1,<mac>` among the blank-separated signatures; all are compared, in constant time. */
static bool any_fits(const char *header, const char *mac_text)
{
    bool fits = false;
    size_t want = strlen(mac_text);
    for (const char *p = header; *p != '\0';) {
        size_t n = strcspn(p, " ");
        if (n == want + 3 && memcmp(p, "v1,", 3) == 0 && jm_equal_ct(p + 3, mac_text, want))
            fits = true;
        p += n;
        p += strspn(p, " ");
    }
    return fits;
}

bool jm_webhook_verify(const struct jm_webhook_secret *secret, const char *header, const char *id,
                       int64_t timestamp_s, int64_t now_s, int64_t tolerance_s, const void *body,
                       size_t body_bytes)
{
    if (!id_ok(id) || timestamp_s < now_s - tolerance_s || timestamp_s > now_s + tolerance_s)
        return false;
    struct jm_buf content = {0};
    content_of(&content, id, timestamp_s, body, body_bytes);
    char text[MAC_TEXT];
    bool ok = jm_buf_ok(&content) && mac(text, secret, content.data, content.len) == 0 &&
              any_fits(header, text);
    jm_buf_fini(&content);
    return ok;
}
