/* percolate_int.h - the structures of the percolator; private to src/index.
 *
 * What. Every term that a wish names has a number and a file. A wish is a cell in a list of the
 * file of its rarest must-term (or of each of its any-terms, or of those weighted terms without
 * which it cannot reach its minimum). A list keeps its cells in blocks of 32, a cache line for each
 * column of 16 bits, so that a vector unit judges 32 wishes at a time.
 *
 * Why so. A posting with 20 skills meets 5,500 filed wishes of a million, one in six fits, and the
 * cache lines that must be read for that are what it costs. The columns hold all that the usual
 * wish asks for, exactly: two more must-terms, six any-terms, a place, a least pay, workplace and
 * employment. A wish that asks for more has a form as well, and is looked at there after its cell
 * has passed. Terms are tested by a 1024-bit signature of the document first (one lookup in
 * two vector registers), then exactly, by a bitmap over the terms' numbers.
 *
 * Lists are sorted into buckets by place: a posting of a known place reads the wishes without a
 * place and those of its bucket. What was added since the last sorting is a tail that all read.
 *
 * Who owns what. The writer alone allocates. A cell is written once and never used again; it is
 * visible at moment S if born <= S < died, as a document in the index is, and a match reads `now`
 * once. A list is replaced by a larger, sorted one and the old one freed when no reader can hold
 * it (epoch.h). Moments that every reader has passed are `settled`: cells that died by then lose
 * their bits, and are left out by the next sorting. Only where cells are dying or younger than the
 * reader are moments looked at.
 *
 * How it differs from the access predicates of the literature: the second and third predicate
 * (place, other terms) are columns rather than trees; they change in place, need no tuning, and
 * cost the same whatever is asked. */
#ifndef JM_PERCOLATE_INT_H
#define JM_PERCOLATE_INT_H

#include "index_int.h"
#include "jobmatch/map.h"
#include "jobmatch/percolate.h"

enum {
    CELLS = 32,       /* in a block */
    LINE_BYTES = 64,
    FILES_PAGE = 4096,
    FILE_PAGES = (JM_INDEX_TERM_MAX + 1) / FILES_PAGE + 1,
    FILE_LOOSE = 0,   /* not a term's: the wishes without terms; as a term, "always there" */
    NUMBER_MAX = UINT16_MAX,     /* larger numbers of terms do not fit a column */
    PLACE_OTHER = UINT16_MAX,    /* a document's place that no wish names */
    ANY_COLUMNS = 6,
    BUCKETS_MAX = 257, /* without a place, and 256 by place */
    BUCKET_CELLS = 16  /* on the mean, about */
};

/* The lines of a block. */
enum {
    LINE_BITS,  /* below: workplace, above: employment (255: any); 0: nobody is here */
    LINE_PLACE, /* its number; 0: any */
    LINE_PAY,   /* pay_code() */
    LINE_MUST,  /* number of a term; FILE_LOOSE: none */
    LINE_MUST2,
    LINE_ID,    /* 32 bits, as all that follow */
    LINE_BORN = LINE_ID + 2,   /* 0: before any reader */
    LINE_DIED = LINE_BORN + 2, /* 0: alive */
    LINES = LINE_DIED + 2,
    LINE_ANY = LINES,       /* LIST_ANY: the first repeated to fill up */
    LINE_MORE = LINES,      /* LIST_FORM: below: place_free, above: least_weight() */
    LINE_FORM = LINES + 1   /* LIST_FORM: 64 bits */
};
/* A file's lists: by what else there is to look at. */
enum list_kind { LIST_PLAIN, LIST_ANY, LIST_FORM, LIST_KINDS };

/* A cell before it is in a list. */
struct form;
struct cell {
    uint16_t bits, place, pay, must[2], any[ANY_COLUMNS], more;
    uint32_t id, born, died;
    struct form *form;
};

struct wish_list {
    uint32_t bytes;   /* of the whole block of memory */
    uint32_t n;       /* cells, released by each append */
    uint32_t cap;     /* a multiple of CELLS */
    uint32_t sorted;  /* cells that are in buckets; the rest is the tail */
    uint32_t changed; /* the moment of the last append */
    uint32_t n_dying; /* cells that have died and have their bits */
    uint32_t n_dead;  /* writer's: cells that have died */
    uint32_t dead_limit; /* ... sort when there are more */
    uint16_t n_buckets;
    uint8_t kind, lines; /* of a block */
    uint32_t first;   /* of the blocks, in bytes from here */
    uint32_t start[]; /* of the buckets, in cells; n_buckets + 1 */
};

struct file {
    struct wish_list *list[LIST_KINDS];
    uint32_t term;
    uint32_t mentions; /* writer's: how often a wish asked for the term so far */
};

/* Numbers of terms, or of places. */
struct number_map {
    uint32_t bytes, cap, count, pad;
    uint64_t slot[]; /* term + 1 in the upper half, number in the lower; 0: free */
};

/* All of a wish, kept when its cell cannot hold it or when it is filed more than once. */
struct form {
    struct jm_wish w; /* its pointers point behind it */
    struct jm_index_filter filter;
    uint32_t bytes, n_homes;
    uint32_t *homes; /* files */
    uint64_t data[];
};

