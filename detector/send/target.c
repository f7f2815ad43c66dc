#include "detector/send/target.h"

static const struct scheme {
    const char *name;
    const tc_transport *transport;
} schemes[] = {
    {"udp", &tc_transport_udp},           {"tcp", &tc_transport_tcp},
    {"tls", &tc_transport_tls},           {"unix", &tc_transport_unix},
    {"journald", &tc_transport_journald}, {"file", &tc_transport_file},
    {"https", &tc_transport_webhook},     {"http", &tc_transport_webhook},
    {"hook", &tc_transport_hook},
};

static TC_STATUS refuse(tc_slice text, const char *why, tc_error *reterr)
{
    return tc_fail(reterr, TC_ESYNTAX, "target '%.*s': %s", (int)TC_MIN(text.len, (size_t)200),
                   (const char *)text.ptr, why);
}

static const tc_transport *transport_of(tc_slice scheme)
{
    if (tc_slice_starts_ascii(scheme, TC_LIT("syslog+")))
        scheme = tc_slice_sub(scheme, 7, scheme.len);
    for (size_t i = 0; i < TC_COUNT_OF(schemes); i++)
        if (tc_slice_equal_ascii(scheme, tc_slice_of(schemes[i].name))) return schemes[i].transport;
    return NULL;
}

/* "host", "host:port", "[::1]:port"; what stands behind is empty or refused by the caller. */
static bool split_host(tc_slice text, tc_target *target)
{
    tc_slice port = TC_EMPTY_SLICE;
    uint64_t number = target->transport->port;
    if (tc_slice_starts(text, TC_LIT("["))) {
        size_t end = tc_slice_find(text, ']');
        if (end == TC_NPOS) return false;
        target->host = tc_slice_sub(text, 1, end - 1);
        text = tc_slice_sub(text, end + 1, text.len);
        if (text.len > 0 && text.ptr[0] != ':') return false;
        port = tc_slice_sub(text, 1, text.len);
        if (text.len == 1) return false;
    } else {
        size_t colon = tc_slice_find(text, ':');
        target->host = tc_slice_sub(text, 0, colon);
        if (colon != TC_NPOS) {
            port = tc_slice_sub(text, colon + 1, text.len);
            if (port.len == 0) return false;
        }
    }
    if (port.len && (!tc_slice_to_u64(port, &number) || number > 65535)) return false;
    target->port = (uint16_t)number;
    return target->host.len > 0 && number > 0;
}

static TC_STATUS parse_host(tc_slice text, tc_slice rest, tc_target *target, tc_error *reterr)
{
    tc_slice behind;
    tc_slice authority = tc_slice_split(rest, '/', &behind);
    if (target->transport == &tc_transport_webhook) {
        size_t query = TC_MIN(tc_slice_find(authority, '?'), tc_slice_find(authority, '#'));
        authority = tc_slice_sub(authority, 0, query);
        target->path = text;
    } else if (behind.len > 0) {
        return refuse(text, "there is no path behind this host", reterr);
    }
    if (tc_slice_find(authority, '@') != TC_NPOS)
        return refuse(text, "names and passwords do not stand in a target (bearer: file:PATH)",
                      reterr);
    if (!split_host(authority, target))
        return refuse(text, "no host, or no port from 1 to 65535, behind '//'", reterr);
    return TC_SUCCESS;
}

TC_STATUS tc_target_parse(tc_slice text, tc_target *ret, tc_error *reterr)
{
    size_t colon = tc_slice_find(text, ':');
    tc_slice scheme = tc_slice_sub(text, 0, colon == TC_NPOS ? 0 : colon);
    *ret = (tc_target){.transport = transport_of(scheme)};
    if (ret->transport == NULL)
        return refuse(text,
                      "begins with none of udp, tcp, tls, unix, journald, file, https, http, hook",
                      reterr);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= 32 || text.ptr[i] >= 127)
            return refuse(text, "has a blank or a character beyond ASCII", reterr);
    tc_slice rest = tc_slice_sub(text, colon + 1, text.len);
    /* The journal has one place; another one is for tests. */
    if (ret->transport == &tc_transport_journald && rest.len == 0) return TC_SUCCESS;
    if (!tc_slice_starts(rest, TC_LIT("//"))) return refuse(text, "'//' is missing", reterr);
    rest = tc_slice_sub(rest, 2, rest.len);
    if (ret->transport->port != 0) return parse_host(text, rest, ret, reterr);
    if (!tc_slice_starts(rest, TC_LIT("/")))
        return refuse(text, "a path begins with '/' (file:///var/log/...)", reterr);
    ret->path = rest;
    return TC_SUCCESS;
}
