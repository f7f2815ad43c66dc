/*
 * audit_wrapper: where in a JSON object the audit record is (for audit/audit_record.c).
 */
#ifndef TC_AUDIT_WRAPPER_H
#define TC_AUDIT_WRAPPER_H

#include "parsers/base/json_reader.h"

typedef enum tc_audit_kind {
    TC_AUDIT_NONE,
    TC_AUDIT_OPERATION,
    TC_AUDIT_SIGNIN,
    TC_AUDIT_DIRECTORY,    /* of Entra's own audit log */
    TC_AUDIT_ACTIVITY_ROW, /* analytics_row.h */
    TC_AUDIT_SIGNIN_ROW
} tc_audit_kind;

/* The record in the object that is all of text: the object itself, or what up to three wrappers
 * hold. A text that was written in a text is decoded into the arena. Only names are looked at. */
tc_audit_kind tc_audit_find(tc_arena *arena, tc_slice text, tc_slice *ret);

/* A member's value without white space around it: a text decoded into the arena, which may be JSON
 * in its turn, anything else as it stands; empty for null and for a text that cannot be decoded. */
tc_slice tc_audit_json_in(tc_arena *arena, tc_slice value);

#endif
