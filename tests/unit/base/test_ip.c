#include "parsers/base/ip.h"

#include <criterion/criterion.h>

static tc_ip ip(const char *text)
{
    tc_ip address = {{0}};
    cr_assert(tc_ip_parse(tc_slice_of(text), &address), "%s", text);
    return address;
}

static tc_cidr cidr(const char *text)
{
    tc_cidr network = {{{0}}, 0};
    cr_assert(tc_cidr_parse(tc_slice_of(text), &network, NULL), "%s", text);
    return network;
}

/* Of a NULL `want` the text must be refused. */
typedef struct row {
    const char *text;
    const char *want;
} row;

static void expect_rows(const row *rows, size_t count, bool (*parse)(tc_slice, tc_ip *))
{
    for (size_t i = 0; i < count; i++) {
        char out[TC_IP_TEXT] = "";
        tc_ip address = {{[7] = 42}};
        bool ok = parse(tc_slice_of(rows[i].text), &address);
        cr_expect_eq(ok, rows[i].want != NULL, "%s", rows[i].text);
        if (!ok) cr_expect_eq(address.bytes[7], 42, "%s changed the result", rows[i].text);
        if (!ok || !rows[i].want) continue;
        cr_expect_str_eq(tc_ip_format(address, out), rows[i].want, "%s: %s", rows[i].text, out);
    }
}

Test(ip, dotted_quads)
{
    static const row rows[] = {
        {"1.2.3.4", "1.2.3.4"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"010.009.08.001", "10.9.8.1"},
        {"1.2.3.4%3", "1.2.3.4"},
        {"0001.2.3.4", NULL},
        {"256.2.3.4", NULL},
        {"1.2.3.999", NULL},
        {"1.2.3", NULL},
        {"1.2.3.4.", NULL},
        {"1.2.3.4.5", NULL},
        {".1.2.3.4", NULL},
        {"1..2.3", NULL},
        {"1.2.3.", NULL},
        {"1.2.3.4 ", NULL},
        {" 1.2.3.4", NULL},
        {"1.2.3.4:25", NULL},
        {"1.2.3.a", NULL},
        {"1.2.3.-4", NULL},
        {"0x1.2.3.4", NULL},
        {"16909060", NULL},
        {"1,2,3,4", NULL},
        {"", NULL},
        {"-", NULL},
    };
    expect_rows(rows, TC_COUNT_OF(rows), tc_ip_parse);
    tc_ip address;
    cr_expect_not(tc_ip_parse(TC_EMPTY_SLICE, &address));
    cr_expect_not(tc_ip_parse(TC_LIT("1.2.3.4\0"), &address));
}

Test(ip, every_octet_is_read_and_written)
{
    for (unsigned n = 0; n < 256; n++) {
        char text[20], out[TC_IP_TEXT];
        int len = snprintf(text, sizeof(text), "%u.%u.%u.%u", n, 255 - n, n, n / 2);
        tc_ip address;
        cr_assert(tc_ip_parse(tc_slice_make(text, (size_t)len), &address), "%s", text);
        cr_assert(tc_ip_is_v4(address));
        cr_assert_eq(address.bytes[12], n);
        cr_assert_eq(address.bytes[15], n / 2);
        cr_assert_str_eq(tc_ip_format(address, out), text);
    }
}

Test(ip, hexadecimal_groups_are_written_as_rfc_5952_says)
{
    static const row rows[] = {
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"2001:DB8::A", "2001:db8::a"},
        {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* 4.2.2: no single group */
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          /* 4.2.3: the longest run */
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    /* 4.2.3: the first of equals */
        {"0:0:1:0:0:0:0:0", "0:0:1::"},
        {"0:0:0:0:0:1:0:0", "::1:0:0"},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"1::8", "1::8"},
        {"1:2:3::6:7:8", "1:2:3::6:7:8"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"10:100:1000::", "10:100:1000::"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
        {"::1.2.3.4", "::102:304"},
        {"1::1.2.3.4", "1::102:304"},
    };
    expect_rows(rows, TC_COUNT_OF(rows), tc_ip_parse);
}

