/* test_guard.c - which addresses may be dialled and which URLs registered: tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "jobmatch/webhook.h"
#include "webhook/address.h"

static const char *ask(struct jm_webhook_guard *g, const char *text)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
        return jm_webhook_guard_address(g, (struct sockaddr *)&in, sizeof in);
    assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
    return jm_webhook_guard_address(g, (struct sockaddr *)&in6, sizeof in6);
}

static const struct {
    const char *address, *want; /* NULL: public */
} addresses[] = {
    {"0.0.0.0", "this network"}, {"0.1.2.3", "this network"}, {"10.0.0.0", "private"},
    {"10.255.255.255", "private"}, {"9.255.255.255", NULL}, {"11.0.0.0", NULL},
    {"100.63.255.255", NULL}, {"100.64.0.0", "carrier-grade NAT"},
    {"100.127.255.255", "carrier-grade NAT"}, {"100.128.0.0", NULL},
    {"100.100.100.200", "cloud metadata"}, {"126.255.255.255", NULL}, {"127.0.0.1", "loopback"},
    {"127.255.255.254", "loopback"}, {"128.0.0.1", NULL}, {"169.253.255.255", NULL},
    {"169.254.0.1", "link-local"}, {"169.254.169.254", "cloud metadata"},
    {"169.254.170.2", "cloud metadata"}, {"168.63.129.16", "cloud metadata"},
    {"168.63.129.17", NULL}, {"172.15.255.255", NULL}, {"172.16.0.1", "private"},
    {"172.31.255.255", "private"}, {"172.32.0.0", NULL}, {"192.0.0.1", "protocol assignments"},
    {"192.0.1.1", NULL}, {"192.0.2.1", "documentation"}, {"192.88.99.1", "6to4 relay"},
    {"192.167.255.255", NULL}, {"192.168.0.1", "private"}, {"192.169.0.0", NULL},
    {"198.17.255.255", NULL}, {"198.18.0.1", "benchmarking"}, {"198.19.255.255", "benchmarking"},
    {"198.20.0.0", NULL}, {"198.51.100.7", "documentation"}, {"203.0.113.1", "documentation"},
    {"203.0.114.1", NULL}, {"223.255.255.255", NULL}, {"224.0.0.1", "multicast"},
    {"239.255.255.250", "multicast"}, {"240.0.0.1", "reserved"},
    {"255.255.255.255", "broadcast"}, {"8.8.8.8", NULL}, {"1.1.1.1", NULL},
    {"::", "unspecified"}, {"::1", "loopback"}, {"::2", "IPv4-compatible"},
    {"::127.0.0.1", "IPv4-compatible"}, {"::ffff:127.0.0.1", "loopback"},
    {"::ffff:10.1.2.3", "private"}, {"::ffff:169.254.169.254", "cloud metadata"},
    {"::ffff:8.8.8.8", NULL}, {"::ffff:0:127.0.0.1", "IPv4-translated"},
    {"64:ff9b::7f00:1", "NAT64"}, {"64:ff9b::808:808", "NAT64"}, {"64:ff9b:1::1", "NAT64"},
    {"100::1", "discard"}, {"2001::1", "Teredo"}, {"2001:0:53aa:64c::1", "Teredo"},
    {"2001:2::1", "protocol assignments"}, {"2001:10::1", "protocol assignments"},
    {"2001:1ff:ffff::1", "protocol assignments"}, {"2001:200::1", NULL},
    {"2001:db8::1", "documentation"}, {"2002:7f00:1::", "6to4"}, {"2002:808:808::1", "6to4"},
    {"2606:4700:4700::1111", NULL}, {"2a00:1450:4001::8", NULL}, {"3ffe::1", "6bone"},
    {"3fff::1", "documentation"}, {"3fff:fff::1", "documentation"}, {"3fff:1000::1", NULL},
    {"4000::1", "not global"}, {"5f00::1", "segment routing"}, {"1::1", "not global"},
    {"fbff::1", "not global"}, {"fc00::1", "unique local"}, {"fd12:3456::1", "unique local"},
    {"fd00:ec2::254", "cloud metadata"}, {"fe80::1", "link-local"}, {"febf::1", "link-local"},
    {"fec0::1", "site-local"}, {"ff02::1", "multicast"}, {"ff0e::1", "multicast"},
    {"2a00:1450::5efe:7f00:1", "ISATAP"}, {"2a00:1450::200:5efe:8.8.8.8", "ISATAP"},
};

