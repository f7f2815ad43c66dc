/*
 * mail_line: a line of a mail server's log, taken apart.
 *
 * What syslog daemons write (RFC 3164, the form of RFC 3339, RFC 5424, what journalctl prints), and
 * what servers write into files of their own, which is a time and a message. What no server is
 * known by is a line of some other program. A container's runtime may have put more in front
 * (mail_carried.h): its time is that of a line which has none, and tells year and zone of others.
 */
#ifndef TC_MAIL_MAIL_LINE_H
#define TC_MAIL_MAIL_LINE_H

#include "parsers/mail/mail_server.h"
#include "parsers/mail/mail_stamp.h"

typedef struct tc_mail_line {
    tc_mail_stamp stamp;
    size_t server; /* TC_MAIL_SERVERS: of none that is known */
    tc_mail_reading reading;
} tc_mail_line;

/* Where the stamp begins: behind a priority, and the version of RFC 5424. */
size_t tc_mail_line_head(tc_slice line, bool *ret_new);
/* The stamp of a line, and where what is behind it begins; false: there is none. Moves the calendar
 * on. */
bool tc_mail_line_stamp(tc_slice line, tc_mail_calendar *calendar, tc_mail_stamp *ret,
                        tc_slice *ret_rest, bool *ret_new);
/* False: no line of a log. Moves the calendar on all the same where there is a stamp. */
bool tc_mail_line_read(tc_slice line, tc_mail_calendar *calendar, tc_mail_line *ret);

#endif
