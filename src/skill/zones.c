/* zones.c - what part of the document each token stands in.
 *
 * A heading cue opens a zone when it stands like a heading: alone on its line, or followed by a
 * colon. Inside a zone a sentence can be of another kind ("Health insurance, gym ..." without a
 * heading). Zones of a posting and of a résumé differ: "Experience" asks in one and tells in the
 * other. */
#include <stdlib.h>
#include <string.h>

#include "gate_int.h"

static const uint8_t job_zone[CUE_HEADINGS] = {
    [CUE_H_BODY] = JM_ZONE_BODY,         [CUE_H_MUST] = JM_ZONE_MUST,
    [CUE_H_NICE] = JM_ZONE_NICE,         [CUE_H_DUTIES] = JM_ZONE_DUTIES,
    [CUE_H_BENEFITS] = JM_ZONE_BENEFITS, [CUE_H_ABOUT] = JM_ZONE_ABOUT,
    [CUE_H_LEGAL] = JM_ZONE_LEGAL,       [CUE_H_SKILLS] = JM_ZONE_MUST,
    [CUE_H_WORK] = JM_ZONE_MUST,         [CUE_H_EDUCATION] = JM_ZONE_MUST,
    [CUE_H_OTHER] = JM_ZONE_BODY,        [CUE_H_UNASKED] = JM_ZONE_OTHER};

static const uint8_t person_zone[CUE_HEADINGS] = {
    [CUE_H_BODY] = JM_ZONE_BODY,     [CUE_H_MUST] = JM_ZONE_SKILLS,
    [CUE_H_NICE] = JM_ZONE_SKILLS,   [CUE_H_DUTIES] = JM_ZONE_WORK,
    [CUE_H_BENEFITS] = JM_ZONE_BODY, [CUE_H_ABOUT] = JM_ZONE_BODY,
    [CUE_H_LEGAL] = JM_ZONE_OTHER,   [CUE_H_SKILLS] = JM_ZONE_SKILLS,
    [CUE_H_WORK] = JM_ZONE_WORK,     [CUE_H_EDUCATION] = JM_ZONE_EDUCATION,
    [CUE_H_OTHER] = JM_ZONE_OTHER,   [CUE_H_UNASKED] = JM_ZONE_OTHER};

/* Words from `i` to the end of its line, at most 8. */
static size_t rest_of_line(const struct jm_text_view *v, size_t i)
{
    size_t n = 0;
    while (i + n < v->n_tokens && n < 8 && !zone_line_starts(v, i + n))
        n++;
    return n;
}

/* "## Requirements", "**Requirements**": Markdown for a heading, not a bullet. */
static bool markdown_heading(const struct jm_text_view *v, size_t i)
{
    const char *s = v->plain + v->tokens[i].beg, *from = v->plain;
    if (s > from && (s[-1] == '*' || s[-1] == '_'))
        return true;
    while (s > from && s[-1] == ' ')
        s--;
    return s > from && s[-1] == '#';
}

/* "Das bieten wir dir", "Your profile at a glance": a few more words, and then a list. */
static bool before_list(const struct jm_text_view *v, size_t i, size_t rest)
{
    size_t next = i + rest;
    if (!rest || rest > 4 || next >= v->n_tokens || !(v->tokens[next].gap & JM_GAP_BULLET))
        return false;
    for (; i < next; i++)
        if (v->tokens[i].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_HYPHEN))
            return false;
    return true;
}

/* "O perfil que procuramos:", "A tua missão:": the article before the phrase that begins the line;
 * the phrase itself if there is none. */
static size_t behind_article(const struct jm_text_view *v, size_t i)
{
    static const char *const article[] = {
        "o",   "a",   "os",    "as",   "il",   "la",   "le",   "les", "el",   "los", "las", "das",
        "die", "der", "de",    "het",  "the",  "your", "our",  "i",   "gli",  "tua", "teu", "sua",
        "seu", "tuo", "deine", "dein", "ihre", "ihr",  "jouw", "din", "dina", "ton", "ta",  NULL};
    for (size_t first = i; first-- && i - first <= 2;) {
        if (!zone_line_starts(v, first)) /* mostly */
            continue;
        bool both = i - first == 1 || fact_word_at(v, i - 1, article);
        return both && fact_word_at(v, first, article) ? first : i;
    }
    return i;
}

