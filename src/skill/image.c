/* image.c - opening a compiled dictionary: nothing in it is believed until it is checked.
 *
 * The file may be damaged or made by somebody who means harm, and the readers behind this door
 * check nothing: every offset, number and order they rely on is checked here, once. The whole costs
 * a few milliseconds for 200,000 surfaces. */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "cues.h"
#include "jobmatch/bytes.h"

struct opening {
    struct jm_dict *d;
    const struct image_head *head;
    const struct image_skill *skills;
    const uint8_t *bytes;
    uint64_t n[SECTIONS];
};

size_t image_item_bytes(enum image_section s)
{
    static const uint8_t bytes[SECTIONS] = {[SEC_STRINGS] = 1,
                                            [SEC_SKILLS] = sizeof(struct image_skill),
                                            [SEC_RELATED] = sizeof(struct jm_skill_related),
                                            [SEC_KEYS] = sizeof(uint32_t),
                                            [SEC_SURFACES] = sizeof(struct surface),
                                            [SEC_ENDS] = sizeof(uint64_t),
                                            [SEC_NODES] = sizeof(struct dict_node),
                                            [SEC_SLOTS] = sizeof(uint64_t),
                                            [SEC_PAIRS] = sizeof(uint64_t),
                                            [SEC_SEQS] = sizeof(struct word_seq),
                                            [SEC_HASHES] = sizeof(uint64_t)};
    return bytes[s];
}

uint64_t image_sum(const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    uint64_t lane[4] = {1, 2, 3, 4}, sum = len;
    for (; len >= 32; p += 32, len -= 32)
        for (int k = 0; k < 4; k++)
            lane[k] = (lane[k] ^ jm_get_u64(p + 8 * k)) * UINT64_C(0x9fb21c651e98df25);
    for (; len; p++, len--)
        lane[0] = (lane[0] ^ *p) * UINT64_C(0x9fb21c651e98df25);
    for (int k = 0; k < 4; k++)
        sum = jm_mix64(sum ^ lane[k]);
    return sum;
}

/* The rules of this release, seen from what they make of its own cues: a change to the tokeniser,
 * to the cues or to a table's form gives another number without anybody having to think of it. */
static uint64_t engine_number(void)
{
    struct jm_text *t = jm_text_new();
    const struct cue_row *row;
    uint64_t h = jm_mix64(DICT_RULES);
    for (int s = 0; s < SECTIONS; s++)
        h = jm_mix64(h ^ image_item_bytes((enum image_section)s));
    for (size_t i = 0; t && (row = cue_row(i)); i++) {
        const struct jm_text_view *v =
            jm_text_read(t, row->phrases, cue_phrases_bytes(row), JM_TEXT_PLAIN, NULL);
        h = jm_mix64(h ^ cue_owner(row));
        for (size_t k = 0; v && k < v->n_tokens; k++)
            h = jm_mix64(h ^ v->tokens[k].hash ^ v->tokens[k].gap ^
                         (uint64_t)v->tokens[k].flags << 32);
    }
    jm_text_free(t);
    return h;
}

uint64_t image_engine(void)
{
#ifdef JM_FUZZ /* half of what an input costs, and always the same */
    static uint64_t known;
    return known ? known : (known = engine_number());
#else
    return engine_number();
#endif
}

/* --- header ----------------------------------------------------------------------------------- */

static const char *bad_parts(const struct opening *o)
{
    for (int s = 0; s < SECTIONS; s++) {
        const struct image_part *p = &o->head->part[s];
        uint64_t item = image_item_bytes((enum image_section)s);
        if (p->offset % IMAGE_ALIGN || p->offset < sizeof *o->head ||
            p->offset > o->head->bytes || p->count > UINT32_MAX ||
            p->count * item > o->head->bytes - p->offset)
            return "a table lies outside the file";
    }
    return NULL;
}

/* NULL, or what is wrong with the file as a whole. */
static const char *bad_file(const struct opening *o, const void *bytes, size_t len)
{
    const struct image_head *h = bytes;
    if (len < sizeof *h + 8 || memcmp(h->magic, "JMSKILLS", 8))
        return "is not a compiled dictionary";
    if ((uintptr_t)bytes % 8)
        return "does not lie on a border of 8 bytes";
    if (h->format != IMAGE_FORMAT || h->order != IMAGE_ORDER)
        return "was compiled by another release or kind of machine: compile it again";
    if (h->bytes != len)
        return "is cut short or has something behind its end";
    if (image_sum(bytes, len - 8) != jm_get_u64((const uint8_t *)bytes + len - 8))
        return "is damaged: its checksum is wrong";
    if (h->engine != image_engine())
        return "was compiled by another release: compile it again";
    return bad_parts(o);
}

