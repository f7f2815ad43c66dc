/* What Microsoft 365's audit log and Entra's sign-ins tell: who came to which mailbox, and whose
 * password was set. Cmdlets of Exchange Online are the family management. */
#include "detector/enrich/m365_record.h"
#include "detector/enrich/web_request.h"

typedef enum deed_kind {
    DEED_NONE,
    DEED_LOGON,   /* somebody was let in */
    DEED_REFUSED, /* ... or not */
    DEED_ACCESS,  /* something was done in a mailbox */
    DEED_RESET,
    DEED_CHANGE,
    DEED_CREATED
} deed_kind;

/* Operations, without the full stop that Entra puts behind its own. */
static const struct {
    const char *operation;
    deed_kind deed;
} operations[] = {
    {"UserLoggedIn", DEED_LOGON},
    {"MailboxLogin", DEED_LOGON},
    {"UserLoginFailed", DEED_REFUSED},
    {"MailItemsAccessed", DEED_ACCESS},
    {"FolderBind", DEED_ACCESS},
    {"MessageBind", DEED_ACCESS},
    {"Send", DEED_ACCESS},
    {"SendAs", DEED_ACCESS},
    {"SendOnBehalf", DEED_ACCESS},
    {"Create", DEED_ACCESS},
    {"Update", DEED_ACCESS},
    {"Move", DEED_ACCESS},
    {"MoveToDeletedItems", DEED_ACCESS},
    {"SoftDelete", DEED_ACCESS},
    {"HardDelete", DEED_ACCESS},
    {"SearchQueryInitiatedExchange", DEED_ACCESS},
    {"Reset user password", DEED_RESET},
    {"Reset password (by admin)", DEED_RESET},
    {"Change user password", DEED_CHANGE},
    {"Change password (self-service)", DEED_CHANGE},
    {"Reset password (self-service)", DEED_CHANGE},
    {"Add user", DEED_CREATED},
};

/* Errors of a logon that say that name or password were wrong or the account is locked; others are
 * questions on the way in. */
static const char *const refusals[] = {"50126",
                                       "50053",
                                       "InvalidUserNameOrPassword",
                                       "InvalidPasswordExpiredOnPremPassword",
                                       "IdsLocked",
                                       "AccountLocked"};

/* What a client calls itself in ClientInfoString, and what sort of use that is. */
static const struct {
    const char *begins;
    tc_protocol protocol;
} clients[] = {
    {"Client=OWA", TC_PROTOCOL_OWA},
    {"Client=ActiveSync", TC_PROTOCOL_EAS},
    {"Client=AirSync", TC_PROTOCOL_EAS},
    {"Client=WebServices", TC_PROTOCOL_EWS},
    {"Client=REST", TC_PROTOCOL_EWS},
    {"Client=Microsoft Exchange Web", TC_PROTOCOL_EWS},
    {"Client=MSExchangeRPC", TC_PROTOCOL_MAPI},
    {"Client=Outlook", TC_PROTOCOL_MAPI},
    {"Client=Management", TC_PROTOCOL_POWERSHELL},
};

/* Applications that are webmail, by number or by name: a logon to one is a session of a person. */
static const char *const webmail[] = {
    "9199bf20-a13f-4107-85dc-02114787ef48", "00000002-0000-0ff1-ce00-000000000000",
    "4765445b-32c6-49b0-83e6-1d93765276ca", "One Outlook Web",
    "Office 365 Exchange Online",           "OfficeHome"};

/* As tc_web_columns: what the parts of the web family look at. */
static const tc_family_column columns[TC_WEB_COLUMNS] = {
    [TC_WEB_USER] = {{TC_FIELD_USER_ID_WRITTEN}},
    [TC_WEB_CLIENT] = {{TC_FIELD_CLIENT_IP}},
};

static tc_slice first_of(const tc_event *event, const tc_field_static *fields, size_t count)
{
    tc_slice text = TC_EMPTY_SLICE;
    for (size_t i = 0; text.len == 0 && i < count; i++)
        text = tc_worker_field(event, (tc_field)fields[i]);
    return text;
}
#define FIRST_OF(event, ...)                                                                       \
    first_of(event, (const tc_field_static[]){__VA_ARGS__},                                        \
             sizeof((const tc_field_static[]){__VA_ARGS__}) / sizeof(tc_field_static))

