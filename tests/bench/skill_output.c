/* uses: taxonomy resource */
/* skill_output.c - all that extraction makes of the texts of JOBMATCH_DATA, to compare two builds.
 *
 * Reading faster must not mean reading otherwise. `skill_output write` writes, for every posting and
 * résumé, each claim (also the rejected ones), fact, feature and a hash of the tokens, one a line;
 * `cmp` tells whether another build says the same. Every posting is read three times: as it is, on
 * one line, and mangled by a fixed seed, so that what real texts rarely have (signs, entities, odd
 * characters, cut tags) is there as well. Without an argument only the hash of all that is printed.
 *
 * `skill_output turns` reads a line from stdin, extracts all postings once, writes the seconds of
 * the thread, and so on: tests/bench/turns drives two builds so, one after the other. */
#include <unistd.h>

#include "skill_data.h"
#include "jobmatch/bytes.h"
#include "jobmatch/resource.h"
#include "jobmatch/title.h"

struct writer {
    const struct jm_dict *dict;
    struct jm_extractor *x;
    struct jm_title_reader *titles;
    struct jm_buf out; /* what is not written yet */
    FILE *file;        /* NULL: only the hash is wanted */
    uint64_t hash;
    size_t docs;
};

static void flush(struct writer *w)
{
    w->hash = jm_mix64(w->hash ^ jm_hash64(jm_buf_cstr(&w->out), w->out.len));
    if (w->file)
        fwrite(w->out.data, 1, w->out.len, w->file);
    jm_buf_clear(&w->out);
}

static void write_claim(struct writer *w, const struct jm_claim *c)
{
    jm_buf_fmt(&w->out, "claim %s %u-%u %s zone %s %s%s%s%s%s%syears %u level %u last %u",
               jm_dict_skill(w->dict, c->skill)->id, c->beg, c->end,
               c->accepted ? "in" : "out", jm_zone_name(c->zone), c->in_title ? "title " : "",
               c->must ? "must " : "", c->nice ? "nice " : "", c->in_role ? "role " : "",
               c->negated ? "negated " : "", c->judged ? "judged " : "", c->years, c->level,
               c->last_year);
    jm_buf_fmt(&w->out, " gate %d", c->gate_sum);
    for (size_t i = 0; i < JM_GATE_REASONS; i++)
        jm_buf_fmt(&w->out, " %u:%d", c->gate_what[i], c->gate_points[i]);
    jm_buf_fmt(&w->out, " by %s\n", c->rule);
}

static void write_facts(struct writer *w, const struct jm_facts *f)
{
    jm_buf_fmt(&w->out, "facts years %u-%u seniority %d degree %d%s workplace %u employment %u %s",
               f->years_min, f->years_max, (int)f->seniority, (int)f->degree,
               f->degree_or_experience ? "+" : "", f->workplace, f->employment,
               jm_lang_code(f->lang));
    jm_buf_fmt(&w->out, " pay %.2f-%.2f %s %d", f->pay.min, f->pay.max,
               f->pay.currency, (int)f->pay.period);
    for (size_t i = 0; i < f->n_languages; i++)
        jm_buf_fmt(&w->out, " %s/%d%s", f->languages[i].code, (int)f->languages[i].level,
                   f->languages[i].required ? "!" : "");
    for (size_t i = 0; i < f->n_eligible; i++)
        jm_buf_fmt(&w->out, " %s", f->eligible[i]);
    for (size_t i = 0; i < f->n_where; i++)
        jm_buf_fmt(&w->out, " [%d %u-%u %d %s]", (int)f->where[i].kind, f->where[i].beg,
                   f->where[i].end, f->where[i].in_title, f->where[i].rule);
    jm_buf_ch(&w->out, '\n');
}

static void write_features(struct writer *w, const char *what, const struct jm_doc_feature *f,
                           size_t n)
{
    uint64_t h = n;
    for (size_t i = 0; i < n; i++)
        h = jm_mix64(h ^ f[i].id ^ (uint64_t)f[i].weight << 32);
    jm_buf_fmt(&w->out, "%s %zu %016llx\n", what, n, (unsigned long long)h);
}

