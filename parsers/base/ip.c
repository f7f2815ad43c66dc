#include "parsers/base/ip.h"

enum { V4_BITS = 96, MAX_PORT = 65535, LONGEST_ZONE = 64 };

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

/* One to three digits, at most 255; returns what follows them, NULL if there is no such number. */
static inline const uint8_t *read_octet(const uint8_t *at, const uint8_t *end, uint8_t *ret)
{
    const uint8_t *last = end - at > 3 ? at + 3 : end;
    const uint8_t *first = at;
    unsigned n = 0;
    for (unsigned digit; at != last && (digit = *at - (unsigned)'0') < 10; at++) {
        n = n * 10 + digit;
    }
    *ret = (uint8_t)n;
    return at == first || n > 255 ? NULL : at;
}

/* A dotted quad; returns what follows it, NULL if there is none. */
static const uint8_t *read_v4(const uint8_t *at, const uint8_t *end, uint8_t out[4])
{
    for (int part = 0; part < 3; part++) {
        at = read_octet(at, end, out + part);
        if (!at || at == end || *at++ != '.') return NULL;
    }
    return read_octet(at, end, out + 3);
}

static int hex_value(uint8_t byte)
{
    if ((uint8_t)(byte - '0') < 10) return byte - '0';
    uint8_t small = byte | 0x20;
    return (uint8_t)(small - 'a') < 6 ? small - 'a' + 10 : -1;
}

/* One to four hexadecimal digits; returns what follows them, NULL if there is no such group. */
static const uint8_t *read_group(const uint8_t *at, const uint8_t *end, uint8_t out[2])
{
    unsigned n = 0;
    int digits = 0;
    for (int value; at != end && (value = hex_value(*at)) >= 0; at++) {
        if (++digits > 4) return NULL;
        n = n << 4 | (unsigned)value;
    }
    out[0] = (uint8_t)(n >> 8);
    out[1] = (uint8_t)n;
    return digits ? at : NULL;
}

/* RFC 4291 2.2. `gap` is where "::" stands; it stands for at least one group. */
static bool read_v6(const uint8_t *at, const uint8_t *end, uint8_t out[16])
{
    uint8_t bytes[16];
    size_t len = 0;
    size_t gap = SIZE_MAX;
    if (end - at < 2) return false;
    bool dotted = memchr(at, '.', (size_t)(end - at)) != NULL;
    if (at[0] == ':') {
        if (at[1] != ':') return false;
        at += 2;
        gap = 0;
    }
    while (at != end) {
        if (dotted && len <= 12 && read_v4(at, end, bytes + len) == end) {
            len += 4;
            break;
        }
        if (len == 16) return false;
        at = read_group(at, end, bytes + len);
        if (!at) return false;
        len += 2;
        if (at == end) break;
        if (*at++ != ':' || at == end) return false;
        if (*at == ':') {
            if (gap != SIZE_MAX) return false;
            gap = len;
            at++;
        }
    }
    if (gap == SIZE_MAX ? len != 16 : len > 14) return false;
    gap = TC_MIN(gap, len);
    memset(out, 0, 16);
    memcpy(out, bytes, gap);
    memcpy(out + 16 - (len - gap), bytes + gap, len - gap);
    return true;
}

/* A zone is a number or the name of an interface (RFC 4007 11.2, RFC 6874). */
static bool is_zone(const uint8_t *at, const uint8_t *end)
{
    if (at == end || end - at > LONGEST_ZONE) return false;
    for (; at != end; at++) {
        bool letter = (uint8_t)((*at | 0x20) - 'a') < 26 || (uint8_t)(*at - '0') < 10;
        if (!letter && *at != '-' && *at != '.' && *at != '_' && *at != '~') return false;
    }
    return true;
}

bool tc_ip_parse(tc_slice s, tc_ip *ret)
{
    /* The longest address is full IPv6 with a dotted tail: 45 bytes. */
    if (s.len < 2 || s.len > 46 + LONGEST_ZONE) return false;
    const uint8_t *end = s.ptr + s.len;
    tc_ip ip;
    if (read_v4(s.ptr, end, ip.bytes + 12) == end) {
        memcpy(ip.bytes, v4_prefix, sizeof(v4_prefix));
        *ret = ip;
        return true;
    }
    const uint8_t *zone = memchr(s.ptr, '%', s.len);
    if (zone) {
        return is_zone(zone + 1, end) &&
               tc_ip_parse((tc_slice){s.ptr, (size_t)(zone - s.ptr)}, ret);
    }
    if (!read_v6(s.ptr, end, ip.bytes)) return false;
    *ret = ip;
    return true;
}

static bool is_port(tc_slice s)
{
    uint64_t port;
    return s.len <= 5 && tc_slice_to_u64(s, &port) && port <= MAX_PORT;
}

/* "[address]" or "[address]:port". */
static bool read_bracketed(tc_slice s, tc_ip *ret)
{
    size_t close = tc_slice_find(s, ']');
    if (close == TC_NPOS || close < 1) return false;
    tc_slice tail = tc_slice_sub(s, close + 1, SIZE_MAX);
    if (tail.len && (tail.ptr[0] != ':' || !is_port(tc_slice_sub(tail, 1, SIZE_MAX)))) return false;
    return tc_ip_parse(tc_slice_sub(s, 1, close - 1), ret);
}

