/* kernels_body.h - the inner loops, compiled once for each instruction set by kernels.c, which
 * defines K(name) and K's add_quilts, add_items, add_wide, lanes_ge and present before. Not a
 * header. */

static void K(sweep_narrow)(const struct segment *s, uint32_t block, const uint16_t *worth,
                            const struct batch *b)
{
    const uint16_t *lanes_of = batch_lanes_of(b, block), *items = segment_items(s);
    uint32_t strips = s->form == FORM_STRIPS ? batch_strips(b, block) : 0;
    K(add_items)(items + strips_end(s), s->n - strips_end(s), lanes_of, worth, b->lanes);
    while (strips) {
        uint32_t first = (uint32_t)__builtin_ctz(strips);
        uint32_t last = first + (uint32_t)__builtin_ctz(~(strips >> first)) - 1;
        uint32_t from = strip_begin(s, first);
        K(add_items)(items + from, strip_end(s, last) - from, lanes_of, worth, b->lanes);
        strips &= ~1u << last;
    }
    for (uint32_t q = 0; q < s->quilts; q++) {
        uint32_t base = lanes_of[segment_quilt_chunk(s, q)];
        if (base != DEAD)
            K(add_quilts)(b->lanes + base, segment_quilt(s, q), 1, worth);
    }
}

static void K(sweep)(const struct visit *v, const uint16_t *worth, const struct batch *b)
{
    for (uint32_t i = 0; i < v->n; i++) {
        const struct segment *s = v->segments[i];
        if (s->form == FORM_WIDE)
            K(add_wide)(segment_wide(s), s->n, worth, b);
        else
            K(sweep_narrow)(s, v->blocks[i], worth, b);
    }
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
    lanes8 whole[8] = {{0}}, quarters[4][8] = {{{0}}};
    for (size_t i = 0; i < n; i++) {
        const struct table *t = rows[i].table;
        if (next < t->n_segments)
            for (unsigned line = 0; line < 3; line++)
                __builtin_prefetch((const char *)table_quarters(t, next) + 64 * line);
        if (block >= t->n_segments)
            continue;
        K(add_quilts)((uint16_t *)whole, &t->maxima[block], 1, rows[i].worth);
        for (unsigned q = 0; q < 4; q++)
            K(add_quilts)((uint16_t *)quarters[q], &table_quarters(t, block)[q], 1, rows[i].worth);
    }
    FENCE(__ATOMIC_ACQUIRE);
    for (size_t i = 0; i < n; i++)
        if (rows[i].raised & 1 || LOAD_RELAXED(&rows[i].table->raised) != rows[i].raised)
            return false;
    for (unsigned i = 0; i < 8; i++) {
        lanes8 bound, least = lanes8_larger(lanes8_larger(quarters[0][i], quarters[1][i]),
                                            lanes8_larger(quarters[2][i], quarters[3][i]));
        memcpy(&bound, bounds + 8 * i, sizeof bound);
        bound -= (whole[i] - least) & (lanes8)(bound != 0); /* 0: it has been looked into */
        memcpy(bounds + 8 * i, &bound, sizeof bound);
    }
    return true;
}

static void K(visit)(const struct table *t, const struct batch *b, struct visit *v)
{
    uint32_t last = UINT32_MAX, lines = 4;
    v->n = 0;
    for (uint32_t i = 0; i < b->n_blocks; i++) {
        uint32_t at = b->blocks[i] >> t->shift;
        if (at == last || !b->alive[i] || at >= t->n_segments)
            continue;
        if (t->maxima) {
            uint64_t present = K(present)(&t->maxima[at]);
            if (!(present & b->alive[i]))
                continue;
            lines = 2 + (uint32_t)__builtin_popcountll(present) / 8; /* more or less */
        } else if (t->present && !(LOAD_RELAXED(&t->present[at]) & b->strips[i])) {
            continue;
        }
        last = at;
        const struct segment *s = table_segment(b->index, t, at);
        if (!s)
            continue;
        for (uint32_t line = 0; line < lines; line++)
            __builtin_prefetch((const char *)s + 64 * line);
        v->blocks[v->n] = b->blocks[i];
        v->segments[v->n++] = s;
    }
}