static void write_tokens(struct writer *w, const struct jm_extract_input *in)
{
    struct jm_text *t = jm_extractor_text(w->x);
    const struct jm_text_view *v = jm_text_read(t, in->text, in->text_bytes, in->form, NULL);
    uint64_t h = 0;
    for (size_t i = 0; v && i < v->n_tokens; i++) {
        const struct jm_token *k = &v->tokens[i];
        h = jm_mix64(h ^ k->hash);
        h = jm_mix64(h ^ k->alt ^ (uint64_t)k->gap << 48 ^ (uint64_t)k->flags << 40);
        h = jm_mix64(h ^ jm_text_source(t, k->beg, false) ^
                     (uint64_t)jm_text_source(t, k->end, true) << 32);
    }
    jm_buf_fmt(&w->out, "tokens %zu %016llx\n", v ? v->n_tokens : 0, (unsigned long long)h);
}

static void write_doc(struct writer *w, const char *name, const struct jm_extract_input *in)
{
    struct jm_doc_feature f[JM_DOC_MAX_TERMS], title[JM_DOC_MAX_TITLE_FEATURES];
    const struct jm_extraction *e = jm_extract(w->x, w->dict, in, NULL);
    jm_buf_fmt(&w->out, "doc %s %zu\n", name, w->docs++);
    if (!e) {
        jm_buf_str(&w->out, "refused\n");
        return;
    }
    for (size_t i = 0; i < e->n_claims; i++)
        write_claim(w, &e->claims[i]);
    write_facts(w, e->facts);
    write_features(w, "words", f, jm_text_terms(jm_extractor_text(w->x), f, JM_DOC_MAX_TERMS));
    if (in->title_bytes)
        write_features(w, "title", title,
                       jm_title_features(w->titles, in->title, in->title_bytes, title));
    write_tokens(w, in);
    if (w->out.len > 1 << 20)
        flush(w);
}

/* --- other forms of a posting ------------------------------------------------------------------ */

static const char *const oddities[] = {
    "\xc3\xa9", "\xc3\x9f", "\xc2\xa0", "\xe2\x80\x93", "\xe2\x80\x99s", "\xe2\x80\x8b", "\xef\xac\x81", "\xc2\xad",
    "&amp;", "&nbsp;", "&lt;p&gt;", "<b>", "</li><li>", "<br/>", "<", "+", "++", "#", ".", "..",
    "'s", "\r\n", "\n\n", "\t", "3.5", "\xe2\x82\xac", "\xf0\x9f\x9a\x80", "A", "Z", "s", "&", "@", "http://"};

/* About one byte in thirty of ASCII goes, or has an oddity in its place. */
static void mangle(const struct doc *p, uint64_t *seed, struct jm_buf *out)
{
    jm_buf_clear(out);
    for (size_t i = 0; i < p->text_bytes; i++) {
        uint64_t r = jm_rand_next(seed);
        if ((uint8_t)p->text[i] >= 0x80 || r % 30)
            jm_buf_ch(out, p->text[i]);
        else if (r >> 32 & 7)
            jm_buf_str(out, oddities[(r >> 40) % (sizeof oddities / sizeof *oddities)]);
    }
}

static void one_line(const struct doc *p, struct jm_buf *out)
{
    jm_buf_clear(out);
    for (size_t i = 0; i < p->text_bytes; i++)
        jm_buf_ch(out, p->text[i] == '\n' || p->text[i] == '\r' ? ' ' : p->text[i]);
}

static void write_postings(struct writer *w, const struct docs *d)
{
    struct jm_buf other = {0};
    uint64_t seed = 1;
    for (size_t i = 0; i < d->n; i++) {
        const struct doc *p = &d->a[i];
        struct jm_extract_input in = {.kind = JM_JOB, .title = p->title, .text = p->text,
                                      .title_bytes = p->title_bytes, .text_bytes = p->text_bytes,
                                      .form = JM_TEXT_GUESS, .this_year = 2026,
                                      .rejected = true};
        write_doc(w, "posting", &in);
        in.title = NULL;
        in.title_bytes = 0;
        one_line(p, &other);
        in.text = jm_buf_cstr(&other);
        in.text_bytes = other.len;
        write_doc(w, "one line", &in);
        mangle(p, &seed, &other);
        in.text = jm_buf_cstr(&other);
        in.text_bytes = other.len;
        write_doc(w, "mangled", &in);
    }
    jm_buf_fini(&other);
}

