/* facts.c - conditions a text states: years asked, seniority, workplace, employment.
 *
 * Each fact starts from a cue (cues_facts.c) and must be confirmed by what stands around it. A
 * doubtful fact is left out: "unknown" costs less than a wrong veto. */
#include <stdlib.h>
#include <string.h>

#include "extract_int.h"

/* The first two bytes of a word that NUL ends, whatever their case: they tell nearly all apart. */
static inline uint16_t first_two(const char *word)
{
    uint16_t two;
    memcpy(&two, word, sizeof two);
    return two | 0x2020;
}

bool fact_word_at(const struct jm_text_view *v, size_t i, const char *const *words)
{
    if (i >= v->n_tokens)
        return false;
    const struct jm_token *t = &v->tokens[i];
    size_t n = t->end - t->beg;
    const char *s = v->plain + t->beg;
    const uint16_t first = first_two((char[]){s[0], n > 1 ? s[1] : 0});
    for (; *words; words++)
        if (first_two(*words) == first && strlen(*words) == n && !strncasecmp(*words, s, n))
            return true;
    return false;
}

bool fact_word_in(const struct jm_text_view *v, size_t from, size_t to, const char *const *words)
{
    for (size_t i = from; i < to; i++)
        if (fact_word_at(v, i, words))
            return true;
    return false;
}

static enum jm_cue cue_kind(const struct jm_extractor *x, size_t i)
{
    return x->cues.a[i].cue;
}

/* Is there a cue of that kind in tokens [from, to)? */
bool fact_cue_in(const struct jm_extractor *x, enum jm_cue cue, size_t from, size_t to)
{
    for (size_t i = hits_from(&x->cues, from); i < x->cues.n && x->cues.a[i].tok < to; i++)
        if (cue_kind(x, i) == cue)
            return true;
    return false;
}

/* "president" inside "vice president", "degree in" behind "master's", "laurea" of "laurea
 * magistrale": part of a longer phrase. Of those at one token the longest stands first. */
static bool inside_longer(const struct jm_extractor *x, size_t i)
{
    const struct hit *h = &x->cues.a[i];
    for (size_t k = i; k > 0 && i - k < 8;) {
        const struct hit *o = &x->cues.a[--k];
        if (cue_kind(x, k) == cue_kind(x, i) &&
            (o->tok < h->tok ? o->tok + o->n > h->tok : o->n > h->n))
            return true;
    }
    return false;
}

/* --- seniority, from the title ---------------------------------------------------------------- */

/* "Assistant to the Director", "EA for our CEO": the rank of another. */
static bool works_for(const struct jm_text_view *v, size_t tok)
{
    static const char *const to[] = {"to", "for", NULL};
    static const char *const the[] = {"the", "our", "a", NULL};
    size_t at = tok > 1 && fact_word_at(v, tok - 1, the) ? tok - 1 : tok;
    return at > 1 && fact_word_at(v, at - 1, to);
}

static void read_seniority(struct jm_extractor *x, const struct hit *h, enum jm_seniority level)
{
    static const char *const sizes[] = {"market", "sized", "size", "office", NULL};
    /* "lead generation", "senior living" */
    static const char *const other[] = {"generation",    "gen",     "time",      "nurturing",
                                        "qualification", "living",  "center",    "centre",
                                        "citizens",      "citizen", "residence", NULL};
    struct jm_facts *f = &x->facts;
    bool title = x->in_title || x->zone[h->tok] == JM_ZONE_TITLE;
    if (!title || fact_word_at(x->v, h->tok + h->n, other) || works_for(x->v, h->tok))
        return;
    if (level != JM_INTERN &&
        (x->v->tokens[h->tok].gap & JM_GAP_SLASH)) /* "Clerk / Senior Clerk" */
        return;
    if (level == JM_MID && fact_word_at(x->v, h->tok + h->n, sizes)) /* "mid-market" */
        return;
    bool higher = level > f->seniority && f->seniority != JM_INTERN;
    if (higher || level == JM_INTERN) {
        f->seniority = level;
        fact_note(x, JM_FACT_SENIORITY, h->tok, h->tok + h->n, "title word");
    }
}

/* --- workplace and employment ----------------------------------------------------------------- */

/* "2 days a week in our Leeds office, the rest remote". */
static bool office_days(const struct jm_extractor *x, size_t from, size_t to)
{
    static const char *const day[] = {"day", "days", NULL}, *const office[] = {"office", NULL};
    bool days = false;
    for (size_t i = from; i < to; i++) {
        if (days && fact_word_at(x->v, i, office))
            return true;
        days |=
            fact_word_at(x->v, i, day) && i > from && (x->v->tokens[i - 1].flags & JM_TOK_DIGIT);
    }
    return false;
}

