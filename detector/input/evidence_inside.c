/* The part of evidence.h that goes by what stands in members and cells. */
#include "detector/input/evidence.h"
#include "detector/input/evidence_marks.h"

enum {
    SEEN_OF_HEAD = 65536,
    SETTING_MAX = 4096, /* bytes of an object that may hold a few times: a setting, or a manifest */
    TIMES_ENOUGH = 3,   /* of a longer one */
    AHEAD = 64,         /* bytes of a string in which its time stands */
};

/* An object without a time that is known: settings, texts of a program and the like have such. */
#define OBJECT_LIKENESS "JSON whose records have no time that is known"
#define OBJECT_MEND                                                                                \
    "write its records one a line, each with its time: jq -c '.[][]' FILE > FILE.jsonl"

/* Members that records of audit and of events have, and settings have not. */
static const char *const members[] = {
    "\"resourceLogs\"",  "\"logRecords\"",   "\"TimeGenerated\"",
    "\"CreationTime\"",  "\"CreationDate\"", "\"activityDateTime\"",
    "\"@timestamp\"",    "\"EventID\"",      "\"EventId\"",
    "\"event_id\"",      "\"TimeCreated\"",  "\"logEvents\"",
    "\"ingestionTime\"", "\"_raw\"",         "\"_source\""};

static bool is_json(tc_slice text)
{
    if (text.len == 0 || (text.ptr[0] != '{' && text.ptr[0] != '[')) return false;
    tc_slice behind = tc_slice_trim(tc_slice_sub(text, 1, text.len));
    return tc_slice_starts(behind, text.ptr[0] == '{' ? TC_LIT("\"") : TC_LIT("{"));
}

static bool has_any(tc_slice text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_search(text, tc_slice_of(words[i])) != TC_NPOS) return true;
    return false;
}

/* Strings that begin with a time, or whose beginning holds one; and whether one of them is a line
 * of a server. A key is a string as well, and holds none. */
static size_t times_of(tc_slice text, bool *served)
{
    size_t times = 0;
    tc_slice rest = text;
    while (rest.len > 0 && times < TIMES_ENOUGH) {
        tc_slice string = tc_slice_split(rest, '"', &rest);
        tc_slice start = tc_slice_sub(string, 0, AHEAD);
        if (tc_mark_time(start) == TC_NPOS) continue;
        times++;
        *served = *served || tc_mark_server(string);
    }
    return times;
}

bool tc_likeness_of_object(tc_slice head, tc_likeness *ret)
{
    tc_slice text = tc_slice_trim(tc_slice_sub(head, 0, SEEN_OF_HEAD));
    if (!is_json(text)) return false;
    bool served = false;
    size_t times = times_of(text, &served);
    bool events = has_any(text, members, TC_COUNT_OF(members));
    if (!events && !served && (text.len <= SETTING_MAX || times < TIMES_ENOUGH)) return false;
    *ret = (tc_likeness){OBJECT_LIKENESS, OBJECT_MEND};
    return true;
}

/* The first line, if it can be the header of a table: several names, or one alone. */
static bool is_header(tc_slice line)
{
    static const char separators[] = ",;\t";
    if (line.len == 0 || tc_slice_find(TC_LIT("<{[("), line.ptr[0]) != TC_NPOS) return false;
    for (size_t i = 0; separators[i]; i++)
        if (tc_slice_find(line, (uint8_t)separators[i]) != TC_NPOS) return true;
    return tc_slice_find(line, ' ') == TC_NPOS;
}

bool tc_likeness_of_cells(tc_slice head, tc_likeness *ret)
{
    static const char *const windows[] = {"schemas.microsoft.com/win/2004/08/events/event",
                                          "LogName=Security"};
    static const char *const audit[] = {"\"\"CreationTime\"\"", "\"CreationTime\""};
    tc_slice rest;
    if (!is_header(tc_slice_trim(tc_slice_split(head, '\n', &rest)))) return false;
    if (has_any(rest, windows, TC_COUNT_OF(windows))) {
        *ret = (tc_likeness){"a table with Windows events in its cells",
                             "give the events themselves: wevtutil qe Security /f:xml > "
                             "security.xml, or the column that holds them alone as lines"};
        return true;
    }
    if (!has_any(rest, audit, TC_COUNT_OF(audit))) return false;
    *ret = (tc_likeness){"a table with records of an audit log in its cells",
                         "export it once more with a column AuditData, or as JSON"};
    return true;
}
