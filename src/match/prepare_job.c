/* prepare_job.c - a posting to its matching form. */
#include <string.h>

#include "jobmatch/bytes.h"
#include "prepare.h"

enum { GUESSED_MUSTS = 5 };

/* What the text says fills only what the structured fields left open. */
static int use_facts(struct jm_prepare *p, const struct jm_job *job, struct jm_facts *f)
{
    struct jm_doc *d = &p->doc;
    if (d->years_min == JM_YEARS_UNKNOWN && d->years_max == JM_YEARS_UNKNOWN) {
        d->years_min = f->years_min;
        d->years_max = f->years_max;
    }
    if (!d->seniority)
        d->seniority = (uint8_t)f->seniority;
    if (!d->degree) {
        d->degree = (uint8_t)f->degree;
        if (f->degree_or_experience)
            d->flags |= JM_DOC_DEGREE_OR_EXPERIENCE;
    }
    if (!d->workplace)
        d->workplace = f->workplace & 7;
    if (!d->employment)
        d->employment = f->employment;
    if (jm_prepare_pay(p, &job->pay) == 0)
        jm_prepare_pay(p, &f->pay);
    const bool own = job->n_languages > 0, seats = job->n_eligible > 0;
    return jm_prepare_languages(p, own ? job->languages : f->languages,
                                own ? job->n_languages : f->n_languages) ||
                   jm_prepare_codes(p, seats ? job->eligible : f->eligible,
                                    seats ? job->n_eligible : f->n_eligible)
               ? -1
               : 0;
}

/* "Web development" beside React and CSS is a heading, not one more demand: a broad skill that the
 * text names is an advantage where a narrower one is required. What a field states stays. */
static void relax_headings(struct jm_prepare *p)
{
    for (size_t i = 0; i < p->n_skills; i++) {
        struct gathered_skill *g = &p->skills[i];
        bool heading = false;
        if (!(g->flags & JM_SKILL_MUST) || (g->flags & JM_SKILL_STATED))
            continue;
        for (size_t k = 0; k < p->n_skills && !heading; k++)
            heading = k != i && (p->skills[k].flags & JM_SKILL_MUST) &&
                      jm_dict_is_a(p->dict, p->skills[k].skill, g->skill);
        if (heading)
            g->flags = (uint8_t)((g->flags & ~JM_SKILL_MUST) | JM_SKILL_NICE);
    }
}

/* How much a posting that only describes the work is about a skill: often named, then telling. */
static unsigned told(const struct jm_prepare *p, const struct gathered_skill *g)
{
    return (g->mentions > 20 ? 20u : g->mentions) * 10u + jm_dict_skill(p->dict, g->skill)->idf;
}

/* The few skills that such a posting is most about. Duties are full of words that nobody was
 * asked for, and one missing must caps the score: what is left over is an advantage. */
static void guess_asked(struct jm_prepare *p)
{
    size_t best[GUESSED_MUSTS], n = 0;
    for (size_t i = 0; i < p->n_skills; i++) {
        const struct gathered_skill *g = &p->skills[i];
        if (g->flags & (JM_SKILL_MUST | JM_SKILL_NICE | JM_SKILL_SOFT | JM_SKILL_CERT))
            continue;
        size_t at = n;
        while (at > 0 && told(p, g) > told(p, &p->skills[best[at - 1]]))
            at--;
        if (at == GUESSED_MUSTS)
            continue;
        if (n < GUESSED_MUSTS)
            n++;
        memmove(best + at + 1, best + at, (n - at - 1) * sizeof *best);
        best[at] = i;
    }
    for (size_t i = 0; i < n; i++)
        p->skills[best[i]].flags |= JM_SKILL_MUST;
}

/* What a posting asks for is required; what it names besides is an advantage. One whose title
 * and text ask for nothing still wants something. */
static void settle_asked(struct jm_prepare *p)
{
    bool any = false;
    for (size_t i = 0; i < p->n_skills; i++) {
        struct gathered_skill *g = &p->skills[i];
        if (g->asked && !(g->flags & (JM_SKILL_NICE | JM_SKILL_SOFT)))
            g->flags |= JM_SKILL_MUST;
        any |= (g->flags & JM_SKILL_MUST) && !(g->flags & (JM_SKILL_SOFT | JM_SKILL_CERT));
    }
    if (!any)
        guess_asked(p);
    for (size_t i = 0; i < p->n_skills; i++) {
        struct gathered_skill *g = &p->skills[i];
        if (g->flags & JM_SKILL_SOFT) /* never a must by itself */
            g->flags = (uint8_t)(g->flags & ~JM_SKILL_MUST);
        if (g->flags & JM_SKILL_MUST)
            g->flags = (uint8_t)(g->flags & ~JM_SKILL_NICE);
        else
            g->flags |= JM_SKILL_NICE;
    }
    relax_headings(p);
}

