/* mem.c - memory for the index: size-class blocks in 16 MiB segments on huge pages.
 *
 * A search touches a few hundred scattered blocks; on 4 KiB pages the page-table walks cost as
 * much as the data, which is why this is not malloc(). Blocks are never moved and a segment is
 * never given back before the index is freed: what is released is reused. No locking: only the
 * writer allocates. */
#include <string.h>
#include <sys/mman.h>

#include "index_int.h"

enum { HUGE_PAGE = 2 << 20 };

struct mem_large {
    struct mem_large *next, *prev;
    size_t bytes;
    size_t pad[5];
};

void *mem_map(size_t bytes)
{
    size_t want = bytes + HUGE_PAGE;
    char *p = mmap(NULL, want, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    size_t page = 4096;
    size_t end = (bytes + page - 1) & ~(page - 1);
    size_t skip = (HUGE_PAGE - ((uintptr_t)p & (HUGE_PAGE - 1))) & (HUGE_PAGE - 1);
    if (skip)
        munmap(p, skip);
    if (want > skip + end)
        munmap(p + skip + end, want - skip - end);
    if (bytes >= HUGE_PAGE)
        madvise(p + skip, end, MADV_HUGEPAGE);
    return p + skip;
}

void mem_unmap(void *p, size_t bytes)
{
    if (p)
        munmap(p, (bytes + 4095) & ~(size_t)4095);
}

/* Sixteen sizes to a doubling, so that rounding wastes 3 % on average. */
static unsigned size_class(size_t bytes, size_t *rounded)
{
    size_t units = (bytes + MEM_UNIT - 1) / MEM_UNIT;
    if (units <= 32) {
        units += units == 0;
        *rounded = units * MEM_UNIT;
        return (unsigned)units;
    }
    unsigned top = 63u - (unsigned)__builtin_clzll(units - 1);
    size_t step = (size_t)1 << (top - 4);
    size_t steps = (units + step - 1) / step; /* 17..32 */
    *rounded = steps * step * MEM_UNIT;
    return (top - 4) * 16 + (unsigned)steps;
}

size_t mem_rounded(size_t bytes)
{
    size_t rounded = bytes;
    if (bytes <= MEM_SEGMENT / 4)
        (void)size_class(bytes, &rounded);
    return rounded;
}

static void *large_alloc(struct mem *m, size_t bytes)
{
    size_t all = bytes + sizeof(struct mem_large);
    struct mem_large *l = mem_map(all);
    if (!l)
        return NULL;
    l->bytes = all;
    l->prev = NULL;
    l->next = m->large;
    if (m->large)
        m->large->prev = l;
    m->large = l;
    m->bytes += all;
    return l + 1;
}

static void large_release(struct mem *m, void *p)
{
    struct mem_large *l = (struct mem_large *)p - 1;
    if (l->prev)
        l->prev->next = l->next;
    else
        m->large = l->next;
    if (l->next)
        l->next->prev = l->prev;
    m->bytes -= l->bytes;
    mem_unmap(l, l->bytes);
}

/* Give what is left of the last segment to the free lists, largest pieces first. */
static void use_up_segment(struct mem *m)
{
    while (m->n_segments && m->used + 1024 <= MEM_SEGMENT) {
        size_t piece = MEM_SEGMENT - m->used, rounded;
        unsigned class = size_class(piece, &rounded);
        while (rounded > piece)
            class = size_class(piece -= MEM_UNIT, &rounded);
        struct mem_free *f = (void *)(m->segments[m->n_segments - 1] + m->used);
        f->next = m->free[class];
        m->free[class] = f;
        m->used += rounded;
    }
}

void *mem_alloc(struct mem *m, size_t bytes)
{
    size_t rounded;
    if (bytes > MEM_SEGMENT / 4)
        return large_alloc(m, bytes);
    unsigned class = size_class(bytes, &rounded);
    struct mem_free *f = m->free[class];
    if (f) {
        m->free[class] = f->next;
        __builtin_prefetch(f->next, 1); /* the next one to be given out */
    } else {
        if (m->n_segments == 0 || m->used + rounded > MEM_SEGMENT) {
            if (m->n_segments == MEM_SEGMENTS)
                return NULL;
            char *s = mem_map(MEM_SEGMENT);
            if (!s)
                return NULL;
            use_up_segment(m);
            STORE_RELEASE(&m->segments[m->n_segments], s);
            m->n_segments++;
            m->used = 0;
        }
        f = (void *)(m->segments[m->n_segments - 1] + m->used);
        m->used += rounded;
    }
    m->bytes += rounded;
    return f;
}

void mem_release(struct mem *m, void *p, size_t bytes)
{
    size_t rounded;
    if (!p)
        return;
    if (bytes > MEM_SEGMENT / 4) {
        large_release(m, p);
        return;
    }
    unsigned class = size_class(bytes, &rounded);
    struct mem_free *f = p;
    f->next = m->free[class];
    m->free[class] = f;
    m->bytes -= rounded;
}

void mem_fini(struct mem *m)
{
    while (m->large)
        large_release(m, m->large + 1);
    for (uint32_t i = 0; i < m->n_segments; i++)
        mem_unmap(m->segments[i], MEM_SEGMENT);
    memset(m, 0, sizeof *m);
}

/* Blocks are carved from few segments, the last one first: a short walk. */
uint32_t mem_handle(struct mem *m, const void *p)
{
    const char *c = p;
    for (uint32_t i = m->n_segments; i-- > 0;)
        if (c >= m->segments[i] && c < m->segments[i] + MEM_SEGMENT)
            return i << MEM_HANDLE_BITS | (uint32_t)((size_t)(c - m->segments[i]) / MEM_UNIT);
    JM_ASSERT(!"block of this index");
    return 0;
}
