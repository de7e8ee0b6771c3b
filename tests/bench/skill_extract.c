/* uses: taxonomy resource */
/* skill_extract.c - how fast texts become claims, and where the time goes.
 *
 * Reads the postings of JOBMATCH_DATA (default ../shared/data) on one core, with our own dictionary and
 * with ESCO and O*NET imported into it. "Extraction" is the whole of jm_extract(): UTF-8 check,
 * markup, tokens and their folded forms, language, the automaton, zones, dates, facts, gates, claims.
 * The stages before the gates are timed by themselves; the last line is all that an ingested
 * posting needs besides. Medians over rounds, in time of the thread. Says so and ends when the
 * data is not there. */
#include <unistd.h>

#include "skill_data.h"
#include "jobmatch/map.h"
#include "jobmatch/resource.h"
#include "jobmatch/title.h"
#include "skill/extract_int.h"

enum { ROUNDS = 7 };

static void report(const char *what, const struct docs *d, double seconds, size_t found)
{
    printf("  %-36s %7.1f MB/s %9.0f postings/s  %zu\n", what, (double)d->bytes / 1e6 / seconds,
           (double)d->n / seconds, found);
}

/* --- the whole ---------------------------------------------------------------------------------- */

enum work { TOKENS, EXTRACT, ALL, ALL_KERNEL, WORKS };
struct bench {
    const struct docs *d;
    const struct jm_dict *dict;
    const struct jm_title_kernel *kernel;
    struct jm_extractor *x;
    struct jm_text *text;
};

static size_t work_on(struct bench *b, enum work w, struct jm_title_reader *r)
{
    struct jm_doc_feature f[JM_DOC_MAX_TERMS], title[JM_DOC_MAX_TITLE_FEATURES];
    size_t found = 0;
    for (size_t i = 0; i < b->d->n; i++) {
        const struct doc *p = &b->d->a[i];
        struct jm_extract_input in = {.kind = JM_JOB, .title = p->title, .text = p->text,
                                      .title_bytes = p->title_bytes, .text_bytes = p->text_bytes,
                                      .form = JM_TEXT_GUESS, .this_year = 2026};
        if (w == TOKENS) {
            const struct jm_text_view *v =
                jm_text_read(b->text, p->text, p->text_bytes, JM_TEXT_GUESS, NULL);
            found += v ? v->n_tokens : 0;
            continue;
        }
        const struct jm_extraction *e = jm_extract(b->x, b->dict, &in, NULL);
        found += e ? e->n_accepted : 0;
        if (w == EXTRACT)
            continue;
        jm_text_terms(jm_extractor_text(b->x), f, JM_DOC_MAX_TERMS);
        jm_title_features(r, p->title, p->title_bytes, title);
    }
    return found;
}

static double bench_work(struct bench *b, enum work w, size_t *found)
{
    double took[ROUNDS];
    for (int k = 0; k < ROUNDS; k++) {
        struct jm_title_reader *r = jm_title_reader_new(w == ALL_KERNEL ? b->kernel : NULL);
        double from = now_s();
        *found = work_on(b, w, r);
        took[k] = now_s() - from;
        jm_title_reader_free(r);
    }
    return median(took, ROUNDS);
}

/* --- stages ------------------------------------------------------------------------------------- */

enum stage { S_READ, S_MATCH, S_ZONES, S_FACTS, STAGES };

/* The steps of extract.c's read_part() up to the gates, a clock between them. */
static void time_stages(struct bench *b, double *took)
{
    struct jm_extractor *x = b->x;
    for (size_t i = 0; i < b->d->n; i++) {
        const struct doc *p = &b->d->a[i];
        struct jm_extract_input in = {.kind = JM_JOB, .text = p->text,
                                      .text_bytes = p->text_bytes, .form = JM_TEXT_GUESS,
                                      .this_year = 2026};
        double at[STAGES + 1];
        x->d = b->dict;
        x->in = &in;
        x->cur = x->text;
        x->in_title = false;
        x->n_claims = 0;
        x->facts = (struct jm_facts){.years_min = JM_YEARS_UNKNOWN, .years_max = JM_YEARS_UNKNOWN};
        at[0] = now_s();
        x->v = jm_text_read(x->cur, p->text, p->text_bytes, JM_TEXT_GUESS, NULL);
        at[1] = now_s();
        if (!x->v || match_all(x))
            continue;
        at[2] = now_s();
        if (zones_mark(x) || dates_find(x))
            continue;
        at[3] = now_s();
        facts_read(x);
        at[4] = now_s();
        for (int s = 0; s < STAGES; s++)
            took[s] += at[s + 1] - at[s];
    }
}

/* What reading the clock itself costs in a stage of all texts. */
static double clock_cost(size_t n)
{
    double from = now_s();
    for (size_t i = 0; i < n; i++)
        now_s();
    return now_s() - from;
}

