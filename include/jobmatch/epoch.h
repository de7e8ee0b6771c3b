/* epoch.h - readers that never wait for the writer.
 *
 * One writer publishes immutable objects with release stores and retires the old ones; readers
 * bracket each use with enter/leave. A retired object is freed once every reader that could have
 * seen it has left. Readers do one store on enter and one on leave and take no lock.
 *
 * Who may call what: jm_epoch_enter/leave by the thread that owns the reader record;
 * jm_epoch_retire/reclaim by the one writer thread (or under the writer's lock); register and
 * unregister by anyone (they lock). */
#ifndef JM_EPOCH_H
#define JM_EPOCH_H

#include <stddef.h>
#include <stdint.h>

struct jm_epoch;
struct jm_epoch_reader;

struct jm_epoch *jm_epoch_new(void); /* NULL: out of memory */
/* Frees everything still retired; no reader may be inside. */
void jm_epoch_free(struct jm_epoch *e);

struct jm_epoch_reader *jm_epoch_register(struct jm_epoch *e); /* NULL: out of memory */
void jm_epoch_unregister(struct jm_epoch *e, struct jm_epoch_reader *r);

void jm_epoch_enter(struct jm_epoch_reader *r); /* may nest */
void jm_epoch_leave(struct jm_epoch_reader *r);

/* Free `ptr` by `free_fn(ptr, arg)` when no reader can hold it any more. If memory is short it
 * waits for the readers and frees at once. */
void jm_epoch_retire(struct jm_epoch *e, void *ptr, void (*free_fn)(void *ptr, void *arg),
                     void *arg);
/* Free what can be freed; returns how many objects remain. What a free_fn retires stays until a
 * later call. */
size_t jm_epoch_reclaim(struct jm_epoch *e);

#endif