/* "Remote job: No", "Homeoffice: nein". */
static bool answered_no(const struct jm_text_view *v, size_t i)
{
    static const char *const no[] = {"no",  "nein", "non", "nee",  "não",
                                     "nie", "nej",  "nu",  "none", NULL};
    for (size_t end = i + 3; i < end && i < v->n_tokens; i++) {
        if (v->tokens[i].gap & JM_GAP_COLON)
            return fact_word_at(v, i, no);
        if (v->tokens[i].gap & GAP_SENTENCE)
            return false;
    }
    return false;
}

/* "2 dni zdalnie", "remote (2 days a week)", "télétravail 3 jours/semaine": not all of the week. */
static bool some_days(const struct jm_extractor *x, const struct hit *h, bool of_month)
{
    static const char *const day[] = {"day",    "days",   "tag", "tage",  "tagen", "jour", "jours",
                                      "día",    "días",   "dag", "dagen", "dagar", "dni",  "dzień",
                                      "giorno", "giorni", "dia", "dias",  "zi",    "zile", NULL};
    static const char *const month[] = {"month",   "monat",    "mois",  "mes",  "mese", "maand",
                                        "miesiąc", "miesiącu", "månad", "lună", "mês",  NULL};
    /* "WFH Fridays" */
    static const char *const weekday[] = {"mondays",   "tuesdays", "wednesdays",
                                          "thursdays", "fridays",  "freitags",
                                          "vendredi",  "montags",  NULL};
    size_t from = sentence_from(x, h->tok, 5), to = sentence_to(x, h->tok + h->n - 1, 5);
    bool days = fact_word_in(x->v, h->tok + h->n, to < h->tok + 4 ? to : h->tok + 4, weekday);
    for (size_t i = from + 1; i < to && !days; i++) {
        long n = fact_word_at(x->v, i, day) ? token_number(x, i - 1) : 0;
        days = n > 0 && n < 5;
    }
    for (size_t i = to; days && !of_month && i < to + 5; i++)
        days = !fact_word_at(x->v, i, month);
    return days;
}

/* "Telework: Hybrid": a label, and the answer behind it is another word for it. */
static bool only_label(const struct jm_extractor *x, const struct hit *h)
{
    size_t end = h->tok + h->n;
    return end < x->v->n_tokens && (x->v->tokens[end].gap & JM_GAP_COLON) &&
           fact_cue_in(x, CUE_WORKPLACE, end, end + 2);
}

/* "Work with remote engineering teams": where others sit. */
static bool works_with(const struct jm_text_view *v, const struct hit *h)
{
    static const char *const with[] = {"with", "managing", "manage", "supporting", "leading", NULL};
    static const char *const others[] = {"teams", "engineers", "developers",   "colleagues",
                                         "team",  "staff",     "stakeholders", NULL};
    size_t end = h->tok + h->n;
    return h->tok && fact_word_at(v, h->tok - 1, with) && fact_word_in(v, end, end + 2, others);
}

/* "Remote sensing", "hybrid cloud": the word behind says that it is of something else. */
static bool place_of_things(const struct jm_text_view *v, const struct hit *h,
                            enum jm_workplace place)
{
    static const char *const other[] = {
        "sensing",      "control",      "monitoring",  "team",           "teams",
        "desktop",      "access",       "support",     "server",         "servers",
        "debugging",    "areas",        "sites",       "site",           "locations",
        "cloud",        "app",          "apps",        "mobile",         "applications",
        "application",  "vehicle",      "vehicles",    "model",          "management",
        "workers",      "employees",    "offices",     "infrastructure", "environment",
        "environments", "systems",      "training",    "installation",   "visits",
        "communities",  "coordinators", "coordinator", "search",         "retrieval",
        "cars",         "car",          "clients",     "bm25",           NULL};
    static const char *const way[] = {"model", NULL}; /* "hybrid model", "hybrid work ..." */
    size_t end = h->tok + h->n;
    return end < v->n_tokens && !(v->tokens[end].gap & ~(unsigned)JM_GAP_BLANK) &&
           fact_word_at(v, end, other) &&
           !(place == JM_HYBRID && (h->n > 1 || fact_word_at(v, end, way)));
}

/* Customers, a canteen or an interview are on site, not the work. [from, to) is the sentence. */
static bool other_on_site(const struct jm_extractor *x, const struct hit *h, size_t from, size_t to)
{
    static const char *const meeting[] = {
        "interview", "interviews", "process",   "rounds",     "yearly",   "annually",
        "once",      "twice",      "quarterly", "gesprek",    "gespräch", "kennenlernen",
        "intervju",  "rozmowa",    "procedure", "rekrutacja", NULL};
    /* "apply in person", "Betreuung unserer Kunden vor Ort" */
    static const char *const before[] = {"apply",   "applying", "meet",    "chat",  "talk",
                                         "kunden",  "kunde",    "klanten", "klant", "kunder",
                                         "support", "klientów", "hjälp",   NULL};
    static const char *const comfort[] = {
        "nursery",   "parking",    "gym",      "canteen", "cafe",      "café",    "creche",
        "childcare", "restaurant", "catering", "chef",    "cafeteria", "showers", "coffee",
        "shop",      "clinic",     "clinics",  "doctor",  "massage",   NULL};
    size_t end = h->tok + h->n;
    return (h->tok && fact_word_at(x->v, h->tok - 1, before)) ||
           fact_word_in(x->v, end, end + 3, comfort) || fact_word_in(x->v, from, to, meeting);
}

