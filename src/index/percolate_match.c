/* percolate_match.c - a document asks who wishes for it.
 *
 * In stages, so that memory is asked for before it is needed: terms to numbers, numbers to lists,
 * lists to the stretches of blocks this document must read, then stretch by stretch the sifting by
 * vectors and the exact look at what is left. Identifiers come out sorted. */
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "kernels_wish.h"

enum {
    SIFTED_BLOCKS = 32, /* at once */
    DIGIT_BITS = 11,    /* of the sorting */
    STRETCHES = 3       /* of a list: without place, of the place's bucket, tail */
};

struct stretch {
    const struct wish_list *list;
    uint32_t first, n; /* blocks */
};

struct jm_percolate_reader {
    struct jm_percolate *p;
    struct jm_epoch_reader *epoch;
    const struct kernels *k;
    uint64_t *has; /* bit by term number */
    size_t n_has;  /* words */
    uint32_t *ids, *spare; /* spare: for sorting */
    size_t n, cap;
    uint32_t moment;
    uint32_t n_stretches;
    /* the document */
    const struct jm_index_term *terms;
    size_t n_terms;
    const struct jm_index_facets *facets;
    struct wish_probe probe;
    uint32_t numbers[JM_INDEX_DOC_TERMS + 1]; /* of those a wish names; the last is FILE_LOOSE */
    uint32_t n_numbers;
    struct stretch stretches[(JM_INDEX_DOC_TERMS + 1) * LIST_KINDS * STRETCHES];
    uint32_t sifted[(SIFTED_BLOCKS + 1) * CELLS];
};

struct jm_percolate_reader *jm_percolate_reader_new(struct jm_percolate *p, struct jm_err *err)
{
    struct jm_percolate_reader *r = aligned_alloc(64, (sizeof *r + 63) & ~63ul);
    if (r) {
        memset(r, 0, sizeof *r);
        r->p = p;
        r->k = kernels_get();
        r->epoch = jm_epoch_register(p->epoch);
    }
    if (r && r->epoch)
        return r;
    free(r);
    jm_err_set(err, JM_ENOMEM, "no memory for a reader");
    return NULL;
}

void jm_percolate_reader_free(struct jm_percolate_reader *r)
{
    if (!r)
        return;
    jm_epoch_unregister(r->p->epoch, r->epoch);
    free(r->has);
    free(r->ids);
    free(r->spare);
    free(r);
}

/* ---- the document --------------------------------------------------------------------------- */

static int has_reserve(struct jm_percolate_reader *r)
{
    size_t words = LOAD_ACQUIRE(&r->p->n_files) / 64 + 1;
    if (words <= r->n_has)
        return 0;
    uint64_t *has = calloc(words * 2, sizeof *has); /* all 0 between matches */
    if (!has)
        return -1;
    free(r->has);
    r->has = has;
    r->n_has = words * 2;
    return 0;
}

static void take_facets(struct wish_probe *q, const struct jm_percolate *p,
                        const struct jm_index_facets *d)
{
    uint32_t place = d->place ? number_find(LOAD_ACQUIRE(&p->places), d->place) : 0;
    q->workplace = d->workplace ? d->workplace : 255;
    q->employment = (uint16_t)((d->employment ? d->employment : 255u) << 8);
    q->remote = d->workplace;
    q->place = place ? (uint16_t)place : PLACE_OTHER;
    q->all_places = d->place == 0;
    q->pay = d->pay ? pay_code(d->pay) : UINT16_MAX;
}

