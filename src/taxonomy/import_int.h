/* import_int.h - one import: concepts, their names, and who owns a name. */
#ifndef JM_TAXONOMY_IMPORT_INT_H
#define JM_TAXONOMY_IMPORT_INT_H

#include "csv.h"
#include "jobmatch/arena.h"
#include "jobmatch/map.h"
#include "jobmatch/taxonomy.h"
#include "taxonomy_int.h"

enum { NO_CONCEPT = -1 };

struct concept {
    const char *id, *name, *gate; /* gate NULL: none */
    enum jm_skill_kind kind;
    uint8_t idf;                  /* 0: not given */
    bool fresh;                   /* made by this import; else a line of the base */
    int32_t parent;               /* of a fresh one */
};
struct alias { /* a name that came to a concept */
    uint32_t concept, order;
    enum jm_lang lang;
    const char *text, *gate;
};
struct relation {
    uint32_t from, to;
    uint16_t pm;
};
struct label { /* a name in a row that waits for the end of the table */
    uint32_t row;
    enum jm_lang lang;
    bool preferred;
    struct span text;
};
struct row {
    unsigned line;
    const char *source, *id, *parent; /* parent: an id or name, CSV only */
    bool own_id;                      /* the list gave the id, else it is made of the name */
    enum jm_skill_kind kind;
    uint8_t idf;
    uint32_t first_label;
    int32_t concept;
};

enum role { ROLE_NONE, ROLE_SOURCE, ROLE_NAME, ROLE_ALIAS, ROLE_KIND, ROLE_PARENT, ROLE_IDF,
            ROLE_FROM, ROLE_TO, ROLE_TEXT, ROLE_GROUP, ROLES };

struct jm_taxonomy {
    struct jm_arena strings;
    struct jm_text *text;
    struct concept *concepts;
    size_t n_concepts, cap_concepts;
    struct alias *aliases;
    size_t n_aliases, cap_aliases;
    struct relation *relations;
    size_t n_relations, cap_relations;
    struct jm_map64 owners;      /* name (and language) to concept */
    struct jm_map64 silent;      /* names that the base has with ^no: to their first skill */
    struct jm_map ids, sources;  /* id, and the other list's id, to concept */
    struct jm_buf titles, report;
    struct jm_taxonomy_sums sums;
    bool sorted;
    /* the table that is open */
    enum jm_taxonomy_table table;
    const char *file;
    enum jm_lang lang;
    struct csv csv;
    bool has_header;
    uint8_t role[CSV_MAX_FIELDS];
    enum jm_lang role_lang[CSV_MAX_FIELDS];
    struct row *rows;
    size_t n_rows, cap_rows;
    struct label *labels;
    size_t n_labels, cap_labels, n_labels_before; /* before: of the tables that are read */
    const char *last_occupation, *last_list;
};

int import_no_memory(struct jm_err *err);
int import_grow(void **array, size_t n, size_t *cap, size_t item_bytes, struct jm_err *err);
#define IMPORT_GROW(t, list, err) \
    import_grow((void **)&(t)->list, (t)->n_##list, &(t)->cap_##list, sizeof *(t)->list, err)

/* import.c: what the rows of a table of skills come to, at its end. */
int import_rows(struct jm_taxonomy *t, struct jm_err *err);
/* The concept of another list's id, or NO_CONCEPT. */
int32_t import_by_source(const struct jm_taxonomy *t, const char *source);
/* Only a fresh concept gets a parent, its first: the base knows its own. False: it would be a loop,
 * or too deep. */
bool import_set_parent(struct jm_taxonomy *t, int32_t from, int32_t to);
/* tables.c */
int table_row(void *t, const struct csv_row *row, struct jm_err *err);

#endif
