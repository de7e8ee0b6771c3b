/* percolate.c - the life of a wish: how it is filed, and how it is taken out again.
 *
 * A change first makes all the room it needs, which may fail, then writes the new cells, born at
 * the next moment, lets the old ones die at that moment, and makes it the present one. So a match,
 * which asks for the present moment once, sees the old form or the new one, never both or none. */
#include "jobmatch/percolate.h"

#include <stdlib.h>
#include <string.h>

#include "percolate_int.h"

enum { SETTLE_EVERY = 1 << 30 }; /* moments are compared within 2^31 of each other */

struct jm_percolate *jm_percolate_new(struct jm_err *err)
{
    struct jm_percolate *p = mem_map(sizeof *p);
    if (p) {
        jm_map64_init(&p->common);
        p->now = 1;
        p->n_files = 1;
        p->epoch = jm_epoch_new();
        p->pages[0] = mem_alloc(&p->mem, FILES_PAGE * sizeof **p->pages);
    }
    if (p && p->epoch && p->pages[0]) {
        memset(p->pages[0], 0, FILES_PAGE * sizeof **p->pages);
        return p;
    }
    jm_percolate_free(p);
    jm_err_set(err, JM_ENOMEM, "no memory for a percolator");
    return NULL;
}

void jm_percolate_free(struct jm_percolate *p)
{
    if (!p)
        return;
    jm_epoch_free(p->epoch);
    jm_map64_fini(&p->common);
    free(p->filed);
    free(p->dying);
    mem_fini(&p->mem);
    mem_unmap(p, sizeof *p);
}

/* ---- forms ---------------------------------------------------------------------------------- */

static void free_form(void *ptr, void *arg)
{
    struct jm_percolate *p = arg;
    struct form *f = ptr;
    mem_release(&p->mem, f, f->bytes);
}

static void *append(char **at, const void *from, size_t bytes)
{
    void *to = *at;
    if (bytes)
        memcpy(to, from, bytes);
    *at += bytes;
    return to;
}

static struct form *form_new(struct jm_percolate *p, const struct jm_wish *w,
                             const uint32_t *homes, uint32_t n_homes)
{
    uint32_t n_places = w->filter ? w->filter->n_places : 0;
    size_t bytes = sizeof(struct form) + w->n_terms * sizeof *w->terms +
                   (w->n_must + w->n_any + n_places + n_homes) * sizeof(uint32_t);
    struct form *f = mem_alloc(&p->mem, bytes);
    if (!f)
        return NULL;
    char *at = (char *)f->data;
    memset(f, 0, sizeof *f);
    f->bytes = (uint32_t)bytes;
    f->w = *w;
    f->w.terms = append(&at, w->terms, w->n_terms * sizeof *w->terms);
    f->w.must = append(&at, w->must, w->n_must * sizeof *w->must);
    f->w.any = append(&at, w->any, w->n_any * sizeof *w->any);
    f->n_homes = n_homes;
    f->homes = append(&at, homes, n_homes * sizeof *homes);
    if (w->filter) {
        f->filter = *w->filter;
        f->filter.places = append(&at, w->filter->places, n_places * sizeof(uint32_t));
        f->w.filter = &f->filter;
    }
    return f;
}

/* ---- where a wish is filed ------------------------------------------------------------------ */

static uint64_t commonness(const struct jm_percolate *p, uint32_t term)
{
    const uint64_t *hinted = jm_map64_get(&p->common, term);
    return hinted ? *hinted : file_at(p, number_find(p->terms, term))->mentions;
}

static uint32_t sort_once(uint32_t *v, uint32_t n)
{
    uint32_t kept = 0;
    sort_numbers(v, n);
    for (uint32_t i = 0; i < n; i++)
        if (kept == 0 || v[i] != v[kept - 1])
            v[kept++] = v[i];
    return kept;
}

struct weighty {
    uint64_t common;
    struct jm_index_want want;
};

static int most_common_first(const void *a, const void *b)
{
    const struct weighty *x = a, *y = b;
    return (x->common < y->common) - (x->common > y->common);
}

/* The terms of which a document must have one to reach the minimum: the most common ones are left
 * out as long as they cannot reach it between them. */
