/* Windows events as text: Snare's lines (also as NXLog writes them), those of OSSEC's agent, the
 * records of names and values that Splunk keeps of the event log, and what wevtutil shows. The
 * message is read by its labels. */
#include "parsers/audit/export_blocks.h"
#include "parsers/registered.h"
#include "parsers/windows/windows_event.h"

#define SNARE "MSWinEventLog\t"
#define HOST_MAX 255

/* -- where records begin --------------------------------------------------------------------- */

static size_t line_length(tc_slice bytes)
{
    size_t feed = tc_slice_find(bytes, '\n');
    return feed == TC_NPOS ? bytes.len : feed;
}

/* Where Snare's fields begin in the line, behind the host that may stand there; TC_NPOS if it is
 * none of Snare's. */
static size_t snare_at(tc_slice line)
{
    size_t at = tc_slice_search(tc_slice_sub(line, 0, HOST_MAX + sizeof SNARE), TC_LIT(SNARE));
    if (at == TC_NPOS || at == 0) return at;
    uint8_t before = line.ptr[at - 1];
    return before == '\t' || before == ' ' ? at : TC_NPOS;
}

#define OSSEC "WinEvtLog: "
#define OSSEC_STAMP 21 /* "2024 May 02 08:00:20 " */

/* Where OSSEC's time begins in the line, behind the agent that its archive puts there; TC_NPOS if
 * it is none of OSSEC's. */
static size_t ossec_at(tc_slice line)
{
    size_t at = tc_slice_search(tc_slice_sub(line, 0, HOST_MAX + sizeof OSSEC), TC_LIT(OSSEC));
    if (at == TC_NPOS || at < OSSEC_STAMP) return TC_NPOS;
    const uint8_t *stamp = line.ptr + at - OSSEC_STAMP;
    bool shaped = stamp[4] == ' ' && stamp[8] == ' ' && stamp[11] == ' ' && stamp[14] == ':' &&
                  stamp[17] == ':' && stamp[20] == ' ';
    return shaped ? at - OSSEC_STAMP : TC_NPOS;
}

static bool is_digit(tc_slice s, size_t at)
{
    return at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9';
}

/* "05/02/2024 08:00:20 AM": the line that Splunk puts before a record. */
static bool is_stamp(tc_slice line)
{
    bool zoned;
    tc_time time;
    line = tc_slice_trim(line);
    return line.len >= 15 && line.len <= 40 && is_digit(line, 0) &&
           tc_export_time(line, TC_EMPTY_SLICE, &time, &zoned);
}

static bool is_numbered(tc_slice line)
{
    return tc_slice_starts(line, TC_LIT("Event[")) && is_digit(line, 6);
}

static tc_framing_answer begins(tc_slice bytes, bool last)
{
    size_t length = line_length(bytes);
    tc_slice line = tc_slice_sub(bytes, 0, length);
    if (snare_at(line) != TC_NPOS || ossec_at(line) != TC_NPOS) return TC_FRAMING_YES;
    bool whole = length < bytes.len || last;
    if (is_numbered(line)) return TC_FRAMING_YES;
    if (!whole) return TC_FRAMING_UNKNOWN;
    if (!is_stamp(line)) return TC_FRAMING_NO;
    tc_slice next = tc_slice_sub(bytes, length + 1, bytes.len), sign = TC_LIT("LogName=");
    if (tc_slice_starts(next, sign)) return TC_FRAMING_YES;
    bool may = next.len < sign.len && tc_slice_starts(sign, next);
    return may && !last ? TC_FRAMING_UNKNOWN : TC_FRAMING_NO;
}

/* -- records --------------------------------------------------------------------------------- */

static void add(tc_export_record *record, const char *name, tc_slice value)
{
    value = tc_slice_trim(value);
    if (value.len && !tc_slice_equal(value, TC_LIT("N/A")))
        tc_export_record_add(record, tc_slice_of(name), tc_cell_text(value));
}

/* Criticality, channel, counter, time, number, provider, user, its kind, outcome, computer,
 * category, data, message; what follows is a running number or a checksum. */
static tc_export_block read_snare(tc_slice line, tc_export_record *record)
{
    static const char *const names[] = {
        NULL, "Channel",  NULL,       "TimeCreated",     "EventID", "Provider_Name", "User",
        NULL, "Keywords", "Computer", "TaskDisplayName", NULL,      "Message"};
    tc_slice rest = tc_slice_sub(line, snare_at(line) + strlen(SNARE), line.len);
    size_t i = 0;
    for (; rest.ptr && i < TC_COUNT_OF(names); i++) {
        tc_slice value = tc_slice_split(rest, '\t', &rest);
        if (names[i]) add(record, names[i], value);
    }
    return i > 9 ? TC_EXPORT_BLOCK_RECORD : TC_EXPORT_BLOCK_BROKEN;
}

/* "2024 May 02 08:00:20" in the form of all others; the empty text if it is none. */
static tc_slice ossec_time(tc_slice stamp, tc_arena *arena)
{
    char text[40];
    tc_slice copy;
    int month = tc_time_month(stamp.ptr + 5);
    if (month == 0) return TC_EMPTY_SLICE;
    snprintf(text, sizeof text, "%.4s-%02d-%.2s%c%.8s", (const char *)stamp.ptr, month,
             (const char *)stamp.ptr + 9, 'T', (const char *)stamp.ptr + 12);
    return tc_arena_copy(arena, tc_slice_of(text), &copy) ? copy : TC_EMPTY_SLICE;
}