Test(ip, what_is_no_ipv6_address_is_refused)
{
    static const row rows[] = {
        {":", NULL},
        {":::", NULL},
        {"1", NULL},
        {"1:", NULL},
        {":1", NULL},
        {"1::2::3", NULL},
        {"1:::2", NULL},
        {"::1:", NULL},
        {":1::2", NULL},
        {"1:2:3:4:5:6:7", NULL},
        {"1:2:3:4:5:6:7:8:9", NULL},
        {"1:2:3:4:5:6:7:8:", NULL},
        {"1:2:3:4:5:6:7:8::", NULL},
        {"::1:2:3:4:5:6:7:8", NULL},
        {"1:2:3:4::5:6:7:8", NULL},
        {"12345::", NULL},
        {"00001::", NULL},
        {"g::", NULL},
        {"1:2:3:4:5:6:7:1.2.3.4", NULL},
        {"1:2:3:4:5:1.2.3.4", NULL},
        {"::1.2.3.4:5", NULL},
        {"::1.2.3", NULL},
        {"::1.2.3.256", NULL},
        {"1.2.3.4::", NULL},
        {"[::1]", NULL},
        {"::1 ", NULL},
        {"::1/128", NULL},
        {"1234:5678:4321:1010%3", NULL},
        {"123abc:1::", NULL},
    };
    expect_rows(rows, TC_COUNT_OF(rows), tc_ip_parse);
}

Test(ip, mapped_addresses_are_ipv4)
{
    static const row rows[] = {
        {"::ffff:1.2.3.4", "1.2.3.4"},
        {"::FFFF:102:304", "1.2.3.4"},
        {"0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4"},
        {"::ffff:0:1.2.3.4", "::ffff:0:102:304"}, /* translated, RFC 2765: not mapped */
    };
    expect_rows(rows, TC_COUNT_OF(rows), tc_ip_parse);
    cr_expect(tc_ip_equal(ip("::ffff:10.0.0.1"), ip("10.0.0.1")));
    cr_expect(tc_ip_is_v4(ip("::ffff:10.0.0.1")));
    cr_expect_not(tc_ip_is_v4(ip("::10.0.0.1")));
}

Test(ip, zones_are_accepted_and_dropped)
{
    static const row rows[] = {
        {"fe80::1%3", "fe80::1"},
        {"::1%0", "::1"},
        {"fe80::1%eth0.100", "fe80::1"},
        {"fe80::1%", NULL},
        {"fe80::1%3%3", NULL},
        {"fe80::1%a b", NULL},
        {"fe80::1%\x01", NULL},
        {"%3", NULL},
        {"fe80::1%0123456789012345678901234567890123456789012345678901234567890123", "fe80::1"},
        {"fe80::1%01234567890123456789012345678901234567890123456789012345678901234", NULL},
    };
    expect_rows(rows, TC_COUNT_OF(rows), tc_ip_parse);
}

Test(ip, ports_brackets_and_lists_are_taken_apart)
{
    static const row rows[] = {
        {"1.2.3.4", "1.2.3.4"},
        {"1.2.3.4:25", "1.2.3.4"},
        {"1.2.3.4:65535", "1.2.3.4"},
        {"1.2.3.4:65536", NULL},
        {"1.2.3.4:123456", NULL},
        {"1.2.3.4:", NULL},
        {"1.2.3.4:x", NULL},
        {"[::1]:25", "::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"[fe80::1%3]:443", "fe80::1"},
        {"[1.2.3.4]:25", "1.2.3.4"},
        {"[::ffff:1.2.3.4]:25", "1.2.3.4"},
        {"::ffff:1.2.3.4:25", "1.2.3.4"},
        {"2001:db8::1", "2001:db8::1"},
        {"[::1", NULL},
        {"[::1]25", NULL},
        {"[::1]:", NULL},
        {"[]", NULL},
        {"[", NULL},
        {"]", NULL},
        {"1.2.3.4, 5.6.7.8", "1.2.3.4"},
        {"1.2.3.4,+5.6.7.8", "1.2.3.4"},
        {"1.2.3.4,5.6.7.8", "1.2.3.4"},
        {"1.2.3.4  5.6.7.8", "1.2.3.4"},
        {"1.2.3.4:1000,+[::1]:25", "1.2.3.4"},
        {" 1.2.3.4 ", "1.2.3.4"},
        {"\t1.2.3.4", "1.2.3.4"},
        {"unknown, 1.2.3.4", "1.2.3.4"},
        {",,,+ 1.2.3.4", "1.2.3.4"},
        {"1234:5678:4321:1010%3", NULL},
        {"-", NULL},
        {"", NULL},
        {"localhost", NULL},
        {"mail.example.org", NULL},
        {"example.org:25", NULL},
        {",", NULL},
        {"+ ,", NULL},
    };
    expect_rows(rows, TC_COUNT_OF(rows), tc_ip_parse_loose);
    tc_ip address;
    cr_expect_not(tc_ip_parse_loose(TC_EMPTY_SLICE, &address));
}

Test(ip, a_huge_list_is_read_in_one_pass)
{
    static uint8_t text[8 << 20];
    tc_ip address;
    memset(text, ',', sizeof(text));
    cr_expect_not(tc_ip_parse_loose(tc_slice_make(text, sizeof(text)), &address));
    memset(text, '[', sizeof(text));
    cr_expect_not(tc_ip_parse_loose(tc_slice_make(text, sizeof(text)), &address));
    memset(text, '1', sizeof(text));
    cr_expect_not(tc_ip_parse_loose(tc_slice_make(text, sizeof(text)), &address));
    for (size_t i = 0; i + 2 < sizeof(text); i += 2) {
        memcpy(text + i, "[,", 2);
    }
    cr_expect_not(tc_ip_parse_loose(tc_slice_make(text, sizeof(text)), &address));
}

Test(ip, any_address_survives_being_written)
{
    uint64_t state = 7;
    for (int i = 0; i < 200000; i++) {
        tc_ip address, back;
        char out[TC_IP_TEXT];
        for (size_t group = 0; group < 16; group += 2) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            bool zero = state >> 63;
            address.bytes[group] = zero ? 0 : (uint8_t)(state >> 40);
            address.bytes[group + 1] = zero ? 0 : (uint8_t)(state >> 48);
        }
        cr_assert(tc_ip_parse(tc_slice_of(tc_ip_format(address, out)), &back), "%s", out);
        cr_assert(tc_ip_equal(back, address), "%s", out);
        cr_assert_null(strstr(out, ":::"), "%s", out);
    }
}

