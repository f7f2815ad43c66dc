/*
 * export_kinds: what people export, however it was written down.
 *
 * PowerShell gives the same objects as CSV, JSON or Clixml, and the portals as XML. A kind is told
 * by the names that its objects have; the table formats of export.h are each of one kind.
 */
#ifndef TC_AUDIT_EXPORT_KINDS_H
#define TC_AUDIT_EXPORT_KINDS_H

#include "parsers/audit/export.h"

extern const tc_export tc_export_audit;       /* Search-UnifiedAuditLog */
extern const tc_export tc_export_tracking;    /* Get-MessageTrackingLog */
extern const tc_export tc_export_trace;       /* Get-MessageTrace, Get-MessageTraceV2 */
extern const tc_export tc_export_trace_graph; /* ... by Microsoft Graph */
extern const tc_export tc_export_admin;       /* Search-AdminAuditLog */
extern const tc_export tc_export_admin_xml;   /* its XML, sent by mail */
extern const tc_export tc_export_mailbox;     /* Search-MailboxAuditLog, and its XML */
extern const tc_export tc_export_winevent;    /* Get-WinEvent */
extern const tc_export tc_export_winevent_bare;
extern const tc_export tc_export_eventlog; /* Get-EventLog */
extern const tc_export tc_export_eventlog_bare;

/* Where exports of each end of themselves; of any of them, for formats that carry all kinds. */
extern const tc_row_limit tc_export_limits_audit[], tc_export_limits_tracking[],
    tc_export_limits_trace[], tc_export_limits_admin[], tc_export_limits_mailbox[],
    tc_export_limits_any[];

/* All of them, then NULL; the first whose names an object has counts. */
extern const tc_export *const tc_export_kinds[];
#define TC_EXPORT_KINDS 11

#endif
