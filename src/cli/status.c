/* status.c - what the daemon is doing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static int run(struct jm_cli *c, int argc, char **argv)
{
    (void)argv;
    if (argc != 1)
        return jm_cli_usage(&jm_cli_status);
    json_t *v = jm_cli_get(c, "/v1/status");
    if (!v)
        return JM_CLI_FAILED;
    const char *section, *key;
    json_t *value, *item;
    if (!c->json)
        json_object_foreach(v, section, value)
        {
            if (!json_is_object(value)) {
                char *text = json_dumps(value, JSON_ENCODE_ANY);
                printf("%-12s %s\n", section, text);
                free(text);
                continue;
            }
            printf("%-12s", section);
            json_object_foreach(value, key, item)
            {
                char *text = json_dumps(item, JSON_ENCODE_ANY);
                printf(" %s=%s", key, text);
                free(text);
            }
            putchar('\n');
        }
    json_decref(v);
    return JM_CLI_OK;
}

const struct jm_cli_command jm_cli_status = {"status", "", "What the daemon is doing.", run};
