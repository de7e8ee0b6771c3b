/* uses: skill */
/* skill_extract.c - how fast texts become claims, beside a plain PCRE2 alternation and grep -F.
 *
 * Reads the postings of JOBMATCH_DATA (default ../shared/data), one core. Prints tokens only,
 * extraction, and everything that ingest does (extraction, words, title features), without and with
 * the shipped title kernel, and titles by themselves; then a
 * PCRE2-JIT alternation of the same names and aliases over the same bytes, which finds strings
 * and decides nothing. Says so and ends when the data is not there. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <jansson.h>
#include <pcre2.h>
#include <time.h>

#include "../skill/dictfiles.h"
#include "jobmatch/buf.h"
#include "jobmatch/map.h"
#include "jobmatch/title.h"

struct doc {
    char *title, *text;
    size_t title_bytes, text_bytes;
};
struct docs {
    struct doc *a;
    size_t n, bytes;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct docs read_postings(const char *path)
{
    struct docs out = {0};
    size_t len;
    char *all = read_whole(path, &len);
    for (char *line = all, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        size_t n = next ? (size_t)(next - line) : strlen(line);
        next = next ? next + 1 : NULL;
        json_t *j = json_loadb(line, n, 0, NULL);
        const char *text = json_string_value(json_object_get(j, "text"));
        const char *title = json_string_value(json_object_get(j, "title"));
        if (text) {
            out.a = reallocarray(out.a, out.n + 1, sizeof *out.a);
            out.a[out.n] = (struct doc){strdup(title ? title : ""), strdup(text),
                                        title ? strlen(title) : 0, strlen(text)};
            out.bytes += out.a[out.n++].text_bytes;
        }
        json_decref(j);
    }
    free(all);
    return out;
}

static void report(const char *what, const struct docs *d, double seconds, size_t found)
{
    printf("  %-34s %7.1f MB/s %9.0f postings/s  %zu\n", what, (double)d->bytes / 1e6 / seconds,
           (double)d->n / seconds, found);
}

static void bench_tokens(const struct docs *d)
{
    struct jm_text *t = jm_text_new();
    size_t found = 0;
    double from = now_s();
    for (size_t i = 0; i < d->n; i++) {
        const struct jm_text_view *v =
            jm_text_read(t, d->a[i].text, d->a[i].text_bytes, JM_TEXT_GUESS, NULL);
        found += v ? v->n_tokens : 0;
    }
    report("tokens", d, now_s() - from, found);
    jm_text_free(t);
}

static void bench_extract(const struct docs *d, const struct jm_dict *dict,
                          const struct jm_title_kernel *k, bool everything)
{
    struct jm_title_reader *r = jm_title_reader_new(k);
    struct jm_extractor *x = jm_extractor_new();
    struct jm_doc_feature f[JM_DOC_MAX_TERMS], title[JM_DOC_MAX_TITLE_FEATURES];
    size_t found = 0;
    double from = now_s();
    for (size_t i = 0; i < d->n; i++) {
        const struct doc *p = &d->a[i];
        struct jm_extract_input in = {.kind = JM_JOB, .title = p->title, .text = p->text,
                                      .title_bytes = p->title_bytes, .text_bytes = p->text_bytes,
                                      .form = JM_TEXT_GUESS, .this_year = 2026};
        const struct jm_extraction *e = jm_extract(x, dict, &in, NULL);
        found += e ? e->n_accepted : 0;
        if (everything) {
            jm_text_terms(jm_extractor_text(x), f, JM_DOC_MAX_TERMS);
            jm_title_features(r, p->title, p->title_bytes, title);
        }
    }
    report(!everything ? "extraction"
           : k         ? "extraction, words, titles, kernel"
                       : "extraction, words, title features",
           d, now_s() - from, found);
    jm_title_reader_free(r);
    jm_extractor_free(x);
}

static struct jm_title_kernel *load_kernel(const char *dir)
{
    char path[512];
    size_t len;
    struct jm_err err = {0};
    snprintf(path, sizeof path, "%s/titles.kernel", dir);
    char *bytes = read_whole(path, &len);
    double from = now_s();
    struct jm_title_kernel *k = bytes ? jm_title_kernel_load(bytes, len, &err) : NULL;
    if (k)
        printf("  title kernel: file %zu kB, in memory %zu kB, loaded in %.1f ms\n", len >> 10,
               jm_title_kernel_bytes(k) >> 10, (now_s() - from) * 1e3);
    free(bytes);
    return k;
}

/* Different titles only, each once, so that the reader's cache never helps; then all, as they come. */
static void bench_titles(const struct docs *d, const struct jm_title_kernel *k)
{
    struct jm_doc_feature f[JM_DOC_MAX_TITLE_FEATURES];
    struct jm_title_reader *r = jm_title_reader_new(k);
    struct jm_map seen;
    double took[2] = {0};
    size_t n[2] = {0}, found = 0;
    jm_map_init(&seen);
    for (int all = 0; all < 2; all++) {
        for (size_t i = 0; i < d->n; i++) {
            const struct doc *p = &d->a[i];
            if (!p->title_bytes || (!all && jm_map_get(&seen, p->title, p->title_bytes)) ||
                (!all && jm_map_put(&seen, p->title, p->title_bytes, 1)))
                continue;
            double from = now_s();
            found += jm_title_features(r, p->title, p->title_bytes, f);
            took[all] += now_s() - from;
            n[all]++;
        }
        printf("  %-34s %7.1f us a title, %zu titles\n",
               all ? "titles with the kernel, as they come" : "titles with the kernel, all new",
               took[all] / (double)(n[all] ? n[all] : 1) * 1e6, n[all]);
    }
    jm_map_fini(&seen);
    jm_title_reader_free(r);
    if (!found)
        puts("  no title had a feature");
}

