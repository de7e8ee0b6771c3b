/* bound_query.c - what a query asks of the index, and what points then promise. See bound.h. */
#include <stdlib.h>

#include "bound_int.h"
#include "fixed.h"

/* A query that does not fit the index asks again for less; what it leaves out counts as perfect. */
enum detail { FULL, NO_CELLS, DETAILS };

static void want(struct bound_query *o, uint64_t key, uint64_t weight)
{
    if (weight == 0)
        return;
    if (o->n_draft == QUERY_DRAFTS) {
        o->usable = false;
        return;
    }
    o->draft[o->n_draft++] = (struct bound_want){key, (uint32_t)weight};
}

static void want_attribute(struct bound_query *o, enum attribute a, uint32_t value,
                           uint64_t weight)
{
    want(o, attribute_term(a, value), weight);
}

static int by_want(const void *x, const void *y)
{
    const struct bound_want *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->weight < b->weight) - (a->weight > b->weight);
}

/* Among drafts from `first` on: keep the heaviest of each key, then turn keys into terms. */
static void keep_heaviest(struct bound_query *o, size_t first, uint32_t (*term)(uint64_t key))
{
    size_t n = first;
    qsort(o->draft + first, o->n_draft - first, sizeof *o->draft, by_want);
    for (size_t i = first; i < o->n_draft; i++)
        if (i == first || o->draft[i].key != o->draft[i - 1].key)
            o->draft[n++] = o->draft[i];
    for (size_t i = first; i < n; i++)
        o->draft[i].key = term(o->draft[i].key);
    o->n_draft = n;
}

static void finish_query(struct bound_query *o)
{
    size_t n = 0;
    want_attribute(o, A_OVERFLOW, 0, QUERY_FULL);
    qsort(o->draft, o->n_draft, sizeof *o->draft, by_want);
    for (size_t i = 0; i < o->n_draft && o->usable;) {
        uint64_t term = o->draft[i].key, sum = 0;
        for (; i < o->n_draft && o->draft[i].key == term; i++)
            sum += o->draft[i].weight;
        if (sum > QUERY_FULL)
            o->base += (sum - QUERY_FULL) * DOC_FULL;
        if (n == JM_INDEX_QUERY_TERMS) {
            o->usable = false;
            break;
        }
        o->terms[n++] = (struct jm_index_want){
            .term = (uint32_t)term, .weight = (uint16_t)(sum < QUERY_FULL ? sum : QUERY_FULL)};
    }
    o->n = n;
}

static void want_skills_of_job(const struct jm_matcher *m, const struct jm_doc *q,
                               const struct asks *a, struct bound_query *o)
{
    for (size_t i = 0; i < q->n_skills; i++) {
        uint64_t num, den;
        jm_bound_share(&m->scoring, a, &q->skills[i], &num, &den);
        want(o, skill_term(q->skills[i].key), up(num, den, QUERY_FULL));
        struct relation_list r = jm_matcher_asked(m, q->skills[i].key);
        for (uint32_t j = 0; j < r.n && num; j++)
            want(o, skill_term(r.items[j].other), up(num * r.items[j].credit, den * 1000,
                                                     QUERY_FULL));
    }
}

/* The ladders are short: ask for every step with its exact value, and lift unknown to 1. */
static void want_ladders(const struct jm_matcher *m, const struct jm_doc *q,
                         const struct asks *a, struct bound_query *o)
{
    struct jm_doc who = {.kind = JM_CANDIDATE}; /* who says nothing else */
    struct pair p = {.m = m, .job = q, .person = &who};
    for (unsigned v = 0; a->seniority && v <= JM_EXECUTIVE; v++) {
        who.seniority = (uint8_t)v;
        who.years_min = JM_YEARS_UNKNOWN;
        jm_pair_fits(&p);
        unsigned pm = p.known[JM_F_SENIORITY] ? p.value[JM_F_SENIORITY] : 1000;
        want_attribute(o, A_SENIORITY, v, up(a->seniority * pm, a->d * 1000, QUERY_FULL));
    }
    for (unsigned v = 0; a->experience && v <= YEARS_TOP; v++) {
        who.years_min = (uint8_t)v;
        jm_pair_fits(&p);
        unsigned pm = v < YEARS_TOP ? p.value[JM_F_EXPERIENCE] : 1000;
        want_attribute(o, A_YEARS, v, up(a->experience * pm, a->d * 1000, QUERY_FULL));
    }
    if (a->experience)
        want_attribute(o, A_YEARS, JM_YEARS_UNKNOWN, up(a->experience, a->d, QUERY_FULL));
    bool or_years = q->flags & JM_DOC_DEGREE_OR_EXPERIENCE;
    for (unsigned v = 0; a->degree && v <= JM_DOCTORATE; v++) {
        who.degree = (uint8_t)v;
        who.years_min = JM_YEARS_UNKNOWN;
        jm_pair_fits(&p);
        unsigned pm = or_years || !p.known[JM_F_DEGREE] ? 1000 : p.value[JM_F_DEGREE];
        want_attribute(o, A_DEGREE, v, up(a->degree * pm, a->d * 1000, QUERY_FULL));
    }
}

