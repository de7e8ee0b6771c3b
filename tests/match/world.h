/* world.h - an invented world for the tests and benchmarks of matching: a small dictionary with
 * parents and relations, and random documents drawn from a seed.
 *
 * Skills come in families (a tree of three levels), people and jobs favour one family, so that
 * good and bad pairs both exist; every field is now and then unknown. */
#ifndef JM_TEST_WORLD_H
#define JM_TEST_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/match.h"
#include "jobmatch/skill.h"
#include "jobmatch/text.h"

enum { W_FAMILIES = 24, W_PER_FAMILY = 12, W_SKILLS = W_FAMILIES * W_PER_FAMILY, W_CERTS = 6 };
enum { W_NOW = 1790000000 }; /* 2026-09-21 */

struct world {
    uint64_t seed;
    struct jm_dict *dict;
    struct jm_scoring scoring;
    struct jm_matcher *m;
    uint64_t keys[W_SKILLS + W_CERTS];
    /* the document under construction */
    struct jm_doc doc;
    struct jm_doc_skill skills[JM_DOC_MAX_SKILLS];
    struct jm_doc_title titles[JM_DOC_MAX_TITLES];
    uint32_t ids[JM_DOC_MAX_TITLES][JM_DOC_MAX_TITLE_FEATURES];
    uint8_t weights[JM_DOC_MAX_TITLES][JM_DOC_MAX_TITLE_FEATURES];
    uint32_t term_ids[JM_DOC_MAX_TERMS];
    uint8_t term_weights[JM_DOC_MAX_TERMS];
    struct jm_doc_place places[4];
    uint16_t eligible[4];
    struct jm_doc_language languages[4];
    uint64_t lists[4];
};

static inline uint32_t w_rand(struct world *w, uint32_t below)
{
    return (uint32_t)((jm_rand_next(&w->seed) >> 16) % below);
}
static inline bool w_chance(struct world *w, uint32_t percent) { return w_rand(w, 100) < percent; }

static inline void w_dict_text(struct jm_buf *b)
{
    jm_buf_str(b, "@skills 1\n@version test.1\n@sector technology\n");
    for (int f = 0; f < W_FAMILIES; f++)
        for (int i = 0; i < W_PER_FAMILY; i++) {
            jm_buf_fmt(b, "s%02d-%02d = Skillword%c%c | tool", f, i, 'a' + f, 'a' + i);
            if (i > 0) /* 1..3 under 0, the rest under 1..3 */
                jm_buf_fmt(b, " | parent s%02d-%02d", f, i < 4 ? 0 : 1 + i % 3);
            if (i > 3)
                jm_buf_fmt(b, " | related s%02d-%02d .%d", (f + i) % W_FAMILIES, (i + 5) % 12,
                           2 + (f + i) % 7);
            jm_buf_fmt(b, " | idf %d\n", 1 + (f * 7 + i * 3) % 10);
        }
    for (int i = 0; i < W_CERTS; i++)
        jm_buf_fmt(b, "cert-%d = Certword%c | certificate | idf %d\n", i, 'a' + i, 5);
}

static inline void w_open(struct world *w, uint64_t seed)
{
    struct jm_err err = {0};
    struct jm_buf b = {0};
    memset(w, 0, sizeof *w);
    w->seed = seed;
    w_dict_text(&b);
    w->dict = jm_dict_new();
    if (jm_dict_add(w->dict, "world", b.data, b.len, &err) || jm_dict_seal(w->dict, &err)) {
        fprintf(stderr, "world: %s\n", err.text);
        abort();
    }
    jm_buf_fini(&b);
    for (int i = 0; i < W_SKILLS + W_CERTS; i++) {
        char id[16];
        if (i < W_SKILLS)
            snprintf(id, sizeof id, "s%02d-%02d", i / W_PER_FAMILY, i % W_PER_FAMILY);
        else
            snprintf(id, sizeof id, "cert-%d", i - W_SKILLS);
        w->keys[i] = jm_key64("skill", id, strlen(id));
    }
    jm_scoring_default(&w->scoring);
    w->m = jm_matcher_new(w->dict, &w->scoring, &err);
}

static inline void w_close(struct world *w)
{
    jm_matcher_free(w->m);
    jm_dict_free(w->dict);
}

static inline int w_by_key(const void *x, const void *y)
{
    const struct jm_doc_skill *a = x, *b = y;
    return a->key < b->key ? -1 : a->key > b->key;
}

