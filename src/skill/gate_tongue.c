/* gate_tongue.c - does the name of a language mean that somebody speaks it?
 *
 * "Polish" is also a deli, "English" the language of the application, and what another language
 * than the text's calls a language is mostly another word here. */
#include "gate_int.h"

static bool is_tongue(const struct jm_extractor *x, const struct hit *h)
{
    return (enum jm_skill_kind)surface_of(x, h)->kind == JM_SKILL_LANGUAGE;
}

/* "Swedish merchants": a plural in small letters that is not of the language itself. */
static bool many(const struct jm_text_view *v, size_t i)
{
    static const char *const of_tongues[] = {
        "languages",    "speakers",     "skills",   "texts",   "lessons",   "classes",
        "courses",      "teachers",     "tutors",   "levels",  "tests",     "exams",
        "subtitles",    "translations", "versions", "studies", "nationals", "dialects",
        "interpreters", "translators",  "is",       "as",      "plus",      "was",
        "has",          "helps",        "needs",    "counts",  "matters",   "documents",
        "manuals",      "sources",      NULL};
    const struct jm_token *t = &v->tokens[i];
    return t->end - t->beg > 4 && v->plain[t->end - 1] == 's' && v->plain[t->end - 2] != 's' &&
           !(t->flags & (JM_TOK_UPPER | JM_TOK_DIGIT)) && !fact_word_at(v, i, of_tongues);
}

bool gate_people(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const articles[] = {"a", "an", "the", "our", "its", "their", NULL};
    static const char *const spoken[] = {
        "language", "languages",   "speaker",     "speakers",   "speaking", "native", "teacher",
        "tutor",    "translator",  "interpreter", "instructor", "level",    "test",   "exam",
        "skills",   "proficiency", "text",        "texts",      "version",  "is",     "and",
        "or",       "to",          "into",        "from",       NULL};
    static const char *const things[] = {
        "food",       "cuisine",     "restaurant",  "restaurants", "coffee",     "tea",
        "wine",       "wines",       "cheese",      "beer",        "bread",      "deli",
        "customers",  "clients",     "company",     "companies",   "market",     "markets",
        "office",     "offices",     "plant",       "plants",      "subsidiary", "law",
        "government", "authorities", "citizenship", "passport",    "nationals",  "army",
        "border",     "coast",       "owner",       "family",      NULL};
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    if (h->n != 1 || end >= v->n_tokens || v->tokens[end].gap != JM_GAP_BLANK)
        return false;
    if (fact_word_at(v, end, things) || (x->facts.lang <= JM_LANG_EN && many(v, end)))
        return true;
    return h->tok && fact_word_at(v, h->tok - 1, articles) &&
           v->tokens[h->tok].gap == JM_GAP_BLANK &&
           !(v->tokens[end].flags & (JM_TOK_UPPER | JM_TOK_DIGIT)) && !fact_word_at(v, end, spoken);
}

/* "Polish and English", "Polish, English"; not "Polish deli, Dutch". */
static bool tongue_before(const struct jm_extractor *x, const struct hit *h)
{
    if (h->tok && fact_cue_in(x, CUE_TONGUE, h->tok - 1, h->tok))
        return true;
    return h->tok > 1 && gate_connector(x->v, h->tok - 1) &&
           fact_cue_in(x, CUE_TONGUE, h->tok - 2, h->tok - 1);
}

/* "Dutch C2", "Spanish helpful", "speaks Polish and English": a level, a wish or another language
 * stands beside it, or a word for speaking right before. */
bool gate_tongue_asked(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const helps[] = {"helps", "welcome", "useful", "handy", NULL};
    static const char *const speak[] = {"speak",  "speaks", "speaking", "spoken",
                                        "fluent", "native", "spreche",  "spricht",
                                        "parle",  "parlo",  "hablo",    NULL};
    size_t end = h->tok + h->n, to = sentence_to(x, h->tok, 8);
    to = to < end + 2 ? to : end + 2;
    return is_tongue(x, h) &&
           (fact_cue_in(x, CUE_CEFR, end, to) || fact_cue_in(x, CUE_NICE, end, to) ||
            fact_cue_in(x, CUE_MUST, end, to) || fact_word_at(x->v, end, helps) ||
            fact_cue_in(x, CUE_TONGUE, end, to) ||
            (h->tok && fact_word_at(x->v, h->tok - 1, speak)) || tongue_before(x, h));
}

/* Of another language than the text? */
static bool foreign_word(const struct jm_extractor *x, const struct surface *s)
{
    return s->langs && x->facts.lang && !(s->langs & 1u << x->facts.lang);
}

/* "Send your CV in English": about the papers, not the person. */
static bool language_of_papers(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const papers[] = {"cv",          "resume",       "résumé",
                                         "application", "applications", "apply",
                                         "applying",    "letter",       "documents",
                                         "materials",   "publications", "diploma",
                                         "translation", "translated",   "attached",
                                         "submitted",   "bewerbung",    "bewerbungsunterlagen",
                                         "candidature", "written",      NULL};
    static const char *const in[] = {"in", "into", "auf", "en", "or", NULL};
    static const char *const able[] = {"proficiency", "fluent",  "fluency",   "proficient",
                                       "skills",      "skilled", "competent", "communicate",
                                       "expertise",   NULL};
    const struct jm_text_view *v = x->v;
    if (!h->tok || !fact_word_at(v, h->tok - 1, in) ||
        (h->tok > 1 && fact_word_at(v, h->tok - 2, able)))
        return false;
    size_t from = sentence_from(x, h->tok, 14), to = sentence_to(x, h->tok, 5);
    for (size_t i = from; i < to; i++)
        if (fact_word_at(v, i, papers) && (i < h->tok || i >= (size_t)h->tok + h->n) &&
            !fact_cue_in(x, CUE_CEFR, from, h->tok))
            return true;
    return false;
}

bool gate_tongue_course(const struct jm_extractor *x, const struct hit *h)
{
    static const char *const language[] = {"language", NULL};
    static const char *const course[] = {"course", "courses", "class", "classes",
                                         "lesson", "lessons", NULL};
    static const char *const given[] = {"pay",   "offer", "provide", "free", "help", "cover",
                                        "learn", "we",    "paid",    "get",  NULL};
    size_t end = h->tok + h->n;
    return x->in->kind == JM_JOB &&
           fact_word_at(x->v, end + fact_word_at(x->v, end, language), course) &&
           fact_word_in(x->v, sentence_from(x, h->tok, 12), h->tok, given);
}

const char *gate_tongue_barred(const struct jm_extractor *x, const struct hit *h)
{
    if (!is_tongue(x, h))
        return NULL;
    if (gate_people(x, h) || gate_tongue_course(x, h))
        return "other name";
    if (language_of_papers(x, h))
        return "language of the application";
    return foreign_word(x, surface_of(x, h)) && !gate_tongue_asked(x, h) ? "another language"
                                                                         : NULL;
}
