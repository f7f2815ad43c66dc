/* The part of evidence.h that goes by the shapes of lines. */
#include "detector/input/evidence.h"

#include "detector/input/evidence_marks.h"
#include "parsers/base/cursor.h"

enum {
    LINES_ENOUGH = 200, /* lines looked at */
    SEEN_OF_LINE = 400, /* bytes of a line looked at */
    NATIVE_FIELDS = 15, /* of an IIS native line */
    RETURNS_PLENTY = 4, /* pieces between carriage returns, of a head without a line end */
    FEW_LINES = 3,      /* below it a time must lead the line */
};

/* ip, user, date, H:MM:SS, MSFTPSVC1, ... : fifteen fields with ", " between them, and not what the
 * parser reads. */
static bool is_native(tc_slice line)
{
    size_t fields = 0;
    bool dated = false;
    for (tc_slice rest = line; rest.ptr && fields <= NATIVE_FIELDS; fields++) {
        tc_slice field = tc_slice_trim(tc_slice_split(rest, ',', &rest));
        if (fields == 2) {
            tc_cursor c = tc_cursor_on(field);
            uint64_t number;
            dated = tc_cursor_digits(&c, 4, &number) &&
                    (tc_cursor_byte(&c, '/') || tc_cursor_byte(&c, '.') || tc_cursor_byte(&c, '-'));
        }
        if (fields == 3 && tc_slice_find(field, ':') == TC_NPOS) return false;
        if (fields == 4 && tc_slice_search_ascii(field, TC_LIT("SVC")) == TC_NPOS) return false;
    }
    return dated && fields >= NATIVE_FIELDS;
}

/* <34>Oct 11 22:14:15 host tag: text, and RFC 5424's <34>1 2003-10-11T22:14:15Z host tag ... */
static bool is_syslog(tc_slice line)
{
    tc_cursor c = tc_cursor_on(line);
    uint64_t priority;
    bool marked =
        tc_cursor_byte(&c, '<') && tc_cursor_digits(&c, 3, &priority) && tc_cursor_byte(&c, '>');
    tc_slice rest = line;
    if (marked) {
        size_t end = tc_slice_find(line, '>');
        rest = tc_slice_sub(line, end + 1, line.len);
        if (tc_slice_starts(rest, TC_LIT("1 "))) rest = tc_slice_sub(rest, 2, rest.len);
    }
    if (tc_mark_has_form(rest, "aaa ?0 00:00:00 ")) return true;
    bool iso = tc_mark_has_form(rest, "0000-00-00T00:00:00") && rest.ptr[10] == 'T';
    if (marked || !iso) return marked && iso;
    /* rsyslog's own form: a time with a zone, a host, a tag that ends with a colon. */
    tc_slice behind;
    (void)tc_slice_split(rest, ' ', &behind);
    (void)tc_slice_split(behind, ' ', &behind);
    tc_slice tag = tc_slice_split(behind, ' ', &behind);
    return tc_slice_ends(tag, TC_LIT(":"));
}

/* 2021-03-01T06:00:31.123Z,... as all logs of Exchange but IIS's begin. */
static bool is_exchange(tc_slice line)
{
    if (!tc_mark_has_form(line, "0000-00-00T00:00:00.000Z,") || line.ptr[10] != 'T') return false;
    size_t commas = 0;
    for (size_t i = 0; i < line.len; i++)
        commas += line.ptr[i] == ',';
    return commas >= 3;
}

static bool is_tagged(tc_slice line)
{
    tc_slice start = tc_slice_sub(line, 0, 160);
    return tc_slice_search(start, TC_LIT("CEF:0|")) != TC_NPOS ||
           tc_slice_search(start, TC_LIT("LEEF:1.0|")) != TC_NPOS ||
           tc_slice_search(start, TC_LIT("LEEF:2.0|")) != TC_NPOS;
}

/* 299 <134>1 2024-...: frames of RFC 6587 (3.4.1) that a relay wrote down as they came, without
 * line ends. */
static bool is_counted(tc_slice line)
{
    tc_cursor c = tc_cursor_on(line);
    uint64_t length, priority, version;
    return tc_cursor_digits(&c, 5, &length) && tc_cursor_byte(&c, ' ') && tc_cursor_byte(&c, '<') &&
           tc_cursor_digits(&c, 3, &priority) && tc_cursor_byte(&c, '>') &&
           tc_cursor_digits(&c, 1, &version) && tc_cursor_byte(&c, ' ');
}

