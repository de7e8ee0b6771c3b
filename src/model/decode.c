/* decode.c - stored bytes back to a struct jm_doc, in one allocation.
 *
 * The head names every count, so the size of the allocation is known before anything else is
 * read; then one pass fills the arrays. Each read checks the bytes that are left, each value its
 * range: a damaged row is refused with the place where it broke. This is the hot half of a
 * restart (every document passes through here), hence no per-field allocation and no copying of
 * what is already in place. */
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "jobmatch/bytes.h"
#include "jobmatch/model.h"

struct in {
    const uint8_t *p, *end;
    const char *bad; /* what broke; the first wins */
};

struct room { /* where the next array of the block goes */
    uint32_t *ids;
    uint8_t *weights;
    char *text;
    size_t ids_left, text_left;
};

static bool need(struct in *in, size_t bytes, const char *what)
{
    if (!in->bad && (size_t)(in->end - in->p) < bytes)
        in->bad = what;
    return !in->bad;
}

static bool valid(struct in *in, bool ok, const char *what)
{
    if (!in->bad && !ok)
        in->bad = what;
    return !in->bad;
}

static size_t round8(size_t n) { return (n + 7) & ~(size_t)7; }

static size_t block_bytes(const struct jm_doc *d, size_t features, size_t text)
{
    return round8(sizeof *d) + d->n_skills * sizeof *d->skills + d->n_lists * sizeof *d->lists +
           d->n_titles * sizeof *d->titles + d->n_places * sizeof *d->places +
           (d->n_terms + features) * (sizeof(uint32_t) + 1) + d->n_eligible * sizeof *d->eligible +
           d->n_languages * sizeof *d->languages + text + 16;
}

uint64_t jm_doc_dict_version(const void *bytes, size_t len)
{
    return len < DOC_HEAD ? 0 : jm_get_u64((const uint8_t *)bytes + AT_DICT);
}

static bool read_head(struct in *in, struct jm_doc *d, size_t *features, size_t *text)
{
    if (!need(in, DOC_HEAD, "shorter than its head"))
        return false;
    const uint8_t *h = in->p;
    in->p += DOC_HEAD;
    d->kind = h[AT_KIND] == JM_CANDIDATE ? JM_CANDIDATE : JM_JOB;
    d->flags = h[AT_FLAGS];
    d->workplace = h[AT_WORKPLACE];
    d->employment = h[AT_EMPLOYMENT];
    d->years_min = h[AT_YEARS_MIN];
    d->years_max = h[AT_YEARS_MAX];
    d->seniority = h[AT_SENIORITY];
    d->degree = h[AT_DEGREE];
    d->radius_km = jm_get_u16(h + AT_RADIUS);
    d->tenant = jm_get_u32(h + AT_TENANT);
    d->dict_version = jm_get_u64(h + AT_DICT);
    d->posted_at_s = (int64_t)jm_get_u64(h + AT_POSTED);
    d->expires_at_s = (int64_t)jm_get_u64(h + AT_EXPIRES);
    d->self_key = jm_get_u64(h + AT_SELF);
    d->pay_min = jm_get_u32(h + AT_PAY_MIN);
    d->pay_max = jm_get_u32(h + AT_PAY_MAX);
    memcpy(d->currency, h + AT_CURRENCY, 4);
    d->n_places = h[AT_PLACES];
    d->n_eligible = h[AT_ELIGIBLE];
    d->n_languages = h[AT_LANGUAGES];
    d->n_skills = h[AT_SKILLS];
    d->n_titles = h[AT_TITLES];
    d->n_terms = h[AT_TERMS];
    d->n_lists = h[AT_LISTS];
    *features = jm_get_u16(h + AT_FEATURES);
    *text = jm_get_u16(h + AT_TEXT);
    return valid(in, h[AT_FORMAT] == DOC_FORMAT, "unknown format") &&
           valid(in, h[AT_KIND] <= JM_CANDIDATE, "kind") &&
           valid(in, d->seniority <= JM_EXECUTIVE && d->degree <= JM_DOCTORATE, "ladder") &&
           valid(in, (d->workplace & ~7) == 0, "workplace") &&
           valid(in, d->currency[3] == '\0', "currency") &&
           valid(in, d->n_places <= JM_DOC_MAX_PLACES && d->n_lists <= JM_DOC_MAX_LIST &&
                         d->n_languages <= JM_DOC_MAX_LANGUAGES &&
                         d->n_skills <= JM_DOC_MAX_SKILLS && d->n_titles <= JM_DOC_MAX_TITLES &&
                         *features <= JM_DOC_MAX_TITLES * JM_DOC_MAX_TITLE_FEATURES,
                 "a count over its limit");
}

