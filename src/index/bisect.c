/* bisect.c - an order in which neighbours share terms: recursive graph bisection of one part.
 *
 * The published algorithm (Dhulipala and others, 2016): cut the documents in two halves, move
 * documents between them while that makes the lists of gaps cheaper, go on with each half. What
 * differs, for speed: a document's gain is the sum over its terms of log(documents that have it on
 * the other side) - log(on its own, itself left out), the leading part of the published gain, in
 * integers; a round moves by selection (the half with the smallest sums goes left) instead of
 * sorting and swapping pairs; and a part ends where a chunk does. A part has its own small copy of
 * its documents with 16-bit term numbers, so that a round runs in the core's own cache. */
#include "bisect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 4, /* six do not find more */
    IDS = 1 << 16,    /* different terms of a part that count; there are rarely more */
    PLACE_TIMES = 3,  /* searches ask for places often; four find less with many answers */
    LOGS = 1 << 16,   /* larger counts are as good as this one */
    LOG_UNIT = 1024   /* of a doubling */
};

struct bisector {
    const uint64_t *start; /* of all documents */
    const uint32_t *entries;
    uint32_t *id_of;       /* by row: its number in the part + 1 */
    /* the part: at[i]..at[i + 1] delimits the ids of its document i */
    uint32_t *at, *doc, *order;
    uint64_t *key;         /* what key_of() says */
    uint32_t cap_docs;
    uint16_t *ids;
    uint64_t cap_ids;
    uint32_t count[IDS][2]; /* by id: documents on the left, on the right */
    int32_t gain[IDS][2];   /* of moving right: a document of the left, of the right */
    uint32_t seen[IDS];
    int32_t log[LOGS];
    int32_t stay[2]; /* by side: added to gains */
};

struct bisector *bisector_new(const uint64_t *start, const uint32_t *entries, uint32_t n_rows)
{
    struct bisector *b = calloc(1, sizeof *b);
    uint32_t *id_of = calloc(n_rows + 1ul, sizeof *id_of);
    if (!b || !id_of) {
        free(b);
        free(id_of);
        return NULL;
    }
    b->start = start;
    b->entries = entries;
    b->id_of = id_of;
    for (uint32_t i = 1; i < LOGS; i++)
        b->log[i] = (int32_t)lrintf(LOG_UNIT * log2f((float)i));
    return b;
}

void bisector_set_stay(struct bisector *b, int32_t stay)
{
    b->stay[0] = -stay;
    b->stay[1] = stay;
}

void bisector_free(struct bisector *b)
{
    if (!b)
        return;
    free(b->id_of);
    free(b->at);
    free(b->doc);
    free(b->order);
    free(b->key);
    free(b->ids);
    free(b);
}

static int reserve(struct bisector *b, uint32_t n, uint64_t n_ids)
{
    if (n > b->cap_docs) {
        free(b->at);
        free(b->doc);
        free(b->order);
        free(b->key);
        b->at = malloc((n + 1ul) * sizeof *b->at);
        b->doc = malloc(n * sizeof *b->doc);
        b->order = malloc(n * sizeof *b->order);
        b->key = malloc(n * sizeof *b->key);
        b->cap_docs = b->at && b->doc && b->order && b->key ? n : 0;
    }
    if (n_ids > b->cap_ids) {
        free(b->ids);
        b->ids = malloc(n_ids * sizeof *b->ids);
        b->cap_ids = b->ids ? n_ids : 0;
    }
    return b->cap_docs >= n && b->cap_ids >= n_ids ? 0 : -1;
}

/* Number the rows of the part and copy its documents. A row that only one of them has says
 * nothing about their order. */
static int take_part(struct bisector *b, const uint32_t *perm, uint32_t n)
{
    enum { ONCE = UINT32_MAX };
    uint64_t postings = 0, put = 0;
    uint32_t ids = 0;
    for (uint32_t i = 0; i < n; i++)
        postings += b->start[perm[i] + 1] - b->start[perm[i]] + PLACE_TIMES - 1;
    if (postings > UINT32_MAX || n > INT32_MAX || reserve(b, n, postings) < 0)
        return -1;
    for (uint32_t i = 0; i < n; i++)
        for (uint64_t x = b->start[perm[i]]; x < b->start[perm[i] + 1]; x++) {
            uint32_t *id = &b->id_of[entry_row(b->entries[x])];
            if (*id == 0)
                *id = ONCE;
            else if (*id == ONCE && ids < IDS)
                *id = ++ids;
        }
    for (uint32_t i = 0; i < n; i++) {
        b->at[i] = (uint32_t)put;
        b->doc[i] = perm[i];
        b->order[i] = i;
        for (uint64_t x = b->start[perm[i]]; x < b->start[perm[i] + 1]; x++) {
            uint32_t id = b->id_of[entry_row(b->entries[x])];
            uint32_t times = id == ONCE ? 0 : x + 1 < b->start[perm[i] + 1] ? 1 : PLACE_TIMES;
            while (times-- > 0)
                b->ids[put++] = (uint16_t)(id - 1);
        }
    }
    b->at[n] = (uint32_t)put;
    for (uint32_t i = 0; i < n; i++)
        for (uint64_t x = b->start[perm[i]]; x < b->start[perm[i] + 1]; x++)
            b->id_of[entry_row(b->entries[x])] = 0;
    return 0;
}

