/* corpus.c - one writer keeps documents, tables and indexes in step; readers look.
 *
 * A change is applied in an order that cannot fail half-way: first everything that may run out of
 * memory (decode, table room, a number, the index), then the pointers are published. The index is
 * told first; a reader who finds a number whose pointer is not there yet skips it. */
#include <stdlib.h>
#include <string.h>

#include "corpus_int.h"
#include "jobmatch/bytes.h"

/* --- keys ------------------------------------------------------------------------------------- */

struct name {
    uint32_t tenant;
    enum jm_kind kind;
    const char *external;
};

static uint64_t id_hash(const void *entry)
{
    return jm_mix64(((const struct entry *)entry)->doc->doc_id);
}

static bool id_is(const void *entry, const void *key)
{
    return ((const struct entry *)entry)->doc->doc_id == *(const uint64_t *)key;
}

static uint64_t hash_name(const struct name *n)
{
    uint64_t h = jm_hash64(n->external, strlen(n->external));
    return jm_mix64(h ^ ((uint64_t)n->tenant << 1 | (uint64_t)n->kind));
}

static struct name name_of(const struct entry *e)
{
    return (struct name){e->doc->tenant, e->doc->kind, e->external};
}

static uint64_t name_hash(const void *entry)
{
    struct name n = name_of(entry);
    return hash_name(&n);
}

static bool name_is(const void *entry, const void *key)
{
    const struct entry *e = entry;
    const struct name *n = key;
    return e->doc->tenant == n->tenant && e->doc->kind == n->kind &&
           strcmp(e->external, n->external) == 0;
}

/* --- life ------------------------------------------------------------------------------------- */

struct jm_corpus *jm_corpus_new(const struct jm_matcher *m, struct jm_err *err)
{
    struct jm_corpus *c = calloc(1, sizeof *c);
    if (!c) {
        jm_err_set(err, JM_ENOMEM, "out of memory for the corpus");
        return NULL;
    }
    c->m = m;
    c->by_id.hash_of = id_hash;
    c->by_name.hash_of = name_hash;
    jm_map64_init(&c->erased);
    c->epoch = jm_epoch_new();
    for (int k = 0; k < 2; k++)
        c->sides[k].index = jm_index_new(err);
    if (!c->epoch || !c->sides[0].index || !c->sides[1].index) {
        jm_err_set(err, JM_ENOMEM, "out of memory for the corpus");
        jm_corpus_free(c);
        return NULL;
    }
    return c;
}

static void free_entry(void *entry, void *unused)
{
    struct entry *e = entry;
    (void)unused;
    if (e)
        free(e->doc);
    free(e);
}

static void side_fini(struct side *s)
{
    for (uint32_t n = 0; n < atomic_load(&s->numbers); n++)
        free_entry(jm_side_at(s, n), NULL);
    for (size_t i = 0; i < CHUNKS; i++)
        free(atomic_load(&s->chunks[i]));
    free(s->spare);
    jm_side_drop_held(s);
    jm_index_free(s->index);
}

