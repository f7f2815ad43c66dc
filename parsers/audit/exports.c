/* What people export of audit logs and sign-ins: nothing but tables. */
#include "parsers/audit/analytics_row.h"
#include "parsers/audit/audit_record.h"
#include "parsers/audit/export_kinds.h"
#include "parsers/audit/export_rows.h"
#include "parsers/registered.h"

/* -- the audit log of Microsoft 365 ---------------------------------------------------------- */

/* Advanced hunting of Defender has the same records under another name. */
static bool recognise_audit(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    static const char *const payloads[] = {"AuditData", "RawEventData"};
    for (size_t k = 0; k < TC_COUNT_OF(payloads); k++)
        for (size_t i = 0; i < *count; i++) {
            if (!tc_slice_equal_ascii(names[i], tc_slice_of(payloads[k]))) continue;
            names[i] = TC_LIT("AuditData");
            return true;
        }
    return false;
}

const tc_export tc_export_audit = {
    .recognise = recognise_audit,
    .required = {"AuditData"},
    .payload = "AuditData",
};
#define AUDIT_WEIGHS (TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_PASSWORDS)
#define AUDIT_SEARCH "Search-UnifiedAuditLog"
const tc_row_limit tc_export_limits_audit[] = {
    {100, AUDIT_WEIGHS, AUDIT_SEARCH " without -ResultSize",
     "ask with -SessionCommand ReturnLargeSet -ResultSize 5000, page after page"},
    {5000, AUDIT_WEIGHS, AUDIT_SEARCH " on one page",
     "ask with -SessionCommand ReturnLargeSet, page after page, or for shorter spans of time"},
    {50000, AUDIT_WEIGHS, AUDIT_SEARCH " in one session, or a portal",
     "export shorter spans of time, and compare the numbers"},
    {0, 0, NULL, NULL},
};
const tc_parser tc_parser_m365_csv = {
    .name = "m365-csv",
    .summary = "Microsoft 365 audit log, CSV with a column AuditData",
    .spec = "Microsoft Learn: Export, configure, and view audit log records",
    .gives = "mailbox access, logons, passwords, Exchange management",
    .evidence = TC_AUDIT_EVIDENCE,
    .limits = tc_export_limits_audit,
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
static const tc_export analytics = {
    .required = {"UserPrincipalName", "IPAddress", "ResultType"},
    .names = tc_analytics_signin,
};

static bool is_stamped(const tc_slice *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal(names[i], TC_LIT("createdDateTime"))) return true;
    return false;
}

/* The names of the portal, or those of Log Analytics' SigninLogs. */
static bool recognise_signins(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    static const tc_export portal = {
        .required = {"Date (UTC)", "IP address", "Username", "Sign-in error code"},
        .names = signin_names};
    const tc_export *of = tc_export_has_all(&portal, names, *count)      ? &portal
                          : tc_export_has_all(&analytics, names, *count) ? &analytics
                                                                         : NULL;
    tc_slice fields[TC_EXPORT_COLUMNS];
    for (size_t i = 0; of && i < *count; i++)
        fields[i] = tc_export_field(of, names[i]);
    if (!of || !is_stamped(fields, *count)) return false;
    memcpy(names, fields, *count * sizeof *names);
    return true;
}

