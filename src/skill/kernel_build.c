/* kernel_build.c - the occupation kernel from a list of labels and descriptions, offline.
 *
 * Three things are made. The words of every label, with how telling each is, by which a title finds
 * occupations. The neighbours of each occupation (kernel_svd.c) by two views of it: the words of
 * its labels; and these together with the words of its description. And vectors of words, pairs of
 * words and occupations (kernel_learn.c), by which a title leans to some of those. Floating point
 * is fine here: the result is a file, made once and shared. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/map.h"
#include "kernel_build.h"
#include "kernel_learn.h"

enum { VIEW_LABELS, VIEW_ALL, VIEWS };
enum { DESCRIPTION_WORDS = 400, TEXT_WORDS = 2000 };
enum { COMMON_PM = 600 }; /* a common word tells so much of its due */

struct word {
    uint64_t hash;
    uint32_t labels, number; /* how many it stands in; number: after sorting */
    bool common;             /* to many trades */
};

struct build {
    struct jm_map occs;       /* occupation id to number */
    struct jm_map64 word_of;  /* hash to index in words */
    struct jm_map64 seen;     /* label within occupation */
    struct jm_map64 columns;  /* word of a description to its column behind the label words */
    struct jm_map64 told;     /* word within a description */
    struct kernel_label *labels;
    size_t n_labels, cap_labels;
    uint32_t *entries; /* word indices of the labels */
    size_t n_entries, cap_entries;
    struct word *words;
    size_t n_words, cap_words;
    struct occ_words views[VIEWS];
    struct learn_notes notes;
    uint32_t n_numbers; /* of words with different short hashes */
    struct jm_err *err;
    jm_title_progress *progress;
};

static int no_memory(const struct build *b)
{
    return jm_err_set(b->err, JM_ENOMEM, "out of memory for the kernel");
}

int build_grow(void **array, size_t n, size_t *cap, size_t item_bytes)
{
    if (n < *cap)
        return 0;
    size_t more = *cap ? *cap * 2 : 1024;
    void *p = reallocarray(*array, more, item_bytes);
    if (!p)
        return -1;
    *array = p;
    *cap = more;
    return 0;
}

/* --- reading --------------------------------------------------------------------------------- */

static int add_pair(struct occ_words *m, uint32_t occ, uint32_t word)
{
    if (build_grow((void **)&m->pairs, m->n_pairs, &m->cap_pairs, sizeof *m->pairs))
        return -1;
    m->pairs[m->n_pairs++] = (struct occ_word){occ, word, 1};
    return 0;
}

/* Columns of label words are even, those of description words odd. */
static int add_word(struct build *b, uint32_t occ, const struct title_part *part)
{
    const uint64_t *at = jm_map64_get(&b->word_of, part->hash);
    uint32_t index = at ? (uint32_t)*at : (uint32_t)b->n_words;
    if (!at) {
        if (build_grow((void **)&b->words, b->n_words, &b->cap_words, sizeof *b->words) ||
            jm_map64_put(&b->word_of, part->hash, index))
            return -1;
        b->words[b->n_words++] = (struct word){.hash = part->hash,
                                               .common = part->damp < TITLE_DAMP};
    }
    b->words[index].labels++;
    if (build_grow((void **)&b->entries, b->n_entries, &b->cap_entries, sizeof *b->entries))
        return -1;
    b->entries[b->n_entries++] = index;
    return add_pair(&b->views[VIEW_LABELS], occ, index) ||
           add_pair(&b->views[VIEW_ALL], occ, 2 * index);
}

static int add_label(struct build *b, uint32_t occ, const char *text, size_t len)
{
    struct title_lex lex;
    uint64_t same = jm_mix64(occ);
    title_lex_read(text, len, false, &lex);
    for (size_t i = 0; i < lex.n_words; i++)
        same += jm_mix64(lex.words[i].hash);
    if (!lex.n_words || jm_map64_get(&b->seen, same))
        return 0;
    if (b->n_labels == KERNEL_MAX_LABELS)
        return jm_err_set(b->err, JM_ELIMIT, "more than %d labels", KERNEL_MAX_LABELS);
    if (jm_map64_put(&b->seen, same, 1) ||
        build_grow((void **)&b->labels, b->n_labels, &b->cap_labels, sizeof *b->labels))
        return no_memory(b);
    b->labels[b->n_labels++] = (struct kernel_label){
        .occ = occ, .first = (uint32_t)b->n_entries, .first_pair = (uint32_t)b->notes.n_pairs,
        .n_words = (uint8_t)lex.n_words, .n_pairs = (uint8_t)(lex.n_words - 1)};
    for (size_t i = 0; i < lex.n_words; i++)
        if (add_word(b, occ, &lex.words[i]) ||
            (i > 0 && learn_note_pair(&b->notes, kernel_pair_hash(lex.words[i - 1].hash,
                                                                  lex.words[i].hash))))
            return no_memory(b);
    return 0;
}

