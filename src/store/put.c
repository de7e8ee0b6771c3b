/* put.c - the queue in front of group commit.
 *
 * A row waits until 256 rows or 1 MiB have come together or the oldest has waited 2 ms; then
 * put_batch.c takes as many as fit. Rows of a key that is in flight wait for it, so a key's rows
 * keep their order. A row is answered when its batch is committed, or 7 s after it came, whatever
 * happens: a stopped server must not hold a caller. When no writer has been up for a second, or
 * all of them have been silent for three, new rows are refused at once. */
#include <stdlib.h>
#include <string.h>

#include "put_int.h"

enum { LINGER_MS = 2, SWEEP_MS = 200, ANSWER_US = 7000000, DOWN_US = 1000000, SILENT_US = 3000000,
       SLICE_US = 1500, SOURCE_MAX = 100, EXTERNAL_MAX = 200, TITLE_MAX = 500, RAW_MAX = 1 << 20 };

static const char *const verdict_names[] = {"created", "updated", "deleted", "unchanged",
                                            "stale",   "conflict", "absent", "error"};

const char *jm_verdict_name(enum jm_verdict v)
{
    return verdict_names[v];
}

/* --- answers --------------------------------------------------------------------------------- */

static void count(struct jm_store *s)
{
    jm_metric_set(s->m.put_rows, (int64_t)s->puts.rows);
    jm_metric_set(s->m.put_bytes, (int64_t)s->puts.bytes);
}

void put_answer(struct jm_store *s, struct put_row *r, const struct jm_put_result *res)
{
    jm_put_cb *cb = r->cb;
    if (!cb)
        return;
    r->cb = NULL;
    jm_metric_add(s->m.puts[res->verdict], 1);
    jm_metric_observe_us(s->m.put_seconds, store_now_us(s) - r->came_us);
    cb(r->arg, res);
}

void put_answer_unavail(struct jm_store *s, struct put_row *r, const char *why)
{
    struct jm_put_result res = {.verdict = JM_PUT_ERROR, .shard = r->shard};
    jm_err_set(&res.err, JM_EUNAVAIL, "%s", why);
    put_answer(s, r, &res);
}

void put_drop(struct jm_store *s, struct put_row *r)
{
    s->puts.rows--;
    s->puts.bytes -= r->bytes;
    count(s);
    free(r);
}

static void answer_slice(void *arg)
{
    struct jm_store *s = arg;
    struct puts *p = &s->puts;
    int64_t stop = store_now_us(s) + SLICE_US;
    while (p->done) {
        struct put_row *r = p->done;
        p->done = r->next;
        if (!p->done)
            p->done_tail = &p->done;
        put_answer(s, r, &r->res);
        put_drop(s, r);
        if (store_now_us(s) >= stop && p->done && !s->closing) {
            jm_loop_defer(s->o.loop, &p->answers, answer_slice, s);
            return;
        }
    }
}

/* 256 callbacks that write answers would hold the loop too long. */
void put_settle(struct jm_store *s, struct put_row *r, const struct jm_put_result *res)
{
    struct puts *p = &s->puts;
    r->res = *res;
    r->next = NULL;
    *p->done_tail = r;
    p->done_tail = &r->next;
    jm_loop_defer(s->o.loop, &p->answers, answer_slice, s);
}

/* --- the waiting list ------------------------------------------------------------------------ */

static void append(struct puts *p, struct put_row *r)
{
    r->next = NULL;
    *p->tail = r;
    p->tail = &r->next;
    p->wait_rows++;
    p->wait_bytes += r->bytes;
}

void put_unlink(struct puts *p, struct put_row **at)
{
    struct put_row *r = *at;
    *at = r->next;
    if (p->tail == &r->next)
        p->tail = at;
    p->wait_rows--;
    p->wait_bytes -= r->bytes;
    r->next = NULL;
}

/* Rows whose batch did not succeed go to the front again, in their order. */
void put_requeue(struct jm_store *s, struct put_row **rows, size_t n)
{
    struct puts *p = &s->puts;
    for (size_t i = n; i-- > 0;) {
        struct put_row *r = rows[i];
        if (!r->cb) { /* answered meanwhile: nobody waits for it */
            put_drop(s, r);
            continue;
        }
        r->next = p->head;
        if (!p->head)
            p->tail = &r->next;
        p->head = r;
        p->wait_rows++;
        p->wait_bytes += r->bytes;
        jm_metric_add(s->m.put_retries, 1);
    }
}

/* --- deadlines ------------------------------------------------------------------------------- */

