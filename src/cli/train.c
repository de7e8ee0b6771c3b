/* train.c - make the weights of the tagger and of the gate from labelled sentences, and classes of
 * words from texts (train_clusters.c).
 *
 * Sentences are JSON lines {"idx": document, "tokens": [...], "tags_knowledge": ["O", "B", "I"]}.
 * The dictionary in --skills-dir is part of what is learned: its surfaces are features. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/learn.h"
#include "sentences.h"
#include "train_clusters.h"

enum { FOLDS = 10, MAX_FILES = 64 };

struct options {
    const char *files[MAX_FILES], *out;
    size_t n_files;
    unsigned folds;
    bool gate;
};

static int complain(const char *file, const struct jm_err *err)
{
    fprintf(stderr, "jobmatch: %s: %s\n", file, err->text[0] ? err->text : "out of memory");
    return -1;
}

static int validate(struct jm_tag_trainer *t, const struct options *o, struct jm_err *err)
{
    struct jm_learn_scores s = {0};
    for (unsigned i = 0; i < o->folds; i++)
        if (jm_tag_validate(t, o->folds, i, &s, err))
            return -1;
    double p = s.told ? s.right / (double)s.told : 0, r = s.truth ? s.right / (double)s.truth : 0;
    fprintf(stderr, "%u folds: %u spans, %u told, strict P %.3f R %.3f F1 %.3f\n", o->folds,
            s.truth, s.told, p, r, p + r > 0 ? 2 * p * r / (p + r) : 0);
    return 0;
}

static int write_out(const char *file, const struct jm_buf *b)
{
    FILE *f = fopen(file, "we");
    bool ok = f && fwrite(jm_buf_cstr(b), 1, b->len, f) == b->len;
    if (f)
        ok = fclose(f) == 0 && ok;
    if (!ok)
        perror("jobmatch: cannot write the weights");
    return ok ? 0 : -1;
}

static int train_tagger(const struct jm_dict *d, const struct options *o, struct jm_sentences *s)
{
    struct jm_buf out = {0};
    struct jm_err err = {0};
    struct jm_tag_trainer *t = jm_tag_trainer_new(d);
    int rc = t ? 0 : -1, more = 0;
    while (rc == 0 && (more = jm_sentences_next(s)) > 0)
        rc = jm_tag_trainer_add(t, s->tokens, s->tags, s->n, s->number, &err);
    if (rc == 0 && more == 0 && o->folds)
        rc = validate(t, o, &err);
    if (rc == 0 && more == 0 && o->out)
        rc = jm_tag_train(t, &out, &err) ? -1 : write_out(o->out, &out);
    if (rc)
        complain(o->files[0], &err);
    jm_buf_fini(&out);
    jm_tag_trainer_free(t);
    return rc || more ? -1 : 0;
}

static int train_gate(const struct jm_dict *d, const struct options *o, struct jm_sentences *s)
{
    struct jm_buf out = {0};
    struct jm_err err = {0};
    struct jm_gate_report r = {0};
    struct jm_gate_trainer *t = jm_gate_trainer_new(d);
    int rc = t ? 0 : -1, more = 0;
    while (rc == 0 && (more = jm_sentences_next(s)) > 0)
        rc = jm_gate_trainer_add(t, s->tokens, s->tags, s->n, s->number, &err);
    if (rc == 0 && more == 0)
        rc = jm_gate_train(t, o->folds ? o->folds : FOLDS, &r, &out, &err);
    if (rc == 0 && more == 0)
        fprintf(stderr, "%u claims; to judge: %u, %u right; kept %u, %u right (cross-validation)\n",
                r.examples, r.judged, r.right, r.kept, r.kept_right);
    if (rc == 0 && more == 0 && o->out)
        rc = write_out(o->out, &out);
    if (rc)
        complain(o->files[0], &err);
    jm_buf_fini(&out);
    jm_gate_trainer_free(t);
    return rc || more ? -1 : 0;
}

static int train(struct jm_cli *c, const struct options *o)
{
    struct jm_sentences s;
    struct jm_dict *d = jm_cli_dict(c);
    int rc = jm_sentences_open(&s, o->files[0]);
    if (d && rc == 0)
        rc = o->gate ? train_gate(d, o, &s) : train_tagger(d, o, &s);
    jm_sentences_close(&s);
    jm_dict_free(d);
    return d ? rc : -1;
}

static int train_clusters(const struct options *o)
{
    struct jm_buf out = {0};
    int rc = jm_cli_train_clusters(o->files, o->n_files, &out);
    if (rc == 0)
        rc = write_out(o->out, &out);
    jm_buf_fini(&out);
    return rc;
}

static int run(struct jm_cli *c, int argc, char **argv)
{
    struct options o = {0};
    const char *what = argc > 1 ? argv[1] : "";
    bool clusters = strcmp(what, "clusters") == 0;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--folds") == 0 && i + 1 < argc)
            o.folds = (unsigned)atoi(argv[++i]);
        else if (strcmp(argv[i], "--out") == 0 && i + 1 < argc)
            o.out = argv[++i];
        else if (argv[i][0] == '-' || o.n_files == MAX_FILES || (o.n_files && !clusters))
            return jm_cli_usage(&jm_cli_train);
        else
            o.files[o.n_files++] = argv[i];
    }
    o.gate = strcmp(what, "gate") == 0;
    if ((!clusters && !o.gate && strcmp(what, "tagger") != 0) || !o.n_files ||
        (!o.out && (clusters || !o.folds)))
        return jm_cli_usage(&jm_cli_train);
    return (clusters ? train_clusters(&o) : train(c, &o)) ? JM_CLI_FAILED : JM_CLI_OK;
}

const struct jm_cli_command jm_cli_train = {
    "train", "gate|tagger SENTENCES.jsonl [--folds N] [--out FILE]\n"
    "       train clusters TEXT... --out FILE",
    "Learn the weights of the gate or the tagger from labelled sentences, or classes of words from "
    "texts;\nneeds no daemon.", run};
