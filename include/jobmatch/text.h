/* text.h - bytes from outside to words with offsets into the original.
 *
 * One struct jm_text is the working memory of one thread: it is made once, reads text after text
 * and reuses its memory. Everything is linear in the input. jm_text_read() takes well-formed
 * UTF-8 (jm_text_repair() makes it from anything) and gives the plain text (HTML removed,
 * entities resolved) and its tokens. Every position can be traced back to a byte of the input.
 *
 * What a token is: a run of letters and digits, with what makes `C++ C# F# .NET A+` names of
 * their own. `Node.js CI/CD front-end R&D` are several tokens with a tight gap between them;
 * whoever looks for phrases decides which gaps may be inside one. `&` is the word "and". */
#ifndef JM_TEXT_H
#define JM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"
#include "jobmatch/model.h"

struct jm_buf;
struct jm_text;

enum { JM_TEXT_MAX_BYTES = 16 << 20 }; /* longer input is refused with JM_ELIMIT */

enum jm_lang {
    JM_LANG_UNKNOWN, JM_LANG_EN, JM_LANG_DE, JM_LANG_FR, JM_LANG_ES, JM_LANG_NL, JM_LANG_IT,
    JM_LANG_PT, JM_LANG_PL, JM_LANG_SV, JM_LANG_RO, JM_LANGS
};

enum jm_text_form { JM_TEXT_PLAIN, JM_TEXT_HTML, JM_TEXT_GUESS /* HTML if it has tags */ };

/* What stands between a token and the one before it. */
enum jm_gap {
    JM_GAP_BLANK = 1,
    JM_GAP_HYPHEN = 2,   /* any dash */
    JM_GAP_SLASH = 4,
    JM_GAP_DOT = 8,      /* a dot without blanks: node.js */
    JM_GAP_COMMA = 16,
    JM_GAP_SEMI = 32,
    JM_GAP_COLON = 64,
    JM_GAP_OPEN = 128,   /* ( [ { */
    JM_GAP_CLOSE = 256,
    JM_GAP_STOP = 512,   /* end of a sentence: . ! ? before a blank or the end */
    JM_GAP_LINE = 1024,  /* line break */
    JM_GAP_BULLET = 2048, /* list mark at the start of the line, or a block mark such as "|" */
    JM_GAP_PARA = 4096,  /* empty line, or an HTML block */
    JM_GAP_QUOTE = 8192,
    JM_GAP_OTHER = 16384, /* any other sign */
    JM_GAP_GLUED = 32768  /* no bytes at all between the two: "timePlanetary", "c#" + "net" */
};

enum jm_token_flag {
    JM_TOK_UPPER = 1,   /* starts with a capital */
    JM_TOK_CAPS = 2,    /* no lower-case letter and at least one capital */
    JM_TOK_DIGIT = 4,   /* starts with a digit */
    JM_TOK_ASCII = 8,
    JM_TOK_SIGN = 16,   /* carries a leading dot, or + ++ # */
    JM_TOK_MIXED = 32   /* a capital after a small letter: PostgreSQL, iOS */
};

struct jm_token {
    uint64_t hash; /* of the folded word (NFKC, casefold) */
    uint64_t alt;  /* of its simpler form (singular, without sign or version digits); 0: none */
    uint32_t beg, end; /* bytes of the plain text */
    uint16_t gap;      /* enum jm_gap: before this token */
    uint8_t flags;     /* enum jm_token_flag */
    uint8_t spare;
};

struct jm_text_view {
    const char *plain; /* NUL-terminated */
    size_t bytes;
    const struct jm_token *tokens;
    size_t n_tokens;
    enum jm_lang lang;
};

/* Memory of one thread. NULL: out of memory. */
struct jm_text *jm_text_new(void);
void jm_text_free(struct jm_text *t);

/* Read well-formed UTF-8. The view and what hangs on it live until the next read with the same
 * `t`; `s` must live as long (plain text is not copied). NULL: JM_ENOMEM, JM_ELIMIT, or
 * JM_EINVAL for malformed UTF-8. */
const struct jm_text_view *jm_text_read(struct jm_text *t, const char *s, size_t bytes,
                                        enum jm_text_form form, struct jm_err *err)
    __attribute__((warn_unused_result));

/* The byte of the input that a byte of the plain text came from. `end` true: the position is the
 * end of a span, so the answer lies behind the last byte of that span. */
size_t jm_text_source(const struct jm_text *t, size_t plain_offset, bool end);

/* The words of the text last read, as sparse features by ascending id, at most `max` (the heaviest
 * are kept): id = JM_TERM_BASE + 22 bits of the stemmed word's hash; weight = 255 times the
 * saturated BM25 term-frequency part (k1 1.2, b .75, mean length 350 words). Stop words, words
 * that every job ad has, numbers and one-letter words are dropped. Returns how many. */
enum { JM_TERM_BASE = 1 << 22, JM_TITLE_BASE = 1 << 23 };
size_t jm_text_terms(struct jm_text *t, struct jm_doc_feature *out, size_t max);

/* How telling a word is, 1 (in every second ad) to 10; a fixed table of this release, never of
 * the day's statistics. */
uint8_t jm_text_term_idf(uint32_t term_id);

const char *jm_lang_code(enum jm_lang lang); /* "en"; "" unknown */
enum jm_lang jm_lang_parse(const char *code, size_t len); /* JM_LANG_UNKNOWN if not one */

/* Append to `out` well-formed UTF-8 made from any bytes: malformed bytes are read as windows-1252,
 * UTF-8 that was read as windows-1252 once too often ("â€™", "Ã©") is undone, NUL becomes a blank.
 * Returns the number of repairs, or -1 when out of memory. */
long jm_text_repair(const char *s, size_t bytes, struct jm_buf *out);

/* The same, and where the repaired text came from: `from` starts zeroed and is the caller's, to be
 * given to jm_text_origins_fini(). */
struct jm_text_step { size_t from, to; };
struct jm_text_origins {
    struct jm_text_steps { struct jm_text_step *a; size_t n, cap; } pass[2];
};
long jm_text_repair_from(const char *s, size_t bytes, struct jm_buf *out,
                         struct jm_text_origins *from);
/* The byte of the input at which byte `at` of the repaired text, the first of a character or the
 * end, begins. */
size_t jm_text_origin(const struct jm_text_origins *o, size_t at);
void jm_text_origins_fini(struct jm_text_origins *o); /* accepts a zeroed object */

/* The plain text of HTML or plain input, blanks squeezed, for showing; -1: out of memory. */
int jm_text_plain(const char *s, size_t bytes, enum jm_text_form form, struct jm_buf *out);

/* NFKC and casefold of a short string into `out` (appended). -1: malformed or out of memory. */
int jm_text_fold(const char *s, size_t bytes, struct jm_buf *out);

/* The hash of a folded word as jm_token.hash has it. */
uint64_t jm_text_word_hash(const char *folded, size_t bytes);

#endif