void jm_corpus_free(struct jm_corpus *c)
{
    if (!c)
        return;
    jm_epoch_free(c->epoch);
    for (int k = 0; k < 2; k++)
        side_fini(&c->sides[k]);
    jm_table_fini(&c->by_id);
    jm_table_fini(&c->by_name);
    jm_map64_fini(&c->erased);
    free(c);
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* A number to use, not taken yet; -1: no memory. Its chunk exists. */
static int64_t peek_number(struct side *s)
{
    if (s->n_spare)
        return s->spare[s->n_spare - 1];
    uint32_t n = atomic_load_explicit(&s->numbers, memory_order_relaxed);
    if (n / CHUNK >= CHUNKS)
        return -1;
    if (!atomic_load_explicit(&s->chunks[n / CHUNK], memory_order_relaxed)) {
        struct chunk *c = calloc(1, sizeof *c);
        if (!c)
            return -1;
        atomic_store_explicit(&s->chunks[n / CHUNK], c, memory_order_release);
    }
    return n;
}

static void take_number(struct side *s, uint32_t number)
{
    if (s->n_spare && s->spare[s->n_spare - 1] == number)
        s->n_spare--;
    else
        atomic_store_explicit(&s->numbers, number + 1, memory_order_release);
}

/* Room to give one number back later, so that a delete never fails. */
static int reserve_spare(struct side *s)
{
    size_t need = atomic_load_explicit(&s->numbers, memory_order_relaxed) + (size_t)1;
    if (need <= s->cap_spare)
        return 0;
    size_t cap = need * 2 > 1024 ? need * 2 : 1024;
    uint32_t *spare = realloc(s->spare, cap * sizeof *spare);
    if (!spare)
        return -1;
    s->spare = spare;
    s->cap_spare = cap;
    return 0;
}

static void publish(struct side *s, uint32_t number, struct entry *e)
{
    struct chunk *c = atomic_load_explicit(&s->chunks[number / CHUNK], memory_order_relaxed);
    atomic_store_explicit(&c->at[number % CHUNK], e, memory_order_release);
}

/* --- changes ---------------------------------------------------------------------------------- */

static struct entry *entry_new(const struct jm_change *ch, struct jm_err *err)
{
    const char *external = ch->external ? ch->external : "";
    size_t len = strlen(external);
    struct entry *e = malloc(sizeof *e + len + 1);
    if (!e) {
        jm_err_set(err, JM_ENOMEM, "out of memory for document %llu",
                   (unsigned long long)ch->doc_id);
        return NULL;
    }
    e->doc = jm_doc_decode(ch->compact, ch->compact_bytes, err);
    if (e->doc && (e->doc->kind != ch->kind || e->doc->tenant != ch->tenant)) {
        jm_err_set(err, JM_EINVAL, "document %llu: kind or tenant of the row and of its stored "
                   "form differ", (unsigned long long)ch->doc_id);
        free(e->doc);
        e->doc = NULL;
    }
    if (!e->doc) {
        free(e);
        return NULL;
    }
    memcpy(e->external, external, len + 1);
    e->doc->doc_id = ch->doc_id;
    e->doc->version = ch->version;
    e->doc->external = e->external;
    e->bytes = (uint32_t)(jm_doc_bytes(e->doc) + sizeof *e + len + 1);
    return e;
}

/* The document leaves tables and numbers; its memory goes when nobody can see it. */
static void withdraw(struct jm_corpus *c, struct entry *e, bool keep_number)
{
    struct side *s = &c->sides[e->doc->kind];
    struct name n = name_of(e);
    if (jm_table_find(&c->by_name, hash_name(&n), name_is, &n) == e)
        jm_table_del(&c->by_name, hash_name(&n), name_is, &n);
    if (!keep_number) {
        jm_table_del(&c->by_id, id_hash(e), id_is, &e->doc->doc_id);
        jm_side_del(c, s, e->number);
        publish(s, e->number, NULL);
        s->spare[s->n_spare++] = e->number;
        atomic_fetch_sub_explicit(&s->count, 1, memory_order_relaxed);
    }
    atomic_fetch_sub_explicit(&c->doc_bytes, e->bytes, memory_order_relaxed);
    jm_epoch_retire(c->epoch, e, free_entry, NULL);
}

static enum jm_applied erase(struct jm_corpus *c, struct entry *old, const struct jm_change *ch,
                             struct jm_err *err)
{
    if (jm_map64_put(&c->erased, ch->doc_id, (uint64_t)ch->version)) {
        jm_err_set(err, JM_ENOMEM, "out of memory for a delete");
        return JM_APPLY_FAILED;
    }
    if (old)
        withdraw(c, old, false);
    return JM_APPLY_DONE;
}

static int64_t prepare_room(struct jm_corpus *c, struct side *s, const struct entry *old)
{
    if (jm_table_reserve(&c->by_id, c->epoch) || jm_table_reserve(&c->by_name, c->epoch))
        return -1;
    if (old)
        return old->number;
    return reserve_spare(s) ? -1 : peek_number(s);
}

static enum jm_applied upsert(struct jm_corpus *c, struct entry *old, const struct jm_change *ch,
                              struct jm_err *err)
{
    struct side *s = &c->sides[ch->kind];
    if (old && old->doc->kind != ch->kind) {
        jm_err_set(err, JM_EINVAL, "document %llu changed its kind",
                   (unsigned long long)ch->doc_id);
        return JM_APPLY_FAILED;
    }
    struct entry *e = entry_new(ch, err);
    if (!e)
        return JM_APPLY_FAILED;
    int64_t number = prepare_room(c, s, old);
    if (number < 0) {
        jm_err_set(err, JM_ENOMEM, "out of memory for document %llu",
                   (unsigned long long)ch->doc_id);
        free_entry(e, NULL);
        return JM_APPLY_FAILED;
    }
    e->number = (uint32_t)number;
    jm_bound_doc(c->m, e->doc, &c->scratch);
    c->scratch.facets.flags |= jm_part_flag(e->number);
    if (jm_side_put(c, s, e->number, err)) {
        free_entry(e, NULL);
        return JM_APPLY_FAILED;
    }
    if (!old) {
        take_number(s, e->number);
        atomic_fetch_add_explicit(&s->count, 1, memory_order_relaxed);
    }
    publish(s, e->number, e);
    jm_table_put(&c->by_id, e, id_is, &e->doc->doc_id);
    struct name n = name_of(e);
    jm_table_put(&c->by_name, e, name_is, &n);
    atomic_fetch_add_explicit(&c->doc_bytes, e->bytes, memory_order_relaxed);
    if (old)
        withdraw(c, old, true);
    jm_map64_del(&c->erased, ch->doc_id);
    return JM_APPLY_DONE;
}

/* The same version counts again when another dictionary has read it since. */
static bool is_newer(const struct jm_doc *old, const struct jm_change *ch)
{
    return ch->version > old->version ||
           (ch->version == old->version && !ch->deleted &&
            jm_doc_dict_version(ch->compact, ch->compact_bytes) != old->dict_version);
}

enum jm_applied jm_corpus_apply(struct jm_corpus *c, const struct jm_change *ch,
                                struct jm_err *err)
{
    uint64_t id = ch->doc_id;
    if (id == 0 || (unsigned)ch->kind > JM_CANDIDATE) {
        jm_err_set(err, JM_EINVAL, "a change without a document");
        return JM_APPLY_FAILED;
    }
    struct entry *old = jm_table_find(&c->by_id, jm_mix64(id), id_is, &id);
    uint64_t *erased = jm_map64_get(&c->erased, id);
    if ((old && !is_newer(old->doc, ch)) ||
        (erased && (int64_t)*erased >= ch->version))
        return JM_APPLY_STALE;
    return ch->deleted ? erase(c, old, ch, err) : upsert(c, old, ch, err);
}

size_t jm_corpus_reclaim(struct jm_corpus *c)
{
    for (int k = 0; k < 2; k++)
        jm_index_improve(c->sides[k].index, 8);
    return jm_epoch_reclaim(c->epoch);
}

/* --- readers ---------------------------------------------------------------------------------- */

struct jm_corpus_reader *jm_corpus_register(struct jm_corpus *c)
{
    struct jm_corpus_reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->c = c;
    r->epoch = jm_epoch_register(c->epoch);
    r->found = malloc(JM_INDEX_K_MAX * sizeof *r->found);
    for (int k = 0; k < 2; k++)
        r->index[k] = jm_index_reader_new(c->sides[k].index, NULL);
    if (!r->epoch || !r->found || !r->index[0] || !r->index[1]) {
        jm_corpus_unregister(r);
        return NULL;
    }
    return r;
}

void jm_corpus_unregister(struct jm_corpus_reader *r)
{
    if (!r)
        return;
    for (int k = 0; k < 2; k++)
        jm_index_reader_free(r->index[k]);
    free(r->found);
    if (r->epoch)
        jm_epoch_unregister(r->c->epoch, r->epoch);
    free(r);
}

void jm_corpus_enter(struct jm_corpus_reader *r) { jm_epoch_enter(r->epoch); }
void jm_corpus_leave(struct jm_corpus_reader *r) { jm_epoch_leave(r->epoch); }

const struct jm_doc *jm_corpus_get(struct jm_corpus_reader *r, uint64_t doc_id)
{
    const struct entry *e = jm_table_find(&r->c->by_id, jm_mix64(doc_id), id_is, &doc_id);
    return e ? e->doc : NULL;
}

const struct jm_doc *jm_corpus_find(struct jm_corpus_reader *r, uint32_t tenant, enum jm_kind kind,
                                    const char *external)
{
    struct name n = {tenant, kind, external};
    const struct entry *e = jm_table_find(&r->c->by_name, hash_name(&n), name_is, &n);
    return e ? e->doc : NULL;
}

size_t jm_corpus_count(const struct jm_corpus *c, enum jm_kind kind)
{
    return atomic_load_explicit(&c->sides[kind].count, memory_order_relaxed);
}

size_t jm_corpus_bytes(const struct jm_corpus *c)
{
    size_t bytes = sizeof *c + atomic_load(&c->doc_bytes) + jm_table_bytes(&c->by_id) +
                   jm_table_bytes(&c->by_name) + c->erased.cap * sizeof *c->erased.slots;
    for (int k = 0; k < 2; k++) {
        struct jm_index_stats st;
        jm_index_stats(c->sides[k].index, &st);
        size_t chunks = (atomic_load(&c->sides[k].numbers) + CHUNK - 1) / CHUNK;
        bytes += st.bytes + chunks * sizeof(struct chunk) +
                 c->sides[k].cap_spare * sizeof(uint32_t);
    }
    return bytes;
}
