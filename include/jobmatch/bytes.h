/* bytes.h - small facts about bytes: hashing, hex, base64, UTF-8, SHA-256, random.
 *
 * jm_hash64() is fixed for ever (its values are stored in PostgreSQL rows and compared between
 * machines); jm_siphash() is keyed and for tables that outsiders' text goes into. */
#ifndef JM_BYTES_H
#define JM_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* FNV-1a 64 with a final avalanche; stable over releases and machines. */
uint64_t jm_hash64(const void *data, size_t bytes);
/* The stored key of a named thing: hash of `space`, a NUL and the name. Never 0. */
uint64_t jm_key64(const char *space, const char *name, size_t name_bytes);
uint64_t jm_siphash(const uint8_t key[16], const void *data, size_t bytes);
/* splitmix64: the finaliser by itself, and a seeded stream. */
uint64_t jm_mix64(uint64_t x);
uint64_t jm_rand_next(uint64_t *state);

/* `out` gets 2*bytes+1 chars. */
void jm_hex(char *out, const void *data, size_t bytes);
/* Strict; returns the number of bytes or -1. */
long jm_unhex(uint8_t *out, size_t out_bytes, const char *hex, size_t hex_len);
/* `out` must hold 4*((bytes+2)/3)+1. Returns the length without the NUL. */
size_t jm_base64(char *out, const void *data, size_t bytes);
/* Strict standard alphabet with padding; returns bytes or -1. */
long jm_unbase64(uint8_t *out, size_t out_bytes, const char *text, size_t len);

/* True if all of it is well-formed UTF-8 (no surrogates, no overlong forms); otherwise *bad_at
 * (if not NULL) is the offset of the first wrong byte. NUL bytes are well-formed UTF-8. */
bool jm_utf8_ok(const char *s, size_t bytes, size_t *bad_at);
/* Decode one code point at s[0..bytes); returns its length, or 0 if malformed. */
unsigned jm_utf8_next(const char *s, size_t bytes, uint32_t *cp);
/* Encode; returns 1..4. */
unsigned jm_utf8_put(char out[4], uint32_t cp);

void jm_sha256(uint8_t out[32], const void *data, size_t bytes);
bool jm_equal_ct(const void *a, const void *b, size_t bytes); /* constant time */
/* From the operating system; aborts if there is none. */
void jm_random(void *out, size_t bytes);

/* Little-endian reads and writes for the stored forms. */
static inline void jm_put_u16(uint8_t *p, uint16_t v) { p[0] = (uint8_t)v; p[1] = (uint8_t)(v >> 8); }
static inline uint16_t jm_get_u16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
static inline void jm_put_u32(uint8_t *p, uint32_t v) { __builtin_memcpy(p, &v, 4); }
static inline uint32_t jm_get_u32(const uint8_t *p) { uint32_t v; __builtin_memcpy(&v, p, 4); return v; }
static inline void jm_put_u64(uint8_t *p, uint64_t v) { __builtin_memcpy(p, &v, 8); }
static inline uint64_t jm_get_u64(const uint8_t *p) { uint64_t v; __builtin_memcpy(&v, p, 8); return v; }

#endif
