/* Logs that somebody loaded into a table and saved again (Log Parser, Excel, Import-Csv and
 * Export-Csv), or that a collector gives as one (Log Analytics): web logs, and records of
 * Microsoft 365's audit log with a column for each member. */
#include "parsers/audit/analytics_row.h"
#include "parsers/audit/audit_record.h"
#include "parsers/audit/export_kinds.h"
#include "parsers/audit/export_rows.h"
#include "parsers/registered.h"

static bool has(const tc_slice *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal_ascii(names[i], tc_slice_of(name))) return true;
    return false;
}

/* Translates all names if those that are required are then among them. */
static bool translate(const tc_export_name *table, const char *const *required,
                      tc_slice written[TC_EXPORT_COLUMNS], size_t count)
{
    const tc_export names = {.names = table};
    tc_slice fields[TC_EXPORT_COLUMNS];
    for (size_t i = 0; i < count; i++)
        fields[i] = tc_export_field(&names, written[i]);
    for (; *required; required++)
        if (!has(fields, count, *required)) return false;
    memcpy(written, fields, count * sizeof *written);
    return true;
}

/* -- web logs --------------------------------------------------------------------------------- */

static const tc_export_name web_names[] = {
    {"DateTime", "date"},
    {"TimeGenerated", "date"},
    {"TimeGenerated [UTC]", "date"},
    {"UrlStem", "cs-uri-stem"},
    {"csUriStem", "cs-uri-stem"},
    {"UrlQuery", "cs-uri-query"},
    {"csUriQuery", "cs-uri-query"},
    {"ClientIpAddress", "c-ip"},
    {"cIP", "c-ip"},
    {"AuthenticatedUser", "cs-username"},
    {"csUserName", "cs-username"},
    {"HttpStatus", "sc-status"},
    {"scStatus", "sc-status"},
    {"scSubStatus", "sc-substatus"},
    {"scWin32Status", "sc-win32-status"},
    {"Method", "cs-method"},
    {"csMethod", "cs-method"},
    {"csUserAgent", "cs(User-Agent)"},
    {"csReferer", "cs(Referer)"},
    {"csCookie", "cs(Cookie)"},
    {"csHost", "cs-host"},
    {"sPort", "s-port"},
    {"sIP", "s-ip"},
    {"sSiteName", "s-sitename"},
    {"sComputerName", "s-computername"},
    {"Computer", "s-computername"},
    {"TimeTaken", "time-taken"},
    {NULL, NULL},
};

static bool recognise_web(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    static const char *const required[] = {"date", "c-ip", "cs-uri-stem", "sc-status", NULL};
    return translate(web_names, required, names, *count);
}

static const tc_logsource web_labels[] = {{"webserver", NULL, NULL}, {NULL, "windows", "iis"}};
static const tc_export web = {
    .recognise = recognise_web,
    .time = "date",
    .clock = "time",
    TC_EXPORT_LABELS(web),
};
const tc_parser tc_parser_web_table_csv = {
    .name = "web-table-csv",
    .summary = "web logs in a table: Log Parser, Excel, PowerShell, Log Analytics",
    .spec = "Microsoft Learn: W3C logging; W3CIISLog",
    .gives = "webmail, logons, culture, password pages",
    .evidence = TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_LOGONS | TC_EVIDENCE_CULTURE,
    TC_EXPORT_PARSER(&web),
};

/* -- Microsoft 365 ---------------------------------------------------------------------------- */

static bool recognise_audit(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    static const char *const required[] = {"CreationTime", "Operation", "UserId", "Workload", NULL};
    return translate(tc_analytics_activity, required, names, *count);
}

static const tc_logsource audit_labels[] = {{NULL, "m365", "audit"}};
static const tc_export audit = {
    .recognise = recognise_audit,
    .time = "CreationTime",
    TC_EXPORT_LABELS(audit),
};
const tc_parser tc_parser_m365_table_csv = {
    .name = "m365-table-csv",
    .summary = "Microsoft 365 audit log in a table (Sentinel, flattened AuditData)",
    .spec = "Microsoft Learn: OfficeActivity",
    .gives = "mailbox access, logons, passwords; not what cmdlets were told",
    .evidence = TC_AUDIT_EVIDENCE,
    .limits = tc_export_limits_audit,
    .identity = tc_audit_identity,
    TC_EXPORT_PARSER(&audit),
};
