/* dict.c - the dictionary's life: new, add texts, seal or open, ask, free.
 *
 * jm_dict_add() (file.c) only reads lines; everything that needs the whole, the order of the
 * skills, parents and relations (refs.c), the trie (trie.c) and its final form (compile.c), happens
 * in jm_dict_seal(). What is sealed is the same as what is opened from a compiled file (image.c);
 * it is constant and shared by all threads. */
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "image.h"
#include "jobmatch/bytes.h"

struct jm_dict *jm_dict_new(void)
{
    struct jm_dict *d = calloc(1, sizeof *d);
    if (!d || !(d->draft = draft_new())) {
        free(d);
        return NULL;
    }
    d->version_name = "";
    return d;
}

void jm_dict_free(struct jm_dict *d)
{
    if (!d)
        return;
    draft_free(d->draft);
    weights_free(&d->gate);
    weights_free(&d->tagger);
    weights_free(&d->clusters);
    free(d->entries);
    if (d->release)
        d->release(d->release_arg);
    free(d);
}

int jm_dict_seal(struct jm_dict *d, struct jm_err *err)
{
    struct dict_draft *draft = d->draft;
    struct jm_buf image = {0};
    if (!draft)
        return jm_err_set(err, JM_EINTERNAL, "the dictionary is sealed already");
    if (draft_link(draft, err) || cues_add(draft, err) || draft_build_trie(draft, err) ||
        draft_compile(draft, &image, err) || image_attach(d, image.data, image.len, err)) {
        jm_buf_fini(&image);
        return -1;
    }
    d->release = free;
    d->release_arg = image.data;
    draft_free(draft);
    d->draft = NULL;
    d->sealed = true;
    return 0;
}

int jm_dict_weigh(struct jm_dict *d, const void *bytes, size_t len, struct jm_err *err)
{
    struct weights w = {0};
    enum weights_kind kind;
    if (!d->sealed)
        return jm_err_set(err, JM_EINTERNAL, "the dictionary is not sealed");
    if (weights_load(&w, bytes, len, &kind, err))
        return -1;
    struct weights *to = kind == WEIGHTS_GATE     ? &d->gate
                         : kind == WEIGHTS_TAGGER ? &d->tagger
                                                  : &d->clusters;
    if (to->bytes) {
        weights_free(&w);
        return jm_err_set(err, JM_EINVAL, "the dictionary has such weights already");
    }
    *to = w;
    return 0;
}

int jm_dict_write(const struct jm_dict *d, struct jm_buf *out, struct jm_err *err)
{
    if (!d->sealed)
        return jm_err_set(err, JM_EINTERNAL, "the dictionary is not sealed");
    jm_buf_add(out, d->image, d->image_bytes);
    return jm_buf_ok(out) ? 0 : jm_err_set(err, JM_ENOMEM, "out of memory");
}

struct jm_dict *jm_dict_open(const void *bytes, size_t len, void (*release)(void *arg), void *arg,
                             struct jm_err *err)
{
    struct jm_dict *d = calloc(1, sizeof *d);
    if (!d) {
        jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
        return NULL;
    }
    if (image_attach(d, bytes, len, err)) {
        jm_dict_free(d);
        return NULL;
    }
    d->release = release;
    d->release_arg = arg;
    d->sealed = true;
    return d;
}

size_t jm_dict_count(const struct jm_dict *d) { return d->n_entries; }
size_t jm_dict_surfaces(const struct jm_dict *d) { return d->n_surfaces ? d->n_surfaces - 1 : 0; }
uint64_t jm_dict_version(const struct jm_dict *d)
{
    return d->gate.bytes ? jm_mix64(d->version ^ d->gate.hash) : d->version;
}
const char *jm_dict_version_name(const struct jm_dict *d) { return d->version_name; }

size_t jm_dict_bytes(const struct jm_dict *d)
{
    return ((size_t)d->end_mask + 1) * sizeof *d->ends +
           ((size_t)d->pair_mask + 1) * sizeof *d->pairs + d->n_nodes * sizeof *d->nodes +
           d->n_slots * sizeof *d->slots + d->n_surfaces * sizeof *d->surfaces;
}

size_t jm_dict_image_bytes(const struct jm_dict *d) { return d->image_bytes; }

const struct jm_skill *jm_dict_skill(const struct jm_dict *d, uint32_t number)
{
    return number < d->n_entries ? &d->entries[number].pub : NULL;
}

int32_t jm_dict_by_key(const struct jm_dict *d, uint64_t key)
{
    if (!d->sealed)
        return -1;
    for (uint32_t i = (uint32_t)key & d->key_mask; d->keys[i]; i = (i + 1) & d->key_mask)
        if (d->entries[d->keys[i] - 1].pub.key == key)
            return (int32_t)d->keys[i] - 1;
    return -1;
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
