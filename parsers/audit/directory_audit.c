#include "parsers/audit/directory_audit.h"

#include "parsers/audit/audit_lists.h"
#include "parsers/audit/audit_members.h"

#define TARGETS_MAX 64

/* -- who, and whom ----------------------------------------------------------------------------- */

/* A person, or the application that acted. */
static void take_actor(tc_json_walk *walk, tc_slice initiated)
{
    tc_arena *arena = walk->row.arena;
    tc_slice user = {0}, app = {0}, name = {0}, id = {0}, address = {0};
    TC_AUDIT_TAKE(arena, initiated, {"user", &user}, {"app", &app});
    TC_AUDIT_TAKE(arena, user, {"userPrincipalName", &name}, {"id", &id}, {"ipAddress", &address});
    if (name.len > 0) tc_audit_set(walk, TC_FIELD_ACTOR_OBJECT, id);
    if (name.len == 0) TC_AUDIT_TAKE(arena, app, {"displayName", &name});
    tc_audit_set(walk, TC_FIELD_USER_ID_WRITTEN, name);
    tc_audit_set(walk, TC_FIELD_CLIENT_IP, address);
}

/* True if it is a user. */
static bool take_target(tc_json_walk *walk, tc_slice target)
{
    tc_slice type = {0}, name = {0}, id = {0};
    TC_AUDIT_TAKE(walk->row.arena, target, {"type", &type}, {"userPrincipalName", &name},
                  {"id", &id});
    bool user = type.len == 0 || tc_slice_equal_ascii(type, TC_LIT("User"));
    if (!user || (name.len == 0 && id.len == 0)) return false;
    tc_audit_set(walk, TC_FIELD_OBJECT_ID, name.len > 0 ? name : id);
    tc_audit_set(walk, TC_FIELD_TARGET_OBJECT, id);
    return true;
}

/* A list, or, of one target, what was in it. */
static void take_targets(tc_json_walk *walk, tc_slice targets)
{
    tc_json r;
    tc_json_value open;
    tc_slice target;
    tc_json_init(&r, targets);
    if (tc_slice_starts(targets, TC_LIT("{"))) (void)take_target(walk, targets);
    if (!tc_slice_starts(targets, TC_LIT("[")) || !tc_json_value_next(&r, &open)) return;
    for (size_t i = 0; i < TARGETS_MAX && tc_json_element_next(&r); i++)
        if (!tc_json_skip(&r, &target) || take_target(walk, tc_slice_trim(target))) return;
}

void tc_audit_take_directory(tc_json_walk *walk, tc_slice record)
{
    tc_slice activity = {0}, time = {0}, result = {0}, initiated = {0}, targets = {0};
    TC_AUDIT_TAKE(walk->row.arena, record, {"activityDisplayName", &activity},
                  {"activityDateTime", &time}, {"result", &result}, {"initiatedBy", &initiated},
                  {"targetResources", &targets});
    tc_audit_set(walk, TC_FIELD_OPERATION, activity);
    tc_audit_set(walk, TC_FIELD_CREATION_TIME, time);
    tc_audit_set(walk, TC_FIELD_RESULT_STATUS, result);
    take_actor(walk, initiated);
    take_targets(walk, targets);
}
