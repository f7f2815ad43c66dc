/* Logons at Active Directory Federation Services: whom it let in and whom it refused, from where.
 */
#include "detector/enrich/ecs.h"
#include "detector/enrich/web_request.h"

typedef enum deed_kind { DEED_NONE, DEED_LOGON, DEED_REFUSED } deed_kind;

static const tc_family_column columns[TC_WEB_COLUMNS] = {
    [TC_WEB_USER] = {{TC_FIELD_WE_TARGET_USER_NAME}},
    [TC_WEB_CLIENT] = {{TC_FIELD_WE_IP_ADDRESS}},
};

static uint64_t number_of(const tc_event *event)
{
    uint64_t number = 0;
    tc_slice_to_u64(tc_worker_field(event, TC_FIELD_WE_EVENT_ID), &number);
    return number;
}

/* 1200 and 1202: a token was issued, or credentials were right. 411, 516 and 1210: a password was
 * wrong, or the account is locked for those outside. 1203: so it is for one of its reasons. */
static deed_kind deed_of(const tc_event *event)
{
    tc_slice failure = tc_worker_field(event, TC_FIELD_WE_STATUS);
    switch (number_of(event)) {
    case 1200:
    case 1202:
        return DEED_LOGON;
    case 411:
    case 516:
    case 1210:
        return DEED_REFUSED;
    case 1203:
        return tc_slice_equal_ascii(failure, TC_LIT("CredentialValidationError")) ||
                       tc_slice_search_ascii(failure, TC_LIT("Lockout")) != TC_NPOS
                   ? DEED_REFUSED
                   : DEED_NONE;
    default:
        return DEED_NONE;
    }
}

static bool is_browser(tc_slice agent)
{
    return tc_slice_starts_ascii(agent, TC_LIT("Mozilla/"));
}

/* What is asked for is the webmail of one's own servers. */
static bool is_webmail(const tc_event *event)
{
    tc_slice party = tc_worker_field(event, TC_FIELD_RELYING_PARTY);
    return tc_slice_search_ascii(party, TC_LIT("/owa")) != TC_NPOS &&
           is_browser(tc_worker_field(event, TC_FIELD_CS_USER_AGENT));
}

static void read_request(tc_enrich_worker *w, const tc_event *event, tc_web_request *ret)
{
    *ret = (tc_web_request){
        .event = event,
        .protocol = is_webmail(event) ? TC_PROTOCOL_OWA : TC_PROTOCOL_OTHER,
        .user = tc_worker_field(event, TC_FIELD_WE_TARGET_USER_NAME),
        .agent = tc_worker_field(event, TC_FIELD_CS_USER_AGENT),
        .status = deed_of(event) == DEED_LOGON ? TC_LIT("200") : TC_LIT("401"),
        .have_client = true,
    };
    tc_client_of(&w->enricher->networks, tc_worker_field(event, TC_FIELD_WE_IP_ADDRESS),
                 TC_EMPTY_SLICE, &ret->client);
    ret->agent_hash = tc_quick_hash(w->key, 0, ret->agent);
}

static bool is_person(tc_slice user)
{
    tc_name name;
    tc_name_normalise(user, &name);
    return name.form == TC_NAME_SMTP || name.form == TC_NAME_NT;
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    tc_web_request r;
    tc_observation *o = NULL;
    deed_kind deed = deed_of(event);
    (void)ret_filtered;
    if (deed == DEED_NONE) return TC_SUCCESS;
    read_request(w, event, &r);
    if (!is_person(r.user)) return TC_SUCCESS;
    if (deed == DEED_REFUSED) {
        TC_TRY(tc_web_emit(w, &r, TC_OBS_WEB_REFUSED, &o));
        o->flags |= TC_OBS_FLAG_FAILED;
        return TC_SUCCESS;
    }
    /* Without an address there is nothing that a session could be told by. */
    if (tc_worker_field(event, TC_FIELD_WE_IP_ADDRESS).len == 0) return TC_SUCCESS;
    return r.protocol == TC_PROTOCOL_OWA ? tc_web_span(w, &r) : tc_web_use(w, &r);
}

static TC_STATUS describe(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    tc_web_request r;
    read_request(w, event, &r);
    return tc_web_fill_whom(w, &r, o);
}

static void set_ecs(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    deed_kind deed = deed_of(event);
    tc_ecs_text(e, TC_FIELD_EVENT_CODE, tc_ecs_native(e, TC_FIELD_WE_EVENT_ID));
    tc_ecs_text(e, TC_FIELD_EVENT_PROVIDER, tc_ecs_native(e, TC_FIELD_WE_PROVIDER_NAME));
    tc_ecs_text(e, TC_FIELD_HOST_NAME, tc_ecs_native(e, TC_FIELD_WE_COMPUTER));
    tc_ecs_host_short(e, tc_ecs_native(e, TC_FIELD_WE_COMPUTER));
    tc_ecs_account(e, tc_ecs_native(e, TC_FIELD_WE_TARGET_USER_NAME), TC_FIELD_USER_NAME,
                   TC_FIELD_USER_DOMAIN, TC_FIELD_USER_EMAIL);
    tc_ecs_text(e, TC_FIELD_USER_AGENT, tc_ecs_native(e, TC_FIELD_CS_USER_AGENT));
    tc_ecs_source(e, tc_ecs_native(e, TC_FIELD_WE_IP_ADDRESS), TC_EMPTY_SLICE);
    if (deed == DEED_NONE) return;
    bool logon = deed == DEED_LOGON;
    tc_ecs_text(e, TC_FIELD_EVENT_ACTION, logon ? TC_LIT("logged-in") : TC_LIT("logon-failed"));
    tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, logon ? TC_LIT("success") : TC_LIT("failure"));
}

const tc_family tc_family_adfs = {
    .name = "adfs",
    .label = {.category = "adfs_logon", .product = "windows"},
    .columns = columns,
    .column_count = TC_WEB_COLUMNS,
    .host = TC_FIELD_WE_COMPUTER,
    .observe = observe,
    .describe = describe,
    .ecs = set_ecs,
};
