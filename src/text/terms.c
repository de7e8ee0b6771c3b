/* terms.c - the words of a text as weighted features.
 *
 * Count every word once in an open table (by its folded hash), drop stop words and what every ad
 * has, stem what is left in the language of the text, and keep the heaviest. The weight is the
 * document half of BM25: how often the word stands here, saturated, against the length of the
 * text. The other half, how rare the word is, belongs to whoever asks (jm_text_term_idf). */
#include <stdlib.h>
#include <string.h>

#include "text_int.h"

enum { MEAN_WORDS = 350, MAX_WORD_BYTES = 40 };

static const char *const stemmer_names[JM_LANGS] = {
    "",        "english",    "german", "french",  "spanish", "dutch",
    "italian", "portuguese", "",       "swedish", "romanian"};

static int grow_table(struct jm_text *t, size_t want)
{
    size_t cap = 1024;
    while (cap < want * 2)
        cap *= 2;
    if (cap > t->cap_slots) {
        free(t->slots);
        free(t->features);
        t->slots = malloc(cap * sizeof *t->slots);
        t->features = malloc(cap * sizeof *t->features);
        t->cap_slots = t->slots && t->features ? cap : 0;
        if (!t->cap_slots)
            return -1;
    }
    /* the whole table is cleared, so use no more of it than this text needs */
    t->n_slots = cap;
    memset(t->slots, 0, cap * sizeof *t->slots);
    return 0;
}

static void count_word(struct jm_text *t, uint64_t hash, uint32_t beg, uint32_t end)
{
    size_t mask = t->n_slots - 1, i = hash & mask;
    while (t->slots[i].count && t->slots[i].hash != hash)
        i = (i + 1) & mask;
    if (!t->slots[i].count)
        t->slots[i] = (struct jm_term_slot){.hash = hash, .beg = beg, .end = end};
    t->slots[i].count++;
}

static bool has_letter(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)(s[i] | 0x20) >= 'a' && (uint8_t)(s[i] | 0x20) <= 'z')
            return true;
        else if ((uint8_t)s[i] >= 0x80)
            return true;
    return false;
}

/* Count all words; returns how many words the text has. */
static size_t count_words(struct jm_text *t)
{
    const struct jm_token *tok = t->tokens;
    unsigned lang = t->view.lang ? t->view.lang : JM_LANG_EN;
    size_t words = 0;
    for (size_t i = 0; i < t->n_tokens; i++) {
        size_t last = i;
        uint32_t end = tok[i].end;
        while (last + 1 < t->n_tokens && tok[last + 1].gap == JM_GAP_GLUED &&
               tok[last + 1].end - tok[i].beg <= 24)
            end = tok[++last].end;
        uint32_t beg = tok[i].beg, n = end - beg;
        uint64_t hash = tok[i].hash;
        bool joined = last != i;
        i = last;
        words++;
        if (n < 2 || n > MAX_WORD_BYTES || !has_letter(t->view.plain + beg, n))
            continue;
        if (joined) {
            char folded[64];
            for (uint32_t k = 0; k < n; k++) {
                char c = t->view.plain[beg + k];
                folded[k] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
            }
            hash = jm_text_word_hash(folded, n);
        }
        /* "care" is a stop word in Romanian only */
        const struct jm_word_info *info = jm_words_find(t->words, hash);
        if (!info || !(info->boiler || (info->langs >> lang & 1)))
            count_word(t, hash, beg, end);
    }
    return words;
}

static struct sb_stemmer *stemmer_of(struct jm_text *t, enum jm_lang lang)
{
    if (lang == JM_LANG_UNKNOWN)
        lang = JM_LANG_EN;
    if (!t->stemmers[lang] && *stemmer_names[lang])
        t->stemmers[lang] = sb_stemmer_new(stemmer_names[lang], "UTF_8");
    return t->stemmers[lang];
}

