/* get.c - reading documents back. */
#include <stdlib.h>

#include "store_int.h"

/* In the order row_read() expects. */
#define DOC "d.tenant, d.kind, d.doc_id, d.source, d.external_id, d.title, d.media_type, "        \
            "d.version, d.shard, d.status, d.deleted, d.created_at, d.updated_at, d.expires_at"
enum { DOC_COLUMNS = 14, IDS_MAX = 500, OUTDATED_MAX = 200 };

const struct jm_pg_stmt read_stmts[] = {
    {"get", "SELECT " DOC ", d.raw, d.compact FROM jobmatch.document d WHERE tenant = $1::int4"
            " AND kind = $2::int2 AND source = $3::text AND external_id = $4::text"},
    {"get_ids", "SELECT " DOC ", CASE WHEN $3::bool THEN d.raw END, CASE WHEN $3::bool THEN"
                " d.compact END FROM jobmatch.document d WHERE tenant = $1::int4"
                " AND doc_id = ANY ($2::int8[]) ORDER BY doc_id"},
    {"get_outdated",
     "WITH w AS MATERIALIZED (SELECT doc_id, tenant, shard, NOT deleted"
     "  AND dict_version <> $1::int8 AS old FROM jobmatch.document WHERE doc_id > $2::int8"
     "  ORDER BY doc_id LIMIT 5000),"
     "o AS MATERIALIZED (SELECT doc_id, tenant, shard FROM w WHERE old ORDER BY doc_id"
     "  LIMIT $3::int4),"
     "b AS (SELECT coalesce(CASE WHEN (SELECT count(*) FROM o) = $3::int4 THEN (SELECT max(doc_id)"
     "  FROM o) ELSE (SELECT max(doc_id) FROM w) END, 0) AS behind)"
     "SELECT " DOC ", d.raw, d.compact, b.behind FROM b LEFT JOIN (o JOIN jobmatch.document d"
     " USING (doc_id, tenant, shard)) ON true ORDER BY d.doc_id"},
    {"load_tenants", "SELECT id, name FROM jobmatch.tenant ORDER BY id"},
    {"load_keys", "SELECT id, tenant, sha256, scopes, note, created_at, expires_at,"
                  " revoked_at IS NOT NULL FROM jobmatch.api_key ORDER BY id"},
    {"ensure_tenant", "WITH n AS (INSERT INTO jobmatch.tenant (name) VALUES ($1::text)"
                      " ON CONFLICT (name) DO NOTHING RETURNING id)"
                      " SELECT id FROM n UNION ALL SELECT id FROM jobmatch.tenant"
                      " WHERE name = $1::text LIMIT 1"},
    {"create_key", "INSERT INTO jobmatch.api_key AS k (id, tenant, sha256, scopes, note,"
                   " expires_at) VALUES ($1::text, $2::int4, $3::bytea, $4::text, $5::text,"
                   " $6::timestamptz) ON CONFLICT (id) DO UPDATE SET note = k.note"
                   " WHERE k.sha256 = excluded.sha256 AND k.tenant = excluded.tenant RETURNING 1"},
    {"revoke_key", "UPDATE jobmatch.api_key SET revoked_at = coalesce(revoked_at, now())"
                   " WHERE id = $1::text RETURNING 1"},
    {"match_head", "SELECT " DOC ", m.matched_version, m.matched_at, m.total"
                   " FROM jobmatch.document d LEFT JOIN jobmatch.doc_match m"
                   " USING (tenant, doc_id, shard) WHERE d.tenant = $1::int4"
                   " AND d.kind = $2::int2 AND d.source = $3::text AND d.external_id = $4::text"
                   " AND NOT d.deleted"},
    {"match_list_job",
     "SELECT m.candidate_id, o.source, o.external_id, o.title, m.score, m.fit, m.want,"
     " m.evidence, m.band::text, m.job_version, m.candidate_version, m.match_version,"
     " m.created_at, m.updated_at, m.config_hash, m.dict_version,"
     " CASE WHEN $6::bool THEN m.points END"
     " FROM jobmatch.match m JOIN jobmatch.document o ON o.tenant = m.tenant"
     " AND o.doc_id = m.candidate_id AND NOT o.deleted"
     " WHERE m.tenant = $1::int4 AND m.job_id = $2::int8 AND m.state = 'a'"
     " AND m.score <= $3::int2 AND (m.score < $3::int2 OR m.candidate_id > $4::int8)"
     " ORDER BY m.score DESC, m.candidate_id LIMIT $5::int4"},
    {"match_list_candidate",
     "SELECT m.job_id, o.source, o.external_id, o.title, m.score, m.fit, m.want,"
     " m.evidence, m.band::text, m.job_version, m.candidate_version, m.match_version,"
     " m.created_at, m.updated_at, m.config_hash, m.dict_version,"
     " CASE WHEN $6::bool THEN m.points END"
     " FROM jobmatch.match m JOIN jobmatch.document o ON o.tenant = m.tenant"
     " AND o.doc_id = m.job_id AND NOT o.deleted"
     " WHERE m.tenant = $1::int4 AND m.candidate_id = $2::int8 AND m.state = 'a'"
     " AND m.score <= $3::int2 AND (m.score < $3::int2 OR m.job_id > $4::int8)"
     " ORDER BY m.score DESC, m.job_id LIMIT $5::int4"},
};
const size_t n_read_stmts = sizeof read_stmts / sizeof read_stmts[0];

