/* percolate_list.c - files and lists: where cells are put, found again, and sorted. */
#include <stdlib.h>
#include <string.h>

#include "percolate_int.h"

static void free_list(void *ptr, void *arg)
{
    struct jm_percolate *p = arg;
    struct wish_list *l = ptr;
    mem_release(&p->mem, l, l->bytes);
}

static void free_map(void *ptr, void *arg)
{
    struct jm_percolate *p = arg;
    struct number_map *m = ptr;
    mem_release(&p->mem, m, m->bytes);
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void map_enter(struct number_map *m, uint64_t entry)
{
    uint32_t i = number_home((uint32_t)((entry >> 32) - 1), m->cap);
    while (m->slot[i])
        i = i + 1 < m->cap ? i + 1 : 0;
    STORE_RELEASE(&m->slot[i], entry);
    m->count++;
}

/* Room for one more in the map. */
static int map_reserve(struct jm_percolate *p, struct number_map **at)
{
    struct number_map *old = *at;
    if (old && (old->count + 1) * 2 <= old->cap)
        return 0;
    uint32_t cap = old ? old->cap * 2 : 1024;
    size_t bytes = sizeof(struct number_map) + cap * sizeof(uint64_t);
    struct number_map *m = mem_alloc(&p->mem, bytes);
    if (!m)
        return -1;
    memset(m, 0, bytes);
    m->bytes = (uint32_t)bytes;
    m->cap = cap;
    for (uint32_t i = 0; old && i < old->cap; i++)
        if (old->slot[i])
            map_enter(m, old->slot[i]);
    STORE_RELEASE(at, m);
    if (old)
        jm_epoch_retire(p->epoch, old, free_map, p);
    return 0;
}

static int page_reserve(struct jm_percolate *p, uint32_t number)
{
    struct file **page = &p->pages[number / FILES_PAGE];
    if (*page)
        return 0;
    struct file *files = mem_alloc(&p->mem, FILES_PAGE * sizeof *files);
    if (!files)
        return -1;
    memset(files, 0, FILES_PAGE * sizeof *files);
    STORE_RELEASE(page, files);
    return 0;
}

uint32_t file_make(struct jm_percolate *p, uint32_t term)
{
    uint32_t number = number_find(p->terms, term);
    if (number)
        return number;
    number = p->n_files;
    if (page_reserve(p, number) < 0 || map_reserve(p, &p->terms) < 0)
        return UINT32_MAX;
    file_at(p, number)->term = term;
    STORE_RELEASE(&p->n_files, number + 1);
    map_enter(p->terms, (term + 1ull) << 32 | number);
    return number;
}

uint32_t place_number(struct jm_percolate *p, uint32_t place)
{
    uint32_t number = number_find(p->places, place), next = p->places ? p->places->count + 1 : 1;
    /* the last is PLACE_OTHER; place + 1 must fit the map's slot */
    if (number || next == PLACE_OTHER || place == UINT32_MAX || map_reserve(p, &p->places) < 0)
        return number;
    map_enter(p->places, (place + 1ull) << 32 | next);
    return next;
}

/* ---- lists ---------------------------------------------------------------------------------- */

static uint8_t lines_of(enum list_kind kind)
{
    static const uint8_t lines[LIST_KINDS] = {LINES, LINES + ANY_COLUMNS, LINE_FORM + 4};
    return lines[kind];
}

/* An empty list; its buckets are still to be drawn. */
static struct wish_list *list_new(struct jm_percolate *p, enum list_kind kind, uint32_t n_buckets,
                                  uint32_t cells)
{
    size_t head = (sizeof(struct wish_list) + (n_buckets + 1) * sizeof(uint32_t) + 63) & ~63ul;
    size_t blocks = (cells + CELLS - 1) / CELLS;
    size_t bytes = head + (blocks * lines_of(kind) + 1) * LINE_BYTES;
    struct wish_list *l = bytes < UINT32_MAX ? mem_alloc(&p->mem, bytes) : NULL;
    if (!l)
        return NULL;
    memset(l, 0, bytes);
    l->bytes = (uint32_t)bytes;
    l->first = (uint32_t)(head + (-(uintptr_t)l & 63)); /* on a cache line */
    l->kind = (uint8_t)kind;
    l->lines = lines_of(kind);
    l->n_buckets = (uint16_t)n_buckets;
    l->cap = (uint32_t)blocks * CELLS;
    return l;
}

static bool cell_taken(const struct wish_list *l, uint32_t cell)
{
    return *list_short(l, cell, LINE_BITS) != 0;
}

static uint32_t cell_place(const struct wish_list *l, uint32_t cell)
{
    bool free = l->kind == LIST_FORM && (*list_short(l, cell, LINE_MORE) & 255);
    return free ? 0 : *list_short(l, cell, LINE_PLACE);
}

/* No reader can see it any more. */
static bool cell_gone(const struct jm_percolate *p, const struct wish_list *l, uint32_t cell)
{
    uint32_t died = *list_word(l, cell, LINE_DIED);
    return !cell_taken(l, cell) || (died && (int32_t)(p->settled - died) >= 0);
}

static struct cell cell_get(const struct wish_list *l, uint32_t cell)
{
    struct cell c = {.bits = *list_short(l, cell, LINE_BITS),
                     .place = *list_short(l, cell, LINE_PLACE),
                     .pay = *list_short(l, cell, LINE_PAY),
                     .must = {*list_short(l, cell, LINE_MUST), *list_short(l, cell, LINE_MUST2)},
                     .id = *list_word(l, cell, LINE_ID),
                     .born = *list_word(l, cell, LINE_BORN),
                     .died = *list_word(l, cell, LINE_DIED)};
    for (unsigned i = 0; l->kind == LIST_ANY && i < ANY_COLUMNS; i++)
        c.any[i] = *list_short(l, cell, LINE_ANY + i);
    if (l->kind == LIST_FORM) {
        c.more = *list_short(l, cell, LINE_MORE);
        c.form = *list_form(l, cell);
    }
    return c;
}

/* The bits last: who sees them sees all. */
static void cell_set(struct wish_list *l, uint32_t cell, const struct cell *c)
{
    STORE_RELAXED(list_short(l, cell, LINE_PLACE), c->place);
    STORE_RELAXED(list_short(l, cell, LINE_PAY), c->pay);
    STORE_RELAXED(list_short(l, cell, LINE_MUST), c->must[0]);
    STORE_RELAXED(list_short(l, cell, LINE_MUST2), c->must[1]);
    STORE_RELAXED(list_word(l, cell, LINE_ID), c->id);
    STORE_RELAXED(list_word(l, cell, LINE_BORN), c->born);
    STORE_RELAXED(list_word(l, cell, LINE_DIED), c->died);
    for (unsigned i = 0; l->kind == LIST_ANY && i < ANY_COLUMNS; i++)
        STORE_RELAXED(list_short(l, cell, LINE_ANY + i), c->any[i]);
    if (l->kind == LIST_FORM) {
        STORE_RELAXED(list_short(l, cell, LINE_MORE), c->more);
        STORE_RELAXED(list_form(l, cell), c->form);
    }
    STORE_RELEASE(list_short(l, cell, LINE_BITS), c->bits);
}

/* Remember to take its bits later; without memory they stay until the next sorting. */
static void bury_later(struct jm_percolate *p, uint32_t file, struct wish_list *l, uint32_t cell)
{
    if (p->n_dying == p->dying_cap) {
        uint32_t cap = p->dying_cap ? p->dying_cap * 2 : 64;
        struct dying *d = malloc(cap * sizeof *d);
        if (!d)
            return;
        for (uint32_t i = 0; i < p->n_dying; i++)
            d[i] = p->dying[(p->dying_head + i) % p->dying_cap];
        free(p->dying);
        p->dying = d;
        p->dying_head = 0;
        p->dying_cap = cap;
    }
    p->dying[(p->dying_head + p->n_dying++) % p->dying_cap] =
        (struct dying){l, file, l->kind, cell, *list_word(l, cell, LINE_DIED)};
}

static void cell_bury(struct wish_list *l, uint32_t cell)
{
    STORE_RELAXED(list_short(l, cell, LINE_BITS), 0);
    STORE_RELEASE(&l->n_dying, l->n_dying - 1);
}

void lists_bury(struct jm_percolate *p)
{
    while (p->n_dying) {
        const struct dying *d = &p->dying[p->dying_head];
        struct wish_list *l = file_at(p, d->file)->list[d->kind];
        if ((int32_t)(p->settled - d->died) < 0)
            return;
        /* a list that was sorted meanwhile has its own entry for the cell */
        if (l == d->list && d->cell < l->n && cell_taken(l, d->cell) &&
            *list_word(l, d->cell, LINE_DIED) == d->died)
            cell_bury(l, d->cell);
        p->dying_head = (p->dying_head + 1) % p->dying_cap;
        p->n_dying--;
    }
}

/* How many cells of `l` are worth keeping, by bucket of `as`. */
static uint32_t count_buckets(const struct jm_percolate *p, const struct wish_list *l,
                              const struct wish_list *as, uint32_t *count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < l->n; i++)
        if (!cell_gone(p, l, i)) {
            count[list_bucket(as, cell_place(l, i))]++;
            kept++;
        }
    return kept;
}