static tc_slice user_of(const tc_event *event)
{
    return tc_worker_field(event, TC_FIELD_USER_ID_WRITTEN);
}

/* The browser's own name, which ClientInfoString has behind the first semicolon. */
static tc_slice agent_of(const tc_event *event)
{
    tc_slice agent = FIRST_OF(event, TC_FIELD_EXTENDED_USER_AGENT, TC_FIELD_CS_USER_AGENT,
                              TC_FIELD_SIGNIN_AGENT);
    if (agent.len > 0) return agent;
    tc_slice info = tc_worker_field(event, TC_FIELD_CLIENT_INFO_STRING);
    size_t browser = tc_slice_search_ascii(info, TC_LIT("Mozilla/"));
    return browser == TC_NPOS ? info : tc_slice_sub(info, browser, TC_NPOS);
}

static tc_slice error_of(const tc_event *event)
{
    tc_slice error = FIRST_OF(event, TC_FIELD_ERROR_NUMBER, TC_FIELD_SIGNIN_ERROR);
    if (tc_slice_equal(error, TC_LIT("0"))) error = TC_EMPTY_SLICE;
    return error;
}

static deed_kind deed_of(const tc_event *event)
{
    tc_slice operation = tc_worker_field(event, TC_FIELD_OPERATION);
    if (operation.len == 0) return error_of(event).len > 0 ? DEED_REFUSED : DEED_LOGON;
    if (operation.ptr[operation.len - 1] == '.') operation.len--;
    for (size_t i = 0; i < TC_COUNT_OF(operations); i++)
        if (tc_slice_equal_ascii(operation, tc_slice_of(operations[i].operation)))
            return operations[i].deed;
    return DEED_NONE;
}

static tc_event_outcome outcome_of(const tc_event *event)
{
    static const char *const good[] = {"Success", "Succeeded", "PartiallySucceeded", "True"};
    static const char *const bad[] = {"Failure", "Failed", "False"};
    tc_slice status = tc_worker_field(event, TC_FIELD_RESULT_STATUS);
    /* Failed logons call themselves a success. */
    if (deed_of(event) == DEED_REFUSED || error_of(event).len > 0) return TC_EVENT_OUTCOME_FAILURE;
    if (tc_slice_is_one_of(status, bad, TC_COUNT_OF(bad))) return TC_EVENT_OUTCOME_FAILURE;
    bool logon = tc_worker_field(event, TC_FIELD_OPERATION).len == 0;
    if (logon || tc_slice_is_one_of(status, good, TC_COUNT_OF(good)))
        return TC_EVENT_OUTCOME_SUCCESS;
    return TC_EVENT_OUTCOME_UNKNOWN;
}

/* -- use of a mailbox ------------------------------------------------------------------------ */

static tc_protocol protocol_of(const tc_event *event)
{
    tc_slice info = tc_worker_field(event, TC_FIELD_CLIENT_INFO_STRING);
    for (size_t i = 0; i < TC_COUNT_OF(clients); i++)
        if (tc_slice_starts_ascii(info, tc_slice_of(clients[i].begins))) return clients[i].protocol;
    static const tc_field_static applications[] = {TC_FIELD_APPLICATION_ID, TC_FIELD_OBJECT_ID,
                                                   TC_FIELD_SIGNIN_APPLICATION_ID,
                                                   TC_FIELD_SIGNIN_APPLICATION};
    for (size_t i = 0; info.len == 0 && i < TC_COUNT_OF(applications); i++)
        if (tc_slice_is_one_of(tc_worker_field(event, (tc_field)applications[i]), webmail,
                               TC_COUNT_OF(webmail)))
            return TC_PROTOCOL_OWA;
    return TC_PROTOCOL_OTHER;
}

