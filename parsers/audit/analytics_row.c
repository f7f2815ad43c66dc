#include "parsers/audit/analytics_row.h"

#include "parsers/audit/audit_lists.h"
#include "parsers/audit/audit_members.h"

#define NAMES_MAX 16

const tc_export_name tc_analytics_activity[] = {
    {"TimeGenerated", "CreationTime"},
    {"TimeGenerated [UTC]", "CreationTime"},
    {"ClientIPAddress", "ClientIP"},
    {"Client_IPAddress", "ClientIP"},
    {"OfficeWorkload", "Workload"},
    {"OfficeObjectId", "ObjectId"},
    {"OfficeId", "Id"},
    {"Logon_Type", "LogonType"},
    {"UserAgent", "ExtendedProperties.UserAgent"},
    {NULL, NULL},
};

/* UserId is an id here, and a name in the audit log. */
const tc_export_name tc_analytics_signin[] = {
    {"TimeGenerated [UTC]", "createdDateTime"},
    {"TimeGenerated", "createdDateTime"},
    {"UserPrincipalName", "UserId"},
    {"UserId", "userId"},
    {"IPAddress", "ClientIP"},
    {"ResultType", "status.errorCode"},
    {"ResultDescription", "status.failureReason"},
    {"AppDisplayName", "appDisplayName"},
    {"AppId", "appId"},
    {"ClientAppUsed", "clientAppUsed"},
    {"UserAgent", "userAgent"},
    {NULL, NULL},
};

/* Azure's command line writes None for what a row does not say. */
static void set(tc_json_walk *walk, tc_field_static field, tc_slice text)
{
    if (!tc_slice_equal(text, TC_LIT("None"))) tc_audit_set(walk, field, text);
}

static void take_row(tc_json_walk *walk, tc_slice record, const tc_export_name *names)
{
    tc_audit_member members[NAMES_MAX] = {{0}};
    tc_slice texts[NAMES_MAX] = {{0}};
    size_t count = 0;
    for (; names[count].written; count++) {
        TC_ASSERT(count < NAMES_MAX);
        members[count] = (tc_audit_member){names[count].written, &texts[count]};
    }
    tc_audit_take_members(walk->row.arena, record, members, count);
    for (size_t i = 0; i < count; i++) {
        tc_field field = tc_names_find(walk->options->names, tc_slice_of(names[i].field));
        set(walk, (tc_field_static)field, texts[i]);
    }
}

void tc_audit_take_activity_row(tc_json_walk *walk, tc_slice record)
{
    take_row(walk, record, tc_analytics_activity);
}

void tc_audit_take_signin_row(tc_json_walk *walk, tc_slice record)
{
    tc_arena *arena = walk->row.arena;
    tc_slice stamp = {0}, status = {0}, result = {0}, reason = {0};
    TC_AUDIT_TAKE(arena, record, {"CreatedDateTime", &stamp}, {"Status", &status});
    TC_AUDIT_TAKE(arena, status, {"errorCode", &result}, {"failureReason", &reason});
    set(walk, TC_FIELD_SIGNIN_TIME, stamp);
    set(walk, TC_FIELD_SIGNIN_ERROR, result);
    set(walk, TC_FIELD_SIGNIN_REASON, reason);
    take_row(walk, record, tc_analytics_signin);
}
