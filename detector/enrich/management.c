/* Cmdlets of Exchange: who did what to which mailbox. */
#include "detector/enrich/management.h"

#include "detector/enrich/m365_record.h"

enum { EVENT_SUCCEEDED = 1, EVENT_FAILED = 6 };

/* -- the deed ------------------------------------------------------------------------------- */

/* The first text of a field that may hold several. */
static tc_slice first_text(const tc_event *event, tc_field_static field)
{
    tc_value value = tc_event_value(event, (tc_field)field);
    if (value.kind == TC_KIND_LIST && value.item_count > 0)
        value = tc_cell_value(value.items[0], event->arena);
    return value.kind == TC_KIND_STRING ? tc_slice_trim(value.text) : TC_EMPTY_SLICE;
}

/* Nouns whose -Identity is a mailbox or its owner; what begins so and is something else comes
 * first. */
static bool names_mailbox(tc_slice cmdlet)
{
    static const char *const others[] = {"MailboxDatabase", "MailboxSearch", "MailboxServer",
                                         "MailboxPlan"};
    static const char *const nouns[] = {
        "Mailbox",      "InboxRule",          "CASMailbox", "RecipientPermission",
        "ADPermission", "CalendarProcessing", "User",       "SweepRule"};
    tc_slice noun = tc_slice_sub(cmdlet, tc_slice_find(cmdlet, '-') + 1, TC_NPOS);
    for (size_t i = 0; i < TC_COUNT_OF(others); i++)
        if (tc_slice_starts_ascii(noun, tc_slice_of(others[i]))) return false;
    for (size_t i = 0; i < TC_COUNT_OF(nouns); i++)
        if (tc_slice_starts_ascii(noun, tc_slice_of(nouns[i]))) return true;
    return false;
}

/* user@domain:\Inbox, user@domain\rule, alias:\Calendar: the folder or rule goes. */
static tc_slice without_part(tc_slice identity)
{
    size_t at = tc_slice_find(identity, '@');
    size_t folder = tc_slice_search(identity, TC_LIT(":\\"));
    if (folder != TC_NPOS) return tc_slice_sub(identity, 0, folder);
    size_t slash = tc_slice_find(identity, '\\');
    bool behind = at != TC_NPOS && slash != TC_NPOS && slash > at;
    return behind ? tc_slice_sub(identity, 0, slash) : identity;
}

/* corp.example/Users/Ana Weber is Ana Weber. */
static tc_slice name_of(tc_slice caller)
{
    size_t slash = tc_slice_rfind(caller, '/');
    return slash == TC_NPOS ? caller : tc_slice_sub(caller, slash + 1, TC_NPOS);
}

/* Whose a rule is where no parameter says so: Microsoft 365 writes .../anna\rule, in which may
 * stand any of the mailbox's names, and who names none makes a rule of his own. */
static tc_slice owner_of_rule(const tc_event *event, tc_slice cmdlet)
{
    tc_slice object = tc_worker_field(event, TC_FIELD_OBJECT_ID);
    tc_slice user = tc_worker_field(event, TC_FIELD_USER_ID_WRITTEN);
    size_t slash = tc_slice_rfind(object, '\\');
    if (!tc_slice_ends(cmdlet, TC_LIT("-InboxRule")) || slash == TC_NPOS) return TC_EMPTY_SLICE;
    tc_slice owner = name_of(tc_slice_sub(object, 0, slash));
    bool address = tc_slice_find(owner, '@') != TC_NPOS;
    return address || !tc_m365_is_person(user) ? owner : user;
}

static tc_slice mailbox_of(const tc_event *event, tc_slice cmdlet)
{
    tc_slice mailbox = first_text(event, TC_FIELD_PARAMETER_MAILBOX);
    if (mailbox.len == 0) mailbox = first_text(event, TC_FIELD_PARAMETER_SOURCE_MAILBOXES);
    if (mailbox.len == 0 && cmdlet.len > 0 && names_mailbox(cmdlet))
        mailbox = first_text(event, TC_FIELD_PARAMETER_IDENTITY);
    if (mailbox.len == 0) mailbox = owner_of_rule(event, cmdlet);
    return without_part(mailbox);
}

void tc_management_read(const tc_event *event, tc_deed *ret)
{
    tc_slice caller = tc_worker_field(event, TC_FIELD_CALLER);
    tc_slice sid = tc_worker_field(event, TC_FIELD_CALLER_SID);
    ret->cmdlet = tc_worker_field(event, TC_FIELD_CMDLET);
    ret->mailbox = mailbox_of(event, ret->cmdlet);
    ret->caller = name_of(caller);
    /* S-1-5-18 is every server's own. */
    ret->actor = tc_slice_starts_ascii(sid, TC_LIT("S-1-5-21-")) ? sid : caller;
}

/* By the event's number, or by the word that Microsoft 365's audit log has. */
static tc_event_outcome outcome_of(const tc_event *event)
{
    uint64_t id = 0;
    if (tc_slice_to_u64(tc_worker_field(event, TC_FIELD_WE_EVENT_ID), &id)) {
        if (id == EVENT_SUCCEEDED) return TC_EVENT_OUTCOME_SUCCESS;
        return id == EVENT_FAILED ? TC_EVENT_OUTCOME_FAILURE : TC_EVENT_OUTCOME_UNKNOWN;
    }
    static const char *const good[] = {"True", "Success", "Succeeded", "PartiallySucceeded"};
    static const char *const bad[] = {"False", "Failure", "Failed"};
    tc_slice status = tc_worker_field(event, TC_FIELD_RESULT_STATUS);
    for (size_t i = 0; i < TC_COUNT_OF(good); i++)
        if (tc_slice_equal_ascii(status, tc_slice_of(good[i]))) return TC_EVENT_OUTCOME_SUCCESS;
    for (size_t i = 0; i < TC_COUNT_OF(bad); i++)
        if (tc_slice_equal_ascii(status, tc_slice_of(bad[i]))) return TC_EVENT_OUTCOME_FAILURE;
    return TC_EVENT_OUTCOME_UNKNOWN;
}