Test(ip, order_is_that_of_the_bytes)
{
    static const char *const sorted[] = {"::",        "::1", "1.2.3.4", "1.2.3.5",
                                         "200.0.0.0", "1::", "ff00::"};
    for (size_t i = 0; i < TC_COUNT_OF(sorted); i++) {
        for (size_t j = 0; j < TC_COUNT_OF(sorted); j++) {
            tc_ip a = ip(sorted[i]);
            tc_ip b = ip(sorted[j]);
            cr_expect_eq(tc_ip_compare(a, b), (i > j) - (i < j), "%s %s", sorted[i], sorted[j]);
            cr_expect_eq(tc_ip_equal(a, b), i == j);
        }
    }
    cr_expect(tc_ip_is_zero(ip("::")));
    cr_expect_not(tc_ip_is_zero(ip("0.0.0.0")));
    cr_expect_not(tc_ip_is_zero(ip("::1")));
    cr_expect_not(tc_ip_is_zero(ip("8000::")));
}

Test(ip, networks_are_read_and_host_bits_reported)
{
    const struct {
        const char *text;
        const char *want; /* NULL: refused */
        bool host_bits;
    } rows[] = {
        {"10.0.0.0/8", "10.0.0.0/8", false},
        {"10.1.2.3/8", "10.0.0.0/8", true},
        {"10.0.0.1/31", "10.0.0.0/31", true},
        {"10.0.0.1/32", "10.0.0.1/32", false},
        {"10.0.0.1", "10.0.0.1/32", false},
        {"0.0.0.0/0", "0.0.0.0/0", false},
        {"128.0.0.0/0", "0.0.0.0/0", true},
        {"172.16.0.0/12", "172.16.0.0/12", false},
        {"172.31.0.0/12", "172.16.0.0/12", true},
        {"2001:db8::/32", "2001:db8::/32", false},
        {"2001:db8::1/32", "2001:db8::/32", true},
        {"2001:db8:8000::/33", "2001:db8:8000::/33", false},
        {"::1", "::1/128", false},
        {"::/0", "::/0", false},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", false},
        {"::ffff:10.0.0.0/104", "10.0.0.0/8", false},
        {"::ffff:0:0/96", "0.0.0.0/0", false},
        {"::ffff:0:0/95", "::fffe:0:0/95", true},
        {"10.0.0.0/33", NULL, false},
        {"::/129", NULL, false},
        {"10.0.0.0/", NULL, false},
        {"10.0.0.0/-1", NULL, false},
        {"10.0.0.0/+8", NULL, false},
        {"10.0.0.0/0008", NULL, false},
        {"10.0.0.0/8/8", NULL, false},
        {"10.0.0.0/255.0.0.0", NULL, false},
        {"10.0.0/8", NULL, false},
        {"/8", NULL, false},
        {" 10.0.0.0/8", NULL, false},
        {"10.0.0.0 /8", NULL, false},
        {"", NULL, false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char out[TC_IP_TEXT];
        tc_cidr network;
        bool host_bits = !rows[i].host_bits;
        bool ok = tc_cidr_parse(tc_slice_of(rows[i].text), &network, &host_bits);
        cr_expect_eq(ok, rows[i].want != NULL, "%s", rows[i].text);
        if (!ok || !rows[i].want) continue;
        cr_expect_eq(host_bits, rows[i].host_bits, "%s", rows[i].text);
        cr_expect_str_eq(tc_cidr_format(network, out), rows[i].want, "%s: %s", rows[i].text, out);
    }
    tc_cidr network;
    cr_expect_not(tc_cidr_parse(TC_EMPTY_SLICE, &network, NULL));
}

Test(ip, networks_hold_their_addresses_and_no_others)
{
    const struct {
        const char *network, *address;
        bool want;
    } rows[] = {
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "::ffff:10.1.2.3", true},
        {"10.0.0.0/8", "a00::", false},
        {"172.16.0.0/12", "172.15.255.255", false},
        {"172.16.0.0/12", "172.31.255.255", true},
        {"172.16.0.0/12", "172.32.0.0", false},
        {"10.0.0.1/32", "10.0.0.1", true},
        {"10.0.0.1/32", "10.0.0.0", false},
        {"0.0.0.0/0", "255.1.2.3", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "1.2.3.4", false},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"fe80::/10", "febf::1", true},
        {"fe80::/10", "fec0::1", false},
        {"::1/128", "::1", true},
        {"::1/128", "::", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_eq(tc_cidr_contains(cidr(rows[i].network), ip(rows[i].address)), rows[i].want,
                     "%s in %s", rows[i].address, rows[i].network);
    }
}

