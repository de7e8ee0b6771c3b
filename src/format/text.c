/* text.c - plain text: what most HR systems can send. */
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/text.h"
#include "reader.h"

char *jm_format_first_line(struct jm_arena *arena, const char *text)
{
    text += strspn(text, " \t\r\n");
    size_t n = strcspn(text, "\r\n");
    if (n > 160) /* not a title: a text on one line */
        return NULL;
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    return n ? jm_arena_strndup(arena, text, n) : NULL;
}

static int read_text(struct jm_arena *arena, const char *text, size_t bytes, const char **out,
                     struct jm_format_problem *why)
{
    if (bytes > JM_FORMAT_MAX_TEXT)
        return jm_format_fail(why, JM_FORMAT_LIMIT, "", "longer than %d bytes",
                              JM_FORMAT_MAX_TEXT);
    struct jm_buf fixed = {0};
    char *copy = NULL;
    if (jm_text_repair(text, bytes, &fixed) >= 0)
        copy = jm_arena_strndup(arena, jm_buf_cstr(&fixed), fixed.len);
    jm_buf_fini(&fixed);
    if (!copy)
        return jm_format_fail(why, JM_FORMAT_NO_MEMORY, "", "out of memory");
    if (copy[strspn(copy, " \t\r\n")] == '\0')
        return jm_format_fail(why, JM_FORMAT_INVALID, "", "the text is empty");
    *out = copy;
    return 0;
}

int jm_format_job_text(struct jm_arena *arena, const char *text, size_t bytes, bool html,
                       struct jm_job *out, struct jm_format_problem *why)
{
    *out = (struct jm_job){
        .years_min = JM_YEARS_UNKNOWN, .years_max = JM_YEARS_UNKNOWN, .text_is_html = html};
    if (read_text(arena, text, bytes, &out->text, why))
        return -1;
    if (!html)
        out->title = jm_format_first_line(arena, out->text);
    return 0;
}

int jm_format_candidate_text(struct jm_arena *arena, const char *text, size_t bytes, bool html,
                             struct jm_candidate *out, struct jm_format_problem *why)
{
    *out = (struct jm_candidate){.years = JM_YEARS_UNKNOWN, .text_is_html = html};
    return read_text(arena, text, bytes, &out->text, why);
}
