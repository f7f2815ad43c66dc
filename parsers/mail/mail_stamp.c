#include "parsers/mail/mail_stamp.h"

#define BACK (7 * TC_DAY)  /* so far a log may fall back without a year having turned */
#define FAR (330 * TC_DAY) /* a line so far ahead is of the year before: it came late */
#define HALF_YEAR (180 * TC_DAY)
#define GROWTH                                                                                     \
    (400 * TC_DAY)   /* so long a log may go on being written to behind its newest time            \
                      */
#define LEAP_YEARS 9 /* so far apart are two of them at most */
#define NO_YEAR 2000 /* where nobody knows any; it has a 29 February */

static int year_of(tc_time time)
{
    char text[TC_TIME_TEXT];
    uint64_t year;
    (void)tc_time_format(time, text);
    return tc_slice_to_u64(tc_slice_make(text, 4), &year) ? (int)year : NO_YEAR;
}

tc_mail_calendar tc_mail_calendar_new(tc_time newest, bool growing)
{
    /* Local time may be ahead of it. */
    newest = newest > 0 ? tc_time_add(newest, TC_DAY) : TC_TIME_NONE;
    int year = newest == TC_TIME_NONE ? NO_YEAR : year_of(newest);
    return (tc_mail_calendar){
        .newest = newest, .last = TC_TIME_NONE, .year = year, .growing = growing};
}

void tc_mail_calendar_visit(tc_mail_calendar *calendar, tc_visit *visit)
{
    tc_visit_time(visit, &calendar->last);
    tc_visit_i32(visit, &calendar->year);
    if (calendar->year < 1 || calendar->year > 9999) calendar->year = NO_YEAR;
}

/* -- the year -------------------------------------------------------------------------------- */

/* A stamp of RFC 3164. */
typedef struct date {
    int month, day;
    int64_t clock; /* since midnight */
} date;

static bool in_year(const date *d, int year, tc_time *ret)
{
    if (!tc_time_from_civil(year, d->month, d->day, 0, 0, 0, ret)) return false;
    *ret = tc_time_add(*ret, d->clock);
    return true;
}

static bool is_too_late(const tc_mail_calendar *c, tc_time time)
{
    return c->newest != TC_TIME_NONE && time > c->newest;
}

/* The next line of a log that is still written to; whoever makes lines up gets no further. */
static bool goes_on(const tc_mail_calendar *c, tc_time time)
{
    if (!c->growing || tc_time_between(c->last, time) > HALF_YEAR) return false;
    return c->newest == TC_TIME_NONE || time <= tc_time_add(c->newest, GROWTH);
}

/* The latest that it can be. */
static bool first_year(const tc_mail_calendar *c, const date *d, int *ret_year, tc_time *ret)
{
    for (int year = c->year; year > c->year - LEAP_YEARS; year--) {
        *ret_year = year;
        if (in_year(d, year, ret) && !is_too_late(c, *ret)) return true;
    }
    return false;
}

static bool next_year(const tc_mail_calendar *c, const date *d, int *ret_year, tc_time *ret)
{
    tc_time other;
    *ret_year = c->year;
    if (!in_year(d, c->year, ret)) return first_year(c, d, ret_year, ret);
    int64_t ahead = tc_time_between(c->last, *ret);
    if (ahead < -BACK && in_year(d, c->year + 1, &other)) {
        if (goes_on(c, other) || !is_too_late(c, other)) {
            *ret = other;
            *ret_year = c->year + 1;
        }
    } else if (ahead > FAR || (ahead > HALF_YEAR && is_too_late(c, *ret))) {
        if (in_year(d, c->year - 1, &other)) {
            *ret = other;
            *ret_year = c->year - 1;
        }
    }
    return true;
}

/* -- forms ----------------------------------------------------------------------------------- */

static size_t blanks_at(tc_slice line, size_t at)
{
    while (at < line.len && line.ptr[at] == ' ')
        at++;
    return at;
}

/* "2024 " at *at, which is then behind it; 0 if no year stands there. */
static int take_year(tc_slice line, size_t *at)
{
    uint64_t year;
    if (line.len < *at + 5 || line.ptr[*at + 4] != ' ') return 0;
    if (!tc_slice_to_u64(tc_slice_sub(line, *at, 4), &year)) return 0;
    *at += 5;
    return (int)year;
}

static bool tell_year(tc_mail_calendar *c, const date *d, tc_time *ret)
{
    int year;
    bool known =
        c->last == TC_TIME_NONE ? first_year(c, d, &year, ret) : next_year(c, d, &year, ret);
    if (known) c->year = year;
    return known;
}

/* "Mar  9 07:00:01 ", with one blank before a day of one digit, and a year behind it perhaps. */
static bool read_old(tc_slice line, tc_mail_calendar *c, tc_mail_stamp *ret)
{
    date d;
    if (line.len < 14 || line.ptr[3] != ' ' || (d.month = tc_time_month(line.ptr)) == 0)
        return false;
    size_t at = 4 + (line.ptr[4] == ' ');
    if (!tc_is_digit(line.ptr[at])) return false;
    d.day = line.ptr[at++] - '0';
    if (tc_is_digit(line.ptr[at])) d.day = 10 * d.day + line.ptr[at++] - '0';
    if (line.ptr[at++] != ' ') return false;
    int year = take_year(line, &at);
    if (line.len < at + 8 || !tc_time_fixed_clock(line.ptr + at, &d.clock)) return false;
    ret->dated = year > 0;
    if (!(ret->dated ? in_year(&d, year, &ret->time) : tell_year(c, &d, &ret->time))) return false;
    ret->form = TC_MAIL_STAMP_OLD;
    ret->length = at + 8;
    return true;
}