static inline void w_skills(struct world *w, uint32_t family, uint32_t n)
{
    bool job = w->doc.kind == JM_JOB;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool cert = w_chance(w, 4);
        uint32_t f = w_chance(w, 75) ? family : w_rand(w, W_FAMILIES);
        uint32_t s = cert ? W_SKILLS + w_rand(w, W_CERTS) : f * W_PER_FAMILY + w_rand(w, W_PER_FAMILY);
        struct jm_doc_skill k = {.key = w->keys[s], .mentions = (uint8_t)(1 + w_rand(w, 4))};
        k.idf = jm_dict_skill(w->dict, (uint32_t)jm_dict_by_key(w->dict, k.key))->idf;
        k.flags = (uint8_t)(cert ? JM_SKILL_CERT : 0);
        if (job)
            k.flags |= w_chance(w, 60) ? JM_SKILL_MUST : JM_SKILL_NICE;
        else if (w_chance(w, 8))
            k.flags |= JM_SKILL_WANTED;
        k.years = (uint8_t)(w_chance(w, 40) ? w_rand(w, 12) : 0);
        k.last_year = (uint16_t)(!job && w_chance(w, 50) ? 2008 + w_rand(w, 19) : 0);
        bool seen = false;
        for (uint32_t j = 0; j < kept; j++)
            seen = seen || w->skills[j].key == k.key;
        if (!seen)
            w->skills[kept++] = k;
    }
    qsort(w->skills, kept, sizeof *w->skills, w_by_key);
    w->doc.n_skills = (uint8_t)kept;
}

static inline void w_title(struct world *w, enum jm_title_role role, uint32_t family)
{
    uint32_t t = w->doc.n_titles++, n = 8 + w_rand(w, 20), id = JM_TITLE_BASE;
    for (uint32_t i = 0; i < n; i++) {
        id += 1 + w_rand(w, 4);
        w->ids[t][i] = id + (w_chance(w, 80) ? family * 4096 : 100 * 4096);
        w->weights[t][i] = (uint8_t)(1 + w_rand(w, 90));
    }
    for (uint32_t i = 1; i < n; i++) /* the two ranges interleave: sort by insertion */
        for (uint32_t j = i; j > 0 && w->ids[t][j] < w->ids[t][j - 1]; j--) {
            uint32_t x = w->ids[t][j];
            w->ids[t][j] = w->ids[t][j - 1];
            w->ids[t][j - 1] = x;
        }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!kept || w->ids[t][i] != w->ids[t][kept - 1])
            w->ids[t][kept++] = w->ids[t][i];
    w->titles[t] = (struct jm_doc_title){.role = role, .text = "Invented title", .ids = w->ids[t],
                                         .weights = w->weights[t], .n_features = (uint16_t)kept};
}

static inline void w_terms(struct world *w, uint32_t family, uint32_t n)
{
    uint32_t id = JM_TERM_BASE + family * 64, kept = 0;
    for (uint32_t i = 0; i < n && kept < JM_DOC_MAX_TERMS; i++) {
        id += 1 + w_rand(w, w_chance(w, 70) ? 4 : 400);
        w->term_ids[kept] = id;
        w->term_weights[kept++] = (uint8_t)(w->doc.kind == JM_JOB ? 25 * (1 + w_rand(w, 10))
                                                                 : 60 + w_rand(w, 180));
    }
    w->doc.n_terms = (uint8_t)kept;
}

