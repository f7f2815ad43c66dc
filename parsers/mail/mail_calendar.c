#include "parsers/mail/mail_calendar.h"

#define BACK (7 * TC_DAY)  /* so far a log may fall back without a year having turned */
#define FAR (330 * TC_DAY) /* a line so far ahead is of the year before: it came late */
#define HALF_YEAR (180 * TC_DAY)
#define GROWTH (400 * TC_DAY) /* so long a log may go on being written to behind its newest */
#define LEAP_YEARS 9          /* so far apart are two of them at most */
#define NO_YEAR 2000          /* where nobody knows any; it has a 29 February */

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

bool tc_mail_date_in(const tc_mail_date *d, int year, tc_time *ret)
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
static bool first_year(const tc_mail_calendar *c, const tc_mail_date *d, int *ret_year,
                       tc_time *ret)
{
    for (int year = c->year; year > c->year - LEAP_YEARS; year--) {
        *ret_year = year;
        if (tc_mail_date_in(d, year, ret) && !is_too_late(c, *ret)) return true;
    }
    return false;
}

static bool next_year(const tc_mail_calendar *c, const tc_mail_date *d, int *ret_year, tc_time *ret)
{
    tc_time other;
    *ret_year = c->year;
    if (!tc_mail_date_in(d, c->year, ret)) return first_year(c, d, ret_year, ret);
    int64_t ahead = tc_time_between(c->last, *ret);
    if (ahead < -BACK && tc_mail_date_in(d, c->year + 1, &other)) {
        if (goes_on(c, other) || !is_too_late(c, other)) {
            *ret = other;
            *ret_year = c->year + 1;
        }
    } else if (ahead > FAR || (ahead > HALF_YEAR && is_too_late(c, *ret))) {
        if (tc_mail_date_in(d, c->year - 1, &other)) {
            *ret = other;
            *ret_year = c->year - 1;
        }
    }
    return true;
}

bool tc_mail_calendar_tell(tc_mail_calendar *c, const tc_mail_date *d, tc_time *ret)
{
    int year;
    bool known =
        c->last == TC_TIME_NONE ? first_year(c, d, &year, ret) : next_year(c, d, &year, ret);
    if (known) c->year = year;
    return known;
}

void tc_mail_calendar_move(tc_mail_calendar *c, tc_time time, bool dated)
{
    if (dated && is_too_late(c, time)) return;
    if (dated && time / TC_DAY != c->last / TC_DAY) c->year = year_of(time);
    c->last = time;
}