static const void *part(const struct opening *o, enum image_section s)
{
    return o->bytes + o->head->part[s].offset;
}

static void point(struct opening *o)
{
    struct jm_dict *d = o->d;
    for (int s = 0; s < SECTIONS; s++)
        o->n[s] = o->head->part[s].count;
    o->skills = part(o, SEC_SKILLS);
    d->strings = part(o, SEC_STRINGS);
    d->surfaces = part(o, SEC_SURFACES);
    d->ends = part(o, SEC_ENDS);
    d->nodes = part(o, SEC_NODES);
    d->slots = part(o, SEC_SLOTS);
    d->pairs = part(o, SEC_PAIRS);
    d->seqs = part(o, SEC_SEQS);
    d->seq_hashes = part(o, SEC_HASHES);
    d->related = part(o, SEC_RELATED);
    d->keys = part(o, SEC_KEYS);
    d->n_entries = o->n[SEC_SKILLS];
    d->n_surfaces = o->n[SEC_SURFACES];
    d->n_nodes = o->n[SEC_NODES];
    d->n_slots = o->n[SEC_SLOTS];
    d->end_mask = (uint32_t)o->n[SEC_ENDS] - 1;
    d->key_mask = (uint32_t)o->n[SEC_KEYS] - 1;
    d->pair_mask = (uint32_t)o->n[SEC_PAIRS] - 1;
    d->version = o->head->version;
    d->version_name = d->strings + o->head->version_name;
}

static bool power_of_two(uint64_t n) { return n && !(n & (n - 1)); }

/* --- tables ----------------------------------------------------------------------------------- */

/* Does a string start here? */
static bool text_at(const struct opening *o, uint32_t at)
{
    return at < o->n[SEC_STRINGS] && (!at || !o->d->strings[at - 1]);
}

static bool strings_ok(const struct opening *o)
{
    uint64_t n = o->n[SEC_STRINGS];
    return n && !o->d->strings[0] && !o->d->strings[n - 1] && jm_utf8_ok(o->d->strings, n, NULL) &&
           text_at(o, o->head->version_name);
}

static bool skill_ok(const struct opening *o, uint64_t i)
{
    const struct image_skill *s = &o->skills[i];
    if (!text_at(o, s->id) || !text_at(o, s->name) || !text_at(o, s->sector) ||
        s->kind >= JM_SKILL_KINDS || s->idf < 1 || s->idf > 10 || s->parent < -1 ||
        (s->parent >= 0 && (uint64_t)s->parent >= o->n[SEC_SKILLS]))
        return false;
    const char *id = o->d->strings + s->id;
    if (s->key != jm_key64("skill", id, strlen(id)) ||
        (i && strcmp(o->d->strings + s[-1].id, id) >= 0))
        return false;
    return (uint64_t)s->related + s->n_related <= o->n[SEC_RELATED] && s->not_n <= s->seq_n &&
           (uint64_t)s->seq_first + s->seq_n <= o->n[SEC_SEQS];
}

static bool skills_ok(const struct opening *o)
{
    uint64_t n = o->n[SEC_SKILLS];
    for (uint64_t i = 0; i < n; i++)
        if (!skill_ok(o, i))
            return false;
    for (uint64_t i = 0; i < n; i++) {
        int steps = 0;
        for (int32_t p = o->skills[i].parent; p >= 0; p = o->skills[p].parent)
            if (++steps > 32)
                return false;
    }
    for (uint64_t i = 0; i < o->n[SEC_RELATED]; i++)
        if (o->d->related[i].skill >= n || o->d->related[i].weight_pm > 900)
            return false;
    return true;
}

/* Every skill is found under its key, and a search for another one ends. */
static bool keys_ok(const struct opening *o)
{
    uint64_t used = 0, cap = o->n[SEC_KEYS], n = o->n[SEC_SKILLS];
    if (!power_of_two(cap))
        return false;
    for (uint64_t i = 0; i < cap; i++) {
        used += o->d->keys[i] != 0;
        if (o->d->keys[i] > n)
            return false;
    }
    return used == n && used < cap;
}

static bool seq_ok(const struct opening *o, const struct word_seq *q)
{
    if (!q->n || q->n > MAX_SURFACE_TOKENS || (uint64_t)q->first + q->n > o->n[SEC_HASHES])
        return false;
    const uint64_t *words = o->d->seq_hashes + q->first;
    size_t telling = 0, asked = q->is_not ? q->n : 1;
    while (telling < asked && q->place != filter_place(words[telling]))
        telling++;
    return telling < asked;
}

