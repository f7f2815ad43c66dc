/*
 * mail_stamp: the time that a line of a mail server's log begins with.
 */
#ifndef TC_MAIL_MAIL_STAMP_H
#define TC_MAIL_MAIL_STAMP_H

#include "parsers/mail/mail_calendar.h"

typedef enum tc_mail_stamp_form {
    TC_MAIL_STAMP_OLD = 1 << 0,   /* "Mar  9 07:00:01", "Mar  9 2024 07:00:01" */
    TC_MAIL_STAMP_ISO = 1 << 1,   /* "2011-03-09T07:00:01.123+01:00", what journalctl prints else */
    TC_MAIL_STAMP_BLANK = 1 << 2, /* "2011-03-09 07:00:01", a zone or fraction behind it perhaps */
    TC_MAIL_STAMP_COMMA = 1 << 3, /* "2011-03-09 07:00:01,123" */
    TC_MAIL_STAMP_SQUARE = 1 << 4, /* "[09-Mar-2011 07:00:01,123456 +0100]:" */
    TC_MAIL_STAMP_TAI = 1 << 5     /* "@400000004d77..." of multilog */
} tc_mail_stamp_form;

typedef struct tc_mail_stamp {
    tc_mail_stamp_form form;
    size_t length; /* with the blanks behind it */
    bool dated;    /* the year is written */
    bool zoned;    /* `time` is that; else in local time */
    tc_time time;
} tc_mail_stamp;

/* Reads the stamp at the beginning of a line and moves the calendar on; false if there is none. */
bool tc_mail_stamp_read(tc_slice line, tc_mail_calendar *calendar, tc_mail_stamp *ret);

/* Gives a time without a zone that of the host that it was written on, given when it was sent on:
 * whole quarters of an hour lie between the two, and hardly more. Else it stays as it is. */
void tc_mail_stamp_settle(tc_mail_stamp *stamp, tc_time sent);

#endif
