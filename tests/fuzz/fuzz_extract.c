/* uses: skill */
/* fuzz_extract.c - texts made of what our rules look for, read with the dictionary that ships.
 *
 * Inputs grow by lines of tests/skill/corpus, by names of skills, and by the signs that rules ask
 * about; libFuzzer then cuts and mixes them. Bit 0 of the first byte says job or candidate, bit 1
 * that the first line is the title. Whatever the text: spans lie inside it and in order, a second
 * reading and one without the rejected hits say the same. Run from the top of the sources. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../skill/dictfiles.h"
#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "jobmatch/text.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static struct jm_dict *dict;
static struct jm_extractor *reader, *again; /* `again` last read another text */
static char *lines[32768];
static size_t n_lines;

static void learn_lines(char *text)
{
    enum { LINES = sizeof lines / sizeof *lines };
    for (char *save = NULL, *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
        if (*l != '#' && n_lines < LINES)
            lines[n_lines++] = l; /* the marks of expected claims do no harm */
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    struct jm_err err = {0};
    glob_t found;
    size_t len;
    dict = load_shipped(&err);
    reader = jm_extractor_new();
    again = jm_extractor_new();
    if (!dict || !reader || !again || glob("tests/skill/corpus/*.txt", 0, NULL, &found)) {
        fprintf(stderr, "fuzz_extract: no dictionary or no texts here: %s\n", err.text);
        exit(1);
    }
    for (size_t i = 0; i < found.gl_pathc; i++)
        learn_lines(read_whole(found.gl_pathv[i], &len));
    globfree(&found);
    return 0;
}

/* --- what a text says, as one number ---------------------------------------------------------- */

static uint64_t mix(uint64_t h, uint64_t v)
{
    return (h ^ v) * UINT64_C(0x100000001b3);
}

static uint64_t hash_facts(const struct jm_facts *f)
{
    uint64_t h = mix(mix(mix(1, f->years_min), f->years_max), (uint64_t)f->seniority);
    h = mix(mix(mix(h, (uint64_t)f->degree), f->workplace), f->employment);
    h = mix(mix(h, (uint64_t)f->pay.min), (uint64_t)f->pay.max);
    for (size_t i = 0; i < f->n_where; i++)
        h = mix(mix(mix(h, f->where[i].kind), f->where[i].beg), f->where[i].end);
    return mix(mix(h, f->n_languages), f->n_eligible);
}

/* Rejected claims are no part of it. */
static uint64_t hash_said(const struct jm_extraction *e)
{
    uint64_t h = 1;
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *c = &e->claims[i];
        if (!c->accepted)
            continue;
        h = mix(mix(mix(mix(h, c->skill), c->beg), c->end), c->in_title);
        h = mix(mix(mix(mix(h, c->years), c->level), c->zone), c->last_year);
        h = mix(h, (uint64_t)(c->must * 2 + c->nice));
    }
    return mix(h, hash_facts(e->facts));
}

static void check(const struct jm_extraction *e, const struct jm_extract_input *in)
{
    size_t accepted = 0;
    struct jm_skill_sum sum[16];
    for (size_t i = 0; i < e->n_claims; i++) {
        const struct jm_claim *c = &e->claims[i];
        size_t len = c->in_title ? in->title_bytes : in->text_bytes;
        if (c->end > len || c->beg >= c->end || c->skill >= jm_dict_count(dict) || !c->rule ||
            (c->must && c->nice) || (c->accepted && c->negated) || c->zone >= JM_ZONES)
            abort();
        if (i && c->in_title == c[-1].in_title && c->beg < c[-1].beg)
            abort();
        accepted += c->accepted;
    }
    if (accepted != e->n_accepted || jm_extract_sum(dict, e, sum, 16) > 16)
        abort();
    for (size_t i = 0; i < e->facts->n_where; i++) {
        const struct jm_fact *w = &e->facts->where[i];
        if (w->end > (w->in_title ? in->title_bytes : in->text_bytes) || w->beg >= w->end)
            abort();
    }
    if (e->facts->pay.currency[0] && e->facts->pay.min > e->facts->pay.max && e->facts->pay.max)
        abort();
}

