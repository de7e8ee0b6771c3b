/* arena.h - memory that dies in one place.
 *
 * A request, a document or a match gets one arena; what it allocates is freed together by
 * jm_arena_fini(). Not for sharing between threads. */
#ifndef JM_ARENA_H
#define JM_ARENA_H

#include <stddef.h>

struct jm_arena_block;
struct jm_arena {
    struct jm_arena_block *head;
    size_t bytes;     /* handed out */
    size_t limit;     /* 0: none; an allocation past it fails */
};

void jm_arena_init(struct jm_arena *a, size_t limit_bytes);
void jm_arena_fini(struct jm_arena *a); /* accepts a zeroed object */
void jm_arena_reset(struct jm_arena *a); /* forget everything, keep one block for reuse */
/* Aligned to 16 bytes, zeroed. NULL: out of memory or over the limit. */
void *jm_arena_alloc(struct jm_arena *a, size_t bytes) __attribute__((warn_unused_result));
/* `count * size` with the overflow checked. */
void *jm_arena_array(struct jm_arena *a, size_t count, size_t size)
    __attribute__((warn_unused_result));
char *jm_arena_strndup(struct jm_arena *a, const char *s, size_t bytes)
    __attribute__((warn_unused_result));
char *jm_arena_fmt(struct jm_arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));

#endif