/* Cut the block into its arrays, widest elements first so that all are aligned. */
static struct room lay_out(struct jm_doc *d, size_t features, size_t text)
{
    char *p = (char *)d + round8(sizeof *d);
    d->skills = (struct jm_doc_skill *)(void *)p;
    p += d->n_skills * sizeof *d->skills;
    d->lists = (uint64_t *)(void *)p;
    p += d->n_lists * sizeof *d->lists;
    d->titles = (struct jm_doc_title *)(void *)p;
    p += d->n_titles * sizeof *d->titles;
    d->places = (struct jm_doc_place *)(void *)p;
    p += d->n_places * sizeof *d->places;
    struct room r = {.ids = (uint32_t *)(void *)p, .ids_left = features + d->n_terms,
                     .text_left = text};
    p += r.ids_left * sizeof(uint32_t);
    d->languages = (struct jm_doc_language *)(void *)p;
    p += d->n_languages * sizeof *d->languages;
    d->eligible = (uint16_t *)(void *)p;
    p += d->n_eligible * sizeof *d->eligible;
    r.weights = (uint8_t *)p;
    p += r.ids_left;
    r.text = p;
    return r;
}

static void read_places(struct in *in, struct jm_doc *d)
{
    if (!need(in, (size_t)d->n_places * PLACE_BYTES, "places"))
        return;
    for (size_t i = 0; i < d->n_places; i++, in->p += PLACE_BYTES) {
        struct jm_doc_place *p = &d->places[i];
        *p = (struct jm_doc_place){.country = jm_get_u16(in->p), .region = jm_get_u32(in->p + 2),
                                   .city = jm_get_u32(in->p + 6), .has_point = in->p[10] == 1,
                                   .lat_e5 = (int32_t)jm_get_u32(in->p + 11),
                                   .lon_e5 = (int32_t)jm_get_u32(in->p + 15)};
        valid(in, in->p[10] <= 1 && p->lat_e5 >= -9000000 && p->lat_e5 <= 9000000 &&
                      p->lon_e5 >= -18000000 && p->lon_e5 <= 18000000, "a place");
    }
}

static void read_codes(struct in *in, struct jm_doc *d)
{
    if (!need(in, (size_t)d->n_eligible * 2 + (size_t)d->n_languages * LANGUAGE_BYTES, "codes"))
        return;
    for (size_t i = 0; i < d->n_eligible; i++, in->p += 2)
        d->eligible[i] = jm_get_u16(in->p);
    for (size_t i = 0; i < d->n_languages; i++, in->p += LANGUAGE_BYTES) {
        d->languages[i] = (struct jm_doc_language){.code = jm_get_u16(in->p), .level = in->p[2],
                                                   .required = in->p[3] == 1};
        valid(in, in->p[2] <= JM_NATIVE && in->p[3] <= 1, "a language");
    }
}

static void read_skills(struct in *in, struct jm_doc *d)
{
    if (!need(in, (size_t)d->n_skills * SKILL_BYTES + (size_t)d->n_lists * 8, "skills"))
        return;
    uint64_t last = 0;
    for (size_t i = 0; i < d->n_skills; i++, in->p += SKILL_BYTES) {
        struct jm_doc_skill *s = &d->skills[i];
        *s = (struct jm_doc_skill){.key = jm_get_u64(in->p), .idf = in->p[8], .flags = in->p[9],
                                   .years = in->p[10], .mentions = in->p[11],
                                   .last_year = jm_get_u16(in->p + 12)};
        valid(in, (!i || s->key > last) && s->idf >= 1 && s->idf <= 10, "a skill");
        last = s->key;
    }
    for (size_t i = 0; i < d->n_lists; i++, in->p += 8)
        d->lists[i] = jm_get_u64(in->p);
}

/* `n` ascending ids with weights, from the room's arrays. */
static bool read_features(struct in *in, struct room *r, size_t n)
{
    if (!valid(in, n <= r->ids_left, "more features than announced"))
        return false;
    const uint8_t *p = in->p, *end = in->end;
    uint32_t id = 0;
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        uint32_t step = 0;
        unsigned shift = 0;
        for (; p < end && (*p & 128) && shift < 28; shift += 7)
            step |= (uint32_t)(*p++ & 127) << shift;
        ok = end - p >= 2 && *p < (shift == 28 ? 16 : 128) && p[1];
        if (!ok)
            break;
        step |= (uint32_t)*p++ << shift;
        ok = step != 0 && step <= UINT32_MAX - id;
        id += step;
        r->ids[i] = id;
        r->weights[i] = *p++;
    }
    in->p = p;
    r->ids += n;
    r->weights += n;
    r->ids_left -= n;
    return valid(in, ok, "features");
}