static uint32_t term_id(struct jm_text *t, struct sb_stemmer *stem, const char *s, size_t n)
{
    jm_buf_clear(&t->fold);
    if (*s == '.') {
        s++;
        n--;
    }
    bool ascii = true;
    for (size_t i = 0; i < n; i++)
        ascii &= (uint8_t)s[i] < 0x80;
    if (ascii) {
        for (size_t i = 0; i < n; i++)
            jm_buf_ch(&t->fold, s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] | 0x20) : s[i]);
    } else if (jm_text_fold(s, n, &t->fold)) {
        jm_buf_clear(&t->fold);
    }
    const char *word = jm_buf_cstr(&t->fold);
    size_t len = t->fold.len;
    if (stem && len) {
        const sb_symbol *out = sb_stemmer_stem(stem, (const sb_symbol *)word, (int)len);
        if (out) {
            word = (const char *)out;
            len = (size_t)sb_stemmer_length(stem);
        }
    }
    return JM_TERM_BASE + (uint32_t)(jm_text_word_hash(word, len) & (JM_TERM_BASE - 1));
}

static int by_id(const void *a, const void *b)
{
    const struct jm_doc_feature *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_weight(const void *a, const void *b)
{
    const struct jm_doc_feature *x = a, *y = b;
    return y->weight != x->weight ? (int)y->weight - (int)x->weight : by_id(a, b);
}

/* Saturated term frequency in integers: 255 * tf * 2.2 / (tf + 1.2 * (.25 + .75 * len / mean)),
 * over its limit 2.2. */
static uint8_t weight_of(uint32_t tf, size_t words)
{
    uint64_t k = 300 + 900 * (uint64_t)words / MEAN_WORDS; /* times 1000 */
    uint64_t w = (255 * 1000 * (uint64_t)tf) / (1000 * (uint64_t)tf + k);
    return (uint8_t)(w ? w : 1);
}

/* The term of a counted word. The same folded word in the same language has the same term, so the
 * last one that fell on a place in the table is kept there; what stood there before makes no
 * difference. */
static uint32_t cached_term_id(struct jm_text *t, struct sb_stemmer *stem,
                               const struct jm_term_slot *s)
{
    uint64_t key = s->hash ^ (uint64_t)t->view.lang << 59;
    struct jm_stem_slot *known = t->stems ? &t->stems[key >> 7 & (JM_STEM_SLOTS - 1)] : NULL;
    if (known && known->key == key)
        return known->id;
    uint32_t id = term_id(t, stem, t->view.plain + s->beg, s->end - s->beg);
    if (known)
        *known = (struct jm_stem_slot){key, id};
    return id;
}

/* Stem what was counted; equal stems are one term. The counts pass through `weight` saturated at
 * 255 occurrences. */
static size_t stem_words(struct jm_text *t)
{
    struct sb_stemmer *stem = stemmer_of(t, t->view.lang);
    size_t n = 0, kept = 0;
    if (!t->stems) /* without it: slower */
        t->stems = calloc(JM_STEM_SLOTS, sizeof *t->stems);
    for (size_t i = 0; i < t->n_slots; i++) {
        const struct jm_term_slot *s = &t->slots[i];
        if (s->count)
            t->features[n++] = (struct jm_doc_feature){
                .id = cached_term_id(t, stem, s),
                .weight = (uint8_t)(s->count > 255 ? 255 : s->count)};
    }
    qsort(t->features, n, sizeof *t->features, by_id);
    for (size_t i = 0; i < n; i++) {
        if (kept && t->features[kept - 1].id == t->features[i].id) {
            unsigned sum = t->features[kept - 1].weight + t->features[i].weight;
            t->features[kept - 1].weight = (uint8_t)(sum > 255 ? 255 : sum);
        } else {
            t->features[kept++] = t->features[i];
        }
    }
    return kept;
}

size_t jm_text_terms(struct jm_text *t, struct jm_doc_feature *out, size_t max)
{
    if (!t->n_tokens || !max || grow_table(t, t->n_tokens < 200000 ? t->n_tokens : 200000))
        return 0;
    if (!t->words && !(t->words = jm_words_load()))
        return 0;
    size_t all = t->n_tokens;
    if (t->n_tokens > 200000)
        t->n_tokens = 200000; /* words beyond 1 MB of text change nothing */
    size_t words = count_words(t);
    t->n_tokens = all;
    size_t n = stem_words(t);
    for (size_t i = 0; i < n; i++)
        t->features[i].weight = weight_of(t->features[i].weight, words);
    if (n > max) {
        qsort(t->features, n, sizeof *t->features, by_weight);
        n = max;
        qsort(t->features, n, sizeof *t->features, by_id);
    }
    memcpy(out, t->features, n * sizeof *out);
    return n;
}