static uint32_t terms_for_floor(const struct jm_percolate *p, const struct jm_wish *w,
                                uint32_t *homes)
{
    struct weighty v[JM_WISH_TERMS];
    uint64_t points = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->n_terms; i++)
        v[i] = (struct weighty){commonness(p, w->terms[i].term), w->terms[i]};
    if (w->n_terms)
        qsort(v, w->n_terms, sizeof *v, most_common_first);
    for (uint32_t i = 0; i < w->n_terms; i++) {
        points += v[i].want.weight * 255ull;
        if (points >= w->floor)
            homes[n++] = number_find(p->terms, v[i].want.term);
    }
    return sort_once(homes, n);
}

/* The wish's homes, of terms that have files: room for JM_WISH_TERMS. Their number, which is 0
 * for a minimum that no document can reach. */
static uint32_t choose_homes(const struct jm_percolate *p, const struct jm_wish *w,
                             uint32_t *homes)
{
    uint32_t rarest = 0;
    homes[0] = FILE_LOOSE;
    for (uint32_t i = 1; i < w->n_must; i++)
        if (commonness(p, w->must[i]) < commonness(p, w->must[rarest]))
            rarest = i;
    for (uint32_t i = 0; w->n_must == 0 && i < w->n_any; i++)
        homes[i] = number_find(p->terms, w->any[i]);
    if (w->n_must) {
        homes[0] = number_find(p->terms, w->must[rarest]);
        return 1;
    }
    if (w->n_any)
        return sort_once(homes, w->n_any);
    return w->floor ? terms_for_floor(p, w, homes) : 1;
}

/* ---- what its cell says --------------------------------------------------------------------- */

/* Is the filter one that the columns hold, place apart? */
static bool filter_fits(const struct jm_index_filter *f)
{
    return f->n_places <= 1 && !f->place_free && !f->eligible && !f->years_min && !f->years_max &&
           !f->level_min && !f->level_max && !f->tenant && !f->pay_max && !f->languages &&
           !f->flags_all && !f->flags_none && pay_fits(f->pay_min);
}

/* The facets; false: the form must be asked too. */
static bool fill_facets(struct jm_percolate *p, const struct jm_index_filter *f, struct cell *c)
{
    uint32_t workplace = f && f->workplace ? f->workplace : 255;
    uint32_t employment = f && f->employment ? f->employment : 255;
    c->bits = (uint16_t)(workplace | employment << 8);
    if (!f)
        return true;
    c->pay = pay_code(f->pay_min);
    if (f->n_places == 1 && f->places[0])
        c->place = (uint16_t)place_number(p, f->places[0]);
    if (c->place)
        c->more = f->place_free;
    return filter_fits(f) && (f->n_places == 0 || c->place);
}

/* The must-terms other than the one it is filed under; false: they do not fit. */
static bool fill_musts(const struct jm_percolate *p, const struct jm_wish *w, uint32_t home,
                       struct cell *c)
{
    uint32_t n = 0;
    bool fits = true;
    for (uint32_t i = 0; i < w->n_must; i++) {
        uint32_t number = number_find(p->terms, w->must[i]);
        if (number == home)
            continue;
        if (n < 2 && number <= NUMBER_MAX)
            c->must[n++] = (uint16_t)number;
        else
            fits = false;
    }
    return fits;
}

/* The any-terms of a wish that has must-terms too; false: they do not fit. */
static bool fill_anys(const struct jm_percolate *p, const struct jm_wish *w, struct cell *c)
{
    bool fits = w->n_any <= ANY_COLUMNS;
    for (uint32_t i = 0; fits && i < ANY_COLUMNS; i++) {
        uint32_t number = number_find(p->terms, w->any[i < w->n_any ? i : 0]);
        c->any[i] = (uint16_t)number;
        fits &= number <= NUMBER_MAX;
    }
    return fits;
}

/* The least of a document's largest weights that can reach the minimum. */
static uint32_t least_weight(const struct jm_wish *w)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < w->n_terms; i++)
        sum += w->terms[i].weight;
    uint64_t least = sum ? (w->floor + sum - 1) / sum : 255;
    return w->floor == 0 ? 0 : least < 255 ? (uint32_t)least : 255;
}

/* All but moments and form. The kind says whether there is more to look at than the cell. */
static enum list_kind fill_cell(struct jm_percolate *p, const struct jm_wish *w,
                                const uint32_t *homes, uint32_t n_homes, struct cell *c)
{
    bool with_any = w->n_must && w->n_any;
    bool fits = fill_facets(p, w->filter, c) && w->floor == 0 && n_homes == 1;
    fits &= fill_musts(p, w, n_homes ? homes[0] : FILE_LOOSE, c);
    fits &= !with_any || fill_anys(p, w, c);
    c->more |= (uint16_t)(least_weight(w) << 8);
    return !fits ? LIST_FORM : with_any ? LIST_ANY : LIST_PLAIN;
}

