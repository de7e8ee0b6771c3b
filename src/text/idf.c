/* idf.c - how telling a word is: a fixed table of this release.
 *
 * Words of job texts by how common they are in ads of all trades, judged by people, not counted
 * from anyone's data: the day's statistics must never move a score. What is not listed is a word of
 * a trade. Words are stemmed as English when the table is made, once per process; ids of other
 * languages' stems that meet one by chance lose a little weight, no more. */
#include <libstemmer.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/err.h"
#include "text_int.h"

enum { UNLISTED = 7, MAX_WORDS = 1024 };

static const struct {
    uint8_t idf;
    const char *words;
} classes[] = {
    {1, "manage manager management project customer client service develop development process "
        "product "
        "system technology technical market quality deliver solution improve lead leader "
        "leadership "
        "communicate communication plan planning report reporting create build drive global growth "
        "operation operations performance program training tool tools user users data information "
        "organization organisation partner partners project projects relationship standard "
        "strategy "
        "strategic task tasks use used member members office local value values world grow make "
        "high "
        "key area areas related various multiple across daily proven self motivated flexible"},
    {2, "analysis analyze analyse application applications assist assistant budget collaborate "
        "collaboration "
        "computer control coordinate cost cross degree design detail document documentation "
        "effective "
        "efficient engineer engineering evaluate expert field focus follow goal goals identify "
        "implement "
        "implementation industry initiative innovative integrate integration internal external "
        "issue "
        "issues learn learning maintain maintenance meet meeting method model monitor network "
        "opportunity "
        "oversee perform policy policies prepare present presentation problem procedure produce "
        "production "
        "record records regular requirement research resource resources result results review "
        "risk sales "
        "schedule software specialist staff stakeholder stakeholders state supervise technologies "
        "test "
        "testing understand update web write writing written verbal english bachelor master "
        "university "
        "school college public private national international"},
    {3, "account accounts administration advise agency agile analyst analytics architecture "
        "assessment asset "
        "audit automation billing brand campaign care center centre certificate certification "
        "change "
        "check clean cloud code compliance component components configure consult consultant "
        "consulting "
        "content contract contracts corporate course customers database deadline debug deploy "
        "deployment "
        "designer developer device digital director distribution education electronic email "
        "enterprise "
        "equipment event events executive facility facilities finance financial framework front "
        "function "
        "government hardware health infrastructure install installation insurance inventory it "
        "junior law "
        "legal life live media medical mobile online order orders patient patients payment "
        "platform "
        "practice practices principle principles procurement property purchase regulation "
        "regulatory "
        "release request safety scale science secure security senior server site social "
        "specification "
        "storage student students supplier suppliers supply support survey teach technician track "
        "transport travel troubleshoot troubleshooting vehicle vendor vendors warehouse website "
        "window "
        "windows"},
    {4, "advertising algorithm api architect backend banking biology chemical chemistry civil "
        "claims "
        "classroom clinical construction cooking counselling credit crm curriculum dashboard "
        "dental "
        "diagnosis diesel driver driving electrical emergency energy erp estate excel fashion food "
        "forecast forklift frontend fundraising games grant graphic hospital hotel hygiene java "
        "javascript kitchen laboratory language languages linux logistics machine manufacturing "
        "marketing "
        "mathematics mechanical mechanic nurse nursing oil payroll pharmacy physical physics plant "
        "policy press pricing python quality recruiting recruitment repair restaurant retail route "
        "routes sap sql statistics tax teacher teaching telephone therapy translation treatment "
        "video "
        "virtual welding"},
};

struct entry {
    uint32_t id;
    uint8_t idf;
};
static struct entry table[MAX_WORDS];
static size_t n_table;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int by_id(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->id != y->id ? (x->id > y->id) - (x->id < y->id) : (int)x->idf - (int)y->idf;
}

static void add_words(struct sb_stemmer *stem, const char *words, uint8_t idf)
{
    while (*words) {
        size_t n = strcspn(words, " ");
        const sb_symbol *s = sb_stemmer_stem(stem, (const sb_symbol *)words, (int)n);
        JM_ASSERT(s && n_table < MAX_WORDS);
        uint64_t hash = jm_text_word_hash((const char *)s, (size_t)sb_stemmer_length(stem));
        table[n_table++] =
            (struct entry){JM_TERM_BASE + (uint32_t)(hash & (JM_TERM_BASE - 1)), idf};
        words += n + (words[n] == ' ');
    }
}

static void make_table(void)
{
    struct sb_stemmer *stem = sb_stemmer_new("english", "UTF_8");
    JM_ASSERT(stem);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        add_words(stem, classes[i].words, classes[i].idf);
    sb_stemmer_delete(stem);
    qsort(table, n_table, sizeof *table, by_id);
}

uint8_t jm_text_term_idf(uint32_t term_id)
{
    pthread_once(&once, make_table);
    size_t lo = 0, hi = n_table; /* the first, and so the lowest, entry of the id */
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (table[mid].id < term_id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n_table && table[lo].id == term_id ? table[lo].idf : UNLISTED;
}
