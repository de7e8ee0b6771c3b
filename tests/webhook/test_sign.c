/* test_sign.c - secrets and signatures, against the published vectors byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/webhook.h"

static struct jm_webhook_secret secret_of(const char *text)
{
    struct jm_webhook_secret s;
    assert_int_equal(jm_webhook_secret_parse(&s, text, NULL), 0);
    return s;
}

static const struct vector {
    const char *secret, *id, *body, *want;
    int64_t at_s;
} vectors[] = {
    {"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
     "{\"email\":\"test@example.com\",\"username\":\"test_user\"}",
     "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=", 1649367553},
    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
     "{\"test\": 2432232314}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 1614265330},
};

static void published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct vector *v = &vectors[i];
        struct jm_webhook_secret s = secret_of(v->secret);
        struct jm_buf out = {0};
        size_t n = strlen(v->body);
        assert_int_equal(jm_webhook_sign(&out, &s, 1, v->id, v->at_s, v->body, n, NULL), 0);
        assert_string_equal(out.data, v->want);
        assert_true(jm_webhook_verify(&s, v->want, v->id, v->at_s, v->at_s, 300, v->body, n));
        jm_buf_fini(&out);
    }
}

static void rotation_signs_with_both(void **state)
{
    (void)state;
    struct jm_webhook_secret s[2] = {secret_of(vectors[0].secret), secret_of(vectors[1].secret)};
    struct jm_webhook_secret other = secret_of("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    struct jm_buf out = {0};
    assert_int_equal(jm_webhook_sign(&out, s, 2, "evt_1", 1000, "{}", 2, NULL), 0);
    assert_int_equal(out.len, 2 * 47 + 1);
    assert_int_equal(out.data[47], ' ');
    assert_true(jm_webhook_verify(&s[0], out.data, "evt_1", 1000, 1000, 300, "{}", 2));
    assert_true(jm_webhook_verify(&s[1], out.data, "evt_1", 1000, 1000, 300, "{}", 2));
    assert_false(jm_webhook_verify(&other, out.data, "evt_1", 1000, 1000, 300, "{}", 2));
    jm_buf_fini(&out);
}

static void verify_refuses_what_changed(void **state)
{
    (void)state;
    const struct vector *v = &vectors[0];
    struct jm_webhook_secret s = secret_of(v->secret);
    size_t n = strlen(v->body);
    assert_false(jm_webhook_verify(&s, v->want, "msg_other", v->at_s, v->at_s, 300, v->body, n));
    assert_false(jm_webhook_verify(&s, v->want, v->id, v->at_s + 1, v->at_s, 300, v->body, n));
    assert_false(jm_webhook_verify(&s, v->want, v->id, v->at_s, v->at_s, 300, v->body, n - 1));
    assert_false(jm_webhook_verify(&s, v->want, v->id, v->at_s, v->at_s + 301, 300, v->body, n));
    assert_false(jm_webhook_verify(&s, v->want, v->id, v->at_s, v->at_s - 301, 300, v->body, n));
    assert_false(jm_webhook_verify(&s, v->want + 3, v->id, v->at_s, v->at_s, 300, v->body, n));
    assert_false(jm_webhook_verify(&s, "", v->id, v->at_s, v->at_s, 300, v->body, n));
    assert_false(jm_webhook_verify(&s, "v1a,xx v2,yy ", v->id, v->at_s, v->at_s, 300, v->body, n));
}

static void ids_that_could_forge_or_inject(void **state)
{
    (void)state;
    struct jm_webhook_secret s = secret_of(vectors[0].secret);
    static const char *const bad[] = {"", "a.b", "a b", "evt_1\r\nx: y", "evt_\xc3\xa4", "a:b",
        "0123456789012345678901234567890123456789012345678901234567890123_"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct jm_buf out = {0};
        struct jm_err err = {0};
        assert_int_equal(jm_webhook_sign(&out, &s, 1, bad[i], 1, "{}", 2, &err), -1);
        assert_int_equal(err.code, JM_EINVAL);
        assert_int_equal(out.len, 0);
    }
    /* every single byte value inside an id: only [A-Za-z0-9_-] pass */
    for (int c = 1; c < 256; c++) {
        char id[4] = {'e', (char)c, 'x', 0};
        struct jm_buf out = {0};
        bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '-';
        assert_int_equal(jm_webhook_sign(&out, &s, 1, id, 1, "{}", 2, NULL), plain ? 0 : -1);
        jm_buf_fini(&out);
    }
    assert_int_equal(jm_webhook_sign(&(struct jm_buf){0}, &s, 0, "evt_1", 1, "", 0, NULL), -1);
}

static void secrets_valid_and_not(void **state)
{
    (void)state;
    char text[JM_WEBHOOK_SECRET_TEXT], again[JM_WEBHOOK_SECRET_TEXT];
    jm_webhook_secret_new(text);
    jm_webhook_secret_new(again);
    assert_int_equal(secret_of(text).bytes, 32);
    assert_string_not_equal(text, again);
    for (size_t n = 0; n <= 70; n++) {
        uint8_t key[70] = {1};
        char whsec[128] = "whsec_";
        struct jm_webhook_secret s;
        jm_base64(whsec + 6, key, n);
        assert_int_equal(jm_webhook_secret_parse(&s, whsec, NULL), n >= 24 && n <= 64 ? 0 : -1);
        assert_int_equal(s.bytes, n >= 24 && n <= 64 ? n : 0);
    }
    static const char *const bad[] = {"", "whsec_", "whpk_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7o",
        "whsec_C2FVsBQIhrscChlQIMV-b5sSYspob7oD", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct jm_webhook_secret s;
        struct jm_err err = {0};
        assert_int_equal(jm_webhook_secret_parse(&s, bad[i], &err), -1);
        assert_int_equal(err.code, JM_EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(rotation_signs_with_both),
        cmocka_unit_test(verify_refuses_what_changed),
        cmocka_unit_test(ids_that_could_forge_or_inject),
        cmocka_unit_test(secrets_valid_and_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
