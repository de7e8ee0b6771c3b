/* title_reader.c - one thread's way from titles to features: working memory, and a cache.
 *
 * The same few thousand titles come again and again. The cache is a table of fixed size, a title
 * has one place in it, and what is in the way goes: no growth, no list, and never another answer
 * than without it. */
#include <stdlib.h>
#include <string.h>

#include "jobmatch/bytes.h"
#include "title_int.h"

#ifdef JM_FUZZ /* a fuzzer makes a reader for every input, and titles should meet in one slot */
enum { CACHE_SLOTS = 2 };
#else
enum { CACHE_SLOTS = 2048 };
#endif
enum { CACHE_TITLE_BYTES = 120 };

struct slot {
    uint8_t bytes, n; /* bytes 0: empty */
    char title[CACHE_TITLE_BYTES];
    struct jm_doc_feature features[JM_DOC_MAX_TITLE_FEATURES];
};

struct jm_title_reader {
    const struct jm_title_kernel *kernel;
    struct title_scratch scratch;
    struct slot *slots; /* NULL without a kernel: nothing to save */
};

struct jm_title_reader *jm_title_reader_new(const struct jm_title_kernel *k)
{
    struct jm_title_reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->kernel = k;
    if (k)
        r->slots = calloc(CACHE_SLOTS, sizeof *r->slots);
    if ((k && !r->slots) || title_scratch_init(&r->scratch, k)) {
        jm_title_reader_free(r);
        return NULL;
    }
    return r;
}

void jm_title_reader_free(struct jm_title_reader *r)
{
    if (!r)
        return;
    title_scratch_fini(&r->scratch);
    free(r->slots);
    free(r);
}

/* The place of a title, NULL when it is not to be kept. */
static struct slot *slot_of(const struct jm_title_reader *r, const char *title, size_t bytes)
{
    if (!r->slots || !bytes || bytes > CACHE_TITLE_BYTES)
        return NULL;
    return &r->slots[jm_hash64(title, bytes) % CACHE_SLOTS];
}

size_t jm_title_features(struct jm_title_reader *r, const char *title, size_t bytes,
                         struct jm_doc_feature out[JM_DOC_MAX_TITLE_FEATURES])
{
    struct slot *s = slot_of(r, title, bytes);
    if (s && s->bytes == bytes && memcmp(s->title, title, bytes) == 0) {
        memcpy(out, s->features, s->n * sizeof *out);
        return s->n;
    }
    size_t n = title_features(r->kernel, &r->scratch, title, bytes, out);
    if (s) {
        s->bytes = (uint8_t)bytes;
        s->n = (uint8_t)n;
        memcpy(s->title, title, bytes);
        memcpy(s->features, out, n * sizeof *out);
    }
    return n;
}

unsigned jm_title_similarity(struct jm_title_reader *r, const char *a, const char *b)
{
    struct jm_doc_feature fa[JM_DOC_MAX_TITLE_FEATURES], fb[JM_DOC_MAX_TITLE_FEATURES];
    size_t na = jm_title_features(r, a, strlen(a), fa);
    size_t nb = jm_title_features(r, b, strlen(b), fb);
    return jm_title_cosine(fa, na, fb, nb);
}
