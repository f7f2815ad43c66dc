/*
 * json_lines: one JSON object per line, with whatever names: what `tocsin match` reads.
 *
 * A field is the member of its name or, failing that, the one at its dotted path: "a.b" is the key
 * "a.b" and else {"a":{"b":...}}. "@timestamp" (RFC 3339, or a number of seconds) is the event's
 * time; an event without one, or with one that cannot be read, has none. "_logsource" is for
 * whoever calls. Every line is one record of the ledger, so an event's ordinal is its line number.
 */
#ifndef TC_TEXT_JSON_LINES_H
#define TC_TEXT_JSON_LINES_H

#include "parsers/parser.h"

extern const tc_parser tc_parser_json_lines;

#endif
