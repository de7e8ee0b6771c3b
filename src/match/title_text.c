/* title_text.c - the title at the head of a text that came without one.
 *
 * HR systems that send plain text put the title in the first line ("Title: ..." or alone), and
 * résumé exports repeat it at the start of one endless line. A first line is taken only if it is
 * short, holds no digit or address, and names a role by a known word: otherwise it is more likely
 * a person's name, and a wrong title is worse than none. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "prepare.h"

/* Words, or endings marked by '-', that name a role. */
static const char *const role_words[] = {
    "manager", "engineer", "developer", "programmer", "analyst", "architect", "administrator",
    "admin", "designer", "consultant", "specialist", "director", "assistant", "associate",
    "accountant", "nurse", "teacher", "technician", "officer", "coordinator", "supervisor",
    "representative", "clerk", "driver", "chef", "cook", "mechanic", "electrician", "plumber",
    "carpenter", "welder", "machinist", "scientist", "researcher", "therapist", "pharmacist",
    "physician", "doctor", "dentist", "lawyer", "attorney", "paralegal", "recruiter", "trainer",
    "instructor", "tutor", "lecturer", "professor", "editor", "writer", "journalist", "advisor",
    "adviser", "agent", "broker", "banker", "buyer", "planner", "tester", "lead", "head", "chief",
    "president", "executive", "intern", "apprentice", "operator", "inspector", "optician",
    "cashier", "waiter", "waitress", "barista", "receptionist", "secretary", "librarian",
    "worker", "builder", "cleaner", "guard", "pilot", "surveyor", "auditor", "controller",
    "merchandiser", "stylist", "artist", "animator", "producer", "photographer", "midwife",
    "carer", "caregiver", "owner", "partner", "fellow", "ingenieur", "entwickler", "leiter",
    "kaufmann", "kauffrau", "berater", "techniker", "pfleger", "lehrer", "ingénieur",
    "développeur", "infirmier", "infirmière", "chargé", "responsable", "ingeniero",
    "desarrollador", "enfermera", "engineering", "sales", "marketing", "accounting", "finance",
    "development", "-ist", "-manager", "-entwickler", "-ingenieur", "-leiter", "-berater"
};

static bool names_role(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof role_words / sizeof *role_words; i++) {
        const char *r = role_words[i];
        size_t n = strlen(r);
        if (*r == '-' && len >= n + 3 && strncasecmp(word + len - (n - 1), r + 1, n - 1) == 0)
            return true;
        if (*r != '-' && len == n && strncasecmp(word, r, n) == 0)
            return true;
    }
    return false;
}

static size_t word_end(const char *s, size_t at, size_t len)
{
    while (at < len && !isspace((unsigned char)s[at]))
        at++;
    return at;
}

static size_t skip_blank(const char *s, size_t at, size_t len)
{
    while (at < len && isspace((unsigned char)s[at]))
        at++;
    return at;
}

/* "Web Developer Web Developer Charlotte ...": how many bytes are said twice in a row, or 0. */
static size_t doubled(const char *s, size_t len)
{
    size_t end = 0;
    for (unsigned words = 1; words <= 8 && end < len && end < 80; words++) {
        end = word_end(s, skip_blank(s, end, len), len);
        size_t next = skip_blank(s, end, len);
        if (end >= 4 && len - next >= end && strncasecmp(s, s + next, end) == 0 &&
            (len - next == end || isspace((unsigned char)s[next + end])))
            return end;
    }
    return 0;
}

static bool looks_like_title(const char *s, size_t len)
{
    unsigned words = 0;
    bool role = false;
    if (len < 3 || len > 80 || s[len - 1] == '.' || memchr(s, '@', len))
        return false;
    for (size_t i = 0; i < len; i++)
        if (isdigit((unsigned char)s[i]))
            return false;
    for (size_t at = skip_blank(s, 0, len); at < len; words++) {
        size_t end = at;
        while (end < len && (isalpha((unsigned char)s[end]) || (s[end] & 0x80)))
            end++;
        role = role || (end > at && names_role(s + at, end - at));
        at = skip_blank(s, end > at ? end : at + 1, len);
    }
    return role && words <= 12;
}

bool jm_title_from_text(const char *text, char out[JM_DOC_MAX_TITLE_BYTES + 1])
{
    if (!text)
        return false;
    while (isspace((unsigned char)*text))
        text++;
    if (strncasecmp(text, "title:", 6) == 0)
        text += 6 + strspn(text + 6, " \t*");
    size_t len = strcspn(text, "\r\n");
    size_t twice = doubled(text, len > 400 ? 400 : len);
    if (twice)
        len = twice;
    if (!looks_like_title(text, len))
        return false;
    memcpy(out, text, len);
    out[len] = '\0';
    return true;
}