static void write_profiles(struct writer *w, const char *name)
{
    struct docs d = read_docs("skill_output", name);
    for (size_t i = 0; i < d.n; i++) {
        struct jm_extract_input in = {.kind = JM_CANDIDATE, .text = d.a[i].text,
                                      .text_bytes = d.a[i].text_bytes, .form = JM_TEXT_GUESS,
                                      .this_year = 2026, .rejected = true};
        write_doc(w, "profile", &in);
    }
    docs_free(&d);
}

/* Whole files: web pages, and the bytes of résumés as they were found. */
static void write_files(struct writer *w, const char *pattern, enum jm_kind kind)
{
    char path[512];
    glob_t found;
    snprintf(path, sizeof path, "%s/%s", data_dir(), pattern);
    if (glob(path, 0, NULL, &found))
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct jm_buf text = {0};
        size_t len;
        char *bytes = read_whole(found.gl_pathv[i], &len);
        if (bytes && jm_text_repair(bytes, len, &text) >= 0) {
            struct jm_extract_input in = {.kind = kind, .text = jm_buf_cstr(&text),
                                          .text_bytes = text.len, .form = JM_TEXT_GUESS,
                                          .this_year = 2026, .rejected = true};
            write_doc(w, "file", &in);
        }
        jm_buf_fini(&text);
        free(bytes);
    }
    globfree(&found);
}

static void write_all(const struct jm_dict *dict, const struct docs *d, FILE *file)
{
    struct writer w = {.dict = dict, .x = jm_extractor_new(), .file = file,
                       .titles = jm_title_reader_new(NULL)};
    write_postings(&w, d);
    write_profiles(&w, "profiles/resumes-it.ndjson");
    write_profiles(&w, "profiles/resumes-sectors.ndjson");
    write_files(&w, "documents/pages/*.html", JM_JOB);
    write_files(&w, "profiles/raw-bytes/*.txt", JM_CANDIDATE);
    flush(&w);
    if (!file)
        printf("skill_output: %zu texts, hash %016llx\n", w.docs, (unsigned long long)w.hash);
    jm_buf_fini(&w.out);
    jm_title_reader_free(w.titles);
    jm_extractor_free(w.x);
}

/* --- turns ------------------------------------------------------------------------------------- */

static void take_turns(const struct jm_dict *dict, const struct docs *d)
{
    char line[16];
    struct jm_extractor *x = jm_extractor_new();
    while (fgets(line, sizeof line, stdin)) {
        size_t found = 0;
        double from = now_s();
        for (size_t i = 0; i < d->n; i++) {
            const struct doc *p = &d->a[i];
            struct jm_extract_input in = {.kind = JM_JOB, .title = p->title, .text = p->text,
                                          .title_bytes = p->title_bytes,
                                          .text_bytes = p->text_bytes, .form = JM_TEXT_GUESS,
                                          .this_year = 2026};
            const struct jm_extraction *e = jm_extract(x, dict, &in, NULL);
            found += e ? e->n_accepted : 0;
        }
        printf("%.6f %zu %zu\n", now_s() - from, d->bytes, found);
        fflush(stdout);
    }
    jm_extractor_free(x);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    bool own = getenv("JOBMATCH_OWN") != NULL; /* our dictionary alone */
    struct jm_err err = {0};
    struct docs d = read_postings("skill_output");
    if (!d.n)
        return 0;
    struct jm_dict *dict = own ? load_shipped(&err) : load_three(&err);
    if (!dict) {
        fprintf(stderr, "skill_output: %s\n", err.text);
        return 1;
    }
    if (!strcmp(what, "turns"))
        take_turns(dict, &d);
    else
        write_all(dict, &d, *what ? stdout : NULL);
    jm_dict_free(dict);
    docs_free(&d);
    return 0;
}
