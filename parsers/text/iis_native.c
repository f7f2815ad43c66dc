/* The own format of IIS (in*.log, inetsv*.log): fifteen columns behind commas, in local time. */
#include "parsers/base/ip.h"
#include "parsers/registered.h"
#include "parsers/text/line_log.h"

#define FIXED 13 /* columns before the path */

/* 5/2/2024: the month before the day or behind it, as the server's system has it; the year in two
 * digits before 2000. With points between them, 2.5.2024, the day comes first. */
typedef struct written {
    uint64_t first, second, year;
    bool points;
} written;

static bool split_date(tc_slice text, written *ret)
{
    ret->points = tc_slice_find(text, '.') != TC_NPOS;
    uint8_t mark = ret->points ? '.' : '/';
    tc_slice rest = text;
    if (!tc_slice_to_u64(tc_slice_split(rest, mark, &rest), &ret->first) ||
        !tc_slice_to_u64(tc_slice_split(rest, mark, &rest), &ret->second) ||
        !tc_slice_to_u64(rest, &ret->year) || ret->first > 31 || ret->second > 31 ||
        ret->year > 9999)
        return false;
    if (ret->year < 100) ret->year += ret->year < 70 ? 2000 : 1900;
    return true;
}

static bool date_of(const written *w, bool day_first, tc_time *ret)
{
    int month = (int)(day_first ? w->second : w->first);
    int day = (int)(day_first ? w->first : w->second);
    return tc_time_from_civil((int)w->year, month, day, 0, 0, 0, ret);
}

/* What was learned of a source (tc_columns.lists). */
#define DAY_FIRST TC_LIT("@day/month")
#define MONTH_FIRST TC_LIT("@month/day")

static bool read_date(tc_slice text, tc_slice told, tc_time *ret)
{
    written w;
    if (!split_date(text, &w)) return false;
    if (w.points || tc_slice_equal(told, DAY_FIRST)) return date_of(&w, true, ret);
    return date_of(&w, false, ret) ||
           (tc_slice_equal(told, TC_LINE_LOG_ANY) && date_of(&w, true, ret));
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
    if (!read_date(columns[DATE], row->told, &midnight) || !read_clock(columns[TIME], &clock))
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

typedef struct dates {
    bool any, open;      /* a row; one that is two days */
    bool day, month;     /* something is no month: the other comes first */
    tc_time last[2];     /* of the rows so far, by month and by day first */
    bool backward[2];    /* so read, the log goes back by more than a day */
    int64_t shortest[2]; /* between one day and the next in it; 0: there is one day only */
    int64_t longest[2];
    written begun; /* the first row's */
} dates;

static void note_order(dates *d, const written *w, bool day_first)
{
    tc_time date, *last = &d->last[day_first];
    if (!date_of(w, day_first, &date)) return;
    int64_t step = *last == TC_TIME_NONE ? 0 : tc_time_between(*last, date);
    if (step < -TC_DAY) d->backward[day_first] = true;
    if (step > 0) {
        int64_t *shortest = &d->shortest[day_first];
        *shortest = *shortest == 0 ? step : TC_MIN(*shortest, step);
        d->longest[day_first] = TC_MAX(d->longest[day_first], step);
    }
    *last = *last == TC_TIME_NONE ? date : TC_MAX(*last, date);
}

/* So read, the log has every day or nearly so; the other way, one day of each month. */
static bool is_daily(const dates *d, bool day_first)
{
    return d->longest[day_first] > 0 && d->longest[day_first] <= 7 * TC_DAY &&
           d->shortest[!day_first] >= 27 * TC_DAY;
}

static void note_date(dates *d, const written *w)
{
    if (!d->any) d->begun = *w;
    d->any = true;
    d->day = d->day || w->first > 12;
    d->month = d->month || w->second > 12;
    d->open = d->open || w->first != w->second;
    note_order(d, w, false);
    note_order(d, w, true);
}

static void note_dates(dates *d, tc_slice text)
{
    tc_line_row row = {.cells = (tc_cell[TC_LINE_LOG_COLUMNS]){{NULL, 0, TC_FORM_MISSING}},
                       .told = TC_LINE_LOG_ANY};
    const tc_line_form form = {.width = FIXED + 2};
    while (text.len > 0) {
        tc_slice line = tc_slice_trim(tc_slice_split(text, '\n', &text));
        written w;
        if (!read(line, &form, &row)) continue;
        tc_slice date = tc_slice_make(row.cells[2].ptr, row.cells[2].len);
        if (split_date(date, &w) && !w.points) note_date(d, &w);
    }
}

/* in240205.log is begun on that day, and holds no other. */
static bool is_day_of(tc_slice name, const written *w, bool day_first)
{
    uint64_t year, month, day;
    if (name.len < 8 || !tc_slice_starts_ascii(name, TC_LIT("in"))) return false;
    if (!tc_slice_to_u64(tc_slice_sub(name, 2, 2), &year) ||
        !tc_slice_to_u64(tc_slice_sub(name, 4, 2), &month) ||
        !tc_slice_to_u64(tc_slice_sub(name, 6, 2), &day))
        return false;
    return w->year % 100 == year && month == (day_first ? w->second : w->first) &&
           day == (day_first ? w->first : w->second);
}

/* Numbers that are no month, then the order of time, then the file's name. */
static TC_STATUS learn_writing(const tc_parser *self, tc_slice head, tc_slice tail, tc_slice name,
                               tc_columns *ret)
{
    dates d = {.last = {TC_TIME_NONE, TC_TIME_NONE}};
    (void)self;
    note_dates(&d, head);
    note_dates(&d, tail);
    if (!d.open || (d.day && d.month)) {
        ret->open = d.open;
        return TC_SUCCESS;
    }
    bool day, month;
    if (d.day || d.month) {
        day = d.day;
        month = d.month;
    } else if (d.backward[0] != d.backward[1]) {
        day = d.backward[0];
        month = d.backward[1];
    } else {
        day = is_daily(&d, true) || is_day_of(name, &d.begun, true);
        month = is_daily(&d, false) || is_day_of(name, &d.begun, false);
    }
    ret->open = day == month;
    ret->lists = ret->open ? TC_EMPTY_SLICE : day ? DAY_FIRST : MONTH_FIRST;
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
