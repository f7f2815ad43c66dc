#include "parsers/text/local_date.h"

#include "parsers/text/line_log.h"

/* The year has two digits before 2000. */
typedef struct written {
    uint64_t first, second, year;
    bool fixed; /* the form of the date tells the order */
    bool day_first;
} written;

/* Three numbers with a mark between them. */
static bool split_numbers(tc_slice text, uint8_t mark, uint64_t *const into[3])
{
    tc_slice rest = text;
    return tc_slice_to_u64(tc_slice_split(rest, mark, &rest), into[0]) &&
           tc_slice_to_u64(tc_slice_split(rest, mark, &rest), into[1]) &&
           tc_slice_to_u64(rest, into[2]);
}

static bool split_date(tc_slice text, written *ret)
{
    bool year_first = text.len == 10 && (text.ptr[4] == '-' || text.ptr[4] == '/');
    uint64_t *const year_before[] = {&ret->year, &ret->first, &ret->second};
    uint64_t *const year_behind[] = {&ret->first, &ret->second, &ret->year};
    ret->day_first = tc_slice_find(text, '.') != TC_NPOS;
    ret->fixed = ret->day_first || year_first;
    uint8_t mark = year_first ? text.ptr[4] : ret->day_first ? '.' : '/';
    if (!split_numbers(text, mark, year_first ? year_before : year_behind)) return false;
    if (ret->first > 31 || ret->second > 31 || ret->year > 9999) return false;
    if (ret->year < 100) ret->year += ret->year < 70 ? 2000 : 1900;
    return true;
}

static bool date_of(const written *w, bool day_first, tc_time *ret)
{
    int month = (int)(day_first ? w->second : w->first);
    int day = (int)(day_first ? w->first : w->second);
    return tc_time_from_civil((int)w->year, month, day, 0, 0, 0, ret);
}

bool tc_local_date_read(tc_slice text, tc_slice told, tc_time *ret)
{
    written w;
    if (!split_date(text, &w)) return false;
    if (w.fixed) return date_of(&w, w.day_first, ret);
    if (tc_slice_equal(told, TC_DAY_FIRST)) return date_of(&w, true, ret);
    return date_of(&w, false, ret) ||
           (tc_slice_equal(told, TC_LINE_LOG_ANY) && date_of(&w, true, ret));
}

bool tc_local_clock_read(tc_slice text, tc_time *ret)
{
    uint8_t padded[8] = {'0'};
    if (text.len == 7) {
        memcpy(padded + 1, text.ptr, text.len);
        text = tc_slice_make(padded, sizeof padded);
    }
    return tc_time_parse_clock(text, ret);
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

static void note_dates(dates *d, const tc_local_dates *of, tc_slice text)
{
    while (text.len > 0) {
        tc_slice line = tc_slice_trim(tc_slice_split(text, '\n', &text)), date;
        written w;
        if (of->date_of(line, &date) && split_date(date, &w) && !w.fixed) note_date(d, &w);
    }
}

/* in240205.log is begun on that day, and holds no other. */
static bool is_day_of(const tc_local_dates *of, tc_slice name, const written *w, bool day_first)
{
    uint64_t year, month, day;
    size_t at = strlen(of->prefix), digits = of->century ? 4 : 2;
    if (name.len < at + digits + 4 || !tc_slice_starts_ascii(name, tc_slice_of(of->prefix)))
        return false;
    if (!tc_slice_to_u64(tc_slice_sub(name, at, digits), &year) ||
        !tc_slice_to_u64(tc_slice_sub(name, at + digits, 2), &month) ||
        !tc_slice_to_u64(tc_slice_sub(name, at + digits + 2, 2), &day))
        return false;
    return w->year % 100 == year % 100 && month == (day_first ? w->second : w->first) &&
           day == (day_first ? w->first : w->second);
}

void tc_local_dates_learn(const tc_local_dates *of, tc_slice head, tc_slice tail, tc_slice name,
                          tc_columns *ret)
{
    dates d = {.last = {TC_TIME_NONE, TC_TIME_NONE}};
    note_dates(&d, of, head);
    note_dates(&d, of, tail);
    if (!d.open || (d.day && d.month)) {
        ret->open = d.open;
        return;
    }
    bool day, month;
    if (d.day || d.month) {
        day = d.day;
        month = d.month;
    } else if (d.backward[0] != d.backward[1]) {
        day = d.backward[0];
        month = d.backward[1];
    } else {
        day = is_daily(&d, true) || is_day_of(of, name, &d.begun, true);
        month = is_daily(&d, false) || is_day_of(of, name, &d.begun, false);
    }
    ret->open = day == month;
    ret->lists = ret->open ? TC_EMPTY_SLICE : day ? TC_DAY_FIRST : TC_MONTH_FIRST;
}
