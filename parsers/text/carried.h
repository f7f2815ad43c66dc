/*
 * carried: what is put before a line on its way, and whether a line of syslog looks as if it
 * carried another log's record.
 *
 * What some program says for itself may be left aside; a record that nobody could read may not, and
 * is refused where it stands, so that it is counted.
 */
#ifndef TC_TEXT_CARRIED_H
#define TC_TEXT_CARRIED_H

#include "parsers/base/slice.h"

/* "stdout F ", as a container's runtime (CRI) writes behind the time and before a line, is taken
 * off *s; with P in place of F the line goes on in the next. False: it does not stand there. */
bool tc_cri_stream(tc_slice *s, bool *ret_whole);
/* True of the message behind host and tag. */
bool tc_looks_carried(tc_slice message);

#endif
