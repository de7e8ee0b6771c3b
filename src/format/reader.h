/* reader.h - checked extraction from a parsed JSON document, driven by tables of fields.
 *
 * A table row names a key, the function that reads it and the place it fills; readers nest by
 * calling jm_reader_object() with a table of their own. The reader keeps the JSON Pointer of
 * where it is, so every complaint names its field. The first problem wins. */
#ifndef JM_FORMAT_READER_H
#define JM_FORMAT_READER_H

#include <jansson.h>

#include "jobmatch/format.h"

struct jm_reader {
    struct jm_arena *arena;
    struct jm_format_problem *why;
    bool strict;
    unsigned ignored;
    char path[128];
};

struct jm_reader_field {
    const char *key;
    int (*read)(struct jm_reader *r, const json_t *v, void *to);
    size_t offset; /* added to the base pointer of the table */
};

int jm_format_fail(struct jm_format_problem *why, int kind, const char *pointer, const char *fmt,
                   ...) __attribute__((format(printf, 4, 5)));

/* Parse after the guard; NULL with `why` set. */
json_t *jm_reader_parse(const char *json, size_t bytes, struct jm_format_problem *why);

/* Complain about the value being read: "expected <what>". Returns -1. */
int jm_reader_expected(struct jm_reader *r, const char *what, const json_t *got);
int jm_reader_no_memory(struct jm_reader *r);

/* Read an object's keys by table; null values count as absent. */
int jm_reader_object(struct jm_reader *r, const json_t *v, const struct jm_reader_field *fields,
                     void *base);
/* Read an array of at most `max` items of `size` bytes each into the arena. `one` reads an item;
 * a single value that is no array counts as a list of one when `scalar_ok`. */
int jm_reader_list(struct jm_reader *r, const json_t *v, size_t max, size_t size, bool scalar_ok,
                   int (*one)(struct jm_reader *r, const json_t *v, void *to), void **items,
                   size_t *count);

/* The first line of a text as a title; NULL if it is too long to be one (or no memory). */
char *jm_format_first_line(struct jm_arena *arena, const char *text);

/* "City, Region, Country" into its parts; -1: out of memory. */
int jm_format_place_text(struct jm_arena *arena, const char *text, struct jm_place *out);

/* Field readers. */
int jm_read_string(struct jm_reader *r, const json_t *v, void *to);   /* const char * */
int jm_read_bool(struct jm_reader *r, const json_t *v, void *to);     /* bool */
int jm_read_amount(struct jm_reader *r, const json_t *v, void *to);   /* double >= 0 */
int jm_read_version(struct jm_reader *r, const json_t *v, void *to);  /* int64_t >= 1 */
int jm_read_time(struct jm_reader *r, const json_t *v, void *to);     /* int64_t, us */
int jm_read_country(struct jm_reader *r, const json_t *v, void *to);  /* char[3] */
int jm_read_currency(struct jm_reader *r, const json_t *v, void *to); /* char[4] */

#endif
