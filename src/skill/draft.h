/* draft.h - a dictionary while it is made: what its files say, and the trie before its final form.
 *
 * file.c fills it line by line, refs.c orders and links the skills, trie.c hangs every surface
 * into a trie, compile.c writes the image. Then it is freed. */
#ifndef JM_DRAFT_H
#define JM_DRAFT_H

#include "dict_int.h"
#include "jobmatch/arena.h"
#include "jobmatch/buf.h"
#include "jobmatch/map.h"

struct raw_surface {
    const char *text;
    uint32_t owner; /* skill number, or enum jm_cue */
    uint32_t next;
    uint32_t place; /* line of the file, for messages */
    uint32_t from;  /* a made variant: the surface it was made of */
    uint16_t gaps;     /* what may stand between its tokens: own and those of its twins */
    uint16_t own_gaps; /* as it is written itself */
    uint16_t langs;
    uint8_t gate, flags, n_tokens;
};

struct raw_ref { /* parent or related, by id */
    uint32_t owner, place;
    const char *id;
    uint16_t weight_pm; /* 0: parent */
};

struct raw_phrase { /* with, not */
    uint32_t owner;
    const char *text;
    bool is_not;
};

struct raw_skill {
    struct jm_skill pub; /* `related` stays NULL: see related_first */
    uint32_t place, number; /* number: in order of the files */
    uint32_t related_first;
    uint32_t seq_first, seq_n, not_n;
};

struct trie_edge {
    uint64_t hash;
    uint32_t from;
};

struct dict_draft {
    struct jm_arena strings;
    const char *file_names[256];
    unsigned n_files;
    const char *version_name;
    struct raw_skill *skills;
    size_t n_skills, cap_skills;
    struct raw_surface *surfaces; /* [0] is not used */
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
    /* the trie: node 0 is none, 1 the root */
    struct trie_edge *edges; /* edge i leads to node i + 2 */
    size_t n_edges, cap_edges;
    uint32_t *terminal; /* by node: first surface */
    size_t n_nodes, cap_nodes;
    struct jm_map64 steps; /* trie_key() to the node */
};

static inline uint64_t trie_key(uint32_t node, uint64_t hash)
{
    uint64_t k = (hash ^ ((uint64_t)node * UINT64_C(0x9e3779b97f4a7c15))) *
                 UINT64_C(0xd6e8feb86659fd93);
    return k ^ k >> 31;
}

/* place = file index << 20 | line */
static inline uint32_t place_of(unsigned file, unsigned line)
{
    return file << 20 | (line > 0xfffff ? 0xfffff : line);
}
struct dict_draft *draft_new(void); /* NULL: out of memory */
void draft_free(struct dict_draft *d);
/* Sets `err` to "file:line: what" and returns -1. */
int draft_fail(const struct dict_draft *d, uint32_t place, struct jm_err *err, const char *fmt,
               ...) __attribute__((format(printf, 4, 5)));
struct raw_surface *draft_add_surface(struct dict_draft *d, struct raw_surface s,
                                      struct jm_err *err);

/* cues.c: all cues as surfaces; before the trie is built. */
int cues_add(struct dict_draft *d, struct jm_err *err);
/* refs.c */
int draft_link(struct dict_draft *d, struct jm_err *err);
/* trie.c */
int draft_build_trie(struct dict_draft *d, struct jm_err *err);
/* compile.c: the image into an empty buffer. */
int draft_compile(const struct dict_draft *d, struct jm_buf *out, struct jm_err *err);

#endif
