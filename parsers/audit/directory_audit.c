#include "parsers/audit/directory_audit.h"

#include "parsers/audit/audit_lists.h"
#include "parsers/audit/audit_wrapper.h"

#define TARGETS_MAX 64

/* A member that is wanted, in any case of letters, and where its text goes. */
typedef struct wanted {
    const char *name;
    tc_slice *ret;
} wanted;

/* The texts of those members of the object; what it lacks, or is null, stays empty. */
static void take_members(tc_arena *arena, tc_slice object, const wanted *of, size_t count)
{
    tc_json r;
    tc_json_value open;
    tc_slice key, value;
    tc_json_init(&r, object);
    if (!tc_json_value_next(&r, &open) || open.type != TC_JSON_OBJECT) return;
    while (tc_json_key_next(&r, &key)) {
        if (!tc_json_skip(&r, &value)) return;
        for (size_t i = 0; i < count; i++)
            if (tc_slice_equal_ascii(key, tc_slice_of(of[i].name)))
                *of[i].ret = tc_audit_json_in(arena, value);
    }
}
#define TAKE_MEMBERS(arena, object, ...)                                                           \
    take_members(arena, object, (const wanted[]){__VA_ARGS__},                                     \
                 sizeof((const wanted[]){__VA_ARGS__}) / sizeof(wanted))

/* -- who, and whom ----------------------------------------------------------------------------- */

/* A person, or the application that acted. */
static void take_actor(tc_json_walk *walk, tc_slice initiated)
{
    tc_arena *arena = walk->row.arena;
    tc_slice user = {0}, app = {0}, name = {0}, id = {0}, address = {0};
    TAKE_MEMBERS(arena, initiated, {"user", &user}, {"app", &app});
    TAKE_MEMBERS(arena, user, {"userPrincipalName", &name}, {"id", &id}, {"ipAddress", &address});
    if (name.len > 0) tc_audit_set(walk, TC_FIELD_ACTOR_OBJECT, id);
    if (name.len == 0) TAKE_MEMBERS(arena, app, {"displayName", &name});
    tc_audit_set(walk, TC_FIELD_USER_ID_WRITTEN, name);
    tc_audit_set(walk, TC_FIELD_CLIENT_IP, address);
}

/* True if it is a user. */
static bool take_target(tc_json_walk *walk, tc_slice target)
{
    tc_slice type = {0}, name = {0}, id = {0};
    TAKE_MEMBERS(walk->row.arena, target, {"type", &type}, {"userPrincipalName", &name},
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
    TAKE_MEMBERS(walk->row.arena, record, {"activityDisplayName", &activity},
                 {"activityDateTime", &time}, {"result", &result}, {"initiatedBy", &initiated},
                 {"targetResources", &targets});
    tc_audit_set(walk, TC_FIELD_OPERATION, activity);
    tc_audit_set(walk, TC_FIELD_CREATION_TIME, time);
    tc_audit_set(walk, TC_FIELD_RESULT_STATUS, result);
    take_actor(walk, initiated);
    take_targets(walk, targets);
}