/* "Take the test from a remote location". */
static bool at_a_test(const struct jm_text_view *v, const struct hit *h, enum jm_workplace place,
                      size_t from, size_t to)
{
    static const char *const location[] = {"location", NULL};
    static const char *const take[] = {"take", "taking", NULL};
    static const char *const exam[] = {"test", "exam", NULL};
    return (place == JM_ONSITE || fact_word_at(v, h->tok + h->n, location)) &&
           fact_word_in(v, from, to, take) && fact_word_in(v, from, to, exam);
}

/* Does what stands around it say where the person works? [from, to) is the sentence. */
static bool place_of_work(const struct jm_extractor *x, const struct hit *h,
                          enum jm_workplace place, size_t from, size_t to)
{
    static const char *const unless[] = {"unless", NULL};
    size_t end = h->tok + h->n; /* "looking for remote work", "télétravail souhaité" */
    if (x->in->kind != JM_JOB && !fact_cue_in(x, CUE_WISH, from, h->tok) &&
        !fact_cue_in(x, CUE_WISH, end, end + 1))
        return false;
    if (place_of_things(x->v, h, place) || at_a_test(x->v, h, place, from, to))
        return false;
    if (place == JM_ONSITE)
        return !other_on_site(x, h, from, to);
    return place != JM_REMOTE ||
           !(works_with(x->v, h) || fact_cue_in(x, CUE_NOT_REMOTE, from, to) ||
             fact_word_at(x->v, from, unless)); /* "unless agreed otherwise" */
}

static void read_workplace(struct jm_extractor *x, const struct hit *h, enum jm_workplace place)
{
    size_t from = sentence_from(x, h->tok, 12), to = sentence_to(x, h->tok, 12);
    size_t end = h->tok + h->n;
    if (x->zone[h->tok] == JM_ZONE_LEGAL || answered_no(x->v, end) || only_label(x, h) ||
        !place_of_work(x, h, place, from, to))
        return;
    if (place == JM_REMOTE && (office_days(x, from, to) || some_days(x, h, false)))
        place = JM_HYBRID;
    if (place == JM_ONSITE && (x->facts.workplace & (JM_HYBRID | JM_REMOTE)) &&
        some_days(x, h, true))
        return; /* "remote, a day a month onsite" */
    if (place == JM_HYBRID && (x->facts.workplace & JM_REMOTE) && some_days(x, h, true) &&
        !some_days(x, h, false))
        return; /* "remote, 2 days onsite a month" */
    if (place == JM_ONSITE && fact_cue_in(x, CUE_WORKPLACE, end, to + 1) && some_days(x, h, false))
        place = JM_HYBRID; /* "onsite 2 days, remote 3 days" */
    if (x->facts.workplace & place)
        return;
    x->facts.workplace |= (uint8_t)place;
    fact_note(x, JM_FACT_WORKPLACE, h->tok, h->tok + h->n, "workplace word");
}

/* "0.6 FTE": less than a whole post stands before the token. */
static bool part_of_post(const struct jm_extractor *x, size_t tok)
{
    const char *from = x->v->plain, *s = from + x->v->tokens[tok].beg;
    while (s > from && strchr(" .,", s[-1]))
        s--;
    while (s > from && ((s[-1] >= '0' && s[-1] <= '9') || s[-1] == '.' || s[-1] == ','))
        s--;
    return s[0] == '0' && (s[1] == '.' || s[1] == ',');
}

/* "• Contrato a jornada completa", "Full-time contract, 38 hours": an item that tells of the post.
 */
