/* tools.c - the one-shot commands: each runs a small loop until its answer is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "jobmatch/api.h"
#include "jobmatch/corpus.h"
#include "jobmatch/log.h"
#include "jobmatch/loop.h"
#include "jobmatch/resource.h"
#include "jobmatch/store.h"

enum { TOOL_TIMEOUT_MS = 15000, DUMP_TIMEOUT_MS = 600000 };

struct tool {
    struct jm_loop *loop;
    struct jm_store *store;
    struct jm_timer *deadline;
    void (*work)(struct tool *t); /* once the store is started */
    const struct jm_args *args;
    struct jm_key key;
    char key_text[JM_KEY_TEXT];
    struct jm_corpus *corpus;
    struct jm_err err;
    bool done;
};

static void finish(struct tool *t, const struct jm_err *err)
{
    if (err)
        jm_err_set(&t->err, err->code, "%s", err->text);
    t->done = true;
    jm_loop_stop(t->loop);
}

static void on_deadline(void *arg)
{
    struct jm_err err = {JM_EUNAVAIL, "the database does not answer"};
    finish(arg, &err);
}

static void on_started(void *arg, const struct jm_err *err)
{
    struct tool *t = arg;
    if (err)
        finish(t, err);
    else
        t->work(t);
}

static int exit_status(const struct tool *t)
{
    if (!t->err.code)
        return JM_EXIT_OK;
    fprintf(stderr, "jobmatchd: %s\n", t->err.text);
    return t->err.code == JM_ESCHEMA || t->err.code == JM_EDENIED ? JM_EXIT_CONFIG
           : t->err.code == JM_EUNAVAIL                           ? JM_EXIT_TEMPFAIL
                                                                  : JM_EXIT_FAILED;
}

static int tool_run(struct tool *t, const struct jm_config *c, int64_t timeout_ms)
{
    jm_log_set_level(JM_LOG_WARN);
    t->loop = jm_loop_new(&jm_clock_system, NULL, &t->err);
    struct jm_store_options o = {.conninfo = c->db_conninfo, .allow_unsafe = c->db_allow_unsafe,
                                 .query_timeout_ms = (uint32_t)c->db_query_timeout_ms};
    if (t->loop) {
        o.loop = t->loop;
        t->store = jm_store_new(&o, &t->err);
        t->deadline = jm_timer_new(t->loop, on_deadline, t);
    }
    if (t->store && t->deadline && jm_store_start(t->store, on_started, t, &t->err) == 0) {
        jm_timer_once(t->deadline, timeout_ms);
        if (jm_loop_run(t->loop, &t->err))
            jm_err_set(&t->err, JM_EIO, "the loop ended early");
    }
    jm_timer_free(t->deadline);
    jm_store_free(t->store);
    jm_loop_free(t->loop);
    return exit_status(t);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void on_key_done(void *arg, const struct jm_err *err)
{
    finish(arg, err);
}

static void on_tenant(void *arg, const struct jm_err *err, uint64_t id)
{
    struct tool *t = arg;
    struct jm_err no = {0};
    if (err) {
        finish(t, err);
        return;
    }
    struct jm_api_key k = {.id = t->key.id, .tenant = (uint32_t)id, .scopes = t->args->scopes,
                           .note = t->args->note};
    memcpy(k.sha256, t->key.sha256, sizeof k.sha256);
    if (jm_store_create_key(t->store, &k, on_key_done, t, &no))
        finish(t, &no);
}

static void create_key(struct tool *t)
{
    struct jm_err err = {0};
    jm_key_new(&t->key, t->key_text);
    if (jm_store_ensure_tenant(t->store, t->args->tenant, on_tenant, t, &err))
        finish(t, &err);
}

int jm_tool_key_create(const struct jm_args *a, const struct jm_config *c)
{
    struct tool t = {.work = create_key, .args = a};
    if (jm_scope_parse(a->scopes) <= 0) {
        fprintf(stderr, "jobmatchd: --scopes: ingest, read, webhook, ops or all, by commas\n");
        return JM_EXIT_USAGE;
    }
    int rc = tool_run(&t, c, TOOL_TIMEOUT_MS);
    if (rc == JM_EXIT_OK)
        printf("%s\n", t.key_text);
    return rc;
}

static void revoke_key(struct tool *t)
{
    struct jm_err err = {0};
    if (jm_store_revoke_key(t->store, t->args->key_id, on_key_done, t, &err))
        finish(t, &err);
}

int jm_tool_key_revoke(const struct jm_args *a, const struct jm_config *c)
{
    struct tool t = {.work = revoke_key, .args = a};
    return tool_run(&t, c, TOOL_TIMEOUT_MS);
}

/* --- index dump -------------------------------------------------------------------------------- */

static void dump_reset(void *arg)
{
    (void)arg;
}

static int dump_doc(void *arg, const struct jm_feed_doc *d)
{
    struct tool *t = arg;
    char external[320];
    snprintf(external, sizeof external, "%s/%s", d->source, d->external_id);
    struct jm_change ch = {.kind = d->kind, .deleted = d->deleted, .tenant = d->tenant,
                           .doc_id = d->doc_id, .version = d->version, .external = external,
                           .compact = d->compact, .compact_bytes = d->compact_len};
    (void)jm_corpus_apply(t->corpus, &ch, &t->err);
    return 0;
}

static void dump_ready(void *arg)
{
    finish(arg, NULL);
}

static const struct jm_feed_ops dump_ops = {dump_reset, dump_doc, dump_ready, dump_doc};

static void start_dump(struct tool *t)
{
    struct jm_err err = {0};
    if (jm_store_feed_start(t->store, &dump_ops, t, &err))
        finish(t, &err);
}

int jm_tool_dump_index(const struct jm_config *c, struct jm_resources *l)
{
    struct tool t = {.work = start_dump};
    struct jm_buf out = {0};
    if (!(t.corpus = jm_corpus_new(l->matcher, &t.err)))
        return exit_status(&t);
    int rc = tool_run(&t, c, DUMP_TIMEOUT_MS);
    if (rc == JM_EXIT_OK && (jm_corpus_check(t.corpus, &t.err) || jm_corpus_dump(t.corpus, &out)))
        rc = exit_status(&t);
    fputs(jm_buf_cstr(&out), stdout);
    jm_buf_fini(&out);
    jm_corpus_free(t.corpus);
    return rc;
}
