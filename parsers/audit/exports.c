/* What people export of audit logs, sign-ins and mail on its way: nothing but tables. */
#include "parsers/audit/audit_record.h"
#include "parsers/audit/export_kinds.h"
#include "parsers/registered.h"

#define LABELS(format) .labels = format##_labels, .label_count = TC_COUNT_OF(format##_labels)

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
    LABELS(signin),
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

/* -- message tracking ------------------------------------------------------------------------ */

static const tc_logsource tracking_labels[] = {{NULL, "exchange", "messagetracking"}};
static const tc_export_name tracking_names[] = {
    {"Timestamp", "date-time"},
    {"ClientIp", "client-ip"},
    {"ClientHostname", "client-hostname"},
    {"ServerIp", "server-ip"},
    {"ServerHostname", "server-hostname"},
    {"SourceContext", "source-context"},
    {"ConnectorId", "connector-id"},
    {"Source", "source"},
    {"EventId", "event-id"},
    {"InternalMessageId", "internal-message-id"},
    {"MessageId", "message-id"},
    {"NetworkMessageId", "network-message-id"},
    {"Recipients", "recipient-address"},
    {"RecipientStatus", "recipient-status"},
    {"TotalBytes", "total-bytes"},
    {"RecipientCount", "recipient-count"},
    {"RelatedRecipientAddress", "related-recipient-address"},
    {"Reference", "reference"},
    {"MessageSubject", "message-subject"},
    {"Sender", "sender-address"},
    {"ReturnPath", "return-path"},
    {"Directionality", "directionality"},
    {"TenantId", "tenant-id"},
    {"OriginalClientIp", "original-client-ip"},
    {"MessageInfo", "message-info"},
    {"EventData", "custom-data"},
    {"TransportTrafficType", "transport-traffic-type"},
    {NULL, NULL},
};
const tc_export tc_export_tracking = {
    .required = {"Timestamp", "EventId", "Source", "MessageSubject", "Sender"},
    .time = "Timestamp",
    .local = true,
    .names = tracking_names,
    LABELS(tracking),
};
const tc_parser tc_parser_msgtrk_csv = {
    .name = "exchange-msgtrk-csv",
    .summary = "Exchange message tracking, exported as CSV (Get-MessageTrackingLog)",
    .spec = "Microsoft Learn: Get-MessageTrackingLog",
    .gives = "system messages and their language, mail sent from webmail",
    .evidence = TC_EVIDENCE_MESSAGES,
    TC_EXPORT_PARSER(&tc_export_tracking),
};

/* -- message trace --------------------------------------------------------------------------- */

static const tc_logsource trace_labels[] = {{NULL, "m365", "messagetrace"}};
static const tc_export_name trace_names[] = {
    {"Received", "date-time"},
    {"SenderAddress", "sender-address"},
    {"RecipientAddress", "recipient-address"},
    {"Subject", "message-subject"},
    {"Status", "recipient-status"},
    {"FromIP", "client-ip"},
    {"MessageId", "message-id"},
    {"MessageTraceId", "network-message-id"},
    {"Size", "total-bytes"},
    {NULL, NULL},
};
const tc_export tc_export_trace = {
    .required = {"Received", "SenderAddress", "RecipientAddress", "Subject", "MessageTraceId"},
    .time = "Received",
    .names = trace_names,
    LABELS(trace),
};
const tc_parser tc_parser_message_trace_csv = {
    .name = "m365-message-trace-csv",
    .summary = "Exchange Online message trace, CSV",
    .spec = "Microsoft Learn: Get-MessageTrace",
    .gives = "who sent what to whom, for rules; not which messages the system wrote",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    TC_EXPORT_PARSER(&tc_export_trace),
};

/* What one searches for more than ten days back: a row for each message. */
static const tc_export_name history_names[] = {
    {"origin_timestamp_utc", "date-time"},
    {"sender_address", "sender-address"},
    {"recipient_status", "recipient-status"},
    {"message_subject", "message-subject"},
    {"total_bytes", "total-bytes"},
    {"message_id", "message-id"},
    {"network_message_id", "network-message-id"},
    {"original_client_ip", "original-client-ip"},
    {NULL, NULL},
};
static const tc_export history = {
    .required = {"origin_timestamp_utc", "sender_address", "recipient_status", "message_subject"},
    .time = "origin_timestamp_utc",
    .names = history_names,
    LABELS(trace),
};
const tc_parser tc_parser_historical_trace_csv = {
    .name = "m365-historical-trace-csv",
    .summary = "Exchange Online message trace of older mail, CSV",
    .spec = "Microsoft Learn: Start-HistoricalSearch",
    .gives = "who sent what to whom, for rules; not which messages the system wrote",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    TC_EXPORT_PARSER(&history),
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
    LABELS(admin),
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
    LABELS(mailbox),
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
    LABELS(admin),
};
