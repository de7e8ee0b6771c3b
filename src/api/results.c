/* results.c - ranked lists and explanations, live from the corpus.
 *
 * They need no database: while PostgreSQL is away people still get their lists. A list is exact for
 * the moment it is made; the cursor says behind which (score, id) the next page starts. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/bytes.h"
#include "jobmatch/skill.h"

enum { MAX_LIMIT = 200, DEFAULT_LIMIT = 20, TEXT_WIDTH = 96 };

struct asking { /* in the request's arena */
    struct jm_call *call;
    struct jm_rank_query q;
    unsigned limit;
    bool explain, as_text;
    enum jm_viewer viewer;
    const char *job, *candidate; /* explain: "source/id" */
    const char *missing;         /* what was not found; NULL: all was */
    char *body;                  /* from malloc */
    size_t body_len;
};

/* --- JSON parts ------------------------------------------------------------------------------- */

static json_t *name_json(const struct jm_doc *d)
{
    const char *ext = d->external ? d->external : "/";
    const char *slash = strchr(ext, '/');
    const char *title = d->n_titles ? d->titles[0].text : "";
    return json_pack("{s:s%, s:s, s:I, s:s}", "source", ext, (size_t)(slash - ext), "id", slash + 1,
                     "version", (json_int_t)d->version, "title", title);
}

static int take_body(struct asking *a, json_t *v)
{
    a->body = v ? json_dumps(v, JSON_COMPACT) : NULL;
    a->body_len = a->body ? strlen(a->body) : 0;
    json_decref(v);
    return a->body ? 0 : -1;
}

static json_t *explanation(struct jm_engine *e, struct asking *a, const struct jm_doc *self,
                           const struct jm_doc *other, enum jm_direction direction)
{
    struct jm_arena arena;
    json_t *v = NULL;
    jm_arena_init(&arena, 0);
    const struct jm_doc *job = self->kind == JM_JOB ? self : other;
    const struct jm_doc *person = self->kind == JM_JOB ? other : self;
    struct jm_explanation *x = jm_explain(e->matcher, job, person, direction, a->viewer,
                                          a->q.as_of_s, &arena);
    if (x)
        v = jm_explanation_json(x);
    jm_arena_fini(&arena);
    return v;
}

static json_t *hit_json(struct jm_engine *e, struct asking *a, const struct jm_doc *self,
                        const struct jm_hit *h)
{
    json_t *v = jm_score_json_for(&h->score, a->viewer), *name = name_json(h->doc);
    if (!v || !name ||
        json_object_set_new(v, jm_kind_name(h->doc->kind), name)) {
        json_decref(v);
        return NULL;
    }
    if (a->explain) {
        enum jm_direction dir = self->kind == JM_JOB ? JM_PEOPLE_FOR_JOB : JM_JOBS_FOR_PERSON;
        if (json_object_set_new(v, "explanation", explanation(e, a, self, h->doc, dir))) {
            json_decref(v);
            return NULL;
        }
    }
    return v;
}

/* --- the list --------------------------------------------------------------------------------- */

static json_t *cursor_json(const struct jm_hit *last)
{
    char raw[64], text[96];
    int n = snprintf(raw, sizeof raw, "1:%" PRIu32 ":%" PRIu64, last->score.key, last->doc_id);
    jm_base64(text, raw, (size_t)n);
    return json_string(text);
}

static int cursor_parse(struct jm_rank_query *q, const char *text)
{
    uint8_t raw[64];
    long n = jm_unbase64(raw, sizeof raw - 1, text, strlen(text));
    int used = 0;
    if (n <= 0)
        return -1;
    raw[n] = '\0';
    if (sscanf((char *)raw, "1:%" SCNu32 ":%" SCNu64 "%n", &q->after_key, &q->after_id, &used) != 2 ||
        used != n)
        return -1;
    q->has_after = true;
    return 0;
}

static json_t *list_json(struct jm_engine *e, struct asking *a, const struct jm_doc *self,
                         const struct jm_hit *hits, unsigned n, const struct jm_rank_stats *st)
{
    bool more = n > a->limit;
    json_t *items = json_array();
    for (unsigned i = 0; i < n && i < a->limit; i++)
        if (json_array_append_new(items, hit_json(e, a, self, &hits[i]))) {
            json_decref(items);
            return NULL;
        }
    return json_pack("{s:o, s:o, s:o, s:i}", jm_kind_name(self->kind), name_json(self), "items",
                     items, "next_cursor", more ? cursor_json(&hits[a->limit - 1]) : json_null(),
                     "scored", (int)st->scored);
}

