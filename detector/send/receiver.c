#include "detector/send/receiver.h"

#include "detector/send/hook.h"
#include "detector/send/secret.h"
#include "detector/send/target.h"
#include "parsers/base/alloc.h"

#include <unistd.h>

#define OWNED_MAX ((size_t)256 << 10)
#define NAME_MAX_BYTES 64
#define WHOLE_MAX 160
#define SIZE_LEAST 480 /* what every receiver takes (RFC 5424 6.1) */
#define SIZE_MOST (1u << 20)
#define TIMEOUT_USUAL_MS 20000
#define TIMEOUT_LEAST_MS 1000
#define TIMEOUT_MOST_MS 300000
#define FACILITY_MOST 23
#define ENTERPRISE_OF_DOCUMENTS 32473

/* What is read best where a target is not a place in a network, whatever the profile is. */
static const struct way {
    const tc_transport *transport;
    tc_form form;
    tc_header header;
    uint32_t size_max;
    bool ungated;
} ways[] = {
    {&tc_transport_unix, TC_FORM_LOCAL, TC_HEADER_LOCAL, 8000, false},
    {&tc_transport_journald, TC_FORM_LOCAL, TC_HEADER_NONE, 48 << 10, false},
    {&tc_transport_file, TC_FORM_JSON, TC_HEADER_NONE, SIZE_MOST, true},
    {&tc_transport_webhook, TC_FORM_JSON, TC_HEADER_NONE, SIZE_MOST, false},
    {&tc_transport_hook, TC_FORM_JSON, TC_HEADER_NONE, SIZE_MOST, false},
};

static TC_STATUS refuse(const tc_receiver_settings *s, const char *what, tc_error *reterr)
{
    return tc_fail(reterr, TC_ESYNTAX, "receiver '%.64s': %s", s->name, what);
}

/* -- the parts ------------------------------------------------------------------------------ */

static TC_STATUS check_name(const tc_receiver_settings *s, tc_error *reterr)
{
    if (s->name == NULL || s->name[0] == 0)
        return tc_fail(reterr, TC_ESYNTAX, "a receiver has no name");
    for (const char *c = s->name; *c; c++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", *c) ==
                NULL ||
            c - s->name >= NAME_MAX_BYTES)
            return refuse(s, "a name is 1 to 64 letters, digits, '_', '.' or '-'", reterr);
    if (s->target == NULL) return refuse(s, "it has no target", reterr);
    return TC_SUCCESS;
}

/* A copy that lives as long as the receiver; NULL of NULL, and noted without memory. */
static const char *keep(tc_receiver *r, const char *text, bool *failed)
{
    if (text == NULL) return NULL;
    char *copy = tc_arena_cstr(r->owned, tc_slice_of(text));
    if (copy == NULL) *failed = true;
    return copy;
}

static TC_STATUS keep_texts(tc_receiver *r, const tc_receiver_settings *s,
                            const tc_receiver_site *site, tc_error *reterr)
{
    bool failed = false;
    r->name = keep(r, s->name, &failed);
    r->target = keep(r, s->target, &failed);
    r->whole = keep(r, s->whole ? s->whole : "", &failed);
    r->ca_file = keep(r, s->ca_file, &failed);
    r->certificate_file = keep(r, s->certificate_file, &failed);
    r->key_file = keep(r, s->key_file, &failed);
    r->tls_name = keep(r, s->tls_name, &failed);
    r->escalate_to = keep(r, s->escalate_to, &failed);
    r->own_host = keep(r, site->host ? site->host : "", &failed);
    r->version = keep(r, site->version ? site->version : "", &failed);
    return failed ? tc_fail(reterr, TC_ENOMEM, "out of memory") : TC_SUCCESS;
}

/* It stands in every form without an escape. */
static TC_STATUS check_whole(const tc_receiver_settings *s, tc_error *reterr)
{
    const char *text = s->whole ? s->whole : "";
    for (const char *c = text; *c; c++)
        if (*c < 32 || *c > 126 || strchr("\"\\]=|^,", *c) != NULL || c - text >= WHOLE_MAX)
            return refuse(s,
                          "whole is a path or words of at most 160 letters, without quotes, "
                          "'=', '|', '^', ']', ',' or '\\'",
                          reterr);
    return TC_SUCCESS;
}

