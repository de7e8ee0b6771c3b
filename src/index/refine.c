/* refine.c - keeping the order good while documents come and go.
 *
 * A new document goes to the best chunk with room (place.c), but a load does better: it divides
 * documents with all of them in view. So a chunk that has seen DISTURBED arrivals gets in line,
 * and in its turn the WINDOW of chunks around it is bisected anew, starting from how its documents
 * are divided now. Those that are better off in another chunk of the window move there, a few in
 * each improve(), as slots get free. Windows are neighbours at one time and every eighth chunk of
 * the block at another, so that a document can get anywhere in its block.
 *
 * A move is a put of the same form: a copy is born in the new slot at the moment at which the old
 * one dies, and a search sees one of them. A plan is only an intention: what was replaced or
 * deleted meanwhile is passed over. */
#include "bisect.h"

enum {
    DISTURBED = 40, /* arrivals */
    WINDOW = 8,     /* chunks */
    WINDOW_SLOTS = WINDOW * CHUNK_SLOTS,
    PLAN_COST = 100, /* in documents taken out of the rows, as are the budgets */
    MOVE_COST = 2,
    STAY = 1024      /* a move must be worth its cost */
};

struct refine {
    struct bisector *bisector;
    uint32_t n_rows;      /* it has room for */
    uint32_t first, last; /* chunks in line; 0: none */
    uint32_t credit;      /* saved up for the next plan */
    /* the plan in hand */
    uint32_t n_moves;
    uint32_t detours; /* moves to where a document does not belong, to make room */
    bool stuck;       /* no chunk had room at the last attempt */
    struct move {
        uint32_t slot, record, chunk;
    } moves[WINDOW_SLOTS];
    /* the documents of a window, while a plan is made */
    uint32_t chunks[WINDOW];
    uint32_t n, slot[WINDOW_SLOTS], perm[WINDOW_SLOTS];
    uint64_t start[WINDOW_SLOTS + 1];
    uint32_t entries[WINDOW_SLOTS * (JM_INDEX_DOC_TERMS + 1)];
};

static struct unrest *unrest_of(const struct jm_index *ix, uint32_t chunk)
{
    return &ix->blocks[chunk / BLOCK_CHUNKS]->unrest[chunk % BLOCK_CHUNKS];
}

void refine_note(struct jm_index *ix, uint32_t chunk)
{
    struct unrest *u = unrest_of(ix, chunk);
    struct refine *f = ix->refine;
    if (u->arrivals < UINT8_MAX)
        u->arrivals++;
    if (u->in_line || u->arrivals < DISTURBED)
        return;
    if (!f && !(f = ix->refine = mem_map(sizeof *f)))
        return;
    u->next = 0;
    u->in_line = 1;
    if (f->last)
        unrest_of(ix, f->last)->next = chunk;
    else
        f->first = chunk;
    f->last = chunk;
}

void refine_fini(struct jm_index *ix)
{
    if (ix->refine)
        bisector_free(ix->refine->bisector);
    mem_unmap(ix->refine, sizeof *ix->refine);
}

bool refine_pending(const struct jm_index *ix)
{
    return ix->refine && (ix->refine->first || ix->refine->n_moves);
}

static bool has_room(const struct jm_index *ix, uint32_t chunk)
{
    return ix->blocks[chunk / BLOCK_CHUNKS]->free[chunk % BLOCK_CHUNKS] != 0;
}

/* ---- planning ------------------------------------------------------------------------------- */

static bool has_bisector(struct jm_index *ix)
{
    struct refine *f = ix->refine;
    if (f->bisector && f->n_rows >= ix->n_rows)
        return true;
    bisector_free(f->bisector);
    f->n_rows = ix->n_rows + ix->n_rows / 2;
    f->bisector = bisector_new(f->start, f->entries, f->n_rows);
    if (f->bisector)
        bisector_set_stay(f->bisector, STAY);
    return f->bisector != NULL;
}

/* The living documents of a chunk join the window's. */
static void collect(const struct jm_index *ix, struct refine *f, uint32_t chunk)
{
    uint32_t first = chunk * CHUNK_SLOTS, end = first + CHUNK_SLOTS;
    for (uint32_t s = first; s < end; s++)
        if (*slot_at(ix, s))
            __builtin_prefetch(record_at(ix, s));
    for (uint32_t s = first; s < end; s++) {
        const struct record *r = *slot_at(ix, s) ? record_at(ix, s) : NULL;
        if (!r || r->died)
            continue;
        f->perm[f->n] = f->n;
        f->slot[f->n++] = s;
        f->start[f->n] = f->start[f->n - 1];
        f->start[f->n] += record_entries(r, &f->entries[f->start[f->n]]);
        f->entries[f->start[f->n]++] = entry(gate_row_of(ix, record_facets(r).place), 1);
    }
}