/* "About Lumenstack": a name, and the line ends; not "about the role". */
static bool about_a_name(const struct jm_text_view *v, size_t from, size_t rest)
{
    static const char *const other[] = {"the",     "this",    "our", "your",     "you",
                                        "a",       "role",    "job", "position", "work",
                                        "project", "vacancy", NULL};
    if (!rest || rest > 4 || fact_word_at(v, from, other))
        return false;
    for (size_t i = from; i < from + rest; i++)
        if (!(v->tokens[i].flags & JM_TOK_UPPER) ||
            (v->tokens[i].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_HYPHEN | JM_GAP_GLUED)))
            return false;
    return true;
}

/* "INTERESTS - Hurling, tin whistle" */
static bool dash_before(const struct jm_text_view *v, size_t end)
{
    return end < v->n_tokens && v->tokens[end].gap == (JM_GAP_HYPHEN | JM_GAP_BLANK) &&
           (v->tokens[end - 1].flags & JM_TOK_CAPS);
}

/* "SKILL MATRIX (1 = basic, 5 = expert)", "Projects (2025)": only a bracket follows on the line. */
static bool bracket_follows(const struct jm_text_view *v, size_t i)
{
    enum { LONGEST = 16 };
    size_t k = i;
    if (i >= v->n_tokens || !(v->tokens[i].gap & JM_GAP_OPEN))
        return false;
    while (++k < v->n_tokens && k < i + LONGEST && !zone_line_starts(v, k))
        if (v->tokens[k].gap & JM_GAP_CLOSE)
            return false;
    return k < v->n_tokens && (v->tokens[k].gap & JM_GAP_CLOSE) && zone_line_starts(v, k);
}

/* Experience with a number or "in Java:" is no heading. */
static bool stands_as_heading(const struct jm_text_view *v, const struct hit *h)
{
    static const char *const about[] = {"about", "propos", NULL}, *const de[] = {"de", NULL};
    size_t end = h->tok + h->n;
    size_t begin = zone_line_starts(v, h->tok) ? h->tok : behind_article(v, h->tok);
    const struct jm_token *t = &v->tokens[h->tok];
    bool caps = (t->flags & JM_TOK_CAPS) && t->end - t->beg > 1;
    bool bullet = (v->tokens[begin].gap & JM_GAP_BULLET) && !markdown_heading(v, begin);
    if (zone_line_starts(v, begin)) {
        size_t rest = rest_of_line(v, end);
        if (fact_word_at(v, end - 1, about) && rest) { /* "À propos de Acme" */
            size_t small = fact_word_at(v, end, de);
            return about_a_name(v, end + small, rest - small);
        }
        if (zone_colon_before(v, end) || (!bullet && dash_before(v, end)))
            return true;
        if (rest <= 3 && zone_colon_before(v, end + rest) && !bullet)
            return true;
        if (rest && rest <= 3 && !bullet && (v->tokens[end].gap & JM_GAP_SLASH))
            return true; /* "REQUIREMENTS/MINIMUM QUALIFICATIONS" */
        if (!bullet && (t->flags & JM_TOK_UPPER) && bracket_follows(v, end))
            return true;
        bool two = h->n > 1 || (rest && gate_connector(v, end)); /* "Requisitos e qualificações" */
        if (two && !bullet && before_list(v, end, rest))
            return true;
        /* "Full stack experience" / "preferred." is a sentence that was wrapped */
        if (!(t->flags & JM_TOK_UPPER) && end < v->n_tokens && (v->tokens[end].gap & JM_GAP_STOP))
            return false;
        /* a bullet of one word is an item, not a heading */
        return rest == 0 && !(bullet && (h->n == 1 || h->cue == CUE_H_LEGAL));
    }
    /* "La risorsa, alle dipendenze dello chef, si occuperà di:" and a list */
    if (h->n > 1 && zone_colon_before(v, end) && (v->tokens[end].gap & JM_GAP_BULLET))
        return true;
    /* everything on one line: a colon behind a capitalised phrase, or capitals among small ones */
    if (zone_colon_before(v, end) && (t->flags & JM_TOK_UPPER))
        return h->n > 1 || !(t->gap == JM_GAP_BLANK && h->tok &&
                             (v->tokens[h->tok - 1].flags & JM_TOK_UPPER) == 0);
    bool next_small = end < v->n_tokens && !(v->tokens[end].flags & JM_TOK_CAPS);
    bool before_small = !(v->tokens[h->tok - 1].flags & JM_TOK_CAPS);
    return caps && next_small && before_small && (v->tokens[end - 1].flags & JM_TOK_CAPS) &&
           t->end - t->beg > 4;
}