static void want_people(const struct jm_matcher *m, const struct jm_doc *q, struct bound_query *o)
{
    const struct asks a = jm_bound_asks(&m->scoring, q);
    if (!a.d) {
        o->usable = false;
        return;
    }
    uint64_t unseen = a.rest - a.experience - a.seniority - a.degree + a.words;
    o->base = up(unseen * 10 + a.guard_floor * 2, a.d * 10, BOUND_FULL);
    want_skills_of_job(m, q, &a, o);
    want_ladders(m, q, &a, o);
    for (size_t j = 0; q->n_titles && q->titles[0].length && j < q->titles[0].n_features; j++)
        want(o, title_term(q->titles[0].ids[j]),
             up(a.title * q->titles[0].weights[j], a.d * q->titles[0].length, QUERY_FULL));
    want_attribute(o, A_NO_SKILLS, 0, up(a.skills, a.d, QUERY_FULL));
    want_attribute(o, A_NO_TITLE, 0, up(a.title, a.d, QUERY_FULL));
}

static uint32_t title_key_term(uint64_t key) { return title_term((uint32_t)key); }
static uint32_t wished_title_key_term(uint64_t key) { return wished_title_term((uint32_t)key); }

/* By asked skill, the best of the person's skills: `full` times credit; for W of recent ones and
 * undiminished, for F of all by their recency. */
static void want_credits(const struct jm_matcher *m, const struct jm_doc *q, uint64_t full,
                         int year, bool recent_only, struct bound_query *o)
{
    size_t first = o->n_draft;
    for (size_t i = 0; i < q->n_skills; i++) {
        const struct jm_doc_skill *k = &q->skills[i];
        if (recent_only && !jm_is_recent(k, year))
            continue;
        uint64_t pm = recent_only ? 1000 : jm_recency_pm(&m->scoring, year, k->last_year);
        want(o, k->key, up(full * pm, 1000, 1));
        struct relation_list r = jm_matcher_has(m, k->key);
        for (uint32_t j = 0; j < r.n; j++)
            want(o, r.items[j].other, up(full * pm * r.items[j].credit, 1000000, 1));
    }
    keep_heaviest(o, first, recent_only ? wish_term : skill_term);
}

/* The best value of a place so many kilometres away. */
static unsigned place_pm(const struct jm_matcher *m, const struct jm_doc *q, unsigned km)
{
    unsigned radius = q->radius_km ? q->radius_km : 30;
    unsigned pm = km <= radius ? 1000 : jm_fx_decay_pm(km - radius, m->scoring.place_scale_km);
    return (q->flags & JM_DOC_RELOCATE) && pm < 700 ? 700 : pm;
}

/* Nearby cells with the best value any place in them can have. What is not enumerated is at least
 * FAR_KM away; 110 is a little less than the kilometres of a degree of latitude. */
static void want_cells(const struct jm_matcher *m, const struct jm_doc *q, uint64_t full,
                       struct bound_query *o)
{
    enum { ROWS = 2, FAR_KM = ROWS * 110 };
    const struct jm_doc_place *p = &q->places[0];
    unsigned far_pm = place_pm(m, q, FAR_KM);
    int32_t lat = (p->lat_e5 + 9000000) / 100000, lon = (p->lon_e5 + 18000000) / 100000;
    int32_t polar = (p->lat_e5 < 0 ? -p->lat_e5 : p->lat_e5) + (ROWS + 1) * 100000;
    if (far_pm == 1000 || polar > 7500000) {
        want_attribute(o, A_ANY_CELL, 0, full);
        return;
    }
    int32_t degree_km = (int32_t)jm_fx_distance_km(polar, 0, polar, 100000) - 1;
    int32_t columns = FAR_KM / degree_km + 2;
    want_attribute(o, A_ANY_CELL, 0, up(full * far_pm, 1000, 1));
    for (int32_t row = -ROWS; row <= ROWS; row++) {
        for (int32_t col = -columns; col <= columns; col++) {
            int32_t up_gap = row < 0 ? -row - 1 : row > 0 ? row - 1 : 0;
            int32_t side_gap = col < 0 ? -col - 1 : col > 0 ? col - 1 : 0;
            int32_t km = up_gap * 110 > side_gap * degree_km ? up_gap * 110 : side_gap * degree_km;
            unsigned pm = place_pm(m, q, (unsigned)km);
            uint32_t cell = (uint32_t)(lat + row) * 361 + (uint32_t)((lon + col + 361) % 361);
            if (pm > far_pm)
                want_attribute(o, A_CELL, cell, up(full * (pm - far_pm), 1000, 1));
        }
    }
}

