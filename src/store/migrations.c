/* migrations.c - the SQL files of migrations/ inside the binary, so that a daemon carries the
 * schema it was written for. The assembler includes them; the paths are relative to the top of the
 * tree. */
#include "store_int.h"

#define EMBED(sym, path)                                                                          \
    __asm__(".pushsection .rodata\n.balign 16\n.hidden " #sym "\n.globl " #sym "\n" #sym ":\n"    \
            ".incbin \"" path "\"\n.byte 0\n.hidden " #sym "_end\n.globl " #sym "_end\n"          \
            #sym "_end:\n.popsection\n");                                                         \
    extern const char sym[] __attribute__((visibility("hidden")))

EMBED(jm_sql_0001, "migrations/0001_tables.sql");
EMBED(jm_sql_0002, "migrations/0002_functions.sql");

/* The length is that of the text: the files hold no NUL. */
const struct store_migration store_migrations[] = {
    {1, "tables", jm_sql_0001},
    {2, "functions", jm_sql_0002},
};
const unsigned store_migration_count = sizeof store_migrations / sizeof store_migrations[0];
