/*
 * mail_stamp: the time that a line of a mail server's log begins with.
 *
 * RFC 3164 has neither year nor zone. The year is told by order: a log goes forward, so a month
 * that lies well behind the line before is of the next year. The first line, and what order does
 * not tell, is as late as it can be and not later than the log was last written to. The state of
 * that is small and moves line by line (tc_mail_calendar).
 */
#ifndef TC_MAIL_MAIL_STAMP_H
#define TC_MAIL_MAIL_STAMP_H

#include "parsers/base/time.h"
#include "parsers/base/visit.h"

typedef enum tc_mail_stamp_form {
    TC_MAIL_STAMP_OLD = 1 << 0,    /* "Mar  9 07:00:01", "Mar  9 2024 07:00:01" */
    TC_MAIL_STAMP_ISO = 1 << 1,    /* "2011-03-09T07:00:01.123+01:00" */
    TC_MAIL_STAMP_BLANK = 1 << 2,  /* "2011-03-09 07:00:01", a zone or fraction behind it perhaps */
    TC_MAIL_STAMP_COMMA = 1 << 3,  /* "2011-03-09 07:00:01,123" */
    TC_MAIL_STAMP_SQUARE = 1 << 4, /* "[09-Mar-2011 07:00:01 +0100]:" */
    TC_MAIL_STAMP_TAI = 1 << 5     /* "@400000004d77..." of multilog */
} tc_mail_stamp_form;

typedef struct tc_mail_calendar {
    tc_time newest; /* no record is much later; TC_TIME_NONE: not known */
    tc_time last;   /* of the last line, as written; TC_TIME_NONE: there was none */
    int32_t year;   /* of `last`, or of `newest` */
    bool growing;   /* it goes on to be written to behind `newest` */
} tc_mail_calendar;

/* `newest`: 0 if it is not known. */
tc_mail_calendar tc_mail_calendar_new(tc_time newest, bool growing);
void tc_mail_calendar_visit(tc_mail_calendar *calendar, tc_visit *visit);

typedef struct tc_mail_stamp {
    tc_mail_stamp_form form;
    size_t length; /* with the blanks behind it */
    bool dated;    /* the year is written */
    bool zoned;    /* `time` is that; else in local time */
    tc_time time;
} tc_mail_stamp;

/* Reads the stamp at the beginning of a line and moves the calendar on; false if there is none. */
bool tc_mail_stamp_read(tc_slice line, tc_mail_calendar *calendar, tc_mail_stamp *ret);

#endif