/* "Technologies: Java, Kafka", "Role: Java developer" below a position of a résumé is a line of
 * that position. */
static bool of_position(const struct jm_extractor *x, const struct hit *h, uint8_t zone)
{
    static const char *const used[] = {"used",     "technologies", "technology",   "tools",
                                       "stack",    "environment",  "technologien", "outils",
                                       "role",     "position",     "location",     "standort",
                                       "industry", "title",        "description",  "overview",
                                       "summary",  "hours",        "type",         NULL};
    size_t end = h->tok + h->n;
    return x->in->kind == JM_CANDIDATE && zone == JM_ZONE_WORK && end < x->v->n_tokens &&
           !zone_line_starts(x->v, end) && fact_word_at(x->v, end - 1, used);
}

/* A résumé on one line, as job boards write it: "... to May 2016 Skills Java (5 years), SQL",
 * "Education Bachelor's in law", "Certifications/Licenses", "Additional Information". */
static bool heading_in_line(const struct jm_extractor *x, const struct hit *h)
{
    enum { NEAR = 8 };
    static const char *const licenses[] = {"licenses", NULL}, *const further[] = {"additional",
                                                                                  NULL};
    static const char *const skills[] = {"skills", NULL}, *const present[] = {"present", NULL};
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    if (x->in->kind != JM_CANDIDATE || !h->tok || end >= v->n_tokens ||
        (v->tokens[h->tok].gap & ~(unsigned)(JM_GAP_BLANK | JM_GAP_STOP)) ||
        !(v->tokens[h->tok].flags & JM_TOK_UPPER))
        return false;
    if (h->cue == CUE_H_EDUCATION)
        return fact_cue_in(x, CUE_DEGREE, end, end + 2) ||
               (fact_word_at(v, end, licenses) && (v->tokens[end].gap & JM_GAP_SLASH));
    if (fact_word_at(v, h->tok, skills))
        return dates_year_of(x, h->tok - 1) || fact_word_at(v, h->tok - 1, present) ||
               (fact_cue_in(x, CUE_YEARS, end, end + NEAR) && !comma_in(v, end, end));
    return h->cue == CUE_H_BODY && fact_word_at(v, h->tok, further);
}

/* A sentence that opens with a heading phrase of its own: "You have ...", "We offer ...". "Our
 * team uses Go" tells of the work, not of the company. */
static bool opens_sentence(const struct jm_text_view *v, const struct hit *h)
{
    static const char *const work[] = {"team",    "teams",         "client", "mandant", "kunde",
                                       "cliente", "opdrachtgever", "klient", "nostru",  NULL};
    /* "L'établissement des déclarations TVA": what is done, not where */
    static const char *const done[] = {"établissement", NULL};
    static const char *const of[] = {"de", "des", "du", "d", NULL};
    size_t end = h->tok + h->n;
    return h->n > 1 && (v->tokens[h->tok].flags & JM_TOK_UPPER) && starts_sentence(v, h->tok) &&
           !fact_word_at(v, end - 1, work) &&
           !(fact_word_at(v, end - 1, done) && fact_word_at(v, end, of));
}

static void fill(struct jm_extractor *x, size_t from, size_t to, uint8_t zone)
{
    if (to > from)
        memset(x->zone + from, zone, to - from);
}

