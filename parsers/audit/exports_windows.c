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
    {"Source", "Provider_Name"},
    {"MachineName", "Computer"},
    {"Index", "EventRecordID"},
    {"EntryType", "Keywords"},
    {"TimeGenerated", "TimeCreated"},
    {"CategoryNumber", "Task"},
    {"UserName", "User"},
    {"ReplacementStrings", "Data"},
    {"InstanceId", "EventID"},
    {NULL, NULL},
};
static const char *const eventlog_bare[] = {"TimeGenerated", "InstanceId", "EntryType", "Message"};

static size_t find_name(const tc_slice *names, size_t count, const char *name)
{
    size_t at = 0;
    while (at < count && !tc_slice_equal_ascii(names[at], tc_slice_of(name)))
        at++;
    return at;
}

/* The number may be missing: the event's is in InstanceId then. */
static bool recognise_eventlog(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    bool numbered = find_name(names, *count, "EventID") < *count;
    for (size_t i = 0; i < TC_COUNT_OF(eventlog_bare); i++)
        if ((i != 1 || !numbered) && find_name(names, *count, eventlog_bare[i]) == *count)
            return false;
    return true;
}

const tc_export tc_export_eventlog_bare = {
    .required = {"TimeGenerated", "InstanceId", "EntryType", "Message"},
    .time = "TimeGenerated",
    .local = true,
    .names = eventlog_names,
    .windows = true,
};
const tc_export tc_export_eventlog = {
    .recognise = recognise_eventlog,
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
    "Date and Time",       "Datum und Uhrzeit",
    "Date et heure",       "Fecha y hora",
    "Data e ora",          "Datum en tijd",
    "Data e Hora",         "Data i godzina",
    "Datum och tid",       "Dato og klokkeslæt",
    "Dato og klokkeslett", "Datum a čas",
    "Дата и время",        "Дата й час",
    "Tarih ve Saat",       "日付と時刻",
    "日期和时间",          "날짜 및 시간",
    "日期和時間",          "Dátum és idő",
    "Päivämäärä ja aika",  "Päivämäärä ja kellonaika",
    "Dátum a čas",         "Datum in čas",
    "Datum i vrijeme",     "Datum i vreme",
    "Dată și oră",         "Data și ora",
    "Дата и час",          "Ημερομηνία και ώρα",
    "תאריך ושעה",          "التاريخ والوقت",
    "Kuupäev ja kellaaeg", "Datums un laiks",
    "Data ir laikas",
};

/* The first column is the keywords of audited events, which say whether something failed. */
static const char *const keywords[] = {
    "Keywords",      "Schlüsselwörter", "Mots clés",      "Palabras clave", "Parole chiave",
    "Trefwoorden",   "Palavras-chave",  "Słowa kluczowe", "Nyckelord",      "Ключевые слова",
    "Ключові слова", "Klíčová slova",   "Nøgleord",       "Nøkkelord",      "Anahtar Sözcükler",
    "キーワード",    "关键字",          "關鍵字",         "키워드",         "Kulcsszavak",
    "Avainsanat",    "Kľúčové slová",   "Ključne besede", "Ključne riječi", "Cuvinte cheie",
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

/* -- tables of whoever collects events ------------------------------------------------------- */

/* How Splunk, Kibana, Sentinel, Graylog and EvtxECmd call the event's number and its time, and what
 * nobody else has besides; of the last the ends of names. */
static const char *const numbers[] = {
    "EventID",
    "EventId",
    "EventCode",
    "event_id",
    "event.code",
    "winlog.event_id",
    "_source.winlog.event_id",
    "data.win.system.eventID",
    "winlogbeat_event_id",
    "winlogbeat_winlog_event_id",
};
static const char *const stamps[] = {
    "@timestamp",  "_time",     "TimeGenerated [UTC]", "TimeGenerated",
    "TimeCreated", "EventTime", "timestamp",
};
static const char *const windows_only[] = {
    "TargetUserName", "SubjectUserName", "Channel",      "log_name",
    "computer_name",  "Computer",        "ComputerName", "LogName",
};

static bool any_equals(const tc_slice *names, size_t count, const char *const *list, size_t length)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < length; k++)
            if (tc_slice_equal(names[i], tc_slice_of(list[k]))) return true;
    return false;
}

static bool any_ends(const tc_slice *names, size_t count, const char *const *list, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_ends_one_of(names[i], list, length)) return true;
    return false;
}

static bool recognise_table(tc_slice names[TC_EXPORT_COLUMNS], size_t *count)
{
    return any_equals(names, *count, numbers, TC_COUNT_OF(numbers)) &&
           any_equals(names, *count, stamps, TC_COUNT_OF(stamps)) &&
           any_ends(names, *count, windows_only, TC_COUNT_OF(windows_only));
}

/* What a page of results holds at most. */
static const tc_row_limit table_limits[] = {
    {10000, TC_EVIDENCE_PASSWORDS, "Log Analytics and Kibana",
     "export shorter spans of time, and put them together"},
    {30000, TC_EVIDENCE_PASSWORDS, "Log Analytics",
     "export shorter spans of time, and put them together"},
    {0, 0, NULL, NULL},
};
static const tc_export table = {
    .recognise = recognise_table, .time = "@timestamp", .windows = true, .members = true};
const tc_parser tc_parser_windows_table_csv = {
    .name = "windows-table-csv",
    .summary = "Windows events, CSV of Splunk, Kibana, Sentinel, Graylog, EvtxECmd",
    .spec = "Elastic Common Schema; Microsoft Learn: SecurityEvent",
    .limits = table_limits,
    PARSER_OF_EVENTS(&table),
};

/* -- all kinds ------------------------------------------------------------------------------- */

const tc_export *const tc_export_kinds[TC_EXPORT_KINDS + 1] = {
    &tc_export_audit,    &tc_export_admin,         &tc_export_admin_xml,     &tc_export_mailbox,
    &tc_export_tracking, &tc_export_trace,         &tc_export_trace_graph,   &tc_export_winevent,
    &tc_export_eventlog, &tc_export_eventlog_bare, &tc_export_winevent_bare,
};
