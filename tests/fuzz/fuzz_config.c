/* uses: base */
/* fuzz_config.c - any bytes as a configuration file; what was accepted prints and parses again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct jm_config c, again;
    struct jm_buf errors = {0}, text = {0};
    if (jm_config_init(&c) || jm_config_init(&again))
        abort();
    int bad = jm_config_parse(&c, "f", (const char *)data, bytes, &errors);
    if ((bad > 0) != (errors.len > 0))
        abort();
    jm_config_print(&c, &text);
    if (!strchr(c.db_conninfo, '"') && !strchr(c.http_listen, '"') &&
        !strchr(c.skills_dir, '"') && !strchr(c.webhook_allow_addresses, '"') &&
        !strchr(c.log_level, '"')) {
        jm_buf_clear(&errors);
        if (jm_config_parse(&again, "g", jm_buf_cstr(&text), text.len, &errors) > 0)
            abort();
    }
    jm_buf_fini(&text);
    jm_buf_fini(&errors);
    jm_config_fini(&c);
    jm_config_fini(&again);
    return 0;
}