/* Tokens of a line at i that no heading we know, but stands before a list and begins like one for
 * the reader: "You", "What the job involves"; 0: it is none. `zone` is what it opens. */
static size_t unknown_heading(const struct jm_text_view *v, size_t i, bool counted, bool any,
                              uint8_t *zone)
{
    static const char *const you[] = {"you", "your", "yourself", NULL};
    static const char *const job[] = {"what", "the",     "how", "day", "key",
                                      "main", "typical", "in",  NULL};
    static const char *const ours[] = {
        "we",    "our",     "us",      "company",  "get",     "offer",    "benefits",
        "perks", "like",    "rewards", "wir",      "uns",     "unsere",   "unser",
        "nous",  "notre",   "nos",     "nosotros", "nuestra", "nuestro",  "wij",
        "ons",   "onze",    "noi",     "nostri",   "nostra",  "nossa",    "nossos",
        "nas",   "nasza",   "vår",     "våra",     "oss",     "noastre",  "noastră",
        "werte", "valeurs", "valores", "valori",   "waarden", "wartości", NULL};
    size_t n = 1 + rest_of_line(v, i + 1);
    bool asks = fact_word_at(v, i, you);
    if (n > 7 || i + n >= v->n_tokens || !(v->tokens[i + n].gap & JM_GAP_BULLET) ||
        (v->tokens[i].gap & JM_GAP_BULLET) || !(v->tokens[i].flags & JM_TOK_UPPER) ||
        !(asks || (any && n <= 4) || (!counted && fact_word_at(v, i, job))) ||
        fact_word_in(v, i, i + n, ours))
        return 0;
    *zone = asks ? JM_ZONE_MUST : JM_ZONE_BODY;
    return n;
}

/* A zone [from, to) of a posting ends at a heading for the reader, known or not. */
static void end_at_heading(struct jm_extractor *x, size_t from, size_t to, uint8_t zone)
{
    const struct jm_text_view *v = x->v;
    bool counted = !zone_uncounted(zone);
    /* "Jouw takenpakket": in other languages we know fewer headings, and what is told of a company
     * is hardly ever a list */
    bool any = zone == JM_ZONE_ABOUT && x->facts.lang != JM_LANG_EN;
    uint8_t next;
    size_t start = to;
    for (size_t i = from; i < to; i = sentence_to(x, i, SENTENCE_REACH)) {
        size_t n = zone_line_starts(v, i) ? unknown_heading(v, i, counted, any, &next) : 0;
        if (!n)
            continue;
        cover(x, i, i + n);
        fill(x, start, i, zone);
        start = i;
        zone = next;
    }
    fill(x, start, to, zone);
}

/* What is asked for in a list ends with the list, when a paragraph of prose follows it: there is
 * none of the headings that would end it. A short line before more bullets is a part of the list.
 */
static void end_with_list(struct jm_extractor *x, size_t from, size_t to, bool inline_list)
{
    enum { PROSE = 8 };
    const struct jm_text_view *v = x->v;
    bool list = inline_list; /* "Desirable: IPAF, asbestos awareness" */
    for (size_t i = from; i < to; i = sentence_to(x, i, SENTENCE_REACH)) {
        unsigned gap = v->tokens[i].gap;
        list |= (gap & JM_GAP_BULLET) != 0;
        if (list && (gap & JM_GAP_PARA) && !(gap & JM_GAP_BULLET) &&
            rest_of_line(v, i + 1) + 1 >= PROSE) {
            fill(x, i, to, JM_ZONE_BODY);
            return;
        }
    }
}

/* "Licences: B, C+E" on one line, and then a paragraph of other things; in a list of publications a
 * short line alone, "Teaching": no headings we know, but the part [from, to) of a résumé ends. */