static void expire_in_flight(struct jm_store *s, int64_t before_us)
{
    for (unsigned b = 0; b < STORE_WRITERS; b++)
        for (size_t i = 0; i < s->puts.batch[b].n; i++) {
            struct put_row *r = s->puts.batch[b].rows[i];
            if (r->came_us < before_us)
                put_answer_unavail(s, r, "the database did not answer in time; it is not known "
                                         "whether this was stored: send it again");
        }
}

static void expire_waiting(struct jm_store *s, int64_t before_us)
{
    struct put_row **at = &s->puts.head;
    while (*at) {
        struct put_row *r = *at;
        if (r->came_us >= before_us) {
            at = &r->next;
            continue;
        }
        put_unlink(&s->puts, at);
        r->next = s->puts.late;
        s->puts.late = r;
    }
    while (s->puts.late) { /* callbacks may put: the list above must be whole by now */
        struct put_row *r = s->puts.late;
        s->puts.late = r->next;
        put_answer_unavail(s, r, "the database is not available");
        put_drop(s, r);
    }
}

static void on_sweep(void *arg)
{
    struct jm_store *s = arg;
    int64_t before = store_now_us(s) - ANSWER_US;
    expire_in_flight(s, before);
    expire_waiting(s, before);
    if (s->puts.rows == 0)
        jm_timer_stop(s->puts.sweep);
}

/* --- writers --------------------------------------------------------------------------------- */

static void dispatch_deferred(void *arg)
{
    puts_dispatch(arg);
}

void put_dispatch_soon(struct jm_store *s)
{
    jm_loop_defer(s->o.loop, &s->puts.defer, dispatch_deferred, s);
}

void puts_writer_up(struct jm_store *s, unsigned slot)
{
    s->puts.batch[slot].up = true;
    s->puts.down_since_us = 0;
    s->puts.silent = false;
    jm_metric_set(s->m.up, 1);
    put_dispatch_soon(s);
}

void puts_writer_down(struct jm_store *s, unsigned slot)
{
    s->puts.batch[slot].up = false;
    for (unsigned i = 0; i < STORE_WRITERS; i++)
        if (s->puts.batch[i].up)
            return;
    s->puts.down_since_us = store_now_us(s) - (s->puts.silent ? DOWN_US : 0);
    jm_metric_set(s->m.up, 0);
}

/* Whether a new row has a chance. */
static bool reachable(const struct jm_store *s)
{
    int64_t now = store_now_us(s);
    const struct puts *p = &s->puts;
    if (p->down_since_us)
        return now - p->down_since_us < DOWN_US;
    for (unsigned i = 0; i < STORE_WRITERS; i++)
        if (p->batch[i].up && (!p->batch[i].sent_us || now - p->batch[i].sent_us < SILENT_US))
            return true;
    return false;
}

/* --- the door -------------------------------------------------------------------------------- */

static int check(const struct jm_put *p, struct jm_err *err)
{
    size_t source = strlen(p->source), ext = strlen(p->external_id);
    if (source < 1 || source > SOURCE_MAX || ext < 1 || ext > EXTERNAL_MAX)
        return jm_err_set(err, JM_EINVAL, "source must have 1 to %d bytes and the id 1 to %d",
                          SOURCE_MAX, EXTERNAL_MAX);
    if (p->version < 0 || p->version > JM_VERSION_MAX)
        return jm_err_set(err, JM_EINVAL, "version must be at least 1 and below 2^62");
    if (p->raw_len > RAW_MAX || p->compact_len > RAW_MAX)
        return jm_err_set(err, JM_ELIMIT, "the document is larger than %d bytes", RAW_MAX);
    if (!p->remove && (!p->raw || !p->compact))
        return jm_err_set(err, JM_EINVAL, "a document needs its raw and its compact form");
    return 0;
}

static char *copy(char **at, const void *p, size_t n)
{
    char *to = *at;
    if (n)
        memcpy(to, p, n);
    to[n] = 0;
    *at += n + 1;
    return to;
}

/* A title's cut must not split a character. */
static size_t title_len(const char *title)
{
    size_t n = title ? strlen(title) : 0;
    if (n <= TITLE_MAX)
        return n;
    for (n = TITLE_MAX; n > 0 && ((unsigned char)title[n] & 0xC0) == 0x80; n--)
        ;
    return n;
}

static void content_id(struct put_row *r)
{
    if (r->deleted)
        return;
    uint8_t both[64];
    jm_sha256(both, r->media_type, strlen(r->media_type));
    jm_sha256(both + 32, r->raw, r->raw_len);
    jm_sha256(r->sha256, both, sizeof both);
}

