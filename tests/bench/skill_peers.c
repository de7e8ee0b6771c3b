/* uses: taxonomy */
/* skill_peers.c - the same names over the same postings by plain means, beside the whole extraction.
 *
 * A PCRE2-JIT alternation (in pieces of 30 kB, because it refuses one of all names) and `grep -o -i
 * -F -f` find strings and decide nothing: no word borders, no plurals, no gates. All read the same
 * first postings, in one run; the ratio is what to compare. Says so and ends when the data is not
 * there. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <sys/resource.h>
#include <unistd.h>

#include "skill_data.h"
#include "skill/dict_int.h"

enum { PIECE = 30000, PCRE2_DOCS = 10, GREP_DOCS = 400, ROUNDS = 5 };

static struct docs first(const struct docs *d, size_t n)
{
    struct docs out = {d->a, d->n < n ? d->n : n, 0};
    for (size_t i = 0; i < out.n; i++)
        out.bytes += out.a[i].text_bytes;
    return out;
}

static double extract_s(const struct docs *d, const struct jm_dict *dict)
{
    struct jm_extractor *x = jm_extractor_new();
    double took[ROUNDS];
    for (int k = 0; k < ROUNDS; k++) {
        double from = now_s();
        for (size_t i = 0; i < d->n; i++) {
            struct jm_extract_input in = {.kind = JM_JOB, .text = d->a[i].text,
                                          .text_bytes = d->a[i].text_bytes,
                                          .form = JM_TEXT_GUESS, .this_year = 2026};
            if (!jm_extract(x, dict, &in, NULL))
                puts("  a text was refused");
        }
        took[k] = now_s() - from;
    }
    jm_extractor_free(x);
    return median(took, ROUNDS);
}

/* Names and aliases as written, one a line. */
static size_t names_of(const struct jm_dict *d, struct jm_buf *out)
{
    size_t n = 0;
    for (size_t i = 1; i < d->n_surfaces; i++)
        if (!(d->surfaces[i].flags & (SURF_CUE | SURF_MADE)) && d->surfaces[i].gate != GATE_NO) {
            jm_buf_fmt(out, "%s\n", dict_text(d, &d->surfaces[i]));
            n++;
        }
    return n;
}

static void compare(const char *what, const struct docs *d, double seconds, double ours)
{
    printf("  %-28s %6zu postings %9.3f MB/s, %8.1f times the time of the extraction\n", what, d->n,
           (double)d->bytes / 1e6 / seconds, seconds / ours);
}

/* --- PCRE2 -------------------------------------------------------------------------------------- */

static double pcre2_pass(const struct docs *d, const struct jm_buf *pattern, size_t *found)
{
    int code;
    size_t at;
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)pattern->data, pattern->len,
                                   PCRE2_CASELESS | PCRE2_UTF, &code, &at, NULL);
    if (!re)
        return 0;
    pcre2_jit_compile(re, PCRE2_JIT_COMPLETE);
    pcre2_match_data *m = pcre2_match_data_create(1, NULL);
    double from = now_s();
    for (size_t i = 0; i < d->n; i++)
        for (size_t pos = 0; pos < d->a[i].text_bytes;) {
            if (pcre2_match(re, (PCRE2_SPTR)d->a[i].text, d->a[i].text_bytes, pos, 0, m, NULL) < 0)
                break;
            PCRE2_SIZE *span = pcre2_get_ovector_pointer(m);
            pos = span[1] > pos ? span[1] : pos + 1;
            ++*found;
        }
    double took = now_s() - from;
    pcre2_match_data_free(m);
    pcre2_code_free(re);
    return took;
}

static double pcre2_all(const struct docs *d, const struct jm_buf *names, size_t *found)
{
    struct jm_buf piece = {0};
    double took = 0;
    for (const char *s = jm_buf_cstr(names); *s;) {
        jm_buf_clear(&piece);
        jm_buf_str(&piece, "\\b(?:");
        for (bool more = false; *s && piece.len < PIECE; more = true) {
            size_t n = strcspn(s, "\n");
            jm_buf_fmt(&piece, "%s\\Q%.*s\\E", more ? "|" : "", (int)n, s);
            s += n + (s[n] != 0);
        }
        jm_buf_ch(&piece, ')');
        took += pcre2_pass(d, &piece, found);
    }
    jm_buf_fini(&piece);
    return took;
}

/* --- grep --------------------------------------------------------------------------------------- */

static double children_s(void)
{
    struct rusage r;
    getrusage(RUSAGE_CHILDREN, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static int write_all(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    size_t done = f ? fwrite(bytes, 1, n, f) : 0;
    return f && fclose(f) == 0 && done == n ? 0 : -1;
}

/* Processor time of grep over the texts; with no texts it is what building its automaton costs. */
static double grep_s(const char *dir, const struct docs *d, const struct jm_buf *names)
{
    char words[64], texts[64], command[256];
    struct jm_buf all = {0};
    snprintf(words, sizeof words, "%s/names", dir);
    snprintf(texts, sizeof texts, "%s/texts", dir);
    for (size_t i = 0; i < d->n; i++)
        jm_buf_fmt(&all, "%s\n", d->a[i].text);
    double from = children_s();
    snprintf(command, sizeof command, "LC_ALL=C grep -a -o -i -F -f %s %s >%s/out", words, texts, dir);
    if (write_all(words, names->data, names->len) || write_all(texts, jm_buf_cstr(&all), all.len) ||
        system(command) < 0)
        puts("  cannot run grep");
    double took = children_s() - from;
    snprintf(command, sizeof command, "%s/out", dir);
    unlink(command);
    unlink(words);
    unlink(texts);
    jm_buf_fini(&all);
    return took;
}

static void bench_names(const struct docs *d, const struct jm_dict *dict, const char *name)
{
    struct docs few = first(d, PCRE2_DOCS), more = first(d, GREP_DOCS), none = {0};
    struct jm_buf names = {0};
    char dir[] = "/tmp/jm-peers-XXXXXX";
    size_t found = 0, n = names_of(dict, &names);
    printf(" %s: %zu names and aliases\n", name, n);
    compare("extraction", d, extract_s(d, dict), extract_s(d, dict));
    double ours = extract_s(&few, dict);
    compare("PCRE2-JIT alternations", &few, pcre2_all(&few, &names, &found), ours);
    if (mkdtemp(dir)) {
        double build = grep_s(dir, &none, &names), all = grep_s(dir, &more, &names);
        ours = extract_s(&more, dict);
        compare("grep -o -i -F -f", &more, all, ours);
        compare("the same without its start", &more, all > build ? all - build : 0, ours);
        rmdir(dir);
    }
    jm_buf_fini(&names);
}

int main(void)
{
    struct jm_err err = {0};
    struct docs d = read_postings("skill_peers");
    if (!d.n)
        return 0;
    struct jm_dict *own = load_shipped(&err), *three = own ? load_three(&err) : NULL;
    if (!three) {
        fprintf(stderr, "skill_peers: %s\n", err.text);
        return 1;
    }
    printf("skill_peers: %zu postings, %.1f MB\n", d.n, (double)d.bytes / 1e6);
    bench_names(&d, own, "ours");
    bench_names(&d, three, "ours, ESCO and O*NET");
    jm_dict_free(three);
    jm_dict_free(own);
    docs_free(&d);
    return 0;
}
