/* image.h - the lay-out of a compiled dictionary.
 *
 * A header, then one section a table, each on a 64-byte border, then a checksum of all before it.
 * Numbers are as this machine writes them: a file made on a machine of the other byte order, or
 * by a release with other tables, is refused by its header and made again from the texts, which
 * are what people keep. `engine` stands for the rules that turned texts into words and for the
 * cues inside: when a release changes them, its older files no longer open. */
#ifndef JM_IMAGE_H
#define JM_IMAGE_H

#include "dict_int.h"

enum { IMAGE_FORMAT = 6, IMAGE_ALIGN = 64, IMAGE_ORDER = 0x01020304 };

enum image_section {
    SEC_STRINGS,  /* char: NUL-ended texts, the first is empty */
    SEC_SKILLS,   /* struct image_skill, in order of id */
    SEC_RELATED,  /* struct jm_skill_related */
    SEC_KEYS,     /* u32: open table, skill number + 1 */
    SEC_SURFACES, /* struct surface, [0] unused */
    SEC_ENDS,     /* u64: a filter, the words that are phrases by themselves */
    SEC_PAIRS,    /* u64: a filter, the first two words of every phrase */
    SEC_NODES,    /* struct dict_node: none, root, then children behind their parents; no leaves */
    SEC_SLOTS,    /* u64: slot_of() */
    SEC_SEQS,     /* struct word_seq, in order of the skills */
    SEC_HASHES,   /* u64: the words of the seqs */
    SECTIONS
};

struct image_part {
    uint64_t offset, count;
};

struct image_head {
    char magic[8]; /* "JMSKILLS" */
    uint32_t format, order;
    uint64_t bytes;   /* of the whole file */
    uint64_t engine;  /* image_engine() */
    uint64_t version; /* jm_dict_version() */
    uint32_t version_name; /* in the strings */
    uint32_t spare;
    struct image_part part[SECTIONS];
};

struct image_skill {
    uint64_t key;
    uint32_t id, name, sector; /* in the strings */
    int32_t parent;
    uint32_t related, n_related;
    uint32_t seq_first, seq_n;
    uint8_t kind, idf;
    uint16_t spare;
    uint32_t not_n;
};

/* Raise it when rules change what a text yields: stored documents are then known to be older. */
enum { DICT_RULES = 6 };

size_t image_item_bytes(enum image_section s);
/* Check every number in the image that a reader will follow, and point `d` into it. `bytes` is
 * aligned to 8 and outlives `d`. -1: JM_EINVAL with what is wrong, JM_ENOMEM. */
int image_attach(struct jm_dict *d, const void *bytes, size_t len, struct jm_err *err);
/* What the rules of this release make of fixed phrases. 0: out of memory. */
uint64_t image_engine(void);
uint64_t image_sum(const void *bytes, size_t len);

#endif
