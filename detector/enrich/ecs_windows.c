/* The ECS fields of Windows events, and how they say that something failed. */
#include "detector/enrich/ecs.h"

#define EVENT_LOCKED 4740
#define KEYWORD_FAILURE (UINT64_C(1) << 52) /* WINEVENT_KEYWORD_AUDIT_FAILURE */
#define KEYWORD_SUCCESS (UINT64_C(1) << 53) /* WINEVENT_KEYWORD_AUDIT_SUCCESS */

/* Keywords come as hexadecimal text, as a signed number (NXLog) or as words that may be translated:
 * the number decides, the English words and what a shipper made of them help out. */
tc_event_outcome tc_windows_outcome(const tc_event *event)
{
    tc_value v = tc_event_value(event, TC_FIELD_WE_KEYWORDS);
    uint64_t bits = 0;
    int64_t number = 0;
    if (v.kind == TC_KIND_LIST && v.item_count > 0) v = tc_cell_value(v.items[0], event->arena);
    if (tc_slice_starts_ascii(v.text, TC_LIT("0x")))
        tc_slice_hex_to_u64(v.text, &bits);
    else if (tc_slice_to_i64(v.text, &number))
        bits = (uint64_t)number;
    else
        tc_slice_to_u64(v.text, &bits);
    if (bits & KEYWORD_FAILURE) return TC_EVENT_OUTCOME_FAILURE;
    if (bits & KEYWORD_SUCCESS) return TC_EVENT_OUTCOME_SUCCESS;
    if (tc_slice_search_ascii(v.text, TC_LIT("failure")) != TC_NPOS)
        return TC_EVENT_OUTCOME_FAILURE;
    if (tc_slice_search_ascii(v.text, TC_LIT("success")) != TC_NPOS)
        return TC_EVENT_OUTCOME_SUCCESS;
    return TC_EVENT_OUTCOME_UNKNOWN;
}

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

static const event_shape *shape_of(tc_slice code)
{
    uint64_t id = 0;
    if (!tc_slice_to_u64(code, &id)) return NULL;
    for (size_t i = 0; i < TC_COUNT_OF(shapes); i++)
        if (shapes[i].id == id) return &shapes[i];
    return NULL;
}

static void set_subject(const tc_ecs *e)
{
    tc_ecs_text(e, TC_FIELD_USER_NAME, tc_ecs_native(e, TC_FIELD_WE_SUBJECT_USER_NAME));
    tc_ecs_text(e, TC_FIELD_USER_DOMAIN, tc_ecs_native(e, TC_FIELD_WE_SUBJECT_DOMAIN_NAME));
    tc_ecs_text(e, TC_FIELD_USER_ID, tc_ecs_native(e, TC_FIELD_WE_SUBJECT_USER_SID));
}

static void set_target(const tc_ecs *e, tc_field name, tc_field domain, tc_field id)
{
    tc_slice sid = tc_ecs_native(e, TC_FIELD_WE_TARGET_SID);
    tc_ecs_text(e, name, tc_ecs_native(e, TC_FIELD_WE_TARGET_USER_NAME));
    if (domain != TC_FIELD_NONE)
        tc_ecs_text(e, domain, tc_ecs_native(e, TC_FIELD_WE_TARGET_DOMAIN_NAME));
    tc_ecs_text(e, id, sid.len > 0 ? sid : tc_ecs_native(e, TC_FIELD_WE_TARGET_USER_SID));
}

static void set_all(const tc_ecs *e, tc_event *event, tc_slice code, const event_shape *shape)
{
    tc_event_outcome outcome = tc_ecs_wants(e, TC_FIELD_EVENT_OUTCOME) ? tc_windows_outcome(event)
                                                                       : TC_EVENT_OUTCOME_UNKNOWN;
    tc_ecs_text(e, TC_FIELD_EVENT_CODE, code);
    tc_ecs_text(e, TC_FIELD_EVENT_PROVIDER, tc_ecs_native(e, TC_FIELD_WE_PROVIDER_NAME));
    if (shape != NULL) tc_ecs_text(e, TC_FIELD_EVENT_ACTION, tc_slice_of(shape->action));
    if (outcome != TC_EVENT_OUTCOME_UNKNOWN)
        tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME,
                    outcome == TC_EVENT_OUTCOME_SUCCESS ? TC_LIT("success") : TC_LIT("failure"));
    tc_ecs_text(e, TC_FIELD_HOST_NAME, tc_ecs_native(e, TC_FIELD_WE_COMPUTER));
    tc_ecs_host_short(e, tc_ecs_native(e, TC_FIELD_WE_COMPUTER));
    if (shape != NULL && shape->logon)
        set_target(e, TC_FIELD_USER_NAME, TC_FIELD_USER_DOMAIN, TC_FIELD_USER_ID);
    else
        set_subject(e);
    /* 4740 puts the calling computer where the domain belongs. */
    if (shape != NULL && shape->target)
        set_target(e, TC_FIELD_USER_TARGET_NAME,
                   shape->id == EVENT_LOCKED ? (tc_field)TC_FIELD_NONE
                                             : (tc_field)TC_FIELD_USER_TARGET_DOMAIN,
                   TC_FIELD_USER_TARGET_ID);
    tc_ecs_source(e, tc_ecs_native(e, TC_FIELD_WE_IP_ADDRESS), TC_EMPTY_SLICE);
    tc_ecs_number(e, TC_FIELD_SOURCE_PORT, tc_ecs_native(e, TC_FIELD_WE_IP_PORT));
}

void tc_ecs_security(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    tc_slice code = tc_ecs_native(e, TC_FIELD_WE_EVENT_ID);
    set_all(e, event, code, shape_of(code));
}

void tc_ecs_windows(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    set_all(e, event, tc_ecs_native(e, TC_FIELD_WE_EVENT_ID), NULL);
}