static void look_at_line(tc_slice line, tc_line_shapes *shapes)
{
    size_t stamp = tc_mark_time(line);
    shapes->lines++;
    shapes->native += is_native(line);
    shapes->syslog += is_syslog(line);
    shapes->tagged += is_tagged(line);
    shapes->counted += is_counted(line);
    shapes->served += tc_mark_server(line);
    shapes->exchange += is_exchange(line);
    shapes->timed += stamp != TC_NPOS;
    shapes->leading += stamp <= 2;
}

tc_line_shapes tc_line_shapes_of(tc_slice head, bool whole)
{
    tc_line_shapes shapes = {0};
    while (head.len > 0 && shapes.lines < LINES_ENOUGH) {
        tc_slice line = tc_slice_split(head, '\n', &head);
        bool ended = head.ptr != NULL;
        if (!ended && !whole && shapes.lines > 0) break;
        line = tc_slice_trim(line);
        if (line.len > 0 && line.ptr[0] != '#')
            look_at_line(tc_slice_sub(line, 0, SEEN_OF_LINE), &shapes);
    }
    return shapes;
}

static bool most(uint32_t part, uint32_t all)
{
    return part > 0 && 2 * part >= all;
}

bool tc_likeness_of_shapes(const tc_line_shapes *s, tc_likeness *ret)
{
    static const char by_hand[] = "not read by this version; look into it by hand";
    if (most(s->native, s->lines)) {
        *ret =
            (tc_likeness){"an IIS log in the native IIS format, of another service or with dates "
                          "in another order",
                          "not read by this version; set the log format of the site to W3C"};
    } else if (most(s->tagged, s->lines)) {
        *ret = (tc_likeness){"events in CEF or LEEF", "give the logs that they were made from"};
    } else if (most(s->exchange, s->lines)) {
        *ret = (tc_likeness){"a log of Exchange without its header lines", by_hand};
    } else if (most(s->counted, s->lines)) {
        *ret = (tc_likeness){"syslog whose records are counted, without line ends",
                             "let the relay write lines, or: sed -E 's/([0-9]+) (<[0-9]+>1 )/\\n"
                             "\\2/g' FILE > FILE.log"};
    } else if (most(s->syslog, s->lines)) {
        *ret = (tc_likeness){"a syslog file", by_hand};
    } else {
        return false;
    }
    return true;
}

/* Sources, pages and letters quote times and lines of logs, too. */
static bool quotes_logs(tc_slice name)
{
    static const char *const endings[] = {
        ".c",     ".h",    ".cc",   ".cpp", ".py",  ".pl",  ".rb",   ".js",   ".ts",  ".sh",
        ".go",    ".rs",   ".java", ".cs",  ".php", ".sql", ".html", ".htm",  ".css", ".md",
        ".rst",   ".adoc", ".tex",  ".po",  ".pot", ".yml", ".yaml", ".toml", ".ini", ".conf",
        ".patch", ".diff", ".svg",  ".ps",  ".eml", ".ics", ".vcf",  ".zi",   ".tab", ".list"};
    return tc_slice_ends_one_of(name, endings, TC_COUNT_OF(endings));
}

bool tc_likeness_is_served(const tc_line_shapes *s, tc_slice name, tc_likeness *ret)
{
    if (quotes_logs(name) || !most(s->served, s->lines)) return false;
    *ret = (tc_likeness){"a log of a mail server, or of a web server in front of one, in a form of "
                         "its own",
                         TC_LIKENESS_AS_WRITTEN};
    return true;
}

bool tc_likeness_is_timed(const tc_line_shapes *s, tc_slice name, bool named)
{
    if (quotes_logs(name)) return false;
    if (s->lines < FEW_LINES) return s->lines > 0 && s->leading == s->lines;
    return (s->leading > 0 || named) && 5 * s->timed >= 3 * s->lines;
}

/* Lines that end in carriage returns alone would be one line: its beginning a record, the rest
 * nobody's. */
bool tc_likeness_of_line_ends(tc_slice head, tc_likeness *ret)
{
    size_t returns = 0;
    if (tc_slice_find(head, '\n') != TC_NPOS || tc_slice_find(head, 0) != TC_NPOS) return false;
    for (tc_slice rest = head; rest.ptr && returns < RETURNS_PLENTY; returns++)
        (void)tc_slice_split(rest, '\r', &rest);
    if (returns < RETURNS_PLENTY) return false;
    tc_slice first = tc_slice_sub(head, 0, SEEN_OF_LINE);
    if (head.ptr[0] != '#' && tc_mark_time(first) == TC_NPOS) return false;
    *ret = (tc_likeness){"a log whose lines end in carriage returns alone",
                         "give it line ends: tr '\\r' '\\n' < FILE > FILE.log"};
    return true;
}
