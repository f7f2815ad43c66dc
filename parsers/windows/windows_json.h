/*
 * windows_json: Windows events as JSON, however a shipper or converter writes them.
 *
 * Lines, pretty-printed objects, arrays, {"events":[...]} (open/json_frame.h); the shapes are those
 * of windows_json_map.h. What is well-formed but no Windows event is rejected as such.
 */
#ifndef TC_WINDOWS_JSON_H
#define TC_WINDOWS_JSON_H

#include "parsers/parser.h"

extern const tc_parser tc_parser_windows_json;

#endif
