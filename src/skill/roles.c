/* roles.c - names of roles: who is sought, and who only works there too.
 *
 * "You report to the Finance Manager and work with data scientists" asks for neither skill. Who is
 * named behind such a verb and its "to" or "with" is somebody else. Other languages than English
 * have phrases for it (CUE_OTHERS): what follows them, one by one with articles, is all of others.
 */
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
/* clang-format off */
static const char *const people[] = {
    "paralegals", "secretaries", "doctors", "clinicians", "physicians", "pharmacists",
    "therapists", "teachers", "solicitors", "lawyers", "accountants", "auditors", "electricians",
    "plumbers", "chefs", "buyers", "recruiters", "surgeons", "dentists", "workers", "midwives",
    "carers", "bakers", "butchers", "welders", "executives", "joiners", "carpenters",
    "bricklayers", "farmers", "growers", "librarians", "biologists", "chemists", "physicists",
    "psychologists", "pathologists", "radiographers", "radiologists", "paramedics", "dietitians",
    "translators", "journalists", "photographers", "editors", "copywriters", "illustrators",
    "marketers", "underwriters", "brokers", "actuaries", "planners", "schedulers", "surveyors",
    "builders", "fitters", "mechanics", "coordinators", "supervisors", "directors",
    "technologists", "drivers", "officers", "assistants", "pilots", "economists",
    "statisticians", "psychiatrists", "physiotherapists", "dieticians", "nutritionists",
    "estimators", "foremen", "gps", "nurses", "prescribers", NULL};
/* clang-format on */

/* Between a verb and a role: behind these somebody is sought, or works there too. */
static const char *const sought[] = {"as",      "for",        "hire",        "hiring",
                                     "seeking", "experience", "experienced", "become",
                                     "be",      "you",        NULL};
static const char *const joins[] = {"to", "into", "with", "alongside", "by", NULL};
static const char *const of[] = {"of", NULL}; /* "our team of nurses" */

void set_add_words(struct word_set *set, const char *const *words)
{
    for (; *words; words++)
        set_add(set, jm_text_word_hash(*words, strlen(*words)));
}

void roles_init(struct jm_extractor *x)
{
    set_add_words(&x->trades, trades);
    set_add_words(&x->people, people);
    set_add_words(&x->before_roles, sought);
    set_add_words(&x->before_roles, joins);
    set_add_words(&x->before_roles, of);
}

bool role_word_at(const struct jm_extractor *x, size_t i)
{
    return set_has(&x->trades, x->v->tokens[i].hash);
}

/* One of many is named in the plural, or by a word that has none. */
static bool plural_people(const struct jm_extractor *x, size_t i)
{
    const struct jm_token *t = &x->v->tokens[i];
    return x->v->plain[t->end - 1] == 's' || set_has(&x->people, t->hash);
}

/* Is token i the "to" of "report to", the "with" of "work closely with", the "by" of "led by"? */
static bool leads_to_others(const struct jm_extractor *x, size_t from, size_t i, bool many)
{
    static const char *const verbs[] = {
        "report",       "reports",       "reporting",   "work",
        "works",        "working",       "collaborate", "collaborates",
        "partner",      "collaborating", "partnering",  "liaise",
        "liaising",     "explain",       "explaining",  "interact",
        "interacting",  "communicate",   "coordinate",  "communicating",
        "coordinating", "together",      "accountable", "closely",
        "supported",    "assisted",      "led",         "managed",
        "supervised",   "tests",         "interviews",  "talk",
        "talking",      "speak",         "speaking",    NULL};
    static const char *const with[] = {"with", "alongside", NULL};
    static const char *const team[] = {"team", "teams", "network", NULL};
    if (many && (fact_word_at(x->v, i, with) ||
                 (i > from && fact_word_at(x->v, i, of) && fact_word_at(x->v, i - 1, team))))
        return true;
    if (!fact_word_at(x->v, i, joins))
        return false;
    for (size_t k = i; k > from && i - k < 6; k--)
        if (fact_word_at(x->v, k - 1, verbs))
            return true;
    return false;
}

/* Do the tokens [from, to) name one after the other: "le médecin, le kinésithérapeute et l'", and
 * no verb? What a comma or "and" begins has an article or is one word. */
