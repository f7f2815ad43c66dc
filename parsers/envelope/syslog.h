/*
 * syslog: lines that a syslog daemon wrote, as envelopes.
 *
 * RFC 3164, with or without its priority, and the form of rsyslog's files, whose time is that of
 * RFC 3339: time, host, and a tag that ends with a colon, or none. RFC 5424: the path of the file
 * may stand in its structured data. A payload's leading blanks are the daemon's; so is "#015" at
 * its end, how rsyslog writes a CR. In the tag's place stands the path where nothing better is
 * said.
 */
#ifndef TC_ENVELOPE_SYSLOG_H
#define TC_ENVELOPE_SYSLOG_H

#include "parsers/envelope/envelope.h"

tc_unwrapping tc_syslog_3164_unwrap(const tc_envelope *self, tc_slice line, tc_arena *arena,
                                    tc_unwrapped *ret);
tc_unwrapping tc_syslog_5424_unwrap(const tc_envelope *self, tc_slice line, tc_arena *arena,
                                    tc_unwrapped *ret);

#endif
