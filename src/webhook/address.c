/* address.c - the table of addresses that are not public.
 *
 * IPv4 is public unless listed (the IANA special-purpose registry). IPv6 is the other way round:
 * only 2000::/3 is public, and inside it what is listed is not. IPv6 that carries an IPv4 address
 * for a gateway to unpack (NAT64, 6to4, Teredo, ISATAP) is refused whole: the address that would be
 * reached in the end is not the one we see. IPv4-mapped IPv6 is IPv4 to the kernel, and here. */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct row {
    const char *net;
    uint8_t prefix;
    const char *name;
};

static const struct row v4_rows[] = {
    {"169.254.169.254", 32, "cloud metadata"},
    {"169.254.170.2", 32, "cloud metadata"},
    {"168.63.129.16", 32, "cloud metadata"},
    {"100.100.100.200", 32, "cloud metadata"},
    {"0.0.0.0", 8, "this network"},
    {"10.0.0.0", 8, "private"},
    {"100.64.0.0", 10, "carrier-grade NAT"},
    {"127.0.0.0", 8, "loopback"},
    {"169.254.0.0", 16, "link-local"},
    {"172.16.0.0", 12, "private"},
    {"192.0.0.0", 24, "protocol assignments"},
    {"192.0.2.0", 24, "documentation"},
    {"192.88.99.0", 24, "6to4 relay"},
    {"192.168.0.0", 16, "private"},
    {"198.18.0.0", 15, "benchmarking"},
    {"198.51.100.0", 24, "documentation"},
    {"203.0.113.0", 24, "documentation"},
    {"224.0.0.0", 4, "multicast"},
    {"255.255.255.255", 32, "broadcast"},
    {"240.0.0.0", 4, "reserved"},
};

static const struct row v6_rows[] = {
    {"::", 128, "unspecified"},
    {"::1", 128, "loopback"},
    {"::", 96, "IPv4-compatible"},
    {"::ffff:0:0:0", 96, "IPv4-translated"},
    {"64:ff9b::", 96, "NAT64"},
    {"64:ff9b:1::", 48, "NAT64"},
    {"100::", 64, "discard"},
    {"fd00:ec2::254", 128, "cloud metadata"},
    {"fd20:ce::254", 128, "cloud metadata"},
    {"fc00::", 7, "unique local"},
    {"fe80::", 10, "link-local"},
    {"fec0::", 10, "site-local"},
    {"ff00::", 8, "multicast"},
    {"5f00::", 16, "segment routing"},
    {"2001::", 32, "Teredo"},
    {"2001:db8::", 32, "documentation"},
    {"2001::", 23, "protocol assignments"},
    {"2002::", 16, "6to4"},
    {"3ffe::", 16, "6bone"},
    {"3fff::", 20, "documentation"},
};

static bool v4_mapped(const uint8_t b[16])
{
    static const uint8_t head[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return memcmp(b, head, sizeof head) == 0;
}

static void from_v6(struct jm_address *out, const uint8_t b[16])
{
    out->len = v4_mapped(b) ? 4 : 16;
    memcpy(out->bytes, out->len == 4 ? b + 12 : b, out->len);
}

bool jm_address_of(struct jm_address *out, const struct sockaddr *sa, size_t bytes)
{
    memset(out, 0, sizeof *out);
    if (bytes >= sizeof(struct sockaddr_in) && sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        memcpy(out->bytes, &in.sin_addr, 4);
        out->len = 4;
        return true;
    }
    if (bytes >= sizeof(struct sockaddr_in6) && sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof in6);
        from_v6(out, in6.sin6_addr.s6_addr);
        return true;
    }
    return false;
}

bool jm_address_parse(struct jm_address *out, const char *text)
{
    uint8_t b[16];
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, out->bytes) == 1) {
        out->len = 4;
        return true;
    }
    if (inet_pton(AF_INET6, text, b) != 1)
        return false;
    from_v6(out, b);
    return true;
}

bool jm_address_equal(const struct jm_address *a, const struct jm_address *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool same_prefix(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0)
        return false;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool jm_cidr_has(const struct jm_cidr *c, const struct jm_address *a)
{
    return c->net.len == a->len && same_prefix(c->net.bytes, a->bytes, c->prefix);
}

/* The texts are ours, so inet_pton() cannot fail on them; at most 20 calls for a new connection. */
static const char *look_up(const struct row *rows, size_t n, int family, const uint8_t *bytes)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t net[16];
        JM_ASSERT(inet_pton(family, rows[i].net, net) == 1);
        if (same_prefix(net, bytes, rows[i].prefix))
            return rows[i].name;
    }
    return NULL;
}

static bool isatap(const uint8_t b[16])
{
    return (b[8] & 0xfd) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe;
}

const char *jm_address_class(const struct jm_address *a)
{
    if (a->len == 4)
        return look_up(v4_rows, sizeof v4_rows / sizeof *v4_rows, AF_INET, a->bytes);
    if (a->len != 16)
        return "unknown family";
    const char *name = look_up(v6_rows, sizeof v6_rows / sizeof *v6_rows, AF_INET6, a->bytes);
    if (name)
        return name;
    if (isatap(a->bytes))
        return "ISATAP";
    return a->bytes[0] >> 5 == 1 ? NULL : "not global";
}

/* Digits only, no sign, no blank. */
static bool parse_prefix(uint8_t *out, const char *text, unsigned most)
{
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 3 || text[n] != '\0')
        return false;
    unsigned v = (unsigned)strtoul(text, NULL, 10);
    *out = (uint8_t)v;
    return v <= most;
}

int jm_cidr_parse(struct jm_cidr *out, const char *text, size_t len, struct jm_err *err)
{
    char copy[64];
    memset(out, 0, sizeof *out);
    if (len >= sizeof copy || memchr(text, '\0', len))
        return jm_err_set(err, JM_EINVAL, "an address range is too long");
    memcpy(copy, text, len);
    copy[len] = '\0';
    char *slash = strchr(copy, '/');
    if (slash)
        *slash = '\0';
    if (!jm_address_parse(&out->net, copy))
        return jm_err_set(err, JM_EINVAL, "\"%s\" is not an IPv4 or IPv6 address", copy);
    unsigned most = out->net.len * 8u;
    out->prefix = (uint8_t)most;
    if (slash && !parse_prefix(&out->prefix, slash + 1, most))
        return jm_err_set(err, JM_EINVAL, "\"%s/%s\": the prefix length is 0 to %u", copy,
                          slash + 1, most);
    for (unsigned bit = out->prefix; bit < most; bit++)
        if (out->net.bytes[bit / 8] >> (7 - bit % 8) & 1)
            return jm_err_set(err, JM_EINVAL, "\"%s/%u\" has bits set behind its prefix", copy,
                              out->prefix);
    return 0;
}
