#include "parsers/audit/analytics_row.h"

#include "parsers/audit/audit_lists.h"
#include "parsers/audit/audit_members.h"

/* Azure's command line writes None for what a row does not say. */
static void set(tc_json_walk *walk, tc_field_static field, tc_slice text)
{
    if (!tc_slice_equal(text, TC_LIT("None"))) tc_audit_set(walk, field, text);
}

void tc_audit_take_activity_row(tc_json_walk *walk, tc_slice record)
{
    tc_slice time = {0}, workload = {0}, object = {0}, id = {0}, logon = {0}, address = {0};
    tc_slice other = {0}, agent = {0};
    TC_AUDIT_TAKE(walk->row.arena, record, {"TimeGenerated", &time}, {"OfficeWorkload", &workload},
                  {"OfficeObjectId", &object}, {"OfficeId", &id}, {"Logon_Type", &logon},
                  {"Client_IPAddress", &address}, {"ClientIPAddress", &other},
                  {"UserAgent", &agent});
    set(walk, TC_FIELD_CREATION_TIME, time);
    set(walk, TC_FIELD_WORKLOAD, workload);
    set(walk, TC_FIELD_OBJECT_ID, object);
    set(walk, TC_FIELD_AUDIT_ID, id);
    set(walk, TC_FIELD_WE_LOGON_TYPE, logon);
    set(walk, TC_FIELD_CLIENT_IP_ADDRESS, other);
    set(walk, TC_FIELD_CLIENT_IP_ADDRESS, address);
    set(walk, TC_FIELD_EXTENDED_USER_AGENT, agent);
}

/* Who it was: UserId is an id here, and a name in the audit log. */
static void set_person(tc_json_walk *walk, tc_slice user, tc_slice object)
{
    set(walk, TC_FIELD_USER_ID_WRITTEN, user);
    set(walk, TC_FIELD_SIGNIN_USER, user);
    set(walk, TC_FIELD_SIGNIN_OBJECT, object);
}

void tc_audit_take_signin_row(tc_json_walk *walk, tc_slice record)
{
    tc_arena *arena = walk->row.arena;
    tc_slice time = {0}, stamp = {0}, user = {0}, object = {0}, address = {0}, result = {0};
    tc_slice reason = {0}, app = {0}, app_id = {0}, client = {0}, agent = {0}, status = {0};
    TC_AUDIT_TAKE(arena, record, {"TimeGenerated", &time}, {"CreatedDateTime", &stamp},
                  {"UserPrincipalName", &user}, {"UserId", &object}, {"IPAddress", &address},
                  {"Status", &status}, {"AppDisplayName", &app}, {"AppId", &app_id},
                  {"ClientAppUsed", &client}, {"UserAgent", &agent});
    TC_AUDIT_TAKE(arena, status, {"errorCode", &result}, {"failureReason", &reason});
    TC_AUDIT_TAKE(arena, record, {"ResultType", &result}, {"ResultDescription", &reason});
    set(walk, TC_FIELD_SIGNIN_TIME, stamp);
    set(walk, TC_FIELD_SIGNIN_TIME, time);
    set_person(walk, user, object);
    set(walk, TC_FIELD_CLIENT_IP, address);
    set(walk, TC_FIELD_SIGNIN_ERROR, result);
    set(walk, TC_FIELD_SIGNIN_REASON, reason);
    set(walk, TC_FIELD_SIGNIN_APPLICATION, app);
    set(walk, TC_FIELD_SIGNIN_APPLICATION_ID, app_id);
    set(walk, TC_FIELD_SIGNIN_CLIENT, client);
    set(walk, TC_FIELD_SIGNIN_AGENT, agent);
}
