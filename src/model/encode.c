/* encode.c - struct jm_doc to its stored bytes. Layout: doc.h.
 *
 * The encoder refuses what the decoder would refuse (lists over their limits, ids out of order),
 * so that nothing unreadable is ever stored. */
#include <string.h>

#include "doc.h"
#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/model.h"

static void add_u8(struct jm_buf *b, unsigned v) { jm_buf_ch(b, (char)v); }

static void add_u16(struct jm_buf *b, unsigned v)
{
    uint8_t p[2];
    jm_put_u16(p, (uint16_t)v);
    jm_buf_add(b, p, sizeof p);
}

static void add_u32(struct jm_buf *b, uint32_t v)
{
    uint8_t p[4];
    jm_put_u32(p, v);
    jm_buf_add(b, p, sizeof p);
}

static void add_u64(struct jm_buf *b, uint64_t v)
{
    uint8_t p[8];
    jm_put_u64(p, v);
    jm_buf_add(b, p, sizeof p);
}

static void add_features(struct jm_buf *b, const uint32_t *ids, const uint8_t *weights, size_t n)
{
    uint32_t last = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t step = ids[i] - last;
        for (; step >= 128; step >>= 7)
            add_u8(b, (step & 127) | 128);
        add_u8(b, step);
        add_u8(b, weights[i]);
        last = ids[i];
    }
}

static bool ascending(const uint32_t *ids, const uint8_t *weights, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!weights[i] || (i ? ids[i] <= ids[i - 1] : ids[i] == 0))
            return false;
    return true;
}

static bool titles_ok(const struct jm_doc *d, size_t *features, size_t *text)
{
    if (d->n_titles > JM_DOC_MAX_TITLES)
        return false;
    for (size_t i = 0; i < d->n_titles; i++) {
        const struct jm_doc_title *t = &d->titles[i];
        size_t len = strlen(t->text);
        if (t->n_features > JM_DOC_MAX_TITLE_FEATURES || len > JM_DOC_MAX_TITLE_BYTES ||
            !ascending(t->ids, t->weights, t->n_features))
            return false;
        *features += t->n_features;
        *text += len + 1;
    }
    return true;
}

static bool skills_ok(const struct jm_doc *d)
{
    for (size_t i = 0; i < d->n_skills; i++)
        if ((i && d->skills[i].key <= d->skills[i - 1].key) || !d->skills[i].idf ||
            d->skills[i].idf > 10)
            return false;
    return d->n_skills <= JM_DOC_MAX_SKILLS;
}

static bool counts_ok(const struct jm_doc *d)
{
    return d->n_places <= JM_DOC_MAX_PLACES && d->n_languages <= JM_DOC_MAX_LANGUAGES &&
           d->n_lists <= JM_DOC_MAX_LIST && strlen(d->company) <= COMPANY_MAX &&
           ascending(d->term_ids, d->term_weights, d->n_terms) && skills_ok(d);
}

static void add_head(const struct jm_doc *d, size_t features, size_t text, struct jm_buf *out)
{
    uint8_t h[DOC_HEAD];
    h[AT_FORMAT] = DOC_FORMAT;
    h[AT_KIND] = (uint8_t)d->kind;
    h[AT_FLAGS] = d->flags;
    h[AT_WORKPLACE] = d->workplace;
    h[AT_EMPLOYMENT] = d->employment;
    h[AT_YEARS_MIN] = d->years_min;
    h[AT_YEARS_MAX] = d->years_max;
    h[AT_SENIORITY] = d->seniority;
    h[AT_DEGREE] = d->degree;
    jm_put_u16(h + AT_RADIUS, d->radius_km);
    jm_put_u32(h + AT_TENANT, d->tenant);
    jm_put_u64(h + AT_DICT, d->dict_version);
    jm_put_u64(h + AT_POSTED, (uint64_t)d->posted_at_s);
    jm_put_u64(h + AT_EXPIRES, (uint64_t)d->expires_at_s);
    jm_put_u64(h + AT_SELF, d->self_key);
    jm_put_u32(h + AT_PAY_MIN, d->pay_min);
    jm_put_u32(h + AT_PAY_MAX, d->pay_max);
    memcpy(h + AT_CURRENCY, d->currency, 4);
    h[AT_PLACES] = d->n_places;
    h[AT_ELIGIBLE] = d->n_eligible;
    h[AT_LANGUAGES] = d->n_languages;
    h[AT_SKILLS] = d->n_skills;
    h[AT_TITLES] = d->n_titles;
    h[AT_TERMS] = d->n_terms;
    h[AT_LISTS] = d->n_lists;
    jm_put_u16(h + AT_FEATURES, (uint16_t)features);
    jm_put_u16(h + AT_TEXT, (uint16_t)text);
    jm_buf_add(out, h, sizeof h);
}

static void add_facts(const struct jm_doc *d, struct jm_buf *out)
{
    for (size_t i = 0; i < d->n_places; i++) {
        const struct jm_doc_place *p = &d->places[i];
        add_u16(out, p->country);
        add_u32(out, p->region);
        add_u32(out, p->city);
        add_u8(out, p->has_point);
        add_u32(out, (uint32_t)p->lat_e5);
        add_u32(out, (uint32_t)p->lon_e5);
    }
    for (size_t i = 0; i < d->n_eligible; i++)
        add_u16(out, d->eligible[i]);
    for (size_t i = 0; i < d->n_languages; i++) {
        add_u16(out, d->languages[i].code);
        add_u8(out, d->languages[i].level);
        add_u8(out, d->languages[i].required);
    }
}

static void add_skills(const struct jm_doc *d, struct jm_buf *out)
{
    for (size_t i = 0; i < d->n_skills; i++) {
        const struct jm_doc_skill *s = &d->skills[i];
        add_u64(out, s->key);
        add_u8(out, s->idf);
        add_u8(out, s->flags);
        add_u8(out, s->years);
        add_u8(out, s->mentions);
        add_u16(out, s->last_year);
    }
    for (size_t i = 0; i < d->n_lists; i++)
        add_u64(out, d->lists[i]);
}

static void add_titles(const struct jm_doc *d, struct jm_buf *out)
{
    for (size_t i = 0; i < d->n_titles; i++) {
        const struct jm_doc_title *t = &d->titles[i];
        size_t len = strlen(t->text);
        add_u8(out, t->role);
        add_u8(out, (unsigned)len);
        jm_buf_add(out, t->text, len);
        add_u8(out, t->n_features);
        add_features(out, t->ids, t->weights, t->n_features);
    }
}

int jm_doc_encode(const struct jm_doc *d, struct jm_buf *out)
{
    size_t features = 0, text = strlen(d->company) + 1;
    if (!counts_ok(d) || !titles_ok(d, &features, &text))
        return -1;
    add_head(d, features, text, out);
    add_facts(d, out);
    add_skills(d, out);
    add_titles(d, out);
    add_u16(out, (unsigned)strlen(d->company));
    jm_buf_str(out, d->company);
    add_features(out, d->term_ids, d->term_weights, d->n_terms);
    return jm_buf_ok(out) ? 0 : -1;
}