/* The end of a zone written behind a blank: " +0100" or " +01:00"; `at` if there is none. */
static size_t zone_end(tc_slice line, size_t at)
{
    size_t n = at + 1;
    if (at + 6 > line.len || line.ptr[at] != ' ') return at;
    if (line.ptr[n] != '+' && line.ptr[n] != '-') return at;
    for (n++; n < line.len && (tc_is_digit(line.ptr[n]) || line.ptr[n] == ':'); n++) {
    }
    return n;
}

static bool read_iso(tc_slice line, tc_mail_stamp *ret)
{
    if (line.len < 19 || line.ptr[4] != '-') return false;
    bool blank = line.ptr[10] == ' ';
    size_t at = 19;
    while (at < line.len && line.ptr[at] != ' ' && !(blank && line.ptr[at] == ':'))
        at++;
    bool comma = tc_slice_find(tc_slice_sub(line, 19, at - 19), ',') != TC_NPOS;
    if (blank && !comma) at = zone_end(line, at);
    if (!tc_time_parse_iso(tc_slice_sub(line, 0, at), &ret->time, &ret->zoned)) return false;
    ret->form = comma ? TC_MAIL_STAMP_COMMA : blank ? TC_MAIL_STAMP_BLANK : TC_MAIL_STAMP_ISO;
    ret->length = at;
    return true;
}

static bool two_digits(const uint8_t *two, int *ret)
{
    *ret = 10 * (two[0] - '0') + two[1] - '0';
    return tc_is_digit(two[0]) && tc_is_digit(two[1]);
}

/* " +0100": what is to be added for UTC; false if there is no zone. */
static bool read_zone(tc_slice s, int64_t *ret)
{
    int hours, minutes;
    if (s.len < 6 || s.ptr[0] != ' ' || (s.ptr[1] != '+' && s.ptr[1] != '-')) return false;
    if (!two_digits(s.ptr + 2, &hours) || !two_digits(s.ptr + 4, &minutes)) return false;
    int64_t ahead = hours * TC_HOUR + minutes * TC_MINUTE;
    *ret = s.ptr[1] == '-' ? ahead : -ahead;
    return true;
}

/* "[09-Mar-2011 07:00:01 +0100]:", the zone at will. */
static bool read_square(tc_slice line, tc_mail_stamp *ret)
{
    uint64_t year;
    int64_t clock, zone = 0;
    int day;
    const uint8_t *p = line.ptr;
    if (line.len < 23 || p[3] != '-' || p[7] != '-' || !two_digits(p + 1, &day)) return false;
    if (!tc_slice_to_u64(tc_slice_make(p + 8, 4), &year)) return false;
    if (!tc_time_fixed_clock(p + 13, &clock)) return false;
    if (!tc_time_from_civil((int)year, tc_time_month(p + 4), day, 0, 0, 0, &ret->time))
        return false;
    ret->zoned = read_zone(tc_slice_sub(line, 21, TC_NPOS), &zone);
    size_t at = ret->zoned ? 27 : 21;
    if (line.len <= at || p[at] != ']') return false;
    ret->time = tc_time_add(tc_time_add(ret->time, clock), zone);
    ret->form = TC_MAIL_STAMP_SQUARE;
    ret->length = at + 1 + (line.len > at + 1 && p[at + 1] == ':');
    return true;
}

static bool read_tai(tc_slice line, tc_mail_stamp *ret)
{
    uint64_t seconds, nanoseconds;
    if (line.len < 25 || !tc_slice_hex_to_u64(tc_slice_sub(line, 1, 16), &seconds)) return false;
    if (!tc_slice_hex_to_u64(tc_slice_sub(line, 17, 8), &nanoseconds)) return false;
    uint64_t since = seconds - UINT64_C(0x400000000000000A);
    if (since > INT64_MAX / TC_SECOND || nanoseconds >= TC_SECOND) return false;
    ret->time = tc_time_add((tc_time)since * TC_SECOND, (int64_t)nanoseconds);
    ret->zoned = true;
    ret->form = TC_MAIL_STAMP_TAI;
    ret->length = 25;
    return true;
}

static bool read_form(tc_slice line, tc_mail_calendar *calendar, tc_mail_stamp *ret)
{
    if (line.len == 0) return false;
    if (tc_is_digit(line.ptr[0])) return read_iso(line, ret);
    if (line.ptr[0] == '[') return read_square(line, ret);
    if (line.ptr[0] == '@') return read_tai(line, ret);
    return read_old(line, calendar, ret);
}

bool tc_mail_stamp_read(tc_slice line, tc_mail_calendar *calendar, tc_mail_stamp *ret)
{
    *ret = (tc_mail_stamp){.time = TC_TIME_NONE};
    if (!read_form(line, calendar, ret)) return false;
    ret->length = blanks_at(line, ret->length);
    ret->dated = ret->dated || ret->form != TC_MAIL_STAMP_OLD;
    if (ret->dated && is_too_late(calendar, ret->time)) return true;
    if (ret->dated && ret->time / TC_DAY != calendar->last / TC_DAY)
        calendar->year = year_of(ret->time);
    calendar->last = ret->time;
    return true;
}
