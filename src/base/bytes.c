/* bytes.c - hashing, hex, base64, UTF-8, SHA-256, random. */
#include "jobmatch/bytes.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>
#include <sys/random.h>

#include "jobmatch/err.h"

uint64_t jm_mix64(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t jm_rand_next(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u;
    return jm_mix64(*state);
}

static uint64_t fnv(uint64_t h, const void *data, size_t bytes)
{
    const uint8_t *p = data;
    for (size_t i = 0; i < bytes; i++)
        h = (h ^ p[i]) * 0x100000001b3u;
    return h;
}

uint64_t jm_hash64(const void *data, size_t bytes)
{
    return jm_mix64(fnv(0xcbf29ce484222325u, data, bytes));
}

uint64_t jm_key64(const char *space, const char *name, size_t name_bytes)
{
    uint64_t h = fnv(0xcbf29ce484222325u, space, strlen(space) + 1);
    h = jm_mix64(fnv(h, name, name_bytes));
    return h ? h : 1;
}

/* SipHash-1-3: enough against flooding, twice as fast as 2-4. */
#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = ROTL(v[1], 13) ^ v[0];
    v[0] = ROTL(v[0], 32);
    v[2] += v[3];
    v[3] = ROTL(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = ROTL(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = ROTL(v[1], 17) ^ v[2];
    v[2] = ROTL(v[2], 32);
}

uint64_t jm_siphash(const uint8_t key[16], const void *data, size_t bytes)
{
    uint64_t k0 = jm_get_u64(key), k1 = jm_get_u64(key + 8);
    uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
                     k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
    const uint8_t *p = data;
    size_t left = bytes;
    for (; left >= 8; left -= 8, p += 8) {
        uint64_t m = jm_get_u64(p);
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    uint64_t last = (uint64_t)bytes << 56;
    for (size_t i = 0; i < left; i++)
        last |= (uint64_t)p[i] << (8 * i);
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void jm_hex(char *out, const void *data, size_t bytes)
{
    static const char digit[] = "0123456789abcdef";
    const uint8_t *p = data;
    for (size_t i = 0; i < bytes; i++) {
        *out++ = digit[p[i] >> 4];
        *out++ = digit[p[i] & 15];
    }
    *out = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

long jm_unhex(uint8_t *out, size_t out_bytes, const char *hex, size_t hex_len)
{
    if (hex_len % 2 || hex_len / 2 > out_bytes)
        return -1;
    for (size_t i = 0; i < hex_len; i += 2) {
        int a = hex_value(hex[i]), b = hex_value(hex[i + 1]);
        if (a < 0 || b < 0)
            return -1;
        out[i / 2] = (uint8_t)(a << 4 | b);
    }
    return (long)(hex_len / 2);
}

static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t jm_base64(char *out, const void *data, size_t bytes)
{
    const uint8_t *p = data;
    char *o = out;
    for (size_t i = 0; i < bytes; i += 3) {
        size_t left = bytes - i;
        uint32_t v = (uint32_t)p[i] << 16;
        if (left > 1)
            v |= (uint32_t)p[i + 1] << 8;
        if (left > 2)
            v |= p[i + 2];
        *o++ = b64[v >> 18];
        *o++ = b64[v >> 12 & 63];
        *o++ = left > 1 ? b64[v >> 6 & 63] : '=';
        *o++ = left > 2 ? b64[v & 63] : '=';
    }
    *o = '\0';
    return (size_t)(o - out);
}

static int b64_value(char c)
{
    const char *p = c ? strchr(b64, c) : NULL;
    return p ? (int)(p - b64) : -1;
}

long jm_unbase64(uint8_t *out, size_t out_bytes, const char *text, size_t len)
{
    if (len % 4)
        return -1;
    size_t n = 0;
    for (size_t i = 0; i < len; i += 4) {
        int pad = i + 4 < len ? 0 : (text[i + 3] == '=') + (text[i + 2] == '=' && text[i + 3] == '=');
        int v[4] = {0};
        for (int k = 0; k < 4 - pad; k++)
            if ((v[k] = b64_value(text[i + (size_t)k])) < 0)
                return -1;
        uint32_t w = (uint32_t)(v[0] << 18 | v[1] << 12 | v[2] << 6 | v[3]);
        for (int k = 0; k < 3 - pad; k++) {
            if (n == out_bytes)
                return -1;
            out[n++] = (uint8_t)(w >> (16 - 8 * k));
        }
    }
    return (long)n;
}

unsigned jm_utf8_next(const char *s, size_t bytes, uint32_t *cp)
{
    const uint8_t *p = (const uint8_t *)s;
    if (bytes == 0)
        return 0;
    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }
    unsigned len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || bytes < len)
        return 0;
    uint32_t v = p[0] & (0xffu >> (len + 1));
    for (unsigned i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        v = v << 6 | (p[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
        return 0;
    *cp = v;
    return len;
}

bool jm_utf8_ok(const char *s, size_t bytes, size_t *bad_at)
{
    size_t i = 0;
    while (i < bytes) {
        /* ASCII by the word: most text is */
        const uint8_t *p = (const uint8_t *)s + i;
        if (bytes - i >= 32 && !((jm_get_u64(p) | jm_get_u64(p + 8) | jm_get_u64(p + 16) |
                                  jm_get_u64(p + 24)) & 0x8080808080808080u)) {
            i += 32;
            continue;
        }
        if (bytes - i >= 8 && !(jm_get_u64(p) & 0x8080808080808080u)) {
            i += 8;
            continue;
        }
        uint32_t cp;
        unsigned n = jm_utf8_next(s + i, bytes - i, &cp);
        if (n == 0) {
            if (bad_at)
                *bad_at = i;
            return false;
        }
        i += n;
    }
    return true;
}

unsigned jm_utf8_put(char out[4], uint32_t cp)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    unsigned len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (unsigned i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3f));
        cp >>= 6;
    }
    out[0] = (char)((0xf00u >> len & 0xff) | cp);
    return len;
}

void jm_sha256(uint8_t out[32], const void *data, size_t bytes)
{
    SHA256(data, bytes, out);
}

bool jm_equal_ct(const void *a, const void *b, size_t bytes)
{
    return CRYPTO_memcmp(a, b, bytes) == 0;
}

void jm_random(void *out, size_t bytes)
{
    uint8_t *p = out;
    while (bytes > 0) {
        ssize_t n = getrandom(p, bytes, 0);
        JM_ASSERT(n > 0);
        p += n;
        bytes -= (size_t)n;
    }
}