/* Where the writer finds a wish again. */
struct filed {
    struct form *form; /* or NULL: one home, and all is in the cell */
    uint32_t home;
    unsigned bucket_place : 16; /* as list_bucket() asks */
    unsigned kind : 2;
    bool there : 1;
};

/* A cell whose bits go when its death is settled. */
struct dying {
    struct wish_list *list;
    uint32_t file, kind, cell, died;
};

struct jm_percolate {
    struct jm_epoch *epoch;
    uint32_t now;     /* the moment; never 0 */
    uint32_t n_files; /* FILE_LOOSE counted */
    struct number_map *terms, *places;
    bool several; /* some wish was filed more than once */
    struct file *pages[FILE_PAGES];
    /* the writer's alone */
    uint32_t settled; /* no reader is older than this moment */
    uint32_t asked;   /* the moment that will be settled next; 0: none is under way */
    struct dying *dying; /* ring, oldest first */
    uint32_t dying_head, n_dying, dying_cap;
    struct filed *filed;
    uint32_t cap;
    struct jm_map64 common; /* term -> documents that have it, as hinted */
    struct mem mem;
    struct jm_percolate_stats stats;
};

static inline struct file *file_at(const struct jm_percolate *p, uint32_t number)
{
    return &LOAD_ACQUIRE(&p->pages[number / FILES_PAGE])[number % FILES_PAGE];
}
static inline char *list_line(const struct wish_list *l, uint32_t block, unsigned line)
{
    return (char *)(uintptr_t)l + l->first + ((size_t)block * l->lines + line) * LINE_BYTES;
}
static inline uint16_t *list_short(const struct wish_list *l, uint32_t cell, unsigned line)
{
    return (uint16_t *)(void *)list_line(l, cell / CELLS, line) + cell % CELLS;
}
static inline uint32_t *list_word(const struct wish_list *l, uint32_t cell, unsigned line)
{
    return (uint32_t *)(void *)list_line(l, cell / CELLS, line) + cell % CELLS;
}
static inline struct form **list_form(const struct wish_list *l, uint32_t cell)
{
    return (struct form **)(void *)list_line(l, cell / CELLS, LINE_FORM) + cell % CELLS;
}
/* By the number of a place; remote work passes from anywhere, and has 0 here. */
static inline uint32_t list_bucket(const struct wish_list *l, uint32_t place)
{
    return place == 0 || l->n_buckets == 1 ? 0 : 1 + place % (l->n_buckets - 1u);
}
static inline uint32_t number_home(uint32_t term, uint32_t cap)
{
    return (uint32_t)((uint64_t)(term * 0x9e3779b1u) * cap >> 32);
}
/* The number of a term or place; 0: no wish names it. Reader or writer. */
static inline uint32_t number_find(const struct number_map *m, uint32_t term)
{
    for (uint32_t i = m ? number_home(term, m->cap) : 0; m; i = i + 1 < m->cap ? i + 1 : 0) {
        uint64_t e = LOAD_ACQUIRE(&m->slot[i]);
        if (e == 0)
            break;
        if (e >> 32 == term + 1ull)
            return (uint32_t)e;
    }
    return 0;
}
static inline bool cell_visible(const struct wish_list *l, uint32_t cell, uint32_t moment)
{
    uint32_t born = LOAD_RELAXED(list_word(l, cell, LINE_BORN));
    uint32_t died = LOAD_RELAXED(list_word(l, cell, LINE_DIED));
    return (!born || (int32_t)(moment - born) >= 0) && (!died || (int32_t)(died - moment) > 0);
}

/* Four decimal digits of a pay and its magnitude, in order: `more` >= `less` exactly if their codes
 * are so, provided `less` has no more than four digits before its zeros. */
static inline uint16_t pay_code(uint32_t pay)
{
    uint32_t above = 0;
    for (; pay >= 10000; pay /= 10)
        above += 9000;
    return (uint16_t)(above + pay);
}
static inline bool pay_fits(uint32_t pay)
{
    while (pay >= 10000 && pay % 10 == 0)
        pay /= 10;
    return pay < 10000;
}

/* ---- percolate_list.c; the writer's --------------------------------------------------------- */

/* The number of a term, with an empty file if it is new. UINT32_MAX: out of memory. */
uint32_t file_make(struct jm_percolate *p, uint32_t term);
/* The number of a place; 0: none is left, or no memory. */
uint32_t place_number(struct jm_percolate *p, uint32_t place);
/* Make sure that the next append to this list cannot fail. -1: out of memory. */
int list_reserve(struct jm_percolate *p, uint32_t file, enum list_kind kind);
void list_append(struct jm_percolate *p, uint32_t file, enum list_kind kind,
                 const struct cell *c);
/* Let the wish's cell in this list die at a moment. */
void list_kill(struct jm_percolate *p, uint32_t file, enum list_kind kind, uint32_t bucket_place,
               uint32_t id, uint32_t moment);
/* The living cell of the wish; UINT32_MAX: none. */
uint32_t list_find(const struct wish_list *l, uint32_t bucket_place, uint32_t id);
/* Take the bits from what is settled. */
void lists_bury(struct jm_percolate *p);
/* Forget all moments that are settled: needed once in 2^30 changes. */
void lists_settle(struct jm_percolate *p);
int list_check(const struct wish_list *l, struct jm_err *err);

#endif
