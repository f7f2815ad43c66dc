/*
 * directory_audit: a record of Entra's own audit log (Microsoft Graph: directoryAudit) in the
 * fields of Microsoft 365's (for audit/audit_record.c).
 *
 * Graph, its PowerShell, the portal and Log Analytics write the same members with differing
 * letters, and some of them as text within text. An activity is called as the operation of
 * Microsoft 365's log is, so that one table says what they mean.
 */
#ifndef TC_AUDIT_DIRECTORY_AUDIT_H
#define TC_AUDIT_DIRECTORY_AUDIT_H

#include "parsers/text/json_lines_walk.h"

/* Sets Operation, CreationTime, ResultStatus, UserId, Actor.ObjectId, ClientIP, ObjectId and
 * Target.ObjectId of the row from the object that is all of record, as far as it says them. Of
 * several targets the first user counts. */
void tc_audit_take_directory(tc_json_walk *walk, tc_slice record);

#endif
