#include "detector/input/evidence.h"

#define SIGNS_MAX 4
enum {
    LINES_MAX = 40,         /* of header and column names that are looked at */
    MEMBERS_WITHIN = 16384, /* bytes of JSON in which its members must stand */
    ELEMENTS_WITHIN = 4096, /* the same for XML */
    UNITS_WITHIN = 256,     /* characters of UTF-32 that are looked at */
    UNITS_ENOUGH = 16,      /* fewer show nothing */
};

/* Everything in `signs` must be there. */
typedef struct row {
    const char *signs[SIGNS_MAX];
    tc_likeness evidence;
} row;

#define EVT_MEND "on Windows: wevtutil qe FILE.evt /lf:true /f:xml > FILE.xml, then scan FILE.xml"
#define UTF32_MEND "make it text that is read: iconv -f UTF-32 -t UTF-8 FILE > FILE.log"
#define IMAGE_MEND "mount it, read-only, and scan the folders with the logs in it"
#define CAPTURE_MEND "make it a capture that is read: editcap -F pcapng FILE FILE.pcapng"
#define TRACE_MEND                                                                                 \
    "if packets were captured in it (netsh trace, pktmon): etl2pcapng FILE.etl FILE.pcapng"
#define EVENTS_MEND "export the events once more with wevtutil qe Security /f:xml > security.xml"
#define NOT_READ_MEND "not read by this version; look into it by hand"
#define TRACKING_MEND                                                                              \
    "give the message tracking logs themselves, from TransportRoles\\Logs\\MessageTracking"
#define COLUMNS_MEND "export it once more with all its columns"
#define SEARCH_MEND "search once more: Search-AdminAuditLog ... | Export-Clixml admin.xml"
#define SHIPPER_MEND "give the logs that these records were taken from"
#define UNIFIED_MEND "give the unified audit log (Search-UnifiedAuditLog), which has the same deeds"
#define SIGNIN_MEND "export the sign-ins once more as JSON"
#define TIMELINE_MEND "give the logs that the timeline was made from"
#define AUDIT_JSON_MEND "export it once more as JSON"
#define UTC_MEND "export it once more with times in UTC"
#define WINLOG_MEND "export it once more with all fields of winlog, or the events with wevtutil"
#define TABLE_MEND "a table is cut: export it once more with Export-Csv or Export-Clixml"
#define CLOUDWATCH_MEND                                                                            \
    "write its messages as lines: jq -r '(.events // .logEvents)[].message' FILE > FILE.log"
#define LOKI_MEND                                                                                  \
    "write its lines: jq -r '(.data.result // .streams)[].values[][1]' FILE > FILE.log"
#define OTLP_MEND                                                                                  \
    "write its records one a line: jq -c '.resourceLogs[].scopeLogs[].logRecords[]' FILE"
#define LINES_MEND                                                                                 \
    "if they stand in one document, write one a line: jq -c '.[][]' FILE > FILE.jsonl"

typedef struct magic {
    const char *bytes;
    size_t length;
    tc_likeness evidence;
} magic;
#define MAGIC(bytes) (bytes), sizeof(bytes) - 1

