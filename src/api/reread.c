/* reread.c - after the dictionary has changed, documents are read again.
 *
 * What a document says in skills and titles is kept in its compact form, which belongs to the
 * dictionary that read it. When the daemon starts with another one, it looks through all documents
 * of its shards once, a few at a time, reads those of older dictionaries again on an asking worker
 * and puts them back with the same content. They come round through the feed and are matched again.
 *
 * It rests as long as each step took, so that it costs at most half a worker, and waits while
 * arrivals queue. A restart begins anew and passes over what is done. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "jobmatch/format.h"
#include "jobmatch/log.h"
#include "jobmatch/loop.h"

enum { FEW = 8, QUEUE_LOW = 64, REST_MIN_MS = 10, LATER_MS = 2000, TELL_US = 30 * 1000000,
       READ_ARENA = 8 << 20 };

struct doc {
    struct jm_stored is; /* its texts are in the arena */
    struct jm_reading reading;
    struct jm_format_problem why;
    bool bad;
    struct jm_reread *all;
};

struct jm_reread {
    struct jm_api *api;
    struct jm_timer *next;
    struct jm_arena kept, scratch; /* the documents of this step; what reading them takes */
    struct doc docs[FEW];
    size_t n, answered;
    uint64_t behind, step_behind; /* document numbers looked at: for good, after this step */
    uint64_t done, failed;
    unsigned step_failed; /* counted when the step is not repeated */
    int64_t began_us, told_us, as_of_s;
    bool retry, ended;
};

static struct jm_metric *metric(struct jm_reread *r)
{
    return jm_metrics_get(r->api->o.metrics, JM_COUNTER, "jobmatch_reread_total",
                          "Documents read again because the dictionary changed.", NULL);
}

static void rest(struct jm_reread *r, int64_t ms)
{
    jm_timer_once(r->next, ms > REST_MIN_MS ? ms : REST_MIN_MS);
}

static void forget_step(struct jm_reread *r)
{
    for (size_t i = 0; i < r->n; i++)
        jm_buf_fini(&r->docs[i].reading.compact);
    r->n = 0;
    jm_arena_reset(&r->kept);
    jm_arena_reset(&r->scratch);
}

/* The step is over: go on behind it, or try it again later. */
static void step_done(struct jm_reread *r)
{
    int64_t now = jm_mono_us(r->api->clock);
    bool retry = r->retry;
    forget_step(r);
    if (!retry) {
        r->behind = r->step_behind;
        r->failed += r->step_failed;
    }
    if (now - r->told_us > TELL_US) {
        r->told_us = now;
        jm_log(JM_LOG_INFO, "reread", "reading documents again with the new dictionary",
               "done=%" PRIu64 " failed=%" PRIu64, r->done, r->failed);
    }
    rest(r, retry ? LATER_MS : (now - r->began_us) / 1000);
}

/* A database that is away is waited for; a document that is refused is passed over. */
static void put_failed(struct jm_reread *r, const struct jm_err *err)
{
    if (err->code == JM_EUNAVAIL)
        r->retry = true;
    else
        r->step_failed++;
}

static void on_put(void *arg, const struct jm_put_result *res)
{
    struct doc *d = arg;
    struct jm_reread *r = d->all;
    if (res->verdict == JM_PUT_ERROR) {
        put_failed(r, &res->err);
    } else {
        jm_metric_add(metric(r), 1);
        r->done++;
    }
    if (++r->answered == r->n)
        step_done(r);
}

/* Same version, same content: whoever changed the document meanwhile wins. */
static int put_again(struct jm_reread *r, struct doc *d, struct jm_err *err)
{
    struct jm_put p = jm_reading_put(&d->reading);
    p.tenant = d->is.tenant;
    p.kind = d->is.kind;
    p.source = d->is.source;
    p.external_id = d->is.external_id;
    p.version = d->is.version;
    p.reread = true;
    p.media_type = d->is.media_type;
    p.raw = d->is.raw;
    p.raw_len = d->is.raw_len;
    return jm_store_put(r->api->o.store, &p, on_put, d, err);
}

static void run_step(struct jm_engine *e, void *arg)
{
    struct jm_reread *r = arg;
    for (size_t i = 0; i < r->n; i++) {
        struct doc *d = &r->docs[i];
        struct jm_doc_name name = {d->is.tenant, d->is.source, d->is.external_id};
        d->bad = jm_reading_run(e, &name, d->is.kind, jm_media_parse(d->is.media_type), d->is.raw,
                                d->is.raw_len, false, r->as_of_s, &r->scratch, &d->reading,
                                &d->why) != 0;
    }
}

