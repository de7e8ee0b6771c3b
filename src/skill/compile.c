/* compile.c - sealing, part three: from the draft to the image.
 *
 * Nodes are numbered breadth first, so that a child stands behind its parent and the first steps of
 * all phrases lie close together, and every node gets a table of its own for the words behind it.
 * The same draft gives the same bytes on every machine of one byte order. */
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "image.h"
#include "jobmatch/bytes.h"

struct compiler {
    const struct dict_draft *d;
    struct jm_buf *out;
    struct image_head head;
    uint32_t *child_first;  /* by old node: where its edges start in `child` */
    uint32_t *child;        /* edge numbers, ordered by the node they leave */
    uint32_t *order, *now;  /* old node by new number, and the reverse */
    struct dict_node *nodes;
    uint32_t n_nodes; /* of the new ones */
};

static void align(struct compiler *c)
{
    static const char zeros[IMAGE_ALIGN];
    size_t over = c->out->len % IMAGE_ALIGN;
    if (over)
        jm_buf_add(c->out, zeros, IMAGE_ALIGN - over);
}

static void begin(struct compiler *c, enum image_section s)
{
    align(c);
    c->head.part[s].offset = c->out->len;
}

static void end(struct compiler *c, enum image_section s)
{
    size_t bytes = c->out->len - c->head.part[s].offset;
    c->head.part[s].count = bytes / image_item_bytes(s);
}

static void put(struct compiler *c, enum image_section s, const void *items, size_t n)
{
    begin(c, s);
    jm_buf_add(c->out, items, n * image_item_bytes(s));
    end(c, s);
}

/* --- strings, skills -------------------------------------------------------------------------- */

static uint32_t put_string(struct compiler *c, const char *s)
{
    size_t at = c->out->len - c->head.part[SEC_STRINGS].offset;
    jm_buf_add(c->out, s, strlen(s) + 1);
    return (uint32_t)at;
}

/* Skills of one file share the pointer to their sector. */
static void put_skill_strings(struct compiler *c, struct image_skill *skills)
{
    const char *sector = "";
    uint32_t sector_at = 0;
    for (size_t i = 0; i < c->d->n_skills; i++) {
        const struct jm_skill *s = &c->d->skills[i].pub;
        if (strcmp(s->sector, sector)) {
            sector = s->sector;
            sector_at = put_string(c, sector);
        }
        skills[i].id = put_string(c, s->id);
        skills[i].name = put_string(c, s->name);
        skills[i].sector = sector_at;
    }
}

static void fill_skills(const struct dict_draft *d, struct image_skill *skills)
{
    for (size_t i = 0; i < d->n_skills; i++) {
        const struct raw_skill *s = &d->skills[i];
        skills[i].key = s->pub.key;
        skills[i].parent = s->pub.parent;
        skills[i].related = s->related_first;
        skills[i].n_related = s->pub.n_related;
        skills[i].seq_first = s->seq_first;
        skills[i].seq_n = s->seq_n;
        skills[i].not_n = s->not_n;
        skills[i].kind = (uint8_t)s->pub.kind;
        skills[i].idf = s->pub.idf;
    }
}

static void fill_surfaces(struct compiler *c, struct surface *out)
{
    for (size_t i = 1; i < c->d->n_surfaces; i++) {
        const struct raw_surface *s = &c->d->surfaces[i];
        out[i] = (struct surface){.owner = s->owner, .next = s->next, .gaps = s->gaps,
                                  .gate = s->gate, .langs = s->langs, .flags = s->flags,
                                  .n_tokens = s->n_tokens};
        if (!(s->flags & SURF_CUE))
            out[i].kind = (uint8_t)c->d->skills[s->owner].pub.kind;
        out[i].text = s->from ? out[s->from].text : put_string(c, s->text);
    }
}

static size_t table_size(size_t n)
{
    size_t cap = 16;
    while (cap * 2 < n * 3)
        cap *= 2;
    return cap;
}

static void put_keys(struct compiler *c)
{
    size_t cap = table_size(c->d->n_skills + 1);
    uint32_t *keys = calloc(cap, sizeof *keys);
    c->out->failed |= !keys;
    for (size_t i = 0; keys && i < c->d->n_skills; i++) {
        size_t at = c->d->skills[i].pub.key & (cap - 1);
        while (keys[at])
            at = (at + 1) & (cap - 1);
        keys[at] = (uint32_t)i + 1;
    }
    if (keys)
        put(c, SEC_KEYS, keys, cap);
    free(keys);
}

static void put_texts(struct compiler *c)
{
    const struct dict_draft *d = c->d;
    struct image_skill *skills = calloc(d->n_skills + 1, sizeof *skills);
    struct surface *surfaces = calloc(d->n_surfaces + 1, sizeof *surfaces);
    c->out->failed |= !skills || !surfaces;
    if (jm_buf_ok(c->out)) {
        begin(c, SEC_STRINGS);
        put_string(c, "");
        c->head.version_name = put_string(c, d->version_name);
        put_skill_strings(c, skills);
        fill_surfaces(c, surfaces);
        end(c, SEC_STRINGS);
        fill_skills(d, skills);
        put(c, SEC_SKILLS, skills, d->n_skills);
        put(c, SEC_RELATED, d->related, d->n_related);
        put_keys(c);
        put(c, SEC_SURFACES, surfaces, d->n_surfaces);
        put(c, SEC_SEQS, d->seqs, d->n_seqs);
        put(c, SEC_HASHES, d->seq_hashes, d->n_seq_hashes);
    }
    free(surfaces);
    free(skills);
}