Test(ip, a_site_is_the_24_or_48_around_an_address)
{
    static const row rows[] = {
        {"10.1.2.3", "10.1.2.0/24"},
        {"::ffff:10.1.2.3", "10.1.2.0/24"},
        {"2001:db8:1:2::3", "2001:db8:1::/48"},
        {"::1", "::/48"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char out[TC_IP_TEXT];
        tc_cidr site = tc_ip_site(ip(rows[i].text));
        cr_expect_str_eq(tc_cidr_format(site, out), rows[i].want, "%s: %s", rows[i].text, out);
        cr_expect(tc_cidr_contains(site, ip(rows[i].text)));
    }
}

Test(ip, private_ranges_end_where_the_rfcs_say)
{
    const struct {
        const char *address;
        bool want;
    } rows[] = {
        {"9.255.255.255", false},
        {"10.0.0.0", true},
        {"10.255.255.255", true},
        {"11.0.0.0", false},
        {"172.15.255.255", false},
        {"172.16.0.0", true},
        {"172.31.255.255", true},
        {"172.32.0.0", false},
        {"192.167.255.255", false},
        {"192.168.0.0", true},
        {"192.168.255.255", true},
        {"192.169.0.0", false},
        {"169.253.255.255", false},
        {"169.254.0.0", true},
        {"169.255.0.0", false},
        {"100.63.255.255", false},
        {"100.64.0.0", true},
        {"100.127.255.255", true},
        {"100.128.0.0", false},
        {"126.255.255.255", false},
        {"127.0.0.0", true},
        {"127.255.255.255", true},
        {"128.0.0.0", false},
        {"0.0.0.0", true},
        {"0.0.0.1", false},
        {"8.8.8.8", false},
        {"::ffff:10.0.0.1", true},
        {"::", true},
        {"::1", true},
        {"::2", false},
        {"fbff::", false},
        {"fc00::", true},
        {"fdff::1", true},
        {"fe00::", false},
        {"fe7f::", false},
        {"fe80::1", true},
        {"febf::", true},
        {"fec0::", false},
        {"2001:db8::1", false},
        {"::10.0.0.1", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_eq(tc_ip_is_private(ip(rows[i].address)), rows[i].want, "%s", rows[i].address);
    }
    cr_expect(tc_ip_is_loopback(ip("127.0.0.1")) && tc_ip_is_loopback(ip("::1")));
    cr_expect(tc_ip_is_loopback(ip("::ffff:127.9.9.9")));
    cr_expect_not(tc_ip_is_loopback(ip("126.0.0.1")) || tc_ip_is_loopback(ip("::")));
    cr_expect_not(tc_ip_is_loopback(ip("10.0.0.1")) || tc_ip_is_loopback(ip("::2")));
}