static struct put_row *row_new(const struct jm_put *p)
{
    size_t source = strlen(p->source), ext = strlen(p->external_id), title = title_len(p->title);
    const char *media = p->media_type ? p->media_type : "application/json";
    size_t raw = p->remove ? 0 : p->raw_len, compact = p->remove ? 0 : p->compact_len;
    size_t text = source + ext + title + strlen(media) + raw + compact + 6;
    struct put_row *r = calloc(1, sizeof *r + text);
    if (!r)
        return NULL;
    char *at = r->text;
    r->source = copy(&at, p->source, source);
    r->external_id = copy(&at, p->external_id, ext);
    r->title = copy(&at, p->title, p->remove ? 0 : title);
    r->media_type = copy(&at, media, strlen(media));
    r->raw = copy(&at, p->raw, raw);
    r->compact = copy(&at, p->compact, compact);
    r->raw_len = raw;
    r->compact_len = compact;
    r->bytes = sizeof *r + text;
    r->tenant = p->tenant;
    r->kind = p->kind;
    r->version = p->version;
    r->deleted = p->remove;
    r->reread = p->reread && !p->remove;
    r->status = p->remove ? JM_STATUS_CLOSED : p->status;
    r->dict_version = p->dict_version;
    r->expires_at_us = p->remove ? 0 : p->expires_at_us;
    r->shard = jm_shard(r->tenant, r->kind, r->source, r->external_id);
    content_id(r);
    return r;
}

static uint64_t row_key(const struct put_row *r)
{
    uint64_t h = jm_hash64(r->source, strlen(r->source));
    h = jm_mix64(h ^ (uint64_t)r->tenant << 1 ^ (uint64_t)r->kind);
    return jm_mix64(h ^ jm_hash64(r->external_id, strlen(r->external_id)));
}

int jm_store_put(struct jm_store *s, const struct jm_put *in, jm_put_cb *cb, void *arg,
                 struct jm_err *err)
{
    struct puts *p = &s->puts;
    struct put_row *r = NULL;
    if (check(in, err) != 0)
        return -1;
    if (!s->started || s->draining || s->closing || !reachable(s))
        jm_err_set(err, JM_EUNAVAIL, "the database is not available: try again later");
    else if (p->rows >= s->o.queue_rows || p->bytes + in->raw_len > s->o.queue_bytes)
        jm_err_set(err, JM_EUNAVAIL, "too much is waiting to be stored: try again later");
    else if (!(r = row_new(in)))
        jm_err_set(err, JM_ENOMEM, "out of memory for a document");
    if (!r) {
        jm_metric_add(s->m.refused, 1);
        return -1;
    }
    r->cb = cb;
    r->arg = arg;
    r->came_us = store_now_us(s);
    r->key = row_key(r);
    if (p->rows == 0)
        jm_timer_every(p->sweep, SWEEP_MS);
    p->rows++;
    p->bytes += r->bytes;
    count(s);
    append(p, r);
    if (p->wait_rows >= PUT_BATCH_ROWS || p->wait_bytes >= PUT_BATCH_BYTES)
        put_dispatch_soon(s);
    else if (!jm_timer_pending(p->linger))
        jm_timer_once(p->linger, LINGER_MS);
    return 0;
}

/* --- life ------------------------------------------------------------------------------------ */

int puts_init(struct jm_store *s)
{
    struct puts *p = &s->puts;
    p->tail = &p->head;
    p->done_tail = &p->done;
    jm_map64_init(&p->busy_keys);
    for (unsigned i = 0; i < STORE_WRITERS; i++) {
        p->batch[i].s = s;
        p->batch[i].slot = i;
    }
    p->linger = jm_timer_new(s->o.loop, dispatch_deferred, s);
    p->sweep = jm_timer_new(s->o.loop, on_sweep, s);
    return p->linger && p->sweep ? 0 : -1;
}

void puts_fini(struct jm_store *s)
{
    struct puts *p = &s->puts;
    if (!p->tail)
        return;
    jm_loop_undefer(s->o.loop, &p->defer);
    answer_slice(s);
    jm_loop_undefer(s->o.loop, &p->answers);
    while (p->head) {
        struct put_row *r = p->head;
        put_unlink(p, &p->head);
        put_answer_unavail(s, r, "the store is closing");
        put_drop(s, r);
    }
    jm_timer_free(p->linger);
    jm_timer_free(p->sweep);
    jm_map64_fini(&p->busy_keys);
}

bool puts_empty(const struct jm_store *s)
{
    return s->puts.rows == 0;
}
