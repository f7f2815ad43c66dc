/*
 * windows_request: a request that IIS wrote as an event (Microsoft-IIS-Logging/Logs, event 6200).
 *
 * Its values have the names of the columns of a W3C log, a hyphen where there is none, and the
 * server's name in the event's System part: made what those of a W3C log are.
 */
#ifndef TC_WINDOWS_REQUEST_H
#define TC_WINDOWS_REQUEST_H

#include "parsers/windows/windows_event.h"

void tc_windows_read_request(tc_row *row);

#endif