/* Several labels, "; " between them. */
static int add_labels(struct build *b, uint32_t occ, const char *text, size_t len)
{
    while (len) {
        const char *stop = memchr(text, ';', len);
        size_t n = stop ? (size_t)(stop - text) : len;
        if (add_label(b, occ, text, n))
            return -1;
        n += stop != NULL;
        text += n;
        len -= n;
    }
    return 0;
}

/* A word of a description counts once for its occupation. */
static int tell(struct build *b, uint32_t occ, uint64_t hash)
{
    const uint64_t *at = jm_map64_get(&b->columns, hash);
    uint32_t column = at ? (uint32_t)*at : (uint32_t)b->columns.count;
    uint64_t once = jm_mix64(hash ^ jm_mix64(occ));
    if (jm_map64_get(&b->told, once))
        return 0;
    return (!at && jm_map64_put(&b->columns, hash, column)) || jm_map64_put(&b->told, once, 1) ||
                   add_pair(&b->views[VIEW_ALL], occ, 2 * column + 1)
               ? no_memory(b) : 0;
}

/* A description, or a list of skills: these teach the vectors alone. */
static int add_text(struct build *b, uint32_t occ, const char *text, size_t len, bool description)
{
    struct title_lex lex;
    if (learn_note_text(&b->notes, occ))
        return no_memory(b);
    for (unsigned words = 0; len && words < TEXT_WORDS; words++) {
        const char *blank = memchr(text, ' ', len);
        size_t n = blank ? (size_t)(blank - text) : len;
        title_lex_read(text, n, false, &lex);
        for (size_t i = 0; i < lex.n_words; i++) {
            if (learn_note_word(&b->notes, lex.words[i].hash))
                return no_memory(b);
            if (description && words < DESCRIPTION_WORDS && tell(b, occ, lex.words[i].hash))
                return -1;
        }
        len -= blank ? n + 1 : n;
        text += blank ? n + 1 : n;
    }
    return 0;
}

struct fact { /* "kind TAB text" behind an occupation */
    const char *kind;
    size_t kind_bytes;
    const char *text;
    size_t text_bytes;
};

static bool is_kind(const struct fact *f, const char *kind)
{
    return strlen(kind) == f->kind_bytes && !memcmp(f->kind, kind, f->kind_bytes);
}

static int add_fact(struct build *b, uint32_t occ, struct fact f, unsigned number)
{
    if (is_kind(&f, "") || is_kind(&f, "skills"))
        return add_text(b, occ, f.text, f.text_bytes, f.kind_bytes == 0);
    if (is_kind(&f, "labels"))
        return add_labels(b, occ, f.text, f.text_bytes);
    if (is_kind(&f, "group"))
        return learn_note_group(&b->notes, occ, f.text, f.text_bytes) ? no_memory(b) : 0;
    return jm_err_set(b->err, JM_EINVAL,
                      "line %u: '%.*s' is no kind of line (labels, skills, group)", number,
                      (int)(f.kind_bytes < 30 ? f.kind_bytes : 30), f.kind);
}

static int read_line(struct build *b, const char *line, size_t len, unsigned number)
{
    const char *tab = memchr(line, '\t', len);
    if (!tab || tab == line)
        return jm_err_set(b->err, JM_EINVAL, "line %u: expected 'occupation TAB label'", number);
    size_t id_bytes = (size_t)(tab - line), rest = len - id_bytes - 1;
    const uint64_t *at = jm_map_get(&b->occs, line, id_bytes);
    uint32_t occ = at ? (uint32_t)*at : (uint32_t)b->occs.count;
    if (occ >= KERNEL_MAX_OCCS)
        return jm_err_set(b->err, JM_ELIMIT, "more than %d occupations", KERNEL_MAX_OCCS);
    if (!at && jm_map_put(&b->occs, line, id_bytes, occ))
        return no_memory(b);
    const char *kind = tab + 1, *end = memchr(kind, '\t', rest);
    if (!end)
        return add_label(b, occ, kind, rest);
    return add_fact(b, occ, (struct fact){kind, (size_t)(end - kind), end + 1,
                                          rest - (size_t)(end - kind) - 1}, number);
}