static void end_part(struct jm_extractor *x, const struct hit *head, size_t from, size_t to)
{
    enum { SHORT = 3 };
    const struct jm_text_view *v = x->v;
    bool papers = head->cue == CUE_H_OTHER && cue_value(surface_of(x, head)->owner);
    bool line =
        head->cue == CUE_H_EDUCATION && zone_colon_before(v, from) && !zone_line_starts(v, from);
    if (!papers && !line)
        return;
    for (size_t i = from + 1; i < to; i++) {
        if (!(v->tokens[i].gap & JM_GAP_PARA) || (v->tokens[i].gap & JM_GAP_BULLET))
            continue;
        size_t n = 1 + rest_of_line(v, i + 1);
        bool heading = n <= SHORT && i + n < v->n_tokens && (v->tokens[i].flags & JM_TOK_UPPER) &&
                       !comma_in(v, i + 1, i + n);
        if (line || heading) {
            fill(x, i, to, JM_ZONE_BODY);
            return;
        }
    }
}

/* "Our client: a hotel with ..." on one line tells of the company until its paragraph ends. */
static void fill_zone(struct jm_extractor *x, const struct hit *head, size_t from, size_t to,
                      uint8_t zone)
{
    size_t end = head ? head->tok + head->n : to;
    fill(x, from, to, zone);
    if (head && head->cue != CUE_SEEKS)
        cover(x, from, end); /* "INFORMÁTICA" above a list is no skill */
    bool paragraph =
        zone == JM_ZONE_ABOUT && zone_colon_before(x->v, end) && !zone_line_starts(x->v, end);
    while (paragraph && end < to && !(x->v->tokens[end].gap & JM_GAP_PARA))
        end++;
    if (paragraph)
        fill(x, end, to, JM_ZONE_BODY);
    if (x->in->kind != JM_JOB) {
        if (head)
            end_part(x, head, end, to);
        return;
    }
    if (zone == JM_ZONE_MUST || zone == JM_ZONE_NICE)
        end_with_list(x, end, to,
                      head && zone_colon_before(x->v, end) && !zone_line_starts(x->v, end));
    else
        end_at_heading(x, end, to, zone);
}

/* Sentences that say themselves what they are. Of phrases at one token the longest stands first:
 * "You will need", not "You will". */
static void mark_sentences(struct jm_extractor *x, const uint8_t *zone_of)
{
    size_t opened = SIZE_MAX;
    for (size_t i = 0; i < x->parts.n; i++) {
        const struct hit *h = &x->parts.a[i];
        enum jm_cue cue = h->cue;
        uint8_t zone = JM_ZONE_BODY;
        if (cue < CUE_HEADINGS && cue != CUE_H_BODY && cue != CUE_H_UNASKED &&
            opens_sentence(x->v, h) && !zone_uncounted(x->zone[h->tok])) {
            if (h->tok == opened)
                continue;
            opened = h->tok;
            zone = zone_of[cue];
        } else if (x->in->kind != JM_JOB)
            continue;
        else if (cue == CUE_IN_ASKED && zone_uncounted(x->zone[h->tok]))
            zone = JM_ZONE_MUST;
        else if (cue == CUE_IN_BENEFIT && !zone_uncounted(x->zone[h->tok]))
            zone = JM_ZONE_BENEFITS;
        else if (cue == CUE_IN_LEGAL || cue == CUE_IN_APPLY)
            zone = JM_ZONE_LEGAL;
        else if (cue == CUE_IN_ABOUT && x->zone[h->tok] == JM_ZONE_BODY)
            zone = JM_ZONE_ABOUT;
        if (zone == JM_ZONE_BODY)
            continue;
        size_t from = cue == CUE_IN_APPLY ? h->tok : sentence_from(x, h->tok, 25);
        fill(x, from, sentence_to(x, h->tok, 25), zone);
    }
}

/* "About Acme" on top and no other heading: all of the text would be about the company. Its first
 * paragraph is. */
static void end_early(struct jm_extractor *x, const struct hit *head)
{
    enum { LONGEST = 60 };
    size_t n = x->v->n_tokens, end = head->tok + head->n;
    if (head->tok > n / 4)
        return;
    size_t to = end + 1;
    while (to < n && !zone_line_starts(x->v, to)) /* the heading's own line */
        to++;
    for (end = to++; to < n && to - end < LONGEST && !(x->v->tokens[to].gap & JM_GAP_PARA);)
        to++;
    for (; to < n; to++)
        if (x->zone[to] == JM_ZONE_ABOUT)
            x->zone[to] = JM_ZONE_BODY;
}