/* Count the halves' documents by id; how many ids there are. */
static uint32_t count_ids(struct bisector *b, const uint32_t *order, uint32_t n, uint32_t half)
{
    uint32_t n_seen = 0;
    for (uint32_t i = 0; i < n; i++) {
        unsigned side = i >= half;
        for (uint32_t x = b->at[order[i]]; x < b->at[order[i] + 1]; x++) {
            uint32_t *count = b->count[b->ids[x]];
            b->seen[n_seen] = b->ids[x];
            n_seen += (count[0] | count[1]) == 0;
            count[side]++;
        }
    }
    return n_seen;
}

static void forget_counts(struct bisector *b, uint32_t n_seen)
{
    for (uint32_t i = 0; i < n_seen; i++)
        b->count[b->seen[i]][0] = b->count[b->seen[i]][1] = 0;
}

static int32_t log_of(const struct bisector *b, uint32_t n)
{
    return b->log[n < LOGS ? n : LOGS - 1];
}

static void weigh_ids(struct bisector *b, uint32_t n_seen)
{
    for (uint32_t i = 0; i < n_seen; i++) {
        uint32_t id = b->seen[i], left = b->count[id][0], right = b->count[id][1];
        b->gain[id][0] = log_of(b, right + 1) - log_of(b, left);
        b->gain[id][1] = log_of(b, right) - log_of(b, left + 1);
    }
}

/* Put the `k` smallest keys first. */
static void select_smallest(uint64_t *key, int64_t n, int64_t k)
{
    int64_t lo = 0, hi = n - 1;
    while (lo < hi) {
        uint64_t pivot = key[lo + (hi - lo) / 2];
        int64_t i = lo, j = hi;
        while (i <= j) {
            while (key[i] < pivot)
                i++;
            while (key[j] > pivot)
                j--;
            if (i > j)
                break;
            uint64_t x = key[i];
            key[i++] = key[j];
            key[j--] = x;
        }
        if (k <= j)
            hi = j;
        else if (k >= i)
            lo = i;
        else
            return;
    }
}

/* The document has changed sides, to `side`. */
static void move_counts(struct bisector *b, uint32_t doc, unsigned side)
{
    for (uint32_t x = b->at[doc]; x < b->at[doc + 1]; x++) {
        b->count[b->ids[x]][side]++;
        b->count[b->ids[x]][!side]--;
    }
}

/* The sum of a document's gains, then its number, then its side. */
static uint64_t key_of(const struct bisector *b, uint32_t doc, unsigned side)
{
    int32_t gain = b->stay[side];
    for (uint32_t x = b->at[doc]; x < b->at[doc + 1]; x++)
        gain += b->gain[b->ids[x]][side];
    return (uint64_t)((uint32_t)gain ^ 1u << 31) << 32 | doc << 1 | side;
}

/* One round. False: nothing wants to move any more. */
static bool improve_cut(struct bisector *b, uint32_t *order, uint32_t n, uint32_t half)
{
    uint64_t most_left = 0, least_right = UINT64_MAX;
    for (uint32_t i = 0; i < half; i++) {
        b->key[i] = key_of(b, order[i], 0);
        most_left = b->key[i] > most_left ? b->key[i] : most_left;
    }
    for (uint32_t i = half; i < n; i++) {
        b->key[i] = key_of(b, order[i], 1);
        least_right = b->key[i] < least_right ? b->key[i] : least_right;
    }
    if (most_left >> 32 <= least_right >> 32)
        return false;
    select_smallest(b->key, n, half);
    for (uint32_t i = 0; i < n; i++) {
        unsigned side = i >= half;
        order[i] = (uint32_t)b->key[i] >> 1;
        if ((b->key[i] & 1) != side)
            move_counts(b, order[i], side);
    }
    return true;
}

static void cut(struct bisector *b, uint32_t *order, uint32_t n, uint32_t half)
{
    uint32_t n_seen = count_ids(b, order, n, half);
    for (int i = 0; i < ROUNDS; i++) {
        weigh_ids(b, n_seen);
        if (!improve_cut(b, order, n, half))
            break;
    }
    forget_counts(b, n_seen);
}

/* Where to cut [lo, lo + n) of the whole order: at a multiple of leaf, near the middle. */
static uint32_t middle(uint32_t lo, uint32_t n, uint32_t leaf)
{
    uint32_t at = (lo + n / 2 + leaf / 2) / leaf * leaf;
    return at > lo && at < lo + n ? at - lo : 0;
}

static void bisect(struct bisector *b, uint32_t *order, uint32_t lo, uint32_t n, uint32_t leaf)
{
    uint32_t half = middle(lo, n, leaf);
    if (half == 0)
        return;
    cut(b, order, n, half);
    bisect(b, order, lo, half, leaf);
    bisect(b, order + half, lo + half, n - half, leaf);
}

int bisect_part(struct bisector *b, uint32_t *perm, uint32_t lo, uint32_t n, uint32_t leaf)
{
    if (middle(lo, n, leaf) == 0)
        return 0;
    if (take_part(b, perm, n) < 0)
        return -1;
    bisect(b, b->order, lo, n, leaf);
    for (uint32_t i = 0; i < n; i++)
        perm[i] = b->doc[b->order[i]];
    return 0;
}