static int read_lines(struct build *b, const char *s, size_t len)
{
    for (unsigned number = 1; len; number++) {
        const char *nl = memchr(s, '\n', len);
        size_t n = nl ? (size_t)(nl - s) : len;
        if (n && s[0] != '#' && read_line(b, s, s[n - 1] == '\r' ? n - 1 : n, number))
            return -1;
        len -= nl ? n + 1 : n;
        s += nl ? n + 1 : n;
    }
    return b->n_labels ? 0 : jm_err_set(b->err, JM_EINVAL, "no labels");
}

/* --- numbering ------------------------------------------------------------------------------- */

static int by_short_hash(const void *x, const void *y)
{
    const struct word *a = *(struct word *const *)x, *b = *(struct word *const *)y;
    uint32_t ha = kernel_short_hash(a->hash), hb = kernel_short_hash(b->hash);
    if (ha != hb)
        return ha < hb ? -1 : 1;
    return a->hash < b->hash ? -1 : a->hash > b->hash;
}

/* Two words with one short hash are one word from here on; in a hundred thousand that is one. */
static int number_words(struct build *b, struct word ***sorted)
{
    size_t kept = 0;
    struct word **s = *sorted = calloc(b->n_words + 1, sizeof **sorted);
    if (!s)
        return no_memory(b);
    for (size_t i = 0; i < b->n_words; i++)
        s[i] = &b->words[i];
    if (b->n_words)
        qsort(s, b->n_words, sizeof *s, by_short_hash);
    for (size_t i = 0; i < b->n_words; i++) {
        struct word *w = s[i];
        if (!kept || kernel_short_hash(s[kept - 1]->hash) != kernel_short_hash(w->hash))
            s[kept++] = w;
        w->number = (uint32_t)kept - 1;
    }
    b->n_numbers = (uint32_t)kept;
    return kept <= KERNEL_MAX_WORDS
               ? 0 : jm_err_set(b->err, JM_ELIMIT, "more than %d words", KERNEL_MAX_WORDS);
}

