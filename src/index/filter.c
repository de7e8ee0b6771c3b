/* filter.c - what a filter means, one document at a time.
 *
 * This is the definition. A search for places starts from the rows of these places (gate.c) and
 * asks here for the documents that are left; the percolator asks here for the few wishes left. */
#include "jobmatch/index.h"

static bool place_passes(const struct jm_index_filter *f, const struct jm_index_facets *d)
{
    if (f->n_places == 0 || d->place == 0 || (d->workplace & f->place_free))
        return true;
    for (uint32_t i = 0; i < f->n_places; i++)
        if (f->places[i] == d->place)
            return true;
    return false;
}

/* Is a known `v` inside the range whose ends are off when 0? */
static bool in_range(uint32_t v, uint32_t min, uint32_t max)
{
    return v == 0 || (v >= min && (max == 0 || v <= max));
}

/* Does a known set share a member with what is asked? */
static bool shares(uint64_t set, uint64_t asked)
{
    return set == 0 || asked == 0 || (set & asked);
}

bool jm_index_filter_passes(const struct jm_index_filter *f, const struct jm_index_facets *d)
{
    if (!f)
        return true;
    return (f->tenant == 0 || d->tenant == 0 || d->tenant == f->tenant) &&
           (d->flags & f->flags_all) == f->flags_all && (d->flags & f->flags_none) == 0 &&
           shares(d->workplace, f->workplace) && shares(d->employment, f->employment) &&
           shares(d->eligible, f->eligible) && in_range(d->years, f->years_min, f->years_max) &&
           in_range(d->level, f->level_min, f->level_max) &&
           in_range(d->pay, f->pay_min, f->pay_max) &&
           (d->languages == 0 || (d->languages & f->languages) == f->languages) &&
           place_passes(f, d);
}