static TC_STATUS take_target(tc_receiver *r, const tc_receiver_settings *s, tc_error *reterr)
{
    tc_target target;
    tc_error error = {.code = TC_OK};
    if (tc_failed(tc_target_parse(tc_slice_of(r->target), &target, &error)))
        return refuse(s, error.text, reterr);
    r->transport = target.transport;
    r->port = target.port;
    r->host = tc_arena_cstr(r->owned, target.host);
    r->path = tc_arena_cstr(r->owned, target.path);
    if (r->host == NULL || r->path == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    return TC_SUCCESS;
}

static TC_STATUS take_profile(tc_receiver *r, const tc_receiver_settings *s, tc_error *reterr)
{
    r->profile = s->profile ? tc_profile_of(s->profile) : tc_profiles[0];
    if (r->profile != NULL) return TC_SUCCESS;
    return refuse(s, "its profile is none of generic, splunk, sentinel, elastic", reterr);
}

static void take_defaults(tc_receiver *r, bool said)
{
    r->form = r->profile->form;
    r->header = r->profile->header;
    r->names = r->profile->names;
    r->facility = r->profile->facility;
    r->framing = r->transport->is_stream ? r->profile->framing : TC_FRAMING_NONE;
    r->size_max = r->transport->is_stream ? r->profile->stream_max : r->profile->datagram_max;
    r->enterprise = ENTERPRISE_OF_DOCUMENTS;
    r->timeout_ms = TIMEOUT_USUAL_MS;
    for (size_t i = 0; i < TC_COUNT_OF(ways); i++) {
        if (ways[i].transport != r->transport) continue;
        r->size_max = ways[i].size_max;
        r->ungated = ways[i].ungated;
        r->header = ways[i].header;
        if (!said) r->form = ways[i].form;
    }
}

static void take_settings(tc_receiver *r, const tc_receiver_settings *s)
{
    if (s->form) r->form = s->form;
    if (s->header) r->header = s->header;
    if (s->framing) r->framing = s->framing;
    if (s->names) r->names = s->names;
    if (s->size_max) r->size_max = s->size_max;
    if (s->enterprise) r->enterprise = s->enterprise;
    if (s->facility) r->facility = s->facility;
    if (s->timeout_ms) r->timeout_ms = s->timeout_ms;
    r->ungated = r->ungated || s->ungated;
    r->no_alerts = s->no_alerts;
    r->escalate_after = s->escalate_after;
    r->min_level = s->min_level;
    /* An element of structured data belongs to a header of RFC 5424. */
    if (r->form == TC_FORM_SYSLOG && r->header != TC_HEADER_5424) r->form = TC_FORM_LOCAL;
}

static TC_STATUS take_secret(tc_receiver *r, const char *where, tc_slice *ret, tc_error *reterr)
{
    tc_str secret;
    if (where == NULL) return TC_SUCCESS;
    tc_str_init(&secret, 8192);
    tc_status status = tc_secret_read(where, &secret, reterr);
    if (!tc_failed(status) && !tc_arena_copy(r->owned, tc_str_view(&secret), ret))
        status = tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_secret_wipe(&secret);
    return status;
}

/* -- what cannot be ------------------------------------------------------------------------- */

static bool is_tls(const tc_receiver *r)
{
    return r->transport == &tc_transport_tls ||
           (r->transport == &tc_transport_webhook &&
            tc_slice_starts_ascii(tc_slice_of(r->target), TC_LIT("https:")));
}

static TC_STATUS check_sizes(const tc_receiver *r, const tc_receiver_settings *s, tc_error *reterr)
{
    if (r->size_max < SIZE_LEAST || r->size_max > SIZE_MOST)
        return refuse(s, "size is 480 to 1048576 bytes", reterr);
    if (r->facility < 0 || r->facility > FACILITY_MOST)
        return refuse(s, "facility is 1 to 23", reterr);
    if (r->timeout_ms < TIMEOUT_LEAST_MS || r->timeout_ms > TIMEOUT_MOST_MS)
        return refuse(s, "timeout is 1 s to 5 min", reterr);
    if (r->transport->is_stream ? r->framing == TC_FRAMING_NONE : r->framing != TC_FRAMING_NONE)
        return refuse(s, "framing is octet or lf over tcp and tls, and nothing elsewhere", reterr);
    return TC_SUCCESS;
}

static TC_STATUS check_secrets(const tc_receiver *r, const tc_receiver_settings *s,
                               tc_error *reterr)
{
    if (!is_tls(r) && (s->ca_file || s->certificate_file || s->key_file || s->tls_name))
        return refuse(s, "certificates belong to tls:// and https://", reterr);
    if ((s->certificate_file == NULL) != (s->key_file == NULL))
        return refuse(s, "a certificate needs its key, and a key its certificate", reterr);
    if (r->transport != &tc_transport_webhook && (s->hmac_secret || s->bearer))
        return refuse(s, "hmac and bearer belong to a webhook", reterr);
    if (s->bearer && !is_tls(r))
        return refuse(s, "a bearer token would travel readable: https://", reterr);
    return TC_SUCCESS;
}

static TC_STATUS check_files(const tc_receiver *r, tc_error *reterr)
{
    const char *const files[] = {r->ca_file, r->certificate_file, r->key_file};
    for (size_t i = 0; i < TC_COUNT_OF(files); i++)
        if (files[i] != NULL && access(files[i], R_OK) != 0)
            return tc_fail(reterr, TC_ESYNTAX, "receiver '%s': %s cannot be read", r->name,
                           files[i]);
    return TC_SUCCESS;
}

/* In the domain or below it. */
static bool is_within(tc_slice host, tc_slice domain)
{
    if (tc_slice_ends(host, TC_LIT("."))) host.len--;
    if (domain.len == 0 || !tc_slice_ends_ascii(host, domain)) return false;
    return host.len == domain.len || host.ptr[host.len - domain.len - 1] == '.';
}

static TC_STATUS check_domains(tc_receiver *r, const tc_receiver_settings *s,
                               const tc_receiver_site *site, tc_error *reterr)
{
    for (size_t i = 0; i < site->domain_count; i++)
        if (is_within(tc_slice_of(r->host), tc_slice_of(site->domains[i])))
            r->in_watched_domain = true;
    if (!r->in_watched_domain || s->out_of_band) return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX,
                   "receiver '%s': %s stands in a watched domain, where an intruder may read what "
                   "it is told; choose another, or write out_of_band: no",
                   r->name, r->host);
}