void store_read_doc(struct jm_stored *d, const PGresult *r, int row)
{
    *d = (struct jm_stored){
        .tenant = (uint32_t)jm_pg_get_int(r, row, 0),
        .kind = (enum jm_kind)jm_pg_get_int(r, row, 1),
        .doc_id = (uint64_t)jm_pg_get_int(r, row, 2),
        .source = jm_pg_get_text(r, row, 3),
        .external_id = jm_pg_get_text(r, row, 4),
        .title = jm_pg_get_text(r, row, 5),
        .media_type = jm_pg_get_text(r, row, 6),
        .version = jm_pg_get_int(r, row, 7),
        .shard = (unsigned)jm_pg_get_int(r, row, 8),
        .status = (enum jm_doc_status)jm_pg_get_int(r, row, 9),
        .deleted = jm_pg_get_bool(r, row, 10),
        .created_at_us = jm_pg_get_time(r, row, 11),
        .updated_at_us = jm_pg_get_time(r, row, 12),
        .expires_at_us = jm_pg_get_time(r, row, 13),
    };
}

/* The documents of the first `n` rows; the caller frees them. NULL: none, or err is set. */
static struct jm_stored *docs_of(const PGresult *r, int n, struct jm_err *err)
{
    struct jm_stored *docs = n ? calloc((size_t)n, sizeof *docs) : NULL;
    if (n && !docs)
        jm_err_set(err, JM_ENOMEM, "out of memory for %d documents", n);
    for (int i = 0; docs && i < n; i++) {
        store_read_doc(&docs[i], r, i);
        docs[i].raw = jm_pg_get_bytes(r, i, DOC_COLUMNS, &docs[i].raw_len);
        docs[i].compact = jm_pg_get_bytes(r, i, DOC_COLUMNS + 1, &docs[i].compact_len);
    }
    return docs;
}

static void on_docs(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    struct jm_err err = a->err;
    int n = a->fate == JM_PG_DONE ? PQntuples(a->res) : 0;
    struct jm_stored *docs = docs_of(a->res, n, &err);
    c->cb.get(c->arg, err.code ? &err : NULL, docs, docs ? (size_t)n : 0);
    free(docs);
    free(c);
}

/* There is always a row, for how far was looked; it has no document when none is old. */
static void on_outdated(void *arg, struct jm_pg_answer *a)
{
    struct call *c = arg;
    struct jm_err err = a->err;
    int n = a->fate == JM_PG_DONE ? PQntuples(a->res) : 0;
    uint64_t behind = n ? (uint64_t)jm_pg_get_int(a->res, 0, DOC_COLUMNS + 2) : 0;
    if (n == 1 && PQgetisnull(a->res, 0, 2))
        n = 0;
    struct jm_stored *docs = docs_of(a->res, n, &err);
    c->cb.outdated(c->arg, err.code ? &err : NULL, docs, docs ? (size_t)n : 0, behind);
    free(docs);
    free(c);
}

static int ask_docs(struct jm_store *s, const char *stmt, struct jm_pg_args *a, jm_get_cb *cb,
                    void *arg, struct jm_err *err)
{
    struct call *c = store_call_new(s, arg, err);
    if (!c) {
        jm_pg_args_fini(a);
        return -1;
    }
    c->cb.get = cb;
    return store_ask(s->read, stmt, a, 0, on_docs, c, err);
}

int jm_store_get(struct jm_store *s, uint32_t tenant, enum jm_kind kind, const char *source,
                 const char *external_id, jm_get_cb *cb, void *arg, struct jm_err *err)
{
    struct jm_pg_args a;
    jm_pg_args_init(&a);
    jm_pg_i4(&a, (int32_t)tenant);
    jm_pg_i2(&a, (int16_t)kind);
    jm_pg_str(&a, source);
    jm_pg_str(&a, external_id);
    return ask_docs(s, "get", &a, cb, arg, err);
}

int jm_store_get_ids(struct jm_store *s, uint32_t tenant, const uint64_t *doc_ids, size_t n,
                     bool with_raw, jm_get_cb *cb, void *arg, struct jm_err *err)
{
    struct jm_pg_args a;
    if (n > IDS_MAX)
        return jm_err_set(err, JM_ELIMIT, "more than %d documents asked for", IDS_MAX);
    jm_pg_args_init(&a);
    jm_pg_i4(&a, (int32_t)tenant);
    jm_pg_array_begin(&a, JM_PG_INT8);
    for (size_t i = 0; i < n; i++)
        jm_pg_el_i8(&a, (int64_t)doc_ids[i]);
    jm_pg_array_end(&a);
    jm_pg_bool(&a, with_raw);
    return ask_docs(s, "get_ids", &a, cb, arg, err);
}

int jm_store_get_outdated(struct jm_store *s, uint64_t dict_version, uint64_t after_doc_id,
                          unsigned limit, jm_outdated_cb *cb, void *arg, struct jm_err *err)
{
    struct jm_pg_args a;
    struct call *c = store_call_new(s, arg, err);
    if (!c)
        return -1;
    c->cb.outdated = cb;
    jm_pg_args_init(&a);
    jm_pg_i8(&a, (int64_t)dict_version);
    jm_pg_i8(&a, (int64_t)after_doc_id);
    jm_pg_i4(&a, limit < OUTDATED_MAX ? (int32_t)limit : OUTDATED_MAX);
    return store_ask(s->read, "get_outdated", &a, 0, on_outdated, c, err);
}
