/* kernels_body.h - the inner loops, compiled once for each instruction set by kernels.c, which
 * defines K(name), add_quilts and scan before. Not a header.
 *
 * scan() picks the entries of chunks that are alive out of a segment without branching on them,
 * those with a quilt apart; then their items are added, all four of an entry: an item that is not
 * there adds 0. */

static inline uint16_t *K(lanes_of)(const struct batch *b, uint64_t e)
{
    uint32_t chunk = entry_chunk(e), block = chunk / BLOCK_CHUNKS;
    uint64_t before = b->all[block] & ((1ull << chunk % BLOCK_CHUNKS) - 1);
    return b->lanes + (b->place[block] + (size_t)__builtin_popcountll(before)) * 64;
}

static inline void K(add_item)(uint16_t *lanes, uint32_t item, const uint16_t *worth)
{
    lanes[item >> 4] = (uint16_t)(lanes[item >> 4] + worth[item & 15]);
}

static void K(add_plain)(const struct found *f, const uint16_t *worth, const struct batch *b)
{
    for (unsigned i = 0; i < f->n_plain; i++) {
        uint64_t e = f->plain[i];
        uint16_t *lanes = K(lanes_of)(b, e);
        K(add_item)(lanes, entry_item(e, 0), worth);
        K(add_item)(lanes, entry_item(e, 1), worth);
        K(add_item)(lanes, entry_item(e, 2), worth);
        K(add_item)(lanes, entry_item(e, 3), worth);
    }
}

static void K(sweep)(const struct visit *v, bool by_block, const uint16_t *worth,
                     const struct batch *b)
{
    struct found f = {.n_plain = 0};
    for (uint32_t i = 0; i < v->n; i++) {
        const struct segment *s = v->segments[i];
        uint64_t alive = by_block ? b->alive[v->blocks[i]] : 0;
        for (uint32_t at = 0; at < s->n; at += SCAN) {
            f.n_sets = 0;
            if (f.n_plain > FOUND - SCAN) {
                K(add_plain)(&f, worth, b);
                f.n_plain = 0;
            }
            K(scan)(s, at, s->n - at < SCAN ? s->n - at : SCAN, by_block ? &alive : NULL, b, &f);
            for (unsigned j = 0; j < f.n_sets; j++)
                K(add_quilts)(K(lanes_of)(b, f.sets[j]),
                              segment_quilt(s, entry_quilt(f.sets[j])), 1, worth);
        }
    }
    K(add_plain)(&f, worth, b);
}
