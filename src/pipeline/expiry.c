/* expiry.c - which job expires next: a binary heap by time.
 *
 * An entry is not taken out when its job changes: whoever pops one checks that it still holds, and
 * a prune drops those that do not, so that jobs sent again and again cannot fill the memory. */
#include <stdlib.h>

#include "internal.h"

int jm_expiry_add(struct jm_expiry *x, int64_t at_s, uint64_t doc_id)
{
    if (x->n == x->cap) {
        size_t cap = x->cap ? x->cap * 2 : 256;
        struct jm_expiring *heap = realloc(x->heap, cap * sizeof *heap);
        if (!heap)
            return -1;
        x->heap = heap;
        x->cap = cap;
    }
    size_t i = x->n++;
    while (i > 0 && x->heap[(i - 1) / 2].at_s > at_s) {
        x->heap[i] = x->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    x->heap[i] = (struct jm_expiring){at_s, doc_id};
    return 0;
}

bool jm_expiry_due(struct jm_expiry *x, int64_t now_s, uint64_t *doc_id)
{
    if (x->n == 0 || x->heap[0].at_s > now_s)
        return false;
    *doc_id = x->heap[0].doc_id;
    struct jm_expiring last = x->heap[--x->n];
    size_t i = 0;
    for (;;) {
        size_t c = 2 * i + 1;
        if (c >= x->n)
            break;
        if (c + 1 < x->n && x->heap[c + 1].at_s < x->heap[c].at_s)
            c++;
        if (x->heap[c].at_s >= last.at_s)
            break;
        x->heap[i] = x->heap[c];
        i = c;
    }
    if (x->n > 0)
        x->heap[i] = last;
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct jm_expiring *x = a, *y = b;
    if (x->at_s != y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    return x->doc_id < y->doc_id ? -1 : x->doc_id > y->doc_id;
}

void jm_expiry_prune(struct jm_expiry *x, bool (*holds)(void *arg, int64_t at_s, uint64_t doc_id),
                     void *arg)
{
    size_t n = 0;
    if (x->n > 0) /* in order of time it is a heap, too */
        qsort(x->heap, x->n, sizeof *x->heap, by_time);
    for (size_t i = 0; i < x->n; i++) {
        struct jm_expiring e = x->heap[i];
        if ((n > 0 && by_time(&x->heap[n - 1], &e) == 0) || !holds(arg, e.at_s, e.doc_id))
            continue;
        x->heap[n++] = e;
    }
    x->n = n;
}

void jm_expiry_clear(struct jm_expiry *x)
{
    free(x->heap);
    *x = (struct jm_expiry){0};
}
