/* dict.c - the dictionary's life: new, add texts, seal, ask, free.
 *
 * jm_dict_add() (file.c) only reads lines; everything that needs the whole, the order of the
 * skills, parents and relations (refs.c) and the automaton (trie.c), happens in jm_dict_seal().
 * After that the dictionary is constant and shared by all threads. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cues.h"
#include "dict_int.h"
#include "jobmatch/bytes.h"

/* Raise it when rules change what a text yields: stored documents are then known to be older. */
enum { ENGINE_RULES = 1 };

struct jm_dict *jm_dict_new(void)
{
    struct jm_dict *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    jm_arena_init(&d->strings, 0);
    jm_map_init(&d->files);
    jm_map64_init(&d->by_key);
    d->version_name = "";
    d->n_surfaces = d->cap_surfaces = 0;
    return d;
}

void jm_dict_free(struct jm_dict *d)
{
    if (!d)
        return;
    free(d->root_bits);
    free(d->terminal);
    free(d->edge_bits);
    free(d->edges);
    jm_map64_fini(&d->by_key);
    free(d->related);
    free(d->seq_hashes);
    free(d->seqs);
    free(d->phrases);
    free(d->refs);
    free(d->surfaces);
    free(d->entries);
    jm_map_fini(&d->files);
    jm_arena_fini(&d->strings);
    free(d);
}

int dict_fail(const struct jm_dict *d, uint32_t place, struct jm_err *err, const char *fmt, ...)
{
    char what[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    unsigned file = place >> 20;
    return jm_err_set(err, JM_EINVAL, "%s:%u: %s", file < d->n_files ? d->file_names[file] : "?",
                      place & 0xfffff, what);
}

int dict_grow(void **array, size_t n, size_t *cap, size_t item_bytes, struct jm_err *err)
{
    if (n < *cap)
        return 0;
    size_t more = *cap ? *cap * 2 : 64;
    void *p = reallocarray(*array, more, item_bytes);
    if (!p)
        return jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
    *array = p;
    *cap = more;
    return 0;
}

struct surface *dict_add_surface(struct jm_dict *d, struct surface s, struct jm_err *err)
{
    if (d->n_surfaces == 0)
        d->n_surfaces = 1; /* 0 means "none" */
    if (dict_grow((void **)&d->surfaces, d->n_surfaces, &d->cap_surfaces, sizeof s, err))
        return NULL;
    struct surface *out = &d->surfaces[d->n_surfaces++];
    *out = s;
    return out;
}

static uint64_t version_of(const struct jm_dict *d)
{
    uint64_t h = jm_mix64(ENGINE_RULES);
    for (size_t i = 0; i < d->n_entries; i++) {
        const struct jm_skill *s = &d->entries[i].pub;
        h = jm_mix64(h ^ s->key ^ (uint64_t)s->kind << 56 ^ (uint64_t)s->idf << 48 ^
                     (uint64_t)(uint32_t)s->parent);
        for (uint32_t r = 0; r < s->n_related; r++)
            h = jm_mix64(h ^ s->related[r].skill ^ (uint64_t)s->related[r].weight_pm << 32);
    }
    for (size_t i = 1; i < d->n_surfaces; i++) {
        const struct surface *s = &d->surfaces[i];
        h = jm_mix64(h ^ jm_hash64(s->text, strlen(s->text)) ^ s->owner ^
                     (uint64_t)s->gate << 40 ^ (uint64_t)s->lang << 48);
    }
    for (size_t i = 0; i < d->n_seq_hashes; i++)
        h = jm_mix64(h ^ d->seq_hashes[i]);
    return h ? h : 1;
}

int jm_dict_seal(struct jm_dict *d, struct jm_err *err)
{
    if (d->sealed)
        return jm_err_set(err, JM_EINTERNAL, "the dictionary is sealed already");
    if (dict_link(d, err) || cues_add(d, err) || dict_build_trie(d, err))
        return -1;
    d->version = version_of(d);
    d->sealed = true;
    return 0;
}

size_t jm_dict_count(const struct jm_dict *d) { return d->n_entries; }
size_t jm_dict_surfaces(const struct jm_dict *d) { return d->n_surfaces ? d->n_surfaces - 1 : 0; }
uint64_t jm_dict_version(const struct jm_dict *d) { return d->version; }
const char *jm_dict_version_name(const struct jm_dict *d) { return d->version_name; }

size_t jm_dict_bytes(const struct jm_dict *d)
{
    return d->edge_cap * sizeof *d->edges + d->n_nodes * sizeof *d->terminal + ROOT_BITS / 8 +
           EDGE_BITS / 8 +
           d->n_surfaces * sizeof *d->surfaces;
}

const struct jm_skill *jm_dict_skill(const struct jm_dict *d, uint32_t number)
{
    return number < d->n_entries ? &d->entries[number].pub : NULL;
}

int32_t jm_dict_by_key(const struct jm_dict *d, uint64_t key)
{
    const uint64_t *n = jm_map64_get(&d->by_key, key);
    return n ? (int32_t)*n : -1;
}

int32_t jm_dict_by_id(const struct jm_dict *d, const char *id)
{
    int32_t n = jm_dict_by_key(d, jm_key64("skill", id, strlen(id)));
    return n >= 0 && !strcmp(d->entries[n].pub.id, id) ? n : -1;
}

unsigned jm_dict_related_pm(const struct jm_dict *d, uint32_t a, uint32_t b)
{
    if (a == b)
        return 1000;
    const struct jm_skill *s = jm_dict_skill(d, a);
    for (uint32_t i = 0; s && i < s->n_related; i++)
        if (s->related[i].skill == b)
            return s->related[i].weight_pm;
    return 0;
}

bool jm_dict_is_a(const struct jm_dict *d, uint32_t skill, uint32_t ancestor)
{
    for (int32_t n = (int32_t)skill; n >= 0; n = d->entries[n].pub.parent)
        if ((uint32_t)n == ancestor)
            return true;
    return false;
}

static const char *const kind_names[JM_SKILL_KINDS] = {"code", "tool", "method", "field", "task",
                                                       "soft", "language", "certificate", "licence",
                                                       "equipment"};

const char *jm_skill_kind_name(enum jm_skill_kind k)
{
    return (unsigned)k < JM_SKILL_KINDS ? kind_names[k] : "";
}

int jm_skill_kind_parse(const char *s, size_t len)
{
    for (int k = 0; k < JM_SKILL_KINDS; k++)
        if (strlen(kind_names[k]) == len && !memcmp(kind_names[k], s, len))
            return k;
    return -1;
}
