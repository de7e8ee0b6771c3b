/* skills.c - what the dictionary reads in a text: claims with their spans, kept ones and rejected
 * ones with the reason. Nothing is stored. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/skill.h"

struct skills {
    struct jm_call *call;
    enum jm_media media;
    bool rejected, failed;
    struct jm_buf out;
};

static void put_claim(struct jm_buf *b, const struct jm_dict *d, const struct jm_claim *k,
                      const char *text, const struct jm_text_origins *origins, bool first)
{
    const struct jm_skill *s = jm_dict_skill(d, k->skill);
    jm_buf_fmt(b, "%s{\"id\":\"%s\",\"name\":", first ? "" : ",", s->id);
    jm_buf_json(b, s->name, strlen(s->name));
    jm_buf_str(b, ",\"surface\":");
    jm_buf_json(b, text + k->beg, k->end - k->beg);
    jm_buf_fmt(b, ",\"begin\":%u,\"end\":%u,\"accepted\":%s,\"rule\":\"%s\",\"zone\":\"%s\"",
               (unsigned)jm_text_origin(origins, k->beg), (unsigned)jm_text_origin(origins, k->end),
               k->accepted ? "true" : "false", k->rule, jm_zone_name((enum jm_zone)k->zone));
    jm_buf_fmt(b, ",\"must\":%s,\"nice\":%s,\"years\":%u}", k->must ? "true" : "false",
               k->nice ? "true" : "false", k->years);
}

static void put_claims(struct skills *k, const struct jm_dict *d, const struct jm_extraction *r,
                       const char *text, const struct jm_text_origins *origins)
{
    jm_buf_str(&k->out, "{\"claims\":[");
    for (size_t i = 0; i < r->n_claims; i++)
        put_claim(&k->out, d, &r->claims[i], text, origins, i == 0);
    jm_buf_str(&k->out, "]}\n");
}

static void run_skills(struct jm_engine *e, void *arg)
{
    struct skills *k = arg;
    const struct jm_dict *d = jm_matcher_dict(e->matcher);
    struct jm_buf text = {0};
    struct jm_text_origins origins = {0}; /* spans are told as bytes of what was sent */
    size_t len;
    const char *body = jm_http_body(k->call->req, &len);
    k->failed = true;
    if (jm_text_repair_from(body, len, &text, &origins) >= 0) {
        struct jm_extract_input in = {.kind = JM_JOB,
                                      .text = jm_buf_cstr(&text),
                                      .text_bytes = text.len,
                                      .rejected = k->rejected,
                                      .form =
                                          k->media == JM_MEDIA_HTML ? JM_TEXT_HTML : JM_TEXT_PLAIN};
        const struct jm_extraction *r = jm_extract(jm_prepare_extractor(e->prepare), d, &in, NULL);
        if (r)
            put_claims(k, d, r, in.text, &origins);
        k->failed = r == NULL || !jm_buf_ok(&k->out);
    }
    jm_buf_fini(&text);
    jm_text_origins_fini(&origins);
}

static void on_skills(void *arg, bool ran)
{
    struct skills *k = arg;
    if (ran && !k->failed) {
        jm_call_json(k->call, 200, &k->out);
        return;
    }
    jm_buf_fini(&k->out);
    jm_call_busy(k->call, "the text could not be read now");
}

void jm_skills_read(struct jm_call *c)
{
    struct skills *k = jm_arena_alloc(jm_http_arena(c->req), sizeof *k);
    if (!k) {
        jm_call_no_memory(c);
        return;
    }
    k->call = c;
    k->rejected = jm_call_flag(c, "rejected");
    k->media = jm_media_parse(jm_http_header(c->req, "Content-Type"));
    if (k->media != JM_MEDIA_TEXT && k->media != JM_MEDIA_HTML)
        jm_http_problem(c->req, 415, "media-type", NULL, "send text/plain or text/html", NULL);
    else if (jm_pipeline_ask(c->api->o.pipeline, run_skills, on_skills, k))
        jm_call_busy(c, "too many texts wait to be read");
}
