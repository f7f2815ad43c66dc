#include "parsers/packet/http_who.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

static bool is_named(tc_slice name, const char *wanted)
{
    return tc_slice_equal_ascii(name, tc_slice_of(wanted));
}

/* -- Authorization -------------------------------------------------------------------------- */

static void read_basic(tc_slice value, tc_http_request *r)
{
    uint8_t plain[512];
    tc_slice rest, both = tc_slice_make(plain, tc_base64(value, plain, sizeof plain));
    tc_slice user = tc_slice_split(both, ':', &rest);
    if (rest.ptr) tc_copy_text(r->user, sizeof r->user, user);
    memset(plain, 0, sizeof plain);
}

static void read_ntlm(tc_slice value, tc_http_request *r)
{
    uint8_t message[4096];
    size_t length = tc_base64(value, message, sizeof message);
    tc_slice ntlm = tc_ntlm_find(tc_slice_make(message, length));
    (void)tc_ntlm_user(ntlm, r->user, sizeof r->user, NULL, 0);
}

static void read_digest(tc_slice value, tc_http_request *r)
{
    tc_slice rest;
    size_t at = tc_slice_search_ascii(value, TC_LIT("username=\""));
    if (at == TC_NPOS) return;
    tc_slice name = tc_octets_from(value, at + 10);
    tc_copy_text(r->user, sizeof r->user, tc_slice_split(name, '"', &rest));
}

/* What some leave out, and then all of the value is the secret. */
static bool is_scheme(tc_slice scheme)
{
    static const char *const known[] = {
        "Basic", "Digest", "NTLM",        "Negotiate",     "Kerberos", "Bearer", "PoP", "DPoP",
        "OAuth", "HOBA",   "SCRAM-SHA-1", "SCRAM-SHA-256", "Mutual",   "vapid",  "WRAP"};
    return tc_slice_is_one_of(scheme, known, TC_COUNT_OF(known));
}

void tc_http_read_authorization(tc_slice value, tc_http_request *r)
{
    size_t end = 0;
    while (end < value.len && value.ptr[end] > ' ')
        end++;
    tc_slice scheme = tc_slice_sub(value, 0, end), rest = tc_slice_trim(tc_octets_from(value, end));
    if (!is_scheme(scheme)) return;
    tc_copy_text(r->scheme, sizeof r->scheme, scheme);
    if (is_named(scheme, "Basic")) read_basic(rest, r);
    if (is_named(scheme, "NTLM") || is_named(scheme, "Negotiate")) read_ntlm(rest, r);
    if (is_named(scheme, "Digest")) read_digest(rest, r);
}

/* -- cookies and forms ---------------------------------------------------------------------- */

void tc_http_read_session(tc_slice cookies, tc_http_session *session)
{
    while (cookies.ptr != NULL) {
        tc_slice value, one = tc_slice_trim(tc_slice_split(cookies, ';', &cookies));
        tc_slice name = tc_slice_split(one, '=', &value);
        bool firm = is_named(name, "cadata");
        if (value.len == 0 || (!firm && !is_named(name, "sessionid"))) continue;
        if (session->hash != 0 && (session->firm || !firm)) continue;
        *session = (tc_http_session){.hash = tc_content_hash(value) | 1, .firm = firm};
    }
}

void tc_http_read_form(tc_slice form, tc_http_request *request)
{
    while (form.ptr != NULL) {
        char field[32];
        tc_slice value, one = tc_slice_split(form, '&', &form);
        tc_form_text(tc_slice_split(one, '=', &value), field, sizeof field);
        if (!is_named(tc_slice_of(field), "username")) continue;
        tc_form_text(value, request->user, sizeof request->user);
        return;
    }
}