/* ---- changes -------------------------------------------------------------------------------- */

static uint32_t later(uint32_t moment)
{
    return moment + 1 ? moment + 1 : 1;
}

static void on_settled(void *ptr, void *arg)
{
    struct jm_percolate *p = arg;
    (void)ptr;
    p->settled = p->asked;
    p->asked = 0;
}

/* Make the next moment the present one, and free what no reader holds. */
static void move_on(struct jm_percolate *p)
{
    STORE_RELEASE(&p->now, later(p->now));
    if (p->asked == 0) {
        p->asked = p->now;
        jm_epoch_retire(p->epoch, p, on_settled, p);
    }
    (void)jm_epoch_reclaim(p->epoch);
    lists_bury(p);
    if (p->now % SETTLE_EVERY == 0)
        lists_settle(p);
}

static void count_wish(struct jm_percolate *p, const struct filed *f, int by)
{
    bool loose = f->form ? f->form->n_homes == 1 && f->form->homes[0] == FILE_LOOSE
                         : f->home == FILE_LOOSE;
    p->stats.wishes += (uint64_t)(int64_t)by;
    p->stats.unfiled += loose ? (uint64_t)(int64_t)by : 0;
}

static void take_out(struct jm_percolate *p, uint32_t id, struct filed *f)
{
    uint32_t moment = later(p->now), one = f->home;
    const uint32_t *homes = f->form ? f->form->homes : &one;
    uint32_t n_homes = f->form ? f->form->n_homes : 1;
    for (uint32_t i = 0; i < n_homes; i++)
        list_kill(p, homes[i], (enum list_kind)f->kind, f->bucket_place, id, moment);
    count_wish(p, f, -1);
    if (f->form)
        jm_epoch_retire(p->epoch, f->form, free_form, p);
    *f = (struct filed){0};
}

static int reach(struct jm_percolate *p, uint32_t id)
{
    if (id < p->cap)
        return 0;
    uint32_t cap = p->cap ? p->cap : 1024;
    while (cap <= id)
        cap *= 2;
    struct filed *f = realloc(p->filed, cap * sizeof *f);
    if (!f)
        return -1;
    memset(f + p->cap, 0, (cap - p->cap) * sizeof *f);
    p->filed = f;
    p->cap = cap;
    return 0;
}

/* Files for all its terms. */
static int name_terms(struct jm_percolate *p, const struct jm_wish *w)
{
    uint32_t n[3] = {w->n_must, w->n_any, w->n_terms};
    for (uint32_t kind = 0; kind < 3; kind++)
        for (uint32_t i = 0; i < n[kind]; i++) {
            uint32_t term = kind == 0   ? w->must[i]
                            : kind == 1 ? w->any[i]
                                        : w->terms[i].term;
            uint32_t number = file_make(p, term);
            if (number == UINT32_MAX)
                return -1;
            file_at(p, number)->mentions++;
        }
    return 0;
}

static int add(struct jm_percolate *p, uint32_t id, const struct jm_wish *w)
{
    uint32_t homes[JM_WISH_TERMS];
    if (reach(p, id) < 0 || name_terms(p, w) < 0)
        return -1;
    struct cell c = {.id = id, .born = later(p->now)};
    uint32_t n_homes = choose_homes(p, w, homes);
    enum list_kind kind = fill_cell(p, w, homes, n_homes, &c);
    for (uint32_t i = 0; i < n_homes; i++)
        if (list_reserve(p, homes[i], kind) < 0)
            return -1;
    if (kind == LIST_FORM && !(c.form = form_new(p, w, homes, n_homes)))
        return -1;
    struct filed f = {.form = c.form, .home = n_homes ? homes[0] : FILE_LOOSE, .kind = kind & 3,
                      .bucket_place = c.more & 255 ? 0 : c.place, .there = true};
    if (n_homes > 1)
        STORE_RELAXED(&p->several, true);
    for (uint32_t i = 0; i < n_homes; i++)
        list_append(p, homes[i], kind, &c);
    if (p->filed[id].there)
        take_out(p, id, &p->filed[id]);
    p->filed[id] = f;
    count_wish(p, &f, 1);
    move_on(p);
    return 0;
}

