/*
 * envelope_json: envelopes that are JSON objects, told and opened by member names.
 *
 * A name with dots is a path of objects, or one member of that name: shippers write both. Of two
 * members with one role the row that stands first counts. A payload is a text; a member that is
 * none is passed over. Names longer than TC_SHIP_NAME_MAX, and objects deeper than three, are not
 * looked into. What exports of Elasticsearch, Kibana, Graylog and Splunk put around a record is
 * looked through (_source, fields, message, result), and so is a list that holds one value. A list
 * of OpenTelemetry's pairs is an object.
 */
#ifndef TC_ENVELOPE_ENVELOPE_JSON_H
#define TC_ENVELOPE_ENVELOPE_JSON_H

#include "parsers/envelope/envelope.h"

#define TC_SHIP_NAME_MAX 64

typedef enum tc_ship_role {
    TC_SHIP_PAYLOAD, /* the line that was shipped */
    TC_SHIP_PATH,
    TC_SHIP_HOST,
    TC_SHIP_OFFSET,
    TC_SHIP_TIME, /* when the line was read or sent: ISO 8601 with a zone, or since 1970 */
    TC_SHIP_MARK, /* says that it is this envelope: if a table has marks, a line must have one */
    /* The record itself, an object: plain, or as OpenTelemetry writes pairs (otlp.h). */
    TC_SHIP_DOCUMENT,
    TC_SHIP_PAIRS,
    TC_SHIP_ROLE_COUNT
} tc_ship_role;

struct tc_envelope_member {
    const char *name;
    tc_ship_role role;
    const char *value; /* the text that the value must begin with; NULL: anything */
};

tc_unwrapping tc_envelope_json_unwrap(const tc_envelope *self, tc_slice line, tc_arena *arena,
                                      tc_unwrapped *ret);

/* What a member or column with TC_SHIP_TIME says; 0: nothing that is sure. */
tc_time tc_envelope_time(tc_slice text);

#define TC_ENVELOPE_JSON(rows) .unwrap = tc_envelope_json_unwrap, .members = (rows), .json = true

#endif