static inline void w_facts(struct world *w)
{
    static const char *const countries[] = {"DE", "FR", "US", "GB"};
    struct jm_doc *d = &w->doc;
    bool job = d->kind == JM_JOB;
    if (w_chance(w, 80)) {
        d->n_places = (uint8_t)(job && w_chance(w, 20) ? 2 : 1);
        for (int i = 0; i < d->n_places; i++)
            w->places[i] = (struct jm_doc_place){
                .country = (uint16_t)(w_chance(w, 90) ? jm_code2(countries[w_rand(w, 4)]) : 0),
                .city = w_chance(w, 60) ? 1 + w_rand(w, 5) : 0, .region = w_rand(w, 3),
                .has_point = w_chance(w, 70), .lat_e5 = 4000000 + (int32_t)w_rand(w, 1500000),
                .lon_e5 = (int32_t)w_rand(w, 2500000) - 800000};
    }
    d->n_eligible = (uint8_t)(w_chance(w, 40) ? 1 + w_rand(w, 3) : 0);
    for (int i = 0; i < d->n_eligible; i++)
        w->eligible[i] = jm_code2(countries[w_rand(w, 4)]);
    d->n_languages = (uint8_t)(w_chance(w, 50) ? 1 + w_rand(w, 2) : 0);
    for (int i = 0; i < d->n_languages; i++)
        w->languages[i] = (struct jm_doc_language){
            .code = (uint16_t)(i ? jm_code2("de") : jm_code2("en")),
            .level = (uint8_t)w_rand(w, 8), .required = job && w_chance(w, 30)};
    d->workplace = (uint8_t)w_rand(w, 8);
    d->employment = (uint8_t)(w_chance(w, 70) ? 1u << w_rand(w, 3) : 0);
    d->years_min = (uint8_t)(w_chance(w, 70) ? w_rand(w, 25) : JM_YEARS_UNKNOWN);
    d->years_max = job ? (uint8_t)(d->years_min < 200 && w_chance(w, 30) ? d->years_min + 4
                                                                        : JM_YEARS_UNKNOWN)
                       : d->years_min;
    d->seniority = (uint8_t)w_rand(w, 8);
    d->degree = (uint8_t)w_rand(w, 8);
    d->radius_km = (uint16_t)(w_chance(w, 50) ? 5 + w_rand(w, 150) : 0);
    d->flags = (uint8_t)((w_chance(w, 3) ? JM_DOC_CLOSED : 0) |
                         (w_chance(w, 15) ? JM_DOC_RELOCATE : 0) |
                         (w_chance(w, 15) ? JM_DOC_DEGREE_OR_EXPERIENCE : 0));
    if (w_chance(w, 60)) {
        d->pay_min = 30000 + w_rand(w, 60000);
        d->pay_max = job && w_chance(w, 80) ? d->pay_min + w_rand(w, 30000) : 0;
        memcpy(d->currency, w_chance(w, 80) ? "EUR" : "USD", 4);
    }
    if (job) {
        d->posted_at_s = w_chance(w, 80) ? W_NOW - (int64_t)w_rand(w, 90) * 86400 : 0;
        d->expires_at_s = w_chance(w, 50) ? W_NOW + (int64_t)w_rand(w, 60) * 86400 - 86400 : 0;
    }
    d->self_key = 1 + w_rand(w, 400);
    d->n_lists = (uint8_t)(w_chance(w, 5) ? 1 : 0);
    w->lists[0] = 1 + w_rand(w, 400);
}

/* A new random document; valid until the next one. */
static inline struct jm_doc *w_draw(struct world *w, enum jm_kind kind)
{
    uint32_t family = w_rand(w, W_FAMILIES);
    w->doc = (struct jm_doc){.kind = kind, .tenant = 1, .dict_version = 1, .company = "",
                             .places = w->places, .eligible = w->eligible,
                             .languages = w->languages, .skills = w->skills,
                             .titles = w->titles, .term_ids = w->term_ids,
                             .term_weights = w->term_weights, .lists = w->lists};
    if (w_chance(w, 95))
        w_skills(w, family, kind == JM_JOB ? 3 + w_rand(w, 15) : 2 + w_rand(w, 30));
    if (kind == JM_JOB) {
        if (w_chance(w, 95))
            w_title(w, JM_TITLE_JOB, family);
    } else {
        uint32_t held = w_chance(w, 90) ? 1 + w_rand(w, 4) : 0;
        for (uint32_t i = 0; i < held; i++)
            w_title(w, i ? JM_TITLE_PAST : JM_TITLE_LATEST,
                    w_chance(w, 80) ? family : w_rand(w, W_FAMILIES));
        if (w_chance(w, 40))
            w_title(w, JM_TITLE_WANTED, family);
    }
    if (w_chance(w, 92))
        w_terms(w, family, kind == JM_JOB ? 30 + w_rand(w, 50) : 50 + w_rand(w, 142));
    w_facts(w);
    jm_doc_measure(&w->doc);
    return &w->doc;
}

/* The same as a decoded copy of its own; the caller frees it. */
static inline struct jm_doc *w_keep(struct world *w, enum jm_kind kind)
{
    struct jm_buf b = {0};
    struct jm_err err = {0};
    if (jm_doc_encode(w_draw(w, kind), &b)) {
        fprintf(stderr, "world: a drawn document does not encode\n");
        abort();
    }
    struct jm_doc *d = jm_doc_decode(b.data, b.len, &err);
    jm_buf_fini(&b);
    if (!d) {
        fprintf(stderr, "world: %s\n", err.text);
        abort();
    }
    return d;
}

#endif
