/* map.c - open addressing, linear probing, load at most 3/4, no tombstones. */
#include "jobmatch/map.h"

#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"

enum { MIN_CAP = 16 };

/* --- byte-string keys ---------------------------------------------------------------------- */

void jm_map_init(struct jm_map *m)
{
    *m = (struct jm_map){0};
    jm_random(m->seed, sizeof m->seed);
}

void jm_map_fini(struct jm_map *m)
{
    for (size_t i = 0; i < m->cap; i++)
        free(m->slots[i].key);
    free(m->slots);
    m->slots = NULL;
    m->count = m->cap = 0;
}

static uint32_t hash_of(const struct jm_map *m, const void *key, size_t bytes)
{
    return (uint32_t)jm_siphash(m->seed, key, bytes);
}

/* The slot that holds the key, or the free one where it belongs. */
static struct jm_map_slot *find(const struct jm_map *m, const void *key, size_t bytes, uint32_t h)
{
    size_t mask = m->cap - 1;
    for (size_t i = h & mask;; i = (i + 1) & mask) {
        struct jm_map_slot *s = &m->slots[i];
        if (!s->key || (s->hash == h && s->len == bytes && memcmp(s->key, key, bytes) == 0))
            return s;
    }
}

static int grow(struct jm_map *m)
{
    struct jm_map old = *m;
    size_t cap = old.cap ? old.cap * 2 : MIN_CAP;
    struct jm_map_slot *slots = calloc(cap, sizeof *slots);
    if (!slots)
        return -1;
    m->slots = slots;
    m->cap = cap;
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].key)
            *find(m, old.slots[i].key, old.slots[i].len, old.slots[i].hash) = old.slots[i];
    free(old.slots);
    return 0;
}

int jm_map_put(struct jm_map *m, const void *key, size_t bytes, uint64_t value)
{
    if (bytes > UINT32_MAX || ((m->count + 1) * 4 > m->cap * 3 && grow(m)))
        return -1;
    uint32_t h = hash_of(m, key, bytes);
    struct jm_map_slot *s = find(m, key, bytes, h);
    if (!s->key) {
        char *copy = malloc(bytes + 1);
        if (!copy)
            return -1;
        if (bytes)
            memcpy(copy, key, bytes);
        copy[bytes] = '\0';
        *s = (struct jm_map_slot){.key = copy, .len = (uint32_t)bytes, .hash = h};
        m->count++;
    }
    s->value = value;
    return 0;
}

uint64_t *jm_map_get(const struct jm_map *m, const void *key, size_t bytes)
{
    if (m->count == 0)
        return NULL;
    struct jm_map_slot *s = find(m, key, bytes, hash_of(m, key, bytes));
    return s->key ? &s->value : NULL;
}

bool jm_map_del(struct jm_map *m, const void *key, size_t bytes)
{
    if (m->count == 0)
        return false;
    struct jm_map_slot *s = find(m, key, bytes, hash_of(m, key, bytes));
    if (!s->key)
        return false;
    free(s->key);
    size_t mask = m->cap - 1, hole = (size_t)(s - m->slots);
    for (size_t i = (hole + 1) & mask; m->slots[i].key; i = (i + 1) & mask) {
        /* move back whoever may not be reached past the hole */
        if (((i - (m->slots[i].hash & mask)) & mask) >= ((i - hole) & mask)) {
            m->slots[hole] = m->slots[i];
            hole = i;
        }
    }
    m->slots[hole] = (struct jm_map_slot){0};
    m->count--;
    return true;
}

bool jm_map_next(const struct jm_map *m, size_t *pos, const char **key, size_t *bytes,
                 uint64_t *value)
{
    for (; *pos < m->cap; (*pos)++) {
        const struct jm_map_slot *s = &m->slots[*pos];
        if (s->key) {
            *key = s->key;
            *bytes = s->len;
            *value = s->value;
            (*pos)++;
            return true;
        }
    }
    return false;
}

/* --- 64-bit keys ---------------------------------------------------------------------------- */

void jm_map64_init(struct jm_map64 *m)
{
    *m = (struct jm_map64){0};
}

void jm_map64_fini(struct jm_map64 *m)
{
    free(m->slots);
    *m = (struct jm_map64){0};
}

static struct jm_map64_slot *find64(const struct jm_map64 *m, uint64_t key)
{
    size_t mask = m->cap - 1;
    for (size_t i = jm_mix64(key) & mask;; i = (i + 1) & mask) {
        struct jm_map64_slot *s = &m->slots[i];
        if (!s->used || s->key == key)
            return s;
    }
}

static int grow64(struct jm_map64 *m)
{
    struct jm_map64 old = *m;
    size_t cap = old.cap ? old.cap * 2 : MIN_CAP;
    struct jm_map64_slot *slots = calloc(cap, sizeof *slots);
    if (!slots)
        return -1;
    m->slots = slots;
    m->cap = cap;
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].used)
            *find64(m, old.slots[i].key) = old.slots[i];
    free(old.slots);
    return 0;
}

int jm_map64_put(struct jm_map64 *m, uint64_t key, uint64_t value)
{
    if ((m->count + 1) * 4 > m->cap * 3 && grow64(m))
        return -1;
    struct jm_map64_slot *s = find64(m, key);
    if (!s->used)
        m->count++;
    *s = (struct jm_map64_slot){.key = key, .value = value, .used = true};
    return 0;
}

uint64_t *jm_map64_get(const struct jm_map64 *m, uint64_t key)
{
    if (m->count == 0)
        return NULL;
    struct jm_map64_slot *s = find64(m, key);
    return s->used ? &s->value : NULL;
}

bool jm_map64_del(struct jm_map64 *m, uint64_t key)
{
    if (m->count == 0)
        return false;
    struct jm_map64_slot *s = find64(m, key);
    if (!s->used)
        return false;
    size_t mask = m->cap - 1, hole = (size_t)(s - m->slots);
    for (size_t i = (hole + 1) & mask; m->slots[i].used; i = (i + 1) & mask) {
        size_t home = jm_mix64(m->slots[i].key) & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            m->slots[hole] = m->slots[i];
            hole = i;
        }
    }
    m->slots[hole] = (struct jm_map64_slot){0};
    m->count--;
    return true;
}

bool jm_map64_next(const struct jm_map64 *m, size_t *pos, uint64_t *key, uint64_t *value)
{
    for (; *pos < m->cap; (*pos)++) {
        if (m->slots[*pos].used) {
            *key = m->slots[*pos].key;
            *value = m->slots[*pos].value;
            (*pos)++;
            return true;
        }
    }
    return false;
}
