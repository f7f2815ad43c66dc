/* The ECS fields of a web request. Names and meanings: fields.def; where Elastic's own pipelines
 * normalise a value (a host name in small letters, a decoded query), it is done the same way. */
#include "detector/enrich/ecs.h"
#include "detector/enrich/web_request.h"

/* Milliseconds with six zeros are nanoseconds. */
static void set_duration(const tc_ecs *e, tc_slice milliseconds)
{
    uint8_t text[20];
    tc_slice copy;
    if (!tc_ecs_wants(e, TC_FIELD_EVENT_DURATION) || milliseconds.len == 0 ||
        milliseconds.len > sizeof(text) - 6)
        return;
    memcpy(text, milliseconds.ptr, milliseconds.len);
    memset(text + milliseconds.len, '0', 6);
    if (tc_arena_copy(e->event->arena, tc_slice_make(text, milliseconds.len + 6), &copy))
        tc_ecs_number(e, TC_FIELD_EVENT_DURATION, copy);
}

/* Who is sent back to the form (302) is refused all the same, where the Windows status says so. */
static void set_status(const tc_ecs *e, tc_slice status)
{
    tc_ecs_number(e, TC_FIELD_HTTP_STATUS, status);
    if (status.len != 3 || status.ptr[0] < '1' || status.ptr[0] > '9') return;
    if (!tc_ecs_wants(e, TC_FIELD_EVENT_OUTCOME)) return;
    bool good =
        status.ptr[0] < '4' && !tc_web_is_refusal(tc_ecs_native(e, TC_FIELD_SC_WIN32_STATUS));
    tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, good ? TC_LIT("success") : TC_LIT("failure"));
}

static void set_protocol(const tc_ecs *e, tc_slice stem, tc_slice query)
{
    static const tc_field both[] = {TC_FIELD_PROTOCOL, TC_FIELD_MAILBOX};
    tc_slice mailbox;
    if (stem.len == 0 || !tc_ecs_wants_any(e, both, 2)) return;
    tc_protocol protocol = tc_protocol_of(e->worker->enricher->protocols, stem, query, &mailbox);
    tc_ecs_text(e, TC_FIELD_PROTOCOL, tc_protocol_name(protocol));
    tc_ecs_lower(e, TC_FIELD_MAILBOX, mailbox);
}

/* What was asked for: in its parts, or in one piece that is taken apart. */
static tc_uri requested(const tc_ecs *e)
{
    tc_uri whole = tc_uri_split(tc_ecs_native(e, TC_FIELD_CS_URI));
    tc_uri uri = {.host = tc_ecs_native(e, TC_FIELD_X_HOST_HEADER),
                  .stem = tc_ecs_native(e, TC_FIELD_CS_URI_STEM),
                  .query = tc_web_query(tc_ecs_native(e, TC_FIELD_CS_URI_QUERY))};
    if (uri.stem.len == 0) {
        uri.stem = whole.stem;
        uri.query = whole.query;
    } else {
        tc_slice host = tc_web_cut_host(&uri.stem);
        if (whole.host.len == 0) whole.host = host;
    }
    if (uri.host.len == 0) uri.host = tc_ecs_native(e, TC_FIELD_CS_HOST);
    if (uri.host.len == 0) uri.host = whole.host;
    return uri;
}

void tc_ecs_web(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    tc_uri uri = requested(e);
    tc_slice version = tc_ecs_native(e, TC_FIELD_CS_VERSION);
    tc_slice forwarded = tc_ecs_native(e, TC_FIELD_CLIENT_COLUMN);
    if (forwarded.len == 0) forwarded = tc_ecs_native(e, TC_FIELD_X_FORWARDED_FOR);
    if (forwarded.len == 0) forwarded = tc_ecs_native(e, TC_FIELD_ORIGINAL_IP);
    if (forwarded.len == 0) forwarded = tc_ecs_native(e, TC_FIELD_FORWARDED);
    tc_ecs_source(e, tc_ecs_native(e, TC_FIELD_C_IP), forwarded);
    tc_ecs_number(e, TC_FIELD_SOURCE_PORT, tc_ecs_native(e, TC_FIELD_C_PORT));
    tc_ecs_account(e, tc_ecs_native(e, TC_FIELD_CS_USERNAME), TC_FIELD_USER_NAME,
                   TC_FIELD_USER_DOMAIN, TC_FIELD_USER_EMAIL);
    tc_ecs_text(e, TC_FIELD_HTTP_METHOD, tc_ecs_native(e, TC_FIELD_CS_METHOD));
    tc_ecs_url(e, TC_FIELD_URL_PATH, uri.stem);
    tc_ecs_url(e, TC_FIELD_URL_QUERY, uri.query);
    tc_ecs_decoded(e, TC_FIELD_URL_DECODED_PATH, uri.stem, TC_EMPTY_SLICE);
    tc_ecs_decoded(e, TC_FIELD_URL_DECODED, uri.stem, uri.query);
    tc_ecs_text(e, TC_FIELD_URL_DOMAIN, uri.host);
    tc_ecs_blanks(e, TC_FIELD_USER_AGENT, tc_ecs_native(e, TC_FIELD_CS_USER_AGENT));
    tc_ecs_text(e, TC_FIELD_HTTP_REFERRER, tc_ecs_native(e, TC_FIELD_CS_REFERER));
    tc_ecs_number(e, TC_FIELD_HTTP_REQUEST_BYTES, tc_ecs_native(e, TC_FIELD_CS_BYTES));
    tc_ecs_number(e, TC_FIELD_HTTP_RESPONSE_BYTES, tc_ecs_native(e, TC_FIELD_SC_BYTES));
    if (tc_slice_starts_ascii(version, TC_LIT("HTTP/")))
        tc_ecs_text(e, TC_FIELD_HTTP_VERSION, tc_slice_sub(version, 5, TC_NPOS));
    tc_ecs_ip(e, TC_FIELD_DESTINATION_IP, tc_ecs_native(e, TC_FIELD_S_IP));
    tc_ecs_number(e, TC_FIELD_DESTINATION_PORT, tc_ecs_native(e, TC_FIELD_S_PORT));
    set_status(e, tc_ecs_native(e, TC_FIELD_SC_STATUS));
    set_duration(e, tc_ecs_native(e, TC_FIELD_TIME_TAKEN));
    tc_ecs_host(e, tc_ecs_native(e, TC_FIELD_S_COMPUTERNAME));
    set_protocol(e, uri.stem, uri.query);
}
