/*
 * written: when a file was last written to, for logs whose times have no year.
 *
 * What the file system or archive says, unless the name has an earlier date, as rotation gives one
 * (mail.log-20240107): a file that was copied without its times is still of that day.
 */
#ifndef TC_INPUT_WRITTEN_H
#define TC_INPUT_WRITTEN_H

#include "parsers/base/time.h"

/* `modified`: 0 if nobody says. Never later than now; 0 only if nothing at all is known. */
tc_time tc_written_at(tc_slice name, tc_time modified, tc_time now);

#endif
