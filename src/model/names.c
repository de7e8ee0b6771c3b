/* names.c - the words for the model's enumerations, one table each, and the keys of names.
 *
 * These words are what our JSON, the explanations and the configuration use; they are written
 * here once. Parsing ignores case and nothing else: tolerant readers of other people's
 * formats fold before they ask. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/model.h"

struct name {
    const char *text;
    int value;
};

static const struct name seniorities[] = {
    {"intern", JM_INTERN}, {"junior", JM_JUNIOR}, {"mid", JM_MID}, {"senior", JM_SENIOR},
    {"lead", JM_LEAD}, {"director", JM_DIRECTOR}, {"executive", JM_EXECUTIVE}, {NULL, 0}
};
static const struct name degrees[] = {
    {"none", JM_NO_DEGREE}, {"high_school", JM_HIGH_SCHOOL}, {"vocational", JM_VOCATIONAL},
    {"associate", JM_ASSOCIATE}, {"bachelor", JM_BACHELOR}, {"master", JM_MASTER},
    {"doctorate", JM_DOCTORATE}, {NULL, 0}
};
static const struct name cefrs[] = {
    {"A1", JM_A1}, {"A2", JM_A2}, {"B1", JM_B1}, {"B2", JM_B2}, {"C1", JM_C1}, {"C2", JM_C2},
    {"native", JM_NATIVE}, {NULL, 0}
};
static const struct name workplaces[] = {
    {"onsite", JM_ONSITE}, {"hybrid", JM_HYBRID}, {"remote", JM_REMOTE}, {NULL, 0}
};
static const struct name employments[] = {
    {"full_time", JM_FULL_TIME}, {"part_time", JM_PART_TIME}, {"contract", JM_CONTRACT},
    {"temporary", JM_TEMPORARY}, {"internship", JM_INTERNSHIP},
    {"apprenticeship", JM_APPRENTICESHIP}, {"volunteer", JM_VOLUNTEER},
    {"per_diem", JM_PER_DIEM}, {NULL, 0}
};
static const struct name periods[] = {
    {"hour", JM_HOUR}, {"day", JM_DAY}, {"week", JM_WEEK}, {"month", JM_MONTH},
    {"year", JM_YEAR}, {NULL, 0}
};

static int parse(const struct name *n, const char *s)
{
    for (; n->text; n++)
        if (strcasecmp(n->text, s) == 0)
            return n->value;
    return -1;
}

static const char *name_of(const struct name *n, int value)
{
    for (; n->text; n++)
        if (n->value == value)
            return n->text;
    return "unknown";
}

const char *jm_kind_name(enum jm_kind k) { return k == JM_JOB ? "job" : "candidate"; }
const char *jm_seniority_name(enum jm_seniority s) { return name_of(seniorities, (int)s); }
int jm_seniority_parse(const char *s) { return parse(seniorities, s); }
const char *jm_degree_name(enum jm_degree d) { return name_of(degrees, (int)d); }
int jm_degree_parse(const char *s) { return parse(degrees, s); }
const char *jm_cefr_name(enum jm_cefr c) { return name_of(cefrs, (int)c); }
int jm_cefr_parse(const char *s) { return parse(cefrs, s); }
int jm_workplace_parse(const char *s) { return parse(workplaces, s); }
const char *jm_workplace_name(enum jm_workplace one_bit)
{
    return name_of(workplaces, (int)one_bit);
}
int jm_employment_parse(const char *s) { return parse(employments, s); }
const char *jm_employment_name(enum jm_employment one_bit)
{
    return name_of(employments, (int)one_bit);
}
int jm_period_parse(const char *s) { return parse(periods, s); }

double jm_pay_per_year(double amount, enum jm_period p)
{
    static const double per_year[] = {[JM_PERIOD_NONE] = 0, [JM_HOUR] = 2080, [JM_DAY] = 260,
                                      [JM_WEEK] = 52, [JM_MONTH] = 12, [JM_YEAR] = 1};
    return amount > 0 && p >= JM_PERIOD_NONE && p <= JM_YEAR ? amount * per_year[p] : 0;
}

static unsigned fold_letter(char c)
{
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a' + 'A');
    return c >= 'A' && c <= 'Z' ? (unsigned)c : 0;
}

uint16_t jm_code2(const char *s)
{
    if (!s || !s[0] || !s[1] || s[2])
        return 0;
    unsigned hi = fold_letter(s[0]), lo = fold_letter(s[1]);
    return hi && lo ? (uint16_t)(hi << 8 | lo) : 0;
}

void jm_code2_text(char out[3], uint16_t code)
{
    out[0] = (char)(code >> 8);
    out[1] = (char)(code & 255);
    out[2] = '\0';
}

/* The folded form goes through a small buffer on the stack; names longer than it (nobody's) are
 * hashed from the heap, so that no name is ever cut. */
uint64_t jm_name_key(const char *space, const char *name)
{
    if (!name)
        return 0;
    char small[256];
    size_t len = strlen(name), n = 0;
    char *fold = len <= sizeof small ? small : malloc(len);
    JM_ASSERT(fold);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)name[i];
        if (c >= 'A' && c <= 'Z')
            fold[n++] = (char)(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
            fold[n++] = (char)c;
    }
    uint64_t key = n ? jm_key64(space, fold, n) : 0;
    if (fold != small)
        free(fold);
    return key;
}

unsigned jm_shard(uint32_t tenant, enum jm_kind kind, const char *source, const char *external_id)
{
    uint8_t head[5];
    jm_put_u32(head, tenant);
    head[4] = (uint8_t)kind;
    uint64_t h = jm_hash64(head, sizeof head);
    h = jm_mix64(h ^ jm_key64("source", source, strlen(source)));
    h = jm_mix64(h ^ jm_key64("external", external_id, strlen(external_id)));
    return (unsigned)(h % JM_SHARDS);
}