static const magic magics[] = {
    {MAGIC("\xFF\xFE\0\0"), {"text in UTF-32", UTF32_MEND}},
    {MAGIC("\0\0\xFE\xFF"), {"text in UTF-32", UTF32_MEND}},
    {MAGIC("\x30\0\0\0LfLe"), {"a Windows event log of before 2008 (EVT)", EVT_MEND}},
    {MAGIC("snoop\0\0\0"), {"a packet capture (snoop)", CAPTURE_MEND}},
    {MAGIC("GMBU"), {"a packet capture (Network Monitor 2)", CAPTURE_MEND}},
    {MAGIC("RTSS"), {"a packet capture (Network Monitor 1)", CAPTURE_MEND}},
    {MAGIC("ObserverPktBuf"), {"a packet capture (Observer)", CAPTURE_MEND}},
    {MAGIC("TRSNIFF data    "), {"a packet capture (Sniffer)", CAPTURE_MEND}},
    {MAGIC("\5VNF"), {"a packet capture (Visual Networks)", CAPTURE_MEND}},
    {MAGIC("EVF\x09\x0D\x0A\xFF\0"), {"an image of a disk (E01)", IMAGE_MEND}},
    {MAGIC("EVF2\x0D\x0A\x81\0"), {"an image of a disk (Ex01)", IMAGE_MEND}},
    {MAGIC("LVF\x09\x0D\x0A\xFF\0"), {"an image of files (L01)", IMAGE_MEND}},
    {MAGIC("ADSEGMEN"), {"an image of a disk (AD1)", IMAGE_MEND}},
    {MAGIC("vhdxfile"), {"an image of a disk (VHDX)", IMAGE_MEND}},
    {MAGIC("conectix"), {"an image of a disk (VHD)", IMAGE_MEND}},
    {MAGIC("KDMV"), {"an image of a disk (VMDK)", IMAGE_MEND}},
    {MAGIC("QFI\xFB"), {"an image of a disk (QCOW)", IMAGE_MEND}},
    {MAGIC("MSWIM\0\0\0"), {"an image of files (WIM)", IMAGE_MEND}},
};

/* '#' lines at the head of a file, case aside. */
static const row headers[] = {
    {{"#Log-type:", "Mapi"}, {"an Exchange MAPI log", NOT_READ_MEND}},
    {{"#Log-type:", "Cmdlet"}, {"an Exchange log of cmdlets", NOT_READ_MEND}},
    {{"#< CLIXML"}, {"objects of PowerShell (Clixml)", EVENTS_MEND}},
    {{"#TYPE ", "Diagnostics.Eventing"}, {"events of Get-WinEvent as CSV", EVENTS_MEND}},
    {{"#TYPE ", "Diagnostics.EventLogEntry"}, {"events of Get-EventLog as CSV", EVENTS_MEND}},
    {{"#TYPE ", "MessageTracking"}, {"tracking events exported as CSV", TRACKING_MEND}},
    {{"#TYPE ", "Audit"}, {"an audit log exported as CSV", COLUMNS_MEND}},
    {{"#TYPE ", "EventLog"}, {"events exported by PowerShell as CSV", EVENTS_MEND}},
    {{"#separator ", "x09"}, {"a Zeek log", NOT_READ_MEND}},
};

/* The same, where no line says more. */
static const row makers[] = {
    {{"#Log-type:"}, {"another log of Exchange", NOT_READ_MEND}},
    {{"#Software:", "Microsoft Exchange"}, {"another log of Exchange", NOT_READ_MEND}},
    {{"#Fields:", "time"}, {"a log with a header of W3C form", NOT_READ_MEND}},
};

/* Column names in the first line that is no '#' line, in any order, case aside. */
static const row columns[] = {
    {{"ProviderName", "MachineName", "TimeCreated"},
     {"events of Get-WinEvent as CSV", EVENTS_MEND}},
    {{"EventID", "MachineName", "TimeGenerated"}, {"events of Get-EventLog as CSV", EVENTS_MEND}},
    {{"Date and Time", "Event ID", "Task Category"},
     {"events of the Event Viewer as CSV", EVENTS_MEND}},
    {{"CmdletName", "ObjectModified", "CmdletParameters"},
     {"the Exchange admin audit log as CSV", COLUMNS_MEND}},
    {{"MailboxOwner", "LogonType", "LastAccessed"},
     {"the Exchange mailbox audit log as CSV", COLUMNS_MEND}},
    {{"MessageSubject", "EventId", "Timestamp"}, {"tracking events exported as CSV", COLUMNS_MEND}},
    {{"MessageTraceId", "Received"}, {"an Exchange Online message trace as CSV", COLUMNS_MEND}},
    {{"_raw", "_time"}, {"an export of Splunk as CSV", SHIPPER_MEND}},
    {{"_raw", "source"}, {"an export of Splunk as CSV", SHIPPER_MEND}},
    {{"_raw", "host"}, {"an export of Splunk as CSV", SHIPPER_MEND}},
    {{"MACB", "timezone", "sourcetype"}, {"a timeline of log2timeline", TIMELINE_MEND}},
    {{"datetime", "timestamp_desc", "parser"}, {"a timeline of Plaso", TIMELINE_MEND}},
    {{"RawXml", "Channel"}, {"Windows events of Azure Diagnostics as CSV", EVENTS_MEND}},
    {{"TargetResources", "InitiatedBy"}, {"Entra's audit log as CSV", AUDIT_JSON_MEND}},
    {{"[Local Time]"}, {"a table of Log Analytics in local time", UTC_MEND}},
    {{"system.eventID"}, {"Windows events of Wazuh as CSV", EVENTS_MEND}},
    {{"event.code", "user."}, {"Windows events of Kibana as CSV", WINLOG_MEND}},
    {{"EventCode", "Account"}, {"Windows events of Splunk as CSV", EVENTS_MEND}},
    {{"EventID", "Computer"}, {"Windows events as CSV", EVENTS_MEND}},
    {{"cs-uri-stem", "cs-method"}, {"a web log in a table", COLUMNS_MEND}},
    {{"Activity", "Target1"}, {"Entra's audit log as CSV", COLUMNS_MEND}},
    {{"AppDisplayName", "UserPrincipalName"}, {"sign-ins of Entra as CSV", SIGNIN_MEND}},
};

