/* address.h - is this address a public one?  Pure; the own interfaces are guard.c's. */
#ifndef JM_WEBHOOK_ADDRESS_H
#define JM_WEBHOOK_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobmatch/err.h"

struct sockaddr;

/* An address without port: 4 or 16 bytes, IPv4-mapped IPv6 already turned into IPv4. */
struct jm_address {
    uint8_t bytes[16];
    uint8_t len; /* 4 or 16 */
};
struct jm_cidr {
    struct jm_address net; /* bits behind the prefix are 0 */
    uint8_t prefix;
};

/* False for any other family or a short structure. */
bool jm_address_of(struct jm_address *out, const struct sockaddr *sa, size_t bytes);
bool jm_address_parse(struct jm_address *out, const char *text);
bool jm_address_equal(const struct jm_address *a, const struct jm_address *b);
/* NULL if it is public and unicast, else what it is: a constant. */
const char *jm_address_class(const struct jm_address *a);

/* "10.0.0.0/8", "::1"; bits set behind the prefix are an error: they hide a typing mistake. */
int jm_cidr_parse(struct jm_cidr *out, const char *text, size_t len, struct jm_err *err)
    __attribute__((warn_unused_result));
bool jm_cidr_has(const struct jm_cidr *c, const struct jm_address *a);

#endif
