/* text_int.h - what the files of the text module share. */
#ifndef JM_TEXT_INT_H
#define JM_TEXT_INT_H

#include <libstemmer.h>

#include "jobmatch/buf.h"
#include "jobmatch/text.h"

/* From plain byte `plain` on, the source is `source`. src_bytes 0: byte for byte; else the plain
 * bytes up to the next run stand for src_bytes of the source as a whole (an entity). */
struct jm_text_run {
    uint32_t plain, source, src_bytes;
};

enum {
    JM_WORDS_CAP = 2048,         /* power of two, over twice the words in words.c */
    JM_WORDS_FILTER_BITS = 15,
    JM_VOTES = (JM_LANGS + 3) / 4
};

/* A word and what the fixed tables say of it. */
struct jm_word_info {
    uint64_t hash;
    uint64_t votes[JM_VOTES]; /* for the languages it speaks for, 16 bits each */
    uint16_t langs; /* bit l: a stop word of language l */
    uint16_t tells; /* bit l: of language l, but a feature like any other word */
    uint8_t boiler; /* a word that every job ad has */
};

/* All of them: an open table, and a bit for the top of every hash in it. */
struct jm_words {
    uint64_t filter[1 << (JM_WORDS_FILTER_BITS - 6)];
    struct jm_word_info slots[JM_WORDS_CAP];
};

struct jm_term_slot {
    uint64_t hash;
    uint32_t beg, end, count;
};


/* A word whose term is known: stemming costs more than all else that is done to a word. */
struct jm_stem_slot {
    uint64_t key; /* of word and language; 0: free */
    uint32_t id;
};
enum { JM_STEM_SLOTS = 8192 };

struct jm_text {
    struct jm_text_view view;
    struct jm_buf plain; /* only for HTML */
    struct jm_text_run *runs;
    size_t n_runs, cap_runs;
    struct jm_token *tokens;
    size_t n_tokens, cap_tokens;
    struct jm_buf fold;
    struct sb_stemmer *stemmers[JM_LANGS]; /* made when first needed */
    struct jm_words *words; /* made when first needed: small readers never ask */
    struct jm_term_slot *slots;
    size_t n_slots, cap_slots;
    struct jm_stem_slot *stems; /* made when first needed */
    struct jm_doc_feature *features;
    size_t cap_features;
};

int jm_text_tokenise(struct jm_text *t, struct jm_err *err);
/* Plain text of `s` into t->plain with t->runs. */
int jm_text_from_html(struct jm_text *t, const char *s, size_t bytes, struct jm_err *err);
bool jm_text_looks_html(const char *s, size_t bytes);
/* The character that windows-1252 writes as this byte. */
uint32_t jm_text_from_1252(uint8_t byte);

enum jm_lang jm_lang_vote(const struct jm_words *words, const struct jm_token *tokens, size_t n);
struct jm_words *jm_words_load(void); /* malloc'd; NULL: out of memory */
/* 0 for most words that are not among them. */
static inline unsigned jm_words_maybe(const struct jm_words *w, uint64_t hash)
{
    uint64_t bit = hash >> (64 - JM_WORDS_FILTER_BITS);
    return w->filter[bit >> 6] >> (bit & 63) & 1;
}
/* NULL: neither a stop word nor one that every ad has. */
static inline const struct jm_word_info *jm_words_find(const struct jm_words *w, uint64_t hash)
{
    const struct jm_word_info *slots = w->slots;
    for (size_t i = hash & (JM_WORDS_CAP - 1); slots[i].hash; i = (i + 1) & (JM_WORDS_CAP - 1))
        if (slots[i].hash == hash)
            return &slots[i];
    return NULL;
}

#define JM_HASH_SEED UINT64_C(0x9ae16a3b2f90404f)
static inline uint64_t jm_hash_step(uint64_t h, uint8_t c)
{
    return (h ^ c) * UINT64_C(0x9fb21c651e98df25);
}
static inline uint64_t jm_hash_end(uint64_t h)
{
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 29;
    return h ? h : 1;
}

#endif
