/* order.c - the order in which a load lays out its documents: clusters first, then bisection.
 *
 * Bisecting everything from the top would move every document through all levels, with counts that
 * no cache holds. Instead a sample is bisected into clusters, every document goes to the cluster
 * whose sample has its terms most above average, and each cluster is bisected by itself, by any
 * thread. The order depends on the documents alone: threads only share out independent work. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bisect.h"
#include "kernels.h"
#include "work.h"

enum {
    CLUSTERS = 256,
    SAMPLE = 1 << 16,      /* documents; fewer than twice as many are bisected as a whole */
    SAMPLE_LEAF = SAMPLE / CLUSTERS,
    ROW_MIN = 4,           /* documents of the sample, for a row to be in the map */
    LIFT_MAX = 127,        /* JM_INDEX_DOC_TERMS of them fit 16 bits */
    SLICE = 1 << 14        /* documents, as a unit of shared work */
};

struct ordering {
    const uint64_t *start;
    const uint32_t *entries;
    uint32_t n_docs, n_rows, leaf;
    uint32_t *perm;
    uint32_t *map_row;           /* by row: its line of the map, or NO_LINE */
    uint8_t (*map)[CLUSTERS];    /* how far above average, logarithmically */
    uint32_t n_lines;
    uint8_t *cluster_of;         /* by document */
    uint32_t first[CLUSTERS + 1]; /* of the cluster, in perm */
    struct bisector *bisectors[WORKERS_MAX];
};
#define NO_LINE UINT32_MAX

/* The sample in its order: every so-many-th document, bisected. */
static int order_sample(struct ordering *o, uint32_t *sample)
{
    struct bisector *b = o->bisectors[0] = bisector_new(o->start, o->entries, o->n_rows);
    for (uint32_t i = 0; i < SAMPLE; i++)
        sample[i] = (uint32_t)((uint64_t)i * o->n_docs / SAMPLE);
    return b ? bisect_part(b, sample, 0, SAMPLE, SAMPLE_LEAF) : -1;
}

/* Give a line of the map to each row that the sample has often enough. */
static int choose_lines(struct ordering *o, const uint32_t *sample)
{
    o->map_row = calloc(o->n_rows + 1ul, sizeof *o->map_row);
    if (!o->map_row)
        return -1;
    for (uint32_t i = 0; i < SAMPLE; i++)
        for (uint64_t x = o->start[sample[i]]; x < o->start[sample[i] + 1]; x++)
            o->map_row[entry_row(o->entries[x])]++;
    for (uint32_t r = 0; r < o->n_rows; r++)
        o->map_row[r] = o->map_row[r] >= ROW_MIN ? o->n_lines++ : NO_LINE;
    o->map = mem_map((o->n_lines + 1ul) * sizeof *o->map);
    return o->map ? 0 : -1;
}

static int draw_map(struct ordering *o, const uint32_t *sample)
{
    uint16_t(*count)[CLUSTERS] = calloc(o->n_lines + 1ul, sizeof *count);
    if (!count)
        return -1;
    for (uint32_t i = 0; i < SAMPLE; i++)
        for (uint64_t x = o->start[sample[i]]; x < o->start[sample[i] + 1]; x++)
            if (o->map_row[entry_row(o->entries[x])] != NO_LINE)
                count[o->map_row[entry_row(o->entries[x])]][i / SAMPLE_LEAF]++;
    for (uint32_t l = 0; l < o->n_lines; l++) {
        float usual = 0;
        for (uint32_t c = 0; c < CLUSTERS; c++)
            usual += (float)count[l][c] / CLUSTERS;
        for (uint32_t c = 0; c < CLUSTERS; c++) {
            float lift = 16 * log2f(((float)count[l][c] + 1) / (usual + 1));
            o->map[l][c] = (uint8_t)(lift < 0 ? 0 : lift > LIFT_MAX ? LIFT_MAX : lift);
        }
    }
    free(count);
    return 0;
}

/* The cluster most like the document; 0 if nothing is known about it. */
static uint8_t nearest(const struct ordering *o, const struct kernels *k, uint32_t d)
{
    _Alignas(64) uint16_t score[CLUSTERS] = {0};
    for (uint64_t x = o->start[d]; x < o->start[d + 1]; x++)
        if (o->map_row[entry_row(o->entries[x])] != NO_LINE)
            k->add_bytes(score, o->map[o->map_row[entry_row(o->entries[x])]], CLUSTERS);
    uint16_t top = k->largest(score, CLUSTERS);
    uint8_t best = 0;
    while (score[best] != top)
        best++;
    return best;
}

static int assign_slice(void *arg, uint32_t slice, unsigned worker)
{
    struct ordering *o = arg;
    (void)worker;
    const struct kernels *k = kernels_get();
    uint32_t end = (slice + 1) * SLICE < o->n_docs ? (slice + 1) * SLICE : o->n_docs;
    for (uint32_t d = slice * SLICE; d < end; d++)
        o->cluster_of[d] = nearest(o, k, d);
    return 0;
}

static void gather_clusters(struct ordering *o)
{
    uint32_t at[CLUSTERS];
    for (uint32_t d = 0; d < o->n_docs; d++)
        o->first[o->cluster_of[d] + 1]++;
    for (uint32_t c = 0; c < CLUSTERS; c++) {
        o->first[c + 1] += o->first[c];
        at[c] = o->first[c];
    }
    for (uint32_t d = 0; d < o->n_docs; d++)
        o->perm[at[o->cluster_of[d]]++] = d;
}

static int bisect_cluster(void *arg, uint32_t c, unsigned worker)
{
    struct ordering *o = arg;
    struct bisector **b = &o->bisectors[worker];
    if (!*b && !(*b = bisector_new(o->start, o->entries, o->n_rows)))
        return -1;
    return bisect_part(*b, o->perm + o->first[c], o->first[c], o->first[c + 1] - o->first[c],
                       o->leaf);
}

static int order_clusters(struct ordering *o, unsigned threads)
{
    uint32_t *sample = malloc(SAMPLE * sizeof *sample);
    o->cluster_of = malloc(o->n_docs);
    int rc = -1;
    if (sample && o->cluster_of && order_sample(o, sample) == 0 &&
        choose_lines(o, sample) == 0 && draw_map(o, sample) == 0)
        rc = work_share(threads, (o->n_docs + SLICE - 1) / SLICE, assign_slice, o);
    if (rc == 0) {
        gather_clusters(o);
        rc = work_share(threads, CLUSTERS, bisect_cluster, o);
    }
    mem_unmap(o->map, (o->n_lines + 1ul) * sizeof *o->map);
    free(o->map_row);
    free(o->cluster_of);
    free(sample);
    return rc;
}

int order_documents(const uint64_t *start, const uint32_t *entries, uint32_t n_docs, uint32_t n_rows,
                    uint32_t leaf, unsigned threads, uint32_t *perm)
{
    struct ordering o = {.start = start, .entries = entries, .n_docs = n_docs, .n_rows = n_rows,
                         .leaf = leaf, .perm = perm};
    for (uint32_t i = 0; i < n_docs; i++)
        perm[i] = i;
    int rc;
    if (n_docs >= 2 * SAMPLE) {
        rc = order_clusters(&o, threads);
    } else {
        o.first[1] = n_docs;
        rc = bisect_cluster(&o, 0, 0);
    }
    for (unsigned i = 0; i < WORKERS_MAX; i++)
        bisector_free(o.bisectors[i]);
    return rc;
}