/* An empty list for what is kept of `l`, with drawn buckets and room for a tail. */
static struct wish_list *list_drawn(struct jm_percolate *p, const struct wish_list *l)
{
    uint32_t count[BUCKETS_MAX] = {0};
    struct wish_list as = {.n_buckets = 2};
    uint32_t kept = count_buckets(p, l, &as, count), placed = count[1];
    uint32_t buckets = kept < CELLS ? 1 : 1 + placed / BUCKET_CELLS;
    buckets = buckets < BUCKETS_MAX ? buckets : BUCKETS_MAX;
    as.n_buckets = (uint16_t)buckets;
    memset(count, 0, sizeof count);
    count_buckets(p, l, &as, count);
    struct wish_list *to = list_new(p, l->kind, buckets, kept + kept / 8 + 1);
    for (uint32_t b = 0; to && b < buckets; b++)
        to->start[b + 1] = to->start[b] + count[b];
    if (to)
        to->sorted = to->n = kept;
    return to;
}

static int list_sort(struct jm_percolate *p, uint32_t file, enum list_kind kind)
{
    struct wish_list **at = &file_at(p, file)->list[kind], *old = *at;
    struct wish_list *l = list_drawn(p, old);
    uint32_t next[BUCKETS_MAX];
    if (!l)
        return -1;
    memcpy(next, l->start, l->n_buckets * sizeof *next);
    for (uint32_t i = 0; i < old->n; i++) {
        struct cell c = cell_get(old, i);
        if (cell_gone(p, old, i))
            continue;
        if ((int32_t)(p->settled - c.born) >= 0)
            c.born = 0;
        uint32_t to = next[list_bucket(l, cell_place(old, i))]++;
        cell_set(l, to, &c);
        if (c.died) {
            l->n_dying++;
            bury_later(p, file, l, to);
        }
    }
    l->changed = old->changed;
    l->n_dead = l->n_dying;
    l->dead_limit = l->n_dead + CELLS + l->n / 4;
    STORE_RELEASE(at, l);
    jm_epoch_retire(p->epoch, old, free_list, p);
    return 0;
}