/* Every name and alias of the dictionary files as one alternation, longest first is not needed for
 * counting. */
static void add_names(struct jm_buf *out, char *text)
{
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (line[0] == '#' || line[0] == '@')
            continue;
        for (char *part = strstr(line, " = "), *end; part; part = end) {
            end = strstr(part, " | ");
            bool names = part[1] == '=' || !strncmp(part, " | alias", 8);
            if (end == part)
                end = strstr(part + 3, " | ");
            size_t n = end ? (size_t)(end - part) : strlen(part);
            const char *s = part + (part[1] == '=' ? 3 : strcspn(part + 3, " ") + 4);
            while (names && s < part + n) {
                size_t k = strcspn(s, ";|^\n");
                while (*s == ' ')
                    s++, k--;
                if (s + k > part + n)
                    k = (size_t)(part + n - s);
                size_t bytes = k;
                while (bytes && s[bytes - 1] == ' ')
                    bytes--;
                if (bytes)
                    jm_buf_fmt(out, "%s\\Q%.*s\\E", out->len ? "|" : "", (int)bytes, s);
                s += k;
                s += strcspn(s, ";|\n");
                s += *s ? 1 : 0;
            }
        }
    }
}

/* Time one alternation over the first postings; the found strings are added to *found. */
static double pcre2_pass(const struct docs *d, const char *pattern, size_t len, size_t *found)
{
    int code;
    size_t at;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern, len, PCRE2_CASELESS | PCRE2_UTF, &code, &at,
                                   NULL);
    if (!re)
        return 0;
    pcre2_jit_compile(re, PCRE2_JIT_COMPLETE);
    pcre2_match_data *m = pcre2_match_data_create(1, NULL);
    double from = now_s();
    for (size_t i = 0; i < d->n; i++) {
        for (size_t pos = 0; pos < d->a[i].text_bytes;) {
            if (pcre2_match(re, (PCRE2_SPTR)d->a[i].text, d->a[i].text_bytes, pos, 0, m, NULL) < 0)
                break;
            PCRE2_SIZE *span = pcre2_get_ovector_pointer(m);
            pos = span[1] > pos ? span[1] : pos + 1;
            ++*found;
        }
    }
    double took = now_s() - from;
    pcre2_match_data_free(m);
    pcre2_code_free(re);
    return took;
}

/* PCRE2 refuses one pattern of all names (error 120: too large), so they go in pieces of 30 kB. */
static void bench_pcre2(const struct docs *d, const char *dir)
{
    char pattern[512];
    glob_t files;
    struct jm_buf names, piece;
    jm_buf_init(&names);
    jm_buf_init(&piece);
    snprintf(pattern, sizeof pattern, "%s/*.skills", dir);
    if (glob(pattern, 0, NULL, &files))
        return;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        size_t len;
        char *text = read_whole(files.gl_pathv[i], &len);
        add_names(&names, text);
        free(text);
    }
    globfree(&files);
    size_t found = 0;
    double seconds = 0;
    struct docs few = {d->a, d->n < 10 ? d->n : 10, 0};
    for (size_t i = 0; i < few.n; i++)
        few.bytes += few.a[i].text_bytes;
    for (const char *s = jm_buf_cstr(&names); *s;) {
        const char *end = strlen(s) > 30000 ? strstr(s + 30000, "|\\Q") : NULL;
        size_t n = end ? (size_t)(end - s) : strlen(s);
        jm_buf_clear(&piece);
        jm_buf_fmt(&piece, "\\b(?:%.*s)", (int)n, s);
        seconds += pcre2_pass(&few, piece.data, piece.len, &found);
        s += end ? n + 1 : n;
    }
    report("PCRE2-JIT alternations, 10 postings", &few, seconds, found);
    jm_buf_fini(&piece);
    jm_buf_fini(&names);
}

int main(void)
{
    const char *data = getenv("JOBMATCH_DATA"), *dir = getenv("JOBMATCH_SKILLS");
    char path[512];
    struct jm_err err = {0};
    snprintf(path, sizeof path, "%s/jobs/postings.ndjson", data ? data : "../shared/data");
    struct docs d = read_postings(path);
    if (!d.n) {
        printf("skill_extract: skipped, %s is not there\n", path);
        return 0;
    }
    double from = now_s();
    struct jm_dict *dict = load_shipped(&err);
    if (!dict) {
        fprintf(stderr, "skill_extract: %s\n", err.text);
        return 1;
    }
    printf("skill_extract: %zu postings, %.1f MB; %zu skills, %zu surfaces, loaded in %.0f ms, "
           "automaton %zu kB\n", d.n, (double)d.bytes / 1e6, jm_dict_count(dict),
           jm_dict_surfaces(dict), (now_s() - from) * 1e3, jm_dict_bytes(dict) >> 10);
    bench_tokens(&d);
    struct jm_title_kernel *k = load_kernel(dir ? dir : "config/skills");
    bench_extract(&d, dict, NULL, false);
    bench_extract(&d, dict, NULL, true);
    if (k) {
        bench_extract(&d, dict, k, true);
        bench_titles(&d, k);
    }
    jm_title_kernel_free(k);
    bench_pcre2(&d, dir ? dir : "config/skills");
    for (size_t i = 0; i < d.n; i++) {
        free(d.a[i].title);
        free(d.a[i].text);
    }
    free(d.a);
    jm_dict_free(dict);
    return 0;
}