/* --- the automaton ---------------------------------------------------------------------------- */

/* Order the edges by the node they leave. */
static void sort_edges(struct compiler *c)
{
    const struct dict_draft *d = c->d;
    for (size_t e = 0; e < d->n_edges; e++)
        c->child_first[d->edges[e].from + 1]++;
    for (size_t n = 0; n < d->n_nodes; n++)
        c->child_first[n + 1] += c->child_first[n];
    uint32_t *at = c->now; /* not in use yet */
    memcpy(at, c->child_first, d->n_nodes * sizeof *at);
    for (size_t e = 0; e < d->n_edges; e++)
        c->child[at[d->edges[e].from]++] = (uint32_t)e;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The words that start phrases: those that are one by themselves first, then those that start
 * many, so that what texts ask for most lies together. */
static int sort_starts(struct compiler *c)
{
    uint32_t *child = c->child + c->child_first[NODE_ROOT];
    size_t n = c->child_first[NODE_ROOT + 1] - c->child_first[NODE_ROOT];
    uint64_t *keys = calloc(n + 1, sizeof *keys);
    if (!keys)
        return -1;
    for (size_t i = 0; i < n; i++) {
        uint32_t node = child[i] + 2, many = c->child_first[node + 1] - c->child_first[node];
        keys[i] =
            (uint64_t)!c->d->terminal[node] << 63 | (uint64_t)(INT32_MAX - many) << 32 | child[i];
    }
    qsort(keys, n, sizeof *keys, by_number);
    for (size_t i = 0; i < n; i++)
        child[i] = (uint32_t)keys[i];
    free(keys);
    return 0;
}

/* Number the nodes that have words behind them breadth first from the root, and leaves by their
 * surfaces. */
static void number(struct compiler *c)
{
    uint32_t made = 1;
    c->order[made++] = NODE_ROOT;
    for (uint32_t n = 1; n < made; n++) {
        uint32_t old = c->order[n];
        for (uint32_t i = c->child_first[old]; i < c->child_first[old + 1]; i++) {
            uint32_t to = c->child[i] + 2;
            bool leaf = c->child_first[to] == c->child_first[to + 1];
            c->now[to] = leaf ? NODE_LEAF | c->d->terminal[to] : made;
            if (!leaf)
                c->order[made++] = to;
        }
    }
    c->n_nodes = made;
}

enum { MAX_SLOTS = 1 << 27 };

/* A table for n words: one slot for one, else at least a third free. */
static uint32_t log2_for(size_t n)
{
    uint32_t log2 = 0;
    while (n > 1 && (UINT64_C(1) << log2) * 2 < n * 3)
        log2++;
    return log2;
}

/* The table of one node behind the others. */
static void put_node(struct compiler *c, uint32_t n, uint32_t *n_slots)
{
    const struct dict_draft *d = c->d;
    uint32_t old = c->order[n], from = c->child_first[old], to = c->child_first[old + 1];
    struct dict_node *node = &c->nodes[n];
    uint64_t *table;
    *node = (struct dict_node){.surface = d->terminal[old]};
    if (from == to)
        return;
    uint32_t log2 = log2_for(to - from);
    size_t size = (size_t)1 << log2;
    c->out->failed |= *n_slots + size > MAX_SLOTS;
    if (jm_buf_reserve(c->out, size * sizeof *table))
        return;
    node->table = *n_slots << 5 | log2;
    table = (uint64_t *)(void *)(c->out->data + c->out->len);
    memset(table, 0, size * sizeof *table);
    for (uint32_t i = from; i < to; i++) {
        uint64_t hash = d->edges[c->child[i]].hash;
        uint32_t at = node_slot(node, hash);
        for (; table[at]; at = (at + 1) & (uint32_t)(size - 1))
            c->out->failed |= slot_is(table[at], hash);
        table[at] = slot_of(hash, c->now[c->child[i] + 2]);
        node->filter |= node_bit(hash);
    }
    c->out->len += size * sizeof *table;
    *n_slots += (uint32_t)size;
}

/* A filter in the making, with room for n things of eight bits or more. */
static uint64_t *new_filter(struct compiler *c, size_t n, uint32_t *mask)
{
    size_t words = table_size(n / 8);
    uint64_t *bits = words <= MAX_FILTER ? calloc(words, sizeof *bits) : NULL;
    *mask = (uint32_t)words - 1;
    c->out->failed |= !bits;
    return bits;
}

static void put_filter(struct compiler *c, enum image_section s, uint64_t *bits, uint32_t mask)
{
    if (bits)
        put(c, s, bits, (size_t)mask + 1);
    free(bits);
}

/* Is there more at the end of a phrase than names that no text can have? */
static bool told_in_texts(const struct dict_draft *d, uint32_t node)
{
    for (uint32_t s = d->terminal[node]; s; s = d->surfaces[s].next)
        if ((d->surfaces[s].flags & SURF_CUE) || d->surfaces[s].gate != GATE_NO)
            return true;
    return false;
}

static void put_filters(struct compiler *c)
{
    const struct dict_draft *d = c->d;
    uint32_t from = c->child_first[NODE_ROOT], to = c->child_first[NODE_ROOT + 1], n_pairs = 0;
    uint32_t end_mask, pair_mask;
    for (uint32_t i = from; i < to; i++)
        n_pairs += c->child_first[c->child[i] + 3] - c->child_first[c->child[i] + 2];
    uint64_t *ends = new_filter(c, to - from, &end_mask);
    uint64_t *pairs = new_filter(c, n_pairs, &pair_mask);
    for (uint32_t i = from; ends && pairs && i < to; i++) {
        uint32_t node = c->child[i] + 2;
        uint64_t first = d->edges[c->child[i]].hash;
        if (told_in_texts(d, node))
            ends[filter_word(first, end_mask)] |= filter_bits(first);
        for (uint32_t k = c->child_first[node]; k < c->child_first[node + 1]; k++) {
            uint64_t key = pair_key(first, d->edges[c->child[k]].hash);
            pairs[filter_word(key, pair_mask)] |= filter_bits(key);
        }
    }
    put_filter(c, SEC_ENDS, ends, end_mask);
    put_filter(c, SEC_PAIRS, pairs, pair_mask);
}

static void put_automaton(struct compiler *c)
{
    uint32_t n_slots = 0;
    c->out->failed |= c->n_nodes > MAX_NODES || c->d->n_surfaces > NODE_LEAF;
    put_filters(c);
    begin(c, SEC_SLOTS);
    for (uint32_t n = 1; n < c->n_nodes && jm_buf_ok(c->out); n++)
        put_node(c, n, &n_slots);
    end(c, SEC_SLOTS);
    put(c, SEC_NODES, c->nodes, c->n_nodes);
}

static int automaton(struct compiler *c)
{
    size_t n = c->d->n_nodes + 2;
    c->child_first = calloc(n, sizeof *c->child_first);
    c->child = calloc(n, sizeof *c->child);
    c->order = calloc(n, sizeof *c->order);
    c->now = calloc(n, sizeof *c->now);
    c->nodes = calloc(n, sizeof *c->nodes);
    if (!c->child_first || !c->child || !c->order || !c->now || !c->nodes)
        return -1;
    sort_edges(c);
    if (sort_starts(c))
        return -1;
    number(c);
    put_automaton(c);
    return 0;
}

/* --- the whole -------------------------------------------------------------------------------- */

static uint64_t version_of(const struct dict_draft *d)
{
    uint64_t h = jm_mix64(DICT_RULES);
    for (size_t i = 0; i < d->n_skills; i++) {
        const struct jm_skill *s = &d->skills[i].pub;
        const struct jm_skill_related *r = d->related + d->skills[i].related_first;
        h = jm_mix64(h ^ s->key ^ (uint64_t)s->kind << 56 ^ (uint64_t)s->idf << 48 ^
                     (uint64_t)(uint32_t)s->parent);
        for (uint32_t k = 0; k < s->n_related; k++)
            h = jm_mix64(h ^ r[k].skill ^ (uint64_t)r[k].weight_pm << 32);
    }
    for (size_t i = 1; i < d->n_surfaces; i++) {
        const struct raw_surface *s = &d->surfaces[i];
        h = jm_mix64(h ^ jm_hash64(s->text, strlen(s->text)) ^ s->owner ^
                     (uint64_t)s->gate << 40 ^ (uint64_t)s->langs << 48);
    }
    for (size_t i = 0; i < d->n_seq_hashes; i++)
        h = jm_mix64(h ^ d->seq_hashes[i]);
    return h ? h : 1;
}

static void finish(struct compiler *c)
{
    uint8_t sum[8];
    if (!jm_buf_ok(c->out))
        return;
    memcpy(c->head.magic, "JMSKILLS", 8);
    c->head.format = IMAGE_FORMAT;
    c->head.order = IMAGE_ORDER;
    c->head.engine = image_engine();
    c->head.version = version_of(c->d);
    align(c);
    c->head.bytes = c->out->len + sizeof sum;
    memcpy(c->out->data, &c->head, sizeof c->head);
    jm_put_u64(sum, image_sum(c->out->data, c->out->len));
    jm_buf_add(c->out, sum, sizeof sum);
}

int draft_compile(const struct dict_draft *d, struct jm_buf *out, struct jm_err *err)
{
    struct compiler c = {.d = d, .out = out};
    jm_buf_add(out, &c.head, sizeof c.head);
    put_texts(&c);
    int rc = automaton(&c);
    finish(&c);
    free(c.nodes);
    free(c.now);
    free(c.order);
    free(c.child);
    free(c.child_first);
    return rc || !jm_buf_ok(out) ? jm_err_set(err, JM_ENOMEM, "out of memory for the automaton")
                                 : 0;
}
