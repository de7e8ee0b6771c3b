/* kernels_body.h - the inner loops, compiled once for each instruction set by kernels.c, which
 * defines K(name), add_quilt and find_places before. Not a header.
 *
 * Most entries carry their slots. Those that have a quilt are put off until its cache line, asked
 * for at once, is likely to be there. */

enum { K(PUT_OFF) = 16 };

struct K(put_off) {
    const struct quilt *quilt;
    uint16_t *lanes;
};

static void K(add_quilts)(const struct K(put_off) *p, unsigned n, const struct lift *l,
                          uint32_t unit)
{
    for (unsigned i = 0; i < n; i++)
        K(add_quilt)(p[i].lanes, p[i].quilt, l, unit);
}

/* Add the entry to its slots' lanes, or put it off; how many are put off now. */
static inline unsigned K(add_entry)(uint16_t *lanes, const struct table *t, uint64_t e,
                                    const struct lift *l, struct K(put_off) *p, unsigned n)
{
    uint32_t slots = (uint32_t)(e >> 32);
    if (!(slots & ENTRY_SET)) {
        uint32_t value = lift_up(l, entry_max(e));
        for (; slots; slots >>= 7) {
            uint16_t *lane = &lanes[(slots & 127) - 1];
            *lane = (uint16_t)(*lane + value);
        }
        return n;
    }
    p[n] = (struct K(put_off)){&t->quilts[slots & ~ENTRY_SET], lanes};
    __builtin_prefetch(p[n].quilt);
    if (++n < K(PUT_OFF))
        return n;
    K(add_quilts)(p, n, l, t->unit);
    return 0;
}

static void K(walk)(const struct table *t, const struct lift *l, struct batch *b)
{
    enum { STRIDE = 64 }; /* a multiple of LINE_ENTRIES */
    struct K(put_off) p[K(PUT_OFF)];
    uint32_t found[STRIDE + LINE_ENTRIES];
    unsigned n = 0;
    for (uint32_t base = 0; base < t->cap; base += STRIDE) {
        uint32_t end = base + STRIDE < t->cap ? base + STRIDE : t->cap;
        unsigned m = K(find_places)(t, base, end, b, found);
        for (unsigned i = 0; i < m; i++) {
            uint64_t e = LOAD_ACQUIRE(&t->entry[found[i]]);
            uint32_t place = b->place_of[entry_chunk(e)] - 1u;
            if (entry_max(e) == 0)
                continue;
            b->rest[place] = (uint16_t)(b->rest[place] - lift_up(l, entry_max(e)));
            n = K(add_entry)(b->lanes + place * 64ul, t, e, l, p, n);
        }
    }
    K(add_quilts)(p, n, l, t->unit);
}

static void K(probe)(const struct table *t, const struct dense *d, const struct lift *l,
                     struct batch *b, const struct table *next)
{
    enum { AHEAD = 24 };
    struct K(put_off) p[K(PUT_OFF)];
    uint16_t there[BATCH];
    unsigned n = 0, m = 0;
    for (uint32_t i = 0; i < b->n_alive; i++) {
        uint32_t chunk = b->chunks[b->alive[i]];
        there[m] = b->alive[i];
        m += !d || (chunk < d->cap && LOAD_RELAXED(&d->max[chunk]));
    }
    for (unsigned i = 0; i < m; i++) {
        if (i + AHEAD < m)
            __builtin_prefetch(&t->entry[chunk_home(b->chunks[there[i + AHEAD]], t->cap)]);
        uint32_t place = there[i], at = table_find(t, b->chunks[place]);
        if (at == UINT32_MAX)
            continue;
        uint64_t e = LOAD_ACQUIRE(&t->entry[at]);
        if (!entry_max(e))
            continue;
        b->rest[place] = (uint16_t)(b->rest[place] - lift_up(l, entry_max(e)));
        n = K(add_entry)(b->lanes + place * 64ul, t, e, l, p, n);
    }
    for (unsigned i = 0; next && i < AHEAD && i < b->n_alive; i++)
        __builtin_prefetch(&next->entry[chunk_home(b->chunks[b->alive[i]], next->cap)]);
    K(add_quilts)(p, n, l, t->unit);
}

static bool K(changed)(const struct batch *b, uint32_t place)
{
    return (int32_t)(LOAD_RELAXED(changed_at(b->index, b->chunks[place])) - b->moment) > 0;
}

static void K(drop)(struct batch *b, uint16_t least)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->n_alive; i++) {
        uint32_t place = b->alive[i], rest = b->rest[place];
        b->alive[n] = (uint16_t)place;
        n += rest >= least || K(lanes_ge)(b->lanes + place * 64ul, (uint16_t)(least - rest)) ||
             K(changed)(b, place);
    }
    b->n_alive = n;
}
