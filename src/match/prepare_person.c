/* prepare_person.c - a profile to its matching form. */
#include <limits.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "prepare.h"

enum { MAX_POSITIONS = 64, MONTHS_OF_LIFE = 60 * 12 };

static unsigned year_of_month(int month, int this_year)
{
    return month == INT_MAX ? (unsigned)(this_year > 0 ? this_year : 0)
           : month > 0      ? (unsigned)(month / 12)
                            : 0;
}

static int read_positions(struct jm_prepare *p, const struct jm_candidate *c)
{
    size_t n = c->n_positions < MAX_POSITIONS ? c->n_positions : MAX_POSITIONS;
    for (size_t i = 0; i < n; i++) {
        const struct jm_position *pos = &c->positions[i];
        unsigned last = year_of_month(pos->to_month ? pos->to_month : pos->from_month, p->year);
        if ((pos->title || pos->text) && !jm_prepare_read(p, pos->title, pos->text, false, last))
            return -1;
        jm_prepare_join(p, pos->title, false);
        jm_prepare_join(p, pos->text, false);
    }
    return 0;
}

/* Wanted titles take their places first: they are few and said on purpose. */
static int read_titles(struct jm_prepare *p, const struct jm_candidate *c)
{
    enum { WANTED = 3, HELD = JM_DOC_MAX_TITLES - WANTED };
    char guess[JM_DOC_MAX_TITLE_BYTES + 1];
    for (size_t i = 0; i < c->n_wanted_titles && p->doc.n_titles < WANTED; i++)
        if (jm_prepare_title(p, JM_TITLE_WANTED, c->wanted_titles[i]))
            return -1;
    unsigned held = 0;
    for (size_t i = 0; i < c->n_positions && held < HELD; i++) {
        unsigned before = p->doc.n_titles;
        if (jm_prepare_title(p, held ? JM_TITLE_PAST : JM_TITLE_LATEST, c->positions[i].title))
            return -1;
        held += p->doc.n_titles - before;
    }
    if (!held && c->headline)
        return jm_prepare_title(p, JM_TITLE_LATEST, c->headline);
    if (!held && !c->text_is_html && jm_title_from_text(c->text, guess))
        return jm_prepare_title(p, JM_TITLE_LATEST, guess);
    return 0;
}

/* Years covered by at least one dated position: overlapping ones count once. */
static unsigned years_worked(const struct jm_prepare *p, const struct jm_candidate *c)
{
    int now = p->year * 12 + 11;
    uint8_t month[MONTHS_OF_LIFE] = {0};
    unsigned worked = 0;
    bool dated = false;
    for (size_t i = 0; i < c->n_positions && i < MAX_POSITIONS; i++) {
        int from = c->positions[i].from_month, to = c->positions[i].to_month;
        if (to == INT_MAX || to > now)
            to = now;
        if (from <= 0 || to < from)
            continue;
        dated = true;
        for (int m = from; m <= to; m++)
            if (now - m >= 0 && now - m < MONTHS_OF_LIFE)
                month[now - m] = 1;
    }
    for (int i = 0; i < MONTHS_OF_LIFE; i++)
        worked += month[i];
    return dated ? (worked + 6) / 12 : JM_YEARS_UNKNOWN;
}

static int use_facts(struct jm_prepare *p, const struct jm_candidate *c, struct jm_facts *f)
{
    struct jm_doc *d = &p->doc;
    unsigned years = c->years;
    if (years == JM_YEARS_UNKNOWN)
        years = years_worked(p, c);
    if (years == JM_YEARS_UNKNOWN)
        years = f->years_min;
    d->years_min = d->years_max = (uint8_t)years;
    d->degree = (uint8_t)(c->degree ? c->degree : f->degree);
    d->seniority = (uint8_t)(c->seniority ? c->seniority : f->seniority);
    d->workplace = (c->workplace ? c->workplace : f->workplace) & 7; /* the text: wishes only */
    d->employment = c->employment;
    const bool own = c->n_languages > 0, seats = c->n_eligible > 0;
    return jm_prepare_languages(p, own ? c->languages : f->languages,
                                own ? c->n_languages : f->n_languages) ||
                   jm_prepare_codes(p, seats ? c->eligible : f->eligible,
                                    seats ? c->n_eligible : f->n_eligible)
               ? -1
               : 0;
}

static void stated_skills(struct jm_prepare *p, const struct jm_candidate *c)
{
    for (size_t i = 0; i < c->n_skills; i++) {
        const struct jm_stated_skill *s = &c->skills[i];
        unsigned years = s->years > 0 ? (unsigned)(s->years + 0.5) : 0;
        unsigned last = s->last_used_year > 0 ? (unsigned)s->last_used_year : 0;
        if (!jm_prepare_stated(p, s->name, s->wanted ? JM_SKILL_WANTED : 0, years, last))
            jm_prepare_join(p, s->name, false);
    }
    for (size_t i = 0; i < c->n_certificates; i++)
        if (!jm_prepare_stated(p, c->certificates[i], JM_SKILL_CERT, 0, 0))
            jm_prepare_join(p, c->certificates[i], false);
}

static int avoided(struct jm_prepare *p, const struct jm_candidate *c)
{
    size_t n = c->n_avoid;
    if (n > JM_DOC_MAX_LIST) /* a cut list would break a promise */
        return jm_err_set(p->err, JM_ELIMIT, "avoid_companies: at most %d entries",
                          JM_DOC_MAX_LIST);
    p->doc.lists = jm_arena_array(&p->arena, n ? n : 1, sizeof *p->doc.lists);
    if (!p->doc.lists)
        return jm_err_set(p->err, JM_ENOMEM, "out of memory for the avoid list");
    uint8_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t key = jm_name_key("company", c->avoid[i]);
        if (key)
            p->doc.lists[kept++] = key;
    }
    p->doc.n_lists = kept;
    return 0;
}

const struct jm_doc *jm_prepare_candidate(struct jm_prepare *p, const struct jm_dict *dict,
                                          const struct jm_doc_name *name,
                                          const struct jm_candidate *c, int64_t as_of_s,
                                          struct jm_err *err)
{
    jm_prepare_begin(p, dict, name, JM_CANDIDATE, as_of_s, err);
    struct jm_doc *d = &p->doc;
    d->version = c->version;
    d->flags = (uint8_t)((c->paused ? JM_DOC_CLOSED : 0) | (c->relocate ? JM_DOC_RELOCATE : 0));
    d->radius_km = c->radius_km;
    d->self_key = jm_key64("person", name->external_id, strlen(name->external_id));
    const struct jm_extraction *e = jm_prepare_read(p, c->headline, c->text, c->text_is_html, 0);
    if (!e)
        return NULL;
    struct jm_facts facts = *e->facts;
    jm_prepare_join(p, c->headline, false);
    stated_skills(p, c);
    jm_prepare_join(p, c->text, c->text_is_html);
    if (jm_prepare_pay(p, &c->pay) == 0)
        jm_prepare_pay(p, &facts.pay);
    if (read_positions(p, c) || read_titles(p, c) || use_facts(p, c, &facts) ||
        jm_prepare_places(p, &c->place, 1) || avoided(p, c) || jm_prepare_terms(p))
        return NULL;
    return jm_prepare_end(p);
}