static bool employment_item(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const contract[] = {"contract",
                                           "saisonvertrag",
                                           "contrat",
                                           "contrato",
                                           "contratto",
                                           "vertrag",
                                           "arbeitsvertrag",
                                           "umowa",
                                           "umowę",
                                           "umowy",
                                           "anställning",
                                           "tjänst",
                                           "position",
                                           "role",
                                           "stelle",
                                           "festanstellung",
                                           "dienstverband",
                                           "permanent",
                                           "cdi",
                                           "indefinido",
                                           "indeterminato",
                                           "unbefristet",
                                           "unbefristete",
                                           "uur",
                                           "hours",
                                           "std",
                                           "stunden",
                                           "heures",
                                           "horas",
                                           "ore",
                                           "aanstelling",
                                           "jaarcontract",
                                           "semestervikariat",
                                           "angajare",
                                           "tillsvidareanställning",
                                           "tillsvidare",
                                           NULL};
    size_t from = sentence_from(x, h->tok, 8), to = sentence_to(x, h->tok, 8);
    size_t end = h->tok + h->n;
    /* "Heltid, visstid 6 månader" */
    if (starts_sentence(x->v, h->tok) && end < to && (x->v->tokens[end].gap & JM_GAP_COMMA))
        return true;
    if (starts_sentence(x->v, from) && h->tok - from <= 3 &&
        fact_cue_in(x, CUE_EMPLOYMENT, from, h->tok))
        return true;
    return fact_word_in(x->v, from, to, contract) || to - from <= (size_t)h->n + 1;
}

/* "Brief our freelance designer": others have the contract. */
static bool freelancers(const struct jm_extractor *x, const struct hit *h, enum jm_employment kind)
{
    static const char *const our[] = {
        "our",  "with",     "manage",   "brief", "managing", "of",  "unsere", "unseren", "nos",
        "onze", "nuestros", "external", "mit",   "avec",     "and", "hire",   "hiring",  NULL};
    return kind == JM_CONTRACT && !x->in_title && h->tok && fact_word_at(x->v, h->tok - 1, our);
}

/* "Two years of full-time paid experience", "an employment business for the supply of temporary
 * workers": of what was done before, of what an agency does. */
static bool not_of_post(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const done[] = {"experience", NULL};
    static const char *const firms[] = {"staffing", "recruitment", "agency", NULL};
    static const char *const french[] = {"cdd", "cdi", NULL};
    static const char *const supply[] = {"supply", NULL}, *const of[] = {"of", NULL};
    static const char *const time[] = {"years", "year", "months", "hours", NULL};
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n, tok = h->tok;
    if (tok > 1 && fact_word_at(v, tok - 1, of) && fact_word_at(v, tok - 2, supply))
        return true;
    if (fact_word_in(v, end, end + 2, firms) ||
        (x->facts.lang == JM_LANG_EN && fact_word_at(v, tok, french))) /* a company's name */
        return true;
    return fact_word_in(v, end, end + 3, done) && fact_word_in(v, tok > 3 ? tok - 3 : 0, tok, time);
}

static void read_employment(struct jm_extractor *x, const struct hit *h, enum jm_employment kind)
{
    static const char *const post[] = {"fte", NULL};
    size_t back = h->tok > 4 ? h->tok - 4 : 0;
    if (fact_word_at(x->v, h->tok, post) && !part_of_post(x, h->tok))
        return;
    if (fact_cue_in(x, CUE_EXPERIENCE, h->tok, h->tok + 1)) /* "staż pracy", no traineeship */
        return;
    bool asks = zone_asks(x, x->zone[h->tok]), stated = x->in_title || (asks && h->tok < 100);
    for (size_t i = back; asks && i <= h->tok && !stated; i++)
        stated = x->v->tokens[i].gap & JM_GAP_COLON;
    if (x->in->kind != JM_JOB || (x->facts.employment & kind) || x->zone[h->tok] == JM_ZONE_LEGAL ||
        x->zone[h->tok] == JM_ZONE_ABOUT)
        return;
    if ((!stated && !employment_item(x, h)) || freelancers(x, h, kind) || not_of_post(x, h))
        return;
    x->facts.employment |= (uint8_t)kind;
    fact_note(x, JM_FACT_EMPLOYMENT, h->tok, h->tok + h->n, "employment word");
}

void facts_read(struct jm_extractor *x)
{
    for (size_t i = 0; i < x->cues.n; i++) {
        const struct hit *h = &x->cues.a[i];
        uint32_t owner = surface_of(x, h)->owner, value = cue_value(owner);
        switch ((unsigned)cue_of(owner)) {
        case CUE_YEARS:
            years_read(x, h);
            break;
        case CUE_SENIORITY:
            if (!inside_longer(x, i))
                read_seniority(x, h, (enum jm_seniority)value);
            break;
        case CUE_DEGREE:
            if (!inside_longer(x, i))
                degree_read(x, h, (enum jm_degree)value);
            break;
        case CUE_WORKPLACE:
            if (!inside_longer(x, i))
                read_workplace(x, h, (enum jm_workplace)value);
            break;
        case CUE_NOT_REMOTE:
            if (x->in->kind == JM_JOB && !x->facts.workplace)
                read_workplace(x, h, JM_ONSITE);
            break;
        case CUE_EMPLOYMENT:
            read_employment(x, h, (enum jm_employment)value);
            break;
        default:
            break;
        }
    }
    tongues_read(x);
    places_read(x);
    if (!x->in_title)
        pay_read(x);
}
