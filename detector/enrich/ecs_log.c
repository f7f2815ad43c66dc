/* The ECS fields of each kind of log. Names and meanings: fields.def; where Elastic's own pipelines
 * normalise a value (a host name in small letters, a decoded query), it is done the same way. */
#include "detector/enrich/ecs.h"

/* -- W3C ------------------------------------------------------------------------------------ */

static tc_slice native(const tc_ecs *e, tc_field field)
{
    return tc_worker_field(e->event, field);
}

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

static void set_status(const tc_ecs *e, tc_slice status)
{
    tc_ecs_number(e, TC_FIELD_HTTP_STATUS, status);
    if (status.len != 3 || status.ptr[0] < '1' || status.ptr[0] > '9') return;
    tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME,
                status.ptr[0] < '4' ? TC_LIT("success") : TC_LIT("failure"));
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

static void set_host(const tc_ecs *e, tc_slice name)
{
    tc_ecs_lower(e, TC_FIELD_HOST_NAME, name.len > 0 ? name : e->worker->origin.host);
}

void tc_ecs_web(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    tc_slice stem = native(e, TC_FIELD_CS_URI_STEM), query = native(e, TC_FIELD_CS_URI_QUERY);
    tc_slice version = native(e, TC_FIELD_CS_VERSION);
    tc_slice forwarded = native(e, TC_FIELD_X_FORWARDED_FOR);
    if (forwarded.len == 0) forwarded = native(e, TC_FIELD_ORIGINAL_IP);
    if (stem.len == 0) stem = native(e, TC_FIELD_CS_URI);
    tc_ecs_source(e, native(e, TC_FIELD_C_IP), forwarded);
    tc_ecs_account(e, native(e, TC_FIELD_CS_USERNAME), TC_FIELD_USER_NAME, TC_FIELD_USER_DOMAIN,
                   TC_FIELD_USER_EMAIL);
    tc_ecs_text(e, TC_FIELD_HTTP_METHOD, native(e, TC_FIELD_CS_METHOD));
    tc_ecs_url(e, TC_FIELD_URL_PATH, stem);
    tc_ecs_url(e, TC_FIELD_URL_QUERY, query);
    tc_ecs_text(e, TC_FIELD_URL_DOMAIN, native(e, TC_FIELD_CS_HOST));
    tc_ecs_blanks(e, TC_FIELD_USER_AGENT, native(e, TC_FIELD_CS_USER_AGENT));
    tc_ecs_text(e, TC_FIELD_HTTP_REFERRER, native(e, TC_FIELD_CS_REFERER));
    tc_ecs_number(e, TC_FIELD_HTTP_REQUEST_BYTES, native(e, TC_FIELD_CS_BYTES));
    tc_ecs_number(e, TC_FIELD_HTTP_RESPONSE_BYTES, native(e, TC_FIELD_SC_BYTES));
    if (tc_slice_starts_ascii(version, TC_LIT("HTTP/")))
        tc_ecs_text(e, TC_FIELD_HTTP_VERSION, tc_slice_sub(version, 5, TC_NPOS));
    tc_ecs_ip(e, TC_FIELD_DESTINATION_IP, native(e, TC_FIELD_S_IP));
    tc_ecs_number(e, TC_FIELD_DESTINATION_PORT, native(e, TC_FIELD_S_PORT));
    set_status(e, native(e, TC_FIELD_SC_STATUS));
    set_duration(e, native(e, TC_FIELD_TIME_TAKEN));
    set_host(e, native(e, TC_FIELD_S_COMPUTERNAME));
    set_protocol(e, stem, query);
}

/* -- message tracking ----------------------------------------------------------------------- */