static void read_request(tc_enrich_worker *w, const tc_event *event, tc_web_request *ret)
{
    *ret = (tc_web_request){.event = event,
                            .protocol = protocol_of(event),
                            .user = user_of(event),
                            .agent = agent_of(event),
                            .status = outcome_of(event) == TC_EVENT_OUTCOME_FAILURE ? TC_LIT("401")
                                                                                    : TC_LIT("200"),
                            .have_client = true};
    tc_slice owner = tc_worker_field(event, TC_FIELD_MAILBOX_OWNER_UPN);
    if (!tc_slice_equal_ascii(owner, ret->user)) ret->mailbox = owner;
    tc_client_of(&w->enricher->networks, tc_m365_address(event), TC_EMPTY_SLICE, &ret->client);
    ret->agent_hash = tc_quick_hash(w->key, 0, ret->agent);
}

/* By its name, or, where an export has no column of it, by what the directory says it was. */
static bool is_browser(const tc_event *event, tc_slice agent)
{
    if (agent.len > 0) return tc_slice_starts_ascii(agent, TC_LIT("Mozilla/"));
    return tc_slice_equal_ascii(tc_worker_field(event, TC_FIELD_SIGNIN_CLIENT), TC_LIT("Browser"));
}

static bool enters_webmail(const tc_event *event)
{
    return protocol_of(event) == TC_PROTOCOL_OWA && outcome_of(event) != TC_EVENT_OUTCOME_FAILURE;
}

static TC_STATUS observe_use(tc_enrich_worker *w, const tc_event *event, deed_kind deed)
{
    tc_web_request r;
    tc_observation *o = NULL;
    read_request(w, event, &r);
    if (!tc_m365_is_person(r.user)) return TC_SUCCESS;
    if (deed == DEED_REFUSED) {
        tc_slice error = error_of(event), reason = tc_worker_field(event, TC_FIELD_LOGON_ERROR);
        if (!tc_slice_is_one_of(error, refusals, TC_COUNT_OF(refusals)) &&
            !tc_slice_is_one_of(reason, refusals, TC_COUNT_OF(refusals)))
            return TC_SUCCESS;
        TC_TRY(tc_web_emit(w, &r, TC_OBS_WEB_REFUSED, &o));
        o->flags |= TC_OBS_FLAG_FAILED;
        return TC_SUCCESS;
    }
    if (outcome_of(event) == TC_EVENT_OUTCOME_FAILURE) return TC_SUCCESS;
    /* Without an address there is nothing that a session could be told by. */
    if (tc_m365_address(event).len == 0) return TC_SUCCESS;
    bool webmail_logon =
        r.protocol == TC_PROTOCOL_OWA && (deed == DEED_ACCESS || is_browser(event, r.agent));
    return webmail_logon ? tc_web_span(w, &r) : tc_web_use(w, &r);
}

/* -- passwords ------------------------------------------------------------------------------- */

static TC_STATUS observe_account(tc_enrich_worker *w, const tc_event *event, deed_kind deed)
{
    tc_observation *o = NULL;
    tc_name name;
    tc_slice actor = user_of(event);
    tc_slice target =
        FIRST_OF(event, TC_FIELD_OBJECT_ID, TC_FIELD_TARGET_UPN, TC_FIELD_TARGET_OBJECT);
    if (target.len == 0 && deed == DEED_CHANGE) target = actor;
    tc_name_normalise(target, &name);
    if (name.form == TC_NAME_NONE) return TC_SUCCESS;
    TC_TRY(tc_emit(w, event, TC_OBS_ACCOUNT, &o));
    o->status = deed == DEED_RESET    ? TC_ACCOUNT_RESET
                : deed == DEED_CHANGE ? TC_ACCOUNT_CHANGE
                                      : TC_ACCOUNT_CREATED;
    if (deed == DEED_RESET) o->flags |= TC_OBS_FLAG_RESET;
    if (deed == DEED_CREATED) tc_observation_set_created(o);
    if (outcome_of(event) == TC_EVENT_OUTCOME_FAILURE) o->flags |= TC_OBS_FLAG_FAILED;
    tc_name_normalise(actor, &name);
    if (tc_worker_is_routine_actor(w, &name)) o->flags |= TC_OBS_FLAG_CLAIMS;
    tc_client client;
    tc_client_of(&w->enricher->networks, tc_m365_address(event), TC_EMPTY_SLICE, &client);
    TC_TRY(tc_emit_client(w, o, &client));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, actor));
    return tc_emit_text(w, o, TC_OBS_TEXT_TARGET, target);
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    deed_kind deed = deed_of(event);
    (void)ret_filtered;
    TC_TRY(tc_m365_names(w, event));
    TC_TRY(tc_m365_note(w, event, deed == DEED_LOGON && enters_webmail(event)));
    switch (deed) {
    case DEED_LOGON:
    case DEED_REFUSED:
    case DEED_ACCESS:
        return observe_use(w, event, deed);
    case DEED_RESET:
    case DEED_CHANGE:
    case DEED_CREATED:
        return observe_account(w, event, deed);
    case DEED_NONE:
        break;
    }
    return TC_SUCCESS;
}

