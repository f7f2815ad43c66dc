/*
 * analytics_row: what Log Analytics' tables OfficeActivity and SigninLogs call the members of the
 * records that they hold, as columns (exports.c, exports_tables.c) and as JSON, where sign-ins of
 * Microsoft Graph's PowerShell are alike (for audit/audit_record.c).
 */
#ifndef TC_AUDIT_ANALYTICS_ROW_H
#define TC_AUDIT_ANALYTICS_ROW_H

#include "parsers/audit/export.h"
#include "parsers/text/json_lines_walk.h"

/* Names there, in any case of letters, and as fields. {NULL, NULL} ends. */
extern const tc_export_name tc_analytics_activity[];
extern const tc_export_name tc_analytics_signin[];

/* Sets the row's fields from the object that is all of record, as far as it says them. */
void tc_audit_take_activity_row(tc_json_walk *walk, tc_slice record);
void tc_audit_take_signin_row(tc_json_walk *walk, tc_slice record);

#endif