/* Column names above a line of dashes (Format-Table), which cuts what is too wide. */
static const row tables[] = {
    {{"TimeCreated", "Message"}, {"events of Get-WinEvent as a table", TABLE_MEND}},
    {{"EntryType", "Message"}, {"events of Get-EventLog as a table", TABLE_MEND}},
    {{"Timestamp", "EventId"}, {"tracking events as a table", TABLE_MEND}},
    {{"Received", "Subject"}, {"an Exchange Online message trace as a table", TABLE_MEND}},
    {{"CmdletName", "RunDate"}, {"the Exchange admin audit log as a table", TABLE_MEND}},
    {{"LogonType", "LastAccessed"}, {"the Exchange mailbox audit log as a table", TABLE_MEND}},
    {{"CreationDate", "Operations"}, {"an audit log of Microsoft 365 as a table", TABLE_MEND}},
};

/* Members of JSON. */
static const row members[] = {
    {{"LogName", "MachineName", "ProviderName"}, {"events of Get-WinEvent as JSON", EVENTS_MEND}},
    {{"_raw", "sourcetype"}, {"an export of Splunk", SHIPPER_MEND}},
    {{"_raw", "_time"}, {"an export of Splunk", SHIPPER_MEND}},
    {{"_index", "_source"}, {"an export of Elasticsearch", SHIPPER_MEND}},
    {{"rule", "agent", "manager", "timestamp"}, {"alerts of Wazuh", SHIPPER_MEND}},
    {{"version", "host", "short_message"}, {"records in GELF", SHIPPER_MEND}},
    {{"__REALTIME_TIMESTAMP"}, {"an export of the systemd journal", SHIPPER_MEND}},
    {{"MessageTraceId", "SenderAddress"}, {"an Exchange Online message trace", NOT_READ_MEND}},
    {{"event_type", "flow_id", "src_ip"}, {"events of Suricata", NOT_READ_MEND}},
    {{"tables", "columns", "rows"}, {"a result of Log Analytics", "export it once more as CSV"}},
    {{"csUriStem", "cIP"}, {"IIS logs of Log Analytics as JSON", "export them as CSV"}},
    {{"activityDisplayName", "initiatedBy"}, {"Entra's audit log as JSON", UNIFIED_MEND}},
    {{"winlog", "event_id", "channel"}, {"Windows events in one JSON document", LINES_MEND}},
    {{"events", "ingestionTime"}, {"events of CloudWatch in one object", CLOUDWATCH_MEND}},
    {{"logGroup", "logEvents"}, {"events of CloudWatch in one object", CLOUDWATCH_MEND}},
    {{"resultType", "stream", "values"}, {"an answer of Loki", LOKI_MEND}},
    {{"streams", "stream", "values"}, {"lines on their way to Loki", LOKI_MEND}},
    {{"resourceLogs", "scopeLogs"}, {"records of OpenTelemetry in one object", OTLP_MEND}},
    {{"log", "file", "path", "message"}, {"lines of logs in JSON, none of them known", LINES_MEND}},
    {{"ecs", "event", "original"}, {"lines of logs in JSON, none of them known", LINES_MEND}},
};

