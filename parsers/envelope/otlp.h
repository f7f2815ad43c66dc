/*
 * otlp: what OpenTelemetry's JSON writes as lists of pairs, as plain objects.
 *
 * {"values":[{"key":"channel","value":{"stringValue":"Security"}}]} is {"channel":"Security"}.
 * Texts are taken over as they are written, escapes and all. Lists within lists deeper than
 * TC_OTLP_DEPTH, and bytes, are null. Private to parsers/envelope.
 */
#ifndef TC_ENVELOPE_OTLP_H
#define TC_ENVELOPE_OTLP_H

#include "parsers/base/json_reader.h"

#define TC_OTLP_DEPTH 16

/* The value of one pair, an AnyValue, at the reader: its scalar. False on a syntax error; what is
 * no scalar is passed, and TC_JSON_NULL. */
bool tc_otlp_scalar(tc_json *r, tc_json_value *ret) TC_MUST_USE;
/* The text of a kvlistValue as an object, in the arena. False: it is none, or at the arena's limit.
 */
bool tc_otlp_plain(tc_slice list, tc_arena *arena, tc_slice *ret) TC_MUST_USE;

#endif
