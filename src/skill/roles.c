/* roles.c - names of roles: who is sought, and who only works there too.
 *
 * "You report to the Finance Manager and work with data scientists" asks for neither skill. Who is
 * named behind such a verb and its "to" or "with" is somebody else. */
#include <string.h>

#include "gate_int.h"

static const char *const trades[] = {
    "developer",  "developers",  "engineer",      "engineers",      "architect",  "architects",
    "consultant", "consultants", "specialist",    "specialists",    "manager",    "managers",
    "analyst",    "analysts",    "administrator", "administrators", "programmer", "programmers",
    "designer",   "designers",   "scientist",     "scientists",     "technician", "technicians",
    "nurse",      "nurses",      "assistant",     "executive",      "officer",    "director",
    "lead",       "expert",      "experts",       "master",         "masters",    "coordinator",
    "wizard",     "guru",        "ninja",         "hacker",         "hackers",    "dev",
    "devs",       "teacher",     "driver",        "representative", "rep",        "operator",
    "supervisor", "intern",      "job",           "jobs",           "position",   "role",
    NULL};

/* Never who is sought. */
static const char *const people[] = {"paralegals",   "secretaries", "doctors",     "clinicians",
                                     "physicians",   "pharmacists", "therapists",  "teachers",
                                     "solicitors",   "lawyers",     "accountants", "auditors",
                                     "electricians", "plumbers",    "chefs",       "buyers",
                                     "recruiters",   "surgeons",    "dentists",    NULL};

void roles_init(struct jm_extractor *x)
{
    for (const char *const *word = trades; *word; word++)
        sieve_add(&x->trades, jm_text_word_hash(*word, strlen(*word)));
    for (const char *const *word = people; *word; word++)
        sieve_add(&x->trades, jm_text_word_hash(*word, strlen(*word)));
}

bool role_word_at(const struct jm_extractor *x, size_t i)
{
    return sieve_may(&x->trades, x->v->tokens[i].hash) && fact_word_at(x->v, i, trades);
}

/* Is token i the "to" of "report to", the "with" of "work closely with", the "by" of "led by"? */
static bool leads_to_others(const struct jm_extractor *x, size_t from, size_t i)
{
    static const char *const joins[] = {"to", "with", "alongside", "by", NULL};
    static const char *const verbs[] = {
        "report",       "reports",     "reporting",    "work",       "works",
        "working",      "collaborate", "collaborates", "partner",    "collaborating",
        "partnering",   "liaise",      "liaising",     "explain",    "explaining",
        "interact",     "interacting", "communicate",  "coordinate", "communicating",
        "coordinating", "together",    "accountable",  "closely",    "supported",
        "assisted",     "led",         "managed",      "supervised", "tests",
        "interviews",   NULL};
    if (!fact_word_at(x->v, i, joins))
        return false;
    for (size_t k = i; k > from && i - k < 4; k--)
        if (fact_word_at(x->v, k - 1, verbs))
            return true;
    return false;
}

/* Does the hit name somebody, by itself or with the word behind: "product managers", "Contracts
 * Manager"? 0: no; 2: only with that word, and may well be asked for ("Java developers"). */
static int names_somebody(const struct jm_extractor *x, const struct hit *h)
{
    size_t end = h->tok + h->n;
    if (sieve_may(&x->trades, x->v->tokens[end - 1].hash) &&
        (fact_word_at(x->v, end - 1, trades) || fact_word_at(x->v, end - 1, people)))
        return 1;
    return end < x->v->n_tokens && x->v->tokens[end].gap == JM_GAP_BLANK && role_word_at(x, end)
               ? 2
               : 0;
}

bool role_of_others(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const sought[] = {"as",      "for",        "hire",        "hiring",
                                         "seeking", "experience", "experienced", "become",
                                         "be",      "you",        NULL};
    static const char *const to[] = {"to", NULL};
    int names = x->in_title ? 0 : names_somebody(x, h);
    size_t from = names ? sentence_from(x, h->tok, 14) : h->tok;
    for (size_t i = h->tok; i > from; i--) {
        if (fact_word_at(x->v, i - 1, sought))
            return false;
        if (leads_to_others(x, from, i - 1))
            return names == 1 || fact_word_at(x->v, i - 1, to);
    }
    return false;
}
