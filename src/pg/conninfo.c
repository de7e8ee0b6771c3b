/* conninfo.c - what may be connected to. libpq resolves names inside PQconnectStart(), which would
 * hold the loop for as long as the resolver likes; so only addresses that need no resolver pass. */
#include <stdlib.h>

#include "jobmatch/pg.h"

static const char *value_of(const PQconninfoOption *o, const char *key)
{
    for (; o->keyword; o++)
        if (__builtin_strcmp(o->keyword, key) == 0 && o->val && *o->val)
            return o->val;
    return NULL;
}

int jm_pg_check_conninfo(const char *conninfo, struct jm_err *err)
{
    char *why = NULL;
    PQconninfoOption *o = PQconninfoParse(conninfo, &why);
    if (!o) {
        jm_err_set(err, JM_EINVAL, "database: %s", why ? why : "out of memory");
        PQfreemem(why);
        return -1;
    }
    const char *host = value_of(o, "host"), *addr = value_of(o, "hostaddr");
    if (!host && !addr)
        host = getenv("PGHOST");
    int r = 0;
    if (!addr && host && *host != '/' && *host != '@')
        r = jm_err_set(err, JM_EINVAL,
                       "database: host=%s needs DNS: give the socket directory or hostaddr=",
                       host);
    PQconninfoFree(o);
    return r;
}
