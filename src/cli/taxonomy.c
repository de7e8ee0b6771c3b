/* taxonomy.c - care of dictionaries: check one, compile it, import other lists, build the kernel.
 *
 * Files in and out are read and written here; what they mean is the library's (taxonomy.h). An
 * import is written when all of it is read, so that a broken table leaves nothing half done. */
#include "jobmatch/taxonomy.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "jobmatch/resource.h"
#include "jobmatch/skill.h"
#include "jobmatch/title.h"

enum { MAX_FILES = 256, CHUNK = 64 * 1024, PATH_BYTES = 4400 };

struct folder { /* the *.skills files of a folder, in order of their names */
    struct jm_taxonomy_file files[MAX_FILES];
    struct jm_buf text[MAX_FILES];
    char *names[MAX_FILES];
    size_t n;
};

static int is_skills_file(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 7 && strcmp(e->d_name + n - 7, ".skills") == 0;
}

static void folder_free(struct folder *f)
{
    for (size_t i = 0; f && i < f->n; i++) {
        jm_buf_fini(&f->text[i]);
        free(f->names[i]);
    }
    free(f);
}

static int folder_add(struct folder *f, const char *dir, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    f->names[f->n] = strdup(name);
    struct jm_buf *b = &f->text[f->n++];
    if (jm_cli_read(path, b) || !f->names[f->n - 1])
        return -1;
    f->files[f->n - 1] = (struct jm_taxonomy_file){f->names[f->n - 1], jm_buf_cstr(b), b->len};
    return 0;
}

/* NULL: complained. */
static struct folder *folder_read(const char *dir)
{
    struct dirent **found = NULL;
    struct folder *f = calloc(1, sizeof *f);
    int n = scandir(dir, &found, is_skills_file, alphasort), rc = f && n > 0 && n <= MAX_FILES;
    if (n < 0 && errno == ENOTDIR)
        fprintf(stderr, "jobmatch: %s is a file; the folder of its *.skills files is wanted\n",
                dir);
    else if (n < 0)
        fprintf(stderr, "jobmatch: cannot read the folder %s: %s\n", dir, strerror(errno));
    else if (!rc)
        fprintf(stderr, "jobmatch: %s has %s\n", dir,
                n ? "more than 256 *.skills files" : "no *.skills file");
    for (int i = 0; i < n; i++) {
        if (rc && folder_add(f, dir, found[i]->d_name))
            rc = 0;
        free(found[i]);
    }
    free(found);
    if (rc)
        return f;
    folder_free(f);
    return NULL;
}

static int write_file(const char *dir, const char *name, const struct jm_buf *b)
{
    char path[PATH_BYTES], temp[PATH_BYTES + 8];
    if (dir)
        snprintf(path, sizeof path, "%s/%s", dir, name);
    else
        snprintf(path, sizeof path, "%s", name);
    snprintf(temp, sizeof temp, "%s.new", path);
    FILE *f = fopen(temp, "we");
    bool ok = f && fwrite(jm_buf_cstr(b), 1, b->len, f) == b->len;
    if (f)
        ok = fclose(f) == 0 && ok;
    if (ok && rename(temp, path) == 0)
        return 0;
    fprintf(stderr, "jobmatch: cannot write %s: %s\n", path, strerror(errno));
    unlink(temp);
    return -1;
}

static int complain(const char *what, const struct jm_err *err)
{
    fprintf(stderr, "jobmatch: %s%s%s\n", what, *what ? ": " : "",
            err->text[0] ? err->text : "out of memory");
    return -1;
}

/* --- check, compile, build-kernel ----------------------------------------------------------- */

static int check(const char *dir)
{
    struct jm_buf report = {0};
    struct jm_err err = {0};
    struct folder *f = folder_read(dir);
    long n = f ? jm_taxonomy_check(f->files, f->n, &report, &err) : -1;
    fputs(jm_buf_cstr(&report), stdout);
    if (f && n < 0)
        complain(dir, &err);
    else if (f)
        fprintf(stderr, "%s: %ld problem%s in %zu file%s\n", dir, n, n == 1 ? "" : "s", f->n,
                f->n == 1 ? "" : "s");
    jm_buf_fini(&report);
    folder_free(f);
    return n == 0 ? 0 : -1;
}

