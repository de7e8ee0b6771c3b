/* rank.c - the exact best k by an index that only bounds.
 *
 * The index gives documents by falling points; points bound the list score (bound.h). A first
 * pool is scored exactly, which gives a k-th score; from it follows the least number of points
 * that could still enter the list, and everything with at least that many is scored in a second
 * search, or in several over parts of the documents. Where the index cannot hand out that many, or
 * the query is too large for it, all documents are scored: slower, never wrong. */
#include <stdlib.h>
#include <string.h>

#include "corpus_int.h"
#include "jobmatch/bytes.h"
#include "score.h"

enum { FIRST_POOL = 200 };

struct run {
    struct jm_corpus_reader *r;
    const struct jm_rank_query *q;
    const struct side *side;
    struct jm_scorer *scorer;
    struct jm_hit *hits; /* best first */
    size_t n;
    struct jm_rank_stats stats;
};

static bool better(uint32_t key_a, uint64_t id_a, uint32_t key_b, uint64_t id_b)
{
    return key_a != key_b ? key_a > key_b : id_a < id_b;
}

static bool skipped(const struct jm_rank_query *q, uint64_t id)
{
    size_t lo = 0, hi = q->n_skip;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (q->skip[mid] < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < q->n_skip && q->skip[lo] == id;
}

static bool has_skill(const struct jm_doc *d, uint64_t key)
{
    size_t lo = 0, hi = d->n_skills;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (d->skills[mid].key < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < d->n_skills && d->skills[lo].key == key;
}

static bool in_country(const struct jm_doc *d, uint16_t country)
{
    for (size_t i = 0; i < d->n_places; i++)
        if (d->places[i].country == country)
            return true;
    return false;
}

bool jm_filter_pass(const struct jm_filter *f, const struct jm_doc *d)
{
    if (f->country && !in_country(d, f->country))
        return false;
    if (f->open_at_s && d->kind == JM_JOB && d->expires_at_s && d->expires_at_s <= f->open_at_s)
        return false;
    if ((f->workplace && !(f->workplace & d->workplace)) ||
        (f->employment && !(f->employment & d->employment)))
        return false;
    if (f->years_min && (d->years_min == JM_YEARS_UNKNOWN ||
                         (d->kind == JM_CANDIDATE ? d->years_min < f->years_min
                                                  : d->years_min > f->years_min)))
        return false;
    if ((f->seniority_min || f->seniority_max) &&
        (!d->seniority || d->seniority < f->seniority_min ||
         (f->seniority_max && d->seniority > f->seniority_max)))
        return false;
    for (unsigned i = 0; i < f->n_skills; i++)
        if (!has_skill(d, f->skills[i]))
            return false;
    return true;
}

/* Whether the scored pair belongs in the list at all. */
static bool wanted(const struct run *run, const struct jm_score *s, uint64_t id)
{
    const struct jm_rank_query *q = run->q;
    const struct jm_scoring *scoring = jm_matcher_scoring(run->r->c->m);
    if (s->veto && (!q->keep_vetoed || s->veto == JM_VETO_TENANT))
        return false;
    if (s->list < q->list_floor || s->band < q->band_floor)
        return false;
    if (q->doc->kind == JM_JOB && s->w_evidence && s->w < scoring->person_floor)
        return false;
    return !q->has_after || better(q->after_key, q->after_id, s->key, id);
}

/* Keep the list sorted; a document that an update moved under us may come twice. */
static void insert(struct run *run, const struct jm_doc *d, const struct jm_score *s)
{
    size_t k = run->q->k, at = run->n;
    if (at == k && !better(s->key, d->doc_id, run->hits[k - 1].score.key, run->hits[k - 1].doc_id))
        return;
    for (size_t i = 0; i < run->n; i++)
        if (run->hits[i].doc_id == d->doc_id)
            return;
    if (run->n < k)
        run->n++;
    else
        at = k - 1;
    for (; at > 0 && better(s->key, d->doc_id, run->hits[at - 1].score.key,
                            run->hits[at - 1].doc_id); at--)
        run->hits[at] = run->hits[at - 1];
    run->hits[at] = (struct jm_hit){d->doc_id, d->version, d, *s};
}

static void consider(struct run *run, const struct entry *e)
{
    const struct jm_doc *d = e ? e->doc : NULL;
    if (!d || d->tenant != run->q->doc->tenant || !jm_filter_pass(&run->q->filter, d) ||
        skipped(run->q, d->doc_id))
        return;
    struct jm_score s;
    bool full = run->n == run->q->k;
    bool above = jm_scorer_above(run->scorer, d, full ? run->hits[run->n - 1].score.key : 0,
                                 run->q->keep_vetoed, &s);
    run->stats.scored++;
    run->stats.vetoed += s.veto != JM_VETO_NONE;
    if (above && wanted(run, &s, d->doc_id))
        insert(run, d, &s);
}

static void scan(struct run *run)
{
    run->stats.scanned_all = true;
    uint32_t numbers = atomic_load_explicit(&run->side->numbers, memory_order_acquire);
    run->n = 0;
    run->stats.vetoed = run->stats.scored = 0;
    for (uint32_t i = 0; i < numbers; i++)
        consider(run, jm_side_at(run->side, i));
}

/* The least list score that would still enter, 0 if any would. */
static unsigned threshold(const struct run *run)
{
    const struct jm_rank_query *q = run->q;
    unsigned least = q->list_floor;
    bool few = q->doc->n_skills < 3; /* then every band is "not enough data" */
    if (run->n < q->k)
        return least;
    uint32_t key = run->hits[q->k - 1].score.key;
    for (unsigned u = 1000; u > least; u--) /* the lowest score whose best band reaches the key */
        if (jm_list_key(few ? JM_BAND_NONE : jm_band_of(u, 1000), u) < key)
            return u + 1;
    return least;
}

/* One search; scores what was not scored by the searches before. Returns documents found. */
static int search(struct run *run, uint32_t k, uint32_t floor, size_t *done, size_t *found,
                  struct jm_err *err)
{
    struct jm_corpus_reader *r = run->r;
    struct bound_query *b = &r->query;
    struct jm_index_query iq = {.terms = b->terms, .n_terms = b->n, .filter = &b->filter, .k = k,
                                .floor = floor};
    enum jm_kind other = run->q->doc->kind == JM_JOB ? JM_CANDIDATE : JM_JOB;
    if (jm_index_search(r->index[other], &iq, r->found, found, err))
        return -1;
    for (size_t i = *done; i < *found; i++) {
        if (i + 4 < *found) {
            const struct entry *next = jm_side_at(run->side, r->found[i + 4].doc);
            __builtin_prefetch(next ? next->doc : NULL);
        }
        consider(run, jm_side_at(run->side, r->found[i].doc));
    }
    *done = *found > *done ? *found : *done;
    run->stats.rounds++;
    return 0;
}

/* More than one search may return: the same by parts of the documents, each with what could still
 * enter. Some pairs are scored again, none is missed. 0, 1 or -1 as by_index(). */
static int by_parts(struct run *run, uint32_t floor, struct jm_err *err)
{
    struct bound_query *b = &run->r->query;
    uint32_t off = b->filter.flags_all;
    int rc = floor > 0 ? 0 : 1;
    for (uint32_t part = 0; part < CORPUS_PARTS && rc == 0; part++) {
        size_t done = 0, found = 0;
        b->filter.flags_all = off | jm_part_flag(part);
        rc = search(run, JM_INDEX_K_MAX, floor, &done, &found, err);
        if (rc == 0 && found == JM_INDEX_K_MAX)
            rc = 1;
    }
    b->filter.flags_all = off;
    return rc;
}

/* 0: the list is exact; 1: everything must be scanned; -1: error. */
static int by_index(struct run *run, struct jm_err *err)
{
    struct bound_query *b = &run->r->query;
    size_t done = 0, found = 0;
    uint32_t pool = run->q->k * 2 > FIRST_POOL ? run->q->k * 2 : FIRST_POOL;
    jm_bound_query(run->r->c->m, run->q->doc, run->q->as_of_s,
                   !run->q->keep_vetoed, b);
    if (!b->usable)
        return 1;
    for (;;) {
        uint32_t floor = jm_bound_points(b, threshold(run));
        if (search(run, pool, floor, &done, &found, err))
            return -1;
        uint32_t now = jm_bound_points(b, threshold(run));
        if (found < pool) /* everything with a point, or with `floor` of them, was seen */
            return now > 0 ? 0 : 1;
        if (now > run->r->found[found - 1].points)
            return 0;
        if (pool == JM_INDEX_K_MAX)
            return by_parts(run, now, err);
        pool = pool * 8 < JM_INDEX_K_MAX ? pool * 8 : JM_INDEX_K_MAX;
    }
}

static int rank(struct jm_corpus_reader *r, const struct jm_rank_query *q, struct jm_hit *hits,
                bool brute, struct jm_rank_stats *stats, struct jm_err *err)
{
    if (q->k < 1 || q->k > JM_RANK_MAX_K || q->filter.n_skills > JM_RANK_MAX_SKILLS)
        return jm_err_set(err, JM_ELIMIT, "between 1 and %d results at a time", JM_RANK_MAX_K);
    struct run run = {.r = r, .q = q, .hits = hits,
                      .side = &r->c->sides[q->doc->kind == JM_JOB ? JM_CANDIDATE : JM_JOB]};
    run.scorer = jm_scorer_new(r->c->m, q->doc, q->as_of_s);
    if (!run.scorer)
        return jm_err_set(err, JM_ENOMEM, "out of memory for ranking");
    int rc = brute ? 1 : by_index(&run, err);
    if (rc == 1) {
        scan(&run);
        rc = 0;
    }
    jm_scorer_free(run.scorer);
    if (stats)
        *stats = run.stats;
    return rc ? -1 : (int)run.n;
}

int jm_rank(struct jm_corpus_reader *r, const struct jm_rank_query *q, struct jm_hit *hits,
            struct jm_rank_stats *stats, struct jm_err *err)
{
    return rank(r, q, hits, false, stats, err);
}

int jm_rank_brute(struct jm_corpus_reader *r, const struct jm_rank_query *q, struct jm_hit *hits,
                  struct jm_rank_stats *stats, struct jm_err *err)
{
    return rank(r, q, hits, true, stats, err);
}
