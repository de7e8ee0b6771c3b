/* result.c - reading binary results. NULLs read as nothing, so a query says COALESCE only where
 * "nothing" and "zero" differ. */
#include <string.h>

#include "jobmatch/pg.h"

int64_t jm_pg_get_int(const PGresult *r, int row, int col)
{
    if (PQgetisnull(r, row, col))
        return 0;
    const uint8_t *p = (const uint8_t *)PQgetvalue(r, row, col);
    int len = PQgetlength(r, row, col);
    uint64_t v = len > 0 && (p[0] & 0x80) ? UINT64_MAX : 0;
    for (int i = 0; i < len; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

bool jm_pg_get_bool(const PGresult *r, int row, int col)
{
    return jm_pg_get_int(r, row, col) != 0;
}

const char *jm_pg_get_text(const PGresult *r, int row, int col)
{
    return PQgetvalue(r, row, col); /* libpq ends every value with a NUL; "" for NULL */
}

const void *jm_pg_get_bytes(const PGresult *r, int row, int col, size_t *len)
{
    *len = (size_t)PQgetlength(r, row, col);
    return PQgetisnull(r, row, col) ? NULL : PQgetvalue(r, row, col);
}

int64_t jm_pg_get_time(const PGresult *r, int row, int col)
{
    return PQgetisnull(r, row, col) ? 0 : jm_pg_time_to_wall_us(jm_pg_get_int(r, row, col));
}