static const char *read_text(struct in *in, struct room *r, size_t bytes, const char *what)
{
    if (!need(in, bytes, what) || !valid(in, bytes < r->text_left, what) ||
        !valid(in, !memchr(in->p, 0, bytes), what))
        return NULL;
    char *text = r->text;
    memcpy(text, in->p, bytes);
    text[bytes] = '\0';
    in->p += bytes;
    r->text += bytes + 1;
    r->text_left -= bytes + 1;
    return text;
}

static void read_titles(struct in *in, struct jm_doc *d, struct room *r)
{
    for (size_t i = 0; i < d->n_titles && need(in, 3, "a title"); i++) {
        struct jm_doc_title *t = &d->titles[i];
        *t = (struct jm_doc_title){.role = in->p[0]};
        size_t len = in->p[1];
        in->p += 2;
        if (!valid(in, t->role <= JM_TITLE_WANTED && len <= JM_DOC_MAX_TITLE_BYTES, "a title") ||
            !(t->text = read_text(in, r, len, "a title's text")) || !need(in, 1, "a title"))
            return;
        t->n_features = *in->p++;
        t->ids = r->ids;
        t->weights = r->weights;
        if (!valid(in, t->n_features <= JM_DOC_MAX_TITLE_FEATURES, "a title's features") ||
            !read_features(in, r, t->n_features))
            return;
    }
}

static void read_rest(struct in *in, struct jm_doc *d, struct room *r)
{
    if (!need(in, 2, "company"))
        return;
    size_t len = jm_get_u16(in->p);
    in->p += 2;
    if (!valid(in, len <= COMPANY_MAX, "company") ||
        !(d->company = read_text(in, r, len, "company")))
        return;
    d->term_ids = r->ids;
    d->term_weights = r->weights;
    read_features(in, r, d->n_terms);
    valid(in, in->p == in->end && r->ids_left == 0 && r->text_left == 0, "bytes left over");
}

struct jm_doc *jm_doc_decode(const void *bytes, size_t len, struct jm_err *err)
{
    struct in in = {.p = bytes, .end = (const uint8_t *)bytes + len};
    struct jm_doc head = {0}, *d = NULL;
    size_t features = 0, text = 0;
    if (read_head(&in, &head, &features, &text)) {
        d = malloc(block_bytes(&head, features, text));
        if (!d) {
            jm_err_set(err, JM_ENOMEM, "out of memory for a document of %zu bytes", len);
            return NULL;
        }
        *d = head;
        struct room r = lay_out(d, features, text);
        read_places(&in, d);
        read_codes(&in, d);
        read_skills(&in, d);
        read_titles(&in, d, &r);
        read_rest(&in, d, &r);
    }
    if (in.bad) {
        jm_err_set(err, JM_EINVAL, "stored document is damaged at byte %zu of %zu: %s",
                   (size_t)(in.p - (const uint8_t *)bytes), len, in.bad);
        free(d);
        return NULL;
    }
    jm_doc_measure(d);
    return d;
}

static uint16_t length_of(const uint8_t *w, size_t n)
{
    uint32_t sum = 0, root = 0;
    for (size_t i = 0; i < n; i++)
        sum += (uint32_t)w[i] * w[i];
    for (uint32_t bit = 1u << 11; bit; bit >>= 1) /* 40 * 255^2 < 2^22 */
        if ((root | bit) * (root | bit) <= sum)
            root |= bit;
    return (uint16_t)(root * root == sum ? root : root + 1);
}

void jm_doc_measure(struct jm_doc *d)
{
    for (size_t i = 0; i < d->n_titles; i++)
        d->titles[i].length = length_of(d->titles[i].weights, d->titles[i].n_features);
    d->term_sum = 0;
    for (size_t i = 0; i < d->n_terms; i++)
        d->term_sum += d->term_weights[i];
}

size_t jm_doc_bytes(const struct jm_doc *d)
{
    size_t features = 0, text = strlen(d->company) + 1;
    for (size_t i = 0; i < d->n_titles; i++) {
        features += d->titles[i].n_features;
        text += strlen(d->titles[i].text) + 1;
    }
    return block_bytes(d, features, text);
}
