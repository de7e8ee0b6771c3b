/* match.c - ranked lists and explanations, from the daemon. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *text_of(const json_t *v, const char *key)
{
    const char *s = json_string_value(json_object_get(v, key));
    return s ? s : "";
}

/* A number, or a word where the viewer may see no number. */
static const char *value_of(const json_t *v, const char *key, char out[16])
{
    const json_t *x = json_object_get(v, key);
    if (json_is_string(x))
        return json_string_value(x);
    snprintf(out, 16, "%lld", (long long)json_integer_value(x));
    return out;
}

static int number_of(const json_t *v, const char *key)
{
    return (int)json_integer_value(json_object_get(v, key));
}

static void print_row(const struct jm_cli *c, size_t rank, const json_t *hit, const char *other)
{
    const json_t *doc = json_object_get(hit, other);
    const char *band = text_of(hit, "band");
    const char *on = "", *off = "";
    char fit[16], want[16];
    if (c->colour) {
        bool good = band[0] == 'A' || band[0] == 'B';
        on = good ? "\033[32m" : band[0] == 'C' ? "\033[33m" : "\033[2m";
        off = "\033[0m";
    }
    printf("%3zu  %s%-1.1s%s    %5d  %5s  %5s  %-24.24s  %.60s\n", rank, on,
           strlen(band) == 1 ? band : "-", off, number_of(hit, "score"),
           value_of(hit, "person_fits_job", fit), value_of(hit, "job_fits_person", want),
           text_of(doc, "id"), text_of(doc, "title"));
}

static int run_match(struct jm_cli *c, int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "file") == 0)
        return jm_cli_match_file(c, argc - 1, argv + 1);
    bool job = argc >= 2 && strcmp(argv[1], "job") == 0;
    if (argc != 3 || (!job && strcmp(argv[1], "candidate") != 0) || !strchr(argv[2], '/'))
        return jm_cli_usage(&jm_cli_match);
    const char *self = job ? "job" : "candidate", *other = job ? "candidate" : "job";
    struct jm_buf path = {0};
    const char *slash = strchr(argv[2], '/'); /* an id may hold more of them */
    char *source = strndup(argv[2], (size_t)(slash - argv[2]));
    jm_buf_fmt(&path, "/v1/%ss/", self);
    jm_cli_escape(&path, source ? source : "");
    jm_buf_ch(&path, '/');
    jm_cli_escape(&path, slash + 1);
    free(source);
    jm_buf_fmt(&path, "/%ss?limit=%u", other, c->limit);
    json_t *v = jm_cli_get(c, jm_buf_cstr(&path)), *hit;
    jm_buf_fini(&path);
    if (!v)
        return JM_CLI_FAILED;
    if (!c->json) {
        size_t i;
        printf("%s %s: %s\n\n", self, argv[2], text_of(json_object_get(v, self), "title"));
        printf("  #  band score    fit   want  %-24s  title\n", other);
        json_array_foreach(json_object_get(v, "items"), i, hit)
            print_row(c, i + 1, hit, other);
    }
    json_decref(v);
    return JM_CLI_OK;
}

const struct jm_cli_command jm_cli_match = {
    "match", "job|candidate SOURCE/ID | match file JOB CANDIDATE...",
    "The ranked list: people for a job, or jobs for a person. With files (JSON, text, or NDJSON\n"
    "      of candidates) it explains each pair and needs no daemon.", run_match};

static int run_explain(struct jm_cli *c, int argc, char **argv)
{
    if (argc != 3 || !strchr(argv[1], '/') || !strchr(argv[2], '/'))
        return jm_cli_usage(&jm_cli_explain);
    struct jm_buf path = {0}, answer = {0};
    struct jm_err err = {0};
    jm_buf_str(&path, "/v1/explain?job=");
    jm_cli_escape(&path, argv[1]);
    jm_buf_str(&path, "&candidate=");
    jm_cli_escape(&path, argv[2]);
    if (!c->json)
        jm_buf_str(&path, "&format=text");
    long status = jm_cli_call(c, "GET", jm_buf_cstr(&path), NULL, NULL, 0, &answer, NULL, &err);
    if (status == 200)
        fwrite(answer.data, 1, answer.len, stdout);
    else
        jm_cli_complain("explain", status, &answer, &err);
    jm_buf_fini(&path);
    jm_buf_fini(&answer);
    return status == 200 ? JM_CLI_OK : JM_CLI_FAILED;
}

const struct jm_cli_command jm_cli_explain = {
    "explain", "JOB-SOURCE/ID CANDIDATE-SOURCE/ID",
    "Why this pair is a match, or why not.", run_explain};
