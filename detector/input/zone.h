/*
 * zone: the local time of a server, as --tz gives it: "Z", "+02:00", or an IANA name.
 *
 * A name is read from the system's zone files; it can never leave their folder. A source has one
 * offset: the one in force at its first record.
 */
#ifndef TC_INPUT_ZONE_H
#define TC_INPUT_ZONE_H

#include "parsers/base/arena.h"
#include "parsers/base/time.h"

#define TC_ZONEINFO "/usr/share/zoneinfo"

typedef struct tc_zone {
    int64_t fixed_ns; /* local minus UTC, when there is no file */
    tc_slice file;    /* TZif bytes, in the arena */
} tc_zone;

/* TC_ESYNTAX naming the text if it is no zone, or none that is found below `folder`. */
TC_STATUS tc_zone_read(tc_slice text, const char *folder, tc_arena *arena, tc_zone *ret,
                       tc_error *reterr);
/* Local time minus UTC at an instant that is given in local time. */
int64_t tc_zone_offset_ns(const tc_zone *zone, tc_time local);

#endif
