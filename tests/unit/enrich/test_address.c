#include "detector/enrich/address.h"
#include "parsers/base/alloc.h"
#include "tests/unit/enrich/mmdb_builder.h"

#include <criterion/criterion.h>
#include <unistd.h>

static tc_cidr internal[2], egress[1], proxies[2];
static const tc_networks networks = {internal, egress, proxies, 2, 1, 2};

static void setup(void)
{
    cr_assert(tc_cidr_parse(TC_LIT("10.0.0.0/8"), &internal[0], NULL));
    cr_assert(tc_cidr_parse(TC_LIT("192.0.2.0/24"), &internal[1], NULL));
    cr_assert(tc_cidr_parse(TC_LIT("192.0.2.128/25"), &egress[0], NULL));
    cr_assert(tc_cidr_parse(TC_LIT("10.1.1.1"), &proxies[0], NULL));
    cr_assert(tc_cidr_parse(TC_LIT("2001:db8:1::/48"), &proxies[1], NULL));
}

TestSuite(address, .init = setup);

typedef struct told {
    const char *c_ip, *forwarded, *ip, *peer;
    bool is_forwarded, has_forwarded;
} told;

static void expect_clients(const told *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tc_client c;
        tc_ip want = {{0}}, peer = {{0}};
        if (rows[i].ip) cr_assert(tc_ip_parse(tc_slice_of(rows[i].ip), &want));
        if (rows[i].peer) cr_assert(tc_ip_parse(tc_slice_of(rows[i].peer), &peer));
        tc_client_of(&networks, tc_slice_of(rows[i].c_ip), tc_slice_of(rows[i].forwarded), &c);
        char text[TC_IP_TEXT];
        cr_expect(tc_ip_equal(c.ip, want), "row %zu: %s", i, tc_ip_format(c.ip, text));
        cr_expect(tc_ip_equal(c.peer, peer), "row %zu: peer %s", i, tc_ip_format(c.peer, text));
        cr_expect_eq(c.forwarded, rows[i].is_forwarded, "row %zu", i);
        cr_expect_eq(c.has_forwarded, rows[i].has_forwarded, "row %zu", i);
    }
}

Test(address, only_a_declared_proxy_is_believed)
{
    static const told rows[] = {
        {"203.0.113.9", "", "203.0.113.9", NULL, false, false},
        {"203.0.113.9", "-", "203.0.113.9", NULL, false, false},
        {"203.0.113.9:4711", "", "203.0.113.9", NULL, false, false},
        {"[2001:db8::9]:4711", "", "2001:db8::9", NULL, false, false},
        {"2001:db8::9", "", "2001:db8::9", NULL, false, false},
        {"fe80::1%3", "", "fe80::1", NULL, false, false},
        {"::ffff:203.0.113.9", "", "203.0.113.9", NULL, false, false},
        {"10.1.1.1", "203.0.113.9", "203.0.113.9", "10.1.1.1", true, true},
        {"10.1.1.1", "203.0.113.9:55000", "203.0.113.9", "10.1.1.1", true, true},
        {"10.1.1.1", "[2001:db8::9]:55000", "2001:db8::9", "10.1.1.1", true, true},
        /* what stands left, the client wrote */
        {"10.1.1.1", "10.0.0.5,+203.0.113.9", "203.0.113.9", "10.1.1.1", true, true},
        {"10.1.1.1", "10.0.0.5, 203.0.113.9", "203.0.113.9", "10.1.1.1", true, true},
        {"10.1.1.1", "198.51.100.1,+203.0.113.9,+10.1.1.1", "203.0.113.9", "10.1.1.1", true, true},
        {"10.1.1.1", "203.0.113.9,2001:db8:1::5,10.1.1.1", "203.0.113.9", "10.1.1.1", true, true},
        {"2001:db8:1::7", "203.0.113.9", "203.0.113.9", "2001:db8:1::7", true, true},
        /* all of them ours: the first */
        {"10.1.1.1", "10.1.1.1,2001:db8:1::5", "10.1.1.1", NULL, true, true},
        /* an undeclared sender is not believed, whatever it says */
        {"198.51.100.7", "10.0.0.5", "198.51.100.7", NULL, false, true},
        {"198.51.100.7", "10.1.1.1", "198.51.100.7", NULL, false, true},
        {"10.1.1.2", "203.0.113.9", "10.1.1.2", NULL, false, true},
        /* what is no address is not skipped over */
        {"10.1.1.1", "203.0.113.9, unknown", "10.1.1.1", NULL, false, true},
        {"10.1.1.1", ",,", "10.1.1.1", NULL, false, true},
        {"-", "203.0.113.9", NULL, NULL, false, true},
        {"localhost", "", NULL, NULL, false, false},
        {"123abc", "", NULL, NULL, false, false},
        {"", "", NULL, NULL, false, false},
    };
    expect_clients(rows, TC_COUNT_OF(rows));
}

