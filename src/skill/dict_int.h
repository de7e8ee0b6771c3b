/* dict_int.h - the sealed dictionary as its readers see it; not for other modules.
 *
 * A sealed dictionary is one run of bytes, the image (image.h), whether it was built from texts a
 * moment ago or mapped from a compiled file: there is one layout and one way to read it. The
 * pointers here lead into the image; only `entries` are made when it is opened.
 *
 * The automaton is a trie over words. `words` turns a token's hash into a word number (one probe;
 * words that can start a phrase come first, of those the ones that are a phrase by themselves, and
 * word w of both leads from the root to node w + 2). A bit for every pair of words that a phrase
 * starts with says where a walk is worth while. From there on a node has a small table of its own
 * for the words behind it, with a 64-bit filter in the node that turns most steps away. */
#ifndef JM_DICT_INT_H
#define JM_DICT_INT_H

#include "jobmatch/skill.h"
#include "weights.h"

/* How ambiguous a surface is (docs/SKILLS.md). */
enum jm_gate { GATE_NONE, GATE_CASE, GATE_WORD, GATE_LETTER, GATE_DENY, GATE_NO };

enum surface_flag {
    SURF_NAME = 1, /* the display name, not an alias */
    SURF_MADE = 2, /* a variant the dictionary made: "nodejs" of "Node.js" */
    SURF_CUE = 4,  /* not a skill: a heading or a small phrase (cues.h) in `owner` */
    SURF_SIGN = 8  /* starts with a sign that the text must have too: "$Universe" */
};

/* One way to write a skill. */
struct surface {
    uint32_t text;  /* as the dictionary spells it: offset in the strings */
    uint32_t owner; /* skill number, or enum jm_cue */
    uint32_t next;  /* next surface of the same token sequence, a smaller number; 0 ends */
    uint16_t gaps;  /* enum jm_gap: what may stand between the tokens beyond a blank */
    uint16_t langs; /* bit l: only in texts of that enum jm_lang; 0: in all */
    uint8_t gate, flags, n_tokens, kind; /* kind: the owner's enum jm_skill_kind; 0 of a cue */
};

/* Companion words, or a phrase that is not the skill: n hashes from `first`. */
struct word_seq {
    uint32_t owner, first;
    uint8_t n, is_not;
    uint16_t place; /* in a word_filter: of a companion's first word, or of the word that tells a
                       counter-phrase from the skill's others */
};

/* Some words, to be asked for the many that are not among them. */
struct word_filter {
    uint64_t bits[8];
};
static inline uint16_t filter_place(uint64_t hash)
{
    return (uint16_t)(hash >> 55);
}
static inline void filter_add(struct word_filter *f, uint64_t hash)
{
    f->bits[hash >> 61] |= UINT64_C(1) << (hash >> 55 & 63);
}
static inline bool filter_may(const struct word_filter *f, uint16_t place)
{
    return f->bits[place >> 6] >> (place & 63) & 1;
}

struct entry {
    struct jm_skill pub;
    uint32_t seq_first, seq_n; /* its word_seq */
    uint32_t not_n;            /* of those: phrases that are not the skill, they come first */
    bool other_trade;          /* its sector is another than technology */
};

struct dict_node {
    uint64_t filter;  /* a bit for every word behind it */
    uint32_t table;   /* where its slots start, times 32, and the log2 of their number */
    uint32_t surface; /* first surface that ends here, 0 none */
};

enum { MAX_FILTER = 1 << 26 }; /* words of 64 bits */
enum { MAX_SURFACE_TOKENS = 16, MAX_LINE_BYTES = 16384, NODE_NONE = 0, NODE_ROOT = 1 };

struct dict_draft;

struct jm_dict {
    struct dict_draft *draft; /* draft.h: what the files said, until sealed */
    struct weights gate, tagger, clusters; /* without bytes: none */
    bool sealed;
    const uint8_t *image; /* all below but `entries` lies in it */
    size_t image_bytes;
    void (*release)(void *arg);
    void *release_arg;
    uint64_t version;
    const char *version_name, *strings;
    struct entry *entries;
    size_t n_entries;
    const struct surface *surfaces; /* [0] is not used */
    size_t n_surfaces;
    const uint64_t *ends;  /* bits for the words that are phrases by themselves */
    const uint64_t *pairs; /* bits for the first two words of phrases */
    uint32_t end_mask, pair_mask;
    const struct dict_node *nodes;
    size_t n_nodes;
    const uint64_t *slots; /* of all nodes: slot_of(), 0 free */
    size_t n_slots;
    const struct word_seq *seqs;
    const uint64_t *seq_hashes;
    const struct jm_skill_related *related;
    const uint32_t *keys; /* open table by skill key: number + 1, 0 free */
    uint32_t key_mask;
};