static bool seqs_ok(const struct opening *o)
{
    for (uint64_t i = 0; i < o->n[SEC_SEQS]; i++)
        if (!seq_ok(o, &o->d->seqs[i]))
            return false;
    return true;
}

static bool surfaces_ok(const struct opening *o)
{
    uint32_t known = cue_owner(cue_row(0)); /* cues of one owner stand together */
    for (uint64_t i = 1; i < o->n[SEC_SURFACES]; i++) {
        const struct surface *s = &o->d->surfaces[i];
        bool cue = s->flags & SURF_CUE;
        if (cue && s->owner != known && cue_known(s->owner))
            known = s->owner;
        if (!text_at(o, s->text) || s->next >= i || s->gate > GATE_NO ||
            s->langs >> JM_LANGS || s->n_tokens > MAX_SURFACE_TOKENS ||
            (cue ? s->owner != known : s->owner >= o->n[SEC_SKILLS]) ||
            s->kind != (cue ? 0 : o->skills[s->owner].kind))
            return false;
    }
    return true;
}

static bool filter_ok(const struct opening *o, enum image_section s)
{
    return power_of_two(o->n[s]) && o->n[s] <= MAX_FILTER;
}

/* A tree: children stand behind their parents and have one each, so that every walk ends. */
static bool node_ok(const struct opening *o, uint64_t i, uint8_t *seen)
{
    const struct dict_node *n = &o->d->nodes[i];
    if (n->surface && n->surface >= o->n[SEC_SURFACES])
        return false;
    uint64_t size = UINT64_C(1) << node_log2(n);
    if (node_slots(n) + size > o->n[SEC_SLOTS]) /* that of none is asked for as well */
        return false;
    if (!n->filter)
        return true;
    for (uint64_t k = 0; k < size; k++) {
        uint64_t slot = o->d->slots[node_slots(n) + k];
        uint32_t to = slot_node(slot);
        if (!slot)
            continue;
        if (to & NODE_LEAF) {
            if (!dict_surface(o->d, to) || dict_surface(o->d, to) >= o->n[SEC_SURFACES])
                return false;
            continue;
        }
        if (to <= i || to >= o->n[SEC_NODES] || seen[to])
            return false;
        seen[to] = 1;
    }
    return true;
}

static bool nodes_ok(const struct opening *o)
{
    uint64_t n = o->n[SEC_NODES];
    uint8_t *seen = n >= 2 ? calloc(n, 1) : NULL;
    const struct dict_node *first = o->d->nodes;
    bool ok = seen && !first[NODE_NONE].surface && !first[NODE_NONE].filter;
    for (uint64_t i = 0; ok && i < n; i++)
        ok = node_ok(o, i, seen);
    free(seen);
    return ok;
}

static int make_entries(const struct opening *o, struct jm_err *err)
{
    struct jm_dict *d = o->d;
    d->entries = calloc(d->n_entries + 1, sizeof *d->entries);
    if (!d->entries)
        return jm_err_set(err, JM_ENOMEM, "out of memory for the dictionary");
    for (size_t i = 0; i < d->n_entries; i++) {
        const struct image_skill *s = &o->skills[i];
        const char *sector = d->strings + s->sector;
        d->entries[i] = (struct entry){
            .pub = {.key = s->key, .id = d->strings + s->id, .name = d->strings + s->name,
                    .sector = sector, .kind = (enum jm_skill_kind)s->kind,
                    .idf = s->idf, .parent = s->parent, .related = d->related + s->related,
                    .n_related = s->n_related},
            .seq_first = s->seq_first, .seq_n = s->seq_n, .not_n = s->not_n,
            .other_trade = *sector && strcmp(sector, "technology") != 0};
    }
    return 0;
}

int image_attach(struct jm_dict *d, const void *bytes, size_t len, struct jm_err *err)
{
    struct opening o = {.d = d, .head = bytes, .bytes = bytes};
    const char *wrong = bad_file(&o, bytes, len);
    if (wrong)
        return jm_err_set(err, JM_EINVAL, "%s", wrong);
    point(&o);
    if (!strings_ok(&o) || !skills_ok(&o) || !keys_ok(&o) || !seqs_ok(&o) ||
        !filter_ok(&o, SEC_ENDS) || !filter_ok(&o, SEC_PAIRS) || !surfaces_ok(&o) || !nodes_ok(&o))
        return jm_err_set(err, JM_EINVAL, "contradicts itself: it was not made by this program");
    d->image = bytes;
    d->image_bytes = len;
    return make_entries(&o, err);
}
