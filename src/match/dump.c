/* dump.c - the corpus as text, to compare two of them, and its self-check. */
#include <stdlib.h>
#include <string.h>

#include "corpus_int.h"
#include "jobmatch/bytes.h"

static int by_place(const void *x, const void *y)
{
    const struct jm_doc *a = (*(struct entry *const *)x)->doc;
    const struct jm_doc *b = (*(struct entry *const *)y)->doc;
    if (a->tenant != b->tenant)
        return a->tenant < b->tenant ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->doc_id < b->doc_id ? -1 : a->doc_id > b->doc_id;
}

static size_t collect(struct jm_corpus *c, struct entry **out)
{
    size_t n = 0;
    for (int k = 0; k < 2; k++) {
        uint32_t numbers = atomic_load(&c->sides[k].numbers);
        for (uint32_t i = 0; i < numbers; i++)
            if ((out[n] = jm_side_at(&c->sides[k], i)))
                n++;
    }
    return n;
}

static int dump_line(const struct entry *e, struct jm_buf *compact, struct jm_buf *out)
{
    uint8_t sha[32];
    char hex[65];
    jm_buf_clear(compact);
    if (jm_doc_encode(e->doc, compact))
        return -1;
    jm_sha256(sha, compact->data, compact->len);
    jm_hex(hex, sha, sizeof sha);
    jm_buf_fmt(out, "%u %s %llu %lld %s %s\n", e->doc->tenant, jm_kind_name(e->doc->kind),
               (unsigned long long)e->doc->doc_id, (long long)e->doc->version, e->external, hex);
    return 0;
}

int jm_corpus_dump(struct jm_corpus *c, struct jm_buf *out)
{
    size_t room = (size_t)atomic_load(&c->sides[0].numbers) + atomic_load(&c->sides[1].numbers);
    struct entry **all = malloc((room + 1) * sizeof(struct entry *));
    struct jm_buf compact;
    jm_buf_init(&compact);
    int rc = all ? 0 : -1;
    size_t n = all ? collect(c, all) : 0;
    if (all)
        qsort(all, n, sizeof *all, by_place);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = dump_line(all[i], &compact, out);
    for (int k = 0; k < 2 && rc == 0; k++) {
        struct jm_index_stats st;
        jm_index_stats(c->sides[k].index, &st);
        jm_buf_fmt(out, "index %s docs=%llu postings=%llu\n", jm_kind_name((enum jm_kind)k),
                   (unsigned long long)st.docs, (unsigned long long)st.postings);
    }
    jm_buf_fini(&compact);
    free(all);
    return rc == 0 && jm_buf_ok(out) ? 0 : -1;
}

static int check_entry(struct jm_corpus *c, struct side *s, struct entry *e, uint32_t number,
                       struct jm_corpus_reader *view, struct jm_err *err)
{
    unsigned long long id = e->doc->doc_id;
    if (e->number != number)
        return jm_err_set(err, JM_EINTERNAL, "document %llu: at number %u, thinks %u", id, number,
                          e->number);
    if (jm_corpus_get(view, e->doc->doc_id) != e->doc)
        return jm_err_set(err, JM_EINTERNAL, "document %llu: not found by its id", id);
    if (!jm_corpus_find(view, e->doc->tenant, e->doc->kind, e->external))
        return jm_err_set(err, JM_EINTERNAL, "document %llu: not found by its name", id);
    if (!jm_index_has(s->index, number))
        return jm_err_set(err, JM_EINTERNAL, "document %llu: not in the index", id);
    if (jm_map64_get(&c->erased, e->doc->doc_id))
        return jm_err_set(err, JM_EINTERNAL, "document %llu: there and erased", id);
    return 0;
}

int jm_corpus_check(struct jm_corpus *c, struct jm_err *err)
{
    struct jm_corpus_reader view = {.c = c}; /* the writer reads for itself */
    size_t total = 0;
    for (int k = 0; k < 2; k++) {
        struct side *s = &c->sides[k];
        struct jm_index_stats st;
        size_t count = 0;
        for (uint32_t i = 0; i < atomic_load(&s->numbers); i++) {
            struct entry *e = jm_side_at(s, i);
            if (e && check_entry(c, s, e, i, &view, err))
                return -1;
            count += e != NULL;
        }
        jm_index_stats(s->index, &st);
        if (count != atomic_load(&s->count) || st.docs != count ||
            count + s->n_spare != atomic_load(&s->numbers))
            return jm_err_set(err, JM_EINTERNAL, "%s: %zu documents, counter %zu, index %llu",
                              jm_kind_name((enum jm_kind)k), count, atomic_load(&s->count),
                              (unsigned long long)st.docs);
        if (jm_index_check(s->index, err))
            return -1;
        total += count;
    }
    if (c->by_id.used != total || c->by_name.used > total)
        return jm_err_set(err, JM_EINTERNAL, "%zu documents, %zu by id, %zu by name", total,
                          c->by_id.used, c->by_name.used);
    return 0;
}
