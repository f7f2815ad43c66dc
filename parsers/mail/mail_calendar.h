/*
 * mail_calendar: the year that syslog leaves out.
 *
 * RFC 3164 has neither year nor zone. The year is told by order: a log goes forward, so a month
 * that lies well behind the line before is of the next year. The first line, and what order does
 * not tell, is as late as it can be and not later than the log was last written to. The state of
 * that is small and moves line by line.
 */
#ifndef TC_MAIL_MAIL_CALENDAR_H
#define TC_MAIL_MAIL_CALENDAR_H

#include "parsers/base/time.h"
#include "parsers/base/visit.h"

typedef struct tc_mail_calendar {
    tc_time newest; /* no record is much later; TC_TIME_NONE: not known */
    tc_time last;   /* of the last line, as written; TC_TIME_NONE: there was none */
    int32_t year;   /* of `last`, or of `newest` */
    bool growing;   /* it goes on to be written to behind `newest` */
} tc_mail_calendar;

/* `newest`: 0 if it is not known. */
tc_mail_calendar tc_mail_calendar_new(tc_time newest, bool growing);
void tc_mail_calendar_visit(tc_mail_calendar *calendar, tc_visit *visit);

/* A day and a time of it, of no year. */
typedef struct tc_mail_date {
    int month, day;
    int64_t clock; /* since midnight */
} tc_mail_date;
/* False: there is no such day in that year. */
bool tc_mail_date_in(const tc_mail_date *date, int year, tc_time *ret);
/* When a line of that date was written. */
bool tc_mail_calendar_tell(tc_mail_calendar *calendar, const tc_mail_date *date, tc_time *ret);
/* A line has been read. `dated`: its year was written. */
void tc_mail_calendar_move(tc_mail_calendar *calendar, tc_time time, bool dated);

#endif
