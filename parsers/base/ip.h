/*
 * ip: IPv4 and IPv6 addresses and networks as values.
 *
 * An address is 16 bytes, IPv4 in its mapped form ::ffff:a.b.c.d, so that the two spellings of one
 * address are equal; a written mapped address becomes IPv4. Zones (fe80::1%3) are accepted and
 * dropped. Ports, brackets and lists, as logs write them, are taken apart by tc_ip_parse_loose
 * only.
 */
#ifndef TC_BASE_IP_H
#define TC_BASE_IP_H

#include "parsers/base/slice.h"

typedef struct tc_ip {
    uint8_t bytes[16];
} tc_ip;

typedef struct tc_cidr {
    tc_ip network;
    uint8_t bits; /* of 128; an IPv4 /24 is 120 */
} tc_cidr;

/* Exactly one address (RFC 4291 2.2 or dotted quad without leading zeros beyond three digits), with
 * an optional %zone. */
bool tc_ip_parse(tc_slice s, tc_ip *ret) TC_MUST_USE;
/* The first address in the forms that logs write: "1.2.3.4:port", "[v6]:port", a list separated
 * by commas, '+' or blanks, IPv4-mapped, zones. False for "-", empty, names. */
bool tc_ip_parse_loose(tc_slice s, tc_ip *ret) TC_MUST_USE;
/* What stands between separators in a list of whom a request was forwarded for. True if it says for
 * whom, and *token is that address then, in whatever form; false if it is another pair of Forwarded
 * (RFC 7239: by=, proto=, host=). */
bool tc_ip_is_for(tc_slice *token) TC_MUST_USE;
bool tc_ip_is_v4(tc_ip ip);
bool tc_ip_equal(tc_ip a, tc_ip b);
int tc_ip_compare(tc_ip a, tc_ip b);
bool tc_ip_is_zero(tc_ip ip); /* all zero bytes: the "no address" value */

#define TC_IP_TEXT 48
/* RFC 5952 text, NUL-terminated; returns out. */
const char *tc_ip_format(tc_ip ip, char out[TC_IP_TEXT]);

/* "10.0.0.0/8", "2001:db8::/32" or a bare address (full length). *ret_host_bits (may be NULL) says
 * whether bits beyond the prefix were set; they are cleared in *ret. */
bool tc_cidr_parse(tc_slice s, tc_cidr *ret, bool *ret_host_bits) TC_MUST_USE;
/* An IPv6 network shorter than /96 holds no IPv4 address: "::/0" is all of IPv6 only. */
bool tc_cidr_contains(tc_cidr cidr, tc_ip ip);
/* The /24 (IPv4) or /48 (IPv6) that the address lies in, and its text "a.b.c.0/24". */
tc_cidr tc_ip_site(tc_ip ip);
const char *tc_cidr_format(tc_cidr cidr, char out[TC_IP_TEXT]);

/* RFC 1918, RFC 4193, link-local, loopback, RFC 6598 shared space and unspecified. */
bool tc_ip_is_private(tc_ip ip);
/* RFC 6598, 100.64.0.0/10: between a provider and its customers, or own carriers' equipment. */
bool tc_ip_is_shared(tc_ip ip);
bool tc_ip_is_loopback(tc_ip ip);

#endif
