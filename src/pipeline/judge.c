/* judge.c - what a worker does with an arrival: find its best pairs, judge its earlier ones.
 *
 * Which pairs are matches is decided by one function, qualifies(), in the direction "people for a
 * job", so that it does not matter which side arrived. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* The explanation's points by component, in the row's compact form: a version byte, then
 * little-endian 16-bit points. */
enum { POINTS_VERSION = 1 };

static void put_points(uint8_t out[1 + 2 * JM_COMPONENTS], const struct jm_explanation *e)
{
    out[0] = POINTS_VERSION;
    for (int c = 0; c < JM_COMPONENTS; c++) {
        uint16_t v = (uint16_t)e->parts[c].points;
        out[1 + 2 * c] = (uint8_t)v;
        out[2 + 2 * c] = (uint8_t)(v >> 8);
    }
}

static bool qualifies(const struct jm_score *s, uint16_t floor)
{
    return s->veto == JM_VETO_NONE && s->list >= floor && s->band >= JM_BAND_C;
}

static char band_letter(unsigned band)
{
    return band == JM_BAND_NONE ? '-' : (char)('A' + (JM_BAND_A - band));
}

static bool listed(const struct jm_arrival *a, uint64_t other)
{
    for (size_t i = 0; i < a->row.n_pairs; i++)
        if (a->pairs[i].job_id == other || a->pairs[i].candidate_id == other)
            return true;
    return false;
}

/* Judge one pair and add it to the list if it is a match. -1: out of memory. */
static int judge(struct jm_engine *e, struct jm_arrival *a, const struct jm_doc *self,
                 const struct jm_doc *other, struct jm_arena *arena)
{
    const struct jm_doc *job = self->kind == JM_JOB ? self : other;
    const struct jm_doc *person = self->kind == JM_JOB ? other : self;
    struct jm_score s;
    if (job->expires_at_s && job->expires_at_s <= a->now_s)
        return 0; /* the score counts in days, but nobody would withdraw this match again */
    if (jm_score_pair(e->matcher, job, person, JM_PEOPLE_FOR_JOB, a->as_of_s, &s))
        return -1;
    if (!qualifies(&s, a->floor) || a->row.n_pairs == JM_MATCH_LIST_MAX)
        return 0;
    struct jm_explanation *why = jm_explain(e->matcher, job, person, JM_PEOPLE_FOR_JOB,
                                            JM_VIEW_OPERATOR, a->as_of_s, arena);
    if (!why)
        return -1;
    size_t n = a->row.n_pairs++;
    put_points(a->points[n], why);
    a->pairs[n] = (struct jm_match_pair){
        .job_id = job->doc_id, .candidate_id = person->doc_id,
        .job_version = job->version, .candidate_version = person->version,
        .score = s.list, .fit = s.f, .want = s.w, .evidence = s.f_evidence,
        .band = band_letter(s.band), .points = a->points[n], .points_len = sizeof a->points[n]};
    jm_arena_reset(arena);
    return 0;
}

static int rank(struct jm_engine *e, struct jm_arrival *a, const struct jm_doc *self,
                struct jm_hit *hits, struct jm_arena *arena)
{
    bool job = self->kind == JM_JOB;
    struct jm_rank_query q = {.doc = self, .k = a->results, .as_of_s = a->as_of_s,
                              .list_floor = job ? a->floor : 0,
                              .band_floor = job ? JM_BAND_C : JM_BAND_NONE,
                              .filter.open_at_s = a->now_s};
    int n = jm_rank(e->reader, &q, hits, NULL, NULL);
    if (n < 0)
        return -1;
    a->full = (unsigned)n == a->results;
    for (int i = 0; i < n; i++)
        if (judge(e, a, self, hits[i].doc, arena))
            return -1;
    a->row.total = (uint32_t)a->row.n_pairs;
    return 0;
}

void jm_arrival_rank(struct jm_engine *e, struct jm_arrival *a)
{
    struct jm_arena arena;
    a->pairs = malloc(JM_MATCH_LIST_MAX * sizeof *a->pairs);
    a->points = malloc(JM_MATCH_LIST_MAX * sizeof *a->points);
    struct jm_hit *hits = malloc(a->results * sizeof *hits);
    jm_arena_init(&arena, 0);
    a->failed = !a->pairs || !a->points || !hits;
    if (!a->failed) {
        jm_corpus_enter(e->reader);
        const struct jm_doc *self = jm_corpus_get(e->reader, a->row.doc_id);
        if (self) { /* the present one: it may be newer than the change */
            a->row.version = self->version;
            a->failed = rank(e, a, self, hits, &arena) != 0;
        }
        jm_corpus_leave(e->reader);
    }
    a->row.pairs = a->pairs;
    jm_arena_fini(&arena);
    free(hits);
}

void jm_arrival_judge_earlier(struct jm_engine *e, struct jm_arrival *a)
{
    struct jm_arena arena;
    jm_arena_init(&arena, 0);
    jm_corpus_enter(e->reader);
    const struct jm_doc *self = jm_corpus_get(e->reader, a->row.doc_id);
    for (size_t i = 0; self && i < a->n_earlier && !a->failed; i++) {
        const struct jm_doc *other = jm_corpus_get(e->reader, a->earlier[i]);
        if (other && !listed(a, other->doc_id))
            a->failed = judge(e, a, self, other, &arena) != 0;
    }
    jm_corpus_leave(e->reader);
    a->row.total = (uint32_t)a->row.n_pairs;
    jm_arena_fini(&arena);
}
