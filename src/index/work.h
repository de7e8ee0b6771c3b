/* work.h - independent pieces of work on several threads; private to src/index. */
#ifndef JM_INDEX_WORK_H
#define JM_INDEX_WORK_H

#include <stdint.h>

enum { WORKERS_MAX = 64 };

/* Call piece(arg, i, worker) for every i < n, on up to `threads` threads (at most WORKERS_MAX),
 * the caller's among them, and return when all are done: 0, or -1 if one of them failed (others
 * may then not have run). `worker` numbers the threads from 0. */
int work_share(unsigned threads, uint32_t n, int (*piece)(void *arg, uint32_t i, unsigned worker),
               void *arg);

#endif
