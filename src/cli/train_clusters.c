/* train_clusters.c - classes of words from files of text: JSON lines with "text" (and "title") or
 * "tokens", or plain lines. */
#include "train_clusters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/format.h"
#include "jobmatch/learn.h"
#include "jobmatch/text.h"

static int add_text(struct jm_cluster_trainer *t, const char *s, size_t bytes, struct jm_err *err)
{
    struct jm_buf text = {0};
    int rc = jm_text_repair(s, bytes, &text) < 0 ? jm_err_set(err, JM_ENOMEM, "out of memory") : 0;
    if (rc == 0)
        rc = jm_cluster_trainer_add(t, jm_buf_cstr(&text), text.len, err);
    jm_buf_fini(&text);
    return rc;
}

static int add_member(struct jm_cluster_trainer *t, const json_t *v, const char *name,
                      struct jm_err *err)
{
    const json_t *s = json_object_get(v, name);
    return json_is_string(s) ? add_text(t, json_string_value(s), json_string_length(s), err) : 0;
}

static int add_tokens(struct jm_cluster_trainer *t, const json_t *v, struct jm_err *err)
{
    struct jm_buf text = {0};
    json_t *one;
    size_t i;
    json_array_foreach (json_object_get(v, "tokens"), i, one) {
        jm_buf_str(&text, json_is_string(one) ? json_string_value(one) : "");
        jm_buf_ch(&text, ' ');
    }
    int rc = jm_buf_ok(&text) ? add_text(t, jm_buf_cstr(&text), text.len, err)
                              : jm_err_set(err, JM_ENOMEM, "out of memory");
    jm_buf_fini(&text);
    return rc;
}

static int add_line(struct jm_cluster_trainer *t, const char *line, size_t len, struct jm_err *err)
{
    json_t *v = len && line[0] == '{' ? json_loadb(line, len, 0, NULL) : NULL;
    if (!v)
        return add_text(t, line, len, err);
    int rc = add_member(t, v, "title", err) || add_member(t, v, "text", err) ||
             add_tokens(t, v, err) ? -1 : 0;
    json_decref(v);
    return rc;
}

static int add_file(struct jm_cluster_trainer *t, const char *file)
{
    struct jm_buf text = {0};
    struct jm_err err = {0};
    const char *line;
    size_t len;
    int rc = jm_cli_read(file, &text);
    struct jm_format_lines it = {.text = jm_buf_cstr(&text), .bytes = text.len};
    while (rc == 0 && jm_format_next_line(&it, &line, &len)) {
        rc = add_line(t, line, len, &err);
        if (rc)
            fprintf(stderr, "jobmatch: %s:%u: %s\n", file, it.line_no, err.text);
    }
    jm_buf_fini(&text);
    return rc;
}

int jm_cli_train_clusters(const char *const *files, size_t n, struct jm_buf *out)
{
    struct jm_cluster_report r = {0};
    struct jm_err err = {0};
    struct jm_cluster_trainer *t = jm_cluster_trainer_new();
    int rc = t ? 0 : jm_err_set(&err, JM_ENOMEM, "out of memory");
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = add_file(t, files[i]);
    if (rc == 0)
        rc = jm_cluster_train(t, &r, out, &err);
    if (rc == 0)
        fprintf(stderr, "%llu tokens, %llu words; the last round moved %llu\n",
                (unsigned long long)r.tokens, (unsigned long long)r.words,
                (unsigned long long)r.moved);
    else if (err.text[0])
        fprintf(stderr, "jobmatch: %s\n", err.text);
    jm_cluster_trainer_free(t);
    return rc;
}
