/*
 * audit_lists: lists of {Name, Value} in an audit record as fields (for audit/audit_record.c).
 */
#ifndef TC_AUDIT_LISTS_H
#define TC_AUDIT_LISTS_H

#include "parsers/text/json_lines_walk.h"

/* Takes the lists in the row apart: Parameters.NAME, with the spelling of the cmdlet's manual,
 * ExtendedProperties.NAME, OperationProperties.NAME. Some collectors write a list as text. */
void tc_audit_take_lists(tc_json_walk *walk);
/* Who acted and was acted upon, of what a record of the directory calls them: Actor.ObjectId,
 * Actor.UPN, and of Target the same. */
void tc_audit_take_parties(tc_json_walk *walk);
/* With everything asked for: lists of objects among the row's extras, member by member, as
 * NAME.INDEX.MEMBER. */
void tc_audit_flatten_extras(tc_json_walk *walk);

/* The text of a field of the row; empty if it has none. */
tc_slice tc_audit_text(const tc_json_walk *walk, tc_field field);
/* Sets a field of the row in place of whatever stands there; an empty text sets nothing. It has to
 * last as long as the row. */
void tc_audit_set(tc_json_walk *walk, tc_field_static field, tc_slice text);

#endif