int list_reserve(struct jm_percolate *p, uint32_t file, enum list_kind kind)
{
    struct wish_list **at = &file_at(p, file)->list[kind];
    if (*at && (*at)->n < (*at)->cap)
        return 0;
    if (*at)
        return list_sort(p, file, kind);
    struct wish_list *l = list_new(p, kind, 1, 1);
    if (!l)
        return -1;
    l->dead_limit = CELLS;
    STORE_RELEASE(at, l);
    return 0;
}

void list_append(struct jm_percolate *p, uint32_t file, enum list_kind kind,
                 const struct cell *c)
{
    struct wish_list *l = file_at(p, file)->list[kind];
    JM_ASSERT(l->n < l->cap && c->bits);
    STORE_RELAXED(&l->changed, c->born);
    cell_set(l, l->n, c);
    STORE_RELEASE(&l->n, l->n + 1);
}

static uint32_t find_in(const struct wish_list *l, uint32_t from, uint32_t to, uint32_t id)
{
    for (uint32_t i = from; i < to; i++)
        if (*list_word(l, i, LINE_ID) == id && cell_taken(l, i) && !*list_word(l, i, LINE_DIED))
            return i;
    return UINT32_MAX;
}

uint32_t list_find(const struct wish_list *l, uint32_t bucket_place, uint32_t id)
{
    uint32_t b = list_bucket(l, bucket_place);
    uint32_t cell = find_in(l, l->start[b], l->start[b + 1], id);
    return cell != UINT32_MAX ? cell : find_in(l, l->sorted, l->n, id);
}