static bool one_by_one(const struct jm_text_view *v, size_t from, size_t to)
{
    static const char *const article[] = {
        "le",   "la",   "les",     "l",     "du",      "de",      "des",   "au",    "aux",
        "den",  "dem",  "der",     "die",   "das",     "el",      "los",   "las",   "del",
        "al",   "il",   "lo",      "gli",   "i",       "dei",     "degli", "della", "dello",
        "dell", "o",    "os",      "as",    "a",       "do",      "da",    "dos",   "das",
        "het",  "een",  "einem",   "einer", "unserem", "unserer", "votre", "notre", "tu",
        "su",   "onze", "unseren", "ihrem", "con",     "mit",     "avec",  "com",   "met",
        "med",  "cu",   "z",       NULL};
    bool inside = false; /* "con i colleghi del front end (Angular) e con i business analyst" */
    for (size_t k = from; k < to; k++) {
        unsigned gap = v->tokens[k].gap;
        if (gap & JM_GAP_COLON)
            return false;
        inside = (inside || (gap & JM_GAP_OPEN)) && !(gap & JM_GAP_CLOSE);
        if (inside)
            continue;
        bool begins = k > from && ((gap & JM_GAP_COMMA) || gate_connector(v, k - 1));
        if (!begins || gate_connector(v, k) || fact_word_at(v, k, article))
            continue;
        if (k + 1 < to && v->tokens[k + 1].gap == JM_GAP_BLANK && !gate_connector(v, k + 1))
            return false;
    }
    return true;
}

/* "Sie berichten an den Finanzleiter", "en lien avec le médecin et l'ergothérapeute". */
static bool told_of_others(const struct jm_extractor *x, const struct hit *h)
{
    enum { REACH = 14 };
    if (x->facts.lang == JM_LANG_EN || !x->tells_of_others)
        return false;
    const struct jm_token *t = x->v->tokens;
    size_t from = sentence_from(x, h->tok, REACH);
    for (size_t i = hits_from(&x->parts, h->tok); i > 0 && x->parts.a[i - 1].tok >= from; i--) {
        const struct hit *q = &x->parts.a[i - 1];
        size_t end = q->tok + q->n;
        if (q->cue != CUE_OTHERS || end > h->tok)
            continue;
        if (end + 1 < h->tok && (t[end].gap & JM_GAP_OPEN) && (t[end + 1].gap & JM_GAP_CLOSE))
            end++; /* "rattaché(e) à" */
        return one_by_one(x->v, end + (end < h->tok), h->tok);
    }
    return false;
}

/* "Reports to: Head of Residential Property": the words right behind such a label. */
static bool labelled_boss(const struct jm_extractor *x, const struct hit *h)
{
    enum { REACH = 6 };
    static const char *const to[] = {"to", "into", "manager", "an", "à", NULL};
    static const char *const reports[] = {"reports", "reporting",   "report",
                                          "line",    "responsible", "berichtet",
                                          "bericht", "rattaché",    NULL};
    const struct jm_text_view *v = x->v;
    size_t i = h->tok, from = i > REACH ? i - REACH : 0;
    if (!x->tells_of_others || !(v->tokens[i].flags & JM_TOK_UPPER))
        return false;
    while (i > from && !(v->tokens[i].gap & ~(unsigned)JM_GAP_BLANK))
        i--;
    bool label = i > 1 && ((v->tokens[i].gap & JM_GAP_COLON) || /* or a cell of its own */
                           (zone_line_starts(v, i) && zone_line_starts(v, i - 2)));
    return label && fact_word_at(v, i - 1, to) && fact_word_at(v, i - 2, reports);
}

/* Who is named by the hit itself, as in "product managers", works with the reader or is reported
 * to. Named with the word behind ("Contracts Manager") it must be the latter: "work with Java
 * developers" may well ask for Java. */
bool role_of_others(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const to[] = {"to", "into", NULL};
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    if (x->in_title)
        return false;
    if (labelled_boss(x, h))
        return true;
    uint64_t last = v->tokens[end - 1].hash;
    bool itself = set_has(&x->trades, last) || set_has(&x->people, last);
    bool with_next =
        end < v->n_tokens && v->tokens[end].gap == JM_GAP_BLANK && role_word_at(x, end);
    if (!(itself || with_next))
        return told_of_others(x, h);
    size_t from = sentence_from(x, h->tok, 14);
    bool many = itself && plural_people(x, end - 1) && x->in->kind == JM_JOB;
    for (size_t i = h->tok; i > from; i--) {
        if (!set_has(&x->before_roles, v->tokens[i - 1].hash)) /* mostly */
            continue;
        if (fact_word_at(v, i - 1, sought))
            return false;
        if (leads_to_others(x, from, i - 1, many))
            return itself || fact_word_at(v, i - 1, to);
    }
    return told_of_others(x, h);
}