static uint64_t said(struct jm_extractor *x, const struct jm_extract_input *in)
{
    struct jm_err err = {0};
    const struct jm_extraction *e = jm_extract(x, dict, in, &err);
    if (!e) {
        if (!err.text[0])
            abort();
        return 0;
    }
    check(e, in);
    return hash_said(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_buf text;
    if (!bytes)
        return 0;
    jm_buf_init(&text);
    if (jm_text_repair((const char *)data + 1, bytes - 1, &text) < 0)
        abort();
    char *exact = malloc(text.len + !text.len); /* no NUL behind it */
    if (!exact)
        abort();
    memcpy(exact, jm_buf_cstr(&text), text.len);
    struct jm_extract_input in = {.kind = *data & 1 ? JM_CANDIDATE : JM_JOB,
                                  .text = exact,
                                  .text_bytes = text.len,
                                  .form = JM_TEXT_GUESS,
                                  .this_year = 2026,
                                  .rejected = true};
    const char *line = text.len ? memchr(exact, '\n', text.len) : NULL;
    if (line && (*data & 2)) {
        in.title = exact;
        in.title_bytes = (size_t)(line - exact);
        in.text = line + 1;
        in.text_bytes = text.len - in.title_bytes - 1;
    }
    uint64_t first = said(reader, &in);
    in.rejected = false;
    if (said(reader, &in) != first || said(again, &in) != first)
        abort();
    in.text_bytes /= 2; /* the next text finds something else behind it in `again` */
    while (in.text_bytes && ((unsigned char)in.text[in.text_bytes] & 0xc0) == 0x80)
        in.text_bytes--;
    said(again, &in);
    free(exact);
    jm_buf_fini(&text);
    return 0;
}

/* --- how inputs grow -------------------------------------------------------------------------- */

static size_t put_in(uint8_t *data, size_t size, size_t max, size_t at, const char *s, size_t n)
{
    if (n > max - size)
        return size;
    memmove(data + at + n, data + at, size - at);
    memcpy(data + at, s, n);
    return size + n;
}

/* Of a line a piece that starts and ends at blanks, or all of it. */
static const char *piece_of(const char *line, unsigned seed, size_t *n)
{
    const char *beg = line, *end = line + strlen(line);
    if (seed & 1) {
        size_t len = strlen(line), from = (seed >> 1) % (len + 1);
        const char *blank = strchr(line + from, ' ');
        beg = blank ? blank : line;
        blank = strchr(beg + (beg[0] == ' '), ' ');
        for (unsigned words = seed >> 20 & 3; blank && words; words--)
            blank = strchr(blank + 1, ' ');
        end = blank ? blank : end;
    }
    *n = (size_t)(end - beg);
    return beg;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    static const char *const signs[] = {"\n",  "\n\n",     "\n- ", ", ",   "; ",     ": ",  " (",
                                        ") ",  "/",        " - ",  ".\n",  "\t",     " | ", "<li>",
                                        "<p>", "## ",      "**",   "\r\n", "&nbsp;", "·",   "€",
                                        "£",   "\xc2\xa0", "–",    "1",    "2019",   "+",   "or"};
    enum { SIGNS = sizeof signs / sizeof *signs };
    unsigned a = seed * 2654435761u, b = a ^ a >> 15, c = b * 2246822519u;
    if (seed % 3 == 0 || !size)
        return LLVMFuzzerMutate(data, size, max);
    size_t at = 1 + b % size, n;
    if (at > size)
        at = size;
    const char *s;
    switch (c >> 8 & 7) {
    case 0:
        return put_in(data, size, max, at, signs[c % SIGNS], strlen(signs[c % SIGNS]));
    case 1:
        s = jm_dict_skill(dict, c % (uint32_t)jm_dict_count(dict))->name;
        return put_in(data, size, max, at, s, strlen(s));
    default:
        s = piece_of(lines[(a ^ c >> 3) % n_lines], c >> 4, &n);
        return put_in(data, size, max, at, s, n);
    }
}