/* -- observations --------------------------------------------------------------------------- */

static TC_STATUS describe(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    tc_deed deed;
    uint64_t id = 0;
    tc_slice_to_u64(tc_worker_field(event, TC_FIELD_WE_EVENT_ID), &id);
    tc_management_read(event, &deed);
    o->status = id <= UINT32_MAX ? (uint32_t)id : 0;
    o->flags |= TC_OBS_FLAG_ACTS;
    if (outcome_of(event) == TC_EVENT_OUTCOME_SUCCESS) o->flags |= TC_OBS_FLAG_VOUCHED;
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, deed.actor));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_CLIENT, deed.caller));
    return tc_emit_text(w, o, TC_OBS_TEXT_TARGET, deed.mailbox);
}

/* Of several the first is the one that the mailbox speaks. */
static tc_slice language_of(const tc_enrich_worker *w, const tc_event *event)
{
    tc_slice tag = first_text(event, TC_FIELD_PARAMETER_LANGUAGE), rest;
    if (tag.len == 0) tag = first_text(event, TC_FIELD_PARAMETER_LANGUAGES);
    tag = tc_slice_trim(tc_slice_split(tag, ',', &rest));
    return tc_language_class(w->enricher->languages, tag);
}

static bool sets_region(tc_slice cmdlet)
{
    return tc_slice_equal_ascii(cmdlet, TC_LIT("Set-MailboxRegionalConfiguration")) ||
           tc_slice_equal_ascii(cmdlet, TC_LIT("Set-Mailbox"));
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    tc_deed deed;
    tc_observation *o = NULL;
    (void)ret_filtered;
    if (outcome_of(event) != TC_EVENT_OUTCOME_SUCCESS) return TC_SUCCESS;
    tc_management_read(event, &deed);
    TC_TRY(tc_m365_note_cmdlet(w, event, &deed));
    if (!sets_region(deed.cmdlet) || deed.mailbox.len == 0) return TC_SUCCESS;
    tc_slice language = language_of(w, event);
    tc_slice zone = first_text(event, TC_FIELD_PARAMETER_TIME_ZONE);
    if (language.len == 0 && zone.len == 0) return TC_SUCCESS;
    TC_TRY(tc_emit(w, event, TC_OBS_ACCOUNT, &o));
    o->flags |= TC_OBS_FLAG_REGIONAL;
    if (tc_slice_equal_ascii(first_text(event, TC_FIELD_CLIENT_APPLICATION), TC_LIT("OWA")))
        o->flags |= TC_OBS_FLAG_OWN;
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, deed.actor));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_TARGET, deed.mailbox));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_VALUE, language));
    return tc_emit_text(w, o, TC_OBS_TEXT_EXTRA, zone);
}

static void set_outcome(const tc_ecs *e, tc_slice code)
{
    tc_event_outcome outcome = outcome_of(e->event);
    tc_ecs_text(e, TC_FIELD_EVENT_CODE, code);
    if (outcome == TC_EVENT_OUTCOME_SUCCESS)
        tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, TC_LIT("success"));
    if (outcome == TC_EVENT_OUTCOME_FAILURE)
        tc_ecs_text(e, TC_FIELD_EVENT_OUTCOME, TC_LIT("failure"));
}

static void set_forward(const tc_ecs *e, const tc_deed *deed)
{
    static const tc_field both[] = {TC_FIELD_FORWARD_TO, TC_FIELD_FORWARD_EXTERNAL};
    tc_forward forward;
    if (!tc_ecs_wants_any(e, both, TC_COUNT_OF(both))) return;
    tc_management_forward(e->worker, e->event, deed, &forward);
    tc_ecs_lower(e, TC_FIELD_FORWARD_TO, forward.to);
    if (forward.judged && tc_ecs_wants(e, TC_FIELD_FORWARD_EXTERNAL))
        tc_overlay_set_bool(e->event->overlay, TC_FIELD_FORWARD_EXTERNAL, forward.external);
}

static void set_ecs(tc_enrich_worker *w, tc_event *event)
{
    const tc_ecs ecs = {w, event}, *e = &ecs;
    tc_deed deed;
    tc_management_read(event, &deed);
    set_outcome(e, tc_ecs_native(e, TC_FIELD_WE_EVENT_ID));
    tc_ecs_text(e, TC_FIELD_EVENT_PROVIDER, tc_ecs_native(e, TC_FIELD_WE_PROVIDER_NAME));
    tc_ecs_text(e, TC_FIELD_HOST_NAME, tc_ecs_native(e, TC_FIELD_WE_COMPUTER));
    tc_ecs_text(e, TC_FIELD_USER_NAME, deed.caller);
    if (tc_ecs_native(e, TC_FIELD_RECORD_TYPE).len > 0) tc_m365_set_ecs(e);
    tc_ecs_text(e, TC_FIELD_USER_ID, tc_ecs_native(e, TC_FIELD_CALLER_SID));
    tc_ecs_lower(e, TC_FIELD_ACTOR, deed.actor);
    tc_ecs_lower(e, TC_FIELD_MAILBOX, deed.mailbox);
    set_forward(e, &deed);
}

const tc_family tc_family_management = {
    .name = "management",
    .label = {.product = "windows", .service = "msexchange-management"},
    .host = TC_FIELD_WE_COMPUTER,
    .observe = observe,
    .describe = describe,
    .ecs = set_ecs,
};
