/* map.h - two hash tables, open addressing, linear probing, backward-shift deletion.
 *
 * struct jm_map: byte-string keys (copied) to a 64-bit value; hashed with SipHash under a random
 * key, because the keys come from outside. struct jm_map64: 64-bit keys to 64-bit values for our
 * own numbers. Neither is safe to write while another thread reads. */
#ifndef JM_MAP_H
#define JM_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jm_map_slot {
    char *key; /* NULL: free */
    uint32_t len;
    uint32_t hash;
    uint64_t value;
};
struct jm_map {
    struct jm_map_slot *slots;
    size_t count, cap;
    uint8_t seed[16];
};

void jm_map_init(struct jm_map *m);
void jm_map_fini(struct jm_map *m);
/* Insert or replace. -1: out of memory, map unchanged. */
int jm_map_put(struct jm_map *m, const void *key, size_t bytes, uint64_t value)
    __attribute__((warn_unused_result));
/* Pointer to the value, valid until the next put or del; NULL if absent. */
uint64_t *jm_map_get(const struct jm_map *m, const void *key, size_t bytes);
bool jm_map_del(struct jm_map *m, const void *key, size_t bytes);
/* Walk: start with *pos = 0; false at the end. The order is unspecified. */
bool jm_map_next(const struct jm_map *m, size_t *pos, const char **key, size_t *bytes,
                 uint64_t *value);

struct jm_map64_slot {
    uint64_t key, value;
    bool used;
};
struct jm_map64 {
    struct jm_map64_slot *slots;
    size_t count, cap;
};

void jm_map64_init(struct jm_map64 *m);
void jm_map64_fini(struct jm_map64 *m);
int jm_map64_put(struct jm_map64 *m, uint64_t key, uint64_t value)
    __attribute__((warn_unused_result));
uint64_t *jm_map64_get(const struct jm_map64 *m, uint64_t key);
bool jm_map64_del(struct jm_map64 *m, uint64_t key);
bool jm_map64_next(const struct jm_map64 *m, size_t *pos, uint64_t *key, uint64_t *value);

#endif
