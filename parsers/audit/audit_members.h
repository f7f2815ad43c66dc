/*
 * audit_members: single members of an object in an audit record (for parsers/audit).
 *
 * For what several products write with differing letters, or as text within text; members with one
 * name are fields of the row already.
 */
#ifndef TC_AUDIT_AUDIT_MEMBERS_H
#define TC_AUDIT_AUDIT_MEMBERS_H

#include "parsers/base/arena.h"

/* A member that is wanted, in any case of letters, and where its text goes. */
typedef struct tc_audit_member {
    const char *name;
    tc_slice *ret;
} tc_audit_member;

/* Sets the texts of those members of the object (tc_audit_json_in); what the object lacks, or has
 * as null, stays as it was. They live as long as arena and object. */
void tc_audit_take_members(tc_arena *arena, tc_slice object, const tc_audit_member *of,
                           size_t count);
#define TC_AUDIT_TAKE(arena, object, ...)                                                          \
    tc_audit_take_members(arena, object, (const tc_audit_member[]){__VA_ARGS__},                   \
                          sizeof((const tc_audit_member[]){__VA_ARGS__}) /                         \
                              sizeof(tc_audit_member))

#endif
