/* key.c - API keys: what they look like and what of them is kept.
 *
 * The secret has 190 bits from the operating system, so a plain SHA-256 is enough to store. The
 * checksum lets a client or a secret scanner see a broken key without asking anyone. */
#include <stdio.h>
#include <string.h>

#include "jobmatch/api.h"
#include "jobmatch/bytes.h"

enum { ID_CHARS = 8, SECRET_CHARS = 32, CRC_CHARS = 8 };

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static void random_chars(char *out, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint8_t r;
        jm_random(&r, 1);
        if (r < 248) /* 4 * 62: no bias */
            out[i++] = base62[r % 62];
    }
}

static uint32_t crc32(const char *s, size_t n)
{
    uint32_t c = ~0u;
    for (size_t i = 0; i < n; i++) {
        c ^= (uint8_t)s[i];
        for (int b = 0; b < 8; b++)
            c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
    }
    return ~c;
}

void jm_key_new(struct jm_key *k, char text[JM_KEY_TEXT])
{
    char secret[SECRET_CHARS];
    random_chars(k->id, ID_CHARS);
    k->id[ID_CHARS] = '\0';
    random_chars(secret, sizeof secret);
    int n = snprintf(text, JM_KEY_TEXT, "jm_%s_%.*s", k->id, SECRET_CHARS, secret);
    snprintf(text + n, JM_KEY_TEXT - (size_t)n, "_%08x", crc32(text, (size_t)n));
    jm_sha256(k->sha256, secret, sizeof secret);
}

int jm_key_parse(struct jm_key *k, const char *text)
{
    const size_t body = 3 + ID_CHARS + 1 + SECRET_CHARS;
    char crc[CRC_CHARS + 1];
    if (strlen(text) != body + 1 + CRC_CHARS || strncmp(text, "jm_", 3) != 0 ||
        text[3 + ID_CHARS] != '_' || text[body] != '_')
        return -1;
    snprintf(crc, sizeof crc, "%08x", crc32(text, body));
    if (memcmp(crc, text + body + 1, CRC_CHARS) != 0)
        return -1;
    memcpy(k->id, text + 3, ID_CHARS);
    k->id[ID_CHARS] = '\0';
    jm_sha256(k->sha256, text + 3 + ID_CHARS + 1, SECRET_CHARS);
    return 0;
}

int jm_scope_parse(const char *words)
{
    static const struct {
        const char *word;
        int bits;
    } table[] = {{"ingest", JM_SCOPE_INGEST}, {"read", JM_SCOPE_READ},
                 {"webhook", JM_SCOPE_WEBHOOK}, {"ops", JM_SCOPE_OPS}, {"all", JM_SCOPE_ALL}};
    int bits = 0;
    while (*words) {
        size_t n = strcspn(words, ","), i = 0;
        while (i < 5 && (strlen(table[i].word) != n || memcmp(table[i].word, words, n) != 0))
            i++;
        if (i == 5)
            return -1;
        bits |= table[i].bits;
        words += n + (words[n] == ',');
    }
    return bits;
}