/* RFC 7239; a hop that does not say for whom may stand before anything. */
Test(address, forwarded_says_for_whom)
{
    static const told rows[] = {
        {"10.1.1.1", "for=203.0.113.9", "203.0.113.9", "10.1.1.1", true, true},
        {"10.1.1.1", "For=\"[2001:db8::9]:47\";proto=https;by=10.1.1.1", "2001:db8::9", "10.1.1.1",
         true, true},
        {"10.1.1.1", "for=198.51.100.1,+for=203.0.113.9;+proto=https,+by=1;for=10.1.1.1",
         "203.0.113.9", "10.1.1.1", true, true},
        {"10.1.1.1", "for=203.0.113.9, proto=https", "10.1.1.1", NULL, false, true},
        {"10.1.1.1", "proto=https;by=10.1.1.1", "10.1.1.1", NULL, false, true},
        {"10.1.1.1", "for=203.0.113.9, for=unknown", "10.1.1.1", NULL, false, true},
        {"10.1.1.1", "for=203.0.113.9, for=\"", "10.1.1.1", NULL, false, true},
    };
    expect_clients(rows, TC_COUNT_OF(rows));
}

Test(address, addresses_have_classes)
{
    static const struct {
        const char *ip, *name;
    } rows[] = {
        {"10.2.3.4", "internal"},  {"192.0.2.5", "internal"}, {"192.0.2.130", "egress"},
        {"172.16.0.1", "private"}, {"127.0.0.1", "private"},  {"::1", "private"},
        {"fe80::1", "private"},    {"100.64.1.1", "private"}, {"fd00::1", "private"},
        {"203.0.113.9", "remote"}, {"2001:db8::9", "remote"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_ip ip;
        cr_assert(tc_ip_parse(tc_slice_of(rows[i].ip), &ip));
        cr_expect(tc_slice_equal(tc_address_class_name(tc_address_classify(&networks, ip)),
                                 tc_slice_of(rows[i].name)),
                  "%s", rows[i].ip);
    }
    cr_expect_eq(tc_address_classify(&networks, (tc_ip){{0}}), TC_ADDRESS_NONE);
    cr_expect_eq(tc_address_class_name(TC_ADDRESS_NONE).len, 0);
}

Test(address, the_cache_answers_as_the_database_does)
{
    static mmdb_builder b;
    static tc_address_cache cache;
    mmdb_init(&b);
    mmdb_put(&b, "203.0.113.0/25", mmdb_country(&b, "CN", NULL));
    mmdb_put(&b, "203.0.113.128/25", mmdb_country(&b, "BE", NULL));
    mmdb_put(&b, "10.0.0.0/8", mmdb_country(&b, "FR", NULL));
    const char *path = mmdb_write(&b);
    tc_geo *geo = NULL;
    tc_error error = {0};
    cr_assert(!tc_failed(tc_geo_open(&path, 1, &geo, &error)));
    unlink(path);
    cache.networks = &networks;
    cache.geo = geo;
    cache.key = 42;
    for (int round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 20000; i++) {
            char text[32];
            tc_ip ip;
            snprintf(text, sizeof(text), "%s.%u.%u", i % 2 ? "203.0" : "198.51", i / 256 % 256,
                     i % 256);
            cr_assert(tc_ip_parse(tc_slice_of(text), &ip));
            const tc_address *a = tc_address_of(&cache, ip);
            bool known = i % 2 && i / 256 % 256 == 113;
            cr_assert_str_eq(a->geo.country, !known ? "" : i % 256 < 128 ? "CN" : "BE", "%s", text);
            cr_assert(tc_ip_equal(a->ip, ip));
            cr_assert_eq(a->address_class, TC_ADDRESS_REMOTE);
        }
    }
    tc_ip inside;
    cr_assert(tc_ip_parse(TC_LIT("10.9.9.9"), &inside));
    cr_expect_str_eq(tc_address_of(&cache, inside)->geo.country, "", "private means any place");
    cr_expect_eq(tc_address_of(&cache, inside)->address_class, TC_ADDRESS_INTERNAL);
    cr_expect_eq(tc_address_of(&cache, (tc_ip){{0}})->address_class, TC_ADDRESS_NONE);
    cr_expect_eq(cache.geo_errors, 0);
    tc_geo_free(geo);
    mmdb_done(&b);
}
