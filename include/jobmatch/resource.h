/* resource.h - what the engine reads from files when a program starts.
 *
 * The engine's rooms do no I/O; this one does it for them, for the daemon and the client alike, so
 * that both read the same things from the same places. What it gives is immutable and shared by
 * all threads. One path names the dictionary, a folder or a compiled file; everything else that was
 * made for it lies in the same folder, under a fixed name, and is read when it is there:
 *
 *   titles.kernel   the occupation kernel for titles (title.h)
 *   gate.weights    the linear gate, and
 *   tagger.weights  the tagger of phrases (skill.h), with
 *   words.clusters  the classes of words it looks at: all three belong to the dictionary
 *
 * What belongs to the dictionary itself is attached by jm_resource_dict(), so that nobody can have
 * a dictionary without it. */
#ifndef JM_RESOURCE_H
#define JM_RESOURCE_H

#include <stddef.h>

#include "jobmatch/err.h"

struct jm_dict;
struct jm_matcher;
struct jm_title_kernel;

struct jm_resource_paths {
    const char *skills;  /* a folder with *.skills files, or a compiled dictionary (skill.h) */
    const char *kernel;  /* NULL or "": the one beside the dictionary, none if there is none */
    const char *scoring; /* NULL or "": the shipped weights */
};

struct jm_resources {
    struct jm_dict *dict;
    struct jm_title_kernel *kernel; /* NULL: none */
    struct jm_matcher *matcher;
};

/* Read all of it. -1: `err` names the file and what is wrong with it; nothing is left open. */
int jm_resources_open(struct jm_resources *r, const struct jm_resource_paths *p,
                      struct jm_err *err) __attribute__((warn_unused_result));
void jm_resources_close(struct jm_resources *r); /* accepts a zeroed object */

/* The dictionary alone, sealed. The caller frees it; NULL: `err` says why. */
struct jm_dict *jm_resource_dict(const char *skills, struct jm_err *err);
/* The kernel alone, by the same rule; *kernel is NULL when there is none, which is no error. */
int jm_resource_kernel(const struct jm_resource_paths *p, struct jm_title_kernel **kernel,
                       struct jm_err *err) __attribute__((warn_unused_result));
/* A whole file of at most 256 MB, with a NUL behind it, to be freed. NULL: `err` names it. */
char *jm_resource_read(const char *path, size_t *bytes, struct jm_err *err);

#endif