static void classifies(void **state)
{
    (void)state;
    struct jm_webhook_guard *g = jm_webhook_guard_new("", false, NULL);
    assert_true(sizeof addresses / sizeof *addresses >= 60);
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const char *got = ask(g, addresses[i].address), *want = addresses[i].want;
        if (want ? !got || strcmp(got, want) != 0 : got != NULL)
            fail_msg("%s: %s, not %s", addresses[i].address, got ? got : "public",
                     want ? want : "public");
    }
    jm_webhook_guard_free(g);
}

static void other_families_and_short_structures(void **state)
{
    (void)state;
    struct jm_webhook_guard *g = jm_webhook_guard_new(NULL, true, NULL);
    struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/run/x"};
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x08080808)};
    assert_non_null(jm_webhook_guard_address(g, (struct sockaddr *)&un, sizeof un));
    assert_non_null(jm_webhook_guard_address(g, (struct sockaddr *)&in, 4));
    assert_null(jm_webhook_guard_address(g, (struct sockaddr *)&in, sizeof in));
    jm_webhook_guard_free(g);
}

static void allow_list_opens_only_itself(void **state)
{
    (void)state;
    struct jm_webhook_guard *g =
        jm_webhook_guard_new(" 127.0.0.0/8,10.1.0.0/16  fd12::/16, 192.168.7.9", false, NULL);
    assert_non_null(g);
    static const char *const yes[] = {"127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "10.1.255.1",
                                      "fd12::1", "192.168.7.9"};
    static const char *const no[] = {"10.2.0.1", "::1", "fd13::1", "192.168.7.8", "128.0.0.0",
                                     "169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_null(ask(g, yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_true(ask(g, no[i]) != NULL || strcmp(no[i], "128.0.0.0") == 0);
    jm_webhook_guard_free(g);
}

static void bad_allow_lists_are_named(void **state)
{
    (void)state;
    static const char *const bad[] = {"127.0.0.0/33", "127.0.0.1/8", "127.0.0.0/", "127.0.0.0/-1",
        "127.0.0.0/08x", "localhost", "::1/129", "10.0.0.0/8;127.0.0.0/8", "1.2.3", "/8",
        "::ffff:10.0.0.0/104", "0000000000000000000000000000000000000000000000000000000000000001"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct jm_err err = {0};
        assert_null(jm_webhook_guard_new(bad[i], false, &err));
        assert_int_equal(err.code, JM_EINVAL);
    }
}

/* Whatever public address this machine has, it must be refused; others are refused by class. */
static void own_addresses_are_refused(void **state)
{
    (void)state;
    struct jm_webhook_guard *g = jm_webhook_guard_new("", false, NULL);
    struct ifaddrs *list;
    unsigned seen = 0;
    assert_int_equal(getifaddrs(&list), 0);
    for (struct ifaddrs *i = list; i; i = i->ifa_next) {
        int family = i->ifa_addr ? i->ifa_addr->sa_family : AF_UNSPEC;
        if (family != AF_INET && family != AF_INET6)
            continue;
        size_t bytes = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        seen++;
        assert_non_null(jm_webhook_guard_address(g, i->ifa_addr, bytes));
    }
    assert_true(seen > 0);
    freeifaddrs(list);
    jm_webhook_guard_free(g);
}

static const struct {
    const char *url;
    bool strict, http, local; /* accepted by: nothing allowed; allow_http; allow 127.0.0.0/8 */
} urls[] = {
    {"https://hooks.example.com/jobs", 1, 1, 1},
    {"https://hooks.example.com", 1, 1, 1},
    {"https://hooks.example.com./x", 1, 1, 1},
    {"https://hooks.example.com?x=1", 1, 1, 1},
    {"HTTPS://Hooks.Example.COM/Path?q=%20a", 1, 1, 1},
    {"https://hooks.example.com:443/", 1, 1, 1},
    {"https://hooks.example.com:8443/", 1, 1, 1},
    {"https://xn--bcher-kva.example/x", 1, 1, 1},
    {"https://8.8.8.8/x", 1, 1, 1},
    {"https://[2606:4700:4700::1111]/x", 1, 1, 1},
    {"http://hooks.example.com/", 0, 1, 0},
    {"http://hooks.example.com:80/", 0, 1, 0},
    {"https://hooks.example.com:80/", 0, 1, 0},
    {"http://127.0.0.1:8080/hook", 0, 0, 1},
    {"https://127.0.0.1/hook", 0, 0, 1},
    {"https://hooks.example.com:22/", 0, 0, 0},
    {"https://hooks.example.com:8080/", 0, 0, 0},
    {"https://hooks.example.com:0/", 0, 0, 0},
    {"https://hooks.example.com:99999/", 0, 0, 0},
    {"https://user@hooks.example.com/", 0, 0, 0},
    {"https://user:pass@hooks.example.com/", 0, 0, 0},
    {"https://@hooks.example.com/", 0, 0, 0},
    {"https://hooks.example.com@evil.example/", 0, 0, 0},
    {"https://hooks.example.com#@evil.example/", 0, 0, 0},
    {"https://hooks.example.com/#part", 0, 0, 0},
    {"https://hooks.example.com/x#", 0, 0, 0}, /* found by fuzz_url */
    {"https://hooks.example.com\\@evil.example/", 0, 0, 0},
    {"https:hooks.example.com/", 0, 0, 0},
    {"https:/hooks.example.com/", 0, 0, 0},
    {"https:///hooks.example.com/", 0, 0, 0},
    {"//hooks.example.com/", 0, 0, 0},
    {"hooks.example.com", 0, 0, 0},
    {"", 0, 0, 0},
    {"https://", 0, 0, 0},
    {"ftp://hooks.example.com/", 0, 0, 0},
    {"file:///etc/passwd", 0, 0, 0},
    {"gopher://hooks.example.com/", 0, 0, 0},
    {"javascript:alert(1)", 0, 0, 0},
    {"https://10.0.0.1/", 0, 0, 0},
    {"https://169.254.169.254/latest", 0, 0, 0},
    {"http://2130706433/", 0, 0, 0},
    {"https://2130706433/", 0, 0, 0},
    {"https://127.1/", 0, 0, 0},
    {"https://0x7f.1/", 0, 0, 0},
    {"https://0x7f000001/", 0, 0, 0},
    {"https://0177.0.0.1/", 0, 0, 0},
    {"https://127.0.0.1./", 0, 0, 0},
    {"https://1.2.3.4.5/", 0, 0, 0},
    {"https://127.0.0.%31/", 0, 0, 0},
    {"https://exa%6dple.com/", 0, 0, 0},
    {"https://[::1]/", 0, 0, 0},
    {"https://[::ffff:10.0.0.1]/", 0, 0, 0},
    {"https://[fe80::1%25eth0]/", 0, 0, 0},
    {"https://[64:ff9b::1]/", 0, 0, 0},
    {"https://[nonsense]/", 0, 0, 0},
    {"https://b\xc3\xbc" "cher.example/", 0, 0, 0},
    {"https://hooks.example.com/a b", 0, 0, 0},
    {"https://hooks.example.com/\r\nx: y", 0, 0, 0},
    {" https://hooks.example.com/", 0, 0, 0},
    {"https://hooks example.com/", 0, 0, 0},
    {"https://ho*ks.example.com/", 0, 0, 0},
    {"https://.../", 0, 0, 0},
};

static void checks_urls(void **state)
{
    (void)state;
    struct jm_webhook_guard *g[3] = {jm_webhook_guard_new("", false, NULL),
                                     jm_webhook_guard_new("", true, NULL),
                                     jm_webhook_guard_new("127.0.0.0/8", false, NULL)};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        bool want[3] = {urls[i].strict, urls[i].http, urls[i].local};
        for (int k = 0; k < 3; k++) {
            struct jm_err err = {0};
            bool got = jm_webhook_guard_url(g[k], urls[i].url, &err) == 0;
            if (got != want[k])
                fail_msg("%s by guard %d: %s (%s)", urls[i].url, k, got ? "accepted" : "refused",
                         err.text);
            assert_true(got || err.text[0] != '\0');
        }
    }
    char longest[JM_WEBHOOK_URL_MAX + 2];
    memset(longest, 'a', sizeof longest);
    memcpy(longest, "https://h.example/", 18);
    longest[JM_WEBHOOK_URL_MAX + 1] = '\0';
    assert_int_equal(jm_webhook_guard_url(g[0], longest, NULL), -1);
    longest[JM_WEBHOOK_URL_MAX] = '\0';
    assert_int_equal(jm_webhook_guard_url(g[0], longest, NULL), 0);
    for (int k = 0; k < 3; k++)
        jm_webhook_guard_free(g[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classifies),
        cmocka_unit_test(other_families_and_short_structures),
        cmocka_unit_test(allow_list_opens_only_itself),
        cmocka_unit_test(bad_allow_lists_are_named),
        cmocka_unit_test(own_addresses_are_refused),
        cmocka_unit_test(checks_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