static int check_wish(uint32_t id, const struct jm_wish *w, struct jm_err *err)
{
    if (id >= JM_INDEX_DOC_MAX)
        return jm_err_set(err, JM_ELIMIT, "wish number %u is too large", id);
    if (w->n_must > JM_WISH_MUST || w->n_any > JM_WISH_ANY || w->n_terms > JM_WISH_TERMS ||
        (w->filter && w->filter->n_places > JM_INDEX_PLACES))
        return jm_err_set(err, JM_ELIMIT, "wish %u has too many terms or places", id);
    bool known = true;
    for (uint32_t i = 0; i < w->n_must; i++)
        known &= w->must[i] <= JM_INDEX_TERM_MAX;
    for (uint32_t i = 0; i < w->n_any; i++)
        known &= w->any[i] <= JM_INDEX_TERM_MAX;
    for (uint32_t i = 0; i < w->n_terms; i++)
        known &= w->terms[i].term <= JM_INDEX_TERM_MAX;
    return known ? 0 : jm_err_set(err, JM_EINVAL, "wish %u has a term that is too large", id);
}

int jm_percolate_add(struct jm_percolate *p, uint32_t id, const struct jm_wish *wish,
                     struct jm_err *err)
{
    if (check_wish(id, wish, err) < 0)
        return -1;
    return add(p, id, wish) == 0 ? 0 : jm_err_set(err, JM_ENOMEM, "no memory for wish %u", id);
}

bool jm_percolate_remove(struct jm_percolate *p, uint32_t id)
{
    if (id >= p->cap || !p->filed[id].there)
        return false;
    take_out(p, id, &p->filed[id]);
    move_on(p);
    return true;
}

int jm_percolate_hint(struct jm_percolate *p, const uint32_t *term, const uint32_t *count,
                      size_t n, struct jm_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (jm_map64_put(&p->common, term[i], count[i]) < 0)
            return jm_err_set(err, JM_ENOMEM, "no memory for the hints");
    return 0;
}

void jm_percolate_stats(const struct jm_percolate *p, struct jm_percolate_stats *out)
{
    *out = p->stats;
    out->bytes = p->mem.bytes + p->cap * sizeof *p->filed;
}

/* ---- is everything where it should be? ------------------------------------------------------- */

static int check_filed(const struct jm_percolate *p, uint32_t id, uint64_t *cells,
                       struct jm_err *err)
{
    const struct filed *f = &p->filed[id];
    uint32_t one = f->home, n_homes = f->form ? f->form->n_homes : 1;
    for (uint32_t i = 0; i < n_homes; i++) {
        uint32_t home = f->form ? f->form->homes[i] : one;
        const struct wish_list *l = file_at(p, home)->list[f->kind];
        uint32_t cell = l ? list_find(l, f->bucket_place, id) : UINT32_MAX;
        if (cell == UINT32_MAX)
            return jm_err_set(err, JM_EINTERNAL, "wish %u is not in its file", id);
        if (f->form && *list_form(l, cell) != f->form)
            return jm_err_set(err, JM_EINTERNAL, "wish %u has another's form", id);
        ++*cells;
    }
    return 0;
}

static int count_living(const struct jm_percolate *p, uint64_t *living, struct jm_err *err)
{
    for (uint32_t f = 0; f < p->n_files; f++)
        for (unsigned k = 0; k < LIST_KINDS; k++) {
            const struct wish_list *l = file_at(p, f)->list[k];
            if (l && list_check(l, err) < 0)
                return -1;
            for (uint32_t i = 0; l && i < l->n; i++)
                *living += *list_short(l, i, LINE_BITS) && !*list_word(l, i, LINE_DIED);
        }
    return 0;
}

int jm_percolate_check(const struct jm_percolate *p, struct jm_err *err)
{
    uint64_t wishes = 0, cells = 0, living = 0;
    for (uint32_t id = 0; id < p->cap; id++) {
        wishes += p->filed[id].there;
        if (p->filed[id].there && check_filed(p, id, &cells, err) < 0)
            return -1;
    }
    if (count_living(p, &living, err) < 0)
        return -1;
    if (wishes != p->stats.wishes || living != cells)
        return jm_err_set(err, JM_EINTERNAL, "%lu wishes, %lu counted; %lu cells, %lu filed",
                          (unsigned long)wishes, (unsigned long)p->stats.wishes,
                          (unsigned long)living, (unsigned long)cells);
    return 0;
}
