/* client.c - talking to the daemon, and reading files. */
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "jobmatch/resource.h"
#include "jobmatch/text.h"

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    jm_buf_add(arg, data, size * n);
    return jm_buf_ok(arg) ? size * n : 0;
}

static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
    static const char name[] = "retry-after:";
    size_t len = size * n;
    if (len > sizeof name && strncasecmp(data, name, sizeof name - 1) == 0)
        *(long *)arg = strtol(data + sizeof name - 1, NULL, 10);
    return len;
}

static struct curl_slist *headers(const struct jm_cli *c, const char *content_type)
{
    struct curl_slist *h = curl_slist_append(NULL, "Expect:");
    char line[512];
    if (content_type) {
        snprintf(line, sizeof line, "Content-Type: %s", content_type);
        h = curl_slist_append(h, line);
    }
    if (c->key) {
        snprintf(line, sizeof line, "Authorization: Bearer %s", c->key);
        h = curl_slist_append(h, line);
    }
    return h;
}

long jm_cli_call(struct jm_cli *c, const char *method, const char *path, const char *content_type,
                 const void *body, size_t bytes, struct jm_buf *out, long *retry_after_s,
                 struct jm_err *err)
{
    static CURL *curl; /* one connection for the whole run */
    char url[4096], why[CURL_ERROR_SIZE] = "";
    long status = -1, after = 0;
    if (!curl && !(curl = curl_easy_init()))
        return jm_err_set(err, JM_ENOMEM, "out of memory");
    struct curl_slist *h = headers(c, content_type);
    snprintf(url, sizeof url, "%s%s", c->url, path);
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, h);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 60000L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &after);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)bytes);
    }
    CURLcode rc = curl_easy_perform(curl);
    if (rc == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    else
        jm_err_set(err, JM_EUNAVAIL, "%s: %.180s", c->url, why[0] ? why : curl_easy_strerror(rc));
    curl_slist_free_all(h);
    if (retry_after_s)
        *retry_after_s = after;
    return status;
}

void jm_cli_complain(const char *what, long status, const struct jm_buf *answer,
                     const struct jm_err *err)
{
    if (status < 0) {
        fprintf(stderr, "jobmatch: %s: %s\n", what, err->text);
        return;
    }
    json_t *v = json_loads(jm_buf_cstr(answer), 0, NULL);
    const char *title = json_string_value(json_object_get(v, "title"));
    const char *detail = json_string_value(json_object_get(v, "detail"));
    fprintf(stderr, "jobmatch: %s: %ld %s%s%s\n", what, status, title ? title : "",
            detail ? ": " : "", detail ? detail : "");
    if (status == 401)
        fputs("jobmatch: set JOBMATCH_API_KEY, or --key-file\n", stderr);
    json_decref(v);
}

json_t *jm_cli_get(struct jm_cli *c, const char *path)
{
    struct jm_buf answer = {0};
    struct jm_err err = {0};
    json_t *v = NULL;
    long status = jm_cli_call(c, "GET", path, NULL, NULL, 0, &answer, NULL, &err);
    if (status != 200)
        jm_cli_complain(path, status, &answer, &err);
    else if (!(v = json_loadb(answer.data, answer.len, 0, NULL)))
        fprintf(stderr, "jobmatch: %s: the answer is not JSON\n", path);
    else if (c->json)
        printf("%.*s\n", (int)answer.len, answer.data);
    jm_buf_fini(&answer);
    return v;
}

void jm_cli_escape(struct jm_buf *b, const char *text)
{
    for (; *text; text++) {
        unsigned char ch = (unsigned char)*text;
        if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
            strchr("-._~", ch))
            jm_buf_ch(b, (char)ch);
        else
            jm_buf_fmt(b, "%%%02X", ch);
    }
}

int jm_cli_read(const char *path, struct jm_buf *out)
{
    char chunk[65536];
    size_t n;
    bool std = strcmp(path, "-") == 0;
    FILE *f = std ? stdin : fopen(path, "re");
    if (!f) {
        fprintf(stderr, "jobmatch: cannot open %s: %s\n", path, strerror(errno));
        return -1;
    }
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        jm_buf_add(out, chunk, n);
    bool bad = ferror(f) || !jm_buf_ok(out);
    if (bad)
        fprintf(stderr, "jobmatch: cannot read %s: %s\n", path, strerror(errno));
    if (!std)
        fclose(f);
    return bad ? -1 : 0;
}

int jm_cli_read_text(const char *path, struct jm_buf *out)
{
    struct jm_buf raw = {0};
    int rc = jm_cli_read(path, &raw);
    size_t bom = raw.len >= 3 && memcmp(raw.data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (rc == 0 && jm_text_repair(jm_buf_cstr(&raw) + bom, raw.len - bom, out) < 0) {
        fprintf(stderr, "jobmatch: %s: out of memory\n", path);
        rc = -1;
    }
    jm_buf_fini(&raw);
    return rc;
}

struct jm_dict *jm_cli_dict(struct jm_cli *c)
{
    struct jm_err err = {0};
    struct jm_dict *d = jm_resource_dict(c->skills_dir, &err);
    if (!d)
        fprintf(stderr, "jobmatch: %s\n", err.text);
    return d;
}

int jm_cli_usage(const struct jm_cli_command *cmd)
{
    fprintf(stderr, "usage: jobmatch %s %s\n%s\n", cmd->name, cmd->args, cmd->help);
    return JM_CLI_USAGE;
}