/* Does a heading open a part of a résumé that the dates above it do not reach? "Tasks" and
 * "Summary" are of the position they stand in, and so are its "Projects". */
static bool opens_part(enum jm_cue cue, uint8_t zone)
{
    bool part = zone == JM_ZONE_SKILLS || zone == JM_ZONE_EDUCATION || zone == JM_ZONE_OTHER;
    return cue == CUE_H_SKILLS || cue == CUE_H_MUST || cue == CUE_H_EDUCATION ||
           cue == CUE_H_OTHER || (cue == CUE_H_WORK && part);
}

/* "- Nice to have: Terraform" among other items is a label of this one; the token behind it. */
static size_t labelled_item(struct jm_extractor *x, const struct hit *h)
{
    const unsigned ends = JM_GAP_BULLET | JM_GAP_PARA;
    const struct jm_text_view *v = x->v;
    size_t end = h->tok + h->n;
    if (!(v->tokens[h->tok].gap & JM_GAP_BULLET) || end >= v->n_tokens ||
        !(v->tokens[end].gap & JM_GAP_COLON) || (v->tokens[end].gap & GAP_SENTENCE))
        return 0;
    while (end < v->n_tokens && !(v->tokens[end].gap & ends))
        end++;
    fill(x, h->tok, end, x->in->kind == JM_JOB ? JM_ZONE_NICE : JM_ZONE_SKILLS);
    cover(x, h->tok, h->tok + h->n);
    return end;
}

int zones_mark(struct jm_extractor *x)
{
    const uint8_t *zone_of = x->in->kind == JM_JOB ? job_zone : person_zone;
    const struct hit *head = NULL;
    size_t n = x->v->n_tokens, from = 0;
    uint8_t zone = x->in_title ? JM_ZONE_TITLE : JM_ZONE_BODY;
    if (n > x->cap_zone) {
        uint8_t *p = realloc(x->zone, n * 2);
        if (!p)
            return -1;
        x->zone = p;
        x->cap_zone = n * 2;
    }
    x->tells_of_others = x->tells_of_sector = false;
    x->n_dated = 0;
    for (size_t i = 0; i < x->parts.n && !x->in_title; i++) {
        const struct hit *h = &x->parts.a[i];
        enum jm_cue cue = h->cue;
        size_t begin = h->tok;
        x->tells_of_others |= cue == CUE_OTHERS;
        x->tells_of_sector |= cue == CUE_SECTOR;
        bool seeks = cue == CUE_SEEKS && zone == JM_ZONE_ABOUT;
        if (seeks)
            begin = sentence_from(x, h->tok, 16);
        if ((head && h->tok < head->tok + head->n) || begin < from)
            continue; /* of those at one token the longest stands first; "the role", not "role" */
        if (!seeks && (cue >= CUE_HEADINGS || of_position(x, h, zone) ||
                       (!stands_as_heading(x->v, h) && !heading_in_line(x, h))))
            continue;
        fill_zone(x, head, from, begin, zone);
        size_t behind = cue == CUE_H_NICE ? labelled_item(x, h) : 0;
        if (behind) {
            head = NULL;
            from = behind;
            continue;
        }
        head = seeks ? NULL : h;
        from = begin;
        if (x->in->kind == JM_CANDIDATE && opens_part(cue, zone) && dates_border(x, begin))
            return -1;
        zone = seeks ? JM_ZONE_BODY : zone_of[cue];
    }
    fill_zone(x, head, from, n, zone);
    if (x->in_title)
        return 0;
    if (head && zone == JM_ZONE_ABOUT)
        end_early(x, head);
    mark_sentences(x, zone_of);
    if (x->in->kind == JM_JOB && !(x->in->title && x->in->title_bytes))
        zones_title(x);
    return 0;
}
