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

/* Who is named by the hit itself, as in "product managers", works with the reader or is reported
 * to. Named with the word behind ("Contracts Manager") it must be the latter: "work with Java
 * developers" may well ask for Java. */
bool role_of_others(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const sought[] = {"as",      "for",        "hire",        "hiring",
                                         "seeking", "experience", "experienced", "become",
                                         "be",      "you",        NULL};
    static const char *const to[] = {"to", NULL};
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    bool itself = sieve_may(&x->trades, v->tokens[end - 1].hash) &&
                  (fact_word_at(v, end - 1, trades) || fact_word_at(v, end - 1, people));
    bool with_next =
        end < v->n_tokens && v->tokens[end].gap == JM_GAP_BLANK && role_word_at(x, end);
    if (x->in_title || !(itself || with_next))
        return false;
    size_t from = sentence_from(x, h->tok, 14);
    for (size_t i = h->tok; i > from; i--) {
        if (fact_word_at(v, i - 1, sought))
            return false;
        if (leads_to_others(x, from, i - 1))
            return itself || fact_word_at(v, i - 1, to);
    }
    return false;
}
