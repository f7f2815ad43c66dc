/* The own format of IIS (in*.log, inetsv*.log): fifteen columns behind commas, in local time. */
#include "parsers/base/ip.h"
#include "parsers/registered.h"
#include "parsers/text/line_log.h"
#include "parsers/text/local_date.h"

#define FIXED 13 /* columns before the path */

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
    if (!tc_local_date_read(columns[DATE], row->told, &midnight) ||
        !tc_local_clock_read(columns[TIME], &clock))
        return false;
    for (size_t i = TAKEN; i <= WIN32; i++)
        if (!is_number(columns[i])) return false;
    for (size_t i = 0; i < FIXED; i++)
        row->cells[i] = tc_line_cell(columns[i]);
    if (!split_target(rest, &row->cells[FIXED], &row->cells[form->width - 1U])) return false;
    row->time = tc_time_sub(tc_time_add(midnight, clock), row->zone_offset_ns);
    return true;
}

/* -- whether day or month comes first --------------------------------------------------------- */

static bool date_of(tc_slice line, tc_slice *ret)
{
    tc_line_row row = {.cells = (tc_cell[TC_LINE_LOG_COLUMNS]){{NULL, 0, TC_FORM_MISSING}},
                       .told = TC_LINE_LOG_ANY};
    const tc_line_form form = {.width = FIXED + 2};
    if (!read(line, &form, &row)) return false;
    *ret = tc_slice_make(row.cells[2].ptr, row.cells[2].len);
    return true;
}

static TC_STATUS learn_writing(const tc_parser *self, tc_slice head, tc_slice tail, tc_slice name,
                               tc_columns *ret)
{
    static const tc_local_dates dates = {.date_of = date_of, .prefix = "in"};
    (void)self;
    tc_local_dates_learn(&dates, head, tail, name, ret);
    return TC_SUCCESS;
}

static const tc_column_reader column_reader = {.learn_writing = learn_writing};

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
    .columns = &column_reader,
    TC_LINE_LOG_PARSER(&format),
};
