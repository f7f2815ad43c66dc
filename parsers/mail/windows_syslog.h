/*
 * windows_syslog: Windows events as text in lines of syslog, told as Windows events.
 *
 * They come in the ways in which lines of mail servers come, with all forms of syslog and the year
 * that it leaves out, and so are read beside them; what they are is the affair of parsers/windows.
 */
#ifndef TC_MAIL_WINDOWS_SYSLOG_H
#define TC_MAIL_WINDOWS_SYSLOG_H

#include "parsers/mail/mail_log.h"

/* `shipped`: of an event that is at home in another format than its file; may be NULL. */
TC_STATUS tc_windows_syslog_deliver(const tc_mail_record *record, const tc_shipped *shipped,
                                    const tc_sink *sink);

#endif
