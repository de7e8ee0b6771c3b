/* format.h - from bytes of outsiders to a job or a candidate.
 *
 * Our own JSON shape (docs/API.md) and plain text. A reader either fills the model or says what is
 * wrong and where: the pointer is a JSON Pointer into what was sent ("/pay/min"). Limits come
 * before the parser sees a byte: size, nesting depth, number of values. Pure; safe on any thread. */
#ifndef JM_FORMAT_H
#define JM_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "jobmatch/arena.h"
#include "jobmatch/model.h"

enum { JM_FORMAT_MAX_DEPTH = 32, JM_FORMAT_MAX_VALUES = 20000, JM_FORMAT_MAX_TEXT = 512 * 1024 };

struct jm_format_problem {
    enum { JM_FORMAT_OK, JM_FORMAT_SYNTAX, JM_FORMAT_LIMIT, JM_FORMAT_INVALID,
           JM_FORMAT_NO_MEMORY } kind;
    char pointer[128]; /* "" when it is the document as a whole */
    char detail[240];  /* what is wrong and what would be right */
};

/* Read one JSON document. `strict` makes unknown keys an error; otherwise their number is added
 * to *ignored (may be NULL). Everything in `out` lives in `arena`. Returns 0, or -1 with `why`. */
int jm_format_job(struct jm_arena *arena, const char *json, size_t bytes, bool strict,
                  struct jm_job *out, unsigned *ignored, struct jm_format_problem *why)
    __attribute__((warn_unused_result));
int jm_format_candidate(struct jm_arena *arena, const char *json, size_t bytes, bool strict,
                        struct jm_candidate *out, unsigned *ignored,
                        struct jm_format_problem *why) __attribute__((warn_unused_result));

/* Plain text: bytes that are not UTF-8 are read as windows-1252. The first line becomes a job's
 * title. `html` says that the text is markup. */
int jm_format_job_text(struct jm_arena *arena, const char *text, size_t bytes, bool html,
                       struct jm_job *out, struct jm_format_problem *why)
    __attribute__((warn_unused_result));
int jm_format_candidate_text(struct jm_arena *arena, const char *text, size_t bytes, bool html,
                             struct jm_candidate *out, struct jm_format_problem *why)
    __attribute__((warn_unused_result));

/* The head of an import line: which document it is about. */
struct jm_format_key {
    const char *source, *external_id; /* in the arena */
    bool deleted; /* {"deleted": true}: a tombstone, nothing else is read */
    int64_t version;
};
/* Read source, external_id, deleted and version of a document. `source` may be given from
 * outside (NULL: it must be in the document). */
int jm_format_key(struct jm_arena *arena, const char *json, size_t bytes, const char *source,
                  struct jm_format_key *out, struct jm_format_problem *why)
    __attribute__((warn_unused_result));

/* Names that outsiders choose: UTF-8 without control characters; an id has 1..200 bytes, a source
 * 1..100 and no '/', so that "source/id" can be cut at its first slash. */
bool jm_format_id_ok(const char *id);
bool jm_format_source_ok(const char *source);

/* Refuse JSON that is too deep, has too many values, is not UTF-8 or holds NUL, before a parser
 * allocates anything. */
int jm_format_guard(const char *json, size_t bytes, struct jm_format_problem *why)
    __attribute__((warn_unused_result));

/* NDJSON framing. Start with *pos = 0; each call gives the next line without its line end,
 * skipping blank lines, and its number from 1. False at the end. */
struct jm_format_lines {
    const char *text;
    size_t bytes, pos;
    unsigned line_no;
};
bool jm_format_next_line(struct jm_format_lines *it, const char **line, size_t *len);

#endif