/* The next chunk in line, and those that are looked at together with it. */
static void choose_window(struct jm_index *ix, struct refine *f)
{
    uint32_t chunk = f->first;
    struct unrest *u = unrest_of(ix, chunk);
    uint32_t step = u->turn % 2 ? WINDOW : 1; /* across the block, or side by side */
    f->first = u->next;
    f->last = f->first ? f->last : 0;
    u->in_line = 0;
    for (uint32_t i = 0; i < WINDOW; i++) {
        f->chunks[i] = chunk - (chunk / step % WINDOW - i) * step;
        unrest_of(ix, f->chunks[i])->arrivals = 0;
        unrest_of(ix, f->chunks[i])->turn++;
    }
}

/* Which chunk each group of `share` documents is for: the one most of them are in. */
static void name_groups(const struct refine *f, uint32_t share, uint32_t *chunk_of)
{
    uint32_t common[WINDOW][WINDOW] = {0}, taken = 0;
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t c = 0; c < WINDOW; c++)
            common[i / share][c] += f->slot[f->perm[i]] / CHUNK_SLOTS == f->chunks[c];
    for (uint32_t left = WINDOW; left > 0; left--) {
        uint32_t group = 0, chunk = 0, most = 0;
        for (uint32_t g = 0; g < WINDOW; g++)
            for (uint32_t c = 0; c < WINDOW; c++)
                if (!(taken >> g & 1) && !(taken >> (WINDOW + c) & 1) && common[g][c] >= most) {
                    most = common[g][c];
                    group = g;
                    chunk = c;
                }
        taken |= 1u << group | 1u << (WINDOW + chunk);
        chunk_of[group] = f->chunks[chunk];
    }
}

static void plan(struct jm_index *ix)
{
    struct refine *f = ix->refine;
    uint32_t chunk_of[WINDOW], room = 0;
    choose_window(ix, f);
    if (f->chunks[0] == 0 || !has_bisector(ix))
        return;
    f->n = f->detours = 0;
    f->start[0] = 0;
    f->stuck = false;
    for (uint32_t i = 0; i < WINDOW; i++) {
        room += has_room(ix, f->chunks[i]);
        collect(ix, f, f->chunks[i]);
    }
    uint32_t share = (f->n + WINDOW - 1) / WINDOW;
    if (room == 0 || f->n < WINDOW || bisect_part(f->bisector, f->perm, 0, f->n, share) < 0)
        return;
    name_groups(f, share, chunk_of);
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t slot = f->slot[f->perm[i]], chunk = chunk_of[i / share];
        if (slot / CHUNK_SLOTS != chunk)
            f->moves[f->n_moves++] = (struct move){slot, *slot_at(ix, slot), chunk};
    }
}

/* ---- moving --------------------------------------------------------------------------------- */

/* Is what was to be moved still there? */
static bool still_there(const struct jm_index *ix, const struct move *m)
{
    return *slot_at(ix, m->slot) == m->record && record_at(ix, m->slot)->died == 0;
}

/* Make up to `most` moves of the plan. */
static void carry_on(struct jm_index *ix, unsigned most)
{
    struct refine *f = ix->refine;
    uint32_t kept = 0, before = f->n_moves, i = 0;
    bool failed = false;
    for (; i < before && most > 0 && !failed; i++) {
        struct move m = f->moves[i];
        if (!still_there(ix, &m))
            continue;
        if (!has_room(ix, m.chunk)) {
            f->moves[kept++] = m;
            continue;
        }
        failed = index_move(ix, m.slot, m.chunk) < 0;
        most--;
    }
    for (; i < before && !failed; i++)
        f->moves[kept++] = f->moves[i];
    f->stuck = kept == before && most > 0;
    f->n_moves = kept;
}

/* Chunks that wait for each other: a document of one of them goes to any chunk of the window that
 * has room, for a while. False: there is none. */
static bool make_room(struct jm_index *ix)
{
    struct refine *f = ix->refine;
    for (uint32_t c = 0; c < WINDOW && f->detours < WINDOW_SLOTS; c++) {
        struct move *m = &f->moves[f->detours % f->n_moves];
        if (!has_room(ix, f->chunks[c]))
            continue;
        f->detours++;
        if (!still_there(ix, m))
            return true; /* the next attempt passes it over */
        uint32_t doc = record_at(ix, m->slot)->doc;
        if (index_move(ix, m->slot, f->chunks[c]) < 0)
            return false;
        m->slot = index_slot_of(ix, doc);
        m->record = *slot_at(ix, m->slot);
        return true;
    }
    return false;
}

void refine_some(struct jm_index *ix, unsigned budget)
{
    struct refine *f = ix->refine;
    if (f->n_moves && f->stuck && ix->n_limbo + ix->n_dead == 0 && !make_room(ix))
        f->n_moves = 0; /* there is no way to go on */
    if (f->n_moves) {
        carry_on(ix, (budget + MOVE_COST - 1) / MOVE_COST);
        return;
    }
    f->credit += budget;
    if (f->credit < PLAN_COST || !f->first)
        return;
    f->credit = 0;
    plan(ix);
}
