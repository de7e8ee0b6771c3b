/* train_clusters.h - `jobmatch train clusters`. */
#ifndef JM_CLI_TRAIN_CLUSTERS_H
#define JM_CLI_TRAIN_CLUSTERS_H

#include "cli.h"
#include "jobmatch/buf.h"

/* Read the files and append the classes of their words to `out`. -1: complained. */
int jm_cli_train_clusters(const char *const *files, size_t n, struct jm_buf *out);

#endif
