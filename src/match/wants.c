/* wants.c - W: how the job fits the person, one function a component.
 *
 * Where a person stated no wish for titles or skills, the latest title and the recent skills stand
 * in and the pair is marked as inferred. Pay, place and the rest are never inferred. */
#include "fixed.h"
#include "score.h"

static void set(struct pair *p, enum jm_component c, uint64_t value)
{
    p->known[c] = true;
    p->value[c] = (uint16_t)(value > 1000 ? 1000 : value);
}

static void titles(struct pair *p)
{
    unsigned best[2] = {0}, n[2] = {0};
    for (size_t i = 0; i < p->person->n_titles; i++) {
        unsigned role = p->person->titles[i].role;
        if (role != JM_TITLE_WANTED && role != JM_TITLE_LATEST)
            continue;
        bool wanted = role == JM_TITLE_WANTED;
        n[wanted]++;
        if (p->title[i] > best[wanted])
            best[wanted] = p->title[i];
    }
    if (!p->job->n_titles || !(n[0] + n[1]))
        return;
    set(p, JM_W_TITLE, best[n[1] > 0]);
    p->inferred = p->inferred || !n[1];
}

static void skills(struct pair *p)
{
    uint32_t got = 0, all = 0;
    for (size_t i = 0; i < p->person->n_skills; i++)
        if (p->person->skills[i].flags & JM_SKILL_WANTED) {
            got += (uint32_t)p->person->skills[i].idf * p->wanted[i];
            all += p->person->skills[i].idf;
        }
    if (!p->job->n_skills || !p->person->n_skills)
        return;
    if (!all) {
        p->inferred = true;
        for (size_t i = 0; i < p->job->n_skills; i++) {
            got += (uint32_t)p->job->skills[i].idf * p->plain[i];
            all += p->job->skills[i].idf;
        }
    }
    set(p, JM_W_SKILL, got / all);
}

static bool same_money(const struct jm_doc *a, const struct jm_doc *b)
{
    return a->currency[0] == b->currency[0] && a->currency[1] == b->currency[1] &&
           a->currency[2] == b->currency[2];
}

static void pay(struct pair *p)
{
    uint32_t wish = p->person->pay_min;
    uint32_t offer = p->job->pay_max ? p->job->pay_max : p->job->pay_min;
    if (!wish || !offer || !same_money(p->job, p->person))
        return;
    set(p, JM_W_PAY,
        offer >= wish ? 1000 : jm_fx_decay_pm((uint64_t)4 * (wish - offer), wish));
}

static struct near near_one(const struct jm_doc_place *a, const struct jm_doc_place *b)
{
    if (a->has_point && b->has_point)
        return (struct near){NEAR_POINT,
                             jm_fx_distance_km(a->lat_e5, a->lon_e5, b->lat_e5, b->lon_e5)};
    bool abroad = a->country && b->country && a->country != b->country;
    if (abroad)
        return (struct near){NEAR_ABROAD, 0};
    if (a->city && a->city == b->city)
        return (struct near){NEAR_CITY, 0};
    if (a->region && a->region == b->region)
        return (struct near){NEAR_REGION, 0};
    return (struct near){a->country && b->country ? NEAR_COUNTRY : NEAR_UNKNOWN, 0};
}

/* The nearest place: points first, then the closest named agreement. */
struct near jm_near(const struct jm_doc *job, const struct jm_doc *person)
{
    struct near best = {NEAR_UNKNOWN, 0};
    for (size_t i = 0; i < job->n_places && person->n_places; i++) {
        struct near n = near_one(&job->places[i], &person->places[0]);
        if (n.how == NEAR_UNKNOWN)
            continue;
        bool better = best.how == NEAR_UNKNOWN || n.how < best.how ||
                      (n.how == NEAR_POINT && best.how == NEAR_POINT && n.km < best.km);
        if (better)
            best = n;
    }
    return best;
}

static void place(struct pair *p)
{
    enum { USUAL_RADIUS_KM = 30 };
    static const uint16_t named[] = {[NEAR_CITY] = 1000, [NEAR_REGION] = 600,
                                     [NEAR_COUNTRY] = 400, [NEAR_ABROAD] = 0};
    bool remote = (p->job->workplace & JM_REMOTE) &&
                  (!p->person->workplace || (p->person->workplace & JM_REMOTE));
    struct near n = jm_near(p->job, p->person);
    if (remote || n.how == NEAR_UNKNOWN)
        return;
    unsigned radius = p->person->radius_km ? p->person->radius_km : USUAL_RADIUS_KM, value;
    if (n.how == NEAR_POINT)
        value = n.km <= radius ? 1000
                               : jm_fx_decay_pm(n.km - radius, p->m->scoring.place_scale_km);
    else
        value = named[n.how];
    if ((p->person->flags & JM_DOC_RELOCATE) && value < 700)
        value = 700;
    set(p, JM_W_PLACE, value);
}

static void workplace(struct pair *p)
{
    unsigned job = p->job->workplace, wish = p->person->workplace;
    if (!job || !wish)
        return;
    if (job & wish)
        set(p, JM_W_WORKPLACE, 1000);
    else
        set(p, JM_W_WORKPLACE, (job | wish) & JM_HYBRID ? 400 : 0); /* hybrid is half of either */
}

static void contract(struct pair *p)
{
    enum { HOURS = JM_FULL_TIME | JM_PART_TIME };
    unsigned job = p->job->employment, wish = p->person->employment;
    if (!job || !wish)
        return;
    set(p, JM_W_CONTRACT, job & wish ? 1000 : (job & HOURS) && (wish & HOURS) ? 300 : 0);
}

/* Shared hours of an eight-hour day, by the sun: 15 degrees an hour. */
static void timezone_overlap(struct pair *p)
{
    enum { DAY_E5 = 8 * 1500000 };
    int32_t best = -1;
    if (!(p->job->workplace & (JM_REMOTE | JM_HYBRID)) || !p->person->n_places ||
        !p->person->places[0].has_point)
        return;
    for (size_t i = 0; i < p->job->n_places; i++) {
        if (!p->job->places[i].has_point)
            continue;
        int32_t d = p->job->places[i].lon_e5 - p->person->places[0].lon_e5;
        d = d < 0 ? -d : d;
        d = d > 18000000 ? 36000000 - d : d;
        int32_t shared = d < DAY_E5 ? DAY_E5 - d : 0;
        best = shared > best ? shared : best;
    }
    if (best >= 0)
        set(p, JM_W_TIMEZONE, (uint64_t)best * 1000 / DAY_E5);
}

/* Freshness alone is no wish: it counts only beside one. */
static void fresh(struct pair *p)
{
    bool any = false;
    for (int c = JM_W_TITLE; c < JM_W_FRESH; c++)
        any = any || p->known[c];
    if (!p->job->posted_at_s || !any)
        return;
    int64_t age = p->as_of_s - p->job->posted_at_s;
    uint32_t life = (uint32_t)p->m->scoring.fresh_half_life_days * 86400u;
    set(p, JM_W_FRESH, 500 + (age > 0 ? jm_fx_half_pm((uint64_t)age, life) : 1000) / 2);
}

void jm_pair_wants(struct pair *p)
{
    for (int c = JM_W_TITLE; c < JM_COMPONENTS; c++) {
        p->known[c] = false;
        p->value[c] = 0;
    }
    p->inferred = false;
    titles(p);
    skills(p);
    pay(p);
    place(p);
    workplace(p);
    contract(p);
    timezone_overlap(p);
    fresh(p);
}