static bool read_token(tc_slice s, tc_ip *ret)
{
    if (s.len && s.ptr[0] == '[') return read_bracketed(s, ret);
    /* Only behind a dotted quad is a colon surely that of a port. */
    size_t colon = tc_slice_rfind(s, ':');
    if (colon != TC_NPOS && is_port(tc_slice_sub(s, colon + 1, SIZE_MAX))) {
        tc_slice address = tc_slice_sub(s, 0, colon);
        if (tc_slice_find(address, '.') != TC_NPOS && tc_ip_parse(address, ret)) return true;
    }
    return tc_ip_parse(s, ret);
}

static bool is_separator(uint8_t byte)
{
    return byte == ' ' || byte == ',' || byte == '+' || byte == '\t';
}

bool tc_ip_parse_loose(tc_slice s, tc_ip *ret)
{
    if (read_token(s, ret)) return true;
    for (size_t at = 0; at < s.len;) {
        size_t end = at;
        while (end < s.len && !is_separator(s.ptr[end])) {
            end++;
        }
        if (read_token(tc_slice_sub(s, at, end - at), ret)) return true;
        at = end + 1;
    }
    return false;
}

bool tc_ip_is_v4(tc_ip ip)
{
    return memcmp(ip.bytes, v4_prefix, sizeof(v4_prefix)) == 0;
}

bool tc_ip_equal(tc_ip a, tc_ip b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

int tc_ip_compare(tc_ip a, tc_ip b)
{
    int order = memcmp(a.bytes, b.bytes, sizeof(a.bytes));
    return (order > 0) - (order < 0);
}

bool tc_ip_is_zero(tc_ip ip)
{
    return tc_ip_equal(ip, (tc_ip){{0}});
}

/* Clears the bits beyond the prefix; says whether one was set. */
static bool clear_host(tc_ip *ip, unsigned bits)
{
    bool found = false;
    for (unsigned i = bits / 8; i < 16; i++) {
        unsigned keep = i == bits / 8 ? 0xFF00U >> bits % 8 & 0xFF : 0;
        found |= (ip->bytes[i] & ~keep) != 0;
        ip->bytes[i] = (uint8_t)(ip->bytes[i] & keep);
    }
    return found;
}

bool tc_cidr_parse(tc_slice s, tc_cidr *ret, bool *ret_host_bits)
{
    tc_slice length;
    tc_slice address = tc_slice_split(s, '/', &length);
    tc_cidr cidr;
    uint64_t bits = 128;
    if (!tc_ip_parse(address, &cidr.network)) return false;
    if (length.ptr) {
        /* An address written with colons counts all 128 bits, even a mapped one. */
        bool dotted = tc_slice_find(address, ':') == TC_NPOS;
        if (length.len > 3 || !tc_slice_to_u64(length, &bits)) return false;
        if (bits > (dotted ? 32 : 128)) return false;
        if (dotted) bits += V4_BITS;
    }
    cidr.bits = (uint8_t)bits;
    bool host_bits = clear_host(&cidr.network, cidr.bits);
    if (ret_host_bits) *ret_host_bits = host_bits;
    *ret = cidr;
    return true;
}

bool tc_cidr_contains(tc_cidr cidr, tc_ip ip)
{
    if (cidr.bits < V4_BITS && tc_ip_is_v4(ip)) return false;
    unsigned whole = cidr.bits / 8;
    if (memcmp(cidr.network.bytes, ip.bytes, whole) != 0) return false;
    unsigned left = cidr.bits % 8;
    return left == 0 || (cidr.network.bytes[whole] ^ ip.bytes[whole]) >> (8 - left) == 0;
}

tc_cidr tc_ip_site(tc_ip ip)
{
    tc_cidr site = {ip, tc_ip_is_v4(ip) ? V4_BITS + 24 : 48};
    clear_host(&site.network, site.bits);
    return site;
}

bool tc_ip_is_loopback(tc_ip ip)
{
    if (tc_ip_is_v4(ip)) return ip.bytes[12] == 127;
    return tc_ip_equal(ip, (tc_ip){{[15] = 1}});
}

bool tc_ip_is_shared(tc_ip ip)
{
    return tc_ip_is_v4(ip) && ip.bytes[12] == 100 && (ip.bytes[13] & 0xC0) == 64;
}

bool tc_ip_is_private(tc_ip ip)
{
    if (tc_ip_is_loopback(ip)) return true;
    if (!tc_ip_is_v4(ip)) {
        return (ip.bytes[0] & 0xFE) == 0xFC ||                          /* RFC 4193 */
               (ip.bytes[0] == 0xFE && (ip.bytes[1] & 0xC0) == 0x80) || /* RFC 4291 2.5.6 */
               tc_ip_is_zero(ip);
    }
    const uint8_t *v4 = ip.bytes + 12;
    return v4[0] == 10 || (v4[0] == 172 && (v4[1] & 0xF0) == 16) ||            /* RFC 1918 */
           (v4[0] == 192 && v4[1] == 168) || (v4[0] == 169 && v4[1] == 254) || /* RFC 3927 */
           tc_ip_is_shared(ip) ||                                              /* RFC 6598 */
           (v4[0] | v4[1] | v4[2] | v4[3]) == 0;
}

bool tc_ip_is_for(tc_slice *token)
{
    tc_slice node, name = tc_slice_split(*token, '=', &node);
    if (node.ptr == NULL) return true;
    if (!tc_slice_equal_ascii(tc_slice_trim(name), TC_LIT("for"))) return false;
    node = tc_slice_trim(node);
    bool quoted = node.len > 1 && node.ptr[0] == '"' && node.ptr[node.len - 1] == '"';
    *token = quoted ? tc_slice_sub(node, 1, node.len - 2) : node;
    return true;
}
