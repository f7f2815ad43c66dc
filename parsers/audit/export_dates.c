#include "parsers/audit/export_dates.h"

#include "parsers/audit/export_rows.h"
#include "parsers/text/local_date.h"

#include <stdlib.h>

#define SCRATCH_MAX (1u << 22)

/* -- what dates tell -------------------------------------------------------------------------- */

static bool day_of(const tc_export_date *d, bool day_first, tc_time *ret)
{
    return tc_time_from_civil(d->year, day_first ? d->second : d->first,
                              day_first ? d->first : d->second, 0, 0, 0, ret);
}

static void note_order(tc_export_dates *dates, const tc_export_date *d, bool day_first)
{
    tc_time date, last = dates->last[day_first];
    if (!day_of(d, day_first, &date)) return;
    int64_t step = dates->count == 0 ? 0 : tc_time_between(last, date);
    dates->rising[day_first] |= step > TC_DAY;
    dates->falling[day_first] |= step < -TC_DAY;
    dates->last[day_first] = date;
}

static void keep_day(tc_export_dates *dates, const tc_export_date *d)
{
    for (size_t i = 0; i < dates->count; i++)
        if (dates->days[i].year == d->year && dates->days[i].first == d->first &&
            dates->days[i].second == d->second)
            return;
    if (dates->count < TC_EXPORT_DAYS) dates->days[dates->count++] = *d;
}

void tc_export_dates_note(tc_export_dates *dates, tc_slice text)
{
    tc_export_date d;
    if (!tc_export_open_date(text, &d)) return;
    if (dates->count == 0) dates->american = d.american;
    dates->day |= d.first > 12;
    dates->month |= d.second > 12;
    dates->open |= d.first != d.second;
    dates->padded |= d.padded_behind;
    note_order(dates, &d, false);
    note_order(dates, &d, true);
    keep_day(dates, &d);
}

static int by_time(const void *a, const void *b)
{
    const tc_time *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Between one day and the next of those that there are; 0: there is one day only. */
typedef struct gaps {
    int64_t shortest, longest;
} gaps;

static gaps gaps_of(const tc_export_dates *dates, bool day_first)
{
    tc_time days[TC_EXPORT_DAYS];
    size_t count = 0;
    gaps g = {0, 0};
    for (size_t i = 0; i < dates->count; i++)
        count += day_of(&dates->days[i], day_first, &days[count]);
    qsort(days, count, sizeof *days, by_time);
    for (size_t i = 1; i < count; i++) {
        int64_t step = tc_time_between(days[i - 1], days[i]);
        g.shortest = g.shortest == 0 ? step : TC_MIN(g.shortest, step);
        g.longest = TC_MAX(g.longest, step);
    }
    return g;
}

/* One way there is every day or nearly so; the other, one day of each month. */
static bool is_daily(gaps so, gaps else_)
{
    return so.longest > 0 && so.longest <= 7 * TC_DAY && else_.shortest >= 27 * TC_DAY;
}

/* What is told: both, of a source that is put together; neither, if nothing is. */
typedef struct order {
    bool day, month;
} order;

/* The reading in which rows do not turn back, where there is one only. */
static order by_rows(const tc_export_dates *dates)
{
    bool turns = dates->rising[0] && dates->falling[0];
    bool day_turns = dates->rising[1] && dates->falling[1];
    return (order){turns && !day_turns, day_turns && !turns};
}

static order by_days(const tc_export_dates *dates)
{
    gaps month_first = gaps_of(dates, false), day_first = gaps_of(dates, true);
    return (order){is_daily(day_first, month_first), is_daily(month_first, day_first)};
}

static order order_of(const tc_export_dates *dates)
{
    if (dates->day || dates->month) return (order){dates->day, dates->month};
    if (dates->padded) return (order){true, false};
    order rows = by_rows(dates);
    return rows.day || rows.month ? rows : by_days(dates);
}

void tc_export_dates_told(const tc_export_dates *dates, tc_columns *ret)
{
    if (dates->count == 0) return;
    order told = order_of(dates);
    ret->open = told.day == told.month && dates->open;
    /* Put together from several systems: each date is read for itself. */
    if (told.day && told.month) return;
    bool guessed = told.day == told.month && dates->american;
    ret->lists = told.month || guessed ? TC_MONTH_FIRST : TC_DAY_FIRST;
}

/* -- tables ----------------------------------------------------------------------------------- */

bool tc_export_is_time(const tc_export *format, tc_slice name)
{
    if (format->members) return tc_slice_search_ascii(name, TC_LIT("time")) != TC_NPOS;
    if (!format->time) return false;
    tc_slice written = tc_slice_of(format->time);
    return tc_slice_equal_ascii(name, written) ||
           tc_slice_equal_ascii(name, tc_export_field(format, written));
}

static void note_rows(tc_export_dates *dates, const tc_export *format, const tc_table_state *state,
                      tc_slice text, tc_arena *arena)
{
    tc_cell cells[TC_EXPORT_COLUMNS];
    const tc_table table = tc_table_of(state, false);
    tc_arena_mark mark = tc_arena_save(arena);
    while (text.len > 0) {
        tc_table_row row =
            tc_table_next(&table, text, true, TC_RECORD_MAX, cells, TC_EXPORT_COLUMNS);
        if (row.length == 0) return;
        for (size_t i = 0; row.kind == TC_TABLE_ROW && i < row.count; i++)
            if (tc_export_is_time(format, state->header->names[i]))
                tc_export_dates_note(dates, tc_slice_trim(tc_cell_value(cells[i], arena).text));
        tc_arena_rewind(arena, mark);
        text = tc_slice_sub(text, row.length, text.len);
    }
}

static TC_STATUS learn_writing(const tc_parser *self, tc_slice head, tc_slice tail, tc_slice name,
                               tc_columns *ret)
{
    const tc_export *format = tc_export_of(self);
    tc_slice line, names[TC_EXPORT_COLUMNS];
    tc_schema schema = {.names = names};
    tc_table_state state = {.header = &schema};
    tc_export_dates dates = {.count = 0};
    (void)name;
    if (format->payload || !tc_table_first_line(head, &line)) return TC_SUCCESS;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    if (!arena) return (tc_status){TC_ENOMEM};
    if (tc_export_names(format, line, arena, names, &schema.column_count, &state.separator)) {
        note_rows(&dates, format, &state, head, arena);
        note_rows(&dates, format, &state, tail, arena);
        tc_export_dates_told(&dates, ret);
    }
    tc_arena_free(arena);
    return TC_SUCCESS;
}

const tc_column_reader tc_export_column_reader = {.learn_writing = learn_writing};