/* -- all of it ------------------------------------------------------------------------------ */

static TC_STATUS fill(tc_receiver *r, const tc_receiver_settings *s, const tc_receiver_site *site,
                      tc_error *reterr)
{
    TC_TRY(check_name(s, reterr));
    TC_TRY(check_whole(s, reterr));
    TC_TRY(keep_texts(r, s, site, reterr));
    TC_TRY(take_target(r, s, reterr));
    TC_TRY(take_profile(r, s, reterr));
    take_defaults(r, s->profile != NULL);
    take_settings(r, s);
    r->process_id = site->process_id;
    if (r->tls_name == NULL) r->tls_name = r->host;
    TC_TRY(check_sizes(r, s, reterr));
    TC_TRY(check_secrets(r, s, reterr));
    TC_TRY(check_files(r, reterr));
    TC_TRY(check_domains(r, s, site, reterr));
    TC_TRY(take_secret(r, s->hmac_secret, &r->hmac_secret, reterr));
    return take_secret(r, s->bearer, &r->bearer, reterr);
}

TC_STATUS tc_receiver_new(const tc_receiver_settings *settings, const tc_receiver_site *site,
                          tc_receiver **ret, tc_error *reterr)
{
    *ret = NULL;
    tc_receiver *r = tc_alloc(1, sizeof(*r));
    if (r == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    r->owned = tc_arena_new(OWNED_MAX);
    tc_status status = r->owned != NULL ? fill(r, settings, site, reterr)
                                        : tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (tc_failed(status))
        tc_receiver_free(r);
    else
        *ret = r;
    return status;
}

static void wipe(tc_slice secret)
{
    union {
        const uint8_t *kept;
        uint8_t *own;
    } memory = {.kept = secret.ptr};
    if (secret.len > 0) explicit_bzero(memory.own, secret.len);
}

void tc_receiver_free(tc_receiver *r)
{
    if (r == NULL) return;
    wipe(r->hmac_secret);
    wipe(r->bearer);
    tc_hook_stop(r->hook);
    tc_arena_free(r->owned);
    tc_free(r);
}

TC_STATUS tc_receiver_start_hook(tc_receiver *r, tc_error *reterr)
{
    if (r->transport != &tc_transport_hook || r->hook != NULL) return TC_SUCCESS;
    return tc_hook_start(r->path, r->timeout_ms, &r->hook, reterr);
}
