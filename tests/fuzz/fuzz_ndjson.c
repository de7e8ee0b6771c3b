/* uses: format */
/* fuzz_ndjson.c - the lines of a page are inside it, in order, not blank, and nothing is lost. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_format_lines it = {.text = (const char *)data, .bytes = bytes};
    const char *line, *end = (const char *)data;
    size_t len, seen = 0, real = 0;
    unsigned last = 0;
    while (jm_format_next_line(&it, &line, &len)) {
        if (line < end || line + len > (const char *)data + bytes || len == 0 ||
            it.line_no <= last || memchr(line, '\n', len))
            abort();
        for (size_t i = 0; i < len; i++)
            seen += !strchr(" \t\r", line[i]) || line[i] == '\0';
        end = line + len;
        last = it.line_no;
    }
    for (size_t i = 0; i < bytes; i++)
        real += data[i] == '\0' || !strchr(" \t\r\n", data[i]);
    if (seen != real)
        abort();
    return 0;
}