/* "a@example.org;b@example.org" as a list. */
static void set_recipients(const tc_ecs *e, tc_slice recipients)
{
    size_t count = 1;
    if (recipients.len == 0 || !tc_ecs_wants(e, TC_FIELD_EMAIL_TO)) return;
    for (size_t i = 0; i < recipients.len; i++)
        count += recipients.ptr[i] == ';';
    tc_cell *items = count > 1 ? tc_arena_get(e->event->arena, count, sizeof(tc_cell)) : NULL;
    if (items == NULL) {
        tc_ecs_text(e, TC_FIELD_EMAIL_TO, recipients);
        return;
    }
    count = 0;
    while (recipients.ptr != NULL) {
        tc_slice one = tc_slice_trim(tc_slice_split(recipients, ';', &recipients));
        if (one.len > 0) items[count++] = tc_cell_text(one);
    }
    tc_cell list = {(const uint8_t *)(const void *)items, (uint32_t)count, TC_FORM_LIST};
    tc_overlay_set_text(e->event->overlay, TC_FIELD_EMAIL_TO, TC_EMPTY_SLICE);
    e->event->overlay->value[TC_FIELD_EMAIL_TO] = tc_cell_value(list, e->event->arena);
}

static void set_message_id(const tc_ecs *e, tc_slice id)
{
    if (tc_slice_starts(id, TC_LIT("<")) && tc_slice_ends(id, TC_LIT(">")))
        id = tc_slice_sub(id, 1, id.len - 2);
    tc_ecs_text(e, TC_FIELD_EMAIL_MESSAGE_ID, id);
}

/* "ClientType:OWA" among the comma list of source-context. */
static void set_client_type(const tc_ecs *e, tc_slice context)
{
    while (context.ptr != NULL) {
        tc_slice part = tc_slice_trim(tc_slice_split(context, ',', &context));
        if (tc_slice_starts(part, TC_LIT("ClientType:")))
            tc_ecs_text(e, TC_FIELD_CLIENT_TYPE, tc_slice_sub(part, 11, TC_NPOS));
    }
}

void tc_ecs_message(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    tc_slice client = native(e, TC_FIELD_MT_ORIGINAL_CLIENT_IP);
    if (client.len == 0) client = native(e, TC_FIELD_MT_CLIENT_IP);
    tc_ecs_source(e, client, TC_EMPTY_SLICE);
    tc_ecs_lower(e, TC_FIELD_EVENT_ACTION, native(e, TC_FIELD_MT_EVENT_ID));
    tc_ecs_text(e, TC_FIELD_EVENT_PROVIDER, native(e, TC_FIELD_MT_SOURCE));
    tc_ecs_text(e, TC_FIELD_EMAIL_SUBJECT, native(e, TC_FIELD_MT_MESSAGE_SUBJECT));
    tc_ecs_text(e, TC_FIELD_EMAIL_FROM, native(e, TC_FIELD_MT_SENDER_ADDRESS));
    set_recipients(e, native(e, TC_FIELD_MT_RECIPIENT_ADDRESS));
    set_message_id(e, native(e, TC_FIELD_MT_MESSAGE_ID));
    tc_ecs_text(e, TC_FIELD_EMAIL_DIRECTION, native(e, TC_FIELD_MT_DIRECTIONALITY));
    tc_ecs_ip(e, TC_FIELD_DESTINATION_IP, native(e, TC_FIELD_MT_SERVER_IP));
    if (tc_ecs_wants(e, TC_FIELD_CLIENT_TYPE))
        set_client_type(e, native(e, TC_FIELD_MT_SOURCE_CONTEXT));
    set_host(e, native(e, TC_FIELD_MT_SERVER_HOSTNAME));
}

/* -- Windows -------------------------------------------------------------------------------- */

/* Who is `user` in an event: the one who acts, or the one who logs on. */
typedef struct event_shape {
    uint64_t id;
    const char *action;
    bool logon;  /* the target is the user */
    bool target; /* the target is acted upon */
} event_shape;

