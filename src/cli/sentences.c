/* sentences.c - read JSON lines {"idx": 1, "source": "tech", "tokens": [...], "tags_knowledge":
 * [...]} and join those of one document. */
#include "sentences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/eval.h"
#include "jobmatch/format.h"

static int keep(struct jm_sentences *s, json_t *v)
{
    json_t **all = reallocarray(s->all, s->n_all + 1, sizeof *all);
    if (!all) {
        json_decref(v);
        return -1;
    }
    s->all = all;
    s->all[s->n_all++] = v;
    return 0;
}

int jm_sentences_open(struct jm_sentences *s, const char *file)
{
    struct jm_buf text = {0};
    const char *line;
    size_t len;
    *s = (struct jm_sentences){.file = file};
    int rc = jm_cli_read_text(file, &text);
    struct jm_format_lines it = {.text = jm_buf_cstr(&text), .bytes = text.len};
    while (rc == 0 && jm_format_next_line(&it, &line, &len)) {
        json_error_t why = {0};
        json_t *v = json_loadb(line, len, 0, &why);
        if (json_is_array(json_object_get(v, "tokens"))) {
            rc = keep(s, v);
            continue;
        }
        fprintf(stderr, "jobmatch: %s:%u: expected {\"tokens\": [\"...\"]}%s%s\n", file, it.line_no,
                v ? "" : "; not JSON: ", v ? "" : why.text);
        json_decref(v);
        rc = -1;
    }
    jm_buf_fini(&text);
    return rc;
}

static bool same_document(const json_t *a, const json_t *b)
{
    const json_t *x = json_object_get(a, "idx"), *y = json_object_get(b, "idx");
    return x && json_equal(x, y) &&
           json_equal(json_object_get(a, "source"), json_object_get(b, "source"));
}

/* Room for n tokens and for one more line. */
static int reserve(struct jm_sentences *s, size_t n)
{
    const char **tokens = reallocarray(s->tokens, n, sizeof *tokens);
    if (!tokens)
        return -1;
    s->tokens = tokens;
    char *tags = realloc(s->tags, n);
    if (!tags)
        return -1;
    s->tags = tags;
    size_t *lines = reallocarray(s->lines, s->n_lines + 2, sizeof *lines);
    if (!lines)
        return -1;
    s->lines = lines;
    return 0;
}

/* Append a line's tokens; -1: out of memory or malformed. */
static int add_line(struct jm_sentences *s, const json_t *v)
{
    const json_t *tokens = json_object_get(v, "tokens");
    const json_t *tags = json_object_get(v, "tags_knowledge");
    size_t k = json_array_size(tokens);
    if (reserve(s, s->n + k + 2))
        return -1;
    s->lines[s->n_lines++] = s->n;
    for (size_t i = 0; i < k; i++) {
        const char *tag = json_string_value(json_array_get(tags, i));
        s->tags[s->n] = tag && (tag[0] == 'B' || tag[0] == 'I') ? tag[0] : 'O';
        if (!(s->tokens[s->n++] = json_string_value(json_array_get(tokens, i))))
            return -1;
    }
    s->tags[s->n] = 'O';
    s->tokens[s->n++] = JM_EVAL_BREAK;
    s->lines[s->n_lines] = s->n;
    return 0;
}

int jm_sentences_next(struct jm_sentences *s)
{
    size_t from = s->at;
    s->n = s->n_lines = 0;
    if (from == s->n_all)
        return 0;
    s->number = (uint32_t)json_integer_value(json_object_get(s->all[from], "idx"));
    do {
        if (add_line(s, s->all[s->at])) {
            fprintf(stderr, "jobmatch: %s: sentence %zu: out of memory, or a token is no text\n",
                    s->file, s->at + 1);
            return -1;
        }
        s->at++;
    } while (s->at < s->n_all && same_document(s->all[from], s->all[s->at]));
    return 1;
}

void jm_sentences_close(struct jm_sentences *s)
{
    for (size_t i = 0; i < s->n_all; i++)
        json_decref(s->all[i]);
    free(s->all);
    free(s->tokens);
    free(s->tags);
    free(s->lines);
}
