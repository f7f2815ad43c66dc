/* What people export of audit logs and sign-ins: nothing but tables. */
#include "parsers/audit/audit_record.h"
#include "parsers/audit/export_kinds.h"
#include "parsers/registered.h"

/* -- the audit log of Microsoft 365 ---------------------------------------------------------- */

const tc_export tc_export_audit = {
    .required = {"AuditData"},
    .payload = "AuditData",
};
const tc_parser tc_parser_m365_csv = {
    .name = "m365-csv",
    .summary = "Microsoft 365 audit log, CSV with a column AuditData",
    .spec = "Microsoft Learn: Export, configure, and view audit log records",
    .gives = "mailbox access, logons, passwords, Exchange management",
    .evidence = TC_AUDIT_EVIDENCE,
    .identity = tc_audit_identity,
    TC_EXPORT_PARSER(&tc_export_audit),
};

/* -- Entra sign-ins -------------------------------------------------------------------------- */

static const tc_logsource signin_labels[] = {{NULL, "azure", "signinlogs"},
                                             {NULL, "m365", "audit"}};
static const tc_export_name signin_names[] = {
    {"Date (UTC)", "createdDateTime"},
    {"Request ID", "id"},
    {"Username", "UserId"},
    {"User ID", "userId"},
    {"User principal name", "UserId"},
    {"IP address", "ClientIP"},
    {"Application", "appDisplayName"},
    {"Application ID", "appId"},
    {"Client app", "clientAppUsed"},
    {"User agent", "userAgent"},
    {"Sign-in error code", "status.errorCode"},
    {"Failure reason", "status.failureReason"},
    {NULL, NULL},
};
static const tc_export signin = {
    .required = {"Date (UTC)", "IP address", "Username", "Sign-in error code"},
    .time = "Date (UTC)",
    .names = signin_names,
    TC_EXPORT_LABELS(signin),
};
const tc_parser tc_parser_entra_csv = {
    .name = "entra-signin-csv",
    .summary = "Microsoft Entra sign-ins, CSV of the portal",
    .spec = "Microsoft Learn: Download logs in Microsoft Entra ID",
    .gives = "logons, and those that failed",
    .evidence = TC_EVIDENCE_LOGONS,
    .identity = tc_audit_identity,
    TC_EXPORT_PARSER(&signin),
};

/* -- audit of Exchange itself ---------------------------------------------------------------- */

static const tc_logsource admin_labels[] = {{NULL, "exchange", "adminaudit"},
                                            {NULL, "windows", "msexchange-management"}};
static const tc_export_name admin_names[] = {
    {"RunDate", "CreationTime"},        {"CmdletName", "Cmdlet"},
    {"CmdletParameters", "Parameters"}, {"ObjectModified", "Parameters.Identity"},
    {"Succeeded", "ResultStatus"},      {NULL, NULL},
};
const tc_export tc_export_admin = {
    .required = {"RunDate", "CmdletName", "ObjectModified", "Caller"},
    .time = "RunDate",
    .local = true,
    .names = admin_names,
    TC_EXPORT_LABELS(admin),
};
const tc_parser tc_parser_admin_audit_csv = {
    .name = "exchange-admin-audit-csv",
    .summary = "Exchange admin audit log, exported as CSV (Search-AdminAuditLog)",
    .spec = "Microsoft Learn: Search-AdminAuditLog",
    .gives = "Exchange management: cmdlets and by whom, without parameters",
    .evidence = TC_EVIDENCE_MANAGEMENT,
    TC_EXPORT_PARSER(&tc_export_admin),
};

static const tc_logsource mailbox_labels[] = {{NULL, "exchange", "mailboxaudit"},
                                              {NULL, "m365", "audit"}};
static const tc_export_name mailbox_names[] = {
    {"LastAccessed", "CreationTime"},
    {"OperationResult", "ResultStatus"},
    {"ClientIPAddress", "ClientIP"},
    {NULL, NULL},
};
const tc_export tc_export_mailbox = {
    .required = {"LastAccessed", "Operation", "LogonType", "MailboxOwnerUPN"},
    .time = "LastAccessed",
    .local = true,
    .names = mailbox_names,
    TC_EXPORT_LABELS(mailbox),
};
const tc_parser tc_parser_mailbox_audit_csv = {
    .name = "exchange-mailbox-audit-csv",
    .summary = "Exchange mailbox audit log, exported as CSV (Search-MailboxAuditLog)",
    .spec = "Microsoft Learn: Search-MailboxAuditLog",
    .gives = "what was done in mailboxes, for rules: users are display names",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    TC_EXPORT_PARSER(&tc_export_mailbox),
};

static const tc_export_name admin_xml_names[] = {
    {"RunDate", "CreationTime"},
    {"ObjectModified", "Parameters.Identity"},
    {"Succeeded", "ResultStatus"},
    {NULL, NULL},
};
const tc_export tc_export_admin_xml = {
    .required = {"RunDate", "Cmdlet", "Caller"},
    .time = "RunDate",
    .local = true,
    .names = admin_xml_names,
    TC_EXPORT_LABELS(admin),
};
