/* put_int.h - between put.c (the queue) and put_batch.c (the statement). */
#ifndef JM_STORE_PUT_INT_H
#define JM_STORE_PUT_INT_H

#include "store_int.h"

struct put_row { /* one allocation; the strings point into `text` */
    struct put_row *next;
    jm_put_cb *cb; /* NULL: answered already, only its fate is still open */
    void *arg;
    int64_t came_us;
    uint64_t key;  /* hash of tenant, kind, source, id: equal keys are never in flight together */
    uint32_t tenant;
    enum jm_kind kind;
    unsigned shard;
    int64_t version, expires_at_us;
    uint64_t dict_version;
    enum jm_doc_status status;
    bool deleted, reread;
    bool resent;      /* an earlier try may have been committed */
    uint16_t alone;   /* rows its next batch may have: halved to find a bad row; 0: any */
    uint8_t sha256[32];
    const char *source, *external_id, *title, *media_type, *raw, *compact;
    size_t raw_len, compact_len, bytes;
    struct jm_put_result res; /* once it is settled */
    char text[];
};

void put_answer(struct jm_store *s, struct put_row *r, const struct jm_put_result *res);
void put_answer_unavail(struct jm_store *s, struct put_row *r, const char *why);
void put_drop(struct jm_store *s, struct put_row *r); /* forget and free */
/* Its fate is known: answer and drop it soon, a slice of the loop's time at once. */
void put_settle(struct jm_store *s, struct put_row *r, const struct jm_put_result *res);
void put_unlink(struct puts *p, struct put_row **at); /* out of the waiting list */
void put_requeue(struct jm_store *s, struct put_row **rows, size_t n);
void put_dispatch_soon(struct jm_store *s);

#endif