/* What stands near the beginning of XML. */
static const row elements[] = {
    {{"<Objs Version="}, {"objects of PowerShell (Clixml)", EVENTS_MEND}},
    {{"<SearchResults", "<Event "}, {"the Exchange audit log as XML", SEARCH_MEND}},
    {{"schemas.microsoft.com/win/2004/08/events/event"},
     {"Windows events as XML in a form of their own", EVENTS_MEND}},
};

static bool contains_ascii(tc_slice text, tc_slice sign)
{
    return tc_slice_search_ascii(text, sign) != TC_NPOS;
}

/* A member of that name: in quotes, with a colon behind it. */
static bool has_member(tc_slice json, tc_slice name)
{
    for (size_t at = 0;;) {
        size_t found = tc_slice_search(tc_slice_sub(json, at, json.len), name);
        if (found == TC_NPOS) return false;
        at += found + name.len;
        if (at - name.len == 0 || json.ptr[at - name.len - 1] != '"') continue;
        tc_slice rest = tc_slice_sub(json, at, 16);
        if (!tc_slice_starts(rest, TC_LIT("\""))) continue;
        rest = tc_slice_trim(tc_slice_sub(rest, 1, rest.len));
        if (tc_slice_starts(rest, TC_LIT(":"))) return true;
    }
}

static bool has_text(tc_slice text, tc_slice sign)
{
    return tc_slice_search(text, sign) != TC_NPOS;
}

static bool find_row(const row *rows, size_t count, bool (*has)(tc_slice, tc_slice), tc_slice text,
                     tc_likeness *ret)
{
    for (size_t i = 0; i < count; i++) {
        size_t there = 0;
        while (there < SIGNS_MAX && rows[i].signs[there] &&
               has(text, tc_slice_of(rows[i].signs[there])))
            there++;
        bool all = there == SIGNS_MAX || !rows[i].signs[there];
        if (!all) continue;
        *ret = rows[i].evidence;
        return true;
    }
    return false;
}
#define FIND(rows, has, text, ret) find_row((rows), TC_COUNT_OF(rows), (has), (text), (ret))

/* By the names that netsh and pktmon give. Traces of all other kinds lie about on every server, and
 * tell nothing of this. */
static bool is_packet_trace(tc_slice name)
{
    return tc_slice_ends_ascii(name, TC_LIT(".etl")) &&
           (tc_slice_starts_ascii(name, TC_LIT("nettrace")) ||
            tc_slice_starts_ascii(name, TC_LIT("pktmon")));
}

static bool is_ascii_text(uint32_t code)
{
    return (code >= 0x20 && code < 0x7F) || code == '\t' || code == '\n' || code == '\r';
}

static bool is_wider(tc_slice head, bool big_endian)
{
    size_t units = TC_MIN(head.len / 4, (size_t)UNITS_WITHIN), ascii = 0;
    for (size_t i = 0; i < units; i++) {
        const uint8_t *b = head.ptr + 4 * i;
        uint32_t high = big_endian ? b[0] | b[1] : b[2] | b[3];
        uint32_t code = big_endian ? (uint32_t)b[2] << 8 | b[3] : (uint32_t)b[1] << 8 | b[0];
        if (high != 0 || (code < 0xA0 && !is_ascii_text(code))) return false;
        ascii += code < 0xA0;
    }
    return units >= UNITS_ENOUGH && 2 * ascii >= units;
}

bool tc_likeness_of_utf32(tc_slice head, tc_likeness *ret)
{
    *ret = (tc_likeness){"text in UTF-32", UTF32_MEND};
    return is_wider(head, false) || is_wider(head, true);
}