static void stated_skills(struct jm_prepare *p, const struct jm_job *job)
{
    for (size_t i = 0; i < job->n_skills; i++) {
        const struct jm_stated_skill *s = &job->skills[i];
        unsigned years = s->years > 0 ? (unsigned)(s->years + 0.5) : 0;
        unsigned flag = s->nice && !s->must ? JM_SKILL_NICE : JM_SKILL_MUST;
        if (!jm_prepare_stated(p, s->name, flag, years, 0))
            jm_prepare_join(p, s->name, false); /* unknown to the dictionary: a word at least */
    }
    for (size_t i = 0; i < job->n_certificates; i++)
        if (!jm_prepare_stated(p, job->certificates[i], JM_SKILL_MUST | JM_SKILL_CERT, 0, 0))
            jm_prepare_join(p, job->certificates[i], false);
}

static int excluded(struct jm_prepare *p, const struct jm_job *job)
{
    size_t n = job->n_exclude < JM_DOC_MAX_LIST ? job->n_exclude : JM_DOC_MAX_LIST;
    if (job->n_exclude > JM_DOC_MAX_LIST) /* a cut list would let somebody through */
        return jm_err_set(p->err, JM_ELIMIT, "exclude: at most %d entries", JM_DOC_MAX_LIST);
    p->doc.lists = jm_arena_array(&p->arena, n ? n : 1, sizeof *p->doc.lists);
    if (!p->doc.lists)
        return jm_err_set(p->err, JM_ENOMEM, "out of memory for the exclusion list");
    for (size_t i = 0; i < n; i++)
        p->doc.lists[i] = jm_key64("person", job->exclude[i], strlen(job->exclude[i]));
    p->doc.n_lists = (uint8_t)n;
    return 0;
}

static void plain_fields(struct jm_prepare *p, const struct jm_job *job)
{
    struct jm_doc *d = &p->doc;
    d->flags = (uint8_t)((job->closed ? JM_DOC_CLOSED : 0) |
                         (job->degree_or_experience ? JM_DOC_DEGREE_OR_EXPERIENCE : 0));
    d->workplace = job->workplace & 7;
    d->employment = job->employment;
    d->years_min = job->years_min;
    d->years_max = job->years_max;
    d->seniority = (uint8_t)job->seniority;
    d->degree = (uint8_t)job->degree;
    d->posted_at_s = job->posted_at_us / 1000000;
    d->expires_at_s = job->expires_at_us / 1000000;
    d->self_key = jm_name_key("company", job->company);
    d->version = job->version;
}

const struct jm_doc *jm_prepare_job(struct jm_prepare *p, const struct jm_dict *dict,
                                    const struct jm_doc_name *name, const struct jm_job *job,
                                    int64_t as_of_s, struct jm_err *err)
{
    jm_prepare_begin(p, dict, name, JM_JOB, as_of_s, err);
    plain_fields(p, job);
    char guess[JM_DOC_MAX_TITLE_BYTES + 1];
    const char *title = job->title && *job->title ? job->title
                        : !job->text_is_html && jm_title_from_text(job->text, guess) ? guess : NULL;
    const struct jm_extraction *e = jm_prepare_read(p, title, job->text, job->text_is_html, 0);
    if (!e)
        return NULL;
    struct jm_facts facts = *e->facts;
    jm_prepare_join(p, title, false);
    stated_skills(p, job);
    settle_asked(p);
    jm_prepare_join(p, job->text, job->text_is_html);
    if (use_facts(p, job, &facts) || jm_prepare_places(p, job->places, job->n_places) ||
        excluded(p, job) || jm_prepare_title(p, JM_TITLE_JOB, title) || jm_prepare_terms(p))
        return NULL;
    if (job->company) {
        size_t len = strnlen(job->company, 500);
        while (len == 500 && len > 0 && ((unsigned char)job->company[len] & 0xc0) == 0x80)
            len--;
        char *company = jm_arena_strndup(&p->arena, job->company, len);
        if (!company) {
            jm_err_set(err, JM_ENOMEM, "out of memory for the company");
            return NULL;
        }
        p->doc.company = company;
    }
    return jm_prepare_end(p);
}