static void tell_bad(const struct doc *d)
{
    char q[300];
    jm_log(JM_LOG_WARN, "reread", "a kept document can no longer be read, its old form stays",
           "doc_id=%" PRIu64 " why=%s", d->is.doc_id, jm_log_q(q, sizeof q, d->why.detail));
}

static void on_step(void *arg, bool ran)
{
    struct jm_reread *r = arg;
    size_t n = r->n;
    if (!ran) { /* the daemon is stopping */
        forget_step(r);
        return;
    }
    r->answered = 0;
    /* callbacks come from the loop, never from inside jm_store_put() */
    for (size_t i = 0; i < n; i++) {
        struct doc *d = &r->docs[i];
        struct jm_err err = {0};
        if (d->bad) {
            tell_bad(d);
            r->step_failed++;
            r->answered++;
        } else if (put_again(r, d, &err)) {
            put_failed(r, &err);
            r->answered++;
        }
    }
    if (r->answered == n)
        step_done(r);
}

static int keep_doc(struct jm_reread *r, const struct jm_stored *s)
{
    struct doc *d = &r->docs[r->n];
    struct jm_arena *a = &r->kept;
    *d = (struct doc){.is = *s, .all = r};
    d->is.source = jm_arena_strndup(a, s->source, strlen(s->source));
    d->is.external_id = jm_arena_strndup(a, s->external_id, strlen(s->external_id));
    d->is.media_type = jm_arena_strndup(a, s->media_type, strlen(s->media_type));
    d->is.raw = jm_arena_strndup(a, s->raw, s->raw_len);
    if (!d->is.source || !d->is.external_id || !d->is.media_type || !d->is.raw)
        return -1;
    r->n++;
    return 0;
}

static void finish(struct jm_reread *r)
{
    r->ended = true;
    if (r->done || r->failed)
        jm_log(JM_LOG_INFO, "reread", "every document has been read with this dictionary",
               "done=%" PRIu64 " failed=%" PRIu64, r->done, r->failed);
}

static void on_outdated(void *arg, const struct jm_err *err, const struct jm_stored *docs, size_t n,
                        uint64_t behind)
{
    struct jm_reread *r = arg;
    r->retry = err != NULL;
    for (size_t i = 0; i < n && !r->retry; i++)
        if (jm_store_owns(r->api->o.store, docs[i].shard, NULL) && keep_doc(r, &docs[i]))
            r->retry = true;
    r->step_behind = behind;
    if (!r->retry && behind == 0) {
        forget_step(r);
        finish(r);
        return;
    }
    if (r->retry)
        forget_step(r);
    if (r->n == 0 || jm_pipeline_ask(r->api->o.pipeline, run_step, on_step, r)) {
        r->retry = r->retry || r->n > 0;
        step_done(r);
    }
}

static bool busy(const struct jm_reread *r)
{
    struct jm_pipeline_state p;
    struct jm_store_state s;
    jm_pipeline_state(r->api->o.pipeline, &p);
    jm_store_state(r->api->o.store, &s);
    return !p.ready || p.queued > QUEUE_LOW || !s.up || s.shards_owned == 0;
}

static void on_time(void *arg)
{
    struct jm_reread *r = arg;
    struct jm_err err = {0};
    if (r->api->draining || r->ended)
        return;
    if (busy(r)) {
        rest(r, LATER_MS / 10);
        return;
    }
    r->began_us = jm_mono_us(r->api->clock);
    r->as_of_s = jm_pipeline_as_of_s(r->api->o.pipeline);
    r->retry = false;
    r->step_failed = 0;
    if (jm_store_get_outdated(r->api->o.store, jm_pipeline_doc_version(r->api->o.pipeline),
                              r->behind, FEW, on_outdated, r, &err))
        rest(r, LATER_MS);
}

void jm_reread_start(struct jm_reread *r)
{
    r->told_us = jm_mono_us(r->api->clock);
    rest(r, 0);
}

struct jm_reread *jm_reread_new(struct jm_api *a)
{
    struct jm_reread *r = calloc(1, sizeof *r);
    if (!r || !(r->next = jm_timer_new(a->o.loop, on_time, r))) {
        free(r);
        return NULL;
    }
    r->api = a;
    jm_arena_init(&r->kept, 0);
    jm_arena_init(&r->scratch, (size_t)READ_ARENA * FEW);
    return r;
}

void jm_reread_free(struct jm_reread *r)
{
    if (!r)
        return;
    forget_step(r);
    jm_arena_fini(&r->kept);
    jm_arena_fini(&r->scratch);
    jm_timer_free(r->next);
    free(r);
}

void jm_reread_state(const struct jm_reread *r, bool *ended, uint64_t *done, uint64_t *failed)
{
    *ended = r->ended;
    *done = r->done;
    *failed = r->failed;
}
