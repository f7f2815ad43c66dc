#include "parsers/packet/http_secret.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

static bool is_secret(tc_slice name)
{
    static const char *const parts[] = {"pass", "pwd", "token", "secret", "credential"};
    static const char *const names[] = {
        "pw",  "psw",    "pin",           "otp",       "code",      "assertion", "samlresponse",
        "sig", "auth",   "authorization", "signature", "apikey",    "api_key",   "wresult",
        "jwt", "ticket", "cadata",        "sessionid", "x-rps-cat", "canary",    "x-owa-canary"};
    char plain[256];
    tc_form_text(name, plain, sizeof plain);
    name = tc_slice_trim(tc_slice_of(plain));
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++)
        if (tc_slice_search_ascii(name, tc_slice_of(parts[i])) != TC_NPOS) return true;
    return tc_slice_is_one_of(name, names, TC_COUNT_OF(names));
}

/* What stands between two '&', up to the first secret. What is behind a ';' may be more of it. */
static tc_slice without_secret(tc_slice part)
{
    size_t at = 0;
    while (at < part.len) {
        tc_slice rest = tc_octets_from(part, at);
        size_t end = tc_slice_find(rest, ';');
        tc_slice one = tc_slice_sub(rest, 0, end);
        size_t equals = tc_slice_find(one, '=');
        if (equals != TC_NPOS && is_secret(tc_slice_sub(one, 0, equals)))
            return tc_slice_sub(part, 0, at + equals + 1);
        at += one.len + 1;
    }
    return part;
}

void tc_http_copy_query(tc_slice query, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    while (query.ptr != NULL && n + 1 < size) {
        tc_slice part = without_secret(tc_slice_split(query, '&', &query));
        tc_copy_text(out + n, size - n, part);
        n += TC_MIN(part.len, size - 1 - n);
        if (query.ptr == NULL || n + 1 >= size) break;
        out[n++] = '&';
        out[n] = '\0';
    }
}

/* "https://user:password@" without what is in front of the '@' (RFC 3986, 3.2.1); *rest begins
 * with the host. An address without a host has none. */
static tc_slice split_scheme(tc_slice page, tc_slice *rest)
{
    *rest = page;
    size_t slashes = tc_slice_search(page, TC_LIT("//"));
    if (slashes == TC_NPOS) return TC_EMPTY_SLICE;
    tc_slice scheme = tc_slice_sub(page, 0, slashes + 2);
    *rest = tc_octets_from(page, scheme.len);
    size_t path = tc_slice_find(*rest, '/');
    size_t at = tc_slice_rfind(tc_slice_sub(*rest, 0, path), '@');
    if (at != TC_NPOS) *rest = tc_octets_from(*rest, at + 1);
    return scheme;
}

void tc_http_copy_address(tc_slice address, char *out, size_t size)
{
    tc_slice fragment, query, rest;
    tc_slice page = tc_slice_split(tc_slice_split(address, '#', &fragment), '?', &query);
    tc_slice scheme = split_scheme(page, &rest);
    tc_copy_text(out, size, scheme);
    size_t n = strlen(out);
    tc_copy_text(out + n, size - n, rest);
    n = strlen(out);
    if (query.len == 0 || n + 2 > size) return;
    out[n++] = '?';
    tc_http_copy_query(query, out + n, size - n);
}