static void bench_stages(struct bench *b, double whole_s)
{
    static const char *const names[STAGES] = {"read: UTF-8, markup, tokens", "match: words, automaton",
                                              "zones, dates", "facts"};
    double took[STAGES][ROUNDS], rest = whole_s, clock = clock_cost(b->d->n);
    for (int k = 0; k < ROUNDS; k++) {
        double round[STAGES] = {0};
        time_stages(b, round);
        for (int s = 0; s < STAGES; s++)
            took[s][k] = round[s] - clock;
    }
    for (int s = 0; s < STAGES; s++) {
        double m = median(took[s], ROUNDS);
        rest -= m;
        printf("    %-34s %5.1f ns a byte  %4.1f %%\n", names[s], m * 1e9 / (double)b->d->bytes,
               100 * m / whole_s);
    }
    printf("    %-34s %5.1f ns a byte  %4.1f %%\n", "titles, gates, claims",
           rest * 1e9 / (double)b->d->bytes, 100 * rest / whole_s);
}

static void bench_dict(struct bench *b, const char *name)
{
    static const char *const works[WORKS] = {"tokens", "extraction",
                                             "extraction, words, title features",
                                             "extraction, words, titles, kernel"};
    size_t found;
    printf(" %s: %zu skills, %zu surfaces, automaton %zu kB\n", name, jm_dict_count(b->dict),
           jm_dict_surfaces(b->dict), jm_dict_bytes(b->dict) >> 10);
    for (int w = TOKENS; w < (b->kernel ? WORKS : ALL_KERNEL); w++) {
        double s = bench_work(b, (enum work)w, &found);
        report(works[w], b->d, s, found);
        if (w == EXTRACT)
            bench_stages(b, s);
    }
}

/* --- long lines --------------------------------------------------------------------------------- */

/* All postings run together on one line of `bytes`: time must grow as the text does. */
static void bench_line(struct bench *b, size_t bytes)
{
    struct jm_buf line = {0};
    double took[ROUNDS];
    for (size_t i = 0; line.len < bytes; i = (i + 1) % b->d->n)
        jm_buf_fmt(&line, "%s ", b->d->a[i].text);
    while (bytes && (line.data[bytes] & 0xc0) == 0x80)
        bytes--;
    for (size_t i = 0; i < bytes; i++)
        if (line.data[i] == '\n' || line.data[i] == '\r')
            line.data[i] = ' ';
    struct jm_extract_input in = {.kind = JM_JOB, .text = line.data, .text_bytes = bytes,
                                  .form = JM_TEXT_PLAIN, .this_year = 2026};
    for (int k = 0; k < ROUNDS; k++) {
        double from = now_s();
        if (!jm_extract(b->x, b->dict, &in, NULL))
            puts("  the line was refused");
        took[k] = now_s() - from;
    }
    double s = median(took, ROUNDS);
    printf("  one line of %7zu bytes              %7.1f MB/s\n", bytes, (double)bytes / 1e6 / s);
    jm_buf_fini(&line);
}

/* --- loading ------------------------------------------------------------------------------------ */

static void bench_load(const struct jm_dict *d)
{
    char path[] = "/tmp/jm-bench-XXXXXX";
    struct jm_buf image = {0};
    struct jm_err err = {0};
    double took[ROUNDS];
    int fd = mkstemp(path);
    FILE *f = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (!f || jm_dict_write(d, &image, &err) || fwrite(image.data, 1, image.len, f) != image.len)
        puts("  cannot write the compiled dictionary");
    if (f)
        fclose(f);
    for (int k = 0; k < ROUNDS; k++) {
        double from = now_s();
        struct jm_dict *o = jm_resource_dict(path, &err);
        took[k] = now_s() - from;
        if (!o)
            printf("  %s\n", err.text);
        jm_dict_free(o);
    }
    printf("  compiled: %.1f MB, mapped and checked in %.1f ms\n", (double)image.len / 1e6,
           median(took, ROUNDS) * 1e3);
    unlink(path);
    jm_buf_fini(&image);
}

/* --- titles ------------------------------------------------------------------------------------- */

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

int main(void)
{
    struct jm_err err = {0};
    struct docs d = read_postings("skill_extract");
    if (!d.n)
        return 0;
    printf("skill_extract: %zu postings, %.1f MB\n", d.n, (double)d.bytes / 1e6);
    double from = now_s();
    struct jm_dict *own = load_shipped(&err);
    double own_ms = (now_s() - from) * 1e3;
    struct jm_dict *three = own ? load_three(&err) : NULL;
    if (!three) {
        fprintf(stderr, "skill_extract: %s\n", err.text);
        return 1;
    }
    struct bench b = {.d = &d, .dict = own, .kernel = load_kernel(skills_dir()),
                      .x = jm_extractor_new(), .text = jm_text_new()};
    printf("  our dictionary from its texts: %.1f ms\n", own_ms);
    bench_load(own);
    bench_dict(&b, "ours");
    b.dict = three;
    bench_dict(&b, "ours, ESCO and O*NET");
    bench_load(three);
    bench_line(&b, 100000);
    bench_line(&b, 400000);
    bench_line(&b, 1600000);
    if (b.kernel)
        bench_titles(&d, b.kernel);
    jm_text_free(b.text);
    jm_extractor_free(b.x);
    jm_title_kernel_free((struct jm_title_kernel *)(uintptr_t)b.kernel);
    jm_dict_free(three);
    jm_dict_free(own);
    docs_free(&d);
    return 0;
}