static const event_shape shapes[] = {
    {1102, "audit-log-cleared", false, false},
    {4624, "logged-in", true, false},
    {4625, "logon-failed", true, false},
    {4634, "logged-out", true, false},
    {4647, "logged-out", true, false},
    {4648, "logged-in-explicit", false, true},
    {4672, "logged-in-special", false, false},
    {4688, "created-process", false, false},
    {4719, "changed-audit-config", false, false},
    {4720, "added-user-account", false, true},
    {4722, "enabled-user-account", false, true},
    {4723, "changed-password", false, true},
    {4724, "reset-password", false, true},
    {4725, "disabled-user-account", false, true},
    {4726, "deleted-user-account", false, true},
    {4738, "modified-user-account", false, true},
    {4740, "locked-out-user-account", false, true},
    {4767, "unlocked-user-account", false, true},
    {4768, "kerberos-authentication-ticket-requested", true, false},
    {4769, "kerberos-service-ticket-requested", true, false},
    {4770, "kerberos-service-ticket-renewed", true, false},
    {4771, "kerberos-preauth-failed", true, false},
    {4776, "credential-validated", true, false},
    {4781, "renamed-user-account", false, true},
};

static const event_shape *shape_of(const tc_enrich_worker *w, tc_slice code)
{
    uint64_t id = 0;
    if (w->family != TC_FAMILY_SECURITY || !tc_slice_to_u64(code, &id)) return NULL;
    for (size_t i = 0; i < TC_COUNT_OF(shapes); i++)
        if (shapes[i].id == id) return &shapes[i];
    return NULL;
}

static void set_subject(const tc_ecs *e)
{
    tc_ecs_text(e, TC_FIELD_USER_NAME, native(e, TC_FIELD_WE_SUBJECT_USER_NAME));
    tc_ecs_text(e, TC_FIELD_USER_DOMAIN, native(e, TC_FIELD_WE_SUBJECT_DOMAIN_NAME));
    tc_ecs_text(e, TC_FIELD_USER_ID, native(e, TC_FIELD_WE_SUBJECT_USER_SID));
}

static void set_target(const tc_ecs *e, tc_field name, tc_field domain, tc_field id)
{
    tc_slice sid = native(e, TC_FIELD_WE_TARGET_SID);
    tc_ecs_text(e, name, native(e, TC_FIELD_WE_TARGET_USER_NAME));
    tc_ecs_text(e, domain, native(e, TC_FIELD_WE_TARGET_DOMAIN_NAME));
    tc_ecs_text(e, id, sid.len > 0 ? sid : native(e, TC_FIELD_WE_TARGET_USER_SID));
}

void tc_ecs_windows(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    tc_slice code = native(e, TC_FIELD_WE_EVENT_ID);
    const event_shape *shape = shape_of(w, code);
    tc_event_outcome outcome = tc_ecs_wants(e, TC_FIELD_EVENT_OUTCOME) ? tc_windows_outcome(event)
                                                                       : TC_EVENT_OUTCOME_UNKNOWN;
    tc_ecs_text(e, TC_FIELD_EVENT_CODE, code);
    tc_ecs_text(e, TC_FIELD_EVENT_PROVIDER, native(e, TC_FIELD_WE_PROVIDER_NAME));
    if (shape != NULL) tc_ecs_text(e, TC_FIELD_EVENT_ACTION, tc_slice_of(shape->action));
    if (outcome != TC_EVENT_OUTCOME_UNKNOWN)
        tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME,
                    outcome == TC_EVENT_OUTCOME_SUCCESS ? TC_LIT("success") : TC_LIT("failure"));
    tc_ecs_text(e, TC_FIELD_HOST_NAME, native(e, TC_FIELD_WE_COMPUTER));
    if (shape != NULL && shape->logon)
        set_target(e, TC_FIELD_USER_NAME, TC_FIELD_USER_DOMAIN, TC_FIELD_USER_ID);
    else
        set_subject(e);
    if (shape != NULL && shape->target)
        set_target(e, TC_FIELD_USER_TARGET_NAME, TC_FIELD_USER_TARGET_DOMAIN,
                   TC_FIELD_USER_TARGET_ID);
    tc_ecs_source(e, native(e, TC_FIELD_WE_IP_ADDRESS), TC_EMPTY_SLICE);
    tc_ecs_number(e, TC_FIELD_SOURCE_PORT, native(e, TC_FIELD_WE_IP_PORT));
}
