/* clause_text.c - what a clause says, with both values, and to whom.
 *
 * Private are: a person's pay floor and avoid list, an employer's do-not-contact list. The other
 * side learns at most that the pair is unavailable, in the same words as for a paused profile, so
 * that nobody can tell the one from the other. */
#include <string.h>

#include "explain.h"
#include "jobmatch/arena.h"
#include "jobmatch/clock.h"

bool jm_clause_hidden(enum jm_veto v, enum jm_viewer viewer)
{
    return (viewer == JM_VIEW_EMPLOYER && (v == JM_VETO_AVOIDED || v == JM_VETO_PAUSED)) ||
           (viewer == JM_VIEW_PERSON && v == JM_VETO_EXCLUDED);
}

static void list_codes(struct jm_buf *b, const uint16_t *codes, size_t n)
{
    for (size_t i = 0; i < n && i < 8; i++) {
        char text[3];
        jm_code2_text(text, codes[i]);
        jm_buf_fmt(b, "%s%s", i ? ", " : "", text);
    }
    jm_buf_str(b, n > 8 ? " ..." : n == 0 ? "not stated" : "");
}

static void list_workplaces(struct jm_buf *b, unsigned mask)
{
    const char *between = "";
    for (unsigned bit = 1; bit <= JM_REMOTE; bit *= 2)
        if (mask & bit) {
            jm_buf_fmt(b, "%s%s", between, jm_workplace_name((enum jm_workplace)bit));
            between = " or ";
        }
    jm_buf_str(b, mask ? "" : "not stated");
}

static void eligibility(struct jm_buf *b, const struct pair *p)
{
    uint16_t seats[256];
    size_t n = jm_seats(p->job, seats, 256);
    jm_buf_str(b, "seat: ");
    list_codes(b, seats, n);
    jm_buf_str(b, "; person may work in: ");
    list_codes(b, p->person->eligible, p->person->n_eligible);
}

static void distance(struct jm_buf *b, const struct pair *p)
{
    struct near n = jm_near(p->job, p->person);
    if (n.how == NEAR_POINT)
        jm_buf_fmt(b, "%u km apart", n.km);
    else
        jm_buf_str(b, "distance unknown");
    if (p->person->radius_km)
        jm_buf_fmt(b, "; person travels up to %u km", p->person->radius_km);
    else
        jm_buf_str(b, "; person's radius not stated");
}

static void pay(struct jm_buf *b, const struct pair *p, enum jm_viewer viewer)
{
    const struct jm_doc *j = p->job, *c = p->person;
    if (viewer == JM_VIEW_EMPLOYER) {
        jm_buf_str(b, p->clause[JM_VETO_PAY] == JM_CLAUSE_UNKNOWN
                          ? "pay cannot be compared"
                          : "the posting's pay does not reach what the person asks");
        return;
    }
    if (j->pay_max || j->pay_min)
        jm_buf_fmt(b, "offers up to %u %s a year", j->pay_max ? j->pay_max : j->pay_min,
                   j->currency);
    else
        jm_buf_str(b, "pay not stated");
    jm_buf_fmt(b, "; asked at least %u %s", c->pay_min, c->currency);
}

static void one_language(struct jm_buf *b, const struct jm_doc_language *l)
{
    char code[3];
    jm_code2_text(code, l->code);
    code[0] = (char)(code[0] | 32);
    code[1] = (char)(code[1] | 32);
    jm_buf_fmt(b, "%s%s%s", code, l->level ? " " : "",
               l->level ? jm_cefr_name((enum jm_cefr)l->level) : "");
}

static void languages(struct jm_buf *b, const struct pair *p)
{
    const char *between = "asks ";
    for (size_t i = 0; i < p->job->n_languages; i++)
        if (p->job->languages[i].required) {
            jm_buf_str(b, between);
            one_language(b, &p->job->languages[i]);
            between = ", ";
        }
    between = "; person speaks ";
    for (size_t i = 0; i < p->person->n_languages; i++) {
        jm_buf_str(b, between);
        one_language(b, &p->person->languages[i]);
        between = ", ";
    }
    if (!p->person->n_languages)
        jm_buf_str(b, "; person's languages not stated");
}

static void certificates(struct jm_buf *b, const struct pair *p)
{
    const char *between = "asks ";
    for (size_t i = 0; i < p->job->n_skills; i++) {
        const struct jm_doc_skill *s = &p->job->skills[i];
        if (!(s->flags & JM_SKILL_CERT) || !(s->flags & JM_SKILL_MUST) ||
            p->credit[i] >= p->m->scoring.missing_below)
            continue;
        int32_t n = jm_dict_by_key(p->m->dict, s->key);
        jm_buf_fmt(b, "%s%s", between,
                   n >= 0 ? jm_dict_skill(p->m->dict, (uint32_t)n)->name : "a certificate");
        between = ", ";
    }
    jm_buf_str(b, p->clause[JM_VETO_CERTIFICATE] == JM_CLAUSE_UNKNOWN
                      ? "; person's certificates not stated" : "; not among the person's");
}

static void expired(struct jm_buf *b, const struct pair *p)
{
    char when[32];
    jm_time_format(when, p->job->expires_at_s * 1000000, false);
    jm_buf_fmt(b, "the posting expired on %.10s", when);
}

static void write_clause(struct jm_buf *b, const struct pair *p, enum jm_veto v,
                         enum jm_viewer viewer)
{
    unsigned shown = 0;
    for (size_t i = 0; i < p->job->n_skills; i++)
        shown += jm_is_must(&p->job->skills[i]) && p->credit[i] > 0;
    switch (v) {
    case JM_VETO_TENANT: jm_buf_str(b, "posting and profile belong to different tenants"); break;
    case JM_VETO_CLOSED: jm_buf_str(b, "the posting is closed"); break;
    case JM_VETO_EXPIRED: expired(b, p); break;
    case JM_VETO_PAUSED: jm_buf_str(b, "the profile is paused"); break;
    case JM_VETO_ELIGIBILITY: eligibility(b, p); break;
    case JM_VETO_WORKPLACE:
        jm_buf_str(b, "posting: ");
        list_workplaces(b, p->job->workplace);
        jm_buf_str(b, "; person: ");
        list_workplaces(b, p->person->workplace);
        break;
    case JM_VETO_DISTANCE: distance(b, p); break;
    case JM_VETO_PAY: pay(b, p, viewer); break;
    case JM_VETO_LANGUAGE: languages(b, p); break;
    case JM_VETO_CERTIFICATE: certificates(b, p); break;
    case JM_VETO_AVOIDED: jm_buf_str(b, "the person avoids this company"); break;
    case JM_VETO_EXCLUDED: jm_buf_str(b, "the employer excludes this person"); break;
    case JM_VETO_MUSTS:
        jm_buf_fmt(b, "%u of %u required skills shown, at least %u per mille asked", shown,
                   p->musts, p->m->scoring.must_min_permille);
        break;
    case JM_VETO_UNAVAILABLE:
        jm_buf_str(b, viewer == JM_VIEW_EMPLOYER ? "this profile is not available for this posting"
                                                 : "this posting is not available");
        break;
    case JM_VETO_NONE:
    case JM_VETOES: break;
    }
}

const char *jm_clause_text(const struct pair *p, enum jm_veto v, enum jm_viewer viewer,
                           struct jm_arena *a)
{
    struct jm_buf b;
    jm_buf_init(&b);
    write_clause(&b, p, v, viewer);
    char *text = jm_buf_ok(&b) ? jm_arena_strndup(a, jm_buf_cstr(&b), b.len) : NULL;
    jm_buf_fini(&b);
    return text;
}
