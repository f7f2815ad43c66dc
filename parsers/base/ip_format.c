#include "parsers/base/ip.h"

static char *put_decimal(char *out, unsigned n)
{
    if (n >= 100) *out++ = (char)('0' + n / 100);
    if (n >= 10) *out++ = (char)('0' + n / 10 % 10);
    *out++ = (char)('0' + n % 10);
    return out;
}

static char *put_v4(char *out, const uint8_t *bytes)
{
    for (int i = 0; i < 4; i++) {
        if (i) *out++ = '.';
        out = put_decimal(out, bytes[i]);
    }
    return out;
}

static char *put_group(char *out, unsigned group)
{
    int shift = 12;
    while (shift > 0 && group >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        *out++ = "0123456789abcdef"[group >> shift & 15];
    }
    return out;
}

/* RFC 5952 4.2: the longest run of two or more zero groups, the first of equals, becomes "::". */
static char *put_v6(char *out, const uint8_t *bytes)
{
    unsigned groups[8];
    int from = 8;
    int longest = 1;
    int run = 0;
    for (int i = 0; i < 8; i++) {
        groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
        run = groups[i] ? 0 : run + 1;
        if (run > longest) {
            longest = run;
            from = i + 1 - run;
        }
    }
    for (int i = 0; i < 8; i++) {
        if (i == from) {
            *out++ = ':';
            *out++ = ':';
            i += longest - 1;
            continue;
        }
        out = put_group(out, groups[i]);
        if (i < 7 && i + 1 != from) *out++ = ':';
    }
    return out;
}

const char *tc_ip_format(tc_ip ip, char out[TC_IP_TEXT])
{
    *(tc_ip_is_v4(ip) ? put_v4(out, ip.bytes + 12) : put_v6(out, ip.bytes)) = '\0';
    return out;
}

const char *tc_cidr_format(tc_cidr cidr, char out[TC_IP_TEXT])
{
    bool v4 = cidr.bits >= 96 && tc_ip_is_v4(cidr.network);
    char *end = v4 ? put_v4(out, cidr.network.bytes + 12) : put_v6(out, cidr.network.bytes);
    *end++ = '/';
    end = put_decimal(end, v4 ? cidr.bits - 96U : cidr.bits);
    *end = '\0';
    return out;
}
