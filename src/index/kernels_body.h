/* kernels_body.h - the inner loops, compiled once for each instruction set by kernels.c, which
 * defines K(name) and K's add_quilts, add_items, add_wide, add_later, alive_chunks, lanes_ge and
 * present before. Not a header. */

static inline void K(sweep_narrow)(const struct segment *s, uint32_t block, const uint16_t *worth,
                                   struct batch *b, uint32_t *later)
{
    const uint16_t *lanes_of = batch_lanes_of(b, block), *items = segment_items(s);
    uint8_t form = segment_form(s);
    uint32_t strips = form == FORM_PLAIN ? 0 : batch_strips(b, block);
    if (form != FORM_STRIPS)
        K(add_items)(items + strips_end(s), s->n - strips_end(s), lanes_of, worth, b, later);
    while (strips) {
        uint32_t first = (uint32_t)__builtin_ctz(strips);
        uint32_t last = first + (uint32_t)__builtin_ctz(~(strips >> first)) - 1;
        uint32_t from = strip_begin(s, first);
        K(add_items)(items + from, strip_end(s, last) - from, lanes_of, worth, b, later);
        strips &= ~1u << last;
    }
    for (uint64_t m = K(alive_chunks)(items + s->n, s->quilts, lanes_of); m; m &= m - 1) {
        uint32_t q = (uint32_t)__builtin_ctzll(m);
        K(add_quilts)(b->lanes + lanes_of[items[s->n + q]], segment_quilt(s, q), 1, worth);
    }
}

static inline void K(sweep_packed)(const struct segment *s, uint32_t block, const uint16_t *worth,
                                   struct batch *b, uint32_t *later)
{
    const uint16_t *lanes_of = batch_lanes_of(b, block);
    uint32_t nth = block & ((1u << packed_shift(s)) - 1);
    K(add_items)(packed_items(s) + packed_begin(s, nth), packed_count(s, nth), lanes_of, worth, b,
                 later);
    for (uint32_t q = 0; q < s->quilts; q++) {
        uint32_t mark = LOAD_RELAXED(&packed_marks(s)[q]), lanes = lanes_of[mark >> 4 & 63];
        if (mark >> 10 == nth && lanes != DEAD)
            K(add_quilts)(b->lanes + lanes, packed_quilt(s, q), 1, worth);
    }
}

static void K(sweep)(const struct visit *v, const uint16_t *worth, struct batch *b)
{
    uint32_t later = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        const struct segment *s = v->segments[i];
        if (segment_form(s) == FORM_WIDE)
            K(add_wide)(segment_wide(s), s->n, worth, b);
        else if (segment_form(s) == FORM_PACKED)
            K(sweep_packed)(s, v->blocks[i], worth, b, &later);
        else
            K(sweep_narrow)(s, v->blocks[i], worth, b, &later);
    }
    K(add_later)(b, later);
}

static void K(drop)(struct batch *b, const uint16_t *rests, uint16_t least)
{
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t rest = rests[b->chunks[i]];
        bool short_of = rest < least;
        uint16_t need = (uint16_t)(short_of ? least - rest : 1);
        uint64_t can = K(lanes_ge)(b->lanes + i * 64ul, need) | ((uint64_t)short_of - 1);
        batch_keep(b, i, can & b->pass[i]);
    }
    batch_note_strips(b);
}

static void K(add_maxima)(uint16_t *acc, const struct quilt *quilts, size_t n,
                          const uint16_t *worth, const void *ahead)
{
    enum { STEP = 8 };
    for (size_t i = 0; i < n; i += STEP) {
        for (size_t line = 0; ahead && line < STEP * sizeof(struct quilt); line += 64)
            __builtin_prefetch((const char *)ahead + i * sizeof(struct quilt) + line, 0, 2);
        K(add_quilts)(acc + i * 64, quilts + i, n - i < STEP ? n - i : STEP, worth);
    }
}

static bool K(tighten)(uint16_t *bounds, const struct dense_row *rows, size_t n, uint32_t block,
                       uint32_t next)
{
    struct parts p = {0};
    for (size_t i = 0; i < n; i++)
        for (unsigned line = 0; next < rows[i].table->n_segments && line < 3; line++)
            __builtin_prefetch((const char *)table_quarters(rows[i].table, next) + 64 * line);
    K(add_parts)(&p, rows, n, block);
    FENCE(__ATOMIC_ACQUIRE);
    for (size_t i = 0; i < n; i++)
        if (rows[i].raised & 1 || LOAD_RELAXED(&rows[i].table->raised) != rows[i].raised)
            return false;
    for (unsigned i = 0; i < 8; i++) {
        lanes8 bound, least = lanes8_larger(lanes8_larger(p.sum[1][i], p.sum[2][i]),
                                            lanes8_larger(p.sum[3][i], p.sum[4][i]));
        memcpy(&bound, bounds + 8 * i, sizeof bound);
        bound -= (p.sum[0][i] - least) & (lanes8)(bound != 0); /* 0: it has been looked into */
        memcpy(bounds + 8 * i, &bound, sizeof bound);
    }
    return true;
}

/* The blocks of the batch that have chunks of interest with the row, into v. */
static inline void K(visit_blocks)(const struct table *t, const struct batch *b, struct visit *v)
{
    uint32_t n = 0, last = UINT32_MAX;
    for (uint32_t i = 0; i < b->n_blocks; i++) {
        uint32_t block = b->blocks[i], at = block >> t->shift;
        uint64_t some = b->alive[i];
        if (at >= t->n_segments)
            break;
        if (t->maxima)
            some &= K(present)(&t->maxima[at]);
        else if (t->present)
            some = LOAD_RELAXED(&t->present[at]) & b->strips[i];
        else if (t->form == FORM_WIDE)
            some = at != last ? some : 0;
        last = some ? at : last;
        v->blocks[n] = block; /* without a branch: nobody can foresee it */
        n += some != 0;
    }
    v->n = n;
}

static void K(visit)(const struct table *t, const struct batch *b, struct visit *v)
{
    enum { LINES_AHEAD = 4 };
    K(visit_blocks)(t, b, v);
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        const struct segment *s = table_segment(b->index, t, v->blocks[i] >> t->shift);
        if (!s)
            continue;
        for (uint32_t line = 0; line < LINES_AHEAD; line++)
            __builtin_prefetch((const char *)s + 64 * line);
        v->blocks[n] = v->blocks[i];
        v->segments[n++] = s;
    }
    v->n = n;
}