/* Look its terms up; numbers[] keeps those that some wish names. */
static void take_terms(struct jm_percolate_reader *r)
{
    const struct number_map *m = LOAD_ACQUIRE(&r->p->terms);
    uint32_t n = 0, heaviest = 0;
    memset(r->probe.signature, 0, sizeof r->probe.signature);
    for (size_t i = 0; m && i < r->n_terms; i++)
        __builtin_prefetch(&m->slot[number_home(jm_index_term_id(r->terms[i]), m->cap)]);
    for (size_t i = 0; i < r->n_terms; i++) {
        uint32_t number = number_find(m, jm_index_term_id(r->terms[i]));
        uint32_t weight = jm_index_term_weight(r->terms[i]);
        heaviest = weight > heaviest ? weight : heaviest;
        r->numbers[n] = number;
        /* a number that is newer than the bitmap belongs to wishes that are newer than we */
        if (number == FILE_LOOSE || number / 64 >= r->n_has)
            continue;
        __builtin_prefetch(file_at(r->p, number));
        n++;
    }
    r->numbers[n++] = FILE_LOOSE;
    r->n_numbers = n;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t number = r->numbers[i];
        r->has[number / 64] |= 1ull << number % 64;
        r->probe.signature[number % SIGNATURE_BITS / 16] |= (uint16_t)(1u << number % 16);
    }
    r->probe.max_weight = (uint16_t)(heaviest << 8 | 255);
}

static void forget_terms(struct jm_percolate_reader *r)
{
    for (uint32_t i = 0; i < r->n_numbers; i++)
        r->has[r->numbers[i] / 64] = 0;
}

/* ---- stretches ------------------------------------------------------------------------------ */

/* The lines that will be read first. All stretches are asked for before any is read: a few ahead of
 * the reading, it took half as long again. */
static void ask_for_blocks(const struct wish_list *l, uint32_t block, uint32_t until)
{
    enum { SOME = 3 };
    until = until - block < SOME ? until : block + SOME;
    for (; block < until; block++) {
        for (unsigned line = 0; line < LINE_BORN; line++)
            ask_for_line(list_line(l, block, line));
        for (unsigned line = 0; l->kind == LIST_ANY && line < 2; line++)
            ask_for_line(list_line(l, block, LINE_ANY + line));
    }
}

/* The cells from `first` to `end`, but no block again. The next block that is not covered. */
static uint32_t add_stretch(struct jm_percolate_reader *r, const struct wish_list *l,
                            uint32_t first, uint32_t end, uint32_t covered)
{
    uint32_t block = first / CELLS > covered ? first / CELLS : covered;
    uint32_t until = (end + CELLS - 1) / CELLS;
    if (first == end || block >= until)
        return covered;
    r->stretches[r->n_stretches++] = (struct stretch){l, block, until - block};
    ask_for_blocks(l, block, until);
    return until;
}

static void add_list(struct jm_percolate_reader *r, const struct wish_list *l)
{
    uint32_t end = LOAD_ACQUIRE(&l->n), b = list_bucket(l, r->probe.place);
    if (r->probe.all_places || l->n_buckets == 1) {
        add_stretch(r, l, 0, end, 0);
        return;
    }
    uint32_t covered = add_stretch(r, l, 0, l->start[1], 0);
    covered = add_stretch(r, l, l->start[b], l->start[b + 1], covered);
    add_stretch(r, l, l->sorted, end, covered);
}

static void find_stretches(struct jm_percolate_reader *r)
{
    const struct wish_list *lists[(JM_INDEX_DOC_TERMS + 1) * LIST_KINDS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_numbers; i++)
        for (unsigned k = 0; k < LIST_KINDS; k++) {
            lists[n] = LOAD_ACQUIRE(&file_at(r->p, r->numbers[i])->list[k]);
            __builtin_prefetch(lists[n]);
            n += lists[n] != NULL;
        }
    r->n_stretches = 0;
    for (uint32_t i = 0; i < n; i++)
        add_list(r, lists[i]);
}

/* ---- the exact look ------------------------------------------------------------------------- */

/* The weight of a term in the document, 0 if it has it not. */
static uint8_t weight_of(const struct jm_index_term *t, size_t n, uint32_t term)
{
    size_t lo = 0;
    for (size_t step = n; n && step; step /= 2)
        while (lo + step < n && jm_index_term_id(t[lo + step]) <= term)
            lo += step;
    return n && jm_index_term_id(t[lo]) == term ? jm_index_term_weight(t[lo]) : 0;
}