static void want_place(const struct jm_matcher *m, const struct jm_doc *q, uint64_t full,
                       bool cells, struct bound_query *o)
{
    const struct jm_doc_place *p = q->n_places ? &q->places[0] : NULL;
    unsigned floor_pm = q->flags & JM_DOC_RELOCATE ? 700 : 0;
    want_attribute(o, A_PLACE_FREE, 0, full);
    if (p && p->has_point && cells)
        want_cells(m, q, full, o);
    else
        want_attribute(o, A_ANY_CELL, 0, full);
    if (p && p->country) {
        want_attribute(o, A_ANY_COUNTRY, 0, up(full * floor_pm, 1000, 1));
        want_attribute(o, A_COUNTRY, p->country, up(full * (1000 - floor_pm), 1000, 1));
    } else {
        want_attribute(o, A_ANY_COUNTRY, 0, full);
    }
}

/* The features of the titles in these roles, the heaviest of each. */
static void want_titles(const struct jm_doc *q, enum jm_title_role a, enum jm_title_role b,
                        uint64_t full, uint32_t (*term)(uint64_t), struct bound_query *o)
{
    size_t first = o->n_draft;
    for (size_t i = 0; i < q->n_titles; i++)
        for (size_t j = 0; q->titles[i].length && j < q->titles[i].n_features; j++)
            if (q->titles[i].role == a || q->titles[i].role == b)
                want(o, q->titles[i].ids[j], up(full * q->titles[i].weights[j],
                                                q->titles[i].length, 1));
    keep_heaviest(o, first, term);
}

static bool has_role(const struct jm_doc *q, enum jm_title_role a, enum jm_title_role b)
{
    for (size_t i = 0; i < q->n_titles; i++)
        if (q->titles[i].role == a || q->titles[i].role == b)
            return true;
    return false;
}

/* What the person can speak about at all: W of every pair is divided by some of this. */
static uint64_t speakable(const struct jm_scoring *s, const struct jm_doc *q, uint64_t *unseen)
{
    const uint16_t *w = s->weight;
    bool stated = false;
    for (size_t i = 0; i < q->n_skills; i++)
        stated = stated || (q->skills[i].flags & JM_SKILL_WANTED);
    *unseen = (uint64_t)w[JM_W_FRESH] + (q->pay_min ? w[JM_W_PAY] : 0) +
              (q->employment ? w[JM_W_CONTRACT] : 0) + (stated ? w[JM_W_SKILL] : 0) +
              (q->n_places && q->places[0].has_point ? w[JM_W_TIMEZONE] : 0);
    return *unseen + (q->n_skills && !stated ? w[JM_W_SKILL] : 0) +
           (has_role(q, JM_TITLE_WANTED, JM_TITLE_LATEST) ? w[JM_W_TITLE] : 0) +
           (q->n_places ? w[JM_W_PLACE] : 0) + (q->workplace ? w[JM_W_WORKPLACE] : 0);
}

static void want_workplace(const struct jm_doc *q, uint64_t full, struct bound_query *o)
{
    for (unsigned mask = 0; q->workplace && mask < 8; mask++) {
        unsigned pm = 1000;
        if (mask && !(mask & q->workplace))
            pm = (mask | q->workplace) & JM_HYBRID ? 400 : 0;
        want_attribute(o, A_WORKPLACE, mask, up(full * pm, 1000, 1));
    }
}

