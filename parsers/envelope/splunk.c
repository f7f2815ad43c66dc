/* Splunk: events as its search exports them in JSON, one object a line, bare or below `result`.
 * Splunk documentation: search jobs export, output modes json and json_rows; internal fields. */
#include "parsers/envelope/envelope_json.h"

static const struct tc_envelope_member members[] = {
    {"_raw", TC_SHIP_PAYLOAD, NULL},
    {"result._raw", TC_SHIP_PAYLOAD, NULL},
    {"source", TC_SHIP_PATH, NULL},
    {"result.source", TC_SHIP_PATH, NULL},
    {"host", TC_SHIP_HOST, NULL},
    {"result.host", TC_SHIP_HOST, NULL},
    {"sourcetype", TC_SHIP_MARK, NULL},
    {"result.sourcetype", TC_SHIP_MARK, NULL},
    {"_time", TC_SHIP_MARK, NULL},
    {"result._time", TC_SHIP_MARK, NULL},
    {"splunk_server", TC_SHIP_MARK, NULL},
    {"result.splunk_server", TC_SHIP_MARK, NULL},
    {NULL, TC_SHIP_MARK, NULL},
};

static const tc_envelope envelope = {TC_ENVELOPE_JSON(members), .bid = 93};

const tc_parser tc_parser_splunk_json = {
    .name = "splunk-json",
    .summary = "events that Splunk exported, as JSON lines",
    .spec = "Splunk: REST API reference, search endpoints",
    .first = "{",
    TC_ENVELOPE_PARSER(&envelope),
};