static int by_occ(const void *x, const void *y)
{
    const struct kernel_label *a = x, *b = y;
    if (a->occ != b->occ)
        return a->occ < b->occ ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

/* Labels by occupation; the entries of each become word numbers, ascending, each once. */
static void order_labels(struct build *b)
{
    qsort(b->labels, b->n_labels, sizeof *b->labels, by_occ);
    for (size_t l = 0; l < b->n_labels; l++) {
        struct kernel_label *label = &b->labels[l];
        uint32_t *e = b->entries + label->first;
        uint8_t kept = 0;
        for (uint8_t i = 0; i < label->n_words; i++)
            e[i] = b->words[e[i]].number;
        qsort(e, label->n_words, sizeof *e, by_number);
        for (uint8_t i = 0; i < label->n_words; i++)
            if (!kept || e[kept - 1] != e[i])
                e[kept++] = e[i];
        label->n_words = kept;
    }
}

/* --- writing --------------------------------------------------------------------------------- */

static void put_u16(struct jm_buf *out, uint32_t v)
{
    uint8_t p[2];
    jm_put_u16(p, (uint16_t)v);
    jm_buf_add(out, p, 2);
}
static void put_u32(struct jm_buf *out, uint32_t v)
{
    uint8_t p[4];
    jm_put_u32(p, v);
    jm_buf_add(out, p, 4);
}
static void put_u64(struct jm_buf *out, uint64_t v)
{
    uint8_t p[8];
    jm_put_u64(p, v);
    jm_buf_add(out, p, 8);
}

/* How telling: its idf over the labels, 255 for a word of one label. */
static uint8_t weight_of(const struct build *b, const struct word *w)
{
    double n = (double)b->n_labels, v = 255 * log(1 + n / w->labels) / log(1 + n);
    if (w->common)
        v = v * COMMON_PM / 1000;
    return (uint8_t)(v < 1 ? 1 : v > 255 ? 255 : v);
}

static void put_head(const struct build *b, size_t pairs, struct jm_buf *out)
{
    uint32_t entries = 0;
    for (size_t l = 0; l < b->n_labels; l++)
        entries += b->labels[l].n_words;
    jm_buf_add(out, "JMTK", 4);
    const uint32_t head[] = {KERNEL_FORMAT, (uint32_t)b->occs.count, (uint32_t)b->n_labels,
                             b->n_numbers,  entries,                 KERNEL_NEIGHBOURS,
                             (uint32_t)pairs};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        put_u32(out, head[i]);
}

static void put_label_words(const struct build *b, struct jm_buf *out)
{
    for (size_t l = 0; l < b->n_labels; l++)
        for (uint8_t i = 0; i < b->labels[l].n_words; i++)
            put_u16(out, b->entries[b->labels[l].first + i]);
    for (size_t o = 0, l = 0; o < b->occs.count; o++) {
        size_t from = l;
        while (l < b->n_labels && b->labels[l].occ == o)
            l++;
        put_u32(out, (uint32_t)(l - from));
    }
}

static int write_file(const struct build *b, struct word **sorted, const struct neighbour *near,
                      const struct learned *learned, struct jm_buf *out)
{
    size_t from = out->len, n_near = b->occs.count * KERNEL_NEIGHBOURS;
    put_head(b, learned->n_pairs, out);
    for (uint32_t i = 0; i < b->n_numbers; i++)
        put_u32(out, kernel_short_hash(sorted[i]->hash));
    for (size_t i = 0; i < learned->n_pairs; i++)
        put_u32(out, learned->pairs[i]);
    put_label_words(b, out);
    for (size_t i = 0; i < n_near; i++)
        put_u16(out, near[i].occ);
    for (uint32_t i = 0; i < b->n_numbers; i++)
        jm_buf_ch(out, (char)weight_of(b, sorted[i]));
    for (size_t l = 0; l < b->n_labels; l++)
        jm_buf_ch(out, (char)b->labels[l].n_words);
    for (size_t i = 0; i < n_near; i++)
        jm_buf_ch(out, (char)near[i].cos);
    jm_buf_add(out, learned->vectors, learned->n_vectors * KERNEL_DIMS);
    if (jm_buf_ok(out))
        put_u64(out, jm_hash64(out->data + from, out->len - from));
    return jm_buf_ok(out) ? 0 : no_memory(b);
}

static int find_neighbours(struct build *b, struct neighbour **near)
{
    *near = calloc(b->occs.count * KERNEL_NEIGHBOURS, sizeof **near);
    if (!*near)
        return no_memory(b);
    size_t columns = b->n_words > b->columns.count ? b->n_words : b->columns.count;
    b->views[VIEW_LABELS].n_words = (uint32_t)b->n_words;
    b->views[VIEW_ALL].n_words = (uint32_t)(2 * columns);
    for (size_t i = 0; i < VIEWS; i++)
        b->views[i].n_occ = (uint32_t)b->occs.count;
    return kernel_neighbours(b->views, VIEWS, *near, b->progress, b->err);
}

static int64_t number_of(const void *arg, uint64_t hash)
{
    const struct build *b = arg;
    const uint64_t *at = jm_map64_get(&b->word_of, hash);
    return at ? (int64_t)b->words[*at].number : -1;
}

static int learn_vectors(const struct build *b, struct learned *out)
{
    const struct learn_input in = {b->labels, b->entries, b->n_labels, b->n_numbers,
                                   b->occs.count, number_of, b, b->progress};
    return kernel_learn(&in, &b->notes, out) ? no_memory(b) : 0;
}

static void build_fini(struct build *b)
{
    for (size_t i = 0; i < VIEWS; i++)
        free(b->views[i].pairs);
    learn_notes_fini(&b->notes);
    free(b->words);
    free(b->entries);
    free(b->labels);
    jm_map64_fini(&b->told);
    jm_map64_fini(&b->columns);
    jm_map64_fini(&b->seen);
    jm_map64_fini(&b->word_of);
    jm_map_fini(&b->occs);
}

int jm_title_kernel_build(const char *lines, size_t len, jm_title_progress *progress, struct jm_buf *out,
                          struct jm_err *err)
{
    struct build b = {.err = err, .progress = progress};
    struct word **sorted = NULL;
    struct neighbour *near = NULL;
    struct learned learned = {0};
    learn_notes_init(&b.notes);
    jm_map_init(&b.occs);
    jm_map64_init(&b.word_of);
    jm_map64_init(&b.seen);
    jm_map64_init(&b.columns);
    jm_map64_init(&b.told);
    int rc = read_lines(&b, lines, len) || find_neighbours(&b, &near) || number_words(&b, &sorted);
    if (!rc) {
        order_labels(&b);
        rc = learn_vectors(&b, &learned) || write_file(&b, sorted, near, &learned, out);
    }
    learned_fini(&learned);
    free(near);
    free(sorted);
    build_fini(&b);
    return rc ? -1 : 0;
}
