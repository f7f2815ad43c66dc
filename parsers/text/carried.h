/*
 * carried: whether a line of syslog looks as if it carried another log's record.
 *
 * What some program says for itself may be left aside; a record that nobody could read may not, and
 * is refused where it stands, so that it is counted.
 */
#ifndef TC_TEXT_CARRIED_H
#define TC_TEXT_CARRIED_H

#include "parsers/base/slice.h"

/* True of the message behind host and tag. */
bool tc_looks_carried(tc_slice message);

#endif
