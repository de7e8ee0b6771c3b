/* table.h - pointers found by hash, one writer, readers without locks.
 *
 * Open addressing over atomic pointers. A removed entry leaves a mark, so that a reader's probe
 * never stops short; a rebuilt table is published whole and the old one retired. What a pointer
 * means, and whether it is the one looked for, is the caller's: find() takes a test. */
#ifndef JM_MATCH_TABLE_H
#define JM_MATCH_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jm_epoch;
struct slots {
    uint32_t mask;
    _Atomic(void *) at[];
};

struct table {
    _Atomic(struct slots *) slots;
    size_t used, marks; /* the writer's */
    uint64_t (*hash_of)(const void *entry);
};

typedef bool table_test(const void *entry, const void *key);

void jm_table_fini(struct table *t);
/* Make room for one more; -1: out of memory. Writer. */
int jm_table_reserve(struct table *t, struct jm_epoch *e);
/* Insert, or replace the entry that passes `test`; room was reserved. Writer. */
void jm_table_put(struct table *t, void *entry, table_test *test, const void *key);
void jm_table_del(struct table *t, uint64_t hash, table_test *test, const void *key);
/* NULL: not there. Any thread inside the epoch. */
void *jm_table_find(const struct table *t, uint64_t hash, table_test *test, const void *key);
size_t jm_table_bytes(const struct table *t);

#endif