/* Not by its owner: numbers of the cloud, words of exports. */
static bool is_of_another(const tc_event *event)
{
    static const char *const others[] = {
        "1", "2", "6", "Admin", "Delegate", "Delegated", "DelegatedAdmin"};
    return tc_slice_is_one_of(tc_worker_field(event, TC_FIELD_WE_LOGON_TYPE), others,
                              TC_COUNT_OF(others));
}

static TC_STATUS describe(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    tc_web_request r;
    read_request(w, event, &r);
    deed_kind deed = deed_of(event);
    bool acts = deed == DEED_RESET || deed == DEED_CHANGE || deed == DEED_CREATED;
    bool intrudes = deed == DEED_ACCESS && r.mailbox.len > 0 && is_of_another(event);
    if (acts || intrudes) o->flags |= TC_OBS_FLAG_ACTS;
    TC_TRY(tc_web_fill_whom(w, &r, o));
    if (!acts) return TC_SUCCESS;
    return tc_emit_text(w, o, TC_OBS_TEXT_TARGET, tc_worker_field(event, TC_FIELD_OBJECT_ID));
}

/* -- ECS ------------------------------------------------------------------------------------- */

static void set_ecs(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    tc_event_outcome outcome = outcome_of(event);
    deed_kind deed = deed_of(event);
    tc_ecs_account(e, user_of(event), TC_FIELD_USER_NAME, TC_FIELD_USER_DOMAIN,
                   TC_FIELD_USER_EMAIL);
    tc_ecs_text(e, TC_FIELD_EVENT_ACTION, tc_ecs_native(e, TC_FIELD_OPERATION));
    tc_ecs_text(e, TC_FIELD_EVENT_PROVIDER, tc_ecs_native(e, TC_FIELD_WORKLOAD));
    tc_m365_set_ecs(e);
    tc_ecs_text(e, TC_FIELD_USER_AGENT, agent_of(event));
    if (outcome == TC_EVENT_OUTCOME_SUCCESS)
        tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, TC_LIT("success"));
    if (outcome == TC_EVENT_OUTCOME_FAILURE)
        tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, TC_LIT("failure"));
    tc_ecs_lower(e, TC_FIELD_MAILBOX, tc_ecs_native(e, TC_FIELD_MAILBOX_OWNER_UPN));
    if (deed == DEED_LOGON || deed == DEED_ACCESS)
        tc_ecs_text(e, TC_FIELD_PROTOCOL, tc_protocol_name(protocol_of(event)));
    if (deed == DEED_RESET || deed == DEED_CHANGE || deed == DEED_CREATED)
        tc_ecs_account(e, tc_ecs_native(e, TC_FIELD_OBJECT_ID), TC_FIELD_USER_TARGET_NAME,
                       TC_FIELD_USER_TARGET_DOMAIN, TC_FIELD_NONE);
}

const tc_family tc_family_m365 = {
    .name = "m365",
    .label = {.product = "m365", .service = "audit"},
    .columns = columns,
    .column_count = TC_WEB_COLUMNS,
    .host = TC_FIELD_ORGANIZATION_NAME, /* where the record names it */
    .ids = {TC_FIELD_AUDIT_ID, TC_FIELD_SIGNIN_ID},
    .observe = observe,
    .describe = describe,
    .ecs = set_ecs,
};
