/*
 * windows_deliver: the row of a Windows event handed to a sink, the same from every carrier.
 *
 * Chooses the schema by the event's channel, and takes a command of Exchange's management apart.
 * The row stays the caller's, and is read only during the call.
 */
#ifndef TC_WINDOWS_DELIVER_H
#define TC_WINDOWS_DELIVER_H

#include "parsers/windows/windows_event.h"

/* What a carrier knows of an event besides its row. */
typedef struct tc_windows_found {
    tc_time time;
    tc_place place;
    tc_slice raw;
    const tc_late_text *late; /* as of an event */
} tc_windows_found;

TC_STATUS tc_windows_deliver(const tc_windows_schemas *schemas, const tc_names *names, tc_row *row,
                             tc_windows_found found, const tc_sink *sink);

#endif