static void run_list(struct jm_engine *e, void *arg)
{
    struct asking *a = arg;
    struct jm_call *c = a->call;
    char external[320];
    snprintf(external, sizeof external, "%s/%s", jm_http_segment(c->req, 2),
             jm_http_segment(c->req, 3));
    struct jm_hit *hits = malloc((a->limit + 1) * sizeof *hits);
    struct jm_rank_stats st = {0};
    jm_corpus_enter(e->reader);
    a->q.doc = jm_corpus_find(e->reader, c->tenant, c->route->kind, external);
    a->q.k = a->limit + 1;
    if (!a->q.doc) {
        a->missing = jm_kind_name(c->route->kind);
    } else if (hits) {
        int n = jm_rank(e->reader, &a->q, hits, &st, NULL);
        if (n >= 0)
            (void)take_body(a, list_json(e, a, a->q.doc, hits, (unsigned)n, &st));
    }
    jm_corpus_leave(e->reader);
    free(hits);
}

static void on_answer(void *arg, bool ran)
{
    struct asking *a = arg;
    if (!ran)
        jm_call_busy(a->call, "the daemon is stopping");
    else if (a->missing)
        jm_call_not_found(a->call, a->missing);
    else if (!a->body)
        jm_call_no_memory(a->call);
    else
        jm_http_reply_take(a->call->req, 200, a->as_text ? "text/plain; charset=utf-8" : NULL,
                           a->body, a->body_len);
}

/* --- parameters ------------------------------------------------------------------------------- */

static int bad_parameter(struct jm_call *c, const char *detail)
{
    jm_http_problem(c->req, 400, "bad-parameter", NULL, detail, NULL);
    return -1;
}

static int read_viewer(struct asking *a, enum jm_viewer def)
{
    const char *s = jm_http_query(a->call->req, "viewer");
    a->viewer = def;
    if (!s)
        return 0;
    if (strcmp(s, "employer") == 0)
        a->viewer = JM_VIEW_EMPLOYER;
    else if (strcmp(s, "person") == 0)
        a->viewer = JM_VIEW_PERSON;
    else if (strcmp(s, "operator") == 0 && (a->call->scopes & JM_SCOPE_OPS))
        a->viewer = JM_VIEW_OPERATOR;
    else
        return bad_parameter(a->call, "viewer: employer or person (operator needs the ops scope)");
    return 0;
}

static int read_skills(struct asking *a, const char *list)
{
    struct jm_filter *f = &a->q.filter;
    const struct jm_dict *d = a->call->api->o.dict;
    for (; *list; list += *list == ',') {
        size_t n = strcspn(list, ",");
        int32_t skill = n ? jm_dict_resolve(d, list, n) : -1;
        if (skill < 0 || f->n_skills == JM_RANK_MAX_SKILLS)
            return bad_parameter(a->call, "skills: at most 8 names that the dictionary knows");
        f->skills[f->n_skills++] = jm_dict_skill(d, (uint32_t)skill)->key;
        list += n;
    }
    return 0;
}

static int read_filter(struct asking *a)
{
    struct jm_call *c = a->call;
    struct jm_filter *f = &a->q.filter;
    const char *s;
    int64_t years;
    if ((s = jm_http_query(c->req, "country")) && !(f->country = jm_code2(s)))
        return bad_parameter(c, "country: a two-letter code such as DE");
    if ((s = jm_http_query(c->req, "workplace"))) {
        int bit = jm_workplace_parse(s);
        if (bit < 0)
            return bad_parameter(c, "workplace: onsite, hybrid or remote");
        f->workplace = (uint8_t)bit;
    }
    if ((s = jm_http_query(c->req, "employment"))) {
        int bit = jm_employment_parse(s);
        if (bit < 0)
            return bad_parameter(c, "employment: full_time, part_time, contract, ...");
        f->employment = (uint8_t)bit;
    }
    if (jm_call_number(c, "years_min", 0, 70, 0, &years))
        return -1;
    f->years_min = (uint8_t)years;
    return (s = jm_http_query(c->req, "skills")) ? read_skills(a, s) : 0;
}