static const tc_export signin = {
    .recognise = recognise_signins,
    .time = "createdDateTime",
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

/* -- Entra's audit log ------------------------------------------------------------------------ */

static const tc_logsource directory_labels[] = {{NULL, "azure", "auditlogs"},
                                                {NULL, "m365", "audit"}};
static const tc_export_name directory_names[] = {
    {"Activity", "Operation"},
    {"ActorUserPrincipalName", "UserId"},
    {"ActorObjectId", "Actor.ObjectId"},
    {"IPAddress", "ClientIP"},
    {"User Agent", "userAgent"},
    {"Result", "ResultStatus"},
    {"Target1UserPrincipalName", "ObjectId"},
    {"Target1ObjectId", "Target.ObjectId"},
    {NULL, NULL},
};

/* The portal writes "Date" in the language of whoever exports, and the zone in all of them. */
static bool is_date(tc_slice name)
{
    return tc_slice_equal_ascii(name, TC_LIT("Date")) || tc_slice_ends(name, TC_LIT("(UTC)"));
}

static bool recognise_directory(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    static const tc_export portal = {
        .required = {"Activity", "ActorUserPrincipalName", "Target1UserPrincipalName"},
        .names = directory_names};
    bool dated = false;
    if (!tc_export_has_all(&portal, names, *count)) return false;
    for (size_t i = 0; i < *count; i++) {
        bool date = !dated && is_date(names[i]);
        names[i] = date ? TC_LIT("CreationTime") : tc_export_field(&portal, names[i]);
        dated = dated || date;
    }
    return dated;
}

static const tc_export directory = {
    .recognise = recognise_directory,
    .time = "CreationTime",
    TC_EXPORT_LABELS(directory),
};
const tc_parser tc_parser_entra_audit_csv = {
    .name = "entra-audit-csv",
    .summary = "Microsoft Entra audit log, CSV of the portal",
    .spec = "Microsoft Learn: Download logs in Microsoft Entra ID",
    .gives = "passwords changed and reset, accounts made",
    .evidence = TC_EVIDENCE_PASSWORDS | TC_EVIDENCE_ACCOUNTS,
    TC_EXPORT_PARSER(&directory),
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
/* What administrators did with passwords is among it. */
const tc_row_limit tc_export_limits_admin[] = {
    {1000, TC_EVIDENCE_PASSWORDS, "Search-AdminAuditLog without -ResultSize",
     "ask with -ResultSize 250000, or for shorter spans of time"},
    {0, 0, NULL, NULL},
};
const tc_parser tc_parser_admin_audit_csv = {
    .name = "exchange-admin-audit-csv",
    .summary = "Exchange admin audit log, exported as CSV (Search-AdminAuditLog)",
    .spec = "Microsoft Learn: Search-AdminAuditLog",
    .gives = "Exchange management: cmdlets and by whom, without parameters",
    .evidence = TC_EVIDENCE_MANAGEMENT,
    .limits = tc_export_limits_admin,
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
const tc_row_limit tc_export_limits_mailbox[] = {
    {1000, TC_EVIDENCE_WEBMAIL, "Search-MailboxAuditLog without -ResultSize",
     "ask with -ResultSize 250000, or for single mailboxes"},
    {50000, TC_EVIDENCE_WEBMAIL, "an export of the mailbox audit log",
     "export shorter spans of time, or single mailboxes"},
    {0, 0, NULL, NULL},
};
/* In formats that carry any of them nothing tells which search it was. */
#define ANY_WEIGHS (TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_PASSWORDS | TC_EVIDENCE_MESSAGES)
const tc_row_limit tc_export_limits_any[] = {
    {1000, ANY_WEIGHS, "Exchange's searches without -ResultSize",
     "ask with -ResultSize Unlimited (Get-MessageTrackingLog) or 250000 (Search-AdminAuditLog, "
     "Search-MailboxAuditLog), or for page after page"},
    {5000, ANY_WEIGHS, "Exchange Online on one page",
     "ask for page after page, or for shorter spans of time"},
    {50000, ANY_WEIGHS, "a search of audit logs",
     "export shorter spans of time, and compare the numbers"},
    {0, 0, NULL, NULL},
};
const tc_parser tc_parser_mailbox_audit_csv = {
    .name = "exchange-mailbox-audit-csv",
    .summary = "Exchange mailbox audit log, exported as CSV (Search-MailboxAuditLog)",
    .spec = "Microsoft Learn: Search-MailboxAuditLog",
    .gives = "what was done in mailboxes, for rules: users are display names",
    .evidence = TC_EVIDENCE_CONNECTIONS,
    .limits = tc_export_limits_mailbox,
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