static bool meets(const struct jm_wish *w, const struct jm_index_term *t, size_t n,
                  const struct jm_index_facets *facets)
{
    bool any = w->n_any == 0;
    uint64_t points = 0;
    for (uint32_t i = 0; i < w->n_must; i++)
        if (weight_of(t, n, w->must[i]) == 0)
            return false;
    for (uint32_t i = 0; i < w->n_any && !any; i++)
        any = weight_of(t, n, w->any[i]) != 0;
    for (uint32_t i = 0; i < w->n_terms; i++)
        points += (uint64_t)w->terms[i].weight * weight_of(t, n, w->terms[i].term);
    return any && points >= w->floor && jm_index_filter_passes(w->filter, facets);
}

static inline bool has(const struct jm_percolate_reader *r, uint32_t number)
{
    return r->has[number / 64] >> number % 64 & 1;
}

static inline bool has_any(const struct jm_percolate_reader *r, const struct wish_list *l,
                           uint32_t cell)
{
    bool some = l->kind != LIST_ANY;
    for (unsigned c = 0; c < ANY_COLUMNS && !some; c++)
        some = has(r, *list_short(l, cell, LINE_ANY + c));
    return some;
}

static int grow(uint32_t **v, size_t cap)
{
    uint32_t *more = realloc(*v, cap * sizeof *more);
    if (!more)
        return -1;
    *v = more;
    return 0;
}

static int room_for(struct jm_percolate_reader *r, size_t more)
{
    if (r->n + more <= r->cap)
        return 0;
    size_t cap = 2 * (r->n + more);
    if (grow(&r->ids, cap) < 0 || grow(&r->spare, cap) < 0)
        return -1;
    r->cap = cap;
    return 0;
}

/* What is not of our moment goes. */
static size_t keep_visible(const struct jm_percolate_reader *r, const struct wish_list *l,
                           uint32_t *cells, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        cells[kept] = cells[i];
        kept += cell_visible(l, cells[i], r->moment);
    }
    return kept;
}

/* What the signature let through by chance goes. */
static size_t keep_exact(const struct jm_percolate_reader *r, const struct wish_list *l,
                         uint32_t *cells, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t cell = cells[i];
        cells[kept] = cell;
        kept += has(r, *list_short(l, cell, LINE_MUST)) &&
                has(r, *list_short(l, cell, LINE_MUST2)) && has_any(r, l, cell);
    }
    return kept;
}

/* The cells of some blocks that we meet as far as cells say. What is sifted while nothing is
 * dying and before anything is appended is of our moment. */
static size_t sift(struct jm_percolate_reader *r, const struct wish_list *l, uint32_t block,
                   uint32_t n_blocks)
{
    bool moving = LOAD_ACQUIRE(&l->n_dying) != 0;
    size_t n = r->k->sift_wishes(l, block, n_blocks, &r->probe, r->sifted);
    __atomic_signal_fence(__ATOMIC_ACQUIRE);
    moving |= (int32_t)(r->moment - LOAD_RELAXED(&l->changed)) < 0;
    if (moving)
        n = keep_visible(r, l, r->sifted, n);
    return keep_exact(r, l, r->sifted, n);
}

static void judge_forms(struct jm_percolate_reader *r, const struct wish_list *l, size_t n)
{
    enum { AHEAD = 8 };
    for (size_t i = 0; i < n; i++) {
        uint32_t cell = r->sifted[i];
        if (i + AHEAD < n)
            __builtin_prefetch(*list_form(l, r->sifted[i + AHEAD]));
        if (meets(&(*list_form(l, cell))->w, r->terms, r->n_terms, r->facets))
            r->ids[r->n++] = *list_word(l, cell, LINE_ID);
    }
}