/* Log, outcome with the event's number, provider, user, domain, computer, message. */
static tc_export_block read_ossec(tc_slice text, tc_arena *arena, tc_export_record *record)
{
    static const char *const names[] = {"Channel", NULL, "Provider_Name", NULL, NULL, "Computer"};
    tc_slice rest = tc_slice_sub(text, ossec_at(text), text.len);
    add(record, "TimeCreated", ossec_time(rest, arena));
    rest = tc_slice_sub(rest, OSSEC_STAMP + strlen(OSSEC), rest.len);
    for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
        size_t end = tc_slice_search(rest, TC_LIT(": "));
        if (end == TC_NPOS) return TC_EXPORT_BLOCK_BROKEN;
        tc_slice value = tc_slice_sub(rest, 0, end);
        rest = tc_slice_sub(rest, end + 2, rest.len);
        if (names[i]) add(record, names[i], value);
        if (i != 1) continue;
        tc_slice number, outcome = tc_slice_split(value, '(', &number);
        add(record, "EventID", tc_slice_sub(number, 0, tc_slice_find(number, ')')));
        bool failed = tc_slice_equal(outcome, TC_LIT("AUDIT_FAILURE"));
        bool audit = failed || tc_slice_equal(outcome, TC_LIT("AUDIT_SUCCESS"));
        if (audit)
            add(record, "Keywords", failed ? TC_LIT("Audit Failure") : TC_LIT("Audit Success"));
    }
    add(record, "Message", rest);
    return TC_EXPORT_BLOCK_RECORD;
}

/* What names of lines are fields; the text behind the last of them, to the record's end, is the
 * message. */
static const struct {
    const char *written, *field;
} names[] = {
    {"LogName=", "Channel"},
    {"SourceName=", "Provider_Name"},
    {"EventCode=", "EventID"},
    {"ComputerName=", "Computer"},
    {"TaskCategory=", "TaskDisplayName"},
    {"RecordNumber=", "EventRecordID"},
    {"Keywords=", "Keywords"},
    {"User=", "User"},
    {"Log Name:", "Channel"},
    {"Source:", "Provider_Name"},
    {"Date:", "TimeCreated"},
    {"Event ID:", "EventID"},
    {"Task:", "TaskDisplayName"},
    {"Keyword:", "Keywords"},
    {"User:", "User"},
    {"Computer:", "Computer"},
};

static bool is_message(tc_slice line)
{
    return tc_slice_starts(line, TC_LIT("Message=")) ||
           tc_slice_starts(line, TC_LIT("Description:"));
}

static tc_export_block read_lines(tc_slice text, tc_export_record *record)
{
    tc_slice rest = text;
    while (rest.ptr && rest.len) {
        const uint8_t *from = rest.ptr;
        tc_slice line = tc_slice_trim(tc_slice_split(rest, '\n', &rest));
        if (is_message(line)) {
            size_t sign = tc_slice_starts(line, TC_LIT("M")) ? 8 : 12;
            const uint8_t *message = line.ptr + sign;
            add(record, "Message", tc_slice_make(message, (size_t)(text.ptr + text.len - message)));
            break;
        }
        if (from == text.ptr && is_stamp(line)) add(record, "TimeCreated", line);
        for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
            tc_slice sign = tc_slice_of(names[i].written);
            if (tc_slice_starts(line, sign))
                add(record, names[i].field, tc_slice_sub(line, sign.len, line.len));
        }
    }
    return record->count > 2 ? TC_EXPORT_BLOCK_RECORD : TC_EXPORT_BLOCK_BROKEN;
}

static tc_export_block read_text(tc_slice text, tc_arena *arena, tc_export_record *record)
{
    tc_slice line = tc_slice_sub(text, 0, line_length(text));
    size_t snare = snare_at(line);
    if (snare == TC_NPOS && ossec_at(line) != TC_NPOS) return read_ossec(text, arena, record);
    return snare != TC_NPOS ? read_snare(text, record) : read_lines(text, record);
}

/* -- the format ------------------------------------------------------------------------------ */

/* How many of the first lines begin a record. */
static int probe(tc_slice head)
{
    size_t at = 0;
    while (at < head.len && (head.ptr[at] == '\n' || head.ptr[at] == '\r'))
        at++;
    tc_slice start = tc_slice_sub(head, at, head.len);
    tc_slice line = tc_slice_sub(start, 0, line_length(start));
    if (begins(start, true) != TC_FRAMING_YES) return 0;
    if (!is_numbered(line)) return 92;
    bool shown = tc_slice_search(tc_slice_sub(start, 0, 512), TC_LIT("Log Name:")) != TC_NPOS;
    return shown ? 92 : 0;
}

static const tc_export texts = {.time = "TimeCreated", .local = true, .windows = true};
static const tc_export_blocks format = {
    .begins = begins, .read = read_text, .kind = &texts, .probe = probe};

const tc_parser tc_parser_windows_text = {
    .name = "windows-text",
    .summary = "Windows events as text: Snare, OSSEC, Splunk, wevtutil",
    .spec = "Snare: event format; Splunk: Monitor Windows event log data",
    .gives = "logons, passwords, account changes",
    .evidence = TC_WINDOWS_EVIDENCE,
    TC_EXPORT_BLOCKS_PARSER(&format),
};
