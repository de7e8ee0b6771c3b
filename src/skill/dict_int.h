/* dict_int.h - what the files of the dictionary share; not for other modules. */
#ifndef JM_DICT_INT_H
#define JM_DICT_INT_H

#include "jobmatch/arena.h"
#include "jobmatch/map.h"
#include "jobmatch/skill.h"

/* How ambiguous a surface is (docs/SKILLS.md). */
enum jm_gate { GATE_NONE, GATE_CASE, GATE_WORD, GATE_LETTER, GATE_DENY, GATE_NO };

enum surface_flag {
    SURF_NAME = 1, /* the display name, not an alias */
    SURF_MADE = 2, /* a variant the dictionary made: "nodejs" of "Node.js" */
    SURF_CUE = 4   /* not a skill: a heading or a small phrase (cues.h) in `owner` */
};

/* One way to write a skill. Before sealing it is what the file said; sealing fills the rest. */
struct surface {
    const char *text; /* as the dictionary spells it */
    uint32_t owner;   /* skill number, or enum jm_cue */
    uint32_t next;    /* next surface of the same token sequence; 0 ends (0 is never used) */
    uint32_t place;   /* line of the file, for messages */
    uint16_t gaps;    /* enum jm_gap: what may stand between the tokens beyond a blank */
    uint8_t gate, lang, flags, n_tokens;
};

/* Companion words, or a phrase that is not the skill: n hashes from `first`. */
struct word_seq {
    uint32_t owner, first;
    uint8_t n, is_not;
};

struct raw_ref { /* parent or related, by id, until sealed */
    uint32_t owner, place;
    const char *id;
    uint16_t weight_pm; /* 0: parent */
};

struct raw_phrase { /* with, not: text until sealed */
    uint32_t owner;
    const char *text;
    bool is_not;
};

struct entry {
    struct jm_skill pub;
    uint32_t place;
    uint8_t gate_of_name;
    uint32_t seq_first, seq_n; /* its word_seq, after sealing */
};

struct edge {
    uint64_t key; /* mix of parent node and token hash; 0: free */
    uint32_t node;
};

struct jm_dict {
    struct jm_arena strings;
    struct jm_map files;    /* file name to its index, for messages */
    const char *file_names[256];
    unsigned n_files;
    const char *version_name;
    uint64_t version;
    struct entry *entries;
    size_t n_entries, cap_entries;
    struct surface *surfaces; /* [0] is not used */
    size_t n_surfaces, cap_surfaces;
    struct raw_ref *refs;
    size_t n_refs, cap_refs;
    struct raw_phrase *phrases;
    size_t n_phrases, cap_phrases;
    struct word_seq *seqs;
    size_t n_seqs, cap_seqs;
    uint64_t *seq_hashes;
    size_t n_seq_hashes, cap_seq_hashes;
    struct jm_skill_related *related;
    size_t n_related;
    struct jm_map64 by_key;
    /* the automaton: a trie over token hashes, edges in one table */
    struct edge *edges;
    size_t edge_cap; /* power of two */
    uint64_t *edge_bits; /* which edges may exist: most steps end here, in near memory */
    uint32_t *terminal; /* by node: first surface, 0 none */
    size_t n_nodes;
    uint64_t *root_bits; /* which token hashes can start a phrase; ROOT_BITS bits */
    bool sealed;
};

enum { ROOT_BITS = 1 << 20, EDGE_BITS = 1 << 21, MAX_SURFACE_TOKENS = 16, MAX_LINE_BYTES = 16384, NODE_NONE = 0 };

/* place = file index << 20 | line */
static inline uint32_t place_of(unsigned file, unsigned line)
{
    return file << 20 | (line > 0xfffff ? 0xfffff : line);
}
/* Sets `err` to "file:line: what" and returns -1. */
int dict_fail(const struct jm_dict *d, uint32_t place, struct jm_err *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Room for one more in an array; -1 and JM_ENOMEM when memory is short. */
int dict_grow(void **array, size_t n, size_t *cap, size_t item_bytes, struct jm_err *err);
struct surface *dict_add_surface(struct jm_dict *d, struct surface s, struct jm_err *err);

/* refs.c */
int dict_link(struct jm_dict *d, struct jm_err *err);
/* trie.c */
int dict_build_trie(struct jm_dict *d, struct jm_err *err);

static inline uint64_t edge_key(uint32_t node, uint64_t hash)
{
    uint64_t k = (hash ^ ((uint64_t)node * UINT64_C(0x9e3779b97f4a7c15))) *
                 UINT64_C(0xd6e8feb86659fd93);
    k ^= k >> 31;
    return k ? k : 1;
}

/* The node behind `hash` from `node` (root: 1), or NODE_NONE. */
static inline uint32_t dict_step(const struct jm_dict *d, uint32_t node, uint64_t hash)
{
    uint64_t key = edge_key(node, hash), bit = key >> 43; /* 21 bits */
    if (!(d->edge_bits[bit >> 6] >> (bit & 63) & 1))
        return NODE_NONE;
    for (size_t i = key & (d->edge_cap - 1); d->edges[i].key; i = (i + 1) & (d->edge_cap - 1))
        if (d->edges[i].key == key)
            return d->edges[i].node;
    return NODE_NONE;
}

static inline bool dict_may_start(const struct jm_dict *d, uint64_t hash)
{
    uint64_t bit = hash & (ROOT_BITS - 1);
    return d->root_bits[bit >> 6] >> (bit & 63) & 1;
}

#endif
