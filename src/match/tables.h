/* tables.h - inside a scorer; see tables.c. */
#ifndef JM_MATCH_TABLES_H
#define JM_MATCH_TABLES_H

#include "score.h"

enum { WORD_LANE = 0 }; /* words and titles have ids of their own, so a lane may serve both */

enum { RECENCY_YEARS = 64 };

struct link {
    uint8_t index; /* of the query's skill */
    uint8_t how;
    uint16_t credit;
};

struct key_slot {
    uint64_t key;
    uint32_t first, n; /* in links; n = 0: free */
};

struct id_slot {
    uint32_t id; /* 0: free */
    uint8_t weight[JM_DOC_MAX_TITLES];
};

struct jm_scorer {
    const struct jm_doc *query;
    bool job_asks;
    struct link *links;
    size_t n_links;
    struct key_slot *keys;
    uint32_t key_mask;
    struct id_slot *ids;
    uint32_t id_mask;
    uint16_t recency[RECENCY_YEARS]; /* per mille, by years ago */
    struct pair pair;
};

#endif