static int judge_stretch(struct jm_percolate_reader *r, const struct stretch *s)
{
    const struct wish_list *l = s->list;
    for (uint32_t b = 0; b < s->n; b += SIFTED_BLOCKS) {
        uint32_t blocks = s->n - b < SIFTED_BLOCKS ? s->n - b : SIFTED_BLOCKS;
        size_t n = sift(r, l, s->first + b, blocks);
        if (room_for(r, n) < 0)
            return -1;
        if (l->kind == LIST_FORM) {
            judge_forms(r, l, n);
            continue;
        }
        for (size_t i = 0; i < n; i++)
            r->ids[r->n++] = *list_word(l, r->sifted[i], LINE_ID);
    }
    return 0;
}

/* ---- the answer ----------------------------------------------------------------------------- */

/* Some bits of the identifiers, into order. */
static void sort_by_digit(const uint32_t *from, uint32_t *to, size_t n, unsigned shift,
                          unsigned bits)
{
    uint32_t at[(1 << DIGIT_BITS) + 1], mask = (1u << bits) - 1;
    memset(at, 0, (mask + 2ul) * sizeof *at);
    for (size_t i = 0; i < n; i++)
        at[(from[i] >> shift & mask) + 1]++;
    for (uint32_t b = 0; b < mask; b++)
        at[b + 1] += at[b];
    for (size_t i = 0; i < n; i++)
        to[at[from[i] >> shift & mask]++] = from[i];
}

static void sort_ids(struct jm_percolate_reader *r)
{
    enum { FEW = 32 };
    uint32_t all = 1;
    if (r->n <= FEW) {
        sort_numbers(r->ids, r->n);
        return;
    }
    for (size_t i = 0; i < r->n; i++)
        all |= r->ids[i];
    unsigned width = 32 - (unsigned)__builtin_clz(all);
    unsigned digits = (width + DIGIT_BITS - 1) / DIGIT_BITS, bits = (width + digits - 1) / digits;
    for (unsigned d = 0; d < digits; d++) {
        sort_by_digit(r->ids, r->spare, r->n, d * bits, bits);
        uint32_t *sorted = r->spare;
        r->spare = r->ids;
        r->ids = sorted;
    }
}

/* A wish that is filed more than once may have been found more than once. */
static void drop_repeats(struct jm_percolate_reader *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->n; i++)
        if (kept == 0 || r->ids[i] != r->ids[kept - 1])
            r->ids[kept++] = r->ids[i];
    r->n = kept;
}

static int match(struct jm_percolate_reader *r)
{
    r->moment = LOAD_ACQUIRE(&r->p->now);
    if (has_reserve(r) < 0)
        return -1;
    take_facets(&r->probe, r->p, r->facets);
    take_terms(r);
    find_stretches(r);
    int rc = 0;
    for (uint32_t i = 0; i < r->n_stretches && rc == 0; i++)
        rc = judge_stretch(r, &r->stretches[i]);
    forget_terms(r);
    sort_ids(r);
    if (LOAD_RELAXED(&r->p->several))
        drop_repeats(r);
    return rc;
}

int jm_percolate_match(struct jm_percolate_reader *r, const struct jm_index_term *terms,
                       size_t n_terms, const struct jm_index_facets *facets,
                       const uint32_t **ids, size_t *n_ids, struct jm_err *err)
{
    *n_ids = 0;
    *ids = NULL;
    if (index_check_terms(terms, n_terms, err) < 0)
        return -1;
    r->terms = terms;
    r->n_terms = n_terms;
    r->facets = facets;
    r->n = 0;
    jm_epoch_enter(r->epoch);
    int rc = match(r);
    jm_epoch_leave(r->epoch);
    if (rc < 0)
        return jm_err_set(err, JM_ENOMEM, "no memory for the answer");
    *ids = r->ids;
    *n_ids = r->n;
    return 0;
}
