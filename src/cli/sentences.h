/* sentences.h - labelled sentences as documents: lines with the same "idx" and "source" that follow
 * one another are one posting, read as one, as the daemon would. */
#ifndef JM_CLI_SENTENCES_H
#define JM_CLI_SENTENCES_H

#include "cli.h"

struct jm_sentences {
    const char **tokens; /* of the document; JM_EVAL_BREAK between lines */
    char *tags;          /* B, I, O; 'O' where the file has none */
    size_t n;
    size_t *lines;       /* by line: its first token */
    size_t n_lines;
    uint32_t number;     /* "idx" */
    /* inner */
    const char *file;
    struct jm_buf text;
    json_t **all;
    size_t n_all, at;
};

/* Read the file; -1: complained. */
int jm_sentences_open(struct jm_sentences *s, const char *file);
/* The next document: 1, none: 0, -1: complained. */
int jm_sentences_next(struct jm_sentences *s);
void jm_sentences_close(struct jm_sentences *s);

#endif
