/* arena.c - a list of blocks, bump allocation in the newest.
 *
 * Under AddressSanitizer nothing special is done: tests that hunt overruns inside an arena run
 * with small blocks anyway, since each oversized request gets a block of its own. */
#include "jobmatch/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16 * 1024, ALIGN = 16 };

struct jm_arena_block {
    struct jm_arena_block *next;
    size_t used, cap;
    _Alignas(ALIGN) unsigned char mem[];
};

void jm_arena_init(struct jm_arena *a, size_t limit_bytes)
{
    *a = (struct jm_arena){.limit = limit_bytes};
}

static void free_blocks(struct jm_arena_block *b)
{
    while (b) {
        struct jm_arena_block *next = b->next;
        free(b);
        b = next;
    }
}

void jm_arena_fini(struct jm_arena *a)
{
    free_blocks(a->head);
    a->head = NULL;
    a->bytes = 0;
}

void jm_arena_reset(struct jm_arena *a)
{
    if (a->head) {
        free_blocks(a->head->next);
        a->head->next = NULL;
        a->head->used = 0;
    }
    a->bytes = 0;
}

static struct jm_arena_block *add_block(struct jm_arena *a, size_t bytes)
{
    size_t cap = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct jm_arena_block *b = malloc(sizeof *b + cap);
    if (!b)
        return NULL;
    b->used = 0;
    b->cap = cap;
    b->next = a->head;
    a->head = b;
    return b;
}

void *jm_arena_alloc(struct jm_arena *a, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    size_t n = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (n == 0)
        n = ALIGN;
    if (a->limit && n > a->limit - (a->bytes < a->limit ? a->bytes : a->limit))
        return NULL;
    struct jm_arena_block *b = a->head;
    if (!b || b->cap - b->used < n) {
        b = add_block(a, n);
        if (!b)
            return NULL;
    }
    void *p = b->mem + b->used;
    b->used += n;
    a->bytes += n;
    memset(p, 0, n);
    return p;
}

void *jm_arena_array(struct jm_arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return jm_arena_alloc(a, bytes);
}

char *jm_arena_strndup(struct jm_arena *a, const char *s, size_t bytes)
{
    if (bytes == SIZE_MAX)
        return NULL;
    char *p = jm_arena_alloc(a, bytes + 1);
    if (p && bytes)
        memcpy(p, s, bytes);
    return p;
}

char *jm_arena_fmt(struct jm_arena *a, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : jm_arena_alloc(a, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}