/* The folder that a file lies in, or the path itself if it is a folder. */
static void folder_of(const char *path, char out[PATH_BYTES])
{
    struct stat st;
    bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    const char *slash = strrchr(path, '/');
    if (folder)
        snprintf(out, PATH_BYTES, "%s", path);
    else
        snprintf(out, PATH_BYTES, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
}

/* What lies beside a dictionary belongs to it: it goes where its compiled or extended form goes. A
 * title kernel that is there already was made there, and stays. */
static int copy_beside(const char *skills, const char *out_file)
{
    static const char *const names[] = {"titles.kernel", "gate.weights", "tagger.weights",
                                        "words.clusters"};
    char from[PATH_BYTES], to[PATH_BYTES], path[PATH_BYTES + 16];
    struct stat a, b;
    int rc = 0;
    folder_of(skills, from);
    folder_of(out_file, to);
    if (stat(from, &a) == 0 && stat(to, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof *names && rc == 0; i++) {
        struct jm_buf bytes = {0};
        snprintf(path, sizeof path, "%s/%s", to, names[i]);
        bool made = i == 0 && access(path, F_OK) == 0;
        snprintf(path, sizeof path, "%s/%s", from, names[i]);
        if (!made && access(path, F_OK) == 0)
            rc = jm_cli_read(path, &bytes) || write_file(to, names[i], &bytes) ? -1 : 0;
        jm_buf_fini(&bytes);
    }
    return rc;
}

/* The last name is the file to write: whoever forgets it must not lose his last table. A file that
 * begins otherwise than what is to be written is left alone. */
static bool may_write(const char *path, const char *magic)
{
    char head[8] = {0};
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(head, 1, sizeof head, f) : 0;
    bool ours = n == 0 || strncmp(head, magic, strlen(magic)) == 0;
    if (f)
        fclose(f);
    if (!ours)
        fprintf(stderr,
                "jobmatch: %s is there and is another kind of file; the last name is the "
                "file to write\n",
                path);
    return ours;
}

static int compile(const char *skills, const char *out_file)
{
    struct jm_buf out = {0};
    struct jm_err err = {0};
    if (!may_write(out_file, "JMSKILLS"))
        return -1;
    struct jm_dict *d = jm_resource_dict(skills, &err);
    int rc = d ? 0 : complain("", &err);
    if (rc == 0 && jm_dict_write(d, &out, &err))
        rc = complain(skills, &err);
    if (rc == 0)
        rc = write_file(NULL, out_file, &out) || copy_beside(skills, out_file) ? -1 : 0;
    if (rc == 0)
        fprintf(stderr,
                "%s: %zu skills, %zu surfaces, %zu bytes (automaton %zu), version %016llx\n",
                out_file, jm_dict_count(d), jm_dict_surfaces(d), out.len, jm_dict_bytes(d),
                (unsigned long long)jm_dict_version(d));
    jm_buf_fini(&out);
    jm_dict_free(d);
    return rc;
}

/* Several files are read as one, in their order; starts[i] is where a file begins. */
static int read_labels(char **files, int n, struct jm_buf *text, size_t *starts)
{
    int rc = 0;
    for (int i = 0; rc == 0 && i < n; i++) {
        struct jm_buf one = {0};
        rc = jm_cli_read(files[i], &one);
        starts[i] = text->len;
        jm_buf_add(text, jm_buf_cstr(&one), one.len);
        if (one.len && jm_buf_cstr(&one)[one.len - 1] != '\n')
            jm_buf_ch(text, '\n');
        jm_buf_fini(&one);
    }
    return rc;
}

/* "line 7: what" of all files as one becomes "b.tsv: line 2: what". */
static int complain_of_labels(char **files, int n, const struct jm_buf *text, const size_t *starts,
                              const struct jm_err *err)
{
    unsigned line = 0, at = 1, first = 1; /* of the file */
    int file = 0, used = 0;
    if (sscanf(err->text, "line %u:%n", &line, &used) != 1 || !used)
        return complain(n == 1 ? files[0] : "the labels", err);
    for (size_t i = 0; i <= text->len && (at < line || (file + 1 < n && starts[file + 1] == i));
         i++) {
        while (file + 1 < n && starts[file + 1] == i) {
            file++;
            first = at;
        }
        at += at < line && jm_buf_cstr(text)[i] == '\n';
    }
    fprintf(stderr, "jobmatch: %s:%u:%s\n", files[file], line - first + 1, err->text + used);
    return -1;
}

/* On a terminal one line that changes, else a line a stage: nobody should wonder for a minute. */
static void tell(const char *stage, unsigned percent)
{
    if (isatty(2))
        fprintf(stderr, "\r\033[K%s: %u %%", stage, percent);
    else if (percent == 0)
        fprintf(stderr, "%s ...\n", stage);
}

static int build_kernel(const struct jm_cli *c, char **labels, int n, const char *out_file)
{
    struct jm_buf text = {0}, out = {0};
    struct jm_err err = {0};
    struct jm_title_kernel *k = NULL;
    size_t *starts = calloc((size_t)n, sizeof *starts);
    int rc = may_write(out_file, "JMTK") && starts ? read_labels(labels, n, &text, starts) : -1;
    if (rc == 0)
        rc =
            jm_title_kernel_build(jm_buf_cstr(&text), text.len, c->quiet ? NULL : tell, &out, &err);
    if (out.len && !c->quiet && isatty(2))
        fputs("\r\033[K", stderr);
    if (rc && err.code)
        complain_of_labels(labels, n, &text, starts, &err);
    if (rc == 0 && !(k = jm_title_kernel_load(out.data, out.len, &err)))
        rc = complain("the kernel does not load", &err);
    if (rc == 0)
        rc = write_file(NULL, out_file, &out);
    if (rc == 0)
        fprintf(stderr, "%s: %zu bytes, version %016llx\n", out_file, out.len,
                (unsigned long long)jm_title_kernel_version(k));
    jm_title_kernel_free(k);
    jm_buf_fini(&out);
    jm_buf_fini(&text);
    free(starts);
    return rc;
}

/* --- import --------------------------------------------------------------------------------- */

struct source { /* a table of a list; %s: the language */
    enum jm_taxonomy_table table;
    const char *file;
    bool required, per_language;
};
static const char needed[] =
    "ESCO needs skills_en.csv (other languages, skills_de.csv and so on, join "
    "it), O*NET needs 'Technology Skills.txt'";
static const struct source esco[] = {
    {JM_TABLE_ESCO_SKILLS, "skills_%s.csv", true, true},
    {JM_TABLE_ESCO_BROADER, "broaderRelationsSkillPillar_%s.csv", false, false},
    {JM_TABLE_ESCO_RELATED, "skillSkillRelations_%s.csv", false, false},
    {JM_TABLE_ESCO_TRANSVERSAL, "transversalSkillsCollection_%s.csv", false, false},
    {JM_TABLE_ESCO_LANGUAGES, "languageSkillsCollection_%s.csv", false, false},
    {JM_TABLE_ESCO_OCCUPATIONS, "occupations_%s.csv", false, false},
    {JM_TABLE_ESCO_OCCUPATION_SKILLS, "occupationSkillRelations_%s.csv", false, false},
    {.file = NULL}};
static const struct source onet[] = {
    {JM_TABLE_ONET_TECHNOLOGY, "Technology Skills.txt", true, false},
    {JM_TABLE_ONET_TITLES, "Alternate Titles.txt", false, false},
    {JM_TABLE_ONET_OCCUPATIONS, "Occupation Data.txt", false, false},
    {.file = NULL}};

static int read_table(struct jm_taxonomy *t, enum jm_taxonomy_table table, const char *path,
                      enum jm_lang lang)
{
    static char chunk[CHUNK];
    struct jm_err err = {0};
    size_t n;
    FILE *f = fopen(path, "re");
    if (!f) {
        fprintf(stderr, "jobmatch: cannot open %s: %s\n", path, strerror(errno));
        return -1;
    }
    const char *slash = strrchr(path, '/');
    int rc = jm_taxonomy_open(t, table, slash ? slash + 1 : path, lang, &err);
    while (rc == 0 && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        rc = jm_taxonomy_feed(t, chunk, n, &err);
    if (rc == 0 && ferror(f))
        rc = jm_err_errno(&err, JM_EIO, "cannot read %s", path);
    if (rc == 0)
        rc = jm_taxonomy_close(t, &err);
    fclose(f);
    return rc ? complain("", &err) : 0;
}

/* English first: other languages' labels join its concepts. */
static int read_source(struct jm_taxonomy *t, const char *dir, const struct source *s)
{
    char name[128], path[PATH_BYTES];
    for (int lang = JM_LANG_EN; lang < (s->per_language ? JM_LANGS : JM_LANG_EN + 1); lang++) {
        const char *mark = strstr(s->file, "%s");
        snprintf(name, sizeof name, "%.*s%s%s", (int)(mark ? mark - s->file : 100), s->file,
                 mark ? jm_lang_code((enum jm_lang)lang) : "", mark ? mark + 2 : "");
        snprintf(path, sizeof path, "%s/%s", dir, name);
        if (access(path, F_OK) != 0 && s->required && lang == JM_LANG_EN) {
            fprintf(stderr, "jobmatch: cannot open %s: %s (%s)\n", path, strerror(errno), needed);
            return -1;
        }
        if (access(path, F_OK) != 0)
            continue;
        if (read_table(t, s->table, path, (enum jm_lang)lang))
            return -1;
    }
    return 0;
}

static void made_name(const char *form, char out[64])
{
    snprintf(out, 64, "import-%s.skills", form);
}

static bool in_folder(const struct folder *f, const char *name)
{
    bool found = false;
    for (size_t i = 0; f && i < f->n && !found; i++)
        found = strcmp(f->names[i], name) == 0;
    return found;
}

/* What lies in the folder to write and is neither read nor written by this import would stand
 * beside it with the same names: no dictionary any more. */
static int others_in(const char *out_dir, const struct folder *base, const char *form)
{
    struct dirent **found = NULL;
    char made[64];
    int n = scandir(out_dir, &found, is_skills_file, alphasort), rc = 0;
    made_name(form, made);
    for (int i = 0; i < n; i++) {
        const char *name = found[i]->d_name;
        if (rc == 0 && strcmp(name, made) != 0 && !in_folder(base, name)) {
            fprintf(stderr,
                    "jobmatch: %s has %s, which this import does not know; add --into %s, or "
                    "take another folder\n",
                    out_dir, name, out_dir);
            rc = -1;
        }
        free(found[i]);
    }
    free(found);
    return rc;
}

/* The skills of the base with their new names, and what is new: behind what such an import made
 * before, if that is part of the base. */
static int write_skills(struct jm_taxonomy *t, const struct folder *base, const char *form,
                        const char *out_dir)
{
    struct jm_buf out = {0};
    struct jm_err err = {0};
    char made[64];
    int rc = 0;
    made_name(form, made);
    for (size_t i = 0; rc == 0 && base && i < base->n; i++) {
        jm_buf_clear(&out);
        rc = jm_taxonomy_write_base(t, &base->files[i], &out, &err);
        if (rc == 0 && strcmp(base->names[i], made) == 0)
            rc = jm_taxonomy_write_new(t, form, &out, &err);
        rc = rc ? complain("", &err) : write_file(out_dir, base->names[i], &out);
    }
    jm_buf_clear(&out);
    if (rc == 0 && !in_folder(base, made))
        rc = jm_taxonomy_write_new(t, form, &out, &err) ? complain("", &err)
                                                        : write_file(out_dir, made, &out);
    jm_buf_fini(&out);
    return rc;
}

static int write_all(struct jm_taxonomy *t, const struct folder *base, const char *form,
                     const char *out_dir)
{
    char name[64];
    int rc = write_skills(t, base, form, out_dir);
    snprintf(name, sizeof name, "titles-%s.tsv", form);
    if (rc == 0 && jm_taxonomy_titles(t)->len > 0)
        rc = write_file(out_dir, name, jm_taxonomy_titles(t));
    snprintf(name, sizeof name, "conflicts-%s.txt", form);
    if (rc == 0)
        rc = write_file(out_dir, name, jm_taxonomy_report(t));
    return rc;
}

static void print_sums(const struct jm_taxonomy *t, const char *form, const char *out_dir)
{
    const struct jm_taxonomy_sums *s = jm_taxonomy_sums(t);
    fprintf(stderr,
            "%s: %zu rows; %zu skills made, %zu joined to known ones; %zu names added, %zu known "
            "already, %zu with another owner, %zu unusable (%s/conflicts-%s.txt)\n",
            form, s->rows, s->created, s->merged, s->names_added, s->names_known, s->conflicts,
            s->unusable, out_dir, form);
    if (s->unused_columns)
        fprintf(stderr, "%s: %zu column%s not used (named there)\n", form, s->unused_columns,
                s->unused_columns == 1 ? "" : "s");
}

struct import {
    const char *form, *from, *out, *into;
};

static int import_tables(struct jm_taxonomy *t, const struct import *m, const struct folder *base)
{
    struct jm_err err = {0};
    const struct source *s = strcmp(m->form, "esco") == 0   ? esco
                             : strcmp(m->form, "onet") == 0 ? onet
                                                            : NULL;
    for (size_t i = 0; base && i < base->n; i++)
        if (jm_taxonomy_base(t, &base->files[i], &err))
            return complain(base->names[i], &err);
    if (!s)
        return read_table(t, JM_TABLE_CSV, m->from, JM_LANG_EN);
    for (; s->file; s++)
        if (read_source(t, m->from, s))
            return -1;
    return 0;
}

static int import(const struct import *m)
{
    struct jm_taxonomy *t = jm_taxonomy_new();
    struct folder *base = m->into ? folder_read(m->into) : NULL;
    int rc = t && (base || !m->into) ? others_in(m->out, base, m->form) : -1;
    if (rc == 0)
        rc = import_tables(t, m, base);
    if (rc == 0 && mkdir(m->out, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "jobmatch: cannot make %s: %s\n", m->out, strerror(errno));
        rc = -1;
    }
    if (rc == 0)
        rc = write_all(t, base, m->form, m->out);
    if (rc == 0 && m->into)
        rc = copy_beside(m->into, m->out);
    if (rc == 0)
        print_sums(t, m->form, m->out);
    folder_free(base);
    jm_taxonomy_free(t);
    return rc;
}

/* Says what is wrong with the arguments. */
static int read_import(struct import *m, int argc, char **argv)
{
    const char *wrong = NULL;
    *m = (struct import){0};
    for (int i = 2; i < argc && !wrong; i++) {
        const char **to = strcmp(argv[i], "--out") == 0    ? &m->out
                          : strcmp(argv[i], "--into") == 0 ? &m->into
                          : argv[i][0] == '-'              ? NULL
                          : !m->form                       ? &m->form
                          : !m->from                       ? &m->from
                                                           : NULL;
        bool option = to == &m->out || to == &m->into;
        if (!to || (option && i + 1 == argc))
            wrong = argv[i];
        else
            *to = option ? argv[++i] : argv[i];
    }
    bool known = m->form && (strcmp(m->form, "esco") == 0 || strcmp(m->form, "onet") == 0 ||
                             strcmp(m->form, "csv") == 0);
    if (wrong)
        fprintf(stderr, "jobmatch: taxonomy import: %s is unknown or lacks its value\n", wrong);
    else if (!known)
        fputs("jobmatch: taxonomy import: say which list it is: esco, onet or csv\n", stderr);
    else if (!m->from || !m->out)
        fprintf(stderr, "jobmatch: taxonomy import: %s\n",
                m->from ? "say where to write: --out DIR"
                        : "say what to read: a folder, or a CSV file");
    return !wrong && known && m->from && m->out ? 0 : -1;
}

static int run(struct jm_cli *c, int argc, char **argv)
{
    struct import m;
    const char *what = argc > 1 ? argv[1] : "";
    int rc;
    if (strcmp(what, "check") == 0 && argc <= 3)
        rc = check(argc == 3 ? argv[2] : c->skills_dir);
    else if (strcmp(what, "compile") == 0 && (argc == 3 || argc == 4))
        rc = compile(argc == 4 ? argv[2] : c->skills_dir, argv[argc - 1]);
    else if (strcmp(what, "build-kernel") == 0 && argc >= 4)
        rc = build_kernel(c, argv + 2, argc - 3, argv[argc - 1]);
    else if (strcmp(what, "import") == 0 && read_import(&m, argc, argv) == 0)
        rc = import(&m);
    else
        return jm_cli_usage(&jm_cli_taxonomy);
    return rc ? JM_CLI_FAILED : JM_CLI_OK;
}

const struct jm_cli_command jm_cli_taxonomy = {
    "taxonomy",
    "check [DIR]\n"
    "       taxonomy compile [DIR] OUT\n"
    "       taxonomy import esco DIR|onet DIR|csv FILE --out DIR [--into DIR]\n"
    "       taxonomy build-kernel LABELS.tsv... OUT",
    "Check or compile a dictionary, import other lists into its format, build the title kernel.",
    run};
