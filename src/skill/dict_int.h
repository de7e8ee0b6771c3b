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
    uint8_t gate, flags, n_tokens, spare;
};

/* Companion words, or a phrase that is not the skill: n hashes from `first`. */
struct word_seq {
    uint32_t owner, first;
    uint8_t n, is_not;
    uint16_t place; /* of the first word in a word_filter */
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
};

struct dict_node {
    uint64_t filter;  /* a bit for every word behind it; 0: a leaf */
    uint32_t table;   /* where its slots start, times 32, and the log2 of their number */
    uint32_t surface; /* first surface that ends here, 0 none */
};

struct dict_slot {
    uint32_t word; /* NO_WORD: free */
    uint32_t to;
};

enum { MAX_PAIRS = 1 << 26 }; /* words of 64 bits */
enum { MAX_SURFACE_TOKENS = 16, MAX_LINE_BYTES = 16384, NODE_NONE = 0, NODE_ROOT = 1 };
#define NO_WORD UINT32_MAX

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
    const uint64_t *words;        /* open table of word_entry(), 0 free */
    uint32_t word_mask, n_starts; /* words below n_starts can start a phrase */
    uint32_t n_ends;              /* words below it are phrases by themselves */
    uint32_t pair_mask;
    const uint64_t *pairs; /* bits for the first two words of phrases */
    const struct dict_node *nodes;
    size_t n_nodes;
    const struct dict_slot *slots;
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

/* A word in the table: its number + 1 in the lower WORD_BITS, above them the upper bits of its
 * hash; the lower ones say where it stands. Half the room of number and whole hash, so twice as
 * many are near. Two words of a dictionary that agree in those bits would be one: sealing refuses
 * them. */
enum { WORD_BITS = 22, MAX_WORDS = (1 << WORD_BITS) - 2 };
static inline uint64_t word_entry(uint64_t hash, uint32_t word)
{
    return (hash >> WORD_BITS << WORD_BITS) | (word + 1);
}
/* The number of the word of an entry if it is the hash's, else NO_WORD. */
static inline uint32_t entry_word(uint64_t entry, uint64_t hash)
{
    uint32_t number = (uint32_t)entry & ((UINT32_C(1) << WORD_BITS) - 1);
    return (entry ^ hash) >> WORD_BITS == 0 ? number - 1 : NO_WORD;
}

/* The number of a word, NO_WORD if no phrase has it. */
static inline uint32_t dict_word_of(const struct jm_dict *d, uint64_t hash)
{
    uint32_t i = (uint32_t)hash & d->word_mask, next = (i + 1) & d->word_mask;
    uint64_t a = d->words[i], b = d->words[next];
    /* nearly all are in the first two places; which one, nothing foretells: no branch */
    uint32_t word = entry_word(b, hash), first = entry_word(a, hash);
    word = first != NO_WORD ? first : word;
    if (__builtin_expect(word != NO_WORD || !a || !b, 1))
        return word;
    for (i = (next + 1) & d->word_mask; d->words[i]; i = (i + 1) & d->word_mask)
        if ((word = entry_word(d->words[i], hash)) != NO_WORD)
            return word;
    return NO_WORD;
}

#define WORD_SPREAD UINT32_C(0x9e3779b1)
/* The bit that stands for a word in a filter; none for NO_WORD. */
static inline uint64_t word_filter_bit(uint32_t word)
{
    return (uint64_t)(word != NO_WORD) << (word * WORD_SPREAD >> 9 & 63);
}
/* The number of the bit for phrases that start with these two words. */
static inline uint32_t pair_bit(const struct jm_dict *d, uint32_t first, uint32_t second)
{
    uint64_t key = ((uint64_t)first << 32 | second) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(key >> 32) & d->pair_mask;
}
static inline uint32_t node_log2(const struct dict_node *n) { return n->table & 31; }
static inline uint32_t node_slots(const struct dict_node *n) { return n->table >> 5; }
static inline uint32_t word_slot(uint32_t word, uint32_t log2)
{
    return (uint32_t)((uint64_t)(word * WORD_SPREAD) << log2 >> 32);
}

/* The node behind `word` from `node`, NODE_NONE if there is none. */
static inline uint32_t dict_step(const struct jm_dict *d, uint32_t node, uint32_t word)
{
    if (node == NODE_ROOT)
        return word < d->n_starts ? word + 2 : NODE_NONE;
    const struct dict_node *n = &d->nodes[node];
    if (!(n->filter & word_filter_bit(word)))
        return NODE_NONE;
    uint32_t log2 = node_log2(n), size = UINT32_C(1) << log2, at = word_slot(word, log2);
    for (uint32_t k = 0; k < size; k++, at = (at + 1) & (size - 1)) {
        const struct dict_slot *s = &d->slots[node_slots(n) + at];
        if (s->word == word)
            return s->to;
        if (s->word == NO_WORD)
            break;
    }
    return NODE_NONE;
}

#endif
