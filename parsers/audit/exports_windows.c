/* Windows events as people export them to tables: PowerShell's objects, and Event Viewer's list. */
#include "parsers/audit/export_kinds.h"
#include "parsers/registered.h"
#include "parsers/windows/windows_event.h"

#define PARSER_OF_EVENTS(table)                                                                    \
    .gives = "logons, passwords, account changes", .evidence = TC_WINDOWS_EVIDENCE,                \
    .identity = tc_windows_identity, .show = tc_windows_show, TC_EXPORT_PARSER(table)

/* -- Get-WinEvent ---------------------------------------------------------------------------- */

static const tc_export_name winevent_names[] = {
    {"Id", "EventID"},
    {"LogName", "Channel"},
    {"ProviderName", "Provider_Name"},
    {"ProviderId", "Provider_Guid"},
    {"MachineName", "Computer"},
    {"RecordId", "EventRecordID"},
    {"ProcessId", "Execution_ProcessID"},
    {"ThreadId", "Execution_ThreadID"},
    {"ActivityId", "Correlation_ActivityID"},
    {"UserId", "Security_UserID"},
    {"KeywordsDisplayNames", "Keywords"},
    {"Properties", "Data"},
    {NULL, NULL},
};
const tc_export tc_export_winevent = {
    .required = {"TimeCreated", "Id", "Message"},
    .time = "TimeCreated",
    .local = true,
    .names = winevent_names,
    .windows = true,
};
/* The same where the message was left out. */
const tc_export tc_export_winevent_bare = {
    .required = {"TimeCreated", "Id", "LogName"},
    .time = "TimeCreated",
    .local = true,
    .names = winevent_names,
    .windows = true,
};
const tc_parser tc_parser_winevent_csv = {
    .name = "winevent-csv",
    .summary = "Windows events, exported as CSV (Get-WinEvent)",
    .spec = "Microsoft Learn: Get-WinEvent, Export-Csv",
    PARSER_OF_EVENTS(&tc_export_winevent),
};

/* -- Get-EventLog ---------------------------------------------------------------------------- */

static const tc_export_name eventlog_names[] = {
    {"Source", "Provider_Name"}, {"MachineName", "Computer"},      {"Index", "EventRecordID"},
    {"EntryType", "Keywords"},   {"TimeGenerated", "TimeCreated"}, {"CategoryNumber", "Task"},
    {"UserName", "User"},        {"ReplacementStrings", "Data"},   {NULL, NULL},
};
const tc_export tc_export_eventlog = {
    .required = {"TimeGenerated", "EventID", "EntryType", "Message"},
    .time = "TimeGenerated",
    .local = true,
    .names = eventlog_names,
    .windows = true,
};
const tc_parser tc_parser_eventlog_csv = {
    .name = "eventlog-csv",
    .summary = "Windows events, exported as CSV (Get-EventLog)",
    .spec = "Microsoft Learn: Get-EventLog, Export-Csv",
    PARSER_OF_EVENTS(&tc_export_eventlog),
};

/* -- Event Viewer ---------------------------------------------------------------------------- */

/* How the second column is called in the languages of Windows. The others go by their places. */
static const char *const times[] = {
    "Date and Time", "Datum und Uhrzeit",  "Date et heure",       "Fecha y hora",
    "Data e ora",    "Datum en tijd",      "Data e Hora",         "Data i godzina",
    "Datum och tid", "Dato og klokkeslæt", "Dato og klokkeslett", "Datum a čas",
    "Дата и время",  "Дата й час",         "Tarih ve Saat",       "日付と時刻",
    "日期和时间",    "날짜 및 시간",
};

/* The first column is the keywords of audited events, which say whether something failed. */
static const char *const keywords[] = {
    "Keywords",    "Schlüsselwörter", "Mots clés",      "Palabras clave", "Parole chiave",
    "Trefwoorden", "Palavras-chave",  "Słowa kluczowe", "Nyckelord",      "Ключевые слова",
};

/* The message has no name in the header. */
static bool recognise(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    if ((*count != 5 && *count != 6) || !tc_slice_is_one_of(names[1], times, TC_COUNT_OF(times)))
        return false;
    bool audited = tc_slice_is_one_of(names[0], keywords, TC_COUNT_OF(keywords));
    names[0] = audited ? TC_LIT("Keywords") : TC_LIT("LevelDisplayName");
    names[1] = TC_LIT("TimeCreated");
    names[2] = TC_LIT("Provider_Name");
    names[3] = TC_LIT("EventID");
    names[4] = TC_LIT("TaskDisplayName");
    names[5] = TC_LIT("Message");
    *count = 6;
    return true;
}

static const tc_export viewer = {
    .recognise = recognise,
    .time = "TimeCreated",
    .local = true,
    .windows = true,
};
const tc_parser tc_parser_eventviewer_csv = {
    .name = "eventviewer-csv",
    .summary = "Windows events that Event Viewer saved as CSV or text",
    .spec = "Microsoft Learn: Event Viewer, Save All Events As",
    PARSER_OF_EVENTS(&viewer),
};

/* -- all kinds ------------------------------------------------------------------------------- */

const tc_export *const tc_export_kinds[TC_EXPORT_KINDS + 1] = {
    &tc_export_audit,    &tc_export_admin,         &tc_export_admin_xml,   &tc_export_mailbox,
    &tc_export_tracking, &tc_export_trace,         &tc_export_trace_graph, &tc_export_winevent,
    &tc_export_eventlog, &tc_export_winevent_bare,
};
