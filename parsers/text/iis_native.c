/* The own format of IIS (in*.log, inetsv*.log): fifteen columns behind commas, in local time. */
#include "parsers/base/ip.h"
#include "parsers/registered.h"
#include "parsers/text/line_log.h"

#define FIXED 13 /* columns before the path */

/* 5/2/2024: the month before the day, whatever the server's language; the year in two digits before
 * 2000. With points between them, 2.5.2024, the day comes first. */
static bool read_date(tc_slice text, tc_time *ret)
{
    bool points = tc_slice_find(text, '.') != TC_NPOS;
    uint8_t mark = points ? '.' : '/';
    tc_slice rest = text;
    uint64_t first, second, year;
    if (!tc_slice_to_u64(tc_slice_split(rest, mark, &rest), &first) ||
        !tc_slice_to_u64(tc_slice_split(rest, mark, &rest), &second) ||
        !tc_slice_to_u64(rest, &year) || first > 31 || second > 31 || year > 9999)
        return false;
    if (year < 100) year += year < 70 ? 2000 : 1900;
    int month = (int)(points ? second : first), day = (int)(points ? first : second);
    return tc_time_from_civil((int)year, month, day, 0, 0, 0, ret);
}

/* 6:00:31: the hour in one digit or two. */
static bool read_clock(tc_slice text, tc_time *ret)
{
    uint8_t padded[8] = {'0'};
    if (text.len == 7) {
        memcpy(padded + 1, text.ptr, text.len);
        text = tc_slice_make(padded, sizeof padded);
    }
    return tc_time_parse_clock(text, ret);
}

static bool is_number(tc_slice text)
{
    uint64_t number;
    return tc_slice_equal(text, TC_LIT("-")) || tc_slice_to_u64(text, &number);
}

/* The fixed columns; *ret_rest is what stands behind them. */
static bool split(tc_slice line, tc_slice *columns, tc_slice *ret_rest)
{
    tc_slice rest = line;
    for (size_t i = 0; i < FIXED; i++) {
        if (!rest.ptr) return false;
        columns[i] = tc_slice_trim(tc_slice_split(rest, ',', &rest));
        if (columns[i].len == 0) return false;
    }
    *ret_rest = tc_slice_trim(rest);
    return rest.ptr != NULL;
}

/* "/path, query,": a path may hold a comma and a blank, a query no blank. */
static bool split_target(tc_slice rest, tc_cell *ret_stem, tc_cell *ret_query)
{
    if (!tc_slice_ends(rest, TC_LIT(","))) return false;
    rest.len--;
    size_t comma = rest.len;
    while (comma > 0 && !(rest.ptr[comma - 1] == ',' && comma < rest.len && rest.ptr[comma] == ' '))
        comma--;
    if (comma == 0) return false;
    *ret_stem = tc_line_cell(tc_slice_trim(tc_slice_sub(rest, 0, comma - 1)));
    *ret_query = tc_line_cell(tc_slice_trim(tc_slice_sub(rest, comma, rest.len)));
    return true;
}

static bool read(tc_slice line, const tc_line_form *form, tc_line_row *row)
{
    enum { CLIENT, USER, DATE, TIME, SITE, COMPUTER, SERVER, TAKEN, RECEIVED, SENT, STATUS, WIN32 };
    tc_slice columns[FIXED], rest;
    tc_time midnight, clock;
    tc_ip ip;
    if (!split(line, columns, &rest)) return false;
    if (!tc_slice_starts_ascii(columns[SITE], TC_LIT("W3SVC"))) return false;
    if (!tc_ip_parse(columns[CLIENT], &ip)) return false;
    if (!read_date(columns[DATE], &midnight) || !read_clock(columns[TIME], &clock)) return false;
    for (size_t i = TAKEN; i <= WIN32; i++)
        if (!is_number(columns[i])) return false;
    for (size_t i = 0; i < FIXED; i++)
        row->cells[i] = tc_line_cell(columns[i]);
    if (!split_target(rest, &row->cells[FIXED], &row->cells[form->width - 1U])) return false;
    row->time = tc_time_sub(tc_time_add(midnight, clock), row->zone_offset_ns);
    return true;
}

static const tc_logsource labels[] = {{"webserver", NULL, NULL}, {NULL, "windows", "iis"}};

static const tc_line_log format = {
    .layouts = {"c-ip,cs-username,date,time,s-sitename,s-computername,s-ip,time-taken,cs-bytes,"
                "sc-bytes,sc-status,sc-win32-status,cs-method,cs-uri-stem,cs-uri-query"},
    .read = read,
    .prefix = {"in", "inetsv"},
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
};

const tc_parser tc_parser_iis_native = {
    .name = "iis-native",
    .summary = "own format of IIS (in*.log), local time (--tz)",
    .spec = "Microsoft Learn: IIS log file formats",
    .gives = "webmail, logons, culture, password pages",
    .evidence = TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_LOGONS | TC_EVIDENCE_CULTURE,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = 5 * TC_MINUTE,
    TC_LINE_LOG_PARSER(&format),
};
