/*
 * match_events: the JSON that `tocsin match` reads, as a format of its own.
 *
 * Objects in lines, in arrays, pretty-printed or one behind the other (open/json_frame.h). A field
 * is the member of its name or dotted path (text/json_lines.h). What a record does not hold under
 * that name is looked for under the name that scan gives it: of a Windows event, however a shipper
 * or converter wrote it (windows/windows_json_map.h), and of a line that `tocsin parse` wrote, the
 * members of tocsin.native. So a rule that fires in a scan fires here. The time is @timestamp, else
 * that of the Windows event.
 */
#ifndef TC_APP_MATCH_EVENTS_H
#define TC_APP_MATCH_EVENTS_H

#include "parsers/parser.h"

extern const tc_parser tc_match_events;

#endif
