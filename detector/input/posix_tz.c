/* The TZ strings of POSIX.1-2017 section 8.3 with the wider hours of RFC 9636 section 3.3.1. */
#include "detector/input/tzif.h"

#include "parsers/base/time.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR, HOURS_MAX = 167 };

typedef struct change {
    char form; /* 'M': month, week, day of the week; 'J': day 1..365 without leap day; '0': day */
    uint64_t month, week, day;
    int32_t clock; /* seconds after local midnight */
} change;

/* Letters, or anything in angle brackets; at least three. */
static bool skip_name(tc_cursor *c)
{
    if (tc_cursor_byte(c, '<')) {
        tc_slice name;
        return tc_cursor_until(c, '>', 32, &name) && name.len >= 3;
    }
    size_t letters = 0;
    for (int next = tc_cursor_peek(c); next >= 0 && (uint8_t)((next | 0x20) - 'a') < 26;
         next = tc_cursor_peek(c)) {
        if (!tc_cursor_byte(c, (uint8_t)next)) return false;
        letters++;
    }
    return letters >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool read_clock(tc_cursor *c, int32_t *ret)
{
    uint64_t part[3] = {0};
    bool negative = tc_cursor_byte(c, '-');
    if (!negative) (void)tc_cursor_byte(c, '+');
    for (size_t i = 0; i < 3; i++) {
        if (i > 0 && !tc_cursor_byte(c, ':')) break;
        if (!tc_cursor_digits(c, 3, &part[i]) || part[i] > (i ? 59u : (unsigned)HOURS_MAX)) {
            return false;
        }
    }
    int32_t seconds = (int32_t)(part[0] * HOUR + part[1] * MINUTE + part[2]);
    *ret = negative ? -seconds : seconds;
    return true;
}

static bool read_change(tc_cursor *c, change *ret)
{
    *ret = (change){.form = '0', .clock = 2 * HOUR};
    if (!tc_cursor_byte(c, ',')) return false;
    if (tc_cursor_byte(c, 'M')) {
        ret->form = 'M';
        if (!tc_cursor_digits(c, 2, &ret->month) || !tc_cursor_byte(c, '.') ||
            !tc_cursor_digits(c, 1, &ret->week) || !tc_cursor_byte(c, '.') ||
            !tc_cursor_digits(c, 1, &ret->day)) {
            return false;
        }
        if (ret->month < 1 || ret->month > 12 || ret->week < 1 || ret->week > 5 || ret->day > 6) {
            return false;
        }
    } else {
        if (tc_cursor_byte(c, 'J')) ret->form = 'J';
        if (!tc_cursor_digits(c, 3, &ret->day) || ret->day > 365) return false;
        if (ret->form == 'J' && ret->day < 1) return false;
    }
    return !tc_cursor_byte(c, '/') || read_clock(c, &ret->clock);
}

static int64_t midnight(int year, int month, int day)
{
    tc_time t = 0;
    /* Years reach here only from instants that a tc_time can hold; beyond, 1970 is as good. */
    return tc_time_from_civil(year, month, day, 0, 0, 0, &t) ? t / TC_SECOND : 0;
}

/* Local seconds since 1970 at which the clocks change in that year. */
static int64_t moment(const change *rule, int year)
{
    int64_t start = midnight(year, 1, 1);
    bool leap = midnight(year, 3, 1) - midnight(year, 2, 28) == 2 * DAY;
    if (rule->form == '0') return start + (int64_t)rule->day * DAY + rule->clock;
    if (rule->form == 'J') {
        int64_t day = (int64_t)rule->day - 1 + (leap && rule->day >= 60 ? 1 : 0);
        return start + day * DAY + rule->clock;
    }
    int month = (int)rule->month;
    int64_t first = midnight(year, month, 1);
    int64_t next = month == 12 ? midnight(year + 1, 1, 1) : midnight(year, month + 1, 1);
    /* 1970-01-01 was a Thursday, day 4 of the week. */
    int64_t weekday = ((first / DAY + 4) % 7 + 7) % 7;
    int64_t day = first + ((int64_t)rule->day - weekday + 7) % 7 * DAY;
    day += ((int64_t)rule->week - 1) * 7 * DAY;
    while (day >= next)
        day -= 7 * DAY;
    return day + rule->clock;
}

static int year_of(int64_t local)
{
    int year = (int)(1970 + local / 31556952);
    while (midnight(year, 1, 1) > local)
        year--;
    while (midnight(year + 1, 1, 1) <= local)
        year++;
    return year;
}

bool tc_posix_tz_offset(tc_slice rule, int64_t utc, int32_t *ret)
{
    tc_cursor c = tc_cursor_on(rule);
    int32_t behind, summer;
    change begin, end;
    if (!skip_name(&c) || !read_clock(&c, &behind)) return false;
    /* POSIX counts offsets west of Greenwich. */
    int32_t standard = -behind;
    *ret = standard;
    if (tc_cursor_at_end(&c)) return true;

    if (!skip_name(&c)) return false;
    summer = standard + HOUR;
    if (tc_cursor_peek(&c) != ',') {
        if (!read_clock(&c, &behind)) return false;
        summer = -behind;
    }
    if (!read_change(&c, &begin) || !read_change(&c, &end) || !tc_cursor_at_end(&c)) return false;

    /* Instants outside 1700..2200 are nobody's log; they get standard time. */
    if (utc < -INT64_C(8520336000) || utc > INT64_C(7258118400)) return true;
    int year = year_of(utc + standard);
    int64_t on = moment(&begin, year) - standard;
    int64_t off = moment(&end, year) - summer;
    bool is_summer = on < off ? utc >= on && utc < off : utc >= on || utc < off;
    if (is_summer) *ret = summer;
    return true;
}