/* Room for one more in an array; -1 and JM_ENOMEM when memory is short. */
int dict_grow(void **array, size_t n, size_t *cap, size_t item_bytes, struct jm_err *err);

static inline const char *dict_text(const struct jm_dict *d, const struct surface *s)
{
    return d->strings + s->text;
}

/* A byte of a letter or a digit: no blank, no sign. */
static inline bool dict_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (uint8_t)c >= 0x80;
}

/* A slot: the node in the lower bits, above them the upper bits of the word's hash; the lower ones
 * say where it stands. Two words behind one node that agree in those bits would be one: sealing
 * refuses them. Most nodes are leaves. They are not in the table of nodes: the number of a leaf is
 * that of the first surface that ends there, with a bit of its own. */
enum { NODE_BITS = 24, NODE_LEAF = 1 << (NODE_BITS - 1), MAX_NODES = NODE_LEAF };
static inline uint64_t slot_of(uint64_t hash, uint32_t node)
{
    return (hash >> NODE_BITS << NODE_BITS) | node;
}
static inline uint32_t slot_node(uint64_t slot)
{
    return (uint32_t)slot & ((UINT32_C(1) << NODE_BITS) - 1);
}
static inline bool slot_is(uint64_t slot, uint64_t hash)
{
    return (slot ^ hash) >> NODE_BITS == 0;
}

/* A filter has two bits, in one of its words, for everything that is in it. */
static inline uint64_t filter_bits(uint64_t key)
{
    return UINT64_C(1) << (key >> 58) | UINT64_C(1) << (key >> 52 & 63);
}
static inline uint32_t filter_word(uint64_t key, uint32_t mask)
{
    return (uint32_t)(key >> 20) & mask;
}
static inline unsigned filter_has(const uint64_t *filter, uint32_t mask, uint64_t key)
{
    uint64_t bits = filter[filter_word(key, mask)];
    return (unsigned)((bits >> (key >> 58)) & (bits >> (key >> 52 & 63)) & 1);
}
/* The key of a phrase's first two words. That of one word is its hash. */
static inline uint64_t pair_key(uint64_t first, uint64_t second)
{
    return (first + (second << 32 | second >> 32)) * UINT64_C(0x9e3779b97f4a7c15);
}

/* The bit that stands for a word in a node's filter. */
static inline uint64_t node_bit(uint64_t hash)
{
    return UINT64_C(1) << (hash >> 40 & 63);
}
static inline uint32_t node_log2(const struct dict_node *n) { return n->table & 31; }
static inline uint32_t node_slots(const struct dict_node *n) { return n->table >> 5; }
/* Where the search for a word starts in the table of a node. */
static inline uint32_t node_slot(const struct dict_node *n, uint64_t hash)
{
    return (uint32_t)hash & ((UINT32_C(1) << node_log2(n)) - 1);
}

/* The node's number among those with words behind them; NODE_NONE for a leaf. */
static inline uint32_t node_inner(uint32_t node)
{
    return node & NODE_LEAF ? NODE_NONE : node;
}
/* The first surface that ends at the node, 0 if none does. */
static inline uint32_t dict_surface(const struct jm_dict *d, uint32_t node)
{
    return node & NODE_LEAF ? node & (NODE_LEAF - 1) : d->nodes[node].surface;
}

/* The node behind a word from `node`, NODE_NONE if there is none. */
static inline uint32_t dict_step(const struct jm_dict *d, uint32_t node, uint64_t hash)
{
    const struct dict_node *n = &d->nodes[node_inner(node)];
    if (!(n->filter & node_bit(hash)))
        return NODE_NONE;
    uint32_t size = UINT32_C(1) << node_log2(n), at = node_slot(n, hash);
    for (uint32_t k = 0; k < size; k++, at = (at + 1) & (size - 1)) {
        uint64_t slot = d->slots[node_slots(n) + at];
        if (slot_is(slot, hash))
            return slot_node(slot);
        if (!slot)
            break;
    }
    return NODE_NONE;
}

#endif
