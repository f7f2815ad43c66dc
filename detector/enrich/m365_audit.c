/* What audit logs say of themselves: which records they hold, and of whom they hold none. */
#include "detector/enrich/m365_record.h"

typedef enum answer { UNSAID, NO, YES } answer;

/* As a word, as PowerShell's constant, or as JSON's. */
static answer answer_of(const tc_event *event, tc_field_static field)
{
    static const char *const yes[] = {"True", "$true", "1"};
    static const char *const no[] = {"False", "$false", "0"};
    tc_value value = tc_event_value(event, (tc_field)field);
    bool scalar =
        value.kind == TC_KIND_STRING || value.kind == TC_KIND_NUMBER || value.kind == TC_KIND_BOOL;
    if (!scalar) return UNSAID;
    if (tc_slice_is_one_of(value.text, yes, TC_COUNT_OF(yes))) return YES;
    return tc_slice_is_one_of(value.text, no, TC_COUNT_OF(no)) ? NO : UNSAID;
}

static tc_audit_type type_of(const tc_event *event)
{
    static const struct {
        const char *name;
        tc_audit_type type;
    } types[] = {
        {"ExchangeItemAggregated", TC_AUDIT_TYPE_READING},
        {"ExchangeItem", TC_AUDIT_TYPE_MAILBOX},
        {"ExchangeItemGroup", TC_AUDIT_TYPE_MAILBOX},
        {"AzureActiveDirectoryStsLogon", TC_AUDIT_TYPE_LOGON},
        {"AzureActiveDirectoryAccountLogon", TC_AUDIT_TYPE_LOGON},
        {"AzureActiveDirectory", TC_AUDIT_TYPE_DIRECTORY},
        {"ExchangeAdmin", TC_AUDIT_TYPE_CMDLET},
    };
    tc_slice name = tc_m365_type(event);
    for (size_t i = 0; i < TC_COUNT_OF(types); i++)
        if (tc_slice_equal_ascii(name, tc_slice_of(types[i].name))) return types[i].type;
    return TC_AUDIT_TYPE_OTHER;
}

static TC_STATUS holds(tc_enrich_worker *w, const tc_event *event, tc_audit_type type)
{
    return tc_emit_note(w, event, (unsigned)TC_AUDIT_HOLDS + (unsigned)type, false, TC_EMPTY_SLICE);
}

/* That it is of the cloud's log is told by TC_AUDIT_TYPE_OTHER, whatever its type. Servers queue
 * records of the same form, but not all types of them. */
static TC_STATUS note_type(tc_enrich_worker *w, const tc_event *event, bool typed)
{
    tc_slice format = tc_slice_of(event->schema->format);
    if (!typed) return holds(w, event, TC_AUDIT_TYPE_LOGON);
    if (!tc_slice_starts(format, TC_LIT("m365-"))) return TC_SUCCESS;
    TC_TRY(holds(w, event, TC_AUDIT_TYPE_OTHER));
    tc_audit_type type = type_of(event);
    return type == TC_AUDIT_TYPE_OTHER ? TC_SUCCESS : holds(w, event, type);
}

TC_STATUS tc_m365_note(tc_enrich_worker *w, const tc_event *event, bool enters)
{
    tc_slice user = tc_worker_field(event, TC_FIELD_USER_ID_WRITTEN);
    tc_slice owner = tc_worker_field(event, TC_FIELD_MAILBOX_OWNER_UPN);
    bool signin = tc_worker_field(event, TC_FIELD_OPERATION).len == 0;
    if (signin || tc_worker_field(event, TC_FIELD_RECORD_TYPE).len > 0)
        TC_TRY(note_type(w, event, !signin));
    if (enters && tc_m365_is_person(user))
        TC_TRY(tc_emit_note(w, event, TC_AUDIT_ENTERED, false, user));
    if (owner.len == 0) return TC_SUCCESS;
    TC_TRY(tc_emit_note(w, event, TC_AUDIT_KEPT, false, owner));
    if (answer_of(event, TC_FIELD_IS_THROTTLED) != YES) return TC_SUCCESS;
    return tc_emit_note(w, event, TC_AUDIT_THROTTLED, false, owner);
}

/* -- switched off, and on again ---------------------------------------------------------------- */

TC_STATUS tc_m365_note_cmdlet(tc_enrich_worker *w, const tc_event *event, const tc_deed *deed)
{
    static const struct {
        const char *cmdlet;
        tc_field_static parameter;
        tc_audit_note if_no, if_yes;
        bool of_mailbox;
    } switches[] = {
        {"Set-Mailbox", TC_FIELD_PARAMETER_AUDIT_ENABLED, TC_AUDIT_OFF, TC_AUDIT_ON, true},
        {"Set-MailboxAuditBypassAssociation", TC_FIELD_PARAMETER_AUDIT_BYPASS_ENABLED,
         TC_AUDIT_HEEDED, TC_AUDIT_BYPASSED, true},
        {"Set-OrganizationConfig", TC_FIELD_PARAMETER_AUDIT_DISABLED, TC_AUDIT_ON, TC_AUDIT_OFF,
         false},
        {"Set-AdminAuditLogConfig", TC_FIELD_PARAMETER_UNIFIED_AUDIT_LOG, TC_AUDIT_OFF, TC_AUDIT_ON,
         false},
        {"Set-AdminAuditLogConfig", TC_FIELD_PARAMETER_ADMIN_AUDIT_LOG_ENABLED, TC_AUDIT_OFF,
         TC_AUDIT_ON, false},
    };
    if (tc_worker_field(event, TC_FIELD_RECORD_TYPE).len > 0) TC_TRY(note_type(w, event, true));
    for (size_t i = 0; i < TC_COUNT_OF(switches); i++) {
        if (!tc_slice_equal_ascii(deed->cmdlet, tc_slice_of(switches[i].cmdlet))) continue;
        if (switches[i].of_mailbox && deed->mailbox.len == 0) continue;
        answer said = answer_of(event, switches[i].parameter);
        if (said == UNSAID) continue;
        TC_TRY(tc_emit_note(w, event, said == YES ? switches[i].if_yes : switches[i].if_no, true,
                            switches[i].of_mailbox ? deed->mailbox : TC_EMPTY_SLICE));
    }
    return TC_SUCCESS;
}