static void want_wishes(const struct jm_matcher *m, const struct jm_doc *q, int year,
                        enum detail detail, struct bound_query *o)
{
    const struct jm_scoring *s = &m->scoring;
    const uint64_t g = 1000u - s->list_f_permille;
    uint64_t unseen, all = speakable(s, q, &unseen);
    if (!all) { /* says nothing, whoever offers: the list is F alone, or W may be anything */
        o->base = up(g, 1000, BOUND_FULL);
        return;
    }
    o->base = up(g * unseen, all * 1000, BOUND_FULL);
    bool wishes = has_role(q, JM_TITLE_WANTED, JM_TITLE_WANTED);
    if (has_role(q, JM_TITLE_WANTED, JM_TITLE_LATEST)) {
        uint64_t full = up(g * s->weight[JM_W_TITLE], all * 1000, QUERY_FULL);
        enum jm_title_role role = wishes ? JM_TITLE_WANTED : JM_TITLE_LATEST;
        want_titles(q, role, role, full, wished_title_key_term, o);
        want_attribute(o, A_NO_TITLE, 0, full);
    }
    bool stated = false;
    for (size_t i = 0; i < q->n_skills; i++)
        stated = stated || (q->skills[i].flags & JM_SKILL_WANTED);
    if (q->n_skills && !stated) {
        uint64_t full = up(g * s->weight[JM_W_SKILL], all * 1000, QUERY_FULL);
        want_credits(m, q, full, year, true, o);
        want_attribute(o, A_NO_SKILLS, 0, full);
    }
    if (q->n_places)
        want_place(m, q, up(g * s->weight[JM_W_PLACE], all * 1000, QUERY_FULL), detail == FULL, o);
    want_workplace(q, up(g * s->weight[JM_W_WORKPLACE], all * 1000, QUERY_FULL), o);
}

static void want_jobs(const struct jm_matcher *m, const struct jm_doc *q, int year,
                      enum detail detail, struct bound_query *o)
{
    const uint64_t full = up(m->scoring.list_f_permille, 1000, QUERY_FULL);
    want_wishes(m, q, year, detail, o);
    want_attribute(o, A_EVERY, 0, full);
    if (!q->n_skills)
        want_attribute(o, A_HAS_SKILLS, 0, full);
    if (!has_role(q, JM_TITLE_LATEST, JM_TITLE_PAST))
        want_attribute(o, A_HAS_TITLE, 0, full);
    want_credits(m, q, up(full * UNIT_SKILL_PM, 1000, 1), year, false, o);
    want_titles(q, JM_TITLE_LATEST, JM_TITLE_PAST, full, title_key_term, o);
}

/* The index drops only what a clause that is on would veto for certain. */
static struct jm_index_filter filter_of(const struct jm_matcher *m, const struct jm_doc *q,
                                        bool vetoes)
{
    const uint8_t *on = m->scoring.veto;
    struct jm_index_filter f = {.tenant = q->tenant};
    if (!vetoes)
        return f;
    if (on[q->kind == JM_JOB ? JM_VETO_PAUSED : JM_VETO_CLOSED] == JM_VETO_ON)
        f.flags_none = JM_DOC_CLOSED;
    if (on[JM_VETO_WORKPLACE] == JM_VETO_ON)
        f.workplace = q->workplace;
    if (on[JM_VETO_ELIGIBILITY] == JM_VETO_ON)
        f.eligible = jm_bound_seats(q);
    return f;
}

void jm_bound_query(const struct jm_matcher *m, const struct jm_doc *q, int64_t as_of_s,
                    bool vetoes, struct bound_query *o)
{
    o->filter = filter_of(m, q, vetoes);
    for (enum detail detail = FULL; detail < DETAILS; detail++) {
        o->n = o->n_draft = 0;
        o->base = 0;
        o->usable = true;
        if (q->kind == JM_JOB)
            want_people(m, q, o);
        else
            want_jobs(m, q, jm_fx_year(as_of_s), detail, o);
        finish_query(o);
        if (o->usable)
            break;
    }
}

/* Rounding of F, W and their blend together lift a score by less than 2. */
enum { ROUNDING = 2 };

unsigned jm_bound_list(const struct bound_query *q, uint32_t points)
{
    uint64_t pm = up(points + q->base, BOUND_FULL, 1000) + ROUNDING;
    return pm > 1000 ? 1000 : (unsigned)pm;
}

uint32_t jm_bound_points(const struct bound_query *q, unsigned list)
{
    if (list <= ROUNDING + 1)
        return 0;
    uint64_t least = (uint64_t)(list - ROUNDING - 1) * BOUND_FULL / 1000;
    return least <= q->base ? 0 : (uint32_t)(least - q->base);
}