void list_kill(struct jm_percolate *p, uint32_t file, enum list_kind kind, uint32_t bucket_place,
               uint32_t id, uint32_t moment)
{
    struct wish_list *l = file_at(p, file)->list[kind];
    uint32_t cell = l ? list_find(l, bucket_place, id) : UINT32_MAX;
    JM_ASSERT(cell != UINT32_MAX);
    STORE_RELAXED(list_word(l, cell, LINE_DIED), moment);
    STORE_RELAXED(&l->n_dying, l->n_dying + 1);
    bury_later(p, file, l, cell);
    if (++l->n_dead > l->dead_limit)
        (void)list_sort(p, file, kind); /* without memory it stays as it is, which is right too */
}

static void list_settle(struct jm_percolate *p, struct wish_list *l)
{
    for (uint32_t i = 0; i < l->n; i++) {
        uint32_t *born = list_word(l, i, LINE_BORN);
        if (cell_taken(l, i) && cell_gone(p, l, i))
            cell_bury(l, i);
        if ((int32_t)(p->settled - *born) >= 0)
            STORE_RELAXED(born, 0);
    }
    if ((int32_t)(p->settled - l->changed) >= 0)
        STORE_RELAXED(&l->changed, p->settled);
}

void lists_settle(struct jm_percolate *p)
{
    for (uint32_t f = 0; f < p->n_files; f++)
        for (unsigned k = 0; k < LIST_KINDS; k++)
            if (file_at(p, f)->list[k])
                list_settle(p, file_at(p, f)->list[k]);
}

int list_check(const struct wish_list *l, struct jm_err *err)
{
    uint32_t dying = 0;
    if (l->n > l->cap || l->sorted != l->start[l->n_buckets] || l->sorted > l->n)
        return jm_err_set(err, JM_EINTERNAL, "a list of wishes has lost count");
    for (uint32_t i = 0; i < l->n; i++) {
        uint32_t b = list_bucket(l, cell_place(l, i));
        if (!cell_taken(l, i))
            continue;
        dying += *list_word(l, i, LINE_DIED) != 0;
        if (i < l->sorted && (i < l->start[b] || i >= l->start[b + 1]))
            return jm_err_set(err, JM_EINTERNAL, "wish %u is in the wrong bucket",
                              *list_word(l, i, LINE_ID));
    }
    if (dying != l->n_dying || l->n_dying > l->n_dead)
        return jm_err_set(err, JM_EINTERNAL, "%u wishes dying, %u counted, of %u", dying,
                          l->n_dying, l->n_dead);
    return 0;
}