bool tc_likeness_of_bytes(tc_slice bytes, tc_slice name, tc_likeness *ret)
{
    for (size_t i = 0; i < TC_COUNT_OF(magics); i++) {
        if (!tc_slice_starts(bytes, tc_slice_make(magics[i].bytes, magics[i].length))) continue;
        *ret = magics[i].evidence;
        return true;
    }
    if (is_packet_trace(name)) {
        *ret = (tc_likeness){"packets in a trace of Windows (ETL)", TRACE_MEND};
        return true;
    }
    if (!tc_slice_ends_ascii(name, TC_LIT(".evtx"))) return false;
    *ret = (tc_likeness){"a damaged Windows event log (.evtx without its first bytes)",
                         "copy it from the server once more, or export it there with wevtutil"};
    return true;
}

bool tc_likeness_of_json(tc_slice head, tc_likeness *ret)
{
    tc_slice text = tc_slice_trim(tc_slice_sub(head, 0, MEMBERS_WITHIN));
    if (!tc_slice_starts(text, TC_LIT("{")) && !tc_slice_starts(text, TC_LIT("["))) return false;
    return FIND(members, has_member, text, ret);
}

static bool of_xml(tc_slice head, tc_likeness *ret)
{
    tc_slice text = tc_slice_trim(tc_slice_sub(head, 0, ELEMENTS_WITHIN));
    if (!tc_slice_starts(text, TC_LIT("<"))) return false;
    return FIND(elements, has_text, text, ret);
}

/* The first '#' line at the head that one of the rows speaks of. */
static bool of_header(const row *rows, size_t count, tc_slice head, tc_likeness *ret)
{
    for (size_t i = 0; i < LINES_MAX && head.len > 0; i++) {
        tc_slice line = tc_slice_sub(tc_slice_trim(tc_slice_split(head, '\n', &head)), 0, 256);
        if (line.len > 0 && line.ptr[0] != '#') return false;
        if (find_row(rows, count, contains_ascii, line, ret)) return true;
    }
    return false;
}

/* The first line that is no '#' line, if it lists something. */
static bool of_columns(tc_slice head, tc_likeness *ret)
{
    tc_slice line = TC_EMPTY_SLICE;
    for (size_t i = 0; i < LINES_MAX && head.len > 0; i++) {
        line = tc_slice_trim(tc_slice_split(head, '\n', &head));
        if (line.len > 0 && line.ptr[0] != '#') break;
    }
    if (tc_slice_equal(line, TC_LIT("_raw")) || tc_slice_equal(line, TC_LIT("\"_raw\""))) {
        *ret = (tc_likeness){"an export of Splunk as CSV", SHIPPER_MEND};
        return true;
    }
    return tc_slice_find(line, ',') != TC_NPOS &&
           FIND(columns, contains_ascii, tc_slice_sub(line, 0, 4096), ret);
}

static bool is_ruler(tc_slice line)
{
    size_t dashes = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != '-' && line.ptr[i] != ' ') return false;
        dashes += line.ptr[i] == '-';
    }
    return dashes >= 4 && tc_slice_find(line, ' ') != TC_NPOS;
}

/* The line above the first one of dashes. */
static bool of_table(tc_slice head, tc_likeness *ret)
{
    tc_slice before = TC_EMPTY_SLICE;
    for (size_t i = 0; i < LINES_MAX && head.len > 0; i++) {
        tc_slice line = tc_slice_trim(tc_slice_sub(tc_slice_split(head, '\n', &head), 0, 4096));
        if (is_ruler(line)) return FIND(tables, contains_ascii, before, ret);
        before = line;
    }
    return false;
}

bool tc_likeness_of_text(tc_slice head, tc_likeness *ret)
{
    if (tc_slice_starts(head, TC_LIT("__CURSOR=")) ||
        tc_slice_starts(head, TC_LIT("__REALTIME_TIMESTAMP="))) {
        *ret = (tc_likeness){"an export of the systemd journal", SHIPPER_MEND};
        return true;
    }
    return of_header(headers, TC_COUNT_OF(headers), head, ret) || of_columns(head, ret) ||
           of_table(head, ret) || of_header(makers, TC_COUNT_OF(makers), head, ret) ||
           of_xml(head, ret) || tc_likeness_of_json(head, ret);
}