static struct asking *new_asking(struct jm_call *c)
{
    struct asking *a = jm_arena_alloc(jm_http_arena(c->req), sizeof *a);
    struct jm_pipeline_state st;
    jm_pipeline_state(c->api->o.pipeline, &st);
    if (!st.ready) {
        jm_call_busy(c, "the documents are still being loaded");
        return NULL;
    }
    if (!a) {
        jm_call_no_memory(c);
        return NULL;
    }
    a->call = c;
    a->q.as_of_s = jm_pipeline_as_of_s(c->api->o.pipeline);
    a->q.filter.open_at_s = jm_wall_us(c->api->clock) / 1000000;
    return a;
}

void jm_results_list(struct jm_call *c)
{
    struct asking *a = new_asking(c);
    int64_t limit, floor;
    if (!a || jm_call_number(c, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT, &limit) ||
        jm_call_number(c, "floor", 0, 1000, 1, &floor) || read_filter(a) ||
        read_viewer(a, c->route->kind == JM_JOB ? JM_VIEW_EMPLOYER : JM_VIEW_PERSON))
        return;
    const char *cursor = jm_http_query(c->req, "cursor");
    if (cursor && cursor_parse(&a->q, cursor)) {
        (void)bad_parameter(c, "cursor: not one of ours; start again without it");
        return;
    }
    a->limit = (unsigned)limit;
    a->q.list_floor = (uint16_t)floor;
    a->explain = jm_call_flag(c, "explain");
    if (jm_pipeline_ask(c->api->o.pipeline, run_list, on_answer, a))
        jm_call_busy(c, "too many requests wait for a worker");
}

/* --- one pair --------------------------------------------------------------------------------- */

static void text_body(struct jm_engine *e, struct asking *a, const struct jm_doc *job,
                      const struct jm_doc *person, enum jm_direction direction)
{
    struct jm_arena arena;
    struct jm_buf b = {0};
    jm_arena_init(&arena, 0);
    struct jm_explanation *x =
        jm_explain(e->matcher, job, person, direction, a->viewer, a->q.as_of_s, &arena);
    if (x) {
        jm_explanation_text(x, TEXT_WIDTH, &b);
        a->body = jm_buf_steal(&b, &a->body_len);
    }
    jm_arena_fini(&arena);
}

static void run_explain(struct jm_engine *e, void *arg)
{
    struct asking *a = arg;
    uint32_t tenant = a->call->tenant;
    jm_corpus_enter(e->reader);
    const struct jm_doc *job = jm_corpus_find(e->reader, tenant, JM_JOB, a->job);
    const struct jm_doc *person = jm_corpus_find(e->reader, tenant, JM_CANDIDATE, a->candidate);
    a->missing = !job ? "job" : !person ? "candidate" : NULL;
    enum jm_direction dir = a->viewer == JM_VIEW_PERSON ? JM_JOBS_FOR_PERSON : JM_PEOPLE_FOR_JOB;
    if (!a->missing && a->as_text) {
        text_body(e, a, job, person, dir);
    } else if (!a->missing) {
        json_t *why = explanation(e, a, job, person, dir);
        if (why)
            (void)take_body(a, json_pack("{s:o, s:o, s:o}", "job", name_json(job), "candidate",
                                         name_json(person), "explanation", why));
    }
    jm_corpus_leave(e->reader);
}

void jm_results_explain(struct jm_call *c)
{
    struct asking *a = new_asking(c);
    if (!a || read_viewer(a, JM_VIEW_EMPLOYER))
        return;
    a->job = jm_http_query(c->req, "job");
    a->candidate = jm_http_query(c->req, "candidate");
    const char *format = jm_http_query(c->req, "format");
    a->as_text = format && strcmp(format, "text") == 0;
    if (!a->job || !a->candidate || !strchr(a->job, '/') || !strchr(a->candidate, '/')) {
        (void)bad_parameter(c, "give job=source/id and candidate=source/id");
        return;
    }
    if (jm_pipeline_ask(c->api->o.pipeline, run_explain, on_answer, a))
        jm_call_busy(c, "too many requests wait for a worker");
}
