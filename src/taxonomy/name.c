/* name.c - a name as the automaton sees it, and whether it can be taken for another word.
 *
 * Two spellings are the same name when they have the same tokens. Risky are single tokens: one or
 * two letters, words that every ad uses, and everyday words that products are named after. The
 * list is ours; it errs on the side of asking for a gate. */
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "taxonomy_int.h"

/* Folded, blank before and behind each. */
static const char everyday[] =
    " "
    "access act actor air alert ant apex arc arena assembly assist athena atlas atom aurora "
    "awake axiom azure bamboo base bash basic beam blaze blender bolt bottle box brackets "
    "bravo bridge buddy bull camel canvas caps carbon caret case cast catalyst chef chrome "
    "circle clarity clipper close cloud cobra compass composer concur confluence connect "
    "consul cord core craft crystal cube curl dart dash data deck delphi delta detail domino "
    "draw drift drive drone dust eagle earth ease eclipse edge element elixir elm ember "
    "energy epic essence excel exchange expert express factor falcon fast fiber fiddler "
    "field final fire fish flame flash flask flex flight flow fluid flume flux focus forge "
    "form forms forth fox frame fresh front fusion gatsby gecko gem ghost glass glide glue "
    "go gold grape graph grid groovy guard hack harbor haven hawk heat helm hive home "
    "horizon hub hudson impact impala impress insight intel ion iris island ivy jade jersey "
    "jet karma keynote kick kite knockout lamp lance later lava layer lean legal lens less "
    "lever lift light lightning line link list live logic logo look looker loop lumen luna "
    "magic magnet make manage mantis maple mark mars match maya medium mercury merge mesh "
    "metal meteor metric mint mirage mocha mode monday motion muse native nest network next "
    "nexus nomad notion nova numbers oak oasis office one open opera optimal oracle orange "
    "orbit origin oscar outlook oxygen pace packer pages paint paper partner pascal path "
    "peak pearl phoenix pig pilot pivot plan play plus point polymer post power prefect "
    "premiere presto prime prism processing project prophet publisher pulsar pulse puppet "
    "pure push quest quick r rack racket radar rails rake ranger react reason relay release "
    "remedy rest revolver rhino rider ring roam rocket rom root rove ruby rust sage sail "
    "sales salt sas scan scheme scratch script sense sentinel sentry shell shift shuttle "
    "signal silk simple sketch slack slate slick slim smart smooth snap solid solo sonar "
    "source spark spec spect spectrum speed spike spin splash spring sprout square squid "
    "stage star stash steam stone storm stratus stream stripe struts studio style sublime "
    "summit surge swift swing switch sword tango teams temple tempo terra thread tiger tile "
    "titan toad torch trace track travis tree trend trident trinity triton ultimate union "
    "unity unreal vault vector vega venus verify vertex view vision vista vital volt vortex "
    "wave weave web wicket wind wing wire wizard wolf word words work workday works xenon "
    "zeal zebra zen zoom ";

static bool is_everyday(const char *folded, size_t n)
{
    for (const char *at = everyday; (at = memmem(at, strlen(at), folded, n)); at++)
        if (at[-1] == ' ' && at[n] == ' ')
            return true;
    return false;
}

/* One or two letters and nothing else ("C++" carries its sign). */
static bool is_short(const struct jm_token *k)
{
    return k->end - k->beg <= 2 && !(k->flags & (JM_TOK_SIGN | JM_TOK_DIGIT)) &&
           (k->flags & JM_TOK_ASCII);
}

/* Words that no document is told apart by. */
static bool is_common(struct jm_text *t)
{
    struct jm_doc_feature f[2];
    size_t n = jm_text_terms(t, f, 2);
    return n == 0 || jm_text_term_idf(f[0].id) <= 1;
}

static void judge(struct jm_text *t, const struct jm_text_view *v, struct span name,
                  struct name_view *out)
{
    struct jm_buf folded = {0};
    const struct jm_token *k = &v->tokens[0];
    bool whole = k->beg == 0 && k->end == v->bytes; /* no sign beside it */
    if (k->flags & (JM_TOK_SIGN | JM_TOK_DIGIT))
        return;
    out->plain = !(k->flags & (JM_TOK_CAPS | JM_TOK_MIXED));
    if (!whole)
        return;
    if (jm_text_fold(name.s, name.n, &folded) || !folded.len) {
        out->key = 0; /* nothing but invisible signs */
    } else if (is_short(k)) {
        bool letter = name.n == 1 && name.s[0] >= 'A' && name.s[0] <= 'Z';
        out->risk = "has only one or two letters";
        out->gate = letter ? "letter" : "deny";
    } else if (is_everyday(jm_buf_cstr(&folded), folded.len) || is_common(t)) {
        out->risk = "is an everyday word";
        out->gate = "word";
    }
    jm_buf_fini(&folded);
}

/* Does the reader pass over letters of it ("people@work", "www.monster"), so that the rest alone
 * would be the name? */
static bool reads_in_part(const struct jm_text_view *v)
{
    size_t at = 0;
    for (size_t i = 0; i <= v->n_tokens; i++) {
        size_t to = i < v->n_tokens ? v->tokens[i].beg : v->bytes;
        for (; at < to; at++) {
            char c = (char)(v->plain[at] | 0x20);
            bool possessive = c == 's' && at && strchr("'\x99", v->plain[at - 1]);
            if (c >= 'a' && c <= 'z' && !possessive)
                return true;
        }
        at = i < v->n_tokens ? v->tokens[i].end : at;
    }
    return false;
}

struct name_view name_look(struct jm_text *t, struct span name)
{
    struct name_view out = {0};
    uint64_t hashes[NAME_MAX_TOKENS];
    const struct jm_text_view *v = jm_text_read(t, name.s, name.n, JM_TEXT_PLAIN, NULL);
    if (!v || !v->n_tokens || v->n_tokens > NAME_MAX_TOKENS)
        return out;
    for (size_t i = 0; i < v->n_tokens; i++)
        hashes[i] = v->tokens[i].hash;
    out.n_tokens = v->n_tokens;
    out.in_part = reads_in_part(v);
    out.key = jm_hash64(hashes, v->n_tokens * sizeof *hashes);
    out.key += !out.key;
    if (v->n_tokens == 1)
        judge(t, v, name, &out);
    return out;
}
