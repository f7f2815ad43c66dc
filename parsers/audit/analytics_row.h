/*
 * analytics_row: a row of Log Analytics' tables OfficeActivity and SigninLogs, and a sign-in as
 * Microsoft Graph's PowerShell has it, in the fields of the records that they hold (for
 * audit/audit_record.c).
 *
 * All of them call members otherwise than the logs they come from, and differ in letters only from
 * each other. As CSV the same tables are parsers/audit/exports.c and exports_tables.c.
 */
#ifndef TC_AUDIT_ANALYTICS_ROW_H
#define TC_AUDIT_ANALYTICS_ROW_H

#include "parsers/text/json_lines_walk.h"

/* Sets the row's fields from the object that is all of record, as far as it says them. */
void tc_audit_take_activity_row(tc_json_walk *walk, tc_slice record);
void tc_audit_take_signin_row(tc_json_walk *walk, tc_slice record);

#endif
